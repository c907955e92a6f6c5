//! A drawn site: one or more polygons about which to ask, checked once.
//!
//! The site is exact in the space in which it was drawn: its edges are straight there. For layers of
//! the other space it is brought over, in stretches so short that a straight line stays one. A site
//! that could be read in two ways is refused with the corner named; nothing is guessed.

mod check;
mod lie;
mod overlap;

pub(super) use lie::{Overlaps, lies};
pub(super) use overlap::cover_together;

use self::check::{Ring, nested, rings, simple};
use super::index::{IndexedEdition, around};
use crate::geometry::edges::EdgeIndex;
use crate::geometry::ground::GroundArea;
use crate::geometry::mutual::Outlines;
use crate::geometry::relate::straight_stretches;
use crate::geometry::shape::Part;
use crate::geometry::sweep::Fault;
use crate::geometry::{Bng, Bounds, LonLat, Position, Space, ostn15};
use geo_types::Coord;

/// Corners of a site at most: each is compared with the edges of every area close by.
pub const MAX_SITE_VERTICES: usize = 5_000;

/// Metres of a site's outlines at most, holes' too: a site 25 km square. It bounds how many areas one answer lists.
pub const MAX_SITE_OUTLINE_M: f64 = 100_000.0;

/// Polygons, lines and points near a site at most: each is compared with it, and may stand in the answer.
pub const MAX_PARTS_NEAR: usize = 10_000;

/// Characters of a site's corners in a link at most: what mail programs leave whole.
pub const MAX_POINTS_CHARACTERS: usize = 1_900;

/// A site that can be asked about.
#[derive(Debug)]
pub struct Site {
    drawn_in: Space,
    /// As drawn, and as brought into the other space; `None` off the National Grid.
    lonlat: Drawn,
    grid: Option<Drawn>,
    position: Position,
    corners: usize,
}

/// The site in one space.
#[derive(Debug)]
struct Drawn {
    space: Space,
    polygons: Vec<DrawnPolygon>,
    bounds: Bounds,
    area_m2: f64,
}

#[derive(Debug)]
struct DrawnPolygon {
    part: Part,
    index: EdgeIndex,
    bounds: Bounds,
}

/// Why a drawing is no site. Corners are numbered from 1 as they were given, over all rings, without those that only close a ring.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SiteError {
    /// No polygon at all.
    #[error("nothing is drawn; a site is a polygon of three corners or more")]
    Nothing,
    /// More corners than [`MAX_SITE_VERTICES`].
    #[error("the site has {corners} corners; {MAX_SITE_VERTICES} are the most")]
    TooManyCorners {
        /// How many it has.
        corners: usize,
    },
    /// A ring of one or two places.
    #[error("the ring that begins at corner {corner} has fewer than three different corners")]
    TooFewCorners {
        /// Its first corner.
        corner: usize,
    },
    /// Not a longitude and latitude, or not an easting and northing.
    #[error("corner {corner}, {x}, {y}, is not on the map: {why}")]
    Elsewhere {
        /// The corner.
        corner: usize,
        /// As it was given.
        x: f64,
        /// As it was given.
        y: f64,
        /// What would be right.
        why: &'static str,
    },
    /// Latitude stands before longitude.
    #[error(
        "the corners lie in Great Britain only if latitude stands first; GeoJSON has longitude first, then latitude"
    )]
    Swapped,
    /// Metres of the National Grid that are not said to be so.
    #[error(
        "the corners look like National Grid eastings and northings; say so with \"crs\": {{\"type\": \"name\", \"properties\": {{\"name\": \"urn:ogc:def:crs:EPSG::27700\"}}}}, or give longitude and latitude"
    )]
    LooksLikeGrid,
    /// Some corners are where the National Grid does not reach, others not.
    #[error("corner {corner} is outside Great Britain and its waters, and others are not")]
    LeavesTheGrid {
        /// The corner.
        corner: usize,
    },
    /// The outline crosses, meets or follows itself.
    #[error("the outline {} between corner {corner} and corner {other}, at {x}, {y}", met(*.fault))]
    NotSimple {
        /// How.
        fault: Fault,
        /// The corner at which the one edge begins.
        corner: usize,
        /// The corner at which the other begins.
        other: usize,
        /// Where they meet, in the coordinates as given.
        x: f64,
        /// Where they meet.
        y: f64,
    },
    /// A hole that is not inside its outline, or is inside another hole.
    #[error("the hole that begins at corner {corner} is not inside its outline")]
    HoleOutside {
        /// Its first corner.
        corner: usize,
    },
    /// One polygon of the site lies on another.
    #[error("the polygon that begins at corner {corner} lies on another polygon of the site")]
    OnEachOther {
        /// Its first corner.
        corner: usize,
    },
    /// All corners of a ring lie on one line.
    #[error("the ring that begins at corner {corner} has no area")]
    NoArea {
        /// Its first corner.
        corner: usize,
    },
    /// Longer than [`MAX_SITE_OUTLINE_M`].
    #[error(
        "the outline is {:.0} km long; {:.0} km are the most",
        *metres / 1000.0, MAX_SITE_OUTLINE_M / 1000.0
    )]
    TooLong {
        /// How long it is.
        metres: f64,
    },
}

