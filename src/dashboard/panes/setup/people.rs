//! Whose access is not as Okta has it, or may not be: people who differ from what Okta last pushed, people Okta does not
//! know, and people whom Okta could not get across. Three lists, of which one is shown.

use crate::{
    dashboard::{
        message::{Call, Effect, Failure, ListId, Load},
        scroll::{self, Move},
        user_list::UserList,
    },
    model::{
        id::UserId,
        push::{FailedPush, FailedPushPage, FailedPushQuery},
        user::{User, UserCounts, UserQuery, UserSort},
    },
};

/// Failed pushes in a window.
const WINDOW: u32 = 200;
/// How close to the last row known the cursor comes before more are read.
const AHEAD: usize = 40;

/// Which of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// Those who differ from what Okta last pushed.
    #[default]
    Drift,
    /// Those whom Okta's client was never about.
    Orphans,
    /// Those whose last push failed.
    Failed,
}

impl Part {
    /// Every list, in order.
    pub const ALL: [Self; 3] = [Self::Drift, Self::Orphans, Self::Failed];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Drift => "Drift",
            Self::Orphans => "Orphans",
            Self::Failed => "Failed pushes",
        }
    }

    /// How many people are on it.
    pub const fn count(self, counts: &UserCounts) -> u64 {
        match self {
            Self::Drift => counts.drifting,
            Self::Orphans => counts.orphans,
            Self::Failed => counts.failed_pushes,
        }
    }

    /// The search for them in Users; failed pushes are also of people who are not there.
    const fn search(self) -> Option<&'static str> {
        match self {
            Self::Drift => Some("drift:yes"),
            Self::Orphans => Some("okta:never"),
            Self::Failed => None,
        }
    }

    fn next(self) -> Self {
        let place = Self::ALL.iter().position(|part| *part == self).unwrap_or(0);
        Self::ALL.get((place + 1) % Self::ALL.len()).copied().unwrap_or_default()
    }
}

/// The section's state.
#[derive(Debug)]
pub struct People {
    /// The list shown.
    pub part: Part,
    /// Drift or orphans, whichever was shown last.
    pub list: UserList,
    /// People whose push failed, as far as read.
    pub failed: Load<FailedPushPage>,
    /// The row of the cursor among them.
    cursor: usize,
    /// Whose row that is.
    chosen: Option<(Option<UserId>, Option<String>)>,
    /// The question whose answer is awaited.
    waiting: Option<FailedPushQuery>,
    /// The first line shown of the detail.
    pub scroll: usize,
}

impl Default for People {
    fn default() -> Self {
        let search = Part::default().search().unwrap_or_default().to_owned();
        let query = UserQuery { search, sort: UserSort::LastModified, descending: true, ..UserQuery::default() };
        Self {
            part: Part::default(),
            list: UserList::new(ListId::ToLookAt, query),
            failed: Load::default(),
            cursor: 0,
            chosen: None,
            waiting: None,
            scroll: 0,
        }
    }
}

impl People {
    /// Shows the next list.
    pub fn turn(&mut self, effects: &mut Vec<Effect>) {
        self.part = self.part.next();
        self.scroll = 0;
        match self.part.search() {
            Some(search) => {
                self.list.search.set(search);
                self.list.apply_search(effects);
            }
            None => self.refresh(effects),
        }
    }

    /// Reads again what is shown; the counts come with the list of people.
    pub fn refresh(&mut self, effects: &mut Vec<Effect>) {
        self.list.refresh(effects);
        if self.part == Part::Failed {
            let known = self.failed.ready().map_or(0, |page| page.pushes.len());
            let limit = u32::try_from(known).unwrap_or(u32::MAX).clamp(WINDOW, 1_000);
            self.ask(FailedPushQuery { before: None, limit }, effects);
        }
    }

    fn ask(&mut self, query: FailedPushQuery, effects: &mut Vec<Effect>) {
        self.waiting = Some(query);
        effects.push(Effect::Call(Call::FailedPushes(query)));
    }

    /// Takes failed pushes; those that answer an older question are dropped.
    pub fn answer(&mut self, query: FailedPushQuery, answer: Result<FailedPushPage, Failure>) {
        if self.waiting != Some(query) {
            return;
        }
        self.waiting = None;
        match (&mut self.failed, answer) {
            (Load::Ready(known), Ok(more)) if query.before.is_some() => {
                known.pushes.extend(more.pushes);
                (known.total, known.next) = (more.total, more.next);
            }
            (failed, answer) => failed.take(answer),
        }
        self.follow();
    }

    /// Puts the cursor where the person chosen stands now.
    fn follow(&mut self) {
        let pushes = self.pushes();
        let place = pushes.iter().position(|push| self.chosen.as_ref() == Some(&person(push)));
        let last = pushes.len().saturating_sub(1);
        self.cursor = place.unwrap_or(self.cursor).min(last);
    }

    /// The failed pushes known.
    pub fn pushes(&self) -> &[FailedPush] {
        self.failed.ready().map_or(&[], |page| &page.pushes)
    }

    /// The row of the cursor among them.
    pub const fn row(&self) -> usize {
        self.cursor
    }

    /// Moves the cursor.
    pub fn travel(&mut self, by: Move, rows: u16, effects: &mut Vec<Effect>) {
        self.scroll = 0;
        if self.part != Part::Failed {
            self.list.travel(by, effects);
            return;
        }
        self.cursor = scroll::travel_rows(self.cursor, self.pushes().len(), rows, by);
        self.chosen = self.pushes().get(self.cursor).map(person);
        let next = self.failed.ready().and_then(|page| page.next);
        if next.is_some() && self.waiting.is_none() && self.cursor + AHEAD > self.pushes().len() {
            self.ask(FailedPushQuery { before: next, limit: WINDOW }, effects);
        }
    }

    /// The selected person of those who are here.
    pub fn selected(&self) -> Option<&User> {
        self.list.selected().filter(|_| self.part != Part::Failed && !self.list.is_searching())
    }

    /// The selected failed push.
    pub fn push(&self) -> Option<&FailedPush> {
        self.pushes().get(self.cursor).filter(|_| self.part == Part::Failed)
    }
}

fn person(push: &FailedPush) -> (Option<UserId>, Option<String>) {
    (push.user_id, push.user_name.clone())
}
