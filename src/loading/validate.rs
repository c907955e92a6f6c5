//! Geometry as drawn → a shape that can be published, in the layer's space, and what was wrong with it.
//!
//! Every vertex is looked at. Coordinates that pass untouched stay bit for bit; rings come out closed,
//! outlines anticlockwise, holes clockwise, without crossing themselves. One row at a time; knows no
//! columns and no files.

mod faults;
mod paths;
mod slivers;
mod spikes;
mod vertices;

use super::drawn::{Drawn, Piece};
use super::finding::{Done, Finding, Kind, Mixture, Outline, Unmendable};
use super::repair;
use crate::geometry::reproject::Reprojector;
use crate::geometry::{Crs, Shape, Space};
use faults::Faults;
use geo_types::{LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

pub use faults::find as find_faults;
pub use slivers::mean_width_m;
pub use vertices::in_mercator;

/// What rows of one file are checked by.
#[derive(Debug)]
pub struct Checker {
    crs: Crs,
    space: Space,
    reprojector: Reprojector,
    accept_repairs: bool,
    /// A spike is worth telling from this length and a sliver below this width; `None` where nobody wants to know.
    accuracy_m: Option<f64>,
}

/// Things that are counted over a file rather than told row by row.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub repeated_vertices: u64,
    pub rows_with_repeats: u64,
    pub rows_with_heights: u64,
    pub rows_with_curves: u64,
    pub beyond_edge: u64,
    /// Named rows with a name in Welsh, and those without.
    pub with_welsh: u64,
    pub without_welsh: u64,
}

impl Tally {
    /// Both counts together.
    pub fn and(self, other: Self) -> Self {
        Self {
            repeated_vertices: self.repeated_vertices + other.repeated_vertices,
            rows_with_repeats: self.rows_with_repeats + other.rows_with_repeats,
            rows_with_heights: self.rows_with_heights + other.rows_with_heights,
            rows_with_curves: self.rows_with_curves + other.rows_with_curves,
            beyond_edge: self.beyond_edge + other.beyond_edge,
            with_welsh: self.with_welsh + other.with_welsh,
            without_welsh: self.without_welsh + other.without_welsh,
        }
    }
}

/// A row after checking.
#[derive(Debug)]
pub struct Checked {
    /// `None` where the row cannot be published.
    pub shape: Option<Shape>,
    pub findings: Vec<Finding>,
    pub tally: Tally,
}

impl Checker {
    /// A checker of rows in `crs` for a layer kept in `space`.
    pub fn new(crs: Crs, space: Space, accept_repairs: bool) -> Self {
        Self {
            crs,
            space,
            reprojector: Reprojector::into_space(crs, space),
            accept_repairs,
            accuracy_m: None,
        }
    }

    /// The same, which tells spikes longer and slivers thinner than the layer's accuracy too.
    pub fn telling_oddities(self, accuracy_m: f64) -> Self {
        Self {
            accuracy_m: Some(accuracy_m),
            ..self
        }
    }

    /// Whether coordinates change on their way.
    pub fn converts(&self) -> bool {
        !self.reprojector.is_identity()
    }

    /// Checks one row.
    pub fn check(&self, drawn: Drawn) -> Checked {
        let mut checked = Checked {
            shape: None,
            findings: Vec::new(),
            tally: Tally {
                rows_with_heights: u64::from(drawn.had_heights),
                rows_with_curves: u64::from(drawn.had_curves),
                ..Tally::default()
            },
        };
        match self.shape(drawn, &mut checked) {
            Ok(shape) => checked.shape = Some(shape),
            Err(finding) => checked.findings.push(*finding),
        }
        checked
    }

    fn shape(&self, drawn: Drawn, checked: &mut Checked) -> Result<Shape, Box<Finding>> {
        checked.tally.beyond_edge =
            vertices::check(&drawn, self.crs).map_err(|finding| self.drawn(finding, &drawn))?;
        if drawn.stray_holes > 0 {
            checked
                .findings
                .push(Finding::new(Kind::HoleWithoutOutline));
        }
        let shape = gather(drawn, checked)?;
        self.place_in_space(&mut checked.findings);
        let shape = self
            .reprojector
            .shape(shape)
            .map_err(|error| vertices::not_convertible(self.crs, &error))?;
        for finding in &mut checked.findings {
            finding.outline = Some(Outline::of_shape(&shape, self.space));
        }
        match shape {
            Shape::Polygons(polygons) => self.polygons(polygons, checked).map(Shape::Polygons),
            other => Ok(other),
        }
    }

