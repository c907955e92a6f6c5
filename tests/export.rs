//! What is exported loads again as the same layer, and other programs read it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use geo_types::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use groundrule::atlas::export::{Exported, Format, Target, export};
use groundrule::atlas::{AreaFile, Edition, StoredLayer};
use groundrule::geometry::{Crs, Paths, Shape, Space, Vertices, ostn15};
use groundrule::loading::{LoadOptions, Silent, load_files};
use groundrule::policy::{Area, AreaRecord, LayerContents, PartialDate, Text, Validity, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::desk::Desk;
use support::drafts::{area, draft, layer, map, publish, ring};
use support::sample::{loaded, source};

/// What a vertex may move on its way through GeoJSON, in metres.
const MAX_SHIFT_M: f64 = 0.001;

fn areas(stored: &StoredLayer) -> &AreaFile {
    stored.readable().expect("readable")
}

fn write(edition: &Edition, id: &str, format: Format, folder: &Path) -> PathBuf {
    let stored = edition.layer(id).unwrap();
    let (_, ending) = Format::ALL
        .into_iter()
        .find(|(one, _)| *one == format)
        .unwrap();
    let path = folder.join(format!("{id}.{ending}"));
    let exported = Exported {
        layer: &stored.layer,
        areas: areas(stored),
    };
    let target = Target {
        path: &path,
        format,
        replace: false,
        published: edition.published(),
    };
    export(&[exported], &target).unwrap();
    path
}

/// Loads an exported file as a planner would: with the coordinate system where the format names none.
fn load_again(edition: &Edition, id: &str, format: Format, path: &Path) -> LayerContents {
    let file = areas(edition.layer(id).unwrap());
    let has_plans =
        (0..file.areas().len() as u32).any(|area| file.record(area).unwrap().plan.is_some());
    let options = LoadOptions {
        crs: (format == Format::Csv)
            .then(|| Crs::from_epsg(u32::from(file.space().epsg())).unwrap()),
        fields: if has_plans {
            vec![("plan".to_owned(), "plan".to_owned())]
        } else {
            Vec::new()
        },
        ..LoadOptions::default()
    };
    // The columns are the export's own now, not those of the file that the layer came from.
    let mut map = edition.map().clone();
    for layer in &mut map.layers {
        layer.file_settings = groundrule::policy::FileSettings::default();
    }
    let mut again = load_files(&[path.to_owned()], &options, Some(&map), &Silent).unwrap();
    assert!(
        !again.report.refuses(),
        "{id} {format:?}: {}",
        support::said(&again.report)
    );
    again.layers.remove(0)
}

/// A record with its properties in the order of their names, since a file's columns have one order for all rows.
/// CSV knows no types: there every value is its text.
fn comparable(record: &AreaRecord, format: Format) -> AreaRecord {
    let mut record = record.clone();
    record
        .properties
        .sort_by(|(one, _), (other, _)| one.cmp(other));
    if format == Format::GeoPackage {
        // SQLite does not tell names apart that differ in capitals alone.
        for (name, _) in &mut record.properties {
            if name == "Name" {
                "Name_2".clone_into(name);
            }
        }
    }
    if format == Format::Csv {
        for (_, value) in &mut record.properties {
            *value = Value::Text(value.to_string().trim().to_owned());
        }
    }
    record
}

/// The paths of every part.
type Parts = Vec<Vec<Vec<Coord<f64>>>>;

fn parts_stored(file: &AreaFile, area: u32) -> Parts {
    file.parts_of(area)
        .map(|part| paths_of(part.paths()))
        .collect()
}

fn parts_loaded(shape: &Shape) -> Parts {
    let parts = shape.parts();
    parts.iter().map(|part| paths_of(part.paths())).collect()
}

fn paths_of<V: Vertices>(paths: Paths<'_, V>) -> Vec<Vec<Coord<f64>>> {
    let ranges = paths.ranges();
    ranges
        .map(|range| range.map(|at| paths.vertex(at)).collect())
        .collect()
}

/// Metres between a stored vertex and the one that came back; 0 only where every bit is the same.
fn shift(space: Space, stored: Coord<f64>, back: Coord<f64>, format: Format) -> f64 {
    if format == Format::GeoJson && space == Space::NationalGrid {
        let there = ostn15::to_national_grid(back).unwrap().coord;
        return (there.x - stored.x).hypot(there.y - stored.y);
    }
    let same = stored.x.to_bits() == back.x.to_bits() && stored.y.to_bits() == back.y.to_bits();
    if same { 0.0 } else { f64::INFINITY }
}

fn assert_same(edition: &Edition, id: &str, again: &LayerContents, format: Format) {
    let file = areas(edition.layer(id).unwrap());
    let told = format!("{id} {format:?}");
    assert_eq!(again.areas.len(), file.areas().len(), "{told}");
    let space = match format {
        Format::GeoJson => Space::Wgs84,
        _ => file.space(),
    };
    assert_eq!(again.space, space, "{told}");
    let mut by_reference: BTreeMap<&str, &Area> = BTreeMap::new();
    for area in &again.areas {
        by_reference.insert(&area.record.reference, area);
    }
    for area in 0..file.areas().len() as u32 {
        let record = file.record(area).unwrap();
        let back = by_reference[record.reference.as_str()];
        assert_eq!(
            comparable(&back.record, format),
            comparable(&record, format),
            "{told}"
        );
        let (stored, back) = (parts_stored(file, area), parts_loaded(&back.shape));
        let lengths = |parts: &Parts| -> Vec<Vec<usize>> {
            parts
                .iter()
                .map(|paths| paths.iter().map(Vec::len).collect())
                .collect()
        };
        assert_eq!(
            lengths(&back),
            lengths(&stored),
            "{told} {}",
            record.reference
        );
        let pairs = stored
            .iter()
            .flatten()
            .flatten()
            .zip(back.iter().flatten().flatten());
        for (&one, &other) in pairs {
            let shift = shift(file.space(), one, other, format);
            let most = if format == Format::GeoJson {
                MAX_SHIFT_M
            } else {
                0.0
            };
            assert!(
                shift <= most,
                "{told} {}: {one:?} came back as {other:?}",
                record.reference
            );
        }
    }
}

fn assert_round_trips(edition: &Edition) {
    let folder = tempfile::tempdir().unwrap();
    for stored in edition.layers().iter().filter(|stored| stored.layer.held) {
        let id = stored.layer.id.as_str();
        for (format, _) in Format::ALL {
            let path = write(edition, id, format, folder.path());
            let again = load_again(edition, id, format, &path);
            assert_same(edition, id, &again, format);
            std::fs::remove_file(path).unwrap();
        }
    }
}

fn published(path: &Path) -> Edition {
    let (_folder, atlas) = publish(&support::sample::draft(loaded(path)));
    atlas.current_edition().unwrap()
}

#[test]
fn every_layer_of_the_sample_map_loads_again_as_it_was() {
    assert_round_trips(&published(&source("data/map.toml")));
}

#[test]
fn every_layer_of_a_real_authority_loads_again_as_it_was() {
    let Some(pack) = support::shared("data/plan_pack/map.toml") else {
        return;
    };
    assert_round_trips(&published(&pack));
}

/// An area with something in every field, in Welsh too, and a property of every type.
/// Eleven rows without geometry, references that repeat, letters of Welsh in a dBASE table.
#[test]
fn a_boroughs_trees_and_welsh_names_load_again_as_they_were() {
    let (Some(trees), Some(welsh)) = (
        support::shared("data/southwark/TPO zones - Individual type.zip"),
        support::shared("data/welsh_dbf/latin8_cpg.shp"),
    ) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let map = format!(
        "title = \"Trees\"\nauthority = {{ name = \"Nobody\" }}\n[[layer]]\nid = \"tree\"\ntitle = \"Trees\"\ngroup = \"constraints\"\nfile = {trees:?}\nfields = {{ reference = \"TPO_number\" }}\nduplicate-references = \"separate\"\n[[layer]]\nid = \"name\"\ntitle = \"Names\"\ngroup = \"constraints\"\nfile = {welsh:?}\nfields = {{ reference = \"N\", name = \"NAME\" }}\n"
    );
    let path = folder.path().join("map.toml");
    std::fs::write(&path, map).unwrap();
    let edition = published(&path);
    let trees = edition.layer("tree").unwrap();
    assert_eq!(areas(trees).areas().len(), 474);
    assert_round_trips(&edition);
}

fn full_record() -> AreaRecord {
    AreaRecord {
        reference: "HOU/1".to_owned(),
        name: Some(Text::bilingual(
            "North of the “Tŵr”, phase 2",
            Some("I'r gogledd o'r tŵr; ŷ".to_owned()),
        )),
        policies: vec!["HOU/1".to_owned(), "DP/1".to_owned()],
        plan: None,
        validity: Validity {
            start: PartialDate::parse("1984").ok(),
            end: PartialDate::parse("2031-03").ok(),
        },
        document_url: Some("https://example.org/a?b=1&c=\"2\"".to_owned()),
        documentation_url: Some("https://example.org/ŵ".to_owned()),
        notes: Some("two\nlines, a \"quotation\" and a ; semicolon".to_owned()),
        supersedes: vec!["H1".to_owned(), "H2".to_owned()],
        properties: vec![
            ("capacity".to_owned(), Value::Integer((1 << 53) + 1)),
            ("hectares".to_owned(), Value::Number(0.1 + 0.2)),
            ("whole".to_owned(), Value::Number(-3.0)),
            ("built".to_owned(), Value::Flag(false)),
            ("formula".to_owned(), Value::Text("=1+1".to_owned())),
            ("code".to_owned(), Value::Text("007".to_owned())),
            (
                "Name".to_owned(),
                Value::Text("the source's own".to_owned()),
            ),
            ("plan".to_owned(), Value::Text("Plan 3".to_owned())),
            ("fid".to_owned(), Value::Integer(12)),
            ("geom".to_owned(), Value::Text("rough".to_owned())),
            ("id".to_owned(), Value::Text("x1".to_owned())),
        ],
    }
}

/// A polygon with a hole and an island, lines, points, with coordinates that use every bit.
fn shapes(at: Coord<f64>, size: f64) -> [(&'static str, Shape); 3] {
    let near = |x: f64, y: f64| (at.x + size * x / 3.0, at.y + size * y / 7.0);
    let square = |x: f64, y: f64, side: f64| {
        ring(&[
            near(x, y),
            near(x + side, y),
            near(x + side, y + side),
            near(x, y + side),
        ])
    };
    // Loading turns holes against their outline.
    let hole = |x: f64, y: f64, side: f64| {
        let mut hole = square(x, y, side);
        hole.0.reverse();
        hole
    };
    let line = |points: &[(f64, f64)]| -> LineString<f64> {
        points
            .iter()
            .map(|&(x, y)| near(x, y))
            .map(|(x, y)| Coord { x, y })
            .collect()
    };
    let holed = Polygon::new(
        square(0.0, 0.0, 9.0),
        vec![hole(1.0, 1.0, 2.0), hole(5.0, 5.0, 1.0)],
    );
    let island = Polygon::new(square(20.0, 20.0, 1.0), Vec::new());
    let points = [near(0.1, 0.2), near(1.1, 5.3)].map(|(x, y)| Point::new(x, y));
    [
        (
            "polygons",
            Shape::Polygons(MultiPolygon(vec![holed, island])),
        ),
        (
            "lines",
            Shape::Lines(MultiLineString(vec![
                line(&[(0.0, 0.0), (3.0, 4.0), (5.0, 5.0)]),
                line(&[(10.0, 10.0), (11.0, 13.0)]),
            ])),
        ),
        ("points", Shape::Points(MultiPoint(points.to_vec()))),
    ]
}

/// An edition with a layer for each kind of geometry, and one with all of them.
fn made_up(space: Space) -> Edition {
    let (at, size) = match space {
        Space::NationalGrid => (
            Coord {
                x: 294_614.1,
                y: 377_544.2,
            },
            100.0,
        ),
        Space::Wgs84 => (
            Coord {
                x: -3.582_211_3,
                y: 53.284_371_7,
            },
            0.001,
        ),
    };
    let plain = |reference: &str, shape: &Shape| area(reference, shape.clone());
    let full = |shape: &Shape| Area {
        record: full_record(),
        shape: shape.clone(),
    };
    let shapes = shapes(at, size);
    let mut layers: Vec<(&str, Vec<Area>)> = shapes
        .iter()
        .map(|(id, shape)| (*id, vec![plain("A", shape), full(shape)]))
        .collect();
    let mixed = shapes.iter().map(|(id, shape)| plain(id, shape)).collect();
    layers.push(("mixed", mixed));
    layers.push(("nothing", Vec::new()));
    let all: Vec<_> = layers.iter().map(|(id, _)| layer(id)).collect();
    let (_folder, atlas) = publish(&draft(map(&all), space, layers));
    atlas.current_edition().unwrap()
}

#[test]
fn every_kind_of_geometry_and_every_field_loads_again_as_it_was() {
    for space in [Space::NationalGrid, Space::Wgs84] {
        let edition = made_up(space);
        let folder = tempfile::tempdir().unwrap();
        for id in ["polygons", "lines", "points", "mixed"] {
            for (format, _) in Format::ALL {
                let path = write(&edition, id, format, folder.path());
                assert_same(
                    &edition,
                    id,
                    &load_again(&edition, id, format, &path),
                    format,
                );
            }
        }
    }
}

#[test]
fn row_numbers_of_a_geopackage_are_data_only_where_somebody_names_them() {
    let edition = made_up(Space::NationalGrid);
    let folder = tempfile::tempdir().unwrap();
    let path = write(&edition, "mixed", Format::GeoPackage, folder.path());
    let load = |fields: &[(&str, &str)]| {
        let own = |pair: &(&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
        let options = LoadOptions {
            fields: fields.iter().map(own).collect(),
            ..LoadOptions::default()
        };
        let mut loaded = load_files(std::slice::from_ref(&path), &options, None, &Silent).unwrap();
        assert!(
            !loaded.report.refuses(),
            "{}",
            support::said(&loaded.report)
        );
        loaded.layers.remove(0)
    };
    let unnamed = load(&[]);
    assert!(
        unnamed
            .areas
            .iter()
            .all(|area| area.record.properties.is_empty())
    );
    let mut named: Vec<String> = load(&[("reference", "fid")])
        .areas
        .into_iter()
        .map(|area| area.record.reference)
        .collect();
    named.sort();
    assert_eq!(named, ["1", "2", "3"]);
}

#[test]
fn the_same_edition_gives_the_same_bytes() {
    let edition = made_up(Space::NationalGrid);
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (format, _) in Format::ALL {
        let first = write(&edition, "polygons", format, one.path());
        let second = write(&edition, "polygons", format, other.path());
        assert_eq!(
            std::fs::read(first).unwrap(),
            std::fs::read(second).unwrap(),
            "{format:?}"
        );
    }
}

/// What GDAL says of a file, or `None` where it is not installed.
fn ogrinfo(path: &Path) -> Option<String> {
    let output = Command::new("ogrinfo")
        .args(["-ro", "-al", "-so", "-oo", "GEOM_POSSIBLE_NAMES=geometry"])
        .arg(path)
        .output();
    let Ok(output) = output else {
        support::skip::count("GDAL is not installed");
        return None;
    };
    let (out, err) = (output.stdout, String::from_utf8(output.stderr).unwrap());
    let complaints = err
        .lines()
        .filter(|line| !line.contains("does not support open option"));
    assert_eq!(
        complaints.collect::<Vec<_>>(),
        [""; 0],
        "{}",
        path.display()
    );
    assert!(output.status.success(), "{}", path.display());
    Some(String::from_utf8(out).unwrap())
}

#[test]
fn gdal_reads_every_file_with_its_areas_and_coordinate_system() {
    let folder = tempfile::tempdir().unwrap();
    for space in [Space::NationalGrid, Space::Wgs84] {
        let edition = made_up(space);
        for (id, areas) in [
            ("polygons", 2),
            ("lines", 2),
            ("points", 2),
            ("mixed", 3),
            ("nothing", 0),
        ] {
            for (format, _) in Format::ALL {
                let path = write(&edition, id, format, folder.path());
                let Some(told) = ogrinfo(&path) else { return };
                assert!(told.contains(&format!("Layer name: {id}\n")), "{told}");
                assert!(
                    told.contains(&format!("Feature Count: {areas}\n")),
                    "{told}"
                );
                let epsg = match format {
                    Format::GeoJson => 4326,
                    _ => space.epsg(),
                };
                let declared = told.contains(&format!("ID[\"EPSG\",{epsg}]]\n"));
                assert_eq!(declared, format != Format::Csv, "{told}");
                std::fs::remove_file(path).unwrap();
            }
        }
    }
}

#[test]
fn a_geopackage_of_all_layers_is_what_the_standard_wants() {
    let edition = made_up(Space::NationalGrid);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.gpkg");
    let layers: Vec<_> = edition
        .layers()
        .iter()
        .map(|stored| Exported {
            layer: &stored.layer,
            areas: areas(stored),
        })
        .collect();
    let target = Target {
        path: &path,
        format: Format::GeoPackage,
        replace: false,
        published: edition.published(),
    };
    export(&layers, &target).unwrap();
    let database = rusqlite::Connection::open(&path).unwrap();
    let number = |sql: &str| {
        database
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    let text = |sql: &str| {
        database
            .query_row(sql, [], |row| row.get::<_, String>(0))
            .unwrap()
    };
    assert_eq!(number("PRAGMA application_id"), 0x4750_4B47);
    assert_eq!(number("PRAGMA user_version"), 10_300);
    assert_eq!(text("PRAGMA integrity_check"), "ok");
    assert_eq!(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert_eq!(
        number(
            "SELECT count(*) FROM gpkg_contents WHERE srs_id = 27700 AND last_change = '2026-11-23T05:31:07.000Z'"
        ),
        5
    );
    assert_eq!(
        number("SELECT count(*) FROM gpkg_contents WHERE min_x < max_x AND min_y < max_y"),
        4
    );
    assert_eq!(
        number("SELECT count(*) FROM gpkg_spatial_ref_sys WHERE srs_id IN (-1, 0, 4326, 27700)"),
        4
    );
    assert_eq!(
        text("SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = 'mixed'"),
        "GEOMETRY"
    );
    assert_eq!(
        text(
            "SELECT group_concat(type) FROM pragma_table_info('lines') WHERE name IN ('capacity', 'hectares', 'built', 'code')"
        ),
        "INTEGER,DOUBLE,BOOLEAN,TEXT"
    );
    assert_eq!(
        text("SELECT \"start-date\" FROM polygons WHERE reference = 'HOU/1'"),
        "1984"
    );
    if let Some(told) = ogrinfo(&path) {
        assert_eq!(told.matches("Layer name: ").count(), 5, "{told}");
    }
}

#[test]
fn a_map_goes_out_and_comes_back_by_the_command_line() {
    let desk = Desk::new();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    desk.expect(0, &["load", &text(&source("data/map.toml"))]);
    let out = desk.expect(0, &["export", "all.gpkg"]);
    assert!(
        out.contains("conservation-area: ") && out.contains("EPSG:27700"),
        "{out}"
    );
    let told = desk.refused(1, &["export", "all.gpkg"]);
    assert!(told.contains("--force"), "{told}");
    desk.expect(0, &["export", "all.gpkg", "--force"]);
    desk.expect(0, &["export", "ca.csv", "--layer", "conservation-area"]);
    let csv = std::fs::read_to_string(desk.path("ca.csv")).unwrap();
    assert!(csv.starts_with("reference,name,"), "{csv}");
    let place = "240262,305398";
    let before = desk.lookup(place);
    let load = [
        "load",
        "ca.csv",
        "--layer",
        "conservation-area",
        "--crs",
        "EPSG:27700",
    ];
    desk.expect(0, &load);
    let after = desk.lookup(place);
    assert_eq!(after["layers"][0]["areas"], before["layers"][0]["areas"]);
    let find = |answer: &serde_json::Value| {
        let layers = answer["layers"].as_array().unwrap().iter();
        layers
            .clone()
            .find(|one| one["layer"] == "conservation-area")
            .unwrap()["areas"]
            .clone()
    };
    assert_eq!(find(&after), find(&before));
}

#[test]
fn what_cannot_be_meant_or_done_is_refused_and_leaves_no_file() {
    let desk = Desk::new();
    assert!(desk.refused(3, &["export", "a.gpkg"]).contains("no atlas"));
    let map = source("data/map.toml");
    desk.expect(0, &["load", map.to_str().unwrap()]);
    let told = desk.refused(2, &["export", "a.csv"]);
    assert!(
        told.contains("--layer") && told.contains("conservation-area, "),
        "{told}"
    );
    assert!(
        desk.refused(2, &["export", "a.shp"])
            .contains(".geojson .fgb .gpkg .csv")
    );
    assert!(
        desk.refused(2, &["export", "a.fgb", "--layer", "nowhere"])
            .contains("the layers are: ")
    );
    assert!(
        desk.refused(2, &["export", "a.gpkg", "--edition", "yesterday"])
            .contains("2026-11-23.1")
    );
    desk.refused(3, &["export", "a.gpkg", "--edition", "2020-01-01.1"]);
    desk.refused(3, &["export", "nowhere/a.fgb", "--layer", "sssi"]);
    let editions = desk.expect(0, &["editions"]);
    let id = editions[2..].split(' ').next().unwrap();
    let file = desk.path("atlas/editions").join(id).join("layers/sssi.fgb");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    for arguments in [
        &["export", "a.fgb", "--layer", "sssi"][..],
        &["export", "a.gpkg"],
    ] {
        assert!(desk.refused(3, arguments).contains("sssi.fgb is damaged"));
    }
    desk.expect(0, &["export", "b.fgb", "--layer", "conservation-area"]);
    let mut names: Vec<_> = std::fs::read_dir(desk.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["atlas", "b.fgb"]);
}
