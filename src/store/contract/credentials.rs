//! Tokens, sessions, sign-in codes, settings.

use std::sync::Arc;

use super::fixtures::{START, add_users, apply, event, record, session, token, user};
use crate::{
    model::{
        id::TokenId,
        time::Timestamp,
        token::{TokenMode, TokenScope},
        workspace::{Plan, Workspace},
    },
    store::{Change, CodeHash, Decision, SessionHash, SignInCodeRow, Store, TokenHash, decide},
};

pub(in crate::store) async fn a_token_comes_back_as_written(store: Arc<dyn Store>) {
    let mut read_only = token("Audit");
    read_only.token.scope = TokenScope::Read;
    read_only.token.mode = TokenMode::DryRun;
    read_only.token.created = START.plus_millis(1);
    let okta = token("Okta");
    for row in [&okta, &read_only] {
        apply(&*store, vec![Change::InsertToken(Box::new(row.clone()))]).await.unwrap();
    }
    assert_eq!(store.token_by_hash(&TokenHash::of("Okta")).await.unwrap(), Some(okta.clone()));
    assert_eq!(store.token_by_hash(&TokenHash::of("okta")).await.unwrap(), None);
    assert_eq!(store.tokens().await.unwrap(), [read_only, okta]);
}

pub(in crate::store) async fn a_revoked_token_keeps_its_first_time(store: Arc<dyn Store>) {
    let row = token("Okta");
    let id = row.token.id;
    apply(&*store, vec![Change::InsertToken(Box::new(row))]).await.unwrap();
    for millis in [10, 20] {
        apply(&*store, vec![Change::RevokeToken(id, START.plus_millis(millis))]).await.unwrap();
    }
    let seen = decide(&*store, Vec::new(), move |view| {
        Ok((Decision::default(), view.token(id)?.and_then(|row| row.token.revoked)))
    })
    .await;
    assert_eq!(seen.unwrap(), Some(START.plus_millis(10)));
    let unknown = TokenId::new(START);
    let seen = decide(&*store, Vec::new(), move |view| Ok((Decision::default(), view.token(unknown)?.is_some()))).await;
    assert!(!seen.unwrap());
}

pub(in crate::store) async fn the_use_of_a_token_is_noted(store: Arc<dyn Store>) {
    let used = token("Okta");
    let unused = token("Audit");
    apply(&*store, vec![Change::InsertToken(Box::new(used.clone())), Change::InsertToken(Box::new(unused.clone()))])
        .await
        .unwrap();
    let uses = (1..=40).map(|n| {
        let mut detail = event("/scim/v2/Users");
        detail.event.token_id = Some(used.token.id);
        detail.event.at = START.plus_millis(n);
        detail.event.address = Some(format!("203.0.113.{n}"));
        detail.event.user_agent = Some("Okta SCIM Client 1.0.0".into());
        detail.event.repeats = if n == 7 { 3 } else { 1 };
        detail
    });
    record(&*store, uses.collect()).await;
    let tokens = store.tokens().await.unwrap();
    let row = tokens.iter().find(|row| row.hash == used.hash).unwrap();
    assert_eq!(row.token.uses, 42);
    assert_eq!(row.token.last_used, Some(START.plus_millis(40)));
    assert_eq!(row.token.last_address.as_deref(), Some("203.0.113.40"));
    assert_eq!(row.token.last_user_agent.as_deref(), Some("Okta SCIM Client 1.0.0"));
    assert!(tokens.contains(&unused));
}

