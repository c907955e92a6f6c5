//! Comparisons of editions, made one at a time and kept: every layer that differs is read through for each.

use super::limits::{MAX_KEPT_COMPARISONS, MAX_WAITING_COMPARISONS};
use crate::atlas::diff::LayerChanges;
use crate::atlas::store::StoreError;
use crate::atlas::{Atlas, Changes, OpenError};
use crate::policy::EditionId;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// The comparisons of one server.
#[derive(Default)]
pub(super) struct Comparisons {
    kept: Mutex<Vec<Arc<Changes>>>,
    /// Held by the one that is being made.
    under_way: Mutex<()>,
    waiting: AtomicUsize,
}

/// Why there is no comparison.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotCompared {
    /// Too many requests wait for one.
    #[error("too many comparisons are asked for at once")]
    Busy,
    /// An edition is not there, or cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Comparisons {
    /// What differs between two editions.
    pub(super) fn of(
        &self,
        atlas: &Atlas,
        before: EditionId,
        after: EditionId,
    ) -> Result<Arc<Changes>, NotCompared> {
        for id in [before, after] {
            // What is kept must not outlive its editions.
            if !atlas.folder(id).is_dir() {
                return Err(StoreError::Open(OpenError::Absent(id)).into());
            }
        }
        if let Some(kept) = self.kept(before, after) {
            return Ok(kept);
        }
        let _place = Place::take(&self.waiting)?;
        let _turn = self.under_way.lock();
        // Somebody who waited before us may have asked for the same.
        if let Some(kept) = self.kept(before, after) {
            return Ok(kept);
        }
        let made = Arc::new(atlas.changes(before, after)?);
        if is_whole(&made)
            && let Ok(mut kept) = self.kept.lock()
        {
            kept.push(Arc::clone(&made));
            if kept.len() > MAX_KEPT_COMPARISONS {
                kept.remove(0);
            }
        }
        Ok(made)
    }

    /// One that is kept, which is now the last to go.
    fn kept(&self, before: EditionId, after: EditionId) -> Option<Arc<Changes>> {
        let mut kept = self.kept.lock().ok()?;
        let at = kept
            .iter()
            .position(|changes| (changes.before, changes.after) == (before, after))?;
        let found = kept.remove(at);
        kept.push(Arc::clone(&found));
        Some(found)
    }
}

/// Whether all that differs could be read.
pub(super) fn is_whole(changes: &Changes) -> bool {
    let lost = |layer: &LayerChanges| layer.damaged.is_some();
    !changes.layers.iter().any(lost)
}

/// A place among those that wait, given back when it is dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, NotCompared> {
        let place = Self(waiting);
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        if before < MAX_WAITING_COMPARISONS {
            Ok(place)
        } else {
            Err(NotCompared::Busy)
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_may_wait_and_no_more_until_one_is_done() {
        let waiting = AtomicUsize::new(0);
        let mut places: Vec<_> = (0..MAX_WAITING_COMPARISONS)
            .map(|_| Place::take(&waiting).expect("a place"))
            .collect();
        assert!(matches!(Place::take(&waiting), Err(NotCompared::Busy)));
        places.pop();
        assert!(Place::take(&waiting).is_ok());
    }
}
