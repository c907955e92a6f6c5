//! Draws what rounding made thinner than the grid: a corridor, a spit, a river's flood zone.
//!
//! Where the two sides of a shape fall on the same edges they cancel out, and the shape would end
//! there. Such a stretch, where it is longer than half a pixel and not a slit in the shape's inside,
//! is drawn as a band one unit wide.

use super::grid::{TilePoint, twice_area};
use super::rings::{Polygon, Rings};
use super::settle::Limits;

/// An edge without direction: its smaller end first.
type Edge = (TilePoint, TilePoint);

/// A band for each edge that the rings run along an even number of times, in stretches that matter.
/// The rings have a vertex wherever they meet.
pub(super) fn hairs(rings: &Rings, limits: Limits) -> Vec<Polygon> {
    let mut edges: Vec<Edge> = rings
        .edges()
        .map(|(_, a, b)| if a <= b { (a, b) } else { (b, a) })
        .collect();
    edges.sort_unstable();
    let (mut bounding, mut cancelled) = (Vec::new(), Vec::new());
    for run in edges.chunk_by(|a, b| a == b) {
        let (a, b) = run[0];
        if run.len() % 2 == 1 {
            bounding.push((a, b));
        } else if a != b && !limits.drawn.on_one_side(a, b) {
            cancelled.push((a, b));
        }
    }
    let mut bands = Vec::new();
    for stretch in stretches(&cancelled) {
        let reaches_out = stretch.iter().any(|&edge| !is_slit(edge, &bounding));
        if span(&stretch) > limits.speck && reaches_out {
            bands.extend(stretch.into_iter().map(band));
        }
    }
    bands
}

/// The edges in groups that hang together.
fn stretches(edges: &[Edge]) -> Vec<Vec<Edge>> {
    let mut corners: Vec<TilePoint> = edges.iter().flat_map(|&(a, b)| [a, b]).collect();
    corners.sort_unstable();
    corners.dedup();
    // For each corner another one of its group; the group's first corner names itself.
    let mut leads: Vec<usize> = (0..corners.len()).collect();
    let at = |corner: TilePoint| corners.partition_point(|&known| known < corner);
    for &(a, b) in edges {
        let (a, b) = (first(&mut leads, at(a)), first(&mut leads, at(b)));
        leads[a.max(b)] = a.min(b);
    }
    let mut groups: Vec<(usize, Edge)> = edges
        .iter()
        .map(|&edge| (first(&mut leads, at(edge.0)), edge))
        .collect();
    groups.sort_unstable();
    let groups = groups.chunk_by(|one, other| one.0 == other.0);
    groups
        .map(|group| group.iter().map(|&(_, edge)| edge).collect())
        .collect()
}

/// The corner that names the group, shortening the way to it for the next time.
fn first(leads: &mut [usize], mut corner: usize) -> usize {
    while leads[corner] != corner {
        leads[corner] = leads[leads[corner]];
        corner = leads[corner];
    }
    corner
}

/// How far a stretch reaches along x or y.
fn span(stretch: &[Edge]) -> i32 {
    let range = |of: fn(TilePoint) -> i32| {
        let all = stretch.iter().flat_map(|&(a, b)| [of(a), of(b)]);
        let (low, high) = all.fold((i32::MAX, i32::MIN), |(low, high), at| {
            (low.min(at), high.max(at))
        });
        high - low
    };
    range(|point| point.x).max(range(|point| point.y))
}

/// Whether an edge that bounds nothing has the shape on both sides.
fn is_slit((a, b): Edge, bounding: &[Edge]) -> bool {
    // Twice the middle, so that it is whole; it lies on no other edge.
    let (x, y) = (
        i64::from(a.x) + i64::from(b.x),
        i64::from(a.y) + i64::from(b.y),
    );
    bounding.iter().fold(false, |inside, &(c, d)| {
        let doubled = |point: TilePoint| (2 * i64::from(point.x), 2 * i64::from(point.y));
        let ((cx, cy), (dx, dy)) = (doubled(c), doubled(d));
        if (cy > y) == (dy > y) {
            return inside;
        }
        let side = (dx - cx) * (y - cy) - (dy - cy) * (x - cx);
        inside != ((side > 0) != (dy > cy))
    })
}

/// A band one unit wide along an edge, below it or to its right.
fn band((a, b): Edge) -> Polygon {
    let level = (b.x - a.x).abs() >= (b.y - a.y).abs();
    let aside = |point: TilePoint| TilePoint {
        x: point.x + i32::from(!level),
        y: point.y + i32::from(level),
    };
    let mut ring = vec![a, b, aside(b), aside(a), a];
    if twice_area(&ring) < 0 {
        ring.reverse();
    }
    vec![ring]
}
