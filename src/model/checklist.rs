//! The setup checklist: the guide's steps, each with its state and its proof on the wire.

use serde::{Deserialize, Serialize};

use crate::model::{finding::Code, id::EventId, time::Timestamp};

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    /// Proved.
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
    /// The finding that stands in its way.
    pub finding: Option<Code>,
    /// What to click, line by line.
    pub instructions: Vec<String>,
    /// What to copy from here.
    pub values: Vec<CopyValue>,
}

/// All steps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checklist {
    /// Whether every step is done.
    pub complete: bool,
    /// The steps, in the guide's order.
    pub steps: Vec<Step>,
}
