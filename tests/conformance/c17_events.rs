//! Chapter 17: event delivery, which is not offered, and the log in its place.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    harness::{Room, eventually, person},
    suite::suite,
};

suite! {
    line_120_event_delivery_is_not_advertised,
    line_120_asynchronous_answers_are_not_given,
    line_121_each_write_is_recorded_with_what_changed,
    line_121_events_of_one_transaction_share_its_id,
}

fn line_120_event_delivery_is_not_advertised(room: &Room) {
    room.get("/ServiceProviderConfig").expect(200).lacks("/securityEvents");
}

fn line_120_asynchronous_answers_are_not_given(room: &Room) {
    let body = person(json!({}));
    let created = room.request("POST", "/Users").header("prefer", "respond-async").json(&body).send().expect(201);
    assert_eq!(created.header("preference-applied"), None, "{created}");
    room.request("GET", &format!("/Users/{}", created.id())).header("prefer", "respond-async").send().expect(200);
}

/// The recorded events about a user, oldest first, when there are so many.
fn events(room: &Room, id: &str, count: usize) -> Vec<Value> {
    let mut events = Vec::new();
    eventually("the requests are recorded", || {
        events = room.cli(&["event", "list", "--user", id]).as_array().unwrap().clone();
        events.len() >= count
    });
    events.sort_by_key(|event| event["id"].as_u64());
    events
}

fn line_121_each_write_is_recorded_with_what_changed(room: &Room) {
    let id = room.user(&person(json!({"externalId": "00u7ab2cdEFGhij8x5d7", "title": "Analyst"})));
    let target = format!("/Users/{id}");
    room.patch(&target, json!([{"op": "replace", "value": {"title": "Captain", "name.givenName": "Ada"}}])).expect(200);
    room.patch(&target, json!([{"op": "replace", "value": {"active": false}}])).expect(200);
    room.patch(&target, json!([{"op": "replace", "value": {"active": true}}])).expect(200);
    room.delete(&target).expect(204);
    let events = events(room, &id, 5);
    let actions: Vec<&str> = events.iter().filter_map(|event| event["action"].as_str()).collect();
    assert_eq!(actions, ["create", "update", "deactivate", "reactivate", "delete"]);
    let changed: BTreeSet<&str> = events[1]["changed"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(changed, BTreeSet::from(["title", "name.givenName"]), "{}", events[1]);
    for event in &events {
        assert_eq!((&event["externalId"], &event["userId"]), (&json!("00u7ab2cdEFGhij8x5d7"), &json!(id)), "{event}");
    }
}

fn line_121_events_of_one_transaction_share_its_id(room: &Room) {
    let id = room.user(&person(json!({})));
    room.patch(&format!("/Users/{id}"), json!([{"op": "add", "path": "title", "value": "x"}])).expect(200);
    let events = events(room, &id, 2);
    let transactions: BTreeSet<String> = events.iter().map(|event| event["transaction"].to_string()).collect();
    assert!(events.iter().all(|event| event["transaction"].is_string()), "{events:?}");
    assert_eq!(transactions.len(), events.len(), "two requests are two transactions");
}
