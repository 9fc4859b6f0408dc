//! The table of Group.

use super::{Attribute, GROUP_URN, Schema};

/// RFC 7643 4.2 and 8.7.1; `displayName` is required by erratum 5368.
pub(super) fn core() -> Schema {
    Schema {
        id: GROUP_URN.to_owned(),
        name: "Group".to_owned(),
        description: "A group of people; an owner may map it to a role.".to_owned(),
        attributes: vec![
            // Okta finds a group by its name, and a role may hang on it, so no two groups share one.
            Attribute::text("displayName", "Name of the group, compared without case.").required().unique(),
            members(),
        ],
    }
}

/// As RFC 7643 8.7.1 lists them. Okta sends a `display` besides, which is ignored: the name is the member's own.
fn members() -> Attribute {
    Attribute::complex(
        "members",
        "Who is in the group.",
        vec![
            Attribute::text("value", "Id of the user or group.").exact().required().immutable(),
            Attribute::reference("$ref", &["User", "Group"], "URI of the user or group.").immutable(),
            Attribute::text("type", "Whether the member is a user or a group.")
                .suggesting(&["User", "Group"])
                .immutable(),
        ],
    )
    .many()
    .kept_as_rows()
}
