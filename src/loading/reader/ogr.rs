//! Every other format, through GDAL's `ogrinfo` and `ogr2ogr` as child processes: GML, MapInfo, DXF,
//! spreadsheets and more. They are given a fixed list of arguments, no shell, no network schemas, a
//! time limit, and links in a folder of our own, since GDAL writes beside what it reads.
//!
//! Rows come as CSV with well-known text, every double with 17 figures: its GeoJSON would be
//! reprojected by Helmert. The coordinate system comes from `ogrinfo` on the very layer.

use super::bounded::{Bounded, MAX_PRINTED_BYTES};
use super::folder::Folder;
use super::{Contents, Declared, Format, ReadError, Wanted, dbf, table, typed};
use crate::loading::crs;
use crate::loading::source::{Sources, file_name};
use crate::policy::Value;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Seconds that one run of GDAL may take: a spreadsheet of a million rows takes one minute.
pub const MAX_SECONDS: u64 = 600;
/// Bytes kept of what GDAL says went wrong.
const MAX_COMPLAINT_BYTES: u64 = 64 * 1024;
/// Settings for every run: arcs in steps of a tenth of a degree (2 mm on a radius of 5 km), doubles that come back as they were,
/// nothing fetched, and no documents read that lead to other sources.
const SETTINGS: [&str; 15] = [
    "--config",
    "OGR_ARC_STEPSIZE",
    "0.1",
    "--config",
    "OGR_WKT_PRECISION",
    "17",
    "--config",
    "GML_DOWNLOAD_SCHEMA",
    "NO",
    "--config",
    "GML_SKIP_RESOLVE_ELEMS",
    "ALL",
    "--config",
    "OGR_SKIP",
    "OGR_VRT",
];

/// What `ogrinfo` says about a layer.
#[derive(Debug, PartialEq)]
struct Layer {
    declared: Declared,
    has_geometry: bool,
    /// How many features it holds, where `ogrinfo` says.
    features: Option<u64>,
    /// Columns with their types, as `Integer`, `Real`, `String`, `Date`.
    fields: Vec<(String, String)>,
}

/// Reads a file with the driver that suits it.
pub fn read(
    path: &Path,
    driver: &'static str,
    wanted: &Wanted,
    sources: &Sources,
) -> Result<Contents, ReadError> {
    let folder = Folder::new()?;
    let linked = link(path, driver, &folder, sources)?;
    let names = layers(path, &linked)?;
    let name = names[super::choose_layer(names.clone(), wanted.layer.as_deref())?].clone();
    if name.starts_with('-') {
        return Err(ReadError::unreadable(format!(
            "its layer “{name}” has a name that cannot be passed on"
        )));
    }
    let layer = layer(path, &linked, &name)?;
    let mut arguments: Vec<&str> = vec!["-f", "CSV", "/vsistdout/"];
    let source = linked.to_string_lossy();
    arguments.extend([&*source, &name]);
    arguments.extend(["-lco", "GEOMETRY=AS_WKT", "-nlt", "CONVERT_TO_LINEAR"]);
    let wanted = Wanted {
        layer: None,
        geometry: layer
            .has_geometry
            .then(|| "WKT".to_owned())
            .or_else(|| wanted.geometry.clone()),
        xy: wanted.xy.clone().filter(|_| !layer.has_geometry),
        passed: wanted.passed.clone(),
    };
    let read_table = |out: &mut dyn Read| {
        let out = Bounded::new(out, MAX_PRINTED_BYTES);
        table::read_from(BufReader::new(out), b',', &wanted)
    };
    let mut contents = run(path, "ogr2ogr", &arguments, read_table)?;
    check_count(path, driver, &layer, contents.rows.len())?;
    contents.format = Format::Ogr(driver);
    contents.declared = layer.declared.clone();
    give_types(&mut contents, &layer);
    Ok(contents)
}

