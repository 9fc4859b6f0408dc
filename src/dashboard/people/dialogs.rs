//! What keys do in the dialogs about many people.

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::backend::crossterm::EventHandler;

use crate::{
    dashboard::{
        commands::Id,
        dialog::{Dialog, Many, Stage, Task},
        message::{Effect, ListId},
        people::{Call, Command, measure},
        state::State,
    },
    model::{role::Role, user_change::UserChange},
};

/// Longest name of a file in characters.
const LONGEST_PATH: usize = 1_000;

/// A command of one of these dialogs.
pub fn in_dialog(state: &mut State, id: Id, effects: &mut Vec<Effect>) {
    let Some(dialog) = &mut state.dialog else { return };
    match dialog {
        Dialog::Many(many) => {
            let over = in_many(many, id, effects);
            state.dialog = state.dialog.take().filter(|_| !over);
        }
        Dialog::Columns(choice) => match id {
            Id::PickUp | Id::PickDown => choice.pick(id == Id::PickDown),
            Id::People(Command::ToggleColumn) => choice.toggle(),
            Id::People(Command::CarryColumn { down }) => choice.carry(down),
            _ => {
                let (of, chosen, picked) = (choice.list, choice.chosen(), choice.picked());
                let list = match of {
                    ListId::Users => &mut state.users.list,
                    ListId::Roles => &mut state.roles.list,
                    ListId::ToLookAt => &mut state.setup.people.list,
                };
                match id {
                    Id::People(Command::SortByColumn) => {
                        if let Some(field) = picked {
                            list.sort_by(field.sort(), effects);
                        }
                        return;
                    }
                    Id::People(Command::UsualColumns) => list.columns = None,
                    _ => list.columns = Some(chosen),
                }
                state.dialog = None;
            }
        },
        Dialog::Export(export) => match id {
            Id::People(Command::OtherFormat) => export.turn(),
            _ if export.path.value().trim().is_empty() => {
                export.problem = Some("Give the file a name.".to_owned());
            }
            _ => {
                export.problem = None;
                effects.push(Effect::people(Call::Write(export.part())));
                export.written = Some(0);
            }
        },
        _ => {}
    }
}

/// The same in the dialog of a change; says whether it is over.
fn in_many(many: &mut Many, id: Id, effects: &mut Vec<Effect>) -> bool {
    match (&mut many.stage, &mut many.task) {
        (Stage::Picking, Task::Change(UserChange::Role { role })) => match id {
            Id::PickUp | Id::PickDown => {
                let place = Role::ALL.iter().position(|known| known == role).unwrap_or(0);
                let next = if id == Id::PickDown { place + 1 } else { place.saturating_sub(1) };
                *role = Role::ALL.get(next).copied().unwrap_or(*role);
                false
            }
            _ => {
                many.stage = Stage::Measuring;
                measure(many, effects);
                false
            }
        },
        (Stage::Asking(question), _) => match id {
            Id::SwitchButton => {
                question.focused = !question.focused && !question.is_unproved() && question.people > 0;
                false
            }
            Id::PressButton if question.focused && !question.is_unproved() => {
                let mut work = many.work();
                let Some(chunk) = work.left.pop_front() else { return true };
                effects.push(Effect::people(Call::Work { number: many.number, chunk }));
                many.stage = Stage::Working(work);
                false
            }
            _ => true,
        },
        _ => false,
    }
}

/// A key for what is typed in one of these dialogs.
pub fn key(dialog: &mut Dialog, key: KeyEvent) {
    match dialog {
        Dialog::Many(Many { stage: Stage::Asking(question), .. }) => {
            if matches!(key.code, KeyCode::Char(c) if !c.is_ascii_digit()) || question.people < 2 {
                return;
            }
            question.typed.handle_event(&Event::Key(key));
            // Whoever typed the count has said what they want: Enter does it.
            question.focused = !question.is_unproved();
        }
        Dialog::Export(export) if export.written.is_none() => {
            let full = export.path.value().chars().count() >= LONGEST_PATH;
            if !(full && matches!(key.code, KeyCode::Char(_))) {
                export.problem = None;
                export.path.handle_event(&Event::Key(key));
            }
        }
        _ => {}
    }
}

/// A paste for what is typed in one of these dialogs: the first line of it.
pub fn paste(dialog: &mut Dialog, text: &str) {
    for c in text.trim().chars().take_while(|c| !c.is_control()).take(LONGEST_PATH) {
        key(dialog, KeyEvent::from(KeyCode::Char(c)));
    }
}
