//! What loading found in a source: which rule, how grave, where exactly, what was done about it, and
//! how to put it right.
//!
//! Words follow the national issue types, so that staff meet the names they know. A finding is data:
//! `page` tells it in English or Welsh. It knows no files and no geometry beyond a position and a small likeness of the area.

mod detail;
mod kind;
mod list;
mod outline;

pub use detail::{Differs, Mixture, Rings, Shows, Unmendable};
pub use kind::{Kind, Mended};
pub use list::{FindingList, MAX_KEPT_OF_A_KIND, Total};
pub use outline::{MAX_OUTLINES_OF_A_KIND, Outline};

use crate::policy::LayerId;
use geo_types::Coord;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It could not be put right; it refuses the load until it is accepted.
    Error,
    /// It was put right, or its consequence is that the layer says less.
    Warning,
    /// Worth knowing.
    Notice,
}

impl Severity {
    /// The word for reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// What was done about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Done {
    /// Nothing: it refuses the load.
    Refused,
    /// The row was left out; the layer is incomplete.
    LeftOut,
    /// It was mended.
    Mended,
    /// It was mended although that changes an area, because that was accepted.
    Accepted,
    /// It was only said.
    Said,
}

impl Done {
    /// The word for reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::LeftOut => "left-out",
            Self::Mended => "mended",
            Self::Accepted => "accepted",
            Self::Said => "said",
        }
    }
}

/// A place in a geometry, counted from 1 as people count: which polygon, line or point, which ring of
/// it (1 is the outline), which vertex of that, repeated ones not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which part of the row's geometry.
    pub part: u64,
    /// Which ring of a polygon; 1 for lines and points.
    pub ring: u64,
    /// Which vertex of the ring.
    pub vertex: u64,
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which rule.
    pub kind: Kind,
    /// How grave.
    pub severity: Severity,
    /// What was done.
    pub done: Done,
    /// The layer, unless it is about the map.
    pub layer: Option<LayerId>,
    /// The file, by name.
    pub file: Option<String>,
    /// The row as its reader counts: 1 is the first record.
    pub row: Option<u64>,
    /// The row's reference.
    pub reference: Option<String>,
    /// The column, as the source names it.
    pub field: Option<String>,
    /// The value found, cut to a length that can be shown.
    pub value: Option<String>,
    /// Where in the row's geometry.
    pub place: Option<Place>,
    /// The coordinate there, in the layer's space; in the source's own where it could not be converted.
    pub position: Option<Coord<f64>>,
    /// What the area looks like, in the space of `position`; the first few of a kind have it.
    pub outline: Option<Outline>,
}

/// Characters of a source's value that a finding keeps.
pub const MAX_SHOWN_CHARS: usize = 80;

/// A value of a source made fit for a report: one line, without control characters, not too long.
#[must_use]
pub fn shown(value: &str) -> String {
    let mut shown: String = value
        .chars()
        .take(MAX_SHOWN_CHARS)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if value.chars().nth(MAX_SHOWN_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

impl Finding {
    /// A finding with the severity of its kind, not yet located.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let severity = kind.severity();
        let done = match severity {
            Severity::Error => Done::Refused,
            Severity::Warning if kind.leaves_out() => Done::LeftOut,
            Severity::Warning if kind.mends() => Done::Mended,
            Severity::Warning | Severity::Notice => Done::Said,
        };
        Self {
            kind,
            severity,
            done,
            layer: None,
            file: None,
            row: None,
            reference: None,
            field: None,
            value: None,
            place: None,
            position: None,
            outline: None,
        }
    }

    /// The finding at a row.
    #[must_use]
    pub fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The finding about a column and what it holds.
    #[must_use]
    pub fn of_value(mut self, field: &str, value: &str) -> Self {
        self.field = Some(shown(field));
        self.value = Some(shown(value));
        self
    }

    /// The finding about a column.
    #[must_use]
    pub fn of_field(mut self, field: &str) -> Self {
        self.field = Some(shown(field));
        self
    }

    /// The finding at a vertex.
    #[must_use]
    pub fn at_vertex(mut self, place: Place, position: Coord<f64>) -> Self {
        self.place = Some(place);
        self.position = Some(position);
        self
    }

    /// The finding with a likeness of its area.
    #[must_use]
    pub fn drawn(mut self, outline: Outline) -> Self {
        self.outline = Some(outline);
        self
    }

    /// The finding in a file.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        self.file = Some(file.to_owned());
        self
    }

    /// Whether publishing must not happen because of it.
    #[must_use]
    pub fn refuses(&self) -> bool {
        self.done == Done::Refused
    }
}

/// A message of a parser made fit for a report: as [`shown`], but a sentence may be longer.
pub(super) fn shown_long(message: &str) -> String {
    const MAX_CHARS: usize = 400;
    let mut words: String = message
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    if let Some((cut, _)) = words.char_indices().nth(MAX_CHARS) {
        words.truncate(cut);
        words.push('…');
    }
    words
}
