//! Chapter 9: groups and their members, in the shapes that Okta pushes.

use serde_json::{Value, json};

use crate::{
    harness::{Answer, GROUP, Room, person, tag},
    suite::suite,
};

suite! {
    line_078_small_groups_are_answered_whole,
    line_078_large_groups_are_answered_without_a_body,
    line_078_groups_show_the_attributes_that_were_asked_for,
    line_081_adding_a_member_twice_changes_nothing,
    line_082_a_groups_name_stays,
    line_083_members_are_added,
    line_083_members_are_removed_one_by_one,
    line_083_members_are_replaced_whole,
    line_083_a_members_parts_cannot_be_changed,
    line_083_unknown_members_are_refused,
    line_083_removes_and_adds_in_one_request,
    line_084_a_rename_touches_no_members,
    line_084_another_id_in_a_value_is_refused,
    line_087_many_members_at_once,
}

/// A group of so many users: its path, and their ids.
fn crew(room: &Room, count: usize) -> (String, Vec<String>) {
    let ids: Vec<String> = (0..count).map(|_| room.user(&person(json!({})))).collect();
    let members: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
    let group = room.group(&json!({"schemas": [GROUP], "displayName": format!("Crew {}", tag()), "members": members}));
    (format!("/Groups/{group}"), ids)
}

#[track_caller]
fn members(room: &Room, target: &str) -> Vec<String> {
    let read = room.get(target).expect(200);
    let list = read["members"].as_array().cloned().unwrap_or_default();
    list.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect()
}

/// A PATCH of a group that must succeed, with a body or without.
#[track_caller]
fn patch(room: &Room, target: &str, operations: Value) -> Answer {
    let answer = room.patch(target, operations);
    assert!(answer.status == 200 || answer.status == 204, "{answer}");
    answer
}

fn line_078_small_groups_are_answered_whole(room: &Room) {
    let (target, ids) = crew(room, 2);
    let before = room.get(&target).expect(200);
    let operations = json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[0])}]);
    let answer = room.patch(&target, operations).expect(200);
    assert_ne!(answer.etag(), before.etag(), "{answer}");
    let read = room.get(&target).expect(200).has("/members/0/value", ids[1].as_str());
    assert_eq!((&answer.body, answer.etag()), (&read.body, read.etag()), "{answer}");
}

fn line_078_large_groups_are_answered_without_a_body(room: &Room) {
    let (target, ids) = crew(room, 202);
    let before = room.get(&target).expect(200);
    let operations = json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[0])}]);
    let answer = room.patch(&target, operations).expect(204);
    assert_eq!(answer.text, "", "{answer}");
    assert_ne!(answer.etag(), before.etag(), "{answer}");
    let read = room.get(&target).expect(200);
    assert_eq!((answer.etag(), read["members"].as_array().map(Vec::len)), (read.etag(), Some(201)));
    let operations = json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[1])}]);
    let asked = room.patch(&format!("{target}?attributes=displayName"), operations).expect(200);
    assert!(asked.lacks("/members")["displayName"].is_string());
}

fn line_078_groups_show_the_attributes_that_were_asked_for(room: &Room) {
    let (target, ids) = crew(room, 2);
    let remove = json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[0])}]);
    let only = room.patch(&format!("{target}?attributes=members"), remove.clone()).expect(200);
    let only = only.has("/members/0/value", ids[1].as_str()).lacks("/members/1").lacks("/displayName");
    only.etag();
    let without = room.patch(&format!("{target}?excludedAttributes=members"), remove).expect(200);
    assert!(without.lacks("/members")["displayName"].is_string());
}

fn line_081_adding_a_member_twice_changes_nothing(room: &Room) {
    let (target, ids) = crew(room, 2);
    let before = room.get(&target).expect(200);
    for operation in [
        json!({"op": "add", "path": "members", "value": [{"value": ids[0], "display": "a@harbor.example"}]}),
        json!({"op": "replace", "path": "members", "value": [{"value": ids[0]}, {"value": ids[1]}]}),
        json!({"op": "remove", "path": "members[value eq \"01a20f72-eab7-7c62-9703-9b5fd0381229\"]"}),
        json!({"op": "replace", "path": "displayName", "value": before["displayName"]}),
    ] {
        let answer = patch(room, &target, json!([operation]));
        assert_eq!(answer.etag(), before.etag(), "{answer}");
    }
    assert_eq!(room.get(&target).expect(200).body, before.body);
}

fn line_082_a_groups_name_stays(room: &Room) {
    let (target, _) = crew(room, 0);
    room.patch(&target, json!([{"op": "remove", "path": "displayName"}])).scim_error(400, Some("mutability"));
    let empty = json!([{"op": "replace", "path": "displayName", "value": ""}]);
    room.patch(&target, empty).scim_error(400, Some("mutability"));
    for path in ["id", "meta.created"] {
        let operations = json!([{"op": "replace", "path": path, "value": "x"}]);
        room.patch(&target, operations).scim_error(400, Some("mutability"));
    }
}

fn line_083_members_are_added(room: &Room) {
    let (target, mut ids) = crew(room, 1);
    for form in ["list", "one", "no path"] {
        let id = room.user(&person(json!({})));
        let member = json!({"value": id, "display": "li.wei@harbor.example"});
        let operation = match form {
            "list" => json!({"op": "add", "path": "members", "value": [member]}),
            "one" => json!({"op": "add", "path": "members", "value": member}),
            _ => json!({"op": "add", "value": {"members": [member]}}),
        };
        patch(room, &target, json!([operation]));
        ids.push(id);
        assert_eq!(members(room, &target), ids, "{form}");
    }
}

