//! Single files as councils send them, good and bad: what each gives, and what a bad one is told.

mod support;

use groundrule::geometry::{Crs, Shape, Space};
use groundrule::loading::finding::{Done, Severity};
use groundrule::loading::{
    Coverage, Duplicates, LoadOptions, Loaded, Silent, load_files, load_map,
};
use groundrule::policy::{Completeness, LayerId, Region, Value};
use std::path::{Path, PathBuf};

fn load(path: &Path, options: &LoadOptions) -> Loaded {
    load_files(&[path.to_owned()], options, None, &Silent)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned()))
        .collect()
}

fn by(reference: &str) -> LoadOptions {
    LoadOptions {
        fields: fields(&[("reference", reference)]),
        layer: LayerId::new("layer").ok(),
        ..LoadOptions::default()
    }
}

/// The words of the errors that refuse a load.
fn refusals(loaded: &Loaded) -> Vec<&'static str> {
    let totals = loaded
        .report
        .layers
        .iter()
        .flat_map(|layer| layer.findings.totals());
    totals
        .filter(|total| total.done == Done::Refused)
        .map(|total| total.word)
        .collect()
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("written");
    path
}

/// A feature with one ring.
fn feature(properties: &str, ring: &[(f64, f64)]) -> String {
    let ring: Vec<String> = ring.iter().map(|(x, y)| format!("[{x},{y}]")).collect();
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
        ring.join(",")
    )
}

fn collection(crs: Option<u32>, features: &[String]) -> String {
    let crs = crs.map_or_else(String::new, |code| {
        format!(
            r#""crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::{code}"}}}},"#
        )
    });
    format!(
        r#"{{"type":"FeatureCollection",{crs}"features":[{}]}}"#,
        features.join(",")
    )
}

fn square(x: f64, y: f64, size: f64) -> Vec<(f64, f64)> {
    vec![
        (x, y),
        (x + size, y),
        (x + size, y + size),
        (x, y + size),
        (x, y),
    ]
}

#[test]
fn every_file_of_the_pack_loads_by_itself() {
    let Some(pack) = support::shared("data/plan_pack") else {
        return;
    };
    let grid = Some(Crs::NationalGrid);
    let cases = [
        ("agricultural_land.geojson", "objectid", None, 40),
        ("allotments_noprj.shp", "ethos_id", grid, 44),
        ("ancient_woodland.tab", "themid", None, 94),
        ("aonb.kml", "code", None, 2),
        ("conservation_areas.shp", "name", None, 36),
        ("functional_sites.shp", "id", None, 125),
        ("green_belt.gpkg", "gb", None, 1),
        ("greenspace_bng_nocrs.geojson", "id", grid, 520),
        ("local_nature_reserves.gpkg", "reference", None, 8),
        ("open_space_parks.mif", "ethos_id", None, 69),
        ("parishes.fgb", "polygon_id", None, 52),
        ("postcodes_codepoint_open_BA.csv", "postcode", grid, 5783),
        ("sac_bng_crsmember.geojson", "sac_code", None, 2),
        ("scheduled_monument.csv", "reference", grid, 58),
        ("sssi.gml", "reference", None, 26),
    ];
    for (file, reference, crs, areas) in cases {
        let options = LoadOptions {
            crs,
            duplicates: Some(Duplicates::Merge),
            accept_errors: true,
            ..by(reference)
        };
        let loaded = load(&pack.join(file), &options);
        assert_eq!(
            loaded.report.layers[0].areas,
            areas,
            "{file}: {}",
            support::said(&loaded.report)
        );
        assert!(
            !loaded.report.refuses(),
            "{file}: {}",
            support::said(&loaded.report)
        );
    }
}

#[test]
fn metres_without_a_system_are_refused_with_the_reason() {
    let Some(path) = support::shared("data/plan_pack/greenspace_bng_nocrs.geojson") else {
        return;
    };
    let loaded = load(&path, &by("id"));
    assert_eq!(refusals(&loaded), ["crs-not-declared"]);
    let text = support::said(&loaded.report);
    assert!(
        text.contains("holds metres but names no coordinate system"),
        "{text}"
    );
    assert!(
        text.contains("Say --crs EPSG:27700 if it is the National Grid"),
        "{text}"
    );
}

#[test]
fn exchanged_degrees_are_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let swapped = feature(r#""reference":"A""#, &square(53.28, -3.58, 0.01));
    let path = write(
        folder.path(),
        "swapped.geojson",
        &collection(None, &[swapped]),
    );
    let loaded = load(&path, &LoadOptions::default());
    assert_eq!(refusals(&loaded), ["wgs84-flipped"]);
    assert!(support::said(&loaded.report).contains("latitude stands before longitude"));
}

