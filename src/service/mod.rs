//! The service: HTTP in front, the store behind, the rules between.
//!
//! [`start`] claims a data directory, opens its store, binds an address and serves until [`Service::stop`]. One process
//! serves one workspace: SCIM below `/scim/v2`, the admin API below `/api/v1`, `/healthz`.

mod admin;
mod app;
mod claim;
mod connections;
mod finish;
mod offline;
mod recorder;
mod scim;
mod tls;
mod watcher;

#[cfg(test)]
mod tests;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

pub use offline::{Offline, restore};
pub use tls::{TlsError, TlsFiles};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    directory::groups::mapping,
    model::{
        data_dir::{DataDir, RunningService},
        time::Timestamp,
    },
    scim::schema::{Declaration, DeclarationError, ResourceTypes},
    service::{app::App, claim::Claim, connections::Door, tls::Certificate},
    store::{StoreError, sqlite::SqliteStore},
};

/// How long requests that are under way may take to end when the service stops.
const GRACE: Duration = Duration::from_secs(10);

/// The rate limit unless told otherwise: 50 requests a second for each token.
pub const DEFAULT_RATE_LIMIT: Option<NonZeroU32> = NonZeroU32::new(50);

/// A free port of the loopback interface.
const LOCAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// What a service is started with.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it keeps everything.
    pub data: DataDir,
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether a proxy in front speaks TLS and names the client in `X-Forwarded-For`. Without one and without [`Options::tls`],
    /// plain HTTP is served on loopback only.
    pub behind_proxy: bool,
    /// The certificate with which TLS is spoken; none: plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Where else on this host the dashboard and the command line reach it, by plain HTTP; always loopback. With TLS there
    /// is such a place in any case, for they do not know the service by the name in its certificate: none takes a free port.
    pub local: Option<SocketAddr>,
    /// Extension schemas that the operator declared.
    pub schemas: Vec<Declaration>,
    /// How many SCIM requests a second one token may send on average, with bursts of twice as many; none: no limit.
    pub rate_limit: Option<NonZeroU32>,
    /// Whether it ends with the dashboard or command it runs in, which others on the data directory are told.
    pub passing: bool,
}

impl Options {
    /// With the defaults: plain HTTP, no declared schemas, [`DEFAULT_RATE_LIMIT`].
    pub const fn new(data: DataDir, listen: SocketAddr) -> Self {
        Self {
            data,
            listen,
            behind_proxy: false,
            tls: None,
            local: None,
            schemas: Vec::new(),
            rate_limit: DEFAULT_RATE_LIMIT,
            passing: false,
        }
    }
}

