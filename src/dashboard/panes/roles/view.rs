//! How the Roles pane is drawn.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Line,
};

use crate::{
    dashboard::{
        layout,
        paint::{self, Column},
        state::State,
        text, user_table,
    },
    model::{role::Role, user::UserCounts},
};

/// What the role named and those above it may do, spelt out and in short.
const RIGHTS: [(&str, &str, Role); 4] = [
    ("Read users and events", "Read", Role::Viewer),
    ("Read request bodies", "Bodies", Role::Editor),
    ("Deactivate, reactivate", "(De)activate", Role::Editor),
    ("Roles, tokens, sign-in codes", "Roles, tokens, codes", Role::Owner),
];
/// From this width on the rights are spelt out.
const WIDE: usize = 150;

/// Rows of rights and counts over the list.
const fn head_rows(body: Rect) -> u16 {
    match body.height {
        0..6 => 0,
        6..12 => 1,
        _ => 5,
    }
}

/// How many users are seen at once.
pub const fn list_rows(body: Rect) -> u16 {
    body.height.saturating_sub(head_rows(body) + user_table::HEAD)
}

/// Draws the pane.
pub fn draw(state: &State, buffer: &mut Buffer, body: Rect) -> Option<Position> {
    let (head, rest) = layout::split_top(body, head_rows(body));
    if head.height > 1 {
        let (head, rule) = layout::split_top(head, 4);
        rights(state, buffer, head);
        paint::rule(buffer, rule, "Who has them", &state.theme);
    } else {
        counts(state, buffer, head);
    }
    user_table::draw(state, &state.roles.list, buffer, rest)
}

const fn count(counts: &UserCounts, role: Role) -> u64 {
    match role {
        Role::Owner => counts.owners,
        Role::Editor => counts.editors,
        Role::Viewer => counts.viewers,
    }
}

fn counts(state: &State, buffer: &mut Buffer, area: Rect) {
    let counts = &state.roles.list.counts;
    let parts = Role::ALL.map(|role| text::plural(count(counts, role), role.as_str(), &format!("{role}s")));
    paint::put(buffer, area, 0, &Line::from(paint::span(parts.join("  "), state.theme.text)));
}

/// A row a role: how many active users have it, as a number and as a bar, and what it may do.
fn rights(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    let width = usize::from(area.width);
    let mut columns =
        vec![Column { title: "Role", width: 6, right: false }, Column { title: "Active", width: 9, right: true }];
    let with_rights = width >= 74;
    let titles = RIGHTS.map(|(long, short, _)| if width >= WIDE { long } else { short });
    let rights_width: usize = if with_rights { titles.iter().map(|title| title.len() + 2).sum() } else { 0 };
    let bar_width = width.saturating_sub(6 + 2 + 9 + 2 + rights_width).min(40);
    if bar_width >= 4 {
        columns.push(Column { title: "", width: bar_width, right: false });
    }
    if with_rights {
        columns.extend(titles.map(|title| Column { title, width: title.len(), right: false }));
    }
    paint::put(buffer, area, 0, &paint::heading_line(&columns, theme));
    let counts = &state.roles.list.counts;
    let most = Role::ALL.into_iter().map(|role| count(counts, role)).max().unwrap_or(0);
    for (row, role) in (1..).zip(Role::ALL) {
        let people = count(counts, role);
        let known = if state.roles.list.total.is_some() { text::count(people) } else { "·".to_owned() };
        let mut cells = vec![(role.to_string(), theme.text), (known, theme.text)];
        if bar_width >= 4 {
            cells.push((
                paint::bar(people, most, bar_width),
                theme.accent.remove_modifier(ratatui::style::Modifier::UNDERLINED),
            ));
        }
        cells.extend(RIGHTS.iter().map(|(_, _, least)| {
            if role >= *least { ("✓".to_owned(), theme.good) } else { ("·".to_owned(), theme.dim) }
        }));
        paint::put(buffer, area, row, &paint::row_line(&columns, cells));
    }
}
