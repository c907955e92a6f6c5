//! An edition's folder while it is written: each file synced, noted for the manifest, and the folder
//! itself last.

use super::area_file::prepare;
use super::edition::{DIGEST_FILE, MANIFEST_FILE};
use super::manifest::{BLOCK_BYTES, FileEntry, Manifest, digest};
use super::store::{StoreError, at};
use super::summing::Summing;
use super::write::{Writable, flatgeobuf};
use crate::geometry::Space;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// An edition's folder while it is being written.
pub(super) struct Writing {
    folder: PathBuf,
    pub(super) entries: Vec<FileEntry>,
}

impl Writing {
    pub(super) fn begin(folder: &Path) -> Result<Self, StoreError> {
        for sub in ["layers", "regions", "derived"] {
            let path = folder.join(sub);
            fs::create_dir_all(&path).map_err(at(&path))?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            entries: Vec::new(),
        })
    }

    pub(super) fn areas(
        &mut self,
        path: &str,
        name: &str,
        space: Space,
        areas: &[Writable<'_>],
    ) -> Result<(), StoreError> {
        let file = self.folder.join(path);
        let created = File::create(&file).map_err(at(&file))?;
        let mut to = BufWriter::with_capacity(BLOCK_BYTES, Summing::new(created));
        flatgeobuf(&mut to, name, space, areas).map_err(|error| StoreError::Encode {
            path: path.to_owned(),
            fault: error.to_string(),
        })?;
        let summed = to.into_inner().map_err(io::IntoInnerError::into_error);
        let (written, entry) = summed.map_err(at(&file))?.finish(path);
        written.sync_all().map_err(at(&file))?;
        self.entries.push(entry);
        Ok(())
    }

    pub(super) fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        write_synced(&self.folder.join(path), bytes)?;
        self.entries.push(FileEntry::of(path, bytes));
        Ok(())
    }

    pub(super) fn finish(self, manifest: &Manifest) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec_pretty(manifest).map_err(|error| StoreError::Encode {
            path: MANIFEST_FILE.to_owned(),
            fault: error.to_string(),
        })?;
        write_synced(&self.folder.join(MANIFEST_FILE), &bytes)?;
        let sha256 = digest(&bytes) + "\n";
        write_synced(&self.folder.join(DIGEST_FILE), sha256.as_bytes())?;
        for entry in &manifest.files {
            if entry.path.ends_with(".fgb") {
                prepare(&self.folder, entry)?;
            }
        }
        for sub in ["layers", "regions", "derived", "."] {
            sync_folder(&self.folder.join(sub))?;
        }
        Ok(())
    }
}

/// Writes a file to the disk itself.
pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(at(path))
}

/// Makes the names in a folder durable, where the system can.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        let synced = File::open(path).and_then(|folder| folder.sync_all());
        unless_foreign(synced).map_err(at(path))?;
    }
    Ok(())
}

/// Some network shares know no syncing of folders, and say so in one of these ways: there the server keeps
/// the names, and all that can be done has been done. Any other error is one.
fn unless_foreign(synced: io::Result<()>) -> io::Result<()> {
    match synced {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Unsupported | ErrorKind::InvalidInput
            ) =>
        {
            Ok(())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_cannot_sync_folders_is_no_error_and_a_full_disk_is_one() {
        for kind in [ErrorKind::Unsupported, ErrorKind::InvalidInput] {
            assert!(unless_foreign(Err(kind.into())).is_ok());
        }
        for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied] {
            assert!(unless_foreign(Err(kind.into())).is_err());
        }
    }
}
