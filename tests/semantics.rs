//! What answers mean, a claim a test, where the other files of tests do not say it: borders, rings that touch, necks,
//! days and editions, plans and neighbours, insets, coverage from a file, the addresses of a postcode.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use geo_types::{Coord, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use groundrule::answer::{Answer, IndexedEdition, LayerAnswer, Reason, Spot, State, Terms};
use groundrule::atlas::{Atlas, DraftRegion};
use groundrule::geometry::{Bng, GridSquare, Position, Shape, Space};
use groundrule::places::{Gazetteer, Place};
use groundrule::policy::{
    Area, Group, Lang, Layer, LayerId, Neighbour, PartialDate, Plan, Region, Stage, Text, Validity,
};
use groundrule::server::Consultation;
use groundrule::wire;
use jiff::civil::{Date, date};
use serde_json::Value as Json;
use std::fs;
use support::desk::Desk;
use support::drafts::{area, covered, draft, indexed, layer, map, now, publish, ring, square};

const TODAY: Date = date(2026, 11, 23);

/// Everything lies in one corner of the Grid, on land, so that small numbers can be used.
const CORNER: (f64, f64) = (290_000.0, 370_000.0);

fn at(x: f64, y: f64) -> Spot {
    Spot::Point(Position::of_grid(Bng::new(CORNER.0 + x, CORNER.1 + y).unwrap()).unwrap())
}

fn sq(x: f64, y: f64, side: f64) -> Shape {
    square(CORNER.0 + x, CORNER.1 + y, side)
}

/// Polygons, each of an outline and holes.
fn polygons(parts: &[&[&[(f64, f64)]]]) -> Shape {
    let laid = |points: &[(f64, f64)]| {
        let points: Vec<_> = points
            .iter()
            .map(|(x, y)| (CORNER.0 + x, CORNER.1 + y))
            .collect();
        ring(&points)
    };
    let part = |rings: &&[&[(f64, f64)]]| {
        Polygon::new(
            laid(rings[0]),
            rings[1..].iter().map(|hole| laid(hole)).collect(),
        )
    };
    Shape::Polygons(MultiPolygon(parts.iter().map(part).collect()))
}

/// The corners of an upright square.
fn corners(x: f64, y: f64, side: f64) -> [(f64, f64); 4] {
    [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
}

fn grid(layers: &[Layer], areas: Vec<(&str, Vec<Area>)>) -> IndexedEdition {
    indexed(&draft(map(layers), Space::NationalGrid, areas))
}

/// A layer `a` that is complete within a square kilometre.
fn simple(areas: Vec<Area>) -> IndexedEdition {
    let layers = [layer("plan-area"), covered("a", "plan-area")];
    let plan_area = vec![area("P", sq(0.0, 0.0, 1000.0))];
    grid(&layers, vec![("plan-area", plan_area), ("a", areas)])
}

fn of<'a>(edition: &IndexedEdition, answer: &'a Answer, id: &str) -> &'a LayerAnswer {
    let layers = edition.edition().layers();
    let is_wanted = |of: &&LayerAnswer| layers[of.layer].layer.id.as_str() == id;
    answer
        .layers
        .iter()
        .find(is_wanted)
        .unwrap_or_else(|| panic!("{id} is answered"))
}

fn ask(edition: &IndexedEdition, spot: &Spot, id: &str) -> LayerAnswer {
    of(edition, &edition.answer(spot, &Terms::on(TODAY)), id).clone()
}

fn references(answer: &LayerAnswer) -> Vec<&str> {
    answer
        .areas
        .iter()
        .map(|hit| hit.record.reference.as_str())
        .collect()
}

fn layer_id(id: &str) -> LayerId {
    LayerId::new(id).unwrap()
}

