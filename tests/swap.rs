//! Answers over sockets while the edition under them is changed: none fails, none mixes two editions, none is a
//! false no. Two editions hold the black and the white fields of one chessboard, so what is true of a place in one
//! is untrue in the other.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use groundrule::atlas::{Atlas, Draft};
use groundrule::geometry::Space;
use groundrule::policy::EditionId;
use groundrule::server::{State, router, serve::serve};
use serde_json::Value as Json;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use support::drafts::{area, covered, draft, layer, map, now, square};
use tempfile::TempDir;

/// Fields along one side of the board, each of 100 m.
const FIELDS: usize = 12;

/// The board's south-west corner, on the Grid.
const CORNER: (f64, f64) = (290_000.0, 370_000.0);

/// Clients that ask at once.
const CLIENTS: usize = 6;

/// The fields of one colour; a field's reference is its column and row.
fn board(colour: usize) -> Draft {
    let layers = [layer("everywhere"), covered("field", "everywhere")];
    let fields = (0..FIELDS * FIELDS).map(|number| (number / FIELDS, number % FIELDS));
    let of_colour = fields.filter(|(column, row)| (column + row) % 2 == colour);
    let areas = of_colour.map(|(column, row)| {
        let (x, y) = (
            CORNER.0 + column as f64 * 100.0,
            CORNER.1 + row as f64 * 100.0,
        );
        area(&format!("{column}-{row}"), square(x, y, 100.0))
    });
    let everywhere = area(
        "E",
        square(CORNER.0 - 5_000.0, CORNER.1 - 5_000.0, 20_000.0),
    );
    let contents = vec![("everywhere", vec![everywhere]), ("field", areas.collect())];
    draft(map(&layers), Space::NationalGrid, contents)
}

/// Both boards in one atlas, with the ids and checksums of their editions.
struct Boards {
    _folder: TempDir,
    atlas: Atlas,
    editions: [(EditionId, String); 2],
}

impl Boards {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let atlas = Atlas::create(folder.path()).unwrap();
        let editions = [0, 1].map(|colour| {
            let id = atlas.publish(&board(colour), now()).unwrap();
            (id, atlas.edition(id).unwrap().sha256().to_owned())
        });
        Self {
            _folder: folder,
            atlas,
            editions,
        }
    }

    fn id(&self, colour: usize) -> EditionId {
        self.editions[colour % 2].0
    }

    /// Whether an answer is whole and true in the edition that it names; the colour of that edition.
    fn judge(&self, asked: (usize, usize), answer: &Json) -> Result<usize, String> {
        let (column, row) = asked;
        let edition = &answer["edition"];
        let named = |(id, _): &(EditionId, String)| edition["id"] == id.to_string();
        let Some(colour) = self.editions.iter().position(named) else {
            return Err(format!("an edition that is not there: {edition}"));
        };
        if edition["sha256"] != self.editions[colour].1 {
            return Err(format!("id and checksum are of two editions: {edition}"));
        }
        let found = answer["layers"].as_array().and_then(|layers| {
            let mut layers = layers.iter();
            layers.find(|layer| layer["layer"] == "field")
        });
        let Some(said) = found else {
            return Err(format!("no layer: {answer}"));
        };
        let areas = said["areas"].as_array().into_iter().flatten();
        let references: Vec<&str> = areas
            .filter_map(|area| area["reference"].as_str())
            .collect();
        let holds = (column + row) % 2 == colour;
        let true_reference = format!("{column}-{row}");
        let (state, expected) = if holds {
            ("applies", vec![true_reference.as_str()])
        } else {
            ("does_not_apply", Vec::new())
        };
        if said["state"] == state && references == expected {
            Ok(colour)
        } else {
            Err(format!("{column}-{row} in edition {edition}: {said}"))
        }
    }
}

/// A connection that is kept.
struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    fn of(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream: BufReader::new(stream),
        }
    }

    /// Asks about the middle of a field.
    fn ask(&mut self, (column, row): (usize, usize)) -> Result<Json, String> {
        let middle = |corner: f64, field: usize| corner + field as f64 * 100.0 + 50.0;
        let (x, y) = (middle(CORNER.0, column), middle(CORNER.1, row));
        let request = format!("GET /at/{x},{y}.json HTTP/1.1\r\nhost: a\r\n\r\n");
        let failed = |error: std::io::Error| error.to_string();
        self.stream
            .get_mut()
            .write_all(request.as_bytes())
            .map_err(failed)?;
        let mut status = String::new();
        self.stream.read_line(&mut status).map_err(failed)?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).map_err(failed)?;
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).map_err(failed)?;
        if !status.starts_with("HTTP/1.1 200 ") {
            return Err(format!("{status}: {}", String::from_utf8_lossy(&body)));
        }
        serde_json::from_slice(&body).map_err(|error| error.to_string())
    }
}

