//! Editions on disk: what goes in comes out, and what was damaged says so.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use geo_types::{Coord, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use groundrule::atlas::{Atlas, DraftLayer};
use groundrule::geometry::{Shape, Space};
use groundrule::policy::{Area, AreaRecord, LayerId, PartialDate, Text, Validity, Value};
use std::fs;
use support::drafts::{area, draft, layer, map, now, publish, ring, square};

/// Areas of all kinds with all fields, at coordinates that no rounding keeps.
fn everything() -> Vec<Area> {
    let third = 1.0 / 3.0;
    let outline = ring(&[(third, 0.1), (9.0 + third, 0.2), (9.0, 9.0), (0.1, 9.0)]);
    let hole = ring(&[(2.0, 2.0), (2.0, 3.0), (3.0, 2.0 + third)]);
    let polygons = MultiPolygon(vec![
        Polygon::new(outline, vec![hole]),
        Polygon::new(
            ring(&[(20.0, 20.0), (21.0, 20.0), (20.0, 21.0)]),
            Vec::new(),
        ),
    ]);
    let record = AreaRecord {
        reference: "HOU/1".to_owned(),
        name: Some(Text::bilingual("Tŷ Gwyn", Some("Y Tŷ Gwyn".to_owned()))),
        policies: vec!["HOU/1".to_owned(), "DP/4".to_owned()],
        plan: Some("ldp".to_owned()),
        validity: Validity {
            start: Some(PartialDate::parse("1984-03").unwrap()),
            end: Some(PartialDate::parse("2030-01-01").unwrap()),
        },
        document_url: Some("https://example.org/a.pdf".to_owned()),
        documentation_url: None,
        notes: Some("a note".to_owned()),
        supersedes: vec!["HOU/0".to_owned()],
        properties: vec![
            ("AREA_HA".to_owned(), Value::Number(0.1 + 0.2)),
            ("DWELLINGS".to_owned(), Value::Integer(-40)),
        ],
    };
    vec![
        Area {
            record,
            shape: Shape::Polygons(polygons),
        },
        area(
            "road",
            Shape::Lines(MultiLineString(vec![
                ring(&[(5.0, 5.0), (6.0, 6.0 + third)]),
                ring(&[(7.0, 7.0), (8.0, 8.0)]),
            ])),
        ),
        area(
            "trees",
            Shape::Points(MultiPoint(vec![
                Point(Coord { x: third, y: 1.0 }),
                Point(Coord { x: 4.0, y: 4.0 }),
            ])),
        ),
    ]
}

#[test]
fn an_edition_gives_back_every_area_bit_for_bit() {
    let areas = everything();
    let (_folder, atlas) = publish(&draft(
        map(&[layer("a")]),
        Space::NationalGrid,
        vec![("a", areas.clone())],
    ));
    let edition = atlas.current_edition().unwrap();
    let file = edition.layer("a").unwrap().readable().unwrap();
    assert_eq!(file.space(), Space::NationalGrid);
    assert_eq!(file.areas().len(), 3);
    for expected in &areas {
        let at = file.find(&expected.record.reference).unwrap().unwrap();
        assert_eq!(file.record(at).unwrap(), expected.record);
        assert_eq!(file.areas()[at as usize].kind, expected.shape.kind());
        assert_eq!(file.areas()[at as usize].validity, expected.record.validity);
        let parts = expected.shape.parts();
        let stored: Vec<_> = file.parts_of(at).collect();
        assert_eq!(stored.len(), parts.len());
        for (stored, part) in stored.iter().zip(&parts) {
            let vertices: Vec<_> = stored.paths().vertices().collect();
            assert_eq!(vertices, part.vertices, "every bit of every coordinate");
            assert_eq!(stored.paths().ranges().count(), part.ends.len());
        }
    }
    assert_eq!(file.find("HOU/2").unwrap(), None);
}

#[test]
fn the_same_areas_published_twice_are_the_same_files() {
    let files = || {
        let (_folder, atlas) = publish(&draft(
            map(&[layer("a")]),
            Space::Wgs84,
            vec![("a", everything())],
        ));
        atlas.current_edition().unwrap().manifest().files.clone()
    };
    assert_eq!(files(), files());
}

