//! Failures grouped by their cause, in front of the log.

use ratatui::{buffer::Buffer, layout::Rect, text::Line};

use crate::{
    dashboard::{
        layout,
        message::Load,
        paint,
        scroll::{self, Move},
        state::State,
        text,
    },
    model::event_log::{Cause, Causes},
};

/// Rows over the list.
const HEAD: u16 = 1;

/// The view's state.
#[derive(Debug, Default)]
pub struct CausesView {
    /// The causes.
    pub causes: Load<Causes>,
    cursor: usize,
}

impl CausesView {
    /// The selected cause.
    pub fn selected(&self) -> Option<&Cause> {
        self.all().get(self.cursor)
    }

    fn all(&self) -> &[Cause] {
        self.causes.ready().map_or(&[], |causes| causes.causes.as_slice())
    }

    /// Moves the selection.
    pub fn travel(&mut self, height: u16, by: Move) {
        self.cursor = scroll::travel_rows(self.cursor, self.all().len(), height, by);
    }
}

/// How many causes are seen at once; what the selected one is about stands below.
pub fn rows(body: Rect) -> u16 {
    let rest = body.height.saturating_sub(HEAD);
    if rest < 8 { rest } else { rest / 2 }
}

/// Draws the causes.
pub fn draw(state: &State, view: &CausesView, buffer: &mut Buffer, body: Rect) {
    let theme = &state.theme;
    let (head, rest) = layout::split_top(body, HEAD);
    let columns = usize::from(body.width);
    let causes = match &view.causes {
        Load::Ready(causes) => causes,
        Load::Loading => {
            paint::put(buffer, head, 0, &Line::from(paint::span("Grouping the failures …", theme.dim)));
            return;
        }
        Load::Failed(reason) => {
            let lines: Vec<_> = paint::sentence(reason, columns, theme.bad).collect();
            paint::put_lines(buffer, body, &lines, 0);
            return;
        }
    };
    let total: u64 = causes.causes.iter().map(|cause| cause.count).sum();
    let number = u64::try_from(causes.causes.len()).unwrap_or(u64::MAX);
    let back = match causes.scanned.scanned_at.filter(|_| !causes.scanned.exhausted) {
        Some(at) => format!(", back to {} UTC", text::moment(at)),
        None => String::new(),
    };
    let count =
        format!("{} of {}", text::plural(total, "failure", "failures"), text::plural(number, "cause", "causes"));
    let whole = format!("{count}{back}");
    let words = if text::width(&whole) <= columns { whole } else { count };
    paint::put(buffer, head, 0, &Line::from(paint::span(words, theme.heading)));
    if causes.causes.is_empty() {
        let words = match state.log.search.value().is_empty() {
            true => "No request was refused. {everywhere.back} goes back to the log.",
            false => "None of the requests that the filter shows was refused. {everywhere.back} goes back to the log.",
        };
        let lines: Vec<_> = paint::sentence(&state.keys.say(words), columns, theme.dim).collect();
        paint::put_lines(buffer, rest, &lines, 0);
        return;
    }
    let (list, below) = layout::split_top(rest, rows(body));
    let first = scroll::window_start(view.cursor, list.height, causes.causes.len());
    for (row, (place, cause)) in (0..list.height).zip(causes.causes.iter().enumerate().skip(first)) {
        paint::put(buffer, list, row, &line(state, cause, columns));
        if place == view.cursor {
            paint::highlight(buffer, list, row, theme.selected);
        }
    }
    if let Some(cause) = view.selected() {
        paint::rule(buffer, below, "", theme);
        let (_, below) = layout::split_top(below, 1);
        paint::put_text(
            buffer,
            below,
            &about(state, cause, columns),
            0,
            &state.keys.say("{causes.open-cause} shows"),
            theme,
        );
    }
}

/// A cause on a line.
fn line(state: &State, cause: &Cause, columns: usize) -> Line<'static> {
    let theme = &state.theme;
    let count = text::pad_left(&format!("{} ×", text::count(cause.count)), 8);
    let kind = format!("  {} {}", cause.status, text::pad(cause.action.as_str(), if columns < 100 { 13 } else { 16 }));
    let people = match cause.people_count {
        _ if columns < 100 => String::new(),
        0 => " ".repeat(14),
        number => text::pad_left(&text::plural(number, "person", "people"), 14),
    };
    let when = match columns {
        0..60 => String::new(),
        60..100 => text::pad_left(&text::when_in(cause.last_at, state.now, 10), 12),
        _ => text::pad_left(&text::when(cause.last_at, state.now), 18),
    };
    let used = [&count, &kind, &people, &when].into_iter().map(|part| text::width(part)).sum::<usize>();
    let words = match &cause.scim_type {
        Some(scim_type) => format!("{scim_type}: {}", cause.words),
        None => cause.words.clone(),
    };
    Line::from(vec![
        paint::span(count, theme.accent),
        paint::span(kind, theme.status(cause.status)),
        paint::span(text::pad(&format!("  {words}"), columns.saturating_sub(used)), theme.text),
        paint::span(people, theme.dim),
        paint::span(when, theme.dim),
    ])
}

/// What the selected cause is about.
fn about(state: &State, cause: &Cause, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let mut lines: Vec<Line<'static>> = paint::sentence(&cause.words, columns, theme.status(cause.status)).collect();
    let mut fact = |name: &str, value: String| {
        lines.extend(paint::named(name, &value, 8, columns, theme.text, theme));
    };
    if let Some(fix) = &cause.fix {
        fact("Cure", fix.clone());
    }
    let more = cause.people_count.saturating_sub(u64::try_from(cause.people.len()).unwrap_or(0));
    if !cause.people.is_empty() {
        let names = cause.people.join(", ");
        fact("About", if more > 0 { format!("{names} and {} more", text::count(more)) } else { names });
    }
    let first = text::when(cause.first_at, state.now);
    let last = text::when(cause.last_at, state.now);
    fact("When", if cause.first == cause.last { format!("{last} UTC") } else { format!("{first} to {last} UTC") });
    fact("Filter", cause.filter.clone());
    lines
}
