//! `groundrule lookup --explain`: the candidates, the tests and the times behind an answer.

use crate::answer::explain::{Candidate, Covered, Explanation, Holds, MAX_CANDIDATES_TOLD, Test};
use crate::answer::{Answer, FileNumber, IndexedEdition, Terms};
use crate::geometry::Side;
use crate::policy::Region;
use std::io::{self, Write};
use std::time::{Duration, Instant};

/// Tells how each of the answers was found.
pub(super) fn tell(
    indexed: &IndexedEdition,
    answers: &[Answer],
    terms: &Terms,
    opened: Duration,
    out: &mut dyn Write,
) -> io::Result<()> {
    let started = Instant::now();
    let clock = || started.elapsed();
    let edition = indexed.edition();
    writeln!(
        out,
        "\nHow it was found\n  edition {} opened in {}: {} parts of areas in {} layers",
        edition.id(),
        time(opened),
        indexed.part_count(),
        edition.layers().len()
    )?;
    for answer in answers {
        one(indexed, &indexed.explain(&answer.spot, terms, &clock), out)?;
    }
    Ok(())
}

fn one(indexed: &IndexedEdition, explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let position = explanation.answer.spot.position();
    let lonlat = position.lonlat.rounded();
    write!(out, "  place {}, {}", lonlat.lat(), lonlat.lon())?;
    match position.grid {
        Some(grid) => writeln!(
            out,
            " = {:.3}, {:.3} on the National Grid (OSTN15)",
            grid.easting(),
            grid.northing()
        )?,
        None => writeln!(out, ", off the National Grid")?,
    }
    writeln!(
        out,
        "  tree: {} of {} parts reach within {} m; {}",
        explanation.offered,
        explanation.parts,
        explanation.answer.within_m,
        time(explanation.tree)
    )?;
    for candidate in &explanation.candidates {
        writeln!(out, "    {}", line(indexed, candidate))?;
    }
    if explanation.offered > MAX_CANDIDATES_TOLD {
        let more = explanation.offered - MAX_CANDIDATES_TOLD;
        writeln!(out, "    and {more} more")?;
    }
    for covered in &explanation.coverage {
        writeln!(out, "  {}", coverage(indexed, explanation, covered))?;
    }
    writeln!(out, "  the whole answer: {}", time(explanation.whole))
}

fn line(indexed: &IndexedEdition, candidate: &Candidate) -> String {
    let vertices = candidate.vertices;
    let side = match candidate.side {
        Some(Side::Inside) => "inside",
        Some(Side::Boundary) => "on the boundary",
        Some(Side::Outside) => "outside",
        None => "a line or point",
    };
    let how = match candidate.test {
        Test::DistanceAlone => String::new(),
        Test::Rectangle => " of its rectangle".to_owned(),
        Test::EveryEdge => format!(", walked along {vertices} vertices"),
        Test::Stripe { edges } => {
            format!(", met {edges} edges of its stripe, of {vertices} vertices")
        }
        Test::Column => format!(", in a column without an edge, of {vertices} vertices"),
    };
    let distance = match candidate.distance_m {
        Some(metres) => format!("{metres:.2} m to its nearest edge"),
        None => "no edge near enough to be told".to_owned(),
    };
    format!(
        "{}: {side}{how} ({}); {distance} ({})",
        [
            file_name(indexed, candidate.part.file).as_str(),
            candidate.reference.as_str()
        ]
        .join(" ")
        .trim_end(),
        time(candidate.tested),
        time(candidate.measured)
    )
}

fn coverage(indexed: &IndexedEdition, explanation: &Explanation, covered: &Covered) -> String {
    let layer = &indexed.edition().layers()[covered.layer].layer.id;
    let mut answers = explanation.answer.layers.iter();
    let state = match answers.find(|answer| answer.layer == covered.layer) {
        Some(answer) => {
            let reason = answer.reason.map(|reason| format!(" ({})", reason.word()));
            format!("{}{}", answer.state.word(), reason.unwrap_or_default())
        }
        None => "not asked here".to_owned(),
    };
    let region = match &covered.region {
        None => "no coverage is declared".to_owned(),
        Some(region) => {
            let holds = match covered.holds {
                Holds::Whole => "holds the place",
                Holds::Some => "holds some of the square",
                Holds::Nothing => "does not hold the place",
                Holds::NotKnown => "cannot be read",
            };
            format!("its coverage {} {holds}", region_name(region))
        }
    };
    format!("{layer}: {state}; {region}")
}

fn file_name(indexed: &IndexedEdition, file: FileNumber) -> String {
    match file {
        FileNumber::Layer(layer) => indexed.edition().layers()[layer as usize]
            .layer
            .id
            .to_string(),
        FileNumber::Region(region) => indexed
            .file_region(region)
            .map_or_else(String::new, region_name),
    }
}

fn region_name(region: &Region) -> String {
    match region {
        Region::Layer(id) => id.to_string(),
        Region::File(name) => name.clone(),
    }
}

fn time(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1000.0 {
        format!("{micros:.1} µs")
    } else {
        format!("{:.1} ms", micros / 1000.0)
    }
}
