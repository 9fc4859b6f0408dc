//! Okta's Entitlement Management: it discovers the roles there are, and from then on pushes people with them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Okta, Person, Room};

const ROLE: &str = "urn:okta:scim:schemas:core:1.0:Role";

async fn get(okta: &Okta, target: &str) -> Answer {
    okta.send(Method::GET, target, None).await.expect(200)
}

#[tokio::test]
async fn okta_discovers_the_roles_when_entitlements_are_switched_on() {
    let room = Room::start();
    let okta = room.okta();
    let types = get(&okta, "/ResourceTypes").await.resources();
    let role = types.iter().find(|kind| kind["schema"] == ROLE).unwrap();
    assert_eq!((&role["id"], &role["name"]), (&json!("Role"), &json!("Role")));
    let schemas = get(&okta, "/Schemas").await.resources();
    assert!(schemas.iter().any(|schema| schema["id"] == ROLE), "what a type names is published");

    let endpoint = role["endpoint"].as_str().unwrap();
    let one = get(&okta, &format!("{endpoint}?startIndex=1&count=1")).await;
    let numbers = ["totalResults", "startIndex", "itemsPerPage"].map(|name| one.body[name].as_u64().unwrap());
    assert_eq!((numbers, one.resources().len()), ([3, 1, 1], 1));
    let mut paged = Vec::new();
    for start in 1..=3 {
        paged.extend(get(&okta, &format!("{endpoint}?startIndex={start}&count=1")).await.resources());
    }
    let all = get(&okta, &format!("{endpoint}?startIndex=1&count=100")).await.resources();
    assert_eq!(paged, all, "page by page or at once");
    let ids: Vec<&Value> = all.iter().map(|role| &role["id"]).collect();
    assert_eq!(ids, ["owner", "editor", "viewer"]);
    for role in &all {
        assert_eq!(role["schemas"], json!([ROLE]));
        assert!(role["displayName"].is_string() && role["description"].is_string(), "{role}");
        let id = role["id"].as_str().unwrap();
        assert_eq!(get(&okta, &format!("/Roles/{id}")).await.body, *role);
    }
    okta.send(Method::GET, "/Roles/admin", None).await.expect(404).detail();
    let nothing = json!({"schemas": [ROLE], "displayName": "Admin"});
    okta.send(Method::POST, "/Roles", Some(&nothing)).await.expect(405).detail();
    okta.send(Method::DELETE, "/Roles/owner", None).await.expect(405).detail();
    okta.with_authorization(None).send(Method::GET, "/Roles", None).await.expect(401).detail();

    for path in ["ResourceTypes", "Schemas", "Roles"] {
        let path = format!("/scim/v2/{path}");
        room.wait_for_event(&path, |event| event["path"] == json!(path) && event["action"] == "discovery");
    }
}

#[tokio::test]
async fn people_are_pushed_with_roles_and_entitlements_afterwards() {
    let room = Room::start();
    let okta = room.okta();
    let licences = json!([{"value": "crane-licence", "display": "Crane licence", "type": "licence"}]);
    let ada = Person::new("Ada", "Moreno")
        .with("roles", json!([{"value": "editor", "display": "Editor"}]))
        .with("entitlements", licences.clone());
    let created = okta.assign(&ada).await.expect(201);
    assert_eq!((&created.body["roles"], &created.body["entitlements"]), (&ada.profile["roles"], &licences));
    let id = created.id();
    let user = room.cli(&["user", "show", &id]);
    assert_eq!((&user["role"], &user["roleSource"]), (&json!("editor"), &json!("okta")));

    let granted = json!({
        "roles": [{"value": "owner", "display": "Owner"}],
        "entitlements": [licences[0], {"value": "pilot", "display": "Pilot", "type": "licence"}],
    });
    let pushed = okta.push(&id, &granted).await.expect(200);
    assert_eq!((&pushed.body["roles"], &pushed.body["entitlements"]), (&granted["roles"], &granted["entitlements"]));
    assert_eq!(room.cli(&["user", "show", &id])["role"], "owner");
    let filter = "/Users?filter=entitlements%5Bvalue%20eq%20%22pilot%22%5D";
    assert_eq!(get(&okta, filter).await.resources()[0]["id"], json!(id));

    let patched = okta
        .patch(
            &id,
            json!([
                {"op": "remove", "path": "entitlements[value eq \"crane-licence\"]"},
                {"op": "replace", "path": "roles", "value": [{"value": "viewer", "display": "Viewer"}]},
            ]),
        )
        .await
        .expect(200);
    assert_eq!(patched.body["entitlements"], json!([granted["entitlements"][1]]));
    assert_eq!(room.cli(&["user", "show", &id])["role"], "viewer");

    let unknown = okta.push(&id, &json!({"roles": [{"value": "admin", "display": "Admin"}]})).await.expect(400);
    assert!(unknown.detail().contains("owner, editor"), "{}", unknown.detail());
    let none = okta.push(&id, &json!({"entitlements": []})).await.expect(200);
    assert_eq!(none.body.get("entitlements"), None);
    assert_eq!(none.body["roles"], patched.body["roles"]);
    room.wait_for_writes(&["create", "role-change", "role-change", "update", "update"]);
}
