//! Which column of a source means what: the names of the national standard in any spelling, or those
//! that the map or `--fields` gives.

use super::finding::{Finding, Kind};
use super::nearest::nearest;
use std::collections::BTreeMap;

/// What a column can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Reference,
    Name,
    NameCy,
    Policies,
    Plan,
    Stage,
    StartDate,
    EndDate,
    DocumentUrl,
    DocumentationUrl,
    Notes,
    Supersedes,
    Geometry,
    X,
    Y,
}

impl Field {
    /// Every field with its word.
    pub const ALL: [(Self, &'static str); 15] = [
        (Self::Reference, "reference"),
        (Self::Name, "name"),
        (Self::NameCy, "name-cy"),
        (Self::Policies, "policies"),
        (Self::Plan, "plan"),
        (Self::Stage, "stage"),
        (Self::StartDate, "start-date"),
        (Self::EndDate, "end-date"),
        (Self::DocumentUrl, "document-url"),
        (Self::DocumentationUrl, "documentation-url"),
        (Self::Notes, "notes"),
        (Self::Supersedes, "supersedes"),
        (Self::Geometry, "geometry"),
        (Self::X, "x"),
        (Self::Y, "y"),
    ];

    /// Whether it says where the geometry stands, and not what an area is.
    pub fn is_position(self) -> bool {
        matches!(self, Self::Geometry | Self::X | Self::Y)
    }

    /// The field of a word, in any spelling.
    pub fn parse(word: &str) -> Option<Self> {
        let found = Self::ALL
            .into_iter()
            .find(|(_, name)| plain(name) == plain(word));
        found.map(|(field, _)| field)
    }

    /// The word of the field.
    pub fn word(self) -> &'static str {
        let found = Self::ALL.into_iter().find(|(field, _)| *field == self);
        found.map_or("", |(_, word)| word)
    }

    /// The column that means this without anybody saying so.
    fn find_usual(self, columns: &[String]) -> Option<usize> {
        let mut usual = self.usual_names().iter();
        usual.find_map(|name| find_named(columns, name))
    }

    /// Column names that mean this without anybody saying so. `plan` and `stage` are ordinary words and
    /// must be said; geometry is found by the readers.
    fn usual_names(self) -> &'static [&'static str] {
        match self {
            Self::Plan | Self::Stage | Self::Geometry | Self::X | Self::Y => &[],
            Self::Policies => &["policies", "development-policies"],
            Self::Reference => &["reference"],
            Self::Name => &["name"],
            Self::NameCy => &["name-cy"],
            Self::StartDate => &["start-date"],
            Self::EndDate => &["end-date"],
            Self::DocumentUrl => &["document-url"],
            Self::DocumentationUrl => &["documentation-url"],
            Self::Notes => &["notes"],
            Self::Supersedes => &["supersedes"],
        }
    }
}

/// A column's name without hyphens, underscores, spaces and capitals.
pub fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '-' | '_' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

/// The column of the day on which a row was entered, which is a property like any other but for one check.
pub fn entry_date(columns: &[String]) -> Option<usize> {
    find_named(columns, "entry-date")
}

/// Columns of dBASE are cut to ten letters.
const DBASE_LETTERS: usize = 10;

/// Whether a column is what a name means: the same letters, or its first ten.
fn is_column(column: &str, name: &str) -> bool {
    let cut: String = name.chars().take(DBASE_LETTERS).collect();
    plain(column) == plain(name)
        || (column.chars().count() == DBASE_LETTERS && plain(column) == plain(&cut))
}

/// The column of each field that a source has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    columns: BTreeMap<Field, usize>,
}