/// Refuses rows that are fewer than the layer holds: GDAL passes over what it cannot read, and ends well.
fn check_count(path: &Path, driver: &str, layer: &Layer, rows: usize) -> Result<(), ReadError> {
    let listed = match driver {
        "MapInfo TAB" => beside(path, "dat").and_then(|dat| dbf::live_records(&dat)),
        "MapInfo MIF" => beside(path, "mid").map(|mid| lines(&mid)),
        _ => None,
    };
    let held = layer.features.max(listed).unwrap_or_default();
    if held <= rows as u64 {
        return Ok(());
    }
    Err(ReadError::after(
        rows,
        format!("it holds {held} rows, of which GDAL reads {rows}"),
    ))
}

/// The contents of the file of the same name with another ending, in small or capital letters.
fn beside(path: &Path, ending: &str) -> Option<Vec<u8>> {
    let endings = [ending.to_owned(), ending.to_uppercase()];
    endings
        .iter()
        .find_map(|ending| std::fs::read(path.with_extension(ending)).ok())
}

/// Lines that hold anything.
fn lines(bytes: &[u8]) -> u64 {
    let lines = bytes.split(|&byte| byte == b'\n');
    lines.filter(|line| !line.trim_ascii().is_empty()).count() as u64
}

/// Links the file and all that share its name into the folder. GDAL goes by endings, so a file
/// without a known one gets it.
fn link(
    path: &Path,
    driver: &str,
    folder: &Folder,
    sources: &Sources,
) -> Result<PathBuf, ReadError> {
    let ending = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    let usual = match driver {
        "GML" => "gml",
        "MapInfo TAB" => "tab",
        "MapInfo MIF" => "mif",
        "XLSX" => "xlsx",
        "XLS" => "xls",
        "ODS" => "ods",
        "GPX" => "gpx",
        _ => ending.as_str(),
    };
    let known = ending == usual || (driver == "XLSX" && ending == "xlsm");
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let home = match path.parent() {
        Some(home) if !home.as_os_str().is_empty() => home,
        _ => Path::new("."),
    };
    if known {
        for entry in std::fs::read_dir(home)
            .map_err(ReadError::io(home))?
            .flatten()
        {
            let beside = entry.path();
            let same = beside
                .file_stem()
                .is_some_and(|s| s.to_string_lossy() == *stem);
            let other = beside.file_name() != path.file_name();
            if same && other && beside.is_file() && belongs(driver, &beside) {
                sources.add(&beside).map_err(ReadError::io(&beside))?;
                folder.link(&beside, &file_name(&beside))?;
            }
        }
        return folder.link(path, &file_name(path));
    }
    folder.link(path, &format!("{stem}.{usual}"))
}

/// Whether a file of the same name is part of the source.
fn belongs(driver: &str, beside: &Path) -> bool {
    let ending = beside
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    match driver {
        "MapInfo TAB" => matches!(ending.as_str(), "dat" | "map" | "id" | "ind" | "dbf"),
        "MapInfo MIF" => ending == "mid",
        "GML" => matches!(ending.as_str(), "xsd" | "gfs"),
        _ => false,
    }
}

fn layers(path: &Path, linked: &Path) -> Result<Vec<String>, ReadError> {
    let text = run(
        path,
        "ogrinfo",
        &["-ro", "-q", &linked.to_string_lossy()],
        whole,
    )?;
    let names: Vec<String> = text.lines().filter_map(layer_name).collect();
    if names.is_empty() {
        return Err(ReadError::unreadable("GDAL finds no layers in it"));
    }
    Ok(names)
}

/// `2: Conservation areas (Multi Polygon)` → `Conservation areas`.
fn layer_name(line: &str) -> Option<String> {
    let (number, name) = line.split_once(": ")?;
    number.parse::<u32>().ok()?;
    let kinds = [
        "Point",
        "Line String",
        "Polygon",
        "Collection",
        "None",
        "Unknown (any)",
        "Curve",
        "Surface",
    ];
    let is_kind = |text: &str| kinds.iter().any(|kind| text.contains(kind));
    let cut = name.rfind(" (").filter(|&at| is_kind(&name[at..]));
    // “Unknown (any)” has brackets of its own.
    let cut = cut.or_else(|| name.rfind(" (Unknown (any"));
    Some(
        cut.map_or(name, |at| &name[..at])
            .trim_end_matches(" (Unknown")
            .to_owned(),
    )
}

