//! Chapter 11: deleting resources.

use serde_json::json;

use crate::{
    harness::{GROUP, Room, eventually, person, scimroom, tag},
    suite::suite,
};

suite! {
    line_094_a_deleted_user_is_gone,
    line_094_a_deleted_group_is_gone,
    line_094_a_deleted_resource_is_in_no_list,
    line_095_memberships_go_with_the_user,
    line_095_sessions_end_and_events_stay,
    line_095_users_stay_when_their_group_goes,
    line_095_a_second_delete_is_404,
    line_096_the_last_owner_can_be_put_back,
}

/// No method finds this any more.
#[track_caller]
fn is_gone(room: &Room, target: &str, body: &serde_json::Value) {
    room.get(target).scim_error(404, None);
    room.put(target, body).scim_error(404, None);
    let operations = json!([{"op": "replace", "path": "externalId", "value": "x"}]);
    room.patch(target, operations).scim_error(404, None);
    room.delete(target).scim_error(404, None);
    room.head(target).expect(404);
}

fn line_094_a_deleted_user_is_gone(room: &Room) {
    let body = person(json!({}));
    let target = format!("/Users/{}", room.user(&body));
    let answer = room.delete(&target).expect(204);
    assert_eq!(answer.text, "", "{answer}");
    assert_eq!(answer.header("content-type"), None, "{answer}");
    is_gone(room, &target, &body);
    room.post("/Users", &body).expect(201);
}

fn line_094_a_deleted_group_is_gone(room: &Room) {
    let body = json!({"schemas": [GROUP], "displayName": tag()});
    let target = format!("/Groups/{}", room.group(&body));
    // Okta sends a media type with it, and no body.
    let answer = room.request("DELETE", &target).header("content-type", "application/scim+json; charset=utf-8").send();
    assert_eq!(answer.expect(204).text, "");
    is_gone(room, &target, &body);
    room.post("/Groups", &body).expect(201);
}

fn line_094_a_deleted_resource_is_in_no_list(_: &Room) {
    let room = Room::start();
    let body = person(json!({"externalId": "00u7"}));
    let (gone, stays) = (room.user(&body), room.user(&person(json!({}))));
    room.delete(&format!("/Users/{gone}")).expect(204);
    room.get("/Users").expect(200).has("/totalResults", 1).has("/Resources/0/id", stays);
    for filter in
        [format!("id eq \"{gone}\""), "externalId eq \"00u7\"".to_owned(), format!("userName eq {}", body["userName"])]
    {
        room.list("/Users", &[("filter", &filter)]).expect(200).has("/totalResults", 0);
    }
}

fn line_095_memberships_go_with_the_user(room: &Room) {
    let (gone, stays) = (room.user(&person(json!({}))), room.user(&person(json!({}))));
    let body = json!({"schemas": [GROUP], "displayName": tag(), "members": [{"value": gone}, {"value": stays}]});
    let target = format!("/Groups/{}", room.group(&body));
    room.delete(&format!("/Users/{gone}")).expect(204);
    room.get(&target).expect(200).has("/members/0/value", stays).lacks("/members/1");
}

fn line_095_sessions_end_and_events_stay(room: &Room) {
    let body = person(json!({}));
    let (id, name) = (room.user(&body), body["userName"].as_str().unwrap());
    let elsewhere = tempfile::tempdir().unwrap();
    let as_guest = |arguments: &[&str]| scimroom(elsewhere.path()).args(arguments).output().unwrap().status.success();
    let code = room.cli(&["user", "sign-in-code", name])["code"].as_str().unwrap().to_owned();
    assert!(as_guest(&["login", room.url(), "--code", &code]));
    room.delete(&format!("/Users/{id}")).expect(204);
    assert!(!as_guest(&["--url", room.url(), "user", "list"]), "the session has ended");
    eventually("create and delete are in the log", || {
        let events = room.cli(&["event", "list", "--user", &id]);
        let has = |action: &str| events.as_array().unwrap().iter().any(|event| event["action"] == action);
        has("create") && has("delete")
    });
}

fn line_095_users_stay_when_their_group_goes(room: &Room) {
    let user = room.post("/Users", &person(json!({}))).expect(201);
    let body = json!({"schemas": [GROUP], "displayName": tag(), "members": [{"value": user.id()}]});
    let target = format!("/Groups/{}", room.group(&body));
    room.delete(&target).expect(204);
    let read = room.get(&format!("/Users/{}", user.id())).expect(200).lacks("/groups/0").has("/active", true);
    assert_eq!(read.etag(), user.etag(), "{read}");
}

fn line_095_a_second_delete_is_404(room: &Room) {
    let user = format!("/Users/{}", room.user(&person(json!({}))));
    let group = format!("/Groups/{}", room.group(&json!({"schemas": [GROUP], "displayName": tag()})));
    for target in [user, group] {
        room.delete(&target).expect(204);
        room.delete(&target).scim_error(404, None);
    }
}

fn line_096_the_last_owner_can_be_put_back(_: &Room) {
    let room = Room::start();
    let owner = person(json!({"roles": [{"value": "owner", "primary": true}]}));
    let other = person(json!({}));
    let (target, name) = (format!("/Users/{}", room.user(&owner)), owner["userName"].as_str().unwrap());
    room.user(&other);
    room.patch(&target, json!([{"op": "replace", "value": {"active": false}}])).expect(200).has("/active", false);
    assert!(room.run(&["user", "set-role", other["userName"].as_str().unwrap(), "owner"]).status.success());
    assert!(room.run(&["user", "reactivate", name]).status.success());
    room.get(&target).expect(200).has("/active", true);
    room.delete(&target).expect(204);
    assert_eq!(room.cli(&["user", "show", other["userName"].as_str().unwrap()])["role"], "owner");
}
