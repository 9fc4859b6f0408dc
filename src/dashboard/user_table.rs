//! How a list of users is drawn: the rows of its window only, in the columns there is room for.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Line,
};

use crate::{
    dashboard::{
        layout,
        paint::{self, CellText, Column},
        panes::log::search_line,
        privacy::personal,
        state::{Link, State},
        text,
        theme::Theme,
        user_columns::{Field, columns},
        user_list::UserList,
    },
    model::user::{User, UserSort},
};

/// Rows over the users: search and counts, headings.
pub const HEAD: u16 = 2;

/// The mark in front of a user, which tells without colours what is special about them.
pub fn mark(user: &User) -> &'static str {
    match user {
        User { test: true, .. } => "T",
        User { replaced_by: Some(_), .. } => "↪",
        User { active: false, .. } => "✗",
        user if user.drift().any() => "≠",
        _ => " ",
    }
}

/// What the mark means, in words.
pub fn standing(user: &User) -> &'static str {
    match user {
        User { test: true, .. } => "test",
        User { replaced_by: Some(_), .. } => "replaced",
        User { active: false, .. } => "inactive",
        _ => "active",
    }
}

/// Draws a list; gives the place of the text cursor while a search is typed.
pub fn draw(state: &State, list: &UserList, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &state.theme;
    let (head, rest) = layout::split_top(area, 1);
    let cursor = draw_head(state, list, buffer, head);
    let (headings, body) = layout::split_top(rest, 1);
    if let Some(failure) = list.failure.as_ref().filter(|_| list.total.is_none()) {
        let lines: Vec<_> = paint::sentence(failure, usize::from(rest.width), theme.bad).collect();
        paint::put_lines(buffer, rest, &lines, 0);
        return cursor;
    }
    match list.total {
        None => {
            paint::put(buffer, rest, 0, &Line::from(paint::span("Reading the users …", theme.dim)));
            return cursor;
        }
        Some(0) if !list.is_searching() => {
            let words = if list.is_narrowed() {
                "Nobody matches. {everywhere.back} shows everybody again."
            } else {
                "No users yet. Assign people to the app in Okta; they appear here as they arrive."
            };
            let lines: Vec<_> = paint::sentence(&state.keys.say(words), usize::from(rest.width), theme.dim).collect();
            paint::put_lines(buffer, rest, &lines, 0);
            return cursor;
        }
        Some(_) => {}
    }
    let columns = columns(list, usize::from(area.width));
    let plain: Vec<Column> = columns.iter().map(|(_, column)| *column).collect();
    match &list.wrong {
        // The last list that could be asked for stays below.
        Some(wrong) => {
            let words = text::fit(&text::sentence(wrong), usize::from(headings.width));
            paint::put(buffer, headings, 0, &Line::from(paint::span(words, theme.warn)));
        }
        None => paint::put(buffer, headings, 0, &paint::heading_line(&plain, theme)),
    }
    let total = list.total.unwrap_or(0);
    for (row, place) in (0..body.height).zip(list.top..total) {
        let line = match list.at(place) {
            Some(user) => {
                let mut cells: Vec<CellText> =
                    columns.iter().map(|(field, column)| cell(*field, user, column.width, state)).collect();
                if let Some((mark, style)) = cells.first_mut().filter(|_| list.marks.has(user, &list.query)) {
                    *mark = format!("●{mark}");
                    *style = theme.accent;
                } else if let Some((mark, _)) = cells.first_mut().filter(|_| !list.marks.is_empty()) {
                    *mark = format!(" {mark}");
                }
                paint::row_line(&plain, cells)
            }
            None => Line::from(paint::span("  ·", theme.dim)),
        };
        paint::put(buffer, body, row, &line);
        for sought in &list.sought {
            paint::mark_found(buffer, body, row, sought, theme.found);
        }
        if place == list.cursor {
            paint::highlight(buffer, body, row, theme.selected);
        }
    }
    cursor
}

