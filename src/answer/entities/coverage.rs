//! Whether a geometry lies in a region: in one of its areas, or in several together.

use super::TooMuch;
use super::figure::{self, Figure};
use super::relation::{self, Budget, Relation};
use crate::answer::index::IndexedEdition;
use crate::answer::square::signed_area;
use crate::atlas::AreaFile;
use crate::geometry::{Kind, Shape, clip};
use crate::policy::{InForce, Region};
use geo_types::{Coord, LineString};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::single::SingleFloatOverlay;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Shares of a geometry smaller than this are the arithmetic's, not the map's.
const ROUNDING_SHARE: f64 = 1e-7;

/// Whether areas of a region that surely stood on a day hold all of a geometry, its edge included.
pub(super) fn covers(
    indexed: &IndexedEdition,
    region: &Region,
    figure: &Figure,
    on: Date,
    budget: &mut Budget,
) -> Result<bool, TooMuch> {
    let found = indexed.number_of(region);
    let Some((number, file)) = found.and_then(|number| Some((number, indexed.file(number)?)))
    else {
        return Ok(false);
    };
    let parts = indexed.parts_in(&figure.degrees_bounds()).into_iter();
    let stands = |area: &u32| file.areas()[*area as usize].validity.on(on) == InForce::Yes;
    let areas: BTreeSet<u32> = parts
        .filter(|part| part.file == number)
        .map(|part| file.part(part.part).area)
        .filter(stands)
        .collect();
    for &area in &areas {
        if relation::holds(Relation::Covers, file, area, figure, budget)? {
            return Ok(true);
        }
    }
    together(file, &areas, figure, budget)
}

type Ring = Vec<[f64; 2]>;

/// Whether several polygons hold all of a polygon: nothing of it is left when they are taken away.
fn together(
    file: &AreaFile,
    areas: &BTreeSet<u32>,
    figure: &Figure,
    budget: &mut Budget,
) -> Result<bool, TooMuch> {
    let frame = figure.frame(file.space());
    let plane = figure.plane(frame);
    if areas.len() < 2 || plane.kind != Kind::Polygon {
        return Ok(false);
    }
    let bounds = plane.bounds;
    let pair = |at: Coord<f64>| [at.x - bounds.min.x, at.y - bounds.min.y];
    let mut left: Vec<Vec<Ring>> = plane
        .parts
        .iter()
        .map(|own| {
            let vertices = &own.part.vertices;
            let rings = own.part.paths().ranges();
            rings
                .map(|ring| vertices[ring].iter().map(|&at| pair(at)).collect())
                .collect()
        })
        .collect();
    for &area in areas {
        let kind = file.areas()[area as usize].kind;
        for part in file.parts_of(area) {
            let near = figure.bounds_in(file.space());
            if near.is_some_and(|near| !near.intersects(&part.bounds)) {
                continue;
            }
            budget.spend(part.paths().count())?;
            let own = figure::shape_of(kind, std::iter::once(part));
            let shape = if frame == file.space() {
                Some(own)
            } else {
                figure::in_degrees(file.space(), own)
            };
            let Some(Shape::Polygons(polygons)) = shape else {
                continue;
            };
            let clipped = |ring: &LineString<f64>| -> Ring {
                clip::ring(&ring.0, &bounds).into_iter().map(pair).collect()
            };
            for polygon in &polygons {
                let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
                let rings: Vec<Ring> = rings.map(clipped).filter(|ring| ring.len() > 3).collect();
                left = left.overlay(&rings, OverlayRule::Difference, FillRule::EvenOdd);
            }
        }
    }
    let size = |shapes: &[Vec<Ring>]| -> f64 {
        shapes
            .iter()
            .map(|rings| {
                rings
                    .iter()
                    .map(|ring| signed_area(ring))
                    .sum::<f64>()
                    .abs()
            })
            .sum()
    };
    let whole: f64 = plane.parts.iter().map(|own| own.part.paths().area()).sum();
    Ok(size(&left) <= ROUNDING_SHARE * whole)
}
