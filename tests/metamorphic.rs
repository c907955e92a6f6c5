//! What must not change an answer: the way round in which a ring was drawn, where it begins, how its parts are filed,
//! in what order files and layers came, where on the Grid it all lies, who asks, when and how often.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/made_up.rs"]
mod made_up;
mod support;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use groundrule::answer::{IndexedEdition, LayerAnswer, Spot, State, Terms};
use groundrule::atlas::Atlas;
use groundrule::geometry::{Bng, GridSquare, Position, Shape, Space, grid_ref};
use groundrule::places::{At, Place, Resolved};
use groundrule::policy::{Area, Lang, PartialDate, Validity};
use groundrule::wire;
use jiff::civil::{Date, date};
use made_up::{Random, comb, polygon, rough_ring, snowflake, star};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use support::drafts::{area, covered, draft, indexed, layer, map, publish, square};

const TODAY: Date = date(2026, 11, 23);

/// The middle of the made-up map, on the Grid.
const MIDDLE: (f64, f64) = (300_000.0, 370_000.0);

/// Areas that lie over each other, some of several parts and with holes, on the Grid.
fn areas() -> Vec<Area> {
    const SEED: u64 = 19;
    let mut random = Random(SEED);
    let mut areas = Vec::new();
    for number in 0..30 {
        let middle = (
            MIDDLE.0 + random.between(-900.0, 900.0),
            MIDDLE.1 + random.between(-900.0, 900.0),
        );
        let laid = |ring: Vec<(f64, f64)>, size: f64| -> Vec<(f64, f64)> {
            // Whole millimetres: they stay what they are when the map is moved by kilometres.
            let mm = |value: f64| (value * 1024.0).round() / 1024.0;
            let place = |(x, y): (f64, f64)| (mm(middle.0 + x * size), mm(middle.1 + y * size));
            ring.into_iter().map(place).collect()
        };
        let size = random.between(30.0, 600.0);
        let outline = match number % 4 {
            0 => laid(snowflake(4), size),
            1 => laid(comb(25), size),
            2 => laid(star(40), size),
            _ => laid(rough_ring(&mut random, (0.0, 0.0), 1.0, 700, 0.2), size),
        };
        let hole = laid(star(6), size * 0.1);
        let mut parts = vec![polygon(&[&outline, &hole])];
        if number % 3 == 0 {
            let second = |(x, y): (f64, f64)| (x * 0.25 + 3.0, y * 0.25);
            let apart = star(9).into_iter().map(second).collect();
            parts.push(polygon(&[&laid(apart, size)]));
        }
        let shape = Shape::Polygons(MultiPolygon(parts));
        areas.push(area(&format!("A{number:02}"), shape));
    }
    areas
}

/// The same areas, each of their rings changed.
fn changed(areas: &[Area], change: impl Fn(&LineString<f64>) -> LineString<f64>) -> Vec<Area> {
    let changed = areas.iter().map(|old| {
        let Shape::Polygons(polygons) = &old.shape else {
            unreachable!("all are polygons")
        };
        let parts = polygons.iter().map(|part| {
            let holes = part.interiors().iter().map(&change).collect();
            Polygon::new(change(part.exterior()), holes)
        });
        area(
            &old.record.reference,
            Shape::Polygons(MultiPolygon(parts.collect())),
        )
    });
    changed.collect()
}

fn edition(areas: Vec<Area>) -> IndexedEdition {
    let layers = [layer("everywhere"), covered("a", "everywhere")];
    let everywhere = area("E", square(MIDDLE.0 - 3_000.0, MIDDLE.1 - 3_000.0, 6_000.0));
    let contents = vec![("everywhere", vec![everywhere]), ("a", areas)];
    indexed(&draft(map(&layers), Space::NationalGrid, contents))
}

/// Points anywhere, on vertices, and on the middles of edges.
fn points(areas: &[Area], count: usize) -> Vec<(f64, f64)> {
    const SEED: u64 = 23;
    let mut random = Random(SEED);
    let mut points = Vec::new();
    for _ in 0..count {
        let (x, y) = MIDDLE;
        points.push((
            x + random.between(-1_500.0, 1_500.0),
            y + random.between(-1_500.0, 1_500.0),
        ));
        let of = &areas[random.below(areas.len())];
        let vertices: Vec<Coord<f64>> = of.shape.vertices().collect();
        let at = random.below(vertices.len() - 1);
        let (here, next) = (vertices[at], vertices[at + 1]);
        points.push((here.x, here.y));
        points.push((f64::midpoint(here.x, next.x), f64::midpoint(here.y, next.y)));
    }
    points
}

