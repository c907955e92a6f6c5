//! The pages of a drawn site: the form in which it is typed, and its answer.

use super::answer::Sheet;
use super::frame::{Frame, MapView, Site};
use super::message::Words;
use super::plain::edition_line;
use super::told::tell_site;
use crate::answer::{Answer, IndexedEdition, Site as DrawnSite, Terms};
use crate::geometry::{LonLat, Position, Space, ostn15};
use crate::policy::{Lang, link};
use askama::Template;
use geo_types::Coord;

/// What was typed into the form, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The corners, or GeoJSON.
    pub geometry: String,
    /// The day; empty for today.
    pub on: String,
    /// Metres around it; empty for the usual.
    pub within: String,
    /// The layers that are asked, where not all are.
    pub layers: String,
    /// What is wrong, with the field that it stands in.
    pub wrong: Option<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "site_form.html", config = "src/page/askama.toml")]
struct Form<'a> {
    w: Words<'a>,
    typed: Typed,
    hint: String,
}

impl Form<'_> {
    /// What is wrong with a field.
    fn wrong(&self, field: &str) -> Option<&str> {
        let (wrong, message) = self.typed.wrong.as_ref()?;
        (*wrong == field).then_some(message)
    }
}

#[derive(Template)]
#[template(path = "site.html", config = "src/page/askama.toml")]
struct FormPage<'a> {
    frame: Frame<'a>,
    w: Words<'a>,
    wrong: Option<(Option<&'static str>, String)>,
    form: String,
    map: MapView,
    still_px: f64,
    path: String,
    style: String,
    at_prefix: String,
    words: String,
    edition: String,
    edition_line: String,
}

/// The form as it stands in both pages; `middle` is somewhere on the map, for examples.
fn form(w: Words<'_>, middle: LonLat, mut typed: Typed) -> String {
    let degrees = format!("{:.5}, {:.5}", middle.lat(), middle.lon());
    let grid = Position::of_lonlat(middle).grid;
    let grid = grid.map_or_else(
        || "294614, 377544".to_owned(),
        |grid| format!("{:.0}, {:.0}", grid.easting(), grid.northing()),
    );
    if typed.within.is_empty() {
        typed.within = Terms::DEFAULT_WITHIN_M.to_string();
    }
    let form = Form {
        w,
        typed,
        hint: w.say_with(
            "site.corners_hint",
            &[("degrees", &degrees), ("grid", &grid)],
        ),
    };
    form.render().unwrap_or_default()
}

/// The page with the form alone: to begin with, or to put right what is wrong.
#[must_use]
pub fn form_page(
    site: &Site<'_>,
    indexed: &IndexedEdition,
    lang: Lang,
    map: MapView,
    typed: Typed,
) -> String {
    const FIELDS: [&str; 3] = ["geometry", "within", "on"];
    let edition = indexed.edition();
    let w = Words::of(lang, Some(edition.map()));
    let title = match &typed.wrong {
        Some(_) => format!("{}: {}", w.say("problem.title"), w.say("site.title")),
        None => w.say("site.title"),
    };
    let mut frame = site.frame(edition, lang, "/site", title, w.say("site.intro"));
    frame.script = Some(site.script);
    frame.unlisted = typed.wrong.is_some();
    let wrong = typed.wrong.as_ref().map(|(field, message)| {
        let here = FIELDS.into_iter().find(|known| known == field);
        (here, message.clone())
    });
    let page = FormPage {
        w,
        wrong,
        form: form(w, map.centre, typed),
        still_px: super::still::WIDTH_PX,
        path: link::in_lang(lang, "/site"),
        style: super::frame::style_path(edition, lang),
        at_prefix: link::in_lang(lang, "/at/"),
        words: format!("/viewer/words/{}.json", lang.code()),
        edition: edition.id().to_string(),
        edition_line: edition_line(w, indexed),
        map,
        frame,
    };
    page.render().unwrap_or_default()
}

/// What the page of a site's answer is made of.
#[derive(Debug, Clone)]
pub struct SitePage<'a> {
    /// The edition that answers.
    pub indexed: &'a IndexedEdition,
    /// The site.
    pub drawn: &'a DrawnSite,
    /// Its answer.
    pub answer: &'a Answer,
    /// The language.
    pub lang: Lang,
    /// The map beside the answer.
    pub map: MapView,
    /// The query under which it was asked but for its corners, without the question mark: kept in its links.
    pub query: &'a str,
    /// What was typed, to be changed.
    pub typed: Typed,
}

/// The page of a site's answer.
#[must_use]
pub fn answer_page(site: &Site<'_>, page: &SitePage<'_>) -> String {
    let edition = page.indexed.edition();
    let w = Words::of(page.lang, Some(edition.map()));
    let told = tell_site(w, page.indexed, page.drawn, page.answer);
    let points = page.drawn.points();
    // A site that fits no link is asked about again by its drawing alone.
    let here = points
        .as_deref()
        .map_or_else(|| "/site".to_owned(), link::site);
    let with_query = |path: &str, points: &str| match page.query {
        "" => format!("{path}{points}"),
        query => format!("{path}{points}&{query}"),
    };
    let asked = points.as_ref().map(|_| here.trim_start_matches("/site"));
    let path = asked.map_or_else(|| here.clone(), |points| with_query("/site", points));
    let permalink = points.as_ref().map(|points| {
        link::site_permalink(points, edition.id(), page.answer.on) + &page.answer.kept_query()
    });
    let first_ring = page.drawn.rings().next().unwrap_or_default();
    let closed = first_ring.first().copied().unwrap_or_default();
    // The last corner of a ring repeats the first.
    let open = closed.split_last().map_or(closed, |(_, open)| open);
    let in_degrees = |&corner: &Coord<f64>| match page.drawn.drawn_in() {
        Space::Wgs84 => Some(corner),
        Space::NationalGrid => Some(ostn15::from_national_grid(corner).ok()?.coord),
    };
    let corners = open.iter().filter_map(in_degrees);
    let corners: Vec<String> = corners
        .map(|at| format!("{:.7},{:.7}", at.y, at.x))
        .collect();
    let sheet = Sheet {
        site,
        w,
        indexed: page.indexed,
        title: w.say_with("answer.heading_at", &[("place", &told.place)]),
        still_label: w.say("site.still"),
        told,
        answer: page.answer,
        map: &page.map,
        data: asked.map(|points| with_query("/site.json", points)),
        newest: here.clone(),
        path,
        canonical: None,
        permalink,
        position: None,
        picture: None,
        dots: None,
        ring: None,
        drawn: Some(corners.join(" ")),
        form: Some(form(w, page.map.centre, page.typed.clone())),
    };
    sheet.render(true)
}
