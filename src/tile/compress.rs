//! A tile's bytes, compressed once for each way in which a client may take them.

use super::TILE_VERSION;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// Brotli's effort for tiles made while somebody waits: 11 saves some 8 % more and takes 30 times as long.
const BROTLI_ON_DEMAND: i32 = 5;
/// Brotli's effort where nobody waits.
const BROTLI_AHEAD: i32 = 11;
/// A tile that was taken so often is worth being packed smaller; a power of two.
const POPULAR: u32 = 4;
/// The smallest and largest window that we ask of Brotli, as powers of two. Below 18 its encoder sets up another
/// search, which takes 8 ms for a page of 15 KB instead of 0.3, and finds a little less.
const BROTLI_WINDOWS: std::ops::RangeInclusive<u32> = 18..=22;

/// How a body is encoded for its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// Gzip.
    Gzip,
    /// Brotli.
    Brotli,
}

impl Encoding {
    /// Every encoding, the one with the smallest bodies first.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    /// The word that HTTP's `Accept-Encoding` and `Content-Encoding` use.
    #[must_use]
    pub fn token(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }
}

/// A tile's bytes for one encoding, with the strong entity tag that names them.
#[derive(Debug, Clone)]
pub struct Packed {
    /// The bytes to send.
    pub bytes: Arc<[u8]>,
    /// The tag as it stands in a header, in its quotes. It names the tile and how it was packed, so that a
    /// tile which did not change from one edition to the next need not be sent again.
    pub tag: Arc<str>,
    /// The tag of the same tile packed in the same encoding before it was packed smaller: who has those bytes
    /// has the tile.
    pub earlier: Option<Arc<str>>,
}

/// A tile that has something in it, in the forms that are at hand; the others are made of them.
#[derive(Debug)]
pub struct EncodedTile {
    digest: u128,
    /// Bytes of the tile itself.
    length: usize,
    /// This or `gzip` is there from the beginning.
    raw: OnceLock<Packed>,
    gzip: OnceLock<Packed>,
    brotli: OnceLock<Packed>,
    /// Brotli's best, made ahead or where nobody waits.
    smallest: OnceLock<Packed>,
    asked: AtomicU32,
}

impl EncodedTile {
    /// A tile of these bytes.
    pub(super) fn new(raw: Vec<u8>) -> Self {
        let tile = Self::of(digest(&raw), raw.len());
        tile.raw.get_or_init(|| tile.packed("identity", raw, None));
        tile
    }

    /// A tile of which only the packed forms are kept. `gzip` unpacks to `length` bytes of that digest.
    pub(super) fn prepared(digest: u128, length: usize, gzip: Vec<u8>, smallest: Vec<u8>) -> Self {
        let tile = Self::of(digest, length);
        tile.gzip.get_or_init(|| tile.packed("gzip", gzip, None));
        tile.smallest.get_or_init(|| tile.best(smallest));
        tile
    }

    fn of(digest: u128, length: usize) -> Self {
        Self {
            digest,
            length,
            raw: OnceLock::new(),
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
            smallest: OnceLock::new(),
            asked: AtomicU32::new(0),
        }
    }

    fn packed(&self, how: &str, bytes: Vec<u8>, earlier: Option<Arc<str>>) -> Packed {
        Packed {
            bytes: bytes.into(),
            tag: format!("\"{:032x}-{TILE_VERSION}-{how}\"", self.digest).into(),
            earlier,
        }
    }

    fn best(&self, bytes: Vec<u8>) -> Packed {
        let quick = format!("\"{:032x}-{TILE_VERSION}-br\"", self.digest);
        self.packed("br11", bytes, Some(quick.into()))
    }

    /// Which bytes it holds: two tiles of one address are told apart by it.
    pub(super) fn digest(&self) -> u128 {
        self.digest
    }

    /// Bytes of the tile as it is.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// The tile as a Mapbox Vector Tile.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        let raw = self.raw.get_or_init(|| {
            let packed = self.gzip.get().map_or(&[][..], |gzip| &gzip.bytes);
            self.packed("identity", gunzip(packed, self.length), None)
        });
        &raw.bytes
    }

    /// The bytes to send and their tag, where they are at hand: nothing is compressed.
    #[must_use]
    pub fn at_hand(&self, encoding: Encoding) -> Option<&Packed> {
        match encoding {
            Encoding::Identity => self.raw.get(),
            Encoding::Gzip => self.gzip.get(),
            Encoding::Brotli => self.smallest.get().or_else(|| self.brotli.get()),
        }
    }

    /// The bytes to send and their tag: compressed at the first call for an encoding, shared after that.
    #[must_use]
    pub fn pack(&self, encoding: Encoding) -> &Packed {
        if let Some(packed) = self.at_hand(encoding) {
            return packed;
        }
        let raw = self.raw();
        match encoding {
            Encoding::Identity => self
                .raw
                .get_or_init(|| self.packed("identity", raw.to_vec(), None)),
            Encoding::Gzip => self
                .gzip
                .get_or_init(|| self.packed("gzip", gzip(raw), None)),
            Encoding::Brotli => self
                .brotli
                .get_or_init(|| self.packed("br", brotli(raw, BROTLI_ON_DEMAND), None)),
        }
    }

    /// The bytes of [`EncodedTile::pack`].
    #[must_use]
    pub fn body(&self, encoding: Encoding) -> Arc<[u8]> {
        Arc::clone(&self.pack(encoding).bytes)
    }

    /// Notes that somebody took the tile by Brotli, and says whether it is now asked for often enough to be
    /// packed as small as can be. Says so once and, in case that came to nothing, ever more rarely after that.
    #[must_use]
    pub fn is_worth_more(&self) -> bool {
        if self.smallest.get().is_some() {
            return false;
        }
        let asked = self.asked.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        asked >= POPULAR && asked.is_power_of_two()
    }

    /// Packs it as small as Brotli can, for all who ask from now on. Takes some thirty times as long as
    /// packing it for one who waits.
    pub fn pack_smallest(&self) {
        self.smallest
            .get_or_init(|| self.best(brotli(self.raw(), BROTLI_AHEAD)));
    }

    /// Bytes that it may come to occupy: the compressed bodies are each about half as long as the tile.
    pub(super) fn weight(&self) -> u64 {
        (size_of::<Self>() + self.length * 5 / 2) as u64
    }
}

