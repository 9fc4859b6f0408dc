//! Finding the service a command talks to: the one that runs on the data directory, one started inside for the while,
//! or one elsewhere that `scimroom login` signed in to.
//!
//! The lock on the data directory is the only truth about who serves it. So a service is started first, and only when
//! that is refused because another process holds the lock, that process is asked where it listens. What a killed
//! process left behind can mislead nobody that way: without a holder of the lock it is never read.

use std::{
    fmt, fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use tokio::time::{Instant, sleep, timeout};

use crate::{
    cli::{
        Failure,
        credentials::{Address, Credentials, CredentialsError},
        settings::Settings,
        successor::Successor,
    },
    client::{Client, ClientError},
    model::{
        data_dir::{DataDir, RunningService},
        secret::Secret,
        time::Timestamp,
    },
    service::{self, Service, ServiceError},
};

/// How long another process may take to say where it listens, or to end.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it may take to answer one question.
const ANSWER: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(40);
/// A service that has run for less than this may belong to a command that is about to end.
const SETTLED_MILLIS: i64 = 1_500;

/// For how long a command needs its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// For a question or two: a service started inside takes a free port of the loopback interface.
    Brief,
    /// Until the user ends it: a service started inside listens where the settings say, so that Okta reaches it.
    Lasting,
}

/// Why there is no service to talk to.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// The data directory is somebody else's.
    #[error(
        "the data directory {0} may not be read by this account: run scimroom as the account that owns it, or choose \
         another one with --data"
    )]
    NotTheOperator(PathBuf),
    /// A file of the data directory cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// Another process holds the data directory and does not answer.
    #[error(
        "another scimroom process holds the data directory {0} but does not answer: end that process, or choose \
         another directory with --data"
    )]
    Silent(PathBuf),
    /// The service inside could not start.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// Nobody signed in there.
    #[error("nobody is signed in at {0}: run `scimroom login {0} --code CODE` with a code from an owner")]
    SignedOut(String),
    /// The saved sessions cannot be read.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The address is no URL.
    #[error(transparent)]
    Client(#[from] ClientError),
}

/// What finding a service is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage<'a> {
    /// A service on this data directory to start.
    Starting(&'a DataDir),
    /// The process that serves this data directory to answer.
    Answering(&'a DataDir),
}

impl fmt::Display for Stage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting(data) => write!(f, "Starting the service on {} …", data.path().display()),
            Self::Answering(data) => {
                let path = data.path().display();
                write!(f, "Waiting for the process that serves {path} to answer …")
            }
        }
    }
}

/// A service to talk to, and the one inside that has to be stopped afterwards.
#[derive(Debug)]
pub struct Connection {
    client: Client,
    how: How,
}

#[derive(Debug)]
enum How {
    /// Runs in this process.
    Inside(Service),
    /// Runs in another process on the same data directory; which may end when its user has what they wanted.
    Beside { found: RunningService, settings: Settings, start: Start, successor: Option<Successor> },
    /// Runs elsewhere.
    Remote,
}

