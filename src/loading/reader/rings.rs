//! Rings in any order → polygons: a shapefile says only by direction which are outlines (clockwise)
//! and which are holes, not whose.

use crate::geometry::{Bounds, Paths, Side};
use geo_types::Coord;

/// Rings of one polygon, outline first.
type Polygon = Vec<Vec<Coord<f64>>>;

/// Polygons of the rings, and how many holes lay in no outline and became polygons.
///
/// Where a hole lies in no outline but all would fit with the directions exchanged, as some writers
/// have them, they are exchanged.
pub fn assemble(rings: Vec<Vec<Coord<f64>>>) -> (Vec<Polygon>, u64) {
    let rings: Vec<_> = rings.into_iter().filter(|ring| !ring.is_empty()).collect();
    if rings.len() == 1 {
        return (vec![rings], 0);
    }
    let (clockwise, anticlockwise): (Vec<_>, Vec<_>) =
        rings.into_iter().partition(|ring| area(ring) <= 0.0);
    let (polygons, stray) = place(&clockwise, &anticlockwise);
    if stray > 0 {
        let exchanged = place(&anticlockwise, &clockwise);
        if exchanged.1 == 0 {
            return exchanged;
        }
    }
    (polygons, stray)
}

fn place(outlines: &[Vec<Coord<f64>>], holes: &[Vec<Coord<f64>>]) -> (Vec<Polygon>, u64) {
    let boxes: Vec<Bounds> = outlines.iter().map(|ring| around(ring)).collect();
    let sizes: Vec<f64> = outlines.iter().map(|ring| area(ring).abs()).collect();
    let mut polygons: Vec<Polygon> = outlines.iter().map(|ring| vec![ring.clone()]).collect();
    let mut stray = Vec::new();
    for hole in holes {
        let bounds = around(hole);
        let home = (0..boxes.len())
            .filter(|&at| boxes[at].contains_bounds(&bounds) && contains(&outlines[at], hole))
            .min_by(|&a, &b| sizes[a].total_cmp(&sizes[b]));
        match home {
            Some(at) => polygons[at].push(hole.clone()),
            None => stray.push(vec![hole.clone()]),
        }
    }
    let count = stray.len() as u64;
    polygons.extend(stray);
    (polygons, count)
}

fn around(ring: &[Coord<f64>]) -> Bounds {
    Bounds::around(ring.iter().copied())
}

/// Signed, positive anticlockwise.
fn area(ring: &[Coord<f64>]) -> f64 {
    let end = [ring.len() as u32];
    Paths::new(ring, &end).ring_area(0..ring.len())
}

/// Whether a ring lies in an outline, told by its first vertex that is not on it.
fn contains(outline: &[Coord<f64>], ring: &[Coord<f64>]) -> bool {
    let end = [outline.len() as u32];
    let paths = Paths::new(outline, &end);
    let decisive = ring
        .iter()
        .map(|&vertex| paths.side(vertex, None))
        .find(|side| *side != Side::Boundary);
    decisive != Some(Side::Outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(min: f64, max: f64, clockwise: bool) -> Vec<Coord<f64>> {
        let mut ring: Vec<_> = [(min, min), (max, min), (max, max), (min, max), (min, min)]
            .map(|(x, y)| Coord { x, y })
            .into();
        if clockwise {
            ring.reverse();
        }
        ring
    }

    #[test]
    fn a_hole_goes_to_the_smallest_outline_round_it_wherever_it_stands() {
        let rings = vec![
            square(4.0, 5.0, false),
            square(0.0, 100.0, true),
            square(1.0, 50.0, false),
            square(2.0, 10.0, true),
        ];
        let (polygons, stray) = assemble(rings);
        assert_eq!((polygons.len(), stray), (2, 0));
        assert_eq!(
            polygons[0],
            [square(0.0, 100.0, true), square(1.0, 50.0, false)]
        );
        assert_eq!(
            polygons[1],
            [square(2.0, 10.0, true), square(4.0, 5.0, false)]
        );
    }

    #[test]
    fn a_hole_in_no_outline_is_a_polygon_and_is_told() {
        let (polygons, stray) = assemble(vec![square(0.0, 1.0, true), square(5.0, 6.0, false)]);
        assert_eq!((polygons.len(), stray), (2, 1));
        let (single, stray) = assemble(vec![square(5.0, 6.0, false)]);
        assert_eq!(
            (single.len(), stray),
            (1, 0),
            "one ring is an outline either way"
        );
    }

    #[test]
    fn rings_that_all_run_the_wrong_way_are_read_as_meant() {
        let (polygons, stray) = assemble(vec![square(2.0, 4.0, true), square(0.0, 9.0, false)]);
        assert_eq!((polygons.len(), polygons[0].len(), stray), (1, 2, 0));
    }
}
