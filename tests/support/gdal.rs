//! The Python that has GDAL's bindings.

use std::process::Command;

/// The Python that has GDAL's bindings, where there is one. Distributions put them into their own Python,
/// which need not be the first on the path.
pub fn python() -> Option<&'static str> {
    let has_gdal = |python: &&str| {
        let tried = Command::new(python)
            .args(["-c", "from osgeo import ogr"])
            .output();
        tried.is_ok_and(|output| output.status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has_gdal);
    if found.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "CI is set but no python3 has GDAL (python3-gdal)"
        );
        crate::support::skip::count("no python3 has GDAL (python3-gdal)");
    }
    found
}
