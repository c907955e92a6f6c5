//! How places lie in the gazetteer's file.
//!
//! Each source has tables of its own, by its number *n*, so that replacing it drops them whole:
//! `uprn_n` keeps a UPRN without any text in some twenty bytes; `place_n` keeps what has a name or a postcode, numbered
//! by rank, cell and turn; `word_n` is its index of words (FTS5 without the text itself).
//! Coordinates are kept as they were given: whole centimetres or ten-millionths of a degree where they are
//! that, else as they are.

use super::cell::{self, MAX_NAMED};
use super::entry::{Entry, position};
use super::gazetteer::{Found, Kind};
use super::words::{keys_of_name, words_of_name};
use crate::geometry::Position;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// The version of all this; it stands in the file.
pub(super) const VERSION: i64 = 2;

pub(super) const SOURCES: &str = "
    CREATE TABLE IF NOT EXISTS source (
        number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, degrees INTEGER NOT NULL,
        places INTEGER NOT NULL, uprns INTEGER NOT NULL, words INTEGER NOT NULL);";

/// What is known of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub number: i64,
    pub name: String,
    pub degrees: bool,
    /// Places in `place_n`.
    pub places: u64,
    /// UPRNs in `uprn_n`.
    pub uprns: u64,
    /// Places in `word_n`.
    pub words: u64,
}

/// Every source of a gazetteer, in the order in which they came.
pub(super) fn sources(connection: &Connection) -> rusqlite::Result<Vec<Known>> {
    let mut query = connection.prepare(
        "SELECT number, name, degrees, places, uprns, words FROM source ORDER BY number",
    )?;
    let rows = query.query_map([], |row| {
        let count = |at| Ok::<_, rusqlite::Error>(row.get::<_, i64>(at)?.unsigned_abs());
        Ok(Known {
            number: row.get(0)?,
            name: row.get(1)?,
            degrees: row.get(2)?,
            places: count(3)?,
            uprns: count(4)?,
            words: count(5)?,
        })
    })?;
    rows.collect()
}

/// The version that a file says it has.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Takes a source out.
pub(super) fn drop(connection: &Connection, name: &str) -> rusqlite::Result<()> {
    let number: Option<i64> = connection
        .query_row("SELECT number FROM source WHERE name = ?1", [name], |row| {
            row.get(0)
        })
        .optional()?;
    if let Some(n) = number {
        connection.execute_batch(&format!(
            "DROP TABLE IF EXISTS uprn_{n}; DROP TABLE IF EXISTS place_{n}; DROP TABLE IF EXISTS word_{n};
             DELETE FROM source WHERE number = {n};"
        ))?;
    }
    Ok(())
}

/// The columns of a place, as [`found`] reads them.
pub(super) const COLUMNS: &str = "id, name, name_cy, locality, locality_cy, postcode, uprn, x, y";

/// A place as it was found.
pub(super) fn found(row: &Row<'_>, degrees: bool) -> rusqlite::Result<Found> {
    let rank = cell::rank_of(row.get(0)?);
    let uprn: Option<i64> = row.get(6)?;
    let uprn = uprn.map(i64::unsigned_abs);
    let postcode: Option<String> = row.get(5)?;
    let name: Option<String> = row.get(1)?;
    let name = name
        .or_else(|| postcode.clone())
        .unwrap_or_else(|| unnamed(uprn.unwrap_or_default()));
    Ok(Found {
        kind: rank.kind(),
        name,
        name_cy: row.get(2)?,
        locality: row.get(3)?,
        locality_cy: row.get(4)?,
        postcode,
        uprn,
        position: read_position(degrees, &row.get(7)?, &row.get(8)?)?,
    })
}

/// A UPRN of which no more than the position is known.
pub(super) fn bare(uprn: u64, degrees: bool, row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found {
        kind: Kind::Address,
        name: unnamed(uprn),
        name_cy: None,
        locality: None,
        locality_cy: None,
        postcode: None,
        uprn: Some(uprn),
        position: read_position(degrees, &row.get(0)?, &row.get(1)?)?,
    })
}

fn unnamed(uprn: u64) -> String {
    format!("UPRN {uprn}")
}

fn read_position(degrees: bool, x: &Value, y: &Value) -> rusqlite::Result<Position> {
    let number = |value: &Value| match value {
        // The nearest number to the quotient is that to the decimal which was read.
        Value::Integer(whole) => *whole as f64 / parts(degrees),
        Value::Real(number) => *number,
        _ => f64::NAN,
    };
    position(degrees, number(x), number(y)).map_err(|fault| {
        rusqlite::Error::FromSqlConversionFailure(7, rusqlite::types::Type::Real, fault.into())
    })
}

/// Into how many parts a metre or a degree is divided.
fn parts(degrees: bool) -> f64 {
    if degrees { 1e7 } else { 100.0 }
}

/// A coordinate as it is kept: a whole number of parts where that is all of it.
fn kept(degrees: bool, number: f64) -> Value {
    let whole = (number * parts(degrees)).round();
    if whole / parts(degrees) == number {
        Value::Integer(whole as i64)
    } else {
        Value::Real(number)
    }
}

