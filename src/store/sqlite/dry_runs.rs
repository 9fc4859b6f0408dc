//! The end of dry runs: the promises to keep, and what was withheld from those who are here.

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{
    promises,
    query::{all, execute, first, word},
};
use crate::{
    model::{
        dry_run::{GoLive, NotMade, Withheld},
        event::Action,
        group::{GroupMember, MemberKind},
        id::{EventId, GroupId, ResourceId, TokenId, UserId},
    },
    store::{Promise, Promised, StoreError},
};

/// How many promises are kept in one job, and how many members of groups with them, so that nobody waits for long.
const SLICE: (u32, u64) = (500, 5_000);

/// The token and those that it replaced.
macro_rules! family {
    () => {
        "WITH RECURSIVE family (id) AS (
             SELECT ?1 UNION SELECT t.id FROM tokens t JOIN family f ON t.replaced_by = f.id
         ) "
    };
}

/// Forgets how those who are here would have been changed by a token's dry run, which is over.
pub(super) fn drop_changed(conn: &Connection, token: TokenId) -> Result<(), StoreError> {
    let sql = concat!(family!(), "DELETE FROM promises WHERE here > 0 AND token IN (SELECT id FROM family)");
    execute(conn, sql, [token.as_bytes()])?;
    Ok(())
}

/// Notes that somebody or something that is here would have been changed, by the event of this number. The removal of a
/// group stands whatever came after it.
pub(super) fn withhold(
    conn: &Connection,
    (token, event): (TokenId, u64),
    action: Action,
    from: &GroupMember,
) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT INTO withheld (token, id, is_group, action, name, event) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (token, id) DO UPDATE SET action = excluded.action, name = excluded.name, event = excluded.event
         WHERE withheld.action <> 'group-delete'",
        params![
            token.as_bytes(),
            from.id.as_bytes(),
            from.kind == MemberKind::Group,
            action.as_str(),
            from.name,
            i64::try_from(event).unwrap_or(i64::MAX)
        ],
    )?;
    Ok(())
}

/// Forgets all that a token and those before it left behind.
pub(super) fn drop_all(conn: &Connection, token: TokenId) -> Result<(), StoreError> {
    execute(
        conn,
        concat!(
            family!(),
            "DELETE FROM promised_members WHERE group_id IN
                 (SELECT id FROM promises WHERE token IN (SELECT id FROM family))"
        ),
        [token.as_bytes()],
    )?;
    let promises = concat!(family!(), "DELETE FROM promises WHERE token IN (SELECT id FROM family)");
    execute(conn, promises, [token.as_bytes()])?;
    let withheld = concat!(family!(), "DELETE FROM withheld WHERE token IN (SELECT id FROM family)");
    execute(conn, withheld, [token.as_bytes()])?;
    Ok(())
}

/// The next promises to keep, people first, and whether more follow.
pub(super) fn next(conn: &Connection, token: TokenId) -> Result<(Vec<Promise>, bool), StoreError> {
    let found: Vec<(ResourceId, bool, bool, u64)> = all(
        conn,
        concat!(
            family!(),
            "SELECT p.id, p.is_group, p.members,
                    CASE p.is_group WHEN 0 THEN EXISTS (SELECT 1 FROM users u WHERE u.name_key = p.name_key)
                                    ELSE EXISTS (SELECT 1 FROM groups g WHERE g.name_key = p.name_key) END
             FROM promises p WHERE p.here = 0 AND p.token IN (SELECT id FROM family)
             ORDER BY p.is_group, p.place LIMIT ?2"
        ),
        params![token.as_bytes(), SLICE.0 + 1],
        |row| Ok((ResourceId(Uuid::from_bytes(row.get(0)?)), row.get(1)?, row.get(3)?, row.get(2)?)),
    )?;
    let mut more = found.len() > SLICE.0 as usize;
    let (mut promises, mut members) = (Vec::new(), 0);
    for (id, is_group, taken, size) in found.into_iter().take(SLICE.0 as usize) {
        // At least one, however large.
        if members > 0 && members + size > SLICE.1 {
            more = true;
            break;
        }
        members += size;
        let what = if is_group {
            let Some(row) = promises::group(conn, GroupId(id.0))? else { continue };
            let members =
                promises::members(conn, row.group.id, u32::MAX)?.into_iter().map(|member| member.id).collect();
            Promised::Group(Box::new(row), members)
        } else {
            let Some(row) = promises::user(conn, UserId(id.0))? else { continue };
            Promised::User(Box::new(row))
        };
        promises.push(Promise { id, what, taken });
    }
    Ok((promises, more))
}

