//! What is posted: which paths take a body, how, and what a handler gets of it.

use super::body::{Incoming, Outgoing};
use super::limits::{MAX_LOOKUP_BYTES, MAX_SITE_BYTES};
use super::reply::Reply;

/// How a path takes a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Whole, up to so many bytes; the answer is sent whole too.
    Whole(usize),
    /// As it comes, up to so many bytes; the answer is sent as it is made.
    Stream(usize),
}

/// How the body is taken that is posted to a path (decoded, without `/cy`), or `None` where none is.
pub(super) fn takes(path: &str) -> Option<Takes> {
    match path {
        "/site" | "/site.json" | "/site.geojson" => Some(Takes::Whole(MAX_SITE_BYTES)),
        "/lookups" => Some(Takes::Stream(MAX_LOOKUP_BYTES)),
        _ => None,
    }
}

/// A body that was taken whole.
#[derive(Debug)]
pub(super) struct Posted {
    /// Its media type without parameters, in lower case; empty where none was named.
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// A body that is read as it comes, and where its answer is written.
pub(super) struct Streamed {
    /// Its media type without parameters, in lower case; empty where none was named.
    pub content_type: String,
    pub incoming: Incoming,
    pub outgoing: Outgoing,
}

/// What is done on a thread of its own once the head was sent.
pub(super) type Work = Box<dyn FnOnce() + Send>;

/// A stream's answer before its first byte: what can be refused is refused here.
pub(super) enum Begun {
    /// Nothing is streamed: this is the whole answer.
    Refused(Reply),
    /// The head, whose payload is left empty, and the work that writes the body once the head was sent.
    Goes(Reply, Work),
}
