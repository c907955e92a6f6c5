//! How two polygons lie to each other: apart, touching, overlapping, one inside the other.
//!
//! Decided exactly. Where no two edges cross properly, every corner of what the polygons have in
//! common, and of what only one of them has, is a vertex of one of them: so vertices and the wedges
//! round those that lie on both outlines decide, and no crossing point is ever computed.

use super::coord::Bounds;
use super::edges::EdgeIndex;
use super::ray::orientation;
use super::ring::{Paths, Side, Vertices};
use geo::algorithm::kernels::Orientation;
use geo_types::Coord;
use std::cmp::Ordering;

/// A polygon (or line, or point) with what helps to search it.
#[derive(Debug, Clone, Copy)]
pub struct Outlines<'a, V> {
    /// Its rings, closed, the outline first.
    pub paths: Paths<'a, V>,
    /// The index over its edges, if there is one.
    pub index: Option<&'a EdgeIndex>,
    /// The rectangle round it.
    pub bounds: Bounds,
}

/// What two polygons have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mutual {
    /// They share at least a point.
    pub meet: bool,
    /// Their insides share some ground.
    pub both: bool,
    /// Some inside of the first is outside the second.
    pub only_first: bool,
    /// Some inside of the second is outside the first.
    pub only_second: bool,
    /// The first's outline, a hole's too, shares a point with the second.
    pub first_outline: bool,
}

const APART: Mutual = Mutual {
    meet: false,
    both: false,
    only_first: true,
    only_second: true,
    first_outline: false,
};

const CROSSING: Mutual = Mutual {
    meet: true,
    both: true,
    only_first: true,
    only_second: true,
    first_outline: true,
};

/// How two polygons of one plane lie to each other.
#[must_use]
pub fn mutual<A: Vertices, B: Vertices>(first: Outlines<'_, A>, second: Outlines<'_, B>) -> Mutual {
    if !first.bounds.intersects(&second.bounds) {
        return APART;
    }
    let Some(meetings) = meetings(first, second) else {
        return CROSSING;
    };
    let mut found = Mutual::default();
    if meetings.is_empty() {
        // No ring meets another: each lies on one side as a whole.
        of_vertices(second, ring_starts(second), first, |side| {
            found.of_second(side)
        });
        of_vertices(first, ring_starts(first), second, |side| {
            found.of_first(side)
        });
        found.meet = found.both;
        return found;
    }
    (found.meet, found.first_outline) = (true, true);
    of_vertices(second, 0..second.paths.count(), first, |side| {
        found.of_second(side)
    });
    of_vertices(first, 0..first.paths.count(), second, |side| {
        found.of_first(side)
    });
    let (mut of_first, mut of_second) = (Insides::of(first), Insides::of(second));
    for at in meetings {
        if found.is_settled() {
            break;
        }
        found.wedges(&mut of_first, &mut of_second, at);
    }
    found
}

/// Whether a line or point shares a point with a polygon.
#[must_use]
pub fn line_meets<A: Vertices, B: Vertices>(
    line: Outlines<'_, A>,
    polygon: Outlines<'_, B>,
) -> bool {
    if !line.bounds.intersects(&polygon.bounds) {
        return false;
    }
    let mut inside = false;
    of_vertices(line, ring_starts(line), polygon, |side| {
        inside |= side != Side::Outside;
        inside
    });
    inside || meetings(line, polygon).is_none_or(|meetings| !meetings.is_empty())
}

impl Mutual {
    fn is_settled(&self) -> bool {
        self.meet && self.both && self.only_first && self.only_second && self.first_outline
    }

    /// Takes in where a vertex of the second lies in the first; true where nothing is left to find.
    fn of_second(&mut self, side: Side) -> bool {
        match side {
            // Round a vertex lies some of its polygon's inside and some of its outside.
            Side::Inside => (self.both, self.only_first) = (true, true),
            Side::Outside => self.only_second = true,
            Side::Boundary => {}
        }
        self.both && self.only_first && self.only_second
    }

    fn of_first(&mut self, side: Side) -> bool {
        match side {
            Side::Inside => {
                (self.both, self.only_second, self.first_outline) = (true, true, true);
            }
            Side::Outside => self.only_first = true,
            Side::Boundary => {}
        }
        self.is_settled()
    }

