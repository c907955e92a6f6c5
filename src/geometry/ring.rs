//! Paths of vertices and the exact test on them: is a point inside. How far the outline is stands in `nearest`.
//!
//! The vertices may lie anywhere, a slice or a mapped file; nothing is copied. A point on an
//! outline is found exactly, by a robust orientation predicate, without a tolerance.

use super::coord::Bounds;
use super::edges::EdgeIndex;
use super::ray::Ray;
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

    /// Reads a little of what a walk begins with.
    pub(crate) fn touch(&self) -> u64 {
        let path = self.ends.first().copied().unwrap_or_default();
        let middle = self.count() / 2;
        let vertex = |at: usize| self.vertex(at).x.to_bits();
        match middle {
            0 => u64::from(path),
            _ => u64::from(path) ^ vertex(0) ^ vertex(middle),
        }
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
    pub(super) fn end_after(&self, index: usize) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;
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
    fn a_hole_is_taken_off_the_area() {
        assert_eq!(square_with_hole().paths().area(), 96.0);
    }
}
