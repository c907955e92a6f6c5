//! FlatGeobuf, feature by feature in the order of the file.
//!
//! The tables are verified by flatbuffers; what that does not cover is held against the bytes here: the
//! index's size, the size of each feature, the ends of rings, the lengths of properties. The crate's own
//! decoders would panic on the latter two and allocate 4 GB for the second.

use super::columns::Columns;
use super::{Contents, Declared, Format, MAX_DEPTH, ReadError, RowGeometry, Rows};
use crate::loading::crs;
use crate::loading::drawn::{Drawn, Piece};
use crate::loading::finding::Kind;
use crate::policy::Value;
use ::flatgeobuf::packed_r_tree::PackedRTree;
use ::flatgeobuf::{
    ColumnType, FallibleStreamingIterator, FgbReader, Geometry, GeometryType, Header,
};
use geo_types::Coord;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Reads a file.
pub fn read(path: &Path) -> Result<Contents, ReadError> {
    let open = || {
        File::open(path)
            .map(BufReader::new)
            .map_err(ReadError::io(path))
    };
    let refused = |error: ::flatgeobuf::Error| ReadError::unreadable(error.to_string());
    let reader = FgbReader::open(open()?).map_err(refused)?;
    check_sizes(open()?, &reader.header())?;
    let declared = declared(&reader.header());
    let (columns, types) = columns(&reader.header());
    let geometry_type = reader.header().geometry_type();
    let heights = reader.header().has_z() || reader.header().has_m();
    let mut rows = Rows::default();
    let mut features = reader.select_all_seq().map_err(refused)?;
    loop {
        let before = rows.rows.len();
        let after = |why: String| ReadError::after(before, why);
        let Some(feature) = features.next().map_err(|error| after(error.to_string()))? else {
            break;
        };
        let feature = feature.fbs_feature();
        let bytes = feature
            .properties()
            .map_or(&[][..], |vector| vector.bytes());
        let values = values(bytes, &types)
            .ok_or_else(|| after("the properties of the next row are damaged".to_owned()))?;
        let geometry = feature.geometry().map_or(RowGeometry::Missing, |geometry| {
            row_geometry(&geometry, geometry_type, heights)
        });
        rows.push(geometry, values)?;
    }
    Ok(Contents {
        format: Format::FlatGeobuf,
        columns,
        declared,
        rows: rows.rows,
        notes: Vec::new(),
    })
}

/// Holds the sizes that the file claims against its length, and its count against the features there are.
fn check_sizes(mut file: impl Read + Seek, header: &Header) -> Result<(), ReadError> {
    let damaged = |_| ReadError::unreadable("it ends in the middle");
    let length = file.seek(SeekFrom::End(0)).map_err(damaged)?;
    file.seek(SeekFrom::Start(8)).map_err(damaged)?;
    let mut size = [0; 4];
    file.read_exact(&mut size).map_err(damaged)?;
    let mut at = 12 + u64::from(u32::from_le_bytes(size));
    let (claimed, node_size) = (header.features_count(), header.index_node_size());
    if claimed > length / 4 || node_size == 1 {
        return Err(ReadError::unreadable(format!(
            "its header claims {claimed} features in {length} bytes"
        )));
    }
    if claimed > 0 && node_size > 0 {
        at += PackedRTree::index_size(claimed as usize, node_size) as u64;
    }
    let mut found = 0_u64;
    while at < length {
        file.seek(SeekFrom::Start(at)).map_err(damaged)?;
        let whole = file.read_exact(&mut size).is_ok();
        at += 4 + u64::from(u32::from_le_bytes(size));
        if !whole || at > length {
            return Err(ReadError::after(found as usize, "it ends in the middle"));
        }
        found += 1;
    }
    if claimed > 0 && claimed != found {
        return Err(ReadError::unreadable(format!(
            "its header claims {claimed} features and {found} are there"
        )));
    }
    Ok(())
}

