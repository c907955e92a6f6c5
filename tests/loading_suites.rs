//! Other people's good and bad files: each gives rows or one clear line, none a panic, and none keeps
//! anybody waiting.

#[path = "support/made_up.rs"]
mod made_up;
mod support;

use groundrule::loading::finding::Severity;
use groundrule::loading::{LoadError, LoadOptions, Loaded, Silent, load_files, load_map};
use groundrule::policy::LayerId;
use made_up::Random;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Seconds that a file of the suites may take, GDAL's start included.
const MAX_SECONDS: u64 = 20;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut entries: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn options() -> LoadOptions {
    LoadOptions {
        layer: LayerId::new("layer").ok(),
        crs: Some(groundrule::geometry::Crs::Wgs84),
        accept_errors: true,
        accept_repairs: true,
        duplicates: Some(groundrule::loading::Duplicates::Separate),
        ..LoadOptions::default()
    }
}

/// What a load said, and how many errors it found.
struct Outcome {
    said: String,
    errors: u64,
}

/// Loads a file by the first column that it has, so that its rows are checked too.
fn outcome(path: &Path) -> Outcome {
    let of = |loaded: &Loaded| Outcome {
        said: support::said(&loaded.report),
        errors: loaded.report.count(Severity::Error),
    };
    let failed = |error: LoadError| Outcome {
        said: error.to_string(),
        errors: 1,
    };
    let load = |options: &LoadOptions| load_files(&[path.to_owned()], options, None, &Silent);
    let first = match load(&options()) {
        Ok(loaded) => loaded,
        Err(error) => return failed(error),
    };
    let columns = first.report.all().find_map(|finding| match &finding.kind {
        groundrule::loading::finding::Kind::NoReferenceColumn { columns } => {
            columns.first().cloned()
        }
        _ => None,
    });
    let Some(column) = columns else {
        return of(&first);
    };
    let by_column = LoadOptions {
        fields: vec![("reference".to_owned(), column)],
        ..options()
    };
    load(&by_column).map_or_else(failed, |loaded| of(&loaded))
}

#[test]
fn no_file_of_the_suites_brings_the_loader_down() {
    let Some(suites) = support::shared("data/suites") else {
        return;
    };
    let mut all = Vec::new();
    files(&suites, &mut all);
    assert!(all.len() > 400);
    for path in all {
        let begun = Instant::now();
        let said = outcome(&path).said;
        assert!(!said.trim().is_empty(), "{}", path.display());
        assert!(
            !said.contains("did not expect"),
            "{}: a parser panicked: {said}",
            path.display()
        );
        let took = begun.elapsed();
        assert!(
            took < Duration::from_secs(MAX_SECONDS),
            "{}: {took:?}",
            path.display()
        );
    }
}

/// Every good file cut at many places: an error or fewer rows with a finding, never a panic.
#[test]
fn files_that_are_cut_short_are_told() {
    let Some(data) = support::shared("data") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    for name in [
        "plan_pack/parishes.fgb",
        "plan_pack/local_nature_reserves.gpkg",
        "plan_pack/aonb.kml",
        "plan_pack/sac_bng_crsmember.geojson",
        "dl_formats/shapefile_zip.resource",
        "plan_pack/scheduled_monument.csv",
        "welsh_dbf/utf8_cpg.shp",
    ] {
        let bytes = std::fs::read(data.join(name)).expect("a file");
        for share in [1, 3, 10, 33, 50, 75, 97] {
            let file_name = Path::new(name).file_name().expect("a name");
            let path = folder.path().join(file_name);
            std::fs::write(&path, &bytes[..bytes.len() * share / 100]).expect("written");
            let outcome = outcome(&path);
            assert!(
                outcome.errors > 0,
                "{name} cut to {share} %: {}",
                outcome.said
            );
        }
    }
}

/// One bit flipped at many places: whatever comes out, it is no panic and no endless wait.
#[test]
fn files_with_a_flipped_bit_are_survived() {
    let Some(data) = support::shared("data") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    for name in [
        "suites/fgb/poly00.fgb",
        "suites/pyogrio/test_gpkg_nulls.gpkg",
        "suites/pyogrio/curvepolygon.gpkg",
        "dl_formats/shapefile_zip.resource",
        "dl_formats/geojson.resource",
        "suites/shp_mbostock/polygons.shp",
        "suites/fiona/trio.seq",
    ] {
        let bytes = std::fs::read(data.join(name)).expect("a file");
        let file_name = Path::new(name).file_name().expect("a name");
        let path = folder.path().join(file_name);
        for at in 0..60 {
            let mut bytes = bytes.clone();
            // Spread over the file, denser at its start, where headers are.
            let byte = if at < 30 {
                at * 7 % bytes.len()
            } else {
                bytes.len() * (at - 29) / 32
            };
            bytes[byte] ^= 1 << (at % 8);
            std::fs::write(&path, &bytes).expect("written");
            let begun = Instant::now();
            let said = outcome(&path).said;
            assert!(!said.trim().is_empty());
            assert!(
                begun.elapsed() < Duration::from_secs(MAX_SECONDS),
                "{name}, byte {byte}"
            );
        }
    }
}

/// The sample's map.toml with lines dropped, doubled and changed: whatever comes out, it is no panic.
/// Its files are not there, so that nothing is read but the map.
#[test]
fn a_map_file_that_is_spoilt_in_any_way_is_read_or_refused() {
    let text = std::fs::read_to_string(support::sample::source("data/map.toml")).expect("a map");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("map.toml");
    let mut random = Random(20);
    let spoils = [
        "[",
        "]]",
        "\"",
        "=",
        "{",
        "\u{0}",
        "é",
        "1e999",
        "[[layer]]",
        "id",
        "\n",
        "-1",
    ];
    for at in 0..1500 {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for _ in 0..=random.below(3) {
            let line = random.below(lines.len());
            match random.below(4) {
                0 => drop(lines.remove(line)),
                1 => lines.insert(line, lines[line].clone()),
                2 => {
                    let other = random.below(lines.len());
                    lines.swap(line, other);
                }
                _ => {
                    let mut letters: Vec<char> = lines[line].chars().collect();
                    let spoil = spoils[random.below(spoils.len())];
                    let place = random.below(letters.len() + 1);
                    let end = (place + random.below(4)).min(letters.len());
                    letters.splice(place..end, spoil.chars());
                    lines[line] = letters.into_iter().collect();
                }
            }
        }
        let spoilt = lines.join("\n");
        std::fs::write(&path, &spoilt).expect("written");
        let begun = Instant::now();
        let outcome = load_map(&path, &LoadOptions::default(), &Silent);
        let said = outcome.map_or_else(
            |error| error.to_string(),
            |loaded| support::said(&loaded.report),
        );
        assert!(!said.trim().is_empty(), "{at}: {spoilt}");
        assert!(begun.elapsed() < Duration::from_secs(MAX_SECONDS), "{at}");
    }
}
