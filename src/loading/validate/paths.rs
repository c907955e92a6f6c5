//! Rings and lines made fit: closed, without repetitions, turned the right way.

use crate::geometry::Paths;
use crate::loading::finding::{Finding, Kind, Place};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};

/// Cleans the paths of one row and remembers what it did.
#[derive(Debug, Default)]
pub struct Cleaner {
    /// Vertices dropped because they repeat the one before.
    pub repeated: u64,
    /// One finding of each kind at most; the first place is told.
    pub findings: Vec<Finding>,
}

impl Cleaner {
    /// A line of at least two vertices, or none.
    pub fn line(&mut self, line: Vec<Coord<f64>>) -> Option<Vec<Coord<f64>>> {
        let line = self.without_repetitions(line);
        if line.len() < 2 {
            self.tell(Kind::RingDropped, None);
            return None;
        }
        Some(line)
    }

    /// A polygon of closed rings, or none where its outline has no extent.
    pub fn polygon(&mut self, rings: Vec<Vec<Coord<f64>>>, part: u64) -> Option<Polygon<f64>> {
        let mut rings = (1..).zip(rings);
        let (number, outline) = rings.next()?;
        let outline = self.ring(outline, part, number)?;
        let holes = rings
            .filter_map(|(number, ring)| self.ring(ring, part, number))
            .collect();
        Some(Polygon::new(outline, holes))
    }

    fn ring(&mut self, ring: Vec<Coord<f64>>, part: u64, number: u64) -> Option<LineString<f64>> {
        let mut ring = self.without_repetitions(ring);
        let place = Place {
            part,
            ring: number,
            vertex: ring.len() as u64,
        };
        let first = ring.first().copied();
        let closed = ring.last().copied() == first;
        // Three vertices and the first again; a ring that goes there and back encloses nothing.
        let enough = if closed { 4 } else { 3 };
        if ring.len() < enough {
            self.tell(Kind::RingDropped, first.map(|at| (place, at)));
            return None;
        }
        if !closed {
            self.tell(Kind::RingNotClosed, ring.last().map(|&at| (place, at)));
            ring.extend(first);
        }
        Some(LineString(ring))
    }

    fn without_repetitions(&mut self, mut path: Vec<Coord<f64>>) -> Vec<Coord<f64>> {
        let before = path.len();
        path.dedup();
        self.repeated += (before - path.len()) as u64;
        path
    }

    fn tell(&mut self, kind: Kind, at: Option<(Place, Coord<f64>)>) {
        if self.findings.iter().any(|known| known.kind == kind) {
            return;
        }
        let finding = Finding::new(kind);
        self.findings.push(match at {
            Some((place, position)) => finding.at_vertex(place, position),
            None => finding,
        });
    }
}

/// Outlines anticlockwise, holes clockwise; a ring keeps its first vertex.
pub fn oriented(polygons: MultiPolygon<f64>) -> MultiPolygon<f64> {
    let turn = |mut ring: LineString<f64>, anticlockwise: bool| {
        let end = [ring.0.len() as u32];
        let area = Paths::new(&ring.0[..], &end).ring_area(0..ring.0.len());
        if (area > 0.0) != anticlockwise {
            ring.0.reverse();
        }
        ring
    };
    let polygons = polygons.into_iter().map(|polygon| {
        let (outline, holes) = polygon.into_inner();
        let holes = holes.into_iter().map(|hole| turn(hole, false)).collect();
        Polygon::new(turn(outline, true), holes)
    });
    MultiPolygon(polygons.collect())
}
