//! A list of users that may have a million rows: the service searches and sorts, this side holds a few pages of it.
//!
//! The selection belongs to a person, not to a row: when rows come and go above it, it moves with its person, and the
//! window moves along so that the row stays where the eye is. Until a row is chosen the selection stands at the top.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use crossterm::event::KeyEvent;
use serde::{Deserialize, Serialize};

use crate::{
    dashboard::{
        marks::Marks,
        message::{Call, Effect, Failure, ListId, Timer},
        scroll::{self, Move},
        search::SearchLine,
        user_columns::Field,
    },
    model::{
        id::UserId,
        role::Role,
        time::Timestamp,
        user::{User, UserCounts, UserPage, UserQuery, UserSort},
        user_filter::UserFilter,
    },
};

/// Rows in a page.
pub const PAGE: u64 = 100;
/// Pages kept; those farthest from the selection go first.
const KEPT_PAGES: usize = 10;
/// Rows read above and below the window too: a selected person whom newcomers push that far between two readings is
/// still found.
const MARGIN: u64 = 70;
/// How long typing must pause before the service is asked.
const TYPING_PAUSE: Duration = Duration::from_millis(150);

/// How a list is arranged: what the next start takes up again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Arrangement {
    /// The columns chosen; none: those that there is room for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<Field>>,
    /// The order.
    pub sort: UserSort,
    /// Whether it is reversed.
    pub descending: bool,
    /// The search.
    pub filter: String,
}

#[derive(Debug, Clone)]
struct Page {
    generation: u64,
    users: Vec<User>,
}

/// The list, its question and the pages known of the answer.
#[derive(Debug, Clone)]
pub struct UserList {
    /// Which list it is.
    pub id: ListId,
    /// The question; its window is left open.
    pub query: UserQuery,
    /// The search being typed.
    pub search: SearchLine,
    /// How many users the question matches; none while not known.
    pub total: Option<u64>,
    /// Counters over all users.
    pub counts: UserCounts,
    /// The row the selection stands on.
    pub cursor: u64,
    /// The first row of the window.
    pub top: u64,
    /// Why the last question was not answered.
    pub failure: Option<String>,
    /// What is wrong with the search as it stands; the list is still the one of the last search that was not.
    pub wrong: Option<String>,
    /// The texts that the search looks for, in lower case, to be highlighted.
    pub sought: Vec<String>,
    /// Who is marked.
    pub marks: Marks,
    /// The columns the admin chose; none: those that there is room for.
    pub columns: Option<Vec<Field>>,
    chosen: Option<UserId>,
    pages: BTreeMap<u64, Page>,
    waiting: BTreeSet<u64>,
    /// What is shown changed while an answer was on its way.
    again: bool,
    generation: u64,
    /// The question is a new one: its first answer replaces everything.
    fresh: bool,
    height: u64,
}

impl UserList {
    /// A list that knows nothing yet.
    pub fn new(id: ListId, query: UserQuery) -> Self {
        Self {
            id,
            query,
            search: SearchLine::default(),
            total: None,
            counts: UserCounts::default(),
            cursor: 0,
            top: 0,
            failure: None,
            wrong: None,
            sought: Vec::new(),
            marks: Marks::default(),
            columns: None,
            chosen: None,
            pages: BTreeMap::new(),
            waiting: BTreeSet::new(),
            again: false,
            generation: 0,
            fresh: true,
            height: 20,
        }
    }

    /// The user on a row, where its page is known.
    pub fn at(&self, row: u64) -> Option<&User> {
        let page = self.pages.get(&(row / PAGE))?;
        page.users.get(usize::try_from(row % PAGE).ok()?)
    }

    /// The selected user.
    pub fn selected(&self) -> Option<&User> {
        self.at(self.cursor)
    }

    /// A user of the pages known.
    pub fn find(&self, id: UserId) -> Option<&User> {
        self.pages.values().flat_map(|page| &page.users).find(|user| user.id == id)
    }

    /// Whether an answer is awaited to a question whose answer nothing on screen belongs to.
    pub const fn is_searching(&self) -> bool {
        self.fresh
    }

    /// Whether anything but the whole list is asked for.
    pub const fn is_narrowed(&self) -> bool {
        !self.query.search.is_empty() || self.query.active.is_some() || self.query.role.is_some()
    }

    /// The window has this many rows now.
    pub fn resize(&mut self, rows: u16, effects: &mut Vec<Effect>) {
        self.height = u64::from(rows.max(1));
        if self.total.is_some() {
            self.settle(effects);
        }
    }

    /// Moves the selection.
    pub fn travel(&mut self, by: Move, effects: &mut Vec<Effect>) {
        let Some(total) = self.total else { return };
        self.cursor = scroll::travel(self.cursor, total, self.height, by);
        self.chosen = self.selected().map(|user| user.id).filter(|_| by != Move::First);
        self.settle(effects);
    }

