//! GeoPackage 1.3: a table of features for each layer, in its own coordinates.
//!
//! The rows' keys are numbers of the file alone, in the column `fid` as GDAL and QGIS have it; reading
//! the file again does not take them for data.

use super::sheet::{Column, Holds, Sheet};
use super::{ExportError, Exported, encode, wkb};
use crate::atlas::StoredArea;
use crate::geometry::{Kind, Space};
use crate::policy::Value;
use jiff::Timestamp;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, Statement, params};
use std::path::Path;

/// `GPKG` in the file's header.
const APPLICATION: i32 = 0x4750_4B47;
/// Version 1.3.0 of the standard.
const VERSION: i32 = 10_300;

/// The tables that the standard wants (clauses 1.1.2, 1.1.3 and 2.1.5).
const SCHEMA: &str = "
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system');";

/// Writes layers, each to a table of its id.
pub(super) fn write(
    layers: &[Exported<'_>],
    path: &Path,
    published: Timestamp,
) -> Result<(), ExportError> {
    let refused = encode::<rusqlite::Error>(path);
    let mut database = begin(path).map_err(&refused)?;
    let all = database.transaction().map_err(&refused)?;
    for exported in layers {
        let sheet = Sheet::of(exported.areas)?;
        let table = Table::of(exported, &sheet);
        table.create(&all, published).map_err(&refused)?;
        let mut insert = all.prepare(&table.insert()).map_err(&refused)?;
        for area in 0..exported.areas.areas().len() as u32 {
            let cells = sheet.row(exported.areas, area)?;
            let blob = wkb::geometry(exported.areas, area);
            put(&mut insert, &blob, &cells).map_err(&refused)?;
        }
    }
    all.commit().map_err(&refused)?;
    database.close().map_err(|(_, error)| refused(error))
}

/// An empty GeoPackage. It is written aside, so it needs no journal of its own.
fn begin(path: &Path) -> rusqlite::Result<Connection> {
    let database = Connection::open(path)?;
    database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    database.pragma_update(None, "application_id", APPLICATION)?;
    database.pragma_update(None, "user_version", VERSION)?;
    database.execute_batch(SCHEMA)?;
    for space in [Space::Wgs84, Space::NationalGrid] {
        database.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, 'EPSG', ?2, ?3, NULL)",
            params![space.name(), space.epsg(), space.definition()],
        )?;
    }
    Ok(database)
}

fn put(insert: &mut Statement<'_>, blob: &[u8], cells: &[Option<Value>]) -> rusqlite::Result<()> {
    insert.raw_bind_parameter(1, blob)?;
    for (at, cell) in (2..).zip(cells) {
        let value = match cell {
            None => ToSqlOutput::from(rusqlite::types::Null),
            Some(Value::Integer(number)) => ToSqlOutput::from(*number),
            Some(Value::Number(number)) => ToSqlOutput::from(*number),
            Some(Value::Flag(flag)) => ToSqlOutput::from(*flag),
            Some(Value::Text(text)) => ToSqlOutput::from(text.as_str()),
        };
        insert.raw_bind_parameter(at, value)?;
    }
    insert.raw_execute().map(|_| ())
}

/// A table of features: its names are each used once, capitals or not, as SQLite compares them.
struct Table<'a> {
    exported: &'a Exported<'a>,
    key: String,
    geometry: String,
    columns: Vec<(String, Holds)>,
}

impl<'a> Table<'a> {
    fn of(exported: &'a Exported<'a>, sheet: &Sheet) -> Self {
        let mut columns: Vec<(String, Holds)> = Vec::new();
        for Column { name, holds, .. } in sheet.columns() {
            let free = free_name(&columns, name);
            columns.push((free, *holds));
        }
        Self {
            exported,
            key: free_name(&columns, "fid"),
            geometry: free_name(&columns, "geom"),
            columns,
        }
    }

    fn name(&self) -> &str {
        self.exported.layer.id.as_str()
    }

    /// Makes the table and enters it in those of the standard.
    fn create(&self, database: &Connection, published: Timestamp) -> rusqlite::Result<()> {
        let mut sql = format!(
            "CREATE TABLE {} ({} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {} {}",
            quoted(self.name()),
            quoted(&self.key),
            quoted(&self.geometry),
            self.geometry_type()
        );
        for (name, holds) in &self.columns {
            sql.push_str(&format!(", {} {}", quoted(name), column_type(*holds)));
        }
        database.execute_batch(&(sql + ");"))?;
        let layer = self.exported.layer;
        let srs = self.exported.areas.space().epsg();
        let bounds = self.exported.areas.bounds();
        // Nothing has no bounds.
        let edge = |edge: f64| edge.is_finite().then_some(edge);
        database.execute(
            "INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                self.name(),
                layer.title.en,
                published.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
                edge(bounds.min.x),
                edge(bounds.min.y),
                edge(bounds.max.x),
                edge(bounds.max.y),
                srs
            ],
        )?;
        database.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, ?3, ?4, 0, 0)",
            params![self.name(), self.geometry, self.geometry_type(), srs],
        )?;
        Ok(())
    }

    fn insert(&self) -> String {
        let names = self.columns.iter().map(|(name, _)| quoted(name));
        let names: Vec<String> = [quoted(&self.geometry)].into_iter().chain(names).collect();
        let marks = vec!["?"; names.len()].join(", ");
        format!(
            "INSERT INTO {} ({}) VALUES ({marks})",
            quoted(self.name()),
            names.join(", ")
        )
    }

    fn geometry_type(&self) -> &'static str {
        let areas: &[StoredArea] = self.exported.areas.areas();
        let first = areas.first().map_or(Kind::Polygon, |area| area.kind);
        match first {
            _ if areas.iter().any(|area| area.kind != first) => "GEOMETRY",
            Kind::Polygon => "MULTIPOLYGON",
            Kind::Line => "MULTILINESTRING",
            Kind::Point => "MULTIPOINT",
        }
    }
}

fn column_type(holds: Holds) -> &'static str {
    match holds {
        Holds::Integer => "INTEGER",
        Holds::Number => "DOUBLE",
        Holds::Flag => "BOOLEAN",
        Holds::Text => "TEXT",
    }
}

/// A name that no column has; a number is added where it takes one.
fn free_name(columns: &[(String, Holds)], name: &str) -> String {
    let taken = |name: &str| {
        columns
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    let mut free = name.to_owned();
    let mut number = 2;
    while taken(&free) {
        free = format!("{name}_{number}");
        number += 1;
    }
    free
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_in_capitals_alone_are_told_apart() {
        let columns = [
            ("name".to_owned(), Holds::Text),
            ("NAME_2".to_owned(), Holds::Text),
        ];
        assert_eq!(free_name(&columns, "Name"), "Name_3");
        assert_eq!(free_name(&columns, "fid"), "fid");
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
