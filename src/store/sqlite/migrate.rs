//! Brings a database up to this binary's schema: checks what was applied, saves a copy, applies the rest.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use super::schema::APPLICATION_ID;
use crate::{model::time::Timestamp, store::StoreError};

/// One numbered SQL file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Migration {
    /// Its number; the numbers of a list follow one another from 1.
    pub(super) version: u32,
    /// Its name, for people who look into the database.
    pub(super) name: &'static str,
    /// The statements.
    pub(super) sql: &'static str,
}

impl Migration {
    fn checksum(&self) -> [u8; 32] {
        Sha256::digest(self.sql.as_bytes()).into()
    }
}

/// The version of the database at `conn`, 0 for an empty file. Only reads.
///
/// # Errors
/// The file belongs to another program, a newer scimroom wrote it, or a migration was applied in another form.
pub(super) fn check(conn: &Connection, known: &[Migration]) -> Result<u32, StoreError> {
    let tables: u32 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 {
        return Ok(0);
    }
    let owner: i32 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if owner != APPLICATION_ID {
        return Err(StoreError::Database(
            "the file is the SQLite database of another program: name another data directory".to_owned(),
        ));
    }
    let newest = known.last().map_or(0, |migration| migration.version);
    let found: u32 = conn.query_row("SELECT ifnull(max(version), 0) FROM migrations", [], |row| row.get(0))?;
    if found > newest {
        return Err(StoreError::TooNew { found, known: newest });
    }
    for migration in known.iter().filter(|migration| migration.version <= found) {
        let applied: Option<Vec<u8>> = conn
            .query_row("SELECT checksum FROM migrations WHERE version = ?1", [migration.version], |row| row.get(0))
            .optional()?;
        if applied.as_deref() != Some(migration.checksum().as_slice()) {
            return Err(StoreError::Checksum(migration.version));
        }
    }
    Ok(found)
}

/// Applies every migration after version `found`, each in a transaction of its own. A database that held something is
/// copied first, to the file of [`backup_path`].
///
/// # Errors
/// The copy or a migration failed; the database is then as the last complete migration left it.
pub(super) fn apply(
    conn: &mut Connection,
    path: &Path,
    known: &[Migration],
    found: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(first) = known.iter().find(|migration| migration.version > found)
        && found > 0
    {
        back_up(conn, &backup_path(path, first.version))?;
    }
    apply_without_copy(conn, known, found, now)
}

/// The same for a database that is a copy itself.
pub(super) fn apply_without_copy(
    conn: &mut Connection,
    known: &[Migration],
    found: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    for migration in known.iter().filter(|migration| migration.version > found) {
        let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(
            "CREATE TABLE IF NOT EXISTS migrations (
                 version  INTEGER PRIMARY KEY,
                 name     TEXT    NOT NULL,
                 checksum BLOB    NOT NULL,
                 applied  INTEGER NOT NULL
             ) STRICT;",
        )?;
        transaction.execute_batch(migration.sql)?;
        transaction.execute(
            "INSERT INTO migrations (version, name, checksum, applied) VALUES (?1, ?2, ?3, ?4)",
            params![migration.version, migration.name, migration.checksum(), now.as_millis()],
        )?;
        transaction.commit()?;
        tracing::info!(version = migration.version, name = migration.name, "database migrated");
    }
    Ok(())
}

/// Where the copy goes that is made before migration `version` changes an existing database: beside it, with
/// `.before-` and the number added to the name.
pub(super) fn backup_path(path: &Path, version: u32) -> PathBuf {
    with_suffix(path, &format!(".before-{version}"))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Copies the database to `target`, which appears only when it is complete.
fn back_up(conn: &Connection, target: &Path) -> Result<(), StoreError> {
    let unfinished = with_suffix(target, ".part");
    let failed = |error: std::io::Error| {
        StoreError::Database(format!("cannot save a copy before the upgrade to {}: {error}", target.display()))
    };
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    // Opened by our own hand first, so that the copy is as private as the original.
    drop(super::connection::open_writer(&unfinished)?);
    conn.backup(rusqlite::MAIN_DB, &unfinished, None::<fn(rusqlite::backup::Progress)>)?;
    fs::File::open(&unfinished).and_then(|file| file.sync_all()).map_err(failed)?;
    fs::rename(&unfinished, target).map_err(failed)
}
