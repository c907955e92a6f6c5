//! The two grids on which tiles are made: a fine one over the whole Mercator square, and each tile's own.
//!
//! The fine grid has 2^32 steps a side, 9 mm at the equator and 6 mm in Wales. All tiles of a zoom share one
//! coarser grid, so that a vertex falls on the same unit whichever tile, neighbour or clip it comes from:
//! rounding is done in whole numbers and never depends on the order of the work.

use super::id::{MAX_ZOOM, TileId};
use crate::geometry::{Bounds, LonLat, Mercator};
use geo_types::Coord;

/// Bits of a fine coordinate.
const FINE_BITS: u32 = 32;

/// Units along a tile's side.
///
/// A drawn line lies within half a pixel of where it should be ([`tolerance`]), rounding
/// included: with 768 units on the 512 pixels of a tile, rounding takes at most 0.47 px of that, and
/// the choice of vertices is measured between rounded ones. Finer grids leave out a few vertices more
/// and write longer numbers; coarser ones could round a corner too far. `docs/decisions` has the figures.
pub(super) fn extent(z: u8) -> i32 {
    if z == MAX_ZOOM { 2048 } else { 768 }
}

/// How far a drawn line may lie from the source at a zoom, in fine steps: half a pixel of a tile of 512.
/// The deepest zoom is enlarged by viewers and holds half of that.
pub(super) fn tolerance(z: u8) -> f64 {
    let half_pixel = f64::from(FINE_BITS - 10 - u32::from(z)).exp2();
    if z == MAX_ZOOM {
        half_pixel / 2.0
    } else {
        half_pixel
    }
}

/// Metres of ground along a fine step at a height of the Mercator square.
pub(super) fn metres_a_step(y: u32) -> f64 {
    let place = Mercator {
        x: 0.5,
        y: f64::from(y) / f64::from(FINE_BITS).exp2(),
    };
    let around = std::f64::consts::TAU * 6_378_137.0;
    around / f64::from(FINE_BITS).exp2() * place.lonlat().lat().to_radians().cos()
}

/// The part of a tile's side that is drawn beyond each edge, as a power of two: 1/64 is 8 pixels,
/// wider than half of any outline.
const BUFFER_BITS: u32 = 6;

/// A point of the fine grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FinePoint {
    pub x: u32,
    pub y: u32,
}

impl FinePoint {
    /// The nearest point of the fine grid; what lies beyond the square is held at its edge.
    pub(super) fn of(place: Mercator) -> Self {
        let step = |share: f64| (share * f64::from(FINE_BITS).exp2()).round() as u32;
        Self {
            x: step(place.x),
            y: step(place.y),
        }
    }

    /// Where it is.
    pub(super) fn lonlat(self) -> LonLat {
        let share = |step: u32| f64::from(step) / f64::from(FINE_BITS).exp2();
        Mercator {
            x: share(self.x),
            y: share(self.y),
        }
        .lonlat()
    }
}

/// An upright rectangle of the fine grid, its edges included; it may reach beyond the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FineRect {
    pub min: (i64, i64),
    pub max: (i64, i64),
}

impl FineRect {
    /// The rectangle around some points; its `min` is above its `max` where there are none.
    pub(super) fn around(points: &[FinePoint]) -> Self {
        let mut rect = Self {
            min: (i64::MAX, i64::MAX),
            max: (i64::MIN, i64::MIN),
        };
        for point in points {
            let (x, y) = (i64::from(point.x), i64::from(point.y));
            rect.min = (rect.min.0.min(x), rect.min.1.min(y));
            rect.max = (rect.max.0.max(x), rect.max.1.max(y));
        }
        rect
    }

    /// The sides beyond which a point lies, one bit each; 0 for a point inside.
    pub(super) fn sides_beyond(&self, point: FinePoint) -> u8 {
        let (x, y) = (i64::from(point.x), i64::from(point.y));
        u8::from(x < self.min.0)
            | u8::from(x > self.max.0) << 1
            | u8::from(y < self.min.1) << 2
            | u8::from(y > self.max.1) << 3
    }

