//! The dashboard: a terminal program in which an admin connects Okta, makes tokens, browses users, edits roles and
//! watches the provisioning traffic.
//!
//! It stands outside the wire: everything it shows and does goes through [`crate::client`], also when the service runs
//! in the same process. Inside, messages come in (`message`), one pure function makes the next state of them
//! (`update`), and what that asks for is carried out by tasks that send messages back (`runtime`, `effects`).
//! A view is a pure function of the state (`view`). Each pane owns its state, its steps and its drawing (`panes`);
//! the registry of commands (`commands`) says which key does what, for dispatch, footer and help alike.

mod act;
mod appearance;
mod canvas;
mod clipboard;
mod commands;
mod dialog;
mod effects;
mod export;
mod ink;
mod inspector;
mod json;
mod keymap;
mod layout;
mod markdown;
mod marks;
mod message;
mod mouse;
mod paint;
mod panes;
mod people;
mod plain;
mod player;
mod preferences;
mod privacy;
mod rehearsal;
mod remembered;
mod runtime;
mod scim_path;
mod scroll;
mod search;
mod state;
mod terminal;
mod text;
mod theme;
mod toast;
mod update;
mod user_columns;
mod user_list;
mod user_table;
mod view;

#[cfg(test)]
mod picture;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use commands::{KeyLine, Keys, keys};
pub use plain::run as tell;
pub use player::{AppKind, Play, Player, Progress, Report, Scenario, Tell};
pub use rehearsal::Rehearsal;
pub use runtime::{Opened, Teller};

/// What the dashboard is to know of its connection.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How the connection is called on screen, such as `embedded` or `127.0.0.1:7644`.
    pub connection_name: String,
    /// Whether the caller carries the operator's key rather than a session.
    pub operator: bool,
    /// Who plays Okta for test traffic; none: it cannot be sent from here.
    pub player: Option<Arc<dyn Player>>,
}

/// Why the dashboard ended other than by the admin's wish.
#[derive(Debug, thiserror::Error)]
pub enum DashboardError {
    /// The terminal cannot be taken, or is gone.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] std::io::Error),
    /// A task of the dashboard panicked; the report has been printed.
    #[error("the dashboard ended after an internal error, which is reported above")]
    Panicked,
}
