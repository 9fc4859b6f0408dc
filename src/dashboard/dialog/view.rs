//! How dialogs are drawn.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{
    dashboard::{
        commands::{self, COMMANDS, Scope},
        dialog::{Closing, Confirm, Dialog, Palette, RoleEditor, Stage, TokenSecret, Travel},
        layout,
        message::Load,
        paint, scroll,
        state::State,
        text,
        theme::Theme,
    },
    model::{role::Role, session::SignInCode, user_filter::FIELDS},
};

/// The widest a dialog gets.
const WIDTH: u16 = 72;
/// The widest the help overlay gets.
const HELP_WIDTH: u16 = 84;

/// What a dialog says.
struct Content {
    title: String,
    lines: Vec<Line<'static>>,
    /// The line at the bottom that never scrolls away; empty where there is none.
    foot: Line<'static>,
    /// Row and column of the text cursor, where something is typed.
    cursor: Option<(usize, usize)>,
}

impl Content {
    fn new(title: impl Into<String>, lines: Vec<Line<'static>>) -> Self {
        Self { title: title.into(), lines, foot: Line::default(), cursor: None }
    }

    fn foot(self, foot: Line<'static>) -> Self {
        Self { foot, ..self }
    }
}

/// Draws the dialog; gives the place of the text cursor where something is typed.
pub fn draw(state: &State, dialog: &Dialog, buffer: &mut Buffer) -> Option<Position> {
    let theme = &state.theme;
    let content = content(state, dialog);
    let (area, text_rows) = extent_of(state, dialog, &content);
    let inside = paint::boxed(buffer, area, &content.title, theme);
    let (text, _) = layout::split_top(inside, text_rows);
    let first = usize::from(state.dialog_scroll);
    paint::put_text(buffer, text, &content.lines, first, "↓", theme);
    if content.foot.width() > 0 && inside.height > 0 {
        paint::put(buffer, inside, inside.height - 1, &content.foot);
    }
    let (row, column) = content.cursor?;
    let place = |cells: usize| u16::try_from(cells).unwrap_or(u16::MAX);
    let row = place(row.checked_sub(first.min(content.lines.len().saturating_sub(usize::from(text.height))))?);
    let position = Position { x: text.x.saturating_add(place(column)), y: text.y.saturating_add(row) };
    text.contains(position).then_some(position)
}

/// How many lines a dialog has, and how many are seen at once.
pub fn extent(state: &State, dialog: &Dialog) -> (usize, u16) {
    let content = content(state, dialog);
    let (_, rows) = extent_of(state, dialog, &content);
    (content.lines.len(), rows)
}

/// The box, and the rows of text in it.
fn extent_of(state: &State, dialog: &Dialog, content: &Content) -> (Rect, u16) {
    let foot = if content.foot.width() > 0 { 2 } else { 0 };
    let area = match dialog {
        Dialog::Help => layout::centered(state.area(), HELP_WIDTH, state.size.height.saturating_sub(2).max(3)),
        _ => {
            let rows = u16::try_from(content.lines.len()).unwrap_or(u16::MAX).saturating_add(2 + foot);
            layout::centered(state.area(), outer_width(state), rows)
        }
    };
    let inside = area.height.saturating_sub(2);
    // Where it is tight, the blank line over the foot is given up first.
    (area, inside.saturating_sub(u16::from(foot > 0)))
}