/// What a token and those before it left behind. Counts are what going live would make.
pub(super) fn preview(conn: &Connection, token: TokenId) -> Result<Option<GoLive>, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let sql = "SELECT name, mode = 'live' FROM tokens WHERE id = ?1";
    let known = first(&snapshot, sql, [token.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((name, live)) = known else { return Ok(None) };
    let promised: Vec<NotMade> = all(
        &snapshot,
        concat!(
            family!(),
            "SELECT p.id, p.is_group, p.name FROM promises p
             WHERE p.here = 0 AND p.token IN (SELECT id FROM family) ORDER BY p.place"
        ),
        [token.as_bytes()],
        |row| {
            Ok(NotMade {
                id: ResourceId(Uuid::from_bytes(row.get(0)?)),
                kind: promises::kind(row.get(1)?),
                name: row.get(2)?,
            })
        },
    )?;
    let taken: Vec<ResourceId> = all(
        &snapshot,
        concat!(
            family!(),
            "SELECT p.id FROM promises p WHERE p.here = 0 AND p.token IN (SELECT id FROM family) AND
                 CASE p.is_group WHEN 0 THEN EXISTS (SELECT 1 FROM users u WHERE u.name_key = p.name_key)
                                 ELSE EXISTS (SELECT 1 FROM groups g WHERE g.name_key = p.name_key) END
             ORDER BY p.id"
        ),
        [token.as_bytes()],
        |row| Ok(ResourceId(Uuid::from_bytes(row.get(0)?))),
    )?;
    let (mut refused, made): (Vec<NotMade>, Vec<NotMade>) =
        promised.into_iter().partition(|promise| taken.binary_search(&promise.id).is_ok());
    let people = || made.iter().filter(|promise| promise.kind == MemberKind::User);
    let refused_total = refused.len() as u64;
    refused.truncate(GoLive::LISTED);
    let withheld = all(
        &snapshot,
        concat!(
            family!(),
            "SELECT id, is_group, name, action, event FROM withheld WHERE token IN (SELECT id FROM family)
             ORDER BY action NOT IN ('deactivate', 'delete', 'group-delete'), event DESC LIMIT ?2"
        ),
        params![token.as_bytes(), GoLive::LISTED as u64],
        |row| {
            Ok(Withheld {
                id: ResourceId(Uuid::from_bytes(row.get(0)?)),
                kind: promises::kind(row.get(1)?),
                name: row.get(2)?,
                action: word::<Action>("action", row.get_ref(3)?.as_str()?)?,
                event: EventId(row.get(4)?),
            })
        },
    )?;
    let totals = first(
        &snapshot,
        concat!(
            family!(),
            "SELECT count(*), count(*) FILTER (WHERE is_group = 0 AND action IN ('deactivate', 'delete'))
             FROM withheld WHERE token IN (SELECT id FROM family)"
        ),
        [token.as_bytes()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let (withheld_total, leavers) = totals.unwrap_or((0, 0));
    let people_total = people().count() as u64;
    Ok(Some(GoLive {
        token,
        name,
        live,
        people: people_total,
        groups: made.len() as u64 - people_total,
        first: people().take(GoLive::NAMED).map(|promise| promise.name.clone()).collect(),
        refused,
        refused_total,
        withheld,
        withheld_total,
        leavers,
    }))
}
