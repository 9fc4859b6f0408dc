//! RFC 7643 and RFC 7644 as pure functions: no I/O, no clock, no async.

pub mod diff;
pub mod discovery;
pub mod document;
pub mod error;
pub mod etag;
pub mod filter;
pub mod fold;
pub mod json;
pub mod list;
pub mod path;
pub mod projection;
pub mod represent;
pub mod role;
pub mod schema;
