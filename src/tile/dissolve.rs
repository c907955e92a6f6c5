//! Below a layer's detail: where many areas would fall in one tile, those of one class are drawn as one shape
//! with an exact count.
//!
//! Whether a layer is dissolved is the same for all tiles of a zoom, and so are the counts: an area counts in
//! the one tile that holds the first corner of its outline. The counts of all tiles of a zoom are the areas of
//! the layer.

use super::facts::AreaFacts;
use super::grid::{FinePoint, Frame, TilePoint};
use super::project::to_mercator;
use crate::atlas::AreaFile;
use crate::geometry::Kind;
use crate::policy::{Layer, Value};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Areas of one layer that a tile may hold as features of their own below the layer's detail: on the average
/// each has a square of 32 pixels to itself, and can still be told from its neighbours.
const MAX_OWN: usize = 256;

/// For each layer of an edition, the zoom below which it is dissolved.
pub(super) struct Dissolved {
    below: Vec<OnceLock<u8>>,
}

impl Dissolved {
    /// Of so many layers; nothing is decided yet.
    pub(super) fn new(layers: usize) -> Self {
        Self {
            below: std::iter::repeat_with(OnceLock::new).take(layers).collect(),
        }
    }

    /// The zoom below which a layer's polygons are dissolved; 0 where they never are. Looks at all of them at
    /// the first call.
    pub(super) fn below(&self, number: u16, layer: &Layer, file: &AreaFile) -> u8 {
        let known = self.below.get(usize::from(number));
        known.map_or(0, |known| *known.get_or_init(|| decide(layer, file)))
    }
}

fn decide(layer: &Layer, file: &AreaFile) -> u8 {
    if file.areas().len() <= MAX_OWN {
        return 0;
    }
    let polygons = (0..file.areas().len() as u32)
        .filter(|&area| file.areas()[area as usize].kind == Kind::Polygon);
    let anchors: Vec<FinePoint> = polygons.filter_map(|area| anchor(file, area)).collect();
    // A tile holds at least as many as each of those below it, so the first zoom that is too full decides.
    let full = (0..layer.detail_zoom)
        .rev()
        .find(|&z| fullest(&anchors, z) > MAX_OWN);
    full.map_or(0, |z| z + 1)
}

/// The most that one tile of a zoom holds.
fn fullest(anchors: &[FinePoint], z: u8) -> usize {
    let mut tiles: Vec<(u64, u64)> = anchors
        .iter()
        .map(|point| {
            let tile = |step: u32| u64::from(step) >> (32 - u32::from(z));
            (tile(point.x), tile(point.y))
        })
        .collect();
    tiles.sort_unstable();
    tiles
        .chunk_by(|a, b| a == b)
        .map(<[_]>::len)
        .max()
        .unwrap_or(0)
}

/// The first corner of an area's outline, or where its line begins; `None` beyond the reach of OSTN15, where
/// nothing is drawn.
pub(super) fn anchor(file: &AreaFile, area: u32) -> Option<FinePoint> {
    let part = file.part(file.areas()[area as usize].parts.start);
    let first = part.paths().vertex(0);
    to_mercator(file.space(), first).map(FinePoint::of)
}

/// A class of areas in a tile: those that the style draws alike.
pub(super) struct Class {
    /// What they have in common, by the map's names.
    pub tags: Vec<(String, Value)>,
    /// How many of them count in this tile.
    pub count: u64,
    /// Where the first of those is, should nothing else be left of them.
    pub anchor: Option<TilePoint>,
    /// Their numbers in the list that was given.
    pub members: Vec<usize>,
}

/// The classes of some areas, each given by its number in the file and, where the style draws areas of the layer
/// differently, its facts.
pub(super) fn classes<'a>(
    areas: impl Iterator<Item = (u32, Option<&'a AreaFacts>)>,
    by: &[String],
    file: &AreaFile,
    frame: Frame,
) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (number, (area, facts)) in areas.enumerate() {
        let tags: Vec<(String, Value)> = facts
            .into_iter()
            .flat_map(|facts| &facts.tags)
            .filter(|(name, _)| by.contains(name))
            .cloned()
            .collect();
        let at = *known.entry(format!("{tags:?}")).or_insert_with(|| {
            classes.push(Class {
                tags,
                count: 0,
                anchor: None,
                members: Vec::new(),
            });
            classes.len() - 1
        });
        let class = &mut classes[at];
        class.members.push(number);
        if let Some(here) = anchor(file, area).and_then(|point| frame.own(point)) {
            class.count += 1;
            class.anchor.get_or_insert(here);
        }
    }
    classes
}
