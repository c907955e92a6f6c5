//! How an area lies to a geometry: the nine intersections of their insides, boundaries and outsides (DE-9IM).
//!
//! `geo` finds them, of those parts of the area whose edges come near the geometry. What is apart, what
//! lies wholly within, and a part that holds the geometry with no edge near it are told by rectangles and
//! one exact point test, so that a large area costs no more than its edges near by.

use super::TooMuch;
use super::figure::{self, Figure, Plane, SAME_PLACE_M};
use crate::atlas::{AreaFile, PartView};
use crate::geometry::edges::EdgeIndex;
use crate::geometry::{Bounds, Kind, LocalMetres, Paths, Side, Space, Vertices};
use geo::coordinate_position::CoordPos;
use geo::dimensions::Dimensions;
use geo::relate::{IntersectionMatrix, Relate as _};
use geo_types::Coord;
use std::sync::{Mutex, PoisonError};

/// How an area may lie to a geometry; of the pair the area comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The area lies in the geometry.
    Within,
    /// They cover the same ground.
    Equals,
    /// They share no point.
    Disjoint,
    /// They share at least a point.
    Intersects,
    /// They share points of their boundaries, and nothing inside.
    Touches,
    /// The geometry lies in the area.
    Contains,
    /// No point of the geometry is outside the area.
    Covers,
    /// No point of the area is outside the geometry.
    CoveredBy,
    /// They share some of their insides, each has some alone, and they are of one dimension.
    Overlaps,
    /// They share some of their insides, and not all, and are not of one dimension, unless both are lines.
    Crosses,
}

impl Relation {
    /// Every relation, with the word that the Entity API uses for it, in its order.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Within, "within"),
        (Self::Equals, "equals"),
        (Self::Disjoint, "disjoint"),
        (Self::Intersects, "intersects"),
        (Self::Touches, "touches"),
        (Self::Contains, "contains"),
        (Self::Covers, "covers"),
        (Self::CoveredBy, "coveredby"),
        (Self::Overlaps, "overlaps"),
        (Self::Crosses, "crosses"),
    ];

    /// The relation of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|(_, name)| *name == word).map(|(found, _)| found)
    }

    /// Whether nine intersections are those of the relation.
    pub(super) fn holds(self, nine: &Nine) -> bool {
        let matrix = nine.matrix();
        match self {
            Self::Within => matrix.is_within(),
            Self::Equals => matrix.is_equal_topo(),
            Self::Disjoint => matrix.is_disjoint(),
            Self::Intersects => matrix.is_intersects(),
            Self::Touches => matrix.is_touches(),
            Self::Contains => matrix.is_contains(),
            Self::Covers => matrix.is_covers(),
            Self::CoveredBy => matrix.is_coveredby(),
            Self::Overlaps => matrix.is_overlaps(),
            Self::Crosses => matrix.is_crosses(),
        }
    }
}

/// Vertices that may still be compared.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
}

impl Budget {
    pub(super) fn of(vertices: usize) -> Self {
        Self { left: vertices }
    }

    pub(super) fn spend(&mut self, vertices: usize) -> Result<(), TooMuch> {
        self.left = self.left.checked_sub(vertices).ok_or(TooMuch)?;
        Ok(())
    }
}

const PLACES: [CoordPos; 3] = [CoordPos::Inside, CoordPos::OnBoundary, CoordPos::Outside];
const INSIDE: usize = 0;
const BOUNDARY: usize = 1;
const OUTSIDE: usize = 2;

/// The dimensions of the nine intersections, by the area's place, then by the geometry's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nine([[Dimensions; 3]; 3]);

impl Nine {
    /// Of an area and a geometry that are apart.
    fn apart(area: (Dimensions, Dimensions), figure: (Dimensions, Dimensions)) -> Self {
        let none = Dimensions::Empty;
        Self([
            [none, none, area.0],
            [none, none, area.1],
            [figure.0, figure.1, Dimensions::TwoDimensional],
        ])
    }

    /// Of a polygon with a geometry in its inside.
    fn holding(figure: (Dimensions, Dimensions)) -> Self {
        let none = Dimensions::Empty;
        Self([
            [figure.0, figure.1, Dimensions::TwoDimensional],
            [none, none, Dimensions::OneDimensional],
            [none, none, Dimensions::TwoDimensional],
        ])
    }

