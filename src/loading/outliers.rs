//! Rows and vertices far from all others of their layer, for maps that do not say where their authority
//! is. That may be meant, so nothing is left out: it is said.

use super::finding::{Finding, Kind, Outline, Place, shown};
use super::references::Draft;
use super::whereabouts::{MAX_AWAY_M, MAX_EDGE_M};
use crate::geometry::distance::LocalMetres;
use crate::geometry::{Bounds, Shape, Space};
use geo_types::Coord;
use rayon::prelude::*;

/// Rows by which the others can be told from one.
const MIN_ROWS: usize = 4;
/// How many times farther than three quarters of the rows a row must lie from their middle: the areas of a
/// whole country are far from each other too.
const MIN_SPREADS: f64 = 8.0;
/// Vertices by which a shape can be told from a stray one.
const MIN_VERTICES: usize = 4;
/// Vertices between two long edges that are looked at: a shape with more of them is drawn coarsely, and a
/// scribble of a million would take for ever.
const MAX_CANDIDATES: usize = 8;

/// Findings about the rows of a layer, each with the index of its file.
pub fn find(drafts: &[Draft], space: Space) -> Vec<(usize, Finding)> {
    let bounds: Vec<Bounds> = drafts.par_iter().map(|d| d.shape.bounds()).collect();
    let strays = drafts
        .par_iter()
        .zip(&bounds)
        .map(|(draft, bounds)| stray_vertex(&draft.shape, bounds, space));
    let strays: Vec<Option<Finding>> = strays.collect();
    let mut found = Vec::new();
    for ((draft, away), stray) in drafts.iter().zip(far_rows(&bounds, space)).zip(strays) {
        let far = || {
            let km = away? / 1000.0;
            let mut finding = Finding::new(Kind::FarFromOthers { km });
            finding.position = Some(draft.shape.bounds().centre());
            Some(finding)
        };
        if let Some(finding) = stray.or_else(far) {
            let mut finding = finding
                .at_row(draft.row)
                .drawn(Outline::of_shape(&draft.shape, space));
            finding.reference = Some(shown(&draft.record.reference));
            found.push((draft.file, finding));
        }
    }
    found
}

/// For every row the metres from the middle of all, where that is too far.
fn far_rows(bounds: &[Bounds], space: Space) -> Vec<Option<f64>> {
    if bounds.len() < MIN_ROWS {
        return vec![None; bounds.len()];
    }
    let middle = |of: fn(Coord<f64>) -> f64| {
        let mut all: Vec<f64> = bounds.iter().map(|bounds| of(bounds.centre())).collect();
        let half = all.len() / 2;
        *all.select_nth_unstable_by(half, f64::total_cmp).1
    };
    let middle = Coord {
        x: middle(|at| at.x),
        y: middle(|at| at.y),
    };
    let metres = LocalMetres::at(space, middle);
    let away_m = |bounds: &Bounds| {
        let at = metres.flatten(bounds.centre());
        at.x.hypot(at.y)
    };
    let away: Vec<f64> = bounds.iter().map(away_m).collect();
    let mut sorted = away.clone();
    let (_, spread, _) = sorted.select_nth_unstable_by((away.len() - 1) * 3 / 4, f64::total_cmp);
    let most = MAX_AWAY_M.max(MIN_SPREADS * *spread);
    away.into_iter()
        .map(|away| (away > most).then_some(away))
        .collect()
}

