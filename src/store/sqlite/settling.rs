//! Mappings that are carried out some members at a time: how far each has come, and whose turn it is.

use rusqlite::{Connection, params};

use super::{
    counters::Ledger,
    group_rows::{self, group_id},
    membership_rows::{decode_standing, select_standings},
    query::{all, execute, first},
};
use crate::{
    model::id::GroupId,
    store::{MemberStanding, Position, StoreError},
};

/// The next users among the members of a group, behind a position.
pub(super) const NEXT: &str = select_standings!(
    "FROM group_members m CROSS JOIN users u ON u.position = m.member
     WHERE m.group_position = ?1 AND m.member > ?2 AND m.nested = 0 ORDER BY m.member LIMIT ?3"
);

/// Active owners among the members of a group whose role can come from one.
pub(super) const OWNERS: &str = select_standings!(
    "FROM group_members m CROSS JOIN users u ON u.position = m.member
     WHERE m.group_position = ?1 AND m.nested = 0
       AND u.active AND u.role = 'owner' AND u.role_source IN ('group', 'default') ORDER BY m.member"
);

/// How far a group has come.
pub(super) const MARK: &str = "SELECT s.group_position, s.after FROM settling s
     WHERE s.group_position = (SELECT position FROM groups WHERE id = ?1)";

/// Notes how far a group has come; with none that it is done.
pub(super) fn note(conn: &Connection, group: GroupId, after: Option<Position>) -> Result<(), StoreError> {
    let Some(position) = group_rows::position(conn, group)? else { return Ok(()) };
    match after {
        Some(after) => execute(
            conn,
            "INSERT INTO settling (group_position, after) VALUES (?1, ?2)
             ON CONFLICT (group_position) DO UPDATE SET after = excluded.after",
            [position.0, after.0],
        ),
        None => execute(conn, "DELETE FROM settling WHERE group_position = ?1", [position.0]),
    }
    .map(drop)
}

fn mark(conn: &Connection, group: GroupId) -> Result<Option<(i64, i64)>, StoreError> {
    first(conn, MARK, [group.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The next members of a group whose roles are still to follow; none when that is done.
pub(super) fn next(conn: &Connection, group: GroupId, limit: u32) -> Result<Option<Vec<MemberStanding>>, StoreError> {
    match mark(conn, group)? {
        Some((position, after)) => all(conn, NEXT, params![position, after, limit], decode_standing).map(Some),
        None => Ok(None),
    }
}

/// Active owners among the members of a group of whom a mapping may take the role. The counters tell where there are
/// none, which spares the look at every member.
pub(super) fn owners(conn: &Connection, ledger: &Ledger, group: GroupId) -> Result<Vec<MemberStanding>, StoreError> {
    let sources = ledger.counts.sources.owner;
    if sources.group + sources.default == 0 {
        return Ok(Vec::new());
    }
    let Some(position) = group_rows::position(conn, group)? else { return Ok(Vec::new()) };
    all(conn, OWNERS, [position.0], decode_standing)
}

/// The groups that are not done.
pub(super) fn groups(conn: &Connection) -> Result<Vec<GroupId>, StoreError> {
    let sql = "SELECT g.id FROM settling s CROSS JOIN groups g ON g.position = s.group_position";
    all(conn, sql, [], |row| Ok(group_id(row.get(0)?)))
}

/// How many members of a group are to follow.
pub(super) fn count(conn: &Connection, group: GroupId) -> Result<u64, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let Some((position, after)) = mark(&snapshot, group)? else { return Ok(0) };
    let sql = "SELECT count(*) FROM group_members WHERE group_position = ?1 AND member > ?2 AND nested = 0";
    Ok(first(&snapshot, sql, [position, after], |row| Ok(row.get(0)?))?.unwrap_or(0))
}
