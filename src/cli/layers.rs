//! `groundrule layers`: what the current edition holds, and an edition without one of its layers.

use super::exit::{Exit, Refused};
use super::prepare::prepare;
use super::{AtlasArgument, Terminal, now};
use crate::atlas::{Atlas, Draft, DraftLayer, DraftRegion, Edition};
use crate::loading::counted;
use crate::policy::{Completeness, LayerId, Map, Region};
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct LayersArguments {
    #[command(subcommand)]
    command: Option<LayersCommand>,
    #[command(flatten)]
    atlas: AtlasArgument,
}

#[derive(Debug, Subcommand)]
enum LayersCommand {
    /// Publish a new edition without a layer
    Remove(RemoveArguments),
}

#[derive(Debug, Args)]
struct RemoveArguments {
    /// The layer, such as conservation-area
    layer: String,
    /// What the list of editions says about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    atlas: AtlasArgument,
}

/// Lists the layers, or removes one.
pub(super) fn run(
    arguments: &LayersArguments,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<Exit> {
    match &arguments.command {
        None => list(&arguments.atlas, terminal),
        Some(LayersCommand::Remove(arguments)) => remove(arguments, terminal),
    }
}

/// Publishes the current edition without a layer on which nothing depends.
fn remove(arguments: &RemoveArguments, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let atlas = Atlas::open(&arguments.atlas.atlas)?;
    let edition = atlas.current_edition()?;
    let Some(stored) = edition.layer(&arguments.layer) else {
        let (id, layer) = (edition.id(), &arguments.layer);
        return Err(Refused(format!(
            "edition {id} has no layer {layer}; groundrule layers lists them"
        ))
        .into());
    };
    let layer = &stored.layer.id;
    let reasons = dependants(edition.map(), layer);
    if !reasons.is_empty() {
        let reasons = reasons.join(", ");
        return Err(Refused(format!(
            "{layer} stays: it is {reasons}; change that in map.toml and load the map again"
        ))
        .into());
    }
    if edition.layers().len() == 1 {
        return Err(Refused(format!("{layer} stays: it is the only layer of the map")).into());
    }
    let draft = without(&edition, layer, arguments.note.clone());
    let id = atlas.publish_onto(Some(edition.id()), &draft, now())?;
    prepare(&atlas, id);
    let left = counted(draft.map.layers.len() as u64, "layer");
    writeln!(terminal.out, "published {id} without {layer}, with {left}")?;
    Ok(Exit::Done)
}

/// What depends on a layer, each as the end of “it is …”.
fn dependants(map: &Map, layer: &LayerId) -> Vec<String> {
    let is_it = |region: &Region| *region == Region::Layer(layer.clone());
    let others = || map.layers.iter().filter(|other| other.id != *layer);
    let covered = others().filter(|other| other.coverage.as_ref().is_some_and(is_it));
    let inset = others().filter(|other| other.inset.as_ref() == Some(layer));
    let plans = map
        .plans
        .iter()
        .filter(|plan| plan.area.as_ref().is_some_and(is_it));
    let neighbours = map
        .neighbours
        .iter()
        .filter(|neighbour| is_it(&neighbour.area));
    covered
        .map(|other| format!("the coverage of {}", other.id))
        .chain(inset.map(|other| format!("the inset of {}", other.id)))
        .chain(plans.map(|plan| format!("the area of plan {}", plan.id)))
        .chain(neighbours.map(|neighbour| format!("the area of {}", neighbour.name.en)))
        .collect()
}

/// The edition's layers but one, carried over as they are.
fn without(edition: &Edition, layer: &LayerId, note: Option<String>) -> Draft {
    let mut map = edition.map().clone();
    map.layers.retain(|other| other.id != *layer);
    let held = map.layers.iter().filter(|other| other.held);
    let layers = held
        .map(|other| DraftLayer::Carried(other.id.clone(), edition.id()))
        .collect();
    let files = map.regions().into_iter().filter_map(Region::file);
    let regions = files
        .map(|name| DraftRegion::Carried(name.to_owned(), edition.id()))
        .collect();
    Draft {
        layers,
        regions,
        map,
        sources: Vec::new(),
        note,
    }
}

/// Lists the layers in the map's order.
fn list(argument: &AtlasArgument, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let atlas = Atlas::open(&argument.atlas)?;
    let edition = atlas.current_edition()?;
    writeln!(terminal.out, "edition {}", edition.id())?;
    let mut damaged = false;
    let ids = edition
        .layers()
        .iter()
        .map(|stored| stored.layer.id.as_str().len());
    let width = ids.max().unwrap_or_default();
    for stored in edition.layers() {
        let layer = &stored.layer;
        let holds = match &stored.areas {
            None => "not held".to_owned(),
            Some(Err(error)) => {
                damaged = true;
                error.to_string()
            }
            Some(Ok(file)) => {
                let areas = counted(file.areas().len() as u64, "area");
                format!("{areas}, EPSG:{}", file.space().epsg())
            }
        };
        let coverage = match &layer.coverage {
            None => "coverage not declared".to_owned(),
            Some(Region::Layer(id)) => format!("complete in {id}"),
            Some(Region::File(name)) => format!("complete in {name}"),
        };
        let region = layer.coverage.as_ref();
        let unreadable = match region.filter(|region| edition.region(region).is_none()) {
            // The layer's own line says what is wrong with it.
            Some(Region::Layer(_)) => ", which cannot be read",
            Some(Region::File(_)) => {
                damaged = true;
                ", which is damaged"
            }
            None => "",
        };
        let completeness = match &layer.completeness {
            Completeness::Whole => String::new(),
            Completeness::RowsLeftOut(rows) => {
                format!(", incomplete: {} left out", counted(*rows, "row"))
            }
            Completeness::Accepted { rows, reason } => {
                format!(", {} left out: {reason}", counted(*rows, "row"))
            }
        };
        let (id, group) = (layer.id.as_str(), layer.group.word());
        writeln!(
            terminal.out,
            "{id:<width$}  {group:<11}  {holds}; {coverage}{unreadable}{completeness}"
        )?;
    }
    Ok(if damaged { Exit::Failed } else { Exit::Done })
}
