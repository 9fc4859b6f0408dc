//! Chapter 13: references to what the same job creates (line 104).

use serde_json::{Value, json};

use crate::{
    c13_bulk::{bulk, create, results, statuses},
    harness::{Answer, ENTERPRISE, GROUP, PATCH_OP, Room, USER, person, tag},
    suite::suite,
};

suite! {
    line_104_members_may_be_made_in_the_same_job,
    line_104_what_is_referred_to_may_come_later,
    line_104_extensions_may_refer_too,
    line_104_patches_may_refer_too,
    line_104_circles_are_resolved,
    line_104_longer_circles_and_what_hangs_on_them,
    line_104_what_refers_to_itself_is_settled,
    line_104_paths_may_refer_too,
    line_104_unknown_ids_are_a_conflict,
    line_104_what_depends_on_a_failure_fails,
    line_104_an_id_given_twice_is_refused,
    line_104_texts_that_look_like_references_are_kept,
}

fn group(members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    json!({"schemas": [GROUP], "displayName": format!("Crew {}", tag()), "members": members})
}

/// The id of what an operation made.
#[track_caller]
fn id(answer: &Answer, bulk_id: &str) -> String {
    let results = results(answer);
    let result = results.iter().find(|result| result["bulkId"] == bulk_id);
    let place =
        result.and_then(|result| result["location"].as_str()).unwrap_or_else(|| panic!("no {bulk_id}.\n{answer}"));
    place.rsplit('/').next().unwrap().to_owned()
}

fn line_104_members_may_be_made_in_the_same_job(room: &Room) {
    let answer = bulk(room, &[create("ada", person(json!({}))), create("crew", group(&["bulkId:ada"]))]);
    assert_eq!(statuses(&answer), ["201", "201"], "{answer}");
    let read = room.get(&format!("/Groups/{}", id(&answer, "crew"))).expect(200);
    read.has("/members/0/value", id(&answer, "ada")).has("/members/0/type", "User");
}

fn line_104_what_is_referred_to_may_come_later(room: &Room) {
    let answer = bulk(room, &[create("crew", group(&["bulkId:ada"])), create("ada", person(json!({})))]);
    let mut made = statuses(&answer);
    made.sort();
    assert_eq!(made, ["201", "201"], "{answer}");
    let read = room.get(&format!("/Groups/{}", id(&answer, "crew"))).expect(200);
    read.has("/members/0/value", id(&answer, "ada"));
}

fn line_104_extensions_may_refer_too(room: &Room) {
    let led = person(json!({"schemas": [USER, ENTERPRISE], ENTERPRISE: {"manager": {"value": "bulkId:boss"}}}));
    let answer = bulk(room, &[create("led", led), create("boss", person(json!({})))]);
    let read = room.get(&format!("/Users/{}", id(&answer, "led"))).expect(200);
    read.has(&format!("/{ENTERPRISE}/manager/value"), id(&answer, "boss"));
}

