//! What a dry run leaves behind, and what becomes of it when its token goes live.

use serde::{Deserialize, Serialize};

use crate::model::{
    event::Action,
    group::MemberKind,
    id::{EventId, ResourceId, TokenId},
};

/// What going live makes and what it leaves to somebody: as a preview what would be, afterwards what was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GoLive {
    /// The token.
    pub token: TokenId,
    /// Its name.
    pub name: String,
    /// How many people are made whom the client was told are here, with the ids that it was told.
    pub people: u64,
    /// How many groups.
    pub groups: u64,
    /// The names of the first [`GoLive::NAMED`] of these people.
    pub first: Vec<String>,
    /// Those that cannot be made; the first [`GoLive::LISTED`].
    pub refused: Vec<NotMade>,
    /// How many these are in all.
    pub refused_total: u64,
    /// People and groups that are here and that the dry run would have changed; leavers first, of these the first
    /// [`GoLive::LISTED`]. Going live does not change them.
    pub withheld: Vec<Withheld>,
    /// How many these are in all.
    pub withheld_total: u64,
    /// How many of these the dry run would have deactivated or removed.
    pub leavers: u64,
}

impl GoLive {
    /// How many of the people to be made are named.
    pub const NAMED: usize = 10;
    /// How many of the others are listed.
    pub const LISTED: usize = 200;

    /// What mends that somebody has not been changed, for those of [`GoLive::withheld`].
    pub const FIX: &'static str = "in Okta: Applications > this app > Provisioning > To App > Force Sync (groups: Push Groups > Push now), or change \
                                   them here";
}

/// A promise that cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotMade {
    /// The id that the client was told.
    pub id: ResourceId,
    /// What it belongs to.
    pub kind: MemberKind,
    /// The name.
    pub name: String,
}

impl NotMade {
    /// Why not, and what to do.
    pub fn sentence(&self) -> String {
        match self.kind {
            MemberKind::User => format!(
                "{} is here already under another id. In Okta: Applications > this app > Assignments: remove the person \
                 and assign again.",
                self.name
            ),
            MemberKind::Group => format!(
                "A group named {} is here already under another id. In Okta: Applications > this app > Push Groups: \
                 unlink the group, then push it again.",
                self.name
            ),
        }
    }
}

/// Somebody here to whom a dry run would have done something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Withheld {
    /// Who or what.
    pub id: ResourceId,
    /// Which of the two.
    pub kind: MemberKind,
    /// The name.
    pub name: String,
    /// What would have been done: the newest, but a deactivation or removal whatever came after it.
    pub action: Action,
    /// The event that tells.
    pub event: EventId,
}

impl Withheld {
    /// What would have been done, in words.
    pub const fn words(&self) -> &'static str {
        match self.action {
            Action::Deactivate => "would have been deactivated",
            Action::Delete | Action::GroupDelete => "would have been removed",
            Action::Reactivate | Action::Return => "would have been activated again",
            Action::RoleChange => "would have another role",
            Action::EmailChange => "would have another e-mail address",
            _ => "would have been changed",
        }
    }
}
