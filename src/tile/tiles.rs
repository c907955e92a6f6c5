//! The tiles of one edition: made when they are asked for, kept while there is room.
//!
//! A tile is made once however many ask for it at the same time, and is the same to the last byte
//! whatever was made before it.

use super::compress::{EncodedTile, Encoding};
use super::detail::{Detail, MAX_TILE_BYTES};
use super::dissolve::Dissolved;
use super::facts::FactsCache;
use super::features::Source;
use super::generalise::Generalised;
use super::grid::Frame;
use super::id::TileId;
use super::lines::Lines;
use super::pieces::Pieces;
use super::points::Orders;
use super::shown::Shown;
use crate::answer::{FileNumber, IndexedEdition};
use crate::geometry::Bounds;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Bytes of memory that the tiles of an edition may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Projected parts and their pieces, and a quarter of it simplified lines. Three eighths of it must hold
    /// the largest part, at 8 bytes a vertex, or that part is projected again for every tile.
    pub geometry: u64,
    /// References, names and their places.
    pub facts: u64,
    /// Finished tiles.
    pub tiles: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            geometry: 96 << 20,
            facts: 24 << 20,
            tiles: 64 << 20,
        }
    }
}

/// What came of making a tile.
#[derive(Debug)]
pub struct MadeTile {
    /// The tile; `None` where nothing is there.
    pub body: Option<EncodedTile>,
    /// The layers that should be in it and could not be.
    pub left_out: Vec<LeftOut>,
    /// How much detail gave way so that it is no heavier than [`MAX_TILE_BYTES`].
    pub detail: Detail,
}

/// A layer that is missing from a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// Index into the edition's layers.
    pub layer: usize,
    /// Why it is missing.
    pub why: Why,
}

/// Why a layer is missing from a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its areas are not held: no tile of this edition has it.
    NotHeld,
    /// Its file is missing or damaged: another copy of the edition may have it.
    Damaged,
}

impl MadeTile {
    /// Whether the tile is all that the edition has there. One that is not must not be cached by clients.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.left_out.iter().all(|left| left.why == Why::NotHeld)
    }

    /// Its bytes on the wire, where they are too many. A tile that is light before it is compressed is not
    /// compressed to see.
    fn excess(&self) -> Option<usize> {
        let body = self.body.as_ref()?;
        if body.raw().len() <= MAX_TILE_BYTES {
            return None;
        }
        Some(body.body(Encoding::Brotli).len()).filter(|&bytes| bytes > MAX_TILE_BYTES)
    }
}

/// A tile of all layers or of one, made while these layers could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    tile: TileId,
    layer: Option<u16>,
    damaged: Vec<u16>,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Arc<MadeTile>> for Bytes {
    fn weight(&self, _: &Key, made: &Arc<MadeTile>) -> u64 {
        const OWN: usize = size_of::<Key>() + size_of::<MadeTile>() + 64;
        OWN as u64 + made.body.as_ref().map_or(0, EncodedTile::weight)
    }
}

/// The tiles of an edition.
pub struct EditionTiles {
    pub(super) indexed: Arc<IndexedEdition>,
    pub(super) pieces: Pieces,
    generalised: OnceLock<Generalised>,
    facts: FactsCache,
    lines: Lines,
    orders: Orders,
    pub(super) dissolved: Dissolved,
    /// For each layer; none where no style is known, and everything is shown.
    shown: Vec<Shown>,
    /// Whether a style is known: what is prepared with an edition is as its style shows it.
    pub(super) is_styled: bool,
    made: Cache<Key, Arc<MadeTile>, Bytes>,
}

impl EditionTiles {
    /// The tiles of an edition; none is made yet.
    #[must_use]
    pub fn new(indexed: Arc<IndexedEdition>, budget: Budget) -> Self {
        let layers = indexed.edition().layers().len();
        Self {
            indexed,
            pieces: Pieces::new(budget.geometry / 4 * 3),
            lines: Lines::new(budget.geometry / 4),
            orders: Orders::new(),
            generalised: OnceLock::new(),
            facts: FactsCache::new(budget.facts),
            dissolved: Dissolved::new(layers),
            shown: vec![Shown::default(); layers],
            is_styled: false,
            made: Cache::with_weighter((budget.tiles / 8192) as usize, budget.tiles, Bytes),
        }
    }

    /// The same without what a style does not show of each layer. All that make tiles of an edition must say the
    /// same here, or their tiles differ.
    #[must_use]
    pub fn styled(mut self, shown: Vec<Shown>) -> Self {
        let layers = self.shown.len();
        self.shown = shown;
        self.shown.resize(layers, Shown::default());
        self.is_styled = true;
        self
    }

    /// What the style shows of a layer.
    pub(super) fn shown(&self, layer: usize) -> &Shown {
        &self.shown[layer]
    }

    /// The edition.
    #[must_use]
    pub fn indexed(&self) -> &Arc<IndexedEdition> {
        &self.indexed
    }

    /// A tile of all layers, or of the one at an index into the edition's layers. A caller who comes while
    /// it is being made waits for it.
    #[must_use]
    pub fn tile(&self, tile: TileId, layer: Option<usize>) -> Arc<MadeTile> {
        let key = Key {
            tile,
            layer: layer.map(|layer| layer as u16),
            damaged: self.damaged(),
        };
        let made = self.made.get_or_insert_with(&key, || {
            let made = Arc::new(self.prepared_or_made(tile, layer));
            // Damage that shows while a tile is made may be gone when it is made again.
            let known = |left: &LeftOut| {
                left.why == Why::NotHeld || key.damaged.contains(&(left.layer as u16))
            };
            if made.left_out.iter().all(known) {
                Ok(made)
            } else {
                Err(made)
            }
        });
        made.unwrap_or_else(|with_new_damage| with_new_damage)
    }

