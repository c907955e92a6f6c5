//! Lines and points in tiles: roads put end to end, named once and simplified whole; places thinned by
//! importance; and policy areas that are lines or points, none of which may be lost.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/decoded.rs"]
mod decoded;
#[path = "support/editions.rs"]
mod editions;
#[path = "support/made_up.rs"]
mod made_up;

use decoded::{DecodedFeature, DecodedLayer, check, decode};
use editions::{Published, area, contents, layer, publish};
use geo_types::{Coord, Geometry};
use groundrule::geometry::{LonLat, Space, ostn15};
use groundrule::policy::{Area, Class, Group, Importance, Layer, Text, Value};
use groundrule::tile::{Budget, EditionTiles, TileId};
use made_up::{Random, lines, points};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A town in the National Grid, in metres.
const TOWN: (f64, f64) = (285_000.0, 355_000.0);

fn tiles(published: &Published) -> EditionTiles {
    EditionTiles::new(Arc::clone(&published.indexed), Budget::default())
}

fn lonlat(x: f64, y: f64) -> LonLat {
    let degrees = ostn15::from_national_grid(Coord { x, y }).unwrap().coord;
    LonLat::new(degrees.x, degrees.y).unwrap()
}

fn holding(x: f64, y: f64, z: u8) -> TileId {
    TileId::holding(lonlat(x, y).mercator(), z).unwrap()
}

/// Every tile of a zoom that meets so many metres round the town.
fn around(z: u8, metres: f64) -> Vec<TileId> {
    let north_west = holding(TOWN.0 - metres, TOWN.1 + metres, z);
    let south_east = holding(TOWN.0 + metres, TOWN.1 - metres, z);
    let rows = north_west.y() - 1..=south_east.y() + 1;
    rows.flat_map(|y| (north_west.x() - 1..=south_east.x() + 1).map(move |x| (x, y)))
        .map(|(x, y)| TileId::new(u32::from(z), x, y).unwrap())
        .collect()
}

/// The layer of a name in a tile, checked.
fn decoded(tiles: &EditionTiles, tile: TileId, name: &str) -> Option<DecodedLayer> {
    let made = tiles.tile(tile, None);
    let body = made.body.as_ref()?;
    check(body.raw(), &tile.to_string());
    decode(body.raw())
        .into_iter()
        .find(|layer| layer.name == name)
}

fn paths(feature: &DecodedFeature) -> Vec<Vec<(f64, f64)>> {
    let path = |line: &geo_types::LineString<i32>| {
        let points = line.0.iter();
        points.map(|c| (f64::from(c.x), f64::from(c.y))).collect()
    };
    match &feature.geometry {
        Geometry::LineString(line) => vec![path(line)],
        Geometry::MultiLineString(lines) => lines.0.iter().map(path).collect(),
        other => panic!("{other:?}"),
    }
}

fn own_points(feature: &DecodedFeature) -> Vec<(i32, i32)> {
    match &feature.geometry {
        Geometry::Point(point) => vec![(point.x(), point.y())],
        Geometry::MultiPoint(points) => points.0.iter().map(|p| (p.x(), p.y())).collect(),
        other => panic!("{other:?}"),
    }
}

fn class(value: &str, class: &str, min_zoom: u8) -> Class {
    Class {
        values: vec![value.to_owned()],
        class: class.to_owned(),
        min_zoom,
    }
}

fn context(id: &str, properties: &[&str]) -> Layer {
    Layer {
        group: Group::Context,
        tile_properties: properties.iter().map(|&name| name.to_owned()).collect(),
        importance: Importance {
            column: Some("kind".to_owned()),
            classes: vec![
                class("A Road", "a", 6),
                class("City", "city", 5),
                class("Town", "town", 8),
                class("Local Road", "local", 11),
            ],
            rank: None,
        },
        ..layer(id)
    }
}

fn of_kind(mut area: Area, name: &str, kind: &str) -> Area {
    area.record.name = (!name.is_empty()).then(|| Text::english(name));
    area.record.properties = vec![("kind".to_owned(), Value::Text(kind.to_owned()))];
    area
}

