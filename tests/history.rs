//! The pages of what was published when and of what changed, with their data.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use axum::http::{StatusCode, header};
use groundrule::atlas::manifest::Source;
use groundrule::atlas::{Atlas, Draft};
use groundrule::geometry::Space;
use groundrule::policy::{Area, EditionId, Text};
use groundrule::server::State;
use groundrule::server::limits::{MAX_CHANGES_SHOWN, MAX_EDITIONS_SHOWN};
use serde_json::Value as Json;
use std::fs;
use std::sync::Arc;
use support::drafts::{area, draft, layer, map, now, square};
use support::http::{Answer, ask};
use support::sample;

const PINNED: &str = "public, max-age=31536000, immutable";

async fn get(state: &Arc<State>, path: &str) -> Answer {
    ask(state, path, &[]).await
}

/// A square with its south-west corner east of 400 km, 300 km.
fn plot(reference: &str, east: f64, side: f64) -> Area {
    area(reference, square(400_000.0 + east, 300_000.0, side))
}

fn tpo(areas: Vec<Area>) -> Draft {
    let layers = map(&[layer("tpo")]);
    draft(layers, Space::NationalGrid, vec![("tpo", areas)])
}

fn named(mut area: Area, name: &str) -> Area {
    area.record.name = Some(Text::english(name));
    area
}

/// Drafts published one after the other, and a server over the last; the folder goes with the first value.
fn served(drafts: &[Draft]) -> (tempfile::TempDir, Atlas, Vec<EditionId>, Arc<State>) {
    let folder = tempfile::tempdir().unwrap();
    let atlas = Atlas::create(folder.path()).unwrap();
    let publish = |draft| atlas.publish(draft, now()).unwrap();
    let ids = drafts.iter().map(publish).collect();
    let state = sample::state(&atlas);
    (folder, atlas, ids, state)
}

/// Two editions that differ in every way: T1 stays, T2 moves and is renamed, T3 is replaced by T4.
fn differing() -> [Draft; 2] {
    let mut first = tpo(vec![
        plot("T1", 0.0, 10.0),
        named(plot("T2", 100.0, 10.0), "An oak"),
        plot("T3", 200.0, 10.0),
    ]);
    let mut newer = plot("T4", 300.0, 10.0);
    newer.record.supersedes = vec!["T3".to_owned()];
    let mut second = tpo(vec![
        plot("T1", 0.0, 10.0),
        named(plot("T2", 101.0, 10.0), "<b>An ash</b>"),
        newer,
        plot("<i>T5", 400.0, 10.0),
    ]);
    first.note = Some("<script>alert(1)</script> & more".to_owned());
    second.sources = vec![Source {
        layer: "tpo".to_owned(),
        name: "tpo.shp".to_owned(),
        bytes: 1234,
        sha256: "ab".repeat(32),
        modified: Some(now()),
    }];
    [first, second]
}

#[tokio::test]
async fn every_edition_is_listed_newest_first_in_both_languages() {
    let (_folder, atlas, ids, state) = served(&differing());
    let (first, second) = (ids[0], ids[1]);
    let english = get(&state, "/editions").await;
    assert_eq!(english.status, StatusCode::OK);
    let html = &english.text().to_owned();
    let at = |text: &str| {
        html.find(text)
            .unwrap_or_else(|| panic!("no {text}: {html}"))
    };
    assert!(at(&format!("<h2>{second}</h2>")) < at(&format!("<h2>{first}</h2>")));
    assert_eq!(
        html.matches("This is the edition that the map shows now.")
            .count(),
        1
    );
    assert!(at("shows now.") < at(&format!("<h2>{first}</h2>")));
    // 05:31 in Universal Time is 05:31 in a London winter.
    assert_eq!(
        html.matches("Published on 23 November 2026 at 05:31.")
            .count(),
        2
    );
    assert!(html.contains(&format!(
        "<a href=\"/changes/{first}/{second}\">What changed since edition {first}"
    )));
    assert!(html.contains("1 layer</span>") && html.contains(" kB</span>"));
    let sha256 = atlas.listed(second).sha256.unwrap();
    assert!(html.contains(&format!("SHA-256 {}…", &sha256[..12])));
    assert!(!html.contains("<script>") && html.contains("&lt;script&gt;alert(1)"));
    let welsh = get(&state, "/cy/editions").await;
    assert!(
        welsh
            .text()
            .contains("Cyhoeddwyd ar 23 Tachwedd 2026 am 05:31.")
    );
    assert!(
        welsh
            .text()
            .contains(&format!("<a href=\"/cy/changes/{first}/{second}\">"))
    );
    assert!(welsh.text().contains("<span lang=\"en\">&lt;script&gt;"));
}

