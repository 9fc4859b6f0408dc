//! What is stored though no schema declares it: values of an extension, or of a part of one, that an operator took out
//! of the settings file. They are shown to nobody and cannot be written, but stay until they are declared again.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::schema::{Attribute, ResourceType, Schema};

/// What of a stored attribute is to be seen; nothing when no schema declares it. Only extensions can lose what they had.
pub(super) fn shown<'v>(kind: &'static ResourceType, name: &str, value: &'v Value) -> Option<Cow<'v, Value>> {
    if !name.contains(':') {
        return Some(Cow::Borrowed(value));
    }
    let extension = kind.extension(name)?;
    let Value::Object(parts) = value else { return None };
    if parts.iter().all(|(name, value)| extension.attribute(name).is_some_and(|part| declares(part, value))) {
        return Some(Cow::Borrowed(value));
    }
    let seen: Map<String, Value> = parts
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), declared(extension.attribute(name)?, value)?)))
        .collect();
    (!seen.is_empty()).then(|| Cow::Owned(Value::Object(seen)))
}

/// Whether every part of a value is declared.
fn declares(attribute: &Attribute, value: &Value) -> bool {
    match value {
        Value::Object(parts) => parts.keys().all(|name| attribute.sub_attribute(name).is_some()),
        Value::Array(list) => list.iter().all(|element| declares(attribute, element)),
        _ => true,
    }
}

/// The declared parts of a value; nothing when it has none.
fn declared(attribute: &Attribute, value: &Value) -> Option<Value> {
    match value {
        Value::Object(parts) => {
            let of = |(name, value): (&String, &Value)| {
                attribute.sub_attribute(name).is_some().then(|| (name.clone(), value.clone()))
            };
            let seen: Map<String, Value> = parts.iter().filter_map(of).collect();
            (!seen.is_empty()).then_some(Value::Object(seen))
        }
        Value::Array(list) => {
            let seen: Vec<Value> = list.iter().filter_map(|element| declared(attribute, element)).collect();
            (!seen.is_empty()).then_some(Value::Array(seen))
        }
        plain => Some(plain.clone()),
    }
}

/// Carries what nobody sees over into attributes that replace others: whoever sends back what was read must not clear it.
pub(super) fn keep(kind: &'static ResourceType, before: &Map<String, Value>, next: &mut Map<String, Value>) {
    for (urn, value) in before.iter().filter(|(name, _)| name.contains(':')) {
        let Value::Object(parts) = value else { continue };
        let extension: Option<&Schema> = kind.extension(urn);
        let unseen = parts.iter().filter(|(name, _)| extension.is_none_or(|found| found.attribute(name).is_none()));
        for (name, value) in unseen {
            let holder = next.entry(urn.clone()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(holder) = holder {
                holder.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::schema::{Declaration, ResourceTypes};
    use super::*;

    const URN: &str = "urn:example:params:scim:schemas:extension:harbor:2.0:User";

    fn stored() -> Map<String, Value> {
        let stored = json!({
            "userName": "ada@harbor.example",
            URN: {"badge": "7", "desk": {"floor": 3, "room": "b"}, "keys": [{"value": "a", "lock": "x"}, {"lock": "y"}]},
        });
        stored.as_object().cloned().unwrap_or_default()
    }

    fn kind(attributes: &str) -> &'static ResourceType {
        let text = format!("id = {URN:?}\nname = \"HarborUser\"\nresource_type = \"User\"\n{attributes}");
        let declaration: Declaration = toml::from_str(&text).unwrap();
        &ResourceTypes::with(&[declaration]).unwrap().user
    }

    fn seen(kind: &'static ResourceType) -> Value {
        let stored = stored();
        shown(kind, URN, &stored[URN]).map_or(Value::Null, Cow::into_owned)
    }

    const ALL: &str = "[[attribute]]\nname = \"badge\"\n[[attribute]]\nname = \"desk\"\ntype = \"complex\"\n\
                       [[attribute.sub_attribute]]\nname = \"floor\"\ntype = \"integer\"\n\
                       [[attribute.sub_attribute]]\nname = \"room\"\n[[attribute]]\nname = \"keys\"\ntype = \"complex\"\n\
                       multi_valued = true\n[[attribute.sub_attribute]]\nname = \"value\"\n\
                       [[attribute.sub_attribute]]\nname = \"lock\"\n";
    const SOME: &str = "[[attribute]]\nname = \"desk\"\ntype = \"complex\"\n[[attribute.sub_attribute]]\nname = \"room\"\n\
                        [[attribute]]\nname = \"keys\"\ntype = \"complex\"\nmulti_valued = true\n\
                        [[attribute.sub_attribute]]\nname = \"value\"\n";

    #[test]
    fn what_is_declared_is_seen_and_nothing_else() {
        assert_eq!(seen(kind(ALL)), stored()[URN]);
        assert_eq!(seen(kind(SOME)), json!({"desk": {"room": "b"}, "keys": [{"value": "a"}]}));
        assert_eq!(seen(kind("[[attribute]]\nname = \"other\"\n")), Value::Null);
        assert_eq!(seen(&ResourceTypes::standard().user), Value::Null);
    }

    #[test]
    fn what_is_not_seen_stays() {
        let mut next = Map::new();
        keep(&ResourceTypes::standard().user, &stored(), &mut next);
        assert_eq!(next[URN], stored()[URN]);
        let mut next = Map::new();
        next.insert(URN.to_owned(), json!({"keys": [{"value": "b"}]}));
        keep(kind(SOME), &stored(), &mut next);
        assert_eq!(next[URN], json!({"keys": [{"value": "b"}], "badge": "7"}), "desk was seen, and cleared");
        let mut next = Map::new();
        keep(kind(ALL), &stored(), &mut next);
        assert!(next.is_empty());
    }
}
