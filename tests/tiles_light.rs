//! Tiles that a bad line can carry: what is dissolved is counted, what is too heavy gives way, and what nobody
//! sees is not sent.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/decoded.rs"]
mod decoded;
#[path = "support/editions.rs"]
mod editions;
#[path = "support/made_up.rs"]
mod made_up;

use decoded::{DecodedLayer, check, decode};
use editions::{Published, area, contents, layer, publish, tiles_over};
use groundrule::geometry::{LonLat, Space};
use groundrule::policy::{Area, Group, Value};
use groundrule::tile::{Budget, EditionTiles, Encoding, MAX_TILE_BYTES, MAX_ZOOM, Shown, TileId};
use made_up::{Random, rough_ring, shape};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

fn tiles(published: &Published) -> EditionTiles {
    EditionTiles::new(Arc::clone(&published.indexed), Budget::default())
}

/// The decoded tile, checked; no layers where it is empty.
fn made(tiles: &EditionTiles, tile: TileId) -> Vec<DecodedLayer> {
    let made = tiles.tile(tile, None);
    made.body.as_ref().map_or_else(Vec::new, |body| {
        check(body.raw(), &tile.to_string());
        decode(body.raw())
    })
}

/// Small areas strewn over half a degree, the more of them together the closer to its middle.
fn many(count: usize, seed: u64, named: impl Fn(usize) -> &'static str) -> Vec<Area> {
    let mut random = Random(seed);
    let areas = (0..count).map(|number| {
        let off = |random: &mut Random| random.between(-0.5, 0.5).powi(3) * 2.0;
        let middle = (-3.7 + off(&mut random), 53.1 + off(&mut random));
        let radius = 10f64.powf(random.between(-5.0, -2.6));
        let ring = rough_ring(&mut random, middle, radius, 9, 0.3);
        let mut area = area(&format!("TPO/{number:05}"), shape(&[&ring]));
        let class = ("class".to_owned(), Value::Text(named(number).to_owned()));
        area.record.properties = vec![class];
        area
    });
    areas.collect()
}

/// What the tiles of one zoom say of a layer: its ids, and the counts of each class.
fn told(tiles: &EditionTiles, name: &str, z: u8) -> (BTreeSet<u64>, BTreeMap<String, u64>) {
    let bounds = tiles.tileset(None).bounds.unwrap();
    let (mut ids, mut counts) = (BTreeSet::new(), BTreeMap::new());
    for tile in tiles_over(&bounds, z) {
        for layer in made(tiles, tile).iter().filter(|layer| layer.name == name) {
            for feature in &layer.features {
                match feature.properties.get("count") {
                    Some(count) => {
                        let count: u64 = count.strip_suffix(" (uint)").unwrap().parse().unwrap();
                        let class = feature.properties.get("class").cloned();
                        *counts.entry(class.unwrap_or_default()).or_default() += count;
                        assert!(!feature.properties.contains_key("reference"));
                    }
                    None => {
                        assert!(feature.properties["reference"].starts_with("TPO/"));
                        ids.insert(feature.id);
                    }
                }
            }
        }
    }
    (ids, counts)
}

#[test]
fn below_its_detail_a_crowded_layer_is_dissolved_and_the_counts_of_a_zoom_are_its_areas() {
    let mut crowded = layer("tpo");
    crowded.detail_zoom = 12;
    let areas = many(3000, 1, |_| "");
    let published = publish(vec![contents(crowded, Space::Wgs84, areas)]);
    let tiles = tiles(&published);
    let tileset = tiles.tileset(None);
    let tpo = &tileset.layers[0];
    let below = tpo.dissolved_below;
    assert!(below > 0 && below <= 12, "{below}");
    assert!(tpo.fields.iter().any(|(name, _)| name == "count"));
    for z in 5..=13 {
        let (ids, counts) = told(&tiles, "tpo", z);
        if z < below {
            assert!(ids.is_empty(), "zoom {z}");
            assert_eq!(counts[""], 3000, "zoom {z}");
        } else {
            assert_eq!(ids.len(), 3000, "zoom {z}");
            assert!(counts.is_empty(), "zoom {z}");
        }
    }
}

