//! What the keys do in Setup, but for the checklist.

use crate::dashboard::{act, message::Effect, panes::setup::test, state::State};

/// A command of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// The section to the right, or to the left.
    Turn(bool),
    /// Send the selected test traffic.
    SendTest,
    /// The other kind of app sends it.
    NextApp,
    /// Remove what test traffic left behind.
    RemoveTests,
}

/// Runs a command.
pub fn run(state: &mut State, command: Command, effects: &mut Vec<Effect>) {
    match command {
        Command::Turn(right) => {
            state.setup.section = state.setup.section.neighbour(right);
            act::refresh_pane(state, effects);
        }
        Command::SendTest => test::send(state, effects),
        Command::NextApp => test::next_app(state),
        Command::RemoveTests => test::ask_removal(state),
    }
}
