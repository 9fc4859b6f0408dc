//! Guide: Sign On: Application username format = Email.

use serde_json::json;

use crate::harness::{Person, Room};

#[tokio::test]
async fn a_user_name_that_is_no_address_is_refused_with_the_fix_until_it_is_mended() {
    let room = Room::start();
    let okta = room.okta();
    let mut ada = Person::new("Ada", "Moreno");
    ada.email = "amoreno".to_owned();
    okta.lookup(&ada.email).await.expect(200);
    let refused = okta.create(&ada.body()).await.expect(400);
    assert_eq!(refused.body["scimType"], "invalidValue");
    assert!(refused.detail().contains("Application username format"), "{}", refused.detail());
    assert_eq!(room.cli(&["user", "list"]), json!([]));

    room.wait_for_findings(&["D29"]);
    let findings = room.cli(&["diagnose"]);
    assert!(findings[0]["fix"].as_str().unwrap().contains("Application username format"));
    assert!(!findings[0]["events"].as_array().unwrap().is_empty());
    room.wait_for_step("user-name-format", "problem");

    okta.assign(&Person::new("Ada", "Moreno")).await.expect(201);
    room.wait_for_findings(&[]);
    room.wait_for_step("user-name-format", "done");
}

#[tokio::test]
async fn other_names_are_taken_where_the_workspace_says_so() {
    let room = Room::start();
    let okta = room.okta();
    room.cli(&["workspace", "set", "user_name=any"]);
    let mut ada = Person::new("Ada", "Moreno");
    ada.email = "amoreno".to_owned();
    okta.assign(&ada).await.expect(201);
    assert_eq!(room.cli(&["user", "show", "AMORENO"])["userName"], "amoreno");
}
