//! RFC 7643 and RFC 7644 as pure functions: no I/O, no clock, no async.

pub mod error;
pub mod etag;
pub mod fold;
pub mod json;
