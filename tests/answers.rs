//! What applies at a place: the meaning of each state, and the index against a plain scan.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use geo_types::{Coord, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use groundrule::answer::{IndexedEdition, LayerAnswer, Reason, Spot, State, Terms};
use groundrule::atlas::DraftRegion;
use groundrule::geometry::{Bng, GridSquare, LonLat, Position, Shape, Space};
use groundrule::policy::{
    Area, Completeness, Group, Layer, LayerId, Neighbour, PartialDate, Plan, Region, Stage, Text,
    Validity,
};
use jiff::civil::{Date, date};
use std::fs;
use support::drafts::{area, covered, draft, indexed, layer, map, publish, ring, square};

const TODAY: Date = date(2026, 11, 23);

/// Everything in these tests lies in one corner of the Grid, on land, so that small numbers can be used.
const CORNER: (f64, f64) = (290_000.0, 370_000.0);

fn at(x: f64, y: f64) -> Spot {
    Spot::Point(Position::of_grid(Bng::new(CORNER.0 + x, CORNER.1 + y).unwrap()).unwrap())
}

fn sq(x: f64, y: f64, side: f64) -> Shape {
    square(CORNER.0 + x, CORNER.1 + y, side)
}

fn grid(layers: &[Layer], areas: Vec<(&str, Vec<Area>)>) -> IndexedEdition {
    indexed(&draft(map(layers), Space::NationalGrid, areas))
}

fn ask(edition: &IndexedEdition, spot: &Spot, layer: &str) -> LayerAnswer {
    let answer = edition.answer(spot, &Terms::on(TODAY));
    let found = answer
        .layers
        .into_iter()
        .find(|of| edition.edition().layers()[of.layer].layer.id.as_str() == layer);
    found.unwrap_or_else(|| panic!("{layer} is answered"))
}

fn references(answer: &LayerAnswer) -> Vec<&str> {
    answer
        .areas
        .iter()
        .map(|hit| hit.record.reference.as_str())
        .collect()
}

/// One layer complete within a square of a kilometre.
fn simple(areas: Vec<Area>) -> IndexedEdition {
    grid(
        &[layer("plan-area"), covered("a", "plan-area")],
        vec![
            ("plan-area", vec![area("P", sq(0.0, 0.0, 1000.0))]),
            ("a", areas),
        ],
    )
}

#[test]
fn a_point_on_a_shared_boundary_is_in_both_areas() {
    let edition = simple(vec![
        area("west", sq(100.0, 100.0, 50.0)),
        area("east", sq(150.0, 100.0, 50.0)),
    ]);
    let answer = ask(&edition, &at(150.0, 120.0), "a");
    assert_eq!(
        (answer.state, references(&answer)),
        (State::Applies, vec!["east", "west"])
    );
    assert!(
        answer
            .areas
            .iter()
            .all(|hit| hit.on_boundary && hit.near_boundary && hit.boundary_distance_m == 0.0)
    );
    let corner = ask(&edition, &at(100.0, 100.0), "a");
    assert_eq!(references(&corner), ["west"]);
    let apart = ask(&edition, &at(149.0, 120.0), "a");
    assert_eq!(references(&apart), ["west"]);
    assert_eq!(apart.nearby[0].record.reference, "east");
    assert!(
        apart.nearby[0].near_boundary,
        "1 m is within the 2 m to which it was drawn"
    );
}

#[test]
fn the_smallest_area_comes_first_then_by_reference() {
    let edition = simple(vec![
        area("large", sq(0.0, 0.0, 900.0)),
        area("b", sq(100.0, 100.0, 50.0)),
        area("a", sq(90.0, 100.0, 50.0)),
    ]);
    assert_eq!(
        references(&ask(&edition, &at(120.0, 120.0), "a")),
        ["a", "b", "large"]
    );
}

