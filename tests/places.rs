//! The gazetteer: files as the Ordnance Survey and councils deliver them go in whole or not at all, and what
//! officers type finds the right place first.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use groundrule::geometry::Bng;
use groundrule::geometry::{Bounds, Position};
use groundrule::places::{Found, Gazetteer, Kind};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use support::desk::Desk;
use tempfile::TempDir;

/// A gazetteer of one file.
fn gazetteer(csv: &str) -> (TempDir, Gazetteer) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("places.csv");
    fs::write(&file, csv).unwrap();
    Gazetteer::load(folder.path(), &[file]).unwrap();
    let gazetteer = open(folder.path());
    (folder, gazetteer)
}

fn open(folder: &Path) -> Gazetteer {
    Gazetteer::open(folder).unwrap().unwrap()
}

/// The county of Conwy, roughly.
fn conwy() -> Bounds {
    Bounds::around([(-4.03, 52.93), (-3.44, 53.35)].map(geo_types::Coord::from))
}

fn names(found: &[Found]) -> Vec<&str> {
    found.iter().map(|found| found.name.as_str()).collect()
}

fn first(gazetteer: &Gazetteer, text: &str) -> String {
    let found = gazetteer.search(text).unwrap();
    let place = found
        .first()
        .unwrap_or_else(|| panic!("{text} finds nothing"));
    let locality = place.locality.as_deref().unwrap_or_default();
    format!("{}, {locality}", place.name)
}

/// A row of OS Open Names.
fn open_name(
    names: [&str; 4],
    kind: &str,
    easting: u32,
    northing: u32,
    place: &str,
    county: &str,
) -> String {
    let mut row = vec![String::new(); 34];
    row[0] = "osgb4000000074559833".to_owned();
    row[1] = "http://data.ordnancesurvey.co.uk/id/4000000074559833".to_owned();
    for (at, name) in names.into_iter().enumerate() {
        row[2 + at] = format!("\"{name}\"");
    }
    row[6] = "populatedPlace".to_owned();
    row[7] = kind.to_owned();
    row[8] = easting.to_string();
    row[9] = northing.to_string();
    row[18] = place.to_owned();
    row[24] = county.to_owned();
    row.join(",") + "\n"
}

/// A zip archive with these files.
fn archive(path: &Path, files: &[(&str, &str)]) {
    let mut writer = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, text) in files {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
}

