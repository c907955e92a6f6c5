//! A base map that the operator named: tiles of others, in one local archive, to lie behind our layers.
//!
//! The archive is opened for reading and never written. It may be damaged, cut short or swapped while it is
//! open: then a tile is an error that says so, and nothing else is touched. It is therefore read piece by
//! piece and not mapped into memory, where a file that is cut short would end the whole program.

mod about;
mod archive;
mod database;

pub use about::About;

use super::compress::{Encoding, brotli, digest, gzip};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes of one tile of a base map, packed or unpacked: far above any that a viewer could draw in time.
pub const MAX_BASEMAP_TILE_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of an archive's own directory or description, packed.
pub const MAX_BASEMAP_PART_BYTES: usize = 8 * 1024 * 1024;
/// The deepest zoom of a base map: a pixel is 2 cm of ground in Wales.
pub const MAX_BASEMAP_ZOOM: u8 = 22;
/// Bytes from the start of an archive by which it is told from another.
const TELLING_BYTES: u64 = 16 * 1024;

/// Why a base map cannot be opened, or one of its tiles cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BasemapError {
    /// The name says no kind of archive that is read.
    #[error("a base map is a .pmtiles or an .mbtiles file")]
    Ending,
    /// The file cannot be opened or read.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
    /// A PMTiles archive that is not as it should be.
    #[error("the PMTiles archive is damaged: {0}")]
    Archive(#[from] pmtiles::PmtError),
    /// An MBTiles database that is not as it should be.
    #[error("the MBTiles database is damaged: {0}")]
    Database(#[from] rusqlite::Error),
    /// Tiles of a kind that is not served.
    #[error("its tiles are {0}; served are vector tiles (MVT), PNG, JPEG and WebP")]
    Kind(String),
    /// A tile, or a part of the archive, that is larger than it may be.
    #[error("a part of it has more than {0} bytes")]
    TooLarge(usize),
    /// A tile that is neither what the archive says nor a picture that is known.
    #[error("a tile is not the {0} that the archive says it is")]
    NotAsSaid(&'static str),
    /// A tile that cannot be unpacked.
    #[error("a tile cannot be unpacked: {0}")]
    Packed(&'static str),
}

/// An open base map.
pub struct Basemap {
    about: About,
    version: String,
    source: Source,
}

enum Source {
    Archive(archive::Archive),
    Database(database::Database),
}

/// How the bytes of a vector tile are packed in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Brotli,
}

/// One tile of a base map.
#[derive(Debug)]
pub struct BasemapTile {
    /// What it is.
    pub content_type: &'static str,
    bytes: Vec<u8>,
    packing: Packing,
}

impl Basemap {
    /// Opens an archive and reads what it says of itself.
    ///
    /// # Errors
    /// It is of no kind that is read, or damaged.
    pub fn open(path: &Path) -> Result<Self, BasemapError> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let version = version(path)?;
        let (source, parts) = match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("pmtiles") => {
                let (archive, parts) = archive::Archive::open(path)?;
                (Source::Archive(archive), parts)
            }
            Some("mbtiles") => {
                let (database, parts) = database::Database::open(path)?;
                (Source::Database(database), parts)
            }
            _ => return Err(BasemapError::Ending),
        };
        Ok(Self {
            about: About::of(parts),
            version,
            source,
        })
    }

    /// What it says of itself.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.about
    }

    /// What tells it from the archive that stood there before.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A tile, by zoom, column and row from the north; `None` where the archive holds none.
    ///
    /// # Errors
    /// The archive is damaged there, or has gone.
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Result<Option<BasemapTile>, BasemapError> {
        let (bytes, packing) = match &self.source {
            Source::Archive(archive) => (archive.tile(z, x, y)?, archive.packing()),
            Source::Database(database) => (database.tile(z, x, y)?, None),
        };
        let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else {
            return Ok(None);
        };
        if bytes.len() > MAX_BASEMAP_TILE_BYTES {
            return Err(BasemapError::TooLarge(MAX_BASEMAP_TILE_BYTES));
        }
        let (content_type, packing) = if self.about.vector {
            let found = if bytes.starts_with(&[0x1f, 0x8b]) {
                Packing::Gzip
            } else {
                Packing::Plain
            };
            (
                "application/vnd.mapbox-vector-tile",
                packing.unwrap_or(found),
            )
        } else {
            // Archives say png of a mixture; browsers are told what it is.
            let picture = picture_type(&bytes).ok_or(BasemapError::NotAsSaid("picture"))?;
            (picture, Packing::Plain)
        };
        Ok(Some(BasemapTile {
            content_type,
            bytes,
            packing,
        }))
    }
}