#[test]
fn distances_are_ground_metres_to_the_outline_from_either_side() {
    let edition = simple(vec![area("A", sq(300.0, 300.0, 100.0))]);
    let inside = ask(&edition, &at(334.21, 350.0), "a");
    // Grid metres are 0.99966 of ground metres here.
    assert!(
        (inside.areas[0].boundary_distance_m - 34.21).abs() < 0.02,
        "{inside:?}"
    );
    assert!(!inside.areas[0].near_boundary);
    let outside = ask(&edition, &at(180.0, 350.0), "a");
    assert_eq!(outside.state, State::DoesNotApply);
    assert!((outside.nearby[0].distance_m - 120.0).abs() < 0.1);
    let far = ask(&edition, &at(700.0, 350.0), "a");
    assert!(far.nearby.is_empty(), "300 m is beyond the 250 m asked for");
}

#[test]
fn no_is_said_only_inside_the_declared_coverage_its_edge_included() {
    let edition = simple(vec![area("A", sq(300.0, 300.0, 100.0))]);
    for (spot, expected) in [
        (at(10.0, 10.0), (State::DoesNotApply, None)),
        (at(0.0, 500.0), (State::DoesNotApply, None)),
        (at(1000.0, 1000.0), (State::DoesNotApply, None)),
        (
            at(1000.5, 500.0),
            (State::NotKnown, Some(Reason::OutsideCoverage)),
        ),
        (at(350.0, 350.0), (State::Applies, None)),
    ] {
        let answer = ask(&edition, &spot, "a");
        assert_eq!((answer.state, answer.reason), expected, "{spot:?}");
    }
    let undeclared = ask(&edition, &at(2000.0, 10.0), "plan-area");
    assert_eq!(
        (undeclared.state, undeclared.reason),
        (State::NotKnown, Some(Reason::CoverageNotDeclared))
    );
}

/// An area with an end, from which on it no longer stands.
fn ended(reference: &str, shape: Shape, end: &str) -> Area {
    let mut area = area(reference, shape);
    area.record.validity = Validity {
        start: None,
        end: Some(PartialDate::parse(end).unwrap()),
    };
    area
}

#[test]
fn a_coverage_that_has_ended_or_may_have_covers_nothing() {
    let edition = grid(
        &[layer("survey"), covered("a", "survey")],
        vec![
            (
                "survey",
                vec![
                    area("now", sq(0.0, 0.0, 100.0)),
                    ended("over", sq(100.0, 0.0, 100.0), "2000-01-01"),
                    ended("perhaps", sq(200.0, 0.0, 100.0), "2026"),
                ],
            ),
            ("a", vec![area("A", sq(0.0, 0.0, 10.0))]),
        ],
    );
    let state = |x: f64| ask(&edition, &at(x, 50.0), "a").state;
    assert_eq!(state(50.0), State::DoesNotApply);
    assert_eq!(state(150.0), State::NotKnown);
    assert_eq!(state(250.0), State::NotKnown);
}

#[test]
fn an_inset_frame_that_has_ended_silences_nothing() {
    let housing = Layer {
        plan: Some("ldp".into()),
        group: Group::Proposals,
        ..layer("housing")
    };
    let centre = Layer {
        inset: Some(LayerId::new("frame").unwrap()),
        id: LayerId::new("centre").unwrap(),
        ..housing.clone()
    };
    let edition = grid(
        &[layer("frame"), housing, centre],
        vec![
            (
                "frame",
                vec![ended("Frame", sq(0.0, 0.0, 100.0), "2000-01-01")],
            ),
            ("housing", vec![area("H", sq(0.0, 0.0, 100.0))]),
            ("centre", vec![area("C", sq(500.0, 0.0, 100.0))]),
        ],
    );
    assert_eq!(
        ask(&edition, &at(50.0, 50.0), "housing").state,
        State::Applies
    );
}

