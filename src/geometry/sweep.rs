//! Finds where the edges of a polygon cross or run along each other.
//!
//! Pairs of edges come from the [`EdgeIndex`], so the search takes about n log n however large the
//! polygon. What is found is told exactly; what to do about it is for the caller.

use super::edges::EdgeIndex;
use super::ray::orientation;
use super::ring::{Paths, Vertices};
use geo::algorithm::kernels::Orientation;
use geo_types::Coord;

/// How two edges that should not meet do so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// They cross in their insides.
    Crossing,
    /// They run along each other for a stretch.
    Overlap,
    /// A ring touches itself in a point.
    SelfTouch,
}

/// One place where a polygon is not simple.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meeting {
    /// What kind of meeting.
    pub fault: Fault,
    /// Where, in the polygon's own plane (to the precision of the arithmetic for a crossing).
    pub at: Coord<f64>,
    /// Vertices at which the two edges start, counted over all paths.
    pub edges: (usize, usize),
}

/// Every forbidden meeting of edges in the rings of one polygon (or of all polygons of one area).
///
/// Two *different* rings may touch in single points; a ring may not touch itself.
pub fn forbidden_meetings<V: Vertices>(paths: Paths<'_, V>) -> Vec<Meeting> {
    forbidden_meetings_up_to(paths, usize::MAX)
}

/// As [`forbidden_meetings`], but the search ends after `most`: a scribble of n edges meets itself n² times.
pub fn forbidden_meetings_up_to<V: Vertices>(paths: Paths<'_, V>, most: usize) -> Vec<Meeting> {
    let index = EdgeIndex::build(paths);
    let ring_of = RingOf::new(paths);
    let mut found = Vec::new();
    index.visit_meeting_pairs(|left, right| {
        let same_run = left == right;
        if found.len() >= most {
            return;
        }
        for (i, a, b) in paths.edges_in(left.clone()) {
            for (j, c, d) in paths.edges_in(right.clone()) {
                if (same_run && j <= i) || !boxes_meet(a, b, c, d) {
                    continue;
                }
                let neighbours = ring_of.are_neighbours(i, j);
                if let Some((fault, at)) = meet((a, b), (c, d), neighbours) {
                    let same_ring = ring_of.ring(i) == ring_of.ring(j);
                    if fault != Fault::SelfTouch || same_ring {
                        found.push(Meeting {
                            fault,
                            at,
                            edges: (i, j),
                        });
                    }
                }
            }
        }
    });
    found.sort_by_key(|meeting| meeting.edges);
    found.truncate(most);
    found
}

/// Which ring a vertex belongs to, and which edges share an end.
struct RingOf {
    ranges: Vec<std::ops::Range<usize>>,
}

impl RingOf {
    fn new<V: Vertices>(paths: Paths<'_, V>) -> Self {
        Self {
            ranges: paths.ranges().collect(),
        }
    }

    fn ring(&self, vertex: usize) -> usize {
        self.ranges.partition_point(|range| range.end <= vertex)
    }

    /// Whether the edges at `i` < `j` follow each other in one ring, the last and the first included.
    fn are_neighbours(&self, i: usize, j: usize) -> bool {
        if j == i + 1 {
            return self.ring(i) == self.ring(j);
        }
        let range = &self.ranges[self.ring(i)];
        i == range.start && j + 2 == range.end
    }
}

fn boxes_meet(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>, d: Coord<f64>) -> bool {
    a.x.min(b.x) <= c.x.max(d.x)
        && c.x.min(d.x) <= a.x.max(b.x)
        && a.y.min(b.y) <= c.y.max(d.y)
        && c.y.min(d.y) <= a.y.max(b.y)
}

/// How the edges a–b and c–d meet, if they do in a way that is not allowed. Edges without length are passed over.
fn meet(
    (a, b): (Coord<f64>, Coord<f64>),
    (c, d): (Coord<f64>, Coord<f64>),
    neighbours: bool,
) -> Option<(Fault, Coord<f64>)> {
    if a == b || c == d {
        return None;
    }
    let (c_side, d_side) = (orientation(a, b, c), orientation(a, b, d));
    if c_side == Orientation::Collinear && d_side == Orientation::Collinear {
        return overlap((a, b), (c, d), neighbours);
    }
    let (a_side, b_side) = (orientation(c, d, a), orientation(c, d, b));
    let on_line = |side: Orientation| side == Orientation::Collinear;
    let touch = [(c_side, c), (d_side, d), (a_side, a), (b_side, b)]
        .into_iter()
        .find(|&(side, point)| on_line(side) && within(point, a, b) && within(point, c, d));
    if let Some((_, at)) = touch {
        return (!neighbours).then_some((Fault::SelfTouch, at));
    }
    let crosses = c_side != d_side
        && a_side != b_side
        && ![c_side, d_side, a_side, b_side].into_iter().any(on_line);
    crosses.then(|| (Fault::Crossing, crossing_point(a, b, c, d)))
}

