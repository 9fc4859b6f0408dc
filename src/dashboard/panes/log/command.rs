//! The commands of the Log pane.

use crate::{
    dashboard::{
        dialog::{Dialog, Travel},
        message::{Call, Effect},
        panes::log::{Ask, CausesView, Export},
        state::State,
    },
    model::event_log::CausesQuery,
};

/// A command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Back to the newest event.
    Follow,
    /// To a time or an event.
    Travel,
    /// … that was typed.
    SubmitTravel,
    /// Failures by their cause.
    Causes,
    /// The log, filtered to the selected cause.
    OpenCause,
    /// Marks the selected event, or takes its mark away.
    Mark,
    /// Takes every mark away.
    Unmark,
    /// The marked events, or else those shown, as a file.
    Export,
    /// … whose name was typed.
    BeginExport,
    /// No file after all.
    CancelExport,
    /// The tripwire's alarm was seen.
    Acknowledge,
}

/// Runs a command.
pub fn run(state: &mut State, command: Command, effects: &mut Vec<Effect>) {
    match command {
        Command::Follow => {
            state.log.follow();
            state.log.hunt_on(effects);
        }
        Command::Travel => state.dialog = Some(Dialog::Travel(Travel::default())),
        Command::SubmitTravel => {
            let Some(Dialog::Travel(travel)) = &mut state.dialog else { return };
            match travel.event() {
                Some(id) => {
                    state.dialog = None;
                    state.log.go(id, effects);
                }
                None => effects.extend(travel.submit().map(|time| Effect::Call(Call::Log(Ask::Place(time))))),
            }
        }
        Command::Causes => {
            state.log.causes = Some(CausesView::default());
            let query = CausesQuery { filter: state.log.filter_text().to_owned(), before: None };
            effects.push(Effect::Call(Call::Log(Ask::Causes(query))));
        }
        Command::OpenCause => {
            let filter = state.log.causes.as_ref().and_then(CausesView::selected).map(|cause| cause.filter.clone());
            if let Some(filter) = filter {
                state.log.causes = None;
                state.log.narrow(&filter, state.now, effects);
            }
        }
        Command::Export => {
            let ids = state.log.to_export();
            state.dialog = Some(Dialog::Events(Export::new(state.log.next_number(), ids, state.now)));
        }
        Command::BeginExport => {
            if let Some(Dialog::Events(export)) = &mut state.dialog {
                export.begin(effects);
            }
        }
        Command::CancelExport => match &mut state.dialog {
            Some(Dialog::Events(export)) if export.is_writing() => export.cancel(),
            _ => state.dialog = None,
        },
        Command::Mark => state.log.mark(),
        Command::Unmark => state.log.marks.clear(),
        Command::Acknowledge => state.log.tripwire.acknowledge(),
    }
}
