//! The report of a load as one page that opens from disk and can be sent on: no script, no file beside it.
//!
//! What every layer held, then every finding with its sentence, what puts it right, and a small map of the
//! area with the spot marked. Findings of a kind stand together, with their number, so that whoever reads
//! can pass over hundreds of them.

mod spot;

use super::finding::{self, Named};
use super::load_text::{incomplete, system};
use super::message::{Html, Sentence, Words};
use crate::loading::finding::{Finding, FindingList, Severity, Total};
use crate::loading::{LayerReport, Report};
use crate::policy::{Lang, PartialDate};
use askama::Template;
use jiff::civil::Date;

/// Maps in one report: a page of a thousand drawings opens in no mail program.
pub const MAX_MAPS: usize = 100;

/// A kind with more findings than this has a link that passes over them.
const MANY: usize = 5;

#[derive(Template)]
#[template(path = "load_report.html", config = "src/page/askama.toml")]
struct ReportPage<'a> {
    w: Words<'a>,
    title: String,
    day: String,
    verdict: String,
    refused: bool,
    rows: Vec<SummaryRow<'a>>,
    sections: Vec<Section<'a>>,
    maps_left_out: Option<Html>,
}

struct SummaryRow<'a> {
    layer: &'a str,
    counts: [Cell; 7],
}

/// A number with the words of its column, which a narrow screen shows beside it.
struct Cell {
    head: String,
    n: u64,
    grave: bool,
}

struct Section<'a> {
    /// The layer's id; none for what is about the map.
    layer: Option<&'a str>,
    files: Vec<Html>,
    incomplete: Option<Html>,
    groups: Vec<Group>,
}

/// The findings of one kind about which the same was done.
struct Group {
    id: String,
    after: String,
    severity: String,
    word: &'static str,
    count: u64,
    grave: bool,
    fix: Option<Html>,
    findings: Vec<Item>,
    shown: Option<Html>,
}

impl Group {
    fn many(&self) -> bool {
        self.findings.len() > MANY
    }
}

struct Item {
    places: Option<Html>,
    what: Html,
    fix: Option<Html>,
    map: Option<String>,
}

/// The page of the report of `title`, loaded on `day`.
///
/// # Errors
/// The template cannot be rendered.
pub fn html(report: &Report, title: &str, day: Date, lang: Lang) -> Result<String, askama::Error> {
    let w = Words::of(lang, None);
    let mut writer = Writer {
        w,
        drawn: 0,
        left_out: 0,
    };
    let mut sections = Vec::new();
    if !report.findings.is_empty() {
        sections.push(Section {
            layer: None,
            files: Vec::new(),
            incomplete: None,
            groups: writer.groups("map", &report.findings, Named::InFull),
        });
    }
    for layer in &report.layers {
        sections.push(writer.section(layer));
    }
    let left_out = writer.left_out;
    let maps_left_out = (left_out > 0).then(|| {
        let sentence = Sentence::count("report.maps_left_out", left_out).with("max", MAX_MAPS);
        w.html(&sentence)
    });
    ReportPage {
        w,
        title: w.say_with("report.title", &[("title", title)]),
        day: w.date(PartialDate::of_day(day)),
        verdict: verdict(w, report),
        refused: report.refuses(),
        rows: report
            .layers
            .iter()
            .map(|layer| summary(w, layer))
            .collect(),
        sections,
        maps_left_out,
    }
    .render()
}

fn summary<'a>(w: Words<'_>, layer: &'a LayerReport) -> SummaryRow<'a> {
    let of = |severity| layer.findings.count(severity);
    let cell = |head: String, n: u64| Cell {
        head,
        n,
        grave: false,
    };
    SummaryRow {
        layer: layer.id.as_str(),
        counts: [
            Cell {
                grave: of(Severity::Error) > 0,
                ..cell(w.say("report.head_errors"), of(Severity::Error))
            },
            cell(w.say("report.head_warnings"), of(Severity::Warning)),
            cell(w.say("report.head_notices"), of(Severity::Notice)),
            cell(w.say("report.head_rows"), layer.rows),
            cell(w.say("report.head_left_out"), layer.left_out),
            cell(w.say("report.head_areas"), layer.areas),
            cell(w.say("report.head_vertices"), layer.vertices),
        ],
    }
}

