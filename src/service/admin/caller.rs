//! Who calls the admin API, and with which rights.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::{header, request::Parts};

use crate::{
    directory::{
        by::By,
        sessions::{self, SignedIn},
        tokens::same_secret,
    },
    model::{id::UserId, role::Role, secret::Secret, time::Timestamp},
    service::{admin::Failure, app::App},
};

/// A caller whom the service knows.
#[derive(Debug, Clone)]
pub(in crate::service) enum Caller {
    /// Whoever can read the data directory.
    Operator,
    /// A signed-in person, with the credential, so that a long stream can ask again whether it still holds.
    Person(SignedIn, Secret),
}

impl Caller {
    /// The role in force: the operator has every right.
    pub(super) const fn role(&self) -> Role {
        match self {
            Self::Operator => Role::Owner,
            Self::Person(person, _) => person.role,
        }
    }

    /// The name that stands in records.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Operator => "operator",
            Self::Person(person, _) => &person.user_name,
        }
    }

    /// The person, if it is one.
    pub(super) const fn person(&self) -> Option<&SignedIn> {
        match self {
            Self::Operator => None,
            Self::Person(person, _) => Some(person),
        }
    }

    /// The user behind the session.
    pub(super) fn user(&self) -> Option<UserId> {
        self.person().map(|person| person.user)
    }

    /// Refuses callers with fewer rights.
    pub(super) fn require(&self, role: Role) -> Result<(), Failure> {
        if self.role() >= role { Ok(()) } else { Err(Failure::needs(role, self.role())) }
    }

    /// For a change that needs this role: refuses callers with fewer rights, and says on whose word it is made.
    pub(super) fn by(&self, role: Role) -> Result<By, Failure> {
        self.require(role)?;
        Ok(self.user().map_or(By::Operator, |user| By::Person(user, role)))
    }

    /// Whether the credential is still good.
    pub(in crate::service) async fn still_holds(&self, app: &App) -> bool {
        match self {
            Self::Operator => true,
            Self::Person(_, credential) => {
                let known = sessions::recognize(&*app.store, credential.expose(), Timestamp::now()).await;
                matches!(known, Ok(Some(_)))
            }
        }
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let Some(("Bearer" | "bearer", credential)) = header.split_once(' ') else {
            return Err(Failure::not_signed_in());
        };
        if same_secret(credential, &app.operator_key) {
            return Ok(Self::Operator);
        }
        match sessions::recognize(&*app.store, credential, Timestamp::now()).await? {
            Some(person) => Ok(Self::Person(person, Secret::new(credential))),
            None => Err(Failure::not_signed_in()),
        }
    }
}
