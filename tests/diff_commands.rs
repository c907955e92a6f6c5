//! What changed between two editions as the terminal tells it; editions and layers removed there.
//!
//! Apart from tests/diff.rs: a program that is being started holds the locks of its parent for a moment.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use serde_json::Value as Json;
use support::desk::Desk;

const FIRST: &str = "reference,name,geometry\nT1,Oak,\"POLYGON ((400000 300000, 400010 300000, 400010 300010, 400000 300010, 400000 300000))\"\n";
const SECOND: &str = "reference,name,geometry\nT1,Ash,\"POLYGON ((400000 300000, 400012 300000, 400012 300010, 400000 300010, 400000 300000))\"\nT2,Elm,\"POLYGON ((400050 300000, 400060 300000, 400060 300010, 400050 300010, 400050 300000))\"\n";

/// A desk with two editions of one layer; their ids.
fn two_editions() -> (Desk, String, String) {
    let desk = Desk::new();
    for rows in [FIRST, SECOND] {
        let file = desk.put("tpo.csv", rows);
        desk.expect(0, &["load", &file, "--layer", "tpo", "--crs", "EPSG:27700"]);
    }
    let listed = desk.expect(0, &["editions"]);
    let ids: Vec<String> = listed
        .lines()
        .filter_map(|line| line[2..].split(' ').next().map(str::to_owned))
        .collect();
    let [before, after] = &ids[..] else {
        panic!("{listed}")
    };
    let (before, after) = (before.clone(), after.clone());
    (desk, before, after)
}

#[test]
fn the_terminal_tells_what_changed_in_three_formats() {
    let (desk, before, after) = two_editions();
    let text = desk.expect(0, &["diff", &before, &after]);
    let expected = format!(
        "from {before} to {after}\n\ntpo: 1 area added; 1 area with another boundary; 1 area with other attributes\n  \
         ~ T1 (Ash): 20.02 m² gained, 0.00 m² lost, largest shift 2.00 m\n      name: “Oak” → “Ash”\n  + T2 (Elm): added, 100.08 m²\n"
    );
    assert_eq!(text, expected);
    let json = desk.expect(0, &["diff", &before, &after, "--format", "json"]);
    let json: Json = serde_json::from_str(&json).unwrap();
    assert_eq!(json["layers"][0]["areas"][0]["fields"][0]["after"], "Ash");
    let pieces = desk.expect(0, &["diff", &before, &after, "--format", "geojson"]);
    assert_eq!(pieces.matches("\"Feature\"").count(), 2);
    let same = desk.expect(0, &["diff", &after, &after]);
    assert!(same.contains("hold the same layers and areas"), "{same}");
    desk.refused(3, &["diff", &before, "1999-01-01.1"]);
    desk.refused(2, &["diff", &before, "yesterday"]);
}

#[test]
fn the_terminal_prunes_and_refuses_to_keep_nothing() {
    let (desk, before, after) = two_editions();
    desk.refused(2, &["editions", "prune", "--keep", "0"]);
    desk.refused(2, &["editions", "prune"]);
    let told = desk.expect(0, &["editions", "prune", "--keep", "1"]);
    assert_eq!(told, format!("removed {before}\n"));
    assert!(
        desk.expect(0, &["editions"])
            .starts_with(&format!("* {after}"))
    );
}

#[test]
fn a_layer_is_removed_unless_something_depends_on_it() {
    let (desk, ..) = two_editions();
    let told = desk.refused(1, &["layers", "remove", "tpo"]);
    assert!(told.contains("only layer"), "{told}");
    let edge = desk.put("edge.csv", FIRST);
    desk.expect(
        0,
        &["load", &edge, "--layer", "edge", "--crs", "EPSG:27700"],
    );
    let file = desk.put("tpo.csv", SECOND);
    let crs = ["--crs", "EPSG:27700"];
    let load = [
        "load",
        &file,
        "--layer",
        "tpo",
        "--coverage",
        "edge",
        crs[0],
        crs[1],
    ];
    desk.expect(0, &load);
    let told = desk.refused(1, &["layers", "remove", "edge"]);
    assert!(told.contains("the coverage of tpo"), "{told}");
    let told = desk.refused(1, &["layers", "remove", "tree"]);
    assert!(told.contains("has no layer tree"), "{told}");
    let told = desk.expect(0, &["layers", "remove", "tpo", "--note", "withdrawn"]);
    assert!(told.ends_with("without tpo, with 1 layer\n"), "{told}");
    let layers = desk.expect(0, &["layers"]);
    assert!(
        layers.contains("edge") && !layers.contains("tpo"),
        "{layers}"
    );
    assert!(desk.expect(0, &["verify"]).contains("is whole"));
}

#[test]
fn the_schedule_stands_alone_in_either_language() {
    let (desk, before, after) = two_editions();
    for (lang, said) in [("en", "What changed"), ("cy", "Beth a newidiodd")] {
        let html = desk.expect(
            0,
            &["diff", &before, &after, "--format", "html", "--lang", lang],
        );
        assert!(
            html.contains(&format!("<html lang=\"{lang}\">")) && html.contains(said),
            "{html}"
        );
        assert!(
            html.contains("20.02 m²") && html.contains(&before),
            "{html}"
        );
        let outside = ["<script", "src=", "href=", "url("];
        assert!(!outside.iter().any(|mark| html.contains(mark)), "{html}");
    }
}
