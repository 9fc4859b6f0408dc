//! Chapter 5: what the service says about itself.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    harness::{ENTERPRISE, GROUP, ROLE, Room, USER},
    suite::suite,
};

suite! {
    line_035_the_configuration_has_every_required_part,
    line_035_the_configuration_advertises_what_works,
    line_036_schemas_are_listed_and_found_alone,
    line_036_resource_types_are_listed_and_found_alone,
    line_036_resource_types_name_schemas_that_exist,
    line_036_users_groups_and_roles_are_served,
    line_036_roles_are_a_list_to_read,
    line_037_paging_and_sorting_do_nothing_there,
    line_037_a_filter_is_403,
    line_037_writing_is_405,
    line_038_attributes_have_every_characteristic,
    line_038_errata_are_followed,
}

const CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

fn line_035_the_configuration_has_every_required_part(room: &Room) {
    let config = room.get("/ServiceProviderConfig").expect(200).has("/schemas", json!([CONFIG]));
    for part in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
        assert!(config[part]["supported"].is_boolean(), "{part}\n{config}");
    }
    for (part, number) in [("bulk", "maxOperations"), ("bulk", "maxPayloadSize"), ("filter", "maxResults")] {
        assert!(config[part][number].is_u64(), "{part}.{number}\n{config}");
    }
    let schemes = config["authenticationSchemes"].as_array().unwrap();
    assert!(!schemes.is_empty(), "{config}");
    for (scheme, part) in schemes.iter().flat_map(|one| ["type", "name", "description"].map(|part| (one, part))) {
        assert!(scheme[part].is_string(), "{part}\n{config}");
    }
    config.has("/meta/resourceType", "ServiceProviderConfig");
}

fn line_035_the_configuration_advertises_what_works(room: &Room) {
    let config = room.get("/ServiceProviderConfig").expect(200);
    let config = config.has("/bulk", json!({"supported": true, "maxOperations": 1000, "maxPayloadSize": 1_048_576}));
    let config = config.has("/filter", json!({"supported": true, "maxResults": 200}));
    for (part, supported) in [("patch", true), ("sort", true), ("etag", true), ("changePassword", false)] {
        assert_eq!(config[part]["supported"], supported, "{part}\n{config}");
    }
    config.has("/authenticationSchemes/0/type", "oauthbearertoken");
}

fn line_036_schemas_are_listed_and_found_alone(room: &Room) {
    let list = room.get("/Schemas").expect(200);
    let schemas = list.resources();
    assert_eq!(list.total(), schemas.len() as u64, "{list}");
    let ids: BTreeSet<&str> = schemas.iter().filter_map(|schema| schema["id"].as_str()).collect();
    assert_eq!(ids.len(), schemas.len(), "{ids:?}");
    for wanted in [USER, GROUP, ENTERPRISE] {
        assert!(ids.contains(wanted), "{wanted} is missing: {ids:?}");
    }
    for schema in &schemas {
        let id = schema["id"].as_str().unwrap();
        assert_eq!(schema["schemas"], json!([SCHEMA]), "{id}");
        assert!(schema["name"].is_string() && schema["attributes"].is_array(), "{id}");
        assert_eq!(&room.get(&format!("/Schemas/{id}")).expect(200).body, schema);
        assert_eq!(&room.get(schema["meta"]["location"].as_str().unwrap()).expect(200).body, schema);
        assert_eq!(&room.get(&format!("/Schemas/{}", id.to_uppercase())).expect(200).body, schema);
    }
    room.get("/Schemas/urn:example:nobody").scim_error(404, None);
}

fn line_036_resource_types_are_listed_and_found_alone(room: &Room) {
    let list = room.get("/ResourceTypes").expect(200);
    assert_eq!(list.total(), list.resources().len() as u64, "{list}");
    for kind in list.resources() {
        assert_eq!(kind["schemas"], json!([RESOURCE_TYPE]), "{kind}");
        for part in ["name", "endpoint", "schema"] {
            assert!(kind[part].is_string(), "{part} of {kind}");
        }
        let name = kind["name"].as_str().unwrap();
        assert_eq!(room.get(&format!("/ResourceTypes/{name}")).expect(200).body, kind);
        assert_eq!(room.get(kind["meta"]["location"].as_str().unwrap()).expect(200).body, kind);
    }
    room.get("/ResourceTypes/Boat").scim_error(404, None);
}