#[test]
fn a_layer_of_few_areas_keeps_each_of_them_below_its_detail() {
    let mut few = layer("tpo");
    few.detail_zoom = 12;
    let published = publish(vec![contents(few, Space::Wgs84, many(250, 2, |_| ""))]);
    let tiles = tiles(&published);
    assert_eq!(tiles.tileset(None).layers[0].dissolved_below, 0);
    for z in [4, 8, 11] {
        assert_eq!(told(&tiles, "tpo", z).0.len(), 250, "zoom {z}");
    }
}

#[test]
fn areas_that_the_style_draws_differently_are_dissolved_apart() {
    let mut crowded = layer("tpo");
    crowded.detail_zoom = 12;
    crowded.tile_properties = vec!["class".to_owned(), "name".to_owned()];
    let class = |number: usize| ["oak", "ash", "yew"][number % 3];
    let published = publish(vec![contents(crowded, Space::Wgs84, many(2000, 3, class))]);
    let shown = Shown {
        classes: vec!["class".to_owned()],
        ..Shown::default()
    };
    let styled = tiles(&published).styled(vec![shown]);
    let alike = tiles(&published);
    for z in [6, 9] {
        let counts = told(&styled, "tpo", z).1;
        let expected = [("ash", 667), ("oak", 667), ("yew", 666)];
        let expected = expected.map(|(class, count)| (class.to_owned(), count));
        assert_eq!(counts, BTreeMap::from(expected), "zoom {z}");
        assert_eq!(told(&alike, "tpo", z).1[""], 2000, "zoom {z}");
    }
}

/// A map that no tile of 50 KB holds as it is: thousands of areas in one town, and rough zones over it.
fn heavy() -> Published {
    let mut random = Random(4);
    let mut zones = Vec::new();
    for number in 0..24 {
        let middle = (random.between(-3.74, -3.66), random.between(53.08, 53.12));
        let ring = rough_ring(&mut random, middle, 0.05, 3000, 0.8);
        zones.push(area(&format!("TPO/Z{number}"), shape(&[&ring])));
    }
    let mut random = Random(5);
    let town = (0..3000).map(|number| {
        let middle = (random.between(-3.73, -3.68), random.between(53.09, 53.12));
        let radius = random.between(0.000_1, 0.000_6);
        let ring = rough_ring(&mut random, middle, radius, 12, 0.3);
        area(&format!("TPO/{number:05}"), shape(&[&ring]))
    });
    let mut flood = layer("flood");
    flood.detail_zoom = 12;
    let mut tpo = layer("tpo");
    tpo.detail_zoom = 12;
    publish(vec![
        contents(flood, Space::Wgs84, zones),
        contents(tpo, Space::Wgs84, town.collect()),
    ])
}

#[test]
fn no_tile_is_heavier_than_the_budget_and_every_area_keeps_its_own_feature_from_the_detail_on() {
    let published = heavy();
    let tiles = tiles(&published);
    let bounds = tiles.tileset(None).bounds.unwrap();
    let (mut gave_way, mut most) = (0, 0);
    for z in 8..=13 {
        for tile in tiles_over(&bounds, z) {
            let made = tiles.tile(tile, None);
            let Some(body) = &made.body else { continue };
            let bytes = body.body(Encoding::Brotli).len();
            assert!(
                bytes <= MAX_TILE_BYTES,
                "{tile}: {bytes}, {:?}",
                made.detail
            );
            most = most.max(bytes);
            gave_way += usize::from(!made.detail.is_full());
        }
    }
    assert!(gave_way > 0, "{gave_way} tiles gave way");
    assert!(most > MAX_TILE_BYTES / 4, "no more than must be: {most}");
    for z in [12, 13] {
        assert_eq!(told(&tiles, "tpo", z).0.len(), 3000, "zoom {z}");
        assert_eq!(told(&tiles, "flood", z).0.len(), 24, "zoom {z}");
    }
    assert_eq!(told(&tiles, "tpo", 9).1[""], 3000);
}

