//! Inputs spoilt in every way, for each reader: none brings the program down, and each is told something.
//! Counted, not timed: the same inputs every time.

#[path = "support/fuzzed.rs"]
mod fuzzed;
#[path = "support/made_up.rs"]
mod made_up;
mod support;

use fuzzed::{TARGETS, one_input};
use made_up::Random;
use std::path::Path;

/// Spoilt inputs made of each seed.
const SPOILT: usize = 1_000;

const FEATURES: &str = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:27700"}},"features":[
{"type":"Feature","id":7,"properties":{"reference":"A1","start-date":"2013-10"},"geometry":{"type":"Polygon","coordinates":[[[294000,377000],[294100,377000],[294100,377100],[294000,377000]]]}},
{"type":"Feature","properties":{"reference":"A2"},"geometry":null},
{"type":"Feature","properties":{"reference":"A3"},"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2,3]}]}}]}"#;
const LINES: &str = "{\"type\":\"Feature\",\"properties\":{\"reference\":\"A1\"},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[-3.5,53.2],[-3.6,53.3]]}}\n{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"MultiPoint\",\"coordinates\":[[-3.5,53.2]]}}\n";
const TABLE: &str = "reference,name,wkt\nA1,\"Stryd, Fawr\",\"POLYGON ((-3.6 53.2, -3.5 53.2, -3.5 53.3, -3.6 53.2))\"\nA2,Tŷ,\"SRID=4326;MULTIPOLYGON Z (((0 0 1, 1 0 1, 1 1 1, 0 0 1)))\"\nA3,,\"CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 2 0, 1 -1, 0 0))\"\n";
const KML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><Folder><name>Areas</name><Placemark id=\"a\"><name>A1</name><ExtendedData><Data name=\"reference\"><value>A1</value></Data></ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>-3.6,53.2,0 -3.5,53.2,0 -3.5,53.3,0 -3.6,53.2,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Folder></Document></kml>";
const POLICIES: &str = "plan,code,title,title-cy,url\nldp,CTH/2,Conservation,Cadwraeth,https://example.org/a\nldp,HOU/1,\"Homes, all\",,\n";

/// Good inputs of a target, from which the spoilt ones are made.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let shared = |names: &[&str]| {
        let files = names.iter().filter_map(|name| support::shared(name));
        files
            .map(|path| std::fs::read(path).expect("a file"))
            .collect()
    };
    let text = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    match target {
        "geojson" => text(&[FEATURES, r#"{"type":"Point","coordinates":[1e0,-2]}"#]),
        "geojsonl" => text(&[LINES]),
        "csv" => text(&[TABLE, "reference;easting;northing\nA;294000;377000\n"]),
        "wkt" => text(&[
            "POLYGON ((0 0, 9 0, 9 9, 0 0), (1 1, 2 1, 2 2, 1 1))",
            "GEOMETRYCOLLECTION (POINT EMPTY, COMPOUNDCURVE (CIRCULARSTRING (0 0, 1 1, 2 0), (2 0, 0 0)))",
        ]),
        "kml" => text(&[KML]),
        "policies.csv" => text(&[POLICIES]),
        "map.toml" => vec![std::fs::read(support::sample::source("data/map.toml")).expect("a map")],
        "place" => text(&[
            "53.28437,-3.58221",
            "SH 9461 7754",
            "294614,377544",
            "LL22 7AA",
            "https://www.openstreetmap.org/#map=15/53.28/-3.58",
            "https://www.google.com/maps/@53.28,-3.58,15z",
            "geo:53.28,-3.58",
        ]),
        "gz" => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            std::io::Write::write_all(&mut packed, FEATURES.as_bytes()).expect("memory");
            vec![packed.finish().expect("memory")]
        }
        "fgb" => shared(&[
            "data/suites/fgb/poly00.fgb",
            "data/suites/fgb/heterogeneous.fgb",
        ]),
        "gpkg" => shared(&["data/suites/pyogrio/test_gpkg_nulls.gpkg"]),
        "shp" => {
            let mut seeds: Vec<Vec<u8>> = shared(&[
                "data/suites/shp_mbostock/polygons.shp",
                "data/suites/shp_shapefile-rs/polygonz.shp",
                "data/suites/shp_shapefile-rs/multipatch.shp",
            ]);
            seeds.push(fuzzed::shapes());
            seeds
        }
        "dbf" => vec![table_of_dbase()],
        "zip" => shared(&["data/dl_formats/shapefile_zip.resource"]),
        other => panic!("{other} has no seeds"),
    }
}

