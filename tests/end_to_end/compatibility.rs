//! Ways in which clients deviate from the RFC: put right and told, or refused where the workspace is strict.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Okta, Person, Room, member};

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// Each step, and a PATCH or (an object) a mapped value of a push that needs it and no other.
fn deviations(id: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("boolean-as-text", json!([{"op": "replace", "path": "active", "value": "False"}])),
        ("empty-as-unset", json!({"profileUrl": ""})),
        ("plain-texts", json!({"roles": ["editor"]})),
        ("nested-core", json!({CORE: {"title": "Lead"}})),
        ("lone-value", json!([{"op": "add", "path": "phoneNumbers", "value": {"value": "+1 201 555 0123"}}])),
        ("operation-case", json!([{"op": "Replace", "path": "title", "value": "Lead"}])),
        ("path-as-member", json!([{"op": "replace", "value": {"name.familyName": "Moreno-Li"}}])),
        ("identity-in-value", json!([{"op": "replace", "value": {"id": id, "title": "Lead"}}])),
        ("remove-by-value", json!([{"op": "remove", "path": "emails", "value": [{"type": "work"}]}])),
    ]
}

async fn send(okta: &Okta, id: &str, what: &Value) -> Answer {
    if what.is_array() { okta.patch(id, what.clone()).await } else { okta.push(id, what).await }
}

#[tokio::test]
async fn every_deviation_is_put_right_and_told_or_refused_where_the_workspace_is_strict() {
    let room = Room::start();
    let okta = room.okta();
    let steps: Vec<&str> = deviations("").iter().map(|(step, _)| *step).collect();
    for (n, step) in steps.iter().enumerate() {
        let id = okta.assign(&Person::new(&format!("Ada{n}"), "Moreno")).await.expect(201).id();
        let (_, deviation) = deviations(&id).swap_remove(n);
        let before = okta.get(&id).await.expect(200).body;

        let strict = format!("strict={step}");
        assert_eq!(room.cli(&["workspace", "set", &strict])["strict"], json!([step]));
        let shown = room.run(&["workspace", "show"]).ok().stdout;
        assert!(shown.lines().any(|line| line.starts_with("strict ") && line.ends_with(step)), "{shown}");
        let refused = send(&okta, &id, &deviation).await.expect(400);
        let detail = refused.detail();
        let wanted = format!("This workspace has the compatibility step {step} switched off.");
        assert!(detail.contains(&wanted) && detail.contains("setting strict"), "{detail}");
        assert_eq!(okta.get(&id).await.expect(200).body, before, "{step}: a refused request changed something");

        // Every other step may be off for this one to be put right.
        let others: Vec<&str> = steps.iter().copied().filter(|other| other != step).collect();
        room.cli(&["workspace", "set", &format!("strict={}", others.join(","))]);
        let taken = send(&okta, &id, &deviation).await.expect(200);
        let changes = taken.body != before;
        assert_eq!(changes, *step != "empty-as-unset", "{step}: {}", taken.body);
        let is_write = |event: &Value| event["method"] != "GET" && event["userId"] == json!(id);
        let event = room.wait_for_event(step, |event| is_write(event) && event["status"] == 200);
        assert_eq!(event["compatibility"], json!([step]));
        let shown = room.run(&["event", "show", &event["id"].to_string()]).ok().stdout;
        assert!(shown.lines().any(|line| line.starts_with("put right ") && line.ends_with(step)), "{shown}");
        assert_eq!(room.cli(&["workspace", "set", "strict="]).get("strict"), None, "all of them are on again");
    }
}

#[tokio::test]
async fn a_strict_workspace_takes_what_the_rfc_has() {
    let room = Room::start();
    let okta = room.okta();
    let strict = room.cli(&["workspace", "set", "strict=all"]);
    assert_eq!(strict["strict"].as_array().unwrap().len(), deviations("").len(), "every step has its test: {strict}");
    let ada = Person::new("Ada", "Moreno").role("editor");
    let id = okta.assign(&ada).await.expect(201).id();
    let patched = okta
        .patch(
            &id,
            json!([
                {"op": "replace", "value": {"active": false, "name": {"familyName": "Moreno-Li"}}},
                {"op": "add", "path": "emails", "value": [{"value": "ada@home.example", "type": "home"}]},
                {"op": "remove", "path": "emails[type eq \"work\"]"},
                {"op": "replace", "path": "roles[value eq \"editor\"].value", "value": "viewer"},
                {"op": "add", "path": "title", "value": "Lead"},
            ]),
        )
        .await
        .expect(200);
    assert_eq!(patched.body["emails"], json!([{"value": "ada@home.example", "type": "home"}]));
    // The whole resource as it was read, with id and meta in it, is what a PUT has to take.
    okta.push(&id, &json!({"active": true})).await.expect(200);
    let group = okta.push_group("Harbor", &[member(&id, &ada.email)]).await.expect(201).id();
    okta.put_group(&group, "Harbour", &[]).await.expect(200);
    okta.push_now(&group, &[member(&id, &ada.email)]).await.expect(200);
    // Okta's catalogue apps send the group's id with its name, and so cannot rename one here.
    let refused = okta.rename_group(&group, "Harbor").await.expect(400);
    assert_eq!(refused.body["scimType"], "mutability");
    let by_value = json!([{"op": "remove", "path": "members", "value": [{"value": id}]}]);
    okta.patch_group(&group, by_value.clone()).await.expect(400).detail();
    let kept = okta.get_group(&group).await.expect(200).body;
    assert_eq!((&kept["displayName"], &kept["members"][0]["value"]), (&json!("Harbour"), &json!(id)));

    room.cli(&["workspace", "set", "strict="]);
    okta.rename_group(&group, "Harbor").await.expect(200);
    assert_eq!(okta.patch_group(&group, by_value).await.expect(200).body["members"], json!([]));
    let events = room.cli(&["event", "list"]);
    let told: Vec<&Value> = events.as_array().unwrap().iter().take(2).map(|event| &event["compatibility"]).collect();
    assert_eq!(told, [&json!(["remove-by-value"]), &json!(["identity-in-value"])]);
}

#[tokio::test]
async fn an_unknown_step_is_refused_with_the_list_of_them() {
    let room = Room::start();
    let ran = room.run(&["workspace", "set", "strict=boolean-as-text,nonsense"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    for (step, _) in deviations("") {
        assert!(ran.stderr.contains(step), "no {step} in {}", ran.stderr);
    }
    assert!(ran.stderr.contains("\"nonsense\""), "{ran:?}");
    assert_eq!(room.cli(&["workspace", "show"]).get("strict"), None);
    assert!(room.run(&["workspace", "show"]).ok().stdout.contains("strict           (nothing)"));

    // Whoever is no owner cannot switch any off.
    let okta = room.okta();
    okta.assign(&Person::new("Ada", "Moreno").role("editor")).await.expect(201);
    let guest = room.guest("ada.moreno@harbor.example");
    assert!(guest.run(&["workspace", "set", "strict=all"]).refused().contains("owner"));
    okta.send(Method::GET, "/ServiceProviderConfig", None).await.expect(200);
}
