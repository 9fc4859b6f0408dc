//! RFC 7643 and RFC 7644 as pure functions: no I/O, no clock, no async.
//!
//! What Okta sends comes in as bytes ([`json`]), is judged against an attribute table ([`schema`]), and becomes a
//! canonical [`document::UserDocument`] by POST, PUT ([`document`]) or PATCH ([`patch`]). What goes out is a
//! [`represent::ResourceView`] cut to size by a [`projection::Projection`]. The store asks [`filter`] what to look for,
//! and [`discovery`] publishes the very table the rest runs on. A [`list::ListQuery`] says which page of what is wanted,
//! in which order ([`sort`]) and after which [`cursor`]; a [`bulk::Plan`] takes many operations apart. Everything
//! refused is a [`error::ScimError`], whose `detail` is a sentence for the Okta admin.

pub mod bulk;
pub mod cursor;
pub mod diff;
pub mod discovery;
pub mod document;
pub mod error;
pub mod etag;
pub mod filter;
pub mod fold;
pub mod json;
pub mod list;
mod message;
pub mod patch;
pub mod path;
pub mod projection;
pub mod represent;
pub mod role;
pub mod schema;
pub mod sort;
mod undeclared;
