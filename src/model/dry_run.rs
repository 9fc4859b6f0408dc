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
    /// Whether it is live: the dry run is over, or there was none.
    pub live: bool,
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

    /// What going live makes and leaves, or made and left, in lines; of each list so many are named.
    pub fn lines(&self, named: usize) -> Vec<String> {
        let mut lines = vec![self.made()];
        if self.people > 0 && !self.live {
            let more = self.people.saturating_sub(self.first.len() as u64);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            lines.push(format!("{}{more}.", self.first.join(", ")));
        }
        if self.refused_total > 0 {
            lines.push(format!(
                "{} cannot be made, because another one here has the name. In Okta remove them from the app and assign \
                 them again; a group is unlinked and pushed again:",
                self.refused_total
            ));
            lines.extend(listed(self.refused.iter().map(|one| one.name.clone()), named, self.refused_total));
        }
        let (leavers, others): (Vec<_>, Vec<_>) = self.withheld.iter().partition(|one| one.is_leaver());
        let told = |one: &Withheld| format!("{} {}", one.name, one.words());
        if self.leavers > 0 {
            let who = if self.leavers == 1 { "1 leaver".to_owned() } else { format!("{} leavers", self.leavers) };
            lines.push(format!(
                "{who} can still log in: going live ends nobody's access, and Okta does not push a leaver twice. \
                 Deactivate here:"
            ));
            lines.extend(listed(leavers.into_iter().map(told), named, self.leavers));
        }
        let rest = self.withheld_total.saturating_sub(self.leavers);
        if rest > 0 {
            let are = if rest == 1 { "is" } else { "are" };
            lines.push(format!(
                "{rest} here would have been changed and {are} not. Let Okta send it again by Force Sync (this app > \
                 Provisioning > To App; a group: Push Groups > Push now), or change it here:"
            ));
            lines.extend(listed(others.into_iter().map(told), named, rest));
        }
        lines
    }

    fn made(&self) -> String {
        let made = [(self.people, "person", "people"), (self.groups, "group", "groups")];
        let made: Vec<String> = made
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
            .collect();
        let (made, none) = (made.join(" and "), made.is_empty());
        match (none, self.live) {
            (true, false) => "Okta was told of nobody who is not here. The token will be live at once.".to_owned(),
            (true, true) => "The token is live: what comes with it is carried out.".to_owned(),
            (false, false) => {
                format!(
                    "{made} that Okta was told are here will be made, with the ids it was told; then the token is live."
                )
            }
            (false, true) => format!(
                "{made} made, with the ids that Okta was told. The token is live: what comes with it is carried out."
            ),
        }
    }
}

/// The first of a list, each on a line, and how many more there are.
fn listed(told: impl Iterator<Item = String>, named: usize, total: u64) -> Vec<String> {
    let mut lines: Vec<String> = told.take(named).map(|one| format!("· {one}")).collect();
    let more = total.saturating_sub(lines.len() as u64);
    if more > 0 {
        lines.push(format!("· and {more} more"));
    }
    lines
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
    /// What would have been done in all: first whether they could log in, then the newest.
    pub action: Action,
    /// The event that tells.
    pub event: EventId,
}

impl Withheld {
    /// Whether somebody would have lost their access, and still has it.
    pub const fn is_leaver(&self) -> bool {
        matches!(self.kind, MemberKind::User) && matches!(self.action, Action::Deactivate | Action::Delete)
    }

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
