//! FlatGeobuf: indexed, in the layer's own coordinates, with its coordinate system in the header.

use super::sheet::{Column, Holds, Sheet};
use super::{ExportError, Exported, encode, io};
use crate::atlas::{AreaFile, PartView, StoredArea};
use crate::geometry::Kind;
use crate::policy::Value;
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geo_types::{Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use geozero::{ColumnValue, PropertyProcessor};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// Writes one layer.
pub(super) fn write(exported: &Exported<'_>, path: &Path) -> Result<(), ExportError> {
    let file = exported.areas;
    let sheet = Sheet::of(file)?;
    let refused = encode::<flatgeobuf::Error>(path);
    let mut writer = begin(exported).map_err(&refused)?;
    for column in sheet.columns() {
        writer.add_column(&column.name, column_type(column.holds), |_, _| {});
    }
    for area in 0..file.areas().len() as u32 {
        let cells = sheet.row(file, area)?;
        let mut outcome = Ok(());
        let put = writer.add_feature_geom(geometry(file, area), |feature| {
            outcome = write_cells(sheet.columns(), &cells, feature);
        });
        put.and(outcome).map_err(encode(path))?;
    }
    let mut out = BufWriter::new(File::create(path).map_err(io(path))?);
    writer.write(&mut out).map_err(&refused)?;
    out.flush().map_err(io(path))
}

fn begin<'a>(exported: &Exported<'a>) -> Result<FgbWriter<'a>, flatgeobuf::Error> {
    let space = exported.areas.space();
    let geometry_type = common_type(exported.areas.areas());
    let options = FgbWriterOptions {
        crs: FgbCrs {
            org: Some("EPSG"),
            code: i32::from(space.epsg()),
            name: Some(space.name()),
            wkt: Some(space.definition()),
            ..FgbCrs::default()
        },
        // Where kinds are mixed each feature says its own.
        detect_type: geometry_type != GeometryType::Unknown,
        write_index: !exported.areas.areas().is_empty(),
        ..FgbWriterOptions::default()
    };
    FgbWriter::create_with_options(exported.layer.id.as_str(), geometry_type, options)
}

fn common_type(areas: &[StoredArea]) -> GeometryType {
    let first = areas.first().map_or(Kind::Polygon, |area| area.kind);
    if areas.iter().any(|area| area.kind != first) {
        return GeometryType::Unknown;
    }
    match first {
        Kind::Polygon => GeometryType::MultiPolygon,
        Kind::Line => GeometryType::MultiLineString,
        Kind::Point => GeometryType::MultiPoint,
    }
}

fn column_type(holds: Holds) -> ColumnType {
    match holds {
        Holds::Integer => ColumnType::Long,
        Holds::Number => ColumnType::Double,
        Holds::Flag => ColumnType::Bool,
        Holds::Text => ColumnType::String,
    }
}

fn write_cells(
    columns: &[Column],
    cells: &[Option<Value>],
    out: &mut impl PropertyProcessor,
) -> geozero::error::Result<()> {
    for (at, (column, cell)) in columns.iter().zip(cells).enumerate() {
        let value = match cell {
            None => continue,
            Some(Value::Integer(number)) => ColumnValue::Long(*number),
            Some(Value::Number(number)) => ColumnValue::Double(*number),
            Some(Value::Flag(flag)) => ColumnValue::Bool(*flag),
            Some(Value::Text(text)) => ColumnValue::String(text),
        };
        out.property(at, &column.name, &value)?;
    }
    Ok(())
}

/// The geometry of an area in its own coordinates.
fn geometry(file: &AreaFile, area: u32) -> Geometry<f64> {
    let parts = file.parts_of(area);
    match file.areas()[area as usize].kind {
        Kind::Polygon => {
            let polygon = |part: PartView<'_>| {
                let mut rings = paths(&part).into_iter();
                let outline = rings.next().unwrap_or_else(|| LineString(Vec::new()));
                Polygon::new(outline, rings.collect())
            };
            Geometry::MultiPolygon(MultiPolygon(parts.map(polygon).collect()))
        }
        Kind::Line => {
            let lines = parts.flat_map(|part| paths(&part));
            Geometry::MultiLineString(MultiLineString(lines.collect()))
        }
        Kind::Point => {
            let points =
                parts.flat_map(|part| part.paths().vertices().map(Point).collect::<Vec<_>>());
            Geometry::MultiPoint(MultiPoint(points.collect()))
        }
    }
}

fn paths(part: &PartView<'_>) -> Vec<LineString<f64>> {
    let vertices = part.paths();
    let path = |range: std::ops::Range<usize>| range.map(|at| vertices.vertex(at)).collect();
    vertices.ranges().map(path).collect()
}
