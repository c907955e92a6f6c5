//! What pages say: letters, places that lie partly in a plan, lines close by, maps, searches, faults.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use groundrule::atlas::Atlas;
use groundrule::server::{State, router};
use std::sync::{Arc, LazyLock};
use support::sample;
use tower::ServiceExt as _;

/// The sample map is loaded once for all tests.
static SAMPLE: LazyLock<(tempfile::TempDir, Atlas, Arc<State>)> = LazyLock::new(|| {
    let (folder, atlas) = sample::atlas();
    let state = sample::state(&atlas);
    (folder, atlas, state)
});

/// Status, where it sends to, and the text.
async fn ask(path: &str) -> (StatusCode, String, String) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router(Arc::clone(&SAMPLE.2))
        .oneshot(request)
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let to = parts.headers.get(header::LOCATION);
    let to = to.map_or("", |to| to.to_str().unwrap()).to_owned();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, to, String::from_utf8(body.to_vec()).unwrap())
}

async fn page(path: &str) -> String {
    let (status, _, html) = ask(path).await;
    assert_eq!(status, StatusCode::OK, "{path}");
    html
}

/// What stands between two marks.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before}"))
        .1;
    rest.split_once(after).unwrap().0
}

/// The text to copy.
fn letter(html: &str) -> String {
    let textarea = between(html, "<textarea", "</textarea>");
    let text = textarea.split_once('>').unwrap().1;
    text.replace("&#39;", "'").replace("&#34;", "\"")
}

#[tokio::test]
async fn a_letter_says_what_the_page_says_and_its_mail_fits_the_programs() {
    for place in [
        "240262,305398",
        "239300,307345",
        "237800,306150",
        "245644,303841",
        "SH4005",
        "CG7%201GL",
        "CG1%201AA",
    ] {
        for prefix in ["", "/cy"] {
            let html = page(&format!("{prefix}/at/{place}")).await;
            let body = between(&html, "href=\"mailto:?subject=", "\"");
            let body = body.split_once("body=").unwrap().1;
            assert!(body.len() <= 1500, "{prefix} {place}: {}", body.len());
        }
    }
    let emerging = letter(&page("/at/237800,306150").await);
    let line = emerging
        .lines()
        .find(|line| line.contains("RLDP/H1"))
        .unwrap();
    assert!(line.contains("at deposit, not adopted"), "{line}");
    let welsh = letter(&page("/cy/at/237800,306150").await);
    assert!(welsh.contains("ar adnau, heb ei fabwysiadu"), "{welsh}");
    let inset = letter(&page("/at/240262,305398").await);
    assert!(inset.contains("on an inset map: Inset map 1"), "{inset}");
    let elsewhere = letter(&page("/at/CG7%201GL").await);
    assert!(elsewhere.contains("For 8 of 10 addresses Gwaelod National Park Authority"));
    let square = letter(&page("/at/SH4005").await);
    assert!(square.contains("It covers part of the square."), "{square}");
}

#[tokio::test]
async fn a_place_that_is_partly_in_a_plan_says_so() {
    let square = page("/at/SH4005").await;
    assert!(square.contains("Only part of this square is in the plan&#39;s area: Cantre"));
    let addresses = page("/at/CG7%201GL").await;
    assert!(addresses.contains("Only 2 of 10 addresses are in the plan&#39;s area: Cantre"));
    assert!(!addresses.contains("Here Gwaelod National Park Authority"));
    let whole = page("/at/240262,305398").await;
    assert!(!whole.contains("Only part of") && !whole.contains("is the planning authority"));
}

#[tokio::test]
async fn a_line_close_by_is_said_of_layers_that_are_not_known_and_of_the_plan() {
    let html = page("/at/245644,303841").await;
    let near =
        "<p class=\"near\">Plan area: Cantre&#39;r Gwaelod plan area (illustrative) is 0.8 m away";
    assert!(html.contains(near), "{html}");
    assert!(html.contains("The edge of the plan&#39;s area is 0.8 m away"));
}

