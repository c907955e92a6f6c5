//! Reads a source file, whatever its format, into rows: geometry as drawn, and values by column.
//!
//! The format is told by content first and by name second. A reader says what coordinate system the
//! file declares and what it noticed; it judges no geometry and knows no layers. What a file can blow
//! up (rows, vertices, nesting, bytes of an archive) is bounded by the constants below.

mod arc;
mod bounded;
mod columns;
mod dbf;
mod flatgeobuf;
mod folder;
mod format;
mod geojson;
mod geopackage;
mod gzip;
mod json_scan;
mod kml;
mod ogr;
mod passed;
mod piped;
mod quotes;
mod records;
mod rings;
mod shapefile;
mod table;
mod typed;
mod wkb;
mod wkt;
mod xml;
mod zip;

pub use columns::Columns;
pub use folder::remove_temporary;
pub use format::Format;
pub use passed::Passed;
pub use piped::{MAX_PIPED_BYTES, Piped};
pub use quotes::Quotes;

use super::drawn::Drawn;
use super::finding::{Finding, Kind};
use super::source::Sources;
use crate::geometry::Crs;
use crate::policy::Value;
use std::path::{Path, PathBuf};

/// Rows of one file at most: what is beyond is a national dataset that wants cutting first.
pub const MAX_ROWS: usize = 20_000_000;
/// Vertices of one row at most; indexes over rings count in 32 bits.
pub const MAX_ROW_VERTICES: usize = 100_000_000;
/// Nesting of JSON, XML, collections in WKB and brackets in WKT: deeper is an attack on the stack.
pub const MAX_DEPTH: usize = 64;
/// Bytes of a file that has to be held whole (KML, a bare GeoJSON geometry, a line of GeoJSON text).
pub const MAX_WHOLE_BYTES: u64 = 2 << 30;

/// What the file says of its coordinate system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declared {
    /// Nothing.
    Nothing,
    /// Nothing, in a format whose specification says WGS 84.
    ByFormat,
    /// A system that can be read.
    Known(Crs),
    /// A name that cannot be read.
    Unknown(String),
}

/// The geometry of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum RowGeometry {
    Missing,
    Drawn(Drawn),
    Faulty(Kind),
}

/// One record of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// 1 is the first record.
    pub number: u64,
    pub geometry: RowGeometry,
    /// Values that are there, by index of their column.
    pub values: Vec<(usize, Value)>,
}

impl Row {
    /// The value of a column.
    pub fn value(&self, column: usize) -> Option<&Value> {
        self.values
            .iter()
            .find(|(at, _)| *at == column)
            .map(|(_, value)| value)
    }
}

/// All that a reader got out of a file.
#[derive(Debug)]
pub struct Contents {
    pub format: Format,
    pub columns: Columns,
    pub declared: Declared,
    pub rows: Vec<Row>,
    /// What the reader noticed; file and layer are filled in by the caller.
    pub notes: Vec<Finding>,
}

/// What the reader must be told about a file.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The layer, where the file holds several.
    pub layer: Option<String>,
    /// The column of well-known text in a table.
    pub geometry: Option<String>,
    /// The columns of x and y in a table.
    pub xy: Option<(String, String)>,
    /// Where the reader says how far it is.
    pub passed: Passed,
}

/// Why no rows came out of a file.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened or read at all.
    #[error("{} cannot be read: {source}; check that it is there and may be read", path.display())]
    Io {
        path: PathBuf,
        source: std::io::Error,
    },
    /// A program that is needed is not installed.
    #[error(
        "{} needs {program}, which is not installed; install the package gdal-bin, or export the file as GeoPackage", path.display()
    )]
    NoProgram {
        path: PathBuf,
        program: &'static str,
    },
    /// The content is at fault: a finding about the whole file.
    #[error("{:?}", .0.kind)]
    Content(Box<Finding>),
}

