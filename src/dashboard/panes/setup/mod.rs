//! The Setup pane: what connecting Okta takes, section by section. The first is the checklist: the guide's steps, ticked
//! by real traffic, and the findings that stand in their way. The second ([`role`]) is about the role attribute: what to type
//! into Okta, and what came of it.

mod checklist_view;
mod command;
mod evidence;
mod people;
mod people_view;
pub mod people_words;
mod role;
mod role_detail;
mod role_view;
pub mod test;
mod test_report;
mod test_view;
mod view;

pub use checklist_view::{detail_length, detail_lines, detail_rows, value_line};
pub use command::{Command, has_difference, has_person, has_request, run};
pub use people::{Part, People};
pub use people_view::{detail_rows as people_detail_rows, lines as people_lines, list_rows as people_rows};
pub use role::RolePage;
pub use role_view::{role_detail_lines, role_detail_rows, role_row_at};
pub use test_view::{text_length as test_length, text_rows as test_rows};
pub use view::draw;

use crate::{
    dashboard::{
        message::{Failure, Load},
        scroll::{self, Move},
    },
    model::{
        checklist::{Checklist, CopyValue, Step, StepState, Verified},
        finding::{Code, Finding},
        id::EventId,
    },
};

/// A part of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Section {
    /// The guide's steps and the findings.
    #[default]
    Checklist,
    /// How the Common Room Role has to be set up, and how it arrives.
    RoleAttribute,
    /// Whose access is not as Okta has it, or may not be.
    People,
    /// Traffic like Okta's, sent from here.
    TestTraffic,
}

impl Section {
    /// Every section, from left to right.
    pub const ALL: [Self; 4] = [Self::Checklist, Self::RoleAttribute, Self::People, Self::TestTraffic];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Checklist => "Checklist",
            Self::RoleAttribute => "Role",
            Self::People => "People",
            Self::TestTraffic => "Test",
        }
    }

    /// The section beside it, round the end.
    pub fn neighbour(self, right: bool) -> Self {
        let place = Self::ALL.iter().position(|section| *section == self).unwrap_or(0);
        let step = if right { 1 } else { Self::ALL.len() - 1 };
        Self::ALL.get((place + step) % Self::ALL.len()).copied().unwrap_or_default()
    }
}

/// So many rows on screen from the cursor as steps of the cursor, where one of the rows is a heading, behind so many that
/// are none.
fn steps_between(cursor: usize, heading: usize, rows: i32) -> i32 {
    let place = |rows: usize| i32::try_from(rows).unwrap_or(i32::MAX);
    let (from, heading) = (place(cursor), place(heading));
    let target = if from >= heading { from + 1 + rows } else { from + rows };
    let target = if target > heading { target - 1 } else { target };
    target - from
}

/// What the cursor is on. By name rather than by row, since findings come and go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A step.
    Step(String),
    /// A finding.
    Finding(Code),
}

/// The pane's state.
#[derive(Debug, Default)]
pub struct Setup {
    /// Which section is shown.
    pub section: Section,
    /// The steps.
    pub checklist: Load<Checklist>,
    /// What is wrong, the gravest first.
    pub findings: Vec<Finding>,
    /// The section "Role".
    pub role: RolePage,
    /// The section Test.
    pub test: test::Test,
    /// Whose access is not as Okta has it.
    pub people: People,
    /// The first line shown of the detail.
    pub scroll: usize,
    place: Option<Place>,
    /// Whether the admin put the cursor where it is.
    moved: bool,
    value: usize,
}

/// What is selected, looked up.
#[derive(Debug, Clone, Copy)]
pub enum Selected<'a> {
    /// A step and the finding in its way.
    Step(&'a Step, Option<&'a Finding>),
    /// A finding.
    Finding(&'a Finding),
}

impl Setup {
    /// Takes checklist and findings.
    pub fn answer(&mut self, answer: Result<(Checklist, Vec<Finding>), Failure>) {
        let answer = answer.map(|(checklist, findings)| {
            self.findings = findings;
            checklist
        });
        self.checklist.take(answer);
        if self.selected().is_none() {
            self.place = None;
        }
        if self.place.is_none() {
            self.place = self.first_open();
        }
        self.enter();
    }

    /// The admin comes here, or something changed: unless they put the cursor somewhere, it stands where they have to go
    /// on.
    pub fn enter(&mut self) {
        let open = self.first_open();
        if !self.moved && open.is_some() && open != self.place {
            self.place = open;
            self.scroll = 0;
            self.value = 0;
        }
    }