#[test]
fn what_is_made_under_other_law_stands_by_its_own_dates_whatever_its_plan_does() {
    let of_plan = |id: &str, group| Layer {
        plan: Some("ldp".to_owned()),
        group,
        ..layer(id)
    };
    let mut description = map(&[
        of_plan("conservation-area", Group::Constraints),
        of_plan("housing", Group::Proposals),
    ]);
    description.plans = vec![Plan {
        id: "ldp".to_owned(),
        title: Text::english("ldp"),
        area: None,
        stages: vec![
            (Stage::Adopted, PartialDate::parse("2018").unwrap()),
            (Stage::Superseded, PartialDate::parse("2025").unwrap()),
        ],
        url: None,
    }];
    let edition = indexed(&draft(
        description,
        Space::NationalGrid,
        vec![
            ("conservation-area", vec![area("CA", sq(0.0, 0.0, 100.0))]),
            ("housing", vec![area("H", sq(0.0, 0.0, 100.0))]),
        ],
    ));
    for (day, housing) in [
        (date(2010, 1, 1), 0),
        (date(2020, 1, 1), 1),
        (date(2026, 1, 1), 0),
    ] {
        let answer = edition.answer(&at(50.0, 50.0), &Terms::on(day));
        let hits: Vec<usize> = answer
            .layers
            .iter()
            .map(|layer| layer.areas.len())
            .collect();
        assert_eq!(hits, [1, housing], "{day}");
    }
}

#[test]
fn a_hit_applies_even_outside_the_coverage() {
    let edition = simple(vec![area("A", sq(2000.0, 2000.0, 100.0))]);
    assert_eq!(
        ask(&edition, &at(2050.0, 2050.0), "a").state,
        State::Applies
    );
}

#[test]
fn a_layer_that_is_incomplete_overdue_not_held_or_accepted_as_it_is() {
    type Change = fn(&mut Layer);
    let cases: [(Change, Option<Reason>); 6] = [
        (
            |layer| layer.completeness = Completeness::RowsLeftOut(3),
            Some(Reason::LayerIncomplete),
        ),
        (
            |layer| {
                layer.completeness = Completeness::Accepted {
                    rows: 3,
                    reason: "being redrawn".into(),
                }
            },
            None,
        ),
        (
            |layer| layer.review_by = PartialDate::parse("2026-11-22").ok(),
            Some(Reason::LayerOutOfDate),
        ),
        (
            |layer| layer.review_by = PartialDate::parse("2026-11-23").ok(),
            None,
        ),
        (
            |layer| layer.review_by = PartialDate::parse("2026-11").ok(),
            None,
        ),
        (
            |layer| layer.coverage = None,
            Some(Reason::CoverageNotDeclared),
        ),
    ];
    for (change, expected) in cases {
        let mut a = covered("a", "plan-area");
        change(&mut a);
        let edition = grid(
            &[layer("plan-area"), a],
            vec![
                ("plan-area", vec![area("P", sq(0.0, 0.0, 1000.0))]),
                ("a", vec![area("A", sq(300.0, 300.0, 100.0))]),
            ],
        );
        assert_eq!(ask(&edition, &at(10.0, 10.0), "a").reason, expected);
        assert_eq!(ask(&edition, &at(310.0, 310.0), "a").state, State::Applies);
    }
    let not_held = Layer {
        held: false,
        ..covered("a", "plan-area")
    };
    let edition = grid(
        &[layer("plan-area"), not_held],
        vec![("plan-area", vec![area("P", sq(0.0, 0.0, 1000.0))])],
    );
    assert_eq!(
        ask(&edition, &at(10.0, 10.0), "a").reason,
        Some(Reason::NotHeld)
    );
}

