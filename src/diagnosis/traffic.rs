//! What only a sequence of requests shows: a short memory of each person, and a few sums over all.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::{
    diagnosis::{
        people::{Facts, Person, Roll, clip},
        rules::{is_whole, left, written},
    },
    model::{
        event::{Action, Event},
        finding::Code,
        id::UserId,
        time::Timestamp,
    },
};

/// How long a person is remembered after the last request, in milliseconds: longer than any sequence takes.
const MEMORY: i64 = 120_000;
/// How many people are remembered at once.
const PEOPLE: usize = 2_000;
/// How many ids that were asked for in vain are remembered.
const MISSING: usize = 100;
/// How many deleted accounts, and how many pushed groups, are remembered by name.
const NAMED: usize = 1_000;
/// Within this time, in milliseconds, an id asked for twice in vain is no accident.
const DAY: i64 = Timestamp::DAY_MILLIS;
/// Two creates of the same person within this time are one job that Okta ran twice.
const AT_ONCE: i64 = 2_000;
/// Within this time a profile push undoes a return.
const STALE: i64 = 15_000;
/// Within this time of an account's end its successor arrives.
const CHANGED: i64 = 60_000;
/// Within this time of a create a group push that misses people raced it.
const RACED: i64 = 30_000;
/// An answer that took longer is too slow: Okta gives up after 60 s (okta-traffic 1).
const SLOW_MICROS: u64 = 30_000_000;
/// So many requests put off within a [`THROTTLE_WINDOW`] are more than Okta's ordinary haste.
const THROTTLED: u64 = 60;
const THROTTLE_WINDOW: i64 = 60_000;
/// Of smaller lists nothing is said.
const LEAST_IMPORT: u64 = 10;

/// What is remembered of a person for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lately {
    /// The last request.
    at: Timestamp,
    created: Option<Timestamp>,
    left: Option<Timestamp>,
    back: Option<Timestamp>,
    /// Whether the account is inactive, as far as the last write tells.
    inactive: Option<bool>,
}

impl Facts for Lately {
    fn complete(&mut self, older: Self) {
        self.at = self.at.max(older.at);
        self.created = self.created.or(older.created);
        self.left = self.left.or(older.left);
        self.back = self.back.or(older.back);
        self.inactive = self.inactive.or(older.inactive);
    }
}

/// What Okta's requests so far add up to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Traffic {
    /// When Okta last sent anything, refused or not.
    pub last: Option<Timestamp>,
    /// When Okta was last told to come again later.
    pub put_off: Option<Timestamp>,
    /// Creates that were carried out.
    pub creates: u64,
    /// When the first of them was.
    pub first_create: Option<Timestamp>,
    /// Profile pushes that were carried out.
    pub updates: u64,
    /// Deactivations that were carried out.
    pub leavers: u64,
    people: Roll<Lately>,
    /// Whether Okta ever asked for more than a test.
    pushed: bool,
    /// Whether Okta ever sent a role.
    roled: bool,
    last_create: Option<Timestamp>,
    /// How many people the last import found.
    imported: Option<u64>,
    missing: VecDeque<(String, Timestamp)>,
    /// Whose accounts were deleted: who asks for one later knows only its id.
    gone: VecDeque<Gone>,
    /// The names of the groups that were pushed, by the end of their path.
    groups: VecDeque<(String, String)>,
    throttled_since: Option<Timestamp>,
    throttled: u64,
}

/// A deleted account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Gone {
    id: UserId,
    user_name: Option<String>,
    external_id: Option<String>,
}

impl Traffic {
    /// Remembers what names belong to an id, whoever sent the request.
    pub(super) fn remember(&mut self, event: &Event) {
        if !event.succeeded() {
            return;
        }
        match (event.action, event.user_id, event.group_id, &event.group_name) {
            (Action::Delete, Some(id), ..) => {
                let (user_name, external_id) =
                    (event.user_name.as_deref().map(clip), event.external_id.as_deref().map(clip));
                self.gone.retain(|gone| gone.id != id);
                self.gone.push_back(Gone { id, user_name, external_id });
            }
            (Action::GroupPush, _, Some(id), Some(name)) => {
                let id = id.to_string();
                self.groups.retain(|(known, _)| *known != id);
                self.groups.push_back((id, clip(name)));
            }
            _ => return,
        }
        if self.gone.len() > NAMED {
            self.gone.pop_front();
        }
        if self.groups.len() > NAMED {
            self.groups.pop_front();
        }
    }

