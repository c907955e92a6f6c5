//! The answer engine against what is true: whole numbers, a walk over every edge of every part, and GEOS.
//!
//! Points are random ones and those at which programs go wrong: on vertices and edges, a hair's breadth off them,
//! level with vertices, in holes, at the ends of the numbers.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/made_up.rs"]
mod made_up;
mod support;
#[path = "support/truth.rs"]
mod truth;

use geo_types::{Coord, MultiLineString, MultiPoint, MultiPolygon, Point};
use groundrule::answer::{AreaRef, FileNumber, IndexedEdition, MAX_NEARBY, Spot, State, Terms};
use groundrule::geometry::edges::EdgeIndex;
use groundrule::geometry::shape::Part;
use groundrule::geometry::stripes::Stripes;
use groundrule::geometry::{Bng, Bounds, LocalMetres, LonLat, Position, Shape, Side, Space};
use groundrule::policy::{Area, Group, Layer, LayerContents, Validity};
use jiff::civil::{Date, date};
use made_up::{Random, comb, polygon, rough_ring, snowflake, spiral, star};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;
use support::drafts::{area, covered, draft, indexed, layer, map, square};

const TODAY: Date = date(2026, 11, 23);

/// How a unit square lies in a plane: its size, and where its middle is.
#[derive(Debug, Clone, Copy)]
struct Laid {
    size: f64,
    middle: (f64, f64),
}

impl Laid {
    fn of(self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.middle.0 + x * self.size, self.middle.1 + y * self.size)
    }

    fn ring(self, ring: &[(f64, f64)]) -> Vec<(f64, f64)> {
        ring.iter().map(|&point| self.of(point)).collect()
    }
}

const fn laid(size: f64, x: f64, y: f64) -> Laid {
    Laid {
        size,
        middle: (x, y),
    }
}

/// Small, as degrees, as metres of the Grid, and where numbers become coarse: at the last, a unit is 8 steps of an `f64`.
const LAID: [Laid; 9] = [
    laid(1.0, 0.0, 0.0),
    laid(1e-9, 0.0, 0.0),
    laid(0.013, -3.5, 53.1),
    laid(3_000.0, 300_000.0, 370_000.0),
    laid(0.7, 1e6, -1e6),
    laid(0.1, 1e9, 1e9),
    laid(300.0, -1e12, 1e12),
    laid(3.0, 1e15, -1e15),
    laid(1e15, 0.0, 0.0),
];

/// A part of closed rings.
fn part(rings: &[Vec<(f64, f64)>]) -> Part {
    let mut part = Part::default();
    for ring in rings {
        let closed = ring.iter().chain(ring.first());
        let closed: Vec<Coord<f64>> = closed.map(|&(x, y)| Coord { x, y }).collect();
        part.push(&closed);
    }
    part
}

/// Points at which a test of sides may go wrong, some for each of `picks` edges, and as many at random.
fn hard_points(part: &Part, random: &mut Random, picks: usize) -> Vec<Coord<f64>> {
    let edges: Vec<_> = truth::edges(part).collect();
    let bounds = Bounds::around(part.vertices.iter().copied());
    let (width, height) = (bounds.width(), bounds.height());
    // The farthest to each side: a rectangle that was rounded inwards loses them first.
    let at_a_side = |at: &&Coord<f64>| {
        [bounds.min.x, bounds.max.x].contains(&at.x) || [bounds.min.y, bounds.max.y].contains(&at.y)
    };
    let mut points: Vec<Coord<f64>> = part
        .vertices
        .iter()
        .filter(at_a_side)
        .take(5)
        .copied()
        .collect();
    for _ in 0..picks {
        let (a, b) = edges[random.below(edges.len())];
        let along = |share: f64| a + (b - a) * share;
        let on = [a, along(0.5), along(random.share())];
        points.extend(on);
        for Coord { x, y } in on {
            let (nudge, other) = (random.below(2) == 0, random.below(2) == 0);
            let next = |value: f64| {
                // Beside zero numbers are so fine that products of them are none.
                if value == 0.0 {
                    1e-30
                } else if nudge {
                    value.next_up()
                } else {
                    value.next_down()
                }
            };
            let hair = if other { 1e-12 } else { -1e-12 };
            points.extend([
                Coord { x: next(x), y },
                Coord { x, y: next(y) },
                Coord {
                    x: next(x),
                    y: next(y),
                },
                Coord { x: x + hair, y },
                Coord { x, y: y + hair },
                Coord {
                    x: x + hair * width,
                    y: y - hair * height,
                },
            ]);
        }
        let anywhere = Coord {
            x: bounds.min.x + width * random.between(-0.1, 1.1),
            y: bounds.min.y + height * random.between(-0.1, 1.1),
        };
        points.extend([
            anywhere,
            Coord {
                x: anywhere.x,
                y: a.y,
            },
            Coord {
                x: a.x,
                y: anywhere.y,
            },
        ]);
    }
    points
}

