//! Rows that share a reference: refused, merged into one area, or numbered, as the map says. What comes
//! out has unique references, in the order of the source.

use super::finding::{Differs, Finding, Kind, Mixture, shown};
use super::map_file::Duplicates;
use super::validate::{find_faults, mend};
use crate::geometry::{Shape, Space};
use crate::policy::AreaRecord;
use std::collections::{HashMap, HashSet};

/// A row on its way to being an area.
#[derive(Debug)]
pub struct Draft {
    /// Which of the layer's files it is from.
    pub file: usize,
    /// Its row there.
    pub row: u64,
    pub record: AreaRecord,
    pub shape: Shape,
}

/// Drafts with unique references, what was found, and how many rows were left out.
#[derive(Debug, Default)]
pub struct Resolved {
    pub drafts: Vec<Draft>,
    /// With the index of the file that each is about.
    pub findings: Vec<(usize, Finding)>,
    pub left_out: u64,
}

/// Gives every draft a reference, and makes references unique.
pub fn resolve(drafts: Vec<Draft>, how: Duplicates, space: Space, files: &[String]) -> Resolved {
    let named = name_nameless(drafts);
    let mut resolved = match how {
        Duplicates::Refuse => refuse(named.drafts, files),
        Duplicates::Merge => merge(named.drafts, space),
        Duplicates::Separate => separate(named.drafts),
    };
    resolved.findings.splice(0..0, named.findings);
    resolved.left_out += named.left_out;
    resolved
}

/// A row without a reference is called by its number, so that it does not vanish. Where no row has one,
/// the wrong column was named, and every row is an error.
fn name_nameless(drafts: Vec<Draft>) -> Resolved {
    let mut resolved = Resolved::default();
    let written: HashSet<String> = drafts.iter().map(|d| d.record.reference.clone()).collect();
    let nobody_has_one = written.iter().all(String::is_empty);
    let mut given = HashSet::new();
    // Collected from itself, so that a nation's rows are not held twice.
    let named = drafts.into_iter().filter_map(|mut draft| {
        if draft.record.reference.is_empty() {
            if nobody_has_one {
                resolved.findings.push((
                    draft.file,
                    Finding::new(Kind::MissingValue).at_row(draft.row),
                ));
                resolved.left_out += 1;
                return None;
            }
            let name = (1..).map(|number| match number {
                1 => format!("row-{}", draft.row),
                _ => format!("row-{} ({number})", draft.row),
            });
            let mut name = name.filter(|name| !written.contains(name) && !given.contains(name));
            let name = name.next().unwrap_or_default();
            given.insert(name.clone());
            draft.record.reference.clone_from(&name);
            let kind = Kind::DefaultReference { given: name };
            resolved.findings.push(about(&draft, kind));
        }
        Some(draft)
    });
    resolved.drafts = named.collect();
    resolved
}

fn about(draft: &Draft, kind: Kind) -> (usize, Finding) {
    let mut finding = Finding::new(kind).at_row(draft.row);
    finding.reference = Some(shown(&draft.record.reference));
    (draft.file, finding)
}

/// The first row of a reference stays; the others are errors.
fn refuse(drafts: Vec<Draft>, files: &[String]) -> Resolved {
    let mut resolved = Resolved::default();
    let mut first: HashMap<String, (usize, u64)> = HashMap::new();
    let kept = drafts.into_iter().filter_map(|draft| {
        let seen = first.get(&draft.record.reference).copied();
        let Some((file, row)) = seen else {
            first.insert(draft.record.reference.clone(), (draft.file, draft.row));
            return Some(draft);
        };
        let kind = Kind::ReferenceNotUnique {
            first_row: row,
            first_file: (file != draft.file).then(|| files[file].clone()),
        };
        resolved.findings.push(about(&draft, kind));
        resolved.left_out += 1;
        None
    });
    resolved.drafts = kept.collect();
    resolved
}

/// Every further row of a reference is numbered: `REF`, `REF (2)`, `REF (3)`; numbers that the source
/// itself uses are passed over.
fn separate(drafts: Vec<Draft>) -> Resolved {
    let mut resolved = Resolved::default();
    let written: HashSet<String> = drafts.iter().map(|d| d.record.reference.clone()).collect();
    let mut used: HashMap<String, u64> = HashMap::new();
    for mut draft in drafts {
        let reference = draft.record.reference.clone();
        let number = used.entry(reference.clone()).or_insert(0);
        *number += 1;
        if *number > 1 {
            while written.contains(&format!("{reference} ({number})")) {
                *number += 1;
            }
            let given = format!("{reference} ({number})");
            let kind = Kind::NumberedReference {
                given: shown(&given),
            };
            resolved.findings.push(about(&draft, kind));
            draft.record.reference = given;
        }
        resolved.drafts.push(draft);
    }
    resolved
}

