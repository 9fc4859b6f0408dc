//! How the section "Role" is drawn: the ways and the selected one explained, and under them what the latest requests
//! carried. Where there is little room, one list of both with the explanation under it.

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
        panes::setup::{role_detail::picked_lines, view::under_sections},
        privacy, scroll,
        state::State,
        text,
        theme::Theme,
    },
    model::role_attribute::{CarriedRole, RoleAttribute, RoleOutcome, RoleWay},
};

/// The most rows of the ways and the explanation.
const MOST_ABOVE: u16 = 24;
/// Instead of requests, for whoever may not see bodies.
const NOT_FOR_VIEWERS: &str = "What requests carried is for editors and owners to see.";

/// Where everything stands.
struct Parts {
    /// The ways; with little room the requests as well.
    list: Rect,
    divider: Rect,
    detail: Rect,
    /// What came, below; empty with little room.
    rule: Rect,
    summary: Rect,
    heading: Rect,
    requests: Rect,
}

impl Parts {
    const fn is_one_list(&self) -> bool {
        self.rule.height == 0
    }
}

fn parts(state: &State, area: Rect) -> Parts {
    let none = Rect { height: 0, ..area };
    if area.width < 64 || area.height < 13 {
        let rows = state.setup.role.ways().len() + 1 + state.setup.role.requests().len();
        let half = (area.height / 2).min(u16::try_from(rows).unwrap_or(u16::MAX)).max(1);
        let (list, rest) = layout::split_top(area, half);
        let (divider, detail) = layout::split_top(rest, u16::from(rest.height >= 3));
        return Parts { list, divider, detail, rule: none, summary: none, heading: none, requests: none };
    }
    let summary = summary_lines(state, usize::from(area.width)).len();
    let said = u16::try_from(summary).unwrap_or(u16::MAX).min(3);
    // Below, the rule, the sentence, the headings and some rows; above, no more than an explanation takes.
    let below = (area.height * 2 / 5).max(said + 5);
    let (above, below) = layout::split_top(area, area.height.saturating_sub(below).min(MOST_ABOVE));
    let (list, rest) = layout::split_left(above, if area.width >= 110 { 44 } else { 28 });
    let (gap, detail) = layout::split_left(rest, 3);
    let (_, divider) = layout::split_left(gap, 1);
    let (rule, below) = layout::split_top(below, 1);
    let (summary, below) = layout::split_top(below, said);
    let (heading, requests) = layout::split_top(below, 1);
    let divider = Rect { width: 1.min(divider.width), ..divider };
    Parts { list, divider, detail, rule, summary, heading, requests }
}

/// How many lines of the detail are seen at once.
pub fn role_detail_rows(state: &State, body: Rect) -> u16 {
    parts(state, under_sections(body)).detail.height
}

/// The selected way or request, explained.
pub fn role_detail_lines(state: &State, body: Rect) -> Vec<Line<'static>> {
    picked_lines(state, usize::from(parts(state, under_sections(body)).detail.width))
}

/// The row of ways and requests that stands at a place of the screen.
pub fn role_row_at(state: &State, body: Rect, position: Position) -> Option<usize> {
    let parts = parts(state, under_sections(body));
    let (ways, requests) = (state.setup.role.ways().len(), state.setup.role.requests().len());
    let row = |area: Rect| usize::from(position.y - area.y);
    if parts.requests.contains(position) {
        let first = first_request(state, &parts);
        let place = first + row(parts.requests);
        return (place < requests).then_some(ways + place);
    }
    if !parts.list.contains(position) {
        return None;
    }
    if !parts.is_one_list() {
        return Some(row(parts.list)).filter(|row| *row < ways);
    }
    let place = first_listed(state, &parts) + row(parts.list);
    match place.checked_sub(ways) {
        None => Some(place),
        Some(0) => None,
        Some(below) => (below <= requests).then_some(place - 1),
    }
}

