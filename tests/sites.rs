//! A drawn site: what applies anywhere in it, how much of it each area covers, what only touches it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/made_up.rs"]
mod made_up;
mod support;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use geo_types::{Coord, MultiPolygon, Polygon};
use groundrule::answer::site::GivenPolygon;
use groundrule::answer::{
    Answer, AreaHit, IndexedEdition, LayerAnswer, Reason, Site, SiteError, Spot, State, Terms,
};
use groundrule::atlas::Atlas;
use groundrule::geometry::{Bng, GridSquare, Position, Shape, Space};
use groundrule::policy::{Layer, LayerId, Region};
use groundrule::server::{State as Service, router};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::single::SingleFloatOverlay;
use jiff::civil::{Date, date};
use made_up::{Random, rough_ring};
use serde_json::Value as Json;
use std::sync::{Arc, LazyLock};
use support::drafts::{area, covered, draft, indexed, layer, map, polygon, ring, square};
use tower::ServiceExt as _;

const TODAY: Date = date(2026, 11, 23);

/// Square metres of ground in one of the Grid near Abergele, where these tests are.
const GROUND: f64 = 1.000_553;

fn coords(points: &[(f64, f64)]) -> Vec<Coord<f64>> {
    points.iter().map(|&(x, y)| Coord { x, y }).collect()
}

fn on_grid(rings: &[&[(f64, f64)]]) -> Result<Site, SiteError> {
    let polygon: GivenPolygon = rings.iter().map(|ring| coords(ring)).collect();
    Site::new(Space::NationalGrid, &[polygon])
}

fn box_at(x: f64, y: f64, width: f64, height: f64) -> Vec<(f64, f64)> {
    vec![
        (x, y),
        (x + width, y),
        (x + width, y + height),
        (x, y + height),
    ]
}

fn site(points: &[(f64, f64)]) -> Spot {
    Spot::Site(Arc::new(on_grid(&[points]).unwrap()))
}

fn asked(edition: &IndexedEdition, spot: &Spot) -> Answer {
    edition.answer(spot, &Terms::on(TODAY))
}

fn of<'a>(edition: &IndexedEdition, answer: &'a Answer, id: &str) -> &'a LayerAnswer {
    let layers = edition.edition().layers();
    let is_wanted = |of: &&LayerAnswer| layers[of.layer].layer.id.as_str() == id;
    answer.layers.iter().find(is_wanted).unwrap()
}

/// A layer `a` complete in 100 km of Grid round it.
fn grid(shapes: Vec<Shape>) -> IndexedEdition {
    let layers = [layer("everywhere"), covered("a", "everywhere")];
    let shapes = shapes.into_iter().enumerate();
    let areas = shapes.map(|(number, shape)| area(&format!("A{number}"), shape));
    let areas = vec![
        (
            "everywhere",
            vec![area("E", square(280_000.0, 360_000.0, 100_000.0))],
        ),
        ("a", areas.collect()),
    ];
    indexed(&draft(map(&layers), Space::NationalGrid, areas))
}

fn hits<'a>(edition: &IndexedEdition, answer: &'a Answer) -> Vec<(&'a str, &'a AreaHit)> {
    let hits = of(edition, answer, "a").areas.iter();
    hits.map(|hit| (hit.record.reference.as_str(), hit))
        .collect()
}

#[test]
fn a_site_across_an_areas_line_says_how_much_of_each_is_in_the_other() {
    let edition = grid(vec![square(300_000.0, 370_000.0, 100.0)]);
    let answer = asked(&edition, &site(&box_at(300_080.0, 370_010.0, 40.0, 50.0)));
    let [(_, hit)] = hits(&edition, &answer)[..] else {
        panic!("one area")
    };
    let overlap = hit.overlap.unwrap();
    assert!(
        (overlap.m2 / (20.0 * 50.0 * GROUND) - 1.0).abs() < 1e-5,
        "{overlap:?}"
    );
    assert!((overlap.site_share - 0.5).abs() < 1e-9, "{overlap:?}");
    assert!((overlap.area_share - 0.1).abs() < 1e-9, "{overlap:?}");
    assert!(!overlap.touches && !hit.whole && hit.on_boundary);
    assert_eq!(
        of(&edition, &answer, "a").states,
        [State::Applies, State::DoesNotApply]
    );
}

