//! The yardstick: axum with one route that answers 600 bytes and does nothing else.

use std::time::Duration;

use axum::{Router, routing::get, serve::ListenerExt as _};
use hyper::Method;

use crate::wire::{Load, Run};

pub async fn measure(connections: usize, time: Duration) -> Run {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let body = "x".repeat(600);
    let routes = Router::new().route("/", get(move || std::future::ready(body.clone())));
    // A thread and runtime of its own, as the service has a process of its own.
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let listener = listener.into_std().unwrap();
    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
            tokio::select! {
                served = async { axum::serve(listener, routes).await } => served.unwrap(),
                _ = stopped => {}
            }
        });
    });
    let load = Load { address, token: None, connections, time };
    let run = load.run(Box::new(|_| (Method::GET, "/".to_owned(), None))).await;
    drop(stop);
    server.join().unwrap();
    run
}
