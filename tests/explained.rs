//! `groundrule lookup --explain`: what it tells is what the answer rests on.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use groundrule::answer::explain::{MAX_CANDIDATES_TOLD, Test};
use groundrule::answer::{FileNumber, IndexedEdition, State, Terms};
use groundrule::geometry::Side;
use groundrule::places::{At, Typed};
use std::collections::BTreeSet;
use std::time::Duration;
use support::{desk::Desk, sample};

fn spot(place: &str) -> groundrule::answer::Spot {
    let resolved = Typed::parse(place).unwrap().place.resolve(None).unwrap();
    match resolved.at {
        At::Point(position) => groundrule::answer::Spot::Point(position),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_candidates_that_hold_a_place_are_the_areas_of_its_answer() {
    let (_folder, atlas) = sample::atlas();
    let indexed = IndexedEdition::new(atlas.current_edition().unwrap());
    let terms = Terms::on(jiff::civil::date(2026, 11, 23));
    let mut tests = BTreeSet::new();
    for place in ["240262,305398", "239300,307345", "241000,306000"] {
        let explanation = indexed.explain(&spot(place), &terms, &|| Duration::ZERO);
        assert_eq!(explanation.answer, indexed.answer(&spot(place), &terms));
        let told = explanation.offered.min(MAX_CANDIDATES_TOLD);
        assert_eq!(explanation.candidates.len(), told);
        for layer in &explanation.answer.layers {
            let number = FileNumber::Layer(layer.layer as u16);
            let of_layer = explanation
                .candidates
                .iter()
                .filter(|candidate| candidate.part.file == number);
            let holding: BTreeSet<&str> = of_layer
                .filter(|candidate| {
                    matches!(candidate.side, Some(Side::Inside | Side::Boundary))
                        || candidate.side.is_none()
                            && candidate.distance_m.is_some_and(|metres| metres <= 2.0)
                })
                .map(|candidate| candidate.reference.as_str())
                .collect();
            let told: BTreeSet<&str> = layer
                .areas
                .iter()
                .map(|area| area.record.reference.as_str())
                .collect();
            assert!(holding.is_superset(&told), "{holding:?} and {told:?}");
            let covered = explanation
                .coverage
                .iter()
                .find(|covered| covered.layer == layer.layer)
                .unwrap();
            if layer.state == State::DoesNotApply {
                assert_eq!(covered.holds, groundrule::answer::explain::Holds::Whole);
            }
        }
        tests.extend(
            explanation
                .candidates
                .iter()
                .map(|candidate| match candidate.test {
                    Test::Rectangle => "rectangle",
                    Test::EveryEdge => "every edge",
                    Test::Stripe { .. } => "stripe",
                    Test::Column => "column",
                    Test::DistanceAlone => "distance",
                }),
        );
    }
    assert!(tests.len() >= 3, "{tests:?}");
}

#[test]
fn an_explanation_follows_the_answer_and_leaves_its_bytes_alone() {
    let desk = Desk::new();
    let map = sample::source("data/map.toml");
    desk.expect(0, &["load", map.to_str().unwrap()]);
    let plain = desk.run(&["lookup", "240262,305398"]);
    let explained = desk.run(&["lookup", "240262,305398", "--explain"]);
    let (plain, explained) = (
        String::from_utf8(plain.stdout).unwrap(),
        String::from_utf8(explained.stdout).unwrap(),
    );
    let steps = explained.strip_prefix(plain.as_str()).unwrap();
    for word in [
        "How it was found",
        "OSTN15",
        "tree: ",
        "inside",
        "m to its nearest edge",
        "does_not_apply; its coverage",
        "the whole answer: ",
    ] {
        assert!(steps.contains(word), "{word} in {steps}");
    }
    let json = ["lookup", "240262,305398", "--format", "json"];
    let plain = desk.run(&json);
    let explained = desk.run(&[&json[..], &["--explain"]].concat());
    assert_eq!(plain.stdout, explained.stdout);
    assert!(
        String::from_utf8(explained.stderr)
            .unwrap()
            .contains("tree: ")
    );
}
