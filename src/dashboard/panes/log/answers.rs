//! What the answers to the questions of the log, the inspector and the timeline do to the state.

use crate::dashboard::{
    act,
    dialog::Dialog,
    inspector::Tab,
    message::{Call, Effect},
    panes::log::{Ask, Told},
    state::State,
    text,
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
                    act::inspect_at(state, entry.event.id, Tab::Changes, effects);
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
        Told::Neighbour(of, newer, answer) => {
            // The admin may have gone on meanwhile.
            let Some(inspector) = state.inspector.as_ref().filter(|inspector| inspector.id == of) else { return };
            let tab = inspector.tab;
            match answer.map(|found| found.entries.first().map(|entry| entry.event.id)) {
                Ok(Some(id)) => {
                    act::inspect_at(state, id, tab, effects);
                }
                Ok(None) if newer => state.toasts.refusal("There is no newer event about this person."),
                Ok(None) => state.toasts.refusal("There is no older event about this person that is still kept."),
                Err(failure) => state.toasts.refusal(failure.sentence),
            }
        }
        Told::Written(number, answer) => {
            let Some(Dialog::Events(export)) = &mut state.dialog else { return };
            if let Some(end) = export.answer(number, answer, effects) {
                state.dialog = None;
                match end {
                    Ok(sentence) => state.toasts.success(sentence, effects),
                    Err(sentence) => state.toasts.refusal(sentence),
                }
            }
        }
        Told::Unwritten(Ok(())) => {}
        Told::Unwritten(Err(sentence)) => state.toasts.refusal(sentence),
        Told::Counts(answer) => state.log.tripwire.counts(answer.ok()),
    }
}
