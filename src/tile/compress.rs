//! A tile's bytes, compressed once for each way in which a client may take them.

use super::TILE_VERSION;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::sync::{Arc, OnceLock};

/// Brotli's effort for tiles made while somebody waits: 11 saves some 8 % more and takes 30 times as long.
const BROTLI_ON_DEMAND: i32 = 5;
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

/// A tile that has something in it.
#[derive(Debug)]
pub struct EncodedTile {
    raw: Arc<[u8]>,
    digest: u128,
    gzip: OnceLock<Arc<[u8]>>,
    brotli: OnceLock<Arc<[u8]>>,
}

impl EncodedTile {
    /// A tile, or a picture that is kept like one, of these bytes.
    #[must_use]
    pub fn new(raw: Vec<u8>) -> Self {
        Self {
            digest: digest(&raw),
            raw: raw.into(),
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    /// The tile as a Mapbox Vector Tile.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The bytes to send: compressed at the first call for an encoding, shared after that.
    #[must_use]
    pub fn body(&self, encoding: Encoding) -> Arc<[u8]> {
        let body = match encoding {
            Encoding::Identity => &self.raw,
            Encoding::Gzip => self.gzip.get_or_init(|| gzip(&self.raw).into()),
            Encoding::Brotli => self
                .brotli
                .get_or_init(|| brotli(&self.raw, BROTLI_ON_DEMAND).into()),
        };
        Arc::clone(body)
    }

    /// A strong entity tag for [`EncodedTile::body`], without its quotes: it names the bytes, so that a tile
    /// which did not change from one edition to the next need not be sent again.
    #[must_use]
    pub fn etag(&self, encoding: Encoding) -> String {
        format!("{:032x}-{TILE_VERSION}-{}", self.digest, encoding.token())
    }

    /// Bytes that it may come to occupy. The compressed bodies are together about as long as the tile.
    #[must_use]
    pub fn weight(&self) -> u64 {
        (size_of::<Self>() + 2 * self.raw.len()) as u64
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

pub(super) fn gzip(raw: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(raw).and_then(|()| encoder.finish());
    written.expect("writing to memory does not fail")
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
pub(super) fn digest(bytes: &[u8]) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(OFFSET, |hash, &byte| {
        (hash ^ u128::from(byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn every_body_unpacks_to_the_tile_and_has_an_etag_of_its_own() {
        let raw: Vec<u8> = (0..40_000u32)
            .map(|at| (at % 251 * at % 17) as u8)
            .collect();
        let tile = EncodedTile::new(raw.clone());
        let mut gzip = Vec::new();
        flate2::read::GzDecoder::new(&tile.body(Encoding::Gzip)[..])
            .read_to_end(&mut gzip)
            .expect("gzip");
        let mut br = Vec::new();
        brotli::BrotliDecompress(&mut &tile.body(Encoding::Brotli)[..], &mut br).expect("brotli");
        assert!(gzip == raw && br == raw && tile.body(Encoding::Identity)[..] == raw[..]);
        let mut etags = Encoding::ALL.map(|encoding| tile.etag(encoding)).to_vec();
        etags.push(EncodedTile::new(raw[1..].to_vec()).etag(Encoding::Brotli));
        etags.sort_unstable();
        etags.dedup();
        assert_eq!(etags.len(), 4);
    }

    #[test]
    fn the_digest_is_fnv_1a() {
        assert_eq!(digest(b""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(digest(b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }
}
