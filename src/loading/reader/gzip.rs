//! One file packed by gzip: unpacked into a folder of our own, then read as what it is.

use super::folder::Folder;
use super::zip::MAX_UNPACKED_BYTES;
use super::{Contents, Format, ReadError, Wanted, format};
use crate::loading::source::{Sources, file_name};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufReader, Read, copy};
use std::path::Path;

/// Reads the file inside.
pub fn read(path: &Path, wanted: &Wanted) -> Result<Contents, ReadError> {
    let folder = Folder::new()?;
    let name = file_name(path);
    let inner = folder
        .path()
        .join(name.strip_suffix(".gz").unwrap_or("unpacked"));
    let file = File::open(path).map_err(ReadError::io(path))?;
    let mut to = File::create_new(&inner).map_err(ReadError::io(&inner))?;
    let mut from = MultiGzDecoder::new(BufReader::new(file)).take(MAX_UNPACKED_BYTES + 1);
    let unpacked =
        copy(&mut from, &mut to).map_err(|error| ReadError::unreadable(error.to_string()))?;
    if unpacked > MAX_UNPACKED_BYTES {
        return Err(ReadError::unreadable(format!(
            "it unpacks to more than {MAX_UNPACKED_BYTES} bytes"
        )));
    }
    drop(to);
    if matches!(format::recognise(&inner)?, Format::Zip | Format::Gzip) {
        return Err(ReadError::unreadable(
            "it holds another archive; unpack it first",
        ));
    }
    super::read(&inner, wanted, &Sources::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn lines_of_geojson_are_read_through_gzip_and_a_cut_file_is_told() {
        let line =
            r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}"#;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed
            .write_all(format!("{line}\n{line}\n").as_bytes())
            .expect("memory");
        let packed = packed.finish().expect("memory");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("points.geojsonl.gz");
        std::fs::write(&path, &packed).expect("written");
        assert_eq!(read(&path, &Wanted::default()).expect("read").rows.len(), 2);
        std::fs::write(&path, &packed[..packed.len() / 2]).expect("written");
        assert!(read(&path, &Wanted::default()).is_err());
    }
}
