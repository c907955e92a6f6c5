//! An answer on its way out: compressed once, tagged, with headers that keep pages safe.

use super::basemap::Sent;
use crate::atlas::manifest::digest;
use crate::tile::{EncodedTile, Encoding, Packed, compress};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

/// How long an answer may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caching {
    /// For ever: its address names the edition and all else that made it.
    Pinned,
    /// For as long as its tag is the same.
    Revalidate,
    /// For a minute: what is asked for again and again while somebody types.
    Briefly,
    /// Not at all.
    Never,
}

impl Caching {
    /// For ever where the address is pinned, else for as long as the tag is the same.
    pub(super) fn pinned_if(pinned: bool) -> Self {
        if pinned {
            Self::Pinned
        } else {
            Self::Revalidate
        }
    }
}

/// Bytes in the encodings that are at hand.
#[derive(Debug, Clone)]
pub(super) enum Payload {
    /// To be compressed as the client wishes.
    Plain(Vec<u8>),
    /// Compressed and tagged already.
    Ready { encoding: Encoding, packed: Packed },
}

/// An answer before it meets the request's headers.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub status: StatusCode,
    pub content_type: &'static str,
    pub payload: Payload,
    pub caching: Caching,
    pub location: Option<String>,
    /// Whether other sites' scripts may read it: data, tiles and what the style names.
    pub shared: bool,
}

/// Seconds after which somebody who was told to come again may do so.
const RETRY_AFTER_S: &str = "5";

/// More headers than any answer has: room for them is made once.
const MAX_HEADERS: usize = 12;

const SVG: &str = "image/svg+xml";

/// A drawing that is opened by itself is a document; it has no business but to be looked at.
const DRAWING_POLICY: &str = "default-src 'none'; sandbox";

/// Shorter bodies are not worth compressing.
const WORTH_COMPRESSING: usize = 250;

/// Bytes with a strong entity tag made of them.
fn tagged(bytes: Vec<u8>) -> Packed {
    Packed {
        tag: format!("\"{}\"", &digest(&bytes)[..22]).into(),
        bytes: bytes.into(),
        earlier: None,
    }
}

impl Reply {
    fn of(content_type: &'static str, body: Vec<u8>) -> Self {
        Self {
            status: StatusCode::OK,
            content_type,
            payload: Payload::Plain(body),
            caching: Caching::Revalidate,
            location: None,
            shared: false,
        }
    }

    pub(super) fn page(html: String) -> Self {
        Self::of("text/html; charset=utf-8", html.into_bytes())
    }

    pub(super) fn text(text: &str) -> Self {
        Self::of("text/plain; charset=utf-8", text.as_bytes().to_vec())
    }

    pub(super) fn json(json: String) -> Self {
        let mut reply = Self::of("application/json", json.into_bytes());
        reply.shared = true;
        reply
    }

    pub(super) fn geojson(json: String) -> Self {
        let mut reply = Self::of("application/geo+json", json.into_bytes());
        reply.shared = true;
        reply
    }

    /// The head of a table whose rows are sent as they are made.
    pub(super) fn csv_stream() -> Self {
        let mut reply = Self::of("text/csv; charset=utf-8", Vec::new());
        reply.shared = true;
        reply
    }

    /// The head of lines of JSON that are sent as they are made.
    pub(super) fn lines_stream() -> Self {
        let mut reply = Self::of("application/x-ndjson", Vec::new());
        reply.shared = true;
        reply
    }

    pub(super) fn asset(content_type: &'static str, body: Vec<u8>) -> Self {
        let mut reply = Self::of(content_type, body).cached(Caching::Pinned);
        // The style names the sprite, and other sites' maps use the style.
        reply.shared = true;
        reply
    }

    pub(super) fn tile(encoding: Encoding, tile: &EncodedTile) -> Self {
        let mut reply = Self::of("application/vnd.mapbox-vector-tile", Vec::new());
        reply.payload = Payload::Ready {
            encoding,
            packed: tile.pack(encoding).clone(),
        };
        reply.shared = true;
        reply
    }

    /// A drawing, which runs and fetches nothing.
    pub(super) fn svg(encoding: Encoding, drawing: &EncodedTile) -> Self {
        let mut reply = Self::tile(encoding, drawing);
        reply.content_type = SVG;
        reply
    }

    /// A picture, which is compressed already.
    pub(super) fn png(picture: &EncodedTile) -> Self {
        let mut reply = Self::tile(Encoding::Identity, picture);
        reply.content_type = "image/png";
        reply
    }

    /// A tile of the base map, packed as it was stored where that will do.
    pub(super) fn basemap(tile: Sent) -> Self {
        let mut reply = Self::of(tile.content_type, Vec::new());
        reply.payload = Payload::Ready {
            encoding: tile.encoding,
            packed: tagged(tile.bytes),
        };
        reply.shared = true;
        reply
    }

