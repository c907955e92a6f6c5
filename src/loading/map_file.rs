//! `map.toml` → a checked description of a map, and how the files of its layers are to be read.
//!
//! Unknown keys are refused by name with the known one most like them; every problem names its line and
//! key and says what would be right, and all are told at once. It opens the tables that the map names
//! (`policies.csv`, the wording), but no data.

mod about;
mod layer;
mod regions;
mod section;
mod wording;

pub use layer::title_of;
pub use regions::region_name;

use super::fields::Field;
use super::finding::Finding;
use super::policies::{self, PoliciesError};
use crate::geometry::Crs;
use crate::policy::{FileSettings, LayerId, Map, Text};
use layer::Around;
use regions::Regions;
use section::{Problems, Section};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// What to do with rows that share a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duplicates {
    /// Refuse them.
    #[default]
    Refuse,
    /// They are parts of one area.
    Merge,
    /// They are areas of their own and are numbered.
    Separate,
}

impl Duplicates {
    /// The choice of a word: `refuse`, `merge` or `separate`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "refuse" => Some(Self::Refuse),
            "merge" => Some(Self::Merge),
            "separate" => Some(Self::Separate),
            _ => None,
        }
    }

    /// The word of the choice.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Merge => "merge",
            Self::Separate => "separate",
        }
    }
}

impl LayerSource {
    /// What the layer keeps of it.
    pub(super) fn settings(&self) -> FileSettings {
        // Where the geometry stands, a file says by itself or is told anew.
        let fields = self.fields.iter().chain(&self.kept_fields);
        let fields = fields.filter(|(field, _)| !field.is_position());
        FileSettings {
            fields: fields
                .map(|(field, column)| (field.word().to_owned(), column.clone()))
                .collect(),
            date_format: self.date_format.clone(),
            crs: self.crs.or(self.kept_crs).map(Crs::epsg),
            source_layer: self.source_layer.clone(),
            duplicates: (self.duplicates != Duplicates::default())
                .then(|| self.duplicates.word().to_owned()),
        }
    }
}

/// How the files of a layer are read.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerSource {
    pub id: LayerId,
    pub files: Vec<PathBuf>,
    pub source_layer: Option<String>,
    /// Used only where a file does not say.
    pub crs: Option<Crs>,
    /// What the last files of the layer were said to be in: used only where a file does not say either.
    pub kept_crs: Option<Crs>,
    pub fields: Vec<(Field, String)>,
    /// Columns that the last files of the layer had: where a file has them not, the usual ones will do.
    pub kept_fields: Vec<(Field, String)>,
    pub date_format: Option<String>,
    pub duplicates: Duplicates,
    /// Its areas must not overlap.
    pub exclusive: bool,
    /// Its areas leave no ground out between them.
    pub without_gaps: bool,
    /// Why it may say no although rows are left out.
    pub incomplete: Option<String>,
}

/// A map and its sources.
#[derive(Debug)]
pub struct MapFile {
    pub map: Map,
    /// One for each layer of the map, in its order.
    pub layers: Vec<LayerSource>,
    /// Files named as coverage, plan area or neighbour's area, by the name that regions have.
    pub regions: Vec<(String, PathBuf)>,
    /// Files that were opened besides the map itself.
    pub opened: Vec<PathBuf>,
    pub findings: Vec<Finding>,
}

/// Why a map cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MapFileError {
    /// The file, or one that it names, cannot be opened.
    #[error("{} cannot be read: {source}; check its name", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is no map, but something large.
    #[error("{} is longer than {MAX_MAP_BYTES} bytes, which is more than a map needs; check its name", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// It is in another encoding.
    #[error("{} is not UTF-8 text (byte {byte} is no letter of it); save it in UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// Where that is seen, from 1.
        byte: usize,
    },
    /// It is not TOML.
    #[error("{}, line {line}: {why}; see toml.io for how a map file is written", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser said.
        why: String,
    },
    /// Its keys or values are wrong.
    #[error("{}: {}", path.display(), problems.join("\n"))]
    Wrong {
        /// The file.
        path: PathBuf,
        /// One sentence a problem, in the order of the file.
        problems: Vec<String>,
    },
    /// Its policies cannot be read.
    #[error(transparent)]
    Policies(#[from] PoliciesError),
}

