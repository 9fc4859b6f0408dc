//! How dialogs are drawn.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{
    dashboard::{
        dialog::{Dialog, Many, Stage, help, secret_view},
        layout,
        message::Load,
        paint, scroll,
        state::State,
        text,
        theme::Theme,
    },
    model::session::SignInCode,
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
    /// The line that stays in sight, where one is picked among many.
    picked: Option<usize>,
}

impl Content {
    fn new(title: impl Into<String>, lines: Vec<Line<'static>>) -> Self {
        Self { title: title.into(), lines, foot: Line::default(), cursor: None, picked: None }
    }

    fn foot(self, foot: Line<'static>) -> Self {
        Self { foot, ..self }
    }
}

/// The key that leads through a dialog's text: where the nearer ones pick something, they do not move it.
fn text_key(state: &State, dialog: &Dialog) -> String {
    let picks = match dialog {
        Dialog::RoleEditor(editor) => !editor.confirming,
        Dialog::MapGroup(group) => !group.confirming,
        Dialog::Rotate(rotate) => !rotate.confirming,
        Dialog::Many(many) => matches!(many.stage, Stage::Picking),
        Dialog::Setting(_) => true,
        _ => false,
    };
    state.keys.say(if picks { "{lists.page-down}" } else { "{lists.down}" })
}

/// Draws the dialog; gives the place of the text cursor where something is typed.
pub fn draw(state: &State, dialog: &Dialog, buffer: &mut Buffer) -> Option<Position> {
    let theme = &state.theme;
    let content = content(state, dialog);
    let (area, text_rows) = extent_of(state, dialog, &content);
    let inside = paint::boxed(buffer, area, &content.title, theme);
    let (text, _) = layout::split_top(inside, text_rows);
    let first = match content.picked {
        Some(line) => scroll::window_start(line, text_rows, content.lines.len()),
        None => usize::from(state.dialog_scroll),
    };
    paint::put_text(buffer, text, &content.lines, first, &text_key(state, dialog), theme);
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
    let rows = match dialog {
        Dialog::Help => state.size.height.saturating_sub(2).max(3),
        _ => u16::try_from(content.lines.len()).unwrap_or(u16::MAX).saturating_add(2 + foot),
    };
    let area = layout::centered(state.area(), outer_width(state, dialog), rows);
    let inside = area.height.saturating_sub(2);
    // Where it is tight, the blank line over the foot is given up first.
    (area, inside.saturating_sub(u16::from(foot > 0)))
}

fn content(state: &State, dialog: &Dialog) -> Content {
    let theme = &state.theme;
    let keys = &state.keys;
    let columns = inside_width(state, dialog);
    match dialog {
        Dialog::Palette(palette) => {
            let (lines, cursor) = palette.lines(state, columns);
            let name = palette.picked().map(|command| format!("In [keys]: {command}")).unwrap_or_default();
            let foot = Line::from(paint::span(name, theme.dim));
            Content { cursor: Some(cursor), ..Content::new("Commands", lines).foot(foot) }
        }
        Dialog::Help => Content::new("Keys", help::lines(state, columns)),
        Dialog::Notice { title, text } => {
            let lines = text.lines().flat_map(|line| paint::sentence(line, columns, theme.text)).collect();
            Content::new(title, lines).foot(buttons(&[("Close", true)], theme))
        }
        Dialog::Confirm(confirm) => {
            let lines = confirm.lines.iter().flat_map(|line| paint::sentence(line, columns, theme.text)).collect();
            let foot = buttons(&[("Cancel", !confirm.focused), (confirm.yes, confirm.focused)], theme);
            Content::new(&confirm.title, lines).foot(foot)
        }
        Dialog::AddAccount => {
            let choice = Line::from(Span::styled(" Create a new token ", theme.selected));
            let words =
                keys.say("A bearer token for Okta or another SCIM client. {add-account.choose-create} chooses it.");
            let mut lines = vec![choice];
            lines.extend(paint::sentence(&words, columns, theme.dim));
            Content::new("Settings > API Tokens > Add another account", lines)
        }
        Dialog::NewToken(form) => {
            let (lines, cursor) = form.lines(columns, keys, theme);
            Content { cursor, ..Content::new("Add another account > Create a new token", lines) }
        }
        Dialog::Travel(travel) => {
            let (lines, cursor) = travel.lines(columns, keys, theme);
            Content { cursor: Some(cursor), ..Content::new("Go to a time or an event", lines) }
        }
        Dialog::Events(export) => {
            let (lines, cursor) = export.lines(columns, theme);
            Content { cursor, ..Content::new("Events to a file", lines) }
        }
        Dialog::TokenSecret(secret) => {
            let (lines, foot, cursor) = secret_view::said(state, secret, columns);
            let title = format!("New token: {}", secret.created.info.name);
            Content { cursor, ..Content::new(title, lines).foot(foot) }
        }
        Dialog::RoleEditor(editor) => {
            let yes = format!("Make {}", editor.to);
            let button = editor.confirming.then_some((yes.as_str(), editor.focused));
            picking(editor.lines(columns, theme), format!("Role of {}", editor.name), button, state)
        }
        Dialog::MapGroup(group) => {
            let yes = group.yes();
            let button = group.confirming.then_some((yes.as_str(), group.focused));
            let title = format!("Role of the group {}", group.mapping.name);
            picking(group.lines(columns, theme), title, button, state)
        }
        Dialog::Rotate(rotate) => {
            let button = rotate.confirming.then_some(("Rotate", rotate.focused));
            let title = format!("Rotate the token \"{}\" (…{})", rotate.name, rotate.tail);
            picking(rotate.lines(columns, theme), title, button, state)
        }
        Dialog::Setting(editor) => {
            let (lines, cursor) = editor.lines(columns, theme);
            Content { cursor, ..Content::new(format!("Workspace: {}", editor.setting.title()), lines) }
        }
        Dialog::Many(many) => {
            let mut lines = many.lines(columns, keys, theme);
            let mut foot = foot_of_many(state, many);
            if let Stage::Asking(question) = &many.stage {
                let prompt = Line::from(question.prompt(theme));
                // Beside the buttons it never scrolls away, however many are named above.
                if foot.width() + prompt.width() <= columns {
                    foot.spans.extend(prompt.spans);
                } else {
                    lines.insert(0, prompt);
                }
            }
            Content::new(many.title(), lines).foot(foot)
        }
        Dialog::Columns(choice) => {
            let parts = [
                "{columns.toggle} shows",
                "{columns.done} done",
                "{columns.carry-up}{columns.carry-down} move",
                "{columns.sort} sorts",
                "{columns.usual} usual",
            ];
            let picked = Some(choice.place());
            Content { picked, ..Content::new("Columns", choice.lines(columns, theme)).foot(hint(state, &parts)) }
        }
        Dialog::Export(export) => {
            let (lines, cursor) = export.lines(columns, theme);
            let parts: &[&str] = if export.written.is_some() {
                &["{working.stop} ends it and removes the file"]
            } else {
                &["{file-name.format} other format", "{file-name.write} writes", "{file-name.close} cancels"]
            };
            let title = format!("Write {} to a file", text::plural(export.total, "person", "people"));
            Content { cursor, ..Content::new(title, lines).foot(hint(state, parts)) }
        }
        Dialog::SignInCode { name, code, .. } => {
            let foot = hint(state, &["{sign-in-code.copy-code} copies", "{sign-in-code.close} closes"]);
            Content::new(format!("Sign-in code for {name}"), sign_in_code(state, name, code, columns)).foot(foot)
        }
    }
}