    /// The event with the names that belong to the id it asked for in vain.
    pub(super) fn named(&self, event: &Event) -> Option<Event> {
        if event.status != 404 {
            return None;
        }
        let id = event.path.trim_end_matches('/').rsplit('/').next()?;
        if is_group(event) {
            let (_, name) = self.groups.iter().find(|(known, _)| known == id)?;
            return Some(Event { group_name: Some(name.clone()), ..event.clone() });
        }
        let id = id.parse().ok()?;
        let Gone { user_name, external_id, .. } = self.gone.iter().find(|gone| gone.id == id)?.clone();
        Some(Event { user_id: Some(id), user_name, external_id, ..event.clone() })
    }

    /// Takes in the next request of Okta; gives what it shows, together with what came before it.
    pub(super) fn read(&mut self, event: &Event) -> Vec<Code> {
        let mut codes = event.findings.clone();
        self.last = Some(event.at);
        self.note_faults_of_ours(event, &mut codes);
        match event.action {
            Action::SignInRefused | Action::Astray => return codes,
            Action::CredentialTest if event.succeeded() && !self.pushed => codes.push(Code(20)),
            Action::CredentialTest | Action::Discovery => {}
            _ => self.pushed |= event.status != 429,
        }
        match event.action {
            Action::Lookup if event.succeeded() && event.user_name.is_some() && event.results == Some(0) => {
                codes.push(Code(23));
            }
            Action::Read => self.note_missing(event, &mut codes),
            Action::ImportPage => self.note_import(event, &mut codes),
            Action::GroupPush | Action::GroupDelete => self.judge_group(event, &mut codes),
            action if action.is_write() && action != Action::Bulk => self.judge_person(event, &mut codes),
            _ => {}
        }
        codes
    }

    fn note_faults_of_ours(&mut self, event: &Event, codes: &mut Vec<Code>) {
        if matches!(event.status, 429 | 503) {
            self.put_off = Some(event.at);
        }
        if event.status >= 500 && !matches!(event.status, 501 | 503) {
            codes.push(Code(64));
        }
        if event.latency_micros > SLOW_MICROS {
            codes.push(Code(70));
        }
        if event.status == 429 {
            if self.throttled_since.is_none_or(|since| event.at.millis_since(since) > THROTTLE_WINDOW) {
                (self.throttled_since, self.throttled) = (Some(event.at), 0);
            }
            self.throttled = self.throttled.saturating_add(event.repeats.max(1));
            if self.throttled >= THROTTLED {
                codes.push(Code(71));
            }
        }
    }

    /// D35: an id that is not here, asked for again.
    fn note_missing(&mut self, event: &Event, codes: &mut Vec<Code>) {
        if event.status != 404 {
            return;
        }
        if is_group(event) {
            codes.push(Code(60));
            return;
        }
        self.missing.retain(|(_, at)| event.at.millis_since(*at) <= DAY);
        let path = clip(&event.path);
        if self.missing.iter().any(|(known, _)| *known == path) {
            codes.push(Code(35));
        } else {
            self.missing.push_back((path, event.at));
            if self.missing.len() > MISSING {
                self.missing.pop_front();
            }
        }
    }

    /// D45: the first page of an import counts far fewer people than the last import did.
    fn note_import(&mut self, event: &Event, codes: &mut Vec<Code>) {
        let Some(found) = event.results.filter(|_| begins_import(event)) else { return };
        // Okta stops an import that would take the app from more than a fifth of the people.
        match self.imported {
            Some(before) if before >= LEAST_IMPORT && found.saturating_mul(5) < before.saturating_mul(4) => {
                codes.push(Code(45));
            }
            _ => self.imported = Some(found),
        }
    }

