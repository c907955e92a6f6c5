//! Which lines and points of context matter most: a motorway before a lane, a town before a hamlet.

use super::area::{AreaRecord, Value};

/// How a layer of context tells what its lines and points are, and which of them matter most.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Importance {
    /// The column of the source that says what each is.
    pub column: Option<String>,
    /// The classes that the map draws apart, the most important first.
    pub classes: Vec<Class>,
    /// A column of numbers: of two of one class, the smaller number matters more.
    pub rank: Option<String>,
}

/// Lines or points of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// What the column says of them; capitals make no difference.
    pub values: Vec<String>,
    /// The style's word for them.
    pub class: String,
    /// Below this zoom they are not in the tiles.
    pub min_zoom: u8,
}

impl Importance {
    /// Whether nothing is said: everything matters alike.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.classes.is_empty() && self.rank.is_none()
    }

    /// The class of an area, with its place among the classes; `None` for one that the map does not list.
    #[must_use]
    pub fn class_of(&self, record: &AreaRecord) -> Option<(usize, &Class)> {
        let value = property(record, self.column.as_deref()?)?.to_string();
        let value = value.trim().to_lowercase();
        let mut classes = self.classes.iter().enumerate();
        classes.find(|(_, class)| class.values.iter().any(|of| of.to_lowercase() == value))
    }

    /// The zoom from which on an area is in the tiles. One that the map does not list comes with the last of
    /// those that it lists, so that it never takes the room of one that matters more.
    #[must_use]
    pub fn from_zoom(&self, record: &AreaRecord) -> u8 {
        let last = self.classes.iter().map(|class| class.min_zoom).max();
        let listed = self.class_of(record).map(|(_, class)| class.min_zoom);
        listed.or(last).unwrap_or(0)
    }

    /// The style's word for what an area is: that of its class, or else what the column itself says.
    #[must_use]
    pub fn word_of(&self, record: &AreaRecord) -> Option<Value> {
        match self.class_of(record) {
            Some((_, class)) => Some(Value::Text(class.class.clone())),
            None => property(record, self.column.as_deref()?).cloned(),
        }
    }

    /// The number by which an area stands before or after others of its class; last where it has none.
    #[must_use]
    pub fn rank_of(&self, record: &AreaRecord) -> f64 {
        let rank = self.rank.as_deref().and_then(|name| property(record, name));
        match rank {
            Some(Value::Integer(number)) => *number as f64,
            Some(Value::Number(number)) => *number,
            Some(Value::Text(text)) => text.trim().parse().unwrap_or(f64::INFINITY),
            Some(Value::Flag(_)) | None => f64::INFINITY,
        }
    }
}

fn property<'a>(record: &'a AreaRecord, column: &str) -> Option<&'a Value> {
    let mut columns = record.properties.iter();
    columns
        .find(|(name, _)| name == column)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_found_by_what_the_column_says_and_others_keep_the_columns_own_word() {
        let class = |values: &[&str], class: &str, min_zoom| Class {
            values: values.iter().map(|&value| value.to_owned()).collect(),
            class: class.to_owned(),
            min_zoom,
        };
        let importance = Importance {
            column: Some("road_classification".to_owned()),
            classes: vec![
                class(&["Motorway"], "motorway", 5),
                class(&["A Road", "Primary"], "a", 8),
            ],
            rank: Some("order".to_owned()),
        };
        let record = |value: &str| AreaRecord {
            properties: vec![
                (
                    "road_classification".to_owned(),
                    Value::Text(value.to_owned()),
                ),
                ("order".to_owned(), Value::Text(" 3 ".to_owned())),
            ],
            ..AreaRecord::default()
        };
        let word = |value: &str| {
            importance
                .word_of(&record(value))
                .map(|word| word.to_string())
        };
        assert_eq!(word("a road").as_deref(), Some("a"));
        assert_eq!(word("Unclassified").as_deref(), Some("Unclassified"));
        assert_eq!(
            importance.class_of(&record("PRIMARY")).map(|found| found.0),
            Some(1)
        );
        assert_eq!(importance.from_zoom(&record("Motorway")), 5);
        assert_eq!(importance.from_zoom(&record("Unclassified")), 8);
        assert_eq!(importance.class_of(&AreaRecord::default()), None);
        assert!(importance.rank_of(&record("x")) < importance.rank_of(&AreaRecord::default()));
    }
}
