//! Chapter 3: what all resources have in common: schemas, extensions, `id`, `externalId`, `meta`, names.

use std::{collections::BTreeSet, thread, time::Duration};

use serde_json::{Value, json};

use crate::{
    harness::{ENTERPRISE, GROUP, Room, USER, person, tag},
    suite::suite,
};

suite! {
    line_013_schemas_must_be_there,
    line_013_schemas_hold_the_base_schema_and_known_extensions,
    line_013_schemas_have_no_order_and_no_repetitions,
    line_014_extension_attributes_live_under_their_uri,
    line_014_extension_uris_compare_without_case,
    line_015_ids_are_issued_here,
    line_015_ids_are_never_used_again,
    line_015_ids_are_unique_over_all_types,
    line_015_ids_are_case_exact,
    line_015_ids_are_always_returned,
    line_016_external_ids_are_the_clients,
    line_016_external_ids_are_case_exact,
    line_017_meta_agrees_with_the_headers,
    line_017_meta_of_clients_is_ignored,
    line_017_last_modified_follows_changes,
    line_018_names_compare_without_case,
    line_018_two_spellings_of_one_name_are_refused,
    line_019_null_and_the_empty_list_are_no_value,
    line_019_null_and_the_empty_list_clear,
    line_024_references_lead_to_resources,
    line_025_unknown_attributes_are_ignored_in_bodies,
    line_025_unknown_attributes_are_refused_as_paths,
    line_025_undeclared_extensions,
}

fn line_013_schemas_must_be_there(room: &Room) {
    let mut body = person(json!({}));
    for schemas in [json!(null), json!([])] {
        body["schemas"] = schemas;
        room.post("/Users", &body).scim_error(400, Some("invalidSyntax"));
    }
    body.as_object_mut().unwrap().remove("schemas");
    room.post("/Users", &body).scim_error(400, Some("invalidSyntax"));
}

fn line_013_schemas_hold_the_base_schema_and_known_extensions(room: &Room) {
    for schemas in [
        json!([ENTERPRISE]),
        json!([USER, GROUP]),
        json!([USER, "urn:example:nobody:2.0:User"]),
        json!([USER, "not a uri"]),
    ] {
        room.post("/Users", &person(json!({"schemas": schemas}))).scim_error(400, Some("invalidValue"));
    }
    let created = room.post("/Users", &person(json!({}))).expect(201);
    assert!(created["schemas"].as_array().unwrap().contains(&json!(USER)), "{created}");
}

