//! The product from outside: the real binary, real HTTP, a data directory of its own for every test.
//!
//! The modules `guide_*` hold one row each of the set-up guide that the product follows; the others what Okta does besides
//! (groups and the roles they give, entitlements), what the protocol offers other clients (bulk requests, attributes of
//! one's own, leniency, limits), the command line, signing in, what a crash may cost (nothing), SCIM clients that others
//! wrote, backups, changes of many people at once, and the dashboard in a real terminal.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "a test stops at the first surprise")]

mod backup;
mod bulk;
mod cli;
mod compatibility;
mod crash;
mod dry_run;
mod entitlements;
mod extensions;
mod frame;
mod groups_push;
mod groups_roles;
mod guide_api_integration;
mod guide_api_tokens;
mod guide_creating_users;
mod guide_custom_role;
mod guide_deactivating_users;
mod guide_email_change;
mod guide_enterprise_plan;
mod guide_nothing_written_back;
mod guide_role_attribute;
mod guide_to_app;
mod guide_updating_attributes;
mod guide_username_format;
mod harness;
mod log;
mod many_people;
mod mistakes;
mod outside_clients;
mod people_to_look_at;
mod plain;
mod rate_limit;
mod seed;
mod sign_in;
mod start;
mod terminal;
mod test_traffic;
