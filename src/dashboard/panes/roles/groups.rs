//! The groups that Okta pushed: a window of the list, which the service searches, and the group looked at.
//!
//! Groups stand in order of creation, so newcomers come at the end. The selection belongs to a group, not to a row.

use std::time::Duration;

use crossterm::event::KeyEvent;

use crate::{
    dashboard::{
        message::{self, Effect, Failure, Load, Timer},
        panes::roles::{
            calls::{Call, Mapping},
            members::Members,
        },
        scroll::{self, Move},
        search::SearchLine,
    },
    model::{
        event::Event,
        group::{Group, GroupDetail, GroupPage, GroupQuery, MemberPage, MemberQuery},
        id::GroupId,
    },
};

/// Rows in a window: several screens of them.
const WINDOW: u32 = 300;
/// Rows kept above what is seen.
const ABOVE: u64 = 100;
/// How long typing must pause before the service is asked.
const TYPING_PAUSE: Duration = Duration::from_millis(150);

/// The list, its question, and the window known of the answer.
#[derive(Debug, Default)]
pub struct Groups {
    /// The search being typed.
    pub search: SearchLine,
    /// Only those that are mapped, or only those that are not.
    pub mapped: Option<bool>,
    /// The window; rows outside it are not known.
    pub page: Load<GroupPage>,
    /// The row the selection stands on.
    pub cursor: u64,
    /// The first row seen.
    pub top: u64,
    /// The group looked at.
    pub detail: Option<Detail>,
    /// The mapping made last, which can be taken back.
    pub done: Option<Mapping>,
    chosen: Option<GroupId>,
    sought: String,
    generation: u64,
    /// The row from which on a window is awaited.
    waiting: Option<u64>,
    height: u64,
}

/// The group looked at.
#[derive(Debug)]
pub struct Detail {
    /// Which.
    pub id: GroupId,
    /// What is known of it, and its newest events.
    pub group: Load<Box<(GroupDetail, Vec<Event>)>>,
    /// Its members.
    pub members: Members,
    /// The first line shown, of the group's and the members'.
    pub first: usize,
}

impl Groups {
    /// The group on a row, where it is known.
    pub fn at(&self, row: u64) -> Option<&Group> {
        let page = self.page.ready()?;
        page.groups.get(usize::try_from(row.checked_sub(page.offset)?).ok()?)
    }

    /// The group commands are about: the one looked at, or else the selected one.
    pub fn subject(&self) -> Option<&Group> {
        match &self.detail {
            Some(Detail { group: Load::Ready(known), .. }) => Some(&known.0.group),
            Some(_) => None,
            None => self.at(self.cursor),
        }
    }

    /// How many groups there are; none while not known.
    pub fn total(&self) -> Option<u64> {
        self.page.ready().map(|page| page.total)
    }

    /// Whether anything but the whole list is asked for.
    pub const fn is_narrowed(&self) -> bool {
        !self.sought.is_empty() || self.mapped.is_some()
    }

    /// What is searched for.
    pub fn sought(&self) -> &str {
        &self.sought
    }

    /// So many rows are seen at once now.
    pub fn resize(&mut self, rows: u16, effects: &mut Vec<Effect>) {
        self.height = u64::from(rows.max(1));
        if self.total().is_some() {
            self.settle(effects);
        }
    }

    /// Moves the selection.
    pub fn travel(&mut self, by: Move, effects: &mut Vec<Effect>) {
        let Some(total) = self.total() else { return };
        self.cursor = scroll::travel(self.cursor, total, self.height, by);
        self.chosen = self.at(self.cursor).map(|group| group.id);
        self.settle(effects);
    }

    /// Asks again for what is shown, which stays until the answer is here.
    pub fn refresh(&mut self, effects: &mut Vec<Effect>) {
        self.generation += 1;
        self.read(effects);
        if let Some(detail) = &mut self.detail {
            effects.push(call(Call::Detail(detail.id)));
            effects.push(call(Call::Members(detail.id, detail.members.again())));
        }
    }

    fn read(&mut self, effects: &mut Vec<Effect>) {
        let offset = self.top.saturating_sub(ABOVE);
        self.waiting = Some(offset);
        let query = GroupQuery { search: self.sought.clone(), mapped: self.mapped, offset, limit: WINDOW };
        effects.push(call(Call::Page { generation: self.generation, query }));
    }

    fn ask(&mut self, effects: &mut Vec<Effect>) {
        (self.cursor, self.top, self.chosen) = (0, 0, None);
        self.refresh(effects);
    }

    /// All, then those that are mapped, then those that are not.
    pub fn next_mapped(&mut self, effects: &mut Vec<Effect>) {
        self.mapped = match self.mapped {
            None => Some(true),
            Some(true) => Some(false),
            Some(false) => None,
        };
        self.ask(effects);
    }

