//! Saved answers are proved: recomputed from their edition, the same or not, byte for byte.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use serde_json::Value as Json;
use std::fs;
use support::desk::Desk;
use support::sample::source;

fn path(name: &str) -> String {
    source(name).to_str().unwrap().to_owned()
}

/// A desk with the sample map and its gazetteer.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.expect(0, &["load", &path("data/map.toml")]);
    desk.expect(0, &["places", "load", &path("data/gazetteer.csv")]);
    desk
}

/// Asks, saves the answer and gives its text.
fn save(desk: &Desk, arguments: &[&str]) -> String {
    let arguments = [&["lookup", "--format", "json"], arguments].concat();
    let text = desk.expect(0, &arguments);
    desk.put("answer.json", &text);
    text
}

#[test]
fn an_answer_of_any_kind_of_place_is_the_same_again() {
    let desk = desk();
    for arguments in [
        vec!["239300,307345"],
        vec!["239300.123456,307345.5"],
        vec!["52.64,-4.37641", "--on", "2015-06-01", "--within", "12.5"],
        vec!["SH 393 073"],
        vec!["CG1 1AA"],
        vec!["999000000001"],
        vec!["1 Promenade"],
    ] {
        let text = save(&desk, &arguments);
        let told = desk.expect(0, &["verify", "answer.json"]);
        let answer: Json = serde_json::from_str(&text).unwrap();
        let link = answer["permalink"].as_str().unwrap();
        assert_eq!(
            told,
            format!("same: {link} gives this answer, byte for byte\n")
        );
    }
    // Another edition becomes current, and the answer is still that of its own.
    desk.expect(0, &["layers", "remove", "sssi"]);
    desk.expect(0, &["verify", "answer.json"]);
    let piped = fs::read(desk.path("answer.json")).unwrap();
    assert_eq!(
        desk.run_with_input(&["verify", "-"], &piped).status.code(),
        Some(0)
    );
}

#[test]
fn the_answer_for_a_drawn_site_is_the_same_again_with_or_without_a_link() {
    let desk = desk();
    // Two polygons have no link of their own.
    let one = "[[[239200,307300],[239400,307300],[239400,307400],[239200,307400],[239200,307300]]]";
    let other = "[[[239600,307300],[239700,307300],[239700,307400],[239600,307300]]]";
    let crs = "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"EPSG:27700\"}}";
    for (kind, coordinates) in [
        ("Polygon", one.to_owned()),
        ("MultiPolygon", format!("[{one},{other}]")),
    ] {
        let drawn = format!("{{\"type\":\"{kind}\",{crs},\"coordinates\":{coordinates}}}");
        let file = desk.put("site.geojson", &drawn);
        let text = save(
            &desk,
            &["--site", &file, "--on", "2026-11-23", "--within", "20"],
        );
        let answer: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["permalink"].is_null(), kind == "MultiPolygon");
        let told = desk.expect(0, &["verify", "answer.json"]);
        assert!(told.starts_with("same: "), "{told}");
        let altered = text.replacen("\"applies\"", "\"does_not_apply\"", 1);
        desk.put("answer.json", &altered);
        desk.refused(1, &["verify", "answer.json"]);
        desk.put("answer.json", &text.replacen("239400", "239401", 1));
        desk.refused(1, &["verify", "answer.json"]);
    }
}

#[test]
fn any_byte_that_was_altered_makes_it_another_answer() {
    let desk = desk();
    let text = save(&desk, &["239300,307345", "--on", "2026-11-23"]);
    // Of every hundredth byte that is a letter or a figure, another.
    let mut tried = 0;
    for at in (0..text.len()).step_by(97) {
        let mut bytes = text.clone().into_bytes();
        if !bytes[at].is_ascii_alphanumeric() {
            continue;
        }
        bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
        fs::write(desk.path("altered.json"), &bytes).unwrap();
        let output = desk.run(&["verify", "altered.json"]);
        let code = output.status.code();
        assert!(matches!(code, Some(1 | 3)), "byte {at}: {code:?}");
        tried += 1;
    }
    assert!(tried > 50, "{tried}");
    let altered = text.replacen("\"does_not_apply\"", "\"applies\"", 1);
    desk.put("altered.json", &altered);
    let told = desk.refused(1, &["verify", "altered.json"]);
    assert!(told.contains("\n  at /layers/0/state\n  the file has \"applies\"\n  the answer is \"does_not_apply\"\n"), "{told}");
    let more = text.replacen("\"format\":1,", "\"format\":1,\"checked_by\":\"me\",", 1);
    desk.put("altered.json", &more);
    let told = desk.refused(1, &["verify", "altered.json"]);
    assert!(
        told.contains("at /checked_by\n  the file has \"me\"\n  the answer is nothing"),
        "{told}"
    );
}

