//! What does not apply, how near its line is all the same, and what is not known.

use super::{Html, Teller, area_name};
use crate::answer::{Answer, LayerAnswer, Nearby, Reason, State};
use crate::policy::Completeness;

/// A layer that does not apply.
pub(in crate::page) struct Absent {
    pub title: Html,
    pub title_plain: String,
    pub notes: Vec<String>,
}

/// Layers of which we cannot say for one and the same reason.
#[derive(Default)]
pub(in crate::page) struct Unknown {
    pub reason: String,
    /// Their titles, as HTML and plain.
    pub layers: Vec<(Html, String)>,
    /// Lines of theirs that are nearer than they were drawn truly.
    pub near: Vec<String>,
}

impl Teller<'_> {
    /// Layers that do not apply: those whose line is nearer than it was drawn truly, then the others.
    pub(super) fn absent(&self, answer: &Answer) -> (Vec<Absent>, Vec<Absent>) {
        let (mut near, mut far) = (Vec::new(), Vec::new());
        let absent = answer
            .layers
            .iter()
            .filter(|layer| layer.state == State::DoesNotApply);
        for answer in absent {
            let layer = self.layer_of(answer);
            let nearest = answer.nearby.first();
            // What is near a site stands in a list of its own.
            let told = nearest.filter(|near| near.near_boundary || self.subject.at().is_some());
            let mut notes: Vec<String> = told.map(|near| self.nearest(near)).into_iter().collect();
            if let Completeness::Accepted { reason, .. } = &layer.completeness {
                notes.push(
                    self.w
                        .say_with("answer.rows_accepted", &[("reason", reason)]),
                );
            }
            let absent = Absent {
                title: self.w.told(&layer.title),
                title_plain: layer.title.in_lang(self.w.lang).to_owned(),
                notes,
            };
            if nearest.is_some_and(|nearest| nearest.near_boundary) {
                near.push(absent);
            } else {
                far.push(absent);
            }
        }
        (near, far)
    }

    fn nearest(&self, near: &Nearby) -> String {
        let name = area_name(&near.record);
        let values = [
            ("name", name.in_lang(self.w.lang)),
            ("distance", &self.w.distance(near.distance_m)),
        ];
        if near.near_boundary {
            self.w.say_with("answer.nearest_close", &values)
        } else {
            self.w.say_with("answer.nearest", &values)
        }
    }

    pub(super) fn unknown(&self, answer: &Answer) -> Vec<Unknown> {
        let mut groups: Vec<(Option<Reason>, Unknown)> = Vec::new();
        let unknown = answer
            .layers
            .iter()
            .filter(|layer| layer.states.contains(&State::NotKnown));
        for answer in unknown {
            let same = groups
                .iter()
                .position(|(reason, _)| *reason == answer.reason);
            let at = same.unwrap_or_else(|| {
                groups.push((answer.reason, Unknown::default()));
                groups.len() - 1
            });
            let group = &mut groups[at].1;
            let title = &self.layer_of(answer).title;
            let told = (self.w.told(title), title.in_lang(self.w.lang).to_owned());
            group.near.extend(self.unknown_close(answer, &told.1));
            group.layers.push(told);
        }
        for (reason, group) in &mut groups {
            group.reason = reason.map_or_else(String::new, |reason| {
                let key = format!("reason.{}", reason.word());
                self.w.plural(&key, group.layers.len())
            });
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// A line close by of a layer of which we cannot say.
    fn unknown_close(&self, answer: &LayerAnswer, layer: &str) -> Option<String> {
        let near = answer.nearby.first().filter(|near| near.near_boundary)?;
        let name = area_name(&near.record);
        let values = [
            ("layer", layer),
            ("name", name.in_lang(self.w.lang)),
            ("distance", &self.w.distance(near.distance_m)),
        ];
        Some(self.w.say_with("answer.unknown_close", &values))
    }
}
