//! What the writer does for one job: reads the keys its rule asks for, and carries out what the rule decided.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::{
    counters::Ledger,
    credential_rows as credentials, dry_runs,
    event_rows::{self, Prune},
    group_rows as groups, membership_rows as memberships, promises, push_rows,
    query::{execute, first, to_json},
    settling, test_rows, user_rows as users,
};
use crate::{
    model::{id::EventId, time::Timestamp},
    store::{Change, Key, Record, StoreError, WatchState},
};

/// How many users with one externalId a rule gets to see.
pub(super) const SAME_EXTERNAL_ID: u32 = 20;

/// Reads a key. Runs inside the batch's transaction, so it shows what earlier jobs of the batch have written.
pub(super) fn read(conn: &Connection, ledger: &Ledger, key: &Key) -> Result<Record, StoreError> {
    Ok(match key {
        Key::User(id) => Record::User(users::by_id(conn, *id)?.map(Box::new)),
        Key::UserNamed(folded) => Record::User(users::by_name(conn, folded)?.map(Box::new)),
        Key::UsersWithExternalId(external_id) => {
            Record::Users(users::by_external_id(conn, external_id, SAME_EXTERNAL_ID)?)
        }
        Key::Users(ids) => {
            let found = ids.iter().filter_map(|id| users::by_id(conn, *id).transpose());
            Record::Users(found.collect::<Result<_, _>>()?)
        }
        Key::Group(id) => Record::Group(groups::by_id(conn, *id)?.map(Box::new)),
        Key::GroupNamed(folded) => Record::Group(groups::by_name(conn, folded)?.map(Box::new)),
        Key::Candidates(group, ids) => Record::Candidates(memberships::candidates(conn, *group, ids)?),
        Key::MembersOf(group) => Record::Members(memberships::members(conn, *group, None, u32::MAX)?),
        Key::Standings(group, of) => Record::Standings(match of {
            Some(ids) => memberships::standings_of(conn, *group, ids)?,
            None => memberships::all_standings(conn, *group)?,
        }),
        Key::MappableOwners(group) => Record::Standings(settling::owners(conn, ledger, *group)?),
        Key::Unsettled(group, limit) => Record::Unsettled(settling::next(conn, *group, *limit)?),
        Key::ActiveOwners => Record::Count(ledger.counts.owners),
        Key::OpenSessions(user, now) => Record::Count(credentials::open_sessions(conn, *user, *now)?),
        Key::ActiveTestOwners => Record::Count(test_rows::active_owners(conn)?),
        Key::RemovingTests => Record::Truth(test_rows::is_removing(conn)?),
        Key::Workspace => Record::Workspace(Box::new(ledger.workspace.as_ref().clone())),
        Key::Token(id) => Record::Token(credentials::token(conn, *id)?.map(Box::new)),
        Key::Promises(token) => {
            let (some, more) = dry_runs::next(conn, *token)?;
            Record::Promises(some, more)
        }
        Key::SignInCode(hash) => Record::SignInCode(credentials::code(conn, hash)?),
    })
}

