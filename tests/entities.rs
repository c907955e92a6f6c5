//! The national Entity API over our data: what is found, in which shape, and what is said of the rest.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/editions.rs"]
mod editions;
#[path = "support/made_up.rs"]
mod made_up;
mod support;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use editions::{Published, area, contents, layer, publish, publish_with};
use geo_types::MultiPolygon;
use groundrule::answer::{EntityQuery, IndexedEdition, MAX_ENTITY_VERTICES, MAX_FIGURE_PARTS};
use groundrule::atlas::Atlas;
use groundrule::geometry::{Shape, Space};
use groundrule::policy::{
    Area, Completeness, Group, Layer, PartialDate, Region, Validity, Value, link,
};
use groundrule::server::{State, limits, router};
use made_up::{Random, lines, points, polygon, rectangle, rough_ring, shape};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock};
use support::{desk::Desk, drafts, python, sample};
use tower::ServiceExt as _;

/// The sample map is loaded once for all tests that do not change it.
static SAMPLE: LazyLock<(tempfile::TempDir, Atlas, Arc<State>)> = LazyLock::new(|| {
    let (folder, atlas) = sample::atlas();
    let state = sample::state(&atlas);
    (folder, atlas, state)
});

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Json,
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
    /// The entity numbers of a page.
    fn numbers(&self) -> Vec<u64> {
        let entities = self.body["entities"].as_array().unwrap().iter();
        entities
            .map(|entity| entity["entity"].as_u64().unwrap())
            .collect()
    }
    /// The references of a page, as one text.
    fn references(&self) -> String {
        let entities = self.body["entities"].as_array().unwrap().iter();
        let references: Vec<&str> = entities
            .map(|entity| entity["reference"].as_str().unwrap())
            .collect();
        references.join(" ")
    }
    /// What is not known, as `dataset: reason`.
    fn not_known(&self) -> Vec<String> {
        let all = self.body["not_known"].as_array().unwrap().iter();
        let text = |one: &Json, name: &str| one[name].as_str().unwrap().to_owned();
        all.map(|one| format!("{}: {}", text(one, "dataset"), text(one, "reason")))
            .collect()
    }
    /// The messages of a refusal.
    fn messages(&self) -> Vec<&str> {
        assert_eq!(
            self.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            self.body
        );
        let all = self.body["detail"].as_array().unwrap().iter();
        all.map(|detail| detail["msg"].as_str().unwrap()).collect()
    }
}

async fn ask(state: &Arc<State>, path: &str) -> Answer {
    let request = Request::get(path.replace(' ', "%20"))
        .body(Body::empty())
        .unwrap();
    let response = router(Arc::clone(state)).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or(Json::Null),
    }
}

async fn get(path: &str) -> Answer {
    ask(&SAMPLE.2, path).await
}

/// A server over an edition made in a test.
fn served(published: &Published) -> Arc<State> {
    sample::state(&Atlas::open(published.folder.path()).unwrap())
}

// Places and geometries.

#[tokio::test]
async fn a_position_on_an_outline_is_in_the_area_and_contains_keeps_to_its_definition() {
    let published = publish(vec![contents(
        layer("zone"),
        Space::Wgs84,
        vec![
            area("west", rectangle(-4.0, 53.0, -3.0, 54.0)),
            area("east", rectangle(-3.0, 53.0, -2.0, 54.0)),
            area(
                "ring",
                shape(&[
                    &[(0.0, 53.0), (3.0, 53.0), (3.0, 56.0), (0.0, 56.0)],
                    &[(1.0, 54.0), (2.0, 54.0), (2.0, 55.0), (1.0, 55.0)],
                ]),
            ),
            area(
                "two",
                Shape::Polygons(MultiPolygon(vec![
                    polygon(&[&[(5.0, 53.0), (6.0, 53.0), (6.0, 54.0)]]),
                    polygon(&[&[(7.0, 53.0), (8.0, 53.0), (8.0, 54.0)]]),
                ])),
            ),
        ],
    )]);
    let state = served(&published);
    for (lon, lat, expected) in [
        (-3.5, 53.5, "west"),
        (-3.0, 53.5, "west east"),
        (-4.0, 53.0, "west"),
        (-4.1, 53.5, ""),
        (0.5, 53.5, "ring"),
        (1.5, 54.5, ""),
        (1.0, 54.5, "ring"),
        (7.9, 53.5, "two"),
        (6.5, 53.5, ""),
    ] {
        let at = ask(
            &state,
            &format!("/entity.json?longitude={lon}&latitude={lat}"),
        )
        .await;
        assert_eq!(at.references(), expected, "{lon} {lat}");
        let point = format!("geometry=POINT({lon} {lat})");
        let covers = ask(
            &state,
            &format!("/entity.json?{point}&geometry_relation=covers"),
        )
        .await;
        let meets = ask(
            &state,
            &format!("/entity.json?{point}&geometry_relation=intersects"),
        )
        .await;
        assert_eq!(
            (covers.references().as_str(), meets.references().as_str()),
            (expected, expected)
        );
    }
    let on_edge = |relation: &str| {
        format!("/entity.json?geometry=POINT(-3 53.5)&geometry_relation={relation}")
    };
    assert_eq!(ask(&state, &on_edge("contains")).await.references(), "");
    assert_eq!(
        ask(&state, &on_edge("touches")).await.references(),
        "west east"
    );
}

#[tokio::test]
async fn every_geometry_that_is_given_out_equals_its_own_entity() {
    let page = get("/entity.json?limit=500").await;
    let mut asked = 0;
    for entity in page.body["entities"].as_array().unwrap() {
        let text = entity["geometry"].as_str().unwrap();
        if text.len() > 9000 {
            continue;
        }
        let same = get(&format!(
            "/entity.json?geometry={text}&geometry_relation=equals"
        ))
        .await;
        let number = entity["entity"].as_u64().unwrap();
        assert!(same.numbers().contains(&number), "{number}");
        asked += 1;
    }
    assert!(asked > 100, "{asked}");
}

