//! Add another account > Create a new token: its name, how long it lives, what it may do, and whether it is meant.

use crossterm::event::{Event, KeyCode, KeyEvent};
use ratatui::text::{Line, Span};
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler};

use crate::{
    dashboard::{keymap::KeyMap, paint, text, theme::Theme},
    model::token::{NewToken, TokenMode, TokenScope},
};

/// Longest name in characters, as the service takes it.
const LIMIT: usize = 100;
/// Longest number of days in digits.
const DIGITS: usize = 4;
/// How many days a token lives unless said otherwise.
const DAYS: &str = "365";
/// The column of the fields' names.
const NAMES: usize = 4;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Field {
    /// The name.
    #[default]
    Name,
    /// For how many days.
    Days,
    /// What for.
    Scope,
    /// Whether what comes with it is carried out.
    Mode,
}

impl Field {
    const ALL: [Self; 4] = [Self::Name, Self::Days, Self::Scope, Self::Mode];

    /// What to know while it is filled in; keys stand by the names of their commands.
    const fn advice(self) -> &'static str {
        match self {
            Self::Name => "What will use it, such as Okta production. {new-token.submit-name} creates it.",
            Self::Days => {
                "It is refused from then on; 30 days before, it is marked. {new-token.submit-name} creates it."
            }
            Self::Scope => "Okta needs to write. The space bar changes it, {new-token.submit-name} creates it.",
            Self::Mode => {
                "In a dry run everything is checked, answered and recorded, and nothing is changed until the token goes \
                 live. The space bar changes it, {new-token.submit-name} creates it."
            }
        }
    }
}

/// The form.
#[derive(Debug)]
pub struct NewTokenForm {
    /// The name.
    pub name: Input,
    /// The number of days.
    pub days: Input,
    /// What it may do.
    pub scope: TokenScope,
    /// Whether what comes with it is carried out.
    pub mode: TokenMode,
    /// Where keys go to.
    pub field: Field,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// Whether the service has been asked and not answered yet.
    pub busy: bool,
}

impl Default for NewTokenForm {
    fn default() -> Self {
        Self {
            name: Input::default(),
            days: Input::new(DAYS.to_owned()),
            scope: TokenScope::Write,
            mode: TokenMode::Live,
            field: Field::Name,
            problem: None,
            busy: false,
        }
    }
}

impl NewTokenForm {
    /// Goes to the field below or above, round the end.
    pub fn turn(&mut self, down: bool) {
        let place = Field::ALL.iter().position(|field| *field == self.field).unwrap_or(0);
        let step = if down { 1 } else { Field::ALL.len() - 1 };
        self.field = Field::ALL.get((place + step) % Field::ALL.len()).copied().unwrap_or_default();
    }

    /// Types a key.
    pub fn key(&mut self, key: KeyEvent) {
        if self.busy {
            return;
        }
        self.problem = None;
        match self.field {
            Field::Name => type_into(&mut self.name, key, LIMIT),
            Field::Days if matches!(key.code, KeyCode::Char(c) if !c.is_ascii_digit()) => {}
            Field::Days => type_into(&mut self.days, key, DIGITS),
            Field::Scope | Field::Mode if !matches!(key.code, KeyCode::Char(' ') | KeyCode::Left | KeyCode::Right) => {}
            Field::Scope => {
                self.scope = if self.scope == TokenScope::Write { TokenScope::Read } else { TokenScope::Write };
            }
            Field::Mode => self.mode = if self.mode.is_live() { TokenMode::DryRun } else { TokenMode::Live },
        }
    }

    /// Types a pasted text: one line of it.
    pub fn paste(&mut self, pasted: &str) {
        let (input, limit) = match self.field {
            Field::Name => (&mut self.name, LIMIT),
            Field::Days => (&mut self.days, DIGITS),
            Field::Scope | Field::Mode => return,
        };
        if self.busy {
            return;
        }
        let room = limit.saturating_sub(input.value().chars().count());
        let fits = |c: &char| !c.is_control() && (self.field == Field::Name || c.is_ascii_digit());
        for c in pasted.trim().chars().filter(fits).take(room) {
            input.handle(InputRequest::InsertChar(c));
        }
    }

    /// The token to ask for; none, with the problem said, when something is missing.
    pub fn submit(&mut self) -> Option<NewToken> {
        if self.busy {
            return None;
        }
        let name = self.name.value().trim().to_owned();
        if name.is_empty() {
            self.field = Field::Name;
            self.problem = Some("Give the token a name, such as the system that will use it.".to_owned());
            return None;
        }
        let Ok(days) = self.days.value().parse() else {
            self.field = Field::Days;
            self.problem = Some("Say for how many days it lives, such as 90.".to_owned());
            return None;
        };
        self.busy = true;
        self.problem = None;
        Some(NewToken { name, scope: self.scope, mode: self.mode, days: Some(days) })
    }

    /// The dialog's lines, and where the text cursor stands.
    pub fn lines(&self, columns: usize, keys: &KeyMap, theme: &Theme) -> (Vec<Line<'static>>, Option<(usize, usize)>) {
        let mut cursor = None;
        let mut lines = Vec::new();
        let room = columns.saturating_sub(NAMES + 2);
        for (row, (field, title)) in
            [(Field::Name, "Name"), (Field::Days, "Days"), (Field::Scope, "May"), (Field::Mode, "Mode")]
                .iter()
                .enumerate()
        {
            let here = *field == self.field;
            let label = Span::styled(text::pad(title, NAMES), if here { theme.accent } else { theme.dim });
            let value = match field {
                Field::Name | Field::Days => {
                    let input = if *field == Field::Name { &self.name } else { &self.days };
                    let scroll = input.visual_scroll(room.saturating_sub(2));
                    if here && !self.busy {
                        cursor = Some((row, input.visual_cursor().saturating_sub(scroll) + NAMES + 2));
                    }
                    vec![paint::span(text::fit(text::from_column(input.value(), scroll), room), theme.text)]
                }
                Field::Scope => {
                    let write = self.scope == TokenScope::Write;
                    choices([("read and write", write), ("only read", !write)], here, theme)
                }
                Field::Mode => {
                    let live = self.mode.is_live();
                    choices([("live", live), ("dry run", !live)], here, theme)
                }
            };
            let mut spans = vec![label, Span::raw("  ")];
            spans.extend(value);
            lines.push(Line::from(spans));
        }
        lines.push(Line::default());
        let (words, style) = match (&self.problem, self.busy, self.field) {
            (Some(problem), ..) => (problem.clone(), theme.bad),
            (None, true, _) => ("Creating …".to_owned(), theme.dim),
            (None, false, field) => (keys.say(field.advice()), theme.dim),
        };
        lines.extend(paint::sentence(&words, columns, style));
        (lines, cursor)
    }
}

/// Two values of which one is picked.
fn choices(of: [(&str, bool); 2], here: bool, theme: &Theme) -> Vec<Span<'static>> {
    let choice = |(words, picked): (&str, bool)| {
        let mark = if picked { "◉" } else { "○" };
        let style = if picked && here { theme.selected } else { theme.text };
        [Span::styled(format!("{mark} {words}"), style), Span::raw("  ")]
    };
    of.into_iter().flat_map(choice).collect()
}

fn type_into(input: &mut Input, key: KeyEvent, limit: usize) {
    let full = input.value().chars().count() >= limit;
    if !(full && matches!(key.code, KeyCode::Char(_))) {
        input.handle_event(&Event::Key(key));
    }
}
