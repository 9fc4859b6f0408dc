//! A search through the log that goes on by itself, one call after the other, until enough was found.

use crate::{
    dashboard::{
        message::{Call, Effect, Failure},
        panes::log::{Ask, Toward},
    },
    model::{event_log::EventSearch, time::Timestamp},
};

/// The standing of a search in one direction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hunt {
    /// Whether a call is under way.
    pub searching: bool,
    /// How many more matches are wanted.
    wanted: usize,
    /// Up to what time the log was looked at.
    pub at: Option<Timestamp>,
    /// Why the last call gave nothing.
    pub failed: Option<String>,
}

impl Hunt {
    /// Wants so many matches; says whether a call has to be made for that.
    pub fn want(&mut self, matches: usize) -> bool {
        self.wanted = self.wanted.max(matches);
        self.failed = None;
        !self.searching && self.wanted > 0
    }

    /// Makes a call.
    pub fn call(&mut self, run: u64, toward: Toward, search: EventSearch, effects: &mut Vec<Effect>) {
        self.searching = true;
        effects.push(Effect::Call(Call::Log(Ask::Search { run, toward, search })));
    }

    /// Takes note of an answer; says whether the search has to go on.
    pub fn answered(&mut self, answer: Result<(usize, Option<Timestamp>, bool), &Failure>) -> bool {
        self.searching = false;
        match answer {
            Ok((found, at, exhausted)) => {
                self.at = at.or(self.at);
                self.wanted = if exhausted { 0 } else { self.wanted.saturating_sub(found) };
            }
            Err(failure) => {
                self.wanted = 0;
                self.failed = Some(failure.sentence.clone());
            }
        }
        self.wanted > 0
    }

    /// Whether it goes on by itself.
    pub const fn is_on(&self) -> bool {
        self.searching && self.wanted > 0
    }

    /// Forgets the call under way: its answer belongs to another question.
    pub fn rest(&mut self) {
        self.searching = false;
        self.wanted = 0;
    }

    /// Goes on no more; says whether it did. What is under way still arrives.
    pub fn stop(&mut self) -> bool {
        let was_on = self.is_on();
        self.wanted = 0;
        was_on
    }
}
