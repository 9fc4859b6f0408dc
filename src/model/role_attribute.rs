//! The attribute "Common Room Role": the ways in which Okta can be made to send it, and what its requests really carried.

use serde::{Deserialize, Serialize};

use crate::model::{checklist::CopyValue, finding::Code, id::EventId, role::Role, time::Timestamp};

/// How a role came over the wire, which follows from the External name and namespace typed into Okta's Profile Editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoleForm {
    /// `"roles": [{"primary": true, "value": "editor"}]`, from `roles.^[primary==true].value`.
    PrimaryEntry,
    /// `"roles": [{"type": "base", "value": "editor"}]`, from `roles.^[type=='base'].value`.
    TypedEntry,
    /// `"roles": [{"value": "editor"}]`.
    Entry,
    /// `"roles": ["editor"]`, from an attribute of type string array.
    Texts,
    /// `"roles": "editor"`, from an attribute of type string.
    Text,
    /// `"commonRoomRole": "editor"` at the top level.
    CommonRoomRole,
    /// `role` in the extension of this service.
    Extension,
}

impl RoleForm {
    /// In a few words, for a column.
    pub const fn title(self) -> &'static str {
        match self {
            Self::PrimaryEntry => "primary entry",
            Self::TypedEntry => "entry with a type",
            Self::Entry => "bare entry",
            Self::Texts => "list of texts",
            Self::Text => "one text",
            Self::CommonRoomRole => "attribute of its own",
            Self::Extension => "extension schema",
        }
    }
}

/// One way in which Okta can be made to send the role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleWay {
    /// The form in which it then arrives.
    pub form: RoleForm,
    /// The way in a few words.
    pub title: String,
    /// Whether it is the one to take where nothing speaks against it.
    pub recommended: bool,
    /// When to take it, in a sentence or two.
    pub about: String,
    /// What to type into Okta's Profile Editor, field by field, in the order of Okta's form.
    pub values: Vec<CopyValue>,
    /// What then arrives: the part of the body, as JSON.
    pub wire: String,
}

/// A role as it stood in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentRole {
    /// Its form.
    pub form: RoleForm,
    /// Its value, as sent.
    pub value: String,
}

/// What became of the role in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RoleOutcome {
    /// It was understood as this role.
    Role {
        /// The role.
        role: Role,
    },
    /// None came with a new person, who got the default role.
    Default,
    /// None came; the role stays as it was.
    Absent,
    /// The request was refused, and nothing changed.
    Refused,
}

/// What one write to a user said about the role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CarriedRole {
    /// The request.
    pub event: EventId,
    /// When it arrived.
    pub at: Timestamp,
    /// Whom it was about.
    pub user_name: Option<String>,
    /// Whether Okta's client sent it.
    pub from_okta: bool,
    /// The roles in it, the one that counts among them; none where it carried none, or where its body cannot be read
    /// any more.
    pub sent: Vec<SentRole>,
    /// What became of it.
    pub became: RoleOutcome,
    /// The answer's status.
    pub status: u16,
    /// The mistakes about roles that the request shows.
    pub findings: Vec<Code>,
}

/// What the latest requests carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CarriedRoles {
    /// In one sentence.
    pub summary: String,
    /// The requests, the newest first.
    pub requests: Vec<CarriedRole>,
}

/// Everything about the role attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleAttribute {
    /// The ways to send it, the recommended one first.
    pub ways: Vec<RoleWay>,
    /// What really came; absent for whoever may not see request bodies.
    pub carried: Option<CarriedRoles>,
}
