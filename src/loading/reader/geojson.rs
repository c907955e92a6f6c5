//! GeoJSON: feature collections as a stream, single features and bare geometries, and one feature a
//! line. Feature ids are kept, and the `crs` member of the 2008 format is read.

use super::columns::Columns;
use super::{
    Contents, Declared, Format, MAX_WHOLE_BYTES, Passed, ReadError, RowGeometry, Rows, json_scan,
};
use crate::loading::crs;
use crate::loading::drawn::{Drawn, Piece};
use crate::loading::finding::Kind;
use crate::policy::Value;
use geo_types::Coord;
use geojson::{Feature, FeatureReader, GeoJson, Geometry, GeometryValue, JsonValue, Position};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Reads a document or lines of them.
pub fn read(path: &Path, format: Format, passed: &Passed) -> Result<Contents, ReadError> {
    let file = File::open(path).map_err(ReadError::io(path))?;
    let mut collector = Collector::default();
    let declared = if format == Format::GeoJsonLines {
        collector.lines(path, BufReader::new(passed.through(file)))?;
        Declared::ByFormat
    } else {
        collector.document(path, file, passed)?
    };
    Ok(Contents {
        format,
        columns: collector.columns,
        declared,
        rows: collector.rows.rows,
        notes: Vec::new(),
    })
}

#[derive(Default)]
struct Collector {
    columns: Columns,
    rows: Rows,
}

impl Collector {
    fn document(
        &mut self,
        path: &Path,
        mut file: File,
        passed: &Passed,
    ) -> Result<Declared, ReadError> {
        let outline = json_scan::scan(BufReader::new(&file)).map_err(ReadError::io(path))?;
        if outline.too_deep {
            return Err(ReadError::unreadable(format!(
                "its brackets are nested more than {} deep",
                super::MAX_DEPTH
            )));
        }
        if outline.trailing {
            return Err(ReadError::unreadable(
                "something stands after its end; a file holds one document, or one feature a line",
            ));
        }
        refuse_repeated(&outline, 0)?;
        let declared = match outline.member("crs") {
            Some((start, end)) => {
                crs::of_geojson_member(&text(path, &mut file, start, end.min(start + 4096))?)
            }
            None => Declared::ByFormat,
        };
        match outline.member("features") {
            Some((start, _)) if !outline.is_array => {
                file.seek(SeekFrom::Start(start))
                    .map_err(ReadError::io(path))?;
                self.collection(BufReader::new(passed.through(file)))?;
            }
            _ => self.single(path, &mut file)?,
        }
        if outline.cut {
            return Err(ReadError::after(
                self.rows.rows.len(),
                "it ends in the middle",
            ));
        }
        Ok(declared)
    }

    /// The features of a collection; `from` starts at the bracket that opens them.
    fn collection(&mut self, mut from: impl BufRead) -> Result<(), ReadError> {
        let buffered = from.fill_buf().unwrap_or_default();
        if buffered.first() != Some(&b'[') {
            return Err(ReadError::unreadable("“features” is not a list"));
        }
        if is_empty_list(buffered) {
            return Ok(());
        }
        for feature in FeatureReader::from_reader(from).features() {
            // The reader gives the same error for ever: the first one ends it.
            match feature {
                Ok(feature) => self.feature(feature)?,
                Err(error) => return Err(failed(self.rows.rows.len(), &error)),
            }
        }
        Ok(())
    }

    /// A document that is one feature or one geometry.
    fn single(&mut self, path: &Path, file: &mut File) -> Result<(), ReadError> {
        let whole = text(path, file, 0, u64::MAX)?;
        self.any(whole.trim_start_matches('\u{feff}'))
    }

    fn lines(&mut self, path: &Path, from: impl BufRead) -> Result<(), ReadError> {
        let mut from = from.take(u64::MAX);
        let mut line = Vec::new();
        loop {
            line.clear();
            from.set_limit(MAX_WHOLE_BYTES);
            if from
                .read_until(b'\n', &mut line)
                .map_err(ReadError::io(path))?
                == 0
            {
                return Ok(());
            }
            let text = std::str::from_utf8(&line)
                .map_err(|_| ReadError::after(self.rows.rows.len(), "a line is not UTF-8 text"))?;
            let text = text.trim_start_matches(['\u{feff}', '\u{1e}']).trim();
            if !text.is_empty() {
                self.any(text)?;
            }
        }
    }

