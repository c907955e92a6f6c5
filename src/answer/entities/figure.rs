//! A geometry that areas are compared with, in the plane that each comparison needs.
//!
//! Areas and a geometry of one space are compared in that space, vertex for vertex as they were loaded.
//! Where they differ, both are taken in degrees, National Grid areas as they are given out: a geometry
//! that somebody got here is then equal to the area that it is of, and touches what that area touches.

use crate::atlas::geojson::degrees;
use crate::atlas::{AreaFile, PartView};
use crate::geometry::edges::WORTH_INDEXING;
use crate::geometry::reproject::Reprojector;
use crate::geometry::shape::Part;
use crate::geometry::{Bounds, Crs, Kind, LonLat, Shape, Space, edges::EdgeIndex, ostn15};
use geo::{HasDimensions as _, Validation as _, dimensions::Dimensions};
use geo_types::{
    Coord, Geometry, Line, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon,
};

/// Polygons, lines or points of one geometry from a stranger: each pair of polygons is looked at, so
/// their number squared is work.
pub const MAX_FIGURE_PARTS: usize = 200;

/// Positions nearer than this are one: nine decimals of a degree, as they are given out, are a tenth of a millimetre.
pub(super) const SAME_PLACE_M: f64 = 1e-4;

/// Why a geometry cannot be asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FigureError {
    /// It has no points, crosses itself, overlaps itself, or has a hole outside its outline.
    #[error("it is not a valid geometry")]
    Invalid,
    /// A coordinate that is no longitude and latitude.
    #[error("a coordinate is not a longitude and latitude in degrees")]
    OffTheGlobe,
    /// More parts than [`MAX_FIGURE_PARTS`].
    #[error("it has more than {MAX_FIGURE_PARTS} parts")]
    TooManyParts,
}

/// A geometry that is asked about.
#[derive(Debug, Clone)]
pub struct Figure {
    own: Plane,
    /// In degrees, where its own space is another.
    degrees: Option<Plane>,
    /// A rectangle of the National Grid that surely holds it, where the Grid reaches so far.
    grid_bounds: Option<Bounds>,
    space: Space,
}

/// A geometry in one plane.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    pub geometry: Geometry<f64>,
    pub kind: Kind,
    pub bounds: Bounds,
    pub vertices: usize,
    pub parts: Vec<IndexedPart>,
}

/// A part with an index over its edges where that is worth it.
#[derive(Debug, Clone)]
pub(super) struct IndexedPart {
    pub part: Part,
    pub index: Option<std::rc::Rc<EdgeIndex>>,
}

impl Figure {
    /// A geometry in degrees, longitude first, as a stranger sends it.
    ///
    /// # Errors
    /// One that is not valid, not on the globe, or of too many parts.
    pub fn of_degrees(shape: Shape) -> Result<Self, FigureError> {
        if shape.part_count() > MAX_FIGURE_PARTS {
            return Err(FigureError::TooManyParts);
        }
        if shape.vertices().any(|at| LonLat::new(at.x, at.y).is_err()) {
            return Err(FigureError::OffTheGlobe);
        }
        let shape = without_repeats(shape);
        let own = Plane::of(shape);
        if own.parts.is_empty() || own.is_flat() || !own.geometry.is_valid() {
            return Err(FigureError::Invalid);
        }
        let grid_bounds = grid_bounds(&own.bounds);
        Ok(Self {
            own,
            degrees: None,
            grid_bounds,
            space: Space::Wgs84,
        })
    }

    /// The geometry of an area, in the coordinates that it was loaded in; `None` for one without a place in degrees.
    #[must_use]
    pub fn of_area(file: &AreaFile, area: u32) -> Option<Self> {
        let own = Plane::of(own_shape(file, area));
        let (degrees, grid_bounds) = match file.space() {
            Space::NationalGrid => (
                Some(Plane::of(published_shape(file, area)?)),
                Some(own.bounds),
            ),
            Space::Wgs84 => (None, grid_bounds(&own.bounds)),
        };
        Some(Self {
            own,
            degrees,
            grid_bounds,
            space: file.space(),
        })
    }

