//! Records requests that changed nothing, and keeps refusals from filling the disk.
//!
//! Every request becomes an event. Those without accepted credentials (refused, astray, turned away, or for what is open
//! to all), and those that are put off because they come too fast, are the exception that proves it: of each kind, after the first [`SINGLES`] of one address within a minute,
//! the rest are folded, one event for each [`FOLD`] with a count, so that a client gone wild (or a stranger) costs six
//! rows a minute and nothing goes unseen.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    directory::request::{Outcome, Request},
    model::{event::Action, finding::Code},
    service::app::App,
    store::Draft,
};

/// How many refusals of one address are recorded singly within a [`WINDOW`].
const SINGLES: u32 = 20;
/// How long an address is remembered after its first refusal.
const WINDOW: Duration = Duration::from_secs(60);
/// How long further refusals gather before they become one event.
const FOLD: Duration = Duration::from_secs(10);
/// How many addresses are remembered, each once for every kind of request; beyond, the rest share one place.
const ADDRESSES: usize = 1_000;

/// The status of a request that came too fast.
const PUT_OFF: u16 = 429;

/// What folds together: one address doing one thing with one result, and making one mistake.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    address: String,
    action: Action,
    status: u16,
    findings: Vec<Code>,
    /// Whether it is test traffic, which must not be taken for anything else, nor anything else for it.
    test: bool,
}

/// What is known of one kind.
#[derive(Debug)]
struct Refusals {
    since: Instant,
    singles: u32,
    gathering: Option<Gathering>,
}

/// Refusals that will be one event: the last of them, with their count.
#[derive(Debug)]
struct Gathering {
    draft: Draft,
    latency: Duration,
}

impl Gathering {
    /// The event, with the latency of its request rather than of its waiting here.
    fn into_draft(self, now: Instant) -> Draft {
        Draft { received: now.checked_sub(self.latency).unwrap_or(now), ..self.draft }
    }
}

/// What is to be done with a refusal.
#[derive(Debug)]
enum Step {
    /// Record it.
    Record(Box<Draft>),
    /// It gathers with others; the first of them sets the clock for its kind.
    Gather { first: Option<Kind> },
}

/// Records what handlers hand it.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    refusals: Mutex<HashMap<Kind, Refusals>>,
    /// How many kinds gather at the moment, so that whoever has to look is spared it when nothing does.
    gathering: AtomicUsize,
}

impl Recorder {
    /// Records a request that changed nothing. A failure is logged: the client's answer does not depend on it.
    pub(super) async fn record(&self, app: &Arc<App>, request: &Request, outcome: &Outcome) {
        let draft = request.draft(outcome);
        let put_off = outcome.reply.status == PUT_OFF;
        let accepted = request.token.is_some() && outcome.notes.action != Action::SignInRefused && !put_off;
        if accepted {
            return keep(app, draft).await;
        }
        match self.step(draft, Instant::now()) {
            Step::Record(draft) => keep(app, *draft).await,
            Step::Gather { first: Some(kind) } => {
                let app = Arc::clone(app);
                tokio::spawn(async move {
                    tokio::time::sleep(FOLD).await;
                    if let Some(draft) = app.recorder.gathered(&kind, Instant::now()) {
                        keep(&app, draft).await;
                    }
                });
            }
            Step::Gather { first: None } => {}
        }
    }

    /// Records what gathers for an address whose credentials were accepted now: what was wrong before must not stand in
    /// the log after what is right. What was put off was not wrong, and goes on gathering.
    pub(super) async fn overtaken(&self, app: &App, address: Option<&str>) {
        if self.gathering.load(Ordering::Relaxed) == 0 {
            return;
        }
        for draft in self.gathered_of(address.unwrap_or_default(), Instant::now()) {
            keep(app, draft).await;
        }
    }

    fn gathered_of(&self, address: &str, now: Instant) -> Vec<Draft> {
        let mut refusals = self.lock();
        let same = refusals.iter_mut().filter(|(kind, _)| kind.address == address && kind.status != PUT_OFF);
        let mut taken: Vec<_> = same.filter_map(|(_, kept)| kept.gathering.take()).collect();
        self.gathering.fetch_sub(taken.len(), Ordering::Relaxed);
        taken.sort_by_key(|gathering| gathering.draft.received);
        taken.into_iter().map(|gathering| gathering.into_draft(now)).collect()
    }

