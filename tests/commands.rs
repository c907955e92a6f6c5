//! The command line as GIS staff and officers use it: the built program in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use serde_json::Value as Json;
use std::fs;
use std::path::{Path, PathBuf};
use support::desk::Desk;
use support::sample::source;

/// Layer and reference of every area that applies.
fn applying(answer: &Json) -> Vec<(String, String)> {
    let layers = answer["layers"].as_array().unwrap();
    let mut areas: Vec<(String, String)> = layers
        .iter()
        .flat_map(|layer| {
            let areas = layer["areas"].as_array().unwrap().iter();
            areas.map(|area| {
                (
                    layer["layer"].as_str().unwrap().to_owned(),
                    area["reference"].as_str().unwrap().to_owned(),
                )
            })
        })
        .collect();
    areas.sort();
    areas
}

fn plan_pack() -> Option<PathBuf> {
    support::shared("data/plan_pack")
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_real_authoritys_map_in_all_its_formats_is_published_and_answers() {
    let Some(pack) = plan_pack() else { return };
    let desk = Desk::new();
    let report = desk.path("report.json");
    let out = desk.expect(
        0,
        &[
            "load",
            text(&pack.join("map.toml")),
            "--report",
            text(&report),
            "--note",
            "first load",
        ],
    );
    assert!(out.ends_with("with 13 layers\n"), "{out}");
    let report: Json = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    let of = |layer: &str, field: &str| {
        let layers = report["layers"].as_array().unwrap();
        layers.iter().find(|found| found["layer"] == layer).unwrap()[field]
            .as_u64()
            .unwrap()
    };
    // The figures of the data's own README.
    for (layer, rows, areas) in [
        ("conservation-area", 36, 36),
        ("green-belt", 1, 1),
        ("sssi", 44, 26),
        ("ancient-woodland", 122, 94),
        ("open-space", 69, 69),
        ("scheduled-monument", 58, 58),
        ("area-of-outstanding-natural-beauty", 2, 2),
        ("parish", 52, 52),
        ("agricultural-land", 40, 40),
        ("special-area-of-conservation", 12, 2),
        ("allotment", 44, 44),
        ("local-nature-reserve", 9, 8),
    ] {
        assert_eq!(
            (of(layer, "rows"), of(layer, "areas")),
            (rows, areas),
            "{layer}"
        );
    }
    assert_eq!(
        (
            of("agricultural-land", "parts"),
            of("agricultural-land", "vertices")
        ),
        (2579, 34230)
    );
    let listed = desk.expect(0, &["editions"]);
    assert!(
        listed.starts_with("* ") && listed.contains("13 layers") && listed.contains("first load"),
        "{listed}"
    );
    assert_eq!(desk.expect(0, &["layers"]).lines().count(), 14);
    assert!(desk.expect(0, &["verify"]).contains("is whole"));

    let forms = [
        "ST 75031 64781",
        "375031,164781",
        "51.38152,-2.36016",
        "https://www.openstreetmap.org/#map=18/51.38152/-2.36016",
    ];
    let answers: Vec<_> = forms
        .iter()
        .map(|form| applying(&desk.lookup(form)))
        .collect();
    assert!(
        answers[0].contains(&("conservation-area".to_owned(), "Bath".to_owned())),
        "{:?}",
        answers[0]
    );
    for (form, answer) in forms.iter().zip(&answers) {
        assert_eq!(answer, &answers[0], "{form}");
    }
    assert!(
        desk.refused(1, &["lookup", "BA1 1LZ"])
            .contains("groundrule places load")
    );
    let postcodes = pack.join("postcodes_codepoint_open_BA.csv");
    assert!(
        desk.expect(0, &["places", "load", text(&postcodes)])
            .contains("5783 places")
    );
    let answer = desk.lookup("BA1 1LZ");
    assert_eq!(answer["place"]["postcode"], "BA1 1LZ");
    assert!(!applying(&answer).is_empty());
    assert_eq!(answer["places"].as_array().unwrap().len(), 1);
    let told = desk.expect(0, &["lookup", "BA1 1LZ"]);
    assert!(
        told.contains("■ Conservation areas") && told.contains("inside the line"),
        "{told}"
    );
}

#[test]
fn files_that_would_put_a_boundary_in_the_wrong_place_are_refused_with_the_reason() {
    let Some(pack) = plan_pack() else { return };
    let desk = Desk::new();
    let told = desk.refused(
        1,
        &["load", text(&pack.join("greenspace_bng_nocrs.geojson"))],
    );
    assert!(told.contains("--crs EPSG:27700"), "{told}");
    let swapped = desk.path("swapped.geojson");
    fs::write(
        &swapped,
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"reference":"A"},
            "geometry":{"type":"Polygon","coordinates":[[[51.38,-2.36],[51.39,-2.36],[51.39,-2.35],[51.38,-2.36]]]}}]}"#,
    )
    .unwrap();
    let told = desk.refused(1, &["load", text(&swapped)]);
    assert!(told.contains("longitude before latitude"), "{told}");
    assert!(
        !desk.path("atlas").join("current").exists(),
        "nothing is published"
    );
    for arguments in [&["load", "nowhere.geojson"][..], &["load", "nowhere.toml"]] {
        assert!(
            desk.refused(3, arguments).contains("nowhere"),
            "{arguments:?}"
        );
    }
}

