//! Where in the log to go: a time or an event's number, being typed.

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler};

use crate::model::id::EventId;

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
}
