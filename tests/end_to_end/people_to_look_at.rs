//! People whose access is not as Okta has it, or may not be: who failed to arrive, who differs, whom Okta does not know.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Person, Room};

/// The names of those whom a search finds.
fn found(room: &Room, search: &str) -> Vec<String> {
    let users = room.cli(&["user", "list", "--search", search]);
    users.as_array().unwrap().iter().map(|user| user["userName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_push_that_fails_is_kept_in_mind_until_a_retry_succeeds() {
    let room = Room::start();
    let okta = room.okta();
    let ada = Person::new("Ada", "Moreno").role("viewer");
    let id = okta.assign(&ada).await.expect(201).id();
    okta.assign(&Person::new("Li", "Wei").role("admin")).await.expect(400);
    for _ in 0..2 {
        okta.push(&id, &json!({"roles": [{"primary": true, "value": "admin"}]})).await.expect(400);
    }
    assert_eq!(found(&room, "push:failed"), ["ada.moreno@harbor.example"]);
    let push = &room.cli(&["user", "show", &id])["failedPush"];
    assert_eq!((&push["status"], &push["method"], &push["times"]), (&json!(400), &json!("PUT"), &json!(2)));
    assert!(push["detail"].as_str().unwrap().contains("viewer"), "{push}");
    let request = room.event(&json!({"id": push["event"]}));
    assert_eq!((&request["method"], &request["userId"]), (&json!("PUT"), &json!(id)));
    let said = room.run(&["diagnose"]).ok().stdout;
    assert!(said.contains("2  whose last push by Okta failed, here or not"), "{said}");

    okta.lookup("ada.moreno@harbor.example").await.expect(200);
    assert_eq!(found(&room, "push:failed").len(), 1, "a lookup is no push");
    okta.push(&id, &json!({"roles": [{"primary": true, "value": "editor"}]})).await.expect(200);
    okta.assign(&Person::new("Li", "Wei").role("viewer")).await.expect(201);
    assert_eq!(found(&room, "push:failed"), [""; 0]);
    assert_eq!(room.cli(&["user", "show", &id])["failedPush"], Value::Null);
    assert!(!room.run(&["diagnose"]).ok().stdout.contains("People to look at"));
}

#[tokio::test]
async fn whoever_okta_deactivated_and_can_log_in_here_is_found() {
    let mut room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno").role("viewer")).await.expect(201).id();
    okta.set_active_by_put(&id, false).await.expect(200);
    assert_eq!(found(&room, "drift:yes"), [""; 0]);
    room.cli(&["user", "reactivate", &id]);
    assert_eq!(found(&room, "drift:active"), ["ada.moreno@harbor.example"]);
    let user = room.cli(&["user", "show", &id]);
    assert_eq!((&user["active"], &user["okta"]["active"]), (&json!(true), &json!(false)));
    assert!(user["okta"]["drifted"].is_string(), "{user}");
    let said = room.run(&["diagnose"]).ok().stdout;
    assert!(said.contains("1  who differ from what Okta last pushed"), "{said}");
    room.kill();
    room.serve();
    assert_eq!(found(&room, "drift:active").len(), 1, "kept over a crash");
    room.cli(&["user", "deactivate", &id]);
    assert_eq!(found(&room, "drift:yes"), [""; 0]);
}

#[tokio::test]
async fn what_another_client_changed_or_made_is_told_from_what_okta_pushed() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno").role("viewer")).await.expect(201).id();
    let other = reqwest::Client::new();
    let send = |method: Method, path: &str, body: Value| {
        let request = other.request(method, format!("{}/{path}", room.scim())).bearer_auth(room.token());
        request.header("content-type", "application/scim+json").body(body.to_string()).send()
    };
    let change = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "name.familyName", "value": "King"}],
    });
    assert_eq!(send(Method::PATCH, &format!("Users/{id}"), change).await.unwrap().status(), 200);
    let made = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "li.wei@harbor.example", "active": true,
    });
    assert_eq!(send(Method::POST, "Users", made).await.unwrap().status(), 201);
    assert_eq!(found(&room, "drift:name"), ["ada.moreno@harbor.example"]);
    let names = &room.cli(&["user", "show", &id])["okta"]["names"];
    assert_eq!(*names, json!([{"path": "name.familyName", "okta": "Moreno", "here": "King"}]));
    assert_eq!(found(&room, "okta:never"), ["li.wei@harbor.example"]);
    okta.push(&id, &json!({"name": {"givenName": "Ada", "familyName": "Moreno"}})).await.expect(200);
    assert_eq!(found(&room, "drift:yes"), [""; 0]);
    // Okta finds the account when somebody assigns the person there.
    okta.lookup("li.wei@harbor.example").await.expect(200);
    room.wait_for_event("the lookup", |event| event["userName"] == "li.wei@harbor.example" && event["method"] == "GET");
    assert_eq!(found(&room, "okta:never"), [""; 0]);
}