/// The widest a dialog may be on this screen.
fn outer_width(state: &State, dialog: &Dialog) -> u16 {
    let widest = if matches!(dialog, Dialog::Help) { HELP_WIDTH } else { WIDTH };
    widest.min(state.size.width)
}

/// The columns inside its frame.
fn inside_width(state: &State, dialog: &Dialog) -> usize {
    usize::from(outer_width(state, dialog).saturating_sub(4)).max(1)
}

/// What keys do here, as much of it as there is room for: what matters most comes first. Keys stand by the names of
/// their commands.
pub fn hint(state: &State, parts: &[&str]) -> Line<'static> {
    let columns = usize::from(WIDTH.min(state.size.width).saturating_sub(4));
    let mut shown: Vec<String> = parts.iter().map(|part| state.keys.say(part)).collect();
    let apart = if text::width(&shown.join(" · ")) <= columns { " · " } else { "  " };
    while shown.len() > 1 && text::width(&shown.join(apart)) > columns {
        shown.pop();
    }
    Line::from(paint::span(text::fit(&shown.join(apart), columns), state.theme.dim))
}

fn buttons(buttons: &[(&str, bool)], theme: &Theme) -> Line<'static> {
    let spans = buttons.iter().flat_map(|(word, focused)| {
        let style = if *focused { theme.selected } else { theme.dim };
        [Span::styled(format!(" {word} "), style), Span::raw("  ")]
    });
    Line::from(spans.collect::<Vec<_>>())
}

/// Something picked, and once it is, the buttons that do it or not.
fn picking(lines: Vec<Line<'static>>, title: String, button: Option<(&str, bool)>, state: &State) -> Content {
    let foot = match button {
        Some((yes, focused)) => buttons(&[("Cancel", !focused), (yes, focused)], &state.theme),
        None => hint(
            state,
            &[
                "{role-editor.pick-up}{role-editor.pick-down} pick",
                "{role-editor.submit-role} goes on",
                "{role-editor.close} cancels",
            ],
        ),
    };
    Content::new(title, lines).foot(foot)
}

fn foot_of_many(state: &State, many: &Many) -> Line<'static> {
    let theme = &state.theme;
    match &many.stage {
        Stage::Picking => hint(
            state,
            &["{picking.pick-up}{picking.pick-down} pick", "{picking.submit} goes on", "{picking.close} cancels"],
        ),
        Stage::Measuring => hint(state, &["{working.stop} cancels"]),
        Stage::Working(_) => hint(state, &["{working.stop} ends it after those under way"]),
        Stage::Asking(question) if question.people == 0 => buttons(&[("Close", true)], theme),
        Stage::Asking(question) => buttons(&[("Cancel", !question.focused), (many.verb(), question.focused)], theme),
    }
}

fn sign_in_code(state: &State, name: &str, code: &Load<SignInCode>, columns: usize) -> Vec<Line<'static>> {
    let theme = &state.theme;
    match code {
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
    }
}
