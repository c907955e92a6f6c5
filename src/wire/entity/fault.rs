//! Faults of a request in the shape that clients of the national API know, with ours beside it.

use crate::wire::shared::line;
use serde::Serialize;
use serde_json::json;

/// One fault of a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detail {
    /// Where: `["query", "limit"]`, and for one of several values its number.
    pub loc: Vec<Step>,
    /// What is wrong.
    pub msg: String,
    /// Its kind, as `value_error.number.not_le`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What the message speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<Context>,
}

/// A step of the way to a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Step {
    /// Into a part of the request, or a field.
    Name(String),
    /// To one of several values.
    At(usize),
}

/// What the message of a fault speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Context {
    /// The bound that was passed.
    #[serde(rename = "limit_value")]
    Limit(usize),
    /// The words that there are.
    #[serde(rename = "enum_values")]
    Words(Vec<String>),
    /// The datasets that there are.
    #[serde(rename = "dataset_names")]
    Names(Vec<String>),
    /// Why, in a sentence.
    Reason(String),
}

/// The faults of a request: theirs as `detail`, the first of them as `error` as everywhere here.
#[must_use]
pub fn faults(details: &[Detail]) -> String {
    let first = details.first();
    let message = first.map_or("", |detail| detail.msg.as_str());
    let field = first.and_then(|detail| {
        let names = detail.loc.iter().filter_map(|step| match step {
            Step::Name(name) => Some(name.as_str()),
            Step::At(_) => None,
        });
        names.into_iter().find(|name| *name != "query")
    });
    line(&json!({
        "detail": details,
        "error": { "message": message, "field": field },
    }))
}

/// A fault without a place in the request: `{"detail": "entity not found", "error": {…}}`; `instead` is the
/// path of what may help.
#[must_use]
pub fn fault(message: &str, field: &str, instead: Option<&str>) -> String {
    let mut error = json!({ "message": message, "field": field });
    if let Some(path) = instead {
        error["instead"] = json!(path);
    }
    line(&json!({ "detail": message, "error": error }))
}
