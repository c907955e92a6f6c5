//! What makes polygons invalid: edges that meet where they may not, holes outside their outline, rings
//! within rings.

use crate::geometry::edges::EdgeIndex;
use crate::geometry::shape::Part;
use crate::geometry::sweep::{Fault, forbidden_meetings_up_to};
use crate::geometry::{Bounds, Side};
use crate::loading::finding::{Place, Rings};
use geo_types::{Coord, LineString, MultiPolygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use std::collections::HashSet;

/// Meetings of edges at which the search ends: a scribble of n edges has n² of them.
pub const MAX_MEETINGS: usize = 100_000;

/// What is wrong with the polygons of one area: the gravest fault, and how many places there are.
#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    /// How edges meet there; `None` where rings merely lie wrong.
    pub first: Option<Fault>,
    /// Which rings, where not one alone.
    pub rings: Option<Rings>,
    /// How many places.
    pub count: u64,
    /// Where it is, the first of its kind.
    pub place: Option<Place>,
    /// Its coordinate.
    pub position: Option<Coord<f64>>,
    /// There are [`MAX_MEETINGS`] or more.
    pub too_many: bool,
}

/// The faults of polygons; `None` where they are valid.
pub fn find(polygons: &MultiPolygon<f64>) -> Option<Faults> {
    let (all, ring_of) = flat(polygons);
    let meetings = forbidden_meetings_up_to(all.paths(), MAX_MEETINGS);
    let gravity = |fault| match fault {
        Fault::Crossing => 0,
        Fault::Overlap => 1,
        Fault::SelfTouch => 2,
    };
    if let Some(first) = meetings.iter().min_by_key(|meeting| gravity(meeting.fault)) {
        let places: HashSet<_> = meetings
            .iter()
            .map(|meeting| (meeting.at.x.to_bits(), meeting.at.y.to_bits()))
            .collect();
        return Some(Faults {
            first: Some(first.fault),
            rings: rings(&all, &ring_of, first.edges),
            count: places.len() as u64,
            place: Some(place(&all, &ring_of, first.edges.0)),
            position: Some(first.at),
            too_many: meetings.len() >= MAX_MEETINGS,
        });
    }
    let misplaced = misplaced(polygons);
    let &(place, position, rings) = misplaced.first()?;
    Some(Faults {
        first: None,
        rings: Some(rings),
        count: misplaced.len() as u64,
        place: Some(place),
        position: Some(position),
        too_many: false,
    })
}

/// All rings of all polygons, and for each ring its polygon and number, from 1.
fn flat(polygons: &MultiPolygon<f64>) -> (Part, Vec<(u64, u64)>) {
    let mut all = Part::default();
    let mut ring_of = Vec::new();
    for (part, polygon) in (1..).zip(polygons) {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        for (number, ring) in (1..).zip(rings) {
            all.push(&ring.0);
            ring_of.push((part, number));
        }
    }
    (all, ring_of)
}

/// Which rings two edges are of, where they are not of one.
fn rings(all: &Part, ring_of: &[(u64, u64)], edges: (usize, usize)) -> Option<Rings> {
    let of = |edge| place(all, ring_of, edge);
    let (a, b) = (of(edges.0), of(edges.1));
    match (a.part == b.part, a.ring == b.ring) {
        (true, true) => None,
        (true, false) if a.ring == 1 || b.ring == 1 => Some(Rings::HoleAndOutline),
        (true, false) => Some(Rings::TwoHoles),
        (false, _) => Some(Rings::TwoPolygons),
    }
}

fn place(all: &Part, ring_of: &[(u64, u64)], vertex: usize) -> Place {
    let path = all.ends.partition_point(|&end| end as usize <= vertex);
    let start = path
        .checked_sub(1)
        .map_or(0, |before| all.ends[before] as usize);
    let (part, ring) = ring_of[path];
    Place {
        part,
        ring,
        vertex: (vertex - start) as u64 + 1,
    }
}