fn met(fault: Fault) -> &'static str {
    match fault {
        Fault::Crossing => "crosses itself",
        Fault::Overlap => "runs along itself",
        Fault::SelfTouch => "touches itself",
    }
}

/// One polygon as it was given: its outline, then its holes, each closed or not.
pub type GivenPolygon = Vec<Vec<Coord<f64>>>;

impl Site {
    /// Checks a drawing, whose coordinates are of `space`: longitudes then latitudes, or eastings then northings.
    /// A ring may run either way round and need not repeat its first corner.
    ///
    /// # Errors
    /// Whatever makes it no site, with the corner.
    pub fn new(space: Space, given: &[GivenPolygon]) -> Result<Self, SiteError> {
        let polygons = rings(space, given)?;
        simple(&polygons)?;
        nested(&polygons)?;
        let corners = polygons.iter().flatten().map(Ring::corners).sum();
        let drawn = Drawn::new(space, &polygons);
        let metres: f64 = polygons
            .iter()
            .flatten()
            .map(|ring| ring.length_m(space))
            .sum();
        if metres > MAX_SITE_OUTLINE_M {
            return Err(SiteError::TooLong { metres });
        }
        let other = brought_over(space, &polygons)?;
        let off = |corner: Coord<f64>| SiteError::Elsewhere {
            corner: 1,
            x: corner.x,
            y: corner.y,
            why: OFF_OSTN15,
        };
        let middle = drawn.bounds.centre();
        let (lonlat, grid, position) = match (space, other) {
            (Space::Wgs84, other) => {
                let middle = LonLat::new(middle.x, middle.y).map_err(|_| off(middle))?;
                (drawn, other, Position::of_lonlat(middle))
            }
            (Space::NationalGrid, Some(lonlat)) => {
                let at = Bng::new(middle.x, middle.y).map_err(|_| off(middle))?;
                let position = Position::of_grid(at).map_err(|_| off(middle))?;
                (lonlat, Some(drawn), position)
            }
            (Space::NationalGrid, None) => return Err(off(middle)),
        };
        Ok(Self {
            drawn_in: space,
            lonlat,
            grid,
            position,
            corners,
        })
    }

    /// The space in which it was drawn.
    #[must_use]
    pub fn drawn_in(&self) -> Space {
        self.drawn_in
    }

    /// The middle of the rectangle round it.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Ground square metres, measured in the space in which it was drawn.
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        self.drawn().area_m2
    }

    /// How many corners it has.
    #[must_use]
    pub fn corners(&self) -> usize {
        self.corners
    }

    /// The rectangle of longitudes and latitudes round it.
    #[must_use]
    pub fn degrees(&self) -> Bounds {
        self.lonlat.bounds
    }

    /// Its rings as drawn: for each polygon its outline, then its holes, all closed.
    pub fn rings(&self) -> impl Iterator<Item = Vec<&[Coord<f64>]>> {
        let polygons = self.drawn().polygons.iter();
        polygons.map(|polygon| {
            let ranges = polygon.part.paths().ranges();
            ranges.map(|range| &polygon.part.vertices[range]).collect()
        })
    }

    /// Its rings in longitudes and latitudes, all closed, for drawing.
    pub fn degree_rings(&self) -> impl Iterator<Item = &[Coord<f64>]> {
        self.lonlat.polygons.iter().flat_map(|polygon| {
            let ranges = polygon.part.paths().ranges();
            ranges.map(|range| &polygon.part.vertices[range])
        })
    }

    /// Its corners as a link carries them, `53.28,-3.58;53.28,-3.57;…` or eastings and northings; `None` for
    /// several rings, and where that is longer than [`MAX_POINTS_CHARACTERS`].
    #[must_use]
    pub fn points(&self) -> Option<String> {
        let [polygon] = &self.drawn().polygons[..] else {
            return None;
        };
        if polygon.part.ends.len() > 1 {
            return None;
        }
        let corners = polygon.part.vertices.iter().take(self.corners);
        let pairs = corners.map(|corner| match self.drawn_in {
            Space::Wgs84 => format!("{},{}", corner.y, corner.x),
            Space::NationalGrid => format!("{},{}", corner.x, corner.y),
        });
        let points = pairs.collect::<Vec<_>>().join(";");
        (points.len() <= MAX_POINTS_CHARACTERS).then_some(points)
    }

    fn drawn(&self) -> &Drawn {
        match (self.drawn_in, &self.grid) {
            (Space::NationalGrid, Some(grid)) => grid,
            _ => &self.lonlat,
        }
    }

    fn in_space(&self, space: Space) -> Option<&Drawn> {
        match space {
            Space::NationalGrid => self.grid.as_ref(),
            Space::Wgs84 => Some(&self.lonlat),
        }
    }

    /// A rectangle of degrees that surely holds everything within some metres of the site.
    pub(super) fn reach(&self, metres: f64) -> Bounds {
        let mut bounds = self.lonlat.bounds;
        // A metre for the way between the spaces.
        for corner in self.lonlat.bounds.corners() {
            bounds.include_bounds(&around(corner, metres + 1.0));
        }
        bounds
    }
}

