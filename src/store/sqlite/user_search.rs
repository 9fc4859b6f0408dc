//! Users in numbers: pages, searches, and the accounts of one person.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Instant,
};

use rusqlite::{Connection, params};

use super::{
    changes::Changes,
    counters,
    orders::{self, Orders, Question},
    pages::PageEnds,
    query::{all, first},
    user_rows::{by_external_id, by_id, decode, decode_user, select_short, select_users},
};
use crate::{
    model::{
        id::UserId,
        user::{User, UserSort},
    },
    store::{Position, Shown, StoreError, UserPlace, UserRow, UserSearch, UserWalk},
};

/// Windows this near to either end of the order of creation are read without an order kept, in rows.
const NEAR: u64 = 5_000;
/// The user at a position.
const USER_AT: &str = select_short!("WHERE u.position = ?1");
/// The user with an id.
const USER_WITH_ID: &str = select_short!("WHERE u.id = ?1");
pub(super) const OLDEST: &str = select_short!("ORDER BY u.created, u.position LIMIT ?1 OFFSET ?2");
pub(super) const NEWEST: &str = select_short!("ORDER BY u.created DESC, u.position DESC LIMIT ?1 OFFSET ?2");
/// How many accounts of one person are followed.
const CHAIN: u32 = 20;

/// Some users whose place an account took.
pub(super) const BY_SUCCESSOR: &str = select_users!("WHERE u.replaced_by = ?1 ORDER BY u.position LIMIT ?2");

/// Users after a position, in order of creation.
pub(super) fn scan(
    conn: &Connection,
    after: Option<Position>,
    limit: u32,
    shown: Shown,
) -> Result<Vec<UserRow>, StoreError> {
    all(
        conn,
        select_users!("WHERE u.position > ?1 AND u.test <= ?3 ORDER BY u.position LIMIT ?2"),
        params![after.map_or(0, |position| position.0), limit, shown.bound()],
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
    shown: Shown,
) -> Result<Vec<UserRow>, StoreError> {
    ends.page(
        offset,
        now,
        // Passed over in the table of short rows.
        |offset| {
            let sql = match shown {
                Shown::Everything => "SELECT position FROM users ORDER BY position LIMIT 1 OFFSET ?1",
                Shown::WithoutTests => "SELECT position FROM users WHERE test = 0 ORDER BY position LIMIT 1 OFFSET ?1",
            };
            first(conn, sql, [offset], |row| Ok(Position(row.get(0)?)))
        },
        |start| scan(conn, Some(start), limit, shown),
    )
}

/// A window of the users that a search matches, and how many it matches in all.
pub(super) fn find(
    conn: &Connection,
    orders: &Orders,
    changes: &Changes,
    search: &UserSearch,
) -> Result<(u64, Vec<User>), StoreError> {
    let UserSearch { filter, sort, descending, offset, limit } = search;
    if filter.is_empty() && *sort == UserSort::Created && *offset <= NEAR {
        return newest_or_oldest(conn, search);
    }
    let question = Question { filter: filter.clone(), sort: *sort };
    orders.with(conn, changes, &question, |snapshot, positions| {
        let total = positions.len();
        let start = usize::try_from(*offset).unwrap_or(usize::MAX).min(total);
        let end = start.saturating_add(*limit as usize).min(total);
        let users = users_at(snapshot, &orders::slice(positions, start..end, *descending))?;
        Ok((u64::try_from(total).unwrap_or(u64::MAX), users))
    })
}

fn users_at(conn: &Connection, positions: &[i64]) -> Result<Vec<User>, StoreError> {
    let mut users = Vec::with_capacity(positions.len());
    for position in positions {
        users.extend(first(conn, USER_AT, [position], decode_user)?);
    }
    Ok(users)
}

/// The next users behind a place in the order of a search; its offset says nothing here.
pub(super) fn walk(
    conn: &Connection,
    orders: &Orders,
    changes: &Changes,
    search: &UserSearch,
    after: Option<&UserPlace>,
) -> Result<UserWalk, StoreError> {
    let question = Question { filter: search.filter.clone(), sort: search.sort };
    orders.with(conn, changes, &question, |snapshot, positions| {
        let order = (positions, search.descending);
        let (window, next) = orders::behind(snapshot, &question, order, after, search.limit as usize)?;
        let total = u64::try_from(positions.len()).unwrap_or(u64::MAX);
        Ok(UserWalk { total, users: users_at(snapshot, &window)?, next })
    })
}

/// Everybody in order of creation, near either end: what an open dashboard asks for all the time.
fn newest_or_oldest(conn: &Connection, search: &UserSearch) -> Result<(u64, Vec<User>), StoreError> {
    // Count and window from one snapshot.
    let snapshot = conn.unchecked_transaction()?;
    let total = counters::counts(&snapshot)?.total;
    let sql = if search.descending { NEWEST } else { OLDEST };
    let offset = i64::try_from(search.offset).unwrap_or(i64::MAX);
    Ok((total, all(&snapshot, sql, params![search.limit, offset], decode_user)?))
}

/// The users with these ids, in this order; those that are not there are left out.
pub(super) fn with_ids(conn: &Connection, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(first(&snapshot, USER_WITH_ID, [id.as_bytes()], decode_user)?);
    }
    Ok(found)
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