#[test]
fn where_detail_gave_way_is_told_once_the_overview_is_prepared() {
    let published = heavy();
    let opened = || tiles(&published).styled(Vec::new());
    let preparing = opened();
    assert!(preparing.gave_way().is_empty());
    preparing
        .prepare(&|_, _| ControlFlow::Continue(()))
        .unwrap();
    let mut expected: Vec<_> = preparing
        .heavy()
        .into_iter()
        .map(|tile| (tile, preparing.tile(tile, None).detail))
        .filter(|(_, detail)| !detail.is_full())
        .collect();
    expected.sort();
    assert!(!expected.is_empty());
    assert_eq!(opened().gave_way(), expected);
    assert_eq!(opened().tileset(None).gave_way, expected);
    assert!(tiles(&published).gave_way().is_empty(), "of another style");
}

#[test]
fn a_tile_that_gave_way_is_the_same_whatever_was_made_before_it() {
    let published = heavy();
    let middle = LonLat::new(-3.7, 53.1).unwrap().mercator();
    let all: Vec<TileId> = (9..=13)
        .map(|z| TileId::holding(middle, z).unwrap())
        .collect();
    let raw = |tiles: &EditionTiles, tile: TileId| {
        let made = tiles.tile(tile, None);
        (made.detail, made.body.as_ref().unwrap().raw().to_vec())
    };
    let down = tiles(&published);
    let first: Vec<_> = all.iter().map(|&tile| raw(&down, tile)).collect();
    assert!(first.iter().any(|(detail, _)| !detail.is_full()));
    let up = tiles(&published);
    for (&tile, first) in all.iter().zip(&first).rev() {
        assert!(raw(&up, tile) == *first, "{tile}");
    }
}

#[test]
fn what_the_style_does_not_show_is_left_out_but_no_area_from_its_detail_on() {
    let ring = [
        (-3.71, 53.09),
        (-3.69, 53.09),
        (-3.69, 53.11),
        (-3.71, 53.11),
    ];
    let one = |id: &str, group: Group| {
        let mut layer = layer(id);
        layer.group = group;
        layer.detail_zoom = 12;
        contents(layer, Space::Wgs84, vec![area(id, shape(&[&ring]))])
    };
    let published = publish(vec![
        one("building", Group::Context),
        one("zone", Group::Constraints),
    ]);
    let shown = || Shown {
        areas_from: 14,
        names_from: 15,
        classes: Vec::new(),
    };
    let tiles = tiles(&published).styled(vec![shown(), shown()]);
    let names = |z: u8| {
        let middle = LonLat::new(-3.7, 53.1).unwrap().mercator();
        let layers = made(&tiles, TileId::holding(middle, z).unwrap());
        layers
            .into_iter()
            .map(|layer| layer.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(11), [""; 0]);
    assert_eq!(names(12), ["zone"]);
    assert_eq!(names(13), ["zone"]);
    assert_eq!(names(14), ["building", "zone"]);
    let all = ["building", "building-label", "zone", "zone-label"];
    assert_eq!(names(15), all);
    assert_eq!(names(MAX_ZOOM), all);
    let from = |at: usize| tiles.tileset(None).layers[at].min_zoom;
    assert_eq!([from(0), from(1), from(2), from(3)], [14, 15, 12, 15]);
}

#[test]
fn the_deepest_zoom_has_every_name_whatever_the_style_shows() {
    let areas = many(30, 6, |_| "");
    let published = publish(vec![contents(layer("tpo"), Space::Wgs84, areas)]);
    let shown = Shown {
        names_from: MAX_ZOOM,
        ..Shown::default()
    };
    let styled = tiles(&published).styled(vec![shown]);
    let mut named = BTreeSet::new();
    let bounds = styled.tileset(None).bounds.unwrap();
    for tile in tiles_over(&bounds, MAX_ZOOM) {
        let layers = made(&styled, tile);
        let labels = layers.iter().filter(|layer| layer.name == "tpo-label");
        named.extend(labels.flat_map(|layer| layer.features.iter().map(|feature| feature.id)));
    }
    assert_eq!(named.len(), 30);
}
