//! Chapter 12: versions, and requests that depend on them.

use std::thread;

use serde_json::{Value, json};

use crate::{
    harness::{GROUP, Room, USER, person, tag},
    suite::suite,
};

suite! {
    line_097_the_etag_is_weak_and_that_of_meta,
    line_098_if_none_match_spares_the_body,
    line_098_a_stale_if_match_is_412,
    line_098_a_current_if_match_passes,
    line_098_a_condition_that_cannot_be_read_is_refused,
    line_098_groups_have_conditions_too,
    line_099_of_many_writers_one_wins,
    line_099_no_change_is_lost,
    line_099_no_member_is_lost,
    line_100_every_change_makes_a_version,
    line_100_members_change_the_group_and_not_the_user,
}

fn line_097_the_etag_is_weak_and_that_of_meta(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let target = format!("/Users/{}", created.id());
    let read = room.get(&target).expect(200);
    let put = room.put(&target, &created.body).expect(200);
    let patched = room.patch(&target, json!([{"op": "add", "path": "title", "value": "x"}])).expect(200);
    for answer in [&created, &read, &put, &patched] {
        assert!(answer.etag().starts_with("W/\"") && answer.etag().ends_with('"'), "{answer}");
        assert_eq!(answer["meta"]["version"], answer.etag(), "{answer}");
    }
    let filter = format!("id eq \"{}\"", created.id());
    room.list("/Users", &[("filter", &filter)]).expect(200).has("/Resources/0/meta/version", patched.etag());
    room.get("/ServiceProviderConfig").expect(200).has("/etag/supported", true);
}

fn line_098_if_none_match_spares_the_body(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let (target, etag) = (format!("/Users/{}", created.id()), created.etag());
    let strong = etag.trim_start_matches("W/").to_owned();
    for known in [etag.clone(), strong, "*".to_owned(), format!("W/\"other\", {etag}")] {
        let answer = room.request("GET", &target).header("if-none-match", &known).send().expect(304);
        assert_eq!((answer.text.as_str(), answer.etag()), ("", etag.clone()), "{answer}");
        room.request("HEAD", &target).header("if-none-match", &known).send().expect(304);
    }
    for unknown in ["W/\"other\"", "\"other\", W/\"another\""] {
        room.request("GET", &target).header("if-none-match", unknown).send().expect(200).has("/id", created.id());
    }
}

/// The writes that a condition may guard.
const WRITES: [&str; 3] = ["PUT", "PATCH", "DELETE"];

fn line_098_a_stale_if_match_is_412(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let (target, stale) = (format!("/Users/{}", created.id()), created.etag());
    let changed = room.patch(&target, json!([{"op": "add", "path": "title", "value": "x"}])).expect(200);
    for method in WRITES {
        for tag in [stale.as_str(), "W/\"other\"", "\"a\", \"b\""] {
            let request = room.request(method, &target).header("if-match", tag);
            request.json(&body_for(method, &created.body)).send().scim_error(412, None);
        }
    }
    assert_eq!(room.get(&target).expect(200).body, changed.body);
}

/// A body that changes a user.
fn body_for(method: &str, user: &Value) -> Value {
    if method == "PATCH" {
        let operations = json!([{"op": "replace", "path": "title", "value": tag()}]);
        json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
    } else {
        json!({"schemas": [USER], "userName": user["userName"], "title": tag()})
    }
}

fn line_098_a_current_if_match_passes(room: &Room) {
    for method in WRITES {
        for form in ["weak", "strong", "any", "list"] {
            let created = room.post("/Users", &person(json!({}))).expect(201);
            let etag = created.etag();
            let condition = match form {
                "weak" => etag,
                "strong" => etag.trim_start_matches("W/").to_owned(),
                "any" => "*".to_owned(),
                _ => format!("\"other\", {etag}"),
            };
            let request = room.request(method, &format!("/Users/{}", created.id())).header("if-match", &condition);
            let answer = request.json(&body_for(method, &created.body)).send();
            answer.expect(if method == "DELETE" { 204 } else { 200 });
        }
    }
}

fn line_098_a_condition_that_cannot_be_read_is_refused(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let target = format!("/Users/{}", created.id());
    for nonsense in ["seven", "W/", "\"1", "\"1\" \"2\""] {
        let request = room.request("DELETE", &target).header("if-match", nonsense);
        request.send().scim_error(400, Some("invalidSyntax"));
    }
    room.get(&target).expect(200);
}

