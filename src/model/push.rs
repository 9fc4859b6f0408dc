//! Pushes: what Okta's client last said of a person, what differs here, and which pushes failed.
//!
//! Okta keeps its own idea of everybody and does not hear what becomes of them here. What it said last is kept beside what
//! is in force, so that the two can be compared; and a person whose last push failed is kept in mind until one succeeds,
//! because Okta does not push a later unassignment of somebody whom it never got across.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{
    event::{Action, Event},
    finding::Code,
    id::{EventId, UserId},
    time::Timestamp,
    token::TokenMode,
};

/// What Okta's client said of somebody last, besides the role.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OktaSaid {
    /// Whether any request of its was ever about them.
    pub known: bool,
    /// Whether they can log in; none: it never pushed them, or before that was noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// The names that are others here, because somebody else changed them since.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<NameDrift>,
    /// Since when they differ as they do now; none where they do not, or where that was before it was noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drifted: Option<Timestamp>,
}

/// A name that is another here than Okta last pushed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameDrift {
    /// The attribute: `userName`, `name.givenName`, `name.familyName` or `displayName`.
    pub path: String,
    /// What Okta said; none: it took the name away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub okta: Option<String>,
    /// What is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub here: Option<String>,
}

impl fmt::Display for NameDrift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        let path = self.path.trim_start_matches("name.");
        write!(f, "{path} {} here, {} in Okta", value(&self.here), value(&self.okta))
    }
}

/// In what somebody differs here from what Okta last pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drift {
    /// The role.
    pub role: bool,
    /// Whether they can log in.
    pub active: bool,
    /// A name.
    pub name: bool,
}

impl Drift {
    /// Whether in anything.
    pub const fn any(self) -> bool {
        self.role || self.active || self.name
    }
}

/// A person whose last push by Okta's client was answered with an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailedPush {
    /// The newest request that failed; also names this entry.
    pub event: EventId,
    /// When that was.
    pub at: Timestamp,
    /// When the first one failed since one last succeeded.
    pub since: Timestamp,
    /// How many failed since then.
    pub times: u64,
    /// HTTP method of the newest.
    pub method: String,
    /// HTTP status of its answer.
    pub status: u16,
    /// The sentence it was answered with.
    pub detail: Option<String>,
    /// What it gives away about the set-up.
    pub findings: Vec<Code>,
    /// The account, where the person is here, or was.
    pub user_id: Option<UserId>,
    /// The user name that was pushed, or the one here.
    pub user_name: Option<String>,
    /// Okta's id of the person.
    pub external_id: Option<String>,
}

/// A window of [`FailedPush`]es, those that failed last first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailedPushPage {
    /// How many people there are in all.
    pub total: u64,
    /// The rows.
    pub pushes: Vec<FailedPush>,
    /// The [`FailedPushQuery::before`] that goes on; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<EventId>,
}

/// Which [`FailedPush`]es to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FailedPushQuery {
    /// Only those whose newest failure is older than this event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<EventId>,
    /// How many to give; 0 means 100, and no more than 1,000 are given.
    #[serde(default)]
    pub limit: u32,
}

/// What a recorded request was to the person it was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// Okta's client pushed the person, and it was carried out.
    Pushed,
    /// Okta's client pushed the person, and was refused.
    Failed,
    /// Okta's client asked for the person.
    Read,
}

impl Touch {
    /// Of an event; none where it was not by Okta's client, or is about nobody.
    pub fn of(event: &Event) -> Option<Self> {
        // A dry run and test traffic say nothing of the people who are here.
        if !event.is_from_okta() || event.mode != TokenMode::Live {
            return None;
        }
        // Whoever has no valid token has not shown to be Okta, and could name anybody.
        if event.action == Action::SignInRefused || event.group_id.is_some() {
            return None;
        }
        if event.user_id.is_none() && event.user_name.is_none() && event.external_id.is_none() {
            return None;
        }
        match event.action {
            // Nobody is left of whom anything could be out of step.
            Action::Delete if event.status == 404 => Some(Self::Pushed),
            Action::Create
            | Action::Update
            | Action::RoleChange
            | Action::EmailChange
            | Action::Deactivate
            | Action::Reactivate
            | Action::Return
            | Action::Delete => Some(if event.succeeded() { Self::Pushed } else { Self::Failed }),
            Action::Lookup | Action::Read => event.succeeded().then_some(Self::Read),
            _ => None,
        }
    }
}
