//! What a request sees: one edition with its index, its tiles and its gazetteer, all of one moment.

use super::assets::Assets;
use super::basemap::Behind;
use super::compare::{Comparisons, NotCompared};
use super::limits::{MAX_BATCHES_AT_ONCE, MAX_OPEN_EDITIONS, SCRUB_EVERY, WATCH_EVERY};
use super::packing::Packing;
use super::stills::Stills;
use crate::answer::IndexedEdition;
use crate::atlas::store::StoreError;
use crate::atlas::{Atlas, Changes};
use crate::geometry::Bounds;
use crate::page::look::{Looks, shown_tiles};
use crate::places::Gazetteer;
use crate::policy::EditionId;
use crate::tile::{Budget, EditionTiles, MadeTile, Tileset};
use arc_swap::ArcSwap;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::SystemTime;
use tokio::sync::Semaphore;

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// One edition, ready to answer.
pub struct Snapshot {
    /// The edition and its index.
    pub indexed: Arc<IndexedEdition>,
    /// Its tiles.
    pub tiles: EditionTiles,
    tileset: OnceLock<Tileset>,
    /// The edition's id as it stands in addresses.
    name: String,
    /// How its layers look.
    pub looks: Looks,
    /// The rectangle of degrees that holds its answers.
    pub bounds: Bounds,
}

impl Snapshot {
    fn of(atlas: &Atlas, id: EditionId) -> Result<Self, StoreError> {
        let indexed = Arc::new(IndexedEdition::new(atlas.edition(id)?));
        let looks = Looks::of(indexed.edition());
        Ok(Self {
            tiles: shown_tiles(Arc::clone(&indexed), Budget::default()),
            tileset: OnceLock::new(),
            name: id.to_string(),
            looks,
            bounds: indexed.bounds(),
            indexed,
        })
    }

    /// What there is in the tiles of all layers.
    #[must_use]
    pub fn tileset(&self) -> &Tileset {
        self.tileset.get_or_init(|| self.tiles.tileset(None))
    }

    /// Whether every file of the edition can be read.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        let mut layers = self.indexed.edition().layers().iter();
        layers.all(|stored| stored.areas.is_none() || stored.readable().is_some())
    }

    /// A layer's number in the edition.
    #[must_use]
    pub fn layer_number(&self, id: &str) -> Option<usize> {
        let mut layers = self.indexed.edition().layers().iter();
        layers.position(|stored| stored.layer.id.as_str() == id)
    }

    /// The edition's id as it stands in addresses.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The edition's id.
    #[must_use]
    pub fn id(&self) -> EditionId {
        self.indexed.edition().id()
    }
}

/// What all requests share.
pub struct State {
    atlas: Atlas,
    current: ArcSwap<Snapshot>,
    others: Mutex<Vec<Arc<Snapshot>>>,
    comparisons: Comparisons,
    gazetteer: ArcSwap<Option<Gazetteer>>,
    gazetteer_seen: Mutex<Option<(SystemTime, u64)>>,
    clock: Clock,
    packing: Packing,
    /// Room for many look-ups at once.
    pub(super) batches: Arc<Semaphore>,
    /// Scheme, host and port under which people reach the server, without a slash at the end.
    pub public_url: String,
    /// Whether it was given, and not guessed from the address that is listened on.
    pub has_public_url: bool,
    /// The base map behind our layers.
    pub(super) basemap: Behind,
    /// Still maps as pictures.
    pub(super) stills: Stills,
    /// The viewer's files.
    pub assets: Assets,
}

impl State {
    /// Opens the current edition of an atlas.
    ///
    /// # Errors
    /// There is none, or it cannot be opened.
    pub fn open(atlas: Atlas, public_url: &str, clock: Clock) -> Result<Self, StoreError> {
        let id = atlas
            .current()?
            .ok_or_else(|| StoreError::NoCurrent(atlas.root().to_owned()))?;
        let snapshot = Snapshot::of(&atlas, id)?;
        let state = Self {
            atlas,
            current: ArcSwap::from_pointee(snapshot),
            others: Mutex::new(Vec::new()),
            comparisons: Comparisons::default(),
            gazetteer: ArcSwap::from_pointee(None),
            gazetteer_seen: Mutex::new(None),
            clock,
            packing: Packing::default(),
            batches: Arc::new(Semaphore::new(MAX_BATCHES_AT_ONCE)),
            public_url: public_url.trim_end_matches('/').to_owned(),
            has_public_url: true,
            basemap: Behind::at(None),
            stills: Stills::default(),
            assets: Assets::prepare(),
        };
        state.look_at_gazetteer();
        state.place_gazetteer();
        Ok(state)
    }

    /// The same with a base map behind its layers. A file that cannot be opened is said in the log, and looked for again.
    #[must_use]
    pub fn with_basemap(self, path: Option<PathBuf>) -> Self {
        Self {
            basemap: Behind::at(path),
            ..self
        }
    }

