//! Signs: the mistakes that one request of Okta shows by itself, whatever became of it.
//!
//! The service asks before it answers and tags the event with what is found here. What only a sequence of requests
//! shows is for the watch; what the rules of the directory stumble over (a user name that is refused, say) they tag
//! themselves.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::model::finding::Code;

/// Above this many codes a request shows nothing more that anybody would read.
const MOST: usize = 8;
/// What SCIM 1.1 calls its schemas.
const VERSION_ONE: &str = "urn:scim:schemas:core:1.0";

/// A request, as far as it shows mistakes.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'r> {
    /// HTTP method.
    pub method: &'r str,
    /// Path as sent, without the query.
    pub path: &'r str,
    /// Query as sent.
    pub query: Option<&'r str>,
    /// The body; none when there was none or when it is no JSON.
    pub body: Option<&'r Value>,
    /// Whether this workspace wants user names that are e-mail addresses.
    pub names_are_addresses: bool,
    /// Whether the client came by plain HTTP, as far as the proxy in front of the service tells.
    pub plain_http: bool,
    /// Whether the answers' media types are among those that the request accepts.
    pub takes_json: bool,
}

/// What the head of a request shows: D09 (base URL without `/scim/v2`), D10 (a part of it doubled), D11 (a slash at its
/// end), D13 (an endpoint of SCIM 1.1), D14 (http in place of https), D18 (a front server changed `Accept`), D30 (people
/// looked up by something else than their user name).
pub fn of_head(seen: &Seen<'_>) -> Vec<Code> {
    let segments: Vec<String> = seen
        .path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| segment.to_ascii_lowercase())
        .collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let is_endpoint = |name: &&str| matches!(*name, "users" | "groups");
    let mut codes = Vec::new();
    match segments.as_slice() {
        [.., "serviceproviderconfigs"] => codes.push(13),
        ["scim", "v2", "scim", "v2", ..] => codes.push(10),
        ["scim", "v2", first, second, ..] if is_endpoint(first) && is_endpoint(second) => codes.push(10),
        ["scim", "v2", ..] => {}
        [.., last] if is_endpoint(last) => codes.push(9),
        [.., last, _] if is_endpoint(last) => codes.push(9),
        _ => {}
    }
    if codes.is_empty() && seen.path.contains("//") {
        codes.push(11);
    }
    if seen.method == "GET" && matches!(segments.as_slice(), ["scim", "v2", "users"]) && looks_by_another(seen.query) {
        codes.push(30);
    }
    if seen.plain_http {
        codes.push(14);
    }
    if !seen.takes_json {
        codes.push(18);
    }
    codes.into_iter().map(Code).collect()
}

/// Whether the query's filter begins with another attribute than `userName`.
fn looks_by_another(query: Option<&str>) -> bool {
    let filter = query.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("filter="));
    let filter = filter.map(|filter| filter.replace('+', " "));
    let Some(Ok(filter)) = filter.as_deref().map(|filter| percent_decode_str(filter).decode_utf8()) else {
        return false;
    };
    // Okta's filters are one comparison, `userName eq "…"` (okta-traffic 2); the schema may stand before the name.
    filter.split_whitespace().next().is_some_and(|attribute| {
        let name = attribute.rsplit_once(':').map_or(attribute, |(_, name)| name);
        !name.eq_ignore_ascii_case("userName")
    })
}

/// What the body of a write to `/Users` shows. `is_known` tells the schemas of this service by their URN.
pub fn of_body(seen: &Seen<'_>, is_known: impl Fn(&str) -> bool) -> Vec<Code> {
    let Some(Value::Object(body)) = seen.body else { return Vec::new() };
    let mut codes = Vec::new();
    if schemas(body).any(|urn| urn.starts_with(VERSION_ONE)) {
        return vec![Code(13)];
    }
    match seen.method {
        "POST" | "PUT" => of_profile(seen, body, &is_known, &mut codes),
        "PATCH" => {
            let operations = member(body, "Operations").and_then(Value::as_array);
            for value in
                operations.into_iter().flatten().filter_map(Value::as_object).filter_map(|op| member(op, "value"))
            {
                if let Value::Object(value) = value {
                    of_names(value, &is_known, &mut codes);
                    of_roles(value, &mut codes);
                }
            }
        }
        _ => {}
    }
    codes.sort_unstable();
    codes.dedup();
    codes.truncate(MOST);
    codes.into_iter().map(Code).collect()
}

