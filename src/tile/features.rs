//! One layer in one tile: its areas drawn on the tile's grid, and the names whose place is in the tile.

use super::cut;
use super::encode::{Drawn, LayerWriter, Told};
use super::facts::{AreaFacts, FactsCache};
use super::grid::{Frame, TilePoint};
use super::id::TileId;
use super::lines::Lines;
use super::pieces::{PartNumber, Pieces};
use super::points::Orders;
use super::project::FinePart;
use super::rings::{Polygon, Rings};
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
    pub lines: &'a Lines,
    pub orders: &'a Orders,
}

/// An area of polygons that may be seen in a tile, with the pieces of its parts.
struct Seen {
    area: u32,
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
        let [polygons, lines, points] = self.by_kind(parts);
        let seen = self.seen(tile, &polygons);
        let drawn = draw_all(&seen, frame);
        let name = self.layer.id.as_str();
        let mut areas = LayerWriter::new(name, frame.extent);
        let mut labels = LayerWriter::new(&format!("{name}-label"), frame.extent);
        for (seen, drawn) in seen.iter().zip(drawn) {
            let facts = self.facts_of(seen.area)?;
            let drawn = Drawn::Polygons(drawn);
            if !drawn.is_empty() {
                areas = areas.area(&facts, &drawn, self.told());
            }
            if let Some(at) = self.label(tile, frame, &facts) {
                labels = labels.label(&facts, at);
            }
        }
        let lines = self.lines_in(tile, frame, &lines)?;
        for feature in lines.iter().chain(&self.points_in(tile, frame, &points)?) {
            areas = areas.area(&feature.facts, &feature.drawn, feature.told);
            if let Some(at) = feature.label {
                labels = labels.label(&feature.facts, at);
            }
        }
        let mut bytes = areas.finish();
        bytes.extend(labels.finish());
        Ok(bytes)
    }

    /// What is told of an area by itself. Nobody asks after areas of context, and references are long.
    pub(super) fn told(&self) -> Told {
        Told {
            reference: self.layer.tells_reference(),
            ..Told::ALL
        }
    }

    /// The parts of polygons, of lines and of points.
    fn by_kind(&self, parts: &[u32]) -> [Vec<u32>; 3] {
        let mut by_kind = [const { Vec::new() }; 3];
        for &part in parts {
            let kind = match self.file.part(part).kind {
                Kind::Polygon => 0,
                Kind::Line => 1,
                Kind::Point => 2,
            };
            by_kind[kind].push(part);
        }
        by_kind
    }

    /// What is told of an area.
    ///
    /// # Errors
    /// Bytes of the edition that changed since it was opened.
    pub(super) fn facts_of(&self, area: u32) -> Result<Arc<AreaFacts>, Damaged> {
        self.facts.get(self.number, self.layer, self.file, area)
    }

    /// Where the name of an area stands, if in this tile.
    pub(super) fn label(&self, tile: TileId, frame: Frame, facts: &AreaFacts) -> Option<TilePoint> {
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
                    parts: vec![piece],
                }),
            }
        }
        seen
    }
}

/// The polygons of every area on the tile's grid.
fn draw_all(seen: &[Seen], frame: Frame) -> Vec<Vec<Polygon>> {
    let polygons: Vec<Vec<Rings>> = seen
        .iter()
        .map(|seen| seen.parts.iter().map(|part| rings(part, frame)).collect())
        .collect();
    let limits = Limits {
        drawn: frame.drawn(),
        speck: frame.half_pixel(),
    };
    settle(&polygons, limits)
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
