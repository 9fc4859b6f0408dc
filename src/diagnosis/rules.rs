//! The rules: what opens a finding, and what closes it again.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::{
    diagnosis::{
        people::{People, Person, is_email},
        traffic::begins_import,
    },
    model::{
        event::{Action, Event},
        finding::Code,
        id::{EventId, TokenId},
        role::Role,
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
    /// D09, D10, D11, D14, D18: the base URL or the front server is wrong. Disproved by the next accepted request without the fault.
    BaseUrl,
    /// D13: the kind of app is wrong. What it reads looks like what every app reads; disproved by a credential test, as
    /// after every change, or by a write of a whole profile.
    Version,
    /// D20: nothing but tests. Shown after half an hour, disproved by any other accepted request.
    OnlyTests,
    /// D23: a lookup found nobody, and no create followed. Shown after some seconds, disproved by any create, or by a
    /// write that gives somebody that name.
    NotCreated,
    /// D27: a push failed and was not made up for. Shown after some minutes. Disproved per person by a successful write.
    Failed,
    /// D29: a user name that is not an e-mail address. Disproved per person by a successful write; for those of whom
    /// only the wrong name is known, by any successful create under an e-mail address.
    UserName,
    /// D30: people are looked up by something else than the user name. Disproved by a lookup by user name.
    LookedUpBy,
    /// D33, D40: a write was refused. Disproved per person by a successful one.
    Refused,
    /// D34, D36, D38: a create for an active user. Disproved per person by a lookup that finds the name, or a successful
    /// write.
    Create,
    /// D35: an account that Okta knows is not here. Disproved when it is created, or not asked for any more.
    Missing,
    /// D39: a return was undone by the push that followed it. Disproved per person by the next one.
    Undone,
    /// D45: an import found far fewer people. Disproved by one that does not.
    Import,
    /// D46: nobody ever has a role. Disproved by a write with one.
    NoRole,
    /// D48, D55: the profile is not as it should be. Disproved by a whole profile that is.
    Profile,
    /// D49: the role comes as text. Disproved by a role in another form.
    RoleForm,
    /// D50: an unknown role. Disproved per person by a write with a valid role or with a whole profile that was
    /// accepted, or when the person left.
    Role,
    /// D51, D54: one person's profile is not as it should be. Disproved per person by a whole profile that is, or when
    /// the person left.
    OnesProfile,
    /// D52, D53: people without a role. Disproved per person by a write with one, or when the person left.
    SomeRoles,
    /// D58 to D61: pushes of a group. Disproved per group by a successful one.
    Group,
    /// D64, D70, D71: faults of this service. Over when they have not been seen for a while.
    Ours,
    /// D73: nobody is owner any more. Disproved by a write that gives somebody the role; who appoints one here tells the
    /// service, not Okta.
    Owner,
}

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Whether the request's credentials were accepted, whatever became of it otherwise. What went astray does not count:
/// nobody looks at the credentials of a request outside the base path.
pub(super) fn accepted(event: &Event) -> bool {
    event.token_id.is_some()
        && !matches!(event.status, 401 | 403)
        && !matches!(event.action, Action::SignInRefused | Action::Astray)
}

/// Whether the request changed something.
pub(super) fn written(event: &Event) -> bool {
    event.action.is_write() && event.succeeded()
}

/// Whether the request asked for a whole profile to be stored.
pub(super) fn is_whole(event: &Event) -> bool {
    matches!(event.method.as_str(), "POST" | "PUT")
}

/// Whether the person left by it.
pub(super) fn left(event: &Event) -> bool {
    matches!(event.action, Action::Deactivate | Action::Delete) && event.succeeded()
}

impl Rule {
    /// The rule behind a code; none for codes that are not followed up.
    pub(super) const fn of(code: Code) -> Option<Self> {
        match code.0 {
            1..=5 | 7 | 8 => Some(Self::Credentials),
            6 => Some(Self::Scope),
            9..=11 | 14 | 18 => Some(Self::BaseUrl),
            13 => Some(Self::Version),
            20 => Some(Self::OnlyTests),
            23 => Some(Self::NotCreated),
            27 => Some(Self::Failed),
            29 => Some(Self::UserName),
            30 => Some(Self::LookedUpBy),
            33 | 40 => Some(Self::Refused),
            34 | 36 | 38 => Some(Self::Create),
            35 => Some(Self::Missing),
            39 => Some(Self::Undone),
            45 => Some(Self::Import),
            46 => Some(Self::NoRole),
            48 | 55 => Some(Self::Profile),
            49 => Some(Self::RoleForm),
            50 => Some(Self::Role),
            51 | 54 => Some(Self::OnesProfile),
            52 | 53 => Some(Self::SomeRoles),
            58..=61 => Some(Self::Group),
            64 | 70 | 71 => Some(Self::Ours),
            73 => Some(Self::Owner),
            _ => None,
        }
    }

    /// Whether the finding stays open as long as anybody is concerned.
    const fn per_person(self) -> bool {
        matches!(
            self,
            Self::Failed
                | Self::UserName
                | Self::Refused
                | Self::Create
                | Self::Missing
                | Self::Undone
                | Self::NoRole
                | Self::Role
                | Self::OnesProfile
                | Self::SomeRoles
                | Self::Group
        )
    }

