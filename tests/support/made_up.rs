//! Made-up polygons, the same every time.

#![allow(dead_code, reason = "each test file uses some of it")]

use geo_types::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Polygon};
use groundrule::geometry::Shape;

/// A polygon of rings, the first its outline; rings need not be closed.
pub fn polygon(rings: &[&[(f64, f64)]]) -> Polygon<f64> {
    let ring = |ring: &[(f64, f64)]| -> LineString<f64> {
        ring.iter().map(|&(x, y)| Coord { x, y }).collect()
    };
    Polygon::new(
        ring(rings[0]),
        rings[1..].iter().map(|hole| ring(hole)).collect(),
    )
}

/// One polygon as a shape.
pub fn shape(rings: &[&[(f64, f64)]]) -> Shape {
    Shape::Polygons(MultiPolygon(vec![polygon(rings)]))
}

/// An upright rectangle.
pub fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Shape {
    shape(&[&[(west, south), (east, south), (east, north), (west, north)]])
}

/// These points as coordinates.
fn coords(points: &[(f64, f64)]) -> Vec<Coord<f64>> {
    points.iter().map(|&(x, y)| Coord { x, y }).collect()
}

/// Lines through these points.
pub fn lines(lines: &[&[(f64, f64)]]) -> Shape {
    let line = |points: &&[(f64, f64)]| LineString(coords(points));
    Shape::Lines(MultiLineString(lines.iter().map(line).collect()))
}

/// These points.
pub fn points(points: &[(f64, f64)]) -> Shape {
    Shape::Points(MultiPoint::from(points.to_vec()))
}

/// A stream of numbers from a seed (splitmix64), for tests that must run the same every time.
pub struct Random(pub u64);

impl Random {
    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From `low` to below `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// A whole number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.share() * limit as f64) as usize
    }
}

/// A star-shaped ring with a rough outline: `corners` vertices round a middle, radii from `radius` times
/// about 1 − `rough` to 1 + `rough`.
pub fn rough_ring(
    random: &mut Random,
    middle: (f64, f64),
    radius: f64,
    corners: usize,
    rough: f64,
) -> Vec<(f64, f64)> {
    let waves: Vec<(f64, f64, f64)> = (1..=6u32)
        .map(|octave| {
            let turns = f64::from(1u32 << octave) - 1.0 + random.below(3) as f64;
            let phase = random.between(0.0, std::f64::consts::TAU);
            (turns, phase, rough / f64::from(octave))
        })
        .collect();
    let at = |step: usize| {
        let angle = step as f64 / corners as f64 * std::f64::consts::TAU;
        let wave: f64 = waves
            .iter()
            .map(|&(turns, phase, height)| height * (turns * angle + phase).sin())
            .sum();
        let length = radius * (0.45 * wave).exp();
        (
            middle.0 + length * angle.cos(),
            middle.1 + length * angle.sin(),
        )
    };
    (0..corners).map(at).collect()
}

/// A snowflake of 3 × 4^`levels` vertices within 1 of the origin: each edge grows a tooth, whose edges grow teeth.
pub fn snowflake(levels: u32) -> Vec<(f64, f64)> {
    let corner = |turn: f64| (turn * std::f64::consts::TAU).sin_cos();
    let mut ring = vec![corner(0.0), corner(1.0 / 3.0), corner(2.0 / 3.0)];
    for _ in 0..levels {
        let after = ring.iter().cycle().skip(1);
        let grown = ring.iter().zip(after).flat_map(|(&(x, y), &(to_x, to_y))| {
            let third = ((to_x - x) / 3.0, (to_y - y) / 3.0);
            let height = 3f64.sqrt() / 2.0;
            [
                (x, y),
                (x + third.0, y + third.1),
                (
                    x + 1.5 * third.0 - height * third.1,
                    y + 1.5 * third.1 + height * third.0,
                ),
                (x + 2.0 * third.0, y + 2.0 * third.1),
            ]
        });
        ring = grown.collect();
    }
    ring
}

/// A comb of 4 × `teeth` + 2 vertices within 1 of the origin: many long edges side by side, and many level vertices.
pub fn comb(teeth: usize) -> Vec<(f64, f64)> {
    let pitch = 2.0 / teeth as f64;
    let mut ring = vec![(-1.0, -1.0), (1.0, -1.0)];
    for tooth in (0..teeth).rev() {
        let west = -1.0 + tooth as f64 * pitch;
        let east = west + pitch * 0.5;
        ring.extend([(east, -0.5), (east, 1.0), (west, 1.0), (west, -0.5)]);
    }
    ring
}

/// A star of 2 × `points` vertices within 1 of the origin.
pub fn star(points: usize) -> Vec<(f64, f64)> {
    let at = |step: usize| {
        let (sin, cos) = (step as f64 / points as f64 * std::f64::consts::PI).sin_cos();
        let length = if step.is_multiple_of(2) { 1.0 } else { 0.3 };
        (length * cos, length * sin)
    };
    (0..2 * points).map(at).collect()
}

/// A band of 2 × `steps` vertices that winds `turns` times round the origin, within 1 of it.
pub fn spiral(turns: f64, steps: usize) -> Vec<(f64, f64)> {
    let at = |step: usize, width: f64| {
        let share = step as f64 / (steps - 1) as f64;
        let (sin, cos) = (share * turns * std::f64::consts::TAU).sin_cos();
        let length = 0.1 + 0.9 * share - width;
        (length * cos, length * sin)
    };
    let width = 0.4 / turns;
    let out = (0..steps).map(|step| at(step, 0.0));
    let back = (0..steps).rev().map(|step| at(step, width.min(0.05)));
    out.chain(back).collect()
}
