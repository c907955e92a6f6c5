//! The page of all editions: what was published when, by which checksum, and the way to what changed.

use super::frame::{Frame, Site};
use super::message::{Html, Words};
use crate::atlas::Edition;
use crate::atlas::manifest::Manifest;
use crate::atlas::store::Listed;
use crate::policy::{EditionId, Lang, PartialDate, link};
use askama::Template;
use jiff::{Timestamp, tz::TimeZone};

/// Hexadecimal digits of a checksum that the page shows: enough to tell two apart by eye. The data has them all.
const DIGITS_SHOWN: usize = 12;

/// Editions to list.
#[derive(Debug, Clone, Copy)]
pub struct List<'a> {
    /// Newest first, each with the edition before it that can be compared.
    pub listed: &'a [(&'a Listed, Option<EditionId>)],
    /// The edition before which the next page goes on, and how many editions are left for it.
    pub older: Option<(EditionId, usize)>,
    /// The edition before which this page begins.
    pub before: Option<EditionId>,
}

#[derive(Template)]
#[template(path = "editions.html", config = "src/page/askama.toml")]
struct Page<'a> {
    frame: Frame<'a>,
    w: Words<'a>,
    editions: Vec<Row>,
    older: Option<(String, String)>,
    newest: bool,
}

/// One edition.
struct Row {
    id: String,
    current: bool,
    /// When it was published and what it holds; `None` where it cannot be read.
    told: Option<Told>,
    /// Text and path of what changed.
    changes: Option<(String, String)>,
}

/// What its manifest says.
struct Told {
    published: String,
    note: Option<Html>,
    facts: Vec<String>,
}

/// The page.
#[must_use]
pub fn page(site: &Site<'_>, current: &Edition, lang: Lang, list: &List<'_>) -> String {
    let w = Words::of(lang, Some(current.map()));
    let title = w.say("editions.title");
    let path = match list.before {
        Some(before) => format!("/editions?before={before}"),
        None => "/editions".to_owned(),
    };
    let description = w.say("editions.intro");
    let rows = list.listed.iter();
    let page = Page {
        w,
        editions: rows
            .map(|(listed, since)| row(w, listed, *since, current.id()))
            .collect(),
        older: list.older.map(|(before, n)| {
            let path = link::in_lang(lang, &format!("/editions?before={before}"));
            (w.count("editions.older", n, &[]), path)
        }),
        newest: list.before.is_some(),
        frame: site.frame(current, lang, &path, title, description),
    };
    page.render().unwrap_or_default()
}

fn row(w: Words<'_>, listed: &Listed, since: Option<EditionId>, current: EditionId) -> Row {
    let manifest = listed.manifest.as_ref().ok();
    Row {
        id: listed.id.to_string(),
        current: listed.id == current,
        told: manifest.map(|manifest| told(w, manifest, listed.sha256.as_deref())),
        changes: since.map(|since| {
            let text = w.say_with("editions.changes", &[("id", &since.to_string())]);
            (
                text,
                link::in_lang(w.lang, &link::changes(since, listed.id)),
            )
        }),
    }
}

fn told(w: Words<'_>, manifest: &Manifest, sha256: Option<&str>) -> Told {
    let mut facts = vec![
        w.count("editions.layers", manifest.layers(), &[]),
        size(w, manifest.bytes()),
    ];
    let digits = sha256.and_then(|sha256| sha256.get(..DIGITS_SHOWN));
    facts.extend(digits.map(|digits| w.say_with("editions.sha256", &[("digits", digits)])));
    let note = manifest
        .note
        .as_ref()
        .filter(|note| !note.trim().is_empty());
    Told {
        published: published(w, manifest.published),
        note: note.map(|note| w.told_plain(note)),
        facts,
    }
}

/// The day and the time in Europe/London.
fn published(w: Words<'_>, moment: Timestamp) -> String {
    let london = moment.to_zoned(TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC));
    let date = w.date(PartialDate::of_day(london.date()));
    let time = format!("{:02}:{:02}", london.hour(), london.minute());
    w.say_with("editions.published", &[("date", &date), ("time", &time)])
}

/// A number of bytes as people say it.
fn size(w: Words<'_>, bytes: u64) -> String {
    let of = |unit: f64| format!("{:.1}", bytes as f64 / unit);
    if bytes < 1_000_000 {
        w.say_with("unit.kilobytes", &[("n", &of(1e3))])
    } else {
        w.say_with("unit.megabytes", &[("n", &of(1e6))])
    }
}
