//! Proofs: the last request that shows that a part of the set-up works.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{
    diagnosis::{
        people::{clip, is_email},
        rules::accepted,
    },
    model::{
        checklist::{Evidence, Prover, Verified},
        event::{Action, Event},
        id::EventId,
        role::Role,
        time::Timestamp,
        token::TokenMode,
    },
};

/// What was proved so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Proofs {
    /// A request below the base path.
    pub reached: Option<Proof>,
    /// A request that missed the base path.
    pub astray: Option<Proof>,
    /// Okta's credential test.
    pub tested: Option<Proof>,
    /// A person arrived.
    pub created: Option<Proof>,
    /// A person's attributes were pushed after a create.
    pub updated: Option<Proof>,
    /// A person left.
    pub deactivated: Option<Proof>,
    /// A user name that is an e-mail address.
    pub named: Option<Proof>,
    /// A role.
    pub roled: Option<Proof>,
}

/// The last request that shows something, and how many did. Of several clients the one nearest to Okta is remembered: what
/// somebody tried with curl afterwards does not make it unproved that Okta can do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Proof {
    /// Which event.
    pub event: EventId,
    at: Timestamp,
    action: Action,
    by: Prover,
    user_agent: Option<String>,
    token: Option<String>,
    address: Option<String>,
    /// Whether nothing became of it, since its token was a dry run.
    #[serde(default)]
    rehearsed: bool,
    path: String,
    user_name: Option<String>,
    role: Option<Role>,
    count: u64,
}

/// The endpoints of RFC 7644 3.2, and Okta's for roles: below the base path, though this service may not have them all.
const ENDPOINTS: [&str; 9] =
    ["Users", "Groups", "Me", "ServiceProviderConfig", "ResourceTypes", "Schemas", "Bulk", ".search", "Roles"];

/// Whether the base URL was right: the request met a route, or asked for a SCIM endpoint right below the base path.
fn below_base(event: &Event) -> bool {
    let mut segments = event.path.split('/').filter(|segment| !segment.is_empty());
    event.action != Action::Astray
        || segments.next() == Some("scim")
            && segments.next() == Some("v2")
            && segments.next().is_some_and(|name| ENDPOINTS.contains(&name))
}

impl Proofs {
    /// Takes in the next event.
    pub(super) fn observe(&mut self, event: &Event) {
        // Even a refusal proves that Okta found the base path; it proves nothing else. Of what went astray nobody
        // checked the token, so there only one of ours counts.
        if event.is_from_okta() || accepted(event) || event.action == Action::Astray && event.token_id.is_some() {
            note(if below_base(event) { &mut self.reached } else { &mut self.astray }, event);
        }
        if !accepted(event) || !event.succeeded() {
            return;
        }
        match event.action {
            Action::CredentialTest => note(&mut self.tested, event),
            Action::Create | Action::Return => note_write(&mut self.created, event),
            // Linking a person who was here before also ends in a PUT, with or without Update User Attributes.
            Action::Update | Action::RoleChange | Action::EmailChange
                if self.created.is_some() && matches!(event.method.as_str(), "PUT" | "PATCH") =>
            {
                note_write(&mut self.updated, event);
            }
            Action::Deactivate => note_write(&mut self.deactivated, event),
            _ => {}
        }
        let names = matches!(event.action, Action::Lookup | Action::Create | Action::Return);
        if names && event.user_name.as_deref().is_some_and(is_email) {
            note(&mut self.named, event);
        }
        if event.action.is_write() && event.role.is_some() {
            note(&mut self.roled, event);
        }
    }
}

/// Notes what was done to somebody; it proves more than what only would have been.
fn note_write(slot: &mut Option<Proof>, event: &Event) {
    if event.mode != TokenMode::DryRun || slot.as_ref().is_none_or(|proof| proof.rehearsed) {
        note(slot, event);
    }
}

