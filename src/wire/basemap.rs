//! A base map as TileJSON, and as what lies behind our layers in the style.

use super::shared::line;
use crate::page::message::escape;
use crate::tile::basemap::About;
use serde_json::{Value as Json, json};
use std::sync::LazyLock;

/// The name of its source, and what the ids of its style layers begin with.
const SOURCE: &str = "basemap";

/// How the source layers of well-known schemas look; see `styles/README.md`.
static LOOKS: LazyLock<Json> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../styles/basemap.json"))
        .expect("the styles are part of the program")
});

/// What lies behind our layers.
#[derive(Debug, Clone, Copy)]
pub struct Behind<'a> {
    /// What the base map says of itself.
    pub about: &'a About,
    /// Address of a tile, with `{z}`, `{x}` and `{y}`.
    pub template: &'a str,
}

/// TileJSON 3.0 of a base map.
#[must_use]
pub fn tilejson(about: &About, template: &str) -> String {
    let layers = about
        .layers
        .iter()
        .map(|id| json!({"id": id, "fields": {}}))
        .collect::<Vec<_>>();
    let mut document = json!({
        "tilejson": "3.0.0",
        "name": about.name,
        "tiles": [template],
        "minzoom": about.min_zoom,
        "maxzoom": about.max_zoom,
        "bounds": about.bounds,
        "attribution": escape(&about.attribution),
    });
    if about.vector {
        document["vector_layers"] = json!(layers);
    }
    line(&document)
}

impl Behind<'_> {
    /// Adds its source to a style.
    pub(super) fn add_source(&self, style: &mut Json) {
        let about = self.about;
        let mut source = json!({
            "type": if about.vector { "vector" } else { "raster" },
            "tiles": [self.template],
            "minzoom": about.min_zoom,
            "maxzoom": about.max_zoom,
            "bounds": about.bounds,
            "attribution": escape(&about.attribution),
        });
        if !about.vector {
            source["tileSize"] = json!(256);
        }
        style["sources"][SOURCE] = source;
    }

    /// Its style layers, bottom first.
    pub(super) fn layers(&self) -> Vec<Json> {
        if !self.about.vector {
            return vec![json!({"id": SOURCE, "type": "raster", "source": SOURCE})];
        }
        let known = LOOKS["layers"].as_array().into_iter().flatten();
        let known: Vec<&Json> = known
            .filter(|look| {
                let id = look["source-layer"].as_str().unwrap_or_default();
                self.about.layers.iter().any(|layer| layer == id)
            })
            .collect();
        let known_ids: Vec<&str> = known
            .iter()
            .filter_map(|look| look["source-layer"].as_str())
            .collect();
        let unknown = self
            .about
            .layers
            .iter()
            .filter(|layer| !known_ids.contains(&layer.as_str()));
        // Of a schema that we know, what we do not draw is left out on purpose.
        let plain = LOOKS["unknown"].as_array().into_iter().flatten();
        let plain: Vec<Json> = if known.is_empty() {
            unknown
                .flat_map(|layer| {
                    plain.clone().map(move |look| {
                        let mut look = look.clone();
                        look["source-layer"] = json!(layer);
                        look
                    })
                })
                .collect()
        } else {
            Vec::new()
        };
        let all = known.into_iter().cloned().chain(plain);
        all.enumerate()
            .map(|(number, mut look)| {
                look["id"] = json!(format!("{SOURCE}-{}", number + 1));
                look["source"] = json!(SOURCE);
                look
            })
            .collect()
    }
}
