//! Many look-ups at once: every row answered in its place, as a single look-up would answer it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use groundrule::answer::{IndexedEdition, Terms};
use groundrule::atlas::Atlas;
use groundrule::places::Gazetteer;
use groundrule::policy::Lang;
use groundrule::server::Consultation;
use groundrule::server::lookups::{Batch, Form, Table};
use groundrule::wire;
use serde_json::Value as Json;
use std::fs;
use std::process::Output;
use support::desk::Desk;
use support::sample::source;

/// Brings the same shuffle each time.
const SEED: u64 = 20_261_123;

/// Numbers that look random and are the same each time (splitmix64).
fn numbers() -> impl Iterator<Item = u64> {
    let mut state = SEED;
    std::iter::from_fn(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Some(mixed ^ (mixed >> 31))
    })
}

/// A desk with the sample map and its gazetteer.
fn desk() -> Desk {
    let desk = Desk::new();
    let path = |name: &str| source(name).to_str().unwrap().to_owned();
    desk.expect(0, &["load", &path("data/map.toml")]);
    desk.expect(0, &["places", "load", &path("data/gazetteer.csv")]);
    desk
}

/// An edition and its gazetteer, opened.
fn opened(atlas: &Atlas) -> (IndexedEdition, Gazetteer) {
    let indexed = IndexedEdition::new(atlas.current_edition().unwrap());
    (indexed, Gazetteer::open(atlas.root()).unwrap().unwrap())
}

/// Places of every kind: UPRNs, postcodes, positions, squares, names, and texts that are none of these.
fn places(count: usize) -> Vec<String> {
    let gazetteer = fs::read_to_string(source("data/gazetteer.csv")).unwrap();
    let entries: Vec<Vec<&str>> = gazetteer
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .filter(|cells: &Vec<&str>| cells.len() == 9)
        .collect();
    let mut numbers = numbers();
    let mut one = |kind: u64| {
        let mut below = |most: usize| (numbers.next().unwrap() % most as u64) as usize;
        let entry = &entries[below(entries.len())];
        match kind % 10 {
            0..4 => entry[6].to_owned(),
            4 => entry[5].to_owned(),
            5 => format!(
                "{}.{},{}",
                230_000 + below(20_000),
                below(100),
                300_000 + below(12_000)
            ),
            6 => format!(
                "52.{:05},-4.{:05}",
                58_000 + below(8_000),
                30_000 + below(12_000)
            ),
            7 => format!("SH {:03} {:03}", 300 + below(100), below(100)),
            8 => entry[1].to_owned(),
            _ => ["no such place", "9", "SH 1 23", "1,2", "", "LL99 9ZZ"][below(6)].to_owned(),
        }
    };
    (0..count as u64).map(&mut one).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[test]
fn ten_thousand_rows_in_any_order_are_what_as_many_single_look_ups_say_byte_for_byte() {
    let (_folder, atlas) = support::sample::atlas();
    let (indexed, gazetteer) = opened(&atlas);
    let places = places(10_000);
    let mut table = String::from("id,place\n");
    for (number, place) in places.iter().enumerate() {
        table.push_str(&format!("{number},{}\n", quoted(place)));
    }
    let terms = Terms::on(jiff::civil::date(2026, 11, 23));
    let batch = Batch {
        indexed: &indexed,
        gazetteer: Some(&gazetteer),
        terms: terms.clone(),
        lang: Lang::En,
        form: Form::Lines,
        max_rows: None,
    };
    let mut out = Vec::new();
    let table = Table::open(table.as_bytes(), None).unwrap();
    let tally = batch.answer(table, &mut out, &mut |_| {}).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert_eq!((tally.rows, out.lines().count()), (10_000, 10_000));
    let (mut good, mut bad) = (0, 0);
    for ((number, place), line) in places.iter().enumerate().zip(out.lines()) {
        let input = format!(
            "{{\"input\":{{\"id\":\"{number}\",\"place\":{}}}",
            Json::from(place.as_str())
        );
        let rest = line
            .strip_prefix(&input)
            .unwrap_or_else(|| panic!("{number}: {line}"));
        match Consultation::of_text(&indexed, Some(&gazetteer), place, &terms) {
            Ok(Consultation { resolved, answers }) => {
                let single = wire::answer::json(&indexed, &resolved, &answers, Lang::En);
                assert_eq!(
                    rest,
                    format!(",\"answer\":{}}}", single.trim_end()),
                    "{place}"
                );
                good += 1;
            }
            Err(_) => {
                assert!(rest.starts_with(",\"error\":\""), "{place}: {rest}");
                bad += 1;
            }
        }
    }
    assert_eq!(tally.bad, bad);
    assert!(good > 5_000 && bad > 500, "{good} and {bad}");
}

fn table_of(output: &Output) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(output.stdout.as_slice());
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

/// The cell of a row by the name of its column.
fn cell<'a>(table: &'a [Vec<String>], row: usize, column: &str) -> &'a str {
    let at = table[0].iter().position(|name| name == column);
    &table[row][at.unwrap_or_else(|| panic!("no column {column} in {:?}", table[0]))]
}

