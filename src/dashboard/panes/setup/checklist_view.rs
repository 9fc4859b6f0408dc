//! How the checklist is drawn: steps and findings on the left, the selected one explained on the right; the guide's text
//! below that, or beside it where the screen is wide.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
};

use crate::{
    dashboard::{
        layout, markdown,
        message::Load,
        paint,
        panes::setup::{Selected, view::under_sections},
        scroll,
        state::State,
        text,
        theme::Theme,
    },
    model::{
        checklist::{Prover, Step, StepState},
        finding::Finding,
    },
};

/// In front of the selected value.
pub(super) const CHOSEN: &str = "▸ ";

/// From how many columns on the guide's text has a column of its own.
const WIDE: u16 = 150;

/// Where list and detail stand.
struct Parts {
    head: Rect,
    list: Rect,
    detail: Rect,
    divider: Rect,
    /// The guide's text; without width where it stands in the detail.
    guide: Rect,
    guide_divider: Rect,
}

fn parts(state: &State, body: Rect) -> Parts {
    let (head, rest) = layout::split_top(body, u16::from(body.height >= 7));
    if body.width >= 64 {
        // The longest title of the guide, "Application username format: Email", is seen whole from 76 columns on.
        let wide = match body.width {
            110.. => 44,
            76.. => 36,
            _ => 33,
        };
        let (list, rest) = layout::split_left(rest, wide);
        let (divider, detail) = divided(rest);
        let has_guide = matches!(state.setup.selected(), Some(Selected::Step(step, _)) if !step.guide.is_empty());
        let own = if body.width >= WIDE && has_guide { detail.width / 2 } else { detail.width };
        let (detail, rest) = layout::split_left(detail, own);
        let (guide_divider, guide) = divided(rest);
        return Parts { head, list, detail, divider, guide, guide_divider };
    }
    let findings = state.setup.findings.len();
    let rows = state.setup.steps().len() + if findings > 0 { findings + 1 } else { 0 };
    let half = (rest.height / 2).min(u16::try_from(rows).unwrap_or(u16::MAX)).max(1);
    let (list, rest) = layout::split_top(rest, half);
    let (divider, detail) = layout::split_top(rest, u16::from(rest.height >= 3));
    let none = Rect { width: 0, ..detail };
    Parts { head, list, detail, divider, guide: none, guide_divider: none }
}

/// A line down with air on either side of it, and what is beside it.
fn divided(area: Rect) -> (Rect, Rect) {
    let (gap, rest) = layout::split_left(area, 3);
    let (_, line) = layout::split_left(gap, 1);
    (Rect { width: 1.min(line.width), ..line }, rest)
}

/// How many lines of the detail are seen at once.
pub fn detail_rows(state: &State, body: Rect) -> u16 {
    parts(state, under_sections(body)).detail.height
}

/// Draws the section.
pub(super) fn draw(state: &State, buffer: &mut Buffer, body: Rect) -> Option<Position> {
    let theme = &state.theme;
    let parts = parts(state, body);
    paint::put(buffer, parts.head, 0, &progress(state, usize::from(body.width)));
    let checklist = match &state.setup.checklist {
        Load::Ready(checklist) => checklist,
        Load::Loading => {
            paint::put(buffer, parts.list, 0, &Line::from(paint::span("Reading the checklist …", theme.dim)));
            return None;
        }
        Load::Failed(reason) => {
            let lines: Vec<_> = paint::sentence(reason, usize::from(body.width), theme.bad).collect();
            let (_, rest) = layout::split_top(body, parts.head.height);
            paint::put_lines(buffer, rest, &lines, 0);
            return None;
        }
    };
    let mut rows: Vec<Line<'static>> =
        checklist.steps.iter().map(|step| step_line(step, usize::from(parts.list.width), theme)).collect();
    let mut selected = state.setup.row();
    if !state.setup.findings.is_empty() {
        if selected >= rows.len() {
            selected += 1;
        }
        rows.push(Line::from(paint::span("Findings", theme.dim)));
        rows.extend(
            state.setup.findings.iter().map(|finding| finding_line(finding, usize::from(parts.list.width), theme)),
        );
    }
    let first = scroll::window_start(selected, parts.list.height, rows.len());
    paint::put_lines(buffer, parts.list, &rows, first);
    if let Some(row) = selected.checked_sub(first).and_then(|row| u16::try_from(row).ok()) {
        paint::highlight(buffer, parts.list, row, theme.selected);
    }
    if parts.divider.height > 1 {
        paint::divider(buffer, parts.divider, theme);
    } else {
        paint::rule(buffer, parts.divider, "", theme);
    }
    let keys = state.keys.say("{lists.page-down}");
    paint::put_text(buffer, parts.detail, &selected_lines(state, &parts), state.setup.scroll, &keys, theme);
    if parts.guide.width > 0 {
        paint::divider(buffer, parts.guide_divider, theme);
        paint::put_text(buffer, parts.guide, &guide_lines(state, parts.guide), state.setup.scroll, &keys, theme);
    }
    None
}