    /// A rectangle of degrees that surely holds it.
    pub(super) fn degrees_bounds(&self) -> Bounds {
        crate::geometry::in_degrees(self.space, &self.own.bounds)
    }

    /// The space in which it is compared with areas of a space.
    pub(super) fn frame(&self, areas: Space) -> Space {
        if self.space == areas {
            areas
        } else {
            Space::Wgs84
        }
    }

    /// It, in a space that [`Figure::frame`] gave.
    pub(super) fn plane(&self, frame: Space) -> &Plane {
        match (&self.degrees, frame) {
            (Some(degrees), Space::Wgs84) => degrees,
            _ => &self.own,
        }
    }

    /// A rectangle of a layer's space that surely holds it; `None` where the Grid does not reach so far.
    pub(super) fn bounds_in(&self, space: Space) -> Option<Bounds> {
        match space {
            _ if space == self.space => Some(self.own.bounds),
            Space::NationalGrid => self.grid_bounds,
            Space::Wgs84 => Some(self.degrees_bounds()),
        }
    }

    /// Its vertices in a layer's space; `None` for one that the Grid does not reach.
    pub(super) fn vertices_in(&self, space: Space) -> impl Iterator<Item = Option<Coord<f64>>> {
        let parts = self.plane(self.frame(space)).parts.iter();
        let vertices = parts.flat_map(|part| part.part.vertices.iter());
        vertices.map(move |&vertex| self.vertex_in(space, vertex))
    }

    /// The first vertex of each of its parts, in the same way.
    pub(super) fn first_vertices_in(
        &self,
        space: Space,
    ) -> impl Iterator<Item = Option<Coord<f64>>> {
        let parts = self.plane(self.frame(space)).parts.iter();
        let firsts = parts.filter_map(|part| part.part.vertices.first());
        firsts.map(move |&vertex| self.vertex_in(space, vertex))
    }

    fn vertex_in(&self, space: Space, vertex: Coord<f64>) -> Option<Coord<f64>> {
        if self.frame(space) == space {
            Some(vertex)
        } else {
            Some(ostn15::to_national_grid(vertex).ok()?.coord)
        }
    }

    /// Whether comparing it with areas of a space means converting one of them.
    pub(super) fn is_foreign_to(&self, space: Space) -> bool {
        self.space != space
    }
}

impl Plane {
    fn of(shape: Shape) -> Self {
        let parts = shape.parts().into_iter().map(|part| IndexedPart {
            index: (part.vertices.len() >= WORTH_INDEXING)
                .then(|| std::rc::Rc::new(EdgeIndex::build(part.paths()))),
            part,
        });
        Self {
            kind: shape.kind(),
            bounds: shape.bounds(),
            vertices: shape.vertices().count(),
            parts: parts.collect(),
            geometry: geometry_of(shape),
        }
    }

    /// Whether a ring runs back on itself and holds no ground, which `geo` lets pass.
    fn is_flat(&self) -> bool {
        let mut parts = self.parts.iter().map(|own| own.part.paths());
        self.kind == Kind::Polygon
            && parts.any(|paths| paths.ranges().any(|ring| paths.ring_area(ring) == 0.0))
    }

    /// Whether a line from `a` to `b` shares a point with one of its edges.
    pub(super) fn meets(&self, a: Coord<f64>, b: Coord<f64>) -> bool {
        use geo::Intersects as _;
        let line = Line::new(a, b);
        let near = Bounds::around([a, b]);
        self.parts.iter().any(|own| {
            let paths = own.part.paths();
            let mut met = false;
            let mut look = |run: std::ops::Range<usize>| {
                let mut edges = paths.edges_in(run);
                met = met || edges.any(|(_, c, d)| Line::new(c, d).intersects(&line));
            };
            match &own.index {
                Some(index) => index.visit(|bounds| bounds.intersects(&near), look),
                None => look(0..paths.count()),
            }
            met
        })
    }

