//! The columns of an edition's layer file: our own fields first, under digital-land names, then the
//! source's other columns under theirs.
//!
//! FlatGeobuf keeps a feature's properties as pairs of column number and value, one after another.

use super::Damaged;
use crate::policy::{AreaRecord, PartialDate, Text, Validity, Value};
use flatgeobuf::ColumnType;
use geozero::{ColumnValue, PropertyProcessor};

/// Our own columns, in the order in which every file has them.
const OWN: [(&str, ColumnType); 12] = [
    ("id", ColumnType::ULong),
    ("reference", ColumnType::String),
    ("name", ColumnType::String),
    ("name-cy", ColumnType::String),
    ("policies", ColumnType::String),
    ("plan", ColumnType::String),
    ("start-date", ColumnType::String),
    ("end-date", ColumnType::String),
    ("document-url", ColumnType::String),
    ("documentation-url", ColumnType::String),
    ("notes", ColumnType::String),
    ("supersedes", ColumnType::String),
];

/// Stands before a source column that is named like one of ours.
pub(super) const SOURCE_PREFIX: &str = "source:";

/// Separates the items of a list in one column, as digital-land files do.
const LIST_SEPARATOR: char = ';';

/// The columns of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    all: Vec<(String, ColumnType)>,
}

impl Columns {
    /// The columns that these records need: a source column gets the one type that holds all its values.
    pub(super) fn for_records<'a>(records: impl Iterator<Item = &'a AreaRecord>) -> Self {
        let mut extra: Vec<(String, ColumnType)> = Vec::new();
        for record in records {
            for (name, value) in &record.properties {
                let name = column_name(name);
                let needed = type_of(value);
                match extra.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, kind)) => *kind = common_type(*kind, needed),
                    None => extra.push((name, needed)),
                }
            }
        }
        let own = OWN.iter().map(|&(name, kind)| (name.to_owned(), kind));
        Self {
            all: own.chain(extra).collect(),
        }
    }

    /// The columns that a file's header declares.
    pub(super) fn of_header(header: &flatgeobuf::Header<'_>) -> Self {
        let all = header.columns().map_or_else(Vec::new, |columns| {
            columns
                .iter()
                .map(|column| (column.name().to_owned(), column.type_()))
                .collect()
        });
        Self { all }
    }

    /// Name and type of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, ColumnType)> {
        self.all.iter().map(|(name, kind)| (name.as_str(), *kind))
    }

    /// Name and type of each column of the source, under the source's own name.
    pub(super) fn of_source(&self) -> impl Iterator<Item = (String, ColumnType)> {
        let beyond_ours = self.all.iter().skip(OWN.len());
        beyond_ours.map(|(name, kind)| (source_name(name), *kind))
    }

    /// Writes a record's values to a feature.
    pub(super) fn write(
        &self,
        id: u64,
        record: &AreaRecord,
        out: &mut impl PropertyProcessor,
    ) -> geozero::error::Result<()> {
        let mut put = |at: usize, value: ColumnValue<'_>| {
            out.property(at, &self.all[at].0, &value).map(|_| ())
        };
        put(0, ColumnValue::ULong(id))?;
        let date = |date: Option<PartialDate>| date.map(|date| date.to_string());
        let list =
            |items: &[String]| (!items.is_empty()).then(|| items.join(&LIST_SEPARATOR.to_string()));
        let name = record.name.as_ref();
        let texts = [
            Some(record.reference.clone()),
            name.map(|name| name.en.clone()),
            name.and_then(|name| name.cy.clone()),
            list(&record.policies),
            record.plan.clone(),
            date(record.validity.start),
            date(record.validity.end),
            record.document_url.clone(),
            record.documentation_url.clone(),
            record.notes.clone(),
            list(&record.supersedes),
        ];
        for (at, text) in (1..).zip(&texts) {
            if let Some(text) = text {
                put(at, ColumnValue::String(text))?;
            }
        }
        for (name, value) in &record.properties {
            let name = column_name(name);
            let Some(at) = self
                .all
                .iter()
                .skip(OWN.len())
                .position(|(known, _)| *known == name)
            else {
                continue;
            };
            let at = at + OWN.len();
            match (self.all[at].1, value) {
                (ColumnType::Long, Value::Integer(n)) => put(at, ColumnValue::Long(*n))?,
                (ColumnType::Double, Value::Integer(n)) => put(at, ColumnValue::Double(*n as f64))?,
                (ColumnType::Double, Value::Number(n)) => put(at, ColumnValue::Double(*n))?,
                (ColumnType::Bool, Value::Flag(flag)) => put(at, ColumnValue::Bool(*flag))?,
                (_, value) => put(at, ColumnValue::String(&value.to_string()))?,
            }
        }
        Ok(())
    }

    /// Reads a feature's id and record back.
    pub(super) fn read(&self, path: &str, properties: &[u8]) -> Result<(u64, AreaRecord), Damaged> {
        let (id, mut record, mut values) = self.read_own(path, properties)?;
        while let Some((at, value)) = values.next(self)? {
            let (column, _) = &self.all[at];
            record.properties.push((source_name(column), value));
        }
        Ok((id, record))
    }

    /// Reads a feature's id and our own fields, which stand first, and gives what is left to read.
    pub(super) fn read_own<'a>(
        &self,
        path: &'a str,
        properties: &'a [u8],
    ) -> Result<(u64, AreaRecord, Values<'a>), Damaged> {
        let mut id = 0;
        let mut record = AreaRecord::default();
        let (mut name, mut name_cy) = (None, None);
        let mut values = Values {
            path,
            rest: properties,
        };
        while values.next_column().is_some_and(|at| at < OWN.len()) {
            let Some((at, value)) = values.next(self)? else {
                break;
            };
            let text = match value {
                Value::Text(text) => text,
                Value::Integer(number) if at == 0 => {
                    id = u64::try_from(number).map_err(|_| values.broken())?;
                    continue;
                }
                _ => return Err(values.broken()),
            };
            match self.all[at].0.as_str() {
                "reference" => record.reference = text,
                "name" => name = Some(text),
                "name-cy" => name_cy = Some(text),
                "policies" => record.policies = list(&text),
                "plan" => record.plan = Some(text),
                "start-date" => record.validity.start = Some(values.date(&text)?),
                "end-date" => record.validity.end = Some(values.date(&text)?),
                "document-url" => record.document_url = Some(text),
                "documentation-url" => record.documentation_url = Some(text),
                "notes" => record.notes = Some(text),
                _ => record.supersedes = list(&text),
            }
        }
        record.name = name.map(|en| Text { en, cy: name_cy });
        Ok((id, record, values))
    }

    /// Reads no more of a feature than its id, reference and dates, which stand first.
    pub(super) fn read_key(
        &self,
        path: &str,
        properties: &[u8],
    ) -> Result<(u64, String, Validity), Damaged> {
        let (id, record, _) = self.read_own(path, properties)?;
        Ok((id, record.reference, record.validity))
    }
}

