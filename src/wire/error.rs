//! The one shape of an error, for data.

use super::shared::line;
use serde::Serialize;

#[derive(Serialize)]
struct Envelope<'a> {
    error: Fault<'a>,
}

#[derive(Serialize)]
struct Fault<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<&'a str>,
}

/// `{"error": {"message": "…", "field": "…", "instead": "/at/…"}}`; `instead` is the path of what may help.
#[must_use]
pub fn json(message: &str, field: Option<&str>, instead: Option<&str>) -> String {
    line(&Envelope {
        error: Fault {
            message,
            field,
            instead,
        },
    })
}