/// A table of two records with a text, a number, a date and a flag.
fn table_of_dbase() -> Vec<u8> {
    let fields = [
        (&b"REFERENCE"[..], b'C', 20),
        (b"N", b'N', 8),
        (b"SINCE", b'D', 8),
        (b"OK", b'L', 1),
    ];
    let mut bytes = vec![0; 32];
    bytes[0] = 3;
    bytes[4] = 2;
    bytes[8..10].copy_from_slice(&161_u16.to_le_bytes());
    bytes[10..12].copy_from_slice(&38_u16.to_le_bytes());
    for (name, kind, width) in fields {
        let mut field = [0; 32];
        field[..name.len()].copy_from_slice(name);
        (field[11], field[16]) = (kind, width);
        bytes.extend(field);
    }
    bytes.push(0x0d);
    for record in ["Tŷ Mawr            ", "A far longer name up"] {
        bytes.push(b' ');
        bytes.extend(&record.as_bytes()[..20]);
        bytes.extend(b"   12.5020131024T");
    }
    bytes
}

/// A few bytes that mean something to one reader or another.
const MEANING: [&[u8]; 14] = [
    b"[",
    b"{",
    b"\"",
    b"(",
    b",",
    b"\n",
    b"\0",
    b"<",
    b"&#x0;",
    b"1e999",
    b"NaN",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\xef\xbb\xbf",
];

/// The seed with one to four spots spoilt.
fn spoilt(seed: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = random.below(bytes.len());
        let end = (at + 1 + random.below(64)).min(bytes.len());
        match random.below(7) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let block = bytes[at..end].to_vec();
                bytes.splice(at..at, block);
            }
            4 => {
                let to = random.below(bytes.len());
                let block = bytes[at..end].to_vec();
                bytes.splice(to..to, block);
            }
            5 => {
                let count = (end - at).min(8);
                bytes[at..at + count].fill(0xff);
            }
            _ => {
                let meaning = MEANING[random.below(MEANING.len())];
                bytes.splice(at..at, meaning.iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn no_bytes_bring_a_reader_down() {
    let folder = tempfile::tempdir().expect("a folder");
    for (number, target) in TARGETS.iter().enumerate() {
        let mut random = Random(number as u64 + 1);
        for seed in seeds(target) {
            one_input(target, &seed, folder.path());
            for _ in 0..SPOILT {
                one_input(target, &spoilt(&seed, &mut random), folder.path());
            }
        }
    }
}

/// Nested a hundred thousand deep, or counted by the thousand million: told as an error, each of them.
#[test]
fn what_claims_to_be_enormous_is_refused_without_the_memory_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let say = |target: &str, bytes: &[u8]| one_input(target, bytes, folder.path());
    let refused = |target: &str, bytes: &[u8]| {
        let said = say(target, bytes);
        // Reports are in Welsh here, errors of a map.toml and of a place in English.
        let words = ["gwall", "map.toml, line", "Err("];
        assert!(
            words.iter().any(|word| said.contains(word)),
            "{target}: {said}"
        );
    };
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    for (target, text) in [
        ("geojson", deep("[", "]")),
        ("geojson", deep("{\"a\":", "}")),
        (
            "geojsonl",
            deep("{\"type\":\"GeometryCollection\",\"geometries\":[", "]}"),
        ),
        ("wkt", deep("GEOMETRYCOLLECTION (", ")")),
        (
            "kml",
            format!("<kml>{}</kml>", deep("<Folder>", "</Folder>")),
        ),
        (
            "csv",
            format!("reference,wkt\nA,\"{}\"\n", deep("MULTIPOLYGON ((", "))")),
        ),
        ("map.toml", format!("a = {}", deep("[", "]"))),
        ("place", "9".repeat(1_000_000)),
    ] {
        refused(target, text.as_bytes());
    }
    if let Some(path) = support::shared("data/suites/fgb/poly00.fgb") {
        let mut bytes = std::fs::read(path).expect("a file");
        // The length of the header, and then every word of it, claims four thousand million.
        for at in (8..bytes.len().min(256)).step_by(4) {
            let before = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
            bytes[at..at + 4].fill(0xff);
            say("fgb", &bytes);
            bytes[at..at + 4].copy_from_slice(&before);
        }
    }
    if let Some(path) = support::shared("data/suites/shp_mbostock/polygons.shp") {
        let mut bytes = std::fs::read(path).expect("a file");
        for at in (24..bytes.len().min(400)).step_by(4) {
            let before = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
            for claim in [[0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0x7f]] {
                bytes[at..at + 4].copy_from_slice(&claim);
                say("shp", &bytes);
            }
            bytes[at..at + 4].copy_from_slice(&before);
        }
    }
}

#[test]
fn every_target_is_named_in_the_instructions() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/fuzzing.md");
    let text = std::fs::read_to_string(path).expect("the instructions");
    for target in TARGETS {
        assert!(text.contains(&format!("`{target}`")), "{target}");
    }
}
