//! The words every layer shares.
//!
//! Plain types with serde: what the admin API sends and the dashboard shows, what the store keeps and the rules decide
//! over. No behaviour beyond parsing and printing themselves, so that every layer may depend on this one and this one
//! depends on none. JSON member names are camelCase throughout, as in SCIM.

pub mod checklist;
pub mod compatibility;
pub mod data_dir;
pub mod dry_run;
pub mod event;
pub mod event_filter;
pub mod event_log;
pub mod finding;
pub mod group;
pub mod id;
pub mod live;
pub mod moment;
pub mod problem;
pub mod public_url;
pub mod push;
pub mod role;
pub mod role_attribute;
pub mod secret;
pub mod sentence;
pub mod session;
pub mod system_log;
pub mod test_traffic;
pub mod time;
pub mod token;
pub mod told;
pub mod user;
pub mod user_change;
pub mod user_filter;
pub mod words;
pub mod workspace;
