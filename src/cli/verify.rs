//! `groundrule verify`: an edition against its checksums, or a saved answer against its edition.

use super::editions::{bytes_told, on_one_line};
use super::exit::Exit;
use super::{AtlasArgument, Terminal};
use crate::answer::IndexedEdition;
use crate::atlas::Atlas;
use crate::atlas::edition::OpenError;
use crate::atlas::store::StoreError;
use crate::places::Gazetteer;
use crate::policy::EditionId;
use crate::server::proof::{Verdict, prove};
use crate::wire::proof::{Difference, Saved};
use anyhow::{Context as _, bail};
use clap::Args;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes of a saved answer at most: it is held whole. That of the largest postcode has some megabytes.
const MAX_SAVED_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// The edition, or the file of an answer that was saved as JSON (- reads standard input); the current edition if nothing is named
    #[arg(value_name = "ID|ANSWER.json")]
    what: Option<String>,
    #[command(flatten)]
    atlas: AtlasArgument,
}

/// Checks an edition or an answer.
pub(super) fn run(
    arguments: &VerifyArguments,
    terminal: &mut Terminal<'_>,
) -> anyhow::Result<Exit> {
    let atlas = Atlas::open(&arguments.atlas.atlas)?;
    let Some(what) = &arguments.what else {
        let id = atlas.current_edition().map(|edition| edition.id())?;
        return of_edition(&atlas, id, terminal);
    };
    match what.parse::<EditionId>() {
        Ok(id) => of_edition(&atlas, id, terminal),
        Err(_) if is_file(what) => of_answer(&atlas, what, terminal),
        Err(error) => Err(error.into()),
    }
}

/// Whether somebody means a file: one that is there, or one that is called like one.
fn is_file(what: &str) -> bool {
    let path = Path::new(what);
    what == "-" || path.exists() || path.extension().is_some_and(|end| end == "json")
}

/// Checks every byte of an edition.
fn of_edition(atlas: &Atlas, id: EditionId, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let verdict = atlas.verify(id)?;
    for damaged in &verdict.damaged {
        writeln!(terminal.out, "{damaged}")?;
    }
    for stranger in &verdict.strangers {
        writeln!(terminal.out, "{stranger} does not belong to the edition")?;
    }
    let (files, size, sha256) = (verdict.files, bytes_told(verdict.bytes), &verdict.sha256);
    if verdict.is_whole() {
        writeln!(
            terminal.out,
            "{id} is whole: {files} files, {size}, sha256 {sha256}"
        )?;
        Ok(Exit::Done)
    } else {
        writeln!(
            terminal.err,
            "{id} is not whole; load the map again, or groundrule activate an edition that is"
        )?;
        Ok(Exit::Failed)
    }
}

/// Recomputes a saved answer from its edition.
fn of_answer(atlas: &Atlas, file: &str, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let named = if file == "-" { "standard input" } else { file };
    let text = saved_text(file).with_context(|| format!("reading {named}"))?;
    // A mark that an editor put there says nothing.
    let saved = Saved::read(text.trim_start_matches('\u{feff}')).context(named.to_owned())?;
    let id = saved.edition;
    let edition = match atlas.edition(id) {
        Err(StoreError::Open(OpenError::Absent(_)))
            if atlas.current()?.is_some_and(|now| id < now) =>
        {
            bail!(
                "edition {id}, which gave the answer, is not in this atlas any more; bring its folder back from a copy of the atlas to verify the answer"
            );
        }
        opened => opened?,
    };
    let indexed = IndexedEdition::new(edition);
    let gazetteer = Gazetteer::open(atlas.root())?;
    let verdict = prove(&indexed, gazetteer.as_ref(), &saved, &text)?;
    let link = saved.permalink.as_deref();
    let link = link.map_or_else(|| "the site in it".to_owned(), on_one_line);
    let out = &mut *terminal.out;
    match verdict {
        Verdict::Same => {
            writeln!(out, "same: {link} gives this answer, byte for byte")?;
            Ok(Exit::Done)
        }
        Verdict::Rewritten => {
            let told = "same content, other spacing: every member of";
            writeln!(
                out,
                "{told} {link} has this value, but spaces, line ends or escapes were written anew"
            )?;
            Ok(Exit::Done)
        }
        Verdict::Different(difference) => {
            writeln!(out, "different: {link} gives another answer")?;
            told(out, &difference)?;
            Ok(Exit::Refused)
        }
        Verdict::Moved(difference) => {
            writeln!(
                out,
                "different: the edition says the same of the positions in the answer, but the gazetteer has another entry for the place now"
            )?;
            told(out, &difference)?;
            Ok(Exit::Refused)
        }
        Verdict::NotFound(reason) => bail!(
            "the edition says the same of the positions in the answer, but whether they are those of the place cannot be verified: {reason}"
        ),
    }
}

fn told(out: &mut dyn std::io::Write, difference: &Difference) -> std::io::Result<()> {
    let value = |value: &Option<String>| value.as_deref().map_or("nothing".to_owned(), on_one_line);
    writeln!(out, "  at {}", on_one_line(&difference.pointer))?;
    writeln!(out, "  the file has {}", value(&difference.first))?;
    writeln!(out, "  the answer is {}", value(&difference.second))
}

/// The text of a saved answer.
fn saved_text(file: &str) -> anyhow::Result<String> {
    let source: Box<dyn Read> = match file {
        "-" => Box::new(std::io::stdin()),
        path => Box::new(File::open(path)?),
    };
    let mut bytes = Vec::new();
    source.take(MAX_SAVED_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_SAVED_BYTES {
        bail!("it has more than {MAX_SAVED_BYTES} bytes; no answer has");
    }
    String::from_utf8(bytes).context("it is not in UTF-8")
}
