//! What the lists of users share beyond moving and searching: marks, changes of many, the way back, columns, export.

use crossterm::event::{Event, KeyCode, KeyEvent};
use tui_input::backend::crossterm::EventHandler;

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
        user_change::{
            BlastRadius, ChangeUsers, MOST_CHANGED, Outcome, PersonChanged, Planned, PutBack, Selection, UserChange,
        },
    },
};

/// Longest name of a file in characters.
const LONGEST_PATH: usize = 1_000;

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
        return Err("everybody who matches is marked; u takes the marks away".to_owned());
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

/// A command of one of these dialogs.
pub fn in_dialog(state: &mut State, id: Id, effects: &mut Vec<Effect>) {
    let Some(dialog) = &mut state.dialog else { return };
    match dialog {
        Dialog::Many(many) => {
            let over = in_many(many, id, effects);
            state.dialog = state.dialog.take().filter(|_| !over);
        }
        Dialog::Columns(choice) => match id {
            Id::PickUp | Id::PickDown => choice.pick(id == Id::PickDown),
            Id::People(Command::ToggleColumn) => choice.toggle(),
            Id::People(Command::CarryColumn { down }) => choice.carry(down),
            _ => {
                let (of, chosen, picked) = (choice.list, choice.chosen(), choice.picked());
                let list = match of {
                    ListId::Users => &mut state.users.list,
                    ListId::Roles => &mut state.roles.list,
                };
                match id {
                    Id::People(Command::SortByColumn) => {
                        if let Some(field) = picked {
                            list.sort_by(field.sort(), effects);
                        }
                        return;
                    }
                    Id::People(Command::UsualColumns) => list.columns = None,
                    _ => list.columns = Some(chosen),
                }
                state.dialog = None;
            }
        },
        Dialog::Export(export) => match id {
            Id::People(Command::OtherFormat) => export.turn(),
            _ if export.path.value().trim().is_empty() => {
                export.problem = Some("Give the file a name.".to_owned());
            }
            _ => {
                export.problem = None;
                effects.push(Effect::people(Call::Write(export.part())));
                export.written = Some(0);
            }
        },
        _ => {}
    }
}

/// The same in the dialog of a change; says whether it is over.
fn in_many(many: &mut Many, id: Id, effects: &mut Vec<Effect>) -> bool {
    match (&mut many.stage, &mut many.task) {
        (Stage::Picking, Task::Change(UserChange::Role { role })) => match id {
            Id::PickUp | Id::PickDown => {
                let place = Role::ALL.iter().position(|known| known == role).unwrap_or(0);
                let next = if id == Id::PickDown { place + 1 } else { place.saturating_sub(1) };
                *role = Role::ALL.get(next).copied().unwrap_or(*role);
                false
            }
            _ => {
                many.stage = Stage::Measuring;
                measure(many, effects);
                false
            }
        },
        (Stage::Asking(question), _) => match id {
            Id::SwitchButton => {
                question.focused = !question.focused && !question.is_unproved() && question.people > 0;
                false
            }
            Id::PressButton if question.focused && !question.is_unproved() => {
                let mut work = many.work();
                let Some(chunk) = work.left.pop_front() else { return true };
                effects.push(Effect::people(Call::Work { number: many.number, chunk }));
                many.stage = Stage::Working(work);
                false
            }
            _ => true,
        },
        _ => false,
    }
}

/// A key for what is typed in one of these dialogs.
pub fn key(dialog: &mut Dialog, key: KeyEvent) {
    match dialog {
        Dialog::Many(Many { stage: Stage::Asking(question), .. }) => {
            if matches!(key.code, KeyCode::Char(c) if !c.is_ascii_digit()) || question.people < 2 {
                return;
            }
            question.typed.handle_event(&Event::Key(key));
            // Whoever typed the count has said what they want: Enter does it.
            question.focused = !question.is_unproved();
        }
        Dialog::Export(export) if export.written.is_none() => {
            let full = export.path.value().chars().count() >= LONGEST_PATH;
            if !(full && matches!(key.code, KeyCode::Char(_))) {
                export.problem = None;
                export.path.handle_event(&Event::Key(key));
            }
        }
        _ => {}
    }
}

/// A paste for what is typed in one of these dialogs: the first line of it.
pub fn paste(dialog: &mut Dialog, text: &str) {
    for c in text.trim().chars().take_while(|c| !c.is_control()).take(LONGEST_PATH) {
        key(dialog, KeyEvent::from(KeyCode::Char(c)));
    }
}