    /// The rectangle around both.
    pub(super) fn with(&self, other: &Self) -> Self {
        Self {
            min: (self.min.0.min(other.min.0), self.min.1.min(other.min.1)),
            max: (self.max.0.max(other.max.0), self.max.1.max(other.max.1)),
        }
    }

    /// Its middle.
    pub(super) fn centre(&self) -> Mercator {
        let middle = |low: i64, high: i64| (low + high) as f64 / 2.0 / f64::from(FINE_BITS).exp2();
        Mercator {
            x: middle(self.min.0, self.max.0),
            y: middle(self.min.1, self.max.1),
        }
    }

    /// The deepest zoom at which it is no larger than a tile.
    pub(super) fn zoom_to_fit(&self) -> u8 {
        let side = (self.max.0 - self.min.0).max(self.max.1 - self.min.1);
        let fits = (0..=MAX_ZOOM)
            .rev()
            .find(|&z| side <= 1 << (FINE_BITS - u32::from(z)));
        fits.unwrap_or(0)
    }

    /// The rectangle in degrees, edges included.
    pub(super) fn degrees(&self) -> Bounds {
        let corner = |(x, y): (i64, i64)| {
            let share = |step: i64| step as f64 / f64::from(FINE_BITS).exp2();
            Mercator {
                x: share(x),
                y: share(y),
            }
            .lonlat()
        };
        let (north_west, south_east) = (corner(self.min), corner(self.max));
        // Mercator ends at 85° and holds what lies beyond at its edge: so must a search.
        let to_pole = |lat: f64| {
            if lat.abs() > 85.05 {
                90.0_f64.copysign(lat)
            } else {
                lat
            }
        };
        Bounds {
            min: Coord {
                x: north_west.lon(),
                y: to_pole(south_east.lat()),
            },
            max: Coord {
                x: south_east.lon(),
                y: to_pole(north_west.lat()),
            },
        }
    }
}

/// A point in a tile's units, `x` east and `y` south of its north-west corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TilePoint {
    pub x: i32,
    pub y: i32,
}

/// An upright rectangle in tile units, its edges included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TileRect {
    pub min: TilePoint,
    pub max: TilePoint,
}

impl TileRect {
    /// Whether a point lies inside or on an edge.
    pub(super) fn holds(&self, point: TilePoint) -> bool {
        (self.min.x..=self.max.x).contains(&point.x) && (self.min.y..=self.max.y).contains(&point.y)
    }

    /// Whether a point lies inside, off the edges.
    pub(super) fn holds_strictly(&self, point: TilePoint) -> bool {
        self.min.x < point.x && point.x < self.max.x && self.min.y < point.y && point.y < self.max.y
    }

    /// Whether two points lie on one and the same side.
    pub(super) fn on_one_side(&self, a: TilePoint, b: TilePoint) -> bool {
        let same = |a: i32, b: i32, low: i32, high: i32| a == b && (a == low || a == high);
        same(a.x, b.x, self.min.x, self.max.x) || same(a.y, b.y, self.min.y, self.max.y)
    }
}

/// The grid that all tiles of a zoom share: how fine points fall on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ZoomGrid {
    /// Bits of the fine steps along a tile's side.
    bits: u32,
    /// Units along a tile's side.
    extent: i64,
}

impl ZoomGrid {
    /// The grid of a zoom.
    pub(super) fn of(z: u8) -> Self {
        Self::with(z, extent(z))
    }

    fn with(z: u8, extent: i32) -> Self {
        Self {
            bits: FINE_BITS - u32::from(z),
            extent: i64::from(extent),
        }
    }

    /// The unit nearest to a fine step, halves upwards.
    pub(super) fn unit(self, step: u32) -> i64 {
        (i64::from(step) * self.extent + (1 << (self.bits - 1))) >> self.bits
    }

    /// Where a unit lies, in fine steps.
    pub(super) fn step(self, unit: i64) -> f64 {
        unit as f64 * f64::from(self.bits).exp2() / self.extent as f64
    }
}

