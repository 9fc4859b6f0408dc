//! What a dry run keeps: people and groups that its client was told are made. What becomes of them is in `dry_runs`.
//!
//! A provisioning client keeps the id it was given with a 201 and goes on with it, also after the token went live. So
//! each resource that a dry run would have made is kept here as the row it would be, under its id, and later requests of
//! a dry run read and change that row. Of people who are here it is kept how they would be, so that a dry run goes on
//! from there; that is forgotten when it ends, and when they change. All dry runs see the same promises, as all live
//! requests see the same people. A promise goes when it is kept, when the resource would have been removed, or when its
//! token is revoked. A token that was rotated hands over what it promised: whatever it replaced belongs to its family.

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::{
    group_rows::group_id,
    query::{all, execute, first, json, to_json},
    user_rows::{self, external_key},
};
use crate::{
    model::{
        group::{GroupMember, MemberKind},
        id::{GroupId, ResourceId, TokenId, UserId},
    },
    store::{GroupLookup, GroupRow, Lookup, Membership, NameKey, Position, StoreError, UserRow},
};

/// Where promised resources stand in the order of creation: behind everybody who is here.
pub(super) const FIRST_PLACE: i64 = 1 << 52;
/// `here`: a promise.
const PROMISED: u8 = 0;
/// `here`: how somebody who is here would be, or who would be of a change of theirs.
const CHANGED: u8 = 1;
/// `here`: who is here would be gone.
const GONE: u8 = 2;

macro_rules! select {
    ($which:expr) => {
        concat!("SELECT p.resource, p.place, p.members, p.here FROM promises p ", $which)
    };
}

fn decode_user(conn: &Connection, row: &Row<'_>) -> Result<UserRow, StoreError> {
    let mut user: UserRow = json("promised user", row.get_ref(0)?.as_str()?)?;
    user.position = Position(FIRST_PLACE.saturating_add(row.get(1)?));
    user.groups = groups_of(conn, user.user.id.into())?;
    if row.get::<_, u8>(3)? == CHANGED
        && let Some(is) = user_rows::by_id(conn, user.user.id)?
    {
        user.position = is.position;
        user.groups.splice(0..0, is.groups);
    }
    Ok(user)
}

fn decode_group(row: &Row<'_>) -> Result<GroupRow, StoreError> {
    let mut group: GroupRow = json("promised group", row.get_ref(0)?.as_str()?)?;
    group.position = Position(FIRST_PLACE.saturating_add(row.get(1)?));
    group.group.members = row.get(2)?;
    Ok(group)
}

fn groups_of(conn: &Connection, member: ResourceId) -> Result<Vec<Membership>, StoreError> {
    all(
        conn,
        "SELECT p.id, p.name FROM promised_members m JOIN promises p ON p.id = m.group_id
         WHERE m.member = ?1 ORDER BY p.place",
        [member.as_bytes()],
        |row| Ok(Membership { id: group_id(row.get(0)?), name: row.get(1)?, role: None, direct: true }),
    )
}

/// The promised user with an id.
pub(super) fn user(conn: &Connection, id: UserId) -> Result<Option<UserRow>, StoreError> {
    first(conn, select!("WHERE p.id = ?1 AND p.is_group = 0 AND p.here < 2"), [id.as_bytes()], |row| {
        decode_user(conn, row)
    })
}

/// The promised user with a folded name.
pub(super) fn user_named(conn: &Connection, folded: &str) -> Result<Option<UserRow>, StoreError> {
    let sql = select!("WHERE p.is_group = 0 AND p.name_key = ?1 AND p.here < 2");
    first(conn, sql, [NameKey::of_folded(folded).0], |row| decode_user(conn, row))
}

/// Promised users with an externalId.
pub(super) fn users_with_external_id(
    conn: &Connection,
    external_id: &str,
    limit: u32,
) -> Result<Vec<UserRow>, StoreError> {
    let sql = select!("WHERE p.external_key = ?1 AND p.is_group = 0 AND p.here < 2 ORDER BY p.place LIMIT ?2");
    let mut found = all(conn, sql, params![external_key(external_id), limit], |row| decode_user(conn, row))?;
    found.retain(|row| row.user.external_id.as_deref() == Some(external_id));
    Ok(found)
}

