//! A file of an edition, mapped into memory and checked against its manifest.

use super::Damaged;
use super::manifest::FileEntry;
use memmap2::Mmap;
use std::fs::File;
use std::path::Path;

/// A mapped file whose bytes were what the manifest says when it was opened.
#[derive(Debug)]
pub(super) struct GuardedFile {
    map: Mmap,
    entry: FileEntry,
}

impl GuardedFile {
    /// Maps a file of the edition in `folder` and checks every block of it.
    pub(super) fn open(folder: &Path, entry: &FileEntry) -> Result<Self, Damaged> {
        let damaged = |error: std::io::Error| Damaged::new(&entry.path, error.to_string());
        let file = File::open(folder.join(&entry.path)).map_err(damaged)?;
        // An empty file cannot be mapped; its length is checked here because none has length 0.
        if file.metadata().map_err(damaged)?.len() != entry.bytes {
            return Err(Damaged::new(
                &entry.path,
                format!("it should have {} bytes", entry.bytes),
            ));
        }
        #[allow(
            unsafe_code,
            reason = "mapping a file is unsound if it shrinks or changes underneath; editions are immutable, are \
                      written under another name first, and are checked again by `scrub`"
        )]
        // SAFETY: the program never writes to a published edition's files.
        let map = unsafe { Mmap::map(&file) }.map_err(damaged)?;
        entry.check(&map)?;
        Ok(Self {
            map,
            entry: entry.clone(),
        })
    }

    /// The file's bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.map
    }

    /// Path inside the edition.
    pub(super) fn path(&self) -> &str {
        &self.entry.path
    }

    /// Checks every block again.
    pub(super) fn scrub(&self) -> Result<(), Damaged> {
        self.entry.check(&self.map)
    }
}
