//! Zip archives: the one shapefile or other file inside, or the one that is wanted.
//!
//! Entries are unpacked under names of our own, so none can climb out of the folder; their number and
//! their bytes are counted while they are unpacked, whatever the archive claims. An archive in an
//! archive is not opened.

use super::folder::Folder;
use super::{Contents, Format, ReadError, Wanted, format};
use crate::loading::finding::Finding;
use crate::loading::source::Sources;
use ::zip::ZipArchive;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, copy};
use std::path::{Path, PathBuf};

/// Entries of an archive at most: a council's whole data store has some hundred.
pub const MAX_ENTRIES: usize = 10_000;
/// Bytes unpacked from one archive at most: a bomb of a few kilobytes unpacks to petabytes.
pub const MAX_UNPACKED_BYTES: u64 = 4 << 30;

/// Endings of files that belong to another one, or that describe it.
const BESIDE: [&str; 29] = [
    "shx", "dbf", "prj", "cpg", "qpj", "sbn", "sbx", "xml", "qmd", "qml", "sld", "lyr", "dat",
    "map", "id", "ind", "mid", "xsd", "gfs", "pdf", "html", "md", "doc", "docx", "png", "jpg",
    "jpeg", "gif", "svg",
];

/// Reads the data in an archive.
pub fn read(path: &Path, wanted: &Wanted) -> Result<Contents, ReadError> {
    let folder = Folder::new()?;
    let unpacked = unpack(path, &folder)?;
    let holds = |path: &Path| path.metadata().is_ok_and(|file| file.len() > 0);
    let data = unpacked.iter();
    let data: Vec<&(String, PathBuf)> = data
        .filter(|(name, path)| is_data(name) && holds(path))
        .collect();
    if let [(_, only)] = data[..] {
        return contents(only, wanted);
    }
    if data.is_empty() {
        return Err(ReadError::unreadable("it holds no file that can be loaded"));
    }
    // A layer may be one of the files, or one in the only file that has layers.
    let stems = data.iter().map(|(name, _)| stem(name)).collect();
    let at = super::choose_layer(stems, wanted.layer.as_deref())?;
    let inner = Wanted {
        layer: None,
        ..wanted.clone()
    };
    contents(&data[at].1, &inner)
}

fn contents(path: &Path, wanted: &Wanted) -> Result<Contents, ReadError> {
    if format::recognise(path)? == Format::Zip {
        return Err(ReadError::unreadable(
            "it holds another archive; unpack it first",
        ));
    }
    // The archive itself is the source; what was unpacked is gone after the load.
    super::read(path, wanted, &Sources::default()).map_err(|error| match error {
        ReadError::Content(finding) => {
            let name = crate::loading::source::file_name(path);
            ReadError::Content(Box::new(Finding {
                file: Some(name),
                ..*finding
            }))
        }
        other => other,
    })
}

/// The name of an entry without its folders and ending.
fn stem(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    base.rsplit_once('.')
        .map_or(base, |(stem, _)| stem)
        .to_owned()
}

fn ending(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    base.rsplit_once('.')
        .map_or("", |(_, ending)| ending)
        .to_ascii_lowercase()
}

fn is_data(name: &str) -> bool {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let hidden = base.starts_with('.') || name.starts_with("__MACOSX") || base.starts_with("~$");
    !hidden && !BESIDE.contains(&ending(name).as_str()) && !base.eq_ignore_ascii_case("readme.txt")
}

/// Unpacks every file; entries of one folder stay together in one folder. Sorted by name.
fn unpack(path: &Path, folder: &Folder) -> Result<Vec<(String, PathBuf)>, ReadError> {
    let refused = |error: ::zip::result::ZipError| ReadError::unreadable(error.to_string());
    let file = File::open(path).map_err(ReadError::io(path))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(refused)?;
    if archive.len() > MAX_ENTRIES {
        return Err(ReadError::unreadable(format!(
            "it holds more than {MAX_ENTRIES} files"
        )));
    }
    let mut left = MAX_UNPACKED_BYTES;
    let mut folders: BTreeMap<String, PathBuf> = BTreeMap::new();
    let mut unpacked = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(refused)?;
        if !entry.is_file() {
            continue;
        }
        let name = entry.name().map_err(refused)?.into_owned();
        let to = place(&name, folder, &mut folders)?;
        left = pour(entry, &to, left, &name)?;
        unpacked.push((name, to));
    }
    unpacked.sort();
    Ok(unpacked)
}

