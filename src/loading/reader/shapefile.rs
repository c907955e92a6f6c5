//! Shapefiles: `.shp` with its `.shx`, `.dbf`, `.cpg` and `.prj`, in any case of letters. A missing
//! `.shx`, `.dbf` or `.prj` is lived with; a table of another length than the shapes is not, nor an
//! index that was not made with them.

use super::MAX_WHOLE_BYTES;
use super::bounded::{MAX_SIDECAR_BYTES, whole};
use super::columns::Columns;
use super::{Contents, Declared, Format, ReadError, RowGeometry, Rows, dbf, records, rings};
use crate::loading::crs;
use crate::loading::drawn::{Drawn, Piece};
use crate::loading::finding::{Finding, Kind};
use crate::loading::source::Sources;
use ::shapefile::record::traits::HasXY;
use ::shapefile::{Shape, ShapeReader, ShapeType};
use geo_types::Coord;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Reads a shapefile by the path of its `.shp`.
pub fn read(path: &Path, sources: &Sources) -> Result<Contents, ReadError> {
    let declared = match beside(path, "prj", sources)? {
        Some(prj) => crs::of_wkt(&String::from_utf8_lossy(&whole(&prj, MAX_SIDECAR_BYTES)?)),
        None => Declared::Nothing,
    };
    let label = match beside(path, "cpg", sources)? {
        Some(cpg) => Some(String::from_utf8_lossy(&whole(&cpg, MAX_SIDECAR_BYTES)?).into_owned()),
        None => None,
    };
    let table = match beside(path, "dbf", sources)? {
        Some(dbf) => Some(dbf::read(&whole(&dbf, MAX_WHOLE_BYTES)?, label.as_deref())?),
        None => None,
    };
    let index = beside(path, "shx", sources)?;
    let shapes = shapes(path, index.as_deref())?;
    records::check(path, index.as_deref(), shapes.len())?;
    let mut contents = Contents {
        format: Format::Shapefile,
        columns: Columns::default(),
        declared,
        rows: Vec::new(),
        notes: Vec::new(),
    };
    let mut rows = Rows::default();
    match table {
        Some(table) => join(&mut contents, &mut rows, shapes, table)?,
        None => shapes
            .into_iter()
            .try_for_each(|shape| rows.push(shape, Vec::new()))?,
    }
    contents.rows = rows.rows;
    Ok(contents)
}

/// Shapes and records go together by their order.
fn join(
    contents: &mut Contents,
    rows: &mut Rows,
    shapes: Vec<RowGeometry>,
    table: dbf::Table,
) -> Result<(), ReadError> {
    let (shape_count, record_count) = (shapes.len(), table.records.len());
    if shape_count != record_count {
        return Err(ReadError::unreadable(format!(
            "its .shp has {shape_count} shapes and its .dbf {record_count} records, so which belong together is not known"
        )));
    }
    contents.columns = table.columns;
    contents.notes.extend(table.notes);
    let mut deleted = 0;
    for (shape, record) in shapes.into_iter().zip(table.records) {
        match record {
            Some(values) => rows.push(shape, values)?,
            None => deleted += 1,
        }
    }
    if deleted > 0 {
        contents
            .notes
            .push(Finding::new(Kind::DeletedRows { rows: deleted }));
    }
    Ok(())
}

/// The file of the same name with another ending, in small or capital letters.
fn beside(path: &Path, ending: &str, sources: &Sources) -> Result<Option<PathBuf>, ReadError> {
    let candidates = [ending.to_owned(), ending.to_uppercase()].map(|e| path.with_extension(e));
    let found = candidates.into_iter().find(|candidate| candidate.is_file());
    if let Some(found) = &found {
        sources.add(found).map_err(ReadError::io(found))?;
    }
    Ok(found)
}

