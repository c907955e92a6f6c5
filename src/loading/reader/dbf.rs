//! The dBASE table beside a shapefile → columns and values, in the encoding that its `.cpg` names, that
//! its language byte means, or that its bytes betray.
//!
//! Written here because `dbase` skips a record marked as deleted without telling, and every shape after
//! it would get its neighbour's attributes; and because one overflowed number (`*****`) would end the file.

mod cut;

use super::ReadError;
use super::columns::Columns;
use crate::loading::finding::{Finding, Kind};
use crate::policy::Value;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// A table, record by record; `None` where a record is marked as deleted.
#[derive(Debug)]
pub struct Table {
    pub columns: Columns,
    pub records: Vec<Option<Vec<(usize, Value)>>>,
    pub notes: Vec<Finding>,
}

struct Field {
    /// Its name as it stands.
    name: Vec<u8>,
    column: usize,
    kind: u8,
    start: usize,
    length: usize,
    decimals: u8,
}

struct Layout {
    records: usize,
    first: usize,
    record_bytes: usize,
    language: u8,
    fields: Vec<Field>,
}

/// Reads a table; `label` is what its `.cpg` says.
pub fn read(bytes: &[u8], label: Option<&str>) -> Result<Table, ReadError> {
    let mut layout =
        layout(bytes).ok_or_else(|| ReadError::unreadable("the header of its .dbf is damaged"))?;
    let record = |index: usize| {
        let start = layout.first + index * layout.record_bytes;
        bytes.get(start..start + layout.record_bytes)
    };
    let mut notes = Vec::new();
    let encoding = encoding(&layout, label, &mut notes, || {
        (0..layout.records).map_while(record)
    });
    let mut columns = Columns::default();
    for field in &mut layout.fields {
        field.column = columns.add(&name(&field.name, encoding));
    }
    let mut undecodable = 0;
    let mut widths = cut::Widths::over(&layout);
    let mut row = 0;
    let mut records = Vec::new();
    for index in 0..layout.records {
        let Some(record) = record(index) else {
            return Err(ReadError::after(index, "its .dbf ends in the middle"));
        };
        let deleted = record[0] == b'*';
        if !deleted {
            row += 1;
            widths.see(&layout, row, record);
        }
        records.push((!deleted).then(|| values(&layout, record, encoding, &mut undecodable)));
    }
    notes.extend(widths.findings(&layout, &columns, encoding));
    if undecodable > 0 {
        notes.push(Finding::new(Kind::UndecodableText {
            encoding: encoding.name().to_owned(),
            values: undecodable,
        }));
    }
    Ok(Table {
        columns,
        records,
        notes,
    })
}

/// A column's name; of ten bytes, the last may be half a letter.
fn name(bytes: &[u8], encoding: &'static Encoding) -> String {
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if encoding == UTF_8 && error.error_len().is_none() => {
            &bytes[..error.valid_up_to()]
        }
        _ => bytes,
    };
    let (name, faulty) = encoding.decode_without_bom_handling(whole);
    if faulty {
        WINDOWS_1252.decode(bytes).0.trim().to_owned()
    } else {
        name.trim().to_owned()
    }
}

fn layout(bytes: &[u8]) -> Option<Layout> {
    let short = |at: usize| Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    let records = u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?) as usize;
    let (first, record_bytes) = (usize::from(short(8)?), usize::from(short(10)?));
    let mut fields = Vec::new();
    let mut start = 1; // after the mark for deletion
    for descriptor in bytes.get(32..first)?.chunks_exact(32) {
        if matches!(descriptor[0], 0x0d | 0) {
            break;
        }
        let name_end = descriptor[..11].iter().position(|&b| b == 0).unwrap_or(11);
        let length = usize::from(descriptor[16]);
        fields.push(Field {
            name: descriptor[..name_end].to_vec(),
            column: fields.len(),
            kind: descriptor[11],
            start,
            length,
            decimals: descriptor[17],
        });
        start += length;
    }
    // A record of no bytes would be repeated for ever.
    (record_bytes >= start).then_some(Layout {
        records,
        first,
        record_bytes,
        language: bytes[29],
        fields,
    })
}

/// How many records a table's header announces, less those marked as deleted; `None` where it is damaged.
pub fn live_records(bytes: &[u8]) -> Option<u64> {
    let layout = layout(bytes)?;
    let deleted = (0..layout.records)
        .map_while(|index| bytes.get(layout.first + index * layout.record_bytes))
        .filter(|&&mark| mark == b'*')
        .count();
    Some((layout.records - deleted) as u64)
}

