//! A grid reference names a square: what holds anywhere in it is said, by distances from the square itself.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use geo_types::MultiLineString;
use groundrule::answer::{Answer, IndexedEdition, LayerAnswer, Spot, State, Terms};
use groundrule::geometry::{Bng, GridSquare, Position, Shape, Space};
use groundrule::policy::{Group, Layer, LayerId, PartialDate, Plan, Region, Stage, Text};
use jiff::civil::{Date, date};
use support::drafts::{area, covered, draft, indexed, layer, map, polygon, ring, square};

const TODAY: Date = date(2026, 11, 23);

fn spot(text: &str) -> Spot {
    let square = GridSquare::parse(text).unwrap();
    let middle = square.centre();
    let middle = Position::of_grid(Bng::new(middle.x, middle.y).unwrap()).unwrap();
    Spot::Square(square, middle)
}

fn answer(edition: &IndexedEdition, spot: &Spot, within_m: f64) -> Answer {
    let terms = Terms {
        within_m,
        ..Terms::on(TODAY)
    };
    edition.answer(spot, &terms)
}

fn of<'a>(edition: &IndexedEdition, answer: &'a Answer, id: &str) -> &'a LayerAnswer {
    let layers = edition.edition().layers();
    let is_wanted = |of: &&LayerAnswer| layers[of.layer].layer.id.as_str() == id;
    answer.layers.iter().find(is_wanted).unwrap()
}

/// A layer `a` complete in 100 km of Grid round it.
fn grid(of_a: Layer, shape: Shape) -> IndexedEdition {
    let layers = [layer("everywhere"), of_a];
    let areas = vec![
        (
            "everywhere",
            vec![area("E", square(280_000.0, 360_000.0, 100_000.0))],
        ),
        ("a", vec![area("A", shape)]),
    ];
    indexed(&draft(map(&layers), Space::NationalGrid, areas))
}

#[test]
fn an_edge_in_degrees_as_long_as_a_county_is_not_taken_as_straight_on_the_grid() {
    // A box of a degree by a third: on the Grid the middle of its southern edge lies some hundred metres off
    // the straight line between its corners.
    let (west, south, east, north) = (-3.2, 53.1, -2.2, 53.4);
    let layers = [layer("everywhere"), covered("a", "everywhere")];
    let areas = vec![
        (
            "everywhere",
            vec![area(
                "E",
                polygon(&[(-4.0, 52.0), (-1.0, 52.0), (-1.0, 54.0), (-4.0, 54.0)]),
            )],
        ),
        (
            "a",
            vec![area(
                "A",
                polygon(&[(west, south), (east, south), (east, north), (west, north)]),
            )],
        ),
    ];
    let edition = indexed(&draft(map(&layers), Space::Wgs84, areas));
    // Squares of a metre up and down across that edge, in its middle.
    let lonlat = groundrule::geometry::LonLat::new((west + east) / 2.0, south).unwrap();
    let on_edge = Position::of_lonlat(lonlat).grid.unwrap();
    for metres in -3..=3 {
        let northing = on_edge.northing() + f64::from(metres);
        let reference = groundrule::geometry::grid_ref::reference(
            Bng::new(on_edge.easting(), northing).unwrap(),
            5,
        )
        .unwrap();
        let spot = spot(&reference);
        let found = answer(&edition, &spot, 250.0);
        let found = of(&edition, &found, "a");
        let Spot::Square(square, _) = spot else {
            unreachable!()
        };
        // Its corners, each tested in degrees where the box is what it is.
        let mut inside = square.bounds().corners().map(|corner| {
            let corner = Position::of_grid(Bng::new(corner.x, corner.y).unwrap()).unwrap();
            let found = answer(&edition, &Spot::Point(corner), 250.0);
            of(&edition, &found, "a").state == State::Applies
        });
        inside.sort_unstable();
        let expected: &[State] = match inside {
            [true, ..] => &[State::Applies],
            [.., false] => &[State::DoesNotApply],
            _ => &[State::Applies, State::DoesNotApply],
        };
        assert_eq!(found.states, expected, "{reference}, {metres} m");
    }
}

