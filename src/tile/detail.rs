//! How detail gives way where a tile would be too heavy for a bad line.
//!
//! In this order, each step with all those before it: lines may be a whole pixel off instead of half; layers
//! below their detail are dissolved, however few their areas are; areas too small to have a shape become
//! points, at first those under two pixels, then ever larger ones; last of all, lines move by more than a
//! pixel. From its layer's detail on every area keeps a feature of its own, its id and its reference.

use super::grid::{Frame, extent};
use super::id::TileId;

/// The most bytes of a tile on the wire, by Brotli as it is packed for somebody who waits.
pub const MAX_TILE_BYTES: usize = 50_000;

/// How much of the detail of a tile has given way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Detail {
    step: u8,
}

/// One step: how often the grid is halved, whether layers are dissolved, and under how many pixels an area
/// becomes a point.
const STEPS: [(u32, bool, u32); 12] = [
    (0, false, 0),
    (1, false, 0),
    (1, true, 0),
    (1, true, 2),
    (1, true, 4),
    (1, true, 8),
    (1, true, 16),
    (2, true, 16),
    (3, true, 32),
    (4, true, 64),
    (5, true, 128),
    (6, true, 512),
];

impl Detail {
    /// Everything that a zoom shows.
    pub const FULL: Self = Self { step: 0 };

    /// The next step for a tile of so many bytes; `None` where nothing is left to give. One far too large skips
    /// a step, since each is made only to see how large it comes out.
    pub(super) fn after(self, bytes: usize) -> Option<Self> {
        let by = if bytes > 4 * MAX_TILE_BYTES { 2 } else { 1 };
        let last = STEPS.len() as u8 - 1;
        (self.step < last).then(|| Self {
            step: (self.step + by).min(last),
        })
    }

    /// Its place in the order in which detail gives way.
    pub(super) fn step(self) -> u8 {
        self.step
    }

    /// The detail of such a place; `None` beyond the last.
    pub(super) fn of_step(step: u8) -> Option<Self> {
        (usize::from(step) < STEPS.len()).then_some(Self { step })
    }

    /// Whether everything is there that the zoom shows.
    #[must_use]
    pub fn is_full(self) -> bool {
        self == Self::FULL
    }

    /// How many half pixels of a tile of 512 a line may be off.
    #[must_use]
    pub fn half_pixels(self) -> u32 {
        1 << self.of().0
    }

    /// Whether all layers below their detail are dissolved.
    #[must_use]
    pub fn dissolves_all(self) -> bool {
        self.of().1
    }

    /// Areas that are no larger than so many pixels each way are points.
    #[must_use]
    pub fn points_up_to(self) -> u32 {
        self.of().2
    }

    fn of(self) -> (u32, bool, u32) {
        STEPS[usize::from(self.step)]
    }

    /// The zoom as which a tile is drawn: lines that may be twice as far off are those of the zoom above.
    pub(super) fn zoom(self, tile: TileId) -> u8 {
        tile.z().saturating_sub(self.of().0 as u8)
    }

    /// The grid on which a tile is drawn: that of its zoom, in a tile which is so much smaller.
    pub(super) fn frame(self, tile: TileId) -> Frame {
        Frame::with(tile, extent(self.zoom(tile)) >> self.of().0)
    }

    /// The same in units of a frame.
    pub(super) fn point_units(self, frame: Frame) -> i32 {
        self.points_up_to() as i32 * frame.extent / 512
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_gives_no_less_way_than_the_one_before_and_the_last_is_reached() {
        let mut detail = Detail::FULL;
        let mut steps = 1;
        while let Some(next) = detail.after(MAX_TILE_BYTES + 1) {
            assert!(next > detail);
            assert!(next.half_pixels() >= detail.half_pixels());
            assert!(next.points_up_to() >= detail.points_up_to());
            assert!(next.dissolves_all() || !detail.dissolves_all());
            detail = next;
            steps += 1;
        }
        assert_eq!(steps, STEPS.len());
        assert_eq!(detail.points_up_to(), 512, "a whole tile");
    }
}
