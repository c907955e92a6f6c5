//! Editions published in a temporary folder.

#![allow(dead_code, reason = "each test file uses some of it")]

use groundrule::answer::IndexedEdition;
use groundrule::atlas::{Atlas, Draft, DraftLayer};
use groundrule::geometry::{Bounds, LonLat, Shape, Space};
use groundrule::policy::{
    Area, AreaRecord, Authority, Completeness, Group, Layer, LayerContents, LayerId, Map, Text,
};
use groundrule::tile::TileId;
use std::sync::Arc;

/// A published edition.
#[allow(
    dead_code,
    reason = "the folder is kept for as long as the edition is open"
)]
pub struct Published {
    pub indexed: Arc<IndexedEdition>,
    /// Goes with everything in it when this is dropped.
    pub folder: tempfile::TempDir,
}

#[allow(
    dead_code,
    reason = "not every test file that shares this module damages a file"
)]
impl Published {
    /// The file of a layer.
    pub fn file_of(&self, layer: &str) -> std::path::PathBuf {
        let edition = self.indexed.edition().id().to_string();
        self.folder
            .path()
            .join("editions")
            .join(edition)
            .join("layers")
            .join(format!("{layer}.fgb"))
    }
}

/// A layer without areas, drawn at every zoom, one by one from zoom 0 on.
pub fn layer(id: &str) -> Layer {
    Layer {
        id: LayerId::new(id).expect(id),
        title: Text::english(id),
        group: Group::Proposals,
        plan: None,
        inset: None,
        coverage: None,
        held: true,
        completeness: Completeness::Whole,
        accuracy_m: Layer::DEFAULT_ACCURACY_M,
        as_at: None,
        review_by: None,
        detail_zoom: 0,
        min_zoom: 0,
        tile_properties: Vec::new(),
        importance: groundrule::policy::Importance::default(),
        licence: None,
        attribution: None,
        downloadable: false,
        exclusive: false,
        without_gaps: false,
        file_settings: groundrule::policy::FileSettings::default(),
    }
}

/// An area of a reference.
pub fn area(reference: &str, shape: Shape) -> Area {
    Area {
        record: AreaRecord {
            reference: reference.to_owned(),
            name: Some(Text::english(format!("Name of {reference}"))),
            ..AreaRecord::default()
        },
        shape,
    }
}

/// A layer of some areas.
pub fn contents(layer: Layer, space: Space, areas: Vec<Area>) -> LayerContents {
    LayerContents {
        layer,
        space,
        areas,
    }
}

/// Publishes layers and opens the edition.
pub fn publish(layers: Vec<LayerContents>) -> Published {
    publish_with(layers, Vec::new())
}

/// Publishes layers, and others of which nothing is held.
pub fn publish_with(layers: Vec<LayerContents>, not_held: Vec<Layer>) -> Published {
    let described = layers.iter().map(|contents| contents.layer.clone());
    let map = Map {
        title: Text::english("A map"),
        authority: Authority::default(),
        plans: Vec::new(),
        neighbours: Vec::new(),
        layers: described.chain(not_held).collect(),
        policies: Vec::new(),
        wording: std::collections::BTreeMap::new(),
        frame_ancestors: Vec::new(),
    };
    let draft = Draft {
        map,
        layers: layers
            .into_iter()
            .map(|layer| DraftLayer::Loaded(Box::new(layer)))
            .collect(),
        regions: Vec::new(),
        sources: Vec::new(),
        note: None,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let atlas = Atlas::create(folder.path()).expect("an atlas");
    atlas
        .publish(&draft, "2026-11-23T12:00:00Z".parse().expect("a time"))
        .expect("published");
    let indexed = Arc::new(IndexedEdition::new(
        atlas.current_edition().expect("opened"),
    ));
    Published { indexed, folder }
}

#[allow(
    dead_code,
    reason = "not every test file that shares this module walks over tiles"
)]
/// Every tile of a zoom that meets some degrees.
pub fn tiles_over(bounds: &Bounds, z: u8) -> Vec<TileId> {
    let holding =
        |x: f64, y: f64| TileId::holding(LonLat::new(x, y).unwrap().mercator(), z).unwrap();
    let (north_west, south_east) = (
        holding(bounds.min.x, bounds.max.y),
        holding(bounds.max.x, bounds.min.y),
    );
    let columns = north_west.x()..=south_east.x();
    columns
        .flat_map(|x| (north_west.y()..=south_east.y()).map(move |y| (x, y)))
        .map(|(x, y)| TileId::new(u32::from(z), x, y).unwrap())
        .collect()
}
