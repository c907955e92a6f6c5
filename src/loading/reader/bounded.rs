//! Files that are held whole, and streams, up to a number of bytes: what is longer is refused, never cut.

use super::ReadError;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes of a `.prj` or `.cpg` at most: real ones hold a line or two.
pub const MAX_SIDECAR_BYTES: u64 = 1 << 20;
/// Bytes that one run of `ogr2ogr` may print: a nation of 25 million vertices prints one thousand million.
pub const MAX_PRINTED_BYTES: u64 = 16 << 30;

/// All bytes of a file that holds no more than `most`.
///
/// # Errors
/// It holds more, or cannot be read.
pub fn whole(path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
    let file = File::open(path).map_err(ReadError::io(path))?;
    let mut bytes = Vec::new();
    let read = Bounded::new(file, most).read_to_end(&mut bytes);
    match read {
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
            let name = crate::loading::source::file_name(path);
            Err(ReadError::unreadable(format!("{name}: {error}")))
        }
        Err(error) => Err(ReadError::io(path)(error)),
    }
}

/// A stream that ends in an error where it is longer than it may be.
#[derive(Debug)]
pub struct Bounded<R> {
    from: R,
    most: u64,
    left: u64,
}

impl<R> Bounded<R> {
    /// Of at most so many bytes.
    pub fn new(from: R, most: u64) -> Self {
        Self {
            from,
            most,
            left: most,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // One byte more than is allowed tells whether there is more.
        let room = usize::try_from(self.left.saturating_add(1)).unwrap_or(usize::MAX);
        let room = room.min(buffer.len());
        let read = self.from.read(&mut buffer[..room])?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let why = format!("there are more than {} bytes", self.most);
            io::Error::new(io::ErrorKind::FileTooLarge, why)
        })?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loading::reader::{
        MAX_DEPTH, MAX_ROW_VERTICES, MAX_ROWS, MAX_WHOLE_BYTES, ogr, piped, zip,
    };

    #[test]
    fn what_is_too_long_is_refused_and_not_cut() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.prj");
        std::fs::write(&path, "four").expect("written");
        assert_eq!(whole(&path, 4).expect("read"), b"four");
        let error = whole(&path, 3).expect_err("too long").to_string();
        assert!(
            error.contains("a.prj: there are more than 3 bytes"),
            "{error}"
        );
    }

    #[test]
    fn the_limits_in_the_instructions_are_those_of_the_program() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/limits.md");
        let text = std::fs::read_to_string(path).expect("the instructions");
        let limits = [
            ("MAX_ROWS", MAX_ROWS as u64),
            ("MAX_ROW_VERTICES", MAX_ROW_VERTICES as u64),
            ("MAX_DEPTH", MAX_DEPTH as u64),
            ("MAX_WHOLE_BYTES", MAX_WHOLE_BYTES),
            ("MAX_SIDECAR_BYTES", MAX_SIDECAR_BYTES),
            ("MAX_PRINTED_BYTES", MAX_PRINTED_BYTES),
            ("MAX_UNPACKED_BYTES", zip::MAX_UNPACKED_BYTES),
            ("MAX_ENTRIES", zip::MAX_ENTRIES as u64),
            ("MAX_PIPED_BYTES", piped::MAX_PIPED_BYTES),
            ("MAX_SECONDS", ogr::MAX_SECONDS),
            ("MAX_MAP_BYTES", crate::loading::map_file::MAX_MAP_BYTES),
        ];
        for (name, value) in limits {
            let row = format!("| `{name}` | {value} |");
            assert!(text.contains(&row), "{row}");
        }
        let rows = text.lines().filter(|line| line.starts_with("| `MAX_"));
        assert_eq!(rows.count(), limits.len());
        // Of what stands in the readers, these are no limit of a file: how exact an arc is, and what is kept of
        // words that only tell what went wrong.
        let others = [
            "MAX_OFF_M",
            "MAX_OFF_DEGREES",
            "MAX_EDGES",
            "MAX_KEY_BYTES",
            "MAX_COMPLAINT_BYTES",
        ];
        let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/loading/reader");
        let files = std::fs::read_dir(reader).expect("the readers").flatten();
        let sources = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
        for source in sources {
            for declared in source
                .lines()
                .filter_map(|line| line.split("const MAX_").nth(1))
            {
                let name = declared.split(':').next().unwrap_or_default();
                let name = format!("MAX_{name}");
                let known = limits.iter().any(|(limit, _)| *limit == name)
                    || others.contains(&name.as_str());
                assert!(known || name.contains('"'), "{name} is in no list");
            }
        }
    }
}
