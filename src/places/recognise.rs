//! Which column of a gazetteer's file is what: Code-Point Open, OS Open Names and OS Open UPRN with or
//! without a header, address lists of councils, and any file whose columns are named as usual or by `--fields`.

use super::address::Parts;
use super::cell::Rank;
use super::parse::{MAX_UPRN_DIGITS, near_britain};
use crate::geometry::{Bng, LonLat, Position};
use csv::ByteRecord;
use std::borrow::Cow;

/// The fields that a column can be named to hold.
pub const FIELDS: [&str; 11] = [
    "kind",
    "name",
    "name-cy",
    "locality",
    "locality-cy",
    "postcode",
    "uprn",
    "easting",
    "northing",
    "longitude",
    "latitude",
];

/// The columns that are read, by their places in a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    kind: Option<usize>,
    name: Option<usize>,
    name_cy: Option<usize>,
    /// OS Open Names: a second name, and the languages of both.
    second: Option<usize>,
    languages: Option<(usize, usize)>,
    /// Where the place lies, the narrowest first that is filled.
    localities: Vec<usize>,
    locality_cy: Option<usize>,
    postcode: Option<usize>,
    uprn: Option<usize>,
    /// Code-Point Open's positional quality.
    quality: Option<usize>,
    /// An address in the parts of BS 7666.
    parts: Option<Parts>,
    /// An address list's logical status, and the language of its row.
    status: Option<usize>,
    language: Option<usize>,
    x: usize,
    y: usize,
    pub degrees: bool,
    /// The first record is a place already.
    pub headerless: bool,
    /// Columns of the header.
    columns: usize,
}

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

/// What a row came to.
#[derive(Debug)]
pub(super) enum Row {
    /// A place, and its coordinates as they were given.
    Entry(Box<Entry>, f64, f64),
    /// A UPRN and its coordinates as they were given, and nothing else.
    Bare(u64, f64, f64),
    /// An address that is no more, or never was one.
    Historical,
}

/// Why no layout was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unrecognised {
    /// Nothing usual is there.
    Columns,
    /// A column that was named is not there.
    Missing(String),
}

impl Layout {
    /// The layout of a file by its first record; `named` says which column is which field and goes before the usual names.
    pub(super) fn recognise(
        first: &ByteRecord,
        named: &[(String, String)],
    ) -> Result<Self, Unrecognised> {
        let first: Vec<String> = first.iter().map(|field| text_of(field).0.into_owned()).collect();
        if named.is_empty()
            && let Some(layout) = headerless(&first)
        {
            return Ok(layout);
        }
        let columns: Vec<String> = first.iter().map(|column| plain(column)).collect();
        let said = |field: &str| {
            let (_, theirs) = named.iter().find(|(ours, _)| plain(ours) == plain(field))?;
            let exact = first.iter().position(|column| column == theirs);
            Some(exact.or_else(|| columns.iter().position(|column| *column == plain(theirs))))
        };
        for (_, theirs) in named.iter() {
            if !first.contains(theirs) && !columns.contains(&plain(theirs)) {
                return Err(Unrecognised::Missing(theirs.clone()));
            }
        }
        let usual = |names: &[&str]| {
            let mut names = names.iter();
            names.find_map(|name| columns.iter().position(|column| column == name))
        };
        let find = |field: &str, names: &[&str]| said(field).unwrap_or_else(|| usual(names));
        let easting = find("easting", EASTING);
        let northing = find("northing", NORTHING);
        let longitude = find("longitude", &["longitude", "lon", "lng", "long"]);
        let latitude = find("latitude", &["latitude", "lat"]);
        let said_degrees = said("longitude").is_some() && said("easting").is_none();
        let (x, y, degrees) = match (easting, northing, longitude, latitude) {
            (Some(x), Some(y), _, _) if !said_degrees => (x, y, false),
            (_, _, Some(x), Some(y)) => (x, y, true),
            _ => return Err(Unrecognised::Columns),
        };
        let name = find("name", &["name", "name1", "address", "fulladdress", "singlelineaddress", "locaddress"]);
        let languages = usual(&["name1lang"]).zip(usual(&["name2lang"]));
        let locality = said("locality").flatten();
        let localities = match locality {
            Some(only) => vec![only],
            None => [
                &["locality", "localityname"][..],
                &["populatedplace"],
                &["town", "townname", "posttown"],
                &["districtborough"],
                &["countyunitary"],
            ]
            .iter()
            .filter_map(|names| usual(names))
            .collect(),
        };
        let layout = Self {
            kind: find("kind", &["kind", "localtype", "type"]),
            parts: name.is_none().then(|| Parts::find(&usual)).flatten(),
            name,
            name_cy: find("name-cy", &["namecy"]),
            second: usual(&["name2"]),
            languages,
            localities,
            locality_cy: find("locality-cy", &["localitycy"]),
            postcode: find("postcode", &["postcode", "pcds", "pcd", "postcodelocator"]),
            uprn: find("uprn", &["uprn", "bs7666uprn"]),
            quality: usual(&["positionalqualityindicator"]),
            status: usual(&["logicalstatus", "lpilogicalstatus", "lpilogicalstatuscode", "logicalstatuscode"]),
            language: usual(&["language", "lpilanguage"]),
            x,
            y,
            degrees,
            headerless: false,
            columns: columns.len(),
        };
        let names_something = layout.name.is_some()
            || layout.parts.is_some()
            || layout.postcode.is_some()
            || layout.uprn.is_some();
        names_something.then_some(layout).ok_or(Unrecognised::Columns)
    }

