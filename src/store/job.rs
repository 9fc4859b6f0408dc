//! Jobs: read, decide, write.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Instant,
};

use crate::{
    model::{
        event::EventDetail,
        group::GroupMember,
        id::{GroupId, ResourceId, SessionId, TokenId, UserId},
        time::Timestamp,
        workspace::Workspace,
    },
    store::{
        Candidate, CodeHash, GroupRow, MemberStanding, Position, Promise, RoleGiven, SessionRow, SignInCodeRow, Store,
        StoreError, TokenRow, UserRow, WatchState,
    },
};

/// Something a rule must see before it can decide.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    /// The user with this id.
    User(UserId),
    /// The user with this folded name.
    UserNamed(String),
    /// Every user with this externalId (at most 20, oldest first).
    UsersWithExternalId(String),
    /// The users with these ids, in this order; those that are not there are left out.
    Users(Vec<UserId>),
    /// How many users are active owners.
    ActiveOwners,
    /// How many sessions of a user have not expired at this time.
    OpenSessions(UserId, Timestamp),
    /// How many people of test traffic are active owners.
    ActiveTestOwners,
    /// Whether all that test traffic made is being removed.
    RemovingTests,
    /// The group with this id.
    Group(GroupId),
    /// The group with this folded name.
    GroupNamed(String),
    /// What these ids are, and whether they are direct members of the group (nobody is of one that does not exist).
    Candidates(GroupId, Vec<ResourceId>),
    /// Every direct member of a group, in order of id. As costly as the group is large.
    MembersOf(GroupId),
    /// How the users with these ids stand beside a group, in this order; those that are not there are left out. Without
    /// ids every user among its direct members, in order of creation.
    Standings(GroupId, Option<Vec<UserId>>),
    /// Of a group's direct members, the active owners whose role can come from a group: of those a mapping may take it.
    MappableOwners(GroupId),
    /// The next so many direct members of a group whose roles are still to follow its mapping, in order of creation; none
    /// when that is done.
    Unsettled(GroupId, u32),
    /// The workspace's settings.
    Workspace,
    /// One token.
    Token(TokenId),
    /// The next promises that a dry run with this token, or with one that it replaced, left to be kept.
    Promises(TokenId),
    /// The pending sign-in code with this hash.
    SignInCode(CodeHash),
}

/// What the store found under a [`Key`].
#[derive(Debug, Clone)]
pub enum Record {
    /// For [`Key::User`] and [`Key::UserNamed`].
    User(Option<Box<UserRow>>),
    /// For [`Key::UsersWithExternalId`] and [`Key::Users`].
    Users(Vec<UserRow>),
    /// For [`Key::Group`] and [`Key::GroupNamed`].
    Group(Option<Box<GroupRow>>),
    /// For [`Key::Candidates`], in the order in which they were asked for.
    Candidates(Vec<Candidate>),
    /// For [`Key::MembersOf`].
    Members(Vec<GroupMember>),
    /// For [`Key::Standings`] and [`Key::MappableOwners`].
    Standings(Vec<MemberStanding>),
    /// For [`Key::Unsettled`].
    Unsettled(Option<Vec<MemberStanding>>),
    /// For [`Key::ActiveOwners`], [`Key::ActiveTestOwners`] and [`Key::OpenSessions`].
    Count(u64),
    /// For [`Key::RemovingTests`].
    Truth(bool),
    /// For [`Key::Workspace`].
    Workspace(Box<Workspace>),
    /// For [`Key::Token`].
    Token(Option<Box<TokenRow>>),
    /// For [`Key::Promises`]: some, and whether more follow.
    Promises(Vec<Promise>, bool),
    /// For [`Key::SignInCode`].
    SignInCode(Option<SignInCodeRow>),
}

/// A rule asked for something that was not read yet. The store reads it and runs the rule again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread(pub Key);

/// What was read for a rule. It shows what earlier jobs of the same batch have written.
#[derive(Debug, Default)]
pub struct View {
    records: Vec<(Key, Record)>,
}

impl View {
    /// Adds what was found under a key.
    pub fn insert(&mut self, key: Key, record: Record) {
        self.records.push((key, record));
    }

    fn get(&self, key: &Key) -> Option<&Record> {
        self.records.iter().find(|(known, _)| known == key).map(|(_, record)| record)
    }

    /// The user with this id.
    ///
    /// # Errors
    /// Not read yet; so with every method here.
    pub fn user(&self, id: UserId) -> Result<Option<&UserRow>, Unread> {
        self.one_user(Key::User(id))
    }

