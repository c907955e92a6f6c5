//! The loop that takes connections, over real sockets and a clock that runs ahead while nothing happens.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use axum::Router;
use groundrule::server::{limits, serve::serve};
use std::future::pending;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

/// Far more than the sockets of both ends hold.
const LARGE: usize = 64 << 20;

/// Serves a small and a large answer on a free port of loopback.
async fn served() -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/small", axum::routing::get(|| async { "ok" }))
        .route("/large", axum::routing::get(|| async { vec![b'x'; LARGE] }));
    tokio::spawn(serve(listener, router, pending()));
    TcpStream::connect(address).await.unwrap()
}

/// What a connection gives until it is closed, for better or worse; `None` where it stays open.
async fn until_closed(stream: &mut TcpStream) -> Option<usize> {
    let (mut total, mut buffer) = (0, vec![0; 1 << 16]);
    let reading = async {
        loop {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return total,
                Ok(bytes) => total += bytes,
            }
        }
    };
    let patience = limits::WRITE_TIMEOUT * 10;
    tokio::time::timeout(patience, reading).await.ok()
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_or_half_a_word_is_let_go() {
    for said in [
        "",
        "G",
        "PRI * HTTP/2.0\r\n",
        "GET /small HTTP/1.1\r\nhost: a\r\nx: ",
    ] {
        let mut stream = served().await;
        let begun = Instant::now();
        stream.write_all(said.as_bytes()).await.unwrap();
        let closed = until_closed(&mut stream).await;
        assert!(closed.is_some(), "{said:?} keeps its place");
        let waited = begun.elapsed();
        assert!(waited <= limits::HEADER_TIMEOUT * 2, "{said:?}: {waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_is_let_go() {
    let mut stream = served().await;
    stream
        .write_all(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(limits::WRITE_TIMEOUT * 3).await;
    let taken = until_closed(&mut stream).await.unwrap_or(LARGE);
    assert!(taken > 0 && taken < LARGE, "{taken} bytes");
}

#[tokio::test(start_paused = true)]
async fn one_that_takes_its_time_but_goes_on_gets_all() {
    let mut stream = served().await;
    stream
        .write_all(b"GET /large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let (mut total, mut buffer) = (0, vec![0; 4 << 20]);
    loop {
        tokio::time::sleep(limits::WRITE_TIMEOUT / 4).await;
        match stream.read(&mut buffer).await.unwrap() {
            0 => break,
            bytes => total += bytes,
        }
    }
    assert!(total > LARGE, "{total} bytes");
}
