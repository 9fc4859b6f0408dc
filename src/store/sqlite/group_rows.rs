//! Groups: their rows without the members, written by the writer and read through an index by anyone.

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::{
    membership_rows::{self as memberships, POSITION_OF},
    query::{all, execute, first, word},
    user_rows::external_key,
};
use crate::{
    model::{
        group::Group,
        id::{GroupId, ResourceId},
        role::Role,
        time::Timestamp,
    },
    scim::fold::fold,
    store::{GroupLookup, GroupRow, NameKey, Position, StoreError},
};

/// A query for whole groups: `g` is the group. The arguments say which and in what order.
macro_rules! select_groups {
    ($($which:expr),+) => {
        concat!(
            "SELECT g.position, g.id, g.display_name, g.external_id, g.role, g.members, g.created, g.last_modified,
                    g.version, g.folded_name, g.document, g.test
             FROM groups g ",
            $($which),+
        )
    };
}
pub(super) use select_groups;

/// One group by id.
pub(super) const BY_ID: &str = select_groups!("WHERE g.id = ?1");
/// One group by the key of the folded name.
pub(super) const BY_NAME: &str = select_groups!("WHERE g.name_key = ?1");
/// Some groups by key and text of the externalId.
pub(super) const BY_EXTERNAL_ID: &str =
    select_groups!("WHERE g.external_key = ?1 AND g.external_id = ?2 ORDER BY g.position LIMIT ?3");
/// Some groups by the position of a direct member.
pub(super) const BY_MEMBER: &str = select_groups!(
    "JOIN group_members m ON m.group_position = g.position WHERE m.member = ?1 ORDER BY m.group_position LIMIT ?2"
);

/// Reads what [`select_groups`] selects.
pub(super) fn decode(row: &Row<'_>) -> Result<GroupRow, StoreError> {
    Ok(GroupRow {
        group: Group {
            id: group_id(row.get(1)?),
            display_name: row.get(2)?,
            external_id: row.get(3)?,
            role: row.get_ref(4)?.as_str_or_null()?.map(|text| word("role", text)).transpose()?,
            members: row.get(5)?,
            created: Timestamp::from_millis(row.get(6)?),
            last_modified: Timestamp::from_millis(row.get(7)?),
            version: row.get(8)?,
            test: row.get(11)?,
        },
        position: Position(row.get(0)?),
        folded_name: row.get(9)?,
        document: row.get(10)?,
    })
}

/// An id from its stored bytes.
pub(super) fn group_id(bytes: [u8; 16]) -> GroupId {
    GroupId(Uuid::from_bytes(bytes))
}

/// Adds a group at a position.
pub(super) fn insert(conn: &Connection, row: &GroupRow, position: i64) -> Result<(), StoreError> {
    let group = &row.group;
    memberships::refuse_taken(conn, group.id.into())?;
    execute(
        conn,
        "INSERT INTO groups (position, id, name_key, external_key, role, members, created, last_modified, version,
                             display_name, folded_name, external_id, search, document, test)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            position,
            group.id.as_bytes(),
            NameKey::of_folded(&row.folded_name).0,
            group.external_id.as_deref().map(external_key),
            group.role.map(Role::as_str),
            group.created.as_millis(),
            group.last_modified.as_millis(),
            group.version,
            group.display_name,
            row.folded_name,
            group.external_id,
            group.external_id.as_deref().map(fold),
            row.document,
            group.test,
        ],
    )?;
    Ok(())
}

/// Puts a group in place of the one with the same id; the members stay.
///
/// # Errors
/// There is none, besides the database's own.
pub(super) fn update(conn: &Connection, row: &GroupRow) -> Result<(), StoreError> {
    let group = &row.group;
    let changed = execute(
        conn,
        "UPDATE groups SET name_key = ?2, external_key = ?3, role = ?4, created = ?5, last_modified = ?6, version = ?7,
                           display_name = ?8, folded_name = ?9, external_id = ?10, search = ?11, document = ?12
         WHERE id = ?1",
        params![
            group.id.as_bytes(),
            NameKey::of_folded(&row.folded_name).0,
            group.external_id.as_deref().map(external_key),
            group.role.map(Role::as_str),
            group.created.as_millis(),
            group.last_modified.as_millis(),
            group.version,
            group.display_name,
            row.folded_name,
            group.external_id,
            group.external_id.as_deref().map(fold),
            row.document,
        ],
    )?;
    if changed == 0 {
        return Err(StoreError::Database(format!("there is no group {} to update", group.id)));
    }
    Ok(())
}

/// Removes a group with its memberships and its own in others, which are newer by that. Says whether there was one, and
/// whether test traffic had made it.
pub(super) fn delete(conn: &Connection, id: GroupId, at: Timestamp) -> Result<Option<bool>, StoreError> {
    let Some(position) = position(conn, id)? else { return Ok(None) };
    let test = first(conn, "SELECT test FROM groups WHERE position = ?1", [position.0], |row| Ok(row.get(0)?))?;
    memberships::leave_all(conn, position, at)?;
    memberships::dissolve(conn, position)?;
    execute(conn, "DELETE FROM groups WHERE position = ?1", [position.0])?;
    Ok(test)
}

/// Where a group stands.
pub(super) fn position(conn: &Connection, id: GroupId) -> Result<Option<Position>, StoreError> {
    first(conn, "SELECT position FROM groups WHERE id = ?1", [id.as_bytes()], |row| Ok(Position(row.get(0)?)))
}

/// The group with an id.
pub(super) fn by_id(conn: &Connection, id: GroupId) -> Result<Option<GroupRow>, StoreError> {
    first(conn, BY_ID, [id.as_bytes()], decode)
}

/// The group with a folded name.
pub(super) fn by_name(conn: &Connection, folded: &str) -> Result<Option<GroupRow>, StoreError> {
    first(conn, BY_NAME, [NameKey::of_folded(folded).0], decode)
}

fn by_member(conn: &Connection, member: ResourceId, limit: u32) -> Result<Vec<GroupRow>, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let position: Option<i64> = first(&snapshot, POSITION_OF, [member.as_bytes()], |row| Ok(row.get(0)?))?;
    match position {
        Some(position) => all(&snapshot, BY_MEMBER, params![position, limit], decode),
        None => Ok(Vec::new()),
    }
}

/// Candidates for a key, in order of creation.
pub(super) fn lookup(conn: &Connection, lookup: &GroupLookup, limit: u32) -> Result<Vec<GroupRow>, StoreError> {
    let one = |found: Option<GroupRow>| found.into_iter().take(usize::from(limit > 0)).collect();
    match lookup {
        GroupLookup::Id(id) => Ok(one(by_id(conn, *id)?)),
        GroupLookup::Name(folded) => Ok(one(by_name(conn, folded)?)),
        GroupLookup::ExternalId(external_id) => {
            all(conn, BY_EXTERNAL_ID, params![external_key(external_id), external_id, limit], decode)
        }
        GroupLookup::Member(member) => by_member(conn, *member, limit),
    }
}
