//! Why one of many rows has no answer, in one sentence.

use super::message::Words;
use super::problem::Problem;
use crate::geometry::grid_ref::GridRefError;
use crate::places::{Place, PlaceError, ResolveError, RowFault};

/// Why a row names no place.
#[must_use]
pub fn no_place(w: Words<'_>, fault: &RowFault) -> String {
    match fault {
        RowFault::Empty => w.say("lookups.empty"),
        RowFault::Place(error) => not_typed(w, error),
        RowFault::Uprn(text) => w.say_with("lookups.uprn", &[("text", text)]),
        RowFault::Postcode(text) => w.say_with("lookups.postcode", &[("text", text)]),
        RowFault::Number(text) => w.say_with("lookups.number", &[("text", text)]),
        RowFault::Degrees { x, y } => {
            let (x, y) = (x.to_string(), y.to_string());
            w.say_with("lookups.degrees", &[("x", &x), ("y", &y)])
        }
    }
}

fn not_typed(w: Words<'_>, error: &PlaceError) -> String {
    let text = match error {
        PlaceError::Empty => return w.say("lookups.empty"),
        PlaceError::GridRef(
            GridRefError::NotAReference(text)
            | GridRefError::UnknownLetters(text)
            | GridRefError::UnbalancedFigures(text),
        ) => text,
        PlaceError::TooLong | PlaceError::NotACoordinate { .. } | PlaceError::Swapped { .. } => "",
    };
    Problem::of_place(w, text, error).message
}

/// Why a place stands for nothing.
#[must_use]
pub fn not_found(w: Words<'_>, place: &Place, error: &ResolveError) -> String {
    match error {
        ResolveError::NoGazetteer => w.say("lookups.no_gazetteer"),
        ResolveError::Unknown(_) => Problem::unknown_place(w, place).message,
        ResolveError::Several { name, .. } => w.say_with("lookups.several", &[("text", name)]),
        ResolveError::TooMany { postcode, .. } => {
            w.say_with("problem.place_too_many", &[("text", postcode)])
        }
        ResolveError::Outside(_) => w.say("problem.place_outside"),
        ResolveError::Gazetteer(_) => w.say("problem.failed"),
    }
}
