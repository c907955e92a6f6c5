//! Every sentence that a person sees in a page, in English and Welsh, with an authority's own wording.
//!
//! Sentences are whole: Welsh words change with their neighbours, so nothing is put together from
//! pieces. `messages/en.toml` and `messages/cy.toml` hold them, and `messages/findings-en.toml` and
//! `findings-cy.toml` those of a load's report; a test keeps the languages in step with
//! each other and with the code and templates that speak.

mod sentence;

pub use sentence::{Part, Sentence};

use crate::geometry::LonLat;
use crate::policy::{Lang, Map, PartialDate, Text, link};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The sentences of one language, by key.
type Catalogue = BTreeMap<String, String>;

static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| {
    catalogue([
        include_str!("messages/en.toml"),
        include_str!("messages/findings-en.toml"),
    ])
});
static WELSH: LazyLock<Catalogue> = LazyLock::new(|| {
    catalogue([
        include_str!("messages/cy.toml"),
        include_str!("messages/findings-cy.toml"),
    ])
});

/// What stands before keys whose Welsh nobody has approved yet, and before those that somebody has.
const MARKS: [&str; 2] = ["unchecked.", "checked."];

fn catalogue(sources: [&str; 2]) -> Catalogue {
    let mut all = Catalogue::new();
    for source in sources {
        let table: toml::Table = source
            .parse()
            .expect("the catalogues are part of the program");
        flatten("", &table, &mut all);
    }
    all
}

fn flatten(prefix: &str, table: &toml::Table, all: &mut Catalogue) {
    for (key, value) in table {
        let key = format!("{prefix}{key}");
        match value {
            toml::Value::Table(inner) => flatten(&format!("{key}."), inner, all),
            toml::Value::String(text) => {
                let bare = MARKS
                    .iter()
                    .find_map(|mark| key.strip_prefix(mark))
                    .unwrap_or(&key);
                all.insert(bare.to_owned(), text.clone());
            }
            _ => {}
        }
    }
}

/// Speaks one language, in the words of one authority.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// The language.
    pub lang: Lang,
    map: Option<&'a Map>,
}

impl<'a> Words<'a> {
    /// Words in a language, with the wording of a map where it has its own.
    #[must_use]
    pub fn of(lang: Lang, map: Option<&'a Map>) -> Self {
        Self { lang, map }
    }

