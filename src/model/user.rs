//! Users as admins see them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::{
    id::{GroupId, SessionId, UserId},
    push::{Drift, FailedPush, OktaSaid},
    role::{Role, RoleSource},
    time::Timestamp,
    user_filter::{FilterError, Test, UserFilter},
    workspace::ParseSettingError,
};

/// One row of the users table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The SCIM `id`.
    pub id: UserId,
    /// The SCIM `userName`, as it was sent.
    pub user_name: String,
    /// `displayName`, or the parts of the name joined, or none.
    pub display_name: Option<String>,
    /// Whether the person can log in.
    pub active: bool,
    /// The role in force.
    pub role: Role,
    /// Where that role came from.
    pub role_source: RoleSource,
    /// The role Okta last pushed; differs from `role` while a local edit holds.
    pub okta_role: Option<Role>,
    /// The provisioning client's own id: for Okta the Okta user id.
    pub external_id: Option<String>,
    /// The account that took this one's place when the e-mail address changed.
    pub replaced_by: Option<UserId>,
    /// When the account was made.
    pub created: Timestamp,
    /// When it last changed.
    pub last_modified: Timestamp,
    /// The row version behind the ETag: 1 for a new account.
    pub version: u64,
    /// Whether test traffic made the account. Its person never gets access, and counts for nothing but the total.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    /// What Okta's client said of the person last, besides the role.
    #[serde(default)]
    pub okta: OktaSaid,
}

impl User {
    /// In what the person differs here from what Okta last pushed. A role and names matter of those who can log in; of
    /// the others nothing does, unless Okta says that they can.
    pub fn drift(&self) -> Drift {
        if self.test {
            return Drift::default();
        }
        Drift {
            role: self.active && self.okta_role.is_some_and(|role| role != self.role),
            active: self.okta.active.is_some_and(|active| active != self.active),
            name: self.active && !self.okta.names.is_empty(),
        }
    }

    /// In what the person differs, each in a few words, what is here first; and whether the words hold a name of theirs.
    pub fn differences(&self) -> Vec<(String, bool)> {
        let drift = self.drift();
        let mut words = Vec::new();
        if drift.active {
            let (here, okta) = if self.active { ("active", "deactivated") } else { ("inactive", "active") };
            words.push((format!("{here} here, {okta} in Okta"), false));
        }
        if let Some(role) = self.okta_role.filter(|_| drift.role) {
            words.push((format!("{} here, {role} in Okta", self.role), false));
        }
        if drift.name {
            words.extend(self.okta.names.iter().map(|name| (name.to_string(), true)));
        }
        words
    }

    /// Whether the person can log in though no request of Okta's client was ever about them.
    pub const fn is_orphan(&self) -> bool {
        self.active && !self.okta.known && !self.test
    }

    /// Notes since when the person differs, after a change that found them with this drift.
    pub fn note_drift(&mut self, before: Drift, now: Timestamp) {
        let drift = self.drift();
        if !drift.any() {
            self.okta.drifted = None;
        } else if drift != before {
            self.okta.drifted = Some(now);
        }
    }
}

/// One user with everything the detail view shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserDetail {
    /// The table row.
    #[serde(flatten)]
    pub user: User,
    /// The SCIM representation, as Okta reads it.
    pub resource: Value,
    /// Other accounts of the same person (same `externalId`, or joined by a changed e-mail address), oldest first.
    pub related: Vec<User>,
    /// Signed-in sessions, newest first.
    pub sessions: Vec<UserSession>,
    /// The groups the person is in, direct ones first.
    #[serde(default)]
    pub groups: Vec<UserGroup>,
    /// The last push by Okta's client, where it was answered with an error and none has succeeded since.
    #[serde(default)]
    pub failed_push: Option<FailedPush>,
}

impl UserDetail {
    /// The groups that give the person the role in force.
    pub fn role_givers(&self) -> impl Iterator<Item = &UserGroup> {
        let by_group = self.user.role_source == RoleSource::Group;
        self.groups.iter().filter(move |group| by_group && group.direct && group.role == Some(self.user.role))
    }
}