/// Why a service does not start or stop in order.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Another process serves this data directory.
    #[error("another scimroom service runs on {0} already")]
    AlreadyRunning(PathBuf),
    /// The data directory cannot be used.
    #[error("the data directory {path} cannot be used: {source}")]
    DataDirectory {
        /// The file or directory that failed.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The address is taken.
    #[error("{0} is in use by another program: choose another address with --listen, such as --listen 127.0.0.1:7655")]
    AddressInUse(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// Plain HTTP would leave the machine.
    #[error(
        "{0} is reachable from other machines and this service speaks plain HTTP: give it a certificate with \
         --tls-certificate and --tls-key, or put a proxy that speaks TLS in front and add --behind-proxy, or listen on \
         127.0.0.1"
    )]
    PlainHttpOffLoopback(SocketAddr),
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A declared extension schema cannot be had.
    #[error(transparent)]
    Declaration(#[from] DeclarationError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A running service.
#[derive(Debug)]
pub struct Service {
    url: String,
    public_url: String,
    stopping: watch::Sender<bool>,
    serving: Vec<JoinHandle<()>>,
    watching: JoinHandle<()>,
    app: Arc<App>,
    claim: Claim,
}

/// Starts a service: when this returns it answers, and others on the host can find it through the data directory.
///
/// # Errors
/// Why it cannot start; nothing is left behind but what was there.
pub async fn start(options: Options) -> Result<Service, ServiceError> {
    let outer = (options.tls.is_none() && !options.behind_proxy).then_some(options.listen);
    if let Some(address) = outer.into_iter().chain(options.local).find(|address| !address.ip().is_loopback()) {
        return Err(ServiceError::PlainHttpOffLoopback(address));
    }
    let certificate = options.tls.map(Certificate::load).transpose()?;
    let types = ResourceTypes::with(&options.schemas)?;
    let mut claim = Claim::take(&options.data)?;
    let operator_key = claim.operator_key()?;
    let (listener, address) = listen(options.listen).await?;
    let local = match options.local.or(certificate.is_some().then_some(LOCAL)) {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    let (scheme, door) = match &certificate {
        None => ("http", Door::Plain),
        Some(certificate) => ("https", Door::Tls(certificate.acceptor()?, Arc::clone(certificate))),
    };
    let public_url = format!("{scheme}://{address}");
    let url = format!("http://{}", local.as_ref().map_or(address, |(_, local)| *local));
    let database = options.data.database();
    let store = tokio::task::spawn_blocking(move || SqliteStore::open(&database))
        .await
        .map_err(|error| StoreError::Database(error.to_string()))??;
    let (stopping, stop) = watch::channel(false);
    let (behind_proxy, rate) = (options.behind_proxy, options.rate_limit);
    let app =
        App::new(Arc::new(store), operator_key, public_url.clone(), behind_proxy, types, rate, stop.clone()).await?;
    let app = Arc::new(app);
    let watching = tokio::spawn(watcher::run(Arc::clone(&app)));
    tokio::spawn(settle(Arc::clone(&app)));
    let mut serving = vec![tokio::spawn(connections::serve(listener, door, Arc::clone(&app), stop.clone(), GRACE))];
    if let Some((local, _)) = local {
        serving.push(tokio::spawn(connections::serve(local, Door::Plain, Arc::clone(&app), stop.clone(), GRACE)));
    }
    if let Some(certificate) = certificate {
        tokio::spawn(certificate.keep_up(stop));
    }
    let (pid, started) = (std::process::id(), Timestamp::now());
    claim.announce(&RunningService { url: url.clone(), pid, started, passing: options.passing })?;
    tracing::info!(url = %public_url, "serving");
    Ok(Service { url, public_url, stopping, serving, watching, app, claim })
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServiceError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => ServiceError::AddressInUse(address),
        _ => ServiceError::Listen { address, source },
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let taken = listener.local_addr().map_err(failed)?;
    Ok((listener, taken))
}

/// Goes on with what the end of the service cut short: mappings of groups, and the removal of test traffic.
async fn settle(app: Arc<App>) {
    let done = async {
        for group in app.store.settling().await? {
            let changed = mapping::settle(&*app.store, group).await?;
            tracing::info!(%group, changed, "the roles of a mapped group's members follow from it now");
        }
        if app.store.test_counts().await?.removing {
            admin::test_traffic::go_on(&app).await?;
            tracing::info!("the removal of test traffic was carried to its end");
        }
        Ok(())
    };
    match done.await {
        // Stopped again: the next start goes on.
        Ok(()) | Err(StoreError::Closed) => {}
        Err(error) => {
            tracing::error!(%error, "what was begun before could not be carried to its end; the next start tries again")
        }
    }
}

impl Service {
    /// Its address for whoever is on the same host, such as `http://127.0.0.1:7644`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its address for everybody else, such as `https://0.0.0.0:443`.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// Stops in order: no new requests, those under way end, what waits is written, the data directory is given up.
    ///
    /// # Errors
    /// The store could not be closed in order; everything that was acknowledged is safe all the same.
    pub async fn stop(self) -> Result<(), ServiceError> {
        self.stopping.send_replace(true);
        for task in self.serving.into_iter().chain([self.watching]) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the service ended badly");
            }
        }
        self.app.recorder.flush(&self.app).await;
        let closed = self.app.store.close().await;
        self.claim.release();
        tracing::info!("stopped");
        closed.map_err(ServiceError::from)
    }
}
