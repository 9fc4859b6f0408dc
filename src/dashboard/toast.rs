//! Short notices over the footer: what succeeded goes by itself, what failed stays until a key is pressed.

use std::time::Duration;

use crate::dashboard::message::{Effect, Timer};

/// How long a success stays.
const SUCCESS: Duration = Duration::from_secs(4);

/// How a notice is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Done.
    Success,
    /// Not possible now, or failed.
    Refusal,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// How it is meant.
    pub mood: Mood,
    /// The sentence.
    pub text: String,
    id: u64,
}

/// The notice shown: the newest one.
#[derive(Debug, Default)]
pub struct Toasts {
    shown: Option<Toast>,
    last_id: u64,
}

impl Toasts {
    /// The notice shown.
    pub const fn shown(&self) -> Option<&Toast> {
        self.shown.as_ref()
    }

    /// Something was done.
    pub fn success(&mut self, text: impl Into<String>, effects: &mut Vec<Effect>) {
        self.show(Mood::Success, text.into());
        effects.push(Effect::After(SUCCESS, Timer::Toast(self.last_id)));
    }

    /// Something cannot be done.
    pub fn refusal(&mut self, text: impl Into<String>) {
        self.show(Mood::Refusal, text.into());
    }

    fn show(&mut self, mood: Mood, text: String) {
        self.last_id += 1;
        self.shown = Some(Toast { mood, text, id: self.last_id });
    }

    /// The notice with this id has been seen long enough.
    pub fn expire(&mut self, id: u64) {
        if self.shown.as_ref().is_some_and(|toast| toast.id == id) {
            self.shown = None;
        }
    }

    /// A key was pressed: what stayed for it goes.
    pub fn acknowledge(&mut self) {
        if self.shown.as_ref().is_some_and(|toast| toast.mood == Mood::Refusal) {
            self.shown = None;
        }
    }
}
