//! The rules: who is who, what a request means, what follows from it.
//!
//! Rules are pure. Each looks at a [`View`](crate::store::View) of the rows it needs and says what to change and what
//! to answer; the store runs it in its writer, so two requests for one person never race, and a change and its event
//! commit together. The time and new identifiers come in as parameters. Around the rules stand thin async functions
//! that name the keys, hand the rule to the store and wait until it is durable.

pub mod by;
pub mod dry_run;
pub mod given;
pub mod groups;
pub mod listing;
pub mod local;
pub mod request;
pub mod role;
pub mod ruling;
pub mod sessions;
pub mod test_traffic;
pub mod tokens;
pub mod users;
pub mod workspace;

mod redact;
#[cfg(test)]
mod room;
mod secrets;

use crate::model::finding::Code;

/// A user name that is no e-mail address.
pub const USER_NAME_NOT_EMAIL: Code = Code(29);
/// A create of a user who exists and is active.
pub const USER_EXISTS: Code = Code(36);
/// A changed user name that is not accepted.
pub const NAME_CHANGE_REFUSED: Code = Code(33);
/// A role that is no longer sent for somebody who had one.
pub const ROLE_NOT_SENT: Code = Code(53);
/// Members of a group who are not here.
pub const UNKNOWN_MEMBERS: Code = Code(59);
/// The last active owner was taken.
pub const NO_OWNER: Code = Code(73);
/// A role that is none of owner, editor, viewer.
pub const UNKNOWN_ROLE: Code = Code(50);