/// Walks over pairs of column number and value.
pub(super) struct Values<'a> {
    path: &'a str,
    rest: &'a [u8],
}

impl Values<'_> {
    fn broken(&self) -> Damaged {
        Damaged::new(self.path, "the properties of a feature cannot be read")
    }

    fn date(&self, text: &str) -> Result<PartialDate, Damaged> {
        PartialDate::parse(text).map_err(|_| self.broken())
    }

    /// The column of the next value, without taking it.
    fn next_column(&self) -> Option<usize> {
        let (number, _) = self.rest.split_first_chunk()?;
        Some(usize::from(u16::from_le_bytes(*number)))
    }

    fn take(&mut self, bytes: usize) -> Result<&[u8], Damaged> {
        let (taken, rest) = self
            .rest
            .split_at_checked(bytes)
            .ok_or_else(|| self.broken())?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damaged> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    fn next(&mut self, columns: &Columns) -> Result<Option<(usize, Value)>, Damaged> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let at = usize::from(u16::from_le_bytes(self.array()?));
        let kind = columns.all.get(at).ok_or_else(|| self.broken())?.1;
        let value = match kind {
            ColumnType::ULong => {
                let number = u64::from_le_bytes(self.array()?);
                Value::Integer(i64::try_from(number).map_err(|_| self.broken())?)
            }
            ColumnType::Long => Value::Integer(i64::from_le_bytes(self.array()?)),
            ColumnType::Double => Value::Number(f64::from_le_bytes(self.array()?)),
            ColumnType::Bool => Value::Flag(self.array::<1>()? != [0]),
            ColumnType::String => {
                let length = u32::from_le_bytes(self.array()?) as usize;
                let text = std::str::from_utf8(self.take(length)?).map(str::to_owned);
                Value::Text(text.map_err(|_| self.broken())?)
            }
            _ => return Err(self.broken()),
        };
        Ok(Some((at, value)))
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(LIST_SEPARATOR).map(str::to_owned).collect()
}

