//! PMTiles: one file with its own directory of tiles.

use super::about::Parts;
use super::{BasemapError, MAX_BASEMAP_PART_BYTES, Packing};
use pmtiles::{
    AsyncBackend, AsyncPmTilesReader, BackendResponse, Compression, HashMapCache, PmtResult,
    TileCoord, TileType,
};
use std::fs::File;
use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

pub(super) struct Archive {
    reader: AsyncPmTilesReader<Pieces, HashMapCache>,
    packing: Option<Packing>,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<(Self, Parts), BasemapError> {
        let file = File::open(path)?;
        let cache = HashMapCache::default();
        let reader = at_once(AsyncPmTilesReader::try_from_cached_source(
            Pieces(file),
            cache,
        ))?;
        let header = reader.get_header();
        let vector = match header.tile_type {
            TileType::Mvt => true,
            TileType::Png | TileType::Jpeg | TileType::Webp => false,
            other => return Err(BasemapError::Kind(format!("{other:?}"))),
        };
        let packing = match header.tile_compression {
            // Many writers do not say; a tile's first bytes do.
            Compression::Unknown => None,
            Compression::None => Some(Packing::Plain),
            Compression::Gzip => Some(Packing::Gzip),
            Compression::Brotli => Some(Packing::Brotli),
            Compression::Zstd => return Err(BasemapError::Kind("packed by Zstandard".to_owned())),
        };
        let metadata = match at_once(reader.get_metadata()) {
            Ok(text) => text,
            // Tiles are served without a description; who must be named then stands nowhere.
            Err(BasemapError::Archive(pmtiles::PmtError::InvalidMetadata)) => "{}".to_owned(),
            Err(error) => return Err(error),
        };
        let parts = Parts {
            vector,
            min_zoom: header.min_zoom,
            max_zoom: header.max_zoom,
            bounds: [
                header.min_longitude,
                header.min_latitude,
                header.max_longitude,
                header.max_latitude,
            ],
            name: None,
            attribution: None,
            description: metadata,
        };
        Ok((Self { reader, packing }, parts))
    }

    pub(super) fn packing(&self) -> Option<Packing> {
        self.packing
    }

    pub(super) fn tile(&self, z: u8, x: u32, y: u32) -> Result<Option<Vec<u8>>, BasemapError> {
        let at = TileCoord::new(z, x, y)?;
        let found = at_once(self.reader.get_tile(at))?;
        Ok(found.map(|bytes| bytes.to_vec()))
    }
}

/// Reads pieces of a file at their place. The file stays open, so that one which is moved or removed is still read.
struct Pieces(File);

impl AsyncBackend for Pieces {
    fn read(
        &self,
        offset: u64,
        length: usize,
    ) -> impl Future<Output = PmtResult<BackendResponse>> + Send {
        std::future::ready(self.piece(offset, length))
    }
}

impl Pieces {
    /// Up to `length` bytes, fewer at the end of the file.
    fn piece(&self, offset: u64, length: usize) -> PmtResult<BackendResponse> {
        if length > MAX_BASEMAP_PART_BYTES {
            let why = format!("a part of it has more than {MAX_BASEMAP_PART_BYTES} bytes");
            return Err(io::Error::other(why).into());
        }
        let mut bytes = vec![0; length];
        let mut filled = 0;
        while filled < length {
            match read_at(&self.0, &mut bytes[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        bytes.truncate(filled);
        Ok(BackendResponse::new(bytes.into()))
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, offset)
}

/// The outcome of work that never waits: its pieces are read on this thread.
fn at_once<T>(work: impl Future<Output = PmtResult<T>>) -> Result<T, BasemapError> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(work).poll(&mut context) {
        Poll::Ready(outcome) => Ok(outcome?),
        Poll::Pending => Err(io::Error::from(io::ErrorKind::WouldBlock).into()),
    }
}