    fn outlined(&self, finding: Finding, polygons: &MultiPolygon<f64>) -> Finding {
        finding.drawn(Outline::of_shape(
            &Shape::Polygons(polygons.clone()),
            self.space,
        ))
    }

    /// Positions of findings so far are in the source's system; a reader wants them in the layer's space.
    fn place_in_space(&self, findings: &mut [Finding]) {
        for finding in findings {
            if let Some(at) = finding.position
                && let Ok(converted) = self.reprojector.coord(at)
            {
                finding.position = Some(converted);
            }
        }
    }

    /// The finding with the row as its file draws it, where a report can show that: on the National Grid
    /// or in degrees.
    fn drawn(&self, finding: Box<Finding>, drawn: &Drawn) -> Box<Finding> {
        let space = match self.crs {
            Crs::NationalGrid => Space::NationalGrid,
            crs if crs.in_degrees() => Space::Wgs84,
            _ => return finding,
        };
        let paths = drawn.pieces.iter().flat_map(Piece::paths);
        Box::new(finding.drawn(Outline::of_paths(paths, space)))
    }

    fn polygons(
        &self,
        polygons: MultiPolygon<f64>,
        checked: &mut Checked,
    ) -> Result<MultiPolygon<f64>, Box<Finding>> {
        let Some(faults) = find_faults(&polygons) else {
            let spike = self
                .accuracy_m
                .and_then(|m| spikes::find(&polygons, self.space, m));
            let shape = paths::oriented(polygons);
            checked
                .findings
                .extend(spike.map(|spike| self.outlined(spike, &shape)));
            self.tell_slivers(&shape, &mut checked.findings);
            return Ok(shape);
        };
        let outline = || Outline::of_shape(&Shape::Polygons(polygons.clone()), self.space);
        let (mended, finding) = mend(&polygons, &faults, self.space)
            .map_err(|finding| Box::new(finding.drawn(outline())))?;
        let mut finding = finding.drawn(outline());
        if matches!(finding.kind, Kind::InvalidGeometryChanged(_)) {
            if !self.accept_repairs {
                return Err(Box::new(finding));
            }
            finding.done = Done::Accepted;
        }
        checked.findings.push(finding);
        let shape = paths::oriented(mended);
        self.tell_slivers(&shape, &mut checked.findings);
        Ok(shape)
    }

    fn tell_slivers(&self, polygons: &MultiPolygon<f64>, findings: &mut Vec<Finding>) {
        let found = self
            .accuracy_m
            .and_then(|m| slivers::find(polygons, self.space, m));
        findings.extend(found.map(|sliver| self.outlined(sliver, polygons)));
    }
}

/// How often mending is tried: what is mended on the lattice may touch again by a rounded crossing.
const MAX_TRIES: usize = 3;

/// Mends polygons and says how they changed.
///
/// # Errors
/// Nothing is left, or faults remain.
pub fn mend(
    polygons: &MultiPolygon<f64>,
    faults: &Faults,
    space: Space,
) -> Result<(MultiPolygon<f64>, Finding), Box<Finding>> {
    let hopeless = |why| {
        let mut finding = Finding::new(Kind::InvalidGeometryNotFixable { why });
        (finding.place, finding.position) = (faults.place, faults.position);
        Box::new(finding)
    };
    if faults.too_many {
        return Err(hopeless(Unmendable::TooManyFaults));
    }
    let (mut mended, mut numbers) =
        repair::repair(polygons, space).ok_or_else(|| hopeless(Unmendable::NoGround))?;
    for attempt in 1.. {
        if find_faults(&mended).is_none() {
            break;
        }
        if attempt == MAX_TRIES {
            return Err(hopeless(Unmendable::StillFaulty));
        }
        let (again, change) =
            repair::repair(&mended, space).ok_or_else(|| hopeless(Unmendable::NoGround))?;
        numbers.after_m2 = change.after_m2;
        numbers.parts_after = change.parts_after;
        numbers.moved_m += change.moved_m;
        mended = again;
    }
    numbers.fault = faults.first;
    numbers.rings = faults.rings;
    numbers.faults = faults.count;
    let kind = if numbers.changes_the_area() {
        Kind::InvalidGeometryChanged(numbers)
    } else {
        Kind::InvalidGeometryFixed(numbers)
    };
    let mut finding = Finding::new(kind);
    (finding.place, finding.position) = (faults.place, faults.position);
    Ok((mended, finding))
}

