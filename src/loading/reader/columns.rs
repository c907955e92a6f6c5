//! The columns of a file, by name and index, in the order in which they were first seen.

use std::collections::HashMap;

/// Columns by index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    names: Vec<String>,
    index: HashMap<String, usize>,
    row_numbers: Option<usize>,
}

impl Columns {
    /// The index of a column, which is added where it is new.
    pub fn index_of(&mut self, name: &str) -> usize {
        if let Some(&index) = self.index.get(name) {
            return index;
        }
        let index = self.names.len();
        self.names.push(name.to_owned());
        self.index.insert(name.to_owned(), index);
        index
    }

    /// Adds a column of a table; a repeated name gets a number.
    pub fn add(&mut self, name: &str) -> usize {
        let mut unique = name.to_owned();
        let mut number = 2;
        while self.index.contains_key(&unique) {
            unique = format!("{name} ({number})");
            number += 1;
        }
        self.index_of(&unique)
    }

    /// Notes that a column holds numbers of the file's own rows: no data, unless somebody names it.
    pub fn hold_row_numbers(&mut self, index: usize) {
        self.row_numbers = Some(index);
    }

    /// The column of the file's own row numbers.
    pub fn row_numbers(&self) -> Option<usize> {
        self.row_numbers
    }

    /// The names, by index.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}
