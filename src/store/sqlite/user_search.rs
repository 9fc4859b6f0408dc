//! Users in numbers: pages, searches, and the accounts of one person.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Instant,
};

use rusqlite::{Connection, ToSql, params};

use super::{
    counters,
    pages::PageEnds,
    query::{all, first},
    user_rows::{by_external_id, by_id, decode, select_users},
};
use crate::{
    model::{
        id::UserId,
        role::Role,
        user::{UserCounts, UserQuery, UserSort},
    },
    scim::fold::fold,
    store::{Position, StoreError, UserRow},
};

/// Rows of a window whose query names no limit, and the most that any gets.
const WINDOW: (u32, u32) = (100, 1_000);
/// How many accounts of one person are followed.
const CHAIN: u32 = 20;

/// Some users whose place an account took.
pub(super) const BY_SUCCESSOR: &str = select_users!("WHERE u.replaced_by = ?1 ORDER BY u.position LIMIT ?2");

/// Users after a position, in order of creation.
pub(super) fn scan(conn: &Connection, after: Option<Position>, limit: u32) -> Result<Vec<UserRow>, StoreError> {
    all(
        conn,
        select_users!("WHERE u.position > ?1 ORDER BY u.position LIMIT ?2"),
        params![after.map_or(0, |position| position.0), limit],
        decode,
    )
}

/// A page of all users in order of creation.
pub(super) fn page(
    conn: &Connection,
    ends: &PageEnds,
    offset: u64,
    limit: u32,
    now: Instant,
) -> Result<Vec<UserRow>, StoreError> {
    ends.page(
        offset,
        now,
        // Passed over in the table of short rows.
        |offset| {
            first(conn, "SELECT position FROM users ORDER BY position LIMIT 1 OFFSET ?1", [offset], |row| {
                Ok(Position(row.get(0)?))
            })
        },
        |start| scan(conn, Some(start), limit),
    )
}

/// A window of the users that a query matches, and how many it matches in all.
pub(super) fn find(conn: &Connection, query: &UserQuery) -> Result<(u64, Vec<UserRow>), StoreError> {
    let needle = fold(&query.search);
    let role = query.role.map(|role| role.as_str());
    let mut terms = Vec::new();
    let mut values: Vec<&dyn ToSql> = Vec::new();
    if !needle.is_empty() {
        terms.push("(instr(folded_name, ?) OR instr(search, ?))");
        values.extend([&needle as &dyn ToSql, &needle]);
    }
    if let Some(active) = &query.active {
        terms.push("active = ?");
        values.push(active);
    }
    if let Some(role) = &role {
        terms.push("role = ?");
        values.push(role);
    }
    let condition = if terms.is_empty() { String::new() } else { format!("WHERE {}", terms.join(" AND ")) };

    // Count and window from one snapshot.
    let snapshot = conn.unchecked_transaction()?;
    let total = match counted(&counters::counts(&snapshot)?, query) {
        Some(total) => total,
        None => snapshot
            .prepare_cached(&format!("SELECT count(*) FROM users {condition}"))?
            .query_row(values.as_slice(), |row| row.get(0))?,
    };
    let limit = match query.limit {
        0 => WINDOW.0,
        given => given.min(WINDOW.1),
    };
    let offset = i64::try_from(query.offset).unwrap_or(i64::MAX);
    values.extend([&limit as &dyn ToSql, &offset]);
    let positions: Vec<i64> = all(
        &snapshot,
        &format!("SELECT position FROM users {condition} ORDER BY {} LIMIT ? OFFSET ?", order(query)),
        values.as_slice(),
        |row| Ok(row.get(0)?),
    )?;
    let mut rows = Vec::with_capacity(positions.len());
    for position in positions {
        rows.extend(first(&snapshot, select_users!("WHERE u.position = ?1"), [position], decode)?);
    }
    Ok((total, rows))
}

/// How many users a query matches, where the counters know.
fn counted(counts: &UserCounts, query: &UserQuery) -> Option<u64> {
    if !query.search.is_empty() {
        return None;
    }
    match (query.active, query.role) {
        (None, None) => Some(counts.total),
        (Some(true), None) => Some(counts.active),
        (Some(false), None) => Some(counts.total.saturating_sub(counts.active)),
        (Some(true), Some(Role::Owner)) => Some(counts.owners),
        (Some(true), Some(Role::Editor)) => Some(counts.editors),
        (Some(true), Some(Role::Viewer)) => Some(counts.viewers),
        (_, Some(_)) => None,
    }
}

/// The order of a window; ties stand in order of creation, and reversing reverses these too.
const fn order(query: &UserQuery) -> &'static str {
    match (query.sort, query.descending) {
        (UserSort::Created, false) => "position",
        (UserSort::Created, true) => "position DESC",
        (UserSort::UserName, false) => "folded_name, position",
        (UserSort::UserName, true) => "folded_name DESC, position DESC",
        (UserSort::Role, false) => "CASE role WHEN 'owner' THEN 0 WHEN 'editor' THEN 1 ELSE 2 END, position",
        (UserSort::Role, true) => "CASE role WHEN 'owner' THEN 0 WHEN 'editor' THEN 1 ELSE 2 END DESC, position DESC",
        (UserSort::Active, false) => "active DESC, position",
        (UserSort::Active, true) => "active, position DESC",
        (UserSort::LastModified, false) => "last_modified, position",
        (UserSort::LastModified, true) => "last_modified DESC, position DESC",
    }
}

/// Other accounts of the same person: by externalId, and along `replaced_by` both ways from each one found.
pub(super) fn related(conn: &Connection, of: &UserRow) -> Result<Vec<UserRow>, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let mut known: BTreeMap<Position, UserRow> = BTreeMap::new();
    let mut waiting = VecDeque::from([of.clone()]);
    while let Some(row) = waiting.pop_front() {
        if known.len() > CHAIN as usize {
            break;
        }
        let mut found = predecessors(&snapshot, row.user.id)?;
        if let Some(successor) = row.user.replaced_by {
            found.extend(by_id(&snapshot, successor)?);
        }
        if let Some(external_id) = &row.user.external_id {
            found.extend(by_external_id(&snapshot, external_id, CHAIN)?);
        }
        if known.insert(row.position, row).is_none() {
            waiting.extend(found);
        }
        waiting.retain(|next| !known.contains_key(&next.position));
    }
    known.remove(&of.position);
    Ok(known.into_values().take(CHAIN as usize).collect())
}

fn predecessors(conn: &Connection, id: UserId) -> Result<Vec<UserRow>, StoreError> {
    all(conn, BY_SUCCESSOR, params![id.as_bytes(), CHAIN], decode)
}