#[test]
fn a_damaged_layer_and_one_whose_coverage_is_damaged_are_not_known() {
    let layers = [
        layer("plan-area"),
        covered("a", "plan-area"),
        covered("b", "plan-area"),
    ];
    let (_folder, atlas) = publish(&draft(
        map(&layers),
        Space::NationalGrid,
        vec![
            ("plan-area", vec![area("P", sq(0.0, 0.0, 1000.0))]),
            ("a", vec![area("A", sq(300.0, 300.0, 100.0))]),
            ("b", vec![area("B", sq(300.0, 300.0, 100.0))]),
        ],
    ));
    let id = atlas.current().unwrap().unwrap();
    let flip = |file: &str| {
        let path = atlas.folder(id).join(file);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x10;
        fs::write(path, bytes).unwrap();
    };
    flip("layers/a.fgb");
    let edition = IndexedEdition::new(atlas.edition(id).unwrap());
    for spot in [at(10.0, 10.0), at(350.0, 350.0)] {
        let answer = ask(&edition, &spot, "a");
        assert_eq!(
            (answer.state, answer.reason),
            (State::NotKnown, Some(Reason::LayerUnavailable))
        );
    }
    assert_eq!(
        ask(&edition, &at(10.0, 10.0), "b").state,
        State::DoesNotApply
    );
    flip("layers/plan-area.fgb");
    let edition = IndexedEdition::new(atlas.edition(id).unwrap());
    assert_eq!(
        ask(&edition, &at(10.0, 10.0), "b").reason,
        Some(Reason::LayerUnavailable)
    );
    assert_eq!(ask(&edition, &at(350.0, 350.0), "b").state, State::Applies);
}

#[test]
fn dates_decide_and_partial_ones_that_straddle_the_day_leave_it_open() {
    let dated = |reference: &str, start: &str, end: &str| {
        let mut area = area(reference, sq(300.0, 300.0, 100.0));
        let parse = |text: &str| PartialDate::parse(text).ok();
        area.record.validity = Validity {
            start: parse(start),
            end: parse(end),
        };
        area
    };
    let cases = [
        (dated("A", "2020-01-01", ""), State::Applies, None),
        (dated("A", "2027-01-01", ""), State::DoesNotApply, None),
        (dated("A", "1984", "2026-11-23"), State::DoesNotApply, None),
        (dated("A", "1984", "2026-11-24"), State::Applies, None),
        (
            dated("A", "2026-11", ""),
            State::NotKnown,
            Some(Reason::DatesNotKnown),
        ),
        (
            dated("A", "", "2026"),
            State::NotKnown,
            Some(Reason::DatesNotKnown),
        ),
    ];
    for (area, state, reason) in cases {
        let described = format!("{:?}", area.record.validity);
        let answer = ask(&simple(vec![area]), &at(350.0, 350.0), "a");
        assert_eq!(
            (answer.state, answer.reason),
            (state, reason),
            "{described}"
        );
        assert_eq!(
            answer.areas.len(),
            usize::from(state != State::DoesNotApply),
            "it is listed unless it is over"
        );
    }
}

#[test]
fn holes_and_several_parts_are_answered_as_drawn() {
    let outline = ring(&[
        (290_100.0, 370_100.0),
        (290_200.0, 370_100.0),
        (290_200.0, 370_200.0),
        (290_100.0, 370_200.0),
    ]);
    let hole = ring(&[
        (290_140.0, 370_140.0),
        (290_140.0, 370_160.0),
        (290_160.0, 370_160.0),
        (290_160.0, 370_140.0),
    ]);
    let second = ring(&[
        (290_300.0, 370_100.0),
        (290_310.0, 370_100.0),
        (290_310.0, 370_110.0),
    ]);
    let shape = Shape::Polygons(MultiPolygon(vec![
        Polygon::new(outline, vec![hole]),
        Polygon::new(second, Vec::new()),
    ]));
    let edition = simple(vec![area("A", shape)]);
    assert_eq!(ask(&edition, &at(120.0, 120.0), "a").state, State::Applies);
    let in_hole = ask(&edition, &at(150.0, 150.0), "a");
    assert_eq!(in_hole.state, State::DoesNotApply);
    assert!((in_hole.nearby[0].distance_m - 10.0).abs() < 0.01);
    let on_hole = ask(&edition, &at(140.0, 150.0), "a");
    assert!(on_hole.areas[0].on_boundary);
    assert_eq!(ask(&edition, &at(308.0, 103.0), "a").state, State::Applies);
}

