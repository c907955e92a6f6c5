//! Which column of a gazetteer's file is what: Code-Point Open with or without a header, and any
//! file with columns named as usual.

use super::gazetteer::Kind;
use super::parse::{MAX_UPRN_DIGITS, near_britain};
use crate::geometry::{Bng, LonLat, Position};

/// The columns that are read, by their places in a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    kind: Option<usize>,
    name: Option<usize>,
    name_cy: Option<usize>,
    locality: Option<usize>,
    locality_cy: Option<usize>,
    postcode: Option<usize>,
    uprn: Option<usize>,
    /// Code-Point Open's positional quality.
    quality: Option<usize>,
    x: Option<usize>,
    y: Option<usize>,
    degrees: bool,
    /// The first record is a place already.
    pub headerless: bool,
}

/// One place of a gazetteer's file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub kind: Kind,
    pub name: String,
    pub name_cy: Option<String>,
    pub locality: Option<String>,
    pub locality_cy: Option<String>,
    pub postcode: Option<String>,
    pub uprn: Option<u64>,
    pub position: Position,
}

impl Layout {
    /// The layout of a file by its first record, or `None` where no place could be read from it.
    pub(super) fn recognise(first: &csv::StringRecord) -> Option<Self> {
        let is_code_point = first.len() == 10
            && first
                .get(0)
                .is_some_and(|field| normal_postcode(field).is_some());
        if is_code_point {
            // Code-Point Open comes without a header: postcode, quality, easting, northing, six codes.
            return Some(Self {
                postcode: Some(0),
                quality: Some(1),
                x: Some(2),
                y: Some(3),
                headerless: true,
                ..Self::default()
            });
        }
        let columns: Vec<String> = first.iter().map(plain).collect();
        let find = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| columns.iter().position(|column| column == name))
        };
        let easting = find(&["easting", "eastings", "x", "xcoordinate", "geometryx"]);
        let northing = find(&["northing", "northings", "y", "ycoordinate", "geometryy"]);
        let longitude = find(&["longitude", "lon", "lng", "long"]);
        let latitude = find(&["latitude", "lat"]);
        let (x, y, degrees) = match (easting, northing) {
            (Some(x), Some(y)) => (x, y, false),
            _ => (longitude?, latitude?, true),
        };
        let layout = Self {
            kind: find(&["kind", "localtype", "type"]),
            name: find(&["name", "name1", "address", "singlelineaddress"]),
            name_cy: find(&["namecy", "name2"]),
            locality: find(&["locality", "populatedplace", "town"]),
            locality_cy: find(&["localitycy"]),
            postcode: find(&["postcode", "pcds", "pcd", "postcodelocator"]),
            uprn: find(&["uprn"]),
            quality: find(&["positionalqualityindicator"]),
            x: Some(x),
            y: Some(y),
            degrees,
            headerless: false,
        };
        let names_something =
            layout.name.is_some() || layout.postcode.is_some() || layout.uprn.is_some();
        names_something.then_some(layout)
    }

    /// The place of a record, or why there is none.
    pub(super) fn entry(&self, record: &csv::StringRecord) -> Result<Entry, String> {
        let text = |column: Option<usize>| {
            let field = record.get(column?)?.trim();
            (!field.is_empty()).then(|| field.to_owned())
        };
        let number =
            |column: Option<usize>| text(column).and_then(|field| field.parse::<f64>().ok());
        let (Some(x), Some(y)) = (number(self.x), number(self.y)) else {
            return Err("it has no coordinates".to_owned());
        };
        if (x == 0.0 && y == 0.0) || text(self.quality).as_deref() == Some(NO_POSITION) {
            return Err("its coordinates stand for no position".to_owned());
        }
        if self.degrees && near_britain(x, y) && !near_britain(y, x) {
            return Err(format!(
                "latitude {y} and longitude {x} lie far from Britain, and the other way round they do not"
            ));
        }
        let position = if self.degrees {
            LonLat::new(x, y)
                .map(Position::of_lonlat)
                .map_err(|error| error.to_string())?
        } else {
            let grid = Bng::new(x, y).map_err(|error| error.to_string())?;
            Position::of_grid(grid).map_err(|error| error.to_string())?
        };
        let postcode = text(self.postcode).map(|field| normal_postcode(&field).unwrap_or(field));
        let uprn = text(self.uprn).map(|field| uprn(&field)).transpose()?;
        let kind = text(self.kind).map_or_else(
            || {
                if uprn.is_some() {
                    Kind::Address
                } else if self.name.is_some() {
                    Kind::Place
                } else {
                    Kind::Postcode
                }
            },
            |word| Kind::of_word(&word),
        );
        let name = text(self.name)
            .or_else(|| postcode.clone())
            .or_else(|| uprn.map(|uprn| format!("UPRN {uprn}")))
            .ok_or("it has no name")?;
        Ok(Entry {
            kind,
            name,
            name_cy: text(self.name_cy),
            locality: text(self.locality),
            locality_cy: text(self.locality_cy),
            postcode,
            uprn,
            position,
        })
    }
}

