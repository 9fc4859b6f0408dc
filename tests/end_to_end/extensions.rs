//! Attributes of one's own: `[[schema]]` in scimroom.toml extends users and groups.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Okta, Person, Room, member};

const USER: &str = "urn:example:params:scim:schemas:extension:harbor:2.0:User";
const GROUP: &str = "urn:example:params:scim:schemas:extension:harbor:2.0:Group";

const SETTINGS: &str = r#"
[[schema]]
id = "urn:example:params:scim:schemas:extension:harbor:2.0:User"
name = "HarborUser"
description = "What the harbor knows of a person."
resource_type = "User"

[[schema.attribute]]
name = "badge"
description = "Number on the badge."
case_exact = true
mutability = "immutable"

[[schema.attribute]]
name = "desk"
type = "complex"

[[schema.attribute.sub_attribute]]
name = "floor"
type = "integer"

[[schema.attribute.sub_attribute]]
name = "room"

[[schema.attribute]]
name = "skills"
multi_valued = true

[[schema.attribute]]
name = "note"
returned = "request"

[[schema]]
id = "urn:example:params:scim:schemas:extension:harbor:2.0:Group"
name = "HarborGroup"
resource_type = "Group"

[[schema.attribute]]
name = "costCenter"
"#;

fn room() -> Room {
    let mut room = Room::empty();
    room.settings(SETTINGS);
    room.serve();
    room
}

fn ada() -> Person {
    Person::new("Ada", "Moreno").with(
        USER,
        json!({"badge": "H-7", "desk": {"floor": 3, "room": "b"}, "skills": ["rigging", "knots"], "note": "left-handed"}),
    )
}

async fn get(okta: &Okta, target: &str) -> Answer {
    okta.send(Method::GET, target, None).await.expect(200)
}

/// How many users a filter finds.
async fn found(okta: &Okta, filter: &str) -> u64 {
    let filter = filter.replace(' ', "%20").replace('"', "%22");
    get(okta, &format!("/Users?filter={filter}")).await.body["totalResults"].as_u64().unwrap()
}

/// A whole group with a cost center, as a PUT.
fn group(name: &str, members: &[Value], cost_center: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", GROUP],
        "displayName": name,
        "members": members,
        GROUP: {"costCenter": cost_center},
    })
}

#[tokio::test]
async fn what_is_declared_is_stored_shown_filtered_and_changed() {
    let room = room();
    let okta = room.okta();
    let created = okta.assign(&ada()).await.expect(201);
    assert!(created.body["schemas"].as_array().unwrap().contains(&json!(USER)));
    assert_eq!(created.body[USER], ada().profile[USER], "who wrote it is shown all of it");
    let id = created.id();
    let mut usual = ada().profile[USER].clone();
    usual.as_object_mut().unwrap().remove("note");
    assert_eq!(okta.get(&id).await.expect(200).body[USER], usual);

    for (filter, count) in [
        (format!("{USER}:desk.floor gt 2"), 1),
        (format!("{USER}:desk.floor gt 3"), 0),
        (format!("{USER}:skills eq \"KNOTS\""), 1),
        (format!("{USER}:badge eq \"H-7\""), 1),
        (format!("{USER}:badge eq \"h-7\""), 0),
        (format!("{USER}:badge pr and userName sw \"ada\""), 1),
        (format!("schemas eq \"{USER}\""), 1),
    ] {
        assert_eq!(found(&okta, &filter).await, count, "{filter}");
    }
    let wrong = format!("/Users?filter={USER}:nobody%20pr");
    assert_eq!(okta.send(Method::GET, &wrong, None).await.expect(400).body["scimType"], "invalidFilter");

    let patched = okta
        .patch(
            &id,
            json!([
                {"op": "replace", "path": format!("{USER}:desk.floor"), "value": 4},
                {"op": "add", "path": format!("{USER}:skills"), "value": ["signals"]},
                {"op": "remove", "path": format!("{USER}:skills"), "value": ["rigging"]},
                {"op": "replace", "value": {USER: {"note": "right-handed"}}},
            ]),
        )
        .await
        .expect(200);
    let expected = json!({
        "badge": "H-7",
        "desk": {"floor": 4, "room": "b"},
        "skills": ["knots", "signals"],
        "note": "right-handed",
    });
    assert_eq!(patched.body[USER], expected, "a note that was written is shown");
    let other = okta.patch(&id, json!([{"op": "replace", "path": "title", "value": "Lead"}])).await.expect(200);
    assert_eq!(other.body[USER].get("note"), None, "one that was not is not");
    let change = room.wait_for_event("the change", |event| {
        event["changed"].as_array().unwrap().iter().any(|path| path.as_str().unwrap().contains("desk.floor"))
    });
    assert_eq!(change["action"], "update");
    for value in [json!("four"), json!(4.5), json!([4])] {
        let operation = json!([{"op": "replace", "path": format!("{USER}:desk.floor"), "value": value}]);
        assert_eq!(okta.patch(&id, operation).await.expect(400).body["scimType"], "invalidValue");
    }
}

