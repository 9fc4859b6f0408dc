//! What is said about the role attribute, over real HTTP.

use super::*;
use crate::{
    diagnosis::ways,
    model::{
        compatibility::Compatibility,
        role_attribute::{CarriedRole, RoleForm, RoleOutcome},
    },
};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const PATCH_OP: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

fn profile(name: &str, more: &Value) -> Value {
    let mut profile = json!({
        "schemas": [USER], "userName": name, "name": {"givenName": "Ada", "familyName": "Moreno"},
        "emails": [{"primary": true, "value": name, "type": "work"}], "displayName": "Ada Moreno", "active": true,
    });
    for (name, value) in more.as_object().unwrap() {
        profile[name] = value.clone();
        if name.starts_with("urn:") {
            profile["schemas"].as_array_mut().unwrap().push(name.as_str().into());
        }
    }
    profile
}

impl Room {
    async fn carried(&self) -> (String, Vec<CarriedRole>) {
        let carried = self.operator.role_attribute().await.unwrap().carried.unwrap();
        (carried.summary, carried.requests)
    }

    async fn write(&self, method: Method, path: &str, body: &Value) -> (u16, String) {
        let response = self.okta(method, path).json(body).send().await.unwrap();
        let status = response.status().as_u16();
        (status, json_of(response).await["id"].as_str().unwrap_or_default().to_owned())
    }
}

#[tokio::test]
async fn every_way_arrives_in_the_form_it_says_and_is_recognised() {
    let room = Room::start().await;
    let shown = room.operator.role_attribute().await.unwrap();
    assert_eq!(shown.ways, ways());
    assert_eq!(shown.carried.unwrap().requests, []);
    for (n, way) in shown.ways.iter().enumerate() {
        let wire: Value = serde_json::from_str(&way.wire).unwrap();
        let name = format!("ada{n}@harbor.example");
        room.write(Method::POST, "/scim/v2/Users", &profile(&name, &wire)).await;
        let (_, requests) = room.carried().await;
        let newest = &requests[0];
        assert_eq!(newest.user_name.as_deref(), Some(name.as_str()));
        assert_eq!(newest.became, RoleOutcome::Role { role: Role::Editor }, "{}", way.title);
        let sent: Vec<(RoleForm, &str)> = newest.sent.iter().map(|role| (role.form, role.value.as_str())).collect();
        assert_eq!(sent, [(way.form, "editor")], "{}", way.title);
        assert!(newest.from_okta);
        assert_eq!(requests.len(), n + 1, "newest first");
    }
}

#[tokio::test]
async fn what_became_of_a_role_is_told_and_what_asks_for_none_is_left_out() {
    let room = Room::start().await;
    let (summary, _) = room.carried().await;
    assert!(summary.starts_with("No profile has arrived yet"), "{summary}");

    let (_, id) = room.write(Method::POST, "/scim/v2/Users", &profile("ada@harbor.example", &json!({}))).await;
    let at = format!("/scim/v2/Users/{id}");
    room.write(Method::PUT, &at, &profile("ada@harbor.example", &json!({"title": "Analyst"}))).await;
    room.write(Method::PUT, &at, &profile("ada@harbor.example", &json!({"title": "Countess"}))).await;
    let (summary, requests) = room.carried().await;
    assert!(summary.starts_with("The last 3 requests carried no role"), "{summary}");
    let became: Vec<RoleOutcome> = requests.iter().map(|request| request.became).collect();
    assert_eq!(became, [RoleOutcome::Absent, RoleOutcome::Absent, RoleOutcome::Default]);

    let boss = json!({"roles": [{"primary": true, "value": "boss"}]});
    assert_eq!(room.write(Method::PUT, &at, &profile("ada@harbor.example", &boss)).await.0, 400);
    let (summary, requests) = room.carried().await;
    assert!(summary.contains("\"boss\""), "{summary}");
    assert_eq!((requests[0].became, requests[0].status), (RoleOutcome::Refused, 400));
    assert_eq!(requests[0].findings, [Code(50)]);

    // What is no profile says nothing of the role.
    assert_eq!(room.okta(Method::POST, "/scim/v2/Users").body("{").send().await.unwrap().status(), 400);
    assert_eq!(room.carried().await.1.len(), 4);

    // A catalogue app's PATCH: with a role, and without one.
    let patch = |value: Value| json!({"schemas": [PATCH_OP], "Operations": [{"op": "replace", "value": value}]});
    let owner = patch(json!({"id": id, "roles": [{"primary": true, "value": "Owner"}]}));
    room.write(Method::PATCH, &at, &owner).await;
    room.write(Method::PATCH, &at, &patch(json!({"active": false}))).await;
    let (_, requests) = room.carried().await;
    assert_eq!(requests.len(), 5, "the deactivation was not about the role");
    assert_eq!(requests[0].became, RoleOutcome::Role { role: Role::Owner });
    assert_eq!((requests[0].sent[0].form, requests[0].sent[0].value.as_str()), (RoleForm::PrimaryEntry, "Owner"));
}

#[tokio::test]
async fn what_strictness_refuses_is_still_recognised() {
    let room = Room::start().await;
    let strict = WorkspacePatch { strict: Some([Compatibility::PlainTexts].into()), ..WorkspacePatch::default() };
    room.operator.update_workspace(&strict).await.unwrap();
    let text = profile("ada@harbor.example", &json!({"roles": "editor"}));
    assert_eq!(room.write(Method::POST, "/scim/v2/Users", &text).await.0, 400);
    let (_, requests) = room.carried().await;
    assert_eq!((requests[0].sent[0].form, requests[0].became), (RoleForm::Text, RoleOutcome::Refused));
}

#[tokio::test]
async fn a_viewer_sees_the_ways_and_an_editor_what_came() {
    let room = Room::start().await;
    for (role, sees) in [("viewer", false), ("editor", true)] {
        let id = room.create(&format!("{role}@harbor.example"), role).await;
        let shown = room.sign_in(&id).await.role_attribute().await.unwrap();
        assert!(!shown.ways.is_empty());
        assert_eq!(shown.carried.is_some(), sees, "{role}");
    }
}

#[tokio::test]
async fn no_more_is_read_than_is_shown() {
    let room = Room::start().await;
    for n in 0..55 {
        room.create(&format!("person{n}@harbor.example"), "viewer").await;
    }
    let (_, requests) = room.carried().await;
    assert_eq!(requests.len(), 50);
    assert_eq!(requests[0].user_name.as_deref(), Some("person54@harbor.example"));
}
