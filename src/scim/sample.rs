//! A small Group type for tests over several resource types.

use std::sync::LazyLock;

use super::schema::{Attribute, ResourceType, Schema, user_resource_type};

/// `displayName` and `members`, whose parts are those of a user's `groups`.
pub(super) fn group_resource_type() -> &'static ResourceType {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
        let user = user_resource_type().schema;
        let like = |model: &str, name: &str| Attribute {
            name: name.to_owned(),
            ..user.attribute(model).cloned().unwrap_or_else(|| panic!("users have {model}"))
        };
        Schema {
            id: "urn:ietf:params:scim:schemas:core:2.0:Group".to_owned(),
            name: "Group".to_owned(),
            description: "A group.".to_owned(),
            attributes: vec![like("displayName", "displayName"), like("groups", "members")],
        }
    });
    static TYPE: LazyLock<ResourceType> = LazyLock::new(|| ResourceType {
        name: "Group",
        endpoint: "/Groups",
        description: "Groups.",
        schema: &SCHEMA,
        extensions: Vec::new(),
        unlisted: Vec::new(),
    });
    &TYPE
}
