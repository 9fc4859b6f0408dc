//! Chapter 10: replacing resources.

use serde_json::{Value, json};

use crate::{
    harness::{ENTERPRISE, GROUP, HARBOR, Room, USER, harbor, person, sailor, tag},
    suite::suite,
};

suite! {
    line_088_put_answers_the_whole_resource,
    line_088_put_never_creates,
    line_088_put_replaces_a_group,
    line_089_what_is_writable_is_replaced,
    line_089_what_is_read_only_is_ignored,
    line_089_what_is_write_only_is_taken,
    line_089_what_is_immutable_must_match,
    line_089_what_is_required_must_be_there,
    line_090_what_is_left_out_is_cleared,
    line_090_active_and_the_role_stay,
    line_090_members_left_out_are_cleared,
    line_091_null_and_the_empty_list_clear,
    line_092_an_extension_left_out_goes,
    line_093_a_clash_is_a_conflict,
    line_093_a_clash_of_groups_is_a_conflict,
}

fn full() -> Value {
    person(json!({
        "schemas": [USER, ENTERPRISE], "externalId": tag(), "displayName": "Ada", "title": "Analyst", "active": true,
        "name": {"givenName": "Ada", "familyName": "Moreno"}, "emails": [{"value": "a@b.example", "type": "work"}],
        "roles": [{"value": "editor", "primary": true}], ENTERPRISE: {"department": "Data", "manager": {"value": "7"}},
    }))
}

/// What has to be sent of a user at least.
fn least(body: &Value) -> Value {
    json!({"schemas": [USER], "userName": body["userName"]})
}

fn line_088_put_answers_the_whole_resource(room: &Room) {
    let mut body = full();
    let created = room.post("/Users", &body).expect(201);
    let target = format!("/Users/{}", created.id());
    body["title"] = json!("Captain");
    let put = room.put(&target, &body).expect(200).has("/title", "Captain").has("/id", created.id());
    assert_eq!(put["meta"]["version"], put.etag(), "{put}");
    assert_ne!(put.etag(), created.etag(), "{put}");
    assert_eq!(room.get(&target).expect(200).body, put.body);
}

fn line_088_put_never_creates(room: &Room) {
    let (user, group) = (person(json!({})), json!({"schemas": [GROUP], "displayName": tag()}));
    room.put("/Users/01a20f72-eab7-7c62-9703-9b5fd0381229", &user).scim_error(404, None);
    room.put("/Users/nobody", &user).scim_error(404, None);
    room.put("/Groups/01a20f72-eab7-7c62-9703-9b5fd0381229", &group).scim_error(404, None);
    let filter = format!("userName eq {}", user["userName"]);
    room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", 0);
}

fn line_088_put_replaces_a_group(room: &Room) {
    let (ada, bo) = (room.user(&person(json!({}))), room.user(&person(json!({}))));
    let created = room.post("/Groups", &json!({"schemas": [GROUP], "displayName": tag(), "members": [{"value": ada}]}));
    let target = format!("/Groups/{}", created.clone().expect(201).id());
    // As Okta does it: what was read comes back, with members laid over it.
    let mut body = room.get(&target).expect(200).body;
    body["members"] = json!([{"value": bo, "display": "bo@harbor.example"}]);
    body["displayName"] = json!(tag());
    let put = room.put(&target, &body).expect(200).has("/displayName", body["displayName"].clone());
    assert_eq!(put["members"].as_array().map(Vec::len), Some(1), "{put}");
    assert_ne!(put.etag(), created.etag(), "{put}");
    let put = put.has("/members/0/value", bo.as_str());
    assert_eq!(room.get(&target).expect(200).body, put.body);
    room.get(&format!("/Users/{ada}")).expect(200).lacks("/groups/0");
    room.get(&format!("/Users/{bo}")).expect(200).has("/groups/0/display", body["displayName"].clone());
}

fn line_089_what_is_writable_is_replaced(room: &Room) {
    let mut body = full();
    let target = format!("/Users/{}", room.user(&body));
    body["name"] = json!({"givenName": "Grace"});
    body["emails"] = json!([{"value": "c@d.example", "type": "home"}]);
    body["externalId"] = json!(tag());
    body[ENTERPRISE] = json!({"costCenter": "9"});
    let put =
        room.put(&target, &body).expect(200).has("/name", body["name"].clone()).has("/emails", body["emails"].clone());
    put.has("/externalId", body["externalId"].clone()).has(&format!("/{ENTERPRISE}"), json!({"costCenter": "9"}));
}

fn line_089_what_is_read_only_is_ignored(room: &Room) {
    let mut body = full();
    let created = room.post("/Users", &body).expect(201);
    for (name, value) in [
        ("id", json!("another")),
        ("groups", json!([{"value": "somewhere"}])),
        ("meta", json!({"created": "2001-01-01T00:00:00Z", "version": "W/\"77\"", "resourceType": "Boat"})),
    ] {
        body[name] = value;
    }
    body[ENTERPRISE]["manager"]["displayName"] = json!("Nobody");
    let put = room.put(&format!("/Users/{}", created.id()), &body).expect(200);
    let put = put.has("/id", created.id()).has("/meta/resourceType", "User");
    assert_eq!(put["meta"]["created"], created["meta"]["created"], "{put}");
    assert!(put["groups"].as_array().is_none_or(Vec::is_empty), "{put}");
    put.lacks(&format!("/{ENTERPRISE}/manager/displayName"));
}

fn line_089_what_is_write_only_is_taken(room: &Room) {
    let mut body = full();
    let target = format!("/Users/{}", room.user(&body));
    body["password"] = json!("Qz81mvTT");
    let put = room.put(&target, &body).expect(200).lacks("/password");
    assert!(!put.text.contains("Qz81mvTT"), "{put}");
}

