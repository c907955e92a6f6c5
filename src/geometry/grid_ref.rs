//! National Grid references: text such as `SH 9461 7754` to the square that it names, and back.
//!
//! A reference names a *square*, whose south-west corner it gives and whose side is its precision:
//! two figures 10 km, ten figures 1 m. Two letters alone are not a place to answer for.

use super::coord::{Bng, Bounds};
use geo_types::Coord;

/// A square of the National Grid, edges included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GridSquare {
    corner: Bng,
    side_m: f64,
}

/// Why a text is not a grid reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GridRefError {
    /// It does not begin with two letters followed by figures.
    #[error(
        "“{0}” is not a grid reference; give two letters and 2 to 10 figures, such as SH 9461 7754"
    )]
    NotAReference(String),
    /// The letters name no square of the National Grid.
    #[error("“{0}” names no square of the National Grid")]
    UnknownLetters(String),
    /// An odd number of figures, or more than ten.
    #[error(
        "a grid reference has the same number of figures for easting and northing, 1 to 5 each; “{0}” has not"
    )]
    UnbalancedFigures(String),
}

/// Figures of one ordinate at most: a square of one metre.
const MAX_FIGURES: usize = 5;

/// Side of a lettered square, in metres.
const LETTERED_M: f64 = 100_000.0;

/// Letters of the 500 km squares and of the 100 km squares in them, by rows from the north-west; `I` is not used.
const LETTERS: &[u8; 25] = b"ABCDEFGHJKLMNOPQRSTUVWXYZ";

impl GridSquare {
    /// Reads a grid reference of 2 to 10 figures, in any case and spacing.
    ///
    /// # Errors
    /// Says whether the letters, or the number of figures, or the whole text is wrong.
    ///
    /// ```
    /// use groundrule::geometry::GridSquare;
    /// let square = GridSquare::parse("sh 9461 7754")?;
    /// assert_eq!(square.corner().easting(), 294_610.0);
    /// assert_eq!(square.side_m(), 10.0);
    /// # Ok::<(), groundrule::geometry::grid_ref::GridRefError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, GridRefError> {
        let not_a_reference = || GridRefError::NotAReference(text.to_owned());
        let trimmed = text.trim();
        let letters = trimmed
            .get(..2)
            .filter(|letters| letters.bytes().all(|byte| byte.is_ascii_alphabetic()))
            .ok_or_else(not_a_reference)?;
        let rest = &trimmed[2..];
        if !rest
            .chars()
            .all(|c| c.is_ascii_digit() || c.is_whitespace())
        {
            return Err(not_a_reference());
        }
        let groups: Vec<&str> = rest.split_whitespace().collect();
        let figures = groups.concat();
        if figures.is_empty() {
            return Err(not_a_reference());
        }
        let unbalanced = || GridRefError::UnbalancedFigures(text.to_owned());
        let half = figures.len() / 2;
        // `SV 1 20` has three figures; `SH 946 1 77` has six, but in groups that cannot be two ordinates.
        let split_evenly = groups.len() != 2 || groups[0].len() == groups[1].len();
        if figures.len() % 2 != 0 || half > MAX_FIGURES || !split_evenly {
            return Err(unbalanced());
        }
        let (column, row) = lettered_square(letters)
            .ok_or_else(|| GridRefError::UnknownLetters(letters.to_ascii_uppercase()))?;
        let side_m = LETTERED_M / 10f64.powi(half as i32);
        let ordinate = |digits: &str| {
            digits
                .parse::<u32>()
                .map(f64::from)
                .map_err(|_| unbalanced())
        };
        let corner = Bng::new(
            column * LETTERED_M + ordinate(&figures[..half])? * side_m,
            row * LETTERED_M + ordinate(&figures[half..])? * side_m,
        )
        .map_err(|_| GridRefError::UnknownLetters(letters.to_ascii_uppercase()))?;
        Ok(Self { corner, side_m })
    }

    /// The south-west corner.
    #[must_use]
    pub fn corner(&self) -> Bng {
        self.corner
    }

    /// The side in metres: 1, 10, 100, 1,000 or 10,000.
    #[must_use]
    pub fn side_m(&self) -> f64 {
        self.side_m
    }

    /// The square in National Grid metres.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let min = self.corner.coord();
        Bounds {
            min,
            max: Coord {
                x: min.x + self.side_m,
                y: min.y + self.side_m,
            },
        }
    }

    /// The middle of the square.
    #[must_use]
    pub fn centre(&self) -> Coord<f64> {
        self.bounds().centre()
    }
}

