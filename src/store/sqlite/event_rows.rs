//! Events: written once, read by place, and forgotten from the oldest on.

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::{
    counters::Ledger,
    event_people,
    group_rows::group_id,
    push_rows,
    query::{all, execute, first, json, to_json, word},
    user_rows::user_id,
};
use crate::{
    model::{
        event::{Change, Event, EventDetail},
        finding::Code,
        id::{EventId, GroupId, TokenId, TransactionId, UserId},
        role::Role,
        time::Timestamp,
    },
    store::StoreError,
};

/// The columns of an [`Event`], in the order in which [`decode`] reads them.
macro_rules! event_columns {
    () => {
        "id, at, action, status, user_id, token_id, transaction_id, latency_micros, request_bytes, response_bytes,
         results, repeats, role, method, address, user_agent, token_name, user_name, external_id, path, query, findings,
         changed, detail, group_id, group_name, compatibility, mode"
    };
}
pub(super) use event_columns;

/// How many columns that are: where a query has what it selects behind them.
pub(super) const COLUMNS: usize = 28;

/// What a row takes besides its texts: numbers, ids, headers, and its share of the indexes.
const ROW_BYTES: usize = 160;
/// How many events are forgotten in one transaction, so that pruning holds up nobody for long.
const PRUNE_SLICE: u32 = 1_000;

/// Adds an event as the next one, and notes it in the ledger.
pub(super) fn insert(conn: &Connection, ledger: &mut Ledger, detail: &EventDetail) -> Result<(), StoreError> {
    let event = &detail.event;
    let findings =
        (!event.findings.is_empty()).then(|| event.findings.iter().map(Code::to_string).collect::<Vec<_>>().join(" "));
    let compatibility = (!event.compatibility.is_empty())
        .then(|| event.compatibility.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(" "));
    let changed =
        if event.changed.is_empty() { None } else { Some(to_json("list of changed attributes", &event.changed)?) };
    let people = event_people::named(detail);
    let changes = if detail.changes.is_empty() { None } else { Some(to_json("list of changes", &detail.changes)?) };
    let size = [
        &event.query,
        &event.address,
        &event.user_agent,
        &event.token_name,
        &event.user_name,
        &event.external_id,
        &event.group_name,
        &findings,
        &compatibility,
        &changed,
        &event.detail,
        &changes,
        &detail.request_body,
        &detail.response_body,
    ]
    .into_iter()
    .flatten()
    .map(String::len)
    .sum::<usize>()
        + event.path.len()
        + event.method.len()
        + people.len() * event_people::ROW_BYTES
        + ROW_BYTES;
    let size = u64::try_from(size).unwrap_or(u64::MAX);
    let id = ledger.last_event + 1;
    execute(
        conn,
        concat!(
            "INSERT INTO events (",
            event_columns!(),
            ", size, truncated, changes, request_body, response_body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                     ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33)"
        ),
        params![
            id,
            event.at.as_millis(),
            event.action.as_str(),
            event.status,
            event.user_id.as_ref().map(UserId::as_bytes),
            event.token_id.as_ref().map(TokenId::as_bytes),
            event.transaction.as_bytes(),
            event.latency_micros,
            event.request_bytes,
            event.response_bytes,
            event.results,
            event.repeats,
            event.role.map(Role::as_str),
            event.method,
            event.address,
            event.user_agent,
            event.token_name,
            event.user_name,
            event.external_id,
            event.path,
            event.query,
            findings,
            changed,
            event.detail,
            event.group_id.as_ref().map(GroupId::as_bytes),
            event.group_name,
            compatibility,
            (!event.mode.is_live()).then(|| event.mode.as_str()),
            size,
            detail.truncated,
            changes,
            detail.request_body,
            detail.response_body,
        ],
    )?;
    event_people::insert(conn, id, &people)?;
    push_rows::note(conn, ledger, id, event)?;
    ledger.last_event = id;
    ledger.event_bytes = ledger.event_bytes.saturating_add(size);
    Ok(())
}