/// Reads a map file.
///
/// # Errors
/// It, or the policies or wording that it names, cannot be read or are wrong.
pub fn read(path: &Path) -> Result<MapFile, MapFileError> {
    let text = text_of(path)?;
    let problems = Problems::new(&text);
    let document = DeTable::parse(&text).map_err(|error| not_toml(path, &text, &error))?;
    let document = Section::new("", &document, &problems);
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = describe(&document, folder);
    let policies = document.text("policies").map(|name| folder.join(name));
    let messages = document.text("messages").map(|name| folder.join(name));
    document.finish();
    let problems = problems.into_lines();
    if !problems.is_empty() {
        return Err(MapFileError::Wrong {
            path: path.to_owned(),
            problems,
        });
    }
    if let Some(policies) = policies {
        file.map.policies = policies::read(&policies, &text_of(&policies)?, &file.map.plans)?;
        file.opened.push(policies);
    }
    if let Some(messages) = messages {
        file.map.wording = wording::read(&messages, &text_of(&messages)?)?;
        file.opened.push(messages);
    }
    Ok(file)
}

fn describe(document: &Section, folder: &Path) -> MapFile {
    let ids = layer::ids(document);
    let mut regions = Regions::new(folder, &ids);
    let coverage = regions.of(document, "coverage");
    let title = document.both("title");
    if title.is_none() {
        document.wrong(
            "title",
            "is missing",
            "write title = { en = \"…\", cy = \"…\" }",
        );
    }
    let title = title.unwrap_or_default();
    let (authority, told) = about::authority(document, &title);
    let plans = about::plans(document, &mut regions);
    let neighbours = about::neighbours(document, &mut regions);
    let around = Around {
        folder,
        plans: &plans,
        layers: &ids,
        coverage: coverage.as_ref(),
    };
    let sections = document.sections("layer").into_iter();
    let (layers, sources): (Vec<_>, Vec<_>) = sections
        .filter_map(|section| layer::read(section, &around, &mut regions))
        .unzip();
    if document.sections("layer").is_empty() {
        document.wrong(
            "layer",
            "is missing",
            "describe each layer of the map under a [[layer]]",
        );
    }
    let files = regions.files;
    MapFile {
        map: Map {
            title,
            authority,
            plans,
            neighbours,
            layers,
            policies: Vec::new(),
            wording: std::collections::BTreeMap::new(),
            frame_ancestors: frame_ancestors(document),
        },
        layers: sources,
        regions: files,
        opened: Vec::new(),
        findings: told.into_iter().map(Finding::new).collect(),
    }
}

/// Sites that may embed the map stand in a header, so nothing that ends one may be among them.
fn frame_ancestors(document: &Section) -> Vec<String> {
    let sites = document.texts("frame-ancestors");
    for site in &sites {
        if site.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, ';' | ',')) {
            document.wrong(
                "frame-ancestors",
                &format!("has “{}”", super::finding::shown(site)),
                "write sites as \"https://www.example.gov.uk\"",
            );
        }
    }
    sites
}

/// Bytes of a map.toml, of its policies.csv and of its wording at most: the whole text of a plan is smaller.
pub const MAX_MAP_BYTES: u64 = 16 << 20;

fn text_of(path: &Path) -> Result<String, MapFileError> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_MAP_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|source| MapFileError::Io {
            path: path.to_owned(),
            source,
        })?;
    if bytes.len() as u64 > MAX_MAP_BYTES {
        return Err(MapFileError::TooLong {
            path: path.to_owned(),
        });
    }
    String::from_utf8(bytes).map_err(|error| MapFileError::NotUtf8 {
        path: path.to_owned(),
        byte: error.utf8_error().valid_up_to() + 1,
    })
}

fn not_toml(path: &Path, text: &str, error: &toml::de::Error) -> MapFileError {
    let offset = error.span().map_or(0, |span| span.start).min(text.len());
    MapFileError::Toml {
        path: path.to_owned(),
        line: text.as_bytes()[..offset]
            .iter()
            .filter(|&&b| b == b'\n')
            .count()
            + 1,
        why: error.message().to_owned(),
    }
}

/// A description for files that come without a map.
pub fn without_map() -> Map {
    Map {
        title: Text::default(),
        authority: crate::policy::Authority::default(),
        plans: Vec::new(),
        neighbours: Vec::new(),
        layers: Vec::new(),
        policies: Vec::new(),
        wording: std::collections::BTreeMap::new(),
        frame_ancestors: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