/// Promised users for a key. Of e-mail addresses only the name is one.
pub(super) fn lookup(conn: &Connection, lookup: &Lookup, limit: u32) -> Result<Vec<UserRow>, StoreError> {
    match lookup {
        Lookup::Id(id) => Ok(user(conn, *id)?.into_iter().collect()),
        Lookup::UserName(folded) | Lookup::Email(folded) => Ok(user_named(conn, folded)?.into_iter().collect()),
        Lookup::ExternalId(external_id) => users_with_external_id(conn, external_id, limit),
        Lookup::Group(group) => {
            let sql = select!(
                "JOIN promised_members m ON m.member = p.id WHERE m.group_id = ?1 AND p.is_group = 0 AND p.here < 2
                 ORDER BY p.place LIMIT ?2"
            );
            all(conn, sql, params![group.as_bytes(), limit], |row| decode_user(conn, row))
        }
    }
}

/// Promised users in order, behind a position.
pub(super) fn users_after(conn: &Connection, after: Position, limit: u32) -> Result<Vec<UserRow>, StoreError> {
    let sql = select!("WHERE p.is_group = 0 AND p.here = 0 AND p.place > ?1 ORDER BY p.place LIMIT ?2");
    all(conn, sql, params![after.0 - FIRST_PLACE, limit], |row| decode_user(conn, row))
}

/// Promised users in order, passing over some.
pub(super) fn users_page(conn: &Connection, offset: u64, limit: u32) -> Result<Vec<UserRow>, StoreError> {
    let sql = select!("WHERE p.is_group = 0 AND p.here = 0 ORDER BY p.place LIMIT ?2 OFFSET ?1");
    all(conn, sql, params![offset, limit], |row| decode_user(conn, row))
}

/// The promised group with an id.
pub(super) fn group(conn: &Connection, id: GroupId) -> Result<Option<GroupRow>, StoreError> {
    first(conn, select!("WHERE p.id = ?1 AND p.is_group = 1"), [id.as_bytes()], decode_group)
}

/// The promised group with a folded name.
pub(super) fn group_named(conn: &Connection, folded: &str) -> Result<Option<GroupRow>, StoreError> {
    let sql = select!("WHERE p.is_group = 1 AND p.name_key = ?1");
    first(conn, sql, [NameKey::of_folded(folded).0], decode_group)
}

/// Promised groups for a key.
pub(super) fn lookup_groups(conn: &Connection, lookup: &GroupLookup, limit: u32) -> Result<Vec<GroupRow>, StoreError> {
    match lookup {
        GroupLookup::Id(id) => Ok(group(conn, *id)?.into_iter().collect()),
        GroupLookup::Name(folded) => Ok(group_named(conn, folded)?.into_iter().collect()),
        GroupLookup::ExternalId(external_id) => {
            let sql = select!("WHERE p.external_key = ?1 AND p.is_group = 1 ORDER BY p.place LIMIT ?2");
            let mut found = all(conn, sql, params![external_key(external_id), limit], decode_group)?;
            found.retain(|row| row.group.external_id.as_deref() == Some(external_id.as_str()));
            Ok(found)
        }
        GroupLookup::Member(member) => {
            let sql =
                select!("JOIN promised_members m ON m.group_id = p.id WHERE m.member = ?1 ORDER BY p.place LIMIT ?2");
            all(conn, sql, params![member.as_bytes(), limit], decode_group)
        }
    }
}

/// Promised groups in order, behind a position.
pub(super) fn groups_after(conn: &Connection, after: Position, limit: u32) -> Result<Vec<GroupRow>, StoreError> {
    let sql = select!("WHERE p.is_group = 1 AND p.place > ?1 ORDER BY p.place LIMIT ?2");
    all(conn, sql, params![after.0 - FIRST_PLACE, limit], decode_group)
}

/// Promised groups in order, passing over some.
pub(super) fn groups_page(conn: &Connection, offset: u64, limit: u32) -> Result<Vec<GroupRow>, StoreError> {
    let sql = select!("WHERE p.is_group = 1 ORDER BY p.place LIMIT ?2 OFFSET ?1");
    all(conn, sql, params![offset, limit], decode_group)
}

/// How many people, or groups, are promised.
pub(super) fn count(conn: &Connection, groups: bool) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM promises WHERE is_group = ?1 AND here = 0";
    Ok(first(conn, sql, [groups], |row| Ok(row.get(0)?))?.unwrap_or(0))
}

