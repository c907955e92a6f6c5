//! CSV: UTF-8, the columns of the sheet and last `geometry`, well-known text in the layer's coordinates.
//!
//! CSV names no coordinate system and no types. Cells are the data as it is, also where a spreadsheet
//! would take one for a formula.

use super::sheet::Sheet;
use super::{ExportError, Exported, encode, io, wkt};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// The column of well-known text.
const GEOMETRY: &str = "geometry";

/// Writes one layer.
pub(super) fn write(exported: &Exported<'_>, path: &Path) -> Result<(), ExportError> {
    let file = exported.areas;
    let sheet = Sheet::of(file)?;
    let out = BufWriter::new(File::create(path).map_err(io(path))?);
    let mut out = csv::Writer::from_writer(out);
    let refused = encode::<csv::Error>(path);
    let names = sheet.columns().iter().map(|column| column.name.as_str());
    out.write_record(names.chain([GEOMETRY]))
        .map_err(&refused)?;
    for area in 0..file.areas().len() as u32 {
        let cells = sheet.row(file, area)?;
        let texts = cells
            .iter()
            .map(|cell| cell.as_ref().map_or_else(String::new, ToString::to_string));
        out.write_record(texts.chain([wkt::geometry(file, area)]))
            .map_err(&refused)?;
    }
    out.flush().map_err(io(path))
}