#[test]
fn a_table_of_uprns_comes_back_with_a_column_for_each_layer_and_bad_rows_in_place() {
    let desk = desk();
    let file = desk.put(
        "searches.csv",
        "\u{feff}Search No,UPRN,Note,on\r\n\
         LC/1,999000000001,plain,2026-11-23\r\n\
         LC/2,1.00E+12,\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",\r\n\
         LC/3,999000000002.0,\"two\r\nlines\",\r\n\
         LC/4,123,,\r\n\
         LC/5\r\n\
         LC/6,999000000001,-5,23/11/2026\r\n\
         LC/7,999000000001,\"never closed,2026-11-23\r\n\
         LC/8,999000000001,,2026-11-23\r\n",
    );
    let output = desk.run(&["lookup", "--batch", &file, "--on", "2020-01-01"]);
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(
        told,
        "8 rows, of which 5 could not be answered: the error of each says why\n"
    );
    assert!(output.stdout.starts_with(
        "\u{feff}Search No,UPRN,Note,input:on,error,edition,on,permalink,plans,".as_bytes()
    ));
    let table = table_of(&output);
    let ids: Vec<&str> = table.iter().skip(1).map(|row| row[0].as_str()).collect();
    assert_eq!(
        ids,
        [
            "LC/1",
            "LC/2",
            "LC/3",
            "LC/4",
            "LC/5",
            "LC/6",
            "LC/7,999000000001,\"never closed,2026-11-23",
            "LC/8"
        ]
    );
    assert!(table.iter().all(|row| row.len() == table[0].len()));
    let errors: Vec<&str> = (1..9).map(|row| cell(&table, row, "error")).collect();
    assert_eq!(
        errors,
        [
            "",
            "“1.00E+12” is not a UPRN: it has 1 to 12 figures.",
            "",
            "“UPRN 123” is not in our list of places.",
            "Cells in this row: 1. Cells in the header: 4.",
            "“23/11/2026” is not a day. Write it as 2026-11-23.",
            "A quotation mark in this row is not closed.",
            "",
        ]
    );
    assert_eq!(cell(&table, 2, "Note"), "'=HYPERLINK(\"http://x\",\"y\")");
    assert_eq!(cell(&table, 3, "Note"), "two\r\nlines");
    assert_eq!(cell(&table, 6, "Note"), "-5");
    assert_eq!(
        (cell(&table, 1, "on"), cell(&table, 3, "on")),
        ("2026-11-23", "2020-01-01")
    );

    // What the cells say is what the answer says.
    let single = desk.lookup("uprn:999000000001");
    assert_eq!(
        cell(&table, 1, "permalink"),
        single["permalink"].as_str().unwrap()
    );
    assert_eq!(
        cell(&table, 1, "edition"),
        single["edition"]["id"].as_str().unwrap()
    );
    let mut applying = 0;
    for layer in single["layers"].as_array().unwrap() {
        let id = layer["layer"].as_str().unwrap();
        assert_eq!(cell(&table, 1, id), layer["state"].as_str().unwrap());
        assert_eq!(
            cell(&table, 1, &format!("{id}-reason")),
            layer["reason"].as_str().unwrap_or_default()
        );
        let areas = layer["areas"].as_array().unwrap();
        let references: Vec<&str> = areas
            .iter()
            .map(|area| area["reference"].as_str().unwrap())
            .collect();
        assert_eq!(
            cell(&table, 1, &format!("{id}-references")),
            references.join(";")
        );
        applying += references.len();
    }
    assert!(applying > 0);
    assert_eq!(table[1], table_of(&output)[1]);
    for column in &table[0][5..] {
        let same = cell(&table, 1, column) == cell(&table, 8, column);
        assert!(same, "rows of one place differ in {column}");
    }
}

