//! Error answers of the admin API.

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::BytesRejection},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde::de::DeserializeOwned;

use crate::{
    directory::{
        local::{Refusal, TooMany},
        sessions::SignInRefused,
        test_traffic::BeingRemoved,
        tokens::TokenRefusal,
        workspace::SettingRefused,
    },
    model::{problem::Problem, role::Role, user_filter::FilterError},
    store::StoreError,
};

/// Why a request to the admin API is not carried out.
#[derive(Debug)]
pub(in crate::service) struct Failure(Problem);

impl Failure {
    fn new(status: StatusCode, kind: &str, title: &str, detail: impl Into<String>) -> Self {
        Self(Problem { kind: kind.to_owned(), status: status.as_u16(), title: title.to_owned(), detail: detail.into() })
    }

    /// 400: the request makes no sense.
    pub(in crate::service) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "The request cannot be understood", detail)
    }

    /// 404: there is no such thing.
    pub(in crate::service) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing here", detail)
    }

    /// 405: not with this method.
    pub(in crate::service) fn method_not_allowed() -> Self {
        let detail = "This route does not take that method.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "Wrong method", detail)
    }

    /// 401: nobody we know.
    pub(super) fn not_signed_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "not-signed-in",
            "Not signed in",
            "you are not signed in, or the session has ended: sign in with `scimroom login URL --code CODE`, or run \
             scimroom as the user who owns the data directory",
        )
    }

    /// 403: somebody with another role could.
    pub(super) fn needs(role: Role, has: Role) -> Self {
        let detail = format!("this needs the {role} role, and you have the {has} role: ask an owner of the workspace");
        Self::new(StatusCode::FORBIDDEN, "needs-role", "Not allowed", detail)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self.0)).into_response();
        let media_type = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Busy { .. } | StoreError::Closed => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The service is busy", error.to_string())
            }
            StoreError::Withdrawn => {
                Self::new(StatusCode::FORBIDDEN, "withdrawn", "Not allowed any more", error.to_string())
            }
            _ => {
                tracing::error!(%error, "the store failed");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    "The service failed",
                    "the service failed on its side and nothing was changed; its log says more",
                )
            }
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let (status, kind, title) = match &refusal {
            Refusal::Unknown(_) => (StatusCode::NOT_FOUND, "not-found", "There is no such user"),
            Refusal::UnknownGroup(_) => (StatusCode::NOT_FOUND, "not-found", "There is no such group"),
            Refusal::LastOwner(_) => (StatusCode::CONFLICT, "last-owner", "The last active owner stays"),
            Refusal::Replaced { .. } => (StatusCode::CONFLICT, "replaced", "The account was replaced"),
            Refusal::TestUser(_) | Refusal::TestGroup(_) => (StatusCode::CONFLICT, "test-traffic", "Test traffic"),
            Refusal::Inactive(_) => (StatusCode::CONFLICT, "inactive", "The user is deactivated"),
            Refusal::Unreadable(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "The service failed"),
        };
        Self::new(status, kind, title, refusal.to_string())
    }
}

impl From<FilterError> for Failure {
    fn from(error: FilterError) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<TooMany> for Failure {
    fn from(refusal: TooMany) -> Self {
        Self::bad_request(refusal.to_string())
    }
}

impl From<TokenRefusal> for Failure {
    fn from(refusal: TokenRefusal) -> Self {
        match refusal {
            TokenRefusal::Unknown(_) => Self::not_found(refusal.to_string()),
            TokenRefusal::Name | TokenRefusal::Life | TokenRefusal::Overlap => Self::bad_request(refusal.to_string()),
            TokenRefusal::NotDryRun(_) | TokenRefusal::Over(_) | TokenRefusal::Successor(_) => {
                Self::new(StatusCode::CONFLICT, "no-dry-run", "The token cannot go live", refusal.to_string())
            }
            TokenRefusal::Ended(_) | TokenRefusal::Rotated { .. } => {
                Self::new(StatusCode::CONFLICT, "token-ended", "The token cannot be rotated", refusal.to_string())
            }
        }
    }
}

impl From<BeingRemoved> for Failure {
    fn from(refused: BeingRemoved) -> Self {
        Self::new(StatusCode::CONFLICT, "being-removed", "Test traffic is being removed", refused.to_string())
    }
}

impl From<SettingRefused> for Failure {
    fn from(refused: SettingRefused) -> Self {
        Self::bad_request(refused.to_string())
    }
}

impl From<SignInRefused> for Failure {
    fn from(refused: SignInRefused) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "sign-in-refused", "Sign-in refused", refused.to_string())
    }
}

/// A JSON body, with a refusal in our own words.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|error: BytesRejection| Failure::bad_request(format!("the body cannot be read: {error}")))?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| Failure::bad_request(format!("the body is not what this route takes: {error}")))
    }
}

/// A query string, likewise.
#[derive(Debug)]
pub(super) struct Params<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        Query::<T>::from_request_parts(parts, state)
            .await
            .map(|Query(params)| Self(params))
            .map_err(|error| Failure::bad_request(format!("the query is not what this route takes: {error}")))
    }
}

/// The `{id}` of a route; one that cannot be an id names nothing.
#[derive(Debug)]
pub(super) struct Id<T>(pub(super) T);

impl<S: Send + Sync, T: std::str::FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let id = Path::<String>::from_request_parts(parts, state).await.map(|Path(id)| id).unwrap_or_default();
        id.parse().map(Self).map_err(|_| Failure::not_found(format!("there is nothing with the id {id:?} here")))
    }
}
