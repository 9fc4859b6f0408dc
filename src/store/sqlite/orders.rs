//! Orders of the users table, kept in memory: for a question (a filter and a column) the positions of everybody who
//! matches, in order. A window anywhere in a million rows is then a slice of it.
//!
//! Such an order is made once, by going through the short rows of the table, and then follows the changes: whoever
//! changed is taken out and put in where they belong now. So an index for every column is not needed, and writing costs
//! what it did. A few orders are kept, the ones used last; each takes eight bytes a user.

use std::{
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{
    changes::{Changes, Mark},
    query::{all, first},
    text_order,
    user_condition::{Condition, sort_expression, sort_key, text_column},
};
use crate::{
    model::{user::UserSort, user_filter::UserFilter},
    store::{StoreError, UserKey, UserPlace},
};

/// How many orders are kept: the lists of two dashboards, and a search of each.
const KEPT: usize = 4;
/// Beyond so many changes an order is made anew, which is quicker then.
const MOST_FOLLOWED: usize = 2_000;

/// What an order answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) filter: UserFilter,
    pub(super) sort: UserSort,
}

/// An order as it was at a mark.
#[derive(Debug)]
struct Order {
    at: Mark,
    positions: Arc<Vec<i64>>,
}

/// A place for an order. Whoever makes it holds it, so that others with the same question wait instead of making it too.
type Place = Arc<Mutex<Option<Order>>>;

/// The orders kept, the one used last at the end.
#[derive(Debug, Default)]
pub(super) struct Orders(Mutex<Vec<(Question, Place)>>);

impl Orders {
    /// The place of a question's order; the order that nobody used for longest makes room.
    fn place(&self, question: &Question) -> Place {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|(known, _)| known == question).map(|at| kept.remove(at));
        let (question, place) = known.unwrap_or_else(|| (question.clone(), Place::default()));
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((question, Arc::clone(&place)));
        place
    }

    /// Reads with the order of a question: `read` gets a snapshot and the positions that match in it, in order.
    pub(super) fn with<T>(
        &self,
        conn: &Connection,
        changes: &Changes,
        question: &Question,
        read: impl FnOnce(&Connection, &[i64]) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let place = self.place(question);
        let mut order = place.lock().unwrap_or_else(PoisonError::into_inner);
        let at = changes.committed();
        let snapshot = conn.unchecked_transaction()?;
        // The first reading fixes what the snapshot shows; only then may be asked what was noted.
        first(&snapshot, "SELECT id FROM counters", [], |_| Ok(()))?;
        let sorter = Sorter::new(question);
        let followed = match order.take() {
            Some(known) => match changes.since(known.at, question.filter.asks_for_groups()) {
                Some(changed) if changed.is_empty() => Some(known.positions),
                Some(changed) if changed.len() <= MOST_FOLLOWED => {
                    Some(Arc::new(sorter.follow(&snapshot, &known.positions, &changed)?))
                }
                _ => None,
            },
            None => None,
        };
        let positions = match followed {
            Some(positions) => positions,
            None => Arc::new(sorter.make(&snapshot)?),
        };
        *order = Some(Order { at, positions: Arc::clone(&positions) });
        // Others need not wait until the rows are read.
        drop(order);
        read(&snapshot, &positions)
    }
}

/// The next so many of an order behind a place, or from its beginning, and where the last of them stands; none when that
/// is the end of it.
pub(super) fn behind(
    conn: &Connection,
    question: &Question,
    (positions, descending): (&[i64], bool),
    after: Option<&UserPlace>,
    limit: usize,
) -> Result<(Vec<i64>, Option<UserPlace>), StoreError> {
    let sorter = Sorter::new(question);
    let passed = match after {
        None => 0,
        Some(place) if descending => positions.len() - sorter.place(conn, positions, 0, place)?,
        Some(place) => {
            // Who stands there has been met.
            let place = UserPlace { position: place.position.saturating_add(1), ..place.clone() };
            sorter.place(conn, positions, 0, &place)?
        }
    };
    let end = passed.saturating_add(limit).min(positions.len());
    let window = slice(positions, passed..end, descending);
    let last = window.last().filter(|_| end < positions.len());
    let place = match last {
        Some(&position) => sorter.key_of(conn, position)?.map(|key| UserPlace { key, position }),
        None => None,
    };
    Ok((window, place))
}

