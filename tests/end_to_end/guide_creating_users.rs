//! Guide: Creating users. After its lookup Okta creates the person, and the whole user comes back.

use std::fs;

use serde_json::json;

use crate::harness::{Person, Room};

#[tokio::test]
async fn an_assigned_person_is_looked_up_and_created_whole() {
    let room = Room::start();
    let okta = room.okta();
    let ada = Person::new("Ada", "Moreno").role("editor");
    let created = okta.assign(&ada).await.expect(201);

    for (name, value) in ada.body().as_object().unwrap() {
        match name.as_str() {
            "password" => assert!(created.body.get(name).is_none(), "the password comes back: {created:?}"),
            "groups" => {}
            _ => assert_eq!(&created.body[name], value, "{name} is not given back as it was sent"),
        }
    }
    let id = created.id();
    assert_eq!(created.body["meta"]["location"], json!(format!("{}/Users/{id}", room.scim())));
    let kind = created.headers["content-type"].to_str().unwrap();
    assert_eq!(kind.split(';').next().unwrap(), "application/scim+json");
    assert_eq!(okta.get(&id).await.expect(200).body, created.body);

    let users = room.cli(&["user", "list"]);
    let user = &users.as_array().unwrap()[0];
    assert_eq!(users.as_array().unwrap().len(), 1);
    assert_eq!(user["id"], json!(id));
    assert_eq!(user["userName"], "ada.moreno@harbor.example");
    assert_eq!(user["active"], true);
    assert_eq!((&user["role"], &user["roleSource"]), (&json!("editor"), &json!("okta")));
    assert_eq!(user["externalId"], json!(ada.external_id));
}

#[tokio::test]
async fn a_created_person_is_found_by_the_next_lookup_in_any_case_and_not_created_twice() {
    let room = Room::start();
    let okta = room.okta();
    let ada = Person::new("Ada", "Moreno");
    let id = okta.assign(&ada).await.expect(201).id();
    for name in ["ada.moreno@harbor.example", "ADA.Moreno@Harbor.EXAMPLE"] {
        let found = okta.lookup(name).await.expect(200);
        assert_eq!(found.body["totalResults"], 1);
        assert_eq!(found.resources()[0]["id"], json!(id));
        assert_eq!(found.resources()[0]["userName"], "ada.moreno@harbor.example", "the case that was sent");
    }
    let twice = okta.create(&ada.body()).await.expect(409);
    assert_eq!(twice.body["scimType"], "uniqueness");
    assert!(twice.detail().contains("Retry Selected"), "the detail tells Okta's admin what to do: {}", twice.detail());
    assert_eq!(room.cli(&["user", "list"]).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_placeholder_password_and_the_token_are_kept_nowhere() {
    let mut room = Room::start();
    let token = room.token();
    let okta = crate::harness::Okta::new(&room.scim(), &token);
    let id = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    okta.put(&id, &Person::new("Ada", "Moreno").body()).await.expect(200);
    okta.patch(&id, json!([{"op": "replace", "value": {"password": "Qz81mvTT"}}])).await;
    okta.with_authorization(Some(&token)).test_credentials().await.expect(401);
    assert!(room.end("-TERM").success());
    for file in fs::read_dir(room.data()).unwrap() {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        assert!(!text.contains("Qz81mvTT"), "the password is in {path:?}");
        assert!(!text.contains(&token), "the token is in {path:?}");
    }
}