/// How many points were found on each side.
#[derive(Debug, Default)]
struct Tally {
    inside: usize,
    boundary: usize,
    outside: usize,
}

impl Tally {
    fn add(&mut self, side: Side) {
        match side {
            Side::Inside => self.inside += 1,
            Side::Boundary => self.boundary += 1,
            Side::Outside => self.outside += 1,
        }
    }

    fn expect_each(&self, at_least: usize) {
        let least = self.inside.min(self.boundary).min(self.outside);
        assert!(least >= at_least, "both directions are tested: {self:?}");
    }
}

/// The program must say what whole numbers say: by a plain walk, by runs of edges, and by stripes.
fn agree(part: &Part, points: &[Coord<f64>], tally: &mut Tally, told: &str) {
    let paths = part.paths();
    let index = EdgeIndex::build(paths);
    let stripes = Stripes::build(paths);
    for &point in points {
        let expected = truth::side(part, point);
        let said = [
            ("walk", paths.side(point, None)),
            ("runs", paths.side(point, Some(&index))),
            ("stripes", stripes.side(paths, point)),
        ];
        for (means, said) in said {
            let count = part.vertices.len();
            assert_eq!(
                said, expected,
                "{told}, {means}: {point:?} of {count} vertices"
            );
        }
        tally.add(expected);
    }
}

#[test]
fn every_side_is_that_of_whole_numbers_on_rings_that_cross_touch_and_repeat_themselves() {
    const SEED: u64 = 20_261_123;
    let mut random = Random(SEED);
    let mut tally = Tally::default();
    for round in 0..1_500 {
        // Corners on a lattice of seven by seven: many are level, collinear, doubled or on another's edge.
        let mut ring = || -> Vec<(f64, f64)> {
            let corners = 3 + random.below(12);
            let mut corner = || (random.below(7) as f64 - 3.0) / 4.0;
            (0..corners).map(|_| (corner(), corner())).collect()
        };
        let mut rings = vec![ring()];
        for _ in 0..round % 4 {
            rings.push(ring());
        }
        if round % 3 == 0 {
            rings = rings.iter().map(|ring| in_stretches(ring, 16)).collect();
        }
        let laid = LAID[round % LAID.len()];
        let part = part(&rings.iter().map(|ring| laid.ring(ring)).collect::<Vec<_>>());
        let lattice = (-7..=7).flat_map(|x| (-7..=7).map(move |y| (x, y)));
        let lattice = lattice.map(|(x, y)| laid.of((f64::from(x) / 8.0, f64::from(y) / 8.0)));
        let mut points: Vec<Coord<f64>> = lattice.map(|(x, y)| Coord { x, y }).collect();
        points.extend(hard_points(&part, &mut random, 6));
        agree(
            &part,
            &points,
            &mut tally,
            &format!("round {round}, {laid:?}"),
        );
    }
    tally.expect_each(40_000);
}

/// The same ring with every edge cut into equal stretches.
fn in_stretches(ring: &[(f64, f64)], count: u32) -> Vec<(f64, f64)> {
    let after = ring.iter().cycle().skip(1);
    let cut = ring.iter().zip(after).flat_map(|(&(x, y), &(to_x, to_y))| {
        (0..count).map(move |step| {
            let share = f64::from(step) / f64::from(count);
            (x + (to_x - x) * share, y + (to_y - y) * share)
        })
    });
    cut.collect()
}

