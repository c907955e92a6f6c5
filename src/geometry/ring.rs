//! Paths of vertices and the exact tests on them: is a point inside, and how far is the outline.
//!
//! The vertices may lie anywhere, a slice or a mapped file; nothing is copied. A point on an
//! outline is found exactly, by a robust orientation predicate, without a tolerance.

use super::coord::Bounds;
use super::distance::LocalMetres;
use super::edges::EdgeIndex;
use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
use geo_types::Coord;

/// Vertices wherever they are kept, all of one plane.
pub trait Vertices: Copy {
    /// How many there are.
    fn count(&self) -> usize;
    /// The vertex at `index`, which is below [`Vertices::count`].
    fn vertex(&self, index: usize) -> Coord<f64>;
}

impl Vertices for &[Coord<f64>] {
    fn count(&self) -> usize {
        self.len()
    }
    fn vertex(&self, index: usize) -> Coord<f64> {
        self[index]
    }
}

/// Vertices as little-endian pairs of `f64`, as FlatGeobuf keeps them, at any alignment.
#[derive(Debug, Clone, Copy)]
pub struct Packed<'a>(pub &'a [[u8; 16]]);

impl Vertices for Packed<'_> {
    fn count(&self) -> usize {
        self.0.len()
    }
    fn vertex(&self, index: usize) -> Coord<f64> {
        let [
            x0,
            x1,
            x2,
            x3,
            x4,
            x5,
            x6,
            x7,
            y0,
            y1,
            y2,
            y3,
            y4,
            y5,
            y6,
            y7,
        ] = self.0[index];
        Coord {
            x: f64::from_le_bytes([x0, x1, x2, x3, x4, x5, x6, x7]),
            y: f64::from_le_bytes([y0, y1, y2, y3, y4, y5, y6, y7]),
        }
    }
}

/// Where a point lies relative to a polygon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Strictly inside.
    Inside,
    /// On an outline, a hole's too: it counts as in the area.
    Boundary,
    /// Outside, or in a hole.
    Outside,
}

/// The paths of one part: the rings of a polygon (outline, then holes), one line, or one point.
#[derive(Debug, Clone, Copy)]
pub struct Paths<'a, V> {
    vertices: V,
    ends: &'a [u32],
}

/// The point of a part that is nearest to a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// The point, in the layer's own space.
    pub coord: Coord<f64>,
    /// Ground metres from the place.
    pub metres: f64,
}

impl<'a, V: Vertices> Paths<'a, V> {
    /// Paths over `vertices`; `ends` holds for each path the index after its last vertex, ascending.
    pub fn new(vertices: V, ends: &'a [u32]) -> Self {
        Self { vertices, ends }
    }

