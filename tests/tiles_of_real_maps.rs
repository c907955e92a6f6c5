//! Tiles of real maps: the wards of Conwy and the layers of Bath & North East Somerset. Read from the
//! shared data; contains OS and National Statistics data © Crown copyright and database right, data
//! © Natural England and Historic England, and data provided by Bath & North East Somerset Council.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/decoded.rs"]
mod decoded;
#[path = "support/editions.rs"]
mod editions;
#[path = "support/real.rs"]
mod real;
mod support;

use decoded::{DecodedLayer, check, decode};
use editions::{Published, contents, layer, publish, tiles_over};
use geo_types::Coord;
use groundrule::answer::IndexedEdition;
use groundrule::atlas::Atlas;
use groundrule::geometry::{Bounds, LonLat, Shape, Space};
use groundrule::policy::Area;
use groundrule::tile::{Budget, EditionTiles, TileId};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::point::IntPoint;
use real::shared_areas;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Maps whose areas share their borders vertex by vertex.
const COVERAGES: [&str; 5] = [
    "data/conwy/conwy_wards.json",
    "data/conwy/conwy_oa.json",
    "data/conwy/conwy_lsoa.json",
    "data/conwy/conwy_msoa.json",
    "data/banes/os_parishes.geojson",
];

fn tiles(published: &Published) -> EditionTiles {
    EditionTiles::new(Arc::clone(&published.indexed), Budget::default())
}

fn single_layer(areas: Vec<Area>) -> Published {
    publish(vec![contents(layer("zone"), Space::Wgs84, areas)])
}

/// The decoded layers of a tile, each rule of MVT 2.1 checked.
fn made(tiles: &EditionTiles, tile: TileId) -> Vec<DecodedLayer> {
    tiles
        .tile(tile, None)
        .body
        .as_ref()
        .map_or_else(Vec::new, |body| {
            check(body.raw(), &tile.to_string());
            decode(body.raw())
        })
}

#[test]
fn no_gap_opens_between_neighbours_at_any_zoom() {
    for path in COVERAGES {
        let Some(areas) = shared_areas(path) else {
            return;
        };
        let outside = outer_edges(&areas);
        let published = single_layer(areas);
        let tiles = tiles(&published);
        let bounds = tiles.tileset(None).bounds.unwrap();
        for z in 5..=14 {
            let all = tiles_over(&bounds, z);
            // Every tile of the shallow zooms, and some fifty of each deeper one.
            for &tile in all.iter().step_by(all.len() / 50 + 1) {
                for layer in made(&tiles, tile)
                    .iter()
                    .filter(|layer| layer.name == "zone")
                {
                    check_no_gap(layer, tile, &outside, path);
                }
            }
        }
    }
}

type Edge = (Coord<f64>, Coord<f64>);

/// The edges that belong to one area alone, in the Mercator square.
fn outer_edges(areas: &[Area]) -> Vec<Edge> {
    let key = |c: Coord<f64>| (c.x.to_bits(), c.y.to_bits());
    let mut seen: BTreeMap<_, (usize, Edge)> = BTreeMap::new();
    for area in areas {
        let Shape::Polygons(polygons) = &area.shape else {
            continue;
        };
        for polygon in polygons {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                for edge in ring.0.windows(2).filter(|edge| edge[0] != edge[1]) {
                    let (a, b) = (key(edge[0]), key(edge[1]));
                    let known = seen
                        .entry((a.min(b), a.max(b)))
                        .or_insert((0, (edge[0], edge[1])));
                    known.0 += 1;
                }
            }
        }
    }
    let place = |c: Coord<f64>| LonLat::new(c.x, c.y).unwrap().mercator().coord();
    let once = seen.into_values().filter(|(times, _)| *times == 1);
    once.map(|(_, (a, b))| (place(a), place(b))).collect()
}

/// Joins all that is drawn: where the whole has an edge, the map must have its outer edge, or the tile ends.
fn check_no_gap(layer: &DecodedLayer, tile: TileId, outside: &[Edge], told: &str) {
    // Sixteenths of a unit, so that joining rounds nothing that could be taken for a gap.
    const FINER: i32 = 16;
    let buffer = layer.extent / 64;
    let (low, high) = (-buffer * FINER, (layer.extent + buffer) * FINER);
    let mut overlay = Overlay::new(1000);
    for feature in &layer.features {
        for polygon in feature.polygons() {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                let points = ring.0[1..]
                    .iter()
                    .map(|c| IntPoint::new(c.x as i32 * FINER, c.y as i32 * FINER));
                overlay.add_path_iter(points, ShapeType::Subject);
            }
        }
    }
    let near = near_tile(outside, tile, layer.extent);
    for ring in overlay
        .overlay(OverlayRule::Subject, FillRule::NonZero)
        .iter()
        .flatten()
    {
        let next = ring.iter().cycle().skip(1);
        for (a, b) in ring.iter().zip(next) {
            let along_side = |a: i32, b: i32| (a <= low && b <= low) || (a >= high && b >= high);
            if along_side(a.x, b.x) || along_side(a.y, b.y) {
                continue;
            }
            for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
                let at =
                    |a: i32, b: i32| (f64::from(a) + f64::from(b - a) * share) / f64::from(FINER);
                let (x, y) = (at(a.x, b.x), at(a.y, b.y));
                let off = near
                    .iter()
                    .map(|edge| distance(edge, x, y))
                    .fold(f64::INFINITY, f64::min);
                // Rounding and one bend, or the far side of what is drawn a unit wide.
                assert!(
                    off <= 2.0,
                    "{told} {tile}: a gap at {x},{y}, {off} units from the outer edge"
                );
            }
        }
    }
}

