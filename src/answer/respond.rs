//! Puts the answer together: every layer of the map, in its order, with its state and its reason.

use super::coverage::{Within, covers_spot, in_force, silence, within};
use super::hits::{Lie, Lies, lies};
use super::index::{FileNumber, IndexedEdition};
use super::question::{
    Answer, AreaHit, InsetAnswer, LayerAnswer, MAX_NEARBY, MAX_WITHIN_M, Nearby, PlanHere, Reason,
    Spot, State, Terms,
};
use super::site::{self, Overlaps};
use crate::atlas::{AreaFile, Damaged, StoredLayer};
use crate::policy::{AreaRecord, Group, InForce, Layer, LayerId, PlanId, Region, Stage};
use jiff::civil::Date;

impl IndexedEdition {
    /// What applies at a spot.
    ///
    /// The same edition, spot and terms give the same answer, for ever. A point on an outline is in
    /// the area, and in every other area that shares the line.
    #[must_use]
    pub fn answer(&self, spot: &Spot, terms: &Terms) -> Answer {
        let within_m = terms.within_m.clamp(0.0, MAX_WITHIN_M);
        let (lies, overlaps) = match spot {
            Spot::Site(site) => site::lies(self, site, within_m),
            Spot::Point(_) | Spot::Square(..) => (lies(self, spot, within_m), Overlaps::new()),
        };
        let mut asking = Asking {
            indexed: self,
            lies,
            overlaps,
            spot,
            on: terms.on,
            within_m,
            doubtful: Vec::new(),
        };
        asking.doubtful = asking.doubtful();
        let insets = asking.insets();
        let silenced = |id: &LayerId| insets.iter().any(|inset| inset.silent.contains(id));
        let wanted = |id: &LayerId| {
            terms
                .layers
                .as_ref()
                .is_none_or(|layers| layers.contains(id))
        };
        let layers = self.edition().layers().iter().enumerate();
        let layers = layers
            .filter(|(_, stored)| {
                stored.layer.is_answered()
                    && wanted(&stored.layer.id)
                    && !silenced(&stored.layer.id)
            })
            .map(|(number, stored)| asking.layer(number, stored))
            .collect();
        let (neighbours, neighbours_in_part) = asking.neighbours();
        Answer {
            spot: spot.clone(),
            on: terms.on,
            within_m,
            only: terms.layers.clone(),
            plans: asking.plans(),
            neighbours,
            neighbours_in_part,
            insets,
            layers,
        }
    }
}

/// The layers of an inset's plans that are silent on it: all proposals but its own.
fn silent(layers: &[&Layer], frame: &LayerId) -> Vec<LayerId> {
    let of_inset = |layer: &&&Layer| layer.inset.as_ref() == Some(frame);
    let plans: Vec<&PlanId> = layers
        .iter()
        .filter(of_inset)
        .filter_map(|layer| layer.plan.as_ref())
        .collect();
    let silent = layers.iter().filter(|layer| {
        let plan = layer.plan.as_ref();
        let governed = plan.is_some_and(|plan| plans.contains(&plan));
        layer.group == Group::Proposals && governed && !of_inset(layer)
    });
    silent.map(|layer| layer.id.clone()).collect()
}

/// One question while it is being answered.
struct Asking<'a> {
    indexed: &'a IndexedEdition,
    lies: Lies,
    /// What a site has in common with areas.
    overlaps: Overlaps,
    spot: &'a Spot,
    on: Date,
    within_m: f64,
    /// Layers of which it is not known whether an inset silences them here.
    doubtful: Vec<LayerId>,
}