    /// The user with this folded name.
    ///
    /// # Errors
    /// Not read yet.
    pub fn user_named(&self, folded: &str) -> Result<Option<&UserRow>, Unread> {
        self.one_user(Key::UserNamed(folded.to_owned()))
    }

    fn one_user(&self, key: Key) -> Result<Option<&UserRow>, Unread> {
        match self.get(&key) {
            Some(Record::User(user)) => Ok(user.as_deref()),
            _ => Err(Unread(key)),
        }
    }

    /// Users with this externalId.
    ///
    /// # Errors
    /// Not read yet.
    pub fn users_with_external_id(&self, external_id: &str) -> Result<&[UserRow], Unread> {
        self.some_users(Key::UsersWithExternalId(external_id.to_owned()))
    }

    /// Users with these ids.
    ///
    /// # Errors
    /// Not read yet.
    pub fn users(&self, ids: &[UserId]) -> Result<&[UserRow], Unread> {
        self.some_users(Key::Users(ids.to_vec()))
    }

    fn some_users(&self, key: Key) -> Result<&[UserRow], Unread> {
        match self.get(&key) {
            Some(Record::Users(users)) => Ok(users),
            _ => Err(Unread(key)),
        }
    }

    /// The group with this id.
    ///
    /// # Errors
    /// Not read yet.
    pub fn group(&self, id: GroupId) -> Result<Option<&GroupRow>, Unread> {
        self.one_group(Key::Group(id))
    }

    /// The group with this folded name.
    ///
    /// # Errors
    /// Not read yet.
    pub fn group_named(&self, folded: &str) -> Result<Option<&GroupRow>, Unread> {
        self.one_group(Key::GroupNamed(folded.to_owned()))
    }

    fn one_group(&self, key: Key) -> Result<Option<&GroupRow>, Unread> {
        match self.get(&key) {
            Some(Record::Group(group)) => Ok(group.as_deref()),
            _ => Err(Unread(key)),
        }
    }

    /// What these ids are to a group.
    ///
    /// # Errors
    /// Not read yet.
    pub fn candidates(&self, group: GroupId, ids: &[ResourceId]) -> Result<&[Candidate], Unread> {
        let key = Key::Candidates(group, ids.to_vec());
        match self.get(&key) {
            Some(Record::Candidates(candidates)) => Ok(candidates),
            _ => Err(Unread(key)),
        }
    }

    /// Every direct member of a group.
    ///
    /// # Errors
    /// Not read yet.
    pub fn members_of(&self, group: GroupId) -> Result<&[GroupMember], Unread> {
        match self.get(&Key::MembersOf(group)) {
            Some(Record::Members(members)) => Ok(members),
            _ => Err(Unread(Key::MembersOf(group))),
        }
    }

    /// How users stand beside a group: these, or every one among its direct members.
    ///
    /// # Errors
    /// Not read yet.
    pub fn standings(&self, group: GroupId, of: Option<&[UserId]>) -> Result<&[MemberStanding], Unread> {
        let key = Key::Standings(group, of.map(<[UserId]>::to_vec));
        match self.get(&key) {
            Some(Record::Standings(standings)) => Ok(standings),
            _ => Err(Unread(key)),
        }
    }

    /// Active owners among a group's members whose role can come from a group.
    ///
    /// # Errors
    /// Not read yet.
    pub fn mappable_owners(&self, group: GroupId) -> Result<&[MemberStanding], Unread> {
        match self.get(&Key::MappableOwners(group)) {
            Some(Record::Standings(standings)) => Ok(standings),
            _ => Err(Unread(Key::MappableOwners(group))),
        }
    }

    /// The next members of a group whose roles are still to follow its mapping; none when that is done.
    ///
    /// # Errors
    /// Not read yet.
    pub fn unsettled(&self, group: GroupId, limit: u32) -> Result<Option<&[MemberStanding]>, Unread> {
        match self.get(&Key::Unsettled(group, limit)) {
            Some(Record::Unsettled(members)) => Ok(members.as_deref()),
            _ => Err(Unread(Key::Unsettled(group, limit))),
        }
    }

    /// How many active owners there are.
    ///
    /// # Errors
    /// Not read yet.
    pub fn active_owners(&self) -> Result<u64, Unread> {
        match self.get(&Key::ActiveOwners) {
            Some(Record::Count(count)) => Ok(*count),
            _ => Err(Unread(Key::ActiveOwners)),
        }
    }

    /// How many sessions of a user have not expired at a time.
    ///
    /// # Errors
    /// Not read yet.
    pub fn open_sessions(&self, user: UserId, now: Timestamp) -> Result<u64, Unread> {
        match self.get(&Key::OpenSessions(user, now)) {
            Some(Record::Count(count)) => Ok(*count),
            _ => Err(Unread(Key::OpenSessions(user, now))),
        }
    }

