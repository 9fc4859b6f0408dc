//! Jobs: read, decide, write.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Instant,
};

use crate::{
    model::{
        event::EventDetail,
        id::{SessionId, TokenId, UserId},
        time::Timestamp,
        workspace::Workspace,
    },
    store::{CodeHash, SessionRow, SignInCodeRow, Store, StoreError, TokenRow, UserRow, WatchState},
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
    /// How many users are active owners.
    ActiveOwners,
    /// The workspace's settings.
    Workspace,
    /// One token.
    Token(TokenId),
    /// The pending sign-in code with this hash.
    SignInCode(CodeHash),
}

/// What the store found under a [`Key`].
#[derive(Debug, Clone)]
pub enum Record {
    /// For [`Key::User`] and [`Key::UserNamed`].
    User(Option<Box<UserRow>>),
    /// For [`Key::UsersWithExternalId`].
    Users(Vec<UserRow>),
    /// For [`Key::ActiveOwners`].
    Count(u64),
    /// For [`Key::Workspace`].
    Workspace(Box<Workspace>),
    /// For [`Key::Token`].
    Token(Option<Box<TokenRow>>),
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
        let key = Key::UsersWithExternalId(external_id.to_owned());
        match self.get(&key) {
            Some(Record::Users(users)) => Ok(users),
            _ => Err(Unread(key)),
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
    /// Removes a user, sessions and pending codes included.
    DeleteUser(UserId),
    /// Ends every session and pending sign-in code of a user.
    EndSessions(UserId),
    /// A new token.
    InsertToken(Box<TokenRow>),
    /// Marks a token as revoked; one that is revoked already keeps its time.
    RevokeToken(TokenId, Timestamp),
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
    /// Forgets the oldest events, by age and by size of the log, from the first up to the first that may stay. A long
    /// log is cut in slices, so that nobody is held up: the job returns after the first, the rest follows by itself.
    PruneEvents {
        /// Those that arrived before this are forgotten.
        before: Timestamp,
        /// Of the rest, the oldest until the bodies and rows kept take at most so many bytes.
        keep_bytes: u64,
    },
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
    rule: Rule,
}

impl Job {
    /// A job from the keys it will need and the rule that decides. The rule may run several times (each time it asks
    /// for a key that was not named), so it must not do anything but decide.
    pub fn new(keys: Vec<Key>, rule: impl FnMut(&View) -> Result<Decision, Unread> + Send + 'static) -> Self {
        Self { keys, rule: Box::new(rule) }
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
