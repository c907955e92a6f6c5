//! Every file of the shared data that councils and other projects wrote, by itself: which rows, areas and
//! coordinate system it gives, and what is found in it; or what refuses it. `outcomes.txt` states it file by
//! file, as `path | settings of its [[layer]] | outcome`; `BLESS=1` rewrites the outcomes, to be read before
//! they are believed.
//!
//! Each is loaded by the built program in a process of its own that gets no more than
//! [`MAX_MEMORY_KIB`] of address space, which holds more than it ever touches, and [`MAX_SECONDS`].
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A file may take 512 MiB; the program itself, its threads' stacks and GDAL's libraries are in it.
const MAX_MEMORY_KIB: u64 = 512 * 1024;
/// Seconds for one file, the start of the program and of GDAL included.
const MAX_SECONDS: u64 = 20;
/// Loads at the same time.
const AT_ONCE: usize = 2;

const FOLDERS: [&str; 5] = [
    "plan_pack",
    "southwark",
    "welsh_dbf",
    "dl_formats",
    "suites",
];

/// The whole map of the pack has tests of its own.
const NO_DATA: &str = "plan_pack/map.toml";

struct Line {
    path: String,
    settings: String,
    outcome: String,
}

fn table() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outcomes.txt")
}

fn lines() -> Vec<Line> {
    let text = std::fs::read_to_string(table()).unwrap();
    let of_line = |line: &str| {
        let mut parts = line.splitn(3, " | ").map(|part| part.trim().to_owned());
        Line {
            path: parts.next().unwrap(),
            settings: parts.next().unwrap_or_default(),
            outcome: parts.next().unwrap_or_default(),
        }
    };
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(of_line)
        .collect()
}

fn add_files(data: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add_files(data, &path, found);
        } else {
            let name = path.strip_prefix(data).unwrap().to_str().unwrap();
            found.insert(name.to_owned());
        }
    }
}

/// Loads one file and says what came of it.
fn outcome(data: &Path, line: &Line) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = data.join(&line.path);
    let map = format!(
        "title = \"Outcomes\"\nauthority = {{ name = \"Nobody\" }}\n[[layer]]\nid = \"layer\"\ntitle = \"Layer\"\ngroup = \"constraints\"\nfile = {:?}\n{}\n",
        file.to_str().unwrap(),
        line.settings.replace("; ", "\n")
    );
    std::fs::write(folder.path().join("map.toml"), map).unwrap();
    let begun = Instant::now();
    let limited = format!(
        "ulimit -v {MAX_MEMORY_KIB} && exec '{}' load map.toml --dry-run --report report.json",
        env!("CARGO_BIN_EXE_groundrule")
    );
    let output = Command::new("sh")
        .args(["-c", &limited])
        .current_dir(folder.path())
        // Each arena of the allocator keeps addresses that it may never use.
        .env("MALLOC_ARENA_MAX", "1")
        .output()
        .unwrap();
    let took = begun.elapsed();
    assert!(
        took < Duration::from_secs(MAX_SECONDS),
        "{}: {took:?}",
        line.path
    );
    let code = output.status.code();
    assert!(
        matches!(code, Some(0 | 1 | 3)),
        "{}: {code:?}: {}",
        line.path,
        String::from_utf8_lossy(&output.stderr)
    );
    match std::fs::read(folder.path().join("report.json")) {
        Ok(report) => told(&line.path, &serde_json::from_slice(&report).unwrap()),
        Err(_) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let said = said.replace(data.to_str().unwrap(), "…");
            assert_eq!(said.trim().lines().count(), 1, "{}: {said}", line.path);
            said.trim().to_owned()
        }
    }
}

/// Rows, areas and coordinate system, then every kind of finding with its number; for a file that cannot be
/// used as it is, why.
fn told(path: &str, report: &Json) -> String {
    let layer = &report["layers"][0];
    let totals = layer["totals"].as_array().unwrap().iter();
    let kinds: Vec<String> = totals
        .map(|total| {
            let kind = total["kind"].as_str().unwrap();
            format!("{kind} {}", total["count"])
        })
        .collect();
    let counts = format!(
        "{} rows, {} areas, {} left out, {}",
        layer["rows"],
        layer["areas"],
        layer["rows_left_out"],
        layer["crs"][0].as_str().unwrap()
    );
    let refused = if report["refused"] == true {
        "refused: "
    } else {
        ""
    };
    for finding in layer["findings"].as_array().unwrap() {
        let message = finding["message"].as_str().unwrap();
        assert!(
            !message.trim().is_empty() && message.lines().count() == 1,
            "{path}: {message}"
        );
        assert!(!message.contains("did not expect"), "{path}: {message}");
    }
    let why = layer["findings"].as_array().unwrap().iter();
    let why = why.filter(|finding| finding["done"] == "refused").take(1);
    let why = why.map(|finding| finding["message"].as_str().unwrap().to_owned());
    [vec![format!("{refused}{counts}")], kinds, why.collect()]
        .concat()
        .join("; ")
}

#[test]
fn every_file_ends_in_its_layer_or_in_one_clear_line() {
    let Some(data) = support::shared("data") else {
        return;
    };
    let data = data.canonicalize().unwrap();
    let lines = lines();
    let mut there = BTreeSet::new();
    for folder in FOLDERS {
        add_files(&data, &data.join(folder), &mut there);
    }
    there.remove(NO_DATA);
    let listed: BTreeSet<String> = lines.iter().map(|line| line.path.clone()).collect();
    let differ: Vec<_> = listed.symmetric_difference(&there).collect();
    assert!(
        differ.is_empty(),
        "the table has a line for every file and no other: {differ:?}"
    );
    let (next, outcomes) = (
        AtomicUsize::new(0),
        Mutex::new(vec![String::new(); lines.len()]),
    );
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(line) = lines.get(at) else {
                        break;
                    };
                    let outcome = outcome(&data, line);
                    outcomes.lock().unwrap()[at] = outcome;
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    if std::env::var_os("BLESS").is_some() {
        let comment =
            "# path under the shared data | settings of its [[layer]] | what a load gives\n";
        let rows = lines.iter().zip(&outcomes);
        let rows =
            rows.map(|(line, outcome)| format!("{} | {} | {outcome}\n", line.path, line.settings));
        std::fs::write(table(), comment.to_owned() + &rows.collect::<String>()).unwrap();
        return;
    }
    let wrong: Vec<String> = lines
        .iter()
        .zip(&outcomes)
        .filter(|(line, outcome)| line.outcome != **outcome)
        .map(|(line, outcome)| format!("{}\n  is  {outcome}\n  not {}", line.path, line.outcome))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
