//! What a load gives to read: for each layer what its files held and what was found in them.

use super::finding::{Finding, FindingList, Severity};
use crate::policy::{Completeness, LayerId};

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

/// A number of things, as people say it: “1 row”, “0 rows”, “2 vertices”.
#[must_use]
pub fn counted(n: u64, one: &str) -> String {
    match (n, one.strip_suffix("ex")) {
        (1, _) => format!("1 {one}"),
        (_, Some(stem)) => format!("{n} {stem}ices"),
        (_, None) => format!("{n} {one}s"),
    }
}