#[test]
fn a_corner_where_four_areas_meet_is_in_all_four_and_on_each_outline() {
    let fields = [
        (100.0, 100.0),
        (200.0, 100.0),
        (100.0, 200.0),
        (200.0, 200.0),
    ];
    let areas = (1..)
        .zip(fields)
        .map(|(number, (x, y))| area(&format!("{number}"), sq(x, y, 100.0)));
    let edition = simple(areas.collect());
    let corner = ask(&edition, &at(200.0, 200.0), "a");
    assert_eq!(references(&corner), ["1", "2", "3", "4"]);
    assert!(corner.areas.iter().all(|hit| hit.on_boundary));
    assert_eq!(
        references(&ask(&edition, &at(200.0, 150.0), "a")),
        ["1", "2"]
    );
}

#[test]
fn an_edge_that_two_areas_share_only_in_part_is_in_both_where_they_share_it() {
    // The eastern one is half as long and has a vertex in the middle of the western one's edge.
    let edition = simple(vec![
        area("west", sq(100.0, 100.0, 100.0)),
        area("east", sq(200.0, 150.0, 50.0)),
    ]);
    for (y, expected) in [
        (149.0, &["west"][..]),
        (150.0, &["east", "west"]),
        (175.0, &["east", "west"]),
        (200.0, &["east", "west"]),
    ] {
        assert_eq!(
            references(&ask(&edition, &at(200.0, y), "a")),
            expected,
            "{y}"
        );
    }
}

#[test]
fn an_area_that_fills_the_hole_of_another_shares_its_line_and_nothing_else() {
    let outer = polygons(&[&[&corners(100.0, 100.0, 300.0), &corners(200.0, 200.0, 100.0)]]);
    let edition = simple(vec![
        area("outer", outer),
        area("inner", sq(200.0, 200.0, 100.0)),
    ]);
    assert_eq!(
        references(&ask(&edition, &at(250.0, 250.0), "a")),
        ["inner"]
    );
    assert_eq!(
        references(&ask(&edition, &at(150.0, 250.0), "a")),
        ["outer"]
    );
    let line = ask(&edition, &at(200.0, 250.0), "a");
    assert_eq!(references(&line), ["inner", "outer"]);
    assert!(line.areas.iter().all(|hit| hit.on_boundary));
}

#[test]
fn an_island_in_the_hole_of_its_own_area_is_in_it_and_the_water_round_it_is_not() {
    let shape = polygons(&[
        &[&corners(100.0, 100.0, 300.0), &corners(150.0, 150.0, 200.0)],
        &[&corners(200.0, 200.0, 100.0)],
    ]);
    let edition = simple(vec![area("A", shape)]);
    for (x, expected) in [
        (120.0, State::Applies),
        (175.0, State::DoesNotApply),
        (250.0, State::Applies),
    ] {
        assert_eq!(ask(&edition, &at(x, 250.0), "a").state, expected, "{x}");
    }
}

#[test]
fn rings_that_meet_in_a_point_hold_that_point_and_nothing_beside_it() {
    // Two parts that meet in a corner; a hole that touches its outline, and a second that touches the first.
    let meeting = polygons(&[
        &[&corners(100.0, 100.0, 50.0)],
        &[&corners(150.0, 150.0, 50.0)],
    ]);
    let diamond = |x: f64| [(x - 25.0, 350.0), (x, 325.0), (x + 25.0, 350.0), (x, 375.0)];
    let holed = polygons(&[&[
        &corners(300.0, 300.0, 100.0),
        &diamond(325.0),
        &diamond(375.0),
    ]]);
    let edition = simple(vec![area("meeting", meeting), area("holed", holed)]);
    for (x, y, reference) in [
        (150.0, 150.0, "meeting"),
        (300.0, 350.0, "holed"),
        (350.0, 350.0, "holed"),
        (400.0, 350.0, "holed"),
    ] {
        let answer = ask(&edition, &at(x, y), "a");
        assert_eq!(references(&answer), [reference], "{x},{y}");
        assert!(answer.areas[0].on_boundary, "{x},{y}");
    }
    for (x, y) in [
        (150.5, 149.5),
        (149.5, 150.5),
        (301.0, 350.0),
        (349.0, 350.0),
        (351.0, 350.0),
    ] {
        assert_eq!(
            ask(&edition, &at(x, y), "a").state,
            State::DoesNotApply,
            "{x},{y}"
        );
    }
}

