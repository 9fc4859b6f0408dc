//! The frame: the parts every pane shares, the pane in the middle, and what stands in front of it.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{
    dashboard::{
        commands, dialog,
        inspector::{self, Inspector},
        layout, paint,
        panes::{self, Pane, settings::SettingsPage},
        privacy,
        state::{Link, State},
        text,
        toast::Mood,
    },
    model::{
        finding::{Finding, Severity},
        token::TokenMode,
    },
};

/// Draws the state on a buffer; gives the place of the text cursor where something is being typed.
pub fn draw(state: &State, buffer: &mut Buffer) -> Option<Position> {
    let parts = layout::regions(state);
    top_bar(state, buffer, parts.top);
    paint::rule(buffer, parts.top_rule, "", &state.theme);
    banner(state, buffer, parts.banner);
    alarm(state, buffer, parts.alarm);
    let mut cursor = match (&state.inspector, state.pane) {
        (Some(inspector), _) => inspector::draw(state, inspector, buffer, parts.body),
        (None, Pane::Setup) => panes::setup::draw(state, buffer, parts.body),
        (None, Pane::Users) => panes::users::draw(state, buffer, parts.body),
        (None, Pane::Roles) => panes::roles::draw(state, buffer, parts.body),
        (None, Pane::Settings) => match state.settings.page {
            SettingsPage::Tokens => panes::tokens::draw(state, buffer, parts.body),
            SettingsPage::Workspace => panes::settings::draw_workspace(state, buffer, parts.body),
            SettingsPage::Appearance => {
                panes::settings::looks::draw(state, buffer, parts.body);
                None
            }
        },
        (None, Pane::Log) => panes::log::draw(state, buffer, parts.body),
    };
    paint::rule(buffer, parts.strip_rule, "Log", &state.theme);
    panes::log::draw_strip(state, buffer, parts.strip);
    footer(state, buffer, parts.footer);
    if let Some(dialog) = &state.dialog {
        cursor = dialog::draw(state, dialog, buffer);
    }
    toast(state, buffer, parts.footer);
    paint::part_symbols(buffer);
    privacy::finish(buffer, state.appearance.private, &state.names_in_hand());
    cursor
}

/// How many lines the inspector's text has, and how many are seen at once.
pub fn inspector_extent(state: &State, inspector: &Inspector, body: Rect) -> (usize, u16) {
    inspector::extent(state, inspector, body)
}

/// A pane's tab: the key that leads there, and its name; only one of them where there is little room or no key.
fn tab(state: &State, pane: Pane, named: bool) -> String {
    let leads_there = |command: &&commands::Command| command.id == commands::Id::Show(pane);
    let key = commands::COMMANDS.iter().find(leads_there).map(|command| state.keys.label(command)).unwrap_or_default();
    match (key.as_str(), named) {
        ("", _) => format!(" {} ", pane.title()),
        (key, true) => format!(" {key} {} ", pane.title()),
        (key, false) => format!(" {key} "),
    }
}

/// The tabs' width with every name spelt out, and a blank.
fn tabs_width(state: &State) -> usize {
    Pane::ALL.iter().map(|pane| text::width(&tab(state, *pane, true))).sum::<usize>() + 1
}

/// The panes as they stand in the top bar.
fn tabs(state: &State, width: usize) -> impl Iterator<Item = (Pane, String)> {
    let spelt = tabs_width(state) + standing(state).width() <= width;
    Pane::ALL.into_iter().map(move |pane| (pane, tab(state, pane, spelt || pane == state.pane)))
}

/// The pane whose tab is at a column of the top bar.
pub fn tab_at(state: &State, area: Rect, column: u16) -> Option<Pane> {
    at_column(area, column, tabs(state, usize::from(area.width)).map(|(pane, label)| (pane, text::width(&label))))
}

/// What stands at a column, of things side by side.
fn at_column<T>(area: Rect, column: u16, things: impl Iterator<Item = (T, usize)>) -> Option<T> {
    let column = usize::from(column.checked_sub(area.x)?);
    let mut end = 0;
    things.into_iter().find_map(|(thing, width)| {
        end += width;
        (column < end).then_some(thing)
    })
}

