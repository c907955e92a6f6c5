//! A file of an edition, mapped into memory and checked against its manifest: all of it when it is opened,
//! or, where it is so long that nobody would wait, each block when it is first touched.

use super::Damaged;
use super::manifest::{BLOCK_BYTES, FileEntry};
use memmap2::Mmap;
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};

/// Files of up to so many bytes are checked when they are opened: it takes some hundredths of a second.
const CHECKED_AT_ONCE: u64 = 64 * 1024 * 1024;

/// When a file's bytes are compared with its manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checking {
    /// All of them before anything else.
    AtOnce,
    /// Each block of them before its first use.
    AtFirstTouch,
}

impl Checking {
    /// What suits a file of so many bytes.
    pub(super) fn of_size(bytes: u64) -> Self {
        if bytes <= CHECKED_AT_ONCE {
            Self::AtOnce
        } else {
            Self::AtFirstTouch
        }
    }
}

/// A file of an edition in memory.
pub(super) fn mapped(path: &Path) -> std::io::Result<Mmap> {
    mapped_file(&File::open(path)?)
}

fn mapped_file(file: &File) -> std::io::Result<Mmap> {
    #[allow(
        unsafe_code,
        reason = "mapping a file is unsound if it shrinks or changes underneath; files of an edition are immutable, \
                  are written under another name first, and are checked again by `scrub` or when they are read"
    )]
    // SAFETY: the program never writes to a file of a published edition: it puts another one in its place.
    unsafe {
        Mmap::map(file)
    }
}

/// What is known of a block.
const NOT_CHECKED: u8 = 0;
const AS_WRITTEN: u8 = 1;
const NOT_AS_WRITTEN: u8 = 2;

/// A mapped file of which no byte is used that is not what the manifest says.
#[derive(Debug)]
pub(super) struct GuardedFile {
    map: Mmap,
    entry: FileEntry,
    /// What is known of each block; empty where all were checked at once.
    blocks: Box<[AtomicU8]>,
}

impl GuardedFile {
    /// Maps a file of the edition in `folder`.
    pub(super) fn open(
        folder: &Path,
        entry: &FileEntry,
        checking: Checking,
    ) -> Result<Self, Damaged> {
        let damaged = |error: std::io::Error| Damaged::new(&entry.path, error.to_string());
        let file = File::open(folder.join(&entry.path)).map_err(damaged)?;
        // An empty file cannot be mapped; its length is checked here because none has length 0.
        if file.metadata().map_err(damaged)?.len() != entry.bytes {
            return Err(Damaged::new(
                &entry.path,
                format!("it should have {} bytes", entry.bytes),
            ));
        }
        let map = mapped_file(&file).map_err(damaged)?;
        let blocks = match checking {
            Checking::AtOnce => {
                entry.check(&map)?;
                0
            }
            Checking::AtFirstTouch => map.len().div_ceil(BLOCK_BYTES),
        };
        Ok(Self {
            map,
            entry: entry.clone(),
            blocks: (0..blocks).map(|_| AtomicU8::new(NOT_CHECKED)).collect(),
        })
    }

    /// The file's bytes, checked or not.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.map
    }

    /// Some of the file's bytes, or `None` where they are not what was written.
    pub(super) fn checked(&self, range: Range<usize>) -> Option<&[u8]> {
        let bytes = self.map.get(range.clone())?;
        if !self.blocks.is_empty() && !bytes.is_empty() {
            let blocks = range.start / BLOCK_BYTES..(range.end - 1) / BLOCK_BYTES + 1;
            for (number, known) in blocks.clone().zip(&self.blocks[blocks]) {
                let as_written = match known.load(Ordering::Relaxed) {
                    NOT_CHECKED => self.check_block(number, known),
                    known => known == AS_WRITTEN,
                };
                if !as_written {
                    return None;
                }
            }
        }
        Some(bytes)
    }

    #[cold]
    fn check_block(&self, number: usize, known: &AtomicU8) -> bool {
        let start = number * BLOCK_BYTES;
        let block = &self.map[start..(start + BLOCK_BYTES).min(self.map.len())];
        let as_written = self.entry.block_is(number, block);
        let outcome = if as_written {
            AS_WRITTEN
        } else {
            tracing::error!(file = %self.entry.path, block = number, "bytes are not what was written");
            NOT_AS_WRITTEN
        };
        known.store(outcome, Ordering::Relaxed);
        as_written
    }

    /// Path inside the edition.
    pub(super) fn path(&self) -> &str {
        &self.entry.path
    }

    /// Checks every block, again or for the first time.
    pub(super) fn check(&self) -> Result<(), Damaged> {
        self.entry.check(&self.map)
    }
}
