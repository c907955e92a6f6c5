//! Sites on real maps, judged by GEOS through `tests/gdal_sites.py`: what touches, what overlaps, and by how much.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/editions.rs"]
mod editions;
#[path = "support/made_up.rs"]
mod made_up;
#[path = "support/real.rs"]
mod real;
mod support;

use geo_types::Coord;
use groundrule::answer::{IndexedEdition, Site, Spot, Terms};
use groundrule::geometry::reproject::Reprojector;
use groundrule::geometry::{Crs, Shape, Space};
use groundrule::policy::Area;
use jiff::civil::date;
use made_up::{Random, rough_ring};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use support::drafts::{draft, indexed, layer, map};

/// The areas of a shared file, on the National Grid.
fn on_grid(path: &str) -> Option<Vec<Area>> {
    let areas = real::shared_areas(path)?;
    let first = areas[0].shape.bounds();
    if first.max.x > 180.0 {
        return Some(areas);
    }
    let reprojector = Reprojector::into_space(Crs::Wgs84, Space::NationalGrid);
    let over = |area: Area| Area {
        shape: reprojector.shape(area.shape).unwrap(),
        ..area
    };
    Some(areas.into_iter().map(over).collect())
}

fn wkt(rings: &[&[Coord<f64>]]) -> String {
    let ring = |ring: &&[Coord<f64>]| {
        let corners: Vec<String> = ring.iter().map(|c| format!("{} {}", c.x, c.y)).collect();
        format!("({})", corners.join(","))
    };
    format!("({})", rings.iter().map(ring).collect::<Vec<_>>().join(","))
}

fn area_wkt(shape: &Shape) -> String {
    let Shape::Polygons(polygons) = shape else {
        panic!("polygons only")
    };
    let polygons = polygons.iter().map(|polygon| {
        let holes = polygon.interiors().iter().map(|hole| &hole.0[..]);
        let rings: Vec<&[Coord<f64>]> = std::iter::once(&polygon.exterior().0[..])
            .chain(holes)
            .collect();
        wkt(&rings)
    });
    format!("MULTIPOLYGON({})", polygons.collect::<Vec<_>>().join(","))
}

/// Sites of three kinds: rough rings, polygons of the map itself, and triangles between its vertices.
fn sites(areas: &[Area], random: &mut Random) -> Vec<Site> {
    let mut sites = Vec::new();
    while sites.len() < 240 {
        let area = &areas[random.below(areas.len())];
        let vertices: Vec<Coord<f64>> = area.shape.vertices().collect();
        let at = vertices[random.below(vertices.len())];
        let polygons = match sites.len() % 3 {
            0 => {
                let radius = random.between(3.0, 300.0);
                let corners = 3 + random.below(40);
                let ring = rough_ring(random, (at.x, at.y), radius, corners, 0.3);
                vec![vec![
                    ring.into_iter().map(|(x, y)| Coord { x, y }).collect(),
                ]]
            }
            1 => {
                let Shape::Polygons(polygons) = &area.shape else {
                    continue;
                };
                let rings = polygons.iter().map(|polygon| {
                    let holes = polygon.interiors().iter().map(|hole| hole.0.clone());
                    std::iter::once(polygon.exterior().0.clone())
                        .chain(holes)
                        .collect()
                });
                rings.collect()
            }
            _ => {
                let near = (random.below(vertices.len()), random.below(vertices.len()));
                vec![vec![vec![at, vertices[near.0], vertices[near.1]]]]
            }
        };
        // Polygons of the map may be larger than a site can be, or not simple.
        sites.extend(Site::new(Space::NationalGrid, &polygons));
    }
    sites
}

