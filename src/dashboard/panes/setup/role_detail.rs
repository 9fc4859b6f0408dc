//! What is said in the section "Role" of the selected way, or of the selected request.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::{
    dashboard::{
        paint,
        panes::setup::{
            checklist_view::CHOSEN,
            role::Picked,
            role_view::{became, forms, summary_lines, values},
        },
        privacy,
        state::State,
        text,
        theme::Theme,
    },
    model::{
        checklist::CopyValue,
        role_attribute::{CarriedRole, RoleWay},
    },
};

/// The columns of a value's name.
const NAMES: usize = 18;

/// What the cursor is on, explained.
pub(super) fn picked_lines(state: &State, columns: usize) -> Vec<Line<'static>> {
    match state.setup.role.picked() {
        Some(Picked::Way(way)) => way_lines(state, way, columns),
        Some(Picked::Request(request)) => request_lines(state, request, columns),
        None => Vec::new(),
    }
}

fn way_lines(state: &State, way: &RoleWay, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let title = if way.recommended { format!("{} (recommended)", way.title) } else { way.title.clone() };
    let mut lines: Vec<Line<'static>> = paint::sentence(&title, columns, theme.heading).collect();
    if state.setup.role.arrives() == Some(way.form) {
        lines.extend(paint::sentence("● The role arrives like this.", columns, theme.good));
    }
    lines.extend(paint::sentence(&way.about, columns, theme.text));
    lines.push(Line::default());
    for (place, value) in way.values.iter().enumerate() {
        let mark = if place == state.setup.role.value_place() { CHOSEN } else { "  " };
        for (row, line) in value_lines(value, columns.saturating_sub(2), theme).into_iter().enumerate() {
            let mut spans = vec![paint::span(if row == 0 { mark } else { "  " }, theme.accent)];
            spans.extend(line.spans);
            lines.push(Line::from(spans));
        }
    }
    lines.push(Line::default());
    lines.push(Line::from(paint::span("What then arrives", theme.dim)));
    lines.extend(paint::sentence(&way.wire, columns, theme.text));
    lines.push(Line::default());
    let words = "All of it goes into Add Attribute in the app's profile; {role-attribute.copy-value} copies a value, \
                 {role-attribute.next-value} goes on to the next.";
    lines.extend(paint::sentence(&state.keys.say(words), columns, theme.dim));
    lines
}

/// A value beside its name; under it where only there it stands in one piece.
fn value_lines(value: &CopyValue, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let wide = text::width(&value.value);
    if wide <= columns.saturating_sub(NAMES + 2) || wide + 2 > columns {
        return paint::named(&value.label, &value.value, NAMES, columns, theme.accent, theme);
    }
    let below = Line::from(vec![Span::raw("  "), paint::span(&value.value, theme.accent)]);
    vec![Line::from(paint::span(&value.label, theme.dim)), below]
}

fn request_lines(state: &State, request: &CarriedRole, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let mut lines = Vec::new();
    let name = request.user_name.as_deref().unwrap_or("Somebody");
    lines.push(Line::from(paint::span(text::fit(name, columns), privacy::personal(theme.heading))));
    let mut fact = |name: &str, value: &str, style: Style| {
        lines.extend(paint::named(name, value, 8, columns, style, theme));
    };
    let when = format!("{} UTC, event {}", text::when(request.at, state.now), request.event);
    fact("When", &when, theme.text);
    fact("From", if request.from_okta { "Okta's client" } else { "a client other than Okta's" }, theme.text);
    fact("Form", &forms(request), theme.text);
    if !request.sent.is_empty() {
        fact("Sent", &values(request), theme.accent);
    }
    let (word, style) = became(request, theme);
    fact("Became", &word, style);
    if !request.findings.is_empty() {
        let codes = request.findings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        fact("Shows", &format!("{codes}; the checklist has the click that mends it."), theme.warn);
    }
    lines.push(Line::default());
    lines.extend(paint::sentence(
        &state.keys.say("{role-attribute.open-request} opens the request."),
        columns,
        theme.dim,
    ));
    // With little room the sentence about all of them has no other place.
    if columns < 64 {
        lines.push(Line::default());
        lines.extend(summary_lines(state, columns));
    }
    lines
}
