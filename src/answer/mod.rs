//! Which areas apply at a place: an edition with an index over it, and the answer with its reasons.
//!
//! A place, a day and an edition go in; for every layer *applies*, *does not apply* or *not known*
//! comes out. "Does not apply" is only said of a layer that is held, whole, readable, in date and
//! known to be complete at the place. Nothing here parses text, renders or knows the time.

pub mod batch;
mod coverage;
mod entities;
pub mod explain;
mod hits;
mod index;
mod merge;
mod question;
mod respond;
pub mod site;
mod square;

pub use entities::{
    DateField, DateTest, DateWanted, Entities, Entity, EntityQuery, Figure, FigureError,
    MAX_ENTITY_VERTICES, MAX_FIGURE_PARTS, Missing, Period, Relation, TooMuch, kebab,
    published_shape, recorded,
};
pub use index::{AreaRef, FileNumber, IndexedEdition, PartRef};
pub use question::{
    Answer, AreaHit, InsetAnswer, LayerAnswer, MAX_NEARBY, MAX_WITHIN_M, Nearby, Overlap, PlanHere,
    Reason, Spot, State, Terms,
};
pub use site::{Site, SiteError};
