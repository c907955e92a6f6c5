//! Vector tiles of an edition, and drawings of it for still maps.
//!
//! An edition's parts come from `answer`'s index and are projected onto a fine grid of the Mercator square
//! (`project`, kept in `pieces`), without the vertices that a zoom does not need (`generalise`). They are cut and
//! rounded to a tile's grid (`cut`, `grid`), made valid without gaps between neighbours (`settle`, by `meet`,
//! `untangle` and `hair`) and written as MVT 2.1 (`encode`). Lines are put end to end and simplified (`lines`,
//! `runs`), points thinned (`points`). Where too many areas or bytes would fall in a tile, areas are dissolved
//! (`dissolve`) and detail gives way (`detail`); what a style does not show is left out (`shown`). `draw` makes
//! plain paths of the same pieces. `tiles` keeps what was made and `compress` packs it. `pyramid` says which tiles
//! there are and prepares the heavy ones; `archive` writes all of them as one file. Knows tile grids, MVT and
//! PMTiles; knows no HTTP or time, and no files but for `basemap`, which reads the archive of others' tiles that
//! the operator named.

mod archive;
pub mod basemap;
mod compress;
mod cut;
mod detail;
mod dissolve;
mod draw;
mod encode;
mod facts;
mod features;
mod generalise;
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
mod pyramid;
mod rings;
mod runs;
mod settle;
mod shown;
mod simplify;
mod tiles;
mod tileset;
mod untangle;

pub use archive::{ArchiveError, Archived, Written};
pub use compress::{EncodedTile, Encoding, Packed, compress};
pub use detail::{Detail, MAX_TILE_BYTES};
pub use draw::{DrawnArea, DrawnLayer, MAX_VIEW_PIXELS, MAX_VIEW_ZOOM, STEPS_PER_PIXEL, View};
pub use generalise::keep_choice;
pub use id::{MAX_ZOOM, TileId, TileIdError};
pub use pyramid::{
    HEAVY_VERTICES, MAX_PREPARED_ZOOM, NotWhole, PrepareError, Prepared, Pyramid, Watch,
};
pub use shown::Shown;
pub use tiles::{Budget, EditionTiles, LeftOut, MadeTile, Why};
pub use tileset::{FieldKind, SourceLayer, Tileset};

/// Version of what makes tiles: it stands in pinned tile URLs and in entity tags, and grows whenever the
/// same edition would give other bytes than before.
pub const TILE_VERSION: u32 = 2;
