//! The README's commands give what the README shows. `BLESS=1` writes it anew.
//!
//! Only blocks marked `console` are run: `$ ` begins a command, what follows is its standard output. Days,
//! times and checksums differ from run to run and are not compared.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use support::sample::source;

/// The day on which the README's editions were published.
const SHOWN_DAY: &str = "2026-11-25";

/// Today in London, as editions and as answers write it.
fn today() -> (String, String) {
    let day = jiff::Timestamp::now().in_tz("Europe/London").unwrap();
    (
        day.strftime("%Y-%m-%d").to_string(),
        day.strftime("%-d %B %Y").to_string(),
    )
}

/// Runs a command line in a folder that holds `data`, with `groundrule` on the path.
fn run(folder: &Path, line: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_groundrule"));
    let path = format!(
        "{}:{}",
        program.parent().unwrap().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("GROUNDRULE_ATLAS")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A line without what differs from run to run.
fn settled(line: &str) -> String {
    let word = |word: &str| {
        let is_hash = word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_time = word.len() == 20 && word.ends_with('Z') && word.as_bytes()[10] == b'T';
        if is_hash || is_time {
            "…".to_owned()
        } else {
            word.to_owned()
        }
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_readmes_commands_print_what_it_shows() {
    let readme = fs::read_to_string(source("README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(source("data"), folder.path().join("data")).unwrap();
    let (day, in_words) = today();
    let shown_in_words = "25 November 2026";

    let mut renewed = String::new();
    let mut commands = 0;
    let mut blocks = readme.split("```console\n");
    renewed.push_str(blocks.next().unwrap());
    for block in blocks {
        let (shown, rest) = block.split_once("```").unwrap();
        let mut printed = String::new();
        for line in shown.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let output = run(folder.path(), &line.replace(SHOWN_DAY, &day));
            let output = output
                .replace(&day, SHOWN_DAY)
                .replace(&in_words, shown_in_words);
            writeln!(printed, "$ {line}\n{}", output.trim_end()).unwrap();
            commands += 1;
        }
        let printed = printed.replace("\n\n$", "\n$");
        let compared = |text: &str| text.trim_end().lines().map(settled).collect::<Vec<_>>();
        if std::env::var_os("BLESS").is_none() {
            assert_eq!(compared(shown), compared(&printed));
        }
        write!(renewed, "```console\n{}\n```{rest}", printed.trim_end()).unwrap();
    }
    assert!(commands > 8, "the README has its tours");
    if std::env::var_os("BLESS").is_some() {
        fs::write(source("README.md"), renewed).unwrap();
    }
}

#[test]
fn what_the_readme_points_at_is_there() {
    let readme = fs::read_to_string(source("README.md")).unwrap();
    let links = readme
        .split("](")
        .skip(1)
        .map(|rest| rest.split(')').next().unwrap());
    for link in links.filter(|link| !link.starts_with("http")) {
        assert!(source(link).exists(), "{link}");
    }
}
