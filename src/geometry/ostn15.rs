//! OSTN15, Ordnance Survey's transformation between ETRS89 and the National Grid (OSGB36).
//!
//! A longitude and latitude is projected onto the Grid's plane with the GRS80 ellipsoid, then moved
//! by a shift read from a grid of one kilometre by bilinear interpolation. It *defines* OSGB36, so
//! it is exact; a seven-parameter Helmert transformation is 2 m off on average and 5 m at worst.
//! Source of the shifts: the OS developer pack (see `ostn15/pack.py` and `ostn15/LICENSE.txt`).

use super::coord::{Bng, LonLat, Position};
use super::transverse_mercator::{project_grs80, unproject_grs80};
use geo_types::Coord;
use std::io::Read;
use std::sync::LazyLock;

const COLUMNS: usize = 701;
const ROWS: usize = 1251;
/// Spacing of the shifts, in metres.
const CELL_M: f64 = 1000.0;
/// Predictions for the first value of each plane, as in `pack.py`.
const EAST_BASE_MM: i32 = 90_750;
const NORTH_BASE_MM: i32 = -82_020;

/// Within this many metres beyond the grid of shifts, the shift of its edge is held.
pub const MAX_BEYOND_EDGE_M: f64 = 5000.0;

/// A position for which OSTN15 gives no shift.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "the position is more than 5 km outside the area of the OSTN15 transformation (Great Britain and its waters)"
)]
pub struct OutsideOstn15;

/// A transformed coordinate, and whether it was reached with a shift held from the grid's edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shifted {
    /// Easting and northing in metres, or longitude and latitude in degrees.
    pub coord: Coord<f64>,
    /// The position lies up to 5 km outside the grid of shifts.
    pub beyond_edge: bool,
}

/// Easting and northing of a longitude (`x`) and latitude (`y`) in degrees.
///
/// # Errors
/// A position more than [`MAX_BEYOND_EDGE_M`] outside the grid of shifts.
pub fn to_national_grid(lonlat: Coord<f64>) -> Result<Shifted, OutsideOstn15> {
    if !(-12.0..=6.0).contains(&lonlat.x) || !(48.0..=64.0).contains(&lonlat.y) {
        return Err(OutsideOstn15);
    }
    let plane = project_grs80(lonlat);
    let (shift, beyond_edge) = SHIFTS.at(plane)?;
    Ok(Shifted {
        coord: plane + shift,
        beyond_edge,
    })
}

/// Longitude and latitude in degrees of an easting (`x`) and northing (`y`) in metres.
///
/// # Errors
/// A position more than [`MAX_BEYOND_EDGE_M`] outside the grid of shifts.
pub fn from_national_grid(metres: Coord<f64>) -> Result<Shifted, OutsideOstn15> {
    // The shift is known at the ETRS89 end, so the position there is found by steps; the shifts are
    // so smooth that each step gains three digits.
    let mut plane = metres;
    let mut beyond_edge = false;
    for _ in 0..8 {
        let (shift, beyond) = SHIFTS.at(plane)?;
        let next = metres - shift;
        let moved = next - plane;
        plane = next;
        beyond_edge = beyond;
        if moved.x.abs() < 1e-7 && moved.y.abs() < 1e-7 {
            break;
        }
    }
    Ok(Shifted {
        coord: unproject_grs80(plane),
        beyond_edge,
    })
}

impl Position {
    /// A position given by longitude and latitude; its Grid coordinate is `None` where the Grid does not reach.
    #[must_use]
    pub fn of_lonlat(lonlat: LonLat) -> Self {
        let grid = to_national_grid(lonlat.coord())
            .ok()
            .and_then(|shifted| Bng::new(shifted.coord.x, shifted.coord.y).ok());
        Self { lonlat, grid }
    }

    /// A position given on the National Grid, kept exactly as given.
    ///
    /// # Errors
    /// A position for which OSTN15 has no shift: north of Shetland.
    pub fn of_grid(grid: Bng) -> Result<Self, OutsideOstn15> {
        let degrees = from_national_grid(grid.coord())?.coord;
        let lonlat = LonLat::new(degrees.x, degrees.y).map_err(|_| OutsideOstn15)?;
        Ok(Self {
            lonlat,
            grid: Some(grid),
        })
    }
}

