//! The page of a search: places to choose from, or what can be typed instead.

use super::frame::{Frame, Site};
use super::message::{Html, Words};
use super::told::told_entry;
use crate::answer::IndexedEdition;
use crate::geometry::{LonLat, Position, grid_ref};
use crate::places::Found;
use crate::policy::{Lang, link};
use askama::Template;

#[derive(Template)]
#[template(path = "search.html", config = "src/page/askama.toml")]
struct Page<'a> {
    frame: Frame<'a>,
    heading: String,
    found: Vec<(Html, String, String)>,
    notes: Vec<String>,
}

/// What a search came to.
#[derive(Debug, Clone)]
pub struct Results<'a> {
    /// What was typed.
    pub text: &'a str,
    /// The places that were found.
    pub found: &'a [Found],
    /// Whether there is a gazetteer to search.
    pub gazetteer: bool,
    /// The middle of the map, for examples of what can be typed.
    pub example: LonLat,
}

/// The page.
#[must_use]
pub fn page(
    site: &Site<'_>,
    indexed: &IndexedEdition,
    lang: Lang,
    results: &Results<'_>,
) -> String {
    let edition = indexed.edition();
    let w = Words::of(lang, Some(edition.map()));
    let path = format!("/search?q={}", link::encode(results.text, ""));
    let title = w.say("search.title");
    let mut frame = site.frame(edition, lang, &path, title.clone(), title);
    frame.query = results.text.to_owned();
    let mut notes = Vec::new();
    if !results.gazetteer {
        notes.push(w.say("search.no_gazetteer"));
    }
    if results.found.is_empty() {
        let position = Position::of_lonlat(results.example);
        let reference = position
            .grid
            .and_then(|grid| grid_ref::reference(grid, 4))
            .unwrap_or_else(|| "SH 9461 7754".to_owned());
        let coordinates = format!("{:.4},{:.4}", results.example.lat(), results.example.lon());
        let values = [
            ("postcode", "LL22 7AA"),
            ("reference", &reference),
            ("coordinates", &coordinates),
        ];
        notes.push(w.say_with("search.hint", &values));
    }
    let page = Page {
        heading: w.count(
            "search.results",
            results.found.len(),
            &[("text", results.text)],
        ),
        found: results
            .found
            .iter()
            .map(|found| {
                (
                    told_entry(w, found),
                    kind(w, found),
                    link::in_lang(lang, &link::at(&found.place().slug())),
                )
            })
            .collect(),
        notes,
        frame,
    };
    page.render().unwrap_or_default()
}

/// The word for a kind of place: the family `search.kind_` of the catalogue.
fn kind(w: Words<'_>, found: &Found) -> String {
    w.say(&format!("search.kind_{}", found.kind.word()))
}
