//! Where in the log to go: a time or an event's number, being typed.

use crossterm::event::{Event, KeyCode, KeyEvent};
use ratatui::text::Line;
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler};

use crate::{
    dashboard::{keymap::KeyMap, paint, text, theme::Theme},
    model::id::EventId,
};

/// Longest text taken.
const LIMIT: usize = 64;

/// The dialog's state.
#[derive(Debug, Default)]
pub struct Travel {
    /// The line typed into.
    pub input: Input,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// The time the service was asked for.
    asked: Option<String>,
}

impl Travel {
    /// Types a key.
    pub fn key(&mut self, key: KeyEvent) {
        if self.input.value().len() < LIMIT || !matches!(key.code, KeyCode::Char(_)) {
            self.problem = None;
            self.input.handle_event(&Event::Key(key));
        }
    }

    /// Types a pasted text.
    pub fn paste(&mut self, text: &str) {
        self.problem = None;
        for c in text.trim().chars().filter(|c| !c.is_control()).take(LIMIT) {
            self.input.handle(InputRequest::InsertChar(c));
        }
    }

    /// The event whose number was typed.
    pub fn event(&self) -> Option<EventId> {
        self.input.value().trim().trim_start_matches('#').parse().ok().map(EventId)
    }

    /// The time to ask the service for; none, with the problem said, when nothing was typed.
    pub fn submit(&mut self) -> Option<String> {
        let time = self.input.value().trim().to_owned();
        if time.is_empty() {
            self.problem = Some("Type a time or the number of an event.".to_owned());
            return None;
        }
        self.asked = Some(time.clone());
        Some(time)
    }

    /// Whether this is the time that was asked for last.
    pub fn asked(&self, time: &str) -> bool {
        self.asked.as_deref() == Some(time)
    }

    /// The service knows no such time.
    pub fn refused(&mut self, sentence: String) {
        self.asked = None;
        self.problem = Some(sentence);
    }

    /// The dialog's lines, and where the text cursor stands.
    pub fn lines(&self, columns: usize, keys: &KeyMap, theme: &Theme) -> (Vec<Line<'static>>, (usize, usize)) {
        let scroll = self.input.visual_scroll(columns.saturating_sub(8));
        let shown = text::fit(text::from_column(self.input.value(), scroll), columns.saturating_sub(6));
        let mut lines = vec![Line::from(vec![paint::span("To    ", theme.dim), paint::span(shown, theme.text)])];
        lines.push(Line::default());
        match &self.problem {
            Some(problem) => lines.extend(paint::sentence(problem, columns, theme.bad)),
            None => {
                let words = "A time in UTC, such as 2026-11-20 10:00, 10:30 of today, or 3d for three days ago; or the \
                             number of an event. {log.follow} comes back to the newest.";
                lines.extend(paint::sentence(&keys.say(words), columns, theme.dim));
            }
        }
        (lines, (0, self.input.visual_cursor().saturating_sub(scroll) + 6))
    }
}
