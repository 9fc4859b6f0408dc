//! Errors of the admin API (RFC 9457 problem details).

use serde::{Deserialize, Serialize};

/// An error answer of the admin API, media type `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{detail}")]
pub struct Problem {
    /// What kind of problem, for programs: one of the codes the API documents, such as `last-owner`.
    #[serde(rename = "type")]
    pub kind: String,
    /// HTTP status.
    pub status: u16,
    /// The kind in a few words.
    pub title: String,
    /// What was wrong and what to do, in a sentence for people.
    pub detail: String,
}
