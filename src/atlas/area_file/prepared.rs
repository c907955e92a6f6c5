//! The tables of a file of areas, prepared when its edition is published, so that a nation opens at once.
//!
//! They stand in the edition's `derived` folder, outside of what its manifest sums up: they can be made
//! again from the file itself. They name the file by its SHA-256 and the layout by its version, and end
//! with their own SHA-256; tables that do not fit in any of that are passed over. All numbers are
//! little-endian.

use super::super::Damaged;
use super::super::manifest::{FileEntry, digest};
use super::super::store::StoreError;
use super::super::writing::write_synced;
use super::huge::roomy;
use super::{AreaFile, StoredArea, StoredPart, Tables};
use crate::geometry::{Bounds, Envelope, Kind};
use crate::policy::{PartialDate, Validity};
use geo_types::Coord;
use memmap2::MmapMut;
use std::fs;
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// First bytes of a file of tables; the number is raised with each change of the layout or of how it is made.
const MAGIC: &[u8; 16] = b"groundrule tab 2";

/// Hexadecimal digits of a SHA-256.
const DIGEST: usize = 64;

/// The folder inside an edition for what can be made again.
pub(in crate::atlas) fn folder(edition: &Path) -> PathBuf {
    edition.join("derived")
}

/// Where the tables of an edition's file stand: of `layers/tpo.fgb` in `derived/layers-tpo.tables`.
fn path(edition: &Path, entry: &FileEntry) -> PathBuf {
    let name = entry.path.trim_end_matches(".fgb").replace('/', "-");
    folder(edition).join(format!("{name}.tables"))
}

/// Prepares the tables of a file that was just written.
pub(in crate::atlas) fn write(edition: &Path, entry: &FileEntry) -> Result<(), StoreError> {
    let encode = |damaged: Damaged| StoreError::Encode {
        path: entry.path.clone(),
        fault: damaged.fault,
    };
    let file = AreaFile::open(edition, entry).map_err(encode)?;
    let order = file.in_order_of_reference().map_err(encode)?;
    let path = path(edition, entry);
    write_synced(&path, &bytes(entry, &file.tables, &order))
}

/// Says whether the tables of a file are still what was prepared, where there are any.
pub(in crate::atlas) fn check(edition: &Path, entry: &FileEntry) -> Result<(), Damaged> {
    let path = path(edition, entry);
    let name = || {
        path.strip_prefix(edition).map_or_else(
            |_| String::new(),
            |inside| inside.to_string_lossy().replace('\\', "/"),
        )
    };
    let found = match fs::read(&path) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Damaged::new(&name(), error.to_string())),
    };
    if !found.starts_with(MAGIC) {
        // Of another version: passed over when the edition is opened.
        return Ok(());
    }
    let walked = AreaFile::walked(edition, entry)?;
    let order = walked.in_order_of_reference()?;
    if bytes(entry, &walked.tables, &order) == found {
        Ok(())
    } else {
        let fault = "it is not what the areas give; remove it, and it is done without";
        Err(Damaged::new(&name(), fault))
    }
}

/// The tables of a file and its areas in the order of their references, where they were prepared and are whole.
pub(super) fn read(edition: &Path, entry: &FileEntry) -> Option<(Tables, Box<[u32]>)> {
    let all = whole(&path(edition, entry)).ok()?;
    let (body, sum) = all.split_at_checked(all.len().checked_sub(DIGEST)?)?;
    if digest(body).as_bytes() != sum {
        return None;
    }
    let mut from = Bytes { rest: body };
    if from.take(MAGIC.len())? != MAGIC || from.take(DIGEST)? != entry.sha256.as_bytes() {
        return None;
    }
    let (areas, parts, ends) = (from.u32()?, from.u32()?, from.u32()?);
    let tables = Tables {
        big: from.u32()?,
        areas: many(areas, || from.area())?,
        parts: many(parts, || from.part())?,
        envelopes: many(parts, || from.envelope())?,
        ends: many(ends, || from.u32())?,
    };
    let order = many(areas, || from.u32().filter(|&area| area < areas))?;
    from.rest.is_empty().then(|| (tables, order.into()))
}

