//! A drawn site: what applies anywhere in it, how much of it each area covers, what only touches it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/made_up.rs"]
mod made_up;
mod support;

use geo_types::{Coord, MultiPolygon, Polygon};
use groundrule::answer::site::GivenPolygon;
use groundrule::answer::{
    Answer, AreaHit, IndexedEdition, LayerAnswer, Reason, Site, SiteError, Spot, State, Terms,
};
use groundrule::geometry::{Bng, GridSquare, Position, Shape, Space};
use groundrule::policy::{Layer, LayerId, Region};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::single::SingleFloatOverlay;
use jiff::civil::{Date, date};
use made_up::{Random, rough_ring};
use std::sync::Arc;
use support::drafts::{area, covered, draft, indexed, layer, map, polygon, ring, square};

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
