//! Columns that a source brought beside our own fields, under their digital-land names.

use crate::policy::AreaRecord;

/// The name of a column as digital-land writes it: small letters, hyphens.
///
/// ```
/// assert_eq!(groundrule::answer::kebab("Entry_Date"), "entry-date");
/// ```
#[must_use]
pub fn kebab(name: &str) -> String {
    let hyphen = |c: char| {
        if c == '_' || c.is_whitespace() {
            '-'
        } else {
            c
        }
    };
    name.trim().to_lowercase().chars().map(hyphen).collect()
}

/// What the source says in a column, as text; `None` where it says nothing.
#[must_use]
pub fn recorded(record: &AreaRecord, column: &str) -> Option<String> {
    let named = |name: &str| name.len() == column.len() && kebab(name) == column;
    let mut properties = record.properties.iter();
    let (_, value) = properties.find(|(name, _)| named(name))?;
    Some(value.to_string().trim().to_owned()).filter(|text| !text.is_empty())
}
