//! Whether a drawing can be read in one way only: each corner, each ring, and how the rings lie to each other.

use super::{GivenPolygon, MAX_SITE_VERTICES, SiteError};
use crate::geometry::shape::Part;
use crate::geometry::sweep::{Fault, forbidden_meetings_up_to};
use crate::geometry::{Bng, Bounds, LocalMetres, LonLat, Paths, Side, Space};
use geo_types::Coord;

/// Meetings of a site's edges that are looked for: one is named.
const MAX_MEETINGS: usize = 1_000;

/// One ring, closed, with the number of the corner at each of its vertices.
pub(super) struct Ring {
    pub vertices: Vec<Coord<f64>>,
    pub numbers: Vec<usize>,
}

impl Ring {
    pub(super) fn corners(&self) -> usize {
        self.vertices.len() - 1
    }

    pub(super) fn length_m(&self, space: Space) -> f64 {
        let edges = self.vertices.windows(2);
        edges
            .map(|edge| LocalMetres::at(space, edge[0]).ground_m(edge[1]))
            .sum()
    }
}

/// Checks each corner, closes each ring and leaves out corners that stand twice in a row.
pub(super) fn rings(space: Space, given: &[GivenPolygon]) -> Result<Vec<Vec<Ring>>, SiteError> {
    let open = |ring: &[Coord<f64>]| match ring {
        [first, rest @ .., last] if !rest.is_empty() && first == last => ring.len() - 1,
        _ => ring.len(),
    };
    let all = || given.iter().flatten();
    let corners: usize = all().map(|ring| open(ring)).sum();
    if corners == 0 {
        return Err(SiteError::Nothing);
    }
    if corners > MAX_SITE_VERTICES {
        return Err(SiteError::TooManyCorners { corners });
    }
    if space == Space::Wgs84 {
        mistaken(&all().flatten().copied().collect::<Vec<_>>())?;
    }
    let mut number = 0;
    let mut polygons = Vec::new();
    for polygon in given {
        let mut rings = Vec::new();
        for ring in polygon {
            let first = number + 1;
            let mut kept = Ring {
                vertices: Vec::new(),
                numbers: Vec::new(),
            };
            for &corner in &ring[..open(ring)] {
                number += 1;
                on_the_map(space, number, corner)?;
                if kept.vertices.last() != Some(&corner) {
                    kept.vertices.push(corner);
                    kept.numbers.push(number);
                }
            }
            while kept.vertices.len() > 1 && kept.vertices.last() == kept.vertices.first() {
                kept.vertices.pop();
                kept.numbers.pop();
            }
            if kept.vertices.len() < 3 {
                return Err(SiteError::TooFewCorners { corner: first });
            }
            kept.vertices.push(kept.vertices[0]);
            kept.numbers.push(kept.numbers[0]);
            rings.push(kept);
        }
        if rings.is_empty() {
            return Err(SiteError::Nothing);
        }
        polygons.push(rings);
    }
    Ok(polygons)
}

/// Degrees that are something else: metres of the Grid, or latitude before longitude.
fn mistaken(corners: &[Coord<f64>]) -> Result<(), SiteError> {
    let on_grid = |c: &Coord<f64>| Bng::new(c.x, c.y).is_ok();
    let on_globe = |c: &Coord<f64>| LonLat::new(c.x, c.y).is_ok();
    if corners.iter().all(on_grid) && !corners.iter().any(on_globe) {
        return Err(SiteError::LooksLikeGrid);
    }
    // Great Britain, with its axes changed, is a stretch of sea off Somalia.
    let turned = |c: &Coord<f64>| (49.0..61.5).contains(&c.x) && (-9.5..2.5).contains(&c.y);
    if corners.iter().all(turned) {
        return Err(SiteError::Swapped);
    }
    Ok(())
}

fn on_the_map(space: Space, number: usize, corner: Coord<f64>) -> Result<(), SiteError> {
    let (on, why) = match space {
        Space::Wgs84 => (
            LonLat::new(corner.x, corner.y).is_ok(),
            "longitude runs from -180 to 180 and latitude from -90 to 90",
        ),
        Space::NationalGrid => (
            Bng::new(corner.x, corner.y).is_ok(),
            "eastings run from 0 to 700000 and northings from 0 to 1300000",
        ),
    };
    on.then_some(()).ok_or(SiteError::Elsewhere {
        corner: number,
        x: corner.x,
        y: corner.y,
        why,
    })
}

/// Refuses rings without area, and edges that cross, meet or follow each other.
pub(super) fn simple(polygons: &[Vec<Ring>]) -> Result<(), SiteError> {
    let mut all = Part::default();
    let mut numbers = Vec::new();
    for ring in polygons.iter().flatten() {
        all.push(&ring.vertices);
        numbers.extend(&ring.numbers);
    }
    let meetings = forbidden_meetings_up_to(all.paths(), MAX_MEETINGS);
    let Some(meeting) = meetings.first() else {
        return Ok(());
    };
    let flat = |ring: &&Ring| {
        let end = [ring.vertices.len() as u32];
        Paths::new(&ring.vertices[..], &end).area() == 0.0
    };
    // A ring whose corners lie on one line runs back along itself: that has a plainer name.
    if let (Fault::Overlap, Some(ring)) = (meeting.fault, polygons.iter().flatten().find(flat)) {
        let corner = ring.numbers[0];
        return Err(SiteError::NoArea { corner });
    }
    Err(SiteError::NotSimple {
        fault: meeting.fault,
        corner: numbers[meeting.edges.0],
        other: numbers[meeting.edges.1],
        x: meeting.at.x,
        y: meeting.at.y,
    })
}

/// Refuses holes outside their outlines and polygons on each other. Rings do not cross here: a corner decides.
pub(super) fn nested(polygons: &[Vec<Ring>]) -> Result<(), SiteError> {
    let part_of = |rings: &[Ring]| {
        let mut part = Part::default();
        rings.iter().for_each(|ring| part.push(&ring.vertices));
        (part.paths().bounds(), part)
    };
    let side = |ring: &Ring, (bounds, part): &(Bounds, Part)| {
        let corners = ring.vertices.iter();
        let mut sides = corners.map(|&corner| match bounds.contains(corner) {
            true => part.paths().side(corner, None),
            false => Side::Outside,
        });
        sides.find(|side| *side != Side::Boundary)
    };
    let mut outlines = Vec::new();
    for polygon in polygons {
        let outline = part_of(&polygon[..1]);
        let holes: Vec<_> = (1..polygon.len())
            .map(|hole| part_of(&polygon[hole..=hole]))
            .collect();
        for (number, hole) in polygon[1..].iter().enumerate() {
            let corner = hole.numbers[0];
            if side(hole, &outline) == Some(Side::Outside) {
                return Err(SiteError::HoleOutside { corner });
            }
            let others = holes
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != number);
            for (_, other) in others {
                if side(hole, other) == Some(Side::Inside) {
                    return Err(SiteError::HoleOutside { corner });
                }
            }
        }
        outlines.push(part_of(polygon));
    }
    for (number, polygon) in polygons.iter().enumerate() {
        for (other, outline) in outlines.iter().enumerate() {
            if other != number && side(&polygon[0], outline) == Some(Side::Inside) {
                return Err(SiteError::OnEachOther {
                    corner: polygon[0].numbers[0],
                });
            }
        }
    }
    Ok(())
}
