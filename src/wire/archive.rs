//! What an archive of tiles says about itself: the metadata that PMTiles asks for, its layers as in TileJSON.

use super::shared::line;
use super::style::{Tiles, vector_layers};
use crate::answer::IndexedEdition;
use crate::policy::{Lang, Layer};
use crate::tile::Tileset;
use serde_json::json;

/// The metadata of an archive of all layers, or of `only` one.
#[must_use]
pub fn metadata(
    indexed: &IndexedEdition,
    tileset: &Tileset,
    only: Option<&Layer>,
    lang: Lang,
) -> String {
    let tiles = Tiles {
        template: "",
        tileset,
        lang,
        behind: None,
    };
    let edition = indexed.edition();
    let title = only.map_or(&edition.map().title, |layer| &layer.title);
    line(&json!({
        "name": title.in_lang(lang),
        "type": "overlay",
        "version": edition.id().to_string(),
        "attribution": tiles.attribution(),
        "vector_layers": vector_layers(indexed, &tiles),
        "groundrule:edition": edition.id().to_string(),
        "groundrule:sha256": edition.sha256(),
    }))
}
