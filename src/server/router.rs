//! Which path is answered by what.
//!
//! Places, references and codes may hold slashes, so paths are matched here by their beginnings and
//! not by a list of patterns.

use super::body::{self, Incoming, Outgoing};
use super::handle;
use super::posted::{self, Begun, Posted, Streamed, Takes};
use super::reply::{Caching, Reply};
use super::request::Asked;
use super::snapshot::State;
use super::warm;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use std::sync::Arc;
use tokio::runtime::Handle;

/// The policy of what is no page: it stands on pages alone.
static NO_PAGE: HeaderValue = HeaderValue::from_static("default-src 'none'");

/// The whole service over a state.
pub fn router(state: Arc<State>) -> Router {
    Router::new().fallback(answer).with_state(state)
}

/// Answers one request. The work is done off the threads that move bytes.
async fn answer(Shared(state): Shared<Arc<State>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if parts.method == Method::GET
        && let Some(reply) = warm::tile(&state, &parts.uri, &parts.headers)
    {
        return reply.respond(&parts.headers, &NO_PAGE);
    }
    let csp = content_security_policy(&state);
    let asked = Asked::of(&parts.uri, &parts.headers);
    let encoding = super::reply::accepted(&parts.headers);
    let takes = posted::takes(&asked.path);
    let mut response = match (&parts.method, takes) {
        (&Method::GET | &Method::HEAD, _) => {
            let reply = off_the_reactor(move || handle::answer(&state, asked, encoding)).await;
            reply.respond(&parts.headers, &csp)
        }
        (&Method::POST, Some(Takes::Whole(limit))) => {
            let content_type = content_type(&parts.headers);
            let taken = body::whole(body, limit).await;
            let reply = off_the_reactor(move || match taken {
                Ok(bytes) => {
                    let posted = Posted {
                        content_type,
                        bytes,
                    };
                    handle::post(&state, asked, encoding, &posted)
                }
                Err(fault) => handle::not_taken(&state, asked, &fault),
            })
            .await;
            reply.respond(&parts.headers, &csp)
        }
        (&Method::POST, Some(Takes::Stream(limit))) => {
            let runtime = Handle::current();
            let (outgoing, answer) = Outgoing::new(runtime.clone());
            let streamed = Streamed {
                content_type: content_type(&parts.headers),
                incoming: Incoming::new(body, runtime, limit),
                outgoing,
            };
            let begun =
                tokio::task::spawn_blocking(move || handle::stream(&state, asked, streamed));
            match begun
                .await
                .unwrap_or_else(|error| Begun::Refused(failed(&error)))
            {
                Begun::Refused(reply) => reply.respond(&parts.headers, &csp),
                Begun::Goes(head, work) => {
                    let mut response = head.respond(&parts.headers, &csp);
                    response.headers_mut().remove(header::CONTENT_LENGTH);
                    *response.body_mut() = answer;
                    tokio::task::spawn_blocking(work);
                    response
                }
            }
        }
        (&Method::OPTIONS, Some(_)) => may_post(&parts.headers, &csp),
        _ => not_this_method(takes, &parts.headers, &csp),
    };
    if parts.method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}

/// Does work that takes a thread; a panic in it is a reply that says so, and a line in the log.
async fn off_the_reactor(work: impl FnOnce() -> Reply + Send + 'static) -> Reply {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| failed(&error))
}

fn failed(error: &tokio::task::JoinError) -> Reply {
    tracing::error!(%error, "a request failed");
    Reply::text("500")
        .with_status(StatusCode::INTERNAL_SERVER_ERROR)
        .cached(Caching::Never)
}

/// The media type of a body, without parameters and in lower case.
fn content_type(headers: &HeaderMap) -> String {
    let named = headers.get(header::CONTENT_TYPE);
    let named = named.and_then(|value| value.to_str().ok());
    let essence = named.and_then(|value| value.split(';').next());
    essence.unwrap_or_default().trim().to_ascii_lowercase()
}

fn not_this_method(takes: Option<Takes>, headers: &HeaderMap, csp: &HeaderValue) -> Response<Body> {
    let (sentence, allowed) = match takes {
        Some(_) => (
            "This address answers GET, HEAD and POST.\n",
            "GET, HEAD, POST, OPTIONS",
        ),
        None => ("This server answers GET and HEAD.\n", "GET, HEAD"),
    };
    let reply = Reply::text(sentence)
        .with_status(StatusCode::METHOD_NOT_ALLOWED)
        .cached(Caching::Never);
    let mut response = reply.respond(headers, csp);
    response
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

/// Tells a browser that scripts of other sites may post here: nothing depends on who asks.
fn may_post(headers: &HeaderMap, csp: &HeaderValue) -> Response<Body> {
    let mut reply = Reply::text("")
        .with_status(StatusCode::NO_CONTENT)
        .cached(Caching::Never);
    reply.shared = true;
    let mut response = reply.respond(headers, csp);
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, HEAD, POST"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("content-type, accept"),
    );
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