    fn of(matrix: &IntersectionMatrix) -> Self {
        Self(PLACES.map(|area| PLACES.map(|figure| matrix.get(area, figure))))
    }

    fn at_least(&mut self, area: usize, figure: usize, dimensions: Dimensions) {
        let known = &mut self.0[area][figure];
        *known = (*known).max(dimensions);
    }

    fn matrix(&self) -> IntersectionMatrix {
        let letter = |dimensions: &Dimensions| match dimensions {
            Dimensions::Empty => 'F',
            Dimensions::ZeroDimensional => '0',
            Dimensions::OneDimensional => '1',
            Dimensions::TwoDimensional => '2',
        };
        let letters: String = self.0.iter().flatten().map(letter).collect();
        letters.parse().expect("nine letters of F, 0, 1 and 2")
    }
}

const POLYGON: (Dimensions, Dimensions) = (Dimensions::TwoDimensional, Dimensions::OneDimensional);

/// How an area lies to a geometry.
pub(super) fn of(
    file: &AreaFile,
    area: u32,
    figure: &Figure,
    budget: &mut Budget,
) -> Result<Nine, TooMuch> {
    let pair = Pair::of(file, figure);
    let kind = file.areas()[area as usize].kind;
    match (kind, pair.plane.kind) {
        (Kind::Polygon, Kind::Point) => pair.points_in(area, budget),
        (Kind::Polygon, _) => pair.by_parts(area, budget),
        _ => pair.whole(kind, file.parts_of(area), budget),
    }
}

/// Whether an area lies as asked to a geometry.
pub(super) fn holds(
    relation: Relation,
    file: &AreaFile,
    area: u32,
    figure: &Figure,
    budget: &mut Budget,
) -> Result<bool, TooMuch> {
    let pair = Pair::of(file, figure);
    let polygons = file.areas()[area as usize].kind == Kind::Polygon;
    match relation {
        // Whether they meet at all is told by the edges that come near each other.
        Relation::Intersects if polygons => pair.meets(area, budget),
        Relation::Disjoint if polygons => Ok(!pair.meets(area, budget)?),
        Relation::Within | Relation::CoveredBy | Relation::Equals if pair.sticks_out(area) => {
            Ok(false)
        }
        _ => Ok(relation.holds(&of(file, area, figure, budget)?)),
    }
}

/// Of its vertices, a prepared geometry counts one in so many at each further comparison.
const PREPARED_SHARE: usize = 64;

/// Vertices above which a comparison waits for its turn.
const LARGE: usize = 100_000;

static TURN: Mutex<()> = Mutex::new(());

/// How one part of an area lies.
enum Lies {
    Apart,
    InFigure,
    HoldsFigure,
    Near,
}

/// A file of areas and a geometry, with the geometry in the plane where they are compared.
struct Pair<'a> {
    file: &'a AreaFile,
    figure: &'a Figure,
    plane: &'a Plane,
}

impl<'a> Pair<'a> {
    fn of(file: &'a AreaFile, figure: &'a Figure) -> Self {
        Self {
            file,
            figure,
            plane: figure.plane(figure.frame(file.space())),
        }
    }

