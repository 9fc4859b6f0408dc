//! Guide: To App: Create Users, Update User Attributes, Deactivate Users. Each is ticked by its proof on the wire.

use serde_json::json;

use crate::harness::{Person, Room};

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
