//! What is kept, and how it is reached: the [`Store`] trait and its implementations.
//!
//! All writing goes through one writer per process that commits in groups. A [`Job`] is *read, decide, write*: its rule
//! (a pure function of `directory/`) looks at a [`View`] of the keys it needs and returns a [`Decision`], the changes
//! and the event, which the writer carries out under a savepoint of its own and commits together with whatever else
//! waited. Read-modify-write therefore happens in the writer, nothing races, and the same rule runs on any database.
//!
//! Reads go past the writer and see what was committed.

#[cfg(test)]
mod contract;
mod job;
mod place;
mod rows;
pub mod sqlite;

pub use job::{Change, Decision, Draft, Job, Key, Record, Unread, View, decide};
pub use place::{NoPlace, UserKey, UserPlace};
pub use rows::{
    Candidate, CodeHash, GroupRow, LeftWithout, MemberStanding, Membership, NameKey, Position, Promise, Promised,
    RoleGiven, RoleLoss, SessionHash, SessionRow, SignInCodeRow, Stranded, TokenHash, TokenRow, UserRow, WatchState,
};

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::model::{
    dry_run::GoLive,
    event::{Event, EventDetail, EventQuery},
    event_filter::EventFilter,
    event_log::{EventsFound, Timeline, TimelineQuery},
    group::{GroupMember, GroupQuery, MemberPage, MemberQuery},
    id::{EventId, GroupId, ResourceId, TokenId, UserId},
    push::{FailedPush, FailedPushPage, FailedPushQuery},
    test_traffic::TestCounts,
    time::Timestamp,
    token::DayUses,
    user::{User, UserCounts, UserSort},
    user_filter::UserFilter,
    workspace::Workspace,
};

/// Why the store could not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// More waits to be written than may wait. Nothing was written.
    #[error("too many changes are waiting to be written; try again in {retry_after_secs} s")]
    Busy {
        /// When to try again.
        retry_after_secs: u64,
    },
    /// The database refused or broke. Nothing of the job was written.
    #[error("the database failed: {0}")]
    Database(String),
    /// A file beside the database cannot be had or written; the sentence says which and why.
    #[error("{0}")]
    File(String),
    /// What is stored cannot be read by this version.
    #[error("a stored {what} cannot be read: {reason}")]
    Corrupt {
        /// What kind of row.
        what: &'static str,
        /// What was wrong with it.
        reason: String,
    },
    /// The database was written by a newer version.
    #[error(
        "the database is at schema version {found}, newer than the {known} this version of scimroom knows: start the \
         newer scimroom, or restore a backup made before the upgrade"
    )]
    TooNew {
        /// The version found.
        found: u32,
        /// The newest one this binary knows.
        known: u32,
    },
    /// A migration in the database differs from the one in the binary.
    #[error(
        "migration {0} was applied to the database in another form than this version carries: restore a backup, or use \
         the version of scimroom that made it"
    )]
    Checksum(u32),
    /// A rule panicked, or asked for more without end. Nothing of the job was written.
    #[error("a change could not be decided: {0}; this is a fault of scimroom, please report it")]
    Undecided(&'static str),
    /// Whoever asked for a change may not make it any more, now that its turn has come. Nothing of it was written.
    #[error("the rights to change this ended before it was changed; nothing was")]
    Withdrawn,
    /// The store was closed while the job waited. Nothing of it was written.
    #[error("the service is shutting down")]
    Closed,
}

/// Whether a list shows what test traffic made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Everything, as test traffic itself sees it.
    Everything,
    /// Only what is real.
    WithoutTests,
}

impl Shown {
    /// As a bound of the column `test`: 0 leaves out what test traffic made.
    pub(in crate::store) const fn bound(self) -> u8 {
        match self {
            Self::Everything => 1,
            Self::WithoutTests => 0,
        }
    }
}

/// One indexed key by which users can be found without a scan; the candidates are a superset, a filter decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// By SCIM `id`.
    Id(UserId),
    /// By folded `userName`.
    UserName(String),
    /// By exact `externalId`.
    ExternalId(String),
    /// By the folded value of any e-mail address.
    Email(String),
    /// By a group that the user is in, directly or through others.
    Group(GroupId),
}

/// One indexed key by which groups can be found without a scan; the candidates are a superset, a filter decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupLookup {
    /// By SCIM `id`.
    Id(GroupId),
    /// By folded `displayName`.
    Name(String),
    /// By exact `externalId`.
    ExternalId(String),
    /// By a direct member.
    Member(ResourceId),
}

/// A search through the log: from newest to oldest; with `after` and no `before` from oldest to newest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventScan {
    /// What to find.
    pub filter: EventFilter,
    /// Only refused requests (status 400 and above).
    pub failed: bool,
    /// Only events older than this one.
    pub before: Option<EventId>,
    /// Only events newer than this one.
    pub after: Option<EventId>,
    /// How many to give; 0 means 100, and no more than 1,000 are given.
    pub limit: u32,
}