/// Code-Point Open's word for a postcode that has no coordinates.
const NO_POSITION: &str = "90";

/// A UPRN; spreadsheets may have put `.0` behind it.
fn uprn(field: &str) -> Result<u64, String> {
    let digits = field
        .split_once('.')
        .filter(|(_, zeros)| zeros.bytes().all(|b| b == b'0'))
        .map_or(field, |(digits, _)| digits);
    let fits =
        (1..=MAX_UPRN_DIGITS).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| digits.parse().ok())
        .flatten()
        .ok_or_else(|| format!("“{field}” is no UPRN"))
}

/// A column's name without case and punctuation.
fn plain(column: &str) -> String {
    let letters = column
        .trim_start_matches('\u{feff}')
        .chars()
        .filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}

/// A postcode as it is printed, or `None`.
fn normal_postcode(text: &str) -> Option<String> {
    match super::parse::Typed::parse(text).ok()?.place {
        super::parse::Place::Postcode(postcode) => Some(postcode),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(fields: &[&str]) -> csv::StringRecord {
        fields.iter().collect()
    }

    #[test]
    fn code_point_open_is_known_by_its_first_line() {
        let line = record(&[
            "BA1 0AQ",
            "10",
            "375350",
            "164482",
            "E92000001",
            "",
            "",
            "",
            "E06000022",
            "E05001935",
        ]);
        let layout = Layout::recognise(&line).expect("Code-Point Open");
        assert!(layout.headerless);
        let entry = layout.entry(&line).expect("a place");
        assert_eq!(
            (entry.kind, entry.name.as_str()),
            (Kind::Postcode, "BA1 0AQ")
        );
        assert_eq!(entry.position.grid.map(Bng::easting), Some(375_350.0));
    }

    #[test]
    fn columns_are_known_by_their_names_in_any_spelling() {
        let header = record(&[
            "UPRN",
            "Single_Line_Address",
            "X-Coordinate",
            "Y Coordinate",
            "Postcode Locator",
        ]);
        let layout = Layout::recognise(&header).expect("an address list");
        let entry = layout
            .entry(&record(&[
                "12",
                "1 High Street",
                "294614",
                "377543",
                "ll227aa",
            ]))
            .expect("a place");
        assert_eq!(
            (entry.kind, entry.uprn, entry.postcode.as_deref()),
            (Kind::Address, Some(12), Some("LL22 7AA"))
        );
        assert!(Layout::recognise(&record(&["a", "b"])).is_none());
    }

    #[test]
    fn a_record_without_coordinates_is_said_to_have_none() {
        let layout = Layout::recognise(&record(&["name", "easting", "northing"])).expect("places");
        assert!(layout.entry(&record(&["Nowhere", "", ""])).is_err());
        assert!(layout.entry(&record(&["Off the grid", "-1", "0"])).is_err());
    }

    #[test]
    fn a_row_whose_numbers_are_no_position_is_no_place_in_the_sea() {
        let line = |quality: &str, x: &str, y: &str| {
            let fields = ["BA1 0AQ", quality, x, y, "E92000001", "", "", "", "", ""];
            record(&fields)
        };
        let layout = Layout::recognise(&line("10", "375350", "164482")).expect("Code-Point Open");
        for without in [
            line("90", "0", "0"),
            line("10", "0", "0"),
            line("90", "1", "1"),
        ] {
            let fault = layout.entry(&without).expect_err("no position");
            assert_eq!(fault, "its coordinates stand for no position");
        }
        let layout = Layout::recognise(&record(&["name", "lat", "lon"])).expect("places");
        let swapped = layout.entry(&record(&["Bath", "-2.36", "51.38"]));
        assert!(swapped.is_err_and(|fault| fault.contains("the other way round")));
        assert!(layout.entry(&record(&["Bath", "51.38", "-2.36"])).is_ok());
    }

    #[test]
    fn a_uprn_is_kept_or_its_row_is_left_out() {
        let layout = Layout::recognise(&record(&["uprn", "easting", "northing"])).expect("places");
        let uprn = |text: &str| layout.entry(&record(&[text, "375350", "164482"]));
        let kept = uprn("100012345678.0").expect("a place");
        assert_eq!(kept.uprn, Some(100_012_345_678));
        for text in ["1.00012E+11", "12a", "100012345678.5", "1000123456789"] {
            assert_eq!(uprn(text), Err(format!("“{text}” is no UPRN")));
        }
    }
}
