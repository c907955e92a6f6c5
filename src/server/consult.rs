//! One consultation: from a place as it was typed to its answers. The server and the terminal do it alike.

use crate::answer::{Answer, IndexedEdition, LayerAnswer, Reason, Spot, Terms};
use crate::places::{At, Found, Gazetteer, Place, PlaceError, ResolveError, Resolved, Typed};

/// A place and its answers, one for each of its positions.
#[derive(Debug, Clone)]
pub struct Consultation {
    /// The place.
    pub resolved: Resolved,
    /// The answers; at least one.
    pub answers: Vec<Answer>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The text is no place.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The place cannot be found.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
}

impl Consultation {
    /// Whether every file that the answer needed could be read.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        all_read(&self.answers)
    }

    /// Reads, finds and answers.
    ///
    /// # Errors
    /// A text that is no place, or a place that nobody knows.
    pub fn of_text(
        indexed: &IndexedEdition,
        gazetteer: Option<&Gazetteer>,
        text: &str,
        terms: &Terms,
    ) -> Result<Self, Refusal> {
        let typed = Typed::parse(text)?;
        Ok(Self::of_place(indexed, gazetteer, typed.place, terms)?)
    }

    /// Finds and answers.
    ///
    /// # Errors
    /// A place that nobody knows.
    pub fn of_place(
        indexed: &IndexedEdition,
        gazetteer: Option<&Gazetteer>,
        place: Place,
        terms: &Terms,
    ) -> Result<Self, ResolveError> {
        Ok(Self::at(indexed, place.resolve(gazetteer)?, terms))
    }

    /// Answers for a place that was found.
    #[must_use]
    pub fn at(indexed: &IndexedEdition, resolved: Resolved, terms: &Terms) -> Self {
        let answers = spots(&resolved)
            .iter()
            .map(|spot| indexed.answer(spot, terms))
            .collect();
        Self { resolved, answers }
    }
}

/// Whether every file that some answers needed could be read.
#[must_use]
pub fn all_read(answers: &[Answer]) -> bool {
    let mut layers = answers.iter().flat_map(|answer| &answer.layers);
    let lost = |layer: &LayerAnswer| layer.reason == Some(Reason::LayerUnavailable);
    let known = |answer: &Answer| answer.plans.iter().all(|plan| plan.known);
    !layers.any(lost) && answers.iter().all(known)
}

/// What is asked about: one spot, or each different position of a postcode's addresses.
fn spots(resolved: &Resolved) -> Vec<Spot> {
    match &resolved.at {
        At::Point(position) => vec![Spot::Point(*position)],
        At::Square(square, position) => vec![Spot::Square(*square, *position)],
        At::Entry(found) => vec![Spot::Point(found.position)],
        At::Postcode(found) => {
            let mut spots: Vec<Spot> = Vec::new();
            for Found { position, .. } in found {
                let spot = Spot::Point(*position);
                if !spots.contains(&spot) {
                    spots.push(spot);
                }
            }
            spots
        }
    }
}
