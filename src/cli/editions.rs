//! `groundrule editions`, `editions prune`, `editions prepare` and `activate`.

use super::exit::Exit;
use super::interrupt::Interrupt;
use super::{AtlasArgument, Terminal};
use crate::atlas::Atlas;
use crate::atlas::store::StoreError;
use crate::loading::counted;
use crate::policy::EditionId;
use clap::{Args, Subcommand};
use std::num::NonZeroUsize;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct EditionsArguments {
    #[command(subcommand)]
    command: Option<EditionsCommand>,
    #[command(flatten)]
    atlas: AtlasArgument,
}

#[derive(Debug, Subcommand)]
enum EditionsCommand {
    /// Remove old editions, never the current one
    Prune(PruneArguments),
    /// Make the overview tiles that a load was stopped from making, or that an earlier version made
    Prepare(PrepareArguments),
}

#[derive(Debug, Args)]
struct PrepareArguments {
    /// The edition; the current one if none is named
    #[arg(value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    atlas: AtlasArgument,
}

#[derive(Debug, Args)]
struct PruneArguments {
    /// How many of the newest editions to keep, at least 1
    #[arg(long, value_name = "N")]
    keep: NonZeroUsize,
    #[command(flatten)]
    atlas: AtlasArgument,
}

/// Lists the editions, or removes old ones.
pub(super) fn run(
    arguments: &EditionsArguments,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<Exit> {
    match &arguments.command {
        None => list(&arguments.atlas, terminal),
        Some(EditionsCommand::Prune(arguments)) => prune(arguments, terminal),
        Some(EditionsCommand::Prepare(arguments)) => prepare(arguments, terminal),
    }
}

/// Prepares the overview tiles of an edition.
fn prepare(arguments: &PrepareArguments, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let id: Option<EditionId> = arguments.id.as_deref().map(str::parse).transpose()?;
    let atlas = Atlas::open(&arguments.atlas.atlas)?;
    let id = match id {
        Some(id) => id,
        None => atlas
            .current()?
            .ok_or_else(|| StoreError::NoCurrent(atlas.root().to_owned()))?,
    };
    let (exit, told) = super::prepare::prepare(&atlas, id, &Interrupt::watch())?;
    writeln!(terminal.out, "{told}")?;
    Ok(exit)
}

/// Removes old editions and says which.
fn prune(arguments: &PruneArguments, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let atlas = Atlas::open(&arguments.atlas.atlas)?;
    let removed = atlas.prune(arguments.keep)?;
    for id in &removed {
        writeln!(terminal.out, "removed {id}")?;
    }
    if removed.is_empty() {
        writeln!(terminal.out, "nothing to remove")?;
    }
    Ok(Exit::Done)
}

#[derive(Debug, Args)]
pub(super) struct ActivateArguments {
    /// The edition, such as 2026-11-23.1
    id: String,
    #[command(flatten)]
    atlas: AtlasArgument,
}

/// Lists the editions, oldest first, the current one marked.
fn list(argument: &AtlasArgument, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let atlas = Atlas::open(&argument.atlas)?;
    let current = atlas.current()?;
    let listed = atlas.list()?;
    if listed.is_empty() {
        writeln!(
            terminal.err,
            "nothing is published yet; groundrule load publishes a map"
        )?;
    }
    for edition in listed {
        let mark = if Some(edition.id) == current {
            "*"
        } else {
            " "
        };
        match edition.manifest {
            Ok(manifest) => {
                let (layers, bytes) = (manifest.layers(), manifest.bytes());
                let note = manifest
                    .note
                    .map_or_else(String::new, |note| format!("  {}", on_one_line(&note)));
                let published = manifest.published;
                let size = bytes_told(bytes);
                writeln!(
                    terminal.out,
                    "{mark} {}  published {published}  {}  {size}{note}",
                    edition.id,
                    counted(layers as u64, "layer")
                )?;
            }
            Err(error) => writeln!(terminal.out, "{mark} {}  {error}", edition.id)?,
        }
    }
    Ok(Exit::Done)
}

/// A text with its control characters escaped: a note must not move the cursor of whoever lists it.
pub(super) fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

/// Makes an edition the current one.
pub(super) fn activate(
    arguments: &ActivateArguments,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<Exit> {
    let id: EditionId = arguments.id.parse()?;
    let atlas = Atlas::open(&arguments.atlas.atlas)?;
    let before = atlas.current()?;
    atlas.activate(id)?;
    match before {
        Some(before) if before != id => {
            writeln!(terminal.out, "{id} is current now; before it was {before}")
        }
        _ => writeln!(terminal.out, "{id} is current"),
    }?;
    Ok(Exit::Done)
}

/// A number of bytes as people say it.
pub(super) fn bytes_told(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