/// A high street of 40 links, 100 m each and every other one drawn backwards, that winds through the town
/// from west to east, with a side street to the north at every junction.
fn high_street() -> (Vec<Area>, Vec<(f64, f64)>) {
    let bend = |x: f64| TOWN.1 + 60.0 * (x / 300.0).sin();
    let at = |metres: f64| (TOWN.0 - 2_000.0 + metres, bend(metres));
    let mut roads = Vec::new();
    let mut vertices = Vec::new();
    for link in 0..40 {
        let from = 100.0 * f64::from(link);
        let mut line: Vec<_> = (0..=10)
            .map(|step| at(from + 10.0 * f64::from(step)))
            .collect();
        vertices.extend(&line);
        if link % 2 == 1 {
            line.reverse();
        }
        let shape = lines(&[&line]);
        roads.push(of_kind(
            area(&format!("h{link}"), shape),
            "High Street",
            "A Road",
        ));
        let (x, y) = at(from);
        let side = lines(&[&[(x, y), (x + 3.0, y + 40.0), (x, y + 90.0)]]);
        roads.push(of_kind(area(&format!("s{link}"), side), "", "Local Road"));
    }
    (roads, vertices)
}

fn published_roads() -> (Published, Vec<(f64, f64)>) {
    let (roads, vertices) = high_street();
    let layer = context("road", &["class", "name"]);
    let published = publish(vec![contents(layer, Space::NationalGrid, roads)]);
    (published, vertices)
}

#[test]
fn a_road_cut_at_every_junction_is_one_line_in_a_tile_and_is_named_once() {
    let (published, _) = published_roads();
    let tiles = tiles(&published);
    for z in [12, 14, 16] {
        let mut names = 0;
        for tile in around(z, 2_200.0) {
            let Some(roads) = decoded(&tiles, tile, "road") else {
                continue;
            };
            let high: Vec<_> = roads
                .features
                .iter()
                .filter(|road| road.properties["class"] == "a")
                .collect();
            assert!(high.len() <= 1, "{tile}");
            for road in high {
                assert_eq!(road.properties["name"], "High Street");
                assert!(!road.properties.contains_key("reference"));
                assert!(
                    paths(road).len() <= 2,
                    "{tile}: it may leave the tile and come back"
                );
            }
            // Side streets have no name: all in a tile are one feature.
            assert!(roads.features.len() <= 2, "{tile}");
            let labels = decoded(&tiles, tile, "road-label");
            names += labels.map_or(0, |labels| labels.features.len());
        }
        assert_eq!(names, 1, "zoom {z}");
    }
}

#[test]
fn a_class_begins_at_its_own_zoom_and_a_name_where_it_has_room() {
    let (published, _) = published_roads();
    let tiles = tiles(&published);
    let said = |z: u8| -> BTreeSet<String> {
        let layers = around(z, 2_200.0).into_iter();
        let features = layers.filter_map(|tile| decoded(&tiles, tile, "road"));
        let told = |road: DecodedFeature| {
            let name = road.properties.get("name").cloned().unwrap_or_default();
            format!("{} {name}", road.properties["class"])
        };
        features
            .flat_map(|layer| layer.features.into_iter().map(told))
            .collect()
    };
    let set = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect();
    assert_eq!(said(5), set(&[]));
    assert_eq!(said(6), set(&["a "]), "4 km are 6 pixels");
    assert_eq!(said(10), set(&["a High Street"]));
    assert_eq!(said(11), set(&["a High Street", "local "]));
}

#[test]
fn lines_lie_within_half_a_pixel_of_where_they_are_and_side_streets_meet_them_still() {
    let (published, vertices) = published_roads();
    let tiles = tiles(&published);
    for z in 6..=16 {
        let mut seen = 0;
        for tile in around(z, 2_200.0) {
            let Some(roads) = decoded(&tiles, tile, "road") else {
                continue;
            };
            let Some(high) = roads
                .features
                .iter()
                .find(|road| road.properties["class"] == "a")
            else {
                continue;
            };
            let (extent, drawn) = (f64::from(roads.extent), paths(high));
            let unit_of = |&(x, y): &(f64, f64)| {
                let (at, bounds) = (lonlat(x, y).mercator(), tile.bounds());
                let share = |at: f64, low: f64, high: f64| (at - low) / (high - low) * extent;
                (
                    share(at.x, bounds.min.x, bounds.max.x),
                    share(at.y, bounds.min.y, bounds.max.y),
                )
            };
            let inside = |(x, y): (f64, f64)| x >= 0.0 && y >= 0.0 && x < extent && y < extent;
            for at in vertices.iter().map(unit_of).filter(|&at| inside(at)) {
                let off = distance(&drawn, at);
                // Half a pixel of 512, and what cutting at the margin's edge may turn a long edge by.
                assert!(off <= extent / 1024.0 + 0.5, "{tile}: {off} of {extent}");
                seen += 1;
            }
            let on_it: BTreeSet<(i64, i64)> = drawn
                .iter()
                .flatten()
                .map(|&(x, y)| (x as i64, y as i64))
                .collect();
            let sides = roads
                .features
                .iter()
                .filter(|road| road.properties["class"] != "a");
            for side in sides.flat_map(paths) {
                let ends = [side[0], side[side.len() - 1]];
                let low = ends
                    .iter()
                    .copied()
                    .max_by(|a, b| a.1.total_cmp(&b.1))
                    .unwrap();
                if inside(low) {
                    let met = distance(&drawn, low);
                    let at = (low.0 as i64, low.1 as i64);
                    assert!(on_it.contains(&at) || met < 0.8, "{tile}: {low:?}, {met}");
                }
            }
        }
        assert_eq!(seen, vertices.len(), "zoom {z}");
    }
}