/// Rings of 3 to 50,000 vertices, within about 1 of the origin.
fn rings(random: &mut Random) -> Vec<(String, Vec<(f64, f64)>)> {
    let mut rings = Vec::new();
    let mut add = |name: &str, ring: Vec<(f64, f64)>| {
        rings.push((format!("{name} of {}", ring.len()), ring));
    };
    (0..=7).for_each(|levels| add("snowflake", snowflake(levels)));
    for teeth in [1, 30, 1_000, 12_000] {
        add("comb", comb(teeth));
    }
    for points in [3, 50, 2_000, 25_000] {
        add("star", star(points));
    }
    for (turns, steps) in [(2.0, 60), (9.0, 3_000), (40.0, 25_000)] {
        add("spiral", spiral(turns, steps));
    }
    for corners in [3, 20, 95, 96, 97, 700, 50_000] {
        add("rough", rough_ring(random, (0.0, 0.0), 0.6, corners, 0.4));
    }
    rings
}

#[test]
fn every_side_is_that_of_whole_numbers_on_rings_of_3_to_50_000_vertices() {
    const SEED: u64 = 7;
    let mut random = Random(SEED);
    let mut tally = Tally::default();
    for (number, (name, ring)) in rings(&mut random).into_iter().enumerate() {
        let picks = if ring.len() > 5_000 { 25 } else { 120 };
        // All of them in degrees and on the Grid, and each at one of the other places.
        for laid in [LAID[2], LAID[3], LAID[number % LAID.len()]] {
            let hole: Vec<_> = star(40)
                .iter()
                .map(|&(x, y)| (x * 0.05, y * 0.05))
                .collect();
            let part = part(&[laid.ring(&ring), laid.ring(&hole)]);
            let points = hard_points(&part, &mut random, picks);
            agree(&part, &points, &mut tally, &format!("{name}, {laid:?}"));
        }
    }
    tally.expect_each(8_000);
}

