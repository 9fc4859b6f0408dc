//! Pages of a whole table in order of creation, each from where the one before it ended.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::store::{GroupRow, Position, Shown, StoreError, UserRow};

/// How long a page's end is remembered, so that the next page starts from it.
const PAGE_MEMORY: Duration = Duration::from_secs(60);
/// How many page ends are remembered.
const PAGE_ENDS: usize = 64;

/// A row with a place in the order of creation.
pub(super) trait Placed {
    /// The place.
    fn position(&self) -> Position;
}

impl Placed for UserRow {
    fn position(&self) -> Position {
        self.position
    }
}

impl Placed for GroupRow {
    fn position(&self) -> Position {
        self.position
    }
}

/// Where recent pages of one table ended: a walk over all rows goes from key to key and passes over none, even when rows
/// before it are deleted meanwhile.
#[derive(Debug, Default)]
pub(super) struct PageEnds(Mutex<VecDeque<PageEnd>>);

/// Where pages ended, of each walk by itself: that through everything, and that which leaves out test traffic.
#[derive(Debug, Default)]
pub(super) struct Walks {
    everything: Arc<PageEnds>,
    without_tests: Arc<PageEnds>,
}

impl Walks {
    /// Of the walk that shows this.
    pub(super) const fn of(&self, shown: Shown) -> &Arc<PageEnds> {
        match shown {
            Shown::Everything => &self.everything,
            Shown::WithoutTests => &self.without_tests,
        }
    }
}

#[derive(Debug)]
struct PageEnd {
    offset: u64,
    last: Position,
    at: Instant,
}

impl PageEnds {
    /// The last row before `offset`, where a page that ended there was given within the last minute.
    pub(super) fn before(&self, offset: u64, now: Instant) -> Option<Position> {
        let ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let end = ends.iter().find(|end| end.offset == offset)?;
        (now.duration_since(end.at) < PAGE_MEMORY).then_some(end.last)
    }

    fn remember(&self, offset: u64, last: Position, now: Instant) {
        let mut ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ends.retain(|end| end.offset != offset);
        if ends.len() == PAGE_ENDS {
            ends.pop_front();
        }
        ends.push_back(PageEnd { offset, last, at: now });
    }

    /// The page at `offset`: `rows` gives those after a position, `place` the position of the row that as many others
    /// stand before.
    pub(super) fn page<T: Placed>(
        &self,
        offset: u64,
        now: Instant,
        place: impl FnOnce(i64) -> Result<Option<Position>, StoreError>,
        rows: impl FnOnce(Position) -> Result<Vec<T>, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let start = match self.before(offset, now) {
            Some(last) => last,
            None if offset == 0 => Position(0),
            None => match place(i64::try_from(offset).unwrap_or(i64::MAX))? {
                Some(Position(first)) => Position(first - 1),
                None => return Ok(Vec::new()),
            },
        };
        let rows = rows(start)?;
        if let Some(last) = rows.last() {
            let given = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            self.remember(offset.saturating_add(given), last.position(), now);
        }
        Ok(rows)
    }
}
