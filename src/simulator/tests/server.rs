//! A small, faithful SCIM users server in memory, which can be told to get one thing wrong.

mod groups;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Router,
    body::Bytes,
    extract::{OriginalUri, Path, Query, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use crate::{model::secret::Secret, simulator::body};

/// What the server gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    None,
    /// Nobody found is answered 404, which Okta takes.
    NobodyIs404,
    RefusesToken,
    StartIndexIsText,
    NoResources,
    NoListSchema,
    EmptyCreate,
    CreateWithoutId,
    CreateIs202,
    CreateIsPlainText,
    CreateIsUnexplained,
    ReadIsAList,
    PutIs204,
    PutForgets,
    PutGivesNewId,
    IgnoresRoles,
    IgnoresFilter,
    /// A page of an import is empty although people are left.
    EmptyPage,
    HidesInactive,
    /// There is a resource type for roles, and no role.
    NoRoles,
    TypeWithoutEndpoint,
    NoPatch,
    /// So many requests are answered 429 with `Retry-After: 0`.
    Limits(u32),
    /// 429 with a date, which Okta does not read.
    LimitsWithDate,
    /// A front server's page of HTML instead of the lookup's answer.
    LooksUpHtml,
}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: Method,
    pub target: String,
    pub headers: HeaderMap,
    pub body: Option<Value>,
}

struct Inner {
    flaw: Flaw,
    users: Vec<Map<String, Value>>,
    groups: Vec<Map<String, Value>>,
    seen: Vec<Seen>,
    limited: u32,
    made: u32,
}

/// The server and what it saw.
#[derive(Clone)]
pub struct Server {
    inner: Arc<Mutex<Inner>>,
    pub url: String,
}

pub const TOKEN: &str = "scimroom_test_token";

impl Server {
    pub async fn start(flaw: Flaw) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
        let inner = Inner { flaw, users: Vec::new(), groups: Vec::new(), seen: Vec::new(), limited: 0, made: 0 };
        let server = Self { inner: Arc::new(Mutex::new(inner)), url };
        let routes = Router::new()
            .route("/scim/v2/Users", get(list).post(create))
            .route("/scim/v2/Users/{id}", get(read).put(put).patch(patch).delete(groups::delete))
            .route("/scim/v2/Groups", get(groups::list).post(groups::create))
            .route(
                "/scim/v2/Groups/{id}",
                get(groups::read).put(groups::put).patch(groups::patch).delete(groups::delete),
            )
            .route("/scim/v2/ResourceTypes", get(resource_types))
            .route("/scim/v2/Schemas", get(|| async { whole(&[json!({"id": body::USER})]) }))
            .route("/scim/v2/Roles", get(roles))
            .layer(axum::middleware::from_fn_with_state(server.clone(), door))
            .with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        server
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub fn token(&self) -> Secret {
        Secret::new(TOKEN)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    /// `METHOD target` of each request, ids written as `{id}` and looked-up names as `{name}`.
    pub fn story(&self) -> Vec<String> {
        let shorten = |seen: Seen| {
            let target = seen.target.trim_start_matches("/scim/v2").to_owned();
            let target = match ["/Users/", "/Groups/"].into_iter().find(|endpoint| target.starts_with(endpoint)) {
                Some(endpoint) => format!("{endpoint}{{id}}"),
                None => target,
            };
            let target = match target.split_once("%22").zip(target.rsplit_once("%22")) {
                Some(((before, _), (_, after))) => format!("{before}%22{{name}}%22{after}"),
                None => target,
            };
            format!("{} {target}", seen.method)
        };
        self.seen().into_iter().map(shorten).collect()
    }

    pub fn users(&self) -> Vec<Map<String, Value>> {
        self.lock().users.clone()
    }

    pub fn groups(&self) -> Vec<Map<String, Value>> {
        self.lock().groups.clone()
    }

    pub fn forget_traffic(&self) {
        self.lock().seen.clear();
    }
}

/// Records the request, then checks the token and the rate.
async fn door(State(server): State<Server>, request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let refusal = {
        let mut inner = server.lock();
        inner.seen.push(Seen {
            method: parts.method.clone(),
            target: parts.uri.to_string(),
            headers: parts.headers.clone(),
            body: serde_json::from_slice(&bytes).ok(),
        });
        let authorized = parts.headers.get(header::AUTHORIZATION).is_some_and(|h| h == &format!("Bearer {TOKEN}"));
        match inner.flaw {
            Flaw::RefusesToken => Some(error(401, "make a new token in Settings > API Tokens")),
            _ if !authorized => Some(error(401, "unknown token")),
            Flaw::Limits(times) if inner.limited < times => {
                inner.limited += 1;
                Some(([(header::RETRY_AFTER, "0")], error(429, "slow down")).into_response())
            }
            Flaw::LimitsWithDate => Some(
                ([(header::RETRY_AFTER, "Wed, 21 Oct 2026 07:28:00 GMT")], error(429, "slow down")).into_response(),
            ),
            _ => None,
        }
    };
    match refusal {
        Some(refusal) => refusal,
        None => next.run(axum::extract::Request::from_parts(parts, bytes.into())).await,
    }
}

fn error(status: u16, detail: &str) -> Response {
    let body = json!({"schemas": [body::ERROR], "status": status.to_string(), "detail": detail});
    answer(status, &body)
}

fn answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(header::CONTENT_TYPE, "application/scim+json")], body.to_string()).into_response()
}

