//! What the writer does for one job: reads the keys its rule asks for, and carries out what the rule decided.

use std::sync::Arc;

use rusqlite::{Connection, params};

use super::{
    counters::Ledger,
    credential_rows as credentials,
    event_rows::{self, Prune},
    query::{execute, first, to_json},
    user_rows as users,
};
use crate::{
    model::id::EventId,
    store::{Change, Key, Record, StoreError, WatchState},
};

/// How many users with one externalId a rule gets to see.
const SAME_EXTERNAL_ID: u32 = 20;

/// Reads a key. Runs inside the batch's transaction, so it shows what earlier jobs of the batch have written.
pub(super) fn read(conn: &Connection, ledger: &Ledger, key: &Key) -> Result<Record, StoreError> {
    Ok(match key {
        Key::User(id) => Record::User(users::by_id(conn, *id)?.map(Box::new)),
        Key::UserNamed(folded) => Record::User(users::by_name(conn, folded)?.map(Box::new)),
        Key::UsersWithExternalId(external_id) => {
            Record::Users(users::by_external_id(conn, external_id, SAME_EXTERNAL_ID)?)
        }
        Key::ActiveOwners => Record::Count(ledger.counts.owners),
        Key::Workspace => Record::Workspace(Box::new(ledger.workspace.as_ref().clone())),
        Key::Token(id) => Record::Token(credentials::token(conn, *id)?.map(Box::new)),
        Key::SignInCode(hash) => Record::SignInCode(credentials::code(conn, hash)?),
    })
}

/// Carries out one change, and says whether it is a pruning that has to go on.
pub(super) fn apply(conn: &Connection, ledger: &mut Ledger, change: Change) -> Result<Option<Prune>, StoreError> {
    match change {
        Change::InsertUser(row) => {
            let position = ledger.last_position + 1;
            users::insert(conn, &row, position)?;
            ledger.last_position = position;
            ledger.add(row.as_ref().into());
        }
        Change::UpdateUser(row) => {
            let before = users::update(conn, &row)?;
            ledger.remove(before);
            ledger.add(row.as_ref().into());
        }
        Change::DeleteUser(id) => {
            if let Some(before) = users::delete(conn, id)? {
                ledger.remove(before);
            }
        }
        Change::EndSessions(user) => credentials::end_sessions(conn, user)?,
        Change::InsertToken(row) => {
            credentials::insert_token(conn, &row)?;
            ledger.add_token(*row);
        }
        Change::RevokeToken(id, at) => {
            credentials::revoke_token(conn, id, at)?;
            ledger.revoke_token(id, at);
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
