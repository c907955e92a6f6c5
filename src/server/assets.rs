//! The viewer's files as they are sent: one script, one style sheet, both without comments.
//!
//! In `viewer/` the script is a set of plain ES modules, to read and to run as they are. Here they are
//! put one after another, those that are imported first, and their imports and exports taken off, so
//! that a slow line waits for one file and not for a chain of twelve. A test holds the modules to
//! what that needs: named exports and imports only, and no name twice.

use crate::atlas::manifest::digest;
use crate::page::Words;
use crate::policy::Lang;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The modules by their file names.
const MODULES: &[(&str, &str)] = &[
    ("answer.js", include_str!("../../viewer/answer.js")),
    ("element.js", include_str!("../../viewer/element.js")),
    ("furniture.js", include_str!("../../viewer/furniture.js")),
    ("grid.js", include_str!("../../viewer/grid.js")),
    ("hand.js", include_str!("../../viewer/hand.js")),
    ("key.js", include_str!("../../viewer/key.js")),
    ("labels.js", include_str!("../../viewer/labels.js")),
    ("letter.js", include_str!("../../viewer/letter.js")),
    ("map.js", include_str!("../../viewer/map.js")),
    ("mvt.js", include_str!("../../viewer/mvt.js")),
    ("paint.js", include_str!("../../viewer/paint.js")),
    ("papers.js", include_str!("../../viewer/papers.js")),
    ("style.js", include_str!("../../viewer/style.js")),
    ("suggest.js", include_str!("../../viewer/suggest.js")),
    ("tiles.js", include_str!("../../viewer/tiles.js")),
    ("view.js", include_str!("../../viewer/view.js")),
    ("viewer.js", include_str!("../../viewer/viewer.js")),
];

/// Modules that are sent alone, when something is asked for that needs them. They import nothing.
const ON_DEMAND: &[(&str, &str)] = &[
    ("base.js", include_str!("../../viewer/base.js")),
    ("draw.js", include_str!("../../viewer/draw.js")),
];

const VIEWER_CSS: &str = include_str!("../../viewer/viewer.css");
const PAGE_CSS: &str = include_str!("../../viewer/page.css");
const SPRITES: &[(&str, &str, &[u8])] = &[
    (
        "sprite.json",
        "application/json",
        include_bytes!("../../styles/sprite.json"),
    ),
    (
        "sprite.png",
        "image/png",
        include_bytes!("../../styles/sprite.png"),
    ),
    (
        "sprite@2x.json",
        "application/json",
        include_bytes!("../../styles/sprite@2x.json"),
    ),
    (
        "sprite@2x.png",
        "image/png",
        include_bytes!("../../styles/sprite@2x.png"),
    ),
];

/// The module that a page with a map names.
const ENTRY: &str = "viewer.js";

/// The module that every page names: its search field suggests.
const SUGGEST: &str = "suggest.js";

/// The viewer, ready to be sent.
#[derive(Debug)]
pub struct Assets {
    /// Changes whenever a file does: it stands in their addresses.
    pub version: String,
    files: BTreeMap<&'static str, (&'static str, Vec<u8>)>,
    /// The style sheet that stands in every page.
    pub page_css: String,
    /// SHA-256 of it in Base64, by which browsers know that it is ours.
    pub page_css_hash: String,
}

impl Assets {
    /// Puts the files together.
    #[must_use]
    pub fn prepare() -> Self {
        let mut files = BTreeMap::new();
        for entry in [ENTRY, SUGGEST] {
            let script = bundle(MODULES, entry).into_bytes();
            files.insert(entry, ("text/javascript; charset=utf-8", script));
        }
        for &(name, source) in ON_DEMAND {
            let text = strip_js(source).into_bytes();
            files.insert(name, ("text/javascript; charset=utf-8", text));
        }
        files.insert(
            "viewer.css",
            (
                "text/css; charset=utf-8",
                strip_css(VIEWER_CSS).into_bytes(),
            ),
        );
        for &(name, content_type, bytes) in SPRITES {
            files.insert(name, (content_type, bytes.to_vec()));
        }
        let mut all: Vec<u8> = files
            .values()
            .flat_map(|(_, bytes)| bytes.clone())
            .collect();
        for lang in Lang::ALL {
            let w = Words::of(lang, None);
            all.extend(
                w.viewer_words()
                    .into_iter()
                    .chain(w.drawing_words())
                    .flat_map(|(key, text)| [key, text])
                    .flat_map(String::into_bytes),
            );
        }
        let page_css = strip_css(PAGE_CSS);
        Self {
            version: digest(&all)[..12].to_owned(),
            files,
            page_css_hash: base64(&Sha256::digest(page_css.as_bytes())),
            page_css,
        }
    }

