//! Rows as questions: which place each asks about, and for which day.

use super::TableFault;
use super::records::{Form, Record, RecordFault, Records, cells};
use crate::answer::batch::ROWS_AT_ONCE;
use crate::places::{Place, PlaceColumns, RowFault};
use crate::wire::lookups::{apart, json_object, json_text, members};
use jiff::civil::Date;
use std::borrow::Cow;
use std::io::{self, Read};

/// Characters of a header that a refusal lists.
const MAX_LISTED: usize = 400;

/// The name of the one column that objects have in a table of answers.
const INPUT: &str = "input";

/// A table whose columns are known, or a list of objects.
#[derive(Debug)]
pub struct Table<R> {
    records: Records<R>,
    asked: Asked,
}

/// What is known of all rows of a table.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    form: Form,
    /// Names of the columns that came, no two alike.
    pub names: Vec<String>,
    /// Whether a byte order mark stood before them.
    pub had_mark: bool,
    columns: Option<PlaceColumns>,
}

/// What comes of a table: its rows, and perhaps a reason why there are no more.
#[derive(Debug)]
pub(super) enum Item {
    Row(Record),
    /// More rows than are answered.
    TooMany(u64),
    Broken(io::Error),
}

/// One row.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// Its cells as they came; of an object, the one text.
    pub cells: Vec<Cow<'a, str>>,
    pub question: Result<Question, Unanswerable>,
}

/// What a row asks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    pub place: Place,
    pub on: Option<Date>,
}

/// Why a row asks nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unanswerable {
    Record(RecordFault),
    /// More or fewer cells than the header has.
    Cells {
        found: usize,
        expected: usize,
    },
    /// A line that is no JSON object.
    Object,
    /// An object that names no place.
    Members,
    NoPlace(RowFault),
    /// A text that is no day.
    Day(String),
}

impl<R: Read> Table<R> {
    /// Reads the beginning of a table: of CSV the header. Where no form is named, JSON is known by its first brace.
    ///
    /// # Errors
    /// A source that cannot be read, holds nothing, or has no column that names a place.
    pub fn open(source: R, form: Option<Form>) -> Result<Self, TableFault> {
        let mut records = Records::open(source, form)?;
        if records.is_utf16() {
            return Err(TableFault::Utf16);
        }
        let had_mark = records.take_mark();
        let form = records.form();
        if form == Form::Lines {
            let asked = Asked {
                form,
                names: vec![INPUT.to_owned()],
                had_mark,
                columns: None,
            };
            return Ok(Self { records, asked });
        }
        let header = records.next()?.ok_or(TableFault::Nothing)?;
        if header.fault.is_some() {
            return Err(TableFault::Header);
        }
        let text = text(&header.bytes);
        let names: Vec<String> = cells(&text).into_iter().map(Cow::into_owned).collect();
        let columns = PlaceColumns::recognise(names.iter().map(String::as_str));
        let columns = columns.ok_or_else(|| {
            let listed: String = names.join(", ").chars().take(MAX_LISTED).collect();
            TableFault::Columns(listed)
        })?;
        records.set_width(names.len());
        let asked = Asked {
            form,
            names: apart(&names),
            had_mark,
            columns: Some(columns),
        };
        Ok(Self { records, asked })
    }

    /// How the rows are written.
    #[must_use]
    pub fn form(&self) -> Form {
        self.asked.form
    }

    pub(super) fn columns(&self) -> Asked {
        self.asked.clone()
    }

    /// The rows, as many at once as are at hand, up to `max_rows`.
    pub(super) fn handfuls(self, max_rows: Option<u64>) -> impl Iterator<Item = Vec<Item>> {
        let mut records = self.records;
        let mut left = max_rows;
        let mut ended = false;
        std::iter::from_fn(move || {
            let mut handful = Vec::with_capacity(ROWS_AT_ONCE);
            while !ended && handful.len() < ROWS_AT_ONCE {
                // Nobody waits for rows to come while there are some that could be answered.
                let next = if handful.is_empty() {
                    records.next()
                } else {
                    match records.at_hand() {
                        Some(record) => Ok(Some(record)),
                        None => break,
                    }
                };
                match (next, &mut left) {
                    (Ok(None), _) => ended = true,
                    (Ok(Some(_)), Some(0)) => {
                        ended = true;
                        handful.push(Item::TooMany(max_rows.unwrap_or_default()));
                    }
                    (Ok(Some(record)), left) => {
                        *left = left.map(|left| left - 1);
                        handful.push(Item::Row(record));
                    }
                    (Err(error), _) => {
                        ended = true;
                        handful.push(Item::Broken(error));
                    }
                }
            }
            (!handful.is_empty()).then_some(handful)
        })
    }
}