/// Two edges on one line: a stretch in common is an overlap, a point in common a touch.
fn overlap(
    (a, b): (Coord<f64>, Coord<f64>),
    (c, d): (Coord<f64>, Coord<f64>),
    neighbours: bool,
) -> Option<(Fault, Coord<f64>)> {
    let common: Vec<Coord<f64>> = [a, b, c, d]
        .into_iter()
        .filter(|&point| within(point, a, b) && within(point, c, d))
        .collect();
    let &first = common.first()?;
    if common.iter().any(|&point| point != first) {
        return Some((Fault::Overlap, first));
    }
    (!neighbours).then_some((Fault::SelfTouch, first))
}

fn within(point: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> bool {
    boxes_meet(point, point, a, b)
}

/// Where the lines cross, to the precision of the arithmetic about the edge's own start.
pub(super) fn crossing_point(
    a: Coord<f64>,
    b: Coord<f64>,
    c: Coord<f64>,
    d: Coord<f64>,
) -> Coord<f64> {
    let (r, s, q) = (b - a, d - c, c - a);
    let t = (q.x * s.y - q.y * s.x) / (r.x * s.y - r.y * s.x);
    a + r * t.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::shape::Part;

    fn faults(rings: &[&[(f64, f64)]]) -> Vec<(Fault, (f64, f64))> {
        let mut part = Part::default();
        for ring in rings {
            let ring: Vec<_> = ring.iter().map(|&(x, y)| Coord { x, y }).collect();
            part.push(&ring);
        }
        forbidden_meetings(part.paths())
            .into_iter()
            .map(|meeting| (meeting.fault, (meeting.at.x, meeting.at.y)))
            .collect()
    }

    const SQUARE: &[(f64, f64)] = &[
        (0.0, 0.0),
        (10.0, 0.0),
        (10.0, 10.0),
        (0.0, 10.0),
        (0.0, 0.0),
    ];

    #[test]
    fn a_square_with_a_hole_is_simple() {
        let hole = [(2.0, 2.0), (2.0, 4.0), (4.0, 4.0), (2.0, 2.0)];
        assert_eq!(faults(&[SQUARE, &hole]), []);
    }

    #[test]
    fn a_bow_tie_crosses_itself_in_its_middle() {
        let bow_tie = [(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0), (0.0, 0.0)];
        assert_eq!(faults(&[&bow_tie]), [(Fault::Crossing, (1.0, 1.0))]);
    }

    #[test]
    fn a_spike_runs_back_along_itself() {
        let spike = [
            (0.0, 0.0),
            (10.0, 0.0),
            (15.0, 0.0),
            (10.0, 0.0),
            (10.0, 10.0),
            (0.0, 0.0),
        ];
        assert!(
            faults(&[&spike])
                .iter()
                .any(|(fault, _)| *fault == Fault::Overlap)
        );
    }

    #[test]
    fn a_hole_may_touch_the_shell_in_a_point_but_a_ring_may_not_touch_itself() {
        let hole = [(0.0, 5.0), (2.0, 6.0), (2.0, 4.0), (0.0, 5.0)];
        assert_eq!(faults(&[SQUARE, &hole]), []);
        let pinched = [
            (0.0, 0.0),
            (4.0, 0.0),
            (4.0, 4.0),
            (2.0, 0.0),
            (0.0, 4.0),
            (0.0, 0.0),
        ];
        assert_eq!(faults(&[&pinched])[0], (Fault::SelfTouch, (2.0, 0.0)));
    }

    #[test]
    fn a_hole_across_the_shell_and_one_along_it_are_found() {
        let across = [(5.0, 5.0), (15.0, 5.0), (5.0, 6.0), (5.0, 5.0)];
        let crossings = faults(&[SQUARE, &across]);
        assert_eq!(
            crossings
                .iter()
                .filter(|(fault, _)| *fault == Fault::Crossing)
                .count(),
            2
        );
        let along = [(0.0, 2.0), (2.0, 5.0), (0.0, 8.0), (0.0, 2.0)];
        assert_eq!(faults(&[SQUARE, &along])[0].0, Fault::Overlap);
    }
}
