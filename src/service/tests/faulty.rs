//! A store that fails when it is told to.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::sync::watch;

use crate::{
    model::{
        dry_run::GoLive,
        event::{Event, EventDetail, EventQuery},
        event_log::{EventsFound, Timeline, TimelineQuery},
        group::{GroupMember, GroupQuery, MemberPage, MemberQuery},
        id::{EventId, GroupId, ResourceId, TokenId, UserId},
        push::{FailedPush, FailedPushPage, FailedPushQuery},
        test_traffic::TestCounts,
        time::Timestamp,
        token::DayUses,
        user::{User, UserCounts},
        workspace::Workspace,
    },
    store::{
        Draft, EventScan, GroupLookup, GroupRow, Job, LeftWithout, Lookup, MemberStanding, Position, RoleLoss,
        SessionHash, SessionRow, Shown, Store, StoreError, TokenHash, TokenRow, UserPlace, UserRow, UserSearch,
        UserWalk, WatchState, sqlite::SqliteStore,
    },
};

/// What happens to whoever writes or reads a page.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    Error(StoreError),
    Panic,
}

/// A store of its own behind a fault that can be switched on.
#[derive(Debug)]
pub(super) struct Faulty {
    store: SqliteStore,
    fault: Mutex<Option<Fault>>,
}

impl Faulty {
    pub(super) fn new(store: SqliteStore) -> Self {
        Self { store, fault: Mutex::new(None) }
    }

    pub(super) fn set(&self, fault: Option<Fault>) {
        *self.fault.lock().unwrap() = fault;
    }

    fn fail(&self) -> Result<(), StoreError> {
        // Taken out of the lock, which a panic would poison.
        let fault = self.fault.lock().unwrap().clone();
        match fault {
            None => Ok(()),
            Some(Fault::Error(error)) => Err(error),
            Some(Fault::Panic) => panic!("as the test wants it"),
        }
    }
}

#[async_trait]
impl Store for Faulty {
    async fn write(&self, job: Job) -> Result<(), StoreError> {
        self.fail()?;
        self.store.write(job).await
    }

    async fn page(&self, offset: u64, limit: u32, shown: Shown) -> Result<Vec<UserRow>, StoreError> {
        self.fail()?;
        self.store.page(offset, limit, shown).await
    }

    async fn record(&self, draft: Draft) -> Result<(), StoreError> {
        self.store.record(draft).await
    }

    async fn workspace(&self) -> Result<Workspace, StoreError> {
        self.store.workspace().await
    }

    async fn token_by_hash(&self, hash: &TokenHash) -> Result<Option<TokenRow>, StoreError> {
        self.store.token_by_hash(hash).await
    }