#[test]
fn a_neck_without_width_is_in_the_area_on_its_line_and_not_a_millimetre_off_it() {
    let neck = polygons(&[&[&[
        (100.0, 100.0),
        (150.0, 100.0),
        (150.0, 125.0),
        (250.0, 125.0),
        (250.0, 100.0),
        (300.0, 100.0),
        (300.0, 150.0),
        (250.0, 150.0),
        (250.0, 125.0),
        (150.0, 125.0),
        (150.0, 150.0),
        (100.0, 150.0),
    ]]]);
    let edition = simple(vec![area("A", neck)]);
    let on = ask(&edition, &at(200.0, 125.0), "a");
    assert_eq!((on.state, on.areas[0].on_boundary), (State::Applies, true));
    for y in [124.999, 125.001] {
        let off = ask(&edition, &at(200.0, y), "a");
        assert_eq!(off.state, State::DoesNotApply);
        assert!(
            off.nearby[0].near_boundary,
            "but the line is said to be near"
        );
    }
    let ends = [120.0, 280.0].map(|x| ask(&edition, &at(x, 125.0), "a").areas[0].on_boundary);
    assert_eq!(ends, [false, false]);
}

#[test]
fn lines_and_points_hold_what_is_within_the_layers_own_accuracy_whatever_is_asked_for() {
    let line = MultiLineString(vec![ring(&[
        (CORNER.0 + 100.0, CORNER.1 + 100.0),
        (CORNER.0 + 200.0, CORNER.1 + 100.0),
    ])]);
    let tree = MultiPoint(vec![Point(Coord {
        x: CORNER.0 + 400.0,
        y: CORNER.1 + 400.0,
    })]);
    for (accuracy_m, line_at, tree_at) in [
        (0.0, 100.0, 400.0),
        (2.0, 101.9, 401.9),
        (10.0, 109.9, 409.9),
    ] {
        let of_a = Layer {
            accuracy_m,
            ..covered("a", "plan-area")
        };
        let areas = vec![
            area("line", Shape::Lines(line.clone())),
            area("tree", Shape::Points(tree.clone())),
        ];
        let plan_area = vec![area("P", sq(0.0, 0.0, 1000.0))];
        let edition = grid(
            &[layer("plan-area"), of_a],
            vec![("plan-area", plan_area), ("a", areas)],
        );
        for within_m in [0.0, 250.0] {
            let terms = Terms {
                within_m,
                ..Terms::on(TODAY)
            };
            let state = |x: f64, y: f64| {
                let answer = edition.answer(&at(x, y), &terms);
                let of_a = of(&edition, &answer, "a");
                (of_a.state, references(of_a).join(" "))
            };
            let told = format!("{accuracy_m} m, within {within_m} m");
            assert_eq!(
                state(150.0, line_at),
                (State::Applies, "line".to_owned()),
                "{told}"
            );
            assert_eq!(state(150.0, line_at + 0.2).0, State::DoesNotApply, "{told}");
            assert_eq!(
                state(400.0, tree_at),
                (State::Applies, "tree".to_owned()),
                "{told}"
            );
            assert_eq!(state(400.0, tree_at + 0.2).0, State::DoesNotApply, "{told}");
        }
    }
}

