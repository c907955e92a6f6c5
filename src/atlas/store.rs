//! The atlas folder: publishing editions aside and switching to them in one step.
//!
//! ```text
//! atlas/
//!   current                   the id of the current edition, replaced by renaming
//!   lock                      held by whoever is publishing
//!   editions/2026-11-23.1/    one folder an edition, never written again
//!   editions/.writing-…/      an edition that is being written, or was when the machine died
//! ```

use super::description;
use super::edition::{Edition, OpenError, layer_path, read_manifest, region_path};
use super::manifest::{FORMAT, Manifest, Source};
use super::serials::{self, Serials};
use super::write::Writable;
use super::writing::{Writing, sync_folder, write_synced};
use crate::geometry::{Shape, Space};
use crate::policy::{AreaRecord, EditionId, LayerContents, LayerId, Map};
use jiff::{Timestamp, tz::TimeZone};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The folder that holds every edition.
#[derive(Debug, Clone)]
pub struct Atlas {
    root: PathBuf,
}

/// An edition that is about to be published.
#[derive(Debug)]
pub struct Draft {
    /// The whole map's description; its layers are those of `layers`, in this order.
    pub map: Map,
    /// The areas of each layer that is held.
    pub layers: Vec<DraftLayer>,
    /// The areas of each region that is not a layer.
    pub regions: Vec<DraftRegion>,
    /// The files that it was loaded from.
    pub sources: Vec<Source>,
    /// What the publisher wrote about it.
    pub note: Option<String>,
}

/// Where a layer of a draft comes from.
#[derive(Debug)]
pub enum DraftLayer {
    /// Loaded now.
    Loaded(Box<LayerContents>),
    /// Carried over unchanged, byte for byte, from this edition.
    Carried(LayerId, EditionId),
}

/// A coverage, plan area or neighbour that came as a file of its own.
#[derive(Debug)]
pub enum DraftRegion {
    /// Loaded now.
    Loaded {
        /// The name by which the map speaks of it.
        name: String,
        /// The coordinates that it is in.
        space: Space,
        /// Its areas.
        shapes: Vec<Shape>,
    },
    /// Carried over unchanged from this edition.
    Carried(String, EditionId),
}

/// Why an atlas could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder is not there.
    #[error(
        "there is no atlas at {0}; groundrule load makes one, and --atlas or GROUNDRULE_ATLAS names another folder"
    )]
    NoAtlas(PathBuf),
    /// Nothing was published yet.
    #[error("the atlas at {0} has no current edition; groundrule load publishes one")]
    NoCurrent(PathBuf),
    /// `current` holds something else than an edition's id.
    #[error(
        "{path} holds “{text}” and should hold the id of an edition, such as 2026-11-23.1; groundrule activate mends it"
    )]
    BadPointer {
        /// The pointer file.
        path: PathBuf,
        /// What it holds.
        text: String,
    },
    /// An edition cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The edition on which a draft builds is no longer the current one.
    #[error(
        "the current edition was {} when the load began and is {} now: somebody else published meanwhile; load again",
        edition_told(*.base), edition_told(*.current)
    )]
    Moved {
        /// The edition that was current when the draft was made.
        base: Option<EditionId>,
        /// The one that is current now.
        current: Option<EditionId>,
    },
    /// There are editions, and none is current.
    #[error(
        "the atlas at {root} holds editions, the newest of them {newest}, but none is current; groundrule activate {newest}, or load the whole map"
    )]
    NoneCurrent {
        /// The folder.
        root: PathBuf,
        /// The newest edition.
        newest: EditionId,
    },
    /// Somebody else is publishing.
    #[error("another groundrule is publishing to {0}; wait until it is done")]
    Locked(PathBuf),
    /// The folder is on a file system without locks.
    #[error(
        "{0} is on a share that keeps no locks, so two loads at once could not be told apart; keep the atlas in a local folder and copy it there"
    )]
    NoLocks(PathBuf),
    /// A file could not be read or written.
    #[error("{path}: {error}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A layer could not be written as FlatGeobuf, or a list as JSON or CSV.
    #[error("{path} could not be written: {fault}")]
    Encode {
        /// The file inside the edition.
        path: String,
        /// What the encoder said.
        fault: String,
    },
}

/// One line of the list of editions.
#[derive(Debug)]
pub struct Listed {
    /// Its id.
    pub id: EditionId,
    /// Its manifest, or why it cannot be read.
    pub manifest: Result<Manifest, OpenError>,
    /// SHA-256 of the manifest, where it can be read.
    pub sha256: Option<String>,
}

