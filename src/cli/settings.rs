//! Settings: flag over environment over `scimroom.toml` over default.
//!
//! Flags and environment arrive through clap, as one value or none; this module lays them over what the file in the
//! data directory says and fills the rest with defaults.

use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
};

use serde::Deserialize;

use crate::{
    model::data_dir::DataDir,
    scim::schema::Declaration,
    service::{self, TlsFiles},
};

/// Where the service listens unless told otherwise: reachable from this host only.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 7644);

/// What holds for this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The service's own directory.
    pub data: DataDir,
    /// Where the service listens.
    pub listen: SocketAddr,
    /// Whether a proxy in front of the service speaks TLS and tells the client's address.
    pub behind_proxy: bool,
    /// Certificate and key with which the service speaks TLS; none: plain HTTP.
    pub tls: Option<TlsFiles>,
    /// How many SCIM requests a second one token may send; none: no limit.
    pub rate_limit: Option<NonZeroU32>,
    /// Extension schemas.
    pub schemas: Vec<Declaration>,
}

impl Settings {
    /// What the service is started with.
    pub fn service(&self) -> service::Options {
        service::Options {
            data: self.data.clone(),
            listen: self.listen,
            behind_proxy: self.behind_proxy,
            schemas: self.schemas.clone(),
            rate_limit: self.rate_limit,
            tls: self.tls.clone(),
            local: None,
            passing: false,
        }
    }
}

/// What was said on the command line or in the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// `--listen` or `SCIMROOM_LISTEN`.
    pub listen: Option<SocketAddr>,
    /// `--behind-proxy` or `SCIMROOM_BEHIND_PROXY`.
    pub behind_proxy: Option<bool>,
    /// `--tls-certificate` or `SCIMROOM_TLS_CERTIFICATE`.
    pub tls_certificate: Option<PathBuf>,
    /// `--tls-key` or `SCIMROOM_TLS_KEY`.
    pub tls_key: Option<PathBuf>,
    /// `--rate-limit` or `SCIMROOM_RATE_LIMIT`; 0 for no limit.
    pub rate_limit: Option<u32>,
}

/// The settings file does not hold.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It cannot be read.
    #[error("the settings file {path} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// It says something that is no setting.
    #[error("{path}, line {line}: {reason}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Of certificate and key only one is given.
    #[error("{0} is given without {1}: TLS needs both, as --tls-certificate FILE --tls-key FILE")]
    HalfTls(&'static str, &'static str),
}

/// `scimroom.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    behind_proxy: Option<bool>,
    tls_certificate: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    rate_limit: Option<u32>,
    #[serde(default)]
    schema: Vec<Declaration>,
}

impl Settings {
    /// Lays what was given over the data directory's file over the defaults. A file that is not there says nothing.
    ///
    /// # Errors
    /// The file is there and cannot be read, or holds what is no setting.
    pub fn load(data: DataDir, given: &Given) -> Result<Self, SettingsError> {
        let path = data.settings();
        let file = match fs::read_to_string(&path) {
            Ok(text) => toml::from_str::<File>(&text).map_err(|error| {
                let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                SettingsError::Wrong { path, line, reason: error.message().to_owned() }
            })?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => File::default(),
            Err(reason) => return Err(SettingsError::Unreadable { path, reason }),
        };
        // A path in the file is meant from the file's directory, one on the command line from where that was typed.
        let beside = |path: PathBuf| data.path().join(path);
        let certificate = given.tls_certificate.clone().or(file.tls_certificate.map(beside));
        let key = given.tls_key.clone().or(file.tls_key.map(beside));
        let tls = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
            (None, None) => None,
            (Some(_), None) => return Err(SettingsError::HalfTls("tls_certificate", "tls_key")),
            (None, Some(_)) => return Err(SettingsError::HalfTls("tls_key", "tls_certificate")),
        };
        Ok(Self {
            data,
            tls,
            listen: given.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN),
            behind_proxy: given.behind_proxy.or(file.behind_proxy).unwrap_or(false),
            rate_limit: match given.rate_limit.or(file.rate_limit) {
                Some(limit) => NonZeroU32::new(limit),
                None => service::DEFAULT_RATE_LIMIT,
            },
            schemas: file.schema,
        })
    }
}

