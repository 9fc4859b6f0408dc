//! The command line: one file a subcommand.

pub mod credentials;
pub mod output;
pub mod settings;
