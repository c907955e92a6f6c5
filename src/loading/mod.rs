//! Files of all kinds → layers, and findings about them.
//!
//! In goes a map's description (`map.toml`) or single files in the formats that councils send; out come
//! layers in their own coordinates and a report of everything that was found, mended or left out.
//! Files are read, never written; the only other program started is `ogr2ogr`, for formats without a
//! reader here. It knows no editions, no tiles and no HTTP.

mod crs; // what a file says of its coordinate system → a system that can be read
mod dates; // text → dates that may be partial
mod drawn; // geometry as a file draws it, before anything is checked
mod fields; // which column means what
pub mod finding; // what was found, how grave, where, what was done
mod load; // sources → layers and findings
mod map_file; // map.toml → a checked description
mod mojibake; // text in another encoding than it was read by
mod nearest; // the known word most like a mistyped one
mod oddities; // the same ground under two references
mod outliers; // rows and vertices far from all others
mod policies; // policies.csv
mod reader; // one file a format → rows
mod record; // a row's columns → what is written about an area
mod references; // repeated references: refused, merged or numbered
mod repair; // invalid polygons → valid ones
mod report; // what a load gives to read
mod source; // every file that was read, with its hash
mod validate; // drawn geometry → shapes that can be published
mod whereabouts; // whether areas lie where the authority is

pub use load::{
    Coverage, LoadError, LoadOptions, Loaded, Progress, RegionFile, Silent, Step, load_files,
    load_map,
};
pub use map_file::{Duplicates, MapFileError};
pub use policies::PoliciesError;
pub use reader::{MAX_PIPED_BYTES, Passed, Piped, remove_temporary};
pub use report::{LayerReport, Report, counted};
pub use source::SourceFile;
