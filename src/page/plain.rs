//! An answer as plain text: for the terminal, and for an officer to paste into a letter.

use super::message::Words;
use super::told::{Told, tell};
use crate::answer::{Answer, IndexedEdition};
use crate::places::Resolved;
use crate::policy::{PartialDate, link};
use std::fmt::Write as _;

/// Characters of a text for `mailto:` after encoding, at most: longer ones are cut by mail programs.
pub const MAX_MAIL: usize = 1500;

/// Layers of which we cannot say that a letter names; of more it says the number.
const MAX_NAMED_UNKNOWN: usize = 8;

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
    let mut out = String::new();
    let _ = writeln!(out, "{}", told.place);
    for line in told.coordinates.iter().chain(&told.notes) {
        let _ = writeln!(out, "{line}");
    }
    let on = w.say_with(
        "answer.on_date",
        &[("date", &w.date(PartialDate::of_day(merged.on)))],
    );
    let _ = writeln!(out, "{on}");
    for plan in &told.plans {
        let _ = writeln!(out, "{}", plan.sentence);
    }
    let _ = writeln!(out, "\n{}", told.sentence);
    for group in &told.groups {
        let _ = writeln!(out, "\n{}", group.heading);
        if group.items.is_empty() {
            let _ = writeln!(out, "  {}", w.say("answer.plan_none"));
        }
        for item in &group.items {
            let mark = if item.sure { '■' } else { '?' };
            let _ = writeln!(out, "  {mark} {}: {}", item.layer_plain, item.name_plain);
            for policy in &item.policies {
                let _ = writeln!(out, "      {} {}", policy.code, policy.title_plain);
            }
            let _ = writeln!(out, "      {}", item.facts.join(" · "));
            for warning in &item.warnings {
                let _ = writeln!(out, "      ≈ {warning}");
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
        }
    }
    let _ = writeln!(out, "\n{}", w.say("answer.prevails"));
    let _ = writeln!(out, "{}", edition_line(w, indexed));
    out.lines()
        .map(str::trim_end)
        .fold(String::new(), |text, line| text + line + "\n")
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

/// The answer in a few lines that an officer can paste: what applies, what is not known, and the link.
pub(super) fn letter(
    w: Words<'_>,
    indexed: &IndexedEdition,
    told: &Told,
    answer: &Answer,
    public_url: &str,
    path: &str,
) -> String {
    let date = w.date(PartialDate::of_day(answer.on));
    let items: Vec<String> = told
        .groups
        .iter()
        .filter(|group| !group.boundary)
        .flat_map(|group| &group.items)
        .map(|item| {
            let policies: Vec<String> = item
                .policies
                .iter()
                .map(|policy| {
                    format!("{} {}", policy.code, policy.title_plain)
                        .trim()
                        .to_owned()
                })
                .collect();
            let about = if policies.is_empty() {
                String::new()
            } else {
                format!(" ({})", policies.join("; "))
            };
            let warnings: String = item
                .warnings
                .iter()
                .map(|warning| format!(". {warning}"))
                .collect();
            format!(
                "- {}: {}{about}, {}{}",
                item.layer_plain,
                item.name_plain,
                item.facts[0],
                warnings.trim_end_matches('.')
            )
        })
        .chain(told.near.iter().map(|near| {
            let notes = near.notes.join(" ");
            format!("- {}: {}", near.title_plain, notes.trim_end_matches('.'))
        }))
        .collect();
    let unknown: Vec<&str> = told
        .unknown
        .iter()
        .flat_map(|unknown| &unknown.layers)
        .map(|(_, title)| title.as_str())
        .collect();
    let url = format!("{public_url}{}", link::in_lang(w.lang, path));
    let head = [
        w.say_with("mail.intro", &[("place", &told.place), ("date", &date)]),
        told.sentence.clone(),
    ];
    let mut tail = Vec::new();
    if unknown.len() > MAX_NAMED_UNKNOWN {
        tail.push(w.plural("mail.not_known_count", unknown.len()));
    } else if !unknown.is_empty() {
        tail.push(w.say_with("mail.not_known", &[("layers", &unknown.join(", "))]));
    }
    tail.push(w.say_with("mail.link", &[("url", &url)]));
    tail.push(w.say("answer.prevails"));
    tail.push(edition_line(w, indexed));
    // Items give way from the last, with their number said, until the letter fits a mail link.
    for kept in (0..=items.len()).rev() {
        let left = items.len() - kept;
        let more = (left > 0).then(|| w.count("mail.more", left, &[]));
        let lines = head.iter().chain(&items[..kept]).chain(&more).chain(&tail);
        let text = lines.cloned().collect::<Vec<_>>().join("\n");
        if kept == 0 || encoded(&text).len() <= MAX_MAIL {
            return text;
        }
    }
    String::new()
}

/// A text as the body of a `mailto:` link: line ends are CR LF.
pub(super) fn encoded(text: &str) -> String {
    link::encode(&text.replace('\n', "\r\n"), "")
}