/// A group that a person is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserGroup {
    /// The group.
    pub id: GroupId,
    /// Its `displayName`.
    pub name: String,
    /// The role that it gives to its direct members for whom Okta sends none of their own.
    pub role: Option<Role>,
    /// Whether the person is a member itself rather than through a group in the group.
    pub direct: bool,
}

/// A session of a person, without its credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserSession {
    /// Names the session.
    pub id: SessionId,
    /// When the person signed in.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub last_used: Timestamp,
    /// From when on it is refused.
    pub expires: Timestamp,
}

/// The columns the users table can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum UserSort {
    /// Order of creation.
    #[default]
    Created,
    /// By `userName`, without case.
    UserName,
    /// By display name, without case; those without one last.
    DisplayName,
    /// By role, owners first.
    Role,
    /// By the role's source: okta, group, local, default.
    Source,
    /// Active ones first, replaced ones last.
    Active,
    /// By last change.
    LastModified,
    /// By `externalId`, without case; those without one last.
    ExternalId,
}

impl UserSort {
    /// Every column, in table order.
    pub const ALL: [Self; 8] = [
        Self::Created,
        Self::UserName,
        Self::DisplayName,
        Self::Role,
        Self::Source,
        Self::Active,
        Self::LastModified,
        Self::ExternalId,
    ];

    /// The spelling used in query strings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::UserName => "userName",
            Self::DisplayName => "displayName",
            Self::Role => "role",
            Self::Source => "source",
            Self::Active => "active",
            Self::LastModified => "lastModified",
            Self::ExternalId => "externalId",
        }
    }
}

impl fmt::Display for UserSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for UserSort {
    type Err = ParseSettingError;

    fn from_str(text: &str) -> Result<Self, ParseSettingError> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text).ok_or_else(|| ParseSettingError {
            setting: "sort column",
            given: text.to_owned(),
            allowed: Self::ALL.map(Self::as_str).join(", "),
        })
    }
}

/// What part of the users to show: a window over a search, in an order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserQuery {
    /// What must hold for a user, in the language of [`UserFilter`]; empty shows all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// Only active (or only inactive) users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// Only users with this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The order.
    #[serde(default)]
    pub sort: UserSort,
    /// Whether the order is reversed.
    #[serde(default)]
    pub descending: bool,
    /// How many rows to pass over.
    #[serde(default)]
    pub offset: u64,
    /// How many rows to give; 0 means 100, and no more than 1,000 are given.
    #[serde(default)]
    pub limit: u32,
    /// Walks through the list rather than showing a window of it: empty begins, [`UserPage::next`] goes on, and the
    /// offset says nothing. Whoever stays where they are in the order is met once, though others come, change and go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl UserQuery {
    /// Who is asked for; spans of time count back from `now`.
    ///
    /// # Errors
    /// The search cannot be understood.
    pub fn filter(&self, now: Timestamp) -> Result<UserFilter, FilterError> {
        let mut filter = UserFilter::parse(&self.search, now)?;
        if let Some(active) = self.active {
            filter = filter.and(Test::Active(active));
        }
        if let Some(role) = self.role {
            filter = filter.and(Test::Role(role));
        }
        Ok(filter)
    }
}

/// A window of users.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserPage {
    /// How many users the search matches in all.
    pub total: u64,
    /// The window's place.
    pub offset: u64,
    /// The rows.
    pub users: Vec<User>,
    /// How many of all users (searched for or not) have each role and can log in.
    pub counts: UserCounts,
    /// Of a walk: the [`UserQuery::after`] that goes on with it; none at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Kept counters over all users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserCounts {
    /// All users, inactive and replaced ones too.
    pub total: u64,
    /// Those who can log in.
    pub active: u64,
    /// Active owners.
    pub owners: u64,
    /// Active editors.
    pub editors: u64,
    /// Active viewers.
    pub viewers: u64,
    /// Active users of each role by where they have it from.
    #[serde(default)]
    pub sources: RoleSources,
    /// Active users whose role differs from the one Okta last pushed.
    #[serde(default)]
    pub drifted: u64,
    /// Of all users, those whom test traffic made; they are in no other count.
    #[serde(default)]
    pub test: u64,
    /// Those who differ in anything from what Okta last pushed; and those of them of whom it said something else about
    /// whether they can log in, and about their names.
    #[serde(default)]
    pub drifting: u64,
    /// See [`UserCounts::drifting`].
    #[serde(default)]
    pub drifted_active: u64,
    /// See [`UserCounts::drifting`].
    #[serde(default)]
    pub drifted_names: u64,
    /// Active users whom no request of Okta's client was ever about.
    #[serde(default)]
    pub orphans: u64,
    /// People whose last push by Okta was answered with an error, whether they are here or not.
    #[serde(default)]
    pub failed_pushes: u64,
}

