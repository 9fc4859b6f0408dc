//! How the log is drawn, and the strip of it under every other pane.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{
    dashboard::{
        layout, paint,
        panes::log::{Layout, Ring, Toward, causes, event_line},
        state::State,
        text,
    },
    model::event::Event,
};

/// From so many rows on the rate has a line of its own.
const TALL: u16 = 12;
/// From so many columns on the head has room for everything.
const WIDE: u16 = 60;

/// Rows over the list: filter and counts; the rate, or what a search is doing.
const fn head_rows(body: Rect) -> u16 {
    if body.height >= TALL { 2 } else { 1 }
}

/// How many events are seen at once.
pub const fn rows(body: Rect) -> u16 {
    body.height.saturating_sub(head_rows(body))
}

/// Draws the pane.
pub fn draw(state: &State, buffer: &mut Buffer, body: Rect) -> Option<Position> {
    let theme = &state.theme;
    let log = &state.log;
    if let Some(view) = &log.causes {
        causes::draw(state, view, buffer, body);
        return None;
    }
    let (head, list) = layout::split_top(body, head_rows(body));
    let (first, second) = layout::split_top(head, 1);
    let cursor = draw_head(state, buffer, first);
    draw_rate(state, buffer, second);
    let events = log.window(usize::from(list.height));
    if events.is_empty() {
        let lines: Vec<_> = paint::sentence(&nothing(state), usize::from(list.width), theme.dim).collect();
        paint::put_lines(buffer, list, &lines, 0);
        return cursor;
    }
    let selected = log.selected().map(|event| event.id);
    let layout = Layout::new(state, events.iter().copied(), list.width).with_marks(!log.marks.is_empty());
    for (row, event) in (0..list.height).zip(events) {
        paint::put(buffer, list, row, &event_line(state, event, &[], layout));
        for word in log.ring.filter_in_force().words() {
            paint::mark_found(buffer, list, row, word, theme.found);
        }
        if Some(event.id) == selected {
            paint::highlight(buffer, list, row, theme.selected);
        }
    }
    cursor
}

/// Why no event is shown.
fn nothing(state: &State) -> String {
    let log = &state.log;
    let failed = log.hunt().and_then(|(hunt, _)| hunt.failed.clone());
    match (log.loaded, log.ring.len()) {
        (false, _) => "Reading the log …".to_owned(),
        (true, 0) if log.elsewhere.is_none() => {
            "No request has reached the SCIM endpoint yet. Okta's first one appears here as it arrives.".to_owned()
        }
        _ if failed.is_some() => failed.unwrap_or_default(),
        _ if log.hunt().is_some() => state.keys.say("Nothing yet; searching older events … {everywhere.back} stops."),
        _ if log.exhausted() && log.ring.filter_in_force().is_empty() => {
            state.keys.say("No event is kept here. {log.follow} goes back to the newest.")
        }
        _ if log.exhausted() => {
            state.keys.say("No event that is still kept passes the filter. {everywhere.back} clears it.")
        }
        _ if log.search.editing => "Nothing held passes the filter; older events are searched in a moment.".to_owned(),
        _ => state
            .keys
            .say("Nothing held passes the filter. {lists.up} searches older events, {everywhere.back} clears it."),
    }
}

fn draw_head(state: &State, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &state.theme;
    let log = &state.log;
    let filtering = log.search.editing || !log.search.value().is_empty();
    let mut area = area;
    if !(filtering && area.width < WIDE) {
        let right = standing(state, area.width);
        paint::put_right(buffer, area, 0, &right);
        let taken = u16::try_from(right.width()).unwrap_or(u16::MAX).saturating_add(2);
        area.width = area.width.saturating_sub(taken);
    }
    if filtering {
        return search_line(state, buffer, area, &log.search);
    }
    let words = match (&log.elsewhere, log.selected()) {
        (Some(_), Some(event)) => {
            let full = format!("at {} UTC, {}", text::moment(event.at), text::ago(event.at, state.now));
            if text::width(&full) <= usize::from(area.width) { full } else { format!("at {}", text::moment(event.at)) }
        }
        (Some(_), None) => state.keys.say("elsewhere in the log · {log.follow} comes back"),
        (None, _) if log.exhausted() || !log.loaded => "times in UTC".to_owned(),
        (None, _) => state.keys.say("times in UTC · {lists.up} reads older ones"),
    };
    if usize::from(area.width) >= text::width(&words) {
        let style = if log.elsewhere.is_some() { theme.heading } else { theme.dim };
        paint::put(buffer, area, 0, &Line::from(paint::span(words, style)));
    }
    None
}

/// How many events there are, and whether the list follows the newest.
fn standing(state: &State, width: u16) -> Line<'static> {
    let theme = &state.theme;
    let log = &state.log;
    if !log.loaded {
        return Line::default();
    }
    let follow = if log.following {
        paint::span("following", theme.good)
    } else if log.unseen > 0 {
        let below = if log.elsewhere.is_some() { "new since" } else { "new below" };
        paint::span(format!("{} {below}", text::count(log.unseen)), theme.warn)
    } else if log.elsewhere.is_some() {
        paint::span(state.keys.say("{log.follow}: to the newest"), theme.dim)
    } else {
        paint::span("not following", theme.dim)
    };
    let number = |events: usize| text::count(u64::try_from(events).unwrap_or(u64::MAX));
    let list = log.list();
    let bound = if list.dropped > 0 && width >= 70 && log.elsewhere.is_none() {
        format!(" ({} MiB held)", Ring::LIMIT / 1_048_576)
    } else {
        String::new()
    };
    let counts = if list.filter_in_force().is_empty() {
        format!("{} events{bound}  ", number(list.len()))
    } else {
        format!("{} of {} events{bound}  ", number(list.shown()), number(list.len()))
    };
    let mut spans = Vec::new();
    if !log.marks.is_empty() {
        spans.push(paint::span(format!("◆ {} marked  ", number(log.marks.len())), theme.accent));
    }
    spans.extend([paint::span(counts, theme.dim), follow]);
    Line::from(spans)
}

