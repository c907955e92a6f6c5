//! Whether areas lie where the authority is: a file in the wrong system, or with its axes exchanged, is
//! well formed and hundreds of kilometres off.
//!
//! Everything is compared in longitude and latitude, by rectangles. Without a known area only exchanged
//! degrees can be told: they fall into Britain and Ireland once exchanged, and not as they stand.

use super::finding::{Finding, Kind, Place};
use crate::geometry::distance::LocalMetres;
use crate::geometry::{Bounds, Shape, Space, ostn15};
use geo_types::Coord;

/// An area wholly farther away than this is an error: neighbours' layers reach some way over the border.
pub const MAX_AWAY_M: f64 = 50_000.0;
/// No outline has an edge as long as this; a stray vertex has two.
pub const MAX_EDGE_M: f64 = 50_000.0;

/// Longitudes and latitudes of Britain and Ireland with their waters.
pub const ISLES: Bounds = Bounds {
    min: Coord { x: -11.5, y: 49.0 },
    max: Coord { x: 3.0, y: 61.5 },
};

/// The rectangle in longitude and latitude round a rectangle of a space; `None` where it cannot be converted.
pub fn in_degrees(bounds: &Bounds, space: Space) -> Option<Bounds> {
    if bounds.is_empty() {
        return None;
    }
    match space {
        Space::Wgs84 => Some(*bounds),
        Space::NationalGrid => {
            let corners = bounds
                .corners()
                .map(|corner| ostn15::from_national_grid(corner).ok());
            let known: Option<Vec<Coord<f64>>> = corners
                .into_iter()
                .map(|corner| corner.map(|c| c.coord))
                .collect();
            known.map(Bounds::around)
        }
    }
}

/// Looks for a shape near the authority's area, where that is known, as a rectangle in degrees.
pub fn check(shape: &Shape, space: Space, authority: Option<&Bounds>) -> Option<Finding> {
    let bounds = shape.bounds();
    let Some(authority) = authority else {
        return without_area(&bounds, space).map(|kind| at(&bounds, kind));
    };
    let away = away_m(in_degrees(&bounds, space).as_ref(), authority);
    if away > MAX_AWAY_M {
        let exchanged = in_degrees(&exchanged(&bounds), space);
        let near = away_m(exchanged.as_ref(), authority) <= MAX_AWAY_M;
        let kind = match (near, space) {
            (true, Space::Wgs84) => Kind::Wgs84Flipped,
            (true, Space::NationalGrid) => Kind::OsgbFlipped,
            (false, _) => Kind::FarFromCoverage { km: away / 1000.0 },
        };
        return Some(at(&bounds, kind));
    }
    stray_vertex(shape, space, authority)
}

fn at(bounds: &Bounds, kind: Kind) -> Finding {
    let mut finding = Finding::new(kind);
    finding.position = Some(bounds.centre());
    finding
}

fn exchanged(bounds: &Bounds) -> Bounds {
    let swap = |c: Coord<f64>| Coord { x: c.y, y: c.x };
    Bounds {
        min: swap(bounds.min),
        max: swap(bounds.max),
    }
}

fn without_area(bounds: &Bounds, space: Space) -> Option<Kind> {
    let flipped = space == Space::Wgs84
        && !ISLES.intersects(bounds)
        && ISLES.contains_bounds(&exchanged(bounds));
    flipped.then_some(Kind::Wgs84Flipped)
}

/// Metres between two rectangles of degrees; beyond what can be converted counts as endless.
fn away_m(bounds: Option<&Bounds>, authority: &Bounds) -> f64 {
    let Some(bounds) = bounds else {
        return f64::INFINITY;
    };
    let local = LocalMetres::at(Space::Wgs84, authority.centre());
    let flat = |bounds: &Bounds| Bounds::around([bounds.min, bounds.max].map(|c| local.flatten(c)));
    let (a, b) = (flat(bounds), flat(authority));
    let gap = |a_min: f64, a_max: f64, b_min: f64, b_max: f64| {
        (b_min - a_max).max(a_min - b_max).max(0.0)
    };
    gap(a.min.x, a.max.x, b.min.x, b.max.x).hypot(gap(a.min.y, a.max.y, b.min.y, b.max.y))
}

