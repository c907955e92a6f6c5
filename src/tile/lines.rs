//! The lines of a layer in a tile.
//!
//! Each is simplified whole, once for a zoom, before it is cut, so that neighbouring tiles agree. Lines of
//! context are put end to end first and drawn run by run: a run is named once, and only where its name
//! has room. Lines of other groups stay areas of their own; below their layer's detail, where they are
//! many, those alike become one feature that says how many they are.

use super::cut;
use super::dissolve::anchor;
use super::encode::{Drawn, Feature, Told};
use super::facts::{self, AreaFacts};
use super::features::Source;
use super::grid::{FinePoint, Frame, TilePoint, turn};
use super::id::{MAX_ZOOM, TileId};
use super::label;
use super::pieces::PartNumber;
use super::project::FinePart;
use super::rings::bounds;
use super::runs::{Line, Runs};
use super::simplify;
use crate::atlas::{AreaFile, Damaged};
use crate::geometry::Kind;
use crate::policy::{Group, Layer};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Lines of a layer of context above which they are drawn one by one: joining takes some 150 bytes of
/// memory a line while it lasts, and then 16.
const MAX_JOINED: usize = 1 << 21;

/// Lines of a layer in one tile, below the layer's detail, up to which each is a feature of its own.
const FEW: usize = 64;

/// Pixels that a letter of a name takes along a line.
const LETTER_PIXELS: f64 = 6.0;

/// Layers whose runs are kept.
const MAX_LAYERS: usize = 1024;

/// The lines of an edition: how those of context run on, and each simplified for the zooms that were asked for.
pub(super) struct Lines {
    runs: Cache<u16, Arc<Runs>>,
    simplified: Cache<Key, Arc<Simplified>, Bytes>,
}

/// A line at a zoom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    layer: u16,
    /// A run of context, or a part of another layer.
    number: u32,
    z: u8,
}

/// A whole line as a zoom needs it.
#[derive(Debug)]
struct Simplified {
    part: FinePart,
    /// In pixels of the zoom.
    length: f64,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Arc<Simplified>> for Bytes {
    fn weight(&self, _: &Key, line: &Arc<Simplified>) -> u64 {
        (line.part.bytes() + size_of::<Simplified>() + size_of::<Key>() + 32) as u64
    }
}

impl Lines {
    /// A cache of so many bytes, beside 16 bytes a line of context.
    pub(super) fn new(bytes: u64) -> Self {
        Self {
            runs: Cache::new(MAX_LAYERS),
            simplified: Cache::with_weighter((bytes / 256) as usize, bytes, Bytes),
        }
    }

    /// Bytes that are cached now.
    pub(super) fn bytes(&self) -> u64 {
        self.simplified.weight()
    }
}

impl Source<'_> {
    /// The lines of a tile; `parts` are the parts of lines near it, in order.
    ///
    /// # Errors
    /// Bytes of the edition that changed since it was opened.
    pub(super) fn lines_in(
        &self,
        tile: TileId,
        frame: Frame,
        parts: &[u32],
    ) -> Result<Vec<Feature>, Damaged> {
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        if self.layer.group == Group::Context {
            return self.runs_in(tile, frame, parts);
        }
        let mut areas: BTreeMap<u32, Vec<Arc<Simplified>>> = BTreeMap::new();
        for &part in parts {
            if let Some(line) = self.simplified_part(part, frame, tile.z()) {
                let area = self.file.part(part).area;
                areas.entry(area).or_default().push(line);
            }
        }
        let mut drawn = Vec::with_capacity(areas.len());
        for (area, lines) in areas {
            let lines = cut_all(&lines, frame, true);
            if !lines.is_empty() {
                drawn.push((area, self.facts_of(area)?, lines));
            }
        }
        if tile.z() < self.layer.detail_zoom && drawn.len() > FEW {
            return Ok(self.gathered_lines(drawn, frame));
        }
        let own = |(_, facts, lines): (u32, Arc<AreaFacts>, _)| Feature {
            label: self.label(tile, frame, &facts),
            told: self.told(),
            drawn: Drawn::Lines(lines),
            facts,
        };
        Ok(drawn.into_iter().map(own).collect())
    }

