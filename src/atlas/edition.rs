//! An opened edition: its description, and its layers mapped into memory.
//!
//! A layer whose file is missing or damaged stays in the edition and says so; the answer for it is
//! "not known". Only an edition without a readable manifest or description cannot be opened.

use super::Damaged;
use super::area_file::AreaFile;
use super::derived::Derived;
use super::description;
use super::manifest::{FORMAT, Manifest, digest};
use crate::policy::{EditionId, Layer, LayerId, Map, Region};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The manifest's name in an edition's folder.
pub(super) const MANIFEST_FILE: &str = "manifest.json";

/// The file beside the manifest with the SHA-256 of its bytes, which it cannot hold itself. Editions of the
/// first versions have none.
pub(super) const DIGEST_FILE: &str = "manifest.sha256";

/// An immutable published map.
#[derive(Debug)]
pub struct Edition {
    folder: PathBuf,
    id: EditionId,
    sha256: String,
    manifest: Manifest,
    map: Map,
    layers: Vec<StoredLayer>,
    regions: BTreeMap<String, Result<AreaFile, Damaged>>,
}

/// A layer of an edition, in the map's order.
#[derive(Debug)]
pub struct StoredLayer {
    /// Its description.
    pub layer: Layer,
    /// Its areas, or why they cannot be read; `None` where the layer is known to exist but is not held.
    pub areas: Option<Result<AreaFile, Damaged>>,
}

impl StoredLayer {
    /// The areas, where they are held, whole and readable.
    #[must_use]
    pub fn readable(&self) -> Option<&AreaFile> {
        match &self.areas {
            Some(Ok(areas)) if !areas.is_damaged() => Some(areas),
            _ => None,
        }
    }
}

/// Why an edition cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such folder: never published, or pruned.
    #[error(
        "there is no edition {0} in this atlas; groundrule editions lists those that there are"
    )]
    Absent(EditionId),
    /// Its manifest or description is damaged.
    #[error("edition {id} cannot be opened: {damaged}")]
    Damaged {
        /// The edition.
        id: EditionId,
        /// What is wrong.
        damaged: Damaged,
    },
    /// It was written by a later version of this program.
    #[error(
        "edition {id} has format {format}, and this version of groundrule reads format {FORMAT}; install a later one"
    )]
    Format {
        /// The edition.
        id: EditionId,
        /// Its format.
        format: u32,
    },
}

/// Path of a layer's file inside an edition.
pub(super) fn layer_path(id: &LayerId) -> String {
    format!("layers/{id}.fgb")
}

/// Path of a region's file inside an edition.
pub(super) fn region_path(name: &str) -> String {
    format!("regions/{name}.fgb")
}

/// Reads and checks the manifest in an edition's folder; gives its digest too.
pub(super) fn read_manifest(id: EditionId, folder: &Path) -> Result<(Manifest, String), OpenError> {
    if !folder.is_dir() {
        return Err(OpenError::Absent(id));
    }
    let damaged = |fault: String| OpenError::Damaged {
        id,
        damaged: Damaged::new(MANIFEST_FILE, fault),
    };
    let bytes =
        std::fs::read(folder.join(MANIFEST_FILE)).map_err(|error| damaged(error.to_string()))?;
    let manifest: Manifest =
        serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
    if manifest.format != FORMAT {
        let format = manifest.format;
        return Err(OpenError::Format { id, format });
    }
    if manifest.edition_id() != Some(id) {
        return Err(damaged(format!(
            "it is the manifest of edition {}",
            manifest.id
        )));
    }
    Ok((manifest, digest(&bytes)))
}

impl Edition {
    /// Opens the edition in `folder`.
    ///
    /// # Errors
    /// An absent folder, and a manifest or description that cannot be read.
    pub(super) fn open(id: EditionId, folder: &Path) -> Result<Self, OpenError> {
        let (manifest, sha256) = read_manifest(id, folder)?;
        let damaged = |damaged: Damaged| OpenError::Damaged { id, damaged };
        let map = read_map(folder, &manifest).map_err(damaged)?;
        let open = |path: String| match manifest.file(&path) {
            Some(entry) => AreaFile::open(folder, entry),
            None => Err(Damaged::new(&path, "the manifest does not list it")),
        };
        // Layers are opened side by side: each is read through once.
        let layers = std::thread::scope(|scope| {
            let opening: Vec<_> = map
                .layers
                .iter()
                .map(|layer| scope.spawn(|| layer.held.then(|| open(layer_path(&layer.id)))))
                .collect();
            map.layers
                .iter()
                .zip(opening)
                .map(|(layer, opened)| StoredLayer {
                    layer: layer.clone(),
                    areas: opened.join().unwrap_or_else(|_| {
                        Some(Err(Damaged::new(
                            &layer_path(&layer.id),
                            "reading it failed",
                        )))
                    }),
                })
                .collect()
        });
        let regions = map
            .regions()
            .into_iter()
            .filter_map(|region| match region {
                Region::File(name) => Some((name.clone(), open(region_path(name)))),
                Region::Layer(_) => None,
            })
            .collect();
        Ok(Self {
            folder: folder.to_owned(),
            id,
            sha256,
            manifest,
            map,
            layers,
            regions,
        })
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> EditionId {
        self.id
    }

    /// SHA-256 of its manifest, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// What a maker of a name and version keeps beside the edition, such as tiles.
    #[must_use]
    pub fn derived(&self, maker: &str, version: u32) -> Derived {
        Derived::new(&self.folder, &self.sha256, maker, version)
    }

    /// When it was published.
    #[must_use]
    pub fn published(&self) -> Timestamp {
        self.manifest.published
    }

    /// What it consists of.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The map's description.
    #[must_use]
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// The layers, in the map's order.
    #[must_use]
    pub fn layers(&self) -> &[StoredLayer] {
        &self.layers
    }

    /// The layer of an id.
    #[must_use]
    pub fn layer(&self, id: &str) -> Option<&StoredLayer> {
        self.layers
            .iter()
            .find(|stored| stored.layer.id.as_str() == id)
    }

    /// The areas of a region, or why they cannot be read.
    #[must_use]
    pub fn region(&self, region: &Region) -> Option<&AreaFile> {
        match region {
            Region::Layer(id) => self.layer(id.as_str())?.readable(),
            Region::File(name) => {
                let areas = self.regions.get(name)?.as_ref().ok()?;
                (!areas.is_damaged()).then_some(areas)
            }
        }
    }

    /// Every file of areas that could be opened.
    pub fn area_files(&self) -> impl Iterator<Item = &AreaFile> {
        let layers = self
            .layers
            .iter()
            .filter_map(|stored| stored.areas.as_ref()?.as_ref().ok());
        layers.chain(
            self.regions
                .values()
                .filter_map(|areas| areas.as_ref().ok()),
        )
    }

    /// Checks every open file against the manifest again, and gives what is damaged now.
    pub fn scrub(&self) -> Vec<Damaged> {
        self.area_files()
            .filter_map(|areas| areas.scrub().err())
            .collect()
    }
}

/// Reads and checks the description in an edition's folder.
pub(super) fn read_map(folder: &Path, manifest: &Manifest) -> Result<Map, Damaged> {
    let entry = manifest
        .file(description::FILE)
        .ok_or_else(|| Damaged::new(description::FILE, "the manifest does not list it"))?;
    let bytes = std::fs::read(folder.join(&entry.path))
        .map_err(|error| Damaged::new(&entry.path, error.to_string()))?;
    entry.check(&bytes)?;
    description::parse(&bytes)
}
