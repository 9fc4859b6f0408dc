//! Chapter 6: creating resources.

use std::thread;

use serde_json::{Value, json};

use crate::{
    harness::{GROUP, Room, USER, person, tag},
    suite::suite,
};

suite! {
    line_040_a_created_user_is_answered_whole,
    line_040_a_created_group_is_answered_whole,
    line_041_read_only_attributes_are_ignored,
    line_041_the_type_follows_from_the_endpoint,
    line_042_a_taken_user_name_is_a_conflict,
    line_042_a_taken_group_name_is_a_conflict,
    line_042_of_many_creates_of_one_name_one_wins,
    line_042_deleted_resources_take_nothing,
    line_043_a_missing_required_value,
    line_043_a_body_that_is_no_resource,
    line_044_a_repeated_create_is_a_conflict_in_the_same_words,
    line_044_an_inactive_user_returns,
    line_044_projection_works_on_create,
}

fn line_040_a_created_user_is_answered_whole(room: &Room) {
    let body =
        person(json!({"displayName": "Ada Moreno", "emails": [{"value": "ada@harbor.example", "type": "work"}]}));
    let created = room.post("/Users", &body).expect(201);
    let created = created.has("/userName", body["userName"].clone()).has("/displayName", "Ada Moreno");
    let location = created.header("location").unwrap_or_else(|| panic!("no Location.\n{created}"));
    assert_eq!(created["meta"]["location"], location, "{created}");
    assert_eq!(created["meta"]["version"], created.etag(), "{created}");
    let read = room.get(location).expect(200);
    assert_eq!((read.body.clone(), read.etag()), (created.body.clone(), created.etag()), "{read}");
}

fn line_040_a_created_group_is_answered_whole(room: &Room) {
    let name = tag();
    let created = room.post("/Groups", &json!({"schemas": [GROUP], "displayName": name, "members": []})).expect(201);
    let created = created.has("/displayName", name).has("/meta/resourceType", "Group").has("/schemas", json!([GROUP]));
    let location = created.header("location").unwrap_or_else(|| panic!("no Location.\n{created}"));
    assert_eq!(location, format!("{}/Groups/{}", room.base(), created.id()));
    assert_eq!(created["meta"]["version"], created.etag(), "{created}");
    let read = room.get(location).expect(200);
    assert_eq!(read.body, created.body, "{read}");
}

fn line_041_read_only_attributes_are_ignored(room: &Room) {
    let body = person(json!({
        "id": "mine", "groups": [{"value": "somewhere", "display": "Crew"}], "meta": {"created": "2001-01-01T00:00:00Z"},
    }));
    let created = room.post("/Users", &body).expect(201);
    assert_ne!(created["id"], "mine", "{created}");
    assert_ne!(created["meta"]["created"], "2001-01-01T00:00:00Z", "{created}");
    assert!(created["groups"].as_array().is_none_or(Vec::is_empty), "{created}");
    // Okta sends an empty list of groups with every create.
    room.post("/Users", &person(json!({"groups": []}))).expect(201);
}

fn line_041_the_type_follows_from_the_endpoint(room: &Room) {
    let created = room.post("/Users", &person(json!({"meta": {"resourceType": "Group"}}))).expect(201);
    created.has("/meta/resourceType", "User");
    let body = json!({"schemas": [GROUP], "displayName": tag()});
    room.post("/Users", &body).scim_error(400, Some("invalidValue"));
    room.post("/Groups", &person(json!({}))).scim_error(400, Some("invalidValue"));
}

fn line_042_a_taken_user_name_is_a_conflict(room: &Room) {
    let body = person(json!({"title": "First"}));
    let id = room.user(&body);
    let name = body["userName"].as_str().unwrap();
    for same in [name.to_owned(), name.to_uppercase()] {
        let detail = room.post("/Users", &person(json!({"userName": same}))).scim_error(409, Some("uniqueness"));
        assert!(detail.contains(name) || detail.contains("userName"), "{detail}");
    }
    let filter = format!("userName eq \"{name}\"");
    room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", 1).has("/Resources/0/id", id);
}

