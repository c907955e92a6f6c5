//! Takes places from files into the gazetteer: written whole beside the old one and swapped in, under a
//! lock, so that neither a reader nor another load meets half of it.

use super::gazetteer::{FILE, Gazetteer, GazetteerError};
use super::members::{Passed, Source};
use super::recognise::{FIELDS, Layout, Row, Unrecognised};
use super::store::{self, Known, Writer};
use csv::ByteRecord;
use rusqlite::Connection;
use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

/// Sources of one gazetteer at most: each is looked into at every search.
pub const MAX_SOURCES: usize = 200;

/// What loading a source came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The source's name: that of its file, archive or folder.
    pub source: String,
    /// Places taken in, UPRNs without text included.
    pub places: u64,
    /// Rows left out, and why; the first few.
    pub left_out: Vec<LeftOut>,
    /// How many rows were left out in all.
    pub left_out_count: u64,
    /// Addresses of the past, or that never were, by their logical status; they are no places.
    pub historical: u64,
    /// Rows that are not in UTF-8 and were read as Windows-1252.
    pub foreign: u64,
    /// Rows in Welsh that became the Welsh names of rows in English.
    pub twins: u64,
    /// Files of an archive or folder that are no tables.
    pub beside: Vec<String>,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The table in an archive or folder.
    pub table: Option<String>,
    /// The row, from 1 after the header.
    pub row: u64,
    /// Why.
    pub fault: String,
}

/// How far a load is.
#[derive(Debug, Clone, Copy)]
pub struct Far<'a> {
    /// The source's name.
    pub source: &'a str,
    /// Rows read.
    pub rows: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes of the source in all.
    pub of_bytes: u64,
    /// Places indexed, once all rows are read.
    pub indexed: Option<u64>,
}

/// Rows left out that are told one by one.
const LEFT_OUT_TOLD: usize = 10;

/// Rows after which it is told how far a load is.
const STEP: u64 = 50_000;

impl Gazetteer {
    /// Takes the places of some files into the gazetteer of an atlas folder. A file that was loaded before, by name, is replaced.
    ///
    /// # Errors
    /// As [`Gazetteer::load_fields`].
    pub fn load(atlas: &Path, files: &[PathBuf]) -> Result<Vec<Loaded>, GazetteerError> {
        Self::load_fields(atlas, files, &[], &mut |_| {})
    }

    /// The same, where `fields` says which column (second) holds which field (first); `step` hears how far it is.
    /// A zip archive or a folder is one source, all its tables together.
    ///
    /// # Errors
    /// A file that cannot be read or has no known columns; the gazetteer stays as it was.
    pub fn load_fields(
        atlas: &Path,
        files: &[PathBuf],
        fields: &[(String, String)],
        step: &mut dyn FnMut(Far<'_>),
    ) -> Result<Vec<Loaded>, GazetteerError> {
        check_names(files)?;
        for (ours, _) in fields {
            if !FIELDS.contains(&ours.as_str()) {
                return Err(GazetteerError::UnknownField {
                    field: ours.clone(),
                });
            }
        }
        let _lock = lock(atlas)?;
        let aside = Aside::begin(atlas, files)?;
        let mut loaded = Vec::new();
        for file in files {
            loaded.push(load_source(&aside, file, fields, step)?);
        }
        aside.swap_in()?;
        Ok(loaded)
    }
}

/// The gazetteer that is being written, which goes with whatever goes wrong.
struct Aside {
    connection: Connection,
    atlas: PathBuf,
    path: PathBuf,
    aside: PathBuf,
    stage: PathBuf,
}

impl Aside {
    fn begin(atlas: &Path, files: &[PathBuf]) -> Result<Self, GazetteerError> {
        let path = atlas.join(FILE);
        let aside = atlas.join(format!(".{FILE}.writing"));
        let stage = atlas.join(format!(".{FILE}.sorting"));
        for left in [&aside, &stage] {
            remove(left).map_err(|error| GazetteerError::Write {
                path: path.clone(),
                error,
            })?;
        }
        let stays = path.exists() && others_stay(&path, files)?;
        if stays {
            // On file systems that share blocks this takes no time, on others that of reading and writing it once.
            fs::copy(&path, &aside).map_err(|error| GazetteerError::Write {
                path: path.clone(),
                error,
            })?;
        }
        let failed = |error| GazetteerError::Database {
            path: path.clone(),
            error,
        };
        let connection = Connection::open(&aside).map_err(failed)?;
        // Nobody reads the file yet, and one that was not finished is thrown away: it needs no journal.
        let prepared = connection
            .execute_batch(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536;",
            )
            .and_then(|()| connection.execute("ATTACH ?1 AS stage", [stage.to_string_lossy()]))
            .and_then(|_| {
                connection.execute_batch(&format!(
                    "PRAGMA stage.journal_mode = OFF; PRAGMA stage.synchronous = OFF; PRAGMA user_version = {}; BEGIN; {}",
                    store::VERSION,
                    store::SOURCES
                ))
            });
        let aside = Self {
            connection,
            atlas: atlas.to_owned(),
            path,
            aside,
            stage,
        };
        prepared.map_err(|error| aside.failed(error))?;
        Ok(aside)
    }

