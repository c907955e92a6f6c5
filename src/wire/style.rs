//! The MapLibre style of an edition, and its TileJSON.

use super::basemap::Behind;
use super::shared::line;
use crate::answer::IndexedEdition;
use crate::page::look::{Looks, Stroke, base};
use crate::page::message::escape;
use crate::policy::{Group, Lang, Layer};
use crate::tile::{Detail, FieldKind, MAX_TILE_BYTES, SourceLayer, TileId, Tileset};
use serde_json::{Value as Json, json};

/// The tiles that a document speaks of.
#[derive(Debug, Clone, Copy)]
pub struct Tiles<'a> {
    /// Address of a tile, with `{z}`, `{x}` and `{y}`.
    pub template: &'a str,
    /// What is in them.
    pub tileset: &'a Tileset,
    /// The language of titles and attributions.
    pub lang: Lang,
    /// What lies behind our layers, where there is something.
    pub behind: Option<Behind<'a>>,
}

impl Tiles<'_> {
    /// Everybody who must be named, safe to stand in a page.
    pub(super) fn attribution(&self) -> String {
        let named = self
            .tileset
            .attribution
            .iter()
            .map(|text| escape(text.in_lang(self.lang)));
        named.collect::<Vec<_>>().join(" · ")
    }

    fn bounds(&self) -> [f64; 4] {
        let whole_world = [-180.0, -85.0511, 180.0, 85.0511];
        self.tileset.bounds.map_or(whole_world, |bounds| {
            // Outwards: a client asks for no tile beyond them.
            let (low, high) = (
                |degrees: f64| (degrees * 1e5).floor() / 1e5,
                |degrees: f64| (degrees * 1e5).ceil() / 1e5,
            );
            [
                low(bounds.min.x),
                low(bounds.min.y),
                high(bounds.max.x),
                high(bounds.max.y),
            ]
        })
    }
}

/// The style: every layer of the edition drawn by the classes of `styles/`. A base map lies over our context, which shows
/// where it has no tile, and under all that is answered. `sprite` is the address of the
/// pictures of patterns, without its ending.
#[must_use]
pub fn style(indexed: &IndexedEdition, looks: &Looks, tiles: &Tiles<'_>, sprite: &str) -> String {
    let edition = indexed.edition();
    let mut style = base().clone();
    let is_context = |stroke: &Stroke| {
        let group = indexed.edition().layers()[stroke.layer].layer.group;
        group == Group::Context && stroke.fragment["type"] != "symbol"
    };
    let (context, answered): (Vec<&Stroke>, Vec<&Stroke>) =
        looks.strokes.iter().partition(|stroke| is_context(stroke));
    let drawn = |stroke: &Stroke| style_layer(indexed, stroke);
    let behind = tiles.behind.map_or_else(Vec::new, |behind| behind.layers());
    let mut background = base()["layers"][0].clone();
    background["paint"]["background-color"] = json!(looks.background);
    style["name"] = json!(edition.map().title.in_lang(tiles.lang));
    style["metadata"]["groundrule:patterns"] = json!(looks.patterns);
    style["metadata"]["groundrule:edition"] = json!(edition.id().to_string());
    style["sprite"] = json!(sprite);
    style["sources"] = json!({"groundrule": {
        "type": "vector",
        "tiles": [tiles.template],
        "minzoom": tiles.tileset.min_zoom,
        "maxzoom": tiles.tileset.max_zoom,
        "bounds": tiles.bounds(),
        "attribution": tiles.attribution(),
    }});
    if let Some(behind) = tiles.behind {
        behind.add_source(&mut style);
    }
    style["layers"] = std::iter::once(background)
        .chain(context.into_iter().map(drawn))
        .chain(behind)
        .chain(answered.into_iter().map(drawn))
        .collect();
    line(&style)
}

