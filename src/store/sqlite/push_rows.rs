//! Whom Okta's client asked for or pushed, and whom it did not get across: noted with each event, in its transaction.

use rusqlite::{Connection, Row, params};

use super::{
    counters::Ledger,
    query::{all, execute, first, word},
    user_rows::{self, user_id},
};
use crate::{
    model::{
        event::Event,
        finding::Code,
        id::{EventId, UserId},
        push::{FailedPush, FailedPushPage, FailedPushQuery, Touch},
        time::Timestamp,
    },
    scim::fold::fold,
    store::{NameKey, Position, StoreError},
};

/// How many people are kept in mind whose last push failed. Whoever has a token could name any number.
const MOST: u64 = 10_000;
/// Rows of a query that names no limit, and the most that any gets.
const WINDOW: (u32, u32) = (100, 1_000);

macro_rules! select_pushes {
    ($which:literal) => {
        concat!(
            "SELECT event, at, since, times, status, user_id, method, user_name, external_id, findings, detail
             FROM failed_pushes ",
            $which
        )
    };
}

/// Some people, those whose push failed last first.
pub(super) const NEWEST: &str = select_pushes!("WHERE event < ?1 ORDER BY event DESC LIMIT ?2");
/// A person by id, folded name or externalId.
pub(super) const OF_PERSON: &str = select_pushes!("WHERE user_id = ?1 OR folded_name = ?2 OR external_id = ?3");
/// An account by the key of its folded name.
pub(super) const USER_NAMED: &str = "SELECT id FROM users WHERE name_key = ?1";
/// Where somebody stands.
pub(super) const POSITION: &str = "SELECT position FROM users WHERE id = ?1";

/// What a person is known by.
struct Keys<'e> {
    id: Option<UserId>,
    folded: Option<String>,
    external: Option<&'e str>,
}

/// Notes what an event, the one of this number, was to the person it is about.
pub(super) fn note(conn: &Connection, ledger: &mut Ledger, number: u64, event: &Event) -> Result<(), StoreError> {
    let Some(touch) = Touch::of(event) else { return Ok(()) };
    // A push that was carried out is in the row already.
    if touch != Touch::Pushed
        && let Some(id) = event.user_id
        && let Some((position, active)) = user_rows::make_known(conn, id)?
    {
        ledger.changes.note_user(position.0);
        if active {
            ledger.make_known();
        }
    }
    match touch {
        Touch::Read => return Ok(()),
        Touch::Pushed if ledger.counts.failed_pushes == 0 => return Ok(()),
        Touch::Pushed | Touch::Failed => {}
    }
    let mut keys = Keys {
        id: event.user_id,
        folded: event.user_name.as_deref().map(fold),
        external: event.external_id.as_deref(),
    };
    let earlier = take(conn, ledger, &keys)?;
    if touch == Touch::Pushed {
        return Ok(());
    }
    if let (None, Some(folded)) = (keys.id, &keys.folded) {
        // Refused before anybody looked who that is.
        keys.id = first(conn, USER_NAMED, [NameKey::of_folded(folded).0], |row| Ok(user_id(row.get(0)?)))?;
    }
    add(conn, ledger, number, event, keys, &earlier)
}

/// Forgets people who never were here with the events that tell of them, up to this number. Whoever is here stays: what
/// the failure may lead to does not end with its event.
pub(super) fn forget(conn: &Connection, ledger: &mut Ledger, last: u64) -> Result<(), StoreError> {
    let forgotten = execute(conn, "DELETE FROM failed_pushes WHERE event <= ?1 AND user_id IS NULL", [last])?;
    let forgotten = u64::try_from(forgotten).unwrap_or(u64::MAX);
    ledger.counts.failed_pushes = ledger.counts.failed_pushes.saturating_sub(forgotten);
    Ok(())
}

/// Forgets that pushes of an account failed: it was settled here.
pub(super) fn settle(conn: &Connection, ledger: &mut Ledger, id: UserId) -> Result<(), StoreError> {
    if ledger.counts.failed_pushes > 0 {
        take(conn, ledger, &Keys { id: Some(id), folded: None, external: None })?;
    }
    Ok(())
}

/// Takes out what is kept of a person.
fn take(conn: &Connection, ledger: &mut Ledger, keys: &Keys<'_>) -> Result<Vec<FailedPush>, StoreError> {
    let found =
        all(conn, OF_PERSON, params![keys.id.as_ref().map(UserId::as_bytes), keys.folded, keys.external], decode)?;
    for push in &found {
        remove(conn, ledger, push)?;
    }
    Ok(found)
}

