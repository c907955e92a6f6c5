//! What a load gives to read: for each layer what its files held and what was found in them.

use super::finding::{Finding, FindingList, Severity, UnderHeading};
use crate::policy::{Completeness, LayerId};
use std::fmt::{self, Display, Formatter};

/// The report of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerReport {
    /// The layer.
    pub id: LayerId,
    /// Its files, by name.
    pub files: Vec<String>,
    /// The format of each file.
    pub formats: Vec<String>,
    /// The coordinate system that each file is in, as declared or said.
    pub crs: Vec<String>,
    /// Rows of all files.
    pub rows: u64,
    /// Rows that are not in the layer.
    pub left_out: u64,
    /// Areas of the layer.
    pub areas: u64,
    /// Polygons, lines and points of all areas.
    pub parts: u64,
    /// Holes in polygons.
    pub holes: u64,
    /// Vertices, the last of each ring included.
    pub vertices: u64,
    /// Whether the layer can say no.
    pub completeness: Completeness,
    /// What was found.
    pub findings: FindingList,
}

/// The report of a load.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Layers, in the order of the map.
    pub layers: Vec<LayerReport>,
    /// Findings about the map itself, and about files that are no layers.
    pub findings: FindingList,
}

impl Report {
    /// Whether publishing must not happen.
    #[must_use]
    pub fn refuses(&self) -> bool {
        self.lists().any(FindingList::refuses)
    }

    /// How many findings of a severity there are.
    #[must_use]
    pub fn count(&self, severity: Severity) -> u64 {
        self.lists().map(|list| list.count(severity)).sum()
    }

    /// The report of a layer.
    #[must_use]
    pub fn layer(&self, id: &str) -> Option<&LayerReport> {
        self.layers.iter().find(|layer| layer.id.as_str() == id)
    }

    /// Every finding that is listed, those about the map first.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        self.lists().flat_map(FindingList::iter)
    }

    fn lists(&self) -> impl Iterator<Item = &FindingList> {
        std::iter::once(&self.findings).chain(self.layers.iter().map(|layer| &layer.findings))
    }
}

impl Display for Report {
    /// The report as plain text, in English.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for layer in &self.layers {
            layer.fmt(f)?;
        }
        write_list(f, &self.findings, ToString::to_string)?;
        let of = |severity, one| counted(self.count(severity), one);
        writeln!(
            f,
            "{}, {}, {}: {}",
            of(Severity::Error, "error"),
            of(Severity::Warning, "warning"),
            of(Severity::Notice, "notice"),
            if self.refuses() {
                "refused, nothing is published"
            } else {
                "can be published"
            }
        )
    }
}

impl Display for LayerReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {}, {}, {}, {}; {}; {}",
            self.id,
            counted(self.rows, "row"),
            counted(self.areas, "area"),
            counted(self.parts, "part"),
            counted(self.vertices, "vertex"),
            self.formats.join(", "),
            self.crs.join(", ")
        )?;
        match &self.completeness {
            Completeness::Whole => {}
            Completeness::RowsLeftOut(0) => {
                writeln!(f, "  incomplete: not all of its files could be read")?;
            }
            Completeness::RowsLeftOut(rows) => writeln!(
                f,
                "  incomplete: {} left out, so it answers “not known” where it would say no",
                counted(*rows, "row")
            )?,
            Completeness::Accepted { rows, reason } => {
                let rows = counted(*rows, "row");
                writeln!(f, "  {rows} left out, accepted: {reason}")?;
            }
        }
        let name_file = self.files.len() > 1;
        write_list(f, &self.findings, |finding| {
            UnderHeading { finding, name_file }.to_string()
        })
    }
}

/// A number of things, as people say it: “1 row”, “0 rows”, “2 vertices”.
#[must_use]
pub fn counted(n: u64, one: &str) -> String {
    match (n, one.strip_suffix("ex")) {
        (1, _) => format!("1 {one}"),
        (_, Some(stem)) => format!("{n} {stem}ices"),
        (_, None) => format!("{n} {one}s"),
    }
}

fn write_list(
    f: &mut Formatter<'_>,
    findings: &FindingList,
    told: impl Fn(&Finding) -> String,
) -> fmt::Result {
    let mut fixed = std::collections::HashSet::new();
    for finding in findings {
        writeln!(f, "  {}: {}", finding.severity.word(), told(finding))?;
        // What puts it right is said once, after the first of its kind.
        if let Some(fix) = finding.fix()
            && fixed.insert(finding.kind.word())
        {
            writeln!(f, "    {fix}")?;
        }
    }
    for total in findings.totals() {
        let more = total.count - total.kept;
        if more > 0 {
            let severity = total.severity.word();
            writeln!(
                f,
                "  {severity}: and {more} more of {}, {} in all",
                total.word, total.count
            )?;
        }
    }
    Ok(())
}
