//! A dry run: answered as if it were carried out, and nothing is; going live makes what was promised.

use super::*;
use crate::{
    model::{dry_run::GoLive, token::Token},
    store::sqlite::contents::contents,
};

impl Room {
    fn contents(&self) -> Vec<String> {
        contents(&DataDir::new(self.dir.path()).database())
    }

    /// From now on what Okta sends comes with a dry-run token.
    async fn rehearse(&mut self) -> Token {
        let new = NewToken { mode: TokenMode::DryRun, ..new_token("Okta (dry run)", TokenScope::Write) };
        let made = self.operator.create_token(&new).await.unwrap();
        self.token = made.token;
        made.info
    }

    async fn asked(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let response = self.okta(method, path).json(&body).send().await.unwrap();
        let status = response.status().as_u16();
        let body = response.bytes().await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn look(&self, path: &str) -> (u16, Value) {
        self.asked(Method::GET, path, Value::Null).await
    }
}

fn person(name: &str, role: &str, id: &str) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "active": true, "externalId": id,
        "emails": [{"value": name, "primary": true}], "roles": [{"value": role, "primary": true}],
    })
}

fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({"value": id})).collect();
    json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name, "members": members})
}

fn patch(operations: Value) -> Value {
    json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations})
}

fn id(body: &Value) -> &str {
    body["id"].as_str().unwrap()
}

#[tokio::test]
async fn every_write_is_answered_recorded_and_not_carried_out() {
    let mut room = Room::start().await;
    let ada = room.create("ada@harbor.example", "owner").await;
    let zoe = room.create("zoe@harbor.example", "editor").await;
    let gone = room.create("gone@harbor.example", "viewer").await;
    room.deactivate(&gone).await;
    let (_, crew) = room.asked(Method::POST, "/scim/v2/Groups", group("Crew", &[&ada, &zoe])).await;
    let crew = id(&crew).to_owned();
    let signed_in = room.sign_in(&zoe).await;
    room.operator.map_group(crew.parse().unwrap(), Some(Role::Editor)).await.unwrap();
    let token = room.rehearse().await;

    let (user, crew) = (format!("/scim/v2/Users/{zoe}"), format!("/scim/v2/Groups/{crew}"));
    let (users, groups) = ("/scim/v2/Users".to_owned(), "/scim/v2/Groups".to_owned());
    let off = patch(json!([{"op": "replace", "value": {"active": false}}]));
    let out = patch(json!([{"op": "remove", "path": format!("members[value eq \"{ada}\"]")}]));
    let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
        {"method": "POST", "path": "/Users", "bulkId": "a", "data": person("bulk@harbor.example", "viewer", "00u9")},
        {"method": "PATCH", "path": format!("/Users/{zoe}"), "data": off},
        {"method": "DELETE", "path": format!("/Users/{ada}")},
    ]});
    let renamed = person("zoe.king@harbor.example", "viewer", "00u2");
    let table = [
        (Method::POST, &users, person("new@harbor.example", "editor", "00u1"), 201, Action::Create),
        (Method::POST, &users, person("gone@harbor.example", "viewer", "00u3"), 201, Action::Return),
        (Method::POST, &users, person("ada@harbor.example", "viewer", "00u4"), 409, Action::Create),
        (Method::PUT, &user, person("zoe@harbor.example", "viewer", "00u2"), 200, Action::RoleChange),
        (Method::PUT, &user, renamed, 200, Action::EmailChange),
        (Method::PATCH, &user, patch(json!([{"op": "add", "path": "title", "value": "Cook"}])), 200, Action::Update),
        (Method::PATCH, &user, off, 200, Action::Deactivate),
        (Method::DELETE, &user, Value::Null, 204, Action::Delete),
        (Method::POST, &groups, group("Deck", &[&ada]), 201, Action::GroupPush),
        (Method::PUT, &crew, group("Crew", &[&zoe]), 200, Action::GroupPush),
        (Method::PATCH, &crew, out, 200, Action::GroupPush),
        (Method::DELETE, &crew, Value::Null, 204, Action::GroupDelete),
        (Method::POST, &"/scim/v2/Bulk".to_owned(), bulk, 200, Action::Bulk),
    ];
    let before = room.contents();
    for (method, path, body, status, action) in table {
        let (answered, _) = room.asked(method.clone(), path, body).await;
        assert_eq!(answered, status, "{method} {path}");
        assert_eq!(room.contents(), before, "{method} {path}");
        let event = room.event(action).await;
        assert_eq!((event.mode, event.status), (TokenMode::DryRun, status), "{method} {path}");
        assert_eq!(event.changed.is_empty(), status > 299 || action == Action::Bulk, "{method} {path}");
    }
    assert_eq!(signed_in.who_am_i().await.unwrap().name, "zoe@harbor.example", "nobody was signed out");
    let uses = room.operator.token(token.id).await.unwrap().token.uses;
    assert_eq!(uses, 13 + 3, "the operations of a bulk request are events of their own");
}