impl Mapping {
    /// The column of a field.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.get(&field).copied()
    }

    /// Whether a column has a meaning of its own, and is no mere property.
    pub fn means_something(&self, column: usize) -> bool {
        self.columns.values().any(|known| *known == column)
    }

    /// Finds the columns. `named` says which column is which field and goes before the usual names; `kept`
    /// says it of files that came before, and where a column of it is gone a usual one stands in.
    ///
    /// # Errors
    /// A named or kept column is not there, or no column holds references.
    pub fn find(
        columns: &[String],
        named: &[(Field, String)],
        kept: &[(Field, String)],
    ) -> Result<Self, Vec<Finding>> {
        let mut mapping = Self::default();
        let mut problems = Vec::new();
        // The readers have used those of positions.
        for (field, name) in named.iter().filter(|(field, _)| !field.is_position()) {
            match find_named(columns, name) {
                Some(column) => {
                    mapping.columns.insert(*field, column);
                }
                None => problems.push(missing(columns, *field, name)),
            }
        }
        for (field, name) in kept {
            match find_named(columns, name).or_else(|| field.find_usual(columns)) {
                Some(column) => {
                    mapping.columns.entry(*field).or_insert(column);
                }
                None => problems.push(missing(columns, *field, name)),
            }
        }
        for (field, _) in Field::ALL {
            if let Some(column) = field.find_usual(columns) {
                mapping.columns.entry(field).or_insert(column);
            }
        }
        let mut said = named.iter().chain(kept);
        let refused = said.any(|(field, _)| *field == Field::Reference);
        if mapping.column(Field::Reference).is_none() && !refused {
            problems.push(Finding::new(Kind::NoReferenceColumn {
                columns: columns.to_vec(),
            }));
        }
        if problems.is_empty() {
            Ok(mapping)
        } else {
            Err(problems)
        }
    }
}

/// The column that is spelt so, else one that is meant.
fn find_named(columns: &[String], name: &str) -> Option<usize> {
    let exact = columns.iter().position(|column| column == name);
    exact.or_else(|| columns.iter().position(|column| is_column(column, name)))
}

fn missing(columns: &[String], field: Field, name: &str) -> Finding {
    Finding::new(Kind::MissingColumn {
        wanted_for: field.word(),
        columns: columns.to_vec(),
        nearest: nearest(name, columns.iter().map(String::as_str)).map(ToOwned::to_owned),
    })
    .of_field(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_standard_names_are_known_in_any_spelling() {
        let names = columns(&[
            "Reference",
            "START DATE",
            "end_date",
            "documentat",
            "plan",
            "other",
        ]);
        let mapping = Mapping::find(&names, &[], &[]).expect("found");
        assert_eq!(mapping.column(Field::Reference), Some(0));
        assert_eq!(mapping.column(Field::StartDate), Some(1));
        assert_eq!(mapping.column(Field::EndDate), Some(2));
        assert_eq!(
            mapping.column(Field::DocumentationUrl),
            Some(3),
            "cut by dBASE"
        );
        assert_eq!(mapping.column(Field::Plan), None, "an ordinary word");
        assert!(!mapping.means_something(5));
    }

    #[test]
    fn the_standard_spelling_goes_before_others() {
        let names = columns(&["Name", "Reference", "name", "reference"]);
        let mapping = Mapping::find(&names, &[], &[]).expect("found");
        assert_eq!(mapping.column(Field::Reference), Some(3));
        assert_eq!(mapping.column(Field::Name), Some(2));
    }

    #[test]
    fn a_named_column_goes_before_a_usual_one() {
        let names = columns(&["reference", "CA_REF"]);
        let mapping =
            Mapping::find(&names, &[(Field::Reference, "ca_ref".to_owned())], &[]).expect("found");
        assert_eq!(mapping.column(Field::Reference), Some(1));
    }

    #[test]
    fn a_kept_column_that_is_gone_gives_way_to_a_usual_one_and_to_no_other() {
        let kept = [
            (Field::Reference, "CA_REF".to_owned()),
            (Field::EndDate, "ENDED".to_owned()),
        ];
        let standard = columns(&["reference", "end-date"]);
        let mapping = Mapping::find(&standard, &[], &kept).expect("found");
        assert_eq!(mapping.column(Field::EndDate), Some(1));
        let without = columns(&["reference", "finished"]);
        let problems = Mapping::find(&without, &[], &kept).expect_err("no end");
        assert_eq!(problems.len(), 1, "the end date would be lost");
    }

    #[test]
    fn without_references_the_columns_are_listed() {
        let names = columns(&["fid", "Name"]);
        let problems = Mapping::find(&names, &[], &[]).expect_err("none");
        assert_eq!(
            problems[0].kind,
            Kind::NoReferenceColumn {
                columns: names.clone()
            }
        );
        let problems = Mapping::find(&names, &[(Field::Reference, "Nane".to_owned())], &[])
            .expect_err("mistyped");
        assert_eq!(problems.len(), 1);
        let Kind::MissingColumn { nearest, .. } = &problems[0].kind else {
            panic!("{:?}", problems[0]);
        };
        assert_eq!(nearest.as_deref(), Some("Name"));
    }
}
