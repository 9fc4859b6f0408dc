//! TLS at the service's own door: certificate and key from files, read anew when they change.
//!
//! Whoever renews a certificate writes its files in place; a service that had to be restarted for that would let the old
//! one run out some night. What cannot be read as a certificate with its key is told in the service's own log, and the one
//! in use stays.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use tokio::sync::watch;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, AlertDescription, ServerConfig,
        crypto::{CryptoProvider, aws_lc_rs},
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
        version::{TLS12, TLS13},
    },
};

use crate::model::time::Timestamp;

/// How often is looked whether the files changed.
const LOOK: Duration = Duration::from_secs(5);

/// Where certificate and key lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate in PEM, followed by those between it and the authority (the "full chain").
    pub certificate: PathBuf,
    /// Its private key in PEM.
    pub key: PathBuf,
}

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read as what it should hold.
    #[error("{what} cannot be read from {}: {reason}", path.display())]
    Unreadable {
        /// What was looked for.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The key is another certificate's, or of a kind that cannot be used.
    #[error("the private key in {} does not go with the certificate in {}: {reason}", key.display(), certificate.display())]
    Mismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// TLS itself cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Setup(rustls::Error),
}

/// The certificate in use.
pub(super) struct Certificate {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    /// With since when it lies in its file.
    current: RwLock<(Arc<CertifiedKey>, Timestamp)>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("files", &self.files).finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Certificate {
    /// One service has one name, so whatever name a client asks for gets the one certificate.
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner).0))
    }
}

impl Certificate {
    /// Reads the files.
    pub(super) fn load(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let current = RwLock::new((Arc::new(read(&files, &provider)?), written(&files)));
        Ok(Arc::new(Self { files, provider, current }))
    }

    /// Since when the certificate lies in its file, also over a restart.
    pub(super) fn since(&self) -> Timestamp {
        self.current.read().unwrap_or_else(PoisonError::into_inner).1
    }

    /// What takes connections: TLS 1.2 and 1.3, no certificate asked of the client.
    pub(super) fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, TlsError> {
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(TlsError::Setup)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reads the files again whenever they change, until the service stops.
    pub(super) async fn keep_up(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut seen = stamps(&self.files);
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.wait_for(|stopping| *stopping) => return,
            }
            let now = stamps(&self.files);
            if now == seen {
                continue;
            }
            seen = now;
            match read(&self.files, &self.provider) {
                Ok(renewed) => {
                    *self.current.write().unwrap_or_else(PoisonError::into_inner) =
                        (Arc::new(renewed), written(&self.files));
                    tracing::info!(certificate = %self.files.certificate.display(), "the certificate was read anew");
                }
                // One of the two files may be written yet: the next look sees that it changed again.
                Err(error) => tracing::error!(%error, "the certificate's files changed; the one before stays in use"),
            }
        }
    }
}

/// Whether a client ended the handshake because it does not trust the certificate, by the alert it sent (RFC 8446 6.2).
pub(super) fn refuses_certificate(error: &io::Error) -> bool {
    let refusal = error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    matches!(
        refusal,
        Some(rustls::Error::AlertReceived(
            AlertDescription::UnknownCA
                | AlertDescription::BadCertificate
                | AlertDescription::CertificateUnknown
                | AlertDescription::CertificateExpired
                | AlertDescription::UnsupportedCertificate
        ))
    )
}

fn read(files: &TlsFiles, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let TlsFiles { certificate, key } = files;
    let unreadable = |what, path: &Path, reason: String| TlsError::Unreadable { what, path: path.to_owned(), reason };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable("the certificate", certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(unreadable("the certificate", certificate, "there is no certificate in it".to_owned()));
    }
    let private =
        PrivateKeyDer::from_pem_file(key).map_err(|error| unreadable("the private key", key, error.to_string()))?;
    CertifiedKey::from_der(chain, private, provider).map_err(|error| TlsError::Mismatch {
        certificate: certificate.clone(),
        key: key.clone(),
        reason: error.to_string(),
    })
}

/// When the certificate's file was written; now, where the file system does not say or is ahead of the clock.
fn written(files: &TlsFiles) -> Timestamp {
    let now = Timestamp::now();
    let modified = std::fs::metadata(&files.certificate).and_then(|facts| facts.modified()).ok();
    let millis = modified.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok()).map(|age| age.as_millis());
    let at = millis.and_then(|millis| i64::try_from(millis).ok()).map(Timestamp::from_millis);
    at.filter(|at| *at <= now).unwrap_or(now)
}

/// What tells that a file is not the one of before.
fn stamps(files: &TlsFiles) -> [Option<(SystemTime, u64)>; 2] {
    [&files.certificate, &files.key].map(|path| {
        let facts = std::fs::metadata(path).ok()?;
        Some((facts.modified().ok()?, facts.len()))
    })
}
