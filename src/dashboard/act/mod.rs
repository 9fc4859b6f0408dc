//! What each command does to the state.

mod dialogs;
mod questions;

use crate::{
    dashboard::{
        commands::{self, Id, Scope},
        dialog::{self, Dialog, NewTokenForm, Palette, RoleEditor},
        inspector::{self, Inspector, Tab},
        layout,
        message::{Call, Effect, Load},
        panes::{
            self, Pane,
            log::Ask,
            roles,
            settings::{SettingsPage, looks},
            users::Section,
        },
        people,
        scroll::{self, Move},
        state::{State, Stop},
        user_list::UserList,
        view,
    },
    model::{id::EventId, secret::Secret},
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

/// Shows a pane, and reads again what it shows.
pub fn show(state: &mut State, pane: Pane, effects: &mut Vec<Effect>) {
    state.inspector = None;
    state.trail.clear();
    state.pane = pane;
    if pane == Pane::Setup {
        state.setup.enter();
    }
    refresh_pane(state, effects);
}

/// Reads again what the pane shows.
pub fn refresh_pane(state: &mut State, effects: &mut Vec<Effect>) {
    match state.pane {
        Pane::Users => {
            state.users.list.refresh(effects);
            state.users.refresh_detail(effects);
        }
        Pane::Roles => {
            state.roles.refresh(effects);
            effects.push(Effect::Call(Call::Workspace));
        }
        Pane::Settings => match state.settings.page {
            SettingsPage::Tokens => {
                effects.push(Effect::Call(Call::Tokens));
                effects.extend(state.tokens.read_days());
            }
            SettingsPage::Workspace => effects.push(Effect::Call(Call::Workspace)),
            SettingsPage::Appearance => {}
        },
        // The log is fed by the stream, and the checklist is read with every change.
        Pane::Setup | Pane::Log => {}
    }
}

/// One step back; false when there is nowhere to go back to.
fn back(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    if state.inspector.take().is_some() {
        return true;
    }
    // Somebody who came here from an event has a person in front of them, or another pane.
    let in_person = state.pane == Pane::Users && state.users.detail.is_some();
    if !in_person && come_back(state, effects) {
        return true;
    }
    match state.pane {
        Pane::Users if state.users.detail.take().is_some() => {
            come_back(state, effects);
            true
        }
        Pane::Users => state.users.list.widen(effects),
        Pane::Roles => state.roles.back(effects),
        Pane::Log => state.log.back(state.now, effects),
        Pane::Setup | Pane::Settings => false,
    }
}

/// Whether keys go to the list of groups.
pub fn is_about_groups(state: &State) -> bool {
    state.pane == Pane::Roles && state.roles.section == roles::Section::Groups
}

/// Back to the event from which the admin came here, if they came from one.
fn come_back(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let Some(Stop { pane, event, tab }) = state.trail.pop() else { return false };
    state.pane = pane;
    inspect_at(state, event, tab, effects);
    true
}

/// The list of users the keys go to.
fn with_list(state: &mut State, act: impl FnOnce(&mut UserList)) {
    match state.pane {
        Pane::Users => act(&mut state.users.list),
        Pane::Roles => act(&mut state.roles.list),
        Pane::Setup | Pane::Settings | Pane::Log => {}
    }
}

/// Moves through what the keys go to.
pub fn travel(state: &mut State, by: Move, effects: &mut Vec<Effect>) {
    let body = layout::regions(state).body;
    if let Some(dialog) = &state.dialog {
        let (lines, height) = dialog::extent(state, dialog);
        let first = scroll::travel_text(usize::from(state.dialog_scroll), lines, height, by);
        state.dialog_scroll = u16::try_from(first).unwrap_or(u16::MAX);
        return;
    }
    if let Some(inspector) = &state.inspector {
        let (lines, height) = view::inspector_extent(state, inspector, body);
        if let Some(inspector) = &mut state.inspector {
            inspector.travel(lines, height, by);
        }
        return;
    }
    match state.pane {
        Pane::Setup => match by {
            Move::PageUp | Move::PageDown => {
                let lines = panes::setup::detail_lines(state, body).len();
                state.setup.travel_detail(lines, panes::setup::detail_rows(state, body), by);
            }
            _ => state.setup.travel(by),
        },
        Pane::Users => match &state.users.detail {
            Some(_) => {
                let lines = panes::users::overview_lines(state, body).len();
                if let Some(detail) = &mut state.users.detail
                    && let Some(before) = detail.travel(lines, panes::users::detail_height(body), by)
                {
                    effects.push(Effect::Call(Call::Log(Ask::Timeline(detail.id, Some(before)))));
                }
            }
            None => state.users.list.travel(by, effects),
        },
        Pane::Roles => travel_roles(state, by, effects),
        Pane::Settings => match state.settings.page {
            SettingsPage::Tokens => {
                state.tokens.travel(by);
                effects.extend(state.tokens.read_days());
            }
            SettingsPage::Workspace | SettingsPage::Appearance => state.settings.travel(body.height, by),
        },
        Pane::Log => match &mut state.log.causes {
            Some(causes) => causes.travel(panes::log::cause_rows(body), by),
            None => state.log.travel(by, effects),
        },
    }
}

fn travel_roles(state: &mut State, by: Move, effects: &mut Vec<Effect>) {
    let body = layout::regions(state).body;
    let (columns, height) = (usize::from(body.width), panes::roles::text_rows(body));
    match state.roles.section {
        roles::Section::People => state.roles.list.travel(by, effects),
        roles::Section::Groups => match &state.roles.groups.detail {
            Some(detail) => {
                let lines = panes::roles::detail_length(state, detail, columns);
                if let Some(detail) = &mut state.roles.groups.detail {
                    detail.first = scroll::travel_text(detail.first, lines, height, by);
                }
            }
            None => state.roles.groups.travel(by, effects),
        },
        roles::Section::Rights => {
            let lines = panes::roles::rights_lines(state, columns).len();
            state.roles.first = scroll::travel_text(state.roles.first, lines, height, by);
        }
    }
}

/// Shows Settings > API Tokens.
fn show_tokens(state: &mut State, effects: &mut Vec<Effect>) {
    state.settings.page = SettingsPage::Tokens;
    show(state, Pane::Settings, effects);
}

/// Shows the log with what a field names: the requests about a group, or those that carried a token.
pub fn show_log(state: &mut State, field: &str, name: &str, effects: &mut Vec<Effect>) {
    state.log.narrow(&term(field, name), state.now, effects);
    show(state, Pane::Log, effects);
}

/// Shows the people whom a field names, such as those in a group.
pub fn show_people(state: &mut State, field: &str, name: &str, effects: &mut Vec<Effect>) {
    state.users.detail = None;
    state.users.list.search.set(&term(field, name));
    state.users.list.apply_search(effects);
    show(state, Pane::Users, effects);
}

/// A search term. Quotes hold the words of a name together; one within it cannot be written.
fn term(field: &str, name: &str) -> String {
    format!("{field}:\"{}\"", name.replace('"', " "))
}

fn inspect(state: &mut State, event: Option<EventId>, effects: &mut Vec<Effect>) {
    if let Some(id) = event {
        state.inspector = Some(Inspector::new(id));
        effects.push(Effect::Call(Call::Event(id)));
    }
}

/// Opens an event at one of its parts.
pub fn inspect_at(state: &mut State, event: EventId, tab: Tab, effects: &mut Vec<Effect>) {
    inspect(state, Some(event), effects);
    if let Some(inspector) = &mut state.inspector {
        inspector.tab = tab;
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
