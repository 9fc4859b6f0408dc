//! What wrong mappings make of a profile, and wrong forms of a base URL.

use serde_json::{Map, Value, json};

use super::{body, people::Person};

/// The user name of a format other than Email.
pub(super) fn local_part(user_name: &str) -> String {
    user_name.split('@').next().unwrap_or_default().to_owned()
}

/// The address alone.
pub(super) fn without_path(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let host = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{host}")
}

/// Whether the profile is pushed to an account that is here: then it holds the `id` that the read gave.
fn is_push(user: &Map<String, Value>) -> bool {
    user.contains_key("id")
}

/// The profile as SCIM 1.1 has it.
pub(super) fn version_one(user: &mut Map<String, Value>, _: &Person) {
    user.insert("schemas".to_owned(), json!(["urn:scim:schemas:core:1.0"]));
    user.shift_remove(body::ENTERPRISE);
}

/// A title of the wrong type, once somebody is to be active again.
pub(super) fn wrong_on_return(user: &mut Map<String, Value>, _: &Person) {
    if is_push(user) && user.get("active") == Some(&Value::Bool(true)) {
        user.insert("title".to_owned(), json!(["Analyst", "Lead"]));
    }
}

/// The role under a URN with a letter missing.
pub(super) fn mistyped_namespace(user: &mut Map<String, Value>, person: &Person) {
    const MISTYPED: &str = "urn:ietf:params:scim:schemas:extension:commonrom:2.0:User";
    user.shift_remove("roles");
    user.insert("schemas".to_owned(), json!([body::USER, body::ENTERPRISE, MISTYPED]));
    user.insert(MISTYPED.to_owned(), json!({"role": person.role}));
}

/// Two attributes, each with its own slot among the roles.
pub(super) fn two_roles(user: &mut Map<String, Value>, _: &Person) {
    let role = |role: &str, slot: &str| json!({"primary": true, "value": role, "type": slot});
    user.insert("roles".to_owned(), json!([role("editor", "first"), role("viewer", "second")]));
}

/// A push after which the role on the assignment was emptied.
pub(super) fn role_dropped(user: &mut Map<String, Value>, _: &Person) {
    if is_push(user) {
        user.shift_remove("roles");
    }
}

/// No mapping for the last name.
pub(super) fn without_family_name(user: &mut Map<String, Value>, _: &Person) {
    if let Some(Value::Object(name)) = user.get_mut("name") {
        name.shift_remove("familyName");
    }
}

/// No mappings for what Okta sends by default.
pub(super) fn without_defaults(user: &mut Map<String, Value>, person: &Person) {
    user.shift_remove("displayName");
    user.insert("emails".to_owned(), json!([{"primary": true, "value": person.email}]));
}

/// The first person is owner, and nobody else.
pub(super) fn only_owner(index: u64, person: &mut Person) {
    person.role = Some(if index == 0 { "owner" } else { "viewer" }.to_owned());
}
