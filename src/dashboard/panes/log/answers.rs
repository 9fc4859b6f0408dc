//! What the answers to the questions of the log, the inspector and the timeline do to the state.

use crate::{
    dashboard::message::Call,
    dashboard::{
        act,
        dialog::Dialog,
        message::Effect,
        panes::log::{Ask, Told},
        state::State,
        text,
    },
};

/// A one-shot timer of the log; each carries the number of the question it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    /// Nobody typed for a moment: ask the service for what the ring does not hold.
    Hunt(u64),
    /// Events arrived whose bodies the filter wants to see.
    Look(u64),
}

/// A timer is over.
pub fn tick(state: &mut State, tick: Tick, effects: &mut Vec<Effect>) {
    match tick {
        Tick::Hunt(run) if run == state.log.run => state.log.hunt_on(effects),
        Tick::Hunt(_) => {}
        Tick::Look(run) => state.log.look(run, effects),
    }
}

/// Takes an answer.
pub fn take(state: &mut State, told: Told, effects: &mut Vec<Effect>) {
    match told {
        Told::Found(run, toward, answer) => state.log.found(run, toward, answer, effects),
        Told::Place(time, Ok(place)) => {
            if matches!(&state.dialog, Some(Dialog::Travel(travel)) if travel.asked(&time)) {
                state.dialog = None;
                state.log.go(place.id, effects);
            }
        }
        Told::Place(time, Err(failure)) => match &mut state.dialog {
            Some(Dialog::Travel(travel)) if travel.asked(&time) => travel.refused(failure.sentence),
            _ => {}
        },
        Told::Causes(answer) => {
            if let Some(causes) = &mut state.log.causes {
                causes.causes.take(answer);
            }
        }
        Told::Timeline(user, before, answer) => {
            if let Some(detail) = state.users.detail.as_mut().filter(|detail| detail.id == user) {
                detail.timeline.fill(before, answer);
            }
        }
        Told::Setter(user, path, Ok(found)) => {
            if state.users.detail.as_ref().is_none_or(|detail| detail.id != user) {
                return;
            }
            match found.entries.first() {
                Some(entry) => {
                    let set = format!(
                        "{path} was last set by event {}, {} UTC.",
                        entry.event.id,
                        text::moment(entry.event.at)
                    );
                    state.toasts.success(set, effects);
                    act::inspect_changes(state, entry.event.id, effects);
                }
                None if found.scanned.exhausted => {
                    state.toasts.refusal(format!("No event that is still kept has set {path}."));
                }
                None => {
                    let before = found.scanned.scanned_to;
                    effects.push(Effect::Call(Call::Log(Ask::Setter { user, path, before })));
                }
            }
        }
        Told::Setter(_, _, Err(failure)) => state.toasts.refusal(failure.sentence),
        Told::Counts(answer) => state.log.tripwire.counts(answer.ok()),
    }
}