/// Decides the encoding and says so where nothing was declared.
fn encoding<'a, R: Iterator<Item = &'a [u8]>>(
    layout: &Layout,
    label: Option<&str>,
    notes: &mut Vec<Finding>,
    records: impl Fn() -> R,
) -> &'static Encoding {
    let told = || told_by_bytes(layout, records());
    if let Some(label) = label.map(str::trim).filter(|label| !label.is_empty()) {
        return of_label(label).unwrap_or_else(|| {
            let used = told().unwrap_or(WINDOWS_1252);
            notes.push(Finding::new(Kind::EncodingUnknown {
                declared: crate::loading::finding::shown(label),
                used: used.name().to_owned(),
            }));
            used
        });
    }
    let Some(told) = told() else {
        return UTF_8; // ASCII alone
    };
    // Many writers put 0x57 (Windows ANSI) there and mean nothing by it: UTF-8 that holds is believed first.
    let by_byte = matches!(layout.language, 0x03 | 0x57) && told == WINDOWS_1252;
    if !by_byte {
        notes.push(Finding::new(Kind::EncodingGuessed {
            encoding: told.name().to_owned(),
        }));
    }
    told
}

/// UTF-8 where all letters beyond ASCII are, else Windows-1252; `None` where there are none.
fn told_by_bytes<'a>(
    layout: &Layout,
    records: impl Iterator<Item = &'a [u8]>,
) -> Option<&'static Encoding> {
    let mut any = false;
    let mut holds = |bytes: &[u8]| {
        any |= !bytes.is_ascii();
        is_utf8(bytes)
    };
    for record in records {
        for field in layout.fields.iter().filter(|field| field.kind == b'C') {
            if !holds(&record[field.start..field.start + field.length]) {
                return Some(WINDOWS_1252);
            }
        }
    }
    if any {
        return Some(UTF_8);
    }
    // Names tell where values do not.
    let mut names = layout.fields.iter().map(|field| field.name.as_slice());
    if names.clone().all(<[u8]>::is_ascii) {
        return None;
    }
    Some(if names.all(is_utf8) {
        UTF_8
    } else {
        WINDOWS_1252
    })
}

/// Whether bytes are UTF-8; a last letter cut in two by the end of its field is so too.
fn is_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).map_or_else(
        |error| error.error_len().is_none() && bytes.len() - error.valid_up_to() < 4,
        |_| true,
    )
}

/// Labels as `.cpg` files have them: `UTF-8`, `65001`, `CP1252`, `1252`, `ANSI 1252`, `ISO-8859-14`, `88591`.
pub fn of_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim_start_matches('\u{feff}').trim();
    if let Some(encoding) = Encoding::for_label(label.as_bytes()) {
        return Some(encoding);
    }
    let figures: String = label.chars().filter(char::is_ascii_digit).collect();
    let name = match figures.as_str() {
        "65001" => "utf-8".to_owned(),
        "936" => "gbk".to_owned(),
        "932" => "shift_jis".to_owned(),
        "874" => "windows-874".to_owned(),
        four if four.len() == 4 && four.starts_with("125") => format!("windows-{four}"),
        iso if iso.starts_with("8859") && iso.len() > 4 => format!("iso-8859-{}", &iso[4..]),
        _ => return None,
    };
    Encoding::for_label(name.as_bytes())
}

fn values(
    layout: &Layout,
    record: &[u8],
    encoding: &'static Encoding,
    undecodable: &mut u64,
) -> Vec<(usize, Value)> {
    let mut values = Vec::new();
    for field in &layout.fields {
        let bytes = &record[field.start..field.start + field.length];
        let value = match field.kind {
            b'C' => text(bytes, encoding, undecodable),
            b'N' | b'F' => number(bytes, field.decimals),
            b'L' => flag(bytes),
            b'D' => date(bytes),
            b'I' if bytes.len() == 4 => {
                let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
                Some(Value::Integer(i32::from_le_bytes(bytes).into()))
            }
            // Memos stand in another file, which shapefiles do not have.
            _ => None,
        };
        values.extend(value.map(|value| (field.column, value)));
    }
    values
}

fn text(bytes: &[u8], encoding: &'static Encoding, undecodable: &mut u64) -> Option<Value> {
    let end = bytes.iter().position(|&b| b == 0).unwrap_or(bytes.len());
    let mut bytes = bytes[..end].trim_ascii();
    if encoding == UTF_8
        && let Err(error) = std::str::from_utf8(bytes)
        && error.error_len().is_none()
    {
        bytes = &bytes[..error.valid_up_to()];
    }
    let (text, _, faulty) = encoding.decode(bytes);
    *undecodable += u64::from(faulty);
    let text = text.trim();
    (!text.is_empty()).then(|| Value::Text(text.to_owned()))
}

/// A number; blanks, asterisks and the like are no value.
fn number(bytes: &[u8], decimals: u8) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if decimals == 0
        && let Ok(integer) = text.parse()
    {
        return Some(Value::Integer(integer));
    }
    let number: f64 = text.replace(',', ".").parse().ok()?;
    number.is_finite().then_some(Value::Number(number))
}

