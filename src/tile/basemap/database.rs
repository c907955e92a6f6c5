//! MBTiles: tiles in a SQLite database, rows counted from the south.

use super::about::Parts;
use super::{BasemapError, MAX_BASEMAP_PART_BYTES, MAX_BASEMAP_TILE_BYTES};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Rows of an MBTiles description at most.
const MAX_FACTS: usize = 1000;

pub(super) struct Database(Mutex<Connection>);

impl Database {
    pub(super) fn open(path: &Path) -> Result<(Self, Parts), BasemapError> {
        // Immutable: no lock, no journal, no file beside it. The folder may be one that we cannot write to.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(uri(path), flags)?;
        let facts = facts(&connection)?;
        let fact = |name: &str| facts.get(name).cloned();
        let format = fact("format").unwrap_or_default();
        let vector = match format.as_str() {
            "pbf" | "mvt" => true,
            "png" | "jpg" | "jpeg" | "webp" => false,
            other => return Err(BasemapError::Kind(format!("“{other}”"))),
        };
        let zoom = |name: &str, order: &str| -> Result<u8, BasemapError> {
            if let Some(zoom) = facts.get(name).and_then(|text| text.trim().parse().ok()) {
                return Ok(zoom);
            }
            // The index of tiles begins with the zoom: this reads one row.
            let sql = format!("SELECT zoom_level FROM tiles ORDER BY zoom_level {order} LIMIT 1");
            let found = connection.query_row(&sql, [], |row| row.get::<_, u8>(0));
            Ok(found.optional()?.unwrap_or(0))
        };
        let bounds: Vec<f64> = fact("bounds")
            .unwrap_or_default()
            .split(',')
            .filter_map(|text| text.trim().parse().ok())
            .collect();
        let parts = Parts {
            vector,
            min_zoom: zoom("minzoom", "ASC")?,
            max_zoom: zoom("maxzoom", "DESC")?,
            bounds: bounds.try_into().unwrap_or([f64::NAN; 4]),
            name: fact("name"),
            attribution: fact("attribution"),
            description: fact("json").unwrap_or_default(),
        };
        Ok((Self(Mutex::new(connection)), parts))
    }

    pub(super) fn tile(&self, z: u8, x: u32, y: u32) -> Result<Option<Vec<u8>>, BasemapError> {
        let from_south = (1u32 << z) - 1 - y;
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statement = connection.prepare_cached(
            "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3",
        )?;
        let mut rows = statement.query(params![z, x, from_south])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let bytes = row
            .get_ref(0)?
            .as_blob()
            .map_err(|_| BasemapError::NotAsSaid("tile"))?;
        if bytes.len() > MAX_BASEMAP_TILE_BYTES {
            return Err(BasemapError::TooLarge(MAX_BASEMAP_TILE_BYTES));
        }
        Ok(Some(bytes.to_vec()))
    }
}

/// What the database says of itself, by name.
fn facts(connection: &Connection) -> Result<BTreeMap<String, String>, BasemapError> {
    let mut statement = connection.prepare("SELECT name, value FROM metadata")?;
    let mut rows = statement.query([])?;
    let mut facts = BTreeMap::new();
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        let text = |column: usize| -> Result<Option<String>, rusqlite::Error> {
            // Some writers keep zooms as numbers.
            Ok(match row.get_ref(column)? {
                rusqlite::types::ValueRef::Integer(number) => Some(number.to_string()),
                rusqlite::types::ValueRef::Real(number) => Some(number.to_string()),
                other => other.as_str().ok().map(str::to_owned),
            })
        };
        if let (Some(name), Some(value)) = (text(0)?, text(1)?) {
            bytes += name.len() + value.len();
            if bytes > MAX_BASEMAP_PART_BYTES || facts.len() >= MAX_FACTS {
                return Err(BasemapError::TooLarge(MAX_BASEMAP_PART_BYTES));
            }
            facts.insert(name, value);
        }
    }
    Ok(facts)
}

/// A path as SQLite's address of a file, so that no character of it means anything.
fn uri(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri + "?mode=ro&immutable=1"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_of_a_path_changes_how_it_is_opened() {
        let path = Path::new("/maps/a?mode=rwc&b#c d.mbtiles");
        assert_eq!(
            uri(path),
            "file:/maps/a%3Fmode%3Drwc%26b%23c%20d.mbtiles?mode=ro&immutable=1"
        );
    }
}
