//! `groundrule diff`: what changed between two editions, for reading, for programs and for a map.

use super::editions::on_one_line;
use super::exit::Exit;
use super::{AtlasArgument, LangArgument, Terminal};
use crate::atlas::Atlas;
use crate::atlas::diff::{AreaChange, Changes, LayerChanges, Presence, What};
use crate::loading::counted;
use crate::page;
use crate::policy::EditionId;
use crate::wire;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// The edition from which to compare, such as 2026-11-23.1
    before: String,
    /// The edition to which to compare
    after: String,
    /// How to print the changes
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    lang: LangArgument,
    #[command(flatten)]
    atlas: AtlasArgument,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    Text,
    /// For programs
    Json,
    /// The areas and pieces that were gained and lost, in WGS 84, for a map
    Geojson,
    /// A schedule of changes as one page that stands alone
    Html,
}

/// Compares two editions.
pub(super) fn run(arguments: &DiffArguments, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let before: EditionId = arguments.before.parse()?;
    let after: EditionId = arguments.after.parse()?;
    let atlas = Atlas::open(&arguments.atlas.atlas)?;
    let changes = atlas.changes(before, after)?;
    match arguments.format {
        Format::Text => text(&changes, terminal)?,
        Format::Json => write!(
            terminal.out,
            "{}",
            wire::changes::json(&changes, usize::MAX)
        )?,
        Format::Geojson => write!(
            terminal.out,
            "{}",
            wire::changes::geojson(&changes, usize::MAX)
        )?,
        Format::Html => {
            let lang = arguments.lang.lang();
            writeln!(terminal.out, "{}", page::changes::schedule(&changes, lang))?;
        }
    }
    let mut whole = true;
    for damaged in changes
        .layers
        .iter()
        .filter_map(|layer| layer.damaged.as_ref())
    {
        writeln!(terminal.err, "groundrule: {damaged}")?;
        whole = false;
    }
    Ok(if whole { Exit::Done } else { Exit::Failed })
}

fn text(changes: &Changes, terminal: &mut Terminal<'_>) -> std::io::Result<()> {
    let (before, after) = (changes.before, changes.after);
    if changes.is_empty() {
        return writeln!(
            terminal.out,
            "{before} and {after} hold the same layers and areas"
        );
    }
    writeln!(terminal.out, "from {before} to {after}")?;
    for layer in &changes.layers {
        writeln!(terminal.out, "\n{}", heading(layer))?;
        for area in &layer.areas {
            for line in lines(area) {
                writeln!(terminal.out, "  {line}")?;
            }
        }
    }
    Ok(())
}

/// A layer's line: what became of it, and how many areas differ in what.
fn heading(layer: &LayerChanges) -> String {
    let [added, removed, moved, attributes] = layer.counts();
    let mut told = match layer.presence {
        Presence::Added => vec!["new layer".to_owned()],
        Presence::Removed => vec!["layer removed".to_owned()],
        Presence::Kept => Vec::new(),
    };
    let counts = [
        (added, "added"),
        (removed, "removed"),
        (moved, "with another boundary"),
        (attributes, "with other attributes"),
    ];
    let counts = counts.into_iter().filter(|(n, _)| *n > 0);
    told.extend(counts.map(|(n, what)| format!("{} {what}", counted(n as u64, "area"))));
    if !layer.described.is_empty() {
        told.push(format!("described anew: {}", layer.described.join(", ")));
    }
    if layer.damaged.is_some() {
        told.push("areas cannot be compared".to_owned());
    }
    format!("{}: {}", layer.id, told.join("; "))
}

/// An area's lines: what became of it, then each attribute.
fn lines(change: &AreaChange) -> Vec<String> {
    let mut reference = on_one_line(&change.reference);
    if let Some(name) = &change.name {
        reference = format!("{reference} ({})", on_one_line(&name.en));
    }
    let mut lines = match &change.what {
        What::Added { m2, .. } => vec![format!("+ {reference}: added{}", size(*m2))],
        What::Removed { m2, .. } => vec![format!("- {reference}: removed{}", size(*m2))],
        What::Changed { moved, fields } => {
            let boundary = match moved {
                None => "boundary unchanged".to_owned(),
                Some(moved) if moved.is_redrawn_only() => {
                    "boundary drawn anew without moving".to_owned()
                }
                Some(moved) => format!(
                    "{:.2} m² gained, {:.2} m² lost, largest shift {:.2} m",
                    moved.gained_m2, moved.lost_m2, moved.largest_shift_m
                ),
            };
            let mut lines = vec![format!("~ {reference}: {boundary}")];
            let value = |value: &Option<String>| {
                let said = value.as_deref().map(on_one_line);
                said.map_or_else(|| "nothing".to_owned(), |text| format!("“{text}”"))
            };
            lines.extend(fields.iter().map(|field| {
                let (before, after) = (value(&field.before), value(&field.after));
                format!("    {}: {before} → {after}", on_one_line(&field.field))
            }));
            lines
        }
    };
    let listed = |references: &[String]| on_one_line(&references.join(", "));
    if !change.superseded_by.is_empty() {
        lines.push(format!(
            "    superseded by {}",
            listed(&change.superseded_by)
        ));
    }
    if matches!(change.what, What::Added { .. }) && !change.supersedes.is_empty() {
        lines.push(format!("    supersedes {}", listed(&change.supersedes)));
    }
    lines
}

/// The size of a polygon; lines and points have none.
fn size(m2: f64) -> String {
    if m2 > 0.0 {
        format!(", {m2:.2} m²")
    } else {
        String::new()
    }
}
