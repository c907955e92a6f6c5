//! Writes areas as FlatGeobuf, indexed, in their own coordinates.

use super::columns::Columns;
use crate::geometry::{Kind, Shape, Space};
use crate::policy::AreaRecord;
use flatgeobuf::{FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geo_types::Geometry;
use std::io::Write;

/// One area to be written, with its permanent id.
pub(super) struct Writable<'a> {
    pub id: u64,
    pub record: &'a AreaRecord,
    pub shape: &'a Shape,
}

/// Why areas could not be written.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) enum WriteError {
    /// The file as a whole.
    File(#[from] flatgeobuf::Error),
    /// One feature of it.
    Feature(#[from] geozero::error::GeozeroError),
}

/// Writes a FlatGeobuf file with these areas.
pub(super) fn flatgeobuf(
    to: impl Write,
    name: &str,
    space: Space,
    areas: &[Writable<'_>],
) -> Result<(), WriteError> {
    let columns = Columns::for_records(areas.iter().map(|area| area.record));
    let geometry_type = common_type(areas);
    let options = FgbWriterOptions {
        crs: FgbCrs {
            org: Some("EPSG"),
            code: i32::from(space.epsg()),
            ..FgbCrs::default()
        },
        // Where kinds are mixed each feature says its own.
        detect_type: geometry_type != GeometryType::Unknown,
        write_index: !areas.is_empty(),
        ..FgbWriterOptions::default()
    };
    let mut writer = FgbWriter::create_with_options(name, geometry_type, options)?;
    for (name, kind) in columns.iter() {
        writer.add_column(name, kind, |_, _| {});
    }
    for area in areas {
        let geometry = match area.shape.clone() {
            Shape::Polygons(polygons) => Geometry::MultiPolygon(polygons),
            Shape::Lines(lines) => Geometry::MultiLineString(lines),
            Shape::Points(points) => Geometry::MultiPoint(points),
        };
        let mut outcome = Ok(());
        writer.add_feature_geom(geometry, |feature| {
            outcome = columns.write(area.id, area.record, feature);
        })?;
        outcome?;
    }
    writer.write(to)?;
    Ok(())
}

fn common_type(areas: &[Writable<'_>]) -> GeometryType {
    let mut kinds = areas.iter().map(|area| area.shape.kind());
    let Some(first) = kinds.next() else {
        return GeometryType::MultiPolygon;
    };
    match first {
        _ if kinds.any(|kind| kind != first) => GeometryType::Unknown,
        Kind::Polygon => GeometryType::MultiPolygon,
        Kind::Line => GeometryType::MultiLineString,
        Kind::Point => GeometryType::MultiPoint,
    }
}
