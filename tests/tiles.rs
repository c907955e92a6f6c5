//! Tiles of made-up areas, read back by another decoder and held against the areas and the answer.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/decoded.rs"]
mod decoded;
#[path = "support/editions.rs"]
mod editions;
#[path = "support/made_up.rs"]
mod made_up;

use decoded::{DecodedFeature, DecodedLayer, check, decode};
use editions::{area, contents, layer, publish, publish_with};
use geo_types::{Coord, Geometry, MultiLineString, MultiPoint, MultiPolygon, Point, line_string};
use groundrule::answer::{Spot, Terms};
use groundrule::geometry::{LonLat, Mercator, Position, Shape, Side, Space};
use groundrule::policy::{Group, Text, Value};
use groundrule::tile::{Budget, EditionTiles, Encoding, TileId, Why};
use made_up::{Random, polygon, rough_ring, shape};
use std::sync::Arc;

fn tiles(published: &editions::Published) -> EditionTiles {
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

/// The layer of a name.
fn named<'a>(layers: &'a [DecodedLayer], name: &str) -> Option<&'a DecodedLayer> {
    layers.iter().find(|layer| layer.name == name)
}

/// Whether a point lies in or on a feature.
fn holds(feature: &DecodedFeature, x: f64, y: f64) -> bool {
    let parts = Shape::Polygons(feature.polygons()).parts();
    parts
        .iter()
        .any(|part| part.paths().side(Coord { x, y }, None) != Side::Outside)
}

/// A square of degrees round a place.
fn square(lon: f64, lat: f64, half: f64) -> Vec<(f64, f64)> {
    let (w, e, s, n) = (lon - half, lon + half, lat - half, lat + half);
    vec![(w, s), (e, s), (e, n), (w, n)]
}

fn holding(lon: f64, lat: f64, z: u8) -> TileId {
    TileId::holding(LonLat::new(lon, lat).unwrap().mercator(), z).unwrap()
}

#[test]
fn a_tile_inside_an_area_is_full_and_one_in_its_hole_is_empty() {
    let outline = square(-3.8, 53.2, 0.5);
    let hole = square(-3.8, 53.2, 0.2);
    let published = publish(vec![contents(
        layer("green-wedge"),
        Space::Wgs84,
        vec![area("GW/1", shape(&[&outline, &hole]))],
    )]);
    let tiles = tiles(&published);
    for z in 11..=16 {
        let full = made(&tiles, holding(-4.15, 53.2, z));
        let layer = named(&full, "green-wedge").unwrap();
        let Geometry::Polygon(polygon) = &layer.features[0].geometry else {
            panic!("{:?}", layer.features[0].geometry);
        };
        let buffer = layer.extent / 64;
        let (low, high) = (-buffer, layer.extent + buffer);
        let mut corners: Vec<_> = polygon.exterior().0[1..]
            .iter()
            .map(|c| (c.x, c.y))
            .collect();
        corners.sort_unstable();
        assert_eq!(
            corners,
            [(low, low), (low, high), (high, low), (high, high)],
            "zoom {z}"
        );
        assert_eq!(layer.features[0].properties["reference"], "GW/1");
        if z > 9 {
            assert!(
                tiles.tile(holding(-3.8, 53.2, z), None).body.is_none(),
                "zoom {z}"
            );
        }
    }
}