#[tokio::test]
async fn geometries_of_entities_are_named_by_number_reference_and_curie() {
    let by_number =
        get("/entity.json?geometry_entity=164&geometry_relation=intersects&limit=500").await;
    let by_reference =
        get("/entity.json?geometry_reference=plan-area&geometry_relation=intersects&limit=500")
            .await;
    let by_curie = get(
        "/entity.json?geometry_curie=plan-area:plan-area&geometry_relation=intersects&limit=500",
    )
    .await;
    assert!(by_number.numbers().len() > 100);
    assert_eq!(by_number.numbers(), by_reference.numbers());
    assert_eq!(by_number.numbers(), by_curie.numbers());
    let missing = get("/entity.json?geometry_entity=999999&geometry_relation=intersects").await;
    assert_eq!(missing.messages(), ["entity not found: 999999"]);
    let missing = get("/entity.json?geometry_reference=nothing").await;
    assert_eq!(missing.messages(), ["entity not found: nothing"]);
    // Neighbours share their line, exactly.
    let communities = "dataset=community&geometry_relation=touches";
    let touching = get(&format!("/entity.json?{communities}&geometry_entity=154")).await;
    assert!(!touching.numbers().is_empty() && !touching.numbers().contains(&154));
}

#[tokio::test]
async fn several_geometries_ask_for_any_of_them_and_other_fields_narrow_the_list() {
    let published = publish(vec![contents(
        layer("zone"),
        Space::Wgs84,
        (0..6)
            .map(|at| {
                let west = f64::from(at);
                area(&format!("Z{at}"), rectangle(west, 53.0, west + 0.5, 53.5))
            })
            .collect(),
    )]);
    let state = served(&published);
    let two = "geometry=POINT(0.1 53.1)&geometry=POINT(3.1 53.1)&geometry_relation=intersects";
    assert_eq!(
        ask(&state, &format!("/entity.json?{two}"))
            .await
            .references(),
        "Z0 Z3"
    );
    let narrowed = format!("/entity.json?{two}&reference=Z3&reference=Z4");
    assert_eq!(ask(&state, &narrowed).await.references(), "Z3");
    let and_place = format!("/entity.json?{two}&longitude=0.2&latitude=53.2");
    assert_eq!(ask(&state, &and_place).await.references(), "Z0");
    let apart = "/entity.json?geometry=POLYGON((-1 53,1.2 53,1.2 54,-1 54,-1 53))&geometry_relation=disjoint";
    assert_eq!(ask(&state, apart).await.references(), "Z2 Z3 Z4 Z5");
}

#[tokio::test]
async fn a_position_finds_the_areas_that_its_answer_names() {
    let mut asked = 0;
    for (east, north) in [
        (240_262, 305_398),
        (239_300, 307_345),
        (237_800, 306_150),
        (238_600, 309_900),
        (234_000, 307_000),
    ] {
        let answer = get(&format!("/at/{east},{north}.json")).await.body;
        let place = &answer["place"];
        let (lon, lat) = (
            place["lon"].as_f64().unwrap(),
            place["lat"].as_f64().unwrap(),
        );
        let at = get(&format!("/at/{lat},{lon}.json")).await.body;
        let mut expected = Vec::new();
        for layer in at["layers"].as_array().unwrap() {
            let areas = layer["areas"].as_array().unwrap().iter();
            expected.extend(areas.map(|area| area["id"].as_u64().unwrap()));
        }
        expected.sort_unstable();
        asked += expected.len();
        let period = "period=current&limit=500";
        let found = get(&format!(
            "/entity.json?longitude={lon}&latitude={lat}&{period}"
        ))
        .await;
        for number in &expected {
            assert!(
                found.numbers().contains(number),
                "{number} at {east},{north}"
            );
        }
    }
    assert!(asked > 10, "{asked}");
}

// Dates.

fn dated(reference: &str, start: &str, end: &str) -> Area {
    let date = |text: &str| PartialDate::parse(text).ok();
    let mut dated = area(reference, rectangle(-4.0, 53.0, -3.0, 54.0));
    dated.record.validity = Validity {
        start: date(start),
        end: date(end),
    };
    dated
}

#[tokio::test]
async fn each_way_to_match_a_date_finds_what_may_have_it() {
    let mut entered = dated("day", "2019-01-07", "");
    entered.record.properties = vec![(
        "Entry_Date".to_owned(),
        Value::Text("2020-05-01".to_owned()),
    )];
    let published = publish(vec![contents(
        layer("zone"),
        Space::Wgs84,
        vec![
            entered,
            dated("month", "2019-03", ""),
            dated("year", "2018", "2024-06-30"),
            dated("none", "", ""),
        ],
    )]);
    let state = served(&published);
    for (query, expected) in [
        ("start_date_year=2019", "day month"),
        ("start_date_year=2019&start_date_match=match", "day month"),
        ("start_date_year=2019&start_date_month=1", "day"),
        (
            "start_date_year=2019&start_date_month=3&start_date_day=9",
            "month",
        ),
        (
            "start_date_year=2019&start_date_month=1&start_date_day=7",
            "day",
        ),
        (
            "start_date_year=2019&start_date_month=1&start_date_day=8",
            "",
        ),
        ("start_date=2019-01-07", "day"),
        ("start_date_year=2019&start_date_match=before", "year"),
        (
            "start_date_year=2019&start_date_month=1&start_date_day=7&start_date_match=before",
            "year",
        ),
        (
            "start_date_year=2019&start_date_month=1&start_date_day=7&start_date_match=since",
            "day month",
        ),
        (
            "start_date_year=2018&start_date_month=12&start_date_day=31&start_date_match=since",
            "day month year",
        ),
        ("start_date_match=empty", "none"),
        ("end_date_match=empty", "day month none"),
        ("end_date_year=2024&end_date_month=6", "year"),
        ("end_date_year=2024&end_date_match=before", ""),
        (
            "start_date_year=2018&start_date_match=since&end_date_match=empty",
            "day month",
        ),
        (
            "start_date_year=&start_date_month=&start_date_day=",
            "day month year none",
        ),
        ("entry_date_year=2020", "day"),
        ("entry_date_year=2020&entry_date_match=before", ""),
        ("entry_date_match=empty", "month year none"),
    ] {
        let found = ask(&state, &format!("/entity.json?{query}")).await;
        assert_eq!(found.status, StatusCode::OK, "{query}: {}", found.body);
        assert_eq!(found.references(), expected, "{query}");
    }
    // Rows without an entry date were entered some day: nobody can say that it was not then.
    let entered = ask(&state, "/entity.json?entry_date_year=2020").await;
    assert_eq!(entered.not_known(), ["zone: entry_date_not_recorded"]);
    let empty = ask(&state, "/entity.json?entry_date_match=empty").await;
    assert_eq!(empty.not_known(), Vec::<String>::new());
}

