//! Drafts and editions made in a test, without any file being loaded.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use groundrule::answer::IndexedEdition;
use groundrule::atlas::{Atlas, Draft, DraftLayer};
use groundrule::geometry::{Shape, Space};
use groundrule::policy::{
    Area, AreaRecord, Authority, Completeness, Group, Layer, LayerContents, LayerId, Map, Region,
    Text,
};
use std::collections::BTreeMap;
use tempfile::TempDir;

/// A layer with nothing special about it.
pub fn layer(id: &str) -> Layer {
    Layer {
        id: LayerId::new(id).expect("an id"),
        title: Text::english(id),
        group: Group::Constraints,
        plan: None,
        inset: None,
        coverage: None,
        held: true,
        completeness: Completeness::Whole,
        accuracy_m: Layer::DEFAULT_ACCURACY_M,
        as_at: None,
        review_by: None,
        detail_zoom: Layer::DEFAULT_DETAIL_ZOOM,
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

/// The same, complete inside another layer of the map.
pub fn covered(id: &str, coverage: &str) -> Layer {
    Layer {
        coverage: Some(Region::Layer(LayerId::new(coverage).expect("an id"))),
        ..layer(id)
    }
}

/// An area with a reference and a shape.
pub fn area(reference: &str, shape: Shape) -> Area {
    Area {
        record: AreaRecord {
            reference: reference.to_owned(),
            ..AreaRecord::default()
        },
        shape,
    }
}

/// A closed ring through these points.
pub fn ring(points: &[(f64, f64)]) -> LineString<f64> {
    points
        .iter()
        .chain(points.first())
        .map(|&(x, y)| Coord { x, y })
        .collect()
}

/// A polygon through these points.
pub fn polygon(points: &[(f64, f64)]) -> Shape {
    Shape::Polygons(MultiPolygon(vec![Polygon::new(ring(points), Vec::new())]))
}

/// An upright square by its south-west corner and side.
pub fn square(x: f64, y: f64, side: f64) -> Shape {
    polygon(&[(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
}

/// A map of these layers, with nothing else in it.
pub fn map(layers: &[Layer]) -> Map {
    Map {
        title: Text::english("A map made in a test"),
        authority: Authority::default(),
        plans: Vec::new(),
        neighbours: Vec::new(),
        layers: layers.to_vec(),
        policies: Vec::new(),
        wording: BTreeMap::new(),
        frame_ancestors: Vec::new(),
    }
}

/// A draft of a map with these areas in its layers, by the layers' ids.
pub fn draft(map: Map, space: Space, areas: Vec<(&str, Vec<Area>)>) -> Draft {
    let layers = areas.into_iter().map(|(id, areas)| {
        let layer = map
            .layers
            .iter()
            .find(|layer| layer.id.as_str() == id)
            .expect("a layer of the map")
            .clone();
        DraftLayer::Loaded(Box::new(LayerContents {
            layer,
            space,
            areas,
        }))
    });
    Draft {
        layers: layers.collect(),
        map,
        regions: Vec::new(),
        sources: Vec::new(),
        note: None,
    }
}

/// The moment at which test editions are published.
pub fn now() -> jiff::Timestamp {
    "2026-11-23T05:31:07Z".parse().expect("a time")
}

/// Publishes a draft to a folder of its own, which is removed with the first value.
pub fn publish(draft: &Draft) -> (TempDir, Atlas) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let atlas = Atlas::create(folder.path()).expect("an atlas");
    atlas.publish(draft, now()).expect("published");
    (folder, atlas)
}

/// Publishes, opens and indexes a draft. Open files outlive their folder.
pub fn indexed(draft: &Draft) -> IndexedEdition {
    let (_folder, atlas) = publish(draft);
    IndexedEdition::new(atlas.current_edition().expect("an edition"))
}