/// `5 of 8 done`, with a bar; and what that means.
fn progress(state: &State, width: usize) -> Line<'static> {
    let theme = &state.theme;
    let steps = state.setup.steps();
    if steps.is_empty() {
        return Line::from(paint::span("Connect Okta", theme.heading));
    }
    let done = steps.iter().filter(|step| step.state == StepState::Done).count();
    let complete = done == steps.len();
    let mut spans = vec![
        paint::span("Connect Okta  ", theme.heading),
        paint::span("█".repeat(done), theme.good),
        paint::span("░".repeat(steps.len() - done), theme.dim),
        paint::span(format!("  {done} of {} done", steps.len()), theme.text),
    ];
    let failed = state.setup.people.list.counts.failed_pushes;
    if complete && failed > 0 && width >= 76 {
        let words = format!("  but the last push of {} failed", text::plural(failed, "person", "people"));
        spans.push(paint::span(words, theme.warn));
    } else if complete {
        let (words, short, style) = match state.setup.verified() {
            Some(verified) if verified.by != Prover::Okta => ("  Complete, not verified by Okta.", " ○", theme.warn),
            _ => ("  Okta is connected.", " ✓", theme.good),
        };
        spans.push(paint::span(if width >= 76 { words } else { short }, style));
    }
    if let Some(verified) = state.setup.verified().filter(|verified| width >= 110 && verified.by == Prover::Okta) {
        let when = text::when(verified.at, state.now);
        spans.push(paint::span(format!("  Verified {when} UTC by {}", verified.sentence()), theme.dim));
    }
    Line::from(spans)
}

const fn step_mark(state: StepState, theme: &Theme) -> (&'static str, Style) {
    match state {
        StepState::Done => ("✓", theme.good),
        StepState::Pending => ("○", theme.dim),
        StepState::Problem => ("▲", theme.bad),
    }
}

fn step_line(step: &Step, width: usize, theme: &Theme) -> Line<'static> {
    let (mark, style) = match step.state {
        // There is something to know before it is tried.
        StepState::Pending if !step.advice.is_empty() => ("△", theme.warn),
        state => step_mark(state, theme),
    };
    Line::from(vec![
        paint::span(format!("{mark} "), style),
        paint::span(text::pad(&step.title, width.saturating_sub(2)), theme.text),
    ])
}

fn finding_line(finding: &Finding, width: usize, theme: &Theme) -> Line<'static> {
    let count = if finding.count > 1 { format!(" × {}", text::count(finding.count)) } else { String::new() };
    let title = text::pad(&finding.title, width.saturating_sub(6 + text::width(&count)));
    let (mark, mark_style, style) = match finding.dismissed {
        Some(_) => ("· ", theme.dim, theme.dim),
        None => ("▲ ", theme.severity(finding.severity), theme.text),
    };
    Line::from(vec![
        paint::span(mark, mark_style),
        paint::span(format!("{} ", finding.code), theme.dim),
        paint::span(title, style),
        paint::span(count, theme.dim),
    ])
}

/// The selected step or finding, explained.
pub fn detail_lines(state: &State, body: Rect) -> Vec<Line<'static>> {
    selected_lines(state, &parts(state, under_sections(body)))
}

/// How many lines there are to move through: the detail's, or those of the guide's text beside it where they are more.
pub fn detail_length(state: &State, body: Rect) -> usize {
    let parts = parts(state, under_sections(body));
    selected_lines(state, &parts).len().max(guide_lines(state, parts.guide).len())
}

/// The guide's text about the selected step, where it has a column.
fn guide_lines(state: &State, area: Rect) -> Vec<Line<'static>> {
    match state.setup.selected() {
        Some(Selected::Step(step, _)) if area.width > 0 => {
            markdown::lines(&step.guide, usize::from(area.width), &state.theme)
        }
        _ => Vec::new(),
    }
}

fn selected_lines(state: &State, parts: &Parts) -> Vec<Line<'static>> {
    let columns = usize::from(parts.detail.width);
    match state.setup.selected() {
        Some(Selected::Step(step, finding)) => {
            let mut lines = step_lines(state, step, finding, columns);
            if parts.guide.width == 0 && !step.guide.is_empty() {
                lines.push(Line::default());
                lines.extend(markdown::lines(&step.guide, columns, &state.theme));
            }
            lines
        }
        Some(Selected::Finding(finding)) => finding_lines(finding, columns, state),
        None => Vec::new(),
    }
}

