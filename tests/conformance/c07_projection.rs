//! Chapter 7: which attributes are shown.

use serde_json::{Value, json};

use crate::{
    harness::{Answer, ENTERPRISE, GROUP, HARBOR, Room, USER, harbor, person, sailor, tag},
    suite::suite,
};

suite! {
    line_053_projection_works_on_every_operation,
    line_053_projection_works_on_groups,
    line_053_both_parameters_are_refused,
    line_054_always_is_always_shown,
    line_054_default_is_shown_unless_left_out,
    line_054_never_is_never_shown,
    line_054_request_is_shown_when_named_or_written,
    line_054_declared_characteristics_hold,
    line_055_names_stand_in_any_case_and_with_their_urn,
    line_055_whole_attributes_and_parts,
    line_055_an_extension_by_its_uri,
    line_055_unknown_names_are_ignored,
    line_055_meta_is_shown_by_default,
    line_056_projection_does_not_change_the_version,
}

fn ada() -> Value {
    person(json!({
        "schemas": [USER, ENTERPRISE], "displayName": "Ada", "title": "Analyst", "externalId": tag(),
        "name": {"givenName": "Ada", "familyName": "Moreno"},
        "emails": [{"value": "ada@harbor.example", "type": "work", "primary": true}, {"value": "ada@home.example"}],
        ENTERPRISE: {"department": "Data", "costCenter": "7"},
    }))
}

