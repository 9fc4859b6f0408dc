//! What a database holds of people and groups, row by row, for tests that want to see that nothing changed.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, types::Value};

/// The tables. Not among them: events and what they are counted by, how tokens are used, and what dry runs keep.
const TABLES: [&str; 9] = [
    "users",
    "user_documents",
    "user_emails",
    "groups",
    "group_members",
    "sessions",
    "sign_in_codes",
    "settling",
    "workspace",
];
const COUNTERS: &str = "SELECT last_position, total, active, owners, editors, viewers, drifted, groups FROM counters";

/// Every row of every such table, as text.
pub fn contents(database: &Path) -> Vec<String> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let queries = TABLES.iter().map(|table| format!("SELECT * FROM {table} ORDER BY 1, 2"));
    queries.chain([COUNTERS.to_owned()]).flat_map(|sql| rows(&conn, &sql)).collect()
}

fn rows(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(sql).unwrap();
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let values: Vec<Value> = (0..columns).map(|column| row.get(column)).collect::<Result<_, _>>()?;
        Ok(format!("{sql}: {values:?}"))
    };
    statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
}
