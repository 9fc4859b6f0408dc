//! Which attributes of a resource are shown (RFC 7644 3.4.2.5 and 3.9).

use serde_json::{Map, Value};

use super::error::ScimError;
use super::list::parameter;
use super::path::AttributePath;
use super::schema::{Attribute, Place, ResourceType, Returned};

/// What a client asked to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Projection {
    /// Everything shown by default.
    #[default]
    Everything,
    /// `attributes`: these, and what is always shown.
    Only(Vec<AttributePath>),
    /// `excludedAttributes`: everything shown by default but these.
    Without(Vec<AttributePath>),
}

/// Which attributes the client wrote in the request that is being answered: those that are shown on request are shown to
/// whoever wrote them (RFC 7643 7).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Written {
    /// None: it read.
    #[default]
    Nothing,
    /// All there are: it sent the resource whole.
    Whole,
    /// These.
    These(Vec<(Place, &'static str)>),
}

impl Written {
    /// Whether an attribute at the top level is among them; of an extension with its URN.
    pub fn includes(&self, urn: Option<&str>, name: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Whole => true,
            Self::These(list) => list.iter().any(|(place, written)| {
                *written == name
                    && match (place, urn) {
                        (Place::Core, None) => true,
                        (Place::Extension(place), Some(urn)) => *place == urn,
                        _ => false,
                    }
            }),
        }
    }
}

impl Projection {
    /// Whether an attribute at the top level is shown at all, so that one that costs much need not be read in vain.
    pub fn shows(&self, kind: &'static ResourceType, name: &str) -> bool {
        let Some(attribute) = kind.attribute(name) else { return false };
        let named = |paths: &[AttributePath], whole: bool| {
            paths.iter().any(|path| {
                path.urn.as_deref().is_none_or(|urn| urn.eq_ignore_ascii_case(&kind.schema.id))
                    && path.attribute.eq_ignore_ascii_case(&attribute.name)
                    && (!whole || path.sub.is_none())
            })
        };
        match self {
            Self::Everything => attribute.returned != Returned::Request,
            Self::Only(paths) => attribute.returned == Returned::Always || named(paths, false),
            Self::Without(paths) => attribute.returned == Returned::Always || !named(paths, true),
        }
    }

    /// Reads the two parameters among those of a URL, by the rules of a list: each at most once, and without a value it
    /// counts as not given.
    pub fn from_query(pairs: &[(String, String)]) -> Result<Self, ScimError> {
        Self::parse(parameter(pairs, "attributes")?, parameter(pairs, "excludedAttributes")?)
    }

    /// Reads the two parameters, each a list with commas. Names that cannot be read are ignored like unknown ones; both
    /// parameters at once are `invalidValue`.
    pub fn parse(attributes: Option<&str>, excluded: Option<&str>) -> Result<Self, ScimError> {
        match (attributes, excluded) {
            (Some(_), Some(_)) => Err(ScimError::invalid_value(
                "attributes and excludedAttributes exclude each other (RFC 7644 3.4.2.5). Send one of them.",
            )),
            (Some(list), None) => Ok(Self::Only(paths(list))),
            (None, Some(list)) => Ok(Self::Without(paths(list))),
            (None, None) => Ok(Self::Everything),
        }
    }

    /// Cuts a representation, in the table's spelling, down to what was asked for.
    pub fn apply(&self, representation: Value, resource_type: &'static ResourceType, written: &Written) -> Value {
        let Value::Object(members) = representation else { return representation };
        let mut shown = Map::new();
        for (name, value) in members {
            let kept = match resource_type.extension(&name) {
                Some(extension) => self.extension(value, &extension.id, &extension.attributes, written),
                None => match resource_type.attribute(&name) {
                    Some(attribute) => self.attribute(value, None, &resource_type.schema.id, attribute, written),
                    None => Some(value),
                },
            };
            if let Some(kept) = kept {
                shown.insert(name, kept);
            }
        }
        Value::Object(shown)
    }

    fn extension(&self, value: Value, urn: &str, attributes: &[Attribute], written: &Written) -> Option<Value> {
        let named = |paths: &[AttributePath]| {
            paths.iter().any(|path| path.as_urn().is_some_and(|text| text.eq_ignore_ascii_case(urn)))
        };
        match self {
            Self::Without(paths) if named(paths) => return None,
            Self::Only(paths) if named(paths) => return Some(value),
            _ => {}
        }
        let Value::Object(members) = value else { return None };
        let mut shown = Map::new();
        for (name, value) in members {
            let Some(attribute) = attributes.iter().find(|attribute| attribute.name == name) else { continue };
            if let Some(kept) = self.attribute(value, Some(urn), urn, attribute, written) {
                shown.insert(name, kept);
            }
        }
        (!shown.is_empty()).then_some(Value::Object(shown))
    }