fn style_layer(indexed: &IndexedEdition, stroke: &Stroke) -> Json {
    let layer = &indexed.edition().layers()[stroke.layer].layer;
    let mut out = serde_json::Map::new();
    out.insert(
        "id".to_owned(),
        json!(format!("{}--{}", layer.id, stroke.number)),
    );
    for (key, value) in &stroke.fragment {
        if key != "metadata" {
            out.insert(key.clone(), value.clone());
        }
    }
    out.insert("source".to_owned(), json!("groundrule"));
    let suffix = if stroke.labels { "-label" } else { "" };
    out.insert(
        "source-layer".to_owned(),
        json!(format!("{}{suffix}", layer.id)),
    );
    if stroke.number == 1 {
        let mut about = json!({"group": layer.group.word(), "title": title(&layer.title)});
        if stroke.emerging {
            about["emerging"] = json!(true);
        }
        out.insert("metadata".to_owned(), json!({"groundrule:layer": about}));
    }
    Json::Object(out)
}

fn title(text: &crate::policy::Text) -> Json {
    match &text.cy {
        Some(cy) => json!({"en": text.en, "cy": cy}),
        None => json!({"en": text.en}),
    }
}

/// TileJSON 3.0 of all layers, or of `only` one.
#[must_use]
pub fn tilejson(indexed: &IndexedEdition, tiles: &Tiles<'_>, only: Option<&Layer>) -> String {
    let edition = indexed.edition();
    let tileset = tiles.tileset;
    let title = only.map_or(&edition.map().title, |layer| &layer.title);
    let mut document = json!({
        "tilejson": "3.0.0",
        "name": title.in_lang(tiles.lang),
        "tiles": [tiles.template],
        "vector_layers": vector_layers(indexed, tiles),
        "minzoom": tileset.min_zoom,
        "maxzoom": tileset.max_zoom,
        "bounds": tiles.bounds(),
        "attribution": tiles.attribution(),
        "groundrule:most-bytes": MAX_TILE_BYTES,
    });
    if !tileset.gave_way.is_empty() {
        let told = |(tile, detail): &(TileId, Detail)| {
            json!({
                "tile": tile.to_string(),
                "half_pixels": detail.half_pixels(),
                "dissolved": detail.dissolves_all(),
                "points_up_to_pixels": detail.points_up_to(),
            })
        };
        document["groundrule:gave-way"] = tileset.gave_way.iter().map(told).collect();
    }
    if let Some((centre, zoom)) = tileset.centre {
        document["center"] = json!([round(centre.lon()), round(centre.lat()), zoom]);
    }
    line(&document)
}

/// The source layers of the tiles, as TileJSON describes them.
pub(super) fn vector_layers(indexed: &IndexedEdition, tiles: &Tiles<'_>) -> Vec<Json> {
    let edition = indexed.edition();
    let source_layer = |layer: &SourceLayer| {
        let titled = edition.layer(layer.id.strip_suffix("-label").unwrap_or(&layer.id));
        let fields = layer
            .fields
            .iter()
            .map(|(name, kind)| (name.clone(), json!(kind_word(*kind))));
        let mut about = json!({
            "id": layer.id,
            "description": titled.map(|stored| stored.layer.title.in_lang(tiles.lang)),
            "fields": fields.collect::<serde_json::Map<_, _>>(),
            "minzoom": layer.min_zoom,
            "maxzoom": layer.max_zoom,
        });
        if layer.dissolved_below > 0 {
            about["groundrule:dissolved-below"] = json!(layer.dissolved_below);
        }
        if !layer.deviation_m.is_empty() {
            let metres = layer.deviation_m.iter().map(|metres| metres_up(*metres));
            about["groundrule:deviation-m"] = metres.collect::<Vec<_>>().into();
        }
        about
    };
    tiles.tileset.layers.iter().map(source_layer).collect()
}

/// TileJSON's word for what a field holds.
fn kind_word(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "String",
        FieldKind::Number => "Number",
        FieldKind::Flag => "Boolean",
    }
}

/// Metres to the centimetre, rounded up: what is drawn is never said to be nearer than it is.
fn metres_up(metres: f64) -> f64 {
    (metres * 100.0).ceil() / 100.0
}

fn round(degrees: f64) -> f64 {
    (degrees * 1e5).round() / 1e5
}
