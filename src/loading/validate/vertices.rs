//! Whether every vertex can be a coordinate of its system.

use crate::geometry::reproject::ReprojectError;
use crate::geometry::{Crs, ostn15};
use crate::loading::drawn::Drawn;
use crate::loading::finding::{Finding, Kind, Place};
use geo_types::Coord;

/// How far from the edges of OSTN15 its shifts cannot lead out of it, in metres.
const SHIFT_MARGIN_M: f64 = 500.0;
/// Where OSTN15's grid of shifts ends, in metres.
const OSTN15_EAST_M: f64 = 700_000.0;
const OSTN15_NORTH_M: f64 = 1_250_000.0;

/// How a vertex stands.
enum Standing {
    Good,
    BeyondEdge,
    Bad(Kind),
}

/// Looks at every vertex; the number of those for which OSTN15 holds the shift of its edge.
///
/// # Errors
/// The first vertex that cannot be.
pub fn check(drawn: &Drawn, crs: Crs) -> Result<u64, Box<Finding>> {
    let mut beyond_edge = 0;
    for (part, piece) in (1..).zip(&drawn.pieces) {
        for (ring, path) in (1..).zip(piece.paths()) {
            for (vertex, &at) in (1..).zip(path) {
                match standing(at, crs) {
                    Standing::Good => {}
                    Standing::BeyondEdge => beyond_edge += 1,
                    Standing::Bad(kind) => {
                        let place = Place { part, ring, vertex };
                        return Err(Box::new(Finding::new(kind).at_vertex(place, at)));
                    }
                }
            }
        }
    }
    Ok(beyond_edge)
}

fn standing(at: Coord<f64>, crs: Crs) -> Standing {
    if !at.x.is_finite() || !at.y.is_finite() {
        return Standing::Bad(Kind::InvalidCoordinates);
    }
    match crs {
        Crs::NationalGrid => on_grid(at),
        _ if crs.in_degrees() && (at.x.abs() > 180.0 || at.y.abs() > 90.0) => {
            Standing::Bad(Kind::Wgs84OutOfBounds)
        }
        _ => Standing::Good,
    }
}

fn on_grid(at: Coord<f64>) -> Standing {
    let within = |value: f64, end: f64| (SHIFT_MARGIN_M..=end - SHIFT_MARGIN_M).contains(&value);
    if within(at.x, OSTN15_EAST_M) && within(at.y, OSTN15_NORTH_M) {
        return Standing::Good;
    }
    match ostn15::from_national_grid(at) {
        Ok(shifted) if shifted.beyond_edge => Standing::BeyondEdge,
        Ok(_) => Standing::Good,
        Err(_) => Standing::Bad(Kind::OsgbOutOfBounds),
    }
}

/// The finding about a coordinate that a projection could not turn.
pub fn not_convertible(crs: Crs, error: &ReprojectError) -> Box<Finding> {
    let kind = if crs.in_degrees() {
        Kind::Wgs84OutOfBounds
    } else {
        Kind::OsgbOutOfBounds
    };
    let mut finding = Finding::new(kind);
    finding.position = Some(Coord {
        x: error.x,
        y: error.y,
    });
    Box::new(finding)
}