#[tokio::test]
async fn what_is_shown_on_request_is_shown_to_who_asks() {
    let room = room();
    let okta = room.okta();
    let id = okta.assign(&ada()).await.expect(201).id();
    for (target, shown) in [
        (format!("/Users/{id}"), false),
        (format!("/Users/{id}?attributes={USER}:note"), true),
        (format!("/Users/{id}?attributes={USER}"), true),
        (format!("/Users/{id}?attributes={USER}:badge"), false),
        (format!("/Users/{id}?excludedAttributes=title"), false),
        (format!("/Users?attributes={USER}:note"), true),
        ("/Users".to_owned(), false),
    ] {
        let mut body = get(&okta, &target).await.body;
        if let Some(first) = body.get("Resources") {
            body = first[0].clone();
        }
        assert_eq!(body.pointer(&format!("/{USER}/note")).is_some(), shown, "{target}: {body}");
    }
    // Okta sends back what it read: a note it never saw is cleared by that, as the RFC has it for a PUT.
    okta.push(&id, &json!({"title": "Lead"})).await.expect(200);
    assert_eq!(get(&okta, &format!("/Users/{id}?attributes={USER}:badge")).await.body[USER], json!({"badge": "H-7"}));
}

#[tokio::test]
async fn what_is_written_once_stays() {
    let room = room();
    let okta = room.okta();
    let id = okta.assign(&ada()).await.expect(201).id();
    let badge = |value: Value| json!([{"op": "replace", "path": format!("{USER}:badge"), "value": value}]);
    for operation in [badge(json!("H-8")), json!([{"op": "remove", "path": format!("{USER}:badge")}])] {
        assert_eq!(okta.patch(&id, operation).await.expect(400).body["scimType"], "mutability");
    }
    okta.patch(&id, badge(json!("H-7"))).await.expect(200);
    let refused = okta.push(&id, &json!({USER: {"badge": "H-8"}})).await.expect(400);
    assert_eq!((&refused.body["scimType"], refused.detail().contains("badge")), (&json!("mutability"), true));
    let pushed = okta.push(&id, &json!({USER: {"skills": ["knots"]}})).await.expect(200);
    assert_eq!(pushed.body[USER], json!({"badge": "H-7", "skills": ["knots"]}), "left out, it stays");
    // Who has none may be given one.
    let li = okta.assign(&Person::new("Li", "Wei")).await.expect(201).id();
    assert_eq!(okta.patch(&li, badge(json!("H-9"))).await.expect(200).body[USER], json!({"badge": "H-9"}));
}

