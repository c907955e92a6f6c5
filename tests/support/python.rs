//! The Pythons that some tests need.

use super::skip;
use std::process::Command;

/// A Python that can run `statement`; distributions put GDAL's bindings into their own Python, which need
/// not be the first on the path. `None` counts the test as skipped, for want of `what`; with `CI` set it fails.
pub fn able_to(statement: &str, what: &str) -> Option<&'static str> {
    let can = |python: &&str| {
        let tried = Command::new(python).args(["-c", statement]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(can);
    if found.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI is set but there is no {what}"
        );
        skip::count(&format!("there is no {what}"));
    }
    found
}

/// A Python with GDAL's bindings.
pub fn with_gdal() -> Option<&'static str> {
    able_to("from osgeo import ogr", "python3 with GDAL (python3-gdal)")
}

/// Any Python of today.
pub fn plain() -> Option<&'static str> {
    able_to("import sys; assert sys.version_info >= (3, 8)", "python3")
}
