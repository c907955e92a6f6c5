//! What is true of a point and some rings, decided slowly and by other means than the program's: every edge in
//! turn, in whole numbers. A `f64` is a whole number times a power of two, so nothing is rounded.

#![allow(dead_code, reason = "each test file uses some of it")]

use geo_types::Coord;
use groundrule::geometry::shape::Part;
use groundrule::geometry::{Kind, LocalMetres, Shape, Side, Space};
use num_bigint::{BigInt, Sign};

/// A number as whole number and power of two.
fn dyadic(value: f64) -> (i64, i32) {
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    let magnitude = match exponent {
        0 => fraction << 1,
        _ => fraction | 1 << 52,
    };
    let mantissa = magnitude as i64;
    (
        if value < 0.0 { -mantissa } else { mantissa },
        exponent - 1075,
    )
}

/// Which way a, b, c turn: plus is anticlockwise, none is on one line.
pub fn turn(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> Sign {
    let parts = [a.x, a.y, b.x, b.y, c.x, c.y].map(dyadic);
    let used = parts.iter().filter(|(mantissa, _)| *mantissa != 0);
    let smallest = used.map(|(_, exponent)| *exponent).min().unwrap_or(0);
    let whole = |(mantissa, exponent): (i64, i32)| match mantissa {
        0 => BigInt::ZERO,
        _ => BigInt::from(mantissa) << (exponent - smallest),
    };
    let [ax, ay, bx, by, cx, cy] = parts.map(whole);
    ((&bx - &ax) * (&cy - &ay) - (&by - &ay) * (&cx - &ax)).sign()
}

/// Where a point lies to the rings of a part: on an edge, or inside an odd number of rings.
///
/// The ray goes north here; the program's goes east.
pub fn side(part: &Part, point: Coord<f64>) -> Side {
    let mut inside = false;
    for (a, b) in edges(part) {
        let (low, high) = (a.y.min(b.y), a.y.max(b.y));
        let (west, east) = if a.x <= b.x { (a, b) } else { (b, a) };
        if point.x < west.x || point.x > east.x || point.y > high {
            continue;
        }
        let turned = (point.y >= low).then(|| turn(west, east, point));
        // On the edge: in its rectangle, and on its line.
        if turned == Some(Sign::NoSign) {
            return Side::Boundary;
        }
        let across = (a.x > point.x) != (b.x > point.x);
        // Below the whole edge, or in its rectangle and south of it.
        if across && turned.is_none_or(|turned| turned == Sign::Minus) {
            inside = !inside;
        }
    }
    if inside { Side::Inside } else { Side::Outside }
}

/// Where a point lies to an area: inside a part, else on the outline of one, else outside.
pub fn side_of_area(parts: &[Part], point: Coord<f64>) -> Side {
    let sides: Vec<Side> = parts.iter().map(|part| side(part, point)).collect();
    [Side::Inside, Side::Boundary]
        .into_iter()
        .find(|side| sides.contains(side))
        .unwrap_or(Side::Outside)
}

/// Every edge of every path.
pub fn edges(part: &Part) -> impl Iterator<Item = (Coord<f64>, Coord<f64>)> + '_ {
    let starts = std::iter::once(0).chain(part.ends.iter().copied());
    let paths = starts.zip(&part.ends);
    let vertices = move |(start, &end): (u32, &u32)| &part.vertices[start as usize..end as usize];
    paths.flat_map(move |path| vertices(path).windows(2).map(|edge| (edge[0], edge[1])))
}

/// Ground metres from a point to the nearest place on any edge or vertex of some parts.
///
/// Edges that come within two parts in a hundred of the nearest, on a plane that touches the ground at the point,
/// are searched for their nearest place by the ground distance itself.
pub fn distance_m(parts: &[Part], space: Space, point: Coord<f64>) -> f64 {
    let local = LocalMetres::at(space, point);
    let flat = |(a, b): (Coord<f64>, Coord<f64>)| {
        let (a, b) = (local.flatten(a), local.flatten(b));
        let along = b - a;
        let length2 = along.x * along.x + along.y * along.y;
        let share = -(a.x * along.x + a.y * along.y) / length2;
        let share = if length2 == 0.0 {
            0.0
        } else {
            share.clamp(0.0, 1.0)
        };
        let nearest = a + along * share;
        nearest.x.hypot(nearest.y)
    };
    let all = || {
        // A part of one vertex has no edge.
        let lone = |part: &Part| part.vertices.first().map(|&only| (only, only));
        let lone = parts
            .iter()
            .filter(|part| part.vertices.len() == 1)
            .filter_map(lone);
        parts.iter().flat_map(edges).chain(lone)
    };
    let least = all().map(flat).fold(f64::INFINITY, f64::min);
    let close = all().filter(|&edge| flat(edge) <= least * 1.02 + 0.01);
    close
        .map(|edge| ground_m(&local, edge))
        .fold(f64::INFINITY, f64::min)
}

/// Ground metres to the nearest place on one edge, by thirds.
fn ground_m(local: &LocalMetres, (a, b): (Coord<f64>, Coord<f64>)) -> f64 {
    let at = |share: f64| local.ground_m(a + (b - a) * share);
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..90 {
        let third = (high - low) / 3.0;
        if at(low + third) <= at(high - third) {
            high -= third;
        } else {
            low += third;
        }
    }
    at(f64::midpoint(low, high))
        .min(local.ground_m(a))
        .min(local.ground_m(b))
}

/// What a layer must say of one of its areas at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lie {
    /// The area holds the point.
    pub holds: bool,
    /// The point is on its outline; of a line or a point, none where rounding decides.
    pub on_boundary: Option<bool>,
    /// Ground metres to its nearest outline.
    pub metres: f64,
}

/// How a point lies to an area that was drawn truly to some metres.
pub fn lie(shape: &Shape, parts: &[Part], space: Space, point: Coord<f64>, accuracy_m: f64) -> Lie {
    let metres = distance_m(parts, space, point);
    if shape.kind() == Kind::Polygon {
        let side = side_of_area(parts, point);
        Lie {
            holds: side != Side::Outside,
            on_boundary: Some(side == Side::Boundary),
            metres: if side == Side::Boundary { 0.0 } else { metres },
        }
    } else {
        Lie {
            holds: metres <= accuracy_m,
            on_boundary: (metres > 1e-6).then_some(false),
            metres,
        }
    }
}
