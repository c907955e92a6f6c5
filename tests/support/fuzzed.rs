//! One input of any bytes for each of the program's readers: what the fuzzer's program and the test of
//! spoilt inputs both call. It returns; whatever else happens is a defect.

use groundrule::geometry::{Crs, GridSquare};
use groundrule::loading::{Duplicates, LoadOptions, Silent, load_files, load_map};
use groundrule::page::load_text;
use groundrule::places::Typed;
use groundrule::policy::{Lang, LayerId};
use std::path::Path;

/// What can be fuzzed: the endings of files, and what is no data file.
pub const TARGETS: [&str; 13] = [
    "geojson",
    "geojsonl",
    "fgb",
    "gpkg",
    "shp",
    "zip",
    "csv",
    "wkt",
    "kml",
    "gz",
    "map.toml",
    "policies.csv",
    "place",
];

/// A map of one layer that has no file, with policies beside it.
const MAP: &str = "title = \"Map\"\nauthority = { name = \"Nobody\" }\npolicies = \"policies.csv\"\n[[layer]]\nid = \"layer\"\ntitle = \"Layer\"\ngroup = \"constraints\"\n";

/// Gives the bytes to a target's reader in `folder`; what it said.
///
/// # Panics
/// The target is none of [`TARGETS`], or nothing was said.
pub fn one_input(target: &str, bytes: &[u8], folder: &Path) -> String {
    assert!(TARGETS.contains(&target), "{target}: one of {TARGETS:?}");
    let said = match target {
        "place" => place(&String::from_utf8_lossy(bytes)),
        "map.toml" => {
            std::fs::write(folder.join("map.toml"), bytes).expect("written");
            map(folder)
        }
        "policies.csv" => {
            std::fs::write(folder.join("map.toml"), MAP).expect("written");
            std::fs::write(folder.join("policies.csv"), bytes).expect("written");
            map(folder)
        }
        ending => {
            let path = folder.join(format!("input.{ending}"));
            std::fs::write(&path, bytes).expect("written");
            file(&path)
        }
    };
    assert!(!said.trim().is_empty(), "{target}: nothing was said");
    said
}

fn place(text: &str) -> String {
    let typed = Typed::parse(text).map(|typed| typed.place.slug());
    let grid_ref = GridSquare::parse(text).map(|square| square.side_m());
    format!("{typed:?} {grid_ref:?}")
}

fn map(folder: &Path) -> String {
    let loaded = load_map(&folder.join("map.toml"), &LoadOptions::default(), &Silent);
    loaded.map_or_else(
        |error| error.to_string(),
        |loaded| load_text::text(&loaded.report, Lang::En),
    )
}

fn file(path: &Path) -> String {
    let options = LoadOptions {
        layer: LayerId::new("layer").ok(),
        fields: vec![("reference".to_owned(), "reference".to_owned())],
        crs: Some(Crs::Wgs84),
        accept_errors: true,
        accept_repairs: true,
        duplicates: Some(Duplicates::Separate),
        ..LoadOptions::default()
    };
    let loaded = load_files(&[path.to_owned()], &options, None, &Silent);
    loaded.map_or_else(
        |error| error.to_string(),
        |loaded| load_text::text(&loaded.report, Lang::Cy),
    )
}
