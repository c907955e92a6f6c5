//! The report of a load as one page that opens from disk and can be sent on: no script, no file beside it.
//!
//! What every layer held, then every finding with its sentence, what puts it right, and a small map of the
//! area with the spot marked. In English, as the sentences of findings are. Knows findings; the rest of a
//! load's report is handed over as text.

mod spot;

use crate::loading::finding::{Finding, FindingList, Severity, UnderHeading};
use askama::Template;
use jiff::civil::Date;

/// Maps in one report: a page of a thousand drawings opens in no mail program.
pub const MAX_MAPS: usize = 100;

/// A layer of the report.
#[derive(Debug, Clone)]
pub struct LayerSection<'a> {
    /// The layer's id.
    pub layer: &'a str,
    /// Its files, with their formats and coordinate systems as people read them.
    pub files: String,
    /// Rows, rows left out, areas and vertices.
    pub counts: [u64; 4],
    /// What it means that rows were left out, where some were.
    pub incomplete: Option<String>,
    /// Whether findings must name their file.
    pub several_files: bool,
    /// What was found.
    pub findings: &'a FindingList,
}

/// All that the page is made of.
#[derive(Debug, Clone)]
pub struct LoadReport<'a> {
    /// The map's title, or the file's name.
    pub title: &'a str,
    /// The day of the load.
    pub day: Date,
    /// Whether publishing is refused.
    pub refused: bool,
    /// Layers, in the map's order.
    pub layers: Vec<LayerSection<'a>>,
    /// Findings about the map itself.
    pub about_map: &'a FindingList,
}

#[derive(Template)]
#[template(path = "load_report.html", config = "src/page/askama.toml")]
struct ReportPage<'a> {
    title: &'a str,
    day: String,
    verdict: String,
    refused: bool,
    rows: Vec<SummaryRow<'a>>,
    sections: Vec<Section<'a>>,
    maps_left_out: usize,
}

struct SummaryRow<'a> {
    layer: &'a str,
    files: &'a str,
    counts: [u64; 7],
}

struct Section<'a> {
    id: &'a str,
    heading: &'a str,
    incomplete: Option<&'a str>,
    findings: Vec<Item>,
    more: Vec<String>,
}

struct Item {
    severity: &'static str,
    kind: &'static str,
    sentence: String,
    fix: Option<String>,
    map: Option<String>,
}

/// The page.
///
/// # Errors
/// The template cannot be rendered.
pub fn html(report: &LoadReport<'_>) -> Result<String, askama::Error> {
    let mut drawing = Drawing::default();
    let mut sections = Vec::new();
    if !report.about_map.is_empty() {
        let told = |finding: &Finding| finding.to_string();
        sections.push(Section {
            id: "about-the-map",
            heading: "About the map",
            incomplete: None,
            findings: items(report.about_map, &mut drawing, told),
            more: more(report.about_map),
        });
    }
    for layer in &report.layers {
        sections.push(section(layer, &mut drawing));
    }
    ReportPage {
        title: report.title,
        day: report.day.strftime("%-d %B %Y").to_string(),
        verdict: verdict(report),
        refused: report.refused,
        rows: report.layers.iter().map(summary).collect(),
        sections,
        maps_left_out: drawing.left_out,
    }
    .render()
}

fn section<'a>(layer: &'a LayerSection<'a>, drawing: &mut Drawing) -> Section<'a> {
    let name_file = layer.several_files;
    let told = |finding: &Finding| UnderHeading { finding, name_file }.to_string();
    Section {
        id: layer.layer,
        heading: layer.layer,
        incomplete: layer.incomplete.as_deref(),
        findings: items(layer.findings, drawing, told),
        more: more(layer.findings),
    }
}

fn summary<'a>(layer: &'a LayerSection<'a>) -> SummaryRow<'a> {
    let [rows, left_out, areas, vertices] = layer.counts;
    let of = |severity| layer.findings.count(severity);
    SummaryRow {
        layer: layer.layer,
        files: &layer.files,
        counts: [
            rows,
            left_out,
            areas,
            vertices,
            of(Severity::Error),
            of(Severity::Warning),
            of(Severity::Notice),
        ],
    }
}

