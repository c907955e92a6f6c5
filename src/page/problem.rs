//! The page of a problem: what is wrong, said once plainly, and where to go from here.

use super::frame::{Frame, Site};
use super::message::Words;
use crate::answer::IndexedEdition;
use crate::places::{Place, PlaceError};
use crate::policy::{Lang, link};
use askama::Template;

/// A sentence for a person, and perhaps a link that helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong and what would be right.
    pub message: String,
    /// Text and path of a way out.
    pub way_out: Option<(String, String)>,
    /// What was typed, to be mended where it was typed.
    pub typed: Option<String>,
}

impl Problem {
    /// A problem without a way out of its own.
    #[must_use]
    pub fn new(message: String) -> Self {
        Self {
            message,
            way_out: None,
            typed: None,
        }
    }

    /// The same with what was typed.
    #[must_use]
    pub fn typed(self, text: &str) -> Self {
        Self {
            typed: Some(text.to_owned()),
            ..self
        }
    }

    /// Why a text is no place.
    #[must_use]
    pub fn of_place(w: Words<'_>, text: &str, error: &PlaceError) -> Self {
        let plain = |message| Self::new(message);
        let problem = match error {
            PlaceError::Empty => plain(w.say("problem.place_empty")),
            PlaceError::TooLong => plain(w.say("problem.place_too_long")),
            PlaceError::NotACoordinate { first, second } => plain(w.say_with(
                "problem.place_not_coordinate",
                &[
                    ("first", &first.to_string()),
                    ("second", &second.to_string()),
                ],
            )),
            PlaceError::Swapped { lat, lon } => {
                let values = [("lat", lat.to_string()), ("lon", lon.to_string())];
                let values = values.each_ref().map(|(key, value)| (*key, value.as_str()));
                Self {
                    message: w.say_with("problem.place_swapped", &values),
                    way_out: Some((
                        w.say_with("problem.place_swapped_link", &values),
                        link::in_lang(w.lang, &link::at(&format!("{lon},{lat}"))),
                    )),
                    typed: None,
                }
            }
            PlaceError::GridRef(_) => {
                plain(w.say_with("problem.place_not_reference", &[("text", text)]))
            }
        };
        problem.typed(text)
    }

    /// A place that the gazetteer does not know.
    #[must_use]
    pub fn unknown_place(w: Words<'_>, place: &Place) -> Self {
        let text = place.to_string();
        Self::new(w.say_with("problem.place_unknown", &[("text", &text)])).typed(&text)
    }
}

#[derive(Template)]
#[template(path = "problem.html", config = "src/page/askama.toml")]
struct Page<'a> {
    frame: Frame<'a>,
    w: Words<'a>,
    problem: &'a Problem,
}

/// The page; `path` is the English path that was asked for.
#[must_use]
pub fn page(
    site: &Site<'_>,
    indexed: &IndexedEdition,
    lang: Lang,
    path: &str,
    problem: &Problem,
) -> String {
    let edition = indexed.edition();
    let w = Words::of(lang, Some(edition.map()));
    let title = w.say("problem.title");
    // The twin of a search says the same of the same text.
    let typed = problem.typed.as_deref();
    let query = typed.filter(|_| path == "/search");
    let query = query.map_or_else(String::new, |text| format!("?q={}", link::encode(text, "")));
    let path = format!("{path}{query}");
    let mut frame = site.frame(edition, lang, &path, title, problem.message.clone());
    frame.unlisted = true;
    frame.query = typed.unwrap_or_default().to_owned();
    frame.refused = typed.is_some();
    let page = Page { w, problem, frame };
    page.render().unwrap_or_default()
}
