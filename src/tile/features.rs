//! One layer in one tile: its areas drawn on the tile's grid, and the names whose place is in the tile.

use super::cut;
use super::encode::{Drawn, LayerWriter};
use super::facts::{AreaFacts, FactsCache};
use super::grid::{Frame, TilePoint};
use super::id::TileId;
use super::lines::lines;
use super::pieces::{PartNumber, Pieces};
use super::points::points;
use super::project::FinePart;
use super::rings::Rings;
use super::settle::{Limits, settle};
use crate::atlas::{AreaFile, Damaged};
use crate::geometry::Kind;
use crate::policy::Layer;
use std::sync::Arc;

/// What a layer's tiles are made from.
pub(super) struct Source<'a> {
    /// The layer's number in the edition.
    pub number: u16,
    pub layer: &'a Layer,
    pub file: &'a AreaFile,
    pub pieces: &'a Pieces,
    pub facts: &'a FactsCache,
}

/// An area that may be seen in a tile, with the pieces of its parts.
struct Seen {
    area: u32,
    kind: Kind,
    parts: Vec<Arc<FinePart>>,
}

impl Source<'_> {
    /// The bytes of the layer and of its labels in a tile; none where nothing of it is there. `parts` are
    /// the layer's parts near the tile, in order.
    ///
    /// # Errors
    /// Bytes of the edition that changed since it was opened.
    pub(super) fn encode(&self, tile: TileId, parts: &[u32]) -> Result<Vec<u8>, Damaged> {
        let frame = Frame::of(tile);
        let seen = self.seen(tile, parts);
        let drawn = draw_all(&seen, frame);
        let name = self.layer.id.as_str();
        let mut areas = LayerWriter::new(name, frame.extent);
        let mut labels = LayerWriter::new(&format!("{name}-label"), frame.extent);
        for (seen, drawn) in seen.iter().zip(&drawn) {
            let facts = self
                .facts
                .get(self.number, self.layer, self.file, seen.area)?;
            if !drawn.is_empty() {
                areas = areas.area(&facts, drawn);
            }
            if let Some(at) = self.label(tile, frame, &facts) {
                labels = labels.label(&facts, at);
            }
        }
        let mut bytes = areas.finish();
        bytes.extend(labels.finish());
        Ok(bytes)
    }

    fn label(&self, tile: TileId, frame: Frame, facts: &AreaFacts) -> Option<TilePoint> {
        let label = facts.label_at(tile, self.number, self.layer, self.file, self.pieces)?;
        frame.own(label.at)
    }

    fn seen(&self, tile: TileId, parts: &[u32]) -> Vec<Seen> {
        let mut seen: Vec<Seen> = Vec::new();
        for &part in parts {
            let view = self.file.part(part);
            let number = PartNumber {
                layer: self.number,
                part,
            };
            let Some(piece) = self.pieces.seen_by(tile, number, &view, self.file.space()) else {
                continue;
            };
            match seen.last_mut() {
                Some(last) if last.area == view.area => last.parts.push(piece),
                _ => seen.push(Seen {
                    area: view.area,
                    kind: self.file.areas()[view.area as usize].kind,
                    parts: vec![piece],
                }),
            }
        }
        seen
    }
}

/// Every area on the tile's grid.
fn draw_all(seen: &[Seen], frame: Frame) -> Vec<Drawn> {
    let polygons: Vec<Vec<Rings>> = seen
        .iter()
        .filter(|seen| seen.kind == Kind::Polygon)
        .map(|seen| seen.parts.iter().map(|part| rings(part, frame)).collect())
        .collect();
    let limits = Limits {
        drawn: frame.drawn(),
        speck: frame.half_pixel(),
    };
    let mut polygons = settle(&polygons, limits).into_iter();
    let drawn = seen.iter().map(|seen| match seen.kind {
        Kind::Polygon => Drawn::Polygons(polygons.next().unwrap_or_default()),
        Kind::Line => Drawn::Lines(lines(&seen.parts, frame)),
        Kind::Point => Drawn::Points(points(&seen.parts, frame)),
    });
    drawn.collect()
}

/// A part's rings, rounded and cut to what is drawn.
fn rings(part: &FinePart, frame: Frame) -> Rings {
    let near = cut::near(part, &frame.reach());
    let mut rings = Rings::default();
    for path in near.paths() {
        let ring = cut::ring(path, frame);
        if !ring.is_empty() {
            rings.push(&ring);
        }
    }
    rings
}
