//! What every page has round it: its head, the authority's name, the search form, the twin page.

use super::message::{Html, Words};
use crate::atlas::Edition;
use crate::geometry::{Bounds, LonLat};
use crate::policy::{Authority, EditionId, Lang, Map, link};
use jiff::civil::Date;

/// What pages need to know of the server that sends them.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// Scheme, host and port under which people reach it, without a slash at the end.
    pub public_url: &'a str,
    /// Whether that address was given, and not guessed: only then can others fetch from it.
    pub has_public_url: bool,
    /// Today in Europe/London.
    pub today: Date,
    /// The edition that is current.
    pub newest: EditionId,
    /// The style sheet, which stands in each page.
    pub css: &'a str,
    /// Path of the viewer's script.
    pub script: &'a str,
}

/// The map of a page: where the viewer opens, and the still map that stands there without it.
#[derive(Debug, Clone)]
pub struct MapView {
    /// Where it opens.
    pub centre: LonLat,
    /// Zoom level, by 512-pixel tiles.
    pub zoom: f64,
    /// What there is to see, in degrees.
    pub bounds: Bounds,
    /// The still map as SVG, where there was room for it, and how wide it is on the ground in metres.
    pub still: Option<(String, f64)>,
}

impl MapView {
    pub(super) fn bounds_attribute(&self) -> String {
        let Bounds { min, max } = self.bounds;
        format!("{:.5},{:.5},{:.5},{:.5}", min.x, min.y, max.x, max.y)
    }
}

/// A still map with its caption, which says how wide it is.
pub(super) fn captioned(w: Words<'_>, still: Option<&(String, f64)>) -> Option<(String, String)> {
    let (svg, metres) = still?;
    let width = w.length(two_figures(*metres));
    let caption = w.say_with("map.still_caption", &[("width", &width)]);
    Some((svg.clone(), caption))
}

/// A length to two significant figures: a map "about 820 m wide".
fn two_figures(metres: f64) -> f64 {
    if metres <= 0.0 {
        return 0.0;
    }
    let unit = 10f64.powf(metres.log10().floor() - 1.0);
    (metres / unit).round() * unit
}

/// The path of an edition's style, with its titles in a language.
pub(super) fn style_path(edition: &Edition, lang: Lang) -> String {
    let id = edition.id();
    match lang {
        Lang::En => format!("/style.json?edition={id}"),
        Lang::Cy => format!("/style.json?edition={id}&lang=cy"),
    }
}

/// How to reach the planning team.
pub(super) struct Contact {
    pub phone: Option<(String, String)>,
    pub email: Option<String>,
}

impl Contact {
    fn of(authority: &Authority) -> Self {
        let dial = |phone: &String| {
            let digits: String = phone
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '+')
                .collect();
            (phone.clone(), digits)
        };
        Self {
            phone: authority.phone.as_ref().map(dial),
            email: authority.email.clone().filter(|email| email.contains('@')),
        }
    }
}

/// The frame of one page.
pub(super) struct Frame<'a> {
    pub w: Words<'a>,
    pub title: String,
    pub description: String,
    pub canonical: String,
    pub alternate: String,
    pub twin: String,
    pub css: &'a str,
    pub home: String,
    pub search: String,
    pub query: String,
    /// Whether the page is about what is wrong with the text in the search field.
    pub refused: bool,
    pub authority: Html,
    pub map_title: Html,
    pub site_name: String,
    pub contact: Contact,
    pub attributions: Vec<Html>,
    /// Whole address of the picture that stands for the page elsewhere, and what it shows.
    pub picture: Option<(String, String)>,
    pub script: Option<&'a str>,
    /// Path of the script by which the search field suggests.
    pub suggest: Option<String>,
    /// Whether search engines should leave it out: pages of one day, one edition or one search.
    pub unlisted: bool,
}

impl<'a> Site<'a> {
    /// The frame of the page at `path` (the English path, with its query).
    pub(super) fn frame(
        &self,
        edition: &'a Edition,
        lang: Lang,
        path: &str,
        title: String,
        description: String,
    ) -> Frame<'a> {
        self.frame_of(edition.map(), lang, path, title, description)
    }

    /// The same for a page of which only the map's description is at hand.
    pub(super) fn frame_of(
        &self,
        map: &'a Map,
        lang: Lang,
        path: &str,
        title: String,
        description: String,
    ) -> Frame<'a> {
        let w = Words::of(lang, Some(map));
        let mut attributions: Vec<Html> = Vec::new();
        for text in map
            .layers
            .iter()
            .filter_map(|layer| layer.attribution.as_ref())
        {
            let told = w.told(text);
            if !attributions.contains(&told) {
                attributions.push(told);
            }
        }
        Frame {
            w,
            title,
            description,
            canonical: format!("{}{}", self.public_url, link::in_lang(lang, path)),
            alternate: format!("{}{}", self.public_url, link::in_lang(lang.twin(), path)),
            twin: link::in_lang(lang.twin(), path),
            css: self.css,
            home: link::in_lang(lang, "/"),
            search: link::in_lang(lang, "/search"),
            query: String::new(),
            refused: false,
            authority: w.told(&map.authority.name),
            map_title: w.told(&map.title),
            site_name: map.title.in_lang(lang).to_owned(),
            contact: Contact::of(&map.authority),
            attributions,
            picture: None,
            script: None,
            suggest: self
                .script
                .strip_suffix("viewer.js")
                .map(|folder| format!("{folder}suggest.js")),
            unlisted: path.contains('?'),
        }
    }
}

impl Frame<'_> {
    pub(super) fn lang(&self) -> &'static str {
        self.w.lang.code()
    }

    pub(super) fn twin_lang(&self) -> &'static str {
        self.w.lang.twin().code()
    }
}
