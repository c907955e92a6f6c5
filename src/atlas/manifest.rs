//! The manifest of an edition: every file with its length and checksums, and where it all came from.
//!
//! The SHA-256 of the manifest's own bytes names the edition's contents: two editions with one
//! digest are the same map to the last byte.

use super::Damaged;
use super::summing::Summing;
use crate::policy::EditionId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Version of the layout of an edition's folder.
pub const FORMAT: u32 = 1;

/// Bytes that share one checksum, so that a fault can be placed.
pub const BLOCK_BYTES: usize = 64 * 1024;

/// Hexadecimal digits kept of each block's SHA-256.
pub(super) const BLOCK_DIGITS: usize = 16;

/// What an edition consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the layout, [`FORMAT`].
    pub format: u32,
    /// The edition's id.
    pub id: String,
    /// When it was published.
    pub published: Timestamp,
    /// What the publisher wrote about it.
    pub note: Option<String>,
    /// The edition that was current before, from which unchanged layers were carried over.
    pub previous: Option<String>,
    /// The files that were loaded, by layer.
    pub sources: Vec<Source>,
    /// The edition's own files, by path.
    pub files: Vec<FileEntry>,
}

/// A file from outside that went into a layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The layer or region that it went into.
    pub layer: String,
    /// Its name, without its folder.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// When it was last changed, where the file system knew.
    pub modified: Option<Timestamp>,
}

/// One file of the edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Path inside the edition, with forward slashes.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of the whole in hexadecimal.
    pub sha256: String,
    /// The first 16 hexadecimal digits of the SHA-256 of each block of 64 KB, run together.
    pub blocks: String,
}

impl FileEntry {
    /// The entry of a file with these contents.
    #[must_use]
    pub fn of(path: impl Into<String>, contents: &[u8]) -> Self {
        let mut summing = Summing::nowhere();
        summing.note(contents);
        summing.finish(path).1
    }

    /// Checks contents against the entry, block by block.
    ///
    /// # Errors
    /// Says whether the length differs, or the bytes of which blocks first differ.
    pub fn check(&self, contents: &[u8]) -> Result<(), Damaged> {
        if contents.len() as u64 != self.bytes {
            let fault = format!(
                "it has {} bytes and should have {}",
                contents.len(),
                self.bytes
            );
            return Err(Damaged::new(&self.path, fault));
        }
        for (number, block) in contents.chunks(BLOCK_BYTES).enumerate() {
            if !self.block_is(number, block) {
                let start = number * BLOCK_BYTES;
                let fault = format!(
                    "bytes {start} to {} are not what was written",
                    start + block.len() - 1
                );
                return Err(Damaged::new(&self.path, fault));
            }
        }
        Ok(())
    }
}

impl FileEntry {
    /// Whether these bytes are what was written of one block.
    pub(super) fn block_is(&self, number: usize, block: &[u8]) -> bool {
        let digits = number * BLOCK_DIGITS..(number + 1) * BLOCK_DIGITS;
        let expected = self.blocks.as_bytes().get(digits);
        expected == Some(&digest(block).as_bytes()[..BLOCK_DIGITS])
    }
}

impl Manifest {
    /// The entry of a path.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&FileEntry> {
        self.files.iter().find(|file| file.path == path)
    }

    /// How many layers it holds.
    #[must_use]
    pub fn layers(&self) -> usize {
        let layers = self.files.iter();
        layers
            .filter(|file| file.path.starts_with("layers/"))
            .count()
    }

    /// The length of all its files together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// The id as one that can be compared.
    #[must_use]
    pub fn edition_id(&self) -> Option<EditionId> {
        self.id.parse().ok()
    }
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

/// What a hash has come to, in hexadecimal.
pub(super) fn hex(hash: Sha256) -> String {
    let mut hex = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_flipped_bit_is_found_and_placed() {
        let mut contents = vec![7; BLOCK_BYTES * 2 + 5];
        let entry = FileEntry::of("layers/a.fgb", &contents);
        assert_eq!(entry.check(&contents), Ok(()));
        contents[BLOCK_BYTES + 1] ^= 1;
        let damaged = entry.check(&contents).expect_err("a bit is wrong");
        assert_eq!(
            damaged.to_string(),
            "layers/a.fgb is damaged: bytes 65536 to 131071 are not what was written"
        );
        assert!(entry.check(&contents[..9]).is_err(), "cut short");
    }

    #[test]
    fn the_digest_is_sha_256() {
        assert_eq!(
            digest(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
