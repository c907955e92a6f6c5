//! The answer page: what applies at a place, what does not, what is not known, and whom to ask.

use super::frame::{Frame, MapView, Site};
use super::letter::{Letter, encoded};
use super::message::Words;
use super::plain::edition_line;
use super::standing::any_other_dates;
use super::told::{Told, tell};
use crate::answer::{Answer, IndexedEdition, Spot};
use crate::geometry::{LonLat, Position, ostn15};
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
    site: Option<String>,
    past_day: Option<String>,
    old_edition: Option<String>,
    newest: String,
    permalink: Option<String>,
    printed: String,
    data: Option<String>,
    mail: String,
    letter: String,
    contact: super::frame::Contact,
    around_heading: String,
    form: Option<String>,
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
    let with_query = |path: String| match page.query {
        "" => path,
        query => format!("{path}?{query}"),
    };
    let position = one_position(page.resolved);
    // The canonical address is by latitude and longitude, however the place was named.
    let canonical = position.map(|position| {
        let lonlat = position.lonlat.rounded();
        link::at(&format!("{},{}", lonlat.lat(), lonlat.lon()))
    });
    Sheet {
        site,
        w,
        indexed: page.indexed,
        title: w.say_with("answer.heading_at", &[("place", &told.place)]),
        still_label: w.say_with("map.still", &[("place", &told.place)]),
        told,
        answer: &merged,
        map: &page.map,
        path: with_query(link::at(&slug)),
        canonical,
        newest: link::at(&slug),
        permalink: Some(link::permalink(&slug, edition.id(), merged.on) + &merged.kept_query()),
        data: Some(with_query(format!("{}.json", link::at(&slug)))),
        picture: Some(picture(page, position.is_some())),
        position,
        dots: dots(page.answers),
        ring: ring(page.answers),
        drawn: None,
        form: None,
    }
    .render(whole)
}

/// The answer as a page has it, whatever it is about. Paths are English ones.
pub(super) struct Sheet<'a> {
    pub site: &'a Site<'a>,
    pub w: Words<'a>,
    pub indexed: &'a IndexedEdition,
    pub title: String,
    pub still_label: String,
    pub told: Told,
    pub answer: &'a Answer,
    pub map: &'a MapView,
    /// The page's own, with its query.
    pub path: String,
    /// Where it is not the page's own.
    pub canonical: Option<String>,
    /// Of the same question to the newest edition.
    pub newest: String,
    /// Of the same answer for ever.
    pub permalink: Option<String>,
    /// Of the same answer as data.
    pub data: Option<String>,
    /// The place, where it is one.
    pub position: Option<&'a Position>,
    /// Path of a picture of it, without its language.
    pub picture: Option<String>,
    /// What the live map marks.
    pub dots: Option<String>,
    pub ring: Option<String>,
    /// The corners of a drawn site's first ring.
    pub drawn: Option<String>,
    /// The form of a site, to change it.
    pub form: Option<String>,
}

impl Sheet<'_> {
    pub(super) fn render(self, whole: bool) -> String {
        let Self {
            site,
            w,
            indexed,
            told,
            answer,
            path,
            ..
        } = self;
        let (edition, lang) = (indexed.edition(), w.lang);
        let on = w.date(PartialDate::of_day(answer.on));
        let description = w.say_with(
            "answer.description",
            &[
                ("sentence", &told.sentence),
                ("map", edition.map().title.in_lang(lang)),
                ("date", &on),
            ],
        );
        let mut frame = site.frame(edition, lang, &path, self.title.clone(), description);
        frame.script = Some(site.script);
        if let Some(canonical) = self.canonical {
            frame.canonical = format!("{}{}", site.public_url, link::in_lang(lang, &canonical));
        }
        frame.picture = self.picture.filter(|_| site.has_public_url).map(|path| {
            let url = format!("{}{}", site.public_url, link::in_lang(lang, &path));
            (url, self.still_label.clone())
        });
        let permalink = self.permalink.map(|path| link::in_lang(lang, &path));
        let address = match &permalink {
            Some(permalink) => format!("{}{permalink}", site.public_url),
            None => frame.canonical.clone(),
        };
        let letter = Letter::of(w, indexed, &told, answer, &address);
        let subject = w.say_with("mail.subject", &[("place", &told.place)]);
        let number = |n: f64| format!("{n}");
        let centre = self.map.centre.rounded();
        let main = Main {
            w,
            title: self.title,
            on: w.say_with("answer.on_date", &[("date", &on)]),
            path: link::in_lang(lang, &path),
            twin: link::in_lang(lang.twin(), &path),
            place: self.position.map(|at| {
                (
                    number(at.lonlat.rounded().lat()),
                    number(at.lonlat.rounded().lon()),
                )
            }),
            grid: self.position.and_then(|at| at.grid).map(|grid| {
                (
                    format!("{:.2}", grid.easting()),
                    format!("{:.2}", grid.northing()),
                )
            }),
            edition: edition.id().to_string(),
            edition_line: edition_line(w, indexed),
            style: super::frame::style_path(edition, lang),
            at_prefix: link::in_lang(lang, "/at/"),
            words: format!("/viewer/words/{}.json", lang.code()),
            zoom: self.map.zoom,
            map_place: (number(centre.lat()), number(centre.lon())),
            still_label: self.still_label,
            other_dates: whole && any_other_dates(edition, answer.on),
            dots: self.dots,
            ring: self.ring,
            site: self.drawn,
            still: super::frame::captioned(w, self.map.still.as_ref()),
            map: whole.then(|| self.map.clone()),
            past_day: (answer.on != site.today)
                .then(|| w.say_with("answer.past_day", &[("date", &on)])),
            old_edition: (edition.id() != site.newest)
                .then(|| w.say_with("answer.old_edition", &[("id", &edition.id().to_string())])),
            newest: link::in_lang(lang, &self.newest),
            printed: w.say_with("print.from", &[("url", &address)]),
            permalink,
            data: self.data,
            mail: format!(
                "mailto:?subject={}&body={}",
                link::encode(&subject, ""),
                encoded(&letter.fitted())
            ),
            letter: letter.whole(),
            contact: site
                .frame(edition, lang, &path, String::new(), String::new())
                .contact,
            around_heading: w.say_with(
                "site.around_heading",
                &[("within", &w.length(answer.within_m))],
            ),
            form: self.form,
            told,
        };
        // A template that does not fit its values does not compile; writing to a string does not fail.
        if whole {
            Whole { frame, main }.render().unwrap_or_default()
        } else {
            main.render().unwrap_or_default()
        }
    }
}

/// Path of the picture that stands for the page where a link to it is shared: 1200 by 630 pixels.
fn picture(page: &AnswerPage<'_>, is_one: bool) -> String {
    let centre = page.map.centre.rounded();
    let mark = if is_one { "" } else { "&pin=no" };
    let kept = page.query.split('&').filter(|field| {
        let name = field.split('=').next();
        matches!(name, Some("on" | "edition"))
    });
    let kept = kept.fold(String::new(), |all, field| all + "&" + field);
    format!(
        "/map/{},{},{}.png?width=600&height=315&scale=2{mark}{kept}",
        centre.lat(),
        centre.lon(),
        page.map.zoom
    )
}

/// The one position of a place, where it has one.
fn one_position(resolved: &Resolved) -> Option<&Position> {
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