/// UPRNs without text that are sorted and put in together.
const RUN: usize = 500_000;

/// Rows whose UPRN was there already that are told one by one.
const AGAIN_TOLD: usize = 10;

/// Takes one source in.
pub(super) struct Writer<'c> {
    connection: &'c Connection,
    pub known: Known,
    run: Vec<(u64, f64, f64, u64)>,
    /// Rank and cell of each staged place, and its row.
    order: Vec<(u32, u32)>,
    has_twins: bool,
    /// Rows, counted over all tables, whose UPRN was there already: the first few, and how many.
    pub again: Vec<(u64, u64)>,
    pub again_count: u64,
    /// Rows in Welsh that became the Welsh names of others.
    pub joined: u64,
}

impl<'c> Writer<'c> {
    /// A source of a name, whose last version is gone.
    pub(super) fn begin(connection: &'c Connection, name: &str) -> rusqlite::Result<Self> {
        connection.execute(
            "INSERT INTO source (name, degrees, places, uprns, words) VALUES (?1, 0, 0, 0, 0)",
            [name],
        )?;
        let number = connection.last_insert_rowid();
        connection.execute_batch(&format!(
            "CREATE TABLE uprn_{number} (uprn INTEGER PRIMARY KEY, x, y);
             CREATE TABLE place_{number} (id INTEGER PRIMARY KEY, name TEXT, name_cy TEXT, locality TEXT, locality_cy TEXT,
                postcode TEXT, uprn INTEGER, x, y);
             DROP TABLE IF EXISTS stage.row;
             CREATE TABLE stage.row (name, name_cy, also, locality, locality_cy, postcode, uprn, x, y, block, welsh);"
        ))?;
        Ok(Self {
            connection,
            known: Known {
                number,
                name: name.to_owned(),
                degrees: false,
                places: 0,
                uprns: 0,
                words: 0,
            },
            run: Vec::new(),
            order: Vec::new(),
            has_twins: false,
            again: Vec::new(),
            again_count: 0,
            joined: 0,
        })
    }

    /// Takes a UPRN with nothing but its coordinates; `row` is told if it is there already.
    pub(super) fn bare(&mut self, uprn: u64, x: f64, y: f64, row: u64) -> rusqlite::Result<()> {
        self.run.push((uprn, x, y, row));
        if self.run.len() == RUN {
            self.put_run()?;
        }
        Ok(())
    }

    /// Puts the UPRNs in that wait.
    pub(super) fn put_run(&mut self) -> rusqlite::Result<()> {
        // In order of UPRNs the table grows at its end, and pages are full.
        self.run.sort_by_key(|(uprn, _, _, row)| (*uprn, *row));
        let mut insert = self.connection.prepare_cached(&format!(
            "INSERT OR IGNORE INTO uprn_{} VALUES (?1, ?2, ?3)",
            self.known.number
        ))?;
        let degrees = self.known.degrees;
        for (uprn, x, y, row) in self.run.drain(..) {
            let values = params![uprn as i64, kept(degrees, x), kept(degrees, y)];
            if insert.execute(values)? == 1 {
                self.known.uprns += 1;
            } else {
                self.again_count += 1;
                if self.again.len() < AGAIN_TOLD {
                    self.again.push((row, uprn));
                }
            }
        }
        Ok(())
    }

    /// How many places with names or postcodes it may still take.
    pub(super) fn is_full(&self) -> bool {
        self.order.len() as u64 >= MAX_NAMED.min(u64::from(u32::MAX))
    }

    /// Takes a place with a name or a postcode.
    pub(super) fn place(&mut self, entry: &Entry, x: f64, y: f64) -> rusqlite::Result<()> {
        let degrees = self.known.degrees;
        let cell = cell::cell(entry.position.lonlat);
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO stage.row VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        insert.execute(params![
            entry.name,
            entry.name_cy,
            entry.also,
            entry.locality,
            entry.locality_cy,
            entry.postcode,
            entry.uprn.map(|uprn| uprn as i64),
            kept(degrees, x),
            kept(degrees, y),
            cell::block(cell),
            entry.welsh,
        ])?;
        self.has_twins |= entry.welsh && entry.uprn.is_some();
        let row = self.connection.last_insert_rowid() as u32;
        self.order.push((cell::order(entry.rank, cell), row));
        Ok(())
    }

    /// Sorts and indexes what was taken; `step` hears how many places are done.
    pub(super) fn finish(mut self, step: &mut dyn FnMut(u64)) -> rusqlite::Result<Self> {
        self.put_run()?;
        let n = self.known.number;
        if self.known.uprns == 0 {
            self.connection
                .execute_batch(&format!("DROP TABLE uprn_{n}"))?;
        }
        if self.order.is_empty() {
            self.connection
                .execute_batch(&format!("DROP TABLE place_{n}"))?;
        } else {
            self.put_places(step)?;
        }
        let Known {
            degrees,
            places,
            uprns,
            words,
            ..
        } = &self.known;
        self.connection.execute(
            "UPDATE source SET degrees = ?2, places = ?3, uprns = ?4, words = ?5 WHERE number = ?1",
            params![n, degrees, *places as i64, *uprns as i64, *words as i64],
        )?;
        self.connection.execute_batch("DROP TABLE stage.row")?;
        Ok(self)
    }

