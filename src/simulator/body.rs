//! The JSON that Okta sends: create, read-merge-write, the switch of `active`, and groups.

use rand::{RngExt, distr::Alphanumeric};
use serde_json::{Map, Value, json};

use super::{groups::Member, people::Person};

pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(super) const LIST_RESPONSE: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
pub(super) const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
/// What Entitlement Management takes for roles and entitlements.
pub(super) const ENTITLEMENTS: [&str; 2] =
    ["urn:okta:scim:schemas:core:1.0:Role", "urn:okta:scim:schemas:core:1.0:Entitlement"];
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The body of the POST that creates an account.
pub(super) fn create(person: &Person) -> Map<String, Value> {
    let mut user = Map::from_iter([
        ("schemas".to_owned(), json!([USER, ENTERPRISE])),
        ("userName".to_owned(), json!(person.user_name)),
        ("name".to_owned(), json!({"givenName": person.given_name, "familyName": person.family_name})),
        ("emails".to_owned(), json!([{"primary": true, "value": person.email, "type": "work"}])),
        ("displayName".to_owned(), json!(person.display_name())),
    ]);
    // An empty profile value is absent on create.
    if let Some(title) = &person.title {
        user.insert("title".into(), json!(title));
    }
    user.insert("locale".into(), json!(person.locale));
    user.insert("externalId".into(), json!(person.external_id));
    user.insert("groups".into(), json!([]));
    // Sent even with password sync off: a random placeholder.
    user.insert("password".into(), password());
    user.insert("active".into(), json!(true));
    if let Some(role) = &person.role {
        user.insert("roles".into(), json!([{"primary": true, "value": role}]));
    }
    user.insert(ENTERPRISE.into(), json!({"department": person.department}));
    user
}

/// Lays Okta's mapped values over whatever the service returned; everything else goes back as it came.
pub(super) fn overlay(mut user: Map<String, Value>, person: &Person, active: bool) -> Map<String, Value> {
    within_array(&mut user, "schemas", |schemas| {
        for urn in [USER, ENTERPRISE] {
            if !schemas.iter().any(|given| given.as_str() == Some(urn)) {
                schemas.push(json!(urn));
            }
        }
    });
    user.insert("externalId".into(), json!(person.external_id));
    user.insert("userName".into(), json!(person.user_name));
    within_object(&mut user, "name", |name| {
        name.insert("givenName".into(), json!(person.given_name));
        name.insert("familyName".into(), json!(person.family_name));
    });
    within_array(&mut user, "emails", |emails| {
        set_primary(emails, &person.email, json!({"primary": true, "value": person.email, "type": "work"}));
    });
    user.insert("displayName".into(), json!(person.display_name()));
    if let Some(title) = &person.title {
        user.insert("title".into(), json!(title));
    }
    user.insert("locale".into(), json!(person.locale));
    within_array(&mut user, "groups", |_| ());
    user.insert("active".into(), json!(active));
    if let Some(role) = &person.role {
        within_array(&mut user, "roles", |roles| set_primary(roles, role, json!({"primary": true, "value": role})));
    }
    within_object(&mut user, ENTERPRISE, |enterprise| {
        enterprise.insert("department".into(), json!(person.department));
    });
    user
}

/// A random password: the one part of a run that does not repeat.
pub(super) fn password() -> Value {
    rand::rng().sample_iter(Alphanumeric).take(8).map(char::from).collect::<String>().into()
}

/// The PATCH with which a catalogue app pushes a new password.
pub(super) fn new_password() -> Value {
    patch(&json!([{"op": "replace", "value": {"password": password()}}]))
}

/// The PATCH with which a catalogue app activates and deactivates: no `path`, `value` an object.
pub(super) fn switch(active: bool) -> Value {
    patch(&json!([{"op": "replace", "value": {"active": active}}]))
}

fn patch(operations: &Value) -> Value {
    json!({"schemas": [PATCH_OP], "Operations": operations})
}

/// A member has no `type` in Okta's words.
fn members(members: &[Member]) -> Value {
    members.iter().map(|member| json!({"value": member.id, "display": member.user_name})).collect()
}

/// The body of the POST that creates a group.
pub(super) fn group(name: &str, of: &[Member]) -> Value {
    json!({"schemas": [GROUP], "displayName": name, "members": members(of)})
}

/// The PUT of a group: its name and all its members over whatever the service returned.
pub(super) fn overlay_group(mut group: Map<String, Value>, name: &str, of: &[Member]) -> Value {
    within_array(&mut group, "schemas", |schemas| {
        if !schemas.iter().any(|given| given.as_str() == Some(GROUP)) {
            schemas.push(json!(GROUP));
        }
    });
    group.insert("displayName".into(), json!(name));
    group.insert("members".into(), members(of));
    Value::Object(group)
}

/// The PATCH for who left and who joined.
pub(super) fn change_members(joined: &[Member], left: &[Member]) -> Value {
    let mut operations: Vec<Value> = left
        .iter()
        .map(|member| json!({"op": "remove", "path": format!("members[value eq {}]", json!(member.id))}))
        .collect();
    if !joined.is_empty() {
        operations.push(json!({"op": "add", "path": "members", "value": members(joined)}));
    }
    patch(&json!(operations))
}

/// The PATCH of Push now, also for nobody.
pub(super) fn replace_members(of: &[Member]) -> Value {
    patch(&json!([{"op": "replace", "path": "members", "value": members(of)}]))
}

/// The PATCH of a rename, which Okta also sends after every change of members.
pub(super) fn rename(id: &str, name: &str) -> Value {
    patch(&json!([{"op": "replace", "value": {"id": id, "displayName": name}}]))
}

/// Sets the value of the entry that Okta's mapping `….^[primary==true].value` matches. An entry that came back without
/// `primary` is not recognised; a second one is added beside it.
fn set_primary(entries: &mut Vec<Value>, value: &str, fresh: Value) {
    let known = entries.iter_mut().filter_map(Value::as_object_mut).find(|e| e.get("primary") == Some(&json!(true)));
    match known {
        Some(entry) => {
            entry.insert("value".into(), json!(value));
        }
        None => entries.push(fresh),
    }
}

/// Changes the array under `name`, which is made when absent or something else.
fn within_array(user: &mut Map<String, Value>, name: &str, change: impl FnOnce(&mut Vec<Value>)) {
    let mut entries = match user.get_mut(name).map(Value::take) {
        Some(Value::Array(entries)) => entries,
        _ => Vec::new(),
    };
    change(&mut entries);
    user.insert(name.to_owned(), Value::Array(entries));
}

/// Changes the object under `name`, which is made when absent or something else.
fn within_object(user: &mut Map<String, Value>, name: &str, change: impl FnOnce(&mut Map<String, Value>)) {
    let mut members = match user.get_mut(name).map(Value::take) {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    };
    change(&mut members);
    user.insert(name.to_owned(), Value::Object(members));
}