#[test]
fn code_point_open_comes_as_a_zip_and_as_a_folder_and_is_one_source_either_way() {
    let ll = "\"LL22 7AA\",10,294614,377543,\"W92000004\",\"\",\"W11000023\",\"\",\"W06000003\",\"W05000001\"\n\
              \"LL22 7AB\",90,0,0,\"W92000004\",\"\",\"\",\"\",\"\",\"\"\n";
    let ch =
        "\"CH1 1AA\",10,340500,366200,\"E92000001\",\"\",\"\",\"\",\"E06000050\",\"E05000001\"\n";
    let headers = "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\nPostcode,Positional_quality_indicator,Eastings,Northings,a,b,c,d,e,f\n";
    let files = [
        ("codepo_gb/Data/CSV/ll.csv", ll),
        ("codepo_gb/Data/CSV/ch.csv", ch),
        ("codepo_gb/Doc/Code-Point_Open_Column_Headers.csv", headers),
        ("codepo_gb/readme.txt", "read me"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("codepo_gb.zip");
    archive(&zip, &files);
    let root = folder.path().join("codepo");
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    for source in [zip, root] {
        let atlas = tempfile::tempdir().unwrap();
        let loaded = Gazetteer::load(atlas.path(), std::slice::from_ref(&source)).unwrap();
        assert_eq!(
            (loaded.len(), loaded[0].places, loaded[0].left_out_count),
            (1, 2, 1)
        );
        let left = &loaded[0].left_out[0];
        assert!(left.table.as_ref().unwrap().ends_with("ll.csv"));
        assert_eq!(
            (left.row, left.fault.as_str()),
            (2, "its coordinates stand for no position")
        );
        assert_eq!(loaded[0].beside.len(), 2, "{:?}", loaded[0].beside);
        let gazetteer = open(atlas.path());
        let found = gazetteer.postcode("LL22 7AA").unwrap();
        assert_eq!((found.len(), found[0].kind), (1, Kind::Postcode));
        assert_eq!(found[0].position.grid.map(Bng::easting), Some(294_614.0));
        assert!(gazetteer.postcode("LL22 7AB").unwrap().is_empty());
    }
}

#[test]
fn os_open_names_in_its_own_columns_finds_towns_before_streets_and_both_languages() {
    let names_of = |name: &'static str| [name, "", "", ""];
    let sh = [
        open_name(
            names_of("Abergele Road"),
            "Named Road",
            288_000,
            378_000,
            "Colwyn Bay",
            "Conwy - Conwy",
        ),
        open_name(
            names_of("Abergele"),
            "Town",
            294_614,
            377_543,
            "",
            "Conwy - Conwy",
        ),
        open_name(
            ["Denbigh", "eng", "Dinbych", "cym"],
            "Town",
            305_000,
            366_000,
            "",
            "Sir Ddinbych - Denbighshire",
        ),
        open_name(
            ["Caernarfon", "cym", "Carnarvon", "eng"],
            "Town",
            248_000,
            362_700,
            "",
            "Gwynedd - Gwynedd",
        ),
        open_name(
            names_of("LL22 7AA"),
            "Postcode",
            294_614,
            377_543,
            "Abergele",
            "Conwy - Conwy",
        ),
    ];
    let nh = [open_name(
        ["Inverness", "eng", "Inbhir Nis", "gla"],
        "City",
        266_600,
        845_200,
        "",
        "Highland",
    )];
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("opname_csv_gb.zip");
    let header =
        "ID,NAMES_URI,NAME1,NAME1_LANG,NAME2,NAME2_LANG,TYPE,LOCAL_TYPE,GEOMETRY_X,GEOMETRY_Y\n";
    archive(
        &zip,
        &[
            ("Data/SH88.csv", &sh.concat()),
            ("Data/NH64.csv", &nh.concat()),
            ("Doc/OS_Open_Names_Header.csv", header),
        ],
    );
    let loaded = Gazetteer::load(folder.path(), &[zip]).unwrap();
    assert_eq!((loaded[0].places, loaded[0].left_out_count), (6, 0));
    let gazetteer = open(folder.path());
    assert_eq!(
        names(&gazetteer.search("abergele").unwrap()),
        ["Abergele", "Abergele Road"]
    );
    let denbigh = &gazetteer.search("dinbych").unwrap()[0];
    assert_eq!(
        (denbigh.name.as_str(), denbigh.name_cy.as_deref()),
        ("Denbigh", Some("Dinbych"))
    );
    assert_eq!(
        (denbigh.locality.as_deref(), denbigh.locality_cy.as_deref()),
        (Some("Denbighshire"), Some("Sir Ddinbych"))
    );
    let other = &gazetteer.search("carnarvon").unwrap()[0];
    assert_eq!(
        (other.name.as_str(), other.name_cy.as_deref()),
        ("Carnarvon", Some("Caernarfon"))
    );
    let gaelic = &gazetteer.search("inbhir nis").unwrap()[0];
    assert_eq!(
        (gaelic.name.as_str(), gaelic.name_cy.as_deref()),
        ("Inverness", None)
    );
    assert_eq!(gazetteer.postcode("LL22 7AA").unwrap().len(), 1);
}

#[test]
fn os_open_uprn_is_kept_to_the_centimetre_and_told_by_its_number() {
    let csv = "\u{feff}UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE\r\n\
        1,358260.66,172796.5,51.4526038,-2.6020703\r\n\
        200004000000,294614.49,377543.721,53.2843700,-3.5822100\r\n\
        26,352967,181077.01,51.5266333,-2.6793612\r\n\
        1,400000.00,300000.00,52.5,-2.0\r\n";
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("osopenuprn_202611_csv.zip");
    archive(
        &zip,
        &[
            ("osopenuprn_202611.csv", csv),
            ("licence.txt", "OGL"),
            ("versions.txt", "1"),
        ],
    );
    let loaded = Gazetteer::load(folder.path(), &[zip]).unwrap();
    assert_eq!((loaded[0].places, loaded[0].left_out_count), (3, 1));
    assert_eq!(
        (
            loaded[0].left_out[0].row,
            loaded[0].left_out[0].fault.as_str()
        ),
        (4, "UPRN 1 stands in the source twice")
    );
    let gazetteer = open(folder.path());
    for (uprn, easting, northing) in [
        (1, 358_260.66, 172_796.5),
        (26, 352_967.0, 181_077.01),
        (200_004_000_000, 294_614.49, 377_543.721),
    ] {
        let found = gazetteer.uprn(uprn).unwrap().unwrap();
        let grid = found.position.grid.unwrap();
        assert_eq!(
            (grid.easting(), grid.northing()),
            (easting, northing),
            "bit for bit"
        );
        assert_eq!(
            (found.kind, found.name),
            (Kind::Address, format!("UPRN {uprn}"))
        );
    }
    assert_eq!(gazetteer.uprn(2).unwrap(), None);
}

/// An oracle of its own: positions are what the text of the file says, whatever its figures.
#[test]
fn every_uprn_of_a_file_in_no_order_is_found_where_the_file_says() {
    let mut seed = 7_u64;
    let mut draw = move |below: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut rows = std::collections::BTreeMap::new();
    let mut csv = "uprn,longitude,latitude\n".to_owned();
    while rows.len() < 3_000 {
        let uprn = draw(1_000_000_000_000 / 255) * (1 + draw(255));
        let figures = 1 + draw(9) as usize;
        let lon = format!("{:.figures$}", -5.0 + draw(600_000_000) as f64 / 1e8);
        let lat = format!("{:.figures$}", 50.0 + draw(800_000_000) as f64 / 1e8);
        if rows.insert(uprn, (lon.clone(), lat.clone())).is_none() {
            csv += &format!("{uprn},{lon},{lat}\n");
        } else {
            rows.remove(&uprn);
            csv = csv
                .lines()
                .filter(|line| !line.starts_with(&format!("{uprn},")))
                .fold(String::new(), |all, line| all + line + "\n");
        }
    }
    let (_folder, gazetteer) = gazetteer(&csv);
    for (uprn, (lon, lat)) in &rows {
        let Position { lonlat, .. } = gazetteer.uprn(*uprn).unwrap().unwrap().position;
        assert_eq!(
            (lonlat.lon(), lonlat.lat()),
            (lon.parse().unwrap(), lat.parse().unwrap()),
            "{uprn}"
        );
        assert!(rows.contains_key(&(uprn + 1)) || gazetteer.uprn(uprn + 1).unwrap().is_none());
    }
}

#[test]
fn an_address_list_joins_welsh_rows_to_english_ones_and_leaves_the_past_out() {
    let csv = "UPRN;LOGICAL_STATUS;LANGUAGE;SAO_TEXT;PAO_START_NUMBER;PAO_START_SUFFIX;PAO_TEXT;STREET_DESCRIPTOR;LOCALITY_NAME;TOWN_NAME;POSTCODE;X_COORDINATE;Y_COORDINATE\n\
        100;1;ENG;;1;A;;High Street;;Abergele;LL22 7AA;294614;377543\n\
        100;1;CYM;;1;A;;Stryd Fawr;;Abergele;LL22 7AA;294614;377543\n\
        101;1;CYM;;;;Tŷ Gwyn;Lôn y Môr;;Abergele;LL22 7AB;294700;377600\n\
        102;8;ENG;;3;;;High Street;;Abergele;LL22 7AA;294620;377550\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("llpg.csv");
    fs::write(&file, csv).unwrap();
    let loaded = Gazetteer::load(folder.path(), &[file]).unwrap();
    assert_eq!(
        (loaded[0].places, loaded[0].twins, loaded[0].historical),
        (2, 1, 1)
    );
    let gazetteer = open(folder.path());
    let found = gazetteer.postcode("LL22 7AA").unwrap();
    assert_eq!(names(&found), ["1A High Street"]);
    assert_eq!(found[0].name_cy.as_deref(), Some("1A Stryd Fawr"));
    assert_eq!(
        gazetteer.uprn(101).unwrap().unwrap().name,
        "Tŷ Gwyn, Lôn y Môr"
    );
    assert_eq!(gazetteer.uprn(102).unwrap(), None);
    assert_eq!(
        names(&gazetteer.search("1a stryd fawr").unwrap()),
        ["1A High Street"]
    );
}

#[test]
fn columns_of_our_own_are_named_as_those_of_a_layer_are() {
    let desk = Desk::new();
    let file = desk.put(
        "own.csv",
        "TITLE,E,N,PC\n\"Tŷ Mawr\",294614,377543,ll227aa\nNowhere,,,\n",
    );
    let told = desk.refused(1, &["places", "load", &file]);
    assert!(told.contains("TITLE, E, N, PC"), "{told}");
    let told = desk.refused(2, &["places", "load", &file, "--fields", "easting"]);
    assert!(told.contains("ours=theirs"), "{told}");
    let told = desk.refused(2, &["places", "load", &file, "--fields", "colour=E"]);
    assert!(told.contains("kind, name, name-cy"), "{told}");
    let told = desk.refused(
        1,
        &[
            "places",
            "load",
            &file,
            "--fields",
            "easting=X,northing=N,name=TITLE",
        ],
    );
    assert!(
        told.contains("no column X; it has TITLE, E, N, PC"),
        "{told}"
    );
    let fields = "easting=E,northing=N,name=TITLE,postcode=PC";
    assert_eq!(
        desk.expect(0, &["places", "load", &file, "--fields", fields]),
        "own.csv: 1 place\n"
    );
    assert!(
        desk.expect(0, &["places", "find", "ty", "mawr"])
            .contains("Tŷ Mawr")
    );
    assert!(
        desk.expect(0, &["places", "find", "LL22 7AA"])
            .contains("Tŷ Mawr")
    );
}

#[test]
fn names_are_found_however_they_are_spelt() {
    let (_folder, gazetteer) = gazetteer(
        "kind,name,name-cy,locality,easting,northing\n\
         place,Llŷn,,,230000,335000\n\
         village,Ty'n-y-groes,,,277500,371500\n\
         village,Betws-y-Coed,,,279500,356500\n\
         city,St Asaph,Llanelwy,,303500,374300\n\
         street,Ŵyn Gŵr Ïan Âl,,Tŷ Ẁen,277500,371500\n\
         street,High Street,Stryd Fawr,Abergele,294614,377543\n\
         street,O'Connell Road,,Bangor,258000,372000\n",
    );
    for (typed, name) in [
        ("llyn", "Llŷn"),
        ("LLŶN", "Llŷn"),
        ("lly\u{302}n", "Llŷn"),
        ("Tyn y groes", "Ty'n-y-groes"),
        ("ty’n-y-groes", "Ty'n-y-groes"),
        ("ty n y groes", "Ty'n-y-groes"),
        ("tynygro", "Ty'n-y-groes"),
        ("groes", "Ty'n-y-groes"),
        ("betws y coed", "Betws-y-Coed"),
        ("Betwsycoed", "Betws-y-Coed"),
        ("Saint Asaph", "St Asaph"),
        ("st. asaph", "St Asaph"),
        ("llanel", "St Asaph"),
        ("wyn gwr", "Ŵyn Gŵr Ïan Âl"),
        ("ian al", "Ŵyn Gŵr Ïan Âl"),
        ("ty wen", "Ŵyn Gŵr Ïan Âl"),
        ("high st", "High Street"),
        ("high st abergele", "High Street"),
        ("abergele high", "High Street"),
        ("oconnell rd", "O'Connell Road"),
        ("o connell", "O'Connell Road"),
    ] {
        let found = gazetteer.search(typed).unwrap();
        assert_eq!(names(&found).first(), Some(&name), "{typed}");
    }
    for typed in [
        "",
        "—",
        "'",
        "\"",
        "*",
        "a OR b",
        "NEAR(",
        "name : x",
        "{name}",
        "^llyn",
        "-llyn +x",
        "(",
        "'; DROP TABLE place_1",
    ] {
        gazetteer.search(typed).unwrap();
    }
}

#[test]
fn the_local_one_of_a_name_comes_first_and_a_nations_matches_do_not_hide_it() {
    // Thousands of streets of one name, and the one in the plan area last in the file and the alphabet.
    let mut csv = "kind,name,locality,easting,northing\ncity,Newport,Gwent,331000,188000\ntown,Newport,Shropshire,374500,319000\n".to_owned();
    for at in 0..60_000_u32 {
        let (easting, northing) = (400_000 + at % 300 * 500, 100_000 + at / 300 * 500);
        csv += &format!("street,High Street,Town {at},{easting},{northing}\n");
    }
    csv += "hamlet,Newport,Zennor,288000,372000\nstreet,High Street,Zennor,288000,372000\naddress,1 High Street,Zennor,288010,372000\n\
            street,High Street Mews,Zennor,288010,372000\n";
    let (_folder, gazetteer) = gazetteer(&csv);
    assert_eq!(
        first(&gazetteer, "newport"),
        "Newport, Gwent",
        "without a plan area the largest"
    );
    gazetteer.set_area(conwy());
    let newports = gazetteer.search("newport").unwrap();
    let localities: Vec<_> = newports
        .iter()
        .map(|found| found.locality.as_deref().unwrap())
        .collect();
    assert_eq!(localities, ["Zennor", "Gwent", "Shropshire"]);
    assert_eq!(first(&gazetteer, "high street"), "High Street, Zennor");
    assert_eq!(first(&gazetteer, "high str"), "High Street, Zennor");
    assert_eq!(first(&gazetteer, "street"), "High Street, Zennor");
    assert_eq!(
        first(&gazetteer, "zennor"),
        "Newport, Zennor",
        "a place before a street"
    );
    assert_eq!(
        first(&gazetteer, "high street m"),
        "High Street Mews, Zennor"
    );
    // Beyond those in the area, the nearest ones follow.
    let streets = gazetteer.search("high street").unwrap();
    let metres: Vec<f64> = streets[1..]
        .iter()
        .map(|found| {
            let grid = found.position.grid.unwrap();
            (grid.easting() - 305_000.0).hypot(grid.northing() - 360_000.0)
        })
        .collect();
    assert!(
        metres.iter().all(|metres| *metres < 300_000.0),
        "{metres:?}"
    );
    assert_eq!(streets.len(), groundrule::places::gazetteer::MAX_FOUND + 1);
}

/// The oracle: every name is found by itself, by each of its beginnings' words, whatever else there is.
#[test]
fn every_name_is_among_what_its_own_name_finds() {
    let text = fs::read_to_string(support::sample::source("data/gazetteer.csv")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    Gazetteer::load(
        folder.path(),
        &[support::sample::source("data/gazetteer.csv")],
    )
    .unwrap();
    let gazetteer = open(folder.path());
    let mut asked = 0;
    for row in text.lines().skip(1).step_by(97) {
        let fields: Vec<&str> = row.split(',').collect();
        if fields[0] == "postcode" || row.contains('"') {
            continue;
        }
        for (name, locality) in [(fields[1], fields[3]), (fields[2], fields[3])] {
            if name.is_empty() {
                continue;
            }
            let typed = format!("{name} {locality}");
            let found = gazetteer.search(&typed).unwrap();
            let is_it = |found: &Found| {
                found.name == fields[1] && found.locality.as_deref().unwrap_or_default() == locality
            };
            assert!(found.iter().any(is_it), "{typed}: {:?}", names(&found));
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked}");
}

#[test]
fn half_a_postcode_lists_those_that_begin_so_and_a_mistyped_one_is_offered() {
    let mut csv = "postcode,easting,northing\n".to_owned();
    for (outward, easting) in [("LL22", 294_600), ("LL23", 292_000), ("LL2", 251_000)] {
        for unit in ["7AA", "7AB", "8AA"] {
            csv += &format!("{outward} {unit},{easting},377500\n");
        }
    }
    csv += "SO1 4AB,441000,113000\nM1 1AE,384500,397900\nM11 1AA,387000,397900\n";
    let (_folder, gazetteer) = gazetteer(&csv);
    assert_eq!(
        names(&gazetteer.search("LL22 7").unwrap()),
        ["LL22 7AA", "LL22 7AB"]
    );
    assert_eq!(
        names(&gazetteer.search("ll227").unwrap()),
        ["LL22 7AA", "LL22 7AB"]
    );
    assert_eq!(names(&gazetteer.search("ll22 8a").unwrap()), ["LL22 8AA"]);
    assert_eq!(gazetteer.search("LL2").unwrap().len(), 9);
    assert_eq!(
        names(&gazetteer.search("m11").unwrap()),
        ["M1 1AE", "M11 1AA"]
    );
    assert!(
        gazetteer
            .search("LL22 7")
            .unwrap()
            .iter()
            .all(|found| found.kind == Kind::Postcode)
    );
    let area = Bounds::around([(-4.0, 53.2), (-3.5, 53.4)].map(geo_types::Coord::from));
    gazetteer.set_area(area);
    assert_eq!(
        names(&gazetteer.search("LL2").unwrap())[0],
        "LL22 7AA",
        "in the plan area, or in its cells"
    );
    assert_eq!(
        names(&gazetteer.postcodes_meant("S01 4AB").unwrap()),
        ["SO1 4AB"]
    );
    assert_eq!(
        names(&gazetteer.postcodes_meant("M1 IAE").unwrap()),
        ["M1 1AE"]
    );
    assert!(gazetteer.postcodes_meant("SO1 4AC").unwrap().is_empty());
}

#[test]
fn a_bad_file_among_good_ones_changes_nothing_and_leaves_nothing_behind() {
    let (folder, _) = gazetteer("name,easting,northing\nMill,294614,377543\n");
    let before = fs::read(folder.path().join("places.sqlite")).unwrap();
    let good = folder.path().join("good.csv");
    fs::write(&good, "name,easting,northing\nInn,294614,377543\n").unwrap();
    let bad = |name: &str, text: &[u8]| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let long = [&b"name,easting,northing\n\""[..], &vec![b'x'; 3 << 20][..]].concat();
    for (bad, fault) in [
        (bad("empty.csv", b""), "it is empty"),
        (bad("colours.csv", b"colour,size\nred,9\n"), "colour, size"),
        (
            bad(
                "open.csv",
                b"name,easting,northing\n\"Mill,1,2\nInn,294614,377543\nKiln,294614,377543\n",
            ),
            "quotation mark of row 1",
        ),
        (bad("long.csv", &long), "a row has more than"),
        (
            bad(
                "dtf.csv",
                b"10,\"CONWY\",6905,2026-11-01,1,2026-11-01,00:00:00,\"7.3\",\"F\"\n21,\"I\",1,100,1\n",
            ),
            "one row an address",
        ),
        (bad("cut.zip", b"PK\x03\x04 and no more"), "cut.zip"),
        (folder.path().join("absent.csv"), "absent.csv"),
    ] {
        let error = Gazetteer::load(folder.path(), &[good.clone(), bad.clone()])
            .unwrap_err()
            .to_string();
        assert!(error.contains(fault), "{bad:?}: {error}");
        assert_eq!(
            fs::read(folder.path().join("places.sqlite")).unwrap(),
            before,
            "{bad:?}"
        );
        let left = fs::read_dir(folder.path()).unwrap().flatten();
        let left: Vec<_> = left
            .map(|file| file.file_name())
            .filter(|name| name.to_string_lossy().starts_with('.'))
            .collect();
        assert!(left.is_empty(), "{bad:?}: {left:?}");
    }
}

#[test]
fn a_source_that_is_loaded_again_replaces_itself_and_no_other() {
    let (folder, _) = gazetteer("name,uprn,easting,northing\nMill,1,294614,377543\n");
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Gazetteer::load(folder.path(), &[path]).unwrap();
    };
    put(
        "uprns.csv",
        "uprn,easting,northing\n1,294000,377000\n2,294001,377001\n",
    );
    let opened = open(folder.path());
    assert_eq!(
        opened.uprn(1).unwrap().unwrap().name,
        "Mill",
        "the source with the name"
    );
    assert_eq!(opened.uprn(2).unwrap().unwrap().name, "UPRN 2");
    put("uprns.csv", "uprn,easting,northing\n3,294000,377000\n");
    assert!(
        opened.uprn(2).unwrap().is_some(),
        "who reads the old one goes on"
    );
    let opened = open(folder.path());
    assert_eq!(
        (opened.uprn(2).unwrap(), opened.uprn(3).unwrap().is_some()),
        (None, true)
    );
    assert_eq!(names(&opened.search("mill").unwrap()), ["Mill"]);
    put("places.csv", "name,easting,northing\nInn,294614,377543\n");
    let opened = open(folder.path());
    assert!(opened.search("mill").unwrap().is_empty());
    assert!(opened.uprn(3).unwrap().is_some());
}

#[test]
fn a_gazetteer_of_an_earlier_version_says_so() {
    let (folder, gazetteer) = gazetteer("name,easting,northing\nMill,294614,377543\n");
    drop(gazetteer);
    let path = folder.path().join("places.sqlite");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("PRAGMA user_version = 0")
        .unwrap();
    let told = Gazetteer::open(folder.path()).unwrap_err().to_string();
    assert!(told.contains("earlier version"), "{told}");
    let file = folder.path().join("other.csv");
    fs::write(&file, "name,easting,northing\nInn,294614,377543\n").unwrap();
    let told = Gazetteer::load(folder.path(), &[file])
        .unwrap_err()
        .to_string();
    assert!(
        told.contains("earlier version"),
        "nothing is lost unasked: {told}"
    );
    fs::write(
        &path,
        "no database, however long the text may be that stands in it",
    )
    .unwrap();
    assert!(Gazetteer::open(folder.path()).is_err());
}

#[test]
fn one_gazetteer_answers_many_threads() {
    let mut csv = "uprn,easting,northing\n".to_owned();
    for uprn in 1..=2_000 {
        csv += &format!("{uprn},{},377543\n", 290_000 + uprn);
    }
    let (_folder, gazetteer) = gazetteer(&csv);
    std::thread::scope(|scope| {
        for thread in 0..8_u64 {
            let gazetteer = &gazetteer;
            scope.spawn(move || {
                for uprn in (1 + thread..=2_000).step_by(8) {
                    let found = gazetteer.uprn(uprn).unwrap().unwrap();
                    assert_eq!(
                        found.position.grid.unwrap().easting(),
                        (290_000 + uprn) as f64
                    );
                }
            });
        }
    });
}

mod server {
    use super::support::sample;
    use axum::body::Body;
    use axum::http::{Request, StatusCode, header};
    use groundrule::server::router;
    use tower::ServiceExt as _;

    async fn get(path: &str) -> (StatusCode, String, String) {
        let (_folder, atlas) = sample::atlas();
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let response = router(sample::state(&atlas))
            .oneshot(request)
            .await
            .unwrap();
        let status = response.status();
        let caching = response.headers().get(header::CACHE_CONTROL);
        let caching = caching.unwrap().to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap();
        (status, caching, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn suggestions_are_a_list_in_the_pages_language_that_may_be_kept_for_a_minute() {
        let (status, caching, list) = get("/search?q=promen&part=suggestions").await;
        assert_eq!(
            (status, caching.as_str()),
            (StatusCode::OK, "public, max-age=60")
        );
        assert!(list.starts_with("<ul id=\"suggestions\" role=\"listbox\" aria-label=\"Places and policies that match\" data-said=\""), "{list}");
        assert!(list.contains("Promenade, Abergwaelod"), "{list}");
        assert!(
            (1..=groundrule::page::search::MAX_SUGGESTED)
                .contains(&list.matches("role=\"option\"").count())
        );
        let (_, _, welsh) = get("/cy/search?q=rhodfa&part=suggestions").await;
        assert!(welsh.contains("data-path=\"/cy/at/"), "{welsh}");
        assert!(
            welsh.contains("Rhodfa&#39;r Môr") && welsh.contains("awgrym"),
            "{welsh}"
        );
        let (_, _, policy) = get("/search?q=conservation&part=suggestions").await;
        assert!(
            policy.contains("data-path=\"/policy/ldp-2018/CTH/2\""),
            "{policy}"
        );
    }

    #[tokio::test]
    async fn a_name_that_was_found_by_the_other_language_stands_beside_that_one() {
        let (_, _, list) = get("/search?q=rhodfa+mor&part=suggestions").await;
        assert!(
            list.contains("Promenade")
                && list.contains("<span lang=\"cy\">Rhodfa&#39;r Môr</span>"),
            "{list}"
        );
        let (_, _, list) = get("/search?q=promenade&part=suggestions").await;
        assert!(!list.contains("Rhodfa"), "{list}");
        let (_, _, page) = get("/cy/search?q=promenade").await;
        assert!(page.contains("<span lang=\"en\">"), "{page}");
    }

    #[tokio::test]
    async fn what_cannot_be_suggested_gives_an_empty_list_or_leads_on() {
        let (status, _, list) = get("/search?q=zzzz&part=suggestions").await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            list.contains("data-said=\"No suggestions\"></ul>"),
            "{list}"
        );
        let (status, _, list) = get("/search?q=SH1&part=suggestions").await;
        assert_eq!((status, list.matches("<li").count()), (StatusCode::OK, 0));
        let (status, _, _) = get("/search?q=52.62278,-4.36125&part=suggestions").await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (_, _, hostile) = get("/search?q=%3Cscript%3E%22&part=suggestions").await;
        assert!(!hostile.contains("<script"), "{hostile}");
    }

    #[tokio::test]
    async fn a_postcode_is_suggested_whole_begun_and_mistyped_and_a_page_only_offers_what_may_be_meant()
     {
        for typed in ["cg1+1aa", "cg11a", "CGI+1AA"] {
            let (_, _, list) = get(&format!("/search?q={typed}&part=suggestions")).await;
            assert!(
                list.contains("data-path=\"/at/CG11AA\">CG1 1AA, Abergwaelod"),
                "{typed}: {list}"
            );
        }
        let (status, _, page) = get("/search?q=CGI+1AA").await;
        assert_eq!(status, StatusCode::OK, "offered, not guessed");
        assert!(
            page.contains("Nothing found for “CGI 1AA”")
                && page.contains("Was one of these meant?"),
            "{page}"
        );
        assert!(page.contains("<li><a href=\"/at/CG11AA\">"), "{page}");
        let (_, _, json) = get("/search.json?q=CGI+1AA").await;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (
                json["results"].as_array().unwrap().len(),
                &json["meant"][0]["postcode"]
            ),
            (0, &"CG1 1AA".into())
        );
        for typed in ["cg11a", "CG1+1A"] {
            let (status, _, _) = get(&format!("/search?q={typed}")).await;
            assert_eq!(status, StatusCode::OK, "{typed}");
        }
        let (_, _, page) = get("/search?q=cg11a").await;
        assert!(
            page.matches("<li><a href=\"/at/CG11A").count() > 3,
            "{page}"
        );
    }
}