#[test]
fn every_distance_is_that_of_a_walk_over_every_edge() {
    const SEED: u64 = 13;
    let mut random = Random(SEED);
    let (mut found, mut beyond) = (0, 0);
    for (name, ring) in rings(&mut random) {
        let picks = if ring.len() > 5_000 { 3 } else { 20 };
        for (space, laid) in [
            (Space::NationalGrid, LAID[3]),
            (Space::Wgs84, laid(0.04, -3.5, 53.1)),
        ] {
            let part = part(&[laid.ring(&ring)]);
            let index = EdgeIndex::build(part.paths());
            for point in hard_points(&part, &mut random, picks)
                .into_iter()
                .step_by(3)
            {
                let local = LocalMetres::at(space, point);
                let metres = truth::distance_m(std::slice::from_ref(&part), space, point);
                for (within, index) in [(1e8, None), (1e8, Some(&index)), (20.0, Some(&index))] {
                    let told = format!("{name}, {space:?}, {point:?}, within {within}: {metres}");
                    match part.paths().nearest(&local, index, within) {
                        Some(nearest) => {
                            let off = (nearest.metres - metres).abs();
                            assert!(off <= TOLERANCE_M, "{told} {nearest:?}");
                            assert!(nearest.metres <= within, "{told} {nearest:?}");
                            found += 1;
                        }
                        None => {
                            assert!(metres > within - 1e-6, "{told}");
                            beyond += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(found > 5_000 && beyond > 300, "{found} {beyond}");
}

#[test]
fn a_neck_without_width_holds_its_own_points_and_nothing_beside_it() {
    // Two squares joined by a corridor that goes there and back on the same line.
    let ring = [
        (0.0, 0.0),
        (0.25, 0.0),
        (0.25, 0.125),
        (0.75, 0.125),
        (0.75, 0.0),
        (1.0, 0.0),
        (1.0, 0.25),
        (0.75, 0.25),
        (0.75, 0.125),
        (0.25, 0.125),
        (0.25, 0.25),
        (0.0, 0.25),
    ];
    for cut in [1, 50] {
        let part = part(&[in_stretches(&ring, cut)]);
        let index = EdgeIndex::build(part.paths());
        let side = |x: f64, y: f64| {
            let point = Coord { x, y };
            let said = part.paths().side(point, Some(&index));
            assert_eq!(said, part.paths().side(point, None));
            assert_eq!(said, truth::side(&part, point));
            said
        };
        assert_eq!(side(0.5, 0.125), Side::Boundary);
        assert_eq!(side(0.3, 0.125), Side::Boundary);
        assert_eq!(side(0.5, 0.125_f64.next_up()), Side::Outside);
        assert_eq!(side(0.5, 0.125_f64.next_down()), Side::Outside);
        assert_eq!(side(0.2, 0.125), Side::Inside);
        assert_eq!(side(0.9, 0.125), Side::Inside);
    }
}

/// A layer as it was given, to be walked over.
struct Given {
    id: String,
    space: Space,
    accuracy_m: f64,
    areas: Vec<GivenArea>,
}

struct GivenArea {
    reference: String,
    shape: Shape,
    parts: Vec<Part>,
}

impl Given {
    fn of(contents: &LayerContents) -> Self {
        let areas = contents.areas.iter().map(|area| GivenArea {
            reference: area.record.reference.clone(),
            parts: area.shape.parts(),
            shape: area.shape.clone(),
        });
        Self {
            id: contents.layer.id.to_string(),
            space: contents.space,
            accuracy_m: contents.layer.accuracy_m,
            areas: areas.collect(),
        }
    }

    /// The polygons that hold a point, by a walk over every edge.
    fn holding(&self, position: &Position) -> BTreeSet<&str> {
        let Some(point) = position.in_space(self.space) else {
            return BTreeSet::new();
        };
        let polygons = self
            .areas
            .iter()
            .filter(|area| matches!(area.shape, Shape::Polygons(_)));
        polygons
            .filter(|area| truth::side_of_area(&area.parts, point) != Side::Outside)
            .map(|area| area.reference.as_str())
            .collect()
    }
}

/// The areas of a layer that an edition finds at a position.
fn found(edition: &IndexedEdition, position: &Position) -> BTreeMap<String, BTreeSet<String>> {
    let mut held: Vec<AreaRef> = Vec::new();
    edition.areas_at(position, &mut held);
    assert!(
        held.is_sorted() && held.windows(2).all(|two| two[0] != two[1]),
        "{held:?}"
    );
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for area in held {
        let FileNumber::Layer(number) = area.file else {
            panic!("{area:?} is of no layer");
        };
        let id = edition.edition().layers()[number as usize]
            .layer
            .id
            .to_string();
        let record = edition.file(area.file).unwrap().record(area.area).unwrap();
        assert!(
            found.entry(id).or_default().insert(record.reference),
            "twice"
        );
    }
    found
}

/// Distances may differ by this much: half of the last figure that is told.
const TOLERANCE_M: f64 = 0.005;

/// `areas_at` must find what a walk over every edge finds.
fn areas_agree(edition: &IndexedEdition, given: &[Given], position: &Position, tally: &mut Tally) {
    let mut found = found(edition, position);
    for layer in given {
        let said = found.remove(&layer.id).unwrap_or_default();
        let said: BTreeSet<&str> = said.iter().map(String::as_str).collect();
        let expected = layer.holding(position);
        assert_eq!(said, expected, "{} at {position:?}", layer.id);
        // Each area is a question of its own: nothing wrong in, nothing right out.
        tally.inside += expected.len();
        tally.outside += layer.areas.len() - expected.len();
    }
    assert!(found.is_empty(), "{found:?}");
}

/// A whole answer must say of every layer which areas hold a position, which are near, and how far their outlines are.
fn answers_agree(edition: &IndexedEdition, given: &[Given], position: &Position) {
    let terms = Terms::on(TODAY);
    let answer = edition.answer(&Spot::Point(*position), &terms);
    for said in &answer.layers {
        let id = edition.edition().layers()[said.layer].layer.id.as_str();
        let Some(layer) = given.iter().find(|layer| layer.id == id) else {
            continue;
        };
        let told = format!("{id} at {position:?}");
        let mut holding = BTreeMap::new();
        let mut near = BTreeMap::new();
        if let Some(point) = position.in_space(layer.space) {
            for area in &layer.areas {
                let lie = truth::lie(
                    &area.shape,
                    &area.parts,
                    layer.space,
                    point,
                    layer.accuracy_m,
                );
                if lie.holds {
                    holding.insert(area.reference.as_str(), lie);
                } else if lie.metres <= terms.within_m {
                    near.insert(area.reference.as_str(), lie.metres);
                }
            }
        }
        let hits: BTreeSet<&str> = said
            .areas
            .iter()
            .map(|hit| hit.record.reference.as_str())
            .collect();
        assert_eq!(hits, holding.keys().copied().collect(), "{told}");
        assert_eq!(said.state == State::Applies, !holding.is_empty(), "{told}");
        for hit in &said.areas {
            let lie = holding[hit.record.reference.as_str()];
            let told = format!(
                "{told}: {} {} {lie:?}",
                hit.record.reference, hit.boundary_distance_m
            );
            if let Some(on_boundary) = lie.on_boundary {
                assert_eq!(hit.on_boundary, on_boundary, "{told}");
            }
            assert!(
                (hit.boundary_distance_m - lie.metres).abs() <= TOLERANCE_M,
                "{told}"
            );
            if (lie.metres - layer.accuracy_m).abs() > TOLERANCE_M {
                assert_eq!(hit.near_boundary, lie.metres <= layer.accuracy_m, "{told}");
            }
        }
        for near_by in &said.nearby {
            let reference = near_by.record.reference.as_str();
            let metres = near.remove(reference);
            let metres = metres.unwrap_or_else(|| panic!("{told}: {reference} is not near"));
            assert!(
                (near_by.distance_m - metres).abs() <= TOLERANCE_M,
                "{told}: {reference} {metres}"
            );
        }
        // Only those that come after the twentieth may be missing.
        let last = said.nearby.last().map_or(0.0, |near| near.distance_m);
        let full = said.nearby.len() == MAX_NEARBY;
        for (reference, metres) in near {
            assert!(
                full && metres >= last - TOLERANCE_M,
                "{told}: {reference} is {metres} m away and missing"
            );
        }
    }
}

/// A point of a space as a position that can be asked for.
fn position(space: Space, point: Coord<f64>) -> Option<Position> {
    match space {
        Space::NationalGrid => Position::of_grid(Bng::new(point.x, point.y).ok()?).ok(),
        Space::Wgs84 => Some(Position::of_lonlat(LonLat::new(point.x, point.y).ok()?)),
    }
}

/// Areas of every kind that lie over each other, laid in a plane.
fn made_up_areas(random: &mut Random, laid: Laid) -> Vec<Area> {
    let mut areas = Vec::new();
    let polygons = |rings: &[&[Vec<(f64, f64)>]]| {
        let polygons = rings.iter().map(|rings| {
            let rings: Vec<_> = rings.iter().map(|ring| laid.ring(ring)).collect();
            polygon(&rings.iter().map(Vec::as_slice).collect::<Vec<_>>())
        });
        Shape::Polygons(MultiPolygon(polygons.collect()))
    };
    for (name, ring) in rings(random) {
        areas.push(area(&name, polygons(&[&[ring]])));
    }
    let moved = |ring: &[(f64, f64)], by: (f64, f64), size: f64| -> Vec<(f64, f64)> {
        ring.iter()
            .map(|&(x, y)| (by.0 + x * size, by.1 + y * size))
            .collect()
    };
    let box_of = |x: f64, y: f64, size: f64| {
        moved(
            &[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)],
            (x, y),
            size,
        )
    };
    // An island in a lake on an island; holes that touch the outline and each other in a point.
    let ring_round = [box_of(-0.8, -0.8, 1.0), box_of(-0.7, -0.7, 0.8)];
    areas.push(area(
        "nested",
        polygons(&[
            &ring_round,
            &[box_of(-0.6, -0.6, 0.6), box_of(-0.5, -0.5, 0.4)],
            &[box_of(-0.4, -0.4, 0.2)],
        ]),
    ));
    let diamond = |x: f64, y: f64, size: f64| {
        moved(
            &[(-1.0, 0.0), (0.0, -1.0), (1.0, 0.0), (0.0, 1.0)],
            (x, y),
            size,
        )
    };
    areas.push(area(
        "touching",
        polygons(&[&[
            box_of(-0.5, 0.0, 1.0),
            diamond(-0.25, 0.5, 0.25),
            diamond(0.25, 0.5, 0.25),
        ]]),
    ));
    // Two parts that meet in a corner, and two along an edge.
    areas.push(area(
        "corners",
        polygons(&[&[box_of(0.0, 0.0, 0.5)], &[box_of(0.5, 0.5, 0.25)]]),
    ));
    areas.push(area(
        "halves",
        polygons(&[&[box_of(-0.5, -0.5, 0.5)], &[box_of(0.0, -0.5, 0.5)]]),
    ));
    let scattered: Vec<[Vec<(f64, f64)>; 1]> = (0..100)
        .map(|_| {
            let at = (random.between(-1.0, 1.0), random.between(-1.0, 1.0));
            let radius = random.between(0.001, 0.03);
            [rough_ring(random, at, radius, 12, 0.3)]
        })
        .collect();
    areas.push(area(
        "scattered",
        polygons(&scattered.iter().map(|rings| &rings[..]).collect::<Vec<_>>()),
    ));
    let line = laid
        .ring(&spiral(3.0, 200))
        .into_iter()
        .map(|(x, y)| Coord { x, y })
        .collect();
    areas.push(area("line", Shape::Lines(MultiLineString(vec![line]))));
    let trees = star(20).into_iter().map(|at| {
        let (x, y) = laid.of(at);
        Point(Coord { x, y })
    });
    areas.push(area("trees", Shape::Points(MultiPoint(trees.collect()))));
    areas
}

/// A layer `a` of these areas that says no within a layer `everywhere`.
fn edition_of(space: Space, areas: Vec<Area>) -> (IndexedEdition, Vec<Given>) {
    let everywhere = match space {
        Space::NationalGrid => square(200_000.0, 270_000.0, 200_000.0),
        Space::Wgs84 => square(-4.5, 52.1, 2.0),
    };
    let layers = [layer("everywhere"), covered("a", "everywhere")];
    let areas = vec![("everywhere", vec![area("E", everywhere)]), ("a", areas)];
    let draft = draft(map(&layers), space, areas);
    let given = draft.layers.iter().map(|layer| match layer {
        groundrule::atlas::DraftLayer::Loaded(contents) => Given::of(contents),
        _ => unreachable!("all are loaded"),
    });
    (indexed(&draft), given.collect())
}

#[test]
fn an_edition_says_what_a_walk_over_every_edge_says_in_both_spaces() {
    const SEED: u64 = 11;
    let mut random = Random(SEED);
    for (space, laid) in [
        (Space::NationalGrid, LAID[3]),
        (Space::Wgs84, laid(0.04, -3.5, 53.1)),
    ] {
        let areas = made_up_areas(&mut random, laid);
        let parts: Vec<Part> = areas.iter().flat_map(|area| area.shape.parts()).collect();
        let (edition, given) = edition_of(space, areas);
        let mut tally = Tally::default();
        let mut asked = 0;
        for part in &parts {
            let picks = if part.vertices.len() > 100 { 3 } else { 1 };
            let points = if part.ends == [1] {
                part.vertices.clone()
            } else {
                hard_points(part, &mut random, picks)
            };
            for (at, point) in points.into_iter().enumerate() {
                let Some(position) = position(space, point) else {
                    continue;
                };
                asked += 1;
                if at < 5 || asked % 15 == 0 {
                    areas_agree(&edition, &given, &position, &mut tally);
                }
                if asked % 60 == 0 {
                    answers_agree(&edition, &given, &position);
                }
            }
        }
        assert!(
            tally.inside > 1_000 && tally.outside > 1_000,
            "{space:?} {tally:?}"
        );
    }
}

/// A loaded map as one whose every area stands today, so that geometry alone decides.
fn timeless(mut contents: LayerContents) -> LayerContents {
    contents.layer = Layer {
        plan: None,
        inset: None,
        coverage: None,
        group: Group::Constraints,
        review_by: None,
        ..contents.layer
    };
    for area in &mut contents.areas {
        area.record.validity = Validity::default();
        area.record.plan = None;
    }
    contents
}

/// Layers published as one edition, and as they were given.
fn published(layers: Vec<LayerContents>) -> (IndexedEdition, Vec<Given>) {
    let given = layers.iter().map(Given::of).collect();
    let described: Vec<Layer> = layers
        .iter()
        .map(|contents| contents.layer.clone())
        .collect();
    let mut draft = draft(map(&described), Space::Wgs84, Vec::new());
    draft.layers = layers
        .into_iter()
        .map(|contents| groundrule::atlas::DraftLayer::Loaded(Box::new(contents)))
        .collect();
    (indexed(&draft), given)
}

/// Points on and about the outlines of given layers, and some anywhere between them.
fn points_of(given: &[Given], random: &mut Random, picks: usize) -> Vec<Position> {
    let mut positions = Vec::new();
    for layer in given {
        let parts: Vec<&Part> = layer.areas.iter().flat_map(|area| &area.parts).collect();
        for _ in 0..picks {
            let part = parts[random.below(parts.len())];
            if part.vertices.len() < 2 {
                positions.extend(position(layer.space, part.vertices[0]));
                continue;
            }
            let points = hard_points(part, random, 1);
            positions.extend(
                points
                    .into_iter()
                    .filter_map(|point| position(layer.space, point)),
            );
        }
    }
    positions
}

/// The sample map, and real ones where they are there.
fn real_maps() -> Vec<(IndexedEdition, Vec<Given>)> {
    let mut maps = Vec::new();
    if let Some(path) = support::shared("data/plan_pack/map.toml") {
        let loaded = support::sample::loaded(&path);
        maps.push(published(loaded.layers.into_iter().map(timeless).collect()));
    }
    for path in [
        "data/conwy/conwy_boundary_full.geojson",
        "data/banes/ne_agricultural_land_class.geojson",
    ] {
        if let Some(areas) = shared_areas(path) {
            maps.push(published(vec![LayerContents {
                layer: layer("zone"),
                space: Space::Wgs84,
                areas,
            }]));
        }
    }
    let sample = support::sample::loaded(&support::sample::source("data/map.toml"));
    maps.push(published(sample.layers.into_iter().map(timeless).collect()));
    maps
}

#[test]
fn real_maps_are_answered_as_a_walk_over_every_edge_answers_them() {
    const SEED: u64 = 5;
    let mut random = Random(SEED);
    let mut tally = Tally::default();
    for (edition, given) in &real_maps() {
        let picks = (24 / given.len()).max(2);
        let positions = points_of(given, &mut random, picks);
        for (number, position) in positions.iter().enumerate() {
            areas_agree(edition, given, position, &mut tally);
            if number % 25 == 0 {
                answers_agree(edition, given, position);
            }
        }
    }
    assert!(tally.inside > 500 && tally.outside > 10_000, "{tally:?}");
}

/// The areas of a shared GeoJSON file, numbered.
fn shared_areas(path: &str) -> Option<Vec<Area>> {
    let text = std::fs::read_to_string(support::shared(path)?).unwrap();
    let collection: geojson::FeatureCollection = text.parse().unwrap();
    let shapes = collection.features.into_iter().filter_map(|feature| {
        let geometry: geo_types::Geometry<f64> = feature.geometry?.try_into().ok()?;
        Shape::from_geometry(geometry)
    });
    Some(
        shapes
            .enumerate()
            .map(|(row, shape)| area(&format!("row-{row}"), shape))
            .collect(),
    )
}

/// Polygons as well-known binary, little-endian.
fn wkb(parts: &[Part]) -> String {
    let mut bytes = vec![1];
    bytes.extend(6_u32.to_le_bytes());
    bytes.extend((parts.len() as u32).to_le_bytes());
    for part in parts {
        bytes.push(1);
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend((part.ends.len() as u32).to_le_bytes());
        for range in part.paths().ranges() {
            bytes.extend((range.len() as u32).to_le_bytes());
            for vertex in &part.vertices[range] {
                bytes.extend(vertex.x.to_le_bytes());
                bytes.extend(vertex.y.to_le_bytes());
            }
        }
    }
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// What GEOS says of one point: the areas that it intersects, and those close by, with the least and the most
/// metres that their outlines may be away.
#[derive(Debug, Default)]
struct OfGeos {
    holding: BTreeMap<String, Option<(f64, f64)>>,
    near: BTreeMap<String, (f64, f64)>,
}

impl OfGeos {
    fn read(line: &str) -> Self {
        let mut read = Self::default();
        for word in line.split_whitespace() {
            let mut fields = word[1..].split(':');
            let reference = fields.next().unwrap().to_owned();
            let mut metres = fields.map(|field| field.parse::<f64>().unwrap());
            let metres = metres.next().zip(metres.next());
            if word.starts_with('=') {
                read.holding.insert(reference, metres);
            } else {
                read.near.insert(reference, metres.unwrap());
            }
        }
        read
    }
}

/// Asks GEOS about points and the polygons of a layer, whose references it gets as numbers.
fn ask_geos(python: &str, layer: &Given, points: &[Coord<f64>]) -> Vec<OfGeos> {
    let folder = tempfile::tempdir().unwrap();
    let (areas_file, points_file) = (folder.path().join("areas"), folder.path().join("points"));
    let polygons = (0..)
        .zip(&layer.areas)
        .filter(|(_, area)| matches!(area.shape, Shape::Polygons(_)));
    let areas: Vec<String> = polygons
        .map(|(number, area): (usize, _)| format!("{number}\t{}\n", wkb(&area.parts)))
        .collect();
    std::fs::write(&areas_file, areas.concat()).unwrap();
    // Seventeen figures bring every number over as it is.
    let lines: Vec<String> = points
        .iter()
        .map(|point| format!("{:e} {:e}\n", point.x, point.y))
        .collect();
    std::fs::write(&points_file, lines.concat()).unwrap();
    let plane = if layer.space == Space::NationalGrid {
        "grid"
    } else {
        "degrees"
    };
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/geos_points.py");
    let output = Command::new(python)
        .arg(script)
        .args([&areas_file, &points_file])
        .arg(plane)
        .output()
        .unwrap();
    let faults = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {faults}", layer.id);
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(OfGeos::read)
        .collect()
}

#[test]
fn geos_finds_the_same_areas_at_thousands_of_points_and_their_outlines_as_far_away() {
    const SEED: u64 = 3;
    let Some(python) = support::python::with_gdal() else {
        return;
    };
    let mut random = Random(SEED);
    let (mut hits, mut misses, mut measured) = (0, 0, 0);
    for (edition, given) in &real_maps() {
        for layer in given {
            let parts: Vec<&Part> = layer.areas.iter().flat_map(|area| &area.parts).collect();
            let polygons: Vec<&Part> = parts
                .into_iter()
                .filter(|part| part.vertices.len() > 3)
                .collect();
            if polygons.is_empty() {
                continue;
            }
            let mut points: Vec<(Coord<f64>, Position)> = Vec::new();
            while points.len() < 300 {
                let part = polygons[random.below(polygons.len())];
                let hard = hard_points(part, &mut random, 1).into_iter();
                points
                    .extend(hard.filter_map(|point| Some((point, position(layer.space, point)?))));
            }
            let plain: Vec<Coord<f64>> = points.iter().map(|(point, _)| *point).collect();
            let of_geos = ask_geos(python, layer, &plain);
            assert_eq!(of_geos.len(), points.len());
            for (number, ((point, position), theirs)) in points.iter().zip(&of_geos).enumerate() {
                let told = format!("{} at {point:?}: {theirs:?}", layer.id);
                let reference = |number: &String| {
                    layer.areas[number.parse::<usize>().unwrap()]
                        .reference
                        .as_str()
                };
                let ours = found(edition, position)
                    .remove(&layer.id)
                    .unwrap_or_default();
                let ours: BTreeSet<&str> = ours.iter().map(String::as_str).collect();
                let holding: BTreeSet<&str> = theirs.holding.keys().map(reference).collect();
                assert_eq!(ours, holding, "{told}");
                hits += holding.len();
                misses += usize::from(holding.is_empty());
                if layer.space == Space::Wgs84 || number % 8 != 0 {
                    continue;
                }
                let terms = Terms {
                    layers: Some(vec![groundrule::policy::LayerId::new(&layer.id).unwrap()]),
                    ..Terms::on(TODAY)
                };
                let answer = edition
                    .answer(&Spot::Point(*position), &terms)
                    .layers
                    .remove(0);
                let near_enough = |metres: f64, (low, high): (f64, f64)| {
                    metres >= low - 0.01 && metres <= high + 0.01
                };
                for (number, metres) in &theirs.holding {
                    let hit = answer
                        .areas
                        .iter()
                        .find(|hit| hit.record.reference == reference(number))
                        .unwrap();
                    assert!(
                        near_enough(hit.boundary_distance_m, metres.unwrap()),
                        "{told} {hit:?}"
                    );
                    measured += 1;
                }
                for (number, metres) in &theirs.near {
                    let near = answer
                        .nearby
                        .iter()
                        .find(|near| near.record.reference == reference(number));
                    let Some(near) = near else {
                        let more = answer.nearby.len() == MAX_NEARBY;
                        assert!(more || metres.1 > 249.99, "{told} {}", reference(number));
                        continue;
                    };
                    assert!(near_enough(near.distance_m, *metres), "{told} {near:?}");
                    measured += 1;
                }
            }
        }
    }
    assert!(
        hits > 1_000 && misses > 1_000 && measured > 100,
        "{hits} {misses} {measured}"
    );
}
