//! The address of a tile: zoom, column and row, checked once.
//!
//! Column 0 is the westernmost and row 0 the northernmost of the 2^z columns and rows into which the
//! Web Mercator square is cut at zoom z. A `TileId` that exists is inside the grid.

use crate::geometry::{Bounds, Mercator};
use geo_types::Coord;

/// The deepest zoom that is served; viewers enlarge its tiles beyond it.
pub const MAX_ZOOM: u8 = 16;

/// Characters of a wrong number that an error repeats, so that a stranger cannot fill a log.
const MAX_QUOTED: usize = 20;

/// One tile of the grid: zoom 0 to [`MAX_ZOOM`], column and row below 2^zoom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    z: u8,
    x: u32,
    y: u32,
}

/// Which of the three numbers of a tile's address is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileIdError {
    /// A number is not a whole number in its plain form.
    #[error(
        "{part} “{text}” is not a whole number; write a tile as zoom/column/row, such as 12/2005/1332"
    )]
    NotANumber {
        /// zoom, column or row.
        part: &'static str,
        /// What stands there, cut short.
        text: String,
    },
    /// The zoom is too deep.
    #[error("zoom {0} is not served; zooms run from 0 to {MAX_ZOOM}")]
    Zoom(u32),
    /// The column is not in the grid of its zoom.
    #[error("column {x} is outside the grid; at zoom {z} columns run from 0 to {}", last(*z))]
    Column {
        /// The zoom.
        z: u8,
        /// The column as given.
        x: u32,
    },
    /// The row is not in the grid of its zoom.
    #[error("row {y} is outside the grid; at zoom {z} rows run from 0 to {}", last(*z))]
    Row {
        /// The zoom.
        z: u8,
        /// The row as given.
        y: u32,
    },
    /// Not three numbers.
    #[error("a tile is written as zoom/column/row, such as 12/2005/1332")]
    NotThree,
}

/// The last column and row of a zoom.
fn last(z: u8) -> u32 {
    (1 << z) - 1
}

impl TileId {
    /// The one tile of zoom 0.
    pub const WORLD: Self = Self { z: 0, x: 0, y: 0 };

    /// A checked address.
    ///
    /// # Errors
    /// A zoom above [`MAX_ZOOM`], a column or row outside the grid.
    pub fn new(z: u32, x: u32, y: u32) -> Result<Self, TileIdError> {
        let Some(zoom) = u8::try_from(z).ok().filter(|&zoom| zoom <= MAX_ZOOM) else {
            return Err(TileIdError::Zoom(z));
        };
        if x > last(zoom) {
            return Err(TileIdError::Column { z: zoom, x });
        }
        if y > last(zoom) {
            return Err(TileIdError::Row { z: zoom, y });
        }
        Ok(Self { z: zoom, x, y })
    }

    /// The address of three numbers as they stand in a URL. Each has one form only: `+5` and `05` are refused.
    ///
    /// ```
    /// use groundrule::tile::TileId;
    /// let abergele = TileId::parse("12", "2007", "1330")?;
    /// assert_eq!(abergele.to_string(), "12/2007/1330");
    /// assert_eq!(
    ///     TileId::parse("3", "8", "0").unwrap_err().to_string(),
    ///     "column 8 is outside the grid; at zoom 3 columns run from 0 to 7"
    /// );
    /// # Ok::<(), groundrule::tile::TileIdError>(())
    /// ```
    ///
    /// # Errors
    /// Names the number that is wrong, and says what would be right.
    pub fn parse(z: &str, x: &str, y: &str) -> Result<Self, TileIdError> {
        Self::new(number("zoom", z)?, number("column", x)?, number("row", y)?)
    }

    /// The zoom.
    #[must_use]
    pub fn z(self) -> u8 {
        self.z
    }

    /// The column, from the west.
    #[must_use]
    pub fn x(self) -> u32 {
        self.x
    }

    /// The row, from the north.
    #[must_use]
    pub fn y(self) -> u32 {
        self.y
    }

    /// The tile's rectangle in the Mercator square, where `y` grows south.
    #[must_use]
    pub fn bounds(self) -> Bounds {
        let side = 1.0 / f64::from(1u32 << self.z);
        let min = Coord {
            x: f64::from(self.x) * side,
            y: f64::from(self.y) * side,
        };
        Bounds {
            min,
            max: Coord {
                x: min.x + side,
                y: min.y + side,
            },
        }
    }

