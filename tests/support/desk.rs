//! The built program in a folder of its own, as somebody at a desk has it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use serde_json::Value as Json;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder with an atlas in it, and the program.
pub struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    /// An empty folder.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Puts a file, and the folders above it, into the folder; gives its path.
    pub fn put(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Says state and reason of a layer at a place.
    pub fn state(&self, layer: &str, place: &str) -> String {
        let answer = self.lookup(place);
        let layers = answer["layers"].as_array().unwrap();
        let found = layers.iter().find(|found| found["layer"] == layer);
        let found = found.unwrap_or_else(|| panic!("no layer {layer}"));
        match found["reason"].as_str() {
            Some(reason) => format!("{}: {reason}", found["state"].as_str().unwrap()),
            None => found["state"].as_str().unwrap().to_owned(),
        }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the program in the folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_groundrule"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("GROUNDRULE_ATLAS", self.path("atlas"))
            .output()
            .unwrap()
    }

    /// As [`Self::run`], with bytes through standard input.
    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_groundrule"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("GROUNDRULE_ATLAS", self.path("atlas"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses at once closes its end of the pipe.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }

    /// Runs, expects an exit code, and gives standard output.
    pub fn expect(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (out, err) = (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        assert_eq!(
            output.status.code(),
            Some(code),
            "groundrule {arguments:?}\n{out}\n{err}"
        );
        out
    }

    /// Runs, expects an exit code, and gives all that was said.
    pub fn refused(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8(told).unwrap();
        assert_eq!(
            output.status.code(),
            Some(code),
            "groundrule {arguments:?}\n{told}"
        );
        told
    }

    /// The answer for a place.
    pub fn lookup(&self, place: &str) -> Json {
        let text = self.expect(
            0,
            &["lookup", place, "--format", "json", "--on", "2026-11-23"],
        );
        serde_json::from_str(&text).unwrap()
    }
}
