//! An event's summary: what it meant, where Okta's own log has it, what changed, why it was refused, the click that mends
//! it, and then its circumstances.

use ratatui::{style::Style, text::Line};

use crate::{
    dashboard::{inspector::changes::in_short, paint, privacy::personal, state::State, text},
    model::{
        event::{Event, EventDetail},
        finding::Severity,
        system_log::{WHERE, entry},
        token::TokenMode,
    },
};

/// The summary in so many columns, with the changes in short where they do not stand beside it.
pub(super) fn summary(state: &State, detail: &EventDetail, columns: usize, with_changes: bool) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let event = &detail.event;
    let mut lines: Vec<Line<'static>> = paint::sentence(&detail.sentence(), columns, theme.text).collect();
    lines.push(Line::default());
    lines.extend(in_okta(state, event, columns));
    if with_changes && !detail.changes.is_empty() {
        lines.push(Line::default());
        lines.push(Line::from(paint::span("What changed", theme.dim)));
        lines.extend(in_short(state, &detail.changes, columns));
    }
    if let Some(sentence) = &event.detail {
        lines.push(Line::default());
        let whose = if event.is_from_okta() { "What Okta shows to its admin" } else { "What was answered" };
        lines.push(Line::from(paint::span(whose, theme.dim)));
        lines.extend(paint::sentence(sentence, columns, theme.status(event.status)));
    }
    lines.extend(findings(state, event, columns));
    lines.push(Line::default());
    lines.extend(circumstances(state, detail, columns));
    lines
}

/// Where Okta's System Log has it.
fn in_okta(state: &State, event: &Event, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let mut lines = vec![Line::from(paint::span("In Okta's System Log", theme.dim))];
    match entry(event) {
        Ok(entry) => {
            lines.extend(paint::sentence(&format!("{} – {}", entry.event_type, entry.text), columns, theme.text));
            let words = state.keys.say(&format!("{{event.copy-okta-search}} copies the search for {WHERE}."));
            lines.extend(paint::sentence(&words, columns, theme.dim));
        }
        Err(not) => lines.extend(paint::sentence(&not.to_string(), columns, theme.dim)),
    }
    lines
}

/// What it gives away about the set-up, with the click that mends it.
fn findings(state: &State, event: &Event, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let mut lines = Vec::new();
    for finding in state.setup.findings_of(event) {
        let style = match finding.severity {
            Severity::Error => theme.bad,
            Severity::Warning => theme.warn,
            Severity::Hint => theme.accent,
        };
        let of_sequence = if event.findings.contains(&finding.code) { "" } else { " (seen in several requests)" };
        lines.push(Line::default());
        lines.extend(paint::sentence(&format!("▲ {} {}{of_sequence}", finding.code, finding.title), columns, style));
        lines.extend(paint::sentence(&finding.fix, columns, theme.text));
    }
    let open = |code| state.setup.findings_of(event).any(|finding| finding.code == code);
    let closed: Vec<String> = event.findings.iter().filter(|code| !open(**code)).map(ToString::to_string).collect();
    if !closed.is_empty() {
        lines.push(Line::default());
        let shown = closed.join(", ");
        let words = match state.setup.checklist.ready() {
            Some(_) => format!("It showed {shown}, which later requests have closed."),
            None => format!("It shows {shown}."),
        };
        lines.extend(paint::sentence(&words, columns, theme.dim));
    }
    lines
}

fn circumstances(state: &State, detail: &EventDetail, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let event = &detail.event;
    let mut lines = Vec::new();
    let mut fact = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let style: Style = if name == "User" { personal(theme.text) } else { theme.text };
            lines.extend(paint::named(name, &value, 11, columns, style, theme));
        }
    };
    fact("Time", Some(format!("{} {} UTC", text::day(event.at), text::clock(event.at))));
    fact("Action", Some(event.action.to_string()));
    fact("Mode", mode_words(event));
    fact("User", event.user_name.clone());
    fact("Group", event.group_name.clone());
    fact("External id", event.external_id.clone());
    // Whose role may not see values sees what they are of.
    fact("Changed", Some(event.changed.join(", ")).filter(|_| detail.changes.is_empty()));
    fact("Role sent", event.role.map(|role| role.to_string()));
    let steps: Vec<&str> = event.compatibility.iter().map(|step| step.as_str()).collect();
    fact("Put right", Some(steps.join(", ")));
    fact("Token", event.token_name.clone());
    fact("From", event.address.clone());
    fact("User agent", event.user_agent.clone());
    let sizes = format!("{} sent, {} answered", text::size(event.request_bytes), text::size(event.response_bytes));
    fact("Sizes", Some(sizes));
    fact("Took", Some(text::latency(event.latency_micros)));
    fact("Repeats", (event.repeats > 1).then(|| format!("{} like requests in all", text::count(event.repeats))));
    lines
}

/// What the request did not do for real.
fn mode_words(event: &Event) -> Option<String> {
    match event.mode {
        TokenMode::Live => None,
        TokenMode::DryRun => Some("dry run: checked and answered, nothing was changed".to_owned()),
        TokenMode::Test => Some("test traffic: about invented people, counts for nothing".to_owned()),
    }
}