    /// The sentence of a key.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.sentence(key).to_owned()
    }

    /// The sentence of a key with its placeholders filled.
    #[must_use]
    pub fn say_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.sentence(key), values)
    }

    /// The sentence of a key with its one placeholder filled, for templates.
    #[must_use]
    pub fn say_one(&self, key: &str, name: &str, value: &str) -> String {
        self.say_with(key, &[(name, value)])
    }

    /// The sentence of a key that fits the number, for templates.
    #[must_use]
    pub fn plural(&self, key: &str, n: usize) -> String {
        self.count(key, n, &[])
    }

    /// The sentence of a key that fits the number, with `{n}` and the other placeholders filled.
    #[must_use]
    pub fn count(&self, key: &str, n: usize, values: &[(&str, &str)]) -> String {
        let key = self.form(key, n);
        let number = n.to_string();
        let mut all = vec![("n", number.as_str())];
        all.extend(values);
        fill(self.sentence(&key), &all)
    }

    /// Every sentence of the viewer, by key without its family `viewer.`.
    #[must_use]
    pub fn viewer_words(&self) -> BTreeMap<String, String> {
        self.family("viewer.")
    }

    /// Every sentence that the viewer needs to draw a site, by key without its family `drawing.`.
    #[must_use]
    pub fn drawing_words(&self) -> BTreeMap<String, String> {
        self.family("drawing.")
    }

    fn family(&self, family: &str) -> BTreeMap<String, String> {
        let keys = catalogue_of(self.lang)
            .keys()
            .filter_map(|key| key.strip_prefix(family));
        keys.map(|key| (key.to_owned(), self.say(&format!("{family}{key}"))))
            .collect()
    }

    /// The key of the plural form that fits the number.
    fn form(&self, key: &str, n: usize) -> String {
        let form = format!("{key}.{}", plural(self.lang, n));
        if catalogue_of(self.lang).contains_key(&form) {
            form
        } else {
            format!("{key}.other")
        }
    }

    fn sentence<'b>(&self, key: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let own = self.map.and_then(|map| map.wording(self.lang, key));
        let found = own.or_else(|| catalogue_of(self.lang).get(key).map(String::as_str));
        // The test of the catalogues makes sure that every key is there; the key itself is the last resort.
        found.unwrap_or(key)
    }

    /// The path of a page in this language, for templates.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        link::in_lang(self.lang, path)
    }

    /// A date as people write it: 24 October 2013, October 2013, 2013.
    #[must_use]
    pub fn date(&self, date: PartialDate) -> String {
        let (year, month, day) = date.fields();
        let year = year.to_string();
        let Some(month) = month else { return year };
        let month = self.say(&format!("month.{month}"));
        match day {
            Some(day) => self.say_with(
                "unit.date",
                &[
                    ("day", &day.to_string()),
                    ("month", &month),
                    ("year", &year),
                ],
            ),
            None => self.say_with("unit.month_year", &[("month", &month), ("year", &year)]),
        }
    }

    /// A distance as precisely as it matters: 1.2 m, 34 m, 1.3 km.
    #[must_use]
    pub fn distance(&self, metres: f64) -> String {
        if metres < 9.95 {
            self.say_with("unit.metres", &[("n", &format!("{metres:.1}"))])
        } else if metres < 999.5 {
            self.say_with("unit.metres", &[("n", &format!("{metres:.0}"))])
        } else {
            self.say_with(
                "unit.kilometres",
                &[("n", &format!("{:.1}", metres / 1000.0))],
            )
        }
    }

    /// A length that somebody chose, without needless decimals: 2 m, 2.5 m, 10 km.
    #[must_use]
    pub fn length(&self, metres: f64) -> String {
        let (key, n) = if metres < 1000.0 {
            ("unit.metres", metres)
        } else {
            ("unit.kilometres", metres / 1000.0)
        };
        self.say_with(key, &[("n", &format!("{n}"))])
    }

    /// Latitude and longitude, to the metre.
    #[must_use]
    pub fn coordinates(&self, lonlat: LonLat) -> String {
        // Five decimals are a metre: enough to read out.
        let short = |degrees: f64| format!("{degrees:.5}");
        self.say_with(
            "answer.coordinates",
            &[("lat", &short(lonlat.lat())), ("lon", &short(lonlat.lon()))],
        )
    }

    /// A text that an authority wrote, as HTML; where only English is known, a Welsh page says that it is English.
    #[must_use]
    pub fn told(&self, text: &Text) -> Html {
        let (best, lang) = text.best(self.lang);
        Html::new(best, (lang != self.lang).then_some(lang))
    }

    /// A code with its title after it.
    #[must_use]
    pub fn told_code(&self, code: &str, title: &Text) -> Html {
        Html(format!("<b>{}</b> {}", escape(code), self.told(title)))
    }

    /// Text in the page's own language.
    #[must_use]
    pub fn plain_html(&self, text: &str) -> Html {
        Html::new(text, None)
    }

    /// A text that is known in one form only, such as a name from a file: on a Welsh page it is marked as English.
    #[must_use]
    pub fn told_plain(&self, text: &str) -> Html {
        Html::new(text, (self.lang == Lang::Cy).then_some(Lang::En))
    }
}

fn catalogue_of(lang: Lang) -> &'static Catalogue {
    match lang {
        Lang::En => &ENGLISH,
        Lang::Cy => &WELSH,
    }
}

/// The plural form of a number: CLDR 47, cardinals.
fn plural(lang: Lang, n: usize) -> &'static str {
    match (lang, n) {
        (_, 0) => "zero",
        (_, 1) => "one",
        (_, 2) => "two",
        (Lang::Cy, 3) => "few",
        (Lang::Cy, 6) => "many",
        _ => "other",
    }
}

fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let value = |name: &str| {
        let found = values.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    pieces(sentence, str::to_owned, value)
}