/// The pieces of one kind as one shape, their paths closed and cleared of repetitions.
fn gather(drawn: Drawn, checked: &mut Checked) -> Result<Shape, Box<Finding>> {
    let (mut points, mut lines, mut polygons) = (Vec::new(), Vec::new(), Vec::new());
    let mut cleaner = paths::Cleaner::default();
    for (part, piece) in (1..).zip(drawn.pieces) {
        match piece {
            Piece::Point(point) => points.push(Point(point)),
            Piece::Line(line) => lines.extend(cleaner.line(line).map(LineString)),
            Piece::Polygon(rings) => polygons.extend(cleaner.polygon(rings, part)),
        }
    }
    checked.tally.repeated_vertices = cleaner.repeated;
    checked.tally.rows_with_repeats = u64::from(cleaner.repeated > 0);
    checked.findings.append(&mut cleaner.findings);
    match (points.is_empty(), lines.is_empty(), polygons.is_empty()) {
        (true, true, false) => Ok(Shape::Polygons(MultiPolygon(polygons))),
        (true, false, true) => Ok(Shape::Lines(MultiLineString(lines))),
        (false, true, true) => Ok(Shape::Points(MultiPoint(points))),
        (true, true, true) => Err(Box::new(Finding::new(Kind::InvalidGeometryNotFixable {
            why: Unmendable::NoExtent,
        }))),
        _ => Err(Box::new(mixed(&points, &lines, &polygons))),
    }
}

