//! Which tiles of an edition may have something in them, and those that are prepared when it is published.
//!
//! A tile without any area near it has no tile with an area near it below, so the walk goes down from the
//! world and leaves whole branches out. What is prepared are the overview tiles of which each holds so much
//! that somebody would wait for it: they are made side by side, packed as small as can be, and kept beside
//! the edition. Each is kept as soon as it is made, so whoever is stopped goes on where it was.

use super::TILE_VERSION;
use super::compress::{EncodedTile, Encoding};
use super::detail::Detail;
use super::grid::Frame;
use super::id::TileId;
use super::tiles::{EditionTiles, LeftOut, MadeTile, Why};
use crate::answer::FileNumber;
use crate::atlas::Derived;
use crate::atlas::store::StoreError;
use rayon::prelude::*;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The deepest zoom of which tiles are prepared: a screen of the next one has parts of single villages, made in
/// milliseconds, and a nation would have four times as many tiles.
pub const MAX_PREPARED_ZOOM: u8 = 12;

/// Vertices of the areas near a tile from which on it is prepared: with fewer it is made in a few milliseconds.
pub const HEAVY_VERTICES: usize = 4_000;

/// Who keeps the prepared tiles, as the atlas names their folder.
const MAKER: &str = "tiles";

/// The file beside them that lists in which of them detail gave way: a line each, the tile and the step.
const GAVE_WAY: &str = "gave-way";

/// How far work on many tiles is: so many of so many are done. Says whether it goes on.
pub type Watch<'a> = &'a (dyn Fn(u64, u64) -> ControlFlow<()> + Sync);

/// The tiles that may have something in them, zoom by zoom from the world down: each item is all of one zoom.
#[derive(Debug)]
pub struct Pyramid<'a> {
    tiles: &'a EditionTiles,
    layer: Option<usize>,
    next: Vec<TileId>,
}

impl Iterator for Pyramid<'_> {
    type Item = Vec<TileId>;

    fn next(&mut self) -> Option<Vec<TileId>> {
        let (tiles, layer) = (self.tiles, self.layer);
        let mut here = std::mem::take(&mut self.next);
        here.retain(|&tile| tiles.has_areas_near(tile, layer));
        let below = here.iter().filter_map(|tile| tile.children()).flatten();
        self.next = below.collect();
        (!here.is_empty()).then_some(here)
    }
}

/// What came of preparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prepared {
    /// All are there: so many were made now, so many had been made before.
    All {
        /// Made now.
        new: u64,
        /// Made before.
        kept: u64,
    },
    /// It was stopped; so many are there.
    Stopped {
        /// How many there are now.
        done: u64,
        /// How many there are to be.
        all: u64,
    },
    /// Another process is preparing the tiles of this edition.
    Elsewhere,
}

/// Why tiles were not prepared.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// The edition's folder cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A layer cannot be read.
    #[error(transparent)]
    NotWhole(#[from] NotWhole),
}

/// A tile could not be made whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the tile {tile} cannot be made: layer {layer} is damaged; groundrule verify says more")]
pub struct NotWhole {
    /// The tile.
    pub tile: TileId,
    /// The layer's id.
    pub layer: String,
}

