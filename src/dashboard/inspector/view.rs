//! How one event is drawn: its head, and the tab that is shown.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Modifier,
    text::{Line, Span},
};

use crate::{
    dashboard::{
        inspector::{Inspector, Tab, changes::changes, summary::summary},
        layout,
        message::Load,
        paint,
        panes::log::search_line,
        state::State,
        text,
    },
    model::{
        event::{Event, EventDetail},
        role::Role,
    },
};

/// Rows over the text: what event it is, and the tabs.
const HEAD: u16 = 3;

/// How many lines the text of the tab has, and how many are seen at once.
pub fn extent(state: &State, inspector: &Inspector, body: Rect) -> (usize, u16) {
    let (_, body) = layout::split_top(body, HEAD);
    let lines = match &inspector.detail {
        Load::Ready(detail) => text_of(state, inspector.tab, detail, body).len(),
        Load::Loading | Load::Failed(_) => 0,
    };
    (lines, body.height)
}

/// From this width on two parts stand side by side: summary and changes, request and response.
const SIDE_BY_SIDE: u16 = 140;

/// The two sides of a wide body, and the line between them.
fn sides(body: Rect) -> (Rect, Rect, Rect) {
    let (left, rest) = layout::split_left(body, (body.width - 3) / 2);
    let (gap, right) = layout::split_left(rest, 3);
    (left, Rect { x: gap.x + 1, width: 1, ..gap }, right)
}

/// The width of the inspector.
fn inspector_width(state: &State) -> u16 {
    layout::regions(state).body.width
}

/// Draws the event.
pub fn draw(state: &State, inspector: &Inspector, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &state.theme;
    let (head, body) = layout::split_top(area, HEAD);
    let columns = usize::from(area.width);
    let known = inspector.detail.ready().map(|detail| &detail.event);
    let held = || state.log.list().find(inspector.id).or_else(|| state.log.ring.find(inspector.id));
    let number = paint::span(format!("Event {}  ", inspector.id), theme.heading);
    let room = columns.saturating_sub(number.width());
    let mut title = vec![number];
    if let Some(event) = known.or_else(held) {
        title.extend(request_line(event, room, state));
    }
    paint::put(buffer, head, 0, &Line::from(title));
    paint::put(buffer, head, 1, &tabs(inspector, columns, state));
    let (_, rule) = layout::split_top(head, 2);
    paint::rule(buffer, rule, "", theme);
    let cursor = draw_find(state, inspector, buffer, rule);
    match &inspector.detail {
        Load::Loading => paint::put(buffer, body, 0, &Line::from(paint::span("Reading the event …", theme.dim))),
        Load::Failed(reason) => {
            let lines: Vec<_> = paint::sentence(reason, columns, theme.bad).collect();
            paint::put_lines(buffer, body, &lines, 0);
        }
        Load::Ready(detail) => match inspector.tab {
            tab @ (Tab::Request | Tab::Response) if body.width >= SIDE_BY_SIDE => {
                let (left, line, right) = sides(body);
                paint::divider(buffer, line, theme);
                draw_body(state, inspector, detail, Tab::Request, tab == Tab::Request, buffer, left);
                if tab == Tab::Request && !detail.changes.is_empty() {
                    draw_beside(state, detail, buffer, right);
                } else {
                    draw_body(state, inspector, detail, Tab::Response, tab == Tab::Response, buffer, right);
                }
            }
            Tab::Summary if body.width >= SIDE_BY_SIDE => {
                let (left, line, right) = sides(body);
                paint::divider(buffer, line, theme);
                let lines = text_of(state, Tab::Summary, detail, body);
                paint::put_text(buffer, left, &lines, inspector.scroll, &state.keys.say("{lists.down}"), theme);
                match (&detail.changes, &detail.request_body) {
                    (changes, _) if !changes.is_empty() => draw_beside(state, detail, buffer, right),
                    (_, Some(_)) => draw_body(state, inspector, detail, Tab::Request, false, buffer, right),
                    (_, None) => draw_body(state, inspector, detail, Tab::Response, false, buffer, right),
                }
            }
            tab @ (Tab::Request | Tab::Response) => draw_body(state, inspector, detail, tab, true, buffer, body),
            tab => {
                let lines = text_of(state, tab, detail, body);
                paint::put_text(buffer, body, &lines, inspector.scroll, &state.keys.say("{lists.down}"), theme);
            }
        },
    }
    cursor
}

