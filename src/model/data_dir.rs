//! The data directory: what a service keeps, and how others on the same host find it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::time::Timestamp;

/// A directory that belongs to one service. Whoever can read it is the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDir(PathBuf);

impl DataDir {
    /// Names a directory; nothing is touched yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The SQLite database.
    pub fn database(&self) -> PathBuf {
        self.0.join("scimroom.db")
    }

    /// The file whose lock a running service holds.
    pub fn lock_file(&self) -> PathBuf {
        self.0.join("service.lock")
    }

    /// Where a running service says how to reach it: a [`RunningService`] as JSON.
    pub fn service_file(&self) -> PathBuf {
        self.0.join("service.json")
    }

    /// The operator's credential for the admin API, mode 0600.
    pub fn operator_key(&self) -> PathBuf {
        self.0.join("operator.key")
    }

    /// The sessions this user signed in to on other services, mode 0600.
    pub fn credentials(&self) -> PathBuf {
        self.0.join("credentials.json")
    }

    /// What the service that holds this directory says of itself; none when nothing can be read.
    pub fn running_service(&self) -> Option<RunningService> {
        std::fs::read(self.service_file()).ok().and_then(|text| serde_json::from_slice(&text).ok())
    }

    /// The operator's settings file.
    pub fn settings(&self) -> PathBuf {
        self.0.join("scimroom.toml")
    }
}

/// How to reach the service that runs on a data directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunningService {
    /// Its address, such as `http://127.0.0.1:7644`.
    pub url: String,
    /// Its process.
    pub pid: u32,
    /// Since when.
    pub started: Timestamp,
    /// Whether it ends with the dashboard or command it runs in.
    #[serde(default)]
    pub passing: bool,
}
