//! One service a data directory: its lock, the operator's key, and the note by which others find it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use rand::distr::{Alphanumeric, SampleString};

use crate::{
    model::{
        data_dir::{DataDir, RunningService},
        secret::Secret,
    },
    service::ServiceError,
};

/// A data directory that belongs to this process until it is released.
#[derive(Debug)]
pub(super) struct Claim {
    data: DataDir,
    /// The lock lives as long as the file is open.
    _lock: File,
}

impl Claim {
    /// Makes the directory if it is not there (for this user only) and takes its lock.
    pub(super) fn take(data: &DataDir) -> Result<Self, ServiceError> {
        make_private_dir(data.path()).map_err(failed(data.path()))?;
        let path = data.lock_file();
        let lock = private(&path).create(true).truncate(false).write(true).open(&path).map_err(failed(&path))?;
        match lock.try_lock() {
            Ok(()) => {
                let claim = Self { data: data.clone(), _lock: lock };
                // What a service that was killed left behind: nobody may be sent to its address with the operator's key.
                claim.retract();
                Ok(claim)
            }
            Err(TryLockError::WouldBlock) => Err(ServiceError::AlreadyRunning(data.path().to_owned())),
            Err(TryLockError::Error(source)) => Err(failed(&path)(source)),
        }
    }

    /// The operator's credential, made at the first start.
    pub(super) fn operator_key(&self) -> Result<Secret, ServiceError> {
        let path = self.data.operator_key();
        match fs::read_to_string(&path) {
            Ok(text) if !text.trim().is_empty() => return Ok(Secret::new(text.trim())),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&path)(error)),
        }
        let key = format!("scimroom_operator_{}", Alphanumeric.sample_string(&mut rand::rng(), 43));
        write_private(&path, &key).map_err(failed(&path))?;
        Ok(Secret::new(key))
    }

    /// Says how to reach this service.
    pub(super) fn announce(&mut self, service: &RunningService) -> Result<(), ServiceError> {
        let path = self.data.service_file();
        let text = serde_json::to_string(service).map_err(|error| failed(&path)(error.into()))?;
        write_private(&path, &text).map_err(failed(&path))
    }

    /// Gives the directory up. The note goes first: whoever finds none waits for the lock.
    pub(super) fn release(self) {
        self.retract();
    }

    fn retract(&self) {
        let path = self.data.service_file();
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(path = %path.display(), %error, "the note of the running service could not be removed");
        }
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> ServiceError {
    let path = PathBuf::from(path);
    move |source| ServiceError::DataDirectory { path: path.clone(), source }
}

/// Writes a file that only this user reads, whole or not at all.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = private(&temporary).create(true).truncate(true).write(true).open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

#[cfg(unix)]
fn private(_: &Path) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn private(_: &Path) -> OpenOptions {
    OpenOptions::new()
}

#[cfg(unix)]
fn make_private_dir(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_private_dir(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_service_at_a_time_and_one_key_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::new(dir.path().join("room"));
        let claim = Claim::take(&data).unwrap();
        let key = claim.operator_key().unwrap();
        assert!(matches!(Claim::take(&data), Err(ServiceError::AlreadyRunning(_))));
        claim.release();
        let again = Claim::take(&data).unwrap();
        assert_eq!(again.operator_key().unwrap().expose(), key.expose());
    }

    #[test]
    fn what_a_killed_service_left_behind_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::new(dir.path());
        fs::write(data.service_file(), "{}").unwrap();
        let _claim = Claim::take(&data).unwrap();
        assert!(!data.service_file().exists());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::new(dir.path().join("room"));
        let claim = Claim::take(&data).unwrap();
        claim.operator_key().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&data.operator_key()), 0o600);
        assert_eq!(mode(data.path()), 0o700);
    }
}