#[test]
fn every_single_file_loads_by_itself_and_carries_the_rest_over() {
    let Some(pack) = plan_pack() else { return };
    let desk = Desk::new();
    let fields = |file: &str| match file {
        "parishes.fgb" => "reference=polygon_id",
        "conservation_areas.shp" | "aonb.kml" => "reference=Name",
        "green_belt.gpkg" => "reference=gb",
        "ancient_woodland.tab" => "reference=themid",
        "open_space_parks.mif" | "allotments_noprj.shp" => "reference=ethos_id",
        "agricultural_land.geojson" => "reference=objectid",
        "sac_bng_crsmember.geojson" => "reference=sac_code",
        "functional_sites.shp" => "reference=id",
        _ => "reference=reference",
    };
    for (file, layer, areas, more) in [
        ("parishes.fgb", "parish", 52, &[][..]),
        ("green_belt.gpkg", "green-belt", 1, &[]),
        ("aonb.kml", "aonb", 2, &["--fields", "reference=code"]),
        ("agricultural_land.geojson", "agricultural-land", 40, &[]),
        (
            "allotments_noprj.shp",
            "allotment",
            44,
            &["--crs", "EPSG:27700"],
        ),
        ("functional_sites.shp", "functional-site", 125, &[]),
        (
            "scheduled_monument.csv",
            "scheduled-monument",
            58,
            &["--crs", "EPSG:27700"],
        ),
    ] {
        let path = pack.join(file);
        let mut arguments = vec!["load", text(&path), "--layer", layer];
        if !more.contains(&"--fields") {
            arguments.extend(["--fields", fields(file)]);
        }
        arguments.extend(more);
        desk.expect(0, &arguments);
        let layers = desk.expect(0, &["layers"]);
        let line = layers
            .lines()
            .find(|line| line.starts_with(&format!("{layer} ")))
            .unwrap();
        assert!(line.contains(&format!("{areas} area")), "{line}");
    }
    assert_eq!(
        desk.expect(0, &["layers"]).lines().count(),
        8,
        "every load kept the layers before it"
    );
    // Rows that share a reference are refused unless a map says what to make of them.
    let told = desk.refused(
        1,
        &["load", text(&pack.join("sssi.gml")), "--layer", "sssi"],
    );
    assert!(
        told.contains("share the reference") || told.contains("reference"),
        "{told}"
    );
    let told = desk.refused(
        1,
        &[
            "load",
            text(&pack.join("conservation_areas.shp")),
            "--fields",
            "reference=nothing",
        ],
    );
    assert!(
        told.contains("designatio"),
        "the columns are listed: {told}"
    );
}

#[test]
fn an_edition_can_be_rolled_back_and_a_flipped_byte_is_found() {
    let desk = Desk::new();
    let map = source("data/map.toml");
    desk.expect(0, &["load", text(&map)]);
    desk.expect(0, &["load", text(&source("data/sssi.geojson"))]);
    let editions = desk.expect(0, &["editions"]);
    let ids: Vec<&str> = editions
        .lines()
        .map(|line| line[2..].split(' ').next().unwrap())
        .collect();
    assert_eq!(ids.len(), 2);
    let out = desk.expect(0, &["activate", ids[0]]);
    assert!(out.contains(&format!("before it was {}", ids[1])), "{out}");
    assert!(
        desk.expect(0, &["editions"])
            .starts_with(&format!("* {}", ids[0]))
    );
    assert!(
        desk.refused(2, &["activate", "yesterday"])
            .contains("2026-11-23.1")
    );
    desk.refused(3, &["activate", "2020-01-01.1"]);

    let place = "240262,305398";
    let before = desk.lookup(place);
    let state = |answer: &Json| {
        let layers = answer["layers"].as_array().unwrap();
        let layer = layers
            .iter()
            .find(|layer| layer["layer"] == "conservation-area")
            .unwrap();
        (
            layer["state"].as_str().unwrap().to_owned(),
            layer["reason"].clone(),
        )
    };
    assert_eq!(state(&before).0, "applies");
    let file = desk
        .path("atlas")
        .join("editions")
        .join(ids[0])
        .join("layers/conservation-area.fgb");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    assert_eq!(
        state(&desk.lookup(place)),
        ("not_known".to_owned(), Json::from("layer_unavailable"))
    );
    let told = desk.refused(3, &["verify"]);
    assert!(
        told.contains("layers/conservation-area.fgb is damaged: bytes"),
        "{told}"
    );
    assert!(desk.expect(0, &["verify", ids[1]]).contains("is whole"));
}