/// Takes an answer.
pub fn answer(state: &mut State, answer: Answer, effects: &mut Vec<Effect>) {
    match answer {
        Answer::Measured(number, answer) => {
            let Some(Dialog::Many(many)) = state.dialog.as_mut() else { return };
            if many.number != number || !matches!(many.stage, Stage::Measuring) {
                return;
            }
            match answer {
                Ok(radius) => {
                    many.selected = radius.people;
                    let people = radius.ids.len();
                    many.stage = Stage::Asking(Question::new(Some(radius), people));
                }
                Err(failure) => notice(state, "Nothing was changed", failure.sentence),
            }
        }
        Answer::Worked(number, answer) => worked(state, number, answer, effects),
        Answer::Written(number, answer) => written(state, number, answer, effects),
        Answer::Removed(Ok(())) => {
            state.toasts.success("The export was ended; the half of the file is removed.", effects)
        }
        Answer::Removed(Err(sentence)) => state.toasts.refusal(sentence),
        Answer::One(done, Ok(people)) => match people.into_iter().next().map(|person| person.outcome) {
            Some(Outcome::Done { undo }) => {
                state.undo = Some(Undo { what: done.trim_end_matches('.').to_owned(), people: vec![undo] });
                state.toasts.success(format!("{done} {}", how_to_undo(state)), effects);
                crate::dashboard::act::refresh_pane(state, effects);
            }
            Some(Outcome::Refused { reason }) => notice(state, "Nothing was changed", text::sentence(&reason)),
            Some(Outcome::Unchanged) | None => state.toasts.success("It was so already.", effects),
        },
        Answer::One(_, Err(failure)) => notice(state, "Nothing was changed", failure.sentence),
    }
}

fn how_to_undo(state: &State) -> String {
    let key = crate::dashboard::commands::Command::named("everywhere.undo").map(|command| state.keys.label(command));
    format!("{} takes it back.", key.unwrap_or_default())
}

fn notice(state: &mut State, title: &str, text: String) {
    state.dialog = Some(Dialog::Notice { title: title.to_owned(), text });
}

fn worked(state: &mut State, number: u64, answer: Result<Vec<PersonChanged>, Failure>, effects: &mut Vec<Effect>) {
    let Some(Dialog::Many(many)) =
        state.dialog.as_mut().filter(|dialog| matches!(dialog, Dialog::Many(many) if many.number == number))
    else {
        return;
    };
    let Stage::Working(work) = &mut many.stage else { return };
    let stopped = match answer {
        Ok(people) => {
            work.take(people);
            if !work.cancelled
                && let Some(chunk) = work.left.pop_front()
            {
                effects.push(Effect::people(Call::Work { number, chunk }));
                return;
            }
            None
        }
        Err(failure) => Some(failure.sentence),
    };
    let work = std::mem::take(work);
    let told = many.told(work.done.len());
    let rest = work.total.saturating_sub(work.passed);
    state.dialog = None;
    crate::dashboard::act::refresh_pane(state, effects);
    let count = |people: usize| text::count(u64::try_from(people).unwrap_or(u64::MAX));
    let whole = work.refused == 0 && rest == 0;
    let mut lines = vec![format!("{told}.")];
    if work.unchanged > 0 {
        lines.push(format!("{} were so already.", count(work.unchanged)));
    }
    if work.refused > 0 {
        lines.push(format!("{} left as they were:", count(work.refused)));
        lines.extend(work.reasons);
    }
    if rest > 0 {
        lines.push(match &stopped {
            Some(why) => format!("{} not reached: {why}", count(rest)),
            None => format!("{} not reached, since you ended it.", count(rest)),
        });
    }
    if !work.done.is_empty() {
        state.undo = Some(Undo { what: told.clone(), people: work.done });
        lines.push(how_to_undo(state));
        if whole && let Some(list) = list_mut(state) {
            list.marks.clear();
        }
    }
    if whole {
        state.toasts.success(lines.join(" "), effects);
    } else {
        notice(state, "Not everybody was changed", lines.join("\n"));
    }
}

fn written(state: &mut State, number: u64, answer: Result<Written, String>, effects: &mut Vec<Effect>) {
    let Some(Dialog::Export(export)) = state.dialog.as_mut() else { return };
    if export.number != number {
        return;
    }
    match answer {
        Err(sentence) if export.written == Some(0) => {
            export.written = None;
            export.problem = Some(sentence);
        }
        Err(sentence) => {
            effects.push(Effect::people(Call::Remove(export.path.value().trim().to_owned())));
            notice(state, "The export ended", sentence);
        }
        Ok(_) if export.cancelled => {
            effects.push(Effect::people(Call::Remove(export.path.value().trim().to_owned())));
            state.dialog = None;
        }
        Ok(Written { people, total, next }) => {
            let so_far = export.written.unwrap_or(0) + people;
            export.written = Some(so_far);
            export.total = total;
            if let Some(next) = next {
                export.query.after = Some(next);
                effects.push(Effect::people(Call::Write(export.part())));
                return;
            }
            let words =
                format!("{} written to {}.", text::plural(so_far, "person", "people"), export.path.value().trim());
            state.dialog = None;
            state.toasts.success(words, effects);
        }
    }
}
