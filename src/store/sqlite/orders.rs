//! Orders of the users table, kept in memory: for a question (a filter and a column) the positions of everybody who
//! matches, in order. A window anywhere in a million rows is then a slice of it.
//!
//! Such an order is made once, by going through the short rows of the table, and then follows the changes: whoever
//! changed is taken out and put in where they belong now. So an index for every column is not needed, and writing costs
//! what it did. A few orders are kept, the ones used last; each takes eight bytes a user.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{
    changes::{Changes, Mark},
    query::{all, first},
    user_condition::{Condition, SortKey, sort_expression},
};
use crate::{
    model::{user::UserSort, user_filter::UserFilter},
    store::StoreError,
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
        if self.sort == UserSort::Created {
            let sql = format!("SELECT position FROM users WHERE {condition} ORDER BY position");
            return all(conn, &sql, values, |row| Ok(row.get(0)?));
        }
        let sql = format!("SELECT position, {key} FROM users WHERE {condition}");
        if !SortKey::is_text(self.sort) {
            let mut keyed: Vec<(i64, i64)> = all(conn, &sql, values, |row| Ok((row.get(1)?, row.get(0)?)))?;
            keyed.sort_unstable();
            return Ok(keyed.into_iter().map(|(_, position)| position).collect());
        }
        self.make_by_text(conn, &sql)
    }

    /// The texts go into one string, and their first bytes stand beside the positions: most comparisons end there.
    fn make_by_text(&self, conn: &Connection, sql: &str) -> Result<Vec<i64>, StoreError> {
        struct Entry {
            missing: bool,
            head: u128,
            start: usize,
            end: usize,
            position: i64,
        }
        let mut texts: Vec<u8> = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        let mut statement = conn.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(&self.condition.values))?;
        while let Some(row) = rows.next()? {
            let text = row.get_ref(1)?.as_bytes()?;
            let mut head = [0; 16];
            for (to, from) in head.iter_mut().zip(text) {
                *to = *from;
            }
            let start = texts.len();
            texts.extend_from_slice(text);
            entries.push(Entry {
                missing: text.is_empty(),
                head: u128::from_be_bytes(head),
                start,
                end: texts.len(),
                position: row.get(0)?,
            });
        }
        let text = |entry: &Entry| texts.get(entry.start..entry.end).unwrap_or_default();
        entries.sort_unstable_by(|a, b| {
            (a.missing, a.head)
                .cmp(&(b.missing, b.head))
                .then_with(|| text(a).cmp(text(b)))
                .then_with(|| a.position.cmp(&b.position))
        });
        Ok(entries.into_iter().map(|entry| entry.position).collect())
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
            let key = first(conn, &sql, params_from_iter(values), |row| SortKey::read(self.sort, row, 0))?;
            arrivals.extend(key.map(|key| (key, position)));
        }
        arrivals.sort_unstable();
        let mut merged = Vec::with_capacity(order.len() + arrivals.len());
        let mut taken = 0;
        for arrival in arrivals {
            let place = self.place(conn, &order, taken, &arrival)?;
            merged.extend_from_slice(order.get(taken..place).unwrap_or_default());
            merged.push(arrival.1);
            taken = place;
        }
        merged.extend_from_slice(order.get(taken..).unwrap_or_default());
        Ok(merged)
    }

    /// How many of an order, at least `low`, stand before a newcomer.
    fn place(
        &self,
        conn: &Connection,
        order: &[i64],
        mut low: usize,
        arrival: &(SortKey, i64),
    ) -> Result<usize, StoreError> {
        let sql = format!("SELECT {} FROM users WHERE position = ?", sort_expression(self.sort));
        let mut high = order.len();
        while low < high {
            let middle = low + (high - low) / 2;
            let Some(&position) = order.get(middle) else { break };
            let key = first(conn, &sql, [position], |row| SortKey::read(self.sort, row, 0))?;
            if key.is_some_and(|key| (key, position) < *arrival) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}