    /// Takes in the wedges round a vertex that lies on both outlines.
    fn wedges<A: Vertices, B: Vertices>(
        &mut self,
        first: &mut Insides<'_, A>,
        second: &mut Insides<'_, B>,
        at: Coord<f64>,
    ) {
        let mut rays = first.rays(at, Of::First);
        rays.extend(second.rays(at, Of::Second));
        rays.sort_by(|a, b| by_angle(at, a.to, b.to));
        let (mut in_first, mut in_second) = (None, None);
        // Twice round: the first round finds on which side of its ray each polygon lies.
        let count = rays.len();
        for number in 0..2 * count {
            let ray = &rays[number % count];
            let inside = match ray.of {
                Of::First => &mut in_first,
                Of::Second => &mut in_second,
            };
            *inside = Some(ray.inside_after);
            let next = &rays[(number + 1) % count];
            if by_angle(at, ray.to, next.to) == Ordering::Equal {
                continue;
            }
            match (in_first, in_second) {
                (Some(true), Some(true)) => self.both = true,
                (Some(true), Some(false)) => self.only_first = true,
                (Some(false), Some(true)) => self.only_second = true,
                _ => {}
            }
        }
    }
}

/// The first vertex of each path.
fn ring_starts<V: Vertices>(of: Outlines<'_, V>) -> impl Iterator<Item = usize> {
    of.paths.ranges().map(|range| range.start)
}

/// Tells on which side of a polygon vertices of another lie, until `take` has heard enough.
fn of_vertices<A: Vertices, B: Vertices>(
    of: Outlines<'_, A>,
    vertices: impl Iterator<Item = usize>,
    polygon: Outlines<'_, B>,
    mut take: impl FnMut(Side) -> bool,
) {
    for at in vertices {
        let vertex = of.paths.vertex(at);
        let side = if polygon.bounds.contains(vertex) {
            polygon.paths.side(vertex, polygon.index)
        } else {
            Side::Outside
        };
        if take(side) {
            return;
        }
    }
}

/// Every vertex of one that lies on an edge of the other, once each; `None` where two edges cross properly.
fn meetings<A: Vertices, B: Vertices>(
    first: Outlines<'_, A>,
    second: Outlines<'_, B>,
) -> Option<Vec<Coord<f64>>> {
    let mut points = Vec::new();
    let mut crossing = false;
    edges_near(first, &second.bounds, |a, b| {
        let near = Bounds::around([a, b]);
        edges_near(second, &near, |c, d| {
            crossing = crossing || cross(a, b, c, d, &mut points);
            crossing
        });
        crossing
    });
    if crossing {
        return None;
    }
    points.sort_by(|a: &Coord<f64>, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    points.dedup();
    Some(points)
}

/// Hands every edge whose box meets `near` to `found`, until that says that it is enough.
fn edges_near<V: Vertices>(
    of: Outlines<'_, V>,
    near: &Bounds,
    mut found: impl FnMut(Coord<f64>, Coord<f64>) -> bool,
) {
    let mut enough = false;
    let paths = of.paths;
    let look = |run: std::ops::Range<usize>, enough: &mut bool| {
        for (_, a, b) in paths.edges_in(run) {
            if *enough {
                return;
            }
            *enough = a != b && Bounds::around([a, b]).intersects(near) && found(a, b);
        }
    };
    let mut look = look;
    match of.index {
        Some(index) => index.visit(
            |bounds| bounds.intersects(near),
            |run| look(run, &mut enough),
        ),
        None => look(0..paths.count(), &mut enough),
    }
}

/// Whether two edges cross in their insides; ends that lie on the other edge are noted.
fn cross(
    a: Coord<f64>,
    b: Coord<f64>,
    c: Coord<f64>,
    d: Coord<f64>,
    points: &mut Vec<Coord<f64>>,
) -> bool {
    let (c_side, d_side) = (orientation(a, b, c), orientation(a, b, d));
    if c_side == d_side && c_side != Orientation::Collinear {
        return false;
    }
    let (a_side, b_side) = (orientation(c, d, a), orientation(c, d, b));
    if a_side == b_side && a_side != Orientation::Collinear {
        return false;
    }
    let sides = [
        (c_side, c, a, b),
        (d_side, d, a, b),
        (a_side, a, c, d),
        (b_side, b, c, d),
    ];
    let mut touches = false;
    for (side, point, from, to) in sides {
        if side == Orientation::Collinear {
            touches = true;
            if Bounds::around([from, to]).contains(point) {
                points.push(point);
            }
        }
    }
    !touches
}

#[derive(Clone, Copy, PartialEq)]
enum Of {
    First,
    Second,
}

/// A direction in which an outline leaves a vertex.
struct Ray {
    to: Coord<f64>,
    /// The polygon's inside lies anticlockwise of the ray.
    inside_after: bool,
    of: Of,
}

/// On which side of its edges each ring has the inside, found when it is needed.
struct Insides<'a, V> {
    of: Outlines<'a, V>,
    rings: Vec<std::ops::Range<usize>>,
    on_left: Vec<Option<bool>>,
}

