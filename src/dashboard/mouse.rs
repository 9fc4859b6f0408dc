//! What a click or the wheel means. Nothing is done that keys cannot do, and nothing is asked less for.

use crate::dashboard::{
    act, layout,
    message::{Effect, Mouse},
    panes::Pane,
    scroll::Move,
    state::State,
    view,
};

/// Rows a notch of the wheel moves.
const NOTCH: usize = 3;

/// Takes in what the mouse did.
pub fn on(state: &mut State, mouse: Mouse, effects: &mut Vec<Effect>) {
    let position = match mouse {
        Mouse::Wheel { down } => {
            for _ in 0..NOTCH {
                act::travel(state, if down { Move::Down } else { Move::Up }, effects);
            }
            return;
        }
        Mouse::Click(position) => position,
    };
    state.toasts.acknowledge();
    let parts = layout::regions(state);
    if parts.footer.contains(position) {
        if let Some(command) = view::hint_at(state, parts.footer, position.x) {
            act::run(state, command, effects);
        }
        return;
    }
    // A question is answered before anything behind it is touched.
    if state.dialog.is_some() {
        return;
    }
    if parts.top.contains(position) {
        if let Some(pane) = view::tab_at(state, parts.top, position.x) {
            act::show(state, pane, effects);
        }
    } else if parts.strip.contains(position) {
        act::show(state, Pane::Log, effects);
    }
}
