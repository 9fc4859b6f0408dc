//! The table of Role: what Okta's entitlement management reads (okta-traffic 6.3).

use super::{Attribute, ROLE_URN, Schema};

pub(super) fn core() -> Schema {
    Schema {
        id: ROLE_URN.to_owned(),
        name: "Role".to_owned(),
        description: "A role that a person can have in the workspace.".to_owned(),
        attributes: vec![
            Attribute::text("displayName", "Name to show.").required().read_only(),
            Attribute::text("description", "What the role allows.").read_only(),
        ],
    }
}
