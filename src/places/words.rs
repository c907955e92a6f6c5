//! Names as they are looked up: words without case, accents' marks and apostrophes, whole names as one
//! run of letters, and the other ways in which people write the same word.
//!
//! `Ty'n-y-groes`, `Tyn y Groes` and `tynygroes` have one key. Letters with accents stay here; the index
//! folds them (`unicode61 remove_diacritics 2`), in names and in what is typed alike.

use crate::policy::text::without_mark;
use std::collections::HashSet;

/// Words of a search at most.
pub(super) const MAX_WORDS: usize = 8;

/// Ways of writing what was typed that are tried at most.
const MAX_KEYS: usize = 6;

/// What people write for a word, and the words that it may stand for.
const SHORT: &[(&str, &[&str])] = &[
    ("st", &["street", "saint"]),
    ("saint", &["st"]),
    ("street", &["st"]),
    ("rd", &["road"]),
    ("ave", &["avenue"]),
    ("av", &["avenue"]),
    ("dr", &["drive"]),
    ("ln", &["lane"]),
    ("cl", &["close"]),
    ("cres", &["crescent"]),
    ("ct", &["court"]),
    ("sq", &["square"]),
    ("gdns", &["gardens"]),
    ("terr", &["terrace"]),
    ("pl", &["place"]),
];

/// What people type between letters of one word.
const APOSTROPHES: [char; 6] = ['\'', '’', '‘', 'ʼ', '`', '´'];

/// The words of a text: apostrophes and marks that stand over letters are no part of them, all else that
/// is neither letter nor figure divides.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        match c {
            '\u{300}'..='\u{36f}' => {}
            c if APOSTROPHES.contains(&c) => {}
            c if c.is_alphanumeric() => word.extend(c.to_lowercase()),
            _ if word.is_empty() => {}
            _ => words.push(std::mem::take(&mut word)),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// What a name is indexed under as a whole: its letters and figures in one run, with Saint written both ways.
pub(super) fn keys_of_name(name: &str) -> String {
    let words = words(name);
    let key = words.concat();
    let other = |word: &String| match word.as_str() {
        "saint" => "st".to_owned(),
        "st" => "saint".to_owned(),
        _ => word.clone(),
    };
    let twin: String = words.iter().map(other).collect();
    if twin == key {
        key
    } else {
        format!("{key} {twin}")
    }
}

/// The words that a name is indexed under: its own, what hyphens and apostrophes divide as one word, and what stands
/// before and behind an apostrophe, since `Rhodfa'r Môr` is asked for as `rhodfa mor`.
pub(super) fn words_of_name(name: &str) -> String {
    let mut all = words(name);
    for piece in name.split_whitespace() {
        let parts = words(&piece.replace(APOSTROPHES, " "));
        if parts.len() > 1 {
            all.push(parts.concat());
            all.extend(parts);
        }
    }
    let mut seen = HashSet::new();
    all.retain(|word| seen.insert(word.clone()));
    all.join(" ")
}

/// Whether a name holds all words of a text, each perhaps only begun, or is begun by the whole of it.
pub(super) fn holds(name: &str, text: &str) -> bool {
    let plain = |text: &str| -> Vec<String> {
        let words = words(text).into_iter();
        words
            .map(|word| word.chars().map(without_mark).collect())
            .collect()
    };
    let (key, name) = (plain(name).concat(), plain(&words_of_name(name)));
    let text = plain(text);
    let begins = |typed: &String| name.iter().any(|word| word.starts_with(typed));
    text.iter().all(begins) || key.starts_with(&text.concat())
}

/// One way in which a word or a whole text may be meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Way {
    pub text: String,
    /// It may be the beginning of something longer.
    pub open: bool,
}

/// What was typed, ready to be asked of the index.
#[derive(Debug)]
pub(super) struct Asked {
    /// The whole text as one run of letters, in the ways in which it may be meant.
    pub keys: Vec<Way>,
    /// Its words, each in the ways in which it may be meant.
    pub words: Vec<Vec<Way>>,
}