fn position((x, y): (f64, f64)) -> Position {
    Position::of_grid(Bng::new(x, y).unwrap()).unwrap()
}

fn of_a(edition: &IndexedEdition, point: (f64, f64)) -> LayerAnswer {
    let answer = edition.answer(&Spot::Point(position(point)), &Terms::on(TODAY));
    answer.layers[1].clone()
}

/// The state, and of each area by its reference: the metres to its outline, whether that is through the point.
type Told = (String, BTreeMap<String, (f64, bool)>, BTreeMap<String, f64>);

fn told(answer: &LayerAnswer) -> Told {
    let hits = answer.areas.iter().map(|hit| {
        let metres = (hit.boundary_distance_m, hit.on_boundary);
        (hit.record.reference.clone(), metres)
    });
    let near = answer
        .nearby
        .iter()
        .map(|near| (near.record.reference.clone(), near.distance_m));
    (
        answer.state.word().to_owned(),
        hits.collect(),
        near.collect(),
    )
}

/// The same but for metres, which may differ by `metres` times a share.
fn alike(one: &Told, other: &Told, share: f64) -> bool {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 + a.abs() * share;
    let hits = one
        .1
        .iter()
        .zip(&other.1)
        .all(|(a, b)| a.0 == b.0 && a.1.1 == b.1.1 && close(a.1.0, b.1.0));
    let near = one
        .2
        .iter()
        .zip(&other.2)
        .all(|(a, b)| a.0 == b.0 && close(*a.1, *b.1));
    one.0 == other.0 && one.1.len() == other.1.len() && one.2.len() == other.2.len() && hits && near
}

#[test]
fn rings_may_run_either_way_round_and_begin_at_any_vertex() {
    let areas = areas();
    let plain = edition(areas.clone());
    let reversed = edition(changed(&areas, |ring| {
        ring.0.iter().rev().copied().collect()
    }));
    let begun_elsewhere = edition(changed(&areas, |ring| {
        let open = &ring.0[..ring.0.len() - 1];
        let mut turned = open.to_vec();
        turned.rotate_left(open.len() / 3);
        turned.push(turned[0]);
        turned.into()
    }));
    let (mut held, mut on_boundary) = (0, 0);
    for point in points(&areas, 300) {
        let expected = told(&of_a(&plain, point));
        held += expected.1.len();
        on_boundary += expected.1.values().filter(|(_, on)| *on).count();
        for other in [&reversed, &begun_elsewhere] {
            let said = told(&of_a(other, point));
            assert!(
                alike(&expected, &said, 0.0),
                "{point:?}: {expected:?} and {said:?}"
            );
        }
    }
    assert!(held > 500 && on_boundary > 200, "{held} {on_boundary}");
}

#[test]
fn vertices_that_are_doubled_or_put_in_the_middle_of_an_edge_change_nothing() {
    let areas = areas();
    let plain = edition(areas.clone());
    let doubled = edition(changed(&areas, |ring| {
        ring.0.iter().flat_map(|&vertex| [vertex, vertex]).collect()
    }));
    // Halves of numbers with few figures are exact, so the outline is the same one.
    let halved = edition(changed(&areas, |ring| {
        let cut = ring
            .0
            .windows(2)
            .flat_map(|edge| [edge[0], (edge[0] + edge[1]) / 2.0]);
        cut.chain(ring.0.last().copied()).collect()
    }));
    for point in points(&areas, 200) {
        let expected = told(&of_a(&plain, point));
        for other in [&doubled, &halved] {
            let said = told(&of_a(other, point));
            assert!(
                alike(&expected, &said, 0.0),
                "{point:?}: {expected:?} and {said:?}"
            );
        }
    }
}

