//! The layers that are answered as the national API lists its datasets.

use super::entity::Fields;
use super::shared::line;
use crate::answer::IndexedEdition;
use crate::atlas::StoredLayer;
use crate::policy::{Completeness, Layer, PartialDate};
use serde_json::{Map as Object, Value as Json, json};

/// `{"datasets": […], "typologies": {"geography": {"dataset": […]}}}` of some layers, by their indexes.
#[must_use]
pub fn json(indexed: &IndexedEdition, layers: &[usize], fields: &Fields) -> String {
    let datasets: Vec<Object<String, Json>> = layers
        .iter()
        .map(|&layer| object(&indexed.edition().layers()[layer], fields))
        .collect();
    let held = datasets
        .iter()
        .filter(|dataset| dataset["entity-count"] != 0);
    let typologies = json!({ "geography": { "dataset": held.collect::<Vec<_>>() } });
    line(&json!({
        "datasets": datasets,
        "typologies": typologies,
        "edition": indexed.edition().id().to_string(),
    }))
}

/// One of them.
#[must_use]
pub fn one(indexed: &IndexedEdition, layer: usize) -> String {
    let stored = &indexed.edition().layers()[layer];
    line(&object(stored, &Fields::default()))
}

fn object(stored: &StoredLayer, fields: &Fields) -> Object<String, Json> {
    let layer = &stored.layer;
    let date = |date: Option<PartialDate>| date.map_or(String::new(), |date| date.to_string());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let attribution = layer.attribution.as_ref().map(|text| text.en.as_str());
    let areas = stored.readable().map(|file| file.areas().len());
    let all = [
        ("dataset", json!(layer.id.as_str())),
        ("name", json!(layer.title.en)),
        ("name-cy", json!(text(layer.title.cy.as_deref()))),
        ("plural", json!(layer.title.en)),
        ("prefix", json!(layer.id.as_str())),
        ("typology", json!("geography")),
        ("collection", json!("")),
        ("description", json!("")),
        ("text", json!("")),
        ("wikidata", json!("")),
        ("wikipedia", json!("")),
        ("themes", json!([layer.group.word()])),
        ("entity-count", json!(areas.unwrap_or(0))),
        ("entry-date", json!(date(layer.as_at))),
        ("start-date", json!("")),
        ("end-date", json!("")),
        ("licence", json!(text(layer.licence.as_deref()))),
        ("attribution", json!(text(attribution))),
        ("not-known", json!(missing(layer, areas.is_some()))),
    ];
    // `entity-count` is looked at above, so it is there whatever is asked for.
    let wanted = |name: &str| name == "dataset" || name == "entity-count" || fields.want(name);
    let wanted = all.into_iter().filter(|(name, _)| wanted(name));
    wanted
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Why areas of a layer are missing, wherever one asks; empty where none are.
fn missing(layer: &Layer, readable: bool) -> &'static str {
    match layer.completeness {
        _ if !layer.held => "not_held",
        _ if !readable => "layer_unavailable",
        Completeness::RowsLeftOut(_) => "layer_incomplete",
        Completeness::Whole | Completeness::Accepted { .. } => "",
    }
}
