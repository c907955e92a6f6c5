//! What changed between two editions, as JSON and as GeoJSON of the pieces.
//!
//! GeoJSON is WGS 84: what came and went whole with its full geometry, and what moved as the polygons
//! gained and lost. Square metres and metres are of the ground, to two decimals.

use super::shared::{TextJson, centimetres, line};
use crate::atlas::diff::{AreaChange, Changes, FieldChange, LayerChanges, Moved, Presence, What};
use crate::atlas::geojson::{degrees, geometry};
use crate::geometry::Space;
use geo_types::{LineString, MultiPolygon, Polygon};
use serde::Serialize;
use serde_json::{Value as Json, json};

/// Version of this document.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct ChangesJson<'a> {
    format: u32,
    before: String,
    after: String,
    layers: Vec<LayerJson<'a>>,
}

#[derive(Serialize)]
struct LayerJson<'a> {
    layer: &'a str,
    title: TextJson<'a>,
    change: &'static str,
    described: &'a [&'static str],
    unavailable: bool,
    added: usize,
    removed: usize,
    moved: usize,
    attributes_changed: usize,
    left_out: usize,
    areas: Vec<AreaJson<'a>>,
}

#[derive(Serialize)]
struct AreaJson<'a> {
    reference: &'a str,
    name: Option<TextJson<'a>>,
    change: &'static str,
    area_m2: Option<f64>,
    boundary: Option<MovedJson>,
    fields: Vec<FieldJson<'a>>,
    supersedes: &'a [String],
    superseded_by: &'a [String],
}

#[derive(Serialize)]
struct MovedJson {
    gained_m2: f64,
    lost_m2: f64,
    largest_shift_m: f64,
}

#[derive(Serialize)]
struct FieldJson<'a> {
    field: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

/// The changes; at most `most` areas are listed of each layer, the counts are of all.
#[must_use]
pub fn json(changes: &Changes, most: usize) -> String {
    line(&ChangesJson {
        format: FORMAT,
        before: changes.before.to_string(),
        after: changes.after.to_string(),
        layers: changes
            .layers
            .iter()
            .map(|changes| layer(changes, most))
            .collect(),
    })
}

fn layer(changes: &LayerChanges, most: usize) -> LayerJson<'_> {
    let [added, removed, moved, attributes_changed] = changes.counts();
    LayerJson {
        layer: changes.id.as_str(),
        title: (&changes.title).into(),
        change: match changes.presence {
            Presence::Added => "added",
            Presence::Removed => "removed",
            Presence::Kept => "changed",
        },
        described: &changes.described,
        unavailable: changes.damaged.is_some(),
        added,
        removed,
        moved,
        attributes_changed,
        left_out: changes.areas.len().saturating_sub(most),
        areas: changes.areas.iter().take(most).map(area).collect(),
    }
}

fn area(change: &AreaChange) -> AreaJson<'_> {
    let (word, area_m2, moved, fields) = match &change.what {
        What::Added { m2, .. } => ("added", Some(*m2), None, &[][..]),
        What::Removed { m2, .. } => ("removed", Some(*m2), None, &[][..]),
        What::Changed { moved, fields } => ("changed", None, moved.as_ref(), &fields[..]),
    };
    let name = change.name.as_ref();
    AreaJson {
        reference: &change.reference,
        name: name.map(TextJson::from),
        change: word,
        area_m2: area_m2.map(centimetres),
        boundary: moved.map(boundary),
        fields: fields.iter().map(field).collect(),
        supersedes: &change.supersedes,
        superseded_by: &change.superseded_by,
    }
}

fn boundary(moved: &Moved) -> MovedJson {
    MovedJson {
        gained_m2: centimetres(moved.gained_m2),
        lost_m2: centimetres(moved.lost_m2),
        largest_shift_m: centimetres(moved.largest_shift_m),
    }
}

fn field(change: &FieldChange) -> FieldJson<'_> {
    FieldJson {
        field: &change.field,
        before: change.before.as_deref(),
        after: change.after.as_deref(),
    }
}

/// The pieces that were gained and lost, as a GeoJSON feature collection; `left_out` is the number of
/// areas whose pieces would have brought it over `most` vertices.
#[must_use]
pub fn geojson(changes: &Changes, most: usize) -> String {
    let mut features: Vec<Json> = Vec::new();
    let mut room = most;
    let mut left_out = 0;
    for layer in &changes.layers {
        for area in &layer.areas {
            match room.checked_sub(vertices(layer, area)) {
                Some(rest) => {
                    room = rest;
                    features.extend(pieces(layer, area));
                }
                None => left_out += 1,
            }
        }
    }
    line(&json!({
        "type": "FeatureCollection",
        "before": changes.before.to_string(),
        "after": changes.after.to_string(),
        "left_out": left_out,
        "features": features,
    }))
}

/// How many vertices the pieces of an area have.
fn vertices(layer: &LayerChanges, change: &AreaChange) -> usize {
    let whole = |file: Option<&crate::atlas::AreaFile>, area: u32| {
        let parts = file.into_iter().flat_map(|file| file.parts_of(area));
        parts.map(|part| part.paths().count()).sum()
    };
    match &change.what {
        What::Added { area, .. } => whole(layer.file_after.as_ref(), *area),
        What::Removed { area, .. } => whole(layer.file_before.as_ref(), *area),
        What::Changed { moved, .. } => {
            let polygons = moved.iter().flat_map(|moved| [&moved.gained, &moved.lost]);
            let rings = polygons
                .flatten()
                .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
            rings.map(|ring| ring.0.len()).sum()
        }
    }
}

fn pieces(layer: &LayerChanges, change: &AreaChange) -> Vec<Json> {
    let whole = |file: Option<&crate::atlas::AreaFile>, area: u32| {
        file.map(|file| json!(geometry(file, area)))
    };
    let feature = |piece: &str, m2: f64, geometry: Json| {
        json!({
            "type": "Feature",
            "geometry": geometry,
            "properties": {
                "layer": layer.id.as_str(),
                "reference": change.reference,
                "change": piece,
                "area_m2": centimetres(m2),
            },
        })
    };
    match &change.what {
        What::Added { area, m2 } => whole(layer.file_after.as_ref(), *area)
            .map(|geometry| feature("added", *m2, geometry))
            .into_iter()
            .collect(),
        What::Removed { area, m2 } => whole(layer.file_before.as_ref(), *area)
            .map(|geometry| feature("removed", *m2, geometry))
            .into_iter()
            .collect(),
        What::Changed { moved, .. } => {
            let moved = moved.iter();
            let both = moved.flat_map(|moved| {
                let (gained, lost) = (&moved.gained, &moved.lost);
                [
                    ("gained", moved.gained_m2, gained, moved.space),
                    ("lost", moved.lost_m2, lost, moved.space),
                ]
            });
            both.filter(|(_, _, polygons, _)| !polygons.0.is_empty())
                .map(|(piece, m2, polygons, space)| feature(piece, m2, placed(polygons, space)))
                .collect()
        }
    }
}

fn placed(polygons: &MultiPolygon<f64>, space: Space) -> Json {
    let ring = |ring: &LineString<f64>| -> Vec<[f64; 2]> {
        ring.0
            .iter()
            .map(|&vertex| degrees(space, vertex))
            .collect()
    };
    let rings = |polygon: &Polygon<f64>| -> Vec<Vec<[f64; 2]>> {
        let all = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        all.map(ring).collect()
    };
    let all: Vec<_> = polygons.0.iter().map(rings).collect();
    json!({ "type": "MultiPolygon", "coordinates": all })
}