/// A whole profile: D29 (the user name is not the primary e-mail address), D48, D49, D51, D54 (a needed attribute is
/// missing), D55 (default attributes were deleted).
fn of_profile(seen: &Seen<'_>, body: &Map<String, Value>, is_known: &impl Fn(&str) -> bool, codes: &mut Vec<u8>) {
    for urn in schemas(body) {
        if !is_known(urn) {
            codes.push(48);
        }
    }
    of_names(body, is_known, codes);
    of_roles(body, codes);
    let emails = member(body, "emails").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let user_name = member(body, "userName").and_then(Value::as_str).unwrap_or_default();
    if let Some(address) = primary(emails)
        && seen.names_are_addresses
        && user_name.contains('@')
        && user_name.trim().to_lowercase() != address.trim().to_lowercase()
    {
        codes.push(29);
    }
    if seen.method == "POST" {
        let name = member(body, "name").and_then(Value::as_object);
        let part = |part: &str| name.and_then(|name| member(name, part)).is_some_and(is_text);
        if !part("givenName") || !part("familyName") || primary(emails).is_none() {
            codes.push(54);
        } else if !member(body, "displayName").is_some_and(is_text)
            || !emails.iter().filter_map(Value::as_object).any(|entry| member(entry, "type").is_some_and(is_text))
        {
            codes.push(55);
        }
    }
}

/// D48: a key that looks like the name of a schema and is none.
fn of_names(body: &Map<String, Value>, is_known: &impl Fn(&str) -> bool, codes: &mut Vec<u8>) {
    let strange = |name: &str| {
        let qualified = || name.rsplit_once(':').is_some_and(|(urn, _)| is_known(urn));
        name.contains(':') && !is_known(name) && !qualified()
    };
    if body.keys().any(|name| strange(name)) {
        codes.push(48);
    }
}

/// D49 (a role as text) and D51 (two roles).
fn of_roles(body: &Map<String, Value>, codes: &mut Vec<u8>) {
    let entries = match member(body, "roles") {
        Some(Value::String(role)) if !role.trim().is_empty() => return codes.push(49),
        Some(Value::Array(entries)) => entries,
        _ => return,
    };
    if entries.iter().any(Value::is_string) {
        codes.push(49);
    }
    let value = |entry: &Value| match entry {
        Value::String(role) => Some(role.trim().to_lowercase()),
        Value::Object(entry) => member(entry, "value").and_then(Value::as_str).map(|role| role.trim().to_lowercase()),
        _ => None,
    };
    let mut roles: Vec<String> = entries.iter().filter_map(value).filter(|role| !role.is_empty()).collect();
    let mains = entries.iter().filter_map(Value::as_object).filter(|entry| is_primary(entry)).count();
    roles.sort_unstable();
    roles.dedup();
    if roles.len() > 1 || mains > 1 {
        codes.push(51);
    }
}

/// The value of the primary entry, or of the only one.
fn primary(emails: &[Value]) -> Option<&str> {
    let entries = || emails.iter().filter_map(Value::as_object);
    let chosen =
        entries().find(|entry| is_primary(entry)).or_else(|| if emails.len() == 1 { entries().next() } else { None });
    let chosen = chosen.or_else(|| entries().next())?;
    member(chosen, "value").filter(|value| is_text(value)).and_then(Value::as_str)
}