fn verdict(w: Words<'_>, report: &Report) -> String {
    let outcome = if report.refuses() {
        w.say("report.is_refused")
    } else {
        w.say("report.is_publishable")
    };
    let counts = [Severity::Error, Severity::Warning, Severity::Notice];
    let counts = counts.map(|grave| w.text(&finding::counted(grave, report.count(grave))));
    format!("{outcome} {}.", counts.join(", "))
}

/// Writes findings in the words of one language, and counts the maps that are drawn.
struct Writer<'a> {
    w: Words<'a>,
    drawn: usize,
    left_out: u64,
}

impl Writer<'_> {
    fn section<'b>(&mut self, layer: &'b LayerReport) -> Section<'b> {
        let known = layer.files.iter().zip(&layer.formats).zip(&layer.crs);
        let file = |((file, format), crs): ((&String, &String), &String)| {
            let sentence = Sentence::say("report.file")
                .with("file", file)
                .with("format", format)
                .with_list("system", vec![system(crs)]);
            self.w.html(&sentence)
        };
        let named = Named::UnderLayer {
            file: layer.files.len() > 1,
        };
        Section {
            layer: Some(layer.id.as_str()),
            files: known.map(file).collect(),
            incomplete: incomplete(&layer.completeness).map(|sentence| self.w.html(&sentence)),
            groups: self.groups(layer.id.as_str(), &layer.findings, named),
        }
    }

    /// The findings of a list by kind, errors first, each kind in the order of the source.
    fn groups(&mut self, section: &str, list: &FindingList, named: Named) -> Vec<Group> {
        let totals = list.totals();
        let id = |total: &Total| format!("{section}.{}.{}", total.word, total.done.word());
        let mut groups = Vec::with_capacity(totals.len());
        for (at, total) in totals.iter().enumerate() {
            let next = totals.get(at + 1).map(id);
            let of_it = |found: &&Finding| {
                (found.severity, found.kind.word(), found.done)
                    == (total.severity, total.word, total.done)
            };
            let found: Vec<&Finding> = list.iter().filter(of_it).collect();
            let fix = found.first().and_then(|first| self.fix(first));
            let items = found
                .into_iter()
                .map(|found| self.item(found, fix.as_ref(), named));
            groups.push(Group {
                id: id(total),
                after: next.unwrap_or_else(|| format!("{section}.end")),
                findings: items.collect(),
                severity: self.w.text(&finding::severity(total.severity)),
                grave: total.severity == Severity::Error,
                word: total.word,
                count: total.count,
                fix,
                shown: (total.count > total.kept).then(|| self.shown(total)),
            });
        }
        groups
    }

    fn shown(&self, total: &Total) -> Html {
        let sentence = Sentence::say("report.shown")
            .with("shown", total.kept)
            .with("n", total.count);
        self.w.html(&sentence)
    }

    fn fix(&self, found: &Finding) -> Option<Html> {
        let label = |fix| Sentence::say("report.put_right").with_clause("fix", fix);
        finding::fix(found).map(|fix| self.w.html(&label(fix)))
    }

    /// What puts a kind right is said once; a finding that needs something else says so itself.
    fn item(&mut self, found: &Finding, said: Option<&Html>, named: Named) -> Item {
        let places = finding::places(found, named);
        let list = |places| Sentence::say("found.places").with_list("where", places);
        Item {
            places: (!places.is_empty()).then(|| self.w.html(&list(places))),
            what: self.w.html(&finding::what(found)),
            fix: self.fix(found).filter(|own| Some(own) != said),
            map: self.map(found),
        }
    }

    fn map(&mut self, found: &Finding) -> Option<String> {
        let outline = found.outline.as_ref()?;
        if self.drawn == MAX_MAPS {
            self.left_out += 1;
            return None;
        }
        let map = spot::svg(self.w, outline, found.position)?;
        self.drawn += 1;
        Some(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Space;
    use crate::loading::finding::{Kind, Outline};
    use crate::policy::{Completeness, LayerId};
    use geo_types::Coord;

    fn page_in(findings: FindingList, lang: Lang) -> String {
        let layer = LayerReport {
            id: LayerId::new("trees").expect("an id"),
            files: vec!["trees.shp".to_owned()],
            formats: vec!["Shapefile".to_owned()],
            crs: vec!["EPSG:27700 (British National Grid)".to_owned()],
            rows: 3,
            left_out: 1,
            areas: 2,
            parts: 2,
            holes: 0,
            vertices: 40,
            completeness: Completeness::RowsLeftOut(1),
            findings,
        };
        let report = Report {
            layers: vec![layer],
            findings: FindingList::default(),
        };
        let day = Date::constant(2026, 11, 25);
        html(&report, "Trees & <hedges>", day, lang).expect("a page")
    }

    fn page(findings: FindingList) -> String {
        page_in(findings, Lang::En)
    }

    fn faulty(row: u64) -> Finding {
        let path = [(3e5, 3e5), (3e5 + 50.0, 3e5), (3e5, 3e5 + 40.0), (3e5, 3e5)];
        let path: Vec<_> = path.into_iter().map(|(x, y)| Coord { x, y }).collect();
        let outline = Outline::of_paths([path.as_slice()].into_iter(), Space::NationalGrid);
        let mut finding = Finding::new(Kind::RingNotClosed).at_row(row).drawn(outline);
        finding.position = Some(path[1]);
        finding
    }

    fn list(findings: impl IntoIterator<Item = Finding>) -> FindingList {
        let mut list = FindingList::default();
        list.extend(findings);
        list
    }

    #[test]
    fn the_page_needs_no_other_file_and_runs_nothing() {
        let page = page(list([faulty(1)]));
        for foreign in ["<script", "<link", "src=", "url(", "@import", "http"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        assert!(page.contains("Trees &#38; &#60;hedges&#62;"), "{page}");
        assert!(page.contains("25 November 2026"));
        assert!(page.contains("a ring does not end where it began"));
        assert!(page.contains("trees.shp: Shapefile, EPSG:27700 (British National Grid)<"));
    }

    #[test]
    fn what_a_file_says_cannot_become_markup() {
        let finding = Finding::new(Kind::FarPastDate).of_value("<u>", "<img onerror=alert(1)>");
        let page = page(list([finding]));
        assert!(!page.contains("<img") && !page.contains("<u>"));
        assert!(page.contains("&lt;img onerror"), "{page}");
    }

    #[test]
    fn maps_beyond_the_most_are_counted_and_said() {
        let page = page(list((0..MAX_MAPS as u64 + 3).map(faulty)));
        assert_eq!(page.matches("<svg").count(), MAX_MAPS);
        assert!(page.contains("3 more have no map"), "said");
    }

    #[test]
    fn a_welsh_page_is_welsh_and_marks_what_a_parser_said_as_english() {
        let why = "unexpected end of input".to_owned();
        let unread = Finding::new(Kind::InvalidWkt { why }).at_row(7);
        let page = page_in(list([faulty(1), unread]), Lang::Cy);
        assert!(page.contains("<html lang=\"cy\">"));
        assert!(page.contains("25 Tachwedd 2026"));
        assert!(page.contains("WKT: <span lang=\"en\">unexpected end of input</span>"));
        for english in [
            "Layer",
            "Errors",
            "row 1",
            "the area in grey",
            "To put it right",
            ">error",
        ] {
            assert!(!page.contains(english), "{english} in {page}");
        }
    }

    #[test]
    fn a_kind_says_once_what_puts_it_right_and_every_link_leads_somewhere() {
        let mut many: Vec<Finding> = (1..=300)
            .map(|row| Finding::new(Kind::FarPastDate).at_row(row))
            .collect();
        many.push(Finding::new(Kind::NotALink).at_row(1));
        let page = page(list(many));
        assert_eq!(page.matches("Leave the date empty").count(), 1);
        assert!(page.contains("The first 200 of 300 are listed."));
        let targets = page.split("href=\"#").skip(1);
        let targets: Vec<&str> = targets.filter_map(|rest| rest.split('"').next()).collect();
        assert!(targets.len() > 4, "{targets:?}");
        for target in targets {
            assert_eq!(
                page.matches(&format!("id=\"{target}\"")).count(),
                1,
                "{target}"
            );
        }
    }
}
