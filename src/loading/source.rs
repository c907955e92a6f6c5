//! Every file that a load read: its name, size, SHA-256 and time, so that an edition can say what it
//! was made from.

use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its name, without folders.
    pub name: String,
    /// Where it was read from.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, 64 small hexadecimal figures.
    pub sha256: String,
    /// When it was last changed, where the file system says.
    pub modified: Option<jiff::Timestamp>,
}

impl SourceFile {
    fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let modified = file.metadata()?.modified().ok();
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 128 * 1024];
        let mut bytes = 0;
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            hash.update(&buffer[..read]);
            bytes += read as u64;
        }
        let hex = |byte: &u8| format!("{byte:02x}");
        Ok(Self {
            name: file_name(path),
            path: path.to_owned(),
            bytes,
            sha256: hash.finalize().iter().map(hex).collect(),
            modified: modified.and_then(|time| jiff::Timestamp::try_from(time).ok()),
        })
    }
}

/// The last part of a path, as findings name files.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// The files read so far by one thread, in order.
#[derive(Debug, Default)]
pub struct Sources(RefCell<Vec<SourceFile>>);

impl Sources {
    /// Notes a file, once.
    pub fn add(&self, path: &Path) -> io::Result<()> {
        if self.0.borrow().iter().any(|known| known.path == path) {
            return Ok(());
        }
        let file = SourceFile::of(path)?;
        self.0.borrow_mut().push(file);
        Ok(())
    }

    /// The files, in the order in which they were read.
    pub fn into_files(self) -> Vec<SourceFile> {
        self.0.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_noted_once_with_its_hash() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("abc.txt");
        std::fs::write(&path, "abc").expect("written");
        let sources = Sources::default();
        sources.add(&path).expect("readable");
        sources.add(&path).expect("readable");
        let files = sources.into_files();
        assert_eq!(files.len(), 1);
        assert_eq!((files[0].name.as_str(), files[0].bytes), ("abc.txt", 3));
        assert_eq!(
            files[0].sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
