//! Brings a part from its layer's own coordinates onto the fine grid of the Mercator square.
//!
//! A straight edge of the National Grid, or of longitude and latitude, is a curve in Mercator: long
//! edges get vertices between their ends, so that the drawn line lies where the answer's line lies.

use super::grid::{FinePoint, FineRect};
use crate::geometry::ring::Vertices;
use crate::geometry::{LonLat, Mercator, Paths, Space, ostn15};
use geo_types::Coord;

/// How far a drawn edge may lie from the true one: four fine steps, 2.4 cm of ground in Wales, under
/// a third of the smallest unit of any tile.
const MAX_BEND: f64 = 4.0 / (1u64 << 32) as f64;
/// How often an edge is halved at most: 4,096 pieces.
const MAX_HALVINGS: u32 = 12;

/// The paths of a part on the fine grid, without repeated vertices; rings repeat their first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FinePart {
    /// The vertices of all paths, one path after another.
    pub points: Vec<FinePoint>,
    /// For each path, the index after its last vertex.
    pub ends: Vec<u32>,
    /// The rectangle around everything.
    pub bounds: FineRect,
}

impl FinePart {
    /// Paths one after another, each ending before the index in `ends`.
    pub(super) fn new(points: Vec<FinePoint>, ends: Vec<u32>) -> Self {
        let bounds = FineRect::around(&points);
        Self {
            points,
            ends,
            bounds,
        }
    }

    /// Rings as numbers.
    #[cfg(test)]
    pub(super) fn of_rings(rings: &[&[(u32, u32)]]) -> Self {
        let (mut points, mut ends) = (Vec::new(), Vec::new());
        for ring in rings {
            points.extend(ring.iter().map(|&(x, y)| FinePoint { x, y }));
            ends.push(points.len() as u32);
        }
        Self::new(points, ends)
    }

    /// Each path.
    pub(super) fn paths(&self) -> impl Iterator<Item = &[FinePoint]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.points[start as usize..end as usize])
    }

    /// Bytes that it occupies.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&self.points[..]) + size_of_val(&self.ends[..])
    }
}

/// Where a coordinate of a space lies in Mercator; `None` beyond the reach of OSTN15.
pub(super) fn to_mercator(space: Space, coord: Coord<f64>) -> Option<Mercator> {
    let degrees = match space {
        Space::NationalGrid => ostn15::from_national_grid(coord).ok()?.coord,
        Space::Wgs84 => coord,
    };
    Some(LonLat::new(degrees.x, degrees.y).ok()?.mercator())
}

/// A part on the fine grid, or `None` where a vertex of it lies beyond the reach of OSTN15.
pub(super) fn project<V: Vertices>(space: Space, paths: Paths<'_, V>) -> Option<FinePart> {
    project_one_by_one(space, paths).map(|(part, _)| part)
}

/// As [`project`]; and whether each vertex of the part is one of the source, none more and none less.
pub(super) fn project_one_by_one<V: Vertices>(
    space: Space,
    paths: Paths<'_, V>,
) -> Option<(FinePart, bool)> {
    let mut points = Vec::with_capacity(paths.count());
    let mut ends = Vec::new();
    let mut one_by_one = true;
    for range in paths.ranges() {
        let start = points.len();
        let count = range.len();
        let mut before: Option<Placed> = None;
        for at in range {
            let here = Placed::of(space, paths.vertex(at))?;
            if let Some(before) = before {
                let straight = points.len();
                bend(space, before, here, MAX_HALVINGS, &mut points)?;
                one_by_one &= straight == points.len();
            }
            points.push(FinePoint::of(here.mercator));
            before = Some(here);
        }
        drop_repeated(&mut points, start);
        one_by_one &= points.len() - start == count;
        ends.push(points.len() as u32);
    }
    points.shrink_to_fit();
    Some((FinePart::new(points, ends), one_by_one))
}

/// The vertices of a polygon at some places, on the fine grid, its rings closed. Ascending, none of them the
/// last of its ring; each vertex must be one of the part as [`project_one_by_one`] makes it.
pub(super) fn project_some<V: Vertices>(
    space: Space,
    paths: Paths<'_, V>,
    places: impl Iterator<Item = usize>,
) -> Option<FinePart> {
    let mut places = places.peekable();
    let mut points = Vec::new();
    let mut ends = Vec::new();
    for range in paths.ranges() {
        let start = points.len();
        while let Some(at) = places.next_if(|&at| at < range.end) {
            points.push(FinePoint::of(to_mercator(space, paths.vertex(at))?));
        }
        let first = points.get(start).copied();
        points.extend(first);
        ends.push(points.len() as u32);
    }
    Some(FinePart::new(points, ends))
}

/// A vertex in its own space and in Mercator.
#[derive(Clone, Copy)]
struct Placed {
    own: Coord<f64>,
    mercator: Mercator,
}

impl Placed {
    fn of(space: Space, own: Coord<f64>) -> Option<Self> {
        let mercator = to_mercator(space, own)?;
        Some(Self { own, mercator })
    }
}

