//! KML: every placemark in every folder is a row; its name, description, folder and extended data are
//! columns. Always WGS 84, longitude first.
//!
//! Written here because the `kml` crate spins for ever on a placemark that is cut short and panics on
//! a point without coordinates.

use super::columns::Columns;
use super::xml::{Event, Scanner, attribute};
use super::{Contents, Declared, Format, MAX_WHOLE_BYTES, ReadError, RowGeometry, Rows, Wanted};
use crate::geometry::Crs;
use crate::loading::drawn::{Drawn, Piece};
use crate::loading::finding::Kind;
use crate::policy::Value;
use geo_types::Coord;
use std::path::Path;

/// Reads a document, or the folder of it that is wanted.
pub fn read(path: &Path, wanted: &Wanted) -> Result<Contents, ReadError> {
    let text = text(path)?;
    let mut walk = Walk {
        wanted: wanted.layer.as_deref(),
        ..Walk::default()
    };
    let mut scanner = Scanner::new(&text);
    loop {
        let before = walk.rows.rows.len();
        match scanner.next() {
            Ok(Some(event)) => walk.event(&event)?,
            Ok(None) => break,
            Err(why) => return Err(ReadError::after(before, why)),
        }
    }
    if let Some(wanted) = walk.wanted
        && walk.rows.rows.is_empty()
    {
        return Err(ReadError::content(Kind::NoSuchLayer {
            wanted: wanted.to_owned(),
            names: walk.folder_names,
        }));
    }
    let mut rows = walk.rows.rows;
    super::typed::infer(&mut rows, walk.columns.names().len(), |_| false);
    Ok(Contents {
        format: Format::Kml,
        columns: walk.columns,
        declared: Declared::Known(Crs::Wgs84),
        rows,
        notes: Vec::new(),
    })
}

/// The document's text: UTF-8 or UTF-16 by its mark, else as its first line declares.
fn text(path: &Path) -> Result<String, ReadError> {
    let bytes = super::bounded::whole(path, MAX_WHOLE_BYTES)?;
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
    let declared = head
        .strip_prefix("<?xml")
        .and_then(|head| attribute(head, "encoding"))
        .and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    let encoding = declared.unwrap_or(encoding_rs::UTF_8);
    Ok(encoding.decode(&bytes).0.into_owned())
}

#[derive(Default)]
struct Walk<'a> {
    wanted: Option<&'a str>,
    columns: Columns,
    rows: Rows,
    /// Names of the elements that are open.
    open: Vec<String>,
    /// Names of the folders that are open.
    folders: Vec<String>,
    folder_names: Vec<String>,
    /// Text of the element that is open, if it is one that is read.
    text: String,
    placemark: Option<Placemark>,
}

#[derive(Default)]
struct Placemark {
    values: Vec<(String, String)>,
    /// The name of the extended datum that is open.
    datum: Option<String>,
    drawn: Drawn,
    ring: Vec<Coord<f64>>,
    rings: Vec<Vec<Coord<f64>>>,
    fault: Option<String>,
}

