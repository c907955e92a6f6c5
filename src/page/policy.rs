//! The page of one written policy: its words in short, its plan, and the areas that show it.

use super::frame::{Frame, Site};
use super::message::{Html, Words};
use super::told::{area_name, stage_name};
use crate::answer::IndexedEdition;
use crate::policy::{Lang, Policy, link};
use askama::Template;

/// Areas that the page lists, at most: a policy on every house of a county must not make a page of megabytes.
pub const MAX_LISTED: usize = 200;

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
    areas: Vec<(Html, Html, String)>,
    areas_heading: String,
    more: Option<String>,
    edition_line: String,
}

/// The page.
#[must_use]
pub fn page(site: &Site<'_>, indexed: &IndexedEdition, policy: &Policy, lang: Lang) -> String {
    let edition = indexed.edition();
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
    let (mut areas, count) = areas(w, indexed, policy);
    areas.truncate(MAX_LISTED);
    let page = Page {
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
        areas_heading: w.count("policy.areas_heading", count, &[]),
        more: (count > areas.len()).then(|| {
            let (shown, n) = (areas.len().to_string(), count.to_string());
            w.say_with("policy.more_areas", &[("shown", &shown), ("n", &n)])
        }),
        areas,
        edition_line: super::plain::edition_line(w, indexed),
        frame,
    };
    page.render().unwrap_or_default()
}

/// Layer, name and path of each area that shows the policy, in the map's order, and how many there are.
fn areas(
    w: Words<'_>,
    indexed: &IndexedEdition,
    policy: &Policy,
) -> (Vec<(Html, Html, String)>, usize) {
    let mut areas = Vec::new();
    for stored in indexed.edition().layers() {
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
                of_layer.push(record);
            }
        }
        of_layer.sort_by(|a, b| a.reference.cmp(&b.reference));
        areas.extend(of_layer.into_iter().map(|record| {
            let path = link::in_lang(
                w.lang,
                &link::area(stored.layer.id.as_str(), &record.reference),
            );
            (
                w.told(&stored.layer.title),
                w.told(&area_name(&record)),
                path,
            )
        }));
    }
    let count = areas.len();
    (areas, count)
}
