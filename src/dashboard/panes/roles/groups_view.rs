//! How the Groups section is drawn.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
};

use crate::{
    dashboard::{
        layout,
        message::Load,
        paint::{self, CellText, Column},
        panes::{
            log::search_line,
            roles::{Groups, groups::Detail},
        },
        state::State,
        text,
        theme::Theme,
    },
    model::{
        event::Event,
        group::{Group, GroupDetail, ListedMember, MemberKind},
        role::Role,
    },
};

/// Draws the list, or the group looked at.
pub fn draw(state: &State, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let groups = &state.roles.groups;
    if let Some(detail) = &groups.detail {
        draw_detail(state, detail, buffer, area);
        return None;
    }
    let theme = &state.theme;
    let (head, rest) = layout::split_top(area, 1);
    let cursor = draw_head(state, groups, buffer, head);
    let page = match &groups.page {
        Load::Ready(page) => page,
        Load::Loading => {
            paint::put(buffer, rest, 0, &Line::from(paint::span("Reading the groups …", theme.dim)));
            return cursor;
        }
        Load::Failed(reason) => {
            let lines: Vec<_> = paint::sentence(reason, usize::from(rest.width), theme.bad).collect();
            paint::put_lines(buffer, rest, &lines, 0);
            return cursor;
        }
    };
    if page.total == 0 {
        let words = if groups.is_narrowed() {
            "No group matches. {everywhere.back} shows all again."
        } else {
            "No groups yet. In Okta: Applications > this app > Push Groups > Push Groups by name. A pushed group can \
             stand for a role here."
        };
        let lines: Vec<_> = paint::sentence(&state.keys.say(words), usize::from(rest.width), theme.dim).collect();
        paint::put_lines(buffer, rest, &lines, 0);
        return cursor;
    }
    let (headings, list) = layout::split_top(rest, 1);
    let columns = columns(usize::from(area.width));
    let plain: Vec<Column> = columns.iter().map(|(_, column)| *column).collect();
    paint::put(buffer, headings, 0, &paint::heading_line(&plain, theme));
    let sought = groups.sought().to_lowercase();
    for (row, place) in (0..list.height).zip(groups.top..page.total) {
        let line = match groups.at(place) {
            Some(group) => {
                let cells = columns.iter().map(|(field, column)| cell(*field, group, column.width, state)).collect();
                paint::row_line(&plain, cells)
            }
            None => Line::from(paint::span("  ·", theme.dim)),
        };
        paint::put(buffer, list, row, &line);
        paint::mark_found(buffer, list, row, &sought, theme.found);
        if place == groups.cursor {
            paint::highlight(buffer, list, row, theme.selected);
        }
    }
    cursor
}

