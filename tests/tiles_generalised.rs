//! Polygons without the vertices that a zoom does not need: how far they are from the source, that neighbours keep one
//! border, and that the choice is the same whenever it is made. Real maps contain OS and National Statistics data ©
//! Crown copyright and database right, and data provided by Bath & North East Somerset Council.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/decoded.rs"]
mod decoded;
#[path = "support/editions.rs"]
mod editions;
#[path = "support/made_up.rs"]
mod made_up;
#[path = "support/real.rs"]
mod real;
mod support;

use decoded::{DecodedFeature, check, decode};
use editions::{Published, area, contents, layer, publish, tiles_over};
use geo_types::{Coord, MultiPolygon};
use groundrule::answer::IndexedEdition;
use groundrule::atlas::Atlas;
use groundrule::geometry::{Bounds, LonLat, Shape, Space};
use groundrule::policy::Area;
use groundrule::tile::{Budget, EditionTiles, TileId, keep_choice};
use made_up::{Random, rough_ring, shape};
use real::shared_areas;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn tiles(published: &Published) -> EditionTiles {
    EditionTiles::new(Arc::clone(&published.indexed), Budget::default())
}

type Edge = (Coord<f64>, Coord<f64>);

fn edges(polygons: &MultiPolygon<f64>) -> Vec<Edge> {
    let rings = polygons
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    rings
        .flat_map(|ring| ring.0.windows(2).map(|edge| (edge[0], edge[1])))
        .collect()
}

