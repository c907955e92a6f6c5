//! How much ground a site and areas have in common.
//!
//! Whether they have any is decided exactly beforehand; here it is measured, in the layer's own space,
//! after both were cut off near each other.

use super::lie::outlines;
use super::{Drawn, Site};
use crate::answer::square::signed_area;
use crate::atlas::{AreaFile, PartView};
use crate::geometry::ground::GroundArea;
use crate::geometry::mutual::Outlines;
use crate::geometry::{Bounds, Space, Vertices, clip};
use geo_types::Coord;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::single::SingleFloatOverlay;

/// What an area and a site have in common.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Common {
    /// At least a point.
    pub meet: bool,
    /// Some ground.
    pub both: bool,
    /// All of the site.
    pub whole: bool,
    /// All of the parts that were looked at.
    pub inside: bool,
    /// Some of the area's outline.
    pub outline: bool,
}

/// Rings as the overlay takes them.
type Rings = Vec<Vec<[f64; 2]>>;

/// Ground square metres that an area, of which these are the parts near the site, has in common with it.
pub(super) fn common_m2(views: &[PartView<'_>], drawn: &Drawn) -> f64 {
    let mut of_area = Bounds::EMPTY;
    for view in views {
        of_area.include_bounds(&view.bounds);
    }
    let frame = Frame::of(drawn, &of_area);
    let mut area = Rings::new();
    for view in views {
        frame.add(outlines(view), &mut area);
    }
    let mut site = Rings::new();
    for polygon in drawn.outlines() {
        frame.add(polygon, &mut site);
    }
    let common = area.overlay(&site, OverlayRule::Intersect, FillRule::NonZero);
    frame.m2(&common)
}

/// Ground square metres of a whole area, by the measure of the site.
pub(super) fn total_m2(file: &AreaFile, area: u32, drawn: &Drawn) -> f64 {
    let ground = GroundArea::at(drawn.space, drawn.bounds.centre());
    let parts = file.parts_of(area);
    parts.map(|part| ground.polygon_m2(part.paths())).sum()
}

/// Whether areas cover a site together, none of them alone.
///
/// Slivers that the arithmetic leaves between shared borders are told from gaps by what it can resolve.
pub(in crate::answer) fn cover_together<'a>(
    parts: impl Iterator<Item = (PartView<'a>, Space)>,
    site: &Site,
) -> bool {
    let parts: Vec<(PartView<'a>, Space)> = parts.collect();
    let space = parts.first().map(|(_, space)| *space);
    let Some(drawn) = space.and_then(|space| site.in_space(space)) else {
        return false;
    };
    let near = parts
        .iter()
        .filter(|(view, _)| view.bounds.intersects(&drawn.bounds));
    // Of one alone it is known exactly already.
    if near.clone().count() < 2 {
        return false;
    }
    let frame = Frame::of(drawn, &drawn.bounds);
    let mut left = Rings::new();
    for polygon in drawn.outlines() {
        frame.add(polygon, &mut left);
    }
    let mut cover = Rings::new();
    for (view, _) in near {
        frame.add(outlines(view), &mut cover);
    }
    let left = left.overlay(&cover, OverlayRule::Difference, FillRule::NonZero);
    frame.m2(&left) <= frame.sliver_m2(drawn)
}

/// Where an overlay takes place: a rectangle of a space, and how its coordinates are handed over.
struct Frame {
    near: Bounds,
    origin: Coord<f64>,
    scale: f64,
    ground: GroundArea,
}

impl Frame {
    /// The rectangle that holds all that a site and something with these bounds may have in common.
    fn of(drawn: &Drawn, other: &Bounds) -> Self {
        let (a, b) = (&drawn.bounds, other);
        let common = Bounds {
            min: Coord {
                x: a.min.x.max(b.min.x),
                y: a.min.y.max(b.min.y),
            },
            max: Coord {
                x: a.max.x.min(b.max.x),
                y: a.max.y.min(b.max.y),
            },
        };
        Self {
            // What is cut off along the rectangle's sides stays clear of what is measured.
            near: common.padded(common.width().max(common.height()) / 64.0),
            origin: common.centre(),
            // About metres in both spaces; a power of two, so that nothing is rounded.
            scale: match drawn.space {
                Space::NationalGrid => 1.0,
                Space::Wgs84 => 131_072.0,
            },
            ground: GroundArea::at(drawn.space, drawn.bounds.centre()),
        }
    }

    /// Adds what of a polygon is near: outlines anticlockwise, holes clockwise.
    fn add<V: Vertices>(&self, of: Outlines<'_, V>, rings: &mut Rings) {
        for (hole, ring) in rings_near(of, &self.near) {
            let clipped = clip::ring(&ring, &self.near);
            let Some((_, open)) = clipped.split_last().filter(|(_, open)| open.len() > 2) else {
                continue;
            };
            let mut ring: Vec<[f64; 2]> = open
                .iter()
                .map(|&coord| {
                    let at = (coord - self.origin) * self.scale;
                    [at.x, at.y]
                })
                .collect();
            if (signed_area(&ring) > 0.0) == hole {
                ring.reverse();
            }
            rings.push(ring);
        }
    }

    fn m2(&self, shapes: &[Rings]) -> f64 {
        let rings = shapes.iter().flatten();
        let of_ring = |ring: &Vec<[f64; 2]>| {
            let coords = ring
                .iter()
                .map(|&[x, y]| Coord { x, y } / self.scale + self.origin);
            self.ground.ring_m2(coords)
        };
        rings.map(of_ring).sum::<f64>().abs()
    }

    /// What is left along an outline where nothing is: the overlay counts in some 2³⁰ steps across the frame.
    fn sliver_m2(&self, drawn: &Drawn) -> f64 {
        let across = self.near.width().max(self.near.height());
        let edges = drawn.outlines().flat_map(|polygon| {
            let paths = polygon.paths;
            paths.edges_in(0..paths.count())
        });
        let outline: f64 = edges.map(|(_, a, b)| (b.x - a.x).hypot(b.y - a.y)).sum();
        let square = match drawn.space {
            Space::NationalGrid => 1.0,
            // Square metres of a square degree at the equator: more than anywhere else.
            Space::Wgs84 => 111_320.0 * 111_320.0,
        };
        outline * across / 2f64.powi(28) * square
    }
}

/// The rings of a polygon with every vertex near a rectangle, each with whether it is a hole. Elsewhere
/// a run of edges whose box does not meet the rectangle is one straight line: it goes round the
/// rectangle on the same side.
fn rings_near<V: Vertices>(
    of: Outlines<'_, V>,
    near: &Bounds,
) -> impl Iterator<Item = (bool, Vec<Coord<f64>>)> {
    let paths = of.paths;
    let ends: Vec<usize> = paths.ranges().map(|range| range.end).collect();
    let mut kept: Vec<usize> = Vec::new();
    match of.index {
        Some(index) => index.walk(
            |bounds| bounds.intersects(near),
            |run, wanted| {
                if wanted {
                    kept.extend(run);
                    return;
                }
                // Where rings begin and end inside the run, they do so still.
                kept.push(run.start);
                let first = ends.partition_point(|&end| end <= run.start);
                for &end in ends[first..].iter().take_while(|&&end| end <= run.end) {
                    kept.push(end - 1);
                    kept.extend(Some(end).filter(|&end| end < run.end));
                }
            },
        ),
        None => kept.extend(0..paths.count()),
    }
    kept.dedup();
    let mut rings = Vec::new();
    let mut from = 0;
    for (number, &end) in ends.iter().enumerate() {
        let to = kept.partition_point(|&at| at < end);
        let ring: Vec<Coord<f64>> = kept[from..to].iter().map(|&at| paths.vertex(at)).collect();
        from = to;
        if ring.len() > 3 {
            rings.push((number > 0, ring));
        }
    }
    rings.into_iter()
}
