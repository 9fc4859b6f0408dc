//! A plain HTTP load: connections that each send the next request when the last answer is in.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Makes the n-th request: method, path and body.
pub type Request = Box<dyn Fn(u64) -> (Method, String, Option<String>) + Send + Sync>;

/// A load to run.
pub struct Load {
    pub address: SocketAddr,
    pub token: Option<String>,
    pub connections: usize,
    pub time: Duration,
}

/// What a load measured.
pub struct Run {
    latencies: Vec<Duration>,
    elapsed: Duration,
}

impl Run {
    pub fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    pub fn p99(&self) -> Duration {
        self.latencies.get(self.latencies.len() * 99 / 100).copied().unwrap_or_default()
    }
}

impl Load {
    /// Runs for the set time after a short warm-up.
    pub async fn run(self, request: Request) -> Run {
        let warm_up = Duration::from_millis(200);
        let (request, next) = (Arc::new(request), Arc::new(AtomicU64::new(0)));
        let start = Instant::now() + warm_up;
        let end = start + self.time;
        let mut tasks = Vec::new();
        for _ in 0..self.connections {
            let (request, next, token) = (Arc::clone(&request), Arc::clone(&next), self.token.clone());
            let mut connection = connect(self.address).await;
            tasks.push(tokio::spawn(async move {
                let mut latencies = Vec::new();
                loop {
                    let (method, path, body) = request(next.fetch_add(1, Ordering::Relaxed));
                    let sent = Instant::now();
                    if sent >= end {
                        return latencies;
                    }
                    let status = send(&mut connection, method.clone(), &path, token.as_deref(), body).await.0;
                    assert!(status < 300, "{method} {path} was answered {status}");
                    if sent >= start {
                        latencies.push(sent.elapsed());
                    }
                }
            }));
        }
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await.unwrap());
        }
        latencies.sort_unstable();
        Run { latencies, elapsed: self.time }
    }
}

/// Opens a connection.
pub async fn connect(address: SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// Sends one request and reads the answer.
pub async fn send(
    connection: &mut SendRequest<Full<Bytes>>,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<String>,
) -> (u16, Bytes) {
    let mut request = hyper::Request::builder()
        .method(method)
        .uri(path)
        .header("host", "127.0.0.1")
        .header("user-agent", "Okta SCIM Client 1.0.0")
        .header("accept", "application/scim+json")
        .header("accept-charset", "utf-8");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if body.is_some() {
        request = request.header("content-type", "application/scim+json; charset=utf-8");
    }
    let request = request.body(Full::new(Bytes::from(body.unwrap_or_default()))).unwrap();
    connection.ready().await.unwrap();
    let answer = connection.send_request(request).await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.into_body().collect().await.unwrap().to_bytes())
}
