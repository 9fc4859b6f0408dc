//! How the section Test is drawn: the scenarios on the left; on the right what the selected one does, or how its run goes
//! and what it came to (`test_report`), and what is left of it.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::Line,
};

use crate::{
    dashboard::{
        layout,
        message::Load,
        paint,
        panes::setup::{
            test::{amounts, scenarios},
            test_report,
            view::under_sections,
        },
        player::Scenario,
        scroll,
        state::State,
        text,
        theme::Theme,
    },
    model::finding::Finding,
};

/// How the names of mistakes begin; over the list of them that goes without saying.
const MISTAKE: &str = "misconfigured-";

/// Where list and text stand.
struct Parts {
    list: Rect,
    text: Rect,
    divider: Rect,
}

fn parts(area: Rect) -> Parts {
    if area.width >= 64 {
        let (list, rest) = layout::split_left(area, if area.width >= 110 { 36 } else { 29 });
        let (gap, text) = layout::split_left(rest, 3);
        let (_, divider) = layout::split_left(gap, 1);
        return Parts { list, text, divider: Rect { width: 1.min(divider.width), ..divider } };
    }
    let (list, rest) = layout::split_top(area, (area.height / 3).max(1));
    let (divider, text) = layout::split_top(rest, u16::from(rest.height >= 3));
    Parts { list, text, divider }
}

/// How many lines of the text are seen at once.
pub fn text_rows(body: Rect) -> u16 {
    parts(under_sections(body)).text.height
}

/// How many lines the text has.
pub fn text_length(state: &State, body: Rect) -> usize {
    lines(state, usize::from(parts(under_sections(body)).text.width)).len()
}

/// Draws the section.
pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &state.theme;
    let parts = parts(area);
    let all = scenarios(state);
    let mut rows = Vec::with_capacity(all.len() + 1);
    let mut selected = 0;
    let mut mistakes = false;
    for (place, scenario) in all.iter().enumerate() {
        if scenario.finding.is_some() && !std::mem::replace(&mut mistakes, true) {
            rows.push(Line::from(paint::span("Mistakes of Okta's admin", theme.dim)));
        }
        if place == state.setup.test.place() {
            selected = rows.len();
        }
        rows.push(row(scenario, usize::from(parts.list.width), theme));
    }
    let first = scroll::window_start(selected, parts.list.height, rows.len());
    paint::put_lines(buffer, parts.list, &rows, first);
    if let Some(row) = selected.checked_sub(first).and_then(|row| u16::try_from(row).ok()).filter(|_| !rows.is_empty())
    {
        paint::highlight(buffer, parts.list, row, theme.selected);
    }
    if parts.divider.height > 1 {
        paint::divider(buffer, parts.divider, theme);
    } else {
        paint::rule(buffer, parts.divider, "", theme);
    }
    let lines = lines(state, usize::from(parts.text.width));
    let keys = state.keys.say("{lists.page-down}");
    paint::put_text(buffer, parts.text, &lines, state.setup.test.first, &keys, theme);
    None
}

fn row(scenario: &Scenario, width: usize, theme: &Theme) -> Line<'static> {
    match scenario.finding {
        None => Line::from(paint::span(text::pad(&scenario.name, width), theme.text)),
        Some(code) => Line::from(vec![
            paint::span(format!("{code} "), theme.dim),
            paint::span(text::pad(short(&scenario.name), width.saturating_sub(4)), theme.text),
        ]),
    }
}

/// A scenario's name where it is known to be one of a mistake.
fn short(name: &str) -> &str {
    name.strip_prefix(MISTAKE).unwrap_or(name)
}

