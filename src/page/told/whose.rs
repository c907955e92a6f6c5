//! Whose plan it is, and for how much of the place.

use super::{PlanLine, Teller};
use crate::answer::Answer;
use crate::places::At;
use crate::policy::{Region, link};

/// How much of a place something holds.
pub(super) enum Share {
    /// All of it.
    All,
    /// Some of a square.
    OfSquare,
    /// Some of a drawn site.
    OfSite,
    /// So many of so many addresses.
    OfAddresses(String, String),
}

impl Teller<'_> {
    /// How much of the place is held by what holds it all or, of several positions, those that `holds` says.
    pub(super) fn share(&self, whole: bool, holds: impl Fn(&Answer) -> bool) -> Share {
        match self.subject.at() {
            _ if whole => Share::All,
            None => Share::OfSite,
            Some(At::Square(..)) => Share::OfSquare,
            Some(At::Postcode(found)) => {
                let holding = self.answers.iter().filter(|answer| holds(answer));
                let positions: Vec<_> = holding.map(|answer| *answer.spot.position()).collect();
                let held = found
                    .iter()
                    .filter(|place| positions.contains(&place.position));
                Share::OfAddresses(held.count().to_string(), found.len().to_string())
            }
            Some(At::Point(_) | At::Entry(_)) => Share::All,
        }
    }

    pub(super) fn plans(&self, answer: &Answer) -> Vec<PlanLine> {
        let w = self.w;
        let map = self.indexed.edition().map();
        let mut lines: Vec<PlanLine> = answer
            .neighbours
            .iter()
            .map(|&number| self.neighbour(answer, number))
            .collect();
        for here in answer.plans.iter().filter(|here| !here.known) {
            let title = map.plans[here.plan].title.in_lang(w.lang);
            lines.push(plain(w.say_with("answer.plan_unknown", &[("plan", title)])));
        }
        lines.extend(self.plans_in_part(answer));
        if lines.is_empty() && answer.plans.is_empty() && !map.plans.is_empty() {
            lines.push(plain(w.say("answer.no_plan")));
        }
        lines.extend(self.plan_line_close(answer));
        lines
    }

    /// Plans in whose area not all of the place lies, those of one area in one line.
    fn plans_in_part(&self, answer: &Answer) -> Vec<PlanLine> {
        let w = self.w;
        let plans = &self.indexed.edition().map().plans;
        let mut by_area: Vec<(usize, Vec<&str>)> = Vec::new();
        for here in answer.plans.iter().filter(|here| here.known && !here.whole) {
            let plan = &plans[here.plan];
            let title = plan.title.in_lang(w.lang);
            let mut areas = by_area.iter_mut();
            match areas.find(|(first, _)| plans[*first].area == plan.area) {
                Some((_, titles)) => titles.push(title),
                None => by_area.push((here.plan, vec![title])),
            }
        }
        let lines = by_area.into_iter().filter_map(|(first, titles)| {
            let titles = titles.join("; ");
            let holds = |one: &Answer| one.plans.iter().any(|here| here.plan == first);
            match self.share(false, holds) {
                Share::All => None,
                Share::OfSquare => Some(w.say_with("answer.plan_square", &[("plan", &titles)])),
                Share::OfSite => Some(w.say_with("site.plan_in_part", &[("plan", &titles)])),
                Share::OfAddresses(n, of) => Some(w.say_with(
                    "answer.plan_addresses",
                    &[("plan", &titles), ("n", &n), ("of", &of)],
                )),
            }
        });
        lines.map(plain).collect()
    }

    fn neighbour(&self, answer: &Answer, number: usize) -> PlanLine {
        let w = self.w;
        let neighbour = &self.indexed.edition().map().neighbours[number];
        let name = neighbour.name.in_lang(w.lang);
        let whole = !answer.neighbours_in_part.contains(&number);
        let sentence = match self.share(whole, |one| one.neighbours.contains(&number)) {
            Share::All => w.say_with("answer.neighbour", &[("authority", name)]),
            Share::OfSquare => w.say_with("answer.neighbour_square", &[("authority", name)]),
            Share::OfSite => w.say_with("site.neighbour_in_part", &[("authority", name)]),
            Share::OfAddresses(n, of) => w.say_with(
                "answer.neighbour_addresses",
                &[("authority", name), ("n", &n), ("of", &of)],
            ),
        };
        let url = neighbour.url.as_deref().and_then(link::safe);
        PlanLine {
            sentence,
            link: url.map(|_| w.say("answer.neighbour_link")),
            url: url.map(str::to_owned),
            near: false,
        }
    }

    /// The edge of a plan's area that is nearer than it was drawn truly, seen from outside.
    fn plan_line_close(&self, answer: &Answer) -> Option<PlanLine> {
        let map = self.indexed.edition().map();
        let elsewhere = map.plans.iter().enumerate().filter(|(number, _)| {
            let mut here = answer.plans.iter();
            !here.any(|here| here.plan == *number)
        });
        let mut edges = elsewhere.filter_map(|(_, plan)| match &plan.area {
            Some(Region::Layer(id)) => {
                let mut layers = answer.layers.iter();
                layers.find(|layer| self.layer_of(layer).id == *id)
            }
            _ => None,
        });
        let near = edges.find_map(|edge| edge.nearby.first().filter(|near| near.near_boundary))?;
        let distance = self.w.distance(near.distance_m);
        Some(PlanLine {
            near: true,
            ..plain(
                self.w
                    .say_with("answer.plan_close", &[("distance", &distance)]),
            )
        })
    }
}

fn plain(sentence: String) -> PlanLine {
    PlanLine {
        sentence,
        url: None,
        link: None,
        near: false,
    }
}
