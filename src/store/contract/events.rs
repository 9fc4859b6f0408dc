//! Events: as written, in order, announced, filtered, forgotten.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::fixtures::{
    START, add_users, apply, changing, changing_with_event, draft, event, record, token, user, write_in_one_batch,
};
use crate::{
    model::{
        compatibility::Compatibility,
        event::{Action, Change as Changed, EventDetail, EventQuery},
        finding::Code,
        id::{EventId, GroupId, UserId},
        role::Role,
        token::TokenMode,
    },
    store::{Change, Draft, Store, WatchState},
};

pub(in crate::store) async fn an_event_comes_back_as_written(store: Arc<dyn Store>) {
    let mut full = event("/scim/v2/Users/x");
    full.event.action = Action::RoleChange;
    full.event.query = Some("filter=userName eq \"a\"".into());
    full.event.status = 409;
    full.event.request_bytes = 12;
    full.event.response_bytes = 34;
    full.event.address = Some("203.0.113.9".into());
    full.event.user_agent = Some("Okta SCIM Client 1.0.0".into());
    full.event.token_id = Some(token("Okta").token.id);
    full.event.token_name = Some("Okta".into());
    full.event.user_id = Some(UserId::new(START));
    full.event.user_name = Some("Zoë@harbor.example".into());
    full.event.external_id = Some("00u1".into());
    full.event.group_id = Some(GroupId::new(START));
    full.event.group_name = Some("Crëw".into());
    full.event.compatibility = vec![Compatibility::OperationCase, Compatibility::BooleanAsText];
    full.event.mode = TokenMode::DryRun;
    full.event.results = Some(0);
    full.event.role = Some(Role::Editor);
    full.event.changed = vec!["active".into(), "emails[type eq \"work\"].value".into()];
    full.event.detail = Some("The name is taken.".into());
    full.event.findings = vec![Code(1), Code(29)];
    full.event.repeats = 4;
    full.changes = vec![Changed { path: "active".into(), before: Some(json!(true)), after: None }];
    full.request_body = Some("{\"a\":1}".into());
    full.response_body = Some("{}".into());
    full.truncated = true;
    let received = std::time::Instant::now().checked_sub(Duration::from_millis(50)).unwrap();
    store.write(changing_with_event(Vec::new(), event("/scim/v2/Users"))).await.unwrap();
    let late = full.clone();
    store.record(Draft { detail: late, received }).await.unwrap();
    store.newest_event().wait_for(|id| *id == EventId(2)).await.unwrap();

    let stored = store.event(EventId(2)).await.unwrap().unwrap();
    assert!(stored.event.latency_micros >= 50_000);
    full.event.id = EventId(2);
    full.event.latency_micros = stored.event.latency_micros;
    assert_eq!(stored, full);
    assert_eq!(store.events(&EventQuery::default()).await.unwrap()[0], full.event);

    let plain = store.event(EventId(1)).await.unwrap().unwrap();
    let mut expected = event("/scim/v2/Users");
    expected.event.id = EventId(1);
    expected.event.transaction = plain.event.transaction;
    expected.event.latency_micros = plain.event.latency_micros;
    assert_eq!(plain, expected);
    assert_eq!(store.event(EventId(3)).await.unwrap(), None);
    assert_eq!(store.event(EventId(u64::MAX)).await.unwrap(), None);
}

pub(in crate::store) async fn events_are_numbered_in_order_without_gaps(store: Arc<dyn Store>) {
    let row = user("ada@harbor.example");
    let insert = || vec![Change::InsertUser(Box::new(row.clone()))];
    let outcomes = write_in_one_batch(
        &store,
        vec![
            changing_with_event(insert(), event("/1")),
            // Fails after its event has had a number: the number goes to the next.
            changing_with_event(insert(), event("/refused")),
            changing(vec![Change::InsertToken(Box::new(token("Okta")))]),
            changing_with_event(Vec::new(), event("/2")),
        ],
    )
    .await;
    assert!(outcomes[1].is_err() && outcomes[3].is_ok());
    record(&*store, vec![event("/3"), event("/4")]).await;
    store.write(changing_with_event(Vec::new(), event("/5"))).await.unwrap();
    let log = store.events(&EventQuery { after: Some(EventId(0)), ..EventQuery::default() }).await.unwrap();
    let places: Vec<_> = log.iter().map(|event| format!("{}/{}", event.path, event.id)).collect();
    assert_eq!(places, ["/1/1", "/2/2", "/3/3", "/4/4", "/5/5"]);
}

