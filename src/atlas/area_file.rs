//! The areas of one layer or region, in a FlatGeobuf file that stays on disk.
//!
//! Tables say where each area's fields and each part's vertices lie; coordinates are read from the mapped
//! file when they are asked for, bit for bit as they were loaded. The tables were prepared when the edition
//! was published; where they were not, opening walks over the features once and makes them.

mod huge;
mod prepared;
mod walk;

pub(super) use prepared::{check as check_prepared, folder as derived_folder, write as prepare};

use super::Damaged;
use super::columns::Columns;
use super::guarded::{Checking, GuardedFile};
use super::manifest::FileEntry;
use crate::geometry::edges::{EdgeIndex, WORTH_INDEXING};
use crate::geometry::ring::Packed;
use crate::geometry::stripes::{Stripes, WORTH_STRIPES};
use crate::geometry::{Bounds, Envelope, Kind, Paths, Side, Space};
use crate::policy::{AreaRecord, Validity};
use geo_types::Coord;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use walk::Header;

/// An opened file of areas.
#[derive(Debug)]
pub struct AreaFile {
    file: GuardedFile,
    space: Space,
    columns: Columns,
    tables: Tables,
    /// Of each part with many vertices, by its number among them.
    big: Box<[Indexes]>,
    by_reference: OnceLock<Box<[u32]>>,
    damaged: AtomicBool,
}

/// Where everything lies in a file, and what is asked of it most.
#[derive(Debug, Default, PartialEq)]
struct Tables {
    areas: Vec<StoredArea>,
    parts: Vec<StoredPart>,
    /// Of each path of each part, the index after its last vertex, counted from the part's first.
    ends: Vec<u32>,
    /// A rectangle of degrees round each part.
    envelopes: Vec<Envelope>,
    /// How many parts have indexes of their own.
    big: u32,
}

/// Indexes over the edges of one part, built when they are first asked for and shared.
#[derive(Debug, Default)]
struct Indexes {
    edges: OnceLock<EdgeIndex>,
    stripes: OnceLock<Stripes>,
}

/// What is kept in memory of one area.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredArea {
    /// Permanent id, in tiles and answers.
    pub id: u64,
    /// What it is made of.
    pub kind: Kind,
    /// Its parts, as indexes into [`AreaFile::part`].
    pub parts: Range<u32>,
    /// When it is in force.
    pub validity: Validity,
    /// Its area in square units of the space; 0 for lines and points.
    pub size: f64,
    /// Where its properties lie in the file.
    properties: Range<u64>,
}

/// Where one part lies in the file.
#[derive(Debug, Clone, PartialEq)]
struct StoredPart {
    area: u32,
    /// What its area is made of: kept here too, so that most parts are tested without a look at their area.
    kind: Kind,
    bounds: Bounds,
    /// The first byte of its vertices in the file.
    start: u64,
    vertices: u32,
    /// Its paths, as indexes into [`Tables::ends`].
    paths: Range<u32>,
    /// Its number among the big parts; [`SMALL`] for others.
    big: u32,
}

/// Stands for the number of a part that has no indexes of its own.
const SMALL: u32 = u32::MAX;

/// One polygon, line or point of an area, its vertices still on disk.
#[derive(Clone, Copy)]
pub struct PartView<'a> {
    /// The area that it belongs to, as an index into the file's areas.
    pub area: u32,
    /// What the area is made of.
    pub kind: Kind,
    /// The smallest rectangle around it, in the file's space.
    pub bounds: Bounds,
    paths: Paths<'a, Packed<'a>>,
    indexes: Option<&'a Indexes>,
}

impl<'a> PartView<'a> {
    /// The part's rings, line or point.
    #[must_use]
    pub fn paths(&self) -> Paths<'a, Packed<'a>> {
        self.paths
    }