    /// A file and its content type.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<(&'static str, &[u8])> {
        self.files
            .get(name)
            .map(|(content_type, bytes)| (*content_type, bytes.as_slice()))
    }

    /// Path of the viewer's script.
    #[must_use]
    pub fn script(&self) -> String {
        format!("/viewer/{}/{ENTRY}", self.version)
    }
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit) & 63) as usize;
            out.push(if digit <= group.len() {
                DIGITS[index] as char
            } else {
                '='
            });
        }
    }
    out
}

/// The modules in one text, those that are imported before those that import them.
fn bundle(modules: &[(&str, &str)], entry: &str) -> String {
    let mut out = String::new();
    let mut done = Vec::new();
    append(modules, entry, &mut done, &mut out);
    out
}

fn append<'a>(
    modules: &'a [(&'a str, &'a str)],
    name: &str,
    done: &mut Vec<&'a str>,
    out: &mut String,
) {
    let Some(&(name, source)) = modules.iter().find(|(known, _)| *known == name) else {
        return;
    };
    if done.contains(&name) {
        return;
    }
    done.push(name);
    let stripped = strip_js(source);
    for line in stripped.lines().filter(|line| is_import(line)) {
        if let Some(path) = line.rsplit(['\'', '"']).nth(1) {
            append(modules, path.trim_start_matches("./"), done, out);
        }
    }
    for line in stripped.lines().filter(|line| !is_import(line)) {
        out.push_str(line.strip_prefix("export ").unwrap_or(line));
        out.push('\n');
    }
}

fn is_import(line: &str) -> bool {
    line.starts_with("import ") || line.starts_with("import{")
}

/// A module without comments that stand on lines of their own, leading white space and empty lines;
/// an import that runs over several lines is put on one.
fn strip_js(source: &str) -> String {
    let mut out = String::new();
    let mut in_comment = false;
    let mut import = String::new();
    for line in source.lines().map(str::trim) {
        if in_comment {
            in_comment = !line.ends_with("*/");
            continue;
        }
        if line.starts_with("/*") {
            in_comment = !line.ends_with("*/");
            continue;
        }
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        if is_import(line) || !import.is_empty() {
            import.push_str(line);
            if line.ends_with(';') {
                out.push_str(&import);
                out.push('\n');
                import.clear();
            } else {
                import.push(' ');
            }
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// A style sheet without comments and needless white space.
fn strip_css(source: &str) -> String {
    let mut bare = String::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    bare.push_str(rest);
    let mut out = String::new();
    for line in bare.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let line = line
            .replace(": ", ":")
            .replace(", ", ",")
            .replace(" {", "{")
            .replace("; ", ";");
        out.push_str(&line);
    }
    out.replace(";}", "}").replace("{ ", "{").replace(" }", "}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn modules_are_put_in_the_order_of_their_imports_without_imports_and_exports() {
        let modules = [
            (
                "a.js",
                "// A comment.\nimport {b} from './b.js';\nimport {\n  c,\n} from \"./c.js\";\n\n  run(b, c);\n",
            ),
            (
                "b.js",
                "import {c} from './c.js';\n/** Doc.\n * More. */\nexport const b = c;\n",
            ),
            ("c.js", "export function c() {}\n"),
        ];
        assert_eq!(
            bundle(&modules, "a.js"),
            "function c() {}\nconst b = c;\nrun(b, c);\n"
        );
    }

    #[test]
    fn every_module_of_the_viewer_is_in_the_program() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("viewer");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .expect("the viewer")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".js"))
            .collect();
        there.sort_unstable();
        let known = MODULES.iter().chain(ON_DEMAND).map(|(name, _)| *name);
        let mut known: Vec<&str> = known.collect();
        known.sort_unstable();
        assert_eq!(known, there);
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn a_style_sheet_keeps_its_meaning() {
        let css = "/* a */\n:root {\n  --ink: #000; /* b */\n}\n.a, .b > .c { margin: 0 1px; }\n@media (min-width: 9px) {\n  .d { x: y; }\n}\n";
        assert_eq!(
            strip_css(css),
            ":root{--ink:#000}.a,.b > .c{margin:0 1px}@media (min-width:9px){.d{x:y}}"
        );
    }
}
