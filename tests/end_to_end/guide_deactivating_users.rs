//! Guide: Deactivating users: they cannot log in. Both of Okta's ways, what ends with it, and the ways back.

use serde_json::json;

use crate::harness::{Okta, Person, Room};

async fn deactivate(okta: &Okta, id: &str, by_patch: bool) {
    let answer =
        if by_patch { okta.set_active_by_patch(id, false).await } else { okta.set_active_by_put(id, false).await };
    assert_eq!(answer.expect(200).body["active"], false);
}

#[tokio::test]
async fn a_deactivated_person_is_signed_out_at_once_and_cannot_sign_in_again() {
    for by_patch in [false, true] {
        let room = Room::start();
        let okta = room.okta();
        let id = okta.assign(&Person::new("Ada", "Moreno").role("owner")).await.expect(201).id();
        let guest = room.guest("ada.moreno@harbor.example");
        let unused = room.cli(&["user", "sign-in-code", "ada.moreno@harbor.example"]);
        guest.run(&["user", "list"]).ok();

        deactivate(&okta, &id, by_patch).await;
        guest.run(&["user", "list"]).refused();
        let sentence = room.run(&["user", "sign-in-code", "ada.moreno@harbor.example"]).refused();
        assert!(sentence.contains("deactivated") || sentence.contains("not active"), "{sentence}");
        guest.login(unused["code"].as_str().unwrap()).refused();
        assert_eq!(room.cli(&["user", "show", &id])["sessions"], json!([]));
    }
}

#[tokio::test]
async fn a_leaver_stays_visible_to_okta_under_the_same_id() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    deactivate(&okta, &id, false).await;
    assert_eq!(okta.get(&id).await.expect(200).body["active"], false);
    let found = okta.lookup("ada.moreno@harbor.example").await.expect(200).resources();
    assert_eq!((found.len(), &found[0]["id"], &found[0]["active"]), (1, &json!(id), &json!(false)));
    let user = room.cli(&["user", "show", &id]);
    assert_eq!((&user["active"], &user["userName"]), (&json!(false), &json!("ada.moreno@harbor.example")));
}

#[tokio::test]
async fn a_leaver_comes_back_by_put_patch_or_a_new_create_as_the_same_account() {
    let room = Room::start();
    let okta = room.okta();
    let ada = Person::new("Ada", "Moreno").role("editor");
    let id = okta.assign(&ada).await.expect(201).id();

    deactivate(&okta, &id, true).await;
    assert_eq!(okta.set_active_by_patch(&id, true).await.expect(200).body["active"], true);
    deactivate(&okta, &id, false).await;
    assert_eq!(okta.set_active_by_put(&id, true).await.expect(200).body["active"], true);
    deactivate(&okta, &id, true).await;
    let back = okta.create(&ada.clone().with("title", json!("Lead")).body()).await.expect(201);
    assert_eq!((back.id(), &back.body["active"], &back.body["title"]), (id.clone(), &json!(true), &json!("Lead")));

    let actions: Vec<String> = room
        .cli(&["event", "list", "--user", &id])
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .filter(|event| event["method"] != "GET")
        .map(|event| event["action"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        actions,
        ["create", "deactivate", "reactivate", "deactivate", "reactivate", "deactivate", "return"],
        "the log tells the story in order"
    );
    room.guest("ada.moreno@harbor.example").run(&["user", "list"]).ok();
}

#[tokio::test]
async fn a_deleted_person_is_gone_for_okta_signed_out_and_the_address_is_free_again() {
    let room = Room::start();
    let okta = room.okta();
    let ada = Person::new("Ada", "Moreno");
    let id = okta.assign(&ada).await.expect(201).id();
    let guest = room.guest("ada.moreno@harbor.example");
    assert_eq!(okta.delete(&id).await.expect(204).body, json!(null));
    okta.get(&id).await.expect(404);
    okta.delete(&id).await.expect(404);
    guest.run(&["user", "list"]).refused();
    assert_ne!(okta.assign(&ada).await.expect(201).id(), id);
    let events = room.cli(&["event", "list", "--user", &id]);
    assert!(events.as_array().unwrap().iter().any(|event| event["action"] == "delete"), "{events}");
}

#[tokio::test]
async fn an_admin_deactivates_and_reactivates_here() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    let guest = room.guest("ada.moreno@harbor.example");
    assert_eq!(room.cli(&["user", "deactivate", "ada.moreno@harbor.example"])["active"], false);
    guest.run(&["user", "list"]).refused();
    assert_eq!(okta.get(&id).await.expect(200).body["active"], false);
    assert_eq!(room.cli(&["user", "reactivate", &id])["active"], true);
    assert_eq!(okta.get(&id).await.expect(200).body["active"], true);
}
