//! What test traffic made, found by indexes that hold nothing else, and removed some at a time.

use rusqlite::Connection;
use uuid::Uuid;

use super::{
    counters::Ledger,
    event_people,
    event_rows::{decode, event_columns},
    group_rows::{self as groups, group_id},
    query::{all, execute, first},
    user_rows::{self as users, user_id},
};
use crate::{
    model::{
        event::Event,
        id::{EventId, TokenId},
        test_traffic::TestCounts,
        time::Timestamp,
    },
    store::StoreError,
};

/// How many people, groups and events go in one transaction, so that nobody waits for long.
const SLICE: (u32, u32, u32) = (100, 20, 500);

/// Who, in order of creation.
pub(super) const USERS: &str =
    "SELECT id FROM users INDEXED BY users_of_tests WHERE test = 1 ORDER BY position LIMIT ?1";
/// Which groups, in order of creation.
pub(super) const GROUPS: &str =
    "SELECT id FROM groups INDEXED BY groups_of_tests WHERE test = 1 ORDER BY position LIMIT ?1";
/// Which events, in their order.
pub(super) const EVENTS: &str =
    "SELECT id, size FROM events INDEXED BY events_of_tests WHERE mode = 'test' ORDER BY id LIMIT ?1";
/// How many active owners there are among the people.
pub(super) const OWNERS: &str =
    "SELECT count(*) FROM users INDEXED BY users_of_tests WHERE test = 1 AND active = 1 AND role = 'owner'";

fn number(conn: &Connection, sql: &str) -> Result<u64, StoreError> {
    Ok(first(conn, sql, [], |row| Ok(row.get(0)?))?.unwrap_or_default())
}

/// How many people there are.
pub(super) fn user_count(conn: &Connection) -> Result<u64, StoreError> {
    number(conn, "SELECT count(*) FROM users INDEXED BY users_of_tests WHERE test = 1")
}

/// How many groups there are.
pub(super) fn group_count(conn: &Connection) -> Result<u64, StoreError> {
    number(conn, "SELECT count(*) FROM groups INDEXED BY groups_of_tests WHERE test = 1")
}

/// How many active owners there are among the people.
pub(super) fn active_owners(conn: &Connection) -> Result<u64, StoreError> {
    number(conn, OWNERS)
}

/// Whether all of it is being removed.
pub(super) fn is_removing(conn: &Connection) -> Result<bool, StoreError> {
    Ok(number(conn, "SELECT count(*) FROM test_removal")? > 0)
}

/// How much there is.
pub(super) fn counts(conn: &Connection) -> Result<TestCounts, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    Ok(TestCounts {
        users: user_count(&snapshot)?,
        groups: group_count(&snapshot)?,
        events: number(&snapshot, "SELECT count(*) FROM events INDEXED BY events_of_tests WHERE mode = 'test'")?,
        tokens: number(&snapshot, "SELECT count(*) FROM tokens WHERE mode = 'test'")?,
        owners: active_owners(&snapshot)?,
        removing: is_removing(&snapshot)?,
    })
}

/// Events after a number, oldest first.
pub(super) fn events(conn: &Connection, after: EventId, limit: u32) -> Result<Vec<Event>, StoreError> {
    let after = i64::try_from(after.0).unwrap_or(i64::MAX);
    let sql = concat!(
        "SELECT ",
        event_columns!(),
        " FROM events INDEXED BY events_of_tests WHERE mode = 'test' AND id > ?1 ORDER BY id LIMIT ?2"
    );
    all(conn, sql, rusqlite::params![after, limit], decode)
}

/// Ends every token and notes that the rest is to follow.
pub(super) fn begin_removal(conn: &Connection, ledger: &mut Ledger) -> Result<(), StoreError> {
    execute(conn, "INSERT OR IGNORE INTO test_removal (id) VALUES (1)", [])?;
    execute(conn, "DELETE FROM token_days WHERE token IN (SELECT id FROM tokens WHERE mode = 'test')", [])?;
    let ids =
        all(conn, "SELECT id FROM tokens WHERE mode = 'test'", [], |row| Ok(TokenId(Uuid::from_bytes(row.get(0)?))))?;
    execute(conn, "DELETE FROM tokens WHERE mode = 'test'", [])?;
    ledger.forget_tokens(&ids);
    Ok(())
}

/// Removes some of it; the last time, also the note that more is to follow.
pub(super) fn remove_some(conn: &Connection, ledger: &mut Ledger) -> Result<(), StoreError> {
    // Of a moment long past, so that a group of somebody else, should there be one, is newer by no more than it must be.
    let at = Timestamp::default();
    let group_ids = all(conn, GROUPS, [SLICE.1], |row| Ok(group_id(row.get(0)?)))?;
    for id in &group_ids {
        ledger.remove_group(groups::delete(conn, *id, at)?);
    }
    let user_ids = all(conn, USERS, [SLICE.0], |row| Ok(user_id(row.get(0)?)))?;
    for id in &user_ids {
        if let Some((position, before)) = users::delete(conn, *id, at)? {
            ledger.changes.note_user(position.0);
            ledger.remove(before);
        }
    }
    let events: Vec<(u64, u64)> = all(conn, EVENTS, [SLICE.2], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (id, size) in &events {
        execute(conn, "DELETE FROM events WHERE id = ?1", [id])?;
        event_people::forget_one(conn, *id)?;
        ledger.event_bytes = ledger.event_bytes.saturating_sub(*size);
    }
    if group_ids.is_empty() && user_ids.is_empty() && events.is_empty() {
        execute(conn, "DELETE FROM test_removal", [])?;
    }
    Ok(())
}
