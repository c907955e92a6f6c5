//! The dates of a query: `start_date_year`, `…_month`, `…_day`, `…_match`, and the same of `end_` and `entry_`.

use super::Reading;
use super::faults::{self, bare};
use crate::answer::{DateField, DateTest, DateWanted};
use crate::policy::PartialDate;

const DATES: [(&str, DateField); 3] = [
    ("start_date", DateField::Start),
    ("end_date", DateField::End),
    ("entry_date", DateField::Entry),
];

const PARTS: [&str; 4] = ["_year", "_month", "_day", "_match"];

const MATCHES: [&str; 4] = ["match", "before", "since", "empty"];

/// Whether a field of a query is one of a date.
pub(super) fn is_field(name: &str) -> bool {
    let rest = DATES.iter().find_map(|(date, _)| name.strip_prefix(date));
    rest.is_some_and(|rest| rest.is_empty() || PARTS.contains(&rest))
}

impl Reading<'_> {
    /// What is asked of the dates, and the fields that ask nothing for want of a year.
    pub(super) fn dates(&mut self) -> (Vec<DateTest>, Vec<String>) {
        let (mut tests, mut idle) = (Vec::new(), Vec::new());
        for (name, field) in DATES {
            let how = self.how(name);
            let date = self.date(name);
            let wanted = match (how, date) {
                (Some("empty"), _) => Some(DateWanted::Empty),
                (Some("before"), Some(date)) => Some(DateWanted::Before(date.earliest())),
                (Some("since"), Some(date)) => Some(DateWanted::Since(date.earliest())),
                (_, Some(date)) => Some(DateWanted::Match(date)),
                (_, None) => None,
            };
            match wanted {
                Some(wanted) => tests.push(DateTest { field, wanted }),
                None => {
                    let parts = PARTS.iter().map(|part| format!("{name}{part}"));
                    idle.extend(parts.filter(|part| self.asked.filled(part).is_some()));
                }
            }
        }
        (tests, idle)
    }

    fn how(&mut self, name: &'static str) -> Option<&'static str> {
        let field = format!("{name}_match");
        let word = self.asked.filled(&field)?;
        let known = MATCHES.into_iter().find(|known| *known == word);
        if known.is_none() {
            self.faults.no_member(faults::query(&field), &MATCHES);
        }
        known
    }

    /// The date that is named, as precisely as it is; a day without its month is of January, as there.
    fn date(&mut self, name: &'static str) -> Option<PartialDate> {
        if let Some(text) = self.asked.filled(name) {
            let date = PartialDate::parse(text).ok();
            if date.is_none() {
                let loc = faults::query(name);
                self.faults
                    .push(loc, "invalid date format", "value_error.date");
            }
            return date;
        }
        let year = self.part(name, "_year", 9999)?;
        let month = self.part(name, "_month", 12);
        let day = self.part(name, "_day", 31);
        let text = match (month, day) {
            (None, None) => format!("{year:04}"),
            (Some(month), None) => format!("{year:04}-{month:02}"),
            (month, Some(day)) => format!("{year:04}-{:02}-{day:02}", month.unwrap_or(1)),
        };
        let date = PartialDate::parse(&text).ok();
        if date.is_none() {
            let loc = bare(&format!("{name}_day"));
            self.faults
                .push(loc, "day is out of range for month", "value_error");
        }
        date
    }

    fn part(&mut self, name: &str, part: &str, most: u16) -> Option<u16> {
        let field = format!("{name}{part}");
        let text = self.asked.filled(&field)?.trim();
        let Ok(number) = text.parse::<i64>() else {
            self.faults.no_integer(faults::query(&field));
            return None;
        };
        let fits = u16::try_from(number)
            .ok()
            .filter(|n| (1..=most).contains(n));
        if fits.is_none() {
            let upper = if part == "_year" {
                String::new()
            } else {
                format!(" and less than or equal to {most}")
            };
            let msg = format!("ensure this value is greater than or equal to 1{upper}");
            self.faults
                .push(bare(&field), &msg, "value_error.digitallandvalidation");
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_dates_are_told_from_others() {
        for name in ["start_date", "end_date_year", "entry_date_match"] {
            assert!(is_field(name), "{name}");
        }
        for name in ["start_date_", "start", "start-date-year", "date_year"] {
            assert!(!is_field(name), "{name}");
        }
    }
}
