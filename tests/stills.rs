//! Still maps as pictures: what `/map/….svg` and `.png` give, and the picture that stands for a page elsewhere.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use axum::http::{StatusCode, header};
use groundrule::atlas::Atlas;
use groundrule::server::{State, limits};
use std::sync::{Arc, LazyLock};
use support::http::{Answer, ask};
use support::sample;

static SAMPLE: LazyLock<(tempfile::TempDir, Atlas, Arc<State>)> = LazyLock::new(|| {
    let (folder, atlas) = sample::atlas();
    let state = sample::state(&atlas);
    (folder, atlas, state)
});

/// The High Street by the harbour of the sample map.
const HARBOUR: &str = "52.63,-4.3604";

async fn get(path: &str) -> Answer {
    ask(&SAMPLE.2, path, &[]).await
}

/// Width and height of a PNG, its colour type, and its pixels as red, green and blue.
fn decoded(png: &[u8]) -> ((u32, u32), png::ColorType, Vec<[u8; 3]>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png))
        .read_info()
        .unwrap();
    let mut indices = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut indices).unwrap();
    let info = reader.info();
    let palette = info.palette.as_ref().unwrap();
    let colour = |index: u8| {
        let at = usize::from(index) * 3;
        [palette[at], palette[at + 1], palette[at + 2]]
    };
    let pixels = indices.into_iter().map(colour).collect();
    (info.size(), info.color_type, pixels)
}

#[tokio::test]
async fn a_drawing_says_what_it_is_of_as_at_which_day_and_who_must_be_named_in_both_languages() {
    for (path, lang, said) in [
        ("/map", "en", "as at 23 November"),
        ("/cy/map", "cy", "fel yr oedd ar 23 Tachwedd"),
    ] {
        let answer = get(&format!("{path}/{HARBOUR},14.svg")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.header(header::CONTENT_TYPE), "image/svg+xml");
        let policy = answer.header(header::CONTENT_SECURITY_POLICY);
        assert_eq!(policy, "default-src 'none'; sandbox");
        let svg = answer.text();
        assert!(
            svg.starts_with(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"600\" height=\"450\""
            )
        );
        assert!(svg.contains(&format!("lang=\"{lang}\"")));
        assert!(svg.contains(said) && svg.contains("2026-11-23.1"), "{svg}");
        assert!(
            svg.contains("200 m<") && svg.contains("<title>"),
            "a scale and a title"
        );
        assert!(svg.contains("id=\"pin\""), "the middle is marked");
        let lowered = svg.to_lowercase();
        for never in [
            "<script",
            "<foreignobject",
            "<image",
            "onload",
            "http://www.w3.org/1999/xlink",
            "<style",
        ] {
            assert!(!lowered.contains(never), "{never}");
        }
        let plan = ["Conservation areas", "Ardaloedd cadwraeth"][usize::from(lang == "cy")];
        assert!(svg.contains(plan), "the key names what is to be seen");
    }
    let bare = get(&format!("/map/{HARBOUR},14.svg?pin=no")).await;
    assert!(!bare.text().contains("id=\"pin\""));
}

#[tokio::test]
async fn a_picture_has_the_size_that_is_asked_for_few_bytes_and_a_palette() {
    let answer = get(&format!("/map/{HARBOUR},15.png")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::CONTENT_TYPE), "image/png");
    let (size, kind, pixels) = decoded(&answer.body);
    assert_eq!((size, kind), ((600, 450), png::ColorType::Indexed));
    assert!(answer.body.len() <= 60_000, "{} bytes", answer.body.len());
    let dark = pixels
        .iter()
        .filter(|pixel| pixel.iter().all(|&part| part < 100));
    let dark = dark.count();
    assert!(
        (1_000..60_000).contains(&dark),
        "{dark} pixels of ink: letters and lines"
    );
    let sharp = get(&format!(
        "/map/{HARBOUR},15.png?width=400&height=300&scale=2"
    ))
    .await;
    assert_eq!(decoded(&sharp.body).0, (800, 600));
}

