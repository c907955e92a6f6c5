//! GeoJSON (RFC 7946): one feature collection in WGS 84, longitude first, a feature a line.

use super::sheet::{Column, Sheet};
use super::{ExportError, Exported, io};
use crate::atlas::geojson::{Geometry, geometry};
use crate::policy::Value;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use std::fs::File;
use std::io::{self as system, BufWriter, Write};
use std::path::Path;

#[derive(serde::Serialize)]
struct Feature<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    properties: Properties<'a>,
    geometry: Geometry,
}

/// Columns and cells in the columns' order.
struct Properties<'a>(&'a [Column], &'a [Option<Value>]);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (column, cell) in self.0.iter().zip(self.1) {
            let name = &column.name;
            match cell {
                None => map.serialize_entry(name, &None::<()>)?,
                Some(Value::Integer(number)) => map.serialize_entry(name, number)?,
                Some(Value::Number(number)) => map.serialize_entry(name, number)?,
                Some(Value::Flag(flag)) => map.serialize_entry(name, flag)?,
                Some(Value::Text(text)) => map.serialize_entry(name, text)?,
            }
        }
        map.end()
    }
}

/// Writes one layer.
pub(super) fn write(exported: &Exported<'_>, path: &Path) -> Result<(), ExportError> {
    let file = exported.areas;
    let sheet = Sheet::of(file)?;
    let mut out = BufWriter::new(File::create(path).map_err(io(path))?);
    // A layer's id holds small letters, figures and hyphens: nothing to escape.
    let head = format!(
        "{{\"type\":\"FeatureCollection\",\"name\":\"{}\",\"features\":[",
        exported.layer.id
    );
    out.write_all(head.as_bytes()).map_err(io(path))?;
    for area in 0..file.areas().len() as u32 {
        let cells = sheet.row(file, area)?;
        let feature = Feature {
            kind: "Feature",
            properties: Properties(sheet.columns(), &cells),
            geometry: geometry(file, area),
        };
        line(&mut out, area > 0, &feature).map_err(io(path))?;
    }
    out.write_all(b"\n]}\n")
        .and_then(|()| out.flush())
        .map_err(io(path))
}

fn line(out: &mut impl Write, follows: bool, feature: &Feature<'_>) -> system::Result<()> {
    out.write_all(if follows { b",\n" } else { b"\n" })?;
    serde_json::to_writer(out, feature).map_err(Into::into)
}
