//! Tiles read by GDAL and judged by GEOS, through `tests/gdal_tiles.py`.
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

use editions::{Published, area, contents, layer, publish, tiles_over};
use geo_types::MultiPolygon;
use groundrule::answer::IndexedEdition;
use groundrule::geometry::{LonLat, Shape, Space};
use groundrule::tile::{Budget, EditionTiles, TileId};
use made_up::{Random, polygon, rough_ring, shape};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// Writes some tiles of an edition as files, and gives how many features each of their layers has.
fn write_tiles(
    folder: &Path,
    name: &str,
    published: &Published,
    random: &mut Random,
) -> BTreeMap<String, usize> {
    let tiles = EditionTiles::new(Arc::clone(&published.indexed), Budget::default());
    let bounds = tiles.tileset(None).bounds.unwrap();
    let mut counts = BTreeMap::new();
    for at in 0..90 {
        let z = 4 + at % 13;
        let place = LonLat::new(
            random.between(bounds.min.x, bounds.max.x),
            random.between(bounds.min.y, bounds.max.y),
        );
        let tile = TileId::holding(place.unwrap().mercator(), z).unwrap();
        if let Some(body) = &tiles.tile(tile, None).body {
            write_tile(folder, name, tile, body.raw(), &mut counts);
        }
    }
    counts
}

#[test]
fn geos_finds_every_feature_valid_that_gdal_reads_and_none_is_missing() {
    let Some(python) = support::python::with_gdal() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(31);
    let mut counts = BTreeMap::new();
    for rough in [0.1, 0.5, 1.0, 2.5] {
        counts.extend(write_tiles(
            folder.path(),
            &format!("rough-{rough}"),
            &rough_map(&mut random, rough),
            &mut random,
        ));
    }
    for path in [
        "data/conwy/conwy_oa.json",
        "data/banes/banes_conservation_ar.geojson",
        "data/banes/ne_agricultural_land_class.geojson",
    ] {
        if let Some(areas) = real::shared_areas(path) {
            let published = publish(vec![contents(layer("zone"), Space::Wgs84, areas)]);
            let name = Path::new(path)
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned();
            counts.extend(write_tiles(folder.path(), &name, &published, &mut random));
        }
    }
    assert_eq!(read_by_gdal(python, folder.path()), counts);
    assert!(counts.len() > 300, "{} layers", counts.len());
}

#[test]
fn every_tile_of_the_sample_map_is_read_by_fast_mvt_and_by_gdal() {
    let Some(python) = support::python::with_gdal() else {
        return;
    };
    let (_atlas_folder, atlas) = support::sample::atlas();
    let indexed = Arc::new(IndexedEdition::new(atlas.current_edition().unwrap()));
    let tiles = EditionTiles::new(indexed, Budget::default());
    let bounds = tiles.tileset(None).bounds.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut counts = BTreeMap::new();
    let mut made = 0;
    for z in 6..=16 {
        for tile in tiles_over(&bounds, z) {
            let made_here = tiles.tile(tile, None);
            assert!(made_here.is_whole(), "{tile}");
            if let Some(body) = &made_here.body {
                decoded::check(body.raw(), &tile.to_string());
                write_tile(folder.path(), "sample", tile, body.raw(), &mut counts);
                made += 1;
            }
        }
    }
    assert!(made > 1000, "{made} tiles");
    assert_eq!(read_by_gdal(python, folder.path()), counts);
}

/// How many features GDAL reads in each layer of each tile in a folder; GEOS must find every one valid.
fn read_by_gdal(python: &str, folder: &Path) -> BTreeMap<String, usize> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gdal_tiles.py");
    let output = Command::new(python)
        .arg(script)
        .arg(folder)
        .output()
        .unwrap();
    let (told, faults) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success() && told.ends_with("valid\n"),
        "{faults}"
    );
    let lines = told.lines().filter(|line| *line != "valid");
    lines
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            (
                format!("{} {}", words[0], words[1]),
                words[2].parse().unwrap(),
            )
        })
        .collect()
}

/// Writes a tile as a file, and counts the features of its layers.
fn write_tile(
    folder: &Path,
    name: &str,
    tile: TileId,
    raw: &[u8],
    counts: &mut BTreeMap<String, usize>,
) {
    let file = format!("{name}-{}-{}-{}.mvt", tile.z(), tile.x(), tile.y());
    std::fs::write(folder.join(&file), raw).unwrap();
    for layer in fast_mvt::MvtReaderRef::new(raw).unwrap().layers() {
        counts.insert(format!("{file} {}", layer.name()), layer.feature_count());
    }
}

/// Rough polygons with holes, areas of many parts, specks and corridors, in both spaces.
fn rough_map(random: &mut Random, rough: f64) -> Published {
    let mut areas = Vec::new();
    for number in 0..25 {
        let middle = (random.between(-4.0, -3.5), random.between(52.9, 53.2));
        let radius = 10f64.powf(random.between(-4.5, -1.0));
        let corners = 5 + random.below(1500);
        let outline = rough_ring(random, middle, radius, corners, rough);
        let hole = rough_ring(random, middle, radius * 0.1, 20, 0.1);
        let rings: &[&[(f64, f64)]] = if rough < 0.3 {
            &[&outline, &hole]
        } else {
            &[&outline]
        };
        areas.push(area(&format!("Z{number}"), shape(rings)));
    }
    let scattered = (0..200).map(|_| {
        let middle = (random.between(-4.0, -3.5), random.between(52.9, 53.2));
        let radius = 10f64.powf(random.between(-6.0, -2.5));
        polygon(&[&rough_ring(random, middle, radius, 9, 0.2)])
    });
    let scattered = Shape::Polygons(MultiPolygon(scattered.collect()));
    areas.push(area("scattered", scattered));
    let corridor: &[(f64, f64)] = &[
        (-4.0, 52.9),
        (-3.5, 53.2),
        (-3.5, 53.200_02),
        (-4.0, 52.900_02),
    ];
    areas.push(area("corridor", shape(&[corridor])));
    publish(vec![contents(layer("zone"), Space::Wgs84, areas)])
}
