//! The authority's own wording of messages: tables `[en]` and `[cy]` of key = text.

use super::MapFileError;
use super::section::{Problems, Section};
use crate::policy::Lang;
use std::collections::BTreeMap;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// Messages by language and key.
pub type Wording = BTreeMap<(&'static str, String), String>;

/// Reads the wording; a key with dots may be written as tables in tables.
///
/// # Errors
/// It is not TOML, or holds anything but texts in the two languages.
pub fn read(path: &Path, text: &str) -> Result<Wording, MapFileError> {
    let document = DeTable::parse(text).map_err(|error| super::not_toml(path, text, &error))?;
    let problems = Problems::new(text);
    let section = Section::new("", &document, &problems);
    let mut wording = Wording::new();
    for lang in Lang::ALL {
        if let Some(table) = section.section(lang.code()) {
            for (key, value) in table.entries() {
                flatten(
                    &table,
                    lang.code(),
                    key.to_owned(),
                    value.get_ref(),
                    &mut wording,
                );
            }
        }
    }
    section.finish();
    let problems = problems.into_lines();
    if problems.is_empty() {
        Ok(wording)
    } else {
        Err(MapFileError::Wrong {
            path: path.to_owned(),
            problems,
        })
    }
}

fn flatten(of: &Section, lang: &'static str, key: String, value: &DeValue, into: &mut Wording) {
    match value {
        DeValue::String(text) => {
            into.insert((lang, key), text.to_string());
        }
        DeValue::Table(table) => {
            for (more, value) in table {
                flatten(
                    of,
                    lang,
                    format!("{key}.{}", more.get_ref()),
                    value.get_ref(),
                    into,
                );
            }
        }
        _ => of.wrong(
            &key,
            "is not a text",
            "write the message in quotation marks",
        ),
    }
}
