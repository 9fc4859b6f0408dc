//! The dashboard without a terminal: what it does, and what it shows.

pub mod bench;
mod dialogs;

pub(in crate::dashboard) mod fixtures;
mod frame;
mod inspector;
mod lists;
mod log;
mod many;
mod pictures;
mod roles;
mod screens;
mod session;
mod settings;