fn line_089_what_is_immutable_must_match(_: &Room) {
    let room = Room::with_harbor();
    let mut body = sailor(json!({"motto": "Ahoy"}), json!({}));
    let target = format!("/Users/{}", room.user(&body));
    body[HARBOR]["berth"] = json!("12");
    room.put(&target, &body).expect(200).has(&harbor("berth"), "12");
    body[HARBOR]["motto"] = json!("Fair winds");
    room.put(&target, &body).expect(200).has(&harbor("motto"), "Fair winds").has(&harbor("berth"), "12");
    body[HARBOR]["berth"] = json!("13");
    room.put(&target, &body).scim_error(400, Some("mutability"));
    room.get(&target).expect(200).has(&harbor("berth"), "12");
}

fn line_089_what_is_required_must_be_there(room: &Room) {
    let body = full();
    let created = room.post("/Users", &body).expect(201);
    let target = format!("/Users/{}", created.id());
    for name in [None, Some(Value::Null), Some(json!("")), Some(json!(" "))] {
        let mut without = body.clone();
        match name {
            None => drop(without.as_object_mut().unwrap().remove("userName")),
            Some(name) => without["userName"] = name,
        }
        room.put(&target, &without).scim_error(400, Some("invalidValue"));
    }
    room.put(&target, &json!({"userName": body["userName"]})).scim_error(400, Some("invalidSyntax"));
    assert_eq!(room.get(&target).expect(200).body, created.body);
}

fn line_090_what_is_left_out_is_cleared(room: &Room) {
    let body = full();
    let target = format!("/Users/{}", room.user(&body));
    let put = room.put(&target, &least(&body)).expect(200);
    for name in ["/externalId", "/displayName", "/title", "/name", "/emails", &format!("/{ENTERPRISE}")] {
        put.clone().lacks(name);
    }
    assert_eq!(room.get(&target).expect(200).body, put.body);
}

fn line_090_active_and_the_role_stay(room: &Room) {
    let body = full();
    let target = format!("/Users/{}", room.user(&body));
    room.patch(&target, json!([{"op": "replace", "path": "active", "value": false}])).expect(200);
    let put = room.put(&target, &least(&body)).expect(200).has("/active", false);
    put.has("/roles", json!([{"value": "editor", "primary": true}]));
    let mut back = least(&body);
    back["active"] = json!(true);
    room.put(&target, &back).expect(200).has("/active", true);
    room.put(&target, &least(&body)).expect(200).has("/active", true);
}

fn line_090_members_left_out_are_cleared(room: &Room) {
    let user = room.user(&person(json!({})));
    let mut body = json!({"schemas": [GROUP], "displayName": tag(), "members": [{"value": user}]});
    let target = format!("/Groups/{}", room.group(&body));
    body.as_object_mut().unwrap().remove("members");
    let put = room.put(&target, &body).expect(200);
    assert!(put["members"].as_array().is_none_or(Vec::is_empty), "{put}");
    room.get(&format!("/Users/{user}")).expect(200).lacks("/groups/0");
}

fn line_091_null_and_the_empty_list_clear(room: &Room) {
    let mut body = full();
    let target = format!("/Users/{}", room.user(&body));
    for (name, value) in
        [("title", Value::Null), ("emails", json!([])), ("name", Value::Null), ("displayName", json!(null))]
    {
        body[name] = value;
        room.put(&target, &body).expect(200).lacks(&format!("/{name}"));
    }
    body[ENTERPRISE] = json!({"department": null, "costCenter": "7"});
    let put = room.put(&target, &body).expect(200);
    put.has(&format!("/{ENTERPRISE}"), json!({"costCenter": "7"}));
}

fn line_092_an_extension_left_out_goes(room: &Room) {
    let mut body = full();
    let target = format!("/Users/{}", room.user(&body));
    body.as_object_mut().unwrap().remove(ENTERPRISE);
    body["schemas"] = json!([USER]);
    let put = room.put(&target, &body).expect(200).lacks(&format!("/{ENTERPRISE}")).has("/schemas", json!([USER]));
    assert_eq!(room.get(&target).expect(200).body, put.body);
}

fn line_093_a_clash_is_a_conflict(room: &Room) {
    let (taken, mut body) = (person(json!({})), full());
    room.user(&taken);
    let created = room.post("/Users", &body).expect(201);
    let target = format!("/Users/{}", created.id());
    body["userName"] = json!(taken["userName"].as_str().unwrap().to_uppercase());
    room.put(&target, &body).scim_error(409, Some("uniqueness"));
    assert_eq!(room.get(&target).expect(200).body, created.body);
    let operations = json!([{"op": "replace", "path": "userName", "value": taken["userName"]}]);
    room.patch(&target, operations).scim_error(409, Some("uniqueness"));
}

fn line_093_a_clash_of_groups_is_a_conflict(room: &Room) {
    let (taken, other) = (format!("Crew {}", tag()), format!("Crew {}", tag()));
    room.group(&json!({"schemas": [GROUP], "displayName": taken}));
    let target = format!("/Groups/{}", room.group(&json!({"schemas": [GROUP], "displayName": other})));
    let body = json!({"schemas": [GROUP], "displayName": taken.to_lowercase()});
    room.put(&target, &body).scim_error(409, Some("uniqueness"));
    let operations = json!([{"op": "replace", "path": "displayName", "value": taken}]);
    room.patch(&target, operations).scim_error(409, Some("uniqueness"));
    // Its own name in another case is no clash.
    let body = json!({"schemas": [GROUP], "displayName": other.to_uppercase()});
    room.put(&target, &body).expect(200).has("/displayName", other.to_uppercase());
}
