//! How areas lie to geometries: every relation against GEOS, and the quick ways against the whole one.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/editions.rs"]
mod editions;
#[path = "support/made_up.rs"]
mod made_up;
mod support;

use editions::{Published, area, contents, layer, publish};
use geo::Relate as _;
use geo::relate::IntersectionMatrix;
use geo_types::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use groundrule::answer::{
    Entity, EntityQuery, Figure, FileNumber, IndexedEdition, Relation, published_shape,
};
use groundrule::geometry::{LonLat, Position, Shape, Space};
use groundrule::policy::Area;
use made_up::{Random, lines, points, polygon, rectangle, rough_ring, shape};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use support::python;

fn geometry(shape: &Shape) -> Geometry<f64> {
    match shape.clone() {
        Shape::Polygons(polygons) => polygons.into(),
        Shape::Lines(lines) => lines.into(),
        Shape::Points(points) => points.into(),
    }
}

/// Which areas of an edition lie so to a geometry, as layer and index.
fn related(indexed: &IndexedEdition, figure: Figure, relation: Relation) -> BTreeSet<(usize, u32)> {
    let query = EntityQuery {
        figures: vec![vec![figure]],
        relation,
        ..EntityQuery::all(jiff::civil::date(2026, 11, 23))
    };
    let found = indexed.entities(&query).unwrap().found;
    found
        .iter()
        .map(|entity| (entity.layer, entity.area))
        .collect()
}

/// Polygons with holes and parts, lines and points whose corners are whole numbers, so that they touch,
/// cover and equal each other again and again.
fn on_a_lattice(random: &mut Random, count: usize) -> Vec<Shape> {
    let mut made = Vec::new();
    while made.len() < count {
        let mut at = |low: usize, room: usize| (low + random.below(room)) as f64;
        let (x, y) = (at(0, 5), at(50, 5));
        let (w, h) = (at(1, 4), at(1, 4));
        let kind = random.below(8);
        let shape = match kind {
            0 | 1 => rectangle(x, y, x + w, y + h),
            2 => shape(&[&[(x, y), (x + w, y), (x, y + h)]]),
            3 => shape(&[
                &[(x, y), (x + 3.0, y), (x + 3.0, y + 3.0), (x, y + 3.0)],
                &[
                    (x + 1.0, y + 1.0),
                    (x + 2.0, y + 1.0),
                    (x + 2.0, y + 2.0),
                    (x + 1.0, y + 2.0),
                ],
            ]),
            4 => Shape::Polygons(MultiPolygon(vec![
                polygon(&[&[(x, y), (x + 1.0, y), (x + 1.0, y + 1.0), (x, y + 1.0)]]),
                polygon(&[&[
                    (x + 1.0, y + 1.0),
                    (x + 2.0, y + 1.0),
                    (x + 2.0, y + h + 1.0),
                ]]),
            ])),
            5 => lines(&[&[(x, y), (x + w, y + h), (x + w, y)]]),
            6 => lines(&[&[(x, y), (x + w, y)], &[(x + w, y), (x + w, y + h)]]),
            _ => points(&[(x, y), (x + w, y + h)][..1 + random.below(2)]),
        };
        made.push(shape);
    }
    made
}

/// Well-known text by way of the shape's own numbers.
fn wkt(shape: &Shape) -> String {
    let pairs = |line: &LineString<f64>| {
        let pairs: Vec<String> = line
            .0
            .iter()
            .map(|at| format!("{} {}", at.x, at.y))
            .collect();
        format!("({})", pairs.join(","))
    };
    let list = |all: Vec<String>| format!("({})", all.join(","));
    match shape {
        Shape::Polygons(polygons) => {
            let rings = |polygon: &Polygon<f64>| {
                let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
                list(rings.map(pairs).collect())
            };
            format!("MULTIPOLYGON{}", list(polygons.iter().map(rings).collect()))
        }
        Shape::Lines(all) => format!("MULTILINESTRING{}", list(all.iter().map(pairs).collect())),
        Shape::Points(all) => {
            let pair = |point: &geo_types::Point<f64>| format!("{} {}", point.x(), point.y());
            format!("MULTIPOINT{}", list(all.iter().map(pair).collect()))
        }
    }
}

