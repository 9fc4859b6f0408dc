//! Groups as admins see them.

use serde::{Deserialize, Serialize};

use crate::model::{
    id::{GroupId, ResourceId, UserId},
    role::Role,
    time::Timestamp,
};

/// One row of the list of groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// The SCIM `id`.
    pub id: GroupId,
    /// The SCIM `displayName`, as it was sent; unique in the workspace without case.
    pub display_name: String,
    /// The provisioning client's own id.
    pub external_id: Option<String>,
    /// The role that its direct members have for whom Okta sends none of their own.
    pub role: Option<Role>,
    /// How many direct members it has, users and groups.
    pub members: u64,
    /// When it was made.
    pub created: Timestamp,
    /// When it, or its membership, last changed.
    pub last_modified: Timestamp,
    /// The row version behind the ETag: 1 for a new group.
    pub version: u64,
    /// Whether test traffic made the group. It can be mapped to no role, and only test traffic's people are in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
}

/// What a member of a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MemberKind {
    /// A user.
    User,
    /// A group within the group.
    Group,
}

impl MemberKind {
    /// The value of a member's `type` (RFC 7643 4.2).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }
}

/// One direct member of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupMember {
    /// The SCIM `id` of the user or group.
    pub id: ResourceId,
    /// Which of the two it is.
    pub kind: MemberKind,
    /// Its `userName` or `displayName`.
    pub name: String,
}

/// One group with its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupDetail {
    /// The table row.
    #[serde(flatten)]
    pub group: Group,
    /// Its first members, in order of their ids; [`Group::members`] says how many there are.
    pub first_members: Vec<GroupMember>,
    /// How many members are still to get the role that follows from the group's mapping, which was changed a moment ago.
    #[serde(default)]
    pub unsettled: u64,
}

/// What part of a group's members to show, in the order of their keys: that of their creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberQuery {
    /// Only members behind the one with this key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// Only members before the one with this key; the last of them, unless `after` is given as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    /// The last members rather than the first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_end: bool,
    /// How many members to give; 0 means 100, and no more than 1,000 are given.
    #[serde(default)]
    pub limit: u32,
}

/// A member with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedMember {
    /// The place among the members; it stays as long as the member does.
    pub key: i64,
    /// The member.
    #[serde(flatten)]
    pub member: GroupMember,
}

/// A window of a group's members.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberPage {
    /// How many members the group has.
    pub total: u64,
    /// How many of them stand before the window.
    pub offset: u64,
    /// The members.
    pub members: Vec<ListedMember>,
}

/// What part of the groups to show, in order of creation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupQuery {
    /// Text that the name or externalId must contain, without case; empty shows all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// Only groups that are mapped to a role, or only those that are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapped: Option<bool>,
    /// How many rows to pass over.
    #[serde(default)]
    pub offset: u64,
    /// How many rows to give; 0 means 100, and no more than 1,000 are given.
    #[serde(default)]
    pub limit: u32,
}

/// A window of groups.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupPage {
    /// How many groups the search matches in all.
    pub total: u64,
    /// The window's place.
    pub offset: u64,
    /// The rows.
    pub groups: Vec<Group>,
}

/// The role a group is to be mapped to; none removes the mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GroupMapping {
    /// The role.
    pub role: Option<Role>,
}

/// A group after its mapping changed, and what that did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MappedGroup {
    /// The group.
    #[serde(flatten)]
    pub group: Group,
    /// How many users have another role now.
    pub changed_users: u64,
}

/// What mapping a group to a role, or to none, would do; nothing is changed by asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MappingPreview {
    /// The group as it is, its present role included.
    pub group: Group,
    /// The role it would be mapped to.
    pub role: Option<Role>,
    /// How many of its direct members are users.
    pub users: u64,
    /// How many are groups; a role does not reach the people in them.
    pub groups: u64,
    /// Whose role would change, by before and after.
    pub changes: Vec<RoleShift>,
    /// The first of those, at most [`MappingPreview::NAMED`].
    pub first: Vec<PersonShift>,
    /// How many keep the role that Okta gave them themselves.
    pub kept_okta: u64,
    /// How many keep the role that was set here.
    pub kept_local: u64,
    /// Why it would be refused.
    pub refusal: Option<String>,
}

impl MappingPreview {
    /// How many people a preview names.
    pub const NAMED: usize = 20;

    /// How many people's role would change.
    pub fn changed_users(&self) -> u64 {
        self.changes.iter().map(|shift| shift.users).sum()
    }
}

/// How many people would go from one role to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleShift {
    /// The role they have.
    pub from: Role,
    /// The role they would have.
    pub to: Role,
    /// How many.
    pub users: u64,
}

/// One person who would go from one role to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonShift {
    /// Who.
    pub id: UserId,
    /// The person's `userName`.
    pub user_name: String,
    /// The role the person has.
    pub from: Role,
    /// The role the person would have.
    pub to: Role,
}
