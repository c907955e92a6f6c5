//! Layers of an edition as files that other programs read: GeoJSON, FlatGeobuf, GeoPackage and CSV.
//!
//! A file has our own columns under digital-land names, then those of the source with their types.
//! FlatGeobuf, GeoPackage and CSV hold the layer's own coordinates bit for bit; GeoJSON is WGS 84. The
//! same edition gives the same content. A file is written aside and renamed when it is whole.

mod aside;
mod csv;
mod feature_collection;
mod flatgeobuf;
mod geopackage;
mod sheet;
mod wkb;
mod wkt;

pub use aside::write as write_aside;

use super::{AreaFile, Damaged};
use crate::policy::Layer;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// A format that layers are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One layer in WGS 84, by OSTN15 where it is kept on the National Grid.
    GeoJson,
    /// One layer in its own coordinates.
    FlatGeobuf,
    /// Layers in their own coordinates, each a table.
    GeoPackage,
    /// One layer in its own coordinates, as well-known text in the column `geometry`.
    Csv,
}

impl Format {
    /// Every format with the ending of its files.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::GeoJson, "geojson"),
        (Self::FlatGeobuf, "fgb"),
        (Self::GeoPackage, "gpkg"),
        (Self::Csv, "csv"),
    ];

    /// The format of a file by its ending, in any case; `None` where it names none.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let ending = path.extension()?;
        let found = Self::ALL
            .into_iter()
            .find(|(_, known)| ending.eq_ignore_ascii_case(known));
        found.map(|(format, _)| format)
    }

    /// Whether a file can hold several layers.
    #[must_use]
    pub fn holds_several(self) -> bool {
        self == Self::GeoPackage
    }
}

/// One layer to be written.
#[derive(Debug, Clone, Copy)]
pub struct Exported<'a> {
    /// Its description.
    pub layer: &'a Layer,
    /// Its areas.
    pub areas: &'a AreaFile,
}

/// Where a file goes, and how.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// Its path.
    pub path: &'a Path,
    /// What it is written as.
    pub format: Format,
    /// Whether a file that is there already is replaced.
    pub replace: bool,
    /// When the edition was published: formats that carry a date carry this one.
    pub published: Timestamp,
}

/// Why no file was written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is a file of that name.
    #[error("{} is there already; say --force to replace it, or choose another name", .0.display())]
    Exists(PathBuf),
    /// The format holds one layer, and several or none were given.
    #[error("this format holds one layer, not {0}; write a .gpkg, or one file a layer")]
    NotOneLayer(usize),
    /// A layer's file is not what its manifest says.
    #[error(transparent)]
    Damaged(#[from] Damaged),
    /// The file cannot be written.
    #[error("{} cannot be written: {source}; nothing of it is left behind", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A layer does not fit into the format.
    #[error("{} cannot be written: {fault}; try another format", path.display())]
    Encode {
        /// The file.
        path: PathBuf,
        /// What the format's writer said.
        fault: String,
    },
}

/// Writes layers to a file; a format that holds one layer gets exactly one.
///
/// # Errors
/// A file that is there and may not be replaced, a damaged layer, and what the system refuses. Nothing
/// is left behind then, and a file that was to be replaced is as it was.
pub fn export(layers: &[Exported<'_>], target: &Target<'_>) -> Result<(), ExportError> {
    if !target.format.holds_several() && layers.len() != 1 {
        return Err(ExportError::NotOneLayer(layers.len()));
    }
    for exported in layers {
        exported.areas.scrub()?;
    }
    aside::write_export(target.path, target.replace, |path| match target.format {
        Format::GeoPackage => geopackage::write(layers, path, target.published),
        Format::GeoJson => feature_collection::write(&layers[0], path),
        Format::FlatGeobuf => flatgeobuf::write(&layers[0], path),
        Format::Csv => csv::write(&layers[0], path),
    })
}

/// The system's refusal to write a file.
fn io(path: &Path) -> impl FnOnce(std::io::Error) -> ExportError {
    let path = path.to_owned();
    move |source| ExportError::Io { path, source }
}

/// A format's refusal to hold a layer.
fn encode<E: std::fmt::Display>(path: &Path) -> impl Fn(E) -> ExportError {
    let path = path.to_owned();
    move |fault| ExportError::Encode {
        path: path.clone(),
        fault: fault.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_told_by_the_ending_of_the_name() {
        let of = |name: &str| Format::of_path(Path::new(name));
        assert_eq!(of("a.geojson"), Some(Format::GeoJson));
        assert_eq!(of("a.b/c.GPKG"), Some(Format::GeoPackage));
        assert_eq!(of("a.csv.fgb"), Some(Format::FlatGeobuf));
        for name in ["a", "csv", "a.shp", "a.gpkg.zip", ""] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
