//! The home page: a search form, the map, and what the map holds.

use super::frame::{Frame, MapView, Site};
use super::message::{Html, Words};
use super::standing::any_other_dates;
use crate::answer::IndexedEdition;
use crate::policy::{Group, Lang, link};
use askama::Template;

#[derive(Template)]
#[template(path = "home.html", config = "src/page/askama.toml")]
struct Home<'a> {
    frame: Frame<'a>,
    w: Words<'a>,
    intro: String,
    layers: Vec<Held>,
    map: MapView,
    other_dates: bool,
    /// Pixels that the map's zoom makes its bounds fit into: on a wider map the viewer looks closer.
    still_px: f64,
    style: String,
    at_prefix: String,
    words: String,
    edition: String,
    edition_line: String,
}

/// One line of the list of layers.
struct Held {
    title: Html,
    holds: String,
}

/// The page.
#[must_use]
pub fn page(site: &Site<'_>, indexed: &IndexedEdition, lang: Lang, map: MapView) -> String {
    let edition = indexed.edition();
    let w = Words::of(lang, Some(edition.map()));
    let authority = edition.map().authority.name.in_lang(lang);
    let title = edition.map().title.in_lang(lang).to_owned();
    let description = w.say_with("home.description", &[("authority", authority)]);
    let mut frame = site.frame(edition, lang, "/", title, description);
    frame.script = Some(site.script);
    let held = |stored: &crate::atlas::StoredLayer| match (&stored.areas, stored.readable()) {
        (None, _) => w.say("home.layer_not_held"),
        (_, Some(areas)) => w.count("home.layer_areas", areas.areas().len(), &[]),
        (_, None) => w.say("home.layer_unavailable"),
    };
    let layers = edition
        .layers()
        .iter()
        .filter(|stored| stored.layer.group != Group::Context);
    let home = Home {
        w,
        intro: w.say_with("home.intro", &[("authority", authority)]),
        layers: layers
            .map(|stored| Held {
                title: w.told(&stored.layer.title),
                holds: held(stored),
            })
            .collect(),
        style: super::frame::style_path(edition, lang),
        at_prefix: link::in_lang(lang, "/at/"),
        words: format!("/viewer/words/{}.json", lang.code()),
        edition: edition.id().to_string(),
        edition_line: super::plain::edition_line(w, indexed),
        map,
        other_dates: any_other_dates(edition, site.today),
        still_px: super::still::WIDTH_PX,
        frame,
    };
    home.render().unwrap_or_default()
}
