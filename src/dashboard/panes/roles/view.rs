//! How the Roles pane is drawn: the counts, and under them the section.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Modifier,
    text::{Line, Span},
};

use crate::{
    dashboard::{
        layout,
        paint::{self, Column},
        panes::roles::{Section, groups_view, rights},
        state::State,
        text, user_table,
    },
    model::{
        role::{Role, RoleSource},
        user::UserCounts,
    },
};

/// The sources in the order of a bar's parts, each with what it is drawn with, so that none needs a colour.
const SOURCES: [(RoleSource, &str, &str); 4] = [
    (RoleSource::Okta, "█", "█ Okta"),
    (RoleSource::Group, "▓", "▓ Group"),
    (RoleSource::Local, "▒", "▒ Local"),
    (RoleSource::Default, "░", "░ Default"),
];
/// The widest a bar gets.
const WIDEST_BAR: usize = 60;

/// Rows over the section: the counts, what they come to, the sections.
const fn head_rows(body: Rect) -> u16 {
    match body.height {
        0..4 => 0,
        4..6 => 1,
        6..14 => 2,
        _ => 6,
    }
}

/// How many users or groups are seen at once.
pub const fn list_rows(body: Rect) -> u16 {
    body.height.saturating_sub(head_rows(body) + user_table::HEAD)
}

/// How many lines of a section's text are seen at once.
pub const fn text_rows(body: Rect) -> u16 {
    body.height.saturating_sub(head_rows(body))
}

/// Draws the pane.
pub fn draw(state: &State, buffer: &mut Buffer, body: Rect) -> Option<Position> {
    let (head, rest) = layout::split_top(body, head_rows(body));
    match head.height {
        0 => {}
        1 => sections(state, buffer, head),
        2 => {
            let (first, second) = layout::split_top(head, 1);
            counts(state, buffer, first);
            sections(state, buffer, second);
        }
        _ => {
            let (table, under) = layout::split_top(head, 4);
            sources(state, buffer, table);
            let (sum, tabs) = layout::split_top(under, 1);
            paint::put(buffer, sum, 0, &summary(state, usize::from(sum.width)));
            sections(state, buffer, tabs);
        }
    }
    match state.roles.section {
        Section::People => user_table::draw(state, &state.roles.list, buffer, rest),
        Section::Groups => groups_view::draw(state, buffer, rest),
        Section::Rights => {
            let lines = rights::lines(state, usize::from(rest.width));
            paint::put_text(buffer, rest, &lines, state.roles.first, &state.keys.say("{lists.down}"), &state.theme);
            None
        }
    }
}

/// The sections in a line across, the one shown among them.
fn sections(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    paint::rule(buffer, area, "", theme);
    let (_, rest) = layout::split_left(area, 1);
    let spans = Section::ALL.iter().flat_map(|section| {
        let style = if *section == state.roles.section { theme.selected } else { theme.text };
        [Span::styled(format!(" {} ", section.title()), style), paint::span("─", theme.dim)]
    });
    paint::put(buffer, rest, 0, &Line::from(spans.collect::<Vec<_>>()));
}

fn counts(state: &State, buffer: &mut Buffer, area: Rect) {
    let counts = &state.roles.list.counts;
    let known = state.roles.list.total.is_some();
    let parts = Role::ALL.map(|role| {
        let many = format!("{role}s");
        if known { text::plural(counts.of(role), role.as_str(), &many) } else { format!("· {many}") }
    });
    paint::put(buffer, area, 0, &Line::from(paint::span(parts.join("  "), state.theme.text)));
}

