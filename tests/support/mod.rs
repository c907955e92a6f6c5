//! What several test files need: the shared data beside the project.

#![allow(dead_code, reason = "each test file uses some of it")]

use groundrule::loading::Report;
use groundrule::page::load_text;
use groundrule::policy::Lang;
use std::path::{Path, PathBuf};

pub mod desk;
pub mod drafts;
pub mod http;
pub mod python;
pub mod sample;
pub mod skip;

/// A path under `../shared`, or `None` where that folder is absent, as in a public clone: the test
/// then counts itself as skipped in `skipped-tests.txt`, which `./test` prints. With `CI` set it fails.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if root.is_dir() {
        let path = root.join(path);
        assert!(path.exists(), "{} is missing", path.display());
        return Some(path);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "CI is set but ../shared is not there"
    );
    skip::count(&format!("../shared/{path} is not there"));
    None
}

/// The report of a load as the terminal shows it, in English.
pub fn said(report: &Report) -> String {
    load_text::text(report, Lang::En)
}
