//! The files to which a load's report is written; the ending of its name says as what.

use super::Usage;
use crate::loading::{LayerReport, Report, counted};
use crate::page::load_report::{self, LayerSection, LoadReport};
use crate::policy::Completeness;
use crate::wire;
use anyhow::Context as _;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// What a report can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Html,
    Csv,
}

/// A file for the report.
#[derive(Debug)]
pub(super) struct ReportFile<'a> {
    path: &'a Path,
    form: Form,
}

/// The files that were asked for.
///
/// # Errors
/// A name says nothing that a report can be written as.
pub(super) fn all(paths: &[PathBuf]) -> Result<Vec<ReportFile<'_>>, Usage> {
    let file = |path: &'_ PathBuf| form(path);
    let forms: Vec<Form> = paths.iter().map(file).collect::<Result<_, _>>()?;
    let files = paths.iter().zip(forms);
    Ok(files
        .map(|(path, form)| ReportFile { path, form })
        .collect())
}

fn form(path: &Path) -> Result<Form, Usage> {
    let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    match ending.as_deref().and_then(|end| end.to_str()) {
        Some("json") => Ok(Form::Json),
        Some("html") => Ok(Form::Html),
        Some("csv") => Ok(Form::Csv),
        _ => Err(Usage(format!(
            "a report is written as JSON, HTML or CSV: name it something.json, .html or .csv, not {}",
            path.display()
        ))),
    }
}

impl ReportFile<'_> {
    /// Writes the report of `title`, loaded on `day`.
    pub(super) fn write(&self, report: &Report, title: &str, day: Date) -> anyhow::Result<()> {
        let text = match self.form {
            Form::Json => wire::report::json(report),
            Form::Csv => wire::findings_csv::csv(report),
            Form::Html => load_report::html(&page(report, title, day))?,
        };
        std::fs::write(self.path, text).with_context(|| format!("writing {}", self.path.display()))
    }
}

fn page<'a>(report: &'a Report, title: &'a str, day: Date) -> LoadReport<'a> {
    LoadReport {
        title,
        day,
        refused: report.refuses(),
        layers: report.layers.iter().map(section).collect(),
        about_map: &report.findings,
    }
}

fn section(layer: &LayerReport) -> LayerSection<'_> {
    let known = layer.files.iter().zip(&layer.formats).zip(&layer.crs);
    let files = known.map(|((file, format), crs)| format!("{file} ({format}, {crs})"));
    LayerSection {
        layer: layer.id.as_str(),
        files: files.collect::<Vec<_>>().join("; "),
        counts: [layer.rows, layer.left_out, layer.areas, layer.vertices],
        incomplete: incomplete(&layer.completeness),
        several_files: layer.files.len() > 1,
        findings: &layer.findings,
    }
}

fn incomplete(completeness: &Completeness) -> Option<String> {
    match completeness {
        Completeness::Whole => None,
        Completeness::RowsLeftOut(0) => {
            Some("Incomplete: not all of its files could be read.".to_owned())
        }
        Completeness::RowsLeftOut(rows) => Some(format!(
            "Incomplete: {} left out, so it answers “not known” where it would say no.",
            counted(*rows, "row")
        )),
        Completeness::Accepted { rows, reason } => {
            let rows = counted(*rows, "row");
            Some(format!("{rows} left out, accepted: {reason}"))
        }
    }
}
