//! How a run of test traffic goes, and what it came to.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use crate::dashboard::{
    paint,
    panes::setup::test::{End, Run},
    player::Progress,
    state::State,
    text,
    theme::Theme,
};

/// How long the bar is at most.
const BAR: usize = 40;

/// How a run goes.
pub(super) fn playing(state: &State, run: &Run, columns: usize) -> Vec<Line<'static>> {
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

/// How a run ended, in a few lines.
pub(super) fn head(state: &State, run: &Run, end: &End, columns: usize) -> Vec<Line<'static>> {
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
            say(&what, theme.heading);
            let (words, style) = verdict(report.refused, run.scenario.finding.is_some(), theme);
            say(&words, style);
            if let Some((words, style)) = diagnosed(state, run) {
                say(&words, style);
            }
            let people = text::plural(report.people, "person", "people");
            let p99 = text::latency(u64::try_from(report.p99.as_micros()).unwrap_or(u64::MAX));
            let requests = text::plural(report.requests, "request", "requests");
            let seconds = report.took.as_secs_f64();
            say(&format!("{requests} about {people} in {seconds:.1} s; 99 of 100 answers within {p99}"), theme.text);
        }
    }
    lines
}

fn verdict(refused: u64, mistake: bool, theme: &Theme) -> (String, Style) {
    match (refused, mistake) {
        (0, _) => ("✓ Okta accepts every answer".to_owned(), theme.good),
        // What a mistake is refused with is how the admin learns of it.
        (refused, true) => (format!("▲ {} refused, as a mistake should be", text::count(refused)), theme.warn),
        (refused, false) => (format!("▲ {} that Okta would not accept", text::count(refused)), theme.bad),
    }
}

/// What the diagnosis of test traffic makes of a mistake that was played.
fn diagnosed(state: &State, run: &Run) -> Option<(String, Style)> {
    let theme = &state.theme;
    let (code, left) = (run.scenario.finding?, state.setup.test.left.ready()?);
    if let Some(finding) = left.findings.iter().find(|finding| finding.code == code) {
        return Some((format!("✓ The diagnosis raises {code}: {}", finding.title), theme.good));
    }
    let words = match &run.scenario.wait {
        Some(wait) => format!("{code} is not raised yet: it shows {wait}."),
        None => format!("{code} is not raised: earlier test traffic may have put it right. Remove that first."),
    };
    Some((words, theme.dim))
}

/// What each purpose came to, and what Okta's admin would read.
pub(super) fn details(run: &Run, end: &End, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let End::Done(report) = end else { return Vec::new() };
    let mut lines = Vec::new();
    let wide = report.purposes.iter().map(|(name, ..)| name.len()).max().unwrap_or(0);
    for (name, sent, refused) in &report.purposes {
        let (more, style) = match refused {
            0 => (String::new(), theme.text),
            refused => (format!("  ▲ {} refused", text::count(*refused)), theme.warn),
        };
        lines.push(Line::from(vec![
            paint::span(format!("{name:<wide$}"), theme.dim),
            paint::span(format!("  {:>5}", text::count(*sent)), theme.text),
            paint::span(more, style),
        ]));
    }
    if report.not_imported > 0 {
        let left = text::plural(report.not_imported, "person or group", "people and groups");
        let words = format!("The import ended after some pages, as that of a test does: {left} were left out.");
        lines.extend(paint::sentence(&words, columns, theme.dim));
    }
    // A mistake is told of each person in the same words.
    let told = if run.scenario.finding.is_some() { 1 } else { report.complaints.len() };
    for complaint in report.complaints.iter().take(told) {
        lines.extend(paint::named("Okta", complaint, 4, columns, theme.text, theme));
    }
    lines
}