    /// The current edition, whole: hold it for as long as one request lasts.
    #[must_use]
    pub fn current(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Any edition that is on disk.
    ///
    /// # Errors
    /// It is not there, or cannot be opened.
    pub fn edition(&self, id: EditionId) -> Result<Arc<Snapshot>, StoreError> {
        let current = self.current();
        if current.id() == id {
            return Ok(current);
        }
        if let Ok(mut others) = self.others.lock()
            && let Some(at) = others.iter().position(|snapshot| snapshot.id() == id)
        {
            let found = others.remove(at);
            others.push(Arc::clone(&found));
            return Ok(found);
        }
        let opened = Arc::new(Snapshot::of(&self.atlas, id)?);
        if let Ok(mut others) = self.others.lock() {
            others.push(Arc::clone(&opened));
            if others.len() > MAX_OPEN_EDITIONS {
                others.remove(0);
            }
        }
        Ok(opened)
    }

    /// The folder of editions, for what an open edition does not know: what others held.
    #[must_use]
    pub fn atlas(&self) -> &Atlas {
        &self.atlas
    }

    /// What differs between two editions.
    pub(super) fn changes(
        &self,
        before: EditionId,
        after: EditionId,
    ) -> Result<Arc<Changes>, NotCompared> {
        self.comparisons.of(&self.atlas, before, after)
    }

    /// The gazetteer as it is now.
    #[must_use]
    pub fn gazetteer(&self) -> Arc<Option<Gazetteer>> {
        self.gazetteer.load_full()
    }

    /// Today in Europe/London.
    #[must_use]
    pub fn today(&self) -> Date {
        let london = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
        (self.clock)().to_zoned(london).date()
    }

    /// Looks whether another edition is current or another gazetteer was loaded, and takes it in.
    /// What cannot be opened is left, and what was open goes on answering.
    pub fn look(&self) {
        match self.atlas.current() {
            Ok(Some(id)) if id != self.current().id() => match Snapshot::of(&self.atlas, id) {
                Ok(snapshot) => {
                    tracing::info!(edition = %id, "now serving");
                    self.current.store(Arc::new(snapshot));
                }
                Err(error) => tracing::error!(%error, "the new edition is not served"),
            },
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the atlas cannot be read"),
        }
        self.look_at_gazetteer();
        self.place_gazetteer();
        self.basemap.look();
    }

    /// Searches come first to what lies in the area of the current edition.
    fn place_gazetteer(&self) {
        if let Some(gazetteer) = self.gazetteer.load().as_ref() {
            gazetteer.set_area(self.current().bounds);
        }
    }

    fn look_at_gazetteer(&self) {
        let path = self.atlas.root().join(crate::places::gazetteer::FILE);
        let seen = std::fs::metadata(path)
            .ok()
            .and_then(|found| Some((found.modified().ok()?, found.len())));
        let Ok(mut last) = self.gazetteer_seen.lock() else {
            return;
        };
        if *last == seen {
            return;
        }
        *last = seen;
        match Gazetteer::open(self.atlas.root()) {
            Ok(gazetteer) => self.gazetteer.store(Arc::new(gazetteer)),
            Err(error) => tracing::error!(%error, "the gazetteer is not used"),
        }
    }

    /// Reads the current edition's files through again; layers that changed answer "not known" from now on.
    pub fn scrub(&self) {
        for damaged in self.current().indexed.edition().scrub() {
            tracing::error!(%damaged, "a layer is not served any more");
        }
    }

    /// Has a tile packed smaller where nobody waits for it, if there is room in the row.
    pub(super) fn pack_later(&self, made: &Arc<MadeTile>) {
        self.packing.later(made);
    }

    /// Packs tiles that are asked for often smaller, one after another, until it is dropped.
    pub async fn pack(self: Arc<Self>) {
        self.packing.work().await;
    }

    /// Looks and scrubs at intervals, until it is dropped.
    pub async fn watch(self: Arc<Self>) {
        let mut looks = tokio::time::interval(WATCH_EVERY);
        let mut scrubs = tokio::time::interval(SCRUB_EVERY);
        // Big files are opened without being read through: that follows at once, and for each new edition.
        let mut scrubbed = None;
        loop {
            let is_new = scrubbed != Some(self.current().id());
            let scrubs_now = is_new || {
                tokio::select! {
                    _ = looks.tick() => false,
                    _ = scrubs.tick() => true,
                }
            };
            if scrubs_now {
                scrubbed = Some(self.current().id());
                scrubs.reset();
            }
            let state = Arc::clone(&self);
            let work: fn(&Self) = if scrubs_now { Self::scrub } else { Self::look };
            if tokio::task::spawn_blocking(move || work(&state))
                .await
                .is_err()
            {
                tracing::error!("looking at the atlas failed");
            }
        }
    }
}
