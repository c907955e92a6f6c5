//! What goes wrong while a map is published: the edition that is current stays whole, and the next load works.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/made_up.rs"]
mod made_up;
mod support;

use made_up::Random;
use std::process::{Command, Stdio};
use std::time::Instant;
use support::desk::Desk;
use support::sample::source;

/// Loads that are ended by force.
const KILLS: usize = 50;
/// A place of the sample map with something to say.
const PLACE: &str = "240262,305398";

/// A desk on which the sample map is published, and the current edition's id.
fn published() -> (Desk, String) {
    let desk = Desk::new();
    desk.expect(0, &["load", &sample()]);
    let id = current(&desk);
    (desk, id)
}

fn sample() -> String {
    source("data/map.toml").to_str().unwrap().to_owned()
}

/// The id of the current edition, by the listing.
fn current(desk: &Desk) -> String {
    let listed = desk.expect(0, &["editions"]);
    let marked = listed.lines().find_map(|line| line.strip_prefix("* "));
    marked.unwrap().split(' ').next().unwrap().to_owned()
}

/// The command line of a load, with standard output and error closed to it.
fn load(desk: &Desk) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groundrule"));
    command
        .args(["load", &sample()])
        .env("GROUNDRULE_ATLAS", desk.path("atlas"))
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[test]
fn a_load_that_is_killed_at_any_moment_leaves_a_whole_edition_and_the_next_one_works() {
    let (desk, _) = published();
    let begun = Instant::now();
    assert!(load(&desk).status().unwrap().success());
    let whole_load = begun.elapsed();
    let answer = desk.lookup(PLACE)["layers"].clone();
    let mut random = Random(9);
    let mut cut_short = 0;
    for _ in 0..KILLS {
        let mut child = load(&desk).spawn().unwrap();
        std::thread::sleep(whole_load.mul_f64(random.between(0.0, 0.9)));
        child.kill().unwrap();
        cut_short += usize::from(child.wait().unwrap().code().is_none());
        desk.expect(0, &["verify"]);
        assert_eq!(desk.lookup(PLACE)["layers"], answer);
    }
    assert!(cut_short > KILLS / 4, "{cut_short} were cut short");
    desk.expect(0, &["load", &sample()]);
    desk.expect(0, &["verify"]);
    let editions = desk.path("atlas/editions");
    let left: Vec<String> = std::fs::read_dir(editions)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("20"))
        .collect();
    assert_eq!(left, Vec::<String>::new(), "what was half written is gone");
}

#[test]
fn a_disk_that_is_full_at_any_write_refuses_the_load_and_keeps_the_edition() {
    let (desk, id) = published();
    let mut refused = 0;
    // Kibibytes that one file may have. The signal is ignored, so that the write itself fails.
    for limit in [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512] {
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$0\" load \"$1\"");
        let output = Command::new("bash")
            .args(["-c", &script, env!("CARGO_BIN_EXE_groundrule"), &sample()])
            .env("GROUNDRULE_ATLAS", desk.path("atlas"))
            .output()
            .unwrap();
        if output.status.success() {
            continue;
        }
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{limit} KiB: {told}");
        assert!(told.contains("File too large"), "{limit} KiB: {told}");
        assert_eq!(current(&desk), id, "{limit} KiB");
        desk.expect(0, &["verify"]);
        refused += 1;
    }
    assert!(refused >= 8, "{refused} were refused");
    desk.expect(0, &["load", &sample()]);
    assert_ne!(current(&desk), id);
    desk.expect(0, &["verify"]);
}

/// The lock is the system's own and goes with the process that holds it: the file that stays says nothing.
#[test]
fn the_lock_of_a_publisher_that_is_gone_stands_in_nobodys_way() {
    let (desk, id) = published();
    assert!(desk.path("atlas/lock").exists());
    let mut child = load(&desk).spawn().unwrap();
    // As soon as something is being written aside, the lock is held.
    let aside = || {
        let entries = std::fs::read_dir(desk.path("atlas/editions")).unwrap();
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with('.'))
    };
    while !aside() && child.try_wait().unwrap().is_none() {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    desk.expect(0, &["load", &sample()]);
    assert_ne!(current(&desk), id);
    assert!(!aside(), "what was half written is gone");
    desk.expect(0, &["verify"]);
}

