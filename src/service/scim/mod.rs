//! The SCIM endpoint (RFC 7644), `/scim/v2`.
//!
//! Everything that is not the admin API comes through [`handle`], so that every answer here has SCIM's shape, whatever
//! went wrong: unknown routes, oversized bodies, time-outs, panics. It reads the request, asks who is calling, hands it
//! to `directory/` and records it. Paths are taken apart here rather than by the router because clients double slashes
//! and add one at the end.

mod auth;
mod body;
mod bulk;
mod discover;
mod intake;
pub(super) mod limits;
mod resources;
mod routes;
mod signs;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::{body::Body, response::Response};
use futures::FutureExt as _;
use http::{HeaderValue, header};

use crate::{
    directory::request::{Notes, Outcome, Reply},
    model::event::Action,
    scim::error::ScimError,
    service::{
        app::App,
        scim::intake::{Intake, is_okta},
    },
    store::StoreError,
};

/// The media type of every answer with a body (RFC 7644 3.1).
const MEDIA_TYPE: &str = "application/scim+json; charset=utf-8";
/// How long a request may take in all, the arrival of its body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// When to come back if the service is too busy, in seconds.
const BUSY_RETRY_SECS: u64 = 1;

/// An outcome, and whether its event is committed already.
pub(super) struct Answer {
    outcome: Outcome,
    recorded: bool,
}

impl Answer {
    /// Of a write: the event committed with the change.
    const fn committed(outcome: Outcome) -> Self {
        Self { outcome, recorded: true }
    }

    /// Of anything else.
    const fn fresh(outcome: Outcome) -> Self {
        Self { outcome, recorded: false }
    }

    fn refused(error: &ScimError, action: Action) -> Self {
        Self::fresh(Outcome::refused(error, Notes::new(action)))
    }
}

/// Whether a request to another path than SCIM's is plainly meant for SCIM: Okta sent it, or it asks for an endpoint of
/// SCIM's. A base URL that points elsewhere is a mistake that must be seen.
pub(super) fn is_stray(request: &axum::extract::Request) -> bool {
    // The admin API spells its routes in small letters.
    let endpoint = request.uri().path().trim_end_matches('/').rsplit('/').next();
    is_okta(request.headers()) || matches!(endpoint, Some("Users" | "Groups" | "ServiceProviderConfigs"))
}

/// Answers one request outside the admin API.
pub(super) async fn handle(app: Arc<App>, request: axum::extract::Request) -> Response {
    let (mut intake, mut body) = Intake::new(&app, request);
    if !intake.is_scim() {
        return not_found();
    }
    let Ok(_place) = Arc::clone(&app.in_flight).try_acquire_owned() else {
        let outcome = turned_away(&intake, "too many requests are under way", BUSY_RETRY_SECS);
        app.recorder.record(&app, &intake.request, &outcome).await;
        return respond(outcome.reply);
    };
    let answer = AssertUnwindSafe(tokio::time::timeout(REQUEST_TIMEOUT, routes::answer(&app, &mut intake, &mut body)));
    let answer = match answer.catch_unwind().await {
        Ok(Ok(Ok(answer))) => answer,
        Ok(Ok(Err(error))) => Answer::fresh(failed(&intake, &error)),
        Ok(Err(_)) => Answer::fresh(late(&intake)),
        Err(_) => Answer::fresh(Outcome::refused(&internal(&intake), Notes::new(intake.kind()))),
    };
    if !answer.recorded {
        app.recorder.record(&app, &intake.request, &answer.outcome).await;
    }
    let mut response = respond(answer.outcome.reply);
    if !body.pass_over().await {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn failed(intake: &Intake, error: &StoreError) -> Outcome {
    match error {
        StoreError::Busy { retry_after_secs } => {
            turned_away(intake, "too many changes are waiting to be written", *retry_after_secs)
        }
        StoreError::Closed => turned_away(intake, "it is stopping", BUSY_RETRY_SECS),
        other => {
            tracing::error!(error = %other, transaction = %intake.request.transaction, "the store failed");
            Outcome::refused(&internal(intake), Notes::new(intake.kind()))
        }
    }
}

fn late(intake: &Intake) -> Outcome {
    let notes = Notes::new(intake.kind());
    if intake.reading {
        let error =
            ScimError::request_timeout("The request body did not arrive within 30 seconds. Send the request again.");
        return Outcome::refused(&error, notes);
    }
    let error = ScimError::unavailable(
        "The request took longer than 30 seconds. Whether it was carried out is not known: read the resource, or try again.",
    );
    retried_after(BUSY_RETRY_SECS, Outcome::refused(&error, notes))
}

fn internal(intake: &Intake) -> ScimError {
    ScimError::internal(format!(
        "scimroom failed on its side; nothing was changed. Retry later (Dashboard > Tasks > Retry Selected); if it fails \
         again, give the operator of scimroom the request id {}.",
        intake.request.transaction
    ))
}

fn turned_away(intake: &Intake, reason: &str, secs: u64) -> Outcome {
    let error = ScimError::unavailable(format!("scimroom is busy: {reason}. Try again in {secs} s."));
    retried_after(secs, Outcome::refused(&error, Notes::new(intake.kind())))
}

fn retried_after(secs: u64, outcome: Outcome) -> Outcome {
    Outcome { reply: Reply { retry_after_secs: Some(secs), ..outcome.reply }, ..outcome }
}

/// Outside of SCIM and the admin API there is nothing to see.
fn not_found() -> Response {
    let mut response = Response::new(Body::from("Not found. SCIM is served below /scim/v2.\n"));
    *response.status_mut() = http::StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn respond(reply: Reply) -> Response {
    let mut response = Response::new(reply.body.map_or_else(Body::empty, Body::from));
    *response.status_mut() =
        http::StatusCode::from_u16(reply.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let has_body = reply.status != 204 && reply.status != 304;
    let headers = response.headers_mut();
    let texts = [
        (header::ETAG, reply.etag),
        (header::LOCATION, reply.location.clone()),
        (header::CONTENT_LOCATION, reply.location),
        (header::WWW_AUTHENTICATE, reply.challenge),
        (header::ALLOW, reply.allow.map(str::to_owned)),
        (header::RETRY_AFTER, reply.retry_after_secs.map(|secs| secs.to_string())),
        (header::CONTENT_TYPE, has_body.then(|| MEDIA_TYPE.to_owned())),
    ];
    for (name, text) in texts {
        if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
