//! What an event changed, in lines: every attribute with its value before and after, under the operation of a PATCH that
//! made it; and in short, a line a change.

use ratatui::text::Line;
use serde_json::Value;

use crate::{
    dashboard::{
        inspector::patch::{Operation, explain, operations},
        paint,
        privacy::of_attribute,
        state::State,
        text,
    },
    model::event::{Change, EventDetail},
};

/// How many changes are told in short.
const SHORT: usize = 4;

/// The first changes, a line each: `title: Analyst → Countess`; the last line says how many more there are.
pub(super) fn in_short(state: &State, changes: &[Change], columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    // A line that says "1 more" could as well be that one.
    let shown = if changes.len() == SHORT + 1 { SHORT + 1 } else { SHORT };
    let mut lines: Vec<Line<'static>> =
        changes.iter().take(shown).map(|change| short_line(state, change, columns)).collect();
    let more = changes.len().saturating_sub(shown);
    if more > 0 {
        let more = text::count(u64::try_from(more).unwrap_or(u64::MAX));
        lines.push(Line::from(paint::span(format!("… and {more} more under Changes"), theme.dim)));
    }
    lines
}

fn short_line(state: &State, change: &Change, columns: usize) -> Line<'static> {
    let theme = &state.theme;
    let path = text::fit(change.title(), columns / 2);
    let mut room = columns.saturating_sub(text::width(&path) + 2);
    let mut spans = vec![paint::span(format!("{path}: "), theme.accent)];
    let style = |style| of_attribute(&change.path, style);
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            let after = shown(after);
            // What it is now matters more than what it was.
            let before = text::fit(&shown(before), room.saturating_sub(text::width(&after) + 3).max(room / 3));
            room = room.saturating_sub(text::width(&before) + 3);
            spans.push(paint::span(before, style(theme.dim)));
            spans.push(paint::span(" → ", theme.dim));
            spans.push(paint::span(text::fit(&after, room), style(theme.text)));
        }
        (Some(before), None) => {
            let gone = " → nothing";
            spans.push(paint::span(text::fit(&shown(before), room.saturating_sub(gone.len())), style(theme.dim)));
            spans.push(paint::span(gone, theme.dim));
        }
        (None, Some(after)) => spans.push(paint::span(text::fit(&shown(after), room), style(theme.text))),
        (None, None) => {}
    }
    Line::from(spans)
}

/// A value on one line.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Every changed attribute with its value before and after.
pub(super) fn changes(state: &State, detail: &EventDetail, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    if detail.changes.is_empty() {
        let sentence = if detail.event.changed.is_empty() {
            "This request changed nothing."
        } else {
            "What changed is kept with the event's bodies, which are not shown to your role or are past retention."
        };
        return paint::sentence(sentence, columns, theme.dim).collect();
    }
    let operations = match detail.event.method.as_str() {
        "PATCH" => detail.request_body.as_deref().map(operations).unwrap_or_default(),
        _ => Vec::new(),
    };
    if operations.is_empty() {
        return detail.changes.iter().flat_map(|change| change_lines(state, change, 0, columns)).collect();
    }
    let explained = explain(&operations, &detail.changes);
    let mut lines = Vec::new();
    for (number, (operation, made)) in operations.iter().zip(explained.changes).enumerate() {
        lines.push(operation_line(state, number + 1, operation, columns));
        if made.is_empty() {
            lines.push(Line::from(paint::span("   changed nothing: it was so already", theme.dim)));
        }
        for change in made {
            let lines_of = change_lines(state, change, 3, columns);
            // The operation names it already.
            let named = operation.path.as_ref().is_some_and(|path| path.eq_ignore_ascii_case(&change.path));
            lines.extend(lines_of.into_iter().skip(usize::from(named)));
        }
    }
    if !explained.besides.is_empty() {
        lines.push(Line::default());
        lines.push(Line::from(paint::span("What follows from it", theme.dim)));
        lines.extend(explained.besides.into_iter().flat_map(|change| change_lines(state, change, 3, columns)));
    }
    lines
}

/// An operation of a PATCH on a line.
fn operation_line(state: &State, number: usize, operation: &Operation, columns: usize) -> Line<'static> {
    let theme = &state.theme;
    let value = operation.value.as_ref().map(|value| format!(" = {value}")).unwrap_or_default();
    let path = operation.path.as_deref().unwrap_or("(no path)");
    let words = format!("{number}. {} {path}", operation.op.to_lowercase());
    let words = text::fit(&words, columns);
    let room = columns.saturating_sub(text::width(&words));
    Line::from(vec![
        paint::span(words, theme.heading),
        paint::span(text::fit(&value, room), of_attribute(path, theme.text)),
    ])
}

/// A changed attribute with its value before and after.
fn change_lines(state: &State, change: &Change, indent: usize, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let blank = " ".repeat(indent);
    let value = |mark: &str, value: &Option<Value>, style| {
        let shown = match value {
            None => return Vec::new(),
            Some(value) => shown(value),
        };
        let mut mark = mark;
        text::wrap(&shown, columns.saturating_sub(indent + 4).max(8))
            .into_iter()
            .map(|line| {
                let mark = format!("{blank}  {} ", std::mem::replace(&mut mark, " "));
                Line::from(vec![paint::span(mark, style), paint::span(line, of_attribute(&change.path, style))])
            })
            .collect()
    };
    let path = text::fit(&change.path, columns.saturating_sub(indent));
    let mut lines = vec![Line::from(paint::span(format!("{blank}{path}"), theme.accent))];
    lines.extend(value("-", &change.before, theme.bad));
    lines.extend(value("+", &change.after, theme.good));
    lines
}