#[tokio::test]
async fn groups_have_attributes_of_their_own() {
    let room = room();
    let okta = room.okta();
    let ada = Person::new("Ada", "Moreno");
    let members = [member(&okta.assign(&ada).await.expect(201).id(), &ada.email)];
    let body = group("Harbor", &members, "H 1");
    let pushed = okta.send(Method::POST, "/Groups", Some(&body)).await.expect(201);
    let id = pushed.id();
    assert_eq!(pushed.body[GROUP], json!({"costCenter": "H 1"}));
    let path = format!("{GROUP}:costCenter");
    let list = get(&okta, &format!("/Groups?filter={path}%20eq%20%22h%201%22")).await;
    assert_eq!(list.resources()[0]["id"], json!(id));
    let patched = okta.patch_group(&id, json!([{"op": "replace", "path": path, "value": "H 2"}])).await.expect(200);
    assert_eq!(patched.body[GROUP], json!({"costCenter": "H 2"}));
    let renamed = okta.rename_group(&id, "Harbour").await.expect(200).body;
    assert_eq!((&renamed[GROUP], &renamed["members"][0]["value"]), (&patched.body[GROUP], &members[0]["value"]));
    assert_eq!(okta.put_group(&id, "Harbour", &members).await.expect(200).body[GROUP], patched.body[GROUP]);
    // An extension of groups is none of users.
    let misplaced = ada.with(GROUP, json!({"costCenter": "H 1"}));
    okta.create(&misplaced.body()).await.expect(400).detail();
}

#[tokio::test]
async fn what_is_declared_is_published() {
    let room = room();
    let okta = room.okta();
    let schemas = get(&okta, "/Schemas").await.resources();
    let user = schemas.iter().find(|schema| schema["id"] == USER).unwrap();
    assert_eq!(
        (&user["name"], &user["description"]),
        (&json!("HarborUser"), &json!("What the harbor knows of a person."))
    );
    assert_eq!(
        user["attributes"][0],
        json!({
            "name": "badge", "type": "string", "multiValued": false, "description": "Number on the badge.",
            "required": false, "caseExact": true, "mutability": "immutable", "returned": "default", "uniqueness": "none",
        })
    );
    assert_eq!(user["attributes"][1]["subAttributes"][0]["type"], "integer");
    assert_eq!(get(&okta, &format!("/Schemas/{GROUP}")).await.body["attributes"][0]["name"], "costCenter");
    for (kind, urn) in [("User", USER), ("Group", GROUP)] {
        let extensions = get(&okta, &format!("/ResourceTypes/{kind}")).await.body["schemaExtensions"].clone();
        assert!(extensions.as_array().unwrap().contains(&json!({"schema": urn, "required": false})), "{extensions}");
    }
    // Nobody declared anything there.
    let plain = Room::start();
    let refused = plain.okta().create(&ada().body()).await.expect(400);
    assert!(refused.detail().contains("External namespace"), "{}", refused.detail());
}

