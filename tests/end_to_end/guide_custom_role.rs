//! Guide: Custom role assignment (owner, editor, viewer), in every form in which the role can be mapped.

use serde_json::{Value, json};

use crate::harness::{Person, Room};

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const COMMON_ROOM: &str = "urn:ietf:params:scim:schemas:extension:commonroom:2.0:User";

fn forms(role: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("roles", json!([{"primary": true, "value": role}])),
        ("roles", json!([{"type": "base", "value": role}])),
        ("roles", json!([{"value": role, "display": "The role"}])),
        ("roles", json!([role])),
        ("roles", json!(role)),
        ("commonRoomRole", json!(role)),
        (COMMON_ROOM, json!({"role": role})),
        (CORE, json!({"roles": [{"primary": true, "value": role}]})),
    ]
}

#[tokio::test]
async fn every_role_arrives_in_every_form_and_comes_back_as_it_was_sent() {
    let room = Room::start();
    let okta = room.okta();
    for (n, (attribute, _)) in forms("").iter().enumerate() {
        for (role, sent) in [("owner", "owner"), ("editor", "Editor"), ("viewer", " VIEWER ")] {
            let person = Person::new(&format!("Ada{n}"), role).with(attribute, forms(sent)[n].1.clone());
            let created = okta.assign(&person).await.expect(201);
            let user = room.cli(&["user", "show", &created.id()]);
            assert_eq!((&user["role"], &user["roleSource"]), (&json!(role), &json!("okta")), "{:?}", person.profile);
            if *attribute != CORE {
                let echoed = created.body[*attribute].to_string().to_lowercase().replace(' ', "");
                let wanted = person.profile[*attribute].to_string().to_lowercase().replace(' ', "");
                assert_eq!(echoed, wanted, "the form is not the one that was sent");
            }
            // What was read comes back with the next push and changes nothing.
            let pushed = okta.push(&created.id(), &json!({"title": "Lead"})).await.expect(200);
            assert_eq!(pushed.body[*attribute], created.body[*attribute]);
            assert_eq!(room.cli(&["user", "show", &created.id()])["role"], role);
        }
    }
}

#[tokio::test]
async fn a_role_changed_in_okta_changes_here_by_put_and_patch() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno").role("viewer")).await.expect(201).id();
    okta.push(&id, &json!({"roles": [{"primary": true, "value": "editor"}]})).await.expect(200);
    assert_eq!(room.cli(&["user", "show", &id])["role"], "editor");
    let operation = json!([{"op": "replace", "path": "roles[primary eq true].value", "value": "owner"}]);
    okta.patch(&id, operation).await.expect(200);
    assert_eq!(room.cli(&["user", "show", &id])["role"], "owner");
    let change = room.wait_for_event("the PATCH", |event| event["method"] == "PATCH");
    assert_eq!(change["action"], "role-change");
    // Okta may add the new role beside the one it sent before.
    let both = json!({"roles": [{"value": "owner"}, {"value": "viewer"}]});
    okta.push(&id, &both).await.expect(200);
    assert_eq!(room.cli(&["user", "show", &id])["role"], "viewer");
}

#[tokio::test]
async fn a_role_set_here_holds_until_okta_pushes_a_different_one() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno").role("viewer")).await.expect(201).id();
    let pushed = json!({"roles": [{"primary": true, "value": "viewer"}], "title": "Lead"});
    let user = room.cli(&["user", "set-role", "ada.moreno@harbor.example", "owner"]);
    assert_eq!(
        (&user["role"], &user["roleSource"], &user["oktaRole"]),
        (&json!("owner"), &json!("local"), &json!("viewer"))
    );
    okta.push(&id, &pushed).await.expect(200);
    assert_eq!(room.cli(&["user", "show", &id])["role"], "owner", "the same role pushed again changes nothing");
    okta.push(&id, &json!({"roles": [{"primary": true, "value": "editor"}]})).await.expect(200);
    let user = room.cli(&["user", "show", &id]);
    assert_eq!((&user["role"], &user["roleSource"]), (&json!("editor"), &json!("okta")));
}

#[tokio::test]
async fn the_last_owner_cannot_be_taken_away_here_but_okta_is_obeyed() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno").role("owner")).await.expect(201).id();
    let sentence = room.run(&["user", "set-role", &id, "viewer"]).refused();
    assert!(sentence.contains("owner"), "{sentence}");
    room.run(&["user", "deactivate", &id]).refused();
    let other = okta.assign(&Person::new("Li", "Wei").role("owner")).await.expect(201).id();
    room.cli(&["user", "set-role", &id, "viewer"]);
    okta.set_active_by_patch(&other, false).await.expect(200);
    // Nobody is left, but whoever sits at the service can appoint somebody.
    assert_eq!(room.cli(&["user", "set-role", &id, "owner"])["role"], "owner");
}
