//! The rules: what opens a finding, and what closes it again.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::{
    diagnosis::people::{People, Person, is_email},
    model::{
        event::{Action, Event},
        finding::Code,
        id::{EventId, TokenId},
        time::Timestamp,
    },
};

/// How many events a finding links to: the last ones.
pub(super) const EVENTS: usize = 50;

/// How many people a finding names: the last ones.
pub(super) const PEOPLE_SHOWN: usize = 20;

/// How many people with an unmended mistake are remembered for one finding, so that it closes only when all of them
/// are well. Okta repeats a failed job, so whoever was forgotten beyond that is noted again.
pub(super) const PEOPLE_KEPT: usize = 1_000;

/// What disproves a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// D01 to D05, D07, D08: credentials were refused. Disproved by the next request of Okta whose credentials are
    /// accepted.
    Credentials,
    /// D06: the token's scope does not suffice. Disproved by an accepted write, or by an accepted request with another
    /// token; what a read-only token may still read says nothing.
    Scope,
    /// D29: a user name that is not an e-mail address. Disproved per person by a successful write; for those of whom
    /// only the wrong name is known, by any successful create under an e-mail address.
    UserName,
    /// D36: a create for an active user. Disproved per person by a lookup that finds the name, or a successful write.
    Create,
    /// D50: an unknown role. Disproved per person by a write with a valid role or with a whole profile that was
    /// accepted, or when the person left.
    Role,
}

/// Whether the request's credentials were accepted, whatever became of it otherwise. What went astray does not count:
/// nobody looks at the credentials of a request outside the base path.
pub(super) fn accepted(event: &Event) -> bool {
    event.token_id.is_some()
        && !matches!(event.status, 401 | 403)
        && !matches!(event.action, Action::SignInRefused | Action::Astray)
}

/// Whether the request changed something.
fn written(event: &Event) -> bool {
    event.action.is_write() && event.succeeded()
}

impl Rule {
    /// The rule behind a code; none for codes that are not followed up.
    pub(super) const fn of(code: Code) -> Option<Self> {
        match code.0 {
            1..=5 | 7 | 8 => Some(Self::Credentials),
            6 => Some(Self::Scope),
            29 => Some(Self::UserName),
            36 => Some(Self::Create),
            50 => Some(Self::Role),
            _ => None,
        }
    }

    /// Whether the finding stays open as long as anybody is concerned.
    const fn per_person(self) -> bool {
        matches!(self, Self::UserName | Self::Create | Self::Role)
    }

    /// Takes from an open finding what a request of Okta disproves, and tells whether it is still open.
    pub(super) fn still_open(self, open: &mut Open, event: &Event) -> bool {
        match self {
            Self::Credentials => return !accepted(event),
            Self::Scope => {
                let proof = event.action.is_write() || event.token_id != open.token;
                return !(accepted(event) && proof);
            }
            Self::UserName => {
                if written(event) {
                    open.people.settle(&Person::of(event));
                    let created = matches!(event.action, Action::Create | Action::Return);
                    if created && event.user_name.as_deref().is_some_and(is_email) {
                        open.people.settle_without_external_id();
                    }
                }
            }
            Self::Create => {
                if written(event) {
                    open.people.settle(&Person::of(event));
                } else if event.action == Action::Lookup && event.succeeded() && event.results.is_some_and(|n| n > 0) {
                    open.people.settle(&Person::by_name(event));
                }
            }
            Self::Role => {
                let whole = matches!(event.method.as_str(), "POST" | "PUT");
                let left = matches!(event.action, Action::Deactivate | Action::Delete);
                if event.action.is_write() && event.role.is_some() || written(event) && (whole || left) {
                    open.people.settle(&Person::of(event));
                }
            }
        }
        !open.people.is_empty()
    }
}

/// An open finding, without its words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Open {
    /// The last [`EVENTS`] that showed it, oldest first.
    pub events: VecDeque<EventId>,
    /// How many requests showed it.
    pub count: u64,
    /// The people concerned.
    pub people: People,
    /// The token that the last of them carried.
    pub token: Option<TokenId>,
    /// When it was opened.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
}

impl Open {
    /// The finding that a first event opens; none when it is about a person and the event does not tell whom, for such
    /// a finding could never be closed.
    pub(super) fn new(rule: Rule, event: &Event) -> Option<Self> {
        let mut open = Self {
            events: VecDeque::new(),
            count: 0,
            people: People::default(),
            token: None,
            first_seen: event.at,
            last_seen: event.at,
        };
        open.note(rule, event);
        (!rule.per_person() || !open.people.is_empty()).then_some(open)
    }

    /// Notes one more event that shows it.
    pub(super) fn note(&mut self, rule: Rule, event: &Event) {
        if self.events.back() == Some(&event.id) {
            return;
        }
        self.events.push_back(event.id);
        if self.events.len() > EVENTS {
            self.events.pop_front();
        }
        self.count = self.count.saturating_add(event.repeats.max(1));
        // Refused credentials may come from anybody who calls himself Okta: keep no more of them than is shown.
        self.people.note(Person::of(event), if rule.per_person() { PEOPLE_KEPT } else { PEOPLE_SHOWN });
        self.token = event.token_id;
        // The clock may have been set back in between.
        self.first_seen = self.first_seen.min(event.at);
        self.last_seen = self.last_seen.max(event.at);
    }
}
