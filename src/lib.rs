//! groundrule: which planning policies apply at a place, answered exactly and in few bytes.
//!
//! The rooms, in the order in which data travels. `tests/architecture.rs` holds who may enter which.

// Coordinates, OSTN15, exact tests on rings.
pub mod geometry;

// Plans, layers, areas, dates: the nouns.
pub mod policy;

// Files of all kinds → layers and findings.
pub mod loading;

// Editions on disk.
pub mod atlas;

// A place → what applies there.
pub mod answer;

// An edition → vector tiles.
pub mod tile;

// What an officer types → a place.
pub mod places;

// Answers → pages in English and Welsh.
pub mod page;

// Answers → JSON.
pub mod wire;

// HTTP.
pub mod server;

// The command line.
pub mod cli;