    /// Dimensions of its inside and of its boundary.
    pub(super) fn dimensions(&self) -> (Dimensions, Dimensions) {
        (
            self.geometry.dimensions(),
            self.geometry.boundary_dimensions(),
        )
    }
}

/// The plain geometry of a shape.
pub(super) fn geometry_of(shape: Shape) -> Geometry<f64> {
    match shape {
        Shape::Polygons(polygons) => Geometry::MultiPolygon(polygons),
        Shape::Lines(lines) => Geometry::MultiLineString(lines),
        Shape::Points(points) => Geometry::MultiPoint(points),
    }
}

/// An area's shape in the coordinates that it was loaded in.
pub(super) fn own_shape(file: &AreaFile, area: u32) -> Shape {
    shape_of(file.areas()[area as usize].kind, file.parts_of(area))
}

/// Some parts of an area as one shape.
pub(super) fn shape_of<'a>(kind: Kind, parts: impl Iterator<Item = PartView<'a>>) -> Shape {
    let paths = |part: PartView<'a>| {
        let vertices = part.paths();
        let path = |range: std::ops::Range<usize>| -> LineString<f64> {
            range.map(|at| vertices.vertex(at)).collect()
        };
        vertices.ranges().map(path).collect::<Vec<_>>()
    };
    match kind {
        Kind::Polygon => Shape::Polygons(MultiPolygon(
            parts
                .map(|part| {
                    let mut rings = paths(part).into_iter();
                    let outline = rings.next().unwrap_or(LineString(Vec::new()));
                    Polygon::new(outline, rings.collect())
                })
                .collect(),
        )),
        Kind::Line => Shape::Lines(MultiLineString(parts.flat_map(paths).collect())),
        Kind::Point => {
            let points = parts.flat_map(|part| part.paths().vertices().map(Point));
            Shape::Points(MultiPoint(points.collect()))
        }
    }
}

/// An area's shape as it is given out: WGS 84, longitude first. One on the National Grid is transformed by
/// OSTN15, to nine decimals, with a vertex added wherever an edge that is straight on the Grid would
/// otherwise move by more than a centimetre. `None` where OSTN15 does not reach.
#[must_use]
pub fn published_shape(file: &AreaFile, area: u32) -> Option<Shape> {
    in_degrees(file.space(), own_shape(file, area))
}

/// A shape of a space in degrees, as areas are given out.
pub(super) fn in_degrees(space: Space, shape: Shape) -> Option<Shape> {
    match space {
        Space::Wgs84 => Some(shape),
        Space::NationalGrid => {
            let bent = Reprojector::into_space(Crs::NationalGrid, Space::Wgs84).shape(shape);
            Some(rounded(bent.ok()?))
        }
    }
}

/// The same to nine decimals.
fn rounded(shape: Shape) -> Shape {
    let round = |degrees: f64| (degrees * 1e9).round() / 1e9;
    mapped(shape, |at| Coord {
        x: round(at.x),
        y: round(at.y),
    })
}

fn mapped(shape: Shape, by: impl Fn(Coord<f64>) -> Coord<f64> + Copy) -> Shape {
    use geo::MapCoords as _;
    match shape {
        Shape::Polygons(all) => Shape::Polygons(all.map_coords(by)),
        Shape::Lines(all) => Shape::Lines(all.map_coords(by)),
        Shape::Points(all) => Shape::Points(all.map_coords(by)),
    }
}

/// The same without vertices that repeat the one before them, which say nothing.
fn without_repeats(shape: Shape) -> Shape {
    use geo::RemoveRepeatedPoints as _;
    match shape {
        Shape::Polygons(all) => Shape::Polygons(all.remove_repeated_points()),
        Shape::Lines(all) => Shape::Lines(all.remove_repeated_points()),
        Shape::Points(all) => Shape::Points(all.remove_repeated_points()),
    }
}

