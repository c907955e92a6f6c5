//! What a tile says about an area beside its shape: reference, the properties that the map asks for,
//! name and the name's place. Read from the edition once and kept in a bounded cache.

use super::generalise::Generalised;
use super::id::{MAX_ZOOM, TileId};
use super::label::{self, Label};
use super::pieces::{PartNumber, Pieces};
use crate::atlas::{AreaFile, Damaged};
use crate::geometry::{Kind, Position, Side, in_degrees};
use crate::policy::{AreaRecord, Group, Layer, Text, Value};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::{Arc, OnceLock};

/// Pixels of a 512-pixel tile across the widest place of an area, from which on it is named though its
/// layer's detail begins only deeper: about ten letters.
const NAME_PIXELS: u64 = 80;

/// Pixels across the shorter side of a polygon as it is drawn where the place for its name is sought.
const SEEK_PIXELS: u64 = 256;

/// One area.
#[derive(Debug)]
pub(super) struct AreaFacts {
    pub id: u64,
    pub reference: String,
    pub name: Option<Text>,
    /// Properties by the map's names for them, in the map's order.
    pub tags: Vec<(String, Value)>,
    /// The part where its name stands: the largest polygon, the longest line, the first point.
    main_part: u32,
    kind: Kind,
    label: OnceLock<Option<Label>>,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<(u16, u32), Arc<AreaFacts>> for Bytes {
    fn weight(&self, _: &(u16, u32), facts: &Arc<AreaFacts>) -> u64 {
        let text = |text: &Text| text.en.len() + text.cy.as_ref().map_or(0, String::len);
        let value = |value: &Value| match value {
            Value::Text(text) => text.len(),
            _ => 0,
        };
        let tag =
            |(key, of): &(String, Value)| size_of::<(String, Value)>() + key.len() + value(of);
        let own = facts.reference.len() + facts.name.as_ref().map_or(0, text);
        (size_of::<AreaFacts>() + own + facts.tags.iter().map(tag).sum::<usize>() + 64) as u64
    }
}

/// The cache, by layer and area.
pub(super) struct FactsCache {
    cache: Cache<(u16, u32), Arc<AreaFacts>, Bytes>,
}

impl FactsCache {
    /// A cache of so many bytes.
    pub(super) fn new(bytes: u64) -> Self {
        Self {
            cache: Cache::with_weighter((bytes / 256) as usize, bytes, Bytes),
        }
    }

    /// The facts of an area.
    ///
    /// # Errors
    /// Bytes that changed since the edition was opened.
    pub(super) fn get(
        &self,
        number: u16,
        layer: &Layer,
        file: &AreaFile,
        area: u32,
    ) -> Result<Arc<AreaFacts>, Damaged> {
        self.cache.get_or_insert_with(&(number, area), || {
            AreaFacts::read(layer, file, area).map(Arc::new)
        })
    }

    /// Bytes that are cached now.
    pub(super) fn bytes(&self) -> u64 {
        self.cache.weight()
    }
}

impl AreaFacts {
    fn read(layer: &Layer, file: &AreaFile, area: u32) -> Result<Self, Damaged> {
        let record = file.record(area)?;
        let stored = &file.areas()[area as usize];
        Ok(Self {
            id: stored.id,
            tags: tags(layer, &record),
            main_part: main_part(file, area),
            kind: stored.kind,
            reference: record.reference,
            name: record.name,
            label: OnceLock::new(),
        })
    }

    /// The properties, with the name or without it.
    pub(super) fn tags_told(&self, name: bool) -> impl Iterator<Item = &(String, Value)> {
        let tags = self.tags.iter();
        tags.filter(move |(key, _)| name || !matches!(&**key, "name" | "name-cy"))
    }

    /// The same for areas that can be drawn as one: what a tile tells of them is the same.
    pub(super) fn alike(&self, name: bool) -> String {
        let name_itself = self.name.as_ref().filter(|_| name);
        let tags: Vec<_> = self.tags_told(name).collect();
        format!("{:?}", (name_itself, tags))
    }

    /// Where the area's name stands at the zoom of a tile; `None` where it is not named at that zoom.
    ///
    /// Context is named as soon as it is drawn, other areas from their layer's detail on, or from
    /// where the name fits inside.
    pub(super) fn label_at(
        &self,
        tile: TileId,
        number: u16,
        layer: &Layer,
        file: &AreaFile,
        pieces: &Pieces,
        generalised: &Generalised,
    ) -> Option<Label> {
        let always = layer.group == Group::Context || tile.z() >= layer.detail_zoom;
        if !always && self.kind != Kind::Polygon {
            return None;
        }
        // 512 pixels are 2^9, a tile 2^(32 − z) fine steps.
        let room = |steps: u64| (steps << 9) >> (32 - u32::from(tile.z()));
        let label = match self.label.get() {
            Some(known) => *known,
            None => {
                let side = shorter_side(file, self.main_part);
                if !always && room(side) < NAME_PIXELS {
                    return None;
                }
                let place = || self.place(side, number, file, pieces, generalised);
                *self.label.get_or_init(place)
            }
        };
        label.filter(|label| always || room(2 * u64::from(label.room)) >= NAME_PIXELS)
    }

