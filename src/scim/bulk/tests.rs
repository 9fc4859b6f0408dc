use serde_json::json;

use super::super::error::{ScimError, ScimType};
use super::super::schema::{ENTERPRISE_USER_URN, PATCH_OP_URN};
use super::*;

const BASE: &str = "https://harbor.example/scim/v2";

fn parse(members: Value) -> Result<BulkRequest, ScimError> {
    let mut body = json!({"schemas": [BULK_REQUEST_URN]});
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    BulkRequest::parse(body)
}

fn plan(operations: Value) -> Plan {
    Plan::new(parse(json!({ "Operations": operations })).unwrap())
}

/// Carries out a plan: the POST at place n makes id-n, and everything at one of the places `failing` fails.
fn run(mut plan: Plan, failing: &[usize]) -> (Vec<Call>, Vec<Value>) {
    let mut calls = Vec::new();
    while let Some(call) = plan.next() {
        let outcome = if failing.contains(&call.index) {
            let response = ScimError::invalid_value("Wrong.").to_json();
            Outcome { status: 400, response: Some(response), ..Outcome::default() }
        } else if call.method == Method::Post {
            Outcome { status: 201, id: Some(format!("id-{}", call.index)), ..Outcome::default() }
        } else {
            Outcome { status: 200, version: Some("W/\"2\"".to_owned()), ..Outcome::default() }
        };
        plan.done(call.index, outcome);
        calls.push(call);
    }
    let answer = plan.finish(BASE);
    assert_eq!(answer["schemas"], json!([BULK_RESPONSE_URN]));
    (calls, answer["Operations"].as_array().unwrap().clone())
}

fn order(calls: &[Call]) -> Vec<usize> {
    calls.iter().map(|call| call.index).collect()
}

fn statuses(results: &[Value]) -> Vec<&str> {
    results.iter().map(|result| result["status"].as_str().unwrap()).collect()
}

fn user(bulk_id: &str) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": {"userName": bulk_id}})
}

fn group(bulk_id: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": format!("bulkId:{id}")})).collect();
    json!({"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": {"displayName": "A", "members": members}})
}

#[test]
fn faults_of_the_envelope_refuse_the_request() {
    for members in [
        json!({}),
        json!({"Operations": []}),
        json!({"Operations": {}}),
        json!({"Operations": ["POST"]}),
        json!({"Operations": [{"path": "/Users"}]}),
        json!({"Operations": [{"method": 5}]}),
        json!({"Operations": [user("a"), user("a")]}),
    ] {
        let error = parse(members.clone()).unwrap_err();
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidSyntax)), "{members}");
    }
    for number in [json!(0), json!("1")] {
        let error = parse(json!({"Operations": [user("a")], "failOnErrors": number})).unwrap_err();
        assert_eq!((error.status, error.scim_type), (400, Some(ScimType::InvalidValue)), "{number}");
    }
    assert_eq!(BulkRequest::parse(json!([])).unwrap_err().status, 400);
    assert_eq!(BulkRequest::parse(json!({"Operations": [user("a")]})).unwrap_err().status, 400);
}

#[test]
fn too_many_operations_are_counted_before_any_is_looked_at() {
    let error = parse(json!({"Operations": vec![json!(null); MAX_OPERATIONS + 1]})).unwrap_err();
    assert_eq!(error.status, 413);
    assert!(error.detail.contains("1000"), "{error}");
    let all: Vec<Value> = (0..MAX_OPERATIONS).map(|n| user(&n.to_string())).collect();
    assert_eq!(run(plan(json!(all)), &[]).0.len(), MAX_OPERATIONS);
}

#[test]
fn a_wrong_operation_is_answered_in_its_place() {
    let faults = [
        json!({"method": "GET", "path": "/Users/1"}),
        json!({"method": "POST", "path": "/Bulk", "bulkId": "b", "data": {}}),
        json!({"method": "POST", "path": "/Users/.search", "bulkId": "c", "data": {}}),
        json!({"method": "PATCH", "path": "/Me", "data": {}}),
        json!({"method": "POST", "path": "/Users", "data": {}}),
        json!({"method": "POST", "path": "/Users", "bulkId": "d"}),
        json!({"method": "POST", "path": "/Users", "bulkId": "e", "data": [{"value": "bulkId:e"}]}),
        json!({"method": "PUT", "path": "/Users", "data": {}}),
        json!({"method": "PATCH", "path": "/Users/1"}),
        json!({"method": "DELETE", "path": "/Users/1/2"}),
        json!({"method": "DELETE"}),
        json!({"method": "DELETE", "path": "/Users/1", "version": 7}),
        json!({"method": "DELETE", "path": "/Users/1", "bulkId": 7}),
    ];
    let mut operations = faults.to_vec();
    operations.push(json!({"method": "delete", "path": "//Users//1/", "version": "W/\"3\""}));
    let (calls, results) = run(plan(json!(operations)), &[]);
    assert_eq!(order(&calls), [faults.len()]);
    let last = &calls[0];
    assert_eq!((last.method, last.endpoint, last.id.as_deref()), (Method::Delete, Endpoint::Users, Some("1")));
    assert!(last.version.is_some() && last.body.is_null());
    assert_eq!(results.len(), operations.len());
    for (result, operation) in results.iter().zip(&faults) {
        assert_eq!(result["status"], "400", "{operation}");
        assert_eq!(result["response"]["status"], "400", "{operation}");
        assert!(result["response"]["detail"].as_str().unwrap().len() > 20, "{operation}");
    }
    assert_eq!(results[0]["method"], "GET");
    assert_eq!(
        results[faults.len()],
        json!({"location": format!("{BASE}/Users/1"), "method": "DELETE", "version": "W/\"2\"", "status": "200"})
    );
}