#[test]
fn a_site_equal_to_an_area_is_all_of_it_and_all_of_itself() {
    let mut random = Random(7);
    for corners in [4, 20, 400] {
        let points = rough_ring(&mut random, (300_000.0, 370_000.0), 200.0, corners, 0.4);
        let edition = grid(vec![polygon(&points)]);
        let answer = asked(&edition, &site(&points));
        let [(_, hit)] = hits(&edition, &answer)[..] else {
            panic!("one area")
        };
        let overlap = hit.overlap.unwrap();
        assert_eq!((overlap.site_share, overlap.area_share), (1.0, 1.0));
        assert!(hit.whole && !overlap.touches && hit.on_boundary);
        assert_eq!(
            of(&edition, &answer, "a").states,
            [State::Applies],
            "nothing is left over"
        );
    }
}

#[test]
fn two_sites_beside_a_shared_line_touch_the_area_of_the_other_and_a_corner_touches_too() {
    let at = |x, y| square(300_000.0 + x, 370_000.0 + y, 100.0);
    let edition = grid(vec![
        at(0.0, 0.0),
        at(100.0, 0.0),
        at(200.0, 100.0),
        at(300.0, 300.0),
    ]);
    let answer = asked(&edition, &site(&box_at(300_100.0, 370_000.0, 100.0, 100.0)));
    let told: Vec<(&str, bool, f64)> = hits(&edition, &answer)
        .into_iter()
        .map(|(name, hit)| {
            (
                name,
                hit.overlap.unwrap().touches,
                hit.overlap.unwrap().m2.round(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("A0", true, 0.0),
            ("A1", false, 10_006.0),
            ("A2", true, 0.0)
        ]
    );
    let near = &of(&edition, &answer, "a").nearby;
    assert_eq!(near.len(), 1);
    assert!(
        (near[0].distance_m - 100.0 * (5f64).sqrt()).abs() < 0.1,
        "{}",
        near[0].distance_m
    );
}

#[test]
fn a_square_centimetre_of_overlap_is_measured_and_a_gap_of_a_micrometre_is_no_touch() {
    let edition = grid(vec![square(300_000.0, 370_000.0, 100.0)]);
    let overlapping = asked(
        &edition,
        &site(&box_at(300_099.99, 370_099.99, 500.0, 500.0)),
    );
    let overlap = hits(&edition, &overlapping)[0].1.overlap.unwrap();
    assert!(
        !overlap.touches && (overlap.m2 - 1e-4).abs() < 1e-6,
        "{overlap:?}"
    );
    let apart = asked(
        &edition,
        &site(&box_at(300_100.000_001, 370_000.0, 50.0, 50.0)),
    );
    assert!(hits(&edition, &apart).is_empty());
    let near = &of(&edition, &apart, "a").nearby[0];
    assert!(
        near.distance_m < 2e-6 && near.near_boundary,
        "{}",
        near.distance_m
    );
}

#[test]
fn a_hole_of_the_site_is_not_asked_about_and_one_of_the_area_does_not_count() {
    let edition = grid(vec![square(300_040.0, 370_040.0, 20.0)]);
    let outline = box_at(300_000.0, 370_000.0, 100.0, 100.0);
    let exact_hole = box_at(300_040.0, 370_040.0, 20.0, 20.0);
    let wider_hole = box_at(300_030.0, 370_030.0, 40.0, 40.0);
    let ask = |hole: &[(f64, f64)]| {
        let site = on_grid(&[&outline, hole]).unwrap();
        asked(&edition, &Spot::Site(Arc::new(site)))
    };
    let touching = ask(&exact_hole);
    assert!(hits(&edition, &touching)[0].1.overlap.unwrap().touches);
    let away = ask(&wider_hole);
    assert!(hits(&edition, &away).is_empty());
    assert!((of(&edition, &away, "a").nearby[0].distance_m - 10.0).abs() < 0.01);
    assert_eq!(of(&edition, &away, "a").states, [State::DoesNotApply]);
}

#[test]
fn a_site_of_several_polygons_is_whole_only_where_each_lies_in_the_area() {
    let two = Shape::Polygons(MultiPolygon(
        [300_000.0, 300_500.0]
            .map(|x| Polygon::new(ring(&box_at(x, 370_000.0, 100.0, 100.0)), Vec::new()))
            .to_vec(),
    ));
    let edition = grid(vec![two]);
    let ask = |eastings: &[f64]| {
        let polygons: Vec<GivenPolygon> = eastings
            .iter()
            .map(|&x| vec![coords(&box_at(x, 370_010.0, 20.0, 20.0))])
            .collect();
        let site = Site::new(Space::NationalGrid, &polygons).unwrap();
        let answer = asked(&edition, &Spot::Site(Arc::new(site)));
        let hit = hits(&edition, &answer)[0].1.clone();
        (hit.whole, hit.overlap.unwrap().site_share)
    };
    assert_eq!(ask(&[300_010.0, 300_510.0]), (true, 1.0));
    let (whole, share) = ask(&[300_010.0, 300_710.0]);
    assert!(!whole && (share - 0.5).abs() < 1e-9, "{share}");
}

#[test]
fn the_same_site_clockwise_or_closed_or_with_a_corner_twice_is_the_same_site() {
    let mut points = vec![
        (300_000.0, 370_000.0),
        (300_090.0, 370_030.0),
        (300_050.0, 370_120.0),
        (299_990.0, 370_060.0),
    ];
    let edition = grid(vec![square(300_020.0, 370_020.0, 300.0)]);
    let told = |points: &[(f64, f64)]| {
        let answer = asked(&edition, &site(points));
        (answer.layers.clone(), on_grid(&[points]).unwrap().corners())
    };
    let plain = told(&points);
    assert_eq!(plain.1, 4);
    points.push(points[0]);
    assert_eq!(told(&points), plain, "closed");
    points.insert(2, points[2]);
    assert_eq!(told(&points), plain, "a corner twice");
    points.reverse();
    let back = told(&points);
    let m2 = |told: &[LayerAnswer]| told[1].areas[0].overlap.unwrap().m2;
    assert!((m2(&back.0) - m2(&plain.0)).abs() < 1e-6, "clockwise");
}

#[test]
fn does_not_apply_is_said_only_where_the_coverage_holds_all_of_the_site() {
    let halves = |gap: f64| {
        let layers = [layer("west"), covered("a", "west")];
        let areas = vec![
            (
                "west",
                vec![
                    area("W", polygon(&box_at(300_000.0, 370_000.0, 100.0, 300.0))),
                    // The shared line has a corner more on this side.
                    area(
                        "E",
                        polygon(&[
                            (300_100.0 + gap, 370_000.0),
                            (300_200.0, 370_000.0),
                            (300_200.0, 370_300.0),
                            (300_100.0 + gap, 370_300.0),
                            (300_100.0 + gap, 370_137.7),
                        ]),
                    ),
                ],
            ),
            ("a", vec![area("A", square(310_000.0, 370_000.0, 10.0))]),
        ];
        let edition = indexed(&draft(map(&layers), Space::NationalGrid, areas));
        let told = |points: &[(f64, f64)]| {
            let answer = asked(&edition, &site(points));
            let found = of(&edition, &answer, "a");
            (found.states.clone(), found.reason)
        };
        (
            told(&box_at(300_050.0, 370_050.0, 100.0, 100.0)),
            told(&[
                (300_050.0, 370_000.0),
                (300_150.0, 370_100.0),
                (300_060.0, 370_290.0),
            ]),
            told(&box_at(300_150.0, 370_050.0, 100.0, 100.0)),
        )
    };
    let no = (vec![State::DoesNotApply], None);
    let outside = (vec![State::NotKnown], Some(Reason::OutsideCoverage));
    assert_eq!(halves(0.0), (no.clone(), no, outside.clone()));
    assert_eq!(
        halves(0.001),
        (outside.clone(), outside.clone(), outside),
        "a gap of a millimetre"
    );
}

#[test]
fn a_grid_square_drawn_as_a_site_is_answered_as_the_square_is() {
    let mut random = Random(20_261_123);
    for space in [Space::NationalGrid, Space::Wgs84] {
        let shapes: Vec<Shape> = (0..60)
            .map(|number| {
                let middle = (
                    random.between(300_000.0, 301_000.0),
                    random.between(370_000.0, 371_000.0),
                );
                let points = rough_ring(&mut random, middle, 60.0, 5 + 4 * (number % 30), 0.5);
                in_space(space, &points)
            })
            .collect();
        let layers = [layer("part"), covered("a", "part")];
        let areas = shapes.into_iter().enumerate();
        let areas = areas.map(|(number, shape)| area(&format!("A{number}"), shape));
        let part = in_space(space, &box_at(299_950.3, 369_950.3, 700.0, 1_100.0));
        let areas = vec![("part", vec![area("P", part)]), ("a", areas.collect())];
        let edition = indexed(&draft(map(&layers), space, areas));
        for _ in 0..200 {
            let side = [10.0, 100.0][random.below(2)];
            let x = 300_000.0 + (random.below((1_000.0 / side) as usize) as f64) * side;
            let y = 370_000.0 + (random.below((1_000.0 / side) as usize) as f64) * side;
            let at = Bng::new(x + side / 2.0, y + side / 2.0).unwrap();
            let figures = if side == 10.0 { 4 } else { 3 };
            let reference = groundrule::geometry::grid_ref::reference(at, figures).unwrap();
            let of_square = GridSquare::parse(&reference).unwrap();
            let middle = Position::of_grid(at).unwrap();
            let square = asked(&edition, &Spot::Square(of_square, middle));
            let site = asked(&edition, &site(&box_at(x, y, side, side)));
            for (square, site) in square.layers.iter().zip(&site.layers) {
                assert_eq!(
                    (square.state, &square.states, square.reason),
                    (site.state, &site.states, site.reason),
                    "{reference}"
                );
                let told = |layer: &LayerAnswer| -> Vec<(u64, bool, bool)> {
                    layer
                        .areas
                        .iter()
                        .map(|hit| (hit.id, hit.whole, hit.on_boundary && !hit.whole))
                        .collect()
                };
                assert_eq!(told(square), told(site), "{reference}");
                let near = |layer: &LayerAnswer| -> Vec<(u64, i64)> {
                    layer
                        .nearby
                        .iter()
                        .map(|near| (near.id, (near.distance_m * 100.0).round() as i64))
                        .collect()
                };
                for (a, b) in near(square).into_iter().zip(near(site)) {
                    assert!(
                        a.0 == b.0 && (a.1 - b.1).abs() <= 1,
                        "{reference}: {a:?} {b:?}"
                    );
                }
            }
        }
    }
}

/// Points of the Grid as a polygon of a space, in stretches that are straight in both.
fn in_space(space: Space, points: &[(f64, f64)]) -> Shape {
    if space == Space::NationalGrid {
        return polygon(points);
    }
    let closed = ring(points);
    let mut degrees = Vec::new();
    for edge in closed.0.windows(2) {
        let pieces = ((edge[1] - edge[0]).x.hypot((edge[1] - edge[0]).y) / 40.0).ceil();
        for piece in 0..pieces as u32 {
            let on_grid = edge[0] + (edge[1] - edge[0]) * (f64::from(piece) / pieces);
            let there = groundrule::geometry::ostn15::from_national_grid(on_grid)
                .unwrap()
                .coord;
            degrees.push((there.x, there.y));
        }
    }
    polygon(&degrees)
}

/// Areas by brute force: both polygons whole, in one overlay.
fn brute_m2(area: &[(f64, f64)], site: &[(f64, f64)]) -> f64 {
    let rings = |points: &[(f64, f64)]| -> Vec<Vec<[f64; 2]>> {
        vec![
            points
                .iter()
                .map(|&(x, y)| [x - 300_000.0, y - 370_000.0])
                .collect(),
        ]
    };
    let common = rings(area).overlay(&rings(site), OverlayRule::Intersect, FillRule::EvenOdd);
    let twice: f64 = common
        .iter()
        .flatten()
        .map(|ring| {
            let next = ring.iter().cycle().skip(1);
            ring.iter()
                .zip(next)
                .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
                .sum::<f64>()
        })
        .sum();
    twice.abs() / 2.0
}

#[test]
fn overlaps_are_those_of_brute_force_for_rough_outlines_large_and_small() {
    let mut random = Random(42);
    let (mut overlapping, mut clipped) = (0, 0);
    for round in 0..100 {
        let middle = (300_000.0, 370_000.0);
        let corners = [7, 60, 300, 5_000, 40_000][round % 5];
        let outline = rough_ring(&mut random, middle, 1_000.0, corners, 0.5);
        let edition = grid(vec![polygon(&outline)]);
        for _ in 0..6 {
            let angle = random.between(0.0, std::f64::consts::TAU);
            let away = random.between(0.0, 1_600.0);
            let at = (middle.0 + away * angle.cos(), middle.1 + away * angle.sin());
            let (radius, corners) = (random.between(2.0, 400.0), 3 + random.below(60));
            let drawn = rough_ring(&mut random, at, radius, corners, 0.3);
            if on_grid(&[&drawn]).is_err() {
                continue;
            }
            let answer = asked(&edition, &site(&drawn));
            let found = hits(&edition, &answer);
            let expected = brute_m2(&outline, &drawn);
            let m2 = found
                .first()
                .map_or(0.0, |(_, hit)| hit.overlap.unwrap().m2 / GROUND);
            let of_site = on_grid(&[&drawn]).unwrap().area_m2() / GROUND;
            assert!(
                (m2 - expected).abs() < 1e-4 * of_site.max(1.0),
                "{m2} and {expected}"
            );
            if expected > 1e-3 {
                overlapping += 1;
                assert!(!found[0].1.overlap.unwrap().touches);
                clipped += usize::from(!found[0].1.whole);
            } else {
                assert!(found.is_empty(), "{found:?}");
            }
        }
    }
    assert!(overlapping > 200 && clipped > 60, "{overlapping} {clipped}");
}

#[test]
fn a_drawing_that_could_be_read_in_two_ways_is_refused_with_its_corner() {
    let bow_tie = [
        (300_000.0, 370_000.0),
        (300_100.0, 370_100.0),
        (300_100.0, 370_000.0),
        (300_000.0, 370_100.0),
    ];
    let Err(SiteError::NotSimple {
        corner,
        other,
        x,
        y,
        ..
    }) = on_grid(&[&bow_tie])
    else {
        panic!("a bow tie is refused")
    };
    assert_eq!((corner, other, x, y), (1, 3, 300_050.0, 370_050.0));
    let line = [
        (300_000.0, 370_000.0),
        (300_100.0, 370_100.0),
        (300_050.0, 370_050.0),
    ];
    assert_eq!(on_grid(&[&line]), Err(SiteError::NoArea { corner: 1 }));
    let two = [
        (300_000.0, 370_000.0),
        (300_100.0, 370_100.0),
        (300_000.0, 370_000.0),
    ];
    assert_eq!(
        on_grid(&[&two]),
        Err(SiteError::TooFewCorners { corner: 1 })
    );
    let outline = box_at(300_000.0, 370_000.0, 100.0, 100.0);
    let outside = box_at(300_200.0, 370_000.0, 10.0, 10.0);
    assert_eq!(
        on_grid(&[&outline, &outside]),
        Err(SiteError::HoleOutside { corner: 5 })
    );
    let inner = box_at(300_010.0, 370_010.0, 10.0, 10.0);
    let polygons = [vec![coords(&outline)], vec![coords(&inner)]];
    assert_eq!(
        Site::new(Space::NationalGrid, &polygons),
        Err(SiteError::OnEachOther { corner: 5 })
    );
    assert_eq!(Site::new(Space::NationalGrid, &[]), Err(SiteError::Nothing));
    let far = [
        (300_000.0, 370_000.0),
        (300_100.0, 370_000.0),
        (900_000.0, 370_100.0),
    ];
    assert!(matches!(
        on_grid(&[&far]),
        Err(SiteError::Elsewhere { corner: 3, .. })
    ));
    let degrees = |points: &[(f64, f64)]| Site::new(Space::Wgs84, &[vec![coords(points)]]);
    assert_eq!(degrees(&outline), Err(SiteError::LooksLikeGrid));
    let turned = [(53.28, -3.58), (53.29, -3.58), (53.29, -3.57)];
    assert_eq!(degrees(&turned), Err(SiteError::Swapped));
    let over = [(-3.58, 53.28), (-3.57, 53.28), (-3.57, 99.0)];
    assert!(matches!(
        degrees(&over),
        Err(SiteError::Elsewhere { corner: 3, .. })
    ));
    let long = [(-3.9, 52.0), (-2.0, 52.0), (-2.0, 53.0)];
    assert!(matches!(degrees(&long), Err(SiteError::TooLong { .. })));
    let many: Vec<(f64, f64)> = (0..5_001)
        .map(|step| {
            let angle = f64::from(step) / 5_001.0 * std::f64::consts::TAU;
            (
                300_000.0 + 100.0 * angle.cos(),
                370_000.0 + 100.0 * angle.sin(),
            )
        })
        .collect();
    assert_eq!(
        on_grid(&[&many]),
        Err(SiteError::TooManyCorners { corners: 5_001 })
    );
    assert!(on_grid(&[&many[1..]]).is_ok());
}

#[test]
fn what_silences_a_layer_silences_it_for_a_site() {
    let out_of_date = Layer {
        review_by: Some(groundrule::policy::PartialDate::parse("2026-01").unwrap()),
        ..covered("late", "everywhere")
    };
    let nowhere = Layer {
        coverage: None,
        ..layer("nowhere")
    };
    let lost = Layer {
        coverage: Some(Region::Layer(LayerId::new("everywhere").unwrap())),
        ..layer("a")
    };
    let layers = [layer("everywhere"), lost, out_of_date, nowhere];
    let areas = vec![
        (
            "everywhere",
            vec![area("E", square(280_000.0, 360_000.0, 100_000.0))],
        ),
        ("a", vec![]),
        ("late", vec![area("L", square(300_000.0, 370_000.0, 50.0))]),
        ("nowhere", vec![]),
    ];
    let edition = indexed(&draft(map(&layers), Space::NationalGrid, areas));
    let answer = asked(&edition, &site(&box_at(300_000.0, 370_000.0, 100.0, 100.0)));
    let told = |id: &str| {
        let found = of(&edition, &answer, id);
        (found.states.clone(), found.reason)
    };
    assert_eq!(told("a"), (vec![State::DoesNotApply], None));
    assert_eq!(
        told("late"),
        (
            vec![State::Applies, State::NotKnown],
            Some(Reason::LayerOutOfDate)
        )
    );
    assert_eq!(
        told("nowhere"),
        (vec![State::NotKnown], Some(Reason::CoverageNotDeclared))
    );
}

/// Corners of a site in the middle of the sample map's town, on the National Grid.
const IN_TOWN: &str = "239250,307300;239390,307310;239380,307420;239240,307400";

fn drawing_of(points: &str) -> String {
    let corners: Vec<String> = points.split(';').map(|pair| format!("[{pair}]")).collect();
    format!(
        r#"{{"type":"Feature","properties":null,"crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::27700"}}}},"geometry":{{"type":"Polygon","coordinates":[[{},{}]]}}}}"#,
        corners.join(","),
        corners[0]
    )
}

type Sample = (tempfile::TempDir, Atlas, Arc<Service>);

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let (folder, atlas) = support::sample::atlas();
    let state = support::sample::state(&atlas);
    (folder, atlas, state)
});

