//! Areas that were published once and are not in an edition any more.

use super::Damaged;
use super::area_file::AreaFile;
use super::edition::{Edition, layer_path, read_manifest};
use super::serials::{self, Serials};
use super::store::Atlas;
use crate::policy::{EditionId, LayerId};
use std::collections::BTreeSet;

/// Different files of a layer that are opened to find the edition which last held an area.
const MAX_FILES_SEARCHED: usize = 8;

impl Atlas {
    /// Whether an area was ever published up to an edition, by the ids that the edition keeps.
    /// A list that cannot be read knows nothing.
    #[must_use]
    pub fn was_published(&self, edition: &Edition, layer: &str, reference: &str) -> bool {
        let serials = self.known_serials(edition);
        serials.is_some_and(|serials| serials.knows(layer, reference))
    }

    /// The layer and reference of an area that was published up to an edition under an id.
    /// A list that cannot be read knows nothing.
    #[must_use]
    pub fn published_as(&self, edition: &Edition, id: u64) -> Option<(String, String)> {
        let serials = self.known_serials(edition)?;
        let (layer, reference) = serials.of_id(id)?;
        Some((layer.to_owned(), reference.to_owned()))
    }

    fn known_serials(&self, edition: &Edition) -> Option<Serials> {
        let entry = edition.manifest().file(serials::FILE)?;
        let bytes = std::fs::read(self.folder(edition.id()).join(serials::FILE)).ok()?;
        entry.check(&bytes).ok()?;
        Serials::parse(&bytes)
    }

    /// The newest edition before `than` that holds an area, where it is one of the last few.
    #[must_use]
    pub fn last_holding(
        &self,
        than: EditionId,
        layer: &LayerId,
        reference: &str,
    ) -> Option<EditionId> {
        let ids = self.ids().ok()?;
        let path = layer_path(layer);
        let mut searched = BTreeSet::new();
        for id in ids.into_iter().rev().filter(|&id| id < than) {
            let folder = self.folder(id);
            let Ok((manifest, _)) = read_manifest(id, &folder) else {
                continue;
            };
            let Some(entry) = manifest.file(&path) else {
                continue;
            };
            if searched.contains(&entry.sha256) {
                continue;
            }
            if searched.len() == MAX_FILES_SEARCHED {
                return None;
            }
            searched.insert(entry.sha256.clone());
            let found = AreaFile::open(&folder, entry).and_then(|file| file.find(reference));
            if matches!(found, Ok(Some(_))) {
                return Some(id);
            }
        }
        None
    }
}

impl AreaFile {
    /// The reference of the one area that says it replaced another; `None` where none or several do.
    ///
    /// # Errors
    /// Bytes that changed since the file was opened.
    pub fn replaced_by(&self, reference: &str) -> Result<Option<String>, Damaged> {
        let mut found = None;
        for area in 0..self.areas().len() as u32 {
            let record = self.record(area)?;
            if record.supersedes.iter().any(|old| old == reference) {
                if found.is_some() {
                    return Ok(None);
                }
                found = Some(record.reference);
            }
        }
        Ok(found)
    }
}
