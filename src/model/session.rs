//! Who calls the admin API.

use serde::{Deserialize, Serialize};

use crate::model::{id::UserId, role::Role, secret::Secret, time::Timestamp};

/// Whom the service takes the caller for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WhoAmI {
    /// A user name, or `operator`.
    pub name: String,
    /// The user behind a session; none for the operator.
    pub user_id: Option<UserId>,
    /// The rights in force.
    pub role: Role,
    /// When the session ends; none for the operator.
    pub expires: Option<Timestamp>,
    /// The workspace's name.
    pub workspace: String,
    /// The SCIM base URL to type into Okta.
    pub scim_base_url: String,
    /// The service's version.
    pub version: String,
}

/// A one-time code with which a user signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInCode {
    /// For whom.
    pub user_name: String,
    /// The code itself; used up by the first sign-in.
    pub code: Secret,
    /// From when on it is refused: ten minutes after it was made.
    pub expires: Timestamp,
}

/// A request to sign in with a code.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignIn {
    /// The code an owner handed over.
    pub code: Secret,
}

/// A session just opened: the only moment at which its credential is known.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewSession {
    /// The bearer credential for the admin API.
    pub session: Secret,
    /// Who signed in.
    pub user_name: String,
    /// With which rights.
    pub role: Role,
    /// When it ends.
    pub expires: Timestamp,
}
