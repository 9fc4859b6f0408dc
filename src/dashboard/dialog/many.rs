//! One change of many people, or its way back: the role picked, what it would do, the count typed, and the work itself.

use std::collections::VecDeque;

use ratatui::text::{Line, Span};
use tui_input::Input;

use crate::{
    dashboard::{dialog::radius, keymap::KeyMap, paint, text, theme::Theme},
    model::{
        id::UserId,
        role::Role,
        user_change::{
            BlastRadius, ChangeUsers, Earlier, MOST_AT_ONCE, Outcome, PersonChanged, PutBack, RestoreUsers, Selection,
            UserChange,
        },
    },
};

/// How many refusals are told one by one.
const TOLD: usize = 5;
/// Cells of a progress bar.
const BAR: usize = 30;

/// The dialog's state.
#[derive(Debug)]
pub struct Many {
    /// Its number; what answers another one is dropped.
    pub number: u64,
    /// Whom it is about, taken when it was asked for.
    pub of: Selection,
    /// How many that were then.
    pub selected: u64,
    /// What is done.
    pub task: Task,
    /// How far it has come.
    pub stage: Stage,
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// A change.
    Change(UserChange),
    /// What a change did is taken back.
    TakeBack {
        /// What it did, such as `118 people are editors now`.
        what: String,
        /// Whom, and how they were.
        people: Vec<PutBack>,
    },
}

/// How far it has come.
#[derive(Debug)]
pub enum Stage {
    /// The role is being picked.
    Picking,
    /// The service works out what it would do.
    Measuring,
    /// The question.
    Asking(Question),
    /// The work.
    Working(Work),
}

/// The question, with Cancel in focus; about more than one person it wants their count typed.
#[derive(Debug)]
pub struct Question {
    /// What it would do; none for a way back.
    pub radius: Option<Box<BlastRadius>>,
    /// The people it would be done to.
    pub people: usize,
    /// The count as typed so far.
    pub typed: Input,
    /// Whether the button that does it has the focus.
    pub focused: bool,
}

/// A part of the work: one call, one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chunk {
    /// Of a change.
    Change(ChangeUsers),
    /// Of a way back.
    Restore(RestoreUsers),
}

/// The work.
#[derive(Debug, Default)]
pub struct Work {
    /// What is still to be asked for.
    pub left: VecDeque<Chunk>,
    /// How many people it is about.
    pub total: usize,
    /// How many of them were dealt with.
    pub passed: usize,
    /// Whether no further part is to be begun.
    pub cancelled: bool,
    /// How to take back what was done.
    pub done: Vec<PutBack>,
    /// How many were so already.
    pub unchanged: usize,
    /// How many were left as they were.
    pub refused: usize,
    /// Why, of the first of them.
    pub reasons: Vec<String>,
}

impl Question {
    /// About so many people.
    pub fn new(radius: Option<Box<BlastRadius>>, people: usize) -> Self {
        Self { radius, people, typed: Input::default(), focused: false }
    }

    /// Whether the count is wanted and not typed yet.
    pub fn is_unproved(&self) -> bool {
        self.people > 1 && self.typed.value().trim() != self.people.to_string()
    }

    /// What is to be typed, and what was.
    pub fn prompt(&self, theme: &Theme) -> Vec<Span<'static>> {
        if self.people < 2 {
            return Vec::new();
        }
        let ask = format!("Type {} to go on: ", self.people);
        vec![paint::span(ask, theme.accent), paint::span(format!("{}▏", self.typed.value()), theme.text)]
    }
}

impl Work {
    fn new(chunks: Vec<Chunk>, total: usize) -> Self {
        Self { left: chunks.into(), total, ..Self::default() }
    }

    /// Takes in what became of the people of one part.
    pub fn take(&mut self, people: Vec<PersonChanged>) {
        self.passed += people.len();
        for person in people {
            match person.outcome {
                Outcome::Done { undo } => self.done.push(undo),
                Outcome::Unchanged => self.unchanged += 1,
                Outcome::Refused { reason } => {
                    self.refused += 1;
                    if self.reasons.len() < TOLD {
                        self.reasons.push(text::sentence(&reason));
                    }
                }
            }
        }
    }
}

impl Many {
    /// The ids it would be done to, or what would be put back, in parts of what one call takes.
    pub fn work(&self) -> Work {
        match (&self.task, &self.stage) {
            (Task::Change(change), Stage::Asking(Question { radius: Some(radius), .. })) => {
                let chunk = |ids: &[UserId]| Chunk::Change(ChangeUsers { ids: ids.to_vec(), change: *change });
                Work::new(radius.ids.chunks(MOST_AT_ONCE).map(chunk).collect(), radius.ids.len())
            }
            (Task::TakeBack { people, .. }, _) => {
                let chunk = |people: &[PutBack]| Chunk::Restore(RestoreUsers { people: people.to_vec() });
                Work::new(people.chunks(MOST_AT_ONCE).map(chunk).collect(), people.len())
            }
            _ => Work::default(),
        }
    }

