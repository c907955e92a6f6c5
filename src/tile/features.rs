//! One layer in one tile: its areas drawn on the tile's grid, and the names whose place is in the tile.

use super::cut;
use super::detail::Detail;
use super::dissolve::{Class, Dissolved, classes};
use super::encode::{Drawn, LayerWriter, Told};
use super::facts::{AreaFacts, FactsCache};
use super::generalise::Generalised;
use super::grid::{Frame, TilePoint};
use super::id::TileId;
use super::lines::Lines;
use super::pieces::{PartNumber, Pieces};
use super::points::Orders;
use super::project::FinePart;
use super::rings::{Polygon, Rings};
use super::settle::{Limits, settle, unit_square};
use super::shown::Shown;
use crate::atlas::{AreaFile, Damaged};
use crate::geometry::Kind;
use crate::policy::{Group, Layer};
use std::sync::Arc;

/// What a layer's tiles are made from.
pub(super) struct Source<'a> {
    /// The layer's number in the edition.
    pub number: u16,
    pub layer: &'a Layer,
    pub file: &'a AreaFile,
    pub pieces: &'a Pieces,
    pub generalised: &'a Generalised,
    pub facts: &'a FactsCache,
    pub dissolved: &'a Dissolved,
    pub shown: &'a Shown,
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
    pub(super) fn encode(
        &self,
        tile: TileId,
        parts: &[u32],
        detail: Detail,
    ) -> Result<Vec<u8>, Damaged> {
        let frame = detail.frame(tile);
        let [polygons, lines, points] = self.by_kind(parts);
        let seen = self.seen(tile, &polygons, detail);
        let names = self.shown.names_at(tile.z());
        let dissolves = self.dissolves(tile.z(), detail);
        // What nothing is told of need not be read.
        let facts = if dissolves && !names && self.shown.classes.is_empty() {
            Vec::new()
        } else {
            self.facts_of_all(&seen)?
        };
        let name = self.layer.id.as_str();
        let mut areas = LayerWriter::new(name, frame.extent);
        let mut labels = LayerWriter::new(&format!("{name}-label"), frame.extent);
        // References that lie side by side begin alike.
        let mut order: Vec<usize> = (0..facts.len()).collect();
        order.sort_by_key(|&at| (&facts[at].reference, facts[at].id));
        if dissolves {
            for (class, drawn) in self.summaries(&seen, &facts, frame, detail) {
                areas = areas.summary(&class, &drawn);
            }
        } else {
            let mut drawn = draw_all(&seen, frame, detail);
            for &at in &order {
                let drawn = Drawn::Polygons(std::mem::take(&mut drawn[at]));
                if !drawn.is_empty() {
                    areas = areas.area(&facts[at], &drawn, self.told());
                }
            }
        }
        for at in order {
            if let Some(place) = self.label(tile, frame, &facts[at]) {
                labels = labels.label(&facts[at], place);
            }
        }
        let lines = self.lines_in(tile, frame, &lines)?;
        for feature in lines.iter().chain(&self.points_in(tile, frame, &points)?) {
            areas = areas.area(&feature.facts, &feature.drawn, feature.told);
            if let Some(at) = feature.label.filter(|_| names) {
                labels = labels.label(&feature.facts, at);
            }
        }
        let mut bytes = areas.finish();
        bytes.extend(labels.finish());
        Ok(bytes)
    }

    /// Whether polygons are dissolved at a zoom.
    fn dissolves(&self, z: u8, detail: Detail) -> bool {
        z < self.layer.detail_zoom
            && (detail.dissolves_all()
                || z < self.dissolved.below(self.number, self.layer, self.file))
    }

    /// What some areas come to when those of a class are drawn as one.
    fn summaries(
        &self,
        seen: &[Seen],
        facts: &[Arc<AreaFacts>],
        frame: Frame,
        detail: Detail,
    ) -> Vec<(Class, Drawn)> {
        let areas = seen.iter().enumerate();
        let areas = areas.map(|(at, seen)| (seen.area, facts.get(at).map(Arc::as_ref)));
        let classes = classes(areas, &self.shown.classes, self.file, frame);
        let joined: Vec<Seen> = classes
            .iter()
            .map(|class| Seen {
                area: 0,
                parts: class
                    .members
                    .iter()
                    .flat_map(|&at| seen[at].parts.iter().map(Arc::clone))
                    .collect(),
            })
            .collect();
        let drawn = draw_all(&joined, frame, detail);
        let summaries = classes.into_iter().zip(drawn).map(|(class, mut drawn)| {
            let point = class.anchor.filter(|_| drawn.is_empty());
            drawn.extend(point.map(|at| vec![unit_square(at)]));
            (class, Drawn::Polygons(drawn))
        });
        summaries.filter(|(_, drawn)| !drawn.is_empty()).collect()
    }

    fn facts_of_all(&self, seen: &[Seen]) -> Result<Vec<Arc<AreaFacts>>, Damaged> {
        seen.iter().map(|seen| self.facts_of(seen.area)).collect()
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
        // Nobody asks after an area of context, so a point there without a name is nothing.
        let nothing = self.layer.group == Group::Context && facts.name.is_none();
        if nothing || !self.shown.names_at(tile.z()) {
            return None;
        }
        let label = facts.label_at(
            tile,
            self.number,
            self.layer,
            self.file,
            self.pieces,
            self.generalised,
        )?;
        frame.own(label.at)
    }

    fn seen(&self, tile: TileId, parts: &[u32], detail: Detail) -> Vec<Seen> {
        let mut seen: Vec<Seen> = Vec::new();
        for &part in parts {
            let view = self.file.part(part);
            let number = PartNumber {
                layer: self.number,
                part,
            };
            let space = self.file.space();
            let zoom = detail.zoom(tile);
            let drawn = self.generalised;
            let piece = self
                .pieces
                .drawn_in(tile, zoom, number, &view, space, drawn);
            let Some(piece) = piece else {
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
fn draw_all(seen: &[Seen], frame: Frame, detail: Detail) -> Vec<Vec<Polygon>> {
    let point_units = detail.point_units(frame);
    let polygons: Vec<Vec<Rings>> = seen
        .iter()
        .map(|seen| {
            let parts = seen.parts.iter();
            parts.map(|part| rings(part, frame, point_units)).collect()
        })
        .collect();
    let limits = Limits {
        drawn: frame.drawn(),
        speck: frame.half_pixel().max(point_units),
    };
    settle(&polygons, limits)
}

/// A part's rings, rounded and cut to what is drawn. One that is no larger than so many units is a point.
fn rings(part: &FinePart, frame: Frame, point_units: i32) -> Rings {
    let mut rings = Rings::default();
    if let Some(&first) = part.points.first()
        && frame.is_within(&part.bounds, point_units)
    {
        rings.push(&[frame.place(first)]);
        return rings;
    }
    let near = cut::near(part, &frame.reach());
    for path in near.paths() {
        let ring = cut::ring(path, frame);
        if !ring.is_empty() {
            rings.push(&ring);
        }
    }
    rings
}
