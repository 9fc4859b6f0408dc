//! Copies of the database: one made while it is in use, and one put in its place.
//!
//! Neither can leave half a database behind: a copy appears under its name when it is complete and on the disk, and the
//! one it takes the place of stays beside it.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::Connection;
use uuid::Uuid;

use super::{connection, migrate, schema};
use crate::{
    model::{id::TokenId, time::Timestamp},
    store::{StoreError, sqlite::SqliteStore},
};

/// How many people a restore names of those who left since the backup.
const NAMED: u32 = 1_000;

/// What was put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// How many users there are now, active or not.
    pub users: u64,
    /// When the newest event of the backup was, which is about when it was made.
    pub newest_event: Option<Timestamp>,
    /// Where the database went that was there before.
    pub aside: Option<PathBuf>,
    /// The names of users who are active now and were inactive or gone before: they left after the backup was made. At
    /// most 1,000 are named; none where the database of before cannot be read.
    pub left_since: Vec<String>,
    /// How many there are of them in all.
    pub left_since_count: u64,
    /// Tokens, by id and name, that are accepted again though they had been revoked.
    pub revoked_since: Vec<(TokenId, String)>,
}

impl SqliteStore {
    /// Copies the database at `database` to `target`, mode 0600; gives the copy's size in bytes. It may be in use
    /// meanwhile: the copy holds what was committed when it began.
    ///
    /// # Errors
    /// There is no scimroom database, there is a file at `target` already, or it cannot be written.
    pub fn back_up(database: &Path, target: &Path) -> Result<u64, StoreError> {
        if target.exists() {
            return Err(failed("write", target, "there is a file of this name already"));
        }
        let conn = existing(database)?;
        migrate::check(&conn, schema::MIGRATIONS)?;
        let unfinished = with_suffix(target, ".part");
        copy(&conn, &unfinished)?;
        let size = fs::metadata(&unfinished).map_err(|error| failed("read", &unfinished, error))?.len();
        fs::rename(&unfinished, target).map_err(|error| failed("write", target, error))?;
        Ok(size)
    }

    /// Puts the copy at `backup` in the place of the database at `database`, which nobody may have open. Sessions and
    /// sign-in codes are not brought back: whoever had one may have lost the right to it since.
    ///
    /// # Errors
    /// The copy is no whole scimroom database of this version or an older one, or something cannot be written. The
    /// database is then as it was.
    pub fn restore(backup: &Path, database: &Path, now: Timestamp) -> Result<Restored, StoreError> {
        let conn = existing(backup)?;
        if migrate::check(&conn, schema::MIGRATIONS)? == 0 {
            return Err(failed("restore", backup, "there is nothing in it"));
        }
        let sound: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if sound != "ok" {
            return Err(failed("restore", backup, format!("it is damaged ({sound})")));
        }
        let unfinished = with_suffix(database, ".restoring");
        copy(&conn, &unfinished)?;
        drop(conn);
        // Brought up to this version before it takes its place: a failure then costs nothing.
        let mut conn = connection::open_writer(&unfinished)?;
        let found = migrate::check(&conn, schema::MIGRATIONS)?;
        migrate::apply_without_copy(&mut conn, schema::MIGRATIONS, found, now)?;
        conn.execute_batch("DELETE FROM sessions; DELETE FROM sign_in_codes;")?;
        let mut restored = Restored {
            users: conn.query_row("SELECT total FROM counters", [], |row| row.get(0))?,
            newest_event: conn.query_row("SELECT max(at) FROM events", [], |row| {
                Ok(row.get::<_, Option<i64>>(0)?.map(Timestamp::from_millis))
            })?,
            aside: None,
            left_since: Vec::new(),
            left_since_count: 0,
            revoked_since: Vec::new(),
        };
        if database.exists() {
            let aside = with_suffix(database, &format!(".before-restore-{}", now.as_millis()));
            let compared = match set_aside(database, &aside)? {
                true => compare(&conn, &aside, &mut restored),
                false => Err(failed("read", &aside, "it is damaged")),
            };
            // What was there may be the very reason for a restore.
            if let Err(error) = compared {
                tracing::warn!(%error, "who left since the backup is not known");
            }
            restored.aside = Some(aside);
        }
        conn.close().map_err(|(_, error)| error)?;
        sync(&unfinished)?;
        fs::rename(&unfinished, database).map_err(|error| failed("write", database, error))?;
        Ok(restored)
    }
}

/// Opens a database that is there.
fn existing(path: &Path) -> Result<Connection, StoreError> {
    if !path.is_file() {
        return Err(failed("open", path, "there is no such file"));
    }
    connection::open_reader(path)
}

/// Copies what was committed to a file of its own, in one piece.
fn copy(conn: &Connection, target: &Path) -> Result<(), StoreError> {
    remove(target)?;
    // Made by our own hand first, so that the copy is as private as the original.
    drop(connection::open_writer(target)?);
    let name = target.to_str().ok_or_else(|| failed("write", target, "its name is no text"))?;
    conn.execute_batch("PRAGMA query_only = OFF")?;
    conn.execute("VACUUM INTO ?1", [name]).map_err(|error| failed("write", target, error))?;
    sync(target)
}

