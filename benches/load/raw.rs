//! What SQLite alone does with the same rows: our own tables and indexes, a user, its document and its event for each
//! create, one commit for as many as there are connections, with the service's own durability (WAL, `synchronous=FULL`).
//! No HTTP, no JSON, no rules, no reading.

use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use crate::service;

/// Rows per second.
pub fn measure(batch: usize, time: Duration) -> f64 {
    let dir = tempfile::tempdir().unwrap();
    let mut connection = Connection::open(dir.path().join("raw.db")).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 4096).unwrap();
    connection.execute_batch(include_str!("../../assets/migrations/sqlite/0001_start.sql")).unwrap();
    let (start, mut rows) = (Instant::now(), 0_u64);
    while start.elapsed() < time {
        let transaction = connection.transaction().unwrap();
        for _ in 0..batch {
            rows += 1;
            insert(&transaction, rows);
        }
        transaction.execute("UPDATE counters SET last_event = ?1, last_position = ?1", [rows]).unwrap();
        transaction.commit().unwrap();
    }
    rows as f64 / start.elapsed().as_secs_f64()
}

fn insert(connection: &Connection, n: u64) {
    let (name, body, id) = (service::name(n), service::body(n), uuid::Uuid::now_v7());
    // Scattered like the hashes that the service keeps.
    let scattered = u128::from(n).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
    let (name_key, external_key) = (scattered.to_be_bytes(), (scattered >> 64) as i64);
    let mut user = connection
        .prepare_cached(
            "INSERT INTO users (position, id, name_key, external_key, active, role, role_source, okta_role, created,
                                last_modified, version, user_name, folded_name, display_name, external_id, search)
             VALUES (?1, ?2, ?3, ?4, 1, 'viewer', 'okta', 'viewer', ?1, ?1, 1, ?5, ?5, ?6, ?6, ?6)",
        )
        .unwrap();
    user.execute(params![n, id.as_bytes(), name_key, external_key, name, format!("00u{n:017}")]).unwrap();
    let mut document = connection.prepare_cached("INSERT INTO user_documents VALUES (?1, ?2)").unwrap();
    document.execute(params![n, body]).unwrap();
    let mut event = connection
        .prepare_cached(
            "INSERT INTO events (id, at, size, action, status, user_id, token_id, transaction_id, latency_micros,
                                 request_bytes, response_bytes, repeats, role, method, address, user_agent, token_name,
                                 user_name, external_id, path, changed, truncated, changes, request_body,
                                 response_body)
             VALUES (?1, ?1, 2000, 'create', 201, ?2, ?2, ?2, ?1, 500, 700, 1, 'viewer', 'POST', '127.0.0.1',
                     'Okta SCIM Client 1.0.0', 'bench', ?3, ?4, '/scim/v2/Users', ?5, 0, ?6, ?6, ?6)",
        )
        .unwrap();
    event.execute(params![n, id.as_bytes(), name, format!("00u{n:017}"), &body[..100], body]).unwrap();
}
