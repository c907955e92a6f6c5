//! What others make of an edition ahead and keep beside it: it can be made again at any time, and is passed
//! over where it does not fit.
//!
//! Everything stands in the edition's `derived` folder, outside of what its manifest sums up, a file each. A
//! file names the manifest of the edition, what it is and the version of what made it, and ends with its own
//! SHA-256. It is written aside and renamed when it is whole, so that whoever is killed leaves nothing wrong.

use super::Damaged;
use super::area_file::derived_folder;
use super::guarded::mapped;
use super::manifest::digest;
use super::store::{StoreError, at};
use super::writing::write_synced;
use memmap2::Mmap;
use std::fs::{self, File};
use std::ops::{Deref, Range};
use std::path::{Path, PathBuf};

/// First bytes of a file; the number is raised when what stands around the content changes.
const MAGIC: &[u8; 16] = b"groundrule drv 1";

/// Hexadecimal digits of a SHA-256.
const DIGEST: usize = 64;

/// What files on their way end in.
const ASIDE: &str = ".part";

/// The folder for what is made of one edition by one maker, as `tiles`.
#[derive(Debug, Clone)]
pub struct Derived {
    folder: PathBuf,
    /// Stands before the content of each file, followed by the file's name.
    head: Vec<u8>,
}

/// A content that was kept, mapped into memory.
#[derive(Debug)]
pub struct Kept {
    map: Mmap,
    content: Range<usize>,
}

impl Deref for Kept {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map[self.content.clone()]
    }
}

/// The right to write into the folder: it ends with the process that holds it, however it ends.
#[derive(Debug)]
pub struct Writer<'a> {
    derived: &'a Derived,
    _lock: File,
}

impl Derived {
    /// What a maker of this name and version has made of the edition in `edition` with this manifest.
    pub(super) fn new(edition: &Path, sha256: &str, maker: &str, version: u32) -> Self {
        let mut head = MAGIC.to_vec();
        head.extend(version.to_le_bytes());
        head.extend(sha256.as_bytes());
        Self {
            folder: derived_folder(edition).join(maker),
            head,
        }
    }

    /// The content that was kept under a name; `None` where there is none, where it is of another edition or
    /// version, or damaged.
    #[must_use]
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        let mut all = fs::read(self.folder.join(name)).ok()?;
        let head = self.head_of(name);
        if !all.starts_with(&head) {
            return None;
        }
        if !is_whole(&all) {
            tracing::warn!(name, "a derived file is damaged and passed over");
            return None;
        }
        all.truncate(all.len() - DIGEST);
        all.drain(..head.len());
        Some(all)
    }

    /// As [`Derived::read`], for what is large: it is read through once and stays on the disk.
    #[must_use]
    pub fn map(&self, name: &str) -> Option<Kept> {
        let map = mapped(&self.folder.join(name)).ok()?;
        let head = self.head_of(name);
        if !map.starts_with(&head) {
            return None;
        }
        if !is_whole(&map) {
            tracing::warn!(name, "a derived file is damaged and passed over");
            return None;
        }
        let content = head.len()..map.len() - DIGEST;
        Some(Kept { map, content })
    }

    /// Takes the right to write; `None` where somebody else has it.
    ///
    /// # Errors
    /// A folder that cannot be written.
    pub fn writer(&self) -> Result<Option<Writer<'_>>, StoreError> {
        fs::create_dir_all(&self.folder).map_err(at(&self.folder))?;
        let path = self.folder.join("lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(at(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Ok(None),
            // A share without locks: two writers write the same, each under a name of its own first.
            Err(fs::TryLockError::Error(error)) => {
                tracing::debug!(%error, "writing without a lock");
            }
        }
        let writer = Writer {
            derived: self,
            _lock: lock,
        };
        writer.clear_unfinished();
        Ok(Some(writer))
    }

    fn head_of(&self, name: &str) -> Vec<u8> {
        let mut head = self.head.clone();
        head.extend((name.len() as u32).to_le_bytes());
        head.extend(name.as_bytes());
        head
    }
}

