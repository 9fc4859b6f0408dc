//! Bulk requests (RFC 7644 3.7): many operations in one body, each carried out and recorded as if it had come alone.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Okta, PATIENCE, Person, Room, eventually};

const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

fn bulk(operations: impl Into<Value>) -> Value {
    json!({"schemas": [BULK], "Operations": operations.into()})
}

async fn send(okta: &Okta, body: &Value) -> Answer {
    okta.send(Method::POST, "/Bulk", Some(body)).await
}

fn user(bulk_id: &str, person: &Person) -> Value {
    json!({"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": person.body()})
}

fn group(bulk_id: &str, name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    let data = json!({"schemas": [GROUP], "displayName": name, "members": members});
    json!({"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data})
}

/// The answers of a bulk request, as `method bulkId status`.
#[track_caller]
fn statuses(answer: &Value) -> Vec<String> {
    assert_eq!(answer["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]), "{answer}");
    let one = |operation: &Value| {
        let text = |name: &str| operation[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", text("method"), text("bulkId"), text("status"))
    };
    answer["Operations"].as_array().unwrap().iter().map(one).collect()
}

fn location_id(operation: &Value) -> &str {
    operation["location"].as_str().unwrap().rsplit('/').next().unwrap()
}

#[track_caller]
fn member_ids(group: &Value) -> Vec<&str> {
    group["members"].as_array().unwrap().iter().map(|member| member["value"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn two_people_and_a_group_of_them_are_made_at_once_and_told_one_by_one() {
    let room = Room::start();
    let okta = room.okta();
    let (ada, li) = (Person::new("Ada", "Moreno").role("editor"), Person::new("Li", "Wei"));
    // The group comes first and waits for its people.
    let operations =
        json!([group("g", "APP-Harbor-Editors", &["bulkId:ada", "bulkId:li"]), user("ada", &ada), user("li", &li)]);
    let answer = send(&okta, &bulk(operations)).await.expect(200).body;
    assert_eq!(statuses(&answer), ["POST g 201", "POST ada 201", "POST li 201"], "in the order sent");
    let ids: Vec<&str> = answer["Operations"].as_array().unwrap().iter().map(location_id).collect();
    let made = okta.get_group(ids[0]).await.expect(200);
    assert_eq!(member_ids(&made.body), [ids[1], ids[2]]);
    assert_eq!(answer["Operations"][0]["version"], made.body["meta"]["version"]);
    assert_eq!(answer["Operations"][0]["location"], made.body["meta"]["location"]);
    assert_eq!(room.cli(&["user", "show", ids[1]])["role"], "editor");

    let writes = room.wait_for_writes(&["create", "create", "group-push", "bulk"]);
    let transactions: Vec<&Value> = writes.iter().map(|event| &event["transaction"]).collect();
    assert!(transactions.iter().all(|one| *one == transactions[0] && one.is_string()), "{transactions:?}");
    let paths: Vec<&Value> = writes.iter().map(|event| &event["path"]).collect();
    assert_eq!(paths, ["/scim/v2/Users", "/scim/v2/Users", "/scim/v2/Groups", "/scim/v2/Bulk"]);
    assert_eq!((&writes[3]["results"], &writes[3]["status"]), (&json!(3), &json!(200)));
    let create = room.event(&writes[0]);
    assert_eq!((&create["userId"], &create["userName"]), (&json!(ids[1]), &json!(ada.email)));
    for event in &writes {
        let whole = room.event(event).to_string();
        assert!(!whole.contains("Qz81mvTT"), "a password is in the log: {whole}");
    }
    let later = okta.lookup(&ada.email).await.expect(200);
    assert_eq!(later.body["totalResults"], 1);
    let lookup = room.wait_for_event("the lookup", |event| event["action"] == "lookup");
    assert_ne!(&lookup["transaction"], transactions[0]);
}

#[tokio::test]
async fn groups_that_hold_each_other_are_made_and_then_completed() {
    let room = Room::start();
    let okta = room.okta();
    let answer = send(&okta, &bulk(json!([group("a", "A", &["bulkId:b"]), group("b", "B", &["bulkId:a"])]))).await;
    let answer = answer.expect(200).body;
    assert_eq!(statuses(&answer), ["POST a 201", "POST b 201"]);
    let (a, b) = (location_id(&answer["Operations"][0]), location_id(&answer["Operations"][1]));
    for ((one, other), n) in [((a, b), 0), ((b, a), 1)] {
        let read = okta.get_group(one).await.expect(200).body;
        assert_eq!(member_ids(&read), [other]);
        assert_eq!(answer["Operations"][n]["version"], read["meta"]["version"], "the version after completion");
    }
    let writes = room.wait_for_writes(&["group-push", "group-push", "group-push", "bulk"]);
    assert_eq!(writes.iter().filter(|event| event["method"] == "PATCH").count(), 1, "one of them waited");
}

#[tokio::test]
async fn operations_of_every_kind_follow_each_other_on_one_resource() {
    let room = Room::start();
    let okta = room.okta();
    let ada = Person::new("Ada", "Moreno");
    let id = okta.assign(&ada).await.expect(201).id();
    let patch = |value: Value| {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "value": value}],
        })
    };
    let path = format!("/Users/{id}");
    let operations = json!([
        {"method": "PATCH", "path": path, "version": "W/\"1\"", "data": patch(json!({"active": false}))},
        {"method": "PATCH", "path": path, "version": "W/\"1\"", "data": patch(json!({"active": true}))},
        {"method": "PUT", "path": path, "data": ada.clone().with("title", json!("Lead")).body()},
        {"method": "DELETE", "path": path},
        {"method": "DELETE", "path": path},
        user("again", &ada),
        {"method": "PATCH", "path": "/Users/bulkId:again", "data": patch(json!({"title": "Head"}))},
    ]);
    let answer = send(&okta, &bulk(operations)).await.expect(200).body;
    assert_eq!(
        statuses(&answer),
        ["PATCH - 200", "PATCH - 412", "PUT - 200", "DELETE - 204", "DELETE - 404", "POST again 201", "PATCH - 200",]
    );
    let stale = &answer["Operations"][1]["response"];
    assert_eq!((&stale["status"], stale["detail"].is_string()), (&json!("412"), true));
    let again = location_id(&answer["Operations"][5]);
    assert_ne!(again, id);
    assert_eq!(okta.get(again).await.expect(200).body["title"], "Head");
    room.wait_for_writes(&[
        "create",
        "deactivate",
        "update",
        "reactivate",
        "delete",
        "delete",
        "create",
        "update",
        "bulk",
    ]);
}

#[tokio::test]
async fn the_client_says_how_many_failures_end_it() {
    let room = Room::start();
    let okta = room.okta();
    let bad = |n: &str| {
        let mut person = Person::new("Bad", n);
        person.email = "no address".to_owned();
        user(&format!("bad{n}"), &person)
    };
    let good = |n: &str| user(&format!("good{n}"), &Person::new("Good", n));
    let operations = json!([good("1"), bad("1"), good("2"), bad("2"), good("3"), group("g", "G", &["bulkId:bad1"])]);
    let mut body = bulk(operations.clone());
    body["failOnErrors"] = json!(2);
    let answer = send(&okta, &body).await.expect(200).body;
    assert_eq!(statuses(&answer), ["POST good1 201", "POST bad1 400", "POST good2 201", "POST bad2 400"]);
    let detail = answer["Operations"][1]["response"]["detail"].as_str().unwrap();
    assert!(detail.contains("Application username format"), "each failure says what to do: {detail}");
    assert_eq!(answer["Operations"][1].get("location"), None);
    let writes = room.wait_for_writes(&["create", "create", "create", "create", "bulk"]);
    assert_eq!(
        writes.iter().map(|event| event["status"].as_u64().unwrap()).collect::<Vec<_>>(),
        [201, 400, 201, 400, 200]
    );

    // Without a limit the others are carried out, and what waited for a failure fails with it.
    let answer = send(&okta, &bulk(operations)).await.expect(200).body;
    let expected =
        ["POST good1 409", "POST bad1 400", "POST good2 409", "POST bad2 400", "POST good3 201", "POST g 409"];
    assert_eq!(statuses(&answer), expected);
    assert_eq!(room.cli(&["group", "list"]), json!([]));
}

#[tokio::test]
async fn what_is_no_bulk_request_or_too_large_changes_nothing() {
    let room = Room::start();
    let okta = room.okta();
    let many: Vec<Value> = (0..1_001).map(|n| group(&n.to_string(), &format!("G{n}"), &[])).collect();
    let refused = send(&okta, &bulk(many)).await.expect(413);
    assert!(refused.detail().contains("1000"), "{}", refused.detail());
    let large = group("large", &"G".repeat(1024 * 1024), &[]);
    let refused = send(&okta, &bulk(json!([large]))).await.expect(413);
    assert!(refused.detail().contains("1048576"), "{}", refused.detail());
    let twice = json!([group("same", "A", &[]), group("same", "B", &[])]);
    for (body, scim_type) in [
        (bulk(twice), "invalidSyntax"),
        (bulk(json!([])), "invalidSyntax"),
        (json!({"Operations": [group("a", "A", &[])]}), "invalidSyntax"),
        (json!({"schemas": [BULK], "failOnErrors": 0, "Operations": [group("a", "A", &[])]}), "invalidValue"),
    ] {
        assert_eq!(send(&okta, &body).await.expect(400).body["scimType"], scim_type);
    }
    let operations = json!([
        {"method": "POST", "path": "/Groups", "data": {"schemas": [GROUP], "displayName": "A"}},
        {"method": "GET", "path": "/Users"},
        {"method": "POST", "path": "/Bulk", "bulkId": "b", "data": {}},
        group("g", "G", &["bulkId:nobody"]),
    ]);
    let answer = send(&okta, &bulk(operations)).await.expect(200).body;
    assert_eq!(statuses(&answer), ["POST - 400", "GET - 400", "POST b 400", "POST g 409"]);
    okta.send(Method::GET, "/Bulk", None).await.expect(405).detail();
    let reading = room.cli(&["token", "create", "Report", "--read-only"]);
    let reader = Okta::new(&room.scim(), reading["token"].as_str().unwrap());
    send(&reader, &bulk(json!([group("a", "A", &[])]))).await.expect(403).detail();
    assert_eq!(room.cli(&["group", "list"]), json!([]));
}

/// A body in which every tenth operation makes a group of the nine people before it.
fn large() -> Value {
    let operation = |n: usize| {
        if n % 10 < 9 {
            return user(&n.to_string(), &Person::new(&format!("Ada{n}"), "Moreno"));
        }
        let members: Vec<String> = (n - 9..n).map(|of| format!("bulkId:{of}")).collect();
        group(&n.to_string(), &format!("Group {n}"), &members.iter().map(String::as_str).collect::<Vec<_>>())
    };
    bulk((0..1_000).map(operation).collect::<Vec<_>>())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_cut_by_a_kill_leaves_a_beginning_in_order_and_nothing_half() {
    let mut room = Room::start();
    let token = room.token();
    for round in 0..4 {
        let okta = Okta::new(&room.scim(), &token);
        let begun = {
            let okta = okta.clone();
            tokio::spawn(async move { okta.try_send(Method::POST, "/Bulk", Some(&large())).await })
        };
        let watch = async {
            while okta.send(Method::GET, "/Users?count=0", None).await.body["totalResults"].as_u64()
                < Some(20 + round * 43)
            {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, watch).await.expect("the bulk does not come on");
        room.kill();
        assert!(begun.await.unwrap().is_err(), "the whole bulk was answered before the kill");
        room.serve();
        check_beginning(&room, &token).await;
    }
}

/// What is there are the first operations of the body, each whole and with its event, and then all of it goes away.
async fn check_beginning(room: &Room, token: &str) {
    let okta = Okta::new(&room.scim(), token);
    let users = room.cli(&["user", "list"]);
    let users = users.as_array().unwrap();
    let expected = (0..1_000).filter(|n| n % 10 < 9).map(|n| format!("ada{n}.moreno@harbor.example"));
    let names: Vec<String> = users.iter().map(|user| user["userName"].as_str().unwrap().to_lowercase()).collect();
    assert_eq!(names, expected.take(names.len()).collect::<Vec<_>>(), "a beginning, in order");
    let groups = room.cli(&["group", "list"]);
    let groups = groups.as_array().unwrap();
    let complete = users.len() / 9;
    // The last people may have been made, and the group of them not yet.
    let next = if users.len().is_multiple_of(9) { complete - 1..=complete } else { complete..=complete };
    assert!(next.contains(&groups.len()), "{} users and {} groups", users.len(), groups.len());
    for (n, group) in groups.iter().enumerate() {
        assert_eq!(group["displayName"], format!("Group {}", n * 10 + 9));
        let members = okta.get_group(group["id"].as_str().unwrap()).await.expect(200).body;
        // Ids of one millisecond have no order among themselves.
        let mut ids: Vec<&str> = users.iter().skip(n * 9).take(9).map(|user| user["id"].as_str().unwrap()).collect();
        ids.sort_unstable();
        assert_eq!(member_ids(&members), ids, "a group is whole");
    }
    let events = room.cli(&["event", "list", "--limit", "100000"]);
    let mut transactions: Vec<&Value> = Vec::new();
    let mut told = 0;
    for event in events.as_array().unwrap().iter().take_while(|event| event["action"] != "delete") {
        if let Some("create" | "group-push") = event["action"].as_str() {
            told += 1;
            transactions.push(&event["transaction"]);
        }
    }
    transactions.dedup();
    assert_eq!((told, transactions.len()), (users.len() + groups.len(), 1), "as many events as changes, of one bulk");

    for (endpoint, all) in [("/Groups", groups), ("/Users", users)] {
        for one in all {
            okta.send(Method::DELETE, &format!("{endpoint}/{}", one["id"].as_str().unwrap()), None).await.expect(204);
        }
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_gets_its_bulk_carried_out_to_the_end() {
    let room = Room::start();
    let token = room.token();
    let body = large().to_string();
    let address = room.url().strip_prefix("http://").unwrap().to_owned();
    let head = format!(
        "POST /scim/v2/Bulk HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut client = TcpStream::connect(&address).unwrap();
    client.write_all(head.as_bytes()).unwrap();
    client.write_all(body.as_bytes()).unwrap();
    eventually("the bulk is begun", || !room.cli(&["user", "list"]).as_array().unwrap().is_empty());
    client.shutdown(Shutdown::Both).unwrap();
    drop(client);
    let event = room.wait_for_event("the bulk", |event| event["action"] == "bulk");
    assert_eq!((&event["results"], &event["status"]), (&json!(1_000), &json!(200)));
    assert_eq!(room.cli(&["user", "list"]).as_array().unwrap().len(), 900);
    assert_eq!(room.cli(&["group", "list"]).as_array().unwrap().len(), 100);

    // Who hangs up before the body is there has asked for nothing.
    let half = large().to_string().replace("Ada", "Eve");
    let mut client = TcpStream::connect(&address).unwrap();
    client.write_all(head.as_bytes()).unwrap();
    client.write_all(&half.as_bytes()[..half.len() / 2]).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    let broken = room.wait_for_event("the half", |event| event["action"] == "bulk" && event["status"] == 400);
    assert!(broken["detail"].as_str().unwrap().contains("broke off"), "{broken}");
    assert_eq!(room.cli(&["user", "list", "--search", "eve"]), json!([]));
}
