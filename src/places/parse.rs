//! What a person types or pastes, read as a place.

use super::postcode;
use crate::geometry::grid_ref::GridRefError;
use crate::geometry::{Bng, GridSquare, LonLat};

/// Characters of a typed place at most: a stranger chooses them.
pub const MAX_TYPED: usize = 300;

/// Figures of a UPRN at most.
pub(super) const MAX_UPRN_DIGITS: usize = 12;

/// A place as it was named.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// A longitude and latitude, to seven decimals.
    LonLat(LonLat),
    /// An easting and northing.
    Grid(Bng),
    /// A square of the National Grid.
    Square(GridSquare),
    /// A postcode in capitals with its space, `BA1 1LZ`.
    Postcode(String),
    /// A unique property reference number.
    Uprn(u64),
    /// A name to look up.
    Name(String),
}

/// A place and how it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// The place.
    pub place: Place,
    /// It was dug out of a pasted link.
    pub from_link: bool,
}

/// Why a text is no place.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlaceError {
    /// Nothing was typed.
    #[error("no place was given; type a postcode, a grid reference or a latitude and longitude")]
    Empty,
    /// Far too long.
    #[error(
        "the text is longer than {MAX_TYPED} characters; type a postcode, a grid reference or a latitude and longitude"
    )]
    TooLong,
    /// Two numbers, but not on the globe and not on the Grid.
    #[error(
        "{first}, {second} is neither a latitude and longitude nor an easting and northing on the National Grid"
    )]
    NotACoordinate {
        /// The first number.
        first: f64,
        /// The second.
        second: f64,
    },
    /// A longitude where the latitude should be.
    #[error(
        "latitude {lat} and longitude {lon} lie far from Britain, and the other way round they do not: the latitude comes first, as in {lon},{lat}"
    )]
    Swapped {
        /// The first number.
        lat: f64,
        /// The second.
        lon: f64,
    },
    /// It looks like a grid reference but is none.
    #[error(transparent)]
    GridRef(#[from] GridRefError),
}

impl Typed {
    /// Reads a text as a place.
    ///
    /// Latitude stands before longitude and easting before northing, as people write them.
    ///
    /// # Errors
    /// An empty or overlong text, numbers that are no coordinate, a grid reference that is none.
    /// Any other text is taken as a name.
    ///
    /// ```
    /// use groundrule::places::{Place, Typed};
    /// let typed = Typed::parse("https://www.openstreetmap.org/#map=17/51.38152/-2.36016")?;
    /// assert!(typed.from_link && matches!(typed.place, Place::LonLat(_)));
    /// assert_eq!(Typed::parse("ba11lz")?.place, Place::Postcode("BA1 1LZ".to_owned()));
    /// # Ok::<(), groundrule::places::PlaceError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, PlaceError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(PlaceError::Empty);
        }
        if text.chars().count() > MAX_TYPED {
            return Err(PlaceError::TooLong);
        }
        if let Some((lat, lon)) = pasted(text) {
            let place = degrees(lat, lon)?;
            return Ok(Self {
                place,
                from_link: true,
            });
        }
        let place = if let Some((first, second)) = two_numbers(text) {
            coordinate(first, second)?
        } else if let Some((lat, lon)) = compass_degrees(text) {
            degrees(lat, lon)?
        } else if let Some(postcode) = postcode::printed(text) {
            Place::Postcode(postcode)
        } else if let Some(uprn) = uprn(text) {
            Place::Uprn(uprn)
        } else {
            match GridSquare::parse(text) {
                Ok(square) => Place::Square(square),
                Err(GridRefError::NotAReference(_)) => Place::Name(text.to_owned()),
                Err(_) if postcode::is_begun(text) => Place::Name(text.to_owned()),
                Err(error) => return Err(error.into()),
            }
        };
        Ok(Self {
            place,
            from_link: false,
        })
    }
}

