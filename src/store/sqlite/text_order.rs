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

use crate::store::StoreError;

/// How many rows are sorted at a time.
const RUN: usize = 65_536;
/// How many runs may wait to be sorted: what is held besides the order itself.
const WAITING: usize = 2;
/// The head of who has no text, and stands behind everybody: no text begins with this byte, in UTF-8.
const MISSING: u128 = u128::MAX;

/// One row: the first bytes of its text, where the whole text stands, and whose it is.
#[derive(Debug, Clone, Copy)]
struct Entry {
    head: u128,
    position: i64,
    start: u32,
    len: u32,
    run: u32,
}

/// Rows read one after another, with their texts in one piece.
#[derive(Debug, Default)]
struct Run {
    texts: Vec<u8>,
    entries: Vec<Entry>,
}

/// The texts of each run, by its number.
type Texts = Vec<Vec<u8>>;

impl Run {
    fn add(&mut self, number: u32, position: i64, text: &[u8]) {
        let mut head = [0; 16];
        for (to, from) in head.iter_mut().zip(text) {
            *to = *from;
        }
        let head = if text.is_empty() { MISSING } else { u128::from_be_bytes(head) };
        let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (start, len) = (size(self.texts.len()), size(text.len()));
        self.texts.extend_from_slice(text);
        self.entries.push(Entry { head, position, start, len, run: number });
    }

    /// Whether it is to be sorted: it has its rows, or texts so long that a number of 32 bits soon does not reach them.
    fn is_full(&self) -> bool {
        self.entries.len() >= RUN || self.texts.len() >= 1 << 30
    }
}

fn text<'t>(texts: &'t [Vec<u8>], entry: &Entry) -> &'t [u8] {
    let start = entry.start as usize;
    let run = texts.get(entry.run as usize).map(Vec::as_slice).unwrap_or_default();
    run.get(start..start + entry.len as usize).unwrap_or_default()
}

fn compare(texts: &[Vec<u8>], a: &Entry, b: &Entry) -> Ordering {
    a.head.cmp(&b.head).then_with(|| text(texts, a).cmp(text(texts, b))).then_with(|| a.position.cmp(&b.position))
}

/// Positions in the order of a text: a query gives positions and columns, `part` what of a column is the text.
pub(super) fn sorted(
    conn: &Connection,
    sql: &str,
    values: &[Value],
    part: fn(&[u8]) -> &[u8],
) -> Result<Vec<i64>, StoreError> {
    thread::scope(|scope| {
        let (full, runs) = sync_channel(WAITING);
        let sorter = scope.spawn(move || sort(&runs));
        let mut statement = conn.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values.iter().map(|value| value as &dyn ToSql)))?;
        let (mut run, mut number) = (Run::default(), 0);
        let ended = || StoreError::Undecided("an order could not be made");
        while let Some(row) = rows.next()? {
            run.add(number, row.get(0)?, part(row.get_ref(1)?.as_bytes()?));
            if run.is_full() {
                full.send(std::mem::take(&mut run)).map_err(|_| ended())?;
                number += 1;
            }
        }
        full.send(run).map_err(|_| ended())?;
        drop(full);
        sorter.join().map_err(|_| ended())
    })
}

/// Sorts runs as they come, and merges them when there are no more.
fn sort(runs: &Receiver<Run>) -> Vec<i64> {
    let mut texts = Texts::new();
    let mut all: Vec<Entry> = Vec::new();
    for mut run in runs {
        texts.push(run.texts);
        run.entries.sort_unstable_by(|a, b| compare(&texts, a, b));
        all.append(&mut run.entries);
    }
    // A stable sort finds the runs that are in order already, and merges them.
    all.sort_by(|a, b| compare(&texts, a, b));
    all.into_iter().map(|entry| entry.position).collect()
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