/// A file's bytes, in memory of their own that goes back to the system as soon as they are read.
fn whole(path: &Path) -> std::io::Result<MmapMut> {
    let mut file = fs::File::open(path)?;
    let length = usize::try_from(file.metadata()?.len()).map_err(std::io::Error::other)?;
    let mut bytes = MmapMut::map_anon(length)?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn bytes(entry: &FileEntry, tables: &Tables, order: &[u32]) -> Vec<u8> {
    let mut to = Vec::with_capacity(tables.parts.len() * 160);
    to.extend_from_slice(MAGIC);
    to.extend_from_slice(entry.sha256.as_bytes());
    let lengths = [tables.areas.len(), tables.parts.len(), tables.ends.len()];
    for length in lengths {
        to.extend((length as u32).to_le_bytes());
    }
    to.extend(tables.big.to_le_bytes());
    for area in &tables.areas {
        to.extend(area.id.to_le_bytes());
        to.extend(area.size.to_le_bytes());
        put_range(&mut to, &area.properties);
        to.extend(area.parts.start.to_le_bytes());
        to.extend(area.parts.end.to_le_bytes());
        for date in [area.validity.start, area.validity.end] {
            to.extend(date.map_or(NO_DATE, PartialDate::number).to_le_bytes());
        }
        to.push(kind_number(area.kind));
    }
    for part in &tables.parts {
        to.extend(part.area.to_le_bytes());
        to.push(kind_number(part.kind));
        for ordinate in [
            part.bounds.min.x,
            part.bounds.min.y,
            part.bounds.max.x,
            part.bounds.max.y,
        ] {
            to.extend(ordinate.to_le_bytes());
        }
        to.extend(part.start.to_le_bytes());
        for number in [part.vertices, part.paths.start, part.paths.end, part.big] {
            to.extend(number.to_le_bytes());
        }
    }
    for envelope in &tables.envelopes {
        envelope
            .0
            .iter()
            .for_each(|side| to.extend(side.to_le_bytes()));
    }
    for number in tables.ends.iter().chain(order) {
        to.extend(number.to_le_bytes());
    }
    let sum = digest(&to);
    to.extend_from_slice(sum.as_bytes());
    to
}

/// Stands for no date: no year is so long ago.
const NO_DATE: i32 = i32::MIN;

fn kind_number(kind: Kind) -> u8 {
    match kind {
        Kind::Point => 1,
        Kind::Line => 2,
        Kind::Polygon => 3,
    }
}

fn put_range(to: &mut Vec<u8>, range: &Range<u64>) {
    to.extend(range.start.to_le_bytes());
    to.extend(range.end.to_le_bytes());
}

/// So many items, or `None` where one is missing.
fn many<T>(count: u32, mut next: impl FnMut() -> Option<T>) -> Option<Vec<T>> {
    let mut all = roomy(count as usize);
    for _ in 0..count {
        all.push(next()?);
    }
    Some(all)
}

/// Bytes that are still to be read.
struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    fn coord(&mut self) -> Option<Coord<f64>> {
        Some(Coord {
            x: self.f64()?,
            y: self.f64()?,
        })
    }

    fn date(&mut self) -> Option<Option<PartialDate>> {
        match self.array().map(i32::from_le_bytes)? {
            NO_DATE => Some(None),
            number => PartialDate::of_number(number).map(Some),
        }
    }

    fn kind(&mut self) -> Option<Kind> {
        match self.array()? {
            [1] => Some(Kind::Point),
            [2] => Some(Kind::Line),
            [3] => Some(Kind::Polygon),
            _ => None,
        }
    }

    fn area(&mut self) -> Option<StoredArea> {
        Some(StoredArea {
            id: self.u64()?,
            size: self.f64()?,
            properties: self.u64()?..self.u64()?,
            parts: self.u32()?..self.u32()?,
            validity: Validity {
                start: self.date()?,
                end: self.date()?,
            },
            kind: self.kind()?,
        })
    }

    fn part(&mut self) -> Option<StoredPart> {
        Some(StoredPart {
            area: self.u32()?,
            kind: self.kind()?,
            bounds: Bounds {
                min: self.coord()?,
                max: self.coord()?,
            },
            start: self.u64()?,
            vertices: self.u32()?,
            paths: self.u32()?..self.u32()?,
            big: self.u32()?,
        })
    }

    fn envelope(&mut self) -> Option<Envelope> {
        let mut side = || self.array().map(f32::from_le_bytes);
        Some(Envelope([side()?, side()?, side()?, side()?]))
    }
}
