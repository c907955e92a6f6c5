//! Several answers told as one: what holds anywhere across the addresses of a postcode.

use super::question::{Answer, AreaHit, LayerAnswer, MAX_NEARBY, Nearby, PlanHere, State};
use std::borrow::Cow;

impl Answer {
    /// As [`Answer::merged`]; the answer of a single spot is told as it is.
    #[must_use]
    pub fn together(answers: &[Self]) -> Option<Cow<'_, Self>> {
        match answers {
            [only] => Some(Cow::Borrowed(only)),
            several => Self::merged(several).map(Cow::Owned),
        }
    }

    /// What holds at any of several spots, or `None` for no spot.
    ///
    /// Every state that holds somewhere is among a layer's `states`; an area is `whole` only if it
    /// holds every spot; distances are those of the spot nearest to the outline.
    #[must_use]
    pub fn merged(answers: &[Self]) -> Option<Self> {
        let (first, others) = answers.split_first()?;
        let mut merged = first.clone();
        for other in others {
            for plan in &other.plans {
                match merged
                    .plans
                    .iter_mut()
                    .find(|known| known.plan == plan.plan)
                {
                    Some(known) => known.known &= plan.known,
                    None => merged.plans.push(plan.clone()),
                }
            }
            merged.neighbours.extend(&other.neighbours);
            for inset in &other.insets {
                if !merged.insets.contains(inset) {
                    merged.insets.push(inset.clone());
                }
            }
            for layer in &other.layers {
                match merged
                    .layers
                    .iter_mut()
                    .find(|known| known.layer == layer.layer)
                {
                    Some(known) => known.join(layer),
                    None => merged.layers.push(layer.clone()),
                }
            }
        }
        merged.plans.sort_by_key(|plan| plan.plan);
        merged.neighbours.sort_unstable();
        merged.neighbours.dedup();
        for plan in &mut merged.plans {
            let holds = |here: &PlanHere| here.plan == plan.plan && here.whole;
            plan.whole = answers.iter().all(|answer| answer.plans.iter().any(holds));
        }
        let everywhere = |number: &usize| {
            answers.iter().all(|answer| {
                answer.neighbours.contains(number) && !answer.neighbours_in_part.contains(number)
            })
        };
        let all = merged.neighbours.iter().copied();
        merged.neighbours_in_part = all.filter(|number| !everywhere(number)).collect();
        merged.layers.sort_by_key(|layer| layer.layer);
        for layer in &mut merged.layers {
            layer.settle(answers);
        }
        Some(merged)
    }
}

impl LayerAnswer {
    fn join(&mut self, other: &Self) {
        self.states.extend(&other.states);
        self.reason = self.reason.or(other.reason);
        for area in &other.areas {
            match self.areas.iter_mut().find(|known| known.id == area.id) {
                Some(known) => known.join(area),
                None => self.areas.push(area.clone()),
            }
        }
        for near in &other.nearby {
            match self.nearby.iter_mut().find(|known| known.id == near.id) {
                Some(known) => known.join(near),
                None => self.nearby.push(near.clone()),
            }
        }
    }

    /// Puts the joined lists in order.
    fn settle(&mut self, answers: &[Answer]) {
        let strongest_first = [State::Applies, State::NotKnown, State::DoesNotApply];
        let held = std::mem::take(&mut self.states);
        self.states = strongest_first
            .into_iter()
            .filter(|state| held.contains(state))
            .collect();
        self.state = self.states.first().copied().unwrap_or(State::NotKnown);
        for area in &mut self.areas {
            let holds = |answer: &Answer| {
                let layer = answer.layers.iter().find(|layer| layer.layer == self.layer);
                layer.is_some_and(|layer| {
                    layer.areas.iter().any(|hit| hit.id == area.id && hit.whole)
                })
            };
            area.whole = answers.iter().all(holds);
        }
        // An area that holds one of the spots is not near the others.
        self.nearby
            .retain(|near| !self.areas.iter().any(|area| area.id == near.id));
        self.areas.sort_by(AreaHit::smaller_first);
        self.nearby.sort_by(Nearby::nearer_first);
        self.nearby.truncate(MAX_NEARBY);
    }
}

impl AreaHit {
    fn join(&mut self, other: &Self) {
        self.boundary_distance_m = self.boundary_distance_m.min(other.boundary_distance_m);
        self.on_boundary |= other.on_boundary;
        self.near_boundary |= other.near_boundary;
    }
}

impl Nearby {
    fn join(&mut self, other: &Self) {
        self.distance_m = self.distance_m.min(other.distance_m);
        self.near_boundary |= other.near_boundary;
    }
}