#[tokio::test]
async fn a_summer_edition_is_told_in_summer_time() {
    let folder = tempfile::tempdir().unwrap();
    let atlas = Atlas::create(folder.path()).unwrap();
    let draft = tpo(vec![plot("T1", 0.0, 10.0)]);
    let id = atlas.publish(&draft, "2026-06-30T23:05:00Z".parse().unwrap());
    assert_eq!(id.unwrap().to_string(), "2026-07-01.1");
    let page = get(&sample::state(&atlas), "/editions").await;
    assert!(page.text().contains("Published on 1 July 2026 at 00:05."));
}

#[tokio::test]
async fn the_list_as_data_has_whole_checksums_and_sources_and_revalidates() {
    let (_folder, atlas, ids, state) = served(&differing());
    let answer = get(&state, "/editions.json").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    let json = answer.json();
    assert_eq!(json["format"], 1);
    assert_eq!(json["current"], ids[1].to_string());
    assert_eq!(
        (&json["left_out"], &json["older"]),
        (&Json::from(0), &Json::Null)
    );
    let [newest, oldest] = json["editions"].as_array().unwrap().as_slice() else {
        panic!("{json}")
    };
    assert_eq!(newest["sha256"], atlas.listed(ids[1]).sha256.unwrap());
    assert_eq!(
        (&newest["current"], &oldest["current"]),
        (&Json::from(true), &Json::from(false))
    );
    assert_eq!(newest["published"], "2026-11-23T05:31:07Z");
    assert_eq!(newest["previous"], ids[0].to_string());
    assert_eq!(newest["layers"], 1);
    assert_eq!(
        newest["changes"],
        format!("/changes/{}/{}.json", ids[0], ids[1])
    );
    assert_eq!(newest["sources"][0]["name"], "tpo.shp");
    assert_eq!(newest["sources"][0]["bytes"], 1234);
    assert_eq!(newest["sources"][0]["sha256"], "ab".repeat(32));
    assert_eq!(newest["sources"][0]["modified"], "2026-11-23T05:31:07Z");
    assert_eq!(oldest["note"], "<script>alert(1)</script> & more");
    assert_eq!(oldest["changes"], Json::Null);
    let accepted = ask(&state, "/editions", &[(header::ACCEPT, "application/json")]).await;
    assert_eq!(accepted.text(), answer.text());
    let tag = answer.header(header::ETAG);
    let again = ask(&state, "/editions.json", &[(header::IF_NONE_MATCH, tag)]).await;
    assert_eq!(
        (again.status, again.header(header::CACHE_CONTROL)),
        (StatusCode::NOT_MODIFIED, "public, no-cache")
    );
}

