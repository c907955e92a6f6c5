use super::*;
use crate::geometry::Bng;

fn record(fields: &[&str]) -> ByteRecord {
    fields.iter().collect()
}

fn layout(fields: &[&str]) -> Layout {
    Layout::recognise(&record(fields), &[]).expect("recognised")
}

fn row(layout: &Layout, fields: &[&str]) -> Result<Row, String> {
    layout.row(&record(fields), &mut false)
}

fn entry(layout: &Layout, fields: &[&str]) -> Entry {
    match row(layout, fields) {
        Ok(Row::Entry(entry, _, _)) => *entry,
        other => panic!("{other:?}"),
    }
}

#[test]
fn code_point_open_is_known_by_its_first_line() {
    let line = [
        "BA1 0AQ",
        "10",
        "375350",
        "164482",
        "E92000001",
        "",
        "",
        "",
        "E06000022",
        "E05001935",
    ];
    let layout = layout(&line);
    assert!(layout.headerless);
    let entry = entry(&layout, &line);
    assert_eq!(
        (entry.rank, entry.postcode.as_deref()),
        (Rank::Postcode, Some("BA1 0AQ"))
    );
    assert_eq!(entry.name, None);
    assert_eq!(entry.position.grid.map(Bng::easting), Some(375_350.0));
}

