//! Extensions of an operator's own, declared so that every type has an attribute, and every characteristic that can be
//! kept.

use serde_json::{Map, Value};

use super::{Room, USER, person};

pub const HARBOR: &str = "urn:example:params:scim:schemas:extension:harbor:2.0:User";
pub const HARBOR_GROUP: &str = "urn:example:params:scim:schemas:extension:harbor:2.0:Group";

/// The settings file that declares them.
const SETTINGS: &str = r#"
[[schema]]
id = "urn:example:params:scim:schemas:extension:harbor:2.0:User"
name = "HarborUser"
description = "What a harbour knows of its people."
resource_type = "User"

# Nothing but a name: everything else is the standard's default.
[[schema.attribute]]
name = "motto"

[[schema.attribute]]
name = "badge"
type = "string"
description = "The number on the badge."
case_exact = true

[[schema.attribute]]
name = "level"
type = "integer"

[[schema.attribute]]
name = "height"
type = "decimal"

[[schema.attribute]]
name = "pilot"
type = "boolean"

[[schema.attribute]]
name = "since"
type = "dateTime"

[[schema.attribute]]
name = "seal"
type = "binary"

[[schema.attribute]]
name = "page"
type = "reference"
reference_types = ["external"]

[[schema.attribute]]
name = "berth"
mutability = "immutable"

[[schema.attribute]]
name = "hint"
returned = "request"

[[schema.attribute]]
name = "flag"
returned = "always"

[[schema.attribute]]
name = "boats"
multi_valued = true

[[schema.attribute]]
name = "watch"
type = "complex"
multi_valued = true

[[schema.attribute.sub_attribute]]
name = "value"

[[schema.attribute.sub_attribute]]
name = "type"
canonical_values = ["day", "night"]

[[schema.attribute.sub_attribute]]
name = "primary"
type = "boolean"

[[schema.attribute.sub_attribute]]
name = "hours"
type = "integer"

[[schema]]
id = "urn:example:params:scim:schemas:extension:harbor:2.0:Group"
name = "HarborGroup"
description = "What a harbour knows of its crews."
resource_type = "Group"

[[schema.attribute]]
name = "quay"

[[schema.attribute]]
name = "captain"
type = "reference"
reference_types = ["User"]
"#;

/// What this service does not do and therefore does not let anybody declare.
pub const CANNOT_BE_KEPT: [&str; 5] = [
    "mutability = \"readOnly\"",
    "mutability = \"writeOnly\"",
    "returned = \"never\"",
    "required = true",
    "uniqueness = \"server\"",
];

/// A settings file that declares one attribute, with this line about it.
pub fn settings_with(characteristic: &str) -> String {
    format!(
        "[[schema]]\nid = \"{HARBOR}\"\nname = \"HarborUser\"\nresource_type = \"User\"\n\n\
         [[schema.attribute]]\nname = \"rank\"\n{characteristic}\n"
    )
}

impl Room {
    /// With extensions of an operator's own.
    pub fn with_harbor() -> Self {
        Self::start_with(&[("SCIMROOM_RATE_LIMIT", "0")], SETTINGS)
    }
}

/// A user with these attributes of the extension; `more` is laid over the core ones.
pub fn sailor(harbor: Value, more: Value) -> Value {
    let mut extended = Map::new();
    extended.insert("schemas".to_owned(), vec![USER, HARBOR].into());
    extended.insert(HARBOR.to_owned(), harbor);
    let Value::Object(more) = more else { panic!("{more} is no object") };
    extended.extend(more);
    person(extended.into())
}

/// Where an attribute of the extension stands in an answer.
pub fn harbor(name: &str) -> String {
    format!("/{HARBOR}/{name}")
}