#[test]
fn parts_filed_as_one_area_or_as_areas_of_their_own_hold_the_same_places() {
    let areas = areas();
    let whole = edition(areas.clone());
    let split = areas.iter().flat_map(|old| {
        let Shape::Polygons(polygons) = &old.shape else {
            unreachable!("all are polygons")
        };
        let parts = polygons.iter().enumerate();
        let part = |(number, part): (usize, &Polygon<f64>)| {
            let reference = format!("{}/{number}", old.record.reference);
            area(
                &reference,
                Shape::Polygons(MultiPolygon(vec![part.clone()])),
            )
        };
        parts.map(part).collect::<Vec<_>>()
    });
    let split: Vec<Area> = split.collect();
    assert!(split.len() > areas.len());
    let apart = edition(split);
    let parent = |reference: &str| reference.split('/').next().unwrap().to_owned();
    for point in points(&areas, 300) {
        let expected = told(&of_a(&whole, point));
        let said = told(&of_a(&apart, point));
        assert_eq!(expected.0, said.0, "{point:?}");
        let mut holding: BTreeMap<String, bool> = BTreeMap::new();
        for (reference, (_, on_boundary)) in &said.1 {
            let on = holding.entry(parent(reference)).or_insert(true);
            *on &= on_boundary;
        }
        let plain: BTreeMap<String, bool> = expected
            .1
            .iter()
            .map(|(reference, hit)| (reference.clone(), hit.1))
            .collect();
        assert_eq!(plain, holding, "{point:?}");
        for (reference, metres) in &expected.2 {
            let parts = said.2.iter().filter(|(part, _)| parent(part) == *reference);
            let least = parts
                .map(|(_, metres)| *metres)
                .fold(f64::INFINITY, f64::min);
            assert!(
                (least - metres).abs() < 1e-9 || said.2.len() == 20,
                "{point:?} {reference}"
            );
        }
    }
}

#[test]
fn a_square_says_all_that_any_point_of_it_says_and_calls_whole_only_what_holds_every_one() {
    const SEED: u64 = 37;
    let areas = areas();
    let edition = edition(areas.clone());
    let mut random = Random(SEED);
    let (mut held, mut whole, mut denied) = (0, 0, 0);
    for number in 0..400 {
        let figures = 2 + number % 4;
        let side = 10_f64.powi(5 - figures);
        // Up to the edge of the coverage and beyond, and on vertices.
        let near = match number % 3 {
            0 => (
                MIDDLE.0 + random.between(-3_200.0, 3_200.0),
                MIDDLE.1 + random.between(-3_200.0, 3_200.0),
            ),
            _ => {
                let vertices: Vec<Coord<f64>> =
                    areas[random.below(areas.len())].shape.vertices().collect();
                let vertex = vertices[random.below(vertices.len())];
                (vertex.x, vertex.y)
            }
        };
        let corner = Bng::new(near.0, near.1).unwrap();
        let name = grid_ref::reference(corner, figures as usize).unwrap();
        let square = GridSquare::parse(&name).unwrap();
        assert_eq!(square.side_m(), side, "{name}");
        let middle = square.centre();
        let spot = Spot::Square(square, position((middle.x, middle.y)));
        let answer = &edition.answer(&spot, &Terms::on(TODAY)).layers[1];
        let said: BTreeMap<&str, bool> = answer
            .areas
            .iter()
            .map(|hit| (hit.record.reference.as_str(), hit.whole))
            .collect();
        let low = square.bounds().min;
        for (column, row) in (0..=6).flat_map(|column| (0..=6).map(move |row| (column, row))) {
            let at = |from: f64, step: i32| from + side * f64::from(step) / 6.0;
            let point = (at(low.x, column), at(low.y, row));
            let of_point = of_a(&edition, point);
            let told = format!("{name} at {point:?}: {said:?} {:?}", answer.states);
            // A square that is not all in the coverage leaves its no unsaid, also where it might be said.
            let unsaid =
                of_point.state == State::DoesNotApply && answer.states.contains(&State::NotKnown);
            assert!(
                unsaid || answer.states.contains(&of_point.state),
                "{told}: {of_point:?}"
            );
            let holding = told_references(&of_point);
            for reference in &holding {
                assert!(said.contains_key(reference.as_str()), "{told}: {reference}");
            }
            for (reference, whole) in &said {
                let holds = holding.iter().any(|held| held == reference);
                assert!(holds || !whole, "{told}: {reference}");
            }
        }
        held += said.len();
        whole += said.values().filter(|whole| **whole).count();
        denied += usize::from(answer.states == [State::DoesNotApply]);
    }
    assert!(
        held > 400 && whole > 100 && denied > 10,
        "{held} {whole} {denied}"
    );
}

fn told_references(answer: &LayerAnswer) -> Vec<String> {
    let hits = answer.areas.iter();
    hits.map(|hit| hit.record.reference.clone()).collect()
}

