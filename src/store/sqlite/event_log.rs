//! The log: events by place and by what they were about.

use rusqlite::{Connection, Row, ToSql};

use super::{
    event_rows::{decode, event_columns},
    query::all,
};
use crate::{
    model::event::{Event, EventQuery},
    scim::fold::fold,
    store::StoreError,
};

/// Events of a query that names no limit, and the most that any gets.
const WINDOW: (u32, u32) = (100, 1_000);
/// Where [`event_columns`] has what a search looks through: user name, path, query, detail and group name.
const SEARCHED: [usize; 5] = [17, 19, 20, 23, 25];

/// Part of the log. Newest first; with `after` and no `before`, the oldest ones after it, oldest first.
pub(super) fn events(conn: &Connection, query: &EventQuery) -> Result<Vec<Event>, StoreError> {
    let mut terms = Vec::new();
    let mut values: Vec<&dyn ToSql> = Vec::new();
    let before = query.before.map(|id| i64::try_from(id.0).unwrap_or(i64::MAX));
    let after = query.after.map(|id| i64::try_from(id.0).unwrap_or(i64::MAX));
    let user = query.user.map(|id| *id.as_bytes());
    let group = query.group.map(|id| *id.as_bytes());
    let token = query.token.map(|id| *id.as_bytes());
    let action = query.action.map(|action| action.as_str());
    if let Some(before) = &before {
        terms.push("id < ?");
        values.push(before);
    }
    if let Some(after) = &after {
        terms.push("id > ?");
        values.push(after);
    }
    if let Some(user) = &user {
        terms.push("user_id = ?");
        values.push(user);
    }
    if let Some(group) = &group {
        terms.push("group_id = ?");
        values.push(group);
    }
    if let Some(token) = &token {
        terms.push("token_id = ?");
        values.push(token);
    }
    if let Some(action) = &action {
        terms.push("action = ?");
        values.push(action);
    }
    match query.failed {
        Some(true) => terms.push("status >= 400"),
        Some(false) => terms.push("status < 400"),
        None => {}
    }
    // Named, because without statistics the planner may take the order for the better guide.
    let index = match (query.user, query.group, query.failed) {
        (Some(_), ..) => "INDEXED BY events_by_user",
        (None, Some(_), _) => "INDEXED BY events_by_group",
        (None, None, Some(true)) => "INDEXED BY events_failed",
        (None, None, _) => "NOT INDEXED",
    };
    let sql = format!(
        "SELECT {columns} FROM events {index} {condition} ORDER BY id {direction}",
        columns = event_columns!(),
        condition = if terms.is_empty() { String::new() } else { format!("WHERE {}", terms.join(" AND ")) },
        direction = if query.after.is_some() && query.before.is_none() { "ASC" } else { "DESC" },
    );
    let limit = match query.limit {
        0 => WINDOW.0,
        given => given.min(WINDOW.1),
    };
    let needle = fold(&query.search);
    if needle.is_empty() {
        values.push(&limit);
        return all(conn, &format!("{sql} LIMIT ?"), values.as_slice(), decode);
    }
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query(values.as_slice())?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if mentions(row, &needle)? {
            found.push(decode(row)?);
            if found.len() == limit as usize {
                break;
            }
        }
    }
    Ok(found)
}

/// Whether an event contains a folded text. Decided here, because SQL knows only the case of ASCII.
fn mentions(row: &Row<'_>, needle: &str) -> Result<bool, StoreError> {
    for column in SEARCHED {
        if let Some(text) = row.get_ref(column)?.as_str_or_null()?
            && fold(text).contains(needle)
        {
            return Ok(true);
        }
    }
    Ok(false)
}