/// A vertex of an area in degrees, as it is given out.
pub(super) fn vertex_in_degrees(space: Space, vertex: Coord<f64>) -> Coord<f64> {
    let [x, y] = degrees(space, vertex);
    Coord { x, y }
}

/// An edge of an area in degrees, as it is given out.
pub(super) fn edge_in_degrees(space: Space, a: Coord<f64>, b: Coord<f64>) -> Vec<Coord<f64>> {
    let edge = Shape::Lines(MultiLineString(vec![LineString(vec![a, b])]));
    let bent = in_degrees(space, edge);
    bent.map_or_else(Vec::new, |bent| bent.vertices().collect())
}

/// Pieces into which each side of a rectangle is cut before it is transformed.
const PIECES: u32 = 16;

/// A rectangle of the Grid that surely holds a rectangle of degrees; `None` where the Grid does not reach.
fn grid_bounds(degrees: &Bounds) -> Option<Bounds> {
    let corners = degrees.corners();
    let mut bounds = Bounds::EMPTY;
    for (index, &from) in corners.iter().enumerate() {
        let to = corners[(index + 1) % 4];
        for step in 0..PIECES {
            let on_side = from + (to - from) * (f64::from(step) / f64::from(PIECES));
            bounds.include(ostn15::to_national_grid(on_side).ok()?.coord);
        }
    }
    // A straight piece of length l bends by less than l² tan(latitude) / 8R between its ends; half a metre
    // more covers the wobble of the shifts.
    const EARTH_M: f64 = 6.3e6;
    let piece = bounds.width().max(bounds.height()) / f64::from(PIECES);
    Some(bounds.padded(piece * piece / (2.0 * EARTH_M) + 0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rectangle_of_the_grid_holds_every_point_of_a_rectangle_of_degrees() {
        let degrees = Bounds {
            min: Coord { x: -6.2, y: 50.1 },
            max: Coord { x: 1.6, y: 58.4 },
        };
        let grid = grid_bounds(&degrees).expect("Great Britain");
        for step in 0..=1000 {
            let share = f64::from(step) / 1000.0;
            let (x, y) = (
                degrees.min.x + degrees.width() * share,
                degrees.min.y + degrees.height() * share,
            );
            for on_side in [
                Coord {
                    x,
                    y: degrees.min.y,
                },
                Coord {
                    x,
                    y: degrees.max.y,
                },
                Coord {
                    x: degrees.min.x,
                    y,
                },
                Coord {
                    x: degrees.max.x,
                    y,
                },
            ] {
                let there = ostn15::to_national_grid(on_side)
                    .expect("on the Grid")
                    .coord;
                assert!(grid.contains(there), "{on_side:?}");
            }
        }
    }

    #[test]
    fn what_crosses_itself_or_leaves_the_globe_is_no_figure() {
        let polygon = |points: &[(f64, f64)]| {
            let ring: LineString<f64> = points.iter().copied().collect();
            Figure::of_degrees(Shape::Polygons(MultiPolygon(vec![Polygon::new(
                ring,
                Vec::new(),
            )])))
        };
        let bow_tie = polygon(&[(0.0, 50.0), (1.0, 51.0), (1.0, 50.0), (0.0, 51.0)]);
        assert_eq!(bow_tie.err(), Some(FigureError::Invalid));
        let far = polygon(&[(0.0, 50.0), (200.0, 51.0), (1.0, 50.0)]);
        assert_eq!(far.err(), Some(FigureError::OffTheGlobe));
        let twice = polygon(&[(0.0, 50.0), (1.0, 50.0), (1.0, 50.0), (1.0, 51.0)]);
        assert!(
            twice.is_ok(),
            "a vertex that is written twice is one vertex"
        );
    }
}
