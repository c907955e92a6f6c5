//! Writes features as a layer of a Mapbox Vector Tile 2.1, by the `mvt` crate.
//!
//! `mvt` 0.15 writes what it is handed: rings of one or two points, and no MoveTo where a path starts
//! on the point where the last one ended. So nothing reaches it here but rings of three points and
//! more and lines of two and more, and paths are turned or joined until each starts elsewhere. Its
//! clipping, which moves vertices, is not used.

use super::dissolve::Class;
use super::facts::{AreaFacts, welsh};
use super::grid::TilePoint;
use super::rings::Polygon;
use crate::policy::Value;
use mvt::{GeomData, GeomEncoder, GeomType, Layer, Tile};
use std::sync::Arc;

/// The shape of a feature, in tile units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Drawn {
    /// Closed rings that MVT allows: outlines positive, holes behind them negative.
    Polygons(Vec<Polygon>),
    /// Lines of two points and more, none repeated.
    Lines(Vec<Vec<TilePoint>>),
    /// Points.
    Points(Vec<TilePoint>),
}

impl Drawn {
    /// Whether there is nothing to draw.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Polygons(all) => all.is_empty(),
            Self::Lines(all) => all.is_empty(),
            Self::Points(all) => all.is_empty(),
        }
    }
}

/// A feature of a tile, and the name that stands in it.
pub(super) struct Feature {
    /// The area, or the first of several that are drawn as one.
    pub facts: Arc<AreaFacts>,
    pub told: Told,
    pub drawn: Drawn,
    /// Where the name stands, if in this tile.
    pub label: Option<TilePoint>,
}

impl Feature {
    /// Stands for so many areas more.
    pub(super) fn count(&mut self, more: u64) {
        self.told.count = Some(self.told.count.unwrap_or(0) + more);
    }
}

/// What a feature says beside its id and the properties that the map asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    pub reference: bool,
    /// The name, where it is among those properties.
    pub name: bool,
    /// How many areas it stands for.
    pub count: Option<u64>,
}

impl Told {
    /// An area by itself.
    pub(super) const ALL: Self = Self {
        reference: true,
        name: true,
        count: None,
    };

    /// Several areas that are alike; none is counted yet.
    pub(super) fn summary() -> Self {
        Self {
            reference: false,
            name: false,
            count: Some(0),
        }
    }
}

/// A source layer while it is being written.
pub(super) struct LayerWriter {
    tile: Tile,
    layer: Layer,
}

impl LayerWriter {
    /// An empty layer of a name, with so many units along the tile's side.
    pub(super) fn new(name: &str, extent: i32) -> Self {
        let tile = Tile::new(extent.unsigned_abs());
        let layer = tile.create_layer(name);
        Self { tile, layer }
    }

    /// Adds an area: its shape, its id, its reference and what else the map wants.
    pub(super) fn area(self, facts: &AreaFacts, drawn: &Drawn, told: Told) -> Self {
        // Several areas have no id in common.
        let id = told.count.is_none().then_some(facts.id);
        self.feature(id, geometry(drawn), |feature| {
            if told.reference {
                feature.add_tag_string("reference", &facts.reference);
            }
            for (name, value) in facts.tags_told(told.name) {
                add_tag(feature, name, value);
            }
            if let Some(count) = told.count {
                feature.add_tag_uint("count", count);
            }
        })
    }

    /// Adds the areas of a class as one: their shape, what they have in common, and how many count here.
    pub(super) fn summary(self, class: &Class, drawn: &Drawn) -> Self {
        self.feature(None, geometry(drawn), |feature| {
            for (name, value) in &class.tags {
                add_tag(feature, name, value);
            }
            feature.add_tag_uint("count", class.count);
        })
    }

    /// Adds the place of an area's name.
    pub(super) fn label(self, facts: &AreaFacts, at: TilePoint) -> Self {
        let point = Drawn::Points(vec![at]);
        self.feature(Some(facts.id), geometry(&point), |feature| {
            if let Some(name) = &facts.name {
                feature.add_tag_string("name", &name.en);
                if let Some(cy) = welsh(name) {
                    feature.add_tag_string("name-cy", cy);
                }
            }
        })
    }

