//! One layer in one tile: its areas drawn on the tile's grid, and the names whose place is in the tile.

use super::cut;
use super::detail::Detail;
use super::dissolve::{Class, Dissolved, classes};
use super::encode::{Drawn, LayerWriter};
use super::facts::{AreaFacts, FactsCache};
use super::grid::{Frame, TilePoint, turn};
use super::id::TileId;
use super::pieces::{PartNumber, Pieces};
use super::project::FinePart;
use super::rings::{Rings, bounds};
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
    pub facts: &'a FactsCache,
    pub dissolved: &'a Dissolved,
    pub shown: &'a Shown,
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
    pub(super) fn encode(
        &self,
        tile: TileId,
        parts: &[u32],
        detail: Detail,
    ) -> Result<Vec<u8>, Damaged> {
        let frame = detail.frame(tile);
        let seen = self.seen(tile, parts);
        let dissolves = self.dissolves(tile.z(), detail);
        let (polygons, own): (Vec<Seen>, Vec<Seen>) = seen
            .into_iter()
            .partition(|seen| dissolves && seen.kind == Kind::Polygon);
        let name = self.layer.id.as_str();
        let mut areas = LayerWriter::new(name, frame.extent);
        let mut labels = LayerWriter::new(&format!("{name}-label"), frame.extent);
        for (class, drawn) in self.summaries(&polygons, frame, detail)? {
            areas = areas.summary(&class, &drawn);
        }
        let facts = self.facts_of(&own)?;
        let drawn = draw_all(&own, frame, detail);
        // References that lie side by side begin alike.
        let mut order: Vec<usize> = (0..own.len()).collect();
        order.sort_by_key(|&at| (&facts[at].reference, facts[at].id));
        for at in order {
            if !drawn[at].is_empty() {
                areas = areas.area(&facts[at], &drawn[at]);
            }
            if let Some(at_point) = self.label(tile, frame, &facts[at]) {
                labels = labels.label(&facts[at], at_point);
            }
        }
        if self.shown.names_at(tile.z()) {
            for facts in self.facts_of(&polygons)? {
                if let Some(at) = self.label(tile, frame, &facts) {
                    labels = labels.label(&facts, at);
                }
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
        frame: Frame,
        detail: Detail,
    ) -> Result<Vec<(Class, Drawn)>, Damaged> {
        let by = &self.shown.classes;
        let facts = if by.is_empty() {
            Vec::new()
        } else {
            self.facts_of(seen)?
        };
        let areas = seen
            .iter()
            .enumerate()
            .map(|(at, seen)| (seen.area, facts.get(at).map(Arc::as_ref)));
        let classes = classes(areas, by, self.file, frame);
        let joined: Vec<Seen> = classes
            .iter()
            .map(|class| Seen {
                area: 0,
                kind: Kind::Polygon,
                parts: class
                    .members
                    .iter()
                    .flat_map(|&at| seen[at].parts.iter().map(Arc::clone))
                    .collect(),
            })
            .collect();
        let drawn = draw_all(&joined, frame, detail);
        let summaries = classes.into_iter().zip(drawn).map(|(class, drawn)| {
            let point = class.anchor.filter(|_| drawn.is_empty());
            let drawn = point.map_or(drawn, |at| Drawn::Polygons(vec![vec![unit_square(at)]]));
            (class, drawn)
        });
        Ok(summaries.filter(|(_, drawn)| !drawn.is_empty()).collect())
    }

    fn facts_of(&self, seen: &[Seen]) -> Result<Vec<Arc<AreaFacts>>, Damaged> {
        let facts = seen.iter().map(|seen| {
            self.facts
                .get(self.number, self.layer, self.file, seen.area)
        });
        facts.collect()
    }

    fn label(&self, tile: TileId, frame: Frame, facts: &AreaFacts) -> Option<TilePoint> {
        // Nobody asks after an area of context, so a point there without a name is nothing.
        let nothing = self.layer.group == Group::Context && facts.name.is_none();
        if nothing || !self.shown.names_at(tile.z()) {
            return None;
        }
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
fn draw_all(seen: &[Seen], frame: Frame, detail: Detail) -> Vec<Drawn> {
    let point_units = detail.point_units(frame);
    let polygons: Vec<Vec<Rings>> = seen
        .iter()
        .filter(|seen| seen.kind == Kind::Polygon)
        .map(|seen| {
            let parts = seen.parts.iter();
            parts.map(|part| rings(part, frame, point_units)).collect()
        })
        .collect();
    let limits = Limits {
        drawn: frame.drawn(),
        speck: frame.half_pixel().max(point_units),
    };
    let mut polygons = settle(&polygons, limits).into_iter();
    let drawn = seen.iter().map(|seen| match seen.kind {
        Kind::Polygon => Drawn::Polygons(polygons.next().unwrap_or_default()),
        Kind::Line => Drawn::Lines(lines(&seen.parts, frame)),
        Kind::Point => Drawn::Points(points(&seen.parts, frame)),
    });
    drawn.collect()
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

/// The lines of an area that are drawn. One that rounding left without length is drawn one unit long,
/// if nothing else of the area is in the tile.
fn lines(parts: &[Arc<FinePart>], frame: Frame) -> Vec<Vec<TilePoint>> {
    let mut drawn = Vec::new();
    let mut speck: Option<TilePoint> = None;
    for part in parts {
        let near = cut::near(part, &frame.reach());
        for piece in near.paths().flat_map(|path| cut::line(path, frame)) {
            let piece = without_straight_points(&piece);
            if piece.len() > 1 {
                drawn.push(piece);
            } else {
                let inside = piece
                    .into_iter()
                    .filter(|&point| frame.drawn().holds_strictly(point));
                speck = speck.into_iter().chain(inside).min();
            }
        }
    }
    if drawn.is_empty() {
        drawn.extend(speck.map(|at| {
            vec![
                at,
                TilePoint {
                    x: at.x + 1,
                    y: at.y,
                },
            ]
        }));
    }
    drawn
}

/// A line without the points that it passes straight on; those at which it turns back stay.
fn without_straight_points(line: &[TilePoint]) -> Vec<TilePoint> {
    let mut kept: Vec<TilePoint> = Vec::with_capacity(line.len());
    for &point in line {
        while let [.., a, b] = kept[..]
            && turn(a, b, point) == 0
            && bounds(&[a, point]).is_some_and(|rect| rect.holds(b))
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

/// The points of an area that are this tile's own.
fn points(parts: &[Arc<FinePart>], frame: Frame) -> Vec<TilePoint> {
    let all = parts.iter().flat_map(|part| &part.points);
    let mut own: Vec<TilePoint> = all.filter_map(|&point| frame.own(point)).collect();
    own.sort_unstable();
    own.dedup();
    own
}
