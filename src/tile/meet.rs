//! Finds where the edges of rings on the tile grid meet other than at the corner that joins them.
//!
//! Everything is decided exactly, in whole numbers. (`geometry::sweep` asks the same of rings in a
//! layer's own coordinates; on a grid as coarse as a tile's, rings also cross *through* vertices, so
//! every touch counts here, between different rings too.)

use super::grid::{TilePoint, TileRect, round_div, turn};
use super::rings::{Rings, bounds};

/// Where edges meet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Meetings {
    /// Whether any edges meet that should not.
    pub any: bool,
    /// Vertices that lie in the middle of an edge, with the index of the edge's first point.
    pub nodes: Vec<(usize, TilePoint)>,
    /// The units nearest to where edges cross in their middles.
    pub crossings: Vec<TilePoint>,
}

/// Up to this many edges every pair is looked at; above, only pairs that share a cell.
const FEW: usize = 24;

/// All meetings of edges in these rings.
pub(super) fn meetings(rings: &Rings) -> Meetings {
    let edges = Edges::of(rings);
    let mut found = Meetings::default();
    if edges.all.len() <= FEW {
        for (second, right) in edges.all.iter().enumerate() {
            for left in &edges.all[..second] {
                edges.look(left, right, &mut found);
            }
        }
    } else {
        Cells::over(rings, &edges).visit_pairs(|left, right| {
            edges.look(&edges.all[left], &edges.all[right], &mut found);
        });
    }
    found
}

/// One edge: the index of its first point, and its ring.
struct Edge {
    at: usize,
    ring: usize,
    a: TilePoint,
    b: TilePoint,
}

struct Edges {
    all: Vec<Edge>,
    /// First and last edge of each ring, by index of the first point.
    ring_ends: Vec<(usize, usize)>,
}

impl Edges {
    fn of(rings: &Rings) -> Self {
        let mut all = Vec::with_capacity(rings.points.len());
        let mut ring_ends = Vec::with_capacity(rings.ends.len());
        for (ring, range) in rings.ranges().enumerate() {
            ring_ends.push((range.start, range.end.saturating_sub(2)));
            for (at, edge) in range.clone().zip(rings.points[range].windows(2)) {
                all.push(Edge {
                    at,
                    ring,
                    a: edge[0],
                    b: edge[1],
                });
            }
        }
        Self { all, ring_ends }
    }

    /// The corner that joins two edges of which `left` comes first in the list.
    fn joint(&self, left: &Edge, right: &Edge) -> Option<TilePoint> {
        if left.ring != right.ring {
            None
        } else if right.at == left.at + 1 {
            Some(right.a)
        } else {
            (self.ring_ends[left.ring] == (left.at, right.at)).then_some(left.a)
        }
    }

    fn look(&self, left: &Edge, right: &Edge, found: &mut Meetings) {
        let (a, b, c, d) = (left.a, left.b, right.a, right.b);
        if apart(a, b, c, d) {
            return;
        }
        let (c_side, d_side) = (turn(a, b, c).signum(), turn(a, b, d).signum());
        if c_side == d_side && c_side != 0 {
            return;
        }
        let (a_side, b_side) = (turn(c, d, a).signum(), turn(c, d, b).signum());
        if c_side * d_side < 0 && a_side * b_side < 0 {
            found.any = true;
            found.crossings.push(crossing((a, b), (c, d)));
            return;
        }
        let joint = self.joint(left, right);
        for (side, point, edge) in [
            (c_side, c, left),
            (d_side, d, left),
            (a_side, a, right),
            (b_side, b, right),
        ] {
            let on_edge = side == 0 && !apart(point, point, edge.a, edge.b);
            if !on_edge || joint == Some(point) {
                continue;
            }
            found.any = true;
            if point != edge.a && point != edge.b {
                found.nodes.push((edge.at, point));
            }
        }
    }
}

/// Whether the boxes of two edges share no point.
fn apart(a: TilePoint, b: TilePoint, c: TilePoint, d: TilePoint) -> bool {
    a.x.max(b.x) < c.x.min(d.x)
        || c.x.max(d.x) < a.x.min(b.x)
        || a.y.max(b.y) < c.y.min(d.y)
        || c.y.max(d.y) < a.y.min(b.y)
}

