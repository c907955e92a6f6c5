//! A row's columns → what is written about an area.

use super::dates;
use super::fields::{Field, Mapping};
use super::finding::{Done, Finding, Kind, Severity};
use super::reader::Row;
use crate::policy::{AreaRecord, Map, PartialDate, Text, Validity, Value, link};
use jiff::civil::Date;

/// What rows of a file are read by.
pub struct Reading<'a> {
    /// Which column is which field.
    pub mapping: &'a Mapping,
    /// The columns' names.
    pub columns: &'a [String],
    /// The column that numbers the file's own rows, and is no property.
    pub row_numbers: Option<usize>,
    /// How dates are written, where not in ISO 8601.
    pub date_format: Option<&'a str>,
    /// The column of the day on which a row was entered.
    pub entry_date: Option<usize>,
    /// The day of the load, where dates are measured from it.
    pub today: Option<Date>,
    /// The layer's plan, which an area may override.
    pub plan: Option<&'a str>,
    /// The map, whose plans and policies areas name.
    pub map: &'a Map,
}

/// Years before this are taken for slips.
const FIRST_YEAR: i16 = 1000;
/// Years after this are taken for slips, or for a way to say "never".
const LAST_YEAR: i16 = 2200;

/// Years between today and a date beyond which the national checks take it for a slip. It may be meant, so it is said and kept.
const MAX_YEARS_AHEAD: i16 = 50;
/// Dates before this year are taken for slips by the national checks; a charter may be older, so it is said and kept.
const FIRST_USUAL_YEAR: i16 = 1800;

/// Characters of a reference at most: longer ones make links that programs for mail and word processing cut off.
pub const MAX_REFERENCE_CHARS: usize = 200;
/// Characters of a name beyond which it has no room in a heading or in a still map's legend.
pub const MAX_NAME_CHARS: usize = 300;
/// Characters of any other text beyond which a page could not hold it.
pub const MAX_TEXT_CHARS: usize = 10_000;