/// The shifts in millimetres, west to east, then south to north.
struct Shifts {
    east: Vec<i32>,
    north: Vec<i32>,
}

static SHIFTS: LazyLock<Shifts> = LazyLock::new(|| {
    let mut planes = Vec::with_capacity(COLUMNS * ROWS * 4);
    flate2::read::DeflateDecoder::new(&include_bytes!("ostn15/shifts.bin")[..])
        .read_to_end(&mut planes)
        .expect("the packed shifts are part of the program");
    let (east, north) = planes.split_at(COLUMNS * ROWS * 2);
    Shifts {
        east: unpack(east, EAST_BASE_MM),
        north: unpack(north, NORTH_BASE_MM),
    }
});

/// Undoes `pack.py`: low bytes then high bytes of zigzag differences from west + south − south-west.
fn unpack(plane: &[u8], base: i32) -> Vec<i32> {
    let (low, high) = plane.split_at(COLUMNS * ROWS);
    let mut values = Vec::with_capacity(COLUMNS * ROWS);
    for (index, (&low, &high)) in low.iter().zip(high).enumerate() {
        let (column, row) = (index % COLUMNS, index / COLUMNS);
        let prediction = match (column, row) {
            (0, 0) => base,
            (_, 0) => values[index - 1],
            (0, _) => values[index - COLUMNS],
            _ => values[index - 1] + values[index - COLUMNS] - values[index - COLUMNS - 1],
        };
        let zigzag = i32::from(u16::from_le_bytes([low, high]));
        values.push(prediction + ((zigzag >> 1) ^ -(zigzag & 1)));
    }
    values
}

impl Shifts {
    /// The shift in metres at an ETRS89 easting and northing, and whether it is held from the edge.
    fn at(&self, plane: Coord<f64>) -> Result<(Coord<f64>, bool), OutsideOstn15> {
        let width = (COLUMNS - 1) as f64 * CELL_M;
        let height = (ROWS - 1) as f64 * CELL_M;
        let held = Coord {
            x: plane.x.clamp(0.0, width),
            y: plane.y.clamp(0.0, height),
        };
        let beyond = (plane.x - held.x).abs().max((plane.y - held.y).abs());
        if beyond.is_nan() || beyond > MAX_BEYOND_EDGE_M {
            return Err(OutsideOstn15);
        }
        let column = ((held.x / CELL_M) as usize).min(COLUMNS - 2);
        let row = ((held.y / CELL_M) as usize).min(ROWS - 2);
        let t = held.x / CELL_M - column as f64;
        let u = held.y / CELL_M - row as f64;
        let corner = row * COLUMNS + column;
        let bilinear = |plane: &[i32]| {
            let at = |index: usize| f64::from(plane[index]) / 1000.0;
            (1.0 - t) * (1.0 - u) * at(corner)
                + t * (1.0 - u) * at(corner + 1)
                + (1.0 - t) * u * at(corner + COLUMNS)
                + t * u * at(corner + COLUMNS + 1)
        };
        let shift = Coord {
            x: bilinear(&self.east),
            y: bilinear(&self.north),
        };
        Ok((shift, beyond > 0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_the_same_place_all_over_the_grid() {
        for column in 0..=70 {
            for row in 0..=125 {
                let metres = Coord {
                    x: f64::from(column) * 9_999.0,
                    y: f64::from(row) * 9_999.0,
                };
                let there = from_national_grid(metres).expect("on the grid");
                let back = to_national_grid(there.coord).expect("on the grid").coord;
                let off = (back.x - metres.x).hypot(back.y - metres.y);
                assert!(off < 1e-5, "{metres:?} came back {off} m away");
            }
        }
    }

    #[test]
    fn a_step_beyond_the_edge_holds_the_edge_shift_and_ten_kilometres_are_refused() {
        let inside = from_national_grid(Coord {
            x: 60.0,
            y: 10_000.0,
        })
        .expect("Scilly");
        assert!(
            inside.beyond_edge,
            "the shift moves it west of the first column"
        );
        assert!(
            from_national_grid(Coord {
                x: -10_000.0,
                y: 10_000.0
            })
            .is_err()
        );
        assert!(
            from_national_grid(Coord {
                x: f64::NAN,
                y: 0.0
            })
            .is_err()
        );
        assert!(
            to_national_grid(Coord { x: 2.35, y: 41.0 }).is_err(),
            "Barcelona"
        );
    }
}
