//! Guide: Assigning users, attribute "Common Room Role": absent means the default, unknown is refused.

use serde_json::json;

use crate::harness::{Person, Room};

#[tokio::test]
async fn without_the_attribute_the_default_role_holds() {
    let room = Room::start();
    let okta = room.okta();
    okta.assign(&Person::new("Ada", "Moreno")).await.expect(201);
    let user = room.cli(&["user", "show", "ada.moreno@harbor.example"]);
    assert_eq!((&user["role"], &user["roleSource"]), (&json!("viewer"), &json!("default")));

    room.cli(&["workspace", "set", "default_role=editor"]);
    okta.assign(&Person::new("Li", "Wei")).await.expect(201);
    assert_eq!(room.cli(&["user", "show", "li.wei@harbor.example"])["role"], "editor");
    assert_eq!(
        room.cli(&["user", "show", "ada.moreno@harbor.example"])["role"],
        "viewer",
        "who was there keeps theirs"
    );
}

#[tokio::test]
async fn an_unknown_role_is_refused_with_the_allowed_ones_until_it_is_mended() {
    let room = Room::start();
    let okta = room.okta();
    let ada = Person::new("Ada", "Moreno");
    let detail = okta.assign(&ada.clone().role("Admin")).await.expect(400).detail();
    for role in ["owner", "editor", "viewer"] {
        assert!(detail.contains(role), "{detail}");
    }
    assert_eq!(room.cli(&["user", "list"]), json!([]));
    room.wait_for_findings(&["D50"]);
    room.wait_for_step("role-attribute", "problem");

    let id = okta.assign(&ada.role("editor")).await.expect(201).id();
    room.wait_for_findings(&[]);
    room.wait_for_step("role-attribute", "done");

    okta.push(&id, &json!({"roles": [{"primary": true, "value": "boss"}]})).await.expect(400);
    assert_eq!(room.cli(&["user", "show", &id])["role"], "editor", "a refused push changes nothing");
}
