//! Cuts what is read into rows, in bounded memory: rows of CSV (RFC 4180) or lines of JSON.
//!
//! Bytes go in, the bytes of each row come out, none passed over: an empty line is a row, unless only
//! empty lines come after it. A row that is too long, or in which a quotation mark is never closed,
//! comes out as faulty, and the line after it is the next row: a stray mark must not swallow a
//! thousand addresses. What the cells mean is not known here.

use crate::server::limits::MAX_ROW_BYTES;
use std::borrow::Cow;
use std::io::{self, Read};

/// Bytes that are read at once.
const READ_BYTES: usize = 64 * 1024;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object a line (NDJSON).
    Lines,
}

/// The bytes of one row, without the end of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub bytes: Vec<u8>,
    pub fault: Option<RecordFault>,
}

/// Why a row cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordFault {
    /// It has more than [`MAX_ROW_BYTES`]; those that are here are its first.
    TooLong,
    /// A quotation mark is not closed, or not where it can be.
    Quote,
}

/// Bytes of an overlong row that are kept, to know it by.
const KEPT_OF_LONG: usize = 60;

/// Where a reader of quotation marks is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// At the beginning of a cell.
    Begin,
    Plain,
    Quoted,
    /// After a mark in a quoted cell: its end, or the first of two that stand for one.
    Closing,
}

/// What is known of the row that is being looked through.
#[derive(Debug, Clone, Copy)]
struct Looked {
    /// Bytes looked through.
    bytes: usize,
    mark: Mark,
    cells: usize,
    /// Where the row's first line ends, if the row has several.
    line: Option<usize>,
    /// Every quoted cell ended where a cell may end.
    well_formed: bool,
}

const NOTHING: Looked = Looked {
    bytes: 0,
    mark: Mark::Begin,
    cells: 1,
    line: None,
    well_formed: true,
};

/// The rows of a source.
#[derive(Debug)]
pub(super) struct Records<R> {
    source: R,
    form: Form,
    /// What was read last, before it joins the buffer.
    read: Box<[u8]>,
    buffer: Vec<u8>,
    /// Where in the buffer the next row begins.
    start: usize,
    looked: Looked,
    ended: bool,
    /// The row before ended with a carriage return, whose line feed may still come.
    after_return: bool,
    /// The rest of an overlong line is passed over.
    passing: bool,
    /// Cells of the header: a row of several lines must have as many.
    width: Option<usize>,
    /// Empty lines that are rows once another row comes.
    empty: u64,
    /// The row that comes after them.
    held: Option<Record>,
}

impl<R: Read> Records<R> {
    /// The rows of a source, read as the first letter says: JSON if it is a brace, else CSV.
    ///
    /// # Errors
    /// A source that cannot be read, or is in UTF-16.
    pub(super) fn open(source: R, form: Option<Form>) -> io::Result<Self> {
        let mut records = Self {
            source,
            form: form.unwrap_or(Form::Csv),
            read: vec![0; READ_BYTES].into_boxed_slice(),
            buffer: Vec::new(),
            start: 0,
            looked: NOTHING,
            ended: false,
            after_return: false,
            passing: false,
            width: None,
            empty: 0,
            held: None,
        };
        let first = |buffer: &[u8]| buffer.iter().position(|byte| !byte.is_ascii_whitespace());
        while !records.ended
            && (records.buffer.len() < 3
                || first(&records.buffer).is_none() && records.buffer.len() < MAX_ROW_BYTES)
        {
            records.fill()?;
        }
        if form.is_none()
            && first(records.after_mark())
                .is_some_and(|at| records.buffer[records.mark_len() + at] == b'{')
        {
            records.form = Form::Lines;
        }
        Ok(records)
    }

    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// Whether the text is in UTF-16, by its byte order mark.
    pub(super) fn is_utf16(&self) -> bool {
        self.buffer.starts_with(b"\xff\xfe") || self.buffer.starts_with(b"\xfe\xff")
    }

