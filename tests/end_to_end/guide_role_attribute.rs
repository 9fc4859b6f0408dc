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

#[tokio::test]
async fn what_to_type_in_and_what_came_of_it_is_told() {
    let room = Room::start();
    let okta = room.okta();
    let way = |form: &str| {
        let ways = room.cli(&["setup", "role"])["ways"].as_array().unwrap().clone();
        ways.into_iter().find(|way| way["form"] == form).unwrap()
    };
    assert_eq!(way("primary-entry")["recommended"], true);
    let values = way("extension")["values"].as_array().unwrap().clone();
    let value = |label: &str| values.iter().find(|value| value["label"] == label).unwrap()["value"].clone();
    assert_eq!(value("External name"), "role");
    assert_eq!(value("External namespace"), "urn:ietf:params:scim:schemas:extension:commonroom:2.0:User");
    let told = room.run(&["setup", "role"]).ok().stdout;
    assert!(told.starts_with("No profile has arrived yet"), "{told}");
    assert!(told.contains("External name: roles.^[primary==true].value"), "{told}");

    for name in ["Ada", "Li", "Noor"] {
        okta.assign(&Person::new(name, "Moreno")).await.expect(201);
    }
    let told = room.run(&["setup", "role"]).ok().stdout;
    assert!(told.starts_with("The last 3 requests carried no role"), "{told}");

    okta.assign(&Person::new("Grace", "Hopper").with("roles", json!("Editor"))).await.expect(201);
    okta.assign(&Person::new("Alan", "Turing").role("boss")).await.expect(400);
    let carried = room.cli(&["setup", "role"])["carried"].clone();
    assert!(carried["summary"].as_str().unwrap().contains("\"boss\""), "{carried}");
    let newest = &carried["requests"][0];
    assert_eq!(newest["sent"], json!([{"form": "primary-entry", "value": "boss"}]));
    assert_eq!((&newest["became"]["kind"], &newest["findings"]), (&json!("refused"), &json!(["D50"])));
    let before = &carried["requests"][1];
    assert_eq!(before["sent"], json!([{"form": "text", "value": "Editor"}]));
    assert_eq!(before["became"], json!({"kind": "role", "role": "editor"}));
    assert_eq!(room.cli(&["event", "show", &before["event"].to_string()])["userName"], "grace.hopper@harbor.example");
    let told = room.run(&["setup", "role"]).ok().stdout;
    assert!(told.contains("refused (400)") && told.contains("default role"), "{told}");
}
