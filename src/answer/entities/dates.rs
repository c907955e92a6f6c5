//! Dates and periods that are asked for.
//!
//! A date known to the year or month only has what is asked for where any of its days has: an area must
//! not be missing from a list because its source was not told the day.

use crate::policy::{InForce, PartialDate, Validity};
use jiff::civil::Date;

/// Which of an area's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateField {
    /// The first day on which it is in force.
    Start,
    /// The first day on which it is no longer.
    End,
    /// The day on which its row was entered, where the source has one.
    Entry,
}

/// What a date must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateWanted {
    /// A day of this year, month or day.
    Match(PartialDate),
    /// Earlier than this day.
    Before(Date),
    /// This day or later.
    Since(Date),
    /// None at all.
    Empty,
}

/// What one of the dates must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTest {
    /// Which date.
    pub field: DateField,
    /// What it must be.
    pub wanted: DateWanted,
}

impl DateWanted {
    /// Whether a date may be what is wanted; no date is only ever [`DateWanted::Empty`].
    #[must_use]
    pub fn holds(self, date: Option<PartialDate>) -> bool {
        match (self, date) {
            (Self::Empty, date) => date.is_none(),
            (_, None) => false,
            (Self::Match(wanted), Some(date)) => {
                date.earliest() <= wanted.latest() && date.latest() >= wanted.earliest()
            }
            (Self::Before(day), Some(date)) => date.earliest() < day,
            (Self::Since(day), Some(date)) => date.latest() >= day,
        }
    }
}

/// Whether areas have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Ended or not.
    All,
    /// Not ended, for all that is known; it need not have begun.
    Current,
    /// Ended, for all that is known.
    Historical,
}

impl Period {
    /// Whether an area with these dates may belong to the period on a day. An end date that straddles the
    /// day belongs to both.
    #[must_use]
    pub fn holds(self, validity: &Validity, on: Date) -> bool {
        let unended = Validity {
            start: None,
            end: validity.end,
        };
        match self {
            Self::All => true,
            Self::Current => unended.on(on) != InForce::No,
            Self::Historical => unended.on(on) != InForce::Yes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn partial(text: &str) -> PartialDate {
        PartialDate::parse(text).expect(text)
    }

    #[test]
    fn a_date_known_to_the_year_has_what_any_of_its_days_has() {
        let known = Some(partial("1984"));
        assert!(DateWanted::Match(partial("1984-03-05")).holds(known));
        assert!(DateWanted::Before(date(1984, 1, 2)).holds(known));
        assert!(!DateWanted::Before(date(1984, 1, 1)).holds(known));
        assert!(DateWanted::Since(date(1984, 12, 31)).holds(known));
        assert!(!DateWanted::Since(date(1985, 1, 1)).holds(known));
        assert!(!DateWanted::Match(partial("1985")).holds(known));
    }

    #[test]
    fn no_date_is_neither_before_nor_since_nor_a_match() {
        assert!(DateWanted::Empty.holds(None));
        assert!(!DateWanted::Empty.holds(Some(partial("1984"))));
        for wanted in [
            DateWanted::Match(partial("1984")),
            DateWanted::Before(date(1984, 1, 1)),
            DateWanted::Since(date(1984, 1, 1)),
        ] {
            assert!(!wanted.holds(None), "{wanted:?}");
        }
    }

    #[test]
    fn an_area_ends_on_its_end_date_and_one_of_an_unknown_day_is_in_both_periods() {
        let ending = |text: &str| Validity {
            start: None,
            end: Some(partial(text)),
        };
        let on = date(2026, 11, 23);
        let periods = |validity: Validity| {
            (
                Period::Current.holds(&validity, on),
                Period::Historical.holds(&validity, on),
            )
        };
        assert_eq!(periods(Validity::default()), (true, false));
        assert_eq!(periods(ending("2026-11-24")), (true, false));
        assert_eq!(periods(ending("2026-11-23")), (false, true));
        assert_eq!(periods(ending("2026-11")), (true, true));
    }
}
