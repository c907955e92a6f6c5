//! `groundrule lookup --site FILE.geojson`: what applies in a drawn site, and what is near it.

use super::Format;
use crate::answer::{IndexedEdition, Terms};
use crate::cli::exit::Refused;
use crate::page::{Words, plain};
use crate::policy::Lang;
use crate::server::drawing;
use crate::server::limits::MAX_SITE_BYTES;
use crate::wire;
use anyhow::{Context as _, bail};
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

/// The answer as it is printed.
pub(super) fn printed(
    indexed: &IndexedEdition,
    file: &Path,
    terms: &Terms,
    format: Format,
) -> anyhow::Result<String> {
    let reading = || format!("reading the site {}", file.display());
    let mut text = String::new();
    let opened = std::fs::File::open(file).with_context(reading)?;
    opened
        .take(MAX_SITE_BYTES as u64 + 1)
        .read_to_string(&mut text)
        .with_context(reading)?;
    if text.len() > MAX_SITE_BYTES {
        let name = file.display();
        bail!(Refused(format!(
            "the site {name} has more than {MAX_SITE_BYTES} bytes"
        )));
    }
    let site = Arc::new(drawing::read(&text).with_context(reading)?);
    let answer = drawing::answered(indexed, &site, terms)
        .with_context(|| format!("asking about the site {}", file.display()))?;
    Ok(match format {
        Format::Json => wire::site::json(indexed, &site, &answer, Lang::En),
        // The command line refuses a table of a site before it gets here.
        Format::Text | Format::Csv => {
            let words = Words::of(Lang::En, Some(indexed.edition().map()));
            plain::site(words, indexed, &site, &answer)
        }
    })
}
