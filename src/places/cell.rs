//! Where a place stands among others: its rank by what it is and the cell of the globe that it lies in,
//! both legible in its number, so that the best of many matches are chosen without reading them.

use super::gazetteer::Kind;
use crate::geometry::{Bounds, LonLat};
use geo_types::Coord;

/// Degrees of latitude of a cell: 11 km.
const CELL_LAT: f64 = 0.1;

/// Degrees of longitude of a cell: 10 km in the middle of Britain.
const CELL_LON: f64 = 0.15;

/// Cells of a block, either way: a block is what the index can be narrowed to.
const BLOCK: u32 = 5;

/// Blocks that an area may cover to be searched by itself: more are no neighbourhood.
const MAX_BLOCKS: usize = 40;

/// Bits of a column and of a row of cells, and of the count of places of one source.
const COLUMN_BITS: u32 = 12;
const ROW_BITS: u32 = 11;
const SERIAL_BITS: u32 = 26;

/// Places with names of one source at most.
pub(super) const MAX_NAMED: u64 = (1 << SERIAL_BITS) - 1;

/// What a place is, from what is looked for most to what is looked for least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    City,
    Town,
    /// A village, a suburb, or a place of which no more is known.
    Village,
    Hamlet,
    Street,
    /// A stretch of a street, or a road that has a number only.
    Section,
    /// A hill, a wood, a school, a station.
    Feature,
    Postcode,
    Address,
}

impl Rank {
    const ALL: [Self; 9] = [
        Self::City,
        Self::Town,
        Self::Village,
        Self::Hamlet,
        Self::Street,
        Self::Section,
        Self::Feature,
        Self::Postcode,
        Self::Address,
    ];

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::City | Self::Town | Self::Village | Self::Hamlet | Self::Feature => Kind::Place,
            Self::Street | Self::Section => Kind::Street,
            Self::Postcode => Kind::Postcode,
            Self::Address => Kind::Address,
        }
    }

    /// The rank of a word in a file: our own four, or a local type of OS Open Names.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "city" => Self::City,
            "town" => Self::Town,
            "place" | "village" | "suburban area" | "suburb" | "populatedplace" => Self::Village,
            "hamlet" | "other settlement" => Self::Hamlet,
            "street" | "road" | "named road" => Self::Street,
            "section of named road" | "numbered road" | "section of numbered road" => Self::Section,
            "postcode" => Self::Postcode,
            "address" => Self::Address,
            _ => return None,
        })
    }
}

/// The cell of a position.
pub(super) fn cell(lonlat: LonLat) -> u32 {
    let column = column(lonlat.lon());
    row(lonlat.lat()) << COLUMN_BITS | column
}

fn column(lon: f64) -> u32 {
    ((lon + 180.0) / CELL_LON).clamp(0.0, f64::from((1 << COLUMN_BITS) - 1)) as u32
}

fn row(lat: f64) -> u32 {
    ((lat + 90.0) / CELL_LAT).clamp(0.0, f64::from((1 << ROW_BITS) - 1)) as u32
}

/// The rectangle of a cell.
fn bounds(cell: u32) -> Bounds {
    let (row, column) = (cell >> COLUMN_BITS, cell & ((1 << COLUMN_BITS) - 1));
    let min = Coord {
        x: f64::from(column) * CELL_LON - 180.0,
        y: f64::from(row) * CELL_LAT - 90.0,
    };
    let max = Coord {
        x: min.x + CELL_LON,
        y: min.y + CELL_LAT,
    };
    Bounds { min, max }
}

/// The word under which the places of a block stand in the index.
pub(super) fn block(cell: u32) -> String {
    let (row, column) = (cell >> COLUMN_BITS, cell & ((1 << COLUMN_BITS) - 1));
    block_word(row / BLOCK, column / BLOCK)
}

fn block_word(row: u32, column: u32) -> String {
    format!("{row}x{column}")
}

/// The words of the blocks that a rectangle of degrees touches; none where they are too many.
pub(super) fn blocks(area: &Bounds) -> Vec<String> {
    let columns = column(area.min.x) / BLOCK..=column(area.max.x) / BLOCK;
    let rows = row(area.min.y) / BLOCK..=row(area.max.y) / BLOCK;
    if columns.clone().count() * rows.clone().count() > MAX_BLOCKS {
        return Vec::new();
    }
    let row_words = |row| columns.clone().map(move |column| block_word(row, column));
    rows.flat_map(row_words).collect()
}

