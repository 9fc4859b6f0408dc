//! People, tokens, events and jobs to test with.

use std::{
    sync::{Arc, mpsc},
    time::Instant,
};

use futures::FutureExt;

use crate::{
    model::{
        event::{Action, Event, EventDetail},
        group::Group,
        id::{EventId, GroupId, SessionId, TokenId, TransactionId, UserId},
        push::OktaSaid,
        role::{Role, RoleSource},
        time::Timestamp,
        token::{Token, TokenMode, TokenScope},
        user::User,
    },
    store::{
        Change, Decision, Draft, GroupRow, Job, Position, SessionHash, SessionRow, Store, StoreError, TokenHash,
        TokenRow, UserRow,
    },
};

/// A moment to start from.
pub(in crate::store) const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// An active viewer with an address.
pub(in crate::store) fn user(name: &str) -> UserRow {
    let folded = name.to_lowercase();
    UserRow {
        user: User {
            id: UserId::new(START),
            user_name: name.to_owned(),
            display_name: None,
            active: true,
            role: Role::Viewer,
            role_source: RoleSource::Default,
            okta_role: None,
            external_id: None,
            replaced_by: None,
            created: START,
            last_modified: START,
            version: 1,
            test: false,
            okta: OktaSaid::default(),
        },
        position: Position(0),
        folded_emails: vec![folded.clone()],
        folded_name: folded,
        document: format!(r#"{{"userName":"{name}"}}"#),
        groups: Vec::new(),
    }
}

/// A group that is mapped to no role.
pub(in crate::store) fn group(name: &str) -> GroupRow {
    GroupRow {
        group: Group {
            id: GroupId::new(START),
            display_name: name.to_owned(),
            external_id: None,
            role: None,
            members: 0,
            created: START,
            last_modified: START,
            version: 1,
            test: false,
        },
        position: Position(0),
        folded_name: name.to_lowercase(),
        document: format!(r#"{{"displayName":"{name}"}}"#),
    }
}

/// A token that lives for a year.
pub(in crate::store) fn token(name: &str) -> TokenRow {
    TokenRow {
        token: Token {
            id: TokenId::new(START),
            name: name.to_owned(),
            scope: TokenScope::Write,
            mode: TokenMode::Live,
            created_by: "operator".to_owned(),
            created: START,
            expires: START.plus_millis(Token::DEFAULT_LIFE_MILLIS),
            revoked: None,
            last_used: None,
            last_address: None,
            last_user_agent: None,
            uses: 0,
            tail: "abcd".to_owned(),
            rotated_from: None,
            replaced_by: None,
        },
        hash: TokenHash::of(name),
    }
}

/// A session of an hour.
pub(in crate::store) fn session(of: &UserRow, secret: &str) -> SessionRow {
    SessionRow {
        id: SessionId::new(START),
        hash: SessionHash::of(secret),
        user: of.user.id,
        created: START,
        last_used: START,
        expires: START.plus_millis(3_600_000),
    }
}

/// An event of a successful lookup.
pub(in crate::store) fn event(path: &str) -> EventDetail {
    EventDetail {
        event: Event {
            id: EventId(0),
            at: START,
            action: Action::Lookup,
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: None,
            status: 200,
            latency_micros: 0,
            request_bytes: 0,
            response_bytes: 0,
            address: None,
            user_agent: None,
            token_id: None,
            token_name: None,
            user_id: None,
            user_name: None,
            external_id: None,
            group_id: None,
            group_name: None,
            results: None,
            role: None,
            changed: Vec::new(),
            detail: None,
            findings: Vec::new(),
            mode: TokenMode::Live,
            compatibility: Vec::new(),
            repeats: 1,
            transaction: TransactionId::new(START),
        },
        changes: Vec::new(),
        request_body: None,
        response_body: None,
        truncated: false,
    }
}

/// The event as it is handed in.
pub(in crate::store) fn draft(detail: EventDetail) -> Draft {
    Draft { detail, received: Instant::now() }
}

/// A job that makes changes whatever it sees.
pub(in crate::store) fn changing(changes: Vec<Change>) -> Job {
    Job::new(Vec::new(), move |_| Ok(Decision { changes: changes.clone(), event: None }))
}

/// A job that makes changes and leaves an event.
pub(in crate::store) fn changing_with_event(changes: Vec<Change>, event: EventDetail) -> Job {
    Job::new(Vec::new(), move |_| Ok(Decision { changes: changes.clone(), event: Some(draft(event.clone())) }))
}

/// Makes changes.
pub(in crate::store) async fn apply(store: &dyn Store, changes: Vec<Change>) -> Result<(), StoreError> {
    store.write(changing(changes)).await
}

/// Adds users and gives them back as stored.
pub(in crate::store) async fn add_users(store: &dyn Store, users: Vec<UserRow>) -> Vec<UserRow> {
    let mut added = Vec::new();
    for row in users {
        let id = row.user.id;
        apply(store, vec![Change::InsertUser(Box::new(row))]).await.unwrap();
        added.push(store.user(id).await.unwrap().unwrap());
    }
    added
}

/// Adds groups and gives them back as stored.
pub(in crate::store) async fn add_groups(store: &dyn Store, groups: Vec<GroupRow>) -> Vec<GroupRow> {
    let mut added = Vec::new();
    for row in groups {
        let id = row.group.id;
        apply(store, vec![Change::InsertGroup(Box::new(row))]).await.unwrap();
        added.push(store.group(id).await.unwrap().unwrap());
    }
    added
}

/// The names in a list of groups.
pub(in crate::store) fn group_names(rows: &[GroupRow]) -> Vec<&str> {
    rows.iter().map(|row| row.group.display_name.as_str()).collect()
}

/// The names in a list of users.
pub(in crate::store) fn names(rows: &[UserRow]) -> Vec<&str> {
    rows.iter().map(|row| row.user.user_name.as_str()).collect()
}

/// Records events and waits until they can be read.
pub(in crate::store) async fn record(store: &dyn Store, details: Vec<EventDetail>) {
    let mut newest = store.newest_event();
    let target = newest.borrow().0 + details.len() as u64;
    for detail in details {
        store.record(draft(detail)).await.unwrap();
    }
    newest.wait_for(|id| id.0 >= target).await.unwrap();
}

/// The writer held still, so that what is handed in meanwhile comes into one batch.
pub(in crate::store) struct Held {
    release: mpsc::Sender<()>,
    job: tokio::task::JoinHandle<Result<(), StoreError>>,
}

impl Held {
    /// Holds the writer.
    pub(in crate::store) async fn hold(store: &Arc<dyn Store>) -> Self {
        let (release, released) = mpsc::channel::<()>();
        let (reached, at_work) = tokio::sync::oneshot::channel();
        let mut reached = Some(reached);
        let job = Job::new(Vec::new(), move |_| {
            if let Some(reached) = reached.take() {
                reached.send(()).unwrap();
            }
            // Ends with the sender as well, should the test fail meanwhile.
            let _ = released.recv();
            Ok(Decision::default())
        });
        let store = Arc::clone(store);
        let job = tokio::spawn(async move { store.write(job).await });
        at_work.await.unwrap();
        Self { release, job }
    }

    /// Lets it go on, and says how the job fared that held it: like every other of its batch.
    pub(in crate::store) async fn release(self) -> Result<(), StoreError> {
        self.release.send(()).unwrap();
        self.job.await.unwrap()
    }
}

/// Hands jobs in while the writer is held, in this order, and gives their outcomes. The job that held it is the first
/// of their batch; its outcome is left out.
pub(in crate::store) async fn write_in_one_batch(
    store: &Arc<dyn Store>,
    jobs: Vec<Job>,
) -> Vec<Result<(), StoreError>> {
    let held = Held::hold(store).await;
    let mut outcomes: Vec<_> = jobs.into_iter().map(|job| store.write(job)).collect();
    for outcome in &mut outcomes {
        assert!(outcome.now_or_never().is_none(), "a job was answered before its commit");
    }
    let _ = held.release().await;
    futures::future::join_all(outcomes).await
}
