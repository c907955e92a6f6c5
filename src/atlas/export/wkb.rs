//! An area's geometry as a GeoPackage holds it: a header with its bounds, then well-known binary, little
//! end first.

use crate::atlas::{AreaFile, PartView};
use crate::geometry::{Bounds, Kind};

/// Header flags: little end first, and bounds as least x, greatest x, least y, greatest y.
const LITTLE_WITH_BOUNDS: u8 = 0b0000_0011;

/// The order of bytes in well-known binary.
const LITTLE: u8 = 1;

/// Codes of geometries in well-known binary; a collection's is its part's and three more.
const POINT: u32 = 1;
const LINE: u32 = 2;
const POLYGON: u32 = 3;
const MULTI: u32 = 3;

/// The geometry of an area in its own coordinates.
pub(super) fn geometry(file: &AreaFile, area: u32) -> Vec<u8> {
    let mut blob = vec![b'G', b'P', 0, LITTLE_WITH_BOUNDS];
    blob.extend(i32::from(file.space().epsg()).to_le_bytes());
    let mut bounds = Bounds::EMPTY;
    for part in file.parts_of(area) {
        bounds.include_bounds(&part.bounds);
    }
    for edge in [bounds.min.x, bounds.max.x, bounds.min.y, bounds.max.y] {
        blob.extend(edge.to_le_bytes());
    }
    let stored = &file.areas()[area as usize];
    let code = match stored.kind {
        Kind::Point => POINT,
        Kind::Line => LINE,
        Kind::Polygon => POLYGON,
    };
    begin(&mut blob, code + MULTI);
    count(&mut blob, stored.parts.len());
    for part in file.parts_of(area) {
        begin(&mut blob, code);
        match stored.kind {
            Kind::Polygon => count(&mut blob, part.paths().ranges().count()),
            Kind::Line | Kind::Point => {}
        }
        paths(&mut blob, &part, stored.kind != Kind::Point);
    }
    blob
}

fn begin(blob: &mut Vec<u8>, code: u32) {
    blob.push(LITTLE);
    blob.extend(code.to_le_bytes());
}

fn count(blob: &mut Vec<u8>, things: usize) {
    blob.extend((things as u32).to_le_bytes());
}

fn paths(blob: &mut Vec<u8>, part: &PartView<'_>, counted: bool) {
    let vertices = part.paths();
    for range in vertices.ranges() {
        if counted {
            count(blob, range.len());
        }
        for at in range {
            let vertex = vertices.vertex(at);
            blob.extend(vertex.x.to_le_bytes());
            blob.extend(vertex.y.to_le_bytes());
        }
    }
}
