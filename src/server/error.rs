//! What went wrong with a request: the client's fault in a plain sentence, ours in a fixed one.

use super::reply::{Caching, Reply};
use super::request::{Asked, Format};
use crate::answer::IndexedEdition;
use crate::page::Site;
use crate::page::problem::{self, Problem};
use crate::wire;
use axum::http::StatusCode;

/// The few statuses that are sent for a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    BadRequest,
    NotFound,
    Gone,
    Timeout,
    TooLarge,
    Unsupported,
    Failed,
    Unavailable,
}

impl Status {
    pub(super) fn code(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// A fault, ready to be told as a page or as data.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub status: Status,
    pub problem: Problem,
    /// The field of the request that is wrong.
    pub field: Option<&'static str>,
}

impl Fault {
    pub(super) fn new(status: Status, problem: Problem) -> Self {
        Self {
            status,
            problem,
            field: None,
        }
    }

    pub(super) fn in_field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// The fault in the format and language that were asked for.
    pub(super) fn reply(&self, site: &Site<'_>, indexed: &IndexedEdition, asked: &Asked) -> Reply {
        let reply = match asked.format {
            Format::Page => {
                let path = crate::policy::link::encode(&asked.path, "/,:");
                Reply::page(problem::page(
                    site,
                    indexed,
                    asked.lang,
                    &path,
                    &self.problem,
                ))
            }
            Format::Json | Format::GeoJson => {
                let way_out = self.problem.way_out.as_ref().map(|(_, path)| path.as_str());
                Reply::json(wire::error::json(
                    &self.problem.message,
                    self.field,
                    way_out,
                ))
            }
        };
        reply.with_status(self.status.code()).cached(Caching::Never)
    }
}
