//! Who is in which group: one row a direct membership, and what follows from them when groups stand in groups.

use std::collections::BTreeSet;

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::{
    group_rows,
    query::{all, execute, first, json, word},
    user_rows::user_id,
};
use crate::{
    model::{
        group::{GroupMember, MemberKind},
        id::{GroupId, ResourceId, UserId},
        role::Role,
        time::Timestamp,
    },
    store::{Candidate, MemberStanding, Membership, Position, StoreError},
};

/// The position of the user or group with an id.
pub(super) const POSITION_OF: &str =
    "SELECT position FROM users WHERE id = ?1 UNION ALL SELECT position FROM groups WHERE id = ?1";

/// Makes the user or group with an id a member, unless it is one or nobody has the id.
pub(super) const ADD_MEMBER: &str = "
    INSERT OR IGNORE INTO group_members (group_position, member, nested)
    SELECT ?1, position, 0 FROM users WHERE id = ?2 UNION ALL SELECT ?1, position, 1 FROM groups WHERE id = ?2";

/// Ends the direct membership of the user or group with an id.
pub(super) const REMOVE_MEMBER: &str = "
    DELETE FROM group_members
    WHERE group_position = ?1
      AND member = (SELECT position FROM users WHERE id = ?2 UNION ALL SELECT position FROM groups WHERE id = ?2)";

/// A new version of each group that somebody leaves.
pub(super) const BEREAVE: &str = "
    UPDATE groups SET members = members - 1, version = version + 1, last_modified = max(last_modified + 1, ?2)
    WHERE position IN (SELECT group_position FROM group_members WHERE member = ?1)";

/// Ends every membership of one resource.
pub(super) const LEAVE_ALL: &str = "DELETE FROM group_members WHERE member = ?1";

/// What an id belongs to, whether that is a direct member, and whether test traffic made it.
pub(super) const CANDIDATE: &str = "
    SELECT 0, EXISTS (SELECT 1 FROM group_members WHERE group_position = ?1 AND member = position), test
    FROM users WHERE id = ?2
    UNION ALL
    SELECT 1, EXISTS (SELECT 1 FROM group_members WHERE group_position = ?1 AND member = position), test
    FROM groups WHERE id = ?2";

/// Direct members of a group in order of id. Each kind is joined with its own table only.
pub(super) const MEMBERS: &str = "
    SELECT u.id, 0, u.user_name FROM group_members m CROSS JOIN users u ON u.position = m.member
    WHERE m.group_position = ?1 AND m.nested = 0
    UNION ALL
    SELECT g.id, 1, g.display_name FROM group_members m INDEXED BY nested_groups CROSS JOIN groups g
    ON g.position = m.member WHERE m.group_position = ?1 AND m.nested = 1
    ORDER BY 1 LIMIT ?2";

/// A query for how users `u` stand beside the group at a position. Their other groups are looked at for those only whose
/// role can come from one.
macro_rules! select_standings {
    ($which:literal) => {
        concat!(
            "SELECT u.id, u.user_name, u.active, u.role, u.role_source, u.okta_role,
                    CASE WHEN u.role_source IN ('okta', 'local') THEN NULL ELSE (
                        SELECT max(CASE g.role WHEN 'owner' THEN 3 WHEN 'editor' THEN 2 WHEN 'viewer' THEN 1 END)
                        FROM group_members o CROSS JOIN groups g ON g.position = o.group_position
                        WHERE o.member = u.position AND o.group_position <> ?1
                    ) END,
                    u.position ",
            $which
        )
    };
}

pub(super) use select_standings;

/// How the users among the direct members of a group stand.
pub(super) const STANDINGS: &str = select_standings!(
    "FROM group_members m CROSS JOIN users u ON u.position = m.member
     WHERE m.group_position = ?1 AND m.nested = 0 ORDER BY m.member"
);

/// How the user with an id stands.
pub(super) const STANDING: &str = select_standings!("FROM users u WHERE u.id = ?2");

/// A direct member by id.
pub(super) const MEMBER: &str = "
    SELECT u.id, 0, u.user_name FROM users u CROSS JOIN group_members m ON m.member = u.position
    WHERE u.id = ?2 AND m.group_position = ?1
    UNION ALL
    SELECT g.id, 1, g.display_name FROM groups g CROSS JOIN group_members m ON m.member = g.position
    WHERE g.id = ?2 AND m.group_position = ?1";

