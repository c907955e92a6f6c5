use super::*;
use crate::atlas::manifest::BLOCK_BYTES;
use crate::atlas::write::{Writable, flatgeobuf};
use crate::geometry::Shape;
use crate::policy::PartialDate;
use geo_types::{LineString, MultiPolygon, Polygon};
use std::fs;

/// Areas enough for several blocks: squares of many vertices, side by side on the Grid.
fn written(folder: &Path) -> FileEntry {
    let square = |number: u32| {
        let (x, y) = (f64::from(number) * 100.0, 377_000.0);
        let side = |from: (f64, f64), by: (f64, f64)| {
            (0..500).map(move |step| Coord {
                x: from.0 + by.0 * f64::from(step) / 500.0,
                y: from.1 + by.1 * f64::from(step) / 500.0,
            })
        };
        let ring: LineString = side((x, y), (90.0, 0.0))
            .chain(side((x + 90.0, y), (0.0, 90.0)))
            .chain(side((x + 90.0, y + 90.0), (-90.0, 0.0)))
            .chain(side((x, y + 90.0), (0.0, -90.0)))
            .collect();
        Shape::Polygons(MultiPolygon(vec![Polygon::new(ring, Vec::new())]))
    };
    let shapes: Vec<Shape> = (1..20).map(square).collect();
    let records: Vec<AreaRecord> = (1..20)
        .map(|number| AreaRecord {
            reference: format!("CA/{number}"),
            validity: Validity {
                start: PartialDate::parse("0000").ok(),
                end: PartialDate::parse(&format!("19{number:02}-03")).ok(),
            },
            ..AreaRecord::default()
        })
        .collect();
    let areas: Vec<Writable<'_>> = (1..)
        .zip(records.iter().zip(&shapes))
        .map(|(id, (record, shape))| Writable { id, record, shape })
        .collect();
    let mut bytes = Vec::new();
    flatgeobuf(&mut bytes, "ca", Space::NationalGrid, &areas).expect("written");
    assert!(bytes.len() > 3 * BLOCK_BYTES, "several blocks");
    for sub in ["layers", "derived"] {
        fs::create_dir_all(folder.join(sub)).expect("a folder");
    }
    fs::write(folder.join("layers/ca.fgb"), &bytes).expect("written");
    FileEntry::of("layers/ca.fgb", &bytes)
}

#[test]
fn prepared_tables_are_what_a_walk_finds() {
    let folder = tempfile::tempdir().expect("a folder");
    let entry = written(folder.path());
    assert!(prepared::read(folder.path(), &entry).is_none(), "not yet");
    prepare(folder.path(), &entry).expect("prepared");
    let walked = AreaFile::walked(folder.path(), &entry).expect("walked");
    let (tables, order) = prepared::read(folder.path(), &entry).expect("there");
    assert!(tables == walked.tables);
    let opened = AreaFile::open(folder.path(), &entry).expect("opened");
    assert_eq!(opened.by_reference.get(), Some(&order));
    for file in [&opened, &walked] {
        let area = file.find("CA/7").expect("readable").expect("there");
        assert_eq!(file.areas()[area as usize].id, 7);
        assert_eq!(file.find("CA/77"), Ok(None));
    }
    assert_eq!(check_prepared(folder.path(), &entry), Ok(()));
}

#[test]
fn tables_that_are_damaged_or_of_another_file_are_passed_over_and_found_by_a_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let entry = written(folder.path());
    prepare(folder.path(), &entry).expect("prepared");
    let path = folder.path().join("derived/layers-ca.tables");
    let good = fs::read(&path).expect("read");
    for at in (0..good.len()).step_by(97) {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&path, &bad).expect("written");
        assert!(
            prepared::read(folder.path(), &entry).is_none(),
            "byte {at} is another"
        );
        AreaFile::open(folder.path(), &entry).expect("opened without them");
        if at >= 16 {
            assert!(check_prepared(folder.path(), &entry).is_err(), "byte {at}");
        }
    }
    fs::write(&path, &good[..good.len() / 2]).expect("written");
    assert!(prepared::read(folder.path(), &entry).is_none(), "cut short");
    fs::write(&path, &good).expect("written");
    let other = FileEntry {
        sha256: "0".repeat(64),
        ..entry
    };
    assert!(prepared::read(folder.path(), &other).is_none());
}

#[test]
fn a_block_that_is_not_what_was_written_is_found_at_its_first_touch_and_damages_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let entry = written(folder.path());
    prepare(folder.path(), &entry).expect("prepared");
    let path = folder.path().join("layers/ca.fgb");
    let mut bytes = fs::read(&path).expect("read");
    let at = bytes.len() - 10_000;
    bytes[at] ^= 1;
    fs::write(&path, &bytes).expect("written");
    assert!(
        AreaFile::open(folder.path(), &entry).is_err(),
        "short enough to be checked at once"
    );

    let file = AreaFile::open_checking(folder.path(), &entry, Checking::AtFirstTouch);
    let file = file.expect("the header is whole");
    let touched = |part: u32| file.tables.parts[part as usize].start as usize;
    let count = file.part_count() as u32;
    let in_bad_block = |part: &u32| (touched(*part) + 32_000) / BLOCK_BYTES >= at / BLOCK_BYTES;
    let good: Vec<u32> = (0..count).filter(|part| !in_bad_block(part)).collect();
    assert!(!good.is_empty());
    for part in good {
        assert!(file.part(part).paths().count() > 0);
    }
    assert!(!file.is_damaged(), "nothing bad was touched");
    let bad = (0..count).find(in_bad_block).expect("one");
    assert_eq!(file.part(bad).paths().count(), 0);
    assert_eq!(
        file.part(bad).side(file.part(bad).bounds.centre()),
        Side::Outside
    );
    assert!(file.is_damaged());
    assert!(file.bytes().is_err());
}