/// Whether a dry run would have changed or removed somebody who is here.
pub(super) fn is_changed(conn: &Connection, id: UserId) -> Result<bool, StoreError> {
    Ok(first(conn, "SELECT 1 FROM promises WHERE id = ?1 AND here > 0", [id.as_bytes()], |_| Ok(()))?.is_some())
}

/// How many active owners are here of whom dry runs have an idea of their own.
pub(super) fn changed_owners(conn: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM promises p JOIN users u ON u.id = p.id
               WHERE p.here > 0 AND u.active AND u.role = 'owner'";
    Ok(first(conn, sql, [], |row| Ok(row.get(0)?))?.unwrap_or(0))
}

/// Forgets what a dry run would have made of somebody who is here, and who has changed.
pub(super) fn outdate(conn: &Connection, id: UserId) -> Result<(), StoreError> {
    execute(conn, "DELETE FROM promises WHERE id = ?1 AND here > 0", [id.as_bytes()])?;
    Ok(())
}

/// How many active owners are promised.
pub(super) fn owners(conn: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM promises INDEXED BY promised_owners WHERE is_owner = 1";
    Ok(first(conn, sql, [], |row| Ok(row.get(0)?))?.unwrap_or(0))
}

/// Whether an id belongs to a promise.
pub(super) fn is_promise(conn: &Connection, id: ResourceId) -> Result<bool, StoreError> {
    Ok(first(conn, "SELECT 1 FROM promises WHERE id = ?1 AND here = 0", [id.as_bytes()], |_| Ok(()))?.is_some())
}

/// What an id belongs to that only dry runs see, or see otherwise.
pub(super) fn kind_of(conn: &Connection, id: ResourceId) -> Result<Option<MemberKind>, StoreError> {
    first(conn, "SELECT is_group FROM promises WHERE id = ?1 AND here < 2", [id.as_bytes()], |row| {
        Ok(kind(row.get(0)?))
    })
}

pub(super) const fn kind(is_group: bool) -> MemberKind {
    if is_group { MemberKind::Group } else { MemberKind::User }
}

/// Whether somebody is a direct member of a promised group.
pub(super) fn is_member(conn: &Connection, group: GroupId, member: ResourceId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM promised_members WHERE group_id = ?1 AND member = ?2";
    Ok(first(conn, sql, params![group.as_bytes(), member.as_bytes()], |_| Ok(()))?.is_some())
}

/// Direct members of a promised group in order of id.
pub(super) fn members(conn: &Connection, group: GroupId, limit: u32) -> Result<Vec<GroupMember>, StoreError> {
    all(
        conn,
        "SELECT m.member, g.id IS NOT NULL OR coalesce(p.is_group, 0), coalesce(u.user_name, g.display_name, p.name)
         FROM promised_members m
         LEFT JOIN users u ON u.id = m.member
         LEFT JOIN groups g ON g.id = m.member
         LEFT JOIN promises p ON p.id = m.member AND p.here < 2
         WHERE m.group_id = ?1 AND coalesce(u.id, g.id, p.id) IS NOT NULL
         ORDER BY m.member LIMIT ?2",
        params![group.as_bytes(), limit],
        |row| {
            Ok(GroupMember {
                id: ResourceId(Uuid::from_bytes(row.get(0)?)),
                kind: kind(row.get(1)?),
                name: row.get(2)?,
            })
        },
    )
}

/// Promises a user, or changes what was promised of one. The token stays the one that promised first.
pub(super) fn keep_user(conn: &Connection, token: TokenId, row: &UserRow, promised: bool) -> Result<(), StoreError> {
    let user = &row.user;
    let here = if promised { PROMISED } else { CHANGED };
    execute(
        conn,
        "INSERT INTO promises (id, token, is_group, here, name_key, external_key, is_owner, members, name, resource)
         VALUES (?1, ?2, 0, ?8, ?3, ?4, ?5, 0, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET here = excluded.here, name_key = excluded.name_key,
             external_key = excluded.external_key, is_owner = excluded.is_owner, name = excluded.name, resource = excluded.resource",
        params![
            user.id.as_bytes(),
            token.as_bytes(),
            NameKey::of_folded(&row.folded_name).0,
            user.external_id.as_deref().map(external_key),
            row.is_active_owner(),
            user.user_name,
            to_json("promised user", row)?,
            here,
        ],
    )?;
    Ok(())
}

/// Notes that somebody who is here would be gone.
pub(super) fn keep_gone(conn: &Connection, token: TokenId, id: UserId) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT INTO promises (id, token, is_group, here, name_key, is_owner, members, name, resource)
         VALUES (?1, ?2, 0, ?3, ?4, 0, 0, '', '')
         ON CONFLICT (id) DO UPDATE SET here = excluded.here, name_key = excluded.name_key, external_key = NULL,
             is_owner = 0, name = '', resource = ''",
        params![id.as_bytes(), token.as_bytes(), GONE, NameKey::of_folded(&id.to_string()).0],
    )?;
    Ok(())
}