#[test]
fn a_folder_that_may_not_be_written_refuses_the_load_and_is_still_read() {
    let (desk, id) = published();
    let atlas = desk.path("atlas");
    let script = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" || exit 99; \"$1\" load \"$2\"; code=$?; \"$1\" verify && exit $code";
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", script])
        .args([
            atlas.to_str().unwrap(),
            env!("CARGO_BIN_EXE_groundrule"),
            &sample(),
        ])
        .env("GROUNDRULE_ATLAS", &atlas)
        .output();
    let output = match output {
        Ok(output) if !matches!(output.status.code(), Some(1 | 99)) => output,
        _ => return support::skip::count("a folder cannot be mounted read-only here"),
    };
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(
        told.contains("Read-only file system") && told.contains("atlas"),
        "{told}"
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("is whole"));
    assert_eq!(current(&desk), id);
}

#[test]
fn of_two_loads_at_once_each_is_published_whole_or_refused_with_the_reason() {
    let (desk, _) = published();
    for _ in 0..5 {
        let before = desk.expect(0, &["editions"]).lines().count();
        let loads: Vec<_> = (0..3)
            .map(|_| {
                let mut load = load(&desk);
                load.stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        let mut done = 0;
        for load in loads {
            let output = load.wait_with_output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            match output.status.code() {
                Some(0) => done += 1,
                code => {
                    assert_eq!(code, Some(1), "{told}");
                    assert!(told.contains("another groundrule is publishing"), "{told}");
                }
            }
        }
        assert!(done >= 1);
        let after = desk.expect(0, &["editions"]).lines().count();
        assert_eq!(after, before + done, "every load that says so is published");
        desk.expect(0, &["verify"]);
    }
}

#[test]
fn a_flipped_bit_in_any_file_is_found_and_never_makes_a_no_and_the_edition_before_is_whole() {
    let (desk, first) = published();
    desk.expect(0, &["load", &sample()]);
    let second = current(&desk);
    let edition = desk.path("atlas/editions").join(&second);
    let answers = |desk: &Desk| -> Vec<(String, String)> {
        let answer = desk.lookup(PLACE);
        let layers = answer["layers"].as_array().unwrap().iter();
        let state = |layer: &serde_json::Value| {
            let text = |key: &str| layer[key].as_str().unwrap().to_owned();
            (text("layer"), text("state"))
        };
        layers.map(state).collect()
    };
    let whole = answers(&desk);
    let mut files = Vec::new();
    for folder in [
        edition.clone(),
        edition.join("layers"),
        edition.join("regions"),
    ] {
        let entries = std::fs::read_dir(folder).unwrap().flatten();
        files.extend(
            entries
                .map(|entry| entry.path())
                .filter(|path| path.is_file()),
        );
    }
    assert!(files.len() > 20);
    let mut random = Random(31);
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let mut spoilt = bytes.clone();
        let at = random.below(spoilt.len());
        spoilt[at] ^= 1 << random.below(8);
        std::fs::write(&path, &spoilt).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let verdict = desk.run(&["verify"]);
        let told = String::from_utf8_lossy(&[verdict.stdout, verdict.stderr].concat()).into_owned();
        assert_eq!(verdict.status.code(), Some(3), "{name}: {told}");
        // A flipped letter of a path or checksum in the manifest shows in the file that it is about, too.
        let about = name.strip_suffix(".sha256").unwrap_or(name);
        assert!(
            told.contains(about) || told.contains("manifest"),
            "{name}: {told}"
        );
        // What is read of it answers as before, or not at all, or that it does not know.
        let output = desk.run(&["lookup", PLACE, "--format", "json"]);
        if output.status.code() == Some(0) {
            for (layer, now) in answers(&desk) {
                // A layer that an inset silenced may speak when the inset cannot be read, but not say no.
                let then = whole.iter().find(|(known, _)| *known == layer);
                let as_before = then.map_or(now == "applies", |(_, then)| now == *then);
                assert!(as_before || now == "not_known", "{name}: {layer}: {now}");
            }
        } else {
            assert_eq!(output.status.code(), Some(3), "{name}");
        }
        desk.expect(0, &["verify", &first]);
        desk.expect(0, &["activate", &first]);
        assert_eq!(answers(&desk), whole, "{name}: the edition before answers");
        std::fs::write(&path, &bytes).unwrap();
        desk.expect(0, &["activate", &second]);
    }
}
