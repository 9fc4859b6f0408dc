//! Chapter 4: groups, their members, and what users see of them.

use serde_json::{Value, json};

use crate::{
    harness::{Answer, GROUP, HARBOR_GROUP, Room, person, tag},
    suite::suite,
};

suite! {
    line_029_a_users_groups_follow_from_members,
    line_029_indirect_groups_are_shown,
    line_029_a_users_groups_cannot_be_written,
    line_030_a_group_needs_a_name,
    line_030_group_names_are_unique_without_case,
    line_030_groups_are_found_by_name,
    line_031_members_are_shown_with_their_parts,
    line_031_members_need_no_type,
    line_031_unknown_members_are_refused,
    line_031_a_member_is_a_member_once,
    line_031_groups_hold_groups,
    line_031_circles_are_accepted,
    line_031_groups_have_extensions_and_external_ids,
}

fn group(members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    json!({"schemas": [GROUP], "displayName": format!("Crew {}", tag()), "members": members})
}

/// A PATCH of a group succeeds with a body or without.
#[track_caller]
fn is_done(answer: &Answer) {
    assert!(answer.status == 200 || answer.status == 204, "{answer}");
}

fn line_029_a_users_groups_follow_from_members(room: &Room) {
    let user = room.user(&person(json!({})));
    room.get(&format!("/Users/{user}")).expect(200).lacks("/groups/0");
    let body = group(&[&user]);
    let created = room.post("/Groups", &body).expect(201);
    let read = room.get(&format!("/Users/{user}")).expect(200);
    let wanted = json!([{
        "value": created.id(), "$ref": created["meta"]["location"], "display": body["displayName"], "type": "direct",
    }]);
    let read = read.has("/groups", wanted.clone());
    let list = room.list("/Users", &[("filter", &format!("id eq \"{user}\""))]).expect(200);
    list.has("/Resources/0/groups", wanted);
    room.delete(&format!("/Groups/{}", created.id())).expect(204);
    let after = room.get(&format!("/Users/{user}")).expect(200).lacks("/groups/0");
    assert_eq!(after.etag(), read.etag(), "{after}");
}

fn line_029_indirect_groups_are_shown(room: &Room) {
    let user = room.user(&person(json!({})));
    let inner = room.group(&group(&[&user]));
    let outer = room.group(&group(&[&inner]));
    let read = room.get(&format!("/Users/{user}")).expect(200);
    let kind = |id: &str| {
        let all = read["groups"].as_array().unwrap_or_else(|| panic!("no groups.\n{read}"));
        let found: Vec<&Value> = all.iter().filter(|one| one["value"] == json!(id)).collect();
        assert_eq!(found.len(), 1, "{id} is there once.\n{read}");
        found[0]["type"].clone()
    };
    assert_eq!((kind(&inner), kind(&outer)), (json!("direct"), json!("indirect")));
    // Who is in both ways is a direct member.
    let add = json!([{"op": "add", "path": "members", "value": [{"value": user}]}]);
    is_done(&room.patch(&format!("/Groups/{outer}"), add));
    let read = room.get(&format!("/Users/{user}")).expect(200);
    let types: Vec<&Value> = read["groups"].as_array().unwrap().iter().map(|one| &one["type"]).collect();
    assert_eq!(types, ["direct", "direct"], "{read}");
}

fn line_029_a_users_groups_cannot_be_written(room: &Room) {
    let other = room.group(&group(&[]));
    let claimed = json!([{"value": other, "display": "Crew"}]);
    let created = room.post("/Users", &person(json!({"groups": claimed}))).expect(201).lacks("/groups/0");
    let target = format!("/Users/{}", created.id());
    let mut body = created.body.clone();
    body["groups"] = claimed.clone();
    room.put(&target, &body).expect(200).lacks("/groups/0");
    for op in ["add", "replace", "remove"] {
        let operations = json!([{"op": op, "path": "groups", "value": claimed}]);
        room.patch(&target, operations).scim_error(400, Some("mutability"));
    }
    room.get(&format!("/Groups/{other}")).expect(200).lacks("/members/0");
}

fn line_030_a_group_needs_a_name(room: &Room) {
    for name in [Value::Null, json!(""), json!("  "), json!("\u{200b}"), json!("a".repeat(1_001))] {
        let body = json!({"schemas": [GROUP], "displayName": name});
        let detail = room.post("/Groups", &body).scim_error(400, Some("invalidValue"));
        assert!(detail.contains("displayName"), "{detail}");
    }
    room.post("/Groups", &json!({"schemas": [GROUP], "members": []})).scim_error(400, Some("invalidValue"));
}

fn line_030_group_names_are_unique_without_case(room: &Room) {
    let name = format!("Müllers Crew {}", tag());
    room.post("/Groups", &json!({"schemas": [GROUP], "displayName": name}))
        .expect(201)
        .has("/displayName", name.as_str());
    for same in [name.to_uppercase(), name.replace('ü', "u\u{308}")] {
        let body = json!({"schemas": [GROUP], "displayName": same});
        room.post("/Groups", &body).scim_error(409, Some("uniqueness"));
    }
    // A user may be called so.
    room.post("/Users", &person(json!({"displayName": name}))).expect(201);
}