#[test]
fn the_twenty_nearest_areas_are_told_nearest_first_then_by_reference() {
    // Twelve pairs on both sides of the place, each pair as far away as the other; the last are 220 m away.
    let areas = (0..24).map(|number| {
        let away = 20.0 + f64::from(number / 2) * 20.0;
        let x = if number % 2 == 0 {
            500.0 + away
        } else {
            500.0 - away - 4.0
        };
        area(&format!("N{number:02}"), sq(x, 498.0, 4.0))
    });
    let edition = simple(areas.collect());
    let answer = ask(&edition, &at(500.0, 500.0), "a");
    assert_eq!(answer.state, State::DoesNotApply);
    let near: Vec<(String, f64)> = answer
        .nearby
        .iter()
        .map(|near| (near.record.reference.clone(), near.distance_m))
        .collect();
    assert_eq!(near.len(), 20);
    assert!(near.is_sorted_by(|one, other| one.1 <= other.1), "{near:?}");
    let expected: Vec<String> = (0..20).map(|number| format!("N{number:02}")).collect();
    let pairs = |list: Vec<String>| -> Vec<Vec<String>> {
        let sorted = |pair: &[String]| {
            let mut pair = pair.to_vec();
            pair.sort();
            pair
        };
        list.chunks(2).map(sorted).collect()
    };
    assert_eq!(
        pairs(near.into_iter().map(|(reference, _)| reference).collect()),
        pairs(expected)
    );
}

/// An area of some validity.
fn dated(reference: &str, shape: Shape, start: &str, end: &str) -> Area {
    let mut area = area(reference, shape);
    area.record.validity = Validity {
        start: PartialDate::parse(start).ok(),
        end: PartialDate::parse(end).ok(),
    };
    area
}

#[test]
fn one_edition_answers_for_any_day() {
    let here = || sq(300.0, 300.0, 100.0);
    let edition = simple(vec![
        dated("first", here(), "1974", "1990-06-01"),
        dated("second", here(), "1990-06-01", "2030-01-01"),
    ]);
    let on = |day: Date| {
        let answer = edition.answer(&at(350.0, 350.0), &Terms::on(day));
        let of_a = of(&edition, &answer, "a");
        (of_a.state, of_a.reason, references(of_a).join(" "))
    };
    let none = String::new();
    assert_eq!(
        on(date(1973, 12, 31)),
        (State::DoesNotApply, None, none.clone())
    );
    assert_eq!(
        on(date(1974, 6, 1)),
        (
            State::NotKnown,
            Some(Reason::DatesNotKnown),
            "first".to_owned()
        )
    );
    assert_eq!(
        on(date(1990, 5, 31)),
        (State::Applies, None, "first".to_owned())
    );
    assert_eq!(
        on(date(1990, 6, 1)),
        (State::Applies, None, "second".to_owned()),
        "the day itself is the second's alone"
    );
    assert_eq!(
        on(date(2029, 12, 31)),
        (State::Applies, None, "second".to_owned())
    );
    assert_eq!(on(date(2030, 1, 1)), (State::DoesNotApply, None, none));
}

#[test]
fn an_area_that_surely_stands_answers_though_another_may_or_may_not() {
    let here = || sq(300.0, 300.0, 100.0);
    let edition = simple(vec![
        area("sure", here()),
        dated("perhaps", here(), "2026", ""),
    ]);
    let answer = ask(&edition, &at(350.0, 350.0), "a");
    assert_eq!((answer.state, answer.reason), (State::Applies, None));
    let unsure: Vec<(&str, bool)> = answer
        .areas
        .iter()
        .map(|hit| (hit.record.reference.as_str(), hit.dates_not_known))
        .collect();
    assert_eq!(unsure, [("perhaps", true), ("sure", false)]);
}