fn line_036_resource_types_name_schemas_that_exist(room: &Room) {
    let schemas = room.get("/Schemas").column("/id");
    let mut endpoints = BTreeSet::new();
    for kind in room.get("/ResourceTypes").resources() {
        assert!(schemas.contains(&kind["schema"]), "{kind}");
        for extension in kind["schemaExtensions"].as_array().into_iter().flatten() {
            assert!(schemas.contains(&extension["schema"]), "{kind}");
            assert!(extension["required"].is_boolean(), "{kind}");
        }
        let endpoint = kind["endpoint"].as_str().unwrap();
        assert!(endpoints.insert(endpoint.to_owned()), "two types at {endpoint}");
        room.get(&format!("{endpoint}?count=0")).resources();
    }
}

fn line_036_users_groups_and_roles_are_served(room: &Room) {
    let types = room.get("/ResourceTypes").resources();
    let types: BTreeSet<(&str, &str, &str)> = types
        .iter()
        .map(|kind| ["name", "endpoint", "schema"].map(|part| kind[part].as_str().unwrap()))
        .map(|[name, endpoint, schema]| (name, endpoint, schema))
        .collect();
    for wanted in [("User", "/Users", USER), ("Group", "/Groups", GROUP), ("Role", "/Roles", ROLE)] {
        assert!(types.contains(&wanted), "{wanted:?} is missing: {types:?}");
    }
    let user = room.get("/ResourceTypes/User").expect(200);
    let extension = json!({"schema": ENTERPRISE, "required": false});
    assert!(user["schemaExtensions"].as_array().unwrap().contains(&extension), "{user}");
}

fn line_036_roles_are_a_list_to_read(room: &Room) {
    let list = room.get("/Roles").expect(200);
    let mut ids: Vec<Value> = list.column("/id");
    ids.sort_by_key(Value::to_string);
    assert_eq!(ids, ["editor", "owner", "viewer"], "{list}");
    for role in list.resources() {
        assert_eq!(role["schemas"], json!([ROLE]), "{role}");
        assert!(role["displayName"].is_string(), "{role}");
    }
    // Okta's own test of entitlements asks for one and counts.
    room.get("/Roles?startIndex=1&count=1").expect(200).has("/itemsPerPage", 1).has("/totalResults", 3);
    room.get("/Roles?startIndex=3&count=5").expect(200).has("/itemsPerPage", 1).has("/startIndex", 3);
    for (method, target) in [("POST", "/Roles"), ("PUT", "/Roles/editor"), ("DELETE", "/Roles/editor")] {
        let answer = room.request(method, target).json(&json!({"schemas": [ROLE], "id": "editor"})).send();
        answer.scim_error(405, None);
        assert!(answer.header("allow").is_some_and(|allow| allow.contains("GET")), "{answer}");
    }
    room.get("/Roles/editor").expect(200).has("/id", "editor");
    room.get("/Roles/captain").scim_error(404, None);
    room.stranger().get("/Roles").scim_error(401, None);
}

fn line_037_paging_and_sorting_do_nothing_there(room: &Room) {
    for path in ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"] {
        let whole = room.get(path).expect(200);
        let asked = room.get(&format!("{path}?startIndex=2&count=1&sortBy=name&sortOrder=descending")).expect(200);
        assert_eq!(asked.body, whole.body, "{asked}");
    }
}

fn line_037_a_filter_is_403(room: &Room) {
    for path in ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"] {
        room.list(path, &[("filter", "name eq \"User\"")]).scim_error(403, None);
    }
}