struct Sent {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

async fn send(request: Request<Body>) -> Sent {
    let response = router(Arc::clone(&SAMPLE.2))
        .oneshot(request)
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Sent {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(bytes).unwrap(),
    }
}

async fn get(path: &str) -> Sent {
    send(Request::get(path).body(Body::empty()).unwrap()).await
}

async fn post(path: &str, content_type: &str, body: &str) -> Sent {
    let request = Request::post(path).header(header::CONTENT_TYPE, content_type);
    send(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn post_form(path: &str, geometry: &str, rest: &str) -> Sent {
    let geometry = groundrule::policy::link::encode(geometry, "");
    post(
        path,
        "application/x-www-form-urlencoded",
        &format!("geometry={geometry}{rest}"),
    )
    .await
}

#[tokio::test]
async fn a_drawing_that_is_posted_its_link_and_the_terminal_give_the_same_bytes() {
    let drawing = drawing_of(IN_TOWN);
    let posted = post("/site.json?on=2026-11-23", "application/geo+json", &drawing).await;
    assert_eq!(posted.status, StatusCode::OK, "{}", posted.body);
    assert_eq!(posted.headers[header::CACHE_CONTROL], "no-store");
    let linked = get(&format!("/site.json?points={IN_TOWN}&on=2026-11-23")).await;
    assert_eq!(linked.body, posted.body);
    let again: Json = serde_json::from_str(&posted.body).unwrap();
    let permalink = again["permalink"]
        .as_str()
        .unwrap()
        .replacen("/site?", "/site.json?", 1);
    let pinned = get(&permalink).await;
    assert_eq!(pinned.body, posted.body);
    assert!(
        pinned.headers[header::CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let folder = SAMPLE.1.root();
    let file = folder.join("site.geojson");
    std::fs::write(&file, &drawing).unwrap();
    let printed = std::process::Command::new(env!("CARGO_BIN_EXE_groundrule"))
        .args([
            "lookup",
            "--format",
            "json",
            "--on",
            "2026-11-23",
            "--atlas",
        ])
        .arg(folder)
        .arg("--site")
        .arg(&file)
        .output()
        .unwrap();
    assert!(
        printed.status.success(),
        "{}",
        String::from_utf8_lossy(&printed.stderr)
    );
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), posted.body);
}

#[tokio::test]
async fn the_json_says_what_the_site_and_each_area_have_in_common() {
    let answer: Json =
        serde_json::from_str(&get(&format!("/site.json?points={IN_TOWN}")).await.body).unwrap();
    let site = &answer["site"];
    assert_eq!(
        (site["vertices"].as_u64(), site["crs"].as_str()),
        (Some(4), Some("EPSG:27700"))
    );
    let m2 = site["area_m2"].as_f64().unwrap();
    assert!((m2 - 14850.0 * 1.000_164).abs() < 1.0, "{m2}");
    let areas: Vec<&Json> = answer["layers"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|layer| layer["areas"].as_array().unwrap())
        .filter(|area| area["overlap_m2"].is_number())
        .collect();
    assert!(areas.len() > 3, "{answer}");
    for area in areas {
        let number = |name: &str| area[name].as_f64().unwrap();
        let share = number("overlap_m2") / m2 * 100.0;
        assert!((share - number("site_percent")).abs() < 0.01, "{area}");
        assert_eq!(
            area["whole"].as_bool().unwrap(),
            number("site_percent") == 100.0,
            "{area}"
        );
        assert_eq!(
            area["touches"].as_bool().unwrap(),
            number("overlap_m2") == 0.0,
            "{area}"
        );
    }
}

#[tokio::test]
async fn the_form_works_without_a_script_in_both_languages_and_leads_to_a_link() {
    for (prefix, button) in [("", "Ask about this site"), ("/cy", "Gofyn am y safle hwn")] {
        let form = get(&format!("{prefix}/site")).await;
        assert_eq!(form.status, StatusCode::OK);
        assert!(
            form.body.contains(button) && form.body.contains(&format!("action=\"{prefix}/site\""))
        );
        let typed = IN_TOWN.replace(';', "\r\n");
        let sent = post_form(&format!("{prefix}/site"), &typed, "&within=100&on=").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let to = sent.headers[header::LOCATION].to_str().unwrap().to_owned();
        assert_eq!(to, format!("{prefix}/site?points={IN_TOWN}&within=100"));
        let page = get(&to).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.body.contains("id=\"site\"") && page.body.contains("stroke-dasharray"),
            "the red line"
        );
        assert!(page.body.contains("1.49"), "hectares: {}", page.body);
        assert!(page.body.contains("data-site=\""));
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_at_the_field_with_what_was_typed_kept() {
    let crossing = "239250,307300\n239390,307420\n239390,307300\n239250,307420";
    let sent = post_form("/site", crossing, "&within=100").await;
    assert_eq!(sent.status, StatusCode::BAD_REQUEST);
    let said = "The outline crosses itself: the line after corner 1 and the line after corner 3.";
    assert_eq!(
        sent.body.matches(said).count(),
        2,
        "in the summary and at the field"
    );
    assert!(sent.body.contains(crossing) && sent.body.contains("href=\"#geometry\""));
    assert!(sent.body.contains("<title>There is a problem"));
    let welsh = post_form("/cy/site", "", "").await;
    assert!(
        welsh.body.contains("Teipiwch gorneli&#39;r safle")
            || welsh.body.contains("Teipiwch gorneli"),
        "{}",
        welsh.body
    );
    let metres = post_form("/site", IN_TOWN, "&within=many").await;
    assert_eq!(metres.status, StatusCode::BAD_REQUEST);
    assert!(metres.body.contains("id=\"within-wrong\"") && metres.body.contains("value=\"many\""));
    let script = post_form("/site", "</textarea><script>alert(1)</script>", "").await;
    assert!(!script.body.contains("<script>alert"), "{}", script.body);
    let data = post("/site.json", "application/geo+json", "{}").await;
    assert_eq!(data.status, StatusCode::BAD_REQUEST);
    let error: Json = serde_json::from_str(&data.body).unwrap();
    assert_eq!(error["error"]["field"], "geometry");
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_with_its_limit() {
    let sent = post(
        "/site.json",
        "application/geo+json",
        &" ".repeat(256 * 1024 + 1),
    )
    .await;
    assert_eq!(sent.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(sent.body.contains("262144"), "{}", sent.body);
}

#[tokio::test]
async fn a_page_of_a_site_fits_the_first_flight_of_a_slow_line() {
    for points in [
        IN_TOWN,
        "238000,306000;240500,306000;240500,308500;238000,308500",
    ] {
        for prefix in ["", "/cy"] {
            let request = Request::get(format!("{prefix}/site?points={points}"))
                .header(header::ACCEPT_ENCODING, "gzip")
                .body(Body::empty())
                .unwrap();
            let response = router(Arc::clone(&SAMPLE.2))
                .oneshot(request)
                .await
                .unwrap();
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            assert!(
                bytes.len() + 900 <= 14_336,
                "{prefix} {points}: {} bytes",
                bytes.len()
            );
        }
    }
}

#[test]
fn a_file_that_is_no_site_is_refused_at_the_terminal_by_its_corner() {
    let desk = support::desk::Desk::new();
    let map = support::sample::source("data/map.toml");
    desk.expect(0, &["load", map.to_str().unwrap()]);
    let crossing = desk.put(
        "x.geojson",
        &drawing_of("239250,307300;239390,307420;239390,307300;239250,307420"),
    );
    let said = desk.refused(1, &["lookup", "--site", &crossing]);
    assert!(
        said.contains("crosses itself between corner 1 and corner 3"),
        "{said}"
    );
    desk.refused(3, &["lookup", "--site", "nowhere.geojson"]);
    desk.refused(2, &["lookup", "--site", &crossing, "239250,307300"]);
    let good = desk.put("good.geojson", &drawing_of(IN_TOWN));
    let text = desk.expect(0, &["lookup", "--site", &good, "--within", "200"]);
    assert!(
        text.contains("Site of 1.49 hectares") && text.contains("Near the site, up to 200 m away"),
        "{text}"
    );
}

#[test]
fn a_site_with_more_of_the_map_in_it_than_an_answer_tells_is_refused_with_the_numbers() {
    let many = (0..10_001).map(|number| {
        square(
            300_000.0 + f64::from(number % 100) * 10.0,
            370_000.0 + f64::from(number / 100) * 10.0,
            5.0,
        )
    });
    let edition = grid(many.collect());
    let ask = |side: f64| {
        let drawn = Arc::new(on_grid(&[&box_at(299_990.0, 369_990.0, side, side)]).unwrap());
        let terms = Terms {
            within_m: 0.0,
            ..Terms::on(TODAY)
        };
        groundrule::server::drawing::answered(&edition, &drawn, &terms)
    };
    let Err(error) = ask(1_030.0) else {
        panic!("too much")
    };
    assert!(error.to_string().contains("10000 are the most"), "{error}");
    let fits = ask(400.0).unwrap();
    assert!(of(&edition, &fits, "a").areas.len() > 1_500);
}
