//! Guide: Changing a user's e-mail creates a new account, whichever of Okta's two flows changes it.

use serde_json::{Value, json};

use crate::harness::{Person, Room};

fn renamed() -> Value {
    json!({
        "userName": "ada.li@harbor.example",
        "emails": [{"primary": true, "type": "work", "value": "ada.li@harbor.example"}],
    })
}

#[tokio::test]
async fn a_put_with_another_address_makes_a_new_account_under_the_known_id() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    room.cli(&["user", "set-role", &id, "owner"]);
    let guest = room.guest("ada.moreno@harbor.example");

    let changed = okta.push(&id, &renamed()).await.expect(200);
    assert_eq!(changed.id(), id, "the id that Okta stored keeps working");
    guest.run(&["user", "list"]).refused();

    let new = room.cli(&["user", "show", "ada.li@harbor.example"]);
    let old = room.cli(&["user", "show", "ada.moreno@harbor.example"]);
    assert_eq!((&new["id"], &new["active"]), (&json!(id), &json!(true)));
    assert_eq!(new["role"], "viewer", "a new account does not inherit what was set here for the old one");
    assert_eq!((&old["active"], &old["replacedBy"]), (&json!(false), &json!(id)));
    assert_ne!(old["id"], new["id"]);
    assert_eq!(old["externalId"], new["externalId"], "both are the same person");
    let seen = okta.get(old["id"].as_str().unwrap()).await.expect(200);
    assert_eq!(seen.body["userName"], "ada.moreno@harbor.example");
    room.run(&["user", "sign-in-code", "ada.moreno@harbor.example"]).refused();
    let put = room.wait_for_event("the PUT", |event| event["method"] == "PUT");
    assert_eq!((&put["action"], &put["userName"]), (&json!("email-change"), &json!("ada.li@harbor.example")));
}

#[tokio::test]
async fn a_create_with_the_same_external_id_after_deactivation_makes_a_new_account() {
    let room = Room::start();
    let okta = room.okta();
    let ada = Person::new("Ada", "Moreno").role("owner");
    let id = okta.assign(&ada).await.expect(201).id();
    okta.set_active_by_put(&id, false).await.expect(200);
    let mut renamed = ada.clone();
    renamed.email = "ada.li@harbor.example".to_owned();
    let new = okta.assign(&renamed).await.expect(201).id();
    assert_ne!(new, id);
    let old = room.cli(&["user", "show", &id]);
    assert_eq!((&old["active"], &old["replacedBy"]), (&json!(false), &json!(new)));
    assert_eq!(old["related"][0]["id"], json!(new));
    assert_eq!(room.cli(&["user", "show", &new])["role"], "owner", "the role is the one that was sent");
}

#[tokio::test]
async fn a_change_of_case_is_no_new_account() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    okta.push(&id, &json!({"userName": "Ada.Moreno@harbor.example"})).await.expect(200);
    assert_eq!(room.cli(&["user", "list"]).as_array().unwrap().len(), 1);
    assert_eq!(okta.get(&id).await.body["userName"], "Ada.Moreno@harbor.example");
}

#[tokio::test]
async fn an_address_that_is_taken_changes_nothing() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    okta.assign(&Person::new("Ada", "Li")).await.expect(201);
    let before = room.cli(&["user", "list"]);
    let refused = okta.push(&id, &renamed()).await.expect(409);
    assert_eq!(refused.body["scimType"], "uniqueness");
    assert_eq!(room.cli(&["user", "list"]), before);
}

#[tokio::test]
async fn a_workspace_can_rename_or_refuse_instead() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno").role("editor")).await.expect(201).id();
    room.cli(&["workspace", "set", "email_change=refuse"]);
    okta.push(&id, &renamed()).await.expect(400).detail();
    assert_eq!(okta.get(&id).await.body["userName"], "ada.moreno@harbor.example");

    room.cli(&["workspace", "set", "email_change=rename"]);
    okta.push(&id, &renamed()).await.expect(200);
    let users = room.cli(&["user", "list"]);
    assert_eq!(users.as_array().unwrap().len(), 1);
    assert_eq!((&users[0]["id"], &users[0]["userName"]), (&json!(id), &json!("ada.li@harbor.example")));
    assert_eq!(users[0]["role"], "editor");
}
