//! Separated text (commas, semicolons or tabs; UTF-8, UTF-16 or Windows-1252) with geometry as
//! well-known text, or as GeoJSON, in one column, or as x and y in two. `ogrinfo`'s tables come here too.

use super::columns::Columns;
use super::quotes::Quotes;
use super::{Contents, Format, MAX_WHOLE_BYTES, ReadError, RowGeometry, Rows, Wanted};
use super::{geojson, typed, wkt};
use crate::loading::drawn::{Drawn, Piece};
use crate::loading::fields::plain;
use crate::loading::finding::{Finding, Kind};
use crate::loading::nearest::nearest;
use crate::policy::Value;
use csv::{ByteRecord, ReaderBuilder};
use geo_types::Coord;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Names of columns that hold well-known text, letters only.
const WKT_NAMES: [&str; 5] = ["wkt", "geometry", "geom", "thegeom", "wktgeometry"];
/// Names of pairs of columns that hold x and y, letters only.
const XY_NAMES: [(&str, &str); 8] = [
    ("easting", "northing"),
    ("eastings", "northings"),
    ("x", "y"),
    ("longitude", "latitude"),
    ("lon", "lat"),
    ("long", "lat"),
    ("lng", "lat"),
    ("geox", "geoy"),
];

/// Reads a file.
pub fn read(path: &Path, wanted: &Wanted) -> Result<Contents, ReadError> {
    let file = File::open(path).map_err(ReadError::io(path))?;
    let mut file = BufReader::new(wanted.passed.through(file));
    let head = file.fill_buf().map_err(ReadError::io(path))?;
    let wide = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    let start = if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        3
    } else {
        0
    };
    if wide {
        let bytes = super::bounded::whole(path, MAX_WHOLE_BYTES)?;
        let text = encoding_rs::UTF_16LE.decode(&bytes).0;
        return read_typed(text.as_bytes(), delimiter(text.as_bytes()), wanted);
    }
    let delimiter = delimiter(&head[start..]);
    file.consume(start);
    read_typed(file, delimiter, wanted)
}

/// As [`read_from`], and columns that hold nothing but numbers become numbers.
fn read_typed(from: impl Read, delimiter: u8, wanted: &Wanted) -> Result<Contents, ReadError> {
    let mut contents = read_from(from, delimiter, wanted)?;
    let columns = contents.columns.names().len();
    typed::infer(&mut contents.rows, columns, |_| false);
    Ok(contents)
}

/// The separator that the first line has most of.
fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|&b| b == b'\n').next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(0, b','), (0, b';'), (0, b'\t')];
    for &byte in line {
        quoted ^= byte == b'"';
        for (count, separator) in &mut counts {
            *count += usize::from(!quoted && byte == *separator);
        }
    }
    // Of equal counts the last is the greatest, so commas are put last.
    let best = counts.iter().rev().max_by_key(|(count, _)| *count);
    best.map_or(b',', |(_, separator)| *separator)
}

/// Where a table's geometry stands.
enum Geometry {
    Wkt(usize),
    Xy(usize, usize),
}

/// Reads a table whose first record names the columns; every value is text.
pub fn read_from(from: impl Read, delimiter: u8, wanted: &Wanted) -> Result<Contents, ReadError> {
    let mut csv = ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(Quotes::watch(from, delimiter));
    let mut other_encoding = false;
    let header = csv
        .byte_headers()
        .map_err(|error| ReadError::unreadable(error.to_string()))?;
    let names: Vec<String> = header
        .iter()
        .map(|name| decode(name, &mut other_encoding).trim().to_owned())
        .collect();
    let geometry = find_geometry(&names, wanted)?;
    let mut columns = Columns::default();
    let indexes: Vec<Option<usize>> = (0..names.len())
        .map(|at| {
            let holds_wkt = matches!(geometry, Geometry::Wkt(column) if column == at);
            (!holds_wkt).then(|| columns.add(&names[at]))
        })
        .collect();
    let mut rows = Rows::default();
    let mut systems = wkt::Systems::default();
    let mut record = ByteRecord::new();
    loop {
        let before = rows.rows.len();
        let more = csv
            .read_byte_record(&mut record)
            .map_err(|error| ReadError::after(before, error.to_string()))?;
        if let Some(fault) = csv.get_ref().fault(!more) {
            return Err(ReadError::after(before, fault));
        }
        if !more {
            break;
        }
        let cells: Vec<Cow<str>> = record
            .iter()
            .map(|cell| decode(cell, &mut other_encoding))
            .collect();
        let drawn = geometry_of(&cells, &geometry, &mut systems);
        rows.push(drawn, values(&cells, &indexes))?;
    }
    let guessed = other_encoding.then(|| {
        Finding::new(Kind::EncodingGuessed {
            encoding: encoding_rs::WINDOWS_1252.name().to_owned(),
        })
    });
    Ok(Contents {
        format: Format::Table,
        columns,
        declared: systems.declared(),
        rows: rows.rows,
        notes: guessed.into_iter().collect(),
    })
}

fn decode<'a>(cell: &'a [u8], other_encoding: &mut bool) -> Cow<'a, str> {
    match std::str::from_utf8(cell) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            *other_encoding = true;
            encoding_rs::WINDOWS_1252.decode(cell).0
        }
    }
}

fn values(cells: &[Cow<str>], indexes: &[Option<usize>]) -> Vec<(usize, Value)> {
    let texts = cells.iter().zip(indexes);
    texts
        .filter_map(|(cell, index)| Some(((*index)?, cell.trim())))
        .filter(|(_, text)| !text.is_empty())
        .map(|(index, text)| (index, Value::Text(text.to_owned())))
        .collect()
}