fn shapes(path: &Path, index: Option<&Path>) -> Result<Vec<RowGeometry>, ReadError> {
    let open = |path: &Path| {
        File::open(path)
            .map(BufReader::new)
            .map_err(ReadError::io(path))
    };
    let plain =
        || ShapeReader::new(open(path)?).map_err(|error| ReadError::unreadable(error.to_string()));
    let mut reader = match index {
        // A damaged .shx is as good as none.
        Some(index) => match ShapeReader::with_shx(open(path)?, open(index)?) {
            Ok(reader) => reader,
            Err(_) => plain()?,
        },
        None => plain()?,
    };
    let mut shapes = Vec::new();
    for shape in reader.iter_shapes() {
        // The iterator gives the same error for ever: the first one ends it.
        match shape {
            Ok(shape) => shapes.push(drawn(shape)),
            Err(error) => return Err(ReadError::after(shapes.len(), error.to_string())),
        }
        if shapes.len() > super::MAX_ROWS {
            return Err(ReadError::after(shapes.len(), "it holds too many shapes"));
        }
    }
    Ok(shapes)
}

fn drawn(shape: Shape) -> RowGeometry {
    let mut drawn = Drawn {
        had_heights: matches!(
            shape.shapetype(),
            ShapeType::PointZ
                | ShapeType::PointM
                | ShapeType::PolylineZ
                | ShapeType::PolylineM
                | ShapeType::PolygonZ
                | ShapeType::PolygonM
                | ShapeType::MultipointZ
                | ShapeType::MultipointM
        ),
        ..Drawn::default()
    };
    match shape {
        Shape::NullShape => return RowGeometry::Missing,
        Shape::Point(p) => drawn.pieces.push(point(&p)),
        Shape::PointM(p) => drawn.pieces.push(point(&p)),
        Shape::PointZ(p) => drawn.pieces.push(point(&p)),
        Shape::Multipoint(many) => drawn.pieces.extend(many.points().iter().map(point)),
        Shape::MultipointM(many) => drawn.pieces.extend(many.points().iter().map(point)),
        Shape::MultipointZ(many) => drawn.pieces.extend(many.points().iter().map(point)),
        Shape::Polyline(lines) => drawn.pieces.extend(lines.parts().iter().map(|l| line(l))),
        Shape::PolylineM(lines) => drawn.pieces.extend(lines.parts().iter().map(|l| line(l))),
        Shape::PolylineZ(lines) => drawn.pieces.extend(lines.parts().iter().map(|l| line(l))),
        Shape::Polygon(p) => polygons(&mut drawn, p.rings().iter().map(|r| path(r.points()))),
        Shape::PolygonM(p) => polygons(&mut drawn, p.rings().iter().map(|r| path(r.points()))),
        Shape::PolygonZ(p) => polygons(&mut drawn, p.rings().iter().map(|r| path(r.points()))),
        Shape::Multipatch(_) => {
            return RowGeometry::Faulty(Kind::UnreadableGeometry {
                why: "it is a multipatch, a surface in space and not in the plane".to_owned(),
            });
        }
    }
    if drawn.is_empty() {
        RowGeometry::Missing
    } else {
        RowGeometry::Drawn(drawn)
    }
}

fn vertex<P: HasXY>(point: &P) -> Coord<f64> {
    Coord {
        x: point.x(),
        y: point.y(),
    }
}

fn point<P: HasXY>(point: &P) -> Piece {
    Piece::Point(vertex(point))
}

fn line<P: HasXY>(line: &[P]) -> Piece {
    Piece::Line(path(line))
}

fn path<P: HasXY>(points: &[P]) -> Vec<Coord<f64>> {
    points.iter().map(vertex).collect()
}

fn polygons(drawn: &mut Drawn, rings: impl Iterator<Item = Vec<Coord<f64>>>) {
    let (polygons, stray) = rings::assemble(rings.collect());
    drawn.stray_holes = stray;
    drawn
        .pieces
        .extend(polygons.into_iter().map(Piece::Polygon));
}