/// Reads the columns of [`event_columns`].
pub(super) fn decode(row: &Row<'_>) -> Result<Event, StoreError> {
    Ok(Event {
        id: EventId(row.get(0)?),
        at: Timestamp::from_millis(row.get(1)?),
        action: word("action", row.get_ref(2)?.as_str()?)?,
        status: row.get(3)?,
        user_id: row.get::<_, Option<[u8; 16]>>(4)?.map(user_id),
        token_id: row.get::<_, Option<[u8; 16]>>(5)?.map(|bytes| TokenId(Uuid::from_bytes(bytes))),
        transaction: TransactionId(Uuid::from_bytes(row.get(6)?)),
        latency_micros: row.get(7)?,
        request_bytes: row.get(8)?,
        response_bytes: row.get(9)?,
        results: row.get(10)?,
        repeats: row.get(11)?,
        role: row.get_ref(12)?.as_str_or_null()?.map(|text| word("role", text)).transpose()?,
        method: row.get(13)?,
        address: row.get(14)?,
        user_agent: row.get(15)?,
        token_name: row.get(16)?,
        user_name: row.get(17)?,
        external_id: row.get(18)?,
        path: row.get(19)?,
        query: row.get(20)?,
        findings: match row.get_ref(21)?.as_str_or_null()? {
            Some(codes) => codes.split(' ').map(|code| word("finding", code)).collect::<Result<_, _>>()?,
            None => Vec::new(),
        },
        changed: match row.get_ref(22)?.as_str_or_null()? {
            Some(paths) => json("list of changed attributes", paths)?,
            None => Vec::new(),
        },
        detail: row.get(23)?,
        group_id: row.get::<_, Option<[u8; 16]>>(24)?.map(group_id),
        group_name: row.get(25)?,
        compatibility: match row.get_ref(26)?.as_str_or_null()? {
            Some(steps) => steps.split(' ').map(|step| word("compatibility step", step)).collect::<Result<_, _>>()?,
            None => Vec::new(),
        },
        mode: row.get_ref(27)?.as_str_or_null()?.map(|text| word("token mode", text)).transpose()?.unwrap_or_default(),
    })
}

/// One event, whole.
pub(super) fn by_id(conn: &Connection, id: EventId) -> Result<Option<EventDetail>, StoreError> {
    let Ok(id) = i64::try_from(id.0) else { return Ok(None) };
    first(
        conn,
        concat!(
            "SELECT ",
            event_columns!(),
            ", truncated, changes, request_body, response_body FROM events WHERE id = ?1"
        ),
        [id],
        |row| {
            Ok(EventDetail {
                event: decode(row)?,
                truncated: row.get(COLUMNS)?,
                changes: match row.get_ref(COLUMNS + 1)?.as_str_or_null()? {
                    Some(changes) => json::<Vec<Change>>("list of changes", changes)?,
                    None => Vec::new(),
                },
                request_body: row.get(COLUMNS + 2)?,
                response_body: row.get(COLUMNS + 3)?,
            })
        },
    )
}

/// What to forget.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prune {
    pub(super) before: Timestamp,
    pub(super) keep_bytes: u64,
}

/// Forgets some of the oldest events, and says whether more of them may have to go.
pub(super) fn prune(conn: &Connection, ledger: &mut Ledger, what: Prune) -> Result<bool, StoreError> {
    let oldest: Vec<(u64, Timestamp, u64)> =
        all(conn, "SELECT id, at, size FROM events ORDER BY id LIMIT ?1", [PRUNE_SLICE], |row| {
            Ok((row.get(0)?, Timestamp::from_millis(row.get(1)?), row.get(2)?))
        })?;
    let mut last = None;
    let mut forgotten = 0;
    for (id, at, size) in oldest {
        if at >= what.before && ledger.event_bytes <= what.keep_bytes {
            break;
        }
        ledger.event_bytes = ledger.event_bytes.saturating_sub(size);
        last = Some(id);
        forgotten += 1;
    }
    if let Some(last) = last {
        execute(conn, "DELETE FROM events WHERE id <= ?1", [last])?;
        event_people::forget(conn, last)?;
        push_rows::forget(conn, ledger, last)?;
    }
    Ok(forgotten == PRUNE_SLICE)
}
