//! Where a point lies in a big polygon, in a fraction of a microsecond: its edges by level stripes.
//!
//! The polygon's rectangle is cut into rows. A row knows the edges that reach into it, so a ray
//! meets a handful of edges and not thousands; and it is cut into columns, most of which no edge
//! touches, so most points are decided without looking at any edge. All that is rounded when it is
//! built or asked goes through one monotone function, so that nothing near a border between two
//! rows or columns is ever missed; the edges themselves are tested exactly.

use super::coord::Bounds;
use super::ray::Ray;
use super::ring::{Paths, Side, Vertices};
use geo_types::Coord;

/// Parts with fewer vertices than this are as quick to walk from end to end: they lie together in memory.
pub const WORTH_STRIPES: usize = 192;

/// Rows: one for so many edges.
const EDGES_A_ROW: usize = 4;

/// Entries of the rows for each edge, at most: where edges are long, the rows are made higher instead.
const ENTRIES_AN_EDGE: usize = 4;

/// Columns of a row: two bits of a `u64` each.
const COLUMNS: u32 = 32;

/// Columns marked and edges looked at for each edge while the columns are decided. An outline that takes
/// more keeps undecided columns, which cost time and no answer.
const WORK_AN_EDGE: usize = 64;

/// What a column of a row is known to be.
const LOOK_AT_EDGES: u64 = 0;
const OUTSIDE: u64 = 1;
const INSIDE: u64 = 2;

/// The edges of some [`Paths`] by rows, and what is known of each column without them.
///
/// Costs about ten bytes an edge.
#[derive(Debug)]
pub struct Stripes {
    cuts: Cuts,
    columns: Cuts,
    rows: Box<[Row]>,
    /// Edges, by the index of their first vertex.
    edges: Box<[u32]>,
}

/// What is kept of a row, together, so that one look at memory brings all of it.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// Two bits a column.
    known: u64,
    /// Where its edges begin and end in [`Stripes::edges`].
    edges: (u32, u32),
}

/// Equal cuts of a range of ordinates.
#[derive(Debug, Clone, Copy)]
struct Cuts {
    from: f64,
    per_unit: f64,
    last: u32,
}

impl Cuts {
    fn new(from: f64, to: f64, count: u32) -> Self {
        let per_unit = f64::from(count) / (to - from);
        Self {
            from,
            // A range without width, or one so narrow that its inverse overflows, is one cut.
            per_unit: if per_unit.is_finite() { per_unit } else { 0.0 },
            last: count - 1,
        }
    }

    /// Never falls as the ordinate rises: subtraction, multiplication and truncation all are monotone.
    fn of(self, ordinate: f64) -> u32 {
        (((ordinate - self.from) * self.per_unit) as u32).min(self.last)
    }

    /// An ordinate well inside a cut.
    fn middle(self, cut: u32) -> f64 {
        self.from + (f64::from(cut) + 0.5) / self.per_unit
    }
}

impl Stripes {
    /// Sorts the edges into rows and decides the columns, O(n) for outlines as they are drawn.
    pub fn build<V: Vertices>(paths: Paths<'_, V>) -> Self {
        let bounds = paths.bounds();
        let count = paths.count();
        let columns = Cuts::new(bounds.min.x, bounds.max.x, COLUMNS);
        let mut row_count = (count / EDGES_A_ROW).clamp(1, 1 << 24) as u32;
        let (rows, starts) = loop {
            let rows = Cuts::new(bounds.min.y, bounds.max.y, row_count);
            let (starts, total) = row_starts(paths, rows);
            if total <= count * ENTRIES_AN_EDGE || row_count == 1 {
                break (rows, starts);
            }
            row_count /= 2;
        };
        let mut edges = vec![0; starts[starts.len() - 1] as usize];
        let mut next = starts.clone();
        for (index, a, b) in paths.edges_in(0..count) {
            for row in rows.of(a.y.min(b.y))..=rows.of(a.y.max(b.y)) {
                let at = &mut next[row as usize];
                edges[*at as usize] = index as u32;
                *at += 1;
            }
        }
        let row = |ends: &[u32]| Row {
            known: LOOK_AT_EDGES,
            edges: (ends[0], ends[1]),
        };
        let mut stripes = Self {
            cuts: rows,
            columns,
            rows: starts.windows(2).map(row).collect(),
            edges: edges.into(),
        };
        stripes.decide_columns(paths, &bounds);
        stripes
    }

