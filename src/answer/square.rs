//! How parts lie to a square of the National Grid, and whether several together cover it.

use super::index::in_degrees;
use crate::atlas::PartView;
use crate::geometry::relate::edges_in_square;
use crate::geometry::{GridSquare, Kind, Side, Space, clip, ostn15};
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
    let (near, middle) = match space {
        Space::NationalGrid => (bounds, Some(square.centre())),
        Space::Wgs84 => (
            in_degrees(Space::NationalGrid, &bounds),
            ostn15::from_national_grid(square.centre())
                .ok()
                .map(|shifted| shifted.coord),
        ),
    };
    let onto_grid = |vertex: Coord<f64>| match space {
        Space::NationalGrid => Some(vertex),
        Space::Wgs84 => ostn15::to_national_grid(vertex)
            .ok()
            .map(|shifted| shifted.coord),
    };
    let edges = edges_in_square(part.paths(), part.edge_index(), &bounds, &near, onto_grid);
    let middle_inside = kind == Kind::Polygon
        && middle
            .is_some_and(|middle| part.paths().side(middle, part.edge_index()) != Side::Outside);
    match (middle_inside, edges.enter, edges.touch) {
        // No edge runs through the square: it lies wholly on one side of the outline.
        (true, false, _) => Cover::Whole,
        (true, true, _) | (false, _, true) => Cover::Some,
        (false, _, false) => Cover::None,
    }
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
                let on_grid: Option<Vec<Coord<f64>>> = range
                    .map(|at| match space {
                        Space::NationalGrid => Some(paths.vertex(at)),
                        Space::Wgs84 => ostn15::to_national_grid(paths.vertex(at))
                            .ok()
                            .map(|shifted| shifted.coord),
                    })
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

fn signed_area(ring: &[[f64; 2]]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    let twice: f64 = ring
        .iter()
        .zip(next)
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum();
    twice / 2.0
}