impl std::fmt::Display for GridSquare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let figures = 5 - self.side_m.log10().round() as usize;
        f.write_str(&reference(self.corner, figures).unwrap_or_default())
    }
}

/// The reference of the square that holds `place`, with `figures` (1 to 5) per ordinate, as `SH 94614 77543`.
/// A place on a line between squares belongs to the one east and north of it; on the grid's last line there is none.
#[must_use]
pub fn reference(place: Bng, figures: usize) -> Option<String> {
    let column = (place.easting() / LETTERED_M).floor();
    let row = (place.northing() / LETTERED_M).floor();
    let letters = letters_of(column as usize, row as usize)?;
    let side = 10f64.powi(5 - figures as i32);
    let ordinate = |metres: f64| ((metres % LETTERED_M) / side).floor() as u32;
    Some(format!(
        "{letters} {:0figures$} {:0figures$}",
        ordinate(place.easting()),
        ordinate(place.northing()),
    ))
}

/// Column and row of a lettered 100 km square, counted from the grid's origin, or `None` off the grid.
fn lettered_square(letters: &str) -> Option<(f64, f64)> {
    let index = |byte: u8| LETTERS.iter().position(|&l| l == byte.to_ascii_uppercase());
    let bytes = letters.as_bytes();
    let (big, small) = (index(bytes[0])?, index(bytes[1])?);
    // The 500 km square S, whose south-west corner is the origin, is row 3 column 2 of the letters.
    let column = (big % 5) as i32 * 5 + (small % 5) as i32 - 10;
    let row = (3 - (big / 5) as i32) * 5 + 4 - (small / 5) as i32;
    let on_grid = (0..7).contains(&column) && (0..13).contains(&row);
    on_grid.then_some((f64::from(column), f64::from(row)))
}

/// The letters of the 100 km square at a column and row from the origin.
fn letters_of(column: usize, row: usize) -> Option<String> {
    if column >= 7 || row >= 13 {
        return None;
    }
    let big = (3 - row / 5) * 5 + 2 + column / 5;
    let small = (4 - row % 5) * 5 + column % 5;
    Some(format!(
        "{}{}",
        LETTERS[big] as char, LETTERS[small] as char
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_a_square_by_its_south_west_corner() {
        let square = GridSquare::parse("TG 51409 13177").expect("ten figures");
        assert_eq!(
            (square.corner(), square.side_m()),
            (Bng::new(651_409.0, 313_177.0).expect("on the grid"), 1.0)
        );
        let square = GridSquare::parse("SU00").expect("two figures");
        assert_eq!(square.side_m(), 10_000.0);
        assert_eq!(square.to_string(), "SU 0 0");
    }

    #[test]
    fn every_lettered_square_reads_back_as_itself() {
        for column in 0..7 {
            for row in 0..13 {
                let corner = Bng::new(column as f64 * 1e5, row as f64 * 1e5).expect("on the grid");
                let text = reference(corner, 1).expect("lettered");
                assert_eq!(
                    GridSquare::parse(&text).expect(&text).corner(),
                    corner,
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_a_reference_is_refused_with_its_reason() {
        for text in [
            "Cambridge",
            "",
            "S",
            "SH",
            "9461 7754",
            "SH 94a1 7754",
            "SH —",
            "ŴŶ 12 34",
        ] {
            assert!(
                matches!(GridSquare::parse(text), Err(GridRefError::NotAReference(_))),
                "{text}"
            );
        }
        for text in ["AA 1 2", "SI 12 34"] {
            assert!(
                matches!(
                    GridSquare::parse(text),
                    Err(GridRefError::UnknownLetters(_))
                ),
                "{text}"
            );
        }
        for text in ["SV 1 20", "SV 123", "SV 123456 123456"] {
            assert!(
                matches!(
                    GridSquare::parse(text),
                    Err(GridRefError::UnbalancedFigures(_))
                ),
                "{text}"
            );
        }
    }
}