/// Rows of a reference become parts of one area, at the place of the first.
fn merge(drafts: Vec<Draft>, space: Space) -> Resolved {
    let mut resolved = Resolved::default();
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<Draft>> = Vec::new();
    for draft in drafts {
        let group = *at
            .entry(draft.record.reference.clone())
            .or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.push(draft),
            None => groups.push(vec![draft]),
        }
    }
    for group in groups {
        let merged = if group.len() > 1 {
            merged(group, space, &mut resolved)
        } else {
            group.into_iter().next()
        };
        resolved.drafts.extend(merged);
    }
    resolved
}

fn merged(group: Vec<Draft>, space: Space, resolved: &mut Resolved) -> Option<Draft> {
    let mut rows = 1;
    let mut group = group.into_iter();
    let mut whole = group.next()?;
    for draft in group {
        if conflict(&whole, &draft, resolved) {
            resolved.left_out += 1;
            continue;
        }
        compare(&whole, &draft, resolved);
        join_lists(&mut whole.record, &draft.record);
        if whole.shape.kind() != draft.shape.kind() {
            let kind = Kind::UnexpectedGeometryType {
                found: Mixture::AnotherThanBefore,
            };
            resolved.findings.push(about(&draft, kind));
            resolved.left_out += 1;
            continue;
        }
        rows += 1;
        let before = whole.shape.clone();
        whole.shape = whole.shape.merged(draft.shape).unwrap_or(before);
    }
    let overlap_m2 = unite(&mut whole, space, resolved)?;
    if rows > 1 {
        let kind = Kind::CombinedValue { rows, overlap_m2 };
        resolved.findings.push(about(&whole, kind));
    }
    Some(whole)
}

/// Joins parts that share ground or a border; how much ground was in several.
fn unite(whole: &mut Draft, space: Space, resolved: &mut Resolved) -> Option<f64> {
    let Shape::Polygons(polygons) = &whole.shape else {
        return Some(0.0);
    };
    let Some(faults) = find_faults(polygons) else {
        return Some(0.0);
    };
    let before_m2 = whole.shape.area_m2(space);
    match mend(polygons, &faults, space) {
        Ok((united, _)) => {
            whole.shape = Shape::Polygons(united);
            // Borders in common are no ground: what is left below a square millimetre is rounding.
            let overlap = before_m2 - whole.shape.area_m2(space);
            Some(if overlap > 1e-6 { overlap } else { 0.0 })
        }
        Err(mut finding) => {
            finding.row = Some(whole.row);
            finding.reference = Some(shown(&whole.record.reference));
            resolved.findings.push((whole.file, *finding));
            resolved.left_out += 1;
            None
        }
    }
}

/// Says where a row cannot be part of the area of the first: one area has one plan, and is in force or
/// not as a whole.
fn conflict(kept: &Draft, other: &Draft, resolved: &mut Resolved) -> bool {
    let (a, b) = (&kept.record, &other.record);
    let differing = [
        (Differs::Plan, a.plan != b.plan),
        (Differs::Dates, a.validity != b.validity),
    ];
    let mut conflicts = false;
    for (differs, _) in differing.into_iter().filter(|(_, they_do)| *they_do) {
        let kind = Kind::MergedRowsConflict {
            first_row: kept.row,
            differs,
        };
        resolved.findings.push(about(other, kind));
        conflicts = true;
    }
    conflicts
}

/// Says in which columns that mean less a merged row differs from the first.
fn compare(kept: &Draft, other: &Draft, resolved: &mut Resolved) {
    let (a, b) = (&kept.record, &other.record);
    let differing = [
        ("name", a.name != b.name),
        ("notes", a.notes != b.notes),
        ("document-url", a.document_url != b.document_url),
        (
            "documentation-url",
            a.documentation_url != b.documentation_url,
        ),
    ];
    for (field, _) in differing.into_iter().filter(|(_, differs)| *differs) {
        let kind = Kind::MergedRowsDiffer { kept_row: kept.row };
        let (file, finding) = about(other, kind);
        resolved.findings.push((file, finding.of_field(field)));
    }
}

