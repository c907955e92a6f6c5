//! Many look-ups at once: rows in, the same rows with their answers out, in order, none left out.
//!
//! The server and the terminal do it alike. Rows come from any reader and leave through any writer,
//! in bounded memory; all are answered by one edition. A row without an answer says why in its place.

mod ahead;
mod records;
mod rows;

pub(super) use ahead::Ahead;
pub use records::Form;
pub use rows::Table;

use super::body::BodyFault;
use super::consult::Consultation;
use super::limits::{MAX_LOOKUP_TIME, MAX_ROW_BYTES};
use crate::answer::batch::{Takes, in_order};
use crate::answer::{IndexedEdition, Terms};
use crate::page::{Words, row};
use crate::places::{Gazetteer, ResolveError};
use crate::policy::Lang;
use crate::wire;
use crate::wire::lookups::Sheet;
use records::RecordFault;
use rows::{Asked, Item, Question, Row, Unanswerable};
use std::borrow::Cow;
use std::io::{self, Read, Write};

/// What the rows of a batch are asked, all alike.
#[derive(Clone)]
pub struct Batch<'a> {
    /// The edition.
    pub indexed: &'a IndexedEdition,
    /// Where postcodes, UPRNs and names are found.
    pub gazetteer: Option<&'a Gazetteer>,
    /// The day, where a row names none, the metres and the layers.
    pub terms: Terms,
    /// The language of sentences and of policies' addresses.
    pub lang: Lang,
    /// How answers are written.
    pub form: Form,
    /// Rows that are answered at most.
    pub max_rows: Option<u64>,
}

/// What came of the rows so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that were written.
    pub rows: u64,
    /// Those of them that have no answer.
    pub bad: u64,
    /// Those of them that have none because the gazetteer cannot be read.
    pub failed: u64,
}

/// Why a table is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TableFault {
    /// There is nothing in it.
    #[error("there are no rows; give CSV with a header, or one JSON object a line")]
    Nothing,
    /// No column names a place.
    #[error(
        "no column names a place; the table needs place, uprn, lat and lon, easting and northing, postcode or name, and its columns are: {0}"
    )]
    Columns(String),
    /// Its first row cannot be read.
    #[error(
        "the header cannot be read: it is longer than {MAX_ROW_BYTES} bytes, or a quotation mark in it is not closed"
    )]
    Header,
    /// It is not in UTF-8.
    #[error("the text is in UTF-16; save it as CSV in UTF-8")]
    Utf16,
    /// It cannot be read.
    #[error("the rows cannot be read: {0}")]
    Read(#[from] io::Error),
}

/// Why a batch ended before its last row.
#[derive(Debug, thiserror::Error)]
pub enum BatchFault {
    /// The rows broke off; those that came are answered, and the last line says so.
    #[error("the rows cannot be read to their end: {0}")]
    Read(io::Error),
    /// The answers cannot be written, or nobody wants them any more.
    #[error("the answers cannot be written: {0}")]
    Write(io::Error),
}

impl Batch<'_> {
    /// Answers all rows of a table. `told` hears of every row that was written.
    ///
    /// # Errors
    /// Rows that break off, and answers that cannot be written.
    pub fn answer<R: Read + Send>(
        &self,
        table: Table<R>,
        out: &mut dyn Write,
        told: &mut dyn FnMut(Tally),
    ) -> Result<Tally, BatchFault> {
        let columns = table.columns();
        let sheet = match self.form {
            Form::Csv => {
                let only = self.terms.layers.as_deref();
                let sheet = Sheet::new(self.indexed, only, &columns.names);
                let header = sheet.header(columns.had_mark);
                out.write_all(header.as_bytes())
                    .map_err(BatchFault::Write)?;
                Some(sheet)
            }
            Form::Lines => None,
        };
        let desk = Desk {
            batch: self,
            asked: &columns,
            sheet,
            words: Words::of(self.lang, Some(self.indexed.edition().map())),
        };
        let mut written = Written {
            out,
            told,
            tally: Tally::default(),
            ended: None,
        };
        let handfuls = table.handfuls(self.max_rows);
        in_order(handfuls, |item| desk.answered(item), &mut written).map_err(BatchFault::Write)?;
        match written.ended {
            Some(error) => Err(BatchFault::Read(error)),
            None => Ok(written.tally),
        }
    }
}

/// A row on its way out.
struct Answered {
    line: String,
    counts: Counts,
}

/// As what a line is counted.
enum Counts {
    Answer,
    Bad,
    Failed,
    /// It is no row: nothing comes after it.
    End,
    /// The same, and the source broke off.
    Broken(io::Error),
}

/// Writes lines and counts them.
struct Written<'a> {
    out: &'a mut dyn Write,
    told: &'a mut dyn FnMut(Tally),
    tally: Tally,
    ended: Option<io::Error>,
}

