//! Editions on disk: immutable folders of FlatGeobuf layers with a manifest of checksums, and the
//! pointer that says which one is current.
//!
//! Layers go in as [`crate::policy::LayerContents`] and come out mapped into memory. Nothing here
//! parses a file from outside or answers a question. Time and serials come in as arguments.

mod area_file;
mod columns;
mod derived;
mod description;
pub mod diff;
pub mod edition;
pub mod export;
pub mod geojson;
mod guarded;
pub mod manifest;
mod prune;
mod retired;
mod serials;
pub mod store;
mod summing;
pub mod verify;
mod write;
mod writing;

pub use area_file::{AreaFile, PartView, StoredArea};
pub use derived::{Derived, Kept, Writer};
pub use diff::Changes;
pub use edition::{Edition, OpenError, StoredLayer};
pub use store::{Atlas, Draft, DraftLayer, DraftRegion};

/// A file of an edition that is not what its manifest says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} is damaged: {fault}")]
pub struct Damaged {
    /// The file's path inside the edition.
    pub file: String,
    /// What is wrong with it.
    pub fault: String,
}

impl Damaged {
    fn new(file: &str, fault: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            fault: fault.into(),
        }
    }
}