/// A tile's grid: how fine points fall on it, and what of it is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    grid: ZoomGrid,
    /// The tile's north-west corner in units of its zoom.
    origin: (i64, i64),
    /// Units along the whole world's side at this zoom.
    world: i64,
    /// Units along the tile's side.
    pub extent: i32,
    /// The tile, whose full grid decides which points are its own.
    tile: TileId,
}

impl Frame {
    /// The grid of a tile.
    pub(super) fn of(tile: TileId) -> Self {
        Self::with(tile, extent(tile.z()))
    }

    /// A grid of a tile with so many units along its side.
    pub(super) fn with(tile: TileId, extent: i32) -> Self {
        let grid = ZoomGrid::with(tile.z(), extent);
        Self {
            grid,
            origin: (
                i64::from(tile.x()) * grid.extent,
                i64::from(tile.y()) * grid.extent,
            ),
            world: grid.extent << tile.z(),
            extent: grid.extent as i32,
            tile,
        }
    }

    fn unit(self, step: u32) -> i64 {
        self.grid.unit(step)
    }

    /// The unit nearest to a fine point; far outside the tile for points far away.
    pub(super) fn place(self, point: FinePoint) -> TilePoint {
        TilePoint {
            x: (self.unit(point.x) - self.origin.0) as i32,
            y: (self.unit(point.y) - self.origin.1) as i32,
        }
    }

    /// The unit nearest to a fine point, where it is one of this tile: from 0 to below the extent.
    /// Of all tiles of a zoom exactly one says yes, also where one of them is drawn on a coarser grid than its
    /// neighbour.
    pub(super) fn own(self, point: FinePoint) -> Option<TilePoint> {
        let full = Self::of(self.tile);
        if full.extent == self.extent {
            return self.own_on_grid(point);
        }
        full.own_on_grid(point)?;
        let place = self.place(point);
        let inside = |unit: i32| unit.clamp(0, self.extent - 1);
        Some(TilePoint {
            x: inside(place.x),
            y: inside(place.y),
        })
    }

    fn own_on_grid(self, point: FinePoint) -> Option<TilePoint> {
        let local = |step: u32, origin: i64| self.unit(step).min(self.world - 1) - origin;
        let (x, y) = (local(point.x, self.origin.0), local(point.y, self.origin.1));
        let inside = 0..i64::from(self.extent);
        (inside.contains(&x) && inside.contains(&y)).then_some(TilePoint {
            x: x as i32,
            y: y as i32,
        })
    }

    /// Whether a rectangle is no longer than so many units each way; never for none.
    pub(super) fn is_within(self, rect: &FineRect, units: i32) -> bool {
        let longest = (rect.max.0 - rect.min.0).max(rect.max.1 - rect.min.1);
        units > 0 && longest as f64 <= self.grid.step(i64::from(units))
    }

    /// Units drawn beyond each edge.
    pub(super) fn buffer(self) -> i32 {
        (self.extent >> BUFFER_BITS).max(1)
    }

    /// Half a pixel of a 512-pixel tile, in units.
    pub(super) fn half_pixel(self) -> i32 {
        (self.extent / 1024).max(1)
    }

    /// What is drawn: the tile and its buffer.
    pub(super) fn drawn(self) -> TileRect {
        let (low, high) = (-self.buffer(), self.extent + self.buffer());
        TileRect {
            min: TilePoint { x: low, y: low },
            max: TilePoint { x: high, y: high },
        }
    }

    /// What may fall on the drawn units when it is rounded, and one unit more on every side.
    pub(super) fn reach(self) -> FineRect {
        let edge = |origin: i64, local: i32| self.grid.step(origin + i64::from(local)) as i64;
        let drawn = self.drawn();
        let pad = self.grid.step(2) as i64 + 1;
        FineRect {
            min: (
                edge(self.origin.0, drawn.min.x) - pad,
                edge(self.origin.1, drawn.min.y) - pad,
            ),
            max: (
                edge(self.origin.0, drawn.max.x) + pad,
                edge(self.origin.1, drawn.max.y) + pad,
            ),
        }
    }
}

/// The whole number nearest to `over / under`, halves upwards.
pub(super) fn round_div(over: i64, under: i64) -> i64 {
    let (over, under) = if under < 0 {
        (-over, -under)
    } else {
        (over, under)
    };
    over.div_euclid(under) + i64::from(2 * over.rem_euclid(under) >= under)
}