/// Leaves the database of before under another name, without its ever being away from its own. Whether it is sound.
fn set_aside(database: &Path, aside: &Path) -> Result<bool, StoreError> {
    let (log, kept) = (with_suffix(database, "-wal"), with_suffix(aside, "-wal"));
    if log.exists() {
        fs::copy(&log, &kept).map_err(|error| failed("write", &kept, error))?;
    }
    let folded = connection::open_writer(database)
        .and_then(|conn| Ok(conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))?));
    // Otherwise it is damaged, and who wants to save something from it needs its log besides.
    let sound = matches!(folded, Ok(0));
    if sound {
        remove(&kept)?;
    }
    fs::hard_link(database, aside)
        .or_else(|_| fs::copy(database, aside).map(drop))
        .map_err(|error| failed("write", aside, error))?;
    // Nobody may take them for those of the copy.
    remove(&log)?;
    remove(&with_suffix(database, "-shm"))?;
    Ok(sound)
}

/// Who and what is let in again that was shut out after the backup was made.
fn compare(conn: &Connection, before: &Path, restored: &mut Restored) -> Result<(), StoreError> {
    let name = before.to_str().ok_or_else(|| failed("open", before, "its name is no text"))?;
    conn.execute("ATTACH ?1 AS before", [name])?;
    const LEFT: &str = "FROM main.users AS now LEFT JOIN before.users AS old ON old.id = now.id
                        WHERE now.active AND (old.id IS NULL OR NOT old.active)";
    restored.left_since_count = conn.query_row(&format!("SELECT count(*) {LEFT}"), [], |row| row.get(0))?;
    let mut names = conn.prepare(&format!("SELECT now.user_name {LEFT} ORDER BY now.position LIMIT {NAMED}"))?;
    restored.left_since = names.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    drop(names);
    let mut names = conn.prepare(
        "SELECT now.id, now.name FROM main.tokens AS now LEFT JOIN before.tokens AS old ON old.id = now.id
         WHERE now.revoked IS NULL AND (old.id IS NULL OR old.revoked IS NOT NULL) ORDER BY now.created",
    )?;
    let tokens = names.query_map([], |row| Ok((TokenId(Uuid::from_bytes(row.get(0)?)), row.get(1)?)))?;
    restored.revoked_since = tokens.collect::<Result<_, _>>()?;
    drop(names);
    conn.execute_batch("DETACH before")?;
    Ok(())
}

fn sync(path: &Path) -> Result<(), StoreError> {
    fs::File::open(path).and_then(|file| file.sync_all()).map_err(|error| failed("write", path, error))
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed("remove", path, error)),
        _ => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

fn failed(what: &str, path: &Path, reason: impl std::fmt::Display) -> StoreError {
    StoreError::File(format!("cannot {what} {}: {reason}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_database_is_not_restored_and_nothing_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        let (database, strange) = (dir.path().join("scimroom.db"), dir.path().join("strange"));
        drop(SqliteStore::open(&database).unwrap());
        let before = fs::read(&database).unwrap();
        fs::write(&strange, "a letter to a friend, longer than a header of a database would be").unwrap();
        let empty = dir.path().join("empty");
        fs::write(&empty, "").unwrap();
        for backup in [&strange, &empty, &dir.path().join("nowhere")] {
            let error = SqliteStore::restore(backup, &database, Timestamp::from_millis(1)).unwrap_err().to_string();
            assert!(!error.is_empty());
            assert_eq!(fs::read(&database).unwrap(), before, "{error}");
        }
        let error = SqliteStore::back_up(&database, &strange).unwrap_err().to_string();
        assert!(error.contains("a file of this name already"), "{error}");
        let error = SqliteStore::back_up(&strange, &dir.path().join("copy")).unwrap_err().to_string();
        assert!(!dir.path().join("copy").exists(), "{error}");
    }

    #[test]
    fn a_damaged_database_makes_way_with_its_log() {
        let dir = tempfile::tempdir().unwrap();
        let (database, backup) = (dir.path().join("scimroom.db"), dir.path().join("backup"));
        drop(SqliteStore::open(&database).unwrap());
        SqliteStore::back_up(&database, &backup).unwrap();
        fs::write(&database, [7; 8_192]).unwrap();
        fs::write(with_suffix(&database, "-wal"), "a log").unwrap();
        let restored = SqliteStore::restore(&backup, &database, Timestamp::from_millis(5)).unwrap();
        let aside = restored.aside.unwrap();
        assert_eq!(fs::read(&aside).unwrap(), [7; 8_192]);
        assert_eq!(fs::read(with_suffix(&aside, "-wal")).unwrap(), b"a log");
        assert!(!with_suffix(&database, "-wal").exists());
        drop(SqliteStore::open(&database).unwrap());
    }

    #[cfg(unix)]
    #[test]
    fn a_copy_is_as_private_as_the_original() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let (database, backup) = (dir.path().join("scimroom.db"), dir.path().join("backup"));
        drop(SqliteStore::open(&database).unwrap());
        let size = SqliteStore::back_up(&database, &backup).unwrap();
        let facts = fs::metadata(&backup).unwrap();
        assert_eq!((facts.permissions().mode() & 0o777, facts.len()), (0o600, size));
    }
}