#[test]
fn every_area_however_small_is_in_some_tile_of_every_zoom() {
    let mut random = Random(20_261_123);
    let mut areas = Vec::new();
    for number in 0..40 {
        let middle = (random.between(-4.0, -3.4), random.between(53.0, 53.3));
        let radius = 10f64.powf(random.between(-6.5, -2.0));
        let ring = rough_ring(&mut random, middle, radius, 12, 0.3);
        areas.push(area(&format!("S{number}"), shape(&[&ring])));
    }
    // A corridor a metre wide and many kilometres long, and slivers of lines and points.
    areas.push(area(
        "corridor",
        shape(&[&[
            (-4.0, 53.0),
            (-3.4, 53.3),
            (-3.4, 53.300_01),
            (-4.0, 53.000_01),
        ]]),
    ));
    let line = line_string![(x: -3.7, y: 53.1), (x: -3.700_000_1, y: 53.1)];
    areas.push(area(
        "short line",
        Shape::Lines(MultiLineString(vec![line])),
    ));
    areas.push(area(
        "point",
        Shape::Points(MultiPoint(vec![Point::new(-3.7, 53.1)])),
    ));
    let count = areas.len();
    let published = publish(vec![contents(layer("small"), Space::Wgs84, areas)]);
    let tiles = tiles(&published);
    for z in 0..=11 {
        let (north_west, south_east) = (holding(-4.02, 53.32, z), holding(-3.38, 52.98, z));
        let mut seen = std::collections::BTreeSet::new();
        for x in north_west.x()..=south_east.x() {
            for y in north_west.y()..=south_east.y() {
                let tile = TileId::new(u32::from(z), x, y).unwrap();
                let layers = made(&tiles, tile);
                let here = layers.iter().filter(|layer| layer.name == "small");
                seen.extend(here.flat_map(|layer| layer.features.iter().map(|feature| feature.id)));
            }
        }
        assert_eq!(seen.len(), count, "zoom {z}");
    }
}

#[test]
fn a_corridor_thinner_than_a_unit_is_drawn_from_end_to_end() {
    let (from, to) = ((-3.9, 53.05), (-3.5, 53.25));
    let aside = |(x, y): (f64, f64)| (x + 0.000_02, y - 0.000_02);
    let published = publish(vec![contents(
        layer("safeguarded-route"),
        Space::Wgs84,
        vec![area("R1", shape(&[&[from, to, aside(to), aside(from)]]))],
    )]);
    let tiles = tiles(&published);
    for z in 7..=13u8 {
        for share in 0..=400 {
            let share = f64::from(share) / 400.0;
            let (lon, lat) = (
                from.0 + (to.0 - from.0) * share,
                from.1 + (to.1 - from.1) * share,
            );
            let tile = holding(lon, lat, z);
            let layers = made(&tiles, tile);
            let layer =
                named(&layers, "safeguarded-route").unwrap_or_else(|| panic!("{tile} has it"));
            let (x, y) = local(lon, lat, tile, layer.extent);
            // It was rounded by half a unit each way, and the band lies to one side.
            let near = layer
                .features
                .iter()
                .any(|feature| holds(feature, x, y) || distance(&feature.polygons(), x, y) <= 1.5);
            assert!(near, "{tile} at {x},{y}: {:?}", layer.features[0].geometry);
        }
    }
}

/// Where a place lies in a tile, in its units.
fn local(lon: f64, lat: f64, tile: TileId, extent: i32) -> (f64, f64) {
    let place = LonLat::new(lon, lat).unwrap().mercator();
    let bounds = tile.bounds();
    let units = |at: f64, from: f64| (at - from) / bounds.width() * f64::from(extent);
    (units(place.x, bounds.min.x), units(place.y, bounds.min.y))
}

/// The position of a point in tile units.
fn position(x: f64, y: f64, tile: TileId, extent: i32) -> Position {
    let bounds = tile.bounds();
    let at = |units: f64, from: f64| from + units / f64::from(extent) * bounds.width();
    let place = Mercator {
        x: at(x, bounds.min.x),
        y: at(y, bounds.min.y),
    };
    Position::of_lonlat(place.lonlat())
}

