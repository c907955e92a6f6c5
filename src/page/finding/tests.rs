use super::*;
use crate::geometry::Crs;
use crate::geometry::sweep::Fault;
use crate::loading::finding::{
    Differs, Kind, Mended, Mixture, Place, Rings, Shows, Unmendable, shown,
};
use crate::page::message::Words;
use crate::policy::Lang;
use std::collections::BTreeSet;

fn in_english(sentence: &Sentence) -> String {
    Words::of(Lang::En, None).text(sentence)
}

fn mended(fault: Option<Fault>, faults: u64) -> Mended {
    Mended {
        fault,
        rings: None,
        faults,
        before_m2: 697_450.657,
        after_m2: 697_450.387,
        parts_before: 1,
        parts_after: 2,
        moved_m: 0.0,
    }
}

/// One of each kind, and of each of its cases.
#[expect(clippy::too_many_lines, reason = "there are many kinds")]
fn one_of_each() -> Vec<Kind> {
    let text = || "abc".to_owned();
    let names = || vec!["one".to_owned(), "two".to_owned()];
    let contradicted = |shows| Kind::CrsContradicted {
        said: Crs::NationalGrid,
        shows,
    };
    let not_fixable = |why| Kind::InvalidGeometryNotFixable { why };
    let conflict = |differs| Kind::MergedRowsConflict {
        first_row: 1,
        differs,
    };
    let missing_column = |nearest| Kind::MissingColumn {
        wanted_for: "reference",
        columns: names(),
        nearest,
    };
    let misplaced = |fault, rings| {
        Kind::InvalidGeometryFixed(Mended {
            rings: Some(rings),
            ..mended(fault, 2)
        })
    };
    let mut kinds = vec![
        Kind::InvalidCoordinates,
        Kind::InvalidWkt { why: text() },
        Kind::UnreadableGeometry { why: text() },
        Kind::Wgs84OutOfBounds,
        Kind::OsgbOutOfBounds,
        Kind::Wgs84Flipped,
        Kind::OsgbFlipped,
        Kind::FarFromCoverage { km: 12.3 },
        not_fixable(Unmendable::TooManyFaults),
        not_fixable(Unmendable::NoGround),
        not_fixable(Unmendable::StillFaulty),
        not_fixable(Unmendable::NoExtent),
        Kind::UnexpectedGeometryType {
            found: Mixture::Several {
                polygons: 2,
                lines: 0,
                points: 3,
            },
        },
        Kind::UnexpectedGeometryType {
            found: Mixture::AnotherThanBefore,
        },
        Kind::MissingValue,
        Kind::DefaultReference { given: text() },
        Kind::ReferenceNotUnique {
            first_row: 3,
            first_file: None,
        },
        Kind::ReferenceNotUnique {
            first_row: 3,
            first_file: Some(text()),
        },
        Kind::InvalidDate { ambiguous: true },
        Kind::InvalidDate { ambiguous: false },
        Kind::FarPastDate,
        Kind::FarFutureDate,
        Kind::EndBeforeStart,
        Kind::UnknownPlan { plans: names() },
        Kind::InvalidGeometryChanged(mended(Some(Fault::Crossing), 2)),
        Kind::OverlappingAreas {
            other: text(),
            m2: 1.5,
        },
        Kind::UnreadableFile {
            why: text(),
            rows_before: 0,
        },
        Kind::UnreadableFile {
            why: text(),
            rows_before: 4,
        },
        Kind::CrsNotDeclared { degrees: true },
        Kind::CrsNotDeclared { degrees: false },
        Kind::CrsUnknown { named: text() },
        contradicted(Shows::Declares(Crs::Wgs84)),
        contradicted(Shows::DeclaresUnread(text())),
        contradicted(Shows::MeansByFormat {
            format: "KML".to_owned(),
            system: Crs::Wgs84,
        }),
        contradicted(Shows::HoldsDegrees),
        Kind::NoReferenceColumn { columns: names() },
        missing_column(None),
        missing_column(Some(text())),
        Kind::NoGeometryColumn {
            columns: Vec::new(),
        },
        Kind::SeveralLayers { names: names() },
        Kind::NoSuchLayer {
            wanted: text(),
            names: names(),
        },
        Kind::NoRows,
        Kind::InvalidGeometryFixed(mended(Some(Fault::Overlap), 1)),
        Kind::InvalidGeometryFixed(mended(Some(Fault::SelfTouch), 3)),
        Kind::InvalidGeometryFixed(mended(None, 1)),
        Kind::RingNotClosed,
        Kind::RingDropped,
        Kind::MissingGeometry,
        Kind::Spike {
            spikes: 1,
            length_m: 2.0,
        },
        Kind::Spike {
            spikes: 2,
            length_m: 2.0,
        },
        Kind::SameGeometry { other: text() },
        Kind::NotALink,
        Kind::MissingWelsh { rows: 2, others: 1 },
        Kind::UnknownPolicy { plan: Some(text()) },
        Kind::UnknownPolicy { plan: None },
        Kind::UndecodableText {
            encoding: text(),
            values: 6,
        },
        Kind::MixedKinds {
            polygons: 1,
            lines: 2,
            points: 3,
        },
        Kind::MergedRowsDiffer { kept_row: 2 },
        conflict(Differs::Plan),
        conflict(Differs::Dates),
        Kind::HoleWithoutOutline,
        Kind::CombinedValue {
            rows: 2,
            overlap_m2: 0.0,
        },
        Kind::CombinedValue {
            rows: 3,
            overlap_m2: 1.0,
        },
        Kind::NumberedReference { given: text() },
        Kind::RepeatedVertices {
            vertices: 2,
            rows: 1,
        },
        Kind::HeightsDropped { rows: 2 },
        Kind::CurvesLinearised { rows: 1 },
        Kind::Converted {
            from: Crs::Wgs84,
            to: 27_700,
        },
        Kind::CrsAssumed,
        Kind::BeyondOstn15Edge { vertices: 1 },
        Kind::EncodingGuessed { encoding: text() },
        Kind::EncodingUnknown {
            declared: text(),
            used: text(),
        },
        Kind::DeletedRows { rows: 2 },
        Kind::LogoIgnored,
        Kind::AuthorityMissing,
        Kind::NotHeld,
        Kind::AsAtLapsed { date: text() },
        Kind::AcceptanceLapsed { reason: text() },
        Kind::Gap { m2: 1.5 },
        Kind::Sliver {
            slivers: 2,
            width_m: 0.01,
            m2: 1.5,
        },
        Kind::CutText {
            values: 2,
            width: 254,
        },
        Kind::TooLong {
            characters: 301,
            most: 300,
        },
        Kind::FutureEntryDate,
        Kind::Mojibake {
            values: 2,
            encoding: "UTF-8",
            repaired: text(),
        },
        Kind::Mercator,
        Kind::MercatorFlipped,
        Kind::DegreesAmongMetres,
        Kind::FarFromOthers { km: 12.3 },
        Kind::StrayVertex { km: 12.3 },
    ];
    for fault in [Some(Fault::Crossing), Some(Fault::Overlap), None] {
        for rings in [Rings::HoleAndOutline, Rings::TwoHoles, Rings::TwoPolygons] {
            kinds.push(misplaced(fault, rings));
        }
    }
    kinds
}