    /// As [`EditionTiles::tile`] where it was made already: takes no longer than a look into a table.
    #[must_use]
    pub fn at_hand(&self, tile: TileId, layer: Option<usize>) -> Option<Arc<MadeTile>> {
        let layer = layer.map(|layer| layer as u16);
        let damaged = self.damaged();
        self.made.get(&Key {
            tile,
            layer,
            damaged,
        })
    }

    /// The tile as it was prepared when the edition was published, if it was and nothing is damaged since.
    pub(super) fn prepared_or_made(&self, tile: TileId, layer: Option<usize>) -> MadeTile {
        let is_whole = self.damaged().is_empty();
        let prepared = is_whole.then(|| self.prepared(tile, layer));
        match prepared.flatten() {
            Some((body, detail)) => MadeTile {
                body: Some(body),
                left_out: self.not_held(tile),
                detail,
            },
            None => self.make(tile, layer),
        }
    }

    /// The layers that no tile of this zoom has.
    fn not_held(&self, tile: TileId) -> Vec<LeftOut> {
        let layers = self.indexed.edition().layers().iter().enumerate();
        let missing = layers.filter(|(number, stored)| {
            stored.areas.is_none() && tile.z() >= self.shown(*number).first_zoom(&stored.layer)
        });
        let left_out = |(layer, _)| LeftOut {
            layer,
            why: Why::NotHeld,
        };
        missing.map(left_out).collect()
    }

    /// Bytes that are cached now.
    #[must_use]
    pub fn cached_bytes(&self) -> u64 {
        self.pieces.bytes() + self.lines.bytes() + self.facts.bytes() + self.made.weight()
    }

    /// The vertices that are drawn: as they were prepared with the edition, or chosen now.
    pub(super) fn generalised(&self) -> &Generalised {
        self.generalised
            .get_or_init(|| Generalised::of(self.indexed.edition()))
    }

    /// The layers whose files are missing or damaged.
    fn damaged(&self) -> Vec<u16> {
        let layers = self.indexed.edition().layers().iter().enumerate();
        let damaged =
            layers.filter(|(_, stored)| stored.areas.is_some() && stored.readable().is_none());
        damaged.map(|(number, _)| number as u16).collect()
    }

    /// Makes a tile, whether or not it was made before: with all its detail or, where that is too heavy, with as
    /// little less as must be.
    pub(super) fn make(&self, tile: TileId, layer: Option<usize>) -> MadeTile {
        let parts = self.parts_in(&Frame::of(tile).reach().degrees());
        let mut detail = Detail::FULL;
        loop {
            let made = self.make_with(tile, layer, &parts, detail);
            match made.excess().and_then(|bytes| detail.after(bytes)) {
                Some(less) => detail = less,
                None => return made,
            }
        }
    }

    fn make_with(
        &self,
        tile: TileId,
        layer: Option<usize>,
        parts: &BTreeMap<u16, Vec<u32>>,
        detail: Detail,
    ) -> MadeTile {
        let mut bytes = Vec::new();
        let mut left_out = Vec::new();
        for (number, stored) in self.indexed.edition().layers().iter().enumerate() {
            let wanted = layer.is_none_or(|only| only == number);
            if !wanted || tile.z() < self.shown(number).first_zoom(&stored.layer) {
                continue;
            }
            let missing = |why| LeftOut { layer: number, why };
            if stored.areas.is_none() {
                left_out.push(missing(Why::NotHeld));
                continue;
            }
            let Some(file) = stored.readable() else {
                left_out.push(missing(Why::Damaged));
                continue;
            };
            let source = Source {
                number: number as u16,
                layer: &stored.layer,
                file,
                pieces: &self.pieces,
                generalised: self.generalised(),
                facts: &self.facts,
                lines: &self.lines,
                orders: &self.orders,
                dissolved: &self.dissolved,
                shown: self.shown(number),
            };
            let here = parts.get(&source.number).map_or(&[][..], Vec::as_slice);
            match source.encode(tile, here, detail) {
                // Bytes that are not what was written were met on the way: areas are missing.
                Ok(_) if stored.readable().is_none() => left_out.push(missing(Why::Damaged)),
                Ok(layer) => bytes.extend(layer),
                Err(damaged) => {
                    tracing::error!(%tile, %damaged, "a layer is left out of a tile");
                    left_out.push(missing(Why::Damaged));
                }
            }
        }
        MadeTile {
            body: (!bytes.is_empty()).then(|| EncodedTile::new(bytes)),
            left_out,
            detail,
        }
    }

    /// The parts that may meet a rectangle of degrees, by the number of their layer, in order.
    pub(super) fn parts_in(&self, degrees: &Bounds) -> BTreeMap<u16, Vec<u32>> {
        let mut parts: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
        for found in self.indexed.parts_in(degrees) {
            if let FileNumber::Layer(layer) = found.file {
                parts.entry(layer).or_default().push(found.part);
            }
        }
        parts
    }
}

impl std::fmt::Debug for EditionTiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EditionTiles")
            .field("edition", &self.indexed.edition().id())
            .field("cached_bytes", &self.cached_bytes())
            .finish_non_exhaustive()
    }
}
