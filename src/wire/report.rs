//! The report of a load as JSON: for each layer what its files held, and every finding.
//!
//! Messages and what puts them right are in the language that was asked for; names and machine words are not.

use super::shared::centimetres;
use crate::loading::finding::{Finding, FindingList, Kind, Severity};
use crate::loading::{LayerReport, Report};
use crate::page::finding::{self as words, Named};
use crate::page::message::Words;
use crate::policy::{Completeness, Lang};
use serde::Serialize;

/// Version of this document.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct ReportJson<'a> {
    format: u32,
    lang: &'static str,
    refused: bool,
    errors: u64,
    warnings: u64,
    notices: u64,
    layers: Vec<LayerJson<'a>>,
    findings: Vec<FindingJson<'a>>,
    totals: Vec<TotalJson<'a>>,
}

#[derive(Serialize)]
struct LayerJson<'a> {
    layer: &'a str,
    files: &'a [String],
    formats: &'a [String],
    crs: &'a [String],
    rows: u64,
    rows_left_out: u64,
    areas: u64,
    parts: u64,
    holes: u64,
    vertices: u64,
    complete: bool,
    accepted: Option<&'a str>,
    findings: Vec<FindingJson<'a>>,
    totals: Vec<TotalJson<'a>>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    kind: &'static str,
    severity: &'static str,
    done: &'static str,
    message: String,
    fix: Option<String>,
    file: Option<&'a str>,
    row: Option<u64>,
    reference: Option<&'a str>,
    field: Option<&'a str>,
    value: Option<&'a str>,
    part: Option<u64>,
    ring: Option<u64>,
    vertex: Option<u64>,
    position: Option<[f64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repair: Option<RepairJson>,
}

#[derive(Serialize)]
struct RepairJson {
    area_before_m2: f64,
    area_after_m2: f64,
    parts_before: u64,
    parts_after: u64,
    moved_m: f64,
}

#[derive(Serialize)]
struct TotalJson<'a> {
    kind: &'a str,
    severity: &'static str,
    done: &'static str,
    count: u64,
}

/// The report in a language, indented for reading.
#[must_use]
pub fn json(report: &Report, lang: Lang) -> String {
    let w = Words::of(lang, None);
    let document = ReportJson {
        format: FORMAT,
        lang: lang.code(),
        refused: report.refuses(),
        errors: report.count(Severity::Error),
        warnings: report.count(Severity::Warning),
        notices: report.count(Severity::Notice),
        layers: report.layers.iter().map(|of| layer(w, of)).collect(),
        findings: findings(w, &report.findings),
        totals: totals(&report.findings),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn layer<'a>(w: Words<'_>, layer: &'a LayerReport) -> LayerJson<'a> {
    LayerJson {
        layer: layer.id.as_str(),
        files: &layer.files,
        formats: &layer.formats,
        crs: &layer.crs,
        rows: layer.rows,
        rows_left_out: layer.left_out,
        areas: layer.areas,
        parts: layer.parts,
        holes: layer.holes,
        vertices: layer.vertices,
        complete: layer.completeness == Completeness::Whole,
        accepted: match &layer.completeness {
            Completeness::Accepted { reason, .. } => Some(reason),
            Completeness::Whole | Completeness::RowsLeftOut(_) => None,
        },
        findings: findings(w, &layer.findings),
        totals: totals(&layer.findings),
    }
}

fn findings<'a>(w: Words<'_>, list: &'a FindingList) -> Vec<FindingJson<'a>> {
    list.iter().map(|found| finding(w, found)).collect()
}

fn finding<'a>(w: Words<'_>, finding: &'a Finding) -> FindingJson<'a> {
    let place = finding.place;
    FindingJson {
        kind: finding.kind.word(),
        severity: finding.severity.word(),
        done: finding.done.word(),
        message: w.text(&words::told(finding, Named::InFull)),
        fix: words::fix(finding).map(|fix| w.text(&fix)),
        file: finding.file.as_deref(),
        row: finding.row,
        reference: finding.reference.as_deref(),
        field: finding.field.as_deref(),
        value: finding.value.as_deref(),
        part: place.map(|place| place.part),
        ring: place.map(|place| place.ring),
        vertex: place.map(|place| place.vertex),
        position: finding.position.map(|at| [at.x, at.y]),
        repair: repair(&finding.kind),
    }
}

fn repair(kind: &Kind) -> Option<RepairJson> {
    let mended = kind.mended()?;
    Some(RepairJson {
        area_before_m2: centimetres(mended.before_m2),
        area_after_m2: centimetres(mended.after_m2),
        parts_before: mended.parts_before,
        parts_after: mended.parts_after,
        moved_m: mended.moved_m,
    })
}

fn totals(list: &FindingList) -> Vec<TotalJson<'_>> {
    let totals = list.totals().into_iter();
    totals
        .map(|total| TotalJson {
            kind: total.word,
            severity: total.severity.word(),
            done: total.done.word(),
            count: total.count,
        })
        .collect()
}
