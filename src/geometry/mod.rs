//! Coordinates, grid references, the OSTN15 transformation and exact tests on rings.
//!
//! Everything here is a function of its arguments: no files, no clock. The only room that holds
//! projection constants. It knows planes, ellipsoids and polygons; it knows no policies.

pub mod clip;
pub mod coord;
pub mod crs;
mod definition;
pub mod distance;
pub mod edges;
pub mod envelope;
pub mod grid_ref;
pub mod ground;
pub mod mutual;
pub mod nearest;
pub mod ostn15;
mod ray;
pub mod relate;
pub mod reproject;
pub mod ring;
pub mod shape;
pub mod stripes;
pub mod sweep;
mod transverse_mercator;

pub use coord::{Bng, Bounds, LonLat, Mercator, Position, Space};
pub use crs::Crs;
pub use distance::LocalMetres;
pub use envelope::{Envelope, in_degrees};
pub use grid_ref::GridSquare;
pub use ring::{Paths, Side, Vertices};
pub use shape::{Kind, Shape};
