//! The workspace and its settings: what one service serves.

use std::{collections::BTreeSet, ops::RangeInclusive};

use serde::{Deserialize, Serialize};

use crate::model::{compatibility::Compatibility, role::Role};

/// A text that is none of a setting's values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not a {setting}: use one of {allowed}")]
pub struct ParseSettingError {
    /// The setting's name.
    pub setting: &'static str,
    /// What was given.
    pub given: String,
    /// The values it may have, joined by commas.
    pub allowed: String,
}

macro_rules! setting {
    ($(#[$doc:meta])* $name:ident, $word:literal, { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every value, in the order shown to people.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling used in settings, JSON and the store.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::workspace::ParseSettingError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::model::workspace::ParseSettingError {
                        setting: $word,
                        given: text.to_owned(),
                        allowed: [$($text),+].join(", "),
                    }),
                }
            }
        }
    };
}
pub(super) use setting;

setting!(
    /// The plan the workspace is on. SCIM needs the enterprise plan.
    Plan, "plan", {
        /// No SCIM.
        Free = "free",
        /// No SCIM.
        Team = "team",
        /// SCIM; what a self-hosted service starts with.
        Enterprise = "enterprise",
    }
);
setting!(
    /// What a changed `userName` means.
    EmailChange, "email_change", {
        /// A new account under the known id; the old one is kept, deactivated, under an id of its own.
        NewAccount = "new-account",
        /// The same account under a new name.
        Rename = "rename",
        /// Refused.
        Refuse = "refuse",
    }
);
setting!(
    /// Which user names are accepted.
    UserNamePolicy, "user_name", {
        /// E-mail addresses only, as Okta's "Application username format = Email" sends them.
        Email = "email",
        /// Anything, for identity providers and conformance tools that use other names.
        Any = "any",
    }
);

setting!(
    /// What an id among a group's members means that nobody here has.
    UnknownMembers, "unknown_members", {
        /// A mistake: the request is refused and says which.
        Refuse = "refuse",
        /// Nothing: the others become members.
        Ignore = "ignore",
    }
);

/// A workspace's settings, as shown and stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Workspace {
    /// The name people know it by.
    pub name: String,
    /// The plan.
    pub plan: Plan,
    /// The role of a user for whom nobody said another.
    pub default_role: Role,
    /// What a changed e-mail address means.
    pub email_change: EmailChange,
    /// Which user names are accepted.
    pub user_name: UserNamePolicy,
    /// The address under which Okta reaches the service, without the path, such as `https://room.harbor.example`;
    /// none while it is not known, and then the address of the listening socket is shown.
    pub public_url: Option<String>,
    /// What becomes of members that nobody here knows.
    #[serde(default)]
    pub unknown_members: UnknownMembers,
    /// Compatibility steps that are switched off: what they would have put right is refused.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub strict: BTreeSet<Compatibility>,
    /// For how many days events are kept.
    #[serde(default = "Workspace::default_retention_days")]
    pub retention_days: u32,
    /// How much room events may take, in MiB; the oldest go first.
    #[serde(default = "Workspace::default_retention_mib")]
    pub retention_mib: u32,
}

impl Workspace {
    /// How long events may be kept, in days.
    pub const RETENTION_DAYS: RangeInclusive<u32> = 1..=3_650;
    /// How much room events may be given, in MiB: up to a TiB.
    pub const RETENTION_MIB: RangeInclusive<u32> = 16..=1_048_576;

    const fn default_retention_days() -> u32 {
        90
    }

    const fn default_retention_mib() -> u32 {
        2_048
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that makes the type knows of no default")]
impl Default for UnknownMembers {
    fn default() -> Self {
        Self::Refuse
    }
}

impl Default for Workspace {
    fn default() -> Self {
        Self {
            name: "Workspace".to_owned(),
            plan: Plan::Enterprise,
            default_role: Role::Viewer,
            email_change: EmailChange::NewAccount,
            user_name: UserNamePolicy::Email,
            public_url: None,
            unknown_members: UnknownMembers::Refuse,
            strict: BTreeSet::new(),
            retention_days: Self::default_retention_days(),
            retention_mib: Self::default_retention_mib(),
        }
    }
}

/// A change of settings: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspacePatch {
    /// New name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// New plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// New default role; users who have the default role already keep what they have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_role: Option<Role>,
    /// New meaning of a changed e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_change: Option<EmailChange>,
    /// New rule for user names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<UserNamePolicy>,
    /// New public address; the empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// New meaning of members that nobody here knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_members: Option<UnknownMembers>,
    /// The compatibility steps to switch off; all others are on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict: Option<BTreeSet<Compatibility>>,
    /// For how many days events are kept from now on; see [`Workspace::RETENTION_DAYS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// How much room they may take, in MiB; see [`Workspace::RETENTION_MIB`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_mib: Option<u32>,
}