/// The machine words as `Kind::word` has them, read from its source: a kind that is not made above is found.
fn every_word() -> BTreeSet<String> {
    let source = include_str!("../../loading/finding/kind.rs");
    let words = source.split("pub fn word(").nth(1).expect("the words");
    let words = words.split("\n    }\n").next().expect("their end");
    let quoted = words.split('"').skip(1).step_by(2);
    quoted.map(str::to_owned).collect()
}

#[test]
fn every_kind_is_told_in_both_languages_and_nothing_is_left_to_fill() {
    let kinds = one_of_each();
    let made: BTreeSet<String> = kinds.iter().map(|kind| kind.word().to_owned()).collect();
    assert_eq!(made, every_word());
    for kind in kinds {
        let mut finding = Finding::new(kind).at_row(3).of_value("date", "x");
        finding.reference = Some("A".to_owned());
        let mut told_in = Vec::new();
        for lang in [Lang::En, Lang::Cy] {
            let w = Words::of(lang, None);
            let sentence = told(&finding, Named::InFull);
            let fix = fix(&finding);
            let texts = [Some(w.text(&sentence)), fix.as_ref().map(|fix| w.text(fix))];
            let pages = [
                Some(w.html(&sentence).to_string()),
                fix.as_ref().map(|fix| w.html(fix).to_string()),
            ];
            for said in texts.iter().chain(&pages).flatten() {
                assert!(!said.is_empty());
                for key in ["finding.", "fix.", "found.", "report."] {
                    assert!(!said.contains(key), "{said}");
                }
                let unfilled = said.split('{').skip(1).any(|rest| {
                    let name = rest.split('}').next().unwrap_or_default();
                    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                });
                assert!(!unfilled, "{said}");
            }
            told_in.push(texts);
        }
        assert_ne!(told_in[0][0], told_in[1][0], "Welsh is not English");
    }
}

