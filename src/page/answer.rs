//! The answer page: what applies at a place, what does not, what is not known, and whom to ask.

use super::frame::{Frame, MapView, Site};
use super::letter::{Letter, encoded};
use super::message::Words;
use super::plain::edition_line;
use super::standing::any_other_dates;
use super::told::{Told, tell};
use crate::answer::{Answer, IndexedEdition, Spot};
use crate::geometry::{LonLat, ostn15};
use crate::places::{At, Resolved};
use crate::policy::{Lang, PartialDate, link};
use askama::Template;

/// What the answer page is made of.
#[derive(Debug, Clone)]
pub struct AnswerPage<'a> {
    /// The edition that answers.
    pub indexed: &'a IndexedEdition,
    /// The place.
    pub resolved: &'a Resolved,
    /// Its answers, one a position.
    pub answers: &'a [Answer],
    /// The language.
    pub lang: Lang,
    /// The map beside the answer.
    pub map: MapView,
    /// The query under which it was asked, without the question mark: kept in its links.
    pub query: &'a str,
}

#[derive(Template)]
#[template(path = "answer.html", config = "src/page/askama.toml")]
struct Whole<'a> {
    frame: Frame<'a>,
    main: Main<'a>,
}

#[derive(Template)]
#[template(path = "answer_main.html", config = "src/page/askama.toml")]
struct Main<'a> {
    w: Words<'a>,
    title: String,
    told: Told,
    on: String,
    path: String,
    twin: String,
    place: Option<(String, String)>,
    grid: Option<(String, String)>,
    edition: String,
    edition_line: String,
    style: String,
    at_prefix: String,
    words: String,
    map: Option<MapView>,
    map_place: (String, String),
    zoom: f64,
    still_label: String,
    still: Option<(String, String)>,
    other_dates: bool,
    dots: Option<String>,
    ring: Option<String>,
    past_day: Option<String>,
    old_edition: Option<String>,
    newest: String,
    permalink: String,
    printed: String,
    data: String,
    mail: String,
    letter: String,
    contact: super::frame::Contact,
}

/// The whole page.
#[must_use]
pub fn page(site: &Site<'_>, page: &AnswerPage<'_>) -> String {
    render(site, page, true)
}

/// The `<main>` element alone, for a viewer that is there already. Its map is an empty place for the viewer's own.
#[must_use]
pub fn part(site: &Site<'_>, page: &AnswerPage<'_>) -> String {
    render(site, page, false)
}