impl Walk<'_> {
    fn event(&mut self, event: &Event) -> Result<(), ReadError> {
        match event {
            Event::Start(name, attributes) => {
                self.start(name, attributes);
                self.open.push((*name).to_owned());
                self.text.clear();
            }
            Event::Text(text) => self.text.push_str(text),
            Event::End(name) => {
                self.open.pop();
                self.end(name)?;
                self.text.clear();
            }
        }
        Ok(())
    }

    fn start(&mut self, name: &str, attributes: &str) {
        match (name, &mut self.placemark) {
            ("Placemark", None) => self.placemark = Some(Placemark::default()),
            ("Folder", None) => self.folders.push(String::new()),
            ("Data" | "SimpleData", Some(placemark)) => {
                placemark.datum = attribute(attributes, "name");
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), ReadError> {
        let parent = self.open.last().map_or("", String::as_str);
        let Some(placemark) = &mut self.placemark else {
            if name == "Folder" {
                self.folders.pop();
            } else if name == "name" && parent == "Folder" {
                self.name_folder();
            }
            return Ok(());
        };
        if name == "Placemark" {
            let placemark = self.placemark.take().unwrap_or_default();
            return self.row(placemark);
        }
        placemark.end(name, parent, &self.text);
        Ok(())
    }

    fn name_folder(&mut self) {
        let name = self.text.trim().to_owned();
        self.folder_names.push(name.clone());
        if let Some(folder) = self.folders.last_mut() {
            *folder = name;
        }
    }

    fn row(&mut self, placemark: Placemark) -> Result<(), ReadError> {
        if self
            .wanted
            .is_some_and(|wanted| self.folders.iter().all(|folder| folder != wanted))
        {
            return Ok(());
        }
        let mut values: Vec<(usize, Value)> = Vec::new();
        let folder = self.folders.iter().rev().find(|folder| !folder.is_empty());
        let folder = folder.map(|folder| ("folder".to_owned(), folder.clone()));
        for (name, text) in placemark.values.into_iter().chain(folder) {
            let column = self.columns.index_of(&name);
            if values.iter().all(|(known, _)| *known != column) {
                values.push((column, Value::Text(text)));
            }
        }
        values.sort_by_key(|(column, _)| *column);
        let geometry = match placemark.fault {
            Some(why) => RowGeometry::Faulty(Kind::UnreadableGeometry { why }),
            None if placemark.drawn.is_empty() => RowGeometry::Missing,
            None => RowGeometry::Drawn(placemark.drawn),
        };
        self.rows.push(geometry, values)
    }
}

impl Placemark {
    fn end(&mut self, name: &str, parent: &str, text: &str) {
        match name {
            "name" | "description" if parent == "Placemark" => self.value(name, text),
            "SimpleData" | "value" => {
                if let Some(datum) = self.datum.take() {
                    self.value(&datum, text);
                }
            }
            "coordinates" => match self.coordinates(text) {
                Ok(path) => self.ring = path,
                Err(why) => self.fault = Some(why),
            },
            "Point" => {
                let points = std::mem::take(&mut self.ring).into_iter();
                self.drawn.pieces.extend(points.map(Piece::Point));
            }
            "LinearRing" if parent.ends_with("BoundaryIs") => {
                self.rings.push(std::mem::take(&mut self.ring));
            }
            "LineString" | "LinearRing" => {
                let line = std::mem::take(&mut self.ring);
                self.drawn.pieces.push(Piece::Line(line));
            }
            "outerBoundaryIs" => {
                // The outline may stand after the holes.
                if let Some(outline) = self.rings.pop() {
                    self.rings.insert(0, outline);
                }
            }
            "Polygon" => {
                let rings = std::mem::take(&mut self.rings);
                if !rings.is_empty() {
                    self.drawn.pieces.push(Piece::Polygon(rings));
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, name: &str, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.values.push((name.to_owned(), text.to_owned()));
        }
    }

    /// `lon,lat[,height]` with white space between.
    fn coordinates(&mut self, text: &str) -> Result<Vec<Coord<f64>>, String> {
        let mut path = Vec::new();
        for tuple in text.split_whitespace() {
            let mut numbers = tuple.split(',').map(str::parse::<f64>);
            let (Some(Ok(x)), Some(Ok(y))) = (numbers.next(), numbers.next()) else {
                let shown = crate::loading::finding::shown(tuple);
                return Err(format!("“{shown}” is not a longitude and a latitude"));
            };
            self.drawn.had_heights |= numbers.next().is_some_and(|z| z != Ok(0.0));
            path.push(Coord { x, y });
        }
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str, layer: Option<&str>) -> Result<Contents, ReadError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.kml");
        std::fs::write(&path, text).expect("written");
        let wanted = Wanted {
            layer: layer.map(ToOwned::to_owned),
            ..Wanted::default()
        };
        read(&path, &wanted)
    }

    const KML: &str = r#"<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
        <name>not a column</name>
        <Folder><name>Areas</name>
          <Placemark><name>T&#375; A</name><ExtendedData><SchemaData><SimpleData name="code">7</SimpleData></SchemaData>
            <Data name="note"><value>x</value></Data></ExtendedData>
            <MultiGeometry><Polygon>
              <innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing></innerBoundaryIs>
              <outerBoundaryIs><LinearRing><coordinates>0,0,5 9,0,5
                9,9,5 0,0,5</coordinates></LinearRing></outerBoundaryIs>
            </Polygon></MultiGeometry></Placemark>
        </Folder>
        <Folder><name>Points</name><Placemark><name>P</name><Point><coordinates>3,4</coordinates></Point></Placemark>
          <Placemark><name>empty</name><Point><coordinates/></Point></Placemark></Folder>
        </Document></kml>"#;

    #[test]
    fn placemarks_of_all_folders_become_rows() {
        let contents = read_text(KML, None).expect("read");
        assert_eq!(contents.columns.names(), ["name", "code", "note", "folder"]);
        assert_eq!(contents.rows.len(), 3);
        assert_eq!(
            contents.rows[0].value(0),
            Some(&Value::Text("Tŷ A".to_owned()))
        );
        assert_eq!(contents.rows[0].value(1), Some(&Value::Integer(7)));
        let RowGeometry::Drawn(drawn) = &contents.rows[0].geometry else {
            panic!("a polygon");
        };
        assert!(drawn.had_heights);
        let Piece::Polygon(rings) = &drawn.pieces[0] else {
            panic!("a polygon");
        };
        assert_eq!(
            rings[0][1],
            Coord { x: 9.0, y: 0.0 },
            "the outline comes first"
        );
        assert_eq!(contents.rows[2].geometry, RowGeometry::Missing);
    }

    #[test]
    fn one_folder_can_be_wanted() {
        assert_eq!(read_text(KML, Some("Points")).expect("read").rows.len(), 2);
        let error = read_text(KML, Some("Lines")).expect_err("none").to_string();
        assert!(error.contains(r#"["Areas", "Points"]"#), "{error}");
    }

    #[test]
    fn a_cut_document_is_an_error_and_not_a_wait() {
        let mut cut = 100;
        while cut < KML.len() - 10 {
            if KML.is_char_boundary(cut) {
                assert!(read_text(&KML[..cut], None).is_err(), "{cut}");
            }
            cut += 37;
        }
    }
}
