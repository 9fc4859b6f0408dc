//! What a person may do in the workspace, and where that came from.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

/// One of the three roles of the workspace. Greater means more rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads users, groups, the checklist and event summaries.
    Viewer,
    /// Also reads request bodies, edits profiles, deactivates and reactivates.
    Editor,
    /// Also roles, tokens, workspace settings and sign-in codes.
    Owner,
}

/// A text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a role: the roles are owner, editor and viewer")]
pub struct ParseRoleError(pub String);

impl Role {
    /// Every role, the one with the most rights first.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Editor, Self::Viewer];

    /// The stored and canonical spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Editor => "editor",
            Self::Viewer => "viewer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Role {
    type Err = ParseRoleError;

    /// Takes any case and surrounding blanks, since admins type role values by hand into Okta's Profile Editor.
    fn from_str(text: &str) -> Result<Self, ParseRoleError> {
        let trimmed = text.trim();
        Self::ALL
            .into_iter()
            .find(|role| trimmed.eq_ignore_ascii_case(role.as_str()))
            .ok_or_else(|| ParseRoleError(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Where a user's present role came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RoleSource {
    /// Okta pushed it.
    Okta,
    /// Nobody said anything: the workspace's default role.
    Default,
    /// Set here, by an owner or the operator; holds until Okta pushes a different role than it pushed before.
    Local,
    /// Mapped from a group.
    Group,
}

impl RoleSource {
    /// Every source, the one that wins over the others first.
    pub const ALL: [Self; 4] = [Self::Okta, Self::Group, Self::Local, Self::Default];

    /// The stored spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Okta => "okta",
            Self::Default => "default",
            Self::Local => "local",
            Self::Group => "group",
        }
    }
}

impl fmt::Display for RoleSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for RoleSource {
    type Err = ParseRoleError;

    fn from_str(text: &str) -> Result<Self, ParseRoleError> {
        Self::ALL.into_iter().find(|source| source.as_str() == text).ok_or_else(|| ParseRoleError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_in_any_case_with_blanks() {
        assert_eq!(" Editor\n".parse(), Ok(Role::Editor));
        assert_eq!("OWNER".parse(), Ok(Role::Owner));
        assert!("admin".parse::<Role>().is_err());
        assert!(Role::Owner > Role::Editor && Role::Editor > Role::Viewer);
    }
}