fn render(site: &Site<'_>, page: &AnswerPage<'_>, whole: bool) -> String {
    let edition = page.indexed.edition();
    let w = Words::of(page.lang, Some(edition.map()));
    let Some((told, merged)) = tell(w, page.indexed, page.resolved, page.answers) else {
        return String::new();
    };
    let slug = page.resolved.place.slug();
    let path = match page.query {
        "" => link::at(&slug),
        query => format!("{}?{query}", link::at(&slug)),
    };
    let on = w.date(PartialDate::of_day(merged.on));
    let title = w.say_with("answer.heading_at", &[("place", &told.place)]);
    let description = w.say_with(
        "answer.description",
        &[
            ("sentence", &told.sentence),
            ("map", edition.map().title.in_lang(page.lang)),
            ("date", &on),
        ],
    );
    let mut frame = site.frame(edition, page.lang, &path, title.clone(), description);
    frame.script = Some(site.script);
    if let Some(position) = one_position(page.resolved) {
        // The canonical address is by latitude and longitude, however the place was named.
        let lonlat = position.lonlat.rounded();
        let canonical = link::in_lang(
            page.lang,
            &link::at(&format!("{},{}", lonlat.lat(), lonlat.lon())),
        );
        frame.canonical = format!("{}{canonical}", site.public_url);
    }
    let permalink = link::permalink(&slug, edition.id(), merged.on) + &merged.kept_query();
    let printed = format!(
        "{}{}",
        site.public_url,
        link::in_lang(page.lang, &permalink)
    );
    let letter = Letter::of(w, page.indexed, &told, &merged, &printed);
    let subject = w.say_with("mail.subject", &[("place", &told.place)]);
    let position = one_position(page.resolved);
    let number = |n: f64| format!("{n}");
    let centre = page.map.centre.rounded();
    let main = Main {
        w,
        title,
        on: w.say_with("answer.on_date", &[("date", &on)]),
        path: link::in_lang(page.lang, &path),
        twin: link::in_lang(page.lang.twin(), &path),
        place: position.map(|at| {
            (
                number(at.lonlat.rounded().lat()),
                number(at.lonlat.rounded().lon()),
            )
        }),
        grid: position.and_then(|at| at.grid).map(|grid| {
            (
                format!("{:.2}", grid.easting()),
                format!("{:.2}", grid.northing()),
            )
        }),
        edition: edition.id().to_string(),
        edition_line: edition_line(w, page.indexed),
        style: super::frame::style_path(edition, page.lang),
        at_prefix: link::in_lang(page.lang, "/at/"),
        words: format!("/viewer/words/{}.json", page.lang.code()),
        zoom: page.map.zoom,
        map_place: (number(centre.lat()), number(centre.lon())),
        still_label: w.say_with("map.still", &[("place", &told.place)]),
        other_dates: whole && any_other_dates(edition, merged.on),
        dots: dots(page.answers),
        ring: ring(page.answers),
        still: super::frame::captioned(w, page.map.still.as_ref()),
        map: whole.then(|| page.map.clone()),
        past_day: (merged.on != site.today)
            .then(|| w.say_with("answer.past_day", &[("date", &on)])),
        old_edition: (edition.id() != site.newest)
            .then(|| w.say_with("answer.old_edition", &[("id", &edition.id().to_string())])),
        newest: link::in_lang(page.lang, &link::at(&slug)),
        printed: w.say_with("print.from", &[("url", &printed)]),
        permalink: link::in_lang(page.lang, &permalink),
        data: match page.query {
            "" => format!("{}.json", link::at(&slug)),
            query => format!("{}.json?{query}", link::at(&slug)),
        },
        mail: format!(
            "mailto:?subject={}&body={}",
            link::encode(&subject, ""),
            encoded(&letter.fitted())
        ),
        letter: letter.whole(),
        contact: site
            .frame(edition, page.lang, &path, String::new(), String::new())
            .contact,
        told,
    };
    // A template that does not fit its values does not compile; writing to a string does not fail.
    if whole {
        Whole { frame, main }.render().unwrap_or_default()
    } else {
        main.render().unwrap_or_default()
    }
}

/// The one position of a place, where it has one.
fn one_position(resolved: &Resolved) -> Option<&crate::geometry::Position> {
    match &resolved.at {
        At::Point(position) | At::Square(_, position) => Some(position),
        At::Entry(found) => Some(&found.position),
        At::Postcode(found) => found
            .iter()
            .all(|other| other.position == found[0].position)
            .then(|| &found[0].position),
    }
}

/// Where to put dots on the map: each position, where there are several.
fn dots(answers: &[Answer]) -> Option<String> {
    let places = answers.iter().map(|answer| answer.spot.position().lonlat);
    (answers.len() > 1).then(|| pairs(places))
}

/// The corners of a square, to draw it on the map.
fn ring(answers: &[Answer]) -> Option<String> {
    let Spot::Square(square, _) = answers.first()?.spot else {
        return None;
    };
    let corners = square.bounds().corners().map(|corner| {
        let there = ostn15::from_national_grid(corner).ok()?.coord;
        LonLat::new(there.x, there.y).ok()
    });
    let corners: Option<Vec<LonLat>> = corners.into_iter().collect();
    corners.map(|corners| pairs(corners.into_iter()))
}

/// `latitude,longitude` pairs with a space between, to the decimetre.
fn pairs(places: impl Iterator<Item = LonLat>) -> String {
    let pairs: Vec<String> = places
        .map(|at| format!("{:.6},{:.6}", at.lat(), at.lon()))
        .collect();
    pairs.join(" ")
}
