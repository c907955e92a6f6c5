//! What a gazetteer of a nation costs to ask: sizes, and how long look-ups and searches take.
//!
//! `cargo bench --bench places -- ATLAS [WEST,SOUTH,EAST,NORTH]`: ATLAS is a folder into which `groundrule places load`
//! took the files that `benches/places.py` makes; the rectangle is the plan area that searches are asked from.

use groundrule::geometry::Bounds;
use groundrule::places::{Gazetteer, Kind};
use std::fmt::Write as _;
use std::io::BufRead as _;
use std::time::{Duration, Instant};

/// Look-ups of each kind.
const ASKED: usize = 20_000;

/// What people type: common names and rare ones, begun and whole, in both languages.
const TYPED: &[&str] = &[
    "high street",
    "high st",
    "station road",
    "church lane",
    "the",
    "road",
    "stree",
    "abergele",
    "newport",
    "newton",
    "ab",
    "abe",
    "aber",
    "aberg",
    "llan",
    "llanfair",
    "stryd fawr",
    "ffordd",
    "bryn",
    "ty'n-y-groes",
    "london road",
    "london",
    "victoria",
    "victoria park",
    "kings road bradford",
    "main street",
    "a55",
    "hill",
    "wood",
    "school",
    "st",
    "saint",
    "s",
    "st mary",
    "st johns",
    "bangor",
    "conwy",
    "bradley high street",
    "mill lane",
    "oak",
    "close",
    "green lane",
    "birch grove",
    "zzz",
    "xylophone terrace",
    "ll22 7",
    "ll22",
    "m1 1",
    "ls1",
    "newbury station",
];

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    let Some(atlas) = arguments.next() else {
        println!("which atlas?");
        return;
    };
    let path = std::path::Path::new(&atlas);
    let size = |name: &str| std::fs::metadata(path.join(name)).map_or(0, |file| file.len());
    println!("places.sqlite: {} bytes", size("places.sqlite"));
    let gazetteer = Gazetteer::open(path).expect("a gazetteer").expect("there");
    if let Some(area) = arguments.next() {
        let sides: Vec<f64> = area
            .split(',')
            .filter_map(|side| side.parse().ok())
            .collect();
        let [west, south, east, north] = sides[..] else {
            panic!("{area}: four numbers");
        };
        let corners = [(west, south), (east, north)].map(|(x, y)| geo_types::Coord { x, y });
        gazetteer.set_area(Bounds::around(corners));
    }
    // UPRNs of the file, from all over it, and as many beside them that nobody has.
    if let Some(csv) = arguments.next() {
        let uprns = uprns(&csv);
        let missing: Vec<u64> = uprns.iter().map(|uprn| uprn + 500_000_000_000).collect();
        for (what, asked) in [
            ("UPRNs", &uprns),
            ("UPRNs again", &uprns),
            ("UPRNs of nobody", &missing),
        ] {
            let found = asked
                .iter()
                .map(|uprn| timed(|| gazetteer.uprn(*uprn).expect("asked").is_some()));
            let found: Vec<(Duration, bool)> = found.collect();
            let hits = found.iter().filter(|(_, hit)| *hit).count();
            println!(
                "{what}: {}, {hits} of {} found",
                told(found.iter().map(|(time, _)| *time)),
                asked.len()
            );
        }
    }
    let mut times = Vec::new();
    for text in TYPED {
        let (first, found) = timed(|| gazetteer.search(text).expect("asked"));
        let (again, _) = timed(|| gazetteer.search(text).expect("asked"));
        let mut shown = String::new();
        for place in found.iter().take(4) {
            let _ = write!(shown, "{} ({}); ", place.name, place.kind.word());
        }
        println!(
            "{text:22} first {first:>10.1?}, again {again:>10.1?}, {:2} found: {shown}",
            found.len()
        );
        times.extend([first, again]);
    }
    println!("searches: {}", told(times.into_iter()));
    let whole: Vec<Duration> = postcodes(&gazetteer)
        .iter()
        .map(|postcode| timed(|| gazetteer.postcode(postcode).expect("asked")).0)
        .collect();
    println!("postcodes: {}", told(whole.into_iter()));
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begun = Instant::now();
    let made = work();
    (begun.elapsed(), made)
}

fn told(times: impl Iterator<Item = Duration>) -> String {
    let mut times: Vec<Duration> = times.collect();
    times.sort_unstable();
    let at = |share: f64| {
        times
            .get((times.len() as f64 * share) as usize)
            .copied()
            .unwrap_or_default()
    };
    format!(
        "half {:.1?}, 99 of 100 {:.1?}, most {:.1?}",
        at(0.5),
        at(0.99),
        times.last().copied().unwrap_or_default()
    )
}

/// UPRNs from all over a file, in no order.
fn uprns(csv: &str) -> Vec<u64> {
    let file = std::fs::File::open(csv).expect("the file of UPRNs");
    let lines = std::io::BufReader::new(file)
        .lines()
        .map_while(Result::ok)
        .skip(1);
    let mut uprns: Vec<u64> = lines
        .step_by(1_999)
        .filter_map(|line| line.split(',').next()?.parse().ok())
        .collect();
    let count = uprns.len().max(1);
    for at in 0..count {
        uprns.swap(at, at * 7_919 % count);
    }
    uprns.truncate(ASKED);
    uprns
}

fn postcodes(gazetteer: &Gazetteer) -> Vec<String> {
    let areas = ["LL22", "M1 ", "LS1", "CF10", "EH1", "B1 ", "SW1", "NE1"];
    let found = areas
        .iter()
        .flat_map(|area| gazetteer.search(area).expect("asked"));
    found
        .filter(|found| found.kind == Kind::Postcode)
        .map(|found| found.name)
        .collect()
}
