//! Tiles read by somebody else's decoder, and the rules of MVT 2.1 checked on what it read.

use fast_mvt::MvtReaderRef;
use geo_types::{Coord, Geometry, LineString, MultiPolygon};
use groundrule::geometry::shape::Part;
use groundrule::geometry::{Side, sweep};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A source layer.
pub struct DecodedLayer {
    pub name: String,
    pub extent: i32,
    pub features: Vec<DecodedFeature>,
}

/// A feature.
pub struct DecodedFeature {
    /// 0 for what stands for several areas.
    pub id: u64,
    pub geometry: Geometry<i32>,
    #[allow(
        dead_code,
        reason = "not every test file that shares this module reads them"
    )]
    pub properties: BTreeMap<String, String>,
}

impl DecodedFeature {
    /// Its polygons; none for a line or point.
    pub fn polygons(&self) -> MultiPolygon<f64> {
        let float = |ring: &LineString<i32>| -> LineString<f64> {
            ring.0
                .iter()
                .map(|c| Coord {
                    x: f64::from(c.x),
                    y: f64::from(c.y),
                })
                .collect()
        };
        let polygon = |polygon: &geo_types::Polygon<i32>| {
            geo_types::Polygon::new(
                float(polygon.exterior()),
                polygon.interiors().iter().map(float).collect(),
            )
        };
        match &self.geometry {
            Geometry::Polygon(one) => MultiPolygon(vec![polygon(one)]),
            Geometry::MultiPolygon(all) => MultiPolygon(all.0.iter().map(polygon).collect()),
            _ => MultiPolygon(Vec::new()),
        }
    }
}

/// A tile's layers.
pub fn decode(bytes: &[u8]) -> Vec<DecodedLayer> {
    let reader = MvtReaderRef::new(bytes).expect("a tile");
    let layer = |layer: fast_mvt::MvtLayerRef<'_>| {
        assert_eq!(layer.version(), 2, "{}", layer.name());
        let feature = |feature: fast_mvt::MvtFeatureRef<'_>| DecodedFeature {
            id: feature.id().unwrap_or_default(),
            geometry: feature.geometry().expect("a geometry"),
            properties: feature
                .properties()
                .map(|property| {
                    let (key, value) = property.expect("a property");
                    let text = match value {
                        fast_mvt::MvtValueRef::String(text) => text.to_string(),
                        other => format!("{other:?}"),
                    };
                    (key.to_owned(), text)
                })
                .collect(),
        };
        DecodedLayer {
            name: layer.name().to_owned(),
            extent: layer.extent() as i32,
            features: layer.features().map(feature).collect(),
        }
    };
    reader.layers().map(layer).collect()
}

/// Stops at the first feature that breaks a rule of MVT 2.1, section 4.3, or is not simple.
pub fn check(bytes: &[u8], told: &str) {
    let reader = MvtReaderRef::new(bytes).expect("a tile");
    let mut names: Vec<&str> = Vec::new();
    for layer in reader.layers() {
        let name = layer.name();
        assert!(
            !names.contains(&name),
            "{told}: two layers are named {name}"
        );
        names.push(name);
        assert!(!layer.is_empty(), "{told}: {name} is empty");
        for feature in layer.features() {
            let told = format!("{told} {name} {:?}", feature.id());
            check_commands(
                feature.geom_type_value(),
                feature.geometry_commands(),
                &told,
            );
        }
    }
    for layer in decode(bytes) {
        let buffer = (layer.extent / 64).max(1);
        let drawn = f64::from(-buffer)..=f64::from(layer.extent + buffer + 1);
        for feature in &layer.features {
            let told = format!("{told} {} {}", layer.name, feature.id);
            assert!(
                feature.id > 0 || feature.properties.contains_key("count"),
                "{told}: neither an area nor several"
            );
            check_shape(&feature.polygons(), &drawn, &told);
            if let Geometry::Point(point) = feature.geometry {
                let inside = 0..layer.extent;
                assert!(
                    inside.contains(&point.x()) && inside.contains(&point.y()),
                    "{told}: {point:?}"
                );
            }
        }
    }
}

const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE: u32 = 7;

fn check_commands(kind: Option<i32>, commands: &[u32], told: &str) {
    let mut rest = commands;
    let mut at = (0, 0);
    let mut take = |rest: &mut &[u32], expected: u32| -> Vec<(i32, i32)> {
        let (&command, after) = rest
            .split_first()
            .unwrap_or_else(|| panic!("{told}: cut short"));
        assert_eq!(command & 7, expected, "{told}: another command");
        let count = if expected == CLOSE {
            0
        } else {
            (command >> 3) as usize
        };
        assert!(command >> 3 > 0, "{told}: a command for nothing");
        let (here, after) = after.split_at(2 * count);
        *rest = after;
        let signed = |value: u32| (value >> 1) as i32 ^ -((value & 1) as i32);
        here.chunks(2)
            .map(|delta| {
                at = (at.0 + signed(delta[0]), at.1 + signed(delta[1]));
                at
            })
            .collect()
    };
    assert!(!rest.is_empty(), "{told}: no geometry");
    let mut first_ring = true;
    while !rest.is_empty() {
        let start = take(&mut rest, MOVE_TO);
        if kind == Some(1) {
            assert!(rest.is_empty(), "{told}: points in one command");
            return;
        }
        assert_eq!(start.len(), 1, "{told}: one MoveTo a path");
        let mut path = start;
        path.extend(take(&mut rest, LINE_TO));
        assert!(
            path.windows(2).all(|pair| pair[0] != pair[1]),
            "{told}: a repeated point"
        );
        if kind == Some(2) {
            continue;
        }
        assert_eq!(kind, Some(3), "{told}: an unknown type");
        take(&mut rest, CLOSE);
        assert!(path.len() > 2, "{told}: a ring of {} points", path.len());
        assert_ne!(
            path.first(),
            path.last(),
            "{told}: the first point again before ClosePath"
        );
        let next = path.iter().cycle().skip(1);
        let area: i64 = path
            .iter()
            .zip(next)
            .map(|(a, b)| i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1))
            .sum();
        assert_ne!(area, 0, "{told}: a ring without area");
        assert!(!first_ring || area > 0, "{told}: it begins with a hole");
        first_ring = false;
    }
}

fn check_shape(polygons: &MultiPolygon<f64>, drawn: &RangeInclusive<f64>, told: &str) {
    let mut all = Part::default();
    for polygon in polygons {
        let outline = polygon_part(polygon.exterior());
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            for c in &ring.0 {
                assert!(
                    drawn.contains(&c.x) && drawn.contains(&c.y),
                    "{told}: {c:?} is outside"
                );
            }
            all.push(&ring.0);
        }
        for hole in polygon.interiors() {
            for &corner in &hole.0 {
                assert_ne!(
                    outline.paths().side(corner, None),
                    Side::Outside,
                    "{told}: a hole outside"
                );
            }
        }
    }
    let meetings = sweep::forbidden_meetings(all.paths());
    assert!(meetings.is_empty(), "{told}: {meetings:?}");
}

fn polygon_part(ring: &LineString<f64>) -> Part {
    let mut part = Part::default();
    part.push(&ring.0);
    part
}
