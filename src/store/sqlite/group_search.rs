//! Groups in numbers: pages and searches.

use std::time::Instant;

use rusqlite::{Connection, ToSql, params};

use super::{
    counters,
    group_rows::{decode, select_groups},
    pages::PageEnds,
    query::{all, first},
};
use crate::{
    model::group::GroupQuery,
    scim::fold::fold,
    store::{GroupRow, Position, Shown, StoreError},
};

/// Rows of a window whose query names no limit, and the most that any gets.
const WINDOW: (u32, u32) = (100, 1_000);

/// Groups after a position, in order of creation.
pub(super) fn scan(
    conn: &Connection,
    after: Option<Position>,
    limit: u32,
    shown: Shown,
) -> Result<Vec<GroupRow>, StoreError> {
    all(
        conn,
        select_groups!("WHERE g.position > ?1 AND g.test <= ?3 ORDER BY g.position LIMIT ?2"),
        params![after.map_or(0, |position| position.0), limit, shown.bound()],
        decode,
    )
}

/// A page of all groups in order of creation.
pub(super) fn page(
    conn: &Connection,
    ends: &PageEnds,
    offset: u64,
    limit: u32,
    now: Instant,
    shown: Shown,
) -> Result<Vec<GroupRow>, StoreError> {
    ends.page(
        offset,
        now,
        |offset| {
            let sql = match shown {
                Shown::Everything => "SELECT position FROM groups ORDER BY position LIMIT 1 OFFSET ?1",
                Shown::WithoutTests => "SELECT position FROM groups WHERE test = 0 ORDER BY position LIMIT 1 OFFSET ?1",
            };
            first(conn, sql, [offset], |row| Ok(Position(row.get(0)?)))
        },
        |start| scan(conn, Some(start), limit, shown),
    )
}

/// A window of the groups that a query matches, and how many it matches in all.
pub(super) fn find(conn: &Connection, query: &GroupQuery) -> Result<(u64, Vec<GroupRow>), StoreError> {
    let needle = fold(&query.search);
    let mut terms = Vec::new();
    let mut values: Vec<&dyn ToSql> = Vec::new();
    if !needle.is_empty() {
        terms.push("(instr(folded_name, ?) OR instr(search, ?))");
        values.extend([&needle as &dyn ToSql, &needle]);
    }
    match query.mapped {
        Some(true) => terms.push("role IS NOT NULL"),
        Some(false) => terms.push("role IS NULL"),
        None => {}
    }
    let condition = if terms.is_empty() { String::new() } else { format!("WHERE {}", terms.join(" AND ")) };

    // Count and window from one snapshot.
    let snapshot = conn.unchecked_transaction()?;
    let total = if terms.is_empty() {
        counters::group_count(&snapshot)?
    } else {
        snapshot
            .prepare_cached(&format!("SELECT count(*) FROM groups {condition}"))?
            .query_row(values.as_slice(), |row| row.get(0))?
    };
    let limit = match query.limit {
        0 => WINDOW.0,
        given => given.min(WINDOW.1),
    };
    let offset = i64::try_from(query.offset).unwrap_or(i64::MAX);
    values.extend([&limit as &dyn ToSql, &offset]);
    let sql = format!("{} {condition} ORDER BY position LIMIT ? OFFSET ?", select_groups!(""));
    let rows = all(&snapshot, &sql, values.as_slice(), decode)?;
    Ok((total, rows))
}