#[test]
fn lines_and_points_hold_what_is_as_near_as_they_were_drawn_truly() {
    let line = Shape::Lines(MultiLineString(vec![
        vec![(290_100.0, 370_100.0), (290_200.0, 370_100.0)].into(),
    ]));
    let tree = Shape::Points(MultiPoint(vec![Point(Coord {
        x: 290_400.0,
        y: 370_400.0,
    })]));
    let edition = simple(vec![area("line", line), area("tree", tree)]);
    let on_line = ask(&edition, &at(150.0, 101.9), "a");
    assert_eq!(
        (on_line.state, references(&on_line)),
        (State::Applies, vec!["line"])
    );
    assert_eq!(
        ask(&edition, &at(150.0, 102.1), "a").state,
        State::DoesNotApply
    );
    assert_eq!(ask(&edition, &at(401.0, 401.0), "a").state, State::Applies);
    assert_eq!(
        ask(&edition, &at(402.0, 402.0), "a").state,
        State::DoesNotApply
    );
}

#[test]
fn a_square_is_answered_as_a_whole() {
    let edition = simple(vec![
        area("A", sq(300.0, 300.0, 100.0)),
        area("B", sq(400.0, 300.0, 100.0)),
    ]);
    let square = |text: &str| {
        let square = GridSquare::parse(text).unwrap();
        let middle = square.centre();
        Spot::Square(
            square,
            Position::of_grid(Bng::new(middle.x, middle.y).unwrap()).unwrap(),
        )
    };
    let ask = |text: &str| ask(&edition, &square(text), "a");
    let inside = ask("SH 9033 7033");
    assert_eq!(
        (inside.states.as_slice(), inside.areas[0].whole),
        ([State::Applies].as_slice(), true)
    );
    let across = ask("SH 902 702");
    assert_eq!(
        references(&across),
        ["A"],
        "it touches the corner of A only"
    );
    assert_eq!(across.states, [State::Applies, State::DoesNotApply]);
    assert!(across.areas[0].on_boundary && !across.areas[0].whole);
    let both = ask("SH 903 703");
    assert_eq!(
        references(&both),
        ["A", "B"],
        "all of A, and along the edge of B"
    );
    assert_eq!(both.states, [State::Applies]);
    let outside = ask("SH 899 699");
    assert_eq!(
        outside.states,
        [State::NotKnown],
        "only its corner is in the coverage"
    );
    assert_eq!(ask("SH 9010 7010").states, [State::DoesNotApply]);
}

#[test]
fn two_areas_that_cover_a_square_together_leave_nothing_over() {
    let edition = simple(vec![
        area("A", sq(300.0, 300.0, 155.0)),
        area("B", sq(455.0, 300.0, 200.0)),
    ]);
    let square = GridSquare::parse("SH 9045 7035").unwrap();
    let spot = Spot::Square(
        square,
        Position::of_grid(Bng::new(290_455.0, 370_355.0).unwrap()).unwrap(),
    );
    let answer = ask(&edition, &spot, "a");
    assert_eq!(
        (references(&answer), answer.states.as_slice()),
        (vec!["A", "B"], [State::Applies].as_slice())
    );
}

