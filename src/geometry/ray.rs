//! A ray from a point across edges, which tells exactly on which side of them the point lies.

use super::ring::{Side, Vertices};
use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
use geo_types::Coord;

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
    pub(super) fn meet_path<V: Vertices>(&mut self, vertices: V, range: std::ops::Range<usize>) {
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
