//! What a click or the wheel means. Nothing is done that keys cannot do, and nothing is asked less for.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use crate::dashboard::{
    act, commands, layout,
    message::{Effect, Mouse},
    panes::{Pane, setup},
    scroll::Move,
    state::State,
    view,
};

/// A selected row has at least so many columns: what is shorter is a word, such as the title of a part.
const LEAST_ROW: usize = 20;
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
    } else if parts.body.contains(position) {
        choose(state, parts.body, position, effects);
    }
}

/// Takes the selection to the row under the mouse, as the arrow keys would; a click on the selected row opens it.
fn choose(state: &mut State, body: Rect, position: Position, effects: &mut Vec<Effect>) {
    if state.pane == Pane::Setup && state.setup.section == setup::Section::RoleAttribute && state.inspector.is_none() {
        // Two lists with one cursor: where their rows are, that section knows.
        match setup::role_row_at(state, body, position) {
            Some(row) if row == state.setup.role.row() => press_enter(state, effects),
            Some(row) => state.setup.role.choose(row),
            None => {}
        }
        return;
    }
    let Some(selected) = selected_row(state, body, position) else { return };
    let mut steps = i32::from(position.y) - i32::from(selected);
    let test = state.pane == Pane::Setup && state.setup.section == setup::Section::TestTraffic;
    if steps == 0 {
        if test {
            // Nobody sends anything by pointing at it.
            return;
        }
        press_enter(state, effects);
        return;
    }
    if state.pane == Pane::Setup && state.setup.section == setup::Section::Checklist {
        steps = state.setup.without_heading(steps);
    } else if test {
        steps = setup::test::without_heading(state, steps);
    }
    let by = if steps < 0 { Move::Up } else { Move::Down };
    for _ in 0..steps.unsigned_abs() {
        act::travel(state, by, effects);
    }
}

fn press_enter(state: &mut State, effects: &mut Vec<Effect>) {
    let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
    if let Some(command) = commands::find(state, &enter) {
        act::run(state, command, effects);
    }
}

/// The row on screen of the selection, where it stands in a list that the mouse is over. It is looked for on the frame,
/// so that no list has to say twice where its rows are.
fn selected_row(state: &State, body: Rect, position: Position) -> Option<u16> {
    // The rows of a person's page are not all one step apart.
    if state.pane == Pane::Users && state.users.detail.is_some() {
        return None;
    }
    let mut frame = Buffer::empty(state.area());
    view::draw(state, &mut frame);
    let look = state.theme.selected;
    let is_selected = |x: u16, y: u16| {
        frame.cell((x, y)).is_some_and(|cell| match (look.fg, look.bg) {
            (Some(fg), Some(bg)) => (cell.fg, cell.bg) == (fg, bg),
            _ => cell.modifier.contains(look.add_modifier),
        })
    };
    let run = |y: u16| (position.x..body.right()).take_while(|x| is_selected(*x, y)).count();
    let back = |y: u16| (body.x..position.x).rev().take_while(|x| is_selected(*x, y)).count();
    let blank = (body.x..body.right()).all(|x| frame.cell((x, position.y)).is_none_or(|cell| cell.symbol() == " "));
    if blank {
        return None;
    }
    (body.y..body.bottom()).find(|y| is_selected(position.x, *y) && run(*y) + back(*y) >= LEAST_ROW)
}
