use super::*;
use crate::policy::{Group, PartialDate, Region, Stage};

const WHOLE: &str = r##"
title = { en = "Plan", cy = "Cynllun" }
authority = { name = "Conwy", phone = "01492 000000", email = "a@b", logo = "logo.svg", colours = { accent = "#1d5c63" } }
policies = "policies.csv"
coverage = "plan-area"
messages = "wording.toml"
frame-ancestors = ["https://www.example.gov.uk"]

[[plan]]
id = "ldp-2013"
title = "LDP"
area = "plan-area"
stages = [ { stage = "deposit", from = "2011-04" }, { stage = "adopted", from = 2013-10-24 } ]
url = "https://x"

[[neighbour]]
name = { en = "Eryri", cy = "Eryri" }
url = "https://y"
area = "eryri.geojson"

[[layer]]
id = "plan-area"
file = "area.fgb"
group = "boundary"

[[layer]]
id = "conservation-area"
file = ["a.shp", "b.shp"]
source-layer = "CA"
crs = "EPSG:27700"
group = "constraints"
plan = "ldp-2013"
inset = "plan-area"
title = { en = "Conservation areas", cy = "Ardaloedd cadwraeth" }
fields = { reference = "CA_REF", name-cy = "ENW", start_date = "DESIG" }
date-format = "%d/%m/%Y"
accuracy-m = 2.5
as-at = "2026-10-01"
review-by = "2027-04"
exclusive = true
duplicate-references = "merge"
incomplete = "accepted: eleven rows have no boundary yet"
detail-zoom = 13
min-zoom = 8
tile-properties = ["class"]
coverage = "eryri.geojson"
licence = "OGL-UK-3.0"
attribution = "OS"
downloadable = true

[[layer]]
id = "flood-zone"
group = "constraints"

[[layer]]
id = "road"
group = "context"
tile-properties = ["name"]
class = "road_classification"
classes = [
  { values = "Motorway", class = "motorway" },
  { values = ["A Road", "Primary"], class = "a", min-zoom = 8 },
]
rank = "order"
"##;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("written");
    };
    write("eryri.geojson", "{}");
    write("policies.csv", "plan,code,title\nldp-2013,CTH/2,Heritage\n");
    write(
        "wording.toml",
        "[en]\nhelp = \"Ring us\"\npage.title = \"Map\"\n[cy]\nhelp = \"Ffoniwch\"\n",
    );
    folder
}

fn read_text(text: &str) -> Result<MapFile, MapFileError> {
    let folder = folder();
    let path = folder.path().join("map.toml");
    std::fs::write(&path, text).expect("written");
    read(&path)
}

/// The problems of the whole map after one change.
fn problems(from: &str, to: &str) -> String {
    assert!(WHOLE.contains(from), "{from}");
    read_text(&WHOLE.replacen(from, to, 1))
        .expect_err(to)
        .to_string()
}

#[test]
fn every_key_of_the_interface_is_read() {
    let file = read_text(WHOLE).expect("read");
    let map = &file.map;
    assert_eq!(map.title.cy.as_deref(), Some("Cynllun"));
    assert_eq!(map.authority.accent.as_deref(), Some("#1d5c63"));
    assert_eq!(map.plans[0].stages[1].0, Stage::Adopted);
    assert_eq!(
        map.neighbours[0].area,
        Region::File("eryri.geojson".to_owned())
    );
    assert_eq!(map.policies[0].code, "CTH/2");
    assert_eq!(
        map.wording(crate::policy::Lang::En, "page.title"),
        Some("Map")
    );
    assert_eq!(file.findings.len(), 1, "the logo");
    let layer = &map.layers[1];
    assert_eq!(
        (layer.group, layer.detail_zoom, layer.min_zoom),
        (Group::Constraints, 13, 8)
    );
    assert_eq!(
        layer.coverage,
        Some(Region::File("eryri.geojson".to_owned()))
    );
    assert_eq!(layer.review_by, PartialDate::parse("2027-04").ok());
    assert_eq!(layer.tile_properties, ["class"]);
    assert!(layer.downloadable && layer.held);
    let roads = &map.layers[3];
    assert_eq!(roads.tile_properties, ["name", "class"]);
    let importance = &roads.importance;
    assert_eq!(importance.rank.as_deref(), Some("order"));
    assert_eq!(importance.classes[0].values, ["Motorway"]);
    let second = &importance.classes[1];
    assert_eq!((&*second.class, second.min_zoom), ("a", 8));
    let source = &file.layers[1];
    assert_eq!(source.files.len(), 2);
    assert_eq!(source.fields[0], (Field::Reference, "CA_REF".to_owned()));
    assert_eq!(source.fields[2].0, Field::StartDate);
    assert_eq!(source.duplicates, Duplicates::Merge);
    assert_eq!(
        source.incomplete.as_deref(),
        Some("eleven rows have no boundary yet")
    );
    let flood = &map.layers[2];
    assert!(!flood.held);
    assert_eq!(flood.title.en, "Flood zone");
    assert_eq!(
        flood.coverage,
        Some(Region::Layer(LayerId::new("plan-area").expect("an id")))
    );
    assert_eq!(file.regions.len(), 1);
}

