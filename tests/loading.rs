//! A real authority's map in the formats that councils send, loaded whole and compared with what is
//! known about it from elsewhere.

mod support;

use groundrule::geometry::{Shape, Space, ostn15};
use groundrule::loading::finding::{Kind, Severity};
use groundrule::loading::{LoadOptions, Loaded, Silent, load_files, load_map};
use groundrule::policy::{Area, Completeness, LayerContents, LayerId};
use std::collections::HashMap;
use std::path::Path;

fn pack() -> Option<Loaded> {
    let path = support::shared("data/plan_pack/map.toml")?;
    let loaded = load_map(&path, &LoadOptions::default(), &Silent);
    Some(loaded.unwrap_or_else(|error| panic!("{error}")))
}

fn layer<'a>(loaded: &'a Loaded, id: &str) -> &'a LayerContents {
    let found = loaded
        .layers
        .iter()
        .find(|layer| layer.layer.id.as_str() == id);
    found.unwrap_or_else(|| panic!("no layer {id}"))
}

/// Layer, format, rows, areas, parts, vertices, invalid polygons. Rows, merged areas and invalid ones
/// are GEOS's and the authority's own counts; parts and vertices are those of GDAL less repeated
/// vertices, and after merging and mending.
const LAYERS: [(&str, &str, u64, u64, u64, u64, u64); 13] = [
    ("parish", "FlatGeobuf", 52, 52, 52, 43_021, 0),
    ("conservation-area", "Shapefile", 36, 36, 49, 24_302, 10),
    ("green-belt", "GeoPackage", 1, 1, 5, 38_448, 1),
    ("sssi", "GML", 44, 26, 46, 10_265, 0),
    ("ancient-woodland", "MapInfo TAB", 122, 94, 115, 31_935, 0),
    ("open-space", "MapInfo MIF", 69, 69, 140, 18_302, 4),
    ("scheduled-monument", "CSV", 58, 58, 77, 6_740, 0),
    (
        "area-of-outstanding-natural-beauty",
        "KML",
        2,
        2,
        2,
        22_149,
        0,
    ),
    ("agricultural-land", "GeoJSON", 40, 40, 2_579, 34_230, 0),
    (
        "special-area-of-conservation",
        "GeoJSON",
        12,
        2,
        12,
        1_188,
        0,
    ),
    ("allotment", "Shapefile", 44, 44, 47, 3_082, 0),
    ("functional-site", "Shapefile", 125, 125, 133, 3_546, 0),
    ("local-nature-reserve", "GeoPackage", 9, 8, 9, 3_645, 0),
];

#[test]
fn the_real_map_gives_thirteen_layers_with_the_known_counts() {
    let Some(loaded) = pack() else {
        return;
    };
    assert_eq!(loaded.report.layers.len(), LAYERS.len());
    for (at, (id, format, rows, areas, parts, vertices, invalid)) in LAYERS.into_iter().enumerate()
    {
        let report = &loaded.report.layers[at];
        assert_eq!(report.id.as_str(), id);
        assert_eq!(report.formats, [format], "{id}");
        let mended = report.findings.count_of("invalid-geometry-fixed");
        assert_eq!(
            (report.rows, report.areas, mended),
            (rows, areas, invalid),
            "{id}"
        );
        assert_eq!((report.parts, report.vertices), (parts, vertices), "{id}");
        assert_eq!(layer(&loaded, id).areas.len() as u64, areas, "{id}");
    }
    assert_eq!(loaded.report.layer("green-belt").expect("held").holes, 11);
    assert_eq!(
        loaded.report.count(Severity::Error),
        0,
        "{}",
        support::said(&loaded.report)
    );
}

#[test]
fn the_one_row_without_a_reference_is_kept_under_its_number_and_said() {
    let Some(loaded) = pack() else {
        return;
    };
    let open_space = layer(&loaded, "open-space");
    assert_eq!(open_space.layer.completeness, Completeness::Whole);
    let nameless = open_space
        .areas
        .iter()
        .filter(|area| area.record.reference == "row-29");
    assert_eq!(nameless.count(), 1);
    let report = loaded.report.layer("open-space").expect("held");
    assert_eq!(report.findings.count_of("default-value"), 1);
    let said = support::said(&loaded.report);
    assert!(
        said.lines()
            .any(|line| line.contains("row 29") && line.contains("called “row-29”")),
        "{said}"
    );
}

#[test]
fn the_same_files_give_the_same_load_to_the_last_finding() {
    let (Some(once), Some(again)) = (pack(), pack()) else {
        return;
    };
    assert!(once == again);
    assert_eq!(support::said(&once.report), support::said(&again.report));
}