/// The unit nearest to where two edges cross, in whatever order and direction they are named.
fn crossing(one: (TilePoint, TilePoint), other: (TilePoint, TilePoint)) -> TilePoint {
    let forwards = |(a, b): (TilePoint, TilePoint)| if a <= b { (a, b) } else { (b, a) };
    let (one, other) = (forwards(one), forwards(other));
    let ((a, b), (c, d)) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    // The share of a–b at which it is crossed, as a fraction of two areas.
    let to_c = turn(c, d, a);
    let whole = to_c - turn(c, d, b);
    let along = |from: i32, to: i32| from + round_div(i64::from(to - from) * to_c, whole) as i32;
    TilePoint {
        x: along(a.x, b.x),
        y: along(a.y, b.y),
    }
}

/// A raster over the rings' rectangle, with the edges that pass through each cell.
struct Cells {
    corner: TilePoint,
    side: i32,
    columns: i32,
    rows: i32,
    /// For each cell, where its edges begin in `edges`; one more at the end.
    starts: Vec<u32>,
    edges: Vec<u32>,
}

impl Cells {
    /// Cells so large that each holds a few edges.
    fn over(rings: &Rings, edges: &Edges) -> Self {
        let rect = bounds(&rings.points).unwrap_or(TileRect {
            min: TilePoint { x: 0, y: 0 },
            max: TilePoint { x: 0, y: 0 },
        });
        let (width, height) = (rect.max.x - rect.min.x + 1, rect.max.y - rect.min.y + 1);
        let cells_a_side = ((edges.all.len() as f64 / 2.0).sqrt() as i32).clamp(1, 128);
        let side = width.max(height) / cells_a_side + 1;
        let mut cells = Self {
            corner: rect.min,
            side,
            columns: width / side + 1,
            rows: height / side + 1,
            starts: Vec::new(),
            edges: Vec::new(),
        };
        let mut counts = vec![0u32; (cells.columns * cells.rows) as usize + 1];
        for edge in &edges.all {
            cells.visit_cells(edge, |cell| counts[cell + 1] += 1);
        }
        for cell in 1..counts.len() {
            counts[cell] += counts[cell - 1];
        }
        let mut filled = counts.clone();
        let mut list = vec![0; counts.last().map_or(0, |&all| all as usize)];
        for (number, edge) in edges.all.iter().enumerate() {
            cells.visit_cells(edge, |cell| {
                list[filled[cell] as usize] = number as u32;
                filled[cell] += 1;
            });
        }
        cells.starts = counts;
        cells.edges = list;
        cells
    }

    /// Every cell that an edge passes through or touches, row by row.
    fn visit_cells(&self, edge: &Edge, mut visit: impl FnMut(usize)) {
        let (top, bottom) = if edge.a.y <= edge.b.y {
            (edge.a, edge.b)
        } else {
            (edge.b, edge.a)
        };
        let column = |x: i32| (x - self.corner.x) / self.side;
        let row = |y: i32| (y - self.corner.y) / self.side;
        for at in row(top.y)..=row(bottom.y) {
            // Where the edge enters and leaves the row of cells, a unit more on both sides for the rounding.
            let x_at = |y: i32| {
                let height = i64::from(bottom.y - top.y).max(1);
                let down = i64::from(y.clamp(top.y, bottom.y) - top.y);
                top.x + round_div(i64::from(bottom.x - top.x) * down, height) as i32
            };
            let (enters, leaves) = if top.y == bottom.y {
                (top.x, bottom.x)
            } else {
                let start = self.corner.y + at * self.side;
                (x_at(start), x_at(start + self.side))
            };
            let (low, high) = (enters.min(leaves), enters.max(leaves));
            let from = column((low - 1).max(self.corner.x));
            let to = column(high + 1).min(self.columns - 1);
            for across in from..=to {
                visit((at * self.columns + across) as usize);
            }
        }
    }

