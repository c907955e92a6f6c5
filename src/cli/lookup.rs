//! `groundrule lookup`: what applies at a place, as text or as the same JSON that the server sends.

mod batch;
mod explain;
mod site;

use super::exit::Exit;
use super::places::line;
use super::{AtlasArgument, Terminal, today};
use crate::answer::{IndexedEdition, MAX_WITHIN_M, Terms};
use crate::atlas::Atlas;
use crate::page::{Words, plain};
use crate::places::{Found, Gazetteer, ResolveError};
use crate::policy::{EditionId, Lang};
use crate::server::lookups::{Batch, Form};
use crate::server::{Consultation, Refusal};
use crate::wire;
use crate::wire::lookups::Sheet;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use std::borrow::Cow;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Debug, Args)]
pub(super) struct LookupArguments {
    /// A place: 53.28437,-3.58221 or 294614,377544 or "SH 9461 7754" or a postcode, a UPRN, a name or a pasted map link
    #[arg(required_unless_present_any = ["site", "batch"])]
    place: Vec<String>,
    /// A drawn site instead of a place: a polygon or multipolygon in GeoJSON
    #[arg(long, value_name = "FILE.geojson", conflicts_with_all = ["place", "batch"])]
    site: Option<PathBuf>,
    /// Look up every row of a table: CSV with a header, or one JSON object a line; - reads standard input
    #[arg(long, value_name = "FILE", conflicts_with = "place")]
    batch: Option<PathBuf>,
    /// The day for which to answer, as 2026-11-23; today if none is named
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// The edition to ask; the current one if none is named
    #[arg(long, value_name = "ID")]
    edition: Option<String>,
    /// List other areas within this many metres as nearby
    #[arg(long, value_name = "METRES")]
    within: Option<f64>,
    /// Tell how the answer was found: which areas were candidates, how each was tested, how long it took
    #[arg(long, conflicts_with_all = ["site", "batch"])]
    explain: bool,
    /// How to print the answer: text, or of a batch as its rows came
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    atlas: AtlasArgument,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading
    Text,
    /// For programs: the bytes that /at/PLACE.json or /site.json sends; of a batch, one line a row
    Json,
    /// For spreadsheets: one row a place
    Csv,
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
    if arguments.site.is_some() && arguments.format == Some(Format::Csv) {
        writeln!(
            terminal.err,
            "groundrule: a site is answered with --format text or json"
        )?;
        return Ok(Exit::Usage);
    }
    let started = Instant::now();
    let atlas = Atlas::open(&arguments.atlas.atlas)?;
    let edition = match &arguments.edition {
        Some(id) => atlas.edition(id.parse::<EditionId>()?)?,
        None => atlas.current_edition()?,
    };
    let indexed = IndexedEdition::new(edition);
    let opened = started.elapsed();
    let gazetteer = Gazetteer::open(atlas.root())?;
    if let Some(gazetteer) = &gazetteer {
        gazetteer.set_area(indexed.bounds());
    }
    let terms = Terms {
        on: arguments.on.unwrap_or_else(today),
        within_m,
        layers: None,
    };
    if let Some(file) = &arguments.batch {
        let asked = Batch {
            indexed: &indexed,
            gazetteer: gazetteer.as_ref(),
            terms,
            lang: Lang::En,
            form: Form::Csv,
            max_rows: None,
        };
        return batch::run(file, arguments.format, asked, terminal);
    }
    let format = arguments.format.unwrap_or(Format::Text);
    if let Some(file) = &arguments.site {
        let printed = site::printed(&indexed, file, &terms, format)?;
        write!(terminal.out, "{printed}")?;
        return Ok(Exit::Done);
    }
    // Words that the shell took apart are one place again: lookup ST 75031 64781.
    let text = arguments.place.join(" ").trim().to_owned();
    let consultation = Consultation::of_text(&indexed, gazetteer.as_ref(), &text, &terms);
    if let Err(Refusal::Resolve(ResolveError::Several { found, .. })) = &consultation {
        return several(&text, found, terminal);
    }
    let Consultation { resolved, answers } =
        consultation.with_context(|| format!("looking up “{text}”"))?;
    let printed = match format {
        Format::Csv => {
            let sheet = Sheet::new(&indexed, None, &["place".to_owned()]);
            let cells = [Cow::Borrowed(text.as_str())];
            let row = sheet.answered(&indexed, &cells, &resolved, &answers, Lang::En);
            sheet.header(false) + &row
        }
        Format::Json => wire::answer::json(&indexed, &resolved, &answers, Lang::En),
        Format::Text => {
            let words = Words::of(Lang::En, Some(indexed.edition().map()));
            plain::answer(words, &indexed, &resolved, &answers)
        }
    };
    write!(terminal.out, "{printed}")?;
    if arguments.explain {
        // The answer's own bytes stay as they are where a program reads them.
        let told: &mut dyn Write = match format {
            Format::Text => terminal.out,
            Format::Json | Format::Csv => terminal.err,
        };
        explain::tell(&indexed, &answers, &terms, opened, told)?;
    }
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