#[test]
fn the_program_answers_from_any_edition_for_any_day() {
    let desk = Desk::new();
    let atlas = Atlas::create(desk.path("atlas")).unwrap();
    let layers = [layer("plan-area"), covered("a", "plan-area")];
    let plan_area = || vec![area("P", sq(0.0, 0.0, 1000.0))];
    for end in ["", "2020-01-01"] {
        let contents = vec![
            ("plan-area", plan_area()),
            (
                "a",
                vec![dated("A", sq(300.0, 300.0, 100.0), "2000-01-01", end)],
            ),
        ];
        atlas
            .publish(&draft(map(&layers), Space::NationalGrid, contents), now())
            .unwrap();
    }
    let state = |edition: &str, day: &str| {
        let arguments = [
            "lookup",
            "290350,370350",
            "--format",
            "json",
            "--edition",
            edition,
            "--on",
            day,
        ];
        let answer: Json = serde_json::from_str(&desk.expect(0, &arguments)).unwrap();
        assert_eq!(
            (&answer["edition"]["id"], &answer["on"]),
            (&Json::from(edition), &Json::from(day))
        );
        answer["layers"][1]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state("2026-11-23.1", "1999-12-31"), "does_not_apply");
    assert_eq!(state("2026-11-23.1", "2020-01-01"), "applies");
    assert_eq!(state("2026-11-23.2", "2019-12-31"), "applies");
    assert_eq!(state("2026-11-23.2", "2020-01-01"), "does_not_apply");
}

fn plan(id: &str, area: Option<Region>, stages: &[(Stage, &str)]) -> Plan {
    Plan {
        id: id.to_owned(),
        title: Text::english(id),
        area,
        stages: stages
            .iter()
            .map(|&(stage, from)| (stage, PartialDate::parse(from).unwrap()))
            .collect(),
        url: None,
    }
}

fn of_plan(id: &str, plan: &str) -> Layer {
    Layer {
        plan: Some(plan.to_owned()),
        group: Group::Proposals,
        ..covered(id, "plan-area")
    }
}

#[test]
fn adopted_and_emerging_policies_are_told_apart_though_one_layer_holds_both() {
    let mut description = map(&[layer("plan-area"), of_plan("housing", "old")]);
    description.plans = vec![
        plan("old", None, &[(Stage::Adopted, "2013")]),
        plan(
            "new",
            None,
            &[
                (Stage::Deposit, "2025-03-01"),
                (Stage::Adopted, "2027-01-01"),
            ],
        ),
    ];
    let mut emerging = area("NEW", sq(300.0, 300.0, 100.0));
    emerging.record.plan = Some("new".to_owned());
    let contents = vec![
        ("plan-area", vec![area("P", sq(0.0, 0.0, 1000.0))]),
        (
            "housing",
            vec![area("OLD", sq(300.0, 300.0, 100.0)), emerging],
        ),
    ];
    let edition = indexed(&draft(description, Space::NationalGrid, contents));
    let on = |day: Date| -> Vec<(String, Option<Stage>)> {
        let answer = edition.answer(&at(350.0, 350.0), &Terms::on(day));
        let areas = &of(&edition, &answer, "housing").areas;
        areas
            .iter()
            .map(|hit| (hit.record.reference.clone(), hit.stage))
            .collect()
    };
    let of = |reference: &str, stage| (reference.to_owned(), Some(stage));
    assert_eq!(on(date(2025, 2, 28)), [of("OLD", Stage::Adopted)]);
    assert_eq!(
        on(TODAY),
        [of("NEW", Stage::Deposit), of("OLD", Stage::Adopted)]
    );
    assert_eq!(
        on(date(2027, 1, 1)),
        [of("NEW", Stage::Adopted), of("OLD", Stage::Adopted)]
    );
}