    /// The runs of context in a tile. Those that are not named there are one feature, where they are alike.
    fn runs_in(&self, tile: TileId, frame: Frame, parts: &[u32]) -> Result<Vec<Feature>, Damaged> {
        let runs = self
            .lines
            .runs
            .get_or_insert_with(&self.number, || join(self.layer, self.file).map(Arc::new))?;
        let here: BTreeSet<u32> = parts
            .iter()
            .filter_map(|&part| runs.of_part(part))
            .collect();
        let mut features: Vec<Feature> = Vec::new();
        let mut alike: HashMap<String, usize> = HashMap::new();
        for run in here {
            let (first, from_zoom) = runs.first(run);
            if from_zoom > tile.z() {
                continue;
            }
            let Some(line) = self.simplified_run(&runs, run, frame, tile.z()) else {
                continue;
            };
            // What is shorter than a pixel is not seen; the deepest tiles are enlarged.
            if line.length < 1.0 && tile.z() < MAX_ZOOM {
                continue;
            }
            let drawn = cut_all(std::slice::from_ref(&line), frame, false);
            if drawn.is_empty() {
                continue;
            }
            let facts = self.facts_of(self.file.part(first).area)?;
            let named = has_room(&facts, &line, tile.z());
            let label = named
                .then(|| label::of_line(&line.part))
                .flatten()
                .and_then(|label| frame.own(label.at));
            let told = Told {
                reference: false,
                name: named,
                count: None,
            };
            let key = facts.alike(told.name);
            match alike.get(&key) {
                Some(&at) if label.is_none() || features[at].label.is_none() => {
                    let feature = &mut features[at];
                    feature.label = feature.label.or(label);
                    if let Drawn::Lines(lines) = &mut feature.drawn {
                        lines.extend(drawn);
                    }
                }
                _ => {
                    alike.insert(key, features.len());
                    features.push(Feature {
                        facts,
                        told,
                        drawn: Drawn::Lines(drawn),
                        label,
                    });
                }
            }
        }
        Ok(features)
    }

    /// Lines that are alike as one feature, with how many of them begin in the tile: over all tiles each counts once.
    fn gathered_lines(
        &self,
        drawn: Vec<(u32, Arc<AreaFacts>, Vec<Vec<TilePoint>>)>,
        frame: Frame,
    ) -> Vec<Feature> {
        let mut features: Vec<Feature> = Vec::new();
        let mut alike: HashMap<String, usize> = HashMap::new();
        for (area, facts, lines) in drawn {
            let begins_here = anchor(self.file, area).and_then(|point| frame.own(point));
            let at = *alike.entry(facts.alike(false)).or_insert_with(|| {
                features.push(Feature {
                    facts,
                    told: Told::summary(),
                    drawn: Drawn::Lines(Vec::new()),
                    label: None,
                });
                features.len() - 1
            });
            features[at].count(begins_here.map_or(0, |_| 1));
            if let Drawn::Lines(all) = &mut features[at].drawn {
                all.extend(lines);
            }
        }
        features
    }

    fn simplified_run(
        &self,
        runs: &Runs,
        run: u32,
        frame: Frame,
        z: u8,
    ) -> Option<Arc<Simplified>> {
        self.simplified(run, frame, z, || {
            let mut path = Path::default();
            for (at, link) in runs.links(run).iter().enumerate() {
                let whole = self.whole(link.part)?;
                let pinned = at > 0 && link.met_from <= z;
                path.add(whole.paths().next()?, link.backwards, pinned);
            }
            Some(path)
        })
    }

    fn simplified_part(&self, part: u32, frame: Frame, z: u8) -> Option<Arc<Simplified>> {
        self.simplified(part, frame, z, || {
            let mut path = Path::default();
            path.add(self.whole(part)?.paths().next()?, false, false);
            Some(path)
        })
    }

    fn simplified(
        &self,
        number: u32,
        frame: Frame,
        z: u8,
        path: impl FnOnce() -> Option<Path>,
    ) -> Option<Arc<Simplified>> {
        let key = Key {
            layer: self.number,
            number,
            z,
        };
        let made = self.lines.simplified.get_or_insert_with(&key, || {
            let path = path().ok_or(())?;
            let points = simplify::line(&path.points, &path.pinned, tolerance(frame, z));
            Ok(Arc::new(Simplified::of(points, z)))
        });
        made.map_err(|(): ()| ()).ok()
    }

    fn whole(&self, part: u32) -> Option<Arc<FinePart>> {
        let number = PartNumber {
            layer: self.number,
            part,
        };
        self.pieces
            .whole(number, &self.file.part(part), self.file.space())
    }
}

/// A line while it is put together.
#[derive(Default)]
struct Path {
    points: Vec<FinePoint>,
    pinned: Vec<u32>,
}

impl Path {
    /// Goes on along a line that begins where the path ends.
    fn add(&mut self, line: &[FinePoint], backwards: bool, pinned: bool) {
        if pinned {
            self.pinned.push(self.points.len() as u32 - 1);
        }
        let mut push = |point: &FinePoint| {
            if self.points.last() != Some(point) {
                self.points.push(*point);
            }
        };
        if backwards {
            line.iter().rev().for_each(&mut push);
        } else {
            line.iter().for_each(&mut push);
        }
    }
}

