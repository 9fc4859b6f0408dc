//! How the section of people is drawn: the lists with their counts, the one shown, and the selected person explained.

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
        paint::{self, Column},
        panes::setup::{
            people::Part,
            people_words::{drift_advice, failure_advice, failure_words, orphan_advice},
            view::under_sections,
        },
        privacy::personal,
        scroll,
        state::State,
        text, user_table,
    },
    model::{push::FailedPush, user::User},
};

/// From this width on the explanation stands beside the list.
const WIDE: u16 = 120;

/// Where what stands.
struct Parts {
    head: Rect,
    heading: Rect,
    list: Rect,
    detail: Rect,
    divider: Rect,
}

fn parts(state: &State, body: Rect) -> Parts {
    let (head, rest) = layout::split_top(body, 1);
    let (heading, rest) = layout::split_top(rest, u16::from(body.height >= 12));
    if body.width >= WIDE {
        let (list, rest) = layout::split_left(rest, rest.width * 11 / 20);
        let (gap, detail) = layout::split_left(rest, 3);
        let (_, divider) = layout::split_left(gap, 1);
        let heading = Rect { width: list.width, ..heading };
        return Parts { head, heading, list, detail, divider: Rect { width: 1.min(divider.width), ..divider } };
    }
    // What few people leave of their half, the explanation takes.
    let people = &state.setup.people;
    let rows = match people.part {
        Part::Failed => u64::try_from(people.pushes().len()).unwrap_or(u64::MAX),
        Part::Drift | Part::Orphans => people.list.total.unwrap_or(u64::MAX),
    };
    let half = (rest.height / 2).min(u16::try_from(rows).unwrap_or(u16::MAX)).max(1);
    let (list, rest) = layout::split_top(rest, half);
    let (divider, detail) = layout::split_top(rest, u16::from(rest.height >= 3));
    Parts { head, heading, list, detail, divider }
}

/// How many people are seen at once.
pub fn list_rows(state: &State, body: Rect) -> u16 {
    parts(state, under_sections(body)).list.height
}

/// How many lines of the explanation are seen at once.
pub fn detail_rows(state: &State, body: Rect) -> u16 {
    parts(state, under_sections(body)).detail.height
}

/// Draws the section.
pub(super) fn draw(state: &State, buffer: &mut Buffer, body: Rect) -> Option<Position> {
    let theme = &state.theme;
    let people = &state.setup.people;
    let parts = parts(state, body);
    heads(state, buffer, parts.head);
    let under = Rect { height: body.height.saturating_sub(parts.head.height), y: body.y + parts.head.height, ..body };
    let failed = match &people.failed {
        Load::Failed(reason) => Some(reason),
        _ => None,
    };
    let (failure, known, none) = match people.part {
        Part::Failed => (failed, people.failed.ready().is_some(), people.pushes().is_empty()),
        Part::Drift | Part::Orphans => {
            let known = people.list.total.is_some() && !people.list.is_searching();
            (people.list.failure.as_ref().filter(|_| !known), known, people.list.total == Some(0))
        }
    };
    let said = match failure {
        Some(reason) => Some((reason.clone(), theme.bad)),
        None if !known => Some(("Reading the people …".to_owned(), theme.dim)),
        None if none => Some((nobody(people.part).to_owned(), theme.good)),
        None => None,
    };
    if let Some((words, style)) = said {
        let lines: Vec<_> = paint::sentence(&words, usize::from(under.width), style).collect();
        paint::put_lines(buffer, under, &lines, 0);
        return None;
    }
    let since = if people.part == Part::Orphans { "Created" } else { "Since" };
    paint::put(buffer, parts.heading, 0, &paint::heading_line(&columns(usize::from(parts.list.width), since), theme));
    match people.part {
        Part::Failed => pushes(state, buffer, parts.list),
        Part::Drift | Part::Orphans => users(state, buffer, parts.list),
    }
    if parts.divider.height > 1 {
        paint::divider(buffer, parts.divider, theme);
    } else {
        paint::rule(buffer, parts.divider, "", theme);
    }
    let lines = explained(state, usize::from(parts.detail.width));
    paint::put_text(buffer, parts.detail, &lines, people.scroll, &state.keys.say("{lists.page-down}"), theme);
    None
}

/// What is said where a list is empty.
const fn nobody(part: Part) -> &'static str {
    match part {
        Part::Drift => "✓ Everybody here is as Okta last pushed them.",
        Part::Orphans => "✓ Okta's client was about everybody who can log in.",
        Part::Failed => "✓ The last push of everybody arrived.",
    }
}

/// The lists in a line across with their counts, the one shown among them.
fn heads(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    let people = &state.setup.people;
    let short = area.width < 60;
    let spans = Part::ALL.into_iter().flat_map(|part| {
        let count = match people.list.total {
            Some(_) => text::count(part.count(&people.list.counts)),
            None => "·".to_owned(),
        };
        let shown = part == people.part;
        let style = match (shown, part.count(&people.list.counts)) {
            (true, _) => theme.selected,
            (false, 0) => theme.dim,
            (false, _) => theme.warn,
        };
        let title = if short { part.title().split(' ').next().unwrap_or_default() } else { part.title() };
        [Span::styled(format!(" {title} {count} "), style), Span::raw(" ")]
    });
    paint::put(buffer, area, 0, &Line::from(spans.collect::<Vec<_>>()));
    if area.width >= 100 {
        let words = state.keys.say("{setup-people.next-list} shows the next list");
        paint::put_right(buffer, area, 0, &Line::from(paint::span(words, theme.dim)));
    }
}

