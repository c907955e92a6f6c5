//! What changed between two editions, as a schedule that stands alone, for an inspector's bundle.
//!
//! The server's page of the same stands in [`in_frame`].

pub mod in_frame;

use super::message::{Html, Words};
use crate::atlas::diff::{AreaChange, Changes, FieldChange, LayerChanges, Presence, What};
use crate::policy::Lang;
use askama::Template;

#[derive(Template)]
#[template(path = "schedule.html", config = "src/page/askama.toml")]
struct Schedule<'a> {
    w: Words<'a>,
    title: String,
    editions: String,
    layers: Vec<LayerPart>,
}

/// One layer of the schedule.
struct LayerPart {
    title: Html,
    notes: Vec<String>,
    rows: Vec<Row>,
}

/// One area.
struct Row {
    reference: String,
    name: Option<Html>,
    lines: Vec<String>,
}

/// The schedule, without scripts and without any other file.
#[must_use]
pub fn schedule(changes: &Changes, lang: Lang) -> String {
    let w = Words::of(lang, Some(&changes.map));
    let (before, after) = (changes.before.to_string(), changes.after.to_string());
    let schedule = Schedule {
        w,
        title: w.say_with(
            "changes.title",
            &[("title", changes.map.title.in_lang(lang))],
        ),
        editions: w.say_with(
            "changes.editions",
            &[("before", &before), ("after", &after)],
        ),
        layers: changes.layers.iter().map(|layer| part(w, layer)).collect(),
    };
    schedule.render().unwrap_or_default()
}

fn part(w: Words<'_>, layer: &LayerChanges) -> LayerPart {
    LayerPart {
        title: w.told(&layer.title),
        notes: notes(w, layer),
        rows: layer.areas.iter().map(|area| row(w, area)).collect(),
    }
}

/// What became of the layer itself.
fn notes(w: Words<'_>, layer: &LayerChanges) -> Vec<String> {
    let mut notes = match layer.presence {
        Presence::Added => vec![w.say("changes.layer_added")],
        Presence::Removed => vec![w.say("changes.layer_removed")],
        Presence::Kept => Vec::new(),
    };
    if !layer.described.is_empty() {
        let fields = layer.described.join(", ");
        notes.push(w.say_with("changes.described", &[("fields", &fields)]));
    }
    if layer.damaged.is_some() {
        notes.push(w.say("changes.unavailable"));
    }
    notes
}

fn row(w: Words<'_>, change: &AreaChange) -> Row {
    let mut lines = lines(w, change);
    if !change.superseded_by.is_empty() {
        let references = change.superseded_by.join(", ");
        lines.push(w.say_with("changes.superseded_by", &[("references", &references)]));
    }
    Row {
        reference: change.reference.clone(),
        name: change.name.as_ref().map(|name| w.told(name)),
        lines,
    }
}

/// What happened to an area, without what replaced it.
fn lines(w: Words<'_>, change: &AreaChange) -> Vec<String> {
    let mut lines = match &change.what {
        What::Added { m2, .. } => vec![w.say("changes.added"), size(w, *m2)],
        What::Removed { m2, .. } => vec![w.say("changes.removed"), size(w, *m2)],
        What::Changed { moved, fields } => {
            let boundary = moved.as_ref().map(|moved| {
                if moved.is_redrawn_only() {
                    return w.say("changes.redrawn");
                }
                let figures = [moved.gained_m2, moved.lost_m2, moved.largest_shift_m];
                let [gained, lost, shift] = figures.map(|figure| format!("{figure:.2}"));
                w.say_with(
                    "changes.moved",
                    &[("gained", &gained), ("lost", &lost), ("shift", &shift)],
                )
            });
            let fields = fields.iter().map(|change| field(w, change));
            boundary.into_iter().chain(fields).collect()
        }
    };
    lines.retain(|line| !line.is_empty());
    lines
}

/// The size of a polygon; nothing for lines and points.
fn size(w: Words<'_>, m2: f64) -> String {
    if m2 > 0.0 {
        w.say_with("area.square_metres", &[("n", &format!("{m2:.2}"))])
    } else {
        String::new()
    }
}

fn field(w: Words<'_>, change: &FieldChange) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".to_owned());
    let (before, after) = (value(&change.before), value(&change.after));
    w.say_with(
        "changes.field",
        &[
            ("field", &change.field),
            ("before", &before),
            ("after", &after),
        ],
    )
}