impl Takes<Answered> for Written<'_> {
    type Error = io::Error;

    fn take(&mut self, answered: Answered) -> io::Result<()> {
        self.out.write_all(answered.line.as_bytes())?;
        let tally = &mut self.tally;
        match answered.counts {
            Counts::Answer => tally.rows += 1,
            Counts::Bad => {
                tally.rows += 1;
                tally.bad += 1;
            }
            Counts::Failed => {
                tally.rows += 1;
                tally.bad += 1;
                tally.failed += 1;
            }
            Counts::End => {}
            Counts::Broken(error) => self.ended = Some(error),
        }
        (self.told)(self.tally);
        Ok(())
    }

    fn pause(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Where rows are answered.
struct Desk<'a> {
    batch: &'a Batch<'a>,
    asked: &'a Asked,
    sheet: Option<Sheet>,
    words: Words<'a>,
}

impl Desk<'_> {
    fn answered(&self, item: Item) -> Answered {
        let w = self.words;
        let (row, counts) = match item {
            Item::Row(record) => {
                let row = self.asked.row(&record);
                return match &row.question {
                    Ok(question) => self.looked_up(&row, question),
                    Err(fault) => self.refused(&row, &unanswerable(w, fault), Counts::Bad),
                };
            }
            Item::TooMany(max) => {
                let max = max.to_string();
                (w.say_with("lookups.rows", &[("max", &max)]), Counts::End)
            }
            Item::Broken(error) => (broke_off(w, &error), Counts::Broken(error)),
        };
        self.refused(&self.asked.no_row(), &row, counts)
    }

    fn looked_up(&self, row: &Row<'_>, question: &Question) -> Answered {
        let batch = self.batch;
        let terms = match question.on {
            Some(on) if on != batch.terms.on => Cow::Owned(Terms {
                on,
                ..batch.terms.clone()
            }),
            _ => Cow::Borrowed(&batch.terms),
        };
        let place = question.place.clone();
        let found = Consultation::of_place(batch.indexed, batch.gazetteer, place, &terms);
        let Consultation { resolved, answers } = match found {
            Ok(found) => found,
            Err(error) => {
                let told = row::not_found(self.words, &question.place, &error);
                let counts = match &error {
                    ResolveError::Gazetteer(error) => {
                        tracing::error!(%error, "the gazetteer failed");
                        Counts::Failed
                    }
                    _ => Counts::Bad,
                };
                return self.refused(row, &told, counts);
            }
        };
        let line = match &self.sheet {
            Some(sheet) => {
                sheet.answered(batch.indexed, &row.cells, &resolved, &answers, batch.lang)
            }
            None => {
                let document = wire::answer::json(batch.indexed, &resolved, &answers, batch.lang);
                wire::lookups::answered(&self.asked.input(row), &document)
            }
        };
        Answered {
            line,
            counts: Counts::Answer,
        }
    }

    fn refused(&self, row: &Row<'_>, error: &str, counts: Counts) -> Answered {
        let line = match &self.sheet {
            Some(sheet) => sheet.refused(&row.cells, error),
            None => wire::lookups::refused(&self.asked.input(row), error),
        };
        Answered { line, counts }
    }
}

/// Why a row asks nothing, in one sentence.
fn unanswerable(w: Words<'_>, fault: &Unanswerable) -> String {
    match fault {
        Unanswerable::NoPlace(fault) => row::no_place(w, fault),
        Unanswerable::Record(RecordFault::TooLong) => {
            w.say_with("lookups.long", &[("max", &MAX_ROW_BYTES.to_string())])
        }
        Unanswerable::Record(RecordFault::Quote) => w.say("lookups.quote"),
        Unanswerable::Cells { found, expected } => {
            let (found, expected) = (found.to_string(), expected.to_string());
            w.say_with(
                "lookups.cells",
                &[("found", &found), ("expected", &expected)],
            )
        }
        Unanswerable::Object => w.say("lookups.object"),
        Unanswerable::Members => w.say("lookups.members"),
        Unanswerable::Day(text) => w.say_with("problem.date", &[("text", text)]),
    }
}

/// Why no more rows came, in one sentence.
fn broke_off(w: Words<'_>, error: &io::Error) -> String {
    let inside = error.get_ref().and_then(|inside| inside.downcast_ref());
    match inside {
        Some(BodyFault::TooLong { limit }) => {
            w.say_with("problem.body_too_long", &[("max", &limit.to_string())])
        }
        _ if error.kind() == io::ErrorKind::TimedOut => {
            let minutes = MAX_LOOKUP_TIME.as_secs() / 60;
            w.say_with("lookups.time", &[("max", &minutes.to_string())])
        }
        _ => w.say("lookups.broke_off"),
    }
}

/// The sentence for a table that is not taken, in a language.
#[must_use]
pub fn not_taken(w: Words<'_>, fault: &TableFault) -> String {
    match fault {
        TableFault::Nothing => w.say("lookups.nothing"),
        TableFault::Columns(columns) => w.say_with("lookups.columns", &[("columns", columns)]),
        TableFault::Header => w.say("lookups.quote"),
        TableFault::Utf16 => w.say("lookups.utf16"),
        TableFault::Read(_) => w.say("lookups.broke_off"),
    }
}