/// The sentence with `own` done to its own text and its placeholders filled; those without a value stay.
fn pieces(
    sentence: &str,
    own: impl Fn(&str) -> String,
    value: impl Fn(&str) -> Option<String>,
) -> String {
    let mut out = String::with_capacity(sentence.len() + 16);
    let mut rest = sentence;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(&own(before));
        let Some(close) = after.find('}') else {
            rest = after;
            break;
        };
        let kept = || own(&after[..=close]);
        out.push_str(&value(&after[1..close]).unwrap_or_else(kept));
        rest = &after[close + 1..];
    }
    out.push_str(&own(rest));
    out
}

/// Text that is safe to stand in a page as it is, with its language where that is not the page's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    fn new(text: &str, lang: Option<Lang>) -> Self {
        match lang {
            Some(lang) => Self(format!(
                "<span lang=\"{}\">{}</span>",
                lang.code(),
                escape(text)
            )),
            None => Self(escape(text)),
        }
    }
}

impl std::fmt::Display for Html {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Html {}

/// The five characters that mean something in HTML, as references.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            // Control characters other than white space have no place in a page.
            c if c.is_control() && !c.is_whitespace() => {
                let _ = write!(out, "\u{fffd}");
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn placeholders(sentence: &str) -> BTreeSet<&str> {
        sentence
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect()
    }

    /// The key without the plural form.
    fn stem(key: &str) -> &str {
        let forms = [".zero", ".one", ".two", ".few", ".many", ".other"];
        forms
            .iter()
            .find_map(|form| key.strip_suffix(form))
            .unwrap_or(key)
    }

    #[test]
    fn both_catalogues_hold_the_same_keys_with_the_same_placeholders() {
        let stems = |catalogue: &'static Catalogue| {
            catalogue
                .keys()
                .map(|key| stem(key))
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(stems(&ENGLISH), stems(&WELSH));
        for (key, english) in ENGLISH.iter() {
            if let Some(welsh) = WELSH.get(key) {
                assert_eq!(placeholders(english), placeholders(welsh), "{key}");
            }
        }
        for (key, sentence) in ENGLISH.iter().chain(WELSH.iter()) {
            assert!(!sentence.trim().is_empty(), "{key} is empty");
            let is_plural = stem(key) != key;
            assert!(
                !is_plural || ENGLISH.contains_key(&format!("{}.other", stem(key))),
                "{key} has no .other"
            );
        }
    }

    #[test]
    fn no_welsh_word_that_changes_what_follows_it_stands_before_a_name() {
        let changing = [
            "a", "am", "ar", "at", "dan", "dros", "drwy", "gan", "heb", "hyd", "i", "o", "tan",
            "trwy", "wrth", "yn", "â", "ei", "dwy", "dau", "ddwy", "ddau",
        ];
        let names = [
            "place",
            "name",
            "authority",
            "plan",
            "layer",
            "inset",
            "map",
            "title",
            "file",
            "reference",
            "given",
            "other",
            "column",
            "wanted",
            "named",
            "encoding",
            "declared",
            "format",
            "names",
            "columns",
            "plans",
            "kind",
            "reason",
        ];
        for (key, sentence) in WELSH.iter() {
            let words: Vec<&str> = sentence.split_whitespace().collect();
            for pair in words.windows(2) {
                let name = names
                    .iter()
                    .any(|name| pair[1].starts_with(&format!("{{{name}}}")));
                let before = pair[0].to_lowercase();
                assert!(
                    !name || !changing.contains(&before.as_str()),
                    "{key}: “{} {}” would have to mutate",
                    pair[0],
                    pair[1]
                );
            }
        }
    }

    /// The key of every sentence that the code and the templates ask for.
    fn spoken(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                spoken(&path, found);
                continue;
            }
            if !path
                .extension()
                .is_some_and(|end| end == "rs" || end == "html")
            {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("readable");
            for call in ["say(", "say_with(", "say_one(", "count(", "plural("] {
                for (at, _) in text.match_indices(call) {
                    let key = text[at + call.len()..]
                        .trim_start()
                        .strip_prefix('"')
                        .and_then(|rest| rest.split('"').next());
                    found.extend(
                        key.filter(|key| key.contains('.') && !key.contains(['{', ' ']))
                            .map(str::to_owned),
                    );
                }
            }
        }
    }

