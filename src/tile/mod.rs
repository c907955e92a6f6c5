//! Vector tiles of an edition, and drawings of it for still maps.
//!
//! An edition's parts come from `answer`'s index, are projected onto a fine grid of the Mercator square
//! (`project`, kept in `pieces`), cut and rounded to a tile's grid (`cut`, `grid`), made valid without
//! gaps between neighbours (`settle`, by `meet`, `untangle` and `hair`) and written as MVT 2.1
//! (`encode`). Lines are put end to end and simplified (`lines`, `runs`), points thinned (`points`). `draw` makes plain paths of the same pieces. `tiles` keeps what was made and `compress` packs it. Knows tile grids and MVT; knows no
//! files, HTTP or time.

mod compress;
mod cut;
mod draw;
mod encode;
mod facts;
mod features;
mod grid;
mod hair;
mod id;
mod label;
mod lines;
mod meet;
mod middle;
mod pieces;
mod points;
mod project;
mod rings;
mod runs;
mod settle;
mod simplify;
mod tiles;
mod tileset;
mod untangle;

pub use compress::{EncodedTile, Encoding, compress};
pub use draw::{DrawnArea, DrawnLayer, MAX_VIEW_PIXELS, MAX_VIEW_ZOOM, STEPS_PER_PIXEL, View};
pub use id::{MAX_ZOOM, TileId, TileIdError};
pub use tiles::{Budget, EditionTiles, LeftOut, MadeTile, Why};
pub use tileset::{FieldKind, SourceLayer, Tileset};

/// Version of what makes tiles: it stands in pinned tile URLs and in entity tags, and grows whenever the
/// same edition would give other bytes than before.
pub const TILE_VERSION: u32 = 2;
