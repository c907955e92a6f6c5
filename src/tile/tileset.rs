//! What a map program must know before it asks for tiles: which source layers there are, what their
//! features carry, at which zooms and where. `wire` writes it as TileJSON.

use super::detail::Detail;
use super::grid::FineRect;
use super::id::{MAX_ZOOM, TileId};
use super::project::{FinePart, project};
use super::tiles::EditionTiles;
use crate::atlas::AreaFile;
use crate::geometry::shape::Part;
use crate::geometry::{Bounds, Kind, LonLat, Space};
use crate::policy::{Group, Layer, Text, Value};

/// The tiles of an edition, or of one layer of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tileset {
    /// Source layers, in the map's order, each followed by that of its names.
    pub layers: Vec<SourceLayer>,
    /// The shallowest zoom that has anything.
    pub min_zoom: u8,
    /// The deepest zoom that is served.
    pub max_zoom: u8,
    /// Degrees that hold everything; `None` where nothing is held.
    pub bounds: Option<Bounds>,
    /// The middle of the bounds, and the zoom at which a tile of 512 pixels holds them.
    pub centre: Option<(LonLat, u8)>,
    /// Who must be named, each once.
    pub attribution: Vec<Text>,
    /// The tiles of all layers, of those that are prepared, in which detail gave way.
    pub gave_way: Vec<(TileId, Detail)>,
}

/// One source layer of the tiles.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceLayer {
    /// Its name in the tiles.
    pub id: String,
    /// The properties of its features.
    pub fields: Vec<(String, FieldKind)>,
    /// From this zoom on it may be in a tile.
    pub min_zoom: u8,
    /// The deepest zoom that is served.
    pub max_zoom: u8,
    /// Below this zoom its areas are dissolved into summaries with a `count`; 0 where they never are.
    pub dissolved_below: u8,
    /// At each zoom from 0 on, the farthest that a border of its polygons lies from where it is drawn, in
    /// metres; empty where it has none.
    pub deviation_m: Vec<f64>,
}

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
}

impl EditionTiles {
    /// What is to be known of the tiles of all layers, or of one. Reads a layer's records until it has
    /// seen each property that the map asks for: ask once an edition.
    #[must_use]
    pub fn tileset(&self, only: Option<usize>) -> Tileset {
        let stored = self.indexed.edition().layers().iter().enumerate();
        let stored: Vec<_> = stored
            .filter(|(number, stored)| {
                stored.readable().is_some() && only.is_none_or(|only| only == *number)
            })
            .collect();
        let mut tileset = Tileset {
            layers: Vec::new(),
            min_zoom: stored
                .iter()
                .map(|&(number, stored)| self.shown(number).first_zoom(&stored.layer))
                .min()
                .unwrap_or(0),
            max_zoom: MAX_ZOOM,
            bounds: None,
            centre: None,
            attribution: Vec::new(),
            gave_way: match only {
                None => self.gave_way(),
                Some(_) => Vec::new(),
            },
        };
        let mut everything: Option<FineRect> = None;
        for (number, stored) in stored {
            let Some(file) = stored.readable() else {
                continue;
            };
            let deviation_m = self.generalised().deviation_m(number);
            let mut own = self.source_layers(number, &stored.layer, file);
            own[0].deviation_m = deviation_m.map_or_else(Vec::new, |all| all.to_vec());
            tileset.layers.extend(own);
            if let Some(here) = surroundings(file) {
                everything = Some(everything.map_or(here, |all| all.with(&here)));
            }
            tileset.attribution.extend(stored.layer.attribution.clone());
        }
        let mut named: Vec<Text> = Vec::new();
        tileset.attribution.retain(|text| {
            let new = !named.contains(text);
            named.push(text.clone());
            new
        });
        tileset.bounds = everything.map(|rect| rect.degrees());
        tileset.centre = everything.map(|rect| (rect.centre().lonlat(), rect.zoom_to_fit()));
        tileset
    }
}

