//! Sources → layers and findings: a whole map, or single files.
//!
//! Layers are read side by side and put together in the order of the map, so the same input gives the
//! same output, finding by finding. A load that found errors still gives all it could make: whoever
//! called looks at [`Report::refuses`] before publishing.

mod assemble;
mod files;
mod open;
mod options;
mod region;

pub use options::{Coverage, LoadOptions, Progress, Silent, Step};
pub use region::RegionFile;

use super::fields::Field;
use super::finding::{Finding, FindingList, Kind};
use super::map_file::{self, LayerSource, MapFile, MapFileError, without_map};
use super::reader::ReadError;
use super::report::Report;
use super::source::{SourceFile, Sources, file_name};
use crate::policy::{LayerContents, LayerId, Map, Region};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// All that a load made.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The map's description; of single files, a map with just their layers.
    pub map: Map,
    /// The layers that hold areas, in the order of the map.
    pub layers: Vec<LayerContents>,
    /// Files named as coverage, plan area or neighbour's area.
    pub regions: Vec<RegionFile>,
    /// Every file that was read.
    pub sources: Vec<SourceFile>,
    /// What was found.
    pub report: Report,
}

/// Why nothing could be loaded at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The map is wrong.
    #[error(transparent)]
    MapFile(#[from] MapFileError),
    /// A file cannot be opened.
    #[error("{} cannot be read: {source}; check that it is there and may be read", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program that is needed is not installed.
    #[error("{} needs {program}, which is not installed; install the package gdal-bin, or export the file as GeoPackage", path.display())]
    NoProgram {
        /// The file.
        path: PathBuf,
        /// The program.
        program: &'static str,
    },
    /// `--fields` names no field.
    #[error("“{0}” is not a field; the fields are: {fields}", fields = options::field_words())]
    UnknownField(String),
    /// `--fields` names x or y alone.
    #[error("the fields x and y go together; say --fields x=COLUMN,y=COLUMN")]
    HalfAPosition,
    /// `--fields` with a whole map.
    #[error("fields cannot be said for a whole map; write fields = {{ … }} under its [[layer]]")]
    FieldsOfMap,
    /// Nothing came through the pipe.
    #[error("nothing came through standard input; check the program before the pipe")]
    NothingPiped,
    /// More came through the pipe than is taken.
    #[error("more than {most} bytes came through standard input; load them as a file")]
    TooMuchPiped {
        /// Bytes that are taken at most.
        most: u64,
    },
    /// No files were named.
    #[error("no file was named; name a map.toml or one or more data files")]
    NoFiles,
    /// A file's name makes no layer id.
    #[error(
        "“{name}” makes no layer id; say --layer with small letters, figures and hyphens, as in conservation-area"
    )]
    NoLayerId {
        /// The file's name without its ending.
        name: String,
    },
    /// Two files would make the same layer.
    #[error(
        "{first} and {second} would both be layer {id}; say --layer {id} if they are one layer, or load them one after the other"
    )]
    SameLayer {
        /// The layer.
        id: LayerId,
        /// The first file.
        first: String,
        /// The second file.
        second: String,
    },
}

impl LoadError {
    /// An error of a reader is either about the whole load or a finding.
    fn or_finding(error: ReadError) -> Result<Finding, Self> {
        match error {
            ReadError::Content(finding) => Ok(*finding),
            ReadError::Io { path, source } => Err(Self::Io { path, source }),
            ReadError::NoProgram { path, program } => Err(Self::NoProgram { path, program }),
        }
    }
}

/// Loads a whole map.
///
/// # Errors
/// The map file is wrong, or a file that it names cannot be opened. What is wrong inside data files is
/// in the report.
pub fn load_map(
    path: &Path,
    options: &LoadOptions,
    progress: &dyn Progress,
) -> Result<Loaded, LoadError> {
    if !options.fields.is_empty() {
        return Err(LoadError::FieldsOfMap);
    }
    let file = map_file::read(path)?;
    let opened = std::iter::once(path.to_owned()).chain(file.opened.clone());
    let opened: Vec<PathBuf> = opened.collect();
    load(file, &opened, options, progress)
}

