//! Walks over the features of a FlatGeobuf file and notes where everything lies.

use super::super::Damaged;
use super::super::columns::Columns;
use super::super::guarded::GuardedFile;
use super::{SMALL, StoredArea, StoredPart, Tables};
use crate::geometry::edges::WORTH_INDEXING;
use crate::geometry::ring::Packed;
use crate::geometry::stripes::WORTH_STRIPES;
use crate::geometry::{Envelope, Kind, Paths, Space};
use flatgeobuf::packed_r_tree::PackedRTree;
use flatgeobuf::{
    Geometry, GeometryType, size_prefixed_root_as_feature, size_prefixed_root_as_header,
};
use std::ops::Range;

/// Bytes before the header's length: the magic number.
const MAGIC_BYTES: usize = 8;

/// What a file's header says.
pub(super) struct Header {
    pub space: Space,
    pub columns: Columns,
    declared: GeometryType,
    count: usize,
    /// Where the features begin.
    features: usize,
}

fn broken(file: &GuardedFile, what: &str) -> Damaged {
    Damaged::new(file.path(), format!("its {what} cannot be read"))
}

/// Reads a file's header.
pub(super) fn header(file: &GuardedFile) -> Result<Header, Damaged> {
    let bytes = file.bytes();
    let range = prefixed(bytes, MAGIC_BYTES).ok_or_else(|| broken(file, "header"))?;
    file.checked(0..range.end)
        .ok_or_else(|| broken(file, "header"))?;
    let header =
        size_prefixed_root_as_header(&bytes[range.clone()]).map_err(|_| broken(file, "header"))?;
    let space = match header.crs().map(|crs| crs.code()) {
        Some(27700) => Space::NationalGrid,
        Some(4326) => Space::Wgs84,
        _ => return Err(broken(file, "coordinate system")),
    };
    let count = header.features_count() as usize;
    let index_bytes = match header.index_node_size() {
        0 => 0,
        _ if count == 0 => 0,
        node_size => PackedRTree::index_size(count, node_size),
    };
    Ok(Header {
        space,
        columns: Columns::of_header(&header),
        declared: header.geometry_type(),
        count,
        features: range.end + index_bytes,
    })
}

/// Makes the tables from all features, every byte of which is checked first.
pub(super) fn tables(file: &GuardedFile, header: &Header) -> Result<Tables, Damaged> {
    file.check()?;
    let bytes = file.bytes();
    let mut walk = Walk {
        file,
        header,
        tables: Tables::default(),
    };
    let mut at = header.features;
    while at < bytes.len() {
        let range = prefixed(bytes, at).ok_or_else(|| broken(file, "feature"))?;
        at = range.end;
        walk.feature(range)?;
    }
    if walk.tables.areas.len() == header.count {
        Ok(walk.tables)
    } else {
        Err(broken(file, "list of features"))
    }
}

struct Walk<'a> {
    file: &'a GuardedFile,
    header: &'a Header,
    tables: Tables,
}

/// The range of a buffer that begins with its own length.
fn prefixed(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let length = bytes.get(at..at + 4)?;
    let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize;
    let end = at.checked_add(4)?.checked_add(length)?;
    (end <= bytes.len()).then_some(at..end)
}

impl Walk<'_> {
    fn feature(&mut self, range: Range<usize>) -> Result<(), Damaged> {
        let file = self.file;
        let broken = || Damaged::new(file.path(), "a feature cannot be read");
        let bytes = file.bytes();
        let feature = size_prefixed_root_as_feature(&bytes[range]).map_err(|_| broken())?;
        let geometry = feature.geometry().ok_or_else(broken)?;
        let own = geometry.type_();
        let kind = kind_of(if own == GeometryType::Unknown {
            self.header.declared
        } else {
            own
        })
        .ok_or_else(broken)?;
        let first = self.tables.parts.len() as u32;
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
        let mut size = 0.0;
        if kind == Kind::Polygon {
            for polygon in geometry.parts().ok_or_else(broken)? {
                let vertices = vertices_of(&polygon)?;
                let ends = own_ends(&polygon).unwrap_or_else(|| vec![(vertices.len() / 16) as u32]);
                size += self.part(kind, vertices, &ends)?.area();
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
                self.part(kind, at(start)..at(end), &[length])?;
                start = end;
            }
        }
        let parts = first..self.tables.parts.len() as u32;
        let properties = feature
            .properties()
            .map_or(0..0, |bytes_of| offset_in(bytes, bytes_of.bytes()));
        let (id, _, validity) = self
            .header
            .columns
            .read_key(file.path(), &bytes[properties.clone()])?;
        self.tables.areas.push(StoredArea {
            id,
            kind,
            parts,
            validity,
            size,
            properties: properties.start as u64..properties.end as u64,
        });
        Ok(())
    }

    fn part(
        &mut self,
        kind: Kind,
        vertices: Range<usize>,
        ends: &[u32],
    ) -> Result<Paths<'_, Packed<'_>>, Damaged> {
        let file = self.file;
        let broken = || Damaged::new(file.path(), "the rings of a feature cannot be read");
        let bytes = file.bytes().get(vertices.clone()).ok_or_else(broken)?;
        let (packed, _) = bytes.as_chunks::<16>();
        let ascending = ends.windows(2).all(|pair| pair[0] <= pair[1]);
        if !ascending || ends.last().is_some_and(|&end| end as usize > packed.len()) {
            return Err(broken());
        }
        let tables = &mut self.tables;
        let bounds = Paths::new(Packed(packed), ends).bounds();
        let first = tables.ends.len();
        tables.ends.extend_from_slice(ends);
        let big = if packed.len() >= WORTH_INDEXING.min(WORTH_STRIPES) {
            tables.big += 1;
            tables.big - 1
        } else {
            SMALL
        };
        tables.parts.push(StoredPart {
            area: tables.areas.len() as u32,
            kind,
            bounds,
            start: vertices.start as u64,
            vertices: packed.len() as u32,
            paths: first as u32..tables.ends.len() as u32,
            big,
        });
        tables
            .envelopes
            .push(Envelope::around(self.header.space, &bounds));
        Ok(Paths::new(Packed(packed), &tables.ends[first..]))
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
