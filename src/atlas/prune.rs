//! Removes old editions, never the current one.

use super::store::{Atlas, StoreError, at};
use crate::policy::EditionId;
use std::fs;
use std::num::NonZeroUsize;

impl Atlas {
    /// Removes all editions but the newest `keep` and the current one; gives those that went, oldest first.
    ///
    /// An edition stays, too, that gave ids of which those that are kept know nothing, as can be after a clock
    /// went back: they must not be used again.
    ///
    /// # Errors
    /// None is current, another publisher is at work, or a folder cannot be removed.
    pub fn prune(&self, keep: NonZeroUsize) -> Result<Vec<EditionId>, StoreError> {
        let _lock = self.lock()?;
        let current = self.current()?;
        let current = current.ok_or_else(|| StoreError::NoCurrent(self.root().to_owned()))?;
        let ids = self.ids()?;
        let old = ids.len().saturating_sub(keep.get());
        let (mut removed, mut kept): (Vec<EditionId>, Vec<EditionId>) =
            ids[..old].iter().partition(|&&id| id != current);
        kept.extend(&ids[old..]);
        let known = self.serials(&kept);
        removed.retain(|&id| self.serials(&[id]).is_within(&known));
        for &id in &removed {
            self.remove(id)?;
        }
        Ok(removed)
    }

    /// Renamed first, so that no edition is ever seen half there; what is left is cleared by the next publisher.
    fn remove(&self, id: EditionId) -> Result<(), StoreError> {
        let home = self.folder(id);
        let aside = home.with_file_name(format!(".writing-{id}.removed"));
        fs::rename(&home, &aside).map_err(at(&home))?;
        fs::remove_dir_all(&aside).map_err(at(&aside))
    }
}