impl Place {
    /// The place as it stands in the path of a link: `/at/` and this.
    #[must_use]
    pub fn slug(&self) -> String {
        match self {
            Self::LonLat(lonlat) => format!("{},{}", lonlat.lat(), lonlat.lon()),
            Self::Grid(grid) => format!("{},{}", grid.easting(), grid.northing()),
            Self::Square(square) => square.to_string().replace(' ', ""),
            Self::Postcode(postcode) => postcode.replace(' ', ""),
            Self::Uprn(uprn) => format!("uprn:{uprn}"),
            Self::Name(name) => name.clone(),
        }
    }
}

impl std::fmt::Display for Place {
    /// The place as a person would write it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::LonLat(lonlat) => write!(f, "{}, {}", lonlat.lat(), lonlat.lon()),
            Self::Grid(grid) => write!(f, "{}, {}", grid.easting(), grid.northing()),
            Self::Square(square) => square.fmt(f),
            Self::Postcode(text) | Self::Name(text) => f.write_str(text),
            Self::Uprn(uprn) => write!(f, "UPRN {uprn}"),
        }
    }
}

/// Latitude and longitude inside a pasted map link: its marker or place before its view.
fn pasted(text: &str) -> Option<(f64, f64)> {
    let text = &decoded(text);
    if let Some(scheme) = text.get(..4)
        && scheme.eq_ignore_ascii_case("geo:")
    {
        return pair(text[4..].split([';', '?']).next()?.split(','));
    }
    if !is_link(text) {
        return None;
    }
    let (address, hash) = text.split_once('#').unwrap_or((text, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let field = |key: &str| {
        let mut fields = query.split('&');
        fields.find_map(|field| field.strip_prefix(key)?.strip_prefix('='))
    };
    let after = |mark: &str| {
        path.split_once(mark)
            .and_then(|(_, rest)| rest.split('/').next())
    };
    let marker = pair(field("mlat").into_iter().chain(field("mlon")));
    let ours = || pair(after("/at/")?.trim_end_matches(".json").split(','));
    // The pin of a Google place stands behind its view: …/@lat,lng,17z/data=…!3d<lat>!4d<lon>.
    let pin = || {
        let (_, pin) = address.rsplit_once("!3d")?;
        let (lat, rest) = pin.split_once("!4d")?;
        pair([lat, rest.split(['!', '?', '/', '&']).next()?].into_iter())
    };
    let google = || pair(after("/@")?.split(','));
    let asked = || {
        let keys = ["q", "query", "ll", "coordinate"];
        keys.iter().find_map(|key| {
            let fields = field(key)?
                .trim_start_matches("loc:")
                .split([',', '+', ' ']);
            pair(fields.filter(|field| !field.is_empty()))
        })
    };
    // OpenStreetMap: #map=z/lat/lon; MapLibre and our own viewer: #z/lat/lng.
    let view = || {
        let view = hash
            .strip_prefix("map=")
            .unwrap_or(hash)
            .split('&')
            .next()?;
        pair(view.split('/').skip(1))
    };
    marker
        .or_else(ours)
        .or_else(pin)
        .or_else(google)
        .or_else(asked)
        .or_else(view)
}

/// Whether a text is an address of the web, with or without its scheme.
fn is_link(text: &str) -> bool {
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = || {
        host.len() < text.len()
            && host.contains('.')
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'))
            && host.bytes().any(|b| b.is_ascii_alphabetic())
    };
    text.contains("://") || text.starts_with("www.") || text.starts_with(['#', '/']) || is_host()
}

/// A text with its `%2C` and the like as the letters that they stand for.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|&b| char::from(b).to_digit(16));
        match (byte, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn pair<'a>(mut fields: impl Iterator<Item = &'a str>) -> Option<(f64, f64)> {
    let mut number = || {
        fields
            .next()?
            .trim()
            .trim_end_matches(['m', 'z'])
            .parse()
            .ok()
    };
    Some((number()?, number()?))
}

/// Two numbers with a comma, semicolon or space between them, and nothing else.
fn two_numbers(text: &str) -> Option<(f64, f64)> {
    let mut numbers = text
        .split([',', ';', ' ', '\t'])
        .filter(|field| !field.is_empty())
        .map(plain_number);
    let (first, second) = (numbers.next()??, numbers.next()??);
    numbers.next().is_none().then_some((first, second))
}

/// A number as people write one: no exponent, no `inf`.
pub(super) fn plain_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['-', '+', '−']).unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain.then(|| text.replace('−', "-").parse().ok()).flatten()
}