fn layer(path: &Path, linked: &Path, name: &str) -> Result<Layer, ReadError> {
    let linked = linked.to_string_lossy();
    let arguments = ["-ro", "-so", "-wkt_format", "WKT1", &*linked, name];
    Ok(described(&run(path, "ogrinfo", &arguments, whole)?))
}

/// Reads `ogrinfo`'s summary of a layer.
fn described(text: &str) -> Layer {
    let (_, after) = text.split_once("Layer SRS WKT:\n").unwrap_or(("", text));
    let mut wkt = String::new();
    let mut lines = after.lines();
    let mut fields = Vec::new();
    let is_field = |line: &str| {
        line.rsplit_once(": ").is_some_and(|(_, kind)| {
            ["Integer", "Real", "String", "Date", "Time", "Binary"]
                .iter()
                .any(|t| kind.starts_with(t))
        })
    };
    for line in lines.by_ref() {
        if line.starts_with("Data axis") || line.starts_with("(unknown)") || is_field(line) {
            if is_field(line) {
                fields.extend(field(line));
            }
            break;
        }
        wkt.push_str(line);
    }
    fields.extend(lines.filter(|line| is_field(line)).filter_map(field));
    Layer {
        declared: crs::of_wkt(&wkt),
        has_geometry: !text.lines().any(|line| line == "Geometry: None"),
        features: text
            .lines()
            .find_map(|line| line.strip_prefix("Feature Count: ")?.trim().parse().ok()),
        fields,
    }
}

fn field(line: &str) -> Option<(String, String)> {
    let (name, kind) = line.rsplit_once(": ")?;
    let kind = kind.split(" (").next()?;
    Some((name.to_owned(), kind.to_owned()))
}

/// Numbers, flags and dates where the layer declares them; text stays text.
fn give_types(contents: &mut Contents, layer: &Layer) {
    let kind = |column: usize| {
        let name = contents.columns.names().get(column)?;
        let field = layer.fields.iter().find(|(known, _)| known == name);
        field.map(|(_, kind)| kind.as_str())
    };
    let kinds: Vec<Option<&str>> = (0..contents.columns.names().len()).map(kind).collect();
    let is = |column: usize, word: &str| kinds[column].is_some_and(|kind| kind.starts_with(word));
    for (column, value) in contents.rows.iter_mut().flat_map(|row| &mut row.values) {
        let Value::Text(text) = value else { continue };
        if is(*column, "Date") {
            // GDAL writes dates as 2021/04/03.
            *text = text.replace('/', "-");
        } else if is(*column, "Integer(Boolean)") {
            *value = Value::Flag(text == "1" || text.eq_ignore_ascii_case("true"));
        } else if is(*column, "Real")
            && let Ok(number) = text.parse()
        {
            *value = Value::Number(number);
        }
    }
    let is_number = |column: usize| is(column, "Integer");
    typed::infer(&mut contents.rows, kinds.len(), |column| !is_number(column));
}

fn whole(out: &mut dyn Read) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    out.take(MAX_COMPLAINT_BYTES * 64)
        .read_to_end(&mut bytes)
        .map_err(|error| ReadError::unreadable(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Runs a program of GDAL's and hands what it prints to `read`.
fn run<T>(
    path: &Path,
    program: &'static str,
    arguments: &[&str],
    read: impl FnOnce(&mut dyn Read) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let mut child = Command::new(program)
        .args(SETTINGS)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ReadError::NoProgram {
                path: path.to_owned(),
                program,
            },
            _ => ReadError::io(path)(error),
        })?;
    let mut out = child.stdout.take().expect("its output is piped");
    let complaints = child.stderr.take().expect("its complaints are piped");
    let child = Arc::new(Mutex::new(child));
    let (finished, watched) = channel::<()>();
    let watch = {
        let child = Arc::clone(&child);
        std::thread::spawn(move || end_when_late(&child, &watched))
    };
    let complaints = std::thread::spawn(move || keep(complaints));
    let result = read(&mut out);
    // What the reader left unread would block the program for ever.
    drop(out);
    let complaints = complaints.join().unwrap_or_default();
    drop(finished);
    let late = watch.join().unwrap_or_default();
    let status = child.lock().expect("no thread panics with it").wait();
    if late {
        return Err(ReadError::unreadable(format!(
            "{program} took longer than {MAX_SECONDS} seconds"
        )));
    }
    match (status.map(|status| status.code()), result) {
        (Ok(Some(0)), result) => result,
        // A reader that gave up took the pipe away, which ended the program by a signal.
        (Ok(None), Err(error)) => Err(error),
        _ => Err(ReadError::unreadable(format!(
            "{program} says: {complaints}"
        ))),
    }
}

