//! Closed rings in tile units, one after another in one list of points.

use super::grid::{TilePoint, TileRect, turn, twice_area};

/// The closed rings of one part, or of all parts of one area; each repeats its first point.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rings {
    pub points: Vec<TilePoint>,
    /// For each ring, the index after its last point.
    pub ends: Vec<u32>,
}

/// An outline and its holes, each closed.
pub(super) type Polygon = Vec<Vec<TilePoint>>;

impl Rings {
    /// Adds a closed ring.
    pub(super) fn push(&mut self, ring: &[TilePoint]) {
        self.points.extend_from_slice(ring);
        self.ends.push(self.points.len() as u32);
    }

    /// The range of each ring's points.
    pub(super) fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| start as usize..end as usize)
    }

    /// Each ring.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[TilePoint]> {
        self.ranges().map(|range| &self.points[range])
    }

    /// Index of the first point and both ends of each edge.
    pub(super) fn edges(&self) -> impl Iterator<Item = (usize, TilePoint, TilePoint)> {
        self.ranges().flat_map(|range| {
            range
                .clone()
                .zip(self.points[range].windows(2))
                .map(|(at, edge)| (at, edge[0], edge[1]))
        })
    }

    /// Puts points into edges, each given by the index of the edge's first point. Points of one edge
    /// are put in the order in which it passes them.
    pub(super) fn insert(&mut self, mut nodes: Vec<(usize, TilePoint)>) {
        if nodes.is_empty() {
            return;
        }
        nodes.sort_unstable();
        nodes.dedup();
        let mut out = Self::default();
        let mut next = 0;
        for range in self.ranges() {
            for at in range.clone() {
                out.points.push(self.points[at]);
                let first = next;
                while next < nodes.len() && nodes[next].0 == at {
                    next += 1;
                }
                if first < next && at + 1 < range.end {
                    let passed = nodes[first..next].iter().map(|&(_, point)| point).collect();
                    let edge = (self.points[at], self.points[at + 1]);
                    out.points.extend(in_order(edge, passed));
                }
            }
            out.ends.push(out.points.len() as u32);
        }
        *self = out;
    }
}

/// Points near an edge in the order in which it passes them, the exact reverse for the reversed edge.
fn in_order((a, b): (TilePoint, TilePoint), mut points: Vec<TilePoint>) -> Vec<TilePoint> {
    let (from, to) = if a <= b { (a, b) } else { (b, a) };
    let along = |point: TilePoint| {
        i64::from(point.x - from.x) * i64::from(to.x - from.x)
            + i64::from(point.y - from.y) * i64::from(to.y - from.y)
    };
    points.sort_unstable_by_key(|&point| (along(point), point));
    if a > b {
        points.reverse();
    }
    points
}

/// The rectangle around some points; `None` for no points.
pub(super) fn bounds(points: &[TilePoint]) -> Option<TileRect> {
    let (&first, rest) = points.split_first()?;
    let mut rect = TileRect {
        min: first,
        max: first,
    };
    for point in rest {
        rect.min = TilePoint {
            x: rect.min.x.min(point.x),
            y: rect.min.y.min(point.y),
        };
        rect.max = TilePoint {
            x: rect.max.x.max(point.x),
            y: rect.max.y.max(point.y),
        };
    }
    Some(rect)
}

/// Whether a point that lies on no edge is inside a closed ring. The ray runs towards greater `x`; an
/// edge that ends at its height counts for its upper end only.
pub(super) fn is_inside(point: TilePoint, ring: &[TilePoint]) -> bool {
    ring.windows(2).fold(false, |inside, edge| {
        inside != is_right_of(edge[0], edge[1], point)
    })
}

/// Whether the ray from a point towards greater `x` meets an edge.
fn is_right_of(a: TilePoint, b: TilePoint, point: TilePoint) -> bool {
    (a.y > point.y) != (b.y > point.y) && (turn(a, b, point) > 0) != (b.y > a.y)
}