impl ReadError {
    /// The content of the file is at fault.
    pub fn content(kind: Kind) -> Self {
        Self::Content(Box::new(Finding::new(kind)))
    }

    /// The reader gave up before the first row.
    pub fn unreadable(why: impl Into<String>) -> Self {
        Self::after(0, why)
    }

    /// The reader gave up after some rows.
    pub fn after(rows_before: usize, why: impl Into<String>) -> Self {
        Self::content(Kind::UnreadableFile {
            why: super::finding::shown_long(&why.into()),
            rows_before: rows_before as u64,
        })
    }

    /// The file could not be read from its disk.
    pub fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

/// Reads a file. Every file that is touched is added to `sources`.
///
/// # Errors
/// The file is missing or unreadable, its content is at fault, or `ogr2ogr` is needed and not there.
pub fn read(path: &Path, wanted: &Wanted, sources: &Sources) -> Result<Contents, ReadError> {
    let format = format::recognise(path)?;
    // A panic in somebody's parser is a refusal of this file, not the end of the load.
    let read = std::panic::AssertUnwindSafe(|| read_as(format, path, wanted, sources));
    std::panic::catch_unwind(read).unwrap_or_else(|_| {
        Err(ReadError::unreadable(format!(
            "it is damaged in a way that its {format} reader did not expect"
        )))
    })
}

fn read_as(
    format: Format,
    path: &Path,
    wanted: &Wanted,
    sources: &Sources,
) -> Result<Contents, ReadError> {
    sources.add(path).map_err(ReadError::io(path))?;
    match format {
        Format::GeoJson | Format::GeoJsonLines => geojson::read(path, format, &wanted.passed),
        Format::Shapefile => shapefile::read(path, sources),
        Format::GeoPackage => geopackage::read(path, wanted, sources),
        Format::FlatGeobuf => flatgeobuf::read(path),
        Format::Kml => kml::read(path, wanted),
        Format::Table => table::read(path, wanted),
        Format::Zip => zip::read(path, wanted),
        Format::Gzip => gzip::read(path, wanted),
        Format::Wkt => wkt::read_file(path),
        Format::Ogr(name) => ogr::read(path, name, wanted, sources),
    }
}

/// Rows as they are collected, with the bounds that every reader keeps.
#[derive(Debug, Default)]
pub struct Rows {
    pub rows: Vec<Row>,
}

impl Rows {
    /// Adds a row; its number follows from the rows before it.
    pub fn push(
        &mut self,
        geometry: RowGeometry,
        values: Vec<(usize, Value)>,
    ) -> Result<(), ReadError> {
        if matches!(&geometry, RowGeometry::Drawn(drawn) if drawn.vertex_count() > MAX_ROW_VERTICES)
        {
            return Err(ReadError::after(
                self.rows.len(),
                format!("the next row has more than {MAX_ROW_VERTICES} vertices"),
            ));
        }
        if self.rows.len() >= MAX_ROWS {
            return Err(ReadError::after(
                MAX_ROWS,
                format!("it holds more than {MAX_ROWS} rows"),
            ));
        }
        self.rows.push(Row {
            number: self.rows.len() as u64 + 1,
            geometry,
            values,
        });
        Ok(())
    }
}

/// Which of a file's layers is meant.
///
/// # Errors
/// There are none, several and none is wanted, or not the one that is.
fn choose_layer(names: Vec<String>, wanted: Option<&str>) -> Result<usize, ReadError> {
    match wanted {
        Some(wanted) => names.iter().position(|name| name == wanted).ok_or_else(|| {
            ReadError::content(Kind::NoSuchLayer {
                wanted: wanted.to_owned(),
                names,
            })
        }),
        None if names.is_empty() => Err(ReadError::unreadable("it holds no layers of features")),
        None if names.len() > 1 => Err(ReadError::content(Kind::SeveralLayers { names })),
        None => Ok(0),
    }
}