fn remove(conn: &Connection, ledger: &mut Ledger, push: &FailedPush) -> Result<(), StoreError> {
    execute(conn, "DELETE FROM failed_pushes WHERE event = ?1", [push.event.0])?;
    ledger.counts.failed_pushes = ledger.counts.failed_pushes.saturating_sub(1);
    note_changed(conn, ledger, push.user_id)
}

/// What the table of users shows of somebody is different now.
fn note_changed(conn: &Connection, ledger: &Ledger, id: Option<UserId>) -> Result<(), StoreError> {
    let Some(id) = id else { return Ok(()) };
    if let Some(Position(position)) = first(conn, POSITION, [id.as_bytes()], |row| Ok(Position(row.get(0)?)))? {
        ledger.changes.note_user(position);
    }
    Ok(())
}

fn add(
    conn: &Connection,
    ledger: &mut Ledger,
    number: u64,
    event: &Event,
    keys: Keys<'_>,
    earlier: &[FailedPush],
) -> Result<(), StoreError> {
    let since = earlier.iter().map(|push| push.since).min().unwrap_or(event.at);
    let times = earlier.iter().map(|push| push.times).sum::<u64>().saturating_add(event.repeats);
    let id = keys.id.or_else(|| earlier.iter().find_map(|push| push.user_id));
    let known = |of: fn(&FailedPush) -> &Option<String>| earlier.iter().find_map(|push| of(push).clone());
    let name = event.user_name.clone().or_else(|| known(|push| &push.user_name));
    let external = event.external_id.clone().or_else(|| known(|push| &push.external_id));
    let findings =
        (!event.findings.is_empty()).then(|| event.findings.iter().map(Code::to_string).collect::<Vec<_>>().join(" "));
    execute(
        conn,
        "INSERT INTO failed_pushes (event, at, since, times, status, user_id, method, user_name, folded_name,
                                    external_id, findings, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            number,
            event.at.as_millis(),
            since.as_millis(),
            times,
            event.status,
            id.as_ref().map(UserId::as_bytes),
            event.method,
            name,
            name.as_deref().map(fold),
            external,
            findings,
            event.detail,
        ],
    )?;
    ledger.counts.failed_pushes += 1;
    note_changed(conn, ledger, id)?;
    if ledger.counts.failed_pushes > MOST
        && let Some(oldest) = first(conn, select_pushes!("ORDER BY event LIMIT 1"), [], decode)?
    {
        remove(conn, ledger, &oldest)?;
    }
    Ok(())
}

/// A window of the people whose last push failed.
pub(super) fn page(conn: &Connection, query: FailedPushQuery) -> Result<FailedPushPage, StoreError> {
    let (usual, most) = WINDOW;
    let limit = if query.limit == 0 { usual } else { query.limit.min(most) };
    let before = query.before.map_or(i64::MAX, |before| i64::try_from(before.0).unwrap_or(i64::MAX));
    // Count and window from one snapshot.
    let snapshot = conn.unchecked_transaction()?;
    let total = super::counters::counts(&snapshot)?.failed_pushes;
    let mut pushes = all(&snapshot, NEWEST, params![before, limit + 1], decode)?;
    let more = pushes.len() > limit as usize;
    pushes.truncate(limit as usize);
    let next = if more { pushes.last().map(|push| push.event) } else { None };
    Ok(FailedPushPage { total, pushes, next })
}

/// What is kept of somebody, by id or by folded name.
pub(super) fn of(conn: &Connection, id: UserId, folded: &str) -> Result<Option<FailedPush>, StoreError> {
    first(conn, OF_PERSON, params![id.as_bytes(), folded, None::<&str>], decode)
}

fn decode(row: &Row<'_>) -> Result<FailedPush, StoreError> {
    Ok(FailedPush {
        event: EventId(row.get(0)?),
        at: Timestamp::from_millis(row.get(1)?),
        since: Timestamp::from_millis(row.get(2)?),
        times: row.get(3)?,
        status: row.get(4)?,
        user_id: row.get::<_, Option<[u8; 16]>>(5)?.map(user_id),
        method: row.get(6)?,
        user_name: row.get(7)?,
        external_id: row.get(8)?,
        findings: match row.get_ref(9)?.as_str_or_null()? {
            Some(codes) => codes.split(' ').map(|code| word("finding", code)).collect::<Result<_, _>>()?,
            None => Vec::new(),
        },
        detail: row.get(10)?,
    })
}
