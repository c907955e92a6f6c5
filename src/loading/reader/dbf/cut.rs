//! Texts that a dBASE column had no room for: they end with its last byte, and nothing else says so.
//!
//! A column may be as wide as its longest text, and codes of one length fill theirs always. So a column is
//! told where two different texts fill it and others do not, where it has the greatest width that there is,
//! or where a letter of UTF-8 is cut in two.

use super::Layout;
use crate::loading::finding::{Finding, Kind};
use crate::loading::reader::columns::Columns;
use encoding_rs::{Encoding, UTF_8};

/// Narrower columns hold codes, and words that were chosen to fit.
const MIN_WIDTH: usize = 20;
/// The width of a text where nobody chose one, and the greatest that there is.
const WIDEST: usize = 254;

/// What has been seen of each field.
pub struct Widths(Vec<Seen>);

#[derive(Default, Clone)]
struct Seen {
    full: u64,
    shorter: bool,
    /// Two different texts fill the field.
    differ: bool,
    halved: bool,
    first: Option<(u64, Vec<u8>)>,
}

impl Widths {
    pub fn over(layout: &Layout) -> Self {
        Self(vec![Seen::default(); layout.fields.len()])
    }

    /// Looks at a record; `row` counts those that are not deleted.
    pub fn see(&mut self, layout: &Layout, row: u64, record: &[u8]) {
        for (field, seen) in layout.fields.iter().zip(&mut self.0) {
            if field.kind != b'C' || field.length < MIN_WIDTH {
                continue;
            }
            let bytes = &record[field.start..field.start + field.length];
            let blank = |byte: &u8| matches!(byte, 0 | b' ');
            match (bytes.first(), bytes.last()) {
                (Some(first), Some(last)) if !blank(first) && !blank(last) => seen.fill(row, bytes),
                _ => seen.shorter |= !bytes.iter().all(blank),
            }
        }
    }

    /// One finding for each column whose texts may be cut.
    pub fn findings(
        self,
        layout: &Layout,
        columns: &Columns,
        encoding: &'static Encoding,
    ) -> Vec<Finding> {
        let fields = layout.fields.iter().zip(self.0);
        let told = fields.filter_map(|(field, seen)| {
            let halved = seen.halved && encoding == UTF_8;
            let widest = field.length >= WIDEST;
            let (row, bytes) = seen.first.as_ref()?;
            if !(halved || widest || (seen.differ && seen.shorter)) {
                return None;
            }
            let kind = Kind::CutText {
                values: seen.full,
                width: field.length as u64,
            };
            let text = encoding.decode_without_bom_handling(bytes).0;
            // What shows whether a text is cut is its end.
            let letters = text.chars().count();
            let end: String = text.chars().skip(letters.saturating_sub(60)).collect();
            let end = if letters > 60 {
                format!("…{end}")
            } else {
                end
            };
            let name = &columns.names()[field.column];
            Some(Finding::new(kind).of_value(name, &end).at_row(*row))
        });
        told.collect()
    }
}

impl Seen {
    fn fill(&mut self, row: u64, bytes: &[u8]) {
        self.full += 1;
        let halved = std::str::from_utf8(bytes).is_err_and(|e| e.error_len().is_none());
        self.halved |= halved;
        match &self.first {
            Some((_, first)) => self.differ |= first != bytes,
            None => self.first = Some((row, bytes.to_vec())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use crate::loading::finding::Kind;

    /// What is told of a table of one text column.
    fn told(width: u8, texts: &[&str]) -> Option<(Option<u64>, Kind, Option<String>)> {
        let mut bytes = vec![0; 32];
        bytes[0] = 3;
        bytes[4..8].copy_from_slice(&(texts.len() as u32).to_le_bytes());
        bytes[8..10].copy_from_slice(&65_u16.to_le_bytes());
        bytes[10..12].copy_from_slice(&(u16::from(width) + 1).to_le_bytes());
        let mut descriptor = [0; 32];
        descriptor[..4].copy_from_slice(b"NAME");
        descriptor[11] = b'C';
        descriptor[16] = width;
        bytes.extend(descriptor);
        bytes.push(0x0d);
        for text in texts {
            let mut cell = vec![b' '; usize::from(width)];
            let length = text.len().min(cell.len());
            cell[..length].copy_from_slice(&text.as_bytes()[..length]);
            bytes.push(b' ');
            bytes.extend(cell);
        }
        let table = read(&bytes, Some("UTF-8")).expect("a table");
        let note = table
            .notes
            .into_iter()
            .find(|note| note.kind.word() == "cut-text")?;
        Some((note.row, note.kind, note.value))
    }

    #[test]
    fn texts_that_fill_their_column_are_told_with_their_number() {
        let (row, kind, value) = told(
            20,
            &[
                "short",
                "Land to the north of the mill",
                "Land to the south of the river",
            ],
        )
        .expect("cut");
        assert_eq!(row, Some(2));
        assert_eq!(
            kind,
            Kind::CutText {
                values: 2,
                width: 20
            }
        );
        assert_eq!(value.as_deref(), Some("Land to the north of"));
        let long = "Policy ".repeat(60);
        let (_, kind, value) = told(254, &["short", &long]).expect("cut at the greatest width");
        assert_eq!(
            kind,
            Kind::CutText {
                values: 1,
                width: 254
            }
        );
        assert!(value.expect("its end").starts_with('…'));
    }

    #[test]
    fn a_letter_cut_in_two_is_enough() {
        assert!(told(20, &["Caeau ger y Tŷ Mawŷ"]).is_some());
    }

    #[test]
    fn codes_of_one_length_and_columns_as_wide_as_their_longest_text_are_not_told() {
        let codes = ["{0F1E2D3C-4B5A-6978}", "{1F1E2D3C-4B5A-6978}"];
        assert_eq!(told(20, &codes), None);
        assert_eq!(told(20, &["short", "Land north of a mill"]), None);
        assert_eq!(told(6, &["abcdef", "ghijkl", "m"]), None);
    }
}
