//! A job of a dry run: its rule decides over what is here and what was promised, its event is kept, and what it decided
//! is not carried out. What would have become of promised resources is kept as promises; what would have become of those
//! who are here is noted as withheld.

use std::time::Instant;

use rusqlite::Connection;

use super::{
    apply,
    counters::Ledger,
    dry_runs, group_rows as groups, group_search,
    pages::PageEnds,
    promises::{self, FIRST_PLACE},
    user_rows as users, user_search,
};
use crate::{
    model::{
        event::{Action, Event},
        group::{GroupMember, MemberKind},
        id::{GroupId, ResourceId, UserId},
    },
    store::{Change, GroupLookup, GroupRow, Key, Lookup, Position, Record, Shown, StoreError, UserRow},
};

/// What a dry run sees of those who are here.
pub(super) const SHOWN: Shown = Shown::WithoutTests;

/// Reads a key as a dry run sees it.
pub(super) fn read(conn: &Connection, ledger: &Ledger, key: &Key) -> Result<Record, StoreError> {
    let mut record = apply::read(conn, ledger, key)?;
    match (key, &mut record) {
        (Key::User(id), Record::User(found)) => *found = user(conn, *id, found.take().map(|row| *row))?.map(Box::new),
        (Key::UserNamed(folded), Record::User(found)) => {
            *found = user_named(conn, folded, found.take().map(|row| *row))?.map(Box::new);
        }
        (Key::UsersWithExternalId(external_id), Record::Users(found)) => {
            retain_unchanged(conn, found)?;
            found.extend(promises::users_with_external_id(conn, external_id, apply::SAME_EXTERNAL_ID)?);
        }
        (Key::Group(id), Record::Group(found @ None)) => *found = promises::group(conn, *id)?.map(Box::new),
        (Key::GroupNamed(folded), Record::Group(found @ None)) => {
            *found = promises::group_named(conn, folded)?.map(Box::new);
        }
        (Key::Candidates(group, _), Record::Candidates(found)) => {
            for candidate in found {
                if candidate.kind.is_none() {
                    candidate.kind = promises::kind_of(conn, candidate.id)?;
                }
                candidate.is_member |= promises::is_member(conn, *group, candidate.id)?;
            }
        }
        (Key::MembersOf(group), Record::Members(found)) => found.extend(promises::members(conn, *group, u32::MAX)?),
        (Key::ActiveOwners, Record::Count(count)) => {
            *count = count.saturating_sub(promises::changed_owners(conn)?) + promises::owners(conn)?;
        }
        _ => {}
    }
    Ok(record)
}

/// The user with an id, of whom this is what is here.
pub(super) fn user(conn: &Connection, id: UserId, here: Option<UserRow>) -> Result<Option<UserRow>, StoreError> {
    if here.is_some() && !promises::is_changed(conn, id)? { Ok(here) } else { promises::user(conn, id) }
}

/// The user with a name, of whom this is who has it here.
fn user_named(conn: &Connection, folded: &str, here: Option<UserRow>) -> Result<Option<UserRow>, StoreError> {
    match here {
        Some(row) if !promises::is_changed(conn, row.user.id)? => Ok(Some(row)),
        _ => promises::user_named(conn, folded),
    }
}

/// Leaves out of whom dry runs have an idea of their own.
fn retain_unchanged(conn: &Connection, rows: &mut Vec<UserRow>) -> Result<(), StoreError> {
    let mut unchanged = Vec::with_capacity(rows.len());
    for row in rows.drain(..) {
        if !promises::is_changed(conn, row.user.id)? {
            unchanged.push(row);
        }
    }
    *rows = unchanged;
    Ok(())
}

/// Users who are here, in a list: each as a dry run sees them. Who would be gone is left as they are, so that pages keep
/// their length.
fn shown(conn: &Connection, rows: Vec<UserRow>) -> Result<Vec<UserRow>, StoreError> {
    rows.into_iter().map(|row| Ok(promises::user(conn, row.user.id)?.unwrap_or(row))).collect()
}

/// Users for a key as a dry run sees them.
pub(super) fn lookup(conn: &Connection, lookup: &Lookup, limit: u32) -> Result<Vec<UserRow>, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let mut found = users::lookup(&snapshot, lookup, limit)?;
    retain_unchanged(&snapshot, &mut found)?;
    found.extend(promises::lookup(&snapshot, lookup, left(limit, found.len()))?);
    Ok(found)
}

/// Groups for a key.
pub(super) fn lookup_groups(conn: &Connection, lookup: &GroupLookup, limit: u32) -> Result<Vec<GroupRow>, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let mut found = groups::lookup(&snapshot, lookup, limit)?;
    found.extend(promises::lookup_groups(&snapshot, lookup, left(limit, found.len()))?);
    Ok(found)
}

/// What is still wanted of `limit`.
fn left(limit: u32, found: usize) -> u32 {
    limit.saturating_sub(u32::try_from(found).unwrap_or(u32::MAX))
}

/// Where promised resources begin for a walk that has come to a position.
fn behind(after: Option<Position>) -> Position {
    Position(after.map_or(FIRST_PLACE, |after| after.0.max(FIRST_PLACE)))
}

/// Users in order of creation, those who are promised last.
pub(super) fn scan(conn: &Connection, after: Option<Position>, limit: u32) -> Result<Vec<UserRow>, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let mut found = shown(&snapshot, user_search::scan(&snapshot, after, limit, SHOWN)?)?;
    found.extend(promises::users_after(&snapshot, behind(after), left(limit, found.len()))?);
    Ok(found)
}

