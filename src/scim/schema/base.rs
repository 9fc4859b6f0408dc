//! The attributes that every resource has whatever its schema (RFC 7643 3 and 3.1). No schema publishes them.

use std::sync::LazyLock;

use super::{Attribute, Kind};

/// `schemas`, `id`, `externalId` and `meta`.
pub(super) fn common_attributes() -> &'static [Attribute] {
    static ATTRIBUTES: LazyLock<Vec<Attribute>> = LazyLock::new(|| {
        vec![
            // URIs of schemas compare without case (RFC 7644 3.10).
            Attribute::reference("schemas", &["uri"], "URIs of the schemas this resource uses.")
                .many()
                .required()
                .always()
                .folded(),
            Attribute::text("id", "Identifier given by this service.").exact().unique().always().read_only(),
            Attribute::text("externalId", "Identifier given by the client; Okta's id of the person.").exact(),
            Attribute::complex(
                "meta",
                "Facts about the resource.",
                vec![
                    Attribute::text("resourceType", "Name of the resource type.").exact(),
                    Attribute::new("created", Kind::DateTime, "When the resource was made."),
                    Attribute::new("lastModified", Kind::DateTime, "When the resource last changed."),
                    Attribute::reference("location", &["uri"], "URI of the resource."),
                    Attribute::text("version", "Version, equal to the ETag.").exact(),
                ],
            )
            .read_only(),
        ]
    });
    &ATTRIBUTES
}
