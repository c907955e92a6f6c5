//! How an answer was found: which parts the tree offered, how each was tested, and how long it took.
//!
//! The steps are those of the answer itself, taken one by one with a clock beside them. The clock comes
//! in as an argument.

use super::coverage::{Within, within};
use super::hits::{ANYWHERE_M, lies, near};
use super::index::{IndexedEdition, PartRef};
use super::question::{Answer, MAX_WITHIN_M, Spot, Terms};
use super::site;
use crate::geometry::{Kind, LocalMetres, Side};
use crate::policy::Region;
use std::cmp::Ordering;
use std::time::Duration;

/// A candidate is told in full up to so many of them: more would tell nobody anything.
pub const MAX_CANDIDATES_TOLD: usize = 200;

/// The steps of an answer.
#[derive(Debug)]
pub struct Explanation {
    /// Parts in the tree.
    pub parts: usize,
    /// Parts that the tree offered: their envelope reaches into the circle that was asked for.
    pub offered: usize,
    /// How long the tree took.
    pub tree: Duration,
    /// The parts that were offered, those that hold the place first, then the nearest, [`MAX_CANDIDATES_TOLD`] at most.
    pub candidates: Vec<Candidate>,
    /// Whether each layer's coverage holds the spot, in the order of the edition's layers.
    pub coverage: Vec<Covered>,
    /// How long the whole answer took, asked for once more.
    pub whole: Duration,
    /// The answer.
    pub answer: Answer,
}

/// One part that the tree offered.
#[derive(Debug)]
pub struct Candidate {
    /// The part.
    pub part: PartRef,
    /// The reference of its area; empty where it has none or cannot be read.
    pub reference: String,
    /// Vertices of the part.
    pub vertices: usize,
    /// How it was tested whether the part holds the point, or the middle of the square or site.
    pub test: Test,
    /// What came of that; `None` of a line, a point, or where the place has no coordinate in the part's space.
    pub side: Option<Side>,
    /// How long the test took.
    pub tested: Duration,
    /// Ground metres to its nearest edge, where that is near enough to be told or the part holds the point.
    pub distance_m: Option<f64>,
    /// How long the measuring took.
    pub measured: Duration,
}

/// How a part was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// A line or a point: only its distance counts.
    DistanceAlone,
    /// The point is outside the part's own rectangle.
    Rectangle,
    /// Every edge was looked at.
    EveryEdge,
    /// The edges of one stripe were looked at.
    Stripe {
        /// How many.
        edges: usize,
    },
    /// The stripe's column holds no edge, so all of it is on one side.
    Column,
}

/// Whether the coverage of a layer holds the spot.
#[derive(Debug)]
pub struct Covered {
    /// The layer, by its place in the edition.
    pub layer: usize,
    /// Its coverage: `None` where none is declared.
    pub region: Option<Region>,
    /// What is known of it.
    pub holds: Holds,
}

/// Whether a coverage holds a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// All of it.
    Whole,
    /// Some of a square or site.
    Some,
    /// Nothing of it.
    Nothing,
    /// The coverage is not declared, or cannot be read.
    NotKnown,
}

impl IndexedEdition {
    /// Answers for a spot and tells how. `clock` gives the time since any one moment.
    pub fn explain(&self, spot: &Spot, terms: &Terms, clock: &dyn Fn() -> Duration) -> Explanation {
        let within_m = terms.within_m.clamp(0.0, MAX_WITHIN_M);
        let near = near(self, spot, within_m);
        let started = clock();
        let offered = self.parts_in(&near);
        let tree = clock() - started;
        let mut candidates: Vec<Candidate> = offered
            .iter()
            .filter_map(|&part| self.candidate(part, spot, within_m, clock))
            .collect();
        let rank = |candidate: &Candidate| {
            let outside = matches!(candidate.side, None | Some(Side::Outside));
            (outside, candidate.distance_m.unwrap_or(f64::INFINITY))
        };
        candidates.sort_by(|one, other| {
            rank(one)
                .partial_cmp(&rank(other))
                .unwrap_or(Ordering::Equal)
        });
        candidates.truncate(MAX_CANDIDATES_TOLD);
        let lies = match spot {
            Spot::Site(site) => site::lies(self, site, within_m).0,
            Spot::Point(_) | Spot::Square(..) => lies(self, spot, within_m),
        };
        let coverage = self.edition().layers().iter().enumerate();
        let coverage = coverage
            .filter(|(_, stored)| stored.layer.is_answered())
            .map(|(layer, stored)| {
                let region = stored.layer.coverage.clone();
                let holds = region.as_ref().map_or(Holds::NotKnown, |region| {
                    match within(self, &lies, region, spot, terms.on) {
                        Within::Yes => Holds::Whole,
                        Within::Partly => Holds::Some,
                        Within::No => Holds::Nothing,
                        Within::NotKnown => Holds::NotKnown,
                    }
                });
                Covered {
                    layer,
                    region,
                    holds,
                }
            })
            .collect();
        let started = clock();
        let answer = self.answer(spot, terms);
        Explanation {
            parts: self.part_count(),
            offered: offered.len(),
            tree,
            candidates,
            coverage,
            whole: clock() - started,
            answer,
        }
    }

    fn candidate(
        &self,
        part_ref: PartRef,
        spot: &Spot,
        within_m: f64,
        clock: &dyn Fn() -> Duration,
    ) -> Option<Candidate> {
        let file = self.file(part_ref.file)?;
        let part = file.part(part_ref.part);
        let is_polygon = part.kind == Kind::Polygon;
        let coord = spot.position().in_space(file.space());
        let test = match coord {
            _ if !is_polygon => Test::DistanceAlone,
            Some(coord) if part.bounds.contains(coord) => {
                part.stripes()
                    .map_or(Test::EveryEdge, |stripes| match stripes.effort(coord) {
                        (_, true) => Test::Column,
                        (edges, false) => Test::Stripe { edges },
                    })
            }
            _ => Test::Rectangle,
        };
        let started = clock();
        let side = coord.filter(|_| is_polygon).map(|coord| part.side(coord));
        let tested = clock() - started;
        let accuracy_m = self.accuracy_m(part_ref.file);
        let reach_m = match side {
            None | Some(Side::Outside) => within_m.max(accuracy_m),
            Some(Side::Inside | Side::Boundary) => ANYWHERE_M,
        };
        let index = part.edge_index();
        let started = clock();
        let nearest = coord.and_then(|coord| {
            let local = LocalMetres::at(file.space(), coord);
            part.paths().nearest(&local, index, reach_m)
        });
        Some(Candidate {
            part: part_ref,
            reference: file
                .fields(part.area)
                .map(|fields| fields.reference)
                .unwrap_or_default(),
            vertices: part.paths().count(),
            test,
            side,
            tested,
            distance_m: nearest.map(|nearest| nearest.metres),
            measured: clock() - started,
        })
    }
}