/// The search, or what is shown in which order; and where in the list the cursor stands.
fn draw_head(state: &State, list: &UserList, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &state.theme;
    let searching = list.search.editing || !list.search.value().is_empty();
    let shown = match (list.query.active, list.query.role) {
        (None, None) => String::new(),
        (Some(active), None) => (if active { "active only" } else { "inactive only" }).to_owned(),
        (None, Some(role)) => format!("{role}s only"),
        (Some(active), Some(role)) => format!("{} {role}s only", if active { "active" } else { "inactive" }),
    };
    let place = match list.total {
        Some(total) if total > 0 => format!("{} of {}", text::count(list.cursor + 1), text::count(total)),
        _ => String::new(),
    };
    let place = if list.is_searching() && list.total.is_some() { "searching …".to_owned() } else { place };
    let narrow = area.width < 60;
    let place = match &list.failure {
        Some(reason) if list.total.is_some() && state.link == Link::Live => format!("not read again: {reason}"),
        _ => place,
    };
    let marked = match list.marks.count() {
        0 => String::new(),
        count => format!("● {} marked", text::count(count)),
    };
    let parts: Vec<&str> =
        [marked.as_str(), shown.as_str(), place.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    let right = text::fit(&parts.join("  "), usize::from(area.width) / 2);
    let room = usize::from(area.width).saturating_sub(text::width(&right) + 2);
    paint::put_right(buffer, area, 0, &Line::from(paint::span(right, theme.dim)));
    let (area, _) = layout::split_left(area, u16::try_from(room).unwrap_or(u16::MAX));
    if searching {
        return search_line(state, buffer, area, &list.search);
    }
    let order = match (list.query.sort, list.query.descending) {
        (UserSort::Created, true) => "newest first",
        (UserSort::Created, false) => "oldest first",
        (UserSort::UserName, false) => "by user name",
        (UserSort::UserName, true) => "by user name, Z first",
        (UserSort::DisplayName, false) => "by name",
        (UserSort::DisplayName, true) => "by name, Z first",
        (UserSort::Source, false) => "by source, okta first",
        (UserSort::Source, true) => "by source, default first",
        (UserSort::ExternalId, false) => "by external id",
        (UserSort::ExternalId, true) => "by external id, Z first",
        (UserSort::Role, false) => "by role, owners first",
        (UserSort::Role, true) => "by role, viewers first",
        (UserSort::Active, false) => "active ones first",
        (UserSort::Active, true) => "inactive ones first",
        (UserSort::LastModified, true) => "last changed first",
        (UserSort::LastModified, false) => "longest unchanged first",
    };
    let counts = &list.counts;
    let left = if narrow || list.total.is_none() {
        order.to_owned()
    } else {
        let tests = match counts.test {
            0 => String::new(),
            tests => format!(" ({} of a test)", text::count(tests)),
        };
        let all = text::plural(counts.total, "user", "users");
        format!("{} active of {all}{tests}, {order}", text::count(counts.active))
    };
    paint::put(buffer, area, 0, &Line::from(paint::span(text::fit(&left, room), theme.dim)));
    None
}

fn cell(field: Field, user: &User, width: usize, state: &State) -> CellText {
    let theme = &state.theme;
    let text_style = if user.active { theme.text } else { theme.dim };
    match field {
        Field::Mark if state.is_last_owner(user) => ("◆".to_owned(), theme.warn),
        Field::Mark => (mark(user).to_owned(), mark_style(user, theme)),
        Field::UserName => (user.user_name.clone(), personal(text_style)),
        Field::Name => (user.display_name.clone().unwrap_or_default(), personal(text_style)),
        Field::Role => (user.role.to_string(), text_style),
        Field::Source => {
            let style = if user.drift().role { theme.warn } else { theme.dim };
            (user.role_source.to_string(), style)
        }
        Field::State => (standing(user).to_owned(), text_style),
        Field::Changed => (text::when_in(user.last_modified, state.now, width), theme.dim),
        Field::Created => (text::when_in(user.created, state.now, width), theme.dim),
        Field::ExternalId => (user.external_id.clone().unwrap_or_default(), theme.dim),
    }
}

/// The style of [`mark`].
pub const fn mark_style(user: &User, theme: &Theme) -> ratatui::style::Style {
    if user.active { theme.warn } else { theme.dim }
}