#[tokio::test]
async fn every_address_of_a_postcode_and_the_corners_of_a_square_are_given_to_the_map() {
    let postcode = page("/at/CG1%201AA").await;
    let dots = between(&postcode, "data-dots=\"", "\"");
    assert_eq!(dots.split(' ').count(), 12);
    // One path for all of them, with a dot for each.
    assert_eq!(
        between(&postcode, "id=\"pin\" d=\"", "\"")
            .matches("h0")
            .count(),
        12
    );
    let square = page("/at/SH402053").await;
    assert_eq!(between(&square, "data-ring=\"", "\"").split(' ').count(), 4);
    assert!(!page("/at/240262,305398").await.contains("data-ring"));
}

#[tokio::test]
async fn a_still_map_of_a_day_shows_what_stood_then_and_the_live_one_says_that_it_does_not() {
    let housing = "stroke=\"#b5412a\" stroke-width=\"4\" stroke-dasharray=";
    assert!(page("/at/237800,306150").await.contains(housing));
    let before = page("/at/237800,306150?on=2020-01-01").await;
    assert!(
        !before.contains(housing),
        "the plan at deposit had not begun"
    );
    assert!(
        before.contains("<p class=\"attribution\" hidden>The live map shows areas of all dates.")
    );
}

#[tokio::test]
async fn the_pages_of_a_policy_and_of_an_area_outline_what_they_are_about() {
    for path in [
        "/policy/ldp-2018/CTH/2",
        "/policy/ldp-2018/HOU/1",
        "/area/conservation-area/CA/1",
    ] {
        for prefix in ["", "/cy"] {
            let html = page(&format!("{prefix}{path}")).await;
            assert!(html.contains("<path id=\"about\" d=\"M"), "{path}");
            assert_eq!(html.matches("<figcaption>").count(), 1, "{path}");
        }
    }
    // Pieces of a line that is not on any map have no map.
    assert!(!page("/policy/ldp-2018/DP/3").await.contains("<svg"));
}

#[tokio::test]
async fn a_welsh_page_has_the_welsh_names_of_places_and_marks_english_ones() {
    let welsh = page("/cy/at/uprn:999000002027").await;
    assert!(welsh.contains("<h1>15 Lôn yr Ysgol, Abergwaelod</h1>"));
    assert!(welsh.contains("Polisïau cynllunio: 15 Lôn yr Ysgol"));
    let english = page("/cy/at/uprn:999000005143").await;
    assert!(english.contains("<h1><span lang=\"en\">4 Erw Deg, Llanŵyn</span></h1>"));
}

#[tokio::test]
async fn a_search_lists_policies_beside_places_and_says_when_there_are_more() {
    let code = page("/search?q=CTH/2").await;
    assert!(
        code.contains("<li><a href=\"/policy/ldp-2018/CTH/2\"><b>CTH/2</b> Conservation areas</a>")
    );
    // It looks like a piece of a grid reference.
    assert!(
        page("/search?q=DP1")
            .await
            .contains("href=\"/policy/ldp-2018/DP/1\"")
    );
    let title = page("/cy/search?q=CADWRAETH").await;
    assert!(
        title.contains("href=\"/cy/policy/ldp-2018/CTH/2\""),
        "{title}"
    );
    let many = page("/search?q=High+Street").await;
    assert!(many.contains("Places (the first 20; there are more)"));
    assert_eq!(many.matches("<li><a href=\"/at/").count(), 20);
    let (_, _, json) = ask("/search.json?q=conservation").await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["policies"][1]["url"], "/policy/ldp-2018/CTH/2");
    let (status, to, _) = ask("/search.json?q=52.62278,-4.36125").await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::SEE_OTHER, "/at/52.62278,-4.36125.json")
    );
}

#[tokio::test]
async fn what_was_typed_stays_in_the_field_with_what_is_wrong_with_it() {
    for (path, typed) in [
        ("/at/SH123", "SH123"),
        ("/search?q=SH123", "SH123"),
        ("/at/-4.36125,52.62278", "-4.36125,52.62278"),
        ("/at/Nowhere%20Land", "Nowhere Land"),
    ] {
        let (_, _, html) = ask(path).await;
        let field = between(&html, "<input id=\"q\"", ">");
        assert!(field.contains(&format!("value=\"{typed}\"")), "{field}");
        assert!(field.contains("aria-describedby=\"problem\""), "{field}");
        assert!(html.contains("id=\"problem\""));
    }
    let (_, _, html) = ask("/search?q=SH123").await;
    assert!(
        html.contains("href=\"/cy/search?q=SH123\""),
        "the twin asks the same"
    );
}