/// Where an entry is put: in a numbered folder for its own folder, under its last name alone.
fn place(
    name: &str,
    folder: &Folder,
    folders: &mut BTreeMap<String, PathBuf>,
) -> Result<PathBuf, ReadError> {
    let (home, base) = name.rsplit_once(['/', '\\']).unwrap_or(("", name));
    let base: String = base
        .chars()
        .map(|c| if c.is_control() || c == ':' { '_' } else { c })
        .collect();
    if matches!(base.as_str(), "" | "." | "..") || base.len() > 255 {
        return Err(ReadError::unreadable(format!(
            "it holds a file of the name “{}”",
            crate::loading::finding::shown(name)
        )));
    }
    let next = folder.path().join(folders.len().to_string());
    let home = folders.entry(home.to_owned()).or_insert(next);
    std::fs::create_dir_all(&*home).map_err(ReadError::io(home))?;
    Ok(home.join(base))
}

/// Unpacks one entry; what is left of the bytes allowed.
fn pour(entry: impl Read, to: &Path, left: u64, name: &str) -> Result<u64, ReadError> {
    let mut file = File::create_new(to).map_err(|_| {
        ReadError::unreadable(format!(
            "it holds “{}” twice",
            crate::loading::finding::shown(name)
        ))
    })?;
    let poured = copy(&mut entry.take(left + 1), &mut file)
        .map_err(|error| ReadError::unreadable(error.to_string()))?;
    left.checked_sub(poured).ok_or_else(|| {
        ReadError::unreadable(format!(
            "it unpacks to more than {MAX_UNPACKED_BYTES} bytes"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};

    fn archive(entries: &[(&str, &[u8])]) -> (tempfile::TempDir, PathBuf) {
        let mut writer = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            let options = ::zip::write::SimpleFileOptions::default();
            writer.start_file(*name, options).expect("started");
            writer.write_all(bytes).expect("written");
        }
        let bytes = writer.finish().expect("finished").into_inner();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.zip");
        std::fs::write(&path, bytes).expect("written");
        (folder, path)
    }

    const POINT: &[u8] = br#"{"type":"Point","coordinates":[1,2]}"#;

    #[test]
    fn the_one_file_among_sidecars_and_rubbish_is_read() {
        let (_folder, path) = archive(&[
            ("a b/Points.geojson", POINT),
            ("a b/Points.qml", b"<x/>"),
            ("__MACOSX/a b/._Points.geojson", b"rubbish"),
        ]);
        assert_eq!(read(&path, &Wanted::default()).expect("read").rows.len(), 1);
    }

    #[test]
    fn the_pictures_of_a_kmz_are_not_taken_for_layers() {
        let kml = b"<kml><Document><Placemark><Point><coordinates>1,2</coordinates></Point></Placemark></Document></kml>";
        let (_folder, path) = archive(&[("doc.kml", kml), ("files/Icon.PNG", b"\x89PNG")]);
        assert_eq!(read(&path, &Wanted::default()).expect("read").rows.len(), 1);
    }

    #[test]
    fn an_archive_without_data_says_so() {
        for entries in [
            &[("dummyfile.txt", &b""[..])][..],
            &[("a.pdf", &b"%PDF"[..])],
        ] {
            let (_folder, path) = archive(entries);
            let error = read(&path, &Wanted::default())
                .expect_err("no data")
                .to_string();
            assert!(error.contains("no file that can be loaded"), "{error}");
        }
    }

    #[test]
    fn of_several_files_one_must_be_wanted() {
        let (_folder, path) = archive(&[("a.geojson", POINT), ("b.geojson", POINT)]);
        let error = read(&path, &Wanted::default())
            .expect_err("two")
            .to_string();
        assert!(error.contains(r#"["a", "b"]"#), "{error}");
        let wanted = Wanted {
            layer: Some("b".to_owned()),
            ..Wanted::default()
        };
        assert_eq!(read(&path, &wanted).expect("read").rows.len(), 1);
    }

    #[test]
    fn no_entry_climbs_out_of_the_folder() {
        let outside = std::env::temp_dir().join("groundrule-climbed.geojson");
        let (_folder, path) = archive(&[("../../../../../tmp/groundrule-climbed.geojson", POINT)]);
        assert_eq!(read(&path, &Wanted::default()).expect("read").rows.len(), 1);
        assert!(!outside.exists());
        let (_folder, path) = archive(&[("x/..", POINT)]);
        assert!(read(&path, &Wanted::default()).is_err());
    }

    #[test]
    fn a_bomb_ends_at_the_limit_and_an_archive_within_is_not_opened() {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes = std::io::repeat(0);
        assert!(pour(bytes, &folder.path().join("x"), 1000, "x").is_err());
        let (_folder, inner) = archive(&[("a.geojson", POINT)]);
        let inner = std::fs::read(inner).expect("read");
        let (_folder, path) = archive(&[("inner.zip", &inner)]);
        assert!(read(&path, &Wanted::default()).is_err());
    }
}