pub(in crate::store) async fn the_use_of_a_token_is_counted_by_day(store: Arc<dyn Store>) {
    const DAY: i64 = Timestamp::DAY_MILLIS;
    let midnight = Timestamp::of_day(START.day());
    let (used, other) = (token("Okta"), token("Audit"));
    let (id, unused) = (used.token.id, other.token.id);
    apply(&*store, vec![Change::InsertToken(Box::new(used)), Change::InsertToken(Box::new(other))]).await.unwrap();
    let at = |millis: i64, repeats| {
        let mut detail = event("/scim/v2/Users");
        (detail.event.token_id, detail.event.at, detail.event.repeats) =
            (Some(id), midnight.plus_millis(millis), repeats);
        detail
    };
    // The days of one batch are told apart, and the last of them is when it was last used.
    record(&*store, vec![at(-1, 2), at(0, 1), at(DAY - 1, 4), at(2 * DAY, 1)]).await;
    record(&*store, vec![at(2 * DAY, 1)]).await;
    let days = |from: i64| {
        let store = Arc::clone(&store);
        async move {
            let days = store.token_days(id, midnight.plus_millis(from * DAY)).await.unwrap();
            let since = |day: Timestamp| day.millis_since(midnight) / DAY;
            days.into_iter().map(|day| (since(day.day), day.uses)).collect::<Vec<_>>()
        }
    };
    assert_eq!(days(-1).await, [(-1, 2), (0, 5), (2, 2)]);
    assert_eq!(days(0).await, [(0, 5), (2, 2)]);
    let row = store.token(id).await.unwrap().unwrap();
    assert_eq!((row.token.uses, row.token.last_used), (9, Some(midnight.plus_millis(2 * DAY))));
    assert_eq!(store.token_days(unused, midnight).await.unwrap(), []);

    // What is more than 90 days ago is forgotten with the next use.
    record(&*store, vec![at(90 * DAY, 1)]).await;
    assert_eq!(days(-1).await, [(2, 2), (90, 1)]);
}

pub(in crate::store) async fn a_replaced_token_ends_with_the_overlap(store: Arc<dyn Store>) {
    let mut new = token("new");
    let (old, brief) = (token("old"), {
        let mut brief = token("brief");
        brief.token.expires = START.plus_millis(5);
        brief
    });
    new.token.rotated_from = Some(old.token.id);
    let replace = |row: &crate::store::TokenRow| Change::ReplaceToken {
        id: row.token.id,
        by: new.token.id,
        ends: START.plus_millis(10),
    };
    let mut changes: Vec<_> = [&old, &brief, &new].map(|row| Change::InsertToken(Box::new(row.clone()))).into();
    changes.extend([replace(&old), replace(&brief)]);
    apply(&*store, changes).await.unwrap();
    for (name, ends) in [("old", 10), ("brief", 5)] {
        // In memory, where requests are judged, as in the database.
        let judged = store.token_by_hash(&TokenHash::of(name)).await.unwrap().unwrap();
        assert_eq!((judged.token.replaced_by, judged.token.expires), (Some(new.token.id), START.plus_millis(ends)));
        assert_eq!(store.token(judged.token.id).await.unwrap(), Some(judged));
    }
    assert_eq!(store.token(new.token.id).await.unwrap(), Some(new));
}

fn code(of: &crate::store::UserRow, secret: &str) -> SignInCodeRow {
    SignInCodeRow { hash: CodeHash::of(secret), user: of.user.id, expires: START.plus_millis(600_000) }
}

async fn pending(store: &dyn Store, secret: &str) -> Option<SignInCodeRow> {
    let hash = CodeHash::of(secret);
    decide(store, Vec::new(), move |view| Ok((Decision::default(), view.sign_in_code(hash)?.cloned()))).await.unwrap()
}

pub(in crate::store) async fn sessions_end_with_the_access_of_their_user(store: Arc<dyn Store>) {
    let people = add_users(&*store, vec![user("ada@harbor.example"), user("ben@harbor.example")]).await;
    let [ada, ben] = people.as_slice() else { panic!("two users") };
    let open = |row: &crate::store::UserRow, name: &str| {
        vec![
            Change::InsertSession(session(row, &format!("{name} laptop"))),
            Change::InsertSession(session(row, &format!("{name} desktop"))),
            Change::InsertSignInCode(code(row, name)),
        ]
    };
    apply(&*store, open(ada, "ada")).await.unwrap();
    apply(&*store, open(ben, "ben")).await.unwrap();
    let (found, owner) = store.session_by_hash(&SessionHash::of("ada laptop")).await.unwrap().unwrap();
    assert_eq!((found, &owner), (session_as(&store, ada, "ada laptop").await, ada));

    let mut inactive = ada.clone();
    inactive.user.active = false;
    apply(&*store, vec![Change::UpdateUser(Box::new(inactive)), Change::EndSessions(ada.user.id)]).await.unwrap();
    assert!(store.session_by_hash(&SessionHash::of("ada laptop")).await.unwrap().is_none());
    assert!(store.sessions_of(ada.user.id).await.unwrap().is_empty());
    assert!(pending(&*store, "ada").await.is_none());
    assert_eq!(store.sessions_of(ben.user.id).await.unwrap().len(), 2);

    apply(&*store, vec![Change::DeleteUser(ben.user.id)]).await.unwrap();
    assert!(store.session_by_hash(&SessionHash::of("ben laptop")).await.unwrap().is_none());
    assert!(store.sessions_of(ben.user.id).await.unwrap().is_empty());
    assert!(pending(&*store, "ben").await.is_none());
    // Nobody signs in to an account that is gone.
    assert!(apply(&*store, vec![Change::InsertSession(session(ben, "late"))]).await.is_err());
}