impl Reading<'_> {
    /// The record of a row. A finding that is an error means that the row cannot be published.
    pub fn record(&self, row: &Row) -> (AreaRecord, Vec<Finding>) {
        let mut findings = Vec::new();
        let text = |field: Field| self.text(row, field);
        let record = AreaRecord {
            reference: text(Field::Reference).unwrap_or_default(),
            name: self.name(row),
            policies: self.list(row, Field::Policies),
            plan: text(Field::Plan),
            validity: self.validity(row, &mut findings),
            document_url: text(Field::DocumentUrl),
            documentation_url: text(Field::DocumentationUrl),
            notes: text(Field::Notes),
            supersedes: self.list(row, Field::Supersedes),
            properties: self.properties(row),
        };
        self.check_policies(&record, &mut findings);
        self.check_links(&record, &mut findings);
        self.check_lengths(row, &record, &mut findings);
        findings.extend(self.future_entry(row));
        for finding in &mut findings {
            finding.row = Some(row.number);
            finding.reference =
                (!record.reference.is_empty()).then(|| super::finding::shown(&record.reference));
        }
        (record, findings)
    }

    fn column_name(&self, field: Field) -> Option<&str> {
        let column = self.mapping.column(field)?;
        self.columns.get(column).map(String::as_str)
    }

    fn text(&self, row: &Row, field: Field) -> Option<String> {
        let value = row.value(self.mapping.column(field)?)?.to_string();
        let text = value.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn name(&self, row: &Row) -> Option<Text> {
        let (en, cy) = (self.text(row, Field::Name), self.text(row, Field::NameCy));
        match (en, cy) {
            (Some(en), cy) => Some(Text::bilingual(en, cy)),
            (None, Some(cy)) => Some(Text::bilingual(cy.clone(), Some(cy))),
            (None, None) => None,
        }
    }

    /// Whether a row with a name has one in Welsh too; one that is the same in both languages counts.
    pub fn has_welsh_name(&self, row: &Row) -> Option<bool> {
        let filled = |field: Field| {
            let value = self
                .mapping
                .column(field)
                .and_then(|column| row.value(column));
            value.is_some_and(|value| match value {
                Value::Text(text) => !text.trim().is_empty(),
                _ => true,
            })
        };
        self.mapping.column(Field::NameCy)?;
        match (filled(Field::Name), filled(Field::NameCy)) {
            (false, false) => None,
            (_, welsh) => Some(welsh),
        }
    }

    /// Several values in one cell, with semicolons between, or commas where there are none.
    fn list(&self, row: &Row, field: Field) -> Vec<String> {
        let text = self.text(row, field).unwrap_or_default();
        let separator = if text.contains(';') { ';' } else { ',' };
        let items = text.split(separator).map(str::trim);
        items
            .filter(|item| !item.is_empty())
            .map(ToOwned::to_owned)
            .collect()
    }

    fn validity(&self, row: &Row, findings: &mut Vec<Finding>) -> Validity {
        let mut date = |field: Field| -> Option<PartialDate> {
            let text = self.text(row, field)?;
            let column = self.column_name(field).unwrap_or_default();
            let problem = match dates::read(&text, self.date_format) {
                Ok(date) => match date.fields().0 {
                    year if year < FIRST_YEAR => Kind::FarPastDate,
                    year if year > LAST_YEAR => Kind::FarFutureDate,
                    year => {
                        let unusual = self.unusual(year).map(Finding::new);
                        findings.extend(unusual.map(|finding| {
                            let mut finding = finding.of_value(column, &text);
                            (finding.severity, finding.done) = (Severity::Warning, Done::Said);
                            finding
                        }));
                        return Some(date);
                    }
                },
                Err(error) => Kind::InvalidDate {
                    ambiguous: error.ambiguous,
                },
            };
            findings.push(Finding::new(problem).of_value(column, &text));
            None
        };
        let validity = Validity {
            start: date(Field::StartDate),
            end: date(Field::EndDate),
        };
        if let (Some(start), Some(end)) = (validity.start, validity.end)
            && end.latest() <= start.earliest()
        {
            let column = self.column_name(Field::EndDate).unwrap_or_default();
            findings.push(Finding::new(Kind::EndBeforeStart).of_value(column, &end.to_string()));
        }
        validity
    }

    /// What is odd about a year that may be meant all the same.
    fn unusual(&self, year: i16) -> Option<Kind> {
        let last = self.today.map(|today| today.year() + MAX_YEARS_AHEAD);
        if last.is_some_and(|last| year > last) {
            return Some(Kind::FarFutureDate);
        }
        (year < FIRST_USUAL_YEAR).then_some(Kind::FarPastDate)
    }

    /// A day of entry that is still to come. Nothing is answered by it, so it refuses nothing.
    fn future_entry(&self, row: &Row) -> Option<Finding> {
        let column = self.entry_date?;
        let text = row.value(column)?.to_string();
        let entry = dates::read(&text, self.date_format).ok()?;
        let future = entry.earliest() > self.today?;
        future.then(|| Finding::new(Kind::FutureEntryDate).of_value(&self.columns[column], &text))
    }

    fn check_lengths(&self, row: &Row, record: &AreaRecord, findings: &mut Vec<Finding>) {
        let meant = |field: Field| self.mapping.column(field);
        for (column, value) in &row.values {
            let Value::Text(text) = value else { continue };
            let is = |field: Field| meant(field) == Some(*column);
            let most = if is(Field::Reference) {
                MAX_REFERENCE_CHARS
            } else if is(Field::Name) || is(Field::NameCy) {
                MAX_NAME_CHARS
            } else {
                MAX_TEXT_CHARS
            };
            // Bytes are counted already, and are never fewer than characters.
            let characters = if text.len() > most {
                text.chars().count()
            } else {
                0
            };
            if characters <= most || is(Field::Geometry) {
                continue;
            }
            let kind = Kind::TooLong {
                characters: characters as u64,
                most: most as u64,
            };
            let mut finding = Finding::new(kind).of_value(&self.columns[*column], text);
            if is(Field::Reference) && !record.reference.is_empty() {
                (finding.severity, finding.done) = (Severity::Error, Done::Refused);
            }
            findings.push(finding);
        }
    }

    /// All columns without a meaning of their own; `stage` is kept among them.
    fn properties(&self, row: &Row) -> Vec<(String, Value)> {
        let stage = self.mapping.column(Field::Stage);
        let kept = row.values.iter().filter(|(column, value)| {
            let own = self.mapping.means_something(*column) && stage != Some(*column);
            let numbers = self.row_numbers == Some(*column);
            !own && !numbers && !matches!(value, Value::Text(text) if text.trim().is_empty())
        });
        kept.map(|(column, value)| (self.columns[*column].clone(), value.clone()))
            .collect()
    }

    fn check_links(&self, record: &AreaRecord, findings: &mut Vec<Finding>) {
        let links = [
            (Field::DocumentUrl, &record.document_url),
            (Field::DocumentationUrl, &record.documentation_url),
        ];
        for (field, url) in links {
            if let Some(url) = url
                && link::safe(url).is_none()
            {
                let column = self.column_name(field).unwrap_or_default();
                findings.push(Finding::new(Kind::NotALink).of_value(column, url));
            }
        }
    }

    fn check_policies(&self, record: &AreaRecord, findings: &mut Vec<Finding>) {
        let plan = record.plan.as_deref().or(self.plan);
        if let Some(plan) = &record.plan
            && self.map.plan(plan).is_none()
        {
            let column = self.column_name(Field::Plan).unwrap_or_default();
            let plans = self.map.plans.iter().map(|plan| plan.id.clone()).collect();
            findings.push(Finding::new(Kind::UnknownPlan { plans }).of_value(column, plan));
            return;
        }
        for code in &record.policies {
            let known = plan.is_some_and(|plan| self.map.policy(plan, code).is_some());
            if !known {
                let column = self.column_name(Field::Policies).unwrap_or_default();
                let plan = plan.map(ToOwned::to_owned);
                findings.push(Finding::new(Kind::UnknownPolicy { plan }).of_value(column, code));
            }
        }
    }
}