/// Whether a ring lies inside another that it meets in vertices only: the middle of its first edge tells.
pub(super) fn lies_inside(ring: &[TilePoint], outer: &[TilePoint]) -> bool {
    let [a, b, ..] = *ring else { return false };
    let twice = |point: TilePoint| TilePoint {
        x: 2 * point.x,
        y: 2 * point.y,
    };
    let middle = TilePoint {
        x: a.x + b.x,
        y: a.y + b.y,
    };
    outer.windows(2).fold(false, |inside, edge| {
        inside != is_right_of(twice(edge[0]), twice(edge[1]), middle)
    })
}

/// The ring turned so that its area is positive (an outline) or negative (a hole).
pub(super) fn oriented(mut ring: Vec<TilePoint>, outline: bool) -> Vec<TilePoint> {
    if (twice_area(&ring) > 0) != outline {
        ring.reverse();
    }
    ring
}

/// The closed ring without points in the middle of straight edges, which neither move nor open anything.
pub(super) fn straightened(ring: &[TilePoint]) -> Vec<TilePoint> {
    let open = &ring[..ring.len().saturating_sub(1)];
    let mut kept: Vec<TilePoint> = Vec::with_capacity(ring.len());
    for &point in open {
        while let [.., a, b] = kept[..]
            && turn(a, b, point) == 0
        {
            kept.pop();
        }
        kept.push(point);
    }
    // The same across the seam.
    let mut from = 0;
    loop {
        let left = &kept[from..];
        let [first, second, .., before_last, last] = left[..] else {
            break;
        };
        if turn(before_last, last, first) == 0 {
            kept.pop();
        } else if turn(last, first, second) == 0 {
            from += 1;
        } else {
            break;
        }
    }
    kept.drain(..from);
    kept.extend(kept.first().copied());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(coords: &[(i32, i32)]) -> Vec<TilePoint> {
        coords.iter().map(|&(x, y)| TilePoint { x, y }).collect()
    }

    #[test]
    fn points_in_the_middle_of_straight_edges_go_at_the_seam_too() {
        let ring = points(&[
            (2, 0),
            (4, 0),
            (4, 2),
            (4, 4),
            (0, 4),
            (0, 0),
            (1, 0),
            (2, 0),
        ]);
        assert_eq!(
            straightened(&ring),
            points(&[(4, 0), (4, 4), (0, 4), (0, 0), (4, 0)])
        );
        let seam_before_corner = points(&[(0, 0), (4, 0), (4, 4), (0, 4), (0, 2), (0, 0)]);
        assert_eq!(
            straightened(&seam_before_corner),
            points(&[(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)])
        );
    }

    #[test]
    fn points_are_put_into_an_edge_in_its_direction() {
        let mut rings = Rings::default();
        rings.push(&points(&[(0, 0), (10, 0), (0, 10), (0, 0)]));
        let node = |at, x, y| (at, TilePoint { x, y });
        rings.insert(vec![
            node(0, 7, 0),
            node(0, 3, 0),
            node(2, 0, 2),
            node(2, 0, 5),
            node(0, 3, 0),
        ]);
        let put = points(&[
            (0, 0),
            (3, 0),
            (7, 0),
            (10, 0),
            (0, 10),
            (0, 5),
            (0, 2),
            (0, 0),
        ]);
        assert_eq!(rings.points, put);
        assert_eq!(rings.ends, [8]);
    }

    #[test]
    fn inside_is_inside_also_level_with_a_corner() {
        let ring = points(&[(0, 0), (4, 4), (8, 0), (8, 8), (0, 8), (0, 0)]);
        let inside = |x, y| is_inside(TilePoint { x, y }, &ring);
        assert!(inside(2, 4) && inside(1, 7) && inside(7, 4));
        assert!(!inside(4, 2) && !inside(-1, 4) && !inside(9, 4) && !inside(-1, 0));
        let turned: Vec<_> = ring.iter().rev().copied().collect();
        assert!(is_inside(TilePoint { x: 2, y: 4 }, &turned));
    }
}