    /// Where `point` lies; `paths` are those that the stripes were built over.
    #[must_use]
    pub fn side<V: Vertices>(&self, paths: Paths<'_, V>, point: Coord<f64>) -> Side {
        let row = self.rows[self.cuts.of(point.y) as usize];
        match row.known >> (2 * self.columns.of(point.x)) & 3 {
            OUTSIDE => Side::Outside,
            INSIDE => Side::Inside,
            _ => self.look(paths, row, point),
        }
    }

    /// Reads a little of what [`Stripes::side`] begins with.
    pub(crate) fn touch(&self, point: Coord<f64>) -> u64 {
        self.rows[self.cuts.of(point.y) as usize].known
    }

    /// How many edges the point's row would look at, and whether its column is decided without them.
    #[must_use]
    pub fn effort(&self, point: Coord<f64>) -> (usize, bool) {
        let row = self.rows[self.cuts.of(point.y) as usize];
        let known = row.known >> (2 * self.columns.of(point.x)) & 3;
        (self.edges_of(row).len(), known != LOOK_AT_EDGES)
    }

    fn look<V: Vertices>(&self, paths: Paths<'_, V>, row: Row, point: Coord<f64>) -> Side {
        let mut ray = Ray::from(point);
        for &edge in self.edges_of(row) {
            ray.meet(paths.vertex(edge as usize), paths.vertex(edge as usize + 1));
        }
        ray.side()
    }

    fn edges_of(&self, row: Row) -> &[u32] {
        &self.edges[row.edges.0 as usize..row.edges.1 as usize]
    }

    /// Decides the columns that no edge touches: all of such a column lies on one side, and so do its
    /// neighbours of the same row that no edge touches either.
    fn decide_columns<V: Vertices>(&mut self, paths: Paths<'_, V>, bounds: &Bounds) {
        let mut work = paths.count() * WORK_AN_EDGE;
        if self.cuts.per_unit == 0.0 || self.columns.per_unit == 0.0 || bounds.is_empty() {
            return;
        }
        for number in 0..self.rows.len() as u32 {
            let row = self.rows[number as usize];
            let edges = self.edges_of(row);
            let mut touched = 0_u32;
            for &edge in edges {
                let (a, b) = (paths.vertex(edge as usize), paths.vertex(edge as usize + 1));
                let (first, last) = (self.columns.of(a.x.min(b.x)), self.columns.of(a.x.max(b.x)));
                touched |= u32::MAX >> (COLUMNS - 1 - last + first) << first;
            }
            let mut known = 0_u64;
            let mut side = None;
            for column in 0..COLUMNS {
                if touched >> column & 1 == 1 {
                    side = None;
                    continue;
                }
                if side.is_none() {
                    let middle = Coord {
                        x: self.columns.middle(column),
                        y: self.cuts.middle(number),
                    };
                    // Rounding may have moved it into another column, of which nothing follows for this one.
                    if self.columns.of(middle.x) == column && self.cuts.of(middle.y) == number {
                        work = work.saturating_sub(edges.len());
                        if work == 0 {
                            return;
                        }
                        side = Some(self.look(paths, row, middle));
                    }
                }
                let bits = match side {
                    Some(Side::Outside) => OUTSIDE,
                    Some(Side::Inside) => INSIDE,
                    // No edge touches the column, so its middle is on none.
                    Some(Side::Boundary) | None => LOOK_AT_EDGES,
                };
                known |= bits << (2 * column);
            }
            self.rows[number as usize].known = known;
        }
    }
}

