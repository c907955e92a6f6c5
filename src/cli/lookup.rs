//! `groundrule lookup`: what applies at a place, as text or as the same JSON that the server sends.

use super::exit::Exit;
use super::places::line;
use super::{AtlasArgument, Terminal, today};
use crate::answer::{IndexedEdition, MAX_WITHIN_M, Terms};
use crate::atlas::Atlas;
use crate::page::{Words, plain};
use crate::places::{Found, Gazetteer, ResolveError};
use crate::policy::{EditionId, Lang};
use crate::server::{Consultation, Refusal};
use crate::wire;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use jiff::civil::Date;

#[derive(Debug, Args)]
pub(super) struct LookupArguments {
    /// A place: 53.28437,-3.58221 or 294614,377544 or "SH 9461 7754" or a postcode, a UPRN, a name or a pasted map link
    #[arg(required = true)]
    place: Vec<String>,
    /// The day for which to answer, as 2026-11-23; today if none is named
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// The edition to ask; the current one if none is named
    #[arg(long, value_name = "ID")]
    edition: Option<String>,
    /// List other areas within this many metres as nearby
    #[arg(long, value_name = "METRES")]
    within: Option<f64>,
    /// How to print the answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    atlas: AtlasArgument,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    Text,
    /// For programs: the bytes that /at/PLACE.json sends
    Json,
}

/// Answers for a place.
pub(super) fn run(
    arguments: &LookupArguments,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<Exit> {
    let within_m = arguments.within.unwrap_or(Terms::DEFAULT_WITHIN_M);
    if !(0.0..=MAX_WITHIN_M).contains(&within_m) {
        writeln!(
            terminal.err,
            "groundrule: --within takes 0 to {MAX_WITHIN_M} metres"
        )?;
        return Ok(Exit::Usage);
    }
    let atlas = Atlas::open(&arguments.atlas.atlas)?;
    let edition = match &arguments.edition {
        Some(id) => atlas.edition(id.parse::<EditionId>()?)?,
        None => atlas.current_edition()?,
    };
    let indexed = IndexedEdition::new(edition);
    let gazetteer = Gazetteer::open(atlas.root())?;
    if let Some(gazetteer) = &gazetteer {
        gazetteer.set_area(indexed.bounds());
    }
    let terms = Terms {
        on: arguments.on.unwrap_or_else(today),
        within_m,
        layers: None,
    };
    // Words that the shell took apart are one place again: lookup ST 75031 64781.
    let text = arguments.place.join(" ").trim().to_owned();
    let consultation = Consultation::of_text(&indexed, gazetteer.as_ref(), &text, &terms);
    if let Err(Refusal::Resolve(ResolveError::Several { found, .. })) = &consultation {
        return several(&text, found, terminal);
    }
    let Consultation { resolved, answers } =
        consultation.with_context(|| format!("looking up “{text}”"))?;
    let printed = match arguments.format {
        Format::Json => wire::answer::json(&indexed, &resolved, &answers, Lang::En),
        Format::Text => {
            let words = Words::of(Lang::En, Some(indexed.edition().map()));
            plain::answer(words, &indexed, &resolved, &answers)
        }
    };
    write!(terminal.out, "{printed}")?;
    Ok(Exit::Done)
}

/// Lists the places that a name may mean, each in words that mean only it.
fn several(name: &str, found: &[Found], terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    writeln!(
        terminal.err,
        "groundrule: “{name}” is the name of several places; look one of them up by its position:"
    )?;
    for place in found {
        writeln!(terminal.err, "  {}", line(place))?;
    }
    Ok(Exit::Refused)
}
