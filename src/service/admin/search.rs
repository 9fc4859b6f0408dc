//! `/events/search`, `/events/at`, `/events/causes`, `/users/{id}/timeline`: finding one's way in a long log. None of them
//! looks at more than takes a moment; each says how far it came.

use std::{sync::Arc, time::Instant};

use axum::{Json, extract::State};
use serde::Deserialize;

use crate::{
    diagnosis::{Catalogue, CauseFold},
    model::{
        event_filter::EventFilter,
        event_log::{Cause, Causes, CausesQuery, EventPlace, EventSearch, EventsFound, Timeline, TimelineQuery},
        id::UserId,
        moment,
        role::Role,
        time::Timestamp,
    },
    service::{
        admin::{
            Caller, Failure,
            failure::{Id, Params},
        },
        app::App,
    },
    store::{EventScan, StoreError},
};

/// For how long one call groups failures, in milliseconds; each look of the store takes a moment of its own.
const CAUSES_MILLIS: u128 = 500;
/// How many failures are read at a time.
const CHUNK: u32 = 1_000;
/// Of how many causes the `scimType` is looked up, which costs a read each.
const TYPED: usize = 50;

/// Events that a filter shows.
pub(super) async fn search(
    State(app): State<Arc<App>>,
    caller: Caller,
    Params(search): Params<EventSearch>,
) -> Result<Json<EventsFound>, Failure> {
    let filter = filter(&caller, &search.filter)?;
    let EventSearch { before, after, limit, .. } = search;
    let scan = EventScan { filter, failed: false, before, after, limit };
    Ok(Json(app.store.search_events(&scan).await?))
}

/// Which moment to find.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct At {
    /// RFC 3339, or as people type it.
    time: String,
}

/// The place of a time in the log.
pub(super) async fn place(
    State(app): State<Arc<App>>,
    _: Caller,
    Params(At { time }): Params<At>,
) -> Result<Json<EventPlace>, Failure> {
    let exact = time.parse().ok();
    let time = match exact {
        Some(time) => time,
        None => {
            moment::parse_moment(&time, Timestamp::now()).map_err(|error| Failure::bad_request(error.to_string()))?
        }
    };
    Ok(Json(EventPlace { id: app.store.event_at(time).await? }))
}

/// Failures by their cause.
pub(super) async fn causes(
    State(app): State<Arc<App>>,
    caller: Caller,
    Params(query): Params<CausesQuery>,
) -> Result<Json<Causes>, Failure> {
    let filter = filter(&caller, &query.filter)?;
    let mut scan = EventScan { filter, failed: true, before: query.before, after: None, limit: CHUNK };
    let mut fold = CauseFold::default();
    let mut scanned;
    let begun = Instant::now();
    loop {
        let found = app.store.search_events(&scan).await?;
        scanned = found.scanned;
        found.events.iter().for_each(|event| fold.add(event));
        if scanned.exhausted || begun.elapsed().as_millis() >= CAUSES_MILLIS {
            break;
        }
        scan.before = scanned.scanned_to.or(scan.before);
    }
    let mut causes = fold.finish(Catalogue::builtin());
    for cause in causes.iter_mut().take(TYPED) {
        cause.scim_type = scim_type(&app, cause).await?;
    }
    Ok(Json(Causes { causes, scanned }))
}

/// The `scimType` that stands in the newest answer.
async fn scim_type(app: &App, cause: &Cause) -> Result<Option<String>, StoreError> {
    /// What is read of a refusal.
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Refusal {
        scim_type: Option<String>,
    }
    let body = app.store.event(cause.last).await?.and_then(|detail| detail.response_body);
    Ok(body.and_then(|body| serde_json::from_str::<Refusal>(&body).ok()).and_then(|refusal| refusal.scim_type))
}

/// One person's timeline; values only for editors and above. Also of somebody who was deleted: the events stay.
pub(super) async fn timeline(
    State(app): State<Arc<App>>,
    caller: Caller,
    Id(id): Id<UserId>,
    Params(query): Params<TimelineQuery>,
) -> Result<Json<Timeline>, Failure> {
    let row = app.store.user(id).await?;
    let mut timeline = app.store.timeline(id, row.as_ref().map(|row| row.folded_name.as_str()), &query).await?;
    if caller.require(Role::Editor).is_err() {
        timeline.entries.iter_mut().for_each(|entry| entry.changes.clear());
    }
    Ok(Json(timeline))
}

/// Reads a filter; one that looks into bodies needs whoever may see them.
fn filter(caller: &Caller, text: &str) -> Result<EventFilter, Failure> {
    let filter =
        EventFilter::parse(text, Timestamp::now()).map_err(|error| Failure::bad_request(format!("{error}.")))?;
    if filter.needs_bodies() {
        caller.require(Role::Editor)?;
    }
    Ok(filter)
}
