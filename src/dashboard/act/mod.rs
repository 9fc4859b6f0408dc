//! What each command does to the state.

mod dialogs;
mod places;
mod questions;
mod travel;

use places::{back, show_tokens};
pub use places::{inspect, inspect_at, refresh_pane, show, show_log, show_people};
pub use travel::travel;

use crate::{
    dashboard::{
        commands::{self, Id, Scope},
        dialog::{Dialog, NewTokenForm, Palette, RoleEditor},
        inspector::{self, Inspector},
        layout,
        message::{Call, Effect, Load},
        panes::{self, Pane, log::Ask, roles, settings::looks, users::Section},
        people,
        scroll::Move,
        state::State,
        user_list::UserList,
    },
    model::secret::Secret,
};

/// Runs a command, or says why it cannot run now.
pub fn run(state: &mut State, command: &commands::Command, effects: &mut Vec<Effect>) {
    if let Err(reason) = (command.enabled)(state) {
        state.toasts.refusal(format!("Not now: {reason}."));
        return;
    }
    match command.id {
        Id::Interrupt => effects.push(Effect::Quit),
        Id::Suspend => effects.push(Effect::Suspend),
        Id::Repaint => effects.push(Effect::Repaint),
        Id::Help => state.dialog = Some(Dialog::Help),
        Id::Palette => state.dialog = Some(Dialog::Palette(Palette::new(commands::offered(state)))),
        Id::NextTheme => looks::next_theme(state, effects),
        Id::Mouse => looks::turn_mouse(state, effects),
        Id::Privacy => looks::turn_names(state, effects),
        Id::Show(Pane::Settings) => show_tokens(state, effects),
        Id::Show(pane) => show(state, pane, effects),
        Id::NextPane => show(state, state.pane.neighbour(true), effects),
        Id::PreviousPane => show(state, state.pane.neighbour(false), effects),
        Id::Back => {
            back(state, effects);
        }
        Id::Quit => {
            if !back(state, effects) {
                effects.push(Effect::Quit);
            }
        }
        Id::Up => travel(state, Move::Up, effects),
        Id::Down => travel(state, Move::Down, effects),
        Id::PageUp => travel(state, Move::PageUp, effects),
        Id::PageDown => travel(state, Move::PageDown, effects),
        Id::First => travel(state, Move::First, effects),
        Id::Last => travel(state, Move::Last, effects),
        Id::NextValue | Id::PreviousValue => {
            state.setup.turn_value(command.id == Id::NextValue);
            let body = layout::regions(state).body;
            let lines = panes::setup::detail_lines(state, body);
            if let Some(label) = panes::setup::value_line(&lines) {
                state.setup.show_value(label, lines.len(), panes::setup::detail_rows(state, body));
            }
        }
        Id::CopyValue => {
            if let Some(value) = state.setup.value() {
                let (what, text) = (value.label.clone(), Secret::new(value.value.clone()));
                effects.push(Effect::Copy { what, text });
            }
        }
        Id::OpenEvidence if state.setup.is_about_tokens() => show_tokens(state, effects),
        Id::Dismiss => {
            if let Some(finding) = state.setup.selected_finding() {
                let (code, dismissed) = (finding.code, finding.dismissed.is_none());
                effects.push(Effect::Call(Call::Dismiss { code, dismissed }));
            }
        }
        Id::OpenEvidence => inspect(state, state.setup.evidence(), effects),
        Id::OpenUserEvent => {
            let event = state.users.detail.as_ref().and_then(|detail| detail.event()).map(|event| event.id);
            inspect(state, event, effects);
        }
        Id::OpenEvent => inspect(state, state.log.selected().map(|event| event.id), effects),
        Id::OpenUser => {
            if let Some(id) = state.users.list.selected().map(|user| user.id) {
                state.users.open(id, effects);
            }
        }
        Id::NextSection | Id::PreviousSection => {
            if let Some(detail) = &mut state.users.detail {
                detail.turn(command.id == Id::NextSection);
            }
        }
        Id::FoldResource => {
            if let Some(detail) = &mut state.users.detail {
                match detail.section {
                    Section::Timeline => detail.timeline.toggle(),
                    Section::Overview | Section::Resource => detail.resource.toggle(),
                }
            }
        }
        Id::OtherAccount => state.users.open_other_account(effects),
        Id::WhoSet => {
            if let Some(detail) = &state.users.detail
                && let Some(path) = detail.resource.path()
            {
                let ask = Ask::Setter { user: detail.id, path, before: None };
                effects.push(Effect::Call(Call::Log(ask)));
            }
        }
        Id::Search => match state.pane {
            Pane::Log => state.log.search.editing = true,
            _ => with_list(state, |list| list.search.editing = true),
        },
        Id::ApplySearch | Id::LeaveSearch if is_about_groups(state) => {
            let groups = &mut state.roles.groups;
            groups.search.editing = false;
            if command.id == Id::LeaveSearch {
                groups.search.clear();
            }
            groups.apply_search(effects);
        }
        Id::ApplySearch => {
            if state.log.search.editing {
                state.log.search.editing = false;
                state.log.hunt_on(effects);
            }
            with_list(state, |list| {
                list.search.editing = false;
                list.apply_search(effects);
            });
        }
        Id::LeaveSearch => match state.pane {
            Pane::Log => {
                state.log.widen(state.now, effects);
            }
            _ => with_list(state, |list| {
                list.search.clear();
                list.apply_search(effects);
            }),
        },
        Id::NextSort => with_list(state, |list| list.next_sort(effects)),
        Id::Reverse => with_list(state, |list| list.reverse(effects)),
        Id::NextActive => with_list(state, |list| list.next_active(effects)),
        Id::OnlyRole(role) => with_list(state, |list| list.only_role(role, effects)),
        Id::Deactivate | Id::Reactivate | Id::EditRole if people::has_marks(state) => {
            people::change_marked(state, command.id, effects);
        }
        Id::People(own) => people::run(state, own, effects),
        Id::Deactivate => questions::ask(state, questions::deactivation),
        Id::Reactivate => questions::ask(state, questions::reactivation),
        Id::SignInCode => {
            if let Some(user) = state.subject() {
                let (id, name) = (user.id, user.user_name.clone());
                state.dialog = Some(Dialog::SignInCode { user: id, name, code: Load::Loading });
                effects.push(Effect::Call(Call::SignInCode(id)));
            }
        }
        Id::EditRole => {
            if let Some(user) = state.subject() {
                state.dialog = Some(Dialog::RoleEditor(RoleEditor::new(user)));
            }
        }
        Id::Setup(command) => panes::setup::run(state, command, effects),
        Id::Roles(command) => panes::roles::run(state, command, effects),
        Id::Settings(command) => panes::settings::run(state, command, effects),
        Id::Tokens(command) => panes::tokens::run(state, command, effects),
        Id::AddAccount => state.dialog = Some(Dialog::AddAccount),
        Id::ChooseCreate => state.dialog = Some(Dialog::NewToken(NewTokenForm::default())),
        Id::RevokeToken => questions::ask_revocation(state),
        Id::Log(command) => panes::log::run(state, command, effects),
        Id::Event(command) => inspector::run(state, command, effects),
        Id::NextTab | Id::PreviousTab => {
            if let Some(inspector) = &mut state.inspector {
                inspector.turn(command.id == Id::NextTab);
            }
        }
        Id::FoldBody => {
            if let Some(body) = state.inspector.as_mut().and_then(Inspector::body_mut) {
                body.toggle();
            }
        }
        Id::RunPicked => {
            if let Some(Dialog::Palette(palette)) = state.dialog.take()
                && let Some(picked) = palette.picked()
            {
                run(state, picked, effects);
            }
        }
        Id::Close if matches!(state.dialog, Some(Dialog::SignInCode { .. })) => forget_secret(state, effects),
        Id::Close => state.dialog = None,
        Id::SwitchButton
        | Id::PressButton
        | Id::Yes
        | Id::SubmitName
        | Id::NextField
        | Id::PreviousField
        | Id::PickUp
        | Id::PickDown
        | Id::SubmitRole
        | Id::Reveal
        | Id::CopySecret
        | Id::SaveSecret
        | Id::CloseSecret
        | Id::EscapeSecret
        | Id::BackToSecret
        | Id::CopyCode => dialogs::in_dialog(state, command.id, effects),
    }
}

/// Whether keys go to the list of groups.
pub fn is_about_groups(state: &State) -> bool {
    state.pane == Pane::Roles && state.roles.section == roles::Section::Groups
}

/// The list of users the keys go to.
fn with_list(state: &mut State, act: impl FnOnce(&mut UserList)) {
    match state.pane {
        Pane::Users => act(&mut state.users.list),
        Pane::Roles => act(&mut state.roles.list),
        Pane::Setup | Pane::Settings | Pane::Log => {}
    }
}

/// Drops the secret, which wipes it, and clears the screen it stood on.
pub fn forget_secret(state: &mut State, effects: &mut Vec<Effect>) {
    state.dialog = None;
    effects.push(Effect::Repaint);
}

/// The scope of typing: keys that are no command go into what is being typed.
pub fn is_typing(state: &State) -> bool {
    matches!(
        commands::scopes(state).next(),
        Some(
            Scope::Search
                | Scope::Palette
                | Scope::NewToken
                | Scope::SettingText
                | Scope::SecretCheck
                | Scope::Travel
                | Scope::EventsFile
                | Scope::Find
                | Scope::Counting
                | Scope::FileName
        )
    )
}
