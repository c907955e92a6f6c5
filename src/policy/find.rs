//! Policies that a text speaks of: by code, or by words of their titles.

use super::map::Map;
use super::plan::Policy;
use super::text::without_mark;

impl Map {
    /// The policies whose code or title, in either language, holds all the words of a text, each perhaps only
    /// begun; those of exactly this code first, then in the map's order. Case and diacritics do not matter.
    #[must_use]
    pub fn policies_about<'a>(&'a self, text: &str) -> Vec<&'a Policy> {
        let wanted = words(text);
        if wanted.is_empty() {
            return Vec::new();
        }
        let code = wanted.concat();
        let is_code = |policy: &Policy| words(&policy.code).concat() == code;
        let holds = |policy: &Policy| {
            let titles = [Some(&policy.title.en), policy.title.cy.as_ref()];
            let mut all = words(&policy.code);
            all.extend(titles.into_iter().flatten().flat_map(|title| words(title)));
            let begun = |word: &String| all.iter().any(|whole| whole.starts_with(word.as_str()));
            is_code(policy) || wanted.iter().all(begun)
        };
        let mut found: Vec<&Policy> = self
            .policies
            .iter()
            .filter(|policy| holds(policy))
            .collect();
        found.sort_by_key(|policy| !is_code(policy));
        found
    }
}

/// A small letter without its mark, and an apostrophe as keyboards write it.
fn bare(c: char) -> char {
    match c {
        '’' => '\'',
        other => without_mark(other),
    }
}

/// The words of a text in small letters without diacritics.
fn words(text: &str) -> Vec<String> {
    let folded: String = text.to_lowercase().chars().map(bare).collect();
    let words = folded.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Authority, Text};
    use std::collections::BTreeMap;

    fn map(policies: &[(&str, &str, &str)]) -> Map {
        let policy = |&(code, en, cy): &(&str, &str, &str)| Policy {
            plan: "ldp".to_owned(),
            code: code.to_owned(),
            title: Text::bilingual(en, Some(cy.to_owned())),
            summary: Text::default(),
            url: None,
        };
        Map {
            title: Text::english("Map"),
            authority: Authority::default(),
            plans: Vec::new(),
            neighbours: Vec::new(),
            layers: Vec::new(),
            policies: policies.iter().map(policy).collect(),
            wording: BTreeMap::new(),
            frame_ancestors: Vec::new(),
        }
    }

    #[test]
    fn a_policy_is_found_by_its_code_or_words_of_its_title_in_either_language() {
        let map = map(&[
            ("CTH/20", "Views", "Golygfeydd"),
            ("CTH/2", "Conservation areas", "Ardaloedd cadwraeth"),
            ("NTE/2", "Green wedges", "Lletemau glâs"),
        ]);
        let found = |text: &str| -> Vec<String> {
            let found = map.policies_about(text);
            found.iter().map(|policy| policy.code.clone()).collect()
        };
        for text in ["CTH/2", "cth 2", "cth2"] {
            assert_eq!(found(text)[0], "CTH/2", "{text}");
        }
        assert_eq!(
            found("cth/2"),
            ["CTH/2", "CTH/20"],
            "a code may be only begun"
        );
        assert_eq!(found("Conserv"), ["CTH/2"]);
        assert_eq!(found("ARDALOEDD CADWRAETH"), ["CTH/2"]);
        assert_eq!(found("lletemau glas"), ["NTE/2"]);
        assert_eq!(found("areas of conservation"), Vec::<String>::new());
        assert_eq!(found(" /, "), Vec::<String>::new());
    }
}