#[test]
fn rough_polygons_with_holes_are_valid_in_every_tile_and_hold_what_the_answer_holds() {
    let mut random = Random(4711);
    let mut compared = 0;
    for round in 0..60 {
        let space = if round % 2 == 0 {
            Space::Wgs84
        } else {
            Space::NationalGrid
        };
        // Degrees for one, metres for the other.
        let (middle, scale) = match space {
            Space::Wgs84 => ((-3.7, 53.1), 1.0),
            Space::NationalGrid => ((285_000.0, 355_000.0), 90_000.0),
        };
        let radius = scale * 10f64.powf(random.between(-4.0, -0.7));
        let corners = 8 + random.below(3000);
        let rough = random.between(0.05, 1.6);
        let outline = rough_ring(&mut random, middle, radius, corners, rough);
        let mut rings = vec![outline];
        if rough < 0.3 {
            for hole in 0..random.below(4) {
                let at = (middle.0 + radius * (0.2 * hole as f64 - 0.3), middle.1);
                rings.push(rough_ring(&mut random, at, radius * 0.08, 30, 0.2));
            }
        }
        let rings: Vec<&[(f64, f64)]> = rings.iter().map(Vec::as_slice).collect();
        let published = publish(vec![contents(
            layer("zone"),
            space,
            vec![area("Z", shape(&rings))],
        )]);
        let tiles = tiles(&published);
        let bounds = tiles.tileset(None).bounds.unwrap();
        for _ in 0..12 {
            let z = 5 + random.below(12) as u8;
            let lon = random.between(bounds.min.x, bounds.max.x);
            let lat = random.between(bounds.min.y, bounds.max.y);
            let tile = holding(lon, lat, z);
            let layers = made(&tiles, tile);
            compared += compare_with_answer(&published, &layers, tile, &mut random);
        }
    }
    assert!(compared > 15_000, "{compared} places were compared");
}

/// Random places of a tile, more than two units from the decoded outline: in the drawn polygon or not, as
/// the answer says. Gives how many were compared.
fn compare_with_answer(
    published: &editions::Published,
    layers: &[DecodedLayer],
    tile: TileId,
    random: &mut Random,
) -> usize {
    let zone = named(layers, "zone");
    let extent = zone.map_or(2048, |zone| zone.extent);
    let drawn = zone.map_or(MultiPolygon(Vec::new()), |zone| zone.features[0].polygons());
    let mut compared = 0;
    for _ in 0..40 {
        let (x, y) = (
            random.between(0.0, f64::from(extent)),
            random.between(0.0, f64::from(extent)),
        );
        let terms = Terms::on("2026-11-23".parse().unwrap());
        let spot = Spot::Point(position(x, y, tile, extent));
        let answered = !published.indexed.answer(&spot, &terms).layers[0]
            .areas
            .is_empty();
        if distance(&drawn, x, y) > 2.0 {
            let held = zone.is_some_and(|zone| holds(&zone.features[0], x, y));
            // What is thinner than the grid may be missing from the drawing, or a unit wide: nothing
            // that lies two units off may.
            assert_eq!(held, answered, "{tile} at {x},{y}");
            compared += 1;
        }
    }
    compared
}