/// The data directory used when none is named: `scimroom` in the platform's place for user data, or in the current
/// directory for an account that has no home.
pub fn default_data_dir() -> PathBuf {
    directories::BaseDirs::new().map_or_else(PathBuf::new, |dirs| dirs.data_dir().to_owned()).join("scimroom")
}

/// The directory of the dashboard's preferences when none is named: `scimroom` in the platform's place for configuration.
pub fn default_config_dir() -> PathBuf {
    directories::BaseDirs::new().map_or_else(PathBuf::new, |dirs| dirs.config_dir().to_owned()).join("scimroom")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: Option<&str>, given: &Given) -> Result<Settings, String> {
        let dir = tempfile::tempdir().unwrap();
        if let Some(text) = file {
            fs::write(dir.path().join("scimroom.toml"), text).unwrap();
        }
        Settings::load(DataDir::new(dir.path()), given)
            .map_err(|error| error.to_string().replace(dir.path().to_str().unwrap(), "DIR"))
    }

    #[test]
    fn what_is_given_wins_over_the_file_and_the_file_over_the_default() {
        let nothing = Given::default();
        assert_eq!(load(None, &nothing).unwrap().listen, DEFAULT_LISTEN);
        let file = "listen = \"0.0.0.0:80\"\nbehind_proxy = true\n";
        let settings = load(Some(file), &nothing).unwrap();
        assert_eq!((settings.listen.to_string(), settings.behind_proxy), ("0.0.0.0:80".to_owned(), true));
        let given = Given {
            listen: Some("[::1]:9".parse().unwrap()),
            behind_proxy: Some(false),
            rate_limit: Some(0),
            ..nothing
        };
        let settings = load(Some(file), &given).unwrap();
        assert_eq!((settings.listen.to_string(), settings.behind_proxy), ("[::1]:9".to_owned(), false));
        assert_eq!(settings.rate_limit, None);
    }

    #[test]
    fn certificate_and_key_come_together() {
        let file = "tls_certificate = \"chain.pem\"\ntls_key = \"/etc/room/key.pem\"\n";
        let tls = load(Some(file), &Given::default()).unwrap().tls.unwrap();
        assert!(tls.certificate.is_absolute() && tls.certificate.ends_with("chain.pem"), "{tls:?}");
        assert_eq!(tls.key, PathBuf::from("/etc/room/key.pem"));
        let given = Given { tls_key: Some("other.pem".into()), ..Given::default() };
        assert_eq!(load(Some(file), &given).unwrap().tls.unwrap().key, PathBuf::from("other.pem"));
        let error = load(None, &given).unwrap_err();
        assert!(error.contains("tls_key is given without tls_certificate"), "{error}");
    }

    #[test]
    fn extension_schemas_are_declared_in_the_file() {
        let file = "rate_limit = 20\n[[schema]]\nid = \"urn:example:harbor:2.0:User\"\nname = \"HarborUser\"\n\
                    resource_type = \"User\"\n[[schema.attribute]]\nname = \"badge\"\ncase_exact = true\n";
        let settings = load(Some(file), &Given::default()).unwrap();
        assert_eq!(settings.schemas.len(), 1);
        assert_eq!(settings.rate_limit.map(NonZeroU32::get), Some(20));
        let error = load(Some(&file.replace("case_exact", "caseExact")), &Given::default()).unwrap_err();
        assert!(error.starts_with("DIR/scimroom.toml, line 8: unknown field `caseExact`"), "{error}");
    }

    #[test]
    fn a_mistake_in_the_file_is_named_by_file_and_line() {
        let error = load(Some("behind_proxy = true\nlisen = \"127.0.0.1:1\"\n"), &Given::default()).unwrap_err();
        assert!(error.starts_with("DIR/scimroom.toml, line 2: unknown field `lisen`"), "{error}");
        let error = load(Some("\n\nlisten = \"here\"\n"), &Given::default()).unwrap_err();
        assert!(error.starts_with("DIR/scimroom.toml, line 3: "), "{error}");
        let error = load(Some("listen =\n"), &Given::default()).unwrap_err();
        assert!(error.starts_with("DIR/scimroom.toml, line 1: "), "{error}");
    }
}