    /// The index over its edges, built at the first call and shared; `None` where a plain walk is quicker.
    #[must_use]
    pub fn edge_index(&self) -> Option<&'a EdgeIndex> {
        let indexes = self.indexes?;
        let worth = self.paths.count() >= WORTH_INDEXING;
        worth.then(|| indexes.edges.get_or_init(|| EdgeIndex::build(self.paths)))
    }

    /// Reads a little of what a test of the part begins with: what comes of it says nothing.
    #[must_use]
    pub fn touch(&self, coord: Coord<f64>) -> u64 {
        match self.indexes.and_then(|indexes| indexes.stripes.get()) {
            Some(stripes) => stripes.touch(coord),
            None => self.paths.touch(),
        }
    }

    /// Where a coordinate of the file's space lies, the part being a polygon. Its outline is inside.
    #[must_use]
    pub fn side(&self, coord: Coord<f64>) -> Side {
        if !self.bounds.contains(coord) {
            return Side::Outside;
        }
        match self.stripes() {
            Some(stripes) => stripes.side(self.paths, coord),
            None => self.paths.side(coord, None),
        }
    }

    /// The part's edges by stripes, built at the first call and shared; `None` where a plain walk is as quick.
    #[must_use]
    pub fn stripes(&self) -> Option<&'a Stripes> {
        let indexes = self.indexes?;
        let worth = self.paths.count() >= WORTH_STRIPES;
        worth.then(|| indexes.stripes.get_or_init(|| Stripes::build(self.paths)))
    }
}

impl AreaFile {
    /// Opens a file of the edition in `folder`: by the tables that were prepared for it, or by a walk over all of it.
    pub(super) fn open(folder: &Path, entry: &FileEntry) -> Result<Self, Damaged> {
        Self::open_checking(folder, entry, Checking::of_size(entry.bytes))
    }

    /// Opens a file without the tables that were prepared for it.
    fn walked(folder: &Path, entry: &FileEntry) -> Result<Self, Damaged> {
        let file = GuardedFile::open(folder, entry, Checking::AtFirstTouch)?;
        let header = walk::header(&file)?;
        let tables = walk::tables(&file, &header)?;
        Ok(Self::of(file, header, tables, OnceLock::new()))
    }

    fn open_checking(
        folder: &Path,
        entry: &FileEntry,
        checking: Checking,
    ) -> Result<Self, Damaged> {
        let file = GuardedFile::open(folder, entry, checking)?;
        let header = walk::header(&file)?;
        let (tables, by_reference) = match prepared::read(folder, entry) {
            Some((tables, by_reference)) if tables.fit(&file) => (tables, Some(by_reference)),
            _ => (walk::tables(&file, &header)?, None),
        };
        let by_reference = by_reference.map_or_else(OnceLock::new, OnceLock::from);
        Ok(Self::of(file, header, tables, by_reference))
    }

    fn of(
        file: GuardedFile,
        header: Header,
        tables: Tables,
        by_reference: OnceLock<Box<[u32]>>,
    ) -> Self {
        Self {
            space: header.space,
            columns: header.columns,
            big: (0..tables.big).map(|_| Indexes::default()).collect(),
            tables,
            file,
            by_reference,
            damaged: AtomicBool::new(false),
        }
    }

    /// The coordinates that the areas are in.
    #[must_use]
    pub fn space(&self) -> Space {
        self.space
    }

    /// The areas, in the file's order.
    #[must_use]
    pub fn areas(&self) -> &[StoredArea] {
        &self.tables.areas
    }

    /// How many parts all areas have together.
    #[must_use]
    pub fn part_count(&self) -> usize {
        self.tables.parts.len()
    }