fn line_083_members_are_removed_one_by_one(room: &Room) {
    let (target, ids) = crew(room, 4);
    patch(room, &target, json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[1])}]));
    assert_eq!(members(room, &target), [ids[0].as_str(), &ids[2], &ids[3]]);
    // The same again, and somebody who never was a member: both succeed.
    patch(room, &target, json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", ids[1])}]));
    patch(room, &target, json!([{"op": "remove", "path": "members", "value": [{"value": ids[0]}]}]));
    assert_eq!(members(room, &target), [ids[2].as_str(), &ids[3]]);
    let both = format!("members[value eq \"{}\" or value eq \"{}\"]", ids[2], ids[3]);
    patch(room, &target, json!([{"op": "remove", "path": both}]));
    assert!(members(room, &target).is_empty());
}

fn line_083_members_are_replaced_whole(room: &Room) {
    let (target, _) = crew(room, 2);
    let id = room.user(&person(json!({})));
    patch(room, &target, json!([{"op": "replace", "path": "members", "value": [{"value": id}]}]));
    assert_eq!(members(room, &target), [id.as_str()]);
    // Push now, for a group that is empty in Okta.
    patch(room, &target, json!([{"op": "replace", "path": "members", "value": []}]));
    assert!(members(room, &target).is_empty());
    patch(room, &target, json!([{"op": "replace", "value": {"members": [{"value": id}]}}]));
    assert_eq!(members(room, &target), [id.as_str()]);
    patch(room, &target, json!([{"op": "remove", "path": "members"}]));
    assert!(members(room, &target).is_empty());
    patch(room, &target, json!([{"op": "replace", "path": "members", "value": null}]));
}

fn line_083_a_members_parts_cannot_be_changed(room: &Room) {
    let (target, ids) = crew(room, 2);
    let stranger = room.user(&person(json!({})));
    for (part, value) in
        [("value", stranger.as_str()), ("type", "Group"), ("$ref", "https://elsewhere.example/Users/1")]
    {
        for op in ["add", "replace"] {
            let path = format!("members[value eq \"{}\"].{part}", ids[0]);
            let operations = json!([{"op": op, "path": path, "value": value}]);
            room.patch(&target, operations).scim_error(400, Some("mutability"));
        }
    }
    let path = format!("members[value eq \"{}\"].value", ids[0]);
    patch(room, &target, json!([{"op": "replace", "path": path, "value": ids[0]}]));
    assert_eq!(members(room, &target), ids);
}

fn line_083_unknown_members_are_refused(room: &Room) {
    let (target, ids) = crew(room, 1);
    let known = room.user(&person(json!({})));
    let unknown = "01a20f72-eab7-7c62-9703-9b5fd0381229";
    for op in ["add", "replace"] {
        let value = json!([{"value": known}, {"value": unknown}]);
        let detail = room.patch(&target, json!([{"op": op, "path": "members", "value": value}]));
        let detail = detail.scim_error(400, Some("invalidValue"));
        assert!(detail.contains(unknown), "the sentence names the member: {detail}");
    }
    assert_eq!(members(room, &target), ids, "nothing was done by halves");
}

fn line_083_removes_and_adds_in_one_request(room: &Room) {
    let (target, ids) = crew(room, 2);
    let id = room.user(&person(json!({})));
    let operations = json!([
        {"op": "remove", "path": format!("members[value eq \"{}\"]", ids[0])},
        {"op": "add", "path": "members", "value": [{"value": id, "display": "li.wei@harbor.example"}]},
    ]);
    patch(room, &target, operations);
    assert_eq!(members(room, &target), [ids[1].as_str(), &id]);
}

fn line_084_a_rename_touches_no_members(room: &Room) {
    let (target, ids) = crew(room, 2);
    let (own, name) = (target.trim_start_matches("/Groups/"), format!("Renamed {}", tag()));
    patch(room, &target, json!([{"op": "replace", "value": {"id": own, "displayName": name}}]));
    room.get(&target).expect(200).has("/displayName", name.as_str());
    assert_eq!(members(room, &target), ids);
    room.get(&format!("/Users/{}", ids[0])).expect(200).has("/groups/0/display", name.as_str());
    // Okta sends it after every change of members, mostly without a new name.
    patch(room, &target, json!([{"op": "replace", "value": {"id": own, "displayName": name}}]));
}

fn line_084_another_id_in_a_value_is_refused(room: &Room) {
    let (target, _) = crew(room, 0);
    let before = room.get(&target).expect(200);
    let operations = json!([{"op": "replace", "value": {"id": "another", "displayName": tag()}}]);
    room.patch(&target, operations).scim_error(400, Some("mutability"));
    assert_eq!(room.get(&target).expect(200).body, before.body);
}

fn line_087_many_members_at_once(room: &Room) {
    let (target, ids) = crew(room, 100);
    let operations: Vec<Value> =
        ids.iter().map(|id| json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")})).collect();
    patch(room, &target, operations.into());
    assert!(members(room, &target).is_empty());
    let all: Vec<Value> = ids.iter().map(|id| json!({"value": id})).collect();
    patch(room, &target, json!([{"op": "add", "path": "members", "value": all}]));
    assert_eq!(members(room, &target).len(), 100);
}
