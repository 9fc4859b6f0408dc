//! Guide: To App: Create Users, Update User Attributes, Deactivate Users. Each is ticked by its proof on the wire.

use serde_json::{Value, json};

use crate::harness::{Okta, Person, Room};

#[tokio::test]
async fn the_checklist_ticks_itself_off_as_the_traffic_arrives() {
    let mut room = Room::start();
    assert_eq!(room.step("token"), "pending");
    assert_eq!(room.run(&["setup"]).code, 1);
    let okta = room.okta();
    room.wait_for_step("token", "done");
    okta.test_credentials().await.expect(200);

    assert_eq!(room.step("create-users"), "pending");
    let id = okta.assign(&Person::new("Ada", "Moreno").role("editor")).await.expect(201).id();
    room.wait_for_step("create-users", "done");
    room.wait_for_step("user-name-format", "done");
    room.wait_for_step("role-attribute", "done");

    assert_eq!(room.step("update-attributes"), "pending");
    okta.push(&id, &json!({"title": "Lead"})).await.expect(200);
    room.wait_for_step("update-attributes", "done");

    assert_eq!(room.step("deactivate-users"), "pending");
    okta.set_active_by_put(&id, false).await.expect(200);
    room.wait_for_step("deactivate-users", "done");

    let complete = room.run(&["setup", "--json"]).ok().json();
    assert_eq!(complete["complete"], true);
    room.wait_for_findings(&[]);

    // What was proved stays proved when the service starts anew.
    assert!(room.end("-TERM").success());
    room.run(&["setup"]).ok();
}

/// All that the checklist wants to see.
async fn whole_set_up(okta: &Okta, person: Person) {
    okta.test_credentials().await.expect(200);
    let id = okta.assign(&person.role("editor")).await.expect(201).id();
    okta.push(&id, &json!({"title": "Lead"})).await.expect(200);
    okta.set_active_by_put(&id, false).await.expect(200);
}

fn verified(room: &Room) -> Value {
    let mut checklist = Value::Null;
    crate::harness::eventually("the set-up is complete", || {
        checklist = room.run(&["setup", "--json"]).json();
        checklist["complete"] == true
    });
    checklist
}

#[tokio::test]
async fn a_finished_set_up_says_by_whom_it_was_verified() {
    let room = Room::start_with(&[("SCIMROOM_BEHIND_PROXY", "true")]);
    let curl = room.okta().as_client("curl/8.14.1").at_address("203.0.113.50");
    whole_set_up(&curl, Person::new("Grace", "Hopper")).await;
    let checklist = verified(&room);
    assert_eq!(checklist["verified"]["by"], "other");
    assert_eq!(checklist["verified"]["userAgent"], "curl/8.14.1");
    let said = room.run(&["setup"]).ok().stdout;
    assert!(said.contains("Complete, but not verified by Okta"), "{said}");

    let okta = room.okta().at_address("203.0.113.24");
    whole_set_up(&okta, Person::new("Ada", "Moreno")).await;
    crate::harness::eventually("Okta has proved it", || verified(&room)["verified"]["by"] == "okta");
    let checklist = verified(&room);
    assert_eq!(checklist["verified"]["address"], "203.0.113.24");
    assert_eq!(checklist["verified"]["token"], "Okta");
    for step in checklist["steps"].as_array().unwrap().iter().skip(1) {
        assert_eq!(step["verified"]["by"], "okta", "{step}");
        assert_eq!(step["verified"]["userAgent"], "Okta SCIM Client 1.0.0", "{step}");
        assert!(step["verified"]["event"].is_u64(), "{step}");
    }
    let said = room.run(&["setup"]).ok().stdout;
    assert!(said.contains("Okta is connected") && said.contains("from 203.0.113.24"), "{said}");

    let simulated = Room::start();
    whole_set_up(&simulated.okta(), Person::new("Ada", "Moreno")).await;
    assert_eq!(verified(&simulated)["verified"]["by"], "local", "nobody outside is on this machine");
}