#[test]
fn references_are_resolved_wherever_they_stand() {
    let (calls, results) = run(
        plan(json!([
            {"method": "PATCH", "path": "/Groups/g", "data": {"Operations": [
                {"op": "remove", "path": "members[value eq \"bulkId:u\" or display eq \"b\\u00e9\"]"},
                {"op": "add", "path": "members", "value": [{"value": "bulkId:u", "$ref": "../Users/bulkId:u"}]}
            ]}},
            {"method": "PUT", "path": "/Users/bulkId:u", "data": {
                ENTERPRISE_USER_URN: {"manager": {"value": "bulkId:m"}}, "title": "see /bulkId:u"
            }},
            user("u"),
            user("m"),
        ])),
        &[],
    );
    assert_eq!(order(&calls), [2, 0, 3, 1]);
    assert_eq!(
        calls[1].body,
        json!({"Operations": [
            {"op": "remove", "path": "members[value eq \"id-2\" or display eq \"b\\u00e9\"]"},
            {"op": "add", "path": "members", "value": [{"value": "id-2", "$ref": "../Users/id-2"}]}
        ]})
    );
    assert_eq!(calls[3].id.as_deref(), Some("id-2"));
    assert_eq!(calls[3].body, json!({ENTERPRISE_USER_URN: {"manager": {"value": "id-3"}}, "title": "see /bulkId:u"}));
    assert_eq!(statuses(&results), ["200", "200", "201", "201"]);
    assert_eq!(results[1]["location"], format!("{BASE}/Users/id-2"));
    assert_eq!((&results[2]["bulkId"], &results[2]["location"]), (&json!("u"), &json!(format!("{BASE}/Users/id-2"))));
}

#[test]
fn operations_on_one_resource_keep_their_order() {
    let (calls, _) = run(
        plan(json!([
            {"method": "PATCH", "path": "/Groups/g", "data": {"members": "bulkId:u"}},
            {"method": "DELETE", "path": "/Groups/g"},
            {"method": "DELETE", "path": "/Users/g"},
            user("u"),
        ])),
        &[],
    );
    assert_eq!(order(&calls), [2, 3, 0, 1]);
}

#[test]
fn what_refers_to_a_failure_fails_by_name() {
    let (calls, results) = run(
        plan(json!([
            group("g", &["u"]),
            user("u"),
            {"method": "PATCH", "path": "/Groups/bulkId:g", "data": {}},
            {"method": "DELETE", "path": "/Users/bulkId:nobody"},
            user("v"),
        ])),
        &[1],
    );
    assert_eq!(order(&calls), [1, 4]);
    assert_eq!(statuses(&results), ["409", "400", "409", "409", "201"]);
    let detail = |place: usize| results[place]["response"]["detail"].as_str().unwrap();
    assert!(detail(0).contains("bulkId:u") && detail(2).contains("bulkId:g") && detail(3).contains("bulkId:nobody"));
    assert!(results[0].get("location").is_none());
}

#[test]
fn circles_are_made_first_and_completed_later() {
    let mut ann = user("a");
    ann["data"][ENTERPRISE_USER_URN] = json!({"manager": {"value": "bulkId:b"}, "department": "Data"});
    let mut bo = user("b");
    bo["data"][ENTERPRISE_USER_URN] = json!({"manager": {"value": "bulkId:a"}});
    let rename = json!({"method": "PATCH", "path": "/Users/bulkId:a", "data": {"x": 1}});
    let (calls, results) = run(plan(json!([rename, ann, bo])), &[]);
    assert_eq!(order(&calls), [1, 2, 1, 0]);
    assert_eq!(calls[0].body, json!({"userName": "a", ENTERPRISE_USER_URN: {"department": "Data"}}));
    assert_eq!(calls[1].body[ENTERPRISE_USER_URN]["manager"]["value"], "id-1");
    assert_eq!((calls[2].method, calls[2].id.as_deref(), calls[2].completes), (Method::Patch, Some("id-1"), true));
    assert_eq!(
        calls[2].body,
        json!({"schemas": [PATCH_OP_URN], "Operations": [
            {"op": "add", "path": format!("{ENTERPRISE_USER_URN}:manager"), "value": {"value": "id-2"}}
        ]})
    );
    assert_eq!(statuses(&results), ["200", "201", "201"]);
    assert_eq!(results[1]["version"], "W/\"2\"");
}

