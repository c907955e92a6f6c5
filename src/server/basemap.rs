//! The base map of a server: opened beside the atlas, taken in anew when its file changes, and never in the way.

use super::limits::{MAX_BASEMAP_TILES_AT_ONCE, MAX_WAITING_BASEMAP_TILES};
use super::turns::Turns;
use crate::tile::Encoding;
use crate::tile::basemap::{Accepted, Basemap, BasemapError};
use arc_swap::ArcSwapOption;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::SystemTime;

/// What the operator named, and what stands there.
pub(super) struct Behind {
    path: Option<PathBuf>,
    open: ArcSwapOption<Basemap>,
    /// Time and length of the file when it was last looked at; outer `None` before that.
    seen: Mutex<Option<Option<(SystemTime, u64)>>>,
    turns: Turns,
}

/// Why there is no tile.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoTile {
    /// Too many requests wait for one.
    #[error("too many tiles of the base map are asked for at once")]
    Busy,
    /// The archive is damaged there.
    #[error(transparent)]
    Damaged(#[from] BasemapError),
}

/// A tile as it is sent.
pub(super) struct Sent {
    pub content_type: &'static str,
    pub encoding: Encoding,
    pub bytes: Vec<u8>,
}

impl Behind {
    /// A base map at a path, or none. A file that cannot be opened now may be there later.
    pub(super) fn at(path: Option<PathBuf>) -> Self {
        let behind = Self {
            path,
            open: ArcSwapOption::empty(),
            seen: Mutex::new(None),
            turns: Turns::new(MAX_BASEMAP_TILES_AT_ONCE, MAX_WAITING_BASEMAP_TILES),
        };
        behind.look();
        behind
    }

    /// Whether the operator named one.
    pub(super) fn is_named(&self) -> bool {
        self.path.is_some()
    }

    /// The base map, where it could be opened.
    pub(super) fn open(&self) -> Option<std::sync::Arc<Basemap>> {
        self.open.load_full()
    }

    /// Opens the file where it has changed. What cannot be opened is left, and what was open goes on being read.
    pub(super) fn look(&self) {
        let Some(path) = &self.path else { return };
        let found = std::fs::metadata(path).ok();
        let now = found.and_then(|found| Some((found.modified().ok()?, found.len())));
        let Ok(mut seen) = self.seen.lock() else {
            return;
        };
        if *seen == Some(now) {
            return;
        }
        *seen = Some(now);
        match Basemap::open(path) {
            Ok(basemap) => {
                tracing::info!(path = %path.display(), "now serving the base map");
                self.open.store(Some(std::sync::Arc::new(basemap)));
            }
            Err(error) => {
                tracing::error!(path = %path.display(), %error, "the base map cannot be opened");
            }
        }
    }

    /// A tile for somebody who accepts these encodings; `None` where the archive holds none.
    pub(super) fn tile(
        &self,
        basemap: &Basemap,
        (z, x, y): (u8, u32, u32),
        accepted: Accepted,
    ) -> Result<Option<Sent>, NoTile> {
        let _turn = self.turns.take().ok_or(NoTile::Busy)?;
        let Some(tile) = basemap.tile(z, x, y)? else {
            return Ok(None);
        };
        let content_type = tile.content_type;
        let (encoding, bytes) = tile.body(accepted)?;
        Ok(Some(Sent {
            content_type,
            encoding,
            bytes,
        }))
    }
}