/// By what places are sorted: rank before cell.
pub(super) fn order(rank: Rank, cell: u32) -> u32 {
    (rank as u32) << (ROW_BITS + COLUMN_BITS) | cell
}

/// The number of a place: its order before its turn in its source.
pub(super) fn number_of(order: u32, serial: u64) -> i64 {
    (u64::from(order) << SERIAL_BITS | serial & MAX_NAMED) as i64
}

/// The rank that stands in a number.
pub(super) fn rank_of(number: i64) -> Rank {
    let rank = number as u64 >> (SERIAL_BITS + ROW_BITS + COLUMN_BITS);
    let known = Rank::ALL.get(rank as usize);
    known.copied().unwrap_or(Rank::Feature)
}

/// Roughly how many metres the cell of a number is from an area, 0 where they meet.
pub(super) fn metres_to_cell(area: &Bounds, number: i64) -> f64 {
    let cell = (number as u64 >> SERIAL_BITS) as u32 & ((1 << (ROW_BITS + COLUMN_BITS)) - 1);
    metres(area, &bounds(cell))
}

/// Roughly how many metres a position is from an area, 0 inside.
pub(super) fn metres_to(area: &Bounds, lonlat: LonLat) -> f64 {
    let at = lonlat.coord();
    metres(area, &Bounds { min: at, max: at })
}

fn metres(area: &Bounds, other: &Bounds) -> f64 {
    const DEGREE_M: f64 = 111_200.0;
    let gap = |low: f64, high: f64, other_low: f64, other_high: f64| {
        (low - other_high).max(other_low - high).max(0.0)
    };
    let north = gap(area.min.y, area.max.y, other.min.y, other.max.y) * DEGREE_M;
    let east = gap(area.min.x, area.max.x, other.min.x, other.max.x);
    let east = east * DEGREE_M * area.centre().y.to_radians().cos();
    north.hypot(east)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lonlat(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).expect("on the globe")
    }

    #[test]
    fn a_number_tells_rank_and_cell_and_sorts_by_them() {
        for rank in Rank::ALL {
            let number = number_of(order(rank, cell(lonlat(-3.58, 53.28))), MAX_NAMED);
            assert_eq!(rank_of(number), rank);
        }
        let town = number_of(order(Rank::Town, cell(lonlat(180.0, 90.0))), 7);
        let street = number_of(order(Rank::Street, cell(lonlat(-180.0, -90.0))), 0);
        assert!(0 < town && town < street);
    }

    #[test]
    fn a_cell_is_never_farther_than_what_lies_in_it() {
        let area = Bounds::around([Coord { x: -4.0, y: 52.9 }, Coord { x: -3.4, y: 53.35 }]);
        for (lon, lat) in [
            (-3.58, 53.28),
            (-3.3, 53.4),
            (-4.05, 52.85),
            (0.1, 51.5),
            (-7.3, 55.0),
        ] {
            let at = lonlat(lon, lat);
            let number = number_of(order(Rank::Town, cell(at)), 0);
            assert!(metres_to_cell(&area, number) <= metres_to(&area, at) + 0.001);
        }
        assert!(metres_to(&area, lonlat(-3.58, 53.28)) == 0.0);
        let north = metres_to(&area, lonlat(-3.58, 53.45));
        assert!((north - 11_120.0).abs() < 1.0, "{north}");
    }

    #[test]
    fn the_blocks_of_an_area_hold_the_cells_in_it() {
        let area = Bounds::around([Coord { x: -4.0, y: 52.9 }, Coord { x: -3.4, y: 53.35 }]);
        let blocks = blocks(&area);
        assert!((1..=6).contains(&blocks.len()), "{blocks:?}");
        for (lon, lat) in [(-4.0, 52.9), (-3.4, 53.35), (-3.7, 53.1)] {
            assert!(blocks.contains(&block(cell(lonlat(lon, lat)))));
        }
        let nation = Bounds::around([Coord { x: -8.0, y: 49.0 }, Coord { x: 2.0, y: 61.0 }]);
        assert!(super::blocks(&nation).is_empty());
    }
}