    /// Asks again for what is on screen; what is shown stays until the answer is here. While an answer is on its way that
    /// is put off until it is here: people who change faster than a window is read would otherwise never be shown.
    pub fn refresh(&mut self, effects: &mut Vec<Effect>) {
        self.again = !self.waiting.is_empty() && self.failure.is_none();
        if !self.again {
            self.ask_again(effects);
        }
    }

    fn ask_again(&mut self, effects: &mut Vec<Effect>) {
        self.again = false;
        self.generation += 1;
        self.waiting.clear();
        self.settle(effects);
    }

    /// Asks a new question.
    fn ask(&mut self, effects: &mut Vec<Effect>) {
        self.fresh = true;
        self.cursor = 0;
        self.top = 0;
        self.chosen = None;
        self.ask_again(effects);
    }

    /// Sorts by the next column.
    pub fn next_sort(&mut self, effects: &mut Vec<Effect>) {
        let place = UserSort::ALL.iter().position(|sort| *sort == self.query.sort).unwrap_or(0);
        self.sort_by(UserSort::ALL.get(place + 1).or(UserSort::ALL.first()).copied().unwrap_or_default(), effects);
    }

    /// Sorts by a column; the same again turns the order round.
    pub fn sort_by(&mut self, sort: UserSort, effects: &mut Vec<Effect>) {
        // Newest first, but names from A and owners first.
        let usual = matches!(sort, UserSort::Created | UserSort::LastModified);
        self.query.descending = if self.query.sort == sort { !self.query.descending } else { usual };
        self.query.sort = sort;
        self.ask(effects);
    }

    /// Marks the selected person, or takes the mark away, and goes on to the next.
    pub fn mark(&mut self, effects: &mut Vec<Effect>) {
        if let Some(id) = self.selected().map(|user| user.id) {
            self.marks.toggle(id);
            self.travel(Move::Down, effects);
        }
    }

    /// Marks everybody whom the question matches: by their ids where they are all here, otherwise by the question.
    pub fn mark_all(&mut self) {
        let Some(total) = self.total.filter(|_| !self.fresh) else { return };
        let ids: Option<Vec<UserId>> =
            (total <= PAGE).then(|| (0..total).map(|row| Some(self.at(row)?.id)).collect()).flatten();
        match ids {
            Some(ids) => self.marks.add(ids.into_iter()),
            None => self.marks.add_matching(UserQuery { offset: 0, limit: 0, ..self.query.clone() }, total),
        }
    }

    /// How the list is arranged, to be remembered.
    pub fn arrangement(&self) -> Arrangement {
        Arrangement {
            columns: self.columns.clone(),
            sort: self.query.sort,
            descending: self.query.descending,
            filter: self.query.search.clone(),
        }
    }

    /// Arranges the list as it was; to be called before anything was asked.
    pub fn arrange(&mut self, as_before: Arrangement) {
        let Arrangement { columns, sort, descending, filter } = as_before;
        self.columns = columns;
        (self.query.sort, self.query.descending) = (sort, descending);
        self.search.set(&filter);
        if let Ok(understood) = self.understand() {
            self.sought = understood;
            self.query.search = filter;
        }
    }

    /// The texts that the search as it stands looks for.
    fn understand(&self) -> Result<Vec<String>, String> {
        // What is wrong with a filter does not hang on the time.
        let filter = UserFilter::parse(self.search.value(), Timestamp::default()).map_err(|wrong| wrong.to_string())?;
        Ok(filter.texts().map(str::to_lowercase).collect())
    }

    /// Turns the order round.
    pub fn reverse(&mut self, effects: &mut Vec<Effect>) {
        self.query.descending = !self.query.descending;
        self.ask(effects);
    }

    /// All, then active ones only, then inactive ones only.
    pub fn next_active(&mut self, effects: &mut Vec<Effect>) {
        self.query.active = match self.query.active {
            None => Some(true),
            Some(true) => Some(false),
            Some(false) => None,
        };
        self.ask(effects);
    }

    /// Only this role; the same again shows all.
    pub fn only_role(&mut self, role: Role, effects: &mut Vec<Effect>) {
        self.query.role = if self.query.role == Some(role) { None } else { Some(role) };
        self.ask(effects);
    }

    /// A key for the search line.
    pub fn type_key(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        if self.search.key(key) {
            effects.push(Effect::After(TYPING_PAUSE, Timer::Search(self.id, self.search.sequence)));
        }
    }

