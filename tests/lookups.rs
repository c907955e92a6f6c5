//! Many look-ups at once: every row answered in its place, as a single look-up would answer it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use groundrule::answer::{IndexedEdition, Terms};
use groundrule::atlas::Atlas;
use groundrule::places::Gazetteer;
use groundrule::policy::Lang;
use groundrule::server::Consultation;
use groundrule::server::limits::{MAX_BATCHES_AT_ONCE, MAX_LOOKUP_BYTES, MAX_LOOKUP_ROWS};
use groundrule::server::lookups::{Batch, Form, Table};
use groundrule::server::{State, router, serve::serve};
use groundrule::wire;
use serde_json::Value as Json;
use std::fs;
use std::process::Output;
use std::sync::{Arc, LazyLock};
use support::desk::Desk;
use support::sample::{self, source};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

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
    let (_folder, atlas) = sample::atlas();
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

/// The sample map, served.
static SAMPLE: LazyLock<(tempfile::TempDir, Atlas)> = LazyLock::new(sample::atlas);

fn state() -> Arc<State> {
    sample::state(&SAMPLE.1)
}

struct Posted {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

async fn post(
    state: &Arc<State>,
    query: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Posted {
    let mut request = Request::post(format!("/lookups{query}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body.into()).unwrap();
    let response = router(Arc::clone(state)).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Posted {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

async fn get(state: &Arc<State>, path: &str) -> String {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = router(Arc::clone(state)).oneshot(request).await.unwrap();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

const CSV: (&str, &str) = ("content-type", "text/csv; charset=utf-8");
const LINES: (&str, &str) = ("content-type", "application/x-ndjson");

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_posted_come_back_as_they_were_asked() {
    let state = state();
    let rows = "{\"id\":1,\"place\":\"239300,307345\"}\n{\"id\":2,\"place\":\"CG1 1AA\"}\n";
    let posted = post(&state, "", &[LINES], rows).await;
    assert_eq!(posted.status, StatusCode::OK);
    assert_eq!(posted.headers[header::CONTENT_TYPE], "application/x-ndjson");
    assert_eq!(posted.headers[header::CACHE_CONTROL], "no-store");
    for (line, (id, path)) in posted
        .text
        .lines()
        .zip([(1, "239300,307345"), (2, "CG11AA")])
    {
        let single = get(&state, &format!("/at/{path}.json")).await;
        let start = format!("{{\"input\":{{\"id\":{id},");
        assert!(line.starts_with(&start), "{line}");
        assert!(
            line.ends_with(&format!("\"answer\":{}}}", single.trim_end())),
            "{line}"
        );
    }

    // The query asks all rows alike; the form of the answers is the client's choice.
    let query = "?on=2015-06-01&within=10&layers=green-wedge,community&lang=cy";
    let accept = ("accept", "text/csv");
    let posted = post(&state, query, &[LINES, accept], rows).await;
    assert_eq!(
        posted.headers[header::CONTENT_TYPE],
        "text/csv; charset=utf-8"
    );
    let header = posted.text.lines().next().unwrap();
    assert!(
        header.starts_with("input,error,edition,on,permalink,plans,green-wedge,"),
        "{header}"
    );
    assert!(header.ends_with(",community-near-boundary"), "{header}");
    assert!(
        posted.text.contains(",2015-06-01,\"/at/CG11AA?edition="),
        "{}",
        posted.text
    );
    assert!(
        posted
            .text
            .contains("&within=10&layers=green-wedge,community&lang=cy"),
        "{}",
        posted.text
    );

    let welsh = post(&state, "?lang=cy", &[CSV], "uprn\nx\n").await.text;
    assert!(welsh.contains("Nid yw “x” yn UPRN"), "{welsh}");
    let sniffed = post(&state, "", &[], "uprn\n999000000001\n").await;
    assert_eq!(
        sniffed.headers[header::CONTENT_TYPE],
        "text/csv; charset=utf-8"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_answered_at_all_is_refused_before_the_first_row() {
    let state = state();
    let message = |posted: &Posted| {
        let json: Json = serde_json::from_str(&posted.text).unwrap();
        json["error"]["message"].as_str().unwrap().to_owned()
    };
    let none = post(&state, "", &[CSV], "colour\nred\n").await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    assert!(
        message(&none).ends_with("its columns are: colour."),
        "{}",
        none.text
    );
    let empty = post(&state, "", &[CSV], "").await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    let xml = post(&state, "", &[("content-type", "text/xml")], "<a/>").await;
    assert_eq!(xml.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let day = post(&state, "?on=today", &[CSV], "uprn\n1\n").await;
    assert_eq!(day.status, StatusCode::BAD_REQUEST);
    let edition = post(&state, "?edition=2001-01-01.1", &[CSV], "uprn\n1\n").await;
    assert_eq!(edition.status, StatusCode::GONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_and_bytes_beyond_the_limits_are_said_not_to_be_answered() {
    let state = state();
    let rows = |count: u64| format!("place\n{}", "-\n".repeat(count as usize));
    let posted = post(&state, "?layers=community", &[CSV], rows(MAX_LOOKUP_ROWS)).await;
    assert_eq!(posted.text.lines().count() as u64, MAX_LOOKUP_ROWS + 1);
    let posted = post(
        &state,
        "?layers=community",
        &[CSV],
        rows(MAX_LOOKUP_ROWS + 5),
    )
    .await;
    assert_eq!(posted.status, StatusCode::OK);
    assert_eq!(posted.text.lines().count() as u64, MAX_LOOKUP_ROWS + 2);
    let last = posted.text.lines().last().unwrap();
    assert!(
        last.contains("Only 100000 rows are answered at once."),
        "{last}"
    );

    let body = format!("uprn\n1\n{}", "b".repeat(MAX_LOOKUP_BYTES));
    let posted = post(&state, "?layers=community", &[CSV], body).await;
    assert_eq!(posted.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// The address of a server over real sockets.
async fn served(state: Arc<State>) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, router(state), std::future::pending()));
    address
}

/// Reads until what was read satisfies a condition.
async fn read_until(stream: &mut TcpStream, enough: impl Fn(&str) -> bool) -> String {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.unwrap();
        read.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&read).into_owned();
        if enough(&text) {
            return text;
        }
        assert!(count > 0, "the answer ended: {text}");
    }
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

const HEAD: &str = "POST /lookups?layers=community HTTP/1.1\r\nhost: a\r\ncontent-type: text/csv\r\nconnection: close\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn answers_flow_before_the_last_row_was_sent() {
    let address = served(state()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let begin = format!(
        "{HEAD}transfer-encoding: chunked\r\n\r\n{}",
        chunk("id,place\na1,239300,307345\na2,\"239300,307345\"\n")
    );
    stream.write_all(begin.as_bytes()).await.unwrap();
    let answered = |id: &'static str| {
        move |text: &str| {
            text.lines()
                .any(|line| line.starts_with(id) && line.ends_with(','))
        }
    };
    let first = read_until(&mut stream, answered("a2,")).await;
    assert!(first.starts_with("HTTP/1.1 200 OK"), "{first}");
    assert!(
        first.contains("a1,\"239300,307345\",Cells in this row: 3."),
        "{first}"
    );
    for id in ["b1,", "b2,"] {
        let row = chunk(&format!("{id}CG1 1AA\n"));
        stream.write_all(row.as_bytes()).await.unwrap();
        read_until(&mut stream, answered(id)).await;
    }
    stream.write_all(b"0\r\n\r\n").await.unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "{rest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_sends_all_its_rows_before_it_reads_gets_all_its_answers() {
    let address = served(state()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let note = "n".repeat(600);
    let mut rows = String::from("place,note\n");
    const ROWS: usize = 20_000;
    for row in 0..ROWS {
        rows.push_str(&format!("\"239300,{}\",{note}\n", 300_000 + row % 9_000));
    }
    assert!(rows.len() < MAX_LOOKUP_BYTES);
    let head = format!("{HEAD}content-length: {}\r\n\r\n", rows.len());
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(rows.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let text = String::from_utf8_lossy(&answer);
    assert_eq!(text.matches("/at/239300,30").count(), ROWS);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_break_off_are_answered_up_to_the_break() {
    let address = served(state()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let rows = format!("{HEAD}content-length: 1000\r\n\r\nuprn\n999000000001\n99900000000");
    stream.write_all(rows.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.contains("/at/uprn:999000000001"), "{text}");
    assert!(text.contains("The rest did not arrive."), "{text}");
    assert!(
        !text.contains("99900000000,"),
        "half a number is none: {text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_batches_go_at_a_time_and_one_whose_client_went_away_makes_room() {
    let state = state();
    let address = served(Arc::clone(&state)).await;
    let mut held = Vec::new();
    for _ in 0..MAX_BATCHES_AT_ONCE {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let begin = format!(
            "{HEAD}transfer-encoding: chunked\r\n\r\n{}",
            chunk("place\n239300 307345\n")
        );
        stream.write_all(begin.as_bytes()).await.unwrap();
        read_until(&mut stream, |text| text.contains("/at/239300,307345?")).await;
        held.push(stream);
    }
    let refused = post(&state, "", &[CSV], "uprn\n1\n").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    // A single look-up is answered all the same.
    assert!(
        get(&state, "/at/239300,307345.json")
            .await
            .contains("\"format\":1")
    );
    held.pop();
    let room = async {
        while post(&state, "", &[CSV], "uprn\n1\n").await.status != StatusCode::OK {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), room)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_in_the_middle_ends_its_batch() {
    let state = state();
    let address = served(Arc::clone(&state)).await;
    for _ in 0..MAX_BATCHES_AT_ONCE + 1 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let rows = format!(
            "place\n{}",
            "239300 307345\n".repeat(MAX_LOOKUP_ROWS as usize)
        );
        let head = format!("{HEAD}content-length: {}\r\n\r\n", rows.len());
        // The server may be busy with the clients before.
        let room = async {
            while state_is_full(&state).await {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), room)
            .await
            .unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(rows.as_bytes()).await.unwrap();
        read_until(&mut stream, |text| text.contains("/at/239300,307345?")).await;
    }
    let posted = tokio::time::timeout(std::time::Duration::from_secs(60), async {
        while state_is_full(&state).await {
            tokio::task::yield_now().await;
        }
    });
    posted.await.unwrap();
}

async fn state_is_full(state: &Arc<State>) -> bool {
    let posted = post(state, "", &[CSV], "uprn\n1\n").await;
    posted.status == StatusCode::SERVICE_UNAVAILABLE
}
