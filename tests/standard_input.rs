//! `groundrule load -`: what another program exports is loaded through a pipe, like a file.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::io::Write as _;
use support::desk::Desk;

const AREAS: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"reference":"A1"},"geometry":{"type":"Polygon","coordinates":[[[-3.6,53.2],[-3.5,53.2],[-3.5,53.3],[-3.6,53.3],[-3.6,53.2]]]}}]}"#;

fn err(output: &std::process::Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_pipe_is_loaded_as_the_layer_that_is_said_and_the_edition_names_where_it_came_from() {
    let desk = Desk::new();
    let output = desk.run_with_input(&["load", "-", "--layer", "areas"], AREAS.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(
        desk.lookup("53.25,-3.55")["layers"][0]["areas"][0]["reference"],
        "A1"
    );
    let edition = std::fs::read_dir(desk.path("atlas/editions"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let manifest = std::fs::read_to_string(edition.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let source = &manifest["sources"][0];
    assert_eq!(source["name"], "standard input");
    assert_eq!(source["bytes"], AREAS.len());
}

#[test]
fn a_packed_pipe_and_a_table_are_told_by_their_content() {
    let desk = Desk::new();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(AREAS.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let table = "reference,lon,lat\nT1,-3.55,53.25\n";
    for (layer, input) in [("packed", packed.as_slice()), ("table", table.as_bytes())] {
        let arguments = ["load", "-", "--layer", layer, "--crs", "EPSG:4326"];
        let output = desk.run_with_input(&arguments, input);
        assert_eq!(output.status.code(), Some(0), "{layer}: {}", err(&output));
    }
}

#[test]
fn a_pipe_without_a_layer_beside_files_or_with_nothing_in_it_is_refused_in_a_sentence() {
    let desk = Desk::new();
    let nameless = desk.run_with_input(&["load", "-"], AREAS.as_bytes());
    assert_eq!(nameless.status.code(), Some(2));
    assert!(err(&nameless).contains("say --layer"), "{}", err(&nameless));
    let arguments = ["load", "-", "more.geojson", "--layer", "areas"];
    let beside = desk.run_with_input(&arguments, AREAS.as_bytes());
    assert_eq!(beside.status.code(), Some(2));
    assert!(err(&beside).contains("loaded alone"), "{}", err(&beside));
    let empty = desk.run_with_input(&["load", "-", "--layer", "areas"], b"");
    assert_eq!(empty.status.code(), Some(1));
    assert!(err(&empty).contains("nothing came"), "{}", err(&empty));
    assert!(!desk.path("atlas/current").exists());
}