#[tokio::test]
async fn an_edition_that_cannot_be_read_is_said_and_passed_over_in_comparisons() {
    let one = |side| tpo(vec![plot("T1", 0.0, side)]);
    let (_folder, atlas, ids, state) = served(&[one(10.0), one(11.0), one(12.0)]);
    fs::write(atlas.folder(ids[1]).join("manifest.json"), b"{").unwrap();
    let page = get(&state, "/editions").await;
    assert!(page.text().contains(&format!("<h2>{}</h2>", ids[1])));
    assert_eq!(
        page.text()
            .matches("This edition cannot be read at the moment")
            .count(),
        1
    );
    assert!(
        page.text()
            .contains(&format!("/changes/{}/{}\"", ids[0], ids[2]))
    );
    assert!(
        !page
            .text()
            .contains(&format!("/changes/{}/{}\"", ids[0], ids[1]))
    );
    let json = get(&state, "/editions.json").await.json();
    assert_eq!(json["editions"][1]["unavailable"], true);
    assert_eq!(json["editions"][1]["sha256"], Json::Null);
    let changes = get(&state, &format!("/changes/{}/{}", ids[0], ids[1])).await;
    assert_eq!(changes.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_long_list_goes_on_in_pages_and_says_how_many_are_left() {
    let one = tpo(vec![plot("T1", 0.0, 10.0)]);
    let (_folder, atlas, ids, state) = served(&[one]);
    // Copies of the folder are listed, although their manifests name another edition.
    for serial in 2..=MAX_EDITIONS_SHOWN + 3 {
        fs::create_dir(atlas.root().join(format!("editions/2026-11-23.{serial}"))).unwrap();
    }
    let first = get(&state, "/editions").await.text().to_owned();
    assert_eq!(first.matches("<h2>").count(), MAX_EDITIONS_SHOWN);
    assert!(
        first.contains("<a href=\"/editions?before=2026-11-23.4\">See 3 older editions</a>"),
        "{first}"
    );
    let second = get(&state, "/editions?before=2026-11-23.4")
        .await
        .text()
        .to_owned();
    assert_eq!(second.matches("<h2>").count(), 3);
    assert!(second.contains(&format!("<h2>{}</h2>", ids[0])) && !second.contains(" older edition"));
    let json = get(&state, "/editions.json").await.json();
    assert_eq!(json["left_out"], 3);
    assert_eq!(json["older"], "/editions.json?before=2026-11-23.4");
    let wrong = get(&state, "/editions?before=yesterday").await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_changed_is_counted_listed_and_linked_in_both_languages() {
    let (_folder, _atlas, ids, state) = served(&differing());
    let (first, second) = (ids[0], ids[1]);
    let path = format!("/changes/{first}/{second}");
    let english = get(&state, &path).await;
    assert_eq!(
        (english.status, english.header(header::CACHE_CONTROL)),
        (StatusCode::OK, PINNED)
    );
    let html = &english.text().to_owned();
    for said in [
        &format!("From edition {first} to edition {second} of the map."),
        "2 areas were added.",
        "1 area was removed.",
        "1 area has another boundary.",
        "What is written about 1 area changed.",
        &format!("<a href=\"/area/tpo/T2?edition={second}\"><b>T2</b>"),
        &format!("<a href=\"/area/tpo/T3?edition={first}\"><b>T3</b>"),
        &format!("<a href=\"/area/tpo/T4?edition={second}\">Superseded by area T4</a>"),
        &format!("<a href=\"/area/tpo/%3Ci%3ET5?edition={second}\"><b>&#60;i&#62;T5</b>"),
        "&lt;b&gt;An ash&lt;/b&gt;",
        "<a href=\"/editions\">",
        &format!("<a href=\"{path}.json\">"),
        &format!("<a href=\"{path}.geojson\">"),
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    assert!(!html.contains("<b>An ash") && !html.contains("<i>"));
    assert!(!html.contains("<b>T1</b>"), "what stayed is not listed");
    let welsh = get(&state, &format!("/cy{path}")).await.text().to_owned();
    for said in [
        "Ychwanegwyd 2 ardal.",
        "Tynnwyd 1 ardal.",
        "<a href=\"/cy/editions\">",
    ] {
        assert!(welsh.contains(said), "{said}: {welsh}");
    }
    assert!(welsh.contains(&format!("<a href=\"/cy/area/tpo/T2?edition={second}\">")));
    for linked in [
        format!("/area/tpo/T3?edition={first}"),
        format!("/area/tpo/%3Ci%3ET5?edition={second}"),
    ] {
        assert_eq!(
            get(&state, &linked).await.status,
            StatusCode::OK,
            "{linked}"
        );
    }
}

#[tokio::test]
async fn changes_as_data_are_those_of_the_command_line_and_pinned() {
    let (_folder, atlas, ids, state) = served(&differing());
    let path = format!("/changes/{}/{}", ids[0], ids[1]);
    let changes = atlas.changes(ids[0], ids[1]).unwrap();
    let json = get(&state, &format!("{path}.json")).await;
    assert_eq!(
        json.text(),
        groundrule::wire::changes::json(&changes, usize::MAX)
    );
    assert_eq!(json.header(header::CACHE_CONTROL), PINNED);
    assert_eq!(json.json()["layers"][0]["left_out"], 0);
    let pieces = get(&state, &format!("{path}.geojson")).await;
    assert_eq!(pieces.header(header::CONTENT_TYPE), "application/geo+json");
    assert_eq!(
        pieces.text(),
        groundrule::wire::changes::geojson(&changes, usize::MAX)
    );
    let accepted = ask(&state, &path, &[(header::ACCEPT, "application/geo+json")]).await;
    assert_eq!(accepted.text(), pieces.text());
    let current = get(&state, &format!("/changes/{}/current.json", ids[0])).await;
    assert_eq!(
        (
            current.text(),
            current.headers[header::CACHE_CONTROL].to_str().unwrap()
        ),
        (json.text(), "public, no-cache")
    );
}

#[tokio::test]
async fn pieces_over_the_limit_are_counted_and_never_cut() {
    let (_folder, atlas, ids, _state) = served(&differing());
    let changes = atlas.changes(ids[0], ids[1]).unwrap();
    let told = |most| -> Json {
        serde_json::from_str(&groundrule::wire::changes::geojson(&changes, most)).unwrap()
    };
    let listed: Json = serde_json::from_str(&groundrule::wire::changes::json(&changes, 3)).unwrap();
    let layer = &listed["layers"][0];
    assert_eq!(layer["areas"].as_array().unwrap().len(), 3);
    assert_eq!(
        (&layer["left_out"], &layer["added"]),
        (&Json::from(1), &Json::from(2))
    );
    let all = told(usize::MAX);
    assert_eq!(
        (&all["left_out"], all["features"].as_array().unwrap().len()),
        (&Json::from(0), 5)
    );
    // The first area's square has five vertices.
    let some = told(5);
    assert_eq!(some["left_out"], 3);
    assert_eq!(
        some["features"].as_array().unwrap(),
        &all["features"].as_array().unwrap()[..1]
    );
}

#[tokio::test]
async fn editions_that_hold_the_same_say_so() {
    let one = tpo(vec![plot("T1", 0.0, 10.0)]);
    let (_folder, _atlas, ids, state) = served(&[one]);
    let page = get(&state, &format!("/changes/{0}/{0}", ids[0]))
        .await
        .text()
        .to_owned();
    assert!(
        page.contains("Both editions hold the same layers and areas."),
        "{page}"
    );
    let again = tpo(vec![plot("T1", 0.0, 10.0)]);
    let (_folder, _atlas, ids, state) = served(&[again, tpo(vec![plot("T1", 0.0, 10.0)])]);
    let page = get(&state, &format!("/cy/changes/{}/{}", ids[0], ids[1]))
        .await
        .text()
        .to_owned();
    assert!(
        page.contains("Mae&#39;r un haenau ac ardaloedd yn y ddau argraffiad."),
        "{page}"
    );
}

#[tokio::test]
async fn an_edition_that_is_not_there_answers_with_a_way_out() {
    let one = |side| tpo(vec![plot("T1", 0.0, side)]);
    let (_folder, atlas, ids, state) = served(&[one(10.0), one(11.0)]);
    let path = format!("/changes/{}/{}", ids[0], ids[1]);
    assert_eq!(get(&state, &path).await.status, StatusCode::OK);
    atlas.prune(std::num::NonZeroUsize::MIN).unwrap();
    // Also where the comparison was made before.
    let gone = get(&state, &path).await;
    assert_eq!(
        (gone.status, gone.header(header::CACHE_CONTROL)),
        (StatusCode::GONE, "no-store")
    );
    assert!(
        gone.text().contains("is not kept any more")
            && gone.text().contains("<a href=\"/editions\">")
    );
    let json = get(&state, &format!("/cy{path}.json")).await;
    assert_eq!(
        (json.status, &json.json()["error"]["instead"]),
        (StatusCode::GONE, &Json::from("/cy/editions"))
    );
    for unknown in [
        "2030-01-01.1/current",
        "current/x",
        "current/..",
        "current/2026-11-23.02",
    ] {
        let answer = get(&state, &format!("/changes/{unknown}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{unknown}");
        assert!(
            answer.text().contains("<a href=\"/editions\">"),
            "{unknown}"
        );
    }
    assert_eq!(
        get(&state, "/changes/current").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_layer_that_cannot_be_read_is_said_and_nothing_is_kept() {
    let one = |side| tpo(vec![plot("T1", 0.0, side)]);
    let (_folder, atlas, ids, state) = served(&[one(10.0), one(11.0)]);
    fs::write(atlas.folder(ids[0]).join("layers/tpo.fgb"), b"lost").unwrap();
    let path = format!("/changes/{}/{}", ids[0], ids[1]);
    let page = get(&state, &path).await;
    assert_eq!(
        (page.status, page.header(header::CACHE_CONTROL)),
        (StatusCode::OK, "no-store")
    );
    assert!(
        page.text()
            .contains("The areas of this layer cannot be compared")
    );
    assert!(!page.text().contains("Both editions hold the same"));
}

#[tokio::test]
async fn a_page_of_many_changes_lists_some_and_counts_all() {
    let many = MAX_CHANGES_SHOWN + 5;
    let plots = |count: usize| (0..count).map(|n| plot(&format!("T{n:05}"), n as f64 * 20.0, 10.0));
    let mut wordy = plot("T00000", 0.0, 10.0);
    wordy.record.notes = Some("word ".repeat(1000));
    let first = tpo(vec![plot("T00000", 0.0, 10.0)]);
    let second = tpo(plots(many).skip(1).chain([wordy]).collect());
    let (_folder, _atlas, ids, state) = served(&[first, second]);
    let page = get(&state, &format!("/changes/{}/{}", ids[0], ids[1]))
        .await
        .text()
        .to_owned();
    assert_eq!(page.matches("<li>").count(), MAX_CHANGES_SHOWN);
    assert!(page.contains(&format!("{} areas were added.", many - 1)));
    assert!(
        page.contains(&format!(
            "The first {MAX_CHANGES_SHOWN} of this layer&#39;s {many} changed areas are listed."
        )),
        "{page}"
    );
    assert!(page.len() < 150_000, "{} bytes", page.len());
}

#[tokio::test]
async fn pages_that_name_an_edition_lead_to_all_of_them() {
    let (_folder, _atlas, _ids, state) = served(&differing());
    for (prefix, path) in [
        ("", "/"),
        ("/cy", "/"),
        ("", "/area/tpo/T1"),
        ("/cy", "/at/400001,300001"),
    ] {
        let page = get(&state, &format!("{prefix}{path}"))
            .await
            .text()
            .to_owned();
        assert!(
            page.contains(&format!("<a href=\"{prefix}/editions\">")),
            "{prefix}{path}"
        );
    }
}