/// A row a role: how many active users have it, and from where, as a bar in parts and as numbers.
fn sources(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    let width = usize::from(area.width);
    let column = |title: &'static str, width: usize| Column { title, width, right: true };
    let mut columns = vec![Column { title: "Role", width: 6, right: false }, column("Active", 9)];
    let fixed = 6 + 2 + 9;
    let numbers: usize = SOURCES.iter().map(|(.., title)| 2 + text::width(title)).sum();
    let with_numbers = width >= fixed + numbers;
    let bar = width.saturating_sub(fixed + 2 + if with_numbers { numbers } else { 0 }).min(WIDEST_BAR);
    let with_bar = bar >= 4;
    if with_bar {
        columns.push(Column { title: "From", width: bar, right: false });
    }
    if with_numbers {
        columns.extend(SOURCES.map(|(.., title)| column(title, text::width(title))));
    }
    paint::put(buffer, area, 0, &paint::heading_line(&columns, theme));
    let counts = &state.roles.list.counts;
    let known = state.roles.list.total.is_some();
    let number = |of: u64| if known { text::count(of) } else { "·".to_owned() };
    let most = Role::ALL.into_iter().map(|role| counts.of(role)).max().unwrap_or(0);
    let accent = theme.accent.remove_modifier(Modifier::UNDERLINED);
    for (row, role) in (1..).zip(Role::ALL) {
        let mut cells = vec![(role.to_string(), theme.text), (number(counts.of(role)), theme.text)];
        if with_bar {
            cells.push((stacked(counts, role, most, bar), accent));
        }
        if with_numbers {
            cells.extend(SOURCES.map(|(source, ..)| {
                let of = counts.sources.of(role).of(source);
                (number(of), if of == 0 { theme.dim } else { theme.text })
            }));
        }
        paint::put(buffer, area, row, &paint::row_line(&columns, cells));
    }
}

/// A role's bar of at most `columns`, one part a source. A source that somebody has is never invisible.
fn stacked(counts: &UserCounts, role: Role, most: u64, columns: usize) -> String {
    let room = u64::try_from(columns).unwrap_or(u64::MAX);
    let all = counts.of(role);
    let whole = part(all, most, room);
    let mut left = whole;
    let mut bar = String::new();
    let mut waiting = SOURCES.iter().filter(|(source, ..)| counts.sources.of(role).of(*source) > 0).count() as u64;
    for (source, glyph, _) in SOURCES {
        let of = counts.sources.of(role).of(source);
        if of == 0 {
            continue;
        }
        waiting -= 1;
        // What is rounded goes to the last part; the others leave it, and each other, a column.
        let own = if waiting == 0 { left } else { part(of, all, whole).min(left.saturating_sub(waiting)) };
        bar.push_str(&glyph.repeat(usize::try_from(own).unwrap_or(0)));
        left -= own;
    }
    bar
}

/// So much of `room` as `of` is of `all`, and at least 1 of something.
fn part(of: u64, all: u64, room: u64) -> u64 {
    if of == 0 || all == 0 {
        return 0;
    }
    let exact = u128::from(of) * u128::from(room) / u128::from(all);
    u64::try_from(exact).unwrap_or(room).clamp(1, room.max(1))
}

/// Drift, the default role, and who must stay an owner.
fn summary(state: &State, columns: usize) -> Line<'static> {
    let theme = &state.theme;
    let counts = &state.roles.list.counts;
    let mut parts = Vec::new();
    if let Some(workspace) = state.settings.workspace.ready() {
        parts.push((format!("Default role {}", workspace.default_role), theme.text));
    }
    if state.roles.list.total.is_some() {
        parts.push(match counts.drifted {
            0 => ("nobody differs from Okta".to_owned(), theme.dim),
            1 => ("≠ 1 differs from Okta".to_owned(), theme.warn),
            more => (format!("≠ {} differ from Okta", text::count(more)), theme.warn),
        });
        if counts.owners == 1 {
            parts.push(("◆ the last owner stays".to_owned(), theme.warn));
        }
    }
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut used = 0;
    for (words, style) in parts {
        let wide = text::width(&words) + if used > 0 { 3 } else { 0 };
        if used + wide > columns {
            continue;
        }
        if used > 0 {
            spans.push(paint::span(" · ", theme.dim));
        }
        used += wide;
        spans.push(paint::span(words, style));
    }
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_every_source_that_somebody_has() {
        let mut counts = UserCounts { viewers: 1_000_003, ..UserCounts::default() };
        counts.sources.viewer.okta = 1;
        counts.sources.viewer.group = 1;
        counts.sources.viewer.local = 1;
        counts.sources.viewer.default = 1_000_000;
        assert_eq!(stacked(&counts, Role::Viewer, 1_000_003, 10), "█▓▒░░░░░░░");
        counts.sources.viewer.default = 0;
        counts.sources.viewer.okta = 1_000_001;
        assert_eq!(stacked(&counts, Role::Viewer, 1_000_003, 10), "████████▓▒");
        assert_eq!(stacked(&counts, Role::Owner, 1_000_003, 10), "", "nobody");
        let few = UserCounts { owners: 1, ..counts };
        assert_eq!(stacked(&few, Role::Owner, 5, 10), "", "no source is known yet");
    }
}