    /// The part at an index below [`AreaFile::part_count`].
    ///
    /// Where its bytes are not what was written, it has no vertices, and the file is damaged from then on.
    #[must_use]
    pub fn part(&self, index: u32) -> PartView<'_> {
        let part = &self.tables.parts[index as usize];
        let start = part.start as usize;
        let bytes = self
            .file
            .checked(start..start + part.vertices as usize * 16);
        let (bytes, paths) = match bytes {
            Some(bytes) => (bytes, part.paths.start as usize..part.paths.end as usize),
            None => {
                self.damaged.store(true, Ordering::Relaxed);
                (&[][..], 0..0)
            }
        };
        let (vertices, _) = bytes.as_chunks::<16>();
        PartView {
            area: part.area,
            kind: part.kind,
            bounds: part.bounds,
            paths: Paths::new(Packed(vertices), &self.tables.ends[paths]),
            indexes: self
                .big
                .get(part.big as usize)
                .filter(|_| !vertices.is_empty()),
        }
    }

    /// A rectangle of degrees round each part, in their order.
    #[must_use]
    pub fn envelopes(&self) -> &[Envelope] {
        &self.tables.envelopes
    }

    /// The parts of one area.
    pub fn parts_of(&self, area: u32) -> impl Iterator<Item = PartView<'_>> {
        self.tables.areas[area as usize]
            .parts
            .clone()
            .map(|part| self.part(part))
    }

    /// The smallest rectangle around everything.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::EMPTY;
        for part in &self.tables.parts {
            bounds.include_bounds(&part.bounds);
        }
        bounds
    }

    /// What is written about an area.
    ///
    /// # Errors
    /// Bytes that are not what was written.
    pub fn record(&self, area: u32) -> Result<AreaRecord, Damaged> {
        let properties = self.properties_of(area)?;
        let (id, record) = self.columns.read(self.file.path(), properties)?;
        self.if_same(area, id, record)
    }

    /// What is written about an area in our own fields, without the other columns of its source.
    ///
    /// # Errors
    /// Bytes that are not what was written.
    pub fn fields(&self, area: u32) -> Result<AreaRecord, Damaged> {
        let properties = self.properties_of(area)?;
        let (id, record, _) = self.columns.read_own(self.file.path(), properties)?;
        self.if_same(area, id, record)
    }

    fn properties_of(&self, area: u32) -> Result<&[u8], Damaged> {
        let properties = &self.tables.areas[area as usize].properties;
        let range = properties.start as usize..properties.end as usize;
        self.file.checked(range).ok_or_else(|| {
            self.damaged.store(true, Ordering::Relaxed);
            Damaged::new(self.file.path(), "bytes of it are not what was written")
        })
    }

    fn if_same(&self, area: u32, id: u64, record: AreaRecord) -> Result<AreaRecord, Damaged> {
        if id == self.tables.areas[area as usize].id {
            Ok(record)
        } else {
            Err(Damaged::new(
                self.file.path(),
                "it changed after it was opened",
            ))
        }
    }

    /// The area of a reference.
    ///
    /// # Errors
    /// Bytes that are not what was written.
    pub fn find(&self, reference: &str) -> Result<Option<u32>, Damaged> {
        let order = match self.by_reference.get() {
            Some(order) => order,
            None => {
                let order = self.in_order_of_reference()?;
                self.by_reference.get_or_init(|| order)
            }
        };
        let mut damaged = None;
        let at = order.binary_search_by(|&area| match self.fields(area) {
            Ok(fields) => fields.reference.as_str().cmp(reference),
            Err(error) => {
                damaged = Some(error);
                std::cmp::Ordering::Equal
            }
        });
        match damaged {
            Some(damaged) => Err(damaged),
            None => Ok(at.ok().map(|at| order[at])),
        }
    }

    fn in_order_of_reference(&self) -> Result<Box<[u32]>, Damaged> {
        let mut all = Vec::with_capacity(self.areas().len());
        for area in 0..self.areas().len() as u32 {
            all.push((self.fields(area)?.reference, area));
        }
        all.sort_unstable();
        Ok(all.into_iter().map(|(_, area)| area).collect())
    }

    /// Whether bytes were found, by the last [`AreaFile::scrub`] or since, that are not what was written.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Checks every byte against the manifest again, and remembers what came of it.
    ///
    /// # Errors
    /// Names the bytes that changed.
    pub fn scrub(&self) -> Result<(), Damaged> {
        let outcome = self.file.check();
        // Never taken back: another thread may have met bad bytes meanwhile and be about to say so.
        if outcome.is_err() {
            self.damaged.store(true, Ordering::Relaxed);
        }
        outcome
    }

    /// The columns of the source that are kept, in their order.
    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The file's bytes, as FlatGeobuf.
    ///
    /// # Errors
    /// Bytes that are not what was written.
    pub fn bytes(&self) -> Result<&[u8], Damaged> {
        self.scrub()?;
        Ok(self.file.bytes())
    }
}

impl Tables {
    /// Whether nothing in the tables points out of a file.
    fn fit(&self, file: &GuardedFile) -> bool {
        let end = file.bytes().len() as u64;
        let paths = self.ends.len() as u32;
        let parts = self.parts.len() as u32;
        let areas = self.areas.len() as u32;
        self.envelopes.len() == self.parts.len()
            && self.parts.iter().all(|part| {
                let in_file = part.start.checked_add(u64::from(part.vertices) * 16);
                let ends = self
                    .ends
                    .get(part.paths.start as usize..part.paths.end as usize);
                in_file.is_some_and(|last| last <= end)
                    && part.area < areas
                    && part.paths.end <= paths
                    && (part.big < self.big || part.big == SMALL)
                    && ends.is_some_and(|ends| ends.iter().all(|&end| end <= part.vertices))
            })
            && self.areas.iter().all(|area| {
                area.parts.start <= area.parts.end
                    && area.parts.end <= parts
                    && area.properties.start <= area.properties.end
                    && area.properties.end <= end
            })
    }
}

#[cfg(test)]
mod tests;