#[test]
fn groups_in_each_other_and_in_themselves_are_made() {
    let (calls, results) = run(plan(json!([group("a", &["b", "u"]), group("b", &["a", "b"]), user("u")])), &[]);
    assert_eq!(order(&calls), [2, 0, 1, 0, 1]);
    assert_eq!(calls[1].body["members"], json!([{"value": "id-2"}]));
    assert_eq!(calls[2].body["members"], json!([{"value": "id-0"}]));
    assert_eq!(calls[3].body["Operations"][0]["value"], json!([{"value": "id-1"}]));
    assert_eq!(statuses(&results), ["201", "201", "201"]);
}

#[test]
fn a_circle_that_cannot_be_completed_is_a_conflict() {
    let (_, results) = run(plan(json!([group("a", &["b"]), group("b", &["a"])])), &[1]);
    assert_eq!(statuses(&results), ["409", "400"]);
    assert_eq!(results[0]["location"], format!("{BASE}/Groups/id-0"));

    let mut failing = plan(json!([group("a", &["a"])]));
    assert!(!failing.next().unwrap().completes);
    failing.done(0, Outcome { status: 201, id: Some("1".into()), location: Some("here".into()), ..Outcome::default() });
    assert!(failing.next().unwrap().completes);
    let response = Some(ScimError::invalid_value("No member.").to_json());
    failing.done(0, Outcome { status: 400, response, ..Outcome::default() });
    let answer = failing.finish(BASE);
    let result = &answer["Operations"][0];
    assert_eq!((&result["status"], &result["location"]), (&json!("409"), &json!("here")));
    assert!(result["response"]["detail"].as_str().unwrap().contains("No member."));
}

#[test]
fn it_stops_after_as_many_failures_as_allowed() {
    let request = |limit: usize| {
        let operations = [user("a"), user("b"), json!({"method": "GET"}), user("c")];
        Plan::new(parse(json!({"failOnErrors": limit, "Operations": operations})).unwrap())
    };
    assert_eq!(statuses(&run(request(1), &[1]).1), ["201", "400"]);
    assert_eq!(statuses(&run(request(2), &[1]).1), ["201", "400", "400"]);
    assert_eq!(statuses(&run(request(3), &[1]).1), ["201", "400", "400", "201"]);
    let circle = json!({"failOnErrors": 1, "Operations": [group("a", &["b"]), group("b", &["a"])]});
    assert_eq!(statuses(&run(Plan::new(parse(circle).unwrap()), &[1]).1), ["409", "400"]);
}

#[test]
fn what_is_not_reported_has_failed() {
    let mut plan = plan(json!([user("a"), user("b"), user("c")]));
    plan.next();
    plan.done(2, Outcome { status: 201, ..Outcome::default() });
    plan.next();
    let answer = plan.finish(BASE);
    assert_eq!(statuses(answer["Operations"].as_array().unwrap()), ["500", "500"]);
}

#[test]
fn the_largest_tangle_is_undone() {
    let all: Vec<Value> = (0..MAX_OPERATIONS)
        .map(|n| {
            let members: Vec<String> = (1..40).map(|step| ((n + step * 25) % MAX_OPERATIONS).to_string()).collect();
            group(&n.to_string(), &members.iter().map(String::as_str).collect::<Vec<_>>())
        })
        .collect();
    let (calls, results) = run(plan(json!(all)), &[]);
    assert!(calls.len() > MAX_OPERATIONS && statuses(&results).iter().all(|status| *status == "201"));
}

#[test]
fn what_nobody_has_the_time_for_is_answered_too() {
    let mut plan = plan(json!([user("a"), user("b"), user("c")]));
    let call = plan.next().unwrap();
    plan.done(call.index, Outcome { status: 201, id: Some("1".into()), ..Outcome::default() });
    plan.give_up(&ScimError::unavailable("Later."));
    let answer = plan.finish("https://harbor.example/scim/v2");
    let statuses: Vec<&str> =
        answer["Operations"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["201", "503", "503"]);
    assert_eq!(answer["Operations"][2]["response"]["detail"], "Later.");
}