/// Where the edges of each row begin once they are sorted, and how many entries there are.
fn row_starts<V: Vertices>(paths: Paths<'_, V>, rows: Cuts) -> (Vec<u32>, usize) {
    // Differences first: a long edge costs two additions and not one for each of its rows.
    let count = rows.last as usize + 1;
    let mut changes = vec![0_i64; count + 1];
    for (_, a, b) in paths.edges_in(0..paths.count()) {
        changes[rows.of(a.y.min(b.y)) as usize] += 1;
        changes[rows.of(a.y.max(b.y)) as usize + 1] -= 1;
    }
    let mut starts = Vec::with_capacity(count + 1);
    let (mut total, mut here) = (0_i64, 0_i64);
    for change in changes {
        starts.push(u32::try_from(total).unwrap_or(u32::MAX));
        here += change;
        total += here;
    }
    (starts, usize::try_from(total).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::shape::Part;

    /// A generator of numbers that is the same on every machine (SplitMix64).
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    /// A star with a hole like it: its radius jumps about by a share of itself.
    fn star(count: usize, jumps: f64, seed: u64, at: Coord<f64>, size: f64) -> Part {
        let mut numbers = Numbers(seed);
        let mut part = Part::default();
        for share in [1.0, 0.3] {
            let mut ring: Vec<Coord<f64>> = (0..count)
                .map(|step| {
                    let angle = std::f64::consts::TAU * step as f64 / count as f64;
                    let radius = size * share * (1.0 - jumps * numbers.next());
                    at + Coord {
                        x: radius * angle.cos(),
                        y: radius * angle.sin(),
                    }
                })
                .collect();
            ring.push(ring[0]);
            part.push(&ring);
        }
        part
    }

    fn agrees(part: &Part, points: impl Iterator<Item = Coord<f64>>) {
        let paths = part.paths();
        let stripes = Stripes::build(paths);
        for point in points {
            assert_eq!(
                stripes.side(paths, point),
                paths.side(point, None),
                "{point:?}"
            );
        }
    }

    /// Every vertex, every middle of an edge, and each of them a hair's breadth off to four sides.
    fn awkward(part: &Part) -> Vec<Coord<f64>> {
        let paths = part.paths();
        let middles = paths
            .edges_in(0..paths.count())
            .map(|(_, a, b)| (a + b) / 2.0);
        let all: Vec<Coord<f64>> = paths.vertices().chain(middles).collect();
        all.iter()
            .flat_map(|&Coord { x, y }| {
                [
                    Coord { x, y },
                    Coord { x: x.next_up(), y },
                    Coord {
                        x: x.next_down(),
                        y,
                    },
                    Coord { x, y: y.next_up() },
                    Coord {
                        x,
                        y: y.next_down(),
                    },
                ]
            })
            .collect()
    }

    #[test]
    fn stripes_agree_with_a_walk_along_every_edge() {
        for (seed, count) in [(1, 40), (2, 700), (3, 5_000)] {
            for (at, size) in [
                (Coord { x: 0.0, y: 0.0 }, 1.0),
                (
                    Coord {
                        x: 294_614.0,
                        y: 377_543.0,
                    },
                    3_000.0,
                ),
                (Coord { x: 1e15, y: -1e15 }, 40.0),
                (Coord { x: -3.6, y: 53.2 }, 1e-12),
            ] {
                let part = star(count, 0.5, seed, at, size);
                let mut numbers = Numbers(seed + 100);
                let random = std::iter::repeat_with(|| {
                    at + Coord {
                        x: (numbers.next() - 0.5) * 2.2 * size,
                        y: (numbers.next() - 0.5) * 2.2 * size,
                    }
                });
                let awkward = awkward(&part).into_iter().step_by(1 + count / 300);
                agrees(&part, random.take(1_000).chain(awkward));
            }
        }
    }

    #[test]
    fn long_edges_and_flat_rings_are_no_harder() {
        let mut comb = Part::default();
        let mut ring: Vec<Coord<f64>> = (0..4_000)
            .map(|tooth| Coord {
                x: f64::from(tooth),
                y: if tooth % 2 == 0 { 0.0 } else { 1_000.0 },
            })
            .collect();
        ring.push(Coord {
            x: 2_000.0,
            y: -1.0,
        });
        ring.push(ring[0]);
        comb.push(&ring);
        agrees(&comb, awkward(&comb).into_iter().step_by(17));
        let stripes = Stripes::build(comb.paths());
        assert!(stripes.edges.len() <= comb.paths().count() * ENTRIES_AN_EDGE);

        let mut flat = Part::default();
        let mut ring: Vec<Coord<f64>> = (0..200)
            .map(|x| Coord {
                x: f64::from(x),
                y: 7.0,
            })
            .collect();
        ring.push(ring[0]);
        flat.push(&ring);
        agrees(&flat, awkward(&flat).into_iter());
    }

    #[test]
    fn most_points_of_a_big_outline_are_decided_without_an_edge() {
        let part = star(20_000, 0.05, 9, Coord { x: 0.0, y: 0.0 }, 100.0);
        let stripes = Stripes::build(part.paths());
        let decided: u32 = stripes
            .rows
            .iter()
            .map(|&Row { known, .. }| {
                (known & 0x5555_5555_5555_5555 | known >> 1 & 0x5555_5555_5555_5555).count_ones()
            })
            .sum();
        let all = stripes.rows.len() as u32 * COLUMNS;
        assert!(decided * 3 > all, "{decided} of {all}");
    }
}
