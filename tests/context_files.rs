//! The guide to context: its commands and its entries for a map, as they stand, on made-up files with the
//! columns of OS OpenData, loaded by the built program; and what the tiles of that town weigh.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/decoded.rs"]
mod decoded;
mod support;

use decoded::{check, decode};
use groundrule::answer::IndexedEdition;
use groundrule::atlas::Atlas;
use groundrule::geometry::LonLat;
use groundrule::tile::{Budget, EditionTiles, Encoding, TileId};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Arc;
use support::desk::Desk;
use support::{python, skip};

const GUIDE: &str = include_str!("../docs/context.md");
const ENTRIES: &str = include_str!("../docs/context.toml");

/// The commands of the guide, as one script.
fn commands() -> String {
    let blocks = GUIDE.split("```sh\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    blocks.collect()
}

/// A desk with the made-up town loaded, as the guide says.
fn desk() -> Option<Desk> {
    let python = python::with_gdal()?;
    if Command::new("ogr2ogr").arg("--version").output().is_err() {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI is set but there is no ogr2ogr"
        );
        skip::count("there is no ogr2ogr");
        return None;
    }
    let desk = Desk::new();
    let generator = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/os_open_data.py");
    let made = Command::new(python)
        .arg(generator)
        .arg(desk.path(""))
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let taken = Command::new("sh")
        .args(["-e", "-c", &commands()])
        .current_dir(desk.path(""))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&taken.stderr);
    assert!(taken.status.success() && !told.contains("ERROR"), "{told}");
    let map = format!(
        "title = \"A map\"\nauthority = {{ name = \"A council\", phone = \"01632 960123\" }}\n\n{ENTRIES}"
    );
    let map = desk.put("map.toml", &map);
    desk.expect(0, &["load", &map]);
    Some(desk)
}

fn tiles(desk: &Desk) -> EditionTiles {
    let atlas = Atlas::open(desk.path("atlas")).unwrap();
    let edition = atlas.current_edition().unwrap();
    let indexed = IndexedEdition::new(edition);
    EditionTiles::new(Arc::new(indexed), Budget::default())
}

/// Every tile of a zoom over the town.
fn over_town(z: u8) -> Vec<TileId> {
    let corner = |x: f64, y: f64| {
        let at = groundrule::geometry::ostn15::from_national_grid((x, y).into()).unwrap();
        let place = LonLat::new(at.coord.x, at.coord.y).unwrap();
        TileId::holding(place.mercator(), z).unwrap()
    };
    let (north_west, south_east) = (corner(233_900.0, 360_100.0), corner(240_100.0, 353_900.0));
    let rows = north_west.y()..=south_east.y();
    rows.flat_map(|y| (north_west.x()..=south_east.x()).map(move |x| (x, y)))
        .map(|(x, y)| TileId::new(u32::from(z), x, y).unwrap())
        .collect()
}

#[test]
fn the_guides_commands_and_entries_make_a_map_whose_roads_are_named_once_and_whose_tiles_are_light()
{
    let Some(desk) = desk() else {
        return;
    };
    let tiles = tiles(&desk);
    let attribution = &tiles.tileset(None).attribution;
    assert_eq!(attribution.len(), 1, "{attribution:?}");
    assert_eq!(
        attribution[0].en,
        "Contains OS data © Crown copyright and database right 2026"
    );
    let mut weights = BTreeMap::new();
    for z in 6..=16 {
        let mut named: BTreeMap<String, usize> = BTreeMap::new();
        let mut classes: BTreeSet<String> = BTreeSet::new();
        let mut places = 0;
        let mut sizes = Vec::new();
        for tile in over_town(z) {
            let made = tiles.tile(tile, None);
            let Some(body) = &made.body else {
                continue;
            };
            check(body.raw(), &tile.to_string());
            sizes.push(body.body(Encoding::Brotli).len());
            for layer in decode(body.raw()) {
                let features = layer.features.iter();
                match &*layer.name {
                    "road" => {
                        let mut here = BTreeSet::new();
                        for road in features {
                            classes.insert(road.properties["class"].clone());
                            assert!(!road.properties.contains_key("reference"));
                            let name = road.properties.get("name");
                            assert!(name.is_none_or(|name| here.insert(name.clone())), "{tile}");
                        }
                    }
                    "road-label" => {
                        for label in features {
                            *named.entry(label.properties["name"].clone()).or_default() += 1;
                        }
                    }
                    "place-name" => places += features.count(),
                    _ => {}
                }
            }
        }
        // The town's two main roads run through hundreds of junctions, and are named once each.
        if z >= 12 {
            assert_eq!(named.get("Abergele Road"), Some(&1), "zoom {z}: {named:?}");
            assert_eq!(named.get("A470"), Some(&1), "zoom {z}");
        }
        assert!(
            named.values().all(|&times| times == 1),
            "zoom {z}: {named:?}"
        );
        let expected: &[&str] = match z {
            6 | 7 => &[],
            8 | 9 => &["a"],
            10 | 11 => &["a", "b"],
            12 => &["a", "b", "minor"],
            _ => &["a", "b", "local", "minor"],
        };
        assert!(
            classes
                .iter()
                .map(String::as_str)
                .eq(expected.iter().copied()),
            "zoom {z}: {classes:?}"
        );
        assert_eq!(places > 0, z >= 8, "zoom {z}");
        if z >= 15 {
            assert_eq!(places, 100, "zoom {z}");
        }
        sizes.sort_unstable();
        let (median, most) = (sizes[sizes.len() / 2], sizes[sizes.len() - 1]);
        println!(
            "zoom {z}: {} tiles, median {median}, most {most} bytes",
            sizes.len()
        );
        assert!(most <= 50_000, "zoom {z}: {most}");
        weights.insert(z, median);
    }
    assert!(
        weights.values().all(|&median| median <= 5_000),
        "{weights:?}"
    );
    // High Street in both languages: the Welsh name is told beside the English.
    let both = over_town(15).into_iter().any(|tile| {
        let made = tiles.tile(tile, None);
        made.body.as_ref().is_some_and(|body| {
            let mut features = decode(body.raw())
                .into_iter()
                .flat_map(|layer| layer.features);
            features.any(|of| {
                of.properties
                    .get("name")
                    .is_some_and(|name| name.starts_with("High Street"))
                    && of.properties["name-cy"].starts_with("Stryd Fawr")
            })
        })
    });
    assert!(both);
}
