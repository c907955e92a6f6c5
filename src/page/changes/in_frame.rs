//! What changed between two editions, as a page of the server: counts first, then layer by layer, every
//! area with the way to its page.

use crate::atlas::diff::{AreaChange, Changes, LayerChanges, Presence, What};
use crate::page::frame::{Frame, Site};
use crate::page::message::{Html, Words};
use crate::policy::{EditionId, Lang, link};
use askama::Template;

/// Lines shown of one area: a source that renames its columns must not make a page of megabytes.
const MAX_LINES_OF_AN_AREA: usize = 12;

/// Characters shown of one line; the data has all of them.
const MAX_LINE_CHARS: usize = 400;

/// Successors shown of one area.
const MAX_SUCCESSORS: usize = 20;

#[derive(Template)]
#[template(path = "changes.html", config = "src/page/askama.toml")]
struct Page<'a> {
    frame: Frame<'a>,
    w: Words<'a>,
    editions: String,
    totals: Vec<String>,
    layers: Vec<LayerPart>,
    data: String,
}

/// One layer.
struct LayerPart {
    title: Html,
    notes: Vec<String>,
    rows: Vec<Row>,
}

/// One area.
struct Row {
    reference: String,
    name: Option<Html>,
    path: String,
    lines: Vec<String>,
    /// Text and path of each area that replaced it.
    replaced: Vec<(String, String)>,
}

/// The page that was asked for at `path`, with at most `most` areas of each layer.
#[must_use]
pub fn page(site: &Site<'_>, changes: &Changes, path: &str, lang: Lang, most: usize) -> String {
    let w = Words::of(lang, Some(&changes.map));
    let (before, after) = (changes.before.to_string(), changes.after.to_string());
    let values = [("before", before.as_str()), ("after", after.as_str())];
    let editions = w.say_with("changes.editions", &values);
    let title = w.say_with(
        "changes.title",
        &[("title", changes.map.title.in_lang(lang))],
    );
    let layers = changes.layers.iter();
    let page = Page {
        w,
        totals: totals(w, changes),
        layers: layers.map(|layer| part(w, changes, layer, most)).collect(),
        data: path.to_owned(),
        frame: site.frame_of(&changes.map, lang, path, title, editions.clone()),
        editions,
    };
    page.render().unwrap_or_default()
}

/// How many layers and areas differ in what: a sentence for each kind that there is.
fn totals(w: Words<'_>, changes: &Changes) -> Vec<String> {
    let layers = |presence: Presence| {
        let layers = changes.layers.iter();
        layers.filter(|layer| layer.presence == presence).count()
    };
    let mut counts = [0; 4];
    for layer in &changes.layers {
        for (all, of_layer) in counts.iter_mut().zip(layer.counts()) {
            *all += of_layer;
        }
    }
    let [added, removed, moved, attributes] = counts;
    let said = [
        (
            layers(Presence::Added),
            w.count("changes.count_layers_added", layers(Presence::Added), &[]),
        ),
        (
            layers(Presence::Removed),
            w.count(
                "changes.count_layers_removed",
                layers(Presence::Removed),
                &[],
            ),
        ),
        (added, w.count("changes.count_added", added, &[])),
        (removed, w.count("changes.count_removed", removed, &[])),
        (moved, w.count("changes.count_moved", moved, &[])),
        (
            attributes,
            w.count("changes.count_attributes", attributes, &[]),
        ),
    ];
    let said = said.into_iter().filter(|(n, _)| *n > 0);
    let mut totals: Vec<String> = said.map(|(_, sentence)| sentence).collect();
    // Layers may differ in their descriptions alone, or in what cannot be read.
    if totals.is_empty() && !changes.is_empty() {
        totals.push(w.count("changes.count_layers", changes.layers.len(), &[]));
    }
    totals
}

fn part(w: Words<'_>, changes: &Changes, layer: &LayerChanges, most: usize) -> LayerPart {
    let mut notes = super::notes(w, layer);
    let n = layer.areas.len();
    if n > most {
        let (shown, n) = (most.to_string(), n.to_string());
        notes.push(w.say_with("changes.more", &[("shown", &shown), ("n", &n)]));
    }
    let areas = layer.areas.iter().take(most);
    LayerPart {
        title: w.told(&layer.title),
        notes,
        rows: areas.map(|area| row(w, changes, layer, area)).collect(),
    }
}

fn row(w: Words<'_>, changes: &Changes, layer: &LayerChanges, change: &AreaChange) -> Row {
    let path = |reference: &str, edition: EditionId| {
        let area = link::area(layer.id.as_str(), reference);
        link::in_lang(w.lang, &format!("{area}?edition={edition}"))
    };
    // What went is where it was: in the earlier edition.
    let edition = match change.what {
        What::Removed { .. } => changes.before,
        What::Added { .. } | What::Changed { .. } => changes.after,
    };
    let mut lines = super::lines(w, change);
    let left = lines.len().saturating_sub(MAX_LINES_OF_AN_AREA);
    lines.truncate(MAX_LINES_OF_AN_AREA);
    lines.iter_mut().for_each(shorten);
    if left > 0 {
        lines.push(w.count("changes.more_fields", left, &[]));
    }
    let unnamed = change.superseded_by.len().saturating_sub(MAX_SUCCESSORS);
    if unnamed > 0 {
        lines.push(w.count("changes.more_successors", unnamed, &[]));
    }
    let replaced = change.superseded_by.iter().take(MAX_SUCCESSORS);
    Row {
        reference: change.reference.clone(),
        name: change.name.as_ref().map(|name| w.told(name)),
        path: path(&change.reference, edition),
        lines,
        replaced: replaced
            .map(|newer| {
                let text = w.say_with("changes.superseded_by_one", &[("reference", newer)]);
                (text, path(newer, changes.after))
            })
            .collect(),
    }
}

/// Cuts a long line after a character, and shows that it does.
fn shorten(line: &mut String) {
    if let Some((at, _)) = line.char_indices().nth(MAX_LINE_CHARS) {
        line.truncate(at);
        line.push('…');
    }
}