/// Promises a group, or changes what was promised of one; its members are another matter.
pub(super) fn keep_group(conn: &Connection, token: TokenId, row: &GroupRow) -> Result<(), StoreError> {
    let group = &row.group;
    execute(
        conn,
        "INSERT INTO promises (id, token, is_group, here, name_key, external_key, is_owner, members, name, resource)
         VALUES (?1, ?2, 1, 0, ?3, ?4, 0, 0, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET name_key = excluded.name_key, external_key = excluded.external_key,
             name = excluded.name, resource = excluded.resource",
        params![
            group.id.as_bytes(),
            token.as_bytes(),
            NameKey::of_folded(&row.folded_name).0,
            group.external_id.as_deref().map(external_key),
            group.display_name,
            to_json("promised group", row)?,
        ],
    )?;
    Ok(())
}

/// Makes people and groups members of a promised group; ids that nobody has, and members, are passed over.
pub(super) fn add_members(conn: &Connection, group: GroupId, ids: &[ResourceId]) -> Result<(), StoreError> {
    let mut added = 0;
    for id in ids {
        added += execute(
            conn,
            "INSERT OR IGNORE INTO promised_members (group_id, member)
             SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM users WHERE id = ?2)
                              OR EXISTS (SELECT 1 FROM groups WHERE id = ?2)
                              OR EXISTS (SELECT 1 FROM promises WHERE id = ?2)",
            params![group.as_bytes(), id.as_bytes()],
        )?;
    }
    execute(conn, "UPDATE promises SET members = members + ?2 WHERE id = ?1", params![group.as_bytes(), added])?;
    Ok(())
}

/// Ends memberships in a promised group.
pub(super) fn remove_members(conn: &Connection, group: GroupId, ids: &[ResourceId]) -> Result<(), StoreError> {
    let mut removed = 0;
    for id in ids {
        let sql = "DELETE FROM promised_members WHERE group_id = ?1 AND member = ?2";
        removed += execute(conn, sql, params![group.as_bytes(), id.as_bytes()])?;
    }
    execute(conn, "UPDATE promises SET members = members - ?2 WHERE id = ?1", params![group.as_bytes(), removed])?;
    Ok(())
}

/// Ends every membership in a promised group.
pub(super) fn clear_members(conn: &Connection, group: GroupId) -> Result<(), StoreError> {
    execute(conn, "DELETE FROM promised_members WHERE group_id = ?1", [group.as_bytes()])?;
    execute(conn, "UPDATE promises SET members = 0 WHERE id = ?1", [group.as_bytes()])?;
    Ok(())
}

/// Takes somebody out of every promised group.
pub(super) fn leave_groups(conn: &Connection, member: ResourceId) -> Result<(), StoreError> {
    execute(
        conn,
        "UPDATE promises SET members = members - 1
         WHERE id IN (SELECT group_id FROM promised_members WHERE member = ?1)",
        [member.as_bytes()],
    )?;
    execute(conn, "DELETE FROM promised_members WHERE member = ?1", [member.as_bytes()])?;
    Ok(())
}

/// Forgets a promise that was kept, or that can never be; who is in a group by it stays so until the group goes.
pub(super) fn forget(conn: &Connection, id: ResourceId) -> Result<(), StoreError> {
    execute(conn, "DELETE FROM promised_members WHERE group_id = ?1", [id.as_bytes()])?;
    execute(conn, "DELETE FROM promises WHERE id = ?1", [id.as_bytes()])?;
    Ok(())
}
