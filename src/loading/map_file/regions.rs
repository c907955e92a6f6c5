//! The stretches of country that a map names: a layer of its own, or else a file.

use super::section::Section;
use crate::loading::source::file_name;
use crate::policy::{LayerId, Region};
use std::path::{Path, PathBuf};

/// Resolves names of regions, and remembers the files among them.
#[derive(Debug)]
pub struct Regions<'a> {
    folder: &'a Path,
    layers: &'a [LayerId],
    /// Files by the name under which the edition keeps them.
    pub files: Vec<(String, PathBuf)>,
}

impl<'a> Regions<'a> {
    pub fn new(folder: &'a Path, layers: &'a [LayerId]) -> Self {
        Self {
            folder,
            layers,
            files: Vec::new(),
        }
    }

    /// The region that a key names.
    pub fn of(&mut self, section: &Section, key: &'static str) -> Option<Region> {
        let name = section.text(key)?;
        if let Some(id) = self.layers.iter().find(|id| id.as_str() == name) {
            return Some(Region::Layer(id.clone()));
        }
        let path = self.folder.join(&name);
        if path.is_file() {
            return Some(Region::File(self.add(path)));
        }
        let layers: Vec<&str> = self.layers.iter().map(LayerId::as_str).collect();
        section.wrong(
            key,
            &format!("“{name}” is neither a layer of this map nor a file"),
            &format!("name one of the layers ({}) or a file", layers.join(", ")),
        );
        None
    }

    /// The name of a file, new where another file has the same one.
    fn add(&mut self, path: PathBuf) -> String {
        if let Some((name, _)) = self.files.iter().find(|(_, known)| *known == path) {
            return name.clone();
        }
        let taken = |name: &str| self.files.iter().any(|(known, _)| known == name);
        let name = region_name(&path, taken);
        self.files.push((name.clone(), path));
        name
    }
}

/// The name under which an edition keeps a file's areas: the file's own, numbered where it is taken.
pub fn region_name(path: &Path, taken: impl Fn(&str) -> bool) -> String {
    let plain = file_name(path);
    let numbered = (2..).map(|number| format!("{plain} ({number})"));
    std::iter::once(plain.clone())
        .chain(numbered)
        .find(|name| !taken(name))
        .unwrap_or(plain)
}