pub(in crate::store) async fn what_is_announced_can_be_read(store: Arc<dyn Store>) {
    const EVENTS: u64 = 300;
    let mut newest = store.newest_event();
    let reader = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut seen = EventId(0);
            while seen.0 < EVENTS {
                newest.changed().await.unwrap();
                let announced = *newest.borrow_and_update();
                assert!(announced > seen);
                assert!(store.event(announced).await.unwrap().is_some(), "{announced} was announced too early");
                seen = announced;
            }
        })
    };
    for n in 0..EVENTS {
        match n % 10 {
            0 => store.write(changing_with_event(Vec::new(), event("/write"))).await.unwrap(),
            _ => store.record(draft(event("/read"))).await.unwrap(),
        }
    }
    tokio::time::timeout(Duration::from_secs(60), reader).await.unwrap().unwrap();
}

pub(in crate::store) async fn the_log_is_filtered(store: Arc<dyn Store>) {
    let person = UserId::new(START);
    let okta = token("Okta").token.id;
    let mut log: Vec<EventDetail> = (0..20).map(|n| event(&format!("/scim/v2/Users/{n}"))).collect();
    for n in [2, 5, 11] {
        log[n].event.user_id = Some(person);
    }
    for n in [5, 6] {
        log[n].event.status = 404;
        log[n].event.token_id = Some(okta);
    }
    log[7].event.action = Action::Create;
    log[8].event.user_name = Some("Zoë@Harbor.example".into());
    log[9].event.detail = Some("Mind the STRASSE".into());
    let crew = GroupId::new(START);
    for n in [8, 12] {
        log[n].event.group_id = Some(crew);
    }
    log[12].event.user_id = Some(person);
    log[12].event.group_name = Some("Sailing CRËW".into());
    log[10].event.query = Some("filter=x".into());
    record(&*store, log).await;
    // Events are numbered from 1: event n+1 is log[n].
    let ids = async |query: EventQuery| {
        store.events(&query).await.unwrap().iter().map(|event| event.id.0 - 1).collect::<Vec<_>>()
    };
    let query = EventQuery::default;
    let id = |n: u64| Some(EventId(n + 1));
    assert_eq!(ids(query()).await, (0..20).rev().collect::<Vec<_>>());
    assert_eq!(ids(EventQuery { limit: 3, ..query() }).await, [19, 18, 17]);
    assert_eq!(ids(EventQuery { before: id(3), ..query() }).await, [2, 1, 0]);
    assert_eq!(ids(EventQuery { after: id(3), limit: 2, ..query() }).await, [4, 5]);
    assert_eq!(ids(EventQuery { after: id(3), before: id(7), limit: 2, ..query() }).await, [6, 5]);
    assert_eq!(ids(EventQuery { user: Some(person), ..query() }).await, [12, 11, 5, 2]);
    assert_eq!(ids(EventQuery { user: Some(person), failed: Some(true), ..query() }).await, [5]);
    assert_eq!(ids(EventQuery { user: Some(person), before: id(11), limit: 1, ..query() }).await, [5]);
    assert_eq!(ids(EventQuery { group: Some(crew), ..query() }).await, [12, 8]);
    assert_eq!(ids(EventQuery { group: Some(crew), user: Some(person), ..query() }).await, [12]);
    assert_eq!(ids(EventQuery { group: Some(crew), search: "crëw".into(), ..query() }).await, [12]);
    assert!(ids(EventQuery { group: Some(crew), failed: Some(true), ..query() }).await.is_empty());
    assert_eq!(ids(EventQuery { token: Some(okta), ..query() }).await, [6, 5]);
    assert_eq!(ids(EventQuery { failed: Some(true), after: id(0), ..query() }).await, [5, 6]);
    assert_eq!(ids(EventQuery { failed: Some(false), limit: 1_000_000, ..query() }).await.len(), 18);
    assert_eq!(ids(EventQuery { action: Some(Action::Create), ..query() }).await, [7]);
    assert_eq!(ids(EventQuery { search: "ZOË".into(), ..query() }).await, [8]);
    assert_eq!(ids(EventQuery { search: "straße".into(), ..query() }).await, [9]);
    assert_eq!(ids(EventQuery { search: "FILTER=".into(), ..query() }).await, [10]);
    assert_eq!(ids(EventQuery { search: "users/1".into(), limit: 2, ..query() }).await, [19, 18]);
    assert_eq!(ids(EventQuery { search: "users".into(), failed: Some(true), ..query() }).await, [6, 5]);
    assert!(ids(EventQuery { after: Some(EventId(u64::MAX)), ..query() }).await.is_empty());
}