fn verdict(report: &LoadReport<'_>) -> String {
    let lists =
        || std::iter::once(report.about_map).chain(report.layers.iter().map(|l| l.findings));
    let count = |severity: Severity| {
        let count: u64 = lists().map(|list| list.count(severity)).sum();
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {}{plural}", severity.word())
    };
    let outcome = if report.refused {
        "Refused: nothing is published until the errors are put right or accepted."
    } else {
        "Nothing stands in the way of publishing."
    };
    let (errors, warnings, notices) = (
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Notice),
    );
    format!("{outcome} {errors}, {warnings}, {notices}.")
}

/// How many maps have been drawn, and how many were not because of [`MAX_MAPS`].
#[derive(Default)]
struct Drawing {
    drawn: usize,
    left_out: usize,
}

impl Drawing {
    fn of(&mut self, finding: &Finding) -> Option<String> {
        let outline = finding.outline.as_ref()?;
        if self.drawn == MAX_MAPS {
            self.left_out += 1;
            return None;
        }
        let map = spot::svg(outline, finding.position)?;
        self.drawn += 1;
        Some(map)
    }
}

/// The findings of a list, errors first, else in the order of the source.
fn items(
    list: &FindingList,
    drawing: &mut Drawing,
    told: impl Fn(&Finding) -> String,
) -> Vec<Item> {
    let mut findings: Vec<&Finding> = list.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    let item = |finding: &Finding| Item {
        severity: finding.severity.word(),
        kind: finding.kind.word(),
        sentence: told(finding),
        fix: finding.fix(),
        map: drawing.of(finding),
    };
    findings.into_iter().map(item).collect()
}

/// What is only counted.
fn more(list: &FindingList) -> Vec<String> {
    let totals = list.totals().into_iter();
    totals
        .filter(|total| total.count > total.kept)
        .map(|total| {
            format!(
                "{}: and {} more of {}, {} in all",
                total.severity.word(),
                total.count - total.kept,
                total.word,
                total.count
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Space;
    use crate::loading::finding::{Kind, Outline};
    use geo_types::Coord;

    fn page(findings: &FindingList) -> String {
        let about_map = FindingList::default();
        let report = LoadReport {
            title: "Trees & <hedges>",
            day: Date::constant(2026, 11, 25),
            refused: true,
            layers: vec![LayerSection {
                layer: "trees",
                files: "trees.shp".to_owned(),
                counts: [3, 1, 2, 40],
                incomplete: None,
                several_files: false,
                findings,
            }],
            about_map: &about_map,
        };
        html(&report).expect("a page")
    }

    fn faulty(row: u64) -> Finding {
        let path = [(3e5, 3e5), (3e5 + 50.0, 3e5), (3e5, 3e5 + 40.0), (3e5, 3e5)];
        let path: Vec<_> = path.into_iter().map(|(x, y)| Coord { x, y }).collect();
        let outline = Outline::of_paths([path.as_slice()].into_iter(), Space::NationalGrid);
        let mut finding = Finding::new(Kind::RingNotClosed).at_row(row).drawn(outline);
        finding.position = Some(path[1]);
        finding
    }

    #[test]
    fn the_page_needs_no_other_file_and_runs_nothing() {
        let mut findings = FindingList::default();
        findings.add(faulty(1));
        let page = page(&findings);
        for foreign in ["<script", "<link", "src=", "url(", "@import", "http"] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        assert!(page.contains("Trees &#38; &#60;hedges&#62;"), "{page}");
        assert!(page.contains("25 November 2026"));
        assert!(page.contains("a ring does not end where it began"));
    }

    #[test]
    fn what_a_file_says_cannot_become_markup() {
        let mut findings = FindingList::default();
        findings.add(Finding::new(Kind::FarPastDate).of_value("<b>", "<img onerror=alert(1)>"));
        let page = page(&findings);
        assert!(!page.contains("<img") && !page.contains("<b>"));
        assert!(page.contains("&#60;img onerror"));
    }

    #[test]
    fn maps_beyond_the_most_are_counted_and_said() {
        let mut findings = FindingList::default();
        findings.extend((0..MAX_MAPS as u64 + 3).map(faulty));
        let page = page(&findings);
        assert_eq!(page.matches("<svg").count(), MAX_MAPS);
        assert!(page.contains("3 more have no map"), "said");
    }
}
