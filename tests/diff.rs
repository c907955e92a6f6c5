//! What changed between two editions, and old editions removed.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use geo_types::MultiPolygon;
use groundrule::atlas::diff::{AreaChange, Changes, LayerChanges, Moved, Presence, What};
use groundrule::atlas::{Atlas, Draft};
use groundrule::geometry::{Shape, Space, ostn15};
use groundrule::policy::{Area, EditionId, Text};
use groundrule::wire;
use serde_json::Value as Json;
use std::fs;
use support::drafts::{area, covered, draft, layer, map, now, polygon, square};

/// Ground square metres of a Grid square metre near the squares of these tests.
const GROUND: f64 = 1.000_8;

/// Publishes two drafts one after the other; the folder goes with the first value.
fn published(first: &Draft, second: &Draft) -> (tempfile::TempDir, Atlas, EditionId, EditionId) {
    let folder = tempfile::tempdir().unwrap();
    let atlas = Atlas::create(folder.path()).unwrap();
    let before = atlas.publish(first, now()).unwrap();
    let after = atlas.publish(second, now()).unwrap();
    (folder, atlas, before, after)
}

fn tpo(areas: Vec<Area>) -> Draft {
    draft(
        map(&[layer("tpo")]),
        Space::NationalGrid,
        vec![("tpo", areas)],
    )
}

/// A square with its south-west corner east of 400 km, 300 km.
fn plot(reference: &str, east: f64, side: f64) -> Area {
    area(reference, square(400_000.0 + east, 300_000.0, side))
}

fn changes(first: &Draft, second: &Draft) -> Changes {
    let (_folder, atlas, before, after) = published(first, second);
    atlas.changes(before, after).unwrap()
}

fn only(changes: &Changes) -> (&LayerChanges, &AreaChange) {
    assert_eq!(changes.layers.len(), 1, "{changes:?}");
    assert_eq!(changes.layers[0].areas.len(), 1, "{changes:?}");
    (&changes.layers[0], &changes.layers[0].areas[0])
}