fn top_bar(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    let width = usize::from(area.width);
    let standing = standing(state);
    let mut right = identity(state, width.saturating_sub(tabs_width(state) + standing.width()));
    right.extend(standing.spans);
    let spans: Vec<Span<'static>> = tabs(state, width)
        .map(|(pane, label)| Span::styled(label, if pane == state.pane { theme.selected } else { theme.text }))
        .collect();
    let tabs = Line::from(spans);
    // How it stands with the service is what is left out last.
    let choices = [Line::from(right), Line::from(vec![link(state), Span::raw(" ")])];
    let right = choices.iter().find(|right| tabs.width() + right.width() <= width);
    paint::put(buffer, area, 0, &tabs);
    if let Some(right) = right {
        paint::put_right(buffer, area, 0, right);
    }
}

/// Where and as whom, in at most so many columns.
fn identity(state: &State, room: usize) -> Vec<Span<'static>> {
    let theme = &state.theme;
    let Some(who) = &state.who else { return Vec::new() };
    let workspace = text::fit(&who.workspace, 30);
    let connection = state.options.connection_name.clone();
    let person = format!("{} ({})", who.name, who.role);
    let role = who.role.to_string();
    // Where one is matters more than what it is called, and what one may do more than who one is.
    let choices = [
        vec![&workspace, &connection, &person],
        vec![&workspace, &connection, &role],
        vec![&workspace, &connection],
        vec![&connection],
        vec![&workspace],
    ];
    let fits = |parts: &&Vec<&String>| parts.iter().map(|part| text::width(part) + 2).sum::<usize>() <= room;
    let parts = choices.iter().find(fits).map(Vec::as_slice).unwrap_or_default();
    let styles = std::iter::once(theme.text).chain(std::iter::repeat(theme.dim));
    parts.iter().zip(styles).flat_map(|(part, style)| [paint::span(part, style), Span::raw("  ")]).collect()
}

/// The stream, and how old what is shown is.
fn link(state: &State) -> Span<'static> {
    let theme = &state.theme;
    let (words, style) = match &state.link {
        Link::Connecting => ("◌ connecting".to_owned(), theme.dim),
        Link::Live => ("● live".to_owned(), theme.good),
        Link::Lost { since, .. } => (format!("○ stale {}", text::age(state.now.millis_since(*since))), theme.bad),
    };
    paint::span(words, style)
}

/// Whether what comes in now comes with a token that is a dry run, as far as is known.
fn is_rehearsed(state: &State) -> bool {
    state.log.newest_token().is_some_and(|(id, mode)| {
        // Whoever sees the tokens knows when one has gone live before it comes again.
        let mode = state.tokens.find(id).map_or(mode, |token| token.mode);
        mode == TokenMode::DryRun
    })
}

/// The stream and the findings.
fn standing(state: &State) -> Line<'static> {
    let theme = &state.theme;
    let mut spans = vec![link(state)];
    if is_rehearsed(state) {
        spans.push(paint::span("  ◇ dry run", theme.warn));
    }
    if state.appearance.private {
        spans.push(paint::span("  masked", theme.accent));
    }
    let grave = |finding: &&Finding| finding.severity > Severity::Hint && finding.dismissed.is_none();
    let gravest = state.setup.findings.iter().filter(grave).map(|finding| finding.severity).max();
    if let Some(gravest) = gravest {
        let many = state.setup.findings.iter().filter(grave).count();
        spans.push(paint::span(format!("  ▲ {many}"), theme.severity(gravest)));
    }
    spans.push(Span::raw(" "));
    Line::from(spans)
}