impl EditionTiles {
    /// The tiles that may have something in them, of all layers or of one.
    #[must_use]
    pub fn pyramid(&self, layer: Option<usize>) -> Pyramid<'_> {
        Pyramid {
            tiles: self,
            layer,
            next: vec![TileId::WORLD],
        }
    }

    /// Makes a tile that has all its layers, without keeping it; `None` where nothing is there.
    ///
    /// # Errors
    /// A layer that cannot be read.
    pub(super) fn whole(
        &self,
        tile: TileId,
        layer: Option<usize>,
    ) -> Result<Option<EncodedTile>, NotWhole> {
        self.whole_with_detail(tile, layer).map(|(body, _)| body)
    }

    fn whole_with_detail(
        &self,
        tile: TileId,
        layer: Option<usize>,
    ) -> Result<(Option<EncodedTile>, Detail), NotWhole> {
        let MadeTile {
            body,
            left_out,
            detail,
        } = self.prepared_or_made(tile, layer);
        let damaged = |left: &&LeftOut| left.why == Why::Damaged;
        match left_out.iter().find(damaged) {
            Some(left) => Err(NotWhole {
                tile,
                layer: self.layer_id(left.layer),
            }),
            None => Ok((body, detail)),
        }
    }

    /// The tile as it was prepared, where it was and is whole.
    pub(super) fn prepared(
        &self,
        tile: TileId,
        layer: Option<usize>,
    ) -> Option<(EncodedTile, Detail)> {
        if layer.is_some() || tile.z() > MAX_PREPARED_ZOOM || !self.is_styled {
            return None;
        }
        from_bytes(&self.shelf().read(&name_of(tile))?)
    }

    /// The tiles that are prepared when the edition is published, the overview first.
    #[must_use]
    pub fn heavy(&self) -> Vec<TileId> {
        let zooms = self.pyramid(None).take(usize::from(MAX_PREPARED_ZOOM) + 1);
        let mut heavy = Vec::new();
        for zoom in zooms {
            let weighed: Vec<TileId> = zoom
                .into_par_iter()
                .filter(|&tile| self.vertices_near(tile) >= HEAVY_VERTICES)
                .collect();
            heavy.extend(weighed);
        }
        heavy
    }

    /// Prepares the heavy tiles that are not prepared yet, on all cores.
    ///
    /// # Errors
    /// A layer that cannot be read, and what the system refuses; what was prepared before is kept.
    pub fn prepare(&self, watch: Watch<'_>) -> Result<Prepared, PrepareError> {
        let shelf = self.shelf();
        let heavy = self.heavy();
        let all = heavy.len() as u64;
        if heavy.is_empty() {
            return Ok(Prepared::All { new: 0, kept: 0 });
        }
        let Some(writer) = shelf.writer()? else {
            return Ok(Prepared::Elsewhere);
        };
        let (done, new, kept) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
        let gave_way = Mutex::new(Vec::new());
        let note = |tile: TileId, detail: Detail| {
            if !detail.is_full() {
                let mut all = gave_way.lock().unwrap_or_else(PoisonError::into_inner);
                all.push((tile, detail));
            }
        };
        let stopped = AtomicBool::new(false);
        let tell = |tiles: u64| {
            let done = done.fetch_add(tiles, Ordering::Relaxed) + tiles;
            if watch(done, all).is_break() {
                stopped.store(true, Ordering::Relaxed);
            }
        };
        tell(0);
        // One by one from the front: the largest come first, so that no thread is left with one at the end.
        heavy.par_iter().with_max_len(1).try_for_each(|&tile| {
            if stopped.load(Ordering::Relaxed) {
                return Ok(());
            }
            if let Some((_, detail)) = self.prepared(tile, None) {
                note(tile, detail);
                kept.fetch_add(1, Ordering::Relaxed);
            } else if let (Some(made), detail) = self.whole_with_detail(tile, None)? {
                note(tile, detail);
                writer.write(&name_of(tile), &to_bytes(&made, detail))?;
                new.fetch_add(1, Ordering::Relaxed);
            }
            tell(1);
            Ok::<(), PrepareError>(())
        })?;
        let (done, new, kept) = (done.into_inner(), new.into_inner(), kept.into_inner());
        if done < all {
            return Ok(Prepared::Stopped { done, all });
        }
        let mut gave_way = gave_way
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        gave_way.sort_unstable();
        let lines = gave_way
            .iter()
            .map(|(tile, detail)| format!("{tile} {}\n", detail.step()));
        writer.write(GAVE_WAY, lines.collect::<String>().as_bytes())?;
        Ok(Prepared::All { new, kept })
    }

    /// The prepared tiles in which detail gave way, the shallowest first; none before all are prepared.
    #[must_use]
    pub fn gave_way(&self) -> Vec<(TileId, Detail)> {
        let kept = self.shelf().read(GAVE_WAY).filter(|_| self.is_styled);
        let text = kept.and_then(|kept| String::from_utf8(kept).ok());
        let entry = |line: &str| {
            let (tile, step) = line.split_once(' ')?;
            Some((tile.parse().ok()?, Detail::of_step(step.parse().ok()?)?))
        };
        text.map_or_else(Vec::new, |text| text.lines().filter_map(entry).collect())
    }

    fn shelf(&self) -> Derived {
        self.indexed.edition().derived(MAKER, TILE_VERSION)
    }

    fn has_areas_near(&self, tile: TileId, layer: Option<usize>) -> bool {
        let near = self.parts_in(&Frame::of(tile).reach().degrees());
        match layer {
            Some(layer) => near.contains_key(&(layer as u16)),
            None => !near.is_empty(),
        }
    }

    /// Vertices of the parts whose rectangles come near a tile.
    fn vertices_near(&self, tile: TileId) -> usize {
        let near = self.parts_in(&Frame::of(tile).reach().degrees());
        let of_layer = |(layer, parts): (u16, Vec<u32>)| {
            let file = self.indexed.file(FileNumber::Layer(layer));
            file.map_or(0, |file| {
                let vertices = parts
                    .into_iter()
                    .map(|part| file.part(part).paths().count());
                vertices.sum()
            })
        };
        near.into_iter().map(of_layer).sum()
    }

    fn layer_id(&self, number: usize) -> String {
        let layers = self.indexed.edition().layers();
        let layer = layers.get(number);
        layer.map_or_else(String::new, |stored| stored.layer.id.to_string())
    }
}

