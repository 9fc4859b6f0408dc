//! What a SCIM client is told when something is refused (RFC 7644 3.12).
//!
//! Okta shows `detail` word for word to its admin and nothing else of the answer, so each `detail` says what was wrong
//! and what to do about it. Secrets and passwords never go into it.

use serde_json::{Value, json};

/// Schema URI of every error message (RFC 7644 3.12).
pub const ERROR_URN: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// The keywords of RFC 7644 Table 9 and RFC 9865 2.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScimType {
    /// The filter cannot be parsed or does not fit the schema.
    InvalidFilter,
    /// The query yields more work than the service is willing to do.
    TooMany,
    /// A value that must be unique is taken.
    Uniqueness,
    /// The attribute may not be changed in this way.
    Mutability,
    /// The body is not JSON or not the message it should be.
    InvalidSyntax,
    /// A PATCH path is malformed or names no attribute.
    InvalidPath,
    /// A PATCH path selects nothing.
    NoTarget,
    /// A value is missing or of the wrong kind.
    InvalidValue,
    /// The protocol version is not served.
    InvalidVers,
    /// The request would put personal data into a URI.
    Sensitive,
    /// The cursor is none of this query and this client (RFC 9865).
    InvalidCursor,
    /// The cursor was kept for too long (RFC 9865).
    ExpiredCursor,
    /// The page size differs from that of the first page (RFC 9865).
    InvalidCount,
}

impl ScimType {
    /// The keyword as written on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Sensitive => "sensitive",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }
}

/// A refusal in SCIM's own shape.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct ScimError {
    /// HTTP status code.
    pub status: u16,
    /// Keyword of RFC 7644 Table 9 or RFC 9865 2.1, where one fits.
    pub scim_type: Option<ScimType>,
    /// A sentence for the Okta admin: what was wrong and what to do.
    pub detail: String,
}

macro_rules! typed {
    ($($(#[$doc:meta])* $name:ident => $status:literal, $kind:ident;)*) => {
        $($(#[$doc])*
        pub fn $name(detail: impl Into<String>) -> Self {
            Self { status: $status, scim_type: Some(ScimType::$kind), detail: detail.into() }
        })*
    };
}

macro_rules! plain {
    ($($(#[$doc:meta])* $name:ident => $status:literal;)*) => {
        $($(#[$doc])*
        pub fn $name(detail: impl Into<String>) -> Self {
            Self { status: $status, scim_type: None, detail: detail.into() }
        })*
    };
}

impl ScimError {
    typed! {
        /// 400 `invalidFilter`.
        invalid_filter => 400, InvalidFilter;
        /// 400 `tooMany`.
        too_many => 400, TooMany;
        /// 409 `uniqueness`: the value is taken by another resource.
        uniqueness => 409, Uniqueness;
        /// 400 `mutability`.
        mutability => 400, Mutability;
        /// 400 `invalidSyntax`.
        invalid_syntax => 400, InvalidSyntax;
        /// 400 `invalidPath`.
        invalid_path => 400, InvalidPath;
        /// 400 `noTarget`.
        no_target => 400, NoTarget;
        /// 400 `invalidValue`.
        invalid_value => 400, InvalidValue;
        /// 400 `invalidVers`.
        invalid_vers => 400, InvalidVers;
        /// 403 `sensitive`.
        sensitive => 403, Sensitive;
        /// 400 `invalidCursor`.
        invalid_cursor => 400, InvalidCursor;
        /// 400 `expiredCursor`.
        expired_cursor => 400, ExpiredCursor;
        /// 400 `invalidCount`.
        invalid_count => 400, InvalidCount;
    }

    plain! {
        /// 401: no token, or one that is not valid.
        unauthorized => 401;
        /// 403: a known caller that may not do this.
        forbidden => 403;
        /// 404: no such resource or route.
        not_found => 404;
        /// 405: the route has no such method.
        method_not_allowed => 405;
        /// 406: `Accept` allows no media type this service writes.
        not_acceptable => 406;
        /// 408: the request did not arrive, or was not answered, in time.
        request_timeout => 408;
        /// 409: the request does not fit what is there, other than by a value that is taken.
        conflict => 409;
        /// 412: `If-Match` does not name the present version.
        precondition_failed => 412;
        /// 413: the body, or the list of operations in it, is over the limit.
        payload_too_large => 413;
        /// 415: the body's media type is not JSON.
        unsupported_media_type => 415;
        /// 431: the request head is over the limit (RFC 6585 5).
        head_too_large => 431;
        /// 429: too many requests; the answer carries `Retry-After` in whole seconds.
        too_many_requests => 429;
        /// 500: a fault of this service; `detail` carries a request id and nothing internal.
        internal => 500;
        /// 501: a part of SCIM that this service does not offer.
        not_implemented => 501;
        /// 503: overloaded or shutting down; the answer carries `Retry-After`.
        unavailable => 503;
    }

    /// The message body. `status` is a string on the wire (RFC 7644 3.12).
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "schemas": [ERROR_URN], "status": self.status.to_string() });
        if let Some(kind) = self.scim_type {
            body["scimType"] = kind.as_str().into();
        }
        body["detail"] = self.detail.as_str().into();
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_is_text_and_detail_one_sentence() {
        let body = ScimError::uniqueness("Taken.").to_json();
        assert_eq!(
            body,
            json!({"schemas": [ERROR_URN], "status": "409", "scimType": "uniqueness", "detail": "Taken."})
        );
    }

    #[test]
    fn a_plain_status_carries_no_keyword() {
        let body = ScimError::not_found("No such user.").to_json();
        assert_eq!(body, json!({"schemas": [ERROR_URN], "status": "404", "detail": "No such user."}));
    }
}
