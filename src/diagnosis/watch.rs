//! The watch: a fold over events that knows at any moment what is wrong and what is proved.

use std::{cmp::Reverse, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use crate::{
    diagnosis::{
        catalogue::Catalogue,
        checklist::{self, Context},
        proofs::Proofs,
        rules::{Open, PEOPLE_SHOWN, Rule},
    },
    model::{
        checklist::Checklist,
        event::Event,
        finding::{Code, Finding},
        id::EventId,
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
        if event.is_from_okta() {
            self.close(event);
            self.open(event);
        }
        self.proofs.observe(event);
    }

    /// The newest event that was taken in; none before the first.
    pub fn last_event(&self) -> Option<EventId> {
        self.last_event
    }

    /// The open findings: the gravest first, among equals the one seen last.
    pub fn findings(&self) -> Vec<Finding> {
        let catalogue = Catalogue::builtin();
        let mut findings: Vec<Finding> = self
            .open
            .iter()
            .filter_map(|(&code, open)| {
                let entry = catalogue.entry(code)?;
                Some(Finding {
                    code,
                    severity: entry.severity,
                    title: entry.title.clone(),
                    symptom: entry.symptom.clone(),
                    okta_shows: entry.okta_shows.clone(),
                    fix: entry.fix.clone(),
                    events: open.events.iter().copied().collect(),
                    count: open.count,
                    people: open.people.latest(PEOPLE_SHOWN),
                    first_seen: open.first_seen,
                    last_seen: open.last_seen,
                })
            })
            .collect();
        findings.sort_by_key(|finding| Reverse((finding.severity, finding.last_seen, finding.events.last().copied())));
        findings
    }

    /// The guide's steps, each with its state and its proof.
    pub fn checklist(&self, context: &Context) -> Checklist {
        checklist::build(&self.proofs, &self.findings(), context)
    }

    fn close(&mut self, event: &Event) {
        self.open.retain(|code, open| {
            // What shows a mistake cannot disprove it.
            event.findings.contains(code) || Rule::of(*code).is_some_and(|rule| rule.still_open(open, event))
        });
    }

    fn open(&mut self, event: &Event) {
        for &code in &event.findings {
            let Some(rule) = Rule::of(code) else { continue };
            if let Some(open) = self.open.get_mut(&code) {
                open.note(rule, event);
            } else if let Some(open) = Open::new(rule, event) {
                self.open.insert(code, open);
            }
        }
    }
}

/// The findings that are open after these events, given oldest first.
pub fn diagnose<'a>(events: impl IntoIterator<Item = &'a Event>) -> Vec<Finding> {
    let mut watch = Watch::default();
    for event in events {
        watch.observe(event);
    }
    watch.findings()
}
