//! A drawn site: one or more polygons about which to ask, checked once.
//!
//! The site is exact in the space in which it was drawn: its edges are straight there. For layers of
//! the other space it is brought over, in stretches so short that a straight line stays one. A site
//! that could be read in two ways is refused with the corner named; nothing is guessed.

mod lie;
mod overlap;

pub(super) use lie::{Overlaps, lies};
pub(super) use overlap::cover_together;

use super::index::around;
use crate::geometry::edges::EdgeIndex;
use crate::geometry::ground::GroundArea;
use crate::geometry::mutual::Outlines;
use crate::geometry::relate::straight_stretches;
use crate::geometry::shape::Part;
use crate::geometry::sweep::{Fault, forbidden_meetings_up_to};
use crate::geometry::{Bng, Bounds, LocalMetres, LonLat, Paths, Position, Side, Space, ostn15};
use geo_types::Coord;

/// Corners of a site at most: each is compared with the edges of every area close by.
pub const MAX_SITE_VERTICES: usize = 5_000;

/// Metres of a site's outlines at most, holes' too: a site 25 km square. It bounds how many areas one answer lists.
pub const MAX_SITE_OUTLINE_M: f64 = 100_000.0;

/// Characters of a site's corners in a link at most: what mail programs leave whole.
pub const MAX_POINTS_CHARACTERS: usize = 1_900;

/// Meetings of a site's edges that are looked for: one is named.
const MAX_MEETINGS: usize = 1_000;

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
        let corners = polygons.iter().flatten().map(|ring| ring.corners()).sum();
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

impl PartialEq for Site {
    fn eq(&self, other: &Self) -> bool {
        self.drawn_in == other.drawn_in && self.rings().eq(other.rings())
    }
}

const OFF_OSTN15: &str = "it is more than 5 km outside Great Britain and its waters";

/// One ring, closed, with the number of the corner at each of its vertices.
struct Ring {
    vertices: Vec<Coord<f64>>,
    numbers: Vec<usize>,
}

impl Ring {
    fn corners(&self) -> usize {
        self.vertices.len() - 1
    }

    fn length_m(&self, space: Space) -> f64 {
        let edges = self.vertices.windows(2);
        edges
            .map(|edge| LocalMetres::at(space, edge[0]).ground_m(edge[1]))
            .sum()
    }
}

/// Checks each corner, closes each ring and leaves out corners that stand twice in a row.
fn rings(space: Space, given: &[GivenPolygon]) -> Result<Vec<Vec<Ring>>, SiteError> {
    let open = |ring: &[Coord<f64>]| match ring {
        [first, rest @ .., last] if !rest.is_empty() && first == last => ring.len() - 1,
        _ => ring.len(),
    };
    let all = || given.iter().flatten();
    let corners: usize = all().map(|ring| open(ring)).sum();
    if corners == 0 {
        return Err(SiteError::Nothing);
    }
    if corners > MAX_SITE_VERTICES {
        return Err(SiteError::TooManyCorners { corners });
    }
    if space == Space::Wgs84 {
        mistaken(&all().flatten().copied().collect::<Vec<_>>())?;
    }
    let mut number = 0;
    let mut polygons = Vec::new();
    for polygon in given {
        let mut rings = Vec::new();
        for ring in polygon {
            let first = number + 1;
            let mut kept = Ring {
                vertices: Vec::new(),
                numbers: Vec::new(),
            };
            for &corner in &ring[..open(ring)] {
                number += 1;
                on_the_map(space, number, corner)?;
                if kept.vertices.last() != Some(&corner) {
                    kept.vertices.push(corner);
                    kept.numbers.push(number);
                }
            }
            while kept.vertices.len() > 1 && kept.vertices.last() == kept.vertices.first() {
                kept.vertices.pop();
                kept.numbers.pop();
            }
            if kept.vertices.len() < 3 {
                return Err(SiteError::TooFewCorners { corner: first });
            }
            kept.vertices.push(kept.vertices[0]);
            kept.numbers.push(kept.numbers[0]);
            rings.push(kept);
        }
        if rings.is_empty() {
            return Err(SiteError::Nothing);
        }
        polygons.push(rings);
    }
    Ok(polygons)
}