    /// A paste for the search line.
    pub fn type_paste(&mut self, text: &str, effects: &mut Vec<Effect>) {
        self.search.paste(text);
        effects.push(Effect::After(TYPING_PAUSE, Timer::Search(self.id, self.search.sequence)));
    }

    /// Nobody typed for a moment since the search had this number.
    pub fn typing_paused(&mut self, sequence: u64, effects: &mut Vec<Effect>) {
        if sequence == self.search.sequence {
            self.apply_search(effects);
        }
    }

    /// Searches for what stands in the search line.
    pub fn apply_search(&mut self, effects: &mut Vec<Effect>) {
        match self.understand() {
            Ok(sought) => (self.wrong, self.sought) = (None, sought),
            Err(wrong) => {
                self.wrong = Some(wrong);
                return;
            }
        }
        if self.search.value() != self.query.search {
            self.query.search = self.search.value().to_owned();
            self.ask(effects);
        }
    }

    /// Shows all again; says whether anything was narrowed.
    pub fn widen(&mut self, effects: &mut Vec<Effect>) -> bool {
        let narrowed = self.is_narrowed() || !self.search.value().is_empty();
        self.search.clear();
        self.wrong = None;
        self.sought.clear();
        if self.is_narrowed() {
            self.query.search.clear();
            self.query.active = None;
            self.query.role = None;
            self.ask(effects);
        }
        narrowed
    }

    /// Takes a page; one that answers an older question is dropped.
    pub fn answer(&mut self, generation: u64, page: u64, answer: Result<UserPage, Failure>, effects: &mut Vec<Effect>) {
        if generation != self.generation {
            return;
        }
        let answer = match answer {
            Ok(answer) => answer,
            // The page counts as asked for until the next question or refresh: asking again at once would go on for
            // as long as the service refuses.
            Err(failure) => {
                self.failure = Some(failure.sentence);
                return;
            }
        };
        self.waiting.remove(&page);
        self.failure = None;
        if std::mem::take(&mut self.fresh) {
            self.pages.clear();
        }
        self.total = Some(answer.total);
        self.counts = answer.counts;
        self.pages.insert(page, Page { generation, users: answer.users });
        self.follow_chosen(generation);
        if self.again && self.waiting.is_empty() {
            self.ask_again(effects);
        } else {
            self.settle(effects);
        }
    }

    /// Puts the cursor on the row the chosen person has now.
    fn follow_chosen(&mut self, generation: u64) {
        let Some(chosen) = self.chosen else { return };
        if self.selected().is_some_and(|user| user.id == chosen) {
            return;
        }
        let fresh = self.pages.iter().filter(|(_, page)| page.generation == generation);
        let mut rows = fresh.flat_map(|(number, page)| (number * PAGE..).zip(&page.users));
        match rows.find(|(_, user)| user.id == chosen).map(|(row, _)| row) {
            Some(row) => {
                // At the very top the window stays, so that newcomers are seen; elsewhere it moves with the row.
                if self.top > 0 {
                    self.top = (self.top + row).saturating_sub(self.cursor);
                }
                self.cursor = row;
            }
            // Gone, or far away: the selection falls to whoever has the row once everything asked for is here.
            None if self.waiting.is_empty() => self.chosen = None,
            None => {}
        }
    }

    /// Keeps the cursor inside the list and the window round it, and asks for the pages that are missing.
    fn settle(&mut self, effects: &mut Vec<Effect>) {
        if let Some(total) = self.total.filter(|_| !self.fresh) {
            self.cursor = self.cursor.min(total.saturating_sub(1));
            self.top = scroll::keep_in_view(self.top, self.cursor, self.height, total);
            // At the top, until somebody is chosen, the selection stays there, and newcomers are seen as they arrive.
            if self.chosen.is_none() && self.cursor > 0 {
                self.chosen = self.selected().map(|user| user.id);
            }
        }
        let end = if self.fresh { 1 } else { self.total.unwrap_or(1).max(1) };
        let first = self.top.saturating_sub(MARGIN).min(end - 1);
        let last = (self.top + self.height + MARGIN).min(end) - 1;
        for page in first / PAGE..=last / PAGE {
            let known = self.pages.get(&page).is_some_and(|known| known.generation == self.generation);
            if !known && self.waiting.insert(page) {
                let limit = u32::try_from(PAGE).unwrap_or(u32::MAX);
                let query = UserQuery { offset: page * PAGE, limit, ..self.query.clone() };
                effects.push(Effect::Call(Call::Users { list: self.id, generation: self.generation, page, query }));
            }
        }
        let here = self.cursor / PAGE;
        while self.pages.len() > KEPT_PAGES {
            let Some(farthest) = self.pages.keys().copied().max_by_key(|page| page.abs_diff(here)) else { break };
            self.pages.remove(&farthest);
        }
    }
}