    fn mark_len(&self) -> usize {
        if self.buffer.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        }
    }

    fn after_mark(&self) -> &[u8] {
        &self.buffer[self.mark_len()..]
    }

    /// Passes over the byte order mark; says whether there was one.
    pub(super) fn take_mark(&mut self) -> bool {
        self.start = self.mark_len();
        self.start > 0
    }

    /// Says how many cells the header has.
    pub(super) fn set_width(&mut self, cells: usize) {
        self.width = Some(cells);
    }

    /// The next row, or `None` at the end.
    ///
    /// # Errors
    /// The source broke off: what came of the row by then is none.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        loop {
            if let Some(record) = self.at_hand() {
                return Ok(Some(record));
            }
            if self.ended {
                return Ok(None);
            }
            self.fill()?;
        }
    }

    /// The next row, if all of it was read already.
    pub(super) fn at_hand(&mut self) -> Option<Record> {
        loop {
            if self.held.is_some() {
                if self.empty > 0 {
                    self.empty -= 1;
                    return Some(Record {
                        bytes: Vec::new(),
                        fault: None,
                    });
                }
                return self.held.take();
            }
            let record = self.cut()?;
            if record.bytes.is_empty() && record.fault.is_none() {
                self.empty += 1;
            } else {
                self.held = Some(record);
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let count = loop {
            match self.source.read(&mut self.read) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome?,
            }
        };
        self.buffer.extend_from_slice(&self.read[..count]);
        self.ended = count == 0;
        Ok(())
    }

    /// Cuts the next row off, empty ones too, or looks as far as there is something to look at.
    fn cut(&mut self) -> Option<Record> {
        if self.after_return && self.start < self.buffer.len() {
            self.start += usize::from(self.buffer[self.start] == b'\n');
            self.after_return = false;
        }
        if self.passing {
            let rest = &self.buffer[self.start..];
            let Some(end) = rest.iter().position(|&byte| byte == b'\n') else {
                self.start = self.buffer.len();
                return None;
            };
            self.start += end + 1;
            self.passing = false;
        }
        let end = self.look();
        let row = &self.buffer[self.start..];
        let looked = self.looked;
        match end {
            Some(end) => {
                let of_header = self.width.is_none_or(|width| width == looked.cells);
                if let Some(line) = looked.line
                    && !(looked.well_formed && of_header)
                {
                    return Some(self.take(line, Some(RecordFault::Quote)));
                }
                Some(self.take(end, None))
            }
            None if row.len() > MAX_ROW_BYTES => Some(match looked.line {
                Some(line) => self.take(line, Some(RecordFault::Quote)),
                None => {
                    let record = Record {
                        bytes: row[..KEPT_OF_LONG].to_vec(),
                        fault: Some(RecordFault::TooLong),
                    };
                    self.start = self.buffer.len();
                    self.looked = NOTHING;
                    self.passing = true;
                    record
                }
            }),
            None if self.ended && !row.is_empty() => {
                let open = looked.mark == Mark::Quoted;
                let well_formed = looked.well_formed && !open;
                let of_header = self.width.is_none_or(|width| width == looked.cells);
                match looked.line {
                    Some(line) if !(well_formed && of_header) => {
                        Some(self.take(line, Some(RecordFault::Quote)))
                    }
                    _ => Some(self.take(row.len(), open.then_some(RecordFault::Quote))),
                }
            }
            None => None,
        }
    }

    /// Looks on through the row; gives its end once that is found.
    fn look(&mut self) -> Option<usize> {
        let row = &self.buffer[self.start..];
        let looked = &mut self.looked;
        // A row that is too long is found out before it is looked through to its end.
        let row = &row[..row.len().min(MAX_ROW_BYTES + 1)];
        if self.form == Form::Lines {
            let rest = &row[looked.bytes..];
            let found = rest.iter().position(|&byte| byte == b'\n');
            let end = found.map(|at| looked.bytes + at);
            looked.bytes = row.len();
            return end;
        }
        for (at, &byte) in row.iter().enumerate().skip(looked.bytes) {
            let ends_line = byte == b'\n' || byte == b'\r';
            looked.mark = match (looked.mark, byte) {
                (Mark::Quoted, b'"') => Mark::Closing,
                (Mark::Quoted, _) => {
                    if ends_line {
                        looked.line = looked.line.or(Some(at));
                    }
                    Mark::Quoted
                }
                (_, _) if ends_line => {
                    looked.bytes = at;
                    return Some(at);
                }
                (_, b',') => {
                    looked.cells += 1;
                    Mark::Begin
                }
                (Mark::Begin, b'"') => Mark::Quoted,
                (Mark::Closing, b'"') => Mark::Quoted,
                (Mark::Closing, _) => {
                    looked.well_formed = false;
                    Mark::Plain
                }
                (Mark::Begin | Mark::Plain, _) => Mark::Plain,
            };
        }
        looked.bytes = row.len();
        None
    }

    /// Takes the row up to `end`, and the end of its line.
    fn take(&mut self, end: usize, fault: Option<RecordFault>) -> Record {
        let row = &self.buffer[self.start..];
        let mut bytes = row[..end].to_vec();
        let ending = row.get(end).copied();
        if self.form == Form::Lines && bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        self.after_return = ending == Some(b'\r');
        self.start += end + usize::from(ending.is_some());
        self.looked = NOTHING;
        Record { bytes, fault }
    }
}