/// A window of the users table: whom, in which order, from where on. Ties stand in order of creation, and reversing the
/// order reverses these too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserSearch {
    /// What must hold for them.
    pub filter: UserFilter,
    /// The order.
    pub sort: UserSort,
    /// Whether it is reversed.
    pub descending: bool,
    /// How many rows to pass over.
    pub offset: u64,
    /// How many rows to give.
    pub limit: u32,
}

/// Part of a walk through the users table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserWalk {
    /// How many users the search matches in all, at this moment.
    pub total: u64,
    /// The next ones.
    pub users: Vec<User>,
    /// Where the walk goes on; none at its end.
    pub next: Option<UserPlace>,
}

/// Where everything of one workspace is kept.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Runs a job in the writer. When this returns, what the rule decided is durable. Dropping the future does not
    /// undo a job that the writer has taken.
    ///
    /// # Errors
    /// [`StoreError`]; nothing of the job was written then.
    async fn write(&self, job: Job) -> Result<(), StoreError>;

    /// Records the event of a request that changed nothing. Returns once it is queued, waiting while the queue is full;
    /// it is durable within a second.
    ///
    /// # Errors
    /// The store is closed.
    async fn record(&self, draft: Draft) -> Result<(), StoreError>;

    /// The workspace's settings; kept in memory, so cheap enough for every request.
    async fn workspace(&self) -> Result<Workspace, StoreError>;

    /// The token with this hash, revoked and expired ones too; kept in memory like the settings. How it was used is only
    /// in [`Store::tokens`].
    async fn token_by_hash(&self, hash: &TokenHash) -> Result<Option<TokenRow>, StoreError>;

    /// Every token, newest first.
    async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError>;

    /// One token.
    async fn token(&self, id: TokenId) -> Result<Option<TokenRow>, StoreError>;

    /// The days on which a token was used, from the one on that this moment lies on, oldest first.
    async fn token_days(&self, id: TokenId, since: Timestamp) -> Result<Vec<DayUses>, StoreError>;

    /// One user.
    async fn user(&self, id: UserId) -> Result<Option<UserRow>, StoreError>;

    /// Candidates for one key, in order of creation, at most `limit`.
    async fn lookup(&self, lookup: &Lookup, limit: u32) -> Result<Vec<UserRow>, StoreError>;

    /// Users in order of creation, after a position, at most `limit`.
    async fn scan(&self, after: Option<Position>, limit: u32, shown: Shown) -> Result<Vec<UserRow>, StoreError>;

    /// A page of users in order of creation, passing over `offset`. A page that continues one given in the last
    /// minute starts from its key, so that walking all pages is linear and skips nobody when others are deleted.
    async fn page(&self, offset: u64, limit: u32, shown: Shown) -> Result<Vec<UserRow>, StoreError>;

    /// A window for the users table, and how many users the search matches in all.
    async fn find_users(&self, search: &UserSearch) -> Result<(u64, Vec<User>), StoreError>;

    /// The next users of a search behind a place in its order, or the first ones; its offset says nothing here. Whoever
    /// walks on from `next` meets everybody who stays where they are once, though others come, change and go.
    async fn walk_users(&self, search: &UserSearch, after: Option<&UserPlace>) -> Result<UserWalk, StoreError>;

    /// The users with these ids as the table shows them, in this order; those that are not there are left out.
    async fn users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError>;

    /// How many sessions of these users had not expired at `now`.
    async fn count_sessions(&self, of: &[UserId], now: Timestamp) -> Result<u64, StoreError>;

    /// Other accounts of the same person: same `externalId`, or joined by `replaced_by` in either direction (whole
    /// chain, at most 20), oldest first.
    async fn related_users(&self, user: &UserRow) -> Result<Vec<UserRow>, StoreError>;

    /// Kept counters; no scan.
    async fn counts(&self) -> Result<UserCounts, StoreError>;

    /// One group.
    async fn group(&self, id: GroupId) -> Result<Option<GroupRow>, StoreError>;

    /// Candidates for one key, in order of creation, at most `limit`.
    async fn lookup_groups(&self, lookup: &GroupLookup, limit: u32) -> Result<Vec<GroupRow>, StoreError>;

    /// Groups in order of creation, after a position, at most `limit`.
    async fn scan_groups(&self, after: Option<Position>, limit: u32, shown: Shown)
    -> Result<Vec<GroupRow>, StoreError>;

    /// A page of groups in order of creation; continues like [`Store::page`].
    async fn page_groups(&self, offset: u64, limit: u32, shown: Shown) -> Result<Vec<GroupRow>, StoreError>;

    /// A window for the list of groups, in order of creation, and how many groups the search matches in all.
    async fn find_groups(&self, query: &GroupQuery) -> Result<(u64, Vec<GroupRow>), StoreError>;

    /// How many groups there are; no scan.
    async fn group_count(&self) -> Result<u64, StoreError>;

    /// Direct members of a group, in order of id, at most `limit`; with `only`, those of them that have one of these
    /// ids.
    async fn members(
        &self,
        group: GroupId,
        only: Option<&[ResourceId]>,
        limit: u32,
    ) -> Result<Vec<GroupMember>, StoreError>;

    /// A window of a group's direct members, in order of creation; none where there is no such group. Costs the same
    /// anywhere in a large group, but for counting those before it.
    async fn member_window(&self, group: GroupId, query: &MemberQuery) -> Result<Option<MemberPage>, StoreError>;

    /// How the users among a group's direct members stand, in order of creation, and how many members are groups.
    /// As costly as the group is large, and held up by nobody.
    async fn standings(&self, group: GroupId) -> Result<(Vec<MemberStanding>, u64), StoreError>;

    /// Groups that these people are in directly, and in which afterwards nobody who can log in has a role, or a higher
    /// one, that somebody has now; the smallest first. Looks at members for a moment, and counts the groups left out.
    async fn left_without(&self, losses: &[RoleLoss]) -> Result<LeftWithout, StoreError>;

    /// Groups whose members' roles are still to follow their mapping.
    async fn settling(&self) -> Result<Vec<GroupId>, StoreError>;

    /// How many direct members of a group have roles that are still to follow its mapping.
    async fn unsettled(&self, group: GroupId) -> Result<u64, StoreError>;

    /// The session with this hash and its user, expired ones too.
    async fn session_by_hash(&self, hash: &SessionHash) -> Result<Option<(SessionRow, UserRow)>, StoreError>;

    /// Sessions of a user, newest first.
    async fn sessions_of(&self, user: UserId) -> Result<Vec<SessionRow>, StoreError>;

    /// Events, newest first; with [`EventQuery::after`] and no `before`, the oldest ones after it, oldest first.
    async fn events(&self, query: &EventQuery) -> Result<Vec<Event>, StoreError>;

    /// One event, whole.
    async fn event(&self, id: EventId) -> Result<Option<EventDetail>, StoreError>;

    /// Part of the log that a filter shows. Looks at no more events than a moment allows, and says how far it came.
    async fn search_events(&self, scan: &EventScan) -> Result<EventsFound, StoreError>;

    /// The first event that arrived at this time or later; the number of the next one to come where there is none.
    async fn event_at(&self, time: Timestamp) -> Result<EventId, StoreError>;

    /// Events that touched a user, newest first: about the user, about the user's (folded) name while nobody had it, and
    /// pushes of groups that changed the user's membership or role. Looks at no more of them than a moment allows.
    async fn timeline(&self, person: UserId, name: Option<&str>, query: &TimelineQuery)
    -> Result<Timeline, StoreError>;

    /// How many groups test traffic made; no scan.
    async fn test_group_count(&self) -> Result<u64, StoreError>;

    /// How much test traffic left behind. As costly as that is much.
    async fn test_counts(&self) -> Result<TestCounts, StoreError>;

    /// Events of test traffic after a number, oldest first, at most `limit`.
    async fn test_events(&self, after: EventId, limit: u32) -> Result<Vec<Event>, StoreError>;

    /// The newest committed event; changes with every commit that holds one. What it shows can be read already.
    fn newest_event(&self) -> watch::Receiver<EventId>;

    /// People whose last push by Okta's client failed, those that failed last first.
    async fn failed_pushes(&self, query: &FailedPushQuery) -> Result<FailedPushPage, StoreError>;

    /// The same of one person, by id or by folded name.
    async fn failed_push_of(&self, id: UserId, folded_name: &str) -> Result<Option<FailedPush>, StoreError>;

    /// The same store as dry runs see and use it. It shows besides what was promised, a list behind everything else;
    /// of e-mail addresses a promised person has no other than the name. What a job decides there is not carried out:
    /// only its event is, with the changes that it would have made, and what it would have made anew is promised. People
    /// who are here are seen as dry runs would have changed them, until they change; groups as they are.
    fn rehearsal(&self) -> Arc<dyn Store>;

    /// What the dry run of a token, and of those that it replaced, left behind; none where there is no such token.
    async fn dry_run(&self, token: TokenId) -> Result<Option<GoLive>, StoreError>;

    /// The last snapshot of the diagnosis.
    async fn watch_state(&self) -> Result<Option<WatchState>, StoreError>;

    /// Writes what waits and closes. Later calls fail with [`StoreError::Closed`].
    async fn close(&self) -> Result<(), StoreError>;
}