#[test]
fn on_the_edge_of_an_inset_its_map_answers_and_a_square_half_in_it_hears_both() {
    let frame = layer_id("frame");
    let centre = Layer {
        inset: Some(frame),
        ..of_plan("centre", "ldp")
    };
    let layers = [
        layer("plan-area"),
        layer("frame"),
        of_plan("housing", "ldp"),
        centre,
    ];
    let contents = vec![
        ("plan-area", vec![area("P", sq(0.0, 0.0, 1000.0))]),
        ("frame", vec![area("Town", sq(300.0, 300.0, 100.0))]),
        ("housing", vec![area("H", sq(200.0, 200.0, 500.0))]),
        ("centre", vec![area("C", sq(300.0, 300.0, 50.0))]),
    ];
    let edition = grid(&layers, contents);
    let answered = |spot: &Spot| -> Vec<usize> {
        edition
            .answer(spot, &Terms::on(TODAY))
            .layers
            .iter()
            .map(|layer| layer.layer)
            .collect()
    };
    assert_eq!(
        answered(&at(300.0, 350.0)),
        [0, 1, 3],
        "the edge is the inset's"
    );
    assert_eq!(answered(&at(299.99, 350.0)), [0, 1, 2, 3]);
    assert_eq!(answered(&square_of("SH 9035 7035")), [0, 1, 3]);
    assert_eq!(
        answered(&square_of("SH 902 702")),
        [0, 1, 2, 3],
        "it touches the inset's corner only"
    );
    assert_eq!(answered(&square_of("SH 90 70")), [0, 1, 2, 3]);
}

fn square_of(reference: &str) -> Spot {
    let square = GridSquare::parse(reference).unwrap();
    let middle = square.centre();
    Spot::Square(
        square,
        Position::of_grid(Bng::new(middle.x, middle.y).unwrap()).unwrap(),
    )
}

/// A map of our plan in one kilometre, and a neighbour's in the next, by files.
fn two_authorities() -> IndexedEdition {
    let ours = Region::File("ours".to_owned());
    let of_a = Layer {
        coverage: Some(ours.clone()),
        ..layer("a")
    };
    let mut description = map(&[of_a]);
    description.plans = vec![plan("ldp", Some(ours), &[(Stage::Adopted, "2013")])];
    description.neighbours = vec![Neighbour {
        name: Text::english("Park"),
        url: None,
        area: Region::File("park".to_owned()),
    }];
    let mut draft = draft(
        description,
        Space::NationalGrid,
        vec![("a", vec![area("A", sq(300.0, 300.0, 100.0))])],
    );
    // Our area has a lake in it that is nobody's.
    let ours = polygons(&[&[&corners(0.0, 0.0, 1000.0), &corners(600.0, 600.0, 100.0)]]);
    for (name, shape) in [("ours", ours), ("park", sq(1000.0, 0.0, 1000.0))] {
        draft.regions.push(DraftRegion::Loaded {
            name: name.to_owned(),
            space: Space::NationalGrid,
            shapes: vec![shape],
        });
    }
    indexed(&draft)
}

#[test]
fn whose_plan_it_is_is_said_on_both_sides_of_the_line_and_on_it() {
    let edition = two_authorities();
    for (x, plans, neighbours) in [
        (500.0, 1, 0),
        (1000.0, 1, 1),
        (1500.0, 0, 1),
        (2500.0, 0, 0),
    ] {
        let answer = edition.answer(&at(x, 500.0), &Terms::on(TODAY));
        assert_eq!(
            (answer.plans.len(), answer.neighbours.len()),
            (plans, neighbours),
            "{x}"
        );
    }
    let across = edition.answer(&square_of("SH 90 70"), &Terms::on(TODAY));
    assert!(!across.plans[0].whole, "the lake is not in it");
    assert_eq!(
        (&across.neighbours[..], &across.neighbours_in_part[..]),
        (&[0][..], &[0][..]),
        "its edge is the neighbour's too"
    );
}

