//! What comes through a pipe: put into a file of a folder of our own, for readers go to and fro.

use super::folder::Folder;
use super::zip::MAX_UNPACKED_BYTES;
use crate::loading::LoadError;
use std::fs::File;
use std::io::{self, Read, copy};
use std::path::{Path, PathBuf};

/// Bytes taken from a pipe at most; as many as an archive may hold.
pub const MAX_PIPED_BYTES: u64 = MAX_UNPACKED_BYTES;

/// How findings and manifests name it.
const NAME: &str = "standard input";

/// A file that holds what came through a pipe, as long as this is kept.
#[derive(Debug)]
pub struct Piped {
    folder: Folder,
}

impl Piped {
    /// Takes all that comes.
    ///
    /// # Errors
    /// Nothing comes, more than [`MAX_PIPED_BYTES`] do, or it cannot be read or put down.
    pub fn take(from: impl Read) -> Result<Self, LoadError> {
        Self::take_up_to(MAX_PIPED_BYTES, from)
    }

    fn take_up_to(most: u64, from: impl Read) -> Result<Self, LoadError> {
        let failed = |path: PathBuf| move |source| LoadError::Io { path, source };
        let folder = Folder::new().map_err(|error| failed(NAME.into())(io::Error::other(error)))?;
        let piped = Self { folder };
        let path = piped.path();
        let mut to = File::create_new(&path).map_err(failed(path.clone()))?;
        let bytes = copy(&mut from.take(most.saturating_add(1)), &mut to).map_err(failed(path))?;
        match bytes {
            0 => Err(LoadError::NothingPiped),
            bytes if bytes > most => Err(LoadError::TooMuchPiped { most }),
            _ => Ok(piped),
        }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join(Path::new(NAME))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_is_kept_and_nothing_or_too_much_is_refused() {
        let piped = Piped::take_up_to(4, &b"four"[..]).expect("taken");
        assert_eq!(std::fs::read(piped.path()).expect("a file"), b"four");
        let path = piped.path();
        drop(piped);
        assert!(!path.exists());
        assert!(matches!(
            Piped::take(&b""[..]),
            Err(LoadError::NothingPiped)
        ));
        assert!(matches!(
            Piped::take_up_to(3, &b"four"[..]),
            Err(LoadError::TooMuchPiped { most: 3 })
        ));
    }
}