impl Connection {
    /// Finds a service: the one at `remote` if an address is given, else the one on the data directory, else one
    /// started inside. `told` hears what is being waited for.
    ///
    /// # Errors
    /// [`AttachError`].
    pub async fn open(
        settings: &Settings,
        remote: Option<&Address>,
        start: Start,
        told: impl Fn(Stage<'_>) + Send + Sync,
    ) -> Result<Self, AttachError> {
        if let Some(address) = remote {
            let credentials = Credentials::load(&settings.data)?;
            let session = credentials.session(address);
            let session = session.ok_or_else(|| AttachError::SignedOut(address.as_str().to_owned()))?.clone();
            return Ok(Self { client: Client::new(address.as_str(), Some(session))?, how: How::Remote });
        }
        let deadline = Instant::now() + PATIENCE;
        let mut stage = Some(Stage::Answering(&settings.data));
        told(Stage::Starting(&settings.data));
        loop {
            if let Some(service) = start_inside(settings, start).await? {
                let client = Client::new(service.url(), Some(operator_key(&settings.data)?))?;
                return Ok(Self { client, how: How::Inside(service) });
            }
            stage.take().into_iter().for_each(&told);
            if let Some((client, found)) = find_beside(&settings.data, start).await? {
                let lasting = start == Start::Lasting;
                let successor = lasting.then(|| Successor::of(&found, settings)).flatten();
                let how = How::Beside { found, settings: settings.clone(), start, successor };
                return Ok(Self { client, how });
            }
            if Instant::now() > deadline {
                return Err(AttachError::Silent(settings.data.path().to_owned()));
            }
            sleep(PAUSE).await;
        }
    }

    /// The caller of the admin API.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The address of a service that runs in this process.
    pub fn inside(&self) -> Option<&str> {
        match &self.how {
            How::Inside(service) => Some(service.url()),
            How::Beside { .. } | How::Remote => None,
        }
    }

    /// Whether the caller is the operator rather than somebody signed in.
    pub const fn is_operator(&self) -> bool {
        !matches!(self.how, How::Remote)
    }

    /// Asks the service. When another process ran it and has ended meanwhile, as short commands do, a service is found
    /// or started anew and asked again; it ended in order, so what it did not answer it did not do.
    ///
    /// # Errors
    /// What the service says, or that there is none.
    pub async fn call<T>(&mut self, ask: impl AsyncFn(&Client) -> Result<T, ClientError>) -> Result<T, Failure> {
        loop {
            let error = match ask(&self.client).await {
                Err(error) if error.is_unreachable() => error,
                answer => return Ok(answer?),
            };
            let How::Beside { found, settings, start, .. } = &self.how else {
                return Err(error.into());
            };
            let next = Self::open(settings, None, *start, |_| {}).await?;
            if matches!(&next.how, How::Beside { found: again, .. } if again == found) {
                return Err(error.into());
            }
            *self = next;
        }
    }

    /// Stops the service inside, if there is one.
    ///
    /// # Errors
    /// It could not finish in order.
    pub async fn close(self) -> Result<(), ServiceError> {
        match self.how {
            How::Inside(service) => service.stop().await,
            How::Beside { successor: Some(successor), .. } => match successor.end().await {
                Some(service) => service.stop().await,
                None => Ok(()),
            },
            How::Beside { .. } | How::Remote => Ok(()),
        }
    }
}

/// Starts a service on the data directory; none when another process serves it.
async fn start_inside(settings: &Settings, start: Start) -> Result<Option<Service>, AttachError> {
    let listen = match start {
        Start::Brief => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        Start::Lasting => settings.listen,
    };
    // Asked before the service touches anything, because "permission denied" alone says neither of what nor why.
    match fs::File::open(settings.data.operator_key()) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            return Err(AttachError::NotTheOperator(settings.data.path().to_owned()));
        }
        _ => {}
    }
    let behind_proxy = settings.behind_proxy && start == Start::Lasting;
    let tls = settings.tls.clone().filter(|_| start == Start::Lasting);
    match service::start(service::Options { listen, behind_proxy, tls, passing: true, ..settings.service() }).await {
        Ok(service) => Ok(Some(service)),
        Err(ServiceError::AlreadyRunning { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The service of the process that holds the lock, once it answers and knows the operator's key. One that has only just
/// begun is not good enough to stay with.
async fn find_beside(data: &DataDir, start: Start) -> Result<Option<(Client, RunningService)>, AttachError> {
    let path = data.service_file();
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(data, path, error)),
    };
    // Half-written or left by another version: the holder of the lock is about to write its own.
    let Ok(found) = serde_json::from_slice::<RunningService>(&text) else {
        return Ok(None);
    };
    let age = Timestamp::now().millis_since(found.started);
    if start == Start::Lasting && (0..SETTLED_MILLIS).contains(&age) {
        return Ok(None);
    }
    let anybody = Client::new(&found.url, None)?;
    let healthy = timeout(ANSWER, anybody.health()).await.is_ok_and(|health| health.is_ok());
    if !healthy {
        return Ok(None);
    }
    let client = anybody.with_credential(operator_key(data)?);
    let known = timeout(ANSWER, client.who_am_i()).await.is_ok_and(|who| who.is_ok());
    Ok(known.then_some((client, found)))
}

/// The operator's credential.
///
/// # Errors
/// The file is not there or may not be read.
pub fn operator_key(data: &DataDir) -> Result<Secret, AttachError> {
    let path = data.operator_key();
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Secret::new(text.trim())),
        Err(error) => Err(unreadable(data, path, error)),
    }
}

fn unreadable(data: &DataDir, path: PathBuf, reason: io::Error) -> AttachError {
    if reason.kind() == io::ErrorKind::PermissionDenied {
        AttachError::NotTheOperator(data.path().to_owned())
    } else {
        AttachError::Unreadable { path, reason }
    }
}