#[test]
fn plans_are_told_apart_by_stage_and_by_where_they_are_the_plan() {
    let mut description = map(&[
        layer("plan-area"),
        Layer {
            plan: Some("old".into()),
            group: Group::Proposals,
            ..covered("old-housing", "plan-area")
        },
        Layer {
            plan: Some("new".into()),
            group: Group::Proposals,
            ..covered("new-housing", "plan-area")
        },
        Layer {
            plan: Some("gone".into()),
            group: Group::Proposals,
            ..covered("gone-housing", "plan-area")
        },
    ]);
    let plan = |id: &str, stages: &[(Stage, &str)]| Plan {
        id: id.to_owned(),
        title: Text::english(id),
        area: Some(Region::Layer(LayerId::new("plan-area").unwrap())),
        stages: stages
            .iter()
            .map(|&(stage, from)| (stage, PartialDate::parse(from).unwrap()))
            .collect(),
        url: None,
    };
    description.plans = vec![
        plan("old", &[(Stage::Adopted, "2013-10-24")]),
        plan("new", &[(Stage::Deposit, "2025")]),
        plan(
            "gone",
            &[(Stage::Adopted, "2001"), (Stage::Superseded, "2013-10-24")],
        ),
    ];
    description.neighbours = vec![Neighbour {
        name: Text::english("Park"),
        url: None,
        area: Region::File("park".to_owned()),
    }];
    let housing = || vec![area("H", sq(300.0, 300.0, 100.0))];
    let mut draft = draft(
        description,
        Space::NationalGrid,
        vec![
            ("plan-area", vec![area("P", sq(0.0, 0.0, 1000.0))]),
            ("old-housing", housing()),
            ("new-housing", housing()),
            ("gone-housing", housing()),
        ],
    );
    draft.regions.push(DraftRegion::Loaded {
        name: "park".to_owned(),
        space: Space::NationalGrid,
        shapes: vec![sq(1000.0, 0.0, 1000.0)],
    });
    let edition = indexed(&draft);
    let here = edition.answer(&at(350.0, 350.0), &Terms::on(TODAY));
    let stages: Vec<_> = here
        .plans
        .iter()
        .map(|plan| (plan.plan, plan.stage))
        .collect();
    assert_eq!(
        stages,
        [(0, Some(Stage::Adopted)), (1, Some(Stage::Deposit))]
    );
    let states: Vec<_> = here.layers.iter().map(|layer| layer.state).collect();
    assert_eq!(
        states,
        [
            State::Applies,
            State::Applies,
            State::Applies,
            State::DoesNotApply
        ]
    );
    assert_eq!(here.layers[2].areas[0].stage, Some(Stage::Deposit));
    assert!(here.neighbours.is_empty());
    let before = edition.answer(&at(350.0, 350.0), &Terms::on(date(2010, 1, 1)));
    let states: Vec<_> = before.layers.iter().map(|layer| layer.state).collect();
    assert_eq!(
        states,
        [
            State::Applies,
            State::DoesNotApply,
            State::DoesNotApply,
            State::Applies
        ]
    );
    let park = edition.answer(&at(1500.0, 500.0), &Terms::on(TODAY));
    assert!(park.plans.is_empty());
    assert_eq!(park.neighbours, [0]);
}

#[test]
fn inside_an_inset_only_its_own_layers_of_the_plan_answer() {
    let of_plan = |id: &str| Layer {
        plan: Some("ldp".into()),
        group: Group::Proposals,
        ..covered(id, "plan-area")
    };
    let centre = Layer {
        inset: Some(LayerId::new("town-inset").unwrap()),
        ..of_plan("town-centre")
    };
    let layers = [
        layer("plan-area"),
        layer("town-inset"),
        of_plan("housing"),
        centre,
        covered("flood", "plan-area"),
    ];
    let edition = grid(
        &layers,
        vec![
            ("plan-area", vec![area("P", sq(0.0, 0.0, 1000.0))]),
            ("town-inset", vec![area("Town", sq(300.0, 300.0, 100.0))]),
            ("housing", vec![area("H", sq(200.0, 200.0, 500.0))]),
            ("town-centre", vec![area("T", sq(320.0, 320.0, 10.0))]),
            ("flood", vec![area("F", sq(0.0, 0.0, 900.0))]),
        ],
    );
    let answered = |spot: &Spot| -> Vec<(usize, State)> {
        let answer = edition.answer(spot, &Terms::on(TODAY));
        answer
            .layers
            .iter()
            .map(|layer| (layer.layer, layer.state))
            .collect()
    };
    let outside = answered(&at(250.0, 250.0));
    assert_eq!(
        outside[2..],
        [
            (2, State::Applies),
            (3, State::DoesNotApply),
            (4, State::Applies)
        ]
    );
    let inside = answered(&at(325.0, 325.0));
    assert_eq!(
        inside[2..],
        [(3, State::Applies), (4, State::Applies)],
        "housing is silent, flood is not a policy of the plan"
    );
    let insets = edition.answer(&at(325.0, 325.0), &Terms::on(TODAY)).insets;
    assert_eq!(
        insets[0].silent,
        [LayerId::new("housing").unwrap()],
        "and that is said"
    );
}

