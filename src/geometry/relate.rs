//! How a part lies to an upright square of the National Grid: apart, touching it, or covering it.
//!
//! Decided exactly, edges included, for parts on the Grid. Parts in degrees are brought onto the
//! Grid edge by edge, near the square only, in stretches so short that a line that is straight in
//! degrees is straight on the Grid too; the square itself never moves.

use super::coord::{Bounds, Space};
use super::edges::EdgeIndex;
use super::ray::orientation;
use super::ring::{Paths, Vertices};
use super::{clip, ostn15};
use geo::algorithm::kernels::Orientation;
use geo_types::Coord;

/// What the edges of a part do near a square.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EdgesInSquare {
    /// An edge shares at least a point with the square.
    pub touch: bool,
    /// An edge runs through the inside of the square.
    pub enter: bool,
}

/// Degrees of an edge that are brought onto the Grid as a straight line: some 40 metres, which bend by
/// under a tenth of a millimetre (length² · tan latitude / 8 R).
const STRAIGHT_DEGREES: f64 = 4e-4;

/// A coordinate of a space on the National Grid, or `None` where the Grid does not reach.
#[must_use]
pub fn onto_grid(space: Space, coord: Coord<f64>) -> Option<Coord<f64>> {
    match space {
        Space::NationalGrid => Some(coord),
        Space::Wgs84 => Some(ostn15::to_national_grid(coord).ok()?.coord),
    }
}

/// Points along an edge of a space, `a` left out and `b` included, with the Grid straight between them.
pub fn straight_stretches(
    space: Space,
    a: Coord<f64>,
    b: Coord<f64>,
) -> impl Iterator<Item = Coord<f64>> {
    let pieces = match space {
        Space::NationalGrid => 1,
        Space::Wgs84 => ((b.x - a.x).hypot(b.y - a.y) / STRAIGHT_DEGREES)
            .ceil()
            .max(1.0) as u32,
    };
    (1..=pieces).map(move |piece| {
        if piece == pieces {
            b
        } else {
            a + (b - a) * (f64::from(piece) / f64::from(pieces))
        }
    })
}

/// Looks at every edge (and, for points, every vertex) of `paths` that may reach `square`.
///
/// `near` is the square in the space of `paths`, padded so that nothing which reaches it is missed.
pub fn edges_in_square<V: Vertices>(
    paths: Paths<'_, V>,
    index: Option<&EdgeIndex>,
    square: &Bounds,
    near: &Bounds,
    space: Space,
) -> EdgesInSquare {
    let onto_grid = |coord| onto_grid(space, coord);
    let mut seen = EdgesInSquare::default();
    let mut look = |run: std::ops::Range<usize>| {
        for at in run.clone() {
            if near.contains(paths.vertex(at)) {
                seen.touch |=
                    onto_grid(paths.vertex(at)).is_some_and(|vertex| square.contains(vertex));
            }
        }
        for (_, a, b) in paths.edges_in(run) {
            if !Bounds::around([a, b]).intersects(near) {
                continue;
            }
            let (a, b) = match space {
                Space::NationalGrid => (a, b),
                // Only what is near is divided: an edge may be as long as the country.
                Space::Wgs84 => match clip::line(&[a, b], near).first().map(Vec::as_slice) {
                    Some(&[a, b]) => (a, b),
                    _ => continue,
                },
            };
            let mut from = onto_grid(a);
            for to in straight_stretches(space, a, b) {
                let to = onto_grid(to);
                if let (Some(a), Some(b)) = (from, to) {
                    seen.touch |= edge_meets(a, b, square, Edges::Included);
                    seen.enter |= edge_meets(a, b, square, Edges::Excluded);
                }
                from = to;
            }
        }
    };
    match index {
        Some(index) => index.visit(|bounds| bounds.intersects(near), look),
        None => look(0..paths.count()),
    }
    seen
}

#[derive(Clone, Copy, PartialEq)]
enum Edges {
    Included,
    Excluded,
}

/// Whether a segment meets a rectangle: their boxes overlap, and the line has corners on both sides.
///
/// That is enough: on the segment's line, what lies in the rectangle's x-range, in its y-range and on
/// the segment are three intervals; each two of them meet, so all three do.
fn edge_meets(a: Coord<f64>, b: Coord<f64>, square: &Bounds, edges: Edges) -> bool {
    let (low, high) = (
        Coord {
            x: a.x.min(b.x),
            y: a.y.min(b.y),
        },
        Coord {
            x: a.x.max(b.x),
            y: a.y.max(b.y),
        },
    );
    let (mut left, mut right) = (0, 0);
    let apart = match edges {
        Edges::Included => {
            low.x > square.max.x
                || high.x < square.min.x
                || low.y > square.max.y
                || high.y < square.min.y
        }
        Edges::Excluded => {
            low.x >= square.max.x
                || high.x <= square.min.x
                || low.y >= square.max.y
                || high.y <= square.min.y
        }
    };
    if apart || a == b {
        return !apart;
    }
    for corner in square.corners() {
        match orientation(a, b, corner) {
            Orientation::CounterClockwise => left += 1,
            Orientation::Clockwise => right += 1,
            Orientation::Collinear => {}
        }
    }
    match edges {
        Edges::Included => left < 4 && right < 4,
        Edges::Excluded => left > 0 && right > 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::shape::Part;

    const SQUARE: Bounds = Bounds {
        min: Coord { x: 10.0, y: 10.0 },
        max: Coord { x: 20.0, y: 20.0 },
    };

    fn seen(line: &[(f64, f64)]) -> (bool, bool) {
        let mut part = Part::default();
        let line: Vec<_> = line.iter().map(|&(x, y)| Coord { x, y }).collect();
        part.push(&line);
        let seen = edges_in_square(part.paths(), None, &SQUARE, &SQUARE, Space::NationalGrid);
        (seen.touch, seen.enter)
    }

    #[test]
    fn an_edge_through_the_square_enters_it() {
        assert_eq!(seen(&[(0.0, 15.0), (30.0, 16.0)]), (true, true));
        assert_eq!(
            seen(&[(12.0, 12.0), (13.0, 13.0)]),
            (true, true),
            "wholly inside"
        );
        assert_eq!(
            seen(&[(10.0, 10.0), (20.0, 20.0)]),
            (true, true),
            "corner to corner"
        );
    }

    #[test]
    fn an_edge_along_a_side_or_at_a_corner_only_touches_it() {
        assert_eq!(seen(&[(0.0, 10.0), (30.0, 10.0)]), (true, false));
        assert_eq!(seen(&[(0.0, 20.0), (20.0, 40.0)]), (false, false));
        assert_eq!(seen(&[(0.0, 0.0), (10.0, 10.0)]), (true, false));
        assert_eq!(
            seen(&[(5.0, 15.0), (15.0, 5.0)]),
            (true, false),
            "cuts the corner point"
        );
    }

    #[test]
    fn an_edge_past_a_corner_misses_it_though_their_boxes_overlap() {
        assert_eq!(seen(&[(5.0, 14.0), (14.0, 5.0)]), (false, false));
    }
}
