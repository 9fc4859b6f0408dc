//! The admin API, `/api/v1`: what the dashboard and the command line talk to.
//!
//! Callers are the operator (who can read the data directory) or signed-in people; each handler says first which role
//! it needs. Errors are problem details (RFC 9457) whose `detail` is a sentence for people.

mod caller;
mod failure;
mod groups;
mod lists;
mod live;
mod log;
mod role_attribute;
mod search;
mod sessions;
mod settings;
pub(super) mod test_traffic;
mod tokens;
mod users;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    middleware::Next,
    response::Response,
    routing::{delete, get, patch, post},
};

use crate::service::app::App;

pub(super) use caller::Caller;
pub(super) use failure::Failure;

/// The largest request body, in bytes: a change of ten thousand people names each by id.
const BODY_LIMIT: usize = 512 * 1024;
/// How long a client may take to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Whether a path is this API's.
pub(super) fn is_below(path: &str) -> bool {
    path == "/healthz" || path == "/api" || path.starts_with("/api/")
}

/// Answers for routes that are not there.
pub(super) async fn nowhere() -> Failure {
    Failure::not_found("There is no such route in the admin API.")
}

/// Every route below `/api/v1`.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/whoami", get(sessions::who_am_i))
        .route("/sessions", post(sessions::sign_in))
        .route("/sessions/current", delete(sessions::sign_out))
        .route("/workspace", get(settings::show).patch(settings::update))
        .route("/tokens", get(tokens::list).post(tokens::create))
        .route("/tokens/{id}", delete(tokens::revoke).get(tokens::show))
        .route("/tokens/{id}/rotate", post(tokens::rotate))
        .route("/tokens/{id}/go-live", get(tokens::dry_run).post(tokens::go_live))
        .route("/users", get(users::list))
        .route("/users/find", get(users::find))
        .route("/users/preview", post(users::preview))
        .route("/users/change", post(users::change))
        .route("/users/restore", post(users::restore))
        .route("/users/{id}", patch(users::update).get(users::show))
        .route("/users/{id}/sign-in-code", post(users::sign_in_code))
        .route("/users/{id}/timeline", get(search::timeline))
        .route("/pushes/failed", get(users::failed_pushes))
        .route("/groups", get(groups::list))
        .route("/groups/find", get(groups::find))
        .route("/groups/{id}", patch(groups::map).get(groups::show))
        .route("/groups/{id}/members", get(groups::members))
        .route("/groups/{id}/preview", post(groups::preview))
        .route("/events", get(log::list))
        .route("/events/stream", get(live::stream))
        .route("/events/search", get(search::search))
        .route("/events/at", get(search::place))
        .route("/events/causes", get(search::causes))
        .route("/events/{id}", get(log::show))
        .route("/checklist", get(log::checklist))
        .route("/role-attribute", get(role_attribute::show))
        .route("/findings", get(log::findings))
        .route("/findings/{code}/dismiss", post(log::dismiss))
        .route("/findings/{code}/restore", post(log::restore))
        .route("/test-traffic", get(test_traffic::show).post(test_traffic::begin).delete(test_traffic::remove))
        .fallback(nowhere)
        .method_not_allowed_fallback(async || Failure::method_not_allowed())
        .layer(axum::middleware::from_fn(whole))
}

/// Waits for the whole body before anybody asks who is calling: otherwise a caller could begin a request, be
/// deactivated, and end it with the rights of before.
async fn whole(request: Request, next: Next) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let body = tokio::time::timeout(BODY_TIMEOUT, axum::body::to_bytes(body, BODY_LIMIT))
        .await
        .map_err(|_| Failure::bad_request("The body did not arrive within 30 seconds."))?
        .map_err(|error| Failure::bad_request(format!("The body cannot be read: {error}.")))?;
    Ok(next.run(Request::from_parts(parts, body.into())).await)
}

/// Answers whoever comes by plain HTTP where TLS is spoken.
pub(super) fn by_plain_http() -> Failure {
    Failure::bad_request("This service speaks TLS here: use https in its address.")
}

/// `GET /healthz`: the service answers.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}