#[test]
fn a_coverage_from_a_file_lets_a_layer_say_no_within_it_and_on_its_edge_but_not_in_its_holes() {
    let edition = two_authorities();
    let outside = (State::NotKnown, Some(Reason::OutsideCoverage));
    for (x, y, expected) in [
        (500.0, 500.0, (State::DoesNotApply, None)),
        (1000.0, 500.0, (State::DoesNotApply, None)),
        (0.0, 0.0, (State::DoesNotApply, None)),
        (600.0, 650.0, (State::DoesNotApply, None)),
        (650.0, 650.0, outside),
        (1000.01, 500.0, outside),
        (350.0, 350.0, (State::Applies, None)),
    ] {
        let answer = ask(&edition, &at(x, y), "a");
        assert_eq!((answer.state, answer.reason), expected, "{x},{y}");
    }
    assert_eq!(
        ask(&edition, &square_of("SH 906 706"), "a").states,
        [State::NotKnown],
        "a square of which the coverage holds the edge"
    );
}

#[test]
fn a_coverage_file_that_is_damaged_or_missing_leaves_every_no_unsaid() {
    let of_a = Layer {
        coverage: Some(Region::File("ours".to_owned())),
        ..layer("a")
    };
    let mut draft = draft(
        map(&[of_a]),
        Space::NationalGrid,
        vec![("a", vec![area("A", sq(300.0, 300.0, 100.0))])],
    );
    draft.regions.push(DraftRegion::Loaded {
        name: "ours".to_owned(),
        space: Space::NationalGrid,
        shapes: vec![sq(0.0, 0.0, 1000.0)],
    });
    let (_folder, atlas) = publish(&draft);
    let id = atlas.current().unwrap().unwrap();
    let state = |x: f64, y: f64| {
        let edition = IndexedEdition::new(atlas.edition(id).unwrap());
        let answer = ask(&edition, &at(x, y), "a");
        (answer.state, answer.reason)
    };
    assert_eq!(state(10.0, 10.0), (State::DoesNotApply, None));
    let file = find(&atlas.folder(id), "ours");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let unavailable = (State::NotKnown, Some(Reason::LayerUnavailable));
    assert_eq!(state(10.0, 10.0), unavailable, "damaged");
    assert_eq!(state(350.0, 350.0), (State::Applies, None));
    fs::remove_file(&file).unwrap();
    assert_eq!(state(10.0, 10.0), unavailable, "missing");
}

/// The file of a name, with any ending, in a folder or those in it.
fn find(folder: &std::path::Path, stem: &str) -> std::path::PathBuf {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_stem().is_some_and(|name| name == stem) {
                return path;
            }
        }
    }
    panic!("no file {stem}");
}

#[test]
fn a_coverage_of_many_areas_covers_the_lines_between_them_and_squares_across_them() {
    let layers = [layer("parish"), covered("a", "parish")];
    let parishes = vec![
        area("west", sq(0.0, 0.0, 350.0)),
        area("east", sq(350.0, 0.0, 350.0)),
    ];
    let edition = grid(
        &layers,
        vec![
            ("parish", parishes),
            ("a", vec![area("A", sq(900.0, 900.0, 10.0))]),
        ],
    );
    assert_eq!(
        ask(&edition, &at(350.0, 100.0), "a").state,
        State::DoesNotApply
    );
    assert_eq!(
        ask(&edition, &square_of("SH 903 701"), "a").states,
        [State::DoesNotApply],
        "half in one, half in the other"
    );
    assert_eq!(
        ask(&edition, &square_of("SH 906 702"), "a").states,
        [State::DoesNotApply]
    );
    assert_eq!(
        ask(&edition, &square_of("SH 906 703"), "a").states,
        [State::NotKnown]
    );
}

