//! How a load is asked for, and how it tells how far it is.

use super::{Field, LoadError};
use crate::geometry::{Bounds, Crs};
use crate::loading::map_file::Duplicates;
use crate::loading::reader::Passed;
use crate::policy::LayerId;
use std::path::PathBuf;

/// Where the layers of single files are known to be complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// In the areas of a layer of the current edition.
    Layer(LayerId),
    /// In the areas of a file.
    File(PathBuf),
}

/// How a load is done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LoadOptions {
    /// The coordinate system of files that name none.
    pub crs: Option<Crs>,
    /// Our fields and the columns that hold them; for single files.
    pub fields: Vec<(String, String)>,
    /// Leave rows with errors out instead of refusing the load.
    pub accept_errors: bool,
    /// Keep mended polygons whose area changed.
    pub accept_repairs: bool,
    /// The layer that all files are.
    pub layer: Option<LayerId>,
    /// Where the layers of single files are complete; a layer already known keeps its own.
    pub coverage: Option<Coverage>,
    /// Rectangle round the authority's area in longitude and latitude, where it is known from the
    /// current edition; used where the load itself names no area.
    pub authority_area: Option<Bounds>,
    /// The layer within files that hold several.
    pub source_layer: Option<String>,
    /// How dates are written, where not in ISO 8601.
    pub date_format: Option<String>,
    /// The day of the load, by which dates in the future are told; `None` tells none.
    pub today: Option<jiff::civil::Date>,
    /// What to do with rows that share a reference.
    pub duplicates: Option<Duplicates>,
}

/// The words of all fields, for messages.
pub(super) fn field_words() -> String {
    Field::ALL.map(|(_, word)| word).join(", ")
}

impl LoadOptions {
    /// `--fields` with their words checked.
    pub(super) fn named_fields(&self) -> Result<Vec<(Field, String)>, LoadError> {
        let named = self.fields.iter().map(|(ours, theirs)| {
            let field = Field::parse(ours).ok_or_else(|| LoadError::UnknownField(ours.clone()))?;
            Ok((field, theirs.clone()))
        });
        let named: Vec<(Field, String)> = named.collect::<Result<_, LoadError>>()?;
        let has = |field: Field| named.iter().any(|(known, _)| *known == field);
        if has(Field::X) == has(Field::Y) {
            Ok(named)
        } else {
            Err(LoadError::HalfAPosition)
        }
    }
}

/// A step of a load, told from whatever thread does it.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// The load begins.
    Begun {
        /// Bytes of all files of layers.
        bytes: u64,
    },
    /// A file is being read.
    Reading {
        /// Its layer.
        layer: &'a str,
        /// Its name.
        file: &'a str,
        /// Its size.
        bytes: u64,
        /// Where its reader says how far it is; readers of some formats do not say.
        passed: &'a Passed,
    },
    /// A file has been read; its rows are checked next.
    Read {
        /// Its layer.
        layer: &'a str,
        /// Its name.
        file: &'a str,
        /// Its rows.
        rows: u64,
    },
    /// More rows of a file have been checked.
    Checked {
        /// Its layer.
        layer: &'a str,
        /// Its name.
        file: &'a str,
        /// How many more.
        rows: u64,
    },
    /// A layer is done.
    Finished {
        /// The layer.
        layer: &'a str,
        /// Its areas.
        areas: u64,
    },
}

/// Whoever wants to know how far a load is.
pub trait Progress: Sync {
    /// Something began or ended.
    fn step(&self, step: Step<'_>);
}

/// Nobody wants to know.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn step(&self, _: Step<'_>) {}
}