/// What GEOS says of each site and area: whether they only touch, and how much they share.
fn by_geos(python: &str, areas: &[Area], sites: &[Site]) -> BTreeMap<(usize, String), (bool, f64)> {
    let mut told = String::new();
    for area in areas {
        writeln!(
            told,
            "A {} {}",
            area.record.reference,
            area_wkt(&area.shape)
        )
        .unwrap();
    }
    for (number, site) in sites.iter().enumerate() {
        let polygons: Vec<String> = site.rings().map(|rings| wkt(&rings)).collect();
        writeln!(told, "S {number} MULTIPOLYGON({})", polygons.join(",")).unwrap();
    }
    let mut child = Command::new(python)
        .arg(support::sample::source("tests/gdal_sites.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || input.write_all(told.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let key = (words[0].parse().unwrap(), words[1].to_owned());
        (key, (words[2] == "touches", words[3].parse().unwrap()))
    };
    said.lines().map(line).collect()
}

fn ours(edition: &IndexedEdition, sites: Vec<Site>) -> BTreeMap<(usize, String), (bool, f64)> {
    let mut found = BTreeMap::new();
    let mut slowest = (std::time::Duration::ZERO, 0);
    for (number, site) in sites.into_iter().enumerate() {
        let (of_site, corners) = (site.area_m2(), site.corners());
        let spot = Spot::Site(Arc::new(site));
        let begun = std::time::Instant::now();
        let answer = edition.answer(&spot, &Terms::on(date(2026, 11, 23)));
        slowest = slowest.max((begun.elapsed(), corners));
        for hit in &answer.layers[0].areas {
            let overlap = hit.overlap.unwrap();
            assert!((overlap.m2 - overlap.site_share * of_site).abs() < 1e-9 * of_site.max(1.0));
            let key = (number, hit.record.reference.clone());
            found.insert(key, (overlap.touches, overlap.site_share));
        }
    }
    eprintln!("slowest answer: {slowest:?} corners");
    found
}

/// Square metres under which GEOS, which computes crossing points, may take a touch for an overlap or the other way.
const ROUNDING_M2: f64 = 1e-6;

#[test]
fn geos_agrees_on_what_touches_what_overlaps_and_how_much() {
    let Some(python) = support::python::with_gdal() else {
        return;
    };
    for path in [
        "data/banes/os_parishes.geojson",
        "data/banes/ne_agricultural_land_class.geojson",
        "data/banes/banes_green_belt.geojson",
    ] {
        let Some(areas) = on_grid(path) else { return };
        let areas: Vec<Area> = areas
            .into_iter()
            .filter(|area| matches!(area.shape, Shape::Polygons(_)))
            .collect();
        let layers = [layer("a")];
        let published = draft(
            map(&layers),
            Space::NationalGrid,
            vec![("a", areas.clone())],
        );
        let edition = indexed(&published);
        let mut random = Random(20_261_125);
        let sites = sites(&areas, &mut random);
        let expected = by_geos(python, &areas, &sites);
        let sizes: Vec<(f64, f64)> = sites
            .iter()
            .map(|site| (grid_area(site), roundings(site)))
            .collect();
        let found = ours(&edition, sites);
        let (mut touching, mut overlapping) = (0, 0);
        for (key, &(touches, share)) in &found {
            let (size, rounding) = sizes[key.0];
            let Some(&(geos_touches, m2)) = expected.get(key) else {
                panic!("{path}: {key:?} shares nothing by GEOS, {share} of the site by us");
            };
            assert!(
                (share * size - m2).abs() <= rounding,
                "{path}: {key:?} {} and {m2}",
                share * size
            );
            assert!(
                touches == geos_touches || m2 < ROUNDING_M2,
                "{path}: {key:?} {touches} {m2}"
            );
            touching += usize::from(touches);
            overlapping += usize::from(!touches);
        }
        for key in expected.keys() {
            assert!(found.contains_key(key), "{path}: {key:?} by GEOS alone");
        }
        eprintln!("{path}: {touching} touch, {overlapping} overlap");
        assert!(overlapping > 200, "{path}: {overlapping}");
    }
}

/// What an overlay that counts in 2³⁰ steps across a site may be off along its outline.
fn roundings(site: &Site) -> f64 {
    let rings: Vec<Vec<Coord<f64>>> = site.rings().flatten().map(<[_]>::to_vec).collect();
    let bounds = groundrule::geometry::Bounds::around(rings.iter().flatten().copied());
    let edges = rings.iter().flat_map(|ring| ring.windows(2));
    let outline: f64 = edges
        .map(|edge| (edge[1] - edge[0]).x.hypot((edge[1] - edge[0]).y))
        .sum();
    outline * bounds.width().max(bounds.height()) / 2f64.powi(28) + 1e-9
}

/// Square units of the Grid.
fn grid_area(site: &Site) -> f64 {
    let of_ring = |ring: &[Coord<f64>]| {
        let origin = ring[0];
        let twice: f64 = ring
            .windows(2)
            .map(|edge| {
                let (a, b) = (edge[0] - origin, edge[1] - origin);
                a.x * b.y - b.x * a.y
            })
            .sum();
        twice.abs() / 2.0
    };
    site.rings()
        .map(|rings| of_ring(rings[0]) - rings[1..].iter().map(|hole| of_ring(hole)).sum::<f64>())
        .sum()
}
