//! The page of one written policy: its words in short, its plan, and the areas that show it, on a map and in a list.

use super::frame::{Frame, Site, captioned};
use super::message::{Html, Words};
use super::told::{area_name, stage_name};
use crate::answer::IndexedEdition;
use crate::policy::{AreaRecord, Lang, Policy, link};
use askama::Template;

/// Areas that the page lists, at most: a policy on every house of a county must not make a page of megabytes.
pub const MAX_LISTED: usize = 200;

/// What the page is made of.
#[derive(Debug, Clone)]
pub struct PolicyPage<'a> {
    /// The edition that holds it.
    pub indexed: &'a IndexedEdition,
    /// The policy.
    pub policy: &'a Policy,
    /// The areas that show it.
    pub areas: &'a [Shown],
    /// The language.
    pub lang: Lang,
    /// A still map of them, and how many metres it is wide.
    pub still: Option<(String, f64)>,
}

/// An area that shows a policy.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its layer, and its number in that layer's file.
    pub number: (usize, u32),
    /// What is written about it.
    pub record: AreaRecord,
}

#[derive(Template)]
#[template(path = "policy.html", config = "src/page/askama.toml")]
struct Page<'a> {
    frame: Frame<'a>,
    w: Words<'a>,
    code: &'a str,
    title: Html,
    plan: Html,
    stage: String,
    summary: Option<Html>,
    url: Option<String>,
    still_label: String,
    still: Option<(String, String)>,
    areas: Vec<(Html, Html, String)>,
    areas_heading: String,
    more: Option<String>,
    edition_line: String,
}

/// The page.
#[must_use]
pub fn page(site: &Site<'_>, page: &PolicyPage<'_>) -> String {
    let (policy, lang) = (page.policy, page.lang);
    let edition = page.indexed.edition();
    let w = Words::of(lang, Some(edition.map()));
    let heading = w.say_with(
        "policy.heading",
        &[
            ("code", &policy.code),
            ("title", policy.title.in_lang(lang)),
        ],
    );
    let path = link::policy(&policy.plan, &policy.code);
    let frame = site.frame(
        edition,
        lang,
        &path,
        heading,
        policy.summary.in_lang(lang).to_owned(),
    );
    let plan = edition.map().plan(&policy.plan);
    let listed = page.areas.iter().take(MAX_LISTED);
    let areas: Vec<_> = listed
        .map(|shown| listed_area(w, page.indexed, shown))
        .collect();
    let count = page.areas.len();
    let html = Page {
        w,
        code: &policy.code,
        title: w.told(&policy.title),
        plan: plan.map_or_else(|| w.told_plain(&policy.plan), |plan| w.told(&plan.title)),
        stage: plan
            .and_then(|plan| plan.on(edition.id().day).0)
            .map_or_else(String::new, |stage| stage_name(w, stage)),
        summary: (!policy.summary.en.is_empty()).then(|| w.told(&policy.summary)),
        url: policy
            .url
            .as_ref()
            .and_then(|url| link::safe(url.in_lang(lang)))
            .map(str::to_owned),
        still_label: w.say_with("map.still_policy", &[("code", &policy.code)]),
        still: captioned(w, page.still.as_ref()),
        areas_heading: w.count("policy.areas_heading", count, &[]),
        more: (count > areas.len()).then(|| {
            let (shown, n) = (areas.len().to_string(), count.to_string());
            w.say_with("policy.more_areas", &[("shown", &shown), ("n", &n)])
        }),
        areas,
        edition_line: super::plain::edition_line(w, page.indexed),
        frame,
    };
    html.render().unwrap_or_default()
}

/// An area's layer, name and path.
fn listed_area(w: Words<'_>, indexed: &IndexedEdition, shown: &Shown) -> (Html, Html, String) {
    let layer = &indexed.edition().layers()[shown.number.0].layer;
    let path = link::area(layer.id.as_str(), &shown.record.reference);
    (
        w.told(&layer.title),
        w.told(&area_name(&shown.record)),
        link::in_lang(w.lang, &path),
    )
}

/// The areas that show a policy, in the map's order, those of a layer by reference.
#[must_use]
pub fn areas_of(indexed: &IndexedEdition, policy: &Policy) -> Vec<Shown> {
    let mut areas = Vec::new();
    for (number, stored) in indexed.edition().layers().iter().enumerate() {
        let Some(file) = stored.readable() else {
            continue;
        };
        let mut of_layer = Vec::new();
        for area in 0..file.areas().len() as u32 {
            let Ok(record) = file.record(area) else {
                continue;
            };
            let plan = record.plan.as_ref().or(stored.layer.plan.as_ref());
            if plan == Some(&policy.plan) && record.policies.contains(&policy.code) {
                let number = (number, area);
                of_layer.push(Shown { number, record });
            }
        }
        of_layer.sort_by(|a, b| a.record.reference.cmp(&b.record.reference));
        areas.extend(of_layer);
    }
    areas
}
