//! Rows as the store keeps them.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{
    group::{Group, MemberKind},
    id::{EventId, GroupId, ResourceId, SessionId, UserId},
    role::{Role, RoleSource},
    time::Timestamp,
    token::Token,
    user::User,
};

macro_rules! secret_hash {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(pub [u8; 32]);

        impl $name {
            /// The SHA-256 of a secret in clear text.
            pub fn of(secret: &str) -> Self {
                Self(Sha256::digest(secret.as_bytes()).into())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

secret_hash!(
    /// What is kept of a token's secret.
    TokenHash
);
secret_hash!(
    /// What is kept of a session's credential.
    SessionHash
);
secret_hash!(
    /// What is kept of a sign-in code.
    CodeHash
);

/// The key under which a folded name is unique: the first 16 bytes of its SHA-256, small where names are long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NameKey(pub [u8; 16]);

impl NameKey {
    /// The key of a text that is folded already.
    pub fn of_folded(folded: &str) -> Self {
        let digest: [u8; 32] = Sha256::digest(folded.as_bytes()).into();
        let mut key = [0; 16];
        key.copy_from_slice(digest.split_at(16).0);
        Self(key)
    }
}

/// A resource's place in the order of creation, which users and groups share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(pub i64);

/// One user, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserRow {
    /// What the table shows.
    pub user: User,
    /// Place in the order of creation; assigned by the store when the row is inserted, and ignored in what is written.
    #[serde(skip)]
    pub position: Position,
    /// The folded `userName`, unique in the workspace.
    pub folded_name: String,
    /// Folded e-mail addresses, in the order of the document.
    pub folded_emails: Vec<String>,
    /// The attributes as a JSON object in the schema's spelling.
    pub document: String,
    /// The groups the user is in, direct ones first, then in order of creation; read along with the row, and ignored in
    /// what is written.
    #[serde(skip)]
    pub groups: Vec<Membership>,
}

/// A group that somebody is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The group.
    pub id: GroupId,
    /// Its `displayName`.
    pub name: String,
    /// The role it is mapped to.
    pub role: Option<Role>,
    /// Whether the user is a member itself rather than through a group in the group.
    pub direct: bool,
}

/// One group, without its members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupRow {
    /// What the table shows. The store counts the members itself, and ignores the number in what is written.
    pub group: Group,
    /// Place in the order of creation; assigned by the store when the row is inserted, and ignored in what is written.
    #[serde(skip)]
    pub position: Position,
    /// The folded `displayName`, unique in the workspace.
    pub folded_name: String,
    /// The attributes but the members, as a JSON object in the schema's spelling.
    pub document: String,
}

/// Somebody who is to become a member of a group, or to cease being one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The id that was asked for.
    pub id: ResourceId,
    /// What it belongs to; none: nobody here has it.
    pub kind: Option<MemberKind>,
    /// Whether it is a direct member now.
    pub is_member: bool,
    /// Whether test traffic made it.
    pub test: bool,
}

/// What decides about the role of a user in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberStanding {
    /// Who.
    pub id: UserId,
    /// Place in the order of creation.
    pub position: Position,
    /// The `userName`.
    pub user_name: String,
    /// Whether the person can log in.
    pub active: bool,
    /// The role in force.
    pub role: Role,
    /// Where it came from.
    pub source: RoleSource,
    /// What Okta last pushed.
    pub okta_role: Option<Role>,
    /// The highest role that the other groups are mapped to in which the person is directly; read only where the role
    /// does not come from nearer by, from Okta or from here.
    pub elsewhere: Option<Role>,
}

/// The role of a user from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleGiven {
    /// Whose.
    pub id: UserId,
    /// The role.
    pub role: Role,
    /// Where it comes from.
    pub source: RoleSource,
}

/// Somebody who would have fewer rights than now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleLoss {
    /// Who.
    pub id: UserId,
    /// The role now.
    pub before: Role,
    /// The role afterwards; none: the person cannot log in.
    pub after: Option<Role>,
}

/// Groups that a change would leave without anybody of a role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftWithout {
    /// The groups, the smallest first.
    pub groups: Vec<Stranded>,
    /// How many groups, larger ones, were not looked at.
    pub unseen: u64,
}

/// A group in which nobody who can log in would have a role or a higher one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranded {
    /// What it is called.
    pub name: String,
    /// The lowest role that nobody would have; viewer: nobody could log in.
    pub role: Role,
}

/// Somebody or something that the client of a dry run was told is here.
#[derive(Debug, Clone, PartialEq)]
pub struct Promise {
    /// The id that it was told.
    pub id: ResourceId,
    /// The row to be.
    pub what: Promised,
    /// Whether another one here has the name by now.
    pub taken: bool,
}

/// What was promised.
#[derive(Debug, Clone, PartialEq)]
pub enum Promised {
    /// A user.
    User(Box<UserRow>),
    /// A group with its direct members.
    Group(Box<GroupRow>, Vec<ResourceId>),
}

/// One token and what is kept of its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// The token.
    pub token: Token,
    /// The hash of its secret.
    pub hash: TokenHash,
}

/// One session of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Names it.
    pub id: SessionId,
    /// The hash of its credential.
    pub hash: SessionHash,
    /// Whose it is.
    pub user: UserId,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub last_used: Timestamp,
    /// From when on it is refused.
    pub expires: Timestamp,
}

/// One pending sign-in code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInCodeRow {
    /// The hash of the code.
    pub hash: CodeHash,
    /// Whose it is.
    pub user: UserId,
    /// From when on it is refused.
    pub expires: Timestamp,
}

/// A snapshot of the diagnosis: what it knows after a certain event, so that a restart need not read all events again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchState {
    /// The last event it has seen.
    pub up_to: EventId,
    /// What it knows, as JSON.
    pub state: String,
}

impl UserRow {
    /// Whether this is an active owner.
    pub fn is_active_owner(&self) -> bool {
        self.user.active && self.user.role == Role::Owner
    }
}