/// Mark, who, and why they stand here; since when, where there is room.
fn columns(width: usize, since_title: &'static str) -> Vec<Column> {
    let column = |title, width| Column { title, width, right: false };
    let since = if width >= 72 { 16 } else { 0 };
    let room = width.saturating_sub(1 + 2 + 2 + if since > 0 { since + 2 } else { 0 });
    let who = (room * 9 / 20).min(36);
    let mut columns = vec![column("", 1), column("Person", who), column("Why", room - who)];
    if since > 0 {
        columns.push(column(since_title, since));
    }
    columns
}

fn users(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    let list = &state.setup.people.list;
    let columns = columns(usize::from(area.width), "");
    for (row, place) in (0..area.height).zip(list.top..list.total.unwrap_or(0)) {
        let line = match list.at(place) {
            Some(user) => {
                let (why, since) = why(state, user);
                let mut cells =
                    vec![(mark(user).to_owned(), theme.warn), (user.user_name.clone(), personal(theme.text)), why];
                if columns.len() > cells.len() {
                    cells.push((since, theme.dim));
                }
                paint::row_line(&columns, cells)
            }
            None => Line::from(paint::span("  ·", theme.dim)),
        };
        paint::put(buffer, area, row, &line);
        if place == list.cursor {
            paint::highlight(buffer, area, row, theme.selected);
        }
    }
}

/// A mark for what is gravest about somebody: whoever can log in and should not stands out.
fn mark(user: &User) -> &'static str {
    match user {
        user if user.drift().active && user.active => "▲",
        user if user.is_orphan() => "○",
        user => user_table::mark(user),
    }
}

/// Why somebody stands in the list, and since when.
fn why(state: &State, user: &User) -> ((String, Style), String) {
    let theme = &state.theme;
    if state.setup.people.part == Part::Orphans {
        let made = text::when_in(user.created, state.now, 16);
        return ((format!("{}, unknown to Okta", user.role), theme.text), made);
    }
    let differences = user.differences();
    let names = differences.iter().any(|(_, of_person)| *of_person);
    let words = differences.into_iter().map(|(words, _)| words).collect::<Vec<_>>().join(" · ");
    let style = if names { personal(theme.text) } else { theme.text };
    let since = user.okta.drifted.map(|at| text::when_in(at, state.now, 16)).unwrap_or_default();
    ((words, style), since)
}

fn pushes(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    let people = &state.setup.people;
    let columns = columns(usize::from(area.width), "");
    let first = scroll::window_start(people.row(), area.height, people.pushes().len());
    for (row, (place, push)) in (0..area.height).zip(people.pushes().iter().enumerate().skip(first)) {
        let mark = if push.user_id.is_some() { "▲" } else { "○" };
        let times = if push.times > 1 { format!(" × {}", text::count(push.times)) } else { String::new() };
        // The sentence may name the person.
        let said = push.detail.as_deref().filter(|_| !state.appearance.private).unwrap_or_default();
        let mut cells = vec![
            (mark.to_owned(), theme.bad),
            (who(push), personal(theme.text)),
            (format!("{} {}{times}  {said}", push.method, push.status), theme.text),
        ];
        if columns.len() > cells.len() {
            cells.push((text::when_in(push.since, state.now, 16), theme.dim));
        }
        paint::put(buffer, area, row, &paint::row_line(&columns, cells));
        if place == people.row() {
            paint::highlight(buffer, area, row, theme.selected);
        }
    }
}

/// Whom a push was about, by the name that tells most.
fn who(push: &FailedPush) -> String {
    let id = || push.user_id.map(|id| id.to_string());
    push.user_name.clone().or_else(|| push.external_id.clone()).or_else(id).unwrap_or_default()
}

/// The selected person, explained.
pub fn lines(state: &State, body: Rect) -> Vec<Line<'static>> {
    explained(state, usize::from(parts(state, under_sections(body)).detail.width))
}

fn explained(state: &State, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let people = &state.setup.people;
    let (name, shown, facts, advice) = if let Some(push) = people.push() {
        let code = push.findings.first();
        let finding = code.and_then(|code| state.setup.findings.iter().find(|finding| finding.code == *code));
        let since = format!("{} UTC", text::when(push.since, state.now));
        let mut facts = vec![(failure_words(push, &since), false)];
        if let Some(finding) = finding {
            facts.push((format!("{} {}", finding.code, finding.title), false));
        }
        (who(push), None, facts, failure_advice(push, finding.map(|finding| finding.fix.as_str())))
    } else if let Some(user) = people.selected() {
        let advice = if people.part == Part::Orphans { orphan_advice() } else { drift_advice(user) };
        let mut facts = if people.part == Part::Orphans { Vec::new() } else { user.differences() };
        if let Some(at) = user.okta.drifted.filter(|_| people.part == Part::Drift) {
            facts.push((format!("since {} UTC", text::when(at, state.now)), false));
        }
        (user.user_name.clone(), user.display_name.clone(), facts, advice)
    } else {
        return Vec::new();
    };
    let mut lines: Vec<Line<'static>> = paint::sentence(&name, columns, personal(theme.heading)).collect();
    if let Some(shown) = shown {
        lines.extend(paint::sentence(&shown, columns, personal(theme.text)));
    }
    for (words, of_person) in facts {
        let style = if of_person { personal(theme.warn) } else { theme.warn };
        lines.extend(paint::sentence(&words, columns, style));
    }
    if people.part == Part::Orphans && !people.list.counts.okta_is_here() {
        lines.push(Line::default());
        let words = "No request of Okta's client was about anybody yet: once Okta is connected, whoever it does not know \
                     stays here.";
        lines.extend(paint::sentence(words, columns, theme.dim));
    }
    for (title, words) in advice {
        lines.push(Line::default());
        lines.push(Line::from(paint::span(title, theme.dim)));
        lines.extend(paint::sentence(&state.keys.say(&words), columns, theme.text));
    }
    lines
}