/// A line of OS Open Names, of the columns that matter.
fn open_names(
    name: [&'static str; 4],
    kind: &'static str,
    places: [&'static str; 3],
) -> Vec<&'static str> {
    let mut line = vec![""; OPEN_NAMES];
    line[2..6].copy_from_slice(&[name[0], name[1], name[2], name[3]]);
    line[7..10].copy_from_slice(&[kind, "294614", "377543"]);
    for (at, place) in [18, 21, 24].into_iter().zip(places) {
        line[at] = place;
    }
    line
}

#[test]
fn os_open_names_is_known_by_its_34_columns_and_tells_which_name_is_welsh() {
    let cardiff = open_names(["Cardiff", "eng", "Caerdydd", "cym"], "City", ["", "", ""]);
    let layout = layout(&cardiff);
    let city = entry(&layout, &cardiff);
    assert_eq!(
        (city.rank, city.name.as_deref(), city.name_cy.as_deref()),
        (Rank::City, Some("Cardiff"), Some("Caerdydd"))
    );
    let other = entry(
        &layout,
        &open_names(["Abertawe", "cym", "Swansea", "eng"], "City", ["", "", ""]),
    );
    assert_eq!(
        (other.name.as_deref(), other.name_cy.as_deref()),
        (Some("Swansea"), Some("Abertawe"))
    );
    let gaelic = entry(
        &layout,
        &open_names(
            ["Inverness", "eng", "Inbhir Nis", "gla"],
            "City",
            ["", "", ""],
        ),
    );
    assert_eq!(
        (gaelic.name_cy, gaelic.also.as_deref()),
        (None, Some("Inbhir Nis"))
    );
    let street = entry(
        &layout,
        &open_names(
            ["Stryd Fawr", "", "", ""],
            "Named Road",
            ["", "", "Sir Ddinbych - Denbighshire"],
        ),
    );
    assert_eq!(
        (
            street.rank,
            street.locality.as_deref(),
            street.locality_cy.as_deref()
        ),
        (Rank::Street, Some("Denbighshire"), Some("Sir Ddinbych"))
    );
    let postcode = entry(
        &layout,
        &open_names(["LL22 7AA", "", "", ""], "Postcode", ["Abergele", "", ""]),
    );
    assert_eq!(
        (postcode.rank, postcode.name, postcode.postcode.as_deref()),
        (Rank::Postcode, None, Some("LL22 7AA"))
    );
}

#[test]
fn a_uprn_with_nothing_but_coordinates_is_bare() {
    let layout = layout(&[
        "\u{feff}UPRN",
        "X_COORDINATE",
        "Y_COORDINATE",
        "LATITUDE",
        "LONGITUDE",
    ]);
    let line = ["26", "352967.00", "181077.25", "51.5266", "-2.6794"];
    assert!(matches!(
        row(&layout, &line),
        Ok(Row::Bare(26, 352_967.0, 181_077.25))
    ));
}

#[test]
fn an_address_is_put_together_from_the_parts_of_bs_7666() {
    let header = [
        "UPRN",
        "LOGICAL_STATUS",
        "LANGUAGE",
        "SAO_TEXT",
        "SAO_START_NUMBER",
        "SAO_START_SUFFIX",
        "PAO_TEXT",
        "PAO_START_NUMBER",
        "PAO_START_SUFFIX",
        "PAO_END_NUMBER",
        "STREET_DESCRIPTOR",
        "LOCALITY_NAME",
        "TOWN_NAME",
        "POSTCODE_LOCATOR",
        "X_COORDINATE",
        "Y_COORDINATE",
    ];
    let layout = layout(&header);
    let flat = [
        "12",
        "1",
        "ENG",
        "Flat",
        "2",
        "B",
        "Tŷ Mawr",
        "12",
        "A",
        "14",
        "High Street",
        "",
        "Abergele",
        "ll227aa",
        "294614",
        "377543",
    ];
    let address = entry(&layout, &flat);
    assert_eq!(
        address.name.as_deref(),
        Some("Flat, 2B, Tŷ Mawr, 12A-14 High Street")
    );
    assert_eq!(
        (address.locality.as_deref(), address.postcode.as_deref()),
        (Some("Abergele"), Some("LL22 7AA"))
    );
    assert!(!address.welsh);
    let mut gone = flat;
    gone[1] = "8";
    assert!(matches!(row(&layout, &gone), Ok(Row::Historical)));
}

#[test]
fn columns_are_known_by_their_names_in_any_spelling() {
    let layout = layout(&[
        "UPRN",
        "Single_Line_Address",
        "X-Coordinate",
        "Y Coordinate",
        "Postcode Locator",
    ]);
    let entry = entry(
        &layout,
        &["12", "1 High Street", "294614", "377543", "ll227aa"],
    );
    assert_eq!(
        (entry.rank, entry.uprn, entry.postcode.as_deref()),
        (Rank::Address, Some(12), Some("LL22 7AA"))
    );
    assert_eq!(
        Layout::recognise(&record(&["a", "b"]), &[]),
        Err(Unrecognised::Columns)
    );
}

#[test]
fn columns_of_our_own_are_named() {
    let header = record(&["id", "enw", "lle", "E", "N", "x", "y"]);
    let named = [
        ("name", "ENW"),
        ("locality", "lle"),
        ("easting", "E"),
        ("northing", "N"),
    ];
    let named = named.map(|(ours, theirs)| (ours.to_owned(), theirs.to_owned()));
    let layout = Layout::recognise(&header, &named).expect("named");
    let entry = entry(
        &layout,
        &["1", "Llŷn", "Gwynedd", "230000", "335000", "0", "0"],
    );
    assert_eq!(
        (entry.name.as_deref(), entry.locality.as_deref()),
        (Some("Llŷn"), Some("Gwynedd"))
    );
    let missing = [("name".to_owned(), "title".to_owned())];
    assert_eq!(
        Layout::recognise(&header, &missing),
        Err(Unrecognised::Missing("title".to_owned()))
    );
}

#[test]
fn a_record_that_is_no_place_says_why() {
    let layout = layout(&["name", "easting", "northing"]);
    let fault = |fields: &[&str]| row(&layout, fields).expect_err("no place");
    assert_eq!(fault(&["Nowhere", "", ""]), "it has no coordinates");
    assert_eq!(fault(&["Nowhere", "nan", "1"]), "it has no coordinates");
    assert!(fault(&["Off the grid", "-1", "0"]).contains("National Grid"));
    assert_eq!(
        fault(&["Ty Gwyn", " Abergele", "294700", "377600"]),
        "it has 4 values, the header 3 columns"
    );
    assert_eq!(fault(&["", "294700", "377600"]), "it has no name");
    assert!(
        row(&layout, &["Ty Gwyn", "294700", "377600", "", " "]).is_ok(),
        "empty values behind"
    );
}

#[test]
fn a_row_whose_numbers_are_no_position_is_no_place_in_the_sea() {
    let line = |quality: &'static str, x: &'static str, y: &'static str| {
        ["BA1 0AQ", quality, x, y, "E92000001", "", "", "", "", ""]
    };
    let points = layout(&line("10", "375350", "164482"));
    for without in [
        line("90", "0", "0"),
        line("10", "0", "0"),
        line("90", "1", "1"),
    ] {
        let fault = row(&points, &without).expect_err("no position");
        assert_eq!(fault, "its coordinates stand for no position");
    }
    let degrees = layout(&["name", "lat", "lon"]);
    let swapped = row(&degrees, &["Bath", "-2.36", "51.38"]);
    assert!(swapped.is_err_and(|fault| fault.contains("the other way round")));
    assert!(row(&degrees, &["Bath", "51.38", "-2.36"]).is_ok());
}

#[test]
fn a_uprn_is_kept_or_its_row_is_left_out() {
    let layout = layout(&["uprn", "easting", "northing"]);
    let uprn = |text: &str| row(&layout, &[text, "375350", "164482"]);
    assert!(matches!(
        uprn("100012345678.0"),
        Ok(Row::Bare(100_012_345_678, _, _))
    ));
    assert!(matches!(
        uprn("000012345678"),
        Ok(Row::Bare(12_345_678, _, _))
    ));
    for text in ["1.00012E+11", "12a", "100012345678.5", "1000123456789"] {
        assert_eq!(
            uprn(text).expect_err("no UPRN"),
            format!("“{text}” is no UPRN")
        );
    }
}

#[test]
fn what_is_not_utf_8_is_read_as_windows_1252_and_said() {
    let layout = layout(&["name", "easting", "northing"]);
    let record: ByteRecord = [&b"Caf\xe9"[..], b"294700", b"377600"]
        .into_iter()
        .collect();
    let mut foreign = false;
    let row = layout.row(&record, &mut foreign);
    assert!(matches!(row, Ok(Row::Entry(entry, _, _)) if entry.name.as_deref() == Some("Café")));
    assert!(foreign);
}