    /// What a record tells, or why it tells nothing; `foreign` is set where a text is not in UTF-8.
    pub(super) fn row(&self, record: &ByteRecord, foreign: &mut bool) -> Result<Row, String> {
        let surplus = record.iter().skip(self.columns);
        if surplus.clone().any(|field| !field.trim_ascii().is_empty()) {
            return Err(format!(
                "it has {} values, the header {} columns",
                record.len(),
                self.columns
            ));
        }
        let mut text = |column: Option<usize>| {
            let (field, other) = text_of(record.get(column?)?.trim_ascii());
            *foreign |= other;
            (!field.is_empty()).then(|| field.into_owned())
        };
        let number = |column: usize| {
            let field = std::str::from_utf8(record.get(column)?.trim_ascii()).ok()?;
            field.parse::<f64>().ok().filter(|number| number.is_finite())
        };
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
        let position = position(self.degrees, x, y)?;
        let status = text(self.status);
        if status.is_some_and(|status| HISTORICAL.contains(&status.as_str())) {
            return Ok(Row::Historical);
        }
        let postcode = text(self.postcode).map(|field| super::postcode::printed(&field).unwrap_or(field));
        let uprn = text(self.uprn).map(|field| uprn(&field)).transpose()?;
        let name = match &self.parts {
            Some(parts) => parts.name(&mut text),
            None => text(self.name),
        };
        let locality = self.localities.iter().find_map(|column| text(Some(*column)));
        let kind = text(self.kind);
        if let (Some(uprn), None, None, None, None) = (uprn, &name, &postcode, &locality, &kind) {
            return Ok(Row::Bare(uprn, x, y));
        }
        if name.is_none() && postcode.is_none() && uprn.is_none() {
            return Err("it has no name".to_owned());
        }
        let mut entry = Entry {
            rank: kind.map_or_else(|| self.usual_rank(uprn), |word| Rank::of_word(&word)),
            name,
            name_cy: text(self.name_cy),
            also: None,
            locality,
            locality_cy: text(self.locality_cy),
            postcode,
            uprn,
            position,
            welsh: text(self.language).is_some_and(|language| is_welsh(&language)),
        };
        if let Some(second) = text(self.second) {
            let (first_lang, second_lang) = match self.languages {
                Some((first, second)) => (text(Some(first)), text(Some(second))),
                None => (None, Some("cym".to_owned())),
            };
            entry.take_second(second, first_lang.as_deref(), second_lang.as_deref());
        }
        entry.divide_locality();
        if entry.rank == Rank::Postcode {
            entry.take_postcode();
        }
        Ok(Row::Entry(Box::new(entry), x, y))
    }

    fn usual_rank(&self, uprn: Option<u64>) -> Rank {
        if uprn.is_some() {
            Rank::Address
        } else if self.name.is_some() {
            Rank::Village
        } else {
            Rank::Postcode
        }
    }
}

