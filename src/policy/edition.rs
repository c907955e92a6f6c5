//! The name of a published edition: its day in Europe/London and a serial within the day.

use jiff::civil::Date;

/// `2026-11-23.1`: ordered as they were published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EditionId {
    /// The day of publication in Europe/London.
    pub day: Date,
    /// Counts from 1 within the day.
    pub serial: u32,
}

/// Why a text names no edition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an edition; they are named by day and number, as 2026-11-23.1")]
pub struct EditionIdError(pub String);

impl std::str::FromStr for EditionId {
    type Err = EditionIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('.').and_then(|(day, serial)| {
            let id = Self {
                day: day.parse().ok()?,
                serial: serial.parse().ok()?,
            };
            // Only the printed form is a name: an edition must not answer to two.
            (id.to_string() == text).then_some(id)
        });
        parsed.ok_or_else(|| EditionIdError(text.to_owned()))
    }
}

impl std::fmt::Display for EditionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.day, self.serial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_printed_form_names_an_edition() {
        let id: EditionId = "2026-11-23.1".parse().expect("an id");
        assert_eq!(id.to_string(), "2026-11-23.1");
        for text in [
            "2026-11-23",
            "2026-11-23.01",
            "2026-11-23.+1",
            "current",
            "../x",
            "2026-11-31.1",
        ] {
            assert!(text.parse::<EditionId>().is_err(), "{text}");
        }
    }

    #[test]
    fn editions_order_as_published() {
        let parse = |text: &str| text.parse::<EditionId>().expect(text);
        assert!(parse("2026-11-23.2") < parse("2026-11-23.10"));
        assert!(parse("2026-11-23.10") < parse("2026-11-24.1"));
    }
}
