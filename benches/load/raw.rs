//! What SQLite alone does with rows like ours: a user, its document and its event for each create, one commit for as many
//! as there are connections, with the service's own durability (WAL, `synchronous=FULL`).

use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use crate::service;

/// Rows per second.
pub fn measure(batch: usize, time: Duration) -> f64 {
    let dir = tempfile::tempdir().unwrap();
    let mut connection = Connection::open(dir.path().join("raw.db")).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection
        .execute_batch(
            "CREATE TABLE users (position INTEGER PRIMARY KEY, id BLOB UNIQUE, name_key BLOB UNIQUE, name TEXT) STRICT;
             CREATE TABLE documents (position INTEGER PRIMARY KEY, document TEXT) STRICT;
             CREATE TABLE events (id INTEGER PRIMARY KEY, user BLOB, request TEXT, response TEXT) STRICT;
             CREATE INDEX events_by_user ON events (user);",
        )
        .unwrap();
    let (start, mut rows) = (Instant::now(), 0_u64);
    while start.elapsed() < time {
        let transaction = connection.transaction().unwrap();
        for _ in 0..batch {
            rows += 1;
            let body = service::body(rows);
            let id = uuid::Uuid::now_v7();
            let key = u128::from(rows).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).to_be_bytes();
            let mut user = transaction.prepare_cached("INSERT INTO users VALUES (NULL, ?1, ?2, ?3)").unwrap();
            user.execute(params![id.as_bytes(), key, service::name(rows)]).unwrap();
            let mut document = transaction.prepare_cached("INSERT INTO documents VALUES (?1, ?2)").unwrap();
            document.execute(params![rows, body]).unwrap();
            let mut event = transaction.prepare_cached("INSERT INTO events VALUES (NULL, ?1, ?2, ?2)").unwrap();
            event.execute(params![id.as_bytes(), body]).unwrap();
        }
        transaction.commit().unwrap();
    }
    rows as f64 / start.elapsed().as_secs_f64()
}
