//! How parts lie to a square of the National Grid, and whether several together cover it.

use crate::atlas::PartView;
use crate::geometry::relate::{edges_in_square, onto_grid, straight_stretches};
use crate::geometry::{
    Bounds, GridSquare, Kind, LocalMetres, Side, Space, clip, in_degrees, ostn15,
};
use geo_types::Coord;
use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::single::SingleFloatOverlay;

/// How much of a square a part covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cover {
    /// Nothing, not even a point of its edge.
    None,
    /// Some of it.
    Some,
    /// All of it.
    Whole,
}

/// How much of `square` a part covers, decided exactly on the Grid.
pub(super) fn cover(
    part: &PartView<'_>,
    kind: Kind,
    space: Space,
    square: &GridSquare,
    accuracy_m: f64,
) -> Cover {
    // A line or point holds what is within its accuracy: the square grown by so much.
    let bounds = match kind {
        Kind::Polygon => square.bounds(),
        Kind::Line | Kind::Point => square.bounds().padded(accuracy_m),
    };
    let near = near(space, &bounds);
    let middle = from_grid(space, square.centre());
    let edges = edges_in_square(part.paths(), part.edge_index(), &bounds, &near, space);
    let middle_inside =
        kind == Kind::Polygon && middle.is_some_and(|middle| part.side(middle) != Side::Outside);
    match (middle_inside, edges.enter, edges.touch) {
        // No edge runs through the square: it lies wholly on one side of the outline.
        (true, false, _) => Cover::Whole,
        (true, true, _) | (false, _, true) => Cover::Some,
        (false, _, false) => Cover::None,
    }
}

/// A rectangle of the Grid in a space, padded so that it holds all of it.
fn near(space: Space, bounds: &Bounds) -> Bounds {
    match space {
        Space::NationalGrid => *bounds,
        Space::Wgs84 => in_degrees(Space::NationalGrid, bounds),
    }
}

fn from_grid(space: Space, coord: Coord<f64>) -> Option<Coord<f64>> {
    match space {
        Space::NationalGrid => Some(coord),
        Space::Wgs84 => Some(ostn15::from_national_grid(coord).ok()?.coord),
    }
}

/// Ground metres from a square to the nearest edge or vertex of a part that does not run through it,
/// or `None` where that is more than `reach_m`.
///
/// The shortest way between a square and a line begins at a corner of the square or ends at a vertex of the line.
pub(super) fn distance_m(
    part: &PartView<'_>,
    space: Space,
    square: &GridSquare,
    reach_m: f64,
) -> Option<f64> {
    let bounds = square.bounds();
    let (paths, index) = (part.paths(), part.edge_index());
    let from_corner = |corner| {
        let local = LocalMetres::at(space, from_grid(space, corner)?);
        Some(paths.nearest(&local, index, reach_m)?.metres)
    };
    let mut least = bounds
        .corners()
        .into_iter()
        .filter_map(from_corner)
        .fold(f64::INFINITY, f64::min);
    // Grid metres and ground metres differ by less than a thousandth.
    let around = near(space, &bounds.padded(reach_m * 1.001));
    let mut look = |run: std::ops::Range<usize>| {
        for vertex in run.map(|at| paths.vertex(at)) {
            if !around.contains(vertex) {
                continue;
            }
            let Some(vertex) = onto_grid(space, vertex) else {
                continue;
            };
            let nearest = Coord {
                x: vertex.x.clamp(bounds.min.x, bounds.max.x),
                y: vertex.y.clamp(bounds.min.y, bounds.max.y),
            };
            let metres = LocalMetres::at(Space::NationalGrid, nearest).ground_m(vertex);
            least = least.min(metres);
        }
    };
    match index {
        Some(index) => index.visit(|bounds| bounds.intersects(&around), look),
        None => look(0..paths.count()),
    }
    (least <= reach_m).then_some(least)
}

/// Shares of a square smaller than this are the arithmetic's, not the map's.
const ROUNDING_SHARE: f64 = 1e-7;

/// Whether polygons cover a square together, none of them alone.
pub(super) fn cover_together<'a>(
    parts: impl Iterator<Item = (PartView<'a>, Space)>,
    square: &GridSquare,
) -> bool {
    let bounds = square.bounds();
    let to_pair = |coord: Coord<f64>| [coord.x - bounds.min.x, coord.y - bounds.min.y];
    let mut left = vec![vec![bounds.corners().map(to_pair).to_vec()]];
    for (part, space) in parts {
        let paths = part.paths();
        let rings: Vec<Vec<[f64; 2]>> = paths
            .ranges()
            .filter_map(|range| {
                let ring: Vec<Coord<f64>> = range.map(|at| paths.vertex(at)).collect();
                let ring = clip::ring(&ring, &near(space, &bounds));
                let stretches = ring
                    .windows(2)
                    .flat_map(|edge| straight_stretches(space, edge[0], edge[1]));
                let on_grid: Option<Vec<Coord<f64>>> = ring
                    .first()
                    .copied()
                    .into_iter()
                    .chain(stretches)
                    .map(|coord| onto_grid(space, coord))
                    .collect();
                let clipped = clip::ring(&on_grid?, &bounds);
                (clipped.len() > 3).then(|| clipped.into_iter().map(to_pair).collect())
            })
            .collect();
        left = left.overlay(&rings, OverlayRule::Difference, FillRule::EvenOdd);
        if left.is_empty() {
            return true;
        }
    }
    let area: f64 = left.iter().flatten().map(|ring| signed_area(ring)).sum();
    area.abs() <= ROUNDING_SHARE * square.side_m() * square.side_m()
}

/// Area of a ring that is not closed, positive anticlockwise.
pub(super) fn signed_area(ring: &[[f64; 2]]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    let twice: f64 = ring
        .iter()
        .zip(next)
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum();
    twice / 2.0
}