    /// How long after it was first seen a finding is shown, in milliseconds: as long as traffic may still disprove it by
    /// itself.
    pub(super) const fn ripens_after(self) -> i64 {
        match self {
            // okta-traffic 2: a create follows its lookup after about 250 ms.
            Self::NotCreated => 10 * SECOND,
            Self::OnlyTests => 30 * MINUTE,
            Self::Failed => 10 * MINUTE,
            _ => 0,
        }
    }

    /// How long after it was last seen a finding counts, in milliseconds; for ever where nothing is said.
    pub(super) const fn lasts(self) -> Option<i64> {
        match self {
            Self::Ours => Some(10 * MINUTE),
            Self::Missing | Self::Undone | Self::Import => Some(24 * HOUR),
            _ => None,
        }
    }

    /// How many people it takes.
    const fn least_people(self, code: Code) -> usize {
        match (self, code.0) {
            (Self::NoRole, _) | (_, 52) => 3,
            _ => 1,
        }
    }

    /// Takes from an open finding what a request of Okta disproves, and tells whether it is still open.
    pub(super) fn still_open(self, open: &mut Open, event: &Event) -> bool {
        match self {
            Self::Credentials => return !accepted(event),
            Self::Scope => {
                let proof = event.action.is_write() || event.token_id != open.token;
                return !(accepted(event) && proof);
            }
            Self::BaseUrl => return !(accepted(event) && event.succeeded()),
            Self::Version => {
                let tested = event.action == Action::CredentialTest && accepted(event) && event.succeeded();
                return !(tested || written(event) && is_whole(event));
            }
            Self::OnlyTests => return !accepted(event) || event.action == Action::CredentialTest,
            Self::NotCreated => {
                let renamed = written(event) && open.people.knows(&Person::by_name(event));
                return !(is_create(event) && accepted(event) || renamed);
            }
            Self::LookedUpBy => {
                let by_name = event.action == Action::Lookup && event.user_name.is_some();
                return !(accepted(event) && by_name);
            }
            Self::Import => return !begins_import(event),
            Self::Profile => return !(written(event) && is_whole(event) && event.group_id.is_none()),
            Self::RoleForm => return !(event.action.is_write() && event.role.is_some()),
            Self::Ours => return true,
            Self::Owner => return !(written(event) && event.role == Some(Role::Owner) && !left(event)),
            Self::Failed | Self::Refused | Self::Group => {
                if written(event) {
                    open.people.settle(&Person::of(event));
                }
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
            Self::Missing => {
                if event.succeeded() && matches!(event.action, Action::Create | Action::Return | Action::Read) {
                    open.people.settle(&Person::of_path(event));
                }
            }
            Self::Undone => {
                if event.succeeded() && matches!(event.action, Action::Reactivate | Action::Return) {
                    open.people.settle(&Person::of(event));
                }
            }
            Self::NoRole => return !(event.action.is_write() && event.role.is_some()),
            Self::SomeRoles => {
                if event.action.is_write() && event.role.is_some() || left(event) {
                    open.people.settle(&Person::of(event));
                }
            }
            Self::Role => {
                if event.action.is_write() && event.role.is_some() || written(event) && is_whole(event) || left(event) {
                    open.people.settle(&Person::of(event));
                }
            }
            Self::OnesProfile => {
                if written(event) && is_whole(event) || left(event) {
                    open.people.settle(&Person::of(event));
                }
            }
        }
        !open.people.is_empty()
    }
}

/// Whether the request asked for a new user.
fn is_create(event: &Event) -> bool {
    matches!(event.action, Action::Create | Action::Return)
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

    /// Whether it is to be shown at this time. `put_off` is when Okta was last told to come again later.
    pub(super) fn is_shown(&self, code: Code, rule: Rule, put_off: Option<Timestamp>, now: Timestamp) -> bool {
        let enough = rule.least_people(code) <= 1 || self.people.len() >= rule.least_people(code);
        // Only what has to ripen goes by the clock, which may have been set back since.
        let ripe = rule.ripens_after() == 0 || self.ripe_at(rule, put_off) <= now;
        enough && ripe && !self.is_over(rule, now)
    }

    /// When it is first shown.
    pub(super) fn ripe_at(&self, rule: Rule, put_off: Option<Timestamp>) -> Timestamp {
        let ripe = self.first_seen.plus_millis(rule.ripens_after());
        match put_off {
            // Who was put off comes with the create later; Okta obeys `Retry-After` (okta-traffic 1.3).
            Some(at) if rule == Rule::NotCreated && at >= self.first_seen => ripe.max(at.plus_millis(MINUTE)),
            _ => ripe,
        }
    }

    /// When it is no longer shown, where that is a matter of time.
    pub(super) fn over_at(&self, rule: Rule) -> Option<Timestamp> {
        rule.lasts().map(|millis| self.last_seen.plus_millis(millis))
    }

    pub(super) fn is_over(&self, rule: Rule, now: Timestamp) -> bool {
        self.over_at(rule).is_some_and(|over| over <= now)
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
        let person = if rule == Rule::Missing { Person::of_path(event) } else { Person::of(event) };
        self.people.note(person, if rule.per_person() { PEOPLE_KEPT } else { PEOPLE_SHOWN });
        self.token = event.token_id;
        // The clock may have been set back in between.
        self.first_seen = self.first_seen.min(event.at);
        self.last_seen = self.last_seen.max(event.at);
    }
}