fn line_037_writing_is_405(room: &Room) {
    let paths = ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/ResourceTypes/User"];
    for (path, method) in paths.iter().flat_map(|path| ["POST", "PUT", "PATCH", "DELETE"].map(|method| (path, method)))
    {
        let answer = room.request(method, path).json(&json!({})).send();
        answer.scim_error(405, None);
        assert!(answer.header("allow").is_some_and(|allow| allow.contains("GET")), "{answer}");
    }
}

/// Every attribute and part of every schema, with whether it is a part.
fn all_attributes(room: &Room) -> Vec<(Value, bool)> {
    let mut all = Vec::new();
    for schema in room.get("/Schemas").resources() {
        for attribute in schema["attributes"].as_array().unwrap() {
            all.push((attribute.clone(), false));
            all.extend(attribute["subAttributes"].as_array().into_iter().flatten().map(|part| (part.clone(), true)));
        }
    }
    all
}

fn line_038_attributes_have_every_characteristic(room: &Room) {
    const TYPES: &[&str] = &["string", "boolean", "decimal", "integer", "dateTime", "binary", "reference", "complex"];
    const MUTABILITY: &[&str] = &["readOnly", "readWrite", "immutable", "writeOnly"];
    const RETURNED: &[&str] = &["always", "never", "default", "request"];
    const UNIQUENESS: &[&str] = &["none", "server", "global"];
    let is_one_of = |value: &Value, known: &[&str]| value.as_str().is_some_and(|text| known.contains(&text));
    for (attribute, is_part) in all_attributes(room) {
        let texts =
            attribute["name"].is_string() && attribute["description"].as_str().is_some_and(|text| !text.is_empty());
        assert!(texts, "{attribute}");
        for name in ["multiValued", "required", "caseExact"] {
            assert!(attribute[name].is_boolean(), "{name} of {attribute}");
        }
        assert!(is_one_of(&attribute["type"], TYPES), "{attribute}");
        assert!(is_one_of(&attribute["mutability"], MUTABILITY), "{attribute}");
        assert!(is_one_of(&attribute["returned"], RETURNED), "{attribute}");
        let complex = attribute["type"] == "complex";
        assert_eq!(
            attribute["subAttributes"].as_array().is_some_and(|parts| !parts.is_empty()),
            complex,
            "{attribute}"
        );
        assert!(complex || is_one_of(&attribute["uniqueness"], UNIQUENESS), "{attribute}");
        assert!(!(complex && is_part), "a part is never complex: {attribute}");
        let references = attribute["referenceTypes"].as_array().is_some_and(|types| !types.is_empty());
        assert_eq!(references, attribute["type"] == "reference", "{attribute}");
        let canonical = attribute.get("canonicalValues");
        assert!(canonical.is_none_or(|values| values.as_array().is_some_and(|all| all.iter().all(Value::is_string))));
    }
}

fn line_038_errata_are_followed(room: &Room) {
    let all = all_attributes(room);
    for (attribute, _) in all.iter().filter(|(attribute, _)| attribute["type"] == "complex") {
        assert!(attribute.get("uniqueness").is_none(), "6004: {attribute}");
    }
    let part = |urn: &str, attribute: &str, part: &str| {
        let schema = room.get(&format!("/Schemas/{urn}")).expect(200);
        let find = |list: &Value, name: &str| list.as_array().unwrap().iter().find(|one| one["name"] == name).cloned();
        let found = find(&schema["attributes"], attribute).unwrap_or_else(|| panic!("no {attribute}.\n{schema}"));
        if part.is_empty() { found } else { find(&found["subAttributes"], part).unwrap_or_else(|| panic!("{found}")) }
    };
    assert_eq!(part(USER, "groups", "$ref")["referenceTypes"], json!(["Group"]), "8471");
    assert_eq!(part(ENTERPRISE, "manager", "value")["caseExact"], true, "8472");
    assert_eq!(part(USER, "x509Certificates", "value")["type"], "binary", "8415");
    assert_eq!(part(GROUP, "displayName", "")["required"], true, "5368");
    let mut types = part(GROUP, "members", "$ref")["referenceTypes"].clone();
    types.as_array_mut().unwrap().sort_by_key(Value::to_string);
    assert_eq!(types, json!(["Group", "User"]), "5607");
}