/// What clients saw.
#[derive(Debug, Default)]
struct Seen {
    /// Answers from the edition of each colour.
    of: [AtomicUsize; 2],
    failed: std::sync::Mutex<Vec<String>>,
}

impl Seen {
    fn note(&self, outcome: Result<usize, String>) {
        match outcome {
            Ok(colour) => {
                self.of[colour].fetch_add(1, Ordering::Relaxed);
            }
            Err(fault) => self.failed.lock().unwrap().push(fault),
        }
    }

    /// Nothing went wrong, and both editions were asked so often at least.
    fn expect_whole(&self, at_least: usize) {
        let failed = self.failed.lock().unwrap();
        assert!(
            failed.is_empty(),
            "{} failed: {:?}",
            failed.len(),
            &failed[..failed.len().min(3)]
        );
        let of = [0, 1].map(|colour| self.of[colour].load(Ordering::Relaxed));
        assert!(of.iter().all(|count| *count >= at_least), "{of:?}");
    }
}

/// Asks about one field after another, until `stop` says so.
fn ask_on(boards: &Boards, address: SocketAddr, first: usize, seen: &Seen, stop: &AtomicBool) {
    let mut client = Client::of(address);
    let mut number = first * 31;
    while !stop.load(Ordering::Relaxed) {
        let field = (number % FIELDS, number / FIELDS % FIELDS);
        let answer = client.ask(field);
        let outcome = answer.and_then(|answer| boards.judge(field, &answer));
        let failed = outcome.is_err();
        seen.note(outcome);
        if failed {
            // The connection may hold the rest of what went wrong.
            client = Client::of(address);
        }
        number += 1;
    }
}

#[test]
fn no_answer_fails_mixes_or_denies_while_editions_are_swapped_as_fast_as_they_open() {
    const SWAPS: usize = 60;
    let boards = Boards::new();
    let state = State::open(
        boards.atlas.clone(),
        "https://planning.example.org",
        Arc::new(now),
    );
    let state = Arc::new(state.unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(serve(
        listener,
        router(Arc::clone(&state)),
        std::future::pending(),
    ));
    let (seen, stop) = (Seen::default(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (boards, seen, stop) = (&boards, &seen, &stop);
            scope.spawn(move || ask_on(boards, address, client, seen, stop));
        }
        let answered = || -> usize { seen.of.iter().map(|of| of.load(Ordering::Relaxed)).sum() };
        let mut swaps = 0;
        // Until there were enough of both, or one went wrong.
        while swaps < SWAPS || answered() < 3_000 {
            boards.atlas.activate(boards.id(swaps)).unwrap();
            state.look();
            swaps += 1;
            if !seen.failed.lock().unwrap().is_empty() {
                break;
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    seen.expect_whole(300);
}

/// A program that is ended when the test is.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn no_answer_fails_mixes_or_denies_while_the_program_activates_editions_under_its_server() {
    const SWAPS: usize = 5;
    let boards = Boards::new();
    let program = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_groundrule"));
        command
            .args(arguments)
            .arg("--atlas")
            .arg(boards.atlas.root());
        command
    };
    let mut child = program(&["serve", "--listen", "127.0.0.1:0"]);
    let mut child = Served(
        child
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let mut said = String::new();
    BufReader::new(child.0.stdout.take().unwrap())
        .read_line(&mut said)
        .unwrap();
    let address = said
        .trim()
        .rsplit("http://")
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let (seen, stop) = (Seen::default(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (boards, seen, stop) = (&boards, &seen, &stop);
            scope.spawn(move || ask_on(boards, address, client, seen, stop));
        }
        for swap in 0..SWAPS {
            let id = boards.id(swap).to_string();
            assert!(
                program(&["activate", &id])
                    .output()
                    .unwrap()
                    .status
                    .success()
            );
            // The next swap as soon as the server has followed this one.
            let mut watch = Client::of(address);
            while seen.failed.lock().unwrap().is_empty() {
                let answer = watch
                    .ask((0, 0))
                    .and_then(|answer| boards.judge((0, 0), &answer));
                let followed = answer == Ok(swap % 2);
                seen.note(answer);
                if followed {
                    break;
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    seen.expect_whole(100);
}