    /// Where the name stands. In a polygon it is sought in what is drawn of it where it is some hundred pixels
    /// wide, and in all of its vertices only if that place comes to lie outside.
    fn place(
        &self,
        side: u64,
        number: u16,
        file: &AreaFile,
        pieces: &Pieces,
        generalised: &Generalised,
    ) -> Option<Label> {
        let (view, space) = (file.part(self.main_part), file.space());
        let part = PartNumber {
            layer: number,
            part: self.main_part,
        };
        if self.kind == Kind::Polygon {
            let drawn = generalised.drawn(part, zoom_to_seek(side), &view, space)?;
            let found = label::of_polygon(&drawn)?;
            let position = Position::of_lonlat(found.at.lonlat());
            let inside = position.in_space(space);
            if inside.is_some_and(|coord| view.side(coord) == Side::Inside) {
                return Some(found);
            }
        }
        let whole = pieces.whole(part, &view, space)?;
        match self.kind {
            Kind::Polygon => label::of_polygon(&whole),
            Kind::Line => label::of_line(&whole),
            Kind::Point => whole.points.first().map(|&at| Label { at, room: 0 }),
        }
    }
}

/// The shorter side of the rectangle round a part, in fine steps.
fn shorter_side(file: &AreaFile, part: u32) -> u64 {
    let degrees = in_degrees(file.space(), &file.part(part).bounds);
    let middle = f64::midpoint(degrees.min.y, degrees.max.y).to_radians();
    let a_degree = f64::from(32).exp2() / 360.0;
    let up = degrees.height() / middle.cos().max(0.01);
    (degrees.width().min(up) * a_degree) as u64
}

/// The zoom at which so many steps are about [`SEEK_PIXELS`] pixels.
fn zoom_to_seek(steps: u64) -> u8 {
    let fits = |&z: &u8| (steps << 9) >> (32 - u32::from(z)) >= SEEK_PIXELS;
    (0..MAX_ZOOM).find(fits).unwrap_or(MAX_ZOOM)
}

/// The properties that a map wants in its tiles, of one area.
pub(super) fn tags(layer: &Layer, record: &AreaRecord) -> Vec<(String, Value)> {
    let value = |name: &str| match name {
        "class" if layer.importance.column.is_some() => layer.importance.word_of(record),
        _ => tag(record, name),
    };
    let wanted = layer.tile_properties.iter();
    wanted
        .filter_map(|name| Some((name.clone(), value(name)?)))
        .collect()
}

/// The value of a property that a map wants in its tiles: one of ours by our name, else a source's column.
fn tag(record: &AreaRecord, name: &str) -> Option<Value> {
    let text = |text: &str| (!text.is_empty()).then(|| Value::Text(text.to_owned()));
    let list = |items: &[String]| text(&items.join(";"));
    let optional = |of: &Option<String>| of.as_deref().and_then(text);
    let date =
        |date: Option<crate::policy::PartialDate>| date.map(|date| Value::Text(date.to_string()));
    match name {
        // Every feature has it anyway.
        "reference" => None,
        "name" => record.name.as_ref().and_then(|name| text(&name.en)),
        "name-cy" => record.name.as_ref().and_then(welsh).and_then(text),
        "policies" => list(&record.policies),
        "plan" => optional(&record.plan),
        "start-date" => date(record.validity.start),
        "end-date" => date(record.validity.end),
        "document-url" => optional(&record.document_url),
        "documentation-url" => optional(&record.documentation_url),
        "notes" => optional(&record.notes),
        "supersedes" => list(&record.supersedes),
        _ => {
            let mut columns = record.properties.iter();
            columns
                .find(|(column, _)| column == name)
                .map(|(_, value)| value.clone())
        }
    }
}

/// The Welsh text, where it differs from the English.
pub(super) fn welsh(text: &Text) -> Option<&str> {
    text.cy.as_deref().filter(|cy| *cy != text.en)
}

/// The largest polygon, the longest line, the first point; of equals the first.
pub(super) fn main_part(file: &AreaFile, area: u32) -> u32 {
    let parts = file.areas()[area as usize].parts.clone();
    let kind = file.areas()[area as usize].kind;
    if parts.len() < 2 || kind == Kind::Point {
        return parts.start;
    }
    let size = |part: u32| {
        let paths = file.part(part).paths();
        match kind {
            Kind::Polygon => paths.area().abs(),
            _ => paths
                .edges_in(0..paths.count())
                .map(|(_, a, b)| (b.x - a.x).hypot(b.y - a.y))
                .sum(),
        }
    };
    let sizes = parts.clone().map(|part| (part, size(part)));
    let largest = sizes.reduce(|best, next| if next.1 > best.1 { next } else { best });
    largest.map_or(parts.start, |(part, _)| part)
}
