//! From a place in a JSON document to the SCIM path that names it: `emails[type eq "work"].value`.
//!
//! The notation is that of PATCH paths and of the changes an event records, so that what is copied here can be pasted
//! into a request, and looked for among the changes. Values of a list are told apart by `type`, else by `value`; where
//! neither does, the path is that of the whole list.

use serde_json::Value;

/// The path of what a JSON pointer (RFC 6901) points at in a body; none where that is no attribute of a resource.
///
/// A body may be a resource, a list of resources, a PATCH (whose values are named relative to their operation), or a bulk
/// request.
pub fn scim_path(body: &Value, pointer: &str) -> Option<String> {
    let tokens: Vec<String> =
        pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match tokens.as_slice() {
        ["Resources", place, rest @ ..] if body.get("schemas").is_some() => {
            path_in(body.get("Resources")?.get(place.parse::<usize>().ok()?)?, rest, None)
        }
        ["Operations", place, rest @ ..] => {
            let operation = body.get("Operations")?.get(place.parse::<usize>().ok()?)?;
            let target = operation.get("path").and_then(Value::as_str);
            match rest {
                ["path"] => target.map(str::to_owned),
                ["value", rest @ ..] => path_in(operation.get("value")?, rest, target),
                ["data", rest @ ..] => path_in(operation.get("data")?, rest, None),
                _ => None,
            }
        }
        ["Resources" | "Operations"] => None,
        rest => path_in(body, rest, None),
    }
}

/// The path of what lies at these tokens below a value, which stands at `base` itself.
fn path_in(value: &Value, tokens: &[&str], base: Option<&str>) -> Option<String> {
    let mut path = base.unwrap_or_default().to_owned();
    let mut here = value;
    let mut is_urn = false;
    for token in tokens {
        match here {
            Value::Object(members) => {
                here = members.get(*token)?;
                if token.contains(':') {
                    // Only the URI of an extension has a colon, and it stands at the top.
                    if !path.is_empty() {
                        return None;
                    }
                    path.push_str(token);
                    is_urn = true;
                    continue;
                } else if !token.chars().all(|c| c.is_alphanumeric() || matches!(c, '$' | '-' | '_' | '.')) {
                    return None;
                } else if path.is_empty() {
                    path.push_str(token);
                } else {
                    path.push(if is_urn { ':' } else { '.' });
                    path.push_str(token);
                }
            }
            Value::Array(items) => {
                let item = items.get(token.parse::<usize>().ok()?)?;
                match selector(items, item) {
                    Some(selector) => path.push_str(&selector),
                    None => return Some(path).filter(|path| !path.is_empty()),
                }
                here = item;
            }
            _ => return None,
        }
        is_urn = false;
    }
    Some(path).filter(|path| !path.is_empty())
}

