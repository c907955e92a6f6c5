//! Ways in which a row, a region or a layer once got lost between a file and an answer, each in the
//! built program. A map that lost something must not say no where it does not know.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::fs;
use std::path::Path;
use support::desk::Desk;

/// A square of some metres on the National Grid.
fn ring(x: i32, y: i32, side: i32) -> String {
    let (east, north) = (x + side, y + side);
    format!("[[[{x},{y}],[{east},{y}],[{east},{north}],[{x},{north}],[{x},{y}]]]")
}

fn wkt(x: i32, y: i32) -> String {
    let (east, north) = (x + 100, y + 100);
    format!("POLYGON(({x} {y},{east} {y},{east} {north},{x} {north},{x} {y}))")
}

fn feature(properties: &str, x: i32, y: i32, side: i32) -> String {
    let ring = ring(x, y, side);
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"Polygon","coordinates":{ring}}}}}"#
    )
}

fn collection(features: &[String]) -> String {
    let features = features.join(",");
    format!(
        r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"EPSG:27700"}}}},"features":[{features}]}}"#
    )
}

/// One area of 100 m with a reference.
fn one(reference: &str, x: i32) -> String {
    collection(&[feature(
        &format!(r#""reference":"{reference}""#),
        x,
        160_100,
        100,
    )])
}

/// A map whose coverage is a square kilometre, with the layers `ca` and `tpo`.
fn small_map(desk: &Desk) -> String {
    desk.put(
        "small/boundary.geojson",
        &collection(&[feature("", 370_000, 160_000, 1_000)]),
    );
    desk.put(
        "big/boundary.geojson",
        &collection(&[feature("", 360_000, 150_000, 20_000)]),
    );
    desk.put("ca.geojson", &one("CA1", 370_100));
    desk.put("tpo.geojson", &one("T1", 370_300));
    desk.put(
        "map.toml",
        "title = \"T\"\nauthority = { name = \"A\" }\ncoverage = \"small/boundary.geojson\"\n\
         [[layer]]\nid = \"ca\"\nfile = \"ca.geojson\"\ngroup = \"constraints\"\n\
         [[layer]]\nid = \"tpo\"\nfile = \"tpo.geojson\"\ngroup = \"constraints\"\n",
    )
}

/// A map of one layer inside the large square; `more` stands under the layer.
fn map_of(desk: &Desk, file: &str, more: &str) -> String {
    desk.put(
        "big/boundary.geojson",
        &collection(&[feature("", 360_000, 150_000, 20_000)]),
    );
    desk.put(
        "one.toml",
        &format!(
            "title = \"T\"\nauthority = {{ name = \"A\" }}\ncoverage = \"big/boundary.geojson\"\n\
             [[layer]]\nid = \"one\"\nfile = \"{file}\"\ngroup = \"constraints\"\n{more}\n"
        ),
    )
}

#[test]
fn a_coverage_does_not_replace_that_of_another_layer_by_its_file_name() {
    let desk = Desk::new();
    let map = small_map(&desk);
    desk.expect(0, &["load", &map]);
    let fz = desk.put("fz.geojson", &one("F1", 370_500));
    let load = ["load", &fz, "--coverage", "big/boundary.geojson"];
    desk.expect(0, &load);
    let far = "375000,155000";
    assert_eq!(desk.state("fz", far), "does_not_apply");
    for layer in ["ca", "tpo"] {
        assert_eq!(desk.state(layer, far), "not_known: outside_coverage");
        assert_eq!(desk.state(layer, "370800,160800"), "does_not_apply");
    }
    // Loaded again, the layer replaces its own region and nobody else's.
    desk.expect(0, &load);
    assert_eq!(desk.state("fz", far), "does_not_apply");
    assert_eq!(desk.state("ca", far), "not_known: outside_coverage");
    let layers = desk.expect(0, &["layers"]);
    assert!(
        layers.contains("complete in boundary.geojson (2)") && !layers.contains("(3)"),
        "{layers}"
    );
}

#[test]
fn rows_that_are_merged_must_agree_on_when_they_are_in_force() {
    let desk = Desk::new();
    let ended = feature(
        r#""reference":"A","end-date":"2020-01-01""#,
        370_100,
        160_100,
        100,
    );
    let lasting = feature(r#""reference":"A","name":"x""#, 370_300, 160_100, 100);
    desk.put("md.geojson", &collection(&[ended, lasting]));
    let map = map_of(&desk, "md.geojson", "duplicate-references = \"merge\"");
    let told = desk.refused(1, &["load", &map]);
    assert!(
        told.contains("row 2 (A)") && told.contains("row 1 but other dates"),
        "{told}"
    );
    desk.expect(0, &["load", &map, "--accept-errors"]);
    assert_eq!(
        desk.state("one", "370350,160150"),
        "not_known: layer_incomplete"
    );
}

#[test]
fn what_follows_a_geometry_in_its_cell_is_not_dropped() {
    let desk = Desk::new();
    for between in [", ", " ", ";", " and "] {
        let (a, b) = (wkt(370_000, 160_000), wkt(371_000, 160_000));
        let csv = desk.put("x.csv", &format!("reference,wkt\nB,\"{a}{between}{b}\"\n"));
        let told = desk.refused(1, &["load", &csv, "--crs", "EPSG:27700"]);
        assert!(told.contains("after the geometry stands"), "{told}");
    }
    // A file of several lines is a coverage of several areas.
    let lines = format!("{}\n{}\n", wkt(370_000, 160_000), wkt(371_000, 160_000));
    desk.put("two.wkt", &lines);
    let file = desk.put("x.geojson", &one("A", 370_000));
    let crs = ["--crs", "EPSG:27700"];
    let load = ["load", &file, "--coverage", "two.wkt"];
    desk.expect(0, &[&load[..], &crs].concat());
    assert_eq!(desk.state("x", "371050,160050"), "does_not_apply");
}

#[test]
fn a_srid_in_a_cell_is_the_system_of_its_file() {
    let desk = Desk::new();
    let grid = desk.put(
        "grid.csv",
        &format!(
            "reference,wkt\nI,\"SRID=27700;{}\"\n",
            wkt(370_000, 160_000)
        ),
    );
    desk.expect(0, &["load", &grid]);
    let told = desk.refused(1, &["load", &grid, "--crs", "EPSG:4326"]);
    assert!(
        told.contains("EPSG:27700") && told.contains("EPSG:4326"),
        "{told}"
    );
    let mixed = desk.put(
        "mixed.csv",
        &format!(
            "reference,wkt\nI,\"SRID=4326;POLYGON((-2.42 51.33,-2.41 51.33,-2.41 51.34,-2.42 51.33))\"\nJ,\"{}\"\n",
            wkt(370_000, 160_000)
        ),
    );
    let told = desk.refused(1, &["load", &mixed]);
    assert!(told.contains("it has no SRID"), "{told}");
}

#[test]
fn a_quotation_mark_that_is_never_closed_does_not_swallow_the_rows_after_it() {
    let desk = Desk::new();
    let rows: Vec<String> = (0..4)
        .map(|at| {
            let name = if at == 1 { "\"The Old Mill" } else { "x" };
            format!("R{at};{};{name}\n", wkt(370_000 + at * 1_000, 160_000))
        })
        .collect();
    let csv = desk.put("q.csv", &format!("reference;wkt;name\n{}", rows.concat()));
    let told = desk.refused(1, &["load", &csv, "--crs", "EPSG:27700"]);
    assert!(
        told.contains("a quotation mark of row 2 is never closed"),
        "{told}"
    );
    let places = desk.put(
        "p.csv",
        "name,easting,northing\n\"The Old Mill,370000,160000\nThe Inn,370100,160000\n",
    );
    let told = desk.refused(1, &["places", "load", &places]);
    assert!(told.contains("a quotation mark of row 1"), "{told}");
}

#[test]
fn a_shapefile_whose_index_is_of_another_day_is_refused() {
    let Some(pack) = support::shared("data/plan_pack") else {
        return;
    };
    let desk = Desk::new();
    let bytes = |ending: &str| fs::read(pack.join(format!("allotments_noprj.{ending}"))).unwrap();
    let (shp, mut shx, mut dbf) = (bytes("shp"), bytes("shx"), bytes("dbf"));
    // The index and the table of the day on which there were ten.
    shx.truncate(100 + 10 * 8);
    shx[24..28].copy_from_slice(&(90_u32).to_be_bytes());
    dbf[4..8].copy_from_slice(&10_u32.to_le_bytes());
    for (ending, bytes) in [("shp", &shp), ("shx", &shx), ("dbf", &dbf)] {
        fs::write(desk.path(&format!("old.{ending}")), bytes).unwrap();
    }
    let load = [
        "load",
        "old.shp",
        "--crs",
        "EPSG:27700",
        "--fields",
        "reference=ethos_id",
    ];
    let told = desk.refused(1, &load);
    assert!(
        told.contains("its .shp holds 44 shapes and its .shx leads to 10"),
        "{told}"
    );
}

#[test]
fn rows_that_gdal_passes_over_are_missed() {
    let Some(pack) = support::shared("data/plan_pack") else {
        return;
    };
    let desk = Desk::new();
    for ending in ["tab", "dat", "map", "id"] {
        let name = format!("ancient_woodland.{ending}");
        let mut bytes = fs::read(pack.join(&name)).unwrap();
        if ending == "map" {
            bytes[35_223..35_286].fill(0);
        }
        fs::write(desk.path(&name), bytes).unwrap();
    }
    let load = [
        "load",
        "ancient_woodland.tab",
        "--fields",
        "reference=themid",
    ];
    let told = desk.refused(1, &load);
    assert!(
        told.contains("it holds 122 rows, of which GDAL reads"),
        "{told}"
    );
    let mut mif = fs::read(pack.join("open_space_parks.mif")).unwrap();
    mif[355_008..355_072].fill(0);
    fs::write(desk.path("open_space_parks.mif"), mif).unwrap();
    fs::copy(
        pack.join("open_space_parks.mid"),
        desk.path("open_space_parks.mid"),
    )
    .unwrap();
    let load = [
        "load",
        "open_space_parks.mif",
        "--fields",
        "reference=ethos_id",
    ];
    let told = desk.refused(1, &load);
    assert!(
        told.contains("it holds 69 rows, of which GDAL reads"),
        "{told}"
    );
}

#[test]
fn a_document_after_the_first_and_a_second_list_of_features_are_refused() {
    let desk = Desk::new();
    let (a, b) = (one("A", 370_100), one("B", 370_300));
    let pretty = |text: &str| text.replace(",\"", ",\n\"");
    for (text, why) in [
        (
            format!("{}\n{}", pretty(&a), pretty(&b)),
            "stands after its end",
        ),
        (format!("{a} garbage"), "stands after its end"),
        (
            a.replace("]}}]}", "]}}],\"features\":[]}"),
            "“features” stands more than once",
        ),
    ] {
        let file = desk.put("x.geojson", &text);
        let told = desk.refused(1, &["load", &file]);
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn rows_accepted_as_missing_from_one_file_are_not_accepted_of_the_next() {
    let desk = Desk::new();
    let whole = feature(r#""reference":"A""#, 370_100, 160_100, 100);
    let nowhere = r#"{"type":"Feature","properties":{"reference":"B"},"geometry":null}"#;
    desk.put(
        "one.geojson",
        &collection(&[whole.clone(), nowhere.to_owned()]),
    );
    let map = map_of(
        &desk,
        "one.geojson",
        "incomplete = \"accepted: one tree has no outline\"",
    );
    desk.expect(0, &["load", &map]);
    let there = "370350,160150";
    assert_eq!(desk.state("one", there), "does_not_apply");
    let undated = feature(
        r#""reference":"B","start-date":"TBA""#,
        370_300,
        160_100,
        100,
    );
    let next = desk.put("one.geojson", &collection(&[whole, undated]));
    let told = desk.expect(0, &["load", &next, "--accept-errors"]);
    assert!(told.contains("does not hold for this one"), "{told}");
    assert_eq!(desk.state("one", there), "not_known: layer_incomplete");
}

#[test]
fn what_a_file_declares_is_not_overruled() {
    let desk = Desk::new();
    let degrees = desk.put(
        "deg.geojson",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"reference":"D"},
        "geometry":{"type":"Polygon","coordinates":[[[-2.3,51.38],[-2.29,51.38],[-2.29,51.39],[-2.3,51.38]]]}}]}"#,
    );
    let lambert = desk.put(
        "lambert.geojson",
        &one("A", 370_000).replace("27700", "2154"),
    );
    let grid = desk.put("grid.geojson", &one("A", 370_000));
    let table = desk.put("deg.csv", "reference,lon,lat\nA,-2.3,51.38\n");
    for (file, said, declared) in [
        (&table, "EPSG:27700", "holds degrees"),
        (&degrees, "EPSG:27700", "as GeoJSON does"),
        (&lambert, "EPSG:27700", "EPSG:2154"),
        (&grid, "EPSG:29903", "EPSG:27700"),
    ] {
        let told = desk.refused(1, &["load", file, "--crs", said]);
        let both = told.contains("the file ") && told.contains(declared);
        assert!(both && told.contains(said), "{told}");
    }
    desk.expect(0, &["load", &grid, "--crs", "EPSG:27700"]);
    let custom = r#""crs":{"type":"name","properties":{"name":"EPSG:27700"}},"#;
    let plain = desk.put("plain.geojson", &one("A", 370_000).replace(custom, ""));
    desk.expect(0, &["load", &plain, "--crs", "EPSG:27700"]);
    // Beside a whole map it is for those of its files that do not say.
    let map = map_of(&desk, "plain.geojson", "");
    let more = "[[layer]]\nid = \"deg\"\nfile = \"deg.geojson\"\ngroup = \"context\"\n";
    let text = fs::read_to_string(&map).unwrap();
    fs::write(&map, format!("{text}{more}")).unwrap();
    let told = desk.expect(0, &["load", &map, "--crs", "EPSG:27700"]);
    assert!(
        told.contains("deg: 1 row, 1 area, 1 part, 4 vertices; GeoJSON; EPSG:4326"),
        "{told}"
    );
}

#[test]
fn a_whole_map_mends_an_atlas_and_a_single_layer_does_not_hide_that_it_is_broken() {
    let desk = Desk::new();
    let map = small_map(&desk);
    desk.expect(0, &["load", &map]);
    let editions = desk.path("atlas").join("editions");
    let first = fs::read_dir(&editions).unwrap().next().unwrap().unwrap();
    fs::write(first.path().join("map.json"), "{}").unwrap();
    desk.refused(3, &["verify"]);
    desk.refused(3, &["load", "ca.geojson"]);
    desk.expect(0, &["load", &map]);
    fs::write(first.path().join("manifest.json"), "{").unwrap();
    desk.expect(0, &["load", &map]);
    desk.expect(0, &["verify"]);
    fs::remove_file(desk.path("atlas").join("current")).unwrap();
    let told = desk.refused(1, &["load", "ca.geojson"]);
    assert!(
        told.contains("none is current; groundrule activate"),
        "{told}"
    );
    fs::write(desk.path("atlas").join("current"), "rubbish").unwrap();
    desk.refused(3, &["load", "ca.geojson"]);
    desk.expect(0, &["load", &map]);
    assert_eq!(desk.state("ca", "370150,160150"), "applies");
}

#[test]
fn a_layer_of_exclusive_areas_stays_one_and_an_old_date_is_not_kept() {
    let desk = Desk::new();
    let lone = collection(&[feature(r#""reference":"Z1""#, 370_000, 160_000, 100)]);
    let file = desk.put("one.geojson", &lone);
    let map = map_of(
        &desk,
        "one.geojson",
        "exclusive = true\nas-at = \"2020-01-01\"",
    );
    desk.expect(0, &["load", &map]);
    let told = desk.expect(0, &["load", &file]);
    assert!(told.contains("was true on 2020-01-01"), "{told}");
    let answer = desk.lookup("370050,160050");
    assert!(answer["layers"][0]["as_at"].is_null(), "{answer}");
    let other = feature(r#""reference":"Z2""#, 370_050, 160_000, 100);
    let both = lone.replace("]}}]}", &format!("]}}}},{other}]}}"));
    fs::write(&file, both).unwrap();
    let told = desk.refused(1, &["load", &file]);
    assert!(told.contains("the area overlaps “Z1”"), "{told}");
}

#[test]
fn the_next_file_of_a_layer_is_read_as_the_map_said() {
    let desk = Desk::new();
    let ended = |day: &str| {
        let fields = format!(r#""CA_REF":"CA1","ENDED":"{day}""#);
        collection(&[feature(&fields, 370_000, 160_000, 100)])
    };
    let file = desk.put("one.geojson", &ended("01/02/2030"));
    let map = map_of(
        &desk,
        "one.geojson",
        "fields = { reference = \"CA_REF\", end-date = \"ENDED\" }\ndate-format = \"%d/%m/%Y\"",
    );
    desk.expect(0, &["load", &map]);
    assert_eq!(desk.state("one", "370050,160050"), "applies");
    desk.put("one.geojson", &ended("01/02/2020"));
    desk.expect(0, &["load", &file]);
    assert_eq!(
        desk.state("one", "370050,160050"),
        "does_not_apply",
        "its end is still read"
    );
    // What is said now goes before what was said then, and a column that is gone is told.
    let renamed = ended("01/02/2020").replace("CA_REF", "REF");
    desk.put("one.geojson", &renamed);
    let told = desk.refused(1, &["load", &file]);
    assert!(told.contains("CA_REF"), "{told}");
    desk.expect(0, &["load", &file, "--fields", "reference=REF"]);
    desk.expect(0, &["load", &file]);
    assert_eq!(desk.state("one", "370050,160050"), "does_not_apply");
}

#[test]
fn two_files_of_places_with_one_name_are_not_loaded_over_each_other() {
    let desk = Desk::new();
    let places = |name: &str| format!("name,easting,northing\n{name},370000,160000\n");
    let a = desk.put("a/places.csv", &places("Mill"));
    let b = desk.put("b/places.csv", &places("Inn"));
    let told = desk.refused(1, &["places", "load", &a, &b]);
    assert!(told.contains("have one name"), "{told}");
    desk.expect(0, &["places", "load", &a]);
    assert!(desk.expect(0, &["places", "find", "mill"]).contains("Mill"));
}

#[test]
fn loads_of_places_at_once_lose_none() {
    let desk = Desk::new();
    desk.expect(
        0,
        &[
            "places",
            "load",
            &desk.put("0.csv", "name,easting,northing\nStart,1,2\n"),
        ],
    );
    let files: Vec<String> = (1..7)
        .map(|at| {
            let rows: String = (0..3_000)
                .map(|row| format!("Place{at}x{row},370{:03},160000\n", row % 1_000))
                .collect();
            desk.put(
                &format!("{at}.csv"),
                &format!("name,easting,northing\n{rows}"),
            )
        })
        .collect();
    let done: Vec<bool> = std::thread::scope(|scope| {
        let running: Vec<_> = files
            .iter()
            .map(|file| scope.spawn(|| desk.run(&["places", "load", file])))
            .collect();
        let outputs = running.into_iter().map(|running| running.join().unwrap());
        outputs
            .map(|output| {
                let code = output.status.code();
                let told = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(
                    code == Some(0) || (code == Some(1) && told.contains("wait until it is done")),
                    "{code:?} {told}"
                );
                code == Some(0)
            })
            .collect()
    });
    for (at, done) in (1..7).zip(done) {
        let code = if done { 0 } else { 1 };
        desk.expect(code, &["places", "find", &format!("Place{at}x7")]);
    }
}

#[test]
fn a_postcode_with_more_addresses_than_are_answered_is_said_to_have_them() {
    let desk = Desk::new();
    let map = small_map(&desk);
    desk.expect(0, &["load", &map]);
    let address = |at: usize| {
        format!(
            "{at},{at} High Street,BA1 1LZ,370{:03},160000\n",
            at % 1_000
        )
    };
    let load = |count: usize| {
        let rows: String = (1..=count).map(address).collect();
        let text = format!("uprn,address,postcode,easting,northing\n{rows}");
        desk.expect(0, &["places", "load", &desk.put("a.csv", &text)]);
    };
    load(501);
    let told = desk.refused(1, &["lookup", "BA1 1LZ"]);
    assert!(
        told.contains("BA1 1LZ has 501 addresses") && told.contains("search for one address"),
        "{told}"
    );
    load(500);
    desk.expect(0, &["lookup", "BA1 1LZ", "--format", "json"]);
}

#[test]
fn exit_codes_tell_usage_from_refusal_from_failure() {
    let desk = Desk::new();
    let map = small_map(&desk);
    for (code, arguments, word) in [
        (3, &["load", "nowhere.geojson"][..], "and may be read\n"),
        (
            2,
            &["load", "ca.geojson", "--layer", "Not an id"],
            "--layer",
        ),
        (
            2,
            &["load", "ca.geojson", "--fields", "reference"],
            "has no =",
        ),
        (2, &["load", "ca.geojson", "--fields", "x=a"], "go together"),
        (
            2,
            &["load", "ca.geojson", "--fields", "colour=a"],
            "is not a field",
        ),
        (
            2,
            &["load", &map, "--layer", "ca"],
            "--layer is for data files",
        ),
        (
            2,
            &["load", &map, "--coverage", "ca"],
            "--coverage is for data files",
        ),
        (2, &["load", "ca.geojson", &map], "one map.toml"),
    ] {
        let told = desk.refused(code, arguments);
        assert!(told.contains(word), "{arguments:?}: {told}");
    }
    desk.expect(0, &["load", &map]);
    for (code, arguments, word) in [
        (2, &["verify", "yesterday"][..], "2026-11-23.1"),
        (
            2,
            &["lookup", "370000,160000", "--edition", "x"],
            "2026-11-23.1",
        ),
        (
            1,
            &["lookup", "-3.58221,53.28437"],
            "the latitude comes first",
        ),
        (1, &["lookup", "nowhere"], "no gazetteer"),
    ] {
        let told = desk.refused(code, arguments);
        assert!(told.contains(word), "{arguments:?}: {told}");
    }
    let policies = map.replace("map.toml", "other.toml");
    let text = fs::read_to_string(&map).unwrap();
    fs::write(&policies, format!("policies = \"none.csv\"\n{text}")).unwrap();
    assert!(desk.refused(3, &["load", &policies]).contains("none.csv"));
    let no_layers = text.split("[[layer]]").next().unwrap();
    fs::write(&policies, no_layers).unwrap();
    assert!(desk.refused(1, &["load", &policies]).contains("[[layer]]"));
    fs::write(&policies, b"title = \"Cwm\xf4\"\n").unwrap();
    assert!(desk.refused(1, &["load", &policies]).contains("not UTF-8"));
    let regions = |atlas: &Path| {
        let current = fs::read_to_string(atlas.join("current")).unwrap();
        let edition = atlas.join("editions").join(current.trim());
        edition.join("regions/boundary.geojson.fgb")
    };
    let region = regions(&desk.path("atlas"));
    let mut bytes = fs::read(&region).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&region, bytes).unwrap();
    let told = desk.refused(3, &["layers"]);
    assert!(
        told.contains("boundary.geojson, which is damaged"),
        "{told}"
    );
    desk.refused(3, &["verify"]);
}

#[test]
fn small_things_are_said_as_they_are() {
    let desk = Desk::new();
    let map = small_map(&desk);
    let text = fs::read_to_string(&map).unwrap();
    let more = "[[layer]]\nid = \"sssi\"\ngroup = \"constraints\"\n";
    fs::write(&map, format!("{text}{more}")).unwrap();
    let told = desk.expect(0, &["load", &map, "--note", "a\u{1b}[31m\nb"]);
    assert!(told.contains("sssi: the layer has no file"), "{told}");
    let listed = desk.expect(0, &["editions"]);
    assert!(listed.contains("a\\u{1b}[31m\\nb"), "{listed}");
    let edition = listed[2..].split(' ').next().unwrap().to_owned();
    desk.put(&format!("atlas/editions/{edition}/.DS_Store"), "x");
    desk.put(&format!("atlas/editions/{edition}/layers/Thumbs.db"), "x");
    desk.expect(0, &["verify"]);
    let places =
        "name,locality,easting,northing\nMill,Aber,370000,160000\nMill,Bryn,370500,160000\n";
    desk.expect(0, &["places", "load", &desk.put("p.csv", places)]);
    let told = desk.refused(1, &["lookup", "Mill"]);
    assert!(told.contains("Aber") && told.contains("Bryn"), "{told}");
}