    /// How many vertices, the repeated ones of closed rings included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.vertices.count()
    }

    /// The vertex at `index`.
    #[must_use]
    pub fn vertex(&self, index: usize) -> Coord<f64> {
        self.vertices.vertex(index)
    }

    /// Every vertex in order.
    pub fn vertices(self) -> impl Iterator<Item = Coord<f64>> {
        (0..self.vertices.count()).map(move |index| self.vertices.vertex(index))
    }

    /// For each path, the range of its vertices.
    pub fn ranges(self) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|&end| end as usize));
        starts
            .zip(self.ends)
            .map(|(start, &end)| start..end as usize)
    }

    /// The smallest rectangle around the vertices.
    #[must_use]
    pub fn bounds(self) -> Bounds {
        Bounds::around(self.vertices())
    }

    /// Edges of a run of vertices, as index of the first and both ends.
    pub fn edges_in(
        self,
        vertices: std::ops::Range<usize>,
    ) -> impl Iterator<Item = (usize, Coord<f64>, Coord<f64>)> {
        // One look at the path's end for a whole run of vertices, not one for each.
        let mut path_end = self.end_after(vertices.start);
        vertices.filter_map(move |index| {
            if index >= path_end {
                path_end = self.end_after(index);
            }
            (index + 1 < path_end).then(|| {
                (
                    index,
                    self.vertices.vertex(index),
                    self.vertices.vertex(index + 1),
                )
            })
        })
    }

    /// The end of the path that the vertex at `index` belongs to.
    fn end_after(&self, index: usize) -> usize {
        let path = self.ends.partition_point(|&end| end as usize <= index);
        self.ends.get(path).map_or(0, |&end| end as usize)
    }

    /// Where `point` lies, the paths being closed rings: inside an odd number of them is inside the polygon.
    ///
    /// `index` is the one built over these paths, if there is one.
    #[must_use]
    pub fn side(self, point: Coord<f64>, index: Option<&EdgeIndex>) -> Side {
        let mut ray = Ray::from(point);
        match index {
            Some(index) => index.visit(
                |bounds| {
                    bounds.min.y <= point.y && point.y <= bounds.max.y && point.x <= bounds.max.x
                },
                |run| self.edges_in(run).for_each(|(_, a, b)| ray.meet(a, b)),
            ),
            None => {
                let mut start = 0;
                for &end in self.ends {
                    ray.meet_path(self.vertices, start..end as usize);
                    start = end as usize;
                }
            }
        }
        ray.side()
    }

    /// The nearest point of any path to the origin of `local`, or `None` where none is within `within` metres.
    ///
    /// Nearest on the ground: where the flattened plane leaves more than a millimetre open, every edge that
    /// may be the nearest is measured on the ground.
    #[must_use]
    pub fn nearest(
        self,
        local: &LocalMetres,
        index: Option<&EdgeIndex>,
        within: f64,
    ) -> Option<Nearest> {
        let reach = local.reach(within);
        let mut best = reach * reach;
        let mut found = None;
        self.visit_near(local, index, &mut best, |at, t, metres2, best| {
            *best = metres2;
            found = Some((at, t));
        });
        let (at, t) = found?;
        let mut nearest = self.measured(local, at, t);
        if local.slack_m(nearest.metres) > NEAR_ENOUGH_M {
            let mut best = local.reach(nearest.metres).powi(2);
            self.visit_near(local, index, &mut best, |at, t, _, best| {
                let refined = self.refined(local, at, t);
                if refined.metres < nearest.metres {
                    nearest = refined;
                    *best = local.reach(nearest.metres).powi(2);
                }
            });
        }
        (nearest.metres <= within).then_some(nearest)
    }

    /// Hands over every edge whose flattened distance is within the root of `best`, which `found` may lower:
    /// the index of its first vertex, the share along it of its nearest point, and that point's squared distance.
    fn visit_near(
        self,
        local: &LocalMetres,
        index: Option<&EdgeIndex>,
        best: &mut f64,
        mut found: impl FnMut(usize, f64, f64, &mut f64),
    ) {
        let mut look = |run: std::ops::Range<usize>, best: &mut f64| {
            let mut path_end = self.end_after(run.start);
            let mut here = local.flatten(self.vertices.vertex(run.start));
            for at in run {
                if at >= path_end {
                    path_end = self.end_after(at);
                }
                // The last vertex of a ring ends an edge that was looked at; of a point, it is all there is.
                let next = if at + 1 < self.vertices.count() {
                    local.flatten(self.vertices.vertex(at + 1))
                } else {
                    here
                };
                let end = if at + 1 < path_end { next } else { here };
                if let Some((t, metres2)) = nearer_on_edge(here, end, *best) {
                    found(at, t, metres2, best);
                }
                here = next;
            }
        };
        match index {
            Some(index) => {
                index.visit_nearest(|bounds| local.flattened2(bounds), best, &mut look);
            }
            None if self.vertices.count() > 0 => look(0..self.vertices.count(), best),
            None => {}
        }
    }

    /// A point at a share along the edge that begins at a vertex, with its metres on the ground.
    fn measured(self, local: &LocalMetres, at: usize, t: f64) -> Nearest {
        let here = self.vertices.vertex(at);
        let coord = match t {
            0.0 => here,
            1.0 => self.vertices.vertex(at + 1),
            _ => here + (self.vertices.vertex(at + 1) - here) * t,
        };
        Nearest {
            coord,
            metres: local.ground_m(coord),
        }
    }

    /// The point of an edge that is nearest on the ground, from its share along the edge on the flattened plane.
    fn refined(self, local: &LocalMetres, at: usize, t: f64) -> Nearest {
        let flattened = self.measured(local, at, t);
        let shift_m = local.slack_m(flattened.metres);
        // The nearest point lies no more than the slack along the edge from there, which takes the square
        // of its share of the way off the distance.
        if shift_m * shift_m < NEAR_ENOUGH_M / 10.0 * flattened.metres
            || at + 1 >= self.end_after(at)
        {
            return flattened;
        }
        let (a, b) = (self.vertices.vertex(at), self.vertices.vertex(at + 1));
        let (from, to) = (local.flatten(a), local.flatten(b));
        let step = (shift_m / (to.x - from.x).hypot(to.y - from.y)).min(0.25);
        let ground2 = |t: f64| local.ground_m(a + (b - a) * t).powi(2);
        let mut t = t;
        // Squared metres along an edge are all but a parabola: its lowest point is found in a step or two.
        for _ in 0..3 {
            let (before, here, after) = (ground2(t - step), ground2(t), ground2(t + step));
            let bend = before + after - 2.0 * here;
            if bend > 0.0 {
                t = (t + step / 2.0 * (before - after) / bend).clamp(0.0, 1.0);
            }
        }
        let refined = self.measured(local, at, t);
        if refined.metres < flattened.metres {
            refined
        } else {
            flattened
        }
    }

    /// Area of the part in square units of its space: the first ring less the others.
    #[must_use]
    pub fn area(self) -> f64 {
        self.ranges()
            .enumerate()
            .map(|(ring, range)| {
                let area = self.ring_area(range).abs();
                if ring == 0 { area } else { -area }
            })
            .sum()
    }

    /// Signed area of one ring, positive anticlockwise. Summed about its first vertex, so that large ordinates cost no precision.
    #[must_use]
    pub fn ring_area(self, range: std::ops::Range<usize>) -> f64 {
        if range.is_empty() {
            return 0.0;
        }
        let origin = self.vertices.vertex(range.start);
        let mut twice = 0.0;
        for (_, a, b) in self.edges_in(range) {
            let (a, b) = (a - origin, b - origin);
            twice += a.x * b.y - b.x * a.y;
        }
        twice / 2.0
    }
}