impl Tileset {
    /// Takes away what is deeper than a zoom.
    pub fn end_at(&mut self, max_zoom: u8) {
        self.max_zoom = self.max_zoom.min(max_zoom);
        self.layers.retain(|layer| layer.min_zoom <= max_zoom);
        for layer in &mut self.layers {
            layer.max_zoom = layer.max_zoom.min(max_zoom);
        }
        if let Some((_, zoom)) = &mut self.centre {
            *zoom = (*zoom).min(max_zoom);
        }
        self.gave_way.retain(|(tile, _)| tile.z() <= max_zoom);
    }
}

impl EditionTiles {
    fn source_layers(&self, number: usize, layer: &Layer, file: &AreaFile) -> [SourceLayer; 2] {
        let shown = self.shown(number);
        let from = shown.first_zoom(layer);
        let below = self.dissolved.below(number as u16, layer, file);
        let names_from = from.max(shown.names_from.min(MAX_ZOOM));
        source_layers(layer, file, [from, names_from], below)
    }
}

/// Its areas and its names, each from a zoom on.
fn source_layers(
    layer: &Layer,
    file: &AreaFile,
    [from, names_from]: [u8; 2],
    dissolved_below: u8,
) -> [SourceLayer; 2] {
    let own = |id: String, fields, min_zoom, dissolved_below| SourceLayer {
        id,
        fields,
        min_zoom,
        max_zoom: MAX_ZOOM,
        dissolved_below,
        deviation_m: Vec::new(),
    };
    let text = |name: &str| (name.to_owned(), FieldKind::Text);
    let mut fields = Vec::new();
    fields.extend(layer.tells_reference().then(|| text("reference")));
    for name in layer
        .tile_properties
        .iter()
        .filter(|name| *name != "reference")
    {
        fields.push((name.clone(), field_kind(file, name)));
    }
    let may_be_counted = layer.group != Group::Context
        && layer.min_zoom < layer.detail_zoom
        && file.areas().iter().any(|area| area.kind != Kind::Polygon);
    if dissolved_below > 0 || may_be_counted {
        fields.push(("count".to_owned(), FieldKind::Number));
    }
    [
        own(layer.id.to_string(), fields, from, dissolved_below),
        own(
            format!("{}-label", layer.id),
            vec![text("name"), text("name-cy")],
            names_from,
            0,
        ),
    ]
}

/// The kind of the first value of a column: an edition's columns hold one kind each. Ours are all texts.
fn field_kind(file: &AreaFile, name: &str) -> FieldKind {
    let kind = |value: &Value| match value {
        Value::Integer(_) | Value::Number(_) => FieldKind::Number,
        Value::Flag(_) => FieldKind::Flag,
        Value::Text(_) => FieldKind::Text,
    };
    let records = (0..file.areas().len() as u32).filter_map(|area| file.record(area).ok());
    let mut values = records.filter_map(|record| {
        let mut columns = record.properties.iter();
        columns
            .find(|(column, _)| column == name)
            .map(|(_, value)| kind(value))
    });
    values.next().unwrap_or(FieldKind::Text)
}

/// A rectangle that holds everything in a file: the file's own rectangle, its sides bent as edges are.
fn surroundings(file: &AreaFile) -> Option<FineRect> {
    let bounds = file.bounds();
    if bounds.is_empty() {
        return None;
    }
    let mut ring = Part::default();
    let mut corners = bounds.corners().to_vec();
    corners.push(corners[0]);
    ring.push(&corners);
    let around: Option<FinePart> = project(file.space(), ring.paths());
    let whole_world = || {
        let mut ring = Part::default();
        ring.push(&[(-180.0, -90.0), (180.0, 90.0)].map(geo_types::Coord::from));
        project(Space::Wgs84, ring.paths())
    };
    around.or_else(whole_world).map(|part| part.bounds)
}
