//! Events: recorded requests to the SCIM endpoint with their outcome.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{
    compatibility::Compatibility,
    finding::Code,
    id::{EventId, GroupId, TokenId, TransactionId, UserId},
    role::Role,
    sentence,
    time::Timestamp,
    token::TokenMode,
    workspace::ParseSettingError,
};

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)?) => {
        /// What an event meant.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Action { $($(#[$doc])* $variant),+ }

        impl Action {
            /// Every action, in the order in which a set-up meets them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling used in JSON, filters and the store.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

actions! {
    /// Okta's Test API Credentials: `GET /Users?startIndex=1&count=2`.
    CredentialTest = "credential-test",
    /// A search: for one person or group by name, id or e-mail address, or for whatever a filter selects.
    Lookup = "lookup",
    /// One resource read by id.
    Read = "read",
    /// One page of a list.
    ImportPage = "import-page",
    /// A new account.
    Create = "create",
    /// Attributes changed, or pushed again unchanged.
    Update = "update",
    /// The role changed.
    RoleChange = "role-change",
    /// The e-mail address changed, and with it the account.
    EmailChange = "email-change",
    /// The person can no longer log in.
    Deactivate = "deactivate",
    /// The person can log in again.
    Reactivate = "reactivate",
    /// An account that had left was created again and came back under its own id.
    Return = "return",
    /// The account was removed.
    Delete = "delete",
    /// A group was made or renamed, or its members changed.
    GroupPush = "group-push",
    /// A group was removed; its members stay.
    GroupDelete = "group-delete",
    /// Several operations in one request; each is an event of its own besides, in the same transaction.
    Bulk = "bulk",
    /// `/ServiceProviderConfig`, `/Schemas`, `/ResourceTypes` or `/Roles`.
    Discovery = "discovery",
    /// A request without acceptable credentials.
    SignInRefused = "sign-in-refused",
    /// A SCIM request outside the base path, or to a route that does not exist.
    Astray = "astray",
}

impl Action {
    /// Whether the request asked for a change.
    pub const fn is_write(self) -> bool {
        matches!(
            self,
            Self::Create
                | Self::Update
                | Self::RoleChange
                | Self::EmailChange
                | Self::Deactivate
                | Self::Reactivate
                | Self::Return
                | Self::Delete
                | Self::GroupPush
                | Self::GroupDelete
                | Self::Bulk
        )
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Action {
    type Err = ParseSettingError;

    fn from_str(text: &str) -> Result<Self, ParseSettingError> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text).ok_or_else(|| ParseSettingError {
            setting: "action",
            given: text.to_owned(),
            allowed: Self::ALL.iter().map(|action| action.as_str()).collect::<Vec<_>>().join(", "),
        })
    }
}

/// One recorded request, without its bodies. Its JSON also says what it meant, see [`told`](crate::model::told).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct Event {
    /// Its place in the order.
    pub id: EventId,
    /// When the request arrived.
    pub at: Timestamp,
    /// What it meant.
    pub action: Action,
    /// HTTP method.
    pub method: String,
    /// Path, as sent, without the query.
    pub path: String,
    /// Query, as sent, without the question mark.
    pub query: Option<String>,
    /// HTTP status of the answer.
    pub status: u16,
    /// Microseconds from the request's arrival to the moment its answer was known. For a write that is when it was
    /// written; the commit that the client also waits for is not in it.
    pub latency_micros: u64,
    /// Size of the request body in bytes, as sent.
    pub request_bytes: u64,
    /// Size of the response body in bytes, as sent.
    pub response_bytes: u64,
    /// The client's address.
    pub address: Option<String>,
    /// The client's `User-Agent`.
    pub user_agent: Option<String>,
    /// The token that was carried, where it is one of ours (revoked ones too).
    pub token_id: Option<TokenId>,
    /// That token's name.
    pub token_name: Option<String>,
    /// What mode that token had when the request came; live where there was none.
    #[serde(default)]
    pub mode: TokenMode,
    /// The user concerned.
    pub user_id: Option<UserId>,
    /// That user's name, or the name that was looked for.
    pub user_name: Option<String>,
    /// That user's `externalId`, or the one that was sent.
    pub external_id: Option<String>,
    /// The group concerned.
    #[serde(default)]
    pub group_id: Option<GroupId>,
    /// That group's name, or the name that was looked for.
    #[serde(default)]
    pub group_name: Option<String>,
    /// How many resources a list or lookup found.
    pub results: Option<u64>,
    /// The role the request carried, where it carried a valid one.
    pub role: Option<Role>,
    /// Paths of what changed, such as `active` or `name.familyName`; at most 50.
    pub changed: Vec<String>,
    /// The `detail` of an error answer: the sentence Okta shows to its admin.
    pub detail: Option<String>,
    /// What this request gives away about the set-up.
    pub findings: Vec<Code>,
    /// Deviations from the RFC that were put right to understand the request.
    #[serde(default)]
    pub compatibility: Vec<Compatibility>,
    /// How many like requests this event stands for: 1, or more where refusals of one address were folded.
    pub repeats: u64,
    /// Common to all events of one transaction.
    pub transaction: TransactionId,
}

impl Event {
    /// Whether Okta's provisioning client sent it (`User-Agent: Okta SCIM Client 1.0.0`).
    pub fn is_from_okta(&self) -> bool {
        is_okta(self.user_agent.as_deref())
    }

    /// What it meant, in a sentence; with the changes at hand there is a better one.
    pub fn sentence(&self) -> String {
        sentence::sentence(self, &[])
    }

    /// Whether it is test traffic, which says nothing of the real set-up.
    pub const fn is_test(&self) -> bool {
        matches!(self.mode, TokenMode::Test)
    }

    /// Whether the request was carried out.
    pub const fn succeeded(&self) -> bool {
        self.status < 400
    }
}

/// Whether a `User-Agent` is that of Okta's provisioning client.
pub fn is_okta(user_agent: Option<&str>) -> bool {
    user_agent.is_some_and(|agent| agent.starts_with("Okta SCIM Client"))
}

/// One attribute's value before and after a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The attribute in SCIM notation, such as `emails[type eq "work"].value`.
    pub path: String,
    /// Absent: it had no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Absent: it has no value any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// The path of how many sessions a user had, which end with the access.
pub const SESSIONS: &str = "sessions";

/// How the path begins that says whose place was taken; the id follows, as in `members[value eq "…"]`.
const REPLACES: &str = "replaces[value eq \"";

impl Change {
    /// That an account took the place of another, of this name, when the e-mail address changed.
    pub fn replaces(id: UserId, name: &str) -> Self {
        Self { path: format!("{REPLACES}{id}\"]"), before: None, after: Some(name.into()) }
    }

    /// That so many sessions ended.
    pub fn sessions_ended(open: u64) -> Self {
        Self { path: SESSIONS.to_owned(), before: Some(open.into()), after: Some(0.into()) }
    }

    /// The account whose place was taken, where the change says that.
    pub fn replaced(&self) -> Option<UserId> {
        self.path.strip_prefix(REPLACES)?.strip_suffix("\"]")?.parse().ok()
    }

    /// What changed, for a summary: the path, without ids that say nothing to people.
    pub fn title(&self) -> &str {
        if self.replaced().is_some() { "replaces" } else { &self.path }
    }
}

/// One recorded request, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase")]
pub struct EventDetail {
    /// The event.
    #[serde(flatten, serialize_with = "Event::serialize")]
    pub event: Event,
    /// What changed.
    pub changes: Vec<Change>,
    /// The request body without secrets; absent when there was none, or when the reader's role may not see bodies.
    pub request_body: Option<String>,
    /// The response body without secrets; likewise.
    pub response_body: Option<String>,
    /// Whether a body was longer than what is kept of it.
    pub truncated: bool,
}

/// How much of a body is kept, in bytes.
pub const KEPT_BODY: usize = 64 * 1024;

/// How the note begins that stands in place of a body that could not be freed of secrets.
pub const WITHHELD: &str = "(withheld";

impl EventDetail {
    /// What it meant, in a sentence.
    pub fn sentence(&self) -> String {
        sentence::sentence(&self.event, &self.changes)
    }

    /// Whether of a body that is kept only the beginning is.
    fn is_cut(&self, body: Option<&String>) -> bool {
        // What was cut was cut between characters, of which the longest has four bytes.
        self.truncated && body.is_some_and(|body| body.len() + 4 > KEPT_BODY)
    }

    /// Whether only the beginning of the request body is here.
    pub fn is_request_cut(&self) -> bool {
        self.is_cut(self.request_body.as_ref())
    }

    /// Whether only the beginning of the response body is here.
    pub fn is_response_cut(&self) -> bool {
        self.is_cut(self.response_body.as_ref())
    }
}

/// What part of the log to show.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventQuery {
    /// Only events older than this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<EventId>,
    /// Only events newer than this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<EventId>,
    /// Only events about this user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// Only events about this group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// Only events with this token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenId>,
    /// Only events of this action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Only refused ones (status 400 and above), or only successful ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<bool>,
    /// Text that the name of the user or group, path, query or detail must contain, without case; empty shows all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// How many to give; 0 means 100, and no more than 1,000 are given.
    #[serde(default)]
    pub limit: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_text_spell_actions_alike() {
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), Value::from(action.as_str()));
            assert_eq!(action.as_str().parse(), Ok(*action));
        }
    }
}
