//! The search line of a list: `/` opens it, Enter keeps it, Esc clears it.

use crossterm::event::{Event, KeyEvent};
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler};

use crate::dashboard::text;

/// Longest search in characters; what is typed or pasted beyond it is left out.
const LIMIT: usize = 4096;

/// A line to type into.
#[derive(Debug, Clone, Default)]
pub struct SearchLine {
    input: Input,
    /// Whether keys go into it.
    pub editing: bool,
    /// Grows with every change, so that a search can wait until typing pauses.
    pub sequence: u64,
}

impl SearchLine {
    /// What stands in it.
    pub fn value(&self) -> &str {
        self.input.value()
    }

    /// What is seen of it in so many columns, moved so that its cursor is seen; and the cursor's column there.
    pub fn seen(&self, columns: usize) -> (String, usize) {
        let hidden = if self.editing { self.input.visual_scroll(columns.saturating_sub(1)) } else { 0 };
        let seen = text::fit(text::from_column(self.value(), hidden), columns);
        (seen, self.input.visual_cursor().saturating_sub(hidden))
    }

    /// Types a key; says whether the text changed.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        if self.value().chars().count() >= LIMIT && matches!(key.code, crossterm::event::KeyCode::Char(_)) {
            return false;
        }
        let changed = self.input.handle_event(&Event::Key(key)).is_some_and(|change| change.value);
        self.sequence += u64::from(changed);
        changed
    }

    /// Types a pasted text: one line of it, without what cannot be seen.
    pub fn paste(&mut self, text: &str) {
        let room = LIMIT.saturating_sub(self.value().chars().count());
        for c in text.trim().chars().filter(|c| !c.is_control()).take(room) {
            self.input.handle(InputRequest::InsertChar(c));
        }
        self.sequence += 1;
    }

    /// Puts a text into it, without going there.
    pub fn set(&mut self, text: &str) {
        self.input = Input::new(text.to_owned());
        self.sequence += 1;
    }

    /// Empties it and leaves it.
    pub fn clear(&mut self) {
        self.input.reset();
        self.editing = false;
        self.sequence += 1;
    }
}
