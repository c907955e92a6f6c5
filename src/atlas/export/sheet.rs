//! A layer as a table: its columns in digital-land names, then the source's, and the cells of each row.
//!
//! The columns are those under which `groundrule load` knows our fields again. A source column that is
//! named like one of them, or like the column of geometry, has `source:` before its name.

use crate::atlas::columns::SOURCE_PREFIX;
use crate::atlas::{AreaFile, Damaged};
use crate::policy::{AreaRecord, PartialDate, Value};
use flatgeobuf::ColumnType;

/// What all cells of a column are, where they are not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Integer,
    Number,
    Flag,
    Text,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) holds: Holds,
    from: From,
}

/// Where a column's cells come from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum From {
    Own(Own),
    Source(String),
}

/// Our own fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    Reference,
    Name,
    NameCy,
    Policies,
    Plan,
    StartDate,
    EndDate,
    DocumentUrl,
    DocumentationUrl,
    Notes,
    Supersedes,
}

/// Each field with its name, and whether a table has it also where all its cells are empty.
const OWN: [(Own, &str, bool); 11] = [
    (Own::Reference, "reference", true),
    (Own::Name, "name", true),
    (Own::NameCy, "name-cy", false),
    (Own::Policies, "development-policies", true),
    (Own::Plan, "plan", false),
    (Own::StartDate, "start-date", true),
    (Own::EndDate, "end-date", true),
    (Own::DocumentUrl, "document-url", true),
    (Own::DocumentationUrl, "documentation-url", true),
    (Own::Notes, "notes", true),
    (Own::Supersedes, "supersedes", false),
];

/// Names that a source column may not have: those of geometry, and one that means our policies.
const TAKEN: [&str; 3] = ["geometry", "wkt", "policies"];

/// The columns of one layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    columns: Vec<Column>,
}

impl Sheet {
    /// The columns that a file's areas need.
    ///
    /// # Errors
    /// A file that changed since it was opened.
    pub(super) fn of(file: &AreaFile) -> Result<Self, Damaged> {
        let source: Vec<(String, ColumnType)> = file.columns().of_source().collect();
        let mut needed = OWN.map(|(_, own, always)| {
            always || (own != "plan" && source.iter().any(|(name, _)| plain(name) == plain(own)))
        });
        for area in 0..file.areas().len() as u32 {
            let record = file.record(area)?;
            for (needed, (own, ..)) in needed.iter_mut().zip(OWN) {
                *needed = *needed || own.of(&record).is_some();
            }
        }
        let own = OWN.into_iter().zip(needed).filter(|(_, needed)| *needed);
        let mut columns: Vec<Column> = own
            .map(|((own, name, _), _)| Column {
                name: name.to_owned(),
                holds: Holds::Text,
                from: From::Own(own),
            })
            .collect();
        for (name, kind) in source {
            let column = Column {
                name: free_name(&columns, &name),
                holds: holds(kind),
                from: From::Source(name),
            };
            columns.push(column);
        }
        Ok(Self { columns })
    }

    /// The columns, in order.
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The cells of an area, one a column; empty where nothing is written.
    ///
    /// # Errors
    /// A file that changed since it was opened.
    pub(super) fn row(&self, file: &AreaFile, area: u32) -> Result<Vec<Option<Value>>, Damaged> {
        let mut record = file.record(area)?;
        let cell = |column: &Column| match &column.from {
            From::Own(own) => own.of(&record).map(Value::Text),
            From::Source(name) => {
                let found = record
                    .properties
                    .iter()
                    .position(|(known, _)| known == name);
                found.map(|at| record.properties.swap_remove(at).1)
            }
        };
        Ok(self.columns.iter().map(cell).collect())
    }
}

impl Own {
    /// The field of a record, as text that reads back the same.
    fn of(self, record: &AreaRecord) -> Option<String> {
        let date = |date: Option<PartialDate>| date.map(|date| date.to_string());
        let name = record.name.as_ref();
        match self {
            Self::Reference => Some(record.reference.clone()),
            Self::Name => name.map(|name| name.en.clone()),
            Self::NameCy => name.and_then(|name| name.cy.clone()),
            Self::Policies => list(&record.policies),
            Self::Plan => record.plan.clone(),
            Self::StartDate => date(record.validity.start),
            Self::EndDate => date(record.validity.end),
            Self::DocumentUrl => record.document_url.clone(),
            Self::DocumentationUrl => record.documentation_url.clone(),
            Self::Notes => record.notes.clone(),
            Self::Supersedes => list(&record.supersedes),
        }
    }
}

/// Items with semicolons between; one item with a comma in it has one after it, or it would be read as two.
fn list(items: &[String]) -> Option<String> {
    match items {
        [] => None,
        [one] if one.contains(',') => Some(format!("{one};")),
        items => Some(items.join(";")),
    }
}

fn holds(kind: ColumnType) -> Holds {
    match kind {
        ColumnType::Long | ColumnType::ULong => Holds::Integer,
        ColumnType::Double => Holds::Number,
        ColumnType::Bool => Holds::Flag,
        _ => Holds::Text,
    }
}

/// A source column's name, with as many prefixes as it takes to be nobody else's.
fn free_name(columns: &[Column], name: &str) -> String {
    let mut free = name.to_owned();
    while TAKEN.contains(&plain(&free).as_str()) || columns.iter().any(|known| known.name == free) {
        free.insert_str(0, SOURCE_PREFIX);
    }
    free
}

/// A name as `groundrule load` compares names: letters of any case, without hyphens, underscores and spaces.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '-' | '_' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_back_item_by_item() {
        let items = |items: &[&str]| {
            items
                .iter()
                .map(|item| (*item).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(list(&[]), None);
        assert_eq!(list(&items(&["HOU/1"])).as_deref(), Some("HOU/1"));
        assert_eq!(
            list(&items(&["HOU/1", "a, b"])).as_deref(),
            Some("HOU/1;a, b")
        );
        assert_eq!(list(&items(&["a, b"])).as_deref(), Some("a, b;"));
    }

    #[test]
    fn a_source_column_gets_a_name_that_is_nobody_elses() {
        let named = |name: &str| Column {
            name: name.to_owned(),
            holds: Holds::Text,
            from: From::Source(name.to_owned()),
        };
        let columns = [named("name"), named("source:name")];
        assert_eq!(free_name(&columns, "name"), "source:source:name");
        assert_eq!(free_name(&columns, "WKT"), "source:WKT");
        assert_eq!(free_name(&columns, "Name"), "Name");
    }
}