fn is_primary(entry: &Map<String, Value>) -> bool {
    member(entry, "primary").is_some_and(|value| value.as_bool().unwrap_or(false) || value.as_str() == Some("true"))
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

fn schemas(body: &Map<String, Value>) -> impl Iterator<Item = &str> {
    member(body, "schemas").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// A member by its name, without regard to case (RFC 7643 2.1).
fn member<'b>(body: &'b Map<String, Value>, name: &str) -> Option<&'b Value> {
    body.get(name).or_else(|| body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
    const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    fn seen<'r>(method: &'r str, path: &'r str, query: Option<&'r str>, body: Option<&'r Value>) -> Seen<'r> {
        Seen { method, path, query, body, names_are_addresses: true, plain_http: false, takes_json: true }
    }

    fn address(path: &str, query: Option<&str>) -> Vec<u8> {
        of_head(&seen("GET", path, query, None)).into_iter().map(|code| code.0).collect()
    }

    fn body(method: &str, body: &Value) -> Vec<u8> {
        let is_known = |urn: &str| [USER, ENTERPRISE].contains(&urn);
        of_body(&seen(method, "/scim/v2/Users", None, Some(body)), is_known).into_iter().map(|code| code.0).collect()
    }

    /// The create that a set-up without a mistake sends (okta-traffic 3.1), changed.
    fn create(change: impl FnOnce(&mut Map<String, Value>)) -> Vec<u8> {
        let mut whole = json!({
            "schemas": [USER, ENTERPRISE],
            "userName": "ada.moreno@harbor.example",
            "name": {"givenName": "Ada", "familyName": "Moreno"},
            "emails": [{"primary": true, "value": "Ada.Moreno@harbor.example", "type": "work"}],
            "displayName": "Ada Moreno", "externalId": "00u7ab2cdEFGhij8x5d7", "groups": [], "active": true,
            "roles": [{"primary": true, "value": "editor"}],
            ENTERPRISE: {"department": "Data"}
        });
        change(whole.as_object_mut().unwrap());
        body("POST", &whole)
    }

    #[test]
    fn what_a_front_server_does_to_a_request_is_told_by_its_head() {
        let right = seen("GET", "/scim/v2/Users", Some("startIndex=1&count=2"), None);
        assert_eq!(of_head(&right), []);
        assert_eq!(of_head(&Seen { plain_http: true, ..right }), [Code(14)]);
        assert_eq!(of_head(&Seen { takes_json: false, ..right }), [Code(18)]);
    }

    #[test]
    fn a_base_url_that_misses_the_base_path_is_told_by_its_form() {
        for path in ["/Users", "/scim/Users", "/scim/v1/Users/", "/api/v2/Groups", "/Users/2819"] {
            assert_eq!(address(path, None), [9], "{path}");
        }
        for path in
            ["/scim/v2/Users/Users", "/scim/v2/scim/v2/Users", "/scim/v2/Groups/Users", "/scim/v2/users/USERS/1"]
        {
            assert_eq!(address(path, None), [10], "{path}");
        }
        assert_eq!(address("/scim/v2//Users", None), [11]);
        for path in ["/scim/v2/ServiceProviderConfigs", "/ServiceProviderConfigs"] {
            assert_eq!(address(path, None), [13], "{path}");
        }
        for path in [
            "/scim/v2/Users",
            "/scim/v2/Users/",
            "/scim/v2/Users/2819",
            "/scim/v2/ServiceProviderConfig",
            "/",
            "/healthz",
        ] {
            assert_eq!(address(path, None), [0; 0], "{path}");
        }
    }

    #[test]
    fn people_looked_up_by_anything_but_their_user_name() {
        for filter in [
            "filter=email%20eq%20%22a%40b.example%22",
            "startIndex=1&filter=id+eq+%22x%22",
            "filter=externalId%20eq%20%2200u%22",
        ] {
            assert_eq!(address("/scim/v2/Users", Some(filter)), [30], "{filter}");
        }
        for filter in [
            "filter=userName%20eq%20%22email+eq%22",
            "filter=USERNAME+eq+%22a%22&count=1",
            "startIndex=1&count=2",
            "filter=",
            "filter=urn%3Aietf%3Aparams%3Ascim%3Aschemas%3Acore%3A2.0%3AUser%3AuserName%20eq%20%22a%22",
        ] {
            assert_eq!(address("/scim/v2/Users", Some(filter)), [0; 0], "{filter}");
        }
        assert_eq!(address("/scim/v2/Groups", Some("filter=displayName%20eq%20%22Sales%22")), [0; 0]);
    }

    #[test]
    fn a_set_up_without_a_mistake_shows_none() {
        assert_eq!(create(|_| {}), [0; 0]);
        assert_eq!(create(|user| drop(user.remove("roles"))), [0; 0], "what is not sent is for the watch");
        let deactivate = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "value": {"active": false}}]});
        assert_eq!(body("PATCH", &deactivate), [0; 0]);
    }

    #[test]
    fn a_user_name_that_is_not_the_primary_address() {
        assert_eq!(create(|user| drop(user.insert("userName".into(), json!("ada@login.example")))), [29]);
        let two = json!([{"value": "other@harbor.example", "type": "home"},
            {"value": "ada.moreno@harbor.example", "primary": true, "type": "work"}]);
        assert_eq!(create(|user| drop(user.insert("emails".into(), two))), [0; 0]);
    }

    #[test]
    fn schemas_and_keys_that_are_mistyped() {
        let strange = json!({"role": "editor"});
        for name in
            ["rn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:commonrom:2.0:User"]
        {
            assert_eq!(create(|user| drop(user.insert(name.into(), strange.clone()))), [48], "{name}");
        }
        assert_eq!(create(|user| drop(user.insert("schemas".into(), json!([USER, "urn:x:y"])))), [48]);
        assert_eq!(
            create(|user| drop(user.insert(format!("{USER}:roles"), json!([])))),
            [0; 0],
            "a qualified name is right"
        );
        assert_eq!(create(|user| drop(user.insert("schemas".into(), json!(["urn:scim:schemas:core:1.0"])))), [13]);
    }

    #[test]
    fn roles_in_the_wrong_form_and_two_at_once() {
        let roles = |roles: Value| create(|user| drop(user.insert("roles".into(), roles)));
        assert_eq!(roles(json!("editor")), [49]);
        assert_eq!(roles(json!(["editor"])), [49]);
        assert_eq!(roles(json!([{"value": "editor"}, {"value": "viewer", "primary": true}])), [51]);
        assert_eq!(
            roles(json!([{"value": "editor", "primary": true}, {"value": "editor", "primary": true, "type": "x"}])),
            [51]
        );
        for right in [
            json!([{"value": "editor"}]),
            json!([]),
            json!(null),
            json!(""),
            json!([{"value": "Editor", "type": "a"}, {"value": "editor", "primary": true}]),
        ] {
            assert_eq!(roles(right.clone()), [0; 0], "{right}");
        }
        let patch = json!({"Operations": [{"op": "replace", "value": {"roles": "owner"}}]});
        assert_eq!(body("PATCH", &patch), [49]);
    }

    #[test]
    fn attributes_that_are_missing() {
        for name in ["name", "emails"] {
            assert_eq!(create(|user| drop(user.remove(name))), [54], "{name}");
        }
        assert_eq!(create(|user| user["name"]["givenName"] = json!("")), [54]);
        assert_eq!(create(|user| user["name"]["familyName"] = json!(null)), [54]);
        assert_eq!(create(|user| drop(user.remove("displayName"))), [55]);
        assert_eq!(
            create(|user| user["emails"] = json!([{"primary": true, "value": "ada.moreno@harbor.example"}])),
            [55]
        );
    }

    proptest::proptest! {
        /// Whatever Okta, or who calls himself so, sends.
        #[test]
        fn nothing_breaks_it(path in "[ -~é/]{0,60}", query in "[ -~é%+&=]{0,80}", text in "\\PC{0,80}") {
            address(&path, Some(&query));
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                body("POST", &value);
            }
            body("PUT", &json!({"roles": [text.clone(), 5, {"value": [text]}], "emails": [null, 7], "name": [], "schemas": 3}));
        }
    }
}
