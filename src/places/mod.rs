//! From what an officer types to places: coordinates, grid references, pasted map links, and, with a
//! gazetteer, postcodes, UPRNs and names.
//!
//! Parsing knows no gazetteer; the gazetteer is a file of this program's own making. Neither knows
//! policies or pages.

mod address;
mod cell;
pub mod columns;
mod entry;
pub mod gazetteer;
pub mod load;
pub mod members;
pub mod parse;
mod postcode;
mod recognise;
pub mod resolve;
mod search;
mod store;
mod usual;
mod words;

pub use columns::{PlaceColumns, RowFault};
pub use gazetteer::{Found, Gazetteer, GazetteerError, Kind};
pub use load::{Far, Loaded};
pub use parse::{Place, PlaceError, Typed};
pub use resolve::{At, ResolveError, Resolved};
