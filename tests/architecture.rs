//! The house rules of ARCHITECTURE.md, executed: which room may name which, and behind whose door each crate stands.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A room, the rooms that it may name, and the crates that it may name.
struct Room {
    name: &'static str,
    rooms: &'static [&'static str],
    doors: &'static [&'static str],
}

/// Every room may use these.
const ANYWHERE: [&str; 5] = ["geo_types", "thiserror", "tracing", "serde", "jiff"];

const TABLE: [Room; 11] = [
    Room {
        name: "geometry",
        rooms: &[],
        doors: &["geo", "proj4rs", "flate2"],
    },
    Room {
        name: "policy",
        rooms: &["geometry"],
        doors: &[],
    },
    Room {
        name: "loading",
        rooms: &["geometry", "policy"],
        doors: &[
            "geojson",
            "shapefile",
            "rusqlite",
            "geozero",
            "csv",
            "flatgeobuf",
            "zip",
            "encoding_rs",
            "toml",
            "rayon",
            "i_overlay",
            "rstar",
            "sha2",
            "flate2",
        ],
    },
    Room {
        name: "atlas",
        rooms: &["geometry", "policy"],
        doors: &[
            "flatgeobuf",
            "geozero",
            "rusqlite",
            "memmap2",
            "libc",
            "serde_json",
            "sha2",
            "csv",
            "i_overlay",
        ],
    },
    Room {
        name: "answer",
        rooms: &["geometry", "policy", "atlas"],
        doors: &["rstar", "i_overlay", "geo", "rayon"],
    },
    Room {
        name: "tile",
        rooms: &["geometry", "policy", "atlas", "answer"],
        doors: &[
            "mvt",
            "i_overlay",
            "rayon",
            "brotli",
            "flate2",
            "quick_cache",
            "pmtiles",
            "rusqlite",
            "serde_json",
        ],
    },
    Room {
        name: "places",
        rooms: &["geometry", "policy"],
        doors: &["rusqlite", "csv", "zip", "encoding_rs"],
    },
    Room {
        name: "page",
        rooms: &[
            "geometry", "policy", "loading", "atlas", "answer", "tile", "places",
        ],
        doors: &[
            "askama",
            "toml",
            "serde_json",
            "resvg",
            "png",
            "ttf_parser",
            "epaint_default_fonts",
        ],
    },
    // `page` for its `look` alone: the style is the twin of how the pages' still maps look.
    Room {
        name: "wire",
        rooms: &[
            "geometry", "policy", "loading", "atlas", "answer", "tile", "places", "page",
        ],
        doors: &["serde_json"],
    },
    Room {
        name: "server",
        rooms: &[
            "geometry", "policy", "atlas", "answer", "tile", "places", "page", "wire",
        ],
        doors: &[
            "axum",
            "geojson",
            "http_body_util",
            "hyper_util",
            "tokio",
            "arc_swap",
            "sha2",
            "encoding_rs",
            "geozero",
            "quick_cache",
        ],
    },
    Room {
        name: "cli",
        rooms: &[
            "geometry", "policy", "loading", "atlas", "answer", "tile", "places", "page", "wire",
            "server",
        ],
        doors: &["clap", "indicatif", "anyhow", "tokio", "tracing_subscriber"],
    },
];

/// Rooms that touch files, the network or the clock; the others are functions of their arguments.
const TOUCHES_FILES: [&str; 5] = ["loading", "atlas", "places", "server", "cli"];

/// Files of other rooms that touch files: a base map is read piece by piece, as its tiles are asked for.
const TOUCHES_FILES_TOO: [&str; 1] = ["tile/basemap"];

fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The Rust files of a folder, with their text, tests and comments left out.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push((path.clone(), code_of(&fs::read_to_string(&path).unwrap())));
        }
    }
    found
}

/// Code alone: no comments, and nothing from `#[cfg(test)]` on, which stands last in a file.
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.fold(String::new(), |all, line| all + line + "\n")
}

/// First names of paths that begin with `prefix`, as `crate::` or `super::`.
fn named_after<'a>(code: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let ends = |c: char| !c.is_alphanumeric() && c != '_';
    code.match_indices(prefix)
        .filter(|(at, _)| {
            !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
        })
        .map(|(at, _)| code[at + prefix.len()..].split(ends).next().unwrap())
        .collect()
}

/// The crates of Cargo.toml, as code names them.
fn crates() -> BTreeSet<String> {
    let manifest: toml::Table = fs::read_to_string(source("Cargo.toml"))
        .unwrap()
        .parse()
        .unwrap();
    let dependencies = manifest["dependencies"].as_table().unwrap();
    dependencies
        .keys()
        .map(|name| name.replace('-', "_"))
        .collect()
}

fn rooms() -> Vec<&'static Room> {
    TABLE
        .iter()
        .filter(|room| source("src").join(room.name).is_dir())
        .collect()
}