fn whole(resources: &[Value]) -> Response {
    let all = resources.len();
    answer(
        200,
        &json!({"schemas": [body::LIST_RESPONSE], "totalResults": all, "startIndex": 1, "itemsPerPage": all,
            "Resources": resources}),
    )
}

async fn resource_types(State(server): State<Server>) -> Response {
    let user = json!({"id": "User", "name": "User", "endpoint": "/Users", "schema": body::USER});
    let mut role = json!({"id": "Role", "name": "Role", "endpoint": "/Roles", "schema": body::ENTITLEMENTS[0]});
    if server.lock().flaw == Flaw::TypeWithoutEndpoint {
        role.as_object_mut().unwrap().remove("endpoint");
    }
    whole(&[user, role])
}

async fn roles(State(server): State<Server>) -> Response {
    let editor = json!({"schemas": [body::ENTITLEMENTS[0]], "id": "editor", "displayName": "Editor"});
    whole(if server.lock().flaw == Flaw::NoRoles { &[] } else { std::slice::from_ref(&editor) })
}

async fn list(
    State(server): State<Server>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let inner = server.lock();
    let name = query.get("filter").map(|filter| {
        let quoted =
            filter.strip_prefix("userName eq ").unwrap_or_else(|| panic!("a filter Okta does not send: {uri}"));
        serde_json::from_str::<String>(quoted).unwrap().to_lowercase()
    });
    if name.is_some() && inner.flaw == Flaw::LooksUpHtml {
        return (StatusCode::BAD_GATEWAY, "<html>Bad gateway</html>").into_response();
    }
    let found: Vec<_> = inner
        .users
        .iter()
        .filter(|user| {
            inner.flaw == Flaw::IgnoresFilter
                || name.as_ref().is_none_or(|name| user["userName"].as_str().unwrap().to_lowercase() == *name)
        })
        .filter(|user| inner.flaw != Flaw::HidesInactive || user["active"] == json!(true))
        .collect();
    if found.is_empty() && name.is_some() && inner.flaw == Flaw::NobodyIs404 {
        return error(404, "nobody has this userName");
    }
    let [start, count] = ["startIndex", "count"].map(|name| query[name].parse::<usize>().unwrap());
    let count = if inner.flaw == Flaw::EmptyPage && name.is_none() && count == 100 { 0 } else { count };
    let page: Vec<_> = found.iter().skip(start - 1).take(count).collect();
    let mut list = json!({"schemas": [body::LIST_RESPONSE], "totalResults": found.len(), "startIndex": start,
        "itemsPerPage": page.len(), "Resources": page});
    match inner.flaw {
        Flaw::StartIndexIsText => list["startIndex"] = json!("1"),
        Flaw::NoResources => drop(list.as_object_mut().unwrap().remove("Resources")),
        Flaw::NoListSchema => list["schemas"] = json!([]),
        _ => {}
    }
    answer(200, &list)
}

