//! Chapter 13: many operations in one request.

use serde_json::{Value, json};

use crate::{
    harness::{Answer, BULK, BULK_RESPONSE, GROUP, PATCH_OP, Room, USER, person, tag},
    suite::suite,
};

suite! {
    line_101_every_method_is_carried_out,
    line_101_the_message_has_its_form,
    line_101_operations_have_what_they_need,
    line_102_results_are_in_the_standards_form,
    line_102_failures_carry_their_error,
    line_103_failures_do_not_stop_the_job,
    line_103_the_job_stops_after_so_many_errors,
    line_103_operations_stand_for_themselves,
    line_105_too_many_operations_are_413,
    line_105_too_large_a_body_is_413,
    line_105_a_thousand_operations_are_taken,
    line_106_the_order_is_kept,
    line_106_only_resources_are_addressed,
    line_107_a_stale_version_is_412_for_its_operation,
}

/// A bulk request of these operations.
pub fn bulk(room: &Room, operations: &[Value]) -> Answer {
    room.post("/Bulk", &json!({"schemas": [BULK], "Operations": operations}))
}

/// The results of a job that was carried out.
#[track_caller]
pub fn results(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer["schemas"], json!([BULK_RESPONSE]), "{answer}");
    answer["Operations"].as_array().unwrap_or_else(|| panic!("no Operations.\n{answer}")).clone()
}

#[track_caller]
pub fn statuses(answer: &Answer) -> Vec<String> {
    let text =
        |result: &Value| result["status"].as_str().unwrap_or_else(|| panic!("status is a text.\n{answer}")).to_owned();
    results(answer).iter().map(text).collect()
}

pub fn create(bulk_id: &str, data: Value) -> Value {
    let path = if data["schemas"][0] == GROUP { "/Groups" } else { "/Users" };
    json!({"method": "POST", "path": path, "bulkId": bulk_id, "data": data})
}

