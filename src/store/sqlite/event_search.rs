//! Searches through the log: what no index answers is looked at row by row, and never longer than a moment at a time.

use std::time::{Duration, Instant};

use rusqlite::{Connection, Row};

use super::{
    event_rows::{COLUMNS, decode, event_columns},
    query::first,
};
use crate::{
    model::{
        event_filter::{Bodies, EventFilter},
        event_log::EventsFound,
        id::EventId,
        time::Timestamp,
    },
    store::{EventScan, StoreError},
};

/// Events of a search that names no limit, and the most that any gets.
const WINDOW: (u32, u32) = (100, 1_000);
/// For how long a search looks before it says how far it came.
pub(super) const MOMENT: Duration = Duration::from_millis(150);
/// How many rows are looked at between two looks at the clock.
const ROWS: usize = 64;
/// How far the order of arrival and the order of the log may differ: a slow request is recorded when it ends.
const SLACK_MILLIS: i64 = 120_000;
/// Where the columns of a search have the bodies.
const BODIES: (usize, usize) = (COLUMNS, COLUMNS + 1);

/// The first event that is not older than a number, with its time.
pub(super) const FROM: &str = "SELECT id, at FROM events WHERE id >= ?1 ORDER BY id LIMIT 1";
const OLDEST: &str = "SELECT id FROM events ORDER BY id LIMIT 1";
const NEWEST: &str = "SELECT id FROM events ORDER BY id DESC LIMIT 1";

/// Searches the log.
pub(super) fn search(conn: &Connection, scan: &EventScan) -> Result<EventsFound, StoreError> {
    let until = Instant::now() + MOMENT;
    let snapshot = conn.unchecked_transaction()?;
    let (first, last) = bounds(&snapshot, scan)?;
    let limit = match scan.limit {
        0 => WINDOW.0,
        given => given.min(WINDOW.1),
    };
    let with_bodies = scan.filter.needs_bodies();
    let failed = scan.failed || scan.filter.only_failures();
    let sql = format!(
        "SELECT {columns}{bodies} FROM events {index} WHERE id BETWEEN ?1 AND ?2{failed} ORDER BY id {direction}",
        columns = event_columns!(),
        bodies = if with_bodies { ", request_body, response_body" } else { "" },
        index = if failed { "INDEXED BY events_failed" } else { "NOT INDEXED" },
        failed = if failed { " AND status >= 400" } else { "" },
        direction = if scan.after.is_some() && scan.before.is_none() { "ASC" } else { "DESC" },
    );
    let mut statement = snapshot.prepare_cached(&sql)?;
    let mut rows = statement.query([first, last])?;
    let mut found = EventsFound::default();
    let mut looked_at = 0;
    loop {
        let Some(row) = rows.next()? else {
            found.scanned.exhausted = true;
            break;
        };
        let event = decode(row)?;
        (found.scanned.scanned_to, found.scanned.scanned_at) = (Some(event.id), Some(event.at));
        let bodies = if with_bodies { bodies(row)? } else { Bodies::default() };
        if scan.filter.matches_whole(&event, bodies) {
            found.events.push(event);
            if found.events.len() == limit as usize {
                break;
            }
        }
        looked_at += 1;
        if looked_at % ROWS == 0 && Instant::now() >= until {
            break;
        }
    }
    Ok(found)
}

fn bodies<'r>(row: &'r Row<'_>) -> Result<Bodies<'r>, StoreError> {
    Ok(Bodies { request: row.get_ref(BODIES.0)?.as_str_or_null()?, response: row.get_ref(BODIES.1)?.as_str_or_null()? })
}

/// The first and the last number that a search has to look at.
fn bounds(conn: &Connection, scan: &EventScan) -> Result<(i64, i64), StoreError> {
    let (mut first, mut last) = scan.filter.numbers();
    first = first.max(scan.after.map_or(0, |id| id.0.saturating_add(1)));
    if let Some(before) = scan.before {
        let Some(before) = before.0.checked_sub(1) else { return Ok((1, 0)) };
        last = last.min(before);
    }
    let (since, until) = place_of_period(conn, &scan.filter)?;
    let signed = |id: u64| i64::try_from(id).unwrap_or(i64::MAX);
    Ok((signed(first.max(since)), signed(last.min(until))))
}

/// The first and the last number that a filter's times leave, with some to spare on either side.
fn place_of_period(conn: &Connection, filter: &EventFilter) -> Result<(u64, u64), StoreError> {
    let period = filter.period();
    let since = match period.from {
        Some(since) => place_of(conn, since.plus_millis(-SLACK_MILLIS))?.0,
        None => 0,
    };
    let until = match period.until {
        Some(until) => place_of(conn, until.plus_millis(SLACK_MILLIS))?.0,
        None => u64::MAX,
    };
    Ok((since, until))
}

/// The first event that arrived at a time or later, found by halves; events arrive about in the order of the log.
pub(super) fn place_of(conn: &Connection, time: Timestamp) -> Result<EventId, StoreError> {
    let number = |sql| first(conn, sql, [], |row| Ok(row.get::<_, i64>(0)?));
    let (Some(mut low), Some(newest)) = (number(OLDEST)?, number(NEWEST)?) else { return Ok(EventId(1)) };
    let mut high = newest.saturating_add(1);
    while low < high {
        let middle = low + (high - low) / 2;
        let found: Option<(i64, i64)> = first(conn, FROM, [middle], |row| Ok((row.get(0)?, row.get(1)?)))?;
        match found {
            Some((id, at)) if at < time.as_millis() => low = id + 1,
            _ => high = middle,
        }
    }
    Ok(EventId(u64::try_from(low).unwrap_or_default()))
}
