//! Where a layer is known to be complete: the one thing that lets it say "does not apply".

use super::hits::Lies;
use super::index::{FileNumber, IndexedEdition};
use super::question::{Reason, Spot};
use super::site;
use super::square::cover_together;
use crate::policy::{Completeness, InForce, Layer, Region};
use jiff::civil::Date;

/// Whether a region holds a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// All of it, the region's edge included.
    Yes,
    /// Some of a square or site, not all of it.
    Partly,
    /// Nothing of it.
    No,
    /// The region's file is missing or damaged.
    NotKnown,
}

/// Whether a region holds all of a spot on a day. Only its areas that were surely in force then count.
pub(super) fn within(
    indexed: &IndexedEdition,
    lies: &Lies,
    region: &Region,
    spot: &Spot,
    on: Date,
) -> Within {
    let found = indexed.number_of(region);
    let Some((number, file)) = found.and_then(|number| Some((number, indexed.file(number)?)))
    else {
        return Within::NotKnown;
    };
    let stands = |area: u32| file.areas()[area as usize].validity.on(on) == InForce::Yes;
    let holding: Vec<u32> = lies
        .of(number)
        .filter(|&(area, lie)| lie.holds && stands(area))
        .map(|(area, _)| area)
        .collect();
    if covers_spot(indexed, lies, number, &holding, spot) {
        Within::Yes
    } else if holding.is_empty() {
        Within::No
    } else {
        Within::Partly
    }
}

/// Whether these areas of a file hold all of a spot, one of them or several together.
pub(super) fn covers_spot(
    indexed: &IndexedEdition,
    lies: &Lies,
    number: FileNumber,
    areas: &[u32],
    spot: &Spot,
) -> bool {
    let Some(file) = indexed.file(number) else {
        return false;
    };
    let whole = |&area: &u32| lies.to(number, area).is_some_and(|lie| lie.whole);
    if areas.iter().any(whole) {
        return true;
    }
    match spot {
        Spot::Point(_) => false,
        Spot::Square(square, _) => {
            let parts = areas.iter().flat_map(|&area| file.parts_of(area));
            areas.len() > 1 && cover_together(parts.map(|part| (part, file.space())), square)
        }
        Spot::Site(site) => {
            let parts = areas.iter().flat_map(|&area| file.parts_of(area));
            let parts = parts.map(|part| (part, file.space()));
            !areas.is_empty() && site::cover_together(parts, site)
        }
    }
}

/// Why a layer cannot say "does not apply" of a spot on a day, or `None` where it can.
pub(super) fn silence(
    indexed: &IndexedEdition,
    lies: &Lies,
    layer: &Layer,
    spot: &Spot,
    on: Date,
) -> Option<Reason> {
    let Some(region) = &layer.coverage else {
        return Some(Reason::CoverageNotDeclared);
    };
    match within(indexed, lies, region, spot, on) {
        Within::NotKnown => return Some(Reason::LayerUnavailable),
        Within::No | Within::Partly => return Some(Reason::OutsideCoverage),
        Within::Yes => {}
    }
    // A coverage that is itself a layer with rows missing may be larger than it looks, never smaller.
    if let Completeness::RowsLeftOut(_) = layer.completeness {
        return Some(Reason::LayerIncomplete);
    }
    let overdue = layer.review_by.is_some_and(|day| on > day.latest());
    overdue.then_some(Reason::LayerOutOfDate)
}

/// Whether something with these dates, of a plan that stands or not, is in force.
pub(super) fn in_force(area: InForce, plan: Option<InForce>) -> InForce {
    plan.map_or(area, |plan| plan.and(area))
}
