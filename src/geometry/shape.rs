//! An area's geometry while it is being loaded: polygons, lines or points, in one plane.

use super::coord::{Bounds, Space};
use super::distance::LocalMetres;
use super::ring::Paths;
use geo_types::{Coord, Geometry, MultiLineString, MultiPoint, MultiPolygon};

/// What an area is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Closed rings: places lie in it.
    Polygon,
    /// A line: places lie near it.
    Line,
    /// A point: places lie near it.
    Point,
}

/// The parts of one area, all of one [`Kind`].
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Polygons; the first ring of each is its outline and the others are holes. Rings are closed.
    Polygons(MultiPolygon<f64>),
    /// Lines.
    Lines(MultiLineString<f64>),
    /// Points.
    Points(MultiPoint<f64>),
}

/// One part of a shape as flat paths: its vertices, and where each path ends.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Part {
    /// The vertices of all paths, one path after another; rings repeat their first vertex.
    pub vertices: Vec<Coord<f64>>,
    /// For each path, the index after its last vertex.
    pub ends: Vec<u32>,
}

impl Part {
    /// Adds a path.
    pub fn push(&mut self, path: &[Coord<f64>]) {
        self.vertices.extend_from_slice(path);
        self.ends.push(self.vertices.len() as u32);
    }

    /// The part as paths that can be tested.
    #[must_use]
    pub fn paths(&self) -> Paths<'_, &[Coord<f64>]> {
        Paths::new(&self.vertices[..], &self.ends)
    }
}

impl Shape {
    /// What the shape is made of.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Polygons(_) => Kind::Polygon,
            Self::Lines(_) => Kind::Line,
            Self::Points(_) => Kind::Point,
        }
    }

    /// How many polygons, lines or points.
    #[must_use]
    pub fn part_count(&self) -> usize {
        match self {
            Self::Polygons(polygons) => polygons.0.len(),
            Self::Lines(lines) => lines.0.len(),
            Self::Points(points) => points.0.len(),
        }
    }

    /// The parts as flat paths, in order.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        match self {
            Self::Polygons(polygons) => polygons
                .iter()
                .map(|polygon| {
                    let mut part = Part::default();
                    part.push(&polygon.exterior().0);
                    for hole in polygon.interiors() {
                        part.push(&hole.0);
                    }
                    part
                })
                .collect(),
            Self::Lines(lines) => lines.iter().map(|line| Self::single(&line.0)).collect(),
            Self::Points(points) => points
                .iter()
                .map(|point| Self::single(&[point.0]))
                .collect(),
        }
    }

    fn single(path: &[Coord<f64>]) -> Part {
        let mut part = Part::default();
        part.push(path);
        part
    }

    /// Every vertex, part after part.
    pub fn vertices(&self) -> Box<dyn Iterator<Item = Coord<f64>> + '_> {
        match self {
            Self::Polygons(polygons) => Box::new(polygons.iter().flat_map(|polygon| {
                std::iter::once(polygon.exterior())
                    .chain(polygon.interiors())
                    .flat_map(|ring| ring.0.iter().copied())
            })),
            Self::Lines(lines) => Box::new(lines.iter().flat_map(|line| line.0.iter().copied())),
            Self::Points(points) => Box::new(points.iter().map(|point| point.0)),
        }
    }

    /// The smallest rectangle around it.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        Bounds::around(self.vertices())
    }

    /// Ground square metres: each outline less its holes, measured on a plane that touches the ground
    /// in the shape's middle. Parts that overlap count twice; lines and points are 0.
    #[must_use]
    pub fn area_m2(&self, space: Space) -> f64 {
        let Self::Polygons(_) = self else {
            return 0.0;
        };
        let local = LocalMetres::at(space, self.bounds().centre());
        let flat = |mut part: Part| {
            for vertex in &mut part.vertices {
                *vertex = local.flatten(*vertex);
            }
            part.paths().area()
        };
        self.parts().into_iter().map(flat).sum()
    }

    /// The shape of a geometry, or `None` for an empty one or a collection of different kinds.
    #[must_use]
    pub fn from_geometry(geometry: Geometry<f64>) -> Option<Self> {
        let shape = match geometry {
            Geometry::Polygon(polygon) => Self::Polygons(MultiPolygon(vec![polygon])),
            Geometry::MultiPolygon(polygons) => Self::Polygons(polygons),
            Geometry::LineString(line) => Self::Lines(MultiLineString(vec![line])),
            Geometry::MultiLineString(lines) => Self::Lines(lines),
            Geometry::Point(point) => Self::Points(MultiPoint(vec![point])),
            Geometry::MultiPoint(points) => Self::Points(points),
            Geometry::Line(line) => Self::Lines(MultiLineString(vec![line.into()])),
            Geometry::Rect(rect) => Self::Polygons(MultiPolygon(vec![rect.to_polygon()])),
            Geometry::Triangle(triangle) => {
                Self::Polygons(MultiPolygon(vec![triangle.to_polygon()]))
            }
            Geometry::GeometryCollection(collection) => {
                let mut shapes = collection.0.into_iter().map(Self::from_geometry);
                let first = shapes.next()??;
                shapes.try_fold(first, |all, next| all.merged(next?))?
            }
        };
        (shape.part_count() > 0).then_some(shape)
    }

    /// Both shapes as parts of one, or `None` where they are of different kinds.
    #[must_use]
    pub fn merged(mut self, other: Self) -> Option<Self> {
        match (&mut self, other) {
            (Self::Polygons(all), Self::Polygons(more)) => all.0.extend(more.0),
            (Self::Lines(all), Self::Lines(more)) => all.0.extend(more.0),
            (Self::Points(all), Self::Points(more)) => all.0.extend(more.0),
            _ => return None,
        }
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::polygon;

    #[test]
    fn a_hectare_on_the_grid_is_a_hectare_on_the_ground_but_for_the_scale() {
        let hectare = polygon!(
            exterior: [(x: 400_000.0, y: 300_000.0), (x: 400_100.0, y: 300_000.0), (x: 400_100.0, y: 300_100.0), (x: 400_000.0, y: 300_100.0)],
            interiors: [[(x: 400_010.0, y: 300_010.0), (x: 400_020.0, y: 300_010.0), (x: 400_020.0, y: 300_020.0)]],
        );
        let shape = Shape::Polygons(hectare.into());
        let m2 = shape.area_m2(Space::NationalGrid);
        assert!((m2 - 9_950.0 * 1.000_797_9).abs() < 0.01, "{m2}");
    }
}