/// Part of an order, or of its reverse.
pub(super) fn slice(positions: &[i64], part: Range<usize>, descending: bool) -> Vec<i64> {
    let total = positions.len();
    if !descending {
        return positions.get(part).unwrap_or_default().to_vec();
    }
    let (start, end) = (total.saturating_sub(part.end), total.saturating_sub(part.start));
    positions.get(start..end).unwrap_or_default().iter().rev().copied().collect()
}

/// Puts users in order.
struct Sorter {
    sort: UserSort,
    condition: Condition,
}

impl Sorter {
    fn new(question: &Question) -> Self {
        Self { sort: question.sort, condition: Condition::of(&question.filter) }
    }

    /// Everybody who matches, in order.
    fn make(&self, conn: &Connection) -> Result<Vec<i64>, StoreError> {
        let (key, condition) = (sort_expression(self.sort), &self.condition.sql);
        let values = params_from_iter(&self.condition.values);
        if UserKey::is_text(self.sort) {
            let (column, part) = text_column(self.sort);
            let sql = format!("SELECT position, {column} FROM users WHERE {condition}");
            return text_order::sorted(conn, &sql, &self.condition.values, part);
        }
        let sql = format!("SELECT position, {key} FROM users WHERE {condition}");
        let mut keyed: Vec<(i64, i64)> = all(conn, &sql, values, |row| Ok((row.get(1)?, row.get(0)?)))?;
        keyed.sort_unstable();
        Ok(keyed.into_iter().map(|(_, position)| position).collect())
    }

    /// An order after some users changed: these are taken out, and put in where they belong now, if they still match.
    fn follow(&self, conn: &Connection, before: &[i64], changed: &[i64]) -> Result<Vec<i64>, StoreError> {
        let mut order: Vec<i64> = Vec::with_capacity(before.len() + changed.len());
        order.extend(before.iter().filter(|position| changed.binary_search(position).is_err()));
        let mut arrivals = Vec::new();
        let sql =
            format!("SELECT {} FROM users WHERE position = ? AND ({})", sort_expression(self.sort), self.condition.sql);
        for &position in changed {
            let values = std::iter::once(Value::Integer(position)).chain(self.condition.values.iter().cloned());
            let key = first(conn, &sql, params_from_iter(values), |row| sort_key(self.sort, row, 0))?;
            arrivals.extend(key.map(|key| UserPlace { key, position }));
        }
        arrivals.sort_unstable();
        let mut merged = Vec::with_capacity(order.len() + arrivals.len());
        let mut taken = 0;
        for arrival in arrivals {
            let place = self.place(conn, &order, taken, &arrival)?;
            merged.extend_from_slice(order.get(taken..place).unwrap_or_default());
            merged.push(arrival.position);
            taken = place;
        }
        merged.extend_from_slice(order.get(taken..).unwrap_or_default());
        Ok(merged)
    }

    /// How many of an order, at least `low`, stand before a newcomer, or before a place.
    fn place(
        &self,
        conn: &Connection,
        order: &[i64],
        mut low: usize,
        arrival: &UserPlace,
    ) -> Result<usize, StoreError> {
        let mut high = order.len();
        while low < high {
            let middle = low + (high - low) / 2;
            let Some(&position) = order.get(middle) else { break };
            let key = self.key_of(conn, position)?;
            if key.is_some_and(|key| UserPlace { key, position } < *arrival) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// What the place of the user at a position goes by.
    fn key_of(&self, conn: &Connection, position: i64) -> Result<Option<UserKey>, StoreError> {
        let sql = format!("SELECT {} FROM users WHERE position = ?", sort_expression(self.sort));
        first(conn, &sql, [position], |row| sort_key(self.sort, row, 0))
    }
}
