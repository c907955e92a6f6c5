//! Postcodes as people type them: any spacing and case, half of one, and letters for figures.

/// Ways of reading a text as another postcode that are tried at most.
const MAX_READINGS: usize = 64;

/// A postcode in its printed form, or `None`. Spacing, case and stray marks are forgiven.
pub(super) fn printed(text: &str) -> Option<String> {
    let letters = letters(text)?;
    of_letters(&letters)
}

/// The letters and figures of a short text in capitals, or `None` where there is anything else than marks between them.
fn letters(text: &str) -> Option<String> {
    let mut letters = String::new();
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => letters.push(c.to_ascii_uppercase()),
            c if c.is_whitespace() => {}
            '-' | '.' | ',' | ';' | '_' => {}
            _ => return None,
        }
        if letters.len() > 7 {
            return None;
        }
    }
    Some(letters)
}

fn of_letters(letters: &str) -> Option<String> {
    if !(5..=7).contains(&letters.len()) {
        return None;
    }
    let (outward, inward) = letters.split_at(letters.len() - 3);
    let inward_fits = match inward.as_bytes() {
        [a, b, c] => a.is_ascii_digit() && b.is_ascii_uppercase() && c.is_ascii_uppercase(),
        _ => false,
    };
    (is_outward(outward) && inward_fits).then(|| format!("{outward} {inward}"))
}

/// Whether capital letters and figures are the first half of a postcode, such as `BA1` or `SW1A`.
fn is_outward(text: &str) -> bool {
    let area = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let district_fits = match &text.as_bytes()[area..] {
        [a] => a.is_ascii_digit(),
        [a, b] => a.is_ascii_digit() && b.is_ascii_alphanumeric(),
        _ => false,
    };
    (1..=2).contains(&area) && district_fits
}

/// The beginnings of printed postcodes that a text may be: `LL22 7` is one, `ll227` is that too, `M11` is
/// of `M11 …` and of `M1 1…`. None where it is not the beginning of a postcode.
pub(super) fn begun(text: &str) -> Vec<String> {
    let words: Vec<String> = text
        .split_whitespace()
        .map(str::to_ascii_uppercase)
        .collect();
    let whole = words.concat();
    if !whole.bytes().all(|b| b.is_ascii_alphanumeric()) || !(2..=6).contains(&whole.len()) {
        return Vec::new();
    }
    let mut beginnings = Vec::new();
    if is_outward(&whole) {
        beginnings.push(whole.clone());
    }
    for at in 2..whole.len() {
        let (outward, inward) = whole.split_at(at);
        let inward_fits = match inward.as_bytes() {
            [sector] => sector.is_ascii_digit(),
            [sector, unit] => sector.is_ascii_digit() && unit.is_ascii_uppercase(),
            _ => false,
        };
        if is_outward(outward) && inward_fits {
            beginnings.push(format!("{outward} {inward}"));
        }
    }
    // A space that was typed says where the first half ends.
    if let [outward, _] = &words[..] {
        beginnings.retain(|beginning| beginning.split(' ').next() == Some(outward));
    }
    beginnings
}

/// Whether a text is the beginning of a postcode as it stands, its space where it belongs: `BA1`, `BA1 1L`, but not
/// `BA11L`, which may be other things.
pub(super) fn is_begun(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    begun(text).contains(&words.join(" ").to_ascii_uppercase())
}

/// Other postcodes that a text may have been meant for: letters and figures that look alike, each read as
/// the other. Empty for what looks like no postcode at all.
pub(super) fn meant(text: &str) -> Vec<String> {
    let Some(typed) = letters(text).filter(|typed| (5..=7).contains(&typed.len())) else {
        return Vec::new();
    };
    let mut readings = vec![String::new()];
    for c in typed.chars() {
        let alike: &[char] = match c {
            '0' | 'O' => &['O', '0'],
            '1' | 'I' | 'L' => &['L', '1', 'I'],
            _ => &[],
        };
        let ways = || std::iter::once(c).chain(alike.iter().copied().filter(move |way| *way != c));
        let longer = readings
            .iter()
            .flat_map(|reading| ways().map(move |way| format!("{reading}{way}")));
        readings = longer.collect();
        if readings.len() > MAX_READINGS * 3 {
            return Vec::new();
        }
    }
    readings.retain(|reading| *reading != typed);
    let mut meant: Vec<String> = readings
        .iter()
        .filter_map(|reading| of_letters(reading))
        .collect();
    meant.truncate(MAX_READINGS);
    meant
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spacing_case_and_stray_marks_are_forgiven() {
        for text in [
            "ll227aa",
            "LL 22 7AA",
            " Ll22  7aA",
            "LL22-7AA",
            "LL22 7AA.",
            "L L 2 2 7 A A",
        ] {
            assert_eq!(printed(text).as_deref(), Some("LL22 7AA"), "{text}");
        }
        assert_eq!(printed("sw1a1aa").as_deref(), Some("SW1A 1AA"));
        for text in [
            "LL22 7A",
            "LLL2 7AA",
            "LL22/7AA",
            "LL22 7AA 1",
            "Llŷn 12",
            "",
        ] {
            assert_eq!(printed(text), None, "{text}");
        }
    }

    #[test]
    fn half_a_postcode_is_the_beginning_of_whole_ones() {
        assert_eq!(begun("LL22 7"), ["LL22 7"]);
        assert_eq!(begun("ll227"), ["LL22 7"]);
        assert_eq!(begun("LL22 7A"), ["LL22 7A"]);
        assert_eq!(begun("LL2"), ["LL2"]);
        assert_eq!(begun("m11"), ["M11", "M1 1"]);
        assert_eq!(begun("M1 1"), ["M1 1"]);
        assert!(is_begun("ba1 1l") && is_begun("M1") && !is_begun("SH123") && !is_begun("SH12 34"));
        for text in ["LL", "Abergele", "LL22 7AA", "12", "LL22 AA", "Stryd 1"] {
            assert!(begun(text).is_empty(), "{text}: {:?}", begun(text));
        }
    }

    #[test]
    fn letters_and_figures_that_look_alike_are_read_as_each_other() {
        for (typed, wanted) in [
            ("S01 4AB", "SO1 4AB"),
            ("LL22 7AO", ""),
            ("1L22 7AA", "LL22 7AA"),
            ("I1 1AA", "L1 1AA"),
            ("LLO1 7AA", "LL01 7AA"),
            ("LL22 OAA", "LL22 0AA"),
            ("BAI ILZ", "BA1 1LZ"),
        ] {
            let meant = meant(typed);
            assert!(
                wanted.is_empty() || meant.iter().any(|one| one == wanted),
                "{typed}: {meant:?}"
            );
            assert!(!meant.iter().any(|one| *one == typed), "{typed}");
        }
        assert!(meant("Abergele").is_empty());
        assert!(meant("0O1I0O1").is_empty() || meant("0O1I0O1").len() <= MAX_READINGS);
    }
}