impl BasemapTile {
    /// The bytes to send to somebody who accepts an encoding, and how they are encoded: as they are stored where that will do.
    ///
    /// # Errors
    /// They must be packed in another way, and cannot be unpacked.
    pub fn body(self, accepted: Accepted) -> Result<(Encoding, Vec<u8>), BasemapError> {
        if self.content_type.starts_with("image/") {
            return Ok((Encoding::Identity, self.bytes));
        }
        let stored = match self.packing {
            Packing::Plain => Encoding::Identity,
            Packing::Gzip => Encoding::Gzip,
            Packing::Brotli => Encoding::Brotli,
        };
        if stored != Encoding::Identity && accepted.takes(stored) {
            return Ok((stored, self.bytes));
        }
        let plain = self.unpacked()?;
        // Nobody has waited for this tile before: it is packed at once, for one request.
        const QUALITY: i32 = 5;
        Ok(if accepted.brotli {
            (Encoding::Brotli, brotli(&plain, QUALITY))
        } else if accepted.gzip {
            (Encoding::Gzip, gzip(&plain))
        } else {
            (Encoding::Identity, plain)
        })
    }

    fn unpacked(self) -> Result<Vec<u8>, BasemapError> {
        match self.packing {
            Packing::Plain => Ok(self.bytes),
            Packing::Gzip => held(flate2::read::MultiGzDecoder::new(&self.bytes[..]), "gzip"),
            Packing::Brotli => held(brotli::Decompressor::new(&self.bytes[..], 4096), "Brotli"),
        }
    }
}

/// What somebody accepts beside bytes as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Brotli.
    pub brotli: bool,
    /// gzip.
    pub gzip: bool,
}

impl Accepted {
    fn takes(self, encoding: Encoding) -> bool {
        match encoding {
            Encoding::Brotli => self.brotli,
            Encoding::Gzip => self.gzip,
            Encoding::Identity => true,
        }
    }
}

/// All that a reader gives, where that is not too much.
fn held(reader: impl Read, packing: &'static str) -> Result<Vec<u8>, BasemapError> {
    let mut bytes = Vec::new();
    let most = MAX_BASEMAP_TILE_BYTES as u64;
    reader
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| BasemapError::Packed(packing))?;
    if bytes.len() > MAX_BASEMAP_TILE_BYTES {
        return Err(BasemapError::TooLarge(MAX_BASEMAP_TILE_BYTES));
    }
    Ok(bytes)
}

/// The media type of a picture by its first bytes.
fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Some("image/jpeg")
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some("image/webp")
    } else {
        None
    }
}

/// A name for what stands in a file now: its length, its time and how it begins.
fn version(path: &Path) -> io::Result<String> {
    let file = File::open(path)?;
    let facts = file.metadata()?;
    let mut bytes = Vec::new();
    let modified = facts.modified()?.duration_since(std::time::UNIX_EPOCH);
    bytes.extend(modified.map_or(0, |since| since.as_nanos()).to_le_bytes());
    bytes.extend(facts.len().to_le_bytes());
    file.take(TELLING_BYTES).read_to_end(&mut bytes)?;
    Ok(format!("{:016x}", digest(&bytes) >> 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(packing: Packing, bytes: Vec<u8>) -> BasemapTile {
        BasemapTile {
            content_type: "application/vnd.mapbox-vector-tile",
            bytes,
            packing,
        }
    }

    const BOTH: Accepted = Accepted {
        brotli: true,
        gzip: true,
    };

    #[test]
    fn a_stored_tile_is_passed_on_as_it_is_where_the_asker_takes_it() {
        let plain = b"some layers".repeat(50);
        let stored = gzip(&plain);
        let body = tile(Packing::Gzip, stored.clone()).body(BOTH);
        assert_eq!(body.expect("gzip"), (Encoding::Gzip, stored.clone()));
        let none = Accepted {
            brotli: false,
            gzip: false,
        };
        let body = tile(Packing::Gzip, stored).body(none);
        assert_eq!(body.expect("plain"), (Encoding::Identity, plain.clone()));
        let packed = tile(Packing::Plain, plain.clone())
            .body(BOTH)
            .expect("Brotli");
        let back = tile(Packing::Brotli, packed.1).body(none).expect("plain");
        assert_eq!((packed.0, back.1), (Encoding::Brotli, plain));
    }

    #[test]
    fn a_tile_that_unpacks_to_too_much_or_not_at_all_is_an_error() {
        let none = Accepted {
            brotli: false,
            gzip: false,
        };
        let bomb = gzip(&vec![0; MAX_BASEMAP_TILE_BYTES + 1]);
        let error = tile(Packing::Gzip, bomb).body(none).expect_err("too large");
        assert!(matches!(error, BasemapError::TooLarge(_)), "{error}");
        let cut = gzip(b"some layers")[..15].to_vec();
        let error = tile(Packing::Gzip, cut).body(none).expect_err("cut short");
        assert!(matches!(error, BasemapError::Packed(_)), "{error}");
    }

    #[test]
    fn pictures_are_known_by_how_they_begin() {
        assert_eq!(picture_type(b"\x89PNG\r\n\x1a\n..."), Some("image/png"));
        assert_eq!(picture_type(&[0xff, 0xd8, 0xff, 0xe0]), Some("image/jpeg"));
        assert_eq!(picture_type(b"RIFF....WEBPVP8 "), Some("image/webp"));
        assert_eq!(picture_type(b"<svg onload=\"\">"), None);
    }
}
