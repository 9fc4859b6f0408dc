//! The embedded store: SQLite in one file, in WAL mode.
//!
//! One thread writes (`writer`), in batches (`batch`) that carry out jobs (`apply`); a pool of read-only
//! connections (`reader`) serves everyone else. What a row looks like is known to the `*_rows` modules alone, which
//! both sides use. The schema is a list of numbered SQL files (`schema`) that `migrate` applies.

mod apply;
mod batch;
mod changes;
mod connection;
#[cfg(test)]
pub mod contents;
mod copy;
mod counters;
mod credential_rows;
mod dry_runs;
mod event_log;
mod event_people;
mod event_rows;
mod event_search;
mod group_rows;
mod group_search;
mod left_without;
mod mailbox;
mod member_windows;
mod membership_rows;
mod migrate;
mod orders;
mod pages;
mod promises;
mod push_rows;
mod query;
mod reader;
mod rehearsal;
mod schema;
mod settling;
mod test_rows;
#[cfg(test)]
mod tests;
mod text_order;
mod user_condition;
mod user_rows;
mod user_search;
mod writer;

pub use copy::Restored;

use std::{path::Path, sync::Arc, time::Instant};

use async_trait::async_trait;
use tokio::sync::watch;

use self::{orders::Orders, pages::Walks, reader::Readers, writer::Writer};
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
        UserWalk, WatchState,
    },
};

/// Pages up to this many rows whose start is known are read on the caller's thread: Okta's credential test, and lists
/// of a few.
const SHORT_PAGE: u32 = 20;

/// The workspace in one SQLite file. At most one process may have it open; whoever opens it sees to that.
#[derive(Debug)]
pub struct SqliteStore {
    // Dropped in this order: the last connection to close folds the log into the file, and readers may not write.
    readers: Arc<Readers>,
    writer: Arc<Writer>,
    user_pages: Arc<Walks>,
    group_pages: Arc<Walks>,
    orders: Arc<Orders>,
    /// Whether this is [`Store::rehearsal`].
    rehearsed: bool,
}

impl SqliteStore {
    /// Opens the database at `path`, making it (mode 0600) where there is none and bringing it up to this version's
    /// schema. Before an existing one is changed, a copy goes to `path` with `.before-` and the migration's number.
    ///
    /// # Errors
    /// The file cannot be opened, is no scimroom database, was written by a newer version
    /// ([`StoreError::TooNew`]) or by one with other migrations ([`StoreError::Checksum`]).
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut conn = connection::open_writer(path)?;
        let found = migrate::check(&conn, schema::MIGRATIONS)?;
        connection::configure_writer(&conn)?;
        migrate::apply(&mut conn, path, schema::MIGRATIONS, found, Timestamp::now())?;
        Ok(Self {
            readers: Arc::new(Readers::new(path)),
            writer: Arc::new(Writer::start(conn)?),
            user_pages: Arc::default(),
            group_pages: Arc::default(),
            orders: Arc::default(),
            rehearsed: false,
        })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn write(&self, mut job: Job) -> Result<(), StoreError> {
        job.rehearsed |= self.rehearsed;
        self.writer.write(job).await
    }

    async fn record(&self, draft: Draft) -> Result<(), StoreError> {
        self.writer.record(draft).await
    }

    async fn workspace(&self) -> Result<Workspace, StoreError> {
        self.writer.workspace()
    }

    async fn token_by_hash(&self, hash: &TokenHash) -> Result<Option<TokenRow>, StoreError> {
        self.writer.token(hash)
    }

