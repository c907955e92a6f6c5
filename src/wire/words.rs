//! The viewer's sentences in one language.

use super::shared::line;
use std::collections::BTreeMap;

/// `{"zoom_in": "Zoom in", …}`.
#[must_use]
pub fn json(words: &BTreeMap<String, String>) -> String {
    line(words)
}