impl UserCounts {
    /// The counters of what is between a user and Okta that this one is in.
    pub fn of_okta(&mut self, drift: Drift, orphan: bool) -> impl Iterator<Item = &mut u64> {
        [
            drift.any().then_some(&mut self.drifting),
            drift.active.then_some(&mut self.drifted_active),
            drift.name.then_some(&mut self.drifted_names),
            orphan.then_some(&mut self.orphans),
        ]
        .into_iter()
        .flatten()
    }

    /// Whether Okta's client was ever about anybody who can log in: before that an orphan is nothing out of the ordinary.
    pub const fn okta_is_here(&self) -> bool {
        self.orphans < self.active
    }

    /// People of whom something is to be looked at, each list counted for itself.
    pub const fn to_look_at(&self) -> u64 {
        let orphans = if self.okta_is_here() { self.orphans } else { 0 };
        self.drifting + orphans + self.failed_pushes
    }

    /// The counters that an active user of this kind is in, but for the total and for what is between them and Okta.
    pub fn of_active(&mut self, role: Role, source: RoleSource, drifted: bool) -> impl Iterator<Item = &mut u64> {
        let of_role = match role {
            Role::Owner => &mut self.owners,
            Role::Editor => &mut self.editors,
            Role::Viewer => &mut self.viewers,
        };
        let always = [&mut self.active, of_role, self.sources.of_mut(role).of_mut(source)].into_iter();
        always.chain(drifted.then_some(&mut self.drifted))
    }

    /// Active users with a role.
    pub const fn of(&self, role: Role) -> u64 {
        match role {
            Role::Owner => self.owners,
            Role::Editor => self.editors,
            Role::Viewer => self.viewers,
        }
    }
}

/// For each role, how many have it from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleSources {
    /// Owners.
    pub owner: SourceCounts,
    /// Editors.
    pub editor: SourceCounts,
    /// Viewers.
    pub viewer: SourceCounts,
}

impl RoleSources {
    /// Those with a role.
    pub const fn of(&self, role: Role) -> &SourceCounts {
        match role {
            Role::Owner => &self.owner,
            Role::Editor => &self.editor,
            Role::Viewer => &self.viewer,
        }
    }

    /// The same, to change.
    pub const fn of_mut(&mut self, role: Role) -> &mut SourceCounts {
        match role {
            Role::Owner => &mut self.owner,
            Role::Editor => &mut self.editor,
            Role::Viewer => &mut self.viewer,
        }
    }
}

/// How many have a role from each source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceCounts {
    /// Okta pushed it.
    pub okta: u64,
    /// A group is mapped to it.
    pub group: u64,
    /// It was set here.
    pub local: u64,
    /// Nobody said anything.
    pub default: u64,
}

impl SourceCounts {
    /// Those who have it from a source.
    pub const fn of(&self, source: RoleSource) -> u64 {
        match source {
            RoleSource::Okta => self.okta,
            RoleSource::Group => self.group,
            RoleSource::Local => self.local,
            RoleSource::Default => self.default,
        }
    }

    /// The same, to change.
    pub const fn of_mut(&mut self, source: RoleSource) -> &mut u64 {
        match source {
            RoleSource::Okta => &mut self.okta,
            RoleSource::Group => &mut self.group,
            RoleSource::Local => &mut self.local,
            RoleSource::Default => &mut self.default,
        }
    }
}

/// A local change of one user: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserPatch {
    /// Set the role; its source becomes `local`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Deactivate (ends every session in the same transaction) or reactivate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}