fn content(state: &State, dialog: &Dialog) -> Content {
    let theme = &state.theme;
    match dialog {
        Dialog::Palette(palette) => palette_content(state, palette),
        Dialog::Help => Content::new("Keys", help_lines(state)),
        Dialog::Notice { title, text } => {
            let columns = inside_width(state);
            let lines = text.lines().flat_map(|line| paint::sentence(line, columns, theme.text)).collect();
            Content::new(title, lines).foot(button_line(&[("Close", true)], theme))
        }
        Dialog::Confirm(confirm) => confirmation(state, confirm),
        Dialog::AddAccount => {
            let choice = Line::from(Span::styled(" Create a new token ", theme.selected));
            let words = "A bearer token for Okta or another SCIM client. Enter chooses it.";
            let mut lines = vec![choice];
            lines.extend(paint::sentence(words, inside_width(state), theme.dim));
            Content::new("Settings > API Tokens > Add another account", lines)
        }
        Dialog::NewToken(form) => {
            let (lines, cursor) = form.lines(inside_width(state), theme);
            Content { cursor, ..Content::new("Add another account > Create a new token", lines) }
        }
        Dialog::Travel(travel) => travel_to(state, travel),
        Dialog::Events(export) => {
            let (lines, cursor) = export.lines(inside_width(state), theme);
            Content { cursor, ..Content::new("Events to a file", lines) }
        }
        Dialog::TokenSecret(secret) => match &secret.closing {
            Closing::No => new_secret(state, secret),
            Closing::Check { note, .. } => secret_check(state, secret, *note),
        },
        Dialog::RoleEditor(editor) => role_editor(state, editor),
        Dialog::MapGroup(group) => {
            let yes = group.yes();
            let button = group.confirming.then_some((yes.as_str(), group.focused));
            let title = format!("Role of the group {}", group.mapping.name);
            picking(group.lines(inside_width(state), theme), title, button, state)
        }
        Dialog::Rotate(rotate) => {
            let button = rotate.confirming.then_some(("Rotate", rotate.focused));
            let title = format!("Rotate the token \"{}\" (…{})", rotate.name, rotate.tail);
            picking(rotate.lines(inside_width(state), theme), title, button, state)
        }
        Dialog::Setting(editor) => {
            let (lines, cursor) = editor.lines(inside_width(state), theme);
            Content { cursor, ..Content::new(format!("Workspace: {}", editor.setting.title()), lines) }
        }
        Dialog::Many(many) => {
            let lines = many.lines(inside_width(state), theme);
            let foot = match &many.stage {
                Stage::Picking => hint("↑↓ pick · Enter goes on · Esc cancels", theme),
                Stage::Measuring => hint("Esc cancels", theme),
                Stage::Working(_) => hint("Esc ends it after the people under way", theme),
                Stage::Asking(question) => {
                    let (focused, yes) = (question.focused, if question.people == 0 { "" } else { many.verb() });
                    match yes {
                        "" => button_line(&[("Close", true)], theme),
                        yes => {
                            let mut foot = button_line(&[("Cancel", !focused), (yes, focused)], theme);
                            // Here it never scrolls away, however many are named above.
                            foot.spans.extend(question.prompt(theme));
                            foot
                        }
                    }
                }
            };
            Content::new(many.title(), lines).foot(foot)
        }
        Dialog::Columns(choice) => Content::new("Columns", choice.lines(inside_width(state), theme))
            .foot(hint("Space shows · ←→ move · s sorts · u usual · Enter done", theme)),
        Dialog::Export(export) => {
            let (lines, cursor) = export.lines(inside_width(state), theme);
            let keys = if export.written.is_some() {
                "Esc ends it and removes the file"
            } else {
                "Tab other format · Enter writes · Esc cancels"
            };
            let title = format!("Write {} to a file", text::plural(export.total, "person", "people"));
            Content { cursor, ..Content::new(title, lines).foot(hint(keys, theme)) }
        }
        Dialog::SignInCode { name, code, .. } => sign_in_code(state, name, code),
    }
}

fn outer_width(state: &State) -> u16 {
    WIDTH.min(state.size.width)
}

fn inside_width(state: &State) -> usize {
    usize::from(outer_width(state).saturating_sub(4)).max(1)
}

/// The commands a palette shows at once.
const PALETTE_ROWS: u16 = 12;

fn palette_content(state: &State, palette: &Palette) -> Content {
    let theme = &state.theme;
    let columns = inside_width(state);
    let scroll = palette.input.visual_scroll(columns.saturating_sub(3));
    let shown = text::fit(text::from_column(palette.input.value(), scroll), columns.saturating_sub(2));
    let mut lines = vec![Line::from(vec![paint::span(": ", theme.accent), paint::span(shown, theme.text)])];
    let rows = PALETTE_ROWS.min(state.size.height.saturating_sub(7)).max(1);
    let first = scroll::window_start(palette.place, rows, palette.matches().len());
    let found = palette.matches().iter().enumerate().skip(first).take(usize::from(rows));
    lines.extend(found.map(|(place, command)| {
        let refusal = (command.enabled)(state).err();
        let picked = place == palette.place;
        let style = match (picked, &refusal) {
            (true, _) => theme.selected,
            (false, None) => theme.text,
            (false, Some(_)) => theme.dim,
        };
        let words = match refusal {
            Some(reason) => format!("{} (not now: {reason})", command.title),
            None => command.title.to_owned(),
        };
        let key = state.keys.label(command);
        let room = columns.saturating_sub(text::width(&key) + 1);
        Line::from(Span::styled(format!("{} {key}", text::pad(&words, room)), style))
    }));
    if palette.matches().is_empty() {
        lines.extend(paint::sentence("No command of this place is called that.", columns, theme.dim));
    }
    // The box keeps its height while the matches become fewer.
    lines.resize(usize::from(rows) + 1, Line::default());
    let cursor = Some((0, palette.input.visual_cursor().saturating_sub(scroll) + 2));
    let name = palette.picked().map(|command| format!("In [keys]: {command}")).unwrap_or_default();
    let foot = Line::from(paint::span(name, theme.dim));
    Content { cursor, ..Content::new("Commands", lines).foot(foot) }
}

