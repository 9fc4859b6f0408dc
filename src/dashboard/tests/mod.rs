//! The dashboard without a terminal: what it does, and what it shows.

mod abundance;
pub mod bench;
mod dialogs;
mod dry_run;
mod everywhere;

pub(in crate::dashboard) mod fixtures;
mod frame;
mod inspector;
mod keys;
mod lists;
mod log;
mod many;
mod pictures;
mod places;
mod roles;
mod screens;
mod session;
mod settings;
mod setup_role;
mod test_traffic;
mod to_look_at;
