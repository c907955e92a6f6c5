//! When an area is in force: dates that may be known to the year or month only.
//!
//! An end date is the day *from which* the area no longer applies. A partial date is an interval of
//! possible days; no first of the month is ever invented.

use jiff::civil::Date;

/// A date known to the day, the month or the year: `2013-10-24`, `1984-03`, `1984`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not a date; write it as 2013-10-24, or 2013-10 or 2013 where the day is not known"
)]
pub struct DateError(pub String);

impl PartialDate {
    /// Reads an ISO 8601 date that may be cut off after the month or the year. A time after the day is passed over.
    ///
    /// # Errors
    /// Anything else, days that do not exist included.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let refused = || DateError(text.to_owned());
        let text = text.trim();
        let (day_part, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
        let mut fields = day_part.split('-');
        let mut number = |width: usize| match fields.next() {
            Some(digits) if digits.len() == width && digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse::<i16>().map(Some).map_err(|_| refused())
            }
            Some(_) => Err(refused()),
            None => Ok(None),
        };
        let (year, month, day) = (number(4)?.ok_or_else(refused)?, number(2)?, number(2)?);
        // Only a time may follow, and only a day: “1974 & 1983” is not 1974.
        let is_time = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'Z');
        let timed = day.is_some() && time.starts_with(|c: char| c.is_ascii_digit());
        if fields.next().is_some() || !(time.is_empty() || timed && time.chars().all(is_time)) {
            return Err(refused());
        }
        let date = Self {
            year,
            month: month.map(|m| m as i8),
            day: day.map(|d| d as i8),
        };
        date.checked().ok_or_else(refused)
    }

    /// The date as one number, 20131024; of the month or day that is not known, 0.
    #[must_use]
    pub fn number(self) -> i32 {
        let figures = |part: Option<i8>| i32::from(part.unwrap_or(0));
        i32::from(self.year) * 10_000 + figures(self.month) * 100 + figures(self.day)
    }

    /// The date of such a number, or `None` where there is none.
    #[must_use]
    pub fn of_number(number: i32) -> Option<Self> {
        let figures = |number: i32| (number > 0).then_some(number as i8);
        let date = Self {
            year: i16::try_from(number / 10_000).ok()?,
            month: figures(number / 100 % 100),
            day: figures(number % 100),
        };
        date.checked().filter(|date| date.number() == number)
    }

    /// A date known to the day.
    #[must_use]
    pub fn of_day(date: Date) -> Self {
        Self {
            year: date.year(),
            month: Some(date.month()),
            day: Some(date.day()),
        }
    }

    fn checked(self) -> Option<Self> {
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
            .ok()
            .map(|_| self)
    }

    /// The first day that it can be.
    #[must_use]
    pub fn earliest(self) -> Date {
        Date::constant(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// The last day that it can be.
    #[must_use]
    pub fn latest(self) -> Date {
        let month = Date::constant(self.year, self.month.unwrap_or(12), 1);
        match self.day {
            Some(day) => Date::constant(self.year, self.month.unwrap_or(12), day),
            None => month.last_of_month(),
        }
    }

    /// Year, and month and day where they are known.
    #[must_use]
    pub fn fields(self) -> (i16, Option<i8>, Option<i8>) {
        (self.year, self.month, self.day)
    }
}

impl std::fmt::Display for PartialDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

/// Whether something is in force on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InForce {
    /// It is.
    Yes,
    /// It is not yet, or no longer.
    No,
    /// A partial date straddles the day.
    NotKnown,
}

impl InForce {
    /// Both at once: in force only where both are.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::NotKnown, _) | (_, Self::NotKnown) => Self::NotKnown,
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }
}

/// From when until before when something is in force; a missing date leaves that side open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Validity {
    /// The first day; none means since ever.
    pub start: Option<PartialDate>,
    /// The first day on which it is no longer in force; none means still.
    pub end: Option<PartialDate>,
}

impl Validity {
    /// Whether it is in force on a day.
    ///
    /// ```
    /// use groundrule::policy::{InForce, PartialDate, Validity};
    /// let designated = Validity { start: Some(PartialDate::parse("1984-03")?), end: None };
    /// assert_eq!(designated.on("1984-02-29".parse()?), InForce::No);
    /// assert_eq!(designated.on("1984-03-15".parse()?), InForce::NotKnown);
    /// assert_eq!(designated.on("1984-04-01".parse()?), InForce::Yes);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn on(&self, day: Date) -> InForce {
        let begun = self.start.map_or(InForce::Yes, |start| reached(start, day));
        let ended = self.end.map_or(InForce::No, |end| reached(end, day));
        let going = match ended {
            InForce::Yes => InForce::No,
            InForce::No => InForce::Yes,
            InForce::NotKnown => InForce::NotKnown,
        };
        begun.and(going)
    }
}

/// Whether `day` is on or after the date.
pub(super) fn reached(date: PartialDate, day: Date) -> InForce {
    if day < date.earliest() {
        InForce::No
    } else if day >= date.latest() {
        InForce::Yes
    } else {
        InForce::NotKnown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn partial(text: &str) -> Option<PartialDate> {
        Some(PartialDate::parse(text).expect(text))
    }

    #[test]
    fn the_end_date_is_the_first_day_on_which_it_no_longer_applies() {
        let validity = Validity {
            start: partial("2013-10-24"),
            end: partial("2024-01-01"),
        };
        assert_eq!(validity.on(date(2013, 10, 23)), InForce::No);
        assert_eq!(validity.on(date(2013, 10, 24)), InForce::Yes);
        assert_eq!(validity.on(date(2023, 12, 31)), InForce::Yes);
        assert_eq!(validity.on(date(2024, 1, 1)), InForce::No);
    }

    #[test]
    fn a_year_straddles_all_its_days_but_the_last() {
        let validity = Validity {
            start: partial("1984"),
            end: None,
        };
        assert_eq!(validity.on(date(1983, 12, 31)), InForce::No);
        assert_eq!(validity.on(date(1984, 1, 1)), InForce::NotKnown);
        assert_eq!(validity.on(date(1984, 12, 30)), InForce::NotKnown);
        assert_eq!(validity.on(date(1984, 12, 31)), InForce::Yes);
    }

    #[test]
    fn a_partial_end_keeps_it_unknown_within_that_month() {
        let validity = Validity {
            start: None,
            end: partial("2020-02"),
        };
        assert_eq!(validity.on(date(2020, 1, 31)), InForce::Yes);
        assert_eq!(validity.on(date(2020, 2, 10)), InForce::NotKnown);
        assert_eq!(validity.on(date(2020, 2, 29)), InForce::No);
    }

    #[test]
    fn dates_print_as_precisely_as_they_are_known() {
        for text in ["1984", "1984-03", "1984-03-05"] {
            assert_eq!(PartialDate::parse(text).expect(text).to_string(), text);
        }
        assert_eq!(
            PartialDate::parse("2001-02-03T00:00:00Z")
                .expect("a time")
                .to_string(),
            "2001-02-03"
        );
    }

    #[test]
    fn what_is_ambiguous_or_does_not_exist_is_refused() {
        for text in [
            "03/04/2021",
            "2021-02-29",
            "2021-13",
            "84",
            "",
            "2021-1-1",
            "TBA",
            "20211231",
            "2021-01-01-01",
            "1974 & 1983",
            "1974 TBA",
            "2021-01-01 or so",
        ] {
            assert!(PartialDate::parse(text).is_err(), "{text}");
        }
    }
}