fn line_042_a_taken_group_name_is_a_conflict(room: &Room) {
    let name = format!("Crew {}", tag());
    room.group(&json!({"schemas": [GROUP], "displayName": name}));
    for same in [name.clone(), name.to_uppercase()] {
        let body = json!({"schemas": [GROUP], "displayName": same});
        room.post("/Groups", &body).scim_error(409, Some("uniqueness"));
    }
}

fn line_042_of_many_creates_of_one_name_one_wins(room: &Room) {
    let group = json!({"schemas": [GROUP], "displayName": tag()});
    for (endpoint, body) in [("/Users", person(json!({}))), ("/Groups", group)] {
        let mut statuses: Vec<u16> = thread::scope(|scope| {
            let creates: Vec<_> = (0..6).map(|_| scope.spawn(|| room.post(endpoint, &body).status)).collect();
            creates.into_iter().map(|create| create.join().unwrap()).collect()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409, 409, 409], "{endpoint}");
    }
}

fn line_042_deleted_resources_take_nothing(room: &Room) {
    let body = person(json!({}));
    let first = room.user(&body);
    room.delete(&format!("/Users/{first}")).expect(204);
    assert_ne!(room.user(&body), first);
    let body = json!({"schemas": [GROUP], "displayName": tag()});
    let first = room.group(&body);
    room.delete(&format!("/Groups/{first}")).expect(204);
    assert_ne!(room.group(&body), first);
}

fn line_043_a_missing_required_value(room: &Room) {
    room.post("/Users", &json!({"schemas": [USER]})).scim_error(400, Some("invalidValue"));
    for empty in [Value::Null, json!(""), json!("  "), json!([])] {
        let detail = room.post("/Users", &person(json!({"userName": empty}))).scim_error(400, Some("invalidValue"));
        assert!(detail.contains("userName"), "{detail}");
        let body = json!({"schemas": [GROUP], "displayName": empty});
        let detail = room.post("/Groups", &body).scim_error(400, Some("invalidValue"));
        assert!(detail.contains("displayName"), "{detail}");
    }
}

fn line_043_a_body_that_is_no_resource(room: &Room) {
    let bodies =
        ["", " ", "{", "{\"schemas\": [}", "null", "7", "\"text\"", "[]", "[{}]", "userName=ada", "{} {}", "{'a': 1}"];
    for (body, endpoint) in bodies.iter().flat_map(|body| ["/Users", "/Groups"].map(|endpoint| (*body, endpoint))) {
        let request = room.request("POST", endpoint).header("content-type", "application/scim+json");
        request.raw(body).send().scim_error(400, Some("invalidSyntax"));
    }
}

fn line_044_a_repeated_create_is_a_conflict_in_the_same_words(room: &Room) {
    let body = person(json!({"externalId": tag()}));
    room.post("/Users", &body).expect(201);
    let first = room.post("/Users", &body).scim_error(409, Some("uniqueness"));
    let second = room.post("/Users", &body).scim_error(409, Some("uniqueness"));
    assert_eq!(first, second);
}

fn line_044_an_inactive_user_returns(room: &Room) {
    let body = person(json!({"externalId": tag(), "active": true, "title": "Analyst"}));
    let id = room.user(&body);
    let target = format!("/Users/{id}");
    let left = room.patch(&target, json!([{"op": "replace", "value": {"active": false}}])).expect(200);
    let back = room.post("/Users", &body).expect(201).has("/id", id.as_str()).has("/active", true);
    assert_ne!(back.etag(), left.etag(), "{back}");
    assert_eq!(back.header("location"), back["meta"]["location"].as_str(), "{back}");
    room.get(&target).expect(200).has("/active", true);
    room.post("/Users", &body).scim_error(409, Some("uniqueness"));
}

fn line_044_projection_works_on_create(room: &Room) {
    let body = || person(json!({"title": "Analyst", "nickName": "Ada"}));
    let only = room.post("/Users?attributes=title", &body()).expect(201);
    only.has("/title", "Analyst").lacks("/nickName").lacks("/userName").lacks("/meta").id();
    let without = room.post("/Users?excludedAttributes=title,meta", &body()).expect(201);
    let without = without.has("/nickName", "Ada").lacks("/title").lacks("/meta");
    assert!(without.header("etag").is_some() && without.header("location").is_some(), "{without}");
}
