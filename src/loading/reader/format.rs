//! Tells a file's format by its first bytes, and by its name where the bytes do not decide.

use super::ReadError;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    GeoJson,
    /// One GeoJSON feature a line.
    GeoJsonLines,
    Shapefile,
    GeoPackage,
    FlatGeobuf,
    Kml,
    /// Comma, semicolon or tab separated text.
    Table,
    Zip,
    /// One file packed by gzip.
    Gzip,
    /// One geometry as well-known text.
    Wkt,
    /// Through `ogr2ogr`, by the name of its driver.
    Ogr(&'static str),
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::GeoJson => "GeoJSON",
            Self::GeoJsonLines => "newline-delimited GeoJSON",
            Self::Shapefile => "Shapefile",
            Self::GeoPackage => "GeoPackage",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::Kml => "KML",
            Self::Table => "CSV",
            Self::Zip => "zip",
            Self::Gzip => "gzip",
            Self::Wkt => "WKT",
            Self::Ogr(name) => name,
        })
    }
}

/// Bytes looked at.
const HEAD_BYTES: u64 = 64 * 1024;

/// The format of a file.
///
/// # Errors
/// The file cannot be read, or is of no known format.
pub fn recognise(path: &Path) -> Result<Format, ReadError> {
    if path.is_dir() {
        let is_database = path.extension().is_some_and(|ending| ending == "gdb");
        return Err(ReadError::unreadable(if is_database {
            "it is a File Geodatabase; export its layer as GeoPackage"
        } else {
            "it is a folder; name a file in it"
        }));
    }
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head))
        .map_err(ReadError::io(path))?;
    if head.is_empty() {
        return Err(ReadError::unreadable("it is empty"));
    }
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    of_head(&head, &ending).ok_or_else(|| ReadError::unreadable(hint(&ending)))
}

fn of_head(head: &[u8], ending: &str) -> Option<Format> {
    let by_ending = || of_ending(ending);
    match head {
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Some(of_zip(head, ending)),
        [0x1f, 0x8b, ..] => Some(Format::Gzip),
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => Some(Format::GeoPackage),
        // The indexes beside a shapefile begin as it does.
        [0, 0, 0x27, 0x0a, ..] => {
            (!matches!(ending, "shx" | "sbn" | "sbx")).then_some(Format::Shapefile)
        }
        [b'f', b'g', b'b', ..] => Some(Format::FlatGeobuf),
        [b'!', b't' | b'T', b'a' | b'A', ..] => Some(Format::Ogr("MapInfo TAB")),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some(Format::Ogr("XLS")),
        // What an XML document is, it says itself.
        _ if first_letter(head) == Some(b'<') => of_xml(&String::from_utf8_lossy(head)),
        _ => of_text(head, ending).or_else(by_ending),
    }
}

/// A zip archive, or an office document in one.
fn of_zip(head: &[u8], ending: &str) -> Format {
    let names = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
    match ending {
        "xlsx" | "xlsm" => Format::Ogr("XLSX"),
        "ods" => Format::Ogr("ODS"),
        _ if names(b"[Content_Types].xml") => Format::Ogr("XLSX"),
        _ if names(b"application/vnd.oasis.opendocument") => Format::Ogr("ODS"),
        _ => Format::Zip,
    }
}

fn of_text(head: &[u8], ending: &str) -> Option<Format> {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches(['\u{feff}', '\u{1e}']).trim_start();
    if text.starts_with(['{', '[']) {
        let lines = matches!(ending, "geojsonl" | "geojsons" | "ndjson" | "jsonl" | "seq");
        return Some(if lines || is_json_lines(text) {
            Format::GeoJsonLines
        } else {
            Format::GeoJson
        });
    }
    if text
        .get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case("version "))
    {
        return Some(Format::Ogr("MapInfo MIF"));
    }
    let first = text.lines().next().unwrap_or_default();
    if is_geometry(first) {
        return Some(Format::Wkt);
    }
    let is_text = !head.contains(&0) && !first.is_empty() && !first.contains(['(', '[']);
    let table = is_text && first.contains([',', ';', '\t']) && of_ending(ending).is_none();
    table.then_some(Format::Table)
}

/// The first byte that is no mark and no white space.
fn first_letter(head: &[u8]) -> Option<u8> {
    let text = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head);
    text.iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace())
}

/// Whether a line begins as well-known text of a geometry.
fn is_geometry(line: &str) -> bool {
    let line = match line.split_once(';') {
        Some((srid, rest)) if srid.to_ascii_uppercase().starts_with("SRID=") => rest.trim_start(),
        _ => line,
    };
    let word: String = line.chars().take_while(char::is_ascii_alphabetic).collect();
    let kinds = [
        "POINT",
        "LINESTRING",
        "POLYGON",
        "MULTIPOINT",
        "MULTILINESTRING",
        "MULTIPOLYGON",
        "GEOMETRYCOLLECTION",
    ];
    let word = word.to_ascii_uppercase();
    let known = kinds.iter().chain(&super::wkt::CURVED);
    known.into_iter().any(|kind| *kind == word) && line.contains('(')
}

