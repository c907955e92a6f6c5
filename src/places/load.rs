//! Takes places from files into the gazetteer: written whole beside the old one and swapped in, under a
//! lock, so that neither a reader nor another load meets half of it.

use super::gazetteer::{FILE, Gazetteer, GazetteerError};
use super::recognise::{Entry, Layout};
use crate::geometry::Bng;
use rusqlite::{Connection, params};
use std::fs;
use std::path::{Path, PathBuf};

/// What loading a file came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The file's name.
    pub source: String,
    /// Places taken in.
    pub places: u64,
    /// Rows left out, with the number of the row, and why; the first few.
    pub left_out: Vec<(u64, String)>,
    /// How many rows were left out in all.
    pub left_out_count: u64,
}

/// Rows left out that are told one by one.
const LEFT_OUT_TOLD: usize = 10;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS place (
        id INTEGER PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, name_cy TEXT,
        locality TEXT, locality_cy TEXT, postcode TEXT, uprn INTEGER,
        easting REAL, northing REAL, lon REAL NOT NULL, lat REAL NOT NULL);
    CREATE INDEX IF NOT EXISTS place_postcode ON place (postcode) WHERE postcode IS NOT NULL;
    CREATE INDEX IF NOT EXISTS place_uprn ON place (uprn) WHERE uprn IS NOT NULL;
    CREATE INDEX IF NOT EXISTS place_source ON place (source);
    CREATE VIRTUAL TABLE IF NOT EXISTS word USING fts5 (
        text, content='', contentless_delete=1, prefix='2 3', tokenize=\"unicode61 remove_diacritics 2\");";

impl Gazetteer {
    /// Takes the places of some files into the gazetteer of an atlas folder. A file that was loaded before, by name, is replaced.
    ///
    /// # Errors
    /// A file that cannot be read or has no known columns; the gazetteer stays as it was.
    pub fn load(atlas: &Path, files: &[PathBuf]) -> Result<Vec<Loaded>, GazetteerError> {
        check_names(files)?;
        let _lock = lock(atlas)?;
        let path = atlas.join(FILE);
        let aside = atlas.join(format!(".{FILE}.writing"));
        let write = |error| GazetteerError::Write {
            path: path.clone(),
            error,
        };
        match fs::remove_file(&aside) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(write(error)),
            _ => {}
        }
        if path.exists() {
            fs::copy(&path, &aside).map_err(write)?;
        }
        let failed = |error| GazetteerError::Database {
            path: path.clone(),
            error,
        };
        let mut connection = Connection::open(&aside).map_err(failed)?;
        let loaded = {
            let transaction = connection.transaction().map_err(failed)?;
            transaction.execute_batch(SCHEMA).map_err(failed)?;
            let mut loaded = Vec::new();
            for file in files {
                loaded.push(load_file(&transaction, file, &failed)?);
            }
            transaction.commit().map_err(failed)?;
            loaded
        };
        connection
            .execute_batch("PRAGMA optimize;")
            .map_err(failed)?;
        connection.close().map_err(|(_, error)| failed(error))?;
        fs::File::open(&aside)
            .and_then(|file| file.sync_all())
            .map_err(write)?;
        fs::rename(&aside, &path).map_err(write)?;
        Ok(loaded)
    }
}

/// Places are told apart by the names of their files, so no two may have one.
fn check_names(files: &[PathBuf]) -> Result<(), GazetteerError> {
    for (at, second) in files.iter().enumerate() {
        let same = |first: &&PathBuf| first.file_name() == second.file_name();
        if let Some(first) = files[..at].iter().find(same) {
            return Err(GazetteerError::SameName {
                first: first.clone(),
                second: second.clone(),
            });
        }
    }
    Ok(())
}

/// The lock ends with the process that holds it, however it ends.
fn lock(atlas: &Path) -> Result<fs::File, GazetteerError> {
    let path = atlas.join("places.lock");
    let write = |error| GazetteerError::Write {
        path: path.clone(),
        error,
    };
    let file = fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(write)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(GazetteerError::Locked(atlas.to_owned())),
        Err(fs::TryLockError::Error(error)) => Err(write(error)),
    }
}

