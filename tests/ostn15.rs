//! Our OSTN15 against Ordnance Survey's own figures.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use geo_types::Coord;
use groundrule::geometry::{Bng, GridSquare, Position, distance::LocalMetres, grid_ref, ostn15};
use std::fs;

/// The records of a comma-separated file, its header left out.
fn records(path: &str) -> Option<Vec<Vec<String>>> {
    let text = fs::read_to_string(support::shared(path)?).unwrap();
    let split = |line: &str| line.trim().split(',').map(str::to_owned).collect();
    Some(
        text.lines()
            .skip(1)
            .filter(|line| !line.trim().is_empty())
            .map(split)
            .collect(),
    )
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

#[test]
fn the_forty_points_come_out_within_a_centimetre_onto_the_grid() {
    let (Some(input), Some(output)) = (
        records("data/ostn15/OSTN15_OSGM15_TestInput_ETRStoOSGB.txt"),
        records("data/ostn15/OSTN15_OSGM15_TestOutput_ETRStoOSGB.txt"),
    ) else {
        return;
    };
    assert_eq!((input.len(), output.len()), (40, 40));
    for (given, expected) in input.iter().zip(&output) {
        assert_eq!(given[0], expected[0]);
        let there = ostn15::to_national_grid(Coord {
            x: number(&given[2]),
            y: number(&given[1]),
        })
        .unwrap();
        let off =
            (there.coord.x - number(&expected[1])).hypot(there.coord.y - number(&expected[2]));
        assert!(off < 0.01, "{}: {off} m", given[0]);
    }
}

#[test]
fn the_forty_points_come_out_within_a_centimetre_from_the_grid() {
    let (Some(input), Some(output)) = (
        records("data/ostn15/OSTN15_OSGM15_TestInput_OSGBtoETRS.txt"),
        records("data/ostn15/OSTN15_OSGM15_TestOutput_OSGBtoETRS.txt"),
    ) else {
        return;
    };
    let results: Vec<_> = output
        .iter()
        .filter(|record| record[1] == "RESULT")
        .collect();
    assert_eq!((input.len(), results.len()), (40, 40));
    for (given, expected) in input.iter().zip(results) {
        assert_eq!(given[0], expected[0]);
        let there = ostn15::from_national_grid(Coord {
            x: number(&given[1]),
            y: number(&given[2]),
        })
        .unwrap();
        let expected = Coord {
            x: number(&expected[3]),
            y: number(&expected[2]),
        };
        let off =
            LocalMetres::at(groundrule::geometry::Space::Wgs84, expected).ground_m(there.coord);
        assert!(off < 0.01, "{}: {off} m", given[0]);
    }
}

#[test]
fn grid_references_read_as_the_vectors_say() {
    let Some(path) = support::shared("data/ostn15/gridref_vectors.csv") else {
        return;
    };
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut seen = 0;
    for record in reader.records() {
        let record = record.unwrap();
        let (text, easting, northing, ok) = (&record[0], &record[1], &record[2], &record[3]);
        let corner = match text.split_once(',') {
            Some((easting, northing)) => Bng::new(number(easting), number(northing)).ok(),
            None => GridSquare::parse(text).ok().map(|square| square.corner()),
        };
        let expected = (ok == "yes").then(|| Bng::new(number(easting), number(northing)).unwrap());
        assert_eq!(corner, expected, "{text}: {}", &record[4]);
        seen += 1;
    }
    assert_eq!(seen, 16);
}

#[test]
fn thousands_of_real_references_name_the_square_their_coordinates_lie_in() {
    let Some(path) = support::shared("data/ostn15/ngr_vectors_listed_buildings.csv") else {
        return;
    };
    let mut reader = csv::Reader::from_path(path).unwrap();
    let (mut seen, mut agree) = (0, 0);
    for record in reader.records() {
        let record = record.unwrap();
        let place = Bng::new(number(&record[2]), number(&record[3])).unwrap();
        let Ok(square) = GridSquare::parse(&record[1]) else {
            continue;
        };
        seen += 1;
        // The list's own coordinates are sometimes metres away from the reference they were read from.
        if square.bounds().padded(2.0).contains(place.coord()) {
            agree += 1;
        }
        let figures = square.to_string().len() / 2 - 2;
        let again = grid_ref::reference(square.corner(), figures).unwrap();
        assert_eq!(GridSquare::parse(&again).unwrap(), square, "{}", &record[1]);
    }
    assert!(seen > 3_600, "{seen}");
    assert!(agree * 100 > seen * 97, "{agree} of {seen}");
}

#[test]
fn a_position_keeps_what_was_given_and_finds_the_other() {
    let given = Bng::new(375_031.0, 164_781.0).unwrap();
    let position = Position::of_grid(given).unwrap();
    assert_eq!(position.grid, Some(given));
    let back = Position::of_lonlat(position.lonlat).grid.unwrap();
    assert!(
        (back.easting() - 375_031.0).abs() < 1e-4 && (back.northing() - 164_781.0).abs() < 1e-4
    );
}
