//! The server as clients see it: what each path answers, in which language, in how many bytes.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use groundrule::atlas::Atlas;
use groundrule::geometry::Space;
use groundrule::server::{State, router};
use serde_json::Value as Json;
use std::fs;
use std::sync::{Arc, LazyLock};
use support::http::{Answer, ask};
use support::{drafts, sample};
use tower::ServiceExt as _;

/// The sample map is loaded once for all tests that do not change it.
static SAMPLE: LazyLock<(tempfile::TempDir, Atlas, Arc<State>)> = LazyLock::new(|| {
    let (folder, atlas) = sample::atlas();
    let state = sample::state(&atlas);
    (folder, atlas, state)
});

async fn get(path: &str) -> Answer {
    ask(&SAMPLE.2, path, &[]).await
}

async fn packed(path: &str, encoding: &str) -> Answer {
    ask(&SAMPLE.2, path, &[(header::ACCEPT_ENCODING, encoding)]).await
}

/// Places that show every kind of answer of the sample map.
const PLACES: [&str; 8] = [
    "240262,305398",
    "239300,307345",
    "237800,306150",
    "238600,309900",
    "234000,307000",
    "244700,312150",
    "52.61075,-4.42356",
    "SH402053",
];

#[tokio::test]
async fn an_answer_page_is_whole_in_one_request_of_at_most_14_kilobytes_in_both_languages() {
    for place in PLACES.into_iter().chain(["CG1%201AA"]) {
        for (prefix, lang) in [("", "en"), ("/cy", "cy")] {
            for encoding in ["br", "gzip"] {
                let path = format!("{prefix}/at/{place}");
                let answer = packed(&path, encoding).await;
                assert_eq!(answer.status, StatusCode::OK, "{path}");
                let bytes = answer.wire_bytes();
                assert!(bytes <= 14_336, "{path} is {bytes} bytes by {encoding}");
            }
            let html = get(&format!("{prefix}/at/{place}")).await;
            let html = html.text();
            assert!(html.contains(&format!("<html lang=\"{lang}\">")), "{place}");
            // One request: nothing but the modules of the viewer and of the search field is fetched, and they are not needed.
            assert!(
                !html.contains("<link rel=\"stylesheet\"") && !html.contains("<img"),
                "{place}"
            );
            assert_eq!(html.matches("<script").count(), 2);
            assert_eq!(html.matches("<h1").count(), 1, "{place} has one h1");
            assert!(html.contains("<svg"), "{place} has room for its still map");
        }
    }
}

