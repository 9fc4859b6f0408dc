//! Whom Okta's client asked for, and whom it did not get across.

use std::sync::Arc;

use super::fixtures::{START, add_users, apply, changing_with_event, event, record, user};
use crate::{
    model::{
        event::{Action, EventDetail},
        finding::Code,
        id::{EventId, GroupId},
        push::FailedPushQuery,
        time::Timestamp,
        token::TokenMode,
        user::UserSort,
        user_filter::UserFilter,
    },
    store::{Change, Store, UserRow, UserSearch},
};

/// A request of Okta's client about somebody by name.
fn okta(action: Action, status: u16, name: &str) -> EventDetail {
    let mut detail = event("/scim/v2/Users");
    let event = &mut detail.event;
    (event.action, event.status, event.method) = (action, status, "POST".to_owned());
    event.user_agent = Some("Okta SCIM Client 1.0.0".to_owned());
    event.user_name = Some(name.to_owned());
    event.detail = (status >= 400).then(|| "No.".to_owned());
    detail
}

/// The same about somebody who is here.
fn about(row: &UserRow, action: Action, status: u16) -> EventDetail {
    let mut detail = okta(action, status, &row.user.user_name);
    detail.event.user_id = Some(row.user.id);
    detail
}

async fn failed(store: &dyn Store) -> Vec<String> {
    let page = store.failed_pushes(&FailedPushQuery::default()).await.unwrap();
    assert_eq!(page.total, store.counts().await.unwrap().failed_pushes);
    assert_eq!(page.total, page.pushes.len() as u64);
    page.pushes.into_iter().map(|push| push.user_name.unwrap()).collect()
}

async fn found(store: &dyn Store, words: &str) -> Vec<String> {
    let filter = UserFilter::parse(words, START).unwrap();
    let search = UserSearch { filter, sort: UserSort::UserName, limit: 9, ..UserSearch::default() };
    let (total, users) = store.find_users(&search).await.unwrap();
    assert_eq!(total, users.len() as u64);
    users.into_iter().map(|user| user.user_name).collect()
}

pub(in crate::store) async fn a_failed_push_is_kept_until_one_succeeds(store: Arc<dyn Store>) {
    let ada = add_users(&*store, vec![user("Ada@harbor.example"), user("ben@harbor.example")]).await.remove(0);
    assert_eq!(found(&*store, "push:failed").await, [""; 0]);
    let mut first = about(&ada, Action::Update, 400);
    first.event.findings = vec![Code(13)];
    let mut second = about(&ada, Action::Update, 500);
    (second.event.at, second.event.repeats) = (START.plus_millis(60_000), 2);
    second.event.external_id = Some("00u1".to_owned());
    record(&*store, vec![first, okta(Action::Create, 400, "Eve@harbor.example"), second]).await;
    assert_eq!(failed(&*store).await, ["Ada@harbor.example", "Eve@harbor.example"], "who failed last comes first");
    let page = store.failed_pushes(&FailedPushQuery { limit: 1, before: None }).await.unwrap();
    let push = &page.pushes[0];
    assert_eq!((push.event, push.status, push.times), (EventId(3), 500, 3));
    assert_eq!((push.since, push.at), (START, START.plus_millis(60_000)));
    assert_eq!((push.user_id, push.external_id.as_deref()), (Some(ada.user.id), Some("00u1")));
    assert_eq!((push.method.as_str(), push.detail.as_deref()), ("POST", Some("No.")));
    let rest = store.failed_pushes(&FailedPushQuery { limit: 1, before: page.next }).await.unwrap();
    assert_eq!((rest.pushes[0].event, rest.next, rest.total), (EventId(2), None, 2));
    assert_eq!(store.failed_push_of(ada.user.id, "ada@harbor.example").await.unwrap().as_ref(), Some(push));
    assert_eq!(found(&*store, "push:failed").await, ["Ada@harbor.example"]);
    assert_eq!(found(&*store, "!push:failed").await, ["ben@harbor.example"]);

    // Neither a lookup nor another client settles it, and a push under any of the names does.
    let mut other = about(&ada, Action::Update, 200);
    other.event.user_agent = Some("curl/8".to_owned());
    record(&*store, vec![about(&ada, Action::Lookup, 200), other]).await;
    assert_eq!(failed(&*store).await.len(), 2);
    let mut done = okta(Action::Return, 201, "someone@harbor.example");
    done.event.external_id = Some("00u1".to_owned());
    record(&*store, vec![done, okta(Action::Create, 201, "EVE@harbor.example")]).await;
    assert_eq!(failed(&*store).await, [""; 0]);
    assert_eq!(found(&*store, "push:failed").await, [""; 0]);
}

pub(in crate::store) async fn a_failed_push_of_somebody_here_is_settled_by_hand(store: Arc<dyn Store>) {
    let ada = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    // Refused before anybody looked who that is.
    let refused = okta(Action::Create, 400, "ADA@harbor.example");
    store.write(changing_with_event(Vec::new(), refused)).await.unwrap();
    assert_eq!(found(&*store, "push:failed").await, ["ada@harbor.example"]);
    apply(&*store, vec![Change::SettlePush(ada.user.id)]).await.unwrap();
    assert_eq!(failed(&*store).await, [""; 0]);
    assert_eq!(found(&*store, "push:failed").await, [""; 0]);
}

