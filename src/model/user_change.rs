//! Changes of many people at once: what would happen, what happened to each, and how to take it back.

use serde::{Deserialize, Serialize};

use crate::model::{
    id::UserId,
    role::{Role, RoleSource},
    user::{UserCounts, UserQuery},
};

/// The most people one change may be about; more are refused.
pub const MOST_CHANGED: usize = 10_000;
/// The most people in one call that changes them: each call is one transaction.
pub const MOST_AT_ONCE: usize = 200;
/// How many of the people a preview names.
pub const NAMED: usize = 20;

/// What is to be done to each of several people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
pub enum UserChange {
    /// Set the role; its source becomes `local`, or `okta` where it is the one that Okta pushed.
    Role {
        /// The role.
        role: Role,
    },
    /// End their access, every session included.
    Deactivate,
    /// Let them log in again.
    Reactivate,
}

impl UserChange {
    /// The role that is needed to make it.
    pub const fn needs(self) -> Role {
        match self {
            Self::Role { .. } => Role::Owner,
            Self::Deactivate | Self::Reactivate => Role::Editor,
        }
    }
}

/// Of whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Selection {
    /// The people with these ids.
    Ids(Vec<UserId>),
    /// Everybody whom this matches; its window and order say nothing here.
    Query(UserQuery),
}

/// A change that is asked about, not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Planned {
    /// Of whom.
    pub of: Selection,
    /// What.
    pub change: UserChange,
}

/// What a change would do: the blast radius.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlastRadius {
    /// How many people it is about.
    pub people: u64,
    /// The ids of those who would really be changed, in order of creation.
    pub ids: Vec<UserId>,
    /// The names of the first [`NAMED`] of them.
    pub names: Vec<String>,
    /// How many are as they should be already.
    pub unchanged: u64,
    /// How many cannot be changed: accounts whose person goes by another address now, and ids that nobody has.
    pub impossible: u64,
    /// Those who would be changed, by the role they have now.
    pub roles: Vec<(Role, u64)>,
    /// The same by the source of that role.
    pub sources: Vec<(RoleSource, u64)>,
    /// How many of them can log in now.
    pub active: u64,
    /// How many sessions would end.
    pub sessions: u64,
    /// The names of the first [`NAMED`] active owners who would cease to be ones.
    #[serde(default)]
    pub owners_lost: Vec<String>,
    /// How many active owners would.
    #[serde(default)]
    pub owners_lost_count: u64,
    /// How many would have another role than Okta pushed: that holds until Okta pushes another one.
    #[serde(default)]
    pub drifting: u64,
    /// How many Okta knows, whose next push of them would undo a change of their activity.
    #[serde(default)]
    pub from_okta: u64,
    /// The first [`NAMED`] groups in which nobody who can log in would have a role, or a higher one, that somebody has
    /// now; with the lowest such role.
    #[serde(default)]
    pub left_without: Vec<(String, Role)>,
    /// How many such groups there are.
    #[serde(default)]
    pub left_without_count: u64,
    /// How many groups of these people are so large that they were not looked at.
    #[serde(default)]
    pub groups_unseen: u64,
    /// Everybody in the workspace now.
    pub before: UserCounts,
    /// Everybody afterwards.
    pub after: UserCounts,
    /// Why it would be refused for some of them.
    pub problem: Option<String>,
}

/// A change of a few people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeUsers {
    /// Whom; at most [`MOST_AT_ONCE`].
    pub ids: Vec<UserId>,
    /// What.
    pub change: UserChange,
}

/// How somebody was before a change, for taking it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
pub enum Earlier {
    /// The role and where it came from.
    Role {
        /// The role.
        role: Role,
        /// Its source.
        source: RoleSource,
    },
    /// Whether the person could log in.
    Activity {
        /// Whether they could.
        active: bool,
    },
}

/// One person to put back, where nothing changed since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PutBack {
    /// Whom.
    pub id: UserId,
    /// The version that the change left behind; with another one the person is left alone.
    pub version: u64,
    /// How they were.
    pub to: Earlier,
}

/// People to put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RestoreUsers {
    /// Whom; at most [`MOST_AT_ONCE`].
    pub people: Vec<PutBack>,
}

/// What became of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "outcome")]
pub enum Outcome {
    /// Changed.
    Done {
        /// How to take it back.
        undo: PutBack,
    },
    /// As it should be already.
    Unchanged,
    /// Left as it was.
    Refused {
        /// Why, in a sentence.
        reason: String,
    },
}

/// One person of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonChanged {
    /// Whom.
    pub id: UserId,
    /// The user name; the id where nobody has it.
    pub name: String,
    /// What became of them.
    #[serde(flatten)]
    pub outcome: Outcome,
}
