//! The areas of one layer or region, in a FlatGeobuf file that stays on disk.
//!
//! Opening walks over the features once and notes where each part's vertices lie; coordinates are
//! read from the mapped file when they are asked for, bit for bit as they were loaded.

use super::Damaged;
use super::columns::Columns;
use super::guarded::GuardedFile;
use super::manifest::FileEntry;
use crate::geometry::edges::{EdgeIndex, WORTH_INDEXING};
use crate::geometry::ring::Packed;
use crate::geometry::stripes::{Stripes, WORTH_STRIPES};
use crate::geometry::{Bounds, Kind, Paths, Side, Space};
use crate::policy::{AreaRecord, Validity};
use flatgeobuf::packed_r_tree::PackedRTree;
use flatgeobuf::{
    Geometry, GeometryType, size_prefixed_root_as_feature, size_prefixed_root_as_header,
};
use geo_types::Coord;
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes before the header's length: the magic number.
const MAGIC_BYTES: usize = 8;

/// An opened file of areas.
#[derive(Debug)]
pub struct AreaFile {
    file: GuardedFile,
    space: Space,
    columns: Columns,
    areas: Vec<StoredArea>,
    parts: Vec<StoredPart>,
    by_reference: OnceLock<HashMap<String, u32>>,
    damaged: AtomicBool,
}

/// What is kept in memory of one area.
#[derive(Debug, Clone)]
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
    properties: Range<usize>,
}

/// Where one part lies in the file.
#[derive(Debug)]
struct StoredPart {
    area: u32,
    bounds: Bounds,
    vertices: Range<usize>,
    ends: Box<[u32]>,
    /// Built when they are first asked for: most parts are small, and most big ones are never asked about.
    index: OnceLock<Box<EdgeIndex>>,
    stripes: OnceLock<Box<Stripes>>,
}

/// One polygon, line or point of an area, its vertices still on disk.
#[derive(Clone, Copy)]
pub struct PartView<'a> {
    /// The area that it belongs to, as an index into the file's areas.
    pub area: u32,
    /// The smallest rectangle around it, in the file's space.
    pub bounds: Bounds,
    paths: Paths<'a, Packed<'a>>,
    stored: &'a StoredPart,
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
        (self.paths.count() >= WORTH_INDEXING).then(|| {
            let index = &self.stored.index;
            &**index.get_or_init(|| Box::new(EdgeIndex::build(self.paths)))
        })
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
        (self.paths.count() >= WORTH_STRIPES).then(|| {
            let stripes = &self.stored.stripes;
            &**stripes.get_or_init(|| Box::new(Stripes::build(self.paths)))
        })
    }
}

impl AreaFile {
    /// Opens and checks a file of the edition in `folder`.
    pub(super) fn open(folder: &Path, entry: &FileEntry) -> Result<Self, Damaged> {
        let file = GuardedFile::open(folder, entry)?;
        let walk = walk(&file)?;
        Ok(Self {
            space: walk.space,
            columns: walk.columns,
            areas: walk.areas,
            parts: walk.parts,
            file,
            by_reference: OnceLock::new(),
            damaged: AtomicBool::new(false),
        })
    }

    /// The coordinates that the areas are in.
    #[must_use]
    pub fn space(&self) -> Space {
        self.space
    }

    /// The areas, in the file's order.
    #[must_use]
    pub fn areas(&self) -> &[StoredArea] {
        &self.areas
    }

    /// How many parts all areas have together.
    #[must_use]
    pub fn part_count(&self) -> usize {
        self.parts.len()
    }