/// Metres that are left to the flattened plane: answers give centimetres.
const NEAR_ENOUGH_M: f64 = 0.001;

/// A ray from a point towards greater `x`, and what the edges that it met say of the point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ray {
    point: Coord<f64>,
    inside: bool,
    on_edge: bool,
}

impl Ray {
    pub(super) fn from(point: Coord<f64>) -> Self {
        Self {
            point,
            inside: false,
            on_edge: false,
        }
    }

    /// Meets one edge. An edge that ends at the ray's height counts for its upper end only, so a
    /// vertex on the ray is counted once.
    #[inline]
    pub(super) fn meet(&mut self, a: Coord<f64>, b: Coord<f64>) {
        let point = self.point;
        if (a.y > point.y) == (b.y > point.y) {
            if a.y == point.y {
                let level = b.y == point.y;
                let between =
                    (a.x <= point.x && point.x <= b.x) || (b.x <= point.x && point.x <= a.x);
                self.on_edge |= a == point || (level && between);
            }
            return;
        }
        if point.x < a.x.min(b.x) {
            self.inside = !self.inside;
            return;
        }
        if point.x > a.x.max(b.x) {
            return;
        }
        let upwards = b.y > a.y;
        match orientation(a, b, point) {
            Orientation::Collinear => self.on_edge = true,
            Orientation::CounterClockwise if upwards => self.inside = !self.inside,
            Orientation::Clockwise if !upwards => self.inside = !self.inside,
            _ => {}
        }
    }

