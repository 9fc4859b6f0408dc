//! The writer: one thread that owns the only connection that writes.
//!
//! Jobs reach it through one queue, so that they keep the order in which they came. It takes what waits, runs it in one
//! transaction, commits once, and only then answers. A lone job is committed at once; events that nobody waits for may
//! linger a moment for company.

use std::{
    sync::{Arc, Mutex, PoisonError, RwLock},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError, oneshot, watch};

use super::{
    batch::{Answer, Batch},
    changes::Changes,
    counters::Ledger,
    event_rows::Prune,
    mailbox::{Mailbox, Urgency},
};
use crate::{
    model::{event::EventDetail, id::EventId, user::UserCounts, workspace::Workspace},
    store::{Draft, Job, StoreError, TokenHash, TokenRow},
};

/// How many jobs may wait, and besides them how many events.
pub(super) const QUEUE: usize = 1_024;
/// How many jobs share a commit.
const BATCH: usize = 256;
/// For how long a batch takes in further jobs.
const BATCH_TIME: Duration = Duration::from_millis(10);
/// For how long events that nobody waits for wait for company.
const LINGER: Duration = Duration::from_millis(20);
/// When to try again after being turned away.
const RETRY_AFTER_SECS: u64 = 1;

enum Message {
    Write { job: Job, answer: Answer, _place: OwnedSemaphorePermit },
    Record { detail: Box<EventDetail>, _place: OwnedSemaphorePermit },
    Close(oneshot::Sender<Result<(), StoreError>>),
}

impl Urgency for Message {
    fn is_urgent(&self) -> bool {
        !matches!(self, Self::Record { .. })
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_urgent() { "Message(urgent)" } else { "Message" })
    }
}

/// What the writer shows to readers after each commit: what every request needs, so that none asks the database for it.
#[derive(Debug)]
struct Published {
    newest: watch::Sender<EventId>,
    ledger: RwLock<Ledger>,
}

/// The writer's counter: where jobs are handed in.
#[derive(Debug)]
pub(super) struct Writer {
    mailbox: Arc<Mailbox<Message>>,
    /// Places in the queue. Events have their own: a storm of reads must not turn changes away.
    jobs: Arc<Semaphore>,
    events: Arc<Semaphore>,
    published: Arc<Published>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread on a connection that is configured and up to date.
    pub(super) fn start(conn: Connection) -> Result<Self, StoreError> {
        let failed = |error: std::io::Error| StoreError::Database(format!("the writer cannot start: {error}"));
        let ledger = Ledger::load(&conn)?;
        let published = Arc::new(Published {
            newest: watch::Sender::new(EventId(ledger.last_event)),
            ledger: RwLock::new(ledger.clone()),
        });
        let mailbox = Arc::new(Mailbox::new());
        let desk = Desk { conn, ledger, published: Arc::clone(&published), mailbox: Arc::clone(&mailbox), prune: None };
        let thread =
            std::thread::Builder::new().name("store-writer".to_owned()).spawn(|| desk.run()).map_err(failed)?;
        Ok(Self {
            mailbox,
            jobs: Arc::new(Semaphore::new(QUEUE)),
            events: Arc::new(Semaphore::new(QUEUE)),
            published,
            thread: Mutex::new(Some(thread)),
        })
    }

    fn send(&self, message: Message) -> Result<(), StoreError> {
        self.mailbox.put(message).map_err(|_| StoreError::Closed)
    }

    /// Hands in a job and waits until it is durable.
    pub(super) async fn write(&self, job: Job) -> Result<(), StoreError> {
        let place = Arc::clone(&self.jobs).try_acquire_owned().map_err(|error| match error {
            TryAcquireError::NoPermits => StoreError::Busy { retry_after_secs: RETRY_AFTER_SECS },
            TryAcquireError::Closed => StoreError::Closed,
        })?;
        let (answer, outcome) = oneshot::channel();
        self.send(Message::Write { job, answer, _place: place })?;
        outcome.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Hands in an event, waiting for a place.
    pub(super) async fn record(&self, mut draft: Draft) -> Result<(), StoreError> {
        let place = Arc::clone(&self.events).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        // Here rather than at insertion: the client does not wait for what follows.
        draft.stamp();
        self.send(Message::Record { detail: Box::new(draft.detail), _place: place })
    }

    /// Follows the newest committed event.
    pub(super) fn newest(&self) -> watch::Receiver<EventId> {
        self.published.newest.subscribe()
    }

    fn committed<T>(&self, read: impl FnOnce(&Ledger) -> T) -> Result<T, StoreError> {
        if self.jobs.is_closed() {
            return Err(StoreError::Closed);
        }
        Ok(read(&self.published.ledger.read().unwrap_or_else(PoisonError::into_inner)))
    }

    /// The settings as committed.
    pub(super) fn workspace(&self) -> Result<Workspace, StoreError> {
        self.committed(|ledger| ledger.workspace.as_ref().clone())
    }

    /// The token with this hash.
    pub(super) fn token(&self, hash: &TokenHash) -> Result<Option<TokenRow>, StoreError> {
        self.committed(|ledger| ledger.tokens.get(hash).cloned())
    }

    /// Users by standing.
    pub(super) fn counts(&self) -> Result<UserCounts, StoreError> {
        self.committed(|ledger| ledger.counts)
    }

    /// Which users changed lately.
    pub(super) fn changes(&self) -> Result<Arc<Changes>, StoreError> {
        self.committed(|ledger| Arc::clone(&ledger.changes))
    }

    /// How many groups there are.
    pub(super) fn group_count(&self) -> Result<u64, StoreError> {
        self.committed(|ledger| ledger.groups)
    }

    /// How many groups test traffic made.
    pub(super) fn test_group_count(&self) -> Result<u64, StoreError> {
        self.committed(|ledger| ledger.test_groups)
    }

    /// Takes no more, writes what waits, and closes the connection.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        self.jobs.close();
        self.events.close();
        let (answer, outcome) = oneshot::channel();
        self.send(Message::Close(answer))?;
        outcome.await.unwrap_or(Err(StoreError::Closed))
    }
}

