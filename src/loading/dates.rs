//! Text of a source → a date that may be known to the month or year only. What could be read two ways
//! is refused, never guessed.

use crate::policy::PartialDate;
use jiff::fmt::strtime;

/// Why a text is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADate {
    /// It might be one, day first or month first.
    pub ambiguous: bool,
}

/// Reads a date by the declared format, else as ISO 8601 (also with slashes, year first).
pub fn read(text: &str, format: Option<&str>) -> Result<PartialDate, NotADate> {
    let text = text.trim();
    let by_format = format.and_then(|format| by_format(text, format));
    by_format
        .or_else(|| PartialDate::parse(text).ok())
        .or_else(|| PartialDate::parse(&with_hyphens(text)?).ok())
        .ok_or_else(|| NotADate {
            ambiguous: is_ambiguous(text),
        })
}

/// Whether a format is one that dates can be read by.
pub fn is_format(format: &str) -> bool {
    let date = jiff::civil::date(2013, 10, 24).at(12, 30, 0, 0);
    let printed = strtime::format(format, date);
    printed.is_ok_and(|printed| by_format(&printed, format).is_some())
}

fn by_format(text: &str, format: &str) -> Option<PartialDate> {
    let parsed = strtime::parse(format, text).ok()?;
    let date = match (parsed.year(), parsed.month(), parsed.day()) {
        (Some(year), Some(month), Some(day)) => format!("{year:04}-{month:02}-{day:02}"),
        (Some(year), Some(month), None) => format!("{year:04}-{month:02}"),
        (Some(year), None, None) => format!("{year:04}"),
        _ => return None,
    };
    PartialDate::parse(&date).ok()
}

/// `2021/04/03 00:00:00` with hyphens.
fn with_hyphens(text: &str) -> Option<String> {
    let year_first = text.split('/').next()?.len() == 4 && text.contains('/');
    year_first.then(|| text.replace('/', "-"))
}

/// One or two figures, twice, then a year.
fn is_ambiguous(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['/', '.', '-']).collect();
    let figures = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(figures) && parts[0].len() <= 2 && parts[1].len() <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, format: Option<&str>) -> String {
        read(text, format).expect(text).to_string()
    }

    #[test]
    fn dates_are_read_by_the_declared_format_or_as_iso() {
        assert_eq!(shown("10/09/2017", Some("%d/%m/%Y")), "2017-09-10");
        assert_eq!(shown("19720605000000", Some("%Y%m%d%H%M%S")), "1972-06-05");
        assert_eq!(shown("08/1966", Some("%m/%Y")), "1966-08");
        assert_eq!(shown("1984-03", Some("%d/%m/%Y")), "1984-03", "ISO besides");
        assert_eq!(shown("2022/08/01 00:00:00", None), "2022-08-01");
        assert_eq!(shown("2022-08-01T00:00:00Z", None), "2022-08-01");
    }

    #[test]
    fn what_can_be_read_two_ways_is_refused() {
        assert_eq!(read("03/04/2021", None), Err(NotADate { ambiguous: true }));
        assert_eq!(read("3.4.21", None), Err(NotADate { ambiguous: true }));
        for text in ["TBA", "Aug-66", "1974 & 1983", "31/02/2020"] {
            let format = Some("%d/%m/%Y");
            assert!(read(text, format).is_err(), "{text}");
        }
        assert_eq!(read("TBA", None), Err(NotADate { ambiguous: false }));
    }

    #[test]
    fn formats_are_checked_before_they_are_used() {
        for format in ["%d/%m/%Y", "%Y%m%d%H%M%S", "%Y", "%b %Y"] {
            assert!(is_format(format), "{format}");
        }
        for format in ["", "dd/mm/yyyy", "%", "%H:%M"] {
            assert!(!is_format(format), "{format}");
        }
    }
}
