//! How far an outline moved: square metres gained and lost, the largest shift, and the pieces.
//!
//! Measured on the ground, in the coordinates of the later edition. i_overlay works on a lattice of some
//! hundredths of a millimetre around the area, so pieces thinner than that are not seen.

use crate::atlas::area_file::{AreaFile, PartView};
use crate::geometry::shape::Part;
use crate::geometry::{Bounds, Kind, LocalMetres, Shape, Space, ostn15, relate};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::simplify::SimplifyShape;
use i_overlay::float::single::SingleFloatOverlay;
use std::collections::HashSet;

/// What became of an outline that is not the same to the last bit.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Ground square metres that are inside now and were not; 0 for lines and points.
    pub gained_m2: f64,
    /// Ground square metres that were inside and are not.
    pub lost_m2: f64,
    /// The largest ground distance from a vertex of either outline to the other outline, in metres.
    pub largest_shift_m: f64,
    /// The coordinates that the pieces are in.
    pub space: Space,
    /// What was gained.
    pub gained: MultiPolygon<f64>,
    /// What was lost.
    pub lost: MultiPolygon<f64>,
}

/// A shift below this is the arithmetic's, where coordinates had to be brought from one system to the other.
const CONVERSION_M: f64 = 0.01;

/// Pieces smaller than this are the lattice's.
const LEAST_PIECE_M2: f64 = 1e-4;

type Rings = Vec<Vec<[f64; 2]>>;

impl Moved {
    /// Whether the same ground is enclosed as before, by other vertices.
    #[must_use]
    pub fn is_redrawn_only(&self) -> bool {
        self.gained_m2 == 0.0 && self.lost_m2 == 0.0 && self.largest_shift_m < 0.001
    }
}

/// Ground square metres of an area; 0 for lines and points.
pub(super) fn ground_m2(file: &AreaFile, area: u32) -> f64 {
    let parts: Vec<Part> = file.parts_of(area).map(copied).collect();
    match file.areas()[area as usize].kind {
        Kind::Polygon => {
            let local = local(file.space(), &parts);
            pieces(&rings(&parts, &local), &Rings::new(), &local).1
        }
        Kind::Line | Kind::Point => 0.0,
    }
}

/// How the outline moved; `None` where it is the same.
pub(super) fn moved(
    (before, then): (&AreaFile, u32),
    (after, now): (&AreaFile, u32),
) -> Option<Moved> {
    let kinds = (
        before.areas()[then as usize].kind,
        after.areas()[now as usize].kind,
    );
    let same_space = before.space() == after.space();
    if same_space && kinds.0 == kinds.1 && is_identical((before, then), (after, now)) {
        return None;
    }
    let space = after.space();
    let mut old: Vec<Part> = before.parts_of(then).map(copied).collect();
    if !same_space {
        old.iter_mut().for_each(|part| bring(part, space));
    }
    let new: Vec<Part> = after.parts_of(now).map(copied).collect();
    let largest_shift_m = shift_m(&old, &new, space).max(shift_m(&new, &old, space));
    if !same_space && largest_shift_m < CONVERSION_M {
        return None;
    }
    let local = local(space, &new);
    let ground = |parts: &[Part], kind: Kind| match kind {
        Kind::Polygon => rings(parts, &local),
        Kind::Line | Kind::Point => Vec::new(),
    };
    let (old, new) = (ground(&old, kinds.0), ground(&new, kinds.1));
    let (gained, gained_m2) = pieces(&new, &old, &local);
    let (lost, lost_m2) = pieces(&old, &new, &local);
    Some(Moved {
        gained_m2,
        lost_m2,
        largest_shift_m,
        space,
        gained,
        lost,
    })
}

/// Whether both have the same vertices in the same order, to the last bit.
fn is_identical((before, then): (&AreaFile, u32), (after, now): (&AreaFile, u32)) -> bool {
    let mut old = before.parts_of(then);
    let mut new = after.parts_of(now);
    loop {
        match (old.next(), new.next()) {
            (None, None) => return true,
            (Some(old), Some(new)) if same_part(old, new) => {}
            _ => return false,
        }
    }
}

fn same_part(old: PartView<'_>, new: PartView<'_>) -> bool {
    let (old, new) = (old.paths(), new.paths());
    old.count() == new.count()
        && old.ranges().eq(new.ranges())
        && old.vertices().map(bits).eq(new.vertices().map(bits))
}

fn bits(coord: Coord<f64>) -> (u64, u64) {
    (coord.x.to_bits(), coord.y.to_bits())
}

fn copied(view: PartView<'_>) -> Part {
    let paths = view.paths();
    Part {
        vertices: paths.vertices().collect(),
        ends: paths.ranges().map(|range| range.end as u32).collect(),
    }
}

