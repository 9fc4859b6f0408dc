//! How the pages of Settings are named, and how the page Workspace is drawn.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{
    dashboard::{
        layout,
        message::Load,
        paint::{self, Column},
        panes::settings::{Setting, SettingsPage},
        scroll,
        state::State,
        text,
        theme::Theme,
    },
    model::role::Role,
};

/// The column of names.
const NAMES: usize = 17;
/// From this width on each row says what its value means.
const WIDE: usize = 110;

/// The path and the pages, the one shown among them.
pub fn draw_pages(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    let pages: usize = SettingsPage::ALL.iter().map(|page| text::width(page.title()) + 2).sum();
    let path = paint::span("Settings > ", theme.heading);
    // The top bar names the pane as well.
    let mut spans = if path.width() + pages <= usize::from(area.width) { vec![path] } else { Vec::new() };
    for page in SettingsPage::ALL {
        let style = if page == state.settings.page { theme.selected } else { theme.text };
        spans.push(Span::styled(format!(" {} ", page.title()), style));
    }
    paint::put(buffer, area, 0, &Line::from(spans));
}

/// Writes what is said under a page; where it is longer than its area, the last row says so.
pub fn put_foot(buffer: &mut Buffer, area: Rect, lines: &[Line<'_>], theme: &Theme) {
    paint::put_lines(buffer, area, lines, 0);
    if lines.len() > usize::from(area.height) && area.height > 0 {
        paint::put_right(buffer, area, area.height - 1, &Line::from(paint::span(" …", theme.dim)));
    }
}

/// Draws the page Workspace.
pub fn draw_workspace(state: &State, buffer: &mut Buffer, body: Rect) -> Option<Position> {
    let theme = &state.theme;
    let (head, rest) = layout::split_top(body, 1);
    draw_pages(state, buffer, head);
    let workspace = match &state.settings.workspace {
        Load::Ready(workspace) => workspace,
        Load::Loading => {
            paint::put(buffer, rest, 0, &Line::from(paint::span("Reading the settings …", theme.dim)));
            return None;
        }
        Load::Failed(reason) => {
            let lines: Vec<_> = paint::sentence(reason, usize::from(rest.width), theme.bad).collect();
            paint::put_lines(buffer, rest, &lines, 0);
            return None;
        }
    };
    let width = usize::from(body.width);
    let foot = meaning(state, width);
    // The meaning of the selected setting is worth more than settings farther down.
    let foot_rows = u16::try_from(foot.len()).unwrap_or(u16::MAX).min(rest.height / 2);
    let (list, under) = layout::split_top(rest, rest.height - foot_rows);
    let value_width = if width >= WIDE { 30 } else { width.saturating_sub(NAMES + 2).max(8) };
    let mut columns = vec![
        Column { title: "", width: NAMES.min(width), right: false },
        Column { title: "", width: value_width, right: false },
    ];
    if width >= WIDE {
        columns.push(Column { title: "", width: width - NAMES - value_width - 4, right: false });
    }
    let first = scroll::window_start(state.settings.row, list.height, Setting::ALL.len());
    for (row, (place, setting)) in (0..list.height).zip(Setting::ALL.iter().enumerate().skip(first)) {
        let value = setting.value(workspace);
        let (value, style) = if value.is_empty() { ("(nothing)".to_owned(), theme.dim) } else { (value, theme.text) };
        let mut cells = vec![(setting.title().to_owned(), theme.dim), (value, style)];
        if width >= WIDE {
            cells.push((text::fit(&setting.meaning(workspace), width - NAMES - value_width - 4), theme.dim));
        }
        paint::put(buffer, list, row, &paint::row_line(&columns, cells));
        if place == state.settings.row {
            paint::highlight(buffer, list, row, theme.selected);
        }
    }
    put_foot(buffer, under, &foot, theme);
    None
}

/// What the selected setting means, and who may change it.
fn meaning(state: &State, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let Some(workspace) = state.settings.workspace.ready() else { return Vec::new() };
    let setting = state.settings.selected();
    let mut lines = vec![Line::from(paint::span("─".repeat(columns), theme.dim))];
    lines.extend(paint::sentence(&setting.meaning(workspace), columns, theme.text));
    lines.extend(match state.may(Role::Owner) {
        Ok(()) => paint::sentence(setting.advice(), columns, theme.dim).collect::<Vec<_>>(),
        Err(reason) => paint::sentence(&format!("Not yours to change: {reason}."), columns, theme.warn).collect(),
    });
    lines
}
