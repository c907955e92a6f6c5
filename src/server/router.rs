//! Which path is answered by what.
//!
//! Places, references and codes may hold slashes, so paths are matched here by their beginnings and
//! not by a list of patterns.

use super::handle;
use super::reply::{Caching, Reply};
use super::request::Asked;
use super::snapshot::State;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use std::sync::Arc;

/// The whole service over a state.
pub fn router(state: Arc<State>) -> Router {
    Router::new().fallback(answer).with_state(state)
}

/// Answers one request. The work is done off the threads that move bytes.
async fn answer(Shared(state): Shared<Arc<State>>, request: Request) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let csp = content_security_policy(&state);
    if parts.method != Method::GET && parts.method != Method::HEAD {
        let mut response = Reply::text("This server answers GET and HEAD.\n")
            .with_status(StatusCode::METHOD_NOT_ALLOWED)
            .cached(Caching::Never)
            .respond(&parts.headers, &csp);
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let asked = Asked::of(&parts.uri, &parts.headers);
    let encoding = super::reply::accepted(&parts.headers);
    let work = tokio::task::spawn_blocking(move || handle::answer(&state, asked, encoding));
    let reply = work.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a request failed");
        Reply::text("500")
            .with_status(StatusCode::INTERNAL_SERVER_ERROR)
            .cached(Caching::Never)
    });
    let mut response = reply.respond(&parts.headers, &csp);
    if parts.method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}

/// What a page may load: our own scripts, pictures and data, and the one style sheet that stands in it.
/// It may stand in a frame on the sites that the map names, else nowhere.
fn content_security_policy(state: &State) -> HeaderValue {
    let current = state.current();
    let sites = current.indexed.edition().map().frame_ancestors.join(" ");
    let sites = if sites.is_empty() { "'none'" } else { &sites };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-{}'; img-src 'self' data: blob:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors {sites}",
        state.assets.page_css_hash
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}
