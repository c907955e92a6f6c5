//! Makes polygons of the rounded rings of a layer's areas: valid by MVT 2.1, without gaps between
//! neighbours, and none lost.
//!
//! Two steps, each for the whole layer at once. First every part by itself: a place is in it that lies
//! inside an odd number of its rings, as the answer has it. Then every area: its parts joined, with
//! what rounding made thinner than the grid drawn one unit wide.

use super::grid::{TilePoint, TileRect, twice_area};
use super::hair::hairs;
use super::rings::{Polygon, Rings, bounds, is_inside, lies_inside, oriented, straightened};
use super::untangle::{Group, untangle};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{ContourDirection, IntOverlayOptions, Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::Solver;
use i_overlay::i_float::int::point::IntPoint;

/// What of a tile is drawn, and how small is small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// The tile and its buffer.
    pub drawn: TileRect,
    /// Half a pixel in units: what is no larger and lies no farther from the rest is not worth a shape of its own.
    pub speck: i32,
}

/// Polygons for each area, of the rings of its parts. Outlines have a positive area, holes stand
/// behind their outline and have a negative one; every ring is closed.
///
/// A part that rounding left without area, and that nothing else of the area stands for, becomes a
/// square of one unit: the smallest that a fill and an outline can draw. Only what lies beyond the
/// drawn rectangle comes out empty.
pub(super) fn settle(areas: &[Vec<Rings>], limits: Limits) -> Vec<Vec<Polygon>> {
    let mut parts: Vec<Group> = areas.iter().flatten().map(part_group).collect();
    let all = (0..parts.len()).collect();
    untangle(&mut parts, all);
    let mut part = parts.into_iter().zip(areas.iter().flatten());
    let mut joined = Vec::with_capacity(areas.len());
    let mut groups = Vec::with_capacity(areas.len());
    for area in areas {
        let mut pieces = Pieces::default();
        for (group, given) in part.by_ref().take(area.len()) {
            pieces.add(&group, given, limits);
        }
        let polygons = pieces.with_specks(limits.speck);
        groups.push(area_group(&polygons));
        joined.push(polygons);
    }
    let meeting = (0..groups.len())
        .filter(|&at| joined[at].len() > 1)
        .collect();
    untangle(&mut groups, meeting);
    for (polygons, group) in joined.iter_mut().zip(&groups) {
        if group.tangled {
            *polygons = bounded(&group.rings, FillRule::NonZero);
        }
        finish(polygons);
    }
    joined
}

/// The rings of a part that have an extent.
fn part_group(part: &Rings) -> Group {
    let mut rings = Rings::default();
    for ring in part.iter().filter(|ring| ring.len() > 2) {
        rings.push(ring);
    }
    Group {
        rings,
        tangled: false,
    }
}

/// All rings of an area, outlines positive; tangled where one polygon may lie in another.
fn area_group(polygons: &[Polygon]) -> Group {
    let mut rings = Rings::default();
    for ring in polygons.iter().flatten() {
        rings.push(ring);
    }
    let tangled = polygons.len() > 1 && any_nested(polygons);
    Group { rings, tangled }
}

/// Whether the box of one polygon lies in the box of another.
fn any_nested(polygons: &[Polygon]) -> bool {
    let mut boxes: Vec<TileRect> = polygons
        .iter()
        .filter_map(|polygon| bounds(&polygon[0]))
        .collect();
    boxes.sort_unstable_by_key(|rect| (rect.min.x, -rect.max.x));
    boxes.iter().enumerate().any(|(at, outer)| {
        let starting_within = boxes[at + 1..]
            .iter()
            .take_while(|inner| inner.min.x <= outer.max.x);
        starting_within
            .filter(|inner| inner.max.x <= outer.max.x)
            .any(|inner| outer.min.y <= inner.min.y && inner.max.y <= outer.max.y)
    })
}

/// What the parts of one area came to.
#[derive(Default)]
struct Pieces {
    polygons: Vec<Polygon>,
    /// Where a part is that has no area left.
    specks: Vec<TilePoint>,
}

impl Pieces {
    fn add(&mut self, group: &Group, given: &Rings, limits: Limits) {
        let before = self.polygons.len();
        if group.tangled || !holes_are_inside(&group.rings) {
            let polygons = bounded(&group.rings, FillRule::EvenOdd);
            let thin = hairs(&group.rings, limits);
            self.polygons.extend(polygons);
            self.polygons.extend(thin);
        } else if !group.rings.ends.is_empty() {
            let rings = group.rings.iter().enumerate();
            self.polygons.push(
                rings
                    .map(|(number, ring)| oriented(ring.to_vec(), number == 0))
                    .collect(),
            );
        }
        if self.polygons.len() == before {
            let inside = given
                .points
                .iter()
                .filter(|&&point| limits.drawn.holds_strictly(point));
            self.specks.extend(inside.min());
        }
    }

