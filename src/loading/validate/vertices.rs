//! Whether every vertex can be a coordinate of its system.

use crate::geometry::reproject::{ReprojectError, Reprojector};
use crate::geometry::{Crs, Space, ostn15};
use crate::loading::drawn::Drawn;
use crate::loading::finding::{Finding, Kind, Place};
use crate::loading::whereabouts::ISLES;
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
            Standing::Bad(in_mercator(at).unwrap_or(Kind::Wgs84OutOfBounds))
        }
        _ => Standing::Good,
    }
}

fn on_grid(at: Coord<f64>) -> Standing {
    let within = |value: f64, end: f64| (SHIFT_MARGIN_M..=end - SHIFT_MARGIN_M).contains(&value);
    if within(at.x, OSTN15_EAST_M) && within(at.y, OSTN15_NORTH_M) {
        return Standing::Good;
    }
    // As metres these lie in the sea off Scilly, within the reach of OSTN15's edge.
    if ISLES.contains(at) || ISLES.contains(exchanged(at)) {
        return Standing::Bad(Kind::DegreesAmongMetres);
    }
    match ostn15::from_national_grid(at) {
        Ok(shifted) if shifted.beyond_edge => Standing::BeyondEdge,
        Ok(_) => Standing::Good,
        Err(_) => Standing::Bad(in_mercator(at).unwrap_or(Kind::OsgbOutOfBounds)),
    }
}

fn exchanged(at: Coord<f64>) -> Coord<f64> {
    Coord { x: at.y, y: at.x }
}

/// The finding about a coordinate that lies in Britain or Ireland if it is taken for Web Mercator; neither
/// degrees nor the National Grid reach those numbers.
pub fn in_mercator(at: Coord<f64>) -> Option<Kind> {
    let mercator = Reprojector::into_space(Crs::WebMercator, Space::Wgs84);
    let lands = |at| mercator.coord(at).is_ok_and(|at| ISLES.contains(at));
    if lands(at) {
        Some(Kind::Mercator)
    } else {
        lands(exchanged(at)).then_some(Kind::MercatorFlipped)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn word(x: f64, y: f64, crs: Crs) -> Option<&'static str> {
        match standing(Coord { x, y }, crs) {
            Standing::Bad(kind) => Some(kind.word()),
            Standing::Good | Standing::BeyondEdge => None,
        }
    }

    #[test]
    fn the_system_that_a_stray_coordinate_is_really_in_is_named() {
        // Abergele.
        let (lon, lat) = (-3.58, 53.28);
        let (east, north) = (-398_524.0, 7_033_000.0);
        for crs in [Crs::NationalGrid, Crs::Wgs84] {
            assert_eq!(word(east, north, crs), Some("mercator"));
            assert_eq!(word(north, east, crs), Some("mercator-flipped"));
        }
        let grid = Crs::NationalGrid;
        assert_eq!(word(lon, lat, grid), Some("degrees-among-metres"));
        assert_eq!(word(lat, lon, grid), Some("degrees-among-metres"));
        assert_eq!(word(294_614.0, 377_544.0, grid), None);
        assert_eq!(
            word(294_614.0, 377_544.0, Crs::Wgs84),
            Some("wgs84-out-of-bounds")
        );
        assert_eq!(word(900_000.0, 300_000.0, grid), Some("osgb-out-of-bounds"));
    }
}
