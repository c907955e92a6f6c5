//! Areas as the national Entity API gives them: `{count, entities, links}`, GeoJSON, and its errors.
//!
//! Every value but `entity` is text, and a field without a value is empty text, as there. What it does not
//! have stands beside: `edition`, and `not_known` with the datasets whose areas may be missing.

mod fault;
mod geometry;

pub use fault::{Context, Detail, Step, fault, faults};

use super::shared::line;
use crate::answer::{Entities, Entity, IndexedEdition, Reason, kebab, published_shape, recorded};
use crate::atlas::{AreaFile, Damaged, StoredLayer};
use crate::geometry::LonLat;
use crate::policy::{AreaRecord, PartialDate};
use geometry::GeoJson;
use serde::Serialize;
use serde_json::{Map as Object, Value as Json, json};
use std::collections::BTreeSet;

/// Where an area's name would stand, by its layer and index: its `point`.
pub type Middle<'a> = &'a dyn Fn(usize, u32) -> Option<LonLat>;

/// Which fields of an entity are wanted.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// Only these; `None` wants all.
    pub only: Option<BTreeSet<String>>,
    /// Not these, unless `only` names any.
    pub without: BTreeSet<String>,
}

impl Fields {
    /// Whether a field is wanted; `entity` always is.
    #[must_use]
    pub fn want(&self, name: &str) -> bool {
        match &self.only {
            Some(only) => name == "entity" || only.contains(name),
            None => !self.without.contains(name),
        }
    }
}

/// Where the other pages of a search are.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Links {
    /// The first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// The last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// The page after this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The page before this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prev: Option<String>,
}

/// One page of what a search found.
pub struct Page<'a> {
    /// The edition that was searched.
    pub indexed: &'a IndexedEdition,
    /// All that was found, and what may be missing.
    pub entities: &'a Entities,
    /// The areas of this page.
    pub shown: &'a [Entity],
    /// Where the other pages are.
    pub links: Links,
    /// Datasets that were asked for and are no layers of the map.
    pub absent: &'a [&'static str],
    /// Fields of the query that had no effect.
    pub ignored: &'a [String],
    /// The fields of each entity that are wanted.
    pub fields: &'a Fields,
    /// Where each area's `point` is.
    pub middle: Middle<'a>,
}

#[derive(Serialize)]
struct PageJson<'a> {
    count: usize,
    entities: Vec<Object<String, Json>>,
    links: &'a Links,
    #[serde(flatten)]
    beside: Beside<'a>,
}

#[derive(Serialize)]
struct CollectionJson<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    features: Vec<Feature>,
    count: usize,
    links: &'a Links,
    #[serde(flatten)]
    beside: Beside<'a>,
}

/// What the national API does not have.
#[derive(Serialize)]
struct Beside<'a> {
    edition: String,
    not_known: Vec<NotKnown<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    ignored: &'a [String],
}

#[derive(Serialize)]
struct NotKnown<'a> {
    dataset: &'a str,
    reason: String,
}

#[derive(Serialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: &'static str,
    geometry: GeoJson,
    properties: Object<String, Json>,
}

/// Fields that are geometries, and so no properties of a GeoJSON feature.
const SPATIAL: [&str; 2] = ["geometry", "point"];

impl Page<'_> {
    /// The page as `/entity.json` gives it.
    ///
    /// # Errors
    /// A file that changed since it was opened.
    pub fn json(&self) -> Result<String, Damaged> {
        let shown = self.shown.iter();
        let entities = shown.map(|entity| object(self.indexed, *entity, self.fields, self.middle));
        Ok(line(&PageJson {
            count: self.entities.found.len(),
            entities: entities.collect::<Result<_, _>>()?,
            links: &self.links,
            beside: self.beside(),
        }))
    }

    /// The page as `/entity.geojson` gives it.
    ///
    /// # Errors
    /// A file that changed since it was opened.
    pub fn geojson(&self) -> Result<String, Damaged> {
        let shown = self.shown.iter();
        let features = shown.map(|entity| feature(self.indexed, *entity, self.fields));
        Ok(line(&CollectionJson {
            kind: "FeatureCollection",
            features: features.collect::<Result<_, _>>()?,
            count: self.entities.found.len(),
            links: &self.links,
            beside: self.beside(),
        }))
    }

    fn beside(&self) -> Beside<'_> {
        let edition = self.indexed.edition();
        let of_layers = self.entities.not_known.iter();
        let of_layers = of_layers.map(|&(layer, why)| NotKnown {
            dataset: edition.layers()[layer].layer.id.as_str(),
            reason: why.word(),
        });
        let absent = self.absent.iter().map(|dataset| NotKnown {
            dataset,
            reason: Reason::NotHeld.word().to_owned(),
        });
        Beside {
            edition: edition.id().to_string(),
            not_known: of_layers.chain(absent).collect(),
            ignored: self.ignored,
        }
    }
}

/// One area as `/entity/{entity}.json` gives it.
///
/// # Errors
/// A file that changed since it was opened.
pub fn json(
    indexed: &IndexedEdition,
    entity: Entity,
    middle: Middle<'_>,
) -> Result<String, Damaged> {
    Ok(line(&object(indexed, entity, &Fields::default(), middle)?))
}

