//! The findings of a load as a table for spreadsheets: one row a finding, those about the map first.
//!
//! Text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay numbers.

use crate::loading::Report;
use crate::loading::finding::{Finding, FindingList};

const HEADER: &str =
    "severity,kind,layer,file,row,reference,field,value,part,ring,vertex,x,y,message,fix,done\r\n";

/// The table, with a header; what was only counted is said in a row of its kind.
#[must_use]
pub fn csv(report: &Report) -> String {
    let mut table = HEADER.to_owned();
    add(&mut table, &report.findings, "");
    for layer in &report.layers {
        add(&mut table, &layer.findings, layer.id.as_str());
    }
    table
}

fn add(table: &mut String, list: &FindingList, layer: &str) {
    for finding in list {
        table.push_str(&row(finding));
    }
    for total in list.totals() {
        let more = total.count - total.kept;
        if more > 0 {
            let message = format!("and {more} more, {} in all", total.count);
            let mut cells = vec![String::new(); 16];
            cells[0] = text(total.severity.word());
            cells[1] = text(total.word);
            cells[2] = text(layer);
            cells[13] = text(&message);
            cells[15] = text(total.done.word());
            table.push_str(&line(&cells));
        }
    }
}

fn row(finding: &Finding) -> String {
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
        text(&finding.to_string()),
        told(&finding.fix()),
        text(finding.done.word()),
    ])
}

fn line(cells: &[String]) -> String {
    let mut line = cells.join(",");
    line.push_str("\r\n");
    line
}

/// A cell of text: harmless to a spreadsheet, and quoted where it must be.
fn text(value: &str) -> String {
    let runs = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = if runs {
        format!("'{value}")
    } else {
        value.to_owned()
    };
    if safe.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
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
        let row = row(&finding);
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
        let table = csv(&report);
        let last = table.lines().last().expect("a row");
        assert!(last.contains("\"and 7 more, 207 in all\""), "{last}");
        assert_eq!(table.lines().count(), MAX_KEPT_OF_A_KIND + 2);
    }
}
