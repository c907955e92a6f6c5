//! Twins that several documents use.

use crate::policy::{Lang, Text};
use serde::Serialize;

/// A text in the languages that it has.
#[derive(Debug, Serialize)]
pub(super) struct TextJson<'a> {
    en: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cy: Option<&'a str>,
}

impl<'a> From<&'a Text> for TextJson<'a> {
    fn from(text: &'a Text) -> Self {
        Self {
            en: &text.en,
            cy: text.cy.as_deref(),
        }
    }
}

impl<'a> TextJson<'a> {
    /// A name with its Welsh form.
    pub(super) fn named(en: &'a str, cy: Option<&'a str>) -> Self {
        Self { en, cy }
    }
}

/// Metres to the centimetre.
pub(super) fn centimetres(metres: f64) -> f64 {
    // Adding zero turns a negative zero into a plain one.
    (metres * 100.0).round() / 100.0 + 0.0
}

/// A link to a text that may have a Welsh address of its own.
pub(super) fn link_of(url: Option<&Text>, lang: Lang) -> Option<&str> {
    url.map(|url| url.in_lang(lang))
}

/// One line of JSON with a line feed, as files and terminals like it.
pub(super) fn line(document: &impl Serialize) -> String {
    let mut text =
        serde_json::to_string(document).expect("twins hold no map with keys that are not text");
    text.push('\n');
    text
}