    /// Of some parts as they are, by `geo`.
    fn whole(
        &self,
        kind: Kind,
        parts: impl Iterator<Item = PartView<'a>>,
        budget: &mut Budget,
    ) -> Result<Nine, TooMuch> {
        let shape = figure::shape_of(kind, parts);
        let vertices = shape.vertices().count();
        // What is prepared once is compared by those of its edges that come near.
        let again = if self.plane.is_prepared() {
            self.plane.vertices / PREPARED_SHARE
        } else {
            self.plane.vertices
        };
        budget.spend(vertices + again)?;
        let space = self.file.space();
        let shape = if self.figure.frame(space) == space {
            Some(shape)
        } else {
            figure::in_degrees(space, shape)
        };
        let Some(geometry) = shape.map(figure::geometry_of) else {
            // Loading refused what OSTN15 does not reach.
            return Ok(Nine::apart(POLYGON, self.plane.dimensions()));
        };
        // A comparison holds some hundred bytes for each vertex: large ones go one after the other.
        let large = vertices + self.plane.vertices > LARGE;
        let _turn = large.then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Nine::of(&geometry.relate(self.plane.prepared())))
    }

    /// Of polygons and lines or polygons: each part by the cheapest test that tells.
    fn by_parts(&self, area: u32, budget: &mut Budget) -> Result<Nine, TooMuch> {
        let mut near = Vec::new();
        let (mut apart, mut in_figure) = (false, false);
        for part in self.file.parts_of(area) {
            match self.part(&part) {
                Lies::Apart => apart = true,
                Lies::InFigure => in_figure = true,
                // The parts of an area share no inside: no other comes here.
                Lies::HoldsFigure => return Ok(Nine::holding(self.plane.dimensions())),
                Lies::Near => near.push(part),
            }
        }
        let mut nine = if near.is_empty() {
            let mut nine = Nine::apart(POLYGON, self.plane.dimensions());
            if !apart {
                nine.0[INSIDE][OUTSIDE] = Dimensions::Empty;
                nine.0[BOUNDARY][OUTSIDE] = Dimensions::Empty;
            }
            nine
        } else {
            self.whole(Kind::Polygon, near.into_iter(), budget)?
        };
        for (parts, place) in [(apart, OUTSIDE), (in_figure, INSIDE)] {
            if parts {
                nine.at_least(INSIDE, place, POLYGON.0);
                nine.at_least(BOUNDARY, place, POLYGON.1);
            }
        }
        Ok(nine)
    }

    fn part(&self, part: &PartView<'_>) -> Lies {
        let space = self.file.space();
        let Some(figure_bounds) = self.figure.bounds_in(space) else {
            return Lies::Near;
        };
        if !figure_bounds.intersects(&part.bounds) {
            return Lies::Apart;
        }
        let frame = self.figure.frame(space);
        let part_bounds = if frame == space {
            part.bounds
        } else {
            crate::geometry::in_degrees(space, &part.bounds)
        };
        let mut figure_parts = self.plane.parts.iter();
        let edges_near = figure_parts
            .any(|own| comes_near(own.part.paths(), own.index.as_deref(), &part_bounds));
        if !edges_near {
            let Some(first) = part.paths().vertices().next() else {
                return Lies::Apart;
            };
            let first = if frame == space {
                first
            } else {
                figure::vertex_in_degrees(space, first)
            };
            return if self.holds(first) {
                Lies::InFigure
            } else {
                Lies::Apart
            };
        }
        if comes_near(part.paths(), part.edge_index(), &figure_bounds) {
            return Lies::Near;
        }
        match self.figure.vertices_in(space).next().flatten() {
            Some(vertex) => match part.side(vertex) {
                Side::Inside => Lies::HoldsFigure,
                Side::Outside => Lies::Apart,
                Side::Boundary => Lies::Near,
            },
            None => Lies::Near,
        }
    }

    /// Whether a rectangle that surely holds the geometry does not hold all of an area.
    fn sticks_out(&self, area: u32) -> bool {
        let Some(bounds) = self.figure.bounds_in(self.file.space()) else {
            return false;
        };
        let mut parts = self.file.parts_of(area);
        parts.any(|part| !bounds.contains_bounds(&part.bounds))
    }

    /// Whether polygons and a geometry share a point.
    fn meets(&self, area: u32, budget: &mut Budget) -> Result<bool, TooMuch> {
        if self.plane.kind == Kind::Point {
            return Ok(Relation::Intersects.holds(&self.points_in(area, budget)?));
        }
        for part in self.file.parts_of(area) {
            let meets = match self.part(&part) {
                Lies::Apart => false,
                Lies::InFigure | Lies::HoldsFigure => true,
                Lies::Near => self.edges_meet(&part, budget)? || self.one_holds_the_other(&part),
            };
            if meets {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an edge of a part shares a point with one of the geometry.
    fn edges_meet(&self, part: &PartView<'_>, budget: &mut Budget) -> Result<bool, TooMuch> {
        let space = self.file.space();
        let near = self.figure.bounds_in(space);
        let paths = part.paths();
        let mut edges = Vec::new();
        let mut look = |run: std::ops::Range<usize>| {
            let all = paths.edges_in(run).map(|(_, a, b)| [a, b]);
            edges.extend(
                all.filter(|edge| near.is_none_or(|near| Bounds::around(*edge).intersects(&near))),
            );
        };
        match (part.edge_index(), near) {
            (Some(index), Some(near)) => index.visit(|bounds| bounds.intersects(&near), look),
            _ => look(0..paths.count()),
        }
        budget.spend(edges.len())?;
        let foreign = self.figure.frame(space) != space;
        for [a, b] in edges {
            let line = if foreign {
                figure::edge_in_degrees(space, a, b)
            } else {
                vec![a, b]
            };
            let mut pieces = line.windows(2);
            if pieces.any(|piece| self.plane.meets(piece[0], piece[1])) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Of a part and a geometry whose edges do not meet: whether one lies in the other.
    fn one_holds_the_other(&self, part: &PartView<'_>) -> bool {
        let space = self.file.space();
        let Some(first) = part.paths().vertices().next() else {
            return false;
        };
        let first = if self.figure.frame(space) == space {
            first
        } else {
            figure::vertex_in_degrees(space, first)
        };
        let side = |vertex| part.side(vertex);
        self.holds(first)
            || self
                .figure
                .first_vertices_in(space)
                .flatten()
                .any(|vertex| side(vertex) != Side::Outside)
    }

    /// Whether a point that is near no edge of the geometry lies in it.
    fn holds(&self, point: Coord<f64>) -> bool {
        self.plane.kind == Kind::Polygon
            && self
                .plane
                .parts
                .iter()
                .any(|own| own.part.paths().side(point, own.index.as_deref()) == Side::Inside)
    }

    /// Of polygons and points: exactly, in the layer's own space.
    fn points_in(&self, area: u32, budget: &mut Budget) -> Result<Nine, TooMuch> {
        let mut nine = Nine::apart(POLYGON, self.plane.dimensions());
        nine.0[OUTSIDE][INSIDE] = Dimensions::Empty;
        for point in self.figure.vertices_in(self.file.space()) {
            budget.spend(1)?;
            let place = match point.map_or(Side::Outside, |point| self.side(area, point)) {
                Side::Inside => INSIDE,
                Side::Boundary => BOUNDARY,
                Side::Outside => OUTSIDE,
            };
            nine.at_least(place, INSIDE, Dimensions::ZeroDimensional);
        }
        Ok(nine)
    }

    /// Where a point of the layer's space lies. One that was brought there from degrees is on an outline
    /// that is nearer than degrees are given out.
    fn side(&self, area: u32, point: Coord<f64>) -> Side {
        let space = self.file.space();
        let foreign = self.figure.is_foreign_to(space);
        let slack = match space {
            _ if !foreign => 0.0,
            Space::NationalGrid => SAME_PLACE_M * 2.0,
            Space::Wgs84 => 1e-8,
        };
        let mut found = Side::Outside;
        for part in self.file.parts_of(area) {
            if !part.bounds.padded(slack).contains(point) {
                continue;
            }
            let (paths, index) = (part.paths(), part.edge_index());
            let side = paths.side(point, index);
            let on_line = foreign
                && paths
                    .nearest(&LocalMetres::at(space, point), index, SAME_PLACE_M)
                    .is_some();
            match side {
                _ if on_line => found = Side::Boundary,
                Side::Inside => return Side::Inside,
                Side::Boundary => found = Side::Boundary,
                Side::Outside => {}
            }
        }
        found
    }
}

/// Whether the rectangle of an edge, or a vertex, meets a rectangle.
fn comes_near<V: Vertices>(paths: Paths<'_, V>, index: Option<&EdgeIndex>, to: &Bounds) -> bool {
    let mut near = false;
    let mut look = |run: std::ops::Range<usize>| {
        near = near
            || run.clone().any(|at| to.contains(paths.vertex(at)))
            || paths
                .edges_in(run)
                .any(|(_, a, b)| Bounds::around([a, b]).intersects(to));
    };
    match index {
        Some(index) => index.visit(|bounds| bounds.intersects(to), look),
        None => look(0..paths.count()),
    }
    near
}
