//! What a command does to the dialog in front.

use crate::dashboard::{
    act::forget_secret,
    commands::Id,
    dialog::Dialog,
    message::{Call, Effect, Load},
    people,
    state::State,
};

/// Carries a command out in the dialog.
pub fn in_dialog(state: &mut State, id: Id, effects: &mut Vec<Effect>) {
    if matches!(state.dialog, Some(Dialog::Many(_) | Dialog::Columns(_) | Dialog::Export(_))) {
        people::in_dialog(state, id, effects);
        return;
    }
    let Some(dialog) = &mut state.dialog else { return };
    match dialog {
        Dialog::Palette(palette) => palette.pick(id == Id::PickDown),
        Dialog::Confirm(confirm) => match id {
            Id::SwitchButton => confirm.focused = !confirm.focused,
            Id::PressButton if !confirm.focused => state.dialog = None,
            Id::PressButton | Id::Yes => {
                effects.push(Effect::Call(confirm.call.clone()));
                state.dialog = None;
            }
            _ => {}
        },
        Dialog::RoleEditor(editor) => match id {
            Id::PickUp | Id::PickDown => editor.pick(id == Id::PickDown),
            Id::SubmitRole => {
                if editor.call().is_some() {
                    editor.confirming = true;
                } else {
                    state.dialog = None;
                }
            }
            Id::SwitchButton => editor.focused = !editor.focused,
            Id::PressButton if !editor.focused => state.dialog = None,
            Id::PressButton | Id::Yes => {
                effects.extend(editor.call().map(Effect::Call));
                state.dialog = None;
            }
            _ => {}
        },
        Dialog::NewToken(form) => match id {
            Id::NextField | Id::PreviousField => form.turn(id == Id::NextField),
            Id::SubmitName => effects.extend(form.submit().map(|new| Effect::Call(Call::CreateToken(new)))),
            _ => {}
        },
        Dialog::MapGroup(group) => match id {
            Id::PickUp | Id::PickDown => effects.extend(group.pick(id == Id::PickDown).map(Effect::Call)),
            Id::SubmitRole if group.submit() => state.dialog = None,
            Id::SwitchButton => group.focused = !group.focused,
            Id::PressButton if !group.focused => state.dialog = None,
            Id::PressButton | Id::Yes => {
                if let Some(call) = group.call() {
                    effects.push(Effect::Call(call));
                    state.dialog = None;
                }
            }
            _ => {}
        },
        Dialog::Rotate(rotate) => match id {
            Id::PickUp | Id::PickDown => rotate.pick(id == Id::PickDown),
            Id::SubmitRole => rotate.confirming = true,
            Id::SwitchButton => rotate.focused = !rotate.focused,
            Id::PressButton if !rotate.focused => state.dialog = None,
            Id::PressButton | Id::Yes => {
                effects.push(Effect::Call(rotate.call()));
                state.dialog = None;
            }
            _ => {}
        },
        Dialog::Setting(editor) => match id {
            Id::PickUp | Id::PickDown => editor.pick(id == Id::PickDown),
            Id::SubmitName => effects.extend(editor.submit().map(Effect::Call)),
            _ => {}
        },
        Dialog::TokenSecret(secret) => match id {
            Id::Reveal => secret.revealed = !secret.revealed,
            Id::CopySecret => {
                effects.push(Effect::Copy { what: "The token".to_owned(), text: secret.created.token.clone() })
            }
            Id::SaveSecret => effects
                .push(Effect::Save { name: secret.created.info.name.clone(), text: secret.created.token.clone() }),
            Id::BackToSecret => secret.stay(),
            Id::CloseSecret | Id::EscapeSecret if secret.close(id == Id::EscapeSecret) => {
                forget_secret(state, effects);
            }
            _ => {}
        },
        Dialog::SignInCode { code: Load::Ready(code), .. } if id == Id::CopyCode => {
            effects.push(Effect::Copy { what: "The sign-in code".to_owned(), text: code.code.clone() });
        }
        _ => {}
    }
}