fn note(slot: &mut Option<Proof>, event: &Event) {
    let (by, rehearsed) = (prover(event), event.mode == TokenMode::DryRun);
    let before = slot.as_ref().filter(|proof| proof.rehearsed == rehearsed).map_or(0, |proof| proof.count);
    let count = before.saturating_add(event.repeats.max(1));
    if let Some(better) = slot.as_mut().filter(|proof| proof.by > by) {
        if better.rehearsed == rehearsed {
            better.count = count;
        }
        return;
    }
    *slot = Some(Proof {
        event: event.id,
        at: event.at,
        action: event.action,
        by,
        user_agent: event.user_agent.as_deref().map(clip),
        token: event.token_name.as_deref().map(clip),
        address: event.address.as_deref().map(clip),
        rehearsed,
        path: clip(&event.path),
        user_name: event.user_name.as_deref().map(clip),
        role: event.role,
        count,
    });
}

/// Who sent a request. Okta itself never calls from this machine, unless a proxy here hides where it calls from.
fn prover(event: &Event) -> Prover {
    let address = event.address.as_deref().and_then(|address| address.parse::<IpAddr>().ok());
    match (event.is_from_okta(), address) {
        (false, _) => Prover::Other,
        (true, Some(address)) if address.to_canonical().is_loopback() => Prover::Local,
        (true, _) => Prover::Okta,
    }
}

impl Proof {
    /// Whether it counts for more than another: it is from a client nearer to Okta, or from the like and came after it.
    pub(super) fn overrules(&self, other: &Self) -> bool {
        (self.by, self.event) > (other.by, other.event)
    }

    /// By whom it was shown.
    pub(super) fn verified(&self) -> Verified {
        Verified {
            by: self.by,
            user_agent: self.user_agent.clone(),
            token: self.token.clone(),
            address: self.address.clone(),
            at: self.at,
            event: self.event,
        }
    }

    fn who(&self) -> String {
        match self.by {
            Prover::Okta | Prover::Local => "Okta".to_owned(),
            Prover::Other => {
                let token = self.token.as_deref().unwrap_or("unnamed");
                format!("A client other than Okta, with the token \"{token}\",")
            }
        }
    }

    fn user(&self) -> &str {
        self.user_name.as_deref().unwrap_or("a user")
    }

    fn evidence(&self, text: String) -> Evidence {
        Evidence { text, at: self.at, event: Some(self.event) }
    }

    /// That the base URL is right.
    pub(super) fn of_base_url(&self) -> Evidence {
        // The endpoint alone: the id of whom the last request was about says nothing here.
        let endpoint: Vec<&str> = self.path.split('/').filter(|segment| !segment.is_empty()).take(3).collect();
        self.evidence(format!("{} reached /{}.", self.who(), endpoint.join("/")))
    }

    /// That the base URL is wrong.
    pub(super) fn of_wrong_base_url(&self) -> Evidence {
        self.evidence(format!(
            "{} asked for {}, where there is nothing: the base URL in Okta is not the one shown here.",
            self.who(),
            self.path
        ))
    }

    /// That the credentials were tested.
    pub(super) fn of_test(&self) -> Evidence {
        self.evidence(format!("{} tested the credentials, and they were accepted.", self.who()))
    }

    /// That people are created, updated or deactivated.
    pub(super) fn of_write(&self) -> Evidence {
        let (who, user) = (self.who(), self.user());
        let what = match self.action {
            Action::Return => format!("brought {user} back"),
            Action::Update => format!("updated {user}"),
            Action::RoleChange => format!("changed the role of {user}"),
            Action::EmailChange => format!("changed the e-mail address of {user}"),
            Action::Deactivate => format!("deactivated {user}"),
            _ => format!("created {user}"),
        };
        // With "would have" every one of these verbs stays as it is.
        let (who, why) = match self.rehearsed {
            true => (format!("{who} would have"), ": a dry run, nothing was changed"),
            false => (who, ""),
        };
        let in_all = if self.count > 1 { format!(" ({} in all)", self.count) } else { String::new() };
        self.evidence(format!("{who} {what}{in_all}{why}."))
    }

    /// That user names are e-mail addresses.
    pub(super) fn of_name(&self) -> Evidence {
        self.evidence(format!("{} sent the user name {}.", self.who(), self.user()))
    }

    /// That the role arrives.
    pub(super) fn of_role(&self) -> Evidence {
        let role = self.role.map_or("", Role::as_str);
        self.evidence(format!("{} sent the role {role} for {}.", self.who(), self.user()))
    }
}
