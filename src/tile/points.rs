//! The points of a layer in a tile.
//!
//! Of context, the most important few in each square of 64 pixels: which they are depends on the square
//! alone, so tiles agree, and the squares of a zoom are quarters of those above, so what a zoom shows
//! stays at the next. Points of other groups are all there from their layer's detail on; below it, where
//! they lie close, those alike become one that says how many they are.

use super::encode::{Drawn, Feature, Told};
use super::features::Source;
use super::grid::{FinePoint, Frame, TilePoint};
use super::id::{MAX_ZOOM, TileId};
use super::pieces::PartNumber;
use crate::atlas::{AreaFile, Damaged};
use crate::geometry::Kind;
use crate::policy::{Group, Importance};
use quick_cache::sync::Cache;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Points in a square, up to which each is drawn.
const FEW: usize = 2;

/// Points of context in a square of the deepest tiles, which are enlarged up to four times each way.
const FEW_AT_THE_DEEPEST: usize = 16 * FEW;

/// Squares along a tile of 512 pixels, as a power of two.
const SQUARE_BITS: u32 = 3;

/// Layers whose order is kept.
const MAX_LAYERS: usize = 1024;

/// Which points of context matter most, by layer.
pub(super) struct Orders {
    orders: Cache<u16, Arc<Order>>,
}

/// How the areas of a layer stand to each other.
#[derive(Debug, Default)]
struct Order {
    /// Of each area its place, the most important first, and the zoom from which on it is drawn.
    places: Vec<(u32, u8)>,
}

/// A point that is this tile's own.
struct Own {
    square: (u32, u32),
    place: u64,
    area: u32,
    at: TilePoint,
    /// Whether the area's name stands here.
    named: bool,
}

/// The points of areas, by place and number.
type Areas = BTreeMap<(u64, u32), Vec<TilePoint>>;

impl Orders {
    /// None is known yet. Takes 8 bytes a point of context whose map says what matters.
    pub(super) fn new() -> Self {
        Self {
            orders: Cache::new(MAX_LAYERS),
        }
    }
}

impl Source<'_> {
    /// The points of a tile; `parts` are the parts of points near it, in order.
    ///
    /// # Errors
    /// Bytes of the edition that changed since it was opened.
    pub(super) fn points_in(
        &self,
        tile: TileId,
        frame: Frame,
        parts: &[u32],
    ) -> Result<Vec<Feature>, Damaged> {
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let context = self.layer.group == Group::Context;
        let order = if context && !self.layer.importance.is_silent() {
            Some(self.orders.orders.get_or_insert_with(&self.number, || {
                order(&self.layer.importance, self.file).map(Arc::new)
            })?)
        } else {
            None
        };
        let mut own = Vec::new();
        for &part in parts {
            let Some((at, area, point)) = self.own_point(part, tile, frame) else {
                continue;
            };
            let stored = &self.file.areas()[area as usize];
            // Where nothing is said, what was loaded first matters most.
            let (place, from_zoom) = order.as_ref().map_or((stored.id, 0), |order| {
                let (place, from_zoom) = order.places[area as usize];
                (u64::from(place), from_zoom)
            });
            if from_zoom <= tile.z() {
                own.push(Own {
                    square: square(point, tile.z()),
                    place,
                    area,
                    at,
                    named: part == stored.parts.start,
                });
            }
        }
        if context {
            thin(&mut own, tile.z());
        } else if tile.z() < self.layer.detail_zoom {
            return self.gathered(own);
        }
        self.one_by_one(tile, frame, own)
    }

    /// A point on the tile's grid, if it is the tile's own: with its area and where it is.
    fn own_point(
        &self,
        part: u32,
        tile: TileId,
        frame: Frame,
    ) -> Option<(TilePoint, u32, FinePoint)> {
        let view = self.file.part(part);
        let number = PartNumber {
            layer: self.number,
            part,
        };
        let whole = self.pieces.whole(number, &view, self.file.space())?;
        let &point = whole.points.first()?;
        let at = if self.layer.group == Group::Context {
            // A square and all of its points are in one tile, also those that rounding moves to its edge.
            let bits = 32 - u32::from(tile.z());
            let holds = |at: u32, of: u32| u64::from(at) >> bits == u64::from(of);
            let inside = |unit: i32| unit.clamp(0, frame.extent - 1);
            let place = frame.place(point);
            (holds(point.x, tile.x()) && holds(point.y, tile.y())).then(|| TilePoint {
                x: inside(place.x),
                y: inside(place.y),
            })
        } else {
            frame.own(point)
        };
        Some((at?, view.area, point))
    }

    /// Each area a feature of its own: of context the most important first, so that its name is placed first.
    fn one_by_one(
        &self,
        tile: TileId,
        frame: Frame,
        own: Vec<Own>,
    ) -> Result<Vec<Feature>, Damaged> {
        let context = self.layer.group == Group::Context;
        let mut areas: BTreeMap<(u64, u32), Vec<Own>> = BTreeMap::new();
        for point in own {
            let place = if context { point.place } else { 0 };
            areas.entry((place, point.area)).or_default().push(point);
        }
        let mut features = Vec::with_capacity(areas.len());
        for ((_, area), points) in areas {
            let facts = self.facts_of(area)?;
            let label = if context {
                let named = points.iter().find(|point| point.named);
                named.filter(|_| facts.name.is_some()).map(|point| point.at)
            } else {
                self.label(tile, frame, &facts)
            };
            features.push(Feature {
                told: self.told(),
                drawn: drawn(points.iter().map(|point| point.at)),
                label,
                facts,
            });
        }
        Ok(features)
    }

    /// Areas one by one where they are few in a square; elsewhere those alike together, at the place of the
    /// first, with their number.
    fn gathered(&self, own: Vec<Own>) -> Result<Vec<Feature>, Damaged> {
        let mut squares: BTreeMap<(u32, u32), Areas> = BTreeMap::new();
        for point in own {
            let areas = squares.entry(point.square).or_default();
            let points = areas.entry((point.place, point.area)).or_default();
            points.push(point.at);
        }
        let mut alone: BTreeMap<u32, Vec<TilePoint>> = BTreeMap::new();
        let mut together = Vec::new();
        for areas in squares.into_values() {
            if areas.len() <= FEW {
                for ((_, area), points) in areas {
                    alone.entry(area).or_default().extend(points);
                }
                continue;
            }
            let mut alike: HashMap<String, usize> = HashMap::new();
            for ((_, area), points) in areas {
                let facts = self.facts_of(area)?;
                let at = *alike.entry(facts.alike(false)).or_insert_with(|| {
                    together.push(Feature {
                        facts,
                        told: Told::summary(),
                        drawn: drawn(points.into_iter().take(1)),
                        label: None,
                    });
                    together.len() - 1
                });
                together[at].count(1);
            }
        }
        let mut features = Vec::with_capacity(alone.len() + together.len());
        for (area, points) in alone {
            features.push(Feature {
                facts: self.facts_of(area)?,
                told: Told::ALL,
                drawn: drawn(points.into_iter()),
                label: None,
            });
        }
        // One that is alone of its kind in a crowded square is itself.
        for feature in &mut together {
            if feature.told.count == Some(1) {
                feature.told = Told::ALL;
            }
        }
        features.append(&mut together);
        Ok(features)
    }
}