fn join_lists(whole: &mut AreaRecord, other: &AreaRecord) {
    let add = |all: &mut Vec<String>, more: &[String]| {
        for item in more {
            if !all.contains(item) {
                all.push(item.clone());
            }
        }
    };
    add(&mut whole.policies, &other.policies);
    add(&mut whole.supersedes, &other.supersedes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{MultiPolygon, polygon};

    fn draft(row: u64, reference: &str, x: f64) -> Draft {
        let square = polygon![(x: x, y: 3e5), (x: x + 10.0, y: 3e5), (x: x + 10.0, y: 3e5 + 10.0), (x: x, y: 3e5 + 10.0)];
        Draft {
            file: 0,
            row,
            record: AreaRecord {
                reference: reference.to_owned(),
                ..AreaRecord::default()
            },
            shape: Shape::Polygons(MultiPolygon(vec![square])),
        }
    }

    fn run(rows: &[(&str, f64)], how: Duplicates) -> Resolved {
        let drafts = (1..)
            .zip(rows)
            .map(|(row, (reference, x))| draft(row, reference, *x));
        resolve(
            drafts.collect(),
            how,
            Space::NationalGrid,
            &["x.shp".to_owned()],
        )
    }

    fn references(resolved: &Resolved) -> Vec<&str> {
        resolved
            .drafts
            .iter()
            .map(|draft| draft.record.reference.as_str())
            .collect()
    }

    #[test]
    fn refused_rows_name_the_row_that_was_first() {
        let resolved = run(&[("A", 3e5), ("B", 4e5), ("A", 5e5)], Duplicates::Refuse);
        assert_eq!(references(&resolved), ["A", "B"]);
        assert_eq!(resolved.left_out, 1);
        let (_, finding) = &resolved.findings[0];
        assert_eq!(
            (finding.row, finding.reference.as_deref()),
            (Some(3), Some("A"))
        );
        assert_eq!(
            finding.kind,
            Kind::ReferenceNotUnique {
                first_row: 1,
                first_file: None
            }
        );
    }

    #[test]
    fn numbers_pass_over_those_that_the_source_uses() {
        let rows = [
            ("A", 3e5),
            ("A", 3e5),
            ("A (2)", 3e5),
            ("A", 3e5),
            ("A (2)", 3e5),
        ];
        let resolved = run(&rows, Duplicates::Separate);
        assert_eq!(
            references(&resolved),
            ["A", "A (3)", "A (2)", "A (4)", "A (2) (2)"]
        );
        assert!(resolved.findings.iter().all(|(_, finding)| {
            finding.severity == crate::loading::finding::Severity::Warning
                && finding.kind.word() == "numbered-reference"
        }));
        let unique: HashSet<_> = references(&resolved).into_iter().collect();
        assert_eq!(unique.len(), 5);
    }

    #[test]
    fn merged_rows_are_one_area_and_ground_in_common_counts_once() {
        let apart = run(&[("A", 3e5), ("B", 1e5), ("A", 4e5)], Duplicates::Merge);
        assert_eq!(references(&apart), ["A", "B"]);
        assert_eq!(apart.drafts[0].shape.part_count(), 2);
        let overlapping = run(&[("A", 3e5), ("A", 3e5 + 5.0)], Duplicates::Merge);
        assert_eq!(overlapping.drafts[0].shape.part_count(), 1);
        let Kind::CombinedValue { rows, overlap_m2 } = overlapping.findings[0].1.kind else {
            panic!("combined");
        };
        assert!(rows == 2 && (overlap_m2 - 50.0).abs() < 0.1, "{overlap_m2}");
        let side_by_side = run(&[("A", 3e5), ("A", 3e5 + 10.0)], Duplicates::Merge);
        assert_eq!(
            side_by_side.drafts[0].shape.part_count(),
            1,
            "no border is left inside"
        );
        let Kind::CombinedValue { overlap_m2, .. } = side_by_side.findings[0].1.kind else {
            panic!("combined");
        };
        assert_eq!(overlap_m2, 0.0);
    }

    #[test]
    fn rows_of_two_plans_are_not_merged_and_notes_may_differ() {
        let mut drafts = vec![draft(1, "A", 3e5), draft(2, "A", 4e5), draft(3, "A", 5e5)];
        drafts[1].record.plan = Some("old".to_owned());
        drafts[2].record.notes = Some("drawn anew".to_owned());
        let resolved = resolve(drafts, Duplicates::Merge, Space::NationalGrid, &[]);
        assert_eq!(resolved.drafts[0].shape.part_count(), 2);
        assert_eq!(resolved.left_out, 1);
        let words: Vec<&str> = resolved
            .findings
            .iter()
            .map(|(_, finding)| finding.kind.word())
            .collect();
        assert_eq!(
            words,
            [
                "merged-rows-conflict",
                "merged-rows-differ",
                "combined-value"
            ]
        );
        let (_, finding) = &resolved.findings[0];
        assert_eq!(
            (finding.row, finding.reference.as_deref()),
            (Some(2), Some("A"))
        );
        assert_eq!(
            finding.kind,
            Kind::MergedRowsConflict {
                first_row: 1,
                differs: Differs::Plan
            }
        );
    }
}