fn column_name(source: &str) -> String {
    let taken = OWN.iter().any(|(own, _)| *own == source) || source.starts_with(SOURCE_PREFIX);
    if taken {
        format!("{SOURCE_PREFIX}{source}")
    } else {
        source.to_owned()
    }
}

fn source_name(column: &str) -> String {
    column
        .strip_prefix(SOURCE_PREFIX)
        .unwrap_or(column)
        .to_owned()
}

fn type_of(value: &Value) -> ColumnType {
    match value {
        Value::Integer(_) => ColumnType::Long,
        Value::Number(_) => ColumnType::Double,
        Value::Flag(_) => ColumnType::Bool,
        Value::Text(_) => ColumnType::String,
    }
}

fn common_type(one: ColumnType, other: ColumnType) -> ColumnType {
    match (one, other) {
        (one, other) if one == other => one,
        (ColumnType::Long, ColumnType::Double) | (ColumnType::Double, ColumnType::Long) => {
            ColumnType::Double
        }
        _ => ColumnType::String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Collects properties as FlatGeobuf lays them out.
    #[derive(Default)]
    struct Bytes(Vec<u8>);

    impl PropertyProcessor for Bytes {
        fn property(
            &mut self,
            at: usize,
            _: &str,
            value: &ColumnValue<'_>,
        ) -> geozero::error::Result<bool> {
            self.0.extend((at as u16).to_le_bytes());
            match value {
                ColumnValue::ULong(n) => self.0.extend(n.to_le_bytes()),
                ColumnValue::Long(n) => self.0.extend(n.to_le_bytes()),
                ColumnValue::Double(n) => self.0.extend(n.to_le_bytes()),
                ColumnValue::Bool(flag) => self.0.push(u8::from(*flag)),
                ColumnValue::String(text) => {
                    self.0.extend((text.len() as u32).to_le_bytes());
                    self.0.extend(text.as_bytes());
                }
                other => panic!("never written: {other:?}"),
            }
            Ok(false)
        }
    }

    fn record() -> AreaRecord {
        AreaRecord {
            reference: "HOU/1".to_owned(),
            name: Some(Text::bilingual(
                "North of the school",
                Some("I'r gogledd o'r ysgol".to_owned()),
            )),
            policies: vec!["HOU/1".to_owned(), "DP/1".to_owned()],
            validity: Validity {
                start: PartialDate::parse("1984-03").ok(),
                end: None,
            },
            properties: vec![
                ("CAPACITY".to_owned(), Value::Integer(40)),
                ("hectares".to_owned(), Value::Number(1.25)),
                (
                    "plan".to_owned(),
                    Value::Text("a column of the source".to_owned()),
                ),
                ("built".to_owned(), Value::Flag(false)),
            ],
            ..AreaRecord::default()
        }
    }

    #[test]
    fn a_record_reads_back_as_written_even_where_a_source_column_has_our_name() {
        let columns = Columns::for_records([record()].iter());
        let mut bytes = Bytes::default();
        columns.write(8812, &record(), &mut bytes).expect("written");
        assert_eq!(columns.read("a.fgb", &bytes.0), Ok((8812, record())));
    }

    #[test]
    fn bytes_cut_short_are_damage_and_not_a_panic() {
        let columns = Columns::for_records([record()].iter());
        let mut bytes = Bytes::default();
        columns.write(1, &record(), &mut bytes).expect("written");
        for length in 0..bytes.0.len() {
            let _ = columns.read("a.fgb", &bytes.0[..length]);
        }
        assert!(columns.read("a.fgb", &[9, 9, 1]).is_err());
    }

    #[test]
    fn a_column_of_whole_and_other_numbers_holds_both() {
        let with = |value| AreaRecord {
            properties: vec![("n".to_owned(), value)],
            ..AreaRecord::default()
        };
        let columns =
            Columns::for_records([with(Value::Integer(1)), with(Value::Number(0.5))].iter());
        assert_eq!(columns.iter().last(), Some(("n", ColumnType::Double)));
        let columns =
            Columns::for_records([with(Value::Integer(1)), with(Value::Flag(true))].iter());
        assert_eq!(columns.iter().last(), Some(("n", ColumnType::String)));
    }
}
