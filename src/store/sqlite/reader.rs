//! Reading: a small pool of connections that cannot write.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::connection::open_reader;
use crate::store::StoreError;

/// Connections kept when nobody uses them.
const IDLE: usize = 8;
/// How many long reads run at a time; the others wait without a thread.
const SCANS: usize = 4;

/// The pool. It opens a connection when none is idle: point reads hold one for microseconds and long reads are few, so
/// there are never many.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    /// None: closed.
    idle: Mutex<Option<Vec<Connection>>>,
    scans: Arc<Semaphore>,
}

impl Readers {
    /// An empty pool over a database that exists.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Mutex::new(Some(Vec::new())), scans: Arc::new(Semaphore::new(SCANS)) }
    }

    /// A short read, on the caller's thread. A connection that failed is closed and replaced by the next need.
    pub(super) fn point<T>(&self, read: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).as_mut().ok_or(StoreError::Closed)?.pop();
        let conn = match idle {
            Some(conn) => conn,
            None => open_reader(&self.path)?,
        };
        let found = read(&conn)?;
        if let Some(idle) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
            && idle.len() < IDLE
        {
            idle.push(conn);
        }
        Ok(found)
    }

    /// A read that may take long, on a thread where that holds up nobody.
    pub(super) async fn scan<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = Arc::clone(&self.scans).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let readers = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            readers.point(read)
        })
        .await
        .map_err(|error| StoreError::Database(format!("a read was cut short: {error}")))?
    }

    /// Closes what is idle now and the rest as it comes back.
    pub(super) fn close(&self) {
        self.scans.close();
        *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
