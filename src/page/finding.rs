//! A finding told in words: where it is, what it is, what was done, and what puts it right.
//!
//! Every kind has its sentences in `messages/findings-en.toml` and `messages/findings-cy.toml`; `what` and `fix` are
//! exhaustive, so that a new kind does not compile without words.

mod fix;
mod what;

use super::message::{Part, Sentence};
use crate::loading::finding::{Done, Finding, Severity, Total};
use geo_types::Coord;

/// Which of a finding's places stand in its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Its layer and its file too.
    InFull,
    /// Not its layer, under whose heading it stands.
    UnderLayer {
        /// Whether the file is named, as where the layer has several.
        file: bool,
    },
}

/// The whole of it: “row 24 (Bath), part 1, ring 1, vertex 13: a ring does not end where it began; mended”.
#[must_use]
pub fn told(finding: &Finding, named: Named) -> Sentence {
    let what = what(finding);
    let places = places(finding, named);
    if places.is_empty() {
        return what;
    }
    Sentence::say("found.at")
        .with_list("where", places)
        .with_clause("what", what)
}

/// Where it is: layer, file, row, column, vertex and coordinate, as far as known.
#[must_use]
pub fn places(finding: &Finding, named: Named) -> Vec<Part> {
    let (layer, file) = match named {
        Named::InFull => (true, true),
        Named::UnderLayer { file } => (false, file),
    };
    let layer = finding.layer.as_ref().filter(|_| layer);
    let file = finding.file.as_ref().filter(|_| file);
    let names = layer.map(ToString::to_string).into_iter();
    let names = names.chain(file.cloned()).map(Part::Name);
    let row = finding.row.map(|row| match &finding.reference {
        Some(reference) => Sentence::say("found.row_reference")
            .with("row", row)
            .with("reference", reference),
        None => Sentence::say("found.row").with("row", row),
    });
    let field = finding.field.as_ref();
    let column = field.map(|field| Sentence::say("found.column").with("column", field));
    let place = finding.place.map(|place| {
        Sentence::say("found.place")
            .with("part", place.part)
            .with("ring", place.ring)
            .with("vertex", place.vertex)
    });
    let position = finding
        .position
        .map(|at| Sentence::say("found.position").with("position", coordinate(at)));
    let clauses = [row, column, place, position].into_iter().flatten();
    names.chain(clauses.map(Part::Clause)).collect()
}

/// What it is, with the value that was found, and what was done.
#[must_use]
pub fn what(finding: &Finding) -> Sentence {
    let mut what = what::of_kind(&finding.kind);
    if let Some(value) = &finding.value {
        what = Sentence::say("found.value")
            .with_clause("what", what)
            .with("value", value);
    }
    let done = match (finding.done, finding.row) {
        (Done::LeftOut, _) => Sentence::say("found.left_out"),
        (Done::Mended, _) => Sentence::say("found.mended"),
        (Done::Accepted, _) => Sentence::say("found.accepted"),
        (Done::Refused | Done::Said, _) => return what,
    };
    done.with_clause("what", what)
}

/// What puts it right, in a sentence for GIS staff; `None` where there is nothing to do.
#[must_use]
pub fn fix(finding: &Finding) -> Option<Sentence> {
    // What was accepted needs no advice to accept it.
    let accepted = finding.done == Done::Accepted;
    (!accepted).then(|| fix::of_kind(&finding.kind)).flatten()
}

/// How grave, in a word.
#[must_use]
pub fn severity(severity: Severity) -> Sentence {
    match severity {
        Severity::Error => Sentence::say("found.error"),
        Severity::Warning => Sentence::say("found.warning"),
        Severity::Notice => Sentence::say("found.notice"),
    }
}

/// A number of errors, warnings or notices.
#[must_use]
pub fn counted(severity: Severity, n: u64) -> Sentence {
    match severity {
        Severity::Error => Sentence::count("report.errors", n),
        Severity::Warning => Sentence::count("report.warnings", n),
        Severity::Notice => Sentence::count("report.notices", n),
    }
}

/// How many of a kind are only counted, where some are.
#[must_use]
pub fn more(total: &Total) -> Option<Sentence> {
    let more = total.count - total.kept;
    (more > 0).then(|| {
        Sentence::say("found.more")
            .with("more", more)
            .with("kind", total.word)
            .with("n", total.count)
    })
}

/// Degrees to seven decimals, metres to two.
fn coordinate(at: Coord<f64>) -> String {
    if at.x.abs() <= 180.0 && at.y.abs() <= 180.0 {
        format!("{:.7}, {:.7}", at.x, at.y)
    } else {
        format!("{:.2}, {:.2}", at.x, at.y)
    }
}

#[cfg(test)]
mod tests;
