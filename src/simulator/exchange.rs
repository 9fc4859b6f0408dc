//! What a run reports of each exchange as it ends.

use std::{fmt, time::Duration};

use serde::{Serialize, Serializer, ser::SerializeStruct};
use tokio::sync::mpsc;

use super::fault::Fault;

/// What Okta wanted with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Test API Credentials.
    CredentialTest,
    /// Verify user exists in external application.
    Lookup,
    /// Push new user to external application.
    Create,
    /// The read before a PUT.
    Read,
    /// Push user's profile to external application.
    PushProfile,
    /// Push the user's password to external application.
    PushPassword,
    /// Push user deactivation to external application.
    Deactivate,
    /// Push user reactivation in external application.
    Reactivate,
    /// The read back with which Okta's CRUD suite checks what was pushed.
    Verify,
    /// Push user deletion to external application.
    Delete,
    /// The search for a group before it is pushed.
    GroupLookup,
    /// The read of a group before a PUT, or between two changes.
    GroupRead,
    /// Push group, its name or its members.
    GroupPush,
    /// Unlink a pushed group and delete it in the target app.
    GroupDelete,
    /// A page of Import Now.
    Import,
    /// What Entitlement Management asks when it is switched on: which kinds of resource there are, and their items.
    Entitlements,
    /// What the service can do, as SCIM 1.1 asks for it.
    Capabilities,
}

impl Purpose {
    /// The spelling in JSON and in the line of an exchange.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CredentialTest => "credential-test",
            Self::Lookup => "lookup",
            Self::Create => "create",
            Self::Read => "read",
            Self::PushProfile => "push-profile",
            Self::PushPassword => "push-password",
            Self::Deactivate => "deactivate",
            Self::Reactivate => "reactivate",
            Self::Verify => "verify",
            Self::Delete => "delete",
            Self::GroupLookup => "group-lookup",
            Self::GroupRead => "group-read",
            Self::GroupPush => "group-push",
            Self::GroupDelete => "group-delete",
            Self::Import => "import",
            Self::Entitlements => "entitlements",
            Self::Capabilities => "capabilities",
        }
    }

    /// How Okta begins the sentence when this step fails.
    fn complaint(self, who: &str) -> String {
        match self {
            Self::CredentialTest => "Error authenticating".into(),
            Self::Lookup => format!("Error while verifying if user {who} exists"),
            Self::Create => format!("Error while creating user {who}"),
            Self::Read | Self::PushProfile => format!("Error while trying to push profile update for {who}"),
            Self::PushPassword => format!("Error while trying to push password update for {who}"),
            Self::Deactivate => format!("Error while trying to push deactivation of {who}"),
            Self::Reactivate => format!("Error while trying to push reactivation of {who}"),
            Self::Verify => format!("Check of {who} failed"),
            Self::Delete => format!("Error while deleting user {who}"),
            Self::GroupLookup => format!("Error while verifying if group {who} exists"),
            Self::GroupRead | Self::GroupPush => {
                format!("Unable to update Group Push mapping target App group {who}")
            }
            Self::GroupDelete => format!("Error while deleting user group {who}"),
            Self::Import => "Error while importing".into(),
            Self::Entitlements => "Error while discovering entitlements".into(),
            Self::Capabilities => "Error while reading capabilities".into(),
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What Okta makes of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As Okta requires.
    Accepted,
    /// 429: Okta waits so long and sends the request again.
    Wait(Duration),
    /// Okta does not accept it; the job ends here.
    Fault(Fault),
}

/// One request and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Its place in the run, from 1, in the order in which answers came.
    pub n: u64,
    /// The HTTP method.
    pub method: &'static str,
    /// Path and query below the base URL, decoded for people.
    pub target: String,
    /// What Okta wanted.
    pub purpose: Purpose,
    /// The `userName` of the person it is about, or the name of the group; none where it is about nobody.
    pub who: Option<String>,
    /// The HTTP status; none when no answer came.
    pub status: Option<u16>,
    /// From sending the request to the last byte of the answer.
    pub latency: Duration,
    /// What Okta makes of it.
    pub verdict: Verdict,
}

impl Exchange {
    /// The longest message, in characters. The service's words are in it, and a service may answer anything.
    const LONGEST_MESSAGE: usize = 600;

    /// Whether Okta would not accept the answer.
    pub fn is_fault(&self) -> bool {
        matches!(self.verdict, Verdict::Fault(_))
    }

    /// What Okta's admin would read, or how long Okta waits; none when all is well.
    pub fn message(&self) -> Option<String> {
        match &self.verdict {
            Verdict::Accepted => None,
            Verdict::Wait(wait) => Some(format!("API rate limit: trying again in {} s", wait.as_secs())),
            Verdict::Fault(fault) => {
                let who = self.who.as_deref().unwrap_or_default();
                let text = format!("{}: {fault}", self.purpose.complaint(who));
                Some(text.chars().map(printable).take(Self::LONGEST_MESSAGE).collect())
            }
        }
    }
}

/// One line: number, method, status, latency, purpose, target, and the complaint if there is one.
impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status.map_or_else(|| "---".to_owned(), |status| status.to_string());
        let millis = millis(self.latency);
        write!(
            f,
            "{:>6}  {:<5} {status}  {millis:>8.1} ms  {:<15} {}",
            self.n, self.method, self.purpose, self.target
        )?;
        // The lookup names the person in its filter, and a body does not show in the line.
        if let Some(who) = self.who.as_ref().filter(|who| !self.target.contains(who.as_str())) {
            write!(f, "  {who}")?;
        }
        match self.message() {
            Some(message) => write!(f, "\n        {message}"),
            None => Ok(()),
        }
    }
}

impl Serialize for Exchange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Exchange", 9)?;
        out.serialize_field("n", &self.n)?;
        out.serialize_field("method", self.method)?;
        out.serialize_field("target", &self.target)?;
        out.serialize_field("purpose", &self.purpose)?;
        out.serialize_field("who", &self.who)?;
        out.serialize_field("status", &self.status)?;
        out.serialize_field("latencyMillis", &millis(self.latency))?;
        out.serialize_field("accepted", &!self.is_fault())?;
        out.serialize_field("message", &self.message())?;
        out.end()
    }
}

/// Keeps a service's words from steering the terminal that shows them.
pub(super) fn printable(c: char) -> char {
    if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }
}

pub(super) fn millis(duration: Duration) -> f64 {
    // Whole microseconds, so that JSON shows no meaningless digits.
    duration.as_micros() as f64 / 1_000.0
}

/// Hands exchanges on, numbered in the order in which they ended, until the wire is gone.
pub(super) async fn narrate(mut exchanges: mpsc::UnboundedReceiver<Exchange>, mut tell: impl FnMut(&Exchange)) {
    let mut n = 0;
    while let Some(mut exchange) = exchanges.recv().await {
        n += 1;
        exchange.n = n;
        tell(&exchange);
    }
}
