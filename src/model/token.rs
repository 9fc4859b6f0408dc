//! Tokens: bearer credentials with which a provisioning client calls SCIM.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::model::{id::TokenId, secret::Secret, time::Timestamp, workspace::ParseSettingError};

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenScope {
    /// Lookups and lists only.
    Read,
    /// Everything; what Okta needs.
    #[default]
    Write,
}

impl TokenScope {
    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// What becomes of the requests that carry a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenMode {
    /// They are carried out.
    #[default]
    Live,
    /// They are checked, answered and recorded as if they were carried out, and change nothing.
    DryRun,
    /// They are carried out on people made up for a test. The service itself makes such tokens; none can be asked for.
    Test,
}

impl TokenMode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Live, Self::DryRun, Self::Test];

    /// The spelling used in JSON, filters and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::DryRun => "dry-run",
            Self::Test => "test",
        }
    }

    /// Whether this is the usual mode, which goes without saying.
    pub const fn is_live(&self) -> bool {
        matches!(self, Self::Live)
    }
}

impl fmt::Display for TokenMode {
    /// In words for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Live => "live",
            Self::DryRun => "dry run",
            Self::Test => "test",
        })
    }
}

impl FromStr for TokenMode {
    type Err = ParseSettingError;

    fn from_str(text: &str) -> Result<Self, ParseSettingError> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or_else(|| ParseSettingError {
            setting: "mode",
            given: text.to_owned(),
            allowed: Self::ALL.map(Self::as_str).join(", "),
        })
    }
}

/// Where a token stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenState {
    /// Made, and no request carried it yet.
    NeverUsed,
    /// In use.
    Active,
    /// Expires within [`Token::WARN_BEFORE_MILLIS`].
    Expiring,
    /// Past its date; refused.
    Expired,
    /// Revoked; refused.
    Revoked,
}

impl fmt::Display for TokenState {
    /// In words for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::NeverUsed => "never used",
            Self::Active => "active",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        })
    }
}

/// A token as admins see it: everything but the secret, of which only a SHA-256 is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Names the token.
    pub id: TokenId,
    /// The name an owner gave it, such as `Okta production`.
    pub name: String,
    /// What it may do.
    pub scope: TokenScope,
    /// What becomes of the requests that carry it.
    #[serde(default)]
    pub mode: TokenMode,
    /// Who made it: a user name, or `operator`.
    pub created_by: String,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is refused (RFC 7644 7.4 wants a limited life).
    pub expires: Timestamp,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
    /// When a request last carried it.
    pub last_used: Option<Timestamp>,
    /// From which address.
    pub last_address: Option<String>,
    /// With which user agent.
    pub last_user_agent: Option<String>,
    /// How many requests carried it.
    pub uses: u64,
    /// The last characters of the secret, to tell two tokens apart.
    pub tail: String,
    /// The token that this one was made to replace.
    #[serde(default)]
    pub rotated_from: Option<TokenId>,
    /// The token that was made to replace this one, which ends when their overlap does.
    #[serde(default)]
    pub replaced_by: Option<TokenId>,
}

impl Token {
    /// How long a token lives unless said otherwise: 365 days.
    pub const DEFAULT_LIFE_MILLIS: i64 = 365 * 24 * 60 * 60 * 1_000;
    /// From how long before its end a token counts as expiring: 30 days.
    pub const WARN_BEFORE_MILLIS: i64 = 30 * 24 * 60 * 60 * 1_000;
    /// How many days its uses are remembered one by one.
    pub const DAYS_KEPT: u32 = 90;

    /// Where the token stands at `now`.
    pub fn state(&self, now: Timestamp) -> TokenState {
        if self.revoked.is_some() {
            TokenState::Revoked
        } else if now >= self.expires {
            TokenState::Expired
        } else if self.expires.millis_since(now) <= Self::WARN_BEFORE_MILLIS {
            TokenState::Expiring
        } else if self.last_used.is_none() {
            TokenState::NeverUsed
        } else {
            TokenState::Active
        }
    }

    /// Whether requests that carry it are accepted at `now`.
    pub fn is_accepted(&self, now: Timestamp) -> bool {
        !matches!(self.state(now), TokenState::Revoked | TokenState::Expired)
    }
}

/// How often a token was used on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DayUses {
    /// The day's first moment, in UTC.
    pub day: Timestamp,
    /// How many requests carried the token.
    pub uses: u64,
}

/// One token with its use over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenDetail {
    /// The token.
    #[serde(flatten)]
    pub token: Token,
    /// The days of the last [`Token::DAYS_KEPT`] on which a request carried it, oldest first.
    pub days: Vec<DayUses>,
}

/// A request for a token in place of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenRotation {
    /// For how many hours the old token is accepted besides the new one, at most [`TokenRotation::LONGEST_HOURS`]; 0
    /// revokes it at once, none means [`TokenRotation::DEFAULT_HOURS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap_hours: Option<u32>,
}

impl TokenRotation {
    /// The overlap unless said otherwise: a day.
    pub const DEFAULT_HOURS: u32 = 24;
    /// The longest overlap: 30 days.
    pub const LONGEST_HOURS: u32 = 30 * 24;
}

/// A request for a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewToken {
    /// Its name: 1 to 100 characters.
    pub name: String,
    /// What it may do.
    #[serde(default)]
    pub scope: TokenScope,
    /// What becomes of the requests that carry it: `live` or `dry-run`.
    #[serde(default, skip_serializing_if = "TokenMode::is_live")]
    pub mode: TokenMode,
    /// How many days it lives, 1 to 3,650; none means 365.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
}

/// A token just made: the only moment at which its secret is known.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedToken {
    /// The token.
    #[serde(flatten)]
    pub info: Token,
    /// The secret itself.
    pub token: Secret,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_moves_through_its_life() {
        let born = Timestamp::from_millis(1_000_000);
        let mut token = Token {
            id: TokenId::new(born),
            name: "Okta".into(),
            scope: TokenScope::Write,
            mode: TokenMode::Live,
            created_by: "operator".into(),
            created: born,
            expires: born.plus_millis(Token::DEFAULT_LIFE_MILLIS),
            revoked: None,
            last_used: None,
            last_address: None,
            last_user_agent: None,
            uses: 0,
            tail: "abcd".into(),
            rotated_from: None,
            replaced_by: None,
        };
        assert_eq!(token.state(born), TokenState::NeverUsed);
        token.last_used = Some(born);
        assert_eq!(token.state(born), TokenState::Active);
        assert_eq!(token.state(token.expires.plus_millis(-Token::WARN_BEFORE_MILLIS)), TokenState::Expiring);
        assert_eq!(token.state(token.expires), TokenState::Expired);
        token.revoked = Some(born);
        assert_eq!(token.state(born), TokenState::Revoked);
    }
}
