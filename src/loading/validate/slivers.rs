//! Slivers: polygons thinner than the layer is accurate, as overlays of two drawings of one border leave
//! them. Such a polygon is valid and may be meant, so it is kept and said.
//!
//! Its mean width is the short side of the rectangle that has its area and its perimeter (the smaller root
//! of w² − w·P/2 + A = 0). That a polygon is long as well as thin is what the thinness ratio 4πA/P² of the
//! usual sliver checks measures too (Polsby and Popper 1991); sides as 10 to 1 are a ratio of 0.26.

use crate::geometry::Space;
use crate::geometry::distance::LocalMetres;
use crate::loading::finding::{Finding, Kind, Place};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

/// How many times longer than wide a sliver is: a small square pond is none.
const MIN_LENGTHS: f64 = 10.0;

/// Ground square metres of a polygon, and the sides of the rectangle with its area and perimeter.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Build {
    m2: f64,
    width_m: f64,
    length_m: f64,
}

impl Build {
    /// How a polygon is built.
    fn of(polygon: &Polygon<f64>, space: Space) -> Self {
        let origin = polygon.exterior().0.first().copied().unwrap_or_default();
        let metres = LocalMetres::at(space, origin);
        let (outline_m2, mut perimeter_m) = ring(polygon.exterior(), &metres);
        let mut m2 = outline_m2;
        for hole in polygon.interiors() {
            let (hole_m2, around_m) = ring(hole, &metres);
            m2 -= hole_m2;
            perimeter_m += around_m;
        }
        let m2 = m2.max(0.0);
        // What is rounder than a square is taken for one.
        let half = perimeter_m / 2.0;
        let spread = (half * half - 4.0 * m2).max(0.0).sqrt();
        let length_m = f64::midpoint(half, spread);
        // The other root by the product of both: a difference would lose the width of the thinnest.
        let width_m = if length_m > 0.0 { m2 / length_m } else { 0.0 };
        Self {
            m2,
            width_m,
            length_m,
        }
    }
}

/// Metres that a polygon is wide on average.
pub fn mean_width_m(polygon: &Polygon<f64>, space: Space) -> f64 {
    Build::of(polygon, space).width_m
}

/// The thinnest sliver below `accuracy_m`, and how many there are.
pub fn find(polygons: &MultiPolygon<f64>, space: Space, accuracy_m: f64) -> Option<Finding> {
    let slivers = (1..).zip(polygons).filter_map(|(part, polygon)| {
        let build = Build::of(polygon, space);
        let thin = build.width_m < accuracy_m && build.length_m >= MIN_LENGTHS * build.width_m;
        thin.then(|| (part, polygon.exterior().0[0], build))
    });
    let (mut count, mut thinnest): (u64, Option<(u64, Coord<f64>, Build)>) = (0, None);
    for sliver in slivers {
        count += 1;
        if thinnest.is_none_or(|known| sliver.2.width_m < known.2.width_m) {
            thinnest = Some(sliver);
        }
    }
    let (part, position, Build { m2, width_m, .. }) = thinnest?;
    let kind = Kind::Sliver {
        slivers: count,
        width_m,
        m2,
    };
    let (ring, vertex) = (1, 1);
    Some(Finding::new(kind).at_vertex(Place { part, ring, vertex }, position))
}

/// Square metres in a ring and metres round it.
fn ring(ring: &LineString<f64>, metres: &LocalMetres) -> (f64, f64) {
    let (mut twice_m2, mut around_m) = (0.0, 0.0);
    let mut vertices = ring.0.iter().map(|&vertex| metres.flatten(vertex));
    let Some(mut a) = vertices.next() else {
        return (0.0, 0.0);
    };
    for b in vertices {
        twice_m2 += a.x * b.y - b.x * a.y;
        let along = b - a;
        around_m += (along.x * along.x + along.y * along.y).sqrt();
        a = b;
    }
    (f64::abs(twice_m2) / 2.0, around_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(x: f64, width: f64, length: f64) -> Polygon<f64> {
        let (x, y) = (3e5 + x, 4e5);
        let corners = [
            (x, y),
            (x + width, y),
            (x + width, y + length),
            (x, y + length),
            (x, y),
        ];
        Polygon::new(
            corners.map(|(x, y)| Coord { x, y }).to_vec().into(),
            Vec::new(),
        )
    }

    fn of(polygons: Vec<Polygon<f64>>) -> Option<Finding> {
        find(&MultiPolygon(polygons), Space::NationalGrid, 2.0)
    }

    #[test]
    fn the_thinnest_sliver_is_told_with_its_width_and_part() {
        let parts = vec![
            rectangle(0.0, 100.0, 100.0),
            rectangle(200.0, 1.0, 50.0),
            rectangle(300.0, 0.01, 80.0),
        ];
        let finding = of(parts).expect("slivers");
        let Kind::Sliver {
            slivers,
            width_m,
            m2,
        } = finding.kind
        else {
            panic!("{finding:?}");
        };
        assert_eq!(slivers, 2);
        assert!((width_m - 0.01).abs() < 1e-4 && (m2 - 0.8).abs() < 1e-2);
        assert_eq!(finding.place.map(|place| place.part), Some(3));
    }

    #[test]
    fn what_is_small_but_not_long_and_what_is_as_wide_as_its_accuracy_is_no_sliver() {
        assert!(of(vec![rectangle(0.0, 1.0, 1.0)]).is_none());
        assert!(of(vec![rectangle(0.0, 1.0, 9.0)]).is_none());
        assert!(of(vec![rectangle(0.0, 2.1, 500.0)]).is_none());
        assert!(of(vec![rectangle(0.0, 1.0, 11.0)]).is_some());
    }

    #[test]
    fn a_thin_ring_round_a_hole_is_a_sliver() {
        let holed = Polygon::new(
            rectangle(0.0, 100.0, 100.0).exterior().clone(),
            vec![
                rectangle(0.0, 99.0, 99.0)
                    .exterior()
                    .0
                    .iter()
                    .map(|&c| c + Coord { x: 0.5, y: 0.5 })
                    .collect(),
            ],
        );
        let build = Build::of(&holed, Space::NationalGrid);
        assert!((build.width_m - 0.5).abs() < 0.01, "{build:?}");
        assert!(of(vec![holed]).is_some());
    }
}
