//! Moving through what the keys go to.

use crate::dashboard::{
    dialog, layout,
    message::{Call, Effect},
    panes::{self, Pane, log::Ask, roles, settings::SettingsPage, setup},
    scroll::{self, Move},
    state::State,
    view,
};

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
        Pane::Setup => travel_setup(state, by, effects),
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

fn travel_setup(state: &mut State, by: Move, effects: &mut Vec<Effect>) {
    let body = layout::regions(state).body;
    match state.setup.section {
        setup::Section::Checklist if matches!(by, Move::PageUp | Move::PageDown) => {
            let lines = panes::setup::detail_length(state, body);
            state.setup.travel_detail(lines, panes::setup::detail_rows(state, body), by);
        }
        setup::Section::Checklist => state.setup.travel(by),
        setup::Section::RoleAttribute if matches!(by, Move::PageUp | Move::PageDown) => {
            let lines = panes::setup::role_detail_lines(state, body).len();
            state.setup.role.travel_detail(lines, panes::setup::role_detail_rows(state, body), by);
        }
        setup::Section::RoleAttribute => state.setup.role.travel(by),
        setup::Section::TestTraffic if matches!(by, Move::PageUp | Move::PageDown) => {
            let (lines, height) = (setup::test_length(state, body), setup::test_rows(body));
            state.setup.test.travel_text(lines, height, by);
        }
        setup::Section::TestTraffic => {
            let scenarios = setup::test::scenarios(state).len();
            state.setup.test.travel(scenarios, by);
        }
        setup::Section::People if matches!(by, Move::PageUp | Move::PageDown) => {
            let (lines, height) = (setup::people_lines(state, body).len(), setup::people_detail_rows(state, body));
            let people = &mut state.setup.people;
            people.scroll = scroll::travel_text(people.scroll, lines, height, by);
        }
        setup::Section::People => {
            let rows = setup::people_rows(state, body);
            state.setup.people.travel(by, rows, effects);
        }
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