fn mixed(points: &[Point], lines: &[LineString], polygons: &[Polygon]) -> Finding {
    Finding::new(Kind::UnexpectedGeometryType {
        found: Mixture::Several {
            polygons: polygons.len() as u64,
            lines: lines.len() as u64,
            points: points.len() as u64,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity;
    use super::*;
    use geo_types::Coord;

    fn check_in(crs: Crs, rings: &[&[(f64, f64)]]) -> Checked {
        let ring = |ring: &&[(f64, f64)]| ring.iter().map(|&(x, y)| Coord { x, y }).collect();
        let polygon = Piece::Polygon(rings.iter().map(ring).collect());
        Checker::new(crs, crs.space(), false).check(Drawn::of(polygon))
    }

    fn check(rings: &[&[(f64, f64)]]) -> Checked {
        check_in(Crs::NationalGrid, rings)
    }

    fn words(checked: &Checked) -> Vec<&'static str> {
        checked
            .findings
            .iter()
            .map(|finding| finding.kind.word())
            .collect()
    }

    const SQUARE: &[(f64, f64)] = &[
        (3e5, 3e5),
        (3e5 + 10.0, 3e5),
        (3e5 + 10.0, 3e5 + 10.0),
        (3e5, 3e5 + 10.0),
        (3e5, 3e5),
    ];

    #[test]
    fn a_good_square_passes_without_a_word_and_bit_for_bit() {
        let checked = check(&[SQUARE]);
        assert!(checked.findings.is_empty());
        let vertices: Vec<_> = checked
            .shape
            .expect("kept")
            .vertices()
            .map(|c| (c.x, c.y))
            .collect();
        assert_eq!(vertices, SQUARE);
    }

    #[test]
    fn an_open_ring_is_closed_and_repetitions_are_counted() {
        let ring = [
            (3e5, 3e5),
            (3e5 + 9.0, 3e5),
            (3e5 + 9.0, 3e5),
            (3e5, 3e5 + 9.0),
        ];
        let checked = check(&[&ring]);
        assert_eq!(words(&checked), ["ring-not-closed"]);
        assert_eq!(checked.tally.repeated_vertices, 1);
        assert_eq!(checked.shape.expect("kept").vertices().count(), 4);
    }

    #[test]
    fn a_clockwise_outline_is_turned_round() {
        let clockwise: Vec<_> = SQUARE.iter().rev().copied().collect();
        let checked = check(&[&clockwise]);
        let vertices: Vec<_> = checked
            .shape
            .expect("kept")
            .vertices()
            .map(|c| (c.x, c.y))
            .collect();
        assert_eq!(vertices, SQUARE);
        assert!(checked.findings.is_empty());
    }

    #[test]
    fn a_bow_tie_is_an_error_until_its_repair_is_accepted() {
        let bow_tie = [
            (3e5, 3e5),
            (3e5 + 20.0, 3e5 + 20.0),
            (3e5 + 20.0, 3e5),
            (3e5, 3e5 + 20.0),
            (3e5, 3e5),
        ];
        let checked = check(&[&bow_tie]);
        assert_eq!(words(&checked), ["invalid-geometry-changed"]);
        assert!(checked.shape.is_none());
        assert_eq!(
            checked.findings[0].position,
            Some(Coord {
                x: 3e5 + 10.0,
                y: 3e5 + 10.0
            })
        );
        let drawn = Drawn::of(Piece::Polygon(vec![
            bow_tie.iter().map(|&(x, y)| Coord { x, y }).collect(),
        ]));
        let accepted = Checker::new(Crs::NationalGrid, Space::NationalGrid, true).check(drawn);
        assert_eq!(accepted.shape.expect("kept").part_count(), 2);
        assert_eq!(accepted.findings[0].done, Done::Accepted);
    }

    #[test]
    fn a_ring_that_touches_itself_is_mended_with_a_warning() {
        let pinched = [
            (3e5, 3e5),
            (3e5 + 4.0, 3e5),
            (3e5 + 4.0, 3e5 + 4.0),
            (3e5 + 2.0, 3e5),
            (3e5, 3e5 + 4.0),
            (3e5, 3e5),
        ];
        let checked = check(&[&pinched]);
        assert_eq!(words(&checked), ["invalid-geometry-fixed"]);
        assert_eq!(checked.findings[0].severity, Severity::Warning);
        assert_eq!(checked.shape.expect("kept").part_count(), 2);
    }

    #[test]
    fn rings_without_extent_are_dropped_and_a_row_of_nothing_else_is_an_error() {
        let hole = [
            (3e5 + 1.0, 3e5 + 1.0),
            (3e5 + 2.0, 3e5 + 1.0),
            (3e5 + 1.0, 3e5 + 1.0),
        ];
        let checked = check(&[SQUARE, &hole]);
        assert_eq!(words(&checked), ["ring-dropped"]);
        assert!(checked.shape.is_some());
        let checked = check(&[&hole]);
        assert!(words(&checked).contains(&"invalid-geometry-not-fixable"));
        let flat = [
            (3e5, 3e5),
            (3e5 + 1.0, 3e5 + 1.0),
            (3e5 + 2.0, 3e5 + 2.0),
            (3e5, 3e5),
        ];
        assert_eq!(words(&check(&[&flat])), ["invalid-geometry-not-fixable"]);
    }

    #[test]
    fn every_vertex_is_checked_and_the_bad_one_is_named() {
        let far = [(3e5, 3e5), (3e5 + 9.0, 3e5), (3e7, 3e5), (3e5, 3e5)];
        let checked = check(&[SQUARE, &far]);
        assert_eq!(words(&checked), ["osgb-out-of-bounds"]);
        let place = checked.findings[0].place.expect("a place");
        assert_eq!((place.part, place.ring, place.vertex), (1, 2, 3));
        let nan = [(0.0, 0.0), (1.0, f64::NAN), (1.0, 1.0), (0.0, 0.0)];
        assert_eq!(
            words(&check_in(Crs::Wgs84, &[&nan])),
            ["invalid-coordinates"]
        );
        let metres = [(3e5, 3e5), (3e5 + 9.0, 3e5), (3e5, 3e5 + 9.0), (3e5, 3e5)];
        assert_eq!(
            words(&check_in(Crs::Wgs84, &[&metres])),
            ["wgs84-out-of-bounds"]
        );
    }

    #[test]
    fn a_little_beyond_the_edge_of_ostn15_is_counted_and_kept() {
        let west = [(-1000.0, 1e4), (1e4, 1e4), (1e4, 2e4), (-1000.0, 1e4)];
        let checked = check(&[&west]);
        assert_eq!(checked.tally.beyond_edge, 2);
        assert!(checked.shape.is_some());
    }

    #[test]
    fn a_row_of_several_kinds_is_an_error() {
        let drawn = Drawn {
            pieces: vec![
                Piece::Point(Coord { x: 1.0, y: 1.0 }),
                Piece::Line(vec![Coord { x: 1.0, y: 1.0 }, Coord { x: 2.0, y: 1.0 }]),
            ],
            ..Drawn::default()
        };
        let checked = Checker::new(Crs::Wgs84, Space::Wgs84, false).check(drawn);
        assert_eq!(words(&checked), ["unexpected-geometry-type"]);
        let Kind::UnexpectedGeometryType { found } = checked.findings[0].kind else {
            panic!("{:?}", checked.findings);
        };
        let (polygons, lines, points) = (0, 1, 1);
        assert_eq!(
            found,
            Mixture::Several {
                polygons,
                lines,
                points
            }
        );
    }
}