impl Asking<'_> {
    fn within(&self, region: &Region) -> Within {
        within(self.indexed, &self.lies, region, self.spot, self.on)
    }

    /// Plans that stand or may stand on the day, and whose area holds the place or some of it. A plan without an area is the plan everywhere.
    fn plans(&self) -> Vec<PlanHere> {
        let mut here = Vec::new();
        for (number, plan) in self.indexed.edition().map().plans.iter().enumerate() {
            let (stage, standing) = plan.on(self.on);
            let within = plan
                .area
                .as_ref()
                .map_or(Within::Yes, |area| self.within(area));
            if standing != InForce::No && within != Within::No {
                here.push(PlanHere {
                    plan: number,
                    stage,
                    known: within != Within::NotKnown,
                    whole: within == Within::Yes,
                });
            }
        }
        here
    }

    /// Neighbours whose area holds some of the place, and those of them that hold not all of it.
    fn neighbours(&self) -> (Vec<usize>, Vec<usize>) {
        let neighbours = self.indexed.edition().map().neighbours.iter().enumerate();
        let (mut all, mut in_part) = (Vec::new(), Vec::new());
        for (number, neighbour) in neighbours {
            match self.within(&neighbour.area) {
                Within::Yes => all.push(number),
                Within::Partly => {
                    all.push(number);
                    in_part.push(number);
                }
                Within::No | Within::NotKnown => {}
            }
        }
        (all, in_part)
    }

    /// The inset maps that hold the spot, each with the layers of its plan that are silent there.
    fn insets(&self) -> Vec<InsetAnswer> {
        let layers = self.layers();
        let mut insets: Vec<InsetAnswer> = Vec::new();
        for frame in layers.iter().filter_map(|layer| layer.inset.as_ref()) {
            if insets.iter().any(|inset| inset.layer == *frame)
                || self.within(&Region::Layer(frame.clone())) != Within::Yes
            {
                continue;
            }
            insets.push(InsetAnswer {
                layer: frame.clone(),
                name: self.frame_record(frame),
                silent: silent(&layers, frame),
            });
        }
        insets
    }

    /// The layers that are silent on an inset map whose boundary cannot be read: perhaps they are here.
    fn doubtful(&self) -> Vec<LayerId> {
        let layers = self.layers();
        let frames = layers.iter().filter_map(|layer| layer.inset.as_ref());
        let unread = frames
            .filter(|frame| self.within(&Region::Layer((*frame).clone())) == Within::NotKnown);
        unread.flat_map(|frame| silent(&layers, frame)).collect()
    }

    fn layers(&self) -> Vec<&Layer> {
        let layers = self.indexed.edition().layers().iter();
        layers.map(|stored| &stored.layer).collect()
    }

    fn frame_record(&self, frame: &LayerId) -> AreaRecord {
        let number = self.indexed.number_of(&Region::Layer(frame.clone()));
        let found = number.and_then(|number| {
            let (area, _) = self.lies.of(number).find(|(_, lie)| lie.holds)?;
            self.indexed.file(number)?.fields(area).ok()
        });
        found.unwrap_or_default()
    }

    fn layer(&self, number: usize, stored: &StoredLayer) -> LayerAnswer {
        let not_known = |reason| LayerAnswer {
            layer: number,
            state: State::NotKnown,
            reason: Some(reason),
            states: vec![State::NotKnown],
            areas: Vec::new(),
            nearby: Vec::new(),
        };
        if stored.areas.is_none() {
            return not_known(Reason::NotHeld);
        }
        let Some(areas) = stored.readable() else {
            return not_known(Reason::LayerUnavailable);
        };
        // A file that changed under the server is as good as missing.
        self.areas_of(number, stored, areas)
            .unwrap_or_else(|_| not_known(Reason::LayerUnavailable))
    }

    fn areas_of(
        &self,
        number: usize,
        stored: &StoredLayer,
        file: &AreaFile,
    ) -> Result<LayerAnswer, Damaged> {
        let file_number = FileNumber::Layer(number as u16);
        let mut hits: Vec<AreaHit> = Vec::new();
        let mut surely = Vec::new();
        let mut close = Vec::new();
        for (area, lie) in self.lies.of(file_number) {
            if !lie.holds {
                if lie.spot_distance_m <= self.within_m {
                    close.push((area, lie));
                }
                continue;
            }
            let record = file.fields(area)?;
            let (plan, stage, in_force) = self.force(&stored.layer, file, area, &record);
            if in_force == InForce::No {
                continue;
            }
            let dates_not_known = in_force == InForce::NotKnown;
            if !dates_not_known {
                surely.push(area);
            }
            let stored_area = &file.areas()[area as usize];
            hits.push(AreaHit {
                id: stored_area.id,
                size: stored_area.size,
                record,
                plan,
                stage,
                boundary_distance_m: lie.distance_m,
                on_boundary: lie.on_boundary,
                near_boundary: lie.is_near(&stored.layer),
                dates_not_known,
                whole: lie.whole,
                overlap: self.overlaps.get(&(file_number, area)).copied(),
            });
        }
        let mut nearby = self.nearby(stored, file, close)?;
        hits.sort_by(AreaHit::smaller_first);
        nearby.sort_by(Nearby::nearer_first);
        nearby.truncate(MAX_NEARBY);
        let any_undated = hits.iter().any(|hit| hit.dates_not_known);
        let rest = self.rest(stored, file_number, &surely, any_undated);
        let states: Vec<State> = [
            (!surely.is_empty()).then_some(State::Applies),
            rest.map(|(state, _)| state),
        ]
        .into_iter()
        .flatten()
        .collect();
        let state = states.first().copied().unwrap_or(State::NotKnown);
        Ok(LayerAnswer {
            layer: number,
            state,
            reason: rest
                .and_then(|(_, reason)| reason)
                .filter(|_| states.contains(&State::NotKnown)),
            states,
            areas: hits,
            nearby,
        })
    }

    /// The nearest of the areas that do not hold the spot, [`MAX_NEARBY`] of those in force and as many as are just as near.
    fn nearby(
        &self,
        stored: &StoredLayer,
        file: &AreaFile,
        mut close: Vec<(u32, Lie)>,
    ) -> Result<Vec<Nearby>, Damaged> {
        let metres = |lie: &Lie| lie.spot_distance_m;
        close.sort_unstable_by(|(_, one), (_, other)| metres(one).total_cmp(&metres(other)));
        let mut nearby: Vec<Nearby> = Vec::new();
        for (area, lie) in close {
            // What stands farther away than enough others is never read.
            let enough = nearby.len() >= MAX_NEARBY;
            if enough && nearby[MAX_NEARBY - 1].distance_m < metres(&lie) {
                break;
            }
            let record = file.fields(area)?;
            let (_, _, in_force) = self.force(&stored.layer, file, area, &record);
            if in_force == InForce::No {
                continue;
            }
            nearby.push(Nearby {
                id: file.areas()[area as usize].id,
                record,
                distance_m: lie.spot_distance_m,
                near_boundary: lie.is_near(&stored.layer),
                dates_not_known: in_force == InForce::NotKnown,
            });
        }
        Ok(nearby)
    }

    /// The plan of an area, the stage that it had reached, and whether the area is in force.
    fn force(
        &self,
        layer: &Layer,
        file: &AreaFile,
        area: u32,
        record: &AreaRecord,
    ) -> (Option<usize>, Option<Stage>, InForce) {
        let id = record.plan.as_ref().or(layer.plan.as_ref());
        let plans = &self.indexed.edition().map().plans;
        let plan = id.and_then(|id| plans.iter().position(|plan| plan.id == *id));
        let (stage, standing) = self.standing(plan);
        // What is made under other law stands by its own dates, whatever becomes of the plan that speaks of it.
        let standing = standing.filter(|_| layer.group == Group::Proposals);
        let validity = &file.areas()[area as usize].validity;
        (plan, stage, in_force(validity.on(self.on), standing))
    }

    /// What holds where no area surely applies: of a point that has one, nothing is left to say.
    fn rest(
        &self,
        stored: &StoredLayer,
        number: FileNumber,
        surely: &[u32],
        any_undated: bool,
    ) -> Option<(State, Option<Reason>)> {
        let covered = match self.spot {
            Spot::Point(_) => !surely.is_empty(),
            Spot::Square(..) | Spot::Site(_) => {
                covers_spot(self.indexed, &self.lies, number, surely, self.spot)
            }
        };
        if covered {
            return None;
        }
        if any_undated {
            return Some((State::NotKnown, Some(Reason::DatesNotKnown)));
        }
        match silence(self.indexed, &self.lies, &stored.layer, self.spot, self.on) {
            Some(reason) => Some((State::NotKnown, Some(reason))),
            None if self.doubtful.contains(&stored.layer.id) => {
                Some((State::NotKnown, Some(Reason::LayerUnavailable)))
            }
            None => Some((State::DoesNotApply, None)),
        }
    }

    fn standing(&self, plan: Option<usize>) -> (Option<Stage>, Option<InForce>) {
        match plan {
            Some(number) => {
                let (stage, standing) = self.indexed.edition().map().plans[number].on(self.on);
                (stage, Some(standing))
            }
            None => (None, None),
        }
    }
}
