//! An answer as plain text, for the terminal.

use super::message::Words;
use super::told::{Item, Told, tell, tell_site};
use crate::answer::{Answer, IndexedEdition, Site as DrawnSite};
use crate::places::Resolved;
use crate::policy::PartialDate;
use std::fmt::Write as _;

/// The whole answer for a terminal.
#[must_use]
pub fn answer(
    w: Words<'_>,
    indexed: &IndexedEdition,
    resolved: &Resolved,
    answers: &[Answer],
) -> String {
    let Some((told, merged)) = tell(w, indexed, resolved, answers) else {
        return String::new();
    };
    text(w, indexed, &told, &merged)
}

/// The whole answer for a drawn site.
#[must_use]
pub fn site(w: Words<'_>, indexed: &IndexedEdition, site: &DrawnSite, answer: &Answer) -> String {
    text(w, indexed, &tell_site(w, indexed, site, answer), answer)
}

fn text(w: Words<'_>, indexed: &IndexedEdition, told: &Told, merged: &Answer) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", told.place);
    for line in told
        .coordinates
        .iter()
        .chain(&told.notes)
        .chain(&told.insets)
    {
        let _ = writeln!(out, "{line}");
    }
    let on = w.say_with(
        "answer.on_date",
        &[("date", &w.date(PartialDate::of_day(merged.on)))],
    );
    let _ = writeln!(out, "{on}");
    for plan in &told.plans {
        let mark = if plan.near { "≈ " } else { "" };
        let _ = writeln!(out, "{mark}{}", plan.sentence);
    }
    let _ = writeln!(out, "\n{}", told.sentence);
    for group in &told.groups {
        let _ = writeln!(out, "\n{}", group.heading);
        if group.items.is_empty() {
            let _ = writeln!(out, "  {}", w.say("answer.plan_none"));
        }
        group
            .items
            .iter()
            .for_each(|item| write_item(item, &mut out));
    }
    if !told.touching.is_empty() {
        let _ = writeln!(out, "\n{}", w.say("site.touching_heading"));
        told.touching
            .iter()
            .for_each(|item| write_item(item, &mut out));
    }
    if !told.around.is_empty() {
        let within = w.length(merged.within_m);
        let heading = w.say_with("site.around_heading", &[("within", &within)]);
        let _ = writeln!(out, "\n{heading}");
        for layer in &told.around {
            for near in &layer.areas {
                let (title, name) = (&layer.title_plain, &near.name_plain);
                let _ = writeln!(out, "  ○ {title}: {name}  {}", near.distance);
            }
            if let Some(more) = &layer.more {
                let _ = writeln!(out, "      {more}");
            }
        }
    }
    for (heading, mark, absent) in [
        ("answer.near_heading", "≈", &told.near),
        ("answer.absent_heading", "□", &told.absent),
    ] {
        if absent.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{}", w.plural(heading, absent.len()));
        for absent in absent {
            let title = &absent.title_plain;
            let _ = writeln!(out, "  {mark} {title}  {}", absent.notes.join(" "));
        }
    }
    if !told.unknown.is_empty() {
        let heading = w.plural("answer.unknown_heading", told.unknown_count);
        let _ = writeln!(out, "\n{heading}");
        for unknown in &told.unknown {
            for (_, title) in &unknown.layers {
                let _ = writeln!(out, "  ? {title}");
            }
            let _ = writeln!(out, "      {}", unknown.reason);
            for near in &unknown.near {
                let _ = writeln!(out, "      ≈ {near}");
            }
        }
    }
    let _ = writeln!(out, "\n{}", w.say("answer.prevails"));
    let _ = writeln!(out, "{}", edition_line(w, indexed));
    out.lines()
        .map(str::trim_end)
        .fold(String::new(), |text, line| text + line + "\n")
}

fn write_item(item: &Item, out: &mut String) {
    let mark = if item.sure { '■' } else { '?' };
    let _ = writeln!(out, "  {mark} {}: {}", item.layer_plain, item.name_plain);
    for policy in &item.policies {
        let _ = writeln!(out, "      {} {}", policy.code, policy.title_plain);
    }
    let _ = writeln!(out, "      {}", item.facts.join(" · "));
    if let Some(partly) = &item.partly {
        let _ = writeln!(out, "      {partly}");
    }
    for warning in &item.warnings {
        let _ = writeln!(out, "      ≈ {warning}");
    }
}

/// When and as what the map was published.
pub(super) fn edition_line(w: Words<'_>, indexed: &IndexedEdition) -> String {
    let edition = indexed.edition();
    let day = edition.id().day;
    let values = [
        ("id", edition.id().to_string()),
        ("date", w.date(PartialDate::of_day(day))),
    ];
    w.say_with(
        "answer.edition",
        &values.each_ref().map(|(key, value)| (*key, value.as_str())),
    )
}