#[test]
fn every_file_that_was_read_is_a_source_with_its_hash() {
    let Some(loaded) = pack() else {
        return;
    };
    let names: Vec<&str> = loaded
        .sources
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    for name in [
        "map.toml",
        "conservation_areas.prj",
        "conservation_areas.cpg",
        "ancient_woodland.map",
        "open_space_parks.mid",
        "sssi.xsd",
    ] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    assert!(
        loaded
            .sources
            .iter()
            .all(|file| file.sha256.len() == 64 && file.bytes > 0)
    );
}

/// What GEOS's `MakeValid` (through GDAL 3.6, both methods agree) did to the area of each invalid polygon, in
/// grid square metres.
const GEOS_CHANGES: [(&str, u64, f64); 15] = [
    ("conservation-area", 2, 0.0),
    ("conservation-area", 5, 0.0),
    ("conservation-area", 7, 0.0),
    ("conservation-area", 11, 0.0),
    ("conservation-area", 16, 0.0),
    ("conservation-area", 17, 0.0),
    ("conservation-area", 18, 0.0),
    ("conservation-area", 19, 0.0),
    ("conservation-area", 24, -0.2703),
    ("conservation-area", 30, 0.0),
    ("green-belt", 1, 0.0),
    ("open-space", 14, 0.0),
    ("open-space", 38, 0.0),
    ("open-space", 49, 0.0),
    ("open-space", 50, 0.0),
];

#[test]
fn repairs_change_areas_as_geos_changes_them() {
    let Some(loaded) = pack() else {
        return;
    };
    for (id, row, geos) in GEOS_CHANGES {
        let findings = &loaded.report.layer(id).expect("held").findings;
        let at_row = findings.iter().find_map(|finding| match &finding.kind {
            Kind::InvalidGeometryFixed(mended) if finding.row == Some(row) => Some(*mended),
            _ => None,
        });
        let mended = at_row.unwrap_or_else(|| panic!("{id} row {row}"));
        assert!(
            (mended.change_m2() - geos).abs() < 0.002,
            "{id} row {row}: {mended:?}"
        );
    }
}

#[test]
fn vertices_are_those_of_the_file_bit_for_bit_and_only_crossings_are_new() {
    let (Some(loaded), Some(path)) = (
        pack(),
        support::shared("data/plan_pack/conservation_areas.shp"),
    ) else {
        return;
    };
    let bits = |x: f64, y: f64| (x.to_bits(), y.to_bits());
    let mut source = std::collections::HashSet::new();
    for shape in shapefile::read_shapes(path).expect("a shapefile") {
        let shapefile::Shape::Polygon(polygon) = shape else {
            continue;
        };
        let points = polygon
            .rings()
            .iter()
            .flat_map(shapefile::PolygonRing::points);
        source.extend(points.map(|point| bits(point.x, point.y)));
    }
    assert!(source.len() > 20_000);
    let mut new: Vec<(String, usize)> = Vec::new();
    for area in &layer(&loaded, "conservation-area").areas {
        let added: std::collections::HashSet<_> = area
            .shape
            .vertices()
            .map(|at| bits(at.x, at.y))
            .filter(|at| !source.contains(at))
            .collect();
        if !added.is_empty() {
            new.push((area.record.reference.clone(), added.len()));
        }
    }
    // The only outline that crosses itself; its other loops meet in vertices of their own.
    assert_eq!(new, [("Chew Magna".to_owned(), 1)]);
}

#[test]
fn everything_that_comes_out_is_valid() {
    let Some(loaded) = pack() else {
        return;
    };
    for layer in &loaded.layers {
        for area in &layer.areas {
            let Shape::Polygons(polygons) = &area.shape else {
                continue;
            };
            for polygon in polygons {
                assert!(
                    is_turned(&polygon.exterior().0, true),
                    "{}",
                    area.record.reference
                );
                assert!(
                    polygon
                        .interiors()
                        .iter()
                        .all(|hole| is_turned(&hole.0, false))
                );
            }
            for part in area.shape.parts() {
                let meetings = groundrule::geometry::sweep::forbidden_meetings(part.paths());
                assert!(
                    meetings.is_empty(),
                    "{}: {meetings:?}",
                    area.record.reference
                );
            }
        }
    }
}

fn is_turned(ring: &[geo_types::Coord<f64>], anticlockwise: bool) -> bool {
    let end = [ring.len() as u32];
    let area = groundrule::geometry::Paths::new(ring, &end).ring_area(0..ring.len());
    ring.first() == ring.last() && (area > 0.0) == anticlockwise
}

/// The same data as WGS 84, which was made with a Helmert transformation: layer here, file there, and
/// the column of references.
const TWINS: [(&str, &str, &str); 6] = [
    ("conservation-area", "banes_conservation_ar.geojson", "name"),
    ("parish", "os_parishes.geojson", "polygon_id"),
    ("sssi", "ne_sssi.geojson", "reference"),
    ("ancient-woodland", "ne_ancient_woodland.geojson", "themid"),
    (
        "special-area-of-conservation",
        "ne_special_areas_conservation.geojson",
        "sac_code",
    ),
    ("allotment", "banes_gss_allotments.geojson", "ethos_id"),
];

