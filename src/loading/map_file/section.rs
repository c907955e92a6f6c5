//! A table of a TOML document that is read key by key. It remembers which keys were asked for, so that
//! the others can be refused by name, and collects every problem with its line, so that staff can mend
//! them all at once.

use crate::loading::finding::shown;
use crate::loading::nearest::nearest;
use crate::policy::{PartialDate, Text};
use std::cell::RefCell;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The document's text, and what is wrong with it.
#[derive(Debug)]
pub struct Problems<'a> {
    text: &'a str,
    list: RefCell<Vec<(usize, String)>>,
}

impl<'a> Problems<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            list: RefCell::default(),
        }
    }

    fn line(&self, offset: usize) -> usize {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        before.iter().filter(|&&byte| byte == b'\n').count() + 1
    }

    fn add(&self, offset: usize, message: String) {
        self.list.borrow_mut().push((self.line(offset), message));
    }

    /// The problems as "line 12: …", in the order of the document.
    pub fn into_lines(self) -> Vec<String> {
        let mut list = self.list.into_inner();
        list.sort();
        list.dedup();
        list.into_iter()
            .map(|(line, message)| format!("line {line}: {message}"))
            .collect()
    }
}

/// One table.
#[derive(Debug)]
pub struct Section<'a> {
    /// What the table is, for messages: `[[layer]] sssi`; empty for the document.
    pub name: String,
    table: &'a DeTable<'a>,
    at: usize,
    known: RefCell<Vec<&'static str>>,
    problems: &'a Problems<'a>,
}

/// A value with its place.
pub type Found<'a> = &'a Spanned<DeValue<'a>>;

impl<'a> Section<'a> {
    pub fn new(name: &str, table: &'a Spanned<DeTable<'a>>, problems: &'a Problems<'a>) -> Self {
        Self::at(name, table.get_ref(), table.span().start, problems)
    }

    fn at(name: &str, table: &'a DeTable<'a>, at: usize, problems: &'a Problems<'a>) -> Self {
        Self {
            name: name.to_owned(),
            table,
            at,
            known: RefCell::default(),
            problems,
        }
    }

    /// The value of a key.
    pub fn value(&self, key: &'static str) -> Option<Found<'a>> {
        self.known.borrow_mut().push(key);
        self.table.get(key)
    }

    /// Reports a problem with a key: what is wrong, and what would be right.
    pub fn wrong(&self, key: &str, what: &str, right: &str) {
        let at = self
            .table
            .get(key)
            .map_or(self.at, |value| value.span().start);
        let of = if self.name.is_empty() {
            String::new()
        } else {
            format!("{}: ", self.name)
        };
        self.problems.add(at, format!("{of}{key} {what}; {right}"));
    }

    fn wrong_type(&self, key: &str, value: &DeValue, wanted: &str) {
        self.wrong(
            key,
            &format!("is {}", type_name(value)),
            &format!("write {wanted}"),
        );
    }

    /// Text that may be absent; empty counts as absent.
    pub fn text(&self, key: &'static str) -> Option<String> {
        let value = self.value(key)?;
        match value.get_ref().as_str() {
            Some(text) => (!text.trim().is_empty()).then(|| text.trim().to_owned()),
            None => {
                self.wrong_type(key, value.get_ref(), "a text in quotation marks");
                None
            }
        }
    }

    /// Text that must be there.
    pub fn needed(&self, key: &'static str, right: &str) -> Option<String> {
        let text = self.text(key);
        if text.is_none()
            && self
                .table
                .get(key)
                .is_none_or(|value| value.get_ref().is_str())
        {
            self.wrong(key, "is missing", right);
        }
        text
    }

    /// Text in English, or in English and Welsh.
    pub fn both(&self, key: &'static str) -> Option<Text> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Text::english(text.trim())),
            DeValue::Table(table) => {
                let inner = Self::at(&self.of(key), table, value.span().start, self.problems);
                let en = inner.needed("en", "write { en = \"…\", cy = \"…\" }");
                let cy = inner.text("cy");
                inner.finish();
                Some(Text::bilingual(en?, cy))
            }
            other => {
                self.wrong_type(key, other, "\"…\" or { en = \"…\", cy = \"…\" }");
                None
            }
        }
    }