fn load_file(
    transaction: &rusqlite::Transaction<'_>,
    file: &Path,
    failed: &impl Fn(rusqlite::Error) -> GazetteerError,
) -> Result<Loaded, GazetteerError> {
    let content = |fault: String| GazetteerError::Content {
        path: file.to_owned(),
        fault,
    };
    let unreadable = |error: csv::Error| {
        let fault = error.to_string();
        if error.is_io_error() {
            let path = file.to_owned();
            GazetteerError::Source { path, fault }
        } else {
            content(fault)
        }
    };
    let source = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    transaction
        .execute(
            "DELETE FROM word WHERE rowid IN (SELECT id FROM place WHERE source = ?1)",
            [&source],
        )
        .and_then(|_| transaction.execute("DELETE FROM place WHERE source = ?1", [&source]))
        .map_err(failed)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(file)
        .map_err(unreadable)?;
    let mut records = reader.records();
    let first = records
        .next()
        .ok_or_else(|| content("it is empty".to_owned()))?
        .map_err(unreadable)?;
    let first_columns = first.len();
    let layout = Layout::recognise(&first).ok_or_else(|| GazetteerError::Unrecognised {
        path: file.to_owned(),
        columns: first.iter().collect::<Vec<_>>().join(", "),
    })?;
    let mut loaded = Loaded {
        source,
        places: 0,
        left_out: Vec::new(),
        left_out_count: 0,
    };
    let first = layout.headerless.then_some(Ok(first));
    for (row, record) in (1..).zip(first.into_iter().chain(records)) {
        let record = record.map_err(unreadable)?;
        if swallows_rows(&record, first_columns) {
            return Err(content(format!(
                "a quotation mark of row {row} is not closed on its line and takes in the rows after it"
            )));
        }
        match layout.entry(&record) {
            Ok(entry) => {
                insert(transaction, &loaded.source, &entry).map_err(failed)?;
                loaded.places += 1;
            }
            Err(fault) => {
                loaded.left_out_count += 1;
                if loaded.left_out.len() < LEFT_OUT_TOLD {
                    loaded.left_out.push((row, fault));
                }
            }
        }
    }
    Ok(loaded)
}

/// Whether a value of several lines holds what looks like whole rows: the parser takes the end of the
/// file, or the next mark anywhere, for the end of a quoted value.
fn swallows_rows(record: &csv::StringRecord, columns: usize) -> bool {
    let later_lines = record.iter().flat_map(|field| field.lines().skip(1));
    later_lines
        .filter(|line| !line.trim().is_empty())
        .any(|line| line.split(',').count() >= columns)
}

fn insert(
    transaction: &rusqlite::Transaction<'_>,
    source: &str,
    entry: &Entry,
) -> rusqlite::Result<()> {
    let mut place = transaction.prepare_cached(
        "INSERT INTO place (source, kind, name, name_cy, locality, locality_cy, postcode, uprn, easting, northing, lon, lat) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    place.execute(params![
        source,
        entry.kind.word(),
        entry.name,
        entry.name_cy,
        entry.locality,
        entry.locality_cy,
        entry.postcode,
        entry.uprn.and_then(|uprn| i64::try_from(uprn).ok()),
        entry.position.grid.map(Bng::easting),
        entry.position.grid.map(Bng::northing),
        entry.position.lonlat.lon(),
        entry.position.lonlat.lat(),
    ])?;
    let id = transaction.last_insert_rowid();
    let words = [
        Some(&entry.name),
        entry.name_cy.as_ref(),
        entry.locality.as_ref(),
        entry.locality_cy.as_ref(),
        entry.postcode.as_ref(),
    ];
    let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
    let mut word = transaction.prepare_cached("INSERT INTO word (rowid, text) VALUES (?1, ?2)")?;
    word.execute(params![id, words.join(" ")])?;
    Ok(())
}
