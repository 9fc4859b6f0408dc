//! Findings: what is wrong with a set-up, and the click that mends it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::model::{id::EventId, time::Timestamp};

/// The code of a diagnosis, `D01` to `D99`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u8);

/// A text that is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a diagnosis code: expected D and two digits, such as D29")]
pub struct ParseCodeError;

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "D{:02}", self.0)
    }
}

impl FromStr for Code {
    type Err = ParseCodeError;

    fn from_str(text: &str) -> Result<Self, ParseCodeError> {
        match text.strip_prefix('D') {
            Some(digits) if digits.len() == 2 => digits.parse().map(Self).map_err(|_| ParseCodeError),
            _ => Err(ParseCodeError),
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is broken.
    Hint,
    /// Something will go wrong, or went wrong for one person.
    Warning,
    /// Provisioning does not work until this is mended.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// An open finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Which diagnosis.
    pub code: Code,
    /// How much it matters.
    pub severity: Severity,
    /// The mistake in a few words.
    pub title: String,
    /// What was seen on the wire, in a sentence.
    pub symptom: String,
    /// What Okta shows to its admin.
    pub okta_shows: String,
    /// The click path that mends it.
    pub fix: String,
    /// Whether it is this service's own fault.
    #[serde(default)]
    pub ours: bool,
    /// Events that show it, oldest first; at most the last 50.
    pub events: Vec<EventId>,
    /// How many requests showed it in all.
    pub count: u64,
    /// The people concerned, by user name; at most the last 20.
    pub people: Vec<String>,
    /// When it was first seen since it was last closed.
    pub first_seen: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// When somebody dismissed it, if it was: it stays out of the way until traffic closes it and it appears anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_two_digits() {
        assert_eq!(Code(4).to_string(), "D04");
        assert_eq!("D29".parse(), Ok(Code(29)));
        assert_eq!("D4".parse::<Code>(), Err(ParseCodeError));
        assert_eq!("29".parse::<Code>(), Err(ParseCodeError));
    }
}
