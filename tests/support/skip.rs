//! Tests that cannot run here count themselves in `skipped-tests.txt`, which `./test` prints.

use std::io::Write as _;
use std::path::Path;

/// Counts the test of this thread as skipped, with the reason.
pub fn count(reason: &str) {
    let list = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../skipped-tests.txt");
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    if let Ok(mut list) = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(list)
    {
        let _ = writeln!(list, "{name}: {reason}");
    }
}
