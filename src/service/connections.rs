//! The accept loop: header time-outs that ready-made servers leave open, and an orderly end.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tower::ServiceExt as _;

use crate::service::{admin, app::App, finish::Finish, scim};

/// How long a client may take to send its request head.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How much of a request head is read, in bytes. What SCIM takes is less, so that a client just above that limit is told
/// so in SCIM's own shape.
const HEADER_BYTES: usize = 64 * 1024;
/// How long to wait after an accept that failed (out of file descriptors, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The address a request came from, as the socket knows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

/// Serves until told to stop, then lets requests under way end, for so long at most.
pub(super) async fn serve(listener: TcpListener, app: Arc<App>, mut stop: watch::Receiver<bool>, grace: Duration) {
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
            Ok((stream, peer)) => connect(stream, peer, (Arc::clone(&app), admin.clone()), &graceful),
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

fn connect(stream: TcpStream, peer: SocketAddr, (app, admin): (Arc<App>, Router), graceful: &GracefulShutdown) {
    // Answers are small and wanted at once.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        let answer = Finish::new(answer(Arc::clone(&app), admin.clone(), request.map(Body::new)));
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}

/// The admin API answers what is below its own paths, and SCIM everything else: what Okta sends to a wrong base URL must be
/// seen, wherever that points.
async fn answer(app: Arc<App>, admin: Router, request: Request) -> Response {
    if admin::is_below(request.uri().path()) && !scim::is_stray(&request) {
        admin.oneshot(request).await.unwrap_or_else(|never| match never {})
    } else {
        scim::handle(app, request).await
    }
}
