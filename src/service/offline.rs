//! The store of a data directory on which no service runs.

use std::path::PathBuf;

use crate::{
    model::{data_dir::DataDir, time::Timestamp},
    service::{ServiceError, claim::Claim},
    store::{
        Store, StoreError,
        sqlite::{Restored, SqliteStore},
    },
};

/// A data directory that this process has to itself, without serving it: while it is held no service starts there.
#[derive(Debug)]
pub struct Offline {
    store: SqliteStore,
    claim: Claim,
}

/// Puts a backup in the place of the database of a data directory on which no service runs.
///
/// # Errors
/// A service runs on it ([`ServiceError::AlreadyRunning`]), or the backup cannot be used; nothing has changed then.
pub async fn restore(data: &DataDir, backup: PathBuf) -> Result<Restored, ServiceError> {
    let claim = Claim::take(data)?;
    let database = data.database();
    let restored = tokio::task::spawn_blocking(move || SqliteStore::restore(&backup, &database, Timestamp::now()))
        .await
        .map_err(|error| StoreError::Database(error.to_string()))?;
    claim.release();
    Ok(restored?)
}

impl Offline {
    /// Takes a data directory, making it where there is none.
    ///
    /// # Errors
    /// A service runs on it ([`ServiceError::AlreadyRunning`]), or it or its database cannot be used.
    pub async fn open(data: &DataDir) -> Result<Self, ServiceError> {
        let claim = Claim::take(data)?;
        let database = data.database();
        let store = tokio::task::spawn_blocking(move || SqliteStore::open(&database))
            .await
            .map_err(|error| StoreError::Database(error.to_string()))??;
        Ok(Self { store, claim })
    }

    /// The store.
    pub const fn store(&self) -> &SqliteStore {
        &self.store
    }

    /// Writes what waits and gives the directory up.
    ///
    /// # Errors
    /// The store could not be closed in order; what was acknowledged is safe all the same.
    pub async fn close(self) -> Result<(), ServiceError> {
        let closed = self.store.close().await;
        self.claim.release();
        closed.map_err(ServiceError::from)
    }
}