#[test]
fn a_dry_run_publishes_nothing_and_a_second_load_of_the_same_gives_the_same_layers() {
    let desk = Desk::new();
    let map = source("data/map.toml");
    assert!(
        desk.expect(0, &["load", text(&map), "--dry-run"])
            .ends_with("dry run: nothing is published\n")
    );
    assert!(!desk.path("atlas").exists());
    desk.expect(0, &["load", text(&map)]);
    desk.expect(0, &["load", text(&map)]);
    let layers = |edition: &str| -> Vec<(String, String)> {
        let manifest = desk
            .path("atlas")
            .join("editions")
            .join(edition)
            .join("manifest.json");
        let manifest: Json = serde_json::from_str(&fs::read_to_string(manifest).unwrap()).unwrap();
        let files = manifest["files"].as_array().unwrap().clone();
        files
            .iter()
            .map(|file| (file["path"].to_string(), file["sha256"].to_string()))
            .collect()
    };
    let editions = desk.expect(0, &["editions"]);
    let ids: Vec<&str> = editions
        .lines()
        .map(|line| line[2..].split(' ').next().unwrap())
        .collect();
    assert_eq!(layers(ids[0]), layers(ids[1]));
}

#[test]
fn the_command_line_says_what_it_does_not_understand() {
    let desk = Desk::new();
    assert!(desk.refused(2, &["lookup"]).contains("Usage"));
    assert!(
        desk.refused(2, &["load", "a.toml", "b.toml"])
            .contains("one map.toml")
    );
    assert!(
        desk.refused(2, &["load", "a.toml", "--report", "report.txt"])
            .contains(".html or .csv")
    );
    assert!(
        desk.refused(2, &["load", "a.geojson", "--crs", "EPSG:2154"])
            .contains("EPSG:27700 (British National Grid)")
    );
    assert!(
        desk.refused(3, &["lookup", "1,2"])
            .contains("there is no atlas")
    );
    assert!(desk.expect(0, &["--version"]).starts_with("groundrule 0."));
    assert!(desk.expect(0, &["--help"]).contains("demo"));
}

#[test]
fn a_report_is_written_in_every_form_that_is_asked_for_also_when_the_load_is_refused() {
    let desk = Desk::new();
    let bow_tie = r#"{"type":"Feature","properties":{"reference":"=B1","name":"Bow"},"geometry":{"type":"Polygon","coordinates":[[[-3.5,53.2],[-3.4,53.3],[-3.4,53.2],[-3.5,53.3],[-3.5,53.2]]]}}"#;
    let file = desk.put(
        "bow.geojson",
        &format!(r#"{{"type":"FeatureCollection","features":[{bow_tie}]}}"#),
    );
    let reports = ["r.csv", "r.html", "r.json"].map(|name| desk.path(name));
    let mut arguments = vec!["load", &file];
    for report in &reports {
        arguments.extend(["--report", report.to_str().unwrap()]);
    }
    let english = desk.expect(1, &arguments);
    assert!(english.contains("the outline crosses itself"), "{english}");
    let [csv, html, json] = reports
        .clone()
        .map(|path| fs::read_to_string(path).unwrap());
    let row = csv.lines().nth(1).unwrap();
    assert!(
        row.starts_with("error,invalid-geometry-changed,bow,bow.geojson,1,'=B1,,,"),
        "{row}"
    );
    assert!(row.contains(",-3.45"), "{row}");
    assert!(html.contains("the outline crosses itself") && html.contains("<svg"));
    assert!(html.contains("class=\"ring\"") && html.contains("class=\"spot\""));
    let json: Json = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["errors"], &json["lang"]), (&1.into(), &"en".into()));
    let welsh = desk.expect(1, &[&arguments[..], &["--lang", "cy"]].concat());
    let crosses = "mae'r amlinell yn ei chroesi ei hun";
    assert!(
        welsh.contains(crosses) && welsh.contains("1 gwall"),
        "{welsh}"
    );
    let [csv, html, json] = reports.map(|path| fs::read_to_string(path).unwrap());
    assert!(csv.contains(crosses));
    assert!(html.contains("<html lang=\"cy\"") && html.contains("<svg"));
    let json: Json = serde_json::from_str(&json).unwrap();
    assert_eq!(json["lang"], "cy");
    let message = json["layers"][0]["findings"][0]["message"]
        .as_str()
        .unwrap();
    assert!(message.contains(crosses), "{message}");
}

#[test]
fn links_that_are_no_address_and_ground_drawn_twice_are_told_and_published() {
    let desk = Desk::new();
    let ground = "\"POLYGON((294000 377000,294100 377000,294100 377100,294000 377000))\"";
    let rows = format!(
        "reference,document-url,geometry\nA,https://example.org/a,{ground}\nB,javascript:alert(1),{ground}\n"
    );
    let file = desk.put("sites.csv", &rows);
    let said = desk.expect(0, &["load", &file, "--crs", "EPSG:27700"]);
    for line in [
        "row 2 (B), column document-url: the link is not an http or https address",
        "row 2 (B): the area has the very outline of “A”",
        "0 errors, 2 warnings, 0 notices: can be published",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
}
