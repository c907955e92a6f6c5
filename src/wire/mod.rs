//! JSON twins of the domain types: the public shapes that scripts and other programs rely on.
//!
//! Nothing is decided here. A field may be added; none is renamed or removed.

pub mod answer;
pub mod archive;
pub mod area;
pub mod basemap;
mod cells;
pub mod changes;
pub mod dataset;
pub mod editions;
pub mod entity;
pub mod error;
pub mod findings_csv;
pub mod lookups;
pub mod place;
pub mod proof;
pub mod report;
mod shared;
pub mod site;
pub mod style;
pub mod words;