    fn put_places(&mut self, step: &mut dyn FnMut(u64)) -> rusqlite::Result<()> {
        let n = self.known.number;
        if self.has_twins {
            self.join_twins()?;
        }
        let twins = if self.has_twins { "AND NOT welsh" } else { "" };
        let mut staged = self.connection.prepare(&format!(
            "SELECT name, name_cy, also, locality, locality_cy, postcode, uprn, x, y, block FROM stage.row WHERE rowid = ?1 {twins}"
        ))?;
        let mut insert = self.connection.prepare(&format!(
            "INSERT INTO place_{n} ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        ))?;
        self.order.sort_unstable();
        let mut index = None;
        for (serial, (order, row)) in (0_u64..).zip(std::mem::take(&mut self.order)) {
            let mut rows = staged.query([row])?;
            let Some(staged) = rows.next()? else {
                self.joined += 1;
                continue;
            };
            let text = |at: usize| staged.get::<_, Option<String>>(at);
            let (name, name_cy, also) = (text(0)?, text(1)?, text(2)?);
            let (locality, locality_cy, postcode) = (text(3)?, text(4)?, text(5)?);
            let id = cell::number_of(order, serial);
            let uprn: Option<i64> = staged.get(6)?;
            let (x, y): (Value, Value) = (staged.get(7)?, staged.get(8)?);
            insert.execute(params![
                id,
                name,
                name_cy,
                locality,
                locality_cy,
                postcode,
                uprn,
                x,
                y
            ])?;
            self.known.places += 1;
            if self.known.places.is_multiple_of(50_000) {
                step(self.known.places);
            }
            let Some(name) = name else {
                continue;
            };
            if index.is_none() {
                index = Some(begin_index(self.connection, n)?);
            }
            if let Some(index) = &mut index {
                let names = [Some(name), name_cy, also];
                let names = || names.iter().flatten();
                let keys: Vec<String> = names().map(|name| keys_of_name(name)).collect();
                let words: Vec<String> = names().map(|name| words_of_name(name)).collect();
                let others = [locality, locality_cy, postcode];
                let others: Vec<String> = others
                    .iter()
                    .flatten()
                    .map(|name| words_of_name(name))
                    .collect();
                let block: String = staged.get(9)?;
                index.execute(params![
                    id,
                    keys.join(" "),
                    words.join(" "),
                    others.join(" "),
                    block
                ])?;
                self.known.words += 1;
            }
        }
        // Indexes that are made at the end are sorted once; rows without the value take no room in them.
        self.connection.execute_batch(&format!(
            "CREATE INDEX place_{n}_postcode ON place_{n} (postcode) WHERE postcode IS NOT NULL;
             CREATE INDEX place_{n}_uprn ON place_{n} (uprn) WHERE uprn IS NOT NULL;"
        ))?;
        if index.is_some() {
            self.connection.execute_batch(&format!(
                "INSERT INTO word_{n} (word_{n}) VALUES ('optimize')"
            ))?;
        }
        Ok(())
    }

    /// A row in Welsh becomes the Welsh name of the row in English with the same UPRN; without one it stands by itself.
    fn join_twins(&self) -> rusqlite::Result<()> {
        self.connection.execute_batch(
            "CREATE INDEX stage.row_uprn ON row (uprn, welsh);
             UPDATE stage.row AS row SET
                name_cy = coalesce(name_cy, (SELECT nullif(twin.name, row.name) FROM stage.row AS twin WHERE twin.uprn = row.uprn AND twin.welsh)),
                locality_cy = coalesce(locality_cy, (SELECT nullif(twin.locality, row.locality) FROM stage.row AS twin WHERE twin.uprn = row.uprn AND twin.welsh))
                WHERE NOT welsh AND uprn IS NOT NULL;
             UPDATE stage.row AS row SET welsh = 0
                WHERE welsh AND (uprn IS NULL OR NOT EXISTS (SELECT 1 FROM stage.row AS twin WHERE twin.uprn = row.uprn AND NOT twin.welsh));",
        )
    }
}

/// The index of a source's words: whole names, their words, where the places lie, and their block.
fn begin_index(connection: &Connection, n: i64) -> rusqlite::Result<rusqlite::Statement<'_>> {
    connection.execute_batch(&format!(
        "CREATE VIRTUAL TABLE word_{n} USING fts5 (key, name, other, block, content='', detail=column, prefix='1 2 3',
            columnsize=0, tokenize=\"unicode61 remove_diacritics 2\");
         INSERT INTO word_{n} (word_{n}, rank) VALUES ('automerge', 0);
         INSERT INTO word_{n} (word_{n}, rank) VALUES ('hashsize', {HASH_BYTES});"
    ))?;
    connection.prepare(&format!(
        "INSERT INTO word_{n} (rowid, key, name, other, block) VALUES (?1, ?2, ?3, ?4, ?5)"
    ))
}

/// Memory that the index may take before it writes a part of itself.
const HASH_BYTES: u64 = 64 << 20;