/// Waits for the reader to finish, and ends the program where that takes too long.
fn end_when_late(child: &Mutex<Child>, watched: &std::sync::mpsc::Receiver<()>) -> bool {
    let late =
        watched.recv_timeout(Duration::from_secs(MAX_SECONDS)) == Err(RecvTimeoutError::Timeout);
    if late {
        // It may have ended by itself in this very moment.
        let _ = child.lock().expect("no thread panics with it").kill();
    }
    late
}

/// The start of what a program complains of; the rest is read and forgotten so that it can go on.
fn keep(mut complaints: impl Read) -> String {
    let mut kept = Vec::new();
    let read = complaints
        .by_ref()
        .take(MAX_COMPLAINT_BYTES)
        .read_to_end(&mut kept)
        .and_then(|_| std::io::copy(&mut complaints, &mut std::io::sink()));
    if read.is_err() {
        kept.extend_from_slice(b" (and no more could be read)");
    }
    let text = String::from_utf8_lossy(&kept);
    let grave = text.lines().filter(|line| !line.starts_with("Warning"));
    grave.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Crs;

    #[test]
    fn layer_names_are_read_with_brackets_of_their_own() {
        let name = |line: &str| layer_name(line).expect(line);
        assert_eq!(name("1: sssi"), "sssi");
        assert_eq!(
            name("2: Conservation areas (2024) (Multi Polygon)"),
            "Conservation areas (2024)"
        );
        assert_eq!(name("3: x (Unknown (any))"), "x");
        assert_eq!(name("1: Data (None)"), "Data");
        assert_eq!(layer_name("INFO: Open of `x'"), None);
    }

    #[test]
    fn a_program_that_is_not_there_or_fails_is_told() {
        let missing = run(Path::new("x.gml"), "no-such-program-of-gdal", &[], whole);
        let error = missing.expect_err("missing");
        assert!(error.to_string().contains("install the package gdal-bin"));
        // Any program that does not know GDAL's settings complains of them.
        let failed = run(Path::new("x.gml"), "ls", &[], whole).expect_err("fails");
        assert!(failed.to_string().contains("ls says: "), "{failed}");
    }

    #[test]
    fn a_summary_gives_system_geometry_and_types() {
        let text = "INFO: Open of `x'\nLayer name: x\nGeometry: Unknown (any)\nLayer SRS WKT:\nGEOGCS[\"WGS 84\",\n    AUTHORITY[\"EPSG\",\"4326\"]]\nData axis to CRS axis mapping: 2,1\nname: String (254.0)\nn: Integer (0.0)\nwhen: Date\nok: Integer(Boolean) (1.0)\n";
        let layer = described(text);
        assert_eq!(layer.declared, Declared::Known(Crs::Wgs84));
        assert!(layer.has_geometry);
        let kinds: Vec<&str> = layer.fields.iter().map(|(_, kind)| kind.as_str()).collect();
        assert_eq!(kinds, ["String", "Integer", "Date", "Integer(Boolean)"]);
        let table =
            described("Layer name: x\nGeometry: None\nLayer SRS WKT:\n(unknown)\na: Real (0.0)\n");
        assert_eq!(
            (table.declared, table.has_geometry),
            (Declared::Nothing, false)
        );
        assert_eq!(table.fields, [("a".to_owned(), "Real".to_owned())]);
        let counted = described("Layer name: x\nGeometry: None\nFeature Count: 12\nExtent: (1)\n");
        assert_eq!(counted.features, Some(12));
    }
}
