//! Well-known text of a geometry → geometry as drawn, by geozero's parser.
//!
//! Collections inside collections would exhaust the parser's stack, so brackets are counted first.
//! The parser stops after the first geometry, so what follows it is looked for here. `SRID=27700;`
//! before the text is the coordinate system of the geometry.

use super::columns::Columns;
use super::{Contents, Declared, Format, MAX_DEPTH, MAX_WHOLE_BYTES, ReadError, RowGeometry, Rows};
use crate::loading::crs;
use crate::loading::drawn::{Drawn, Piece};
use crate::loading::finding::Kind;
use geo_types::Coord;
use geozero::error::Result as Processed;
use geozero::{CoordDimensions, GeomProcessor, GeozeroGeometry};
use std::path::Path;

/// Kinds of geometry that well-known text has and no reader of it here.
pub const CURVED: [&str; 8] = [
    "CIRCULARSTRING",
    "COMPOUNDCURVE",
    "CURVEPOLYGON",
    "MULTICURVE",
    "MULTISURFACE",
    "TIN",
    "TRIANGLE",
    "POLYHEDRALSURFACE",
];

/// A file that is the text of one geometry, or of one a line; each is a row.
pub fn read_file(path: &Path) -> Result<Contents, ReadError> {
    let bytes = super::bounded::whole(path, MAX_WHOLE_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    let mut rows = Rows::default();
    let mut systems = Systems::default();
    let mut rest = text;
    loop {
        let (one, after) = line_of_geometry(rest);
        rows.push(systems.read(one), Vec::new())?;
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    Ok(Contents {
        format: Format::Wkt,
        columns: Columns::default(),
        declared: systems.declared(),
        rows: rows.rows,
        notes: Vec::new(),
    })
}

/// The first geometry of a file with all else up to the end of its line, and the lines after it.
fn line_of_geometry(text: &str) -> (&str, &str) {
    let end = end_of_geometry(text).unwrap_or(text.len());
    let line = text[end..].find('\n').map_or(text.len(), |at| end + at);
    (text[..line].trim(), text[line..].trim())
}

/// The coordinate systems that geometries of one file name, which must be one.
#[derive(Debug, Default)]
pub struct Systems {
    first: Option<Option<u32>>,
}

impl Systems {
    /// The geometry of a text; `Missing` for an empty one, `Faulty` where the text is none or names
    /// another system than the geometries before it.
    pub fn read(&mut self, text: &str) -> RowGeometry {
        let (srid, text) = split_srid(text.trim());
        let geometry = read(text);
        if !matches!(geometry, RowGeometry::Drawn(_)) {
            return geometry;
        }
        let first = *self.first.get_or_insert(srid);
        if first == srid {
            return geometry;
        }
        let told = |srid: Option<u32>| {
            srid.map_or_else(|| "no SRID".to_owned(), |srid| format!("SRID={srid}"))
        };
        let why = format!(
            "it has {}, and the geometries before it {}; a file is in one coordinate system",
            told(srid),
            told(first)
        );
        RowGeometry::Faulty(Kind::InvalidWkt { why })
    }

    /// What they say of the file's coordinate system.
    pub fn declared(&self) -> Declared {
        match self.first.flatten() {
            Some(srid) => crs::of_name(&format!("EPSG:{srid}")),
            None => Declared::Nothing,
        }
    }
}

/// `SRID=27700;POINT(1 2)` → 27700 and the rest; 0 is PostGIS's word for none.
fn split_srid(text: &str) -> (Option<u32>, &str) {
    let split = || {
        let (srid, rest) = text.split_once(';')?;
        let number = srid
            .get(..5)
            .filter(|word| word.eq_ignore_ascii_case("SRID="))
            .and_then(|word| srid[word.len()..].trim().parse().ok())?;
        Some((Some(number).filter(|number| *number != 0), rest.trim()))
    };
    split().unwrap_or((None, text))
}

/// Where the first geometry of a text ends: after the bracket that closes its first one, or after
/// `EMPTY`. `None` where it does not end.
fn end_of_geometry(text: &str) -> Option<usize> {
    let open = text.find('(').unwrap_or(text.len());
    // ASCII letters stay where they are in capitals.
    let before = text[..open].to_ascii_uppercase();
    if let Some(at) = before.find("EMPTY") {
        return Some(at + "EMPTY".len());
    }
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The geometry of a text without a system; `Missing` for an empty one.
fn read(text: &str) -> RowGeometry {
    if text.is_empty() {
        return RowGeometry::Missing;
    }
    let faulty = |why: String| RowGeometry::Faulty(Kind::InvalidWkt { why });
    if depth(text) > MAX_DEPTH {
        return faulty(format!(
            "its brackets are nested more than {MAX_DEPTH} deep"
        ));
    }
    let after = end_of_geometry(text).map_or("", |end| text[end..].trim());
    if !after.is_empty() {
        return faulty(format!(
            "after the geometry stands “{}”; one row holds one geometry, such as a MULTIPOLYGON",
            crate::loading::finding::shown(after)
        ));
    }
    let kind: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    if CURVED.contains(&kind.to_ascii_uppercase().as_str()) {
        return faulty(format!(
            "a {} is not read from text; export it as polygons or lines, or the file as GeoPackage",
            kind.to_ascii_uppercase()
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

    fn geometry(text: &str) -> RowGeometry {
        Systems::default().read(text)
    }

    fn drawn(text: &str) -> Drawn {
        match geometry(text) {
            RowGeometry::Drawn(drawn) => drawn,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_curve_in_text_is_refused_by_its_name() {
        let RowGeometry::Faulty(Kind::InvalidWkt { why }) =
            read("CurvePolygon (CIRCULARSTRING (0 0, 1 1, 2 0, 1 -1, 0 0))")
        else {
            panic!("read");
        };
        assert!(
            why.contains("a CURVEPOLYGON is not read from text"),
            "{why}"
        );
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
            assert_eq!(geometry(text), RowGeometry::Missing, "{text}");
        }
        for text in [
            "POLYGON((0 0,1",
            "hello",
            "{\"type\":\"Point\"}",
            "POINT(1)",
        ] {
            assert!(matches!(geometry(text), RowGeometry::Faulty(_)), "{text}");
        }
        let deep = "GEOMETRYCOLLECTION(".repeat(100_000);
        assert!(matches!(geometry(&deep), RowGeometry::Faulty(_)));
    }

    #[test]
    fn what_follows_the_first_geometry_is_not_dropped_in_silence() {
        let one = "POLYGON((0 0,1 0,1 1,0 0))";
        for more in [
            format!("{one}, {one}"),
            format!("{one} {one}"),
            format!("{one};{one}"),
            format!("{one} garbage"),
            format!("POLYGON EMPTY, {one}"),
            format!("{one})"),
            format!("SRID=27700;{one} {one}"),
        ] {
            let RowGeometry::Faulty(Kind::InvalidWkt { why }) = geometry(&more) else {
                panic!("{more}");
            };
            assert!(why.contains("after the geometry stands"), "{why}");
        }
    }

    #[test]
    fn a_file_of_lines_is_a_row_for_each() {
        let text = "POLYGON((0 0,1 0,\n1 1,0 0))\r\n\r\nPOINT(1 2)\nPOINT EMPTY\n";
        let mut rest = text;
        let mut lines = Vec::new();
        while !rest.is_empty() {
            let (line, after) = line_of_geometry(rest);
            lines.push(geometry(line));
            rest = after;
        }
        assert_eq!(lines.len(), 3);
        assert!(matches!(lines[0], RowGeometry::Drawn(_)));
        assert!(matches!(lines[1], RowGeometry::Drawn(_)));
        assert_eq!(lines[2], RowGeometry::Missing);
    }

    #[test]
    fn a_srid_is_the_system_of_the_file_and_there_is_one() {
        let mut systems = Systems::default();
        assert_eq!(systems.read(""), RowGeometry::Missing);
        assert!(matches!(
            systems.read("srid=27700;POINT(1 2)"),
            RowGeometry::Drawn(_)
        ));
        assert_eq!(
            systems.declared(),
            Declared::Known(crate::geometry::Crs::NationalGrid)
        );
        for other in ["POINT(1 2)", "SRID=4326;POINT(1 2)", "SRID=0;POINT(1 2)"] {
            assert!(
                matches!(systems.read(other), RowGeometry::Faulty(_)),
                "{other}"
            );
        }
        let mut none = Systems::default();
        none.read("SRID=0;POINT(1 2)");
        assert_eq!(none.declared(), Declared::Nothing);
    }
}
