//! What an event meant, in one sentence: `Okta deactivated ada@harbor.example; 3 sessions ended.`
//!
//! It stands wherever an event is shown: in the inspector, in the log where there is room, in a person's timeline, on the
//! command line, and as `sentence` in every event's JSON. A list has no values before and after, so the sentence is good
//! with the event alone; where the changes are at hand it tells numbers, names and roles besides. Names come from outside
//! and are cut; whoever shows the sentence makes control characters visible as in any text.
//!
//! `deed` knows what was asked for and how it went, `people` who asked and about whom, `refusal` why it was not done.

mod deed;
mod groups;
mod people;
mod refusal;
#[cfg(test)]
pub mod tests;

pub use people::{is_of_groups, who};

use crate::model::{
    event::{Action, Change, Event},
    token::TokenMode,
    words::count,
};

/// What an event meant, in a sentence that ends with a full stop. Without `changes` it leaves numbers and values out.
pub fn sentence(event: &Event, changes: &[Change]) -> String {
    let mut told = match (event.action, event.succeeded()) {
        (Action::SignInRefused, _) => refusal::sign_in(event),
        (Action::Astray, _) => refusal::astray(event),
        (_, true) => deed::done(event, changes),
        (_, false) => refusal::refused(event),
    };
    match event.mode {
        TokenMode::Test => told.insert_str(0, "Test traffic: "),
        // What only reads is the same in a dry run.
        TokenMode::DryRun if event.action.is_write() => told.insert_str(0, "Dry run: "),
        TokenMode::DryRun | TokenMode::Live => {}
    }
    if event.repeats > 1 {
        told.push_str(&format!(", {} times in all", count(event.repeats)));
    }
    told.push('.');
    told
}