fn moved(change: &AreaChange) -> &Moved {
    match &change.what {
        What::Changed {
            moved: Some(moved), ..
        } => moved,
        other => panic!("{other:?}"),
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-3 * b.abs().max(1.0)
}

#[test]
fn an_edition_differs_from_itself_in_nothing() {
    let one = tpo(vec![plot("T1", 0.0, 10.0)]);
    let (_folder, atlas, before, after) = published(&one, &one);
    assert!(atlas.changes(before, before).unwrap().is_empty());
    assert!(atlas.changes(before, after).unwrap().is_empty());
}

#[test]
fn a_layer_whose_file_is_the_same_is_not_read() {
    let one = tpo(vec![plot("T1", 0.0, 10.0)]);
    let (_folder, atlas, before, after) = published(&one, &one);
    for id in [before, after] {
        fs::write(atlas.folder(id).join("layers/tpo.fgb"), b"lost").unwrap();
    }
    assert!(atlas.changes(before, after).unwrap().is_empty());
}

#[test]
fn an_area_that_came_is_added_and_the_other_way_round_removed() {
    let first = tpo(vec![plot("T1", 0.0, 10.0)]);
    let second = tpo(vec![plot("T1", 0.0, 10.0), plot("T2", 50.0, 20.0)]);
    let (_folder, atlas, before, after) = published(&first, &second);
    let there = atlas.changes(before, after).unwrap();
    let (tpo, change) = only(&there);
    assert_eq!(
        (tpo.counts(), change.reference.as_str()),
        ([1, 0, 0, 0], "T2")
    );
    assert!(matches!(change.what, What::Added { m2, .. } if near(m2, 400.0 * GROUND)));
    let back = atlas.changes(after, before).unwrap();
    let (tpo, change) = only(&back);
    assert_eq!(tpo.counts(), [0, 1, 0, 0]);
    assert!(matches!(change.what, What::Removed { m2, .. } if near(m2, 400.0 * GROUND)));
}

#[test]
fn a_boundary_that_moved_is_measured_both_ways() {
    // The east side moves 2 m out and the north side 1 m in.
    let (x, y) = (400_000.0, 300_000.0);
    let redrawn = polygon(&[(x, y), (x + 12.0, y), (x + 12.0, y + 9.0), (x, y + 9.0)]);
    let first = tpo(vec![plot("T1", 0.0, 10.0), plot("T2", 50.0, 10.0)]);
    let second = tpo(vec![area("T1", redrawn), plot("T2", 50.0, 10.0)]);
    let (_folder, atlas, before, after) = published(&first, &second);
    let there = atlas.changes(before, after).unwrap();
    let (tpo, change) = only(&there);
    let there = moved(change);
    assert_eq!(tpo.counts(), [0, 0, 1, 0]);
    assert!(near(there.gained_m2, 18.0 * GROUND), "{there:?}");
    assert!(near(there.lost_m2, 10.0 * GROUND), "{there:?}");
    // From the old north-east corner it is 1 m down to the new line; from the new one 2 m to the old.
    assert!(near(there.largest_shift_m, 2.0), "{there:?}");
    let back = atlas.changes(after, before).unwrap();
    let back = moved(only(&back).1);
    assert!(near(back.gained_m2, there.lost_m2) && near(back.lost_m2, there.gained_m2));
    assert_eq!(back.largest_shift_m, there.largest_shift_m);
}

#[test]
fn a_hole_that_opens_is_ground_that_was_lost() {
    let whole = plot("T1", 0.0, 100.0);
    let mut holed = whole.clone();
    let hole = support::drafts::ring(&[
        (400_040.0, 300_040.0),
        (400_060.0, 300_040.0),
        (400_060.0, 300_060.0),
        (400_040.0, 300_060.0),
    ]);
    if let Shape::Polygons(polygons) = &mut holed.shape {
        polygons.0[0].interiors_push(hole);
    }
    let changes = changes(&tpo(vec![whole]), &tpo(vec![holed]));
    let moved = moved(only(&changes).1);
    assert!(
        near(moved.lost_m2, 400.0 * GROUND) && moved.gained_m2 == 0.0,
        "{moved:?}"
    );
    assert!(near(moved.largest_shift_m, 40.0), "{moved:?}");
}

#[test]
fn parts_of_one_area_that_overlap_are_not_taken_from_its_ground() {
    let overlapping = |east: f64| {
        let parts = [(0.0, 100.0), (50.0, 100.0), (east, 10.0)].map(|(east, side)| {
            match square(300_000.0 + east, 300_000.0, side) {
                Shape::Polygons(polygons) => polygons.0,
                _ => unreachable!("a square is a polygon"),
            }
        });
        tpo(vec![area(
            "T1",
            Shape::Polygons(MultiPolygon(parts.concat())),
        )])
    };
    // The third part lies where the other two overlap, then beyond them.
    let changes = changes(&overlapping(60.0), &overlapping(200.0));
    let moved = moved(only(&changes).1);
    assert!(near(moved.gained_m2, 100.0), "{}", moved.gained_m2);
    assert!(near(moved.lost_m2, 0.0), "{}", moved.lost_m2);
}

#[test]
fn a_ring_that_starts_at_another_vertex_has_not_moved() {
    let (x, y) = (400_000.0, 300_000.0);
    let turned = polygon(&[(x + 10.0, y), (x + 10.0, y + 10.0), (x, y + 10.0), (x, y)]);
    let changes = changes(
        &tpo(vec![plot("T1", 0.0, 10.0)]),
        &tpo(vec![area("T1", turned)]),
    );
    assert!(moved(only(&changes).1).is_redrawn_only());
}

#[test]
fn attributes_are_told_before_and_after() {
    let mut later = plot("T1", 0.0, 10.0);
    later.record.name = Some(Text::english("The oak"));
    later.record.policies = vec!["NE/1".to_owned(), "NE/2".to_owned()];
    let changes = changes(&tpo(vec![plot("T1", 0.0, 10.0)]), &tpo(vec![later]));
    let (tpo, change) = only(&changes);
    assert_eq!(tpo.counts(), [0, 0, 0, 1]);
    let What::Changed { moved, fields } = &change.what else {
        panic!("{change:?}")
    };
    assert!(moved.is_none());
    let told: Vec<_> = fields
        .iter()
        .map(|field| {
            (
                field.field.as_str(),
                field.before.as_deref(),
                field.after.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("name", None, Some("The oak")),
            ("policies", None, Some("NE/1;NE/2"))
        ]
    );
}

#[test]
fn an_area_that_was_superseded_names_those_that_replaced_it() {
    let mut newer = plot("T2", 0.0, 12.0);
    newer.record.supersedes = vec!["T1".to_owned()];
    let changes = changes(&tpo(vec![plot("T1", 0.0, 10.0)]), &tpo(vec![newer]));
    let areas = &changes.layers[0].areas;
    assert_eq!(areas[1].supersedes, ["T1"]);
    assert_eq!(
        (areas[0].reference.as_str(), &areas[0].superseded_by[..]),
        ("T1", &["T2".to_owned()][..])
    );
}

#[test]
fn layers_come_go_and_are_described_anew() {
    let areas = |id| (id, vec![plot("A", 0.0, 10.0)]);
    let first = draft(
        map(&[layer("edge"), layer("tpo"), layer("old")]),
        Space::NationalGrid,
        vec![areas("edge"), areas("tpo"), areas("old")],
    );
    let second = draft(
        map(&[layer("edge"), covered("tpo", "edge"), layer("new")]),
        Space::NationalGrid,
        vec![areas("edge"), areas("tpo"), areas("new")],
    );
    let changes = changes(&first, &second);
    let told: Vec<_> = changes
        .layers
        .iter()
        .map(|layer| {
            (
                layer.id.as_str(),
                layer.presence,
                layer.described.clone(),
                layer.areas.len(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("tpo", Presence::Kept, vec!["coverage"], 0),
            ("new", Presence::Added, vec![], 1),
            ("old", Presence::Removed, vec![], 1)
        ]
    );
}

#[test]
fn a_layer_brought_into_degrees_has_not_moved() {
    let on_grid = plot("T1", 0.0, 10.0);
    let degrees = |x: f64, y: f64| {
        let coord = geo_types::Coord { x, y };
        let there = ostn15::from_national_grid(coord).unwrap().coord;
        (there.x, there.y)
    };
    let (x, y) = (400_000.0, 300_000.0);
    let corners = [
        degrees(x, y),
        degrees(x + 10.0, y),
        degrees(x + 10.0, y + 10.0),
        degrees(x, y + 10.0),
    ];
    let in_degrees = draft(
        map(&[layer("tpo")]),
        Space::Wgs84,
        vec![("tpo", vec![area("T1", polygon(&corners))])],
    );
    let changes = changes(&tpo(vec![on_grid]), &in_degrees);
    assert_eq!(changes.layers[0].described, ["crs"]);
    assert!(changes.layers[0].areas.is_empty(), "{changes:?}");
}

#[test]
fn a_damaged_layer_is_told_and_hides_no_other() {
    let first = tpo(vec![plot("T1", 0.0, 10.0)]);
    let second = tpo(vec![plot("T1", 0.0, 11.0)]);
    let (_folder, atlas, before, after) = published(&first, &second);
    fs::write(atlas.folder(after).join("layers/tpo.fgb"), b"lost").unwrap();
    let changes = atlas.changes(before, after).unwrap();
    assert!(changes.layers[0].damaged.is_some());
    let json: Json = serde_json::from_str(&wire::changes::json(&changes, 10)).unwrap();
    assert_eq!(json["layers"][0]["unavailable"], true);
}

#[test]
fn the_pieces_are_geojson_in_degrees() {
    let first = tpo(vec![plot("T1", 0.0, 10.0), plot("T3", 90.0, 5.0)]);
    let second = tpo(vec![plot("T1", 0.0, 11.0), plot("T2", 50.0, 20.0)]);
    let changes = changes(&first, &second);
    let json: Json = serde_json::from_str(&wire::changes::geojson(&changes, usize::MAX)).unwrap();
    let features = json["features"].as_array().unwrap();
    let told: Vec<_> = features
        .iter()
        .map(|feature| {
            let properties = &feature["properties"];
            (
                properties["reference"].as_str().unwrap(),
                properties["change"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(told, [("T1", "gained"), ("T2", "added"), ("T3", "removed")]);
    let corner = &features[0]["geometry"]["coordinates"][0][0][0];
    assert!((corner[0].as_f64().unwrap() + 2.0).abs() < 0.1, "{corner}");
    let parsed: geojson::FeatureCollection = wire::changes::geojson(&changes, usize::MAX)
        .parse()
        .unwrap();
    assert_eq!(parsed.features.len(), 3);
}

#[test]
fn pruning_keeps_the_newest_editions_and_always_the_current_one() {
    let folder = tempfile::tempdir().unwrap();
    let atlas = Atlas::create(folder.path()).unwrap();
    let ids: Vec<EditionId> = (1..=4)
        .map(|n| {
            let one = tpo(vec![plot("T1", 0.0, f64::from(n))]);
            atlas.publish(&one, now()).unwrap()
        })
        .collect();
    atlas.activate(ids[0]).unwrap();
    let one = std::num::NonZeroUsize::MIN;
    assert_eq!(atlas.prune(one).unwrap(), [ids[1], ids[2]]);
    assert_eq!(atlas.current().unwrap(), Some(ids[0]));
    let left: Vec<EditionId> = atlas
        .list()
        .unwrap()
        .iter()
        .map(|listed| listed.id)
        .collect();
    assert_eq!(left, [ids[0], ids[3]]);
    assert!(
        atlas.prune(one).unwrap().is_empty(),
        "nothing is left to remove"
    );
    let names = fs::read_dir(folder.path().join("editions")).unwrap();
    assert_eq!(names.count(), 2, "nothing is left aside");
}

#[test]
fn pruning_keeps_an_edition_that_alone_knows_ids_which_must_not_be_used_again() {
    let folder = tempfile::tempdir().unwrap();
    let atlas = Atlas::create(folder.path()).unwrap();
    let newer = atlas
        .publish(&tpo(vec![plot("T1", 0.0, 10.0)]), now())
        .unwrap();
    // The clock goes back: what is published next has an older name.
    let yesterday = now() - jiff::SignedDuration::from_hours(24);
    let more = tpo(vec![plot("T1", 0.0, 10.0), plot("T2", 50.0, 10.0)]);
    let older = atlas.publish(&more, yesterday).unwrap();
    assert!(older < newer);
    atlas.activate(newer).unwrap();
    let one = std::num::NonZeroUsize::MIN;
    assert!(atlas.prune(one).unwrap().is_empty());
    atlas.publish(&more, now()).unwrap();
    assert_eq!(
        atlas.prune(one).unwrap(),
        [older, newer],
        "now another knows them"
    );
}

#[test]
fn a_real_authoritys_map_with_one_area_edited_differs_in_that_area_alone() {
    let Some(pack) = support::shared("data/plan_pack") else {
        return;
    };
    let loaded = || support::sample::loaded(&pack.join("map.toml"));
    let first = support::sample::draft(loaded());
    let mut second = support::sample::draft(loaded());
    let mut edited = String::new();
    for layer in &mut second.layers {
        if let groundrule::atlas::DraftLayer::Loaded(contents) = layer
            && contents.layer.id.as_str() == "conservation-area"
        {
            let area = &mut contents.areas[3];
            edited.clone_from(&area.record.reference);
            let by = if contents.space == Space::Wgs84 {
                1e-4
            } else {
                10.0
            };
            if let Shape::Polygons(polygons) = &mut area.shape {
                polygons.0[0].exterior_mut(|ring| {
                    for vertex in &mut ring.0 {
                        vertex.x += by;
                    }
                });
            }
        }
    }
    let changes = changes(&first, &second);
    let (layer, change) = only(&changes);
    assert_eq!(
        (layer.id.as_str(), &change.reference),
        ("conservation-area", &edited)
    );
    let moved = moved(change);
    assert!(
        moved.gained_m2 > 1.0 && near(moved.gained_m2, moved.lost_m2),
        "{moved:?}"
    );
    assert!(
        (0.5..12.0).contains(&moved.largest_shift_m),
        "{}",
        moved.largest_shift_m
    );
}

#[test]
fn a_reference_cannot_become_markup_in_the_schedule() {
    let second = tpo(vec![plot("T1", 0.0, 10.0), plot("<b>T2", 50.0, 10.0)]);
    let changes = changes(&tpo(vec![plot("T1", 0.0, 10.0)]), &second);
    let html = groundrule::page::changes::schedule(&changes, groundrule::policy::Lang::En);
    assert!(
        html.contains("&#60;b&#62;T2") && !html.contains("<b>"),
        "{html}"
    );
}