/// One area as `/entity/{entity}.geojson` gives it: a feature.
///
/// # Errors
/// A file that changed since it was opened.
pub fn geojson(indexed: &IndexedEdition, entity: Entity) -> Result<String, Damaged> {
    Ok(line(&feature(indexed, entity, &Fields::default())?))
}

fn object(
    indexed: &IndexedEdition,
    entity: Entity,
    fields: &Fields,
    middle: Middle<'_>,
) -> Result<Object<String, Json>, Damaged> {
    let (stored, file) = held(indexed, entity)?;
    let mut object = properties(stored, &file.record(entity.area)?, entity, fields);
    if SPATIAL.iter().any(|name| fields.want(name)) {
        let kind = file.areas()[entity.area as usize].kind;
        let whole = fields.want("geometry") || kind == crate::geometry::Kind::Point;
        let shape = whole.then(|| published_shape(file, entity.area)).flatten();
        if fields.want("geometry") {
            let text = shape.as_ref().map_or_else(String::new, geometry::wkt);
            object.insert("geometry".to_owned(), json!(text));
        }
        if fields.want("point") {
            let first = shape.filter(|_| kind == crate::geometry::Kind::Point);
            let first = first.and_then(|shape| shape.vertices().next());
            let point = first.or_else(|| {
                let middle = middle(entity.layer, entity.area)?;
                Some(middle.rounded().coord())
            });
            let text = point.map_or_else(String::new, |at| format!("POINT ({} {})", at.x, at.y));
            object.insert("point".to_owned(), json!(text));
        }
    }
    Ok(object)
}

fn feature(indexed: &IndexedEdition, entity: Entity, fields: &Fields) -> Result<Feature, Damaged> {
    let (stored, file) = held(indexed, entity)?;
    // As there: GeoJSON has all fields, unless some are excluded.
    let fields = Fields {
        only: None,
        without: fields.without.clone(),
    };
    let shape = published_shape(file, entity.area);
    Ok(Feature {
        kind: "Feature",
        geometry: GeoJson::of(shape.as_ref()),
        properties: properties(stored, &file.record(entity.area)?, entity, &fields),
    })
}

/// The layer and file of an area that was found.
fn held(indexed: &IndexedEdition, entity: Entity) -> Result<(&StoredLayer, &AreaFile), Damaged> {
    let stored = &indexed.edition().layers()[entity.layer];
    match (&stored.areas, stored.readable()) {
        (_, Some(file)) => Ok((stored, file)),
        (Some(Err(damaged)), None) => Err(damaged.clone()),
        _ => Err(Damaged {
            file: stored.layer.id.as_str().to_owned(),
            fault: "it was found damaged".to_owned(),
        }),
    }
}

/// The fields that are no geometries.
fn properties(
    stored: &StoredLayer,
    record: &AreaRecord,
    entity: Entity,
    fields: &Fields,
) -> Object<String, Json> {
    let layer = &stored.layer;
    let mut object = Object::new();
    let mut put = |name: &str, value: Json| {
        if fields.want(name) && !object.contains_key(name) {
            object.insert(name.to_owned(), value);
        }
    };
    let date = |date: Option<PartialDate>| date.map_or(String::new(), |date| date.to_string());
    let own = |name: &str| recorded(record, name).unwrap_or_default();
    put("entity", json!(entity.id));
    put("dataset", json!(layer.id.as_str()));
    put("typology", json!("geography"));
    put("reference", json!(record.reference));
    let prefix = recorded(record, "prefix");
    put(
        "prefix",
        json!(prefix.unwrap_or_else(|| layer.id.as_str().to_owned())),
    );
    put(
        "name",
        json!(record.name.as_ref().map_or("", |name| &name.en)),
    );
    put(
        "organisation-entity",
        number_or_text(&own("organisation-entity")),
    );
    put("start-date", json!(date(record.validity.start)));
    put("end-date", json!(date(record.validity.end)));
    put("entry-date", json!(own("entry-date")));
    put("quality", json!(own("quality")));
    if let Some(cy) = record.name.as_ref().and_then(|name| name.cy.as_deref()) {
        put("name-cy", json!(cy));
    }
    put("development-policies", json!(record.policies.join(";")));
    let plan = record.plan.as_deref().or(layer.plan.as_deref());
    put("plan", json!(plan.unwrap_or_default()));
    put(
        "document-url",
        json!(record.document_url.as_deref().unwrap_or_default()),
    );
    put(
        "documentation-url",
        json!(record.documentation_url.as_deref().unwrap_or_default()),
    );
    put("notes", json!(record.notes.as_deref().unwrap_or_default()));
    if !record.supersedes.is_empty() {
        put("supersedes", json!(record.supersedes.join(";")));
    }
    for (name, value) in &record.properties {
        let name = match kebab(name) {
            // Ours are other numbers than the national ones.
            name if name == "entity" => "source-entity".to_owned(),
            name => name,
        };
        if !SPATIAL.contains(&name.as_str()) {
            put(&name, json!(value.to_string()));
        }
    }
    object
}

/// A number as such where a text is one, as the national API gives organisations.
fn number_or_text(text: &str) -> Json {
    match text.parse::<u64>() {
        Ok(number) => json!(number),
        Err(_) => json!(text),
    }
}
