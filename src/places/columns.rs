//! Which columns of somebody's table, or members of somebody's objects, name a place and a day.

use super::parse::{Place, PlaceError, Typed, coordinate, degrees, plain_number};
use super::usual::{EASTING, LATITUDE, LONGITUDE, NAME, NORTHING, POSTCODE, UPRN, plain};

const PLACE: &[&str] = &["place"];
const ON: &[&str] = &["on"];

/// How the rows of a table name their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceColumns {
    named: Named,
    /// A column with the day for which each row is asked.
    pub on: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    /// As somebody would type it.
    Typed(usize),
    Uprn(usize),
    Degrees {
        lat: usize,
        lon: usize,
    },
    Grid {
        easting: usize,
        northing: usize,
    },
    Postcode(usize),
}

/// Why a row names no place.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RowFault {
    /// The cell is empty.
    #[error("the row names no place")]
    Empty,
    /// What is typed is no place.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// A UPRN has one to twelve figures.
    #[error("“{0}” is no UPRN")]
    Uprn(String),
    /// Something else than a postcode.
    #[error("“{0}” is no postcode")]
    Postcode(String),
    /// Half of a position is no number.
    #[error("“{0}” is no number")]
    Number(String),
    /// Degrees where metres of the National Grid should be.
    #[error("{x}, {y} are degrees; call their columns lon and lat")]
    Degrees {
        /// The first number.
        x: f64,
        /// The second.
        y: f64,
    },
}

impl PlaceColumns {
    /// The columns by their names, in any spelling. Where several kinds name a place, the first of
    /// these counts: place, UPRN, latitude and longitude, easting and northing, postcode, name.
    #[must_use]
    pub fn recognise<'a>(names: impl Iterator<Item = &'a str>) -> Option<Self> {
        let columns: Vec<String> = names.map(plain).collect();
        let find = |names: &[&str]| {
            let named = |name: &&str| columns.iter().position(|column| column == name);
            names.iter().find_map(named)
        };
        let degrees = || {
            let (lat, lon) = (find(LATITUDE)?, find(LONGITUDE)?);
            Some(Named::Degrees { lat, lon })
        };
        let grid = || {
            let easting = find(EASTING)?;
            let northing = find(NORTHING)?;
            Some(Named::Grid { easting, northing })
        };
        let named = find(PLACE)
            .map(Named::Typed)
            .or_else(|| find(UPRN).map(Named::Uprn))
            .or_else(degrees)
            .or_else(grid)
            .or_else(|| find(POSTCODE).map(Named::Postcode))
            .or_else(|| find(NAME).map(Named::Typed))?;
        let on = find(ON);
        Some(Self { named, on })
    }

    /// The columns that name the place.
    pub fn of_place(&self) -> impl Iterator<Item = usize> + use<> {
        let (first, second) = match self.named {
            Named::Typed(only) | Named::Uprn(only) | Named::Postcode(only) => (only, None),
            Named::Degrees { lat, lon } => (lat, Some(lon)),
            Named::Grid { easting, northing } => (easting, Some(northing)),
        };
        std::iter::once(first).chain(second)
    }

    /// The place of a row by its cells.
    ///
    /// # Errors
    /// The row names none.
    pub fn place<'a>(&self, cell: impl Fn(usize) -> &'a str) -> Result<Place, RowFault> {
        let cell = |column: usize| cell(column).trim();
        if self.of_place().all(|column| cell(column).is_empty()) {
            return Err(RowFault::Empty);
        }
        let number = |column: usize| {
            plain_number(cell(column)).ok_or_else(|| RowFault::Number(cell(column).to_owned()))
        };
        match self.named {
            Named::Typed(only) => Ok(Typed::parse(cell(only))?.place),
            Named::Uprn(only) => {
                // Spreadsheets may have put `.0` behind it.
                let cell = cell(only);
                let (digits, zeros) = cell.split_once('.').unwrap_or((cell, ""));
                match Typed::parse(digits).map(|typed| typed.place) {
                    Ok(place @ Place::Uprn(_)) if zeros.bytes().all(|b| b == b'0') => Ok(place),
                    _ => Err(RowFault::Uprn(cell.to_owned())),
                }
            }
            Named::Postcode(only) => match Typed::parse(cell(only))?.place {
                place @ Place::Postcode(_) => Ok(place),
                _ => Err(RowFault::Postcode(cell(only).to_owned())),
            },
            Named::Degrees { lat, lon } => Ok(degrees(number(lat)?, number(lon)?)?),
            Named::Grid { easting, northing } => {
                let (x, y) = (number(easting)?, number(northing)?);
                // Metres so few lie in the Atlantic; a column x of longitudes is common.
                if x.abs() <= 180.0 && y.abs() <= 90.0 {
                    return Err(RowFault::Degrees { x, y });
                }
                Ok(coordinate(x, y)?)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Bng, LonLat};

    fn place(names: &[&str], cells: &[&str]) -> Result<Place, RowFault> {
        let columns = PlaceColumns::recognise(names.iter().copied()).expect("a place");
        columns.place(|column| cells[column])
    }

    #[test]
    fn places_are_known_by_the_names_of_their_columns() {
        let grid = Place::Grid(Bng::new(294_614.0, 377_543.5).expect("on the grid"));
        let degrees = Place::LonLat(LonLat::new(-3.58221, 53.28437).expect("on the globe"));
        let postcode = Place::Postcode("LL22 7AA".to_owned());
        for (names, cells, expected) in [
            (
                vec!["Easting", "Northing"],
                vec!["294614", "377543.5"],
                &grid,
            ),
            (
                vec!["Y_COORDINATE", "X_COORDINATE"],
                vec!["377543.5", "294614"],
                &grid,
            ),
            (
                vec!["id", "lon", "lat"],
                vec!["7", "-3.58221", "53.28437"],
                &degrees,
            ),
            (vec!["Post Code"], vec![" ll227aa "], &postcode),
            (vec!["Place"], vec!["LL22 7AA"], &postcode),
            (vec!["UPRN", "postcode"], vec!["12.0", ""], &Place::Uprn(12)),
            (
                vec!["address"],
                vec!["1 High Street"],
                &Place::Name("1 High Street".to_owned()),
            ),
        ] {
            assert_eq!(place(&names, &cells).as_ref(), Ok(expected), "{names:?}");
        }
        let none = PlaceColumns::recognise(["colour", "lat", "easting"].into_iter());
        assert_eq!(none, None, "half a position is none");
        let with_day = PlaceColumns::recognise(["uprn", "On"].into_iter()).expect("a place");
        assert_eq!(with_day.on, Some(1));
    }

    #[test]
    fn a_cell_of_another_kind_is_no_place() {
        assert_eq!(place(&["uprn"], &[" "]), Err(RowFault::Empty));
        let uprn = place(&["uprn"], &["1.00012E+11"]);
        assert_eq!(uprn, Err(RowFault::Uprn("1.00012E+11".to_owned())));
        let postcode = place(&["postcode"], &["12"]);
        assert_eq!(postcode, Err(RowFault::Postcode("12".to_owned())));
        let half = place(&["lat", "lon"], &["53.2", ""]);
        assert_eq!(half, Err(RowFault::Number(String::new())));
        let swapped = place(&["lat", "lon"], &["-3.58221", "53.28437"]);
        assert!(matches!(
            swapped,
            Err(RowFault::Place(PlaceError::Swapped { .. }))
        ));
        let degrees = place(&["x", "y"], &["1.29", "52.63"]);
        assert_eq!(degrees, Err(RowFault::Degrees { x: 1.29, y: 52.63 }));
    }
}