/// Brings a part from the other space. Editions hold nothing that OSTN15 does not reach.
fn bring(part: &mut Part, space: Space) {
    for vertex in &mut part.vertices {
        let there = match space {
            Space::NationalGrid => relate::onto_grid(Space::Wgs84, *vertex),
            Space::Wgs84 => {
                let shifted = ostn15::from_national_grid(*vertex);
                shifted.ok().map(|shifted| shifted.coord)
            }
        };
        *vertex = there.unwrap_or(*vertex);
    }
}

fn local(space: Space, parts: &[Part]) -> LocalMetres {
    let vertices = parts.iter().flat_map(|part| part.vertices.iter().copied());
    LocalMetres::at(space, Bounds::around(vertices).centre())
}

/// The largest distance from a vertex of `from` that `to` does not have to the nearest line of `to`.
fn shift_m(from: &[Part], to: &[Part], space: Space) -> f64 {
    let known: HashSet<(u64, u64)> = to
        .iter()
        .flat_map(|part| part.vertices.iter().copied().map(bits))
        .collect();
    let lines: Vec<Line<'_>> = to.iter().map(Line::of).collect();
    let strangers = from.iter().flat_map(|part| part.vertices.iter().copied());
    let strangers = strangers.filter(|&vertex| !known.contains(&bits(vertex)));
    strangers
        .map(|vertex| nearest_m(&lines, vertex, space))
        .fold(0.0, f64::max)
}

/// A part with an index over its edges where that pays.
struct Line<'a> {
    part: &'a Part,
    index: Option<crate::geometry::edges::EdgeIndex>,
}

impl<'a> Line<'a> {
    fn of(part: &'a Part) -> Self {
        use crate::geometry::edges::{EdgeIndex, WORTH_INDEXING};
        let many = part.vertices.len() >= WORTH_INDEXING;
        Self {
            part,
            index: many.then(|| EdgeIndex::build(part.paths())),
        }
    }
}

fn nearest_m(lines: &[Line<'_>], vertex: Coord<f64>, space: Space) -> f64 {
    let local = LocalMetres::at(space, vertex);
    let mut least = f64::MAX;
    for line in lines {
        let found = line
            .part
            .paths()
            .nearest(&local, line.index.as_ref(), least);
        least = found.map_or(least, |nearest| nearest.metres);
    }
    if least == f64::MAX { 0.0 } else { least }
}

/// The rings of all parts, as metres about a middle: outlines one way round, holes the other, each part for
/// itself, since parts of one area may overlap and their ground is in it all the same.
fn rings(parts: &[Part], local: &LocalMetres) -> Rings {
    let ring = |part: &Part, range: std::ops::Range<usize>| {
        let vertices = part.vertices[range].iter();
        vertices
            .map(|&vertex| {
                let flat = local.flatten(vertex);
                [flat.x, flat.y]
            })
            .collect()
    };
    let of_part = |part: &Part| -> Rings {
        let ranges = part.paths().ranges();
        let rings: Rings = ranges.map(|range| ring(part, range)).collect();
        rings.simplify_shape(FillRule::EvenOdd).concat()
    };
    parts.iter().flat_map(of_part).collect()
}

/// What is in `subject` and not in `clip`, in the space of `local`, with its square metres.
fn pieces(subject: &Rings, clip: &Rings, local: &LocalMetres) -> (MultiPolygon<f64>, f64) {
    let mut total = 0.0;
    let mut polygons = Vec::new();
    for shape in subject.overlay(clip, OverlayRule::Difference, FillRule::NonZero) {
        let polygon = Shape::Polygons(polygon(&shape).into());
        let m2: f64 = polygon.parts().iter().map(|part| part.paths().area()).sum();
        if m2 < LEAST_PIECE_M2 {
            continue;
        }
        total += m2;
        if let Shape::Polygons(flat) = polygon {
            let placed = flat.into_iter().map(|polygon| place(&polygon, local));
            polygons.extend(placed);
        }
    }
    (MultiPolygon(polygons), total)
}

fn polygon(shape: &[Vec<[f64; 2]>]) -> Polygon<f64> {
    let mut rings = shape.iter().map(|ring| {
        let ring = ring.iter().map(|&[x, y]| Coord { x, y });
        ring.collect::<LineString<f64>>()
    });
    let outline = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    // `new` closes the rings.
    Polygon::new(outline, rings.collect())
}

fn place(flat: &Polygon<f64>, local: &LocalMetres) -> Polygon<f64> {
    let ring = |ring: &LineString<f64>| -> LineString<f64> {
        ring.0.iter().map(|&flat| local.unflatten(flat)).collect()
    };
    let holes = flat.interiors().iter().map(ring).collect();
    Polygon::new(ring(flat.exterior()), holes)
}
