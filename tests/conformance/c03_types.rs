//! Chapter 3: types, primary values and canonical values of the core attributes.

use serde_json::{Value, json};

use crate::{
    harness::{Room, person},
    suite::suite,
};

suite! {
    line_020_core_attributes_take_their_own_form_too,
    line_020_complex_values_never_nest,
    line_022_two_primary_values_are_refused,
    line_022_setting_one_primary_clears_the_others,
    line_022_no_value_is_returned_twice,
    line_023_types_beyond_the_canonical_are_kept,
}

fn line_020_core_attributes_take_their_own_form_too(room: &Room) {
    let bad = [
        ("active", json!(1)),
        ("title", json!(7)),
        ("name", json!("Ada")),
        ("emails", json!("ada@harbor.example")),
        ("emails", json!([{"value": 7}])),
        ("emails", json!([{"value": "a@b.example", "primary": "perhaps"}])),
        ("x509Certificates", json!([{"value": "%%%"}])),
    ];
    for (name, value) in bad {
        let detail = room.post("/Users", &person(json!({name: value}))).scim_error(400, Some("invalidValue"));
        assert!(detail.contains(name), "the sentence names {name}: {detail}");
    }
    for text in ["true", "True", "FALSE"] {
        let truth = text.eq_ignore_ascii_case("true");
        room.post("/Users", &person(json!({"active": text}))).expect(201).has("/active", truth);
    }
}

fn line_020_complex_values_never_nest(room: &Room) {
    let nested =
        [json!({"name": {"givenName": {"first": "Ada"}}}), json!({"emails": [{"value": {"address": "a@b.example"}}]})];
    for body in nested {
        room.post("/Users", &person(body)).scim_error(400, Some("invalidValue"));
    }
    for schema in room.get("/Schemas").expect(200).resources() {
        for attribute in schema["attributes"].as_array().unwrap() {
            for part in attribute["subAttributes"].as_array().into_iter().flatten() {
                assert_ne!(part["type"], "complex", "{part}");
                assert!(part.get("subAttributes").is_none(), "{part}");
            }
        }
    }
}

fn line_022_two_primary_values_are_refused(room: &Room) {
    let two = json!([{"value": "a@b.example", "primary": true}, {"value": "c@d.example", "primary": true}]);
    room.post("/Users", &person(json!({"emails": two}))).scim_error(400, Some("invalidValue"));
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let target = format!("/Users/{}", created.id());
    let mut body = created.body.clone();
    body["emails"] = two.clone();
    room.put(&target, &body).scim_error(400, Some("invalidValue"));
    room.patch(&target, json!([{"op": "add", "path": "emails", "value": two}])).scim_error(400, Some("invalidValue"));
    room.get(&target).expect(200).lacks("/emails");
}

fn line_022_setting_one_primary_clears_the_others(room: &Room) {
    let emails = json!([{"value": "a@b.example", "primary": true}, {"value": "c@d.example"}]);
    let target = format!("/Users/{}", room.user(&person(json!({"emails": emails}))));
    let operations = json!([{"op": "replace", "path": "emails[value eq \"c@d.example\"].primary", "value": true}]);
    let changed = room.patch(&target, operations).expect(200);
    let primary: Vec<&Value> =
        changed["emails"].as_array().unwrap().iter().filter(|one| one["primary"] == json!(true)).collect();
    assert_eq!(primary.len(), 1, "{changed}");
    assert_eq!(primary[0]["value"], "c@d.example", "{changed}");
}

fn line_022_no_value_is_returned_twice(room: &Room) {
    let twice = json!([
        {"value": "a@b.example", "type": "work"},
        {"value": "a@b.example", "type": "work"},
        {"value": "a@b.example", "type": "home"},
        {"value": "a@b.example", "type": "work", "display": "Ada"},
    ]);
    let created = room.post("/Users", &person(json!({"emails": twice}))).expect(201);
    let pairs: Vec<(&Value, &Value)> =
        created["emails"].as_array().unwrap().iter().map(|one| (&one["type"], &one["value"])).collect();
    let work = (&json!("work"), &json!("a@b.example"));
    assert_eq!(pairs.iter().filter(|pair| **pair == work).count(), 1, "{created}");
    assert_eq!(pairs.len(), 2, "{created}");
}

fn line_023_types_beyond_the_canonical_are_kept(room: &Room) {
    let emails = json!([{"value": "a@b.example", "type": "work"}, {"value": "c@d.example", "type": "lighthouse"}]);
    let created = room.post("/Users", &person(json!({"emails": emails}))).expect(201);
    let created = created.has("/emails", emails);
    let operations = json!([{"op": "replace", "path": "emails[type eq \"lighthouse\"].value", "value": "e@f.example"}]);
    let changed = room.patch(&format!("/Users/{}", created.id()), operations).expect(200);
    changed.has("/emails/1", json!({"value": "e@f.example", "type": "lighthouse"}));
}