    /// The part at an index below [`AreaFile::part_count`].
    #[must_use]
    pub fn part(&self, index: u32) -> PartView<'_> {
        let part = &self.parts[index as usize];
        let (vertices, _) = self.file.bytes()[part.vertices.clone()].as_chunks::<16>();
        PartView {
            area: part.area,
            bounds: part.bounds,
            paths: Paths::new(Packed(vertices), &part.ends),
            stored: part,
        }
    }

    /// The parts of one area.
    pub fn parts_of(&self, area: u32) -> impl Iterator<Item = PartView<'_>> {
        self.areas[area as usize]
            .parts
            .clone()
            .map(|part| self.part(part))
    }

    /// The smallest rectangle around everything.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let mut bounds = Bounds::EMPTY;
        for part in &self.parts {
            bounds.include_bounds(&part.bounds);
        }
        bounds
    }

    /// What is written about an area.
    ///
    /// # Errors
    /// Bytes that changed since the file was opened.
    pub fn record(&self, area: u32) -> Result<AreaRecord, Damaged> {
        let (id, record) = self
            .columns
            .read(self.file.path(), self.properties_of(area))?;
        self.if_same(area, id, record)
    }

    /// What is written about an area in our own fields, without the other columns of its source.
    ///
    /// # Errors
    /// Bytes that changed since the file was opened.
    pub fn fields(&self, area: u32) -> Result<AreaRecord, Damaged> {
        let (id, record, _) = self
            .columns
            .read_own(self.file.path(), self.properties_of(area))?;
        self.if_same(area, id, record)
    }

    fn properties_of(&self, area: u32) -> &[u8] {
        &self.file.bytes()[self.areas[area as usize].properties.clone()]
    }

    fn if_same(&self, area: u32, id: u64, record: AreaRecord) -> Result<AreaRecord, Damaged> {
        if id == self.areas[area as usize].id {
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
    /// Bytes that changed since the file was opened.
    pub fn find(&self, reference: &str) -> Result<Option<u32>, Damaged> {
        if let Some(known) = self.by_reference.get() {
            return Ok(known.get(reference).copied());
        }
        let mut all = HashMap::with_capacity(self.areas.len());
        for area in 0..self.areas.len() as u32 {
            all.insert(self.fields(area)?.reference, area);
        }
        Ok(self
            .by_reference
            .get_or_init(|| all)
            .get(reference)
            .copied())
    }

    /// Whether the last [`AreaFile::scrub`] found the file damaged.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Relaxed)
    }

    /// Checks every byte against the manifest again, and remembers what came of it.
    ///
    /// # Errors
    /// Names the bytes that changed.
    pub fn scrub(&self) -> Result<(), Damaged> {
        let outcome = self.file.scrub();
        self.damaged.store(outcome.is_err(), Ordering::Relaxed);
        outcome
    }

    /// The columns of the source that are kept, in their order.
    pub(super) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The file's bytes, as FlatGeobuf.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.file.bytes()
    }
}

/// What a walk over a file's features finds.
struct Walk {
    space: Space,
    columns: Columns,
    areas: Vec<StoredArea>,
    parts: Vec<StoredPart>,
}

/// Where features begin, and what the header says.
fn walk(file: &GuardedFile) -> Result<Walk, Damaged> {
    let bytes = file.bytes();
    let broken = |what: &str| Damaged::new(file.path(), format!("its {what} cannot be read"));
    let header_bytes = prefixed(bytes, MAGIC_BYTES).ok_or_else(|| broken("header"))?;
    let header =
        size_prefixed_root_as_header(&bytes[header_bytes.clone()]).map_err(|_| broken("header"))?;
    let space = match header.crs().map(|crs| crs.code()) {
        Some(27700) => Space::NationalGrid,
        Some(4326) => Space::Wgs84,
        _ => return Err(broken("coordinate system")),
    };
    let mut walk = Walk {
        space,
        columns: Columns::of_header(&header),
        areas: Vec::new(),
        parts: Vec::new(),
    };
    let count = header.features_count() as usize;
    let index_bytes = match header.index_node_size() {
        0 => 0,
        _ if count == 0 => 0,
        node_size => PackedRTree::index_size(count, node_size),
    };
    let mut at = header_bytes.end + index_bytes;
    while at < bytes.len() {
        let range = prefixed(bytes, at).ok_or_else(|| broken("feature"))?;
        at = range.end;
        walk.feature(file, range, header.geometry_type())?;
    }
    if walk.areas.len() == count {
        Ok(walk)
    } else {
        Err(broken("list of features"))
    }
}

/// The range of a buffer that begins with its own length.
fn prefixed(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let length = bytes.get(at..at + 4)?;
    let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
    let end = at.checked_add(4)?.checked_add(length)?;
    (end <= bytes.len()).then_some(at..end)
}

