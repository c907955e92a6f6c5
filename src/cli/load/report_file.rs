//! The files to which a load's report is written; the ending of its name says as what.

use super::Usage;
use crate::loading::Report;
use crate::page::load_report;
use crate::policy::Lang;
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
    /// Writes the report of `title`, loaded on `day`, in a language.
    pub(super) fn write(
        &self,
        report: &Report,
        title: &str,
        day: Date,
        lang: Lang,
    ) -> anyhow::Result<()> {
        let text = match self.form {
            Form::Json => wire::report::json(report, lang),
            Form::Csv => wire::findings_csv::csv(report, lang),
            Form::Html => load_report::html(report, title, day, lang)?,
        };
        std::fs::write(self.path, text).with_context(|| format!("writing {}", self.path.display()))
    }
}
