//! Records requests that changed nothing, and keeps refusals from filling the disk.
//!
//! Every request becomes an event. Refused credentials are the exception that proves it: after the first
//! [`SINGLES`] of one address within a minute, the rest are folded, one event for each [`FOLD`] with a count, so that a
//! client gone wild (or a stranger) costs six rows a minute and nothing goes unseen.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    directory::request::{Outcome, Request},
    model::event::Action,
    service::app::App,
    store::Draft,
};

/// How many refusals of one address are recorded singly within a [`WINDOW`].
const SINGLES: u32 = 20;
/// How long an address is remembered after its first refusal.
const WINDOW: Duration = Duration::from_secs(60);
/// How long further refusals gather before they become one event.
const FOLD: Duration = Duration::from_secs(10);
/// How many addresses are remembered; beyond, the rest share one place.
const ADDRESSES: usize = 1_000;

#[derive(Debug)]
struct Refusals {
    since: Instant,
    singles: u32,
    gathering: Option<(Instant, Draft)>,
}

/// Records what handlers hand it.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    refusals: Mutex<HashMap<String, Refusals>>,
}

impl Recorder {
    /// Records a request that changed nothing. A failure is logged: the client's answer does not depend on it.
    pub(super) async fn record(&self, app: &App, request: &Request, outcome: &Outcome) {
        let draft = request.draft(outcome);
        if outcome.notes.action == Action::SignInRefused {
            let ready = self.fold(draft, request.received);
            for draft in ready {
                self.keep(app, draft).await;
            }
        } else {
            self.keep(app, draft).await;
        }
    }

    /// Records what is still gathering.
    pub(super) async fn flush(&self, app: &App) {
        let waiting: Vec<_> = {
            let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
            refusals.drain().filter_map(|(_, kept)| kept.gathering).map(|(_, draft)| draft).collect()
        };
        for draft in waiting {
            self.keep(app, draft).await;
        }
    }

    async fn keep(&self, app: &App, draft: Draft) {
        if let Err(error) = app.store.record(draft).await {
            tracing::error!(%error, "an event could not be recorded");
        }
    }

    /// What is to be recorded now: the refusal itself, or what has gathered for long enough.
    fn fold(&self, mut draft: Draft, now: Instant) -> Vec<Draft> {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ready = Vec::new();
        refusals.retain(|_, kept| {
            let over = now.saturating_duration_since(kept.since) > WINDOW;
            if over && let Some((_, draft)) = kept.gathering.take() {
                ready.push(draft);
            }
            !over
        });
        let mut address = draft.detail.event.address.clone().unwrap_or_default();
        if refusals.len() >= ADDRESSES && !refusals.contains_key(&address) {
            address.clear();
        }
        let kept = refusals.entry(address).or_insert(Refusals { since: now, singles: 0, gathering: None });
        if kept.singles < SINGLES {
            kept.singles += 1;
            ready.push(draft);
            return ready;
        }
        let (since, repeats) = match kept.gathering.take() {
            Some((since, earlier)) => (since, earlier.detail.event.repeats),
            None => (now, 0),
        };
        draft.detail.event.repeats += repeats;
        if now.saturating_duration_since(since) >= FOLD {
            ready.push(draft);
        } else {
            kept.gathering = Some((since, draft));
        }
        ready
    }
}

#[cfg(test)]
mod tests {
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
            transaction: TransactionId::new(at),
        };
        request.draft(&Outcome { reply: Reply::empty(401), notes: Notes::new(Action::SignInRefused) })
    }

    #[test]
    fn a_flood_from_one_address_folds_and_loses_no_count() {
        let recorder = Recorder::default();
        let start = Instant::now();
        let mut drafts = Vec::new();
        for n in 0..1_000 {
            drafts.extend(recorder.fold(refused("198.51.100.7"), start + Duration::from_millis(50 * n)));
        }
        assert!(drafts.len() < 30, "{} events", drafts.len());
        assert_eq!(
            recorder.fold(refused("203.0.113.9"), start + Duration::from_secs(50)).len(),
            1,
            "others stay single"
        );
        drafts.extend(recorder.fold(refused("203.0.113.9"), start + Duration::from_secs(200)).into_iter().take(1));
        let counted: u64 = drafts.iter().map(|draft| draft.detail.event.repeats).sum();
        assert_eq!(counted, 1_000);
    }
}