/// Twice the area of the triangle a, b, c: positive where it turns clockwise as drawn (`y` down). Exact.
pub(super) fn turn(a: TilePoint, b: TilePoint, c: TilePoint) -> i64 {
    let (abx, aby) = (
        i64::from(b.x) - i64::from(a.x),
        i64::from(b.y) - i64::from(a.y),
    );
    let (acx, acy) = (
        i64::from(c.x) - i64::from(a.x),
        i64::from(c.y) - i64::from(a.y),
    );
    abx * acy - aby * acx
}

/// Twice the area of a closed ring: positive for an outline by the rules of MVT 2.1.
pub(super) fn twice_area(ring: &[TilePoint]) -> i64 {
    let Some(&first) = ring.first() else {
        return 0;
    };
    ring.windows(2)
        .map(|edge| turn(first, edge[0], edge[1]))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(text: &str) -> TileId {
        text.parse().expect(text)
    }

    #[test]
    fn every_point_is_in_exactly_one_tile_of_a_zoom_also_at_corners_and_at_the_worlds_edge() {
        let corner = 1u32 << 31;
        for (x, y) in [
            (corner, corner),
            (corner - 1, corner),
            (u32::MAX, 0),
            (u32::MAX, u32::MAX),
            (0, 0),
        ] {
            for z in 0..4 {
                let side = 1 << z;
                let holding = (0..side * side)
                    .filter(|at| {
                        let id = TileId::new(z, at % side, at / side).expect("in the grid");
                        Frame::of(id).own(FinePoint { x, y }).is_some()
                    })
                    .count();
                assert_eq!(holding, 1, "{x},{y} at zoom {z}");
            }
        }
    }

    #[test]
    fn a_point_near_a_border_is_in_one_of_two_tiles_also_where_their_grids_differ() {
        let (left, right) = (tile("10/501/333"), tile("10/502/333"));
        let border = 502u32 << 22;
        for off in -5000..5000 {
            let point = FinePoint {
                x: border.wrapping_add_signed(off),
                y: (333 << 22) + 7,
            };
            for (one, other) in [(2048, 512), (512, 2048), (256, 1024)] {
                let here = Frame::with(left, one).own(point).is_some();
                assert_ne!(
                    here,
                    Frame::with(right, other).own(point).is_some(),
                    "{off}"
                );
            }
        }
    }

    #[test]
    fn a_point_falls_on_the_same_unit_seen_from_neighbouring_tiles() {
        let (left, right) = (
            Frame::of(tile("12/2005/1332")),
            Frame::of(tile("12/2006/1332")),
        );
        let border = 2006u32 << 20;
        for off in [0, 255, 256, 257, 512, 5000, 77_777] {
            let point = FinePoint {
                x: border + off,
                y: 1332 << 20,
            };
            assert_eq!(
                left.place(point).x,
                right.place(point).x + left.extent,
                "{off}"
            );
        }
    }

    #[test]
    fn rounding_moves_a_point_by_half_a_unit_at_most() {
        let frame = Frame::of(tile("9/250/166"));
        let unit = frame.grid.step(1);
        for step in (0..5_000_000u32).step_by(7_919) {
            let x = (250u32 << 23) + step;
            let off = frame.grid.step(frame.unit(x)) - f64::from(x);
            assert!(off.abs() * 2.0 <= unit, "{off} of {unit}");
        }
    }

    #[test]
    fn halves_round_upwards_whatever_the_signs() {
        for (over, under, rounded) in [
            (1, 2, 1),
            (-1, 2, 0),
            (3, -2, -1),
            (7, 3, 2),
            (-7, 3, -2),
            (0, 5, 0),
        ] {
            assert_eq!(round_div(over, under), rounded, "{over}/{under}");
        }
    }

    #[test]
    fn an_outline_drawn_clockwise_has_a_positive_area() {
        let ring = [(0, 0), (4, 0), (4, 3), (0, 3), (0, 0)].map(|(x, y)| TilePoint { x, y });
        assert_eq!(twice_area(&ring), 24);
    }
}
