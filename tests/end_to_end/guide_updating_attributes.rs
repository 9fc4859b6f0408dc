//! Guide: Updating user attributes, by PUT and by PATCH.

use serde_json::json;

use crate::harness::{Person, Room};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

#[tokio::test]
async fn a_profile_pushed_by_put_replaces_what_okta_maps_and_nothing_else() {
    let room = Room::start();
    let okta = room.okta();
    let created = okta.assign(&Person::new("Ada", "Moreno").role("editor")).await.expect(201);
    let id = created.id();
    let mapped = json!({
        "name": {"givenName": "Ada", "familyName": "Moreno-Li", "formatted": "Ada Moreno"},
        "displayName": "Ada Moreno-Li",
        "title": "Lead",
        // What only the service may say comes back with the rest and must not matter.
        "id": "somebody-else",
        "groups": [{"value": "g"}],
        "meta": {"resourceType": "User", "version": "W/\"0\""},
    });
    let pushed = okta.push(&id, &mapped).await.expect(200);
    assert_eq!(pushed.body["id"], json!(id));
    assert_eq!(pushed.body["title"], "Lead");
    assert_eq!(pushed.body["name"]["familyName"], "Moreno-Li");
    assert_eq!(pushed.body[ENTERPRISE]["department"], "Data");
    assert_eq!(pushed.body["roles"], created.body["roles"]);
    assert_ne!(pushed.body["meta"]["version"], created.body["meta"]["version"]);
    assert_eq!(okta.get(&id).await.expect(200).body, pushed.body);

    let user = room.cli(&["user", "show", "ada.moreno@harbor.example"]);
    assert_eq!(user["displayName"], "Ada Moreno-Li");
    assert_eq!((&user["active"], &user["role"]), (&json!(true), &json!("editor")));

    let event = &room.cli(&["event", "list", "--limit", "50", "--user", &id]).as_array().unwrap().clone();
    let update = event.iter().find(|event| event["method"] == "PUT").unwrap();
    assert_eq!((&update["action"], &update["status"]), (&json!("update"), &json!(200)));
    let detail = room.cli(&["event", "show", &update["id"].to_string()]);
    let title = detail["changes"].as_array().unwrap().iter().find(|change| change["path"] == "title").unwrap();
    assert_eq!((&title["before"], &title["after"]), (&json!("Analyst"), &json!("Lead")));
}

#[tokio::test]
async fn a_put_without_active_or_role_leaves_both_as_they_are() {
    let room = Room::start();
    let okta = room.okta();
    let ada = Person::new("Ada", "Moreno").role("owner");
    let id = okta.assign(&ada).await.expect(201).id();
    let mut body = ada.body();
    body.as_object_mut().unwrap().remove("active");
    body.as_object_mut().unwrap().remove("roles");
    let answer = okta.put(&id, &body).await.expect(200);
    assert_eq!(answer.body["active"], true);
    assert_eq!(room.cli(&["user", "show", &id])["role"], "owner");
}

#[tokio::test]
async fn patch_takes_operations_with_and_without_paths_all_or_nothing() {
    let room = Room::start();
    let okta = room.okta();
    let id = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201).id();
    let patched = okta
        .patch(
            &id,
            json!([
                {"op": "replace", "path": "name.familyName", "value": "Moreno-Li"},
                {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "ada@harbor.example"},
                {"op": "add", "value": {"title": "Lead", "nickName": "A"}},
                {"op": "replace", "path": format!("{ENTERPRISE}:department"), "value": "Research"},
                {"op": "remove", "path": "locale"},
            ]),
        )
        .await
        .expect(200);
    assert_eq!(patched.body["name"], json!({"givenName": "Ada", "familyName": "Moreno-Li"}));
    assert_eq!(patched.body["emails"][0]["value"], "ada@harbor.example");
    assert_eq!((&patched.body["title"], &patched.body["nickName"]), (&json!("Lead"), &json!("A")));
    assert_eq!(patched.body[ENTERPRISE]["department"], "Research");
    assert!(patched.body.get("locale").is_none());

    let refused = okta
        .patch(
            &id,
            json!([
                {"op": "replace", "path": "title", "value": "Nobody"},
                {"op": "remove", "path": "userName"},
            ]),
        )
        .await;
    assert_eq!(refused.status, 400, "{refused:?}");
    assert_eq!(okta.get(&id).await.expect(200).body, patched.body, "half of a refused PATCH is there");
}

#[tokio::test]
async fn of_two_writers_the_one_with_the_stale_version_is_told() {
    let room = Room::start();
    let okta = room.okta();
    let created = okta.assign(&Person::new("Ada", "Moreno")).await.expect(201);
    let stale = created.headers["etag"].to_str().unwrap().to_owned();
    okta.patch(&created.id(), json!([{"op": "replace", "path": "title", "value": "First"}])).await.expect(200);
    let response = reqwest::Client::new()
        .patch(format!("{}/Users/{}", room.scim(), created.id()))
        .bearer_auth(room.token())
        .header("If-Match", stale)
        .header("Content-Type", "application/scim+json")
        .body(
            json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                "Operations": [{"op": "replace", "path": "title", "value": "Second"}],
            })
            .to_string(),
        )
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 412);
    assert_eq!(okta.get(&created.id()).await.body["title"], "First");
}

#[tokio::test]
async fn somebody_unknown_is_answered_404_in_scims_shape() {
    let room = Room::start();
    let okta = room.okta();
    for id in ["00919288221112222", "01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11"] {
        assert!(!okta.get(id).await.expect(404).detail().is_empty());
        okta.put(id, &Person::new("Ada", "Moreno").body()).await.expect(404).detail();
        okta.set_active_by_patch(id, false).await.expect(404).detail();
        okta.delete(id).await.expect(404).detail();
    }
}
