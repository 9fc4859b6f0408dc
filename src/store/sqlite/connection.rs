//! Connections and their settings.

use std::{fs::OpenOptions, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use crate::store::StoreError;

/// How long a connection waits for a lock that another process holds, such as an `sqlite3` shell.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Statements a connection keeps prepared. More than there are, so that none is parsed twice.
const STATEMENTS: usize = 128;

/// Opens the connection that will write, making the file (mode 0600: it holds personal data) where there is none.
/// Nothing in an existing file is changed yet.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    create(path).map_err(|error| {
        StoreError::Database(format!("cannot open {}: {error}; check the path and who may write there", path.display()))
    })?;
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Planning with the bound values (STAT4) prepares a statement anew for each value: half the time of a point read.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(conn)
}

fn create(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Makes the writing connection durable and fast, in this order of importance.
pub(super) fn configure_writer(conn: &Connection) -> Result<(), StoreError> {
    let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Database(format!(
            "the database must be kept in WAL mode, but the file system allows only {mode:?}: use a local disk"
        )));
    }
    conn.execute_batch(
        // fullfsync: on macOS a plain fsync does not reach the disk. temp_store: savepoints keep their undo pages in
        // memory. The log grows to 16 MiB between checkpoints, which bounds what a restart has to read, and its file
        // is cut back to 64 MiB should a long read have kept it from being reset.
        "PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -8192;
         PRAGMA mmap_size = 0;
         PRAGMA wal_autocheckpoint = 4096;
         PRAGMA journal_size_limit = 67108864;",
    )?;
    Ok(())
}

/// Opens a connection that cannot write. The operating system caches the file; 2 MiB per connection spare it the calls
/// for inner pages.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Planning with the bound values (STAT4) prepares a statement anew for each value: half the time of a point read.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.execute_batch(
        "PRAGMA query_only = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -2048;
         PRAGMA mmap_size = 0;",
    )?;
    Ok(conn)
}