fn edition_told(id: Option<EditionId>) -> String {
    id.map_or_else(|| "none".to_owned(), |id| id.to_string())
}

pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |error| StoreError::Io { path, error }
}

/// How long a lock is waited for: a program that a publisher started holds it for the moment until it has
/// begun, though the publisher is done.
const LOCK_PATIENCE: Duration = Duration::from_millis(500);

impl Atlas {
    /// The atlas in an existing folder.
    ///
    /// # Errors
    /// A folder that is not there.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        if root.is_dir() {
            Ok(Self { root })
        } else {
            Err(StoreError::NoAtlas(root))
        }
    }

    /// The atlas in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn create(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        let editions = root.join("editions");
        fs::create_dir_all(&editions).map_err(at(&editions))?;
        Ok(Self { root })
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn editions(&self) -> PathBuf {
        self.root.join("editions")
    }

    /// The folder of an edition.
    #[must_use]
    pub fn folder(&self, id: EditionId) -> PathBuf {
        self.editions().join(id.to_string())
    }

    fn pointer(&self) -> PathBuf {
        self.root.join("current")
    }

    /// The current edition's id, or `None` before the first is published.
    ///
    /// # Errors
    /// A pointer that cannot be read, or that names no edition.
    pub fn current(&self) -> Result<Option<EditionId>, StoreError> {
        let path = self.pointer();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::Io { path, error }),
        };
        match text.trim().parse() {
            Ok(id) => Ok(Some(id)),
            Err(_) => Err(StoreError::BadPointer {
                path,
                text: text.trim().chars().take(80).collect(),
            }),
        }
    }

    /// Opens an edition.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn edition(&self, id: EditionId) -> Result<Edition, StoreError> {
        Ok(Edition::open(id, &self.folder(id))?)
    }

    /// Opens the current edition.
    ///
    /// # Errors
    /// None is current, or it cannot be opened.
    pub fn current_edition(&self) -> Result<Edition, StoreError> {
        let id = self
            .current()?
            .ok_or_else(|| StoreError::NoCurrent(self.root.clone()))?;
        self.edition(id)
    }

    /// The edition on which single layers build: the current one, or `None` where nothing was published.
    ///
    /// # Errors
    /// The current edition cannot be opened, or none is current although there are some: a map made
    /// from nothing would leave out all that they hold.
    pub fn base(&self) -> Result<Option<Edition>, StoreError> {
        match (self.current()?, self.ids()?.last()) {
            (Some(id), _) => self.edition(id).map(Some),
            (None, None) => Ok(None),
            (None, Some(&newest)) => Err(StoreError::NoneCurrent {
                root: self.root.clone(),
                newest,
            }),
        }
    }

    /// The editions in the folder, oldest first.
    ///
    /// # Errors
    /// A folder that cannot be listed.
    pub fn list(&self) -> Result<Vec<Listed>, StoreError> {
        let ids = self.ids()?;
        Ok(ids.into_iter().map(|id| self.listed(id)).collect())
    }

    /// The line of one edition in that list.
    #[must_use]
    pub fn listed(&self, id: EditionId) -> Listed {
        let (manifest, sha256) = match read_manifest(id, &self.folder(id)) {
            Ok((manifest, sha256)) => (Ok(manifest), Some(sha256)),
            Err(error) => (Err(error), None),
        };
        Listed {
            id,
            manifest,
            sha256,
        }
    }

    /// The ids of the editions in the folder, oldest first.
    ///
    /// # Errors
    /// A folder that cannot be listed.
    pub fn ids(&self) -> Result<Vec<EditionId>, StoreError> {
        let folder = self.editions();
        let mut ids = Vec::new();
        for entry in fs::read_dir(&folder).map_err(at(&folder))? {
            let name = entry.map_err(at(&folder))?.file_name();
            ids.extend(
                name.to_str()
                    .and_then(|name| name.parse::<EditionId>().ok()),
            );
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// Makes an edition that is there the current one.
    ///
    /// # Errors
    /// An edition that cannot be opened, or a pointer that cannot be written; nothing changed then.
    pub fn activate(&self, id: EditionId) -> Result<(), StoreError> {
        self.edition(id)?;
        let _lock = self.lock()?;
        self.point_to(id)
    }

    /// Publishes a draft and makes it current. On an error the current edition is what it was.
    ///
    /// # Errors
    /// Another publisher at work, a full disk, an unreadable edition to carry over from.
    pub fn publish(&self, draft: &Draft, now: Timestamp) -> Result<EditionId, StoreError> {
        let lock = self.lock()?;
        self.publish_locked(&lock, draft, now)
    }

    /// As [`Atlas::publish`], for a draft that carries over from `base`, or from nothing where there was none.
    ///
    /// # Errors
    /// [`StoreError::Moved`] where another edition has become current since: what it brought would be lost.
    pub fn publish_onto(
        &self,
        base: Option<EditionId>,
        draft: &Draft,
        now: Timestamp,
    ) -> Result<EditionId, StoreError> {
        let lock = self.lock()?;
        let current = self.current()?;
        if current == base {
            self.publish_locked(&lock, draft, now)
        } else {
            Err(StoreError::Moved { base, current })
        }
    }

    fn publish_locked(
        &self,
        _lock: &File,
        draft: &Draft,
        now: Timestamp,
    ) -> Result<EditionId, StoreError> {
        self.clear_unfinished()?;
        let ids = self.ids()?;
        let day = now
            .to_zoned(TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC))
            .date();
        let last_today = ids
            .iter()
            .filter(|id| id.day == day)
            .map(|id| id.serial)
            .max();
        let id = EditionId {
            day,
            serial: last_today.unwrap_or(0) + 1,
        };
        let serials = self.serials(&ids);
        let folder = self.editions().join(format!(".writing-{id}"));
        let mut writing = Writing::begin(&folder)?;
        let manifest = self.write_files(&mut writing, draft, serials, id, now)?;
        writing.finish(&manifest)?;
        let home = self.folder(id);
        fs::rename(&folder, &home).map_err(at(&home))?;
        sync_folder(&self.editions())?;
        self.point_to(id)?;
        Ok(id)
    }

    fn write_files(
        &self,
        writing: &mut Writing,
        draft: &Draft,
        mut serials: Serials,
        id: EditionId,
        now: Timestamp,
    ) -> Result<Manifest, StoreError> {
        let mut sources = draft.sources.clone();
        for layer in &draft.layers {
            match layer {
                DraftLayer::Loaded(contents) => {
                    let areas: Vec<_> = contents
                        .areas
                        .iter()
                        .map(|area| Writable {
                            id: serials.id(&contents.layer.id, &area.record.reference),
                            record: &area.record,
                            shape: &area.shape,
                        })
                        .collect();
                    let path = layer_path(&contents.layer.id);
                    writing.areas(&path, contents.layer.id.as_str(), contents.space, &areas)?;
                }
                DraftLayer::Carried(layer, from) => {
                    sources.extend(self.carry(
                        writing,
                        &layer_path(layer),
                        layer.as_str(),
                        *from,
                    )?);
                }
            }
        }
        for region in &draft.regions {
            match region {
                DraftRegion::Loaded {
                    name,
                    space,
                    shapes,
                } => {
                    let record = AreaRecord::default();
                    let areas: Vec<_> = (1..)
                        .zip(shapes)
                        .map(|(id, shape)| Writable {
                            id,
                            record: &record,
                            shape,
                        })
                        .collect();
                    writing.areas(&region_path(name), name, *space, &areas)?;
                }
                DraftRegion::Carried(name, from) => {
                    sources.extend(self.carry(writing, &region_path(name), name, *from)?);
                }
            }
        }
        let encode = |path: &str, fault: String| StoreError::Encode {
            path: path.to_owned(),
            fault,
        };
        let map = description::to_bytes(&draft.map)
            .map_err(|error| encode(description::FILE, error.to_string()))?;
        writing.file(description::FILE, &map)?;
        let list = serials
            .to_bytes()
            .map_err(|error| encode(serials::FILE, error.to_string()))?;
        writing.file(serials::FILE, &list)?;
        Ok(Manifest {
            format: FORMAT,
            id: id.to_string(),
            published: Timestamp::from_second(now.as_second()).unwrap_or(now),
            note: draft.note.clone(),
            // A damaged pointer must not stand in the way of the edition that mends it.
            previous: self.current().ok().flatten().map(|id| id.to_string()),
            sources,
            files: std::mem::take(&mut writing.entries),
        })
    }

    /// Copies a file of an earlier edition, checked, and gives the sources from which it was loaded then.
    fn carry(
        &self,
        writing: &mut Writing,
        path: &str,
        layer: &str,
        from: EditionId,
    ) -> Result<Vec<Source>, StoreError> {
        let folder = self.folder(from);
        let (manifest, _) = read_manifest(from, &folder)?;
        let damaged = |fault: &str| {
            StoreError::Open(OpenError::Damaged {
                id: from,
                damaged: super::Damaged::new(path, fault),
            })
        };
        let entry = manifest
            .file(path)
            .ok_or_else(|| damaged("the manifest does not list it"))?;
        let file = folder.join(path);
        let bytes = fs::read(&file).map_err(at(&file))?;
        entry.check(&bytes).map_err(|error| damaged(&error.fault))?;
        writing.file(path, &bytes)?;
        Ok(manifest
            .sources
            .into_iter()
            .filter(|source| source.layer == layer)
            .collect())
    }

    /// The ids that are taken in any edition, oldest first in `ids`. None of them alone has them all:
    /// with a clock that went back, the newest by name is not the last that was published. An edition
    /// that cannot be read gave ids that nobody knows, so those that follow keep their distance.
    pub(super) fn serials(&self, ids: &[EditionId]) -> Serials {
        let mut serials = Serials::default();
        let mut read = BTreeSet::new();
        let mut newest_is_known = true;
        for &id in ids {
            match self.serials_of(id, &mut read) {
                Ok(more) => {
                    serials.add(more);
                    newest_is_known = true;
                }
                Err(error) => {
                    tracing::warn!(%id, %error, "the ids that this edition gave are not known");
                    newest_is_known = false;
                }
            }
        }
        if !newest_is_known {
            serials.keep_distance();
        }
        serials
    }

    /// The ids of an edition; none where an edition before it, among those `read`, has the same list.
    fn serials_of(
        &self,
        id: EditionId,
        read: &mut BTreeSet<String>,
    ) -> Result<Serials, StoreError> {
        let folder = self.folder(id);
        let (manifest, _) = read_manifest(id, &folder)?;
        let damaged = |fault: String| {
            StoreError::Open(OpenError::Damaged {
                id,
                damaged: super::Damaged::new(serials::FILE, fault),
            })
        };
        let entry = manifest
            .file(serials::FILE)
            .ok_or_else(|| damaged("the manifest does not list it".to_owned()))?;
        if read.contains(&entry.sha256) {
            return Ok(Serials::default());
        }
        let path = folder.join(serials::FILE);
        let bytes = fs::read(&path).map_err(at(&path))?;
        entry.check(&bytes).map_err(|error| damaged(error.fault))?;
        let serials =
            Serials::parse(&bytes).ok_or_else(|| damaged("it is not a list of ids".to_owned()))?;
        read.insert(entry.sha256.clone());
        Ok(serials)
    }

    fn point_to(&self, id: EditionId) -> Result<(), StoreError> {
        let aside = self.root.join(".current.writing");
        write_synced(&aside, format!("{id}\n").as_bytes())?;
        let pointer = self.pointer();
        fs::rename(&aside, &pointer).map_err(at(&pointer))?;
        sync_folder(&self.root)
    }

    /// The lock ends with the process that holds it, however it ends.
    pub(super) fn lock(&self) -> Result<File, StoreError> {
        let path = self.root.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(at(&path))?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(fs::TryLockError::WouldBlock) if begun.elapsed() < LOCK_PATIENCE => {
                    std::thread::sleep(LOCK_PATIENCE / 20);
                }
                Err(fs::TryLockError::WouldBlock) => {
                    return Err(StoreError::Locked(self.root.clone()));
                }
                Err(fs::TryLockError::Error(error))
                    if error.kind() == io::ErrorKind::Unsupported =>
                {
                    return Err(StoreError::NoLocks(self.root.clone()));
                }
                Err(fs::TryLockError::Error(error)) => return Err(StoreError::Io { path, error }),
            }
        }
    }

    /// Removes what a publisher left that did not finish. Only called with the lock held.
    fn clear_unfinished(&self) -> Result<(), StoreError> {
        let folder = self.editions();
        for entry in fs::read_dir(&folder).map_err(at(&folder))? {
            let entry = entry.map_err(at(&folder))?;
            if entry.file_name().to_string_lossy().starts_with(".writing-") {
                fs::remove_dir_all(entry.path()).map_err(at(&entry.path()))?;
            }
        }
        Ok(())
    }
}