    /// The tile that holds a point of the Mercator square at a zoom; points on the right and bottom
    /// edge of a tile belong to its neighbour.
    ///
    /// # Errors
    /// A zoom above [`MAX_ZOOM`].
    pub fn holding(point: Mercator, z: u8) -> Result<Self, TileIdError> {
        let at = |share: f64| {
            let column = share * f64::from(1u32 << z.min(MAX_ZOOM));
            (column.max(0.0) as u32).min(last(z.min(MAX_ZOOM)))
        };
        Self::new(u32::from(z), at(point.x), at(point.y))
    }

    /// The tile of the zoom above that holds this one; `None` for the world.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        self.z.checked_sub(1).map(|z| self.ancestor(z))
    }

    /// The tile of a zoom above that holds this one; itself for its own zoom or a deeper one.
    #[must_use]
    pub fn ancestor(self, z: u8) -> Self {
        let up = self.z.saturating_sub(z);
        Self {
            z: self.z - up,
            x: self.x >> up,
            y: self.y >> up,
        }
    }

    /// The four tiles of the next zoom: north-west, north-east, south-west, south-east; `None` at [`MAX_ZOOM`].
    #[must_use]
    pub fn children(self) -> Option<[Self; 4]> {
        let child = |right: u32, down: u32| Self {
            z: self.z + 1,
            x: self.x * 2 + right,
            y: self.y * 2 + down,
        };
        (self.z < MAX_ZOOM).then(|| [child(0, 0), child(1, 0), child(0, 1), child(1, 1)])
    }
}

fn number(part: &'static str, text: &str) -> Result<u32, TileIdError> {
    let plain = text.parse::<u32>().ok();
    plain
        .filter(|value| value.to_string() == text)
        .ok_or_else(|| TileIdError::NotANumber {
            part,
            text: text.chars().take(MAX_QUOTED).collect(),
        })
}

impl std::fmt::Display for TileId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.z, self.x, self.y)
    }
}

impl std::str::FromStr for TileId {
    type Err = TileIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = text.split('/');
        match (
            numbers.next(),
            numbers.next(),
            numbers.next(),
            numbers.next(),
        ) {
            (Some(z), Some(x), Some(y), None) => Self::parse(z, x, y),
            _ => Err(TileIdError::NotThree),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        text.parse::<TileId>().expect_err(text).to_string()
    }

    #[test]
    fn hostile_addresses_are_refused_and_told_what_is_wrong() {
        assert_eq!(
            refused("17/0/0"),
            "zoom 17 is not served; zooms run from 0 to 16"
        );
        assert_eq!(
            refused("0/1/0"),
            "column 1 is outside the grid; at zoom 0 columns run from 0 to 0"
        );
        assert_eq!(
            refused("16/0/65536"),
            "row 65536 is outside the grid; at zoom 16 rows run from 0 to 65535"
        );
        for text in [
            "-1/0/0",
            "1/+1/0",
            "1/01/0",
            "1/1.5/0",
            "/0/0",
            "4294967296/0/0",
            "1/0/0.mvt",
        ] {
            assert!(refused(text).contains("is not a whole number"), "{text}");
        }
        for text in ["", "1/2", "1/0/0/0"] {
            assert!(text.parse::<TileId>().is_err(), "{text}");
        }
        let long = refused(&format!("{}/0/0", "9".repeat(4000)));
        assert!(long.len() < 200, "{long}");
        assert_eq!(TileId::new(300, 0, 0), Err(TileIdError::Zoom(300)));
    }

    #[test]
    fn the_children_of_a_tile_fill_it_and_have_it_as_their_parent() {
        let tile: TileId = "12/2005/1332".parse().expect("a tile");
        let mut bounds = Bounds::EMPTY;
        for child in tile.children().expect("not the deepest") {
            assert_eq!(child.parent(), Some(tile));
            bounds.include_bounds(&child.bounds());
        }
        assert_eq!(bounds, tile.bounds());
        assert_eq!(tile.ancestor(0).to_string(), "0/0/0");
        assert_eq!(tile.ancestor(0).parent(), None);
        let deepest = TileId::new(16, 65535, 65535).expect("a tile");
        assert_eq!(deepest.children(), None);
    }

    #[test]
    fn a_point_on_a_corner_belongs_to_the_tile_south_east_of_it() {
        let middle = Mercator { x: 0.5, y: 0.5 };
        assert_eq!(TileId::holding(middle, 1), TileId::new(1, 1, 1));
        let end = Mercator { x: 1.0, y: 1.0 };
        assert_eq!(TileId::holding(end, 3), TileId::new(3, 7, 7));
        assert!(TileId::holding(end, 17).is_err());
    }
}