#[tokio::test]
async fn all_that_the_viewer_loads_for_a_deep_link_is_at_most_30_kilobytes() {
    let page = get("/at/240262,305398").await;
    let script = page
        .text()
        .split("<script type=\"module\" src=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let sheet = script.replace("viewer.js", "viewer.css");
    let suggest = script.replace("viewer.js", "suggest.js");
    let mut total = 0;
    for path in [
        script.as_str(),
        &sheet,
        &suggest,
        "/viewer/words/en.json",
        "/style.json?edition=2026-11-23.1",
    ] {
        let answer = packed(path, "br").await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        total += answer.wire_bytes();
    }
    assert!(total <= 30_720, "{total} bytes");
}

#[tokio::test]
async fn every_form_of_a_place_answers() {
    for place in [
        "SH%2040262%2005398",
        "sh4026205398",
        "240262,305398",
        "52.62278,-4.36125",
        "CG11AA",
        "cg1%201aa",
        "uprn:999000000001",
    ] {
        let answer = get(&format!("/at/{place}.json")).await;
        assert_eq!(answer.status, StatusCode::OK, "{place}: {}", answer.text());
        assert_eq!(answer.json()["format"], 1);
    }
    let pasted = get("/at/https://www.openstreetmap.org/%23map=17/52.62278/-4.36125").await;
    assert_eq!(
        (pasted.status, pasted.header(header::LOCATION)),
        (StatusCode::SEE_OTHER, "/at/52.62278,-4.36125")
    );
    let welsh = get("/cy/at/geo:52.62278,-4.36125").await;
    assert_eq!(welsh.header(header::LOCATION), "/cy/at/52.62278,-4.36125");
}

#[tokio::test]
async fn the_answer_as_data_has_the_shape_that_is_promised() {
    let answer = get("/at/240262,305398.json?on=2026-11-23").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    let json = answer.json();
    let keys: Vec<&str> = json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    for key in [
        "format",
        "place",
        "edition",
        "on",
        "plans",
        "layers",
        "permalink",
    ] {
        assert!(keys.contains(&key), "{key}");
    }
    assert_eq!(json["place"]["easting"], 240_262.0);
    assert_eq!(json["place"]["grid_reference"], "SH 40262 05398");
    assert_eq!(
        json["permalink"],
        "/at/240262,305398?edition=2026-11-23.1&on=2026-11-23"
    );
    let layer = |id: &str| {
        json["layers"]
            .as_array()
            .unwrap()
            .iter()
            .find(|layer| layer["layer"] == id)
            .cloned()
    };
    let conservation = layer("conservation-area").unwrap();
    assert_eq!(conservation["state"], "applies");
    let area = &conservation["areas"][0];
    assert_eq!(
        (&area["reference"], &area["url"]),
        (
            &Json::from("CA/1"),
            &Json::from("/area/conservation-area/CA/1")
        )
    );
    assert_eq!(area["policies"][0]["code"], "CTH/2");
    assert!(area["boundary_distance_m"].as_f64().unwrap() > 1.0 && area["on_boundary"] == false);
    let held = layer("article-4-direction-area").unwrap();
    assert_eq!(
        (&held["state"], &held["reason"]),
        (&Json::from("not_known"), &Json::from("not_held"))
    );
    assert_eq!(layer("building"), None, "context is not answered");
    assert_eq!(
        layer("settlement-boundary"),
        None,
        "silent on the inset, which is said"
    );
    let silent = json["insets"][0]["layers_not_answered"].as_array().unwrap();
    assert!(silent.contains(&Json::from("settlement-boundary")));
    let sea = get("/at/52.61075,-4.42356.json").await.json();
    let states: Vec<&Json> = sea["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|layer| &layer["state"])
        .collect();
    assert!(
        states.iter().all(|state| **state == "not_known"),
        "nothing is known of the open sea: {states:?}"
    );
}

#[tokio::test]
async fn the_same_question_gives_the_same_bytes_and_the_terminal_prints_them() {
    let path = "/at/SH402053.json?on=2026-11-23&edition=2026-11-23.1";
    let (first, second) = (get(path).await, get(path).await);
    assert_eq!(first.body, second.body);
    assert_eq!(
        first.header(header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    let mut out = Vec::new();
    let mut err = Vec::new();
    let mut terminal = groundrule::cli::Terminal {
        out: &mut out,
        err: &mut err,
    };
    let atlas = SAMPLE.0.path().to_str().unwrap();
    let line = [
        "groundrule",
        "lookup",
        "SH 402 053",
        "--format",
        "json",
        "--on",
        "2026-11-23",
        "--atlas",
        atlas,
    ];
    assert_eq!(
        groundrule::cli::run(line, &mut terminal),
        groundrule::cli::Exit::Done,
        "{}",
        String::from_utf8_lossy(&err)
    );
    assert_eq!(out, first.body);
}

#[tokio::test]
async fn accept_and_endings_choose_the_shape() {
    let as_json = ask(
        &SAMPLE.2,
        "/at/240262,305398",
        &[(header::ACCEPT, "application/json")],
    )
    .await;
    assert_eq!(as_json.header(header::CONTENT_TYPE), "application/json");
    let browser = ask(
        &SAMPLE.2,
        "/at/240262,305398",
        &[(header::ACCEPT, "text/html,application/json;q=0.9")],
    )
    .await;
    assert!(
        browser
            .header(header::CONTENT_TYPE)
            .starts_with("text/html")
    );
    let collection = get("/at/240262,305398.geojson").await.json();
    assert_eq!(collection["type"], "FeatureCollection");
    assert_eq!(
        collection["features"][0]["geometry"]["type"],
        "MultiPolygon"
    );
    assert!(browser.header(header::VARY).contains("accept"));
}

#[tokio::test]
async fn faults_are_told_in_the_language_and_shape_that_were_asked() {
    let swapped = get("/at/-4.36125,52.62278").await;
    assert_eq!(swapped.status, StatusCode::BAD_REQUEST);
    assert!(
        swapped.text().contains("href=\"/at/52.62278,-4.36125\""),
        "{}",
        swapped.text()
    );
    let welsh = get("/cy/at/SH123").await;
    assert!(
        welsh.text().contains("Mae problem") && welsh.text().contains("nid yw")
            || welsh.text().contains("Nid yw")
    );
    for (path, status, field) in [
        ("/at/SH123.json", StatusCode::BAD_REQUEST, "place"),
        (
            "/at/240262,305398.json?on=yesterday",
            StatusCode::BAD_REQUEST,
            "on",
        ),
        (
            "/at/240262,305398.json?within=-1",
            StatusCode::BAD_REQUEST,
            "within",
        ),
        (
            "/at/240262,305398.json?layers=wishes",
            StatusCode::BAD_REQUEST,
            "layers",
        ),
        (
            "/at/240262,305398.json?edition=2020-01-01.1",
            StatusCode::GONE,
            "edition",
        ),
        (
            "/at/240262,305398.json?edition=2030-01-01.1",
            StatusCode::NOT_FOUND,
            "edition",
        ),
        ("/at/Nowhere%20Land.json", StatusCode::NOT_FOUND, "place"),
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, status, "{path}");
        let json = answer.json();
        assert_eq!(json["error"]["field"], field, "{path}");
        assert!(json["error"]["message"].as_str().unwrap().len() > 10);
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    }
    assert_eq!(get("/nothing/here").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_done_as_data_says_what_can() {
    let names = vec!["sssi"; 101].join(",");
    let many = get(&format!("/at/240262,305398.json?layers={names}")).await;
    assert_eq!(many.status, StatusCode::BAD_REQUEST);
    assert_eq!(many.json()["error"]["field"], "layers");
    let pruned = get("/at/240262,305398.json?edition=2020-01-01.1").await;
    assert_eq!(pruned.status, StatusCode::GONE);
    assert_eq!(pruned.json()["error"]["instead"], "/at/240262,305398.json");
    let future = get("/at/240262,305398.json?edition=2099-01-01.1").await;
    assert_eq!(future.status, StatusCode::NOT_FOUND);
    for path in [
        "/area/nope/x.json",
        "/area/sssi/nope.json",
        "/area/sssi.json",
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.json()["error"]["message"].is_string(), "{path}");
    }
    let typed = get("/at/240262,305398.json?on=2026-11-23T23:00").await;
    assert_eq!(typed.status, StatusCode::BAD_REQUEST, "a day is a day");
}

#[tokio::test]
async fn every_page_has_its_twin_and_links_it() {
    let paths = [
        "/",
        "/at/240262,305398",
        "/area/conservation-area/CA/1",
        "/policy/ldp-2018/CTH/2",
        "/search?q=Stryd",
        "/at/Nowhere%20Land",
    ];
    for path in paths {
        let english = get(path).await;
        let welsh_path = format!("/cy{path}");
        let welsh = get(&welsh_path).await;
        assert_eq!(english.status, welsh.status, "{path}");
        let link = |html: &str| {
            html.split("<a id=\"twin\"")
                .nth(1)
                .unwrap()
                .split("href=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
                .to_owned()
        };
        assert_eq!(link(english.text()), welsh_path);
        assert_eq!(link(welsh.text()), path);
        assert!(welsh.text().contains("<html lang=\"cy\">"));
    }
}

#[tokio::test]
async fn pages_cannot_be_made_to_run_or_fetch_anything_of_others() {
    let hostile = get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22onfocus=x").await;
    assert!(
        !hostile.text().contains("<script>alert"),
        "{}",
        hostile.text()
    );
    let page = get("/at/240262,305398").await;
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("script-src 'self'")
            && !policy.contains("unsafe")
    );
    for value in page.headers.keys() {
        assert_ne!(value, "set-cookie");
    }
    let html = page.text();
    for attribute in [" onclick=", " onload=", " style=", "javascript:"] {
        assert!(!html.contains(attribute), "{attribute}");
    }
    // The one inline sheet is the one that the policy names.
    use sha2::{Digest as _, Sha256};
    let sheet = html
        .split("<style>")
        .nth(1)
        .unwrap()
        .split("</style>")
        .next()
        .unwrap();
    let hash = policy
        .split("'sha256-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    let expected: Vec<u8> = Sha256::digest(sheet.as_bytes()).to_vec();
    assert_eq!(decode_base64(hash), expected);
}

fn decode_base64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|&c| c != b'=').map(digit).collect();
    let bits = digits
        .iter()
        .flat_map(|digit| (0..6).rev().map(move |bit| digit >> bit & 1));
    let bits: Vec<u8> = bits.collect();
    bits.chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |all, bit| all << 1 | bit))
        .collect()
}

#[tokio::test]
async fn only_sites_that_the_map_names_may_frame_a_page() {
    let policy = async |sites: &[&str]| {
        let mut map = drafts::map(&[drafts::layer("plan-area")]);
        map.frame_ancestors = sites.iter().map(ToString::to_string).collect();
        let space = Space::NationalGrid;
        let draft = drafts::draft(map, space, vec![("plan-area", Vec::new())]);
        let (_folder, atlas) = drafts::publish(&draft);
        let page = ask(&sample::state(&atlas), "/", &[]).await;
        page.header(header::CONTENT_SECURITY_POLICY).to_owned()
    };
    assert!(policy(&[]).await.ends_with("frame-ancestors 'none'"));
    let sites = ["https://www.example.gov.uk", "https://example.org"];
    let expected = "frame-ancestors https://www.example.gov.uk https://example.org";
    assert!(policy(&sites).await.ends_with(expected));
}

#[tokio::test]
async fn only_an_address_that_names_its_edition_and_day_is_kept_for_ever() {
    let cache = async |path: &str| get(path).await.header(header::CACHE_CONTROL).to_owned();
    let immutable = "public, max-age=31536000, immutable";
    for (path, expected) in [
        (
            "/at/240262,305398.json?edition=2026-11-23.1&on=2026-11-23",
            immutable,
        ),
        (
            "/at/240262,305398.json?edition=current&on=2026-11-23",
            "public, no-cache",
        ),
        (
            "/at/240262,305398.json?edition=2026-11-23.1&on=",
            "public, no-cache",
        ),
        (
            "/at/240262,305398.json?edition=2026-11-23.1",
            "public, no-cache",
        ),
        ("/area/sssi/SSSI/1.json?edition=2026-11-23.1", immutable),
        ("/area/sssi/SSSI/1.json?edition=current", "public, no-cache"),
        ("/style.json?edition=2026-11-23.1&v=1", immutable),
        ("/style.json?edition=current&v=1", "public, no-cache"),
        ("/tiles/current/14/7993/5365.mvt?v=1", "public, no-cache"),
    ] {
        assert_eq!(cache(path).await, expected, "{path}");
    }
}

#[tokio::test]
async fn a_pasted_link_goes_on_with_the_rest_of_the_question() {
    for (asked, expected) in [
        ("/at/geo:52.62,-4.36", "/at/52.62,-4.36"),
        (
            "/cy/at/geo:52.62,-4.36?on=2001-01-01",
            "/cy/at/52.62,-4.36?on=2001-01-01",
        ),
        (
            "/at/geo:52.62,-4.36.json?edition=2026-11-23.1&within=10",
            "/at/52.62,-4.36.json?edition=2026-11-23.1&within=10",
        ),
    ] {
        let answer = get(asked).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{asked}");
        assert_eq!(answer.header(header::LOCATION), expected);
    }
}

#[tokio::test]
async fn a_permalink_gives_the_same_bytes_whatever_was_asked_for() {
    for query in [
        "",
        "?within=1000&layers=listed-building",
        "?lang=cy",
        "?on=2001-02-03",
    ] {
        let asked = get(&format!("/at/240262,305398.json{query}")).await;
        let json = asked.json();
        let (path, query) = json["permalink"].as_str().unwrap().split_once('?').unwrap();
        let again = get(&format!("{path}.json?{query}")).await;
        assert_eq!(again.text(), asked.text());
    }
}

#[tokio::test]
async fn an_unchanged_answer_costs_one_empty_reply() {
    for path in [
        "/at/240262,305398",
        "/style.json",
        "/tiles/2026-11-23.1/14/7993/5365.mvt?v=1",
        "/",
    ] {
        let first = packed(path, "br").await;
        let tag = first.header(header::ETAG).to_owned();
        assert!(tag.starts_with('"'), "{path} has a strong tag");
        let again = ask(
            &SAMPLE.2,
            path,
            &[
                (header::ACCEPT_ENCODING, "br"),
                (header::IF_NONE_MATCH, &tag),
            ],
        )
        .await;
        assert_eq!(
            (again.status, again.body.len()),
            (StatusCode::NOT_MODIFIED, 0),
            "{path}"
        );
        let other = ask(
            &SAMPLE.2,
            path,
            &[
                (header::ACCEPT_ENCODING, "gzip"),
                (header::IF_NONE_MATCH, &tag),
            ],
        )
        .await;
        assert_eq!(
            other.status,
            StatusCode::OK,
            "{path}: other bytes have another tag"
        );
    }
}

#[tokio::test]
async fn tiles_are_pinned_empty_or_refused_with_what_there_is() {
    let tile = packed("/tiles/2026-11-23.1/14/7993/5365.mvt?v=1", "br").await;
    assert_eq!(tile.status, StatusCode::OK);
    assert_eq!(
        tile.header(header::CONTENT_TYPE),
        "application/vnd.mapbox-vector-tile"
    );
    assert_eq!(
        tile.header(header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(tile.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    let current = packed("/tiles/current/14/7993/5365.mvt", "br").await;
    assert_eq!(
        (
            current.body,
            current.headers[header::CACHE_CONTROL].to_str().unwrap()
        ),
        (tile.body, "public, no-cache")
    );
    let one = get("/tiles/current/conservation-area/14/7993/5365.mvt").await;
    let names: Vec<String> = fast_mvt::MvtReaderRef::new(&one.body)
        .unwrap()
        .layers()
        .map(|layer| layer.name().to_owned())
        .collect();
    assert!(
        names
            .iter()
            .all(|name| name.starts_with("conservation-area"))
            && !names.is_empty(),
        "{names:?}"
    );
    assert_eq!(
        get("/tiles/current/14/0/0.mvt").await.status,
        StatusCode::NO_CONTENT
    );
    for (path, says) in [
        ("/tiles/current/14/20000/0.mvt", "20000"),
        ("/tiles/current/17/0/0.mvt", "16"),
        ("/tiles/current/x/0/0.mvt", "x"),
        (
            "/tiles/current/wishes/14/7993/5365.mvt",
            "conservation-area",
        ),
    ] {
        let answer = get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains(says), "{path}: {}", answer.text());
    }
    let tilejson = get("/tiles.json").await.json();
    assert_eq!(tilejson["tilejson"], "3.0.0");
    assert!(
        tilejson["tiles"][0]
            .as_str()
            .unwrap()
            .starts_with("https://planning.example.org/tiles/2026-11-23.1/")
    );
    let one = get("/tiles/sssi.json").await.json();
    assert_eq!(one["vector_layers"][0]["id"], "sssi");
}

#[tokio::test]
async fn areas_are_found_by_references_with_slashes_as_page_json_and_geojson() {
    for path in [
        "/area/conservation-area/CA/1",
        "/area/conservation-area/CA%2F1",
    ] {
        let page = get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("CA/1") && page.text().contains("CTH/2"));
    }
    let json = get("/area/conservation-area/CA/1.json").await.json();
    assert_eq!(
        (&json["reference"], &json["layer"]),
        (&Json::from("CA/1"), &Json::from("conservation-area"))
    );
    let feature = get("/area/conservation-area/CA/1.geojson").await.json();
    assert_eq!(feature["geometry"]["type"], "MultiPolygon");
    let missing = get("/area/conservation-area/CA/99").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(
        get("/area/wishes/1.json").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        get("/policy/ldp-2018/NOT/1").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn search_goes_where_it_can_and_lists_where_it_must() {
    for (typed, to) in [
        ("SH+402+053", "/at/SH402053"),
        ("52.62278,-4.36125", "/at/52.62278,-4.36125"),
        ("cg1+1aa", "/at/CG11AA"),
        (
            "https://www.openstreetmap.org/%23map=17/52.62278/-4.36125",
            "/at/52.62278,-4.36125",
        ),
    ] {
        let answer = get(&format!("/search?q={typed}")).await;
        assert_eq!(
            (answer.status, answer.header(header::LOCATION)),
            (StatusCode::SEE_OTHER, to),
            "{typed}"
        );
    }
    let list = get("/search?q=stryd").await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(list.text().matches("<li><a href=\"/at/").count() > 3);
    assert!(get("/search?q=zzzz").await.text().contains("Nothing found"));
    assert!(
        !get("/search.json?q=abergwaelod").await.json()["results"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(get("/search?q=").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn only_get_and_head_are_answered_and_head_has_no_body() {
    let request = |method: &str| {
        Request::builder()
            .method(method)
            .uri("/at/240262,305398")
            .body(Body::empty())
            .unwrap()
    };
    let head = router(Arc::clone(&SAMPLE.2))
        .oneshot(request("HEAD"))
        .await
        .unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    assert!(to_bytes(head.into_body(), 10).await.unwrap().is_empty());
    let post = router(Arc::clone(&SAMPLE.2))
        .oneshot(request("POST"))
        .await
        .unwrap();
    assert_eq!(
        (
            post.status(),
            post.headers()[header::ALLOW].to_str().unwrap()
        ),
        (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD")
    );
}

#[tokio::test]
async fn a_new_edition_is_served_whole_and_the_old_one_stays_under_its_name() {
    let (_folder, atlas) = sample::atlas();
    let state = sample::state(&atlas);
    let old = ask(&state, "/at/240262,305398.json?on=2026-11-23", &[])
        .await
        .json();
    let mut draft = sample::draft(sample::loaded(&sample::source("data/map.toml")));
    draft.map.title = groundrule::policy::Text::english("A second edition");
    let second = atlas.publish(&draft, sample::now()).unwrap().to_string();
    state.look();
    let new = ask(&state, "/at/240262,305398.json?on=2026-11-23", &[])
        .await
        .json();
    assert_eq!(
        (&old["edition"]["id"], &new["edition"]["id"]),
        (&Json::from("2026-11-23.1"), &Json::from(second))
    );
    assert_eq!(
        old["layers"], new["layers"],
        "ids stay with their references"
    );
    let pinned = ask(
        &state,
        "/at/240262,305398.json?on=2026-11-23&edition=2026-11-23.1",
        &[],
    )
    .await
    .json();
    assert_eq!(pinned, old);
    let page = ask(&state, "/at/240262,305398?edition=2026-11-23.1", &[]).await;
    assert!(page.text().contains("A newer edition has been published"));
    atlas.activate("2026-11-23.1".parse().unwrap()).unwrap();
    state.look();
    assert_eq!(
        ask(&state, "/at/240262,305398.json?on=2026-11-23", &[])
            .await
            .json(),
        old,
        "rolled back"
    );
}

#[tokio::test]
async fn a_layer_that_is_damaged_under_the_server_is_not_known_from_the_next_scrub_on() {
    let (_folder, atlas) = sample::atlas();
    let state = sample::state(&atlas);
    let path = atlas
        .folder(atlas.current().unwrap().unwrap())
        .join("layers/conservation-area.fgb");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    use std::io::Write as _;
    fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .unwrap()
        .write_all(&bytes)
        .unwrap();
    state.scrub();
    let json = ask(&state, "/at/240262,305398.json", &[]).await.json();
    let layer = json["layers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|layer| layer["layer"] == "conservation-area")
        .unwrap();
    assert_eq!(
        (&layer["state"], &layer["reason"]),
        (&Json::from("not_known"), &Json::from("layer_unavailable"))
    );
    let tile = ask(&state, "/tiles/2026-11-23.1/14/7993/5365.mvt?v=1", &[]).await;
    assert_eq!(
        tile.header(header::CACHE_CONTROL),
        "no-store",
        "a tile without a layer is not kept"
    );
    for path in [
        "/at/240262,305398.json?edition=2026-11-23.1&on=2026-11-23",
        "/at/240262,305398.geojson?edition=2026-11-23.1&on=2026-11-23",
        "/style.json?edition=2026-11-23.1&v=1",
    ] {
        let answer = ask(&state, path, &[]).await;
        assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "{path}");
    }
    let areas = ask(&state, "/at/240262,305398.geojson", &[]).await.json();
    assert_eq!(
        areas["not_known"][0],
        serde_json::json!({"layer": "conservation-area", "reason": "layer_unavailable"}),
        "a collection without its areas says so"
    );
    assert!(
        ask(&state, "/health/ready", &[])
            .await
            .text()
            .contains("without conservation-area")
    );
}

/// A server over two editions of one layer: in the second T1 went, T2 was replaced by T3, and T4 stayed.
fn with_retired_areas() -> (tempfile::TempDir, Arc<State>) {
    let one = |references: &[&str]| {
        let areas = references.iter().zip(0..).map(|(reference, n)| {
            let mut area = drafts::area(
                reference,
                drafts::square(400_000.0 + 50.0 * f64::from(n), 300_000.0, 10.0),
            );
            if *reference == "T3" {
                area.record.supersedes = vec!["T2".to_owned()];
            }
            area
        });
        let map = drafts::map(&[drafts::layer("tpo")]);
        drafts::draft(map, Space::NationalGrid, vec![("tpo", areas.collect())])
    };
    let (folder, atlas) = drafts::publish(&one(&["T1", "T2", "T4"]));
    atlas.publish(&one(&["T3", "T4"]), drafts::now()).unwrap();
    let state = sample::state(&atlas);
    (folder, state)
}

#[tokio::test]
async fn a_retired_area_is_gone_and_leads_to_the_edition_that_held_it_last() {
    let (_folder, state) = with_retired_areas();
    for (prefix, path) in [("", "/area/tpo/T1"), ("/cy", "/cy/area/tpo/T1")] {
        let page = ask(&state, path, &[]).await;
        assert_eq!(page.status, StatusCode::GONE);
        let way_out = format!("href=\"{prefix}/area/tpo/T1?edition=2026-11-23.1\"");
        assert!(page.text().contains(&way_out), "{}", page.text());
    }
    let data = ask(&state, "/area/tpo/T1.json", &[]).await;
    assert_eq!(data.status, StatusCode::GONE);
    assert_eq!(
        data.json()["error"]["instead"],
        "/area/tpo/T1?edition=2026-11-23.1"
    );
    let held = ask(&state, "/area/tpo/T1?edition=2026-11-23.1", &[]).await;
    assert_eq!(held.status, StatusCode::OK);
    let never = ask(&state, "/area/tpo/T9", &[]).await;
    assert_eq!(never.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_replaced_area_has_moved_to_the_one_that_supersedes_it() {
    let (_folder, state) = with_retired_areas();
    for (path, to) in [
        ("/area/tpo/T2", "/area/tpo/T3"),
        ("/cy/area/tpo/T2", "/cy/area/tpo/T3"),
        ("/area/tpo/T2.json", "/area/tpo/T3.json"),
    ] {
        let moved = ask(&state, path, &[]).await;
        assert_eq!(moved.status, StatusCode::MOVED_PERMANENTLY, "{path}");
        assert_eq!(moved.header(header::LOCATION), to);
    }
}
