//! One batch: jobs that share a transaction and a commit.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    apply::{apply, read},
    counters::Ledger,
    credential_rows::{TokenUse, note_use},
    event_rows::{self, Prune},
    query::execute,
    rehearsal,
};
use crate::{
    model::{
        event::{Event, EventDetail},
        id::TokenId,
        token::TokenMode,
    },
    store::{Decision, Job, StoreError, View},
};

/// How often a rule may ask for one more key.
const ROUNDS: usize = 16;

/// Where a job's outcome goes.
pub(super) type Answer = oneshot::Sender<Result<(), StoreError>>;

/// A transaction in the making. Nothing is answered with success before it is committed.
pub(super) struct Batch<'c> {
    conn: &'c Connection,
    committed: &'c Ledger,
    ledger: Ledger,
    /// How tokens were used, by day, so that the newest use is noted last.
    uses: BTreeMap<(TokenId, i64), TokenUse>,
    prune: Option<Prune>,
    granted: Vec<Answer>,
    recorded: usize,
    /// Events that could not be recorded, and why the last of them.
    lost: Option<(usize, StoreError)>,
}

/// What a committed batch leaves behind.
pub(super) struct Committed {
    /// What the database holds now.
    pub(super) ledger: Ledger,
    /// A pruning that has to go on.
    pub(super) prune: Option<Prune>,
    /// Whom to tell that their job is durable.
    pub(super) granted: Vec<Answer>,
}

impl<'c> Batch<'c> {
    /// A batch on top of what is committed.
    pub(super) fn new(conn: &'c Connection, committed: &'c Ledger) -> Self {
        Self {
            conn,
            committed,
            ledger: committed.clone(),
            uses: BTreeMap::new(),
            prune: None,
            granted: Vec::new(),
            recorded: 0,
            lost: None,
        }
    }

    /// Runs a job under a savepoint of its own. One that fails is answered at once and leaves nothing behind.
    pub(super) fn write(&mut self, mut job: Job, answer: Answer) {
        match self.begin().and_then(|()| self.carry_out(&mut job)) {
            Ok(()) => self.granted.push(answer),
            Err(error) => {
                self.after_failure(&error);
                // Whoever asked may have hung up.
                let _ = answer.send(Err(error));
            }
        }
    }

    /// Adds the event of a request that changed nothing. A single statement needs no savepoint.
    pub(super) fn record(&mut self, detail: &EventDetail) {
        match self.begin().and_then(|()| event_rows::insert(self.conn, &mut self.ledger, detail)) {
            Ok(()) => {
                self.recorded += 1;
                self.note(&detail.event);
            }
            Err(error) => {
                self.after_failure(&error);
                self.lose_events(1, error);
            }
        }
    }

    /// Forgets the next slice of old events.
    pub(super) fn prune(&mut self, what: Prune) {
        match self.begin().and_then(|()| event_rows::prune(self.conn, &mut self.ledger, what)) {
            Ok(more) => self.prune = more.then_some(what),
            Err(error) => {
                tracing::error!(%error, "old events could not be removed");
                self.after_failure(&error);
            }
        }
    }

    fn begin(&self) -> Result<(), StoreError> {
        if self.conn.is_autocommit() {
            execute(self.conn, "BEGIN IMMEDIATE", [])?;
        }
        Ok(())
    }

    fn carry_out(&mut self, job: &mut Job) -> Result<(), StoreError> {
        let decision = self.decide(job)?;
        if decision.changes.is_empty() && decision.event.is_none() {
            return Ok(());
        }
        let (ledger, prune) = (self.ledger.clone(), self.prune);
        execute(self.conn, "SAVEPOINT job", [])?;
        let kept = if job.rehearsed { self.rehearse(decision) } else { self.keep(decision) };
        let kept = kept.and_then(|event| execute(self.conn, "RELEASE job", []).map(|_| event));
        match kept {
            Ok(event) => {
                if let Some(event) = event {
                    self.note(&event);
                }
                Ok(())
            }
            Err(error) => {
                (self.ledger, self.prune) = (ledger, prune);
                self.undo_job();
                Err(error)
            }
        }
    }

    /// Goes back to the savepoint. SQLite undoes the whole transaction by itself when the disk is full or fails; should
    /// the savepoint be out of reach for another reason, the whole transaction has to go as well.
    fn undo_job(&self) {
        if self.conn.is_autocommit() {
            return;
        }
        let undone =
            execute(self.conn, "ROLLBACK TO job", []).and_then(|_| execute(self.conn, "RELEASE job", [])).map(drop);
        if let Err(error) = undone {
            tracing::error!(%error, "a failed change could not be undone by itself; its batch is rolled back");
            self.roll_back();
        }
    }