impl Drop for Writer {
    /// Waits until what was handed in is written, so that a store opened next finds it.
    fn drop(&mut self) {
        self.mailbox.close();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the store's writer ended by a panic");
        }
    }
}

/// The thread's side.
struct Desk {
    conn: Connection,
    ledger: Ledger,
    published: Arc<Published>,
    mailbox: Arc<Mailbox<Message>>,
    /// A pruning under way: one slice after each batch, more when nothing else waits.
    prune: Option<Prune>,
}

impl Desk {
    fn run(mut self) {
        loop {
            let company = match self.mailbox.take(BATCH) {
                company if company.is_empty() && self.prune.is_none() => {
                    if !self.mailbox.wait() {
                        return;
                    }
                    continue;
                }
                company => company,
            };
            if let Some(closing) = self.serve(company) {
                return self.shut(closing);
            }
            if let Some(prune) = self.prune.take() {
                let mut batch = Batch::new(&self.conn, &self.ledger);
                batch.prune(prune);
                let committed = batch.commit();
                self.publish(committed);
            }
        }
    }

    /// One batch, from the messages that start it. Gives back the wish to close, where there was one.
    fn serve(&mut self, mut company: Vec<Message>) -> Option<Answer> {
        if company.is_empty() {
            return None;
        }
        if company.len() < BATCH && !company.iter().any(Message::is_urgent) {
            let enough = BATCH - company.len();
            self.mailbox.linger(enough, Instant::now() + LINGER);
            company.extend(self.mailbox.take(enough));
        }
        let started = Instant::now();
        let mut taken = 0;
        let mut closing = None;
        let mut batch = Batch::new(&self.conn, &self.ledger);
        loop {
            taken += company.len();
            for message in company {
                // What was handed in together with the wish to close is still written.
                closing = take(&mut batch, message).or(closing);
            }
            if closing.is_some() || taken >= BATCH || started.elapsed() >= BATCH_TIME {
                break;
            }
            company = self.mailbox.take(BATCH - taken);
            if company.is_empty() {
                break;
            }
        }
        let committed = batch.commit();
        self.publish(committed);
        closing
    }

    /// Shows a committed batch to readers, and only then answers: who is told that a change is durable can read it.
    fn publish(&mut self, committed: Option<super::batch::Committed>) {
        let Some(committed) = committed else { return };
        committed.ledger.changes.commit();
        self.published.ledger.write().unwrap_or_else(PoisonError::into_inner).clone_from(&committed.ledger);
        if self.ledger.last_event != committed.ledger.last_event {
            self.published.newest.send_replace(EventId(committed.ledger.last_event));
        }
        self.ledger = committed.ledger;
        self.prune = committed.prune.or(self.prune);
        for answer in committed.granted {
            // Whoever asked may have hung up; the change stands.
            let _ = answer.send(Ok(()));
        }
    }

    fn shut(mut self, answer: Answer) {
        self.mailbox.close();
        loop {
            let company = self.mailbox.take(BATCH);
            if company.is_empty() {
                break;
            }
            if let Some(other) = self.serve(company) {
                let _ = other.send(Ok(()));
            }
        }
        // What is left in the log would be read at the next start; folding it in now makes that start quick.
        let folded = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        let closed = self.conn.close().map_err(|(_, error)| error);
        let _ = answer.send(folded.and(closed).map_err(StoreError::from));
    }
}

fn take(batch: &mut Batch<'_>, message: Message) -> Option<Answer> {
    match message {
        Message::Write { job, answer, .. } => batch.write(job, answer),
        Message::Record { detail, .. } => batch.record(&detail),
        Message::Close(answer) => return Some(answer),
    }
    None
}