#[test]
fn an_answer_that_was_only_written_anew_is_said_to_be_that() {
    let desk = desk();
    let text = save(&desk, &["239300,307345", "--on", "2026-11-23"]);
    let pretty: Json = serde_json::from_str(&text).unwrap();
    let pretty = serde_json::to_string_pretty(&pretty).unwrap();
    for rewritten in [
        pretty.as_str(),
        text.trim_end(),
        &format!("\u{feff}{}\r\n", text.trim_end()),
    ] {
        desk.put("answer.json", rewritten);
        let told = desk.expect(0, &["verify", "answer.json"]);
        assert!(told.starts_with("same content, other spacing: "), "{told}");
    }
}

#[test]
fn an_edition_that_is_gone_or_is_another_proves_nothing() {
    let desk = desk();
    let text = save(&desk, &["239300,307345"]);
    let answer: Json = serde_json::from_str(&text).unwrap();
    let sha256 = answer["edition"]["sha256"].as_str().unwrap();
    desk.put("other.json", &text.replace(sha256, &"0".repeat(64)));
    let told = desk.refused(3, &["verify", "other.json"]);
    assert!(
        told.contains("is not the one that gave the answer") && told.contains(sha256),
        "{told}"
    );

    // A layer of the edition is damaged: what cannot be read cannot be proved.
    let id = answer["edition"]["id"].as_str().unwrap();
    let file = desk.path(&format!("atlas/editions/{id}/layers/green-wedge.fgb"));
    let whole = fs::read(&file).unwrap();
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "the test's own folder"
    )]
    permissions.set_readonly(false);
    fs::set_permissions(&file, permissions).unwrap();
    let mut damaged = whole.clone();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    fs::write(&file, &damaged).unwrap();
    let told = desk.refused(3, &["verify", "answer.json"]);
    assert!(told.contains("green-wedge"), "{told}");
    fs::write(&file, &whole).unwrap();
    desk.expect(0, &["verify", "answer.json"]);

    desk.expect(0, &["layers", "remove", "sssi"]);
    desk.expect(0, &["editions", "prune", "--keep", "1"]);
    let told = desk.refused(3, &["verify", "answer.json"]);
    assert!(
        told.contains(&format!(
            "edition {id}, which gave the answer, is not in this atlas any more"
        )),
        "{told}"
    );
}

#[test]
fn what_is_no_answer_is_said_to_be_none() {
    let desk = desk();
    desk.put("answer.json", "{\"type\":\"FeatureCollection\"}");
    assert!(
        desk.refused(3, &["verify", "answer.json"])
            .contains("it is no answer for a place")
    );
    desk.refused(3, &["verify", "nowhere.json"]);
    desk.refused(2, &["verify", "nonsense"]);
    assert!(desk.expect(0, &["verify"]).contains("is whole"));
}

const PLACES: &str = "name,postcode,uprn,easting,northing\n\
    1 Sea Road,CG9 9AA,71,239300.5,307345\n\
    2 Sea Road,CG9 9AA,72,239320,307345.123456\n";

#[test]
fn a_gazetteer_that_changed_is_told_apart_from_policies_that_did() {
    let desk = desk();
    let load = |text: &str| {
        let file = desk.put("mine.csv", text);
        desk.expect(0, &["places", "load", &file]);
    };
    load(PLACES);
    let texts = ["CG9 9AA", "71", "72", "2 Sea Road"]
        .map(|place| (place, save(&desk, &[place, "--on", "2026-11-23"])));
    // More figures than a place shows are kept, or the answer could not be made again.
    let second: Json = serde_json::from_str(&texts[2].1).unwrap();
    assert_eq!(second["place"]["exact"]["northing"], 307_345.123_456);
    let first: Json = serde_json::from_str(&texts[1].1).unwrap();
    assert_eq!(first["place"].get("exact"), None);

    load(
        &PLACES
            .replace("239320,", "239321,")
            .replace("1 Sea Road", "1 Sea Rd"),
    );
    for (place, text) in &texts {
        desk.put("answer.json", text);
        let told = desk.refused(1, &["verify", "answer.json"]);
        let expected = "different: the edition says the same of the positions in the answer, but the gazetteer has another entry";
        assert!(told.starts_with(expected), "{place}: {told}");
        let altered = text.replacen("\"does_not_apply\"", "\"applies\"", 1);
        desk.put("answer.json", &altered);
        let told = desk.refused(1, &["verify", "answer.json"]);
        assert!(told.contains("at /layers/0/state"), "{place}: {told}");
    }

    load("name,postcode,uprn,easting,northing\n3 Sea Road,CG9 9AB,73,239300,307345\n");
    for (place, text) in &texts {
        desk.put("answer.json", text);
        let told = desk.refused(3, &["verify", "answer.json"]);
        let expected = "the edition says the same of the positions in the answer, but whether they are those of the place cannot be verified";
        assert!(told.contains(expected), "{place}: {told}");
    }
    fs::remove_file(desk.path("atlas/places.sqlite")).unwrap();
    let told = desk.refused(3, &["verify", "answer.json"]);
    assert!(told.contains("no gazetteer is loaded"), "{told}");
}
