//! From a place as it was named to the positions that it stands for.

use super::gazetteer::{Found, Gazetteer, GazetteerError, MAX_ADDRESSES};
use super::parse::Place;
use super::search::Matches;
use crate::geometry::ostn15::OutsideOstn15;
use crate::geometry::{GridSquare, LonLat, Position};

/// A place with its positions.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The place as it was named.
    pub place: Place,
    /// What it stands for.
    pub at: At,
}

/// What a place stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum At {
    /// One point.
    Point(Position),
    /// A whole square; the position is that of its middle.
    Square(GridSquare, Position),
    /// One entry of the gazetteer.
    Entry(Box<Found>),
    /// The addresses of a postcode, or its own point: at least one.
    Postcode(Vec<Found>),
}

/// Why a place stands for nothing.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// Postcodes, UPRNs and names need a gazetteer.
    #[error(
        "no gazetteer is loaded, so postcodes, UPRNs and names cannot be looked up; groundrule places load takes one in"
    )]
    NoGazetteer,
    /// The gazetteer does not know it.
    #[error("“{0}” is not in the gazetteer")]
    Unknown(String),
    /// A name that several places have.
    #[error("“{name}” is the name of several places")]
    Several {
        /// The name.
        name: String,
        /// The places.
        found: Vec<Found>,
    },
    /// A postcode with more addresses than are answered at once.
    #[error(
        "{postcode} has {count} addresses, more than can be answered at once; search for one address"
    )]
    TooMany {
        /// The postcode.
        postcode: String,
        /// How many addresses it has.
        count: usize,
    },
    /// A Grid position that has no longitude and latitude.
    #[error(transparent)]
    Outside(#[from] OutsideOstn15),
    /// The gazetteer cannot be read.
    #[error(transparent)]
    Gazetteer(#[from] GazetteerError),
}

impl Place {
    /// Finds the positions of a place. Names must be those of one place only.
    ///
    /// # Errors
    /// Unknown or ambiguous names, and those that need a gazetteer where there is none.
    pub fn resolve(self, gazetteer: Option<&Gazetteer>) -> Result<Resolved, ResolveError> {
        let known = || gazetteer.ok_or(ResolveError::NoGazetteer);
        let at = match &self {
            Self::LonLat(lonlat) => At::Point(Position::of_lonlat(*lonlat)),
            Self::Grid(grid) => At::Point(Position::of_grid(*grid)?),
            Self::Square(square) => At::Square(*square, middle(square)?),
            Self::Postcode(postcode) => At::Postcode(addresses(postcode, known()?)?),
            Self::Uprn(uprn) => {
                let found = known()?.uprn(*uprn)?;
                At::Entry(Box::new(
                    found.ok_or_else(|| ResolveError::Unknown(format!("UPRN {uprn}")))?,
                ))
            }
            Self::Name(name) => At::Entry(Box::new(named(name, known()?)?)),
        };
        Ok(Resolved { place: self, at })
    }
}

/// All addresses of a postcode: an answer for some of them would be no answer for the others.
fn addresses(postcode: &str, gazetteer: &Gazetteer) -> Result<Vec<Found>, ResolveError> {
    let found = gazetteer.postcode(postcode)?;
    if found.is_empty() {
        return Err(ResolveError::Unknown(postcode.to_owned()));
    }
    if found.len() == MAX_ADDRESSES {
        let count = gazetteer.count_at(postcode)?;
        if count > MAX_ADDRESSES {
            return Err(ResolveError::TooMany {
                postcode: postcode.to_owned(),
                count,
            });
        }
    }
    Ok(found)
}

fn middle(square: &GridSquare) -> Result<Position, OutsideOstn15> {
    let middle = square.centre();
    let degrees = crate::geometry::ostn15::from_national_grid(middle)?.coord;
    let lonlat = LonLat::new(degrees.x, degrees.y).map_err(|_| OutsideOstn15)?;
    Ok(Position {
        lonlat,
        grid: crate::geometry::Bng::new(middle.x, middle.y).ok(),
    })
}

/// The one place of a name: the only one whose whole name it is, or the only one found.
fn named(name: &str, gazetteer: &Gazetteer) -> Result<Found, ResolveError> {
    let Matches { mut found, whole } = gazetteer.matches(name)?;
    if whole == 1 {
        found.truncate(1);
    }
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(ResolveError::Unknown(name.to_owned())),
        (Some(last), false) => {
            found.push(last);
            Err(ResolveError::Several {
                name: name.to_owned(),
                found,
            })
        }
    }
}