async fn session_as(store: &Arc<dyn Store>, of: &crate::store::UserRow, secret: &str) -> crate::store::SessionRow {
    let sessions = store.sessions_of(of.user.id).await.unwrap();
    sessions.into_iter().find(|row| row.hash == SessionHash::of(secret)).unwrap()
}

pub(in crate::store) async fn sessions_are_listed_touched_and_ended(store: Arc<dyn Store>) {
    let ada = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    let at = |millis| START.plus_millis(millis);
    let sessions: Vec<_> = (0..3)
        .map(|n: i64| {
            let mut row = session(&ada, &n.to_string());
            row.created = at(n);
            row
        })
        .collect();
    apply(&*store, sessions.iter().cloned().map(Change::InsertSession).collect()).await.unwrap();
    apply(&*store, vec![Change::TouchSession(sessions[2].id, at(60_000)), Change::DeleteSession(sessions[1].id)])
        .await
        .unwrap();
    let left = store.sessions_of(ada.user.id).await.unwrap();
    assert_eq!(left.iter().map(|row| row.hash).collect::<Vec<_>>(), [sessions[2].hash, sessions[0].hash]);
    assert_eq!(left[0].last_used, at(60_000));

    // A session that begins after the others ended takes their place.
    let mut later = session(&ada, "later");
    later.created = sessions[0].expires;
    apply(&*store, vec![Change::InsertSession(later.clone())]).await.unwrap();
    assert_eq!(store.sessions_of(ada.user.id).await.unwrap(), [later]);
}

pub(in crate::store) async fn a_user_has_one_sign_in_code_and_uses_it_once(store: Arc<dyn Store>) {
    let ada = add_users(&*store, vec![user("ada@harbor.example")]).await.remove(0);
    for secret in ["first", "second"] {
        apply(&*store, vec![Change::InsertSignInCode(code(&ada, secret))]).await.unwrap();
    }
    assert_eq!(pending(&*store, "first").await, None);
    assert_eq!(pending(&*store, "second").await, Some(code(&ada, "second")));
    apply(&*store, vec![Change::DeleteSignInCode(CodeHash::of("second"))]).await.unwrap();
    assert_eq!(pending(&*store, "second").await, None);
}

pub(in crate::store) async fn settings_are_kept(store: Arc<dyn Store>) {
    assert_eq!(store.workspace().await.unwrap(), Workspace::default());
    let settings = Workspace { name: "Harbor".into(), plan: Plan::Team, ..Workspace::default() };
    apply(&*store, vec![Change::SetWorkspace(Box::new(settings.clone()))]).await.unwrap();
    assert_eq!(store.workspace().await.unwrap(), settings);
    // A job that fails leaves them alone, for readers and for rules.
    let row = token("Okta");
    let twice = vec![
        Change::SetWorkspace(Box::default()),
        Change::RevokeToken(row.token.id, Timestamp::default()),
        Change::InsertToken(Box::new(row.clone())),
        Change::InsertToken(Box::new(row)),
    ];
    assert!(apply(&*store, twice).await.is_err());
    assert_eq!(store.workspace().await.unwrap(), settings);
    let seen = decide(&*store, Vec::new(), |view| Ok((Decision::default(), view.workspace()?.clone()))).await;
    assert_eq!(seen.unwrap(), settings);
}