/// Leaves the most important few in each square.
fn thin(own: &mut Vec<Own>, z: u8) {
    let most = if z == MAX_ZOOM {
        FEW_AT_THE_DEEPEST
    } else {
        FEW
    };
    own.sort_by_key(|point| (point.square, point.place, point.area, point.at));
    let (mut square, mut here) = (None, 0);
    own.retain(|point| {
        here = if square == Some(point.square) {
            here + 1
        } else {
            1
        };
        square = Some(point.square);
        here <= most
    });
}

fn square(point: FinePoint, z: u8) -> (u32, u32) {
    let bits = 32 - u32::from(z) - SQUARE_BITS;
    (point.x >> bits, point.y >> bits)
}

fn drawn(points: impl Iterator<Item = TilePoint>) -> Drawn {
    let mut points: Vec<TilePoint> = points.collect();
    points.sort_unstable();
    points.dedup();
    Drawn::Points(points)
}

/// What is drawn first stands first: an area never gives way to one that comes only at a deeper zoom.
/// Then the order of classes, the map's own rank, and the order in which they were loaded.
fn order(importance: &Importance, file: &AreaFile) -> Result<Order, Damaged> {
    let mut order = Order {
        places: vec![(u32::MAX, u8::MAX); file.areas().len()],
    };
    let mut sorted = Vec::new();
    for (area, stored) in file.areas().iter().enumerate() {
        if stored.kind == Kind::Point {
            let record = file.record(area as u32)?;
            let class = importance.class_of(&record);
            let from_zoom = importance.from_zoom(&record);
            let place = class.map_or(usize::MAX, |(place, _)| place);
            let rank = importance.rank_of(&record);
            sorted.push((from_zoom, place, rank, stored.id, area));
        }
    }
    sorted.sort_by(|a, b| {
        (a.0, a.1)
            .cmp(&(b.0, b.1))
            .then(a.2.total_cmp(&b.2))
            .then(a.3.cmp(&b.3))
    });
    for (place, (from_zoom, .., area)) in sorted.into_iter().enumerate() {
        order.places[area] = (place as u32, from_zoom);
    }
    Ok(order)
}
