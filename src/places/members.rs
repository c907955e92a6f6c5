//! The tables of a source: a file, or those of a folder or zip archive as the Ordnance Survey delivers
//! them, one after another, their bytes counted.
//!
//! Nothing is unpacked to disk: an entry is read as a stream. Headers and notes that lie in a `Doc`
//! folder are no tables.

use super::gazetteer::GazetteerError;
use ::zip::ZipArchive;
use std::cell::Cell;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Files of a folder or archive at most: OS Open Names has 820.
pub const MAX_MEMBERS: usize = 10_000;

/// Bytes of one source at most, unpacked: OS Open UPRN has 2.5 GB.
pub const MAX_SOURCE_BYTES: u64 = 64 << 30;

/// Bytes of one row at most: a mark that is never closed would take the rest of the file into memory.
pub const MAX_ROW_BYTES: u64 = 1 << 20;

/// Folders in folders that are looked into.
const MAX_FOLDERS: usize = 16;

/// A source and its tables.
pub(super) struct Source {
    path: PathBuf,
    tables: Tables,
    /// Bytes of all tables.
    pub bytes: u64,
    /// Files that are no tables, by name.
    pub beside: Vec<String>,
}

enum Tables {
    Files(Vec<(String, PathBuf)>),
    Entries(Vec<(String, usize)>),
}

/// How many bytes were read: of the whole source, and since the last row.
#[derive(Debug, Clone, Default)]
pub(super) struct Passed {
    all: Rc<Cell<u64>>,
    row: Rc<Cell<u64>>,
}

impl Passed {
    pub(super) fn all(&self) -> u64 {
        self.all.get()
    }

    /// A row has ended.
    pub(super) fn row_ended(&self) {
        self.row.set(0);
    }
}

struct Counted<R> {
    inner: R,
    passed: Passed,
}

/// Bytes that the parser of CSV has read ahead of the row that it gives.
const READ_AHEAD: u64 = 64 * 1024;

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let too_long =
            |what: String| Err(std::io::Error::new(std::io::ErrorKind::InvalidData, what));
        if self.passed.row.get() > MAX_ROW_BYTES + READ_AHEAD {
            return too_long(format!("a row has more than {MAX_ROW_BYTES} bytes"));
        }
        if self.passed.all.get() > MAX_SOURCE_BYTES {
            return too_long(format!("there are more than {MAX_SOURCE_BYTES} bytes"));
        }
        let read = self.inner.read(buffer)?;
        self.passed.all.set(self.passed.all.get() + read as u64);
        self.passed.row.set(self.passed.row.get() + read as u64);
        Ok(read)
    }
}

impl Source {
    /// Looks at a source without reading its rows.
    pub(super) fn open(path: &Path) -> Result<Self, GazetteerError> {
        let source = |error: std::io::Error| unreadable(path, &error);
        if path.is_dir() {
            return Self::of_folder(path);
        }
        let mut file = File::open(path).map_err(source)?;
        let mut first = Vec::new();
        file.by_ref()
            .take(4)
            .read_to_end(&mut first)
            .map_err(source)?;
        if first.starts_with(b"PK\x03\x04") {
            return Self::of_archive(path);
        }
        Ok(Self {
            bytes: file.metadata().map_err(source)?.len(),
            tables: Tables::Files(vec![(String::new(), path.to_owned())]),
            path: path.to_owned(),
            beside: Vec::new(),
        })
    }

    fn of_folder(path: &Path) -> Result<Self, GazetteerError> {
        let mut files = Vec::new();
        list(path, path, 0, &mut files)?;
        files.sort();
        let mut bytes = 0;
        let (mut tables, mut beside) = (Vec::new(), Vec::new());
        for (name, file) in files {
            if is_table(&name) {
                let size = file.metadata().map_err(|error| unreadable(&file, &error))?;
                bytes += size.len();
                tables.push((name, file));
            } else {
                beside.push(name);
            }
        }
        Self::whole(path, Tables::Files(tables), bytes, beside)
    }

    fn of_archive(path: &Path) -> Result<Self, GazetteerError> {
        let mut archive = archive(path)?;
        if archive.len() > MAX_MEMBERS {
            return Err(too_many(path));
        }
        let mut bytes = 0_u64;
        let (mut tables, mut beside) = (Vec::new(), Vec::new());
        for index in 0..archive.len() {
            let entry = archive
                .by_index_raw(index)
                .map_err(|error| damaged(path, &error))?;
            if !entry.is_file() {
                continue;
            }
            let name = entry.name().map_err(|error| damaged(path, &error))?;
            if is_table(&name) {
                bytes = bytes.saturating_add(entry.size());
                tables.push((name.into_owned(), index));
            } else {
                beside.push(name.into_owned());
            }
        }
        tables.sort();
        Self::whole(path, Tables::Entries(tables), bytes, beside)
    }

