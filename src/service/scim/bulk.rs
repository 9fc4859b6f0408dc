//! `POST /Bulk` (RFC 7644 3.7): each operation is carried out, committed and recorded as if it had come by itself; all
//! events carry one transaction.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt as _;
use http::Method;

use crate::{
    directory::request::{Notes, Outcome, Reply},
    model::event::Action,
    scim::{
        bulk::{self, BulkRequest, Call, Plan},
        error::ScimError,
        json,
    },
    service::{
        app::App,
        scim::{
            Answer, failed,
            intake::Intake,
            internal,
            resources::{Endpoint, Judged, create, write},
            routes::not_allowed,
        },
    },
};

/// How long operations are begun. Well before the request's own end, so that its answer tells what was done.
const PATIENCE: Duration = Duration::from_secs(20);

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
        if intake.request.received.elapsed() > PATIENCE {
            plan.give_up(&ScimError::unavailable(
                "The bulk request took too long, and this operation was not begun. Send it again in another request.",
            ));
            break;
        }
        let index = call.index;
        plan.done(index, carry_out(app, intake, call).await);
        carried_out += 1;
    }
    let mut notes = Notes::new(Action::Bulk);
    notes.results = Some(carried_out);
    let reply = Reply::json(200, &plan.finish(&intake.request.base_url));
    Ok(Ok(Answer::fresh(Outcome { reply, notes })))
}

/// Carries out one operation. Whatever goes wrong is its own answer: those before it are committed, and the client must
/// learn of them.
async fn carry_out(app: &Arc<App>, intake: &Intake, call: Call) -> bulk::Outcome {
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
    let judged = async {
        match call.id {
            None => create(app, &operation, endpoint).await,
            Some(id) => write(app, &operation, endpoint, &id, call.version).await,
        }
    };
    let answer = match AssertUnwindSafe(judged).catch_unwind().await {
        Ok(Ok(Ok(answer))) => answer,
        Ok(Ok(Err(error))) => Answer::refused(&error, operation.kind()),
        Ok(Err(error)) => Answer::fresh(failed(&operation, &error)),
        Err(_) => Answer::fresh(Outcome::refused(&internal(&operation), Notes::new(operation.kind()))),
    };
    if !answer.recorded {
        app.recorder.record(app, &operation.request, &answer.outcome).await;
    }
    outcome(answer.outcome)
}

fn outcome(outcome: Outcome) -> bulk::Outcome {
    let Outcome { reply, notes } = outcome;
    // What was made is told by its location; only a refusal is shown whole.
    let shown = reply.body.as_deref().filter(|_| reply.status >= 300);
    bulk::Outcome {
        status: reply.status,
        location: reply.location,
        id: notes.user.map(|id| id.to_string()).or(notes.group.map(|id| id.to_string())),
        version: reply.etag,
        response: shown.and_then(|body| serde_json::from_str(body).ok()),
    }
}