/// What tells an item from the others of its list.
fn selector(items: &[Value], item: &Value) -> Option<String> {
    if let Value::String(text) = item {
        let plain = items.iter().all(Value::is_string);
        let alone = plain && items.iter().filter(|other| *other == item).count() == 1;
        return alone.then(|| format!("[value eq {}]", Value::from(text.as_str())));
    }
    let key = ["type", "value"].into_iter().find(|key| {
        let keys: Vec<Option<&str>> = items.iter().map(|item| item.get(key).and_then(Value::as_str)).collect();
        keys.iter().enumerate().all(|(at, key)| key.is_some() && !keys.iter().take(at).any(|before| before == key))
    })?;
    Some(format!("[{key} eq {}]", item.get(key)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const URN: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    #[test]
    fn attributes_of_a_resource() {
        let body = json!({
            "userName": "ada@x",
            "name": {"familyName": "King"},
            "emails": [{"type": "work", "value": "a@x"}, {"type": "home", "value": "h@x"}],
            "roles": [{"value": "editor", "primary": true}],
            "schemas": [URN],
            "phoneNumbers": [{"display": "1"}, {"display": "2"}],
            URN: {"department": "Data", "manager": {"value": "7"}}
        });
        let urn = URN.replace('/', "~1");
        for (pointer, path) in [
            ("/userName", Some("userName".to_owned())),
            ("/name/familyName", Some("name.familyName".to_owned())),
            ("/emails", Some("emails".to_owned())),
            ("/emails/0", Some("emails[type eq \"work\"]".to_owned())),
            ("/emails/1/value", Some("emails[type eq \"home\"].value".to_owned())),
            ("/roles/0/primary", Some("roles[value eq \"editor\"].primary".to_owned())),
            ("/schemas/0", Some(format!("schemas[value eq \"{URN}\"]"))),
            ("/phoneNumbers/1/display", Some("phoneNumbers".to_owned())),
            (&format!("/{urn}"), Some(URN.to_owned())),
            (&format!("/{urn}/department"), Some(format!("{URN}:department"))),
            (&format!("/{urn}/manager/value"), Some(format!("{URN}:manager.value"))),
            ("", None),
            ("/nothing", None),
        ] {
            assert_eq!(scim_path(&body, pointer), path, "{pointer}");
        }
    }

    #[test]
    fn messages_name_what_they_are_about() {
        let patch = json!({"schemas": ["x"], "Operations": [
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@x"},
            {"op": "add", "path": "emails", "value": [{"type": "home", "value": "h@x"}]},
            {"op": "replace", "value": {"name": {"givenName": "Ada"}, URN: {"department": "Data"}}}
        ]});
        for (pointer, path) in [
            ("/Operations/0/path", Some("emails[type eq \"work\"].value".to_owned())),
            ("/Operations/0/value", Some("emails[type eq \"work\"].value".to_owned())),
            ("/Operations/1/value/0/value", Some("emails[type eq \"home\"].value".to_owned())),
            ("/Operations/2/value/name/givenName", Some("name.givenName".to_owned())),
            (&format!("/Operations/2/value/{URN}/department"), Some(format!("{URN}:department"))),
            ("/Operations/0/op", None),
            ("/Operations", None),
        ] {
            assert_eq!(scim_path(&patch, pointer), path, "{pointer}");
        }
        let list = json!({"schemas": ["x"], "Resources": [{"userName": "ada@x"}]});
        assert_eq!(scim_path(&list, "/Resources/0/userName").as_deref(), Some("userName"));
    }

    /// What a path points at, by a reader of this notation of its own.
    fn resolve<'v>(root: &'v Value, path: &str) -> Option<&'v Value> {
        if root.get(path).is_some() {
            return root.get(path);
        }
        let (mut here, mut rest) = match path.strip_prefix(&format!("{URN}:")) {
            Some(rest) => (root.get(URN)?, rest),
            None => (root, path),
        };
        while !rest.is_empty() {
            rest = rest.trim_start_matches('.');
            if let Some(filter) = rest.strip_prefix('[') {
                let (key, after) = filter.split_once(" eq ")?;
                let mut texts = serde_json::Deserializer::from_str(after).into_iter::<String>();
                let wanted = texts.next()?.ok()?;
                rest = after.get(texts.byte_offset() + 1..)?;
                let is = |item: &&Value| {
                    item.get(key).and_then(Value::as_str) == Some(&wanted) || item.as_str() == Some(&wanted)
                };
                here = here.as_array()?.iter().find(is)?;
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                here = here.get(&rest[..end])?;
                rest = &rest[end..];
            }
        }
        Some(here)
    }

    fn value() -> impl Strategy<Value = Value> {
        let plain =
            prop_oneof!["[a-zA-Z@\"\\\\ é.\\[\\]]{0,6}".prop_map(Value::from), any::<bool>().prop_map(Value::from)];
        let item = prop_oneof![
            plain.clone(),
            prop::collection::hash_map(
                prop::sample::select(vec!["type", "value", "display", "primary"]),
                plain.clone(),
                1..4
            )
            .prop_map(|members| Value::Object(
                members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            )),
        ];
        prop_oneof![plain, item.clone(), prop::collection::vec(item, 0..4).prop_map(Value::from)]
    }

    fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| pointers(value, &format!("{at}/{name}"), found));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(place, item)| pointers(item, &format!("{at}/{place}"), found));
            }
            _ => {}
        }
    }

    proptest! {
        /// A path points at the value it was made for, or at the list in which that cannot be told apart.
        #[test]
        fn a_path_points_at_its_value(
            attributes in prop::collection::hash_map(prop::sample::select(vec!["title", "name", "emails", "roles"]), value(), 0..4),
            extension in prop::collection::hash_map(prop::sample::select(vec!["department", "manager"]), value(), 0..3),
        ) {
            let object = |map: std::collections::HashMap<&str, Value>| {
                Value::Object(map.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            };
            let mut resource = object(attributes);
            resource[URN] = object(extension);
            let mut places = Vec::new();
            pointers(&resource, "", &mut places);
            for pointer in places {
                let Some(path) = scim_path(&resource, &pointer) else { continue };
                let value = resource.pointer(&pointer).unwrap();
                let pointed = resolve(&resource, &path);
                let within = pointed.is_some_and(Value::is_array);
                prop_assert!(pointed == Some(value) || within, "{} {} {:?}", pointer, path, pointed);
            }
        }
    }
}