fn find_geometry(names: &[String], wanted: &Wanted) -> Result<Geometry, ReadError> {
    let at = |name: &str| names.iter().position(|column| plain(column) == name);
    let named = |name: &str, wanted_for: &'static str| {
        let exact = names.iter().position(|column| column == name);
        exact.or_else(|| at(&plain(name))).ok_or_else(|| {
            let mut missing = Finding::new(Kind::MissingColumn {
                wanted_for,
                columns: names.to_vec(),
                nearest: nearest(name, names.iter().map(String::as_str)).map(ToOwned::to_owned),
            });
            missing.field = Some(name.to_owned());
            ReadError::Content(Box::new(missing))
        })
    };
    if let Some(name) = &wanted.geometry {
        return Ok(Geometry::Wkt(named(name, "geometry")?));
    }
    if let Some((x, y)) = &wanted.xy {
        return Ok(Geometry::Xy(named(x, "x")?, named(y, "y")?));
    }
    let pairs = XY_NAMES.iter();
    WKT_NAMES
        .iter()
        .find_map(|name| at(name).map(Geometry::Wkt))
        .or_else(|| {
            pairs
                .filter_map(|(x, y)| Some(Geometry::Xy(at(x)?, at(y)?)))
                .next()
        })
        .ok_or_else(|| {
            ReadError::content(Kind::NoGeometryColumn {
                columns: names.to_vec(),
            })
        })
}

fn geometry_of(cells: &[Cow<str>], geometry: &Geometry, systems: &mut wkt::Systems) -> RowGeometry {
    match *geometry {
        Geometry::Wkt(column) => {
            let text = cells.get(column).map_or("", |cell| cell.trim());
            if text.starts_with('{') {
                of_geojson(text)
            } else {
                systems.read(text)
            }
        }
        Geometry::Xy(x, y) => point(
            cells.get(x).map(AsRef::as_ref),
            cells.get(y).map(AsRef::as_ref),
        ),
    }
}

/// Some tables hold GeoJSON where the standard wants well-known text.
fn of_geojson(text: &str) -> RowGeometry {
    let deep = super::json_scan::scan(text.as_bytes()).is_ok_and(|outline| outline.too_deep);
    match text.parse::<::geojson::Geometry>() {
        Ok(geometry) if !deep => geojson::drawn(geometry),
        Ok(_) => RowGeometry::Faulty(Kind::InvalidWkt {
            why: "its brackets are nested too deep".to_owned(),
        }),
        Err(error) => RowGeometry::Faulty(Kind::InvalidWkt {
            why: crate::loading::finding::shown_long(&error.to_string()),
        }),
    }
}

fn point(x: Option<&str>, y: Option<&str>) -> RowGeometry {
    let (x, y) = (x.unwrap_or_default().trim(), y.unwrap_or_default().trim());
    if x.is_empty() && y.is_empty() {
        return RowGeometry::Missing;
    }
    match (x.parse(), y.parse()) {
        (Ok(x), Ok(y)) => RowGeometry::Drawn(Drawn::of(Piece::Point(Coord { x, y }))),
        _ => RowGeometry::Faulty(Kind::InvalidCoordinates),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<Contents, ReadError> {
        read_typed(
            text.as_bytes(),
            delimiter(text.as_bytes()),
            &Wanted::default(),
        )
    }

    #[test]
    fn wkt_is_found_in_a_column_of_any_spelling() {
        let contents = table("Ref;The Geom;n\nA;\"POINT(1 2)\";007\nB;;\n").expect("read");
        assert_eq!(contents.columns.names(), ["Ref", "n"]);
        assert!(matches!(contents.rows[0].geometry, RowGeometry::Drawn(_)));
        assert_eq!(contents.rows[1].geometry, RowGeometry::Missing);
        assert_eq!(
            contents.rows[0].value(1),
            Some(&Value::Text("007".to_owned()))
        );
    }

    #[test]
    fn x_and_y_are_found_and_kept_as_columns() {
        let contents =
            table("id\tEasting\tNorthing\n1\t300000\t370000.5\n2\tx\t1\n").expect("read");
        let point = Drawn::of(Piece::Point(Coord {
            x: 300_000.0,
            y: 370_000.5,
        }));
        assert_eq!(contents.rows[0].geometry, RowGeometry::Drawn(point));
        assert!(matches!(contents.rows[1].geometry, RowGeometry::Faulty(_)));
        assert_eq!(contents.columns.names().len(), 3);
        assert_eq!(contents.rows[0].value(0), Some(&Value::Integer(1)));
    }

    #[test]
    fn geojson_in_a_geometry_column_is_understood() {
        let contents =
            table("ref,geometry\nA,\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[1,2]}\"\n")
                .expect("read");
        assert!(matches!(contents.rows[0].geometry, RowGeometry::Drawn(_)));
    }

    #[test]
    fn a_table_without_geometry_and_one_with_ragged_rows_are_refused() {
        let error = table("a,b\n1,2\n").expect_err("no geometry").to_string();
        assert!(error.contains(r#"columns: ["a", "b"]"#), "{error}");
        assert!(table("a,wkt\nx,POINT(1 2)\ny\n").is_err());
    }

    #[test]
    fn letters_of_windows_1252_are_read_and_said() {
        let bytes = b"name,x,y\nM\xf4n,1,2\n";
        let contents = read_from(&bytes[..], b',', &Wanted::default()).expect("read");
        assert_eq!(
            contents.rows[0].value(0),
            Some(&Value::Text("Môn".to_owned()))
        );
        assert_eq!(contents.notes.len(), 1);
    }
}