fn distance(edges: &[Edge], at: Coord<f64>) -> f64 {
    let to_edge = |&(a, b): &Edge| {
        let (d, p) = (b - a, at - a);
        let length = d.x * d.x + d.y * d.y;
        let t = if length > 0.0 {
            ((p.x * d.x + p.y * d.y) / length).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (p.x - t * d.x).hypot(p.y - t * d.y)
    };
    edges.iter().map(to_edge).fold(f64::INFINITY, f64::min)
}

/// How far apart the source and what is drawn of it are, in half pixels of the zoom.
#[derive(Default)]
struct Apart {
    measured: usize,
    /// By more than a half pixel.
    beyond: usize,
    worst: f64,
}

impl Apart {
    fn add(&mut self, half_pixels: f64) {
        self.measured += 1;
        self.beyond += usize::from(half_pixels > 1.02);
        self.worst = self.worst.max(half_pixels);
    }
}

/// Measures both ways in some tiles of each zoom: each vertex of the source to the drawn outline, and ends and middles of
/// drawn edges to the source. What is drawn as a small shape, being less than two pixels wide, is left aside.
fn measure(areas: Vec<Area>, zooms: std::ops::RangeInclusive<u8>, told: &str) {
    let mut source: BTreeMap<String, Vec<Edge>> = BTreeMap::new();
    for area in &areas {
        let Shape::Polygons(polygons) = &area.shape else {
            continue;
        };
        let place = |c: Coord<f64>| LonLat::new(c.x, c.y).unwrap().mercator().coord();
        let placed = edges(polygons)
            .into_iter()
            .map(|(a, b)| (place(a), place(b)));
        source
            .entry(area.record.reference.to_string())
            .or_default()
            .extend(placed);
    }
    let published = publish(vec![contents(layer("zone"), Space::Wgs84, areas)]);
    let tiles = tiles(&published);
    let bounds = tiles.tileset(None).bounds.unwrap();
    for z in zooms {
        let (mut of_source, mut of_drawn) = (Apart::default(), Apart::default());
        let all = tiles_over(&bounds, z);
        for &tile in all.iter().step_by(all.len() / 12 + 1) {
            let made = tiles.tile(tile, None);
            let Some(body) = &made.body else { continue };
            check(body.raw(), &format!("{told} {tile}"));
            let layers = decode(body.raw());
            for layer in layers.iter().filter(|layer| layer.name == "zone") {
                for feature in &layer.features {
                    let source = &source[&feature.properties["reference"]];
                    let apart = (&mut of_source, &mut of_drawn);
                    compare(feature, source, tile, layer.extent, apart);
                }
            }
        }
        let told = format!("{told} zoom {z}");
        for apart in [&of_source, &of_drawn] {
            assert!(apart.measured > 10, "{told}: {}", apart.measured);
            // Where rounding makes a border cross itself it is bent to a unit nearby, and a line that is cut at the
            // buffer ends on a unit.
            assert!(
                apart.beyond * 100 <= apart.measured,
                "{told}: {} of {} beyond",
                apart.beyond,
                apart.measured
            );
        }
        // An inlet thinner than a unit closes: its end may be far from any drawn line. No line is drawn far from
        // the source.
        assert!(
            of_drawn.worst <= 3.0,
            "{told}: {} half pixels",
            of_drawn.worst
        );
    }
}

fn compare(
    feature: &DecodedFeature,
    source: &[Edge],
    tile: TileId,
    extent: i32,
    (of_source, of_drawn): (&mut Apart, &mut Apart),
) {
    let bounds = tile.bounds();
    let units = |c: Coord<f64>| (c - bounds.min) * (f64::from(extent) / bounds.width());
    let source: Vec<Edge> = source.iter().map(|&(a, b)| (units(a), units(b))).collect();
    let whole = Bounds::around(source.iter().map(|edge| edge.0));
    let half_pixel = f64::from(extent) / 1024.0;
    if whole.width().max(whole.max.y - whole.min.y) < 4.0 * half_pixel {
        return;
    }
    let drawn = edges(&feature.polygons());
    let inside = |c: Coord<f64>| {
        let inside = 1.0..f64::from(extent) - 1.0;
        inside.contains(&c.x) && inside.contains(&c.y)
    };
    for &(at, _) in source.iter().filter(|edge| inside(edge.0)) {
        of_source.add(distance(&drawn, at) / half_pixel);
    }
    for &(a, b) in &drawn {
        for at in [a, (a + b) / 2.0] {
            if inside(at) {
                of_drawn.add(distance(&source, at) / half_pixel);
            }
        }
    }
}

#[test]
fn drawn_outlines_lie_within_half_a_pixel_of_made_up_ones_and_those_of_them() {
    let mut random = Random(5);
    let areas = (0..12).map(|number| {
        let middle = (random.between(-4.0, -3.6), random.between(53.0, 53.3));
        let ring = rough_ring(&mut random, middle, 0.05, 1500, 0.02);
        area(&format!("R{number}"), shape(&[&ring]))
    });
    measure(areas.collect(), 5..=16, "rough");
}

#[test]
fn drawn_outlines_lie_within_half_a_pixel_of_real_ones_and_those_of_them() {
    for path in [
        "data/conwy/conwy_wards.json",
        "data/banes/os_parishes.geojson",
    ] {
        let Some(areas) = shared_areas(path) else {
            return;
        };
        measure(areas, 7..=14, path);
    }
}

/// Vertices of a feature that lie in the tile and not on a side of its buffer.
fn vertices(feature: &DecodedFeature, extent: i32) -> BTreeSet<(i32, i32)> {
    let inside = 0..=extent;
    edges(&feature.polygons())
        .iter()
        .map(|(a, _)| (a.x as i32, a.y as i32))
        .filter(|(x, y)| inside.contains(x) && inside.contains(y))
        .collect()
}

#[test]
fn two_areas_keep_one_border_also_where_an_area_of_another_layer_has_it() {
    // Two wards on either side of a winding river, and a parish that is the western one.
    let mut random = Random(11);
    let river: Vec<(f64, f64)> = (0..=400)
        .map(|at| {
            let north = f64::from(at) / 400.0;
            let aside = (north * 31.0).sin() * 0.004 + random.between(-0.000_6, 0.000_6);
            (-3.8 + aside, 53.0 + north * 0.2)
        })
        .collect();
    let mut west = vec![(-3.95, 53.2), (-3.95, 53.0)];
    west.extend(&river);
    let mut east: Vec<(f64, f64)> = river.iter().rev().copied().collect();
    east.extend([(-3.65, 53.0), (-3.65, 53.2)]);
    let mut parish = west.clone();
    parish.rotate_left(77);
    parish.reverse();
    let published = publish(vec![
        contents(
            layer("ward"),
            Space::Wgs84,
            vec![area("west", shape(&[&west])), area("east", shape(&[&east]))],
        ),
        contents(
            layer("parish"),
            Space::Wgs84,
            vec![area("parish", shape(&[&parish]))],
        ),
    ]);
    let tiles = tiles(&published);
    let mut compared = 0;
    for z in 8..=16 {
        let mut seen = BTreeSet::new();
        for &(lon, lat) in &river {
            let tile = TileId::holding(LonLat::new(lon, lat).unwrap().mercator(), z).unwrap();
            if !seen.insert(tile) {
                continue;
            }
            let layers = decode(tiles.tile(tile, None).body.as_ref().unwrap().raw());
            let of = |reference: &str| {
                let mut features = layers
                    .iter()
                    .flat_map(|layer| layer.features.iter().map(|feature| (feature, layer.extent)));
                features
                    .find(|(feature, _)| {
                        feature
                            .properties
                            .get("reference")
                            .is_some_and(|own| own == reference)
                    })
                    .map(|(feature, extent)| vertices(feature, extent))
                    .unwrap_or_default()
            };
            let (west, east, parish) = (of("west"), of("east"), of("parish"));
            assert_eq!(west, parish, "{tile}");
            // The outer corners apart, what is in one is in the other.
            let one_sided = west.symmetric_difference(&east).count();
            assert!(one_sided <= 4, "{tile}: {one_sided}");
            compared += west.intersection(&east).count();
        }
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn tiles_are_the_same_whether_their_vertices_were_chosen_before_or_when_asked() {
    let mut random = Random(3);
    let areas = (0..30).map(|number| {
        let middle = (random.between(-4.0, -3.8), random.between(53.0, 53.1));
        let count = 20 + 40 * number;
        let ring = rough_ring(&mut random, middle, 0.02, count, 0.1);
        area(&format!("A{number}"), shape(&[&ring]))
    });
    let mut lines = layer("route");
    lines.min_zoom = 9;
    let published = publish(vec![
        contents(lines, Space::Wgs84, Vec::new()),
        contents(layer("zone"), Space::Wgs84, areas.collect()),
    ]);
    let made = |tiles: &EditionTiles| -> Vec<Option<Vec<u8>>> {
        let bounds = tiles.tileset(None).bounds.unwrap();
        (6..=13)
            .flat_map(|z| tiles_over(&bounds, z))
            .map(|tile| {
                let made = tiles.tile(tile, None);
                made.body.as_ref().map(|body| body.raw().to_vec())
            })
            .collect()
    };
    let reopened = || {
        let edition = Atlas::open(published.folder.path())
            .unwrap()
            .current_edition()
            .unwrap();
        EditionTiles::new(Arc::new(IndexedEdition::new(edition)), Budget::default())
    };
    let edition = published.indexed.edition();
    let folder = published.folder.path().join("editions");
    let folder = folder.join(edition.id().to_string());
    let file = folder.join("derived").join("arcs").join("all");
    assert!(!file.exists());
    let when_asked = made(&tiles(&published));
    assert!(
        !file.exists(),
        "tiles are made from an edition that stays as it is"
    );
    let keep = || {
        keep_choice(edition).unwrap();
        std::fs::read(&file).unwrap()
    };
    let kept = keep();
    assert!(when_asked == made(&reopened()));
    std::fs::remove_file(&file).unwrap();
    assert!(keep() == kept, "whatever the threads did");

    let mut bytes = kept.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    assert!(when_asked == made(&reopened()), "one bit is another");
    assert!(keep() == kept, "it is made again");
    std::fs::write(&file, &bytes[..100]).unwrap();
    assert!(when_asked == made(&reopened()), "cut short");

    std::fs::remove_file(&file).unwrap();
    let areas = folder.join("layers").join("zone.fgb");
    let mut bytes = std::fs::read(&areas).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&areas, &bytes).unwrap();
    let damaged = Atlas::open(published.folder.path()).unwrap();
    keep_choice(&damaged.current_edition().unwrap()).unwrap();
    assert!(!file.exists(), "what is chosen without a layer is not kept");
}

#[test]
fn the_deviation_is_told_for_each_zoom_and_is_half_a_pixel_at_most() {
    let mut random = Random(8);
    let ring = rough_ring(&mut random, (-3.8, 53.1), 0.1, 4000, 0.05);
    let published = publish(vec![contents(
        layer("zone"),
        Space::Wgs84,
        vec![area("Z", shape(&[&ring]))],
    )]);
    let tileset = tiles(&published).tileset(None);
    let told = &tileset.layers[0].deviation_m;
    assert_eq!(told.len(), 17);
    for (z, &metres) in told.iter().enumerate() {
        let pixel = 40_075_016.7 * 53f64.to_radians().cos() / 512.0 / 2f64.powi(z as i32);
        assert!(
            0.0 < metres && metres <= pixel / 2.0,
            "zoom {z}: {metres} m"
        );
    }
    assert!(tileset.layers[1].deviation_m.is_empty(), "names");
}
