//! The report of a load as text for a terminal: a line for each layer, then what was found in it.

use super::finding::{self, Named};
use super::message::{Part, Sentence, Words};
use crate::loading::finding::{Finding, FindingList, Severity};
use crate::loading::{LayerReport, Report};
use crate::policy::{Completeness, EditionId, Lang};
use std::collections::HashSet;

/// How the report of a file that was not read names its coordinate system.
const NO_SYSTEM: &str = "none";

/// The report in a language.
#[must_use]
pub fn text(report: &Report, lang: Lang) -> String {
    let w = Words::of(lang, None);
    let mut lines = Vec::new();
    for layer in &report.layers {
        lines.push(w.text(&heading(layer)));
        let incomplete = incomplete(&layer.completeness);
        lines.extend(incomplete.map(|sentence| format!("  {}", w.text(&sentence))));
        let file = layer.files.len() > 1;
        let told = |finding: &Finding| finding::told(finding, Named::UnderLayer { file });
        add(&mut lines, w, &layer.findings, told);
    }
    let told = |finding: &Finding| finding::told(finding, Named::InFull);
    add(&mut lines, w, &report.findings, told);
    let outcome = if report.refuses() {
        Sentence::say("report.refused")
    } else {
        Sentence::say("report.publishable")
    };
    let counts = [Severity::Error, Severity::Warning, Severity::Notice];
    let counts = counts.map(|grave| Part::Clause(finding::counted(grave, report.count(grave))));
    lines.push(w.text(&outcome.with_list("counts", counts.into())));
    lines.push(String::new());
    lines.join("\n")
}

/// What follows the report where nothing was to be published.
#[must_use]
pub fn dry_run(lang: Lang) -> String {
    Words::of(lang, None).text(&Sentence::say("report.dry_run"))
}

/// What follows the report where an edition was published.
#[must_use]
pub fn published(id: EditionId, layers: u64, lang: Lang) -> String {
    let sentence = Sentence::say("report.published")
        .with("id", id)
        .with_clause("layers", Sentence::count("report.layers", layers));
    Words::of(lang, None).text(&sentence)
}

/// What rows left out mean, where some were.
pub(super) fn incomplete(completeness: &Completeness) -> Option<Sentence> {
    match completeness {
        Completeness::Whole => None,
        Completeness::RowsLeftOut(0) => Some(Sentence::say("report.incomplete_files")),
        Completeness::RowsLeftOut(rows) => Some(Sentence::count("report.incomplete", *rows)),
        Completeness::Accepted { rows, reason } => {
            Some(Sentence::count("report.accepted", *rows).with("reason", reason))
        }
    }
}

/// A file's coordinate system, or the word for none.
pub(super) fn system(crs: &str) -> Part {
    if crs == NO_SYSTEM {
        Part::Clause(Sentence::say("report.no_system"))
    } else {
        Part::Name(crs.to_owned())
    }
}

fn heading(layer: &LayerReport) -> Sentence {
    let counts = [
        Sentence::count("report.rows", layer.rows),
        Sentence::count("report.areas", layer.areas),
        Sentence::count("report.parts", layer.parts),
        Sentence::count("report.vertices", layer.vertices),
    ];
    let formats = layer.formats.iter().cloned();
    let systems = layer.crs.iter().map(|crs| system(crs));
    Sentence::say("report.layer")
        .with("layer", &layer.id)
        .with_list("counts", counts.map(Part::Clause).into())
        .with_list("formats", formats.map(Part::Name).collect())
        .with_list("systems", systems.collect())
}

fn add(
    lines: &mut Vec<String>,
    w: Words<'_>,
    findings: &FindingList,
    told: impl Fn(&Finding) -> Sentence,
) {
    let mut fixed = HashSet::new();
    let grave = |severity| w.text(&finding::severity(severity));
    for found in findings {
        lines.push(format!(
            "  {}: {}",
            grave(found.severity),
            w.text(&told(found))
        ));
        // What puts it right is said once, after the first of its kind.
        if let Some(fix) = finding::fix(found)
            && fixed.insert(found.kind.word())
        {
            lines.push(format!("    {}", w.text(&fix)));
        }
    }
    for total in findings.totals() {
        let more = finding::more(&total).map(|more| w.text(&more));
        lines.extend(more.map(|more| format!("  {}: {more}", grave(total.severity))));
    }
}
