//! A request to the router as it is, without a socket.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use groundrule::server::{State, router};
use serde_json::Value as Json;
use std::sync::Arc;
use tower::ServiceExt as _;

/// What the router answers.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// A header's value; empty where there is none.
    pub fn header(&self, name: header::HeaderName) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("text"))
    }

    /// What an error says.
    pub fn message(&self) -> String {
        self.json()["error"]["message"]
            .as_str()
            .expect("a message")
            .to_owned()
    }

    /// Bytes on the wire: status line, headers and body, as HTTP/1.1 writes them.
    pub fn wire_bytes(&self) -> usize {
        let headers = self.headers.iter();
        let head: usize = headers
            .map(|(name, value)| name.as_str().len() + value.len() + 4)
            .sum();
        let date = "date: Mon, 23 Nov 2026 12:00:00 GMT\r\n".len();
        "HTTP/1.1 200 OK\r\n\r\n".len() + head + date + self.body.len()
    }
}

/// Gets a path with some headers.
pub async fn ask(state: &Arc<State>, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    let response = router(Arc::clone(state)).oneshot(request).await;
    let response = response.expect("the router always answers");
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: to_bytes(body, usize::MAX).await.expect("a body").to_vec(),
    }
}