    /// Yes or no.
    pub fn flag(&self, key: &'static str, default: bool) -> bool {
        let Some(value) = self.value(key) else {
            return default;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_type(key, value.get_ref(), "true or false");
            default
        })
    }

    /// A number within bounds.
    pub fn number(&self, key: &'static str, default: f64, bounds: (f64, f64)) -> f64 {
        let Some(value) = self.value(key) else {
            return default;
        };
        let text = match value.get_ref() {
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            other => type_name(other).to_owned(),
        };
        let number = text.replace('_', "").parse().ok();
        number
            .filter(|n| (bounds.0..=bounds.1).contains(n))
            .unwrap_or_else(|| {
                self.wrong(
                    key,
                    &format!("is {text}"),
                    &format!("write a number from {} to {}", bounds.0, bounds.1),
                );
                default
            })
    }

    /// A zoom level, 0 to 16.
    pub fn zoom(&self, key: &'static str, default: u8) -> u8 {
        let zoom = self.number(key, f64::from(default), (0.0, 16.0));
        if zoom.fract() == 0.0 {
            return zoom as u8;
        }
        self.wrong(
            key,
            &format!("is {zoom}"),
            "write a whole number from 0 to 16",
        );
        default
    }

    /// A date, as text or as TOML's own.
    pub fn date(&self, key: &'static str) -> Option<PartialDate> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            other => {
                self.wrong_type(key, other, "a date as \"2026-10-01\"");
                return None;
            }
        };
        PartialDate::parse(&text)
            .inspect_err(|_| {
                let right = "write it as 2013-10-24, or 2013-10 or 2013 where the day is not known";
                self.wrong(key, &format!("“{}” is not a date", shown(&text)), right);
            })
            .ok()
    }

    /// One text or several.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let list = match value.get_ref() {
            DeValue::String(text) => Some(vec![text.trim().to_owned()]),
            DeValue::Array(items) => {
                let texts = items
                    .iter()
                    .map(|item| item.get_ref().as_str().map(ToOwned::to_owned));
                texts.collect()
            }
            _ => None,
        };
        list.unwrap_or_else(|| {
            self.wrong_type(
                key,
                value.get_ref(),
                "a text, or a list of texts as [\"…\", \"…\"]",
            );
            Vec::new()
        })
    }

    /// A table.
    pub fn section(&self, key: &'static str) -> Option<Self> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Self::at(
                &self.of(key),
                table,
                value.span().start,
                self.problems,
            )),
            other => {
                self.wrong_type(key, other, "a table as { … }");
                None
            }
        }
    }

    /// A list of tables.
    pub fn sections(&self, key: &'static str) -> Vec<Self> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let right = format!("write [[{key}]] above each of them");
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(key, &format!("is {}", type_name(value.get_ref())), &right);
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::Table(table) => {
                    sections.push(Self::at(
                        &self.of(key),
                        table,
                        item.span().start,
                        self.problems,
                    ));
                }
                other => self.wrong(key, &format!("holds {}", type_name(other)), &right),
            }
        }
        sections
    }

    /// Every key with its value, all of them known from then on.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Found<'a>)> {
        self.table
            .iter()
            .map(|(key, value)| (&**key.get_ref(), value))
    }

    fn of(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else {
            format!("{}, {key}", self.name)
        }
    }

    /// Refuses the keys that nobody asked for.
    pub fn finish(self) {
        let known = self.known.borrow().clone();
        for (key, _) in self.table {
            let name = &**key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let right = match nearest(name, known.iter().copied()) {
                Some(nearest) => format!("did you mean “{nearest}”?"),
                None => format!("the keys here are: {}", known.join(", ")),
            };
            let of = if self.name.is_empty() {
                String::new()
            } else {
                format!("{}: ", self.name)
            };
            self.problems.add(
                key.span().start,
                format!("{of}the key “{}” is not known; {right}", shown(name)),
            );
        }
    }
}

fn type_name(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
