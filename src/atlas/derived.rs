//! What others make of an edition and keep with it, by name: in its `derived` folder, outside of what its manifest sums
//! up, because it can be made again.
//!
//! A file names its edition by the SHA-256 of the manifest and ends with its own SHA-256. One that does not fit is passed
//! over. It is written under another name first, so that a reader meets all of it or nothing.

use super::edition::Edition;
use super::guarded::mapped;
use super::manifest::digest;
use super::store::{StoreError, at};
use super::writing::{sync_folder, write_synced};
use memmap2::Mmap;
use std::fs;
use std::ops::{Deref, Range};
use std::path::PathBuf;

/// First bytes of a file; the number is raised with each change of what is around the body.
const MAGIC: &[u8; 16] = b"groundrule der 1";

/// Hexadecimal digits of a SHA-256.
const DIGEST: usize = 64;

/// Bytes that were kept with an edition, mapped into memory.
#[derive(Debug)]
pub struct Derived {
    map: Mmap,
    body: Range<usize>,
}

impl Deref for Derived {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map[self.body.clone()]
    }
}

impl Edition {
    fn derived_path(&self, name: &str) -> PathBuf {
        self.folder().join("derived").join(name)
    }

    /// What was kept with the edition under a name, where it is there and whole. All of it is read through.
    #[must_use]
    pub fn derived(&self, name: &str) -> Option<Derived> {
        let map = mapped(&self.derived_path(name)).ok()?;
        let head = MAGIC.len() + DIGEST;
        let body = head..map.len().checked_sub(DIGEST)?;
        let fits = body.start <= body.end
            && map.starts_with(MAGIC)
            && &map[MAGIC.len()..head] == self.sha256().as_bytes()
            && digest(&map[..body.end]).as_bytes() == &map[body.end..];
        if !fits {
            tracing::warn!(name, edition = %self.id(), "what was prepared does not fit and is passed over");
        }
        fits.then_some(Derived { map, body })
    }

    /// Keeps bytes with the edition under a name, in place of what was kept there.
    ///
    /// # Errors
    /// A full disk, a folder that cannot be written to.
    pub fn keep_derived(&self, name: &str, body: &[u8]) -> Result<(), StoreError> {
        let path = self.derived_path(name);
        let folder = self.folder().join("derived");
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        let mut bytes = Vec::with_capacity(MAGIC.len() + body.len() + 2 * DIGEST);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(self.sha256().as_bytes());
        bytes.extend_from_slice(body);
        let sum = digest(&bytes);
        bytes.extend_from_slice(sum.as_bytes());
        let aside = folder.join(format!(".writing-{name}"));
        write_synced(&aside, &bytes)?;
        fs::rename(&aside, &path).map_err(at(&path))?;
        sync_folder(&folder)
    }
}