impl<'a, V: Vertices> Insides<'a, V> {
    fn of(of: Outlines<'a, V>) -> Self {
        let rings: Vec<_> = of.paths.ranges().collect();
        let on_left = vec![None; rings.len()];
        Self { of, rings, on_left }
    }

    fn on_left(&mut self, vertex: usize) -> bool {
        let ring = self.rings.partition_point(|range| range.end <= vertex);
        let paths = self.of.paths;
        let range = self.rings[ring].clone();
        *self.on_left[ring].get_or_insert_with(|| (paths.ring_area(range) > 0.0) == (ring == 0))
    }

    /// The directions in which the outline leaves a vertex that lies on it.
    fn rays(&mut self, at: Coord<f64>, of: Of) -> Vec<Ray> {
        let mut edges = Vec::new();
        let point = Bounds { min: at, max: at };
        let paths = self.of.paths;
        let mut look = |run: std::ops::Range<usize>| {
            for (vertex, a, b) in paths.edges_in(run) {
                if a != b
                    && Bounds::around([a, b]).contains(at)
                    && orientation(a, b, at) == Orientation::Collinear
                {
                    edges.push((vertex, a, b));
                }
            }
        };
        match self.of.index {
            Some(index) => index.visit(|bounds| bounds.intersects(&point), look),
            None => look(0..paths.count()),
        }
        let mut rays = Vec::new();
        for (vertex, a, b) in edges {
            let on_left = self.on_left(vertex);
            if b != at {
                rays.push(Ray {
                    to: b,
                    inside_after: on_left,
                    of,
                });
            }
            if a != at {
                rays.push(Ray {
                    to: a,
                    inside_after: !on_left,
                    of,
                });
            }
        }
        rays
    }
}

