//! `groundrule export`: layers of an edition as files for other programs.

mod archive;

use super::exit::{Exit, Refused, Usage};
use super::{AtlasArgument, LangArgument, Terminal};
use crate::atlas::export::{Exported, Format, Target, export};
use crate::atlas::{Atlas, Edition, StoredLayer};
use crate::loading::counted;
use crate::policy::{Completeness, EditionId};
use clap::Args;
use std::path::PathBuf;

/// What an exported file is, for `--help`.
const ABOUT: &str = "\
GeoPackage holds all layers, a table each, or the one of --layer; PMTiles holds the map tiles of all layers \
or of that one; the other formats hold one layer.

FlatGeobuf, GeoPackage and CSV keep the layer's own coordinates, bit for bit. GeoJSON is WGS 84 \
(longitude, latitude), by OSTN15 from the National Grid, to a tenth of a millimetre. CSV has the \
geometry as WKT in its last column and cannot name its coordinate system: the command prints it, and \
groundrule load needs it as --crs EPSG:27700. CSV cells are the data as they are: open a file that \
strangers wrote in QGIS or a text editor, since a spreadsheet takes cells that begin with = + - or @ \
for formulae.

PMTiles is the whole pyramid of vector tiles as the server has it, zoom 0 to 16, in one file that MapLibre \
reads from any web space and QGIS opens. Maps enlarge the last zoom: with --max-zoom 14 a file is about a \
quarter as large and places are true to a metre and a half; --max-zoom 12 is an overview. A nation to zoom 16 is \
millions of tiles.

Columns have their digital-land names (reference, name, development-policies, start-date …), then come \
those of the source. A column “plan” is read again with groundrule load --fields plan=plan.";

#[derive(Debug, Args)]
#[command(after_long_help = ABOUT)]
pub(super) struct ExportArguments {
    /// The file to write; its ending is the format: .geojson, .fgb, .gpkg, .csv or .pmtiles
    #[arg(value_name = "OUT")]
    out: PathBuf,
    /// The layer; all layers if none is named and the file is a GeoPackage or PMTiles
    #[arg(long, value_name = "ID")]
    layer: Option<String>,
    /// The edition; the current one if none is named
    #[arg(long, value_name = "ID")]
    edition: Option<String>,
    /// The deepest zoom of a PMTiles archive [default: 16]
    #[arg(long, value_name = "ZOOM")]
    max_zoom: Option<u8>,
    /// Replace a file that is there already
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    lang: LangArgument,
    #[command(flatten)]
    atlas: AtlasArgument,
}

/// Writes the file and says what is in it.
pub(super) fn run(
    arguments: &ExportArguments,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<Exit> {
    if archive::is_meant(&arguments.out) {
        let edition = edition(arguments)?;
        let chosen = match &arguments.layer {
            Some(id) => Some(one(id, &edition)?),
            None => None,
        };
        return archive::run(arguments, edition, chosen, terminal);
    }
    if arguments.max_zoom.is_some() {
        let sentence = "--max-zoom is for tiles; end the file in .pmtiles";
        return Err(Usage(sentence.to_owned()).into());
    }
    let format = format(arguments)?;
    let edition = edition(arguments)?;
    let chosen = chosen(arguments, format, &edition)?;
    let mut layers = Vec::new();
    for stored in &chosen {
        match &stored.areas {
            Some(Ok(areas)) => layers.push(Exported {
                layer: &stored.layer,
                areas,
            }),
            Some(Err(damaged)) => return Err(damaged.clone().into()),
            None => writeln!(
                terminal.err,
                "{}: not held, so it is not in the file",
                stored.layer.id
            )?,
        }
    }
    let target = Target {
        path: &arguments.out,
        format,
        replace: arguments.force,
        published: edition.published(),
    };
    export(&layers, &target)?;
    for exported in &layers {
        say(exported, format, terminal)?;
    }
    let (id, out) = (edition.id(), arguments.out.display());
    let count = counted(layers.len() as u64, "layer");
    writeln!(terminal.out, "exported {count} of edition {id} to {out}")?;
    Ok(Exit::Done)
}

/// One line for a layer, and what whoever uses the file must know.
fn say(
    exported: &Exported<'_>,
    format: Format,
    terminal: &mut Terminal<'_>,
) -> std::io::Result<()> {
    let (layer, areas) = (exported.layer, exported.areas);
    let count = counted(areas.areas().len() as u64, "area");
    let epsg = match format {
        Format::GeoJson => 4326,
        _ => areas.space().epsg(),
    };
    writeln!(terminal.out, "{}: {count}, EPSG:{epsg}", layer.id)?;
    match &layer.completeness {
        Completeness::Whole => Ok(()),
        Completeness::RowsLeftOut(rows) | Completeness::Accepted { rows, .. } => writeln!(
            terminal.err,
            "{}: incomplete, {} of its source left out when it was loaded",
            layer.id,
            counted(*rows, "row")
        ),
    }
}

fn format(arguments: &ExportArguments) -> Result<Format, Usage> {
    Format::of_path(&arguments.out).ok_or_else(|| {
        let endings = Format::ALL.iter().map(|(_, ending)| *ending);
        let endings: Vec<String> = endings
            .chain([archive::ENDING])
            .map(|ending| format!(".{ending}"))
            .collect();
        Usage(format!(
            "{} names no format; end it in one of {}",
            arguments.out.display(),
            endings.join(" ")
        ))
    })
}

fn edition(arguments: &ExportArguments) -> anyhow::Result<Edition> {
    let id: Option<EditionId> = arguments.edition.as_deref().map(str::parse).transpose()?;
    let atlas = Atlas::open(&arguments.atlas.atlas)?;
    Ok(match id {
        Some(id) => atlas.edition(id)?,
        None => atlas.current_edition()?,
    })
}

/// The layers that are meant: the one that is named, or all.
fn chosen<'a>(
    arguments: &ExportArguments,
    format: Format,
    edition: &'a Edition,
) -> anyhow::Result<Vec<&'a StoredLayer>> {
    let Some(id) = &arguments.layer else {
        let all: Vec<&StoredLayer> = edition.layers().iter().collect();
        let several = !format.holds_several() && held(edition).count() != 1;
        return if several {
            let sentence = format!(
                "this format holds one layer; say --layer with one of: {}; or write all of them to a .gpkg",
                ids(edition)
            );
            Err(Usage(sentence).into())
        } else if format.holds_several() {
            Ok(all)
        } else {
            Ok(held(edition).collect())
        };
    };
    let number = one(id, edition)?;
    Ok(vec![&edition.layers()[number]])
}

fn held(edition: &Edition) -> impl Iterator<Item = &StoredLayer> {
    edition.layers().iter().filter(|stored| stored.layer.held)
}

fn ids(edition: &Edition) -> String {
    let ids: Vec<&str> = held(edition)
        .map(|stored| stored.layer.id.as_str())
        .collect();
    ids.join(", ")
}

/// The number of the layer of an id, whose areas are held.
fn one(id: &str, edition: &Edition) -> anyhow::Result<usize> {
    let mut layers = edition.layers().iter();
    match layers.position(|stored| stored.layer.id.as_str() == id) {
        Some(number) if edition.layers()[number].areas.is_some() => Ok(number),
        Some(_) => {
            let sentence = format!(
                "layer {id} is known to exist but its areas are not held; there is nothing to export"
            );
            Err(Refused(sentence).into())
        }
        None => {
            let sentence = format!(
                "there is no layer “{id}” in edition {}; the layers are: {}",
                edition.id(),
                ids(edition)
            );
            Err(Usage(sentence).into())
        }
    }
}