    fn any(&mut self, text: &str) -> Result<(), ReadError> {
        let before = self.rows.rows.len();
        let outline = json_scan::scan(text.as_bytes())
            .map_err(|error| ReadError::after(before, error.to_string()))?;
        if outline.too_deep {
            return Err(ReadError::after(before, "its brackets are nested too deep"));
        }
        refuse_repeated(&outline, before)?;
        let parsed = text.parse::<GeoJson>();
        match parsed.map_err(|error| failed(before, &error))? {
            GeoJson::Feature(feature) => self.feature(feature),
            GeoJson::Geometry(geometry) => self.rows.push(drawn(geometry), Vec::new()),
            GeoJson::FeatureCollection(collection) => collection
                .features
                .into_iter()
                .try_for_each(|feature| self.feature(feature)),
        }
    }

    fn feature(&mut self, feature: Feature) -> Result<(), ReadError> {
        let geometry = feature.geometry.map_or(RowGeometry::Missing, drawn);
        let mut values = Vec::new();
        for (name, value) in feature.properties.into_iter().flatten() {
            if let Some(value) = value_of(value) {
                values.push((self.columns.index_of(&name), value));
            }
        }
        if let Some(id) = feature.id {
            let index = self.columns.index_of("id");
            if values.iter().all(|(at, _)| *at != index) {
                values.push((index, id_value(id)));
            }
        }
        values.sort_by_key(|(index, _)| *index);
        self.rows.push(geometry, values)
    }
}

/// Of a member that stands twice, the parser would see one.
fn refuse_repeated(outline: &json_scan::Outline, rows_before: usize) -> Result<(), ReadError> {
    match outline.repeated() {
        None => Ok(()),
        Some(key) => Err(ReadError::after(
            rows_before,
            format!(
                "its member “{}” stands more than once",
                crate::loading::finding::shown(key)
            ),
        )),
    }
}

/// The parser's complaint, without the heading that it repeats.
fn failed(rows_before: usize, error: &geojson::Error) -> ReadError {
    let heading = "Error while deserializing GeoJSON: ";
    let why = error.to_string();
    let why = why.trim_start_matches(heading);
    // Its own types are no use to a reader.
    ReadError::after(
        rows_before,
        why.replace("struct DeserializeFeatureHelper", "a feature"),
    )
}

/// Bytes of a file as text.
fn text(path: &Path, file: &mut File, start: u64, end: u64) -> Result<String, ReadError> {
    let mut text = String::new();
    let length = end.saturating_sub(start).min(MAX_WHOLE_BYTES);
    file.seek(SeekFrom::Start(start))
        .and_then(|_| file.take(length).read_to_string(&mut text))
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidData => ReadError::unreadable("it is not UTF-8 text"),
            _ => ReadError::io(path)(error),
        })?;
    Ok(text)
}

fn is_empty_list(bytes: &[u8]) -> bool {
    bytes.iter().skip(1).find(|b| !b.is_ascii_whitespace()) == Some(&b']')
}

fn id_value(id: geojson::feature::Id) -> Value {
    match id {
        geojson::feature::Id::String(text) => Value::Text(text),
        geojson::feature::Id::Number(number) => {
            value_of(JsonValue::Number(number)).unwrap_or(Value::Integer(0))
        }
    }
}

/// A property's value; lists of plain values become text with semicolons, objects stay JSON text.
pub fn value_of(value: JsonValue) -> Option<Value> {
    Some(match value {
        JsonValue::Null => return None,
        JsonValue::Bool(flag) => Value::Flag(flag),
        JsonValue::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Value::Integer(integer),
            (None, Some(float)) => Value::Number(float),
            (None, None) => Value::Text(number.to_string()),
        },
        JsonValue::String(text) => Value::Text(text),
        JsonValue::Array(items) if items.iter().all(is_plain) => {
            let items: Vec<String> = items
                .into_iter()
                .filter_map(value_of)
                .map(|item| item.to_string())
                .collect();
            Value::Text(items.join(";"))
        }
        other => Value::Text(other.to_string()),
    })
}

fn is_plain(value: &JsonValue) -> bool {
    !value.is_array() && !value.is_object()
}

/// A GeoJSON geometry as drawn.
pub fn drawn(geometry: Geometry) -> RowGeometry {
    let mut drawn = Drawn::default();
    match add(&mut drawn, geometry.value) {
        Ok(()) if drawn.is_empty() => RowGeometry::Missing,
        Ok(()) => RowGeometry::Drawn(drawn),
        Err(why) => RowGeometry::Faulty(Kind::UnreadableGeometry { why }),
    }
}