/// The names at the top of a resource, sorted.
fn names(resource: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = resource.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[track_caller]
fn shows(answer: &Answer, wanted: &[&str]) {
    assert_eq!(names(&answer.body), wanted, "{answer}");
}

fn line_053_projection_works_on_every_operation(room: &Room) {
    let body = ada();
    let created = room.post("/Users?attributes=title", &body).expect(201);
    shows(&created, &["id", "schemas", "title"]);
    let target = format!("/Users/{}", created.id());
    shows(&room.get(&format!("{target}?attributes=title")).expect(200), &["id", "schemas", "title"]);
    shows(&room.put(&format!("{target}?attributes=title"), &body).expect(200), &["id", "schemas", "title"]);
    let operations = json!([{"op": "replace", "path": "title", "value": "Captain"}]);
    let patched = room.patch(&format!("{target}?attributes=title"), operations).expect(200).has("/title", "Captain");
    shows(&patched, &["id", "schemas", "title"]);
    let filter = format!("id eq \"{}\"", created.id());
    let list = room.list("/Users", &[("filter", &filter), ("attributes", "title")]);
    assert_eq!(names(&list.resources()[0]), ["id", "schemas", "title"], "{list}");
    let list = room.list("/Users", &[("filter", &filter), ("excludedAttributes", "title,emails")]);
    assert!(list.resources()[0].get("title").is_none() && list.resources()[0].get("userName").is_some(), "{list}");
    let read = room.get(&format!("{target}?excludedAttributes=title,emails,meta")).expect(200);
    read.lacks("/title").lacks("/emails").lacks("/meta").has("/displayName", "Ada");
}

fn line_053_projection_works_on_groups(room: &Room) {
    let user = room.user(&person(json!({})));
    let body = json!({"schemas": [GROUP], "displayName": tag(), "members": [{"value": user}]});
    let created = room.post("/Groups?excludedAttributes=members", &body).expect(201);
    shows(&created, &["displayName", "id", "meta", "schemas"]);
    let target = format!("/Groups/{}", created.id());
    shows(&room.get(&format!("{target}?attributes=members")).expect(200), &["id", "members", "schemas"]);
    let put = room.put(&format!("{target}?attributes=displayName"), &body).expect(200);
    shows(&put, &["displayName", "id", "schemas"]);
    let filter = format!("id eq \"{}\"", created.id());
    let list = room.list("/Groups", &[("filter", &filter), ("excludedAttributes", "members")]);
    assert!(list.resources()[0].get("members").is_none(), "{list}");
}

fn line_053_both_parameters_are_refused(room: &Room) {
    let body = ada();
    let target = format!("/Users/{}", room.user(&body));
    let both = "attributes=title&excludedAttributes=emails";
    room.get(&format!("{target}?{both}")).scim_error(400, Some("invalidValue"));
    room.get(&format!("/Users?{both}")).scim_error(400, Some("invalidValue"));
    room.post(&format!("/Users?{both}"), &ada()).scim_error(400, Some("invalidValue"));
    let operations = json!([{"op": "remove", "path": "title"}]);
    room.patch(&format!("{target}?{both}"), operations).scim_error(400, Some("invalidValue"));
    room.put(&format!("{target}?{both}"), &body).scim_error(400, Some("invalidValue"));
    room.get(&target).expect(200).has("/title", "Analyst");
}

fn line_054_always_is_always_shown(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    for query in ["attributes=title", "attributes=id", "excludedAttributes=id,schemas", "attributes=nobodyKnows"] {
        room.get(&format!("{target}?{query}")).expect(200).has("/schemas", json!([USER, ENTERPRISE])).id();
    }
}

fn line_054_default_is_shown_unless_left_out(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    room.get(&target).expect(200).has("/title", "Analyst");
    room.get(&format!("{target}?attributes=title,displayName")).expect(200).has("/title", "Analyst");
    room.get(&format!("{target}?attributes=displayName")).expect(200).lacks("/title");
    room.get(&format!("{target}?excludedAttributes=title")).expect(200).lacks("/title").has("/displayName", "Ada");
}

fn line_054_never_is_never_shown(room: &Room) {
    let mut body = ada();
    body["password"] = json!("Qz81mvTT");
    let created = room.post("/Users?attributes=password", &body).expect(201).lacks("/password");
    let target = format!("/Users/{}", created.id());
    for query in ["", "?attributes=password", "?excludedAttributes=title"] {
        let read = room.get(&format!("{target}{query}")).expect(200).lacks("/password");
        assert!(!read.text.contains("Qz81mvTT"), "{read}");
    }
}

fn line_054_request_is_shown_when_named_or_written(_: &Room) {
    let room = Room::with_harbor();
    let path = format!("{HARBOR}:hint");
    let created = room.post("/Users", &sailor(json!({"hint": "low tide"}), json!({}))).expect(201);
    let target = format!("/Users/{}", created.id());
    created.has(&harbor("hint"), "low tide");
    room.get(&target).expect(200).lacks(&harbor("hint"));
    room.get(&format!("{target}?attributes={path}")).expect(200).has(&harbor("hint"), "low tide");
    room.get(&format!("{target}?attributes=userName")).expect(200).lacks(&harbor("hint"));
    room.get(&format!("{target}?excludedAttributes={path}")).expect(200).lacks(&harbor("hint"));
    let patched = room.patch(&target, json!([{"op": "replace", "path": path, "value": "high tide"}])).expect(200);
    patched.has(&harbor("hint"), "high tide");
    let other = room.patch(&target, json!([{"op": "replace", "path": "title", "value": "Pilot"}])).expect(200);
    other.lacks(&harbor("hint"));
}

fn line_054_declared_characteristics_hold(_: &Room) {
    let room = Room::with_harbor();
    let body = sailor(json!({"flag": "red", "motto": "Ahoy"}), json!({}));
    let created = room.post("/Users", &body).expect(201);
    let target = format!("/Users/{}", created.id());
    for query in
        ["", "?attributes=userName", &format!("?excludedAttributes={HARBOR}:flag"), "?excludedAttributes=title"]
    {
        room.get(&format!("{target}{query}")).expect(200).has(&harbor("flag"), "red");
    }
    room.get(&format!("{target}?excludedAttributes={HARBOR}:motto")).expect(200).lacks(&harbor("motto"));
}

fn line_055_names_stand_in_any_case_and_with_their_urn(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let named = ["title", "TITLE", &format!("{USER}:title"), &format!("{}:Title", USER.to_uppercase()), " title , "];
    for name in named {
        let read = room.list(&target, &[("attributes", name)]).expect(200);
        shows(&read.has("/title", "Analyst"), &["id", "schemas", "title"]);
        room.list(&target, &[("excludedAttributes", name)]).expect(200).lacks("/title").has("/displayName", "Ada");
    }
}

fn line_055_whole_attributes_and_parts(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let read = |list: &str| room.list(&target, &[("attributes", list)]).expect(200);
    read("name").has("/name", json!({"givenName": "Ada", "familyName": "Moreno"}));
    read("name.givenName").has("/name", json!({"givenName": "Ada"}));
    read("emails.type").has("/emails", json!([{"type": "work"}]));
    read("emails.value,title").has("/title", "Analyst").has("/emails/1", json!({"value": "ada@home.example"}));
    let without = room.list(&target, &[("excludedAttributes", "emails.value,name.givenName")]).expect(200);
    without.has("/name", json!({"familyName": "Moreno"})).has("/emails/0", json!({"type": "work", "primary": true}));
}

fn line_055_an_extension_by_its_uri(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let pointer = format!("/{ENTERPRISE}");
    let whole = json!({"department": "Data", "costCenter": "7"});
    room.list(&target, &[("attributes", ENTERPRISE)]).expect(200).has(&pointer, whole).lacks("/title");
    room.list(&target, &[("excludedAttributes", ENTERPRISE)]).expect(200).lacks(&pointer).has("/title", "Analyst");
    let part = format!("{ENTERPRISE}:department");
    room.list(&target, &[("attributes", &part)]).expect(200).has(&pointer, json!({"department": "Data"}));
    room.list(&target, &[("excludedAttributes", &part)]).expect(200).has(&pointer, json!({"costCenter": "7"}));
}

fn line_055_unknown_names_are_ignored(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    let read = room.list(&target, &[("attributes", "nobodyKnows,title,urn:example:nobody:x,a..b, ")]).expect(200);
    shows(&read, &["id", "schemas", "title"]);
    room.list(&target, &[("excludedAttributes", "nobodyKnows,$$")]).expect(200).has("/title", "Analyst");
}

fn line_055_meta_is_shown_by_default(room: &Room) {
    let target = format!("/Users/{}", room.user(&ada()));
    room.get(&target).expect(200).has("/meta/resourceType", "User");
    room.get(&format!("{target}?attributes=userName")).expect(200).lacks("/meta");
    room.get(&format!("{target}?attributes=meta")).expect(200).has("/meta/resourceType", "User").lacks("/userName");
    let part = room.get(&format!("{target}?attributes=meta.version")).expect(200);
    assert_eq!(names(&part["meta"]), ["version"], "{part}");
}

fn line_056_projection_does_not_change_the_version(room: &Room) {
    let created = room.post("/Users", &ada()).expect(201);
    let target = format!("/Users/{}", created.id());
    for query in ["", "?attributes=title", "?excludedAttributes=emails,name", "?attributes=meta"] {
        assert_eq!(room.get(&format!("{target}{query}")).expect(200).etag(), created.etag());
    }
    let known = room.request("GET", &format!("{target}?attributes=title")).header("if-none-match", &created.etag());
    known.send().expect(304);
}