/// The cells of a row of CSV, without their quotation marks.
pub(super) fn cells(row: &str) -> Vec<Cow<'_, str>> {
    let mut cells = Vec::new();
    let mut rest = row;
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let (cell, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                (Cow::Borrowed(cell), after)
            }
        };
        cells.push(cell);
        match after.strip_prefix(',') {
            Some(after) => rest = after,
            None => return cells,
        }
    }
}

/// A quoted cell behind its first mark, and what comes after it: nothing, or a comma and more.
fn unquoted(text: &str) -> (Cow<'_, str>, &str) {
    let (first, after) = text.split_once('"').unwrap_or((text, ""));
    if after.is_empty() || after.starts_with(',') {
        return (Cow::Borrowed(first), after);
    }
    let mut cell = first.to_owned();
    let mut rest = after;
    while let Some(doubled) = rest.strip_prefix('"') {
        let (more, after) = doubled.split_once('"').unwrap_or((doubled, ""));
        cell.push('"');
        cell.push_str(more);
        rest = after;
    }
    // What stands behind a closing mark, and should not, belongs to the cell.
    let (more, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
    cell.push_str(more);
    (Cow::Owned(cell), after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a few bytes at a time, as a slow line brings them.
    struct Trickle<'a>(&'a [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn rows_of(text: &[u8], width: Option<usize>, step: usize) -> Vec<Record> {
        let mut records = Records::open(Trickle(text, step), None).expect("opened");
        records.take_mark();
        records.width = width;
        let mut rows = Vec::new();
        while let Some(row) = records.next().expect("read") {
            rows.push(row);
        }
        rows
    }

    fn told(rows: &[Record]) -> Vec<String> {
        let fault = |record: &Record| match record.fault {
            None => String::new(),
            Some(fault) => format!(" {fault:?}"),
        };
        let text = |record: &Record| String::from_utf8_lossy(&record.bytes).into_owned();
        rows.iter()
            .map(|record| text(record) + &fault(record))
            .collect()
    }

    #[test]
    fn rows_end_as_any_system_ends_lines_and_empty_lines_are_rows_before_others() {
        let text =
            b"\xef\xbb\xbfuprn,note\r\n1,\"two\r\nlines\"\n\n2,\"a \"\"b\"\"\"\r3,x\r\n\r\n\n";
        for step in [1, 2, 7, 1000] {
            let rows = told(&rows_of(text, Some(2), step));
            let expected = [
                "uprn,note",
                "1,\"two\r\nlines\"",
                "",
                "2,\"a \"\"b\"\"\"",
                "3,x",
            ];
            assert_eq!(rows, expected, "{step} bytes at a time");
        }
        assert!(rows_of(b"\n\n", None, 1).is_empty());
    }

    #[test]
    fn a_stray_quotation_mark_spoils_its_own_row_alone() {
        for step in [1, 1000] {
            let never = rows_of(b"uprn,note\n1,\"a\n2,b\n3,c\n", Some(2), step);
            assert_eq!(told(&never), ["uprn,note", "1,\"a Quote", "2,b", "3,c"]);
            let later = rows_of(b"uprn,note\n1,\"a\n2,b\n3,\"c\n4,d\n", Some(2), step);
            assert_eq!(
                told(&later),
                ["uprn,note", "1,\"a Quote", "2,b", "3,\"c Quote", "4,d"]
            );
            let only = rows_of(b"uprn\n1\n\"2\n3\n", Some(1), step);
            assert_eq!(told(&only), ["uprn", "1", "\"2 Quote", "3"]);
            let last = rows_of(b"uprn\n\"1", Some(1), step);
            assert_eq!(told(&last), ["uprn", "\"1 Quote"]);
        }
    }

    #[test]
    fn an_overlong_row_is_passed_over_and_known_by_its_beginning() {
        let long = "9".repeat(MAX_ROW_BYTES * 3);
        for (text, kind) in [
            (format!("uprn\n1\n{long}\n2\n"), "TooLong"),
            (format!("uprn\n1\n\"{long}\n2\n"), "TooLong"),
        ] {
            for step in [1000, 1 << 20] {
                let rows = rows_of(text.as_bytes(), Some(1), step);
                let told = told(&rows);
                assert_eq!(told.len(), 4, "{told:?}");
                assert!(told[2].ends_with(kind) && told[2].len() < 80, "{}", told[2]);
                assert_eq!(told[3], "2");
            }
        }
        let just = "9".repeat(MAX_ROW_BYTES);
        let rows = rows_of(format!("{just}\n{just}9\n").as_bytes(), None, 4096);
        let faults: Vec<_> = rows.iter().map(|row| row.fault).collect();
        assert_eq!(faults, [None, Some(RecordFault::TooLong)]);
    }

    #[test]
    fn json_is_known_by_its_brace_and_cut_by_lines() {
        let text = b"\xef\xbb\xbf\n {\"place\": \"a \\\"b\"}\r\n{\"uprn\": 1}";
        let records = Records::open(&text[..], None).expect("opened");
        assert_eq!(records.form(), Form::Lines);
        let rows = told(&rows_of(text, None, 1));
        assert_eq!(
            rows,
            ["", " {\"place\": \"a \\\"b\"}", "{\"uprn\": 1}"],
            "an empty line is a row"
        );
        let utf16 = Records::open(&b"\xff\xfeu\0"[..], None).expect("opened");
        assert!(utf16.is_utf16());
    }

    #[test]
    fn what_broke_off_is_no_row() {
        struct Broken<'a>(&'a [u8]);
        impl Read for Broken<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                match self.0.read(buffer)? {
                    0 => Err(io::ErrorKind::ConnectionReset.into()),
                    count => Ok(count),
                }
            }
        }
        let mut records = Records::open(Broken(b"uprn\n100\n10"), None).expect("opened");
        assert_eq!(records.next().expect("read").expect("a row").bytes, b"uprn");
        assert_eq!(records.next().expect("read").expect("a row").bytes, b"100");
        records.next().expect_err("half a number is no number");
    }

    proptest! {
        /// Whatever comes, and in whatever pieces, the rows are the same, and no byte of a cell is lost.
        #[test]
        fn rows_do_not_depend_on_the_pieces_in_which_they_come(
            text in "([ab,\"{]|\r|\n){0,60}",
            width in proptest::option::of(1usize..4),
            step in 1usize..9,
        ) {
            let text = text.as_bytes();
            let whole = rows_of(text, width, 1000);
            prop_assert_eq!(&rows_of(text, width, step), &whole);
            let kept = |bytes: &[u8]| bytes.iter().filter(|byte| !b"\r\n".contains(byte)).count();
            let of_rows: usize = whole.iter().map(|row| kept(&row.bytes)).sum();
            prop_assert_eq!(of_rows, kept(text));
        }

        /// The csv crate writes and reads as RFC 4180 has it: an oracle for rows and cells.
        #[test]
        fn well_formed_tables_are_read_as_the_csv_crate_reads_them(
            table in proptest::collection::vec(
                proptest::collection::vec("[a,\"\r\n é]{0,6}", 3), 1..8),
            step in 1usize..9,
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).expect("written");
            }
            let text = writer.into_inner().expect("written");
            let read: Vec<Vec<String>> = rows_of(&text, Some(3), step)
                .iter()
                .map(|row| {
                    let row = std::str::from_utf8(&row.bytes).expect("UTF-8");
                    cells(row).into_iter().map(Cow::into_owned).collect()
                })
                .collect();
            prop_assert_eq!(read, table);
        }
    }
}