fn line_098_groups_have_conditions_too(room: &Room) {
    let body = json!({"schemas": [GROUP], "displayName": tag()});
    let created = room.post("/Groups", &body).expect(201);
    let (target, etag) = (format!("/Groups/{}", created.id()), created.etag());
    room.request("GET", &target).header("if-none-match", &etag).send().expect(304);
    for method in WRITES {
        let request = room.request(method, &target).header("if-match", "W/\"other\"");
        let operations = json!([{"op": "replace", "path": "externalId", "value": "x"}]);
        let patch = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
        request.json(if method == "PATCH" { &patch } else { &body }).send().scim_error(412, None);
    }
    room.request("PUT", &target).header("if-match", &etag).json(&body).send().expect(200);
    room.request("DELETE", &target).header("if-match", "*").send().expect(204);
}

fn line_099_of_many_writers_one_wins(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let (target, etag) = (format!("/Users/{}", created.id()), created.etag());
    let statuses: Vec<u16> = thread::scope(|scope| {
        let write = || {
            let request = room.request("PATCH", &target).header("if-match", &etag);
            request.json(&body_for("PATCH", &created.body)).send().status
        };
        let writers: Vec<_> = (0..8).map(|_| scope.spawn(write)).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 7, "{statuses:?}");
}

fn line_099_no_change_is_lost(room: &Room) {
    let target = format!("/Users/{}", room.user(&person(json!({}))));
    thread::scope(|scope| {
        for place in 0..8 {
            let target = &target;
            scope.spawn(move || {
                let email = json!([{"value": format!("{place}@b.example")}]);
                room.patch(target, json!([{"op": "add", "path": "emails", "value": email}])).expect(200);
            });
        }
    });
    let read = room.get(&target).expect(200);
    assert_eq!(read["emails"].as_array().map(Vec::len), Some(8), "{read}");
}

fn line_099_no_member_is_lost(room: &Room) {
    let ids: Vec<String> = (0..12).map(|_| room.user(&person(json!({})))).collect();
    let target = format!("/Groups/{}", room.group(&json!({"schemas": [GROUP], "displayName": tag()})));
    // Okta pushes the changes of one group close together, each in a request of its own.
    let at_once = |ids: &[String], operation: fn(&str) -> Value| {
        thread::scope(|scope| {
            for id in ids {
                let target = &target;
                scope.spawn(move || {
                    let answer = room.patch(target, json!([operation(id)]));
                    assert!(answer.status == 200 || answer.status == 204, "{answer}");
                });
            }
        });
        room.get(&target).expect(200)["members"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(at_once(&ids, |id| json!({"op": "add", "path": "members", "value": [{"value": id}]})), 12);
    assert_eq!(at_once(&ids[..6], |id| json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")})), 6);
}

fn line_100_every_change_makes_a_version(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let target = format!("/Users/{}", created.id());
    let mut seen = vec![created.etag()];
    for operation in [
        json!({"op": "add", "path": "title", "value": "x"}),
        json!({"op": "replace", "path": "title", "value": "y"}),
        json!({"op": "replace", "path": "active", "value": false}),
        json!({"op": "remove", "path": "title"}),
    ] {
        let changed = room.patch(&target, json!([operation])).expect(200);
        assert!(!seen.contains(&changed.etag()), "{changed}");
        seen.push(changed.etag());
    }
    let body = json!({"schemas": [USER], "userName": created["userName"], "title": "z"});
    let put = room.put(&target, &body).expect(200);
    assert!(!seen.contains(&put.etag()), "{put}");
}

fn line_100_members_change_the_group_and_not_the_user(room: &Room) {
    let user = room.post("/Users", &person(json!({}))).expect(201);
    let (person, group) = (format!("/Users/{}", user.id()), json!({"schemas": [GROUP], "displayName": tag()}));
    let group = room.post("/Groups", &group).expect(201);
    let target = format!("/Groups/{}", group.id());
    let add = json!([{"op": "add", "path": "members", "value": [{"value": user.id()}]}]);
    let added = room.patch(&target, add);
    assert_ne!(added.etag(), group.etag(), "{added}");
    let read = room.get(&target).expect(200).has("/members/0/value", user.id());
    assert_eq!(read.etag(), added.etag(), "{read}");
    let member = room.get(&person).expect(200).has("/groups/0/value", group.id());
    assert_eq!((member.etag(), &member["meta"]), (user.etag(), &user["meta"]), "{member}");
    let remove = json!([{"op": "remove", "path": format!("members[value eq \"{}\"]", user.id())}]);
    assert_ne!(room.patch(&target, remove).etag(), added.etag());
    assert_eq!(room.get(&person).expect(200).etag(), user.etag());
}