/// The vertex, if there is one, without which a shape would be far smaller: both edges at it are longer
/// than any that is drawn, and it lies outside the bounds of all other vertices.
fn stray_vertex(shape: &Shape, bounds: &Bounds, space: Space) -> Option<Finding> {
    let metres = LocalMetres::at(space, bounds.centre());
    let (low, high) = (metres.flatten(bounds.min), metres.flatten(bounds.max));
    let length = |a: Coord<f64>, b: Coord<f64>| {
        let (a, b) = (metres.flatten(a), metres.flatten(b));
        (b.x - a.x).hypot(b.y - a.y)
    };
    if (high.x - low.x).hypot(high.y - low.y) < MAX_EDGE_M {
        return None;
    }
    let mut candidates = 0;
    for (part, paths) in (1..).zip(shape.parts()) {
        for (ring, range) in (1..).zip(paths.paths().ranges()) {
            let path = &paths.vertices[range];
            let closed = path.len() > 1 && path.first() == path.last();
            let corners = path.len() - usize::from(closed);
            for at in 0..corners {
                let here = path[at];
                let before = match (at, closed) {
                    (0, true) => path[corners - 1],
                    (0, false) => continue,
                    _ => path[at - 1],
                };
                let Some(&after) = path.get(at + 1) else {
                    continue;
                };
                if length(before, here) < MAX_EDGE_M || length(here, after) < MAX_EDGE_M {
                    continue;
                }
                candidates += 1;
                if candidates > MAX_CANDIDATES {
                    return None;
                }
                let others = shape.vertices().filter(|&other| other != here);
                let others: Vec<Coord<f64>> = others.collect();
                let away = outside_m(here, &Bounds::around(others.iter().copied()), &metres);
                if others.len() >= MIN_VERTICES && away > MAX_AWAY_M {
                    let vertex = at as u64 + 1;
                    let kind = Kind::StrayVertex { km: away / 1000.0 };
                    let place = Place { part, ring, vertex };
                    return Some(Finding::new(kind).at_vertex(place, here));
                }
            }
        }
    }
    None
}

fn outside_m(at: Coord<f64>, bounds: &Bounds, metres: &LocalMetres) -> f64 {
    let (at, low, high) = (
        metres.flatten(at),
        metres.flatten(bounds.min),
        metres.flatten(bounds.max),
    );
    let outside = |at: f64, low: f64, high: f64| (low - at).max(at - high).max(0.0);
    outside(at.x, low.x, high.x).hypot(outside(at.y, low.y, high.y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::AreaRecord;
    use geo_types::{LineString, MultiPolygon, Polygon};

    fn draft(row: u64, ring: Vec<Coord<f64>>) -> Draft {
        Draft {
            file: 0,
            row,
            record: AreaRecord {
                reference: format!("R{row}"),
                ..AreaRecord::default()
            },
            shape: Shape::Polygons(MultiPolygon(vec![Polygon::new(LineString(ring), vec![])])),
        }
    }

    fn circle(x: f64, y: f64, radius: f64, corners: u32) -> Vec<Coord<f64>> {
        let corner = |at: u32| {
            let turn = f64::from(at) / f64::from(corners) * std::f64::consts::TAU;
            Coord {
                x: x + radius * turn.cos(),
                y: y + radius * turn.sin(),
            }
        };
        (0..corners).map(corner).collect()
    }

    fn told(drafts: &[Draft]) -> Vec<(Option<u64>, &'static str, Option<u64>)> {
        let found = find(drafts, Space::NationalGrid);
        let told = |(_, finding): (usize, Finding)| {
            let vertex = finding.place.map(|place| place.vertex);
            (finding.row, finding.kind.word(), vertex)
        };
        found.into_iter().map(told).collect()
    }

    #[test]
    fn one_vertex_of_ten_thousand_in_france_is_named() {
        let mut ring = circle(294_000.0, 377_000.0, 2000.0, 10_000);
        ring[7_319] = Coord {
            x: 690_000.0,
            y: 60_000.0,
        };
        assert_eq!(
            told(&[draft(1, ring)]),
            [(Some(1), "stray-vertex", Some(7_320))]
        );
        let mut ring = circle(294_000.0, 377_000.0, 2000.0, 100);
        ring[0] = Coord {
            x: 690_000.0,
            y: 60_000.0,
        };
        assert_eq!(
            told(&[draft(1, ring)]),
            [(Some(1), "stray-vertex", Some(1))]
        );
    }

    #[test]
    fn one_row_far_from_all_others_is_named() {
        let mut drafts: Vec<Draft> = (1..=9)
            .map(|row| {
                draft(
                    row,
                    circle(290_000.0 + row as f64 * 900.0, 377_000.0, 90.0, 9),
                )
            })
            .collect();
        drafts.push(draft(10, circle(530_000.0, 180_000.0, 90.0, 9)));
        assert_eq!(told(&drafts), [(Some(10), "far-from-others", None)]);
    }

    #[test]
    fn areas_of_a_whole_country_and_large_plain_shapes_are_not_mistaken() {
        let country: Vec<Draft> = (1..=9)
            .map(|row| {
                draft(
                    row,
                    circle(200_000.0 + row as f64 * 45_000.0, 377_000.0, 900.0, 9),
                )
            })
            .collect();
        assert!(told(&country).is_empty());
        assert!(told(&[draft(1, circle(400_000.0, 400_000.0, 90_000.0, 6))]).is_empty());
    }
}