fn distance(polygons: &MultiPolygon<f64>, x: f64, y: f64) -> f64 {
    let rings = polygons
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    rings
        .flat_map(|ring| ring.0.windows(2))
        .map(|edge| {
            let (a, b) = (edge[0], edge[1]);
            let (dx, dy) = (b.x - a.x, b.y - a.y);
            let t = (((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
            (x - a.x - t * dx).hypot(y - a.y - t * dy)
        })
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn a_point_on_a_corner_of_tiles_is_in_exactly_one_of_them() {
    for z in [3, 9, 16u8] {
        let corner = holding(-3.7, 53.1, z).bounds().min;
        let place = Mercator {
            x: corner.x,
            y: corner.y,
        }
        .lonlat();
        let published = publish(vec![contents(
            layer("listed-building"),
            Space::Wgs84,
            vec![area(
                "LB1",
                Shape::Points(MultiPoint(vec![Point(place.coord())])),
            )],
        )]);
        let tiles = tiles(&published);
        let near = holding(-3.7, 53.1, z);
        let (mut points, mut labels) = (0, 0);
        for x in near.x() - 1..=near.x() + 1 {
            for y in near.y() - 1..=near.y() + 1 {
                let layers = made(&tiles, TileId::new(u32::from(z), x, y).unwrap());
                points += usize::from(named(&layers, "listed-building").is_some());
                labels += usize::from(named(&layers, "listed-building-label").is_some());
            }
        }
        assert_eq!((points, labels), (1, 1), "zoom {z}");
    }
}

#[test]
fn vertices_inside_a_tile_lie_within_half_a_pixel_of_the_drawn_outline() {
    let mut random = Random(99);
    let ring = rough_ring(&mut random, (285_000.0, 355_000.0), 4_000.0, 900, 0.1);
    let published = publish(vec![contents(
        layer("zone"),
        Space::NationalGrid,
        vec![area("Z", shape(&[&ring]))],
    )]);
    let tiles = tiles(&published);
    let mut seen = 0;
    for &(x, y) in &ring {
        let lonlat = groundrule::geometry::ostn15::from_national_grid(Coord { x, y })
            .unwrap()
            .coord;
        for z in [12, 14, 16] {
            let tile = holding(lonlat.x, lonlat.y, z);
            let layers = made(&tiles, tile);
            let zone = named(&layers, "zone").unwrap();
            let (x, y) = local(lonlat.x, lonlat.y, tile, zone.extent);
            let off = distance(&zone.features[0].polygons(), x, y);
            // Half a pixel of a tile of 512, and the 6 mm of the fine grid.
            let half_pixel = f64::from(zone.extent) / 1024.0;
            assert!(off <= half_pixel + 0.1, "{tile}: {off} units");
            seen += 1;
        }
    }
    assert_eq!(seen, 2700);
}

#[test]
fn a_tile_is_the_same_whatever_was_made_and_kept_before_it() {
    let mut random = Random(5);
    let ring = rough_ring(&mut random, (-3.7, 53.1), 0.2, 30_000, 0.4);
    let small = rough_ring(&mut random, (-3.7, 53.1), 0.01, 60, 0.4);
    let areas = vec![area("Z", shape(&[&ring])), area("small", shape(&[&small]))];
    let published = publish(vec![contents(layer("zone"), Space::Wgs84, areas)]);
    let roomy = tiles(&published);
    let nothing = Budget {
        geometry: 0,
        facts: 0,
        tiles: 0,
    };
    let mut wanted = Vec::new();
    for z in 4..=16 {
        for _ in 0..4 {
            wanted.push(holding(
                random.between(-3.9, -3.5),
                random.between(53.0, 53.2),
                z,
            ));
        }
    }
    let raw = |tiles: &EditionTiles, tile| {
        tiles
            .tile(tile, None)
            .body
            .as_ref()
            .map(|body| body.raw().to_vec())
    };
    let first: Vec<_> = wanted.iter().map(|&tile| raw(&roomy, tile)).collect();
    let forgetful = EditionTiles::new(Arc::clone(&published.indexed), nothing);
    for (&tile, first) in wanted.iter().zip(&first).rev() {
        assert!(raw(&forgetful, tile) == *first, "{tile}");
        let fresh = tiles(&published);
        assert!(raw(&fresh, tile) == *first, "{tile}");
    }
    assert!(forgetful.cached_bytes() < 10_000, "{forgetful:?}");
}

#[test]
fn all_who_ask_at_once_are_given_one_and_the_same_tile() {
    let mut random = Random(6);
    let ring = rough_ring(&mut random, (-3.7, 53.1), 0.2, 20_000, 0.4);
    let published = publish(vec![contents(
        layer("zone"),
        Space::Wgs84,
        vec![area("Z", shape(&[&ring]))],
    )]);
    let tiles = tiles(&published);
    let tile = holding(-3.7, 53.1, 8);
    let all: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| tiles.tile(tile, None)))
            .collect();
        asking
            .into_iter()
            .map(|asked| asked.join().unwrap())
            .collect()
    });
    assert!(all.iter().all(|made| Arc::ptr_eq(made, &all[0])));
    let body = all[0].body.as_ref().unwrap();
    assert!(Arc::ptr_eq(
        &body.body(Encoding::Brotli),
        &body.body(Encoding::Brotli)
    ));
    assert!(body.body(Encoding::Brotli).len() < body.raw().len());
}

