//! Text columns that hold nothing but whole numbers or numbers, written as they print, become numbers.
//!
//! `007`, `3.10` or `1e5` keep their column text: a policy numbered 3.10 is not 3.1.

use super::Row;
use crate::policy::Value;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Type {
    Integer,
    Number,
    Text,
}

/// Turns the values of columns that are numbers throughout into numbers, unless `is_text` says otherwise.
pub fn infer(rows: &mut [Row], columns: usize, is_text: impl Fn(usize) -> bool) {
    let start = |column| {
        if is_text(column) {
            Type::Text
        } else {
            Type::Integer
        }
    };
    let mut types: Vec<Type> = (0..columns).map(start).collect();
    for (column, value) in rows.iter().flat_map(|row| &row.values) {
        if let Value::Text(text) = value {
            types[*column] = types[*column].max(of(text));
        }
    }
    for (column, value) in rows.iter_mut().flat_map(|row| &mut row.values) {
        let Value::Text(text) = value else { continue };
        match types[*column] {
            Type::Integer => {
                if let Ok(number) = text.parse() {
                    *value = Value::Integer(number);
                }
            }
            Type::Number => {
                if let Ok(number) = text.parse() {
                    *value = Value::Number(number);
                }
            }
            Type::Text => {}
        }
    }
}

fn of(text: &str) -> Type {
    if text
        .parse::<i64>()
        .is_ok_and(|number| number.to_string() == *text)
    {
        return Type::Integer;
    }
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    if number.is_some_and(|number| number.to_string() == *text) {
        Type::Number
    } else {
        Type::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_prints_the_same_becomes_a_number() {
        for (text, kind) in [
            ("7", Type::Integer),
            ("-12", Type::Integer),
            ("7.5", Type::Number),
            ("-0.25", Type::Number),
            ("007", Type::Text),
            ("3.10", Type::Text),
            ("1e5", Type::Text),
            ("NaN", Type::Text),
            ("inf", Type::Text),
            ("", Type::Text),
        ] {
            assert!(of(text) == kind, "{text}");
        }
    }
}