#[tokio::test]
async fn what_was_promised_goes_on_as_if_it_were_here_and_is_made_under_the_ids_that_okta_was_told() {
    let mut room = Room::start().await;
    let here = room.create("here@harbor.example", "owner").await;
    let token = room.rehearse().await;
    let empty = room.contents();

    // Okta's usual sequences: lookup, create, lookup, read, push, deactivate.
    let lookup = "/scim/v2/Users?filter=userName%20eq%20%22ada%40harbor.example%22";
    assert_eq!(room.look(lookup).await.1["totalResults"], 0);
    let (status, made) =
        room.asked(Method::POST, "/scim/v2/Users", person("ada@harbor.example", "editor", "00u1")).await;
    assert_eq!(status, 201);
    let ada = id(&made).to_owned();
    let path = format!("/scim/v2/Users/{ada}");
    assert_eq!(room.look(lookup).await.1["Resources"][0]["id"], *ada);
    assert_eq!(room.look("/scim/v2/Users?filter=externalId%20eq%20%2200u1%22").await.1["totalResults"], 1);
    assert_eq!(room.look("/scim/v2/Users?startIndex=1&count=100").await.1["totalResults"], 2);
    assert_eq!(room.look("/scim/v2/Users?startIndex=2&count=1").await.1["Resources"][0]["id"], *ada);
    let (_, mut read) = room.look(&path).await;
    assert_eq!(read["userName"], "ada@harbor.example");
    let twice = room.asked(Method::POST, "/scim/v2/Users", person("ada@harbor.example", "editor", "00u1")).await;
    assert_eq!(twice.0, 409);
    read["title"] = "Captain".into();
    assert_eq!(room.asked(Method::PUT, &path, read).await.0, 200);
    let (_, bo) = room.asked(Method::POST, "/scim/v2/Users", person("bo@harbor.example", "viewer", "00u2")).await;
    let bo = id(&bo).to_owned();
    let (_, crew) = room.asked(Method::POST, "/scim/v2/Groups", group("Crew", &[&ada, &here])).await;
    let crew = id(&crew).to_owned();
    let add = patch(json!([{"op": "add", "path": "members", "value": [{"value": bo}]}]));
    assert_eq!(room.asked(Method::PATCH, &format!("/scim/v2/Groups/{crew}"), add).await.0, 200);
    assert_eq!(room.look(&format!("/scim/v2/Groups/{crew}")).await.1["members"].as_array().unwrap().len(), 3);
    assert_eq!(room.look(&path).await.1["groups"][0]["display"], "Crew");
    let off = patch(json!([{"op": "replace", "value": {"active": false}}]));
    assert_eq!(room.asked(Method::PATCH, &format!("/scim/v2/Users/{bo}"), off.clone()).await.1["active"], false);
    let (_, eve) = room.asked(Method::POST, "/scim/v2/Users", person("eve@harbor.example", "viewer", "00u3")).await;
    assert_eq!(room.asked(Method::DELETE, &format!("/scim/v2/Users/{}", id(&eve)), Value::Null).await.0, 204);
    assert_eq!(room.look(&format!("/scim/v2/Users/{}", id(&eve))).await.0, 404);
    // A leaver who is here keeps access.
    assert_eq!(room.asked(Method::PATCH, &format!("/scim/v2/Users/{here}"), off).await.1["active"], false);
    assert_eq!(room.look(&format!("/scim/v2/Users/{here}")).await.1["active"], false, "as it would be");
    assert_eq!(room.contents(), empty);

    // Somebody else of a promised name comes meanwhile.
    room.asked(Method::POST, "/scim/v2/Users", person("cy@harbor.example", "viewer", "00u4")).await;
    let dry = std::mem::replace(
        &mut room.token,
        room.operator.create_token(&new_token("other", TokenScope::Write)).await.unwrap().token,
    );
    assert_eq!(room.look(&path).await.0, 404, "nobody else sees a promise");
    room.create("cy@harbor.example", "viewer").await;
    room.token = dry;

    let preview = room.operator.dry_run(token.id).await.unwrap();
    assert_eq!((preview.people, preview.groups, preview.leavers, preview.withheld_total), (2, 1, 1, 1));
    let made = room.operator.go_live(token.id).await.unwrap();
    assert_eq!(made, GoLive { live: true, ..preview }, "it does what it said");
    assert_eq!(made.first, ["ada@harbor.example", "bo@harbor.example"]);
    assert_eq!(made.refused.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["cy@harbor.example"]);
    let leaver = &made.withheld[0];
    assert_eq!((leaver.name.as_str(), leaver.words()), ("here@harbor.example", "would have been deactivated"));

    // The ids that Okta was told, as it sent them last; and now it is meant.
    let (status, read) = room.look(&path).await;
    assert_eq!((status, &read["title"], &read["groups"][0]["display"]), (200, &json!("Captain"), &json!("Crew")));
    assert_eq!(room.look(&format!("/scim/v2/Users/{bo}")).await.1["active"], false);
    assert_eq!(room.look(&format!("/scim/v2/Groups/{crew}")).await.1["members"].as_array().unwrap().len(), 3);
    let off = patch(json!([{"op": "replace", "value": {"active": false}}]));
    assert_eq!(room.asked(Method::PATCH, &path, off).await.0, 200);
    assert_eq!(room.event(Action::Deactivate).await.mode, TokenMode::Live);
    assert!(!room.operator.user(ada.parse().unwrap()).await.unwrap().user.active);
    let again = room.operator.go_live(token.id).await.unwrap_err();
    assert!(again.to_string().contains("is no dry run"), "{again}");
}