/// What is searched for in the body, on the rule over it.
fn draw_find(state: &State, inspector: &Inspector, buffer: &mut Buffer, rule: Rect) -> Option<Position> {
    if !inspector.shows_body() || !inspector.find.editing && inspector.find.value().is_empty() {
        return None;
    }
    let missed = if inspector.missed {
        "  not found".to_owned()
    } else {
        state.keys.say("  {event.find-next} {event.find-previous}: next, before")
    };
    let width =
        rule.width.min(u16::try_from(inspector.find.value().len()).unwrap_or(u16::MAX).saturating_add(6).max(20));
    let (left, right) = layout::split_left(rule, width);
    let blank = " ".repeat(usize::from(left.width));
    paint::put(buffer, left, 0, &Line::from(paint::span(blank, state.theme.text)));
    if !inspector.find.editing {
        let style = if inspector.missed { state.theme.warn } else { state.theme.dim };
        paint::put(buffer, right, 0, &Line::from(paint::span(format!("{missed} "), style)));
    }
    search_line(state, buffer, left, &inspector.find)
}

fn request_line(event: &Event, columns: usize, state: &State) -> Vec<Span<'static>> {
    let path = match &event.query {
        Some(query) => format!("{}?{query}", event.path),
        None => event.path.clone(),
    };
    let theme = &state.theme;
    let status = paint::span(format!("{} ", event.status), theme.status(event.status).add_modifier(Modifier::BOLD));
    let method = paint::span(format!("{} ", event.method), theme.text);
    let room = columns.saturating_sub(status.width() + method.width());
    vec![status, method, paint::span(text::fit(&path, room), theme.text)]
}

fn tabs(inspector: &Inspector, columns: usize, state: &State) -> Line<'static> {
    let titles: usize = Tab::ALL.iter().map(|tab| tab.title().len() + 3).sum();
    let counted = inspector.detail.ready().map_or(0, |detail| detail.changes.len());
    // Where there is no room for all, their number gives way.
    let changes = if titles + 1 + counted.to_string().len() > columns + 1 { 0 } else { counted };
    let spans = Tab::ALL.into_iter().flat_map(|tab| {
        let title = match tab {
            Tab::Changes if changes > 0 => format!(" {} {changes} ", tab.title()),
            _ => format!(" {} ", tab.title()),
        };
        let style = if tab == inspector.tab { state.theme.selected } else { state.theme.dim };
        [Span::styled(title, style), Span::raw(" ")]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn draw_body(
    state: &State,
    inspector: &Inspector,
    detail: &EventDetail,
    tab: Tab,
    focused: bool,
    buffer: &mut Buffer,
    area: Rect,
) {
    let theme = &state.theme;
    let (body, view) = match tab {
        Tab::Response => (&detail.response_body, &inspector.response),
        _ => (&detail.request_body, &inspector.request),
    };
    let (title, area) = layout::split_top(area, u16::from(area.width < inspector_width(state)));
    paint::put(buffer, title, 0, &Line::from(paint::span(tab.title(), theme.dim)));
    let may_see = state.who.as_ref().is_none_or(|who| who.role >= Role::Editor);
    let columns = usize::from(area.width);
    let missing = match body {
        Some(body) if !body.is_empty() => None,
        _ if !may_see => Some("Request and response bodies need the editor role; you are signed in as viewer."),
        _ => Some("There was no body."),
    };
    if let Some(sentence) = missing {
        let lines: Vec<_> = paint::sentence(sentence, columns, theme.dim).collect();
        paint::put_lines(buffer, area, &lines, 0);
        return;
    }
    let mut area = area;
    let cut = if tab == Tab::Response { detail.is_response_cut() } else { detail.is_request_cut() };
    if cut {
        let note = "The body was longer than what is kept of it.";
        paint::put(buffer, area, 0, &Line::from(paint::span(note, theme.warn)));
        (_, area) = layout::split_top(area, 1);
    }
    paint::json(buffer, area, view, focused, theme);
    let found = inspector.find.value().to_lowercase();
    if focused && !found.is_empty() {
        (0..area.height).for_each(|row| paint::mark_found(buffer, area, row, &found, theme.found));
    }
}

/// What changed, beside another part.
fn draw_beside(state: &State, detail: &EventDetail, buffer: &mut Buffer, area: Rect) {
    let (title, area) = layout::split_top(area, 1);
    paint::put(buffer, title, 0, &Line::from(paint::span(Tab::Changes.title(), state.theme.dim)));
    let lines = changes(state, detail, usize::from(area.width));
    paint::put_text(buffer, area, &lines, 0, "Changes shows", &state.theme);
}

/// The lines of a tab that is a text, in this body.
fn text_of(state: &State, tab: Tab, detail: &EventDetail, body: Rect) -> Vec<Line<'static>> {
    match tab {
        Tab::Summary if body.width >= SIDE_BY_SIDE => summary(state, detail, usize::from(sides(body).0.width), false),
        Tab::Summary => summary(state, detail, usize::from(body.width), true),
        Tab::Changes => changes(state, detail, usize::from(body.width)),
        Tab::Request | Tab::Response => Vec::new(),
    }
}
