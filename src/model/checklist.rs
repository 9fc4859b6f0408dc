//! The setup checklist: the guide's steps, each with its state and its proof on the wire.

use serde::{Deserialize, Serialize};

use crate::model::{finding::Code, id::EventId, time::Timestamp};

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    /// Proved; [`Step::verified`] says by whom.
    Done,
    /// Not seen yet.
    Pending,
    /// A finding stands in its way.
    Problem,
}

/// What proves a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// In a sentence.
    pub text: String,
    /// When it was seen.
    pub at: Timestamp,
    /// The request that shows it, where one does.
    pub event: Option<EventId>,
}

/// Who sent the requests that prove a step. Greater is nearer to Okta itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Prover {
    /// A client other than Okta's, such as curl.
    Other,
    /// One that says that it is Okta's client, from this very machine: a simulation, or Okta by way of a proxy that does
    /// not say for whom it asks.
    Local,
    /// Okta's client.
    Okta,
}

/// By whom a step, or the whole set-up, was shown to work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// Who it was.
    pub by: Prover,
    /// The client's `User-Agent`.
    pub user_agent: Option<String>,
    /// The name of the token it carried.
    pub token: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// When.
    pub at: Timestamp,
    /// The request.
    pub event: EventId,
}

impl Prover {
    /// Why this is no proof that Okta's side works; none for Okta.
    pub const fn caveat(self) -> Option<&'static str> {
        match self {
            Self::Okta => None,
            Self::Local => {
                Some("that is this machine: a simulation, or a proxy in front of a service without --behind-proxy")
            }
            Self::Other => Some("that is not Okta"),
        }
    }
}

impl Verified {
    /// The client in words: `Okta SCIM Client 1.0.0 from 203.0.113.24, with the token "Okta production"`.
    pub fn client(&self) -> String {
        let agent = self.user_agent.as_deref().unwrap_or("a client that does not say its name");
        let from = self.address.as_ref().map_or_else(String::new, |address| format!(" from {address}"));
        let token = self.token.as_ref().map_or_else(String::new, |token| format!(", with the token \"{token}\""));
        format!("{agent}{from}{token}")
    }

    /// The same in a sentence, with what there is to say against it.
    pub fn sentence(&self) -> String {
        let but = self.by.caveat().map_or_else(String::new, |caveat| format!("; {caveat}"));
        format!("{}{but}.", self.client())
    }
}

/// A value the admin copies from here into Okta.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CopyValue {
    /// The name of Okta's field.
    pub label: String,
    /// What goes into it.
    pub value: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Names the step in scripts, such as `create-users`.
    pub id: String,
    /// The guide's words for it.
    pub title: String,
    /// Where it stands.
    pub state: StepState,
    /// Its proof, or for a problem the request that shows it.
    pub evidence: Option<Evidence>,
    /// By whom it was shown to work, where requests show that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verified>,
    /// What to know before Okta is tried, each in a sentence: what Okta will refuse, or not reach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<String>,
    /// The finding that stands in its way.
    pub finding: Option<Code>,
    /// What to click, line by line.
    pub instructions: Vec<String>,
    /// What to copy from here.
    pub values: Vec<CopyValue>,
    /// More about it, in Markdown: what it is for, what is seen when it worked, what usually goes wrong.
    #[serde(default)]
    pub guide: String,
}

/// All steps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checklist {
    /// Whether every step is done.
    pub complete: bool,
    /// By whom the whole was shown to work, once it is complete: of the clients that proved its steps the one least near
    /// to Okta, and the newest request of that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verified>,
    /// The steps, in the guide's order.
    pub steps: Vec<Step>,
}