/// The first vertex far from the area that an impossibly long edge leads to.
fn stray_vertex(shape: &Shape, space: Space, authority: &Bounds) -> Option<Finding> {
    let bounds = shape.bounds();
    // Most shapes are smaller than one such edge.
    let local = LocalMetres::at(space, bounds.min);
    let span = local.flatten(bounds.max);
    if span.x.hypot(span.y) < MAX_EDGE_M {
        return None;
    }
    for (part, paths) in (1..).zip(shape.parts()) {
        for (ring, range) in (1..).zip(paths.paths().ranges()) {
            for (vertex, edge) in (1..).zip(paths.vertices[range].windows(2)) {
                let (a, b) = (edge[0], edge[1]);
                let along = LocalMetres::at(space, a).flatten(b);
                if along.x.hypot(along.y) < MAX_EDGE_M {
                    continue;
                }
                let away = |c: Coord<f64>| {
                    away_m(in_degrees(&Bounds::around([c]), space).as_ref(), authority)
                };
                let ends = [(vertex, a, away(a)), (vertex + 1, b, away(b))];
                let (vertex, position, off) =
                    ends.into_iter().max_by(|x, y| x.2.total_cmp(&y.2))?;
                if off > MAX_AWAY_M {
                    let kind = Kind::FarFromCoverage { km: off / 1000.0 };
                    let place = Place { part, ring, vertex };
                    return Some(Finding::new(kind).at_vertex(place, position));
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{LineString, MultiPolygon, Polygon};

    /// Roughly Conwy, in longitude and latitude.
    const CONWY: Bounds = Bounds {
        min: Coord { x: -4.1, y: 52.9 },
        max: Coord { x: -3.4, y: 53.4 },
    };

    fn triangle(x: f64, y: f64, size: f64) -> Shape {
        let ring = [(x, y), (x + size, y), (x, y + size), (x, y)].map(|(x, y)| Coord { x, y });
        Shape::Polygons(MultiPolygon(vec![Polygon::new(
            LineString(ring.into()),
            vec![],
        )]))
    }

    fn word(shape: &Shape, space: Space, authority: Option<&Bounds>) -> Option<&'static str> {
        check(shape, space, authority).map(|finding| finding.kind.word())
    }

    #[test]
    fn exchanged_axes_are_told_by_where_the_exchange_would_fall() {
        let grid = Space::NationalGrid;
        // Near Bewdley as it stands, at Abergele exchanged.
        let flipped = triangle(377_544.0, 294_614.0, 10.0);
        assert_eq!(word(&flipped, grid, Some(&CONWY)), Some("osgb-flipped"));
        assert_eq!(word(&flipped, grid, None), None, "nothing to tell it by");
        assert_eq!(
            word(&triangle(294_614.0, 377_544.0, 10.0), grid, Some(&CONWY)),
            None
        );
        let degrees = triangle(53.28, -3.58, 0.001);
        assert_eq!(
            word(&degrees, Space::Wgs84, Some(&CONWY)),
            Some("wgs84-flipped")
        );
        assert_eq!(word(&degrees, Space::Wgs84, None), Some("wgs84-flipped"));
        assert_eq!(
            word(&triangle(-3.58, 53.28, 0.001), Space::Wgs84, None),
            None
        );
        assert_eq!(
            word(&triangle(2.35, 48.85, 0.001), Space::Wgs84, None),
            None,
            "Paris is no exchange"
        );
    }

    #[test]
    fn what_is_far_away_is_an_error_and_what_is_over_the_border_is_not() {
        assert_eq!(
            word(&triangle(-0.1, 51.5, 0.01), Space::Wgs84, Some(&CONWY)),
            Some("far-from-coverage")
        );
        assert_eq!(
            word(&triangle(-3.0, 53.2, 0.01), Space::Wgs84, Some(&CONWY)),
            None
        );
        let origin = triangle(0.0, 0.0, 1.0);
        assert_eq!(
            word(&origin, Space::NationalGrid, Some(&CONWY)),
            Some("far-from-coverage")
        );
    }

    #[test]
    fn one_stray_vertex_is_found_and_a_large_area_is_not_mistaken_for_one() {
        let stray = [
            (294_000.0, 377_000.0),
            (295_000.0, 377_000.0),
            (0.0, 0.0),
            (294_000.0, 377_000.0),
        ];
        let ring = stray.map(|(x, y)| Coord { x, y });
        let shape = Shape::Polygons(MultiPolygon(vec![Polygon::new(
            LineString(ring.into()),
            vec![],
        )]));
        let finding = check(&shape, Space::NationalGrid, Some(&CONWY)).expect("stray");
        assert_eq!(finding.place.map(|place| place.vertex), Some(3));
        let steps = (0..100).map(|i| Coord {
            x: 294_000.0 + f64::from(i) * 2000.0,
            y: 377_000.0,
        });
        let back = (0..100).rev().map(|i| Coord {
            x: 294_000.0 + f64::from(i) * 2000.0,
            y: 378_000.0,
        });
        let long = Polygon::new(LineString(steps.chain(back).collect()), vec![]);
        let shape = Shape::Polygons(MultiPolygon(vec![long]));
        assert!(check(&shape, Space::NationalGrid, Some(&CONWY)).is_none());
    }
}
