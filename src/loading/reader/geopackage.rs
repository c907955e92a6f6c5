//! GeoPackage: a feature table read by SQLite, opened for reading only.

use super::columns::Columns;
use super::{Contents, Declared, Format, ReadError, RowGeometry, Rows, Wanted, wkb};
use crate::loading::crs;
use crate::loading::finding::Kind;
use crate::loading::source::Sources;
use crate::policy::Value;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use std::path::{Path, PathBuf};

/// A table of features.
struct FeatureTable {
    name: String,
    geometry: String,
    srs: i64,
}

/// Reads the one feature table, or the one that is wanted.
pub fn read(path: &Path, wanted: &Wanted, sources: &Sources) -> Result<Contents, ReadError> {
    // Changes that another program has not yet brought into the file itself.
    let log = beside(path, "-wal");
    let has_log = log.metadata().is_ok_and(|log| log.len() > 0);
    if has_log {
        sources.add(&log).map_err(ReadError::io(&log))?;
    }
    let refused = |error: rusqlite::Error| ReadError::unreadable(error.to_string());
    let database = open(path, has_log).map_err(refused)?;
    let tables = feature_tables(&database)
        .map_err(|error| ReadError::unreadable(format!("it is no GeoPackage: {error}")))?;
    let table = choose(tables, wanted)?;
    let declared = declared(&database, table.srs).map_err(refused)?;
    let mut contents = Contents {
        format: Format::GeoPackage,
        columns: Columns::default(),
        declared,
        rows: Vec::new(),
        notes: Vec::new(),
    };
    contents.rows = rows(&database, &table, &mut contents.columns)?;
    Ok(contents)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Opens a database so that nothing is written beside it: one without a log is taken as it stands,
/// since SQLite would make a log's index in the file's folder, which may not be writable.
fn open(path: &Path, has_log: bool) -> rusqlite::Result<Connection> {
    let database = if has_log {
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?
    } else {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags(as_it_stands(path), flags)?
    };
    // What a stranger put into the schema must not call functions, and broken pages must show.
    database.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")?;
    Ok(database)
}

/// The path as SQLite's URI of a file that nobody changes.
fn as_it_stands(path: &Path) -> String {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri + "?immutable=1"
}

fn feature_tables(database: &Connection) -> rusqlite::Result<Vec<FeatureTable>> {
    let mut statement = database.prepare(
        "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c
         JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
         WHERE c.data_type = 'features' ORDER BY c.rowid",
    )?;
    let tables = statement.query_map([], |row| {
        Ok(FeatureTable {
            name: row.get(0)?,
            geometry: row.get(1)?,
            srs: row.get(2)?,
        })
    })?;
    tables.collect()
}

fn choose(tables: Vec<FeatureTable>, wanted: &Wanted) -> Result<FeatureTable, ReadError> {
    let names = || tables.iter().map(|table| table.name.clone()).collect();
    let at = super::choose_layer(names(), wanted.layer.as_deref())?;
    let mut tables = tables;
    Ok(tables.swap_remove(at))
}

fn declared(database: &Connection, srs: i64) -> rusqlite::Result<Declared> {
    if srs <= 0 {
        return Ok(Declared::Nothing); // 0 and -1 are "undefined" by the standard
    }
    let mut statement = database.prepare(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?1",
    )?;
    let mut rows = statement.query([srs])?;
    let Some(row) = rows.next()? else {
        return Ok(Declared::Unknown(format!("srs_id {srs}")));
    };
    let (organization, code): (String, i64) = (row.get(0)?, row.get(1)?);
    if organization.eq_ignore_ascii_case("EPSG") && code > 0 {
        return Ok(crs::of_name(&code.to_string()));
    }
    let definition: String = row.get(2)?;
    Ok(crs::of_wkt(&definition))
}

fn rows(
    database: &Connection,
    table: &FeatureTable,
    columns: &mut Columns,
) -> Result<Vec<super::Row>, ReadError> {
    let mut rows = Rows::default();
    let quoted = table.name.replace('"', "\"\"");
    let failed =
        |before: usize| move |error: rusqlite::Error| ReadError::after(before, error.to_string());
    let mut statement = database
        .prepare(&format!("SELECT * FROM \"{quoted}\""))
        .map_err(failed(0))?;
    let names: Vec<String> = statement
        .column_names()
        .into_iter()
        .map(ToOwned::to_owned)
        .collect();
    let declared_flags = flag_columns(database, &table.name).map_err(failed(0))?;
    let flags: Vec<bool> = names
        .iter()
        .map(|name| declared_flags.contains(name))
        .collect();
    let is_geometry = |name: &str| name.eq_ignore_ascii_case(&table.geometry);
    let indexes: Vec<Option<usize>> = names
        .iter()
        .map(|name| (!is_geometry(name)).then(|| columns.add(name)))
        .collect();
    if let Some(key) = row_numbers(database, &table.name).map_err(failed(0))? {
        let at = names.iter().position(|name| *name == key);
        if let Some(index) = at.and_then(|at| indexes[at]) {
            columns.hold_row_numbers(index);
        }
    }
    let mut records = statement.query([]).map_err(failed(0))?;
    loop {
        let before = rows.rows.len();
        let Some(record) = records.next().map_err(failed(before))? else {
            return Ok(rows.rows);
        };
        let (geometry, values) = row(record, &indexes, &flags).map_err(failed(before))?;
        rows.push(geometry, values)?;
    }
}

/// Columns declared as yes or no, which SQLite keeps as whole numbers.
fn flag_columns(database: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = database.prepare(
        "SELECT name FROM pragma_table_info(?1) WHERE upper(type) IN ('BOOLEAN', 'BOOL')",
    )?;
    statement.query_map([table], |row| row.get(0))?.collect()
}

/// The key that GDAL and QGIS give each row where a table has none, if the table has one of that name.
fn row_numbers(database: &Connection, table: &str) -> rusqlite::Result<Option<String>> {
    let mut statement = database.prepare(
        "SELECT name FROM pragma_table_info(?1)
         WHERE pk = 1 AND upper(type) = 'INTEGER' AND (lower(name) = 'fid' OR lower(name) GLOB 'fid_[0-9]*')",
    )?;
    let mut names = statement.query_map([table], |row| row.get(0))?;
    names.next().transpose()
}

type Read = (RowGeometry, Vec<(usize, Value)>);

fn row(record: &Row, indexes: &[Option<usize>], flags: &[bool]) -> rusqlite::Result<Read> {
    let mut geometry = RowGeometry::Missing;
    let mut values = Vec::new();
    for (at, index) in indexes.iter().enumerate() {
        let cell = record.get_ref(at)?;
        match index {
            None => geometry = geometry_of(cell),
            Some(column) => values.extend(value(cell, flags[at]).map(|value| (*column, value))),
        }
    }
    Ok((geometry, values))
}

fn geometry_of(cell: ValueRef) -> RowGeometry {
    let faulty = |why| RowGeometry::Faulty(Kind::UnreadableGeometry { why });
    match cell {
        ValueRef::Null => RowGeometry::Missing,
        ValueRef::Blob(blob) => match wkb::of_geopackage(blob) {
            Ok(Some(drawn)) => RowGeometry::Drawn(drawn),
            Ok(None) => RowGeometry::Missing,
            Err(why) => faulty(why),
        },
        _ => faulty("it is not binary".to_owned()),
    }
}

fn value(cell: ValueRef, is_flag: bool) -> Option<Value> {
    match cell {
        ValueRef::Integer(number) if is_flag => Some(Value::Flag(number != 0)),
        ValueRef::Integer(number) => Some(Value::Integer(number)),
        ValueRef::Real(number) => Some(Value::Number(number)),
        ValueRef::Text(text) => Some(Value::Text(String::from_utf8_lossy(text).into_owned())),
        ValueRef::Null | ValueRef::Blob(_) => None,
    }
}