#[test]
fn off_the_national_grid_its_layers_are_outside_their_coverage() {
    let edition = simple(vec![area("A", sq(300.0, 300.0, 100.0))]);
    let paris = Spot::Point(Position::of_lonlat(LonLat::new(2.35, 48.86).unwrap()));
    assert_eq!(
        ask(&edition, &paris, "a").reason,
        Some(Reason::OutsideCoverage)
    );
}

#[test]
fn a_layer_in_degrees_and_one_on_the_grid_agree_about_a_square_apart_from_its_hairline() {
    let corners = [
        (300.0, 300.0),
        (400.0, 300.0),
        (400.0, 400.0),
        (300.0, 400.0),
    ];
    let degrees: Vec<(f64, f64)> = corners
        .iter()
        .map(|&(x, y)| {
            let position =
                Position::of_grid(Bng::new(CORNER.0 + x, CORNER.1 + y).unwrap()).unwrap();
            (position.lonlat.lon(), position.lonlat.lat())
        })
        .collect();
    let shape = support::drafts::polygon(&degrees);
    let edition = indexed(&draft(
        map(&[layer("a")]),
        Space::Wgs84,
        vec![("a", vec![area("A", shape)])],
    ));
    for (x, y, expected) in [
        (350.0, 350.0, true),
        (300.01, 350.0, true),
        (299.99, 350.0, false),
        (399.99, 399.99, true),
    ] {
        let answer = ask(&edition, &at(x, y), "a");
        assert_eq!(answer.state == State::Applies, expected, "{x},{y}");
    }
    let distance = ask(&edition, &at(320.0, 350.0), "a").areas[0].boundary_distance_m;
    assert!((distance - 20.0).abs() < 0.02, "{distance}");
}

/// Areas of one of the shared GeoJSON files, numbered.
fn shared_areas(path: &str) -> Option<Vec<Area>> {
    let text = fs::read_to_string(support::shared(path)?).unwrap();
    let features: geojson::FeatureCollection = text.parse().unwrap();
    let shapes = features.features.into_iter().filter_map(|feature| {
        let geometry: geo_types::Geometry<f64> = feature.geometry?.try_into().ok()?;
        Shape::from_geometry(geometry)
    });
    Some(
        (1..)
            .zip(shapes)
            .map(|(number, shape)| area(&format!("{number}"), shape))
            .collect(),
    )
}

/// Small and repeatable; not for secrets.
struct Chance(u64);