    async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        self.store.tokens().await
    }

    async fn token(&self, id: TokenId) -> Result<Option<TokenRow>, StoreError> {
        self.store.token(id).await
    }

    async fn token_days(&self, id: TokenId, since: Timestamp) -> Result<Vec<DayUses>, StoreError> {
        self.store.token_days(id, since).await
    }

    async fn user(&self, id: UserId) -> Result<Option<UserRow>, StoreError> {
        self.store.user(id).await
    }

    async fn lookup(&self, lookup: &Lookup, limit: u32) -> Result<Vec<UserRow>, StoreError> {
        self.store.lookup(lookup, limit).await
    }

    async fn scan(&self, after: Option<Position>, limit: u32, shown: Shown) -> Result<Vec<UserRow>, StoreError> {
        self.store.scan(after, limit, shown).await
    }

    async fn find_users(&self, search: &UserSearch) -> Result<(u64, Vec<User>), StoreError> {
        self.store.find_users(search).await
    }

    async fn walk_users(&self, search: &UserSearch, after: Option<&UserPlace>) -> Result<UserWalk, StoreError> {
        self.store.walk_users(search, after).await
    }

    async fn users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        self.store.users(ids).await
    }

    async fn count_sessions(&self, of: &[UserId], now: Timestamp) -> Result<u64, StoreError> {
        self.store.count_sessions(of, now).await
    }

    async fn related_users(&self, user: &UserRow) -> Result<Vec<UserRow>, StoreError> {
        self.store.related_users(user).await
    }

    async fn counts(&self) -> Result<UserCounts, StoreError> {
        self.store.counts().await
    }

    async fn left_without(&self, losses: &[RoleLoss]) -> Result<LeftWithout, StoreError> {
        self.store.left_without(losses).await
    }

    async fn settling(&self) -> Result<Vec<GroupId>, StoreError> {
        self.store.settling().await
    }

    async fn unsettled(&self, group: GroupId) -> Result<u64, StoreError> {
        self.store.unsettled(group).await
    }

    async fn group(&self, id: GroupId) -> Result<Option<GroupRow>, StoreError> {
        self.store.group(id).await
    }

    async fn lookup_groups(&self, lookup: &GroupLookup, limit: u32) -> Result<Vec<GroupRow>, StoreError> {
        self.store.lookup_groups(lookup, limit).await
    }

    async fn scan_groups(
        &self,
        after: Option<Position>,
        limit: u32,
        shown: Shown,
    ) -> Result<Vec<GroupRow>, StoreError> {
        self.store.scan_groups(after, limit, shown).await
    }

    async fn page_groups(&self, offset: u64, limit: u32, shown: Shown) -> Result<Vec<GroupRow>, StoreError> {
        self.store.page_groups(offset, limit, shown).await
    }

    async fn find_groups(&self, query: &GroupQuery) -> Result<(u64, Vec<GroupRow>), StoreError> {
        self.store.find_groups(query).await
    }

    async fn group_count(&self) -> Result<u64, StoreError> {
        self.store.group_count().await
    }

    async fn members(
        &self,
        group: GroupId,
        only: Option<&[ResourceId]>,
        limit: u32,
    ) -> Result<Vec<GroupMember>, StoreError> {
        self.store.members(group, only, limit).await
    }

    async fn member_window(&self, group: GroupId, query: &MemberQuery) -> Result<Option<MemberPage>, StoreError> {
        self.store.member_window(group, query).await
    }

    async fn standings(&self, group: GroupId) -> Result<(Vec<MemberStanding>, u64), StoreError> {
        self.store.standings(group).await
    }

    async fn session_by_hash(&self, hash: &SessionHash) -> Result<Option<(SessionRow, UserRow)>, StoreError> {
        self.store.session_by_hash(hash).await
    }

    async fn sessions_of(&self, user: UserId) -> Result<Vec<SessionRow>, StoreError> {
        self.store.sessions_of(user).await
    }

    async fn events(&self, query: &EventQuery) -> Result<Vec<Event>, StoreError> {
        self.store.events(query).await
    }

    async fn event(&self, id: EventId) -> Result<Option<EventDetail>, StoreError> {
        self.store.event(id).await
    }

    async fn search_events(&self, scan: &EventScan) -> Result<EventsFound, StoreError> {
        self.store.search_events(scan).await
    }

    async fn event_at(&self, time: Timestamp) -> Result<EventId, StoreError> {
        self.store.event_at(time).await
    }

    async fn timeline(
        &self,
        person: UserId,
        name: Option<&str>,
        query: &TimelineQuery,
    ) -> Result<Timeline, StoreError> {
        self.store.timeline(person, name, query).await
    }

    async fn test_group_count(&self) -> Result<u64, StoreError> {
        self.store.test_group_count().await
    }

    async fn test_counts(&self) -> Result<TestCounts, StoreError> {
        self.store.test_counts().await
    }

    async fn test_events(&self, after: EventId, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.store.test_events(after, limit).await
    }

    fn newest_event(&self) -> watch::Receiver<EventId> {
        self.store.newest_event()
    }

    async fn failed_pushes(&self, query: &FailedPushQuery) -> Result<FailedPushPage, StoreError> {
        self.store.failed_pushes(query).await
    }

    async fn failed_push_of(&self, id: UserId, folded_name: &str) -> Result<Option<FailedPush>, StoreError> {
        self.store.failed_push_of(id, folded_name).await
    }

    fn rehearsal(&self) -> Arc<dyn Store> {
        self.store.rehearsal()
    }

    async fn dry_run(&self, token: TokenId) -> Result<Option<GoLive>, StoreError> {
        self.store.dry_run(token).await
    }

    async fn watch_state(&self) -> Result<Option<WatchState>, StoreError> {
        self.store.watch_state().await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.store.close().await
    }
}
