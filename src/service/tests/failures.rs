//! Failures on our side, as a client and the log see them. The handler is called as the connection calls it.

use std::sync::Arc;

use axum::body::Body;

use super::{
    faulty::{Fault, Faulty},
    *,
};
use crate::{
    directory::{by::By, tokens},
    model::event::Event,
    service::app::App,
    store::{Store, sqlite::SqliteStore},
};

/// The handler over a store that can be made to fail.
struct Bench {
    app: Arc<App>,
    store: Arc<Faulty>,
    token: Secret,
    _stopping: watch::Sender<bool>,
    _dir: TempDir,
}

/// What came back.
struct Answered {
    status: u16,
    retry_after: Option<String>,
    detail: String,
}

impl Bench {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Arc::new(Faulty::new(SqliteStore::open(&dir.path().join("room.db")).unwrap()));
        let new = new_token("Okta", TokenScope::Write);
        let token =
            tokens::create(&*store, By::Operator, new, "operator", Timestamp::now()).await.unwrap().unwrap().token;
        let (stopping, stop) = watch::channel(false);
        let types = ResourceTypes::standard();
        let kept: Arc<dyn Store> = Arc::clone(&store) as Arc<dyn Store>;
        let app = App::new(kept, Secret::new("key"), "http://room".to_owned(), false, types, None, stop).await.unwrap();
        Self { app: Arc::new(app), store, token, _stopping: stopping, _dir: dir }
    }

    /// Sends a request and asserts that it is refused in SCIM's shape.
    async fn send(&self, method: &str, path: &str, body: &Value) -> Answered {
        let (status, retry_after, body) = self.ask(method, path, body).await;
        assert_eq!((&body["schemas"][0], &body["status"]), (&json!(ERROR), &json!(status.to_string())));
        Answered { status, retry_after, detail: body["detail"].as_str().unwrap().to_owned() }
    }

    async fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Option<String>, Value) {
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("host", "room")
            .header("authorization", format!("Bearer {}", self.token.expose()))
            .header("content-type", "application/scim+json")
            .body(if body.is_null() { Body::empty() } else { Body::from(body.to_string()) })
            .unwrap();
        let response = scim::handle(Arc::clone(&self.app), request).await;
        let status = response.status().as_u16();
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (retry_after, media_type) = (header("retry-after"), header("content-type").unwrap_or_default());
        assert!(media_type.starts_with("application/scim+json"), "{media_type}");
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, retry_after, serde_json::from_slice(&bytes).unwrap())
    }

    /// The newest event, once there are so many.
    async fn event(&self, count: usize) -> Event {
        for _ in 0..500 {
            let mut events = self.store.events(&EventQuery { limit: 100, ..EventQuery::default() }).await.unwrap();
            if events.len() == count {
                return events.remove(0);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("there never were {count} events");
    }
}

const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
const USERS: &str = "/scim/v2/Users";

fn somebody() -> Value {
    json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada@harbor.example"})
}

#[tokio::test]
async fn a_panic_is_answered_recorded_and_over() {
    let bench = Bench::new().await;
    bench.store.set(Some(Fault::Panic));
    for (n, (method, path, body)) in [("GET", USERS, Value::Null), ("POST", USERS, somebody())].into_iter().enumerate()
    {
        let answer = bench.send(method, path, &body).await;
        assert_eq!((answer.status, answer.retry_after), (500, None), "{method}");
        let event = bench.event(n + 1).await;
        assert_eq!((event.status, event.token_name.as_deref()), (500, Some("Okta")), "{method}");
        assert!(answer.detail.contains(&event.transaction.to_string()), "leads to the event: {}", answer.detail);
        assert!(!answer.detail.contains("as the test wants it"), "{}", answer.detail);
    }
    bench.store.set(None);
    assert_eq!(bench.app.in_flight.available_permits(), app::IN_FLIGHT, "its place is free again");
    assert_eq!(bench.send("GET", "/scim/v2/Users/1", &Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_store_that_has_no_room_for_a_change_puts_the_client_off_for_as_long_as_it_says() {
    let bench = Bench::new().await;
    bench.store.set(Some(Fault::Error(StoreError::Busy { retry_after_secs: 7 })));
    let answer = bench.send("POST", USERS, &somebody()).await;
    assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("7")));
    assert!(answer.detail.contains("7 s"), "{}", answer.detail);
    let event = bench.event(1).await;
    assert_eq!((event.action, event.status), (Action::Create, 503));
    assert_eq!(bench.store.counts().await.unwrap().total, 0);
}

#[tokio::test]
async fn a_store_that_broke_says_nothing_of_itself_to_the_client() {
    let bench = Bench::new().await;
    bench.store.set(Some(Fault::Error(StoreError::Database("disk I/O error in /var/lib/room.db".to_owned()))));
    let user = "/scim/v2/Users/01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11";
    let group = "/scim/v2/Groups/01932c07-5d2e-7c3a-9f10-2b6d7f0a4c11";
    for (n, (method, path)) in
        [("GET", USERS), ("POST", "/scim/v2/Groups"), ("PUT", user), ("DELETE", group)].into_iter().enumerate()
    {
        let answer = bench.send(method, path, &if method == "GET" { Value::Null } else { somebody() }).await;
        assert_eq!(answer.status, 500, "{method} {path}");
        assert!(!answer.detail.contains("disk") && !answer.detail.contains("room.db"), "{}", answer.detail);
        assert!(answer.detail.contains(&bench.event(n + 1).await.transaction.to_string()), "{}", answer.detail);
    }
}

#[tokio::test]
async fn a_service_that_stops_asks_to_come_back() {
    let bench = Bench::new().await;
    bench.store.close().await.unwrap();
    for (method, path) in [("GET", USERS), ("POST", USERS), ("DELETE", "/scim/v2/Users/1")] {
        let answer = bench.send(method, path, &if method == "POST" { somebody() } else { Value::Null }).await;
        assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("1")), "{method}");
    }
}

#[tokio::test]
async fn each_operation_of_a_bulk_request_has_its_own_answer_whatever_breaks() {
    let bench = Bench::new().await;
    let operation = |name: &str| {
        let data = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": name});
        json!({"method": "POST", "path": "/Users", "bulkId": name, "data": data})
    };
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [operation("ada@harbor.example"), operation("li@harbor.example")],
    });
    for (fault, status) in [(Fault::Error(StoreError::Busy { retry_after_secs: 7 }), "503"), (Fault::Panic, "500")] {
        bench.store.set(Some(fault));
        let (whole, _, answer) = bench.ask("POST", "/scim/v2/Bulk", &body).await;
        assert_eq!(whole, 200, "{answer}");
        for (place, name) in ["ada@harbor.example", "li@harbor.example"].into_iter().enumerate() {
            let one = &answer["Operations"][place];
            assert_eq!((&one["status"], &one["bulkId"]), (&json!(status), &json!(name)), "{answer}");
            assert!(one["response"]["detail"].is_string(), "{answer}");
        }
    }
    bench.store.set(None);
    let (_, _, answer) = bench.ask("POST", "/scim/v2/Bulk", &body).await;
    assert_eq!(answer["Operations"][1]["status"], "201", "{answer}");
}