#[tokio::test]
async fn the_same_picture_has_the_same_bytes_from_another_server() {
    let paths =
        ["png", "svg"].map(|ending| format!("/cy/map/{HARBOUR},13.5.{ending}?on=2026-01-01"));
    let other = sample::state(&SAMPLE.1);
    for path in paths {
        let [here, there] = [get(&path).await, ask(&other, &path, &[]).await];
        assert!(here.body == there.body && !here.body.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn what_is_too_large_or_no_map_is_refused_with_the_field_and_the_bounds() {
    for (path, status, field) in [
        ("52.6,-4.4,14.svg?width=199", 400, "width"),
        ("52.6,-4.4,14.png?height=2001", 400, "height"),
        ("52.6,-4.4,14.png?width=1e3", 400, "width"),
        ("52.6,-4.4,14.png?scale=4", 400, "scale"),
        (
            "52.6,-4.4,14.png?width=2000&height=2000&scale=2",
            400,
            "width",
        ),
        ("52.6,-4.4,14.png?on=tomorrow", 400, "on"),
        ("52.6,-4.4,14.gif", 404, "map"),
        ("52.6,-4.4,99.svg", 404, "map"),
        ("harbour,14.svg", 404, "map"),
        ("52.6,-4.4,14.svg?edition=2020-01-01.1", 410, "edition"),
    ] {
        let answer = get(&format!("/map/{path}")).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text());
        let error: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(error["error"]["field"], field, "{path}");
    }
    let largest = get("/map/52.6,-4.4,3.svg?width=2000&height=2000").await;
    assert_eq!(largest.status, StatusCode::OK);
}

#[tokio::test]
async fn a_picture_is_kept_for_ever_where_its_edition_and_day_are_named_and_costs_nothing_again() {
    let pinned = get(&format!(
        "/map/{HARBOUR},14.png?edition=2026-11-23.1&on=2026-11-23"
    ))
    .await;
    let cache = pinned.header(header::CACHE_CONTROL);
    assert_eq!(cache, "public, max-age=31536000, immutable");
    let path = format!("/map/{HARBOUR},14.png");
    let first = get(&path).await;
    assert_eq!(first.header(header::CACHE_CONTROL), "public, no-cache");
    let tag = first.header(header::ETAG);
    let again = ask(&SAMPLE.2, &path, &[(header::IF_NONE_MATCH, tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
}

/// The value of a page's `<meta>`.
fn meta<'a>(html: &'a str, name: &str) -> Option<&'a str> {
    let rest = html.split_once(&format!("\"{name}\" content=\""))?.1;
    Some(rest.split_once('"').unwrap().0)
}

#[tokio::test]
async fn a_shared_link_has_a_picture_at_the_public_address_whatever_host_asks() {
    for prefix in ["", "/cy"] {
        let path = format!("{prefix}/at/240262,305398");
        let page = ask(&SAMPLE.2, &path, &[(header::HOST, "evil.example")]).await;
        let html = page.text();
        let image = meta(html, "og:image")
            .unwrap()
            .replace("&#38;", "&")
            .replace("&amp;", "&");
        let local = image.strip_prefix("https://planning.example.org").unwrap();
        assert!(local.starts_with(&format!("{prefix}/map/")), "{local}");
        assert!(!html.contains("evil.example"));
        for name in ["og:title", "og:description", "og:image:alt"] {
            assert!(
                meta(html, name).is_some_and(|text| !text.is_empty()),
                "{name}"
            );
        }
        assert_eq!(meta(html, "twitter:card"), Some("summary_large_image"));
        let picture = get(local).await;
        assert_eq!(picture.status, StatusCode::OK, "{local}");
        assert_eq!(decoded(&picture.body).0, (1200, 630));
        assert!(picture.body.len() < 200_000, "{} bytes", picture.body.len());
    }
    let dated = get("/at/240262,305398?on=2015-06-01&edition=2026-11-23.1")
        .await
        .text()
        .to_owned();
    let image = meta(&dated, "og:image").unwrap();
    assert!(
        image.contains("on=2015-06-01") && image.contains("edition=2026-11-23.1"),
        "{image}"
    );
}

#[tokio::test]
async fn a_server_that_does_not_know_its_public_address_names_no_picture() {
    let mut state = Arc::into_inner(sample::state(&SAMPLE.1)).unwrap();
    state.has_public_url = false;
    let page = ask(&Arc::new(state), "/at/240262,305398", &[])
        .await
        .text()
        .to_owned();
    assert!(meta(&page, "og:title").is_some());
    assert_eq!(meta(&page, "og:image"), None);
    assert_eq!(meta(&page, "twitter:card"), None);
}

#[test]
fn the_documentation_has_the_bounds_of_the_program() {
    let text = std::fs::read_to_string(sample::source("docs/stills.md")).unwrap();
    for (name, value) in [
        ("MIN_STILL_PX", u64::from(limits::MIN_STILL_PX)),
        ("MAX_STILL_PX", u64::from(limits::MAX_STILL_PX)),
        ("MAX_STILL_SCALE", u64::from(limits::MAX_STILL_SCALE)),
        ("MAX_STILL_PIXELS", limits::MAX_STILL_PIXELS),
        (
            "MAX_SHEET_BYTES",
            groundrule::page::still::MAX_SHEET_BYTES as u64,
        ),
        ("MAX_STILLS_AT_ONCE", limits::MAX_STILLS_AT_ONCE as u64),
        ("MAX_WAITING_STILLS", limits::MAX_WAITING_STILLS as u64),
    ] {
        assert!(
            text.contains(&format!("| `{name}` | {value} |")),
            "{name} is {value}"
        );
    }
}