#[test]
fn a_sentence_says_where_what_and_what_was_done() {
    let mut finding = Finding::new(Kind::InvalidGeometryFixed(mended(Some(Fault::Crossing), 2)))
        .in_file("conservation_areas.shp")
        .at_row(24)
        .at_vertex(
            Place {
                part: 1,
                ring: 1,
                vertex: 13,
            },
            Coord {
                x: 372_100.125,
                y: 168_000.5,
            },
        );
    finding.reference = Some("Bath".to_owned());
    assert_eq!(
        in_english(&told(&finding, Named::InFull)),
        "conservation_areas.shp, row 24 (Bath), part 1, ring 1, vertex 13, at 372100.12, 168000.50: \
         the outline crosses itself in 2 places; area 697450.66 m² before, 697450.39 m² after (-0.27), \
         1 polygon before, 2 after, moved by 0.000 m at most; mended"
    );
    let under = told(&finding, Named::UnderLayer { file: false });
    let welsh = Words::of(Lang::Cy, None).text(&under);
    assert!(
        welsh.starts_with(
            "rhes 24 (Bath), rhan 1, cylch 1, fertig 13, cyfesurynnau 372100.12, 168000.50: "
        ) && welsh.contains("mewn 2 le; arwynebedd")
            && welsh.ends_with("; wedi'i drwsio"),
        "{welsh}"
    );
}

#[test]
fn numbers_choose_the_form_of_their_noun() {
    let heights = |rows| what::of_kind(&Kind::HeightsDropped { rows });
    let said = |lang, rows| Words::of(lang, None).text(&heights(rows));
    assert_eq!(said(Lang::En, 1), "heights or measures of 1 row dropped");
    assert_eq!(said(Lang::En, 2), "heights or measures of 2 rows dropped");
    assert_eq!(said(Lang::Cy, 1), "gollyngwyd uchderau neu fesurau 1 rhes");
    assert_eq!(said(Lang::Cy, 2), "gollyngwyd uchderau neu fesurau 2 res");
    assert_eq!(
        said(Lang::Cy, 40),
        "gollyngwyd uchderau neu fesurau 40 rhes"
    );
    let polygons = |n| Words::of(Lang::Cy, None).text(&Sentence::count("report.polygons", n));
    assert_eq!(
        [0, 1, 2, 3, 6, 7].map(polygons),
        [
            "0 polygon",
            "1 polygon",
            "2 bolygon",
            "3 pholygon",
            "6 pholygon",
            "7 polygon"
        ]
    );
}

#[test]
fn what_was_accepted_needs_no_advice_to_accept_it() {
    let mut finding = Finding::new(Kind::InvalidGeometryChanged(mended(None, 1)));
    let advice = fix(&finding).map(|fix| in_english(&fix));
    assert!(advice.is_some_and(|advice| advice.contains("--accept-repairs")));
    finding.done = Done::Accepted;
    assert!(fix(&finding).is_none());
}

#[test]
fn what_a_stranger_wrote_cannot_break_a_report() {
    assert_eq!(shown("a\u{1b}[31m\nb"), "a [31m b");
    assert_eq!(shown(&"x".repeat(200)).chars().count(), 81);
}
