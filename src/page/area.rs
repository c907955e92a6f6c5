//! The page of one policy area: what is written about it, and where it is.

use super::frame::{Frame, Site};
use super::message::{Html, Words};
use super::told::{area_name, stage_name};
use crate::answer::IndexedEdition;
use crate::atlas::StoredLayer;
use crate::geometry::{LonLat, Space};
use crate::policy::{AreaRecord, InForce, Lang, PartialDate, Validity, link};
use askama::Template;

/// What the page is made of.
#[derive(Debug, Clone)]
pub struct AreaPage<'a> {
    /// The edition that holds it.
    pub indexed: &'a IndexedEdition,
    /// Its layer.
    pub layer: &'a StoredLayer,
    /// What is written about it.
    pub record: &'a AreaRecord,
    /// Its area in square units of `space`; 0 for lines and points.
    pub size: f64,
    /// The coordinates that it is kept in.
    pub space: Space,
    /// A place inside it.
    pub middle: LonLat,
    /// The language.
    pub lang: Lang,
    /// The still map of it, and how many metres it is wide.
    pub still: Option<(String, f64)>,
    /// The query under which it was asked, without the question mark.
    pub query: &'a str,
}

#[derive(Template)]
#[template(path = "area.html", config = "src/page/askama.toml")]
struct Page<'a> {
    frame: Frame<'a>,
    w: Words<'a>,
    layer: Html,
    name: Html,
    name_plain: String,
    over: Option<String>,
    rows: Vec<(String, Html, Option<String>)>,
    middle: String,
    data: String,
    still: Option<(String, String)>,
    edition_line: String,
}

/// The page.
#[must_use]
pub fn page(site: &Site<'_>, page: &AreaPage<'_>) -> String {
    let edition = page.indexed.edition();
    let w = Words::of(page.lang, Some(edition.map()));
    let layer = &page.layer.layer;
    let name = area_name(page.record);
    let title = w.say_with(
        "area.heading_layer",
        &[
            ("layer", layer.title.in_lang(page.lang)),
            ("name", name.in_lang(page.lang)),
        ],
    );
    let mut path = link::area(layer.id.as_str(), &page.record.reference);
    let data = format!("{path}.json");
    if !page.query.is_empty() {
        path = format!("{path}?{}", page.query);
    }
    let frame = site.frame(edition, page.lang, &path, title.clone(), title);
    let lonlat = page.middle.rounded();
    let area = Page {
        w,
        layer: w.told(&layer.title),
        name: w.told(&name),
        name_plain: w.say_with("map.still_area", &[("name", name.in_lang(page.lang))]),
        over: over(w, page.record.validity, site),
        rows: rows(w, page),
        middle: link::in_lang(
            page.lang,
            &link::at(&format!("{},{}", lonlat.lat(), lonlat.lon())),
        ),
        data,
        still: super::frame::captioned(w, page.still.as_ref()),
        edition_line: super::plain::edition_line(w, page.indexed),
        frame,
    };
    area.render().unwrap_or_default()
}

fn over(w: Words<'_>, validity: Validity, site: &Site<'_>) -> Option<String> {
    let today = w.date(PartialDate::of_day(site.today));
    (validity.on(site.today) == InForce::No).then(|| w.say_with("area.over", &[("date", &today)]))
}

/// What is known of the area, as name, value and link.
fn rows(w: Words<'_>, page: &AreaPage<'_>) -> Vec<(String, Html, Option<String>)> {
    let record = page.record;
    let map = page.indexed.edition().map();
    let mut rows = vec![(
        w.say("area.reference"),
        w.told_plain(&record.reference),
        None,
    )];
    let plan = record
        .plan
        .as_ref()
        .or(page.layer.layer.plan.as_ref())
        .and_then(|id| map.plan(id));
    if let Some(plan) = plan {
        let stage = plan.on(jiff_day(page)).0;
        let stage = stage.map_or_else(String::new, |stage| format!(" ({})", stage_name(w, stage)));
        let title = format!("{}{stage}", plan.title.in_lang(w.lang));
        let url = plan.url.as_deref().and_then(link::safe).map(str::to_owned);
        rows.push((
            w.say("area.plan"),
            w.told(&crate::policy::Text::bilingual(title.clone(), Some(title))),
            url,
        ));
    }
    for code in &record.policies {
        let policy = plan.and_then(|plan| map.policy(&plan.id, code));
        let path =
            policy.map(|policy| link::in_lang(w.lang, &link::policy(&policy.plan, &policy.code)));
        let told = match policy {
            Some(policy) => w.told_code(code, &policy.title),
            None => w.told_plain(code),
        };
        rows.push((w.say("area.policies"), told, path));
    }
    let date = |date: PartialDate| w.plain_html(&w.date(date));
    rows.extend(
        record
            .validity
            .start
            .map(|start| (w.say("area.start"), date(start), None)),
    );
    rows.extend(
        record
            .validity
            .end
            .map(|end| (w.say("area.end"), date(end), None)),
    );
    if let Some(size) = size(w, page) {
        rows.push((w.say("area.size"), w.plain_html(&size), None));
    }
    rows.extend(
        record
            .notes
            .as_ref()
            .map(|notes| (w.say("area.notes"), w.told_plain(notes), None)),
    );
    let document = |name: String, url: Option<&String>| {
        let url = link::safe(url?)?;
        Some((name, w.plain_html(url), Some(url.to_owned())))
    };
    rows.extend(document(
        w.say("area.document"),
        record.document_url.as_ref(),
    ));
    rows.extend(document(
        w.say("area.documentation"),
        record.documentation_url.as_ref(),
    ));
    rows
}

/// The day on which the edition was published: the page of an edition must not change with the calendar.
fn jiff_day(page: &AreaPage<'_>) -> jiff::civil::Date {
    page.indexed.edition().id().day
}

/// The size, where the coordinates are metres: hectares to two decimals, or square metres under a hundredth of one.
fn size(w: Words<'_>, page: &AreaPage<'_>) -> Option<String> {
    if page.space != Space::NationalGrid || page.size <= 0.0 {
        return None;
    }
    let hectares = page.size / 10_000.0;
    Some(if hectares >= 0.1 {
        w.say_with("area.hectares", &[("n", &format!("{hectares:.2}"))])
    } else {
        w.say_with("area.square_metres", &[("n", &format!("{:.0}", page.size))])
    })
}
