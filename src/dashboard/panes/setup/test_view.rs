//! How the section Test is drawn: the scenarios on the left; on the right what the selected one does, how a run goes and
//! what it came to, and what is left of it.

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
        paint,
        panes::setup::{
            test::{End, Run, amounts, scenarios},
            view::under_sections,
        },
        player::{Progress, Report, Scenario},
        scroll,
        state::State,
        text,
        theme::Theme,
    },
    model::{finding::Finding, test_traffic::TestTraffic},
};

/// How the names of mistakes begin; over the list of them that goes without saying.
const MISTAKE: &str = "misconfigured-";

/// How long the bar is at most.
const BAR: usize = 40;

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
    let mut lines = match test.run.as_ref().map(|run| (run, run.end.as_ref())) {
        // Nothing else matters meanwhile.
        Some((run, None)) => return playing_lines(state, run, columns),
        // What was sent last is what somebody wants to know of it.
        Some((run, Some(end))) if test.scenario(state) == Some(&run.scenario) => end_lines(state, run, end, columns),
        run => {
            let mut lines = scenario_lines(state, columns);
            if let Some((run, Some(end))) = run {
                lines.push(Line::default());
                lines.extend(end_lines(state, run, end, columns));
            }
            lines
        }
    };
    lines.push(Line::default());
    lines.extend(left_lines(state, columns));
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

fn playing_lines(state: &State, run: &Run, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let Progress { requests, of, refused, now } = &run.progress;
    let title = format!("Playing {}, {} app", run.scenario.name, run.app);
    let mut lines: Vec<Line<'static>> = paint::sentence(&title, columns, theme.heading).collect();
    let words = match of {
        Some(of) => {
            // It is an estimate: a run that takes longer than foreseen is not done before its end.
            let of = (*of).max(*requests);
            lines.push(bar(*requests, of, columns.min(BAR), theme));
            format!("{} of about {}, ", text::count(*requests), text::plural(of, "request", "requests"))
        }
        None => format!("{} so far, ", text::plural(*requests, "request", "requests")),
    };
    lines.push(Line::from(vec![paint::span(words, theme.text), refused_words(*refused, theme)]));
    if !now.is_empty() {
        lines.extend(paint::named("Now", now, 3, columns, theme.text, theme));
    }
    lines.push(Line::default());
    lines.extend(paint::sentence(&state.keys.say("{everywhere.back} stops it."), columns, theme.dim));
    lines
}

/// A bar that tells without colours how much is done.
fn bar(done: u64, of: u64, columns: usize, theme: &Theme) -> Line<'static> {
    let whole = u64::try_from(columns).unwrap_or(u64::MAX);
    let full = done.saturating_mul(whole).checked_div(of).unwrap_or(0);
    let full = usize::try_from(full).unwrap_or(columns).min(columns);
    Line::from(vec![paint::span("█".repeat(full), theme.accent), paint::span("░".repeat(columns - full), theme.dim)])
}

fn refused_words(refused: u64, theme: &Theme) -> Span<'static> {
    match refused {
        0 => paint::span("none refused", theme.good),
        _ => paint::span(format!("▲ {} refused", text::count(refused)), theme.warn),
    }
}

fn end_lines(state: &State, run: &Run, end: &End, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let mut lines = Vec::new();
    let mut say = |words: &str, style: Style| lines.extend(paint::sentence(words, columns, style));
    let what = format!("{}, {} app", run.scenario.name, run.app);
    match end {
        End::Refused(reason) => {
            say(&format!("▲ {what}: not played"), theme.bad);
            say(reason, theme.text);
        }
        End::Stopped => {
            say(&format!("■ {what}: stopped"), theme.warn);
            let sent = text::plural(run.progress.requests, "request", "requests");
            say(&format!("{sent} until then. Whoever was half-way through stays so."), theme.text);
        }
        End::Done(report) => {
            lines.extend(report_lines(run, report, columns, theme));
            lines.extend(finding_lines(state, run, columns));
        }
    }
    lines
}

fn report_lines(run: &Run, report: &Report, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mistake = run.scenario.finding.is_some();
    let (words, style) = match (report.refused, mistake) {
        (0, _) => ("✓ Okta accepts every answer".to_owned(), theme.good),
        // What a mistake is refused with is how the admin learns of it.
        (refused, true) => (format!("▲ {} refused, as a mistake should be", text::count(refused)), theme.warn),
        (refused, false) => (format!("▲ {} that Okta would not accept", text::count(refused)), theme.bad),
    };
    let mut lines: Vec<Line<'static>> =
        paint::sentence(&format!("{}, {} app", run.scenario.name, run.app), columns, theme.heading).collect();
    lines.extend(paint::sentence(&words, columns, style));
    let people = text::plural(report.people, "person", "people");
    let p99 = text::latency(u64::try_from(report.p99.as_micros()).unwrap_or(u64::MAX));
    let requests = text::plural(report.requests, "request", "requests");
    let seconds = report.took.as_secs_f64();
    let words = format!("{requests} about {people} in {seconds:.1} s; 99 of 100 answers within {p99}");
    lines.extend(paint::sentence(&words, columns, theme.text));
    let wide = report.purposes.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    for (name, sent, refused) in &report.purposes {
        let (more, style) = match refused {
            0 => (String::new(), theme.text),
            refused => (format!("  ▲ {} refused", text::count(*refused)), theme.warn),
        };
        lines.push(Line::from(vec![
            paint::span(format!("  {name:<wide$}"), theme.dim),
            paint::span(format!("  {:>5}", text::count(*sent)), theme.text),
            paint::span(more, style),
        ]));
    }
    if report.not_imported > 0 {
        let left = text::plural(report.not_imported, "person or group", "people and groups");
        let words = format!("The import ended after some pages, as that of a test does: {left} were left out.");
        lines.extend(paint::sentence(&words, columns, theme.dim));
    }
    for complaint in &report.complaints {
        lines.extend(paint::named("Okta", complaint, 4, columns, theme.text, theme));
    }
    lines
}

/// What the diagnosis of test traffic makes of a mistake that was played.
fn finding_lines(state: &State, run: &Run, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let (Some(code), Some(left)) = (run.scenario.finding, state.setup.test.left.ready()) else { return Vec::new() };
    if left.findings.iter().any(|finding| finding.code == code) {
        return Vec::new();
    }
    let words = match &run.scenario.wait {
        Some(wait) => format!("{code} is not raised yet: it shows {wait}."),
        None => format!("{code} is not raised: earlier test traffic may have put it right. Remove that first."),
    };
    paint::sentence(&words, columns, theme.dim).collect()
}

/// What there is of test traffic, and what it shows to be wrong.
fn left_lines(state: &State, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let test = &state.setup.test;
    let left = match &test.left {
        Load::Loading => return vec![Line::from(paint::span("Reading what is left of test traffic …", theme.dim))],
        Load::Failed(reason) => return paint::sentence(reason, columns, theme.bad).collect(),
        Load::Ready(left) => left,
    };
    let TestTraffic { counts, findings } = left;
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
    for finding in findings {
        lines.extend(one_finding(finding, columns, theme));
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
