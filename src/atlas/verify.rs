//! Reads an edition through and says what is not as its manifest has it.

use super::Damaged;
use super::area_file::check_prepared;
use super::derived;
use super::edition::{DIGEST_FILE, MANIFEST_FILE, OpenError, read_manifest};
use super::store::Atlas;
use crate::policy::EditionId;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// What a check of one edition found.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    /// SHA-256 of the manifest.
    pub sha256: String,
    /// How many files were read.
    pub files: usize,
    /// How many bytes they hold.
    pub bytes: u64,
    /// Files that are missing, or not what was written.
    pub damaged: Vec<Damaged>,
    /// Files that the manifest does not know.
    pub strangers: Vec<String>,
}

impl Verdict {
    /// Whether the edition is whole and holds nothing else.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.damaged.is_empty() && self.strangers.is_empty()
    }
}

impl Atlas {
    /// Checks every byte of an edition.
    ///
    /// # Errors
    /// A manifest that cannot be read: then nothing can be said of the rest.
    pub fn verify(&self, id: EditionId) -> Result<Verdict, OpenError> {
        let folder = self.folder(id);
        let (manifest, sha256) = read_manifest(id, &folder)?;
        let mut verdict = Verdict {
            sha256,
            files: manifest.files.len(),
            bytes: manifest.bytes(),
            damaged: Vec::new(),
            strangers: Vec::new(),
        };
        verdict
            .damaged
            .extend(check_digest(&folder, &verdict.sha256));
        for entry in &manifest.files {
            let outcome = match fs::read(folder.join(&entry.path)) {
                Ok(bytes) => entry.check(&bytes),
                Err(error) => Err(Damaged::new(&entry.path, error.to_string())),
            };
            let is_area_file = outcome.is_ok() && entry.path.ends_with(".fgb");
            verdict.damaged.extend(outcome.err());
            if is_area_file {
                verdict.damaged.extend(check_prepared(&folder, entry).err());
            }
        }
        verdict.damaged.extend(derived::check(&folder));
        let known: BTreeSet<&str> = manifest
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        let mut found = Vec::new();
        list_files(&folder, &folder, &mut found);
        verdict.strangers = found
            .into_iter()
            .filter(|path| {
                path != MANIFEST_FILE
                    && path != DIGEST_FILE
                    && !is_left_by_a_desktop(path)
                    && !path.starts_with("derived/")
                    && !known.contains(path.as_str())
            })
            .collect();
        Ok(verdict)
    }
}

/// Whether the manifest is the one that was written, where that was noted beside it.
fn check_digest(folder: &Path, sha256: &str) -> Option<Damaged> {
    let noted = fs::read_to_string(folder.join(DIGEST_FILE));
    let fault = match noted {
        Ok(noted) if noted.trim() == sha256 => return None,
        Ok(_) => format!("its SHA-256 is not the one in {DIGEST_FILE}"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => format!("{DIGEST_FILE} cannot be read: {error}"),
    };
    Some(Damaged::new(MANIFEST_FILE, fault))
}

/// Whether a file is what a desktop leaves in every folder that is looked into.
fn is_left_by_a_desktop(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(
        name,
        ".DS_Store" | "Thumbs.db" | "desktop.ini" | ".directory"
    ) || name.starts_with("._")
}

fn list_files(root: &Path, folder: &Path, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            list_files(root, &path, found);
        } else if let Ok(inside) = path.strip_prefix(root) {
            found.push(inside.to_string_lossy().replace('\\', "/"));
        }
    }
    found.sort_unstable();
}