    fn failed(&self, error: rusqlite::Error) -> GazetteerError {
        GazetteerError::Database {
            path: self.path.clone(),
            error,
        }
    }

    /// Ends the writing and puts the file in the old one's place.
    fn swap_in(mut self) -> Result<(), GazetteerError> {
        let known = store::sources(&self.connection).map_err(|error| self.failed(error))?;
        if known.len() > MAX_SOURCES {
            return Err(GazetteerError::TooManySources);
        }
        self.connection
            .execute_batch("COMMIT; DETACH stage;")
            .map_err(|error| self.failed(error))?;
        // A file that is open cannot be renamed everywhere.
        let none = Connection::open_in_memory().map_err(|error| self.failed(error))?;
        let closed = std::mem::replace(&mut self.connection, none).close();
        closed.map_err(|(_, error)| self.failed(error))?;
        let write = |error| GazetteerError::Write {
            path: self.path.clone(),
            error,
        };
        fs::File::open(&self.aside)
            .and_then(|file| file.sync_all())
            .map_err(write)?;
        fs::rename(&self.aside, &self.path).map_err(write)?;
        let folder = fs::File::open(&self.atlas).map_err(write)?;
        folder.sync_all().map_err(write)
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        for left in [&self.aside, &self.stage] {
            if let Err(error) = remove(left) {
                tracing::warn!(%error, path = %left.display(), "a file of an unfinished load stays");
            }
        }
    }
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether a gazetteer holds sources that these files do not replace.
fn others_stay(path: &Path, files: &[PathBuf]) -> Result<bool, GazetteerError> {
    let failed = |error| GazetteerError::Database {
        path: path.to_owned(),
        error,
    };
    let connection = Connection::open(path).map_err(failed)?;
    if store::version(&connection).map_err(failed)? != store::VERSION {
        return Err(GazetteerError::Outdated(path.to_owned()));
    }
    let known = store::sources(&connection).map_err(failed)?;
    let replaced = |known: &Known| files.iter().any(|file| name_of(file) == known.name);
    Ok(!known.iter().all(replaced))
}

/// By what a source is known: the name of its file or folder.
fn name_of(path: &Path) -> String {
    let whole = path.file_name().map(std::ffi::OsStr::to_os_string);
    // `.` and `data/..` have no name of their own.
    let whole = whole.or_else(|| path.canonicalize().ok()?.file_name().map(ToOwned::to_owned));
    whole.unwrap_or_default().to_string_lossy().into_owned()
}

/// Places are told apart by the names of their files, so no two may have one.
fn check_names(files: &[PathBuf]) -> Result<(), GazetteerError> {
    for (at, second) in files.iter().enumerate() {
        let same = |first: &&PathBuf| name_of(first) == name_of(second);
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

fn load_source(
    aside: &Aside,
    path: &Path,
    fields: &[(String, String)],
    step: &mut dyn FnMut(Far<'_>),
) -> Result<Loaded, GazetteerError> {
    let source = Source::open(path)?;
    let name = name_of(path);
    let failed = |error| aside.failed(error);
    store::drop(&aside.connection, &name).map_err(failed)?;
    let mut intake = Intake {
        writer: Writer::begin(&aside.connection, &name).map_err(failed)?,
        loaded: Loaded {
            source: name,
            places: 0,
            left_out: Vec::new(),
            left_out_count: 0,
            historical: 0,
            foreign: 0,
            twins: 0,
            beside: source.beside.clone(),
        },
        passed: Passed::default(),
        tables: Vec::new(),
        rows: 0,
        of_bytes: source.bytes,
        degrees: None,
        step,
    };
    let passed = intake.passed.clone();
    source.each(&passed, |table, path, reader| {
        intake.table(table, path, reader, fields, &failed)
    })?;
    intake.finish().map_err(failed)
}

/// One source on its way in.
struct Intake<'a, 'c> {
    writer: Writer<'c>,
    loaded: Loaded,
    passed: Passed,
    /// The tables by the number of their first row, counted over all of them.
    tables: Vec<(u64, String)>,
    rows: u64,
    of_bytes: u64,
    degrees: Option<bool>,
    step: &'a mut dyn FnMut(Far<'_>),
}

impl Intake<'_, '_> {
    fn table(
        &mut self,
        table: &str,
        path: &Path,
        reader: &mut dyn Read,
        fields: &[(String, String)],
        failed: &impl Fn(rusqlite::Error) -> GazetteerError,
    ) -> Result<(), GazetteerError> {
        let content = |fault: String| GazetteerError::Content {
            path: path.to_owned(),
            fault,
        };
        let unreadable = |error: csv::Error| match error.kind() {
            csv::ErrorKind::Io(inner) if inner.kind() != std::io::ErrorKind::InvalidData => {
                GazetteerError::Source {
                    path: path.to_owned(),
                    fault: error.to_string(),
                }
            }
            _ => content(error.to_string()),
        };
        let mut reader = BufReader::with_capacity(64 * 1024, reader);
        let delimiter = reader
            .fill_buf()
            .map(delimiter)
            .map_err(|error| unreadable(error.into()))?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(reader);
        let mut record = ByteRecord::new();
        if !reader.read_byte_record(&mut record).map_err(unreadable)? {
            return Err(content("it is empty".to_owned()));
        }
        let columns = record.len();
        let layout = Layout::recognise(&record, fields).map_err(|fault| {
            let listed: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
            let columns = listed.join(", ");
            let path = path.to_owned();
            match fault {
                Unrecognised::Columns => GazetteerError::Unrecognised { path, columns },
                Unrecognised::Transfer => GazetteerError::Content {
                    path,
                    fault: "it is a transfer file (DTF) with rows of several kinds; export the address list with one row an address".to_owned(),
                },
                Unrecognised::Missing(column) => GazetteerError::NoColumn {
                    path,
                    column,
                    columns,
                },
            }
        })?;
        if *self.degrees.get_or_insert(layout.degrees) != layout.degrees {
            return Err(content(
                "it is in degrees and other tables of the source on the National Grid, or the other way round; load them apart".to_owned(),
            ));
        }
        self.writer.known.degrees = layout.degrees;
        self.tables.push((self.rows + 1, table.to_owned()));
        let mut there =
            layout.headerless || reader.read_byte_record(&mut record).map_err(unreadable)?;
        while there {
            self.passed.row_ended();
            self.rows += 1;
            if swallows_rows(&record, columns, delimiter) {
                let row = self.place_of(self.rows).1;
                return Err(content(format!(
                    "a quotation mark of row {row} is not closed on its line and takes in the rows after it"
                )));
            }
            self.row(&layout, &record, failed, &content)?;
            if self.rows.is_multiple_of(STEP) {
                self.tell(None);
            }
            there = reader.read_byte_record(&mut record).map_err(unreadable)?;
        }
        Ok(())
    }

    fn row(
        &mut self,
        layout: &Layout,
        record: &ByteRecord,
        failed: &impl Fn(rusqlite::Error) -> GazetteerError,
        content: &impl Fn(String) -> GazetteerError,
    ) -> Result<(), GazetteerError> {
        let mut foreign = false;
        match layout.row(record, &mut foreign) {
            Ok(Row::Bare(uprn, x, y)) => self.writer.bare(uprn, x, y, self.rows).map_err(failed)?,
            Ok(Row::Entry(entry, x, y)) => {
                if self.writer.is_full() {
                    return Err(content(
                        "it holds more places with names than fit".to_owned(),
                    ));
                }
                self.writer.place(&entry, x, y).map_err(failed)?;
            }
            Ok(Row::Historical) => self.loaded.historical += 1,
            Err(fault) => self.leave_out(self.rows, fault),
        }
        self.loaded.foreign += u64::from(foreign);
        Ok(())
    }

    /// The table and row of a row that was counted over all tables.
    fn place_of(&self, row: u64) -> (Option<String>, u64) {
        let mut tables = self.tables.iter().rev();
        let (first, name) = tables
            .find(|(first, _)| *first <= row)
            .map_or((1, ""), |(first, name)| (*first, name));
        ((!name.is_empty()).then(|| name.to_owned()), row - first + 1)
    }

    fn leave_out(&mut self, row: u64, fault: String) {
        self.loaded.left_out_count += 1;
        if self.loaded.left_out.len() < LEFT_OUT_TOLD {
            let (table, row) = self.place_of(row);
            self.loaded.left_out.push(LeftOut { table, row, fault });
        }
    }

    fn tell(&mut self, indexed: Option<u64>) {
        (self.step)(Far {
            source: &self.loaded.source,
            rows: self.rows,
            bytes: self.passed.all(),
            of_bytes: self.of_bytes,
            indexed,
        });
    }

    fn finish(mut self) -> rusqlite::Result<Loaded> {
        self.writer.put_run()?;
        let told = std::mem::take(&mut self.writer.again);
        self.loaded.left_out_count += self.writer.again_count - told.len() as u64;
        for (row, uprn) in told {
            self.leave_out(row, format!("UPRN {uprn} stands in the source twice"));
        }
        self.tell(Some(0));
        let Self {
            writer,
            mut loaded,
            passed,
            rows,
            of_bytes,
            step,
            ..
        } = self;
        let source = loaded.source.clone();
        let writer = writer.finish(&mut |indexed| {
            step(Far {
                source: &source,
                rows,
                bytes: passed.all(),
                of_bytes,
                indexed: Some(indexed),
            });
        })?;
        loaded.places = writer.known.places + writer.known.uprns;
        loaded.twins = writer.joined;
        Ok(loaded)
    }
}

/// What divides the values of a table, by its first line.
fn delimiter(start: &[u8]) -> u8 {
    let line = start
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let count = |mark: u8| line.iter().filter(|byte| **byte == mark).count();
    let marks = [b',', b';', b'\t', b'|'];
    // The comma, listed first, wins where another is as frequent.
    marks
        .into_iter()
        .rev()
        .max_by_key(|mark| count(*mark))
        .unwrap_or(b',')
}

/// Whether a value of several lines holds what looks like whole rows: the parser takes the end of the
/// file, or the next mark anywhere, for the end of a quoted value.
fn swallows_rows(record: &ByteRecord, columns: usize, delimiter: u8) -> bool {
    if !record.as_slice().contains(&b'\n') {
        return false;
    }
    let lines = record
        .iter()
        .flat_map(|field| field.split(|byte| *byte == b'\n').skip(1));
    lines
        .filter(|line| !line.trim_ascii().is_empty())
        .any(|line| line.split(|byte| *byte == delimiter).count() >= columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_divided_by_what_its_first_line_has_most_of() {
        assert_eq!(delimiter(b"a,b,c\n1;2;3;4;5;6"), b',');
        assert_eq!(delimiter(b"a;b;c,d"), b';');
        assert_eq!(delimiter(b"a\tb\tc"), b'\t');
        assert_eq!(delimiter(b"UPRN|X|Y"), b'|');
        assert_eq!(delimiter(b"alone"), b',');
    }

    #[test]
    fn the_limits_in_the_instructions_are_those_of_the_program() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/limits.md");
        let text = fs::read_to_string(path).expect("the instructions");
        let limits = [
            ("MAX_SOURCES", MAX_SOURCES as u64),
            ("MAX_MEMBERS", crate::places::members::MAX_MEMBERS as u64),
            ("MAX_SOURCE_BYTES", crate::places::members::MAX_SOURCE_BYTES),
            ("MAX_ROW_BYTES", crate::places::members::MAX_ROW_BYTES),
            ("MAX_NAMED", crate::places::cell::MAX_NAMED),
            ("MAX_TYPED", crate::places::parse::MAX_TYPED as u64),
            (
                "MAX_ADDRESSES",
                crate::places::gazetteer::MAX_ADDRESSES as u64,
            ),
        ];
        for (name, value) in limits {
            let row = format!("| places `{name}` | {value} |");
            assert!(text.contains(&row), "{row}");
        }
    }
}
