//! The watch: a fold over events that knows at any moment what is wrong and what is proved.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, VecDeque},
};

use serde::{Deserialize, Serialize};

use crate::{
    diagnosis::{
        catalogue::Catalogue,
        checklist::{self, Context},
        people::People,
        proofs::Proofs,
        rules::{Open, PEOPLE_SHOWN, Rule},
        silence::silences,
        traffic::Traffic,
    },
    model::{
        checklist::Checklist,
        event::Event,
        finding::{Code, Finding},
        id::EventId,
        time::Timestamp,
    },
};

/// What the events so far say about the set-up.
///
/// Feed it every event once, in order. It serialises to a snapshot that goes on where it was: after a restart observe
/// what came after [`Watch::last_event`]. Its memory is bounded whatever the traffic, and an event costs about the same
/// however many came before.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Watch {
    last_event: Option<EventId>,
    open: BTreeMap<Code, Open>,
    proofs: Proofs,
    #[serde(default)]
    traffic: Traffic,
    /// What somebody does not want to see any more, and since when: until traffic closes it.
    #[serde(default)]
    dismissed: BTreeMap<Code, Timestamp>,
}

impl Watch {
    /// Takes in the next event. One that is not newer than [`Watch::last_event`] is passed over, so that a replay that
    /// reaches too far back does no harm.
    ///
    /// Only requests of Okta's own client open or close findings: a person who tries the service with curl is never
    /// diagnosed. The checklist also takes the evidence of other clients that carry an accepted token.
    pub fn observe(&mut self, event: &Event) {
        if self.last_event.is_some_and(|last| event.id <= last) {
            return;
        }
        self.last_event = Some(event.id);
        self.traffic.remember(event);
        if event.is_from_okta() {
            let named = self.traffic.named(event);
            let event = named.as_ref().unwrap_or(event);
            let codes = self.traffic.read(event);
            self.close(event, &codes);
            self.open(event, &codes);
        }
        self.proofs.observe(event);
    }

    /// Knows that an event was there, and learns nothing from it.
    pub fn pass_over(&mut self, event: EventId) {
        self.last_event = self.last_event.max(Some(event));
    }

    /// The newest event that was taken in; none before the first.
    pub fn last_event(&self) -> Option<EventId> {
        self.last_event
    }

    /// The open findings: the gravest first, among equals the one seen last; those that were dismissed at the end.
    pub fn findings(&self, context: &Context) -> Vec<Finding> {
        let silent = Open::silent;
        let quiet = silences(&self.traffic, context).into_iter().map(|(code, since)| (code, silent(since)));
        let mut findings: Vec<Finding> = self
            .open
            .iter()
            .filter(|(code, open)| self.is_shown(**code, open, context))
            .map(|(code, open)| (*code, open.clone()))
            .chain(quiet)
            .filter_map(|(code, open)| self.finding(code, &open))
            .collect();
        findings.sort_by_key(|finding| {
            let weight = (finding.severity, finding.last_seen, finding.events.last().copied());
            (finding.dismissed.is_some(), Reverse(weight))
        });
        findings
    }

    /// When the findings change next by the passing of time alone, as far as that is known.
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let times =
            self.open.iter().filter_map(|(code, open)| Some((Rule::of(*code)?, open))).flat_map(|(rule, open)| {
                [Some(open.ripe_at(rule, self.traffic.put_off)), open.over_at(rule)].into_iter().flatten()
            });
        times.filter(|at| *at > now).min()
    }

    /// The guide's steps, each with its state and its proof.
    pub fn checklist(&self, context: &Context) -> Checklist {
        self.checklist_beside(&self.findings(context), context)
    }

    /// The same, for whoever has the findings already.
    pub fn checklist_beside(&self, findings: &[Finding], context: &Context) -> Checklist {
        checklist::build(&self.proofs, findings, context)
    }

    /// Puts a finding out of sight until traffic closes it and it appears anew. Whether it was open.
    pub fn dismiss(&mut self, code: Code, context: &Context) -> bool {
        let open = self.findings(context).iter().any(|finding| finding.code == code);
        if open {
            self.dismissed.entry(code).or_insert(context.now);
        }
        open
    }

    /// Shows a dismissed finding again. Whether it was dismissed.
    pub fn restore(&mut self, code: Code) -> bool {
        self.dismissed.remove(&code).is_some()
    }

    /// Forgets the dismissal of what is not open any more.
    pub fn tidy(&mut self, context: &Context) {
        if !self.dismissed.is_empty() {
            let open: Vec<Code> = self.findings(context).iter().map(|finding| finding.code).collect();
            self.dismissed.retain(|code, _| open.contains(code));
        }
    }

    fn is_shown(&self, code: Code, open: &Open, context: &Context) -> bool {
        let Some(rule) = Rule::of(code) else { return false };
        // An owner appointed here is no request of Okta's.
        let mended = rule == Rule::Owner && context.owners > 0;
        !mended && open.is_shown(code, rule, self.traffic.put_off, context.now)
    }

    fn finding(&self, code: Code, open: &Open) -> Option<Finding> {
        let entry = Catalogue::builtin().entry(code)?;
        Some(Finding {
            code,
            severity: entry.severity,
            title: entry.title.clone(),
            symptom: entry.symptom.clone(),
            okta_shows: entry.okta_shows.clone(),
            fix: entry.fix.clone(),
            ours: entry.ours,
            events: open.events.iter().copied().collect(),
            count: open.count,
            people: open.people.latest(PEOPLE_SHOWN),
            first_seen: open.first_seen,
            last_seen: open.last_seen,
            dismissed: self.dismissed.get(&code).copied(),
        })
    }

    fn close(&mut self, event: &Event, shown: &[Code]) {
        self.open.retain(|code, open| {
            let Some(rule) = Rule::of(*code) else { return false };
            // What shows a mistake cannot disprove it.
            shown.contains(code) || !open.is_over(rule, event.at) && rule.still_open(open, event)
        });
    }

    fn open(&mut self, event: &Event, shown: &[Code]) {
        for &code in shown {
            let Some(rule) = Rule::of(code) else { continue };
            if let Some(open) = self.open.get_mut(&code) {
                open.note(rule, event);
            } else if let Some(open) = Open::new(rule, event) {
                self.open.insert(code, open);
            }
        }
    }
}

impl Open {
    /// A finding that no event shows, since this time.
    fn silent(since: Timestamp) -> Self {
        Self {
            events: VecDeque::new(),
            count: 0,
            people: People::default(),
            token: None,
            first_seen: since,
            last_seen: since,
        }
    }
}

/// The findings that are open after these events, given oldest first.
pub fn diagnose<'a>(events: impl IntoIterator<Item = &'a Event>, context: &Context) -> Vec<Finding> {
    let mut watch = Watch::default();
    for event in events {
        watch.observe(event);
    }
    watch.findings(context)
}