fn line_104_patches_may_refer_too(room: &Room) {
    let old = room.group(&group(&[]));
    let add = json!({"schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "members", "value": [{"value": "bulkId:ada"}]}]});
    let patch = json!({"method": "PATCH", "path": format!("/Groups/{old}"), "data": add});
    let answer = bulk(room, &[create("ada", person(json!({}))), patch]);
    room.get(&format!("/Groups/{old}")).expect(200).has("/members/0/value", id(&answer, "ada"));
}

fn line_104_circles_are_resolved(room: &Room) {
    let answer = bulk(room, &[create("a", group(&["bulkId:b"])), create("b", group(&["bulkId:a"]))]);
    assert_eq!(results(&answer).len(), 2, "{answer}");
    let (a, b) = (id(&answer, "a"), id(&answer, "b"));
    room.get(&format!("/Groups/{a}")).expect(200).has("/members/0/value", b.as_str()).has("/members/0/type", "Group");
    room.get(&format!("/Groups/{b}")).expect(200).has("/members/0/value", a.as_str());
    let manager =
        |other: &str| person(json!({"schemas": [USER, ENTERPRISE], ENTERPRISE: {"manager": {"value": other}}}));
    let answer = bulk(room, &[create("a", manager("bulkId:b")), create("b", manager("bulkId:a"))]);
    let (a, b) = (id(&answer, "a"), id(&answer, "b"));
    room.get(&format!("/Users/{a}")).expect(200).has(&format!("/{ENTERPRISE}/manager/value"), b.as_str());
    room.get(&format!("/Users/{b}")).expect(200).has(&format!("/{ENTERPRISE}/manager/value"), a.as_str());
}

fn line_104_longer_circles_and_what_hangs_on_them(room: &Room) {
    let operations = [
        create("top", group(&["bulkId:a", "bulkId:ada"])),
        create("a", group(&["bulkId:b"])),
        create("b", group(&["bulkId:c", "bulkId:ada"])),
        create("c", group(&["bulkId:a"])),
        create("ada", person(json!({}))),
    ];
    let answer = bulk(room, &operations);
    assert_eq!(statuses(&answer), ["201"; 5], "{answer}");
    for (holder, held) in [("top", vec!["a", "ada"]), ("a", vec!["b"]), ("b", vec!["c", "ada"]), ("c", vec!["a"])] {
        let read = room.get(&format!("/Groups/{}", id(&answer, holder))).expect(200);
        let mut found: Vec<&str> =
            read["members"].as_array().unwrap().iter().filter_map(|one| one["value"].as_str()).collect();
        let mut wanted: Vec<String> = held.iter().map(|bulk_id| id(&answer, bulk_id)).collect();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{holder}\n{read}");
    }
}

fn line_104_what_refers_to_itself_is_settled(room: &Room) {
    let own = person(json!({"schemas": [USER, ENTERPRISE], ENTERPRISE: {"manager": {"value": "bulkId:own"}}}));
    let answer = bulk(room, &[create("own", own), create("next", person(json!({})))]);
    // Either the reference is resolved or the operation is a conflict; nothing else suffers.
    let made = statuses(&answer);
    assert_eq!(made[1], "201", "{answer}");
    match made[0].as_str() {
        "201" => {
            let read = room.get(&format!("/Users/{}", id(&answer, "own"))).expect(200);
            read.has(&format!("/{ENTERPRISE}/manager/value"), id(&answer, "own"));
        }
        other => assert_eq!(other, "409", "{answer}"),
    }
}

fn line_104_paths_may_refer_too(room: &Room) {
    let change = json!({"schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "title", "value": "Pilot"}]});
    let patch = json!({"method": "PATCH", "path": "/Users/bulkId:ada", "data": change});
    let answer = bulk(room, &[create("ada", person(json!({}))), patch]);
    assert_eq!(statuses(&answer), ["201", "200"], "{answer}");
    room.get(&format!("/Users/{}", id(&answer, "ada"))).expect(200).has("/title", "Pilot");
}

fn line_104_unknown_ids_are_a_conflict(room: &Room) {
    let answer = bulk(room, &[create("ada", person(json!({}))), create("crew", group(&["bulkId:nobody"]))]);
    assert_eq!(statuses(&answer), ["201", "409"], "{answer}");
    let detail = results(&answer)[1]["response"]["detail"].as_str().unwrap_or_default().to_owned();
    assert!(detail.contains("nobody"), "the sentence names the id.\n{answer}");
}

fn line_104_what_depends_on_a_failure_fails(room: &Room) {
    let crew = group(&["bulkId:faulty"]);
    let answer = bulk(room, &[create("faulty", json!({"schemas": [USER]})), create("crew", crew.clone())]);
    assert_eq!(statuses(&answer), ["400", "409"], "{answer}");
    room.list("/Groups", &[("filter", &format!("displayName eq {}", crew["displayName"]))])
        .expect(200)
        .has("/totalResults", 0);
}

fn line_104_an_id_given_twice_is_refused(room: &Room) {
    let first = person(json!({}));
    let answer = bulk(room, &[create("same", first.clone()), create("same", person(json!({})))]);
    answer.scim_error(400, Some("invalidSyntax"));
    room.list("/Users", &[("filter", &format!("userName eq {}", first["userName"]))])
        .expect(200)
        .has("/totalResults", 0);
}

fn line_104_texts_that_look_like_references_are_kept(room: &Room) {
    let answer = bulk(room, &[create("ada", person(json!({"title": "the bulkId:ada of the crew"})))]);
    room.get(&format!("/Users/{}", id(&answer, "ada"))).expect(200).has("/title", "the bulkId:ada of the crew");
}
