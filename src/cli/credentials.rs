//! The sessions this person signed in to on other services: one file of mode 0600, a session an address.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};

use crate::model::{data_dir::DataDir, secret::Secret};

/// The file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The system refuses.
    #[error("the saved sessions in {path} cannot be {verb}: {reason}")]
    Io {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        verb: &'static str,
        /// What the system said.
        reason: io::Error,
    },
    /// It holds something else.
    #[error("{path} does not hold saved sessions: remove the file and sign in again")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
}

/// What the file holds.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    sessions: BTreeMap<String, Secret>,
}

impl Credentials {
    /// Reads the file; none there means no sessions.
    ///
    /// # Errors
    /// It cannot be read, or holds something else.
    pub fn load(data: &DataDir) -> Result<Self, CredentialsError> {
        let path = data.credentials();
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|_| CredentialsError::Damaged { path }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(reason) => Err(CredentialsError::Io { path, verb: "read", reason }),
        }
    }

    /// Writes the file whole: a neighbour of mode 0600 is filled and then takes its place, so that a crash leaves the
    /// old one or the new one.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&self, data: &DataDir) -> Result<(), CredentialsError> {
        let path = data.credentials();
        self.write(data).map_err(|reason| CredentialsError::Io { path, verb: "written", reason })
    }

    fn write(&self, data: &DataDir) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(data.path())?;
        let path = data.credentials();
        let draft = path.with_extension(format!("{}.tmp", std::process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        let written = file.write_all(&serde_json::to_vec_pretty(self)?).and_then(|()| file.sync_all());
        written.and_then(|()| fs::rename(&draft, &path)).inspect_err(|_| {
            let _ = fs::remove_file(&draft);
        })
    }

    /// The session at an address.
    pub fn session(&self, address: &Address) -> Option<&Secret> {
        self.sessions.get(&address.0)
    }

    /// Keeps a session; one at the same address is replaced.
    pub fn insert(&mut self, address: &Address, session: Secret) {
        self.sessions.insert(address.0.clone(), session);
    }

    /// Forgets the session at an address.
    pub fn remove(&mut self, address: &Address) -> Option<Secret> {
        self.sessions.remove(&address.0)
    }

    /// Where there are sessions.
    pub fn addresses(&self) -> impl Iterator<Item = Address> {
        self.sessions.keys().cloned().map(Address)
    }
}

/// The address of a service, in the one form under which its session is kept: scheme and host in lower case, no slash
/// at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Reads an address such as `https://Room.harbor.example/`; what is no URL is kept for the client to refuse.
    pub fn new(url: &str) -> Self {
        let canonical = reqwest::Url::parse(url.trim()).map_or_else(|_| url.to_owned(), String::from);
        Self(canonical.trim_end_matches('/').to_owned())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn sessions_are_kept_for_their_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::new(dir.path().join("new"));
        let address = Address::new("https://Room.harbor.example/");
        let mut credentials = Credentials::load(&data).unwrap();
        assert!(credentials.session(&address).is_none());
        credentials.insert(&address, Secret::new("s3cret"));
        credentials.save(&data).unwrap();
        let mode = fs::metadata(data.credentials()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let loaded = Credentials::load(&data).unwrap();
        assert_eq!(loaded.session(&Address::new("https://room.harbor.example")).unwrap().expose(), "s3cret");
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 1, "no draft is left behind");
    }

    #[test]
    fn a_file_with_something_else_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let data = DataDir::new(dir.path());
        fs::write(data.credentials(), "[]").unwrap();
        assert!(Credentials::load(&data).unwrap_err().to_string().contains("sign in again"));
    }
}
