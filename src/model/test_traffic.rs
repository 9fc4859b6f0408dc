//! Test traffic: what is sent to try the set-up out, and what it left behind.

use serde::{Deserialize, Serialize};

use crate::model::{finding::Finding, secret::Secret, time::Timestamp};

/// The header by which the service knows a run's requests, those without accepted credentials too. Its value is made by
/// the service for the run.
pub const TEST_MARK: &str = "scimroom-test";

/// The credential of a run, made by the service. Whoever asks for it keeps it in memory only.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestPass {
    /// The bearer token.
    pub token: Secret,
    /// What goes into the header [`TEST_MARK`].
    pub mark: Secret,
    /// From when on the token is refused.
    pub expires: Timestamp,
}

/// How much of test traffic there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestCounts {
    /// People whom it made.
    pub users: u64,
    /// Groups that it made.
    pub groups: u64,
    /// Events of its requests.
    pub events: u64,
    /// Its tokens, expired ones too.
    pub tokens: u64,
    /// Of the people, those who are active owners.
    #[serde(default)]
    pub owners: u64,
    /// Whether all of it is being removed.
    pub removing: bool,
}

impl TestCounts {
    /// Whether there is nothing to remove.
    pub const fn is_empty(&self) -> bool {
        self.users == 0 && self.groups == 0 && self.events == 0 && self.tokens == 0
    }
}

/// What test traffic left behind, and what it shows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestTraffic {
    /// How much there is.
    #[serde(flatten)]
    pub counts: TestCounts,
    /// What its requests show to be wrong, the gravest first. Nothing of it is a finding of the real set-up.
    pub findings: Vec<Finding>,
}