    pub(super) fn empty_tile() -> Self {
        let mut reply = Self::of("application/vnd.mapbox-vector-tile", Vec::new())
            .with_status(StatusCode::NO_CONTENT);
        reply.shared = true;
        reply
    }

    pub(super) fn see_other(path: String) -> Self {
        let mut reply = Self::text("")
            .with_status(StatusCode::SEE_OTHER)
            .cached(Caching::Never);
        reply.location = Some(path);
        reply
    }

    /// Where an address has moved to for good; asked again each time, since a later edition may say otherwise.
    pub(super) fn moved(path: String) -> Self {
        let mut reply = Self::text("").with_status(StatusCode::MOVED_PERMANENTLY);
        reply.location = Some(path);
        reply
    }

    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub(super) fn cached(mut self, caching: Caching) -> Self {
        self.caching = caching;
        self
    }

    /// The response for a request with these headers.
    pub(super) fn respond(self, request: &HeaderMap, csp: &HeaderValue) -> Response<Body> {
        let (encoding, packed) = match self.payload {
            Payload::Ready { encoding, packed } => (encoding, packed),
            Payload::Plain(bytes) => {
                let encoding = if bytes.len() < WORTH_COMPRESSING {
                    Encoding::Identity
                } else {
                    accepted(request)
                };
                (encoding, tagged(compress(&bytes, encoding)))
            }
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.reserve(MAX_HEADERS);
        let is_page = self.content_type.starts_with("text/html");
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.content_type),
        );
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        );
        if is_page {
            headers.insert(header::CONTENT_SECURITY_POLICY, csp.clone());
        }
        if self.content_type == SVG {
            headers.insert(
                header::CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(DRAWING_POLICY),
            );
        }
        if self.shared {
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_ORIGIN,
                HeaderValue::from_static("*"),
            );
        }
        headers.insert(
            header::VARY,
            HeaderValue::from_static("accept-encoding, accept"),
        );
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(match self.caching {
                Caching::Pinned => "public, max-age=31536000, immutable",
                Caching::Revalidate => "public, no-cache",
                Caching::Briefly => "public, max-age=60",
                Caching::Never => "no-store",
            }),
        );
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_S));
        }
        if let Some(location) = self
            .location
            .and_then(|location| HeaderValue::try_from(location).ok())
        {
            headers.insert(header::LOCATION, location);
        }
        if self.status == StatusCode::NO_CONTENT {
            return response;
        }
        if self.caching != Caching::Never {
            let known = request
                .get(header::IF_NONE_MATCH)
                .and_then(|value| value.to_str().ok());
            // Who has the same in an earlier form has it: the tag says which form.
            let same = known.and_then(|known| {
                let mut forms = std::iter::once(&packed.tag).chain(&packed.earlier);
                forms.find(|tag| names(known, tag))
            });
            if let Ok(tag) = HeaderValue::from_str(same.unwrap_or(&packed.tag)) {
                headers.insert(header::ETAG, tag);
            }
            if same.is_some() {
                headers.remove(header::CONTENT_TYPE);
                *response.status_mut() = StatusCode::NOT_MODIFIED;
                return response;
            }
        }
        if encoding != Encoding::Identity {
            headers.insert(
                header::CONTENT_ENCODING,
                HeaderValue::from_static(encoding.token()),
            );
        }
        let length = HeaderValue::from(packed.bytes.len());
        headers.insert(header::CONTENT_LENGTH, length);
        *response.body_mut() = Body::from(Bytes::from_owner(packed.bytes));
        response
    }
}

/// Whether a list of entity tags names one (RFC 9110, 13.1.2).
fn names(list: &str, tag: &str) -> bool {
    list.split(',').any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
    })
}

/// The best encoding that a client accepts: Brotli, else gzip, else none (RFC 9110, 12.5.3).
pub(super) fn accepted(request: &HeaderMap) -> Encoding {
    let accepts = |name| super::accept::quality(request, &header::ACCEPT_ENCODING, name) > 0.0;
    if accepts("br") {
        Encoding::Brotli
    } else if accepts("gzip") {
        Encoding::Gzip
    } else {
        Encoding::Identity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_smallest_encoding_that_a_client_accepts_is_chosen() {
        assert_eq!(
            accepted(&accepting("gzip, deflate, br, zstd")),
            Encoding::Brotli
        );
        assert_eq!(accepted(&accepting("gzip;q=1.0, br;q=0")), Encoding::Gzip);
        assert_eq!(accepted(&accepting("identity")), Encoding::Identity);
        assert_eq!(accepted(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn a_client_that_has_the_same_bytes_is_told_so() {
        let csp = HeaderValue::from_static("default-src 'none'");
        let reply = || Reply::json("{}".repeat(200));
        let first = reply().respond(&accepting("br"), &csp);
        let mut again = accepting("br");
        again.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        let second = reply().respond(&again, &csp);
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        again.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        assert_eq!(
            reply().respond(&again, &csp).status(),
            StatusCode::OK,
            "other bytes, another tag"
        );
    }
}