pub(in crate::store) async fn a_reader_that_follows_gets_everything_once(store: Arc<dyn Store>) {
    let follower = {
        let store = Arc::clone(&store);
        let mut newest = store.newest_event();
        tokio::spawn(async move {
            let mut got = Vec::new();
            while got.len() < 200 {
                let after = Some(got.last().copied().unwrap_or_default());
                let more = store.events(&EventQuery { after, limit: 7, ..EventQuery::default() }).await.unwrap();
                if more.is_empty() {
                    newest.changed().await.unwrap();
                }
                got.extend(more.iter().map(|event| event.id));
            }
            got
        })
    };
    let writers = (0..4).map(|n| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for round in 0..50 {
                if (round + n) % 4 == 0 {
                    store.write(changing_with_event(Vec::new(), event("/write"))).await.unwrap();
                } else {
                    store.record(draft(event("/read"))).await.unwrap();
                }
            }
        })
    });
    for outcome in futures::future::join_all(writers).await {
        outcome.unwrap();
    }
    let got = tokio::time::timeout(Duration::from_secs(60), follower).await.unwrap().unwrap();
    assert_eq!(got, (1..=200).map(EventId).collect::<Vec<_>>());
}

pub(in crate::store) async fn old_events_are_forgotten_by_age_and_by_size(store: Arc<dyn Store>) {
    let log = (0..10).map(|n| {
        let mut detail = event("/scim/v2/Users");
        detail.event.at = START.plus_millis(n);
        detail.response_body = Some("x".repeat(1_000));
        detail
    });
    record(&*store, log.collect()).await;
    let left =
        async || store.events(&EventQuery::default()).await.unwrap().iter().map(|event| event.id.0).collect::<Vec<_>>();
    let prune = |before, keep_bytes| vec![Change::PruneEvents { before, keep_bytes }];
    apply(&*store, prune(START, u64::MAX)).await.unwrap();
    assert_eq!(left().await.len(), 10);
    apply(&*store, prune(START.plus_millis(4), u64::MAX)).await.unwrap();
    assert_eq!(left().await, [10, 9, 8, 7, 6, 5]);
    // Three of them fit: each takes its body and some more.
    apply(&*store, prune(START, 4_000)).await.unwrap();
    assert_eq!(left().await, [10, 9, 8]);
    apply(&*store, prune(START, 0)).await.unwrap();
    assert!(left().await.is_empty());
    record(&*store, vec![event("/scim/v2/Users")]).await;
    apply(&*store, prune(START, 4_000)).await.unwrap();
    assert_eq!(left().await, [11]);
}

pub(in crate::store) async fn numbers_of_forgotten_events_are_not_given_again(store: Arc<dyn Store>) {
    record(&*store, vec![event("/1"), event("/2")]).await;
    apply(&*store, vec![Change::PruneEvents { before: START.plus_millis(1), keep_bytes: 0 }]).await.unwrap();
    record(&*store, vec![event("/3")]).await;
    let log = store.events(&EventQuery::default()).await.unwrap();
    assert_eq!(log.iter().map(|event| event.id).collect::<Vec<_>>(), [EventId(3)]);
}

pub(in crate::store) async fn the_snapshot_of_the_diagnosis_is_kept(store: Arc<dyn Store>) {
    assert_eq!(store.watch_state().await.unwrap(), None);
    add_users(&*store, vec![user("ada@harbor.example")]).await;
    for n in [1, 2] {
        let snapshot = WatchState { up_to: EventId(n), state: format!("{{\"n\":{n}}}") };
        apply(&*store, vec![Change::SetWatchState(snapshot.clone())]).await.unwrap();
        assert_eq!(store.watch_state().await.unwrap(), Some(snapshot));
    }
}