pub(super) fn coordinate(first: f64, second: f64) -> Result<Place, PlaceError> {
    if first.abs() <= 90.0 && second.abs() <= 180.0 {
        return degrees(first, second);
    }
    Bng::new(first, second)
        .map(Place::Grid)
        .map_err(|_| PlaceError::NotACoordinate { first, second })
}

/// A rough box round Britain and Ireland, to tell swapped coordinates by.
pub(super) fn near_britain(lat: f64, lon: f64) -> bool {
    (49.0..=61.5).contains(&lat) && (-11.0..=2.5).contains(&lon)
}

pub(super) fn degrees(lat: f64, lon: f64) -> Result<Place, PlaceError> {
    if near_britain(lon, lat) && !near_britain(lat, lon) {
        return Err(PlaceError::Swapped { lat, lon });
    }
    LonLat::new(lon, lat)
        .map(|lonlat| Place::LonLat(lonlat.rounded()))
        .map_err(|_| PlaceError::NotACoordinate {
            first: lat,
            second: lon,
        })
}

/// `53.28437° N, 3.58221° W` with or without degree signs.
fn compass_degrees(text: &str) -> Option<(f64, f64)> {
    let upper = text.to_uppercase().replace(['°', ','], " ");
    let (lat_text, rest) = upper.split_once(['N', 'S'])?;
    let south = upper[lat_text.len()..].starts_with('S');
    let rest = rest.trim();
    let west = rest.ends_with('W');
    let lon_text = rest.strip_suffix(['E', 'W'])?;
    let lat = plain_number(lat_text.trim())?;
    let lon = plain_number(lon_text.trim())?;
    Some((
        if south { -lat } else { lat },
        if west { -lon } else { lon },
    ))
}

