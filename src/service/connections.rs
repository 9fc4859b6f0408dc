//! The accept loop: TLS where a certificate was given, time-outs that ready-made servers leave open, and an orderly end.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::Request,
    response::{IntoResponse as _, Response},
};
use futures::future::Either;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::{
    diagnosis::RefusedCertificate,
    model::time::Timestamp,
    service::{
        admin,
        app::App,
        finish::Finish,
        scim,
        tls::{self, Certificate},
    },
};

/// How long a client may take to send its request head.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How much of a request head is read, in bytes. What SCIM takes is less, so that a client just above that limit is told
/// so in SCIM's own shape.
const HEADER_BYTES: usize = 64 * 1024;
/// How long to wait after an accept that failed (out of file descriptors, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a client may take to agree on TLS.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// What a client that speaks TLS begins with: the type of a handshake record (RFC 8446 5.1).
const HANDSHAKE: u8 = 0x16;

/// What is spoken on a listener.
#[derive(Clone)]
pub(super) enum Door {
    /// HTTP.
    Plain,
    /// HTTP over TLS.
    Tls(TlsAcceptor, Arc<Certificate>),
}

/// How a request came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer {
    /// From where, as the socket knows it.
    pub(super) address: SocketAddr,
    /// By which way.
    pub(super) way: Way,
}

/// By which way a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// By plain HTTP, where that is spoken.
    Plain,
    /// By TLS.
    Tls,
    /// By plain HTTP where TLS is spoken: it is told so and nothing else.
    PlainAtTls,
}

/// Serves until told to stop, then lets requests under way end, for so long at most.
pub(super) async fn serve(
    listener: TcpListener,
    door: Door,
    app: Arc<App>,
    mut stop: watch::Receiver<bool>,
    grace: Duration,
) {
    let admin = Router::new()
        .nest("/api/v1", admin::routes())
        .route("/healthz", axum::routing::get(admin::healthz))
        .fallback(admin::nowhere)
        .with_state(Arc::clone(&app));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stopping| *stopping) => break,
        };
        match accepted {
            Ok((stream, address)) => {
                // Answers are small and wanted at once.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY could not be set");
                }
                let caller =
                    Caller { address, app: Arc::clone(&app), admin: admin.clone(), watcher: graceful.watcher() };
                tokio::spawn(enter(stream, door.clone(), caller, stop.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

/// One connection's circumstances.
struct Caller {
    address: SocketAddr,
    app: Arc<App>,
    admin: Router,
    watcher: Watcher,
}

/// Lets a connection in by its door.
async fn enter(stream: TcpStream, door: Door, caller: Caller, mut stop: watch::Receiver<bool>) {
    let Door::Tls(acceptor, certificate) = door else {
        return converse(stream, Way::Plain, caller).await;
    };
    let handshake = async {
        let mut first = [0];
        match stream.peek(&mut first).await {
            Ok(1) if first == [HANDSHAKE] => acceptor.accept(stream).await.map(Either::Left),
            Ok(1) => Ok(Either::Right(stream)),
            Ok(_) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(error) => Err(error),
        }
    };
    let entered = tokio::select! {
        entered = tokio::time::timeout(HANDSHAKE_TIMEOUT, handshake) => entered,
        _ = stop.wait_for(|stopping| *stopping) => return,
    };
    match entered {
        Ok(Ok(Either::Left(stream))) => converse(stream, Way::Tls, caller).await,
        Ok(Ok(Either::Right(stream))) => converse(stream, Way::PlainAtTls, caller).await,
        Ok(Err(error)) => {
            if tls::refuses_certificate(&error) {
                let refused = RefusedCertificate { at: Timestamp::now(), since: certificate.since() };
                caller.app.certificate_refused(refused);
                tracing::warn!(address = %caller.address.ip(), %error, "a client does not trust this service's certificate");
            } else {
                tracing::debug!(address = %caller.address.ip(), %error, "a client did not agree on TLS");
            }
        }
        Err(_) => tracing::debug!(address = %caller.address.ip(), "a client did not agree on TLS in time"),
    }
}

/// Answers the requests of a connection until it ends.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, way: Way, caller: Caller) {
    let Caller { address, app, admin, watcher } = caller;
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer { address, way });
        let answer = Finish::new(answer(Arc::clone(&app), admin.clone(), way, request.map(Body::new)));
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// The admin API answers what is below its own paths, and SCIM everything else: what Okta sends to a wrong base URL must be
/// seen, wherever that points.
async fn answer(app: Arc<App>, admin: Router, way: Way, request: Request) -> Response {
    if admin::is_below(request.uri().path()) && !scim::is_stray(&request) {
        if way == Way::PlainAtTls {
            return admin::by_plain_http().into_response();
        }
        admin.oneshot(request).await.unwrap_or_else(|never| match never {})
    } else {
        scim::handle(app, request).await
    }
}