    /// Its title.
    pub fn title(&self) -> String {
        let people = text::plural(self.selected, "person", "people");
        match (&self.task, &self.stage) {
            (Task::Change(UserChange::Role { .. }), Stage::Picking) => format!("Role of {people}"),
            (Task::Change(UserChange::Role { role }), _) if self.selected == 1 => format!("Make {people} {role}"),
            (Task::Change(UserChange::Role { role }), _) => format!("Make {people} {role}s"),
            (Task::Change(UserChange::Deactivate), _) => format!("Deactivate {people}"),
            (Task::Change(UserChange::Reactivate), _) => format!("Reactivate {people}"),
            (Task::TakeBack { .. }, _) => "Take back the last change".to_owned(),
        }
    }

    /// The word on the button that does it.
    pub const fn verb(&self) -> &'static str {
        match self.task {
            Task::Change(UserChange::Role { role: Role::Owner }) => "Make owner",
            Task::Change(UserChange::Role { role: Role::Editor }) => "Make editor",
            Task::Change(UserChange::Role { role: Role::Viewer }) => "Make viewer",
            Task::Change(UserChange::Deactivate) => "Deactivate",
            Task::Change(UserChange::Reactivate) => "Reactivate",
            Task::TakeBack { .. } => "Take back",
        }
    }

    /// What it did to so many, in a sentence.
    pub fn told(&self, done: usize) -> String {
        let people = text::plural(u64::try_from(done).unwrap_or(u64::MAX), "person", "people");
        let (is, with_article) = if done == 1 { ("is", "") } else { ("are", "s") };
        match &self.task {
            Task::Change(UserChange::Role { role }) => format!("{people} {is} {role}{with_article} now"),
            Task::Change(UserChange::Deactivate) => format!("{people} {is} deactivated"),
            Task::Change(UserChange::Reactivate) => format!("{people} {is} active again"),
            Task::TakeBack { .. } => format!("{people} {is} as before again"),
        }
    }

    /// What it says, line by line.
    pub fn lines(&self, columns: usize, keys: &KeyMap, theme: &Theme) -> Vec<Line<'static>> {
        match &self.stage {
            Stage::Picking => self.roles(columns, keys, theme),
            Stage::Measuring => vec![Line::from(paint::span("Working out what it would do …", theme.dim))],
            Stage::Asking(question) => self.question(question, columns, theme),
            Stage::Working(work) => {
                let mut lines = vec![progress(work.passed, work.total, columns, theme)];
                let words = match (work.cancelled, &self.task) {
                    (true, _) => "Ending after the people under way …",
                    (false, Task::TakeBack { .. }) => "Each group of 200 is put back in one transaction.",
                    (false, _) => "Each group of 200 is changed in one transaction.",
                };
                lines.extend(paint::sentence(words, columns, theme.dim));
                lines
            }
        }
    }

    fn roles(&self, columns: usize, keys: &KeyMap, theme: &Theme) -> Vec<Line<'static>> {
        let picked = if let Task::Change(UserChange::Role { role }) = self.task { Some(role) } else { None };
        let mut lines: Vec<Line<'static>> = Role::ALL
            .into_iter()
            .map(|role| {
                let (mark, style) = if picked == Some(role) { ("◉", theme.selected) } else { ("○", theme.text) };
                Line::from(Span::styled(format!(" {mark} {role:<7}"), style))
            })
            .collect();
        lines.push(Line::default());
        let words = keys.say("{picking.submit} shows what that would do, before anything is done.");
        lines.extend(paint::sentence(&words, columns, theme.dim));
        lines
    }

    fn question(&self, question: &Question, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
        let mut lines = Vec::new();
        let mut say = |words: &str, style| lines.extend(paint::sentence(words, columns, style));
        match (&self.task, &question.radius) {
            (Task::Change(change), Some(radius)) => {
                for (words, serious) in radius::sentences(*change, radius) {
                    say(&words, if serious { theme.warn } else { theme.text });
                }
            }
            (Task::TakeBack { what, people }, _) => {
                say(&format!("{what}. Whoever was changed since then is left as they are."), theme.text);
                if people.iter().any(|back| matches!(back.to, Earlier::Activity { active: true })) {
                    say("Sessions that ended stay ended.", theme.dim);
                }
            }
            (Task::Change(_), None) => {}
        }
        lines
    }
}

/// A bar that tells without colours how much is done.
pub fn progress(done: usize, total: usize, columns: usize, theme: &Theme) -> Line<'static> {
    let number = |count: usize| text::count(u64::try_from(count).unwrap_or(u64::MAX));
    let words = format!("  {} of {}", number(done), number(total));
    let bar = columns.saturating_sub(text::width(&words)).min(BAR);
    let full = (done.min(total) * bar).checked_div(total).unwrap_or(bar);
    Line::from(vec![
        paint::span("█".repeat(full), theme.accent),
        paint::span("░".repeat(bar - full), theme.dim),
        paint::span(words, theme.text),
    ])
}
