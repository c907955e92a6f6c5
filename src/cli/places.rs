//! `groundrule places load` and `places find`.

use super::exit::Exit;
use super::{AtlasArgument, Terminal};
use crate::atlas::Atlas;
use crate::loading::counted;
use crate::places::gazetteer::MAX_FOUND;
use crate::places::{Found, Gazetteer};
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum PlacesCommand {
    /// Take places into the gazetteer; a file that was loaded before, by name, is replaced
    Load {
        /// CSV files: Code-Point Open, or with columns such as name, postcode, uprn, easting, northing
        #[arg(required = true)]
        files: Vec<PathBuf>,
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
        PlacesCommand::Load { files, atlas } => {
            let atlas = Atlas::create(&atlas.atlas)?;
            for loaded in Gazetteer::load(atlas.root(), files)? {
                let places = counted(loaded.places, "place");
                writeln!(terminal.out, "{}: {places}", loaded.source)?;
                for (row, fault) in &loaded.left_out {
                    writeln!(
                        terminal.err,
                        "{}: row {row} left out: {fault}",
                        loaded.source
                    )?;
                }
                let untold = loaded.left_out_count - loaded.left_out.len() as u64;
                if untold > 0 {
                    writeln!(
                        terminal.err,
                        "{}: {untold} more rows left out",
                        loaded.source
                    )?;
                }
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
            let text = text.join(" ");
            let found = gazetteer.search(&text)?;
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