#[test]
fn layers_stand_in_the_maps_order_and_a_tile_of_one_layer_has_that_layer_alone() {
    let one = |name: &str| {
        let ring = square(-3.7, 53.1, 0.01);
        contents(layer(name), Space::Wgs84, vec![area(name, shape(&[&ring]))])
    };
    let published = publish(vec![one("tpo"), one("context"), one("allocation")]);
    let tiles = tiles(&published);
    let tile = holding(-3.7, 53.1, 12);
    let names = |layers: &[DecodedLayer]| layers.iter().map(|l| l.name.clone()).collect::<Vec<_>>();
    let all = made(&tiles, tile);
    assert_eq!(
        names(&all),
        [
            "tpo",
            "tpo-label",
            "context",
            "context-label",
            "allocation",
            "allocation-label"
        ]
    );
    let alone = tiles.tile(tile, Some(1));
    assert_eq!(
        names(&decode(alone.body.as_ref().unwrap().raw())),
        ["context", "context-label"]
    );
}

#[test]
fn a_layer_begins_at_its_min_zoom_and_carries_what_its_map_asks_for() {
    let mut roads = layer("road");
    roads.group = Group::Context;
    roads.min_zoom = 11;
    roads.tile_properties = ["class", "name", "name-cy", "lanes"]
        .map(str::to_owned)
        .to_vec();
    let road = |reference: &str, cy: Option<&str>, lanes: i64| {
        let line = line_string![(x: -3.72, y: 53.1), (x: -3.7, y: 53.11), (x: -3.68, y: 53.1)];
        let mut area = area(reference, Shape::Lines(MultiLineString(vec![line])));
        area.record.name = Some(Text::bilingual("High Street", cy.map(str::to_owned)));
        area.record.properties = vec![
            ("class".to_owned(), Value::Text("minor".to_owned())),
            ("lanes".to_owned(), Value::Integer(lanes)),
            ("secret".to_owned(), Value::Text("not tiled".to_owned())),
        ];
        area
    };
    let areas = vec![
        road("r1", Some("Stryd Fawr"), 2),
        road("r2", Some("High Street"), -1),
    ];
    let published = publish(vec![contents(roads, Space::Wgs84, areas)]);
    let tiles = tiles(&published);
    assert!(made(&tiles, holding(-3.7, 53.11, 10)).is_empty());
    let layers = made(&tiles, holding(-3.7, 53.11, 11));
    let roads = named(&layers, "road").unwrap();
    let properties: Vec<_> = roads.features[0]
        .properties
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    assert_eq!(
        properties,
        [
            "class=minor",
            "lanes=2 (uint)",
            "name=High Street",
            "name-cy=Stryd Fawr"
        ]
    );
    assert!(
        !roads.features[1].properties.contains_key("name-cy"),
        "the same in both languages"
    );
    assert_eq!(roads.features[1].properties["lanes"], "-1 (sint)");
    let labels = named(&layers, "road-label").unwrap();
    let label: Vec<_> = labels.features[0]
        .properties
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    assert_eq!(label, ["name=High Street", "name-cy=Stryd Fawr"]);
}

