//! How a person's timeline is drawn: each event on a line, its field changes below.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};
use serde_json::Value;

use crate::{
    dashboard::{
        message::Load,
        paint,
        panes::{
            log::{Layout, event_line},
            users::{Detail, Section, timeline::Row},
        },
        privacy::of_attribute,
        scroll,
        state::State,
        text,
    },
    model::{
        event::{Change, Event},
        id::UserId,
    },
};

/// Draws the timeline.
pub fn draw(state: &State, detail: &Detail, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    let timeline = &detail.timeline;
    let entries = match timeline.entries() {
        Load::Ready(entries) => entries,
        Load::Loading => {
            paint::put(buffer, area, 0, &Line::from(paint::span("Reading the events …", theme.dim)));
            return;
        }
        Load::Failed(reason) => {
            let lines: Vec<_> = paint::sentence(reason, usize::from(area.width), theme.bad).collect();
            paint::put_lines(buffer, area, &lines, 0);
            return;
        }
    };
    if entries.is_empty() {
        let words = "No request has touched this user since events are kept.";
        let lines: Vec<_> = paint::sentence(words, usize::from(area.width), theme.dim).collect();
        paint::put_lines(buffer, area, &lines, 0);
        return;
    }
    let layout = Layout::new(state, entries.iter().map(|entry| &entry.event), area.width).about_one();
    let rows = timeline.rows();
    let chosen = timeline.place();
    let selected = rows.iter().position(|row| *row == Row::Event(chosen)).unwrap_or(0);
    let first = scroll::window_start(selected, area.height, rows.len());
    for (row, line) in (0..area.height).zip(rows.iter().skip(first)) {
        let drawn = match line {
            Row::Event(place) => entries.get(*place).map(|entry| {
                let mut line = event_line(state, &entry.event, entry.all_changes(), layout);
                if timeline.is_folded(entry.event.id) && !entry.changes.is_empty() {
                    line.spans.push(paint::span(format!("  ▸ {}", entry.changes.len()), theme.dim));
                }
                line
            }),
            Row::Change(place, change) => entries.get(*place).and_then(|entry| {
                let change = entry.changes.get(*change)?;
                Some(change_line(state, &entry.event, change, detail.id, usize::from(area.width)))
            }),
            Row::More(_, changes) => {
                let all = state.keys.say("{person.open-user-event} shows all");
                Some(Line::from(paint::span(format!("     … and {changes} more; {all}"), theme.dim)))
            }
            Row::Loading => Some(Line::from(paint::span("Reading older events …", theme.dim))),
        };
        if let Some(drawn) = drawn {
            paint::put(buffer, area, row, &drawn);
        }
        if matches!(line, Row::Event(place) if *place == chosen) && detail.section == Section::Timeline {
            paint::highlight(buffer, area, row, theme.selected);
        }
    }
}

/// A changed field on a line: `~ title  Analyst → Countess`.
fn change_line(state: &State, event: &Event, change: &Change, person: UserId, columns: usize) -> Line<'static> {
    let theme = &state.theme;
    let (mark, style) = match (&change.before, &change.after) {
        (None, _) => ("+", theme.good),
        (_, None) => ("-", theme.bad),
        _ => ("~", theme.warn),
    };
    let name = field(event, change, person);
    let mut room = columns.saturating_sub(7);
    let name = text::fit(&name, room);
    room = room.saturating_sub(text::width(&name) + 2);
    let mut spans = vec![paint::span(format!("     {mark} "), style), paint::span(name, theme.accent), Span::raw("  ")];
    if name_says_all(event, change, person) {
        return Line::from(spans);
    }
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            let after = shown(after);
            // What it is now matters more than what it was.
            let kept = room.saturating_sub(text::width(&after) + 3).max(room / 3).max(4);
            let before = text::fit(&shown(before), kept.min(room));
            let rest = room.saturating_sub(text::width(&before) + 3);
            spans.push(paint::span(before, of_attribute(&change.path, theme.dim)));
            spans.push(paint::span(" → ", theme.dim));
            spans.push(paint::span(text::fit(&after, rest), of_attribute(&change.path, theme.text)));
        }
        (Some(only), None) => {
            spans.push(paint::span(text::fit(&shown(only), room), of_attribute(&change.path, theme.dim)))
        }
        (None, Some(_)) if change.replaced() == Some(person) => {
            let successor = event.user_name.clone().unwrap_or_default();
            spans.push(paint::span(text::fit(&successor, room), of_attribute(&change.path, theme.text)));
        }
        (None, Some(only)) => {
            spans.push(paint::span(text::fit(&shown(only), room), of_attribute(&change.path, theme.text)))
        }
        (None, None) => {}
    }
    Line::from(spans)
}

/// The changed field in words: of a changed e-mail address the account on the other side, of a push of a group the
/// person's membership or role.
fn field(event: &Event, change: &Change, person: UserId) -> String {
    if change.replaced() == Some(person) {
        return "replaced by".to_owned();
    }
    if !is_membership(event, change, person) {
        return change.title().to_owned();
    }
    let group = event.group_name.as_deref().unwrap_or("a group");
    if change.path.ends_with("].role") { "role".to_owned() } else { format!("member of {group}") }
}

/// Whether the field's name says it all: a membership has no value.
fn name_says_all(event: &Event, change: &Change, person: UserId) -> bool {
    is_membership(event, change, person) && !change.path.ends_with("].role")
}

fn is_membership(event: &Event, change: &Change, person: UserId) -> bool {
    event.group_id.is_some() && change.path.starts_with(&format!("members[value eq \"{person}\"]"))
}

/// A value on one line.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
