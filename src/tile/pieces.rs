//! Parts on the fine grid, kept in a bounded cache: projected once, and of large parts the pieces that
//! tiles of each second zoom see, each made from the piece above.
//!
//! A tile of a polygon of 200,000 vertices then starts from the few thousand near it. A piece keeps
//! every edge that its tile sees as it was, so a tile is the same whichever pieces were cached.

use super::cut::near;
use super::generalise::Generalised;
use super::grid::Frame;
use super::id::TileId;
use super::project::{FinePart, project};
use crate::atlas::PartView;
use crate::geometry::Space;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use std::sync::Arc;

/// Parts and pieces of up to this many vertices are cut from where they are: it takes microseconds.
const SMALL: usize = 2048;

/// Zooms between two pieces of a part.
const STEP: u8 = 2;

/// Shards of the cache: few, so that the largest polygon of a nation still fits into one.
const SHARDS: usize = 2;

/// A part of a layer, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct PartNumber {
    pub layer: u16,
    pub part: u32,
}

/// A part, or the piece of it that a tile sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    part: PartNumber,
    /// The zoom for which its vertices were chosen; `None` where it has all.
    zoom: Option<u8>,
    tile: Option<TileId>,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Option<Arc<FinePart>>> for Bytes {
    fn weight(&self, _: &Key, part: &Option<Arc<FinePart>>) -> u64 {
        let bytes = part.as_ref().map_or(0, |part| part.bytes());
        (bytes + size_of::<Key>()) as u64
    }
}

/// The cache.
pub(super) struct Pieces {
    cache: Cache<Key, Option<Arc<FinePart>>, Bytes>,
}

impl Pieces {
    /// A cache of so many bytes.
    pub(super) fn new(bytes: u64) -> Self {
        let options = OptionsBuilder::new()
            .shards(SHARDS)
            .estimated_items_capacity((bytes / 1024) as usize)
            .weight_capacity(bytes)
            .build()
            .expect("every option is given");
        let cache = Cache::with_options(
            options,
            Bytes,
            DefaultHashBuilder::default(),
            DefaultLifecycle::default(),
        );
        Self { cache }
    }

    /// A whole part; `None` where it lies beyond the reach of OSTN15 and cannot be drawn.
    pub(super) fn whole(
        &self,
        part: PartNumber,
        view: &PartView<'_>,
        space: Space,
    ) -> Option<Arc<FinePart>> {
        let key = Key {
            part,
            zoom: None,
            tile: None,
        };
        self.get(key, || {
            let projected = project(space, view.paths()).map(Arc::new);
            if projected.is_none() {
                tracing::warn!(
                    ?part,
                    "a part lies beyond the reach of OSTN15 and is not drawn"
                );
            }
            projected
        })
    }

    /// What a tile needs of a polygon as it is drawn at a zoom, its own or a shallower one, and perhaps more.
    pub(super) fn drawn_in(
        &self,
        tile: TileId,
        zoom: u8,
        part: PartNumber,
        view: &PartView<'_>,
        space: Space,
        generalised: &Generalised,
    ) -> Option<Arc<FinePart>> {
        let key = Key {
            part,
            zoom: Some(zoom),
            tile: None,
        };
        let whole = self.get(key, || {
            generalised.drawn(part, zoom, view, space).map(Arc::new)
        })?;
        self.piece(whole, tile, key)
    }

    /// What a tile needs of a part with all its vertices, and perhaps more.
    pub(super) fn seen_by(
        &self,
        tile: TileId,
        part: PartNumber,
        view: &PartView<'_>,
        space: Space,
    ) -> Option<Arc<FinePart>> {
        let whole = self.whole(part, view, space)?;
        let key = Key {
            part,
            zoom: None,
            tile: None,
        };
        self.piece(whole, tile, key)
    }

    /// The piece that a tile sees of a part, of the whole that has this key.
    fn piece(&self, whole: Arc<FinePart>, tile: TileId, of: Key) -> Option<Arc<FinePart>> {
        let mut piece = whole;
        if piece.points.len() <= SMALL {
            return Some(piece);
        }
        // Tiles wider than the part would only copy it.
        let bounds = piece.bounds;
        let widest = (bounds.max.0 - bounds.min.0).max(bounds.max.1 - bounds.min.1);
        let first = widest.leading_zeros().saturating_sub(31) as u8;
        for z in (first..tile.z()).step_by(usize::from(STEP)) {
            if piece.points.len() <= SMALL {
                break;
            }
            let above = tile.ancestor(z);
            let key = Key {
                tile: Some(above),
                ..of
            };
            let from = Arc::clone(&piece);
            piece = self.get(key, || {
                Some(Arc::new(near(&from, &Frame::of(above).reach())))
            })?;
        }
        Some(piece)
    }

    fn get(&self, key: Key, make: impl FnOnce() -> Option<Arc<FinePart>>) -> Option<Arc<FinePart>> {
        let made: Result<_, std::convert::Infallible> =
            self.cache.get_or_insert_with(&key, || Ok(make()));
        match made {
            Ok(part) => part,
        }
    }

    /// Bytes that are cached now.
    pub(super) fn bytes(&self) -> u64 {
        self.cache.weight()
    }
}