#[test]
fn a_postcode_answers_for_each_of_its_addresses_and_says_which_is_which() {
    let (_folder, atlas) = publish(&draft(
        map(&[layer("plan-area"), covered("a", "plan-area")]),
        Space::NationalGrid,
        vec![
            ("plan-area", vec![area("P", sq(0.0, 0.0, 1000.0))]),
            (
                "a",
                vec![
                    area("A", sq(300.0, 300.0, 100.0)),
                    area("B", sq(400.0, 300.0, 100.0)),
                ],
            ),
        ],
    ));
    let rows = [
        ("1 High Street", 290_350, 370_350),
        ("3 High Street", 290_400, 370_350),
        ("5 High Street", 290_550, 370_350),
        // A flat at the same position as another.
        ("Flat 2, 5 High Street", 290_550, 370_350),
        ("7 High Street", 291_500, 370_350),
    ];
    let mut csv = "kind,name,postcode,uprn,easting,northing\n".to_owned();
    for (number, (name, x, y)) in rows.iter().enumerate() {
        csv.push_str(&format!(
            "address,\"{name}\",CG1 1AA,{},{x},{y}\n",
            1_000 + number
        ));
    }
    let file = atlas.root().join("addresses.csv");
    fs::write(&file, csv).unwrap();
    Gazetteer::load(atlas.root(), &[file]).unwrap();
    let gazetteer = Gazetteer::open(atlas.root()).unwrap();
    let edition = IndexedEdition::new(atlas.current_edition().unwrap());
    let place = Place::Postcode("CG1 1AA".to_owned());
    let asked =
        Consultation::of_place(&edition, gazetteer.as_ref(), place, &Terms::on(TODAY)).unwrap();
    assert_eq!(asked.answers.len(), 4, "one for each position");
    let merged = Answer::merged(&asked.answers).unwrap();
    let of_a = of(&edition, &merged, "a");
    assert_eq!(
        of_a.states,
        [State::Applies, State::NotKnown, State::DoesNotApply]
    );
    assert_eq!(references(of_a), ["A", "B"]);
    assert!(
        of_a.areas.iter().all(|hit| !hit.whole),
        "neither holds every address"
    );
    let text = wire::answer::json(&edition, &asked.resolved, &asked.answers, Lang::En);
    let json: Json = serde_json::from_str(&text).unwrap();
    let places = json["places"].as_array().unwrap();
    let told: Vec<(String, String, Vec<&str>)> = places
        .iter()
        .map(|one| {
            let of_a = &one["layers"][1];
            let areas = of_a["areas"].as_array().unwrap().iter();
            (
                one["place"]["name"]["en"].as_str().unwrap().to_owned(),
                of_a["state"].as_str().unwrap().to_owned(),
                areas
                    .map(|area| area["reference"].as_str().unwrap())
                    .collect(),
            )
        })
        .collect();
    let of = |name: &str, state: &str, areas: &[&'static str]| {
        (name.to_owned(), state.to_owned(), areas.to_vec())
    };
    let mut expected = vec![
        of("1 High Street", "applies", &["A"]),
        of("3 High Street", "applies", &["A", "B"]),
        of("5 High Street", "does_not_apply", &[]),
        of("Flat 2, 5 High Street", "does_not_apply", &[]),
        of("7 High Street", "not_known", &[]),
    ];
    let mut told = told;
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
}

#[test]
fn a_grid_reference_answers_for_its_square_and_the_numbers_of_its_corner_for_a_point() {
    let desk = Desk::new();
    let atlas = Atlas::create(desk.path("atlas")).unwrap();
    let layers = [layer("plan-area"), covered("a", "plan-area")];
    let contents = vec![
        ("plan-area", vec![area("P", sq(0.0, 0.0, 1000.0))]),
        ("a", vec![area("A", sq(350.0, 350.0, 20.0))]),
    ];
    atlas
        .publish(&draft(map(&layers), Space::NationalGrid, contents), now())
        .unwrap();
    let answer = desk.lookup("SH 903 703");
    assert_eq!(answer["place"]["square_m"], 100.0);
    assert_eq!(
        answer["layers"][1]["states"],
        serde_json::json!(["applies", "does_not_apply"])
    );
    let point = desk.lookup("290300,370300");
    assert_eq!(
        (&point["place"]["square_m"], &point["layers"][1]["state"]),
        (&Json::Null, &Json::from("does_not_apply"))
    );
}