#[test]
fn metres_asked_for_do_not_change_what_applies() {
    // The line is 8 m from the square and drawn to 10 m.
    let line = MultiLineString(vec![ring(&[
        (300_108.0, 370_000.0),
        (300_108.0, 370_200.0),
    ])]);
    let of_a = Layer {
        accuracy_m: 10.0,
        ..covered("a", "everywhere")
    };
    let edition = grid(of_a, Shape::Lines(line));
    let spot = spot("SJ 000 700");
    for within_m in [0.0, 1.0, 250.0, 2000.0] {
        let found = answer(&edition, &spot, within_m);
        let state = of(&edition, &found, "a").state;
        assert_eq!(state, State::Applies, "within {within_m} m");
    }
}

#[test]
fn what_is_near_a_square_is_measured_from_its_edge() {
    // 150 m east of a square of a kilometre, and of one of 100 m; and a corner of an area between two vertices.
    let edition = grid(
        covered("a", "everywhere"),
        square(301_150.0, 370_200.0, 300.0),
    );
    let found = answer(&edition, &spot("SJ 00 70"), 250.0);
    let near = &of(&edition, &found, "a").nearby[0];
    assert!((near.distance_m - 150.0).abs() < 0.1, "{}", near.distance_m);
    assert!(
        !near.near_boundary,
        "150 m is more than the 2 m to which it is drawn"
    );
    let beyond = answer(&edition, &spot("SJ 00 70"), 149.0);
    assert!(of(&edition, &beyond, "a").nearby.is_empty());
    let within = answer(&edition, &spot("SJ 012 703"), 250.0);
    let hit = &of(&edition, &within, "a").areas[0];
    assert!(hit.whole && !hit.near_boundary);
    // One metre inside the eastern edge: the square itself is near the line, though its middle is not.
    let edge = answer(&edition, &spot("SJ 0134 7030"), 250.0);
    let hit = &of(&edition, &edge, "a").areas[0];
    assert!(hit.whole && !hit.near_boundary, "50 m from the edge");
    let touching = answer(&edition, &spot("SJ 0144 7030"), 250.0);
    assert!(
        of(&edition, &touching, "a").areas[0].near_boundary,
        "its edge runs along the line"
    );
}

#[test]
fn the_middle_of_a_line_between_far_vertices_is_near() {
    let edition = grid(
        covered("a", "everywhere"),
        polygon(&[
            (301_010.0, 360_000.0),
            (310_000.0, 360_000.0),
            (310_000.0, 380_000.0),
            (301_010.0, 380_000.0),
        ]),
    );
    let found = answer(&edition, &spot("SJ 00 70"), 250.0);
    let near = &of(&edition, &found, "a").nearby[0];
    assert!((near.distance_m - 10.0).abs() < 0.01, "{}", near.distance_m);
}

#[test]
fn a_square_across_the_edge_of_a_plans_area_is_in_that_plan() {
    let of_plan = Layer {
        group: Group::Boundary,
        ..layer("plan-area")
    };
    let mut map = map(&[of_plan]);
    map.plans = vec![Plan {
        id: "ldp".into(),
        title: Text::english("Local Development Plan"),
        area: Some(Region::Layer(LayerId::new("plan-area").unwrap())),
        stages: vec![(Stage::Adopted, PartialDate::parse("2013").unwrap())],
        url: None,
    }];
    let areas = vec![(
        "plan-area",
        vec![area("P", square(300_500.0, 360_000.0, 20_000.0))],
    )];
    let edition = indexed(&draft(map, Space::NationalGrid, areas));
    let plans = |text: &str| answer(&edition, &spot(text), 250.0).plans.len();
    assert_eq!(
        (plans("SJ 00 70"), plans("SJ 01 70"), plans("SH 99 70")),
        (1, 1, 0)
    );
}