    /// A key for the search line.
    pub fn type_key(&mut self, key: KeyEvent, effects: &mut Vec<Effect>) {
        if self.search.key(key) {
            effects.push(Effect::After(TYPING_PAUSE, Timer::SearchGroups(self.search.sequence)));
        }
    }

    /// A paste for the search line.
    pub fn type_paste(&mut self, text: &str, effects: &mut Vec<Effect>) {
        self.search.paste(text);
        effects.push(Effect::After(TYPING_PAUSE, Timer::SearchGroups(self.search.sequence)));
    }

    /// Nobody typed for a moment since the search had this number.
    pub fn typing_paused(&mut self, sequence: u64, effects: &mut Vec<Effect>) {
        if sequence == self.search.sequence {
            self.apply_search(effects);
        }
    }

    /// Searches for what stands in the search line.
    pub fn apply_search(&mut self, effects: &mut Vec<Effect>) {
        if self.search.value() != self.sought {
            self.search.value().clone_into(&mut self.sought);
            self.ask(effects);
        }
    }

    /// One step back: from the group looked at to the list, from a search to all. False when there is none.
    pub fn back(&mut self, effects: &mut Vec<Effect>) -> bool {
        if self.detail.take().is_some() {
            return true;
        }
        let narrowed = self.is_narrowed() || !self.search.value().is_empty();
        self.search.clear();
        if self.is_narrowed() {
            self.sought.clear();
            self.mapped = None;
            self.ask(effects);
        }
        narrowed
    }

    /// Looks at the selected group.
    pub fn open(&mut self, effects: &mut Vec<Effect>) {
        if let Some(id) = self.at(self.cursor).map(|group| group.id) {
            let mut members = Members::default();
            effects.extend([call(Call::Detail(id)), call(Call::Members(id, members.again()))]);
            self.detail = Some(Detail { id, group: Load::Loading, members, first: 0 });
        }
    }

    /// Takes a window; one that answers an older question is dropped.
    pub fn answer(&mut self, generation: u64, answer: Result<GroupPage, Failure>, effects: &mut Vec<Effect>) {
        if generation != self.generation {
            return;
        }
        let failed = answer.is_err();
        self.page.take(answer);
        if failed {
            // Asking again at once would go on for as long as the service refuses.
            return;
        }
        self.waiting = None;
        if let (Some(chosen), Load::Ready(page)) = (self.chosen, &self.page) {
            match (page.offset..).zip(&page.groups).find(|(_, group)| group.id == chosen) {
                Some((row, _)) => self.cursor = row,
                None => self.chosen = None,
            }
        }
        self.settle(effects);
    }

    /// Takes what is known of the group looked at.
    pub fn fill(&mut self, id: GroupId, answer: Result<Box<(GroupDetail, Vec<Event>)>, Failure>) {
        if let Some(detail) = self.detail.as_mut().filter(|detail| detail.id == id) {
            detail.group.take(answer);
        }
    }

    /// Takes a window of the members of the group looked at, of which so many lines stand above them.
    pub fn fill_members(
        &mut self,
        id: GroupId,
        query: MemberQuery,
        answer: Result<MemberPage, Failure>,
        lines_above: usize,
    ) {
        let Some(detail) = self.detail.as_mut().filter(|detail| detail.id == id) else { return };
        let top = detail.first.checked_sub(lines_above).and_then(|top| u64::try_from(top).ok());
        let moved = detail.members.take(query, answer, top.unwrap_or(0));
        if top.is_some() {
            let moved = isize::try_from(moved).unwrap_or(0);
            detail.first = detail.first.saturating_add_signed(moved);
        }
    }

    /// Asks for the members that are seen and not known, with so many lines above them and so many seen at once.
    pub fn settle_members(&mut self, lines_above: usize, rows: u16, effects: &mut Vec<Effect>) {
        let Some(detail) = &mut self.detail else { return };
        let place = |line: usize| u64::try_from(line.saturating_sub(lines_above)).unwrap_or(u64::MAX);
        let seen = (place(detail.first), place(detail.first + usize::from(rows)));
        effects.extend(detail.members.missing(seen.0, seen.1).map(|query| call(Call::Members(detail.id, query))));
    }

    /// Keeps the selection inside the list and in view, and asks for the window round it where it is missing.
    fn settle(&mut self, effects: &mut Vec<Effect>) {
        let Some((total, offset, rows)) = self.page.ready().map(|page| (page.total, page.offset, page.groups.len()))
        else {
            return;
        };
        self.cursor = self.cursor.min(total.saturating_sub(1));
        self.top = scroll::keep_in_view(self.top, self.cursor, self.height, total);
        let known = offset..offset + u64::try_from(rows).unwrap_or(u64::MAX);
        let last = (self.top + self.height).min(total);
        let missing = self.top < last && !(known.contains(&self.top) && known.contains(&(last - 1)));
        if missing && self.waiting != Some(self.top.saturating_sub(ABOVE)) {
            self.read(effects);
        }
    }
}

const fn call(call: Call) -> Effect {
    Effect::Call(message::Call::Groups(call))
}
