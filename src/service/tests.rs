//! The service over real HTTP on a free port: what clients meet at its edges.

mod diagnosis;
mod dry_run;
mod edges;
mod failures;
mod faulty;
mod mappings;
mod refusals;
mod retention;
mod rights;
mod role_attribute;
mod secrets;
mod test_traffic;
mod tls;

use std::time::Duration;

use futures::StreamExt as _;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::{
    client::{
        Client, ClientError,
        live::{Live, follow},
    },
    model::{
        event::{Action, EventQuery},
        finding::Code,
        id::EventId,
        live::Topic,
        role::Role,
        secret::Secret,
        token::{NewToken, TokenMode, TokenScope},
        user::UserPatch,
        workspace::{Plan, WorkspacePatch},
    },
};

const OKTA: &str = "Okta SCIM Client 1.0.0";

/// A running service with its operator, a token, and a plain HTTP client.
struct Room {
    service: Service,
    operator: Client,
    token: Secret,
    http: reqwest::Client,
    dir: TempDir,
}

impl Room {
    async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap()).await
    }

    async fn start_in(dir: TempDir) -> Self {
        Self::start_as(dir, |options| options).await
    }

    async fn start_as(dir: TempDir, change: impl FnOnce(Options) -> Options) -> Self {
        let data = DataDir::new(dir.path());
        let listen = "127.0.0.1:0".parse().unwrap();
        let options = change(Options { rate_limit: None, ..Options::new(data.clone(), listen) });
        let service = start(options).await.unwrap();
        let key = Secret::new(std::fs::read_to_string(data.operator_key()).unwrap());
        let operator = Client::new(service.url(), Some(key)).unwrap();
        let token = operator.create_token(&new_token("Okta", TokenScope::Write)).await.unwrap().token;
        Self { service, operator, token, http: reqwest::Client::new(), dir }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.service.url())).header("User-Agent", OKTA)
    }

    fn okta(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.request(method, path).bearer_auth(self.token.expose())
    }

    async fn create(&self, name: &str, role: &str) -> String {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name, "active": true,
            "emails": [{"value": name, "primary": true}], "roles": [{"value": role, "primary": true}],
        });
        let response = self.okta(Method::POST, "/scim/v2/Users").json(&body).send().await.unwrap();
        assert_eq!(response.status(), 201);
        json_of(response).await["id"].as_str().unwrap().to_owned()
    }

    async fn deactivate(&self, id: &str) {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "value": {"active": false}}],
        });
        let response = self.okta(Method::PATCH, &format!("/scim/v2/Users/{id}")).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 200);
    }

    /// A client signed in as this user.
    async fn sign_in(&self, id: &str) -> Client {
        let code = self.operator.sign_in_code(id.parse().unwrap()).await.unwrap();
        let session = Client::new(self.service.url(), None).unwrap().sign_in(code.code).await.unwrap();
        Client::new(self.service.url(), Some(session.session)).unwrap()
    }

    /// The newest event, once the log has one of this action.
    async fn event(&self, action: Action) -> crate::model::event::Event {
        let query = EventQuery { action: Some(action), limit: 1, ..EventQuery::default() };
        for _ in 0..200 {
            if let Some(event) = self.operator.events(&query).await.unwrap().pop() {
                return event;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no event of action {action} arrived");
    }
}

fn new_token(name: &str, scope: TokenScope) -> NewToken {
    NewToken { name: name.to_owned(), scope, mode: TokenMode::Live, days: None }
}

async fn json_of(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// Asserts SCIM's error shape and gives the detail.
async fn refused(response: Response, status: u16) -> String {
    assert_eq!(response.status(), status);
    let media_type = response.headers().get("content-type").unwrap().to_str().unwrap().to_owned();
    assert!(media_type.starts_with("application/scim+json"), "{media_type}");
    let body = json_of(response).await;
    assert_eq!(body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
    assert_eq!(body["status"], status.to_string());
    body["detail"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_credential_test_answers_and_is_in_the_log() {
    let room = Room::start().await;
    let response = room.okta(Method::GET, "/scim/v2/Users?startIndex=1&count=2").send().await.unwrap();
    assert_eq!(response.status(), 200);
    let list = json_of(response).await;
    assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])));
    let event = room.event(Action::CredentialTest).await;
    assert_eq!((event.status, event.token_name.as_deref()), (200, Some("Okta")));
    let token = room.operator.tokens().await.unwrap().pop().unwrap();
    assert_eq!((token.uses, token.last_user_agent.as_deref()), (1, Some(OKTA)));
}

#[tokio::test]
async fn doubled_and_trailing_slashes_and_plus_signs_are_understood() {
    let room = Room::start().await;
    let id = room.create("ada@harbor.example", "editor").await;
    for path in [
        "/scim/v2//Users?filter=userName+eq+%22ada%40harbor.example%22",
        "//scim/v2/Users/?filter=userName%20eq%20%22ada%40harbor.example%22&startIndex=1&count=100",
        "/scim/v2/users?startIndex=1&count=100&filter=userName%20eq%20%22ADA@harbor.example%22",
    ] {
        let list = json_of(room.okta(Method::GET, path).send().await.unwrap()).await;
        assert_eq!(list["Resources"][0]["id"], *id, "{path}");
    }
}

#[tokio::test]
async fn every_refusal_of_credentials_names_its_mistake() {
    let room = Room::start().await;
    let token = room.token.expose();
    let revoked = room.operator.create_token(&new_token("old", TokenScope::Write)).await.unwrap();
    room.operator.revoke_token(revoked.info.id).await.unwrap();
    for (header, code) in [
        (Some(token.to_owned()), 1),
        (Some(format!("Bearer Bearer {token}")), 2),
        (Some(format!("Bearer \"{token}\"")), 3),
        (Some(format!("Bearer  {token}")), 3),
        (Some(format!("Bearer %20{token}%0d%0a")), 3),
        (Some("Bearer 9f2c".to_owned()), 4),
        (Some("non-token".to_owned()), 4),
        (Some(format!("Bearer {}", revoked.token.expose())), 5),
        (Some("Basic YTpi".to_owned()), 7),
        (None, 8),
    ] {
        let mut request = room.request(Method::GET, "/scim/v2/Users?startIndex=1&count=2");
        if let Some(header) = &header {
            request = request.header("Authorization", header);
        }
        let response = request.send().await.unwrap();
        assert!(response.headers().contains_key("www-authenticate"));
        let detail = refused(response, 401).await;
        assert!(detail.contains("Okta") || detail.contains("token"), "{detail}");
        let mut codes = Vec::new();
        for _ in 0..200 {
            let newest = room.operator.events(&EventQuery { limit: 1, ..EventQuery::default() }).await.unwrap().pop();
            codes = newest.map(|event| event.findings).unwrap_or_default();
            if codes == [Code(code)] {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(codes, [Code(code)], "{header:?}");
    }
    let open = room.operator.findings().await.unwrap();
    assert!(open.iter().any(|finding| finding.code == Code(4)), "{open:?}");
    room.okta(Method::GET, "/scim/v2/Users?startIndex=1&count=2").send().await.unwrap();
    room.event(Action::CredentialTest).await;
    assert_eq!(room.operator.findings().await.unwrap(), [], "an accepted request closes them");
}

#[tokio::test]
async fn a_read_only_token_reads_and_does_not_write() {
    let room = Room::start().await;
    let read = room.operator.create_token(&new_token("reader", TokenScope::Read)).await.unwrap().token;
    let list = room.request(Method::GET, "/scim/v2/Users").bearer_auth(read.expose()).send().await.unwrap();
    assert_eq!(list.status(), 200);
    let create = room.request(Method::POST, "/scim/v2/Users").bearer_auth(read.expose());
    refused(create.json(&json!({})).send().await.unwrap(), 403).await;
    assert_eq!(room.event(Action::Create).await.findings, [Code(6)]);
}

#[tokio::test]
async fn without_the_enterprise_plan_scim_is_refused_in_words() {
    let room = Room::start().await;
    let patch = WorkspacePatch { plan: Some(Plan::Team), ..WorkspacePatch::default() };
    room.operator.update_workspace(&patch).await.unwrap();
    let detail = refused(room.okta(Method::GET, "/scim/v2/Users").send().await.unwrap(), 403).await;
    assert!(detail.contains("enterprise plan"), "{detail}");
    room.event(Action::ImportPage).await;
    refused(room.okta(Method::GET, "/scim/v2/Groups?startIndex=1&count=100").send().await.unwrap(), 403).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let events = room.operator.events(&EventQuery::default()).await.unwrap();
    assert!(events.iter().all(|event| event.action == Action::ImportPage && event.status == 403), "{events:?}");
}

#[tokio::test]
async fn what_the_framework_would_refuse_comes_in_scims_shape() {
    let room = Room::start().await;
    let users = "/scim/v2/Users";
    refused(room.okta(Method::GET, "/scim/v2/Nowhere").send().await.unwrap(), 404).await;
    refused(room.okta(Method::GET, "/scim/v2/Users/00919288221112222").send().await.unwrap(), 404).await;
    refused(room.okta(Method::GET, "/scim/v2/Me").send().await.unwrap(), 501).await;
    let put = room.okta(Method::PUT, users).json(&json!({})).send().await.unwrap();
    assert_eq!(put.headers()["allow"], "GET, HEAD, POST");
    refused(put, 405).await;
    let large = vec![b' '; 1024 * 1024 + 1];
    let json_type = ("content-type", "application/scim+json; charset=utf-8");
    let too_large = room.okta(Method::POST, users).header(json_type.0, json_type.1).body(large);
    refused(too_large.send().await.unwrap(), 413).await;
    let broken = room.okta(Method::POST, users).header(json_type.0, json_type.1).body("{\"userName\":");
    refused(broken.send().await.unwrap(), 400).await;
    let text = room.okta(Method::POST, users).header("content-type", "text/plain").body("x");
    refused(text.send().await.unwrap(), 415).await;
    let picture = room.okta(Method::GET, users).header("accept", "image/png");
    refused(picture.send().await.unwrap(), 406).await;
    let filter = room.okta(Method::GET, "/scim/v2/Users?filter=userName%20is%20%22x%22");
    refused(filter.send().await.unwrap(), 400).await;
    let discovery = room.request(Method::GET, "/scim/v2/Schemas?filter=id%20pr").send().await.unwrap();
    refused(discovery, 403).await;
}

#[tokio::test]
async fn discovery_is_open_and_points_to_itself() {
    let room = Room::start().await;
    for path in ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes", "/ResourceTypes/User"] {
        let response = room.request(Method::GET, &format!("/scim/v2{path}")).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert!(json_of(response).await.to_string().contains(room.service.url()), "{path}");
    }
}

#[tokio::test]
async fn a_wrong_base_url_is_seen_and_told_the_right_one() {
    let room = Room::start().await;
    let detail = refused(room.okta(Method::GET, "/Users?startIndex=1&count=2").send().await.unwrap(), 404).await;
    assert!(detail.contains(&format!("{}/scim/v2", room.service.url())), "{detail}");
    let event = room.event(Action::Astray).await;
    assert_eq!((event.path.as_str(), event.token_name.as_deref()), ("/Users", Some("Okta")));
    let browser = room.http.get(format!("{}/favicon.ico", room.service.url())).send().await.unwrap();
    assert_eq!(browser.status(), 404);
    assert_eq!(room.operator.events(&EventQuery::default()).await.unwrap().len(), 1, "other strays are not SCIM");
}

#[tokio::test]
async fn versions_guard_reads_and_writes() {
    let room = Room::start().await;
    let id = room.create("ada@harbor.example", "viewer").await;
    let path = format!("/scim/v2/Users/{id}");
    let etag = room.okta(Method::GET, &path).send().await.unwrap().headers()["etag"].to_str().unwrap().to_owned();
    let known = room.okta(Method::GET, &path).header("if-none-match", &etag).send().await.unwrap();
    assert_eq!((known.status(), known.bytes().await.unwrap().len()), (StatusCode::NOT_MODIFIED, 0));
    room.deactivate(&id).await;
    let stale = room.okta(Method::DELETE, &path).header("if-match", &etag).send().await.unwrap();
    refused(stale, 412).await;
    let any = room.okta(Method::DELETE, &path).header("if-match", "*").send().await.unwrap();
    assert_eq!(any.status(), 204);
}

#[tokio::test]
async fn the_stream_resumes_without_loss_or_repetition() {
    let room = Room::start().await;
    room.create("a@harbor.example", "viewer").await;
    let mut live = Box::pin(follow(room.operator.clone(), Some(EventId(0))));
    let mut seen = Vec::new();
    while seen.is_empty() {
        if let Some(Live::Event(event)) = live.next().await {
            seen.push(event.id);
        }
    }
    drop(live);
    room.create("b@harbor.example", "viewer").await;
    room.create("c@harbor.example", "viewer").await;
    let mut live = Box::pin(follow(room.operator.clone(), seen.last().copied()));
    while seen.len() < 3 {
        if let Some(Live::Event(event)) = live.next().await {
            seen.push(event.id);
        }
    }
    assert_eq!(seen, [EventId(1), EventId(2), EventId(3)]);
}

#[tokio::test]
async fn listeners_hear_of_changes_made_here() {
    let room = Room::start().await;
    let mut live = Box::pin(follow(room.operator.clone(), None));
    assert_eq!(live.next().await, Some(Live::Connected));
    room.operator.create_token(&new_token("second", TokenScope::Write)).await.unwrap();
    assert_eq!(live.next().await, Some(Live::Changed(Topic::Tokens)));
}

#[tokio::test]
async fn rights_follow_the_role_and_end_with_the_account() {
    let room = Room::start().await;
    let owner = room.create("owner@harbor.example", "owner").await;
    let editor = room.create("editor@harbor.example", "editor").await;
    let viewer = room.create("viewer@harbor.example", "viewer").await;
    let (as_owner, as_editor, as_viewer) =
        (room.sign_in(&owner).await, room.sign_in(&editor).await, room.sign_in(&viewer).await);
    let token = new_token("mine", TokenScope::Write);
    let off = UserPatch { role: None, active: Some(false) };
    let promote = UserPatch { role: Some(Role::Owner), active: None };
    let id = viewer.parse().unwrap();
    for client in [&as_editor, &as_viewer] {
        assert_eq!(client.create_token(&token).await.unwrap_err().status(), Some(403));
        assert_eq!(client.update_user(id, &promote).await.unwrap_err().status(), Some(403));
        assert_eq!(client.sign_in_code(id).await.unwrap_err().status(), Some(403));
        assert_eq!(client.users(&Default::default()).await.unwrap().total, 3);
    }
    assert_eq!(as_viewer.update_user(id, &off).await.unwrap_err().status(), Some(403));
    assert_eq!(as_viewer.event(EventId(1)).await.unwrap().request_body, None);
    assert!(as_editor.event(EventId(1)).await.unwrap().request_body.is_some());
    assert_eq!(as_owner.create_token(&token).await.unwrap().info.created_by, "owner@harbor.example");
    as_editor.update_user(id, &off).await.unwrap();
    assert_eq!(as_viewer.who_am_i().await.unwrap_err().status(), Some(401), "deactivated here");
    let mut stream = Box::pin(follow(as_editor.clone(), None));
    assert_eq!(stream.next().await, Some(Live::Connected));
    room.deactivate(&editor).await;
    assert_eq!(as_editor.who_am_i().await.unwrap_err().status(), Some(401), "deactivated by Okta");
    loop {
        match stream.next().await {
            Some(Live::Disconnected { refused: true, .. }) => break,
            Some(_) => {}
            None => panic!("the stream never ends by itself"),
        }
    }
}

#[tokio::test]
async fn nobody_gets_nothing() {
    let room = Room::start().await;
    let nobody = Client::new(room.service.url(), None).unwrap();
    let scim = Client::new(room.service.url(), Some(room.token.clone())).unwrap();
    for client in [nobody, scim] {
        assert_eq!(client.users(&Default::default()).await.unwrap_err().status(), Some(401));
        assert_eq!(client.tokens().await.unwrap_err().status(), Some(401));
        assert_eq!(client.sign_in(Secret::new("AAAA-BBBB-CCCC")).await.unwrap_err().status(), Some(401));
        client.health().await.unwrap();
    }
    let lost = room.http.get(format!("{}/api/v1/nowhere", room.service.url())).send().await.unwrap();
    assert_eq!(
        (lost.status().as_u16(), lost.headers()["content-type"].to_str().unwrap()),
        (404, "application/problem+json")
    );
}

#[tokio::test]
async fn a_restart_keeps_everything_and_stops_in_order() {
    let room = Room::start().await;
    let id = room.create("ada@harbor.example", "editor").await;
    let (url, steps) = (room.service.url().to_owned(), room.operator.checklist().await.unwrap());
    let note = DataDir::new(room.dir.path()).service_file();
    assert!(note.exists());
    room.service.stop().await.unwrap();
    assert!(!note.exists());
    let gone = Client::new(&url, None).unwrap().health().await.unwrap_err();
    assert!(matches!(gone, ClientError::Unreachable { .. }), "{gone}");
    let again = Room::start_in(room.dir).await;
    assert_eq!(again.operator.user(id.parse().unwrap()).await.unwrap().user.user_name, "ada@harbor.example");
    let states = |steps: &crate::model::checklist::Checklist| steps.steps.iter().map(|s| s.state).collect::<Vec<_>>();
    assert_eq!(states(&again.operator.checklist().await.unwrap()), states(&steps));
}

#[tokio::test]
async fn plain_http_stays_on_the_machine() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options::new(DataDir::new(dir.path()), "0.0.0.0:0".parse().unwrap());
    assert!(matches!(start(options).await, Err(ServiceError::PlainHttpOffLoopback(_))));
}
