//! What the event stream carries besides events.

use serde::{Deserialize, Serialize};

/// Something other than an event that changed, so that whoever shows it should read it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// A user was changed by an admin. (Changes that came through SCIM show as events.)
    Users,
    /// A group was mapped to a role by an admin.
    Groups,
    /// A token was made or revoked.
    Tokens,
    /// The workspace's settings.
    Workspace,
    /// Findings or the checklist.
    Setup,
    /// Test traffic was removed, its events too.
    TestTraffic,
}

/// A message of the stream that is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// What changed.
    pub topic: Topic,
}