/// Whether the first line is a whole object and another follows.
fn is_json_lines(text: &str) -> bool {
    let mut lines = text.lines();
    let whole = |line: &str| line.starts_with('{') && line.trim_end().ends_with('}');
    let first = lines.next().is_some_and(whole);
    let second = lines.next().map(|line| line.trim_start_matches('\u{1e}'));
    first && second.is_some_and(|line| line.starts_with('{'))
}

/// By the root element. Documents that name other sources to fetch (`OGRVRTDataSource` and the like)
/// are not passed on.
fn of_xml(text: &str) -> Option<Format> {
    let root = text
        .split('<')
        .skip(1)
        .find(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let name = root
        .split(|c: char| c.is_whitespace() || c == '>' || c == '/')
        .next()?;
    let local = name.rsplit(':').next()?;
    match local {
        "kml" => Some(Format::Kml),
        "gpx" => Some(Format::Ogr("GPX")),
        _ if local.starts_with("OGR") => None,
        _ if text.contains("opengis.net/gml") || local.ends_with("FeatureCollection") => {
            Some(Format::Ogr("GML"))
        }
        _ => None,
    }
}

fn of_ending(ending: &str) -> Option<Format> {
    match ending {
        "csv" | "tsv" | "txt" => Some(Format::Table),
        "geojson" | "json" => Some(Format::GeoJson),
        "geojsonl" | "ndjson" => Some(Format::GeoJsonLines),
        "tab" => Some(Format::Ogr("MapInfo TAB")),
        "mif" => Some(Format::Ogr("MapInfo MIF")),
        "dxf" => Some(Format::Ogr("DXF")),
        "dgn" => Some(Format::Ogr("DGN")),
        "gml" => Some(Format::Ogr("GML")),
        "xlsx" => Some(Format::Ogr("XLSX")),
        "ods" => Some(Format::Ogr("ODS")),
        _ => None,
    }
}

/// What to do about a file that is of no known format.
fn hint(ending: &str) -> String {
    let right = match ending {
        "dbf" | "shx" | "prj" | "cpg" | "sbn" | "sbx" => "name the .shp file beside it",
        "dat" | "map" | "id" | "ind" => "name the .tab file beside it",
        "mid" => "name the .mif file beside it",
        "xsd" | "gfs" => "name the .gml file beside it",
        _ => "export it as GeoPackage, GeoJSON, Shapefile or CSV",
    };
    format!("its format is not known; {right}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_comes_before_the_name() {
        let told = |head: &str, ending: &str| of_head(head.as_bytes(), ending);
        assert_eq!(
            told("\u{feff} {\"type\": 1}", "resource"),
            Some(Format::GeoJson)
        );
        assert_eq!(
            told("{\"a\":1}\n{\"a\":2}\n", "json"),
            Some(Format::GeoJsonLines)
        );
        assert_eq!(told("{\n\"a\":1}\n", "csv"), Some(Format::GeoJson));
        assert_eq!(told("<?xml?>\n<!-- k --><kml>", "txt"), Some(Format::Kml));
        assert_eq!(
            told(
                "<wfs:FeatureCollection xmlns:gml='http://www.opengis.net/gml/3.2'>",
                "resource"
            ),
            Some(Format::Ogr("GML"))
        );
        assert_eq!(told("!table\n", "TAB"), Some(Format::Ogr("MapInfo TAB")));
        assert_eq!(told("Version 300\n", "x"), Some(Format::Ogr("MapInfo MIF")));
        assert_eq!(told("a,b\n1,2\n", "resource"), Some(Format::Table));
        assert_eq!(
            told("Polygon ((1 2, 3 4, 5 6, 1 2))", "txt"),
            Some(Format::Wkt)
        );
        assert_eq!(told("SRID=27700;POINT(1 2)", "wkt"), Some(Format::Wkt));
        assert_eq!(told("GEOGCS[\"x\",DATUM[1]]", "prj"), None);
        assert_eq!(told("PK\u{3}\u{4}...", "resource"), Some(Format::Zip));
        assert_eq!(
            told("PK\u{3}\u{4}..[Content_Types].xml", "resource"),
            Some(Format::Ogr("XLSX"))
        );
    }

    #[test]
    fn documents_that_lead_to_other_sources_are_not_passed_on() {
        assert_eq!(
            of_head(b"<OGRVRTDataSource><SrcDataSource>/etc", "vrt"),
            None
        );
        assert_eq!(of_head(b"<OGRVRTDataSource>", "gml"), None);
        assert_eq!(of_head(b"<html>", "html"), None);
    }
}