fn hint(words: &'static str, theme: &Theme) -> Line<'static> {
    Line::from(paint::span(words, theme.dim))
}

fn button_line(buttons: &[(&str, bool)], theme: &Theme) -> Line<'static> {
    let spans = buttons.iter().flat_map(|(word, focused)| {
        let style = if *focused { theme.selected } else { theme.dim };
        [Span::styled(format!(" {word} "), style), Span::raw("  ")]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn confirmation(state: &State, confirm: &Confirm) -> Content {
    let theme = &state.theme;
    let lines = confirm.lines.iter().flat_map(|line| paint::sentence(line, inside_width(state), theme.text)).collect();
    let foot = button_line(&[("Cancel", !confirm.focused), (confirm.yes, confirm.focused)], theme);
    Content::new(&confirm.title, lines).foot(foot)
}

fn picking(lines: Vec<Line<'static>>, title: String, button: Option<(&str, bool)>, state: &State) -> Content {
    let theme = &state.theme;
    let foot = match button {
        Some((yes, focused)) => button_line(&[("Cancel", !focused), (yes, focused)], theme),
        None => Line::from(paint::span("↑↓ pick · Enter goes on · Esc cancels", theme.dim)),
    };
    Content::new(title, lines).foot(foot)
}

fn travel_to(state: &State, travel: &Travel) -> Content {
    let theme = &state.theme;
    let columns = inside_width(state);
    let scroll = travel.input.visual_scroll(columns.saturating_sub(8));
    let shown = text::fit(text::from_column(travel.input.value(), scroll), columns.saturating_sub(6));
    let mut lines = vec![Line::from(vec![paint::span("To    ", theme.dim), paint::span(shown, theme.text)])];
    lines.push(Line::default());
    let (words, style) = match &travel.problem {
        Some(problem) => (problem.as_str(), theme.bad),
        None => (
            "A time in UTC, such as 2026-11-20 10:00, 10:30 of today, or 3d for three days ago; or the number of an \
             event. f comes back to the newest.",
            theme.dim,
        ),
    };
    lines.extend(paint::sentence(words, columns, style));
    let cursor = Some((0, travel.input.visual_cursor().saturating_sub(scroll) + 6));
    Content { cursor, ..Content::new("Go to a time or an event", lines) }
}

fn secret_title(secret: &TokenSecret) -> String {
    format!("New token: {}", secret.created.info.name)
}

fn secret_check(state: &State, secret: &TokenSecret, note: Option<&str>) -> Content {
    let theme = &state.theme;
    let columns = inside_width(state);
    let ask = if secret.copied {
        "No terminal says whether its clipboard took the token. Paste it here, or type its first four characters \
         after scimroom_:"
    } else {
        "It is shown only this once. Type its first four characters after scimroom_ to show that you kept it:"
    };
    let mut lines: Vec<Line<'static>> = paint::sentence(ask, columns, theme.text).collect();
    let typed = text::fit(&secret.typed(), columns.saturating_sub(3));
    let cursor = Some((lines.len(), text::width(&typed) + 2));
    lines.push(Line::from(vec![paint::span("› ", theme.accent), paint::span(typed, theme.text)]));
    if let Some(note) = note {
        lines.extend(paint::sentence(note, columns, theme.warn));
    }
    let escape = if secret.copied { "Esc closes unchecked" } else { "Esc twice loses it" };
    let foot = Line::from(paint::span(format!("← back · {escape}"), theme.dim));
    Content { cursor, ..Content::new(secret_title(secret), lines).foot(foot) }
}

fn new_secret(state: &State, secret: &TokenSecret) -> Content {
    let theme = &state.theme;
    let columns = inside_width(state);
    let shown = if secret.revealed {
        secret.created.token.expose().to_owned()
    } else {
        format!("{}{}", "•".repeat(24), secret.created.info.tail)
    };
    let mut lines: Vec<Line<'static>> =
        text::wrap(&shown, columns).into_iter().map(|line| Line::from(Span::styled(line, theme.accent))).collect();
    lines.extend(paint::sentence("This is the only time it is shown.", columns, theme.warn));
    lines.push(Line::default());
    let base_url = state.who.as_ref().map(|who| who.scim_base_url.as_str());
    let mut step = |name: &str, words: &str| lines.extend(paint::named(name, words, 2, columns, theme.text, theme));
    step("1.", "In Okta: the app > Provisioning > Integration > Configure API Integration.");
    if let Some(base_url) = base_url {
        step("2.", &format!("Base URL: {base_url}"));
    }
    step(
        if base_url.is_some() { "3." } else { "2." },
        "API Token: the bare token where the form shows \"Bearer\" already; \"Bearer \" and the token where the \
         authentication mode is Header.",
    );
    let kept = match (&secret.saved, secret.copied) {
        (Some(path), _) => Some(format!("✓ Written to {}", path.display())),
        (None, true) => Some("✓ Sent to the clipboard; closing checks that it arrived.".to_owned()),
        (None, false) => None,
    };
    if let Some(kept) = kept {
        lines.push(Line::default());
        lines.extend(paint::sentence(&kept, columns, theme.good));
    }
    let reveal = if secret.revealed { "hide" } else { "reveal" };
    let mut foot = Vec::new();
    for (key, word) in [("c", "copy"), ("v", reveal), ("w", "file"), ("Enter", "done")] {
        foot.push(paint::span(key, theme.accent));
        foot.push(paint::span(format!(" {word}  "), theme.dim));
    }
    Content::new(secret_title(secret), lines).foot(Line::from(foot))
}

fn role_editor(state: &State, editor: &RoleEditor) -> Content {
    let theme = &state.theme;
    let columns = inside_width(state);
    let mut lines = Vec::new();
    if !editor.confirming {
        for role in Role::ALL {
            let picked = role == editor.to;
            let mark = if picked { "◉" } else { "○" };
            let now = if role == editor.from { "  now" } else { "" };
            let pushed = if editor.okta == Some(role) { "  pushed by Okta" } else { "" };
            let style = if picked { theme.selected } else { theme.text };
            lines.push(Line::from(vec![
                Span::styled(format!(" {mark} {role:<7}"), style),
                paint::span(format!("{now}{pushed}"), theme.dim),
            ]));
        }
        lines.push(Line::default());
    }
    lines.extend(editor.preview().iter().flat_map(|words| paint::sentence(words, columns, theme.text)));
    let title = format!("Role of {}", editor.name);
    let foot = if editor.confirming {
        let yes = format!("Make {}", editor.to);
        button_line(&[("Cancel", !editor.focused), (&yes, editor.focused)], theme)
    } else {
        Line::from(paint::span("↑↓ pick · Enter goes on · Esc cancels", theme.dim))
    };
    Content::new(title, lines).foot(foot)
}

fn sign_in_code(state: &State, name: &str, code: &Load<SignInCode>) -> Content {
    let theme = &state.theme;
    let columns = inside_width(state);
    let lines = match code {
        Load::Ready(code) => {
            let mut lines = vec![Line::from(Span::styled(code.code.expose().to_owned(), theme.accent))];
            lines.push(Line::default());
            let words = format!(
                "Give it to {name}, who runs: scimroom login URL --code CODE. It works once, until {} UTC, and is not \
                 shown again.",
                text::clock(code.expires)
            );
            lines.extend(paint::sentence(&words, columns, theme.text));
            lines
        }
        Load::Loading => vec![Line::from(paint::span("Making a code …", theme.dim))],
        Load::Failed(reason) => paint::sentence(reason, columns, theme.bad).collect(),
    };
    let foot = Line::from(paint::span("c copies · Esc closes", theme.dim));
    Content::new(format!("Sign-in code for {name}"), lines).foot(foot)
}

/// Every key, grouped by where it counts; what cannot be done now says why.
fn help_lines(state: &State) -> Vec<Line<'static>> {
    let theme = &state.theme;
    let columns = usize::from(HELP_WIDTH.min(state.size.width).saturating_sub(4));
    let mut lines: Vec<Line<'static>> = Vec::new();
    let here = commands::here(state);
    let mut scopes = vec![here, Scope::Everywhere, Scope::Lists, Scope::Always];
    for command in COMMANDS.iter() {
        if !scopes.contains(&command.scope) {
            scopes.push(command.scope);
        }
    }
    for scope in scopes {
        let title = match scope {
            Scope::Always => "Always",
            scope => match scope.title() {
                Some(title) => title,
                None => continue,
            },
        };
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::from(paint::span(title, theme.heading)));
        for command in COMMANDS.iter().filter(|command| command.scope == scope) {
            let keys = state.keys.labels(command);
            let refusal = if scope == here { (command.enabled)(state).err() } else { None };
            let words = match refusal {
                Some(reason) => format!("{} (not now: {reason})", command.title),
                None => command.title.to_owned(),
            };
            lines.extend(paint::named(&keys, &words, 12, columns, theme.text, theme));
        }
        if scope == here && matches!(here, Scope::Users | Scope::Roles) {
            lines.push(Line::default());
            lines.push(Line::from(paint::span("Terms of a search", theme.heading)));
            for (field, takes) in FIELDS {
                lines.extend(paint::named(&format!("{field}:"), takes, 12, columns, theme.text, theme));
            }
            let words = "Terms stand apart by blanks and must all hold; ! in front negates one, quotes keep blanks.";
            lines.extend(paint::sentence(words, columns, theme.text));
        }
    }
    lines
}