    fn feature(
        self,
        id: Option<u64>,
        geometry: GeomData,
        tags: impl FnOnce(&mut mvt::Feature),
    ) -> Self {
        let mut feature = self.layer.into_feature(geometry);
        if let Some(id) = id {
            feature.set_id(id);
        }
        tags(&mut feature);
        Self {
            tile: self.tile,
            layer: feature.into_layer(),
        }
    }

    /// The layer's bytes; none where nothing was added. Layers one after another are a tile.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.layer.num_features() == 0 {
            return Vec::new();
        }
        let written = self
            .tile
            .add_layer(self.layer)
            .and_then(|()| self.tile.to_bytes());
        written.expect("the one layer of a tile has its extent and its own name")
    }
}

fn add_tag(feature: &mut mvt::Feature, name: &str, value: &Value) {
    match value {
        // Unsigned and zigzag are short; the plain signed kind takes ten bytes for −1, and not every
        // reader takes it for one.
        Value::Integer(number) if *number >= 0 => feature.add_tag_uint(name, number.unsigned_abs()),
        Value::Integer(number) => feature.add_tag_sint(name, *number),
        Value::Number(number) => feature.add_tag_double(name, *number),
        Value::Flag(flag) => feature.add_tag_bool(name, *flag),
        Value::Text(text) => feature.add_tag_string(name, text),
    }
}

/// The commands of a shape.
fn geometry(drawn: &Drawn) -> GeomData {
    let mut pen = Pen::new(match drawn {
        Drawn::Polygons(_) => GeomType::Polygon,
        Drawn::Lines(_) => GeomType::Linestring,
        Drawn::Points(_) => GeomType::Point,
    });
    match drawn {
        Drawn::Polygons(polygons) => {
            for ring in polygons.iter().flatten() {
                let open = &ring[..ring.len() - 1];
                let start = shortest_start(open, pen.at);
                pen.path(open[start..].iter().chain(&open[..start]).copied());
            }
        }
        Drawn::Lines(lines) => {
            for line in joined(lines) {
                pen.path(line.into_iter());
            }
        }
        Drawn::Points(points) => pen.path(points.iter().copied()),
    }
    pen.encoder
        .encode()
        .expect("whole numbers need no rounding")
}

/// Where a ring is best begun: the way there is written and the last edge is not. It may begin anywhere, but not
/// where the last path ended.
fn shortest_start(open: &[TilePoint], from: Option<TilePoint>) -> usize {
    let at = from.unwrap_or(TilePoint { x: 0, y: 0 });
    let bytes = |a: TilePoint, b: TilePoint| written(b.x - a.x) + written(b.y - a.y);
    let before = |start: usize| open[start.checked_sub(1).unwrap_or(open.len() - 1)];
    let starts = (0..open.len()).filter(|&start| from != Some(open[start]));
    let best = starts.min_by_key(|&start| {
        let (way, edge) = (bytes(at, open[start]), bytes(before(start), open[start]));
        way - edge
    });
    best.unwrap_or(0)
}

/// Bytes of a difference, as the format writes it: 7 bits each of its zigzag.
fn written(difference: i32) -> i32 {
    let zigzag = ((difference << 1) ^ (difference >> 31)).cast_unsigned();
    (38 - zigzag.max(1).leading_zeros().cast_signed()) / 7
}

/// Lines of which none starts where the one before it ended: those are joined into one.
fn joined(lines: &[Vec<TilePoint>]) -> Vec<Vec<TilePoint>> {
    let mut out: Vec<Vec<TilePoint>> = Vec::with_capacity(lines.len());
    for line in lines {
        match out.last_mut() {
            Some(before) if before.last() == line.first() => before.extend_from_slice(&line[1..]),
            _ => out.push(line.clone()),
        }
    }
    out
}

/// `mvt`'s encoder, and where it stands.
struct Pen {
    encoder: GeomEncoder<i32>,
    at: Option<TilePoint>,
}

impl Pen {
    fn new(kind: GeomType) -> Self {
        Self {
            encoder: GeomEncoder::new(kind),
            at: None,
        }
    }