impl Simplified {
    fn of(points: Vec<FinePoint>, z: u8) -> Self {
        let steps: f64 = points
            .windows(2)
            .map(|edge| {
                let apart = |a: u32, b: u32| f64::from(b) - f64::from(a);
                apart(edge[0].x, edge[1].x).hypot(apart(edge[0].y, edge[1].y))
            })
            .sum();
        let ends = vec![points.len() as u32];
        Self {
            part: FinePart::new(points, ends),
            // A tile is 2^(32 − z) fine steps and 2^9 pixels wide.
            length: steps / f64::from(23 - i32::from(z)).exp2(),
        }
    }
}

/// How far a line may be moved at a zoom, in fine steps: with the rounding to the tile's units half a
/// pixel in all, and half of that in the deepest tiles, which are enlarged.
fn tolerance(frame: Frame, z: u8) -> f64 {
    let unit = f64::from(32 - i32::from(z)).exp2() / f64::from(frame.extent);
    let pixel = f64::from(23 - i32::from(z)).exp2();
    let in_all = if z == MAX_ZOOM { 0.25 } else { 0.5 };
    (in_all * pixel - unit * std::f64::consts::FRAC_1_SQRT_2).max(0.0)
}

/// Whether a run is long enough for its name, before the next zoom's tiles come.
fn has_room(facts: &AreaFacts, line: &Simplified, z: u8) -> bool {
    let Some(name) = &facts.name else {
        return false;
    };
    let letters = |text: &str| text.chars().count();
    let longest = letters(&name.en).max(name.cy.as_deref().map_or(0, letters));
    z == MAX_ZOOM || 2.0 * line.length >= LETTER_PIXELS * longest as f64
}

/// How the lines of a layer of context run on.
fn join(layer: &Layer, file: &AreaFile) -> Result<Runs, Damaged> {
    let mut kinds: HashMap<String, u32> = HashMap::new();
    let mut lines = Vec::new();
    let many = file.part_count() > MAX_JOINED;
    for (area, stored) in file.areas().iter().enumerate() {
        if stored.kind != Kind::Line {
            continue;
        }
        let record = file.record(area as u32)?;
        let said = format!("{:?}", (&record.name, facts::tags(layer, &record)));
        let next = kinds.len() as u32;
        let kind = *kinds.entry(said).or_insert(next);
        let from_zoom = layer.importance.from_zoom(&record);
        for part in stored.parts.clone() {
            let view = file.part(part);
            let path = view.paths();
            let Some(last) = path.count().checked_sub(1) else {
                continue;
            };
            lines.push(Line {
                part,
                kind: if many { part } else { kind },
                from_zoom,
                begin: (path.vertex(0), path.vertex(1.min(last))),
                end: (path.vertex(last), path.vertex(last.saturating_sub(1))),
            });
        }
    }
    Ok(Runs::of(&lines, file.part_count()))
}

/// What of some lines is drawn in a tile. With `specks`, lines that rounding left without length are drawn
/// one unit long, if nothing else of them is in the tile.
fn cut_all(lines: &[Arc<Simplified>], frame: Frame, specks: bool) -> Vec<Vec<TilePoint>> {
    let mut drawn = Vec::new();
    let mut speck: Option<TilePoint> = None;
    for line in lines {
        let near = cut::near(&line.part, &frame.reach());
        for piece in near.paths().flat_map(|path| cut::line(path, frame)) {
            let piece = without_straight_points(&piece);
            if piece.len() > 1 {
                drawn.push(piece);
            } else {
                let inside = piece
                    .into_iter()
                    .filter(|&point| frame.drawn().holds_strictly(point));
                speck = speck.into_iter().chain(inside).min();
            }
        }
    }
    if specks && drawn.is_empty() {
        drawn.extend(speck.map(|at| {
            vec![
                at,
                TilePoint {
                    x: at.x + 1,
                    y: at.y,
                },
            ]
        }));
    }
    drawn
}

/// A line without the points that it passes straight on; those at which it turns back stay.
fn without_straight_points(line: &[TilePoint]) -> Vec<TilePoint> {
    let mut kept: Vec<TilePoint> = Vec::with_capacity(line.len());
    for &point in line {
        while let [.., a, b] = kept[..]
            && turn(a, b, point) == 0
            && bounds(&[a, point]).is_some_and(|rect| rect.holds(b))
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}