impl IndexedEdition {
    /// How many polygons, lines and points of the map lie in a site or within some metres of it, about.
    #[must_use]
    pub fn parts_near(&self, site: &Site, within_m: f64) -> usize {
        self.parts_in(&site.reach(within_m)).len()
    }
}

impl PartialEq for Site {
    fn eq(&self, other: &Self) -> bool {
        self.drawn_in == other.drawn_in && self.rings().eq(other.rings())
    }
}

const OFF_OSTN15: &str = "it is more than 5 km outside Great Britain and its waters";

/// The site in the other space, or `None` where that does not reach any of it.
fn brought_over(space: Space, polygons: &[Vec<Ring>]) -> Result<Option<Drawn>, SiteError> {
    let over = |coord: Coord<f64>| match space {
        Space::Wgs84 => ostn15::to_national_grid(coord).ok(),
        Space::NationalGrid => ostn15::from_national_grid(coord).ok(),
    };
    let (mut reached, mut missed) = (false, None);
    let mut brought = Vec::new();
    for polygon in polygons {
        let mut rings = Vec::new();
        for ring in polygon {
            let mut vertices = Vec::new();
            for (edge, numbers) in ring.vertices.windows(2).zip(&ring.numbers) {
                for coord in stretches(space, edge[0], edge[1]) {
                    match over(coord) {
                        Some(shifted) => {
                            reached = true;
                            vertices.push(shifted.coord);
                        }
                        None => missed = missed.or(Some((*numbers, coord))),
                    }
                }
            }
            vertices.extend(vertices.first().copied());
            rings.push(Ring {
                vertices,
                numbers: Vec::new(),
            });
        }
        brought.push(rings);
    }
    match (missed, space) {
        (None, Space::Wgs84) => Ok(Some(Drawn::new(Space::NationalGrid, &brought))),
        (None, Space::NationalGrid) => Ok(Some(Drawn::new(Space::Wgs84, &brought))),
        (Some((corner, at)), Space::NationalGrid) => Err(SiteError::Elsewhere {
            corner,
            x: at.x,
            y: at.y,
            why: OFF_OSTN15,
        }),
        (Some((corner, _)), Space::Wgs84) if reached => Err(SiteError::LeavesTheGrid { corner }),
        (Some(_), Space::Wgs84) => Ok(None),
    }
}

/// Metres of an edge on the Grid that are brought over as a straight line, as of those in degrees.
const STRAIGHT_M: f64 = 40.0;

/// The beginning of an edge and the points along it between which it is straight in both spaces; its end is left out.
fn stretches(space: Space, a: Coord<f64>, b: Coord<f64>) -> Vec<Coord<f64>> {
    let mut points = vec![a];
    match space {
        Space::Wgs84 => points.extend(straight_stretches(space, a, b)),
        Space::NationalGrid => {
            let pieces = ((b.x - a.x).hypot(b.y - a.y) / STRAIGHT_M).ceil().max(1.0) as u32;
            let along = |piece: u32| a + (b - a) * (f64::from(piece) / f64::from(pieces));
            points.extend((1..=pieces).map(along));
        }
    }
    points.pop();
    points
}

impl Drawn {
    fn new(space: Space, polygons: &[Vec<Ring>]) -> Self {
        let polygons: Vec<DrawnPolygon> = polygons
            .iter()
            .map(|rings| {
                let mut part = Part::default();
                rings.iter().for_each(|ring| part.push(&ring.vertices));
                DrawnPolygon {
                    index: EdgeIndex::build(part.paths()),
                    bounds: part.paths().bounds(),
                    part,
                }
            })
            .collect();
        let mut bounds = Bounds::EMPTY;
        polygons
            .iter()
            .for_each(|polygon| bounds.include_bounds(&polygon.bounds));
        let ground = GroundArea::at(space, bounds.centre());
        let area_m2 = polygons
            .iter()
            .map(|polygon| ground.polygon_m2(polygon.part.paths()))
            .sum();
        Self {
            space,
            polygons,
            bounds,
            area_m2,
        }
    }

    fn outlines(&self) -> impl Iterator<Item = Outlines<'_, &[Coord<f64>]>> {
        self.polygons.iter().map(DrawnPolygon::outlines)
    }
}

impl DrawnPolygon {
    fn outlines(&self) -> Outlines<'_, &[Coord<f64>]> {
        Outlines {
            paths: self.part.paths(),
            index: Some(&self.index),
            bounds: self.bounds,
        }
    }
}
