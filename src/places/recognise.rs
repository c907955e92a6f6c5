//! Which column of a gazetteer's file is what: Code-Point Open, OS Open Names and OS Open UPRN with or
//! without a header, address lists of councils, and any file whose columns are named as usual or by `--fields`.

use super::address::Parts;
use super::cell::Rank;
use super::entry::{Entry, is_welsh, position, uprn};
use super::parse::near_britain;
use super::usual::{EASTING, LATITUDE, LONGITUDE, NAME, NORTHING, POSTCODE, UPRN, plain};
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
    /// Rows of several kinds, each with columns of its own, told apart by a number before them.
    Transfer,
}

impl Layout {
    /// The layout of a file by its first record; `named` says which column is which field and goes before the usual names.
    pub(super) fn recognise(
        first: &ByteRecord,
        named: &[(String, String)],
    ) -> Result<Self, Unrecognised> {
        let first: Vec<String> = first
            .iter()
            .map(|field| text_of(field).0.into_owned())
            .collect();
        if named.is_empty()
            && let Some(layout) = headerless(&first)
        {
            return Ok(layout);
        }
        let columns: Vec<String> = first.iter().map(|column| plain(column)).collect();
        if columns
            .first()
            .is_some_and(|number| TRANSFER_HEADER == number)
        {
            return Err(Unrecognised::Transfer);
        }
        let said = |field: &str| {
            let (_, theirs) = named.iter().find(|(ours, _)| plain(ours) == plain(field))?;
            let exact = first.iter().position(|column| column == theirs);
            Some(exact.or_else(|| columns.iter().position(|column| *column == plain(theirs))))
        };
        for (_, theirs) in named {
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
        let longitude = find("longitude", LONGITUDE);
        let latitude = find("latitude", LATITUDE);
        let said_degrees = said("longitude").is_some() && said("easting").is_none();
        let (x, y, degrees) = match (easting, northing, longitude, latitude) {
            (Some(x), Some(y), _, _) if !said_degrees => (x, y, false),
            (_, _, Some(x), Some(y)) => (x, y, true),
            _ => return Err(Unrecognised::Columns),
        };
        let name = find("name", NAME);
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
            postcode: find("postcode", POSTCODE),
            uprn: find("uprn", UPRN),
            quality: usual(&["positionalqualityindicator"]),
            status: usual(&[
                "logicalstatus",
                "lpilogicalstatus",
                "lpilogicalstatuscode",
                "logicalstatuscode",
            ]),
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
        names_something
            .then_some(layout)
            .ok_or(Unrecognised::Columns)
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
            field
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
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
        let postcode =
            text(self.postcode).map(|field| super::postcode::printed(&field).unwrap_or(field));
        let uprn = text(self.uprn).map(|field| uprn(&field)).transpose()?;
        let name = match &self.parts {
            Some(parts) => parts.name(&mut text),
            None => text(self.name),
        };
        let locality = self
            .localities
            .iter()
            .find_map(|column| text(Some(*column)));
        let kind = text(self.kind);
        if let (Some(uprn), None, None, None, None) = (uprn, &name, &postcode, &locality, &kind) {
            return Ok(Row::Bare(uprn, x, y));
        }
        if name.is_none() && postcode.is_none() && uprn.is_none() {
            return Err("it has no name".to_owned());
        }
        let mut entry = Entry {
            rank: self.rank(kind.as_deref(), uprn),
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

    /// The rank by its word; a word that is no rank makes a feature of what has no UPRN.
    fn rank(&self, kind: Option<&str>, uprn: Option<u64>) -> Rank {
        let said = kind.and_then(Rank::of_word);
        said.unwrap_or(match (uprn, kind) {
            (Some(_), _) => Rank::Address,
            (None, _) if self.name.is_none() => Rank::Postcode,
            (None, Some(_)) => Rank::Feature,
            (None, None) => Rank::Village,
        })
    }
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
    let is_number = |at: usize| {
        first
            .get(at)
            .is_some_and(|field| field.trim().parse::<f64>().is_ok())
    };
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

/// The kind of the first row of a transfer file: DTF 7.3 of an LLPG, AddressBase Premium.
const TRANSFER_HEADER: &str = "10";

/// Code-Point Open's word for a postcode that has no coordinates.
const NO_POSITION: &str = "90";

/// Logical states of BS 7666 in which there is no such address: kept internally, historical, rejected.
const HISTORICAL: [&str; 4] = ["7", "8", "9", "Historical"];

/// A text in UTF-8, else in Windows-1252, and whether it was the latter.
fn text_of(field: &[u8]) -> (Cow<'_, str>, bool) {
    match std::str::from_utf8(field) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (encoding_rs::WINDOWS_1252.decode(field).0, true),
    }
}

#[cfg(test)]
mod tests;