    fn path(&mut self, points: impl Iterator<Item = TilePoint>) {
        for point in points {
            self.encoder
                .add_point(point.x, point.y)
                .expect("whole numbers need no rounding");
            self.at = Some(point);
        }
        self.encoder.complete_geom().expect("a path can always end");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fast_mvt::MvtReaderRef;
    use geo_types::{Geometry, LineString};

    fn points(coords: &[(i32, i32)]) -> Vec<TilePoint> {
        coords.iter().map(|&(x, y)| TilePoint { x, y }).collect()
    }

    fn decoded(drawn: &Drawn) -> Geometry<i32> {
        let writer = LayerWriter::new("layer", 2048);
        let bytes = writer.feature(Some(7), geometry(drawn), |_| {}).finish();
        let reader = MvtReaderRef::new(&bytes).expect("a tile");
        let layer = reader.layers().next().expect("a layer");
        let feature = layer.features().next().expect("a feature");
        feature.geometry().expect("a geometry")
    }

    fn lines(geometry: Geometry<i32>) -> Vec<LineString<i32>> {
        match geometry {
            Geometry::LineString(line) => vec![line],
            Geometry::MultiLineString(lines) => lines.0,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_ring_that_starts_where_the_last_one_ended_is_a_ring_of_its_own() {
        let first = points(&[(0, 0), (5, 0), (5, 5), (0, 0)]);
        let second = points(&[(5, 5), (9, 5), (9, 9), (5, 5)]);
        let drawn = Drawn::Polygons(vec![vec![first], vec![second]]);
        let Geometry::MultiPolygon(polygons) = decoded(&drawn) else {
            panic!("two polygons");
        };
        assert_eq!(polygons.0.len(), 2);
        assert_eq!(polygons.0[1].exterior().0.len(), 4);
    }

    #[test]
    fn a_ring_begins_where_its_way_is_short_and_its_longest_edge_is_not_written() {
        for (difference, bytes) in [
            (0, 1),
            (-1, 1),
            (63, 1),
            (64, 2),
            (-64, 1),
            (-65, 2),
            (8192, 3),
        ] {
            assert_eq!(written(difference), bytes, "{difference}");
        }
        // The edge from the last corner to the second is the one that closes the ring.
        let ring = points(&[(900, 900), (10, 0), (10, 9), (20, 20)]);
        assert_eq!(shortest_start(&ring, None), 1);
        assert_ne!(shortest_start(&ring, Some(ring[1])), 1);
    }

    #[test]
    fn lines_end_to_end_are_one_line_and_others_stay_apart() {
        let drawn = Drawn::Lines(vec![
            points(&[(0, 0), (5, 0)]),
            points(&[(5, 0), (5, 9)]),
            points(&[(0, 0), (5, 0)]),
        ]);
        let lines = lines(decoded(&drawn));
        assert_eq!(
            lines.iter().map(|line| line.0.len()).collect::<Vec<_>>(),
            [3, 2]
        );
    }

    #[test]
    fn a_layer_without_features_is_no_bytes() {
        assert!(LayerWriter::new("layer", 2048).finish().is_empty());
    }

    #[test]
    fn numbers_of_both_signs_and_flags_read_back() {
        let values = [
            Value::Integer(40),
            Value::Integer(-3),
            Value::Number(1.5),
            Value::Flag(true),
            Value::Text("ŵ".to_owned()),
        ];
        let point = Drawn::Points(points(&[(1, 2)]));
        let bytes = LayerWriter::new("layer", 4096)
            .feature(Some(1), geometry(&point), |feature| {
                for (at, value) in values.iter().enumerate() {
                    add_tag(feature, &at.to_string(), value);
                }
            })
            .finish();
        let reader = MvtReaderRef::new(&bytes).expect("a tile");
        let layer = reader.layers().next().expect("a layer");
        assert_eq!((layer.extent(), layer.version()), (4096, 2));
        let feature = layer.features().next().expect("a feature");
        let read: Vec<_> = feature
            .properties()
            .map(|p| format!("{:?}", p.expect("a property").1))
            .collect();
        let expected = [
            "40 (uint)",
            "-3 (sint)",
            "1.5 (double)",
            "true (bool)",
            "\"ŵ\"",
        ];
        assert_eq!(read, expected);
    }
}
