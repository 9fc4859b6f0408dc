//! scimroom: a SCIM 2.0 service that Okta provisions users into, and a terminal dashboard for the admins who connect it.
//!
//! One crate; a folder is a layer, and arrows between layers point down only. `tests/architecture.rs` holds the table
//! against the code.
//!
//! | layer | what it is | may use |
//! |---|---|---|
//! | [`cli`] | one file a subcommand | everything |
//! | [`dashboard`] | ratatui: state, update, panes, widgets, key map, theme | client, model |
//! | [`simulator`] | Okta's side of the wire | scim, model |
//! | [`client`] | HTTP client of the admin API, event stream with resume | model |
//! | [`service`] | axum: SCIM routes, admin routes, authentication, limits | directory, store, scim, diagnosis, model |
//! | [`directory`] | the rules: users, roles, tokens, sessions, e-mail change | store, scim, model |
//! | [`store`] | the `Store` trait and its implementations | scim (filters), model |
//! | [`diagnosis`] | findings and checklist, pure | model |
//! | [`scim`] | RFC 7643/7644: schema, filter, path, patch, projection; no I/O | model |
//! | [`model`] | plain types shared by all | nothing |

pub mod cli;
pub mod client;
pub mod dashboard;
pub mod diagnosis;
pub mod directory;
pub mod model;
pub mod scim;
pub mod service;
pub mod simulator;
pub mod store;
