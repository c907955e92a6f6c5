//! The nouns of a planning policies map: plans and their stages, layers, areas, policies, dates, and
//! text in two languages. No files, no geometry engine: what the other rooms talk about.

pub mod area;
pub mod edition;
mod find;
pub mod importance;
pub mod layer;
pub mod link;
pub mod map;
pub mod plan;
pub mod text;
pub mod validity;

pub use area::{Area, AreaRecord, Value};
pub use edition::EditionId;
pub use importance::{Class, Importance};
pub use layer::{Completeness, FileSettings, Group, Layer, LayerContents, LayerId, Region};
pub use map::{Authority, Map, Neighbour};
pub use plan::{Plan, PlanId, Policy, Stage};
pub use text::{Lang, Text};
pub use validity::{InForce, PartialDate, Validity};