fn line_013_schemas_have_no_order_and_no_repetitions(room: &Room) {
    let body = person(json!({"schemas": [ENTERPRISE, USER], ENTERPRISE: {"department": "Data"}}));
    let created = room.post("/Users", &body).expect(201);
    let schemas: Vec<&str> = created["schemas"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let unique: BTreeSet<&str> = schemas.iter().copied().collect();
    assert_eq!(unique, BTreeSet::from([USER, ENTERPRISE]), "{created}");
    assert_eq!(unique.len(), schemas.len(), "{created}");
}

fn line_014_extension_attributes_live_under_their_uri(room: &Room) {
    let body = person(json!({"schemas": [USER, ENTERPRISE], ENTERPRISE: {"department": "Data"}, "costCenter": "7"}));
    let created = room.post("/Users", &body).expect(201);
    let created = created.has(&format!("/{ENTERPRISE}/department"), "Data").lacks("/department").lacks("/costCenter");
    created.clone().lacks(&format!("/{ENTERPRISE}/costCenter"));
    let named = format!("{ENTERPRISE}:department eq \"Data\" and id eq \"{}\"", created.id());
    room.list("/Users", &[("filter", &named)]).expect(200).has("/totalResults", 1);
}

fn line_014_extension_uris_compare_without_case(room: &Room) {
    let shouted = ENTERPRISE.to_uppercase();
    let body = person(json!({"schemas": [USER, shouted], shouted.as_str(): {"DEPARTMENT": "Data"}}));
    let created = room.post("/Users", &body).expect(201).has(&format!("/{ENTERPRISE}/department"), "Data");
    let target = format!("/Users/{}", created.id());
    let path = format!("{}:department", ENTERPRISE.to_uppercase());
    room.patch(&target, json!([{"op": "replace", "path": path, "value": "Sales"}])).expect(200);
    let only = room.list(&target, &[("attributes", &path)]).expect(200);
    only.has(&format!("/{ENTERPRISE}/department"), "Sales");
}

fn line_015_ids_are_issued_here(room: &Room) {
    let created = room.post("/Users", &person(json!({"id": "chosen-by-the-client"}))).expect(201);
    let id = created.id();
    assert!(!id.is_empty() && id != "chosen-by-the-client", "{created}");
    assert!(!id.to_ascii_lowercase().contains("bulkid"), "{created}");
    room.get("/Users/chosen-by-the-client").scim_error(404, None);
    let target = format!("/Users/{id}");
    let mut body = person(json!({"id": "another"}));
    body["userName"] = created["userName"].clone();
    room.put(&target, &body).expect(200).has("/id", id);
}

fn line_015_ids_are_never_used_again(room: &Room) {
    let mut seen = BTreeSet::new();
    let body = person(json!({}));
    for _ in 0..3 {
        let id = room.user(&body);
        room.delete(&format!("/Users/{id}")).expect(204);
        assert!(seen.insert(id), "an id was used again");
    }
}

fn line_015_ids_are_unique_over_all_types(room: &Room) {
    let user = room.user(&person(json!({})));
    let group = room.group(&json!({"schemas": [GROUP], "displayName": tag()}));
    assert_ne!(user, group);
    room.get(&format!("/Users/{group}")).scim_error(404, None);
    room.get(&format!("/Groups/{user}")).scim_error(404, None);
}

fn line_015_ids_are_case_exact(room: &Room) {
    let id = room.user(&person(json!({})));
    let shouted = id.to_uppercase();
    assert_ne!(id, shouted);
    room.get(&format!("/Users/{shouted}")).scim_error(404, None);
    room.list("/Users", &[("filter", &format!("id eq \"{shouted}\""))]).expect(200).has("/totalResults", 0);
    room.list("/Users", &[("filter", &format!("id eq \"{id}\""))]).expect(200).has("/totalResults", 1);
}

fn line_015_ids_are_always_returned(room: &Room) {
    let id = room.user(&person(json!({})));
    let target = format!("/Users/{id}");
    for parameters in [[("attributes", "userName")], [("excludedAttributes", "id,schemas")]] {
        room.list(&target, &parameters).expect(200).has("/id", id.as_str()).has("/schemas/0", USER);
    }
}

fn line_016_external_ids_are_the_clients(room: &Room) {
    let external = tag();
    let body = || person(json!({"externalId": external}));
    let created = room.post("/Users", &body()).expect(201).has("/externalId", external.as_str());
    room.post("/Users", &body()).expect(201).has("/externalId", external.as_str());
    let target = format!("/Users/{}", created.id());
    room.patch(&target, json!([{"op": "replace", "path": "externalId", "value": "another"}])).expect(200);
    room.get(&target).expect(200).has("/externalId", "another");
}

fn line_016_external_ids_are_case_exact(room: &Room) {
    let external = format!("00u{}Case", tag());
    room.user(&person(json!({"externalId": external})));
    for (asked, total) in [(external.clone(), 1), (external.to_lowercase(), 0)] {
        let filter = format!("externalId eq \"{asked}\"");
        room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", total);
    }
}

fn line_017_meta_agrees_with_the_headers(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let created = created.has("/meta/resourceType", "User");
    assert_eq!(created["meta"]["created"], created["meta"]["lastModified"], "{created}");
    assert_eq!(created.header("location"), created["meta"]["location"].as_str(), "{created}");
    let read = room.get(&format!("/Users/{}", created.id())).expect(200);
    for answer in [&created, &read] {
        assert_eq!(answer["meta"]["version"], answer.etag(), "{answer}");
        let place = answer.header("content-location").or(answer.header("location"));
        assert_eq!(place, answer["meta"]["location"].as_str(), "{answer}");
    }
    assert_eq!(read["meta"], created["meta"], "{read}");
}

fn line_017_meta_of_clients_is_ignored(room: &Room) {
    let meta = json!({
        "resourceType": "Boat", "created": "2001-01-01T00:00:00Z", "lastModified": "2001-01-01T00:00:00Z",
        "location": "https://elsewhere.example/Users/1", "version": "W/\"77\"",
    });
    let body = person(json!({"meta": meta}));
    let created = room.post("/Users", &body).expect(201).has("/meta/resourceType", "User");
    let put = room.put(&format!("/Users/{}", created.id()), &body).expect(200);
    for answer in [&created, &put] {
        for name in ["created", "lastModified", "location", "version"] {
            assert_ne!(answer["meta"][name], meta[name], "{answer}");
        }
    }
    assert_eq!(put["meta"]["created"], created["meta"]["created"], "{put}");
}

fn line_017_last_modified_follows_changes(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    thread::sleep(Duration::from_millis(5));
    let operations = json!([{"op": "replace", "path": "title", "value": "Analyst"}]);
    let changed = room.patch(&format!("/Users/{}", created.id()), operations).expect(200);
    let instant = |name: &str| changed["meta"][name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(instant("lastModified") > instant("created"), "{changed}");
    assert_eq!(changed["meta"]["created"], created["meta"]["created"], "{changed}");
}

fn line_018_names_compare_without_case(room: &Room) {
    let body = json!({
        "SCHEMAS": [USER], "USERNAME": format!("{}@harbor.example", tag()), "Name": {"GIVENNAME": "Ada"},
        "eMails": [{"VALUE": "ada@harbor.example", "Type": "work"}],
    });
    let created = room.post("/Users", &body).expect(201);
    let created = created.has("/userName", body["USERNAME"].clone()).has("/name", json!({"givenName": "Ada"}));
    let created = created.has("/emails", json!([{"value": "ada@harbor.example", "type": "work"}]));
    let target = format!("/Users/{}", created.id());
    let operations = json!([{"OP": "replace", "Path": "NAME.familyname", "VALUE": "Moreno"}]);
    room.patch(&target, operations).expect(200).has("/name/familyName", "Moreno");
    room.get(&format!("{target}?ATTRIBUTES=username")).expect(200).lacks("/name").has("/id", created.id());
}

fn line_018_two_spellings_of_one_name_are_refused(room: &Room) {
    let name = format!("{}@harbor.example", tag());
    let bodies = [
        format!(r#"{{"schemas": ["{USER}"], "userName": "{name}", "title": "a", "Title": "b"}}"#),
        format!(r#"{{"schemas": ["{USER}"], "userName": "{name}", "title": "a", "title": "b"}}"#),
        format!(r#"{{"schemas": ["{USER}"], "userName": "{name}", "name": {{"givenName": "a", "givenname": "b"}}}}"#),
        format!(r#"{{"schemas": ["{USER}"], "userName": "{name}", "emails": [{{"value": "a", "VALUE": "b"}}]}}"#),
    ];
    for body in bodies {
        let request = room.request("POST", "/Users").header("content-type", "application/scim+json");
        request.raw(body).send().scim_error(400, Some("invalidSyntax"));
    }
    room.list("/Users", &[("filter", &format!("userName eq \"{name}\""))]).expect(200).has("/totalResults", 0);
}

fn line_019_null_and_the_empty_list_are_no_value(room: &Room) {
    let same = tag();
    for empty in [json!({"title": null, "emails": null}), json!({"emails": []}), json!({})] {
        let mut body = person(empty);
        body["externalId"] = json!(same);
        let created = room.post("/Users", &body).expect(201);
        for name in ["title", "emails"] {
            assert!(matches!(&created[name], Value::Null) || created[name] == json!([]), "{created}");
        }
    }
    for (term, total) in [("emails pr", 0), ("not (emails pr)", 3), ("title pr", 0), ("title eq null", 3)] {
        let filter = format!("externalId eq \"{same}\" and {term}");
        room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", total);
    }
}

fn line_019_null_and_the_empty_list_clear(room: &Room) {
    let full =
        person(json!({"title": "Analyst", "emails": [{"value": "a@harbor.example"}], "name": {"givenName": "A"}}));
    let target = format!("/Users/{}", room.user(&full));
    let operations = json!([
        {"op": "replace", "path": "title", "value": null},
        {"op": "replace", "path": "emails", "value": []},
        {"op": "replace", "path": "name", "value": null},
    ]);
    room.patch(&target, operations).expect(200).lacks("/title").lacks("/emails").lacks("/name");
    room.put(&target, &full).expect(200).has("/title", "Analyst");
    let mut empty = full.clone();
    for name in ["title", "name"] {
        empty[name] = Value::Null;
    }
    empty["emails"] = json!([]);
    room.put(&target, &empty).expect(200).lacks("/title").lacks("/emails").lacks("/name");
}

fn line_024_references_lead_to_resources(room: &Room) {
    let user = room.user(&person(json!({})));
    let group = json!({"schemas": [GROUP], "displayName": tag(), "members": [{"value": user}]});
    let group = room.get(&format!("/Groups/{}", room.group(&group))).expect(200);
    let reference = group["members"][0]["$ref"].as_str().unwrap_or_else(|| panic!("no $ref.\n{group}")).to_owned();
    // A relative reference would be relative to the base, without the endpoint's segment.
    let absolute = if reference.starts_with("http") { reference } else { format!("/{reference}") };
    let read = room.get(&absolute).expect(200).has("/id", user);
    assert_eq!(read["groups"][0]["$ref"], group["meta"]["location"], "{read}");
}

fn line_025_unknown_attributes_are_ignored_in_bodies(room: &Room) {
    let body = person(json!({
        "favouriteBoat": "Argo", "name": {"givenName": "Ada", "petName": "A"}, "emails": [{"value": "a@b.example", "x": 1}],
        "schemas": [USER, ENTERPRISE], ENTERPRISE: {"department": "Data", "boat": "Argo"},
    }));
    let created = room.post("/Users", &body).expect(201);
    let put = room.put(&format!("/Users/{}", created.id()), &body).expect(200);
    for answer in [created, put] {
        let answer = answer.has("/name", json!({"givenName": "Ada"})).lacks("/favouriteBoat").lacks("/emails/0/x");
        answer.has(&format!("/{ENTERPRISE}"), json!({"department": "Data"}));
    }
}

fn line_025_unknown_attributes_are_refused_as_paths(room: &Room) {
    let target = format!("/Users/{}", room.user(&person(json!({}))));
    let paths = ["favouriteBoat", "name.petName", "emails[type eq \"work\"].boat", "urn:example:nobody:2.0:User:boat"];
    for path in paths {
        room.patch(&target, json!([{"op": "add", "path": path, "value": "Argo"}])).scim_error(400, Some("invalidPath"));
    }
    room.patch(&target, json!([{"op": "remove", "path": "favouriteBoat"}])).scim_error(400, Some("invalidPath"));
}

fn line_025_undeclared_extensions(room: &Room) {
    let undeclared = "urn:example:nobody:2.0:User";
    let claimed = person(json!({"schemas": [USER, undeclared], undeclared: {"boat": "Argo"}}));
    let detail = room.post("/Users", &claimed).scim_error(400, Some("invalidValue"));
    assert!(detail.contains(undeclared), "{detail}");
    let stray = room.post("/Users", &person(json!({undeclared: {"boat": "Argo"}}))).expect(201);
    stray.lacks(&format!("/{undeclared}"));
}
