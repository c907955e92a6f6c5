//! A sentence that nobody has said yet: its key, its number and what fills it. The same sentence is said as
//! text for a terminal and as HTML for a page, in either language.

use super::{Html, Words, escape, pieces};

/// What fills a placeholder.
#[derive(Debug, Clone)]
enum Filler {
    /// A number, or a name from a source.
    Text(String),
    /// Words that exist in English alone, as a parser's; a Welsh page says that they are English.
    English(String),
    /// Clauses of the catalogue and names, one after the other.
    List(Vec<Part>),
}

/// One of a list.
#[derive(Debug, Clone)]
pub enum Part {
    /// A name from a source.
    Name(String),
    /// A clause of the catalogue that stands alone, such as “2 rows”.
    Clause(Sentence),
}

/// A key of the catalogue with all that its sentence needs.
#[derive(Debug, Clone)]
pub struct Sentence {
    key: &'static str,
    n: Option<u64>,
    fillers: Vec<(&'static str, Filler)>,
}

impl Sentence {
    /// The sentence of a key.
    #[must_use]
    pub fn say(key: &'static str) -> Self {
        Self {
            key,
            n: None,
            fillers: Vec::new(),
        }
    }

    /// The sentence of a key that fits the number `{n}`.
    #[must_use]
    pub fn count(key: &'static str, n: u64) -> Self {
        Self {
            n: Some(n),
            ..Self::say(key)
        }
    }

    /// With a number or a name in a placeholder.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "numbers and names are given as callers have them"
    )]
    pub fn with(self, name: &'static str, value: impl ToString) -> Self {
        self.filled(name, Filler::Text(value.to_string()))
    }

    /// With words in a placeholder that exist in English alone.
    #[must_use]
    pub fn with_english(self, name: &'static str, value: &str) -> Self {
        self.filled(name, Filler::English(value.to_owned()))
    }

    /// With a clause of the catalogue in a placeholder.
    #[must_use]
    pub fn with_clause(self, name: &'static str, clause: Self) -> Self {
        self.with_list(name, vec![Part::Clause(clause)])
    }

    /// With several in a placeholder, commas between them.
    #[must_use]
    pub fn with_list(self, name: &'static str, parts: Vec<Part>) -> Self {
        self.filled(name, Filler::List(parts))
    }

    fn filled(mut self, name: &'static str, filler: Filler) -> Self {
        self.fillers.push((name, filler));
        self
    }
}

impl Words<'_> {
    /// The sentence as text.
    #[must_use]
    pub fn text(&self, sentence: &Sentence) -> String {
        self.told_as(sentence, &str::to_owned, &str::to_owned)
    }

    /// The sentence as HTML, what is English on a Welsh page marked as English.
    #[must_use]
    pub fn html(&self, sentence: &Sentence) -> Html {
        let foreign = |text: &str| self.told_plain(text).0;
        Html(self.told_as(sentence, &escape, &foreign))
    }

    /// The sentence, with what is to be done to text of this language and to English text.
    fn told_as(
        &self,
        sentence: &Sentence,
        own: &dyn Fn(&str) -> String,
        english: &dyn Fn(&str) -> String,
    ) -> String {
        let number = sentence.n.map(|n| n.to_string());
        let said = match sentence.n {
            Some(n) => self.form(sentence.key, usize::try_from(n).unwrap_or(usize::MAX)),
            None => sentence.key.to_owned(),
        };
        let part = |part: &Part| match part {
            Part::Name(name) => own(name),
            Part::Clause(clause) => self.told_as(clause, own, english),
        };
        let filled = |name: &str| {
            if name == "n" && number.is_some() {
                return number.clone();
            }
            let (_, filler) = sentence.fillers.iter().find(|(known, _)| *known == name)?;
            Some(match filler {
                Filler::Text(text) => own(text),
                Filler::English(text) => english(text),
                Filler::List(parts) => parts.iter().map(part).collect::<Vec<_>>().join(", "),
            })
        };
        pieces(self.sentence(&said), own, filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Lang;

    #[test]
    fn a_parsers_words_are_english_on_a_welsh_page_and_names_cannot_become_markup() {
        let sentence = Sentence::say("finding.unreadable_file_after")
            .with("row", 3)
            .with_english("why", "<b> & {row}");
        let (en, cy) = (Words::of(Lang::En, None), Words::of(Lang::Cy, None));
        assert_eq!(
            en.text(&sentence),
            "the file cannot be read after row 3: <b> & {row}"
        );
        assert_eq!(
            en.html(&sentence).to_string(),
            "the file cannot be read after row 3: &lt;b&gt; &amp; {row}"
        );
        assert_eq!(
            cy.html(&sentence).to_string(),
            "ni ellir darllen y ffeil ar ôl rhes 3: <span lang=\"en\">&lt;b&gt; &amp; {row}</span>"
        );
    }

    #[test]
    fn a_clause_has_the_plural_form_of_its_own_number() {
        let sentence = |vertices, rows| {
            Sentence::count("finding.repeated_vertices", vertices)
                .with_clause("rows", Sentence::count("report.rows", rows))
        };
        let (en, cy) = (Words::of(Lang::En, None), Words::of(Lang::Cy, None));
        assert_eq!(
            en.text(&sentence(1, 2)),
            "1 vertex repeating the one before, in 2 rows, dropped"
        );
        assert_eq!(
            cy.text(&sentence(7, 2)),
            "gollyngwyd 7 fertig a oedd yn ailadrodd yr un o'u blaen (2 res)"
        );
    }
}
