//! Every route of the admin API for every kind of caller.

use std::collections::BTreeSet;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::model::event_log::TimelineQuery;

/// The routes as they are declared: a new one fails this test until it stands in [`TABLE`].
const DECLARED: &str = include_str!("../admin/mod.rs");

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    Is(Role),
}

use Needs::{Is, Nothing};

/// Method, route, body (empty: none), what it needs. `{id}` of users is somebody who is nobody in this test.
const TABLE: &[(&str, &str, &str, Needs)] = &[
    ("GET", "/whoami", "", Is(Role::Viewer)),
    ("POST", "/sessions", r#"{"code": "AAAA-BBBB-CCCC"}"#, Nothing),
    ("GET", "/workspace", "", Is(Role::Viewer)),
    ("PATCH", "/workspace", r#"{"name": "Harbor"}"#, Is(Role::Owner)),
    ("GET", "/tokens", "", Is(Role::Owner)),
    ("POST", "/tokens", r#"{"name": "another"}"#, Is(Role::Owner)),
    ("GET", "/tokens/{id}", "", Is(Role::Owner)),
    ("POST", "/tokens/{id}/rotate", "{}", Is(Role::Owner)),
    ("GET", "/tokens/{id}/go-live", "", Is(Role::Owner)),
    ("POST", "/tokens/{id}/go-live", "", Is(Role::Owner)),
    ("DELETE", "/tokens/{id}", "", Is(Role::Owner)),
    ("GET", "/users", "", Is(Role::Viewer)),
    ("GET", "/users/find?name=guest@harbor.example", "", Is(Role::Viewer)),
    ("POST", "/users/preview", r#"{"of": {"ids": []}, "change": {"kind": "deactivate"}}"#, Is(Role::Editor)),
    (
        "POST",
        "/users/preview",
        r#"{"of": {"query": {}}, "change": {"kind": "role", "role": "viewer"}}"#,
        Is(Role::Owner),
    ),
    ("POST", "/users/change", r#"{"ids": [], "change": {"kind": "reactivate"}}"#, Is(Role::Editor)),
    ("POST", "/users/change", r#"{"ids": [], "change": {"kind": "role", "role": "viewer"}}"#, Is(Role::Owner)),
    ("POST", "/users/restore", r#"{"people": []}"#, Is(Role::Editor)),
    ("POST", "/users/restore", GIVE_BACK, Is(Role::Owner)),
    ("GET", "/users/{id}", "", Is(Role::Viewer)),
    ("PATCH", "/users/{id}", r#"{"active": true}"#, Is(Role::Editor)),
    ("PATCH", "/users/{id}", r#"{"role": "viewer"}"#, Is(Role::Owner)),
    ("PATCH", "/users/{id}", r#"{"role": "viewer", "active": true}"#, Is(Role::Owner)),
    ("POST", "/users/{id}/sign-in-code", "", Is(Role::Owner)),
    ("GET", "/users/{id}/timeline", "", Is(Role::Viewer)),
    ("GET", "/pushes/failed", "", Is(Role::Viewer)),
    ("GET", "/groups", "", Is(Role::Viewer)),
    ("GET", "/groups/find?name=Guests", "", Is(Role::Viewer)),
    ("GET", "/groups/{id}", "", Is(Role::Viewer)),
    ("GET", "/groups/{id}/members", "", Is(Role::Viewer)),
    ("PATCH", "/groups/{id}", r#"{"role": "viewer"}"#, Is(Role::Owner)),
    ("POST", "/groups/{id}/preview", r#"{"role": "viewer"}"#, Is(Role::Owner)),
    ("GET", "/events", "", Is(Role::Viewer)),
    ("GET", "/events/stream", "", Is(Role::Viewer)),
    ("GET", "/events/search", "", Is(Role::Viewer)),
    ("GET", "/events/search?filter=body:harbor", "", Is(Role::Editor)),
    ("GET", "/events/at?time=15m", "", Is(Role::Viewer)),
    ("GET", "/events/causes", "", Is(Role::Viewer)),
    ("GET", "/events/causes?filter=!body:harbor", "", Is(Role::Editor)),
    ("GET", "/events/{id}", "", Is(Role::Viewer)),
    ("GET", "/checklist", "", Is(Role::Viewer)),
    ("GET", "/role-attribute", "", Is(Role::Viewer)),
    ("GET", "/findings", "", Is(Role::Viewer)),
    ("POST", "/findings/{code}/dismiss", "{}", Is(Role::Editor)),
    ("POST", "/findings/{code}/restore", "{}", Is(Role::Editor)),
    ("GET", "/test-traffic", "", Is(Role::Viewer)),
    ("POST", "/test-traffic", "{}", Is(Role::Owner)),
    ("DELETE", "/test-traffic", "", Is(Role::Owner)),
    // Last, since it ends the caller's session.
    ("DELETE", "/sessions/current", "", Is(Role::Viewer)),
];

/// A role given back to somebody whom nobody knows.
const GIVE_BACK: &str = r#"{"people": [{"id": "01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11", "version": 1,
    "to": {"kind": "role", "role": "owner", "source": "local"}}]}"#;

fn declared() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for route in DECLARED.split(".route(\"").skip(1) {
        let (path, handlers) = route.split_once('"').unwrap();
        let handlers = handlers.split(".fallback").next().unwrap();
        for method in ["get", "post", "put", "patch", "delete"] {
            if handlers.contains(&format!(" {method}(")) || handlers.contains(&format!(".{method}(")) {
                found.insert((method.to_uppercase(), path.to_owned()));
            }
        }
    }
    found
}

#[tokio::test]
async fn every_route_for_every_kind_of_caller() {
    let tested = TABLE.iter().map(|(method, route, ..)| {
        ((*method).to_owned(), route.split_once('?').map_or(*route, |(path, _)| path).to_owned())
    });
    assert_eq!(declared(), tested.collect(), "a route is missing here, or stands here and is no more");

    let room = Room::start().await;
    let guest = room.create("guest@harbor.example", "viewer").await;
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Guests"});
    let group = room.okta(Method::POST, "/scim/v2/Groups").json(&group).send().await.unwrap();
    let group = json_of(group).await["id"].as_str().unwrap().to_owned();
    let mut callers = vec![
        ("nobody", None, None),
        ("a SCIM token", Some(room.token.clone()), None),
        ("the operator", Some(operator_key(&room)), Some(Role::Owner)),
    ];
    for role in [Role::Viewer, Role::Editor, Role::Owner] {
        let id = room.create(&format!("{role}@harbor.example"), role.as_str()).await;
        callers.push((role.as_str(), Some(session(&room, &id).await), Some(role)));
    }
    let leaver = room.create("leaver@harbor.example", "owner").await;
    callers.push(("a deactivated owner", Some(session(&room, &leaver).await), None));
    room.deactivate(&leaver).await;
    let demoted = room.create("demoted@harbor.example", "owner").await;
    callers.push(("a demoted owner", Some(session(&room, &demoted).await), Some(Role::Viewer)));
    let demotion = UserPatch { role: Some(Role::Viewer), active: None };
    room.operator.update_user(demoted.parse().unwrap(), &demotion).await.unwrap();
    let moved = room.create("moved@harbor.example", "owner").await;
    callers.push(("an owner whose address changed", Some(session(&room, &moved).await), None));
    let put = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "moved.on@harbor.example"});
    room.okta(Method::PUT, &format!("/scim/v2/Users/{moved}")).json(&put).send().await.unwrap();

    // A finding that nothing closes as long as Okta says no more.
    let mut refused = room.okta(Method::GET, "/scim/v2/Users").build().unwrap();
    refused.headers_mut().insert("authorization", "Basic YTpi".parse().unwrap());
    room.http.execute(refused).await.unwrap();

    for (who, credential, role) in callers {
        for (method, route, body, needs) in TABLE {
            let id = match *route {
                "/tokens/{id}" | "/tokens/{id}/rotate" => {
                    room.operator.create_token(&new_token("spare", TokenScope::Read)).await.unwrap().info.id.to_string()
                }
                "/tokens/{id}/go-live" => {
                    let spare = NewToken { mode: TokenMode::DryRun, ..new_token("spare", TokenScope::Write) };
                    room.operator.create_token(&spare).await.unwrap().info.id.to_string()
                }
                "/events/{id}" => "1".to_owned(),
                "/groups/{id}" | "/groups/{id}/members" | "/groups/{id}/preview" => group.clone(),
                _ => guest.clone(),
            };
            let path = format!("{}/api/v1{}", room.service.url(), route.replace("{id}", &id).replace("{code}", "D07"));
            let mut request = room.http.request(method.parse().unwrap(), path);
            if let Some(credential) = &credential {
                request = request.bearer_auth(credential.expose());
            }
            if !body.is_empty() {
                request = request.header("content-type", "application/json").body(*body);
            }
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let expected = match (needs, role) {
                (Nothing, _) => "sign-in-refused",
                (Is(_), None) => "not-signed-in",
                (Is(least), Some(role)) if role < *least => "needs-role",
                (Is(_), Some(_)) if who == "the operator" && *route == "/sessions/current" => "bad-request",
                (Is(_), Some(_)) => "",
            };
            let kind = match status {
                200..=299 => String::new(),
                _ => json_of(response).await["type"].as_str().unwrap().to_owned(),
            };
            assert_eq!(kind, expected, "{method} {route} {body} for {who}: {status}");
        }
    }
}

#[tokio::test]
async fn a_viewer_sees_what_happened_and_no_values() {
    let room = Room::start().await;
    let viewer = room.create("viewer@harbor.example", "viewer").await;
    let credential = session(&room, &viewer).await;
    let id = viewer.parse().unwrap();
    let seen_by = async |client: &Client| client.timeline(id, &TimelineQuery::default()).await.unwrap().entries;
    let viewer = Client::new(room.service.url(), Some(credential)).unwrap();
    let (all, some) = (seen_by(&room.operator).await, seen_by(&viewer).await);
    assert!(all.iter().any(|entry| !entry.changes.is_empty()));
    assert!(some.iter().all(|entry| entry.changes.is_empty()));
    assert_eq!(some.len(), all.len());
}

#[tokio::test]
async fn a_request_begun_before_a_deactivation_is_judged_after_it() {
    let room = Room::start().await;
    let owner = room.create("owner@harbor.example", "owner").await;
    let credential = session(&room, &owner).await;
    let mut slow = tokio::net::TcpStream::connect(room.service.url().trim_start_matches("http://")).await.unwrap();
    let body = r#"{"name": "back door"}"#;
    let head = format!(
        "POST /api/v1/tokens HTTP/1.1\r\nHost: room\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        credential.expose(),
        body.len()
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    room.deactivate(&owner).await;
    slow.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert_eq!(room.operator.tokens().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_stream_shows_nothing_from_the_moment_its_session_ends() {
    let room = Room::start().await;
    let owner = room.create("owner@harbor.example", "owner").await;
    let credential = session(&room, &owner).await;
    let url = format!("{}/api/v1/events/stream", room.service.url());
    let open = || room.http.get(&url).bearer_auth(credential.expose()).header("last-event-id", "0").send();
    let streams = futures::future::join_all((0..40).map(|_| open())).await;
    futures::future::join_all((0..100).map(|_| room.okta(Method::GET, "/scim/v2/Users?count=1").send())).await;
    room.deactivate(&owner).await;
    for stream in streams {
        let seen = stream.unwrap().text().await.unwrap();
        assert!(!seen.contains("\"deactivate\""), "{seen}");
    }
}

fn operator_key(room: &Room) -> Secret {
    Secret::new(std::fs::read_to_string(DataDir::new(room.dir.path()).operator_key()).unwrap())
}

async fn session(room: &Room, id: &str) -> Secret {
    let code = room.operator.sign_in_code(id.parse().unwrap()).await.unwrap();
    Client::new(room.service.url(), None).unwrap().sign_in(code.code).await.unwrap().session
}
