//! A place as a row of a gazetteer's file tells of it.

use super::cell::Rank;
use super::parse::MAX_UPRN_DIGITS;
use crate::geometry::{Bng, LonLat, Position};

/// One place of a gazetteer's file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub rank: Rank,
    pub name: Option<String>,
    pub name_cy: Option<String>,
    /// A name in a third language, to be found by.
    pub also: Option<String>,
    pub locality: Option<String>,
    pub locality_cy: Option<String>,
    pub postcode: Option<String>,
    pub uprn: Option<u64>,
    pub position: Position,
    /// The row tells in Welsh of an address that another row tells of in English.
    pub welsh: bool,
}

impl Entry {
    /// Takes a second name in: Welsh stands beside English, any other is only found by.
    pub(super) fn take_second(
        &mut self,
        second: String,
        first_lang: Option<&str>,
        second_lang: Option<&str>,
    ) {
        if second_lang.is_some_and(is_welsh) {
            self.name_cy = Some(second);
        } else if first_lang.is_some_and(is_welsh) {
            self.name_cy = self.name.replace(second);
        } else {
            self.also = Some(second);
        }
    }

    /// `Sir Ddinbych - Denbighshire` and `Caerdydd / Cardiff` are two names of one locality.
    pub(super) fn divide_locality(&mut self) {
        let Some(whole) = &self.locality else {
            return;
        };
        if self.locality_cy.is_some() {
            return;
        }
        let pair = whole.split_once(" - ").or_else(|| whole.split_once(" / "));
        if let Some((welsh, english)) = pair {
            let (welsh, english) = (welsh.trim().to_owned(), english.trim().to_owned());
            self.locality_cy = (welsh != english).then_some(welsh);
            self.locality = Some(english);
        }
    }

    /// A postcode's own point has no name but the postcode, which may stand where the name is.
    pub(super) fn take_postcode(&mut self) {
        let of_name = self.name.as_deref().and_then(super::postcode::printed);
        if self.postcode.is_none() {
            self.postcode = of_name.clone();
        }
        if of_name == self.postcode {
            self.name = None;
        }
    }
}

/// The position of coordinates as they were given.
pub(super) fn position(degrees: bool, x: f64, y: f64) -> Result<Position, String> {
    if degrees {
        return LonLat::new(x, y)
            .map(Position::of_lonlat)
            .map_err(|error| error.to_string());
    }
    let grid = Bng::new(x, y).map_err(|error| error.to_string())?;
    Position::of_grid(grid).map_err(|error| error.to_string())
}

pub(super) fn is_welsh(language: &str) -> bool {
    ["cym", "cy", "wel", "welsh"].contains(&language.trim().to_ascii_lowercase().as_str())
}

/// A UPRN; spreadsheets may have put `.0` behind it.
pub(super) fn uprn(field: &str) -> Result<u64, String> {
    let digits = field
        .split_once('.')
        .filter(|(_, zeros)| zeros.bytes().all(|b| b == b'0'))
        .map_or(field, |(digits, _)| digits);
    let significant = digits.trim_start_matches('0');
    let fits = (1..=MAX_UPRN_DIGITS).contains(&significant.len())
        && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| significant.parse().ok())
        .flatten()
        .ok_or_else(|| format!("“{field}” is no UPRN"))
}
