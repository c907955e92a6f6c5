//! Cells of CSV that a program reads as they are and no spreadsheet runs.

/// The cells of a row, with the end of its line as RFC 4180 has it.
pub(super) fn line(cells: &[String]) -> String {
    let mut line = cells.join(",");
    line.push_str("\r\n");
    line
}

/// A cell of text: harmless to a spreadsheet, and quoted where it must be.
pub(super) fn text(value: &str) -> String {
    quoted(if runs(value) {
        format!("'{value}")
    } else {
        value.to_owned()
    })
}

/// A cell as somebody gave it: a number stays one also where it has a sign, any other cell is text.
pub(super) fn given(value: &str) -> String {
    if is_number(value) {
        value.to_owned()
    } else {
        text(value)
    }
}

/// Items of a list in one cell, with semicolons between. An item that holds a semicolon, a quotation
/// mark or spaces at its ends stands in quotation marks, its own doubled.
pub(super) fn list<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    let mut list = String::new();
    for (number, item) in items.into_iter().enumerate() {
        if number > 0 {
            list.push(';');
        }
        if item.contains([';', '"']) || item.trim() != item || item.is_empty() {
            list.push('"');
            list.push_str(&item.replace('"', "\"\""));
            list.push('"');
        } else {
            list.push_str(item);
        }
    }
    list
}

/// Whether a spreadsheet would run a text. The wide forms are what some East Asian settings of Excel take for the narrow ones.
fn runs(value: &str) -> bool {
    value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

fn quoted(value: String) -> String {
    if value.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value
    }
}

/// Digits with a sign, a point and an exponent perhaps, and nothing that a formula could be made of.
fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && value.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_gave_stays_a_number_and_a_formula_becomes_text() {
        for number in ["-3.58221", "+12", "294614", "-1e-7", ".5"] {
            assert_eq!(given(number), number);
        }
        assert_eq!(text("-1"), "'-1", "a reference is no number");
        for formula in ["=1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "-inf", "+a"] {
            assert_eq!(given(formula), format!("'{formula}"));
        }
        assert_eq!(given("=HYPERLINK(\"x\",1)"), "\"'=HYPERLINK(\"\"x\"\",1)\"");
    }

    #[test]
    fn a_list_can_be_taken_apart_again() {
        assert_eq!(list(["CA12", "HOU/1"]), "CA12;HOU/1");
        assert_eq!(
            list(["a;b", "c \"d\"", " e"]),
            "\"a;b\";\"c \"\"d\"\"\";\" e\""
        );
        assert_eq!(list([]), "");
    }
}
