//! Lines of a layer on a tile's grid.

use super::cut;
use super::grid::{Frame, TilePoint, turn};
use super::project::FinePart;
use super::rings::bounds;
use std::sync::Arc;

/// The lines of an area that are drawn. One that rounding left without length is drawn one unit long,
/// if nothing else of the area is in the tile.
pub(super) fn lines(parts: &[Arc<FinePart>], frame: Frame) -> Vec<Vec<TilePoint>> {
    let mut drawn = Vec::new();
    let mut speck: Option<TilePoint> = None;
    for part in parts {
        let near = cut::near(part, &frame.reach());
        for piece in near.paths().flat_map(|path| cut::line(path, frame)) {
            let piece = without_straight_points(&piece);
            if piece.len() > 1 {
                drawn.push(piece);
            } else {
                let inside = piece
                    .into_iter()
                    .filter(|&point| frame.drawn().holds_strictly(point));
                speck = speck.into_iter().chain(inside).min();
            }
        }
    }
    if drawn.is_empty() {
        drawn.extend(speck.map(|at| {
            vec![
                at,
                TilePoint {
                    x: at.x + 1,
                    y: at.y,
                },
            ]
        }));
    }
    drawn
}

/// A line without the points that it passes straight on; those at which it turns back stay.
fn without_straight_points(line: &[TilePoint]) -> Vec<TilePoint> {
    let mut kept: Vec<TilePoint> = Vec::with_capacity(line.len());
    for &point in line {
        while let [.., a, b] = kept[..]
            && turn(a, b, point) == 0
            && bounds(&[a, point]).is_some_and(|rect| rect.holds(b))
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}
