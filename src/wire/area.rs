//! One area, or the areas of an answer, as JSON and GeoJSON.
//!
//! GeoJSON is WGS 84, longitude first. Areas kept on the National Grid are transformed vertex by
//! vertex by OSTN15 and given to nine decimals, a tenth of a millimetre; others are given as they came.

use super::shared::{TextJson, line};
use crate::answer::{Answer, IndexedEdition};
use crate::atlas::{AreaFile, Damaged, PartView};
use crate::geometry::{Kind, Space, ostn15};
use crate::policy::{AreaRecord, Layer, Value, link};
use serde::Serialize;
use serde_json::{Map as Object, Value as Json, json};

#[derive(Serialize)]
struct AreaDocument<'a> {
    layer: &'a str,
    title: TextJson<'a>,
    id: u64,
    url: String,
    #[serde(flatten)]
    fields: Object<String, Json>,
}

/// What is written about an area, as JSON in digital-land names.
///
/// # Errors
/// A file that changed since it was opened.
pub fn json(layer: &Layer, file: &AreaFile, area: u32) -> Result<String, Damaged> {
    let record = file.record(area)?;
    Ok(line(&AreaDocument {
        layer: layer.id.as_str(),
        title: (&layer.title).into(),
        id: file.areas()[area as usize].id,
        url: link::area(layer.id.as_str(), &record.reference),
        fields: fields(&record, layer),
    }))
}

/// An area as a GeoJSON feature, at the full precision of its source.
///
/// # Errors
/// A file that changed since it was opened.
pub fn geojson(layer: &Layer, file: &AreaFile, area: u32) -> Result<String, Damaged> {
    Ok(line(&feature(layer, file, area)?))
}

/// The areas that apply in an answer as a GeoJSON feature collection.
///
/// Layers of which it cannot say stand in the member `not_known`, each with its reason: their areas may
/// be missing from the features.
///
/// # Errors
/// A file that changed since it was opened.
pub fn collection(indexed: &IndexedEdition, answer: &Answer) -> Result<String, Damaged> {
    let mut features = Vec::new();
    let mut not_known = Vec::new();
    for layer_answer in &answer.layers {
        let stored = &indexed.edition().layers()[layer_answer.layer];
        if let Some(reason) = layer_answer.reason {
            let id = stored.layer.id.as_str();
            not_known.push(json!({ "layer": id, "reason": reason.word() }));
        }
        let Some(file) = stored.readable() else {
            continue;
        };
        for hit in &layer_answer.areas {
            if let Some(area) = file.find(&hit.record.reference)? {
                features.push(feature(&stored.layer, file, area)?);
            }
        }
    }
    Ok(line(
        &json!({ "type": "FeatureCollection", "features": features, "not_known": not_known }),
    ))
}

fn feature(layer: &Layer, file: &AreaFile, area: u32) -> Result<Json, Damaged> {
    let record = file.record(area)?;
    let mut properties = fields(&record, layer);
    properties.insert("layer".to_owned(), json!(layer.id.as_str()));
    Ok(json!({
        "type": "Feature",
        "id": file.areas()[area as usize].id,
        "geometry": geometry(file, area),
        "properties": properties,
    }))
}

fn fields(record: &AreaRecord, layer: &Layer) -> Object<String, Json> {
    let text = |value: Option<&str>| value.map_or(Json::Null, |value| json!(value));
    let list = |items: &[String]| json!(items.join(";"));
    let mut fields = Object::new();
    let mut put = |name: &str, value: Json| {
        fields.insert(name.to_owned(), value);
    };
    put("reference", json!(record.reference));
    put(
        "name",
        text(record.name.as_ref().map(|name| name.en.as_str())),
    );
    if let Some(cy) = record.name.as_ref().and_then(|name| name.cy.as_deref()) {
        put("name-cy", json!(cy));
    }
    put("development-policies", list(&record.policies));
    put(
        "plan",
        text(record.plan.as_deref().or(layer.plan.as_deref())),
    );
    put(
        "start-date",
        json!(
            record
                .validity
                .start
                .map_or(String::new(), |date| date.to_string())
        ),
    );
    put(
        "end-date",
        json!(
            record
                .validity
                .end
                .map_or(String::new(), |date| date.to_string())
        ),
    );
    put("document-url", text(record.document_url.as_deref()));
    put(
        "documentation-url",
        text(record.documentation_url.as_deref()),
    );
    put("notes", text(record.notes.as_deref()));
    for (name, value) in &record.properties {
        let value = match value {
            Value::Integer(n) => json!(n),
            Value::Number(n) => json!(n),
            Value::Flag(flag) => json!(flag),
            Value::Text(text) => json!(text),
        };
        // Our own fields come first; a source column of the same name does not replace them.
        if !fields.contains_key(name) {
            fields.insert(name.clone(), value);
        }
    }
    fields
}

pub(super) fn geometry(file: &AreaFile, area: u32) -> Json {
    let paths = |part: PartView<'_>| -> Vec<Vec<[f64; 2]>> {
        let vertices = part.paths();
        let path = |range: std::ops::Range<usize>| {
            range
                .map(|at| degrees(file.space(), vertices.vertex(at)))
                .collect()
        };
        vertices.ranges().map(path).collect()
    };
    let parts: Vec<Vec<Vec<[f64; 2]>>> = file.parts_of(area).map(paths).collect();
    match file.areas()[area as usize].kind {
        Kind::Polygon => json!({ "type": "MultiPolygon", "coordinates": parts }),
        Kind::Line => json!({ "type": "MultiLineString", "coordinates": parts.concat() }),
        Kind::Point => json!({ "type": "MultiPoint", "coordinates": parts.concat().concat() }),
    }
}

pub(super) fn degrees(space: Space, vertex: geo_types::Coord<f64>) -> [f64; 2] {
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