/// Draws the section.
pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &state.theme;
    let attribute = match &state.setup.role.attribute {
        Load::Ready(attribute) => attribute,
        Load::Loading => {
            paint::put(buffer, area, 0, &Line::from(paint::span("Reading what came of the role …", theme.dim)));
            return None;
        }
        Load::Failed(reason) => {
            let lines: Vec<_> = paint::sentence(reason, usize::from(area.width), theme.bad).collect();
            paint::put_lines(buffer, area, &lines, 0);
            return None;
        }
    };
    let parts = parts(state, area);
    if parts.is_one_list() {
        draw_one_list(state, attribute, buffer, &parts);
        paint::rule(buffer, parts.divider, "", theme);
    } else {
        draw_ways(state, attribute, buffer, parts.list);
        paint::divider(buffer, parts.divider, theme);
        draw_requests(state, attribute, buffer, &parts);
    }
    let lines = picked_lines(state, usize::from(parts.detail.width));
    let keys = state.keys.say("{lists.page-down}");
    paint::put_text(buffer, parts.detail, &lines, state.setup.role.scroll, &keys, theme);
    None
}

fn draw_ways(state: &State, attribute: &RoleAttribute, buffer: &mut Buffer, area: Rect) {
    for (row, (place, way)) in (0..area.height).zip(attribute.ways.iter().enumerate()) {
        paint::put(buffer, area, row, &way_line(state, way, usize::from(area.width)));
        if place == state.setup.role.row() {
            paint::highlight(buffer, area, row, state.theme.selected);
        }
    }
}

/// A way on a line; the one in which the role arrives has a mark.
fn way_line(state: &State, way: &RoleWay, width: usize) -> Line<'static> {
    let theme = &state.theme;
    let (mark, style) =
        if state.setup.role.arrives() == Some(way.form) { ("●", theme.good) } else { ("○", theme.dim) };
    let recommended = if way.recommended { ", recommended" } else { "" };
    let title = text::pad(&format!("{}{recommended}", way.title), width.saturating_sub(2));
    Line::from(vec![paint::span(format!("{mark} "), style), paint::span(title, theme.text)])
}

/// What the requests say, in a sentence.
pub(super) fn summary_lines(state: &State, columns: usize) -> Vec<Line<'static>> {
    let carried = state.setup.role.attribute.ready().map(|attribute| attribute.carried.as_ref());
    let words = carried.map_or("", |carried| carried.map_or(NOT_FOR_VIEWERS, |carried| carried.summary.as_str()));
    paint::sentence(words, columns, state.theme.heading).collect()
}

fn first_request(state: &State, parts: &Parts) -> usize {
    let page = &state.setup.role;
    let cursor = page.row().checked_sub(page.ways().len());
    cursor.map_or(0, |cursor| scroll::window_start(cursor, parts.requests.height, page.requests().len()))
}