/// Rings that cross nothing but lie where they may not, each by its first vertex.
fn misplaced(polygons: &MultiPolygon<f64>) -> Vec<(Place, Coord<f64>, Rings)> {
    let mut found = Vec::new();
    let mut tell = |part: usize, ring: usize, line: &LineString<f64>, rings| {
        let place = Place {
            part: part as u64 + 1,
            ring: ring as u64 + 1,
            vertex: 1,
        };
        found.push((place, line.0[0], rings));
    };
    for (part, polygon) in polygons.iter().enumerate() {
        let holes = polygon.interiors();
        let outline = Region::of(std::slice::from_ref(polygon.exterior()));
        for (at, hole) in holes.iter().enumerate() {
            if outline.side_of(hole) == Side::Outside {
                tell(part, at + 1, hole, Rings::HoleAndOutline);
            }
        }
        for inner in within_each_other(holes, |at| Region::of(std::slice::from_ref(&holes[at]))) {
            tell(part, inner + 1, &holes[inner], Rings::TwoHoles);
        }
    }
    let outlines: Vec<LineString<f64>> = polygons.iter().map(|p| p.exterior().clone()).collect();
    let whole = |at: usize| {
        let polygon = &polygons.0[at];
        let mut rings = vec![polygon.exterior().clone()];
        rings.extend_from_slice(polygon.interiors());
        Region::of(&rings)
    };
    for inner in within_each_other(&outlines, whole) {
        tell(inner, 0, &outlines[inner], Rings::TwoPolygons);
    }
    found.sort_by_key(|(place, ..)| *place);
    found.dedup_by_key(|(place, ..)| *place);
    found
}

/// Indexes of rings that lie in the region of another.
fn within_each_other(rings: &[LineString<f64>], region: impl Fn(usize) -> Region) -> Vec<usize> {
    if rings.len() < 2 {
        return Vec::new();
    }
    let boxes = rings.iter().enumerate().map(|(at, ring)| {
        let bounds = Bounds::around(ring.0.iter().copied());
        let corner = |c: Coord<f64>| [c.x, c.y];
        GeomWithData::new(
            Rectangle::from_corners(corner(bounds.min), corner(bounds.max)),
            at,
        )
    });
    let tree = RTree::bulk_load(boxes.collect());
    let mut inner = Vec::new();
    for outer in &tree {
        let bounds = AABB::from_corners(outer.geom().lower(), outer.geom().upper());
        let mut candidates = tree
            .locate_in_envelope(bounds)
            .filter(|candidate| candidate.data != outer.data)
            .peekable();
        if candidates.peek().is_none() {
            continue;
        }
        let region = region(outer.data);
        inner.extend(
            candidates
                .map(|candidate| candidate.data)
                .filter(|&at| region.side_of(&rings[at]) == Side::Inside),
        );
    }
    inner
}

/// Rings with an index, to ask where other rings lie.
struct Region {
    part: Part,
    index: EdgeIndex,
}

impl Region {
    fn of(rings: &[LineString<f64>]) -> Self {
        let mut part = Part::default();
        for ring in rings {
            part.push(&ring.0);
        }
        let index = EdgeIndex::build(part.paths());
        Self { part, index }
    }