fn declared(header: &Header) -> Declared {
    let Some(crs) = header.crs() else {
        return Declared::Nothing;
    };
    let is_epsg = crs.org().is_none_or(|org| org.eq_ignore_ascii_case("EPSG"));
    match (crs.code(), crs.wkt().filter(|wkt| !wkt.is_empty())) {
        (code, _) if code > 0 && is_epsg => crs::of_name(&code.to_string()),
        (_, Some(wkt)) => crs::of_wkt(wkt),
        (0, None) => match crs.code_string().or(crs.name()) {
            Some(name) if !name.is_empty() => crs::of_name(name),
            _ => Declared::Nothing,
        },
        (code, None) => Declared::Unknown(format!("{}:{code}", crs.org().unwrap_or("?"))),
    }
}

fn columns(header: &Header) -> (Columns, Vec<ColumnType>) {
    let mut columns = Columns::default();
    let mut types = Vec::new();
    for column in header.columns().into_iter().flatten() {
        columns.add(column.name());
        types.push(column.type_());
    }
    (columns, types)
}

/// Properties as values; `None` where they run beyond their bytes or name no column.
fn values(mut bytes: &[u8], types: &[ColumnType]) -> Option<Vec<(usize, Value)>> {
    fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
        let (taken, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        Some(*taken)
    }
    fn run<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
        let length = u32::from_le_bytes(take(bytes)?) as usize;
        let (taken, rest) = bytes.split_at_checked(length)?;
        *bytes = rest;
        Some(taken)
    }
    let mut values = Vec::new();
    // A single byte left over is known from writers of binary columns.
    while bytes.len() > 1 {
        let column = usize::from(u16::from_le_bytes(take(&mut bytes)?));
        let value = match *types.get(column)? {
            ColumnType::Byte => Value::Integer(i8::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::UByte => Value::Integer(u8::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Bool => Value::Flag(take::<1>(&mut bytes)? != [0]),
            ColumnType::Short => Value::Integer(i16::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::UShort => Value::Integer(u16::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Int => Value::Integer(i32::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::UInt => Value::Integer(u32::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Long => Value::Integer(i64::from_le_bytes(take(&mut bytes)?)),
            ColumnType::ULong => {
                let number = u64::from_le_bytes(take(&mut bytes)?);
                i64::try_from(number)
                    .map_or_else(|_| Value::Text(number.to_string()), Value::Integer)
            }
            ColumnType::Float => Value::Number(f32::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Double => Value::Number(f64::from_le_bytes(take(&mut bytes)?)),
            ColumnType::String | ColumnType::Json | ColumnType::DateTime => {
                Value::Text(String::from_utf8_lossy(run(&mut bytes)?).into_owned())
            }
            ColumnType::Binary => {
                run(&mut bytes)?;
                continue;
            }
            _ => return None,
        };
        if !matches!(value, Value::Number(number) if !number.is_finite()) {
            values.push((column, value));
        }
    }
    values.sort_by_key(|(column, _)| *column);
    Some(values)
}

fn row_geometry(geometry: &Geometry, kind: GeometryType, heights: bool) -> RowGeometry {
    let mut drawn = Drawn {
        had_heights: heights,
        ..Drawn::default()
    };
    match add(&mut drawn, geometry, kind, 0) {
        Ok(()) if drawn.is_empty() => RowGeometry::Missing,
        Ok(()) => RowGeometry::Drawn(drawn),
        Err(why) => RowGeometry::Faulty(Kind::UnreadableGeometry { why }),
    }
}

fn add(
    drawn: &mut Drawn,
    geometry: &Geometry,
    kind: GeometryType,
    depth: usize,
) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("it is nested more than {MAX_DEPTH} deep"));
    }
    let kind = match kind {
        GeometryType::Unknown => geometry.type_(),
        known => known,
    };
    match kind {
        GeometryType::Point | GeometryType::MultiPoint => {
            let points = path(geometry)?.into_iter().map(Piece::Point);
            drawn.pieces.extend(points);
        }
        GeometryType::LineString | GeometryType::MultiLineString => {
            drawn
                .pieces
                .extend(paths(geometry)?.into_iter().map(Piece::Line));
        }
        GeometryType::CircularString | GeometryType::CompoundCurve => {
            let line = curve(drawn, geometry, kind, depth)?;
            drawn.pieces.push(Piece::Line(line));
        }
        GeometryType::Polygon | GeometryType::Triangle => {
            let rings = paths(geometry)?;
            if !rings.is_empty() {
                drawn.pieces.push(Piece::Polygon(rings));
            }
        }
        GeometryType::CurvePolygon => {
            let rings = parts(geometry)
                .map(|ring| curve(drawn, &ring, ring.type_(), depth + 1))
                .collect::<Result<_, _>>()?;
            drawn.pieces.push(Piece::Polygon(rings));
        }
        GeometryType::TIN if geometry.parts().is_none() => {
            let triangles = paths(geometry)?.into_iter();
            drawn
                .pieces
                .extend(triangles.map(|ring| Piece::Polygon(vec![ring])));
        }
        GeometryType::MultiPolygon | GeometryType::PolyhedralSurface => {
            for part in parts(geometry) {
                add(drawn, &part, GeometryType::Polygon, depth + 1)?;
            }
        }
        GeometryType::GeometryCollection
        | GeometryType::MultiCurve
        | GeometryType::MultiSurface
        | GeometryType::TIN => {
            for part in parts(geometry) {
                add(drawn, &part, part.type_(), depth + 1)?;
            }
        }
        other => return Err(format!("its type {} is not known", other.0)),
    }
    Ok(())
}

fn parts<'a>(geometry: &Geometry<'a>) -> impl Iterator<Item = Geometry<'a>> {
    geometry.parts().into_iter().flatten()
}

/// A line, an arc or a chain of both.
fn curve(
    drawn: &mut Drawn,
    geometry: &Geometry,
    kind: GeometryType,
    depth: usize,
) -> Result<Vec<Coord<f64>>, String> {
    if depth > MAX_DEPTH {
        return Err(format!("it is nested more than {MAX_DEPTH} deep"));
    }
    match kind {
        GeometryType::CircularString => {
            drawn.had_curves = true;
            super::arc::straighten(&path(geometry)?)
                .ok_or_else(|| "an arc has an even number of points".to_owned())
        }
        GeometryType::CompoundCurve => {
            let mut chain: Vec<Coord<f64>> = Vec::new();
            for part in parts(geometry) {
                let piece = curve(drawn, &part, part.type_(), depth + 1)?;
                let shared = usize::from(!chain.is_empty() && chain.last() == piece.first());
                chain.extend_from_slice(&piece[shared..]);
            }
            Ok(chain)
        }
        _ => path(geometry),
    }
}

/// All vertices, as one path.
fn path(geometry: &Geometry) -> Result<Vec<Coord<f64>>, String> {
    let xy = geometry.xy().ok_or("it has no coordinates")?;
    if xy.len() % 2 != 0 {
        return Err("it has an odd number of ordinates".to_owned());
    }
    let mut numbers = xy.iter();
    let mut path = Vec::with_capacity(xy.len() / 2);
    while let (Some(x), Some(y)) = (numbers.next(), numbers.next()) {
        path.push(Coord { x, y });
    }
    Ok(path)
}

/// The vertices, cut where `ends` says.
fn paths(geometry: &Geometry) -> Result<Vec<Vec<Coord<f64>>>, String> {
    let all = path(geometry)?;
    let Some(ends) = geometry.ends().filter(|ends| !ends.is_empty()) else {
        return Ok(if all.is_empty() {
            Vec::new()
        } else {
            vec![all]
        });
    };
    let mut start = 0;
    ends.iter()
        .map(|end| {
            let path = all.get(start..end as usize);
            start = end as usize;
            path.map(<[_]>::to_vec)
                .ok_or_else(|| "the ends of its rings are damaged".to_owned())
        })
        .collect()
}
