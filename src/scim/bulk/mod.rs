//! Bulk requests (RFC 7644 3.7): many operations in one body, which may refer to what others of them create.
//!
//! ```text
//! body --parse--> BulkRequest --> Plan --next--> Call  (the caller carries it out)
//!                                   \<---done--- Outcome
//!                                    \--finish--> BulkResponse
//! ```
//!
//! Nothing is carried out here. The plan hands out one operation at a time, in an order in which `bulkId` references
//! can be resolved, and keeps the answers.

use serde_json::Value;

use super::etag::IfMatch;

mod graph;
mod parse;
mod plan;
mod reference;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use parse::BulkRequest;
pub use plan::Plan;

/// URI of the body of a bulk request (RFC 7644 3.7).
pub const BULK_REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// URI of the answer to one (RFC 7644 3.7).
pub const BULK_RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
/// Most operations in one request.
pub const MAX_OPERATIONS: usize = 1000;

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Creates.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// As written in HTTP.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    fn read(text: &str) -> Option<Self> {
        [Self::Post, Self::Put, Self::Patch, Self::Delete]
            .into_iter()
            .find(|method| text.eq_ignore_ascii_case(method.as_str()))
    }
}

/// A collection that operations can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `/Users`.
    Users,
    /// `/Groups`.
    Groups,
}

impl Endpoint {
    /// Path below the base URL, with its slash.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Users => "/Users",
            Self::Groups => "/Groups",
        }
    }

    fn read(segment: &str) -> Option<Self> {
        [Self::Users, Self::Groups]
            .into_iter()
            .find(|endpoint| endpoint.path().strip_prefix('/').is_some_and(|name| segment.eq_ignore_ascii_case(name)))
    }
}

/// An operation to carry out now, as if it had come as a request of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Which operation it belongs to, counted from 0 in the client's order.
    pub index: usize,
    /// What to do.
    pub method: Method,
    /// Where.
    pub endpoint: Endpoint,
    /// To which resource; none for a POST.
    pub id: Option<String>,
    /// The version it has to have.
    pub version: Option<IfMatch>,
    /// The body, with every reference resolved; null for a DELETE.
    pub body: Value,
    /// Whether it completes an earlier POST of the same index with references that could not be resolved then.
    pub completes: bool,
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// HTTP status code.
    pub status: u16,
    /// URL of the resource; where it is missing, it follows from the path.
    pub location: Option<String>,
    /// Id of the resource that a POST made.
    pub id: Option<String>,
    /// Version of the resource afterwards.
    pub version: Option<String>,
    /// The body of the answer; only shown when the call failed.
    pub response: Option<Value>,
}

impl Outcome {
    const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}