/// From a point to the nearest of some lines.
fn distance(paths: &[Vec<(f64, f64)>], (x, y): (f64, f64)) -> f64 {
    let edges = paths.iter().flat_map(|path| path.windows(2));
    edges
        .map(|edge| {
            let ((ax, ay), (bx, by)) = (edge[0], edge[1]);
            let (dx, dy) = (bx - ax, by - ay);
            let t = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            (x - ax - t * dx).hypot(y - ay - t * dy)
        })
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn neighbouring_tiles_draw_a_road_across_their_border_at_the_same_place() {
    let (published, _) = published_roads();
    let tiles = tiles(&published);
    let mut compared = 0;
    for z in 10..=16 {
        for tile in around(z, 2_200.0) {
            let right = TileId::new(u32::from(z), tile.x() + 1, tile.y()).unwrap();
            let crossings = |tile: TileId, share: f64| -> Vec<f64> {
                let Some(roads) = decoded(&tiles, tile, "road") else {
                    return Vec::new();
                };
                let (border, extent) = (share * f64::from(roads.extent), f64::from(roads.extent));
                let all = roads.features.iter().flat_map(paths);
                let edges = all.flat_map(|path| {
                    path.windows(2)
                        .map(|edge| (edge[0], edge[1]))
                        .collect::<Vec<_>>()
                });
                let mut at: Vec<f64> = edges
                    .filter(|(a, b)| (a.0 < border) != (b.0 < border))
                    .map(|(a, b)| a.1 + (b.1 - a.1) * (border - a.0) / (b.0 - a.0))
                    .filter(|y| (0.0..extent).contains(y))
                    .collect();
                at.sort_by(f64::total_cmp);
                at
            };
            let (here, there) = (crossings(tile, 1.0), crossings(right, 0.0));
            assert_eq!(here.len(), there.len(), "{tile}");
            for (here, there) in here.iter().zip(&there) {
                assert!((here - there).abs() <= 1.0, "{tile}: {here} and {there}");
                compared += 1;
            }
        }
    }
    assert!(compared > 20, "{compared}");
}

fn places() -> Vec<Area> {
    let mut random = Random(7);
    let place = |number: u32| {
        let at = (
            TOWN.0 + random.between(-9_000.0, 9_000.0),
            TOWN.1 + random.between(-9_000.0, 9_000.0),
        );
        let kind = match number % 100 {
            0 => "City",
            1..=9 => "Town",
            _ => "Hamlet",
        };
        let reference = format!("p{number}");
        of_kind(area(&reference, points(&[at])), &reference, kind)
    };
    (0..3000).map(place).collect()
}

/// What is shown at a zoom: names by square of 64 pixels.
fn shown(tiles: &EditionTiles, z: u8) -> BTreeMap<Option<(TileId, i32, i32)>, BTreeSet<String>> {
    let mut shown: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for tile in around(z, 9_500.0) {
        let Some(places) = decoded(tiles, tile, "place") else {
            continue;
        };
        for place in &places.features {
            let [(x, y)] = own_points(place)[..] else {
                panic!("one point");
            };
            let side = places.extent / 8;
            // One that was rounded to a square's edge may be of the square before.
            let on_edge = x % side == 0 || y % side == 0;
            let square = (!on_edge).then(|| (tile, x / side, y / side));
            let new = shown
                .entry(square)
                .or_default()
                .insert(place.properties["name"].clone());
            assert!(new, "{tile}: twice");
        }
    }
    shown
}

#[test]
fn places_are_thinned_by_importance_and_what_is_shown_stays_as_the_map_comes_nearer() {
    let layer = context("place", &["class", "name"]);
    let published = publish(vec![contents(layer, Space::NationalGrid, places())]);
    let tiles = tiles(&published);
    let kinds: BTreeMap<String, String> = places()
        .into_iter()
        .map(|place| {
            (
                place.record.reference,
                place.record.properties[0].1.to_string(),
            )
        })
        .collect();
    let mut before = BTreeSet::new();
    for z in 5..=14 {
        let shown = shown(&tiles, z);
        for (square, names) in &shown {
            assert!(square.is_none() || names.len() <= 2, "{square:?}");
        }
        let now: BTreeSet<String> = shown.into_values().flatten().collect();
        let lost: Vec<_> = before.difference(&now).collect();
        assert!(lost.is_empty(), "zoom {z}: {lost:?}");
        assert!(z < 8 || now.len() > before.len(), "zoom {z}");
        before = now;
    }
    let cities =
        |shown: &BTreeSet<String>| shown.iter().filter(|name| kinds[*name] == "City").count();
    assert_eq!(
        cities(&before),
        30,
        "every city, in squares that hold hamlets too"
    );
}

#[test]
fn listed_buildings_are_all_there_from_the_detail_on_and_counted_below_it() {
    let mut random = Random(3);
    let buildings = (0..500).map(|number| {
        let at = (
            TOWN.0 + random.between(-900.0, 900.0),
            TOWN.1 + random.between(-900.0, 900.0),
        );
        area(&format!("LB{number}"), points(&[at]))
    });
    let listed = Layer {
        detail_zoom: 13,
        ..layer("listed-building")
    };
    let published = publish(vec![contents(
        listed,
        Space::NationalGrid,
        buildings.collect(),
    )]);
    let tiles = tiles(&published);
    for z in 6..=16 {
        let (mut counted, mut ids, mut features) = (0, BTreeSet::new(), 0);
        for tile in around(z, 1_000.0) {
            let Some(layer) = decoded(&tiles, tile, "listed-building") else {
                continue;
            };
            for building in &layer.features {
                features += 1;
                match building.properties.get("count") {
                    Some(count) => {
                        let count = count.trim_end_matches(" (uint)");
                        counted += count.parse::<usize>().unwrap();
                        assert!(z < 13 && !building.properties.contains_key("reference"));
                    }
                    None => {
                        assert!(ids.insert(building.id), "{tile}");
                        assert!(building.properties["reference"].starts_with("LB"));
                        counted += 1;
                    }
                }
            }
        }
        assert_eq!(counted, 500, "zoom {z}");
        assert_eq!(features == 500, z >= 13, "zoom {z}: {features} features");
    }
}

#[test]
fn paths_of_a_policy_are_all_there_from_the_detail_on_and_counted_below_it() {
    let paths = (0..200).map(|number| {
        let x = TOWN.0 + 10.0 * f64::from(number);
        // As short as 20 cm: under a pixel of every zoom.
        let line = [(x, TOWN.1), (x + 0.2, TOWN.1 + f64::from(number % 7))];
        area(&format!("PROW/{number}"), lines(&[&line]))
    });
    let published = publish(vec![contents(
        Layer {
            detail_zoom: 12,
            ..layer("right-of-way")
        },
        Space::NationalGrid,
        paths.collect(),
    )]);
    let tiles = tiles(&published);
    for z in [12, 16] {
        let layers = around(z, 2_200.0).into_iter();
        let layers = layers.filter_map(|tile| decoded(&tiles, tile, "right-of-way"));
        let all: BTreeSet<String> = layers
            .flat_map(|layer| {
                layer
                    .features
                    .into_iter()
                    .map(|of| of.properties["reference"].clone())
            })
            .collect();
        assert_eq!(all.len(), 200, "zoom {z}");
    }
    let below = decoded(&tiles, holding(TOWN.0, TOWN.1, 7), "right-of-way").unwrap();
    assert_eq!(below.features.len(), 1);
    assert_eq!(below.features[0].properties["count"], "200 (uint)");
}
