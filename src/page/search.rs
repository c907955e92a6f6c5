//! The page of a search: places and policies to choose from, or what can be typed instead.

use super::frame::{Frame, Site};
use super::message::{Html, Words};
use super::told::told_entry;
use crate::answer::IndexedEdition;
use crate::geometry::{LonLat, Position, grid_ref};
use crate::places::Found;
use crate::places::gazetteer::MAX_FOUND;
use crate::policy::{Lang, Map, Policy, link};
use askama::Template;

/// Policies that are listed, at most.
pub const MAX_POLICIES: usize = 20;

#[derive(Template)]
#[template(path = "search.html", config = "src/page/askama.toml")]
struct Page<'a> {
    frame: Frame<'a>,
    heading: String,
    places_heading: String,
    places: Vec<Line>,
    policies_heading: String,
    policies: Vec<Line>,
    meant_heading: String,
    meant: Vec<Line>,
    notes: Vec<String>,
}

#[derive(Template)]
#[template(path = "suggestions.html", config = "src/page/askama.toml")]
struct Suggestions {
    label: String,
    said: String,
    options: Vec<Line>,
}

/// One place or policy to choose.
struct Line {
    name: Html,
    /// Language and words of the name that it was found by, where that is not the one that is shown.
    other: Option<(&'static str, String)>,
    /// The kind of place, or the policy's plan.
    about: Html,
    path: String,
}

/// Suggestions that are made at once: more would not be read while typing.
pub const MAX_SUGGESTED: usize = 8;

/// Of them, policies, where there are places too.
const MAX_SUGGESTED_POLICIES: usize = 3;

/// What a search came to.
#[derive(Debug, Clone)]
pub struct Results<'a> {
    /// What was typed.
    pub text: &'a str,
    /// The places that were found; more than [`MAX_FOUND`] where there are more.
    pub found: &'a [Found],
    /// The policies that were found.
    pub policies: &'a [&'a Policy],
    /// Postcodes that a text may have been meant for which nothing was found.
    pub meant: &'a [Found],
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
    let text = [("text", results.text)];
    let nothing = results.found.is_empty() && results.policies.is_empty();
    let shown = |all: usize, most: usize| ("n", all.min(most).to_string());
    let places = shown(results.found.len(), MAX_FOUND);
    let places = [(places.0, places.1.as_str())];
    let policies = shown(results.policies.len(), MAX_POLICIES);
    let policies = [(policies.0, policies.1.as_str())];
    let page = Page {
        heading: if nothing {
            w.say_with("search.nothing", &text)
        } else {
            w.say_with("search.heading", &text)
        },
        places_heading: if results.found.len() > MAX_FOUND {
            w.say_with("search.places_more", &places)
        } else {
            w.say_with("search.places", &places)
        },
        places: results
            .found
            .iter()
            .take(MAX_FOUND)
            .map(|found| place(w, found, results.text))
            .collect(),
        policies_heading: if results.policies.len() > MAX_POLICIES {
            w.say_with("search.policies_more", &policies)
        } else {
            w.say_with("search.policies", &policies)
        },
        policies: results
            .policies
            .iter()
            .take(MAX_POLICIES)
            .map(|policy| written(w, edition.map(), policy))
            .collect(),
        meant_heading: w.say("search.meant"),
        meant: results
            .meant
            .iter()
            .map(|found| place(w, found, results.text))
            .collect(),
        notes: notes(w, results, nothing),
        frame,
    };
    page.render().unwrap_or_default()
}

/// The list that stands under the search field while somebody types.
#[must_use]
pub fn suggestions(indexed: &IndexedEdition, lang: Lang, results: &Results<'_>) -> String {
    let map = indexed.edition().map();
    let w = Words::of(lang, Some(map));
    let places: &[Found] = if results.found.is_empty() {
        results.meant
    } else {
        results.found
    };
    let most_policies = if places.is_empty() {
        MAX_SUGGESTED
    } else {
        MAX_SUGGESTED_POLICIES.max(MAX_SUGGESTED.saturating_sub(places.len()))
    };
    let policies = results.policies.iter().take(most_policies);
    let policies: Vec<_> = policies.map(|policy| written(w, map, policy)).collect();
    let places = places.iter().take(MAX_SUGGESTED - policies.len());
    let mut options: Vec<_> = places.map(|found| place(w, found, results.text)).collect();
    options.extend(policies);
    let list = Suggestions {
        label: w.say("search.suggestions"),
        said: w.plural("search.suggested", options.len()),
        options,
    };
    list.render().unwrap_or_default()
}

fn place(w: Words<'_>, found: &Found, text: &str) -> Line {
    let other = found.other_name(w.lang, text);
    Line {
        name: told_entry(w, found),
        other: other.map(|name| (w.lang.twin().code(), name.to_owned())),
        about: w.plain_html(&kind(w, found)),
        path: link::in_lang(w.lang, &link::at(&found.place().slug())),
    }
}

fn written(w: Words<'_>, map: &Map, policy: &Policy) -> Line {
    let plan = map.plan(&policy.plan);
    Line {
        name: w.told_code(&policy.code, &policy.title),
        other: None,
        about: plan.map_or_else(|| w.told_plain(&policy.plan), |plan| w.told(&plan.title)),
        path: link::in_lang(w.lang, &link::policy(&policy.plan, &policy.code)),
    }
}

/// What else can be typed.
fn notes(w: Words<'_>, results: &Results<'_>, nothing: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if !results.gazetteer {
        notes.push(w.say("search.no_gazetteer"));
    }
    if nothing {
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
        notes.push(if results.gazetteer {
            w.say_with("search.hint", &values)
        } else {
            w.say_with("search.hint_no_names", &values)
        });
    }
    notes
}

/// The word for a kind of place: the family `search.kind_` of the catalogue.
fn kind(w: Words<'_>, found: &Found) -> String {
    w.say(&format!("search.kind_{}", found.kind.word()))
}
