//! A shape as well-known text and as GeoJSON, every number in the fewest figures that read back the same.

use crate::geometry::Shape;
use geo_types::{Coord, LineString, Polygon};
use serde::Serialize;
use std::fmt::Write as _;

type Path = Vec<[f64; 2]>;

/// A GeoJSON geometry; positions are longitude and latitude in degrees.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", content = "coordinates")]
pub(super) enum GeoJson {
    MultiPolygon(Vec<Vec<Path>>),
    MultiLineString(Vec<Path>),
    MultiPoint(Path),
    Point([f64; 2]),
}

impl GeoJson {
    /// The shape; one without a place has no points.
    pub(super) fn of(shape: Option<&Shape>) -> Self {
        let pair = |at: &Coord<f64>| [at.x, at.y];
        let path = |line: &LineString<f64>| line.0.iter().map(pair).collect::<Path>();
        match shape {
            Some(Shape::Polygons(polygons)) => {
                let rings = |polygon: &Polygon<f64>| rings(polygon).map(path).collect();
                Self::MultiPolygon(polygons.iter().map(rings).collect())
            }
            Some(Shape::Lines(lines)) => Self::MultiLineString(lines.iter().map(path).collect()),
            Some(Shape::Points(points)) if points.0.len() == 1 => Self::Point(pair(&points.0[0].0)),
            Some(Shape::Points(points)) => {
                Self::MultiPoint(points.iter().map(|point| pair(&point.0)).collect())
            }
            None => Self::MultiPoint(Vec::new()),
        }
    }
}

fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// The shape as well-known text, longitude first.
pub(super) fn wkt(shape: &Shape) -> String {
    let mut text = String::new();
    match shape {
        Shape::Polygons(polygons) => {
            text.push_str("MULTIPOLYGON ");
            list(&mut text, polygons.iter(), |text, polygon| {
                list(text, rings(polygon), path);
            });
        }
        Shape::Lines(lines) => {
            text.push_str("MULTILINESTRING ");
            list(&mut text, lines.iter(), path);
        }
        Shape::Points(points) => {
            text.push_str(if points.0.len() == 1 {
                "POINT "
            } else {
                "MULTIPOINT "
            });
            list(&mut text, points.iter(), |text, point| {
                position(text, &point.0);
            });
        }
    }
    text
}

fn path(text: &mut String, line: &LineString<f64>) {
    list(text, line.0.iter(), position);
}

fn position(text: &mut String, at: &Coord<f64>) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{} {}", at.x, at.y);
}

/// Things in brackets, with commas between them.
fn list<T>(
    text: &mut String,
    things: impl Iterator<Item = T>,
    mut each: impl FnMut(&mut String, T),
) {
    text.push('(');
    for (at, thing) in things.enumerate() {
        text.push_str(if at > 0 { ", " } else { "" });
        each(text, thing);
    }
    text.push(')');
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{MultiPoint, MultiPolygon, polygon};

    #[test]
    fn a_polygon_with_a_hole_is_text_and_json_with_the_same_numbers() {
        let shape = Shape::Polygons(MultiPolygon(vec![polygon!(
            exterior: [(x: 0.1, y: 50.0), (x: 1.0, y: 50.0), (x: 1.0, y: 51.5)],
            interiors: [[(x: 0.7, y: 50.1), (x: 0.8, y: 50.1), (x: 0.8, y: 50.2)]],
        )]));
        assert_eq!(
            wkt(&shape),
            "MULTIPOLYGON (((0.1 50, 1 50, 1 51.5, 0.1 50), (0.7 50.1, 0.8 50.1, 0.8 50.2, 0.7 50.1)))"
        );
        let json = serde_json::to_string(&GeoJson::of(Some(&shape))).expect("json");
        assert_eq!(
            json,
            r#"{"type":"MultiPolygon","coordinates":[[[[0.1,50.0],[1.0,50.0],[1.0,51.5],[0.1,50.0]],[[0.7,50.1],[0.8,50.1],[0.8,50.2],[0.7,50.1]]]]}"#
        );
    }

    #[test]
    fn one_point_is_a_point_and_two_are_several() {
        let points = |points: &[(f64, f64)]| Shape::Points(MultiPoint::from(points.to_vec()));
        assert_eq!(wkt(&points(&[(-3.5, 53.25)])), "POINT (-3.5 53.25)");
        assert_eq!(
            wkt(&points(&[(1.0, 2.0), (3.0, 4.0)])),
            "MULTIPOINT (1 2, 3 4)"
        );
    }
}
