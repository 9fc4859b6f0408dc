//! The palette: every command that means something here, found by a few letters of what it does.

use crossterm::event::{Event, KeyEvent};
use nucleo_matcher::{
    Config, Matcher,
    pattern::{CaseMatching, Normalization, Pattern},
};
use ratatui::text::{Line, Span};
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler};

use crate::dashboard::{
    commands::{self, Command},
    paint, scroll,
    state::State,
    text,
};

/// Longest text in characters.
const LIMIT: usize = 60;
/// The commands shown at once.
const ROWS: u16 = 12;

/// The dialog's state.
#[derive(Debug)]
pub struct Palette {
    /// The line typed into.
    pub input: Input,
    /// What there is to choose here.
    commands: Vec<&'static Command>,
    /// What the text matches, the best first.
    matches: Vec<&'static Command>,
    /// The place of the one picked.
    pub place: usize,
}

/// A command and what it is found by.
struct Candidate(&'static Command, String);

impl AsRef<str> for Candidate {
    fn as_ref(&self) -> &str {
        &self.1
    }
}

impl Palette {
    /// Over these commands.
    pub fn new(commands: Vec<&'static Command>) -> Self {
        let matches = commands.clone();
        Self { input: Input::default(), commands, matches, place: 0 }
    }

    /// The command picked.
    pub fn picked(&self) -> Option<&'static Command> {
        self.matches.get(self.place).copied()
    }

    /// Picks the command above or below.
    pub fn pick(&mut self, down: bool) {
        let next = if down { self.place + 1 } else { self.place.saturating_sub(1) };
        self.place = next.min(self.matches.len().saturating_sub(1));
    }

    /// Types a key.
    pub fn key(&mut self, key: KeyEvent) {
        let full = self.input.value().chars().count() >= LIMIT;
        if full && matches!(key.code, crossterm::event::KeyCode::Char(_)) {
            return;
        }
        if self.input.handle_event(&Event::Key(key)).is_some_and(|change| change.value) {
            self.find();
        }
    }

    /// Types a pasted text: one line of it.
    pub fn paste(&mut self, text: &str) {
        let room = LIMIT.saturating_sub(self.input.value().chars().count());
        for c in text.trim().chars().filter(|c| !c.is_control()).take(room) {
            self.input.handle(InputRequest::InsertChar(c));
        }
        self.find();
    }

    /// The dialog's lines, and where the text cursor stands.
    pub fn lines(&self, state: &State, columns: usize) -> (Vec<Line<'static>>, (usize, usize)) {
        let theme = &state.theme;
        let scroll = self.input.visual_scroll(columns.saturating_sub(3));
        let shown = text::fit(text::from_column(self.input.value(), scroll), columns.saturating_sub(2));
        let mut lines = vec![Line::from(vec![paint::span(": ", theme.accent), paint::span(shown, theme.text)])];
        let rows = ROWS.min(state.size.height.saturating_sub(7)).max(1);
        let first = scroll::window_start(self.place, rows, self.matches.len());
        let found = self.matches.iter().enumerate().skip(first).take(usize::from(rows));
        lines.extend(found.map(|(place, command)| {
            let refusal = (command.enabled)(state).err();
            let style = match (place == self.place, &refusal) {
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
        if self.matches.is_empty() {
            lines.extend(paint::sentence("No command of this place is called that.", columns, theme.dim));
        }
        // The box keeps its height while the matches become fewer.
        lines.resize(usize::from(rows) + 1, Line::default());
        (lines, (0, self.input.visual_cursor().saturating_sub(scroll) + 2))
    }

    fn find(&mut self) {
        self.place = 0;
        let wanted = Pattern::parse(self.input.value(), CaseMatching::Ignore, Normalization::Smart);
        let candidates = self.commands.iter().map(|command| Candidate(command, found_by(command)));
        let mut matcher = Matcher::new(Config::DEFAULT);
        self.matches = wanted.match_list(candidates, &mut matcher).into_iter().map(|(found, _)| found.0).collect();
    }
}

/// The words of the title before the name in key maps, so that the title counts more.
fn found_by(command: &commands::Command) -> String {
    format!("{} {command}", command.title)
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;
    use crate::dashboard::commands::COMMANDS;

    #[test]
    fn a_few_letters_find_a_command() {
        let mut palette = Palette::new(COMMANDS.iter().collect());
        for c in "revtok".chars() {
            palette.key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
        }
        assert_eq!(palette.picked().unwrap().to_string(), "api-tokens.revoke-token");
        palette.paste("zzzz\n");
        assert!(palette.picked().is_none());
    }

    #[test]
    fn the_pick_stays_among_the_matches() {
        let mut palette = Palette::new(COMMANDS.iter().take(2).collect());
        palette.pick(false);
        assert_eq!(palette.place, 0);
        for _ in 0..5 {
            palette.pick(true);
        }
        assert_eq!(palette.place, 1);
    }
}