    /// How many people of test traffic are active owners.
    ///
    /// # Errors
    /// Not read yet.
    pub fn active_test_owners(&self) -> Result<u64, Unread> {
        match self.get(&Key::ActiveTestOwners) {
            Some(Record::Count(count)) => Ok(*count),
            _ => Err(Unread(Key::ActiveTestOwners)),
        }
    }

    /// Whether all that test traffic made is being removed.
    ///
    /// # Errors
    /// Not read yet.
    pub fn removing_tests(&self) -> Result<bool, Unread> {
        match self.get(&Key::RemovingTests) {
            Some(Record::Truth(truth)) => Ok(*truth),
            _ => Err(Unread(Key::RemovingTests)),
        }
    }

    /// The settings.
    ///
    /// # Errors
    /// Not read yet.
    pub fn workspace(&self) -> Result<&Workspace, Unread> {
        match self.get(&Key::Workspace) {
            Some(Record::Workspace(workspace)) => Ok(workspace),
            _ => Err(Unread(Key::Workspace)),
        }
    }

    /// One token.
    ///
    /// # Errors
    /// Not read yet.
    pub fn token(&self, id: TokenId) -> Result<Option<&TokenRow>, Unread> {
        match self.get(&Key::Token(id)) {
            Some(Record::Token(token)) => Ok(token.as_deref()),
            _ => Err(Unread(Key::Token(id))),
        }
    }

    /// The next promises of a dry run to keep, people before groups, and whether more follow.
    ///
    /// # Errors
    /// Not read yet.
    pub fn promises(&self, token: TokenId) -> Result<(&[Promise], bool), Unread> {
        match self.get(&Key::Promises(token)) {
            Some(Record::Promises(some, more)) => Ok((some, *more)),
            _ => Err(Unread(Key::Promises(token))),
        }
    }

    /// A pending sign-in code.
    ///
    /// # Errors
    /// Not read yet.
    pub fn sign_in_code(&self, hash: CodeHash) -> Result<Option<&SignInCodeRow>, Unread> {
        match self.get(&Key::SignInCode(hash)) {
            Some(Record::SignInCode(code)) => Ok(code.as_ref()),
            _ => Err(Unread(Key::SignInCode(hash))),
        }
    }
}

/// One thing to write.
#[derive(Debug, Clone)]
pub enum Change {
    /// A new user row, at the end of the order of creation.
    InsertUser(Box<UserRow>),
    /// A user row in place of the one with the same id, at that one's position. The job fails when there is none.
    UpdateUser(Box<UserRow>),
    /// Gives users the roles that follow from their groups; those that are not there are passed over. Nothing else of
    /// them changes, the version neither, so that a whole large group costs little more than reading it.
    GiveRoles(Vec<RoleGiven>),
    /// Notes that the roles of a group's members follow its mapping up to this position, and that the others' are still
    /// to; with none that all do. Passed over where there is no such group.
    Settle(GroupId, Option<Position>),
    /// Removes a user, sessions, pending codes and memberships included. The groups it was in have a new version.
    DeleteUser(UserId),
    /// Ends every membership of a user, who stays. The groups that this was in have a new version.
    LeaveGroups(UserId),
    /// A new group row without members, at the end of the order of creation.
    InsertGroup(Box<GroupRow>),
    /// A group row in place of the one with the same id. The job fails when there is none.
    UpdateGroup(Box<GroupRow>),
    /// Removes a group and its memberships, also its own in other groups, which have a new version then.
    DeleteGroup(GroupId),
    /// Makes users and groups direct members of a group; those that are already, and ids that nobody has, are passed
    /// over. The group's own row is another change. The job fails when there is no such group.
    AddMembers(GroupId, Vec<ResourceId>),
    /// Ends direct memberships; ids that are no members are passed over.
    RemoveMembers(GroupId, Vec<ResourceId>),
    /// Ends every direct membership of a group.
    ClearMembers(GroupId),
    /// Forgets that pushes of a user failed: what they could have left undone was done here.
    SettlePush(UserId),
    /// Ends every session and pending sign-in code of a user.
    EndSessions(UserId),
    /// A new token.
    InsertToken(Box<TokenRow>),
    /// Marks a token as revoked; one that is revoked already keeps its time.
    RevokeToken(TokenId, Timestamp),
    /// Marks a token as replaced by another, and lets it end at this time unless it ends sooner.
    ReplaceToken {
        /// Which.
        id: TokenId,
        /// The token in its place.
        by: TokenId,
        /// From when on it is refused.
        ends: Timestamp,
    },
    /// A promise of a dry run was kept, or never can be: it is forgotten.
    Fulfil(ResourceId),
    /// A dry run is over: from now on what comes with this token is carried out, and with those that it replaced.
    GoLive(TokenId),
    /// A new sign-in code; earlier ones of the same user are removed.
    InsertSignInCode(SignInCodeRow),
    /// Uses up a sign-in code.
    DeleteSignInCode(CodeHash),
    /// A new session; those of the same user that had expired when it began are removed.
    InsertSession(SessionRow),
    /// Ends one session.
    DeleteSession(SessionId),
    /// Notes that a session was used.
    TouchSession(SessionId, Timestamp),
    /// New settings.
    SetWorkspace(Box<Workspace>),
    /// A new snapshot of the diagnosis.
    SetWatchState(WatchState),
    /// Removes the tokens of test traffic, and notes that all else that it made is to follow.
    BeginTestRemoval,
    /// Removes some of what test traffic made: people, groups, events; and, once there is none left, the note of
    /// [`Change::BeginTestRemoval`].
    RemoveTests,
    /// Forgets the oldest events, by age and by size of the log, from the first up to the first that may stay. A long
    /// log is cut in slices, so that nobody is held up: the job returns after the first, the rest follows by itself.
    PruneEvents {
        /// Those that arrived before this are forgotten.
        before: Timestamp,
        /// Of the rest, the oldest until the bodies and rows kept take at most so many bytes.
        keep_bytes: u64,
    },
}

