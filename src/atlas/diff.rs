//! What changed between two editions: areas added, removed, moved and described anew, layer by layer.
//!
//! Areas are matched by reference. A layer whose file is the same in both manifests is not read, and
//! outlines that are the same to the last bit are not measured. Knows no pages and no JSON.

mod fields;
mod moved;

pub use fields::FieldChange;
pub use moved::Moved;

use super::area_file::AreaFile;
use super::edition::{layer_path, read_manifest, read_map};
use super::manifest::Manifest;
use super::store::{Atlas, StoreError};
use super::{Damaged, OpenError};
use crate::policy::{AreaRecord, EditionId, Layer, LayerId, Map, Text};
use std::collections::BTreeMap;

/// All that differs between two editions.
#[derive(Debug)]
pub struct Changes {
    /// The edition from which is compared.
    pub before: EditionId,
    /// The edition to which is compared.
    pub after: EditionId,
    /// The map's description in the later of the two arguments, for its titles and wording.
    pub map: Map,
    /// The layers that differ, in the order of the map; those that went stand last.
    pub layers: Vec<LayerChanges>,
}

/// Whether a layer stands in both editions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Only in the second.
    Added,
    /// Only in the first.
    Removed,
    /// In both.
    Kept,
}

/// What differs in one layer.
#[derive(Debug)]
pub struct LayerChanges {
    /// Its id.
    pub id: LayerId,
    /// Its title.
    pub title: Text,
    /// Whether it came, went or stayed.
    pub presence: Presence,
    /// Fields of its description that differ, under the names of map.toml.
    pub described: Vec<&'static str>,
    /// Why its areas could not be compared.
    pub damaged: Option<Damaged>,
    /// The areas that differ, by reference.
    pub areas: Vec<AreaChange>,
    /// Its areas in the first edition.
    pub file_before: Option<AreaFile>,
    /// Its areas in the second edition.
    pub file_after: Option<AreaFile>,
}

/// What became of one area.
#[derive(Debug)]
pub struct AreaChange {
    /// Its reference.
    pub reference: String,
    /// Its name, the later one.
    pub name: Option<Text>,
    /// References of areas that it says it replaced.
    pub supersedes: Vec<String>,
    /// References of areas of the second edition that say they replaced it.
    pub superseded_by: Vec<String>,
    /// What happened.
    pub what: What,
}

/// What happened to an area.
#[derive(Debug)]
pub enum What {
    /// It is new.
    Added {
        /// Its number in the second edition's file.
        area: u32,
        /// Ground square metres; 0 for lines and points.
        m2: f64,
    },
    /// It went.
    Removed {
        /// Its number in the first edition's file.
        area: u32,
        /// Ground square metres; 0 for lines and points.
        m2: f64,
    },
    /// It stayed, and differs.
    Changed {
        /// How its outline moved, if it did.
        moved: Option<Moved>,
        /// What is written about it otherwise.
        fields: Vec<FieldChange>,
    },
}

impl Changes {
    /// Whether the two editions hold the same areas and layers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }
}

impl LayerChanges {
    /// How many areas are new, went, have another outline, and have other attributes.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for area in &self.areas {
            match &area.what {
                What::Added { .. } => counts[0] += 1,
                What::Removed { .. } => counts[1] += 1,
                What::Changed { moved, fields } => {
                    counts[2] += usize::from(moved.is_some());
                    counts[3] += usize::from(!fields.is_empty());
                }
            }
        }
        counts
    }

    fn says_something(&self) -> bool {
        self.presence != Presence::Kept
            || !self.described.is_empty()
            || self.damaged.is_some()
            || !self.areas.is_empty()
    }
}

/// One edition as far as its manifest and description go.
struct Side {
    id: EditionId,
    folder: std::path::PathBuf,
    manifest: Manifest,
    map: Map,
}

impl Side {
    fn of(atlas: &Atlas, id: EditionId) -> Result<Self, StoreError> {
        let folder = atlas.folder(id);
        let (manifest, _) = read_manifest(id, &folder)?;
        let map = read_map(&folder, &manifest)
            .map_err(|damaged| StoreError::Open(OpenError::Damaged { id, damaged }))?;
        Ok(Self {
            id,
            folder,
            manifest,
            map,
        })
    }

    fn sha256(&self, layer: &LayerId) -> Option<&str> {
        let entry = self.manifest.file(&layer_path(layer))?;
        Some(&entry.sha256)
    }

    /// The areas of a layer; none where it is not held.
    fn open(&self, layer: &LayerId) -> Result<Option<AreaFile>, Damaged> {
        let held = self.map.layer(layer).is_some_and(|layer| layer.held);
        if !held {
            return Ok(None);
        }
        let path = layer_path(layer);
        match self.manifest.file(&path) {
            Some(entry) => AreaFile::open(&self.folder, entry).map(Some),
            None => Err(Damaged::new(&path, "the manifest does not list it")),
        }
    }
}

impl Atlas {
    /// What differs between two editions, from `before` to `after`.
    ///
    /// # Errors
    /// An edition that is not there, or whose manifest or description cannot be read. A layer that
    /// cannot be read is told in its own [`LayerChanges::damaged`].
    pub fn changes(&self, before: EditionId, after: EditionId) -> Result<Changes, StoreError> {
        let (before, after) = (Side::of(self, before)?, Side::of(self, after)?);
        let layers = all_layers(&before.map, &after.map);
        let layers = layers.into_iter().map(|id| of_layer(&before, &after, id));
        let layers = layers.filter(LayerChanges::says_something).collect();
        Ok(Changes {
            before: before.id,
            after: after.id,
            layers,
            map: after.map,
        })
    }
}