impl Writer<'_> {
    /// Keeps a content under a name, in place of what was kept there.
    ///
    /// # Errors
    /// What the system refuses; what was kept there is as it was then.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), StoreError> {
        let mut all = self.derived.head_of(name);
        all.extend_from_slice(content);
        let sum = digest(&all);
        all.extend_from_slice(sum.as_bytes());
        let folder = &self.derived.folder;
        let aside = folder.join(format!(".{name}.{}{ASIDE}", std::process::id()));
        let home = folder.join(name);
        write_synced(&aside, &all)?;
        fs::rename(&aside, &home).map_err(at(&home))
    }

    /// Removes what a writer left that was killed. What cannot be removed stays and harms nobody.
    fn clear_unfinished(&self) {
        let entries = fs::read_dir(&self.derived.folder).into_iter().flatten();
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.to_string_lossy().ends_with(ASIDE) {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Whether the bytes end with the sum of all before.
fn is_whole(all: &[u8]) -> bool {
    let parts = all
        .len()
        .checked_sub(DIGEST)
        .and_then(|end| all.split_at_checked(end));
    parts.is_some_and(|(body, sum)| digest(body).as_bytes() == sum)
}

/// The files in the folders of an edition's makers that are not what was written.
pub(super) fn check(edition: &Path) -> Vec<Damaged> {
    let mut damaged = Vec::new();
    let makers = fs::read_dir(derived_folder(edition)).into_iter().flatten();
    for maker in makers.flatten().filter(|entry| entry.path().is_dir()) {
        let files = fs::read_dir(maker.path()).into_iter().flatten();
        for file in files.flatten() {
            let name = format!(
                "derived/{}/{}",
                maker.file_name().to_string_lossy(),
                file.file_name().to_string_lossy()
            );
            if name.ends_with(ASIDE) {
                continue;
            }
            match fs::read(file.path()) {
                // Of another version, or no file of ours: passed over when it is read.
                Ok(all) if !all.starts_with(MAGIC) || is_whole(&all) => {}
                Ok(_) => {
                    let fault = "it is not what was written; remove it, and it is done without";
                    damaged.push(Damaged::new(&name, fault));
                }
                Err(error) => damaged.push(Damaged::new(&name, error.to_string())),
            }
        }
    }
    damaged.sort_by(|one, other| one.file.cmp(&other.file));
    damaged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_another_edition_version_or_name_or_was_damaged_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let sha256 = "a".repeat(DIGEST);
        let derived = Derived::new(folder.path(), &sha256, "tiles", 1);
        let writer = derived.writer().expect("a folder").expect("nobody else");
        writer.write("1-0-0", b"content").expect("written");
        assert_eq!(derived.read("1-0-0").as_deref(), Some(&b"content"[..]));
        assert_eq!(derived.map("1-0-0").as_deref(), Some(&b"content"[..]));
        assert_eq!(derived.read("1-0-1"), None);
        let of = |sha256: &str, version| Derived::new(folder.path(), sha256, "tiles", version);
        assert_eq!(of(&sha256, 2).read("1-0-0"), None);
        assert_eq!(of(&"b".repeat(DIGEST), 1).read("1-0-0"), None);
        let tiles = folder.path().join("derived/tiles");
        fs::copy(tiles.join("1-0-0"), tiles.join("1-0-1")).expect("copied");
        assert_eq!(derived.read("1-0-1"), None, "of another tile");
        fs::remove_file(tiles.join("1-0-1")).expect("removed");
        assert_eq!(check(folder.path()), []);
        let whole = fs::read(tiles.join("1-0-0")).expect("there");
        for at in 0..whole.len() {
            let mut spoilt = whole.clone();
            spoilt[at] ^= 1;
            fs::write(tiles.join("1-0-0"), &spoilt).expect("written");
            assert_eq!(derived.read("1-0-0"), None, "byte {at}");
            assert!(derived.map("1-0-0").is_none(), "byte {at}");
            assert_eq!(check(folder.path()).len(), usize::from(at >= MAGIC.len()));
            fs::write(tiles.join("1-0-0"), &whole[..at]).expect("written");
            assert_eq!(derived.read("1-0-0"), None, "cut at {at}");
        }
    }

    #[test]
    fn one_writes_at_a_time_and_what_a_killed_writer_left_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let derived = Derived::new(folder.path(), "", "tiles", 1);
        let writer = derived.writer().expect("a folder").expect("nobody else");
        assert!(derived.writer().expect("a folder").is_none());
        let left = folder.path().join("derived/tiles/.1-0-0.99.part");
        fs::write(&left, "half").expect("written");
        drop(writer);
        assert!(derived.writer().expect("a folder").is_some());
        assert!(!left.exists());
    }
}