impl Asked {
    /// Reads a row.
    pub(super) fn row<'a>(&self, record: &'a Record) -> Row<'a> {
        let text = text(&record.bytes);
        if let Some(fault) = record.fault {
            return Row {
                cells: vec![text],
                question: Err(Unanswerable::Record(fault)),
            };
        }
        match &self.columns {
            Some(columns) => self.of_cells(columns, text),
            None => of_object(text),
        }
    }

    fn of_cells<'a>(&self, columns: &PlaceColumns, text: Cow<'a, str>) -> Row<'a> {
        let cells = match text {
            Cow::Borrowed(text) => cells(text),
            Cow::Owned(text) => cells(&text)
                .into_iter()
                .map(|cell| Cow::Owned(cell.into_owned()))
                .collect(),
        };
        let (found, expected) = (cells.len(), self.names.len());
        // Empty cells beyond the last column are what some programs put there.
        let ragged = found < expected
            || cells[expected..]
                .iter()
                .any(|cell: &Cow<'_, str>| !cell.is_empty());
        let question = if ragged {
            Err(Unanswerable::Cells { found, expected })
        } else {
            question(columns, |column| &cells[column])
        };
        Row { cells, question }
    }

    /// A row for what is no row.
    pub(super) fn no_row(&self) -> Row<'static> {
        Row {
            cells: Vec::new(),
            question: Err(Unanswerable::Members),
        }
    }

    /// What came, as JSON.
    pub(super) fn input(&self, row: &Row<'_>) -> String {
        match (self.form, row.cells.as_slice()) {
            (_, []) => "null".to_owned(),
            (Form::Csv, cells) => json_object(&self.names, cells),
            (Form::Lines, [text, ..]) => match row.question {
                Err(Unanswerable::Object | Unanswerable::Record(_)) => json_text(text),
                // A line that was read as an object is one, and stands here as it came.
                _ => text.trim().to_owned(),
            },
        }
    }
}

fn of_object(text: Cow<'_, str>) -> Row<'_> {
    let question = match members(&text) {
        None => Err(Unanswerable::Object),
        Some(members) => {
            let names = members.iter().map(|(name, _)| name.as_str());
            match PlaceColumns::recognise(names) {
                None => Err(Unanswerable::Members),
                Some(columns) => question(&columns, |member| &members[member].1),
            }
        }
    };
    Row {
        cells: vec![text],
        question,
    }
}

fn question<'a>(
    columns: &PlaceColumns,
    cell: impl Fn(usize) -> &'a str,
) -> Result<Question, Unanswerable> {
    let on = columns.on.map_or("", |column| cell(column).trim());
    let on = if on.is_empty() {
        None
    } else {
        let day = on.parse::<Date>().ok().filter(|day| day.to_string() == on);
        Some(day.ok_or_else(|| Unanswerable::Day(on.to_owned()))?)
    };
    let place = columns.place(cell).map_err(Unanswerable::NoPlace)?;
    Ok(Question { place, on })
}

/// The text of a row. What is not UTF-8 was saved by a spreadsheet in the Windows code page.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8], max_rows: Option<u64>) -> Vec<String> {
        let table = Table::open(text, None).expect("a table");
        let asked = table.columns();
        let told = |item: Item| match item {
            Item::Row(record) => match asked.row(&record).question {
                Ok(question) => question.place.to_string(),
                Err(fault) => format!("{fault:?}"),
            },
            other => format!("{other:?}"),
        };
        table.handfuls(max_rows).flatten().map(told).collect()
    }

    #[test]
    fn a_table_without_a_place_is_refused_with_its_columns() {
        let refused = |text: &[u8]| Table::open(text, None).expect_err("no place").to_string();
        assert!(refused(b"colour,size\nred,9\n").ends_with("its columns are: colour, size"));
        assert!(refused(b"").starts_with("there are no rows"));
        assert!(refused(b"\xff\xfeu\0p\0").contains("UTF-16"));
        assert!(refused(b"\"uprn\n1\n").contains("header"));
    }

    #[test]
    fn rows_are_ragged_if_anything_would_be_lost_or_is_missing() {
        let text = b"uprn,note\n1,a\n2\n3,b,\n4,c,d\n";
        assert_eq!(
            rows(text, None),
            [
                "UPRN 1",
                "Cells { found: 1, expected: 2 }",
                "UPRN 3",
                "Cells { found: 3, expected: 2 }"
            ]
        );
    }

    #[test]
    fn rows_beyond_the_limit_are_one_word_and_rows_up_to_it_none() {
        let text = b"uprn\n1\n2\n3\n";
        assert_eq!(rows(text, Some(3)), ["UPRN 1", "UPRN 2", "UPRN 3"]);
        assert_eq!(rows(text, Some(2)), ["UPRN 1", "UPRN 2", "TooMany(2)"]);
    }

    #[test]
    fn a_name_in_the_windows_code_page_is_the_same_name() {
        assert_eq!(rows(b"name\nCaf\xe9 Royal\n", None), ["Café Royal"]);
        assert_eq!(rows("name\nCafé Royal\n".as_bytes(), None), ["Café Royal"]);
    }

    #[test]
    fn an_object_names_its_place_and_its_day() {
        let text = b"{\"uprn\": 12, \"on\": \"2020-02-29\"}\n{\"on\": \"1/2/2020\", \"uprn\": 1}\n{\"a\": 1}\n[1]\n";
        assert_eq!(
            rows(text, None),
            ["UPRN 12", "Day(\"1/2/2020\")", "Members", "Object"]
        );
    }
}