#[tokio::test]
async fn current_areas_have_not_ended_and_historical_ones_have() {
    // It is 23 November 2026.
    let published = publish(vec![contents(
        layer("zone"),
        Space::Wgs84,
        vec![
            dated("open", "2019", ""),
            dated("tomorrow", "", "2026-11-24"),
            dated("today", "", "2026-11-23"),
            dated("this-year", "", "2026"),
            dated("to-come", "2027-01-01", ""),
        ],
    )]);
    let state = served(&published);
    for (query, expected) in [
        ("", "open tomorrow today this-year to-come"),
        ("period=all", "open tomorrow today this-year to-come"),
        ("period=current", "open tomorrow this-year to-come"),
        ("entries=current", "open tomorrow this-year to-come"),
        ("period=historical", "today this-year"),
        (
            "period=current&period=historical",
            "open tomorrow today this-year to-come",
        ),
        (
            "period=historical&on=2026-11-24",
            "tomorrow today this-year",
        ),
    ] {
        let found = ask(&state, &format!("/entity.json?{query}")).await;
        assert_eq!(found.references(), expected, "{query}");
    }
}

// Pages and fields.

#[tokio::test]
async fn pages_hold_every_entity_once_in_the_order_of_their_numbers() {
    let all = get("/entity.json?limit=500").await;
    assert_eq!(all.body["links"], json!({}));
    let count = all.body["count"].as_u64().unwrap() as usize;
    assert_eq!(all.numbers().len(), count);
    for limit in [1, 7, 41, 82, 163] {
        let mut numbers = Vec::new();
        let mut path = format!("/entity.json?field=name&limit={limit}");
        let mut pages = 0;
        loop {
            let page = get(&path).await;
            assert_eq!(page.body["count"], count);
            numbers.extend(page.numbers());
            pages += 1;
            let links = &page.body["links"];
            let Some(next) = links["next"].as_str() else {
                let last = links["last"].as_str().unwrap();
                assert_eq!(
                    get(here(last)).await.numbers(),
                    page.numbers(),
                    "limit {limit}"
                );
                break;
            };
            assert_eq!(
                get(here(links["first"].as_str().unwrap())).await.numbers(),
                numbers[..limit]
            );
            path = here(next).to_owned();
        }
        assert_eq!(pages, count.div_ceil(limit), "limit {limit}");
        assert_eq!(numbers, all.numbers(), "limit {limit}");
        assert!(numbers.is_sorted());
    }
    let beyond = get("/entity.json?offset=1000").await;
    assert_eq!(
        (beyond.numbers().len(), &beyond.body["count"]),
        (0, &json!(count))
    );
}

/// A link of the server as a path.
fn here(link: &str) -> &str {
    link.strip_prefix("https://planning.example.org").unwrap()
}

#[tokio::test]
async fn fields_are_chosen_or_left_out_and_entity_is_always_there() {
    let keys = |answer: &Answer| -> Vec<String> {
        let entity = answer.body["entities"][0].as_object().unwrap();
        entity.keys().cloned().collect()
    };
    let one = get("/entity.json?field=name").await;
    assert_eq!(keys(&one), ["entity", "name"]);
    let several =
        get("/entity.json?field=name&field=start_date&field=organisation-entity,point").await;
    assert_eq!(
        keys(&several),
        [
            "entity",
            "name",
            "organisation-entity",
            "point",
            "start-date"
        ]
    );
    let all = keys(&get("/entity.json").await);
    let without = keys(&get("/entity.json?exclude_field=geometry, point&exclude_field=name").await);
    let left: Vec<&String> = all.iter().filter(|key| !without.contains(key)).collect();
    assert_eq!(left, ["geometry", "name", "point"]);
    let both = get("/entity.json?field=name&exclude_field=name").await;
    assert_eq!(keys(&both), ["entity", "name"], "field takes over");
}