    fn whole(
        path: &Path,
        tables: Tables,
        bytes: u64,
        beside: Vec<String>,
    ) -> Result<Self, GazetteerError> {
        let none = match &tables {
            Tables::Files(files) => files.is_empty(),
            Tables::Entries(entries) => entries.is_empty(),
        };
        if none {
            return Err(GazetteerError::Content {
                path: path.to_owned(),
                fault: "it holds no file whose name ends in .csv".to_owned(),
            });
        }
        Ok(Self {
            path: path.to_owned(),
            tables,
            bytes,
            beside,
        })
    }

    /// Gives the tables one after another: the name within the source, the path to tell of it, its bytes.
    pub(super) fn each(
        &self,
        passed: &Passed,
        mut take: impl FnMut(&str, &Path, &mut dyn Read) -> Result<(), GazetteerError>,
    ) -> Result<(), GazetteerError> {
        let mut give = |name: &str, path: &Path, inner: &mut dyn Read| {
            passed.row_ended();
            let mut counted = Counted {
                inner,
                passed: passed.clone(),
            };
            take(name, path, &mut counted)
        };
        match &self.tables {
            Tables::Files(files) => {
                for (name, path) in files {
                    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
                    give(name, path, &mut file)?;
                }
            }
            Tables::Entries(entries) => {
                let mut archive = archive(&self.path)?;
                for (name, index) in entries {
                    let mut entry = archive
                        .by_index(*index)
                        .map_err(|error| damaged(&self.path, &error))?;
                    give(name, &self.path.join(name), &mut entry)?;
                }
            }
        }
        Ok(())
    }
}

fn archive(path: &Path) -> Result<ZipArchive<BufReader<File>>, GazetteerError> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> GazetteerError {
    GazetteerError::Source {
        path: path.to_owned(),
        fault: error.to_string(),
    }
}

fn damaged(path: &Path, error: &::zip::result::ZipError) -> GazetteerError {
    GazetteerError::Content {
        path: path.to_owned(),
        fault: error.to_string(),
    }
}

fn too_many(path: &Path) -> GazetteerError {
    GazetteerError::Content {
        path: path.to_owned(),
        fault: format!("it holds more than {MAX_MEMBERS} files"),
    }
}

/// The files of a folder and the folders in it, by their names from the first one on.
fn list(
    root: &Path,
    folder: &Path,
    depth: usize,
    files: &mut Vec<(String, PathBuf)>,
) -> Result<(), GazetteerError> {
    let source = |error: std::io::Error| unreadable(folder, &error);
    for entry in fs::read_dir(folder).map_err(source)? {
        let path = entry.map_err(source)?.path();
        if path.is_dir() && depth < MAX_FOLDERS {
            list(root, &path, depth + 1, files)?;
        } else if path.is_file() {
            let name = path.strip_prefix(root).unwrap_or(&path);
            files.push((name.to_string_lossy().into_owned(), path));
        }
        if files.len() > MAX_MEMBERS {
            return Err(too_many(root));
        }
    }
    Ok(())
}

/// Whether a file of a folder or archive holds rows: a CSV that is not of the documents beside the data.
fn is_table(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut parts: Vec<&str> = lower.split(['/', '\\']).collect();
    let base = parts.pop().unwrap_or_default();
    let documents = parts
        .iter()
        .any(|part| matches!(*part, "doc" | "docs" | "__macosx"));
    base.ends_with(".csv") && !base.starts_with('.') && !documents && !base.contains("header")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_the_data_is_no_table() {
        for table in [
            "Data/CSV/ll.csv",
            "opname_csv_gb/DATA/SH22.csv",
            "osopenuprn_202611.CSV",
        ] {
            assert!(is_table(table), "{table}");
        }
        for other in [
            "Doc/Code-Point_Open_Column_Headers.csv",
            "DOC/OS_Open_Names_Header.csv",
            "Column_Headers.csv",
            "Doc/licence.txt",
            "__MACOSX/Data/._ll.csv",
            "readme.txt",
        ] {
            assert!(!is_table(other), "{other}");
        }
    }
}
