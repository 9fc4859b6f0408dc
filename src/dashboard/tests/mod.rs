//! The dashboard without a terminal: what it does, and what it shows.

mod behaviour;
mod fixtures;
mod pictures;
mod screens;
