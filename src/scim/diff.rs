//! What a write changed, attribute by attribute, in the notation of PATCH paths.

use serde_json::{Map, Value};

use crate::model::event::Change;

/// The differences between two states of a resource's attributes, in the order of the attributes before, then of those added.
///
/// Paths look like `title`, `name.familyName`, `emails[type eq "work"].value` or `urn:...:User:department`. Values of a
/// multi-valued attribute are told apart by `type`, else by `value`; where neither does, the whole list is one change.
pub fn diff(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (name, old, new) in pairs(before, after) {
        // Only the URI of an extension has a colon.
        match (name.contains(':'), old, new) {
            (true, old, new) => {
                let empty = Map::new();
                let old = old.and_then(Value::as_object).unwrap_or(&empty);
                let new = new.and_then(Value::as_object).unwrap_or(&empty);
                for (part, old, new) in pairs(old, new) {
                    attribute(&format!("{name}:{part}"), old, new, &mut changes);
                }
            }
            (false, old, new) => attribute(name, old, new, &mut changes),
        }
    }
    changes
}

/// Every name of either object with both its values.
fn pairs<'a>(
    before: &'a Map<String, Value>,
    after: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a str, Option<&'a Value>, Option<&'a Value>)> {
    let added = after.iter().filter(|(name, _)| !before.contains_key(*name));
    before
        .iter()
        .map(|(name, old)| (name.as_str(), Some(old), after.get(name)))
        .chain(added.map(|(name, new)| (name.as_str(), None, Some(new))))
}

fn attribute(path: &str, old: Option<&Value>, new: Option<&Value>, changes: &mut Vec<Change>) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Value::Object(_)) | None, Some(Value::Object(_)) | None) => parts(path, old, new, changes),
        (Some(Value::Array(_)) | None, Some(Value::Array(_)) | None) => {
            let (old_list, new_list) = (items(old), items(new));
            match ["type", "value"].into_iter().find(|key| tells_apart(old_list, key) && tells_apart(new_list, key)) {
                Some(key) => list(path, key, old_list, new_list, changes),
                None => changes.push(change(path, old, new)),
            }
        }
        (old, new) => changes.push(change(path, old, new)),
    }
}

fn parts(path: &str, old: Option<&Value>, new: Option<&Value>, changes: &mut Vec<Change>) {
    let empty = Map::new();
    let old = old.and_then(Value::as_object).unwrap_or(&empty);
    let new = new.and_then(Value::as_object).unwrap_or(&empty);
    for (name, old, new) in pairs(old, new) {
        if old != new {
            changes.push(change(&format!("{path}.{name}"), old, new));
        }
    }
}

fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether every item is an object with its own text under `key`.
fn tells_apart(list: &[Value], key: &str) -> bool {
    let keys: Vec<Option<&str>> = list.iter().map(|item| item.get(key).and_then(Value::as_str)).collect();
    keys.iter().enumerate().all(|(index, key)| key.is_some() && !keys.iter().take(index).any(|before| before == key))
}

fn list(path: &str, key: &str, old: &[Value], new: &[Value], changes: &mut Vec<Change>) {
    let keyed = |list: &[Value]| -> Map<String, Value> {
        list.iter().filter_map(|item| Some((item.get(key)?.as_str()?.to_owned(), item.clone()))).collect()
    };
    let count = changes.len();
    let (old_items, new_items) = (keyed(old), keyed(new));
    for (name, old, new) in pairs(&old_items, &new_items) {
        if old != new {
            let element = format!("{path}[{key} eq {}]", Value::from(name));
            match (old, new) {
                (Some(_), Some(_)) => parts(&element, old, new, changes),
                _ => changes.push(change(&element, old, new)),
            }
        }
    }
    // The same values in another order.
    if changes.len() == count {
        changes.push(change(path, Some(&Value::Array(old.to_vec())), Some(&Value::Array(new.to_vec()))));
    }
}

fn change(path: &str, before: Option<&Value>, after: Option<&Value>) -> Change {
    Change { path: path.to_owned(), before: before.cloned(), after: after.cloned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::document::{Reading, UserDocument};
    use super::super::schema::{ENTERPRISE_USER_URN, USER_URN};
    use super::*;

    fn user(attributes: Value) -> UserDocument {
        let mut body = json!({"schemas": [USER_URN], "userName": "ada@harbor.example"});
        for (name, value) in attributes.as_object().unwrap() {
            body[name] = value.clone();
        }
        UserDocument::create(body, &Reading::default()).unwrap().0
    }

    fn changes(before: Value, after: Value) -> Value {
        json!(diff(user(before).attributes(), user(after).attributes()))
    }

    #[test]
    fn equal_documents_differ_in_nothing() {
        assert_eq!(changes(json!({"title": "A", "active": true}), json!({"active": true, "title": "A"})), json!([]));
    }

    #[test]
    fn changes_are_named_as_a_patch_would_name_them() {
        assert_eq!(
            changes(
                json!({
                    "title": "Analyst", "nickName": "A", "name": {"givenName": "Ada", "familyName": "Moreno"},
                    "emails": [{"type": "work", "value": "a@x.example"}, {"type": "home", "value": "h@x.example"}],
                    ENTERPRISE_USER_URN: {"department": "Data"}
                }),
                json!({
                    "title": "Lead", "name": {"givenName": "Ada", "familyName": "Li"}, "active": false,
                    "emails": [{"type": "work", "value": "b@x.example"}],
                    ENTERPRISE_USER_URN: {"department": "Maps"}
                })
            ),
            json!([
                {"path": "title", "before": "Analyst", "after": "Lead"},
                {"path": "nickName", "before": "A"},
                {"path": "name.familyName", "before": "Moreno", "after": "Li"},
                {"path": "emails[type eq \"work\"].value", "before": "a@x.example", "after": "b@x.example"},
                {"path": "emails[type eq \"home\"]", "before": {"type": "home", "value": "h@x.example"}},
                {"path": format!("{ENTERPRISE_USER_URN}:department"), "before": "Data", "after": "Maps"},
                {"path": "active", "after": false}
            ])
        );
    }

    #[test]
    fn lists_without_types_go_by_value_or_as_a_whole() {
        assert_eq!(
            changes(
                json!({"roles": [{"primary": true, "value": "viewer"}]}),
                json!({"roles": [{"primary": true, "value": "editor"}]})
            ),
            json!([
                {"path": "roles[value eq \"viewer\"]", "before": {"primary": true, "value": "viewer"}},
                {"path": "roles[value eq \"editor\"]", "after": {"primary": true, "value": "editor"}}
            ])
        );
        assert_eq!(
            changes(json!({"roles": ["viewer"]}), json!({"roles": "editor"})),
            json!([{"path": "roles", "before": ["viewer"], "after": "editor"}])
        );
        assert_eq!(
            changes(
                json!({"emails": [{"value": "a@x.example"}, {"value": "b@x.example"}]}),
                json!({"emails": [{"value": "b@x.example"}, {"value": "a@x.example"}]})
            ),
            json!([{
                "path": "emails",
                "before": [{"value": "a@x.example"}, {"value": "b@x.example"}],
                "after": [{"value": "b@x.example"}, {"value": "a@x.example"}]
            }])
        );
    }
}
