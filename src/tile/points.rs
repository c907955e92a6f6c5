//! Points of a layer on a tile's grid.

use super::grid::{Frame, TilePoint};
use super::project::FinePart;
use std::sync::Arc;

/// The points of an area that are this tile's own.
pub(super) fn points(parts: &[Arc<FinePart>], frame: Frame) -> Vec<TilePoint> {
    let all = parts.iter().flat_map(|part| &part.points);
    let mut own: Vec<TilePoint> = all.filter_map(|&point| frame.own(point)).collect();
    own.sort_unstable();
    own.dedup();
    own
}