impl Chance {
    fn share(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Which areas hold a point, by geo's own test on every area: slow, and nothing of ours.
fn scan(areas: &[Area], point: Coord<f64>) -> Vec<&str> {
    use geo::Intersects as _;
    let holds = |area: &&Area| match &area.shape {
        Shape::Polygons(polygons) => polygons.0.iter().any(|polygon| polygon.intersects(&point)),
        Shape::Lines(_) | Shape::Points(_) => false,
    };
    areas
        .iter()
        .filter(holds)
        .map(|area| area.record.reference.as_str())
        .collect()
}

#[test]
fn the_index_equals_a_linear_scan_on_points_vertices_edges_and_holes() {
    const SEED: u64 = 20_261_123;
    let files = [
        "data/banes/ons_ward_2011.geojson",
        "data/banes/os_parishes.geojson",
        "data/banes/ne_agricultural_land_class.geojson",
        "data/banes/banes_gss_parks_recreation.geojson",
        "data/conwy/conwy_boundary_full.geojson",
    ];
    let mut chance = Chance(SEED);
    let (mut hits, mut misses) = (0, 0);
    for file in files {
        let Some(areas) = shared_areas(file) else {
            return;
        };
        let edition = indexed(&draft(
            map(&[layer("a")]),
            Space::Wgs84,
            vec![("a", areas.clone())],
        ));
        let bounds = edition.edition().layers()[0].readable().unwrap().bounds();
        let mut points: Vec<Coord<f64>> = (0..400)
            .map(|_| Coord {
                x: bounds.min.x + chance.share() * bounds.width(),
                y: bounds.min.y + chance.share() * bounds.height(),
            })
            .collect();
        for part in areas.iter().flat_map(|area| area.shape.parts()) {
            let paths = part.paths();
            let step = (paths.count() / 3).max(1);
            for (_, a, b) in paths.edges_in(0..paths.count()).step_by(step) {
                points.extend([a, (a + b) / 2.0, a + (b - a) * 0.3]);
            }
            // Holes: a point a little to the left of a hole's first edge, and one to the right.
            for range in paths.ranges().skip(1).take(2) {
                let (a, b) = (paths.vertex(range.start), paths.vertex(range.start + 1));
                let across = Coord {
                    x: (a.y - b.y) * 1e-3,
                    y: (b.x - a.x) * 1e-3,
                };
                points.extend([(a + b) / 2.0 + across, (a + b) / 2.0 - across]);
            }
        }
        points.truncate(6_000);
        for point in points {
            let spot = Spot::Point(Position::of_lonlat(LonLat::new(point.x, point.y).unwrap()));
            let answer = ask(&edition, &spot, "a");
            let mut ours = references(&answer);
            let mut theirs = scan(&areas, point);
            ours.sort_unstable();
            theirs.sort_unstable();
            assert_eq!(ours, theirs, "{file} at {point:?}");
            if ours.is_empty() {
                misses += 1;
            } else {
                hits += 1;
            }
        }
    }
    assert!(
        hits > 5_000 && misses > 400,
        "{hits} hits and {misses} misses test both directions"
    );
}

#[test]
fn every_postcode_falls_in_the_ward_that_its_label_names() {
    let (Some(wards), Some(postcodes)) = (
        support::shared("data/banes/ons_ward_2011.geojson"),
        support::shared("data/banes/os_postcodes.geojson"),
    ) else {
        return;
    };
    let read =
        |path| -> geojson::FeatureCollection { fs::read_to_string(path).unwrap().parse().unwrap() };
    let named = |feature: &geojson::Feature, key: &str| {
        feature
            .property(key)
            .and_then(|value| value.as_str())
            .map(str::to_owned)
    };
    let areas = read(wards).features.into_iter().map(|feature| {
        let code = named(&feature, "wd11cd").unwrap();
        let geometry: geo_types::Geometry<f64> = feature.geometry.unwrap().try_into().unwrap();
        area(&code, Shape::from_geometry(geometry).unwrap())
    });
    let edition = indexed(&draft(
        map(&[layer("ward")]),
        Space::Wgs84,
        vec![("ward", areas.collect())],
    ));
    let mut seen = 0;
    for postcode in read(postcodes).features {
        let expected = named(&postcode, "wc").unwrap();
        let Ok(geo_types::Geometry::Point(point)) = postcode.geometry.unwrap().try_into() else {
            panic!("a point")
        };
        let spot = Spot::Point(Position::of_lonlat(
            LonLat::new(point.x(), point.y()).unwrap(),
        ));
        assert_eq!(
            references(&ask(&edition, &spot, "ward")),
            [expected.as_str()],
            "{point:?}"
        );
        seen += 1;
    }
    assert_eq!(seen, 5_783);
}