/// Groups in order of creation, those that are promised last.
pub(super) fn scan_groups(conn: &Connection, after: Option<Position>, limit: u32) -> Result<Vec<GroupRow>, StoreError> {
    let snapshot = conn.unchecked_transaction()?;
    let mut found = group_search::scan(&snapshot, after, limit, SHOWN)?;
    found.extend(promises::groups_after(&snapshot, behind(after), left(limit, found.len()))?);
    Ok(found)
}

/// A page of users, of whom so many are here and the rest is promised.
pub(super) fn page(
    conn: &Connection,
    ends: &PageEnds,
    here: u64,
    offset: u64,
    limit: u32,
) -> Result<Vec<UserRow>, StoreError> {
    let mut found = Vec::new();
    if offset < here {
        found = shown(conn, user_search::page(conn, ends, offset, limit, Instant::now(), SHOWN)?)?;
    }
    found.extend(promises::users_page(conn, offset.saturating_sub(here), left(limit, found.len()))?);
    Ok(found)
}

/// A page of groups, of which so many are here and the rest is promised.
pub(super) fn page_groups(
    conn: &Connection,
    ends: &PageEnds,
    here: u64,
    offset: u64,
    limit: u32,
) -> Result<Vec<GroupRow>, StoreError> {
    let mut found = Vec::new();
    if offset < here {
        found = group_search::page(conn, ends, offset, limit, Instant::now(), SHOWN)?;
    }
    found.extend(promises::groups_page(conn, offset.saturating_sub(here), left(limit, found.len()))?);
    Ok(found)
}

/// Direct members of a promised group in order of id, or those among some ids.
pub(super) fn members(
    conn: &Connection,
    group: GroupId,
    only: Option<&[ResourceId]>,
    limit: u32,
) -> Result<Vec<GroupMember>, StoreError> {
    let Some(only) = only else { return promises::members(conn, group, limit) };
    let mut found = promises::members(conn, group, u32::MAX)?;
    found.retain(|member| only.contains(&member.id));
    found.truncate(limit as usize);
    Ok(found)
}

fn of_user(row: UserRow) -> GroupMember {
    GroupMember { id: row.user.id.into(), kind: MemberKind::User, name: row.user.user_name }
}

fn of_group(row: GroupRow) -> GroupMember {
    GroupMember { id: row.group.id.into(), kind: MemberKind::Group, name: row.group.display_name }
}

/// What is withheld from somebody in all, now that the newest request asked for `action`: access comes first.
const fn withheld_from(is: &UserRow, would_be: &UserRow, action: Action) -> Action {
    match (is.user.active, would_be.user.active, action) {
        (true, false, _) => Action::Deactivate,
        (false, true, _) => Action::Reactivate,
        // It was taken back; what else there was need not be.
        (_, _, Action::Deactivate | Action::Reactivate | Action::Return) => Action::Update,
        (_, _, action) => action,
    }
}

/// Keeps what of a decision concerns promises, and notes what was withheld. `number` is the one that the event will
/// have. Without a token nobody was promised anything.
pub(super) fn keep(conn: &Connection, changes: Vec<Change>, event: &Event, number: u64) -> Result<(), StoreError> {
    let Some(token) = event.token_id else { return Ok(()) };
    let is_promised = |id: ResourceId| promises::is_promise(conn, id);
    let mut withheld = false;
    for change in changes {
        match change {
            Change::InsertUser(row) => {
                // The account that a changed address leaves behind: of somebody who is here it is not made, and nobody
                // was told of it.
                let promised = !withheld || event.user_id == Some(row.user.id);
                promises::keep_user(conn, token, &row, promised)?;
            }
            Change::UpdateUser(row) if is_promised(row.user.id.into())? => {
                promises::keep_user(conn, token, &row, true)?
            }
            Change::UpdateUser(row) => {
                withheld = true;
                let Some(is) = users::by_id(conn, row.user.id)? else {
                    // What a changed address left behind came back: now somebody was told of it.
                    promises::keep_user(conn, token, &row, event.user_id == Some(row.user.id))?;
                    continue;
                };
                promises::keep_user(conn, token, &row, false)?;
                dry_runs::withhold(conn, (token, number), withheld_from(&is, &row, event.action), &of_user(is))?;
            }
            Change::DeleteUser(id) if is_promised(id.into())? => {
                promises::leave_groups(conn, id.into())?;
                promises::forget(conn, id.into())?;
            }
            Change::DeleteUser(id) => {
                withheld = true;
                match users::by_id(conn, id)? {
                    Some(is) => {
                        promises::keep_gone(conn, token, id)?;
                        dry_runs::withhold(conn, (token, number), event.action, &of_user(is))?;
                    }
                    None => promises::forget(conn, id.into())?,
                }
            }
            Change::LeaveGroups(id) if is_promised(id.into())? => promises::leave_groups(conn, id.into())?,
            Change::InsertGroup(row) => promises::keep_group(conn, token, &row)?,
            Change::UpdateGroup(row) if is_promised(row.group.id.into())? => promises::keep_group(conn, token, &row)?,
            Change::UpdateGroup(row) => {
                dry_runs::withhold(conn, (token, number), event.action, &of_group(*row))?;
            }
            Change::DeleteGroup(id) if is_promised(id.into())? => {
                promises::leave_groups(conn, id.into())?;
                promises::forget(conn, id.into())?;
            }
            Change::DeleteGroup(id) => {
                if let Some(is) = groups::by_id(conn, id)? {
                    dry_runs::withhold(conn, (token, number), event.action, &of_group(is))?;
                }
            }
            Change::AddMembers(id, members) if is_promised(id.into())? => promises::add_members(conn, id, &members)?,
            Change::RemoveMembers(id, members) if is_promised(id.into())? => {
                promises::remove_members(conn, id, &members)?;
            }
            Change::ClearMembers(id) if is_promised(id.into())? => promises::clear_members(conn, id)?,
            _ => {}
        }
    }
    Ok(())
}