#[test]
fn grid_files_differ_from_their_helmert_twins_by_decimetres() {
    let (Some(loaded), Some(banes)) = (pack(), support::shared("data/banes")) else {
        return;
    };
    for (id, file, reference) in TWINS {
        let ours = layer(&loaded, id);
        assert_eq!(ours.space, Space::NationalGrid, "{id}");
        let twin = twin(&banes.join(file), reference);
        let (mut compared, mut nearest, mut farthest) = (0, f64::INFINITY, 0.0_f64);
        for area in &ours.areas {
            for metres in distances(area, &twin) {
                compared += 1;
                nearest = nearest.min(metres);
                farthest = farthest.max(metres);
            }
        }
        assert!(compared > 500, "{id}: {compared} vertices compared");
        assert!(
            nearest > 0.18 && farthest < 0.58,
            "{id}: {nearest} to {farthest}"
        );
    }
}

fn twin(path: &Path, reference: &str) -> HashMap<String, Area> {
    let options = LoadOptions {
        fields: vec![("reference".to_owned(), reference.to_owned())],
        duplicates: Some(groundrule::loading::Duplicates::Merge),
        accept_errors: true,
        accept_repairs: true,
        layer: LayerId::new("twin").ok(),
        ..LoadOptions::default()
    };
    let mut loaded = load_files(&[path.to_owned()], &options, None, &Silent)
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(
        !loaded.report.refuses(),
        "{}",
        support::said(&loaded.report)
    );
    let areas = loaded.layers.remove(0).areas.into_iter();
    areas
        .map(|area| (area.record.reference.clone(), area))
        .collect()
}

/// Metres between vertices of an area and of its twin, where neither was mended or merged out of step.
fn distances(area: &Area, twins: &HashMap<String, Area>) -> Vec<f64> {
    let Some(twin) = twins.get(&area.record.reference) else {
        return Vec::new();
    };
    let (ours, theirs): (Vec<_>, Vec<_>) = (
        area.shape.vertices().collect(),
        twin.shape.vertices().collect(),
    );
    if ours.len() != theirs.len() || area.shape.part_count() != twin.shape.part_count() {
        return Vec::new();
    }
    let metres: Vec<f64> = ours
        .iter()
        .zip(&theirs)
        .map(|(grid, degrees)| {
            let ours = ostn15::from_national_grid(*grid).expect("in Britain").coord;
            groundrule::geometry::distance::LocalMetres::at(Space::Wgs84, ours).ground_m(*degrees)
        })
        .collect();
    // Mended rings start elsewhere: their vertices are metres apart, not decimetres.
    if metres.iter().any(|metres| *metres > 2.0) {
        Vec::new()
    } else {
        metres
    }
}

#[test]
fn wgs84_files_do_not_move_at_all() {
    let (Some(loaded), Some(banes)) = (pack(), support::shared("data/banes")) else {
        return;
    };
    for (id, file, reference) in [
        (
            "agricultural-land",
            "ne_agricultural_land_class.geojson",
            "objectid",
        ),
        (
            "area-of-outstanding-natural-beauty",
            "ne_aonb.geojson",
            "code",
        ),
    ] {
        let ours = layer(&loaded, id);
        assert_eq!(ours.space, Space::Wgs84);
        let twin = twin(&banes.join(file), reference);
        let mut compared = 0;
        for area in &ours.areas {
            let theirs = &twin[&area.record.reference];
            for (a, b) in area.shape.vertices().zip(theirs.shape.vertices()) {
                compared += 1;
                assert!(
                    (a.x - b.x).abs() < 1e-12 && (a.y - b.y).abs() < 1e-12,
                    "{id}: {a:?} {b:?}"
                );
            }
        }
        assert!(compared > 20_000, "{id}: {compared}");
    }
}

#[test]
fn records_keep_names_dates_and_typed_properties() {
    let Some(loaded) = pack() else {
        return;
    };
    let conservation = &layer(&loaded, "conservation-area").areas;
    let bath = conservation
        .iter()
        .find(|area| area.record.reference == "Bath")
        .expect("Bath");
    assert_eq!(
        bath.record.name.as_ref().map(|name| name.en.as_str()),
        Some("Bath")
    );
    assert!(
        conservation
            .iter()
            .filter(|area| area.record.validity.start.is_some())
            .count()
            > 30
    );
    let woodland = &layer(&loaded, "ancient-woodland").areas[0];
    assert!(
        woodland.record.reference.parse::<u32>().is_ok(),
        "{}",
        woodland.record.reference
    );
    let number = woodland
        .record
        .properties
        .iter()
        .find(|(name, _)| name == "area")
        .expect("kept");
    assert!(
        matches!(number.1, groundrule::policy::Value::Number(_)),
        "{number:?}"
    );
}