fn flag(bytes: &[u8]) -> Option<Value> {
    match bytes.first()? {
        b'T' | b't' | b'Y' | b'y' | b'1' => Some(Value::Flag(true)),
        b'F' | b'f' | b'N' | b'n' | b'0' => Some(Value::Flag(false)),
        _ => None,
    }
}

/// `20131024` as `2013-10-24`; all zeros are no date.
fn date(bytes: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let figures = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    if !figures {
        return (!text.is_empty() && !text.contains('\0')).then(|| Value::Text(text.to_owned()));
    }
    (text != "00000000")
        .then(|| Value::Text(format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of one text and one number column.
    fn table(records: &[(u8, &[u8], &str)]) -> Vec<u8> {
        let mut bytes = vec![0; 32];
        bytes[0] = 3;
        bytes[4..8].copy_from_slice(&(records.len() as u32).to_le_bytes());
        bytes[8..10].copy_from_slice(&97_u16.to_le_bytes());
        bytes[10..12].copy_from_slice(&12_u16.to_le_bytes());
        for (name, kind, length) in [("NAME", b'C', 6), ("N", b'N', 5)] {
            let mut descriptor = [0; 32];
            descriptor[..name.len()].copy_from_slice(name.as_bytes());
            descriptor[11] = kind;
            descriptor[16] = length;
            bytes.extend(descriptor);
        }
        bytes.push(0x0d);
        for (mark, name, number) in records {
            bytes.push(*mark);
            let mut cell = [b' '; 6];
            cell[..name.len()].copy_from_slice(name);
            bytes.extend(cell);
            bytes.extend(format!("{number:>5}").bytes());
        }
        bytes
    }

    #[test]
    fn a_deleted_record_keeps_its_place() {
        let bytes = table(&[
            (b' ', b"one", "1"),
            (b'*', b"two", "2"),
            (b' ', b"three", "*****"),
        ]);
        let table = read(&bytes, None).expect("a table");
        assert_eq!(table.columns.names(), ["NAME", "N"]);
        assert_eq!(table.records[1], None);
        let third = table.records[2].as_ref().expect("kept");
        assert_eq!(third, &[(0, Value::Text("three".to_owned()))]);
    }

    #[test]
    fn names_of_columns_are_in_the_encoding_of_the_table() {
        let names = |name: &[u8], label| {
            let mut bytes = table(&[(b' ', b"one", "1")]);
            bytes[32..43].fill(0);
            bytes[32..32 + name.len()].copy_from_slice(name);
            let table = read(&bytes, label).expect("a table");
            table.columns.names()[0].clone()
        };
        assert_eq!(names("TŶ".as_bytes(), Some("UTF-8")), "TŶ");
        assert_eq!(names("TŶ".as_bytes(), None), "TŶ");
        assert_eq!(names(b"T\xde", Some("ISO-8859-14")), "TŶ");
        assert_eq!(names(b"\xd4L", None), "ÔL");
        // Ten bytes, of which the last begins a letter.
        assert_eq!(
            names(&"CYFEIRIADŴ".as_bytes()[..10], Some("UTF-8")),
            "CYFEIRIAD"
        );
        // What is not of the declared encoding is read as it always was.
        assert_eq!(names(b"\xd4L", Some("UTF-8")), "ÔL");
    }

    #[test]
    fn the_encoding_comes_from_the_label_or_the_bytes() {
        let name = |bytes: &[u8], label| {
            let table = read(&table(&[(b' ', bytes, "1")]), label).expect("a table");
            let notes = table.notes.len();
            (
                table.records[0].as_ref().expect("kept")[0].1.to_string(),
                notes,
            )
        };
        assert_eq!(name("Tŷ".as_bytes(), None), ("Tŷ".to_owned(), 1));
        assert_eq!(name(b"M\xf4n", None), ("Môn".to_owned(), 1));
        assert_eq!(name(b"T\xfe", Some("ISO-8859-14")), ("Tŷ".to_owned(), 0));
        assert_eq!(name(b"M\xf4n", Some("ANSI 1252\n")), ("Môn".to_owned(), 0));
        assert_eq!(name(b"M\xf4n", Some("klingon")), ("Môn".to_owned(), 1));
        assert_eq!(
            name("abcdeŷ".as_bytes().first_chunk::<6>().expect("six"), None).0,
            "abcde"
        );
        assert_eq!(name(b"plain", None).1, 0);
    }

    #[test]
    fn a_damaged_table_is_refused() {
        let bytes = table(&[(b' ', b"one", "1"), (b' ', b"two", "2")]);
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length], None).is_err(), "{length}");
        }
        let mut endless = bytes.clone();
        endless[10..12].fill(0);
        assert!(read(&endless, None).is_err());
    }

    #[test]
    fn dates_become_iso() {
        assert_eq!(
            date(b"20131024"),
            Some(Value::Text("2013-10-24".to_owned()))
        );
        assert_eq!(date(b"00000000"), None);
        assert_eq!(date(b"        "), None);
    }
}
