//! HTTP over one atlas: pages, data, tiles and the viewer.
//!
//! A handler checks what a stranger sent, takes one snapshot of the edition, makes one call and sends
//! one answer; so a page, its tiles and its data never mix editions. The socket, the clock and the
//! atlas are given from outside. No file from outside is parsed here.

mod accept;
mod assets;
mod basemap;
mod body;
mod compare;
pub mod consult;
pub mod drawing;
mod entity_query;
mod error;
mod handle;
pub mod limits;
pub mod lookups;
mod packing;
mod patient;
mod posted;
pub mod proof;
mod reply;
mod request;
pub mod router;
pub mod serve;
pub mod snapshot;
mod stills;
mod turns;
mod warm;

pub use consult::{Consultation, Refusal};
pub use router::router;
pub use snapshot::{Clock, State};