#[tokio::test]
async fn a_feature_has_every_field_that_is_no_geometry() {
    let collection = get("/entity.geojson?dataset=conservation-area&limit=3").await;
    assert_eq!(
        collection.header(header::CONTENT_TYPE),
        "application/geo+json"
    );
    assert_eq!(collection.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    assert_eq!(collection.body["type"], "FeatureCollection");
    assert_eq!(collection.body["count"], 7);
    assert!(collection.body["links"]["next"].is_string());
    let list = get("/entity.json?dataset=conservation-area&limit=3").await;
    for (feature, entity) in collection.body["features"]
        .as_array()
        .unwrap()
        .iter()
        .zip(list.body["entities"].as_array().unwrap())
    {
        assert_eq!(
            (&feature["type"], &feature["geometry"]["type"]),
            (&json!("Feature"), &json!("MultiPolygon"))
        );
        let mut plain = entity.as_object().unwrap().clone();
        assert!(plain.remove("geometry").is_some() && plain.remove("point").is_some());
        assert_eq!(feature["properties"], Json::Object(plain));
        // The numbers of both are the same.
        let text = entity["geometry"].as_str().unwrap();
        let first = &feature["geometry"]["coordinates"][0][0][0];
        assert!(
            text.starts_with(&format!("MULTIPOLYGON ((({} {}, ", first[0], first[1])),
            "{text}"
        );
    }
    let slim = get("/entity.geojson?exclude_field=name,notes&field=entity&limit=1").await;
    let properties = slim.body["features"][0]["properties"].as_object().unwrap();
    assert!(!properties.contains_key("name") && properties.contains_key("reference"));
}

#[tokio::test]
async fn every_column_of_the_source_is_a_field_in_kebab_case() {
    let mut odd = area("A/1", rectangle(-4.0, 53.0, -3.0, 54.0));
    odd.record.properties = vec![
        ("Organisation_Entity".to_owned(), Value::Integer(67)),
        ("entity".to_owned(), Value::Integer(44_000_001)),
        ("Tree Height".to_owned(), Value::Number(4.5)),
        (
            "quality".to_owned(),
            Value::Text("authoritative".to_owned()),
        ),
        (
            "reference".to_owned(),
            Value::Text("not the reference".to_owned()),
        ),
        ("prefix".to_owned(), Value::Text("tree".to_owned())),
    ];
    let published = publish(vec![contents(
        layer("zone"),
        Space::Wgs84,
        vec![odd, area("A/2", rectangle(-4.0, 53.0, -3.0, 54.0))],
    )]);
    let state = served(&published);
    let entity = &ask(&state, "/entity.json").await.body["entities"][0];
    for (field, value) in [
        ("entity", json!(1)),
        ("organisation-entity", json!(67)),
        ("source-entity", json!("44000001")),
        ("tree-height", json!("4.5")),
        ("quality", json!("authoritative")),
        ("reference", json!("A/1")),
        ("prefix", json!("tree")),
        ("typology", json!("geography")),
        ("dataset", json!("zone")),
        ("entry-date", json!("")),
    ] {
        assert_eq!(entity[field], value, "{field}");
    }
    for (query, expected) in [
        ("prefix=tree", "A/1"),
        ("prefix=zone", "A/2"),
        ("curie=tree:A/1&curie=zone:A/9", "A/1"),
        ("curie=zone:A/1", ""),
        ("organisation_entity=67", "A/1"),
        ("organisation_entity=68", ""),
        ("quality=some", ""),
        ("entity=2&entity=9", "A/2"),
        ("reference=A/2&reference=A/3", "A/2"),
        ("typology=geography", "A/1 A/2"),
    ] {
        let found = ask(&state, &format!("/entity.json?{query}")).await;
        assert_eq!(found.references(), expected, "{query}");
    }
    // A/2 may be managed by anyone.
    let managed = ask(&state, "/entity.json?organisation_entity=68").await;
    assert_eq!(
        managed.not_known(),
        ["zone: organisation_entity_not_recorded"]
    );
    let elsewhere = ask(&state, "/entity.json?organisation_entity=68&reference=A/1").await;
    assert_eq!(elsewhere.not_known(), Vec::<String>::new());
}

#[tokio::test]
async fn a_point_of_an_entity_lies_in_it_and_a_point_entity_is_its_own() {
    let published = publish(vec![
        contents(
            layer("tree"),
            Space::Wgs84,
            vec![area("T1", points(&[(-3.123_456_789_1, 53.2)]))],
        ),
        contents(
            layer("path"),
            Space::Wgs84,
            vec![area("P1", lines(&[&[(-3.0, 53.0), (-3.1, 53.1)]]))],
        ),
    ]);
    let state = served(&published);
    let both = ask(&state, "/entity.json").await;
    let tree = &both.body["entities"][0];
    assert_eq!(
        (&tree["geometry"], &tree["point"]),
        (
            &json!("POINT (-3.1234567891 53.2)"),
            &json!("POINT (-3.1234567891 53.2)")
        )
    );
    assert_eq!(
        both.body["entities"][1]["geometry"],
        "MULTILINESTRING ((-3 53, -3.1 53.1))"
    );
    // A tree stands where it was drawn, and as near as it was drawn truly.
    let near = ask(&state, "/entity.json?longitude=-3.12346&latitude=53.20001").await;
    assert_eq!(near.references(), "T1");
    for entity in get("/entity.json?limit=500&field=point").await.body["entities"]
        .as_array()
        .unwrap()
    {
        let point = entity["point"].as_str().unwrap();
        let number = entity["entity"].as_u64().unwrap();
        let path =
            format!("/entity.json?entity={number}&geometry={point}&geometry_relation=intersects");
        assert_eq!(get(&path).await.numbers(), [number], "{point}");
    }
}

// One entity.

#[tokio::test]
async fn an_entity_is_found_by_its_number_and_a_person_is_sent_to_its_page() {
    let list = get("/entity.json?dataset=conservation-area&limit=1").await;
    let number = list.numbers()[0];
    let one = get(&format!("/entity/{number}.json")).await;
    assert_eq!(one.body, list.body["entities"][0]);
    let feature = get(&format!("/entity/{number}.geojson")).await;
    assert_eq!(
        (&feature.body["type"], &feature.body["properties"]["entity"]),
        (&json!("Feature"), &json!(number))
    );
    let page = get(&format!("/entity/{number}")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let reference = one.body["reference"].as_str().unwrap();
    assert_eq!(
        page.header(header::LOCATION),
        format!("/area/conservation-area/{reference}")
    );
    for path in [
        "/entity/0.json",
        "/entity/999999.json",
        "/entity/abc.json",
        "/entity/-1.json",
        "/entity/.json",
    ] {
        assert_eq!(get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        get("/entity/999999.json").await.body["detail"],
        "entity not found"
    );
    // What is drawn and never answered is no entity.
    let edition = SAMPLE.1.current_edition().unwrap();
    let road = edition.layer("road").unwrap();
    assert_eq!(road.layer.group, Group::Context);
    let id = road.readable().unwrap().areas()[0].id;
    assert_eq!(
        get(&format!("/entity/{id}.json")).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(
        !get("/entity.json?limit=500&field=dataset")
            .await
            .numbers()
            .contains(&id)
    );
}

#[tokio::test]
async fn a_number_stays_from_edition_to_edition_and_one_that_is_gone_says_so() {
    let zone = |areas: Vec<Area>| {
        let map = drafts::map(&[drafts::layer("zone"), drafts::layer("other")]);
        let other = vec![drafts::area("O", drafts::square(5.0, 53.0, 1.0))];
        drafts::draft(map, Space::Wgs84, vec![("zone", areas), ("other", other)])
    };
    let plain = |reference: &str| drafts::area(reference, drafts::square(0.0, 53.0, 1.0));
    let (_folder, atlas) = drafts::publish(&zone(vec![plain("A"), plain("B"), plain("C")]));
    let number = |indexed: &IndexedEdition, reference: &str| {
        let query = EntityQuery {
            references: vec![reference.to_owned()],
            ..EntityQuery::all(jiff::civil::date(2026, 11, 23))
        };
        indexed.entities(&query).unwrap().found[0].id
    };
    let first = IndexedEdition::new(atlas.current_edition().unwrap());
    let (a, b, c) = (
        number(&first, "A"),
        number(&first, "B"),
        number(&first, "C"),
    );
    let mut newer = plain("D");
    newer.record.supersedes = vec!["B".to_owned()];
    atlas
        .publish(&zone(vec![plain("C"), newer]), sample::now())
        .unwrap();
    let state = sample::state(&atlas);
    let second = IndexedEdition::new(atlas.current_edition().unwrap());
    assert_eq!(number(&second, "C"), c);
    let d = number(&second, "D");
    assert!(
        ![a, b, c, number(&first, "O")].contains(&d),
        "no number is given twice"
    );
    let moved = ask(&state, &format!("/entity/{b}.json")).await;
    assert_eq!(
        (moved.status, moved.header(header::LOCATION)),
        (
            StatusCode::MOVED_PERMANENTLY,
            format!("/entity/{d}.json").as_str()
        )
    );
    let gone = ask(&state, &format!("/entity/{a}.geojson")).await;
    assert_eq!(
        (gone.status, &gone.body["detail"]),
        (
            StatusCode::GONE,
            &json!(format!("Entity {a} has been removed"))
        )
    );
    let instead = gone.body["error"]["instead"].as_str().unwrap();
    let then = ask(&state, instead).await;
    assert_eq!(then.body["properties"]["reference"], "A", "{instead}");
}

// What is not known.

#[tokio::test]
async fn a_layer_of_which_areas_may_be_missing_is_named_with_the_reason() {
    let square = || vec![area("A", rectangle(-4.0, 53.0, -3.0, 54.0))];
    let held = |described: Layer| contents(described, Space::Wgs84, square());
    let region = Region::Layer(layer("coverage").id);
    let covered = |id: &str| Layer {
        coverage: Some(region.clone()),
        ..layer(id)
    };
    let published = publish_with(
        vec![
            held(covered("whole")),
            held(Layer {
                completeness: Completeness::RowsLeftOut(3),
                ..covered("partial")
            }),
            held(Layer {
                review_by: PartialDate::parse("2026-11-22").ok(),
                ..covered("stale")
            }),
            held(layer("undeclared")),
            held(covered("broken")),
            held(covered("coverage")),
            held(Layer {
                group: Group::Context,
                ..layer("drawn")
            }),
        ],
        vec![Layer {
            held: false,
            ..covered("absent")
        }],
    );
    let broken = published.file_of("broken");
    let mut bytes = std::fs::read(&broken).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&broken, bytes).unwrap();
    let state = served(&published);
    let always = [
        "partial: layer_incomplete",
        "stale: layer_out_of_date",
        "broken: layer_unavailable",
        "absent: not_held",
    ];
    let all = ask(&state, "/entity.json").await;
    assert_eq!(all.not_known(), always);
    assert_eq!(all.numbers().len(), 5, "the others are listed all the same");
    assert_eq!(
        all.header(header::CACHE_CONTROL),
        "no-store",
        "what cannot be read may be readable again"
    );
    for path in [
        "longitude=-3.5&latitude=53.5",
        "geometry=POLYGON((-3.6 53.4,-3.4 53.4,-3.5 53.6,-3.6 53.4))&geometry_relation=intersects",
    ] {
        let inside = ask(&state, &format!("/entity.json?{path}")).await;
        assert_eq!(
            inside.not_known(),
            [
                "partial: layer_incomplete",
                "stale: layer_out_of_date",
                "undeclared: coverage_not_declared",
                "broken: layer_unavailable",
                "absent: not_held"
            ],
            "{path}"
        );
    }
    for path in [
        "longitude=-1.5&latitude=53.5",
        "geometry=POLYGON((-3.6 53.4,-1.4 53.4,-3.5 53.6,-3.6 53.4))&geometry_relation=intersects",
    ] {
        let outside = ask(&state, &format!("/entity.json?dataset=whole&{path}")).await;
        assert_eq!(outside.not_known(), ["whole: outside_coverage"], "{path}");
    }
    let only = ask(&state, "/entity.json?dataset=absent").await;
    assert_eq!(
        (only.numbers().len(), only.not_known()),
        (0, vec!["absent: not_held".to_owned()])
    );
    let drawn = ask(&state, "/entity.json?dataset=drawn").await;
    assert!(drawn.messages()[0].starts_with("Requested datasets do not exist: drawn."));
    let geojson = ask(&state, "/entity.geojson").await;
    assert_eq!(geojson.not_known(), always);
}

#[tokio::test]
async fn a_site_across_two_areas_of_a_coverage_is_inside_it() {
    for space in [Space::Wgs84, Space::NationalGrid] {
        let (west, east) = match space {
            Space::Wgs84 => (
                rectangle(-4.0, 53.0, -3.5, 54.0),
                rectangle(-3.5, 53.0, -3.0, 54.0),
            ),
            Space::NationalGrid => (
                rectangle(250_000.0, 350_000.0, 290_000.0, 390_000.0),
                rectangle(290_000.0, 350_000.0, 330_000.0, 390_000.0),
            ),
        };
        let covered = Layer {
            coverage: Some(Region::Layer(layer("halves").id)),
            ..layer("zone")
        };
        let published = publish(vec![
            contents(
                covered,
                Space::Wgs84,
                vec![area("A", rectangle(-4.0, 53.0, -3.0, 54.0))],
            ),
            contents(
                layer("halves"),
                space,
                vec![area("west", west), area("east", east)],
            ),
        ]);
        let state = served(&published);
        for (site, expected) in [
            (
                "POLYGON((-3.9 53.3,-3.4 53.3,-3.4 53.35,-3.9 53.35,-3.9 53.3))",
                vec![],
            ),
            (
                "POLYGON((-3.9 53.3,-3.8 53.3,-3.8 53.35,-3.9 53.35,-3.9 53.3))",
                vec![],
            ),
            (
                "POLYGON((-3.9 53.3,-2.4 53.3,-2.4 53.35,-3.9 53.35,-3.9 53.3))",
                vec!["zone: outside_coverage"],
            ),
        ] {
            let path =
                format!("/entity.json?dataset=zone&geometry={site}&geometry_relation=intersects");
            assert_eq!(
                ask(&state, &path).await.not_known(),
                expected,
                "{space:?} {site}"
            );
        }
    }
}

#[tokio::test]
async fn a_national_dataset_that_the_map_does_not_have_is_not_held_and_refuses_nothing() {
    let several =
        get("/entity.json?dataset=conservation-area&dataset=ancient-woodland&dataset=ramsar").await;
    assert_eq!(several.body["count"], 7);
    assert_eq!(
        several.not_known(),
        ["ancient-woodland: not_held", "ramsar: not_held"]
    );
    let none = get("/entity.geojson?dataset=ramsar&dataset=ramsar").await;
    assert_eq!(
        (&none.body["count"], none.not_known()),
        (&json!(0), vec!["ramsar: not_held".to_owned()])
    );
}

#[tokio::test]
async fn a_field_that_asks_nothing_is_told_as_ignored() {
    let found =
        get("/entity.json?organisation-entity=67&start_date_month=3&foo=1&foo=2&limit=1").await;
    assert_eq!(
        found.body["ignored"],
        json!(["start_date_month", "organisation-entity", "foo"])
    );
    assert_eq!(get("/entity.json?limit=1").await.body.get("ignored"), None);
}

#[tokio::test]
async fn a_postcode_is_looked_for_at_every_address_and_an_unknown_one_is_refused() {
    let found = get("/entity.json?q=CG1 1AA&limit=500").await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(!found.numbers().is_empty());
    let answer = get("/at/CG1 1AA.json").await.body;
    let mut expected = BTreeSet::new();
    for layer in answer["layers"].as_array().unwrap() {
        let areas = layer["areas"].as_array().unwrap().iter();
        expected.extend(areas.map(|area| area["id"].as_u64().unwrap()));
    }
    assert!(expected.iter().all(|id| found.numbers().contains(id)));
    assert_eq!(get("/entity.json?q=ZZ9 9ZZ").await.messages().len(), 1);
}

// Refusals.

#[tokio::test]
async fn faults_are_told_in_the_words_of_the_national_api() {
    for (query, loc, message, kind) in [
        (
            "limit=0",
            json!(["query", "limit"]),
            "ensure this value is greater than or equal to 1",
            "value_error.number.not_ge",
        ),
        (
            "limit=501",
            json!(["query", "limit"]),
            "ensure this value is less than or equal to 500",
            "value_error.number.not_le",
        ),
        (
            "limit=ten",
            json!(["query", "limit"]),
            "value is not a valid integer",
            "type_error.integer",
        ),
        (
            "offset=-1",
            json!(["query", "offset"]),
            "ensure this value is greater than or equal to 0",
            "value_error.number.not_ge",
        ),
        (
            "geometry={\"type\":\"Point\",\"coordinates\":[0,51]}",
            json!(["geometry"]),
            "Expected WKT format, received GeoJSON instead",
            "value_error.invalidgeometry",
        ),
        (
            "geometry=nonsense",
            json!(["geometry"]),
            "Invalid geometry nonsense",
            "value_error.invalidgeometry",
        ),
        (
            "geometry=POLYGON((0 50,1 51,1 50,0 51,0 50))",
            json!(["geometry"]),
            "Invalid geometry POLYGON((0 50,1 51,1 50,0 51,0 50))",
            "value_error.invalidgeometry",
        ),
        (
            "geometry_relation=inside",
            json!(["query", "geometry_relation"]),
            "value is not a valid enumeration member; permitted: 'within', 'equals', 'disjoint', 'intersects', 'touches', 'contains', 'covers', 'coveredby', 'overlaps', 'crosses'",
            "type_error.enum",
        ),
        (
            "period=all&period=now",
            json!(["query", "period", 1]),
            "value is not a valid enumeration member; permitted: 'all', 'current', 'historical'",
            "type_error.enum",
        ),
        (
            "start_date_year=2020&start_date_match=after",
            json!(["query", "start_date_match"]),
            "value is not a valid enumeration member; permitted: 'match', 'before', 'since', 'empty'",
            "type_error.enum",
        ),
        (
            "start_date_year=2020&start_date_month=13",
            json!(["start_date_month"]),
            "ensure this value is greater than or equal to 1 and less than or equal to 12",
            "value_error.digitallandvalidation",
        ),
        (
            "end_date_year=0",
            json!(["end_date_year"]),
            "ensure this value is greater than or equal to 1",
            "value_error.digitallandvalidation",
        ),
        (
            "entry_date_year=x",
            json!(["query", "entry_date_year"]),
            "value is not a valid integer",
            "type_error.integer",
        ),
        (
            "start_date_year=2021&start_date_month=2&start_date_day=29",
            json!(["start_date_day"]),
            "day is out of range for month",
            "value_error",
        ),
        (
            "longitude=west&latitude=53",
            json!(["query", "longitude"]),
            "value is not a valid float",
            "type_error.float",
        ),
        (
            "longitude=NaN&latitude=53",
            json!(["query", "longitude"]),
            "value is not a valid float",
            "type_error.float",
        ),
        (
            "longitude=-3",
            json!(["query", "latitude"]),
            "field required",
            "value_error.missing",
        ),
        (
            "entity=x",
            json!(["query", "entity", 0]),
            "value is not a valid integer",
            "type_error.integer",
        ),
        (
            "organisation_entity=0",
            json!(["query", "organisation_entity", 0]),
            "ensure this value is greater than or equal to 1",
            "value_error.number.not_ge",
        ),
        (
            "curie=tree",
            json!(["curie"]),
            "curie must be in form 'prefix:reference'",
            "value_error.digitallandvalidation",
        ),
        (
            "on=2026-02-30",
            json!(["query", "on"]),
            "invalid date format",
            "value_error.date",
        ),
    ] {
        let refused = get(&format!(
            "/entity.json?{}",
            query
                .replace('{', "%7B")
                .replace('}', "%7D")
                .replace('"', "%22")
        ))
        .await;
        assert_eq!(refused.messages(), [message], "{query}");
        let detail = &refused.body["detail"][0];
        assert_eq!(
            (&detail["loc"], &detail["type"]),
            (&loc, &json!(kind)),
            "{query}"
        );
        assert_eq!(refused.body["error"]["message"], message, "{query}");
        assert_eq!(refused.header(header::CACHE_CONTROL), "no-store");
    }
    let unknown = get("/entity.json?dataset=nope&dataset=sssi&typology=person").await;
    let known = unknown.body["detail"][0]["ctx"]["dataset_names"]
        .as_array()
        .unwrap();
    assert_eq!(
        unknown.body["detail"][0]["type"],
        "value_error.datasetvaluenotfound"
    );
    assert!(known.contains(&json!("sssi")) && !known.contains(&json!("road")));
    assert!(unknown.messages()[0].starts_with(
        "Requested datasets do not exist: nope. Valid dataset names: settlement-boundary,"
    ));
    assert_eq!(
        unknown.messages()[1],
        "Requested typologies do not exist: person. Valid typology names: geography"
    );
    assert_eq!(unknown.body["error"]["field"], "dataset");
}

#[tokio::test]
async fn no_query_brings_a_request_down() {
    let mut random = Random(2026);
    let good = [
        "geometry=POLYGON((-4.38 52.63,-4.37 52.63,-4.37 52.64,-4.38 52.63))&geometry_relation=overlaps",
        "geometry=MULTIPOINT(-4.38 52.63,-4.37 52.64)&geometry_relation=crosses&limit=3",
        "longitude=-4.37&latitude=52.63&period=current&start_date_year=2018&start_date_match=since",
        "dataset=sssi&curie=sssi:1&entity=12&field=name,geometry&offset=2&q=CG1 1AA",
        "geometry_entity=164&geometry_relation=covers&exclude_field=point&on=2026-11-23",
    ];
    let mut accepted = 0;
    for number in 0..1500 {
        let mut query: Vec<u8> = good[number % good.len()].bytes().collect();
        for _ in 0..=random.below(3) {
            let at = random.below(query.len());
            match random.below(4) {
                0 => query[at] = b"0123456789.,-()&=eE%{\"NaZ"[random.below(24)],
                1 => drop(query.drain(at..(at + 4).min(query.len()))),
                2 => query.insert(at, b"9(-,"[random.below(4)]),
                _ => query.extend_from_within(at..),
            }
            if query.is_empty() {
                query.push(b'&');
            }
        }
        let query = link::encode(&String::from_utf8(query).unwrap(), "&=%");
        let answer = get(&format!("/entity.json?{query}")).await;
        let fine = [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY];
        assert!(
            fine.contains(&answer.status),
            "{} for {query}",
            answer.status
        );
        accepted += usize::from(answer.status == StatusCode::OK);
    }
    assert!(
        (200..1300).contains(&accepted),
        "{accepted} of 1500 were accepted"
    );
}

#[tokio::test]
async fn polygons_that_run_along_the_map_s_own_lines_bring_no_request_down() {
    let page = get("/entity.json?limit=500&field=geometry").await;
    let mut corners = Vec::new();
    for entity in page.body["entities"].as_array().unwrap() {
        let text = entity["geometry"].as_str().unwrap();
        let numbers = text.split(['(', ')', ',']).map(str::trim);
        corners.extend(numbers.filter(|pair| pair.contains(' ')).map(str::to_owned));
    }
    let mut random = Random(8);
    let mut accepted = 0;
    for number in 0..1500 {
        // Neighbouring vertices of one outline, and of others: edges of the map, and lines between its corners.
        let start = random.below(corners.len() - 40);
        let mut ring: Vec<&str> = (0..3 + random.below(3))
            .map(|at| corners[start + at * (1 + number % 3)].as_str())
            .collect();
        ring.push(ring[0]);
        let relation = ["intersects", "touches", "overlaps", "coveredby", "contains"][number % 5];
        let ring = ring.join(",");
        let path = format!(
            "/entity.json?geometry=POLYGON(({ring}))&geometry_relation={relation}&limit=1&field=name"
        );
        let answer = get(&path).await;
        let fine = [StatusCode::OK, StatusCode::UNPROCESSABLE_ENTITY];
        assert!(
            fine.contains(&answer.status),
            "{} for {path}",
            answer.status
        );
        accepted += usize::from(answer.status == StatusCode::OK);
    }
    assert!(accepted > 500, "{accepted} of 1500 were accepted");
}

#[tokio::test]
async fn more_geometries_or_vertices_than_a_request_may_have_are_refused() {
    let many = ["geometry=POINT(0 50)"; 101].join("&");
    assert_eq!(
        get(&format!("/entity.json?{many}")).await.messages(),
        ["ensure this value has at most 100 items"]
    );
    let parts: Vec<String> = (0..201)
        .map(|at| format!("{} 50", f64::from(at) / 100.0))
        .collect();
    let refused = get(&format!(
        "/entity.json?geometry=MULTIPOINT({})",
        parts.join(",")
    ))
    .await;
    assert!(refused.messages()[0].starts_with("Invalid geometry MULTIPOINT(0 50"));
    assert!(
        refused.messages()[0].len() < 300,
        "a stranger's text is not told back whole"
    );
    let mut random = Random(3);
    let big = |random: &mut Random, at: f64| {
        shape(&[&rough_ring(random, (at, 53.0), 0.4, 300_000, 0.01)])
    };
    let areas = (0..4)
        .map(|at| area(&format!("big-{at}"), big(&mut random, f64::from(at))))
        .collect();
    let published = publish(vec![contents(layer("zone"), Space::Wgs84, areas)]);
    let state = served(&published);
    let refused = ask(&state, "/entity.json?limit=4").await;
    assert_eq!(
        refused.body["detail"][0]["ctx"],
        json!({ "limit_value": 1_000_000 })
    );
    for fine in [
        "limit=3",
        "limit=4&exclude_field=geometry",
        "limit=4&field=name",
    ] {
        assert_eq!(
            ask(&state, &format!("/entity.json?{fine}")).await.status,
            StatusCode::OK,
            "{fine}"
        );
    }
    // A site well inside or outside of them costs nothing; one across all their outlines would.
    let inside = ask(&state, "/entity.json?field=name&geometry=POLYGON((1 53,1.1 53,1 53.1,1 53))&geometry_relation=contains").await;
    assert_eq!(inside.body["count"], 1);
    let across = "geometry=POLYGON((-1 52.99,5 52.99,5 53.01,-1 53.01,-1 52.99))";
    let twice = [across; 2].join("&");
    let refused = ask(
        &state,
        &format!("/entity.json?field=name&geometry_relation=touches&{twice}"),
    )
    .await;
    assert!(
        refused.messages()[0].contains("more than 2000000 vertices"),
        "{}",
        refused.body
    );
}

#[tokio::test]
async fn a_pinned_list_is_kept_for_ever_and_others_are_asked_for_again() {
    let edition = SAMPLE.1.current().unwrap().unwrap();
    let caching = async |query: &str| {
        let answer = get(&format!("/entity.json?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}");
        answer.header(header::CACHE_CONTROL).to_owned()
    };
    let forever = "public, max-age=31536000, immutable";
    assert_eq!(caching("limit=1").await, "public, no-cache");
    assert_eq!(
        caching(&format!("limit=1&edition={edition}")).await,
        forever
    );
    let by_day = format!("limit=1&period=current&edition={edition}");
    assert_eq!(
        caching(&by_day).await,
        "public, no-cache",
        "another day, another list"
    );
    assert_eq!(caching(&format!("{by_day}&on=2026-11-23")).await, forever);
    let same = get(&format!("/entity.json?limit=1&edition={edition}")).await;
    assert_eq!(same.body["edition"], edition.to_string());
    let unknown = get("/entity.json?edition=2020-01-01.1").await;
    assert_eq!(unknown.status, StatusCode::GONE);
    assert!(unknown.body["error"]["message"].is_string());
}

#[test]
fn the_limits_in_the_instructions_are_those_of_the_program() {
    let text = std::fs::read_to_string(sample::source("docs/entity-api.md")).unwrap();
    let limits = [
        ("MAX_ENTITIES_SHOWN", limits::MAX_ENTITIES_SHOWN),
        ("MAX_ENTITY_GEOMETRIES", limits::MAX_ENTITY_GEOMETRIES),
        ("MAX_FIGURE_PARTS", MAX_FIGURE_PARTS),
        ("MAX_ENTITY_VERTICES", MAX_ENTITY_VERTICES),
        ("MAX_PAGE_VERTICES", limits::MAX_PAGE_VERTICES),
        ("MAX_HEAD_BYTES", limits::MAX_HEAD_BYTES),
    ];
    for (name, value) in limits {
        let row = format!("| `{name}` | {value} |");
        assert!(text.contains(&row), "{row}");
    }
    let rows = text.lines().filter(|line| line.starts_with("| `MAX_"));
    assert_eq!(rows.count(), limits.len());
}

// Datasets.

#[tokio::test]
async fn every_layer_that_is_answered_is_a_dataset_with_the_count_of_its_entities() {
    let all = get("/dataset.json").await;
    let datasets = all.body["datasets"].as_array().unwrap();
    let mut total = 0;
    for dataset in datasets {
        let name = dataset["dataset"].as_str().unwrap();
        let entities = get(&format!("/entity.json?dataset={name}&limit=1")).await;
        assert_eq!(dataset["entity-count"], entities.body["count"], "{name}");
        assert_eq!(&get(&format!("/dataset/{name}.json")).await.body, dataset);
        total += dataset["entity-count"].as_u64().unwrap();
    }
    assert_eq!(get("/entity.json").await.body["count"], total);
    let names: Vec<&Json> = datasets.iter().map(|dataset| &dataset["dataset"]).collect();
    assert!(
        names.contains(&&json!("article-4-direction-area")) && !names.contains(&&json!("road"))
    );
    let typologies = &all.body["typologies"]["geography"]["dataset"];
    assert_eq!(
        typologies.as_array().unwrap().len(),
        names.len() - 1,
        "those that hold any"
    );
    let absent = get("/dataset/article-4-direction-area.json").await;
    assert_eq!(
        (&absent.body["entity-count"], &absent.body["not-known"]),
        (&json!(0), &json!("not_held"))
    );
    assert_eq!(
        get("/dataset/road.json").await.status,
        StatusCode::NOT_FOUND
    );
    let one = get("/dataset.json?dataset=sssi&field=name").await;
    assert_eq!(one.body["datasets"].as_array().unwrap().len(), 1);
    assert!(
        get("/dataset.json?dataset=nope").await.messages()[0]
            .starts_with("Requested datasets do not exist: nope.")
    );
}

// A client of the national API.

#[test]
fn a_client_of_the_national_api_works_by_changing_its_base_address() {
    let Some(python) = python::plain() else {
        return;
    };
    let desk = Desk::new();
    let map = sample::source("data/map.toml");
    desk.expect(0, &["load", map.to_str().unwrap()]);
    let mut server = Command::new(env!("CARGO_BIN_EXE_groundrule"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("GROUNDRULE_ATLAS", desk.path("atlas"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut told = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut told)
        .unwrap();
    let base = told.trim().rsplit(' ').next().unwrap();
    let client = |dataset: &str| {
        Command::new(python)
            .arg(sample::source("tests/entity_client.py"))
            .args([base, dataset, "-4.37641", "52.64"])
            .output()
            .unwrap()
    };
    let outputs = ["conservation-area", "tree-preservation-zone"].map(client);
    server.kill().unwrap();
    server.wait().unwrap();
    let found = outputs.map(|output| {
        let faults = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{faults}");
        serde_json::from_slice::<Json>(&output.stdout).unwrap()
    });
    let here = json!(["community", "green-wedge", "plan-area", "rldp-green-wedge"]);
    for (found, count) in found.iter().zip([7, 31]) {
        assert_eq!((&found["count"], &found["here"]), (&json!(count), &here));
        assert_eq!(found["historical"], 1);
    }
}
