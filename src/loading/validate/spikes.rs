//! Spikes: vertices at which an outline turns back along itself. Such a polygon is valid, so nothing is
//! mended; but nobody draws a needle on purpose.

use crate::geometry::Space;
use crate::geometry::distance::LocalMetres;
use crate::loading::finding::{Finding, Kind, Place};
use geo_types::{Coord, MultiPolygon};

/// Tangent of 1°, below which two edges fold back.
const TAN_OF_FOLD: f64 = 0.017_455_064_928_217_585;

/// The first spike longer than `accuracy_m`, and how many there are.
pub fn find(polygons: &MultiPolygon<f64>, space: Space, accuracy_m: f64) -> Option<Finding> {
    let (mut first, mut spikes): (Option<(Place, Coord<f64>, f64)>, u64) = (None, 0);
    for (part, polygon) in (1..).zip(polygons) {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        for (ring, path) in (1..).zip(rings) {
            for (vertex, tip, length_m) in of_ring(&path.0, space, accuracy_m) {
                spikes += 1;
                let place = Place { part, ring, vertex };
                first.get_or_insert((place, tip, length_m));
            }
        }
    }
    let (place, tip, length_m) = first?;
    Some(Finding::new(Kind::Spike { spikes, length_m }).at_vertex(place, tip))
}

/// The spikes of a closed ring: vertex, counted from 1, tip and length.
fn of_ring(
    ring: &[Coord<f64>],
    space: Space,
    accuracy_m: f64,
) -> impl Iterator<Item = (u64, Coord<f64>, f64)> + '_ {
    let corners = ring.len().saturating_sub(1);
    let metres = LocalMetres::at(space, ring.first().copied().unwrap_or_default());
    let flat = move |at: usize| metres.flatten(ring[at]);
    (0..corners).filter_map(move |at| {
        let before = if at == 0 { corners - 1 } else { at - 1 };
        let length_m = length(flat(before), flat(at), flat(at + 1))?;
        (length_m > accuracy_m).then(|| (at as u64 + 1, ring[at], length_m))
    })
}

/// How far the tip stands out where the edges fold back: the shorter of the two.
fn length(before: Coord<f64>, tip: Coord<f64>, after: Coord<f64>) -> Option<f64> {
    let (a, b) = (before - tip, after - tip);
    let along = a.x * b.x + a.y * b.y;
    let across = a.x * b.y - a.y * b.x;
    let folds = along > 0.0 && across.abs() < TAN_OF_FOLD * along;
    folds.then(|| a.x.hypot(a.y).min(b.x.hypot(b.y)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{LineString, Polygon};

    fn with_tip(half_width: f64, length: f64) -> MultiPolygon<f64> {
        let ring = [
            (0.0, 0.0),
            (100.0, 0.0),
            (100.0, 50.0 - half_width),
            (100.0 + length, 50.0),
            (100.0, 50.0 + half_width),
            (100.0, 100.0),
            (0.0, 100.0),
            (0.0, 0.0),
        ];
        let ring = ring.map(|(x, y)| Coord {
            x: 3e5 + x,
            y: 3e5 + y,
        });
        MultiPolygon(vec![Polygon::new(LineString(ring.to_vec()), Vec::new())])
    }

    #[test]
    fn a_needle_longer_than_the_accuracy_is_told_with_its_tip() {
        let finding = find(&with_tip(0.05, 20.0), Space::NationalGrid, 2.0).expect("a spike");
        assert_eq!(finding.place.map(|place| place.vertex), Some(4));
        assert_eq!(finding.position.map(|at| at.x), Some(3e5 + 120.0));
        let Kind::Spike { spikes, length_m } = finding.kind else {
            panic!("a spike");
        };
        assert_eq!(spikes, 1);
        assert!((length_m - 20.0).abs() < 0.1);
    }

    #[test]
    fn a_corner_and_a_needle_within_the_accuracy_are_none() {
        assert_eq!(find(&with_tip(5.0, 20.0), Space::NationalGrid, 2.0), None);
        assert_eq!(find(&with_tip(0.005, 1.0), Space::NationalGrid, 2.0), None);
    }
}
