//! Text that was decoded by another encoding than it is written in: “TÅ·” for “Tŷ”, “Tþ” for “Tŷ”. It is
//! well-formed text, so nothing is mended: it is said, with what it would be.

use super::finding::{Finding, Kind, shown};
use super::reader::Contents;
use crate::policy::Value;
use encoding_rs::{Encoding, ISO_8859_14, UTF_8, WINDOWS_1252};
use std::collections::BTreeMap;

/// What a column has of one encoding.
struct Told {
    values: u64,
    row: u64,
    first: String,
    repaired: String,
}

/// Columns with text in another encoding: each once, with its first such value and how many it has.
pub fn find(contents: &Contents) -> Vec<Finding> {
    let mut told: BTreeMap<(usize, &'static str), Told> = BTreeMap::new();
    for row in &contents.rows {
        for (column, value) in &row.values {
            let Value::Text(text) = value else { continue };
            let Some((encoding, repaired)) = repaired(text) else {
                continue;
            };
            let known = told.entry((*column, encoding.name())).or_insert(Told {
                values: 0,
                row: row.number,
                first: text.clone(),
                repaired,
            });
            known.values += 1;
        }
    }
    let names = contents.columns.names();
    told.into_iter()
        .map(|((column, encoding), told)| {
            let kind = Kind::Mojibake {
                values: told.values,
                encoding,
                repaired: shown(&told.repaired),
            };
            Finding::new(kind)
                .of_value(&names[column], &told.first)
                .at_row(told.row)
        })
        .collect()
}

/// The encoding that a text is likely written in, and what it says then; `None` where it reads well.
fn repaired(text: &str) -> Option<(&'static Encoding, String)> {
    if text.is_ascii() {
        return None;
    }
    let bytes = as_read(text)?;
    // Letters of Windows-1252 form well-formed UTF-8 by accident hardly ever.
    if let Ok(text) = std::str::from_utf8(&bytes) {
        return Some((UTF_8, text.to_owned()));
    }
    // Eth and thorn stand where ISO-8859-14, made for Welsh, has ŵ and ŷ; no name of these islands has them.
    let welsh = text.contains(['ð', 'þ', 'Ð', 'Þ']);
    let (text, _, faulty) = ISO_8859_14.decode(&bytes);
    (welsh && !faulty).then(|| (ISO_8859_14, text.into_owned()))
}

/// The bytes that a text was read from, if it was read as Windows-1252 or Latin-1.
fn as_read(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        if let Ok(byte) = u8::try_from(letter) {
            bytes.push(byte);
            continue;
        }
        let mut utf8 = [0; 4];
        let (encoded, _, missing) = WINDOWS_1252.encode(letter.encode_utf8(&mut utf8));
        if missing {
            return None;
        }
        bytes.extend_from_slice(&encoded);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(&'static str, String)> {
        repaired(text).map(|(encoding, text)| (encoding.name(), text))
    }

    fn misread(text: &str, written: &'static Encoding) -> String {
        let (bytes, _, missing) = written.encode(text);
        assert!(!missing, "{text}");
        WINDOWS_1252
            .decode_without_bom_handling(&bytes)
            .0
            .into_owned()
    }

    #[test]
    fn utf8_read_as_windows_is_told_with_what_it_says() {
        for right in ["Tŷ Gŵyr", "Ŵ", "£5", "Owner’s land", "Môn – café"] {
            let wrong = misread(right, UTF_8);
            assert_ne!(wrong, right);
            assert_eq!(told(&wrong), Some(("UTF-8", right.to_owned())), "{wrong}");
        }
    }

    #[test]
    fn welsh_letters_of_iso_8859_14_are_told() {
        assert_eq!(told("Tþ Gðyr"), Some(("ISO-8859-14", "Tŷ Gŵyr".to_owned())));
    }

    #[test]
    fn text_that_reads_well_is_left_alone() {
        for right in [
            "Tŷ Gŵyr",
            "Môn",
            "Ynys Môn – café",
            "£5",
            "Brontë’s",
            "Ç",
            "plain",
            "日本",
        ] {
            assert_eq!(told(right), None, "{right}");
        }
    }
}