#[test]
fn names_of_areas_come_with_the_detail_or_where_they_fit_and_names_of_places_at_once() {
    let mut zones = layer("zone");
    zones.detail_zoom = 14;
    let large = square(-3.7, 53.1, 0.1);
    let small = square(-3.72, 53.12, 0.000_1);
    let areas = vec![
        area("large", shape(&[&large])),
        area("small", shape(&[&small])),
    ];
    let mut places = layer("place");
    places.group = Group::Context;
    places.detail_zoom = 14;
    places.min_zoom = 6;
    let place = Shape::Points(MultiPoint(vec![Point::new(-3.71, 53.11)]));
    let published = publish(vec![
        contents(zones, Space::Wgs84, areas),
        contents(places, Space::Wgs84, vec![area("village", place)]),
    ]);
    let tiles = tiles(&published);
    let labelled = |layer: &str, z: u8| -> Vec<String> {
        let tile = |x, y| TileId::new(u32::from(z), x, y).unwrap();
        let (north_west, south_east) = (holding(-3.8, 53.2, z), holding(-3.6, 53.0, z));
        let across = north_west.x()..=south_east.x();
        let ids = across.flat_map(|x| (north_west.y()..=south_east.y()).map(move |y| (x, y)));
        let layers = ids.map(|(x, y)| made(&tiles, tile(x, y)));
        let names = layers.filter_map(|layers| {
            let labels = named(&layers, &format!("{layer}-label"))?;
            Some(
                labels
                    .features
                    .iter()
                    .map(|f| f.properties["name"].clone())
                    .collect::<Vec<_>>(),
            )
        });
        let mut names: Vec<_> = names.flatten().collect();
        names.sort();
        names
    };
    assert_eq!(
        labelled("zone", 8),
        [""; 0],
        "0.2 degrees are 73 pixels wide"
    );
    assert_eq!(labelled("zone", 9), ["Name of large"]);
    assert_eq!(labelled("zone", 13), ["Name of large"]);
    assert_eq!(labelled("zone", 14), ["Name of large", "Name of small"]);
    assert_eq!(labelled("place", 5), [""; 0]);
    assert_eq!(labelled("place", 6), ["Name of village"]);
}

#[test]
fn what_is_not_held_or_damaged_is_left_out_and_said() {
    let ring = square(-3.7, 53.1, 0.01);
    let one = |name: &str| contents(layer(name), Space::Wgs84, vec![area(name, shape(&[&ring]))]);
    let mut absent = layer("tpo");
    absent.held = false;
    let published = publish_with(vec![one("whole"), one("broken")], vec![absent]);
    let whole = tiles(&published);
    let tile = holding(-3.7, 53.1, 12);
    let before = whole.tile(tile, None);
    assert!(before.is_whole());
    assert_eq!(
        before
            .left_out
            .iter()
            .map(|l| (l.layer, l.why))
            .collect::<Vec<_>>(),
        [(2, Why::NotHeld)]
    );
    // One byte of a layer's file flips while the edition is open.
    let file = published.file_of("broken");
    let mut bytes = std::fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    assert_eq!(published.indexed.edition().scrub().len(), 1);
    let after = whole.tile(tile, None);
    assert!(
        !after.is_whole(),
        "what was kept from before is not handed out as whole"
    );
    assert_eq!(
        after
            .left_out
            .iter()
            .map(|l| (l.layer, l.why))
            .collect::<Vec<_>>(),
        [(1, Why::Damaged), (2, Why::NotHeld)]
    );
    let layers = decode(after.body.as_ref().unwrap().raw());
    assert!(named(&layers, "whole").is_some() && named(&layers, "broken").is_none());
}

#[test]
fn parts_of_one_area_that_touch_or_overlap_are_drawn_as_one() {
    let left = polygon(&[&[(-3.72, 53.1), (-3.7, 53.1), (-3.7, 53.12), (-3.72, 53.12)]]);
    let right = polygon(&[&[(-3.7, 53.1), (-3.68, 53.1), (-3.68, 53.12), (-3.7, 53.12)]]);
    let over = polygon(&[&[
        (-3.71, 53.11),
        (-3.69, 53.11),
        (-3.69, 53.13),
        (-3.71, 53.13),
    ]]);
    let all = Shape::Polygons(MultiPolygon(vec![left, right, over]));
    let published = publish(vec![contents(
        layer("zone"),
        Space::Wgs84,
        vec![area("Z", all)],
    )]);
    let tiles = tiles(&published);
    let tile = holding(-3.7, 53.115, 10);
    let layers = made(&tiles, tile);
    let zone = &named(&layers, "zone").unwrap().features[0];
    assert!(
        matches!(zone.geometry, Geometry::Polygon(_)),
        "{:?}",
        zone.geometry
    );
}