fn line_030_groups_are_found_by_name(room: &Room) {
    let body = group(&[]);
    let id = room.group(&body);
    let name = body["displayName"].as_str().unwrap();
    for asked in [name.to_owned(), name.to_lowercase()] {
        let filter = format!("displayName eq \"{asked}\"");
        // As Okta looks a group up before it pushes one.
        let list = room.list("/Groups", &[("filter", &filter), ("startIndex", "1"), ("count", "100")]).expect(200);
        list.has("/totalResults", 1).has("/Resources/0/id", id.as_str());
    }
}

fn line_031_members_are_shown_with_their_parts(room: &Room) {
    let body = person(json!({"displayName": "Ada Moreno"}));
    let user = room.post("/Users", &body).expect(201);
    let created = room.post("/Groups", &group(&[&user.id()])).expect(201);
    let read = room.get(&format!("/Groups/{}", created.id())).expect(200);
    for answer in [created, read] {
        let member = &answer["members"][0];
        assert_eq!(member["value"], user.id(), "{answer}");
        assert_eq!(member["$ref"], user["meta"]["location"], "{answer}");
        assert_eq!(member["type"], "User", "{answer}");
        // `display` may be left out; where it is shown, it is the member's own.
        assert!(member["display"].is_null() || member["display"] == "Ada Moreno", "{answer}");
    }
}

fn line_031_members_need_no_type(room: &Room) {
    let user = room.user(&person(json!({})));
    // Okta sends the user's name as `display`, and no `type`.
    let mut body = group(&[]);
    body["members"] = json!([{"value": user, "display": "ada@harbor.example"}]);
    room.post("/Groups", &body).expect(201).has("/members/0/value", user).has("/members/0/type", "User");
}

fn line_031_unknown_members_are_refused(room: &Room) {
    let user = room.user(&person(json!({})));
    for unknown in ["01a20f72-eab7-7c62-9703-9b5fd0381229", "nobody"] {
        let body = group(&[&user, unknown]);
        let detail = room.post("/Groups", &body).scim_error(400, Some("invalidValue"));
        assert!(detail.contains(unknown), "the sentence names the member: {detail}");
        let filter = format!("displayName eq {}", body["displayName"]);
        room.list("/Groups", &[("filter", &filter)]).expect(200).has("/totalResults", 0);
        let target = format!("/Groups/{}", room.group(&group(&[])));
        room.put(&target, &group(&[unknown])).scim_error(400, Some("invalidValue"));
    }
}

fn line_031_a_member_is_a_member_once(room: &Room) {
    let user = room.user(&person(json!({})));
    let created = room.post("/Groups", &group(&[&user, &user])).expect(201).has("/members/0/value", user);
    created.lacks("/members/1");
}

fn line_031_groups_hold_groups(room: &Room) {
    let inner = room.post("/Groups", &group(&[])).expect(201);
    let outer = room.post("/Groups", &group(&[&inner.id()])).expect(201).has("/members/0/type", "Group");
    assert_eq!(outer["members"][0]["$ref"], inner["meta"]["location"], "{outer}");
    room.delete(&format!("/Groups/{}", inner.id())).expect(204);
    room.get(&format!("/Groups/{}", outer.id())).expect(200).lacks("/members/0");
}

fn line_031_circles_are_accepted(room: &Room) {
    let user = room.user(&person(json!({})));
    let first = room.group(&group(&[&user]));
    let second = room.group(&group(&[&first]));
    let third = room.group(&group(&[&second]));
    let close = json!([{"op": "add", "path": "members", "value": [{"value": third}]}]);
    is_done(&room.patch(&format!("/Groups/{first}"), close));
    let read = room.get(&format!("/Users/{user}")).expect(200);
    let mut groups: Vec<&str> =
        read["groups"].as_array().unwrap().iter().filter_map(|one| one["value"].as_str()).collect();
    groups.sort_unstable();
    let mut wanted = vec![first.as_str(), &second, &third];
    wanted.sort_unstable();
    assert_eq!(groups, wanted, "{read}");
}

fn line_031_groups_have_extensions_and_external_ids(_: &Room) {
    let room = Room::with_harbor();
    let mut body = group(&[]);
    body["schemas"] = json!([GROUP, HARBOR_GROUP]);
    body["externalId"] = json!("00g7ab2cdEFGhij8x5d7");
    body[HARBOR_GROUP] = json!({"quay": "North", "captain": "https://harbor.example/Users/7"});
    let created = room.post("/Groups", &body).expect(201).has("/externalId", "00g7ab2cdEFGhij8x5d7");
    let created = created.has(&format!("/{HARBOR_GROUP}"), body[HARBOR_GROUP].clone());
    let path = format!("{HARBOR_GROUP}:quay");
    let target = format!("/Groups/{}", created.id());
    is_done(&room.patch(&target, json!([{"op": "replace", "path": path, "value": "South"}])));
    room.get(&target).expect(200).has(&format!("/{HARBOR_GROUP}/quay"), "South");
}