pub(in crate::store) async fn what_is_no_push_of_okta_does_not_count(store: Arc<dyn Store>) {
    let ada = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    let mut other = about(&ada, Action::Update, 400);
    other.event.user_agent = Some("curl/8".to_owned());
    let mut group = okta(Action::GroupPush, 400, "ada@harbor.example");
    group.event.group_id = Some(GroupId::new(START));
    let mut nobody = okta(Action::Create, 400, "");
    nobody.event.user_name = None;
    let mut dry = about(&ada, Action::Update, 400);
    dry.event.mode = TokenMode::DryRun;
    let mut test = about(&ada, Action::Lookup, 200);
    test.event.mode = TokenMode::Test;
    let gone = about(&ada, Action::Delete, 404);
    let unproven = about(&ada, Action::SignInRefused, 401);
    record(&*store, vec![other, group, nobody, dry, test, gone, unproven, about(&ada, Action::Lookup, 400)]).await;
    assert_eq!(failed(&*store).await, [""; 0]);
    assert_eq!(found(&*store, "okta:never").await, ["ada@harbor.example"]);
}

pub(in crate::store) async fn whoever_okta_asks_for_is_no_orphan(store: Arc<dyn Store>) {
    let names = ["ada@harbor.example", "ben@harbor.example", "cleo@harbor.example"];
    let people = add_users(&*store, names.map(user).to_vec()).await;
    assert_eq!(found(&*store, "okta:never").await, names);
    assert_eq!(store.counts().await.unwrap().orphans, 3);
    let mut other = about(&people[2], Action::Lookup, 200);
    other.event.user_agent = None;
    record(&*store, vec![about(&people[0], Action::Lookup, 200), about(&people[1], Action::Update, 400), other]).await;
    record(&*store, vec![about(&people[0], Action::Read, 200)]).await;
    assert_eq!(found(&*store, "okta:never").await, ["cleo@harbor.example"]);
    assert_eq!(found(&*store, "!okta:never").await, names[..2]);
    assert_eq!(store.counts().await.unwrap().orphans, 1);
    assert!(store.user(people[0].user.id).await.unwrap().unwrap().user.okta.known);
}

pub(in crate::store) async fn strangers_are_forgotten_with_their_events(store: Arc<dyn Store>) {
    let ada = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    record(&*store, vec![okta(Action::Create, 400, "eve@harbor.example"), about(&ada, Action::Update, 400)]).await;
    let everything = Change::PruneEvents { before: START.plus_millis(1), keep_bytes: u64::MAX };
    apply(&*store, vec![everything]).await.unwrap();
    assert_eq!(failed(&*store).await, ["ada@harbor.example"]);
}

pub(in crate::store) async fn strangers_do_not_fill_the_list(store: Arc<dyn Store>) {
    for chunk in 0..11_u16 {
        let names = (0..1_000).map(|n| format!("p{chunk}-{n}@harbor.example"));
        record(&*store, names.map(|name| okta(Action::Create, 400, &name)).collect()).await;
    }
    assert_eq!(store.counts().await.unwrap().failed_pushes, 10_000);
    let last = store.failed_pushes(&FailedPushQuery { before: Some(EventId(1_101)), limit: 0 }).await.unwrap();
    assert_eq!((last.pushes.len(), last.pushes.last().map(|push| push.event)), (100, Some(EventId(1_001))));
}

pub(in crate::store) async fn what_okta_said_comes_back_as_written(store: Arc<dyn Store>) {
    use crate::model::push::{NameDrift, OktaSaid};
    let mut ada = user("ada@harbor.example");
    let name = NameDrift { path: "name.givenName".into(), okta: None, here: Some("Ada".into()) };
    ada.user.okta =
        OktaSaid { known: true, active: Some(false), names: vec![name], drifted: Some(Timestamp::from_millis(7)) };
    let ada = add_users(&*store, vec![ada]).await.remove(0);
    assert_eq!(ada.user.okta.names.len(), 1);
    let mut ben = user("ben@harbor.example");
    (ben.user.okta.active, ben.user.active) = (Some(true), false);
    add_users(&*store, vec![ben]).await;
    for (words, expected) in [
        ("drift:active", vec!["ada@harbor.example", "ben@harbor.example"]),
        ("drift:name", vec!["ada@harbor.example"]),
        ("drift:role", vec![]),
        ("drift:yes !drift:name", vec!["ben@harbor.example"]),
        ("drift:no", vec![]),
    ] {
        assert_eq!(found(&*store, words).await, expected, "{words}");
    }
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.drifting, counts.drifted_active, counts.drifted_names), (2, 2, 1));
    let mut alike = ada.clone();
    alike.user.okta = OktaSaid { known: true, active: Some(true), ..OktaSaid::default() };
    apply(&*store, vec![Change::UpdateUser(Box::new(alike.clone()))]).await.unwrap();
    assert_eq!(store.user(ada.user.id).await.unwrap(), Some(alike));
    assert_eq!(found(&*store, "drift:yes").await, ["ben@harbor.example"]);
}