/// Pushes the vertices that an edge needs between its ends: the same ones whichever way it runs.
fn bend(
    space: Space,
    from: Placed,
    to: Placed,
    halvings: u32,
    out: &mut Vec<FinePoint>,
) -> Option<()> {
    // Edges under 500 m bend by under a centimetre. Those over 100 km are always halved, because a
    // line that bends to both sides can have its middle in the right place.
    let (short, long) = match space {
        Space::NationalGrid => (500.0, 100_000.0),
        Space::Wgs84 => (0.005, 1.0),
    };
    let span = (to.own.x - from.own.x)
        .abs()
        .max((to.own.y - from.own.y).abs());
    if span < short || halvings == 0 {
        return Some(());
    }
    let middle = Placed::of(space, (from.own + to.own) / 2.0)?;
    if span > long || off_the_line(from.mercator, to.mercator, middle.mercator) > MAX_BEND {
        bend(space, from, middle, halvings - 1, out)?;
        out.push(FinePoint::of(middle.mercator));
        bend(space, middle, to, halvings - 1, out)?;
    }
    Some(())
}

/// How far a point lies off the line through two others, the same whichever is named first.
fn off_the_line(a: Mercator, b: Mercator, point: Mercator) -> f64 {
    let (a, b) = if (a.x, a.y) <= (b.x, b.y) {
        (a, b)
    } else {
        (b, a)
    };
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length = dx.hypot(dy);
    let (px, py) = (point.x - a.x, point.y - a.y);
    if length == 0.0 {
        px.hypot(py)
    } else {
        (dx * py - dy * px).abs() / length
    }
}

/// Drops vertices from `start` on that are equal to the one before, and keeps at least one.
fn drop_repeated(points: &mut Vec<FinePoint>, start: usize) {
    let mut kept = start;
    for at in start..points.len() {
        if kept == start || points[kept - 1] != points[at] {
            points[kept] = points[at];
            kept += 1;
        }
    }
    points.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::shape::Part;

    fn line(space: Space, coords: &[(f64, f64)]) -> Vec<FinePoint> {
        let mut part = Part::default();
        let coords: Vec<_> = coords.iter().map(|&(x, y)| Coord { x, y }).collect();
        part.push(&coords);
        project(space, part.paths()).expect("within reach").points
    }

    /// The farthest that the drawn line lies from the true one, in fine steps.
    fn farthest(space: Space, from: Coord<f64>, to: Coord<f64>) -> f64 {
        let drawn = line(space, &[(from.x, from.y), (to.x, to.y)]);
        let mut worst = 0.0_f64;
        for share in 0..=500 {
            let own = from + (to - from) * (f64::from(share) / 500.0);
            let truth = to_mercator(space, own).expect("within reach");
            let (x, y) = (truth.x * 2f64.powi(32), truth.y * 2f64.powi(32));
            let nearest = drawn
                .windows(2)
                .map(|edge| {
                    let (ax, ay) = (f64::from(edge[0].x) - x, f64::from(edge[0].y) - y);
                    let (bx, by) = (f64::from(edge[1].x) - x, f64::from(edge[1].y) - y);
                    let (dx, dy) = (bx - ax, by - ay);
                    let t = (-(ax * dx + ay * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
                    (ax + t * dx).hypot(ay + t * dy)
                })
                .fold(f64::INFINITY, f64::min);
            worst = worst.max(nearest);
        }
        worst
    }

    #[test]
    fn a_long_straight_edge_is_drawn_where_the_answer_has_it() {
        let grid = farthest(
            Space::NationalGrid,
            Coord {
                x: 250_000.0,
                y: 330_000.0,
            },
            Coord {
                x: 320_000.0,
                y: 395_000.0,
            },
        );
        assert!(grid < 6.0, "{grid} fine steps off");
        let degrees = farthest(
            Space::Wgs84,
            Coord { x: -4.5, y: 51.0 },
            Coord { x: -2.2, y: 53.3 },
        );
        assert!(degrees < 6.0, "{degrees} fine steps off");
        let across = farthest(
            Space::Wgs84,
            Coord { x: -10.0, y: -10.0 },
            Coord { x: 10.0, y: 10.0 },
        );
        assert!(
            across < 6.0,
            "over the equator, where the bend changes sides: {across} fine steps off"
        );
    }

    #[test]
    fn an_edge_gets_the_same_vertices_whichever_way_it_runs() {
        for space in [Space::NationalGrid, Space::Wgs84] {
            let (a, b) = match space {
                Space::NationalGrid => ((281_003.7, 371_202.1), (299_417.3, 352_111.9)),
                Space::Wgs84 => ((-3.917, 53.01), (-3.413, 53.29)),
            };
            let there = line(space, &[a, b]);
            let mut back = line(space, &[b, a]);
            back.reverse();
            assert!(there.len() > 2);
            assert_eq!(there, back);
        }
    }

    #[test]
    fn short_edges_get_no_vertices_and_repeated_ones_are_dropped() {
        let points = line(
            Space::NationalGrid,
            &[
                (280_000.0, 370_000.0),
                (280_000.0, 370_000.0),
                (280_100.0, 370_080.0),
            ],
        );
        assert_eq!(points.len(), 2);
    }

    #[test]
    fn a_part_beyond_the_reach_of_ostn15_cannot_be_drawn() {
        let mut part = Part::default();
        part.push(&[Coord {
            x: -90_000.0,
            y: 0.0,
        }]);
        assert_eq!(project(Space::NationalGrid, part.paths()), None);
    }
}
