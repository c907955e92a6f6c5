//! What a map's style shows of a layer, as far as tiles depend on it: bytes that nobody draws are not sent.

use super::id::MAX_ZOOM;
use crate::policy::{Group, Layer};

/// What a style shows of one layer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// From this zoom on it draws something of the areas.
    pub areas_from: u8,
    /// From this zoom on it writes the names that stand at label points.
    pub names_from: u8,
    /// The properties by which it draws areas differently.
    pub classes: Vec<String>,
}

impl Shown {
    /// The first zoom whose tiles have the layer. What answers are made of is there from the layer's detail on,
    /// whatever is drawn of it; context is there to be drawn.
    pub(super) fn first_zoom(&self, layer: &Layer) -> u8 {
        let drawn_from = match layer.group {
            Group::Context => self.areas_from,
            _ => self.areas_from.min(layer.detail_zoom),
        };
        layer.min_zoom.max(drawn_from).min(MAX_ZOOM)
    }

    /// Whether a zoom has label points. The deepest has all: viewers enlarge it, and another style may want them.
    pub(super) fn names_at(&self, z: u8) -> bool {
        z == MAX_ZOOM || z >= self.names_from
    }
}
