//! What the keys do in Setup, but for the checklist.

use crate::{
    dashboard::{
        act, layout,
        message::Effect,
        panes::setup::{self, test},
        state::State,
    },
    model::secret::Secret,
};

/// A command of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// The section to the right, or to the left.
    Turn(bool),
    /// Copies the selected value of the role attribute.
    CopyRoleValue,
    /// Selects its next value, or the previous one.
    TurnRoleValue(bool),
    /// Opens the selected request that carried a role, or none.
    OpenRequest,
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
        Command::CopyRoleValue => {
            if let Some(value) = state.setup.role.value() {
                effects.push(Effect::Copy { what: value.label.clone(), text: Secret::new(value.value.clone()) });
            }
        }
        Command::TurnRoleValue(forward) => {
            state.setup.role.turn_value(forward);
            let body = layout::regions(state).body;
            let lines = setup::role_detail_lines(state, body);
            if let Some(line) = setup::value_line(&lines) {
                let height = setup::role_detail_rows(state, body);
                state.setup.role.show_line(line, lines.len(), height);
            }
        }
        Command::OpenRequest => act::inspect(state, state.setup.role.event(), effects),
        Command::SendTest => test::send(state, effects),
        Command::NextApp => test::next_app(state),
        Command::RemoveTests => test::ask_removal(state),
    }
}