#[test]
fn a_postcode_is_answered_for_all_its_addresses_and_a_square_for_all_of_it() {
    let desk = desk();
    let file = desk.put("a.csv", "place\nCG1 1AA\nSH 393 073\nSH39300734\n");
    let output = desk.run(&["lookup", "--batch", &file, "--on", "2026-11-23"]);
    let table = table_of(&output);
    let mut in_part = 0;
    for (row, place) in [(1, "CG1 1AA"), (2, "SH 393 073"), (3, "SH39300734")] {
        for layer in desk.lookup(place)["layers"].as_array().unwrap() {
            let id = layer["layer"].as_str().unwrap();
            assert_eq!(
                cell(&table, row, id),
                layer["state"].as_str().unwrap(),
                "{place}"
            );
            let several = layer["states"].as_array().unwrap().len() > 1;
            let reason = cell(&table, row, &format!("{id}-reason"));
            assert!(
                !several || reason.starts_with("in_part"),
                "{place}, {id}: {reason}"
            );
            in_part += usize::from(several);
        }
    }
    assert!(in_part > 0, "something holds only in part of the square");
}

#[test]
fn objects_come_back_as_they_came_with_the_document_of_a_single_look_up() {
    let desk = desk();
    let lines = [
        r#"{"id": 1, "uprn": 999000000001}"#,
        r#"{"lat":52.64,"lon":-4.37641,"note":"ŵ \" {\""}"#,
        r#"{"place": "SH 39300 07345", "on": "2015-06-01"}"#,
        r#"{"id": 4}"#,
        "{\"uprn\": ",
        r#"{"x": "239300", "y": 307345}"#,
    ];
    let input = lines.join("\r\n");
    let output = desk.run_with_input(
        &["lookup", "--batch", "-", "--on", "2026-11-23"],
        input.as_bytes(),
    );
    assert_eq!(output.status.code(), Some(0));
    let out = String::from_utf8(output.stdout).unwrap();
    let out: Vec<&str> = out.lines().collect();
    assert_eq!(out.len(), 6);
    let single = |place: &str, on: &str| {
        let single = desk.expect(0, &["lookup", place, "--format", "json", "--on", on]);
        single.trim_end().to_owned()
    };
    for (row, place, on) in [
        (0, "999000000001", "2026-11-23"),
        (1, "52.64,-4.37641", "2026-11-23"),
        (2, "SH 39300 07345", "2015-06-01"),
        (5, "239300,307345", "2026-11-23"),
    ] {
        let expected = format!(
            "{{\"input\":{},\"answer\":{}}}",
            lines[row],
            single(place, on)
        );
        assert_eq!(out[row], expected);
    }
    let refused: Json = serde_json::from_str(out[3]).unwrap();
    assert_eq!(refused["input"]["id"], 4);
    assert!(
        refused["error"]
            .as_str()
            .unwrap()
            .starts_with("The object names no place.")
    );
    let broken: Json = serde_json::from_str(out[4]).unwrap();
    assert_eq!(broken["input"], "{\"uprn\": ");
    assert_eq!(broken["error"], "The line is not a JSON object.");

    // The same rows as a table: what came stands in one column.
    let args = [
        "lookup",
        "--batch",
        "-",
        "--on",
        "2026-11-23",
        "--format",
        "csv",
    ];
    let table = table_of(&desk.run_with_input(&args, input.as_bytes()));
    assert_eq!(table.len(), 7);
    assert_eq!(cell(&table, 1, "input"), lines[0]);
    assert_eq!(cell(&table, 1, "community"), "applies");
}

#[test]
fn a_single_look_up_is_a_table_of_one_row() {
    let desk = desk();
    let output = desk.run(&[
        "lookup",
        "239300,307345",
        "--format",
        "csv",
        "--on",
        "2026-11-23",
    ]);
    let table = table_of(&output);
    assert_eq!(table.len(), 2);
    assert_eq!(cell(&table, 1, "place"), "239300,307345");
    assert_eq!(cell(&table, 1, "green-wedge"), "applies");
    // The line runs 1.3 m away, and is drawn to 5 m: a spreadsheet says so too, of both sides.
    assert!(!cell(&table, 1, "green-wedge-near-boundary").is_empty());
    assert_eq!(cell(&table, 1, "housing-allocation"), "does_not_apply");
    assert!(!cell(&table, 1, "housing-allocation-near-boundary").is_empty());
}

#[test]
fn what_cannot_be_a_batch_is_refused_before_anything_is_written() {
    let desk = desk();
    let none = desk.put("none.csv", "colour,size\nred,9\n");
    let told = desk.refused(1, &["lookup", "--batch", &none]);
    assert!(told.contains("its columns are: colour, size"), "{told}");
    let empty = desk.put("empty.csv", "");
    assert!(
        desk.refused(1, &["lookup", "--batch", &empty])
            .contains("there are no rows")
    );
    desk.refused(2, &["lookup", "--batch", &none, "--format", "text"]);
    desk.refused(2, &["lookup", "--batch", &none, "SH 9461 7754"]);
    desk.refused(2, &["lookup"]);
    desk.refused(3, &["lookup", "--batch", "nowhere.csv"]);
}
