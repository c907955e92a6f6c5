//! Sums a file while it is written, so that no file has to be held whole for its checksums.

use super::manifest::{BLOCK_BYTES, BLOCK_DIGITS, FileEntry, hex};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// Passes bytes on and sums them, as a whole and by block.
pub(super) struct Summing<W> {
    to: W,
    bytes: u64,
    whole: Sha256,
    block: Sha256,
    in_block: usize,
    blocks: String,
}

impl Summing<io::Sink> {
    /// Sums what is noted, and writes it nowhere.
    pub(super) fn nowhere() -> Self {
        Self::new(io::sink())
    }
}

impl<W: Write> Summing<W> {
    /// Sums what goes to `to`.
    pub(super) fn new(to: W) -> Self {
        Self {
            to,
            bytes: 0,
            whole: Sha256::new(),
            block: Sha256::new(),
            in_block: 0,
            blocks: String::new(),
        }
    }

    /// Where it all went, and its entry in a manifest.
    pub(super) fn finish(mut self, path: impl Into<String>) -> (W, FileEntry) {
        if self.in_block > 0 {
            self.end_block();
        }
        let entry = FileEntry {
            path: path.into(),
            bytes: self.bytes,
            sha256: hex(self.whole),
            blocks: self.blocks,
        };
        (self.to, entry)
    }

    /// Sums bytes that are written already.
    pub(super) fn note(&mut self, mut bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.whole.update(bytes);
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK_BYTES - self.in_block));
            self.block.update(now);
            self.in_block += now.len();
            if self.in_block == BLOCK_BYTES {
                self.end_block();
            }
            bytes = later;
        }
    }

    fn end_block(&mut self) {
        let block = hex(std::mem::take(&mut self.block));
        self.blocks.push_str(&block[..BLOCK_DIGITS]);
        self.in_block = 0;
    }
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.note(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::manifest::digest;

    #[test]
    fn what_is_written_in_pieces_is_summed_as_what_is_written_at_once() {
        let contents: Vec<u8> = (0..200_000_u32).map(|n| (n % 251) as u8).collect();
        for piece in [1, 1_000, BLOCK_BYTES, BLOCK_BYTES + 1, contents.len()] {
            let mut summing = Summing::new(Vec::new());
            for piece in contents.chunks(piece) {
                summing.write_all(piece).expect("memory");
            }
            let (written, entry) = summing.finish("layers/a.fgb");
            assert_eq!(written, contents);
            assert_eq!(entry, FileEntry::of("layers/a.fgb", &contents));
            assert_eq!(entry.sha256, digest(&contents));
            assert!(entry.check(&contents).is_ok());
        }
    }
}