#[test]
fn one_flipped_bit_anywhere_makes_its_layer_unreadable_and_no_other() {
    let layers = [layer("a"), layer("b")];
    let of_b = vec![area("B1", square(0.0, 0.0, 5.0))];
    let (_folder, atlas) = publish(&draft(
        map(&layers),
        Space::NationalGrid,
        vec![("a", everything()), ("b", of_b)],
    ));
    let id = atlas.current().unwrap().unwrap();
    let path = atlas.folder(id).join("layers/a.fgb");
    let whole = fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        fs::write(&path, &flipped).unwrap();
        let edition = atlas.edition(id).unwrap();
        assert!(
            edition.layer("a").unwrap().readable().is_none(),
            "byte {at}"
        );
        assert!(edition.layer("b").unwrap().readable().is_some());
        let verdict = atlas.verify(id).unwrap();
        assert_eq!(verdict.damaged.len(), 1);
        assert!(
            verdict.damaged[0]
                .to_string()
                .starts_with("layers/a.fgb is damaged: bytes "),
            "{}",
            verdict.damaged[0]
        );
    }
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert!(
        atlas
            .edition(id)
            .unwrap()
            .layer("a")
            .unwrap()
            .readable()
            .is_none(),
        "cut short"
    );
    fs::remove_file(&path).unwrap();
    assert!(
        atlas
            .edition(id)
            .unwrap()
            .layer("a")
            .unwrap()
            .readable()
            .is_none(),
        "gone"
    );
    assert!(!atlas.verify(id).unwrap().is_whole());
}

#[test]
fn a_file_that_changes_after_it_was_opened_is_found_by_a_scrub() {
    let (_folder, atlas) = publish(&draft(
        map(&[layer("a")]),
        Space::NationalGrid,
        vec![("a", everything())],
    ));
    let edition = atlas.current_edition().unwrap();
    assert!(edition.scrub().is_empty());
    let path = atlas.folder(edition.id()).join("layers/a.fgb");
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    // Rewritten in place, as a failing disk would: the mapping sees it.
    use std::io::Write as _;
    fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .unwrap()
        .write_all(&bytes)
        .unwrap();
    assert_eq!(edition.scrub().len(), 1);
    assert!(edition.layer("a").unwrap().readable().is_none());
}