/// `12-2005-1332.tile`.
fn name_of(tile: TileId) -> String {
    format!("{}-{}-{}.tile", tile.z(), tile.x(), tile.y())
}

/// A tile as it is kept: the step to which its detail gave way, its digest and length, the length of its gzip
/// body, that body, and Brotli's best. Numbers are little-endian.
fn to_bytes(tile: &EncodedTile, detail: Detail) -> Vec<u8> {
    tile.pack_smallest();
    let (gzip, brotli) = (tile.pack(Encoding::Gzip), tile.pack(Encoding::Brotli));
    let mut to = vec![detail.step()];
    to.extend(tile.digest().to_le_bytes());
    to.extend((tile.length() as u32).to_le_bytes());
    to.extend((gzip.bytes.len() as u32).to_le_bytes());
    to.extend_from_slice(&gzip.bytes);
    to.extend_from_slice(&brotli.bytes);
    to
}

fn from_bytes(bytes: &[u8]) -> Option<(EncodedTile, Detail)> {
    let (&step, rest) = bytes.split_first()?;
    let (digest, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (gzip, rest) = rest.split_first_chunk()?;
    let (gzip, brotli) = rest.split_at_checked(u32::from_le_bytes(*gzip) as usize)?;
    let tile = EncodedTile::prepared(
        u128::from_le_bytes(*digest),
        u32::from_le_bytes(*length) as usize,
        gzip.to_vec(),
        brotli.to_vec(),
    );
    Some((tile, Detail::of_step(step)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_tile_is_read_back_and_a_short_one_is_none() {
        let raw: Vec<u8> = (0..3_000u32).map(|at| (at * at % 200) as u8).collect();
        let kept = to_bytes(&EncodedTile::new(raw.clone()), Detail::FULL);
        let (tile, detail) = from_bytes(&kept).expect("a tile");
        assert!(tile.raw() == raw && detail.is_full());
        for length in [0, 1, 16, 21, 24, 31] {
            assert!(from_bytes(&kept[..length]).is_none(), "{length}");
        }
    }
}