async fn create(State(server): State<Server>, body: Bytes) -> Response {
    let mut inner = server.lock();
    match inner.flaw {
        Flaw::EmptyCreate => return StatusCode::CREATED.into_response(),
        Flaw::CreateIs202 => return answer(202, &json!({})),
        Flaw::CreateIsPlainText => return (StatusCode::INTERNAL_SERVER_ERROR, "error: out of disk").into_response(),
        Flaw::CreateIsUnexplained => return answer(400, &json!({"message": "no"})),
        _ => {}
    }
    let mut user: Map<String, Value> = serde_json::from_slice(&body).unwrap();
    user.remove("password");
    let holder = inner.users.iter().position(|held| held["userName"] == user["userName"]);
    let id = match holder {
        Some(at) if inner.users[at]["active"] == json!(true) => return error(409, "the userName is taken"),
        Some(at) => inner.users.remove(at)["id"].clone(),
        None => {
            inner.made += 1;
            json!(format!("id {}", inner.made))
        }
    };
    if inner.flaw != Flaw::CreateWithoutId {
        user.insert("id".into(), id);
    }
    if inner.flaw == Flaw::IgnoresRoles {
        user.remove("roles");
    }
    user.insert("meta".into(), json!({"resourceType": "User", "created": "2026-09-01T08:00:00Z"}));
    inner.users.push(user.clone());
    answer(201, &Value::Object(user))
}

fn at(inner: &Inner, id: &str) -> Option<usize> {
    inner.users.iter().position(|user| user.get("id").and_then(Value::as_str) == Some(id))
}

async fn read(State(server): State<Server>, Path(id): Path<String>) -> Response {
    let inner = server.lock();
    let Some(at) = at(&inner, &id) else { return error(404, "no such user") };
    let user = Value::Object(inner.users[at].clone());
    if inner.flaw == Flaw::ReadIsAList {
        return answer(200, &json!({"schemas": [body::LIST_RESPONSE], "totalResults": 1, "Resources": [user]}));
    }
    answer(200, &user)
}

async fn put(State(server): State<Server>, Path(id): Path<String>, body: Bytes) -> Response {
    let mut inner = server.lock();
    let Some(at) = at(&inner, &id) else { return error(404, "no such user") };
    let mut user: Map<String, Value> = serde_json::from_slice(&body).unwrap();
    if inner.users.iter().any(|held| held["id"] != id && held["userName"] == user["userName"]) {
        return error(409, "the userName is taken");
    }
    match inner.flaw {
        Flaw::PutIs204 => return StatusCode::NO_CONTENT.into_response(),
        Flaw::PutForgets => return answer(200, &Value::Object(user)),
        Flaw::PutGivesNewId => {
            user.insert("id".into(), json!("another"));
        }
        Flaw::IgnoresRoles => {
            user.remove("roles");
        }
        _ => {}
    }
    inner.users[at] = user.clone();
    answer(200, &Value::Object(user))
}

async fn patch(State(server): State<Server>, Path(id): Path<String>, body: Bytes) -> Response {
    let mut inner = server.lock();
    if inner.flaw == Flaw::NoPatch {
        return error(501, "PATCH is not implemented");
    }
    let Some(at) = at(&inner, &id) else { return error(404, "no such user") };
    let patch: Value = serde_json::from_slice(&body).unwrap();
    let value = &patch["Operations"][0]["value"];
    match (&value["active"], &value["password"]) {
        (active @ Value::Bool(_), Value::Null) => drop(inner.users[at].insert("active".into(), active.clone())),
        (Value::Null, Value::String(_)) => {}
        _ => panic!("a PATCH Okta does not send: {patch}"),
    }
    answer(200, &Value::Object(inner.users[at].clone()))
}