/// Edges near a tile, in its units.
fn near_tile(edges: &[Edge], tile: TileId, extent: i32) -> Vec<Edge> {
    let bounds = tile.bounds();
    let reach = bounds.padded(bounds.width() / 16.0);
    let units = |c: Coord<f64>| (c - bounds.min) * (f64::from(extent) / bounds.width());
    let meets = |edge: &&Edge| Bounds::around([edge.0, edge.1]).intersects(&reach);
    edges
        .iter()
        .filter(meets)
        .map(|&(a, b)| (units(a), units(b)))
        .collect()
}

fn distance(&(a, b): &Edge, x: f64, y: f64) -> f64 {
    let d = b - a;
    let t = (((x - a.x) * d.x + (y - a.y) * d.y) / (d.x * d.x + d.y * d.y)).clamp(0.0, 1.0);
    (x - a.x - t * d.x).hypot(y - a.y - t * d.y)
}

/// Layers of Bath & North East Somerset: valid and invalid polygons, many parts, slivers, points.
const REAL: [&str; 12] = [
    "banes_conservation_ar",
    "banes_green_belt",
    "banes_gss_parks_recreation",
    "banes_gss_allotments",
    "ne_aonb",
    "ne_sssi",
    "ne_ancient_woodland",
    "ne_agricultural_land_class",
    "he_scheduled_monuments",
    "he_listed_buildings",
    "os_parishes",
    "os_settlements",
];

fn real_map() -> Option<Published> {
    let mut layers = Vec::new();
    for file in REAL {
        let areas = shared_areas(&format!("data/banes/{file}.geojson"))?;
        layers.push(contents(
            layer(&file.replace('_', "-")),
            Space::Wgs84,
            areas,
        ));
    }
    Some(publish(layers))
}

#[test]
fn every_feature_of_a_real_map_is_valid_and_every_area_is_drawn_or_counted_at_every_zoom() {
    let Some(published) = real_map() else {
        return;
    };
    let tiles = tiles(&published);
    let bounds = tiles.tileset(None).bounds.unwrap();
    let expected: usize = published
        .indexed
        .edition()
        .area_files()
        .map(|file| file.areas().len())
        .sum();
    for z in 6..=13 {
        let mut drawn = BTreeSet::new();
        let mut counted = 0;
        let mut labels: BTreeMap<(String, u64), usize> = BTreeMap::new();
        for tile in tiles_over(&bounds, z) {
            for layer in made(&tiles, tile) {
                for feature in &layer.features {
                    let key = (layer.name.clone(), feature.id);
                    if layer.name.ends_with("-label") {
                        *labels.entry(key).or_default() += 1;
                    } else if let Some(count) = feature.properties.get("count") {
                        counted += count.parse::<usize>().unwrap();
                    } else {
                        assert!(feature.properties.contains_key("reference"), "{key:?}");
                        drawn.insert(key);
                    }
                }
            }
        }
        assert_eq!(drawn.len() + counted, expected, "zoom {z}");
        // From the layers' detail on each for itself.
        if z >= 12 {
            assert_eq!((counted, labels.len()), (0, expected), "zoom {z}");
        }
        assert!(
            labels.values().all(|&times| times == 1),
            "zoom {z}: one label an area"
        );
    }
}

#[test]
fn every_tile_of_the_pack_is_valid_also_where_outlines_of_one_area_touch() {
    let Some(map) = support::shared("data/plan_pack/map.toml") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let atlas = Atlas::create(folder.path()).unwrap();
    let loaded = support::sample::loaded(&map);
    atlas
        .publish(&support::sample::draft(loaded), support::sample::now())
        .unwrap();
    let indexed = Arc::new(IndexedEdition::new(atlas.current_edition().unwrap()));
    let tiles = EditionTiles::new(indexed, Budget::default());
    let bounds = tiles.tileset(None).bounds.unwrap();
    for z in 6..=13 {
        for tile in tiles_over(&bounds, z) {
            made(&tiles, tile);
        }
    }
}
