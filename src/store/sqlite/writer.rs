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
use tokio::{
    runtime::Runtime,
    sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError, mpsc, oneshot, watch},
    time::timeout_at,
};

use super::{
    batch::{Answer, Batch},
    counters::Ledger,
    event_rows::Prune,
};
use crate::{
    model::{event::EventDetail, id::EventId, workspace::Workspace},
    store::{Draft, Job, StoreError},
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

/// What the writer shows to readers after each commit.
#[derive(Debug)]
struct Published {
    newest: watch::Sender<EventId>,
    workspace: RwLock<Arc<Workspace>>,
}

/// The writer's counter: where jobs are handed in.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<mpsc::UnboundedSender<Message>>,
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
            workspace: RwLock::new(Arc::clone(&ledger.workspace)),
        });
        let (queue, waiting) = mpsc::unbounded_channel();
        // Only for waiting with a time limit on a queue that async code fills.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(failed)?;
        let desk = Desk { conn, ledger, published: Arc::clone(&published), waiting, runtime, prune: None };
        let thread =
            std::thread::Builder::new().name("store-writer".to_owned()).spawn(|| desk.run()).map_err(failed)?;
        Ok(Self {
            queue: Some(queue),
            jobs: Arc::new(Semaphore::new(QUEUE)),
            events: Arc::new(Semaphore::new(QUEUE)),
            published,
            thread: Mutex::new(Some(thread)),
        })
    }

    fn send(&self, message: Message) -> Result<(), StoreError> {
        self.queue.as_ref().and_then(|queue| queue.send(message).ok()).ok_or(StoreError::Closed)
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

    /// The settings as committed.
    pub(super) fn workspace(&self) -> Result<Workspace, StoreError> {
        if self.jobs.is_closed() {
            return Err(StoreError::Closed);
        }
        Ok(self.published.workspace.read().unwrap_or_else(PoisonError::into_inner).as_ref().clone())
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
        self.queue = None;
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
    waiting: mpsc::UnboundedReceiver<Message>,
    runtime: Runtime,
    /// A pruning under way: one slice after each batch, more when nothing else waits.
    prune: Option<Prune>,
}

impl Desk {
    fn run(mut self) {
        loop {
            let next = match self.waiting.try_recv() {
                Ok(message) => Some(message),
                Err(mpsc::error::TryRecvError::Disconnected) => break,
                Err(mpsc::error::TryRecvError::Empty) if self.prune.is_some() => None,
                Err(mpsc::error::TryRecvError::Empty) => match self.runtime.block_on(self.waiting.recv()) {
                    Some(message) => Some(message),
                    None => break,
                },
            };
            if let Some(message) = next
                && let Some(closing) = self.serve(message)
            {
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

    /// One batch, from the message that starts it. Gives back the wish to close, where there was one.
    fn serve(&mut self, first: Message) -> Option<Answer> {
        let (company, mut closing) = self.gather(first);
        let started = Instant::now();
        let mut taken = company.len();
        let mut batch = Batch::new(&self.conn, &self.ledger);
        for message in company {
            take(&mut batch, message);
        }
        while closing.is_none() && taken < BATCH && started.elapsed() < BATCH_TIME {
            let Ok(message) = self.waiting.try_recv() else { break };
            taken += 1;
            closing = take(&mut batch, message);
        }
        let committed = batch.commit();
        self.publish(committed);
        closing
    }

    /// Waits for company while there are only events; a job or the wish to close cuts that short.
    fn gather(&mut self, first: Message) -> (Vec<Message>, Option<Answer>) {
        let deadline = tokio::time::Instant::now() + LINGER;
        let mut company = Vec::new();
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Close(answer) => return (company, Some(answer)),
                Message::Write { .. } => {
                    company.push(message);
                    break;
                }
                Message::Record { .. } => company.push(message),
            }
            if company.len() == BATCH {
                break;
            }
            next = match self.waiting.try_recv() {
                Ok(message) => Some(message),
                Err(_) => {
                    let waiting = &mut self.waiting;
                    self.runtime.block_on(async { timeout_at(deadline, waiting.recv()).await.ok().flatten() })
                }
            };
        }
        (company, None)
    }

    /// Shows a committed batch to readers, and only then answers: who is told that a change is durable can read it.
    fn publish(&mut self, committed: Option<super::batch::Committed>) {
        let Some(committed) = committed else { return };
        if !Arc::ptr_eq(&self.ledger.workspace, &committed.ledger.workspace) {
            *self.published.workspace.write().unwrap_or_else(PoisonError::into_inner) =
                Arc::clone(&committed.ledger.workspace);
        }
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
        self.waiting.close();
        while let Ok(message) = self.waiting.try_recv() {
            if let Some(other) = self.serve(message) {
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