fn add(drawn: &mut Drawn, value: GeometryValue) -> Result<(), String> {
    match value {
        GeometryValue::Point { coordinates } => {
            if !coordinates.is_empty() {
                let point = vertex(drawn, &coordinates)?;
                drawn.pieces.push(Piece::Point(point));
            }
        }
        GeometryValue::MultiPoint { coordinates } => {
            for position in &coordinates {
                let point = vertex(drawn, position)?;
                drawn.pieces.push(Piece::Point(point));
            }
        }
        GeometryValue::LineString { coordinates } => {
            let line = path(drawn, &coordinates)?;
            drawn.pieces.push(Piece::Line(line));
        }
        GeometryValue::MultiLineString { coordinates } => {
            for line in &coordinates {
                let line = path(drawn, line)?;
                drawn.pieces.push(Piece::Line(line));
            }
        }
        GeometryValue::Polygon { coordinates } => polygon(drawn, &coordinates)?,
        GeometryValue::MultiPolygon { coordinates } => {
            for rings in &coordinates {
                polygon(drawn, rings)?;
            }
        }
        GeometryValue::GeometryCollection { geometries } => {
            for geometry in geometries {
                add(drawn, geometry.value)?;
            }
        }
    }
    Ok(())
}

fn polygon(drawn: &mut Drawn, rings: &[Vec<Position>]) -> Result<(), String> {
    let rings: Vec<_> = rings
        .iter()
        .map(|ring| path(drawn, ring))
        .collect::<Result<_, _>>()?;
    if !rings.is_empty() {
        drawn.pieces.push(Piece::Polygon(rings));
    }
    Ok(())
}

fn path(drawn: &mut Drawn, positions: &[Position]) -> Result<Vec<Coord<f64>>, String> {
    positions
        .iter()
        .map(|position| vertex(drawn, position))
        .collect()
}

fn vertex(drawn: &mut Drawn, position: &Position) -> Result<Coord<f64>, String> {
    let numbers = position.as_slice();
    drawn.had_heights |= numbers.len() > 2;
    match *numbers {
        [x, y, ..] => Ok(Coord { x, y }),
        _ => Err(format!("a position has {} numbers", numbers.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Contents, ReadError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.geojson");
        std::fs::write(&path, text).expect("written");
        read(
            &path,
            super::super::format::recognise(&path)?,
            &Passed::default(),
        )
    }

    #[test]
    fn a_collection_after_a_bbox_a_bom_and_heights_is_read() {
        let text = "\u{feff}{\"type\":\"FeatureCollection\",\"bbox\":[0,0,1,1],\"features\":[
            {\"type\":\"Feature\",\"id\":\"A/1\",\"properties\":{\"n\":1,\"x\":2.5,\"f\":true,\"l\":[\"H1\",\"H2\"],\"z\":null},
             \"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2,3]}},
            {\"type\":\"Feature\",\"properties\":null,\"geometry\":null}]}";
        let contents = read_text(text).expect("read");
        assert_eq!(contents.columns.names(), ["f", "l", "n", "x", "id"]);
        assert_eq!(contents.rows.len(), 2);
        let values: Vec<_> = contents.rows[0]
            .values
            .iter()
            .map(|(_, v)| v.clone())
            .collect();
        assert_eq!(
            values,
            [
                Value::Flag(true),
                Value::Text("H1;H2".to_owned()),
                Value::Integer(1),
                Value::Number(2.5),
                Value::Text("A/1".to_owned())
            ]
        );
        let RowGeometry::Drawn(drawn) = &contents.rows[0].geometry else {
            panic!("a point");
        };
        assert!(drawn.had_heights);
        assert_eq!(contents.rows[1].geometry, RowGeometry::Missing);
        assert_eq!(contents.declared, Declared::ByFormat);
    }

    #[test]
    fn a_cut_file_is_an_error_that_says_how_far_it_came() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{},"geometry":null},
            {"type":"Feature","properties":{},"geo"#;
        let error = read_text(text).expect_err("cut").to_string();
        assert!(error.contains("rows_before: 1"), "{error}");
    }

    #[test]
    fn lines_and_bare_geometries_are_read() {
        let feature = r#"{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[1,2]}}"#;
        let lines = format!("\u{1e}{feature}\n\u{1e}{feature}\n\n");
        assert_eq!(read_text(&lines).expect("lines").rows.len(), 2);
        let bare = r#"{"type":"Point","coordinates":[1,2]}"#;
        assert_eq!(read_text(bare).expect("bare").rows.len(), 1);
        let empty = r#"{"type":"FeatureCollection","features":[ ]}"#;
        assert_eq!(read_text(empty).expect("empty").rows.len(), 0);
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
        let deep = format!(
            "{}{}",
            r#"{"type":"GeometryCollection","geometries":["#.repeat(100_000),
            "]}".repeat(100_000)
        );
        assert!(read_text(&deep).is_err());
    }
}