/// A UPRN: up to twelve figures alone, or after the word.
fn uprn(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let digits = lower
        .strip_prefix("uprn")
        .map_or(lower.as_str(), |rest| rest.trim_start_matches([':', ' ']));
    let fits =
        (1..=MAX_UPRN_DIGITS).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        Typed::parse(text)
            .unwrap_or_else(|error| panic!("{text}: {error}"))
            .place
    }

    fn lonlat(lat: f64, lon: f64) -> Place {
        Place::LonLat(LonLat::new(lon, lat).expect("on the globe"))
    }

    #[test]
    fn coordinates_are_read_as_people_write_them() {
        for text in [
            "53.28437,-3.58221",
            " 53.28437, -3.58221 ",
            "53.28437 -3.58221",
            "53.28437;-3.58221",
            "53.28437°N 3.58221°W",
            "53.28437 N, 3.58221 W",
            "53.284370000001,-3.58221",
            "53.28437,−3.58221",
        ] {
            assert_eq!(place(text), lonlat(53.28437, -3.58221), "{text}");
        }
        let grid = Bng::new(294_614.0, 377_544.0).expect("on the grid");
        for text in ["294614,377544", "294614 377544", "294614.0, 377544"] {
            assert_eq!(place(text), Place::Grid(grid), "{text}");
        }
    }

    #[test]
    fn pasted_links_are_dug_out() {
        for text in [
            "https://www.openstreetmap.org/#map=17/53.28437/-3.58221",
            "https://www.openstreetmap.org/?mlat=53.28437&mlon=-3.58221#map=19/1/2x",
            "https://maps.example.org/#15.2/53.28437/-3.58221",
            "https://maps.example.org/map#15.2/53.28437/-3.58221/0/45",
            "https://www.google.co.uk/maps/@53.28437,-3.58221,17z",
            "https://www.google.com/maps/place/Abergele/@53.28437,-3.58221,17z/data=!3m1",
            "https://maps.google.com/?q=53.28437,-3.58221",
            "https://www.google.com/maps/place/Abergele/@53.3,-3.6,17z/data=!3m1!4b1!4m6!3m5!1s0x0!8m2!3d53.28437!4d-3.58221!16s",
            "https://www.google.com/maps/search/?api=1&query=53.28437%2C-3.58221",
            "https://www.google.com/maps/search/?api=1&query=53.28437%2c%20-3.58221",
            "https://maps.google.com/?q=loc:53.28437,-3.58221",
            "GEO:53.28437,-3.58221",
            "openstreetmap.org/#map=17/53.28437/-3.58221",
            "maps.apple.com/?ll=53.28437,-3.58221&z=17",
            "https://maps.apple.com/?ll=53.28437%2C-3.58221",
            "geo:53.28437,-3.58221",
            "geo:53.28437,-3.58221;u=35?z=17",
            "https://planning.example.org/at/53.28437,-3.58221?on=2026-01-01",
            "https://planning.example.org/cy/at/53.28437,-3.58221#17/1/2x",
        ] {
            let typed = Typed::parse(text).expect(text);
            assert_eq!(
                (typed.place, typed.from_link),
                (lonlat(53.28437, -3.58221), true),
                "{text}"
            );
        }
    }

    #[test]
    fn grid_references_postcodes_and_uprns_are_told_apart() {
        assert!(matches!(place("SH 9461 7754"), Place::Square(_)));
        assert!(matches!(place("ST1234"), Place::Square(_)));
        for text in ["BA1 1LZ", "ba11lz", " Ba1  1lZ"] {
            assert_eq!(place(text), Place::Postcode("BA1 1LZ".to_owned()), "{text}");
        }
        assert_eq!(place("sw1a1aa"), Place::Postcode("SW1A 1AA".to_owned()));
        assert_eq!(place("M1 1AE"), Place::Postcode("M1 1AE".to_owned()));
        assert_eq!(place("100012345678"), Place::Uprn(100_012_345_678));
        assert_eq!(place("uprn: 42"), Place::Uprn(42));
        for text in [
            "Stryd Fawr, Abergele",
            "Llŷn",
            "Ty'n-y-groes 12",
            "SH",
            "BA1",
            "BA1 1",
            "ba1 1l",
            "M1",
            "St. Asaph 50% off/",
        ] {
            assert_eq!(place(text), Place::Name(text.to_owned()));
        }
    }

    #[test]
    fn what_is_no_place_is_refused_with_its_reason() {
        assert_eq!(Typed::parse("  "), Err(PlaceError::Empty));
        assert!(matches!(
            Typed::parse("-3.58221,53.28437"),
            Err(PlaceError::Swapped { .. })
        ));
        assert!(Typed::parse("95,10").is_ok(), "an easting and northing");
        assert!(matches!(
            Typed::parse("-95,10"),
            Err(PlaceError::NotACoordinate { .. })
        ));
        assert!(matches!(
            Typed::parse("9999999,10"),
            Err(PlaceError::NotACoordinate { .. })
        ));
        assert!(matches!(
            Typed::parse("SH 123"),
            Err(PlaceError::GridRef(_))
        ));
        assert_eq!(Typed::parse(&"x".repeat(301)), Err(PlaceError::TooLong));
        for text in ["nan,nan", "inf,0", "1e5,1e5"] {
            assert!(
                matches!(
                    Typed::parse(text),
                    Ok(Typed {
                        place: Place::Name(_),
                        ..
                    })
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn a_slug_reads_back_as_the_same_place() {
        for text in [
            "53.28437,-3.58221",
            "294614.5,377544",
            "SH 9461 7754",
            "BA1 1LZ",
            "uprn:42",
            "Stryd Fawr",
        ] {
            let place = place(text);
            assert_eq!(
                Typed::parse(&place.slug()).expect(text).place,
                place,
                "{text}"
            );
        }
    }
}
