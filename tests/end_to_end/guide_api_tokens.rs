//! Guide: Only an owner can get the authorization token; Settings > API Tokens: it is shown once.

use std::fs;

use serde_json::json;

use crate::harness::{Okta, Person, Room, eventually};

#[tokio::test]
async fn only_an_owner_creates_and_revokes_tokens() {
    let room = Room::start();
    let okta = room.okta();
    for role in ["viewer", "editor", "owner"] {
        okta.assign(&Person::new("Ada", role).role(role)).await.expect(201);
    }
    let id = room.cli(&["token", "create", "to be revoked"])["id"].as_str().unwrap().to_owned();
    for role in ["viewer", "editor"] {
        let guest = room.guest(&format!("ada.{role}@harbor.example"));
        let sentence = guest.run(&["token", "create", "mine"]).refused();
        assert!(sentence.contains("owner"), "{sentence}");
        let sentence = guest.run(&["token", "revoke", &id]).refused();
        assert!(sentence.contains("owner"), "{sentence}");
    }
    let owner = room.guest("ada.owner@harbor.example");
    let created = owner.run(&["token", "create", "mine"]).ok().json();
    assert_eq!(created["createdBy"], "ada.owner@harbor.example");
    Okta::new(&room.scim(), created["token"].as_str().unwrap()).test_credentials().await.expect(200);
    assert_ne!(owner.run(&["token", "revoke", &id]).ok().json()["revoked"], json!(null));
}

#[tokio::test]
async fn a_token_is_shown_once_and_kept_nowhere() {
    let mut room = Room::start();
    let created = room.cli(&["token", "create", "Okta production"]);
    let secret = created["token"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("scimroom_"), "secret scanners know it by its beginning");
    assert_eq!(created["name"], "Okta production");
    let listed = room.run(&["token", "list", "--json"]).ok();
    assert!(!listed.stdout.contains(&secret));
    let row = &listed.json()[0];
    assert_eq!((&row["id"], &row["uses"], &row["lastUsed"]), (&created["id"], &json!(0), &json!(null)));
    assert!(secret.ends_with(row["tail"].as_str().unwrap()));
    assert!(room.end("-TERM").success());
    for file in fs::read_dir(room.data()).unwrap() {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        assert!(!text.contains(&secret), "the token is in {path:?}");
    }
}

#[tokio::test]
async fn a_revoked_token_is_refused_from_the_next_request_on() {
    let room = Room::start();
    let created = room.cli(&["token", "create", "Okta"]);
    let okta = Okta::new(&room.scim(), created["token"].as_str().unwrap());
    okta.test_credentials().await.expect(200);
    eventually("the use is counted", || room.cli(&["token", "list"])[0]["uses"] == 1);
    assert_eq!(room.cli(&["token", "list"])[0]["lastUserAgent"], "Okta SCIM Client 1.0.0");
    room.cli(&["token", "revoke", created["id"].as_str().unwrap()]);
    let detail = okta.test_credentials().await.expect(401).detail();
    assert!(detail.contains("revoked"), "{detail}");
    room.wait_for_findings(&["D05"]);
}

#[tokio::test]
async fn a_token_for_reading_cannot_write() {
    let room = Room::start();
    let created = room.cli(&["token", "create", "Report", "--read-only", "--days", "7"]);
    assert_eq!(created["scope"], "read");
    let okta = Okta::new(&room.scim(), created["token"].as_str().unwrap());
    okta.test_credentials().await.expect(200);
    okta.create(&Person::new("Ada", "Moreno").body()).await.expect(403).detail();
    assert_eq!(room.cli(&["user", "list"]), json!([]));
}

#[tokio::test]
async fn a_rotated_token_and_its_successor_are_both_accepted_and_told_apart() {
    let room = Room::start();
    let old = room.cli(&["token", "create", "Okta production", "--days", "90"]);
    let okta = Okta::new(&room.scim(), old["token"].as_str().unwrap());
    okta.test_credentials().await.expect(200);
    let new = room.cli(&["token", "rotate", old["id"].as_str().unwrap(), "--overlap", "2h"]);
    assert_eq!((&new["name"], &new["rotatedFrom"]), (&old["name"], &old["id"]));
    okta.test_credentials().await.expect(200);
    let renewed = Okta::new(&room.scim(), new["token"].as_str().unwrap());
    for _ in 0..3 {
        renewed.test_credentials().await.expect(200);
    }
    let show = |token: &serde_json::Value| room.cli(&["token", "show", token["id"].as_str().unwrap()]);
    eventually("both uses are counted", || (&show(&old)["uses"], &show(&new)["uses"]) == (&json!(2), &json!(3)));
    let before = show(&old);
    assert_eq!((&before["replacedBy"], &before["revoked"]), (&new["id"], &json!(null)));
    let today: u64 = show(&new)["days"].as_array().unwrap().iter().map(|day| day["uses"].as_u64().unwrap()).sum();
    assert_eq!(today, 3);
    assert!(room.run(&["token", "rotate", old["id"].as_str().unwrap()]).refused().contains("rotated already"));

    // Okta uses the new one, so the old one can go; nothing stops.
    room.cli(&["token", "revoke", old["id"].as_str().unwrap()]);
    okta.test_credentials().await.expect(401);
    renewed.test_credentials().await.expect(200);
}

#[tokio::test]
async fn without_an_overlap_the_old_token_is_refused_from_the_next_request_on() {
    let room = Room::start();
    let old = room.cli(&["token", "create", "Okta"]);
    let id = old["id"].as_str().unwrap();
    let sentence = room.run(&["token", "rotate", id, "--overlap", "soon"]).stderr;
    assert!(sentence.contains("such as 24h or 7d"), "{sentence}");
    let new = room.cli(&["token", "rotate", id, "--overlap", "0"]);
    Okta::new(&room.scim(), old["token"].as_str().unwrap()).test_credentials().await.expect(401);
    Okta::new(&room.scim(), new["token"].as_str().unwrap()).test_credentials().await.expect(200);
}