fn texts(shapes: &[Shape]) -> Vec<String> {
    shapes.iter().map(wkt).collect()
}

/// What GEOS says of some geometries, through `tests/gdal_relations.py`.
fn by_geos<T: serde::de::DeserializeOwned>(python: &str, asked: &Json) -> T {
    let mut child = Command::new(python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gdal_relations.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(asked.to_string().as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_geometry_is_refused_where_geos_finds_it_invalid() {
    let Some(python) = python::with_gdal() else {
        return;
    };
    let mut random = Random(41);
    let mut ring = |corners: usize| -> LineString<f64> {
        let mut ring: Vec<Coord<f64>> = Vec::new();
        while ring.len() < corners {
            let (x, y) = (random.below(5) as f64, 50.0 + random.below(5) as f64);
            let at = Coord { x, y };
            if ring.last() != Some(&at) && (ring.len() + 1 < corners || ring[0] != at) {
                ring.push(at);
            }
        }
        ring.push(ring[0]);
        LineString(ring)
    };
    let mut shapes = Vec::new();
    for number in 0..3000 {
        let polygon = |ring: &mut dyn FnMut(usize) -> LineString<f64>| {
            let holes = (0..number % 3 / 2).map(|_| ring(3)).collect();
            Polygon::new(ring(3 + number % 4), holes)
        };
        let parts = 1 + number % 5 / 4;
        let polygons = (0..parts).map(|_| polygon(&mut ring)).collect();
        shapes.push(Shape::Polygons(MultiPolygon(polygons)));
    }
    let valid: Vec<bool> = by_geos(python, &json!({ "shapes": texts(&shapes) }));
    let judged = shapes.iter().zip(&valid);
    let other =
        judged.filter(|(shape, valid)| Figure::of_degrees(Shape::clone(shape)).is_ok() != **valid);
    let (accepted_though, refused_though): (Vec<_>, Vec<_>) =
        other.partition(|(_, valid)| !**valid);
    assert_eq!(refused_though, Vec::new());
    // A hole that touches the outline twice cuts the inside in two, which `geo` lets pass: there is no
    // doubt on which side of it a point lies.
    for (shape, _) in &accepted_though {
        assert!(wkt(shape).contains("),("), "{}", wkt(shape));
    }
    assert!(accepted_though.len() < 3, "{}", accepted_though.len());
    let accepted = valid.into_iter().filter(|valid| *valid).count();
    assert!(
        (500..2500).contains(&accepted),
        "{accepted} of 3000 are valid"
    );
}

#[test]
fn every_relation_of_every_pair_is_what_geos_finds_in_both_spaces() {
    let Some(python) = python::with_gdal() else {
        return;
    };
    let mut random = Random(9);
    let (shapes, figures) = (on_a_lattice(&mut random, 90), on_a_lattice(&mut random, 90));
    let asked = json!({ "areas": texts(&shapes), "figures": texts(&figures) });
    let truth: BTreeMap<String, BTreeSet<(u32, usize)>> = by_geos(python, &asked);
    let areas = |shapes: &[Shape], by: fn(Shape) -> Shape| -> Vec<Area> {
        let shapes = shapes.iter().enumerate();
        shapes
            .map(|(at, shape)| area(&format!("{at}"), by(shape.clone())))
            .collect()
    };
    // The same lattice in degrees, and in kilometres of the National Grid.
    fn on_the_grid(shape: Shape) -> Shape {
        use geo::MapCoords as _;
        let to_grid = |at: Coord<f64>| Coord {
            x: 290_000.0 + at.x * 1000.0,
            y: 320_000.0 + at.y * 1000.0,
        };
        match shape {
            Shape::Polygons(all) => Shape::Polygons(all.map_coords(to_grid)),
            Shape::Lines(all) => Shape::Lines(all.map_coords(to_grid)),
            Shape::Points(all) => Shape::Points(all.map_coords(to_grid)),
        }
    }
    let degrees = publish(vec![contents(
        layer("degrees"),
        Space::Wgs84,
        areas(&shapes, |shape| shape),
    )]);
    let grid = publish(vec![
        contents(
            layer("grid"),
            Space::NationalGrid,
            areas(&shapes, on_the_grid),
        ),
        contents(
            layer("figures"),
            Space::NationalGrid,
            areas(&figures, on_the_grid),
        ),
    ]);
    let mut held = 0;
    for (relation, word) in Relation::ALL {
        for (number, figure) in figures.iter().enumerate() {
            let expected: BTreeSet<u32> = truth[word]
                .iter()
                .filter(|(_, of)| *of == number)
                .map(|(area, _)| *area)
                .collect();
            held += expected.len();
            let of_degrees = Figure::of_degrees(figure.clone()).unwrap();
            let file = grid.indexed.file(FileNumber::Layer(1)).unwrap();
            let of_grid = Figure::of_area(file, file.find(&number.to_string()).unwrap().unwrap());
            for (indexed, figure) in [
                (&degrees.indexed, of_degrees),
                (&grid.indexed, of_grid.unwrap()),
            ] {
                let file = indexed.file(FileNumber::Layer(0)).unwrap();
                let found = related(indexed, figure.clone(), relation).into_iter();
                let found: BTreeSet<u32> = found
                    .filter(|(layer, _)| *layer == 0)
                    .map(|(_, area)| file.record(area).unwrap().reference.parse().unwrap())
                    .collect();
                assert_eq!(
                    found,
                    expected,
                    "{word} figure {number}: {}",
                    wkt(&figures[number])
                );
            }
        }
    }
    assert!(
        held > 8000,
        "only {held} pairs had anything to do with each other"
    );
}

/// Areas of several rough parts with holes, about a middle.
fn rough_areas(random: &mut Random, middle: (f64, f64), radius: f64) -> Vec<Area> {
    let mut areas = Vec::new();
    for number in 0..12 {
        let mut parts = Vec::new();
        for at in 0..3 {
            // Parts stand apart: their middles are farther from each other than they reach.
            let centre = (
                middle.0 + radius * (random.between(-1.0, 1.0) + 6.0 * f64::from(at - 1)),
                middle.1 + radius * random.between(-3.0, 3.0),
            );
            let corners = 12 + random.below(400);
            let outline = rough_ring(random, centre, radius, corners, 0.3);
            let hole: Vec<(f64, f64)> = outline
                .iter()
                .map(|&(x, y)| {
                    (
                        centre.0 + (x - centre.0) * 0.4,
                        centre.1 + (y - centre.1) * 0.4,
                    )
                })
                .collect();
            parts.push(polygon(&[&outline, &hole]));
        }
        let shape = Shape::Polygons(MultiPolygon(parts));
        areas.push(area(&format!("rough-{number}"), shape));
    }
    areas
}

/// Polygons and lines of all sizes about a middle.
fn rough_figures(random: &mut Random, middle: (f64, f64), radius: f64) -> Vec<Shape> {
    let mut figures = Vec::new();
    for number in 0..60 {
        let at = (
            middle.0 + radius * random.between(-8.0, 8.0),
            middle.1 + radius * random.between(-4.0, 4.0),
        );
        let size = radius * [0.02, 0.3, 3.0, 14.0][number % 4];
        let corners = 5 + random.below(120);
        let ring = rough_ring(random, at, size, corners, 0.2);
        figures.push(if number % 5 == 0 {
            lines(&[&ring])
        } else {
            shape(&[&ring])
        });
    }
    figures
}

#[test]
fn parts_that_are_told_by_their_rectangles_lie_as_the_whole_area_does() {
    let mut random = Random(77);
    let degrees = rough_areas(&mut random, (-3.8, 53.2), 0.01);
    let grid = rough_areas(&mut random, (278_000.0, 377_000.0), 900.0);
    let published = publish(vec![
        contents(layer("degrees"), Space::Wgs84, degrees),
        contents(layer("grid"), Space::NationalGrid, grid),
    ]);
    let mut held: BTreeMap<&str, usize> = BTreeMap::new();
    for figure in rough_figures(&mut random, (-3.83, 53.27), 0.01)
        .into_iter()
        .chain(rough_figures(&mut random, (-3.8, 53.2), 0.01))
    {
        let plain = geometry(&figure);
        let mut matrices = Vec::new();
        for layer in 0..2 {
            let file = published.indexed.file(FileNumber::Layer(layer)).unwrap();
            for area in 0..file.areas().len() as u32 {
                let whole = geometry(&published_shape(file, area).unwrap());
                matrices.push(((usize::from(layer), area), whole.relate(&plain)));
            }
        }
        for (relation, word) in Relation::ALL {
            let holds = |matrix: &IntersectionMatrix| match relation {
                Relation::Within => matrix.is_within(),
                Relation::Equals => matrix.is_equal_topo(),
                Relation::Disjoint => matrix.is_disjoint(),
                Relation::Intersects => matrix.is_intersects(),
                Relation::Touches => matrix.is_touches(),
                Relation::Contains => matrix.is_contains(),
                Relation::Covers => matrix.is_covers(),
                Relation::CoveredBy => matrix.is_coveredby(),
                Relation::Overlaps => matrix.is_overlaps(),
                Relation::Crosses => matrix.is_crosses(),
            };
            let holding = matrices.iter().filter(|(_, matrix)| holds(matrix));
            let expected: BTreeSet<(usize, u32)> = holding.map(|(area, _)| *area).collect();
            *held.entry(word).or_default() += expected.len();
            let asked = Figure::of_degrees(figure.clone()).unwrap();
            assert_eq!(
                related(&published.indexed, asked, relation),
                expected,
                "{word}"
            );
        }
    }
    for word in [
        "within",
        "disjoint",
        "intersects",
        "contains",
        "overlaps",
        "crosses",
    ] {
        assert!(held[word] > 10, "{word} held {} times", held[word]);
    }
}

#[test]
fn a_layer_on_the_grid_and_the_same_in_degrees_find_the_same() {
    let mut random = Random(5);
    let grid = rough_areas(&mut random, (278_000.0, 377_000.0), 900.0);
    let first = publish(vec![contents(
        layer("grid"),
        Space::NationalGrid,
        grid.clone(),
    )]);
    let file = first.indexed.file(FileNumber::Layer(0)).unwrap();
    let degrees = grid.iter().map(|of| {
        let number = file.find(&of.record.reference).unwrap().unwrap();
        area(&of.record.reference, published_shape(file, number).unwrap())
    });
    let second = publish(vec![contents(
        layer("degrees"),
        Space::Wgs84,
        degrees.collect(),
    )]);
    let references = |of: &Published, query: &EntityQuery| -> BTreeSet<String> {
        let file = of.indexed.file(FileNumber::Layer(0)).unwrap();
        let found = of.indexed.entities(query).unwrap().found;
        let record = |entity: &Entity| file.record(entity.area).unwrap().reference;
        found.iter().map(record).collect()
    };
    let all = || EntityQuery::all(jiff::civil::date(2026, 11, 23));
    let mut held = 0;
    for figure in rough_figures(&mut random, (-3.83, 53.27), 0.01) {
        for (relation, word) in Relation::ALL {
            let query = EntityQuery {
                figures: vec![vec![Figure::of_degrees(figure.clone()).unwrap()]],
                relation,
                ..all()
            };
            let on_grid = references(&first, &query);
            held += usize::from(!on_grid.is_empty());
            assert_eq!(on_grid, references(&second, &query), "{word}");
        }
    }
    for _ in 0..500 {
        let (lon, lat) = (random.between(-3.93, -3.73), random.between(53.23, 53.31));
        let query = EntityQuery {
            positions: vec![Position::of_lonlat(LonLat::new(lon, lat).unwrap())],
            ..all()
        };
        let on_grid = references(&first, &query);
        held += usize::from(!on_grid.is_empty());
        assert_eq!(on_grid, references(&second, &query), "{lon} {lat}");
    }
    assert!(held > 200, "{held}");
}