/// The order of directions from a vertex, anticlockwise from east; equal only where they are the same.
fn by_angle(from: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> Ordering {
    let lower = |to: Coord<f64>| to.y < from.y || (to.y == from.y && to.x < from.x);
    lower(a)
        .cmp(&lower(b))
        .then_with(|| match orientation(from, a, b) {
            Orientation::CounterClockwise => Ordering::Less,
            Orientation::Clockwise => Ordering::Greater,
            Orientation::Collinear => Ordering::Equal,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::shape::Part;

    fn part(rings: &[&[(f64, f64)]]) -> Part {
        let mut part = Part::default();
        for ring in rings {
            let ring: Vec<_> = ring
                .iter()
                .chain(&ring[..1])
                .map(|&(x, y)| Coord { x, y })
                .collect();
            part.push(&ring);
        }
        part
    }

    fn told(first: &Part, second: &Part) -> &'static str {
        let look = |first: &Part, second: &Part| {
            let of = |part: &Part| EdgeIndex::build(part.paths());
            let (a, b) = (of(first), of(second));
            let outlines = |part| -> Outlines<'_, &[Coord<f64>]> {
                let part: &Part = part;
                Outlines {
                    paths: part.paths(),
                    index: None,
                    bounds: part.paths().bounds(),
                }
            };
            let plain = mutual(outlines(first), outlines(second));
            let indexed = mutual(
                Outlines {
                    index: Some(&a),
                    ..outlines(first)
                },
                Outlines {
                    index: Some(&b),
                    ..outlines(second)
                },
            );
            assert_eq!(plain, indexed);
            plain
        };
        let found = look(first, second);
        let other = look(second, first);
        assert_eq!(
            (found.meet, found.both, found.only_first, found.only_second),
            (other.meet, other.both, other.only_second, other.only_first)
        );
        match (found.meet, found.both, found.only_first, found.only_second) {
            (false, false, true, true) => "apart",
            (true, false, true, true) => "touch",
            (true, true, true, true) => "overlap",
            (true, true, false, false) => "equal",
            (true, true, false, true) => "inside",
            (true, true, true, false) => "holds",
            other => panic!("{other:?}"),
        }
    }

    const SQUARE: &[(f64, f64)] = &[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)];

    #[test]
    fn polygons_are_told_apart_however_they_meet() {
        let square = part(&[SQUARE]);
        let frame = part(&[SQUARE, &[(4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0)]]);
        let to_square = |ring: &[(f64, f64)]| {
            let mut back: Vec<_> = ring.to_vec();
            back.reverse();
            let found = told(&part(&[ring]), &square);
            assert_eq!(found, told(&part(&[&back]), &square), "either way round");
            found
        };
        assert_eq!(to_square(SQUARE), "equal");
        assert_eq!(
            to_square(&[(20.0, 0.0), (30.0, 0.0), (30.0, 10.0)]),
            "apart"
        );
        assert_eq!(
            to_square(&[(10.0, 2.0), (30.0, 2.0), (30.0, 8.0), (10.0, 8.0)]),
            "touch"
        );
        assert_eq!(
            to_square(&[(10.0, 10.0), (20.0, 10.0), (20.0, 20.0)]),
            "touch"
        );
        assert_eq!(to_square(&[(10.0, 5.0), (20.0, 0.0), (20.0, 9.0)]), "touch");
        assert_eq!(
            to_square(&[(9.0, 5.0), (20.0, 0.0), (20.0, 9.0)]),
            "overlap"
        );
        assert_eq!(to_square(&[(0.0, 0.0), (10.0, 0.0), (5.0, 5.0)]), "inside");
        assert_eq!(
            to_square(&[(0.0, 5.0), (5.0, 0.0), (10.0, 5.0), (5.0, 10.0)]),
            "inside"
        );
        assert_eq!(to_square(&[(2.0, 2.0), (3.0, 2.0), (3.0, 3.0)]), "inside");
        assert_eq!(
            to_square(&[(-10.0, 10.0), (10.0, -10.0), (30.0, 10.0), (10.0, 30.0)]),
            "holds"
        );
        // Through two corners and nothing else: no edges cross and no vertex lies inside the other.
        assert_eq!(
            to_square(&[(0.0, 0.0), (10.0, 10.0), (0.0, 10.0)]),
            "inside"
        );
        assert_eq!(
            to_square(&[(-5.0, -5.0), (15.0, 15.0), (-5.0, 15.0)]),
            "overlap"
        );
        assert_eq!(
            to_square(&[(-5.0, 5.0), (5.0, -5.0), (-5.0, -5.0)]),
            "touch"
        );
        let fits = part(&[&[(4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0)]]);
        let smaller = part(&[&[(4.5, 4.5), (5.5, 4.5), (5.5, 5.5)]]);
        let larger = part(&[&[(3.0, 3.0), (7.0, 3.0), (7.0, 7.0), (3.0, 7.0)]]);
        assert_eq!(told(&fits, &frame), "touch");
        assert_eq!(told(&smaller, &frame), "apart");
        assert_eq!(told(&larger, &frame), "overlap");
        assert_eq!(told(&frame, &square), "inside");
    }

    /// A simple polygon with its corners on a small lattice, so that corners and edges of two often meet.
    fn on_lattice(next: &mut impl FnMut(u64) -> u64) -> Part {
        loop {
            let corners: Vec<(f64, f64)> = (0..3 + next(4))
                .map(|_| (next(7) as f64, next(7) as f64))
                .collect();
            let found = part(&[&corners]);
            let simple = crate::geometry::sweep::forbidden_meetings(found.paths()).is_empty();
            if simple && found.paths().area() != 0.0 {
                return found;
            }
        }
    }

    #[test]
    fn what_the_matrix_of_geo_says_is_said() {
        use geo::Relate as _;
        use geo::coordinate_position::CoordPos::{Inside, OnBoundary, Outside};
        use geo::dimensions::Dimensions;
        let mut state = 20_261_123_u64;
        let mut next = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % below
        };
        let polygon = |part: &Part| {
            geo_types::Polygon::new(geo_types::LineString(part.vertices.clone()), Vec::new())
        };
        let mut seen = std::collections::BTreeMap::new();
        for round in 0..20_000 {
            let first = on_lattice(&mut next);
            let second = match round % 100 {
                0 => first.clone(),
                _ => on_lattice(&mut next),
            };
            let said = told(&first, &second);
            let matrix = polygon(&first).relate(&polygon(&second));
            let ground = |a, b| matrix.get(a, b) == Dimensions::TwoDimensional;
            let expected = match (
                matrix.is_intersects(),
                ground(Inside, Inside),
                ground(Inside, Outside),
                ground(Outside, Inside),
            ) {
                (false, ..) => "apart",
                (true, false, ..) => "touch",
                (true, true, true, true) => "overlap",
                (true, true, false, false) => "equal",
                (true, true, false, true) => "inside",
                (true, true, true, false) => "holds",
            };
            assert_eq!(said, expected, "{first:?} {second:?}");
            let outlines = |part| -> Outlines<'_, &[Coord<f64>]> {
                let part: &Part = part;
                Outlines {
                    paths: part.paths(),
                    index: None,
                    bounds: part.paths().bounds(),
                }
            };
            let on_line = mutual(outlines(&first), outlines(&second)).first_outline;
            let meets = |side| matrix.get(OnBoundary, side) != Dimensions::Empty;
            assert_eq!(on_line, meets(Inside) || meets(OnBoundary));
            *seen.entry(said).or_insert(0) += 1;
        }
        assert!(
            seen.len() == 6 && seen.values().all(|&often| often > 20),
            "{seen:?}"
        );
    }
}