    /// Meets every edge of one path.
    fn meet_path<V: Vertices>(&mut self, vertices: V, range: std::ops::Range<usize>) {
        let mut range = range;
        let Some(first) = range.next() else {
            return;
        };
        let mut a = vertices.vertex(first);
        for at in range {
            let b = vertices.vertex(at);
            self.meet(a, b);
            a = b;
        }
    }

    /// Where the point lies, once all edges that reach its height were met: inside an odd number of rings is inside.
    pub(super) fn side(self) -> Side {
        match (self.on_edge, self.inside) {
            (true, _) => Side::Boundary,
            (false, true) => Side::Inside,
            (false, false) => Side::Outside,
        }
    }
}

/// Which way a, b, c turn, decided exactly (Shewchuk's adaptive predicate).
pub(super) fn orientation(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> Orientation {
    <RobustKernel as Kernel<f64>>::orient2d(a, b, c)
}

/// The nearest point of the edge a–b to the origin, as its share along the edge and its squared distance,
/// where that is no farther than `best`.
#[inline]
fn nearer_on_edge(a: Coord<f64>, b: Coord<f64>, best: f64) -> Option<(f64, f64)> {
    let along = b - a;
    let dot = -(a.x * along.x + a.y * along.y);
    let length2 = along.x * along.x + along.y * along.y;
    let (t, metres2) = if dot <= 0.0 || length2 == 0.0 {
        (0.0, a.x * a.x + a.y * a.y)
    } else if dot >= length2 {
        (1.0, b.x * b.x + b.y * b.y)
    } else {
        let cross = a.x * b.y - a.y * b.x;
        // Most edges are farther than the best: they cost no division.
        if cross * cross > best * length2 {
            return None;
        }
        let t = dot / length2;
        let point = a + along * t;
        (t, point.x * point.x + point.y * point.y)
    };
    (metres2 <= best).then_some((t, metres2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::coord::Space;
    use crate::geometry::shape::Part;

    fn square_with_hole() -> Part {
        let ring = |min: f64, max: f64| {
            [(min, min), (max, min), (max, max), (min, max), (min, min)]
                .map(|(x, y)| Coord { x, y })
        };
        let mut part = Part::default();
        part.push(&ring(0.0, 10.0));
        part.push(&ring(4.0, 6.0));
        part
    }

    fn side_of(x: f64, y: f64) -> Side {
        let part = square_with_hole();
        let plain = part.paths().side(Coord { x, y }, None);
        let index = EdgeIndex::build(part.paths());
        assert_eq!(
            part.paths().side(Coord { x, y }, Some(&index)),
            plain,
            "{x},{y}"
        );
        plain
    }

    #[test]
    fn a_point_on_the_outline_or_on_the_edge_of_a_hole_is_on_the_boundary() {
        for (x, y) in [
            (0.0, 0.0),
            (10.0, 10.0),
            (5.0, 0.0),
            (0.0, 5.0),
            (10.0, 3.0),
            (4.0, 5.0),
            (5.0, 6.0),
            (6.0, 6.0),
        ] {
            assert_eq!(side_of(x, y), Side::Boundary, "{x},{y}");
        }
    }

    #[test]
    fn a_hole_is_outside_and_the_ring_round_it_inside() {
        assert_eq!(side_of(5.0, 5.0), Side::Outside);
        assert_eq!(side_of(2.0, 5.0), Side::Inside);
        assert_eq!(
            side_of(2.0, 4.0),
            Side::Inside,
            "level with a corner of the hole"
        );
        assert_eq!(
            side_of(-1.0, 0.0),
            Side::Outside,
            "level with the bottom edge"
        );
        assert_eq!(
            side_of(11.0, 10.0),
            Side::Outside,
            "level with the top edge"
        );
        assert_eq!(side_of(-1.0, 4.0), Side::Outside);
    }

    #[test]
    fn a_hairs_breadth_off_a_slanting_edge_is_told_apart() {
        let mut part = Part::default();
        part.push(&[(0.0, 0.0), (3.0, 1.0), (0.0, 1.0), (0.0, 0.0)].map(|(x, y)| Coord { x, y }));
        let on = Coord { x: 1.5, y: 0.5 };
        assert_eq!(part.paths().side(on, None), Side::Boundary);
        assert_eq!(
            part.paths().side(
                Coord {
                    x: on.x,
                    y: on.y.next_up()
                },
                None
            ),
            Side::Inside
        );
        assert_eq!(
            part.paths().side(
                Coord {
                    x: on.x,
                    y: on.y.next_down()
                },
                None
            ),
            Side::Outside
        );
    }

    #[test]
    fn the_nearest_point_of_the_outline_is_found_from_inside_and_outside() {
        let part = square_with_hole();
        for index in [None, Some(EdgeIndex::build(part.paths()))] {
            let nearest = |x: f64, y: f64, within: f64| {
                let local = LocalMetres::at(Space::NationalGrid, Coord { x, y });
                part.paths().nearest(&local, index.as_ref(), within)
            };
            let inside = nearest(1.0, 5.0, 100.0).expect("near");
            assert_eq!(inside.coord, Coord { x: 0.0, y: 5.0 });
            let outside = nearest(13.0, 14.0, 100.0).expect("near");
            assert_eq!(outside.coord, Coord { x: 10.0, y: 10.0 });
            assert!((outside.metres - 5.0).abs() < 0.01, "{}", outside.metres);
            assert!(nearest(20.0, 5.0, 9.0).is_none());
            assert_eq!(nearest(4.0, 5.0, 9.0).expect("on it").metres, 0.0);
        }
    }

    #[test]
    fn of_two_edges_that_tie_on_the_plane_the_one_nearer_on_the_ground_is_told() {
        let mut part = Part::default();
        let ring = [
            (200_000.0, 270_000.0),
            (400_000.0, 270_000.0),
            (400_000.0, 470_000.0),
            (200_000.0, 470_000.0),
            (200_000.0, 270_000.0),
        ];
        part.push(&ring.map(|(x, y)| Coord { x, y }));
        let place = Coord {
            x: 303_000.0,
            y: 367_000.0,
        };
        let local = LocalMetres::at(Space::NationalGrid, place);
        let least = (0..=2_000_000)
            .step_by(50)
            .map(|step| f64::from(step) / 10.0)
            .flat_map(|along| {
                [
                    (200_000.0 + along, 270_000.0),
                    (200_000.0 + along, 470_000.0),
                    (200_000.0, 270_000.0 + along),
                    (400_000.0, 270_000.0 + along),
                ]
            })
            .map(|(x, y)| local.ground_m(Coord { x, y }))
            .fold(f64::INFINITY, f64::min);
        let told = part.paths().nearest(&local, None, 1e8).expect("somewhere");
        assert!(
            (told.metres - least).abs() < 0.01,
            "{} and {least}",
            told.metres
        );
    }

    #[test]
    fn the_nearest_point_of_a_far_slanting_edge_is_nearest_on_the_globe() {
        let mut part = Part::default();
        part.push(&[(-4.0, 52.0), (-2.6, 54.0)].map(|(x, y)| Coord { x, y }));
        for origin in [(-3.0, 52.2), (-3.9, 53.4), (-3.4, 52.8)] {
            let local = LocalMetres::at(
                Space::Wgs84,
                Coord {
                    x: origin.0,
                    y: origin.1,
                },
            );
            let least = (0..=1_000_000)
                .map(|step| f64::from(step) / 1e6)
                .map(|t| {
                    local.ground_m(Coord {
                        x: -4.0 + 1.4 * t,
                        y: 52.0 + 2.0 * t,
                    })
                })
                .fold(f64::INFINITY, f64::min);
            let told = part.paths().nearest(&local, None, 1e8).expect("somewhere");
            assert!(
                (told.metres - least).abs() < 0.01,
                "{} and {least}",
                told.metres
            );
        }
    }

    #[test]
    fn a_hole_is_taken_off_the_area() {
        assert_eq!(square_with_hole().paths().area(), 96.0);
    }
}
