//! One input of any bytes for each of the program's readers: what the fuzzer's program and the test of
//! spoilt inputs both call. It returns; whatever else happens is a defect.

use groundrule::geometry::{Crs, GridSquare};
use groundrule::loading::finding::Kind;
use groundrule::loading::{Duplicates, LoadOptions, Silent, load_files, load_map};
use groundrule::page::load_text;
use groundrule::places::Typed;
use groundrule::policy::{Lang, LayerId};
use std::path::Path;

/// What can be fuzzed: the endings of files, and what is no data file.
pub const TARGETS: [&str; 14] = [
    "geojson",
    "geojsonl",
    "fgb",
    "gpkg",
    "shp",
    "dbf",
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
/// The target is none of [`TARGETS`], nothing was said, or a parser panicked, which its reader catches and
/// tells as damage that it did not expect.
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
        // A table is read with its shapes alone.
        "dbf" => {
            std::fs::write(folder.join("input.shp"), shapes()).expect("written");
            std::fs::write(folder.join("input.dbf"), bytes).expect("written");
            file(&folder.join("input.shp"))
        }
        ending => {
            for beside in ["shp", "dbf"] {
                let _ = std::fs::remove_file(folder.join("input").with_extension(beside));
            }
            let path = folder.join(format!("input.{ending}"));
            std::fs::write(&path, bytes).expect("written");
            file(&path)
        }
    };
    assert!(!said.trim().is_empty(), "{target}: nothing was said");
    assert!(!said.contains("did not expect"), "{target}: {said}");
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

/// A shapefile of two points.
pub fn shapes() -> Vec<u8> {
    let mut bytes = vec![0; 100];
    bytes[..4].copy_from_slice(&9_994_i32.to_be_bytes());
    bytes[24..28].copy_from_slice(&78_i32.to_be_bytes()); // words of all
    bytes[28..32].copy_from_slice(&1_000_i32.to_le_bytes());
    bytes[32..36].copy_from_slice(&1_i32.to_le_bytes());
    for number in 1..=2_i32 {
        bytes.extend(number.to_be_bytes());
        bytes.extend(10_i32.to_be_bytes());
        bytes.extend(1_i32.to_le_bytes());
        bytes.extend((-3.5 - f64::from(number) / 100.0).to_le_bytes());
        bytes.extend(53.2_f64.to_le_bytes());
    }
    bytes
}

/// By the column that holds references in the seeds, else by the first one, and in degrees where no system is
/// named, so that rows are checked too.
fn file(path: &Path) -> String {
    let mut options = LoadOptions {
        layer: LayerId::new("layer").ok(),
        fields: vec![("reference".to_owned(), "reference".to_owned())],
        accept_errors: true,
        accept_repairs: true,
        duplicates: Some(Duplicates::Separate),
        ..LoadOptions::default()
    };
    let load = |options: &LoadOptions| load_files(&[path.to_owned()], options, None, &Silent);
    let mut loaded = load(&options);
    if let Ok(first) = &loaded {
        let mut again = false;
        for finding in first.report.all() {
            match &finding.kind {
                Kind::MissingColumn { columns, .. } => {
                    let column = columns.first().into_iter();
                    options.fields = column
                        .map(|column| ("reference".to_owned(), column.clone()))
                        .collect();
                    again = true;
                }
                Kind::CrsNotDeclared { .. } => {
                    options.crs = Some(Crs::Wgs84);
                    again = true;
                }
                _ => {}
            }
        }
        if again {
            loaded = load(&options);
        }
    }
    loaded.map_or_else(
        |error| error.to_string(),
        |loaded| load_text::text(&loaded.report, Lang::Cy),
    )
}
