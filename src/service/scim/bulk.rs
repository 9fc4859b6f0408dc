//! `POST /Bulk` (RFC 7644 3.7): each operation is carried out, committed and recorded as if it had come by itself; all
//! events carry one transaction.

use std::sync::Arc;

use http::Method;
use serde_json::Value;

use crate::{
    directory::request::{Notes, Outcome, Reply},
    model::event::Action,
    scim::{
        bulk::{self, BulkRequest, Call, Plan},
        json,
    },
    service::{
        app::App,
        scim::{
            Answer,
            intake::Intake,
            resources::{Endpoint, Judged, create, write},
            routes::not_allowed,
        },
    },
    store::StoreError,
};

/// Answers a bulk request.
pub(super) async fn bulk(app: &Arc<App>, intake: &Intake) -> Judged {
    if intake.method != Method::POST {
        return Ok(Ok(not_allowed(intake, "POST")));
    }
    let request = match json::parse(&intake.request.body).and_then(BulkRequest::parse) {
        Ok(request) => request,
        Err(error) => return Ok(Err(error)),
    };
    let mut plan = Plan::new(request);
    let mut carried_out = 0;
    while let Some(call) = plan.next() {
        let index = call.index;
        plan.done(index, carry_out(app, intake, call).await?);
        carried_out += 1;
    }
    let mut notes = Notes::new(Action::Bulk);
    notes.results = Some(carried_out);
    let reply = Reply::json(200, &plan.finish(&intake.request.base_url));
    Ok(Ok(Answer::fresh(Outcome { reply, notes })))
}

async fn carry_out(app: &Arc<App>, intake: &Intake, call: Call) -> Result<bulk::Outcome, StoreError> {
    let endpoint = match call.endpoint {
        bulk::Endpoint::Users => Endpoint::Users,
        bulk::Endpoint::Groups => Endpoint::Groups,
    };
    let method = match call.method {
        bulk::Method::Post => Method::POST,
        bulk::Method::Put => Method::PUT,
        bulk::Method::Patch => Method::PATCH,
        bulk::Method::Delete => Method::DELETE,
    };
    let operation = intake.operation(method, call.endpoint.path(), call.id.as_deref(), &call.body);
    let judged = match call.id {
        None => create(app, &operation, endpoint).await?,
        Some(id) => write(app, &operation, endpoint, &id, call.version).await?,
    };
    let answer = judged.unwrap_or_else(|error| Answer::refused(&error, operation.kind()));
    if !answer.recorded {
        app.recorder.record(app, &operation.request, &answer.outcome).await;
    }
    Ok(outcome(answer.outcome.reply))
}

fn outcome(reply: Reply) -> bulk::Outcome {
    let response: Option<Value> = reply.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
    let id = reply.location.as_deref().and_then(|location| location.rsplit('/').next()).map(str::to_owned);
    bulk::Outcome { status: reply.status, location: reply.location, id, version: reply.etag, response }
}