fn draw_requests(state: &State, attribute: &RoleAttribute, buffer: &mut Buffer, parts: &Parts) {
    let theme = &state.theme;
    paint::rule(buffer, parts.rule, "What arrived", theme);
    let summary = summary_lines(state, usize::from(parts.summary.width));
    paint::put_lines(buffer, parts.summary, &summary, 0);
    let requests = attribute.carried.as_ref().map_or(&[][..], |carried| &carried.requests);
    if requests.is_empty() {
        return;
    }
    let columns = columns(usize::from(parts.requests.width));
    let plain: Vec<Column> = columns.iter().map(|(_, column)| *column).collect();
    paint::put(buffer, parts.heading, 0, &paint::heading_line(&plain, theme));
    let ways = attribute.ways.len();
    let first = first_request(state, parts);
    for (row, (place, request)) in (0..parts.requests.height).zip(requests.iter().enumerate().skip(first)) {
        let cells = columns.iter().map(|(field, column)| cell(*field, request, column.width, state)).collect();
        paint::put(buffer, parts.requests, row, &paint::row_line(&plain, cells));
        if ways + place == state.setup.role.row() {
            paint::highlight(buffer, parts.requests, row, theme.selected);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Time,
    Person,
    Form,
    Sent,
    Became,
    Event,
}

fn columns(width: usize) -> Vec<(Field, Column)> {
    let time = if width >= 100 { 16 } else { 10 };
    let wanted: [(Field, &'static str, usize, usize); 6] = [
        (Field::Time, "Time", time, 0),
        (Field::Person, "Person", 0, 0),
        (Field::Form, "Form", 20, 0),
        (Field::Sent, "Sent", 10, 0),
        (Field::Became, "Became", 13, 0),
        (Field::Event, "Event", 7, 100),
    ];
    let shown = wanted.iter().filter(|(.., from)| width >= *from);
    let taken: usize = shown.clone().map(|(_, _, own, _)| own + 2).sum::<usize>().saturating_sub(2);
    let rest = width.saturating_sub(taken).clamp(8, 60);
    let column = |(field, title, own, _): &(Field, &'static str, usize, usize)| {
        let width = if *field == Field::Person { rest } else { *own };
        (*field, Column { title, width, right: *field == Field::Event })
    };
    shown.map(column).collect()
}

fn cell(field: Field, request: &CarriedRole, width: usize, state: &State) -> CellText {
    let theme = &state.theme;
    match field {
        Field::Time => (text::when_in(request.at, state.now, width), theme.dim),
        Field::Person => (request.user_name.clone().unwrap_or_default(), privacy::personal(theme.text)),
        Field::Form => (forms(request), theme.text),
        Field::Sent => (values(request), theme.accent),
        Field::Became => became(request, theme),
        Field::Event => (request.event.to_string(), theme.dim),
    }
}

pub(super) fn forms(request: &CarriedRole) -> String {
    let mut forms: Vec<&str> = request.sent.iter().map(|role| role.form.title()).collect();
    forms.dedup();
    if forms.is_empty() { "none".to_owned() } else { forms.join(", ") }
}

pub(super) fn values(request: &CarriedRole) -> String {
    request.sent.iter().map(|role| role.value.as_str()).collect::<Vec<_>>().join(", ")
}

pub(super) fn became(request: &CarriedRole, theme: &Theme) -> (String, Style) {
    match request.became {
        RoleOutcome::Role { role } => (role.to_string(), theme.good),
        RoleOutcome::Default => ("default role".to_owned(), theme.text),
        RoleOutcome::Absent => ("unchanged".to_owned(), theme.dim),
        RoleOutcome::Refused => (format!("refused, {}", request.status), theme.bad),
    }
}

/// The row of the cursor in the one list, in which a heading stands between ways and requests.
fn listed_row(state: &State) -> usize {
    let page = &state.setup.role;
    let row = page.row();
    row + usize::from(row >= page.ways().len())
}

fn first_listed(state: &State, parts: &Parts) -> usize {
    let page = &state.setup.role;
    scroll::window_start(listed_row(state), parts.list.height, page.ways().len() + 1 + page.requests().len())
}

fn draw_one_list(state: &State, attribute: &RoleAttribute, buffer: &mut Buffer, parts: &Parts) {
    let theme = &state.theme;
    let width = usize::from(parts.list.width);
    let mut rows: Vec<Line<'static>> = attribute.ways.iter().map(|way| way_line(state, way, width)).collect();
    rows.push(Line::from(paint::span("What arrived", theme.dim)));
    let requests = state.setup.role.requests();
    rows.extend(requests.iter().map(|request| short_line(state, request, width)));
    let first = first_listed(state, parts);
    paint::put_lines(buffer, parts.list, &rows, first);
    let row = listed_row(state).checked_sub(first).and_then(|row| u16::try_from(row).ok());
    if let Some(row) = row {
        paint::highlight(buffer, parts.list, row, theme.selected);
    }
}

/// A request where there is little room.
fn short_line(state: &State, request: &CarriedRole, width: usize) -> Line<'static> {
    let theme = &state.theme;
    let (became, style) = became(request, theme);
    let became = text::fit(&became, 12);
    let name = request.user_name.as_deref().unwrap_or_default();
    let room = width.saturating_sub(text::width(&became) + 1);
    Line::from(vec![
        paint::span(text::pad(name, room), privacy::personal(theme.text)),
        Span::raw(" "),
        paint::span(became, style),
    ])
}
