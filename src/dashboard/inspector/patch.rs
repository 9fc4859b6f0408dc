//! A PATCH explained: which of its operations changed what.

use serde_json::Value;

use crate::model::{event::Change, event_log::touches};

/// One operation of a PATCH (RFC 7644 3.5.2), as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// `add`, `remove` or `replace`, in whatever case.
    pub op: String,
    /// Where.
    pub path: Option<String>,
    /// What.
    pub value: Option<Value>,
}

/// The changes of a PATCH, each with the operation that made it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Explained<'c> {
    /// For each operation what it changed; none: it changed nothing.
    pub changes: Vec<Vec<&'c Change>>,
    /// What changed along with it: what no operation names.
    pub besides: Vec<&'c Change>,
}

/// The operations in a request body; none where it is no PATCH.
pub fn operations(body: &str) -> Vec<Operation> {
    let Ok(body) = serde_json::from_str::<Value>(body) else { return Vec::new() };
    let member = |operation: &Value, name: &str| {
        let members = operation.as_object()?;
        members.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    };
    let read = |operation: &Value| {
        Some(Operation {
            op: member(operation, "op")?.as_str()?.to_owned(),
            path: member(operation, "path").and_then(|path| path.as_str().map(str::to_owned)),
            value: member(operation, "value"),
        })
    };
    member(&body, "Operations")
        .and_then(|all| Some(all.as_array()?.iter().filter_map(read).collect()))
        .unwrap_or_default()
}

/// Puts each change under the operation that made it: the one whose path says so most exactly, of several the last.
pub fn explain<'c>(operations: &[Operation], changes: &'c [Change]) -> Explained<'c> {
    let mut explained = Explained { changes: vec![Vec::new(); operations.len()], besides: Vec::new() };
    for change in changes {
        let best = operations
            .iter()
            .enumerate()
            .map(|(place, operation)| (operation.concerns(change), place))
            .filter(|(fit, _)| *fit > 0)
            .max();
        match best.and_then(|(_, place)| explained.changes.get_mut(place)) {
            Some(made) => made.push(change),
            None => explained.besides.push(change),
        }
    }
    explained
}

impl Operation {
    /// What the operation is about: its path, or the names in its value.
    fn targets(&self) -> Vec<String> {
        match (&self.path, &self.value) {
            (Some(path), _) => vec![path.to_lowercase()],
            (None, Some(Value::Object(members))) => members
                .iter()
                .flat_map(|(name, value)| match value {
                    // The attributes of an extension.
                    Value::Object(parts) if name.contains(':') => {
                        parts.keys().map(|part| format!("{name}:{part}").to_lowercase()).collect()
                    }
                    _ => vec![name.to_lowercase()],
                })
                .collect(),
            (None, _) => Vec::new(),
        }
    }

    /// How well a change fits: 3 by its path, 2 by a value that both name, 1 by the attribute alone, 0 not at all.
    fn concerns(&self, change: &Change) -> u8 {
        let changed = change.path.to_lowercase();
        let targets = self.targets();
        if !targets.iter().any(|target| base(target) == base(&changed)) {
            return 0;
        }
        let named = changed.split('"').nth(1).filter(|name| !name.is_empty());
        let mentions = |text: &str| named.is_some_and(|name| text.to_lowercase().contains(name));
        let value = self.value.as_ref().map(Value::to_string).unwrap_or_default();
        if targets.iter().any(|target| target.contains(['.', '[', ':']) && touches(&changed, target)) {
            3
        } else if targets.iter().any(|target| mentions(target)) || mentions(&value) {
            2
        } else {
            1
        }
    }
}

/// The attribute that a path in lower case is about: `emails` of `emails[type eq "work"].value`.
fn base(path: &str) -> &str {
    let path = match path.starts_with("urn:") {
        true => path.split('[').next().and_then(|plain| plain.rsplit(':').next()).unwrap_or(path),
        false => path,
    };
    path.split(['.', '[']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(path: &str) -> Change {
        Change { path: path.to_owned(), before: None, after: Some(json!("x")) }
    }

    /// For each operation the paths it changed, and those besides.
    fn explained(operations: Value, changes: &[&str]) -> (Vec<Vec<String>>, Vec<String>) {
        let body = json!({"schemas": ["x"], "Operations": operations}).to_string();
        let changes: Vec<Change> = changes.iter().map(|path| change(path)).collect();
        let read = super::operations(&body);
        let found = explain(&read, &changes);
        let paths = |changes: &[&Change]| changes.iter().map(|change| change.path.clone()).collect::<Vec<_>>();
        (found.changes.iter().map(|made| paths(made)).collect(), paths(&found.besides))
    }

    #[test]
    fn each_operation_has_what_it_changed() {
        let (made, besides) = explained(
            json!([
                {"op": "Replace", "path": "name.familyName", "value": "King"},
                {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@x"},
                {"op": "replace", "path": "roles[primary eq true].value", "value": "editor"},
                {"op": "replace", "path": "title", "value": "Countess"},
                {"op": "add", "path": "name.givenName", "value": "Ada"}
            ]),
            &[
                "name.familyName",
                "emails[type eq \"work\"].value",
                "roles[value eq \"viewer\"]",
                "roles[value eq \"editor\"]",
                "displayName",
            ],
        );
        assert_eq!(
            made,
            [
                vec!["name.familyName"],
                vec!["emails[type eq \"work\"].value"],
                vec!["roles[value eq \"viewer\"]", "roles[value eq \"editor\"]"],
                vec![],
                vec![]
            ]
        );
        assert_eq!(besides, ["displayName"]);
    }

    #[test]
    fn members_go_to_the_operation_that_names_them() {
        let (made, _) = explained(
            json!([
                {"op": "add", "path": "members", "value": [{"value": "a1"}]},
                {"op": "remove", "path": "members[value eq \"b2\"]"},
                {"op": "add", "path": "members", "value": [{"value": "c3"}]}
            ]),
            &[
                "members[value eq \"a1\"]",
                "members[value eq \"b2\"]",
                "members[value eq \"c3\"]",
                "members[value eq \"a1\"].role",
            ],
        );
        assert_eq!(made[0], ["members[value eq \"a1\"]", "members[value eq \"a1\"].role"]);
        assert_eq!(made[1], ["members[value eq \"b2\"]"]);
        assert_eq!(made[2], ["members[value eq \"c3\"]"]);
    }

    #[test]
    fn a_value_without_a_path_names_its_attributes() {
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let department = format!("{urn}:department");
        let (made, besides) = explained(
            json!([{"op": "replace", "value": {"active": false}}, {"op": "replace", "value": {urn: {"department": "Data"}}}]),
            &["active", &department],
        );
        assert_eq!(made, [vec!["active".to_owned()], vec![department]]);
        assert!(besides.is_empty());
        assert!(operations("{\"userName\":\"a\"}").is_empty() && operations("<html>").is_empty());
    }
}