    fn roll_back(&self) {
        if !self.conn.is_autocommit()
            && let Err(error) = execute(self.conn, "ROLLBACK", [])
        {
            tracing::error!(%error, "a failed batch could not be rolled back");
        }
    }

    fn decide(&self, job: &mut Job) -> Result<Decision, StoreError> {
        let read = if job.rehearsed { rehearsal::read } else { read };
        let mut view = View::default();
        for key in std::mem::take(&mut job.keys) {
            let record = read(self.conn, &self.ledger, &key)?;
            view.insert(key, record);
        }
        for _ in 0..ROUNDS {
            // The rule only reads the view, so nothing is left half changed by its panic.
            match catch_unwind(AssertUnwindSafe(|| job.run(&view))) {
                Ok(Ok(decision)) => return Ok(decision),
                Ok(Err(unread)) => {
                    let record = read(self.conn, &self.ledger, &unread.0)?;
                    view.insert(unread.0, record);
                }
                Err(_) => return Err(StoreError::Undecided("its rule panicked")),
            }
        }
        Err(StoreError::Undecided("its rule never had enough to decide on"))
    }

    fn keep(&mut self, decision: Decision) -> Result<Option<Event>, StoreError> {
        // When what the changes entail happened: with the request that the event records, and without one at no later
        // time than is known already.
        let at = decision.event.as_ref().map(|draft| draft.detail.event.at).unwrap_or_default();
        for change in decision.changes {
            if let Some(more) = apply(self.conn, &mut self.ledger, change, at)? {
                self.prune = Some(more);
            }
        }
        let Some(mut draft) = decision.event else { return Ok(None) };
        draft.stamp();
        event_rows::insert(self.conn, &mut self.ledger, &draft.detail)?;
        Ok(Some(draft.detail.event))
    }

    /// Keeps the event of a dry run, and promises instead of changes.
    fn rehearse(&mut self, decision: Decision) -> Result<Option<Event>, StoreError> {
        let Decision { changes, event } = decision;
        let Some(mut draft) = event else { return Ok(None) };
        let token = draft.detail.event.token_id.and_then(|id| self.ledger.token(id));
        match token.map(|row| &row.token) {
            // It went live while the job waited.
            Some(token) if token.mode == TokenMode::Live => {
                draft.detail.event.mode = TokenMode::Live;
                return self.keep(Decision { changes, event: Some(draft) });
            }
            Some(token) if token.revoked.is_none() => {
                rehearsal::keep(self.conn, changes, &draft.detail.event, self.ledger.last_event + 1)?;
            }
            _ => {}
        }
        draft.stamp();
        event_rows::insert(self.conn, &mut self.ledger, &draft.detail)?;
        Ok(Some(draft.detail.event))
    }

    fn note(&mut self, event: &Event) {
        let Some(token) = event.token_id else { return };
        let key = (token, event.at.day());
        let used = TokenUse::of(event);
        let used = match self.uses.remove(&key) {
            Some(earlier) => earlier.and(used),
            None => used,
        };
        self.uses.insert(key, used);
    }

    /// When a failure took the whole transaction with it, nobody in this batch may be told otherwise.
    fn after_failure(&mut self, error: &StoreError) {
        if self.conn.is_autocommit() {
            self.lose(error);
        }
    }

    fn lose(&mut self, error: &StoreError) {
        self.ledger = self.committed.clone();
        self.uses.clear();
        self.prune = None;
        for answer in self.granted.drain(..) {
            let _ = answer.send(Err(error.clone()));
        }
        let recorded = std::mem::take(&mut self.recorded);
        if recorded > 0 {
            self.lose_events(recorded, error.clone());
        }
    }

    fn lose_events(&mut self, more: usize, why: StoreError) {
        let before = self.lost.take().map_or(0, |(events, _)| events);
        self.lost = Some((before + more, why));
    }

    /// Makes everything durable. When that fails everyone is told, and nothing is left behind.
    pub(super) fn commit(mut self) -> Option<Committed> {
        let committed = !self.conn.is_autocommit()
            && self
                .finish()
                .inspect_err(|error| {
                    tracing::error!(%error, "a batch of changes could not be committed");
                    self.roll_back();
                    self.lose(error);
                })
                .is_ok();
        // Once a batch, however many there are: a full disk fails them all.
        if let Some((events, error)) = self.lost {
            tracing::error!(events, %error, "events could not be recorded");
        }
        committed.then_some(Committed { ledger: self.ledger, prune: self.prune, granted: self.granted })
    }

    fn finish(&self) -> Result<(), StoreError> {
        for ((token, day), used) in &self.uses {
            note_use(self.conn, *token, *day, used)?;
        }
        self.ledger.save(self.conn, self.committed)?;
        execute(self.conn, "COMMIT", [])?;
        Ok(())
    }
}
