//! Answers as pages, in English and Welsh: whole without JavaScript, small enough for one round trip.
//!
//! Domain values go in, HTML and plain text come out. A page is a function of its arguments: the same
//! answer gives the same bytes. No HTTP, no clock, no files.

pub mod answer;
pub mod area;
pub mod changes;
pub mod editions;
pub mod finding;
mod frame;
pub mod home;
mod letter;
pub mod load_report;
pub mod load_text;
pub mod look;

pub mod message;
pub mod plain;
pub mod policy;
pub mod problem;
pub mod row;
pub mod search;
pub mod site;
pub mod still;

mod standing;
mod told;

pub use frame::{MapView, Site};
pub use message::Words;
