//! What the lists of users share beyond moving and searching: marks, changes of many, the way back, columns, export.

mod answers;
mod dialogs;

pub use answers::answer;
pub use dialogs::{in_dialog, key, paste};

use crate::{
    dashboard::{
        commands::Id,
        dialog::{Chunk, ColumnChoice, Dialog, ListExport, Many, Question, Stage, Task},
        export::{Part, Written},
        message::{Effect, Failure, ListId},
        panes::Pane,
        state::State,
        text,
        user_columns::{Field, columns},
        user_list::UserList,
    },
    model::{
        role::Role,
        user_change::{BlastRadius, ChangeUsers, MOST_CHANGED, PersonChanged, Planned, PutBack, Selection, UserChange},
    },
};

/// The commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Marks the selected person, or takes the mark away.
    Mark,
    /// Marks everybody whom the filter matches.
    MarkAll,
    /// Takes every mark away.
    Unmark,
    /// Chooses columns.
    Columns,
    /// Writes the list to a file.
    Export,
    /// Takes the last change back.
    Undo,
    /// Ends what is under way.
    Stop,
    /// Shows or hides the column picked.
    ToggleColumn,
    /// Moves the column picked.
    CarryColumn {
        /// Whether down.
        down: bool,
    },
    /// Sorts by the column picked.
    SortByColumn,
    /// Goes back to the columns that there is room for.
    UsualColumns,
    /// Turns to the other format.
    OtherFormat,
    /// Goes on with what the dialog shows.
    GoOn,
}

/// A call about many people; each has its [`Answer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// What a change would do.
    Measure {
        /// For which dialog.
        number: u64,
        /// The change.
        planned: Planned,
    },
    /// A part of the work.
    Work {
        /// For which dialog.
        number: u64,
        /// The part.
        chunk: Chunk,
    },
    /// A part of a file.
    Write(Part),
    /// The end of a file that was given up.
    Remove(String),
    /// A change of one person.
    One {
        /// The change.
        wanted: ChangeUsers,
        /// The sentence to show when it is done.
        done: String,
    },
}

/// What the service said to a [`Call`].
#[derive(Debug)]
pub enum Answer {
    /// To [`Call::Measure`].
    Measured(u64, Result<Box<BlastRadius>, Failure>),
    /// To [`Call::Work`].
    Worked(u64, Result<Vec<PersonChanged>, Failure>),
    /// To [`Call::Write`], with the part's number.
    Written(u64, Result<Written, String>),
    /// To [`Call::Remove`].
    Removed(Result<(), String>),
    /// To [`Call::One`], with the sentence to show.
    One(String, Result<Vec<PersonChanged>, Failure>),
}

/// The last change, as far as it can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// What it did, such as `118 people are editors now`.
    pub what: String,
    /// Whom, and how they were.
    pub people: Vec<PutBack>,
}

/// The list on screen.
fn list(state: &State) -> Option<&UserList> {
    match state.pane {
        Pane::Users if state.users.detail.is_none() => Some(&state.users.list),
        Pane::Roles => Some(&state.roles.list),
        _ => None,
    }
}

fn list_mut(state: &mut State) -> Option<&mut UserList> {
    match state.pane {
        Pane::Users => Some(&mut state.users.list),
        Pane::Roles => Some(&mut state.roles.list),
        _ => None,
    }
}

/// Whether commands are about those marked rather than about the selected one.
pub fn has_marks(state: &State) -> bool {
    list(state).is_some_and(|list| !list.marks.is_empty())
}

/// Somebody is marked.
pub fn some_marked(state: &State) -> Result<(), String> {
    if has_marks(state) { Ok(()) } else { Err("nobody is marked".to_owned()) }
}

/// The selected person can be marked by themself.
pub fn may_mark(state: &State) -> Result<(), String> {
    let Some(list) = list(state).filter(|list| list.selected().is_some()) else {
        return Err("no user is selected".to_owned());
    };
    if list.marks.is_by_question() {
        let unmark = if state.pane == Pane::Roles { "{roles.unmark}" } else { "{users.unmark}" };
        return Err(format!("everybody who matches is marked; {} takes the marks away", state.keys.say(unmark)));
    }
    Ok(())
}

