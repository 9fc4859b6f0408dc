//! `scimroom backup` while the service works, and `scimroom restore` after the worst has happened.

use std::fs;

use crate::harness::{Person, Room};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_under_load_comes_back_whole_and_names_who_left_since() {
    let mut room = Room::start();
    let okta = room.okta();
    let mut ids = Vec::new();
    for number in 0..20 {
        let person = Person::new("Ada", &format!("Moreno{number}")).role("editor");
        ids.push(okta.assign(&person).await.expect(201).body["id"].as_str().unwrap().to_owned());
    }
    let file = room.data().join("copy.db");
    let name = file.to_str().unwrap();
    let writing = async {
        for number in 20..40 {
            okta.assign(&Person::new("Li", &format!("Wei{number}"))).await.expect(201);
        }
    };
    let saving = async { tokio::task::block_in_place(|| room.cli(&["backup", name])) };
    let (saved, ()) = tokio::join!(saving, writing);
    assert_eq!(saved["bytes"].as_u64().unwrap(), fs::metadata(&file).unwrap().len());
    let sentence = room.run(&["backup", name]).refused();
    assert!(sentence.contains("a file of this name already"), "{sentence}");

    // What the backup does not know of: a leaver, and a token that was revoked.
    okta.set_active_by_patch(&ids[3], false).await.expect(200);
    let spare = room.cli(&["token", "list"])[0]["id"].as_str().unwrap().to_owned();
    room.run(&["token", "revoke", &spare]).ok();
    let sentence = room.run(&["restore", name]).refused();
    assert!(sentence.contains("stop it, run restore"), "{sentence}");
    room.kill();

    let back = room.cli(&["restore", name]);
    let users = back["users"].as_u64().unwrap();
    assert!((20..=40).contains(&users), "{back}");
    assert_eq!(back["leftSince"], serde_json::json!(["ada.moreno3@harbor.example"]), "{back}");
    assert_eq!(back["revokedSince"][0]["id"], spare.as_str(), "{back}");
    assert!(fs::exists(back["setAside"].as_str().unwrap()).unwrap());
    room.serve();
    assert_eq!(room.cli(&["user", "list"]).as_array().unwrap().len() as u64, users);
    let again = room.okta();
    again.lookup("ada.moreno3@harbor.example").await.expect(200);
    again.set_active_by_patch(&ids[3], false).await.expect(200);
}