/// Bytes compressed at once for somebody who waits: pages and data that are made for one request.
#[must_use]
pub fn compress(raw: &[u8], encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Identity => raw.to_vec(),
        Encoding::Gzip => gzip(raw),
        Encoding::Brotli => brotli(raw, BROTLI_ON_DEMAND),
    }
}

fn gzip(raw: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(raw).and_then(|()| encoder.finish());
    written.expect("writing to memory does not fail")
}

/// What was packed by [`gzip`], which is so long; what it is not, is cut off or left out.
fn gunzip(packed: &[u8], length: usize) -> Vec<u8> {
    let mut raw = Vec::with_capacity(length);
    let unpacked = GzDecoder::new(packed)
        .take(length as u64)
        .read_to_end(&mut raw);
    if let Err(error) = unpacked {
        tracing::error!(%error, "a prepared tile cannot be unpacked");
    }
    raw
}

/// The bytes compressed by Brotli at a quality from 0 to 11.
pub(super) fn brotli(raw: &[u8], quality: i32) -> Vec<u8> {
    let window = (usize::BITS - raw.len().leading_zeros())
        .clamp(*BROTLI_WINDOWS.start(), *BROTLI_WINDOWS.end());
    let params = brotli::enc::BrotliEncoderParams {
        quality,
        // A larger window than the tile only costs memory.
        lgwin: window as i32,
        size_hint: raw.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut out = Vec::new();
    let written = brotli::BrotliCompress(&mut &raw[..], &mut out, &params);
    written.expect("writing to memory does not fail");
    out
}

/// FNV-1a of 128 bits: enough that two tiles of one address are told apart, and no more.
fn digest(bytes: &[u8]) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(OFFSET, |hash, &byte| {
        (hash ^ u128::from(byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_unpacks_to_the_tile_and_has_an_etag_of_its_own() {
        let raw: Vec<u8> = (0..40_000u32)
            .map(|at| (at % 251 * at % 17) as u8)
            .collect();
        let tile = EncodedTile::new(raw.clone());
        let mut gzip = Vec::new();
        GzDecoder::new(&tile.body(Encoding::Gzip)[..])
            .read_to_end(&mut gzip)
            .expect("gzip");
        let mut br = Vec::new();
        brotli::BrotliDecompress(&mut &tile.body(Encoding::Brotli)[..], &mut br).expect("brotli");
        assert!(gzip == raw && br == raw && tile.body(Encoding::Identity)[..] == raw[..]);
        let tag = |tile: &EncodedTile, encoding| tile.pack(encoding).tag.to_string();
        let mut etags = Encoding::ALL.map(|encoding| tag(&tile, encoding)).to_vec();
        etags.push(tag(&EncodedTile::new(raw[1..].to_vec()), Encoding::Brotli));
        tile.pack_smallest();
        etags.push(tag(&tile, Encoding::Brotli));
        etags.sort_unstable();
        etags.dedup();
        assert_eq!(etags.len(), 5);
    }

    #[test]
    fn a_tile_asked_for_often_is_packed_smaller_once_and_keeps_the_tag_of_those_who_have_it() {
        let raw: Vec<u8> = (0..60_000u32)
            .map(|at| (at * at % 253 % 19) as u8)
            .collect();
        let tile = EncodedTile::new(raw.clone());
        assert!(tile.at_hand(Encoding::Brotli).is_none());
        let quick = tile.pack(Encoding::Brotli).clone();
        let worth: Vec<u32> = (1..=40).filter(|_| tile.is_worth_more()).collect();
        assert_eq!(worth, [4, 8, 16, 32]);
        tile.pack_smallest();
        assert!((0..100).all(|_| !tile.is_worth_more()));
        let best = tile.at_hand(Encoding::Brotli).expect("at hand");
        assert!(best.bytes.len() < quick.bytes.len());
        assert_ne!(best.tag, quick.tag);
        assert_eq!(best.earlier.as_ref(), Some(&quick.tag));
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &best.bytes[..], &mut back).expect("brotli");
        assert!(back == raw);
    }

    #[test]
    fn a_prepared_tile_is_the_tile_that_it_was_made_of() {
        let raw: Vec<u8> = (0..9_000u32).map(|at| (at % 251 * at % 7) as u8).collect();
        let made = EncodedTile::new(raw.clone());
        made.pack_smallest();
        let prepared = EncodedTile::prepared(
            made.digest(),
            raw.len(),
            made.body(Encoding::Gzip).to_vec(),
            made.body(Encoding::Brotli).to_vec(),
        );
        assert!(prepared.at_hand(Encoding::Identity).is_none());
        assert!(prepared.raw() == raw);
        for encoding in Encoding::ALL {
            let (one, other) = (made.pack(encoding), prepared.pack(encoding));
            assert_eq!(one.tag, other.tag);
            assert!(one.bytes == other.bytes);
        }
    }

    #[test]
    fn the_digest_is_fnv_1a() {
        assert_eq!(digest(b""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(digest(b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }
}