/// Degrees that are something else: metres of the Grid, or latitude before longitude.
fn mistaken(corners: &[Coord<f64>]) -> Result<(), SiteError> {
    let on_grid = |c: &Coord<f64>| Bng::new(c.x, c.y).is_ok();
    let on_globe = |c: &Coord<f64>| LonLat::new(c.x, c.y).is_ok();
    if corners.iter().all(on_grid) && !corners.iter().any(on_globe) {
        return Err(SiteError::LooksLikeGrid);
    }
    // Great Britain, with its axes changed, is a stretch of sea off Somalia.
    let turned = |c: &Coord<f64>| (49.0..61.5).contains(&c.x) && (-9.5..2.5).contains(&c.y);
    if corners.iter().all(turned) {
        return Err(SiteError::Swapped);
    }
    Ok(())
}

fn on_the_map(space: Space, number: usize, corner: Coord<f64>) -> Result<(), SiteError> {
    let (on, why) = match space {
        Space::Wgs84 => (
            LonLat::new(corner.x, corner.y).is_ok(),
            "longitude runs from -180 to 180 and latitude from -90 to 90",
        ),
        Space::NationalGrid => (
            Bng::new(corner.x, corner.y).is_ok(),
            "eastings run from 0 to 700000 and northings from 0 to 1300000",
        ),
    };
    on.then_some(()).ok_or(SiteError::Elsewhere {
        corner: number,
        x: corner.x,
        y: corner.y,
        why,
    })
}

/// Refuses rings without area, and edges that cross, meet or follow each other.
fn simple(polygons: &[Vec<Ring>]) -> Result<(), SiteError> {
    let mut all = Part::default();
    let mut numbers = Vec::new();
    for ring in polygons.iter().flatten() {
        all.push(&ring.vertices);
        numbers.extend(&ring.numbers);
    }
    let meetings = forbidden_meetings_up_to(all.paths(), MAX_MEETINGS);
    let Some(meeting) = meetings.first() else {
        return Ok(());
    };
    let flat = |ring: &&Ring| {
        let end = [ring.vertices.len() as u32];
        Paths::new(&ring.vertices[..], &end).area() == 0.0
    };
    // A ring whose corners lie on one line runs back along itself: that has a plainer name.
    if let (Fault::Overlap, Some(ring)) = (meeting.fault, polygons.iter().flatten().find(flat)) {
        let corner = ring.numbers[0];
        return Err(SiteError::NoArea { corner });
    }
    Err(SiteError::NotSimple {
        fault: meeting.fault,
        corner: numbers[meeting.edges.0],
        other: numbers[meeting.edges.1],
        x: meeting.at.x,
        y: meeting.at.y,
    })
}

/// Refuses holes outside their outlines and polygons on each other. Rings do not cross here: a corner decides.
fn nested(polygons: &[Vec<Ring>]) -> Result<(), SiteError> {
    let part_of = |rings: &[Ring]| {
        let mut part = Part::default();
        rings.iter().for_each(|ring| part.push(&ring.vertices));
        (part.paths().bounds(), part)
    };
    let side = |ring: &Ring, (bounds, part): &(Bounds, Part)| {
        let corners = ring.vertices.iter();
        let mut sides = corners.map(|&corner| match bounds.contains(corner) {
            true => part.paths().side(corner, None),
            false => Side::Outside,
        });
        sides.find(|side| *side != Side::Boundary)
    };
    let mut outlines = Vec::new();
    for polygon in polygons {
        let outline = part_of(&polygon[..1]);
        let holes: Vec<_> = (1..polygon.len())
            .map(|hole| part_of(&polygon[hole..=hole]))
            .collect();
        for (number, hole) in polygon[1..].iter().enumerate() {
            let corner = hole.numbers[0];
            if side(hole, &outline) == Some(Side::Outside) {
                return Err(SiteError::HoleOutside { corner });
            }
            let others = holes
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != number);
            for (_, other) in others {
                if side(hole, other) == Some(Side::Inside) {
                    return Err(SiteError::HoleOutside { corner });
                }
            }
        }
        outlines.push(part_of(polygon));
    }
    for (number, polygon) in polygons.iter().enumerate() {
        for (other, outline) in outlines.iter().enumerate() {
            if other != number && side(&polygon[0], outline) == Some(Side::Inside) {
                return Err(SiteError::OnEachOther {
                    corner: polygon[0].numbers[0],
                });
            }
        }
    }
    Ok(())
}

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
