//! An answer as a letter: what an officer pastes or e-mails, with everything that the page says about what applies.

use super::message::Words;
use super::plain::edition_line;
use super::told::{Item, Told};
use crate::answer::{Answer, IndexedEdition};
use crate::policy::{PartialDate, link};

/// Characters of a text for `mailto:` after encoding, at most: longer ones are cut by mail programs.
pub const MAX_MAIL: usize = 1500;

/// Layers of which we cannot say that a letter names; of more it says the number.
const MAX_NAMED_UNKNOWN: usize = 8;

/// The lines of a letter, by what they are worth.
pub(super) struct Letter<'a> {
    w: Words<'a>,
    /// The place, the day, how much applies, whose plan it is.
    head: Vec<String>,
    /// What only explains.
    aside: Vec<String>,
    /// What applies, or has its line close by.
    items: Vec<String>,
    /// What is not known, the link, what prevails.
    tail: Vec<String>,
}

impl<'a> Letter<'a> {
    pub(super) fn of(
        w: Words<'a>,
        indexed: &IndexedEdition,
        told: &Told,
        answer: &Answer,
        url: &str,
    ) -> Self {
        let date = w.date(PartialDate::of_day(answer.on));
        let mut head = vec![
            w.say_with("mail.intro", &[("place", &told.place), ("date", &date)]),
            told.sentence.clone(),
        ];
        head.extend(told.plans.iter().map(|plan| plan.sentence.clone()));
        head.extend(told.insets.iter().cloned());
        let applying = told.groups.iter().filter(|group| !group.boundary);
        let applying = applying.flat_map(|group| {
            let stage = group.emerging.as_deref();
            group.items.iter().map(move |item| item_line(item, stage))
        });
        let near = told
            .near
            .iter()
            .map(|near| format!("- {}: {}", near.title_plain, near.notes.join(" ")));
        let unknown_near = told
            .unknown
            .iter()
            .flat_map(|unknown| &unknown.near)
            .map(|near| format!("- {near}"));
        Self {
            w,
            head,
            aside: told.notes.clone(),
            items: applying
                .chain(told.touching.iter().map(|item| item_line(item, None)))
                .chain(near)
                .chain(unknown_near)
                .collect(),
            tail: tail(w, indexed, told, url),
        }
    }

    /// All of it.
    pub(super) fn whole(&self) -> String {
        self.text(true, self.items.len())
    }

    /// As much of it as fits a mail link: what only explains gives way first, then items from the last, their number said.
    pub(super) fn fitted(&self) -> String {
        let fits = |text: &String| encoded(text).len() <= MAX_MAIL;
        let whole = self.whole();
        if fits(&whole) {
            return whole;
        }
        let shorter = (0..=self.items.len()).rev();
        let mut shorter = shorter.map(|kept| self.text(false, kept));
        shorter.find(fits).unwrap_or_else(|| self.text(false, 0))
    }

    fn text(&self, aside: bool, kept: usize) -> String {
        let left = self.items.len() - kept;
        let more = (left > 0).then(|| self.w.count("mail.more", left, &[]));
        let aside = self.aside.iter().filter(|_| aside);
        let lines = self.head.iter().chain(aside).chain(&self.items[..kept]);
        let lines = lines.chain(&more).chain(&self.tail);
        lines.cloned().collect::<Vec<_>>().join("\n")
    }
}

/// `- Conservation areas: Old Town (CTH/2 Conservation areas). 34 m inside the line.`
fn item_line(item: &Item, stage: Option<&str>) -> String {
    let policies: Vec<String> = item
        .policies
        .iter()
        .map(|policy| {
            format!("{} {}", policy.code, policy.title_plain)
                .trim()
                .to_owned()
        })
        .collect();
    let mut line = match &item.name {
        Some(_) => format!("- {}: {}", item.layer_plain, item.name_plain),
        None => format!("- {}", item.layer_plain),
    };
    if !policies.is_empty() {
        line += &format!(" ({})", policies.join("; "));
    }
    line.extend(stage.map(|stage| format!(", {stage}")));
    let sentences = item.facts.first().into_iter().chain(&item.partly);
    let sentences = sentences.chain(&item.warnings);
    line.extend(sentences.map(|said| format!(". {}", said.trim_end_matches('.'))));
    line + "."
}

fn tail(w: Words<'_>, indexed: &IndexedEdition, told: &Told, url: &str) -> Vec<String> {
    let unknown: Vec<&str> = told
        .unknown
        .iter()
        .flat_map(|unknown| &unknown.layers)
        .map(|(_, title)| title.as_str())
        .collect();
    let mut tail = Vec::new();
    if unknown.len() > MAX_NAMED_UNKNOWN {
        tail.push(w.plural("mail.not_known_count", unknown.len()));
    } else if !unknown.is_empty() {
        tail.push(w.say_with("mail.not_known", &[("layers", &unknown.join(", "))]));
    }
    tail.push(w.say_with("mail.link", &[("url", url)]));
    tail.push(w.say("answer.prevails"));
    tail.push(edition_line(w, indexed));
    tail
}

/// A text as the body of a `mailto:` link: line ends are CR LF.
pub(super) fn encoded(text: &str) -> String {
    link::encode(&text.replace('\n', "\r\n"), "")
}