    fn judge_group(&mut self, event: &Event, codes: &mut Vec<Code>) {
        match (event.status, event.method.as_str()) {
            (404, _) => codes.push(Code(60)),
            (409, "POST") => codes.push(Code(61)),
            _ => {}
        }
        let raced = self.last_create.is_some_and(|at| (0..=RACED).contains(&event.at.millis_since(at)));
        if raced {
            codes.iter_mut().filter(|code| code.0 == 59).for_each(|code| code.0 = 58);
        }
    }

    fn judge_person(&mut self, event: &Event, codes: &mut Vec<Code>) {
        let now = event.at;
        let within = |at: Option<Timestamp>, span: i64| at.is_some_and(|at| (0..=span).contains(&now.millis_since(at)));
        self.people.forget_while(|facts| now.millis_since(facts.at) > MEMORY);
        let known = self.people.note(Person::of(event), PEOPLE);
        let facts = known.as_deref().copied().unwrap_or_default();
        let is_change = matches!(event.method.as_str(), "PUT" | "PATCH");
        // A create that meets an account: the reason is in what came before.
        for code in codes.iter_mut().filter(|code| code.0 == 36) {
            code.0 = match () {
                () if within(facts.left, CHANGED) && facts.left >= facts.created => 34,
                () if within(facts.created, AT_ONCE) => 38,
                () => 36,
            };
        }
        match event.status {
            404 if is_change => self.note_missing(event, codes),
            400 if is_change && (facts.inactive == Some(true) || within(facts.back, CHANGED)) => codes.push(Code(40)),
            _ => {}
        }
        if event.action == Action::Deactivate && written(event) && event.method == "PUT" && within(facts.back, STALE) {
            codes.push(Code(39));
        }
        // Where the cause is known, that is what there is to say.
        if codes.is_empty() && event.status >= 400 && !matches!(event.status, 401 | 403 | 429 | 503) {
            codes.push(Code(27));
        }
        if written(event) {
            self.note_written(event, codes);
        }
        let facts = Lately {
            at: now,
            created: if event.action == Action::Create && event.succeeded() { Some(now) } else { facts.created },
            left: if left(event) { Some(now) } else { facts.left },
            // The late push follows a reactivation and is the next one: whatever was pushed in between knew that the person is
            // back (okta-traffic 4.8).
            back: match () {
                () if event.action == Action::Reactivate && event.succeeded() => Some(now),
                () if written(event) => None,
                () => facts.back,
            },
            inactive: match event.action {
                _ if left(event) => Some(true),
                Action::Create => event.succeeded().then_some(false).or(facts.inactive),
                _ if is_return(event) => Some(false),
                _ => facts.inactive,
            },
        };
        if let Some(known) = self.people.note(Person::of(event), PEOPLE) {
            *known = facts;
        }
    }

    /// Sums, and D46 or D52: a whole profile without a role.
    fn note_written(&mut self, event: &Event, codes: &mut Vec<Code>) {
        match event.action {
            Action::Create | Action::Return => {
                self.creates = self.creates.saturating_add(1);
                self.first_create.get_or_insert(event.at);
                self.last_create = Some(event.at);
            }
            Action::Update | Action::RoleChange | Action::EmailChange => self.updates = self.updates.saturating_add(1),
            Action::Deactivate | Action::Delete => self.leavers = self.leavers.saturating_add(1),
            _ => {}
        }
        match event.role {
            Some(_) => self.roled = true,
            // Of a role that was in the request all the same, in a place that is not known or emptied, that is said.
            None if is_whole(event) && !left(event) && !codes.iter().any(|code| matches!(code.0, 48 | 53)) => {
                codes.push(Code(if self.roled { 52 } else { 46 }));
            }
            None => {}
        }
    }
}

fn is_return(event: &Event) -> bool {
    matches!(event.action, Action::Reactivate | Action::Return) && event.succeeded()
}

/// Whether it is the first page of the people of an import.
pub(super) fn begins_import(event: &Event) -> bool {
    let first = || event.query.as_deref().is_some_and(|query| query.split('&').any(|pair| pair == "startIndex=1"));
    event.action == Action::ImportPage && event.succeeded() && !is_group(event) && first()
}

fn is_group(event: &Event) -> bool {
    event.path.split('/').any(|segment| segment.eq_ignore_ascii_case("Groups"))
}