/// The line under it: what is wrong with the filter or what a search is doing; else how many requests came when.
fn draw_rate(state: &State, buffer: &mut Buffer, area: Rect) {
    if area.is_empty() {
        return;
    }
    let theme = &state.theme;
    let log = &state.log;
    if !log.loaded {
        return;
    }
    let columns = usize::from(area.width);
    // Where nothing is listed, that is said in the list's place.
    let failed = log.hunt().and_then(|(hunt, _)| hunt.failed.as_deref()).filter(|_| log.list().shown() > 0);
    if let Some(problem) = log.problem.as_deref().or(failed) {
        paint::put(buffer, area, 0, &Line::from(paint::span(text::fit(problem, columns), theme.bad)));
        return;
    }
    let searched = searched(state);
    let room = columns.saturating_sub(text::width(&searched) + usize::from(!searched.is_empty()) * 2);
    if !searched.is_empty() {
        paint::put_right(buffer, area, 0, &Line::from(paint::span(text::fit(&searched, columns), theme.accent)));
    }
    // Two rows of bars with their numbers, in what room there is.
    let minutes = (room.saturating_sub(42) / 12).min(10);
    if minutes == 0 {
        return;
    }
    let sparks = log.rate.sparks(state.now, minutes * 6);
    // Of what came before the dashboard was opened, only the newest is known.
    let more = if sparks.partial { "over " } else { "" };
    if sparks.total == 0 {
        let words = format!("no request in the last {minutes} min");
        paint::put(buffer, area, 0, &Line::from(paint::span(words, theme.dim)));
        return;
    }
    let line = vec![
        paint::span(format!("last {minutes} min  "), theme.dim),
        Span::styled(sparks.requests, theme.good),
        paint::span(format!(" {}{}  ", more, text::plural(sparks.total, "request", "requests")), theme.dim),
        Span::styled(if sparks.total_failed > 0 { sparks.failed } else { String::new() }, theme.bad),
        paint::span(
            if sparks.total_failed > 0 {
                format!(" {} failed", text::count(sparks.total_failed))
            } else {
                String::new()
            },
            theme.dim,
        ),
    ];
    paint::put(buffer, area, 0, &Line::from(line));
}

/// How far a search has come.
fn searched(state: &State) -> String {
    let log = &state.log;
    let filtered = !log.ring.filter_in_force().is_empty();
    let back = log.searched_back_to().map(|at| text::when(at, state.now));
    match (log.hunt(), back) {
        (Some((hunt, Toward::Older)), Some(back)) if hunt.is_on() && filtered => {
            format!("searched back to {back} … {}", state.keys.say("{everywhere.back} stops"))
        }
        (Some((hunt, _)), _) if hunt.is_on() && filtered => state.keys.say("searching … {everywhere.back} stops"),
        (Some(_), _) => "reading more events …".to_owned(),
        (None, _) if filtered && log.exhausted() => "all that is kept was searched".to_owned(),
        (None, Some(back)) if filtered => format!("searched back to {back}; {}", state.keys.say("{lists.up} goes on")),
        _ => String::new(),
    }
}

/// The line a search or filter is typed into, with the cursor where it is being typed.
pub fn search_line(
    state: &State,
    buffer: &mut Buffer,
    area: Rect,
    search: &crate::dashboard::search::SearchLine,
) -> Option<Position> {
    let theme = &state.theme;
    let style = if search.editing { theme.accent } else { theme.text };
    let (seen, cursor) = search.seen(usize::from(area.width.saturating_sub(2)));
    paint::put(buffer, area, 0, &Line::from(vec![paint::span("/ ", theme.accent), paint::span(seen, style)]));
    let column = u16::try_from(cursor + 2).unwrap_or(u16::MAX);
    let position = Position { x: area.x.saturating_add(column), y: area.y };
    (search.editing && area.contains(position)).then_some(position)
}

/// Draws the newest events into the strip, the newest at the bottom.
pub fn draw_strip(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    let inside = if area.width < 44 { area } else { Rect { x: area.x + 1, width: area.width - 2, ..area } };
    let newest: Vec<&Event> = state.log.ring.newest().take(usize::from(area.height)).collect();
    if newest.is_empty() {
        let words =
            if state.log.loaded { "No request has reached the SCIM endpoint yet." } else { "Reading the log …" };
        paint::put(buffer, inside, 0, &Line::from(paint::span(words, theme.dim)));
    }
    let layout = Layout::new(state, newest.iter().copied(), inside.width);
    for (row, event) in (0..area.height).zip(newest.iter().rev()) {
        paint::put(buffer, inside, row, &event_line(state, event, &[], layout));
    }
}