#[test]
fn a_damaged_manifest_or_description_makes_the_edition_unopenable_and_says_which() {
    for (file, expected) in [
        ("manifest.json", "manifest.json is damaged"),
        ("map.json", "map.json is damaged"),
    ] {
        let (_folder, atlas) = publish(&draft(
            map(&[layer("a")]),
            Space::NationalGrid,
            vec![("a", everything())],
        ));
        let id = atlas.current().unwrap().unwrap();
        let path = atlas.folder(id).join(file);
        let mut bytes = fs::read(&path).unwrap();
        bytes[0] = b'[';
        fs::write(&path, bytes).unwrap();
        let error = atlas.edition(id).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn editions_are_numbered_within_the_day_in_london_and_the_last_one_is_current() {
    let (_folder, atlas) = publish(&draft(
        map(&[layer("a")]),
        Space::NationalGrid,
        vec![("a", everything())],
    ));
    let draft = draft(
        map(&[layer("a")]),
        Space::NationalGrid,
        vec![("a", everything())],
    );
    assert_eq!(
        atlas.publish(&draft, now()).unwrap().to_string(),
        "2026-11-23.2"
    );
    // Half past eleven at night in UTC is the next day in a London summer.
    let summer = "2027-06-30T23:30:00Z".parse().unwrap();
    assert_eq!(
        atlas.publish(&draft, summer).unwrap().to_string(),
        "2027-07-01.1"
    );
    assert_eq!(
        atlas.current().unwrap().unwrap().to_string(),
        "2027-07-01.1"
    );
    let first = "2026-11-23.1".parse().unwrap();
    atlas.activate(first).unwrap();
    assert_eq!(atlas.current().unwrap(), Some(first));
    assert_eq!(atlas.list().unwrap().len(), 3);
    assert!(atlas.activate("2020-01-01.1".parse().unwrap()).is_err());
    assert_eq!(atlas.current().unwrap(), Some(first), "nothing changed");
}

#[test]
fn a_layer_carried_over_keeps_its_bytes_and_its_ids() {
    let layers = [layer("a"), layer("b")];
    let of_b = |reference: &str| vec![area(reference, square(0.0, 0.0, 5.0))];
    let (_folder, atlas) = publish(&draft(
        map(&layers),
        Space::NationalGrid,
        vec![("a", everything()), ("b", of_b("B1"))],
    ));
    let first = atlas.current_edition().unwrap();
    let mut second = draft(map(&layers), Space::NationalGrid, vec![("b", of_b("B2"))]);
    second.layers.insert(
        0,
        DraftLayer::Carried(LayerId::new("a").unwrap(), first.id()),
    );
    atlas.publish(&second, now()).unwrap();
    let second = atlas.current_edition().unwrap();
    assert_eq!(
        first.manifest().file("layers/a.fgb"),
        second.manifest().file("layers/a.fgb")
    );
    let id_of = |edition: &groundrule::atlas::Edition| {
        edition.layer("b").unwrap().readable().unwrap().areas()[0].id
    };
    assert_ne!(id_of(&first), id_of(&second), "an id is never used again");
    assert_ne!(first.sha256(), second.sha256());
}

#[test]
fn what_an_interrupted_publisher_left_is_cleared_and_two_at_once_are_refused() {
    let draft = draft(
        map(&[layer("a")]),
        Space::NationalGrid,
        vec![("a", everything())],
    );
    let (folder, atlas) = publish(&draft);
    let left = folder.path().join("editions/.writing-2026-11-23.2");
    fs::create_dir_all(left.join("layers")).unwrap();
    fs::write(left.join("layers/a.fgb"), b"half").unwrap();
    assert_eq!(
        atlas.publish(&draft, now()).unwrap().to_string(),
        "2026-11-23.2"
    );
    assert!(!left.exists());
    let lock = fs::File::options()
        .write(true)
        .open(folder.path().join("lock"))
        .unwrap();
    lock.lock().unwrap();
    let error = atlas.publish(&draft, now()).unwrap_err().to_string();
    assert!(
        error.starts_with("another groundrule is publishing"),
        "{error}"
    );
}

#[test]
fn an_atlas_without_an_edition_and_a_pointer_to_nothing_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    assert!(
        Atlas::open(folder.path().join("none"))
            .unwrap_err()
            .to_string()
            .contains("groundrule load makes one")
    );
    let atlas = Atlas::create(folder.path()).unwrap();
    assert!(
        atlas
            .current_edition()
            .unwrap_err()
            .to_string()
            .contains("groundrule load publishes one")
    );
    fs::write(folder.path().join("current"), "../../etc").unwrap();
    assert!(
        atlas
            .current_edition()
            .unwrap_err()
            .to_string()
            .contains("groundrule activate mends it")
    );
    fs::write(folder.path().join("current"), "2026-11-23.9").unwrap();
    assert!(
        atlas
            .current_edition()
            .unwrap_err()
            .to_string()
            .contains("no edition 2026-11-23.9")
    );
}

/// Publishes an edition with one area at a moment; gives the area's id.
fn publish_one(atlas: &Atlas, reference: &str, at: &str) -> u64 {
    let areas = vec![area(reference, square(0.0, 0.0, 5.0))];
    let draft = draft(map(&[layer("a")]), Space::NationalGrid, vec![("a", areas)]);
    let id = atlas.publish(&draft, at.parse().unwrap()).unwrap();
    let edition = atlas.edition(id).unwrap();
    edition.layer("a").unwrap().readable().unwrap().areas()[0].id
}

#[test]
fn an_id_is_never_given_to_another_area_even_when_the_clock_went_back() {
    let folder = tempfile::tempdir().unwrap();
    let atlas = Atlas::create(folder.path()).unwrap();
    let (late, early) = ("2026-11-24T12:00:00Z", "2026-11-23T12:00:00Z");
    let first = publish_one(&atlas, "A", late);
    let ids = [
        first,
        publish_one(&atlas, "B", early),
        publish_one(&atlas, "C", early),
        publish_one(&atlas, "D", late),
    ];
    assert_eq!(ids, [1, 2, 3, 4]);
    assert_eq!(publish_one(&atlas, "B", late), 2, "an id stays");
}

#[test]
fn a_damaged_edition_stops_no_other_and_its_ids_are_not_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let atlas = Atlas::create(folder.path()).unwrap();
    publish_one(&atlas, "A", "2026-11-23T12:00:00Z");
    let lost = publish_one(&atlas, "B", "2026-11-24T12:00:00Z");
    let manifest = folder.path().join("editions/2026-11-24.1/manifest.json");
    fs::write(manifest, "{").unwrap();
    let next = publish_one(&atlas, "C", "2026-11-25T12:00:00Z");
    assert!(next > lost, "{next}");
    assert_eq!(publish_one(&atlas, "A", "2026-11-26T12:00:00Z"), 1);
    let after = publish_one(&atlas, "D", "2026-11-26T12:00:00Z");
    assert_eq!(after, next + 1, "the distance is kept once");
}

#[test]
fn a_draft_made_onto_an_edition_that_is_no_longer_current_is_not_published() {
    let a = draft(
        map(&[layer("a")]),
        Space::NationalGrid,
        vec![("a", everything())],
    );
    let (_folder, atlas) = publish(&a);
    let base = atlas.current().unwrap();
    let faster = atlas.publish_onto(base, &a, now()).unwrap();
    let error = atlas.publish_onto(base, &a, now()).unwrap_err().to_string();
    assert!(error.contains("is 2026-11-23.2 now"), "{error}");
    assert!(atlas.publish_onto(None, &a, now()).is_err());
    assert_eq!(atlas.current().unwrap(), Some(faster), "nothing changed");
    assert_eq!(atlas.list().unwrap().len(), 2);
}
