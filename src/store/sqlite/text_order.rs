//! Everybody in the order of a text, a million as well as a few.
//!
//! Reading the rows takes about as long as sorting them. So what was read is sorted beside the reading, a run at a time,
//! and merged in the end. First bytes stand beside the positions: most comparisons end there.

use std::{
    cmp::Ordering,
    sync::mpsc::{Receiver, sync_channel},
    thread,
};

use rusqlite::{Connection, ToSql, params_from_iter, types::Value};

use super::user_condition::Part;
use crate::store::StoreError;

/// How many rows are sorted at a time.
const RUN: usize = 65_536;
/// How many runs may wait to be sorted: what is held besides the order itself.
const WAITING: usize = 2;
/// The head of who has no text, and stands behind everybody: no text begins with this byte, in UTF-8.
const MISSING: [u64; 2] = [u64::MAX; 2];

/// One row: the first bytes of its text as two numbers, whose it is, and where the whole text stands.
#[derive(Debug, Clone, Copy)]
struct Entry {
    head: [u64; 2],
    position: i64,
    start: u32,
    len: u32,
}

/// Rows in some order, with their texts in one piece.
#[derive(Debug, Default)]
struct Run {
    texts: Vec<u8>,
    entries: Vec<Entry>,
}

impl Run {
    fn add(&mut self, position: i64, text: &[u8]) -> Result<(), StoreError> {
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(text) {
            *to = *from;
        }
        let head = u128::from_be_bytes(bytes);
        let head = if text.is_empty() { MISSING } else { [(head >> 64) as u64, head as u64] };
        self.entries.push(Entry { head, position, start: reach(self.texts.len())?, len: reach(text.len())? });
        self.texts.extend_from_slice(text);
        Ok(())
    }
}

/// A place in the texts: they are held in memory, so four gigabytes of them are out of the question.
fn reach(place: usize) -> Result<u32, StoreError> {
    u32::try_from(place).map_err(|_| StoreError::Undecided("the names of all users together are too long to be sorted"))
}

fn compare(texts: &[u8], a: &Entry, b: &Entry) -> Ordering {
    let text = |entry: &Entry| {
        let start = entry.start as usize;
        texts.get(start..start + entry.len as usize).unwrap_or_default()
    };
    a.head.cmp(&b.head).then_with(|| text(a).cmp(text(b))).then_with(|| a.position.cmp(&b.position))
}

/// Positions in the order of a text: a query gives positions and columns, `part` what of a column is the text.
pub(super) fn sorted(conn: &Connection, sql: &str, values: &[Value], part: Part) -> Result<Vec<i64>, StoreError> {
    thread::scope(|scope| {
        let (full, runs) = sync_channel(WAITING);
        let sorter = scope.spawn(move || sort(&runs));
        let mut statement = conn.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values.iter().map(|value| value as &dyn ToSql)))?;
        let mut run = Run::default();
        while let Some(row) = rows.next()? {
            run.add(row.get(0)?, part(row.get_ref(1)?.as_bytes()?))?;
            if run.entries.len() >= RUN && full.send(std::mem::take(&mut run)).is_err() {
                break;
            }
        }
        // Where nobody listens any more, the sorter says why.
        drop(full.send(run));
        drop(full);
        sorter.join().map_err(|_| StoreError::Undecided("an order could not be made"))?
    })
}

/// Sorts runs as they come, and merges what is in order already: two runs as soon as the later one is as long, so that
/// little is left to do when the last one comes.
fn sort(runs: &Receiver<Run>) -> Result<Vec<i64>, StoreError> {
    let mut texts: Vec<u8> = Vec::new();
    let mut sorted: Vec<Vec<Entry>> = Vec::new();
    for mut run in runs {
        let moved = reach(texts.len())?;
        reach(texts.len() + run.texts.len())?;
        texts.append(&mut run.texts);
        for entry in &mut run.entries {
            entry.start += moved;
        }
        run.entries.sort_unstable_by(|a, b| compare(&texts, a, b));
        let mut latest = run.entries;
        while let Some(before) = sorted.pop_if(|before| before.len() <= latest.len()) {
            latest = merged(&texts, before, latest);
        }
        sorted.push(latest);
    }
    let all = sorted.into_iter().rev().reduce(|later, earlier| merged(&texts, earlier, later)).unwrap_or_default();
    Ok(all.into_iter().map(|entry| entry.position).collect())
}

/// Two runs as one.
fn merged(texts: &[u8], one: Vec<Entry>, other: Vec<Entry>) -> Vec<Entry> {
    let mut both = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.into_iter().peekable(), other.into_iter().peekable());
    loop {
        let next = match (one.peek(), other.peek()) {
            (Some(a), Some(b)) if compare(texts, a, b).is_gt() => other.next(),
            (Some(_), _) => one.next(),
            (None, _) => other.next(),
        };
        match next {
            Some(entry) => both.push(entry),
            None => return both,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_runs_become_one_order_with_the_textless_at_the_end() {
        let conn = Connection::open_in_memory().unwrap();
        let rows = RUN * 2 + 10;
        // Texts that share their first sixteen bytes, some with nothing.
        let sql = format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
             SELECT i, CASE WHEN i % 5 = 0 THEN '' ELSE 'the same beginning ' || (i * 7919 % 1000) END FROM n"
        );
        let order = sorted(&conn, &sql, &[], |text| text).unwrap();
        let mut expected: Vec<(bool, String, i64)> = (1..=rows as i64)
            .map(|i| (i % 5 == 0, if i % 5 == 0 { String::new() } else { format!("{}", i * 7919 % 1000) }, i))
            .collect();
        expected.sort();
        assert_eq!(order, expected.into_iter().map(|(.., i)| i).collect::<Vec<_>>());
    }

    #[test]
    fn a_failing_query_is_an_error() {
        let conn = Connection::open_in_memory().unwrap();
        assert!(sorted(&conn, "SELECT 1, NULL", &[], |text| text).is_err());
    }
}