#[test]
fn exchanged_grid_coordinates_of_conwy_are_refused_beside_its_own_boundary() {
    let Some(boundary) = support::shared("data/conwy/conwy_boundary_full.geojson") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let right = feature(r#""reference":"A""#, &square(294_614.0, 377_543.0, 50.0));
    let swapped = feature(r#""reference":"B""#, &square(377_543.0, 294_614.0, 50.0));
    let path = write(
        folder.path(),
        "areas.geojson",
        &collection(Some(27_700), &[right, swapped]),
    );
    let options = LoadOptions {
        coverage: Some(Coverage::File(boundary)),
        ..LoadOptions::default()
    };
    let loaded = load(&path, &options);
    assert_eq!(refusals(&loaded), ["osgb-flipped"]);
    assert_eq!(loaded.report.layers[0].areas, 1);
    assert_eq!(loaded.regions[0].areas[0].part_count(), 7);
    assert_eq!(
        loaded.map.layers[0].coverage,
        Some(Region::File("conwy_boundary_full.geojson".to_owned()))
    );
    let near_bewdley = load(&path, &LoadOptions::default());
    assert!(
        refusals(&near_bewdley).is_empty(),
        "without a boundary nothing tells it"
    );
}

#[test]
fn a_file_in_the_wrong_country_is_refused_beside_the_boundary() {
    let Some(boundary) = support::shared("data/conwy/conwy_boundary_full.geojson") else {
        return;
    };
    let Some(southwark) = support::shared("data/southwark/Southwark Conservation Areas.gpkg")
    else {
        return;
    };
    let options = LoadOptions {
        coverage: Some(Coverage::File(boundary)),
        ..by("Conservation_area")
    };
    let loaded = load(&southwark, &options);
    assert_eq!(refusals(&loaded), ["far-from-coverage"]);
    assert_eq!(loaded.report.layers[0].areas, 0);
}

#[test]
fn welsh_names_survive_every_encoding_that_can_hold_them() {
    let Some(folder) = support::shared("data/welsh_dbf") else {
        return;
    };
    let names = |file: &str| -> Vec<String> {
        let loaded = load(&folder.join(file), &by("N"));
        assert!(
            !loaded.report.refuses(),
            "{}",
            support::said(&loaded.report)
        );
        let areas = loaded.layers[0].areas.iter();
        areas
            .map(|area| area.record.name.as_ref().expect("a name").en.clone())
            .collect()
    };
    let right = names("utf8_cpg.shp");
    assert_eq!(right[0], "Gŵyr");
    assert_eq!(right[1], "Tŷ Mawr");
    assert_eq!(right[2], "Ynys Môn");
    assert_eq!(names("utf8_nocpg.shp"), right, "told by its bytes");
    let latin8 = names("latin8_cpg.shp");
    assert_eq!(latin8[..3], right[..3], "ISO-8859-14 has ŵ and ŷ");
    let cp1252 = names("cp1252_nocpg.shp");
    assert_eq!(cp1252[2], "Ynys Môn");
    assert_eq!(
        cp1252[1], "T? Mawr",
        "the letter was lost before the file was written"
    );
}

#[test]
fn nine_files_in_two_systems_become_one_layer_on_the_grid() {
    let Some(folder) = support::shared("data/southwark") else {
        return;
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| {
            path.to_string_lossy().contains("Article 4")
                && path.extension().is_some_and(|e| e == "gpkg")
        })
        .collect();
    files.sort();
    assert_eq!(files.len(), 9);
    let options = LoadOptions {
        duplicates: Some(Duplicates::Separate),
        ..by("Name")
    };
    let loaded =
        load_files(&files, &options, None, &Silent).unwrap_or_else(|error| panic!("{error}"));
    assert!(
        !loaded.report.refuses(),
        "{}",
        support::said(&loaded.report)
    );
    let layer = &loaded.layers[0];
    assert_eq!((layer.space, layer.areas.len()), (Space::NationalGrid, 478));
    assert_eq!(loaded.report.layers[0].findings.count_of("converted"), 2);
    // All of Southwark, whatever system a row came in.
    for area in &layer.areas {
        let bounds = area.shape.bounds();
        assert!(
            bounds.min.x > 530_000.0 && bounds.max.x < 538_000.0,
            "{}",
            area.record.reference
        );
        assert!(
            bounds.min.y > 169_000.0 && bounds.max.y < 181_500.0,
            "{}",
            area.record.reference
        );
    }
    let mut references: Vec<&str> = layer
        .areas
        .iter()
        .map(|a| a.record.reference.as_str())
        .collect();
    references.sort_unstable();
    references.dedup();
    assert_eq!(references.len(), 478, "references are unique");
}

#[test]
fn without_references_the_columns_are_listed() {
    let Some(folder) = support::shared("data/southwark") else {
        return;
    };
    let loaded = load(
        &folder.join("Article 4 _ Sunray Estate.gpkg"),
        &LoadOptions::default(),
    );
    assert_eq!(refusals(&loaded), ["no-reference-column"]);
    let text = support::said(&loaded.report);
    assert!(
        text.contains("the columns are: id, Name, Article_4_Direction"),
        "{text}"
    );
    assert!(text.contains("--fields reference=COLUMN"), "{text}");
}

#[test]
fn rows_without_geometry_are_told_by_row_and_leave_the_layer_incomplete() {
    let Some(folder) = support::shared("data/southwark") else {
        return;
    };
    let path = folder.join("TPO zones - Individual type.zip");
    let options = LoadOptions {
        duplicates: Some(Duplicates::Separate),
        ..by("TPO_number")
    };
    let loaded = load(&path, &options);
    let report = &loaded.report.layers[0];
    assert_eq!((report.rows, report.areas, report.left_out), (485, 474, 11));
    assert_eq!(report.completeness, Completeness::RowsLeftOut(11));
    assert!(
        !loaded.report.refuses(),
        "a missing geometry does not refuse"
    );
    let missing = report
        .findings
        .iter()
        .filter(|finding| finding.kind.word() == "missing-geometry");
    let rows: Vec<u64> = missing.map(|finding| finding.row.expect("a row")).collect();
    assert_eq!(
        rows,
        [203, 205, 214, 249, 300, 321, 323, 373, 382, 384, 388]
    );
    assert!(support::said(&loaded.report).contains("answers “not known” where it would say no"));
    let merged = LoadOptions {
        duplicates: Some(Duplicates::Merge),
        ..by("TPO_number")
    };
    assert_eq!(load(&path, &merged).report.layers[0].areas, 300);
    let refused = load(&path, &by("TPO_number"));
    assert_eq!(
        refused.report.layers[0]
            .findings
            .count_of("reference-values-are-not-unique"),
        174
    );
    assert!(refused.report.refuses());
}

/// Files as councils sent them, beside the table that the national platform made of each; how many
/// decimals of the table can be held against ours.
#[test]
fn files_as_councils_sent_them_give_what_the_national_platform_made_of_them() {
    let Some(folder) = support::shared("data/dl_formats") else {
        return;
    };
    let grid = Some(Crs::NationalGrid);
    let cases = [
        ("geojson", "OBJECTID", "OBJECTID", None, 1e-8),
        ("gml", "gml_id", "gml_id", None, 1e-8),
        ("kml", "name", "Name", None, 1e-8),
        ("shapefile_zip", "OBJECTID", "OBJECTID", grid, 1e-3),
        ("shapefile_zip_not_in_root", "ID", "ID", grid, 1e-3),
        ("utf-8-sig-json", "id", "id", grid, 1e-3),
    ];
    for (name, reference, column, crs, near) in cases {
        let several =
            (name == "shapefile_zip_not_in_root").then(|| "Conservation Areas_region".to_owned());
        let load = |file: String, reference: &str, source_layer: Option<String>| {
            let options = LoadOptions {
                crs,
                source_layer,
                duplicates: Some(Duplicates::Separate),
                accept_repairs: true,
                accept_errors: true,
                ..by(reference)
            };
            load(&folder.join(file), &options)
        };
        let ours = load(format!("{name}.resource"), reference, several);
        let theirs = load(format!("{name}.csv"), column, None);
        assert_eq!(
            ours.report.layers[0].rows, theirs.report.layers[0].rows,
            "{name}"
        );
        assert!(
            ours.report.layers[0].areas > 0,
            "{name}: {}",
            support::said(&ours.report)
        );
        for (a, b) in ours.layers[0].areas.iter().zip(&theirs.layers[0].areas) {
            let off = |p: f64, q: f64| (p - q).abs() > near;
            let (a, b) = (a.shape.bounds(), b.shape.bounds());
            let differ = off(a.min.x, b.min.x)
                || off(a.min.y, b.min.y)
                || off(a.max.x, b.max.x)
                || off(a.max.y, b.max.y);
            assert!(!differ, "{name}: {a:?} {b:?}");
        }
    }
}

#[test]
fn gml_in_latitude_longitude_order_lies_in_halton() {
    let Some(folder) = support::shared("data/dl_formats") else {
        return;
    };
    let loaded = load(&folder.join("gml.resource"), &by("Ref"));
    assert!(
        !loaded.report.refuses(),
        "{}",
        support::said(&loaded.report)
    );
    assert_eq!(loaded.layers[0].areas.len(), 10);
    for area in &loaded.layers[0].areas {
        let centre = area.shape.bounds().centre();
        assert!(
            (-2.9..-2.6).contains(&centre.x) && (53.3..53.4).contains(&centre.y),
            "{centre:?}"
        );
    }
    let long = load(&folder.join("gml_very_long_rows.resource"), &by("gml_id"));
    assert_eq!(long.report.layers[0].rows, 58);
    let beside: Vec<_> = std::fs::read_dir(&folder)
        .expect("a folder")
        .flatten()
        .collect();
    assert!(
        beside
            .iter()
            .all(|entry| entry.path().extension().is_some_and(|e| e != "gfs"))
    );
}

#[test]
fn a_workbook_that_is_named_like_nothing_is_read_by_its_columns_of_positions() {
    let Some(folder) = support::shared("data/dl_formats") else {
        return;
    };
    let options = LoadOptions {
        crs: Some(Crs::Wgs84),
        ..by("SiteReference")
    };
    let loaded = load(&folder.join("xlsx.resource"), &options);
    assert!(
        !loaded.report.refuses(),
        "{}",
        support::said(&loaded.report)
    );
    let areas = &loaded.layers[0].areas;
    assert_eq!(areas.len(), 8);
    let site = areas
        .iter()
        .find(|area| area.record.reference == "S/05/2")
        .expect("a site");
    let position = site.shape.bounds().min;
    assert_eq!((position.x, position.y), (-2.57899, 54.21189));
}

#[test]
fn a_cut_kml_is_refused_in_a_moment() {
    let Some(folder) = support::shared("data/dl_formats") else {
        return;
    };
    let loaded = load(&folder.join("kml-bad.resource"), &by("name"));
    assert_eq!(refusals(&loaded), ["unreadable-file"]);
    assert!(
        support::said(&loaded.report).contains("it ends in the middle"),
        "{}",
        support::said(&loaded.report)
    );
}

#[test]
fn one_boundary_as_geojson_and_as_wkt_is_the_same() {
    let Some(folder) = support::shared("data/misc") else {
        return;
    };
    let region = |file: &str| {
        let area = feature(r#""reference":"A""#, &square(-1.25, 54.6, 0.01));
        let temporary = tempfile::tempdir().expect("a folder");
        let path = write(temporary.path(), "a.geojson", &collection(None, &[area]));
        let options = LoadOptions {
            coverage: Some(Coverage::File(folder.join(file))),
            ..LoadOptions::default()
        };
        load(&path, &options).regions.remove(0)
    };
    let (geojson, wkt) = (region("adur.geojson"), region("adur.wkt"));
    assert_eq!(geojson.areas[0].part_count(), wkt.areas[0].part_count());
    let vertices = |shape: &Shape| shape.vertices().count();
    assert_eq!(vertices(&geojson.areas[0]), vertices(&wkt.areas[0]));
}

#[test]
fn a_reference_column_without_a_single_reference_is_the_wrong_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let features = [
        feature(r#""reference":null"#, &square(294_000.0, 377_000.0, 50.0)),
        feature(r#""reference":"""#, &square(295_000.0, 377_000.0, 50.0)),
    ];
    let path = write(
        folder.path(),
        "areas.geojson",
        &collection(Some(27_700), &features),
    );
    let loaded = load(&path, &LoadOptions::default());
    assert_eq!(refusals(&loaded), ["missing-value"]);
}

#[test]
fn errors_leave_rows_out_only_where_that_is_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    let features = [
        feature(
            r#""reference":"A","start-date":"2013-10-24""#,
            &square(294_000.0, 377_000.0, 50.0),
        ),
        feature(
            r#""reference":"B","start-date":"03/04/2021""#,
            &square(295_000.0, 377_000.0, 50.0),
        ),
        feature(r#""reference":"A""#, &square(296_000.0, 377_000.0, 50.0)),
        feature(r#""reference":null"#, &square(297_000.0, 377_000.0, 50.0)),
        feature(
            r#""reference":"C""#,
            &[
                (298_000.0, 377_000.0),
                (298_020.0, 377_020.0),
                (298_020.0, 377_000.0),
                (298_000.0, 377_020.0),
                (298_000.0, 377_000.0),
            ],
        ),
    ];
    let path = write(
        folder.path(),
        "areas.geojson",
        &collection(Some(27_700), &features),
    );
    let plain = load(&path, &LoadOptions::default());
    assert_eq!(
        refusals(&plain),
        [
            "invalid-date",
            "invalid-geometry-changed",
            "reference-values-are-not-unique"
        ]
    );
    let errors = LoadOptions {
        accept_errors: true,
        ..LoadOptions::default()
    };
    let accepted = load(&path, &errors);
    assert!(!accepted.report.refuses());
    assert_eq!(accepted.report.layers[0].areas, 2);
    assert_eq!(
        accepted.layers[0].layer.completeness,
        Completeness::RowsLeftOut(3)
    );
    let repairs = LoadOptions {
        accept_repairs: true,
        date_format: Some("%d/%m/%Y".to_owned()),
        ..errors
    };
    let repaired = load(&path, &repairs);
    assert_eq!(
        repaired.report.layers[0].areas, 4,
        "the bow tie and the declared date"
    );
    assert_eq!(
        repaired.layers[0].areas[1]
            .record
            .validity
            .start
            .expect("a date")
            .to_string(),
        "2021-04-03"
    );
    assert_eq!(repaired.layers[0].areas[3].shape.part_count(), 2);
}

const MAP: &str = r#"
title = { en = "Plan", cy = "Cynllun" }
authority = { name = "Conwy", logo = "logo.svg" }
policies = "policies.csv"
coverage = "plan-area"

[[plan]]
id = "ldp"
title = "LDP"
area = "plan-area"
stages = [ { stage = "adopted", from = "2013-10-24" } ]

[[neighbour]]
name = "Eryri"
area = "eryri.geojson"

[[layer]]
id = "plan-area"
file = "plan_area.geojson"
group = "boundary"

[[layer]]
id = "housing"
file = "housing.csv"
crs = "EPSG:27700"
group = "proposals"
plan = "ldp"
fields = { geometry = "shape" }
incomplete = "accepted: one site is not drawn yet"

[[layer]]
id = "flood-zone"
group = "constraints"

[[layer]]
id = "zone"
file = "zones.geojson"
group = "constraints"
exclusive = true
"#;

fn small_map(folder: &Path) -> PathBuf {
    let area = feature(
        r#""reference":"all""#,
        &square(290_000.0, 370_000.0, 20_000.0),
    );
    write(
        folder,
        "plan_area.geojson",
        &collection(Some(27_700), &[area]),
    );
    let eryri = feature("", &square(-4.2, 52.9, 0.2));
    write(folder, "eryri.geojson", &collection(None, &[eryri]));
    write(
        folder,
        "policies.csv",
        "plan,code,title,title-cy\nldp,HOU/1,Homes,Cartrefi\nldp,HOU/2,More homes,\n",
    );
    write(
        folder,
        "housing.csv",
        "reference,name,name-cy,policies,start-date,units,shape\n\
         H/1,Field,Cae,HOU/1;HOU/2,2013-10,25,\"POLYGON((294000 377000,294100 377000,294100 377100,294000 377100,294000 377000))\"\n\
         H/2,Yard,,HOU/9,,40,\"POLYGON((295000 377000,295100 377000,295100 377100,295000 377100))\"\n\
         H/3,Not drawn,,HOU/1,,5,\n",
    );
    let zones = [
        feature(r#""reference":"Z1""#, &square(291_000.0, 371_000.0, 100.0)),
        feature(r#""reference":"Z2""#, &square(291_100.0, 371_000.0, 100.0)),
    ];
    write(folder, "zones.geojson", &collection(Some(27_700), &zones));
    write(folder, "map.toml", MAP)
}

#[test]
fn a_small_map_loads_with_this_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let loaded = load_map(&small_map(folder.path()), &LoadOptions::default(), &Silent)
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        support::said(&loaded.report),
        "plan-area: 1 row, 1 area, 1 part, 5 vertices; GeoJSON; EPSG:27700 (British National Grid)\n\
         housing: 3 rows, 2 areas, 2 parts, 10 vertices; CSV; EPSG:27700 (British National Grid)\n\
         \x20 1 row left out, accepted: one site is not drawn yet\n\
         \x20 warning: row 2 (H/2), column policies: the policy is not in policies.csv for plan ldp (“HOU/9”)\n\
         \x20   Add the policy to policies.csv, or mend the code.\n\
         \x20 warning: row 2 (H/2), part 1, ring 1, vertex 4, at 295000.00, 377100.00: a ring does not end where it began; mended\n\
         \x20 warning: row 3 (H/3): the row has no geometry; the row was left out\n\
         \x20   Give the row a geometry; until then the layer is incomplete and answers “not known” where it would say no, unless a map.toml says incomplete = \"accepted: REASON\".\n\
         \x20 notice: 2 rows have no Welsh name, and 1 row has one\n\
         \x20   Fill the column of Welsh names for every area.\n\
         zone: 2 rows, 2 areas, 2 parts, 10 vertices; GeoJSON; EPSG:27700 (British National Grid)\n\
         \x20 notice: the logo is not shown yet\n\
         \x20 notice: flood-zone: the layer has no file, so it is not held and answers “not known”\n\
         0 errors, 3 warnings, 3 notices: can be published\n"
    );
    let housing = &loaded.layers[1];
    let record = &housing.areas[0].record;
    assert_eq!(record.policies, ["HOU/1", "HOU/2"]);
    assert_eq!(
        record.name.as_ref().and_then(|name| name.cy.as_deref()),
        Some("Cae")
    );
    assert_eq!(
        record.properties,
        [("units".to_owned(), Value::Integer(25))]
    );
    assert_eq!(
        record.validity.start.expect("a date").to_string(),
        "2013-10"
    );
    assert!(!loaded.map.layers[2].held, "known to exist, not held");
    assert_eq!(loaded.layers.len(), 3);
    assert_eq!(
        loaded.map.neighbours[0].area,
        Region::File("eryri.geojson".to_owned())
    );
    assert_eq!(
        (loaded.regions[0].space, loaded.regions[0].areas.len()),
        (Space::Wgs84, 1)
    );
    assert_eq!(
        loaded
            .map
            .policy("ldp", "HOU/1")
            .and_then(|policy| policy.title.cy.as_deref()),
        Some("Cartrefi")
    );
}

#[test]
fn a_map_that_names_no_authority_goes_by_its_title_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let map = small_map(folder.path());
    let text = std::fs::read_to_string(&map).expect("a map");
    let without = text
        .lines()
        .filter(|line| !line.starts_with("authority"))
        .collect::<Vec<_>>()
        .join("\n");
    std::fs::write(&map, without).expect("written");
    let loaded = load_map(&map, &LoadOptions::default(), &Silent).expect("a map");
    assert!(
        !loaded.report.refuses(),
        "{}",
        support::said(&loaded.report)
    );
    assert_eq!(loaded.map.authority.name, loaded.map.title);
    assert!(support::said(&loaded.report).contains("names no authority"));
}

#[test]
fn exclusive_areas_that_overlap_are_refused_with_the_ground_in_both() {
    let folder = tempfile::tempdir().expect("a folder");
    let map = small_map(folder.path());
    let zones = [
        feature(r#""reference":"Z1""#, &square(291_000.0, 371_000.0, 100.0)),
        feature(r#""reference":"Z2""#, &square(291_090.0, 371_000.0, 100.0)),
    ];
    write(
        folder.path(),
        "zones.geojson",
        &collection(Some(27_700), &zones),
    );
    let loaded =
        load_map(&map, &LoadOptions::default(), &Silent).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(refusals(&loaded), ["overlapping-areas"]);
    let text = support::said(&loaded.report);
    assert!(
        text.contains("row 2 (Z2): the area overlaps “Z1” by 1000.") || text.contains("by 1001."),
        "{text}"
    );
}

#[test]
fn what_is_only_drawn_may_lie_far_away_and_what_is_answered_may_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let map = small_map(folder.path());
    let far = feature(
        r#""reference":"London""#,
        &square(530_000.0, 180_000.0, 100.0),
    );
    write(
        folder.path(),
        "zones.geojson",
        &collection(Some(27_700), &[far]),
    );
    let words = || {
        let loaded = load_map(&map, &LoadOptions::default(), &Silent);
        refusals(&loaded.unwrap_or_else(|error| panic!("{error}")))
    };
    assert_eq!(words(), ["far-from-coverage"]);
    let drawn = MAP.replace(
        "file = \"zones.geojson\"\ngroup = \"constraints\"",
        "file = \"zones.geojson\"\ngroup = \"context\"",
    );
    write(folder.path(), "map.toml", &drawn);
    assert!(words().is_empty());
}

#[test]
fn a_geopackage_of_any_name_is_read_and_nothing_is_left_beside_it() {
    let Some(source) = support::shared("data/plan_pack/local_nature_reserves.gpkg") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a #1?%20 ŵ.gpkg");
    std::fs::copy(source, &path).expect("copied");
    let options = LoadOptions {
        duplicates: Some(Duplicates::Merge),
        ..by("reference")
    };
    assert_eq!(load(&path, &options).report.layers[0].areas, 8);
    let beside = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(beside, 1);
}

#[test]
fn gdal_gives_back_every_double_as_it_was() {
    let Some(path) = support::shared("data/plan_pack/sssi.gml") else {
        return;
    };
    let text = std::fs::read_to_string(&path).expect("text");
    let lists = text
        .split("<gml:posList>")
        .skip(1)
        .filter_map(|rest| rest.split("</gml:posList>").next());
    let mut written = std::collections::HashSet::new();
    for list in lists {
        let numbers: Vec<f64> = list
            .split_whitespace()
            .filter_map(|n| n.parse().ok())
            .collect();
        written.extend(
            numbers
                .chunks_exact(2)
                .map(|xy| (xy[0].to_bits(), xy[1].to_bits())),
        );
    }
    assert!(written.len() > 9_000, "{}", written.len());
    let options = LoadOptions {
        duplicates: Some(Duplicates::Merge),
        ..by("reference")
    };
    for area in &load(&path, &options).layers[0].areas {
        for at in area.shape.vertices() {
            let bits = (at.x.to_bits(), at.y.to_bits());
            assert!(written.contains(&bits), "{at:?}");
        }
    }
}

#[test]
fn an_empty_file_cannot_make_a_layer_that_says_no() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = write(folder.path(), "areas.geojson", &collection(None, &[]));
    let loaded = load(&path, &by("reference"));
    assert!(
        refusals(&loaded).contains(&"no-rows"),
        "{}",
        support::said(&loaded.report)
    );
}

#[test]
fn a_missing_file_is_an_error_of_its_own() {
    let missing = Path::new("no/such/file.geojson");
    let error = load_files(
        &[missing.to_owned()],
        &LoadOptions::default(),
        None,
        &Silent,
    )
    .expect_err("missing");
    assert!(
        error
            .to_string()
            .contains("no/such/file.geojson cannot be read"),
        "{error}"
    );
}

#[test]
fn a_layer_that_is_known_keeps_its_description() {
    let folder = tempfile::tempdir().expect("a folder");
    let known = load_map(&small_map(folder.path()), &LoadOptions::default(), &Silent)
        .unwrap_or_else(|error| panic!("{error}"));
    let zones = [feature(
        r#""reference":"Z9""#,
        &square(292_000.0, 371_000.0, 100.0),
    )];
    let path = write(
        folder.path(),
        "zone.geojson",
        &collection(Some(27_700), &zones),
    );
    let loaded = load_files(&[path], &LoadOptions::default(), Some(&known.map), &Silent)
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(loaded.map.title, known.map.title);
    assert_eq!(loaded.map.layers, [known.map.layers[3].clone()]);
    assert_eq!(loaded.layers[0].areas[0].record.reference, "Z9");
}

#[test]
fn a_flood_of_findings_is_cut_short_and_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let features: Vec<String> = (0..1000)
        .map(|at| {
            feature(
                r#""reference":"A""#,
                &square(294_000.0 + f64::from(at), 377_000.0, 1.0),
            )
        })
        .collect();
    let path = write(
        folder.path(),
        "areas.geojson",
        &collection(Some(27_700), &features),
    );
    let loaded = load(&path, &LoadOptions::default());
    assert_eq!(loaded.report.count(Severity::Error), 999);
    assert!(loaded.report.all().count() < 250);
    assert!(
        support::said(&loaded.report)
            .contains("and 799 more of reference-values-are-not-unique, 999 in all")
    );
}

#[test]
fn a_parish_that_is_missing_among_its_neighbours_is_a_gap() {
    let Some(parishes) = support::shared("data/plan_pack/parishes.fgb") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let load_parishes = |file: &Path| {
        let map = format!(
            "title = \"Parishes\"\nauthority = {{ name = \"Nobody\" }}\n[[layer]]\nid = \"parish\"\ntitle = \"Parishes\"\ngroup = \"boundary\"\nno-gaps = true\nfields = {{ reference = \"polygon_id\" }}\nfile = {file:?}\n"
        );
        let map = write(folder.path(), "map.toml", &map);
        load_map(&map, &LoadOptions::default(), &Silent).unwrap_or_else(|error| panic!("{error}"))
    };
    let whole = load_parishes(&parishes);
    assert_eq!(whole.report.layers[0].findings.count_of("gap"), 0);
    // Each parish taken out in turn: an inland one leaves a gap of its own size, one at the edge none.
    let space = whole.layers[0].space;
    let areas = &whole.layers[0].areas;
    let mut inland = 0;
    for without in 0..areas.len() {
        let kept = areas.iter().enumerate().filter(|(at, _)| *at != without);
        let features: Vec<String> = kept
            .map(|(_, area)| {
                let Shape::Polygons(polygons) = &area.shape else {
                    panic!("parishes are polygons");
                };
                let ring = |ring: &geo_types::LineString| {
                    let vertices = ring.0.iter().map(|c| format!("[{},{}]", c.x, c.y));
                    format!("[{}]", vertices.collect::<Vec<_>>().join(","))
                };
                let polygon = |polygon: &geo_types::Polygon| {
                    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
                    format!("[{}]", rings.map(ring).collect::<Vec<_>>().join(","))
                };
                let polygons = polygons.iter().map(polygon).collect::<Vec<_>>().join(",");
                let reference = &area.record.reference;
                format!(
                    r#"{{"type":"Feature","properties":{{"polygon_id":"{reference}"}},"geometry":{{"type":"MultiPolygon","coordinates":[{polygons}]}}}}"#
                )
            })
            .collect();
        let file = write(
            folder.path(),
            "some.geojson",
            &collection(Some(27_700), &features),
        );
        let some = load_parishes(&file);
        let gaps: Vec<f64> = some
            .report
            .all()
            .filter_map(|finding| match finding.kind {
                groundrule::loading::finding::Kind::Gap { m2 } => Some(m2),
                _ => None,
            })
            .collect();
        if let [m2] = gaps[..] {
            let own = areas[without].shape.area_m2(space);
            assert!((m2 - own).abs() < 1e-6 * own, "{m2} and {own}");
            inland += 1;
        } else {
            assert_eq!(gaps.len(), 0);
        }
        if inland == 2 {
            return;
        }
    }
    panic!("{inland} inland parishes");
}

/// The oracle is the circle: every vertex, and the middle of every edge, is as far from its centre as the radius.
#[test]
fn a_circle_and_a_tight_arc_of_gml_stay_within_a_centimetre() {
    let folder = tempfile::tempdir().expect("a folder");
    let (east, north) = (294_614.0, 377_543.0);
    for radius in [0.4, 30.0] {
        let circle = format!(
            "<?xml version=\"1.0\"?><c:collection xmlns:c=\"urn:c\" xmlns:gml=\"http://www.opengis.net/gml/3.2\" gml:id=\"c\"><gml:featureMember><c:area gml:id=\"a\"><c:reference>A</c:reference><c:shape><gml:Surface gml:id=\"s\" srsName=\"urn:ogc:def:crs:EPSG::27700\"><gml:patches><gml:PolygonPatch><gml:exterior><gml:Ring><gml:curveMember><gml:Curve gml:id=\"r\"><gml:segments><gml:Circle><gml:posList>{} {} {} {} {} {}</gml:posList></gml:Circle></gml:segments></gml:Curve></gml:curveMember></gml:Ring></gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface></c:shape></c:area></gml:featureMember></c:collection>",
            east + radius,
            north,
            east,
            north + radius,
            east - radius,
            north
        );
        let path = write(folder.path(), "circle.gml", &circle);
        let loaded = load(&path, &LoadOptions::default());
        assert!(
            !loaded.report.refuses(),
            "{}",
            support::said(&loaded.report)
        );
        let vertices: Vec<_> = loaded.layers[0].areas[0].shape.vertices().collect();
        assert!(vertices.len() > 30, "{} vertices", vertices.len());
        for pair in vertices.windows(2) {
            for point in [pair[0], (pair[0] + pair[1]) / 2.0] {
                let off = (point.x - east).hypot(point.y - north) - radius;
                assert!(off.abs() < 0.01, "{off} m");
            }
        }
    }
}

#[test]
fn mapinfo_tab_and_a_shapefile_of_the_same_areas_agree_within_a_centimetre() {
    let Some(tab) = support::shared("data/plan_pack/ancient_woodland.tab") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let shapefile = folder.path().join("woodland.shp");
    let made = std::process::Command::new("ogr2ogr")
        .arg(&shapefile)
        .arg(&tab)
        .status()
        .expect("ogr2ogr");
    assert!(made.success());
    let options = LoadOptions {
        duplicates: Some(Duplicates::Separate),
        ..by("themid")
    };
    let (from_tab, from_shapefile) = (load(&tab, &options), load(&shapefile, &options));
    let areas = |loaded: &Loaded| loaded.layers[0].areas.clone();
    let (tab, shapefile) = (areas(&from_tab), areas(&from_shapefile));
    assert_eq!((tab.len(), shapefile.len()), (122, 122));
    assert_eq!(from_tab.layers[0].space, Space::NationalGrid);
    assert_eq!(from_shapefile.layers[0].space, Space::NationalGrid);
    for (one, other) in tab.iter().zip(&shapefile) {
        let (one, other): (Vec<_>, Vec<_>) = (
            one.shape.vertices().collect(),
            other.shape.vertices().collect(),
        );
        for vertex in &one {
            let near =
                |known: &&geo_types::Coord| (known.x - vertex.x).hypot(known.y - vertex.y) < 0.01;
            assert!(other.iter().any(|known| near(&known)), "{vertex:?}");
        }
        assert_eq!(one.len(), other.len());
    }
}

#[test]
fn a_border_drawn_twice_a_centimetre_apart_is_no_gap_however_long_and_half_a_metre_is_one() {
    let folder = tempfile::tempdir().expect("a folder");
    for (apart, gaps) in [(0.01, 0), (0.5, 1)] {
        // Two fields of two kilometres with a strip between them, closed by a field at each end.
        let (x, y, long) = (294_000.0, 377_000.0, 2_000.0);
        let field = |reference: &str, x: f64, y: f64, wide: f64, high: f64| {
            let ring = [
                (x, y),
                (x + wide, y),
                (x + wide, y + high),
                (x, y + high),
                (x, y),
            ];
            feature(&format!(r#""reference":"{reference}""#), &ring)
        };
        let high = 200.0 + apart;
        let fields = [
            field("N", x, y + 100.0 + apart, long, 100.0),
            field("S", x, y, long, 100.0),
            field("W", x - 50.0, y, 50.0, high),
            field("E", x + long, y, 50.0, high),
        ];
        write(
            folder.path(),
            "fields.geojson",
            &collection(Some(27_700), &fields),
        );
        let map = write(
            folder.path(),
            "map.toml",
            "title = \"Fields\"\nauthority = { name = \"Nobody\" }\n[[layer]]\nid = \"field\"\ntitle = \"Fields\"\ngroup = \"constraints\"\nno-gaps = true\nfile = \"fields.geojson\"\n",
        );
        let loaded = load_map(&map, &LoadOptions::default(), &Silent).expect("a map");
        let findings = &loaded.report.layers[0].findings;
        assert_eq!(findings.count_of("gap"), gaps, "{apart}");
        let told = findings.iter().find(|finding| finding.kind.word() == "gap");
        assert!(told.is_none_or(|finding| finding.reference.is_some() && finding.row.is_some()));
    }
}

/// The words of all findings of a file, with how grave each is.
fn words(loaded: &Loaded) -> Vec<(&'static str, Severity)> {
    let findings = loaded.report.layers[0].findings.iter();
    findings
        .map(|finding| (finding.kind.word(), finding.severity))
        .collect()
}

#[test]
fn dates_are_measured_from_the_day_of_the_load() {
    let folder = tempfile::tempdir().expect("a folder");
    let area = |reference: &str, dates: &str| {
        let properties = format!(r#""reference":"{reference}",{dates}"#);
        let x = 294_000.0 + 100.0 * f64::from(reference.as_bytes()[0]);
        feature(&properties, &square(x, 377_000.0, 50.0))
    };
    let path = write(
        folder.path(),
        "areas.geojson",
        &collection(
            Some(27_700),
            &[
                area("A", r#""entry-date":"2026-11-25""#),
                area("B", r#""entry-date":"2026-11-26""#),
                area("C", r#""end-date":"2076""#),
                area("D", r#""end-date":"2077""#),
                area("E", r#""start-date":"1800""#),
                area("F", r#""start-date":"1799""#),
            ],
        ),
    );
    let options = LoadOptions {
        today: Some(jiff::civil::date(2026, 11, 25)),
        ..LoadOptions::default()
    };
    let loaded = load(&path, &options);
    let told: Vec<(Option<u64>, &str)> = loaded.report.layers[0]
        .findings
        .iter()
        .map(|finding| (finding.row, finding.kind.word()))
        .collect();
    assert_eq!(
        told,
        [
            (Some(2), "future-entry-date"),
            (Some(4), "far-future-date"),
            (Some(6), "far-past-date")
        ]
    );
    assert!(!loaded.report.refuses(), "they are said and kept");
    assert_eq!(loaded.report.layers[0].areas, 6);
}

#[test]
fn texts_longer_than_their_use_are_told_and_a_reference_that_long_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let area = |reference: usize, name: usize, notes: usize| {
        let text = |n: usize| "ŵ".repeat(n);
        let properties = format!(
            r#""reference":"{}","name":"{}","notes":"{}""#,
            text(reference),
            text(name),
            text(notes)
        );
        let path = write(
            folder.path(),
            "area.geojson",
            &collection(
                Some(27_700),
                &[feature(&properties, &square(294_000.0, 377_000.0, 50.0))],
            ),
        );
        load(&path, &LoadOptions::default())
    };
    assert_eq!(words(&area(200, 300, 10_000)), []);
    let warning = ("too-long", Severity::Warning);
    assert_eq!(words(&area(1, 301, 1)), [warning]);
    assert_eq!(words(&area(1, 1, 10_001)), [warning]);
    let refused = area(201, 1, 1);
    assert_eq!(words(&refused), [("too-long", Severity::Error)]);
    assert!(refused.report.refuses());
}

#[test]
fn a_file_of_web_mercator_that_says_nothing_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    // Abergele, its axes right and exchanged.
    for (x, y, word) in [
        (-398_524.0, 7_033_000.0, "mercator"),
        (7_033_000.0, -398_524.0, "mercator-flipped"),
    ] {
        let areas = [feature(r#""reference":"A""#, &square(x, y, 50.0))];
        let path = write(folder.path(), "areas.geojson", &collection(None, &areas));
        let loaded = load(&path, &LoadOptions::default());
        assert_eq!(refusals(&loaded), [word]);
    }
}

#[test]
fn one_row_in_another_system_and_one_vertex_of_ten_thousand_in_france_are_named() {
    let Some(boundary) = support::shared("data/conwy/conwy_boundary_full.geojson") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let (east, north) = (285_000.0, 370_000.0);
    let row = |number: usize, x: f64, y: f64, size: f64| {
        feature(&format!(r#""reference":"R{number}""#), &square(x, y, size))
    };
    for (x, y, size, word) in [
        (-398_524.0, 7_033_000.0, 50.0, "mercator"),
        (-3.7, 53.2, 0.001, "degrees-among-metres"),
    ] {
        let rows: Vec<String> = (1..=9)
            .map(|number| match number {
                7 => row(number, x, y, size),
                _ => row(number, east + 100.0 * number as f64, north, 50.0),
            })
            .collect();
        let path = write(
            folder.path(),
            "rows.geojson",
            &collection(Some(27_700), &rows),
        );
        let loaded = load(&path, &LoadOptions::default());
        assert_eq!(refusals(&loaded), [word]);
        let found = loaded.report.all().find(|finding| finding.refuses());
        assert_eq!(found.and_then(|finding| finding.row), Some(7));
    }
    let mut ring: Vec<(f64, f64)> = (0..10_000)
        .map(|at| {
            let (sin, cos) = (f64::from(at) / 10_000.0 * std::f64::consts::TAU).sin_cos();
            (east + 2_000.0 * cos, north + 2_000.0 * sin)
        })
        .collect();
    ring[7_319] = (690_000.0, 60_000.0);
    ring.push(ring[0]);
    let path = write(
        folder.path(),
        "circle.geojson",
        &collection(
            Some(27_700),
            &[
                row(1, east, north + 5_000.0, 50.0),
                feature(r#""reference":"R2""#, &ring),
            ],
        ),
    );
    for (coverage, word) in [
        (Some(boundary), "far-from-coverage"),
        (None, "stray-vertex"),
    ] {
        let options = LoadOptions {
            coverage: coverage.map(Coverage::File),
            ..LoadOptions::default()
        };
        let loaded = load(&path, &options);
        let found = loaded
            .report
            .all()
            .find(|finding| finding.kind.word() == word)
            .unwrap_or_else(|| panic!("{word}: {}", support::said(&loaded.report)));
        assert_eq!(found.row, Some(2), "{word}");
        assert_eq!(found.place.map(|place| place.vertex), Some(7_320), "{word}");
        assert_eq!(found.refuses(), word == "far-from-coverage");
    }
}