    /// The polygons, and a square for each speck that lies farther than `speck` units from their corners.
    fn with_specks(mut self, speck: i32) -> Vec<Polygon> {
        let cell = |point: TilePoint| (point.x.div_euclid(speck), point.y.div_euclid(speck));
        let mut taken: Vec<(i32, i32)> = Vec::new();
        if !self.specks.is_empty() {
            taken.extend(
                self.polygons
                    .iter()
                    .flatten()
                    .flatten()
                    .map(|&point| cell(point)),
            );
            taken.sort_unstable();
            self.specks.sort_unstable();
        }
        let mut last = None;
        for &point in &self.specks {
            let (x, y) = cell(point);
            let near_one = (-1..=1)
                .any(|dx| (-1..=1).any(|dy| taken.binary_search(&(x + dx, y + dy)).is_ok()));
            if !near_one && last != Some((x, y)) {
                last = Some((x, y));
                self.polygons.push(vec![unit_square(point)]);
            }
        }
        self.polygons
    }
}

/// The smallest shape that has an area and looks the same from every side.
pub(super) fn unit_square(at: TilePoint) -> Vec<TilePoint> {
    [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
        .map(|(dx, dy)| TilePoint {
            x: at.x + dx,
            y: at.y + dy,
        })
        .to_vec()
}

/// Work above which rings are handed to the overlay rather than compared with each other.
const MAX_COMPARISONS: usize = 200_000;

/// Whether, of rings that do not meet, all but the first lie in the first and in no other. Rounding can
/// carry a small hole across a long edge beside it.
fn holes_are_inside(rings: &Rings) -> bool {
    let count = rings.ends.len();
    if count < 2 {
        return true;
    }
    if count * rings.points.len() > MAX_COMPARISONS {
        return false;
    }
    rings.iter().enumerate().all(|(number, ring)| {
        let others = rings
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != number);
        let around = others
            .filter(|(_, other)| is_inside(ring[0], other))
            .count();
        around == usize::from(number > 0)
    })
}

/// The polygons that some rings bound by a fill rule, each outline positive and its holes negative.
///
/// The rings have a vertex wherever they meet, so nothing is rounded here.
fn bounded(rings: &Rings, rule: FillRule) -> Vec<Polygon> {
    let options = IntOverlayOptions {
        // Vertices that are straight in one area may be a corner of its neighbour: they go last of all.
        preserve_input_collinear: true,
        preserve_output_collinear: true,
        output_direction: ContourDirection::CounterClockwise,
        min_output_area: 0,
        ogc: true,
    };
    // One thread: tiles are made side by side, and a small sort is not worth handing over.
    let solver = Solver {
        multithreading: None,
        ..Solver::AUTO
    };
    let mut overlay = Overlay::new_custom(rings.points.len(), options, solver);
    for ring in rings.iter() {
        let open = &ring[..ring.len() - 1];
        overlay.add_path_iter(
            open.iter().map(|point| IntPoint::new(point.x, point.y)),
            ShapeType::Subject,
        );
    }
    let shapes = overlay.overlay(OverlayRule::Subject, rule);
    let polygon = |shape: Vec<Vec<IntPoint>>| -> Polygon {
        let ring = |(number, contour): (usize, Vec<IntPoint>)| {
            let mut ring: Vec<TilePoint> = contour
                .iter()
                .map(|point| TilePoint {
                    x: point.x,
                    y: point.y,
                })
                .collect();
            ring.extend(ring.first().copied());
            oriented(ring, number == 0)
        };
        shape.into_iter().enumerate().map(ring).collect()
    };
    let mut polygons: Vec<Polygon> = shapes.into_iter().map(polygon).collect();
    regroup(&mut polygons);
    polygons
}

/// Moves holes behind the outline that they lie in: where outlines touch each other, the overlay can leave
/// one behind its neighbour. The smallest outline around a hole is its own.
fn regroup(polygons: &mut [Polygon]) {
    let mut astray = Vec::new();
    for polygon in polygons.iter_mut().filter(|polygon| polygon.len() > 1) {
        let holes = polygon.split_off(1);
        for hole in holes {
            if lies_inside(&hole, &polygon[0]) {
                polygon.push(hole);
            } else {
                astray.push(hole);
            }
        }
    }
    for hole in astray {
        let around = polygons
            .iter_mut()
            .filter(|polygon| lies_inside(&hole, &polygon[0]));
        // A hole in no outline takes nothing away.
        if let Some(own) = around.min_by_key(|polygon| twice_area(&polygon[0])) {
            own.push(hole);
        }
    }
}

/// Drops points in the middle of straight edges, and whatever has no area.
fn finish(polygons: &mut Vec<Polygon>) {
    for polygon in polygons.iter_mut() {
        for ring in polygon.iter_mut() {
            *ring = straightened(ring);
        }
        let outline_stands = polygon
            .first()
            .is_some_and(|outline| twice_area(outline) > 0);
        if outline_stands {
            polygon.retain(|ring| ring.len() > 3);
        } else {
            polygon.clear();
        }
    }
    polygons.retain(|polygon| !polygon.is_empty());
}
