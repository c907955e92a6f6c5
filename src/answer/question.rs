//! What is asked of an edition, and what is answered.

use super::site::Site;
use crate::geometry::{GridSquare, Position};
use crate::policy::{AreaRecord, LayerId, Stage};
use jiff::civil::Date;
use std::sync::Arc;

/// Metres around a place within which other areas are listed, at most: a stranger chooses the figure,
/// and every area in the circle has its distance measured.
pub const MAX_WITHIN_M: f64 = 2000.0;

/// Areas listed as nearby for one layer, at most.
pub const MAX_NEARBY: usize = 20;

/// What is asked about: a point, a square of the National Grid, or a drawn site.
#[derive(Debug, Clone, PartialEq)]
pub enum Spot {
    /// One point.
    Point(Position),
    /// All of a square, its edges included; the position is that of its middle.
    Square(GridSquare, Position),
    /// All of a site, its edges included.
    Site(Arc<Site>),
}

impl Spot {
    /// The point, or the middle of the square or of the rectangle round the site.
    #[must_use]
    pub fn position(&self) -> &Position {
        match self {
            Self::Point(position) | Self::Square(_, position) => position,
            Self::Site(site) => site.position(),
        }
    }
}

/// How it is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// The day for which the answer holds.
    pub on: Date,
    /// Other areas within this many metres are listed as nearby, [`MAX_WITHIN_M`] at most.
    pub within_m: f64,
    /// Only these layers; `None` asks all.
    pub layers: Option<Vec<LayerId>>,
}

impl Terms {
    /// Metres around a place within which other areas are listed unless somebody asks otherwise.
    pub const DEFAULT_WITHIN_M: f64 = 250.0;

    /// All layers on a day.
    #[must_use]
    pub fn on(day: Date) -> Self {
        Self {
            on: day,
            within_m: Self::DEFAULT_WITHIN_M,
            layers: None,
        }
    }
}

/// What a layer says of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// At least one of its areas holds the place.
    Applies,
    /// It is known that none does.
    DoesNotApply,
    /// Neither is known.
    NotKnown,
}

impl State {
    /// The word that answers as data use for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Applies => "applies",
            Self::DoesNotApply => "does_not_apply",
            Self::NotKnown => "not_known",
        }
    }
}

/// Why a layer's answer is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The place is outside the area for which the layer is complete.
    OutsideCoverage,
    /// Nobody declared where the layer is complete.
    CoverageNotDeclared,
    /// The layer is known to exist, but its areas are not here.
    NotHeld,
    /// Rows of its source were left out.
    LayerIncomplete,
    /// Its review date has passed.
    LayerOutOfDate,
    /// Its file, or that of its coverage, is missing or damaged.
    LayerUnavailable,
    /// A partial date leaves open whether an area here was in force on the day.
    DatesNotKnown,
}

impl Reason {
    /// The word that answers as data use for it, and its key in the message catalogue.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::OutsideCoverage => "outside_coverage",
            Self::CoverageNotDeclared => "coverage_not_declared",
            Self::NotHeld => "not_held",
            Self::LayerIncomplete => "layer_incomplete",
            Self::LayerOutOfDate => "layer_out_of_date",
            Self::LayerUnavailable => "layer_unavailable",
            Self::DatesNotKnown => "dates_not_known",
        }
    }
}

/// The answer for one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What was asked about.
    pub spot: Spot,
    /// The day for which it holds.
    pub on: Date,
    /// Metres around the place within which other areas are listed.
    pub within_m: f64,
    /// The layers that were asked for, where not all were.
    pub only: Option<Vec<LayerId>>,
    /// The plans inside whose area the place lies.
    pub plans: Vec<PlanHere>,
    /// Neighbouring authorities inside whose area the place lies, as indexes into the map's neighbours.
    pub neighbours: Vec<usize>,
    /// Those of them inside whose area only some of the place lies.
    pub neighbours_in_part: Vec<usize>,
    /// The inset maps on which the place lies.
    pub insets: Vec<InsetAnswer>,
    /// One entry a layer, in the map's order; layers that an inset silences are not among them.
    pub layers: Vec<LayerAnswer>,
}

