//! A drawn site: how much of it each area covers, what only touches it, and what is near.

use super::{Html, Item, Subject, Teller, area_name};
use crate::answer::{Answer, AreaHit};
use crate::page::message::Words;
use crate::policy::link;

/// Areas close by that a page names for one layer; the data have them all.
const NAMED: usize = 3;

/// What is near a site, of one layer.
pub(in crate::page) struct Around {
    pub title: Html,
    pub title_plain: String,
    pub areas: Vec<Close>,
    /// How many more there are.
    pub more: Option<String>,
}

/// An area near a site.
pub(in crate::page) struct Close {
    pub name: Html,
    pub name_plain: String,
    pub path: String,
    pub distance: String,
}

/// Whether an area only touches the site.
pub(super) fn touches(hit: &AreaHit) -> bool {
    hit.overlap.is_some_and(|overlap| overlap.touches)
}

/// Whether so much of the site is on either side of the line that its width makes no difference.
pub(super) fn plainly_in_part(hit: &AreaHit) -> bool {
    let share = hit.overlap.map_or(0.0, |overlap| overlap.site_share);
    (0.05..0.95).contains(&share)
}

/// A size in hectares or square metres.
pub(super) fn ground(w: Words<'_>, m2: f64) -> String {
    let (key, n) = match m2 {
        m2 if m2 >= 1_000.0 => ("area.hectares", format!("{:.2}", m2 / 10_000.0)),
        m2 if m2 >= 9.5 => ("area.square_metres", format!("{m2:.0}")),
        m2 if m2 >= 0.05 => ("area.square_metres", format!("{m2:.1}")),
        _ => ("area.square_metres", "<0.1".to_owned()),
    };
    w.say_with(key, &[("n", &n)])
}

/// A share in per cent: never 100 where something is left out, nor 0 where something is in.
fn percent(w: Words<'_>, share: f64) -> String {
    let n = match share * 100.0 {
        all if share >= 1.0 => format!("{all:.0}"),
        most if most >= 99.95 => ">99.9".to_owned(),
        some if some >= 0.05 => format!("{some:.1}"),
        _ => "<0.1".to_owned(),
    };
    w.say_with("site.percent", &[("n", &n)])
}

impl Teller<'_> {
    /// How a site lies to an area.
    pub(super) fn lie_of_site(&self, hit: &AreaHit) -> Vec<String> {
        let w = self.w;
        let distance = w.distance(hit.boundary_distance_m);
        let Some(overlap) = hit.overlap else {
            return vec![if hit.on_boundary {
                w.say("site.line_meets")
            } else {
                w.say_with("answer.line_feature", &[("distance", &distance)])
            }];
        };
        if overlap.touches {
            return vec![w.say("site.touches")];
        }
        let size = ground(w, overlap.m2);
        let (of_site, of_area) = (
            percent(w, overlap.site_share),
            percent(w, overlap.area_share),
        );
        let values = [
            ("size", size.as_str()),
            ("of_site", of_site.as_str()),
            ("of_area", of_area.as_str()),
        ];
        let mut facts = vec![match (hit.whole, overlap.area_share >= 1.0) {
            (true, true) => w.say_with("site.equal", &values),
            (true, false) => w.say_with("site.whole", &values),
            (false, true) => w.say_with("site.holds", &values),
            (false, false) => w.say_with("site.part", &values),
        }];
        if !hit.on_boundary {
            facts.push(w.say_with("answer.inside", &[("distance", &distance)]));
        }
        facts
    }

    /// Areas that only touch a site.
    pub(super) fn touching(&self, answer: &Answer) -> Vec<Item> {
        let layers = answer.layers.iter();
        let hits = layers.flat_map(|of| of.areas.iter().map(move |hit| (self.layer_of(of), hit)));
        hits.filter(|(_, hit)| touches(hit))
            .map(|(layer, hit)| self.item(layer, hit))
            .collect()
    }

    /// What is near a site, layer by layer.
    pub(super) fn around(&self, answer: &Answer) -> Vec<Around> {
        let Subject::Site(_) = self.subject else {
            return Vec::new();
        };
        let w = self.w;
        let layers = answer.layers.iter().filter(|of| !of.nearby.is_empty());
        layers
            .map(|of| {
                let layer = self.layer_of(of);
                let close = |near: &crate::answer::Nearby| {
                    let name = area_name(&near.record);
                    let path = link::area(layer.id.as_str(), &near.record.reference);
                    Close {
                        name_plain: name.in_lang(w.lang).to_owned(),
                        name: w.told(&name),
                        path: link::in_lang(w.lang, &path),
                        distance: w.distance(near.distance_m),
                    }
                };
                let more = of.nearby.len().saturating_sub(NAMED);
                Around {
                    title: w.told(&layer.title),
                    title_plain: layer.title.in_lang(w.lang).to_owned(),
                    areas: of.nearby.iter().take(NAMED).map(close).collect(),
                    more: (more > 0).then(|| w.plural("site.around_more", more)),
                }
            })
            .collect()
    }
}
