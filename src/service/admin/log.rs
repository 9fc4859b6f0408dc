//! `/events`, `/checklist`, `/findings`.

use std::sync::Arc;

use axum::{Json, extract::State};

use crate::{
    model::{
        checklist::Checklist,
        event::{Event, EventDetail, EventQuery},
        finding::{Code, Finding},
        id::EventId,
        role::Role,
        time::Timestamp,
    },
    service::{
        admin::{
            Caller, Failure,
            failure::{Id, Params},
            lists::window,
        },
        app::App,
        watcher,
    },
};

/// Events, newest first.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    _: Caller,
    Params(mut query): Params<EventQuery>,
) -> Result<Json<Vec<Event>>, Failure> {
    query.limit = window(query.limit);
    Ok(Json(app.store.events(&query).await?))
}

/// One event; bodies and values only for editors and above, since they hold more of people than a viewer needs.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id<EventId>,
) -> Result<Json<EventDetail>, Failure> {
    let Some(mut detail) = app.store.event(id).await? else {
        return Err(Failure::not_found(format!("there is no event {id}: it never was, or is past its retention")));
    };
    if caller.require(Role::Editor).is_err() {
        detail.request_body = None;
        detail.response_body = None;
        detail.changes.clear();
    }
    Ok(Json(detail))
}

/// The setup checklist.
pub(super) async fn checklist(State(app): State<Arc<App>>, _: Caller) -> Result<Json<Checklist>, Failure> {
    Ok(Json(watcher::checklist(&app, Timestamp::now()).await?))
}

/// Open findings, the gravest first.
pub(super) async fn findings(State(app): State<Arc<App>>, _: Caller) -> Result<Json<Vec<Finding>>, Failure> {
    Ok(Json(watcher::findings(&app, Timestamp::now()).await?))
}

/// Puts an open finding out of sight until traffic closes it and it appears anew.
pub(super) async fn dismiss(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(code): Id<Code>,
) -> Result<Json<Vec<Finding>>, Failure> {
    caller.require(Role::Editor)?;
    let now = Timestamp::now();
    if !watcher::dismiss(&app, code, now).await? {
        return Err(Failure::not_found(format!("There is no open finding {code}: it has closed, or never was.")));
    }
    Ok(Json(watcher::findings(&app, now).await?))
}

/// Shows a dismissed finding again.
pub(super) async fn restore(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(code): Id<Code>,
) -> Result<Json<Vec<Finding>>, Failure> {
    caller.require(Role::Editor)?;
    if !watcher::restore(&app, code).await? {
        return Err(Failure::not_found(format!("The finding {code} was not dismissed.")));
    }
    Ok(Json(watcher::findings(&app, Timestamp::now()).await?))
}
