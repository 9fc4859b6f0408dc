//! Going from one place to another, and back.

use crate::{
    dashboard::{
        inspector::{Inspector, Tab},
        message::{Call, Effect},
        panes::{Pane, settings::SettingsPage, setup},
        state::{State, Stop},
    },
    model::id::EventId,
};

/// Shows a pane, and reads again what it shows.
pub fn show(state: &mut State, pane: Pane, effects: &mut Vec<Effect>) {
    // Who asks for Setup while it is shown wants its first page: there stands what is wrong.
    if pane == Pane::Setup && state.pane == Pane::Setup && state.inspector.is_none() {
        state.setup.section = setup::Section::Checklist;
    }
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
        // The checklist is read with every change; how many people are to be looked at stands over it.
        Pane::Setup => {
            match state.setup.section {
                setup::Section::RoleAttribute => effects.push(Effect::Call(Call::RoleAttribute)),
                setup::Section::TestTraffic => effects.push(Effect::Call(Call::Test(setup::test::Call::Read))),
                setup::Section::Checklist | setup::Section::People => {}
            }
            state.setup.people.refresh(effects);
        }
        // The log is fed by the stream.
        Pane::Log => {}
    }
}

/// One step back; false when there is nowhere to go back to.
pub(super) fn back(state: &mut State, effects: &mut Vec<Effect>) -> bool {
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
        Pane::Setup => setup::test::stop(state, effects),
        Pane::Settings => false,
    }
}

/// Back to the event from which the admin came here, if they came from one.
fn come_back(state: &mut State, effects: &mut Vec<Effect>) -> bool {
    let Some(Stop { pane, event, tab }) = state.trail.pop() else { return false };
    state.pane = pane;
    inspect_at(state, event, tab, effects);
    true
}

/// Shows Settings > API Tokens.
pub(super) fn show_tokens(state: &mut State, effects: &mut Vec<Effect>) {
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

/// Opens an event, where there is one.
pub fn inspect(state: &mut State, event: Option<EventId>, effects: &mut Vec<Effect>) {
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
