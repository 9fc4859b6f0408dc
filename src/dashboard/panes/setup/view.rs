//! How the pane is drawn: its sections in a line across, and under them the one that is shown.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::dashboard::{
    layout, paint,
    panes::setup::{Section, checklist_view, people_view, role_view, test_view},
    state::State,
    text,
};

/// The line of the sections and what is under it.
fn parts(body: Rect) -> (Rect, Rect) {
    layout::split_top(body, u16::from(body.height >= 5))
}

/// What a section has of the pane.
pub(super) fn under_sections(body: Rect) -> Rect {
    parts(body).1
}

/// Draws the pane.
pub fn draw(state: &State, buffer: &mut Buffer, body: Rect) -> Option<Position> {
    let (tabs, rest) = parts(body);
    sections(state, buffer, tabs);
    match state.setup.section {
        Section::Checklist => checklist_view::draw(state, buffer, rest),
        Section::RoleAttribute => role_view::draw(state, buffer, rest),
        Section::People => people_view::draw(state, buffer, rest),
        Section::TestTraffic => test_view::draw(state, buffer, rest),
    }
}

/// The sections in a line across, the one shown among them.
fn sections(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    paint::rule(buffer, area, "", theme);
    let (_, rest) = layout::split_left(area, 1);
    let spans = Section::ALL.iter().flat_map(|section| {
        let to_look_at = state.setup.people.list.counts.to_look_at();
        let counted = *section == Section::People && to_look_at > 0;
        let style = match (*section == state.setup.section, counted) {
            (true, _) => theme.selected,
            (false, true) => theme.warn,
            (false, false) => theme.text,
        };
        let count = if counted { format!("{} ", text::count(to_look_at)) } else { String::new() };
        [Span::styled(format!(" {} {count}", section.title()), style), paint::span("─", theme.dim)]
    });
    paint::put(buffer, rest, 0, &Line::from(spans.collect::<Vec<_>>()));
}