#[tokio::test]
async fn a_rotated_dry_run_is_its_successors_and_ends_when_that_is_revoked() {
    let mut room = Room::start().await;
    let old = room.rehearse().await;
    let first = room.asked(Method::POST, "/scim/v2/Users", person("ada@harbor.example", "editor", "00u1")).await.1;
    let new = room.operator.rotate_token(old.id, Default::default()).await.unwrap();
    room.asked(Method::POST, "/scim/v2/Users", person("bo@harbor.example", "editor", "00u2")).await;
    let early = room.operator.go_live(old.id).await.unwrap_err();
    assert!(early.to_string().contains("let its successor go live"), "{early}");
    room.operator.revoke_token(old.id).await.unwrap();
    room.token = new.token;
    assert_eq!(room.look(&format!("/scim/v2/Users/{}", id(&first))).await.0, 200);
    assert_eq!(room.operator.dry_run(new.info.id).await.unwrap().people, 2);
    room.operator.revoke_token(new.info.id).await.unwrap();
    assert_eq!(room.operator.dry_run(new.info.id).await.unwrap().people, 0);
    let ended = room.operator.go_live(new.info.id).await.unwrap_err();
    assert!(ended.to_string().contains("has ended"), "{ended}");
}

#[tokio::test]
async fn a_company_is_made_in_slices() {
    let mut room = Room::start().await;
    let token = room.rehearse().await;
    for chunk in 0..2 {
        let operations: Vec<Value> = (0..600)
            .map(|n| {
                let name = format!("p{chunk}x{n}@harbor.example");
                let data = person(&name, "viewer", &format!("00u{chunk}x{n}"));
                json!({"method": "POST", "path": "/Users", "bulkId": name, "data": data})
            })
            .collect();
        let bulk = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations});
        assert_eq!(room.asked(Method::POST, "/scim/v2/Bulk", bulk).await.0, 200);
    }
    assert_eq!(room.operator.go_live(token.id).await.unwrap().people, 1_200);
    assert_eq!(room.look("/scim/v2/Users?count=1").await.1["totalResults"], 1_200);
}

#[tokio::test]
async fn no_test_token_can_be_asked_for() {
    let room = Room::start().await;
    let new = NewToken { mode: TokenMode::Test, ..new_token("mine", TokenScope::Write) };
    let refused = room.operator.create_token(&new).await.unwrap_err();
    assert!(refused.to_string().contains("made by the service itself"), "{refused}");
}
