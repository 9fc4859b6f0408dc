//! Searches through the log, the place of a time in it, and one person's timeline.

use std::sync::Arc;

use serde_json::json;

use super::fixtures::{START, apply, event, group, record, user};
use crate::{
    model::{
        event::{Action, Change as Changed, EventDetail},
        event_filter::EventFilter,
        event_log::TimelineQuery,
        id::{EventId, GroupId, UserId},
    },
    store::{Change, EventScan, Store},
};

const MINUTE: i64 = 60_000;

/// Thirty lookups, a minute apart; some of them are about somebody.
fn log() -> Vec<EventDetail> {
    let mut log: Vec<EventDetail> = (1..=30).map(|n| event(&format!("/scim/v2/Users/{n}"))).collect();
    for (detail, n) in log.iter_mut().zip(1..) {
        detail.event.at = START.plus_millis(n * MINUTE);
    }
    for n in [5, 12, 20] {
        log[n - 1].event.user_name = Some("Zoë@Harbor.example".into());
    }
    for n in [12, 25] {
        log[n - 1].event.status = 409;
        log[n - 1].request_body = Some(r#"{"title":"Countess"}"#.into());
    }
    log
}

pub(in crate::store) async fn the_log_is_searched_in_both_directions(store: Arc<dyn Store>) {
    record(&*store, log()).await;
    let search = async |filter: &str, before: Option<u64>, after: Option<u64>, limit| {
        let filter = EventFilter::parse(filter, START).unwrap();
        let (before, after) = (before.map(EventId), after.map(EventId));
        let scan = EventScan { filter, before, after, limit, failed: false };
        let found = store.search_events(&scan).await.unwrap();
        let ids: Vec<u64> = found.events.iter().map(|event| event.id.0).collect();
        (ids, found.scanned.scanned_to.map(|id| id.0), found.scanned.exhausted)
    };
    assert_eq!(search("user:zoë", None, None, 0).await, (vec![20, 12, 5], Some(1), true));
    assert_eq!(search("user:zoë", None, None, 2).await, (vec![20, 12], Some(12), false));
    assert_eq!(search("user:zoë", Some(12), None, 2).await, (vec![5], Some(1), true));
    assert_eq!(search("user:zoë", None, Some(5), 1).await, (vec![12], Some(12), false));
    assert_eq!(search("", None, Some(28), 0).await, (vec![29, 30], Some(30), true));
    assert_eq!(search("status:failed", None, None, 0).await, (vec![25, 12], Some(12), true));
    assert_eq!(search("body:COUNTESS user:zoë", None, None, 0).await.0, [12]);
    assert_eq!(search("!body:countess status:409", None, None, 0).await, (vec![], Some(12), true));
    assert_eq!(search("id:>3 id:<6", None, None, 0).await, (vec![5, 4], Some(4), true));
    assert_eq!(search("", Some(1), None, 0).await, (vec![], None, true));
    let at = |n: i64| START.plus_millis(n * MINUTE).to_string();
    // Nothing far from the time asked for is looked at.
    let (ids, scanned, exhausted) = search(&format!("time:>{} time:<{}", at(14), at(16)), None, None, 0).await;
    assert_eq!((ids, scanned, exhausted), (vec![15, 14], Some(12), true));
    assert_eq!(search("time:>2200-01-01", None, None, 0).await, (vec![], None, true));
}

pub(in crate::store) async fn a_time_has_its_place_in_the_log(store: Arc<dyn Store>) {
    assert_eq!(store.event_at(START).await.unwrap(), EventId(1));
    record(&*store, log()).await;
    let place = async |millis| store.event_at(START.plus_millis(millis)).await.unwrap().0;
    assert_eq!(place(0).await, 1);
    assert_eq!(place(MINUTE).await, 1);
    assert_eq!(place(MINUTE + 1).await, 2);
    assert_eq!(place(17 * MINUTE).await, 17);
    assert_eq!(place(100 * MINUTE).await, 31);
    let prune = Change::PruneEvents { before: START.plus_millis(11 * MINUTE), keep_bytes: u64::MAX };
    apply(&*store, vec![prune]).await.unwrap();
    assert_eq!(place(0).await, 11);
}

pub(in crate::store) async fn a_person_has_a_timeline(store: Arc<dyn Store>) {
    let ada = user("Ada@harbor.example");
    let (id, other, crew) = (ada.user.id, UserId::new(START), group("Crew").group.id);
    let change = |path: String, after: serde_json::Value| Changed { path, before: None, after: Some(after) };
    let about = |user: Option<UserId>, group: Option<GroupId>, name: &str, changes: Vec<Changed>| {
        let mut detail = event("/scim/v2");
        detail.event.action = if group.is_some() { Action::GroupPush } else { Action::Update };
        (detail.event.user_id, detail.event.group_id) = (user, group);
        detail.event.user_name = user.is_none().then(|| name.to_owned()).filter(|name| !name.is_empty());
        detail.event.changed = changes.iter().map(|change| change.path.clone()).collect();
        detail.changes = changes;
        detail
    };
    let member = |id: UserId| format!("members[value eq \"{id}\"]");
    let mut refused = about(Some(id), None, "", vec![]);
    refused.event.status = 400;
    let push = vec![
        change("displayName".into(), json!("Crew")),
        change(member(other), json!(other.to_string())),
        change(member(id), json!(id.to_string())),
        change(format!("{}.role", member(id)), json!("editor (Ada@harbor.example)")),
    ];
    let log = vec![
        about(None, None, "ADA@harbor.example", vec![]),
        about(Some(id), None, "", vec![change("name.familyName".into(), json!("King"))]),
        about(Some(other), None, "", vec![change("title".into(), json!("Other"))]),
        about(None, Some(crew), "", push),
        refused,
        about(None, Some(crew), "", vec![change(member(other), json!("x"))]),
        about(Some(id), None, "", vec![change("title".into(), json!("Countess"))]),
    ];
    record(&*store, log).await;
    let timeline = async |query: TimelineQuery| {
        let found = store.timeline(id, Some(&ada.folded_name), &query).await.unwrap();
        let seen = found.entries.iter().map(|entry| (entry.event.id.0, entry.changes.len()));
        (seen.collect::<Vec<_>>(), found.scanned.exhausted)
    };
    let query = TimelineQuery::default;
    assert_eq!(timeline(query()).await, (vec![(7, 1), (5, 0), (4, 2), (2, 1), (1, 0)], true));
    assert_eq!(timeline(TimelineQuery { limit: 2, ..query() }).await, (vec![(7, 1), (5, 0)], false));
    let older = TimelineQuery { before: Some(EventId(5)), limit: 2, ..query() };
    assert_eq!(timeline(older).await.0, [(4, 2), (2, 1)]);
    let newer = TimelineQuery { after: Some(EventId(2)), limit: 2, ..query() };
    assert_eq!(timeline(newer).await, (vec![(4, 2), (5, 0)], false));
    let newest = TimelineQuery { after: Some(EventId(7)), ..query() };
    assert_eq!(timeline(newest).await, (vec![], true));
    let setter = async |path: &str| {
        let path = Some(path.to_owned());
        timeline(TimelineQuery { path, limit: 1, ..query() }).await.0.first().map(|(id, _)| *id)
    };
    assert_eq!(setter("title").await, Some(7));
    assert_eq!(setter("name").await, Some(2));
    assert_eq!(setter(&format!("groups[value eq \"{crew}\"].display")).await, Some(4));
    assert_eq!(setter("roles[value eq \"editor\"]").await, Some(4));
    assert_eq!(setter("meta.version").await, Some(7));
    assert_eq!(setter("nickName").await, None);

    let prune = Change::PruneEvents { before: START.plus_millis(1), keep_bytes: 0 };
    apply(&*store, vec![prune]).await.unwrap();
    assert_eq!(timeline(query()).await, (vec![], true));
}
