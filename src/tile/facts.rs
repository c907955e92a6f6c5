//! What a tile says about an area beside its shape: reference, the properties that the map asks for,
//! name and the name's place. Read from the edition once and kept in a bounded cache.

use super::id::TileId;
use super::label::{self, Label};
use super::pieces::{PartNumber, Pieces};
use crate::atlas::{AreaFile, Damaged};
use crate::geometry::Kind;
use crate::policy::{AreaRecord, Group, Layer, Text, Value};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::{Arc, OnceLock};

/// Pixels of a 512-pixel tile across the widest place of an area, from which on it is named though its
/// layer's detail begins only deeper: about ten letters.
const NAME_PIXELS: u64 = 80;

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
                let part = PartNumber {
                    layer: number,
                    part: self.main_part,
                };
                let whole = pieces.whole(part, &file.part(self.main_part), file.space())?;
                let side = (whole.bounds.max.0 - whole.bounds.min.0)
                    .min(whole.bounds.max.1 - whole.bounds.min.1);
                if !always && room(side as u64) < NAME_PIXELS {
                    return None;
                }
                *self.label.get_or_init(|| match self.kind {
                    Kind::Polygon => label::of_polygon(&whole),
                    Kind::Line => label::of_line(&whole),
                    Kind::Point => whole.points.first().map(|&at| Label { at, room: 0 }),
                })
            }
        };
        label.filter(|label| always || room(2 * u64::from(label.room)) >= NAME_PIXELS)
    }
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