/// The line of the detail on which the selected value's label stands.
pub fn value_line(lines: &[Line<'_>]) -> Option<usize> {
    lines.iter().position(|line| line.spans.first().is_some_and(|span| span.content == CHOSEN))
}

fn step_lines(state: &State, step: &Step, finding: Option<&Finding>, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let mut lines: Vec<Line<'static>> = paint::sentence(&step.title, columns, theme.heading).collect();
    let (mark, style) = step_mark(step.state, theme);
    let proof = match (&step.evidence, step.state) {
        (Some(evidence), _) => format!("{mark} {} ({} UTC)", evidence.text, text::when(evidence.at, state.now)),
        (None, StepState::Done) => format!("{mark} Done."),
        (None, StepState::Pending) => format!("{mark} Not seen yet."),
        (None, StepState::Problem) => format!("{mark} Something is in the way."),
    };
    lines.extend(paint::sentence(&proof, columns, style));
    if let Some(verified) = &step.verified {
        let (words, style) = match verified.by {
            Prover::Okta => ("Verified by", theme.dim),
            Prover::Local | Prover::Other => ("Not verified by Okta:", theme.warn),
        };
        lines.extend(paint::sentence(&format!("{words} {}", verified.sentence()), columns, style));
    }
    if let Some(finding) = finding {
        lines.push(Line::default());
        lines.extend(finding_lines(finding, columns, state));
    }
    for advice in &step.advice {
        lines.push(Line::default());
        lines.extend(paint::sentence(&format!("▲ {advice}"), columns, theme.warn));
    }
    if !step.values.is_empty() {
        lines.push(Line::default());
        lines.extend(value_lines(state, step, columns));
    }
    if !step.instructions.is_empty() {
        lines.push(Line::default());
        for (place, instruction) in step.instructions.iter().enumerate() {
            let number = format!("{}.", place + 1);
            lines.extend(paint::named(&number, instruction, 2, columns, theme.text, theme));
        }
    }
    if state.setup.is_about_tokens() {
        let words = state.keys.say("{setup.open-evidence} goes to Settings > API Tokens.");
        lines.push(Line::default());
        lines.extend(paint::sentence(&words, columns, theme.dim));
    }
    lines
}

/// What to copy; the selected value carries the mark of the cursor.
fn value_lines(state: &State, step: &Step, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let mut lines = Vec::new();
    for (place, value) in step.values.iter().enumerate() {
        let chosen = place == state.setup.value_place();
        let mark = if chosen { CHOSEN } else { "  " };
        let mut head = vec![paint::span(mark, theme.accent), paint::span(&value.label, theme.dim)];
        if chosen && columns >= text::width(&value.label) + 12 {
            head.push(paint::span(state.keys.say("  {setup.copy-value} copies"), theme.dim));
        }
        lines.push(Line::from(head));
        for line in text::wrap(&value.value, columns.saturating_sub(2)) {
            lines.push(Line::from(vec![Span::raw("  "), paint::span(line, theme.accent)]));
        }
    }
    lines
}

fn finding_lines(finding: &Finding, columns: usize, state: &State) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let title = format!("▲ {} {}", finding.code, finding.title);
    let mut lines: Vec<Line<'static>> = paint::sentence(&title, columns, theme.severity(finding.severity)).collect();
    lines.extend(paint::sentence(&finding.symptom, columns, theme.text));
    if finding.ours {
        let words = "This is scimroom's own fault, not one of the set-up.";
        lines.extend(paint::sentence(words, columns, theme.warn));
    }
    if let Some(at) = finding.dismissed {
        let when = text::when(at, state.now);
        let words =
            format!("Dismissed {when} UTC: out of the way until it comes anew. {{setup.dismiss}} takes that back.");
        lines.extend(paint::sentence(&state.keys.say(&words), columns, theme.dim));
    }
    let mut part = |name: &str, words: &str| {
        if !words.is_empty() {
            lines.push(Line::default());
            lines.push(Line::from(paint::span(name, theme.dim)));
            lines.extend(paint::sentence(words, columns, theme.text));
        }
    };
    part("Fix", &finding.fix);
    part("What Okta shows", &finding.okta_shows);
    part("People", &finding.people.join(", "));
    let last = text::when(finding.last_seen, state.now);
    let times = match finding.count {
        0 => format!("As silence, since {last} UTC."),
        count => format!("{}, last {last} UTC.", text::plural(count, "request", "requests")),
    };
    part("Seen", &times);
    lines
}
