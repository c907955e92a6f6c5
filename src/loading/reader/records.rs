//! Walks the records of a `.shp` from the first to the last byte and compares them with its `.shx`:
//! an index of another day leaves shapes out, and nobody would notice.

use super::ReadError;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Bytes of the header of a `.shp` or `.shx`.
const HEADER_BYTES: u64 = 100;
/// Bytes before the contents of a record.
const RECORD_HEAD_BYTES: u64 = 8;

/// Refuses shapes that are not all that the file holds; `read` is how many were read.
///
/// # Errors
/// The file holds records that the index does not know, or that were not read.
pub fn check(shp: &Path, index: Option<&Path>, read: usize) -> Result<(), ReadError> {
    let starts = starts(shp).map_err(ReadError::io(shp))?;
    let indexed = match index {
        Some(index) => offsets(index)?,
        None => Vec::new(),
    };
    let (held, last) = (starts.len(), starts.last());
    // A file that was edited in place keeps the former version of a shape between the others.
    let all = if indexed.len() == read && read > 0 {
        last.is_none_or(|last| indexed.contains(last))
            && indexed.iter().all(|at| starts.binary_search(at).is_ok())
    } else {
        held == read
    };
    if all {
        return Ok(());
    }
    Err(ReadError::unreadable(format!(
        "its .shp holds {held} shapes and its .shx leads to {read}: they are not of one export"
    )))
}

/// Offsets of the records of a `.shp`, to the end of the file whatever its header says. They end
/// early where a record ends beyond the file, which the reader tells.
fn starts(shp: &Path) -> io::Result<Vec<u64>> {
    let file = File::open(shp)?;
    let end = file.metadata()?.len();
    let mut file = BufReader::new(file);
    let mut starts = Vec::new();
    let mut at = HEADER_BYTES;
    file.seek(SeekFrom::Start(at))?;
    while at + RECORD_HEAD_BYTES <= end {
        let mut head = [0; RECORD_HEAD_BYTES as usize];
        file.read_exact(&mut head)?;
        let words = i32::from_be_bytes([head[4], head[5], head[6], head[7]]);
        let bytes = 2 * u64::try_from(words).unwrap_or_default();
        // No shape is shorter than its type; what is not a record is padding.
        if bytes < 4 || at + RECORD_HEAD_BYTES + bytes > end {
            break;
        }
        starts.push(at);
        file.seek_relative(i64::try_from(bytes).unwrap_or_default())?;
        at += RECORD_HEAD_BYTES + bytes;
    }
    Ok(starts)
}

/// Offsets of the records that an index leads to.
fn offsets(index: &Path) -> Result<Vec<u64>, ReadError> {
    let bytes = super::bounded::whole(index, super::MAX_WHOLE_BYTES)?;
    let entries = bytes.get(HEADER_BYTES as usize..).unwrap_or_default();
    let offset = |entry: &[u8]| {
        let words: [u8; 4] = [entry[0], entry[1], entry[2], entry[3]];
        2 * u64::from(u32::from_be_bytes(words))
    };
    Ok(entries.chunks_exact(8).map(offset).collect())
}