fn all_layers<'a>(before: &'a Map, after: &'a Map) -> Vec<&'a LayerId> {
    let gone = before.layers.iter();
    let gone = gone.filter(|layer| after.layer(&layer.id).is_none());
    let all = after.layers.iter().chain(gone);
    all.map(|layer| &layer.id).collect()
}

fn of_layer(before: &Side, after: &Side, id: &LayerId) -> LayerChanges {
    let (then, now) = (before.map.layer(id), after.map.layer(id));
    let presence = match (then, now) {
        (None, _) => Presence::Added,
        (_, None) => Presence::Removed,
        _ => Presence::Kept,
    };
    let described = match (then, now) {
        (Some(then), Some(now)) => described(then, now),
        _ => Vec::new(),
    };
    let mut changes = LayerChanges {
        id: id.clone(),
        title: now
            .or(then)
            .map(|layer| layer.title.clone())
            .unwrap_or_default(),
        presence,
        described,
        damaged: None,
        areas: Vec::new(),
        file_before: None,
        file_after: None,
    };
    if before.sha256(id) != after.sha256(id) {
        changes.damaged = changes.compare(before, after).err();
    }
    changes
}

impl LayerChanges {
    /// Opens the areas of both editions and compares them.
    fn compare(&mut self, before: &Side, after: &Side) -> Result<(), Damaged> {
        let (then, now) = (before.open(&self.id)?, after.open(&self.id)?);
        self.areas = areas(then.as_ref(), now.as_ref())?;
        let spaces = [&then, &now].map(|file| file.as_ref().map(AreaFile::space));
        if let [Some(then), Some(now)] = spaces
            && then != now
        {
            self.described.push("crs");
        }
        (self.file_before, self.file_after) = (then, now);
        Ok(())
    }
}

/// The areas that differ.
fn areas(before: Option<&AreaFile>, after: Option<&AreaFile>) -> Result<Vec<AreaChange>, Damaged> {
    let mut changes = Vec::new();
    let mut replaced: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for area in numbers(after) {
        let Some(file) = after else { break };
        let record = file.record(area)?;
        for old in &record.supersedes {
            let newer = replaced.entry(old.clone()).or_default();
            newer.push(record.reference.clone());
        }
        let then = match before {
            Some(before) => before.find(&record.reference)?.map(|then| (before, then)),
            None => None,
        };
        let what = match then {
            None => Some(What::Added {
                area,
                m2: moved::ground_m2(file, area),
            }),
            Some((before, then)) => changed((before, then), (file, area), &record)?,
        };
        changes.extend(what.map(|what| AreaChange::of(record, what)));
    }
    for area in numbers(before) {
        let Some(file) = before else { break };
        let record = file.record(area)?;
        let stayed = match after {
            Some(after) => after.find(&record.reference)?.is_some(),
            None => false,
        };
        if !stayed {
            let m2 = moved::ground_m2(file, area);
            changes.push(AreaChange::of(record, What::Removed { area, m2 }));
        }
    }
    for change in &mut changes {
        change.superseded_by = replaced.remove(&change.reference).unwrap_or_default();
    }
    // Files are in the order of their index; a schedule is read by reference.
    changes.sort_by(|a, b| a.reference.cmp(&b.reference));
    Ok(changes)
}

fn numbers(file: Option<&AreaFile>) -> std::ops::Range<u32> {
    0..file.map_or(0, |file| file.areas().len() as u32)
}

fn changed(
    (before, then): (&AreaFile, u32),
    (after, now): (&AreaFile, u32),
    record: &AreaRecord,
) -> Result<Option<What>, Damaged> {
    let moved = moved::moved((before, then), (after, now));
    let fields = fields::changed(&before.record(then)?, record);
    let differs = moved.is_some() || !fields.is_empty();
    Ok(differs.then_some(What::Changed { moved, fields }))
}

impl AreaChange {
    fn of(record: AreaRecord, what: What) -> Self {
        Self {
            reference: record.reference,
            name: record.name,
            supersedes: record.supersedes,
            superseded_by: Vec::new(),
            what,
        }
    }
}

/// Fields of a layer's description that differ and that an answer or a reader can see.
fn described(then: &Layer, now: &Layer) -> Vec<&'static str> {
    let differs = [
        ("title", then.title != now.title),
        ("group", then.group != now.group),
        ("plan", then.plan != now.plan),
        ("inset", then.inset != now.inset),
        ("coverage", then.coverage != now.coverage),
        ("held", then.held != now.held),
        ("incomplete", then.completeness != now.completeness),
        (
            "accuracy-m",
            then.accuracy_m.to_bits() != now.accuracy_m.to_bits(),
        ),
        ("as-at", then.as_at != now.as_at),
        ("review-by", then.review_by != now.review_by),
        ("exclusive", then.exclusive != now.exclusive),
        ("no-gaps", then.without_gaps != now.without_gaps),
        ("licence", then.licence != now.licence),
        ("attribution", then.attribution != now.attribution),
        ("downloadable", then.downloadable != now.downloadable),
    ];
    let differs = differs.into_iter().filter(|(_, differs)| *differs);
    differs.map(|(name, _)| name).collect()
}