/// A plan at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanHere {
    /// Index into the map's plans.
    pub plan: usize,
    /// The stage that it had reached on the day.
    pub stage: Option<Stage>,
    /// Whether the place is known to lie in its area; false where the area's file cannot be read.
    pub known: bool,
    /// Whether all of the place lies in its area.
    pub whole: bool,
}

/// An inset map that holds the place: of its plan's policies only its own layers answer there.
#[derive(Debug, Clone, PartialEq)]
pub struct InsetAnswer {
    /// The boundary layer that frames it.
    pub layer: LayerId,
    /// The frame's name, or its reference.
    pub name: AreaRecord,
    /// Layers that are silent here because of it.
    pub silent: Vec<LayerId>,
}

/// What one layer says.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerAnswer {
    /// Index into the edition's layers.
    pub layer: usize,
    /// What it says; of a square or site, the strongest that holds anywhere in it.
    pub state: State,
    /// Why it is not known.
    pub reason: Option<Reason>,
    /// Every state that holds somewhere in a square or site; of a point, the one.
    pub states: Vec<State>,
    /// The areas that hold the place, smallest first, then by reference.
    pub areas: Vec<AreaHit>,
    /// Other areas close by, nearest first.
    pub nearby: Vec<Nearby>,
}

impl Answer {
    /// What of the question an address must repeat for the same answer: `&within=500&layers=tpo`, empty where nothing is unusual.
    #[must_use]
    pub fn kept_query(&self) -> String {
        let mut query = String::new();
        if self.within_m != Terms::DEFAULT_WITHIN_M {
            query.push_str(&format!("&within={}", self.within_m));
        }
        if let Some(only) = &self.only {
            let ids: Vec<&str> = only.iter().map(LayerId::as_str).collect();
            query.push_str(&format!("&layers={}", ids.join(",")));
        }
        query
    }
}

/// An area that holds the place.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaHit {
    /// Its permanent id.
    pub id: u64,
    /// Its size in its layer's own coordinates, squared: areas stand smallest first.
    pub size: f64,
    /// What is written about it.
    pub record: AreaRecord,
    /// Index into the map's plans of the plan that its policies belong to.
    pub plan: Option<usize>,
    /// The stage that the plan had reached on the day.
    pub stage: Option<Stage>,
    /// Ground metres from the place (of a square, from its middle; of a site, from its nearest edge) to the nearest outline of the area.
    pub boundary_distance_m: f64,
    /// The place lies on the outline; of a square or site, the outline runs through it or along its edge.
    pub on_boundary: bool,
    /// The outline is no farther away than the layer is accurate.
    pub near_boundary: bool,
    /// A partial date leaves open whether it was in force.
    pub dates_not_known: bool,
    /// The whole of a square or site lies in the area; of a point, always true.
    pub whole: bool,
    /// What it has in common with a site; of points and squares, and for lines and points, `None`.
    pub overlap: Option<Overlap>,
}

/// What an area has in common with a site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Overlap {
    /// Ground square metres, by the measure of the site itself.
    pub m2: f64,
    /// That much of the site, from 0 to 1; 1 only where the area holds all of it.
    pub site_share: f64,
    /// That much of the area, from 0 to 1; 1 only where all of it is in the site.
    pub area_share: f64,
    /// Only their outlines meet: they have no ground in common.
    pub touches: bool,
}

/// An area that does not hold the place but is near it.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearby {
    /// Its permanent id.
    pub id: u64,
    /// What is written about it.
    pub record: AreaRecord,
    /// Ground metres from the place (of a square, from its nearest edge) to its nearest outline.
    pub distance_m: f64,
    /// It is no farther away than the layer is accurate.
    pub near_boundary: bool,
    /// A partial date leaves open whether it was in force.
    pub dates_not_known: bool,
}

impl AreaHit {
    /// The order in which areas stand: smallest first, then by reference.
    pub(super) fn smaller_first(&self, other: &Self) -> std::cmp::Ordering {
        let references = || self.record.reference.cmp(&other.record.reference);
        self.size.total_cmp(&other.size).then_with(references)
    }
}

impl Nearby {
    /// The order in which areas close by stand: nearest first, then by reference.
    pub(super) fn nearer_first(&self, other: &Self) -> std::cmp::Ordering {
        let references = || self.record.reference.cmp(&other.record.reference);
        let metres = self.distance_m.total_cmp(&other.distance_m);
        metres.then_with(references)
    }
}
