//! A folder of our own for the time of one load: what a zip held, or links to files whose reader might
//! write beside them. It is emptied when it is dropped.

use super::ReadError;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

static NEXT: AtomicU64 = AtomicU64::new(0);

impl Folder {
    /// Makes a new, empty folder that only this user can enter.
    pub fn new() -> Result<Self, ReadError> {
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("groundrule-{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match create(&path) {
                Ok(()) => return Ok(Self { path }),
                // Left behind by an earlier process of the same number, or laid out as a trap.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(ReadError::io(&path)(error)),
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a link to a file (a copy, where links are not to be had) into the folder.
    pub fn link(&self, from: &Path, name: &str) -> Result<PathBuf, ReadError> {
        let to = self.path.join(name);
        let from = from.canonicalize().map_err(ReadError::io(from))?;
        link(&from, &to).map_err(ReadError::io(&from))?;
        Ok(to)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!(folder = %self.path.display(), %error, "a temporary folder stays behind");
        }
    }
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<()> {
    std::fs::create_dir(path)
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::copy(from, to).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_gone_when_it_is_dropped_and_what_it_links_to_is_not() {
        let home = Folder::new().expect("a folder");
        let file = home.path().join("a.txt");
        std::fs::write(&file, "a").expect("written");
        let other = Folder::new().expect("another");
        let path = other.path().to_owned();
        assert!(other.link(&file, "b.txt").expect("linked").is_file());
        drop(other);
        assert!(!path.exists() && file.is_file());
    }
}
