//! What must hold whatever operations a client thinks of.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::document::{Reading, UserDocument};
use super::super::schema::{ENTERPRISE_USER_URN, USER_URN};
use super::tests::{noor, patched};

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-c]{0,2}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        Just(json!("True")),
        Just(json!(5)),
    ]
}

fn entry() -> impl Strategy<Value = Value> {
    (
        prop::option::of("[a-c]"),
        prop::option::of(prop::sample::select(vec!["work", "home"])),
        prop::option::of(any::<bool>()),
    )
        .prop_map(|(value, kind, primary)| {
            let mut entry = json!({});
            if let Some(value) = value {
                entry["value"] = value.into();
            }
            if let Some(kind) = kind {
                entry["type"] = kind.into();
            }
            if let Some(primary) = primary {
                entry["primary"] = primary.into();
            }
            entry
        })
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        scalar(),
        entry(),
        prop::collection::vec(entry(), 0..3).prop_map(Value::from),
        prop::collection::vec("[a-c]".prop_map(Value::from), 0..3).prop_map(Value::from),
        Just(json!({"givenName": "a", "familyName": ""})),
        (entry(), scalar()).prop_map(|(entry, scalar)| json!({"emails": [entry], "title": scalar, "roles": "a"})),
        scalar().prop_map(|value| json!({ENTERPRISE_USER_URN: {"department": value}, "id": 1, "x": 2})),
    ]
}

fn any_operation() -> impl Strategy<Value = Value> {
    let path = prop::sample::select(vec![
        "",
        "title",
        "active",
        "name",
        "name.givenName",
        "emails",
        "emails[type eq \"work\"]",
        "roles",
        "roles[value eq \"a\"]",
        "emails[type eq \"home\"].value",
        "emails[type eq \"home\"].primary",
        "emails[value pr].primary",
        "emails[primary eq true]",
        "emails[not (type pr)].type",
        "roles[primary eq true].value",
        "roles[value pr].type",
        "userName",
        "schemas",
        "id",
        "emails.value",
        "commonRoomRole",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
    ]);
    (prop::sample::select(vec!["add", "replace", "Remove"]), path, any_value())
        .prop_map(|(op, path, value)| json!({"op": op, "path": path, "value": value}))
}

/// Each operation on its own, so that failing ones do not hide what the others do.
fn run(before: UserDocument, operations: &[Value]) -> UserDocument {
    operations.iter().fold(before, |user, operation| patched(&user, json!([operation])).unwrap_or(user))
}

fn one_primary_each(user: &UserDocument) -> bool {
    user.attributes()
        .values()
        .filter_map(Value::as_array)
        .all(|list| list.iter().filter(|entry| entry.get("primary") == Some(&json!(true))).count() <= 1)
}

proptest! {
    #[test]
    fn whatever_is_done_leaves_a_valid_user(operations in prop::collection::vec(any_operation(), 1..12)) {
        let user = run(noor(), &operations);
        prop_assert!(one_primary_each(&user), "{user:?}");
        prop_assert!(!user.user_name().is_empty());
        prop_assert_eq!(UserDocument::from_stored(&user.to_stored()).unwrap(), user.clone());
        // What is stored is canonical: sent back whole, it is the same.
        let mut body = Value::Object(user.attributes().clone());
        body["schemas"] = json!([USER_URN]);
        prop_assert_eq!(UserDocument::create(body, &Reading::default()).unwrap().0, user);
    }

    #[test]
    fn one_failing_operation_undoes_the_others(operations in prop::collection::vec(any_operation(), 1..6)) {
        let before = noor();
        match patched(&before, json!(operations)) {
            Ok(together) => prop_assert!(one_primary_each(&together)),
            Err(error) => prop_assert!(!error.detail.is_empty()),
        }
        let mut failing = operations;
        failing.push(json!({"op": "replace", "path": "emails[type eq \"nowhere\"].value", "value": "x"}));
        prop_assert!(patched(&before, json!(failing)).is_err());
        prop_assert_eq!(before, noor());
    }

    #[test]
    fn adding_what_is_there_changes_nothing(operations in prop::collection::vec(any_operation(), 0..8)) {
        let user = run(noor(), &operations);
        for (name, value) in user.attributes() {
            let add = json!([{"op": "add", "path": name, "value": value}]);
            prop_assert_eq!(&patched(&user, add).unwrap(), &user, "{}", name);
        }
        let whole = json!([{"op": "add", "value": user.attributes()}]);
        prop_assert_eq!(patched(&user, whole).unwrap(), user);
    }

    #[test]
    fn what_is_replaced_is_read_back(
        operations in prop::collection::vec(any_operation(), 0..8),
        title in "[a-z]{1,5}",
        emails in prop::collection::vec("[a-z]{1,5}", 1..4),
    ) {
        let entries: Vec<Value> = emails.iter().enumerate().map(|(n, v)| json!({"value": v, "type": format!("t{n}")})).collect();
        let user = run(noor(), &operations);
        let replaced = patched(&user, json!([
            {"op": "replace", "path": "title", "value": title},
            {"op": "replace", "path": "emails", "value": entries},
            {"op": "replace", "path": "name.familyName", "value": title},
        ])).unwrap();
        prop_assert_eq!(replaced.attributes().get("title"), Some(&json!(title)));
        prop_assert_eq!(replaced.attributes().get("emails"), Some(&json!(entries)));
        prop_assert_eq!(replaced.family_name(), Some(title.as_str()));
    }
}
