//! `groundrule load`: files in, a report out, and an edition if nothing refuses.

mod report_file;

use super::exit::{Exit, NotLoaded, Usage};
use super::interrupt::Interrupt;
use super::prepare::after_publishing;
use super::progress::Shown;
use super::{AtlasArgument, LangArgument, Terminal, now, today};
use crate::answer::IndexedEdition;
use crate::atlas::manifest::Source;
use crate::atlas::{Atlas, Draft, DraftLayer, DraftRegion, Edition};
use crate::geometry::Crs;
use crate::loading::{Coverage, LoadOptions, Loaded, Piped, load_files, load_map};
use crate::page::load_text;
use crate::policy::{Lang, LayerId, Map, Region};
use clap::Args;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct LoadArguments {
    /// A map.toml, or data files that each become a layer; - is standard input, with --layer
    #[arg(required = true, value_name = "MAP.TOML|FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    atlas: AtlasArgument,
    /// Make one layer of all files, with this id
    #[arg(long, value_name = "ID")]
    layer: Option<String>,
    /// Coordinate system of files that do not say, as EPSG:27700
    #[arg(long, value_name = "EPSG:n")]
    crs: Option<String>,
    /// Which columns hold our fields, as reference=CA_REF,name=CA_NAME
    #[arg(long, value_name = "ours=theirs,…", value_delimiter = ',')]
    fields: Vec<String>,
    /// Layer of the current edition, or file, inside which the files are complete
    #[arg(long, value_name = "LAYER|FILE")]
    coverage: Option<String>,
    /// Check and report, publish nothing
    #[arg(long)]
    dry_run: bool,
    /// Leave rows with errors out; the layer is incomplete then
    #[arg(long)]
    accept_errors: bool,
    /// Keep repairs that change an area by more than 1 m² or 0.1 %
    #[arg(long)]
    accept_repairs: bool,
    /// Write the report to this file: JSON for programs, HTML to read and send on, CSV for spreadsheets; may be said several times
    #[arg(long, value_name = "FILE.json|.html|.csv")]
    report: Vec<PathBuf>,
    /// Prepare nothing for tiles: the first that is asked for takes longer, and each is made when it is asked for
    #[arg(long)]
    no_tiles: bool,
    #[command(flatten)]
    lang: LangArgument,
    /// A word about the edition, kept in its manifest
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Loads, reports, publishes.
pub(super) fn run(arguments: &LoadArguments, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let report_files = report_file::all(&arguments.report)?;
    let is_map = arguments.files.iter().any(|file| has_ending(file, "toml"));
    if is_map {
        check_for_map(arguments)?;
    }
    // A whole map takes nothing over, so nothing that is damaged can stand in its way.
    let base = if is_map {
        None
    } else {
        base(&arguments.atlas.atlas)?
    };
    let options = options(arguments, base.as_ref())?;
    let piped = piped(arguments)?;
    let files = match &piped {
        Some(piped) => &[piped.path()],
        None => arguments.files.as_slice(),
    };
    let interrupt = Interrupt::watch();
    let progress = Shown::begin();
    let known = base.as_ref().map(|base| base.edition().map());
    let loaded = if is_map {
        load_map(&files[0], &options, &progress)
    } else {
        load_files(files, &options, known, &progress)
    };
    progress.end();
    let loaded = loaded.map_err(NotLoaded)?;
    let lang = arguments.lang.lang();
    write!(terminal.out, "{}", load_text::text(&loaded.report, lang))?;
    let title = title(files, &loaded, lang);
    for file in &report_files {
        file.write(&loaded.report, &title, today(), lang)?;
    }
    if loaded.report.refuses() {
        return Ok(Exit::Refused);
    }
    if arguments.dry_run {
        writeln!(terminal.out, "{}", load_text::dry_run(lang))?;
        return Ok(Exit::Done);
    }
    let base = base.as_ref().map(IndexedEdition::edition);
    let draft = draft(loaded, base, arguments.note.clone());
    let atlas = Atlas::create(&arguments.atlas.atlas)?;
    let id = if is_map {
        atlas.publish(&draft, now())?
    } else {
        atlas.publish_onto(base.map(Edition::id), &draft, now())?
    };
    let layers = draft.layers.len() as u64;
    // From here on nothing is lost by going on to the end of a tile.
    interrupt.gently();
    writeln!(terminal.out, "{}", load_text::published(id, layers, lang))?;
    if arguments.no_tiles {
        return Ok(Exit::Done);
    }
    // What was loaded makes room for what its tiles take.
    drop(draft);
    after_publishing(&atlas, id, &interrupt, terminal)
}

/// What comes through standard input, where `-` asks for it.
fn piped(arguments: &LoadArguments) -> anyhow::Result<Option<Piped>> {
    if arguments.files.iter().all(|file| file != Path::new("-")) {
        return Ok(None);
    }
    let wrong = if arguments.files.len() > 1 {
        Some("- is standard input; it is loaded alone")
    } else if arguments.layer.is_none() {
        Some("standard input has no name; say --layer with the id of the layer that it is")
    } else if std::io::stdin().is_terminal() {
        Some("standard input is the keyboard; pipe a file into groundrule load -")
    } else {
        None
    };
    match wrong {
        Some(wrong) => Err(Usage(wrong.to_owned()).into()),
        None => Ok(Some(
            Piped::take(std::io::stdin().lock()).map_err(NotLoaded)?,
        )),
    }
}

/// What a report is about: the map by its title, else the files by name.
fn title(files: &[PathBuf], loaded: &Loaded, lang: Lang) -> String {
    if files.iter().any(|file| has_ending(file, "toml")) {
        return loaded.map.title.best(lang).0.to_owned();
    }
    let names = files.iter().filter_map(|file| file.file_name());
    let names: Vec<_> = names.map(|name| name.to_string_lossy()).collect();
    names.join(", ")
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

/// What may not be said beside a map.toml, which says it for each layer.
fn check_for_map(arguments: &LoadArguments) -> Result<(), Usage> {
    if arguments.files.len() > 1 {
        return Err(Usage(
            "load one map.toml, or data files, not both".to_owned(),
        ));
    }
    let said = [
        ("--layer", arguments.layer.is_some(), "id"),
        ("--coverage", arguments.coverage.is_some(), "coverage"),
        ("--fields", !arguments.fields.is_empty(), "fields"),
    ];
    match said.into_iter().find(|(_, said, _)| *said) {
        Some((option, _, key)) => Err(Usage(format!(
            "{option} is for data files; in a map.toml write {key} under the [[layer]]"
        ))),
        None => Ok(()),
    }
}

/// The edition onto which data files are loaded, where there is an atlas and it has one.
fn base(root: &Path) -> anyhow::Result<Option<IndexedEdition>> {
    if !root.join("editions").is_dir() {
        return Ok(None);
    }
    let base = Atlas::open(root)?.base()?;
    Ok(base.map(IndexedEdition::new))
}

fn options(
    arguments: &LoadArguments,
    base: Option<&IndexedEdition>,
) -> anyhow::Result<LoadOptions> {
    let field = |pair: &String| {
        let (ours, theirs) = pair.split_once('=').ok_or_else(|| {
            Usage(format!(
                "--fields takes ours=theirs, such as reference=CA_REF; “{pair}” has no ="
            ))
        })?;
        Ok::<_, Usage>((ours.trim().to_owned(), theirs.trim().to_owned()))
    };
    let layer = arguments
        .layer
        .as_ref()
        .map(|id| LayerId::new(id.clone()))
        .transpose();
    let bounds = base
        .map(IndexedEdition::bounds)
        .filter(|bounds| !bounds.is_empty());
    Ok(LoadOptions {
        crs: arguments.crs.as_deref().map(crs).transpose()?,
        fields: arguments
            .fields
            .iter()
            .map(field)
            .collect::<Result<_, _>>()?,
        accept_errors: arguments.accept_errors,
        accept_repairs: arguments.accept_repairs,
        layer: layer.map_err(|error| Usage(format!("--layer: {error}")))?,
        coverage: arguments.coverage.as_ref().map(|name| coverage(name, base)),
        authority_area: bounds,
        today: Some(today()),
        ..LoadOptions::default()
    })
}

fn crs(text: &str) -> Result<Crs, Usage> {
    let digits = text.trim().to_ascii_uppercase();
    let digits = digits.strip_prefix("EPSG:").unwrap_or(&digits);
    let known = digits.parse().ok().and_then(Crs::from_epsg);
    known.ok_or_else(|| {
        let all: Vec<String> = Crs::ALL.iter().map(ToString::to_string).collect();
        Usage(format!(
            "--crs {text} cannot be read; it can be {}",
            all.join(", ")
        ))
    })
}

/// A layer of the current edition by its id, else a file.
fn coverage(name: &str, base: Option<&IndexedEdition>) -> Coverage {
    let layer = base.and_then(|base| base.edition().layer(name));
    match layer {
        Some(stored) => Coverage::Layer(stored.layer.id.clone()),
        None => Coverage::File(PathBuf::from(name)),
    }
}

/// The next edition: what was loaded, and for single files all else of the current one.
pub(super) fn draft(loaded: Loaded, base: Option<&Edition>, note: Option<String>) -> Draft {
    let sources = sources(&loaded);
    let mut regions: Vec<DraftRegion> = loaded
        .regions
        .into_iter()
        .map(|region| DraftRegion::Loaded {
            name: region.name,
            space: region.space,
            shapes: region.areas,
        })
        .collect();
    let new = |contents| DraftLayer::Loaded(Box::new(contents));
    let Some(base) = base else {
        return Draft {
            map: loaded.map,
            layers: loaded.layers.into_iter().map(new).collect(),
            regions,
            sources,
            note,
        };
    };
    let map = merged(base.map(), &loaded.map);
    let carried = map
        .layers
        .iter()
        .filter(|layer| layer.held && loaded.map.layer(&layer.id).is_none());
    let mut layers: Vec<DraftLayer> = carried
        .map(|layer| DraftLayer::Carried(layer.id.clone(), base.id()))
        .collect();
    layers.extend(loaded.layers.into_iter().map(new));
    for region in map.regions() {
        if let Region::File(name) = region {
            let is_new = regions.iter().any(
                |loaded| matches!(loaded, DraftRegion::Loaded { name: known, .. } if known == name),
            );
            if !is_new {
                regions.push(DraftRegion::Carried(name.clone(), base.id()));
            }
        }
    }
    Draft {
        map,
        layers,
        regions,
        sources,
        note,
    }
}

/// The current map with the loaded layers in place of those of the same id, new ones at its end.
fn merged(base: &Map, loaded: &Map) -> Map {
    let mut map = base.clone();
    for layer in &loaded.layers {
        match map.layers.iter_mut().find(|known| known.id == layer.id) {
            Some(known) => *known = layer.clone(),
            None => map.layers.push(layer.clone()),
        }
    }
    map
}

/// The files that were read, each under the layer that names it.
fn sources(loaded: &Loaded) -> Vec<Source> {
    let layer_of = |name: &str| {
        let layers = loaded.report.layers.iter();
        layers
            .clone()
            .find(|layer| layer.files.iter().any(|file| file == name))
            .map(|layer| layer.id.to_string())
    };
    let sources = loaded.sources.iter();
    sources
        .map(|source| Source {
            layer: layer_of(&source.name).unwrap_or_default(),
            name: source.name.clone(),
            bytes: source.bytes,
            sha256: source.sha256.clone(),
            modified: source.modified,
        })
        .collect()
}
