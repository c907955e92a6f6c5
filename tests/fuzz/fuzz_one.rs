//! `fuzz_one TARGET [FILE…]`: gives each file, or standard input, to one of the program's readers. Fuzzers run
//! it (`docs/fuzzing.md`), and what they found is run again with it.

#[path = "../support/fuzzed.rs"]
mod fuzzed;

use std::io::Read as _;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let target = arguments.next().unwrap_or_default();
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = arguments.peekable();
    if files.peek().is_none() {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.expect("standard input");
        println!("{}", fuzzed::one_input(&target, &bytes, folder.path()));
    }
    for file in files {
        let bytes = std::fs::read(&file).expect("a file");
        let said = fuzzed::one_input(&target, &bytes, folder.path());
        println!("{file}: {said}");
    }
}