    /// Hands over every pair of edges that share a cell, the lower number first; a pair may come more than once.
    fn visit_pairs(&self, mut visit: impl FnMut(usize, usize)) {
        for cell in self.starts.windows(2) {
            let here = &self.edges[cell[0] as usize..cell[1] as usize];
            for (second, &right) in here.iter().enumerate() {
                for &left in &here[..second] {
                    visit(left as usize, right as usize);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rings(all: &[&[(i32, i32)]]) -> Rings {
        let mut rings = Rings::default();
        for ring in all {
            let ring: Vec<_> = ring.iter().map(|&(x, y)| TilePoint { x, y }).collect();
            rings.push(&ring);
        }
        rings
    }

    /// Every pair, whatever the number of edges.
    fn by_brute_force(rings: &Rings) -> Meetings {
        let edges = Edges::of(rings);
        let mut found = Meetings::default();
        for (second, right) in edges.all.iter().enumerate() {
            for left in &edges.all[..second] {
                edges.look(left, right, &mut found);
            }
        }
        found
    }

    fn sorted(mut found: Meetings) -> Meetings {
        found.nodes.sort_unstable();
        found.nodes.dedup();
        found.crossings.sort_unstable();
        found.crossings.dedup();
        found
    }

    #[test]
    fn a_square_with_a_hole_meets_nowhere() {
        let square: &[_] = &[(0, 0), (9, 0), (9, 9), (0, 9), (0, 0)];
        let hole: &[_] = &[(3, 3), (3, 5), (5, 5), (3, 3)];
        assert_eq!(meetings(&rings(&[square, hole])), Meetings::default());
    }

    #[test]
    fn a_bow_tie_crosses_at_the_unit_nearest_to_its_middle() {
        let tie: &[_] = &[(0, 0), (5, 5), (5, 0), (0, 4), (0, 0)];
        let found = meetings(&rings(&[tie]));
        // The edges cross at 20/9, 20/9.
        assert_eq!(found.crossings, [TilePoint { x: 2, y: 2 }]);
        let turned: Vec<_> = tie.iter().rev().copied().collect();
        assert_eq!(meetings(&rings(&[&turned])).crossings, found.crossings);
    }

    #[test]
    fn spikes_pinches_and_rings_through_each_others_vertices_are_found() {
        let spike: &[_] = &[(0, 0), (10, 0), (15, 0), (10, 0), (10, 9), (0, 0)];
        let found = meetings(&rings(&[spike]));
        assert!(found.any);
        assert_eq!(found.nodes, [], "the two runs of the spike share both ends");
        let pinch: &[_] = &[(0, 0), (4, 0), (4, 4), (2, 0), (0, 4), (0, 0)];
        assert_eq!(
            sorted(meetings(&rings(&[pinch]))).nodes,
            [(0, TilePoint { x: 2, y: 0 })]
        );
        let square: &[_] = &[(0, 0), (8, 0), (8, 8), (0, 8), (0, 0)];
        let through: &[_] = &[(4, 4), (8, 4), (12, 4), (8, 8), (4, 4)];
        assert!(meetings(&rings(&[square, through])).any);
        let flat: &[_] = &[(0, 0), (4, 0), (0, 0)];
        assert!(meetings(&rings(&[flat])).any);
    }

    #[test]
    fn cells_find_what_looking_at_every_pair_finds() {
        let mut seed = 7u64;
        let mut random = |below: i32| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) % below as u64) as i32
        };
        for round in 0..300 {
            let reach = [12, 60, 900, 2_112][round % 4];
            let mut all = Rings::default();
            for _ in 0..1 + random(4) {
                let mut ring: Vec<_> = (0..3 + random(60))
                    .map(|_| TilePoint {
                        x: random(reach) - 32,
                        y: random(reach) - 32,
                    })
                    .collect();
                ring.dedup();
                ring.extend(ring.first().copied());
                ring.dedup();
                all.push(&ring);
            }
            let (quick, slow) = (sorted(meetings(&all)), sorted(by_brute_force(&all)));
            assert_eq!(quick, slow, "round {round}");
        }
    }
}