#[test]
fn every_problem_names_its_line_its_key_and_what_would_be_right() {
    let cases = [
        (
            "titel",
            "title = { en = \"Plan\"",
            "titel = { en = \"Plan\"",
            "line 2: the key “titel” is not known; did you mean “title”?",
        ),
        (
            "group",
            "group = \"constraints\"",
            "group = \"constraint\"",
            "[[layer]] conservation-area: group “constraint” is not known; did you mean “constraints”?",
        ),
        (
            "zoom",
            "detail-zoom = 13",
            "detail-zoom = 17",
            "detail-zoom is 17; write a number from 0 to 16",
        ),
        (
            "crs",
            "EPSG:27700",
            "EPSG:2154",
            "crs “EPSG:2154” cannot be read; write one of EPSG:27700",
        ),
        (
            "field",
            "name-cy = \"ENW\"",
            "nmae = \"ENW\"",
            "fields has “nmae”, which is no field; did you mean “name”?",
        ),
        (
            "date format",
            "%d/%m/%Y",
            "dd/mm/yyyy",
            "date-format “dd/mm/yyyy” is not a format of dates",
        ),
        (
            "coverage",
            "coverage = \"plan-area\"",
            "coverage = \"plan\"",
            "coverage “plan” is neither a layer of this map nor a file",
        ),
        (
            "plan",
            "plan = \"ldp-2013\"",
            "plan = \"ldp-2012\"",
            "did you mean “ldp-2013”?",
        ),
        (
            "date",
            "2027-04",
            "04/2027",
            "review-by “04/2027” is not a date",
        ),
        (
            "flag",
            "downloadable = true",
            "downloadable = \"yes\"",
            "downloadable is a text; write true or false",
        ),
        (
            "incomplete",
            "accepted: eleven",
            "accept: eleven",
            "write \"refuse\" or \"accepted: REASON\"",
        ),
        (
            "id",
            "id = \"flood-zone\"",
            "id = \"Flood zone\"",
            "use small letters",
        ),
        (
            "twice",
            "id = \"flood-zone\"",
            "id = \"plan-area\"",
            "stands twice",
        ),
        (
            "stage",
            "stage = \"adopted\"",
            "stage = \"adoped\"",
            "did you mean “adopted”?",
        ),
        (
            "order",
            "from = \"2011-04\"",
            "from = \"2015\"",
            "is before the stage above it",
        ),
        ("colour", "#1d5c63", "teal", "“teal” is not a colour"),
        (
            "frame",
            "https://www.example.gov.uk",
            "x; script-src *",
            "write sites as",
        ),
        ("toml", "[[plan]]", "[[plan]", "line 9"),
    ];
    for (what, from, to, wanted) in cases {
        let problems = problems(from, to);
        assert!(problems.contains(wanted), "{what}: {problems}");
        assert!(problems.contains("map.toml"), "{problems}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let text = WHOLE
        .replace("group = \"boundary\"", "grup = \"boundary\"")
        .replace("= 2.5", "= \"2.5\"");
    let problems = read_text(&text).expect_err("wrong").to_string();
    for wanted in [
        "did you mean “group”",
        "group is missing",
        "accuracy-m is a text",
    ] {
        assert!(problems.contains(wanted), "{wanted}: {problems}");
    }
}

#[test]
fn policies_and_wording_are_checked_too() {
    let missing = problems("policies = \"policies.csv\"", "policies = \"none.csv\"");
    assert!(missing.contains("none.csv"), "{missing}");
    let unknown = problems("id = \"ldp-2013\"", "id = \"ldp\"");
    assert!(unknown.contains("ldp-2013"), "{unknown}");
}

#[test]
fn a_column_for_x_without_one_for_y_is_refused() {
    let told = problems("name-cy = \"ENW\"", "x = \"E\"");
    assert!(
        told.contains("names a column for x and none for y"),
        "{told}"
    );
}

#[test]
fn a_map_in_another_encoding_says_so() {
    let folder = folder();
    let path = folder.path().join("latin.toml");
    std::fs::write(&path, b"title = \"C\xf4r\"").expect("written");
    let told = read(&path).expect_err("not UTF-8").to_string();
    assert!(told.contains("is not UTF-8 text (byte 11"), "{told}");
}

#[test]
fn a_file_that_is_far_too_long_for_a_map_is_refused_before_it_is_held() {
    let folder = folder();
    let path = folder.path().join("map.toml");
    let file = std::fs::File::create(&path).expect("made");
    file.set_len(MAX_MAP_BYTES + 1).expect("made long");
    let error = read(&path).expect_err("too long").to_string();
    assert!(error.contains("16777216 bytes"), "{error}");
}
