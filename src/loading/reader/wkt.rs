//! Well-known text of a geometry → geometry as drawn, by geozero's parser.
//!
//! Collections inside collections would exhaust the parser's stack, so brackets are counted first.
//! `SRID=27700;` before the text is passed over.

use super::columns::Columns;
use super::{Contents, Declared, Format, MAX_DEPTH, MAX_WHOLE_BYTES, ReadError, RowGeometry, Rows};
use crate::loading::drawn::{Drawn, Piece};
use crate::loading::finding::Kind;
use geo_types::Coord;
use geozero::error::Result as Processed;
use geozero::{CoordDimensions, GeomProcessor, GeozeroGeometry};
use std::path::Path;

/// A file that is the text of one geometry.
pub fn read_file(path: &Path) -> Result<Contents, ReadError> {
    let length = path.metadata().map_err(ReadError::io(path))?.len();
    if length > MAX_WHOLE_BYTES {
        return Err(ReadError::unreadable("it is larger than 2 GB"));
    }
    let bytes = std::fs::read(path).map_err(ReadError::io(path))?;
    let text = String::from_utf8_lossy(&bytes);
    let mut rows = Rows::default();
    rows.push(read(text.trim_start_matches('\u{feff}')), Vec::new())?;
    Ok(Contents {
        format: Format::Wkt,
        columns: Columns::default(),
        declared: Declared::Nothing,
        rows: rows.rows,
        notes: Vec::new(),
    })
}

/// The geometry of a text; `Missing` for an empty one.
pub fn read(text: &str) -> RowGeometry {
    let text = text.trim();
    let text = match text.split_once(';') {
        Some((srid, rest))
            if srid.len() <= 16 && srid.to_ascii_uppercase().starts_with("SRID=") =>
        {
            rest
        }
        _ => text,
    };
    if text.is_empty() {
        return RowGeometry::Missing;
    }
    let faulty = |why: String| RowGeometry::Faulty(Kind::InvalidWkt { why });
    if depth(text) > MAX_DEPTH {
        return faulty(format!(
            "its brackets are nested more than {MAX_DEPTH} deep"
        ));
    }
    let mut drawing = Drawing::default();
    if let Err(error) = geozero::wkt::Wkt(text).process_geom(&mut drawing) {
        return faulty(crate::loading::finding::shown_long(&error.to_string()));
    }
    if drawing.drawn.is_empty() {
        RowGeometry::Missing
    } else {
        RowGeometry::Drawn(drawing.drawn)
    }
}

fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Collects geozero's events. Counts announced beforehand are not believed: nothing is allocated for them.
#[derive(Default)]
struct Drawing {
    drawn: Drawn,
    path: Vec<Coord<f64>>,
    rings: Option<Vec<Vec<Coord<f64>>>>,
    in_path: bool,
}

impl GeomProcessor for Drawing {
    fn dimensions(&self) -> CoordDimensions {
        CoordDimensions::xyzm()
    }

    fn coordinate(
        &mut self,
        x: f64,
        y: f64,
        z: Option<f64>,
        m: Option<f64>,
        _t: Option<f64>,
        _tm: Option<u64>,
        _idx: usize,
    ) -> Processed<()> {
        self.drawn.had_heights |= z.is_some() || m.is_some();
        let vertex = Coord { x, y };
        if self.in_path {
            self.path.push(vertex);
        } else {
            self.drawn.pieces.push(Piece::Point(vertex));
        }
        Ok(())
    }

    fn empty_point(&mut self, _idx: usize) -> Processed<()> {
        Ok(())
    }

    fn linestring_begin(&mut self, _tagged: bool, _size: usize, _idx: usize) -> Processed<()> {
        self.in_path = true;
        Ok(())
    }

    fn linestring_end(&mut self, _tagged: bool, _idx: usize) -> Processed<()> {
        self.in_path = false;
        let path = std::mem::take(&mut self.path);
        match &mut self.rings {
            Some(rings) => rings.push(path),
            None => self.drawn.pieces.push(Piece::Line(path)),
        }
        Ok(())
    }

    fn polygon_begin(&mut self, _tagged: bool, _size: usize, _idx: usize) -> Processed<()> {
        self.rings = Some(Vec::new());
        Ok(())
    }

    fn polygon_end(&mut self, _tagged: bool, _idx: usize) -> Processed<()> {
        let rings = self.rings.take().unwrap_or_default();
        if !rings.is_empty() {
            self.drawn.pieces.push(Piece::Polygon(rings));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str) -> Drawn {
        match read(text) {
            RowGeometry::Drawn(drawn) => drawn,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn every_kind_is_drawn_and_open_rings_stay_open() {
        assert_eq!(drawn("POINT(1 2)").pieces.len(), 1);
        assert_eq!(drawn("MULTIPOINT((1 2),(3 4))").pieces.len(), 2);
        assert_eq!(
            drawn("MULTILINESTRING((1 2,3 4),(5 6,7 8))").pieces.len(),
            2
        );
        assert!(drawn("SRID=27700;POLYGON Z((0 0 1,1 0 1,1 1 1,0 0 1))").had_heights);
        let open = drawn("MULTIPOLYGON(((0 0,1 0,1 1)),((5 5,6 5,6 6,5 5),(1 1,2 1,2 2)))");
        assert_eq!(open.pieces.len(), 2);
        assert_eq!(open.vertices().count(), 10);
        assert_eq!(
            drawn("GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4))")
                .pieces
                .len(),
            2
        );
    }

    #[test]
    fn empty_is_missing_and_nonsense_is_faulty() {
        for text in [
            "",
            "  ",
            "POLYGON EMPTY",
            "GEOMETRYCOLLECTION EMPTY",
            "POINT EMPTY",
        ] {
            assert_eq!(read(text), RowGeometry::Missing, "{text}");
        }
        for text in [
            "POLYGON((0 0,1",
            "hello",
            "{\"type\":\"Point\"}",
            "POINT(1)",
        ] {
            assert!(matches!(read(text), RowGeometry::Faulty(_)), "{text}");
        }
        let deep = "GEOMETRYCOLLECTION(".repeat(100_000);
        assert!(matches!(read(&deep), RowGeometry::Faulty(_)));
    }
}