impl Entry {
    /// Takes a second name in: Welsh stands beside English, any other is only found by.
    fn take_second(&mut self, second: String, first_lang: Option<&str>, second_lang: Option<&str>) {
        if second_lang.is_some_and(is_welsh) {
            self.name_cy = Some(second);
        } else if first_lang.is_some_and(is_welsh) {
            self.name_cy = self.name.replace(second);
        } else {
            self.also = Some(second);
        }
    }

    /// `Sir Ddinbych - Denbighshire` and `Caerdydd / Cardiff` are two names of one locality.
    fn divide_locality(&mut self) {
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
    fn take_postcode(&mut self) {
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

/// The layout of a file that comes without a header.
fn headerless(first: &[String]) -> Option<Layout> {
    let is_postcode = |field: &String| super::postcode::printed(field).is_some();
    if first.len() == 10 && first.first().is_some_and(is_postcode) {
        // Code-Point Open: postcode, quality, easting, northing, six codes.
        return Some(Layout {
            postcode: Some(0),
            quality: Some(1),
            x: 2,
            y: 3,
            headerless: true,
            columns: first.len(),
            ..Layout::default()
        });
    }
    let is_number = |at: usize| first.get(at).is_some_and(|field| field.trim().parse::<f64>().is_ok());
    if first.len() == OPEN_NAMES && is_number(8) && is_number(9) {
        // OS Open Names: id, address, two names with languages, type, local type, position, …, populated place,
        // district, county.
        return Some(Layout {
            name: Some(2),
            languages: Some((3, 5)),
            second: Some(4),
            kind: Some(7),
            x: 8,
            y: 9,
            localities: vec![18, 21, 24],
            headerless: true,
            columns: first.len(),
            ..Layout::default()
        });
    }
    None
}

/// Columns of OS Open Names.
const OPEN_NAMES: usize = 34;

const EASTING: &[&str] = &["easting", "eastings", "x", "xcoordinate", "geometryx", "oseast1m", "east1m"];
const NORTHING: &[&str] = &["northing", "northings", "y", "ycoordinate", "geometryy", "osnrth1m", "north1m"];

/// Code-Point Open's word for a postcode that has no coordinates.
const NO_POSITION: &str = "90";

/// Logical states of BS 7666 in which there is no such address: kept internally, historical, rejected.
const HISTORICAL: [&str; 4] = ["7", "8", "9", "Historical"];

fn is_welsh(language: &str) -> bool {
    ["cym", "cy", "wel", "welsh"].contains(&language.trim().to_ascii_lowercase().as_str())
}

/// A UPRN; spreadsheets may have put `.0` behind it.
fn uprn(field: &str) -> Result<u64, String> {
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

/// A text in UTF-8, else in Windows-1252, and whether it was the latter.
fn text_of(field: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(field) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (encoding_rs::WINDOWS_1252.decode(field).0, true),
    }
}

/// A column's name without case and punctuation.
fn plain(column: &str) -> String {
    let letters = column
        .trim_start_matches('\u{feff}')
        .chars()
        .filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(fields: &[&str]) -> ByteRecord {
        fields.iter().collect()
    }

    fn layout(fields: &[&str]) -> Layout {
        Layout::recognise(&record(fields), &[]).expect("recognised")
    }

    fn row(layout: &Layout, fields: &[&str]) -> Result<Row, String> {
        layout.row(&record(fields), &mut false)
    }

    fn entry(layout: &Layout, fields: &[&str]) -> Entry {
        match row(layout, fields) {
            Ok(Row::Entry(entry, _, _)) => *entry,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn code_point_open_is_known_by_its_first_line() {
        let line = ["BA1 0AQ", "10", "375350", "164482", "E92000001", "", "", "", "E06000022", "E05001935"];
        let layout = layout(&line);
        assert!(layout.headerless);
        let entry = entry(&layout, &line);
        assert_eq!((entry.rank, entry.postcode.as_deref()), (Rank::Postcode, Some("BA1 0AQ")));
        assert_eq!(entry.name, None);
        assert_eq!(entry.position.grid.map(Bng::easting), Some(375_350.0));
    }

    /// A line of OS Open Names, of the columns that matter.
    fn open_names(name: [&'static str; 4], kind: &'static str, places: [&'static str; 3]) -> Vec<&'static str> {
        let mut line = vec![""; OPEN_NAMES];
        line[2..6].copy_from_slice(&[name[0], name[1], name[2], name[3]]);
        line[7..10].copy_from_slice(&[kind, "294614", "377543"]);
        for (at, place) in [18, 21, 24].into_iter().zip(places) {
            line[at] = place;
        }
        line
    }

    #[test]
    fn os_open_names_is_known_by_its_34_columns_and_tells_which_name_is_welsh() {
        let cardiff = open_names(["Cardiff", "eng", "Caerdydd", "cym"], "City", ["", "", ""]);
        let layout = layout(&cardiff);
        let city = entry(&layout, &cardiff);
        assert_eq!((city.rank, city.name.as_deref(), city.name_cy.as_deref()), (Rank::City, Some("Cardiff"), Some("Caerdydd")));
        let other = entry(&layout, &open_names(["Abertawe", "cym", "Swansea", "eng"], "City", ["", "", ""]));
        assert_eq!((other.name.as_deref(), other.name_cy.as_deref()), (Some("Swansea"), Some("Abertawe")));
        let gaelic = entry(&layout, &open_names(["Inverness", "eng", "Inbhir Nis", "gla"], "City", ["", "", ""]));
        assert_eq!((gaelic.name_cy, gaelic.also.as_deref()), (None, Some("Inbhir Nis")));
        let street = entry(&layout, &open_names(["Stryd Fawr", "", "", ""], "Named Road", ["", "", "Sir Ddinbych - Denbighshire"]));
        assert_eq!((street.rank, street.locality.as_deref(), street.locality_cy.as_deref()), (Rank::Street, Some("Denbighshire"), Some("Sir Ddinbych")));
        let postcode = entry(&layout, &open_names(["LL22 7AA", "", "", ""], "Postcode", ["Abergele", "", ""]));
        assert_eq!((postcode.rank, postcode.name, postcode.postcode.as_deref()), (Rank::Postcode, None, Some("LL22 7AA")));
    }

    #[test]
    fn a_uprn_with_nothing_but_coordinates_is_bare() {
        let layout = layout(&["\u{feff}UPRN", "X_COORDINATE", "Y_COORDINATE", "LATITUDE", "LONGITUDE"]);
        let line = ["26", "352967.00", "181077.25", "51.5266", "-2.6794"];
        assert!(matches!(row(&layout, &line), Ok(Row::Bare(26, 352_967.0, 181_077.25))));
    }

    #[test]
    fn an_address_is_put_together_from_the_parts_of_bs_7666() {
        let header = [
            "UPRN", "LOGICAL_STATUS", "LANGUAGE", "SAO_TEXT", "SAO_START_NUMBER", "SAO_START_SUFFIX", "PAO_TEXT", "PAO_START_NUMBER",
            "PAO_START_SUFFIX", "PAO_END_NUMBER", "STREET_DESCRIPTOR", "LOCALITY_NAME", "TOWN_NAME", "POSTCODE_LOCATOR", "X_COORDINATE", "Y_COORDINATE",
        ];
        let layout = layout(&header);
        let flat = ["12", "1", "ENG", "Flat", "2", "B", "Tŷ Mawr", "12", "A", "14", "High Street", "", "Abergele", "ll227aa", "294614", "377543"];
        let address = entry(&layout, &flat);
        assert_eq!(address.name.as_deref(), Some("Flat, 2B, Tŷ Mawr, 12A-14 High Street"));
        assert_eq!((address.locality.as_deref(), address.postcode.as_deref()), (Some("Abergele"), Some("LL22 7AA")));
        assert!(!address.welsh);
        let mut gone = flat;
        gone[1] = "8";
        assert!(matches!(row(&layout, &gone), Ok(Row::Historical)));
    }

    #[test]
    fn columns_are_known_by_their_names_in_any_spelling() {
        let layout = layout(&["UPRN", "Single_Line_Address", "X-Coordinate", "Y Coordinate", "Postcode Locator"]);
        let entry = entry(&layout, &["12", "1 High Street", "294614", "377543", "ll227aa"]);
        assert_eq!((entry.rank, entry.uprn, entry.postcode.as_deref()), (Rank::Address, Some(12), Some("LL22 7AA")));
        assert_eq!(Layout::recognise(&record(&["a", "b"]), &[]), Err(Unrecognised::Columns));
    }

    #[test]
    fn columns_of_our_own_are_named() {
        let header = record(&["id", "enw", "lle", "E", "N", "x", "y"]);
        let named = [("name", "ENW"), ("locality", "lle"), ("easting", "E"), ("northing", "N")];
        let named = named.map(|(ours, theirs)| (ours.to_owned(), theirs.to_owned()));
        let layout = Layout::recognise(&header, &named).expect("named");
        let entry = entry(&layout, &["1", "Llŷn", "Gwynedd", "230000", "335000", "0", "0"]);
        assert_eq!((entry.name.as_deref(), entry.locality.as_deref()), (Some("Llŷn"), Some("Gwynedd")));
        let missing = [("name".to_owned(), "title".to_owned())];
        assert_eq!(Layout::recognise(&header, &missing), Err(Unrecognised::Missing("title".to_owned())));
    }

    #[test]
    fn a_record_that_is_no_place_says_why() {
        let layout = layout(&["name", "easting", "northing"]);
        let fault = |fields: &[&str]| row(&layout, fields).expect_err("no place");
        assert_eq!(fault(&["Nowhere", "", ""]), "it has no coordinates");
        assert_eq!(fault(&["Nowhere", "nan", "1"]), "it has no coordinates");
        assert!(fault(&["Off the grid", "-1", "0"]).contains("National Grid"));
        assert_eq!(fault(&["Ty Gwyn", " Abergele", "294700", "377600"]), "it has 4 values, the header 3 columns");
        assert_eq!(fault(&["", "294700", "377600"]), "it has no name");
        assert!(row(&layout, &["Ty Gwyn", "294700", "377600", "", " "]).is_ok(), "empty values behind");
    }

    #[test]
    fn a_row_whose_numbers_are_no_position_is_no_place_in_the_sea() {
        let line = |quality: &'static str, x: &'static str, y: &'static str| {
            ["BA1 0AQ", quality, x, y, "E92000001", "", "", "", "", ""]
        };
        let points = layout(&line("10", "375350", "164482"));
        for without in [line("90", "0", "0"), line("10", "0", "0"), line("90", "1", "1")] {
            let fault = row(&points, &without).expect_err("no position");
            assert_eq!(fault, "its coordinates stand for no position");
        }
        let degrees = layout(&["name", "lat", "lon"]);
        let swapped = row(&degrees, &["Bath", "-2.36", "51.38"]);
        assert!(swapped.is_err_and(|fault| fault.contains("the other way round")));
        assert!(row(&degrees, &["Bath", "51.38", "-2.36"]).is_ok());
    }

    #[test]
    fn a_uprn_is_kept_or_its_row_is_left_out() {
        let layout = layout(&["uprn", "easting", "northing"]);
        let uprn = |text: &str| row(&layout, &[text, "375350", "164482"]);
        assert!(matches!(uprn("100012345678.0"), Ok(Row::Bare(100_012_345_678, _, _))));
        assert!(matches!(uprn("000012345678"), Ok(Row::Bare(12_345_678, _, _))));
        for text in ["1.00012E+11", "12a", "100012345678.5", "1000123456789"] {
            assert_eq!(uprn(text).expect_err("no UPRN"), format!("“{text}” is no UPRN"));
        }
    }

    #[test]
    fn what_is_not_utf_8_is_read_as_windows_1252_and_said() {
        let layout = layout(&["name", "easting", "northing"]);
        let record: ByteRecord = [&b"Caf\xe9"[..], b"294700", b"377600"].into_iter().collect();
        let mut foreign = false;
        let row = layout.row(&record, &mut foreign);
        assert!(matches!(row, Ok(Row::Entry(entry, _, _)) if entry.name.as_deref() == Some("Café")));
        assert!(foreign);
    }
}