/// There is a last change, and whoever is signed in may take it back.
pub fn may_undo(state: &State) -> Result<(), String> {
    let Some(undo) = &state.undo else { return Err("nothing was changed that could be taken back".to_owned()) };
    let roles = undo.people.iter().any(|back| matches!(back.to, crate::model::user_change::Earlier::Role { .. }));
    state.may(if roles { Role::Owner } else { Role::Editor })
}

/// There is somebody to write to a file.
pub fn may_export(state: &State) -> Result<(), String> {
    let known = list(state).is_some_and(|list| list.total.is_some_and(|total| total > 0));
    if known { Ok(()) } else { Err("the list is empty".to_owned()) }
}

/// Opens the dialog that chooses the columns of a list.
pub fn choose_columns(state: &mut State, id: ListId) {
    let list = match id {
        ListId::Users => &state.users.list,
        ListId::Roles => &state.roles.list,
        ListId::ToLookAt => &state.setup.people.list,
    };
    let shown: Vec<Field> = match &list.columns {
        Some(chosen) => chosen.clone(),
        None => columns(list, usize::from(state.size.width)).into_iter().map(|(field, _)| field).collect(),
    };
    state.dialog = Some(Dialog::Columns(ColumnChoice::new(id, &shown)));
}

/// Runs a command.
pub fn run(state: &mut State, command: Command, effects: &mut Vec<Effect>) {
    let number = state.next_number();
    let day = text::day(state.now);
    match command {
        Command::Undo => ask_back(state, number),
        Command::Mark | Command::MarkAll | Command::Unmark | Command::Columns | Command::Export => {
            let Some(list) = list_mut(state) else { return };
            match command {
                Command::Mark => list.mark(effects),
                Command::MarkAll => list.mark_all(),
                Command::Unmark => list.marks.clear(),
                Command::Columns => {
                    let id = list.id;
                    choose_columns(state, id);
                }
                _ => {
                    let export = ListExport::new(number, list.query.clone(), list.total.unwrap_or(0), &day);
                    state.dialog = Some(Dialog::Export(export));
                }
            }
        }
        Command::Stop => stop(state),
        Command::ToggleColumn
        | Command::CarryColumn { .. }
        | Command::SortByColumn
        | Command::UsualColumns
        | Command::OtherFormat
        | Command::GoOn => in_dialog(state, Id::People(command), effects),
    }
}

/// A change of those marked, or of the role that is to be picked for them.
pub fn change_marked(state: &mut State, id: Id, effects: &mut Vec<Effect>) {
    let number = state.next_number();
    let Some(marks) = list(state).map(|list| &list.marks) else { return };
    let (of, selected) = (marks.selection(), marks.count());
    if selected > MOST_CHANGED as u64 {
        state.toasts.refusal(format!(
            "{} are marked, and one change is about at most {}: narrow the filter, or mark fewer.",
            text::plural(selected, "person", "people"),
            text::count(MOST_CHANGED as u64)
        ));
        return;
    }
    let (change, stage) = match id {
        Id::Deactivate => (UserChange::Deactivate, Stage::Measuring),
        Id::Reactivate => (UserChange::Reactivate, Stage::Measuring),
        _ => (UserChange::Role { role: Role::Viewer }, Stage::Picking),
    };
    let many = Many { number, of, selected, task: Task::Change(change), stage };
    if matches!(many.stage, Stage::Measuring) {
        measure(&many, effects);
    }
    state.dialog = Some(Dialog::Many(many));
}

fn measure(many: &Many, effects: &mut Vec<Effect>) {
    if let Task::Change(change) = many.task {
        let planned = Planned { of: many.of.clone(), change };
        effects.push(Effect::people(Call::Measure { number: many.number, planned }));
    }
}

fn ask_back(state: &mut State, number: u64) {
    let Some(Undo { what, people }) = state.undo.clone() else { return };
    let question = Question::new(None, people.len());
    state.dialog = Some(Dialog::Many(Many {
        number,
        of: Selection::Ids(Vec::new()),
        selected: u64::try_from(people.len()).unwrap_or(u64::MAX),
        task: Task::TakeBack { what, people },
        stage: Stage::Asking(question),
    }));
}

fn stop(state: &mut State) {
    match &mut state.dialog {
        Some(Dialog::Many(Many { stage: Stage::Working(work), .. })) => work.cancelled = true,
        Some(Dialog::Export(export)) => export.cancelled = true,
        _ => state.dialog = None,
    }
}
