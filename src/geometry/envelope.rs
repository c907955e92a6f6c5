//! Rectangles of degrees that surely hold what they stand for, in sixteen bytes.
//!
//! Those of National Grid rectangles are found by transforming points along their sides, and padded by
//! what a side may bend between two points. They may be a little too large, never too small.

use super::coord::{Bounds, Space};
use super::ostn15;
use geo_types::Coord;

/// A rectangle of degrees: west, south, east, north, each rounded outwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Envelope(pub [f32; 4]);

impl Envelope {
    /// Surely holds a rectangle of `space`.
    #[must_use]
    pub fn around(space: Space, bounds: &Bounds) -> Self {
        Self::of_degrees(&in_degrees(space, bounds))
    }

    /// Holds all of both.
    #[must_use]
    pub fn with(self, Self([west, south, east, north]): Self) -> Self {
        let Self([w, s, e, n]) = self;
        Self([w.min(west), s.min(south), e.max(east), n.max(north)])
    }

    /// Whether the two have a point in common.
    #[must_use]
    pub fn intersects(self, Self([west, south, east, north]): Self) -> bool {
        let Self([w, s, e, n]) = self;
        w <= east && west <= e && s <= north && south <= n
    }

    /// Surely holds a rectangle of degrees.
    #[must_use]
    pub fn of_degrees(degrees: &Bounds) -> Self {
        let below = |ordinate: f64| (ordinate as f32).next_down();
        let above = |ordinate: f64| (ordinate as f32).next_up();
        Self([
            below(degrees.min.x),
            below(degrees.min.y),
            above(degrees.max.x),
            above(degrees.max.y),
        ])
    }
}

/// Pieces into which each side is cut before it is transformed.
const PIECES: u32 = 8;

/// A rectangle of degrees that surely holds a rectangle of `space`.
#[must_use]
pub fn in_degrees(space: Space, bounds: &Bounds) -> Bounds {
    if space == Space::Wgs84 || bounds.is_empty() {
        return *bounds;
    }
    const EVERYWHERE: Bounds = Bounds {
        min: Coord {
            x: -180.0,
            y: -90.0,
        },
        max: Coord { x: 180.0, y: 90.0 },
    };
    let mut degrees = Bounds::EMPTY;
    let corners = bounds.corners();
    for (index, &from) in corners.iter().enumerate() {
        let to = corners[(index + 1) % 4];
        for step in 0..PIECES {
            let on_side = from + (to - from) * (f64::from(step) / f64::from(PIECES));
            match ostn15::from_national_grid(on_side) {
                Ok(shifted) => degrees.include(shifted.coord),
                // What cannot be transformed is offered everywhere rather than nowhere.
                Err(_) => return EVERYWHERE,
            }
        }
    }
    // A straight piece of length l bends by less than l²/2R between its ends; half a metre more covers
    // the wobble of the shifts. A metre is under 2.5e-5 degrees of longitude up to 68° north.
    const EARTH_M: f64 = 6.3e6;
    let piece = bounds.width().max(bounds.height()) / f64::from(PIECES);
    degrees.padded((piece * piece / (2.0 * EARTH_M) + 0.5) * 2.5e-5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rectangle_of_degrees_holds_every_point_of_a_grid_rectangle() {
        let bounds = Bounds {
            min: Coord {
                x: 80_000.0,
                y: 5_000.0,
            },
            max: Coord {
                x: 655_000.0,
                y: 1_215_000.0,
            },
        };
        let degrees = in_degrees(Space::NationalGrid, &bounds);
        for step in 0..=1000 {
            let share = f64::from(step) / 1000.0;
            let (x, y) = (
                bounds.min.x + bounds.width() * share,
                bounds.min.y + bounds.height() * share,
            );
            for on_side in [
                Coord { x, y: bounds.min.y },
                Coord { x, y: bounds.max.y },
                Coord { x: bounds.min.x, y },
                Coord { x: bounds.max.x, y },
            ] {
                let there = ostn15::from_national_grid(on_side)
                    .expect("on the grid")
                    .coord;
                assert!(degrees.contains(there), "{on_side:?}");
            }
        }
    }
}