fn line_101_every_method_is_carried_out(room: &Room) {
    let body = person(json!({}));
    let [put, patched, deleted] = [(); 3].map(|()| room.user(&person(json!({}))));
    let replacement = person(json!({"title": "Captain"}));
    let operations = [
        create("ada", body.clone()),
        json!({"method": "PUT", "path": format!("/Users/{put}"), "data": room.get(&format!("/Users/{put}")).body}),
        json!({"method": "PATCH", "path": format!("/Users/{patched}"), "data": {
            "schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "title", "value": "Pilot"}]}}),
        json!({"method": "DELETE", "path": format!("/Users/{deleted}")}),
        create("grace", replacement),
    ];
    let answer = bulk(room, &operations);
    assert_eq!(statuses(&answer), ["201", "200", "200", "204", "201"], "{answer}");
    room.list("/Users", &[("filter", &format!("userName eq {}", body["userName"]))])
        .expect(200)
        .has("/totalResults", 1);
    room.get(&format!("/Users/{patched}")).expect(200).has("/title", "Pilot");
    room.get(&format!("/Users/{deleted}")).scim_error(404, None);
}

fn line_101_the_message_has_its_form(room: &Room) {
    let operation = create("ada", person(json!({})));
    for body in [
        json!({"Operations": [operation]}),
        json!({"schemas": [USER], "Operations": [operation]}),
        json!({"schemas": [BULK]}),
        json!({"schemas": [BULK], "Operations": operation}),
        json!({"schemas": [BULK], "Operations": ["POST"]}),
        json!({"schemas": [BULK], "failOnErrors": "one", "Operations": [operation]}),
        json!([operation]),
    ] {
        let keyword = if body["failOnErrors"].is_string() { "invalidValue" } else { "invalidSyntax" };
        room.post("/Bulk", &body).scim_error(400, Some(keyword));
    }
    for method in ["GET", "PUT", "DELETE"] {
        let answer = room.request(method, "/Bulk").json(&json!({})).send();
        answer.scim_error(405, None);
        assert!(answer.header("allow").is_some_and(|allow| allow.contains("POST")), "{answer}");
    }
}

fn line_101_operations_have_what_they_need(room: &Room) {
    let (whole, id) = (create("ada", person(json!({}))), room.user(&person(json!({}))));
    let without = |name: &str| {
        let mut operation = whole.clone();
        operation.as_object_mut().unwrap().remove(name);
        operation
    };
    let operations = [
        without("method"),
        without("path"),
        without("bulkId"),
        without("data"),
        json!({"method": "PUT", "path": format!("/Users/{id}")}),
        json!({"method": "PATCH", "path": format!("/Users/{id}")}),
        json!({"method": "GET", "path": format!("/Users/{id}")}),
        json!({"method": "BREW", "path": format!("/Users/{id}")}),
    ];
    for operation in operations {
        let answer = bulk(room, &[operation]);
        // A fault of one operation is either that operation's or, for its form, the whole message's.
        if answer.status == 200 {
            assert_eq!(statuses(&answer), ["400"], "{answer}");
        } else {
            answer.scim_error(400, Some("invalidSyntax"));
        }
    }
}

fn line_102_results_are_in_the_standards_form(room: &Room) {
    let old = room.user(&person(json!({})));
    let delete = json!({"method": "DELETE", "path": format!("/Users/{old}"), "bulkId": "gone"});
    let answer = bulk(room, &[create("ada", person(json!({}))), delete]);
    let results = results(&answer);
    assert_eq!(results.len(), 2, "{answer}");
    for (result, method, id, status) in [(&results[0], "POST", "ada", "201"), (&results[1], "DELETE", "gone", "204")] {
        assert_eq!((&result["method"], &result["bulkId"]), (&json!(method), &json!(id)), "{answer}");
        assert_eq!(result["status"], status, "{answer}");
        assert!(result["location"].as_str().is_some_and(|place| place.starts_with(room.base())), "{answer}");
    }
    let created = room.get(results[0]["location"].as_str().unwrap()).expect(200);
    assert_eq!(results[0]["version"], created.etag(), "{answer}");
    assert!(answer.is_scim_json(), "{answer}");
}

fn line_102_failures_carry_their_error(room: &Room) {
    let taken = person(json!({}));
    room.user(&taken);
    let missing = format!("{}/Users/nobody", room.base());
    let answer = bulk(room, &[create("again", taken), json!({"method": "DELETE", "path": "/Users/nobody"})]);
    let results = results(&answer);
    for (result, status) in results.iter().zip(["409", "404"]) {
        assert_eq!(result["status"], status, "{answer}");
        let error = &result["response"];
        assert_eq!(error["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]), "{answer}");
        assert_eq!(error["status"], status, "{answer}");
        assert!(error["detail"].is_string(), "{answer}");
    }
    assert_eq!(results[0]["response"]["scimType"], "uniqueness", "{answer}");
    assert!(results[0].get("location").is_none(), "what was not made has no place.\n{answer}");
    assert_eq!(results[1]["location"], missing, "{answer}");
}

/// A create that fails.
fn faulty(bulk_id: &str) -> Value {
    create(bulk_id, json!({"schemas": [USER]}))
}

fn line_103_failures_do_not_stop_the_job(room: &Room) {
    let operations = [faulty("a"), create("b", person(json!({}))), faulty("c"), create("d", person(json!({})))];
    let answer = bulk(room, &operations);
    assert_eq!(statuses(&answer), ["400", "201", "400", "201"], "{answer}");
}

fn line_103_the_job_stops_after_so_many_errors(room: &Room) {
    for (limit, wanted) in
        [(1, vec!["201", "400"]), (2, vec!["201", "400", "400"]), (3, vec!["201", "400", "400", "201"])]
    {
        let last = person(json!({}));
        let operations = [create("a", person(json!({}))), faulty("b"), faulty("c"), create("d", last.clone())];
        let body = json!({"schemas": [BULK], "failOnErrors": limit, "Operations": operations});
        let answer = room.post("/Bulk", &body);
        assert_eq!(statuses(&answer), wanted, "failOnErrors {limit}\n{answer}");
        let made = room.list("/Users", &[("filter", &format!("userName eq {}", last["userName"]))]).expect(200);
        made.has("/totalResults", u64::from(limit == 3));
    }
}

fn line_103_operations_stand_for_themselves(room: &Room) {
    let id = room.user(&person(json!({})));
    let patch = |operations: Value| {
        json!({"method": "PATCH", "path": format!("/Users/{id}"), "data": {
        "schemas": [PATCH_OP], "Operations": operations}})
    };
    let half = json!([{"op": "add", "path": "title", "value": "x"}, {"op": "add", "path": "boat", "value": "y"}]);
    let answer = bulk(room, &[patch(half), patch(json!([{"op": "add", "path": "nickName", "value": "A"}]))]);
    assert_eq!(statuses(&answer), ["400", "200"], "{answer}");
    room.get(&format!("/Users/{id}")).expect(200).lacks("/title").has("/nickName", "A");
}

fn line_105_too_many_operations_are_413(_: &Room) {
    let room = Room::start();
    let operations: Vec<Value> = (0..1001).map(|place| create(&place.to_string(), person(json!({})))).collect();
    let detail = bulk(&room, &operations).scim_error(413, None);
    assert!(detail.contains("1000") || detail.contains("1,000"), "the sentence names the limit: {detail}");
    room.get("/Users").expect(200).has("/totalResults", 0);
}

fn line_105_too_large_a_body_is_413(room: &Room) {
    let large = create("ada", person(json!({"title": "x".repeat(1024 * 1024)})));
    let detail = bulk(room, &[large]).scim_error(413, None);
    assert!(detail.contains("1048576") || detail.contains("1 MiB"), "the sentence names the limit: {detail}");
}

fn line_105_a_thousand_operations_are_taken(_: &Room) {
    let room = Room::start();
    let operations: Vec<Value> = (0..1000).map(|place| create(&place.to_string(), person(json!({})))).collect();
    let answer = bulk(&room, &operations);
    assert_eq!(statuses(&answer).iter().filter(|status| *status == "201").count(), 1000);
    room.get("/Users?count=0").expect(200).has("/totalResults", 1000);
}

fn line_106_the_order_is_kept(room: &Room) {
    let body = person(json!({"title": "old"}));
    let id = room.user(&body);
    let mut again = body.clone();
    again["title"] = json!("new");
    let delete = json!({"method": "DELETE", "path": format!("/Users/{id}")});
    let answer = bulk(room, &[delete, create("again", again)]);
    assert_eq!(statuses(&answer), ["204", "201"], "{answer}");
    let found = room.list("/Users", &[("filter", &format!("userName eq {}", body["userName"]))]).expect(200);
    found.has("/totalResults", 1).has("/Resources/0/title", "new");
    // The other way round it cannot work.
    let body = person(json!({}));
    let delete = json!({"method": "DELETE", "path": format!("/Users/{}", room.user(&body))});
    let answer = bulk(room, &[create("again", body), delete]);
    assert_eq!(statuses(&answer), ["409", "204"], "{answer}");
}

fn line_106_only_resources_are_addressed(room: &Room) {
    let data = person(json!({}));
    for path in
        ["/Bulk", "/.search", "/Users/.search", "/Me", "/Schemas", "/ServiceProviderConfig", "/Boats", "/", "Users?x=1"]
    {
        let answer = bulk(room, &[json!({"method": "POST", "path": path, "bulkId": tag(), "data": data})]);
        assert_eq!(statuses(&answer), ["400"], "{path}\n{answer}");
    }
    for (method, path) in [("POST", "/Users/7"), ("PUT", "/Users"), ("DELETE", "/Groups"), ("PATCH", "/Users")] {
        let answer = bulk(room, &[json!({"method": method, "path": path, "bulkId": tag(), "data": data})]);
        assert_eq!(statuses(&answer), ["400"], "{method} {path}\n{answer}");
    }
}

fn line_107_a_stale_version_is_412_for_its_operation(room: &Room) {
    let created = room.post("/Users", &person(json!({}))).expect(201);
    let target = format!("/Users/{}", created.id());
    let (stale, now) =
        (created.etag(), room.patch(&target, json!([{"op": "add", "path": "title", "value": "x"}])).etag());
    for (version, wanted) in [(stale, "412"), ("W/\"other\"".to_owned(), "412"), (now, "204")] {
        let answer = bulk(room, &[json!({"method": "DELETE", "path": target, "version": version})]);
        assert_eq!(statuses(&answer), [wanted], "{answer}");
    }
}