    async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        self.readers.scan(credential_rows::tokens).await
    }

    async fn token(&self, id: TokenId) -> Result<Option<TokenRow>, StoreError> {
        self.readers.point(|conn| credential_rows::token(conn, id))
    }

    async fn token_days(&self, id: TokenId, since: Timestamp) -> Result<Vec<DayUses>, StoreError> {
        self.readers.point(|conn| credential_rows::days(conn, id, since.day()))
    }

    async fn user(&self, id: UserId) -> Result<Option<UserRow>, StoreError> {
        self.readers.point(|conn| match user_rows::by_id(conn, id)? {
            found if self.rehearsed => rehearsal::user(conn, id, found),
            found => Ok(found),
        })
    }

    async fn lookup(&self, lookup: &Lookup, limit: u32) -> Result<Vec<UserRow>, StoreError> {
        if self.rehearsed {
            let lookup = lookup.clone();
            return self.readers.scan(move |conn| rehearsal::lookup(conn, &lookup, limit)).await;
        }
        if let Lookup::Group(_) = lookup {
            let lookup = lookup.clone();
            return self.readers.scan(move |conn| user_rows::lookup(conn, &lookup, limit)).await;
        }
        self.readers.point(|conn| user_rows::lookup(conn, lookup, limit))
    }

    async fn scan(&self, after: Option<Position>, limit: u32, shown: Shown) -> Result<Vec<UserRow>, StoreError> {
        let rehearsed = self.rehearsed;
        self.readers
            .scan(move |conn| match rehearsed {
                true => rehearsal::scan(conn, after, limit),
                false => user_search::scan(conn, after, limit, shown),
            })
            .await
    }

    async fn page(&self, offset: u64, limit: u32, shown: Shown) -> Result<Vec<UserRow>, StoreError> {
        let (now, ends) = (Instant::now(), self.user_pages.of(shown));
        if self.rehearsed {
            let counts = self.writer.counts()?;
            let (ends, here) =
                (Arc::clone(self.user_pages.of(rehearsal::SHOWN)), counts.total.saturating_sub(counts.test));
            return self.readers.scan(move |conn| rehearsal::page(conn, &ends, here, offset, limit)).await;
        }
        if limit <= SHORT_PAGE && (offset == 0 || ends.before(offset, now).is_some()) {
            return self.readers.point(|conn| user_search::page(conn, ends, offset, limit, now, shown));
        }
        let ends = Arc::clone(ends);
        self.readers.scan(move |conn| user_search::page(conn, &ends, offset, limit, now, shown)).await
    }

    async fn find_users(&self, search: &UserSearch) -> Result<(u64, Vec<User>), StoreError> {
        let (search, orders, changes) = (search.clone(), Arc::clone(&self.orders), self.writer.changes()?);
        self.readers.scan(move |conn| user_search::find(conn, &orders, &changes, &search)).await
    }

    async fn walk_users(&self, search: &UserSearch, after: Option<&UserPlace>) -> Result<UserWalk, StoreError> {
        let (search, after) = (search.clone(), after.cloned());
        let (orders, changes) = (Arc::clone(&self.orders), self.writer.changes()?);
        self.readers.scan(move |conn| user_search::walk(conn, &orders, &changes, &search, after.as_ref())).await
    }

    async fn users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let ids = ids.to_vec();
        self.readers.scan(move |conn| user_search::with_ids(conn, &ids)).await
    }

    async fn count_sessions(&self, of: &[UserId], now: Timestamp) -> Result<u64, StoreError> {
        let of = of.to_vec();
        self.readers.scan(move |conn| credential_rows::count_sessions(conn, &of, now)).await
    }

    async fn related_users(&self, user: &UserRow) -> Result<Vec<UserRow>, StoreError> {
        let user = user.clone();
        self.readers.scan(move |conn| user_search::related(conn, &user)).await
    }

    async fn counts(&self) -> Result<UserCounts, StoreError> {
        let mut counts = self.writer.counts()?;
        if self.rehearsed {
            counts.total += self.readers.point(|conn| promises::count(conn, false))?;
        }
        Ok(counts)
    }

    async fn group(&self, id: GroupId) -> Result<Option<GroupRow>, StoreError> {
        self.readers.point(|conn| match group_rows::by_id(conn, id)? {
            None if self.rehearsed => promises::group(conn, id),
            found => Ok(found),
        })
    }

    async fn lookup_groups(&self, lookup: &GroupLookup, limit: u32) -> Result<Vec<GroupRow>, StoreError> {
        if self.rehearsed {
            return self.readers.point(|conn| rehearsal::lookup_groups(conn, lookup, limit));
        }
        self.readers.point(|conn| group_rows::lookup(conn, lookup, limit))
    }

    async fn scan_groups(
        &self,
        after: Option<Position>,
        limit: u32,
        shown: Shown,
    ) -> Result<Vec<GroupRow>, StoreError> {
        let rehearsed = self.rehearsed;
        self.readers
            .scan(move |conn| match rehearsed {
                true => rehearsal::scan_groups(conn, after, limit),
                false => group_search::scan(conn, after, limit, shown),
            })
            .await
    }

    async fn page_groups(&self, offset: u64, limit: u32, shown: Shown) -> Result<Vec<GroupRow>, StoreError> {
        let (now, ends) = (Instant::now(), self.group_pages.of(shown));
        if self.rehearsed {
            let ends = Arc::clone(self.group_pages.of(rehearsal::SHOWN));
            let here = self.writer.group_count()?.saturating_sub(self.writer.test_group_count()?);
            return self.readers.scan(move |conn| rehearsal::page_groups(conn, &ends, here, offset, limit)).await;
        }
        if limit <= SHORT_PAGE && (offset == 0 || ends.before(offset, now).is_some()) {
            return self.readers.point(|conn| group_search::page(conn, ends, offset, limit, now, shown));
        }
        let ends = Arc::clone(ends);
        self.readers.scan(move |conn| group_search::page(conn, &ends, offset, limit, now, shown)).await
    }

    async fn find_groups(&self, query: &GroupQuery) -> Result<(u64, Vec<GroupRow>), StoreError> {
        let query = query.clone();
        self.readers.scan(move |conn| group_search::find(conn, &query)).await
    }

    async fn group_count(&self) -> Result<u64, StoreError> {
        let promised = if self.rehearsed { self.readers.point(|conn| promises::count(conn, true))? } else { 0 };
        Ok(self.writer.group_count()? + promised)
    }

    async fn members(
        &self,
        group: GroupId,
        only: Option<&[ResourceId]>,
        limit: u32,
    ) -> Result<Vec<GroupMember>, StoreError> {
        let only = only.map(<[ResourceId]>::to_vec);
        let rehearsed = self.rehearsed;
        self.readers
            .scan(move |conn| {
                let snapshot = conn.unchecked_transaction()?;
                if rehearsed && promises::kind_of(&snapshot, group.into())?.is_some() {
                    return rehearsal::members(&snapshot, group, only.as_deref(), limit);
                }
                membership_rows::members(&snapshot, group, only.as_deref(), limit)
            })
            .await
    }

    async fn member_window(&self, group: GroupId, query: &MemberQuery) -> Result<Option<MemberPage>, StoreError> {
        let query = *query;
        self.readers.scan(move |conn| member_windows::window(conn, group, &query)).await
    }

    async fn standings(&self, group: GroupId) -> Result<(Vec<MemberStanding>, u64), StoreError> {
        self.readers.scan(move |conn| membership_rows::standings(conn, group)).await
    }

    async fn left_without(&self, losses: &[RoleLoss]) -> Result<LeftWithout, StoreError> {
        let losses = losses.to_vec();
        self.readers.scan(move |conn| left_without::left_without(conn, &losses)).await
    }

    async fn settling(&self) -> Result<Vec<GroupId>, StoreError> {
        self.readers.point(settling::groups)
    }

    async fn unsettled(&self, group: GroupId) -> Result<u64, StoreError> {
        self.readers.point(|conn| settling::count(conn, group))
    }

    async fn session_by_hash(&self, hash: &SessionHash) -> Result<Option<(SessionRow, UserRow)>, StoreError> {
        self.readers.point(|conn| {
            let snapshot = conn.unchecked_transaction()?;
            let Some(session) = credential_rows::session_by_hash(&snapshot, hash)? else { return Ok(None) };
            Ok(user_rows::by_id(&snapshot, session.user)?.map(|user| (session, user)))
        })
    }

    async fn sessions_of(&self, user: UserId) -> Result<Vec<SessionRow>, StoreError> {
        self.readers.point(|conn| credential_rows::sessions_of(conn, user))
    }

    async fn events(&self, query: &EventQuery) -> Result<Vec<Event>, StoreError> {
        let query = query.clone();
        self.readers.scan(move |conn| event_log::events(conn, &query)).await
    }

    async fn event(&self, id: EventId) -> Result<Option<EventDetail>, StoreError> {
        self.readers.point(|conn| event_rows::by_id(conn, id))
    }

    async fn search_events(&self, scan: &EventScan) -> Result<EventsFound, StoreError> {
        let scan = scan.clone();
        self.readers.scan(move |conn| event_search::search(conn, &scan)).await
    }

    async fn event_at(&self, time: Timestamp) -> Result<EventId, StoreError> {
        self.readers.scan(move |conn| event_search::place_of(conn, time)).await
    }

    async fn timeline(
        &self,
        person: UserId,
        name: Option<&str>,
        query: &TimelineQuery,
    ) -> Result<Timeline, StoreError> {
        let (name, query) = (name.map(str::to_owned), query.clone());
        self.readers.scan(move |conn| event_people::timeline(conn, person, name.as_deref(), &query)).await
    }

    async fn test_group_count(&self) -> Result<u64, StoreError> {
        self.writer.test_group_count()
    }

    async fn test_counts(&self) -> Result<TestCounts, StoreError> {
        self.readers.scan(test_rows::counts).await
    }

    async fn test_events(&self, after: EventId, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.readers.scan(move |conn| test_rows::events(conn, after, limit)).await
    }

    fn newest_event(&self) -> watch::Receiver<EventId> {
        self.writer.newest()
    }

    async fn failed_pushes(&self, query: &FailedPushQuery) -> Result<FailedPushPage, StoreError> {
        let query = *query;
        self.readers.scan(move |conn| push_rows::page(conn, query)).await
    }

    async fn failed_push_of(&self, id: UserId, folded_name: &str) -> Result<Option<FailedPush>, StoreError> {
        self.readers.point(|conn| push_rows::of(conn, id, folded_name))
    }

    fn rehearsal(&self) -> Arc<dyn Store> {
        Arc::new(Self {
            readers: Arc::clone(&self.readers),
            writer: Arc::clone(&self.writer),
            user_pages: Arc::clone(&self.user_pages),
            group_pages: Arc::clone(&self.group_pages),
            orders: Arc::clone(&self.orders),
            rehearsed: true,
        })
    }

    async fn dry_run(&self, token: TokenId) -> Result<Option<GoLive>, StoreError> {
        self.readers.scan(move |conn| dry_runs::preview(conn, token)).await
    }

    async fn watch_state(&self) -> Result<Option<WatchState>, StoreError> {
        self.readers.scan(apply::watch_state).await
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.readers.close();
        self.writer.close().await
    }
}
