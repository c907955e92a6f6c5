//! The findings of a load as a table for spreadsheets: one row a finding, those about the map first.
//!
//! The columns `message` and `fix` are in the language that was asked for. A byte order mark stands first, by which
//! Excel knows UTF-8; other programs are to pass over it (Python's `utf-8-sig`, csvkit and pandas do). Text that a
//! spreadsheet would run as a formula gets an apostrophe before it; numbers stay numbers.

use super::cells::{line, text};
use crate::loading::Report;
use crate::loading::finding::{Finding, FindingList};
use crate::page::finding::{self as words, Named};
use crate::page::message::Words;
use crate::policy::Lang;

/// By this Excel shows “ŵ” and not “Åµ”.
const BYTE_ORDER_MARK: char = '\u{feff}';

const HEADER: &str =
    "severity,kind,layer,file,row,reference,field,value,part,ring,vertex,x,y,message,fix,done\r\n";

/// The table in a language, with a header; what was only counted is said in a row of its kind.
#[must_use]
pub fn csv(report: &Report, lang: Lang) -> String {
    let w = Words::of(lang, None);
    let mut table = format!("{BYTE_ORDER_MARK}{HEADER}");
    add(&mut table, w, &report.findings, "");
    for layer in &report.layers {
        add(&mut table, w, &layer.findings, layer.id.as_str());
    }
    table
}

fn add(table: &mut String, w: Words<'_>, list: &FindingList, layer: &str) {
    for finding in list {
        table.push_str(&row(w, finding));
    }
    for total in list.totals() {
        if let Some(more) = words::more(&total) {
            let mut cells = vec![String::new(); 16];
            cells[0] = text(total.severity.word());
            cells[1] = text(total.word);
            cells[2] = text(layer);
            cells[13] = text(&w.text(&more));
            cells[15] = text(total.done.word());
            table.push_str(&line(&cells));
        }
    }
}

fn row(w: Words<'_>, finding: &Finding) -> String {
    let (place, at) = (finding.place, finding.position);
    let told = |value: &Option<String>| value.as_deref().map(text).unwrap_or_default();
    let whole = |value: Option<u64>| value.map(|n| n.to_string()).unwrap_or_default();
    let number = |value: Option<f64>| value.map(|n| n.to_string()).unwrap_or_default();
    let layer = finding.layer.as_ref().map(|id| text(id.as_str()));
    line(&[
        text(finding.severity.word()),
        text(finding.kind.word()),
        layer.unwrap_or_default(),
        told(&finding.file),
        whole(finding.row),
        told(&finding.reference),
        told(&finding.field),
        told(&finding.value),
        whole(place.map(|place| place.part)),
        whole(place.map(|place| place.ring)),
        whole(place.map(|place| place.vertex)),
        number(at.map(|at| at.x)),
        number(at.map(|at| at.y)),
        text(&w.text(&words::told(finding, Named::InFull))),
        told(&words::fix(finding).map(|fix| w.text(&fix))),
        text(finding.done.word()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loading::finding::{Kind, MAX_KEPT_OF_A_KIND};

    #[test]
    fn a_formula_is_text_and_a_negative_longitude_a_number() {
        let mut finding = Finding::new(Kind::FarPastDate).of_value("d", "=SUM(A1,\"x\")");
        finding.position = Some(geo_types::Coord { x: -3.5, y: 53.0 });
        finding.reference = Some("-1".to_owned());
        let row = row(Words::of(Lang::En, None), &finding);
        assert!(
            row.starts_with("error,far-past-date,,,,'-1,d,\"'=SUM(A1,\"\"x\"\")\",,,,-3.5,53,"),
            "{row}"
        );
        assert!(row.ends_with(",refused\r\n"));
    }

    #[test]
    fn what_was_only_counted_is_a_row_of_sixteen_cells_too() {
        let mut report = Report::default();
        let flood = (1..=MAX_KEPT_OF_A_KIND as u64 + 7)
            .map(|row| Finding::new(Kind::RingDropped).at_row(row));
        report.findings.extend(flood);
        let table = csv(&report, Lang::En);
        let last = table.lines().last().expect("a row");
        assert!(
            last.contains("\"and 7 more of ring-dropped, 207 in all\""),
            "{last}"
        );
        assert_eq!(table.lines().count(), MAX_KEPT_OF_A_KIND + 2);
    }

    #[test]
    fn excel_is_told_that_the_table_is_utf8_and_every_row_ends_as_rfc_4180_has_it() {
        let mut report = Report::default();
        for start in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            let mut finding = Finding::new(Kind::NotALink);
            finding.value = Some(start.to_owned());
            report.findings.add(finding);
        }
        let table = csv(&report, Lang::Cy);
        let bytes = table.as_bytes();
        assert_eq!(&bytes[..12], b"\xef\xbb\xbfseverity,");
        assert!(table.contains("nid yw'r ddolen yn gyfeiriad http neu https"));
        assert!(table.ends_with("\r\n"));
        let ends = table.matches('\n').count();
        assert_eq!((ends, table.matches("\r\n").count()), (8, 8));
        for row in table.lines().skip(1) {
            let cell = row.split(',').nth(7).expect("the value");
            assert!(cell.trim_start_matches('"').starts_with('\''), "{row}");
        }
    }
}