    /// Where a ring lies that crosses none of these: told by its first vertex that is on none of them,
    /// else by the middle of its first edge.
    fn side_of(&self, ring: &LineString<f64>) -> Side {
        let side = |at: Coord<f64>| self.part.paths().side(at, Some(&self.index));
        let middles = ring.0.windows(2).map(|edge| (edge[0] + edge[1]) / 2.0);
        ring.0
            .iter()
            .copied()
            .chain(middles)
            .map(side)
            .find(|side| *side != Side::Boundary)
            .unwrap_or(Side::Boundary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::Polygon;

    fn square(min: f64, max: f64) -> LineString<f64> {
        let corners = [(min, min), (max, min), (max, max), (min, max), (min, min)];
        LineString(corners.map(|(x, y)| Coord { x, y }).into())
    }

    fn count(polygons: Vec<Polygon<f64>>) -> u64 {
        find(&MultiPolygon(polygons)).map_or(0, |faults| faults.count)
    }

    #[test]
    fn an_island_in_a_hole_is_valid_and_one_on_the_ground_is_not() {
        let ringed = Polygon::new(square(0.0, 100.0), vec![square(10.0, 90.0)]);
        let island = |min: f64, max: f64| Polygon::new(square(min, max), vec![]);
        assert_eq!(count(vec![ringed.clone(), island(20.0, 30.0)]), 0);
        assert_eq!(count(vec![ringed, island(2.0, 5.0)]), 1);
    }

    #[test]
    fn a_hole_outside_its_outline_or_in_another_hole_is_found_with_its_place() {
        let outside = Polygon::new(square(0.0, 10.0), vec![square(20.0, 21.0)]);
        let faults = find(&MultiPolygon(vec![outside])).expect("a fault");
        assert_eq!(
            faults.place,
            Some(Place {
                part: 1,
                ring: 2,
                vertex: 1
            })
        );
        let nested = Polygon::new(square(0.0, 10.0), vec![square(3.0, 4.0), square(2.0, 5.0)]);
        assert_eq!(count(vec![nested]), 1);
    }

    fn cause(polygons: Vec<Polygon<f64>>) -> Option<(Option<Fault>, Option<Rings>)> {
        find(&MultiPolygon(polygons)).map(|faults| (faults.first, faults.rings))
    }

    #[test]
    fn the_rings_at_fault_are_named() {
        let outline = || square(0.0, 10.0);
        let holed = |holes: &[(f64, f64)]| {
            let holes = holes.iter().map(|&(min, max)| square(min, max)).collect();
            vec![Polygon::new(outline(), holes)]
        };
        let hole_and_outline = Some(Rings::HoleAndOutline);
        assert_eq!(
            cause(holed(&[(20.0, 21.0)])),
            Some((None, hole_and_outline))
        );
        assert_eq!(
            cause(holed(&[(2.0, 5.0), (3.0, 4.0)])),
            Some((None, Some(Rings::TwoHoles)))
        );
        let nested = vec![
            Polygon::new(outline(), vec![]),
            Polygon::new(square(3.0, 4.0), vec![]),
        ];
        assert_eq!(cause(nested), Some((None, Some(Rings::TwoPolygons))));
        assert_eq!(
            cause(holed(&[(0.0, 5.0)])),
            Some((Some(Fault::Overlap), hole_and_outline))
        );
        assert_eq!(
            cause(holed(&[(5.0, 15.0)])),
            Some((Some(Fault::Crossing), hole_and_outline))
        );
    }

    #[test]
    fn a_hole_may_touch_its_outline_in_one_point() {
        let hole = [(0.0, 5.0), (5.0, 7.0), (5.0, 3.0), (0.0, 5.0)];
        let hole = LineString(hole.map(|(x, y)| Coord { x, y }).into());
        assert_eq!(
            cause(vec![Polygon::new(square(0.0, 10.0), vec![hole])]),
            None
        );
    }

    #[test]
    fn the_place_of_a_crossing_is_counted_in_its_own_ring() {
        let bow_tie = LineString(
            [
                (20.0, 20.0),
                (30.0, 20.0),
                (20.0, 30.0),
                (30.0, 30.0),
                (20.0, 20.0),
            ]
            .map(|(x, y)| Coord { x, y })
            .into(),
        );
        let polygons = vec![
            Polygon::new(square(0.0, 10.0), vec![]),
            Polygon::new(bow_tie, vec![]),
        ];
        let faults = find(&MultiPolygon(polygons)).expect("a crossing");
        assert_eq!(faults.first, Some(Fault::Crossing));
        assert_eq!(
            faults.place,
            Some(Place {
                part: 2,
                ring: 1,
                vertex: 2
            })
        );
    }
}
