//! Tiles by the command line: prepared after a load, written to an archive, and what is left when either is ended.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/made_up.rs"]
mod made_up;
#[path = "support/pmtiles.rs"]
mod pmtiles;
mod support;

use made_up::{Random, rough_ring};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use support::desk::Desk;

/// Areas so rough that their overview tiles are worth preparing.
fn heavy(desk: &Desk) -> String {
    let mut random = Random(20_261_125);
    let mut rows = String::from("reference,geometry\n");
    for number in 0..12 {
        let middle = (
            -3.9 + 0.12 * f64::from(number % 4),
            53.0 + 0.1 * f64::from(number / 4),
        );
        let ring = rough_ring(&mut random, middle, 0.04, 4_500, 0.3);
        let corner = |(x, y): &(f64, f64)| format!("{x} {y}");
        let ring: Vec<String> = ring.iter().chain(&ring[..1]).map(corner).collect();
        writeln!(rows, "F{number},\"POLYGON(({}))\"", ring.join(",")).unwrap();
    }
    desk.put("flood-zone.csv", &rows)
}

/// The command line of a load of them.
fn load(desk: &Desk, file: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groundrule"));
    command
        .args(["load", file, "--crs", "EPSG:4326"])
        .env("GROUNDRULE_ATLAS", desk.path("atlas"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Waits until a load says that it has published.
fn published(child: &mut Child) {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = lines.any(|line| line.unwrap().starts_with("published "));
    assert!(said, "nothing was published");
}

/// The names under a folder and the folders in it.
fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    for entry in entries.map(|entry| entry.unwrap()) {
        names.push(entry.file_name().into_string().unwrap());
        names.extend(self::names(&entry.path()));
    }
    names
}

fn prepared(desk: &Desk) -> usize {
    let names = names(&desk.path("atlas/editions"));
    names.iter().filter(|name| name.ends_with(".tile")).count()
}

#[test]
fn a_load_that_is_killed_while_it_prepares_has_published_and_the_rest_is_prepared_when_asked_for() {
    let desk = Desk::new();
    let file = heavy(&desk);
    let mut cut_short = 0;
    for after_ms in [0, 20, 60, 150] {
        let mut child = load(&desk, &file).spawn().unwrap();
        published(&mut child);
        std::thread::sleep(Duration::from_millis(after_ms));
        child.kill().unwrap();
        cut_short += usize::from(child.wait().unwrap().code().is_none());
        let verified = desk.expect(0, &["verify"]);
        assert!(verified.contains("is whole"), "{verified}");
        let answer = desk.lookup("53.0,-3.9");
        assert_eq!(answer["layers"][0]["state"], "applies");
    }
    assert!(cut_short > 0, "none was cut short");
    let before = prepared(&desk);
    let told = desk.expect(0, &["editions", "prepare"]);
    assert!(told.starts_with("prepared "), "{told}");
    assert!(prepared(&desk) >= before);
    let again = desk.expect(0, &["editions", "prepare"]);
    assert!(again.starts_with("prepared 0 overview tiles"), "{again}");
    let current = fs::read_to_string(desk.path("atlas/current")).unwrap();
    let left = names(&desk.path(&format!("atlas/editions/{}", current.trim())));
    assert!(!left.iter().any(|name| name.ends_with(".part")), "{left:?}");
    desk.expect(0, &["verify"]);
    desk.refused(3, &["editions", "prepare", "2020-01-01.1"]);
    desk.refused(2, &["editions", "prepare", "yesterday"]);
}

#[test]
fn preparing_ends_in_peace_when_it_is_interrupted_and_is_left_out_where_nobody_wants_it() {
    let desk = Desk::new();
    let file = heavy(&desk);
    let out = desk.expect(0, &["load", &file, "--crs", "EPSG:4326", "--no-tiles"]);
    assert!(out.trim_end().ends_with("with 1 layer"), "{out}");
    assert_eq!(prepared(&desk), 0);
    let mut child = load(&desk, &file).spawn().unwrap();
    published(&mut child);
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{told}");
    assert!(told.contains("groundrule editions prepare"), "{told}");
    assert!(desk.expect(0, &["verify"]).contains("is whole"));
}

/// What Ctrl-C does.
fn interrupt(child: &Child) {
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn an_archive_that_is_interrupted_leaves_nothing_and_one_that_is_there_stays() {
    let desk = Desk::new();
    let file = heavy(&desk);
    desk.expect(0, &["load", &file, "--crs", "EPSG:4326", "--no-tiles"]);
    let folder = desk.path("out");
    fs::create_dir(&folder).unwrap();
    let out = folder.join("map.pmtiles");
    let mut child = Command::new(env!("CARGO_BIN_EXE_groundrule"))
        .args(["export", out.to_str().unwrap()])
        .env("GROUNDRULE_ATLAS", desk.path("atlas"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while names(&folder).is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(
        !out.exists(),
        "the archive has its name only when it is whole"
    );
    interrupt(&child);
    let told = {
        let mut told = String::new();
        std::io::Read::read_to_string(child.stderr.as_mut().unwrap(), &mut told).unwrap();
        told
    };
    assert_eq!(child.wait().unwrap().code(), Some(130), "{told}");
    assert!(
        told.contains("nothing of the archive is left behind"),
        "{told}"
    );
    assert_eq!(names(&folder), Vec::<String>::new());

    fs::write(&out, "mine").unwrap();
    let told = desk.refused(1, &["export", out.to_str().unwrap(), "--max-zoom", "8"]);
    assert!(told.contains("is there already"), "{told}");
    assert_eq!(fs::read_to_string(&out).unwrap(), "mine");
    let export = [
        "export",
        out.to_str().unwrap(),
        "--max-zoom",
        "8",
        "--force",
    ];
    let told = desk.expect(0, &export);
    assert!(told.contains("zoom 0 to 8"), "{told}");
    assert_eq!(names(&folder), ["map.pmtiles"]);
    assert_eq!(pmtiles::read(&fs::read(&out).unwrap()).max_zoom, 8);
}

#[test]
fn an_archive_says_what_is_in_it_and_holds_the_layer_that_was_asked_for() {
    let desk = Desk::new();
    let map = support::sample::source("data/map.toml");
    desk.expect(0, &["load", map.to_str().unwrap()]);
    let out = desk.path("sssi.pmtiles");
    let out = out.to_str().unwrap();
    let arguments = ["export", out, "--layer", "sssi", "--max-zoom", "12"];
    let told = desk.expect(0, &arguments);
    let archive = pmtiles::read(&fs::read(out).unwrap());
    let count = archive.tiles.len();
    assert!(
        told.starts_with(&format!("exported {count} tiles of edition ")),
        "{told}"
    );
    let metadata = &archive.metadata;
    let layers = metadata["vector_layers"].as_array().unwrap();
    let ids: Vec<_> = layers
        .iter()
        .map(|layer| layer["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["sssi"], "names begin deeper");
    assert_eq!(layers[0]["fields"]["reference"], "String");
    assert_eq!(layers[0]["maxzoom"], 12);
    assert!(metadata["attribution"].is_string() && metadata["name"].is_string());
    let current = fs::read_to_string(desk.path("atlas/current")).unwrap();
    assert_eq!(metadata["version"], current.trim());

    let welsh = desk.path("sssi-cy.pmtiles");
    let welsh = welsh.to_str().unwrap();
    let arguments = [
        "export",
        welsh,
        "--layer",
        "sssi",
        "--max-zoom",
        "6",
        "--lang",
        "cy",
    ];
    desk.expect(0, &arguments);
    let in_welsh = pmtiles::read(&fs::read(welsh).unwrap()).metadata;
    assert_ne!(in_welsh["name"], metadata["name"]);

    let usage = |arguments: &[&str]| desk.refused(2, arguments);
    assert!(
        usage(&["export", "x.pmtiles", "--max-zoom", "17"])
            .contains("deepest zoom of our tiles, 16")
    );
    assert!(usage(&["export", "x.gpkg", "--max-zoom", "9"]).contains(".pmtiles"));
    assert!(usage(&["export", "x.pmtiles", "--layer", "wishes"]).contains("the layers are: "));
    assert!(usage(&["export", "x.mbtiles"]).contains(".pmtiles"));
    // A damaged layer is told before anything is written.
    let edition = desk.path(&format!("atlas/editions/{}", current.trim()));
    let layer = edition.join("layers/sssi.fgb");
    let mut bytes = fs::read(&layer).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&layer, bytes).unwrap();
    let told = desk.refused(3, &["export", "x.pmtiles"]);
    assert!(told.contains("layers/sssi.fgb is damaged"), "{told}");
    assert!(!desk.path("x.pmtiles").exists());
}
