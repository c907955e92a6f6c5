//! The loop that takes connections, over real sockets and a clock that runs ahead while nothing happens.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use axum::Router;
use groundrule::server::{limits, serve::serve};
use std::future::pending;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

/// A connection to a server on a free port of loopback.
async fn served() -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, Router::new(), pending()));
    TcpStream::connect(address).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_or_half_a_word_is_let_go() {
    for said in [
        "",
        "G",
        "PRI * HTTP/2.0\r\n",
        "GET / HTTP/1.1\r\nhost: a\r\nx: ",
    ] {
        let mut stream = served().await;
        let begun = Instant::now();
        stream.write_all(said.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let closed = timeout(limits::HEADER_TIMEOUT * 10, stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "{said:?} keeps its place");
        let waited = begun.elapsed();
        assert!(waited <= limits::HEADER_TIMEOUT * 2, "{said:?}: {waited:?}");
    }
}