/// The search, or what is shown; and where in the list the selection stands.
fn draw_head(state: &State, groups: &Groups, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &state.theme;
    let shown = match groups.mapped {
        None => "",
        Some(true) => "mapped only",
        Some(false) => "not mapped only",
    };
    let place = match groups.total() {
        Some(total) if total > 0 => format!("{} of {}", text::count(groups.cursor + 1), text::count(total)),
        _ => String::new(),
    };
    let parts: Vec<&str> = [shown, place.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    let right = text::fit(&parts.join("  "), usize::from(area.width) / 2);
    let room = usize::from(area.width).saturating_sub(text::width(&right) + 2);
    paint::put_right(buffer, area, 0, &Line::from(paint::span(right, theme.dim)));
    let (area, _) = layout::split_left(area, u16::try_from(room).unwrap_or(u16::MAX));
    if groups.search.editing || !groups.search.value().is_empty() {
        return search_line(state, buffer, area, &groups.search);
    }
    let words = "A mapped group gives its members a role, but those who have one of their own";
    paint::put(buffer, area, 0, &Line::from(paint::span(text::fit(words, room), theme.dim)));
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Role,
    Members,
    Changed,
    Created,
    ExternalId,
}

fn columns(width: usize) -> Vec<(Field, Column)> {
    let time = if width >= 100 { 16 } else { 10 };
    let wanted: [(Field, &'static str, usize, usize); 6] = [
        (Field::Name, "Group", 0, 0),
        (Field::Role, "Role", 6, 0),
        (Field::Members, "Members", 9, 36),
        (Field::Changed, "Changed", time, 56),
        (Field::Created, "Created", 16, 110),
        (Field::ExternalId, "External id", 22, 140),
    ];
    let shown = wanted.iter().filter(|(.., from)| width >= *from);
    let taken: usize = shown.clone().map(|(_, _, own, _)| own + 2).sum::<usize>().saturating_sub(2);
    let rest = width.saturating_sub(taken).clamp(8, 60);
    let column = |(field, title, own, _): &(Field, &'static str, usize, usize)| {
        let width = if *field == Field::Name { rest } else { *own };
        (*field, Column { title, width, right: *field == Field::Members })
    };
    shown.map(column).collect()
}

fn cell(field: Field, group: &Group, width: usize, state: &State) -> CellText {
    let theme = &state.theme;
    match field {
        Field::Name => (group.display_name.clone(), theme.text),
        Field::Role if group.test => ("test".to_owned(), theme.dim),
        Field::Role => role_cell(group.role, theme),
        Field::Members => (text::count(group.members), theme.text),
        Field::Changed => (text::when_in(group.last_modified, state.now, width), theme.dim),
        Field::Created => (text::when_in(group.created, state.now, width), theme.dim),
        Field::ExternalId => (group.external_id.clone().unwrap_or_default(), theme.dim),
    }
}

fn role_cell(role: Option<Role>, theme: &Theme) -> (String, Style) {
    role.map_or(("none".to_owned(), theme.dim), |role| (role.to_string(), theme.good))
}

/// How many lines the group looked at has, its members' included.
pub fn detail_length(state: &State, detail: &Detail, columns: usize) -> usize {
    let members = usize::try_from(detail.members.total()).unwrap_or(usize::MAX);
    lines_above(state, detail, columns).len().saturating_add(members)
}

/// Draws the group looked at: of its lines and its members those that are seen.
fn draw_detail(state: &State, detail: &Detail, buffer: &mut Buffer, area: Rect) {
    let (columns, height) = (usize::from(area.width), usize::from(area.height));
    let above = lines_above(state, detail, columns);
    let total = detail.members.total();
    let length = detail_length(state, detail, columns);
    let first = detail.first.min(length.saturating_sub(height));
    let place = |line: usize| u64::try_from(line.saturating_sub(above.len())).unwrap_or(u64::MAX).min(total);
    let (from, to) = (place(first), place(first + height));
    let mut lines: Vec<Line<'static>> = above.into_iter().skip(first).collect();
    // One more than is seen says that there are more.
    lines.extend((from..(to + 1).min(total)).map(|place| member_line(detail.members.at(place), columns, &state.theme)));
    let seen = if from < to {
        format!("{}-{} of {}  ", text::count(from + 1), text::count(to), text::count(total))
    } else {
        String::new()
    };
    paint::put_text(buffer, area, &lines, 0, &format!("{seen}{}", state.keys.say("{lists.down}")), &state.theme);
}

fn member_line(listed: Option<&ListedMember>, columns: usize, theme: &Theme) -> Line<'static> {
    let Some(ListedMember { member, .. }) = listed else { return Line::from(paint::span("  ·", theme.dim)) };
    let (mark, kind) = match member.kind {
        MemberKind::User => ("  ", ""),
        MemberKind::Group => ("▸ ", "  a group: the role does not reach the people in it"),
    };
    let name = text::fit(&member.name, columns.saturating_sub(2));
    Line::from(vec![Span::styled(mark, theme.dim), paint::span(name, theme.text), paint::span(kind, theme.dim)])
}

/// The lines about the group looked at, down to its members.
pub fn lines_above(state: &State, detail: &Detail, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    match &detail.group {
        Load::Loading => vec![Line::from(paint::span("Reading the group …", theme.dim))],
        Load::Failed(reason) => paint::sentence(reason, columns, theme.bad).collect(),
        Load::Ready(known) => {
            let mut lines = known_lines(state, &known.0, &known.1, columns);
            match &detail.members.page {
                Load::Ready(page) if page.total == 0 => lines.push(Line::from(paint::span("Nobody.", theme.dim))),
                Load::Ready(_) => {}
                Load::Loading => lines.push(Line::from(paint::span("Reading the members …", theme.dim))),
                Load::Failed(reason) => lines.extend(paint::sentence(reason, columns, theme.bad)),
            }
            lines
        }
    }
}

fn known_lines(state: &State, known: &GroupDetail, events: &[Event], columns: usize) -> Vec<Line<'static>> {
    let (theme, group) = (&state.theme, &known.group);
    let mut lines = vec![Line::from(paint::span(text::fit(&group.display_name, columns), theme.heading))];
    let role = match group.role {
        Some(role) => {
            format!("mapped to {role}: its direct members are {role}s, but those who have a role of their own")
        }
        None if group.test => "made by test traffic: stands for no role".to_owned(),
        None => "mapped to no role".to_owned(),
    };
    let mut facts = vec![
        ("Role", role),
        ("Members", text::count(group.members)),
        ("Changed", format!("{} UTC", text::when(group.last_modified, state.now))),
        ("Created", format!("{} UTC", text::when(group.created, state.now))),
    ];
    if known.unsettled > 0 {
        facts.insert(1, ("To follow", text::plural(known.unsettled, "member's role", "members' roles")));
    }
    facts.extend(group.external_id.as_ref().map(|id| ("Okta's id", id.clone())));
    facts.push(("Id", group.id.to_string()));
    for (name, value) in facts {
        lines.extend(paint::named(name, &value, 9, columns, theme.text, theme));
    }
    let heading = |words: &'static str| [Line::default(), Line::from(paint::span(words, theme.heading))];
    lines.extend(heading("Requests, the last ones"));
    if events.is_empty() {
        lines.push(Line::from(paint::span("None is kept.", theme.dim)));
    }
    lines.extend(events.iter().map(|event| {
        let answer = event.detail.clone().filter(|_| !event.succeeded()).unwrap_or_default();
        let words = format!("{}  {}", event.action, answer);
        Line::from(vec![
            paint::span(text::pad(&text::when(event.at, state.now), 17), theme.dim),
            paint::span(format!("{} ", event.status), theme.status(event.status)),
            paint::span(text::fit(words.trim_end(), columns.saturating_sub(21)), theme.text),
        ])
    }));
    lines.extend(heading("Members"));
    lines
}