#[test]
fn every_folder_of_src_is_a_room_and_every_room_is_in_lib() {
    let mut folders: Vec<String> = fs::read_dir(source("src"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    let mut names: Vec<&str> = TABLE.iter().map(|room| room.name).collect();
    names.sort_unstable();
    assert_eq!(folders, names);
    let lib = fs::read_to_string(source("src/lib.rs")).unwrap();
    let walk: Vec<&str> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.split(';').next())
        .collect();
    let table: Vec<&str> = TABLE.iter().map(|room| room.name).collect();
    assert_eq!(
        walk, table,
        "lib.rs lists the rooms in the order in which data travels"
    );
}

#[test]
fn a_room_names_only_the_rooms_that_the_table_lists_for_it() {
    for room in rooms() {
        for (path, code) in files(&source("src").join(room.name)) {
            for named in named_after(&code, "crate::") {
                let allowed = named == room.name || room.rooms.contains(&named);
                assert!(allowed, "{} names crate::{named}", path.display());
            }
        }
    }
}

#[test]
fn rooms_only_name_rooms_before_them_but_for_one() {
    let order: Vec<&str> = TABLE.iter().map(|room| room.name).collect();
    for (at, room) in TABLE.iter().enumerate() {
        for named in room.rooms {
            let before = order.iter().position(|name| name == named).unwrap();
            assert!(
                before < at,
                "{} names {named}, which stands after it",
                room.name
            );
        }
    }
}

#[test]
fn a_crate_is_named_only_in_the_rooms_where_its_door_stands() {
    let crates = crates();
    for room in rooms() {
        for (path, code) in files(&source("src").join(room.name)) {
            for name in &crates {
                let named = code.contains(&format!("{name}::")) && {
                    let marker = format!("{name}::");
                    code.match_indices(&marker).any(|(at, _)| {
                        !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                    })
                };
                let allowed =
                    ANYWHERE.contains(&name.as_str()) || room.doors.contains(&name.as_str());
                assert!(
                    !named || allowed,
                    "{} names the crate {name}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn every_door_is_used_and_every_crate_has_a_door() {
    let mut used: BTreeMap<&str, bool> = BTreeMap::new();
    for room in rooms() {
        let code: String = files(&source("src").join(room.name))
            .into_iter()
            .map(|(_, code)| code)
            .collect();
        for door in room.doors {
            assert!(
                code.contains(&format!("{door}::")),
                "{} has a door for {door} and does not use it",
                room.name
            );
            used.insert(door, true);
        }
    }
    // What the program as a whole runs on.
    let main = code_of(&fs::read_to_string(source("src/main.rs")).unwrap());
    for name in crates() {
        let known = ANYWHERE.contains(&name.as_str())
            || used.contains_key(name.as_str())
            || main.contains(&format!("{name}::"));
        assert!(known, "{name} is in Cargo.toml and nobody may name it");
    }
}

#[test]
fn only_the_rim_touches_files_the_clock_and_the_environment() {
    for room in rooms() {
        for (path, code) in files(&source("src").join(room.name)) {
            let files_here = ["std::fs", "File::open", "File::create"]
                .iter()
                .any(|name| code.contains(name));
            let alone = path.to_string_lossy().replace('\\', "/");
            let alone = TOUCHES_FILES_TOO.iter().any(|part| alone.contains(part));
            assert!(
                !files_here || alone || TOUCHES_FILES.contains(&room.name),
                "{} touches files",
                path.display()
            );
            let clock = ["Timestamp::now", "SystemTime::now", "Zoned::now"]
                .iter()
                .any(|name| code.contains(name));
            assert!(
                !clock || room.name == "cli",
                "{} reads the clock",
                path.display()
            );
            let environment = ["std::env::var", "env::var_os", "std::env::args"]
                .iter()
                .any(|name| code.contains(name));
            assert!(
                !environment || room.name == "cli",
                "{} reads the environment",
                path.display()
            );
        }
    }
}

#[test]
fn unsafe_code_is_in_two_files() {
    let mut found = Vec::new();
    for (path, code) in files(&source("src")) {
        if code.contains("unsafe {") || code.contains("unsafe fn") {
            found.push(path.strip_prefix(source("src")).unwrap().to_owned());
        }
    }
    found.sort();
    let expected = ["atlas/area_file/huge.rs", "atlas/guarded.rs"];
    assert_eq!(found, expected.map(Path::new));
}

#[test]
fn no_file_is_longer_than_a_sitting() {
    for (path, _) in files(&source("src")) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(
            lines <= 600,
            "{} has {lines} lines: make it a folder",
            path.display()
        );
    }
}

#[test]
fn architecture_md_shows_the_same_table() {
    let text = fs::read_to_string(source("ARCHITECTURE.md")).unwrap();
    for room in &TABLE {
        let row = text
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` ", room.name)));
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for {}", room.name));
        for named in room.rooms.iter().chain(room.doors) {
            assert!(
                row.contains(named),
                "the row of {} does not name {named}",
                room.name
            );
        }
    }
}