impl Walk {
    fn feature(
        &mut self,
        file: &GuardedFile,
        range: Range<usize>,
        declared: GeometryType,
    ) -> Result<(), Damaged> {
        let broken = || Damaged::new(file.path(), "a feature cannot be read");
        let bytes = file.bytes();
        let feature = size_prefixed_root_as_feature(&bytes[range]).map_err(|_| broken())?;
        let geometry = feature.geometry().ok_or_else(broken)?;
        let own = geometry.type_();
        let kind = kind_of(if own == GeometryType::Unknown {
            declared
        } else {
            own
        })
        .ok_or_else(broken)?;
        let first = self.parts.len() as u32;
        let own_ends = |geometry: &Geometry<'_>| {
            geometry
                .ends()
                .map(|ends| ends.iter().collect::<Vec<u32>>())
        };
        let vertices_of = |geometry: &Geometry<'_>| {
            geometry
                .xy()
                .map(|xy| offset_in(bytes, xy.bytes()))
                .ok_or_else(broken)
        };
        if kind == Kind::Polygon {
            for polygon in geometry.parts().ok_or_else(broken)? {
                let vertices = vertices_of(&polygon)?;
                let ends = own_ends(&polygon).unwrap_or_else(|| vec![(vertices.len() / 16) as u32]);
                self.part(file, vertices, ends)?;
            }
        } else {
            // Each line and each point is a part of its own.
            let vertices = vertices_of(&geometry)?;
            let count = (vertices.len() / 16) as u32;
            let ends = match kind {
                Kind::Line => own_ends(&geometry).unwrap_or_else(|| vec![count]),
                _ => (1..=count).collect(),
            };
            let mut start = 0;
            for end in ends {
                let length = end.checked_sub(start).ok_or_else(broken)?;
                let at = |vertex: u32| vertices.start + vertex as usize * 16;
                self.part(file, at(start)..at(end), vec![length])?;
                start = end;
            }
        }
        let parts = first..self.parts.len() as u32;
        let properties = feature
            .properties()
            .map_or(0..0, |bytes_of| offset_in(bytes, bytes_of.bytes()));
        let (id, _, validity) = self
            .columns
            .read_key(file.path(), &bytes[properties.clone()])?;
        let size = match kind {
            Kind::Polygon => self.parts[first as usize..]
                .iter()
                .map(|part| part.area_in(bytes))
                .sum(),
            Kind::Line | Kind::Point => 0.0,
        };
        self.areas.push(StoredArea {
            id,
            kind,
            parts,
            validity,
            size,
            properties,
        });
        Ok(())
    }

    fn part(
        &mut self,
        file: &GuardedFile,
        vertices: Range<usize>,
        ends: Vec<u32>,
    ) -> Result<(), Damaged> {
        let broken = || Damaged::new(file.path(), "the rings of a feature cannot be read");
        let bytes = file.bytes().get(vertices.clone()).ok_or_else(broken)?;
        let (packed, _) = bytes.as_chunks::<16>();
        let ascending = ends.windows(2).all(|pair| pair[0] <= pair[1]);
        if !ascending || ends.last().is_some_and(|&end| end as usize > packed.len()) {
            return Err(broken());
        }
        self.parts.push(StoredPart {
            area: self.areas.len() as u32,
            bounds: Paths::new(Packed(packed), &ends).bounds(),
            vertices,
            ends: ends.into_boxed_slice(),
            index: OnceLock::new(),
            stripes: OnceLock::new(),
        });
        Ok(())
    }
}

impl StoredPart {
    fn area_in(&self, bytes: &[u8]) -> f64 {
        let (vertices, _) = bytes[self.vertices.clone()].as_chunks::<16>();
        Paths::new(Packed(vertices), &self.ends).area()
    }
}

/// Where a slice of the file lies in it.
fn offset_in(whole: &[u8], part: &[u8]) -> Range<usize> {
    let start = part.as_ptr() as usize - whole.as_ptr() as usize;
    start..start + part.len()
}

fn kind_of(geometry: GeometryType) -> Option<Kind> {
    match geometry {
        GeometryType::MultiPolygon => Some(Kind::Polygon),
        GeometryType::MultiLineString => Some(Kind::Line),
        GeometryType::MultiPoint => Some(Kind::Point),
        _ => None,
    }
}
