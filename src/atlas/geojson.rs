//! An area's geometry as GeoJSON: WGS 84, longitude first.
//!
//! Areas kept on the National Grid are transformed vertex by vertex by OSTN15 and given to nine
//! decimals, a tenth of a millimetre; others are given as they came.

use super::{AreaFile, PartView};
use crate::geometry::{Kind, Space, ostn15};
use geo_types::Coord;
use serde::Serialize;

type Path = Vec<[f64; 2]>;

/// A GeoJSON geometry; positions are longitude and latitude in degrees.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", content = "coordinates")]
pub enum Geometry {
    /// Polygons, each an outline and its holes.
    MultiPolygon(Vec<Vec<Path>>),
    /// Lines.
    MultiLineString(Vec<Path>),
    /// Points.
    MultiPoint(Path),
}

/// The geometry of an area at full precision.
#[must_use]
pub fn geometry(file: &AreaFile, area: u32) -> Geometry {
    let paths = |part: PartView<'_>| -> Vec<Path> {
        let vertices = part.paths();
        let path = |range: std::ops::Range<usize>| {
            range
                .map(|at| degrees(file.space(), vertices.vertex(at)))
                .collect()
        };
        vertices.ranges().map(path).collect()
    };
    let parts: Vec<Vec<Path>> = file.parts_of(area).map(paths).collect();
    match file.areas()[area as usize].kind {
        Kind::Polygon => Geometry::MultiPolygon(parts),
        Kind::Line => Geometry::MultiLineString(parts.concat()),
        Kind::Point => Geometry::MultiPoint(parts.concat().concat()),
    }
}

/// A vertex of a space as longitude and latitude in degrees, to nine decimals where it was on the Grid.
#[must_use]
pub fn degrees(space: Space, vertex: Coord<f64>) -> [f64; 2] {
    match space {
        Space::Wgs84 => [vertex.x, vertex.y],
        Space::NationalGrid => {
            let round = |degrees: f64| (degrees * 1e9).round() / 1e9;
            // Loading refused what OSTN15 does not reach.
            let there = ostn15::from_national_grid(vertex).map_or(vertex, |shifted| shifted.coord);
            [round(there.x), round(there.y)]
        }
    }
}
