//! Which areas a map of one day leaves out: those that are surely not in force then.

use crate::atlas::{Edition, StoredLayer};
use crate::policy::{Group, InForce};
use jiff::civil::Date;

/// Whether areas of a layer may be in force on a day at all: those of a plan that is over, or not begun, are not.
pub(super) fn layer_may_stand(edition: &Edition, stored: &StoredLayer, on: Date) -> bool {
    // What is made under other law stands by its own dates, whatever becomes of the plan.
    let plan = stored.layer.plan.as_ref();
    let plan = plan.filter(|_| stored.layer.group == Group::Proposals);
    let plan = plan.and_then(|id| edition.map().plan(id));
    plan.is_none_or(|plan| plan.on(on).1 != InForce::No)
}

/// Whether an area of a layer that may stand may be in force on a day, by its own dates.
pub(super) fn area_may_stand(stored: &StoredLayer, area: u32, on: Date) -> bool {
    let file = stored.readable();
    file.is_none_or(|file| file.areas()[area as usize].validity.on(on) != InForce::No)
}

/// Whether an edition holds areas that are not in force on a day: its tiles show them all the same.
pub(super) fn any_other_dates(edition: &Edition, on: Date) -> bool {
    let answered = edition.layers().iter();
    let mut answered = answered.filter(|stored| stored.layer.is_answered());
    answered.any(|stored| {
        let areas = stored.readable().map_or(0, |file| file.areas().len()) as u32;
        areas > 0
            && (!layer_may_stand(edition, stored, on)
                || (0..areas).any(|area| !area_may_stand(stored, area, on)))
    })
}