/// Carries out one change, and says whether it is a pruning that has to go on. What else changes by it (the groups of a
/// user who is deleted) does so at `at`.
pub(super) fn apply(
    conn: &Connection,
    ledger: &mut Ledger,
    change: Change,
    at: Timestamp,
) -> Result<Option<Prune>, StoreError> {
    if change.is_about_groups() {
        ledger.changes.note_groups();
    }
    match change {
        Change::InsertUser(row) => {
            let position = ledger.next_position();
            ledger.changes.note_user(position);
            users::insert(conn, &row, position)?;
            ledger.add(row.as_ref().into());
        }
        Change::UpdateUser(row) => {
            let (position, before) = users::update(conn, &row)?;
            promises::outdate(conn, row.user.id)?;
            ledger.changes.note_user(position.0);
            ledger.remove(before);
            ledger.add(row.as_ref().into());
        }
        Change::GiveRoles(given) => {
            for given in given {
                let Some((position, before, after)) = users::give_role(conn, given)? else { continue };
                ledger.changes.note_user(position.0);
                ledger.remove(before);
                ledger.add(after);
            }
        }
        Change::Settle(group, after) => settling::note(conn, group, after)?,
        Change::DeleteUser(id) => {
            promises::outdate(conn, id)?;
            if let Some((position, before)) = users::delete(conn, id, at)? {
                ledger.changes.note_user(position.0);
                ledger.remove(before);
            }
        }
        Change::LeaveGroups(user) => memberships::leave_all_of(conn, user.into(), at)?,
        Change::InsertGroup(row) => {
            groups::insert(conn, &row, ledger.next_position())?;
            ledger.groups += 1;
            ledger.test_groups += u64::from(row.group.test);
        }
        Change::UpdateGroup(row) => groups::update(conn, &row)?,
        Change::DeleteGroup(id) => {
            let removed = groups::delete(conn, id, at)?;
            ledger.remove_group(removed);
        }
        Change::AddMembers(group, ids) => memberships::add(conn, group, &ids)?,
        Change::RemoveMembers(group, ids) => memberships::remove(conn, group, &ids)?,
        Change::ClearMembers(group) => memberships::clear(conn, group)?,
        Change::SettlePush(user) => push_rows::settle(conn, ledger, user)?,
        Change::EndSessions(user) => credentials::end_sessions(conn, user)?,
        Change::InsertToken(row) => {
            credentials::insert_token(conn, &row)?;
            ledger.add_token(*row);
        }
        Change::RevokeToken(id, at) => {
            credentials::revoke_token(conn, id, at)?;
            // What a token promised that was rotated is its successor's matter.
            if credentials::token(conn, id)?.is_some_and(|row| row.token.replaced_by.is_none()) {
                dry_runs::drop_all(conn, id)?;
            }
            ledger.revoke_token(id, at);
        }
        Change::ReplaceToken { id, by, ends } => {
            credentials::replace_token(conn, id, by, ends)?;
            ledger.replace_token(id, by, ends);
        }
        Change::Fulfil(id) => promises::forget(conn, id)?,
        Change::GoLive(id) => {
            dry_runs::drop_changed(conn, id)?;
            for id in credentials::go_live(conn, id)? {
                ledger.go_live(id);
            }
        }
        Change::InsertSignInCode(row) => credentials::insert_code(conn, &row)?,
        Change::DeleteSignInCode(hash) => credentials::delete_code(conn, &hash)?,
        Change::InsertSession(row) => credentials::insert_session(conn, &row)?,
        Change::DeleteSession(id) => credentials::delete_session(conn, id)?,
        Change::TouchSession(id, at) => credentials::touch_session(conn, id, at)?,
        Change::SetWorkspace(workspace) => {
            execute(
                conn,
                "INSERT INTO workspace (id, settings) VALUES (1, ?1)
                 ON CONFLICT (id) DO UPDATE SET settings = excluded.settings",
                [to_json("workspace", &workspace)?],
            )?;
            ledger.workspace = Arc::new(*workspace);
        }
        Change::SetWatchState(snapshot) => {
            execute(
                conn,
                "INSERT INTO watch_state (id, up_to, state) VALUES (1, ?1, ?2)
                 ON CONFLICT (id) DO UPDATE SET up_to = excluded.up_to, state = excluded.state",
                params![snapshot.up_to.0, snapshot.state],
            )?;
        }
        Change::BeginTestRemoval => test_rows::begin_removal(conn, ledger)?,
        Change::RemoveTests => test_rows::remove_some(conn, ledger)?,
        Change::PruneEvents { before, keep_bytes } => {
            let prune = Prune { before, keep_bytes };
            return Ok(event_rows::prune(conn, ledger, prune)?.then_some(prune));
        }
    }
    Ok(None)
}

/// The last snapshot of the diagnosis.
pub(super) fn watch_state(conn: &Connection) -> Result<Option<WatchState>, StoreError> {
    first(conn, "SELECT up_to, state FROM watch_state", [], |row| {
        Ok(WatchState { up_to: EventId(row.get(0)?), state: row.get(1)? })
    })
}