    /// Records what is still gathering.
    pub(super) async fn flush(&self, app: &App) {
        let now = Instant::now();
        let waiting: Vec<_> = self.lock().drain().filter_map(|(_, kept)| kept.gathering).collect();
        for gathering in waiting {
            keep(app, gathering.into_draft(now)).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Kind, Refusals>> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(&self, mut draft: Draft, now: Instant) -> Step {
        let mut refusals = self.lock();
        refusals.retain(|_, kept| kept.gathering.is_some() || now.saturating_duration_since(kept.since) <= WINDOW);
        let event = &draft.detail.event;
        let address = event.address.clone().unwrap_or_default();
        let findings = event.findings.clone();
        let (action, status, test) = (event.action, event.status, event.is_test());
        let mut kind = Kind { address, action, status, findings, test };
        if refusals.len() >= ADDRESSES && !refusals.contains_key(&kind) {
            kind.address.clear();
        }
        let kept = refusals.entry(kind.clone()).or_insert(Refusals { since: now, singles: 0, gathering: None });
        if kept.singles < SINGLES {
            kept.singles += 1;
            return Step::Record(Box::new(draft));
        }
        let first = kept.gathering.is_none().then_some(kind);
        self.gathering.fetch_add(usize::from(first.is_some()), Ordering::Relaxed);
        draft.detail.event.repeats += kept.gathering.as_ref().map_or(0, |earlier| earlier.draft.detail.event.repeats);
        kept.gathering = Some(Gathering { latency: now.saturating_duration_since(draft.received), draft });
        Step::Gather { first }
    }

    /// What has gathered of a kind.
    fn gathered(&self, kind: &Kind, now: Instant) -> Option<Draft> {
        let gathering = self.lock().get_mut(kind)?.gathering.take()?;
        self.gathering.fetch_sub(1, Ordering::Relaxed);
        Some(gathering.into_draft(now))
    }
}

async fn keep(app: &App, draft: Draft) {
    let event = &draft.detail.event;
    if event.is_test() && app.is_removed(event.at) {
        return;
    }
    if let Err(error) = app.store.record(draft).await {
        tracing::error!(%error, "an event could not be recorded");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;
    use crate::{
        directory::request::{Notes, Reply},
        model::{id::TransactionId, time::Timestamp},
    };

    fn refused(address: &str) -> Draft {
        let at = Timestamp::from_millis(0);
        let request = Request {
            method: "GET".into(),
            path: "/scim/v2/Users".into(),
            query: None,
            address: Some(address.into()),
            user_agent: None,
            token: None,
            at,
            received: Instant::now(),
            base_url: String::new(),
            body: Vec::new(),
            signs: Vec::new(),
            kept: OnceLock::new(),
            transaction: TransactionId::new(at),
            types: crate::scim::schema::ResourceTypes::standard(),
            test: false,
        };
        request.draft(&Outcome { reply: Reply::empty(401), notes: Notes::new(Action::SignInRefused) })
    }

    fn kind(address: &str) -> Kind {
        Kind { address: address.into(), action: Action::SignInRefused, status: 401, findings: Vec::new(), test: false }
    }

    #[test]
    fn a_flood_from_one_address_folds_and_loses_no_count() {
        let recorder = Recorder::default();
        let start = Instant::now();
        let (mut drafts, mut clocks) = (Vec::new(), 0);
        for n in 0..1_000 {
            match recorder.step(refused("198.51.100.7"), start + Duration::from_millis(n)) {
                Step::Record(draft) => drafts.push(*draft),
                Step::Gather { first } => clocks += usize::from(first.is_some()),
            }
        }
        assert_eq!((drafts.len(), clocks), (SINGLES as usize, 1));
        assert!(matches!(recorder.step(refused("203.0.113.9"), start), Step::Record(_)), "others stay single");
        drafts.extend(recorder.gathered(&kind("198.51.100.7"), start + FOLD));
        let counted: u64 = drafts.iter().map(|draft| draft.detail.event.repeats).sum();
        assert_eq!(counted, 1_000);
        assert!(recorder.gathered(&kind("198.51.100.7"), start + FOLD).is_none());
    }

    #[test]
    fn what_is_right_now_comes_after_what_was_wrong() {
        let recorder = Recorder::default();
        let start = Instant::now();
        for _ in 0..SINGLES + 3 {
            recorder.step(refused("198.51.100.7"), start);
        }
        assert!(recorder.gathered_of("203.0.113.9", start).is_empty());
        let overtaken = recorder.gathered_of("198.51.100.7", start);
        assert_eq!(overtaken.iter().map(|draft| draft.detail.event.repeats).collect::<Vec<_>>(), [3]);
        assert_eq!(recorder.gathering.load(Ordering::Relaxed), 0);
        assert!(recorder.gathered(&kind("198.51.100.7"), start + FOLD).is_none(), "the clock finds nothing left");
    }

    #[test]
    fn after_a_minute_an_address_is_heard_singly_again() {
        let recorder = Recorder::default();
        let start = Instant::now();
        for _ in 0..=SINGLES {
            recorder.step(refused("198.51.100.7"), start);
        }
        recorder.gathered(&kind("198.51.100.7"), start + FOLD);
        let later = start + WINDOW + Duration::from_secs(1);
        assert!(matches!(recorder.step(refused("198.51.100.7"), later), Step::Record(_)));
    }
}