    #[test]
    fn every_sentence_that_is_spoken_is_in_the_catalogue_and_none_is_idle() {
        let mut keys = BTreeSet::new();
        spoken(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut keys,
        );
        assert!(keys.len() > 50, "{} keys found", keys.len());
        for key in &keys {
            let known = ENGLISH.contains_key(key) || ENGLISH.contains_key(&format!("{key}.other"));
            assert!(known, "“{key}” is spoken but not in the catalogue");
        }
        // These families are spoken by a key made from a value: each is named beside the code that makes it.
        let made = [
            "month.",
            "stage.",
            "reason.",
            "search.kind_",
            "viewer.",
            "drawing.",
        ];
        for key in ENGLISH.keys() {
            let idle =
                !keys.contains(stem(key)) && !made.iter().any(|family| key.starts_with(family));
            assert!(!idle, "“{key}” is in the catalogue but nobody says it");
        }
    }

    #[test]
    fn an_authority_may_word_a_sentence_its_own_way() {
        let mut map = Map {
            title: Text::english("Map"),
            authority: crate::policy::Authority::default(),
            plans: Vec::new(),
            neighbours: Vec::new(),
            layers: Vec::new(),
            policies: Vec::new(),
            wording: BTreeMap::new(),
            frame_ancestors: Vec::new(),
        };
        map.wording.insert(
            ("cy", "stage.deposit".to_owned()),
            "wedi'i adneuo".to_owned(),
        );
        assert_eq!(
            Words::of(Lang::Cy, Some(&map)).say("stage.deposit"),
            "wedi'i adneuo"
        );
        assert_eq!(
            Words::of(Lang::En, Some(&map)).say("stage.deposit"),
            "at deposit"
        );
    }

    #[test]
    fn numbers_dates_and_distances_read_as_people_write_them() {
        let (en, cy) = (Words::of(Lang::En, None), Words::of(Lang::Cy, None));
        assert_eq!(
            en.count("answer.areas", 1, &[]),
            "1 policy area applies here."
        );
        assert_eq!(
            en.count("answer.areas", 3, &[]),
            "3 policy areas apply here."
        );
        assert_eq!(
            cy.count("answer.areas", 3, &[]),
            "Mae 3 ardal bolisi yn berthnasol yma."
        );
        let date = |text: &str| PartialDate::parse(text).expect("a date");
        assert_eq!(en.date(date("2013-10-24")), "24 October 2013");
        assert_eq!(cy.date(date("2013-10-24")), "24 Hydref 2013");
        assert_eq!(
            (en.date(date("1984-03")), en.date(date("1984"))),
            ("March 1984".into(), "1984".into())
        );
        let told: Vec<_> = [0.0, 1.24, 9.97, 34.21, 999.4, 1240.0]
            .map(|metres| en.distance(metres))
            .into();
        assert_eq!(told, ["0.0 m", "1.2 m", "10 m", "34 m", "999 m", "1.2 km"]);
    }

    #[test]
    fn what_came_from_a_file_cannot_become_markup_and_is_marked_as_english_on_a_welsh_page() {
        let hostile = Text::english("<b>\"&'\u{7}");
        let (en, cy) = (Words::of(Lang::En, None), Words::of(Lang::Cy, None));
        assert_eq!(
            en.told(&hostile).to_string(),
            "&lt;b&gt;&#34;&amp;&#39;\u{fffd}"
        );
        assert!(
            cy.told(&hostile)
                .to_string()
                .starts_with("<span lang=\"en\">&lt;b")
        );
        assert_eq!(
            cy.told(&Text::bilingual("a", Some("b".into()))).to_string(),
            "b"
        );
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_is_not_filled_again() {
        assert_eq!(
            fill("{a} and {b}", &[("a", "{b}"), ("b", "x")]),
            "{b} and x"
        );
        assert_eq!(fill("{unknown} {", &[]), "{unknown} {");
    }
}