/// An expression in a query for users `u`: the groups that the user is in as a JSON array of [position, id, name, role,
/// direct], or null when there are none, which one look into an index tells.
///
/// The walk from group to group ends in a cycle too, since a group that was reached is not followed again. It takes
/// temporary tables and so several times as long as all the rest: it is for users of whose groups one stands in another.
macro_rules! groups_of_user {
    () => {
        "CASE
            WHEN NOT EXISTS (SELECT 1 FROM group_members WHERE member = u.position) THEN NULL
            WHEN EXISTS (SELECT 1 FROM group_members INDEXED BY nested_groups WHERE nested = 1)
             AND EXISTS (SELECT 1 FROM group_members m CROSS JOIN group_members n ON n.member = m.group_position
                         WHERE m.member = u.position)
            THEN (
                WITH RECURSIVE reached (position) AS (
                    SELECT group_position FROM group_members WHERE member = u.position
                    UNION
                    SELECT n.group_position FROM reached r CROSS JOIN group_members n ON n.member = r.position
                )
                SELECT json_group_array(json_array(g.position, hex(g.id), g.display_name, g.role,
                           EXISTS (SELECT 1 FROM group_members
                                   WHERE group_position = g.position AND member = u.position)))
                FROM reached r CROSS JOIN groups g ON g.position = r.position
            )
            ELSE (
                SELECT json_group_array(json_array(g.position, hex(g.id), g.display_name, g.role, 1))
                FROM group_members m CROSS JOIN groups g ON g.position = m.group_position
                WHERE m.member = u.position
            )
         END"
    };
}
pub(super) use groups_of_user;

/// Reads what [`groups_of_user`] gives, and puts it in order: direct ones first, then by position.
pub(super) fn decode_groups(text: Option<&str>) -> Result<Vec<Membership>, StoreError> {
    type Stored = (i64, GroupId, String, Option<Role>, u8);
    let Some(text) = text else { return Ok(Vec::new()) };
    let mut stored: Vec<Stored> = json("list of groups", text)?;
    stored.sort_unstable_by_key(|&(position, .., direct)| (direct == 0, position));
    let membership = |(_, id, name, role, direct): Stored| Membership { id, name, role, direct: direct != 0 };
    Ok(stored.into_iter().map(membership).collect())
}

/// Fails when the id belongs to a user or a group already: ids are unique over all resources (RFC 7643 3.1), and a
/// member is known by its id alone.
pub(super) fn refuse_taken(conn: &Connection, id: ResourceId) -> Result<(), StoreError> {
    match first(conn, POSITION_OF, [id.as_bytes()], |_| Ok(()))? {
        Some(()) => Err(StoreError::Database(format!("the id {id} is taken"))),
        None => Ok(()),
    }
}

/// Makes users and groups members.
///
/// # Errors
/// There is no such group, besides the database's own.
pub(super) fn add(conn: &Connection, group: GroupId, members: &[ResourceId]) -> Result<(), StoreError> {
    let Some(position) = group_rows::position(conn, group)? else {
        return Err(StoreError::Database(format!("there is no group {group} to add members to")));
    };
    let mut statement = conn.prepare_cached(ADD_MEMBER)?;
    let mut added = 0;
    for member in members {
        added += statement.execute(params![position.0, member.as_bytes()])?;
    }
    count_members(conn, position, i64::try_from(added).unwrap_or(i64::MAX))
}

/// Ends direct memberships.
pub(super) fn remove(conn: &Connection, group: GroupId, members: &[ResourceId]) -> Result<(), StoreError> {
    let Some(position) = group_rows::position(conn, group)? else { return Ok(()) };
    let mut statement = conn.prepare_cached(REMOVE_MEMBER)?;
    let mut removed = 0;
    for member in members {
        removed += statement.execute(params![position.0, member.as_bytes()])?;
    }
    count_members(conn, position, -i64::try_from(removed).unwrap_or(i64::MAX))
}

fn count_members(conn: &Connection, group: Position, more: i64) -> Result<(), StoreError> {
    if more != 0 {
        execute(conn, "UPDATE groups SET members = members + ?2 WHERE position = ?1", [group.0, more])?;
    }
    Ok(())
}

/// Ends every direct membership of a group.
pub(super) fn clear(conn: &Connection, group: GroupId) -> Result<(), StoreError> {
    let Some(position) = group_rows::position(conn, group)? else { return Ok(()) };
    dissolve(conn, position)?;
    execute(conn, "UPDATE groups SET members = 0 WHERE position = ?1", [position.0])?;
    Ok(())
}

/// Removes the memberships in a group that is to go.
pub(super) fn dissolve(conn: &Connection, group: Position) -> Result<(), StoreError> {
    execute(conn, "DELETE FROM group_members WHERE group_position = ?1", [group.0])?;
    Ok(())
}

/// Takes a user or group that is to go out of every group it is in. Each of these was changed by that at `at`.
pub(super) fn leave_all(conn: &Connection, member: Position, at: Timestamp) -> Result<(), StoreError> {
    let left = execute(conn, BEREAVE, params![member.0, at.as_millis()])?;
    if left > 0 {
        execute(conn, LEAVE_ALL, [member.0])?;
    }
    Ok(())
}

