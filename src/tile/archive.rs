//! Writes the tiles of an edition as one PMTiles archive of version 3.
//!
//! Tiles stand in the order of the Hilbert curve and each content stands once, so that a reader fetches what lies
//! together at once. They are packed by gzip: PMTiles' reader for browsers, and so MapLibre, unpacks nothing
//! else, and every other reader has it. Unpacked, every tile is the server's to the last byte.

use super::compress::Encoding;
use super::id::TileId;
use super::pyramid::{NotWhole, Watch};
use super::tiles::EditionTiles;
use super::tileset::Tileset;
use pmtiles::{Compression, PmTilesWriter, PmtError, TileCoord, TileType};
use rayon::prelude::*;
use std::io::{Seek, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Tiles that are made side by side before they are written: all of them are in memory, packed.
const AT_ONCE: usize = 256;

/// Tiles of up to so many bytes, packed, are looked for among those that were written before. Longer ones are not all
/// alike anywhere, and what is remembered of each must not fill the memory of whoever writes a nation.
const MAY_REPEAT: usize = 1024;

/// The latitude at which the Mercator square ends.
const END_OF_MERCATOR: f64 = 85.051_129;

/// What is written.
#[derive(Debug, Clone, Copy)]
pub struct Archived<'a> {
    /// The one layer that is written, by its index into the edition's layers; all if it is `None`.
    pub layer: Option<usize>,
    /// What there is in the tiles: its deepest zoom is the archive's.
    pub tileset: &'a Tileset,
    /// The archive's metadata, a JSON object.
    pub metadata: &'a str,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Tiles that have something in them.
    pub tiles: u64,
    /// Tiles that were looked at, and empty ones among them.
    pub looked_at: u64,
}

/// Why no archive was written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A layer cannot be read.
    #[error(transparent)]
    NotWhole(#[from] NotWhole),
    /// The file cannot be written.
    #[error("the archive cannot be written: {0}")]
    Format(#[from] PmtError),
    /// There is no tile down to the deepest zoom that was asked for.
    #[error("there is nothing to write down to zoom {0}")]
    Empty(u8),
    /// Whoever watches said so.
    #[error("stopped; nothing of the archive is left behind")]
    Stopped,
}

impl EditionTiles {
    /// Writes an archive, made on all cores.
    ///
    /// # Errors
    /// A layer that cannot be read, what the system refuses, and a stop that was asked for: the file is not an archive then.
    pub fn archive(
        &self,
        archived: &Archived<'_>,
        to: impl Write + Seek,
        watch: Watch<'_>,
    ) -> Result<Written, ArchiveError> {
        let tileset = archived.tileset;
        let pyramid = self.in_place(archived.layer, tileset.max_zoom)?;
        let mut written = Written {
            tiles: 0,
            looked_at: pyramid.len() as u64,
        };
        let mut writer = PmTilesWriter::new(TileType::Mvt)
            .precompressed(Compression::Gzip)
            .dedup_by_key::<u128>()
            .min_zoom(tileset.min_zoom)
            .max_zoom(tileset.max_zoom)
            .metadata(archived.metadata);
        if let Some(bounds) = tileset.bounds {
            let lat = |lat: f64| lat.clamp(-END_OF_MERCATOR, END_OF_MERCATOR);
            let (south, north) = (lat(bounds.min.y), lat(bounds.max.y));
            writer = writer.bounds(bounds.min.x, south, bounds.max.x, north);
        }
        if let Some((centre, zoom)) = tileset.centre {
            let zoom = zoom.min(tileset.max_zoom);
            writer = writer.center(centre.lon(), centre.lat()).center_zoom(zoom);
        }
        let mut writer = writer.create(to)?;
        let (looked_at, stopped) = (AtomicU64::new(0), AtomicBool::new(false));
        for some in pyramid.chunks(AT_ONCE) {
            let made = some
                .par_iter()
                // Some take a thousand times as long as others.
                .with_max_len(1)
                .map(|&(_, coord, tile)| {
                    if stopped.load(Ordering::Relaxed) {
                        return Err(ArchiveError::Stopped);
                    }
                    let tile = self.whole(tile, archived.layer)?;
                    let looked_at = looked_at.fetch_add(1, Ordering::Relaxed) + 1;
                    if watch(looked_at, written.looked_at).is_break() {
                        stopped.store(true, Ordering::Relaxed);
                    }
                    Ok(tile.map(|tile| (coord, tile.digest(), tile.body(Encoding::Gzip))))
                })
                .collect::<Result<Vec<_>, ArchiveError>>()?;
            for (coord, digest, body) in made.into_iter().flatten() {
                let key = (body.len() <= MAY_REPEAT).then_some(digest);
                writer.add_tile(coord, &body, key)?;
                written.tiles += 1;
            }
        }
        if written.tiles == 0 {
            return Err(ArchiveError::Empty(tileset.max_zoom));
        }
        writer.finalize()?;
        Ok(written)
    }

    /// The tiles that may have something in them down to a zoom, in their order in the archive.
    fn in_place(&self, layer: Option<usize>, max_zoom: u8) -> Result<Vec<Placed>, PmtError> {
        let mut all = Vec::new();
        for tile in self
            .pyramid(layer)
            .take(usize::from(max_zoom) + 1)
            .flatten()
        {
            let coord = TileCoord::new(tile.z(), tile.x(), tile.y())?;
            all.push((pmtiles::TileId::from(coord), coord, tile));
        }
        all.sort_unstable_by_key(|&(place, ..)| place);
        Ok(all)
    }
}

/// A tile with its place in the archive, and its address as the archive's writer takes it.
type Placed = (pmtiles::TileId, TileCoord, TileId);