impl Asked {
    /// Reads what was typed; nothing where there is no word in it.
    pub(super) fn of(text: &str) -> Option<Self> {
        let typed: Vec<String> = words(text).into_iter().take(MAX_WORDS).collect();
        // The last word may be only begun; but a single letter alone begins half the gazetteer.
        let open = typed.len() > 1 || typed.first()?.chars().count() > 1;
        let last = typed.len() - 1;
        let words = typed.iter().enumerate();
        let words: Vec<Vec<Way>> = words
            .map(|(at, word)| ways_of(word, open && at == last))
            .collect();
        let mut keys = vec![Way::default()];
        for ways in &words {
            let longer = keys.iter().flat_map(|key| {
                ways.iter().map(|way| Way {
                    text: format!("{}{}", key.text, way.text),
                    open: way.open,
                })
            });
            keys = longer.take(MAX_KEYS).collect();
        }
        Some(Self { keys, words })
    }
}

/// The ways of a word. One that is shorter than what was typed is whole: `saint` begins nothing that `st` begins.
fn ways_of(word: &str, open: bool) -> Vec<Way> {
    let short = SHORT.iter().find(|(short, _)| *short == word);
    let long = short.map_or(&[][..], |(_, long)| long);
    let ways = std::iter::once(word).chain(long.iter().copied());
    ways.map(|way| Way {
        text: way.to_owned(),
        open: open && way.len() >= word.len(),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_key_however_it_is_divided() {
        for name in ["Ty'n-y-groes", "Ty’n y Groes", "TYN Y GROES", "tynygroes"] {
            assert_eq!(keys_of_name(name), "tynygroes", "{name}");
        }
        assert_eq!(keys_of_name("St. Asaph"), "stasaph saintasaph");
        assert_eq!(keys_of_name("Saint Asaph"), "saintasaph stasaph");
        assert_eq!(words_of_name("Betws-y-Coed"), "betws y coed betwsycoed");
        assert_eq!(words_of_name("Rhodfa'r Môr"), "rhodfar môr rhodfa r");
    }

    #[test]
    fn marks_over_letters_that_stand_by_themselves_divide_no_word() {
        assert_eq!(words("Lly\u{302}n"), ["llyn"]);
        assert_eq!(words("Llŷn Ŵyn"), ["llŷn", "ŵyn"]);
        assert!(words(" — '").is_empty());
    }

    #[test]
    fn a_name_holds_what_it_is_found_by() {
        for (name, text) in [
            ("Stryd yr Onnen", "stryd"),
            ("Stryd yr Onnen", "onn str"),
            ("Ty'n-y-groes", "tyn y gro"),
            ("Llŷn", "llyn"),
            ("Llyn", "LLŶN"),
            ("Rhodfa'r Môr", "rhodfa mor"),
        ] {
            assert!(holds(name, text), "{name}: {text}");
        }
        assert!(!holds("Ash Street", "stryd"));
        assert!(!holds("Ash Street", "ash lane"));
    }

    #[test]
    fn what_is_typed_short_stands_for_what_it_may_mean() {
        let texts =
            |ways: &[Way]| -> Vec<String> { ways.iter().map(|way| way.text.clone()).collect() };
        let asked = Asked::of("High St").expect("words");
        assert_eq!(texts(&asked.keys), ["highst", "highstreet", "highsaint"]);
        assert_eq!(texts(&asked.words[1]), ["st", "street", "saint"]);
        assert!(asked.keys.iter().all(|key| key.open) && !asked.words[0][0].open);
        let saint = Asked::of("Saint").expect("a word");
        assert_eq!(texts(&saint.keys), ["saint", "st"]);
        assert_eq!((saint.keys[0].open, saint.keys[1].open), (true, false));
        assert!(!Asked::of("a").expect("a word").keys[0].open);
        assert!(Asked::of("…").is_none());
        let many = "st ".repeat(20);
        let asked = Asked::of(&many).expect("words");
        assert_eq!((asked.words.len(), asked.keys.len()), (MAX_WORDS, MAX_KEYS));
    }
}
