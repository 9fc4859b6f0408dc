//! The table of User, Enterprise User and the extension that carries the role.

use super::{Attribute, COMMON_ROOM_ROLE, COMMON_ROOM_URN, ENTERPRISE_USER_URN, Kind, Schema, USER_URN};

/// Roles of the workspace, as suggested values.
const ROLES: &[&str] = &["owner", "editor", "viewer"];
const PLACES: &[&str] = &["work", "home", "other"];
/// What Okta's own examples use where RFC 7643 suggests nothing: `roles.^[type=='base'].value`.
const TYPES: &[&str] = &["base", "other"];

/// RFC 7643 4.1 and 8.7.1.
pub(super) fn core() -> Schema {
    Schema {
        id: USER_URN.to_owned(),
        name: "User".to_owned(),
        description: "A person with access to the workspace.".to_owned(),
        attributes: vec![
            Attribute::text("userName", "Name the person signs in with: an e-mail address, compared without case.")
                .required()
                .unique(),
            name(),
            Attribute::text("displayName", "Name to show."),
            Attribute::text("nickName", "Casual name."),
            Attribute::reference("profileUrl", &["external"], "The person's page elsewhere."),
            Attribute::text("title", "Job title."),
            Attribute::text("userType", "Relation to the organisation, such as Contractor."),
            Attribute::text("preferredLanguage", "Language the person prefers, as in Accept-Language."),
            Attribute::text("locale", "Locale for dates and numbers, such as en-US."),
            Attribute::text("timezone", "Time zone by its Olson name, such as Europe/Lisbon."),
            // Everybody either may or may not, so there is always a value, and none can be removed.
            Attribute::new("active", Kind::Boolean, "Whether the person may sign in; true unless sent.")
                .required()
                .supplied(),
            Attribute::text("password", "Accepted and dropped: this service keeps no passwords.").write_only(),
            Attribute::list("emails", "E-mail addresses.", Attribute::text("value", "The address."), PLACES),
            Attribute::list(
                "phoneNumbers",
                "Telephone numbers.",
                Attribute::text("value", "The number, as in RFC 3966."),
                &["work", "home", "mobile", "fax", "pager", "other"],
            ),
            Attribute::list(
                "ims",
                "Instant messaging addresses.",
                Attribute::text("value", "The address."),
                &["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"],
            ),
            Attribute::list(
                "photos",
                "Pictures of the person.",
                Attribute::reference("value", &["external"], "URI of an image file."),
                &["photo", "thumbnail"],
            ),
            addresses(),
            groups(),
            Attribute::list("entitlements", "Entitlements.", Attribute::text("value", "The entitlement."), TYPES),
            Attribute::list(
                "roles",
                "The person's role in the workspace.",
                Attribute::text("value", "owner, editor or viewer, in any case.").suggesting(ROLES),
                TYPES,
            )
            .taking_plain_texts(),
            Attribute::list(
                "x509Certificates",
                "Certificates of the person.",
                Attribute::new("value", Kind::Binary, "One DER certificate in base64."),
                PLACES,
            ),
        ],
    }
}

fn name() -> Attribute {
    Attribute::complex(
        "name",
        "Parts of the person's name.",
        vec![
            Attribute::text("formatted", "The whole name, ready to show."),
            Attribute::text("familyName", "Family name."),
            Attribute::text("givenName", "Given name."),
            Attribute::text("middleName", "Middle names."),
            Attribute::text("honorificPrefix", "Title before the name, such as Dr."),
            Attribute::text("honorificSuffix", "Suffix after the name, such as III."),
        ],
    )
}

fn addresses() -> Attribute {
    Attribute::complex(
        "addresses",
        "Postal addresses.",
        vec![
            Attribute::text("formatted", "The whole address, ready to print."),
            Attribute::text("streetAddress", "Street, number and the like."),
            Attribute::text("locality", "City."),
            Attribute::text("region", "State or region."),
            Attribute::text("postalCode", "Postal code."),
            Attribute::text("country", "Country, as an ISO 3166-1 alpha-2 code."),
            Attribute::text("type", "What the address is for.").suggesting(PLACES),
            Attribute::new("primary", Kind::Boolean, "Whether this is the preferred address; at most one is."),
        ],
    )
    .many()
}

fn groups() -> Attribute {
    Attribute::complex(
        "groups",
        "Groups the person is in; follows from the groups' members.",
        vec![
            Attribute::text("value", "Id of the group.").exact(),
            Attribute::reference("$ref", &["Group"], "URI of the group."),
            Attribute::text("display", "Name of the group."),
            Attribute::text("type", "Whether the membership is direct.").suggesting(&["direct", "indirect"]),
        ],
    )
    .many()
    .read_only()
}

/// RFC 7643 4.3 and 8.7.1.
pub(super) fn enterprise() -> Schema {
    Schema {
        id: ENTERPRISE_USER_URN.to_owned(),
        name: "EnterpriseUser".to_owned(),
        description: "A person's place in the organisation.".to_owned(),
        attributes: vec![
            Attribute::text("employeeNumber", "Number given by the organisation."),
            Attribute::text("costCenter", "Cost centre."),
            Attribute::text("organization", "Organisation."),
            Attribute::text("division", "Division."),
            Attribute::text("department", "Department."),
            Attribute::complex(
                "manager",
                "The person's manager.",
                vec![
                    // Erratum 8472: an id, so case-exact.
                    Attribute::text("value", "Id of the manager.").exact(),
                    Attribute::reference("$ref", &["User"], "URI of the manager."),
                    Attribute::text("displayName", "The manager's name to show.").read_only(),
                ],
            ),
        ],
    }
}

/// The extension for admins who prefer the role under a URI of its own.
pub(super) fn common_room() -> Schema {
    Schema {
        id: COMMON_ROOM_URN.to_owned(),
        name: "CommonRoomUser".to_owned(),
        description: "The person's role in the workspace, as one value.".to_owned(),
        attributes: vec![role("role")],
    }
}

/// The role at the top level of a user, for admins who gave the attribute the core User schema as its namespace.
pub(super) fn unlisted_role() -> Attribute {
    role(COMMON_ROOM_ROLE)
}

fn role(name: &str) -> Attribute {
    Attribute::text(name, "owner, editor or viewer, in any case.").suggesting(ROLES)
}