#[tokio::test]
async fn what_is_taken_out_of_the_file_is_kept_and_shown_to_nobody_until_it_is_back() {
    let mut room = room();
    let token = room.token();
    let okta = Okta::new(&room.scim(), &token);
    let id = okta.assign(&ada()).await.expect(201).id();
    let body = group("Harbor", &[], "H 1");
    let harbor = okta.send(Method::POST, "/Groups", Some(&body)).await.expect(201).id();
    let whole = get(&okta, &format!("/Users/{id}?attributes={USER}")).await.body[USER].clone();

    assert!(room.end("-TERM").success());
    room.settings("");
    room.serve();
    let okta = Okta::new(&room.scim(), &token);
    for target in ["", &format!("?attributes={USER}"), "?attributes=userName", "?excludedAttributes=title"] {
        for path in [format!("/Users/{id}{target}"), format!("/Groups/{harbor}{target}")] {
            let shown = get(&okta, &path).await.body.to_string();
            assert!(!shown.contains("harbor:2.0"), "{path}: {shown}");
        }
    }
    let listed = [get(&okta, "/Users").await, get(&okta, "/Groups").await, get(&okta, "/Schemas").await];
    assert!(listed.iter().all(|list| !list.body.to_string().contains("harbor:2.0")), "{listed:?}");
    assert!(!room.cli(&["user", "show", &id]).to_string().contains("harbor:2.0"));
    let filter = format!("/Users?filter={USER}:badge%20pr");
    assert_eq!(okta.send(Method::GET, &filter, None).await.expect(400).body["scimType"], "invalidFilter");
    okta.create(&Person::new("Li", "Wei").with(USER, json!({"badge": "H-9"})).body()).await.expect(400).detail();
    let operation = json!([{"op": "replace", "path": format!("{USER}:badge"), "value": "H-9"}]);
    okta.patch(&id, operation).await.expect(400).detail();

    // Pushes of the whole resource, changes of it, a deactivation and a return go on as if it were not there.
    okta.push(&id, &json!({"title": "Lead"})).await.expect(200);
    okta.patch(&id, json!([{"op": "replace", "value": {"nickName": "A"}}])).await.expect(200);
    okta.set_active_by_put(&id, false).await.expect(200);
    okta.set_active_by_patch(&id, true).await.expect(200);
    okta.put_group(&harbor, "Harbour", &[]).await.expect(200);
    okta.rename_group(&harbor, "Harbor").await.expect(200);
    let put = room.wait_for_event("the PUT", |event| event["method"] == "PUT" && event["action"] == "update");
    assert_eq!(put["changed"], json!(["title"]));

    assert!(room.end("-TERM").success());
    // A part of it is declared again.
    let some =
        SETTINGS.replace("name = \"room\"", "name = \"building\"").replace("name = \"skills\"", "name = \"craft\"");
    room.settings(&some);
    room.serve();
    let okta = Okta::new(&room.scim(), &token);
    let shown = get(&okta, &format!("/Users/{id}?attributes={USER}")).await.body[USER].clone();
    assert_eq!(shown, json!({"badge": "H-7", "desk": {"floor": 3}, "note": "left-handed"}));
    let pushed = okta.push(&id, &json!({USER: {"craft": ["sails"], "note": "left-handed"}})).await.expect(200);
    assert_eq!(pushed.body[USER], json!({"craft": ["sails"], "note": "left-handed", "badge": "H-7"}));
    assert_eq!(okta.get_group(&harbor).await.expect(200).body[GROUP], json!({"costCenter": "H 1"}));

    assert!(room.end("-TERM").success());
    room.settings(SETTINGS);
    room.serve();
    let okta = Okta::new(&room.scim(), &token);
    let again = get(&okta, &format!("/Users/{id}?attributes={USER}")).await.body[USER].clone();
    let expected = json!({"badge": whole["badge"], "skills": whole["skills"], "note": whole["note"]});
    assert_eq!(again, expected, "nothing is lost but what a whole push left out of what it saw");
}

#[test]
fn a_mistake_in_the_file_is_a_sentence_that_says_where() {
    let room = Room::empty();
    let attribute = "[[schema.attribute]]\nname = \"badge\"\n";
    let schema = format!("[[schema]]\nid = \"{USER}\"\nname = \"HarborUser\"\nresource_type = \"User\"\n");
    let core = "urn:ietf:params:scim:schemas:core:2.0:User";
    for (settings, part) in [
        (format!("{schema}{attribute}unique = true\n"), "line 7"),
        (format!("{schema}{attribute}type = \"text\"\n"), "line 7"),
        (format!("{schema}{attribute}required = true\n"), "required"),
        (format!("{schema}{attribute}uniqueness = \"server\"\n"), "unique"),
        (format!("{schema}{attribute}{attribute}"), "twice"),
        (format!("{schema}{attribute}{schema}{attribute}"), "declared twice"),
        (schema.clone(), "has no attributes"),
        (schema.replace(USER, core) + attribute, "choose another"),
        (schema.replace("\"User\"\n", "\"Role\"\n") + attribute, "line 4"),
    ] {
        room.settings(&settings);
        let sentence = room.run(&["serve", "--listen", "127.0.0.1:0"]).refused();
        assert!(sentence.contains(part), "{part}: {sentence}");
        assert!(sentence.contains("scimroom.toml") || sentence.contains("settings file"), "{sentence}");
        assert!(sentence.lines().count() <= 2 && !sentence.contains("panicked"), "{sentence}");
    }
    room.settings(&(schema + attribute));
    room.run(&["user", "list"]).ok();
}