/// Loads single files: each is a layer of its own, or all are the one that `options` names. A layer that
/// `known`, the current edition's map, has already keeps its description.
///
/// # Errors
/// No file was named, a file cannot be opened, or its name makes no layer. What is wrong inside is in
/// the report.
pub fn load_files(
    files: &[PathBuf],
    options: &LoadOptions,
    known: Option<&Map>,
    progress: &dyn Progress,
) -> Result<Loaded, LoadError> {
    let fields = options.named_fields()?;
    let groups = files::by_layer(files, options.layer.as_ref())?;
    let mut map = known.cloned().unwrap_or_else(without_map);
    let mut regions = Vec::new();
    let ids: Vec<&LayerId> = groups.iter().map(|(id, _)| id).collect();
    let coverage = files::coverage(options, &ids, known, &mut regions);
    map.layers = groups
        .iter()
        .map(|(id, _)| files::description(id, known, coverage.clone()))
        .collect();
    if known.is_none()
        && let Some(layer) = map.layers.first()
    {
        map.title = layer.title.clone();
    }
    let replaced = known.into_iter().flat_map(|known| &known.layers);
    let findings = replaced
        .filter(|layer| map.layer(&layer.id).is_some())
        .flat_map(files::lapsed)
        .collect();
    let layers: Vec<_> = groups
        .into_iter()
        .zip(&map.layers)
        .map(|((id, files), layer)| files::source(id, files, layer, options, &fields))
        .collect();
    for (layer, source) in map.layers.iter_mut().zip(&layers) {
        layer.file_settings = source.settings();
    }
    let file = MapFile {
        map,
        layers,
        regions,
        opened: Vec::new(),
        findings,
    };
    load(file, &[], options, progress)
}

fn load(
    file: MapFile,
    opened: &[PathBuf],
    options: &LoadOptions,
    progress: &dyn Progress,
) -> Result<Loaded, LoadError> {
    let MapFile {
        mut map,
        layers: sources,
        regions,
        findings: about_map,
        ..
    } = file;
    let own = Sources::default();
    for path in opened {
        own.add(path).map_err(|source| LoadError::Io {
            path: path.clone(),
            source,
        })?;
    }
    let files = sources.iter().flat_map(|source| &source.files);
    let sizes = files.filter_map(|path| Some(std::fs::metadata(path).ok()?.len()));
    progress.step(Step::Begun { bytes: sizes.sum() });
    let read = |source: &LayerSource| open::layer(source, &map, options, progress);
    let opened_layers: Vec<_> = sources.par_iter().map(read).collect();
    let opened_regions: Vec<_> = regions
        .par_iter()
        .map(|(name, path)| region::open(name, path, options))
        .collect();
    let mut drafts = opened_layers.into_iter().collect::<Result<Vec<_>, _>>()?;
    let regions = opened_regions.into_iter().collect::<Result<Vec<_>, _>>()?;
    let authority = region::authority_area(&map, &drafts, &regions, options);
    let boundaries = region::layers_that_bound(&map);
    drafts.par_iter_mut().for_each(|draft| {
        let bounds = boundaries.contains(&draft.source.id);
        draft.check_whereabouts(authority.as_ref().filter(|_| !bounds), &map, options);
    });
    let mut loaded = Loaded {
        map: without_map(),
        layers: Vec::new(),
        regions: Vec::new(),
        sources: own.into_files(),
        report: Report {
            layers: Vec::new(),
            findings: FindingList::default(),
        },
    };
    loaded.report.findings.extend(about_map);
    let finish = |(draft, layer)| assemble::finish(draft, layer, options);
    let finished: Vec<_> = drafts
        .into_par_iter()
        .zip(map.layers.clone())
        .map(finish)
        .collect();
    for (at, done) in finished.into_iter().enumerate() {
        map.layers[at] = done.contents.layer.clone();
        add_sources(&mut loaded.sources, done.sources);
        if done.contents.layer.held {
            progress.step(Step::Finished {
                layer: done.contents.layer.id.as_str(),
                areas: done.report.areas,
            });
            loaded.report.layers.push(done.report);
            loaded.layers.push(done.contents);
        } else {
            loaded.report.findings.add(Finding {
                layer: Some(done.contents.layer.id),
                ..Finding::new(Kind::NotHeld)
            });
        }
    }
    for region in regions {
        add_sources(&mut loaded.sources, region.sources);
        loaded.report.findings.extend(region.findings);
        loaded.regions.push(region.file);
    }
    loaded.map = map;
    Ok(loaded)
}

fn add_sources(all: &mut Vec<SourceFile>, more: Vec<SourceFile>) {
    for file in more {
        if all.iter().all(|known| known.path != file.path) {
            all.push(file);
        }
    }
}
