//! `groundrule places load` and `places find`.

use super::exit::{Exit, Usage};
use super::{AtlasArgument, Terminal};
use crate::answer::IndexedEdition;
use crate::atlas::Atlas;
use crate::loading::counted;
use crate::places::gazetteer::MAX_FOUND;
use crate::places::{Far, Found, Gazetteer, Loaded, Place, Typed};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[derive(Debug, Subcommand)]
pub(super) enum PlacesCommand {
    /// Take places into the gazetteer; a file that was loaded before, by name, is replaced
    Load {
        /// CSV files, zip archives or folders of them: Code-Point Open, OS Open Names, OS Open UPRN, an address list, or
        /// columns such as name, postcode, uprn, easting, northing
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Which columns hold our fields, as easting=X,northing=Y,name=TITLE
        #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',')]
        fields: Vec<String>,
        #[command(flatten)]
        atlas: AtlasArgument,
    },
    /// Look a name up
    Find {
        /// Words of the name
        #[arg(required = true)]
        text: Vec<String>,
        #[command(flatten)]
        atlas: AtlasArgument,
    },
}

/// Runs either.
pub(super) fn run(command: &PlacesCommand, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    match command {
        PlacesCommand::Load {
            files,
            fields,
            atlas,
        } => {
            let fields = pairs(fields)?;
            let atlas = Atlas::create(&atlas.atlas)?;
            let mut shown = Shown::begin();
            let loaded = Gazetteer::load_fields(atlas.root(), files, &fields, &mut |far| {
                shown.step(&far);
            });
            shown.end();
            for loaded in loaded? {
                report(&loaded, terminal)?;
            }
            Ok(Exit::Done)
        }
        PlacesCommand::Find { text, atlas } => {
            let atlas = Atlas::open(&atlas.atlas)?;
            let Some(gazetteer) = Gazetteer::open(atlas.root())? else {
                writeln!(
                    terminal.err,
                    "no gazetteer is loaded; groundrule places load takes one in"
                )?;
                return Ok(Exit::Refused);
            };
            if let Ok(Some(edition)) = atlas.base() {
                gazetteer.set_area(IndexedEdition::new(edition).bounds());
            }
            let text = text.join(" ");
            let mut found = gazetteer.search(&text)?;
            if let Ok(Typed {
                place: Place::Postcode(postcode),
                ..
            }) = Typed::parse(&text)
            {
                found = gazetteer.postcode(&postcode)?;
            }
            if found.is_empty() {
                found = gazetteer.postcodes_meant(&text)?;
                if !found.is_empty() {
                    writeln!(
                        terminal.err,
                        "“{text}” is not in the gazetteer; these are like it:"
                    )?;
                }
            }
            for place in found.iter().take(MAX_FOUND) {
                writeln!(terminal.out, "{}", line(place))?;
            }
            if found.len() > MAX_FOUND {
                writeln!(
                    terminal.err,
                    "the first {MAX_FOUND}; there are more: add a street or a locality"
                )?;
            }
            if found.is_empty() {
                writeln!(terminal.err, "“{text}” is not in the gazetteer")?;
            }
            Ok(if found.is_empty() {
                Exit::Refused
            } else {
                Exit::Done
            })
        }
    }
}

/// Our fields with their columns, as typed: ours=theirs.
fn pairs(fields: &[String]) -> Result<Vec<(String, String)>, Usage> {
    let pair = |pair: &String| {
        let (ours, theirs) = pair.split_once('=').ok_or_else(|| {
            Usage(format!(
                "--fields takes ours=theirs, such as easting=X; “{pair}” has no ="
            ))
        })?;
        Ok((ours.trim().to_owned(), theirs.trim().to_owned()))
    };
    fields.iter().map(pair).collect()
}

/// Says what a source came to: places on standard output, what was left out on the other.
fn report(loaded: &Loaded, terminal: &mut Terminal<'_>) -> anyhow::Result<()> {
    let source = &loaded.source;
    writeln!(
        terminal.out,
        "{source}: {}",
        counted(loaded.places, "place")
    )?;
    for left in &loaded.left_out {
        let table = left.table.as_ref();
        let table = table.map_or_else(String::new, |table| format!(" {table}:"));
        let (row, fault) = (left.row, &left.fault);
        writeln!(terminal.err, "{source}:{table} row {row} left out: {fault}")?;
    }
    let untold = loaded.left_out_count - loaded.left_out.len() as u64;
    let notes = [
        (untold, "more rows left out"),
        (
            loaded.historical,
            "rows left out: by their logical status the addresses are historical or rejected",
        ),
        (
            loaded.twins,
            "rows in Welsh taken as the Welsh names of rows in English with the same UPRN",
        ),
        (
            loaded.foreign,
            "rows are not in UTF-8 and were read as Windows-1252",
        ),
        (
            loaded.beside.len() as u64,
            "files beside the tables left unread",
        ),
    ];
    for (count, note) in notes.into_iter().filter(|(count, _)| *count > 0) {
        writeln!(terminal.err, "{source}: {count} {note}")?;
    }
    Ok(())
}

/// Shows on standard error how far a load is: a bar on a terminal, lines elsewhere.
struct Shown {
    bar: Option<ProgressBar>,
    began: Instant,
    told: Instant,
}

/// Where there is no terminal, a long load says how far it is this often.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

impl Shown {
    fn begin() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{bar:24} {wide_msg}") {
                bar.set_style(style);
            }
            bar
        });
        let now = Instant::now();
        Self {
            bar,
            began: now,
            told: now,
        }
    }

    fn step(&mut self, far: &Far<'_>) {
        let now = Instant::now();
        let seconds = now.duration_since(self.began).as_secs();
        let told = match far.indexed {
            Some(indexed) => format!("{}: {indexed} places indexed, {seconds} s", far.source),
            None => format!(
                "{}: {} rows, {} %, {seconds} s",
                far.source,
                far.rows,
                far.bytes * 100 / far.of_bytes.max(1)
            ),
        };
        if let Some(bar) = &self.bar {
            bar.set_length(far.of_bytes.max(1));
            bar.set_position(far.bytes.min(far.of_bytes));
            bar.set_message(told);
        } else if now.duration_since(self.told) >= PLAIN_EVERY {
            self.told = now;
            eprintln!("{told}");
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A place on one line, its position first.
pub(super) fn line(place: &Found) -> String {
    let lonlat = place.position.lonlat.rounded();
    let (kind, name) = (place.kind.word(), &place.name);
    let locality = place.locality.as_deref().unwrap_or_default();
    let postcode = place.postcode.as_deref().unwrap_or_default();
    format!(
        "{},{}  {kind:<8}  {name}  {locality}  {postcode}",
        lonlat.lat(),
        lonlat.lon()
    )
}