    /// Where an admin who comes here has to go on: what stands in a step's way, then what else is wrong, then what is not
    /// there yet.
    fn first_open(&self) -> Option<Place> {
        let steps = &self.checklist.ready()?.steps;
        let first = |state| steps.iter().find(|step| step.state == state).map(|step| Place::Step(step.id.clone()));
        let finding = || self.findings.iter().find(|finding| finding.dismissed.is_none());
        first(StepState::Problem)
            .or_else(|| finding().map(|finding| Place::Finding(finding.code)))
            .or_else(|| first(StepState::Pending))
            .or_else(|| steps.first().map(|step| Place::Step(step.id.clone())))
    }

    /// By whom the finished set-up was shown to work.
    pub fn verified(&self) -> Option<&Verified> {
        self.checklist.ready()?.verified.as_ref()
    }

    /// The steps; none while they are not known.
    pub fn steps(&self) -> &[Step] {
        self.checklist.ready().map_or(&[], |checklist| &checklist.steps)
    }

    fn finding(&self, code: Code) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.code == code)
    }

    /// What the cursor is on.
    pub fn selected(&self) -> Option<Selected<'_>> {
        match self.place.as_ref()? {
            Place::Step(id) => {
                let step = self.steps().iter().find(|step| step.id == *id)?;
                Some(Selected::Step(step, step.finding.and_then(|code| self.finding(code))))
            }
            Place::Finding(code) => self.finding(*code).map(Selected::Finding),
        }
    }

    /// The selected finding, or the one in the way of the selected step.
    pub fn selected_finding(&self) -> Option<&Finding> {
        match self.selected()? {
            Selected::Step(_, finding) => finding,
            Selected::Finding(finding) => Some(finding),
        }
    }

    /// Puts the cursor on an open finding; says whether there is such a one.
    pub fn choose(&mut self, code: Code) -> bool {
        let open = self.finding(code).is_some();
        if open {
            self.section = Section::Checklist;
            self.place = Some(Place::Finding(code));
            self.moved = true;
            self.scroll = 0;
            self.value = 0;
        }
        open
    }

    /// The row of the cursor among steps and findings.
    pub fn row(&self) -> usize {
        match &self.place {
            Some(Place::Step(id)) => self.steps().iter().position(|step| step.id == *id).unwrap_or(0),
            Some(Place::Finding(code)) => {
                let place = self.findings.iter().position(|finding| finding.code == *code).unwrap_or(0);
                self.steps().len() + place
            }
            None => 0,
        }
    }

    /// Rows on screen from the cursor as steps of the cursor: the heading between steps and findings is a row, but no step.
    pub fn without_heading(&self, rows: i32) -> i32 {
        steps_between(self.row(), self.steps().len(), rows)
    }

    /// Moves the cursor through steps and findings.
    pub fn travel(&mut self, by: Move) {
        let rows = self.steps().len() + self.findings.len();
        let row = scroll::travel_rows(self.row(), rows, 6, by);
        let step = self.steps().get(row).map(|step| Place::Step(step.id.clone()));
        let finding = || row.checked_sub(self.steps().len()).and_then(|place| self.findings.get(place));
        self.place = step.or_else(|| finding().map(|finding| Place::Finding(finding.code)));
        self.moved = true;
        self.scroll = 0;
        self.value = 0;
    }

    /// Moves the detail, which has so many lines, no farther than needed to show a value's label and its text.
    pub fn show_value(&mut self, label: usize, lines: usize, height: u16) {
        self.scroll = scroll::show_line(self.scroll, label, lines, height);
    }

    /// Moves through the detail, which has so many lines.
    pub fn travel_detail(&mut self, lines: usize, height: u16, by: Move) {
        self.moved = true;
        self.scroll = scroll::travel_text(self.scroll, lines, height, by);
    }

    /// The values of the selected step.
    pub fn values(&self) -> &[CopyValue] {
        match self.selected() {
            Some(Selected::Step(step, _)) => &step.values,
            _ => &[],
        }
    }

    /// The place of the selected value.
    pub fn value_place(&self) -> usize {
        self.value.min(self.values().len().saturating_sub(1))
    }

    /// The selected value.
    pub fn value(&self) -> Option<&CopyValue> {
        self.values().get(self.value_place())
    }

    /// Selects the value after or before, round the end.
    pub fn turn_value(&mut self, forward: bool) {
        self.moved = true;
        let count = self.values().len();
        if count > 0 {
            let step = if forward { 1 } else { count - 1 };
            self.value = (self.value_place() + step) % count;
        }
    }

    /// Whether the selected step is the one taken in Settings > API Tokens.
    pub fn is_about_tokens(&self) -> bool {
        matches!(self.selected(), Some(Selected::Step(step, _)) if step.id == "token")
    }

    /// The event that shows what is selected.
    pub fn evidence(&self) -> Option<EventId> {
        match self.selected()? {
            Selected::Step(step, finding) => {
                let proof = step.evidence.as_ref().and_then(|evidence| evidence.event);
                proof.or_else(|| finding.and_then(|finding| finding.events.last().copied()))
            }
            Selected::Finding(finding) => finding.events.last().copied(),
        }
    }
}