/// Everything beside the list.
fn lines(state: &State, columns: usize) -> Vec<Line<'static>> {
    let test = &state.setup.test;
    let (mut lines, details) = match test.run.as_ref().map(|run| (run, run.end.as_ref())) {
        // Nothing else matters meanwhile.
        Some((run, None)) => return test_report::playing(state, run, columns),
        // What was sent last is what somebody wants to know of it.
        Some((run, Some(end))) if test.scenario(state) == Some(&run.scenario) => {
            (test_report::head(state, run, end, columns), test_report::details(run, end, columns, &state.theme))
        }
        run => {
            let mut lines = scenario_lines(state, columns);
            if let Some((run, Some(end))) = run {
                lines.push(Line::default());
                lines.extend(test_report::head(state, run, end, columns));
            }
            (lines, Vec::new())
        }
    };
    let mut left = left_lines(state, columns);
    if !matches!(test.left, Load::Ready(_)) {
        // What cannot be told yet, or at all, must be seen on the smallest screen.
        left.push(Line::default());
        left.extend(lines);
        return left;
    }
    lines.push(Line::default());
    lines.extend(left);
    if !details.is_empty() {
        lines.push(Line::default());
        lines.extend(details);
    }
    let findings = test.left.ready().map_or(&[][..], |left| &left.findings);
    lines.extend(findings.iter().flat_map(|finding| one_finding(finding, columns, &state.theme)));
    lines
}

fn scenario_lines(state: &State, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let test = &state.setup.test;
    let Some(scenario) = test.scenario(state) else {
        let words =
            "From here nothing can be played. `scimroom simulate okta --test` does it on the service's own host.";
        return paint::sentence(words, columns, theme.dim).collect();
    };
    let mut lines: Vec<Line<'static>> = paint::sentence(&scenario.name, columns, theme.heading).collect();
    lines.extend(paint::sentence(&scenario.what, columns, theme.text));
    if let Some(code) = scenario.finding {
        let when = scenario.wait.as_ref().map_or_else(|| "at once".to_owned(), Clone::clone);
        lines.extend(paint::sentence(&format!("The diagnosis names it {when}, as {code}."), columns, theme.dim));
    }
    if let Some(app) = test.app(state) {
        let words = format!("{}: {}  {}", app.name, app.what, state.keys.say("({test-traffic.app} changes)"));
        lines.extend(paint::named("App", &words, 3, columns, theme.text, theme));
    }
    if test.run.is_none() && test.removed.is_none() {
        let words = state.keys.say(
            "{test-traffic.send} sends it: Okta is played against this service over HTTP, with invented people. All of it \
             is marked as a test, and touches neither your people nor the checklist.",
        );
        lines.push(Line::default());
        lines.extend(paint::sentence(&words, columns, theme.dim));
    }
    lines
}

/// What there is of test traffic.
fn left_lines(state: &State, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let test = &state.setup.test;
    let left = match &test.left {
        Load::Loading => return vec![Line::from(paint::span("Reading what is left of test traffic …", theme.dim))],
        Load::Failed(reason) => return paint::sentence(reason, columns, theme.bad).collect(),
        Load::Ready(left) => left,
    };
    let counts = &left.counts;
    let mut lines = Vec::new();
    let mut say = |words: &str, style: Style| lines.extend(paint::sentence(words, columns, style));
    if let Some(removed) = &test.removed {
        say(&format!("✓ Removed: {}.", amounts(removed)), theme.good);
    }
    if counts.removing {
        say("All test traffic is being removed …", theme.warn);
    } else if counts.is_empty() {
        say("There is no test traffic here.", theme.dim);
    } else {
        let words = format!("Here of test traffic: {}, each marked T.", amounts(counts));
        say(&words, theme.text);
        say(&state.keys.say("{test-traffic.remove} removes it."), theme.dim);
    }
    lines
}

fn one_finding(finding: &Finding, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let title = format!("▲ {} {}", finding.code, finding.title);
    let mut lines = vec![Line::default()];
    lines.extend(paint::sentence(&title, columns, theme.severity(finding.severity)));
    lines.extend(paint::sentence(&finding.symptom, columns, theme.text));
    lines.extend(paint::named("Fix", &finding.fix, 3, columns, theme.text, theme));
    lines
}
