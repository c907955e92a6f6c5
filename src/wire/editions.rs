//! The list of editions as JSON: when each was published, and from which files it was loaded.

use super::shared::line;
use crate::atlas::manifest::Source;
use crate::atlas::store::Listed;
use crate::policy::{EditionId, link};
use serde::Serialize;

/// Version of this document.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct EditionsJson<'a> {
    format: u32,
    current: String,
    editions: Vec<EditionJson<'a>>,
    left_out: usize,
    older: Option<String>,
}

#[derive(Serialize)]
struct EditionJson<'a> {
    id: String,
    current: bool,
    unavailable: bool,
    published: Option<String>,
    note: Option<&'a str>,
    previous: Option<&'a str>,
    layers: Option<usize>,
    bytes: Option<u64>,
    sha256: Option<&'a str>,
    changes: Option<String>,
    sources: Vec<SourceJson<'a>>,
}

#[derive(Serialize)]
struct SourceJson<'a> {
    layer: &'a str,
    name: &'a str,
    bytes: u64,
    sha256: &'a str,
    modified: Option<String>,
}

/// The editions in the order of `listed`, each with the path of what changed since the one of `since`;
/// `older` editions follow on further pages, and how many of them there are.
#[must_use]
pub fn json(
    current: EditionId,
    listed: &[(&Listed, Option<EditionId>)],
    older: Option<(EditionId, usize)>,
) -> String {
    let editions = listed.iter();
    line(&EditionsJson {
        format: FORMAT,
        current: current.to_string(),
        editions: editions
            .map(|(listed, since)| edition(listed, *since, current))
            .collect(),
        left_out: older.map_or(0, |(_, left_out)| left_out),
        older: older.map(|(before, _)| format!("/editions.json?before={before}")),
    })
}

fn edition(listed: &Listed, since: Option<EditionId>, current: EditionId) -> EditionJson<'_> {
    let manifest = listed.manifest.as_ref().ok();
    let sources = manifest.map_or(&[][..], |manifest| &manifest.sources);
    EditionJson {
        id: listed.id.to_string(),
        current: listed.id == current,
        unavailable: manifest.is_none(),
        published: manifest.map(|manifest| manifest.published.to_string()),
        note: manifest.and_then(|manifest| manifest.note.as_deref()),
        previous: manifest.and_then(|manifest| manifest.previous.as_deref()),
        layers: manifest.map(crate::atlas::manifest::Manifest::layers),
        bytes: manifest.map(crate::atlas::manifest::Manifest::bytes),
        sha256: listed.sha256.as_deref(),
        changes: since.map(|since| link::changes(since, listed.id) + ".json"),
        sources: sources.iter().map(source).collect(),
    }
}

fn source(source: &Source) -> SourceJson<'_> {
    SourceJson {
        layer: &source.layer,
        name: &source.name,
        bytes: source.bytes,
        sha256: &source.sha256,
        modified: source.modified.map(|modified| modified.to_string()),
    }
}
