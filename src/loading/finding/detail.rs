//! What a kind of finding can be about, where the cases are few and each is told in a sentence of its own.

use crate::geometry::Crs;

/// Why a polygon cannot be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmendable {
    /// It crosses itself in more places than are looked at.
    TooManyFaults,
    /// It encloses no ground.
    NoGround,
    /// It is still not valid when mended.
    StillFaulty,
    /// It has no extent.
    NoExtent,
}

/// What stands in one row beside what makes an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mixture {
    /// Several kinds of geometry.
    Several {
        /// Polygons of the row.
        polygons: u64,
        /// Its lines.
        lines: u64,
        /// Its points.
        points: u64,
    },
    /// Another kind than the rows of the same reference before it.
    AnotherThanBefore,
}

/// What a file does where another coordinate system was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shows {
    /// It declares a system.
    Declares(Crs),
    /// It declares a system that cannot be read.
    DeclaresUnread(String),
    /// Its format means a system.
    MeansByFormat {
        /// The format, by name.
        format: String,
        /// What it means.
        system: Crs,
    },
    /// It holds degrees.
    HoldsDegrees,
}

/// In what rows differ that can therefore not be one area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Differs {
    /// They are of two plans.
    Plan,
    /// They have other dates.
    Dates,
}

/// Which rings are at fault, where more than one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rings {
    /// A hole and the outline of its own polygon.
    HoleAndOutline,
    /// Two holes of one polygon.
    TwoHoles,
    /// Two polygons of one area.
    TwoPolygons,
}
