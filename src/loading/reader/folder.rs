//! A folder of our own for the time of one load: what a zip held, or links to files whose reader might
//! write beside them. It is emptied when it is dropped.

use super::ReadError;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

/// The folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

/// Folders that are there now.
#[derive(Debug)]
struct Live(Mutex<Vec<PathBuf>>);

static LIVE: Live = Live(Mutex::new(Vec::new()));

impl Live {
    fn with(&self, change: impl FnOnce(&mut Vec<PathBuf>)) {
        // A thread that died with the list in hand left it as good as it was.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Removes them all; what is still being unpacked may come back, and is cleared another day.
    fn remove(&self) {
        self.with(|folders| {
            for folder in folders.drain(..) {
                let _ = std::fs::remove_dir_all(folder);
            }
        });
    }
}

/// Removes every folder that this process has: it is about to be ended.
pub fn remove_temporary() {
    LIVE.remove();
}

static NEXT: AtomicU64 = AtomicU64::new(0);
static CLEARED: Once = Once::new();

/// How long a folder is left alone: its process may be one that cannot be seen from here.
const MIN_AGE: Duration = Duration::from_secs(60 * 60);

/// Removes folders of processes that were ended before they could. What cannot be removed stays.
fn clear_left_behind(home: &Path) {
    let entries = std::fs::read_dir(home).into_iter().flatten().flatten();
    for entry in entries.filter(is_left_behind) {
        if let Err(error) = std::fs::remove_dir_all(entry.path()) {
            tracing::debug!(folder = %entry.path().display(), %error, "a temporary folder stays behind");
        }
    }
}

/// Whether an entry is a folder of ours whose process is gone; where that cannot be told, it is not.
fn is_left_behind(entry: &std::fs::DirEntry) -> bool {
    let name = entry.file_name();
    let process = name
        .to_str()
        .and_then(|name| name.strip_prefix("groundrule-")?.split_once('-'))
        .filter(|(_, number)| number.parse::<u64>().is_ok())
        .and_then(|(process, _)| process.parse::<u32>().ok());
    let processes = Path::new("/proc");
    let gone = |process: u32| {
        processes.join("self").exists() && !processes.join(process.to_string()).exists()
    };
    let is_old = || {
        let changed = entry.metadata().ok()?.modified().ok()?;
        Some(changed.elapsed().ok()? > MIN_AGE)
    };
    // A link is never followed: it may lead anywhere.
    entry.file_type().is_ok_and(|kind| kind.is_dir())
        && process.is_some_and(gone)
        && is_old().unwrap_or(false)
}

impl Folder {
    /// Makes a new, empty folder that only this user can enter.
    pub fn new() -> Result<Self, ReadError> {
        CLEARED.call_once(|| clear_left_behind(&std::env::temp_dir()));
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let name = format!("groundrule-{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match create(&path) {
                Ok(()) => {
                    LIVE.with(|folders| folders.push(path.clone()));
                    return Ok(Self { path });
                }
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
        LIVE.with(|folders| folders.retain(|folder| *folder != self.path));
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
    fn what_a_dead_process_left_is_cleared_and_nothing_else() {
        let home = tempfile::tempdir().expect("a folder");
        let dead = u32::MAX; // no process has this number
        let own = std::process::id();
        let old = std::time::SystemTime::now() - 2 * MIN_AGE;
        let make = |name: String, old_enough: bool| {
            let path = home.path().join(name);
            std::fs::create_dir(&path).expect("made");
            std::fs::write(path.join("a.shp"), "x").expect("written");
            if old_enough {
                let folder = std::fs::File::open(&path).expect("opened");
                folder.set_modified(old).expect("set back");
            }
            path
        };
        let left = make(format!("groundrule-{dead}-0"), true);
        let kept = [
            make(format!("groundrule-{dead}-1"), false),
            make(format!("groundrule-{own}-0"), true),
            make("groundrule-demo-7".to_owned(), true),
            make("groundrule-notes".to_owned(), true),
        ];
        clear_left_behind(home.path());
        assert!(cfg!(not(target_os = "linux")) || !left.exists());
        assert!(kept.iter().all(|path| path.exists()));
    }

    #[test]
    fn folders_are_removed_when_the_process_is_interrupted() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("unpacked");
        std::fs::create_dir(&path).expect("made");
        std::fs::write(path.join("a.shp"), "x").expect("written");
        let live = Live(Mutex::new(vec![path.clone(), home.path().join("gone")]));
        live.remove();
        assert!(!path.exists() && home.path().exists());
    }

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
