//! Windows of a group's members in the order of their keys, which are their positions: read by key, so that the last
//! window of a large group costs what the first one does, and nobody is missed or shown twice where others come and go.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{
    group_rows,
    membership_rows::kind,
    query::{all, first},
};
use crate::{
    model::{
        group::{GroupMember, ListedMember, MemberPage, MemberQuery},
        id::{GroupId, ResourceId},
    },
    store::StoreError,
};

macro_rules! members_between {
    ($order:literal) => {
        concat!(
            "SELECT m.member, coalesce(u.id, g.id), m.nested, coalesce(u.user_name, g.display_name) FROM group_members m
             LEFT JOIN users u ON m.nested = 0 AND u.position = m.member
             LEFT JOIN groups g ON m.nested = 1 AND g.position = m.member
             WHERE m.group_position = ?1 AND m.member > ?2 AND m.member < ?3 ORDER BY m.member ",
            $order,
            " LIMIT ?4"
        )
    };
}

/// Members between two keys.
pub(super) const FORWARD: &str = members_between!("ASC");
/// The same, the last ones first.
pub(super) const BACKWARD: &str = members_between!("DESC");
/// How many members stand before a key; a walk through a part of the index, a millisecond for 50,000.
pub(super) const BEFORE: &str = "SELECT count(*) FROM group_members WHERE group_position = ?1 AND member < ?2";

/// A window of a group's members; none where there is no such group.
pub(super) fn window(conn: &Connection, group: GroupId, query: &MemberQuery) -> Result<Option<MemberPage>, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let Some(position) = group_rows::position(&snapshot, group)? else { return Ok(None) };
    let backward = query.from_end || (query.before.is_some() && query.after.is_none());
    let (after, before) = (query.after.unwrap_or(i64::MIN), query.before.unwrap_or(i64::MAX));
    let sql = if backward { BACKWARD } else { FORWARD };
    let mut members = all(&snapshot, sql, params![position.0, after, before, query.limit], |row| {
        let id = ResourceId(Uuid::from_bytes(row.get(1)?));
        Ok(ListedMember { key: row.get(0)?, member: GroupMember { id, kind: kind(row.get(2)?), name: row.get(3)? } })
    })?;
    if backward {
        members.reverse();
    }
    let counted = "SELECT members FROM groups WHERE position = ?1";
    let total = first(&snapshot, counted, [position.0], |row| Ok(row.get(0)?))?.unwrap_or(0);
    let offset = match members.first() {
        Some(listed) => first(&snapshot, BEFORE, [position.0, listed.key], |row| Ok(row.get(0)?))?.unwrap_or(0),
        None => total,
    };
    Ok(Some(MemberPage { total, offset, members }))
}
