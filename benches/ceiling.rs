//! A server that does nothing, in the program's own loop of connections: `cargo bench --bench ceiling -- 127.0.0.1:8123`.
//!
//! `/200` and `/5000` answer so many bytes that are always the same. What they reach is the most that anything in
//! this loop can reach on the machine; `benches/http.sh` measures it beside the answers.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use axum::Router;
use axum::routing::get;
use groundrule::server::serve::serve;
use std::future::pending;

fn main() {
    // `cargo bench` adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let Some(address) = arguments.next() else {
        println!("cargo bench --bench ceiling -- ADDRESS");
        return;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        println!("doing nothing on http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/200", get(|| async { [b'a'; 200] }))
            .route("/5000", get(|| async { [b'a'; 5000].to_vec() }));
        serve(listener, router, pending()).await;
    });
}