#[test]
fn a_map_moved_by_whole_kilometres_says_the_same_at_the_moved_place() {
    let areas = areas();
    let plain = edition(areas.clone());
    for (east, north) in [
        (7_000.0, -3_000.0),
        (-90_000.0, 40_000.0),
        (250_000.0, -200_000.0),
    ] {
        let layers = [layer("everywhere"), covered("a", "everywhere")];
        let moved = changed(&areas, |ring| {
            ring.0
                .iter()
                .map(|&at| at + Coord { x: east, y: north })
                .collect()
        });
        let (x, y) = (MIDDLE.0 + east - 3_000.0, MIDDLE.1 + north - 3_000.0);
        let contents = vec![
            ("everywhere", vec![area("E", square(x, y, 6_000.0))]),
            ("a", moved),
        ];
        let moved = indexed(&draft(map(&layers), Space::NationalGrid, contents));
        for (x, y) in points(&areas, 150) {
            // As finely as the vertices lie, so that moving is exact.
            let fine = |value: f64| (value * 2048.0).round() / 2048.0;
            let (x, y) = (fine(x), fine(y));
            let expected = told(&of_a(&plain, (x, y)));
            let mut said = told(&of_a(&moved, (x + east, y + north)));
            let mut expected = expected;
            // What is just within the metres asked for may be just beyond them by another scale.
            expected
                .2
                .retain(|_, metres| *metres < 249.5 && said.2.len() < 20);
            said.2
                .retain(|reference, _| expected.2.contains_key(reference));
            assert!(
                alike(&expected, &said, 1.2e-3),
                "{x},{y}: {expected:?} and {said:?}"
            );
        }
    }
}

/// A place's answer as data, with every id that an atlas gave replaced by nothing.
fn without_ids(edition: &IndexedEdition, point: (f64, f64)) -> String {
    let mut answer: Json = serde_json::from_str(&json(edition, point)).unwrap();
    answer["edition"]["sha256"] = Json::Null;
    for layer in answer["layers"].as_array_mut().unwrap() {
        for list in ["areas", "nearby"] {
            for area in layer[list].as_array_mut().unwrap() {
                area["id"] = Json::Null;
            }
        }
    }
    answer.to_string()
}

/// The bytes of an answer.
fn json(edition: &IndexedEdition, point: (f64, f64)) -> String {
    let grid = Bng::new(point.0, point.1).unwrap();
    let resolved = Resolved {
        place: Place::Grid(grid),
        at: At::Point(position(point)),
    };
    let answers = [edition.answer(&Spot::Point(position(point)), &Terms::on(TODAY))];
    wire::answer::json(edition, &resolved, &answers, Lang::En)
}

#[test]
fn areas_filed_in_any_order_give_the_same_bytes() {
    let areas = areas();
    let plain = edition(areas.clone());
    let mut random = Random(29);
    for _ in 0..3 {
        let mut shuffled = areas.clone();
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, random.below(at + 1));
        }
        let shuffled = edition(shuffled);
        for point in points(&areas, 80) {
            assert_eq!(
                without_ids(&plain, point),
                without_ids(&shuffled, point),
                "{point:?}"
            );
        }
    }
}

#[test]
fn layers_loaded_in_any_order_say_the_same_in_the_order_of_the_map() {
    let areas = areas();
    let halves = [&areas[..15], &areas[15..]].map(<[Area]>::to_vec);
    let layers = [
        layer("everywhere"),
        covered("a", "everywhere"),
        covered("b", "everywhere"),
    ];
    let everywhere = || {
        vec![area(
            "E",
            square(MIDDLE.0 - 3_000.0, MIDDLE.1 - 3_000.0, 6_000.0),
        )]
    };
    let [a, b] = &halves;
    let contents = vec![
        ("everywhere", everywhere()),
        ("a", a.clone()),
        ("b", b.clone()),
    ];
    let mut drawn = draft(map(&layers), Space::NationalGrid, contents);
    let plain = indexed(&drawn);
    drawn.layers.reverse();
    let backwards = indexed(&drawn);
    // Another order of the map is told in that order, and says the same.
    drawn.map.layers.swap(1, 2);
    let swapped = indexed(&drawn);
    for point in points(&areas, 80) {
        assert_eq!(
            without_ids(&plain, point),
            without_ids(&backwards, point),
            "{point:?}"
        );
        let layers = |edition| -> Vec<Json> {
            let answer: Json = serde_json::from_str(&without_ids(edition, point)).unwrap();
            answer["layers"].as_array().unwrap().clone()
        };
        let (plain, mut swapped) = (layers(&plain), layers(&swapped));
        swapped.swap(1, 2);
        assert_eq!(plain, swapped, "{point:?}");
    }
}