impl Change {
    /// Whether who is in which group, or what a group is called, may be different afterwards.
    pub(in crate::store) const fn is_about_groups(&self) -> bool {
        matches!(
            self,
            Self::DeleteUser(_)
                | Self::LeaveGroups(_)
                | Self::InsertGroup(_)
                | Self::UpdateGroup(_)
                | Self::DeleteGroup(_)
                | Self::AddMembers(..)
                | Self::RemoveMembers(..)
                | Self::ClearMembers(_)
                | Self::RemoveTests
        )
    }
}

/// An event before it has its place in the order.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The event; its `id` and `latency_micros` are filled in by the store.
    pub detail: EventDetail,
    /// When the request arrived, for the latency.
    pub received: Instant,
}

impl Draft {
    /// Fills in the latency: from the request's arrival to this moment. An implementation of the store calls it when
    /// it writes a job's event, and for an event that nobody waits for when that is handed in.
    pub(in crate::store) fn stamp(&mut self) {
        self.detail.event.latency_micros = u64::try_from(self.received.elapsed().as_micros()).unwrap_or(u64::MAX);
    }
}

/// What a rule decided.
#[derive(Debug, Default)]
pub struct Decision {
    /// What to write, in order.
    pub changes: Vec<Change>,
    /// The event that commits with it.
    pub event: Option<Draft>,
}

type Rule = Box<dyn FnMut(&View) -> Result<Decision, Unread> + Send>;

/// One unit of work for the writer.
pub struct Job {
    /// What the rule is known to need: read before it first runs.
    pub keys: Vec<Key>,
    /// Whether this is a dry run: see [`Store::rehearsal`].
    pub(in crate::store) rehearsed: bool,
    rule: Rule,
}

impl Job {
    /// A job from the keys it will need and the rule that decides. The rule may run several times (each time it asks
    /// for a key that was not named), so it must not do anything but decide.
    pub fn new(keys: Vec<Key>, rule: impl FnMut(&View) -> Result<Decision, Unread> + Send + 'static) -> Self {
        Self { keys, rehearsed: false, rule: Box::new(rule) }
    }

    /// Runs the rule once.
    ///
    /// # Errors
    /// The key to read before running it again.
    pub fn run(&mut self, view: &View) -> Result<Decision, Unread> {
        (self.rule)(view)
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// Runs a rule that also gives an answer, and returns the answer once what it decided is durable.
///
/// # Errors
/// [`StoreError`]; nothing was written then.
pub async fn decide<T: Send + 'static>(
    store: &dyn Store,
    keys: Vec<Key>,
    mut rule: impl FnMut(&View) -> Result<(Decision, T), Unread> + Send + 'static,
) -> Result<T, StoreError> {
    let slot = Arc::new(Mutex::new(None));
    let answer = Arc::clone(&slot);
    let job = Job::new(keys, move |view| {
        let (decision, output) = rule(view)?;
        *answer.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(output);
        Ok(decision)
    });
    store.write(job).await?;
    let output = slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
    output.ok_or(StoreError::Closed)
}
