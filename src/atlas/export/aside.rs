//! Writes a file under another name beside its place, and gives it its own when it is whole.

use super::{ExportError, io};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A file on its way; what is not put in its place is removed.
struct Aside(PathBuf);

impl Drop for Aside {
    fn drop(&mut self) {
        // Gone already where it was put in its place.
        let _ = fs::remove_file(&self.0);
    }
}

/// Has `fill` write a file, syncs it, and puts it at `path`; gives what `fill` gave. A file that is there is
/// replaced only if it may be.
///
/// # Errors
/// What `fill` says, what the system refuses, and a file that is there and may not be replaced. Nothing is left
/// behind then, and a file that was to be replaced is as it was.
pub fn write<T, E: From<ExportError>>(
    path: &Path,
    replace: bool,
    fill: impl FnOnce(&Path) -> Result<T, E>,
) -> Result<T, E> {
    if !replace && path.symlink_metadata().is_ok() {
        return Err(ExportError::Exists(path.to_owned()).into());
    }
    let aside = Aside(beside(path));
    // An empty file first: a folder that is not there or may not be written shows before any work.
    File::create(&aside.0).map_err(io(path))?;
    let filled = fill(&aside.0)?;
    File::open(&aside.0)
        .and_then(|file| file.sync_all())
        .map_err(io(path))?;
    if replace {
        fs::rename(&aside.0, path).map_err(io(path))?;
    } else {
        put_where_nothing_is(&aside.0, path)?;
    }
    Ok(filled)
}

/// As [`write()`], where `fill` speaks of the file as it is called on its way.
pub(super) fn write_export(
    path: &Path,
    replace: bool,
    fill: impl FnOnce(&Path) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    write(path, replace, |aside| {
        fill(aside).map_err(|error| about(error, path))
    })
}

/// `.NAME.PROCESS.part` in the same folder, so that renaming moves no bytes.
fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

/// A rename that replaces nothing, also where somebody made the file meanwhile. File systems without
/// links get a look and a rename.
fn put_where_nothing_is(aside: &Path, path: &Path) -> Result<(), ExportError> {
    match fs::hard_link(aside, path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(ExportError::Exists(path.to_owned()))
        }
        Err(_) if path.symlink_metadata().is_ok() => Err(ExportError::Exists(path.to_owned())),
        Err(_) => fs::rename(aside, path).map_err(io(path)),
    }
}

/// The same error under the name that the file was to have.
fn about(error: ExportError, path: &Path) -> ExportError {
    let path = path.to_owned();
    match error {
        ExportError::Io { source, .. } => ExportError::Io { path, source },
        ExportError::Encode { fault, .. } => ExportError::Encode { path, fault },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn a_file_that_is_there_stays_as_it_is_unless_it_may_be_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let fill = |text: &'static str| move |path: &Path| fs::write(path, text).map_err(io(path));
        write_export(&path, false, fill("one")).expect("new");
        let refused = write_export(&path, false, fill("two"));
        assert!(matches!(refused, Err(ExportError::Exists(_))));
        assert_eq!(fs::read_to_string(&path).expect("there"), "one");
        write_export(&path, true, fill("three")).expect("replaced");
        assert_eq!(fs::read_to_string(&path).expect("there"), "three");
        assert_eq!(names(folder.path()), ["a.csv"]);
    }

    #[test]
    fn a_file_made_meanwhile_is_not_replaced_and_a_failure_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let meanwhile = write_export(&path, false, |_| {
            fs::write(&path, "theirs").map_err(io(&path))
        });
        assert!(matches!(meanwhile, Err(ExportError::Exists(_))));
        assert_eq!(fs::read_to_string(&path).expect("there"), "theirs");
        let failed = write_export(&path, true, |aside| {
            Err(ExportError::Encode {
                path: aside.to_owned(),
                fault: "too wide".to_owned(),
            })
        });
        let told = failed.expect_err("failed").to_string();
        assert!(told.contains("a.csv cannot be written: too wide"), "{told}");
        assert_eq!(names(folder.path()), ["a.csv"]);
        assert!(write_export(&folder.path().join("none/a.csv"), false, |_| Ok(())).is_err());
    }
}