/// The same for somebody who stays.
pub(super) fn leave_all_of(conn: &Connection, member: ResourceId, at: Timestamp) -> Result<(), StoreError> {
    match first(conn, POSITION_OF, [member.as_bytes()], |row| Ok(Position(row.get(0)?)))? {
        Some(position) => leave_all(conn, position, at),
        None => Ok(()),
    }
}

/// What ids belong to, and whether they are direct members of a group, in the order given.
pub(super) fn candidates(conn: &Connection, group: GroupId, ids: &[ResourceId]) -> Result<Vec<Candidate>, StoreError> {
    // No position is 0, so nobody is a member of a group that does not exist.
    let position = group_rows::position(conn, group)?.unwrap_or(Position(0));
    let mut statement = conn.prepare_cached(CANDIDATE)?;
    let mut found = Vec::with_capacity(ids.len());
    for &id in ids {
        let mut rows = statement.query(params![position.0, id.as_bytes()])?;
        found.push(match rows.next()? {
            Some(row) => Candidate { id, kind: Some(kind(row.get(0)?)), is_member: row.get(1)?, test: row.get(2)? },
            None => Candidate { id, kind: None, is_member: false, test: false },
        });
    }
    Ok(found)
}

pub(super) const fn kind(nested: bool) -> MemberKind {
    if nested { MemberKind::Group } else { MemberKind::User }
}

fn decode_member(row: &Row<'_>) -> Result<GroupMember, StoreError> {
    Ok(GroupMember { id: ResourceId(Uuid::from_bytes(row.get(0)?)), kind: kind(row.get(1)?), name: row.get(2)? })
}

/// Direct members of a group in order of id, or those among some ids.
pub(super) fn members(
    conn: &Connection,
    group: GroupId,
    only: Option<&[ResourceId]>,
    limit: u32,
) -> Result<Vec<GroupMember>, StoreError> {
    let Some(position) = group_rows::position(conn, group)? else { return Ok(Vec::new()) };
    let Some(only) = only else { return all(conn, MEMBERS, params![position.0, limit], decode_member) };
    // In order and without doubles, as the whole list would be.
    let only: BTreeSet<&ResourceId> = only.iter().collect();
    let mut found = Vec::new();
    for id in only {
        if found.len() >= limit as usize {
            break;
        }
        found.extend(first(conn, MEMBER, params![position.0, id.as_bytes()], decode_member)?);
    }
    Ok(found)
}

/// Reads what [`select_standings`] selects.
pub(super) fn decode_standing(row: &Row<'_>) -> Result<MemberStanding, StoreError> {
    Ok(MemberStanding {
        id: user_id(row.get(0)?),
        position: Position(row.get(7)?),
        user_name: row.get(1)?,
        active: row.get(2)?,
        role: word("role", row.get_ref(3)?.as_str()?)?,
        source: word("role source", row.get_ref(4)?.as_str()?)?,
        okta_role: row.get_ref(5)?.as_str_or_null()?.map(|text| word("role", text)).transpose()?,
        elsewhere: row.get::<_, Option<u8>>(6)?.and_then(|rank| match rank {
            3 => Some(Role::Owner),
            2 => Some(Role::Editor),
            1 => Some(Role::Viewer),
            _ => None,
        }),
    })
}

/// How the users among a group's direct members stand, in order of creation.
pub(super) fn all_standings(conn: &Connection, group: GroupId) -> Result<Vec<MemberStanding>, StoreError> {
    let Some(position) = group_rows::position(conn, group)? else { return Ok(Vec::new()) };
    all(conn, STANDINGS, [position.0], decode_standing)
}

/// How users stand beside a group, in the order given.
pub(super) fn standings_of(
    conn: &Connection,
    group: GroupId,
    ids: &[UserId],
) -> Result<Vec<MemberStanding>, StoreError> {
    // No position is 0: beside a group that does not exist yet, all others count.
    let position = group_rows::position(conn, group)?.unwrap_or(Position(0));
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(first(conn, STANDING, params![position.0, id.as_bytes()], decode_standing)?);
    }
    Ok(found)
}

/// How the users among a group's direct members stand, and how many of its members are groups.
pub(super) fn standings(conn: &Connection, group: GroupId) -> Result<(Vec<MemberStanding>, u64), StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let Some(position) = group_rows::position(&snapshot, group)? else { return Ok((Vec::new(), 0)) };
    let users = all(&snapshot, STANDINGS, [position.0], decode_standing)?;
    let groups = first(
        &snapshot,
        "SELECT count(*) FROM group_members INDEXED BY nested_groups WHERE group_position = ?1 AND nested = 1",
        [position.0],
        |row| Ok(row.get(0)?),
    )?;
    Ok((users, groups.unwrap_or(0)))
}