    /// `home` is the URI that may stand before the name, and `required` the one that must.
    fn attribute(
        &self,
        value: Value,
        required: Option<&str>,
        home: &str,
        attribute: &Attribute,
        written: &Written,
    ) -> Option<Value> {
        let names = |paths: &[AttributePath]| -> Vec<Option<String>> {
            paths
                .iter()
                .filter(|path| match &path.urn {
                    Some(urn) => urn.eq_ignore_ascii_case(home),
                    None => required.is_none(),
                })
                .filter(|path| path.attribute.eq_ignore_ascii_case(&attribute.name))
                .map(|path| path.sub.clone())
                .collect()
        };
        match (attribute.returned, self) {
            (Returned::Never, _) => None,
            (Returned::Always, _) | (Returned::Default, Self::Everything) => Some(value),
            (Returned::Request, Self::Everything) => written.includes(required, &attribute.name).then_some(value),
            (Returned::Request, Self::Without(_)) => None,
            (Returned::Default | Returned::Request, Self::Only(paths)) => {
                let named = names(paths);
                if named.contains(&None) {
                    return Some(value);
                }
                if named.is_empty() {
                    return None;
                }
                parts(value, &|part| {
                    named.iter().flatten().any(|sub| sub.eq_ignore_ascii_case(part)) || always(attribute, part)
                })
            }
            (Returned::Default, Self::Without(paths)) => {
                let named = names(paths);
                if named.contains(&None) {
                    return None;
                }
                if named.is_empty() {
                    return Some(value);
                }
                parts(value, &|part| {
                    !named.iter().flatten().any(|sub| sub.eq_ignore_ascii_case(part)) || always(attribute, part)
                })
            }
        }
    }
}

fn paths(list: &str) -> Vec<AttributePath> {
    list.split(',').filter_map(|text| AttributePath::parse(text.trim()).ok()).collect()
}

fn always(attribute: &Attribute, part: &str) -> bool {
    attribute.sub_attribute(part).is_some_and(|sub| sub.returned == Returned::Always)
}

/// Keeps the wanted parts of a complex value or of each in a list; nothing when none is left.
fn parts(value: Value, wanted: &dyn Fn(&str) -> bool) -> Option<Value> {
    match value {
        Value::Object(members) => {
            let kept: Map<String, Value> = members.into_iter().filter(|(name, _)| wanted(name)).collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(list) => {
            let kept: Vec<Value> = list.into_iter().filter_map(|item| parts(item, wanted)).collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        // A plain text is its own `value`.
        plain => wanted("value").then_some(plain),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::schema::{ENTERPRISE_USER_URN, USER_URN, user_resource_type};
    use super::*;

    fn user() -> Value {
        json!({
            "schemas": [USER_URN, ENTERPRISE_USER_URN],
            "id": "1",
            "userName": "ada@harbor.example",
            "name": {"givenName": "Ada", "familyName": "Moreno"},
            "emails": [{"value": "ada@harbor.example", "type": "work", "primary": true}, {"value": "a@b.example"}],
            "roles": ["editor"],
            ENTERPRISE_USER_URN: {"department": "Data", "costCenter": "7"},
            "meta": {"version": "W/\"1\""}
        })
    }

    fn only(list: &str) -> Value {
        Projection::parse(Some(list), None).unwrap().apply(user(), user_resource_type(), &Written::Nothing)
    }

    fn without(list: &str) -> Value {
        Projection::parse(None, Some(list)).unwrap().apply(user(), user_resource_type(), &Written::Nothing)
    }

    #[test]
    fn nothing_asked_shows_everything() {
        assert_eq!(
            Projection::parse(None, None).unwrap().apply(user(), user_resource_type(), &Written::Nothing),
            user()
        );
    }

    #[test]
    fn attributes_select_and_keep_what_is_always_shown() {
        let base = json!({"schemas": [USER_URN, ENTERPRISE_USER_URN], "id": "1"});
        let with = |name: &str, value: Value| {
            let mut expected = base.clone();
            expected[name] = value;
            expected
        };
        assert_eq!(only("USERNAME"), with("userName", json!("ada@harbor.example")));
        assert_eq!(
            only("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName"),
            with("name", json!({"givenName": "Ada"}))
        );
        assert_eq!(only("emails.type"), with("emails", json!([{"type": "work"}])));
        assert_eq!(only("roles.value, nobody,?"), with("roles", json!(["editor"])));
        assert_eq!(
            only(ENTERPRISE_USER_URN),
            with(ENTERPRISE_USER_URN, json!({"department": "Data", "costCenter": "7"}))
        );
        assert_eq!(
            only(&format!("{ENTERPRISE_USER_URN}:department")),
            with(ENTERPRISE_USER_URN, json!({"department": "Data"}))
        );
        assert_eq!(only("department"), base);
    }

    #[test]
    fn excluded_attributes_go_unless_always_shown() {
        let shown = without(&format!("id,schemas,emails.value,name,{ENTERPRISE_USER_URN}:department,meta"));
        assert_eq!(
            shown,
            json!({
                "schemas": [USER_URN, ENTERPRISE_USER_URN],
                "id": "1",
                "userName": "ada@harbor.example",
                "emails": [{"type": "work", "primary": true}],
                "roles": ["editor"],
                ENTERPRISE_USER_URN: {"costCenter": "7"}
            })
        );
        assert!(without(ENTERPRISE_USER_URN).get(ENTERPRISE_USER_URN).is_none());
    }
}