fn banner(state: &State, buffer: &mut Buffer, area: Rect) {
    let width = usize::from(area.width);
    let Link::Lost { reason, refused, retry_at, .. } = &state.link else {
        if let Some(words) = state.awaited() {
            let sentence = text::fit(&format!(" {words}"), width);
            paint::put(buffer, area, 0, &Line::from(paint::span(sentence, state.theme.accent)));
        }
        return;
    };
    let rest = retry_at.millis_since(state.now);
    let next = if rest > 0 { format!("retrying in {} s", (rest + 999) / 1000) } else { "retrying now".to_owned() };
    let sentence = if *refused && state.options.operator {
        format!(" The service refuses the operator's key: does it run on another data directory? ({reason})")
    } else if *refused {
        format!(
            " Signed out: {} and run scimroom login again. ({reason})",
            state.keys.say("leave with {everywhere.quit}")
        )
    } else {
        format!(" Disconnected, {next}: {reason}")
    };
    paint::put(buffer, area, 0, &Line::from(paint::span(text::pad(&sentence, width), state.theme.banner)));
}

/// What the tripwire noticed.
fn alarm(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(alarm) = state.log.tripwire.alarm() else { return };
    let width = usize::from(area.width);
    // The way out stays in sight where the sentence does not fit.
    let key = state.keys.say("  {everywhere.acknowledge} acknowledges ");
    let room = width.saturating_sub(text::width(&key));
    let sentence = text::pad(&format!(" ▲ {}", alarm.sentence()), room);
    paint::put(buffer, area, 0, &Line::from(paint::span(format!("{sentence}{key}"), state.theme.banner)));
}

/// The commands that the footer has room for, each with its key and its width.
fn footer_hints(state: &State, width: u16) -> Vec<(&'static commands::Command, String, usize)> {
    let room = usize::from(width).saturating_sub(1);
    let mut shown = Vec::new();
    let mut used = 0;
    let hints: Vec<_> = commands::hints(state).collect();
    // Help and quit stand at the end and must not be pushed out: the others give way to them.
    let width = |command: &commands::Command| text::width(&state.keys.label(command)) + text::width(command.hint) + 3;
    let fixed = |command: &commands::Command| matches!(command.id, commands::Id::Help | commands::Id::Quit);
    let reserved: usize = hints.iter().filter(|command| fixed(command)).map(|command| width(command)).sum();
    for command in hints {
        let wide = width(command);
        let limit = if fixed(command) { room + 2 } else { (room + 2).saturating_sub(reserved) };
        if used + wide > limit {
            continue;
        }
        used += wide;
        shown.push((command, state.keys.label(command), wide));
    }
    shown
}

/// The command whose hint is at a column of the footer.
pub fn hint_at(state: &State, area: Rect, column: u16) -> Option<&'static commands::Command> {
    let hints = footer_hints(state, area.width).into_iter().map(|(command, _, width)| (command, width));
    at_column(area, column.checked_sub(1)?, hints)
}

fn footer(state: &State, buffer: &mut Buffer, area: Rect) {
    let theme = &state.theme;
    let mut spans = vec![Span::raw(" ")];
    for (command, key, _) in footer_hints(state, area.width) {
        spans.push(paint::span(key, theme.accent));
        spans.push(paint::span(format!(" {}  ", command.hint), theme.dim));
    }
    paint::put(buffer, area, 0, &Line::from(spans));
}

/// The newest notice, over the footer; long ones take as many lines as they need.
fn toast(state: &State, buffer: &mut Buffer, footer: Rect) {
    let Some(toast) = state.toasts.shown() else { return };
    let whole = buffer.area;
    let (mark, style) = match toast.mood {
        Mood::Success => ("✓", state.theme.good),
        Mood::Refusal => ("▲", state.theme.warn),
    };
    let columns = usize::from(whole.width).saturating_sub(4).max(1);
    let lines = text::wrap(&toast.text, columns);
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(4).min(whole.height);
    // The keys stay in sight where there is another place.
    let over_footer = footer.is_empty() || whole.height < 12;
    let bottom = if over_footer { whole.bottom() } else { footer.y };
    let area = Rect { y: bottom.saturating_sub(rows), height: rows, ..whole }.intersection(whole);
    for (row, line) in (0..rows).zip(lines) {
        let mark = if row == 0 { mark } else { " " };
        let line = text::pad(&format!(" {mark} {line}"), usize::from(whole.width));
        paint::put(buffer, area, row, &Line::from(paint::span(line, style)));
    }
}