#[test]
fn the_same_edition_place_and_day_give_the_same_bytes_cold_and_warm_and_from_many_threads() {
    let areas = areas();
    let layers = [layer("everywhere"), covered("a", "everywhere")];
    let everywhere = vec![area(
        "E",
        square(MIDDLE.0 - 3_000.0, MIDDLE.1 - 3_000.0, 6_000.0),
    )];
    let contents = vec![("everywhere", everywhere), ("a", areas.clone())];
    let (_folder, atlas) = publish(&draft(map(&layers), Space::NationalGrid, contents));
    let open = || IndexedEdition::new(atlas.current_edition().unwrap());
    let warm = open();
    let points = points(&areas, 60);
    let first: Vec<String> = points.iter().map(|&point| json(&warm, point)).collect();
    let again: Vec<String> = points
        .iter()
        .rev()
        .map(|&point| json(&warm, point))
        .collect();
    assert!(first.iter().eq(again.iter().rev()), "warm");
    for (point, expected) in points.iter().zip(&first).step_by(9) {
        assert_eq!(&json(&open(), *point), expected, "cold, {point:?}");
    }
    // Whatever is made at the first question is asked for by all threads at once.
    let cold = open();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (cold, points, first) = (&cold, &points, &first);
            scope.spawn(move || {
                for number in 0..points.len() {
                    let at = (number * 7 + thread) % points.len();
                    assert_eq!(json(cold, points[at]), first[at], "{:?}", points[at]);
                }
            });
        }
    });
}

#[test]
fn what_was_prepared_at_publication_changes_no_byte_whether_it_is_there_spoilt_or_not() {
    let areas = areas();
    let mut dated = areas.clone();
    for (number, area) in dated.iter_mut().enumerate() {
        let of_year = |year: usize| PartialDate::parse(&format!("{year:04}")).ok();
        area.record.validity = Validity {
            start: of_year(1970 + number),
            end: (number % 2 == 0).then(|| of_year(2010 + number)).flatten(),
        };
    }
    let layers = [layer("everywhere"), covered("a", "everywhere")];
    let everywhere = vec![area(
        "E",
        square(MIDDLE.0 - 3_000.0, MIDDLE.1 - 3_000.0, 6_000.0),
    )];
    let contents = vec![("everywhere", everywhere), ("a", dated)];
    let (_folder, atlas) = publish(&draft(map(&layers), Space::NationalGrid, contents));
    let points = points(&areas, 60);
    let told = || -> Vec<String> {
        let edition = IndexedEdition::new(atlas.current_edition().unwrap());
        points.iter().map(|&point| json(&edition, point)).collect()
    };
    let expected = told();
    let derived = atlas
        .folder(atlas.current().unwrap().unwrap())
        .join("derived");
    let mut spoilt = 0;
    for entry in fs::read_dir(&derived).unwrap() {
        let path = entry.unwrap().path();
        let whole = fs::read(&path).unwrap();
        for at in [0, 20, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&path, bytes).unwrap();
            assert!(told() == expected, "{} spoilt at {at}", path.display());
            spoilt += 1;
        }
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        assert!(told() == expected, "{} cut off", path.display());
        fs::write(&path, whole).unwrap();
    }
    assert!(spoilt >= 10, "{spoilt}");
    fs::remove_dir_all(&derived).unwrap();
    assert!(told() == expected, "removed");
}

#[test]
fn two_processes_and_the_library_print_the_same_bytes() {
    let (_folder, atlas) = support::sample::atlas();
    let indexed = IndexedEdition::new(atlas.current_edition().unwrap());
    for place in [
        (240_262.0, 305_398.0),
        (239_300.0, 307_345.0),
        (237_800.0, 306_150.0),
    ] {
        let typed = format!("{},{}", place.0, place.1);
        let expected = json(&indexed, place);
        for _ in 0..2 {
            assert_eq!(looked_up(&atlas, &typed), expected, "{typed}");
        }
    }
    let many = ["SH402053", "CG1 1AA", "52.61075,-4.42356"];
    for typed in many {
        assert_eq!(
            looked_up(&atlas, typed),
            looked_up(&atlas, typed),
            "{typed}"
        );
    }
}

/// What a process of its own prints for a place.
fn looked_up(atlas: &Atlas, typed: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_groundrule"))
        .args([
            "lookup",
            typed,
            "--format",
            "json",
            "--on",
            "2026-11-23",
            "--atlas",
        ])
        .arg(atlas.root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}
