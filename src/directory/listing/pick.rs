//! Which of the matches make up the page.

use std::cmp::Ordering;

use crate::{
    directory::listing::rows::Seen,
    scim::{
        cursor::Mark,
        list::{ListQuery, Paging},
        sort::{Sort, SortKey},
    },
    store::Position,
};

/// A match: where to find it again.
pub(super) struct Place {
    /// Which of the queries it belongs to.
    pub section: u8,
    /// Its place in the order of creation.
    pub position: Position,
    key: Option<SortKey>,
    /// The match itself, where so few are kept that nobody minds.
    pub seen: Option<Seen>,
}

/// Takes matches in order of creation, section by section, and keeps those of the page: all are counted, and of those
/// that may still be on the page no more than twice as many as come before its end.
pub(super) struct Pick {
    sort: Option<Sort>,
    by_cursor: bool,
    after: Option<Mark>,
    /// How many matches come before the page.
    skip: usize,
    count: usize,
    total: u64,
    kept: Vec<Place>,
    /// Matches that were passed over because they come before the page.
    passed: usize,
    more: bool,
}

impl Pick {
    pub(super) fn new(query: &ListQuery, after: Option<Mark>) -> Self {
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let skip = number(query.paging.start_index().saturating_sub(1));
        Self {
            sort: query.sort.clone(),
            by_cursor: matches!(query.paging, Paging::Cursor { .. }),
            after,
            skip,
            count: number(query.count),
            total: 0,
            kept: Vec::new(),
            passed: 0,
            more: false,
        }
    }

    /// How many matches there were so far.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// Takes the next match.
    pub(super) fn add(&mut self, section: u8, position: Position, key: Option<SortKey>, seen: Seen) {
        self.total += 1;
        let place = Place { section, position, key, seen: None };
        if self.after.as_ref().is_some_and(|mark| !self.follows(&place, mark)) {
            return;
        }
        if self.sort.is_none() {
            // Matches come in the order in which they are listed.
            if self.passed < self.skip {
                self.passed += 1;
            } else if self.kept.len() < self.count {
                self.kept.push(Place { seen: Some(seen), ..place });
            } else {
                self.more = true;
            }
            return;
        }
        self.kept.push(place);
        let wanted = self.wanted();
        if self.kept.len() >= wanted.saturating_mul(2).max(64) {
            self.cut(wanted);
        }
    }

    /// How many places must be known: those before the page, the page, and one that tells whether another follows.
    fn wanted(&self) -> usize {
        self.skip.saturating_add(self.count).saturating_add(1)
    }

    fn cut(&mut self, wanted: usize) {
        let mut kept = std::mem::take(&mut self.kept);
        if kept.len() > wanted {
            kept.select_nth_unstable_by(wanted, |left, right| self.compare(left, right));
            kept.truncate(wanted);
        }
        self.kept = kept;
    }

    /// How many matches there were, the places of the page, and where it ends if another follows.
    pub(super) fn finish(mut self) -> (u64, Vec<Place>, Option<Mark>) {
        if self.sort.is_some() {
            let mut kept = std::mem::take(&mut self.kept);
            kept.sort_unstable_by(|left, right| self.compare(left, right));
            let mut page: Vec<Place> = kept.into_iter().skip(self.skip).collect();
            self.more = page.len() > self.count;
            page.truncate(self.count);
            self.kept = page;
        }
        let end = self.kept.last().filter(|_| self.by_cursor && self.more);
        let next = end.map(|last| Mark { section: last.section, position: last.position.0, key: last.key.clone() });
        (self.total, self.kept, next)
    }

    fn compare(&self, left: &Place, right: &Place) -> Ordering {
        let by_key = match (&self.sort, &left.key, &right.key) {
            (Some(sort), Some(left), Some(right)) => sort.compare(left, right),
            _ => Ordering::Equal,
        };
        by_key.then((left.section, left.position).cmp(&(right.section, right.position)))
    }

    /// Whether a match comes after the end of the page before.
    fn follows(&self, place: &Place, mark: &Mark) -> bool {
        let end = Place { section: mark.section, position: Position(mark.position), key: mark.key.clone(), seen: None };
        self.compare(place, &end).is_gt()
    }
}
