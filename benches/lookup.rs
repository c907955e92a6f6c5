//! Look-ups a second, in process: `cargo bench --bench lookup -- ATLAS POINTS.csv…` (lon,lat).
//!
//! For each list of points: the areas that hold each (compared with `--expect FILE` if a contender wrote
//! one, line by line), then the time of that on one thread and on all, then of whole answers with
//! distances, and of their JSON. `--hits FILE` writes how many areas hold each point.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use groundrule::answer::{IndexedEdition, Spot, Terms};
use groundrule::atlas::Atlas;
use groundrule::geometry::{LonLat, Position};
use groundrule::places::{At, Place, Resolved};
use groundrule::policy::Lang;
use groundrule::wire;
use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The day of every answer.
const DAY: jiff::civil::Date = jiff::civil::date(2026, 11, 23);

/// Rounds of each measurement; the median counts.
const ROUNDS: usize = 5;

/// Answers with distances are slower: so many of the points are enough.
const POINTS_ANSWERED: usize = 20_000;

fn main() {
    // `cargo bench` adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let Some(folder) = arguments.next() else {
        println!("cargo bench --bench lookup -- ATLAS POINTS.csv…");
        return;
    };
    let before = resident_kb();
    let opening = Instant::now();
    let atlas = Atlas::open(std::path::Path::new(&folder)).unwrap();
    let edition = atlas.current_edition().unwrap();
    let read = opening.elapsed();
    let indexed = IndexedEdition::new(edition);
    let opened = opening.elapsed();
    let (anonymous, file) = resident_kb();
    println!(
        "opened in {:.3} s (files {:.3} s): {} MB of its own, {} MB of mapped pages",
        opened.as_secs_f64(),
        read.as_secs_f64(),
        (anonymous - before.0) / 1024,
        (file - before.1) / 1024
    );
    for list in arguments {
        measure(&indexed, &list);
    }
}

fn measure(indexed: &IndexedEdition, list: &str) {
    let points = points(list);
    let mut held = Vec::new();
    let hits: Vec<usize> = points
        .iter()
        .map(|&lonlat| {
            indexed.areas_at_degrees(lonlat, &mut held);
            held.len()
        })
        .collect();
    compare(list, &hits);
    let total: usize = hits.iter().sum();
    let count = points.len();
    println!(
        "{list}: {count} points, {:.2} areas hold each",
        total as f64 / count as f64
    );
    let matching = |points: &[LonLat]| {
        let mut held = Vec::new();
        let mut found = 0;
        for &lonlat in points {
            indexed.areas_at_degrees(lonlat, &mut held);
            found += held.len();
        }
        found
    };
    let one = median(|| assert_eq!(matching(&points), total));
    let threads = std::thread::available_parallelism().unwrap().get();
    let all = median(|| {
        let found: usize = std::thread::scope(|scope| {
            let share = points.chunks(count.div_ceil(threads));
            let work: Vec<_> = share
                .map(|points| scope.spawn(|| matching(points)))
                .collect();
            work.into_iter().map(|work| work.join().unwrap()).sum()
        });
        assert_eq!(found, total);
    });
    println!(
        "  areas that hold a point: {:.0} k/s on one thread, {:.0} k/s on {threads} ({:.2} ×)",
        rate(count, one),
        rate(count, all),
        one.as_secs_f64() / all.as_secs_f64()
    );
    let mut single: Vec<Duration> = points
        .iter()
        .map(|&lonlat| {
            let started = Instant::now();
            indexed.areas_at_degrees(lonlat, &mut held);
            started.elapsed()
        })
        .collect();
    single.sort_unstable();
    println!(
        "  one by one: p50 {:.2} µs, p99 {:.2} µs, most {:.0} µs",
        micros(single[count / 2]),
        micros(single[count * 99 / 100]),
        micros(single[count - 1])
    );
    let some = &points[..count.min(POINTS_ANSWERED)];
    for within_m in [0.0, Terms::DEFAULT_WITHIN_M] {
        whole_answers(indexed, some, within_m);
    }
}

/// Whole answers, every area with the metres to its boundary, and others within some metres.
fn whole_answers(indexed: &IndexedEdition, points: &[LonLat], within_m: f64) {
    let terms = Terms {
        within_m,
        ..Terms::on(DAY)
    };
    let spots: Vec<Spot> = points
        .iter()
        .map(|&lonlat| Spot::Point(Position::of_lonlat(lonlat)))
        .collect();
    let answered = median(|| {
        for spot in &spots {
            std::hint::black_box(indexed.answer(spot, &terms));
        }
    });
    let mut bytes = 0;
    let told = median(|| {
        bytes = 0;
        for (spot, &lonlat) in spots.iter().zip(points) {
            let resolved = Resolved {
                place: Place::LonLat(lonlat),
                at: At::Point(*spot.position()),
            };
            let answers = [indexed.answer(spot, &terms)];
            bytes += wire::answer::json(indexed, &resolved, &answers, Lang::En).len();
        }
    });
    println!(
        "  whole answers, others within {within_m} m: {:.1} k/s; with their JSON of {} bytes: {:.1} k/s",
        rate(points.len(), answered),
        bytes / points.len(),
        rate(points.len(), told)
    );
}

/// Writes how many areas hold each point beside the list, and compares with what a contender wrote there.
fn compare(list: &str, hits: &[usize]) {
    let lines = hits.iter().fold(String::new(), |mut lines, count| {
        writeln!(lines, "{count}").unwrap();
        lines
    });
    fs::write(format!("{list}.hits"), &lines).unwrap();
    for contender in ["geos", "postgis"] {
        if let Ok(theirs) = fs::read_to_string(format!("{list}.{contender}")) {
            let differ = lines
                .lines()
                .zip(theirs.lines())
                .filter(|(ours, theirs)| ours != theirs)
                .count();
            println!("  {differ} points differ from {contender}");
            assert_eq!(lines.lines().count(), theirs.lines().count());
        }
    }
}

fn points(list: &str) -> Vec<LonLat> {
    let text = fs::read_to_string(list).unwrap();
    text.lines()
        .filter_map(|line| {
            let (lon, lat) = line.split_once(',')?;
            LonLat::new(lon.trim().parse().ok()?, lat.trim().parse().ok()?).ok()
        })
        .collect()
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64() / 1000.0
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Kilobytes of memory of the process's own, and of mapped files.
fn resident_kb() -> (i64, i64) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let figure = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        figure.unwrap_or(0)
    };
    (of("RssAnon:"), of("RssFile:"))
}
